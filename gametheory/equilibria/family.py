"""Families of equilibria too large to list: counted, indexed, sampled and optimised over through the graph that holds them.

Every path through the graph of a :class:`Family` is one equilibrium. The number of paths from each node on is known, so
that the i-th equilibrium, a uniformly drawn one, and all with given choices on the path of play are found directly.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.solution import Status
from gametheory.equilibria.solvers._frontier import Layer, add_up
from gametheory.errors import InputError, InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.symmetry import player_exchange

__all__ = ["Count", "Family", "Selection"]

_Masks = tuple[tuple[int, NDArray[np.bool_]], ...]
#: A value, or a pair of floats or Fractions around it.
Enclosure = tuple[Any, Any]


@dataclass(frozen=True)
class Count:
    """A number of equilibria, or bounds on it.

    Attributes
    ----------
    lower : int
        At least as many there are.
    upper : int or None
        At most as many there are; None if no bound is known.
    status : Status
        COMPLETE: both bounds agree and the number is certain. It then equals an int.
    reason : str

    Examples
    --------
    >>> Count(3, 3, Status.COMPLETE, "all parts were searched") == 3
    True
    >>> Count(3, None, Status.PARTIAL, "the time ran out") == 3
    False
    """

    lower: int
    upper: int | None
    status: Status
    reason: str

    @property
    def is_complete(self) -> bool:
        """Whether the number is certain."""
        return self.status is Status.COMPLETE

    def __int__(self) -> int:
        if not self.is_complete:
            raise InputError("count", str(self), "a complete count; see .lower and .upper")
        return self.lower

    def __index__(self) -> int:
        return int(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Count):
            return (self.lower, self.upper, self.status) == (other.lower, other.upper, other.status)
        if isinstance(other, int):
            return self.is_complete and self.lower == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.lower) if self.is_complete else hash((self.lower, self.upper, self.status))

    def __str__(self) -> str:
        if self.is_complete:
            return f"{self.lower:,}"
        upper = "no known upper bound" if self.upper is None else f"at most {self.upper:,}"
        return f"at least {self.lower:,}, {upper} ({self.status.name}: {self.reason})"


class Reader(Protocol):
    """What turns the entries of a graph back into equilibria."""

    @property
    def game(self) -> DynamicGame:
        """The game solved."""

    def equilibrium(self, entries: dict[int, tuple[Layer, int]]) -> Any:
        """The equilibrium made of one entry for each part."""

    def check(self, equilibrium: Any) -> None:
        """Raise CertificateError unless it is an equilibrium with the values that it states."""

    def choices(self, layer: Layer, state: int) -> list[Any]:
        """For each entry of a layer's table the choice in a state of its part, in a form that can be compared."""

    def plan(self, state: int, choice: Any) -> Sequence[int]:
        """States to which a choice can lead."""

    def sentence(self, states: Sequence[int], choices: Mapping[int, Any]) -> str:
        """The path of play in one line, from the choices in all states that it can reach."""

    def worth(self, layer: Layer, state: int) -> list[tuple[Enclosure, Enclosure]]:
        """For each entry of a layer's table enclosures of both players' values of a state of its part."""

    def pure_entries(self, layer: Layer) -> NDArray[np.bool_]:
        """Which entries of a layer's table are pure."""

    def mirror(self, state: int, choice: Any) -> Any:
        """The choice with the players exchanged."""


