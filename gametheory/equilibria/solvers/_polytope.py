r"""All feasible bases of a best-response polytope, in integers.

The polytope is :math:`\{z \ge 0 : M z \le 1\}` for a matrix of positive integers with :math:`k` rows and :math:`d`
columns. The right-hand sides are thought of as :math:`1 + \varepsilon^{i+1}` in row :math:`i`, for an infinitesimal
:math:`\varepsilon`: the polytope is then simple, its vertices are the *lexicographically feasible bases*, and its edges
are the lexicographic pivots. Every vertex of the polytope itself is the limit of at least one of them, so that walking
along all edges from the origin finds every vertex, however degenerate the game.

Tableaux are condensed (a column for each variable outside the basis) and fraction-free (Edmonds 1967): all entries are
integers over one common positive denominator, the determinant of the basis.

References
----------
Avis, D., Rosenberg, G. D., Savani, R., von Stengel, B. (2010), Enumeration of Nash equilibria for two-player games,
*Economic Theory* 42, 9-37.
"""

from __future__ import annotations

from time import perf_counter
from typing import NamedTuple

__all__ = ["Basis", "feasible_bases"]


class Basis(NamedTuple):
    """A lexicographically feasible basis.

    ``tight`` is the bitmask of all inequalities that hold as equalities in the limit, ``basic`` the label bit of each
    basic variable and ``values`` their values, up to a common positive factor.
    """

    tight: int
    basic: list[int]
    values: list[int]


def _first_to_leave(
    column: list[int],
    values: list[int],
    columns: list[list[int]],
    basic: list[int],
    outside: list[int],
    slacks: list[int],
) -> int:
    """The row that leaves when several have the same smallest ratio: the lexicographically smallest one."""
    tied: list[int] = []
    best_value, best_entry = 0, 0
    for i, entry in enumerate(column):
        if entry > 0:
            difference = values[i] * best_entry - best_value * entry
            if not tied or difference < 0:
                tied, best_value, best_entry = [i], values[i], entry
            elif difference == 0:
                tied.append(i)
    for bit in slacks:
        if len(tied) == 1:
            break
        if bit in outside:
            other = columns[outside.index(bit)]
            chosen: list[int] = []
            for i in tied:
                difference = other[i] * best_entry - best_value * column[i]
                if not chosen or difference < 0:
                    chosen, best_value, best_entry = [i], other[i], column[i]
                elif difference == 0:
                    chosen.append(i)
            tied = chosen
        else:
            row = basic.index(bit)
            if row in tied:
                tied.remove(row)
    return tied[0]


def feasible_bases(
    matrix: list[list[int]], variables: list[int], slacks: list[int], *, deadline: float | None = None
) -> tuple[dict[int, Basis], bool]:
    """Every lexicographically feasible basis of ``{z >= 0, matrix z <= 1}``.

    Parameters
    ----------
    matrix : list of rows of positive int
        Shape (k, d).
    variables, slacks : list of int
        The label bit (a power of two) of each of the d variables and of each of the k rows.
    deadline : float, optional
        Stop at this reading of ``time.perf_counter()``, in seconds.

    Returns
    -------
    dict
        From the bitmask of the d labels outside the basis to the :class:`Basis`.
    bool
        Whether the search ended before the deadline, so that no basis is missing.

    Examples
    --------
    >>> bases, complete = feasible_bases([[1, 2], [3, 1]], [1, 2], [4, 8])
    >>> sorted(bases), complete
    ([3, 5, 10, 12], True)
    """
    start = sum(variables)
    found: dict[int, Basis] = {start: Basis(start, slacks, [1] * len(slacks))}
    columns = [list(column) for column in zip(*matrix, strict=True)]
    stack = [(start, 1, [1] * len(slacks), columns, slacks, variables, -1)]
    while stack:
        if deadline is not None and perf_counter() > deadline:
            return found, False
        mask, denominator, values, columns, basic, outside, came_from = stack.pop()
        for c, column in enumerate(columns):
            if c == came_from:
                continue
            best_entry = best_value = 0
            row = -1
            tie = False
            for i, entry in enumerate(column):
                if entry > 0:
                    if row < 0:
                        row, best_value, best_entry = i, values[i], entry
                    else:
                        difference = values[i] * best_entry - best_value * entry
                        if difference < 0:
                            row, best_value, best_entry = i, values[i], entry
                            tie = False
                        elif not difference:
                            tie = True
            if tie:
                row = _first_to_leave(column, values, columns, basic, outside, slacks)
            neighbour = mask ^ outside[c] ^ basic[row]
            if neighbour in found:
                continue
            pivot = column[row]
            new_columns = []
            for j, other in enumerate(columns):
                if j == c:
                    new = [-entry for entry in column]
                    new[row] = denominator
                else:
                    factor = other[row]
                    if factor:
                        new = [(a * pivot - b * factor) // denominator for a, b in zip(other, column)]  # noqa: B905
                        new[row] = factor
                    else:
                        new = [a * pivot // denominator for a in other]
                new_columns.append(new)
            factor = values[row]
            new_values = [(a * pivot - b * factor) // denominator for a, b in zip(values, column)]  # noqa: B905
            new_values[row] = factor
            new_basic = basic.copy()
            new_basic[row] = outside[c]
            new_outside = outside.copy()
            new_outside[c] = basic[row]
            tight = neighbour
            if 0 in new_values:
                for value, bit in zip(new_values, new_basic):  # noqa: B905
                    if not value:
                        tight |= bit
            found[neighbour] = Basis(tight, new_basic, new_values)
            stack.append((neighbour, pivot, new_values, new_columns, new_basic, new_outside, c))
    return found, True
