"""Polynomials over the rationals, and proofs of their signs on a set that assumptions describe.

The assumptions (orderings of payoffs, discount factors between 0 and 1) are linear inequalities; the set that they
describe is written with *gaps*: if ``T > R`` then ``T = R + g`` with ``g > 0``, and ``0 < delta < 1`` becomes
``delta = g1 / (g0 + g1)``. Each point of the set corresponds to positive gaps, so that a polynomial whose
coefficients in the gaps all have one sign has that sign everywhere: a certificate that can be read. What that does not
settle is tried in this order: a sample of consistent points (which shows that a sign varies), factors, multiplication by
sums of gaps (Polya), linear combinations of the assumptions found by exact linear programming (Farkas 1902, Handelman 1988).
A sign that none of these settles is unknown, and said to be.

References
----------
Farkas, J. (1902), Theorie der einfachen Ungleichungen, *J. reine angew. Math.* 124, 1-27.
Handelman, D. (1988), Representing polynomials by positive linear functions on compact convex polyhedra,
*Pacific J. Math.* 132, 35-62.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TYPE_CHECKING, Any, TypeAlias

import flint

from gametheory.errors import InputTypeError, UnsupportedError
from gametheory.exact import Number, exact, to_flint

if TYPE_CHECKING:
    import sympy

__all__ = ["Poly", "Ratio", "Ring", "key", "primitive"]

Poly: TypeAlias = flint.fmpq_mpoly
_Q = flint.fmpq


def key(p: Poly) -> str:
    """A polynomial as text, hashable; equal for equal polynomials of one ring."""
    return str(p)


def primitive(p: Poly) -> Poly:
    """The polynomial over a positive number, with coprime integer coefficients.

    Examples
    --------
    >>> x, y = Ring(("x", "y")).gens
    >>> primitive(x / 2 - y / 3)
    3*x - 2*y
    """
    if p.is_zero():
        return p
    coefficients = p.coeffs()
    bottom = lcm(*(int(c.q) for c in coefficients))
    top = gcd(*(int(c.p) * (bottom // int(c.q)) for c in coefficients))
    return p if top == bottom else p * _Q(bottom, top)


@lru_cache(maxsize=256)
def _context(names: tuple[str, ...]) -> flint.fmpq_mpoly_ctx:
    return flint.fmpq_mpoly_ctx.get(names or ("_",), flint.Ordering.degrevlex)


@dataclass(frozen=True)
class Ring:
    """Polynomials over Q in named variables (python-flint), and the way to and from sympy.

    Examples
    --------
    >>> ring = Ring(("a", "b"))
    >>> ring.read(exact("(a + b)/(2*a)")).den
    a
    >>> ring.to_sympy(ring.read(exact("a*(b + 1)")).num)
    a*b + a
    """

    names: tuple[str, ...]

    @property
    def context(self) -> flint.fmpq_mpoly_ctx:
        """The underlying python-flint context."""
        return _context(self.names)

    @property
    def gens(self) -> tuple[Poly, ...]:
        """The variables as polynomials."""
        return tuple(self.context.gens())

    @property
    def one(self) -> Poly:
        """The constant 1."""
        return self.context.constant(1)

    def constant(self, x: Fraction | int) -> Poly:
        """A constant polynomial."""
        return self.context.constant(to_flint(Fraction(x)))

    def read(self, x: object) -> Ratio:
        """A rational function from an exact number or a sympy expression.

        Raises
        ------
        UnsupportedError
            For square roots, exponentials and anything else that is not a quotient of polynomials.
        """
        return self._read(exact(x))

    def _read(self, x: Number) -> Ratio:
        if isinstance(x, Fraction):
            return Ratio(self.constant(x), self.one)
        if x.is_Symbol:
            return Ratio(self.gens[self.names.index(str(x))], self.one)
        if x.is_Rational:
            return Ratio(self.constant(Fraction(int(x.p), int(x.q))), self.one)
        if x.is_Add or x.is_Mul:
            parts = [self._read(a) for a in x.args]
            total = parts[0]
            for part in parts[1:]:
                total = total + part if x.is_Add else total * part
            return total
        if x.is_Pow and x.exp.is_Integer and abs(int(x.exp)) <= 60:
            base, n = self._read(x.base), int(x.exp)
            return Ratio(base.num**n, base.den**n) if n >= 0 else Ratio(base.den**-n, base.num**-n).oriented()
        raise UnsupportedError("expression", x, "quotients of polynomials with rational coefficients")

    def to_sympy(self, p: Poly) -> sympy.Expr:
        """The polynomial as a sympy expression, expanded."""
        import sympy

        symbols = _symbols(self.names)
        terms = []
        for powers, c in p.terms():
            parts = [symbols[i] ** int(n) for i, n in enumerate(powers) if n]
            terms.append(sympy.Mul(sympy.Rational(int(c.p), int(c.q)), *parts))
        return sympy.Add(*terms)

    def evaluate(self, p: Poly, values: Mapping[str, Fraction]) -> Fraction:
        """Its value at rational numbers, one for each variable that occurs."""
        if not self.names:
            q = p.coeffs()[0] if not p.is_zero() else _Q(0)
        else:
            q = _Q(p(*(to_flint(values.get(name, Fraction(0))) for name in self.names)))
        return Fraction(int(q.p), int(q.q))


@lru_cache(maxsize=256)
def _symbols(names: tuple[str, ...]) -> tuple[sympy.Symbol, ...]:
    import sympy

    return tuple(sympy.Symbol(name) for name in names)


@dataclass(frozen=True, eq=False)
class Ratio:
    """A quotient of polynomials, in lowest terms after arithmetic.

    Examples
    --------
    >>> ring = Ring(("x",))
    >>> half = ring.read(exact("x/(x + 1)"))
    >>> (half + half).num
    2*x
    """

    num: Poly
    den: Poly

    @staticmethod
    def of(num: Poly, den: Poly) -> Ratio:
        """In lowest terms, with a denominator whose leading coefficient is 1."""
        if den.is_zero():
            raise ZeroDivisionError("division by the polynomial 0")
        if not den.is_constant():
            shared = num.gcd(den)
            if not shared.is_constant():
                num, den = num // shared, den // shared
        return Ratio(num, den).oriented()

    def oriented(self) -> Ratio:
        """With a denominator whose leading coefficient is 1."""
        if self.den.is_zero():
            raise ZeroDivisionError("division by the polynomial 0")
        lead = self.den.leading_coefficient()
        return self if lead == 1 else Ratio(self.num / lead, self.den / lead)

    def __add__(self, other: Ratio) -> Ratio:
        if self.den == other.den:
            return (
                Ratio(self.num + other.num, self.den) if self.den.is_one() else Ratio.of(self.num + other.num, self.den)
            )
        return Ratio.of(self.num * other.den + other.num * self.den, self.den * other.den)

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        if self.den.is_one() and other.den.is_one():
            return Ratio(self.num * other.num, self.den)
        return Ratio.of(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.of(self.num * other.den, self.den * other.num)

    @property
    def key(self) -> tuple[Any, ...]:
        """Hashable; equal for equal quotients in lowest terms."""
        return key(self.num), key(self.den)

    def to_sympy(self, ring: Ring) -> Number:
        """As a Fraction where it is constant, else as a sympy expression."""
        if self.num.is_constant() and self.den.is_constant():
            top = self.num.coeffs()[0] if not self.num.is_zero() else _Q(0)
            q = top / self.den.coeffs()[0]
            return Fraction(int(q.p), int(q.q))
        top = ring.to_sympy(self.num)
        return top if self.den.is_one() else top / ring.to_sympy(self.den)


def relation_parts(relation: object) -> tuple[Any, str]:
    """``(left - right, op)`` of a sympy comparison, with op one of ">", ">=", "==", "!="; less-than is turned round."""
    import sympy

    kinds: dict[type, tuple[int, str]] = {
        sympy.StrictGreaterThan: (1, ">"),
        sympy.GreaterThan: (1, ">="),
        sympy.StrictLessThan: (-1, ">"),
        sympy.LessThan: (-1, ">="),
        sympy.Equality: (1, "=="),
        sympy.Unequality: (1, "!="),
    }
    for kind, (sign, op) in kinds.items():
        if isinstance(relation, kind):
            return sign * (relation.lhs - relation.rhs), op  # type: ignore[attr-defined]
    raise InputTypeError("assumption", relation, "a comparison such as sympy.Symbol('a') > sympy.Symbol('b')")
