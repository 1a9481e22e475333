"""The set that assumptions describe, written with gaps: each parameter as a quotient of linear forms in positive numbers.

Parameters tied together by linear assumptions form a block. Each block is a polyhedron; an independent choice of its
assumptions gives coordinates (the gaps), and where assumptions outnumber the dimensions its extreme rays take their place.
Assumptions with constants are made homogeneous first: ``0 < delta < 1`` becomes ``delta = g1 / (g1 + g2)``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import flint

from gametheory.algebra import Poly, Ring, primitive
from gametheory.exact import to_flint
from gametheory.lp import extreme_rays

__all__ = ["Atom", "Point", "Shape", "Sign", "as_fraction"]

_Q = flint.fmpq
#: A condition on a polynomial: ``(p, op)`` with op one of ``">"``, ``">="``, ``"=="``, against zero.
Atom: TypeAlias = tuple[Poly, str]


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


class Point(dict[str, Fraction]):
    """Values of the parameters that remember the gaps they came from."""

    def __init__(self, values: Mapping[str, Fraction], gaps: tuple[Fraction, ...]) -> None:
        super().__init__(values)
        self.gaps = gaps


@dataclass(frozen=True)
class Shape:
    """How parameters are made of gaps: ``x_i = top_i / bottom_i``, linear in gaps (first) and free lines (last)."""

    source: Ring
    ring: Ring
    strict: tuple[bool, ...]  # one for each gap: whether it is positive, or may be zero
    images: tuple[Poly, ...]  # for each parameter, then for each block with constants: its polynomial in the gaps
    block_of: tuple[int, ...]  # for each parameter the index of its block with constants, or -1
    solved: tuple[tuple[int, Poly], ...]  # equations x_i = polynomial in the others, applied in turn
    facts: tuple[Atom, ...]  # what is assumed beyond the gaps, written in them
    meaning: Mapping[str, Any]  # what each gap stands for: a polynomial in the parameters, or words

    @staticmethod
    def of(ring: Ring, atoms: Sequence[Atom]) -> Shape:
        """The shape of the set that conditions describe; what is not linear is kept as facts."""
        rest, solved = _solve_equations(ring, [a for a in atoms if a[1] != "!="])
        gone = {i for i, _ in solved}
        n = len(ring.names)
        linear = [(p, op) for p, op in rest if p.total_degree() == 1 and op != "=="]
        other = [(p, op) for p, op in rest if p.total_degree() != 1 or op == "=="]
        rows: list[tuple[list[_Q], _Q, bool, Any]] = []
        for p, op in linear:
            row, constant = [_Q(0)] * n, _Q(0)
            for powers, c in p.terms():
                where = next((i for i, e in enumerate(powers) if e), -1)
                if where < 0:
                    constant = c
                else:
                    row[where] = c
            rows.append((row, constant, op == ">", p))
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
        shape = Shape(ring, target, tuple(strict), (*images, *bottoms), tuple(block_of), tuple(solved), (), meaning)
        extra = [(p, op) for p, op in other] + [
            (_row_poly(ring, row, c), ">" if s else ">=") for b in pieces for row, c, s, _ in b.loose
        ]
        facts = tuple((primitive(shape.gap(p)), op) for p, op in extra)
        # a block with constants has no point where its bottom vanishes, which gaps that may be zero do not ensure
        facts += tuple((b, ">") for b in bottoms if shape.coefficients(b) is not Sign.POSITIVE)
        return Shape(ring, target, shape.strict, shape.images, shape.block_of, shape.solved, facts, meaning)

    @cached_property
    def sum_of_gaps(self) -> Poly:
        """The sum of the positive gaps."""
        gens = self.ring.gens
        return sum((gens[k] for k, s in enumerate(self.strict) if s), self.ring.constant(0 if any(self.strict) else 1))

    def gap(self, p: Poly) -> Poly:
        """A polynomial in the parameters, written in the gaps, up to a positive factor."""
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
                else self.ring.constant(as_fraction((p.coeffs() or [_Q(0)])[0]))
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

    def values(self, point: Sequence[Fraction]) -> Point:
        """The parameters at given gaps."""
        at = [to_flint(Fraction(x)) for x in point]
        n = len(self.source.names)
        bottoms = [_Q(b(*at)) for b in self.images[n:]]
        found = [
            _Q(image(*at)) / (bottoms[self.block_of[i]] if self.block_of[i] >= 0 else 1)
            for i, image in enumerate(self.images[:n])
        ]
        for i, value in reversed(self.solved):
            found[i] = _Q(value(*found))
        named = {name: as_fraction(v) for name, v in zip(self.source.names, found, strict=True)}
        return Point(named, tuple(Fraction(x) for x in point))

    def gaps_of(self, witness: object) -> tuple[Fraction, ...]:
        """The gaps that a witness came from."""
        return witness.gaps if isinstance(witness, Point) else ()


@dataclass(frozen=True)
class _Block:
    """Parameters tied together by linear assumptions, as combinations of gaps and lines."""

    members: list[int]
    strict: list[bool]
    top: list[list[_Q]]
    bottom: list[_Q] | None
    lines: list[int]
    line_part: list[list[_Q]]
    loose: list[tuple[list[_Q], _Q, bool, Any]]  # assumptions that the gaps do not enforce
    meaning: list[Any]

    @staticmethod
    def of(members: list[int], rows: list[tuple[list[_Q], _Q, bool, Any]]) -> _Block:
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
        basis, pivots = independent_rows(table)
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
        loose: list[tuple[list[_Q], _Q, bool, Any]] = []
        if curved:
            rays = extreme_rays([[as_fraction(x) for x in row] for _, row in curved], r, most=400)
            if rays is not None and len(rays) <= 3 * r + 8:
                generators = [[_Q(x) for x in ray] for ray in rays]
                strict = [all(flags)] * len(rays)
                meaning = [f"weight of an extreme ray ({number + 1})" for number in range(len(rays))]
            if rays is None or len(rays) > 3 * r + 8 or not all(flags):
                loose = [rows[k] for k in range(len(rows)) if k not in basis or not all(flags)]
            else:  # what should be positive but vanishes on every ray cannot hold: it stays as a fact that is false
                flat = {b for place, b in enumerate(basis) if not any(ray[place] for ray in generators)}
                flat |= {
                    k
                    for k, row in curved
                    if not any(sum((x * y for x, y in zip(row, ray, strict=True)), _Q(0)) for ray in generators)
                }
                loose = [rows[k] for k in sorted(flat) if k < len(rows)]
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


def independent_rows(table: list[list[Any]], *, last: bool = True) -> tuple[list[int], list[int]]:
    """A largest independent set of rows, first come first, and the column in which each has its pivot (the last, if wanted)."""
    reduced: list[tuple[int, list[Any]]] = []
    basis, pivots = [], []
    for k, given in enumerate(table):
        row = list(given)
        for j, other in reduced:
            if row[j]:
                factor = row[j]
                row = [x - factor * y for x, y in zip(row, other, strict=True)]
        # the last column may stand for the constant 1, which must never be a free line: prefer it
        order = [len(row) - 1, *range(len(row) - 1)] if last else range(len(row))
        choice = next((j for j in order if row[j]), None)
        if choice is not None:
            reduced.append((choice, [x / row[choice] for x in row]))
            basis.append(k)
            pivots.append(choice)
    return basis, pivots


def _blocks(n: int, rows: Sequence[tuple[list[_Q], _Q, bool, Any]], gone: set[int]) -> list[list[int]]:
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


def _row_poly(ring: Ring, row: Sequence[_Q], constant: _Q) -> Poly:
    total = ring.constant(as_fraction(constant))
    for gen, c in zip(ring.gens, row, strict=True):
        if c:
            total += gen * c
    return total


def as_fraction(x: Any) -> Fraction:
    """A flint rational as a Fraction."""
    q = _Q(x)
    return Fraction(int(q.p), int(q.q))
