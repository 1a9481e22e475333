r"""Parts in which each player makes at most one choice between two actions, for many continuations at once, with enclosures.

Let player f choose between the actions 0 and 1 in such a part while the other takes her action 1 with probability y, and
let continuation values outside the part be given. What action a, taken for ever, is worth to f where she chooses is
:math:`N_a(y) / D_a(y)` with N and D linear in y and D > 0, since play that stays in the part is discounted. So action 0 is
the better one where :math:`F(y) = N_0(y) D_1(y) - N_1(y) D_0(y) > 0`, a quadratic (linear if play never stays). Unless
F(0) or F(1) is zero, the equilibria are: the pairs of pure mutual best replies, and the pairs of a root of the one player's
F and a root of the other's, strictly between 0 and 1. Each sign is certified by an enclosure; where none certifies it, the
continuation is reported as undecided. Signs and roots are those of the true numbers, not of the rounded ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.solvers._frontier import Table
from gametheory.equilibria.solvers._intervals import Balls, Floats, enclose
from gametheory.equilibria.solvers._network import Network
from gametheory.games.dynamic import DynamicGame

__all__ = ["MIXED", "BinaryLane", "fits", "profiles"]

Index = NDArray[np.int64]
#: Tags of equilibria: 2 a + b for the pure pair (a, b); 4 + 2 r + q for the r-th root of player 1's F and the q-th of player 2's.
MIXED = 4


def fits(game: DynamicGame, part: tuple[int, ...]) -> bool:
    """Whether each player makes at most one choice in the part, between two actions, that this lane can handle."""
    choosers: list[tuple[int, int]] = []
    for s in part:
        period = game.periods[s]
        nodes = [node for node in period.nodes if len(node.actions) > 1]
        if any(len(node.actions) > 2 for node in nodes) or (not period.simultaneous and len(period.nodes) > 1):
            return False
        choosers += [(node.player, s) for node in nodes]
    if len({f for f, _ in choosers}) < len(choosers) or len(part) > 2:
        return False
    return len(part) == 1 or len({s for _, s in choosers}) == len(choosers)


@dataclass(frozen=True)
class _Part:
    """A part in numbers: for each player f, her place (state and action count) and linear data of plays.

    ``plays[f][place][(a, b)]`` for place 0 (where f chooses) and 1 (the other state, if any): the period payoff times
    (1 - delta), pairs (discounted probability, outside state), and the discounted probabilities of places 0 and 1.
    ``a`` is f's own action, ``b`` the other's.
    """

    states: tuple[int, ...]
    counts: tuple[int, int]
    where: tuple[int, int]
    plays: tuple[tuple[dict[tuple[int, int], tuple[Any, tuple[tuple[Any, int], ...], tuple[Any, Any]]], ...], ...]


@dataclass
class BinaryLane:
    """Local equilibria of binary parts by certified enclosures.

    Parameters
    ----------
    game : DynamicGame
    net : Network
    arithmetic : Floats or Balls
    """

    game: DynamicGame
    net: Network
    arithmetic: Floats | Balls
    pure: bool = False
    values: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    mixes: list[tuple[Any, Any]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        before = flint.ctx.prec
        flint.ctx.prec = max(self.arithmetic.bits, 64)
        try:
            known: dict[object, flint.arb] = {}

            def ball(x: Any) -> flint.arb:
                if x not in known:
                    known[x] = enclose(x)
                return known[x]

            self._parts = [_prepare(self.game, part, ball) for part in self.net.parts]
        finally:
            flint.ctx.prec = before

    def most(self, p: int) -> int:
        """An upper bound on the number of equilibria of a part."""
        a, b = self._parts[p].counts
        if a * b < 4:
            return 1
        return 2 if self.pure else (3 if self._linear(p) else 5)

    def _linear(self, p: int) -> bool:
        return all(
            inner[0] == 0 == inner[1]
            for player in self._parts[p].plays
            for place in player
            for _, _, inner in place.values()
        )

    def is_bimatrix(self, p: int) -> bool:
        """Whether the part is one state in which both players choose, and which play leaves at once."""
        part = self._parts[p]
        return len(part.states) == 1 and part.counts == (2, 2) and self._linear(p)

    def cell_reads(self, p: int, cell: tuple[int, int]) -> tuple[int, ...]:
        """States that may follow a pair of actions, by either player's belief."""
        plays = self._parts[p].plays
        found = {t for f in (0, 1) for _, t in plays[f][0][cell if f == 0 else (cell[1], cell[0])][1]}
        return tuple(sorted(found))

    def cell_worth(self, p: int, f: int, cell: tuple[int, int], numbers: Mapping[int, Index], size: int) -> Any:
        """What a pair of actions is worth to player f, for each combination of values of the states that may follow."""
        reward, outside, _ = self._parts[p].plays[f][0][cell if f == 0 else (cell[1], cell[0])]
        worth = self.arithmetic.of(reward, size)
        for q, t in outside:
            worth = self.arithmetic.add(
                worth, self.arithmetic.scale(q, self.arithmetic.take(self.values[t][f], numbers[t]))
            )
        return worth

    def domain(self, s: int) -> int:
        """Number of values of a state that are told apart."""
        return len(self.arithmetic.bounds(self.values[s][0])[0])

    def enclosures(self, s: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Intervals around both players' values of a state, for each of its values."""
        (a, b), (c, d) = (self.arithmetic.bounds(v) for v in self.values[s])
        return [((w, x), (y, z)) for w, x, y, z in zip(a.tolist(), b.tolist(), c.tolist(), d.tolist(), strict=True)]

    def solve(self, p: int, rows: list[Index], size: int, *, values: bool = True) -> Table:
        """All equilibria of a part for each of ``size`` continuations.

        Parameters
        ----------
        p : int
        rows : list of arrays
            For each state that the part reads the index of its value, continuation by continuation.
        values : bool
            Whether anyone needs the values of the part.
        """
        before = flint.ctx.prec
        flint.ctx.prec = max(self.arithmetic.bits, 64)
        try:
            with np.errstate(all="ignore"):  # an overflow ends in nan, which no sign test takes for certain
                return self._solve(p, rows, size, values)
        finally:
            flint.ctx.prec = before

    def _solve(self, p: int, rows: list[Index], size: int, values: bool) -> Table:
        part = self._parts[p]
        read = dict(zip(self.net.reads[p], rows, strict=False))  # no rows where nothing is needed
        m, n = part.counts
        if m * n == 1 and not values:
            return Table(np.arange(size), [], np.zeros(size, np.int8), np.zeros(0, np.int64))
        forms = [self._forms(part, f, read, size) for f in (0, 1)]
        undecided = np.zeros(size, bool)
        rowsof: list[Index] = []
        tags: list[Index] = []
        ends: list[tuple[Any, Any]] = []  # for each group of equilibria y (of player 2's action 1) and x; None: pure

        def emit(mask: NDArray[np.bool_], tag: int, x: Any, y: Any) -> None:
            index = np.flatnonzero(mask)
            if len(index):
                rowsof.append(index)
                tags.append(np.full(len(index), tag, np.int8))
                ends.append(
                    (
                        self.arithmetic.take(x, index) if x is not None else None,
                        self.arithmetic.take(y, index) if y is not None else None,
                    )
                )

        everywhere = np.ones(size, bool)
        if m * n == 1:
            emit(everywhere, 0, None, None)
        elif m * n == 2:
            f = 0 if m == 2 else 1
            better = self.arithmetic.sign(forms[f].gap(0))
            undecided |= better == 0
            for a in (0, 1):
                emit(better == (1 if a == 0 else -1), 2 * a if f == 0 else a, None, None)
        else:
            signs = [[self.arithmetic.sign(forms[f].gap(b)) for b in (0, 1)] for f in (0, 1)]
            for pair in signs:
                undecided |= (pair[0] == 0) | (pair[1] == 0)
            for a in (0, 1):
                for b in (0, 1):
                    emit((signs[0][b] == 1 - 2 * a) & (signs[1][a] == 1 - 2 * b) & ~undecided, 2 * a + b, None, None)
            if not self.pure:
                found = [forms[f].roots(signs[f], undecided) for f in (0, 1)]
                for r, (has_y, y) in enumerate(found[0]):
                    for q, (has_x, x) in enumerate(found[1]):
                        emit(has_y & has_x & ~undecided, MIXED + 2 * r + q, x, y)
        row = np.concatenate(rowsof) if rowsof else np.zeros(0, np.int64)
        tag = np.concatenate(tags) if tags else np.zeros(0, np.int8)
        order = np.argsort(row, kind="stable")
        ids: list[Index] = []
        if size == 1:
            self.mixes = [(x[0] if x is not None else None, y[0] if y is not None else None) for x, y in ends]
            self.mixes = [self.mixes[k] for k in order]
        if values:
            ids = [numbers[order] for numbers in self._worth(part, forms, rowsof, tags, ends)]
        return Table(row[order], ids, tag[order], np.flatnonzero(undecided))

    def _forms(self, part: _Part, f: int, read: dict[int, Index], size: int) -> _Forms:
        ar = self.arithmetic
        places = []
        for place in part.plays[f]:
            table = {}
            for key, (reward, outside, inner) in place.items():
                total = ar.of(reward, size)
                for q, t in outside:
                    total = ar.add(total, ar.scale(q, ar.take(self.values[t][f], read[t])))
                table[key] = (total, inner)
            places.append(table)
        return _Forms(ar, part.counts[f], part.counts[1 - f], places, size)

    def _worth(
        self, part: _Part, forms: list[_Forms], rows: list[Index], tags: list[Index], ends: list[tuple[Any, Any]]
    ) -> list[Index]:
        """Enclose the values of all equilibria, merge what overlaps, and number what is told apart."""
        ar = self.arithmetic
        collected: list[list[list[Any]]] = [[[], []] for _ in part.states]
        for index, tag, (x, y) in zip(rows, tags, ends, strict=True):
            kind = int(tag[0])
            for f in (0, 1):
                own, other = (kind // 2, kind % 2) if f == 0 else (kind % 2, kind // 2)
                at = y if f == 0 else x
                here, there = forms[f].value(index, own if kind < MIXED else 1, other if kind < MIXED else at)
                collected[part.where[f]][f].append(here)
                if there is not None:
                    collected[1 - part.where[f]][f].append(there)
        found: list[Index] = []
        for s, pair in zip(part.states, collected, strict=True):
            if not pair[0]:
                empty = ar.take(ar.of(flint.arb(0), 1), np.zeros(0, np.int64))
                self.values[s] = (empty, empty)
                found.append(np.zeros(0, np.int64))
                continue
            v = [ar.join(pair[0]), ar.join(pair[1])]
            ids, order, starts = _clusters([ar.bounds(v[0]), ar.bounds(v[1])])
            self.values[s] = (ar.hulls(v[0], order, starts), ar.hulls(v[1], order, starts))
            found.append(ids)
        return found


def _clusters(boxes: list[tuple[Any, Any]]) -> tuple[Index, Index, Index]:
    """Group boxes so that boxes of different groups are disjoint: group numbers, an order by group, starts of groups."""
    size = len(boxes[0][0])
    group = np.zeros(size, np.int64)
    groups = 1
    while True:
        for lo, hi in boxes:
            points = np.sort(lo)
            low = np.searchsorted(points, lo, "left") + group * (size + 1)
            high = np.searchsorted(points, hi, "right") + group * (size + 1)
            order = np.argsort(low, kind="stable")
            reach = np.maximum.accumulate(high[order])
            fresh = np.ones(size, bool)
            # a box starts a group if it lies beyond all before it, or if its old group differs from the one before
            fresh[1:] = (reach[:-1] <= low[order][1:]) | (group[order][1:] != group[order][:-1])
            number = np.cumsum(fresh) - 1
            group = np.empty(size, np.int64)
            group[order] = number
        now = int(number[-1]) + 1
        if now == groups:
            break
        groups = now
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], group[order][1:] != group[order][:-1])))
    return group, order, starts


