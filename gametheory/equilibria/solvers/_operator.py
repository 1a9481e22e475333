"""The Abreu-Pearce-Stacchetti operator on polygons, in two lanes: exact rationals, and integers rounded outward.

With W the sets of continuation payoffs (one for each state), a play ``a`` of the period in state ``s`` supports the payoffs
``(1 - delta) g(a) + delta c``, where ``c`` is a draw of continuation payoffs, provided that no player does better by one
departure. A departure ``a'`` is worth ``(1 - delta) g(a') + delta sum_t p(t | a') (worst payoff in W[t])``: the deviation's
own transition counts. B(W) is the hull of all that is supported: the public draw precedes the period's moves.

In a period of moves in sequence the departure at a node leads to the worst that can be supported in the rest of the period.

Sources: Abreu, Pearce and Stacchetti, Econometrica 58 (1990); Abreu and Sannikov, Theoretical Economics 9 (2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import flint

from gametheory.equilibria.solvers._polygon import (
    Polygon,
    ceiling_division,
    clip,
    exact_division,
    floor_division,
    hull,
    inside,
    minkowski,
)
from gametheory.errors import UnsupportedError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame

__all__ = [
    "Lane",
    "Play",
    "StateGame",
    "Worst",
    "apply",
    "compile_states",
    "exact_lane",
    "grid_lane",
    "minmax_floors",
    "supported",
]

#: The worst payoff of each player in each state; None where the set is empty.
Worst = Mapping[int, tuple[Any, Any]]


@dataclass(frozen=True)
class Play:
    """A play of a period: payoffs and the draw of the next state, as Fractions."""

    payoffs: tuple[Fraction, Fraction]
    draw: tuple[tuple[Fraction, int], ...]


@dataclass(frozen=True)
class StateGame:
    """A period game ready for the operator.

    ``plays`` are all plays. In a simultaneous period ``others[i][p]`` are the plays to which player i can turn from p.
    In a sequential one ``nodes`` holds (player, targets) and ``others`` is empty; ``successors`` are all next states.
    """

    plays: tuple[Play, ...]
    others: tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]] | None
    nodes: tuple[tuple[int, tuple[int, ...]], ...]
    successors: tuple[int, ...]


def compile_states(game: DynamicGame) -> tuple[StateGame, ...]:
    """Read every period of a numeric game; hidden draws are refused."""
    if game.has_beliefs:
        raise UnsupportedError(
            "game", "a player who misperceives", "a game that both see as it is; use MarkovPerfect for this one"
        )
    found = []
    for name, period in zip(game.states, game.periods, strict=True):
        for row in period.branches:
            if any(len([p for p, _ in lottery if p != 0]) != 1 for lottery in row):
                raise UnsupportedError(
                    f"period game in state {name!r}",
                    "actions that are carried out by lot (a tremble, or a chance move)",
                    "actions that are seen as they were meant; hidden ones are imperfect monitoring, which no solver here treats "
                    "(the Markov perfect equilibria of this game are found by MarkovPerfect)",
                )
        plays = tuple(
            Play((rational(z.payoffs[0]), rational(z.payoffs[1])), tuple((rational(p), t) for p, t in z.next if p != 0))
            for z in period.plays
        )
        successors = tuple(dict.fromkeys(t for z in plays for _, t in z.draw))
        target = [[next(t for p, t in lottery if p != 0) for lottery in row] for row in period.branches]
        if period.simultaneous:
            table = [[~t for t in row] for row in target]
            rows: list[tuple[int, ...]] = [()] * len(plays)
            columns: list[tuple[int, ...]] = [()] * len(plays)
            for i, line in enumerate(table):
                for j, cell in enumerate(line):
                    rows[cell] = tuple(table[k][j] for k in range(len(table)) if k != i)
                    columns[cell] = tuple(line[k] for k in range(len(line)) if k != j)
            found.append(StateGame(plays, (tuple(rows), tuple(columns)), (), successors))
        else:
            nodes = tuple((node.player, tuple(row)) for node, row in zip(period.nodes, target, strict=True))
            found.append(StateGame(plays, None, nodes, successors))
    return tuple(found)


def minmax_floors(states: Sequence[StateGame], part: Sequence[int]) -> dict[int, tuple[Fraction, Fraction]]:
    """Pure minmax payoffs of a state that surely stays as it is: nobody can be held below."""
    if len(part) != 1:
        return {}
    s = part[0]
    state = states[s]
    if state.others is None or state.successors != (s,):
        return {}
    plays = state.plays
    low = [min(max(plays[b].payoffs[i] for b in (a, *state.others[i][a])) for a in range(len(plays))) for i in (0, 1)]
    return {s: (low[0], low[1])}


# --- lanes -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Compiled:
    """A play in a lane: value = (now + patience * sum weight * continuation) / scale, coordinate by coordinate."""

    now: tuple[Any, Any]
    patience: tuple[Any, Any]
    weights: tuple[tuple[Any, int], ...]
    scale: tuple[Any, Any]
    payoffs: tuple[Any, Any]  # of the period, in the lane's unit
    stays: bool  # the state surely stays, and both discount alike: the refinement of Abreu and Sannikov applies


@dataclass(frozen=True)
class Lane:
    """A way to compute: exact, or on a grid with outward rounding (``unit`` grid steps make 1)."""

    unit: int
    exact: bool
    plays: tuple[tuple[_Compiled, ...], ...]
    states: tuple[StateGame, ...]

    def down(self, a: Any, b: Any) -> Any:
        """Quotient, rounded down on a grid."""
        return a / b if self.exact else a // b

    def point(self, x: Fraction) -> Any:
        """A number that lies on the grid, in the lane's unit."""
        return to_flint(x) if self.exact else int(x * self.unit)

    def outward(self, polygon: Sequence[tuple[flint.fmpq, flint.fmpq]]) -> Polygon:
        """An exact polygon in this lane; it contains the one given."""
        if self.exact:
            return list(polygon)
        points: list[tuple[int, int]] = []
        for x, y in polygon:
            sides = []
            for c in (x, y):
                a, b = int(c.p) * self.unit, int(c.q)
                sides.append({a // b, -((-a) // b)})
            points += [(a, b) for a in sides[0] for b in sides[1]]
        return hull(points)

    def to_exact(self, polygon: Polygon) -> list[tuple[flint.fmpq, flint.fmpq]]:
        """The lane's polygon with exact coordinates."""
        if self.exact:
            return list(polygon)
        return [(flint.fmpq(x, self.unit), flint.fmpq(y, self.unit)) for x, y in polygon]


def exact_lane(game: DynamicGame, states: tuple[StateGame, ...]) -> Lane:
    """Computation in rationals."""
    one = flint.fmpq(1)
    delta = [to_flint(rational(d)) for d in game.discount]
    alike = delta[0] == delta[1]
    rows = []
    for s, state in enumerate(states):
        row = []
        for z in state.plays:
            g = (to_flint(z.payoffs[0]), to_flint(z.payoffs[1]))
            weights = tuple((to_flint(p), t) for p, t in z.draw)
            now = ((one - delta[0]) * g[0], (one - delta[1]) * g[1])
            row.append(_Compiled(now, (delta[0], delta[1]), weights, (one, one), g, alike and _stays(z, s)))
        rows.append(tuple(row))
    return Lane(1, True, tuple(rows), states)


def grid_lane(game: DynamicGame, states: tuple[StateGame, ...], bits: int) -> Lane:
    """Computation on a grid on which every period payoff lies, with at least 2**bits steps to the unit."""
    unit = lcm(*(x.denominator for state in states for z in state.plays for x in z.payoffs)) << bits
    delta = [rational(d) for d in game.discount]
    alike = delta[0] == delta[1]
    rows = []
    for s, state in enumerate(states):
        row = []
        for z in state.plays:
            common = lcm(*(p.denominator for p, _ in z.draw))
            g = (int(z.payoffs[0] * unit), int(z.payoffs[1] * unit))
            now, patience, scale = [], [], []
            for d, x in zip(delta, g, strict=True):
                now.append((d.denominator - d.numerator) * common * x)
                patience.append(d.numerator)
                scale.append(d.denominator * common)
            weights = tuple((int(p * common), t) for p, t in z.draw)
            row.append(
                _Compiled(
                    (now[0], now[1]),
                    (patience[0], patience[1]),
                    weights,
                    (scale[0], scale[1]),
                    g,
                    alike and _stays(z, s),
                )
            )
        rows.append(tuple(row))
    return Lane(unit, False, tuple(rows), states)


def _stays(z: Play, s: int) -> bool:
    return len(z.draw) == 1 and z.draw[0][1] == s


# --- the operator ------------------------------------------------------------------------------------------------------------


def _values(z: _Compiled, sets: Mapping[int, Polygon]) -> Polygon:
    """All of ``(1 - delta) g + delta c``, times the play's scale."""
    total: Polygon | None = None
    for weight, t in z.weights:
        part = sets[t] if weight == 1 else [(weight * x, weight * y) for x, y in sets[t]]
        total = part if total is None else minkowski(total, part)
    (a, b), (p, q) = z.now, z.patience
    return [(a + p * x, b + q * y) for x, y in total or []]


def _departure(z: _Compiled, worst: Worst, i: int) -> Any:
    """What player i gets by this play followed by her worst continuation, times the play's scale."""
    total = None
    for weight, t in z.weights:
        part = weight * worst[t][i]
        total = part if total is None else total + part
    return z.now[i] + z.patience[i] * total


def supported(
    lane: Lane, s: int, sets: Mapping[int, Polygon], worst: Worst, *, refine: bool
) -> list[tuple[int, Polygon]]:
    """For each play that can be supported in state s: (play, polygon of payoffs), rounded outward in a grid lane.

    ``refine`` keeps only what can be extreme (Abreu and Sannikov): valid for outer bounds and at fixed points.
    """
    state, plays = lane.states[s], lane.plays[s]
    if any(t not in worst for t in state.successors):
        return []
    if state.others is None:
        return _sequential(lane, s, sets, refine)
    found = []
    departures = [[_departure(z, worst, i) for z in plays] for i in (0, 1)]
    for k, z in enumerate(plays):
        least = []
        for i in (0, 1):
            bound = None
            for other in state.others[i][k]:
                value = departures[i][other]
                if plays[other].scale[i] != z.scale[i]:
                    value = lane.down(value * z.scale[i], plays[other].scale[i])
                bound = value if bound is None or value > bound else bound
            least.append(bound)
        reach = _clip(lane, _values(z, sets), least)
        if not reach:
            continue
        if refine and z.stays and inside(sets[s], *z.payoffs):
            g = (z.payoffs[0] * z.scale[0], z.payoffs[1] * z.scale[1])
            if all(b is None or x >= b for x, b in zip(g, least, strict=True)):
                found.append((k, [z.payoffs]))
                continue
            reach = [v for v in reach if v[0] == least[0] or v[1] == least[1]]
            if not reach:
                continue
        found.append((k, _shrink(lane, reach, z.scale)))
    return found


def _clip(lane: Lane, polygon: Polygon, least: Sequence[Any]) -> Polygon:
    for axis, bound in enumerate(least):
        if bound is not None:
            if lane.exact:
                polygon = clip(polygon, axis, bound, exact_division, exact_division)
            else:
                polygon = clip(polygon, axis, bound, floor_division, ceiling_division)
    return polygon


def _shrink(lane: Lane, polygon: Polygon, scale: tuple[Any, Any]) -> Polygon:
    if lane.exact:
        return polygon
    points = []
    a, b = scale
    for x, y in polygon:
        xs = (x // a,) if x % a == 0 else (x // a, x // a + 1)
        ys = (y // b,) if y % b == 0 else (y // b, y // b + 1)
        points += [(c, d) for c in xs for d in ys]
    return points


def _sequential(lane: Lane, s: int, sets: Mapping[int, Polygon], refine: bool) -> list[tuple[int, Polygon]]:
    """Backwards through the period's tree: at each node the plays that can follow, with their payoffs (a union of polygons)."""
    state, plays = lane.states[s], lane.plays[s]
    ends: dict[int, list[tuple[int, Polygon, tuple[Any, Any]]]] = {}

    def follow(target: int) -> list[tuple[int, Polygon, tuple[Any, Any]]]:
        if target >= 0:
            return ends[target]
        z = plays[~target]
        values = _values(z, sets)
        if not lane.exact:
            values = hull(_shrink(lane, values, z.scale))
        return [(~target, values, (None, None))] if values else []

    for n in reversed(range(len(state.nodes))):
        player, targets = state.nodes[n]
        options = [follow(t) for t in targets]
        if not all(options):
            ends[n] = []
            continue
        lows = [min(v[player] for _, polygon, _ in option for v in polygon) for option in options]
        kept = []
        for a, option in enumerate(options):
            bound = max((low for b, low in enumerate(lows) if b != a), default=None)
            for k, polygon, least in option:
                reach = _clip(lane, polygon, (bound, None) if player == 0 else (None, bound))
                if reach:
                    highest = max((x for x in (least[player], bound) if x is not None), default=None)
                    now = (highest, least[1]) if player == 0 else (least[0], highest)
                    kept.append((k, reach if lane.exact else hull(reach), now))
        ends[n] = kept
    found = []
    for k, polygon, least in ends[0]:
        z = plays[k]
        if refine and z.stays and inside(sets[s], *z.payoffs):
            if all(b is None or x >= b for x, b in zip(z.payoffs, least, strict=True)):
                found.append((k, [z.payoffs]))
                continue
            polygon = [v for v in polygon if v[0] == least[0] or v[1] == least[1]]
        if polygon:
            found.append((k, polygon))
    return found


def apply(lane: Lane, s: int, sets: Mapping[int, Polygon], worst: Worst, *, refine: bool) -> Polygon:
    """The operator's set in state s, in the lane's unit."""
    return hull(v for _, polygon in supported(lane, s, sets, worst, refine=refine) for v in polygon)
