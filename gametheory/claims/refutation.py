"""Proofs that conditions cannot hold together, as identities that the checker multiplies out.

Independent linear conditions are made into coordinates (*gaps*, positive where the condition is strict); everything is written in
them. Exact linear programming then looks for non-negative multiples of the remaining conditions, and of their products
with gaps, whose sum has no positive coefficient: moved to the other side, its terms are products of gaps. One linear program
covers Farkas (no products), readable gap proofs (one condition all of whose terms have one sign) and Handelman
(products of conditions). A failure proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from typing import Any

import flint

from gametheory.algebra import Poly, Ring, primitive
from gametheory.claims.statements import Atom, show_polynomial
from gametheory.gaps import independent_rows
from gametheory.lp import LPStatus, maximise

__all__ = ["refute", "to_dictionary", "to_poly"]

_Q = flint.fmpq
_MOST_COLUMNS, _MOST_ROWS = 90, 220
Condition = tuple[Poly, str]
Terms = list[list[Any]]


def to_poly(ring: Ring, p: Mapping[Any, Fraction]) -> Poly:
    """A polynomial on a dictionary as one of python-flint's."""
    place = {name: i for i, name in enumerate(ring.names)}
    found: dict[tuple[int, ...], Any] = {}
    for m, c in p.items():
        powers = [0] * max(1, len(ring.names))
        for name, e in m:
            powers[place[name]] = e
        found[tuple(powers)] = _Q(c.numerator, c.denominator)
    return ring.context.from_dict(found)


def to_dictionary(ring: Ring, p: Poly) -> dict[Any, Fraction]:
    """The way back."""
    found = {}
    for powers, c in p.terms():
        m = tuple(sorted((name, int(e)) for name, e in zip(ring.names, powers, strict=False) if e))
        found[m] = Fraction(int(c.p), int(c.q))
    return found


def refute(way: Sequence[Atom], *, deadline: float | None = None) -> dict[str, Any] | None:
    """A refutation of the conditions together, as JSON data, or None if none was found.

    Parameters
    ----------
    way : sequence of (polynomial, op)
    deadline : float, optional
        A time of :func:`time.monotonic` after which to give up.
    """
    names = tuple(sorted({name for p, _ in way for m in p for name, _ in m}))
    ring = Ring(names)
    conditions: list[Condition] = [(to_poly(ring, p), op) for p, op in way]
    eliminated = _eliminate(ring, conditions)
    proof: dict[str, Any] = {"eliminate": eliminated} if eliminated else {}
    active = list(range(len(conditions)))
    terms = _identity(ring, conditions, active, deadline, depth=1)
    if terms is not None:
        return {**proof, "terms": terms}
    lemmas: list[dict[str, Any]] = []
    active = _cancel(ring, conditions, lemmas, deadline)
    if lemmas:
        proof["lemmas"] = lemmas
    terms = _identity(ring, conditions, active, deadline, depth=4)
    return None if terms is None else {**proof, "terms": terms}


def _eliminate(ring: Ring, conditions: list[Condition]) -> list[list[Any]]:
    """Solve equations that are linear in a name with a constant coefficient; what was done, for the checker."""
    done = []
    for k in range(len(conditions)):
        p, op = conditions[k]
        if op != "==" or p.is_zero() or p.is_constant():
            continue
        for v, degree in enumerate(p.degrees()):
            if degree == 1 and p.derivative(v).is_constant():
                images = list(ring.gens)
                images[v] = ring.gens[v] - p / p.derivative(v).leading_coefficient()
                conditions[:] = [(q.compose(*images, ctx=ring.context), o) for q, o in conditions]
                done.append([k, ring.names[v]])
                break
    return done


def _cancel(ring: Ring, conditions: list[Condition], lemmas: list[dict[str, Any]], deadline: float | None) -> list[int]:
    """Prove signs of factors and cancel them; the conditions are extended, the indices of those to use are returned."""
    active = []
    base = list(range(len(conditions)))
    known: dict[str, int] = {}  # text of a positive factor -> index of the condition that says so
    for k in base:
        p, op = conditions[k]
        at = k
        if not p.is_zero() and not p.is_constant():
            _, factors = p.factor()
            if len(factors) > 1 or (factors and factors[0][1] > 1):
                for f, n in factors:
                    by = _positive(ring, conditions, base, primitive(f), known, lemmas, deadline)
                    if by is None:
                        continue
                    for _ in range(n):
                        left = conditions[at][0] / conditions[by][0]
                        lemmas.append({"cancel": [at, by], "leaves": show_polynomial(to_dictionary(ring, left))})
                        conditions.append((left, op))
                        at = len(conditions) - 1
        active.append(at)
    extra = [k for k in known.values() if k not in active]
    return active + extra


