"""The payoffs that linear assumptions allow, as combinations of extreme rays: every draw is valid.

Assumptions without constants describe a convex cone; with constants (``0 < delta < 1``) a slice of one, where a further coordinate
is 1. A point is a combination of the rays with non-negative weights plus any combination of the lines; a strict assumption
asks that one of the rays on which it is positive has a positive weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

from gametheory.claims.statements import Atom, Formula
from gametheory.errors import InputError, UnsupportedError
from gametheory.lp import extreme_rays

__all__ = ["Block", "Cone"]

Row = list[Fraction]


@dataclass(frozen=True)
class Block:
    """Names tied together by assumptions.

    Attributes
    ----------
    names : tuple of str
    rays, lines : tuples of vectors of int
        One entry for each name, then (if ``shifted``) that of the constant 1.
    strict : tuple of tuples of int
        For each strict assumption the rays on which it is positive; a draw must use one of them.
    shifted : bool
        Whether points are divided by the coordinate of the constant.
    """

    names: tuple[str, ...]
    rays: tuple[tuple[int, ...], ...]
    lines: tuple[tuple[int, ...], ...]
    strict: tuple[tuple[int, ...], ...]
    shifted: bool

    def point(self, weights: Sequence[int], along: Sequence[int]) -> dict[str, Fraction]:
        """The point with these weights of the rays (mended where a strict assumption asks for more) and lines."""
        used = [abs(w) for w in weights]
        for rays in self.strict:
            if not any(used[k] for k in rays):
                used[rays[0]] = 1
        size = len(self.names) + self.shifted
        total = [Fraction(0)] * size
        for w, ray in zip((*used, *along), (*self.rays, *self.lines), strict=True):
            if w:
                total = [x + w * r for x, r in zip(total, ray, strict=True)]
        bottom = total[-1] if self.shifted else Fraction(1)
        return {name: x / bottom for name, x in zip(self.names, total, strict=False)}


@dataclass(frozen=True)
class Cone:
    """All points that satisfy the linear ones among some conditions.

    Parameters
    ----------
    names : tuple of str
    conditions : tuple of (polynomial, op)

    Examples
    --------
    >>> from gametheory.claims.statements import cells, read_statement
    >>> cone = Cone(("T", "R"), cells([read_statement("T > R")])[0])
    >>> cone.blocks[0].rays, cone.blocks[0].lines
    (((1, 0),), ((1, 1),))
    >>> cone.blocks[0].point([3], [1])
    {'T': Fraction(4, 1), 'R': Fraction(1, 1)}
    """

    names: tuple[str, ...]
    conditions: tuple[Atom, ...]

    @staticmethod
    def of(formulas: Sequence[Formula], names: Sequence[str]) -> Cone:
        """The cone of those formulas that are linear conditions, or several joined by "and"."""
        found: list[Atom] = []
        stack = list(formulas)[::-1]
        while stack:
            f = stack.pop()
            if f.atom is not None:
                found.append(f.atom)
            elif f.kind == "and":
                stack += f.parts[::-1]
        return Cone(tuple(names), tuple(found))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """One for each set of names that assumptions tie together."""
        from gametheory.claims.refutation import _blocks

        place = {name: i for i, name in enumerate(self.names)}
        rows: list[tuple[Row, Fraction, bool]] = []
        for p, op in self.conditions:
            if any(sum(e for _, e in m) > 1 for m in p) or not any(p.keys() - {()}):
                continue
            row = [Fraction(0)] * len(self.names)
            for m, c in p.items():
                if m:
                    row[place[m[0][0]]] = c
            rows.append((row, p.get((), Fraction(0)), op == ">"))
            if op == "==":
                rows.append(([-x for x in row], -p.get((), Fraction(0)), False))
        groups = _blocks(len(self.names), [row for row, _, _ in rows])
        return tuple(
            _block([self.names[i] for i in members], members, [r for r in rows if any(r[0][i] for i in members)])
            for members in groups
        )


def _block(names: list[str], members: list[int], rows: list[tuple[Row, Fraction, bool]]) -> Block:
    shifted = any(shift for _, shift, _ in rows)
    size = len(members) + shifted
    table = [[row[i] for i in members] + ([shift] if shifted else []) for row, shift, _ in rows]
    firm = [s for _, _, s in rows]
    if shifted:
        table.append([Fraction(0)] * len(members) + [Fraction(1)])
        firm.append(True)
    if not table:
        units = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
        return Block(tuple(names), (), units, (), False)
    import flint

    from gametheory.exact import to_flint
    from gametheory.gaps import independent_rows

    basis, pivots = independent_rows([[to_flint(x) for x in row] for row in table], last=shifted)
    free = [j for j in range(size) if j not in pivots]
    r = len(basis)
    inverse = flint.fmpq_mat(r, r, [to_flint(table[b][j]) for b in basis for j in pivots]).inv()

    def back(y: Sequence[Fraction | int], along: Sequence[int]) -> tuple[int, ...]:
        """The vector whose basic rows have the values y, and whose free coordinates are ``along``."""
        right = [
            to_flint(Fraction(y[a]) - sum((table[b][j] * x for j, x in zip(free, along, strict=True)), Fraction(0)))
            for a, b in enumerate(basis)
        ]
        full = [Fraction(0)] * size
        for j, x in zip(free, along, strict=True):
            full[j] = Fraction(x)
        for a, j in enumerate(pivots):
            q = flint.fmpq(sum((inverse[a, k] * right[k] for k in range(r)), flint.fmpq(0)))
            full[j] = Fraction(int(q.p), int(q.q))
        scale = lcm(*(x.denominator for x in full))
        shared = gcd(*(int(x * scale) for x in full)) or 1
        return tuple(int(x * scale) // shared for x in full)

    others = [k for k in range(len(table)) if k not in basis]
    in_basis = []
    for k in others:
        line = []
        for b in range(r):
            q = flint.fmpq(sum((to_flint(table[k][j]) * inverse[a, b] for a, j in enumerate(pivots)), flint.fmpq(0)))
            line.append(Fraction(int(q.p), int(q.q)))
        in_basis.append(line)
    found = extreme_rays(in_basis, r, most=4000)
    if found is None:
        raise UnsupportedError(
            "assumptions", f"{len(rows)} comparisons", "assumptions whose cone has at most 4000 extreme rays"
        )
    none = [0] * len(free)
    rays = [back(y, none) for y in found]
    # a line must keep the coordinate of the constant, so that points can be divided by it
    lines = [back([0] * r, [int(i == j) for j in range(len(free))]) for i in range(len(free))]
    strict = []
    for row, s in zip(table, firm, strict=True):
        if s:
            positive = tuple(k for k, ray in enumerate(rays) if sum(a * b for a, b in zip(row, ray, strict=True)) > 0)
            if not positive:
                raise InputError("given", f"assumptions on {', '.join(names)}", "assumptions that can hold together")
            strict.append(positive)
    if not shifted and len(lines) == 1:  # readable: adding a constant to everything, where that is the line
        lines = [tuple(-x for x in line) if sum(line) < 0 else line for line in lines]
    return Block(tuple(names), tuple(rays), tuple(lines), tuple(strict), shifted)


def draw_point(cone: Cone, weights: Mapping[int, tuple[Sequence[int], Sequence[int]]]) -> dict[str, Fraction]:
    """A point of the cone from weights for each block, in the order of its names."""
    found: dict[str, Fraction] = {}
    for k, block in enumerate(cone.blocks):
        found |= block.point(*weights[k])
    return {name: found[name] for name in cone.names}
