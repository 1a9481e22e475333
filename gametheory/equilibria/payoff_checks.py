"""Checks payoff sets again, in exact rationals and from the definitions, without the solver that proposed them.

Inner sets: every vertex of W lies in B(W), so that W generates itself and holds only equilibrium payoffs. Outer sets: the first
set holds every payoff of the game; each later one holds everything that the one before supports; and where a contraction is
given, linear-programming duality bounds B on the whole family ``W(t) = {n_k . x <= b_k + t c_k}``, 0 < t <= reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import flint

from gametheory.equilibria.solvers._polygon import (
    clip,
    clip_half_plane,
    contains,
    half_planes,
    hull,
    minkowski,
    support,
)
from gametheory.errors import CertificateError
from gametheory.exact import rational as exact_rational
from gametheory.exact import to_flint
from gametheory.games.dynamic import DynamicGame, Play

__all__ = ["check_contraction", "check_inner", "check_outer", "supported_below", "supports"]

Point = tuple[flint.fmpq, flint.fmpq]
Polygon = list[Point]
Sets = Mapping[int, Polygon]


@lru_cache(maxsize=4096)
def rational(x: Any) -> flint.fmpq:
    """A number of the game as a python-flint rational."""
    return to_flint(exact_rational(x))


def _discounts(game: DynamicGame) -> Point:
    return rational(game.discount[0]), rational(game.discount[1])


def _worst(sets: Sets) -> dict[int, Point]:
    return {s: (min(x for x, _ in w), min(y for _, y in w)) for s, w in sets.items() if w}


def _floor(game: DynamicGame, s: int) -> Point | None:
    """Pure minmax of a simultaneous period after every play of which the state stays: nobody can be held below."""
    period = game.periods[s]
    if not period.simultaneous or any(t != s for play in period.plays for _, t in play.next):
        return None
    table = [[period.plays[~lottery[0][1]].payoffs for lottery in row] for row in period.branches]
    first = min(max(rational(table[i][j][0]) for i in range(len(table))) for j in range(len(table[0])))
    second = min(max(rational(x[1]) for x in row) for row in table)
    return first, second


def _values(game: DynamicGame, play: Play, sets: Sets) -> Polygon:
    d = _discounts(game)
    total: Polygon = [(flint.fmpq(0), flint.fmpq(0))]
    for p, t in play.next:
        total = minkowski(total, [(rational(p) * x, rational(p) * y) for x, y in sets[t]])
    now = [(1 - d[i]) * rational(play.payoffs[i]) for i in (0, 1)]
    return hull((now[0] + d[0] * x, now[1] + d[1] * y) for x, y in total)


def _departure(game: DynamicGame, play: Play, i: int, worst: Mapping[int, Point]) -> flint.fmpq:
    d = _discounts(game)[i]
    return (1 - d) * rational(play.payoffs[i]) + d * sum(
        (rational(p) * worst[t][i] for p, t in play.next), flint.fmpq(0)
    )


def supports(
    game: DynamicGame, s: int, sets: Sets, worst: Mapping[int, Point] | None = None
) -> list[tuple[int, Polygon]]:
    """For each play that can be supported in state s, its index and the payoffs it supports.

    A state from which some play leads to an empty set supports nothing. ``worst`` holds each player's worst continuation payoff in
    each state, if it is not the least of ``sets``.
    """
    period = game.periods[s]
    if any(not sets[t] for play in period.plays for _, t in play.next):
        return []
    if not period.simultaneous:
        return supported_below(game, s, sets, 0)
    low = _worst(sets) if worst is None else worst
    index = [[~lottery[0][1] for lottery in row] for row in period.branches]
    found = []
    for i, row in enumerate(index):
        for j, number in enumerate(row):
            region = _values(game, period.plays[number], sets)
            for k in range(len(index)):
                if k != i:
                    region = clip(region, 0, _departure(game, period.plays[index[k][j]], 0, low))
            for k in range(len(row)):
                if k != j:
                    region = clip(region, 1, _departure(game, period.plays[row[k]], 1, low))
            if region:
                found.append((number, region))
    return found


def supported_below(game: DynamicGame, s: int, sets: Sets, target: int) -> list[tuple[int, Polygon]]:
    """The same for what remains of a period of moves in sequence at a node (or, for ``target`` below zero, a play).

    Whoever departs at a node gets the worst for her of what can be supported after her action.
    """
    period = game.periods[s]
    if target < 0:
        return [(~target, _values(game, period.plays[~target], sets))]
    mover = period.nodes[target].player
    options = [supported_below(game, s, sets, lottery[0][1]) for lottery in period.branches[target]]
    if not all(options):
        return []
    lows = [min(v[mover] for _, region in option for v in region) for option in options]
    kept = []
    for a, option in enumerate(options):
        for end, region in option:
            for b, low in enumerate(lows):
                if b != a:
                    region = clip(region, mover, low)
            if region:
                kept.append((end, region))
    return kept


def check_inner(game: DynamicGame, sets: Sets) -> None:
    """Raise :class:`CertificateError` unless the sets generate themselves."""
    for s, w in sets.items():
        if w:
            region = hull(v for _, part in supports(game, s, sets) for v in part)
            if not contains(region, w):
                raise CertificateError(f"the inner payoff set of state {game.states[s]!r} does not generate itself")


def check_outer(game: DynamicGame, part: Any, outer: Sets) -> None:
    """Raise :class:`CertificateError` unless the evidence for a part of the states confines its payoff sets to ``outer``.

    Parameters
    ----------
    game : DynamicGame
    part : PartEvidence
    outer : mapping from state to polygon
        For the part's states and those they lead to; the latter have been checked before.
    """
    names = [game.states[s] for s in part.part]
    beyond = {t for s in part.part for play in game.periods[s].plays for _, t in play.next} - set(part.part)
    if any(not outer[t] for t in beyond):
        if any(outer[s] for s in part.part):
            raise CertificateError(f"states {names} lead to a state without equilibria")
        return
    later = {t: outer[t] for t in beyond}
    if not part.steps:
        for s in part.part:
            region = hull(v for _, piece in supports(game, s, later) for v in piece)
            if not (contains(outer[s], region) if region else True):
                raise CertificateError(f"the outer payoff set of state {game.states[s]!r} is too small")
        return
    scale = flint.fmpq(1, part.unit)
    steps = [{s: [(x * scale, y * scale) for x, y in w] for s, w in step.items()} for step in part.steps]
    d = _discounts(game)
    every = [tuple(map(rational, play.payoffs)) for period in game.periods for play in period.plays]
    for s in part.part:
        stays = d[0] == d[1] and all(t == s for play in game.periods[s].plays for _, t in play.next)
        points = (
            [tuple(map(rational, play.payoffs)) for play in game.periods[s].plays]
            if stays
            else [(f(x for x, _ in every), g(y for _, y in every)) for f in (min, max) for g in (min, max)]
        )
        if not contains(steps[0][s], points):  # type: ignore[arg-type]
            raise CertificateError(f"the first outer set of state {game.states[s]!r} does not hold every payoff")
    for before, after in pairwise(steps):
        sets = {**later, **before}
        worst = _raise_worst(game, _worst(sets), part.part)
        for s in part.part:
            _check_step(game, s, supports(game, s, sets, worst), before[s], after[s])
    last = steps[-1]
    if any(not w for w in last.values()):
        if any(outer[s] for s in part.part):
            raise CertificateError(f"states {names}: an empty set does not empty the others")
        return
    if part.contraction is None:
        for s in part.part:
            if not contains(outer[s], last[s]):
                raise CertificateError(f"the outer payoff set of state {game.states[s]!r} is too small")
        return
    check_contraction(game, part.part, part.contraction, {**later, **{s: outer[s] for s in part.part}}, last)


def _raise_worst(game: DynamicGame, worst: dict[int, Point], part: Sequence[int]) -> dict[int, Point]:
    for s in part:
        floor = _floor(game, s)
        if floor is not None and s in worst:
            worst[s] = (max(worst[s][0], floor[0]), max(worst[s][1], floor[1]))
    return worst


def _capped(game: DynamicGame, play: Play, s: int) -> bool:
    """Whether an extreme payoff supported by this play cannot exceed the play's own payoff in its direction."""
    d = _discounts(game)
    return d[0] == d[1] and all(t == s for _, t in play.next)


