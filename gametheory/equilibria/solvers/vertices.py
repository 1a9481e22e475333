r"""Every Nash equilibrium of a two-player game in normal form, exactly, by the vertices of the best-response polytopes.

After payoffs are made positive integers :math:`A, B` (a positive affine transformation, which changes no equilibrium),
the mixed strategies of the row player, scaled by the column player's best-reply payoff, are the points of
:math:`P = \{x \ge 0 : B^{\top} x \le 1\}` other than the origin, and those of the column player the points of
:math:`Q = \{y \ge 0 : A y \le 1\}`. Label :math:`i < m` stands for "row i is not played" in P and "row i is a best
reply" in Q; label :math:`m + j` for "column j is a best reply" in P and "column j is not played" in Q. A pair of points
is an equilibrium if and only if it carries every label (von Stengel 2002). The extreme equilibria are the completely
labelled pairs of vertices; the equilibrium set is the union of the maximal Nash subsets, products of convex hulls of
vertices that are the maximal bicliques of the pairing graph; and its connected components are those of the graph.

The index of a component is the sum of the indices of the equilibria near it after the perturbation
that :mod:`gametheory.equilibria.solvers._polytope` describes, where the equilibrium with supports I and J has index
:math:`(-1)^{|I|+1}\,\mathrm{sign}(\det A_{IJ} \det B_{IJ})` (Shapley 1974; so a strict pure equilibrium has index +1).
Indices add up to +1 over the components of any game.

References
----------
Shapley, L. S. (1974), A note on the Lemke-Howson algorithm, *Mathematical Programming Study* 1, 175-189.
von Stengel, B. (2002), Computing equilibria for two-person games, *Handbook of Game Theory* 3, 1723-1759.
Avis, D., Rosenberg, G. D., Savani, R., von Stengel, B. (2010), Enumeration of Nash equilibria for two-player games,
*Economic Theory* 42, 9-37.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from math import gcd, lcm
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias, cast

from gametheory.equilibria.completeness import CompletenessCertificate, check_nash
from gametheory.equilibria.solution import Component, Equilibrium, Mix, Solution, Status, Subset
from gametheory.equilibria.solvers._index import connected_classes, index_by_pair, maximal_bicliques
from gametheory.equilibria.solvers._polytope import Basis, feasible_bases
from gametheory.errors import InputError, UnsupportedError
from gametheory.exact import Number, rational
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    from gametheory.equilibria.concepts import Nash

__all__ = ["NashEvidence", "NashSet", "Vertices", "enumerate_nash"]

Integers: TypeAlias = list[list[int]]
_Signs: TypeAlias = tuple[int, int, int, int]
_Places: TypeAlias = tuple[int, ...]
#: A 2 x 2 game in short: the signs of its payoff differences, and the strategies (first, second, mixed) of each player.
_Pattern: TypeAlias = tuple[_Signs, tuple[Mix, ...], tuple[Mix, ...]]

_ZERO, _ONE = Fraction(0), Fraction(1)


def _rows(rows: Sequence[Sequence[Fraction | int]], name: str) -> Integers:
    """The payoffs times the least common multiple of their denominators."""
    table = [list(row) for row in rows]
    if not table or not table[0]:
        raise InputError(name, rows, "at least one row and one column")
    if len(set(map(len, table))) != 1:
        raise InputError(name, rows, "rows of one length")
    types = set(map(type, chain.from_iterable(table)))
    if types == {int}:
        return table  # type: ignore[return-value]
    if not types <= {int, Fraction}:
        table = [[rational(x, field=name) for x in row] for row in table]
    scale = lcm(*[x.denominator for row in table for x in row])
    if scale == 1:
        return [[x.numerator for x in row] for row in table]
    return [[x.numerator * (scale // x.denominator) for x in row] for row in table]


def _positive(table: Integers) -> Integers:
    """The normal form of payoffs: the smallest is 1, and the differences to it have no common factor."""
    lowest = min(map(min, table))
    differences = [[x - lowest for x in row] for row in table]
    factor = gcd(*chain.from_iterable(differences))
    if factor > 1:
        return [[x // factor + 1 for x in row] for row in differences]
    return [[x + 1 for x in row] for row in differences]


@lru_cache(maxsize=256)
def _units(size: int) -> tuple[Mix, ...]:
    return tuple(tuple(_ONE if i == j else _ZERO for j in range(size)) for i in range(size))


def _strategy(basis: Basis, first: int, size: int) -> Mix:
    """The mixed strategy at a vertex; ``first`` is the first label of its variables."""
    weights = [0] * size
    total = 0
    for bit, value in zip(basis.basic, basis.values):  # noqa: B905
        if value:
            place = bit.bit_length() - 1 - first
            if 0 <= place < size:
                weights[place] = value
                total += value
    for place, weight in enumerate(weights):
        if weight == total:
            return _units(size)[place]
    return tuple([Fraction(w, total) if w else _ZERO for w in weights])


def _sorted_pairs(pairs: Iterable[tuple[int, int]], rows: int) -> list[tuple[int, int]]:
    """Small supports first, then by the first row played, then by the first column played."""
    keyed = []
    for p, q in pairs:
        unplayed = (p & rows) | (q & ~rows)
        keyed.append((unplayed.bit_count(), p & rows, unplayed, p, q))
    keyed.sort(reverse=True)
    return [(p, q) for _, _, _, p, q in keyed]


@dataclass(frozen=True)
class _Polytopes:
    """Both polytopes of a game, enumerated, and the completely labelled pairs of their vertices as masks of labels."""

    a: Integers
    b: Integers
    row_bases: dict[int, Basis]
    column_bases: dict[int, Basis]
    row_vertices: dict[int, Basis]
    column_vertices: dict[int, Basis]
    pairs: list[tuple[int, int]]
    complete: bool

    @classmethod
    def of(cls, a: Integers, b: Integers, deadline: float | None = None) -> _Polytopes:
        """Enumerate both polytopes of payoffs in any integers."""
        a, b = _positive(a), _positive(b)
        m, n = len(a), len(a[0])
        bits = [1 << i for i in range(m + n)]
        everything, rows = (1 << (m + n)) - 1, (1 << m) - 1
        columns = everything ^ rows
        by_column = [list(column) for column in zip(*b)]  # noqa: B905
        row_bases, done = feasible_bases(by_column, bits[:m], bits[m:], deadline=deadline)
        column_bases, also_done = feasible_bases(a, bits[m:], bits[:m], deadline=deadline)
        row_vertices = {basis.tight: basis for basis in row_bases.values()}
        column_vertices = {basis.tight: basis for basis in column_bases.values()}
        del row_vertices[rows], column_vertices[columns]
        others = [mask for mask in column_vertices if mask.bit_count() != n]
        pairs = []
        for p in row_vertices:
            missing = everything ^ p
            if p.bit_count() == m:
                if missing in column_vertices:
                    pairs.append((p, missing))
                for q in others:
                    if q & missing == missing:
                        pairs.append((p, q))
            else:
                for q in column_vertices:
                    if q & missing == missing:
                        pairs.append((p, q))
        if len(pairs) > 1:
            pairs = _sorted_pairs(pairs, rows)
        return cls(a, b, row_bases, column_bases, row_vertices, column_vertices, pairs, done and also_done)

    @property
    def isolated(self) -> bool:
        """Whether no two extreme equilibria share a vertex, so that each is a component by itself."""
        return len(self.strategies[0]) == len(self.strategies[1]) == len(self.pairs)

    @cached_property
    def strategies(self) -> tuple[dict[int, Mix], dict[int, Mix]]:
        """The strategy at each vertex that takes part in an equilibrium."""
        m, n = len(self.a), len(self.a[0])
        xs = {p: _strategy(self.row_vertices[p], 0, m) for p, _ in self.pairs}
        ys = {q: _strategy(self.column_vertices[q], m, n) for _, q in self.pairs}
        return xs, ys


@dataclass(frozen=True)
class NashSet:
    """All Nash equilibria of a two-player game.

    Attributes
    ----------
    equilibria : tuple of (x, y)
        The extreme equilibria without repetition, small supports first; x and y are tuples of Fractions that add up
        to 1. If ``complete`` is false, those found before time ran out.
    complete : bool
        Whether the search ended, so that no extreme equilibrium is missing.

    Notes
    -----
    ``subsets``, ``components`` and ``certificate`` are worked out when first asked for, and need a complete set.
    """

    equilibria: tuple[tuple[Mix, Mix], ...]
    complete: bool
    _payoffs: tuple[Integers, Integers] = field(repr=False, compare=False)
    _pattern: _Pattern | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _polytopes(self) -> _Polytopes:
        return _Polytopes.of(*self._payoffs)

    def _need_complete(self, what: str) -> None:
        if not self.complete:
            raise InputError(what, "an unfinished search", "a complete set: enumerate again with more seconds")

    @cached_property
    def subsets(self) -> tuple[Subset, ...]:
        """The maximal Nash subsets, in the order of their first equilibria."""
        if self._pattern is not None:
            return tuple(subset for component in self.components for subset in component.subsets)
        return tuple(subset for _, subset in self._subsets)

    @cached_property
    def _subsets(self) -> tuple[tuple[tuple[int, int], Subset], ...]:
        self._need_complete("subsets")
        pairs = self._polytopes.pairs
        xs, ys = self._polytopes.strategies
        if self._polytopes.isolated:
            return tuple([(pair, Subset((xs[pair[0]],), (ys[pair[1]],))) for pair in pairs])
        order = {pair: place for place, pair in enumerate(pairs)}
        bicliques = []
        for lefts, rights in maximal_bicliques(pairs):
            places = sorted(order[left, right] for left in lefts for right in rights)
            bicliques.append((places, lefts, rights))
        bicliques.sort(key=lambda entry: entry[0])
        return tuple(
            (
                (lefts[0], rights[0]),
                Subset(
                    tuple(sorted((xs[p] for p in lefts), reverse=True)),
                    tuple(sorted((ys[q] for q in rights), reverse=True)),
                ),
            )
            for _, lefts, rights in bicliques
        )

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The connected components of the equilibrium set, in the order of their first equilibria."""
        self._need_complete("components")
        if self._pattern is not None:
            signs, xs, ys = self._pattern
            return tuple(
                [
                    Component(
                        tuple(
                            [
                                Subset(tuple([xs[i] for i in left]), tuple([ys[j] for j in right]))
                                for left, right in parts
                            ]
                        ),
                        index,
                    )
                    for index, parts in _two_by_two_components(signs)
                ]
            )
        polytopes = self._polytopes
        signs_of = index_by_pair(polytopes.a, polytopes.b, polytopes.row_bases, polytopes.column_bases)
        if polytopes.isolated:
            at_pair = dict.fromkeys(polytopes.pairs, 0)
            for pair, index in signs_of:
                at_pair[pair] += index
            return tuple([Component((subset,), at_pair[pair]) for pair, subset in self._subsets])
        class_of = connected_classes(polytopes.pairs)
        subsets: dict[int, list[Subset]] = {}
        for pair, subset in self._subsets:
            subsets.setdefault(class_of[pair], []).append(subset)
        indices = dict.fromkeys(subsets, 0)
        for pair, index in signs_of:
            indices[class_of[pair]] += index
        return tuple(Component(tuple(parts), indices[key]) for key, parts in subsets.items())

    @cached_property
    def certificate(self) -> CompletenessCertificate:
        """The bases of both polytopes, for :func:`gametheory.equilibria.completeness.check_nash`."""
        self._need_complete("certificate")
        polytopes = self._polytopes
        return CompletenessCertificate(tuple(sorted(polytopes.row_bases)), tuple(sorted(polytopes.column_bases)))


