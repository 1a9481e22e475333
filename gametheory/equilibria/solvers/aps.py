"""Payoff sets of pure-action subgame-perfect equilibria with a public draw before each period's moves.

Parts of the game's states are solved last first. Within a part the set sought is the largest fixed point of the operator
(:mod:`gametheory.equilibria.solvers._operator`). Outer bounds come from iterating it on an integer grid with outward rounding;
every step is kept as evidence. A candidate for the limit is read off by snapping to simple rationals and iterating exactly
until nothing changes; a fixed point contains only equilibrium payoffs (self-generation), and
:mod:`gametheory.equilibria.solvers._contraction` shows that none is missing. Where the set is irrational an inner bound is
found by iterating the operator with a slight shrinking and testing W within B(W) exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint

from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solvers._contraction import Contraction, contract
from gametheory.equilibria.solvers._operator import (
    Lane,
    StateGame,
    apply,
    compile_states,
    exact_lane,
    grid_lane,
    minmax_floors,
)
from gametheory.equilibria.solvers._polygon import Polygon, clip, contains, hull, squared_distance
from gametheory.errors import InputError, InputTypeError
from gametheory.exact import to_flint
from gametheory.games.dynamic import DynamicGame

__all__ = ["AbreuPearceStacchetti", "Evidence", "PartEvidence"]

_BITS = 44
_CLUSTER = 1 << 14  # grid steps within which vertices of an outer bound are taken for one
_STILL = 64  # grid steps within which an outer bound counts as unchanged
_MANY = 16  # vertices from which on an outer bound is thinned out
_ATTEMPTS = (6, 12, 24, 48, 96, 200, 400, 800, 1600)


@dataclass(frozen=True)
class PartEvidence:
    """What shows that the payoff sets of one part of the states lie within their outer bounds.

    Attributes
    ----------
    part : tuple of int
        States.
    steps : tuple of mappings from state to polygon
        On the grid: the first contains every payoff of the game; each contains the operator's set of the one before.
    unit : int
        Grid steps that make 1.
    contraction : Contraction or None
        What leads from the last step to the exact set.
    """

    part: tuple[int, ...]
    steps: tuple[Mapping[int, Polygon], ...]
    unit: int
    contraction: Contraction | None = None


@dataclass
class Evidence:
    """All bounds in exact coordinates, and the evidence for each part."""

    inner: dict[int, Polygon] = field(default_factory=dict)
    outer: dict[int, Polygon] = field(default_factory=dict)
    parts: list[PartEvidence] = field(default_factory=list)
    finished: bool = True


@dataclass(frozen=True)
class AbreuPearceStacchetti:
    """Certified inner and outer payoff sets.

    Parameters
    ----------
    iterations : int
        Most steps of the operator within one part of the states; the outer bound is valid after any number.
    """

    iterations: int = 5000

    def __post_init__(self) -> None:
        if isinstance(self.iterations, bool) or not isinstance(self.iterations, int) or self.iterations < 1:
            raise InputError("iterations", self.iterations, "a whole number, 1 or more")

    def solve(self, game: Any, concept: Any) -> Any:
        """The payoff sets of every state, as a :class:`gametheory.equilibria.subgame_perfect.PayoffSets`."""
        from gametheory.equilibria.subgame_perfect import payoff_solution, transfer_solution

        if concept.transfers:
            return transfer_solution(game, concept)
        return payoff_solution(game, concept, self.bounds(game), type(self).__name__)

    def bounds(self, game: DynamicGame) -> Evidence:
        """Inner and outer bounds with their evidence."""
        if not isinstance(game, DynamicGame):
            raise InputTypeError("game", game, "a DynamicGame")
        require_numbers(game)
        states = compile_states(game)
        exact, grid = exact_lane(game, states), grid_lane(game, states, _BITS)
        found = Evidence()
        for part in game.parts:
            _solve_part(game, part, exact, grid, found, self.iterations)
        return found


def worst_of(sets: Mapping[int, Polygon], floors: Mapping[int, tuple[Any, Any]]) -> dict[int, tuple[Any, Any]]:
    """Each player's worst payoff in each state whose set is not empty, not below the floor."""
    found = {}
    for s, polygon in sets.items():
        if polygon:
            low = (min(x for x, _ in polygon), min(y for _, y in polygon))
            floor = floors.get(s)
            found[s] = low if floor is None else (max(low[0], floor[0]), max(low[1], floor[1]))
    return found


