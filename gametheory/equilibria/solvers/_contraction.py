"""Evidence that a fixed point of the operator is the largest one.

Let P be a family of polygons (one for each state of a strongly connected part) with P = B(P). Push each edge outward:
``W(t) = {x : n_k . x <= b_k + t c_k}``. The operator is monotone, and the largest value of ``n_k . c`` over the supported
continuations is the value of a linear program whose right-hand side is linear in t; any dual solution bounds it by a linear
function of t. If these bounds give ``B(W(t)) within W(kappa t)`` for all t in (0, reach] with one kappa < 1, and the payoff
sets V are known to lie in W(reach), then V lies in W(kappa**n reach) for every n, hence in P. So P is all of V.

If a state surely stays as it is and both players discount alike, an extreme payoff v supported by a play with payoffs g
satisfies ``n . v <= n . g`` in its own direction n (Abreu and Sannikov, 2014), which is used where it is sharper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flint

from gametheory.equilibria.solvers._operator import Lane
from gametheory.equilibria.solvers._polygon import Polygon, clip, clip_half_plane, half_planes, hull, minkowski, support

__all__ = ["Contraction", "contract"]

Form = dict[tuple[int, int], Any]  # a linear form in the widths c[state, k]


@dataclass(frozen=True)
class Contraction:
    """The certificate: normals (one list for all states), widths ``c[s][k]``, how far it reaches, and the rate."""

    normals: tuple[tuple[flint.fmpq, flint.fmpq], ...]
    widths: dict[int, tuple[flint.fmpq, ...]]
    reach: flint.fmpq
    rate: flint.fmpq


def _directions(polygons: Sequence[Polygon]) -> list[tuple[flint.fmpq, flint.fmpq]]:
    one, zero = flint.fmpq(1), flint.fmpq(0)
    found = {(one, zero): None, (-one, zero): None, (zero, one): None, (zero, -one): None}
    for polygon in polygons:
        for (x, y), _ in half_planes(polygon):
            size = abs(x) if abs(x) > abs(y) else abs(y)
            found[(x / size, y / size)] = None
    return list(found)


def contract(
    lane: Lane,
    part: Sequence[int],
    sets: Mapping[int, Polygon],
    outer: Mapping[int, Polygon],
    floors: Mapping[int, tuple[Any, Any]],
) -> Contraction | None:
    """A certificate that the fixed point ``sets`` is the largest within ``outer``, or None if none was found.

    Parameters
    ----------
    lane : Lane
        The exact lane.
    part : sequence of int
        The states concerned; ``sets`` also holds the (exact) sets of the states that the part leads to.
    outer : mapping
        Polygons known to contain the payoff sets of the part.
    floors : mapping
        Lower bounds of each player's worst payoff that hold whatever the sets are (pure minmax), where known.
    """
    inside_part = set(part)
    reached = {t for s in part for t in lane.states[s].successors} | inside_part
    if any(not sets[t] for t in reached):
        return None
    normals = _directions([sets[t] for t in reached])
    offset = {(t, k): support(sets[t], n) for t in reached for k, n in enumerate(normals)}
    low_axis = (1, 3)  # the directions (-1, 0) and (0, -1)
    fixed = {(t, i) for t in floors for i in (0, 1) if -offset[t, low_axis[i]] <= floors[t][i]}
    worst = {t: (-offset[t, 1], -offset[t, 3]) for t in reached}
    tight: list[tuple[tuple[int, int], list[Form]]] = []
    slack: list[tuple[tuple[int, int], list[Form], flint.fmpq]] = []
    empty: list[tuple[int, int, list[tuple[Any, Form] | None]]] = []

    def combine(weights: Sequence[tuple[Any, int]], k: int, i: int | None = None) -> Form:
        form: Form = {}
        for w, t in weights:
            if t in inside_part and not (i is not None and (t, i) in fixed):
                form[t, k] = form.get((t, k), flint.fmpq(0)) + w
        return form

    ordered: list[
        tuple[flint.fmpq, Form, Form]
    ] = []  # what must stay in order: gap, slope of the higher, slope of the lower
    barren: list[list[Line]] = []
    for s in part:
        others = lane.states[s].others
        if others is None:
            tree = _tree(lane, s, sets, normals, offset, combine, ordered, barren)
            if tree is None:
                return None
            for a, bounding, region in tree:
                z = lane.plays[s][a]
                for k, n in enumerate(normals):
                    if z.stays and n[0] * z.payoffs[0] + n[1] * z.payoffs[1] <= offset[s, k]:
                        continue
                    x = max(region, key=lambda p: n[0] * p[0] + n[1] * p[1])
                    gap = offset[s, k] - n[0] * x[0] - n[1] * x[1]
                    forms = _duals(n, [line for line in bounding if line[0][0] * x[0] + line[0][1] * x[1] == line[1]])
                    if gap < 0 or not forms:
                        return None
                    if gap == 0:
                        tight.append(((s, k), forms))
                    else:
                        slack.append(((s, k), forms, gap))
            continue
        for a, z in enumerate(lane.plays[s]):
            bounds: list[tuple[Any, Form] | None] = []
            for i in (0, 1):
                best: tuple[Any, Form] | None = None
                for other in others[i][a]:
                    y = lane.plays[s][other]
                    value = y.now[i] + y.patience[i] * sum((w * worst[t][i] for w, t in y.weights), flint.fmpq(0))
                    need = (value - z.now[i]) / z.patience[i]
                    if best is None or need > best[0]:
                        best = (need, combine(y.weights, low_axis[i], i))
                bounds.append(best)
            total: Polygon | None = None
            for w, t in z.weights:
                scaled = [(w * x, w * y) for x, y in sets[t]]
                total = scaled if total is None else minkowski(total, scaled)
            reach = hull(total or [])
            for i, bound in enumerate(bounds):
                if bound is not None:
                    reach = clip(reach, i, bound[0])
            if not reach:
                empty.append((s, a, bounds))
                continue
            lines: list[tuple[tuple[Any, Any], Any, Form]] = [
                (n, sum((w * offset[t, k] for w, t in z.weights), flint.fmpq(0)), combine(z.weights, k))
                for k, n in enumerate(normals)
            ]
            for i, bound in enumerate(bounds):
                if bound is not None:
                    n = (flint.fmpq(-1), flint.fmpq(0)) if i == 0 else (flint.fmpq(0), flint.fmpq(-1))
                    lines.append((n, -bound[0], bound[1]))
            at: dict[tuple[Any, Any], list[tuple[tuple[Any, Any], Any, Form]]] = {}
            for k, n in enumerate(normals):
                if z.stays and n[0] * z.payoffs[0] + n[1] * z.payoffs[1] <= offset[s, k]:
                    continue
                m = (n[0] * z.patience[0], n[1] * z.patience[1])
                x = max(reach, key=lambda p: m[0] * p[0] + m[1] * p[1])
                gap = offset[s, k] - n[0] * z.now[0] - n[1] * z.now[1] - m[0] * x[0] - m[1] * x[1]
                if gap < 0:
                    return None
                if x not in at:
                    at[x] = [line for line in lines if line[0][0] * x[0] + line[0][1] * x[1] == line[1]]
                forms = _duals(m, at[x])
                if not forms:
                    return None
                if gap == 0:
                    tight.append(((s, k), forms))
                else:
                    slack.append(((s, k), forms, gap))
    size = {(s, k): float(abs(n[0]) + abs(n[1])) for s in part for k, n in enumerate(normals)}
    widths = _widths(tight, size)
    if widths is None:
        return None
    rate = max((min(_at(f, widths) for f in forms) / widths[key] for key, forms in tight), default=flint.fmpq(0))
    if rate >= 1:
        return None
    rate = (rate + 1) / 2 if rate > flint.fmpq(1, 2) else flint.fmpq(1, 2)
    far = max((support(outer[s], n) - offset[s, k]) / widths[s, k] for s in part for k, n in enumerate(normals))
    limit: flint.fmpq | None = None
    for key, forms, gap in slack:
        excess = min(_at(f, widths) for f in forms) - rate * widths[key]
        if excess > 0 and (limit is None or gap / excess < limit):
            limit = gap / excess
    for gap, high, low in ordered:
        excess = _at(high, widths) - _at(low, widths)
        if excess > 0 and (limit is None or gap / excess < limit):
            limit = gap / excess
    if far <= 0:
        far = flint.fmpq(1, 1 << 60) if limit is None or limit > flint.fmpq(1, 1 << 60) else limit
    if limit is not None and far > limit:
        return None
    for s, a, bounds in empty:
        if not _stays_empty(lane, s, a, bounds, sets, normals, offset, widths, inside_part, far):
            return None
    if any(_region([(n, b + far * _at(f, widths)) for n, b, f in lines]) for lines in barren):
        return None
    return Contraction(tuple(normals), {s: tuple(widths[s, k] for k in range(len(normals))) for s in part}, far, rate)


Line = tuple[tuple[Any, Any], Any, Form]  # normal, offset, growth


def _region(lines: Sequence[tuple[tuple[Any, Any], Any]]) -> Polygon:
    """Vertices of a bounded intersection of half-planes that hold the four axis directions."""
    most = max(abs(b) / max(abs(n[0]), abs(n[1])) for n, b in lines) + 1
    region: Polygon = [(-most, -most), (most, -most), (most, most), (-most, most)]
    for n, b in lines:
        region = clip_half_plane(region, n, b)
    return region


def _tree(
    lane: Lane,
    s: int,
    sets: Mapping[int, Polygon],
    normals: Sequence[tuple[Any, Any]],
    offset: Mapping[tuple[int, int], Any],
    combine: Any,
    ordered: list[tuple[flint.fmpq, Form, Form]],
    barren: list[list[Line]],
) -> list[tuple[int, list[Line], Polygon]] | None:
    """The plays that a period of moves in sequence supports, each with the lines that bound its payoffs and their growth.

    The worst that can follow at a node is the least over several plays; its bound falls as fast as the fastest of those that
    attain it, and ``ordered`` notes which others must stay above.
    """
    state, plays = lane.states[s], lane.plays[s]
    failed = False

    def follow(target: int) -> list[tuple[int, list[Line], Polygon]]:
        nonlocal failed
        if target < 0:
            z = plays[~target]
            total: Polygon | None = None
            for w, t in z.weights:
                scaled = [(w * x, w * y) for x, y in sets[t]]
                total = scaled if total is None else minkowski(total, scaled)
            region = hull((z.now[0] + z.patience[0] * x, z.now[1] + z.patience[1] * y) for x, y in total or [])
            lines: list[Line] = []
            for k, n in enumerate(normals):
                m = (n[0] / z.patience[0], n[1] / z.patience[1])
                base = sum((w * offset[t, k] for w, t in z.weights), flint.fmpq(0))
                lines.append((m, base + m[0] * z.now[0] + m[1] * z.now[1], combine(z.weights, k)))
            return [(~target, lines, region)]
        player, targets = state.nodes[target]
        options = [follow(t) for t in targets]
        if not all(options):
            return []
        down = (flint.fmpq(-1), flint.fmpq(0)) if player == 0 else (flint.fmpq(0), flint.fmpq(-1))
        lows: list[tuple[Any, Form]] = []
        for option in options:
            ends: list[tuple[Any, Form]] = []
            for _, lines, region in option:
                x = min(region, key=lambda p: p[player])
                forms = _duals(down, [line for line in lines if line[0][0] * x[0] + line[0][1] * x[1] == line[1]])
                if not forms:
                    failed = True
                    return []
                ends.append((x[player], min(forms, key=lambda f: sum(f.values(), flint.fmpq(0)))))
            least = min(value for value, _ in ends)
            steepest: Form = {}
            for value, form in ends:
                if value == least:
                    for key, w in form.items():
                        steepest[key] = max(steepest.get(key, flint.fmpq(0)), w)
            ordered.extend((value - least, form, steepest) for value, form in ends if value != least)
            lows.append((least, steepest))
        kept = []
        for a, option in enumerate(options):
            rivals = [low for b, low in enumerate(lows) if b != a]
            bound = max(rivals, key=lambda low: low[0]) if rivals else None
            for k, lines, region in option:
                if bound is not None:
                    lines = [*lines, (down, -bound[0], bound[1])]
                    region = hull(clip(region, player, bound[0]))
                if region:
                    kept.append((k, lines, region))
                else:
                    barren.append(lines)
        return kept

    found = follow(0)
    return None if failed or not found else found


def _duals(m: tuple[Any, Any], active: Sequence[tuple[tuple[Any, Any], Any, Form]]) -> list[Form]:
    """Every way to write m as a non-negative combination of at most two active normals: the bound's slope in t."""
    found: list[Form] = []
    for a, (n, _, f) in enumerate(active):
        if m[0] * n[1] == m[1] * n[0]:
            share = m[0] / n[0] if n[0] != 0 else m[1] / n[1]
            if share > 0:
                found.append({key: share * w for key, w in f.items()})
            continue
        for p, _, g in active[:a]:
            det = n[0] * p[1] - n[1] * p[0]
            if det == 0:
                continue
            x, y = (m[0] * p[1] - m[1] * p[0]) / det, (n[0] * m[1] - n[1] * m[0]) / det
            if x >= 0 and y >= 0:
                form = {key: x * w for key, w in f.items()}
                for key, w in g.items():
                    form[key] = form[key] + y * w if key in form else y * w
                found.append(form)
    return found


