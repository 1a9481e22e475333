"""Proofs that polynomial conditions contradict each other: a combination of them whose every term is at most zero."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

from gametheory.algebra import Poly
from gametheory.lp import LPStatus, maximise

__all__ = ["refute", "refute_with"]

_MOST_COLUMNS, _MOST_ROWS, _SMALL = 90, 260, 24


def refute(shape: Any, atoms: Sequence[tuple[Poly, str]]) -> bool:
    """Whether non-negative multiples of the conditions add up to something whose every term is at most zero, one strictly.

    Multipliers are constants at first, then products of gaps that bring all conditions to the same degree. The search is by exact
    linear programming; a failure proves nothing.

    Parameters
    ----------
    shape : the shape of a domain
    atoms : sequence of (polynomial in the gaps, op)
    """
    used = [(g, op) for g, op in atoms if not g.is_zero()]
    if not used:
        return False
    top = max(int(g.total_degree()) for g, _ in used)
    size = sum(len(g) for g, _ in used)
    tries = (0, top, top + 1) if size <= _SMALL else (0, top) if size <= 4 * _SMALL else (0,)
    return any(_combine(shape, used, degree) for degree in dict.fromkeys(tries))


def refute_with(shape: Any, atoms: Sequence[tuple[Poly, str]], multipliers: Sequence[Poly]) -> bool:
    """As :func:`refute`, with these multipliers (products of positive gaps) for every condition."""
    raised = [(g * m, op) for g, op in atoms for m in multipliers]
    return _combine(shape, [a for a in raised if not a[0].is_zero()], 0)


def _combine(shape: Any, atoms: Sequence[tuple[Poly, str]], degree: int) -> bool:
    count = len(shape.strict)
    present = sorted({v for g, _ in atoms for v, d in enumerate(g.degrees()) if d and v < count})
    columns: list[dict[tuple[int, ...], Fraction]] = []
    counts: list[bool] = []  # whether a positive multiplier alone makes the combination strict
    width = len(shape.ring.names)
    for g, op in atoms:
        own = int(g.total_degree())
        room = max(0, degree - own) if degree else 0
        signs = (1, -1) if op == "==" else (1,)
        if room > 2:
            continue
        for picks in combinations_with_replacement(present, room):
            monomial = [0] * width
            for v in picks:
                monomial[v] += 1
            firm = op == ">" and all(shape.strict[v] for v in picks)
            for s in signs:
                column: dict[tuple[int, ...], Fraction] = {}
                for powers, c in g.terms():
                    column[tuple(int(a) + b for a, b in zip(powers, monomial, strict=True))] = s * Fraction(
                        int(c.p), int(c.q)
                    )
                columns.append(column)
                counts.append(firm)
        if len(columns) > _MOST_COLUMNS:
            return False
    monomials = sorted({m for column in columns for m in column})
    if len(monomials) > _MOST_ROWS or not columns:
        return False
    upper, bound, equal, target = [], [], [], []
    gain = [Fraction(int(firm)) for firm in counts]
    for m in monomials:
        row = [column.get(m, Fraction(0)) for column in columns]
        if any(m[count:]):  # a free line has no sign: its terms must vanish
            equal.append(row)
            target.append(Fraction(0))
            continue
        upper.append(row)
        bound.append(Fraction(0))
        if all(shape.strict[v] for v, e in enumerate(m[:count]) if e):
            gain = [a - b for a, b in zip(gain, row, strict=True)]
    upper.append([Fraction(1)] * len(columns))
    bound.append(Fraction(1))
    best = maximise(gain, upper, bound, equal, target)
    if best.status is not LPStatus.OPTIMAL or best.value is None or best.value <= 0:
        return False
    best.verify()
    return True
