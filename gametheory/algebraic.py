r"""Exact real algebraic numbers: an irreducible polynomial over the rationals and which of its real roots is meant.

An :class:`Algebraic` is an element of a number field :math:`\mathbf{Q}(\theta)`, written as a polynomial in
:math:`\theta`, or an arithmetic expression of such elements from several fields that is only brought into one field when
it has to be. Signs are decided by enclosures (Arb's ball arithmetic) as long as these exclude zero; whether a number *is*
zero is decided in its field, where the representation is unique. Nothing is ever rounded.

Systems of polynomial equations with finitely many solutions are solved through the algebra of polynomials modulo the
equations: all its points are rational functions of the roots of one polynomial (the rational univariate representation),
so that no real solution is missed or counted twice.

References
----------
Cohen, H. (1993), *A Course in Computational Algebraic Number Theory*, Springer, chapters 3 and 4.
Rouillier, F. (1999), Solving zero-dimensional systems through the rational univariate representation, *Applicable
Algebra in Engineering, Communication and Computing* 9, 433-461.
Johansson, F. (2017), Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, *IEEE Transactions on
Computers* 66, 1281-1292.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import TYPE_CHECKING, TypeAlias

import flint

from gametheory.errors import GameTheoryError, InputError, InputTypeError
from gametheory.exact import exact, to_flint

if TYPE_CHECKING:
    import sympy

__all__ = [
    "Algebraic",
    "DegreeLimitError",
    "Field",
    "Real",
    "common_field",
    "enclosure",
    "points_of_algebra",
    "real_number",
    "real_roots",
    "real_roots_over",
    "sign",
]

_Poly = flint.fmpq_poly

#: Largest degree over the rationals of a field in which exact equality is decided.
MAX_DEGREE = 64
_ENCLOSURES = (64, 192)


class DegreeLimitError(GameTheoryError):
    """An exact decision would need a number field of too large a degree."""

    def __init__(self, degree: int) -> None:
        self.degree = degree
        super().__init__(f"an exact decision needs a number field of degree {degree}, over the limit of {MAX_DEGREE}")


def fraction(x: flint.fmpq) -> Fraction:
    """A flint rational as a Fraction."""
    return Fraction(int(x.p), int(x.q))


class Field:
    r"""The real number field :math:`\mathbf{Q}(\theta)`; :func:`field` makes each only once.

    Attributes
    ----------
    minimal : fmpq_poly
        Monic and irreducible, with root :math:`\theta`.
    index : int
        Which real root, from the smallest, 0.
    """

    __slots__ = ("_balls", "index", "minimal")

    def __init__(self, minimal: _Poly, index: int) -> None:
        self.minimal, self.index = minimal, index
        self._balls: dict[int, flint.arb] = {}

    @property
    def degree(self) -> int:
        """Degree over the rationals."""
        return int(self.minimal.degree())

    def ball(self, precision: int) -> flint.arb:
        r"""An enclosure of :math:`\theta`, of about this many bits."""
        if precision not in self._balls:
            self._balls[precision] = _balls_of(self.minimal, precision)[self.index]
        return self._balls[precision]

    def value(self, poly: _Poly, precision: int) -> flint.arb:
        r"""An enclosure of a polynomial in :math:`\theta`."""
        at = self.ball(precision)
        with flint.ctx.workprec(precision + 16):
            total = flint.arb(0)
            for c in reversed(poly.coeffs()):
                total = total * at + flint.arb(c)
            return total

    def inverse(self, poly: _Poly) -> _Poly:
        """The inverse of an element."""
        if poly.degree() < 0:
            raise ZeroDivisionError("division by an algebraic number that is zero")
        _, s, _ = poly.xgcd(self.minimal)
        return s

    def number(self, poly: _Poly) -> Real:
        """The element as a number: a Fraction if it is rational."""
        poly = poly % self.minimal
        return fraction(poly[0]) if poly.degree() <= 0 else Algebraic(self, poly)


@lru_cache(maxsize=4096)
def _balls_of_key(coefficients: tuple[int, ...], precision: int) -> tuple[flint.arb, ...]:
    with flint.ctx.workprec(precision):
        roots = flint.fmpz_poly(list(coefficients)).complex_roots()
    real = [pair[0].real for pair in roots if pair[0].imag == 0]  # type: ignore[index]
    return tuple(sorted(real, key=lambda ball: fraction(flint.fmpq(*_dyadic(ball)))))


def _dyadic(ball: flint.arb) -> tuple[int, int]:
    mantissa, exponent = ball.mid().man_exp()
    m, e = int(mantissa), int(exponent)
    return (m << e, 1) if e >= 0 else (m, 1 << -e)


def _balls_of(poly: _Poly, precision: int) -> tuple[flint.arb, ...]:
    """Disjoint enclosures of the real roots of a squarefree polynomial, in increasing order."""
    return _balls_of_key(tuple(int(c) for c in poly.numer().coeffs()), precision)


@lru_cache(maxsize=65536)
def _field(coefficients: tuple[tuple[int, int], ...], index: int) -> Field:
    return Field(_Poly([flint.fmpq(p, q) for p, q in coefficients]), index)


def field(minimal: _Poly, index: int) -> Field:
    """The field of the real root with this index of an irreducible polynomial."""
    lead = minimal[minimal.degree()]
    return _field(tuple((int(c.p), int(c.q)) for c in (minimal / lead).coeffs()), index)


class Algebraic:
    """A real algebraic number. Arithmetic and comparisons with ints, Fractions and each other are exact.

    A result that is seen to be rational comes out as a Fraction.

    Examples
    --------
    >>> root = real_roots([-2, 0, 1])[1]
    >>> print(root)
    sqrt(2)
    >>> root * root, root > Fraction(7, 5), (root + 1).minimal_polynomial
    (Fraction(2, 1), True, (-1, -2, 1))
    """

    __slots__ = ("_args", "_balls", "_canon", "_element", "_op")

    def __init__(self, field: Field | None, poly: _Poly | None = None, *, op: str = "", args: tuple[Real, ...] = ()) -> None:
        self._element: tuple[Field, _Poly] | None = None if field is None or poly is None else (field, poly)
        self._op, self._args = op, args
        self._balls: dict[int, flint.arb] = {}
        self._canon: tuple[tuple[int, ...], int] | None = None

    # --- what it is -----------------------------------------------------------------------------------------------

    def ball(self, precision: int = 64) -> flint.arb:
        """A certain enclosure (Arb ball), worked out with about this many bits."""
        if precision not in self._balls:
            if self._element is not None:
                found = self._element[0].value(self._element[1], precision)
            else:
                left, right = (enclosure(x, precision) for x in self._args)
                with flint.ctx.workprec(precision + 16):
                    found = left + right if self._op == "+" else left * right if self._op == "*" else left / right
            self._balls[precision] = found
        return self._balls[precision]

    def element(self) -> tuple[Field, _Poly]:
        """A number field that holds it, and the polynomial in that field's generator that it is.

        Raises
        ------
        DegreeLimitError
            If the field would be too large.
        """
        if self._element is None:
            found, (poly,) = common_field([self])
            self._element, self._args = (found, poly), ()
        return self._element

    @property
    def minimal_polynomial(self) -> tuple[int, ...]:
        """Coefficients, constant first, without common factor, of the irreducible polynomial with this root."""
        return self._canonical()[0]

    @property
    def degree(self) -> int:
        """Degree over the rationals."""
        return len(self.minimal_polynomial) - 1

    @property
    def root_index(self) -> int:
        """Which real root of its minimal polynomial it is, from the smallest, 0."""
        return self._canonical()[1]

    def interval(self, digits: int = 12) -> tuple[Fraction, Fraction]:
        """Rational bounds, about 10**-digits apart or closer, between which no other root of the polynomial lies."""
        if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 100_000:
            raise InputError("digits", digits, "a whole number from 1 to 100000")
        coefficients, index = self._canonical()
        if len(coefficients) == 2:
            value = Fraction(-coefficients[0], coefficients[1])
            return value, value
        precision = int(digits * 3.33) + 64 + max(abs(c).bit_length() for c in coefficients)
        ball = _balls_of_key(coefficients, precision)[index]
        middle = Fraction(*_dyadic(ball))
        radius = Fraction(*_dyadic(ball.rad())) if ball.rad() != 0 else Fraction(1, 1 << precision)
        return middle - radius, middle + radius

    def to_sympy(self) -> sympy.Expr:
        """The same number as a sympy expression: radicals for degree two, a ``CRootOf`` above."""
        import sympy

        coefficients, index = self._canonical()
        if len(coefficients) <= 3:
            return _quadratic_sympy(coefficients, index)
        x = sympy.Symbol("x")
        return sympy.CRootOf(sympy.Poly(list(reversed(coefficients)), x), index)

    def _canonical(self) -> tuple[tuple[int, ...], int]:
        if self._canon is None:
            home, poly = self.element()
            n = home.degree
            rows, power = [], poly
            for _ in range(n):
                rows.append([power[k] for k in range(n)])
                power = (power * _Poly([0, 1])) % home.minimal
            minimal = flint.fmpq_mat(rows).minpoly() if n > 1 else _Poly([-poly[0], 1])
            numer = minimal.numer()
            coefficients = tuple(int(c) for c in numer.coeffs())
            precision = 64
            while True:
                mine = self.ball(precision)
                hits = [k for k, ball in enumerate(_balls_of(minimal, precision)) if ball.overlaps(mine)]
                if len(hits) == 1:
                    break
                precision *= 2
            self._canon = (coefficients, hits[0])
        return self._canon

    # --- arithmetic -----------------------------------------------------------------------------------------------

    def _with(self, other: object, op: str, swapped: bool = False) -> Real:
        if isinstance(other, bool) or not isinstance(other, (int, Fraction, Algebraic)):
            return NotImplemented  # type: ignore[no-any-return]
        left, right = (other, self) if swapped else (self, other)
        return _combine(op, left, right)

    def __add__(self, other: object) -> Real:
        return self._with(other, "+")

    __radd__ = __add__

    def __mul__(self, other: object) -> Real:
        return self._with(other, "*")

    __rmul__ = __mul__

    def __neg__(self) -> Real:
        return self * -1

    def __sub__(self, other: object) -> Real:
        if isinstance(other, bool) or not isinstance(other, (int, Fraction, Algebraic)):
            return NotImplemented
        return self + (-other)

    def __rsub__(self, other: object) -> Real:
        return (-self) + other  # type: ignore[operator]

    def __truediv__(self, other: object) -> Real:
        return self._with(other, "/")

    def __rtruediv__(self, other: object) -> Real:
        return self._with(other, "/", swapped=True)

    def __pow__(self, exponent: object) -> Real:
        if isinstance(exponent, bool) or not isinstance(exponent, int):
            return NotImplemented
        base: Real = self if exponent >= 0 else Fraction(1) / self
        result: Real = Fraction(1)
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def __abs__(self) -> Real:
        return -self if sign(self) < 0 else self

    # --- order ----------------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction, Algebraic)):
            return other is self or sign(self - other) == 0
        return NotImplemented

    def __lt__(self, other: object) -> bool:
        return sign(self - other) < 0 if isinstance(other, (int, Fraction, Algebraic)) else NotImplemented

    def __le__(self, other: object) -> bool:
        return sign(self - other) <= 0 if isinstance(other, (int, Fraction, Algebraic)) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return sign(self - other) > 0 if isinstance(other, (int, Fraction, Algebraic)) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return sign(self - other) >= 0 if isinstance(other, (int, Fraction, Algebraic)) else NotImplemented

    def __hash__(self) -> int:
        coefficients, index = self._canonical()
        if len(coefficients) == 2:
            return hash(Fraction(-coefficients[0], coefficients[1]))
        return hash((coefficients, index))

    def __bool__(self) -> bool:
        return sign(self) != 0

    def __float__(self) -> float:
        return float(self.ball(128).mid())

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, self._canonical()

    def __str__(self) -> str:
        try:
            coefficients, index = self._canonical()
        except DegreeLimitError:
            return f"{float(self):.10g}..."
        if len(coefficients) == 2:
            return str(Fraction(-coefficients[0], coefficients[1]))
        if len(coefficients) == 3 and max(map(abs, coefficients)) < 10**12:
            return _quadratic_text(coefficients, index)
        if len(coefficients) <= 8 and max(map(abs, coefficients)) < 10**12:
            return f"{float(self):.10g}... (root {index + 1} of {_polynomial_text(coefficients)})"
        return f"{float(self):.10g}... (root of a polynomial of degree {len(coefficients) - 1})"

    def __repr__(self) -> str:
        return f"Algebraic({self})"


#: An exact real number: a Fraction wherever it is rational and known to be so.
Real: TypeAlias = "Fraction | Algebraic"


def _restore(coefficients: tuple[int, ...], index: int) -> Real:
    if len(coefficients) == 2:
        return Fraction(-coefficients[0], coefficients[1])
    return field(_Poly(list(coefficients)), index).number(_Poly([0, 1]))


def _square_free_part(n: int) -> tuple[int, int]:
    """n = outside**2 * inside, as far as small factors show it."""
    outside, inside, p = 1, n, 2
    while p * p <= inside and p < 10_000:
        while inside % (p * p) == 0:
            inside //= p * p
            outside *= p
        p += 1
    return outside, inside


def _quadratic_parts(coefficients: Sequence[int], index: int) -> tuple[Fraction, Fraction, int]:
    c, b, a = coefficients
    outside, inside = _square_free_part(b * b - 4 * a * c)
    weight = Fraction(outside, 2 * abs(a))
    return Fraction(-b, 2 * a), weight if index == 1 else -weight, inside


def _quadratic_text(coefficients: Sequence[int], index: int) -> str:
    middle, weight, inside = _quadratic_parts(coefficients, index)
    bottom = lcm(middle.denominator, weight.denominator)
    top, times = int(middle * bottom), int(abs(weight) * bottom)
    root = f"{times}*sqrt({inside})" if times != 1 else f"sqrt({inside})"
    if top == 0:
        text = root if weight > 0 else f"-{root}"
    else:
        text = f"{top} {'+' if weight > 0 else '-'} {root}"
    if bottom == 1:
        return text
    return f"({text})/{bottom}" if top else f"{text}/{bottom}"


def _quadratic_sympy(coefficients: Sequence[int], index: int) -> sympy.Expr:
    import sympy

    if len(coefficients) == 2:
        return sympy.Rational(-coefficients[0], coefficients[1])
    middle, weight, inside = _quadratic_parts(coefficients, index)
    number = lambda q: sympy.Rational(q.numerator, q.denominator)  # noqa: E731
    return number(middle) + number(weight) * sympy.sqrt(inside)


def _polynomial_text(coefficients: Sequence[int]) -> str:
    terms = []
    for power in reversed(range(len(coefficients))):
        c = coefficients[power]
        if c:
            body = ("" if abs(c) == 1 and power else str(abs(c))) + ("*" if abs(c) != 1 and power else "")
            body += "" if power == 0 else "x" if power == 1 else f"x^{power}"
            terms.append(("- " if c < 0 else "+ ") + body)
    text = " ".join(terms)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


# --- operations -------------------------------------------------------------------------------------------------------


def enclosure(x: Real, precision: int = 64) -> flint.arb:
    """A certain enclosure of an exact number."""
    if isinstance(x, Algebraic):
        return x.ball(precision)
    with flint.ctx.workprec(precision + 16):
        return flint.arb(to_flint(Fraction(x)))


def sign(x: Real | int) -> int:
    """-1, 0 or 1, exactly.

    Examples
    --------
    >>> low, high = real_roots([-2, 0, 1])
    >>> sign(low), sign(low + high), sign(high)
    (-1, 0, 1)
    """
    if not isinstance(x, Algebraic):
        return (x > 0) - (x < 0)
    for precision in _ENCLOSURES:
        ball = x.ball(precision)
        if ball > 0:
            return 1
        if ball < 0:
            return -1
    if x.element()[1].degree() < 0:
        return 0
    precision = 2 * _ENCLOSURES[-1]
    while True:
        ball = x.ball(precision)
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        precision *= 2


def real_number(x: object, *, field: str = "number") -> Real:
    """Read an exact real number: what :func:`gametheory.exact.exact` takes, without symbols, or an :class:`Algebraic`.

    Examples
    --------
    >>> real_number("1/3")
    Fraction(1, 3)
    """
    if isinstance(x, (Fraction, Algebraic)):
        return x
    value = exact(x, field=field)
    if isinstance(value, Fraction):
        return value
    if value.free_symbols:
        raise InputError(field, x, "a number, free of symbols")
    import sympy

    try:
        found = sympy.minimal_polynomial(value, sympy.Symbol("x"), polys=True)
    except sympy.polys.polyerrors.NotAlgebraic:
        raise InputError(field, x, "a rational or algebraic number") from None
    candidates = real_roots([Fraction(int(c.p), int(c.q)) for c in reversed(found.all_coeffs())])
    digits = 30
    while True:
        near, width = sympy.Rational(str(value.evalf(digits))), sympy.Rational(1, 10 ** (digits - 6))
        close = [r for r in candidates if abs(near - _middle(r)) < width]
        if len(close) == 1:
            return close[0]
        digits *= 2


def _middle(x: Real) -> sympy.Rational:
    import sympy

    low = x.interval(60)[0] if isinstance(x, Algebraic) else x
    return sympy.Rational(low.numerator, low.denominator)


def _combine(op: str, left: Real | int, right: Real | int) -> Real:
    """One operation; in a field at once where both sides already are in it, otherwise put off."""
    if isinstance(left, Algebraic) and isinstance(right, Algebraic):
        a, b = left._element, right._element
        if a is not None and b is not None and a[0] is b[0]:
            home = a[0]
            if op == "+":
                return home.number(a[1] + b[1])
            return home.number(a[1] * (b[1] if op == "*" else home.inverse(b[1])))
        if a is not None and b is not None:
            home, image = b[0], _inclusions.get((a[0], b[0]))
            if image is None:
                home, image = a[0], _inclusions.get((b[0], a[0]))
            if image is not None:
                one = _embed(a[1], image, home) if home is b[0] else a[1]
                two = b[1] if home is b[0] else _embed(b[1], image, home)
                return home.number(one + two if op == "+" else one * (two if op == "*" else home.inverse(two)))
        if op == "/" and sign(right) == 0:
            raise ZeroDivisionError("division by an algebraic number that is zero")
        return Algebraic(None, op=op, args=(left, right))
    if isinstance(left, Algebraic):
        number, other = left, Fraction(right)  # type: ignore[arg-type]
        if op == "/":
            op, other = "*", 1 / other
    else:
        number, other = right, Fraction(left)  # type: ignore[assignment]
        if op == "/":
            if number._element is not None:
                return number._element[0].number(number._element[0].inverse(number._element[1]) * to_flint(other))
            if sign(number) == 0:
                raise ZeroDivisionError("division by an algebraic number that is zero")
            return Algebraic(None, op="/", args=(other, number)) if other else other
    if op == "*" and other == 0:
        return other
    if (op == "*" and other == 1) or (op == "+" and other == 0):
        return number
    if number._element is not None:
        home, poly = number._element
        q = to_flint(other)
        return home.number(poly + q if op == "+" else poly * q)
    return Algebraic(None, op=op, args=(number, other))


def common_field(numbers: Iterable[Real]) -> tuple[Field, list[_Poly]]:
    """One field that holds all these numbers, and each of them in it.

    Raises
    ------
    DegreeLimitError
        If the field would be too large.
    """
    given = list(numbers)
    home = field(_Poly([0, 1]), 0)
    images: dict[Field, _Poly] = {home: _Poly([0])}

    def gather(x: Real, seen: set[int]) -> None:
        nonlocal home, images
        if not isinstance(x, Algebraic) or id(x) in seen:
            return
        seen.add(id(x))
        if x._element is None:
            for y in x._args:
                gather(y, seen)
        elif x._element[0] not in images:
            larger, of_home, of_new = _compositum(home, x._element[0])
            images = {f: _embed(image, of_home, larger) for f, image in images.items()}
            images[larger] = _Poly([0, 1]) % larger.minimal
            images[x._element[0]] = of_new
            home = larger

    seen: set[int] = set()
    for x in given:
        gather(x, seen)
    done: dict[int, _Poly] = {}

    def bring(x: Real) -> _Poly:
        if not isinstance(x, Algebraic):
            return _Poly([to_flint(Fraction(x))])
        if id(x) not in done:
            if x._element is not None:
                done[id(x)] = _embed(x._element[1], images[x._element[0]], home)
            else:
                a, b = (bring(y) for y in x._args)
                if x._op == "+":
                    done[id(x)] = a + b
                else:
                    done[id(x)] = (a * (b if x._op == "*" else home.inverse(b))) % home.minimal
        return done[id(x)]

    return home, [bring(x) for x in given]


def _embed(poly: _Poly, image: _Poly, into: Field) -> _Poly:
    total = _Poly([0])
    for c in reversed(poly.coeffs()):
        total = (total * image + c) % into.minimal
    return total


#: Fields known to lie in others: the generator of the first in terms of that of the second.
_inclusions: dict[tuple[Field, Field], _Poly] = {}


def _compositum(first: Field, second: Field) -> tuple[Field, _Poly, _Poly]:
    """The smallest field over both, with the images of their generators."""
    if first is not second and (first, second) in _inclusions:
        return second, _inclusions[first, second], _Poly([0, 1]) % second.minimal
    if first is not second and (second, first) in _inclusions:
        return first, _Poly([0, 1]) % first.minimal, _inclusions[second, first]
    return _new_compositum(first, second)


@lru_cache(maxsize=4096)
def _new_compositum(first: Field, second: Field) -> tuple[Field, _Poly, _Poly]:
    if first.degree == 1:
        return second, first.minimal * 0 - first.minimal[0], _Poly([0, 1]) % second.minimal
    if second.degree == 1:
        return first, _Poly([0, 1]) % first.minimal, _Poly([-second.minimal[0]])
    n, m = first.degree, second.degree
    if n * m > MAX_DEGREE:
        raise DegreeLimitError(n * m)
    monomials = [(i, j) for i in range(n) for j in range(m)]
    place = {monomial: k for k, monomial in enumerate(monomials)}
    matrices = []
    for which, home in enumerate((first, second)):
        matrix = flint.fmpq_mat(n * m, n * m)
        for (i, j), column in place.items():
            power = (i, j)[which] + 1
            after = [(power, flint.fmpq(1))]
            if power == home.degree:
                after = [(k, -home.minimal[k]) for k in range(home.degree)]
            for k, c in after:
                matrix[place[(k, j) if which == 0 else (i, k)], column] = c
        matrices.append(matrix)
    precision = 64
    points = points_of_algebra(matrices, monomials)
    while True:
        fitting = [
            point
            for point in points
            if enclosure(point[0], precision).overlaps(first.ball(precision))
            and enclosure(point[1], precision).overlaps(second.ball(precision))
        ]
        if len(fitting) == 1:
            break
        precision *= 2
    # both are irrational: none is left out
    (home, a), (_, b) = (x.element() for x in fitting[0] if isinstance(x, Algebraic))
    _include(first, home, a)
    _include(second, home, b)
    return home, a, b


def _include(smaller: Field, larger: Field, image: _Poly) -> None:
    if len(_inclusions) > 20_000:
        _inclusions.clear()
    if smaller is not larger:
        _inclusions[smaller, larger] = image


def real_roots(coefficients: Sequence[object]) -> list[Real]:
    """The distinct real roots, in increasing order, of a polynomial with rational coefficients, constant first.

    Examples
    --------
    >>> [str(r) for r in real_roots([0, -1, -1, 1])]
    ['(1 - sqrt(5))/2', '0', '(1 + sqrt(5))/2']
    """
    poly = _Poly([to_flint(_fraction_of(c)) for c in coefficients])
    if poly.degree() < 0:
        raise InputError("coefficients", list(coefficients), "a polynomial other than zero")
    found: list[Real] = []
    for factor, _ in poly.factor()[1]:
        if factor.degree() == 1:
            found.append(fraction(-factor[0] / factor[1]))
        else:
            found += [field(factor, k).number(_Poly([0, 1])) for k in range(len(_balls_of(factor, 64)))]
    return sorted(found)


def real_roots_over(coefficients: Sequence[Real]) -> list[Real]:
    """The distinct real roots, in increasing order, of a polynomial with real algebraic coefficients, constant first.

    Examples
    --------
    >>> root = real_roots([-2, 0, 1])[1]
    >>> [str(r) for r in real_roots_over([-root, Fraction(0), Fraction(1)])]
    ['-1.189207115... (root 1 of x^4 - 2)', '1.189207115... (root 2 of x^4 - 2)']
    """
    if not any(isinstance(c, Algebraic) for c in coefficients):
        return real_roots(coefficients)
    home, polys = common_field(coefficients)
    while polys and polys[-1].degree() < 0:
        polys.pop()
    if not polys:
        raise InputError("coefficients", list(coefficients), "a polynomial other than zero")
    if home.degree == 1:
        return real_roots([fraction(p[0]) for p in polys])
    polys = monic(polys, home)
    n, m = home.degree, len(polys) - 1
    if m == 0:
        return []
    if m == 1:
        return [home.number(-polys[0])]
    if n * m > MAX_DEGREE:
        raise DegreeLimitError(n * m)
    by_theta, by_root = flint.fmpq_mat(n * m, n * m), flint.fmpq_mat(n * m, n * m)
    monomials = [(i, j) for i in range(n) for j in range(m)]
    for i, j in monomials:
        power = _Poly([0] * i + [1])
        poly = (power * _Poly([0, 1])) % home.minimal
        for k in range(n):
            by_theta[k * m + j, i * m + j] = poly[k]
        if j + 1 < m:
            by_root[i * m + j + 1, i * m + j] = flint.fmpq(1)
        else:
            for low in range(m):
                poly = (-polys[low] * power) % home.minimal
                for k in range(n):
                    by_root[k * m + low, i * m + j] = poly[k]
    points = points_of_algebra([by_theta, by_root], monomials)
    return sorted(point[1] for point in points if is_generator(point[0], home))


def enclosed_roots(coefficients: Sequence[Real], precision: int = 128) -> list[flint.arb] | None:
    """Enclosures of all real roots of a polynomial, some of which may hold none; None if they cannot be separated so.

    Cheap, and certain as far as it goes: a real root lies in one of them.
    """
    balls = [flint.acb(enclosure(c, precision)) for c in coefficients]
    while balls and balls[-1].real.contains(0):
        if isinstance(coefficients[len(balls) - 1], Algebraic):
            return None
        balls.pop()
    if len(balls) < 2:
        return None if not balls else []
    with flint.ctx.workprec(precision):
        try:
            roots = flint.acb_poly(balls).roots()
        except (ValueError, ArithmeticError):
            return None
    return [root.real for root in roots if root.imag.contains(0)]


def monic(polys: Sequence[_Poly], home: Field) -> list[_Poly]:
    """The polynomial with these coefficients in a field, divided by its leading coefficient."""
    inverse = home.inverse(polys[-1])
    return [(p * inverse) % home.minimal for p in polys]


def is_generator(x: Real, home: Field) -> bool:
    """Whether ``x``, a root of the field's polynomial, is the one that generates it; the inclusion is then remembered."""
    if not isinstance(x, Algebraic):
        return home.degree == 1
    precision = 64
    while True:
        mine = x.ball(precision)
        hits = [k for k, ball in enumerate(_balls_of(home.minimal, precision)) if ball.overlaps(mine)]
        if len(hits) == 1:
            if hits[0] == home.index and x._element is not None:
                _include(home, *x._element)
            return hits[0] == home.index
        precision *= 2


