r"""Checking that a list of Nash equilibria is right and that none is missing, without the solver that found them.

The extreme equilibria of a game are the completely labelled pairs of vertices of its two best-response polytopes (see
von Stengel 2002), so a list of them is complete if no vertex was missed. The certificate names the feasible bases of
both polytopes, with right-hand sides perturbed to :math:`1 + \varepsilon^{i+1}` in row :math:`i` for an infinitesimal
:math:`\varepsilon`. The checker

1. solves the linear system of each basis and confirms that it is feasible and not degenerate, so that exactly one edge
   of the perturbed polytope leaves it for each of its d tight inequalities;
2. confirms that on each of these edges (d - 1 of the tight inequalities in common) lies another basis of the
   list. An edge has two ends, so every neighbour of a listed vertex is listed; a polytope's graph is connected, so every
   vertex is listed (Balinski 1961);
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

from gametheory.errors import CertificateError
from gametheory.exact import to_flint

__all__ = [
    "CompletenessCertificate",
    "Mixed",
    "NashComponent",
    "NashSubset",
    "check_complete",
    "check_components",
    "check_equilibrium",
]

Mixed: TypeAlias = "tuple[Fraction, ...]"
Payoffs: TypeAlias = "Sequence[Sequence[Fraction | int]]"


@dataclass(frozen=True)
class NashSubset:
    """A maximal Nash subset: every x in the convex hull of ``x_vertices`` with every y in that of ``y_vertices``."""

    x_vertices: tuple[Mixed, ...]
    y_vertices: tuple[Mixed, ...]


@dataclass(frozen=True)
class NashComponent:
    """A connected component of the equilibrium set: the union of its maximal Nash subsets, and its index."""

    subsets: tuple[NashSubset, ...]
    index: int


@dataclass(frozen=True)
class CompletenessCertificate:
    """The feasible bases of both best-response polytopes, each as the bitmask of its tight inequalities.

    For an m x n game, bit i < m is row i and bit m + j is column j. ``row_bases`` belong to the polytope of the row player's
    strategies (payoffs of the column player), ``column_bases`` to the other one. The payoffs are in normal form:
    the smallest is 1, and the differences to it are integers without a common factor.
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


def _tight(mask: int, matrix: list[list[int]], variables: range, constraints: range) -> tuple[int, tuple[Fraction, ...]]:
    """The tight inequalities at the vertex of a basis, and its point; raises if the basis is not feasible.

    Every quantity is a polynomial in the infinitesimal, with coefficients (1, eps, eps^2, ...), positive if the first
    non-zero one is.
    """
    if not 0 <= mask < 1 << (len(variables) + len(constraints)) or mask.bit_count() != len(variables):
        raise CertificateError(f"the mask {mask} does not name {len(variables)} inequalities")
    basic = [j for j, label in enumerate(variables) if not mask >> label & 1]
    equal = [i for i, label in enumerate(constraints) if mask >> label & 1]
    loose = [i for i, label in enumerate(constraints) if not mask >> label & 1]
    point = [Fraction(0)] * len(variables)
    tight = mask
    rows: list[tuple[int, list[flint.fmpq], flint.fmpq]] = []
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


def _vertices(
    bases: Sequence[int], matrix: list[list[int]], variables: range, constraints: range, name: str
) -> dict[int, Mixed]:
    """All vertices but the origin: from the tight inequalities to the mixed strategy. ``limits`` receives each basis."""
    if not bases:
        raise CertificateError(f"{name}: there are no bases")
    if len(set(bases)) != len(bases):
        raise CertificateError(f"{name}: a basis is listed twice")
    limits = {mask: _tight(mask, matrix, variables, constraints) for mask in bases}
    edges = Counter(mask ^ (1 << bit) for mask in bases for bit in range(mask.bit_length()) if mask >> bit & 1)
    for edge, ends in edges.items():
        if ends != 2:
            raise CertificateError(f"{name}: the edge {edge} has {ends} of its 2 ends in the list")
    vertices = {}
    for tight, point in limits.values():
        total = sum(point)
        if total:
            vertices[tight] = tuple(value / total for value in point)
    return vertices
