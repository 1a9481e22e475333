"""Signs of polynomials on the set that a game's assumptions describe: proved, shown to vary, or unknown.

See :mod:`gametheory.algebra` for the method. The set is covered by positive *gaps*, one for each assumption that is not implied
by others; ``Domain.gap`` writes a polynomial in them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import flint

from gametheory.algebra import Poly, Ring, key, primitive, relation_parts
from gametheory.errors import InputError
from gametheory.exact import free_names, to_flint
from gametheory.lp import LPStatus, extreme_rays, maximise

if TYPE_CHECKING:
    import sympy

__all__ = ["Atom", "Domain", "Feasibility", "Sign", "Verdict"]

_Q = flint.fmpq
#: A condition on a polynomial: ``(p, op)`` with op one of ``">"``, ``">="``, ``"=="``, against zero.
Atom: TypeAlias = tuple[Poly, str]

_POOL, _MANY = 384, 6000
_NEGATED = {">": ">=", ">=": ">"}


class Sign(enum.Enum):
    """The sign of a polynomial over a whole set."""

    POSITIVE = "> 0"
    NEGATIVE = "< 0"
    ZERO = "= 0"
    NONNEGATIVE = ">= 0"
    NONPOSITIVE = "<= 0"
    VARIES = "positive at some points, negative at others"
    UNKNOWN = "not decided"

    @property
    def flipped(self) -> Sign:
        """The sign of the polynomial's negative."""
        return _FLIP.get(self, self)


_FLIP = {
    Sign.POSITIVE: Sign.NEGATIVE,
    Sign.NEGATIVE: Sign.POSITIVE,
    Sign.NONNEGATIVE: Sign.NONPOSITIVE,
    Sign.NONPOSITIVE: Sign.NONNEGATIVE,
}


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
    def _shape(self) -> _Shape:
        return _Shape.of(self.ring, self.atoms)

    @property
    def is_linear(self) -> bool:
        """Whether every assumption is linear and shapes the set exactly."""
        return not self._shape.facts

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
        if not bad and self._shape.facts:
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
        return self._shape.meaning

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
                    if _ask_z3(shape, [(target, op), *shape.facts]) is False:
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
        bigger = _Shape(self.ring, wide, (*shape.strict, *(True,) * width), (), (), (), (), {})
        atoms: list[Atom] = []
        for row, op in rows:
            total = wide.constant(0)
            for p, w in zip(row, gens[count : count + width], strict=True):
                total += shape.gap(p).compose(*images, ctx=wide.context) * w
            atoms.append((total, op))
        if self._bilinear_refuted(bigger, atoms, gens[count : count + width]):
            return False
        return _ask_z3(bigger, atoms) if self.use_z3 else None

    @staticmethod
    def _bilinear_refuted(shape: _Shape, atoms: list[Atom], weights: Sequence[Poly]) -> bool:
        from gametheory.refute import refute_with

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
            if self.use_z3 and _ask_z3(shape, open_atoms) is False:
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
        point = list(shape.gaps_of(found))
        at = [to_flint(x) for x in point]
        value = -_Q(beta(*at)) / _Q(alpha(*at))
        point[v] = Fraction(int(value.p), int(value.q))
        if all(_holds(_fraction(g(*[to_flint(x) for x in point])), op) for g, op in asked):
            return Feasibility(True, _Point(shape.values(point), tuple(point)), "a consistent point")
        return Feasibility(None)  # pragma: no cover - the branch's conditions imply these

    def _refute(self, atoms: Sequence[Atom]) -> bool:
        from gametheory.refute import refute

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


# --- the shape of the set ---------------------------------------------------------------------------------------------


class _Point(dict[str, Fraction]):
    """Values of the parameters that remember the gaps they came from."""

    def __init__(self, values: Mapping[str, Fraction], gaps: tuple[Fraction, ...]) -> None:
        super().__init__(values)
        self.gaps = gaps