def _check_step(game: DynamicGame, s: int, found: list[tuple[int, Polygon]], before: Polygon, after: Polygon) -> None:
    if not after:
        if found:
            raise CertificateError(f"an outer set of state {game.states[s]!r} was emptied too early")
        return
    for n, most in half_planes(after):
        if support(before, n) <= most:
            continue
        for number, region in found:
            play = game.periods[s].plays[number]
            bound = support(region, n)
            if _capped(game, play, s):
                bound = min(bound, n[0] * rational(play.payoffs[0]) + n[1] * rational(play.payoffs[1]))
            if bound > most:
                raise CertificateError(f"an outer set of state {game.states[s]!r} is too small")


# --- contraction -----------------------------------------------------------------------------------------------------------------

Line = tuple[Point, flint.fmpq, flint.fmpq]  # normal, offset at t = 0, growth with t


def check_contraction(game: DynamicGame, part: Sequence[int], contraction: Any, sets: Sets, last: Sets) -> None:
    """Raise :class:`CertificateError` unless whatever lies within ``last`` and is supported lies within ``sets``.

    Parameters
    ----------
    game : DynamicGame
    part : sequence of int
    contraction : Contraction
    sets : mapping from state to polygon
        Of the part's states and of those they lead to; coordinates are rationals, or other exact numbers that compute with them.
    last : mapping from state to polygon
        Known to hold the payoff sets of the part's states.
    """
    normals, widths = list(contraction.normals), contraction.widths
    reach, rate = contraction.reach, contraction.rate
    if not 0 <= rate < 1 or reach <= 0 or any(c <= 0 for row in widths.values() for c in row):
        raise CertificateError("a contraction needs a rate below one and positive widths")
    zero = [flint.fmpq(0)] * len(normals)
    offset = {t: [support(w, n) for n in normals] for t, w in sets.items()}
    growth = {t: widths.get(t, zero) for t in sets}
    low = [normals.index((flint.fmpq(-1), flint.fmpq(0))), normals.index((flint.fmpq(0), flint.fmpq(-1)))]
    d = _discounts(game)
    for s in part:
        for n, b, c in zip(normals, offset[s], growth[s], strict=True):
            if support(last[s], n) > b + reach * c:
                raise CertificateError("the outer steps do not reach the contraction")
        corners = _corners(normals, offset[s])
        if not (contains(corners, sets[s]) and contains(sets[s], corners)):
            raise CertificateError("the set that a contraction leads to is not described by its half-planes")
        if not game.periods[s].simultaneous:
            for play, bounding in _tree_lines(game, s, normals, offset, growth, reach):
                _check_play(game, s, play, bounding, normals, offset[s], growth[s], reach, rate, direct=True)
            continue
        for play, rivals in _rivals(game, s):
            lines: list[Line] = [
                (
                    n,
                    sum((rational(p) * offset[t][k] for p, t in play.next), flint.fmpq(0)),
                    sum((rational(p) * growth[t][k] for p, t in play.next), flint.fmpq(0)),
                )
                for k, n in enumerate(normals)
            ]
            for i in (0, 1):
                down = (flint.fmpq(-1), flint.fmpq(0)) if i == 0 else (flint.fmpq(0), flint.fmpq(-1))
                for other in rivals[i]:
                    need = [(1 - d[i]) * (rational(other.payoffs[i]) - rational(play.payoffs[i])) / d[i], flint.fmpq(0)]
                    fixed = need[0]
                    for p, t in other.next:
                        floor = _floor(game, t)
                        need[0] -= rational(p) * offset[t][low[i]]
                        need[1] += rational(p) * growth[t][low[i]]
                        fixed += rational(p) * (floor[i] if floor is not None else -offset[t][low[i]])
                    lines.append((down, -need[0], need[1]))
                    if all(_floor(game, t) is not None for _, t in other.next):
                        lines.append((down, -fixed, flint.fmpq(0)))
            _check_play(game, s, play, lines, normals, offset[s], growth[s], reach, rate)