def _solve_part(game: DynamicGame, part: tuple[int, ...], exact: Lane, grid: Lane, found: Evidence, most: int) -> None:
    members = set(part)
    states = exact.states
    outside = {t for s in part for t in states[s].successors} - members
    if any(not found.outer[t] for t in outside):
        _set_empty(part, found, grid)
        return
    known = all(found.inner[t] == found.outer[t] for t in outside)
    later_exact = {t: found.outer[t] for t in outside}
    if all(members.isdisjoint(states[s].successors) for s in part):  # one state, never to return
        s = part[0]
        outer = apply(exact, s, later_exact, worst_of(later_exact, {}), refine=False)
        inner = outer
        if not known:
            later_inner = {t: found.inner[t] for t in outside}
            inner = apply(exact, s, later_inner, worst_of(later_inner, {}), refine=False)
        found.inner[s], found.outer[s] = inner, outer
        found.parts.append(PartEvidence(part, (), 1))
        return
    later = {t: grid.outward(found.outer[t]) for t in outside}
    floors = minmax_floors(states, part)
    grid_floors = {s: (grid.point(a), grid.point(b)) for s, (a, b) in floors.items()}
    exact_floors = {s: (exact.point(a), exact.point(b)) for s, (a, b) in floors.items()}
    sets = {s: _start(grid, s, states) for s in part}
    steps = [dict(sets)]
    attempts = set(_ATTEMPTS)
    candidate: dict[int, Polygon] | None = None
    tried: list[dict[int, Polygon]] = []
    certificate: Contraction | None = None
    settled = False
    for count in range(1, most + 1):
        worst = worst_of({**later, **sets}, grid_floors)
        new = {s: _thin(sets[s], apply(grid, s, {**later, **sets}, worst, refine=True)) for s in part}
        steps.append(new)
        settled = _settled(sets, new)
        sets = new
        if any(not polygon for polygon in new.values()):
            _set_empty(part, found, grid, tuple(steps))
            return
        if known and (settled or count in attempts):
            candidate = _candidate(exact, grid, part, sets, later_exact, exact_floors, settled)
            if candidate is not None and candidate not in tried:
                if all(grid.to_exact(sets[s]) == candidate[s] for s in part):
                    break
                certificate = contract(
                    exact, part, {**later_exact, **candidate}, {s: grid.to_exact(sets[s]) for s in part}, exact_floors
                )
                if certificate is not None:
                    steps, certificate = _trim(
                        exact, grid, part, {**later_exact, **candidate}, steps, certificate, exact_floors
                    )
                    break
                if settled:
                    tried.append(candidate)
        if settled:
            break
    else:
        found.finished = False
    last = {s: grid.to_exact(sets[s]) for s in part}
    generated = candidate if candidate is not None else _inner(exact, grid, part, sets, found, outside)
    if known and not all(generated.values()):  # flat sets with large denominators: more digits tell
        read = _from_digits(game, exact, part, last, later_exact, exact_floors)
        if read is not None:
            generated = candidate = read
            whole = {**later_exact, **read}
            certificate = contract(exact, part, whole, last, exact_floors)
            if certificate is not None:
                steps, certificate = _trim(exact, grid, part, whole, steps, certificate, exact_floors)
    found.parts.append(PartEvidence(part, tuple(steps), grid.unit, certificate))
    for s in part:
        shown = candidate is not None and certificate is not None
        found.inner[s], found.outer[s] = generated[s], candidate[s] if shown and candidate else hull(last[s])


