"""Signs of polynomials on the set that a game's assumptions describe: proved, shown to vary, or unknown.

See :mod:`gametheory.algebra` for the method. The set is covered by positive *gaps*, one for each assumption that is not implied
by others; ``Domain.gap`` writes a polynomial in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import flint

from gametheory.algebra import Poly, Ring, key, primitive, relation_parts
from gametheory.errors import InputError
from gametheory.exact import free_names, rational, to_flint
from gametheory.gaps import Atom, Point, Shape, Sign, as_fraction
from gametheory.lp import LPStatus, maximise
from gametheory.refute import ask_z3, refute, refute_with

if TYPE_CHECKING:
    import sympy

__all__ = ["Atom", "Domain", "Feasibility", "Sign", "Verdict"]

_Q = flint.fmpq

_POOL, _MANY = 384, 6000
_NEGATED = {">": ">=", ">=": ">"}


@dataclass(frozen=True)
class Verdict:
    """A sign with its reason in words."""

    sign: Sign
    proof: str = ""


@dataclass(frozen=True)
class Feasibility:
    """Whether conditions can hold together: True with a witness, False with a proof, None if it was not decided."""

    answer: bool | None
    witness: Mapping[str, Fraction] | None = None
    proof: str = ""


@dataclass(frozen=True)
class Domain:
    """The set of parameter values that satisfy assumptions.

    Parameters
    ----------
    names : tuple of str
        Names of all parameters, those without assumptions included.
    relations : tuple of sympy relationals
        Comparisons; linear ones shape the set, others serve as facts.
    use_z3 : bool
        Ask the SMT solver z3 (the package z3-solver), where it is installed, what nothing else decides. Such an
        answer rests on the solver alone, and its ``proof`` says so.

    Examples
    --------
    >>> import sympy
    >>> T, R, P = sympy.symbols("T R P")
    >>> domain = Domain(("P", "R", "T"), (T > R, R > P))
    >>> p = domain.ring.read((T - P) * (T - R)).num
    >>> domain.sign(p).sign
    <Sign.POSITIVE: '> 0'>
    >>> domain.sign(domain.ring.read(T - 2 * R).num).sign
    <Sign.VARIES: 'positive at some points, negative at others'>
    """

    names: tuple[str, ...]
    relations: tuple[sympy.Basic, ...] = ()
    use_z3: bool = False

    def __post_init__(self) -> None:
        extra = (
            sorted(set().union(*(free_names(r) for r in self.relations)) - set(self.names)) if self.relations else []
        )
        object.__setattr__(self, "names", (*self.names, *extra))
        object.__setattr__(self, "_signs", {})
        object.__setattr__(self, "_gaps", {})

    # --- reading ----------------------------------------------------------------------------------------------------

    @cached_property
    def ring(self) -> Ring:
        """Polynomials in the parameters."""
        return Ring(self.names)

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The assumptions as polynomials compared with zero."""
        return tuple(_read_relation(self.ring, r) for r in self.relations)

    @cached_property
    def _shape(self) -> Shape:
        return Shape.of(self.ring, self.atoms)

    @property
    def is_linear(self) -> bool:
        """Whether every assumption is linear and shapes the set exactly."""
        return not self._shape.facts

    def read(self, values: Mapping[str, object]) -> dict[str, Fraction]:
        """Rational numbers for the parameters; a missing one, or numbers outside the assumptions, are refused."""
        numbers = {name: rational(x, field=name) for name, x in values.items()}
        missing = [n for n in self.names if n not in numbers]
        if missing:
            raise InputError("values", sorted(numbers), f"a number for each parameter; missing: {missing}")
        if not self.contains(numbers):
            raise InputError("values", {k: str(v) for k, v in numbers.items()}, "numbers that satisfy the assumptions")
        return numbers

    def contains(self, values: Mapping[str, Fraction]) -> bool:
        """Whether numbers, one for each parameter, satisfy every assumption."""
        return all(_holds(self.ring.evaluate(p, values), op) for p, op in self.atoms)

    @cached_property
    def contradiction(self) -> tuple[sympy.Basic, ...]:
        """A smallest set of linear assumptions that cannot hold together; empty if there is none."""
        linear = [k for k, (p, op) in enumerate(self.atoms) if op != "!=" and p.total_degree() <= 1]
        if _consistent(self.ring, [self.atoms[k] for k in linear]):
            return ()
        kept = linear
        for k in linear:
            fewer = [j for j in kept if j != k]
            if not _consistent(self.ring, [self.atoms[j] for j in fewer]):
                kept = fewer
        return tuple(self.relations[k] for k in kept)

    def require_consistent(self, field: str = "domain") -> None:
        """Refuse assumptions that contradict each other, naming a smallest set that does.

        Examples
        --------
        >>> import sympy
        >>> a, b = sympy.symbols("a b")
        >>> Domain(("a", "b"), (a > b, b > a)).require_consistent()
        Traceback (most recent call last):
            ...
        gametheory.errors.InputError: domain: got 'a > b, b > a'; expected assumptions that can hold together
        """
        bad = self.contradiction
        if not bad and any(p.total_degree() > 1 for p, _ in self.atoms):
            found = self.feasible(())
            if found.answer is False:
                bad = tuple(self.relations)
        if bad:
            raise InputError(field, ", ".join(map(str, bad)), "assumptions that can hold together")

    # --- signs ------------------------------------------------------------------------------------------------------

    def gap(self, p: Poly) -> Poly:
        """The polynomial in the gaps, up to a positive factor."""
        k = key(p)
        store: dict[Any, Poly] = self._gaps  # type: ignore[attr-defined]
        if k not in store:
            if len(store) > 50_000:
                store.clear()
            store[k] = primitive(self._shape.gap(p))
        return store[k]

    @property
    def gap_names(self) -> Mapping[str, str]:
        """What each gap stands for, such as ``g1: T - R``."""
        return {k: p if isinstance(p, str) else str(self.ring.to_sympy(p)) for k, p in self._shape.meaning.items()}

    def sign(self, p: Poly) -> Verdict:
        """The sign of a polynomial over the whole set."""
        return self._sign_gap(self.gap(p))

    def _sign_gap(self, g: Poly) -> Verdict:
        store: dict[Any, Verdict] = self._signs  # type: ignore[attr-defined]
        k = key(g)
        if k not in store:
            store[k] = self._decide(g)
        return store[k]

    def _decide(self, g: Poly) -> Verdict:
        if g.is_zero():
            return Verdict(Sign.ZERO, "it is identically zero")
        shape = self._shape
        direct = shape.coefficients(g)
        if direct is not None:
            if shape.facts and direct in (Sign.NONNEGATIVE, Sign.NONPOSITIVE):
                up_or_down = 1 if direct is Sign.NONNEGATIVE else -1
                if self._refute([(-up_or_down * g, ">="), *shape.facts]):
                    firm = Sign.POSITIVE if up_or_down > 0 else Sign.NEGATIVE
                    return Verdict(firm, "a combination of the assumptions, found by exact linear programming")
            return Verdict(direct, "all its coefficients in the gaps have one sign")
        signs = self._pool.signs(g)
        up, down = bool((signs > 0).any()), bool((signs < 0).any())
        if up and down:
            return Verdict(Sign.VARIES, "it takes both signs at consistent points")
        content, factors = g.factor()
        if len(factors) > 1 or (factors and factors[0][1] > 1):
            found = _product([(self._sign_gap(primitive(f)).sign, n) for f, n in factors])
            if found is not None:
                return Verdict(found if content > 0 else found.flipped, "the signs of its factors")
        lifted = g
        for step in range(3):
            if len(lifted) * len(shape.strict) > 4000:
                break
            lifted = lifted * shape.sum_of_gaps
            again = shape.coefficients(lifted)
            if again is not None:
                return Verdict(
                    again, f"all coefficients have one sign after {step + 1} multiplications by the sum of the gaps"
                )
        for target, sign, weak in ((-g, Sign.POSITIVE, Sign.NONNEGATIVE), (g, Sign.NEGATIVE, Sign.NONPOSITIVE)):
            if (sign is Sign.POSITIVE and down) or (sign is Sign.NEGATIVE and up):
                continue
            for op, answer in ((">=", sign), (">", weak)):
                if self._refute([(target, op), *shape.facts]):
                    return Verdict(answer, "a combination of the assumptions, found by exact linear programming")
        signs = self.large_sample.signs(g)
        up, down = up or bool((signs > 0).any()), down or bool((signs < 0).any())
        if not (up and down):
            wanted = (-g, ">") if up else (g, ">")
            if self._search([wanted, *shape.facts]) is not None:
                up = down = True
        if up and down:
            return Verdict(Sign.VARIES, "it takes both signs at consistent points")
        if self.use_z3:
            for target, sign, weak in ((-g, Sign.POSITIVE, Sign.NONNEGATIVE), (g, Sign.NEGATIVE, Sign.NONPOSITIVE)):
                for op, answer in ((">=", sign), (">", weak)):
                    if ask_z3(shape, [(target, op), *shape.facts]) is False:
                        return Verdict(answer, "the SMT solver z3 alone (no certificate)")
        return Verdict(Sign.UNKNOWN, "no certificate of one sign and no pair of points with different signs was found")

    def atom(self, atom: Atom) -> bool | None:
        """Whether a condition holds everywhere (True), nowhere (False), or neither is known (None)."""
        sign = self.sign(atom[0]).sign
        if atom[1] == "==":
            return True if sign is Sign.ZERO else False if sign in (Sign.POSITIVE, Sign.NEGATIVE) else None
        if sign is Sign.POSITIVE:
            return True
        if sign is Sign.NEGATIVE:
            return False
        if atom[1] == ">":
            return False if sign in (Sign.ZERO, Sign.NONPOSITIVE) else None
        return True if sign in (Sign.ZERO, Sign.NONNEGATIVE) else None

    # --- conditions together --------------------------------------------------------------------------------------------

    def feasible(self, atoms: Sequence[Atom], *, effort: int = 2) -> Feasibility:
        """Whether conditions can hold together within the set.

        Parameters
        ----------
        atoms : sequence of (polynomial, op)
        effort : int
            0: only the sample of points; 1: proofs by linear combinations too; 2: a directed search for a point as well.
        """
        asked = [(self.gap(p), op) for p, op in atoms]
        return self._feasible([*asked, *self._shape.facts], effort)

    def ask_solver(self, atoms: Sequence[Atom]) -> bool | None:
        """What the SMT solver z3 says of conditions within the set: an answer without a certificate; None without z3."""
        return ask_z3(self._shape, [*((self.gap(p), op) for p, op in atoms), *self._shape.facts])

    def implies(self, given: Sequence[Atom], then: Atom, *, effort: int = 1) -> bool:
        """Whether conditions are proved to imply another."""
        if self.atom(then) is True:
            return True
        if then[1] == "==":
            return all(self.implies(given, (s, ">="), effort=effort) for s in (then[0], -then[0]))
        return self.feasible([*given, (-then[0], _NEGATED[then[1]])], effort=effort).answer is False

    def mixed(self, rows: Sequence[tuple[Sequence[Poly], str]]) -> bool | None:
        """Whether positive weights w and a point of the set exist at which every ``sum(row[j] * w[j])`` has the sign asked.

        Parameters
        ----------
        rows : sequence of (polynomials, op)
            One polynomial for each weight; op is ">", ">=" or "==".

        Returns
        -------
        bool or None
            False if refuted by a combination (or by z3, if allowed), True if z3 found a solution, None if it stayed open.
        """
        shape = self._shape
        count, width = len(shape.strict), len(rows[0][0])
        names = shape.ring.names
        wide = Ring((*names[:count], *(f"w{j}" for j in range(width)), *names[count:]))
        gens = wide.gens
        images = (*gens[:count], *gens[count + width :])
        bigger = Shape(self.ring, wide, (*shape.strict, *(True,) * width), (), (), (), (), {})
        atoms: list[Atom] = []
        for row, op in rows:
            total = wide.constant(0)
            for p, w in zip(row, gens[count : count + width], strict=True):
                total += shape.gap(p).compose(*images, ctx=wide.context) * w
            atoms.append((total, op))
        if self._bilinear_refuted(bigger, atoms, gens[count : count + width]):
            return False
        return ask_z3(bigger, atoms) if self.use_z3 else None

    @staticmethod
    def _bilinear_refuted(shape: Shape, atoms: list[Atom], weights: Sequence[Poly]) -> bool:
        ones = [shape.ring.one]
        return refute_with(shape, atoms, ones) or refute_with(shape, atoms, list(weights))

    def _feasible(self, asked: list[Atom], effort: int) -> Feasibility:
        shape = self._shape
        for i, (g, op) in enumerate(asked):
            if op == "==" and not g.is_zero():
                return self._eliminate(asked, i, effort)
        open_atoms: list[Atom] = []
        seen: set[Any] = set()
        for g, op in asked:
            if g.is_zero():
                if op == ">":
                    return Feasibility(False, None, "0 > 0")
                continue
            if g.is_constant():
                if g.leading_coefficient() < 0:
                    return Feasibility(False, None, "a negative constant")
                continue
            if (k := (key(g), op)) not in seen:
                seen.add(k)
                open_atoms.append((g, op))
        point = self._pool.where(open_atoms)
        if point is not None:
            return Feasibility(True, shape.values(point), "a consistent point")
        if effort >= 1:
            for atom in open_atoms:
                verdict = self._sign_gap(primitive(atom[0]))
                if verdict.sign is Sign.NEGATIVE or (atom[1] == ">" and verdict.sign in (Sign.NONPOSITIVE, Sign.ZERO)):
                    return Feasibility(False, None, f"one condition never holds: {verdict.proof}")
            if self._refute(open_atoms):
                return Feasibility(False, None, "a combination of the conditions, found by exact linear programming")
        if effort >= 2:
            point = self.large_sample.where(open_atoms)
            if point is None:
                point = self._search(open_atoms)
            if point is not None:
                return Feasibility(True, shape.values(point), "a consistent point")
            if self.use_z3 and ask_z3(shape, open_atoms) is False:
                return Feasibility(False, None, "the SMT solver z3 alone (no certificate)")
        return Feasibility(None)

    def _eliminate(self, asked: list[Atom], i: int, effort: int) -> Feasibility:
        """Solve one equation for a gap in which it is linear, in the rest; both signs of the gap's coefficient are tried."""
        shape = self._shape
        f = asked[i][0]
        rest = asked[:i] + asked[i + 1 :]
        verdict = self._sign_gap(primitive(f))
        if verdict.sign in (Sign.POSITIVE, Sign.NEGATIVE):
            return Feasibility(False, None, f"an equation never holds: {verdict.proof}")
        best: tuple[int, int, Poly, Poly] | None = None
        for v, degree in enumerate(f.degrees()):
            if degree == 1:
                a = f.derivative(v)
                b = f - a * shape.ring.gens[v]
                cost = 0 if a.is_constant() else 1 if shape.coefficients(a) in (Sign.POSITIVE, Sign.NEGATIVE) else 2
                if best is None or cost < best[0]:
                    best = (cost, v, a, b)
        if best is None:
            return Feasibility(None)
        cost, v, a, b = best
        refuted = True
        for s in (1, -1):
            alpha, beta = s * a, s * b
            branch: list[Atom] = [] if cost == 0 and alpha.leading_coefficient() > 0 else [(alpha, ">")]
            if v < len(shape.strict):
                branch.append((-beta, ">" if shape.strict[v] else ">="))
            branch += [(_substitute(g, v, -beta, alpha, shape), op) for g, op in rest]
            found = self._feasible([(primitive(g), op) for g, op in branch], effort)
            if found.answer:
                return self._lift(found, v, alpha, beta, asked)
            refuted &= found.answer is False
        return Feasibility(False, None, "an equation solved for a gap") if refuted and cost < 2 else Feasibility(None)

    def _lift(self, found: Feasibility, v: int, alpha: Poly, beta: Poly, asked: list[Atom]) -> Feasibility:
        shape = self._shape
        point = list(shape.gaps_of(found.witness))
        at = [to_flint(x) for x in point]
        value = -_Q(beta(*at)) / _Q(alpha(*at))
        point[v] = Fraction(int(value.p), int(value.q))
        if all(_holds(as_fraction(g(*[to_flint(x) for x in point])), op) for g, op in asked):
            return Feasibility(True, Point(shape.values(point), tuple(point)), "a consistent point")
        return Feasibility(None)  # pragma: no cover - the branch's conditions imply these

    def _refute(self, atoms: Sequence[Atom]) -> bool:
        return refute(self._shape, atoms)

    # --- points -----------------------------------------------------------------------------------------------------

    @cached_property
    def _pool(self) -> Any:
        from gametheory.pools import Pool

        return Pool(self._shape, _POOL, 1)

    @cached_property
    def sample(self) -> Any:
        """A fixed sample of points, to see quickly where formulas hold."""
        from gametheory.pools import Pool

        return Pool(self._shape, 1500, 3)

    @cached_property
    def large_sample(self) -> Any:
        """A larger sample of points."""
        from gametheory.pools import Pool

        return Pool(self._shape, _MANY, 2)

    def _search(self, atoms: Sequence[Atom]) -> Sequence[Fraction] | None:
        found: Sequence[Fraction] | None = self.large_sample.search(atoms)
        return found

    def points(self, count: int, *, seed: int = 0) -> list[dict[str, Fraction]]:
        """Consistent points drawn by random gaps (no uniform draw from such a set exists).

        Parameters
        ----------
        count : int
        seed : int
        """
        from gametheory.pools import Pool

        pool = Pool(self._shape, count, 100 + seed)
        return [dict(self._shape.values(pool.point(i))) for i in range(pool.size)]