def _rivals(game: DynamicGame, s: int) -> list[tuple[Play, tuple[list[Play], list[Play]]]]:
    period = game.periods[s]
    if not period.simultaneous:
        raise CertificateError("a contraction is only checked for simultaneous moves")
    table = [[period.plays[~lottery[0][1]] for lottery in row] for row in period.branches]
    return [
        (play, ([r[j] for k, r in enumerate(table) if k != i], [x for k, x in enumerate(row) if k != j]))
        for i, row in enumerate(table)
        for j, play in enumerate(row)
    ]


def _corners(normals: Sequence[Point], offsets: Sequence[flint.fmpq]) -> Polygon:
    """Vertices of a bounded intersection of half-planes."""
    big = 1 + max(abs(b) for b in offsets) * 4
    region = [(-big, -big), (big, -big), (big, big), (-big, big)]
    for n, b in zip(normals, offsets, strict=True):
        region = clip_half_plane(region, n, b)
    return region


def _check_play(
    game: DynamicGame,
    s: int,
    play: Play,
    lines: list[Line],
    normals: Sequence[Point],
    offset: Sequence[flint.fmpq],
    growth: Sequence[flint.fmpq],
    reach: flint.fmpq,
    rate: flint.fmpq,
    *,
    direct: bool = False,
) -> None:
    """No direction of what the play supports in W(t) exceeds W(rate t), for all t up to ``reach``."""
    d = _discounts(game)
    g = tuple(map(rational, play.payoffs))
    if not _corners([n for n, _, _ in lines], [b + reach * c for _, b, c in lines]):
        return  # not supported in W(reach), and so in none that is smaller
    for n, most, wide in zip(normals, offset, growth, strict=True):
        if _capped(game, play, s) and n[0] * g[0] + n[1] * g[1] <= most:
            continue
        now = n[0] * (1 - d[0]) * g[0] + n[1] * (1 - d[1]) * g[1]
        m = (n[0] * d[0], n[1] * d[1])
        if direct:  # the lines bound the play's payoffs themselves, not the continuation
            now, m = flint.fmpq(0), n
        if not any(
            now + b <= most and now + b + reach * c <= most + rate * reach * wide for b, c in _dual_bounds(m, lines)
        ):
            raise CertificateError(f"the bounds of state {game.states[s]!r} do not contract")


