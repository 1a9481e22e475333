"""Systems of polynomial equations and inequalities with exact coefficients: every real solution, or a plain refusal.

Polynomials are mappings from monomials to coefficients; a monomial is a sorted tuple of variables, each as often as its
power (``(0, 0, 2)`` is ``x0**2 * x2``). Equations linear in a variable with a constant coefficient are used to eliminate it.
What remains is solved through a Groebner basis and the rational univariate representation if it has finitely many complex
solutions. Solution sets of positive dimension are described exactly if, after elimination, the inequalities are those of
a polytope or involve one variable only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb, lcm
from typing import Any, TypeAlias

import flint

from gametheory.algebraic import (
    MAX_DEGREE,
    DegreeLimitError,
    Real,
    common_field,
    enclosed_roots,
    enclosure,
    is_generator,
    points_of_algebra,
    real_roots_over,
    sign,
)
from gametheory.errors import GameTheoryError

__all__ = ["Cell", "Expr", "HardSystemError", "evaluate", "minus", "plus", "solution_cells", "times"]

Monomial: TypeAlias = tuple[int, ...]
Expr: TypeAlias = dict[Monomial, Real]

_ZERO, _ONE = Fraction(0), Fraction(1)
#: Limits on a Groebner basis: number of polynomials, terms in one, bits of a coefficient.
_LIMITS = (200, 2000, 40_000)


class HardSystemError(GameTheoryError):
    """A system whose solutions cannot be described completely here."""


# --- polynomials ------------------------------------------------------------------------------------------------------


def constant(c: Real) -> Expr:
    """A constant polynomial."""
    return {(): c} if c != 0 else {}


def variable(v: int) -> Expr:
    """The polynomial that is a variable."""
    return {(v,): _ONE}


def plus(a: Expr, b: Expr, factor: Real = _ONE) -> Expr:
    """``a + factor * b``."""
    total = dict(a)
    for m, c in b.items():
        total[m] = total[m] + factor * c if m in total else factor * c
    return total


def minus(a: Expr, b: Expr) -> Expr:
    """``a - b``."""
    return plus(a, b, Fraction(-1))


def times(a: Expr, b: Expr) -> Expr:
    """The product."""
    total: Expr = {}
    for m, c in a.items():
        for n, d in b.items():
            key = tuple(sorted(m + n)) if m and n else m + n
            total[key] = total[key] + c * d if key in total else c * d
    return total


def scaled(a: Expr, factor: Real) -> Expr:
    """The product with a number."""
    return {m: factor * c for m, c in a.items()}


def clean(a: Expr) -> Expr:
    """Without terms whose coefficient is zero."""
    return {m: c for m, c in a.items() if c != 0}


def variables_of(a: Expr) -> set[int]:
    """The variables that occur."""
    return {v for m in a for v in m}


def evaluate(a: Expr, at: Mapping[int, Real]) -> Real:
    """The value at a point that gives every variable a number."""
    total: Real = _ZERO
    for m, c in a.items():
        for v in m:
            c = c * at[v]
        total = total + c
    return total


def put(a: Expr, v: int, by: Expr) -> Expr:
    """The polynomial with a variable replaced by another polynomial."""
    total: Expr = {}
    for m, c in a.items():
        rest = tuple(w for w in m if w != v)
        term: Expr = {rest: c}
        for _ in range(len(m) - len(rest)):
            term = times(term, by)
        total = plus(total, term)
    return clean(total)


# --- equations --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """Solutions of the equations: each variable as a polynomial in the free ones."""

    free: tuple[int, ...]
    given: dict[int, Expr]


def solve_equations(equations: Iterable[Expr], variables: Sequence[int]) -> list[Branch]:
    """All real solutions of the equations.

    Raises
    ------
    HardSystemError, DegreeLimitError
        If they cannot be described completely.
    """
    rest = [e for e in map(clean, equations) if e]
    given: dict[int, Expr] = {}
    while True:
        if any(() in e and len(e) == 1 for e in rest):
            return []
        step = _linear(rest)
        if step is None:
            break
        k, v = step
        equation = rest.pop(k)
        by = scaled({m: c for m, c in equation.items() if m != (v,)}, -1 / equation[v,])
        rest = [e for e in (put(e, v, by) if v in variables_of(e) else e for e in rest) if e]
        given = {w: put(e, v, by) if v in variables_of(e) else e for w, e in given.items()}
        given[v] = by
    bound = sorted(set().union(*map(variables_of, rest))) if rest else []
    free = tuple(v for v in variables if v not in given and v not in bound)
    if not rest:
        return [Branch(free, given)]
    branches = []
    for point in _univariate(rest, bound[0]) if len(bound) == 1 else _finite(rest, bound):
        values = {v: constant(x) for v, x in zip(bound, point, strict=True)}
        known = dict(values)
        for w, e in given.items():
            for v in bound:
                if v in variables_of(e):
                    e = put(e, v, values[v])
            known[w] = e
        branches.append(Branch(free, known))
    return branches


def _linear(equations: Sequence[Expr]) -> tuple[int, int] | None:
    """An equation and a variable that occurs in it only once, alone, in the first power; the shortest such equation."""
    best: tuple[int, int, int] | None = None
    for k, e in enumerate(equations):
        if best is not None and len(e) >= best[0]:
            continue
        for m in e:
            if len(m) == 1 and sum(m[0] in n for n in e) == 1:
                best = (len(e), k, m[0])
                break
    return None if best is None else best[1:]


def _univariate(equations: Sequence[Expr], v: int) -> list[tuple[Real, ...]]:
    polys = []
    for e in equations:
        coefficients: list[Real] = [_ZERO] * (max(map(len, e)) + 1)
        for m, c in e.items():
            coefficients[len(m)] = c
        polys.append(coefficients)
    shortest = min(range(len(polys)), key=lambda k: len(polys[k]))
    others = [e for k, e in enumerate(equations) if k != shortest]
    return [(root,) for root in real_roots_over(polys[shortest]) if all(evaluate(e, {v: root}) == 0 for e in others)]


def _finite(equations: Sequence[Expr], bound: Sequence[int]) -> list[tuple[Real, ...]]:
    """The real solutions of a system in several variables, if the complex ones are finitely many."""
    flat = [c for e in equations for c in e.values()]
    home, images = common_field(flat)
    names = [f"x{k}" for k in range(len(bound))] + (["t"] if home.degree > 1 else [])
    ring = flint.fmpz_mpoly_ctx.get(names, flint.Ordering.degrevlex)
    place = {v: k for k, v in enumerate(bound)}
    source = iter(images)
    given = []
    for e in equations:
        terms: dict[tuple[int, ...], flint.fmpq] = {}
        for m in e:
            for power, c in enumerate(next(source).coeffs()):
                if c != 0:
                    key = [0] * len(names)
                    for v in m:
                        key[place[v]] += 1
                    if power:
                        key[-1] = power
                    terms[tuple(key)] = terms.get(tuple(key), flint.fmpq(0)) + c
        given.append(_integer(terms, ring))
    if home.degree > 1:
        given.append(_integer({(*[0] * len(bound), k): c for k, c in enumerate(home.minimal.coeffs()) if c != 0}, ring))
    ideal: Any
    ideal, complete = flint.fmpz_mpoly_vec(given, ring).buchberger_naive(limits=_LIMITS)
    if not complete:
        raise HardSystemError("the Groebner basis grew beyond the limit")
    matrices, monomials = _quotient(list(ideal.autoreduction()), len(names))
    points = points_of_algebra(matrices, monomials) if monomials else []
    if home.degree > 1:
        return [point[:-1] for point in points if is_generator(point[-1], home)]
    return points


def _integer(terms: Mapping[tuple[int, ...], flint.fmpq], ring: flint.fmpz_mpoly_ctx) -> flint.fmpz_mpoly:
    scale = lcm(*(int(c.q) for c in terms.values()))
    return ring.from_dict({m: int((c * scale).p) for m, c in terms.items() if c != 0})


def _quotient(basis: Sequence[flint.fmpz_mpoly], size: int) -> tuple[list[flint.fmpq_mat], list[tuple[int, ...]]]:
    """Multiplication by each variable modulo a Groebner basis, and the basis of monomials."""
    rules = []
    for g in basis:
        (lead, top), *tail = [(tuple(map(int, m)), c) for m, c in g.terms()]
        if not any(lead):
            return [], []
        rules.append((lead, [(m, -flint.fmpq(c, top)) for m, c in tail]))
    if any(all(sum(e > 0 for e in lead) != 1 or lead[v] == 0 for lead, _ in rules) for v in range(size)):
        raise HardSystemError("the equations leave a continuum of complex solutions")
    monomials: list[tuple[int, ...]] = [(0,) * size]
    for m in monomials:
        for v in range(size):
            up = (*m[:v], m[v] + 1, *m[v + 1 :])
            if up not in monomials and not any(all(a <= b for a, b in zip(lead, up, strict=True)) for lead, _ in rules):
                monomials.append(up)
                if len(monomials) > MAX_DEGREE:
                    raise DegreeLimitError(len(monomials))
    place = {m: k for k, m in enumerate(monomials)}
    normal: dict[tuple[int, ...], dict[int, flint.fmpq]] = {}

    def reduce(m: tuple[int, ...]) -> dict[int, flint.fmpq]:
        if m in place:
            return {place[m]: flint.fmpq(1)}
        if m not in normal:
            lead, tail = next(r for r in rules if all(a <= b for a, b in zip(r[0], m, strict=True)))
            total: dict[int, flint.fmpq] = {}
            for n, c in tail:
                shifted = tuple(b - a + e for a, b, e in zip(lead, m, n, strict=True))
                for k, x in reduce(shifted).items():
                    total[k] = total.get(k, flint.fmpq(0)) + c * x
            normal[m] = total
        return normal[m]

    matrices = []
    for v in range(size):
        matrix = flint.fmpq_mat(len(monomials), len(monomials))
        for m, column in place.items():
            for k, x in reduce((*m[:v], m[v] + 1, *m[v + 1 :])).items():
                matrix[k, column] = x
        matrices.append(matrix)
    return matrices, monomials


# --- with inequalities ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """Solutions of equations and inequalities.

    Attributes
    ----------
    corners : tuple of mappings
        A point, the ends of a segment, or the vertices of a polytope; each gives every variable its value.
    dimension : int
    given : mapping
        Each variable as a polynomial in the free ones.
    """

    corners: tuple[dict[int, Real], ...]
    dimension: int
    given: dict[int, Expr]


def solution_cells(
    equations: Sequence[Expr],
    variables: Sequence[int],
    positive: Sequence[Expr],
    nonnegative: Sequence[Expr],
) -> list[Cell]:
    """All real solutions of equations = 0, at which ``positive`` > 0 and ``nonnegative`` >= 0, as closed cells.

    The polynomials in ``positive`` are probabilities: variables, and one minus sums of variables.

    A cell of positive dimension is the closure; it is left out if a ``positive`` polynomial vanishes on all of it.
    """
    unit = set().union(*(variables_of(e) for e in positive)) if positive else set()
    if any(_sign_on_box(e, unit) for e in equations) or any(
        _sign_on_box(e, unit) < 0 for e in (*positive, *nonnegative)
    ):
        return []
    if len(variables) == 1 and equations and _surely_none(equations[0], variables[0], [*positive, *nonnegative]):
        return []
    cells = []
    for branch in solve_equations(equations, variables):
        full = branch.given | {v: variable(v) for v in branch.free}

        def bring(e: Expr, full: Mapping[int, Expr] = full) -> Expr:
            for v in variables_of(e):
                if v in full and full[v] != {(v,): _ONE}:
                    e = put(e, v, full[v])
            return clean(e)

        if not branch.free:
            point = {v: evaluate(e, {}) for v, e in full.items()}
            if all(sign(evaluate(e, point)) > 0 for e in positive) and all(
                sign(evaluate(e, point)) >= 0 for e in nonnegative
            ):
                cells.append(Cell((point,), 0, full))
            continue
        strict = [bring(e) for e in positive]
        weak = [*strict, *(bring(e) for e in nonnegative)]
        if len(branch.free) == 1:
            pieces = _segments(weak, branch.free[0])
        elif all(len(m) <= 1 for e in weak for m in e):
            pieces = [_vertices(weak, branch.free)]
        else:
            raise HardSystemError("a continuum with curved bounds in several dimensions")
        for piece in pieces:
            if not piece:
                continue
            if len(branch.free) == 1 and len(piece) > 1:
                if not all(strict):  # one of them is the zero polynomial; otherwise they vanish at single points only
                    continue
            else:
                middle = {v: sum((p[v] for p in piece), _ZERO) / Fraction(len(piece)) for v in branch.free}
                if any(sign(evaluate(e, middle)) <= 0 for e in strict):
                    continue
            corners = tuple({v: evaluate(e, p) for v, e in full.items()} for p in piece)
            cells.append(Cell(corners, min(len(branch.free), len(piece) - 1), full))
    return cells


def _surely_none(equation: Expr, v: int, weak: Sequence[Expr]) -> bool:
    """Whether enclosures of its roots alone show that an equation in one variable has no solution where all are >= 0."""
    coefficients: list[Real] = [_ZERO] * (max(map(len, equation), default=0) + 1)
    for m, c in equation.items():
        coefficients[len(m)] = c
    roots = enclosed_roots(coefficients)
    if roots is None:
        return False
    with flint.ctx.workprec(128):
        return all(
            any(sum((enclosure(c, 128) * x ** len(m) for m, c in e.items()), flint.arb(0)) < 0 for e in weak)
            for x in roots
        )


def _sign_on_box(e: Expr, unit: set[int]) -> int:
    """1 or -1 if the polynomial certainly has this sign wherever its variables lie in [0, 1]; 0 if that is not clear.

    The value is a mean of the coefficients in the Bernstein basis, which are enclosed.
    """
    names = sorted(variables_of(e))
    if not e or not unit.issuperset(names) or len(names) > 4:
        return 0
    degrees = [max(m.count(v) for m in e) for v in names]
    table = {tuple(m.count(v) for v in names): enclosure(c) for m, c in e.items()}
    for k, d in enumerate(degrees):
        wider: dict[tuple[int, ...], flint.arb] = {}
        for m, c in table.items():
            for j in range(m[k], d + 1):
                key = (*m[:k], j, *m[k + 1 :])
                weight = flint.arb(flint.fmpq(comb(j, m[k]), comb(d, m[k])))
                wider[key] = wider.get(key, flint.arb(0)) + c * weight
        table = wider
    size = 1
    for d in degrees:
        size *= d + 1
    if len(table) < size:
        return 0
    if all(c > 0 for c in table.values()):
        return 1
    return -1 if all(c < 0 for c in table.values()) else 0


def _segments(weak: Sequence[Expr], v: int) -> list[list[dict[int, Real]]]:
    """Where polynomials in one variable are all nonnegative: intervals (pairs of ends) and single points."""
    marks: list[Real] = []
    for e in weak:
        if not e:
            continue
        if len(e) == 1 and () in e:
            if sign(e[()]) < 0:
                return []
            continue
        coefficients: list[Real] = [_ZERO] * (max(map(len, e)) + 1)
        for m, c in e.items():
            coefficients[len(m)] = c
        marks += real_roots_over(coefficients)
    marks.sort()
    ends = [x for k, x in enumerate(marks) if k == 0 or x != marks[k - 1]]
    if not ends:
        raise HardSystemError("a continuum without bounds")
    holds = lambda x: all(sign(evaluate(e, {v: x})) >= 0 for e in weak)  # noqa: E731
    inside = [holds((a + b) / Fraction(2)) for a, b in pairwise(ends)]
    if holds(ends[0] - 1) or holds(ends[-1] + 1):
        raise HardSystemError("a continuum without bounds")
    pieces: list[list[dict[int, Real]]] = []
    k = 0
    while k < len(ends):
        if k < len(inside) and inside[k]:
            start = k
            while k < len(inside) and inside[k]:
                k += 1
            pieces.append([{v: ends[start]}, {v: ends[k]}])
        elif not (k and inside[k - 1]) and holds(ends[k]):
            pieces.append([{v: ends[k]}])
        k += 1
    return pieces


def _vertices(weak: Sequence[Expr], free: Sequence[int]) -> list[dict[int, Real]]:
    """The vertices of a bounded polytope given by affine inequalities."""
    rows = [e for e in weak if any(m for m in e)]
    if any(sign(e.get((), _ZERO)) < 0 for e in weak if not any(m for m in e)):
        return []
    found: list[dict[int, Real]] = []
    for tight in combinations(rows, len(free)):
        for branch in solve_equations(tight, free):
            if branch.free:
                continue
            point = {v: e.get((), _ZERO) for v, e in branch.given.items()}
            if all(sign(evaluate(e, point)) >= 0 for e in rows) and point not in found:
                found.append(point)
    return found
