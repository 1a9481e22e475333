"""Numbers that enclose: outward-rounded intervals on arrays, Arb balls one at a time, and enclosures of exact numbers.

An interval is a pair of float64 arrays (lo, hi) with lo <= true value <= hi. Every operation widens its result by one part
in 2**52 and by 1e-300, which is more than the rounding error of one operation in the nearest-even mode, so that the true
result of any true arguments stays inside. Source: Moore, Kearfott and Cloud, Introduction to Interval Analysis (SIAM, 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import flint
import numpy as np
from numpy.typing import NDArray

from gametheory.errors import UnsupportedError
from gametheory.exact import Number

__all__ = ["Balls", "Floats", "Interval", "enclose", "to_interval"]

Array: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = tuple[Array, Array]
Index: TypeAlias = NDArray[Any]

_RELATIVE = 2.0**-52
_ABSOLUTE = 1e-300


def _out(lo: Array, hi: Array) -> Interval:
    return lo - (np.abs(lo) * _RELATIVE + _ABSOLUTE), hi + (np.abs(hi) * _RELATIVE + _ABSOLUTE)


def sign(a: Interval) -> NDArray[np.int8]:
    """1 or -1 where the sign is certain, 0 where the interval contains zero."""
    return (a[0] > 0).astype(np.int8) - (a[1] < 0).astype(np.int8)


class Floats:
    """Interval arithmetic on float64 arrays: fast, and certain where it decides."""

    bits = 53

    @staticmethod
    def of(x: flint.arb, size: int) -> Interval:
        """A constant, repeated."""
        lo, hi = to_interval(x)
        return np.full(size, lo), np.full(size, hi)

    @staticmethod
    def add(a: Interval, b: Interval) -> Interval:
        """Sum."""
        return _out(a[0] + b[0], a[1] + b[1])

    @staticmethod
    def sub(a: Interval, b: Interval) -> Interval:
        """Difference."""
        return _out(a[0] - b[1], a[1] - b[0])

    @staticmethod
    def mul(a: Interval, b: Interval) -> Interval:
        """Product."""
        p, q, r, s = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
        return _out(np.minimum(np.minimum(p, q), np.minimum(r, s)), np.maximum(np.maximum(p, q), np.maximum(r, s)))

    @staticmethod
    def scale(c: flint.arb, a: Interval) -> Interval:
        """A positive constant times an array."""
        lo, hi = to_interval(c)
        return _out(np.minimum(a[0] * lo, a[0] * hi), np.maximum(a[1] * lo, a[1] * hi))

    @staticmethod
    def div(a: Interval, b: Interval) -> Interval:
        """Quotient by an interval without zero (elsewhere the whole line)."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            p, q, r, s = a[0] / b[0], a[0] / b[1], a[1] / b[0], a[1] / b[1]
            lo = np.minimum(np.minimum(p, q), np.minimum(r, s))
            hi = np.maximum(np.maximum(p, q), np.maximum(r, s))
            bad = ~((b[0] > 0) | (b[1] < 0)) | ~np.isfinite(lo) | ~np.isfinite(hi)
        lo, hi = _out(np.where(bad, 0.0, lo), np.where(bad, 0.0, hi))
        return np.where(bad, -np.inf, lo), np.where(bad, np.inf, hi)

    @staticmethod
    def root(a: Interval) -> Interval:
        """Square root of the part that is not negative."""
        lo, hi = _out(np.sqrt(np.maximum(a[0], 0.0)), np.sqrt(np.maximum(a[1], 0.0)))
        return np.maximum(lo, 0.0), hi

    @staticmethod
    def neg(a: Interval) -> Interval:
        """The opposite."""
        return -a[1], -a[0]

    sign = staticmethod(sign)

    @staticmethod
    def take(a: Interval, index: Index) -> Interval:
        """Chosen entries."""
        return a[0][index], a[1][index]

    @staticmethod
    def join(parts: list[Interval]) -> Interval:
        """One after another."""
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    @staticmethod
    def where(mask: NDArray[np.bool_], a: Interval, b: Interval) -> Interval:
        """Entry by entry the first or the second."""
        return np.where(mask, a[0], b[0]), np.where(mask, a[1], b[1])

    @staticmethod
    def bounds(a: Interval) -> Interval:
        """Floats around each entry."""
        return a

    @staticmethod
    def hulls(a: Interval, order: Index, starts: Index) -> Interval:
        """For each run of ``order`` that begins at ``starts`` the interval around all its entries."""
        return np.minimum.reduceat(a[0][order], starts), np.maximum.reduceat(a[1][order], starts)


