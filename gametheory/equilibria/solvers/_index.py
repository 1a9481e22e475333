"""The shape of an equilibrium set: maximal Nash subsets, connected components, and their indices.

All three are read off the pairing graph, whose nodes are the vertices of the two best-response polytopes (each named by
the bitmask of its tight inequalities) and whose edges are the extreme equilibria.

References
----------
Shapley, L. S. (1974), A note on the Lemke-Howson algorithm, *Mathematical Programming Study* 1, 175-189.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import flint

from gametheory.equilibria.solvers._polytope import Basis

__all__ = ["connected_classes", "index_by_pair", "maximal_bicliques"]


def maximal_bicliques(pairs: Sequence[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Every maximal pair of sets whose product consists of the given pairs only.

    The second sets are exactly the non-empty intersections of neighbourhoods, so they are built by closing the
    neighbourhoods under intersection, on bitmasks: the work grows with the number of answers.

    Examples
    --------
    >>> maximal_bicliques([(1, 5), (1, 6), (2, 6)])
    [([1], [5, 6]), ([1, 2], [6])]
    """
    lefts = list(dict.fromkeys(left for left, _ in pairs))
    rights = list(dict.fromkeys(right for _, right in pairs))
    if len(lefts) > len(rights):
        return [(left, right) for right, left in maximal_bicliques([(right, left) for left, right in pairs])]
    place = {right: i for i, right in enumerate(rights)}
    neighbours = dict.fromkeys(lefts, 0)
    for left, right in pairs:
        neighbours[left] |= 1 << place[right]
    closed: dict[int, None] = {}
    for neighbourhood in neighbours.values():
        fresh = {neighbourhood: None}
        for other in closed:
            fresh[other & neighbourhood] = None
        closed |= fresh
    closed.pop(0, None)
    return [
        (
            [left for left in lefts if neighbours[left] & right_set == right_set],
            [right for i, right in enumerate(rights) if right_set >> i & 1],
        )
        for right_set in closed
    ]


def connected_classes(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The component of each pair: pairs that share a vertex belong together. Components are numbered in order.

    Examples
    --------
    >>> connected_classes([(1, 5), (2, 6), (1, 7)])
    {(1, 5): 0, (2, 6): 1, (1, 7): 0}
    """
    with_left: dict[int, list[int]] = {}
    with_right: dict[int, list[int]] = {}
    for left, right in pairs:
        with_left.setdefault(left, []).append(right)
        with_right.setdefault(right, []).append(left)
    of_left: dict[int, int] = {}
    count = 0
    for start in with_left:
        if start in of_left:
            continue
        of_left[start] = count
        stack = [start]
        while stack:
            for right in with_left[stack.pop()]:
                for left in with_right.pop(right, ()):
                    if left not in of_left:
                        of_left[left] = count
                        stack.append(left)
        count += 1
    return {pair: of_left[pair[0]] for pair in pairs}


def index_by_pair(
    a: list[list[int]], b: list[list[int]], row_bases: Mapping[int, Basis], column_bases: Mapping[int, Basis]
) -> Iterator[tuple[tuple[int, int], int]]:
    """The index of each equilibrium of the perturbed game, with the pair of vertices that it tends to.

    The equilibria of the perturbed game are the pairs of bases that are complementary, other than both origins; all its
    supports have equal sizes, and with positive payoffs the index is a sign of determinants.
    """
    m, n = len(a), len(a[0])
    everything, rows = (1 << (m + n)) - 1, (1 << m) - 1
    for p, basis in row_bases.items():
        if p == rows or everything ^ p not in column_bases:
            continue
        i_played = [i for i in range(m) if not p >> i & 1]
        j_played = [j for j in range(n) if p >> (m + j) & 1]
        sign = 1 if len(i_played) % 2 else -1
        if len(i_played) == 2:
            (i, k), (j, h) = i_played, j_played
            determinants = [t[i][j] * t[k][h] - t[i][h] * t[k][j] for t in (a, b)]
        elif len(i_played) > 2:
            determinants = [int(flint.fmpz_mat([[t[i][j] for j in j_played] for i in i_played]).det()) for t in (a, b)]
        else:
            determinants = [1, 1]
        if (determinants[0] < 0) != (determinants[1] < 0):
            sign = -sign
        yield (basis.tight, column_bases[everything ^ p].tight), sign