def _from_digits(
    game: DynamicGame,
    exact: Lane,
    part: Sequence[int],
    outer: Mapping[int, Polygon],
    later: Mapping[int, Polygon],
    floors: Mapping[int, tuple[Any, Any]],
) -> dict[int, Polygon] | None:
    """An exact fixed point whose coordinates are the simplest fractions near a limit of hundreds of binary digits, or None."""
    from gametheory.equilibria.solvers._algebraic_sets import near_limit

    limit = near_limit(game, outer, later)
    if limit is None:
        return None
    sets, digits = limit
    least, most = Fraction(1, 1 << digits), digits // 2 - 8
    now: dict[int, Polygon] = {}
    for s, polygon in sets.items():
        points = [(simplest(x - least, x + least), simplest(y - least, y + least)) for x, y in polygon]
        if any(c.denominator.bit_length() > most for v in points for c in v):
            return None
        now[s] = hull((to_flint(x), to_flint(y)) for x, y in points)
    worst = worst_of({**later, **now}, floors)
    same = all(apply(exact, s, {**later, **now}, worst, refine=True) == now[s] for s in part)
    return now if same and _generates_itself(exact, part, now, later) else None


def _trim(
    exact: Lane,
    grid: Lane,
    part: Sequence[int],
    sets: Mapping[int, Polygon],
    steps: list[dict[int, Polygon]],
    certificate: Contraction,
    floors: Mapping[int, tuple[Any, Any]],
) -> tuple[list[dict[int, Polygon]], Contraction]:
    """Fewer steps, if the contraction reaches further out: a shorter proof."""
    for share in (32, 8, 4, 2):
        count = len(steps) // share
        if count >= 6:
            shorter = contract(exact, part, sets, {s: grid.to_exact(steps[count - 1][s]) for s in part}, floors)
            if shorter is not None:
                return steps[:count], shorter
    return steps, certificate


def _set_empty(part: Sequence[int], found: Evidence, grid: Lane, steps: tuple[Mapping[int, Polygon], ...] = ()) -> None:
    for s in part:
        found.inner[s], found.outer[s] = [], []
    found.parts.append(PartEvidence(tuple(part), steps, grid.unit))


def _start(grid: Lane, s: int, states: Sequence[StateGame]) -> Polygon:
    """Every average discounted payoff of the game lies in here."""
    if states[s].successors == (s,) and all(z.stays for z in grid.plays[s]):
        return hull(z.payoffs for z in grid.plays[s])
    every = [z.payoffs for row in grid.plays for z in row]
    xs, ys = [x for x, _ in every], [y for _, y in every]
    return hull((x, y) for x in (min(xs), max(xs)) for y in (min(ys), max(ys)))


def _settled(a: Mapping[int, Polygon], b: Mapping[int, Polygon]) -> bool:
    """Whether no vertex of either family is further than a few grid steps from the other (in floats; decides only when to stop)."""
    for s, before in a.items():
        after = b[s]
        if before == after:
            continue
        if not before or not after:
            return False
        for one, other in ((before, after), (after, before)):
            around: list[tuple[float, float]] | None = None
            for x, y in one:
                if any(abs(x - u) <= _STILL and abs(y - v) <= _STILL for u, v in other):
                    continue
                if around is None:
                    around = [(float(u - x), float(v - y)) for u, v in other]
                    base = (x, y)
                if squared_distance(around, float(x - base[0]), float(y - base[1])) > _STILL**2:
                    return False
    return True


