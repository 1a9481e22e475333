"""Pure Markov perfect equilibria of one game at many parameter points at once.

The game has a shape that does not change (states, moves, who leads to whom) and numbers that do (payoffs, probabilities,
discount factors). Where no two states lead back to each other, it is solved backwards, state by state, and every step of
that is arithmetic on arrays with one entry for each parameter point.

A state may lead to itself. Its value is then part of its own equation: if a period is played in a given way, with
probability ``w`` on a play of reward ``r`` that stays with probability ``p`` and moves on to value ``v`` otherwise,

    V = sum w ((1 - delta) r + delta (1 - p) v) / (1 - delta sum w p).

Every way of playing the period is tried in turn: V by this formula, then the choices that are optimal at V. The way is an
equilibrium of the state where these are the choices that it started from; there may be none, one or several, and each
branch of the search is followed.

Floating-point numbers decide nothing that is close. Each point carries a bound on the rounding error of its values (see
:func:`solve_batch`); a point at which some choice is closer than the bound is flagged, for the exact solver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.play import Chain, Move
from gametheory.errors import InputError
from gametheory.evidence.batch_choice import judge, numbers_of, value_of
from gametheory.evidence.batch_game import BatchGame, BatchState
from gametheory.exact import rational, substitute

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BatchResult", "solve_batch"]

_UNIT = 2.0**-53
_NEAR_ZERO = 1e-9
_PIECE = 8192


@dataclass(frozen=True)
class BatchResult:
    """Pure equilibria at many points; each *row* is one equilibrium at one point.

    Attributes
    ----------
    batch : BatchGame
    points : int
        Number of points.
    point : array of int
        For each row the point it belongs to, ascending. Flagged points have no rows.
    values : (array, array)
        For each row, each player's payoff at the start, average discounted, under her own beliefs.
    flagged : array of bool
        Points at which rounding could change a decision: left to the exact solver.
    """

    batch: BatchGame
    points: int
    point: Any
    values: tuple[Any, Any]
    flagged: Any
    signature: Any  # [row, word]: the plan in each state; then which probabilities are zero

    def count(self) -> NDArray[np.int64]:
        """Number of pure equilibria at each point (0 where flagged)."""
        import numpy as np

        return np.bincount(self.point, minlength=self.points)

    def label(self, classify: Callable[[Chain], int], *, none: int, several: int, cache: dict[Any, int]) -> Any:
        """A class for each point: that of its equilibria, or ``none``, or ``several`` where they differ.

        Parameters
        ----------
        classify : callable
            From the chain of play to a class. It may use only which moves are possible: their probabilities in the chain
            it is given are stand-ins, since points share one chain.
        none, several : int
        cache : dict
            Kept from call to call.
        """
        import numpy as np

        answer = np.full(self.points, none, dtype=np.int16)
        if not len(self.point):
            return answer
        flat = np.ascontiguousarray(self.signature).view(np.dtype((np.void, self.signature.shape[1] * 8))).ravel()
        _, first, inverse = np.unique(flat, return_index=True, return_inverse=True)
        found = np.empty(len(first), dtype=np.int16)
        for k, row in enumerate(first):
            key = flat[row].tobytes()
            if key not in cache:
                chain = self.chain(int(row))
                if chain not in cache:
                    cache[chain] = classify(Chain(tuple(map(str, range(len(chain)))), chain))
                cache[key] = cache[chain]
            found[k] = cache[key]
        each = found[inverse]
        starts = np.flatnonzero(np.diff(self.point, prepend=-1))
        low, high = np.minimum.reduceat(each, starts), np.maximum.reduceat(each, starts)
        answer[self.point[starts]] = np.where(low == high, low, several)
        return answer

    def chain(self, row: int) -> tuple[tuple[Move, ...], ...]:
        """The moves of the chain of play of a row, over the states it reaches; equal stand-ins for probabilities."""
        words = [int(w) for w in self.signature[row]]
        batch, plan_of, word, room = self.batch, {}, 0, 1
        for state in batch.states:
            base = len(state.plans)
            if room * base >= 2**62:
                word, room = word + 1, 1
            plan_of[state.index] = (state, words[word] // room % base)
            room *= base
        zero = set()
        for k, p in enumerate(batch.chances):
            if words[word + 1 + k // 62] >> (k % 62) & 1:
                zero.add(p)
        never = zero | {p for p, e in enumerate(batch.expressions) if not e.top}
        place = {batch.game.start: 0}
        rows = []
        for s in (queue := [batch.game.start]):
            state, plan = plan_of[s]
            moves: dict[tuple[str, int], None] = {}
            for way, play in state.mixes[plan]:
                if not never.intersection(way):
                    for p, t in state.true[play]:
                        if p not in never:
                            if t not in place:
                                place[t] = len(place)
                                queue.append(t)
                            moves[batch.game.periods[s].plays[play].label, place[t]] = None
            rows.append(tuple(Move(Fraction(1, len(moves)), label, t) for label, t in moves))
        return tuple(rows)


def solve_batch(
    batch: BatchGame, values: Mapping[str, Any], *, exact_at: Callable[[int], Mapping[str, Fraction]] | None = None
) -> BatchResult:
    """All pure Markov perfect equilibria at many parameter points.

    Parameters
    ----------
    batch : BatchGame
    values : mapping from name to array of float
        One-dimensional arrays of one length; each entry within one rounding of the exact parameter.
    exact_at : callable, optional
        The exact parameters of a point, by its index; by default the decimals that the floats print as. Asked only where
        a probability is so close to zero that it may be zero.

    Returns
    -------
    BatchResult
        Points are flagged where a comparison of choices is closer than the bound on rounding,
        ``2 (levels + 1) K u M / (1 - delta)``: ``u`` is 2**-53, ``M`` the sum of the absolute terms of the largest payoff,
        and ``K`` counts the roundings within one state. It follows from the formula for V: the weights on other states'
        values sum to at most ``1 - delta p`` times delta, so errors of later levels add up and are never magnified, while
        those made within a level are divided by at least ``1 - delta``.

    Raises
    ------
    InputError
        For missing parameters, and for a point at which a discount factor or a probability is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from gametheory.evidence.batch_game import compile_game
    >>> from gametheory.games.dynamic import DynamicGame
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (2, 1), "NS": (0, 3), "UA": (1, 1), "UP": ("x", 2)})
    >>> found = solve_batch(compile_game(game), {"x": np.array([-1.0, 0.0, 1.0])})
    >>> found.count(), found.values[0], found.flagged
    (array([1, 0, 1]), array([0., 1.]), array([False,  True, False]))
    """
    import numpy as np

    if set(values) != set(batch.names):
        raise InputError("values", sorted(values), f"an array for each of the parameters {list(batch.names)}")
    arrays = {name: np.ascontiguousarray(x, dtype=np.float64) for name, x in values.items()}
    shapes = {x.shape for x in arrays.values()}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        raise InputError("values", sorted(shapes), "one-dimensional arrays of one length")
    total = next(iter(shapes))[0] if shapes else 1

    def decimals(point: int) -> dict[str, Fraction]:
        return {name: rational(float(x[point]), field=name) for name, x in arrays.items()}

    pieces = []
    for begin in range(0, max(total, 1), _PIECE):
        part = {name: x[begin : begin + _PIECE] for name, x in arrays.items()}
        size = min(_PIECE, total - begin) if shapes else 1
        at = exact_at or decimals
        pieces.append(_Piece(batch, part, size, lambda k, at=at, begin=begin: at(begin + k)).solve())  # type: ignore[misc]
    offsets = np.cumsum([0, *(p.points for p in pieces)])
    return BatchResult(
        batch,
        total,
        np.concatenate([p.point + o for p, o in zip(pieces, offsets, strict=False)]),
        (np.concatenate([p.values[0] for p in pieces]), np.concatenate([p.values[1] for p in pieces])),
        np.concatenate([p.flagged for p in pieces]),
        np.concatenate([p.signature for p in pieces]),
    )


class _Piece:
    """The recursion over one piece of the points. ``rows`` are the branches of the search that are still alive."""

    def __init__(
        self, batch: BatchGame, values: Mapping[str, Any], size: int, exact_at: Callable[[int], Mapping[str, Fraction]]
    ) -> None:
        import numpy as np

        self.batch, self.size, self.exact_at, self.inputs = batch, size, exact_at, values
        for name, x in values.items():
            if not np.isfinite(x).all():
                raise InputError(name, x[~np.isfinite(x)][0], "finite numbers")
        with np.errstate(all="ignore"):
            evaluated = [e.at(values) for e in batch.expressions]
        self.numbers = [value for value, _ in evaluated]
        self.delta = tuple(self.numbers[d] for d in batch.discount)
        self._check_ranges()
        self.zeros = self._zeros()
        self.tolerance = self._tolerances([size for _, size in evaluated])
        self.point = np.arange(size)
        self.flagged = np.zeros(size, dtype=bool)
        self.whole = True  # rows are the points, in order
        for t in self.tolerance:
            bad = ~np.broadcast_to(np.isfinite(t), (size,))
            self.flagged |= bad
        self.words = [np.zeros(size, dtype=np.int64)]
        self.room = 1
        self.worth: dict[int, tuple[Any, Any]] = {}

    def _check_ranges(self) -> None:
        import numpy as np

        game = self.batch.game
        checks = [(f"discount of {game.players[i]}", self.delta[i], 0.0, 1.0, True) for i in (0, 1)]
        checks += [("probability", self.numbers[p], -_NEAR_ZERO, 1 + _NEAR_ZERO, False) for p in self.batch.chances]
        for what, x, low, high, strict in checks:
            x = np.broadcast_to(x, (self.size,))
            fine = (x > low) & (x < high) if strict else (x >= low) & (x <= high)
            if not fine.all():
                k = int(np.argmin(fine))
                at = ", ".join(f"{name} = {float(v[k])!r}" for name, v in self.inputs.items())
                expected = "between 0 and 1, without the ends" if strict else "between 0 and 1"
                raise InputError(what, float(x[k]), f"a number {expected}; the point is {at}")

    def _zeros(self) -> list[Any]:
        """Bits of the probabilities that are zero, decided exactly; such numbers are set to zero."""
        import numpy as np

        words = [np.zeros(self.size, dtype=np.int64) for _ in range(0, len(self.batch.chances), 62)]
        for k, p in enumerate(self.batch.chances):
            x = np.broadcast_to(self.numbers[p], (self.size,))
            near = np.flatnonzero(np.abs(x) < _NEAR_ZERO)
            if len(near):
                x = np.array(x)
                expression, known = self.batch.expressions[p], {}
                for point in near:
                    key = tuple(float(self.inputs[name][point]) for name in expression.names)
                    if key not in known:
                        exact = self.exact_at(int(point))
                        known[key] = substitute(expression.source, {n: exact[n] for n in expression.names}) == 0
                    if known[key]:
                        x[point] = 0.0
                        words[k // 62][point] |= 1 << (k % 62)
                self.numbers[p] = x
        return words

    def _tolerances(self, sizes: list[Any]) -> tuple[Any, Any]:
        import numpy as np

        batch = self.batch
        effort = max(e.effort for e in batch.expressions)
        plays = max(len(s.payoffs) for s in batch.states)
        targets = max(len(d) for s in batch.states for pair in s.believed for d in pair)
        weight: Any = 1.0
        for p in batch.chances:
            weight = np.maximum(weight, sizes[p])
        found = []
        for i in (0, 1):
            top: Any = 0.0
            for s in batch.states:
                for pair in s.payoffs:
                    top = np.maximum(top, sizes[pair[i]])
            steps = 8 * (8 + effort) * (1 + (plays + targets) * weight) * np.maximum(1.0, sizes[batch.discount[i]])
            found.append(2 * (len(batch.states) + 1) * steps * _UNIT * top / (1 - self.delta[i]))
        return found[0], found[1]

    def take(self, x: Any) -> Any:
        """An array over points as one over rows."""
        return x if self.whole or not getattr(x, "ndim", 0) else x[self.point]

    def solve(self) -> BatchResult:
        import numpy as np

        if self.flagged.any():
            self._keep(~self.flagged, None)
        last = self._last_use()
        for place, state in enumerate(self.batch.states):
            self._state(state)
            for t in last.get(place, ()):
                del self.worth[t]
            if not len(self.point):
                break
        rows = len(self.point)
        start = self.worth.get(self.batch.game.start, (np.empty(0), np.empty(0)))
        # a search that died on the way has no rows; its words are still as many as for the others
        words = [*self.words, *(self.take(w) for w in self.zeros)]
        lacking = self._word_count() - len(words)
        words += [np.zeros(rows, dtype=np.int64)] * lacking
        # by point, then by plans: the order of the rows does not depend on which points are solved together
        order = np.arange(rows) if self.whole else np.lexsort((*words, self.point))
        return BatchResult(
            self.batch,
            self.size,
            self.point[order],
            tuple(np.broadcast_to(v, (rows,))[order] for v in start) if rows else (np.empty(0), np.empty(0)),  # type: ignore[arg-type]
            self.flagged,
            np.stack([w[order] for w in words], axis=1),
        )

    def _word_count(self) -> int:
        count, room = 1, 1
        for state in self.batch.states:
            if room * len(state.plans) >= 2**62:
                count, room = count + 1, 1
            room *= len(state.plans)
        return count + len(self.zeros)

    def _last_use(self) -> dict[int, list[int]]:
        """After which state the values of which others are no longer read."""
        last = {}
        for place, state in enumerate(self.batch.states):
            for t in (t for pair in state.believed for d in pair for _, t in d):
                last[t] = place
        found: dict[int, list[int]] = {}
        for t, place in last.items():
            if t != self.batch.game.start:
                found.setdefault(place, []).append(t)
        return found

    def _keep(self, keep: Any, sources: Any) -> None:
        """Keep some rows (a mask, or with ``sources`` the rows to copy from)."""
        import numpy as np

        index = np.flatnonzero(keep) if sources is None else sources
        self.point = self.point[index]
        self.whole = False
        self.words = [w[index] for w in self.words]
        self.worth = {s: tuple(v[index] if v.ndim else v for v in pair) for s, pair in self.worth.items()}  # type: ignore[misc]

    def _state(self, state: BatchState) -> None:
        """One step of the recursion: the rows branch into the ways in which this state can be played."""
        import numpy as np

        rows = len(self.point)
        delta = [self.take(d) for d in self.delta]
        tolerance = [self.take(t) for t in self.tolerance]
        number = {p: self.take(self.numbers[p]) for p in numbers_of(state)}
        base: list[list[Any]] = []  # worth of each play, but for what follows if the state stays
        stay: list[list[Any]] = []  # weight on the state's own value; None: never stays
        for play, pair in enumerate(state.payoffs):
            base.append([])
            stay.append([])
            for i in (0, 1):
                ahead: Any = 0.0
                own: Any = None
                for p, t in state.believed[play][i]:
                    if t == state.index:
                        own = delta[i] * number[p]
                    else:
                        ahead = ahead + number[p] * self.worth[t][i]
                base[play].append((1 - delta[i]) * number[pair[i]] + delta[i] * ahead)
                stay[play].append(own)
        loops = any(x is not None for pair in stay for x in pair)
        shared = None if loops else judge(state, base, tolerance, number, rows)
        accepted, worths = [], []
        unsure = np.zeros(rows, dtype=bool)
        for plan, mix in zip(state.plans, state.mixes, strict=True):
            value = tuple(value_of(mix, [b[i] for b in base], [w[i] for w in stay], number) for i in (0, 1))
            if shared is None:
                worth = [
                    [b if w is None else b + w * value[i] for i, (b, w) in enumerate(zip(bs, ws, strict=True))]
                    for bs, ws in zip(base, stay, strict=True)
                ]
                yes, maybe = judge(state, worth, tolerance, number, rows)(plan)
            else:
                yes, maybe = shared(plan)
            accepted.append(yes)
            worths.append(value)
            if maybe is not None:
                unsure |= maybe
        if unsure.any():
            self.flagged[self.point[unsure]] = True
            alive = ~self.flagged[self.point]
            accepted = [yes & alive for yes in accepted]
        self._branch(state, accepted, worths, rows)

    def _branch(self, state: BatchState, accepted: list[Any], worths: list[tuple[Any, Any]], rows: int) -> None:
        import numpy as np

        ways = np.zeros(rows, dtype=np.int64)
        plan = np.zeros(rows, dtype=np.int64)
        for k, yes in enumerate(accepted):
            ways += yes
            if k:
                plan[yes] = k
        if (ways == 1).all():
            value = []
            for i in (0, 1):
                v = np.array(np.broadcast_to(worths[0][i], (rows,)))
                for k, yes in enumerate(accepted[1:], 1):
                    np.copyto(v, worths[k][i], where=yes)
                value.append(v)
        else:
            chosen = [np.flatnonzero(yes) for yes in accepted]
            plan = np.repeat(np.arange(len(accepted)), [len(c) for c in chosen])
            value = [
                np.concatenate([np.broadcast_to(w[i], (rows,))[c] for w, c in zip(worths, chosen, strict=True)])
                for i in (0, 1)
            ]
            self._keep(None, np.concatenate(chosen))
        self.worth[state.index] = value[0], value[1]
        base = len(state.plans)
        if self.room * base >= 2**62:
            self.words.append(np.zeros(len(self.point), dtype=np.int64))
            self.room = 1
        self.words[-1] = self.words[-1] + plan * self.room
        self.room *= base