def _at(form: Form, widths: Mapping[tuple[int, int], Any]) -> Any:
    return sum((w * widths[key] for key, w in form.items()), flint.fmpq(0))


def _widths(
    tight: Sequence[tuple[tuple[int, int], list[Form]]], size: Mapping[tuple[int, int], float]
) -> dict[tuple[int, int], flint.fmpq] | None:
    """Positive widths that every tight bound shrinks, by iterating c <- size + largest bound(c) in floats, checked exactly."""
    rows = [(key, [{k: float(w) for k, w in f.items()} for f in forms]) for key, forms in tight]
    c = dict(size)
    for _ in range(2000):
        bounds = [(key, min(sum(w * c[k] for k, w in f.items()) for f in forms)) for key, forms in rows]
        if all(bound < 0.9999 * c[key] for key, bound in bounds):
            break
        new = dict(size)
        for key, bound in bounds:
            new[key] = max(new[key], size[key] + bound)
        c = new
    else:
        return None
    return {key: flint.fmpq(int(value * 4096) + 1, 4096) for key, value in c.items()}


def _stays_empty(
    lane: Lane,
    s: int,
    a: int,
    bounds: Sequence[tuple[Any, Form] | None],
    sets: Mapping[int, Polygon],
    normals: Sequence[tuple[Any, Any]],
    offset: Mapping[tuple[int, int], Any],
    widths: Mapping[tuple[int, int], Any],
    part: set[int],
    t: flint.fmpq,
) -> bool:
    """Whether a play that W(0) does not support is not supported by W(t) either."""
    z = lane.plays[s][a]
    most = [
        sum((w * (offset[u, k] + (t * widths[u, k] if u in part else 0)) for w, u in z.weights), flint.fmpq(0))
        for k in range(len(normals))
    ]
    region: Polygon = hull([(x, y) for x in (-most[1], most[0]) for y in (-most[3], most[2])])
    for i, bound in enumerate(bounds):
        if bound is not None:
            region = clip(region, i, bound[0] - t * _at(bound[1], widths))
    for n, b in zip(normals, most, strict=True):
        region = clip_half_plane(region, n, b)
    return not region