@lru_cache(maxsize=1)
def _two_by_two() -> dict[tuple[int, int, int, int], tuple[tuple[int, int], ...]]:
    """For the signs of the four payoff differences: which of (first, second, mixed) pair up to extreme equilibria."""
    best = {1: 1, -1: 2, 0: 3}
    signs = (-1, 0, 1)
    table = {}
    for a, b, c, d in ((a, b, c, d) for a in signs for b in signs for c in signs for d in signs):
        ps = {2 | best[c] << 2: 0, 1 | best[d] << 2: 1}
        qs = {8 | best[a]: 0, 4 | best[b]: 1}
        if c * d < 0:
            ps[12] = 2
        if a * b < 0:
            qs[3] = 2
        pairs = _sorted_pairs(((p, q) for p in ps for q in qs if p | q == 15), 3)
        table[a, b, c, d] = tuple((ps[p], qs[q]) for p, q in pairs)
    return table


@lru_cache(maxsize=81)
def _two_by_two_components(
    signs: _Signs,
) -> tuple[tuple[int, tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]], ...]:
    """Index and subsets of each component, which depend on the signs alone: taken from one game with these signs."""
    left, right, top, bottom = signs
    example = NashSet((), True, ([[left, right], [0, 0]], [[top, 0], [bottom, 0]]))

    def places(vertices: tuple[Mix, ...]) -> tuple[int, ...]:
        return tuple(_units(2).index(v) if v in _units(2) else 2 for v in vertices)

    return tuple(
        (component.index, tuple((places(part.x_vertices), places(part.y_vertices)) for part in component.subsets))
        for component in example.components
    )