@dataclass(frozen=True)
class _Shape:
    """How parameters are made of gaps: ``x_i = top_i / bottom_i``, linear in gaps (first) and free lines (last)."""

    source: Ring
    ring: Ring
    strict: tuple[bool, ...]  # one for each gap: whether it is positive, or may be zero
    images: tuple[Poly, ...]  # for each parameter, then for each block with constants: its polynomial in the gaps
    block_of: tuple[int, ...]  # for each parameter the index of its block with constants, or -1
    solved: tuple[tuple[int, Poly], ...]  # equations x_i = polynomial in the others, applied in turn
    facts: tuple[Atom, ...]  # what is assumed beyond the gaps, written in them
    meaning: Mapping[str, str]

    @staticmethod
    def of(ring: Ring, atoms: Sequence[Atom]) -> _Shape:
        rest, solved = _solve_equations(ring, [a for a in atoms if a[1] != "!="])
        gone = {i for i, _ in solved}
        n = len(ring.names)
        linear = [(p, op) for p, op in rest if p.total_degree() <= 1 and op != "=="]
        other = [(p, op) for p, op in rest if p.total_degree() > 1 or op == "=="]
        rows: list[tuple[list[_Q], _Q, bool, str]] = []
        for p, op in linear:
            row, constant = [_Q(0)] * n, _Q(0)
            for powers, c in p.terms():
                where = next((i for i, e in enumerate(powers) if e), -1)
                if where < 0:
                    constant = c
                else:
                    row[where] = c
            if any(row):
                rows.append((row, constant, op == ">", _show(ring, p)))
        blocks = _blocks(n, rows, gone)
        pieces = [_Block.of(members, [r for r in rows if any(r[0][i] for i in members)]) for members in blocks]
        strict = [s for b in pieces for s in b.strict]
        gap_names = [f"g{k + 1}" for k in range(len(strict))]
        line_names = [f"free {ring.names[i]}" for b in pieces for i in b.lines]
        target = Ring((*gap_names, *line_names)) if gap_names or line_names else Ring(("g0",))
        gens = target.gens
        images: list[Poly] = [target.constant(0)] * n
        bottoms: list[Poly] = []
        block_of = [-1] * n
        at_gap, at_line = 0, len(strict)
        for b in pieces:
            for place, i in enumerate(b.members):
                total = target.constant(0)
                for k, c in enumerate(b.top[place]):
                    total += gens[at_gap + k] * c
                for k, c in enumerate(b.line_part[place]):
                    total += gens[at_line + k] * c
                images[i] = total
            if b.bottom is not None:
                for i in b.members:
                    block_of[i] = len(bottoms)
                bottoms.append(sum((gens[at_gap + k] * c for k, c in enumerate(b.bottom)), target.constant(0)))
            at_gap += len(b.strict)
            at_line += len(b.lines)
        meaning = dict(zip(gap_names, (m for b in pieces for m in b.meaning), strict=True))
        shape = _Shape(ring, target, tuple(strict), (*images, *bottoms), tuple(block_of), tuple(solved), (), meaning)
        extra = [(p, op) for p, op in other] + [
            (_row_poly(ring, row, c), ">" if s else ">=") for b in pieces for row, c, s, _ in b.loose
        ]
        facts = tuple((primitive(shape.gap(p)), op) for p, op in extra)
        return _Shape(ring, target, shape.strict, shape.images, shape.block_of, shape.solved, facts, meaning)

    @cached_property
    def sum_of_gaps(self) -> Poly:
        gens = self.ring.gens
        return sum((gens[k] for k, s in enumerate(self.strict) if s), self.ring.constant(0 if any(self.strict) else 1))

    def gap(self, p: Poly) -> Poly:
        for i, value in self.solved:
            if p.degrees()[i]:
                gens = list(self.source.gens)
                gens[i] = value
                p = p.compose(*gens, ctx=self.source.context)
        n, blocks = len(self.source.names), len(self.images) - len(self.source.names)
        if not blocks:
            return (
                p.compose(*self.images, ctx=self.ring.context)
                if n
                else self.ring.constant(_fraction((p.coeffs() or [_Q(0)])[0]))
            )
        degrees = []
        most = [0] * blocks
        for powers in p.monoms():
            d = [0] * blocks
            for i, e in enumerate(powers):
                if e and self.block_of[i] >= 0:
                    d[self.block_of[i]] += int(e)
            degrees.append(d)
            most = [max(x, y) for x, y in zip(most, d, strict=True)]
        wide = Ring((*self.source.names, *(f"1 of block {b}" for b in range(blocks))))
        lifted = wide.context.from_dict(
            {
                (*map(int, powers), *(m - x for m, x in zip(most, d, strict=True))): c
                for (powers, c), d in zip(p.terms(), degrees, strict=True)
            }
        )
        return lifted.compose(*self.images, ctx=self.ring.context)

    def coefficients(self, g: Poly) -> Sign | None:
        """The sign that the coefficients alone prove, if they do."""
        count = len(self.strict)
        coefficients = g.coeffs()
        up = all(c > 0 for c in coefficients)
        if not up and not all(c < 0 for c in coefficients):
            return None
        firm = False
        for powers in g.monoms():
            if any(e for e in powers[count:]):
                return None
            firm = firm or all(self.strict[k] for k, e in enumerate(powers[:count]) if e)
        if up:
            return Sign.POSITIVE if firm else Sign.NONNEGATIVE
        return Sign.NEGATIVE if firm else Sign.NONPOSITIVE

    def values(self, point: Sequence[Fraction]) -> _Point:
        at = [to_flint(Fraction(x)) for x in point]
        n = len(self.source.names)
        bottoms = [_Q(b(*at)) for b in self.images[n:]]
        found = [
            _Q(image(*at)) / (bottoms[self.block_of[i]] if self.block_of[i] >= 0 else 1)
            for i, image in enumerate(self.images[:n])
        ]
        for i, value in reversed(self.solved):
            found[i] = _Q(value(*found))
        named = {name: _fraction(v) for name, v in zip(self.source.names, found, strict=True)}
        return _Point(named, tuple(Fraction(x) for x in point))

    def gaps_of(self, found: Feasibility) -> tuple[Fraction, ...]:
        witness = found.witness
        return witness.gaps if isinstance(witness, _Point) else ()


