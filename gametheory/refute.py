"""Proofs that polynomial conditions contradict each other: a combination of them whose every term is at most zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from operator import add
from typing import Any

from gametheory.algebra import Poly
from gametheory.lp import LPStatus, maximise

__all__ = ["ask_z3", "refute", "refute_with"]

_MOST_COLUMNS, _MOST_ROWS, _SMALL = 90, 260, 24
_ZERO = Fraction(0)


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
    columns: list[dict[tuple[int, ...], Any]] = []
    counts: list[bool] = []  # whether a positive multiplier alone makes the combination strict
    width = len(shape.ring.names)
    for g, op in atoms:
        own = int(g.total_degree())
        room = max(0, degree - own) if degree else 0
        signs = (1, -1) if op == "==" else (1,)
        if room > 2:
            continue
        terms = [(tuple(map(int, powers)), c) for powers, c in g.terms()]
        for picks in combinations_with_replacement(present, room):
            monomial = [0] * width
            for v in picks:
                monomial[v] += 1
            firm = op == ">" and all(shape.strict[v] for v in picks)
            for s in signs:
                columns.append(
                    {tuple(map(add, powers, monomial)): s * c for powers, c in terms}
                    if picks
                    else {m: s * c for m, c in terms}
                )
                counts.append(firm)
        if len(columns) > _MOST_COLUMNS:
            return False
    alive = _useful(columns, count)
    columns = [columns[k] for k in alive]
    counts = [counts[k] for k in alive]
    monomials = sorted({m for column in columns for m in column})
    if len(monomials) > _MOST_ROWS or not columns:
        return False
    upper, bound, equal, target = [], [], [], []
    gain = [Fraction(int(firm)) for firm in counts]
    for m in monomials:
        values = [column.get(m) for column in columns]
        row = [_ZERO if c is None else Fraction(int(c.p), int(c.q)) for c in values]
        if any(m[count:]):  # a free line has no sign: its terms must vanish
            equal.append(row)
            target.append(_ZERO)
            continue
        if any(x > 0 for x in row):
            upper.append(row)
            bound.append(_ZERO)
        if all(shape.strict[v] for v, e in enumerate(m[:count]) if e):
            gain = [a - b for a, b in zip(gain, row, strict=True)]
    if not any(x > 0 for x in gain):
        return False
    upper.append([Fraction(1)] * len(columns))
    bound.append(Fraction(1))
    best = maximise(gain, upper, bound, equal, target)
    if best.status is not LPStatus.OPTIMAL or best.value is None or best.value <= 0:
        return False
    best.verify()
    return True


def _useful(columns: Sequence[Mapping[tuple[int, ...], Any]], count: int) -> list[int]:
    """Columns that a combination can use: each positive term needs a negative one elsewhere to cancel it, and so on."""
    alive = list(range(len(columns)))
    while True:
        up: set[tuple[int, ...]] = set()
        down: set[tuple[int, ...]] = set()
        for k in alive:
            for m, c in columns[k].items():
                (up if c > 0 else down).add(m)
        lonely = up - down
        lonely |= {m for m in down - up if any(m[count:])}
        if not lonely:
            return alive
        alive = [k for k in alive if lonely.isdisjoint(columns[k])]


def ask_z3(shape: Any, atoms: Sequence[tuple[Poly, str]], seconds: float = 5.0) -> bool | None:
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