# --- candidates -----------------------------------------------------------------------------------------------------------------


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator in a closed interval.

    Examples
    --------
    >>> simplest(Fraction(33, 100), Fraction(34, 100))
    Fraction(1, 3)
    """
    return Fraction(*_simplest(low.numerator, low.denominator, high.numerator, high.denominator))


def _snap(x: int, unit: int, steps: int, cache: dict[int, flint.fmpq]) -> flint.fmpq:
    if x not in cache:
        cache[x] = flint.fmpq(*_simplest(x - steps, unit, x + steps, unit))
    return cache[x]


def _simplest(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """As :func:`simplest`, for a/b <= c/d with positive denominators, by continued fractions on integers."""
    if a <= 0 <= c:
        return 0, 1
    if c < 0:
        p, q = _simplest(-c, d, -a, b)
        return -p, q
    whole, rest = divmod(a, b)
    if rest == 0:
        return whole, 1
    if (whole + 1) * d <= c:
        return whole + 1, 1
    p, q = _simplest(d, c - whole * d, b, rest)
    return whole * p + q, p


def _candidate(
    exact: Lane,
    grid: Lane,
    part: Sequence[int],
    sets: Mapping[int, Polygon],
    later: Mapping[int, Polygon],
    floors: Mapping[int, tuple[Any, Any]],
    settled: bool,
) -> dict[int, Polygon] | None:
    """An exact fixed point near the outer bound, or None."""
    sets = {s: _simplify(sets[s], _CLUSTER) for s in part} if settled else sets
    for steps in (_CLUSTER, grid.unit >> 24, 64) if settled else (grid.unit >> 24,):
        cache: dict[int, flint.fmpq] = {}
        now = {
            s: hull((_snap(x, grid.unit, steps, cache), _snap(y, grid.unit, steps, cache)) for x, y in sets[s])
            for s in part
        }
        for _ in range(10):
            worst = worst_of({**later, **now}, floors)
            new = {s: apply(exact, s, {**later, **now}, worst, refine=True) for s in part}
            if new == now:
                return now if _generates_itself(exact, part, now, later) else None
            if any(not polygon for polygon in new.values()):
                break
            if max(int(c.q).bit_length() for polygon in new.values() for v in polygon for c in v) > 500:
                break
            now = new
    return None


def _generates_itself(
    exact: Lane, part: Sequence[int], sets: Mapping[int, Polygon], later: Mapping[int, Polygon]
) -> bool:
    """Whether W lies within B(W): then every point of W is an equilibrium payoff."""
    every = {**later, **sets}
    worst = worst_of(every, {})
    return all(contains(apply(exact, s, every, worst, refine=False), sets[s]) for s in part)


def _inner(
    exact: Lane, grid: Lane, part: Sequence[int], sets: Mapping[int, Polygon], found: Evidence, outside: set[int]
) -> dict[int, Polygon]:
    """A family W within B(W) close to the outer bound, found by iterating the operator with a slight shrinking.

    Every vertex is moved towards the middle by a small share, then rounded to the grid; coordinates that are simple
    rationals in the outer bound stay as long as the operator reproduces them, since a threat or a cooperative payoff may bind
    exactly there. A segment is rounded along its own line, so that it stays one.
    """
    none: dict[int, Polygon] = {s: [] for s in part}
    later = {t: found.inner[t] for t in outside}
    if not all(later.values()):
        return none
    known: tuple[dict[int, flint.fmpq], dict[int, flint.fmpq]] = ({}, {})
    for s in part:
        for v in sets[s]:
            for cache, c in zip(known, v, strict=True):
                if int(_snap(c, grid.unit, _CLUSTER, cache).q) > 1 << 11:
                    del cache[c]
    simple = (set(known[0].values()), set(known[1].values()))
    for bits, gap in ((32, 1 << 14), (28, 1 << 17), (24, 1 << 20), (20, 1 << 24)):
        now = {s: _merge(grid, sets[s], gap, known) for s in part}
        share = flint.fmpq(1, 1 << bits)
        for _ in range(80):
            every = {**later, **now}
            worst = worst_of(every, {})
            full = {s: apply(exact, s, every, worst, refine=False) for s in part}
            if all(contains(full[s], now[s]) for s in part):
                return now
            new = {s: _pull(grid, apply(exact, s, every, worst, refine=True), simple, share) for s in part}
            if new == now or any(not polygon for polygon in new.values()):
                break
            now = new
    return none


def _simplify(polygon: Polygon, gap: int) -> Polygon:
    """A polygon on the grid without vertices that lie within ``gap`` steps of each other or of the edge that would replace them."""
    kept: Polygon = []
    for x, y in polygon:
        if not any(abs(x - a) <= gap and abs(y - b) <= gap for a, b in kept):
            kept.append((x, y))
    k = 0
    while len(kept) > 2 and k < len(kept):
        (ax, ay), (bx, by), (cx, cy) = kept[k - 1], kept[k], kept[(k + 1) % len(kept)]
        dx, dy = cx - ax, cy - ay
        cross = dx * (by - ay) - dy * (bx - ax)
        along = dx * (bx - ax) + dy * (by - ay)
        if 0 <= along <= dx * dx + dy * dy and cross * cross <= gap * gap * (dx * dx + dy * dy):
            kept.pop(k)
            k = max(k - 1, 0)
        else:
            k += 1
    return kept


def _thin(before: Polygon, after: Polygon) -> Polygon:
    """An outer bound with fewer vertices: crowds of them, narrow beside the last move, give way to the corners of the box around."""
    if len(after) <= _MANY:
        return after
    moved = max(
        abs(max(a * x + b * y for x, y in before) - max(a * x + b * y for x, y in after))
        for a in (-1, 0, 1)
        for b in (-1, 0, 1)
    )
    near = max(int(moved) >> 4, _STILL >> 2)
    crowds: list[list[tuple[int, int]]] = []
    for x, y in after:
        if crowds and abs(crowds[-1][0][0] - x) <= near and abs(crowds[-1][0][1] - y) <= near:
            crowds[-1].append((x, y))
        else:
            crowds.append([(x, y)])
    return hull(
        (c, d)
        for crowd in crowds
        for c in {min(x for x, _ in crowd), max(x for x, _ in crowd)}
        for d in {min(y for _, y in crowd), max(y for _, y in crowd)}
    )


def _merge(
    grid: Lane, polygon: Polygon, gap: int, known: tuple[dict[int, flint.fmpq], dict[int, flint.fmpq]]
) -> Polygon:
    kept = _simplify(polygon, gap)
    return hull((known[0].get(x, flint.fmpq(x, grid.unit)), known[1].get(y, flint.fmpq(y, grid.unit))) for x, y in kept)


def _pull(grid: Lane, polygon: Polygon, simple: tuple[set[flint.fmpq], set[flint.fmpq]], share: flint.fmpq) -> Polygon:
    if len(polygon) < 2:
        return polygon
    middle = [sum((v[i] for v in polygon), flint.fmpq(0)) / len(polygon) for i in (0, 1)]
    on_line = len(polygon) == 2
    if on_line:
        (ax, ay), (bx, by) = polygon
    points = []
    for v in polygon:
        held = (v[0] in simple[0], v[1] in simple[1])
        if all(held):
            points.append(v)
            continue
        target = middle
        if any(held) and not on_line:
            chord = _chord(polygon, v, held.index(True))
            if chord is not None:
                target = [(a + b) / 2 for a, b in zip(*chord, strict=True)]
            else:
                held = (False, False)
        x, y = (c + share * (m - c) for c, m in zip(v, target, strict=True))
        if not on_line:
            points.append((v[0] if held[0] else _round(x, grid.unit), v[1] if held[1] else _round(y, grid.unit)))
        elif ax != bx:
            x = _round(x, grid.unit)
            points.append((x, ay + (x - ax) * (by - ay) / (bx - ax)))
        else:
            points.append((ax, _round(y, grid.unit)))
    return hull(points)


def _chord(polygon: Polygon, v: Any, axis: int) -> tuple[Any, Any] | None:
    """Where the line through v on which the coordinate ``axis`` is constant cuts the polygon, unless it only touches it."""
    upper = clip(polygon, axis, v[axis])
    flip = [(-x, -y) for x, y in upper]
    line = hull((-x, -y) for x, y in clip(flip, axis, -v[axis]))
    return (line[0], line[1]) if len(line) == 2 else None


def _round(x: flint.fmpq, unit: int) -> flint.fmpq:
    return flint.fmpq((2 * int(x.p) * unit + int(x.q)) // (2 * int(x.q)), unit)