@dataclass(frozen=True, eq=False)
class Selection(Sequence[Any]):
    """Some equilibria of a family, each made when it is asked for.

    Attributes
    ----------
    entries : tuple
        For each equilibrium its entry in the table of each layer.
    """

    reader: Reader = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    entries: tuple[tuple[int, ...], ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        chosen = self.entries[index]
        return self.reader.equilibrium({layer.part: (layer, e) for layer, e in zip(self.layers, chosen, strict=True)})


@dataclass(frozen=True, eq=False)
class Family(Sequence[Any]):
    """All equilibria of a directional game as a lazy sequence.

    ``len`` works up to what Python can index; :attr:`size` always does. Indexing, slicing (a slice is made at once),
    iteration, :meth:`sample`, :attr:`paths`, :attr:`start_values`, :meth:`extremes` and the filters :meth:`pure`,
    :meth:`undominated`, :meth:`along` list nothing that is not asked for; :meth:`symmetric` lists the symmetric ones.
    """

    reader: Reader = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    cylinders: tuple[_Masks, ...] = field(default=((),), repr=False)

    # --- as a sequence ------------------------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> tuple[tuple[NDArray[Any], ...], ...]:
        return tuple(self._completions(dict(masks)) for masks in self.cylinders)

    @cached_property
    def size(self) -> int:
        """How many equilibria the family has."""
        return sum(int(ways[0].sum()) for ways in self._ways)

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self.size)))
        place = int(index)
        if place < 0:
            place += self.size
        if not 0 <= place < self.size:
            raise IndexError(f"equilibrium {index} of {self.size}")
        return self.reader.equilibrium(self._entries(place))

    def __iter__(self) -> Iterator[Any]:
        for index in range(self.size):
            yield self[index]

    def sample(self, size: int, *, seed: int) -> tuple[Any, ...]:
        """Equilibria drawn uniformly and independently.

        Parameters
        ----------
        size : int
        seed : int
        """
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise InputError("size", size, "a whole number, not negative")
        if size and not self.size:
            raise InputError("size", size, "0: the family is empty")
        draw = random.Random(seed)
        return tuple(self[draw.randrange(self.size)] for _ in range(size))

    def verify(self, *, sample: int = 20, seed: int = 0) -> None:
        """Check drawn equilibria without the solver; all of them if the family is no larger than the sample.

        Parameters
        ----------
        sample : int
        seed : int

        Raises
        ------
        CertificateError
            If one does not hold.
        """
        drawn = self[:] if self.size <= sample else self.sample(sample, seed=seed)
        for equilibrium in drawn:
            self.reader.check(equilibrium)

    # --- what they look like ------------------------------------------------------------------------------------------

    @cached_property
    def start_values(self) -> tuple[tuple[Enclosure, Enclosure], ...]:
        """Disjoint enclosures of both players' values at the start: every equilibrium's lies in one, and each holds some.

        Exact games give exact values, as pairs of equal ends.
        """
        if not self.size:
            return ()
        layer = self._layer(self.reader.game.start)
        worth = self.reader.worth(layer, self.reader.game.start)
        found: set[tuple[Enclosure, Enclosure]] = set()
        for masks in self.cylinders:
            used = self._used(dict(masks))[layer.part]
            found |= set({id(pair): pair for pair, here in zip(worth, used, strict=True) if here}.values())
        return tuple(sorted(found))

    def paths(self, *, limit: int = 10_000) -> dict[str, int]:
        """Each distinct path of play from the start, in one line, and how many equilibria share it.

        Parameters
        ----------
        limit : int
            Refuse to list more paths than this.
        """
        found: dict[str, int] = {}
        for masks, sentence in self._plans(limit):
            found[sentence] = found.get(sentence, 0) + int(self._completions(dict(masks))[0].sum())
        return found

    def extremes(
        self, weights: Mapping[int | str, tuple[object, object]] | None = None, *, player: int = 0
    ) -> tuple[Enclosure, Enclosure]:
        """The least and the greatest value of a linear objective over the family, each enclosed.

        Parameters
        ----------
        weights : mapping, optional
            From states to weights of both players' values there; by default the value of ``player`` at the start.
        player : int
            0 or 1; used if there are no weights.
        """
        from gametheory.exact import rational

        game = self.reader.game
        if not self.size:
            raise InputError("family", 0, "at least one equilibrium")
        if weights is None:
            if player not in (0, 1):
                raise InputError("player", player, "0 or 1")
            chosen = {game.start: (Fraction(1 - player), Fraction(player))}
        else:
            chosen = {game.state_index(s): (rational(a), rational(b)) for s, (a, b) in weights.items()}
        best: list[Enclosure] = []
        if len({self._layer(s).part for s in chosen}) == 1:  # no sums along paths are needed
            return self._simple_extremes(chosen)
        for masks in self.cylinders:
            low = [self._optimise(dict(masks), chosen, end, False) for end in (0, 1)]
            high = [self._optimise(dict(masks), chosen, end, True) for end in (0, 1)]
            if None not in low:
                best += [(low[0], low[1]), (high[0], high[1])]
        least = (min(b[0] for b in best[::2]), min(b[1] for b in best[::2]))
        return least, (max(b[0] for b in best[1::2]), max(b[1] for b in best[1::2]))

    def _simple_extremes(self, weights: Mapping[int, tuple[Fraction, Fraction]]) -> tuple[Enclosure, Enclosure]:
        layer = self._layer(next(iter(weights)))
        used = np.zeros(len(layer.table.row), bool)
        for masks in self.cylinders:
            used |= self._used(dict(masks))[layer.part]
        low, high = (
            [g for g, here in zip(self._gains(layer, weights, end), used, strict=True) if here] for end in (0, 1)
        )
        return (min(low), min(high)), (max(low), max(high))

    # --- selection ----------------------------------------------------------------------------------------------------

    def pure(self) -> Family:
        """Those in which every choice is made for sure."""
        return self._restrict({layer.part: self.reader.pure_entries(layer) for layer in self.layers})

    def undominated(self) -> Family:
        """Those whose values at the start no other equilibrium of the family improves for one player at no cost to the other.

        With enclosures: those not certainly dominated.
        """
        values = self.start_values
        if not values:
            return self
        bad = {v for v in values if any(w[0][0] >= v[0][1] and w[1][0] >= v[1][1] and w != v for w in values)}
        layer = self._layer(self.reader.game.start)
        worth = self.reader.worth(layer, self.reader.game.start)
        return self._restrict({layer.part: np.array([pair not in bad for pair in worth], bool)})

    def along(self, accepts: Any, *, limit: int = 10_000) -> Family:
        """Those whose path of play is accepted.

        Parameters
        ----------
        accepts : callable
            From a path in one line (a key of :meth:`paths`) to true or false.
        limit : int
            Refuse to go through more paths than this.
        """
        if not callable(accepts):
            raise InputTypeError("accepts", accepts, "a function from a path in one line to true or false")
        kept = tuple(masks for masks, sentence in self._plans(limit) if accepts(sentence))
        return Family(self.reader, self.layers, kept)

    def symmetric(self, *, states: Mapping[str, str] | None = None, limit: int = 10_000) -> Selection:
        """Those in which the players do the same: what player 1 does in a state, player 2 does in its image.

        Parameters
        ----------
        states : mapping, optional
            From the name of each state to that of its image when the players change places; by default the mapping is
            looked for (:func:`gametheory.games.symmetry.player_exchange`).
        limit : int
            Refuse to list more equilibria than this.

        Raises
        ------
        InputError
            If the game is not symmetric, or the limit is exceeded.
        """
        game = self.reader.game
        image = player_exchange(game, states=states)
        found: list[tuple[int, ...]] = []
        for masks, ways in zip(self.cylinders, self._ways, strict=True):
            allowed = dict(masks)
            stack: list[tuple[int, tuple[int, ...], dict[int, Any]]] = [(0, (), {})]
            while stack:
                node, entries, known = stack.pop()
                if len(entries) == len(self.layers):
                    if len(found) == limit:
                        raise InputError("limit", limit, "a limit that is not below the number of symmetric equilibria")
                    found.append(entries)
                    continue
                layer = self.layers[len(entries)]
                begin, end = np.searchsorted(layer.source, [node, node + 1])
                for edge in reversed(range(int(begin), int(end))):
                    entry, target = int(layer.entry[edge]), int(layer.target[edge])
                    if not ways[len(entries) + 1][target] or (layer.part in allowed and not allowed[layer.part][entry]):
                        continue
                    chosen = {s: self._labels(layer, s)[entry] for s in game.parts[layer.part]}
                    both = known | chosen
                    if all(
                        self.reader.mirror(s, choice) == both[image[s]]
                        and self.reader.mirror(image[s], both[image[s]]) == choice
                        for s, choice in chosen.items()
                        if image[s] in both
                    ):
                        stack.append((target, (*entries, entry), both))
        return Selection(self.reader, self.layers, tuple(found))

    # --- the graph ----------------------------------------------------------------------------------------------------

    def _restrict(self, more: Mapping[int, NDArray[np.bool_]]) -> Family:
        cylinders = []
        for masks in self.cylinders:
            merged = dict(masks)
            for part, mask in more.items():
                merged[part] = merged[part] & mask if part in merged else mask
            cylinders.append(tuple(merged.items()))
        return Family(self.reader, self.layers, tuple(cylinders))

    def _layer(self, state: int) -> Layer:
        parts = self.reader.game.parts
        return next(layer for layer in self.layers if state in parts[layer.part])

    def _completions(self, masks: Mapping[int, NDArray[np.bool_]]) -> tuple[NDArray[Any], ...]:
        """For each layer the number of ways on from each of its nodes; last the end of the graph."""
        found: list[NDArray[Any]] = [np.ones(1, np.int64)]
        if not self.layers:
            return (np.zeros(1, np.int64),)
        for layer in reversed(self.layers):
            onward = found[-1][layer.target] if len(layer.target) else np.zeros(0, np.int64)
            if layer.part in masks:
                onward = np.where(masks[layer.part][layer.entry], onward, 0)
            found.append(add_up(onward, layer.source, layer.size))
        return tuple(reversed(found))

    def _used(self, masks: Mapping[int, NDArray[np.bool_]]) -> dict[int, NDArray[np.bool_]]:
        """Which entries of each layer's table occur in some equilibrium that the masks allow."""
        onward = [np.ones(1, bool)]
        for layer in reversed(self.layers):
            edges = onward[-1][layer.target]
            if layer.part in masks:
                edges = edges & masks[layer.part][layer.entry]
            alive = np.zeros(layer.size, bool)
            alive[layer.source[edges]] = True
            onward.append(alive)
        onward.reverse()
        found = {}
        alive = onward[0]
        for number, layer in enumerate(self.layers):
            edges = alive[layer.source] & onward[number + 1][layer.target]
            if layer.part in masks:
                edges &= masks[layer.part][layer.entry]
            used = np.zeros(len(layer.table.row), bool)
            used[layer.entry[edges]] = True
            found[layer.part] = used
            alive = np.zeros(len(onward[number + 1]), bool)
            alive[layer.target[edges]] = True
        return found

    def _entries(self, place: int) -> dict[int, tuple[Layer, int]]:
        for masks, ways in zip(self.cylinders, self._ways, strict=True):
            total = int(ways[0].sum())
            if place < total:
                return self._walk(dict(masks), ways, place)
            place -= total
        raise IndexError(place)

    def _walk(
        self, masks: Mapping[int, NDArray[np.bool_]], ways: tuple[NDArray[Any], ...], place: int
    ) -> dict[int, tuple[Layer, int]]:
        node = 0
        found = {}
        for number, layer in enumerate(self.layers):
            begin, end = np.searchsorted(layer.source, [node, node + 1])
            for edge in range(int(begin), int(end)):
                entry = int(layer.entry[edge])
                if layer.part in masks and not masks[layer.part][entry]:
                    continue
                onward = int(ways[number + 1][layer.target[edge]])
                if place < onward:
                    found[layer.part] = (layer, entry)
                    node = int(layer.target[edge])
                    break
                place -= onward
        return found

    def _plans(self, limit: int) -> Iterator[tuple[_Masks, str]]:
        """Disjoint sets of equilibria that choose alike in every state their play can reach, and the path of each."""
        game, reader = self.reader.game, self.reader
        if not self.size:
            return
        made = 0
        for cylinder in self.cylinders:
            stack: list[tuple[dict[int, NDArray[np.bool_]], dict[int, Any], list[int]]] = [
                (dict(cylinder), {}, [game.start])
            ]
            while stack:
                masks, known, queue = stack.pop()  # the queue holds the states reached; those at its end are not known
                used = self._used(masks)
                if not used[self._layer(game.start).part].any():
                    continue
                split: tuple[int, list[Any], Layer] | None = None
                while len(known) < len(queue):  # follow play as long as the choices are settled
                    state = queue[len(known)]
                    layer = self._layer(state)
                    labels = self._labels(layer, state)
                    options = list(dict.fromkeys(labels[e] for e in np.flatnonzero(used[layer.part]).tolist()))
                    if len(options) > 1:
                        split = state, options, layer
                        break
                    known[state] = options[0]
                    queue += [t for t in dict.fromkeys(reader.plan(state, options[0])) if t not in queue]
                if split is None:
                    made += 1
                    if made > limit:
                        raise InputError("limit", limit, "a limit that is not below the number of distinct paths")
                    yield tuple(masks.items()), reader.sentence(queue, known)
                    continue
                state, options, layer = split
                labels = self._labels(layer, state)
                for option in reversed(options):
                    narrowed = used[layer.part] & np.array([label == option for label in labels], bool)
                    after = [t for t in dict.fromkeys(reader.plan(state, option)) if t not in queue]
                    stack.append((masks | {layer.part: narrowed}, known | {state: option}, queue + after))

    def _labels(self, layer: Layer, state: int) -> list[Any]:
        if state not in self._known_labels:
            self._known_labels[state] = self.reader.choices(layer, state)
        return self._known_labels[state]

    @cached_property
    def _known_labels(self) -> dict[int, list[Any]]:
        return {}

    def _optimise(
        self,
        masks: Mapping[int, NDArray[np.bool_]],
        weights: Mapping[int, tuple[Fraction, Fraction]],
        end: int,
        greatest: bool,
    ) -> Any:
        """Best sum of weighted values over the paths of the graph, taking of each value the end that bounds from one side."""
        parts = self.reader.game.parts
        best: list[Any] = [Fraction(0)]
        for layer in reversed(self.layers):
            gain = self._gains(layer, weights, end) if any(s in weights for s in parts[layer.part]) else None
            allowed = masks.get(layer.part)
            now: list[Any] = [None] * layer.size
            for source, entry, target in zip(
                layer.source.tolist(), layer.entry.tolist(), layer.target.tolist(), strict=True
            ):
                onward = best[target]
                if onward is None or (allowed is not None and not allowed[entry]):
                    continue
                value = onward if gain is None else onward + gain[entry]
                if now[source] is None or (value > now[source] if greatest else value < now[source]):
                    now[source] = value
            best = now
        return best[0]

    def _gains(self, layer: Layer, weights: Mapping[int, tuple[Fraction, Fraction]], end: int) -> list[Any]:
        """For each entry of a layer's table one end of what it adds to the objective."""
        gain: list[Any] = [Fraction(0)] * len(layer.table.row)
        for s in self.reader.game.parts[layer.part]:
            if s in weights:
                known: dict[int, Any] = {}  # equal values are mostly the same object
                worth = self.reader.worth(layer, s)
                for entry, pair in enumerate(worth):
                    if id(pair) not in known:
                        known[id(pair)] = sum(
                            w * (v[end] if w >= 0 else v[1 - end]) for w, v in zip(weights[s], pair, strict=True) if w
                        )
                    gain[entry] += known[id(pair)]
        return gain
