"""Regions that members of the family compare: written down as text, and proved to lie in one another."""

from __future__ import annotations

from collections.abc import Sequence

from gametheory.conditions import Logic, Region
from gametheory.exact import exact, parse
from gametheory.signs import Atom, Domain, Sign

__all__ = ["equal", "outside", "region", "within"]


def region(domain: Domain, *parts: str, op: str = ">=") -> Region:
    """Where each of the expressions is not negative (or positive).

    Examples
    --------
    >>> import sympy
    >>> print(region(Domain(("a", "b"), (sympy.Symbol("b") > 0,)), "a*b - b"))
    a >= 1
    """
    logic = Logic(domain)
    return Region(domain, logic.all_of([logic.atom(domain.ring.read(parse(x)).num, op) for x in parts]))


def _moved(atom: Atom, source: Domain, target: Domain) -> Atom:
    """A condition read in a domain that names its parameters in another order."""
    return target.ring.read(exact(source.ring.to_sympy(atom[0]))).num, atom[1]


def within(inner: Region, outer: Region) -> bool:
    """Whether one region is proved to lie in another that is one conjunction of conditions; False also if not decided.

    Examples
    --------
    >>> import sympy
    >>> domain = Domain(("a", "b"), (sympy.Symbol("b") > 0,))
    >>> within(region(domain, "a - b"), region(domain, "a")), within(region(domain, "a"), region(domain, "a - b"))
    (True, False)
    """
    if inner.is_never or outer.is_always:
        return True
    wanted: Sequence[tuple[Atom, ...]] | None = outer.cells()
    cells = ((),) if inner.is_always else inner.cells()
    if cells is None or wanted is None or len(wanted) != 1:
        return False
    return all(
        _follows(inner.domain, cell, _moved(atom, outer.domain, inner.domain)) for cell in cells for atom in wanted[0]
    )


def _follows(domain: Domain, given: Sequence[Atom], then: Atom) -> bool:
    """Whether a condition is proved to follow: from all of them together, or because it exceeds one of them everywhere."""
    if domain.implies(given, then):
        return True
    if then[1] == "==":
        return False
    more = (Sign.POSITIVE,) if then[1] == ">" else (Sign.POSITIVE, Sign.ZERO, Sign.NONNEGATIVE)
    return any(domain.sign(then[0] - p).sign in more for p, _ in given)


def equal(one: Region, other: Region) -> bool:
    """Whether two regions are proved to be the same."""
    return within(one, other) and within(other, one)


def outside(wide: Region, narrow: Region) -> bool:
    """Whether some point of the one region lies outside the other: a point is searched for, and tested in both."""
    cells = ((),) if wide.is_always else wide.cells() or ()
    for cell in cells:
        for p, op in (_moved(atom, narrow.domain, wide.domain) for other in narrow.cells() or () for atom in other):
            found = wide.domain.feasible([*cell, (-p, ">" if op == ">=" else ">=")]).witness
            if found is not None and wide.contains(found) and not narrow.contains(found):
                return True
    return False