def _read_relation(ring: Ring, relation: object) -> Atom:
    difference, op = relation_parts(relation)
    ratio = ring.read(difference)
    p = ratio.num if ratio.den.is_constant() or op in ("==", "!=") else ratio.num * ratio.den
    return primitive(p), op


def _consistent(ring: Ring, atoms: Sequence[Atom]) -> bool:
    """Whether linear conditions hold at some point: the largest common margin of the strict ones is positive."""
    n = len(ring.names)
    upper, bound, equal, target = [], [], [], []
    for p, op in atoms:
        row, constant = [Fraction(0)] * n, Fraction(0)
        for powers, c in p.terms():
            where = next((i for i, e in enumerate(powers) if e), -1)
            if where < 0:
                constant = as_fraction(c)
            else:
                row[where] = as_fraction(c)
        if op == "==":
            equal.append([*row, Fraction(0)])
            target.append(-constant)
        else:
            upper.append([*(-x for x in row), Fraction(int(op == ">"))])
            bound.append(constant)
    upper.append([Fraction(0)] * n + [Fraction(1)])
    bound.append(Fraction(1))
    best = maximise([0] * n + [1], upper, bound, equal, target, free=range(n))
    return best.status is LPStatus.OPTIMAL and best.value is not None and best.value > 0