def _dual_bounds(m: Point, lines: Sequence[Line]) -> Any:
    """Bounds (at t = 0, growth) of ``m . x`` from every non-negative combination of two lines that gives m."""
    for n, b, c in lines:
        if m[0] * n[1] == m[1] * n[0]:
            share = m[0] / n[0] if n[0] != 0 else m[1] / n[1]
            if share > 0:
                yield share * b, share * c
    for (n, b, c), (p, e, f) in combinations(lines, 2):
        det = n[0] * p[1] - n[1] * p[0]
        if det != 0:
            x, y = (m[0] * p[1] - m[1] * p[0]) / det, (n[0] * m[1] - n[1] * m[0]) / det
            if x >= 0 and y >= 0:
                yield x * b + y * e, x * c + y * f


def _tree_lines(
    game: DynamicGame,
    s: int,
    normals: Sequence[Point],
    offset: Mapping[int, Sequence[flint.fmpq]],
    growth: Mapping[int, Sequence[flint.fmpq]],
    reach: flint.fmpq,
) -> list[tuple[Play, list[Line]]]:
    """Lines that hold, for every t up to ``reach``, the payoffs that each play of a period in sequence supports in W(t).

    A player's least payoff after an action is at least the least of linear bounds, one for each play that can follow; such a
    minimum is concave in t, so that the chord between t = 0 and t = reach lies below it.
    """
    period, d = game.periods[s], _discounts(game)

    def follow(target: int) -> list[tuple[Play, list[Line]]]:
        if target < 0:
            play = period.plays[~target]
            lines: list[Line] = []
            for k, n in enumerate(normals):
                m = (n[0] / d[0], n[1] / d[1])
                base = sum((rational(p) * offset[t][k] for p, t in play.next), flint.fmpq(0))
                wide = sum((rational(p) * growth[t][k] for p, t in play.next), flint.fmpq(0))
                now = sum((m[i] * (1 - d[i]) * rational(play.payoffs[i]) for i in (0, 1)), flint.fmpq(0))
                lines.append((m, base + now, wide))
            return [(play, lines)]
        mover = period.nodes[target].player
        down = (flint.fmpq(-1), flint.fmpq(0)) if mover == 0 else (flint.fmpq(0), flint.fmpq(-1))
        options = [follow(lottery[0][1]) for lottery in period.branches[target]]
        if not all(options):
            return []
        lows = []
        for option in options:
            ends = []
            for _, lines in option:
                b, c = min(_dual_bounds(down, lines), key=lambda bound: (bound[0], bound[1]))
                ends.append((-b, -b - reach * c))
            lows.append((min(x for x, _ in ends), min(y for _, y in ends)))
        kept = []
        for a, option in enumerate(options):
            extra = [(down, -x, (x - y) / reach) for b, (x, y) in enumerate(lows) if b != a]
            for play, lines in option:
                every = [*lines, *extra]
                if _corners([n for n, _, _ in every], [b + reach * c for _, b, c in every]):
                    kept.append((play, every))
        return kept

    return follow(0)