def _solve_two_by_two(a: Integers, b: Integers) -> NashSet:
    """The closed form: which strategies pair up depends on the signs of four payoff differences only."""
    (a00, a01), (a10, a11) = a
    (b00, b01), (b10, b11) = b
    top, bottom = b00 - b01, b10 - b11
    left, right = a00 - a10, a01 - a11
    units = _units(2)
    xs, ys = units, units
    if top * bottom < 0:
        p = Fraction(bottom, bottom - top)
        xs = (*units, (p, _ONE - p))
    if left * right < 0:
        q = Fraction(right, right - left)
        ys = (*units, (q, _ONE - q))
    signs = (
        (left > 0) - (left < 0),
        (right > 0) - (right < 0),
        (top > 0) - (top < 0),
        (bottom > 0) - (bottom < 0),
    )
    return NashSet(tuple([(xs[i], ys[j]) for i, j in _two_by_two()[signs]]), True, (a, b), (signs, xs, ys))


def enumerate_nash(
    A: Sequence[Sequence[Fraction | int]],
    B: Sequence[Sequence[Fraction | int]],
    *,
    seconds: float | None = None,
) -> NashSet:
    """All Nash equilibria of the game with the row player's payoffs ``A`` and the column player's payoffs ``B``.

    Degenerate games, duplicate strategies and constant payoffs are treated like any other game: nothing is missed.

    Parameters
    ----------
    A, B : sequences of rows of Fraction or int
        Shape (m, n) each.
    seconds : float, optional
        Stop after about this long with what was found, and ``complete=False``.

    Returns
    -------
    NashSet

    Raises
    ------
    InputError
        If the tables are empty, ragged or of different shapes, or hold something that is not a rational number.

    References
    ----------
    Avis, D., Rosenberg, G. D., Savani, R., von Stengel, B. (2010), Enumeration of Nash equilibria for two-player games,
    *Economic Theory* 42, 9-37.

    Examples
    --------
    >>> chicken = enumerate_nash([[3, 2], [4, 1]], [[3, 4], [2, 1]])
    >>> for x, y in chicken.equilibria:
    ...     print(*x, "|", *y)
    1 0 | 0 1
    0 1 | 1 0
    1/2 1/2 | 1/2 1/2
    >>> [component.index for component in chicken.components]
    [1, 1, -1]
    """
    a, b = _rows(A, "A"), _rows(B, "B")
    m, n = len(a), len(a[0])
    if len(b) != m or len(b[0]) != n:
        raise InputError("B", B, f"a table of {m} x {n}, like A")
    if m == n == 2:
        return _solve_two_by_two(a, b)
    deadline = None if seconds is None else perf_counter() + seconds
    polytopes = _Polytopes.of(a, b, deadline)
    xs, ys = polytopes.strategies
    found = NashSet(tuple([(xs[p], ys[q]) for p, q in polytopes.pairs]), polytopes.complete, (a, b))
    found.__dict__["_polytopes"] = polytopes
    return found


