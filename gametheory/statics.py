"""Comparative statics: thresholds in closed form, and signs of derivatives proved over a region, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, Ratio
from gametheory.conditions import Logic, Region, relation
from gametheory.errors import InputError
from gametheory.exact import Number, exact
from gametheory.signs import Atom, Domain, Sign

if TYPE_CHECKING:
    import sympy

__all__ = ["SignTable", "Slope", "Threshold", "derivative_sign", "sign_table", "thresholds"]

_MARK = {
    Sign.POSITIVE: "+",
    Sign.NEGATIVE: "-",
    Sign.ZERO: "0",
    Sign.NONNEGATIVE: "+ or 0",
    Sign.NONPOSITIVE: "- or 0",
    Sign.VARIES: "depends",
    Sign.UNKNOWN: "?",
}


@dataclass(frozen=True)
class Threshold:
    """Where a condition begins or ceases to hold as one parameter grows.

    Attributes
    ----------
    parameter : str
    kind : str
        "at least", "at most" (or "above", "below" where the condition is strict); "depends" where the side depends on
        other parameters; "root" where the condition is of higher degree and no single crossing was proved.
    value : sympy.Expr or None
        The threshold in closed form, for conditions of degree one, and of degree two with one crossing.
    polynomial : sympy.Expr
        The condition says that this is not negative (or positive); the threshold is its root.
    condition : sympy relational
    """

    parameter: str
    kind: str
    value: sympy.Expr | None
    polynomial: sympy.Expr
    condition: sympy.Basic

    def __str__(self) -> str:
        if self.value is None:
            one = "the one root" if self.kind != "root" else "roots"
            return f"{self.parameter} {self.kind} {one} of {self.polynomial}"
        return f"{self.parameter} {self.kind} {self.value}"


def thresholds(region: Region, parameter: str) -> tuple[Threshold, ...]:
    """The thresholds of a parameter in the conditions of a region, each condition taken by itself.

    Conditions of higher degree in a parameter between 0 and 1 have one threshold if their Bernstein coefficients change sign
    once, which is proved over the domain where possible.

    Parameters
    ----------
    region : Region
    parameter : str

    Examples
    --------
    >>> import sympy
    >>> T, R, P, d = sympy.symbols("T R P d")
    >>> domain = Domain(("P", "R", "T", "d"), (T > R, R > P, d > 0, d < 1))
    >>> grim = domain.ring.read(R - (1 - d) * T - d * P).num
    >>> print(*thresholds(Region(domain, Logic(domain).atom(grim, ">=")), "d"))
    d at least (R - T)/(P - T)
    """
    domain = region.domain
    if parameter not in domain.names:
        raise InputError("parameter", parameter, f"one of {list(domain.names)}")
    return tuple(
        _threshold(domain, atom, parameter) for atom in region.formula.atoms() if _degree(domain, atom[0], parameter)
    )


def _degree(domain: Domain, p: Poly, name: str) -> int:
    return int(p.degrees()[domain.names.index(name)])


def _coefficients(domain: Domain, p: Poly, name: str) -> list[Poly]:
    """Coefficients as a polynomial in one parameter, constant first."""
    v = domain.names.index(name)
    parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(int(p.degrees()[v]) + 1)]
    for powers, c in p.terms():
        rest = list(map(int, powers))
        n, rest[v] = rest[v], 0
        parts[n][tuple(rest)] = c
    return [domain.ring.context.from_dict(part) for part in parts]


def _threshold(domain: Domain, atom: Atom, name: str) -> Threshold:
    import sympy

    p, op = atom
    a = _coefficients(domain, p, name)
    shown, condition = domain.ring.to_sympy(p), relation(domain, atom)
    up, down = ("above", "below") if op == ">" else ("at least", "at most") if op == ">=" else ("equal to", "equal to")
    if len(a) == 2:
        sign = domain.sign(a[1]).sign
        value = Ratio.of(-a[0], a[1]).to_sympy(domain.ring)
        kind = up if sign is Sign.POSITIVE else down if sign is Sign.NEGATIVE else "depends"
        return Threshold(name, kind, sympy.sympify(value), shown, condition)
    direction = _one_crossing(domain, a, name)
    if direction == 0:
        return Threshold(name, "root", None, shown, condition)
    value = None
    if len(a) == 3:
        c0, c1, c2 = (domain.ring.to_sympy(x) for x in a)
        value = (-c1 + direction * sympy.sqrt(sympy.expand(c1**2 - 4 * c0 * c2))) / (2 * c2)
    return Threshold(name, up if direction > 0 else down, value, shown, condition)


def _one_crossing(domain: Domain, a: Sequence[Poly], name: str) -> int:
    """+1 (-1) if the polynomial is proved to cross zero once, upwards (downwards), for parameter values in (0, 1)."""
    x = domain.ring.gens[domain.names.index(name)]
    if domain.sign(x).sign is not Sign.POSITIVE or domain.sign(domain.ring.one - x).sign is not Sign.POSITIVE:
        return 0
    n = len(a) - 1
    signs = []
    for k in range(n + 1):
        b = domain.ring.constant(0)
        for i in range(k + 1):
            b += a[i] * comb(k, i) * (domain.ring.one / comb(n, i)).leading_coefficient()
        signs.append(domain.sign(b).sign)
    order = {Sign.POSITIVE: 1, Sign.NEGATIVE: -1}
    line = [order.get(s, 0) for s in signs if s is not Sign.ZERO]  # 0: a sign that is not known
    known = [k for k, x in enumerate(line) if x]
    jumps = [(i, j) for i, j in pairwise(known) if line[i] != line[j]]
    # one coefficient of unknown sign between two of opposite sign leaves exactly one change; anywhere else it may add some
    if len(jumps) != 1 or line.count(0) > (jumps[0][1] - jumps[0][0] == 2):
        return 0
    return line[known[-1]]


@dataclass(frozen=True)
class Slope:
    """The sign of a derivative over a region.

    Attributes
    ----------
    sign : Sign
    rises, falls : Region or None
        Where it depends: the parts of the domain in which the derivative is positive, and negative.
    """

    sign: Sign
    rises: Region | None = None
    falls: Region | None = None

    @property
    def mark(self) -> str:
        """``+``, ``-``, ``0``, ``depends`` or ``?``."""
        return _MARK[self.sign]

    def __str__(self) -> str:
        return f"+ where {self.rises}" if self.sign in (Sign.VARIES, Sign.UNKNOWN) else self.mark


def derivative_sign(expression: object, parameter: str, where: Domain | Region) -> Slope:
    """The sign of the derivative of a quotient of polynomials (or of a root of one), proved over a domain or region.

    Parameters
    ----------
    expression : sympy.Expr, or Threshold
        A threshold without closed form is differentiated as an implicit function.
    parameter : str
    where : Domain or Region

    Examples
    --------
    >>> import sympy
    >>> T, R, P = sympy.symbols("T R P")
    >>> domain = Domain(("P", "R", "T"), (T > R, R > P))
    >>> [derivative_sign((T - R) / (T - P), x, domain).mark for x in ("T", "R", "P")]
    ['+', '-', '+']
    """
    domain = where if isinstance(where, Domain) else where.domain
    if parameter not in domain.names:
        raise InputError("parameter", parameter, f"one of {list(domain.names)}")
    v = domain.names.index(parameter)
    if isinstance(expression, Threshold):
        if expression.value is None or not expression.value.is_rational_function():
            if expression.kind in ("root", "depends"):
                raise InputError("expression", str(expression), "a threshold with one crossing")
            p = domain.ring.read(expression.polynomial).num
            up = expression.kind in ("at least", "above")
            return _slope(domain, where, p.derivative(v) * (-1 if up else 1))
        expression = expression.value
    ratio = domain.ring.read(exact(expression))
    top = ratio.num.derivative(v) * ratio.den - ratio.num * ratio.den.derivative(v)
    return _slope(domain, where, top)


def _slope(domain: Domain, where: Domain | Region, top: Poly) -> Slope:
    sign = domain.sign(top).sign
    if sign not in (Sign.VARIES, Sign.UNKNOWN):
        return Slope(sign)
    if isinstance(where, Region):
        cells = where.cells() or ()
        for s, answer, weak in ((1, Sign.POSITIVE, Sign.NONNEGATIVE), (-1, Sign.NEGATIVE, Sign.NONPOSITIVE)):
            for op, found in ((">", answer), (">=", weak)):
                if cells and all(domain.implies(cell, (s * top, op)) for cell in cells):
                    return Slope(found)
    logic = Logic(domain)
    inside = [where.formula] if isinstance(where, Region) else []
    rises = Region(domain, logic.all_of([*inside, logic.atom(top, ">")]))
    falls = Region(domain, logic.all_of([*inside, logic.atom(-top, ">")]))
    return Slope(sign, rises, falls)


@dataclass(frozen=True)
class SignTable:
    """Signs of derivatives: one row for each expression, one column for each parameter."""

    parameters: tuple[str, ...]
    rows: Mapping[str, tuple[Slope, ...]] = field(default_factory=dict)

    def notes(self) -> Iterator[str]:
        """For each entry that depends, where the derivative is positive."""
        for label, slopes in self.rows.items():
            for name, slope in zip(self.parameters, slopes, strict=True):
                if slope.rises is not None:
                    yield f"d({label})/d({name}) > 0 where {slope.rises}"

    def __str__(self) -> str:
        head = ["", *self.parameters]
        body = [[label, *(s.mark for s in slopes)] for label, slopes in self.rows.items()]
        widths = [max(len(row[k]) for row in [head, *body]) for k in range(len(head))]
        lines = ["  ".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip() for row in [head, *body]]
        return "\n".join([*lines, *self.notes()])


def sign_table(
    expressions: Mapping[str, Number | Threshold | sympy.Expr], parameters: Sequence[str], where: Domain | Region
) -> SignTable:
    """Signs of the derivatives of several expressions in several parameters.

    Parameters
    ----------
    expressions : mapping from label to expression
    parameters : sequence of str
    where : Domain or Region

    Examples
    --------
    >>> import sympy
    >>> T, R, P = sympy.symbols("T R P")
    >>> print(sign_table({"delta": (T - R) / (T - P)}, ["T", "R", "P"], Domain(("P", "R", "T"), (T > R, R > P))))
           T  R  P
    delta  +  -  +
    """
    rows = {label: tuple(derivative_sign(e, p, where) for p in parameters) for label, e in expressions.items()}
    return SignTable(tuple(parameters), rows)
