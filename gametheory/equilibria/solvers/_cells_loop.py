"""The loop of :mod:`gametheory.equilibria.solvers._cells` for numba: plain Python that compiles.

Entries of a cell (a, b) are what it can be worth to both players, with weights; entries for one row and one column stand
together. Enclosures are rows of a table: player 1 from and to, player 2 from and to.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["available", "compiled", "loop", "numbers_of_equilibria"]


def numbers_of_equilibria(pure: bool) -> NDArray[np.int64]:
    """How many equilibria a 2x2 game has: by whether player 1 prefers her action 0 against 0 and against 1, and player 2 hers."""
    found = np.zeros((2, 2, 2, 2), np.int64)
    for x, y, z, w in np.ndindex(found.shape):
        found[x, y, z, w] = (x and z) + (not x and w) + (y and not z) + (not y and not w)
        found[x, y, z, w] += not pure and x != y and z != w
    return found


def loop(
    begin_rows: Any,
    begin_columns: Any,
    row_weight: Any,
    column_weight: Any,
    offset: Any,
    start: Any,
    worth: Any,
    weight: Any,
    numbers: Any,
    out: Any,
    approximate: Any,
) -> bool:
    """Count for each base node; whether some comparison is undecided. Cell (a, b) has the number 2 a + b."""
    rank0, rank2 = np.zeros(len(weight[0]), np.int32), np.zeros(len(weight[2]), np.int32)
    place1, place3 = np.zeros(len(weight[1]), np.int32), np.zeros(len(weight[3]), np.int32)
    ranks0, ranks1 = np.zeros(len(row_weight[0]), np.int32), np.zeros(len(row_weight[1]), np.int32)
    for a in range(2):
        rank, place, ranks = (rank0, place1, ranks0) if a == 0 else (rank2, place3, ranks1)
        here, there = worth[2 * a], worth[2 * a + 1]
        for r in range(len(row_weight[a])):
            x0, x1 = start[2 * a][offset[2 * a][r]], start[2 * a][offset[2 * a][r + 1]]
            y0, y1 = start[2 * a + 1][offset[2 * a + 1][r]], start[2 * a + 1][offset[2 * a + 1][r + 1]]
            size = y1 - y0
            order = np.arange(y0, y1)
            gap = 1
            while gap < size // 3:
                gap = 3 * gap + 1
            while gap > 0:  # Shell's sort, by the lower ends
                for k in range(gap, size):
                    one, at = order[k], k
                    while at >= gap and there[2, order[at - gap]] > there[2, one]:
                        order[at] = order[at - gap]
                        at -= gap
                    order[at] = one
                gap //= 3
            reach = np.full(size + 1, -np.inf)  # the highest upper end of the first so many
            for k in range(size):
                reach[k + 1] = max(reach[k], there[3, order[k]])
            met = np.zeros(size + 1, np.int32)
            for e in range(x0, x1):
                below, above = 0, size  # how many begin no higher than this ends
                while below < above:
                    middle = (below + above) // 2
                    if there[2, order[middle]] <= here[3, e]:
                        below = middle + 1
                    else:
                        above = middle
                if not reach[below] < here[2, e]:
                    return True
                rank[e] = below
                met[below] = 1
            for k in range(size):
                met[k + 1] += met[k]  # the number of ranks that occur, up to each
            ranks[r] = met[size]
            for e in range(x0, x1):
                rank[e] = met[rank[e]] - 1
            for k in range(size):
                place[order[k]] = met[k]  # from this rank on, the cell in column 0 is worth more
    for v in range(len(out)):
        for r in range(begin_rows[0][v], begin_rows[0][v + 1]):
            for q in range(begin_rows[1][v], begin_rows[1][v + 1]):
                m, n = ranks0[r], ranks1[q]
                table = np.zeros((2, m + 1, n + 1), np.int64)
                first = begin_columns[0][v]
                for c in range(first, begin_columns[0][v + 1]):
                    i, j = offset[0][r] + c - first, offset[2][q] + c - first
                    for e in range(start[0][i], start[0][i + 1]):
                        for f in range(start[2][j], start[2][j + 1]):
                            more = worth[0][0, e] > worth[2][1, f]
                            if not more and not worth[0][1, e] < worth[2][0, f]:
                                return True
                            table[int(more), rank0[e], rank2[f]] += column_weight[0][c] * weight[0][e] * weight[2][f]
                for s in range(2):
                    for i in range(m - 1, -1, -1):
                        for j in range(n - 1, -1, -1):
                            table[s, i, j] += table[s, i + 1, j] + table[s, i, j + 1] - table[s, i + 1, j + 1]
                found = 0
                guess = 0.0
                first = begin_columns[1][v]
                for c in range(first, begin_columns[1][v + 1]):
                    i, j = offset[1][r] + c - first, offset[3][q] + c - first
                    for e in range(start[1][i], start[1][i + 1]):
                        for f in range(start[3][j], start[3][j + 1]):
                            more = worth[1][0, e] > worth[3][1, f]
                            if not more and not worth[1][1, e] < worth[3][0, f]:
                                return True
                            ways = 0
                            for s in range(2):
                                whole, both = table[s, 0, 0], table[s, place1[e], place3[f]]
                                one, other = table[s, place1[e], 0], table[s, 0, place3[f]]
                                many = numbers[s, int(more)]
                                ways += both * many[1, 1] + (one - both) * many[1, 0] + (other - both) * many[0, 1]
                                ways += (whole - one - other + both) * many[0, 0]
                            times = column_weight[1][c] * weight[1][e] * weight[3][f]
                            found += ways * times
                            guess += float(ways) * float(times)
                both_rows = row_weight[0][r] * row_weight[1][q]
                out[v] += found * both_rows
                approximate[v] += guess * float(both_rows)
    return False


def available() -> bool:
    """Whether the loop can be compiled."""
    return importlib.util.find_spec("numba") is not None


@cache
def compiled() -> Callable[..., bool]:
    import numba

    try:
        found: Callable[..., bool] = numba.njit(cache=True, nogil=True)(loop)  # type: ignore[type-var]
    except RuntimeError:  # no place to keep the compiled code
        found = numba.njit(nogil=True)(loop)  # type: ignore[type-var]
    return found