@dataclass(frozen=True)
class Balls:
    """The same operations on arrays of Arb balls at a chosen precision: slow, for what floats do not decide."""

    bits: int

    def of(self, x: flint.arb, size: int) -> Any:
        """A constant, repeated."""
        return _objects([x] * size)

    def add(self, a: Any, b: Any) -> Any:
        """Sum."""
        return a + b

    def sub(self, a: Any, b: Any) -> Any:
        """Difference."""
        return a - b

    def mul(self, a: Any, b: Any) -> Any:
        """Product."""
        return a * b

    def scale(self, c: flint.arb, a: Any) -> Any:
        """A constant times an array."""
        return _objects([c * x for x in a])

    def div(self, a: Any, b: Any) -> Any:
        """Quotient (not finite where the divisor may be zero)."""
        return a / b

    def root(self, a: Any) -> Any:
        """Square root of the part that is not negative."""
        zero = flint.arb(0)
        return _objects([zero if x < 0 else (x.sqrt() if x > 0 else _upper(x).sqrt().union(zero)) for x in a])

    def neg(self, a: Any) -> Any:
        """The opposite."""
        return -a

    def sign(self, a: Any) -> NDArray[np.int8]:
        """1 or -1 where the sign is certain, 0 where the ball contains zero."""
        return np.array([int(x > 0) - int(x < 0) for x in a], np.int8)

    def take(self, a: Any, index: Index) -> Any:
        """Chosen entries."""
        return a[index]

    def join(self, parts: list[Any]) -> Any:
        """One after another."""
        return np.concatenate(parts)

    def where(self, mask: NDArray[np.bool_], a: Any, b: Any) -> Any:
        """Entry by entry the first or the second."""
        return np.where(mask, a, b)

    def bounds(self, a: Any) -> Interval:
        """Floats around each entry."""
        pairs = [to_interval(x) for x in a]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    def hulls(self, a: Any, order: Index, starts: Index) -> Any:
        """For each run of ``order`` that begins at ``starts`` the ball around all its entries."""
        found = []
        for begin, end in zip(starts, [*starts[1:], len(order)], strict=True):
            ball = a[order[begin]]
            for k in order[begin + 1 : end]:
                ball = ball.union(a[k])
            found.append(ball)
        return _objects(found)


def _objects(items: list[Any]) -> Any:
    array = np.empty(len(items), object)
    array[:] = items
    return array


def _upper(x: flint.arb) -> flint.arb:
    return flint.arb(x.upper()) if x.upper() > 0 else flint.arb(0)


# --- exact numbers ------------------------------------------------------------------------------------------------------


def enclose(x: Number | int) -> flint.arb:
    """A ball around an exact number, at flint's current precision.

    Parameters
    ----------
    x : Fraction or sympy expression without symbols
        Sums, products, rational powers, exponentials, logarithms, pi, E, and the regularised incomplete beta function.

    Raises
    ------
    UnsupportedError
        For other functions.

    Examples
    --------
    >>> import sympy
    >>> bool(enclose(sympy.exp(-sympy.Rational(1, 20))) < 1)
    True
    """
    if isinstance(x, int):
        return flint.arb(x)
    if isinstance(x, Fraction):
        return flint.arb(flint.fmpq(x.numerator, x.denominator))
    import sympy

    if isinstance(x, sympy.Rational):
        return flint.arb(flint.fmpq(int(x.p), int(x.q)))
    arguments = [enclose(a) for a in x.args]
    if isinstance(x, sympy.Add):
        return sum(arguments, flint.arb(0))
    if isinstance(x, sympy.Mul):
        total = flint.arb(1)
        for a in arguments:
            total *= a
        return total
    if isinstance(x, sympy.Pow):
        return arguments[0] ** int(x.exp) if x.exp.is_Integer else arguments[0] ** arguments[1]
    if isinstance(x, sympy.exp):
        return arguments[0].exp()
    if isinstance(x, sympy.log):
        return arguments[0].log()
    if x is sympy.S.Exp1:
        return flint.arb(1).exp()
    if x is sympy.S.Pi:
        return flint.arb.pi()
    if isinstance(x, sympy.betainc_regularized):
        a, b, low, high = arguments
        return high.beta_lower(a, b, 1) - low.beta_lower(a, b, 1)
    raise UnsupportedError("number", x, "sums, products, powers, exp, log and betainc_regularized of rational numbers")


def to_interval(x: flint.arb) -> tuple[float, float]:
    """Floats around a ball.

    Examples
    --------
    >>> lo, hi = to_interval(enclose(Fraction(1, 3)))
    >>> lo < Fraction(1, 3) < hi
    True
    """
    if not x.is_finite():
        return float("-inf"), float("inf")
    middle, radius = float(x.mid()), float(x.rad()) * (1 + 1e-9)
    lo, hi = np.nextafter(middle, -np.inf), np.nextafter(middle, np.inf)
    if radius == 0 and x.mid() == flint.arb(middle):
        return middle, middle
    return float(np.nextafter(lo - radius, -np.inf)), float(np.nextafter(hi + radius, np.inf))
