"""Regions of parameters: conditions joined by "and" and "or", simplified against a domain, shown as sympy, tested exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, key, primitive
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.signs import Atom, Domain, Sign

if TYPE_CHECKING:
    import sympy

__all__ = ["FALSE", "TRUE", "Formula", "Logic", "Region"]


@dataclass(frozen=True, eq=False)
class Formula:
    """A condition (``kind`` "atom"), or formulas joined by "and" or "or"; made by a :class:`Logic`, equal ones are one object."""

    kind: str
    atom: Atom | None = None
    parts: tuple[Formula, ...] = ()

    def atoms(self) -> Iterator[Atom]:
        """Every condition in it, each once."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            f = stack.pop()
            if id(f) in seen:
                continue
            seen.add(id(f))
            if f.atom is not None:
                yield f.atom
            stack += f.parts


TRUE, FALSE = Formula("and"), Formula("or")
_WORDY = 12  # alternatives, and conditions of each, up to which a region is put in fewer words


class Logic:
    """Builds formulas over a domain: what holds everywhere or nowhere disappears, known signs of factors are divided out.

    Parameters
    ----------
    domain : Domain
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._made: dict[Any, Formula] = {}
        self._read: dict[Any, Formula] = {}
        self._alive: list[Formula] = []

    def atom(self, p: Poly, op: str) -> Formula:
        """The condition ``p op 0``, simplified."""
        k = (key(p), op)
        if k not in self._read:
            self._read[k] = self._simple(p, op)
        return self._read[k]

    def known(self, p: Poly, op: str) -> Formula:
        """The condition ``p op 0`` as it stands: it is simple already."""
        return self._intern("atom", (key(p), op), (p, op), ())

    def _simple(self, p: Poly, op: str) -> Formula:
        known = self.domain.atom((p, op))
        if known is not None:
            return TRUE if known else FALSE
        content, factors = p.factor()
        if len(factors) > 1 or (factors and factors[0][1] > 1):
            kept = self.domain.ring.one
            flip = content < 0
            for f, n in factors:
                sign = self.domain.sign(f).sign
                if sign in (Sign.POSITIVE, Sign.NEGATIVE):
                    flip ^= sign is Sign.NEGATIVE and n % 2 == 1
                elif n % 2 == 0 and op == ">":
                    kept = kept * f * f  # it may vanish
                else:
                    kept = kept * (f if n % 2 else f * f)
            p = -kept if flip else kept
        p = primitive(p)
        if op == "==" and p.leading_coefficient() < 0:
            p = -p
        return self._intern("atom", (key(p), op), (p, op), ())

    def _intern(self, kind: str, k: Any, atom: Atom | None, parts: tuple[Formula, ...]) -> Formula:
        if (kind, k) not in self._made:
            self._made[kind, k] = Formula(kind, atom, parts)
        return self._made[kind, k]

    def all_of(self, formulas: Sequence[Formula]) -> Formula:
        """All of them."""
        return self._join("and", formulas, TRUE, FALSE)

    def any_of(self, formulas: Sequence[Formula]) -> Formula:
        """At least one of them."""
        return self._join("or", formulas, FALSE, TRUE)

    def _join(self, kind: str, formulas: Sequence[Formula], neutral: Formula, absorbing: Formula) -> Formula:
        parts: dict[int, Formula] = {}
        for f in formulas:
            if f is absorbing:
                return absorbing
            if f is not neutral:
                for g in f.parts if f.kind == kind else (f,):
                    parts[id(g)] = g
        if kind == "or":  # an alternative that says more than another adds nothing
            sets = {i: frozenset(map(id, f.parts)) if f.kind == "and" else frozenset([i]) for i, f in parts.items()}
            if len(sets) <= 40:
                parts = {i: f for i, f in parts.items() if not any(sets[j] < sets[i] for j in parts if j != i)}
        if not parts:
            return neutral
        if len(parts) == 1:
            return next(iter(parts.values()))
        return self._intern(kind, frozenset(parts), None, tuple(parts.values()))


@dataclass(frozen=True)
class Region:
    """The part of a domain in which a formula holds.

    Attributes
    ----------
    domain : Domain
    formula : Formula
    decided : bool
        False when it was not decided whether any point of the domain satisfies the formula.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> domain = Domain(("a", "b"), (a > 0, b > 0))
    >>> logic = Logic(domain)
    >>> region = Region(domain, logic.atom(domain.ring.read(a * b - b).num, ">"))
    >>> print(region)
    a > 1
    >>> region.contains({"a": 2, "b": 1}), region.is_always
    (True, False)
    """

    domain: Domain = field(repr=False)
    formula: Formula = field(repr=False)
    decided: bool = True

    @property
    def is_always(self) -> bool:
        """Whether it is the whole domain (proved)."""
        return self.formula is TRUE

    @property
    def is_never(self) -> bool:
        """Whether it is empty (proved)."""
        return self.formula is FALSE

    @cached_property
    def tidy(self) -> Region:
        """The same region in fewer words: what follows from the rest is left out, as far as the domain's proofs reach.

        Long formulas stay as they are. Nothing is ever added or lost: a condition goes only if it is proved to follow from the
        others of its alternative, or if what it excludes is proved to lie in another alternative.

        Examples
        --------
        >>> import sympy
        >>> a, b = sympy.symbols("a b")
        >>> domain = Domain(("a", "b"), (a > 0,))
        >>> logic = Logic(domain)
        >>> atom = lambda p, op: logic.atom(domain.ring.read(p).num, op)
        >>> wordy = logic.any_of([logic.all_of([atom(b - 1, ">="), atom(b + a, ">=")]), atom(1 - b, ">=")])
        >>> print(Region(domain, wordy).tidy)
        always
        """
        found = self.cells(most=_WORDY)
        if found is None or self.formula.atom is not None or max(map(len, found), default=0) > _WORDY:
            return self
        logic = Logic(self.domain)
        cells = [c for c in (_without_implied(self.domain, list(cell)) for cell in found) if c is not None]
        if len(cells) > 1:
            cells = _without_covered(self.domain, cells)
        return replace(self, formula=logic.any_of([_equated(logic, cell) for cell in cells]))

    @cached_property
    def conditions(self) -> tuple[sympy.Basic, ...]:
        """The conditions, all of which must hold, as sympy relationals (or sympy ``Or`` where there are alternatives)."""
        formula = self.tidy.formula
        if formula is FALSE:
            import sympy

            return (sympy.false,)
        parts = formula.parts if formula.kind == "and" else (formula,)
        memo: dict[int, Any] = {}
        return tuple(_to_sympy(self.domain, f, memo) for f in parts)

    def contains(self, values: Mapping[str, object]) -> bool:
        """Whether numbers, one for each parameter, lie in the region (exactly); False outside the domain.

        Parameters
        ----------
        values : mapping from parameter name to number
        """
        numbers = {name: rational(x, field=name) for name, x in values.items()}
        needed = {n for p, _ in (*self.formula.atoms(), *self.domain.atoms) for n in _names(self.domain, p)}
        missing = sorted(needed - set(numbers))
        if missing:
            raise InputError("values", sorted(numbers), f"a value for each parameter; missing: {missing}")
        return self.domain.contains(numbers) and evaluate(self.domain, self.formula, numbers)

    def cells(self, *, most: int = 1000) -> tuple[tuple[Atom, ...], ...] | None:
        """The region as alternatives, each a conjunction of conditions; None if there are more than ``most``."""
        return _cells(self.formula, most, {})

    @cached_property
    def witness(self) -> Mapping[str, Fraction] | None:
        """A point of the region, if one was found."""
        for cell in self.cells() or ():
            found = self.domain.feasible(cell)
            if found.answer:
                return found.witness
        return None

    def polynomials(self) -> tuple[sympy.Expr, ...]:
        """The polynomials whose signs matter: the region's boundary lies on their zeros."""
        seen: dict[Any, Poly] = {}
        for p, _ in self.formula.atoms():
            for f, _n in p.factor()[1]:
                seen.setdefault(key(primitive(f)), primitive(f))
        return tuple(self.domain.ring.to_sympy(p) for p in seen.values())

    def __str__(self) -> str:
        if self.is_always:
            return "always"
        if self.is_never:
            return "never"
        note = "" if self.decided else "  [not decided whether this can happen]"
        return show(self.domain, self.tidy.formula) + note

    def __repr__(self) -> str:
        return f"Region({str(self)[:300]})"