@dataclass(frozen=True)
class _Block:
    """Parameters tied together by linear assumptions, as combinations of gaps and lines."""

    members: list[int]
    strict: list[bool]
    top: list[list[_Q]]
    bottom: list[_Q] | None
    lines: list[int]
    line_part: list[list[_Q]]
    loose: list[tuple[list[_Q], _Q, bool, str]]  # assumptions that the gaps do not enforce
    meaning: list[str]

    @staticmethod
    def of(members: list[int], rows: list[tuple[list[_Q], _Q, bool, str]]) -> _Block:
        if not rows:
            units = [[_Q(int(i == j)) for j in range(len(members))] for i in range(len(members))]
            return _Block(members, [], [[] for _ in members], None, members, units, [], [])
        shifted = any(c != 0 for _, c, _, _ in rows)
        size = len(members) + shifted
        table = [[row[i] for i in members] + ([c] if shifted else []) for row, c, _, _ in rows]
        flags = [s for _, _, s, _ in rows]
        names = [m for *_, m in rows]
        if shifted:
            table.append([_Q(0)] * len(members) + [_Q(1)])
            flags.append(True)
            names.append("1")
        basis, pivots = _independent(table)
        r = len(basis)
        free = [j for j in range(size) if j not in pivots]
        square = flint.fmpq_mat(r, r, [table[b][j] for b in basis for j in pivots])
        inverse = square.inv()
        # x_pivots = inverse (y - B_free x_free): y are the gaps, x_free the lines
        across = flint.fmpq_mat(r, len(free), [table[b][j] for b in basis for j in free]) if free else None
        drift = inverse * across if across is not None else None
        others = [k for k in range(len(table)) if k not in basis]
        in_gaps = [
            [sum((table[k][j] * inverse[a, b] for a, j in enumerate(pivots)), _Q(0)) for b in range(r)] for k in others
        ]
        curved = [(k, row) for k, row in zip(others, in_gaps, strict=True) if any(x < 0 for x in row)]
        generators = [[_Q(int(a == b)) for b in range(r)] for a in range(r)]
        strict = [flags[b] for b in basis]
        meaning = [names[b] for b in basis]
        loose: list[tuple[list[_Q], _Q, bool, str]] = []
        if curved:
            rays = extreme_rays([[_fraction(x) for x in row] for _, row in curved], r, most=400)
            if rays is not None and len(rays) <= 3 * r + 8:
                generators = [[_Q(x) for x in ray] for ray in rays]
                strict = [all(flags)] * len(rays)
                meaning = [f"weight of an extreme ray ({number + 1})" for number in range(len(rays))]
            if rays is None or len(rays) > 3 * r + 8 or not all(flags):
                loose = [rows[k] for k in range(len(rows)) if k not in basis or not all(flags)]
        elif not all(flags):
            loose = [rows[k] for k in others if k < len(rows) and flags[k]]
        lines = [members[j] for j in free if j < len(members)]

        def coordinates(j: int) -> tuple[list[_Q], list[_Q]]:
            if j in pivots:
                a = pivots.index(j)
                along = [sum((inverse[a, b] * ray[b] for b in range(r)), _Q(0)) for ray in generators]
                return along, [-drift[a, k] for k in range(len(free))] if drift is not None else []
            return [_Q(0)] * len(generators), [_Q(int(k == free.index(j))) for k in range(len(free))]

        tops, line_parts = zip(*(coordinates(j) for j in range(len(members))), strict=True)
        bottom = coordinates(size - 1)[0] if shifted else None
        return _Block(members, strict, list(tops), bottom, lines, list(line_parts), loose, meaning)