def _product(parts: Sequence[tuple[Sign, int]]) -> Sign | None:
    """The sign of a product, from the signs of its factors with their powers."""
    sign, firm = 1, True
    for s, n in parts:
        if s in (Sign.VARIES, Sign.UNKNOWN):
            if n % 2:
                return None
            firm = False
        elif s is Sign.ZERO:
            return Sign.ZERO
        else:
            firm = firm and s in (Sign.POSITIVE, Sign.NEGATIVE)
            if s in (Sign.NEGATIVE, Sign.NONPOSITIVE) and n % 2:
                sign = -sign
    if sign > 0:
        return Sign.POSITIVE if firm else Sign.NONNEGATIVE
    return Sign.NEGATIVE if firm else Sign.NONPOSITIVE


def _substitute(g: Poly, v: int, top: Poly, bottom: Poly, shape: Shape) -> Poly:
    """``g`` with its variable ``v`` replaced by top / bottom, times a power of the bottom (which is positive)."""
    degree = int(g.degrees()[v])
    if degree == 0:
        return g
    parts: list[dict[tuple[int, ...], _Q]] = [{} for _ in range(degree + 1)]
    for powers, c in g.terms():
        e = list(map(int, powers))
        k, e[v] = e[v], 0
        parts[k][tuple(e)] = c
    total = shape.ring.constant(0)
    for k, part in enumerate(parts):
        total += shape.ring.context.from_dict(part) * top**k * bottom ** (degree - k)
    return total


def _holds(value: Fraction, op: str) -> bool:
    return value > 0 if op == ">" else value >= 0 if op == ">=" else value == 0 if op == "==" else value != 0


@lru_cache(maxsize=512)
def domain_of(names: tuple[str, ...], relations: tuple[Any, ...], use_z3: bool = False) -> Domain:
    """A domain, shared by all who ask for the same."""
    return Domain(names, relations, use_z3)