def _without_implied(domain: Domain, cell: list[Atom]) -> list[Atom] | None:
    """An alternative without the conditions that its others imply; None if it is proved empty."""
    if domain.feasible(cell, effort=1).answer is False:
        return None
    for a in sorted(cell, key=lambda atom: -len(atom[0].monoms())):  # the longest first
        others = [b for b in cell if b is not a]
        if a[1] != "==" and domain.implies(others, a):
            cell = others
    return cell


def _without_covered(domain: Domain, cells: list[list[Atom]]) -> list[list[Atom]]:
    """Alternatives without those that lie in another, and without conditions whose loss adds only what another has."""

    def lies_in(cell: list[Atom], others: list[list[Atom]]) -> bool:
        return any(all(domain.implies(cell, a) for a in other) for other in others)

    kept, before = list(cells), None
    while before != (before := sum(map(len, kept))):  # what one loses may let another lose more
        for cell in list(kept):
            others = [c for c in kept if c is not cell]
            if others and lies_in(cell, others):
                kept = others
        for i, cell in enumerate(kept):
            others = [*kept[:i], *kept[i + 1 :]]
            for a in list(cell):
                rest = [b for b in cell if b is not a]
                if a[1] != "==" and lies_in([*rest, (-a[0], ">" if a[1] == ">=" else ">=")], others):
                    cell = rest
            kept[i] = cell
    return kept