def _positive(
    ring: Ring,
    conditions: list[Condition],
    base: list[int],
    f: Poly,
    known: dict[str, int],
    lemmas: list[dict[str, Any]],
    deadline: float | None,
) -> int | None:
    for g in (f, -f):
        text = show_polynomial(to_dictionary(ring, g))
        if text in known:
            return known[text]
        same = next((k for k in base if conditions[k][1] == ">" and conditions[k][0] == g), None)
        if same is not None:
            known[text] = same
            return same
    for g in (f, -f):
        text = show_polynomial(to_dictionary(ring, g))
        place = len(conditions)
        trial = [*conditions, (-g, ">=")]
        terms = _identity(ring, trial, [*base, place], deadline, depth=1)
        if terms is not None:
            lemmas.append({"positive": text, "terms": terms})
            conditions.append((g, ">"))
            known[text] = place
            return place
    return None


# --- identities -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Gaps:
    """Linear conditions as coordinates. ``source[k]`` is the condition that gap k stands for, -1 for the constant 1."""

    ring: Ring  # gaps first, free lines after
    strict: tuple[bool, ...]
    source: tuple[int, ...]
    images: tuple[Poly, ...]  # of each name, then of each block's constant 1
    block_of: tuple[int, ...]
    ones: tuple[Poly, ...]  # the constant 1 of blocks in which it is no gap: positive, which the gaps do not say

    def write(self, p: Poly, old: Ring) -> Poly:
        """A polynomial in the gaps."""
        n = len(old.names)
        count = len(self.images) - n
        if not n:
            return self.ring.constant(_fraction(p.coeffs()[0]) if not p.is_zero() else 0)
        if not count:
            return p.compose(*self.images, ctx=self.ring.context)
        degrees, most = [], [0] * count
        for powers in p.monoms():
            d = [0] * count
            for i, e in enumerate(powers):
                if e and self.block_of[i] >= 0:
                    d[self.block_of[i]] += int(e)
            degrees.append(d)
            most = [max(x, y) for x, y in zip(most, d, strict=True)]
        wide = Ring((*old.names, *(f"1 of {b}" for b in range(count))))
        lifted = wide.context.from_dict(
            {
                (*map(int, powers), *(m - x for m, x in zip(most, d, strict=True))): c
                for (powers, c), d in zip(p.terms(), degrees, strict=True)
            }
        )
        return lifted.compose(*self.images, ctx=self.ring.context)


def _gaps(ring: Ring, conditions: Sequence[Condition], active: Sequence[int]) -> _Gaps:
    n = len(ring.names)
    rows: list[tuple[int, list[Any], Any]] = []
    for k in sorted(active, key=lambda k: conditions[k][1] != ">"):
        p, op = conditions[k]
        if op == "==" or p.is_constant() or p.total_degree() > 1:
            continue
        row, constant = [_Q(0)] * n, _Q(0)
        for powers, c in p.terms():
            where = next((i for i, e in enumerate(powers) if e), -1)
            if where < 0:
                constant = c
            else:
                row[where] = c
        rows.append((k, row, constant))
    blocks = _blocks(n, [row for _, row, _ in rows])
    plan = []
    strict: list[bool] = []
    source: list[int] = []
    lines = 0
    for members in blocks:
        own = [r for r in rows if any(r[1][i] for i in members)]
        shifted = any(c != 0 for _, _, c in own)
        table = [[row[i] for i in members] + ([c] if shifted else []) for _, row, c in own]
        labels = [k for k, _, _ in own]
        if shifted:
            table.append([_Q(0)] * len(members) + [_Q(1)])
            labels.append(-1)
        basis, pivots = independent_rows(table, last=shifted)
        free = [j for j in range(len(members) + shifted) if j not in pivots]
        plan.append((members, shifted, table, basis, pivots, free, len(strict), lines))
        strict += [labels[b] < 0 or conditions[labels[b]][1] == ">" for b in basis]
        source += [labels[b] for b in basis]
        lines += len(free)
    target = Ring((*(f"g{k}" for k in range(len(strict))), *(f"l{k}" for k in range(lines))))
    gens, zero = target.gens, target.constant(0)
    images = [zero] * n
    block_of = [-1] * n
    bottoms: list[Poly] = []
    ones: list[Poly] = []
    for members, shifted, table, basis, pivots, free, at, line in plan:
        r = len(basis)
        coordinates: dict[int, Poly] = {j: gens[len(strict) + line + a] for a, j in enumerate(free)}
        if r:
            inverse = flint.fmpq_mat(r, r, [table[b][j] for b in basis for j in pivots]).inv()
            right = [
                gens[at + a] - sum((coordinates[j] * table[b][j] for j in free if table[b][j]), zero)
                for a, b in enumerate(basis)
            ]
            for a, j in enumerate(pivots):
                coordinates[j] = sum((right[b] * inverse[a, b] for b in range(r) if inverse[a, b]), zero)
        for place, i in enumerate(members):
            images[i] = coordinates[place]
            if shifted:
                block_of[i] = len(bottoms)
        if shifted:
            bottoms.append(coordinates[len(members)])
            one = bottoms[-1]
            sure = all(c > 0 for c in one.coeffs()) and any(strict[v] for v in range(len(strict)) if one.degrees()[v])
            if len(table) - 1 not in basis and not sure:
                ones.append(one)
    return _Gaps(target, tuple(strict), tuple(source), (*images, *bottoms), tuple(block_of), tuple(ones))