def _fraction_of(x: object) -> Fraction:
    value = exact(x, field="coefficient")
    if not isinstance(value, Fraction):
        raise InputTypeError("coefficient", x, "a rational number")
    return value


def points_of_algebra(
    matrices: Sequence[flint.fmpq_mat], monomials: Sequence[Sequence[int]]
) -> list[tuple[Real, ...]]:
    """All real points of a finite algebra, each coordinate exact.

    Parameters
    ----------
    matrices : sequence of fmpq_mat
        For each variable the matrix of multiplication by it; columns are images of the basis.
    monomials : sequence of exponents
        The basis, closed under division; the monomial 1 is in it.

    Returns
    -------
    list of tuples
        One value for each variable.
    """
    size = len(monomials)
    if size > MAX_DEGREE:
        raise DegreeLimitError(size)
    powers: dict[tuple[int, ...], flint.fmpq_mat] = {}
    one = flint.fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])

    def matrix_of(monomial: tuple[int, ...]) -> flint.fmpq_mat:
        if monomial not in powers:
            lead = next((v for v, e in enumerate(monomial) if e), None)
            if lead is None:
                powers[monomial] = one
            else:
                lower = tuple(e - (v == lead) for v, e in enumerate(monomial))
                powers[monomial] = matrices[lead] * matrix_of(lower)
        return powers[monomial]

    basis = [matrix_of(tuple(m)) for m in sorted(monomials, key=sum)]
    order = {tuple(m): k for k, m in enumerate(sorted(monomials, key=sum))}
    basis = [basis[order[tuple(m)]] for m in monomials]
    trace = flint.fmpq_mat(1, size, [sum((b[k, k] for k in range(size)), flint.fmpq(0)) for b in basis])
    hermite = flint.fmpq_mat(size, size)
    for j, b in enumerate(basis):
        row = trace * b
        for i in range(size):
            hermite[j, i] = row[0, i]
    distinct = hermite.rank()
    start = flint.fmpq_mat(size, 1, [int(not any(m)) for m in monomials])
    for c in range(1, 10_000):
        form = flint.fmpq_mat(size, size)
        for k, matrix in enumerate(matrices):
            form = form + matrix * flint.fmpq(c**k if k else 1)
        characteristic = form.charpoly()
        squarefree = characteristic // characteristic.gcd(characteristic.derivative())
        if squarefree.degree() == distinct:
            break
    lead = squarefree[squarefree.degree()]
    squarefree = squarefree / lead
    horner = [_Poly([1])]
    for k in range(1, distinct):
        horner.append(horner[-1] * _Poly([0, 1]) + squarefree[distinct - k])

    def numerator(vector: flint.fmpq_mat) -> _Poly:
        total = _Poly([0])
        for k in range(distinct):
            total += horner[distinct - 1 - k] * (trace * vector)[0, 0]
            vector = form * vector
        return total

    bottom = numerator(start)
    tops = [numerator(matrix * start) for matrix in matrices]
    points: list[tuple[Real, ...]] = []
    for factor, _ in squarefree.factor()[1]:
        if factor.degree() == 1:
            at = -factor[0] / factor[1]
            points.append(tuple(fraction(top(at) / bottom(at)) for top in tops))
            continue
        for index in range(len(_balls_of(factor, 64))):
            home = field(factor, index)
            inverse = home.inverse(bottom % home.minimal)
            points.append(tuple(home.number((top % home.minimal) * inverse) for top in tops))
    return points
