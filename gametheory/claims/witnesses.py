"""Smallest points at which conditions hold: whole numbers by search, by integer programming, then whatever is found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from math import gcd, lcm
from typing import Any

import numpy as np

from gametheory.claims.statements import Atom, value_at
from gametheory.lp import LPStatus, maximise

__all__ = ["SIZES", "Found", "holds", "is_linear", "linear_point", "small_point", "small_points", "smallest_linear"]

Cell = Sequence[Atom]
#: A point, and whether it is the smallest.
Found = tuple[dict[str, Fraction], bool]

_ROWS = 150_000
SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 13)


class _TooMany(Exception):
    """More rows than can be listed."""


def holds(cell: Cell, point: Mapping[str, Fraction]) -> bool:
    """Whether every condition holds at the point."""
    for p, op in cell:
        x = value_at(p, point)
        if not (x > 0 if op == ">" else x >= 0 if op == ">=" else x == 0):
            return False
    return True


def small_point(
    cells: Sequence[Cell], names: Sequence[str], *, deadline: float, sizes: Sequence[int] = SIZES, fractions: int = 40
) -> Found | None:
    """The smallest point with small whole numbers that satisfies all conditions of one of the cells.

    Names that must lie strictly between two neighbouring whole numbers are given fractions with small denominators.
    Non-negative numbers come first; None if nothing small was found (which proves nothing).
    """
    if not cells:
        return None
    fractional = _fractional(cells)
    whole = [name for name in names if name not in fractional]
    choices = [_fractions(*fractional[name])[:fractions] for name in names if name in fractional]
    combos = list(islice(product(*choices), 120))
    split = [name for name in names if name in fractional]
    prepared = [
        (
            dict(zip(split, combo, strict=True)),
            [_substituted(cell, dict(zip(split, combo, strict=True))) for cell in cells],
        )
        for combo in combos
    ]
    # negative numbers only where linear programming cannot say later that no others will do
    exact = not fractional
    for low in (0,) if all(map(is_linear, cells)) else (0, -1):
        exact = exact and low == 0
        for size in sizes if low == 0 else sizes[:4]:
            best: tuple[Any, dict[str, Fraction]] | None = None
            for fixed, reduced in prepared:
                if time.monotonic() > deadline:
                    return None
                try:
                    values = _grid(reduced, whole, low * size, size)
                except _TooMany:
                    values, exact = None, False
                if values is not None:
                    rank = (
                        max(map(abs, values), default=0),
                        sum(map(abs, values)),
                        sum(x.denominator for x in fixed.values()),
                    )
                    if best is None or rank < best[0]:
                        best = rank, {**dict(zip(whole, map(Fraction, values), strict=True)), **fixed}
            if best is not None:
                return {name: best[1][name] for name in names}, exact
    return None


#: A polynomial with whole coefficients, compared with zero.
_Whole = tuple[dict[Any, int], str]


def _substituted(cell: Cell, fixed: Mapping[str, Fraction]) -> list[_Whole]:
    """The conditions with some names fixed, scaled to whole coefficients."""
    found = []
    for p, op in cell:
        q: dict[Any, Fraction] = {}
        for m, c in p.items():
            for name, e in m:
                if name in fixed:
                    c = c * fixed[name] ** e
            k = tuple(x for x in m if x[0] not in fixed)
            q[k] = q.get(k, Fraction(0)) + c
        q = {m: c for m, c in q.items() if c}
        scale = lcm(*(c.denominator for c in q.values()))
        shared = gcd(*(int(c * scale) for c in q.values())) or 1
        found.append(({m: int(c * scale) // shared for m, c in q.items()}, op))
    return found


def _grid(cells: Sequence[Sequence[_Whole]], names: Sequence[str], low: int, high: int) -> list[int] | None:
    """The smallest row of whole numbers from low to high, or None."""
    table = _table(cells, names, low, high)
    return None if table is None else [int(x) for x in table[0]]


def _table(cells: Sequence[Sequence[_Whole]], names: Sequence[str], low: int, high: int) -> np.ndarray | None:
    """All rows of whole numbers from low to high, smallest first; None if there are none."""
    largest = max(abs(low), abs(high), 1)
    for cell in cells:
        for p, _ in cell:
            if sum(abs(c) * largest ** sum(e for _, e in m) for m, c in p.items()) >= 2**62:
                raise _TooMany
    keys = [{(tuple(sorted(p.items())), op) for p, op in cell} for cell in cells]
    shared = set.intersection(*keys) if keys else set()
    common = [(dict(items), op) for items, op in shared]
    waiting = [({name for m in p for name, _ in m}, p, op) for p, op in common]
    table = np.zeros((1, 0), dtype=np.int64)
    span = np.arange(low, high + 1, dtype=np.int64)
    place: dict[str, int] = {}
    for needed, p, op in waiting:
        if not needed and not _true(np.array([p.get((), 0)]), op)[0]:
            return None
    waiting = [w for w in waiting if w[0]]
    for name in names:
        if len(table) * len(span) > _ROWS:
            raise _TooMany
        table = np.hstack([np.repeat(table, len(span), axis=0), np.tile(span, len(table))[:, None]])
        place[name] = len(place)
        for item in [w for w in waiting if w[0] <= set(place)]:
            table = table[_true(_values(item[1], table, place), item[2])]
            waiting.remove(item)
        if not len(table):
            return None
    good = np.zeros(len(table), dtype=bool)
    for cell, known in zip(cells, keys, strict=True):
        fits = np.ones(len(table), dtype=bool)
        for p, op in cell:
            if (tuple(sorted(p.items())), op) in shared and known:
                continue
            fits &= _true(_values(p, table, place), op)
        good |= fits
    table = table[good]
    if not len(table):
        return None
    sizes = np.abs(table)
    if not table.shape[1]:
        return table[:1]
    order = np.lexsort((*(table[:, j] for j in reversed(range(table.shape[1]))), sizes.sum(axis=1), sizes.max(axis=1)))
    return table[order]


def _values(p: Mapping[Any, int], table: np.ndarray, place: Mapping[str, int]) -> np.ndarray:
    total = np.zeros(len(table), dtype=np.int64)
    for m, c in p.items():
        term = np.full(len(table), c, dtype=np.int64)
        for name, e in m:
            term = term * table[:, place[name]] ** e
        total += term
    return total


def _true(values: np.ndarray, op: str) -> np.ndarray:
    return values > 0 if op == ">" else values >= 0 if op == ">=" else values == 0


def _fractional(cells: Sequence[Cell]) -> dict[str, tuple[Fraction, Fraction]]:
    """Names that every cell confines between two numbers with no whole number between them (bounds excluded if strict)."""
    bounds: dict[str, list[tuple[Fraction, bool, Fraction, bool]]] = {}
    for cell in cells:
        low: dict[str, tuple[Fraction, bool]] = {}
        high: dict[str, tuple[Fraction, bool]] = {}
        for p, op in cell:
            named = [m for m in p if m]
            if op == "==" or len(named) != 1 or len(named[0]) != 1 or named[0][0][1] != 1:
                continue
            name, c = named[0][0][0], p[named[0]]
            at = -p.get((), Fraction(0)) / c
            side, better = (low, max) if c > 0 else (high, min)
            new = (at, op == ">")
            if name in side and side[name][0] == at:
                new = (at, new[1] or side[name][1])
            elif name in side:
                new = better(side[name], new, key=lambda x: x[0])
            side[name] = new
        for name in low.keys() & high.keys():
            bounds.setdefault(name, []).append((*low[name], *high[name]))
    found = {}
    for name, each in bounds.items():
        if len(each) == len(cells):
            a, b = min(x[0] for x in each), max(x[2] for x in each)
            first = a.__floor__() + 1 if any(x[1] for x in each) else -((-a).__floor__())
            last = b.__ceil__() - 1 if any(x[3] for x in each) else b.__floor__()
            if first > last:
                found[name] = (a, b)
    return found


def _fractions(low: Fraction, high: Fraction) -> list[Fraction]:
    """Fractions between two bounds, small denominators first."""
    found: dict[Fraction, None] = {}
    for q in range(1, 60):
        for p in range((low * q).__floor__(), (high * q).__ceil__() + 1):
            x = Fraction(p, q)
            if low <= x <= high and x.denominator == q:
                found[x] = None
        if len(found) >= 40:
            break
    return list(found)


# --- linear conditions ------------------------------------------------------------------------------------------------


def is_linear(cell: Cell) -> bool:
    """Whether every condition is linear."""
    return all(sum(e for _, e in m) <= 1 for p, _ in cell for m in p)


def _rows(cell: Any, names: Sequence[str]) -> Iterator[tuple[list[Fraction], Fraction, str]]:
    for p, op in cell:
        yield [Fraction(p.get(((name, 1),), 0)) for name in names], Fraction(p.get((), 0)), op


def linear_point(cell: Cell, names: Sequence[str]) -> dict[str, Fraction] | None:
    """A point that satisfies linear conditions, or None: there is none (this is exact)."""
    n = len(names)
    upper, bound, equal, target = [], [], [], []
    for row, shift, op in _rows(cell, names):
        if op == "==":
            equal.append([*row, Fraction(0)])
            target.append(-shift)
        else:
            upper.append([*(-x for x in row), Fraction(int(op == ">"))])
            bound.append(shift)
    upper.append([Fraction(0)] * n + [Fraction(1)])
    bound.append(Fraction(1))
    best = maximise([0] * n + [1], upper, bound, equal, target, free=range(n))
    if best.status is not LPStatus.OPTIMAL or best.value is None or best.value <= 0:
        return None
    point = dict(zip(names, best.x[:n], strict=True))
    return point if holds(cell, point) else None


def smallest_linear(cell: Cell, names: Sequence[str], *, deadline: float, nodes: int = 150) -> Found | None:
    """The smallest whole numbers that satisfy linear conditions, by branch and bound; a rational point if that fails.

    None means that no numbers at all satisfy them.
    """
    point = linear_point(cell, names)
    if point is None:
        return None
    for nonnegative in (True, False):
        found, finished = _integer(_substituted(cell, {}), names, nonnegative, nodes, deadline)
        if found is not None:
            return found, finished
        if not finished:
            break
    if all(not shift for _, shift, _ in _rows(cell, names)):
        scale = lcm(*(x.denominator for x in point.values()))
        shared = gcd(*(int(x * scale) for x in point.values())) or 1
        return {name: x * scale / shared for name, x in point.items()}, False
    return point, False


def _integer(
    cell: Sequence[_Whole], names: Sequence[str], nonnegative: bool, nodes: int, deadline: float
) -> tuple[dict[str, Fraction] | None, bool]:
    """Minimise the largest absolute value, then the sum, over whole numbers; and whether the search was completed."""
    n = len(names)
    top: Fraction | None = None
    answer: list[Fraction] | None = None
    finished = True
    for goal in ("largest", "sum"):
        # variables: x (n), t >= |x_i|, and for the sum s_i >= |x_i|
        extra = 1 if goal == "largest" else n
        upper: list[list[Fraction]] = []
        bound: list[Fraction] = []
        equal: list[list[Fraction]] = []
        target: list[Fraction] = []
        for row, shift, op in _rows(cell, names):
            wide = [Fraction(0)] * extra
            if op == "==":
                equal.append([*row, *wide])
                target.append(-shift)
            else:
                upper.append([*(-x for x in row), *wide])
                bound.append(shift - (1 if op == ">" else 0))
        for i in range(n):
            for sign in (1,) if nonnegative else (1, -1):
                line = [Fraction(0)] * (n + extra)
                line[i] = Fraction(sign)
                line[n + (0 if goal == "largest" else i)] = Fraction(-1)
                upper.append(line)
                bound.append(Fraction(0))
                if goal == "sum" and top is not None:
                    upper.append([Fraction(sign) if j == i else Fraction(0) for j in range(n + extra)])
                    bound.append(top)
        objective = [Fraction(0)] * n + [Fraction(-1)] * extra
        free = () if nonnegative else range(n)
        found, value, complete = _branch(objective, upper, bound, equal, target, free, n, nodes, deadline)
        finished &= complete
        if found is None:
            break
        answer, top = found, -value if goal == "largest" else top
    return (None if answer is None else dict(zip(names, answer, strict=True))), finished


def _branch(
    objective: list[Fraction],
    upper: list[list[Fraction]],
    bound: list[Fraction],
    equal: list[list[Fraction]],
    target: list[Fraction],
    free: Any,
    n: int,
    nodes: int,
    deadline: float,
) -> tuple[list[Fraction] | None, Fraction, bool]:
    best: list[Fraction] | None = None
    value = Fraction(0)
    stack: list[tuple[list[list[Fraction]], list[Fraction]]] = [([], [])]
    while stack:
        if nodes <= 0 or time.monotonic() > deadline:
            return best, value, False
        nodes -= 1
        rows, right = stack.pop()
        answer = maximise(objective, [*upper, *rows], [*bound, *right], equal, target, free=free)
        if answer.status is not LPStatus.OPTIMAL or answer.value is None:
            continue
        if best is not None and Fraction(answer.value.__floor__()) <= value:
            continue
        i = next((i for i in range(n) if answer.x[i].denominator != 1), None)
        if i is None:
            best, value = list(answer.x[:n]), answer.value
            continue
        unit = [Fraction(int(j == i)) for j in range(len(objective))]
        low = Fraction(answer.x[i].__floor__())
        stack.append(([*rows, [-x for x in unit]], [*right, -low - 1]))
        stack.append(([*rows, unit], [*right, low]))
    return best, value, True


def small_points(cells: Sequence[Cell], names: Sequence[str], *, most: int) -> list[dict[str, Fraction]]:
    """Points with small whole numbers (simple fractions where there must be some), smallest first; about ``most`` of them."""
    fractional = _fractional(cells)
    whole = [name for name in names if name not in fractional]
    split = [name for name in names if name in fractional]
    combos = list(islice(product(*(_fractions(*fractional[name])[:6] for name in split)), 12))
    found: list[tuple[Any, dict[str, Fraction]]] = []
    for low in (0, -1):
        for size in SIZES if most > 1000 else SIZES[:6]:
            found = []
            for combo in combos:
                fixed = dict(zip(split, combo, strict=True))
                try:
                    table = _table([_substituted(cell, fixed) for cell in cells], whole, low * size, size)
                except _TooMany:
                    table = None
                for row in [] if table is None else table[:most].tolist():
                    rank = (max(map(abs, row), default=0), sum(map(abs, row)), sum(x.denominator for x in combo))
                    found.append((rank, {**dict(zip(whole, map(Fraction, row), strict=True)), **fixed}))
            if len(found) >= most:
                break
        if found:
            break
    found.sort(key=lambda item: item[0])
    return [{name: point[name] for name in names} for _, point in found[:most]]
