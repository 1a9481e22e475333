"""Exact sets of one parameter: where polynomials have given signs, as a sympy Set with algebraic endpoints.

Real roots are isolated in certified balls (python-flint), refined until those of different irreducible factors are
disjoint; signs between the roots are taken at rational points, exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from gametheory.errors import GameTheoryError, InputError
from gametheory.exact import to_flint

if TYPE_CHECKING:
    import sympy

__all__ = ["solution_set"]

_START_BITS, _MOST_BITS = 64, 1 << 16


@dataclass(frozen=True)
class _Root:
    """A real root: the ``index``-th, in ascending order, of an irreducible polynomial, within [low, high]."""

    factor: flint.fmpz_poly
    index: int
    low: Fraction
    high: Fraction


def solution_set(
    weak: Sequence[flint.fmpq_poly],
    *,
    strict: Sequence[flint.fmpq_poly] = (),
    zero: Sequence[flint.fmpq_poly] = (),
    lower: Fraction | None = None,
    upper: Fraction | None = None,
) -> sympy.Set:
    """The points of an open interval at which every polynomial has the sign asked of it.

    Parameters
    ----------
    weak, strict, zero : sequences of fmpq_poly
        Polynomials that must be at least zero, above zero, and zero.
    lower, upper : Fraction, optional
        Ends of the open interval; None for no bound.

    Returns
    -------
    sympy.Set
        A union of intervals and points; the ends are rational numbers, square roots, or roots of polynomials (CRootOf).

    Examples
    --------
    >>> x = flint.fmpq_poly([0, 1])
    >>> solution_set([2 * x - 1], lower=Fraction(0), upper=Fraction(1))
    Interval.Ropen(1/2, 1)
    >>> solution_set([2 * x**2 - 1], lower=Fraction(0), upper=Fraction(1))
    Interval.Ropen(sqrt(2)/2, 1)
    >>> solution_set([-((3 * x - 1) ** 2)], lower=Fraction(0), upper=Fraction(1))
    {1/3}
    >>> solution_set([-1 - x**2])
    EmptySet
    """
    import sympy

    if lower is not None and upper is not None and lower >= upper:
        raise InputError("lower, upper", (lower, upper), "an interval with lower below upper")
    asked = [(p, "weak") for p in weak] + [(p, "strict") for p in strict] + [(p, "zero") for p in zero]
    factors: dict[tuple[int, ...], flint.fmpz_poly] = {}
    parts: list[list[flint.fmpz_poly]] = []
    for p, _ in asked:
        own = []
        if p.degree() > 0:
            for q, _multiplicity in p.numer().factor()[1]:
                key = tuple(int(c) for c in q.coeffs())
                own.append(factors.setdefault(key, q))
        parts.append(own)
    roots = _isolate(list(factors.values()))
    roots = [r for r in roots if _inside(r, lower, upper)]
    cells: list[Fraction] = []  # a rational point of each open cell between roots
    for left, right in zip([None, *roots], [*roots, None], strict=True):
        a = left.high if left is not None else lower
        b = right.low if right is not None else upper
        cells.append(_between(a, b))

    def holds(sign: int, kind: str) -> bool:
        return sign >= 0 if kind == "weak" else sign > 0 if kind == "strict" else sign == 0

    def at_cell(k: int) -> bool:
        x = to_flint(cells[k])
        return all(holds(_sign(p(x)), kind) for p, kind in asked)

    def at_root(r: _Root) -> bool:
        for (p, kind), own in zip(asked, parts, strict=True):
            sign = 0 if p.degree() < 0 or any(q is r.factor for q in own) else _sign_at(p, r)
            if not holds(sign, kind):
                return False
        return True

    pieces: list[sympy.Set] = []
    points: list[sympy.Expr] = []
    ends = [_number(r) for r in roots]
    low = -sympy.oo if lower is None else sympy.Rational(lower.numerator, lower.denominator)
    high = sympy.oo if upper is None else sympy.Rational(upper.numerator, upper.denominator)
    begin: tuple[object, bool] | None = (low, True) if at_cell(0) else None  # (left end, open there)
    for k, r in enumerate(roots):
        here, after = at_root(r), at_cell(k + 1)
        if begin is not None and not (here and after):
            pieces.append(sympy.Interval(begin[0], ends[k], begin[1], not here))
            begin = (ends[k], True) if after else None
        elif begin is None and after:
            begin = (ends[k], not here)
        elif begin is None and here:
            points.append(ends[k])
    if begin is not None:
        pieces.append(sympy.Interval(begin[0], high, begin[1], True))
    if points:
        pieces.append(sympy.FiniteSet(*points))
    return sympy.Union(*pieces, evaluate=False) if len(pieces) > 1 else pieces[0] if pieces else sympy.S.EmptySet


def _sign(x: flint.fmpq) -> int:
    return (x > 0) - (x < 0)


def _exact_ends(x: flint.arb) -> tuple[Fraction, Fraction]:
    def convert(y: flint.arb) -> Fraction:
        mantissa, exponent = y.man_exp()
        m, e = int(mantissa), int(exponent)
        return Fraction(m) * Fraction(2) ** e

    return convert(x.lower()), convert(x.upper())


def _real_roots(factor: flint.fmpz_poly, bits: int) -> list[tuple[Fraction, Fraction]]:
    """Disjoint enclosures of the real roots of an irreducible polynomial, ascending."""
    if factor.degree() == 1:
        c = factor.coeffs()
        root = Fraction(-int(c[0]), int(c[1]))
        return [(root, root)]
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        found = [_exact_ends(z.real) for z, _ in factor.complex_roots() if z.imag == 0]  # type: ignore[misc,has-type]
    finally:
        flint.ctx.prec = before
    return sorted(found)


def _isolate(factors: list[flint.fmpz_poly]) -> list[_Root]:
    bits = _START_BITS
    while bits <= _MOST_BITS:
        roots = [_Root(f, k, low, high) for f in factors for k, (low, high) in enumerate(_real_roots(f, bits))]
        roots.sort(key=lambda r: (r.low, r.high))
        if all(a.high < b.low for a, b in itertools.pairwise(roots)):
            return roots
        bits *= 2
    raise GameTheoryError("roots of the conditions lie too close together to be told apart")


def _inside(r: _Root, lower: Fraction | None, upper: Fraction | None) -> bool:
    """Whether the root is strictly between the bounds; no root but a rational one can equal a bound."""
    bits = _START_BITS
    low, high = r.low, r.high
    while True:
        straddles = [b for b in (lower, upper) if b is not None and low <= b <= high]
        if not straddles or low == high:
            return (lower is None or low > lower) and (upper is None or high < upper)
        bits *= 2
        low, high = _real_roots(r.factor, bits)[r.index]


def _between(a: Fraction | None, b: Fraction | None) -> Fraction:
    if a is None:
        return Fraction(b - 1) if b is not None else Fraction(0)
    if b is None:
        return a + 1
    return Fraction(a + b) / 2


def _sign_at(p: flint.fmpq_poly, r: _Root) -> int:
    """Sign of a polynomial at a root that is not one of its own."""
    if r.low == r.high:
        return _sign(p(to_flint(r.low)))
    bits = _START_BITS
    before = flint.ctx.prec
    try:
        while bits <= _MOST_BITS:
            low, high = _real_roots(r.factor, bits)[r.index]
            flint.ctx.prec = bits
            ball = flint.arb((to_flint(low) + to_flint(high)) / 2, 0) + flint.arb(0, to_flint(high) - to_flint(low))
            value = flint.arb(0)
            for c in reversed(p.coeffs()):
                value = value * ball + flint.arb(c)
            if value > 0:
                return 1
            if value < 0:
                return -1
            bits *= 2
    finally:
        flint.ctx.prec = before
    raise GameTheoryError("the sign of a condition at a root of another could not be decided")


def _number(r: _Root) -> sympy.Expr:
    """The root as a sympy number: rational, with square roots, or a CRootOf."""
    import sympy

    if r.low == r.high:
        return sympy.Rational(r.low.numerator, r.low.denominator)
    c = [int(x) for x in r.factor.coeffs()]
    if r.factor.degree() == 2:
        a, b = c[2], c[1]
        discriminant = sympy.sqrt(sympy.Integer(b * b - 4 * a * c[0]))
        sign = 1 if (r.index == 1) == (a > 0) else -1
        return sympy.expand((-b + sign * discriminant) / (2 * sympy.Integer(a)))
    return sympy.CRootOf(sympy.Poly(c[::-1], sympy.Symbol("x")), r.index)