def _independent(table: list[list[_Q]]) -> tuple[list[int], list[int]]:
    """A largest independent set of rows, first come first, and the columns in which each has its pivot."""
    reduced: list[tuple[int, list[_Q]]] = []
    basis, pivots = [], []
    for k, given in enumerate(table):
        row = list(given)
        for j, other in reduced:
            if row[j]:
                factor = row[j]
                row = [x - factor * y for x, y in zip(row, other, strict=True)]
        # the last column stands for the constant 1, which is positive: prefer it, so that it is never a free line
        choice = next((j for j in [len(row) - 1, *range(len(row) - 1)] if row[j]), None)
        if choice is not None:
            lead = row[choice]
            reduced.append((choice, [x / lead for x in row]))
            basis.append(k)
            pivots.append(choice)
    return basis, pivots


def _blocks(n: int, rows: Sequence[tuple[list[_Q], _Q, bool, str]], gone: set[int]) -> list[list[int]]:
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for row, *_ in rows:
        inside = [i for i in range(n) if row[i]]
        for i in inside[1:]:
            parent[root(i)] = root(inside[0])
    groups: dict[int, list[int]] = {}
    for i in range(n):
        if i not in gone:
            groups.setdefault(root(i), []).append(i)
    return list(groups.values())


def _solve_equations(ring: Ring, atoms: list[Atom]) -> tuple[list[Atom], list[tuple[int, Poly]]]:
    """Use equations to express parameters by others, where one enters linearly with a constant coefficient."""
    solved: list[tuple[int, Poly]] = []
    todo = list(atoms)
    while True:
        for k, (p, op) in enumerate(todo):
            if op != "==" or p.is_constant():
                continue
            pick = next((i for i, d in enumerate(p.degrees()) if d == 1 and p.derivative(i).is_constant()), None)
            if pick is None:
                continue
            a = p.derivative(pick)
            value = ring.gens[pick] - p / a.leading_coefficient()
            solved.append((pick, value))
            images = list(ring.gens)
            images[pick] = value
            todo = [(q.compose(*images, ctx=ring.context), o) for j, (q, o) in enumerate(todo) if j != k]
            break
        else:
            return [(p, op) for p, op in todo if not (p.is_zero() and op != ">")], solved


def _read_relation(ring: Ring, relation: object) -> Atom:
    difference, op = relation_parts(relation)
    ratio = ring.read(difference)
    p = ratio.num if ratio.den.is_constant() or op in ("==", "!=") else ratio.num * ratio.den
    return primitive(p), op


def _row_poly(ring: Ring, row: Sequence[_Q], constant: _Q) -> Poly:
    total = ring.constant(_fraction(constant))
    for gen, c in zip(ring.gens, row, strict=True):
        if c:
            total += gen * c
    return total


def _show(ring: Ring, p: Poly) -> str:
    return str(ring.to_sympy(p))


def _consistent(ring: Ring, atoms: Sequence[Atom]) -> bool:
    """Whether linear conditions hold at some point: the largest common margin of the strict ones is positive."""
    n = len(ring.names)
    upper, bound, equal, target = [], [], [], []
    for p, op in atoms:
        row, constant = [Fraction(0)] * n, Fraction(0)
        for powers, c in p.terms():
            where = next((i for i, e in enumerate(powers) if e), -1)
            if where < 0:
                constant = _fraction(c)
            else:
                row[where] = _fraction(c)
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


def _substitute(g: Poly, v: int, top: Poly, bottom: Poly, shape: _Shape) -> Poly:
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


def _fraction(x: Any) -> Fraction:
    q = _Q(x)
    return Fraction(int(q.p), int(q.q))


def _ask_z3(shape: _Shape, atoms: Sequence[Atom], seconds: float = 5.0) -> bool | None:
    """What z3 says of the conditions together: True, False, or None (unknown, or z3 is not installed)."""
    try:
        import z3  # type: ignore[import-untyped]
    except ImportError:
        return None
    variables = [z3.Real(name) for name in shape.ring.names]
    solver = z3.Solver()
    solver.set("timeout", int(1000 * seconds))
    for k, strict in enumerate(shape.strict):
        solver.add(variables[k] > 0 if strict else variables[k] >= 0)
    for g, op in atoms:
        terms = []
        for powers, c in g.terms():
            term = z3.RealVal(str(c))
            for variable, e in zip(variables, powers, strict=True):
                for _ in range(int(e)):
                    term = term * variable
            terms.append(term)
        total = z3.Sum(terms)
        solver.add(total > 0 if op == ">" else total >= 0 if op == ">=" else total == 0)
    answer = solver.check()
    return True if answer == z3.sat else False if answer == z3.unsat else None


@lru_cache(maxsize=512)
def domain_of(names: tuple[str, ...], relations: tuple[Any, ...]) -> Domain:
    """A domain, shared by all who ask for the same."""
    return Domain(names, relations)