def _identity(
    ring: Ring, conditions: Sequence[Condition], active: Sequence[int], deadline: float | None, *, depth: int
) -> Terms | None:
    """Terms of an identity that refutes the active conditions; ``depth`` bounds the degrees tried."""
    for k in active:
        p, op = conditions[k]
        if p.is_zero() or p.is_constant():
            value = _fraction(p.coeffs()[0]) if not p.is_zero() else Fraction(0)
            if op == "==" and value:
                return [[str(-1 / value), [k]], ["1", []]]
            if op == ">" and value == 0:
                return [["1", [k]]]
            if op != "==" and value < 0:
                return [["1", [k]], [str(-value), []]]
    gaps = _gaps(ring, conditions, active)
    rest = [
        (k, gaps.write(conditions[k][0], ring))
        for k in active
        if k not in gaps.source and not conditions[k][0].is_constant() and not conditions[k][0].is_zero()
    ]
    rest += [(-1, one) for one in gaps.ones]
    if not rest:
        return None
    top = max(int(g.total_degree()) for _, g in rest)
    for degree, pairs, squares in _stages(top, depth):
        if deadline is not None and time.monotonic() > deadline:
            return None
        found = _combine(gaps, conditions, rest, degree, pairs=pairs, squares=squares, ring=ring)
        if found is not None:
            return found
    return None


def _stages(top: int, depth: int) -> Iterator[tuple[int, bool, bool]]:
    """(degree to reach, products of two conditions too, squares too)."""
    yield 0, False, False
    if top > 1:
        yield top, False, False
    if depth > 1:
        yield max(2, top), True, False
        yield max(2, top), True, True
        yield top + 1, False, False
        yield top + 2, False, False


@dataclass(frozen=True)
class _Column:
    factors: tuple[int, ...]
    sign: int
    values: dict[tuple[int, ...], Fraction]
    firm: bool
    square: Poly | None = None