@dataclass(frozen=True)
class NashEvidence:
    """Why no equilibrium is missing; ``verify`` leaves the checking to :mod:`gametheory.equilibria.completeness`."""

    found: NashSet

    @property
    def certificate(self) -> CompletenessCertificate:
        """The feasible bases of both best-response polytopes."""
        return self.found.certificate

    def verify(self, game: StageGame, equilibria: Sequence[Equilibrium], components: Sequence[Component]) -> None:
        """Raise ``CertificateError`` unless these are all the extreme equilibria, with the components as stated."""
        profiles = [cast("tuple[Mix, Mix]", equilibrium.profile) for equilibrium in equilibria]
        a, b = _numbers(game.A), _numbers(game.B)
        check_nash(a, b, profiles, self.certificate, components=components)


def _numbers(table: Sequence[Sequence[Number]]) -> Sequence[Sequence[Fraction]]:
    return cast("Sequence[Sequence[Fraction]]", table)


def _payoffs(a: Sequence[Sequence[Fraction]], b: Sequence[Sequence[Fraction]], x: Mix, y: Mix) -> tuple[Number, Number]:
    """Expected payoffs in equilibrium: what any one action that is played earns, since all of them earn the same."""
    rows = [i for i, p in enumerate(x) if p]
    columns = [j for j, q in enumerate(y) if q]
    i, j = rows[0], columns[0]
    to_row = a[i][j] if len(columns) == 1 else sum([a[i][k] * y[k] for k in columns[1:]], a[i][j] * y[j])
    to_column = b[i][j] if len(rows) == 1 else sum([b[k][j] * x[k] for k in rows[1:]], b[i][j] * x[i])
    return to_row, to_column