def _equated(logic: Logic, cell: list[Atom]) -> Formula:
    """An alternative in which ``p >= 0`` and ``p <= 0`` become ``p = 0``."""
    weak = {key(p) for p, op in cell if op == ">="}
    return logic.all_of([logic.atom(p, "==" if op == ">=" and key(-p) in weak else op) for p, op in cell])


def evaluate(
    domain: Domain, formula: Formula, values: Mapping[str, Fraction], memo: dict[int, bool] | None = None
) -> bool:
    """Whether a formula holds at numbers, exactly."""
    memo = {} if memo is None else memo
    k = id(formula)
    if k not in memo:
        if formula.atom is not None:
            p, op = formula.atom
            x = domain.ring.evaluate(p, values)
            memo[k] = x > 0 if op == ">" else x >= 0 if op == ">=" else x == 0
        elif formula.kind == "and":
            memo[k] = all(evaluate(domain, f, values, memo) for f in formula.parts)
        else:
            memo[k] = any(evaluate(domain, f, values, memo) for f in formula.parts)
    return memo[k]


def _names(domain: Domain, p: Poly) -> Iterator[str]:
    for name, d in zip(domain.names, p.degrees(), strict=False):
        if d:
            yield name


def _cells(f: Formula, most: int, memo: dict[int, Any]) -> tuple[tuple[Atom, ...], ...] | None:
    if id(f) in memo:
        return memo[id(f)]  # type: ignore[no-any-return]
    found: tuple[tuple[Atom, ...], ...] | None
    if f.atom is not None:
        found = ((f.atom,),)
    else:
        given = [_cells(g, most, memo) for g in f.parts]
        parts = [p for p in given if p is not None]
        if len(parts) < len(given):
            found = None
        elif f.kind == "or":
            joined = [cell for p in parts for cell in p]
            found = tuple(joined) if len(joined) <= most else None
        else:
            size = 1
            for p in parts:
                size *= len(p)
            found = (
                tuple(tuple(a for cell in combo for a in cell) for combo in product(*parts)) if size <= most else None
            )  # type: ignore[arg-type]
    memo[id(f)] = found
    return found


def relation(domain: Domain, atom: Atom) -> sympy.Basic:
    """A condition as a sympy relational, with positive terms on both sides."""
    import sympy

    p, op = atom
    up = {powers: c for powers, c in p.terms() if c > 0}
    down = {powers: -c for powers, c in p.terms() if c < 0}
    left, right = (
        domain.ring.to_sympy(domain.ring.context.from_dict({tuple(map(int, k)): c for k, c in side.items()}))
        for side in (up, down)
    )
    if op == "==":
        return sympy.Eq(left, right)
    if not up:
        return sympy.Lt(right, left) if op == ">" else sympy.Le(right, left)
    return sympy.Gt(left, right) if op == ">" else sympy.Ge(left, right)


def _to_sympy(domain: Domain, f: Formula, memo: dict[int, Any]) -> Any:
    import sympy

    if id(f) not in memo:
        if f.atom is not None:
            memo[id(f)] = relation(domain, f.atom)
        else:
            parts = [_to_sympy(domain, g, memo) for g in f.parts]
            memo[id(f)] = (sympy.And if f.kind == "and" else sympy.Or)(*parts, evaluate=False)
    return memo[id(f)]


def show(domain: Domain, f: Formula, *, nested: bool = False) -> str:
    """A formula in plain text."""
    if f is TRUE or f is FALSE:
        return "always" if f is TRUE else "never"
    if f.atom is not None:
        r = relation(domain, f.atom)
        return f"{r.lhs} = {r.rhs}" if f.atom[1] == "==" else str(r)
    inner = (" and " if f.kind == "and" else " or ").join(show(domain, g, nested=True) for g in f.parts)
    return f"({inner})" if nested else inner


def conjunction(logic: Logic, atoms: Sequence[tuple[Poly, str]], *, effort: int = 2, minimal: bool = True) -> Region:
    """The region of several conditions, without those that the others imply; never listed as possible if proved empty.

    Parameters
    ----------
    logic : Logic
    atoms : sequence of (polynomial, op)
    effort : int
        As in :meth:`Domain.feasible`.
    minimal : bool
        Drop conditions that are proved to follow from the rest.
    """
    formula = logic.all_of([logic.atom(p, op) for p, op in atoms])
    if formula is TRUE or formula is FALSE:
        return Region(logic.domain, formula)
    kept = [f.atom for f in (formula.parts if formula.kind == "and" else (formula,)) if f.atom is not None]
    found = logic.domain.feasible(kept, effort=effort)
    if found.answer is False:
        return Region(logic.domain, FALSE)
    if minimal and len(kept) > 1:
        for a in list(kept):
            others = [b for b in kept if b is not a]
            if others and a[1] != "==" and logic.domain.implies(others, a):
                kept = others
    return Region(logic.domain, logic.all_of([logic.atom(p, op) for p, op in kept]), found.answer is True)
