r"""Checking that a list of Nash equilibria is right and that none is missing, without the solver that found them.

The extreme equilibria of a game are the completely labelled pairs of vertices of its two best-response polytopes (see
von Stengel 2002), so a list of them is complete if no vertex was missed. The certificate names the feasible bases of
both polytopes, with right-hand sides perturbed to :math:`1 + \varepsilon^{i+1}` in row :math:`i` for an infinitesimal
:math:`\varepsilon`. The checker

1. solves the linear system of each basis and confirms that it is feasible and not degenerate, so that exactly one edge
   of the perturbed polytope leaves it for each of its d tight inequalities;
2. confirms that on each of these edges (d - 1 of the tight inequalities in common) lies another basis of the
   list. An edge has two ends, so every neighbour of a listed vertex is listed; a polytope's graph is connected, so
   every vertex is listed (Balinski 1961);
3. pairs all vertices, and compares with the equilibria that are claimed;
4. if components are claimed, confirms that their subsets are products of equilibria only, that none can be enlarged or
   is missing, that components are the connected unions, and adds up their indices from determinants.

References
----------
Balinski, M. L. (1961), On the graph structure of convex polyhedra in n-space, *Pacific Journal of Mathematics* 11,
431-434.
von Stengel, B. (2002), Computing equilibria for two-person games, *Handbook of Game Theory* 3, 1723-1759.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

import flint

from gametheory.equilibria.solution import Component, Mix, Subset
from gametheory.errors import CertificateError
from gametheory.exact import to_flint

__all__ = [
    "CompletenessCertificate",
    "check_equilibrium",
    "check_nash",
]

Payoffs: TypeAlias = "Sequence[Sequence[Fraction | int]]"


@dataclass(frozen=True)
class CompletenessCertificate:
    """The feasible bases of both best-response polytopes, each as the bitmask of its tight inequalities.

    For an m x n game, bit i < m is row i and bit m + j is column j. ``row_bases`` belong to the polytope of the row
    player's strategies (payoffs of the column player), ``column_bases`` to the other one. The payoffs are in normal
    form: the smallest is 1, and the differences to it are integers without a common factor.
    """

    row_bases: tuple[int, ...]
    column_bases: tuple[int, ...]


def _normal_form(payoffs: Payoffs) -> list[list[int]]:
    table = [[to_flint(Fraction(x)) for x in row] for row in payoffs]
    lowest = min(min(row) for row in table)
    table = [[x - lowest for x in row] for row in table]
    denominator = flint.fmpz(1)
    for row in table:
        for x in row:
            denominator = denominator.lcm(x.q)
    numerators = [[int((x * denominator).p) for x in row] for row in table]
    factor = flint.fmpz(0)
    for integers in numerators:
        for k in integers:
            factor = factor.gcd(k)
    divisor = int(factor) or 1
    return [[k // divisor + 1 for k in integers] for integers in numerators]


def _tight(
    mask: int, matrix: list[list[int]], variables: range, constraints: range
) -> tuple[int, tuple[Fraction, ...]]:
    """The tight inequalities at the vertex of a basis, and its point; raises if the basis is not feasible.

    Every quantity is a polynomial in the infinitesimal, with coefficients (1, eps, eps^2, ...), positive if the first
    non-zero one is.
    """
    if (
        type(mask) is not int
        or not 0 <= mask < 1 << (len(variables) + len(constraints))
        or mask.bit_count() != len(variables)
    ):
        raise CertificateError(f"the mask {mask!r} does not name {len(variables)} inequalities")
    basic = [j for j, label in enumerate(variables) if not mask >> label & 1]
    equal = [i for i, label in enumerate(constraints) if mask >> label & 1]
    loose = [i for i, label in enumerate(constraints) if not mask >> label & 1]
    point = [Fraction(0)] * len(variables)
    tight = mask
    if basic:
        system = flint.fmpq_mat(len(basic), len(basic), [matrix[i][j] for i in equal for j in basic])
        if system.det() == 0:
            raise CertificateError(f"the inequalities of the mask {mask} are not independent")
        inverse = system.inv()
        ones = flint.fmpq_mat(len(basic), 1, [1] * len(basic))
        values = inverse * ones
        for row, j in enumerate(basic):
            value = values[row, 0]
            point[j] = Fraction(int(value.p), int(value.q))
            coefficients = {i: inverse[row, column] for column, i in enumerate(equal)} if value == 0 else {}
            if not _positive(value, coefficients):
                raise CertificateError(f"the basis of the mask {mask} is not feasible: a probability is negative")
            if value == 0:
                tight |= 1 << variables[j]
        if loose:
            left = flint.fmpq_mat(len(loose), len(basic), [matrix[i][j] for i in loose for j in basic])
            products = left * values
            weights = None
            for row, i in enumerate(loose):
                value = 1 - products[row, 0]
                coefficients = {}
                if value == 0:
                    weights = left * inverse if weights is None else weights
                    coefficients = {k: -weights[row, column] for column, k in enumerate(equal)}
                    coefficients[i] = flint.fmpq(1)
                    tight |= 1 << constraints[i]
                if not _positive(value, coefficients):
                    raise CertificateError(f"the basis of the mask {mask} is not feasible: a best reply is overlooked")
    return tight, tuple(point)


def _positive(value: flint.fmpq, coefficients: dict[int, flint.fmpq]) -> bool:
    if value != 0:
        return bool(value > 0)
    return next((bool(coefficients[i] > 0) for i in sorted(coefficients) if coefficients[i] != 0), False)


def _limits(
    bases: Sequence[int], matrix: list[list[int]], variables: range, constraints: range, name: str
) -> dict[int, tuple[int, Mix]]:
    """For each basis the tight inequalities and the mixed strategy in the limit (empty at the origin)."""
    if len(set(bases)) != len(bases) or not bases:
        raise CertificateError(f"{name}: the list of bases is empty, or names one twice")
    limits = {}
    for mask in bases:
        tight, point = _tight(mask, matrix, variables, constraints)
        total = sum(point)
        limits[mask] = tight, tuple(value / total for value in point) if total else ()
    ends = Counter(mask ^ (1 << bit) for mask in bases for bit in range(mask.bit_length()) if mask >> bit & 1)
    for edge, count in ends.items():
        if count != 2:
            raise CertificateError(f"{name}: the edge {edge} has {count} of its 2 ends in the list")
    return limits


def check_equilibrium(A: Payoffs, B: Payoffs, x: Sequence[Fraction], y: Sequence[Fraction]) -> None:
    """Confirm by best replies alone that ``(x, y)`` is a Nash equilibrium; raises ``CertificateError`` if it is not.

    Examples
    --------
    >>> check_equilibrium([[2, 0], [3, 1]], [[2, 3], [0, 1]], (0, 1), (0, 1))
    >>> check_equilibrium([[2, 0], [3, 1]], [[2, 3], [0, 1]], (1, 0), (1, 0))
    Traceback (most recent call last):
        ...
    gametheory.errors.CertificateError: row 0 is played with probability 1 for a payoff of 2, but row 1 gives 3
    """
    m, n = len(A), len(A[0])
    for probabilities, size, whose in ((x, m, "row"), (y, n, "column")):
        exact = len(probabilities) == size and all(type(p) in (Fraction, int) for p in probabilities)
        if not exact or sum(probabilities) != 1 or min(probabilities) < 0:
            raise CertificateError(f"the {whose} player's strategy does not consist of {size} exact probabilities")
    replies_x = [sum((Fraction(a) * q for a, q in zip(row, y, strict=True) if q), Fraction(0)) for row in A]
    replies_y = [sum((Fraction(row[j]) * p for row, p in zip(B, x, strict=True) if p), Fraction(0)) for j in range(n)]
    for probabilities, replies, whose in ((x, replies_x, "row"), (y, replies_y, "column")):
        best = max(replies)
        for k, (probability, payoff) in enumerate(zip(probabilities, replies, strict=True)):
            if probability and payoff != best:
                raise CertificateError(
                    f"{whose} {k} is played with probability {probability} for a payoff of {payoff}, "
                    f"but {whose} {replies.index(best)} gives {best}"
                )


def check_nash(
    A: Payoffs,
    B: Payoffs,
    equilibria: Sequence[tuple[Mix, Mix]],
    certificate: CompletenessCertificate,
    *,
    components: Sequence[Component] | None = None,
) -> None:
    """Confirm that ``equilibria`` are the extreme Nash equilibria of the game, each of them, all of them, once each.

    Parameters
    ----------
    A, B : sequences of rows of Fraction or int
        Payoffs of the row and of the column player, shape (m, n) each.
    equilibria : sequence of (x, y)
        What is claimed.
    certificate : CompletenessCertificate
        Why nothing is missing.
    components : sequence of Component, optional
        If given, the maximal Nash subsets, the components and their indices are confirmed too.

    Raises
    ------
    CertificateError
        If anything does not hold, with the first thing found.

    Examples
    --------
    >>> from gametheory.equilibria.solvers.vertices import enumerate_nash
    >>> A, B = [[1, 1, 0], [1, 0, 2]], [[0, 2, 2], [1, 1, 0]]
    >>> found = enumerate_nash(A, B)
    >>> check_nash(A, B, found.equilibria, found.certificate, components=found.components)
    >>> check_nash(A, B, found.equilibria[1:], found.certificate)
    Traceback (most recent call last):
        ...
    gametheory.errors.CertificateError: an equilibrium is missing: ((1, 0), (0, 1, 0))
    """
    for x, y in equilibria:
        check_equilibrium(A, B, x, y)
    m, n = len(A), len(A[0])
    a, b = _normal_form(A), _normal_form(B)
    rows, columns = range(m), range(m, m + n)
    of_row = _limits(certificate.row_bases, [list(c) for c in zip(*b, strict=True)], rows, columns, "row_bases")
    of_column = _limits(certificate.column_bases, a, columns, rows, "column_bases")
    everything = (1 << (m + n)) - 1
    xs = {tight: x for tight, x in of_row.values() if x}
    ys = {tight: y for tight, y in of_column.values() if y}
    pairs = {(xs[p], ys[q]) for p in xs for q in ys if p | q == everything}
    claimed = set(equilibria)
    if len(claimed) != len(equilibria):
        raise CertificateError("an equilibrium is listed twice")
    missing, extra = pairs - claimed, claimed - pairs
    if missing:
        raise CertificateError(f"an equilibrium is missing: {_show(max(missing))}")
    if extra:
        raise CertificateError(f"not an extreme equilibrium: {_show(max(extra))}")
    if components is None:
        return
    _check_subsets(pairs, [subset for component in components for subset in component.subsets])
    classes = _classes(pairs)
    indices = [0] * len(components)
    home: dict[tuple[Mix, Mix], int] = {}
    for number, component in enumerate(components):
        members = {pair for subset in component.subsets for pair in product(subset.x_vertices, subset.y_vertices)}
        if members not in classes:
            raise CertificateError(f"component {number} is not a connected component of the equilibrium set")
        home |= dict.fromkeys(members, number)
    for p, (_, x) in of_row.items():
        if x and everything ^ p in of_column:
            i_played = [i for i in rows if not p >> i & 1]
            j_played = [j for j in range(n) if p >> (m + j) & 1]
            size = len(i_played)
            dets = [flint.fmpz_mat(size, size, [t[i][j] for i in i_played for j in j_played]).det() for t in (a, b)]
            positive = (dets[0] > 0) == (dets[1] > 0)
            indices[home[x, of_column[everything ^ p][1]]] += 1 if positive == (size % 2 == 1) else -1
    for number, component in enumerate(components):
        if component.index != indices[number]:
            raise CertificateError(f"component {number} has index {indices[number]}, not {component.index}")


def _show(pair: tuple[Mix, Mix]) -> str:
    return "({})".format(", ".join("({})".format(", ".join(map(str, strategy))) for strategy in pair))


def _check_subsets(pairs: set[tuple[Mix, Mix]], subsets: Sequence[Subset]) -> None:
    """The subsets are exactly the maximal products of sets of vertices within ``pairs``.

    They are closed under adding one vertex x to a subset and keeping the y that go with all; since each is reached
    from one vertex's neighbours in this way, none is missing.
    """
    with_x: dict[Mix, set[Mix]] = {}
    with_y: dict[Mix, set[Mix]] = {}
    for x, y in pairs:
        with_x.setdefault(x, set()).add(y)
        with_y.setdefault(y, set()).add(x)
    claimed = {(frozenset(s.x_vertices), frozenset(s.y_vertices)) for s in subsets}
    if len(claimed) != len(subsets) or any(
        len(set(part)) != len(part) for s in subsets for part in (s.x_vertices, s.y_vertices)
    ):
        raise CertificateError("a maximal Nash subset, or a vertex of one, is listed twice")
    right_sets = {right for _, right in claimed}
    for left, right in claimed:
        if not left or not right or not left <= with_x.keys() or not right <= with_y.keys():
            raise CertificateError("a Nash subset is empty or has a vertex that takes part in no equilibrium")
        if (
            set.intersection(*(with_x[x] for x in left)) != right
            or set.intersection(*(with_y[y] for y in right)) != left
        ):
            raise CertificateError("a Nash subset is not maximal, or not all of it is in equilibrium")
        if any((right & with_x[x]) not in right_sets for x in with_x.keys() - left if right & with_x[x]):
            raise CertificateError("a maximal Nash subset is missing")
    if any(frozenset(neighbours) not in right_sets for neighbours in with_x.values()):
        raise CertificateError("a maximal Nash subset is missing")


def _classes(pairs: set[tuple[Mix, Mix]]) -> list[set[tuple[Mix, Mix]]]:
    """The extreme equilibria of each component: those joined by a chain in which neighbours share x or y."""
    sharing: dict[tuple[int, Mix], set[tuple[Mix, Mix]]] = {}
    for pair in pairs:
        for who in (0, 1):
            sharing.setdefault((who, pair[who]), set()).add(pair)
    classes = []
    left = set(pairs)
    while left:
        frontier = [left.pop()]
        members = set(frontier)
        while frontier:
            pair = frontier.pop()
            for who in (0, 1):
                fresh = sharing[who, pair[who]] & left
                left -= fresh
                members |= fresh
                frontier += fresh
        classes.append(members)
    return classes