@dataclass(frozen=True)
class Vertices:
    """All Nash equilibria of a stage game with rational payoffs, by the vertices of the best-response polytopes.

    Parameters
    ----------
    seconds : float, optional
        Stop after about this long; the answer is then PARTIAL.

    Examples
    --------
    >>> from gametheory.equilibria.concepts import Nash
    >>> game = StageGame([[2, 2], [3, 0], [0, 1]], [[0, 0], [1, 0], [0, 3]])
    >>> solution = Vertices().solve(game, Nash())
    >>> solution.status.name, len(solution), [component.index for component in solution.components]
    ('COMPLETE', 3, [0, 1])
    >>> solution.verify()
    """

    seconds: float | None = None

    def solve(self, game: StageGame, concept: Nash) -> Solution:
        """The extreme equilibria, and the components that they span.

        Raises
        ------
        UnsupportedError
            If payoffs hold symbols.
        """
        if not game.is_numeric:
            other = [str(x) for table in (game.A, game.B) for row in table for x in row if not isinstance(x, Fraction)]
            raise UnsupportedError("payoffs", other, "rational payoffs; give symbols a value with game.subs(...)")
        a, b = _numbers(game.A), _numbers(game.B)
        found = enumerate_nash(a, b, seconds=self.seconds)
        equilibria = tuple(
            [Equilibrium((x, y), _payoffs(a, b, x, y), ordinal=game.ordinal) for x, y in found.equilibria]
        )
        if not found.complete:
            reason = f"not all vertices of the best-response polytopes were reached in {self.seconds} seconds"
            return Solution(game, concept, Status.PARTIAL, reason, equilibria, solver="Vertices")
        reason = "every vertex of both best-response polytopes was found and paired; extreme equilibria are listed"
        return Solution(
            game, concept, Status.COMPLETE, reason, equilibria, found.components, "Vertices", NashEvidence(found)
        )