@dataclass
class _Forms:
    """One player's problem in a part, for many continuations."""

    ar: Any
    own: int
    other: int
    places: list[dict[tuple[int, int], tuple[Any, tuple[Any, Any]]]]
    size: int

    def __post_init__(self) -> None:
        self._cache: dict[tuple[int, int], tuple[Any, Any]] = {}
        self.stays = any(inner[0] != 0 or inner[1] != 0 for place in self.places for _, inner in place.values())

    def _ends(self, a: int, b: int) -> tuple[Any, Any]:
        """N_a and D_a at the pure action b of the other; D is None where it is 1."""
        if (a, b) not in self._cache:
            ar = self.ar
            reward, inner = self.places[0][a, b] if (a, b) in self.places[0] else self.places[0][a, 0]
            if not self.stays:
                self._cache[a, b] = (reward, None)
            elif len(self.places) == 1:
                self._cache[a, b] = (reward, ar.of(1 - inner[0], self.size))
            else:
                away, other = self.places[1][0, b]
                n = ar.add(ar.scale(1 - other[1], reward), ar.scale(inner[1], away))
                self._cache[a, b] = (n, ar.of((1 - inner[0]) * (1 - other[1]) - inner[1] * other[0], self.size))
        return self._cache[a, b]

    def gap(self, b: int) -> Any:
        """F at y = b."""
        (n0, d0), (n1, d1) = self._ends(0, b), self._ends(1, b)
        ar = self.ar
        return ar.sub(n0, n1) if d0 is None else ar.sub(ar.mul(n0, d1), ar.mul(n1, d0))

    def roots(self, signs: list[Any], undecided: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], Any]]:
        """Roots of F strictly between 0 and 1: for each possible one where it exists, and an enclosure."""
        ar = self.ar
        crosses = signs[0] * signs[1] < 0
        f0, f1 = self.gap(0), self.gap(1)
        if not self.stays:
            return [(crosses, self._inside(ar.div(f0, ar.sub(f0, f1))))]
        flip = signs[0] < 0
        (n00, d00), (n10, d10), (n01, d01), (n11, d11) = (self._ends(a, b) for b in (0, 1) for a in (0, 1))
        n0, n1, d0, d1 = ar.sub(n01, n00), ar.sub(n11, n10), ar.sub(d01, d00), ar.sub(d11, d10)
        square = ar.sub(ar.mul(n0, d1), ar.mul(n1, d0))
        slope = ar.sub(ar.add(ar.mul(n00, d1), ar.mul(n0, d10)), ar.add(ar.mul(n10, d0), ar.mul(n1, d00)))
        c, b, a = (ar.where(flip, ar.neg(z), z) for z in (f0, slope, square))  # now F(0) > 0
        four = ar.of(flint.arb(4), self.size)
        two = ar.of(flint.arb(2), self.size)
        disc = ar.sub(ar.mul(b, b), ar.mul(four, ar.mul(a, c)))
        convex, falls, real = ar.sign(a), ar.sign(b), ar.sign(disc)
        turns = ar.sign(ar.add(b, ar.mul(two, a)))  # F'(1): the lowest point lies before 1 if positive
        same = signs[0] * signs[1] > 0
        none = (convex < 0) | (falls > 0) | (turns < 0) | (real < 0)
        both = (convex > 0) & (falls < 0) & (turns > 0) & (real > 0)
        undecided |= same & ~none & ~both
        width = ar.root(disc)
        minus = ar.sub(width, b)
        near = ar.div(ar.mul(two, c), minus)
        other = ar.div(ar.neg(ar.add(b, width)), ar.mul(two, a))
        first = ar.where(crosses & (falls > 0), other, near)
        second = ar.div(minus, ar.mul(two, a))
        double = same & both & ~undecided
        return [(crosses | double, self._inside(first)), (double, self._inside(second))]

    def _inside(self, y: Any) -> Any:
        """Cut an enclosure of a probability to [0, 1] (float lane only; balls are left as they are)."""
        if isinstance(self.ar, Floats):
            return np.clip(np.nan_to_num(y[0], nan=0.0), 0.0, 1.0), np.clip(np.nan_to_num(y[1], nan=1.0), 0.0, 1.0)
        return y

    def value(self, index: Index, own: int, other: Any) -> tuple[Any, Any]:
        """What the player's action is worth at both places of the part, where the other's action or mix is given."""
        ar = self.ar
        own = min(own, self.own - 1)
        if isinstance(other, int):
            b = min(other, self.other - 1)
            n, d = (None if z is None else ar.take(z, index) for z in self._ends(own, b))
            here = n if d is None else ar.div(n, d)
            if len(self.places) == 1:
                return here, None
            away, inner = self.places[1][0, b]
            size = len(index)
            there = ar.add(ar.take(away, index), ar.scale(inner[0], here))
            return here, ar.div(there, ar.of(1 - inner[1], size))

        def mix(z0: Any, z1: Any) -> Any:
            return ar.add(z0, ar.mul(other, ar.sub(z1, z0)))

        (n0, d0), (n1, d1) = self._ends(own, 0), self._ends(own, 1)
        n = mix(ar.take(n0, index), ar.take(n1, index))
        here = n if d0 is None else ar.div(n, mix(ar.take(d0, index), ar.take(d1, index)))
        if len(self.places) == 1:
            return here, None
        size = len(index)
        (away0, inner0), (away1, inner1) = self.places[1][0, 0], self.places[1][0, self.other - 1]
        away = mix(ar.take(away0, index), ar.take(away1, index))
        back = mix(ar.of(inner0[0], size), ar.of(inner1[0], size))
        stay = mix(ar.of(1 - inner0[1], size), ar.of(1 - inner1[1], size))
        return here, ar.div(ar.add(away, ar.mul(back, here)), stay)


