"""The parameter space cut into regimes: for one or two free parameters, where which equilibria exist, with exact boundaries.

In one dimension the boundary points are roots of the conditions' polynomials. In two dimensions the plane is cut by the
open cells of a cylindrical decomposition (Collins 1975): the first parameter's axis at the roots of discriminants,
leading coefficients and resultants, then the second's at the roots over a rational point of each interval. Between the curves
nothing changes; on them several regimes meet.

References
----------
Collins, G. E. (1975), Quantifier elimination for real closed fields by cylindrical algebraic decomposition, *LNCS* 33, 134-183.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, key, primitive
from gametheory.conditions import Region, evaluate
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.signs import Domain

if TYPE_CHECKING:
    import sympy

__all__ = ["Partition", "Regime", "partition"]


@dataclass(frozen=True)
class Regime:
    """Parameters at which the same entries exist.

    Attributes
    ----------
    entries : tuple of int
        Which of the regions contain it.
    samples : tuple of tuples of Fraction
        One rational point of each cell that belongs to it.
    """

    entries: tuple[int, ...]
    samples: tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Partition:
    """Regimes of one or two parameters.

    Attributes
    ----------
    parameters : tuple of str
    regimes : tuple of Regime
        Each of full dimension; boundaries belong to none.
    boundaries : tuple of sympy.Expr
        Irreducible polynomials; regimes can change only where one of them is zero.
    points : tuple of sympy numbers
        With one parameter: the boundary points, in ascending order.
    """

    parameters: tuple[str, ...]
    regimes: tuple[Regime, ...]
    boundaries: tuple[sympy.Expr, ...]
    points: tuple[Any, ...]
    _domain: Domain
    _regions: tuple[Region, ...]

    def at(self, *values: object) -> tuple[int, ...]:
        """Which entries exist at numbers, one for each parameter; boundary points included."""
        if len(values) != len(self.parameters):
            raise InputError("values", values, f"a number for each of {', '.join(self.parameters)}")
        return _entries(self._domain, self._regions, self.parameters, [rational(x) for x in values]) or ()

    def __str__(self) -> str:
        lines = [
            f"{len(self.regimes)} regimes of {', '.join(self.parameters)}; boundaries: "
            + ", ".join(f"{b} = 0" for b in self.boundaries)
        ]
        for r in self.regimes:
            where = ", ".join(f"{p} = {x}" for p, x in zip(self.parameters, r.samples[0], strict=True))
            lines.append(f"  entries {list(r.entries)}: for example at {where}")
        return "\n".join(lines)


def partition(regions: Sequence[Region], parameters: Sequence[str]) -> Partition:
    """Cut the space of one or two parameters into regimes.

    Parameters
    ----------
    regions : sequence of Region
        Over one domain, such as ``[e.region for e in solution.equilibria]``.
    parameters : sequence of one or two str
        They must be the only parameters; substitute numbers for the others first.

    Examples
    --------
    >>> import sympy
    >>> from gametheory.conditions import Logic
    >>> v, c = sympy.symbols("v c")
    >>> domain = Domain(("c", "v"), (v > 0, c > 0))
    >>> logic = Logic(domain)
    >>> regions = [Region(domain, logic.atom(domain.ring.read(c - v).num, op)) for op in (">", ">=")]
    >>> print(partition(regions[:1], ["c", "v"]))
    2 regimes of c, v; boundaries: c = 0, c - v = 0, v = 0
      entries []: for example at c = 1, v = 2
      entries [0]: for example at c = 1, v = 1/2
    """
    if not regions:
        raise InputError("regions", regions, "at least one region")
    domain = regions[0].domain
    names = tuple(parameters)
    if len(names) not in (1, 2) or set(names) != set(domain.names):
        raise InputError("parameters", names, f"the one or two parameters of the domain, {list(domain.names)}")
    polys: dict[Any, Poly] = {}
    for p, _ in [a for r in regions for a in r.formula.atoms()] + list(domain.atoms):
        for f, _n in p.factor()[1]:
            f = primitive(f)
            f = -f if f.leading_coefficient() < 0 else f
            polys.setdefault(key(f), f)
    import sympy

    symbols = [sympy.Symbol(n) for n in names]
    curves = sorted((domain.ring.to_sympy(p) for p in polys.values()), key=str)
    points: tuple[Any, ...] = ()
    cells: list[list[Fraction]] = []
    if len(names) == 1:
        roots = _roots(curves, symbols[0])
        points = tuple(roots)
        cells = [[x] for x in _between(roots)]
    else:
        x, y = symbols
        moving = [c for c in curves if x in c.free_symbols and y in c.free_symbols]
        level = _between(_roots([c for c in curves if x not in c.free_symbols], y)) if not moving else []
        for at in _between(_roots(_projection(curves, x, y), x)):
            over = [sympy.expand(c.subs(x, sympy.Rational(at.numerator, at.denominator))) for c in moving]
            over += [c for c in curves if x not in c.free_symbols] if moving else []
            cells += [[at, b] for b in (_between(_roots(over, y)) if moving else level)]
    groups: dict[tuple[int, ...], list[tuple[Fraction, ...]]] = {}
    for cell in cells:
        entries = _entries(domain, regions, names, cell)
        if entries is not None:
            groups.setdefault(entries, []).append(tuple(cell))
    regimes = tuple(Regime(k, tuple(v)) for k, v in sorted(groups.items()))
    return Partition(names, regimes, tuple(curves), points, domain, tuple(regions))


def _entries(
    domain: Domain, regions: Sequence[Region], names: Sequence[str], point: Sequence[Fraction]
) -> tuple[int, ...] | None:
    values = dict(zip(names, point, strict=True))
    if not domain.contains(values):
        return None
    return tuple(i for i, r in enumerate(regions) if evaluate(domain, r.formula, values))


def _projection(curves: Sequence[Any], x: Any, y: Any) -> list[Any]:
    import sympy

    found = []
    bent = []
    for c in curves:
        p = sympy.Poly(c, y)
        if p.degree() < 1:
            found.append(c)
        else:
            bent.append(p)
            found.append(p.LC())
            if p.degree() > 1:
                found.append(p.discriminant())
    found += [
        sympy.resultant(p.as_expr(), q.as_expr(), y)
        for p, q in combinations(bent, 2)
        if x in p.free_symbols or x in q.free_symbols
    ]
    return [f for f in found if sympy.sympify(f).free_symbols]


def _roots(polynomials: Sequence[Any], x: Any) -> list[Any]:
    """Distinct real roots of all of them, ascending, exact."""
    import sympy

    factors: dict[Any, None] = {}
    for f in polynomials:
        if sympy.sympify(f).free_symbols:
            for g, _ in sympy.factor_list(sympy.Poly(f, x))[1]:
                factors[g] = None
    if not factors:
        return []
    product = sympy.Poly(1, x)
    for g in factors:
        product = product * g
    return list(dict.fromkeys(sympy.Poly(product, x).real_roots()))


def _between(roots: Sequence[Any]) -> list[Fraction]:
    """A short rational number in each open interval that the roots leave."""
    if not roots:
        return [Fraction(0)]
    bounds = []
    digits = 12
    while True:
        bounds = [_enclose(r, digits) for r in roots]
        if all(a[1] < b[0] for a, b in pairwise(bounds)):
            break
        digits *= 2
    inner = [_simple(a[1], b[0]) for a, b in pairwise(bounds)]
    first, last = bounds[0][0], bounds[-1][1]
    return [Fraction(first.__floor__() - 1), *inner, Fraction(last.__ceil__() + 1)]


def _enclose(root: Any, digits: int) -> tuple[Fraction, Fraction]:
    import sympy

    if root.is_Rational:
        x = Fraction(int(root.p), int(root.q))
        return x, x
    middle = Fraction(str(sympy.N(root, digits + 5)))
    slack = (abs(middle) + 1) * Fraction(1, 10**digits)
    return middle - slack, middle + slack


def _simple(a: Fraction, b: Fraction) -> Fraction:
    """A rational number strictly between two, with a small denominator that is a power of two."""
    denominator = 2
    while True:
        k = (a * denominator).__floor__() + 1
        if a < Fraction(k, denominator) < b:
            return Fraction(k, denominator)
        denominator *= 2