def _combine(
    gaps: _Gaps,
    conditions: Sequence[Condition],
    rest: Sequence[tuple[int, Poly]],
    degree: int,
    *,
    pairs: bool,
    squares: bool,
    ring: Ring,
) -> Terms | None:
    count, width = len(gaps.strict), len(gaps.ring.names)
    base: list[tuple[tuple[int, ...], Poly, bool, bool]] = [
        ((k,), g, conditions[k][1] == "==", conditions[k][1] == ">") if k >= 0 else ((), g, False, True)
        for k, g in rest
    ]
    if pairs:
        for (j, g), (k, h) in combinations_with_replacement([r for r in rest if r[0] >= 0], 2):
            if int(g.total_degree()) + int(h.total_degree()) <= degree:
                equation = "==" in (conditions[j][1], conditions[k][1])
                base.append(((j, k), g * h, equation, conditions[j][1] == conditions[k][1] == ">"))
    present = sorted({v for _, g, _, _ in base for v, d in enumerate(g.degrees()) if d and v < count})
    columns: list[_Column] = []
    for factors, g, equation, firm in base:
        room = max(0, degree - int(g.total_degree())) if degree else 0
        if room > 2 and len(present) > 3:
            room = 0
        sizes = range(room + 1) if pairs else (room,)
        for size in sizes:
            for picks in combinations_with_replacement(present, size):
                monomial = [0] * width
                for v in picks:
                    monomial[v] += 1
                values = {
                    tuple(int(a) + b for a, b in zip(powers, monomial, strict=True)): _fraction(c)
                    for powers, c in g.terms()
                }
                more = tuple(gaps.source[v] for v in picks if gaps.source[v] >= 0)
                sure = firm and all(gaps.strict[v] for v in picks)
                for sign in (1, -1) if equation else (1,):
                    signed = values if sign > 0 else {m: -c for m, c in values.items()}
                    columns.append(_Column((*factors, *more), sign, signed, sure))
                if len(columns) > _MOST_COLUMNS:
                    return None
    if squares:
        usable = [v for v in range(count) if gaps.source[v] >= 0]
        for q in _square_candidates(gaps):
            for near in combinations_with_replacement(usable, max(0, min(1, degree - 2))):
                part = q * q
                for place in near:
                    part = part * gaps.ring.gens[place]
                values = {tuple(map(int, powers)): _fraction(c) for powers, c in part.terms()}
                columns.append(_Column(tuple(gaps.source[place] for place in near), 1, values, False, q))
        if len(columns) > 2 * _MOST_COLUMNS:
            return None
    monomials = sorted({m for column in columns for m in column.values})
    if len(monomials) > _MOST_ROWS or not columns:
        return None
    upper, equal = [], []
    gain = [Fraction(int(column.firm)) for column in columns]
    for m in monomials:
        row = [column.values.get(m, Fraction(0)) for column in columns]
        if any(m[count:]):  # a free line has no sign: its terms must vanish
            equal.append(row)
            continue
        upper.append(row)
        if all(gaps.strict[v] for v, e in enumerate(m[:count]) if e):
            gain = [a - b for a, b in zip(gain, row, strict=True)]
    bound = [Fraction(0)] * len(upper)
    upper.append([Fraction(1)] * len(columns))
    bound.append(Fraction(1))
    best = maximise(gain, upper, bound, equal, [Fraction(0)] * len(equal))
    if best.status is not LPStatus.OPTIMAL or not best.value or best.value <= 0:
        return None
    terms: Terms = []
    total: dict[tuple[int, ...], Fraction] = {}
    for weight, column in zip(best.x, columns, strict=True):
        if weight:
            for m, c in column.values.items():
                total[m] = total.get(m, Fraction(0)) + weight * c
            term: list[Any] = [str(weight * column.sign), list(column.factors)]
            if column.square is not None:
                term.append(_in_names(gaps, conditions, column.square, ring))
            terms.append(term)
    for m in sorted(total):
        if total[m]:
            around = [gaps.source[v] for v, e in enumerate(m[:count]) for _ in range(e) if gaps.source[v] >= 0]
            terms.append([str(-total[m]), around])
    return terms


def _square_candidates(gaps: _Gaps) -> list[Poly]:
    gens = gaps.ring.gens if gaps.ring.names else ()
    if len(gens) > 7:
        return []
    return [*gens, *(a + s * b for a, b in combinations(gens, 2) for s in (1, -1))] + [
        g + s for g in gens for s in (1, -1)
    ]


def _in_names(gaps: _Gaps, conditions: Sequence[Condition], q: Poly, ring: Ring) -> str:
    """A polynomial in gaps and lines as text in the original names."""
    back: list[Poly] = [ring.one if k < 0 else conditions[k][0] for k in gaps.source]
    lines = len(gaps.ring.names) - len(gaps.strict)
    for line in range(lines):
        gen = gaps.ring.gens[len(gaps.strict) + line]
        back.append(
            next((ring.gens[i] for i, image in enumerate(gaps.images[: len(ring.names)]) if image == gen), ring.one)
        )
    return show_polynomial(to_dictionary(ring, q.compose(*back, ctx=ring.context)))


def _blocks(n: int, rows: Sequence[Sequence[Any]]) -> list[list[int]]:
    """Names tied together by conditions."""
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for row in rows:
        inside = [i for i in range(n) if row[i]]
        for i in inside[1:]:
            parent[root(i)] = root(inside[0])
    groups: dict[int, list[int]] = {}
    for i in range(n):
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())


def _fraction(x: Any) -> Fraction:
    q = _Q(x)
    return Fraction(int(q.p), int(q.q))
