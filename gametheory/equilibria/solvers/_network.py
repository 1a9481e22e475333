"""Who reads whose values: the dependency structure of a dynamic game, and orders in which to work through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gametheory.games.dynamic import DynamicGame

__all__ = ["Network", "network"]


@dataclass(frozen=True)
class Network:
    """The strongly connected parts of a game and the states whose values each part needs.

    Attributes
    ----------
    parts : tuple of tuples of int
        Last first: a part reads only entries before it.
    reads : tuple of tuples of int
        For each part the states outside it that players believe it can lead to.
    branching : tuple of bool
        For each part whether it may have more than one equilibrium.
    start : int
    """

    parts: tuple[tuple[int, ...], ...]
    reads: tuple[tuple[int, ...], ...]
    branching: tuple[bool, ...]
    start: int

    @cached_property
    def home(self) -> dict[int, int]:
        """The part of each state."""
        return {s: p for p, part in enumerate(self.parts) for s in part}

    @cached_property
    def readers(self) -> dict[int, tuple[int, ...]]:
        """For each state the parts that read it."""
        found: dict[int, list[int]] = {s: [] for s in self.home}
        for p, states in enumerate(self.reads):
            for s in states:
                found[s].append(p)
        return {s: tuple(p) for s, p in found.items()}

    @cached_property
    def varying(self) -> frozenset[int]:
        """Parts whose values may differ between equilibria."""
        found: set[int] = set()
        for p, states in enumerate(self.reads):
            if self.branching[p] or any(self.home[s] in found for s in states):
                found.add(p)
        return frozenset(found)

    def orders(self) -> list[tuple[int, ...]]:
        """Orders of the parts, each after those that it reads, that keep few varying values in use at a time; best first.

        Several orders are laid out (depth first from the start, with the readings of each part taken in different
        orders, and greedily) and ranked by their work, where the
        work at a point is reckoned to treble with each varying value in use.
        """
        cone = self._cones()
        plans = [tuple(range(len(self.parts)))]
        plans += [self._greedy(tie) for tie in ([0] * len(cone), [-c for c in cone])]
        for key in (lambda p: cone[p], lambda p: -cone[p], lambda p: p, lambda p: -p):
            plans.append(self._depth_first(key))
        return sorted(dict.fromkeys(plans), key=self._width)

    def _cones(self) -> list[int]:
        below: list[set[int]] = []
        for p, states in enumerate(self.reads):
            below.append({p}.union(*(below[self.home[s]] for s in states)))
        return [sum(self.branching[q] for q in cone) * len(self.parts) + len(cone) for cone in below]

    def _depth_first(self, key: Callable[[int], int]) -> tuple[int, ...]:
        done: dict[int, None] = {}
        for root in (self.home[self.start], *reversed(range(len(self.parts)))):
            stack = [(root, False)]
            while stack:
                p, ready = stack.pop()
                if p in done:
                    continue
                if ready:
                    done[p] = None
                    continue
                stack.append((p, True))
                below = {self.home[s] for s in self.reads[p]}
                stack += [(q, False) for q in sorted(below, key=key, reverse=True)]
        return tuple(done)

    def _greedy(self, tie: Sequence[int]) -> tuple[int, ...]:
        left = {s: len(ps) for s, ps in self.readers.items()}
        waiting = [len({self.home[s] for s in states}) for states in self.reads]
        above: list[set[int]] = [set() for _ in self.parts]
        for p, states in enumerate(self.reads):
            for s in states:
                above[self.home[s]].add(p)
        ready = {p for p, w in enumerate(waiting) if w == 0}
        order = []
        while ready:

            def growth(p: int) -> tuple[int, int, int]:
                gained = sum(p in self.varying and left[s] > 0 for s in self.parts[p])
                lost = sum(left[s] == 1 and self.home[s] in self.varying for s in self.reads[p])
                return gained - lost, tie[p], p

            p = min(ready, key=growth)
            ready.remove(p)
            order.append(p)
            for s in self.reads[p]:
                left[s] -= 1
            for q in above[p]:
                waiting[q] -= 1
                if waiting[q] == 0:
                    ready.add(q)
        return tuple(order)

    def _width(self, order: Sequence[int]) -> float:
        last = {s: p for p in order for s in self.reads[p]}
        place = {p: k for k, p in enumerate(order)}
        live = 0
        widths = []
        leaving: dict[int, int] = {}
        for k, p in enumerate(order):
            for s in self.parts[p]:
                if p in self.varying and s in last:
                    live += 1
                    end = place[last[s]]
                    leaving[end] = leaving.get(end, 0) + 1
            widths.append(live)
            live -= leaving.pop(k, 0)
        return sum(3.0 ** min(width, 600) for width in widths)


def network(game: DynamicGame) -> Network:
    """The dependency structure of a game.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> network(DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")).branching
    (True,)
    """
    reads, branching = [], []
    for part in game.parts:
        outside = {
            t for s in part for play in game.periods[s].plays for i in (0, 1) for q, t in play.next_for(i) if q != 0
        }
        reads.append(tuple(sorted(outside - set(part))))
        branching.append(any(len(node.actions) > 1 for s in part for node in game.periods[s].nodes))
    return Network(game.parts, tuple(reads), tuple(branching), game.start)