def _prepare(game: DynamicGame, part: tuple[int, ...], ball: Any) -> _Part:
    """Collect a part's numbers; the order of the two states is that of the part."""
    counts, where = [1, 1], [0, 0]
    chosen: dict[int, int] = {}
    for k, s in enumerate(part):
        for node in game.periods[s].nodes:
            if len(node.actions) > 1:
                counts[node.player], where[node.player] = len(node.actions), k
                chosen[node.player] = k
    if len(part) == 2:
        for f in (0, 1):
            if f not in chosen:
                where[f] = 1 - where[1 - f] if 1 - f in chosen else f
        if not chosen:
            where = [0, 1]
    players = []
    for f in (0, 1):
        discount = ball(game.discount[f])
        places = []
        here = part[where[f]]
        away = [s for s in part if s != here]
        position = {here: 0} | dict.fromkeys(away, 1)
        for s in (here, *away):
            table = {}
            for choice, lottery in profiles(game, s):
                reward = flint.arb(0)
                outside: dict[int, Any] = {}
                inner = [flint.arb(0), flint.arb(0)]
                for p, play in lottery:
                    reward += ball(p) * (1 - discount) * ball(game.periods[s].plays[play].payoff_to(f))
                    for q, t in game.periods[s].plays[play].next_for(f):
                        step = discount * ball(p) * ball(q)
                        if t in position:
                            inner[position[t]] += step
                        else:
                            outside[t] = outside.get(t, 0) + step
                own, other = choice[f], choice[1 - f]
                table[own, other] = (reward, tuple((q, t) for t, q in outside.items()), (inner[0], inner[1]))
            places.append(table)
        players.append(tuple(places))
    return _Part(part, (counts[0], counts[1]), (where[0], where[1]), tuple(players))


def profiles(game: DynamicGame, s: int) -> list[tuple[tuple[int, int], list[tuple[Any, int]]]]:
    """For each pair of actions (0 where a player has no choice) the draw of the play."""
    period = game.periods[s]
    if period.simultaneous:
        return [
            ((a, b), [(p, ~t) for p, t in lottery])
            for a, row in enumerate(period.branches)
            for b, lottery in enumerate(row)
        ]
    (node,) = period.nodes
    return [
        ((a, 0) if node.player == 0 else (0, a), [(p, ~t) for p, t in lottery])
        for a, lottery in enumerate(period.branches[0])
    ]
