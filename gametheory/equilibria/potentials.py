r"""Potential games: one function of the outcome whose differences are, or have the signs of, each player's gains.

Exact: the gain of whoever moves equals the difference of the potential; such a potential exists if and only if gains
sum to zero around every square (two actions of each player), and it is unique up to a constant. Ordinal: only signs
agree; it exists if and only if no cycle of moves, each weakly improving for the mover, has a strict one (Voorneveld
and Norde 1997). Generalised ordinal: the potential rises with every strict improvement; it exists if and only if
strict improvements have no cycle, that is, if every path of improvements is finite.

References
----------
Monderer, D. and Shapley, L. S. (1996), Potential games, *Games and Economic Behavior* 14, 124-143.
Voorneveld, M. and Norde, H. (1997), A characterization of ordinal potential games, *Games and Economic Behavior* 19,
235-242.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from gametheory.equilibria.responses import numeric_stage
from gametheory.errors import CertificateError
from gametheory.exact import rational
from gametheory.games.stage import StageGame

__all__ = ["Potential", "PotentialKind", "exact_potential", "generalised_ordinal_potential", "ordinal_potential"]

Cell = tuple[int, int]


class PotentialKind(enum.Enum):
    """How closely a potential follows the players' gains."""

    EXACT = "differences equal the mover's gain"
    ORDINAL = "differences have the sign of the mover's gain"
    GENERALISED = "the potential rises whenever the mover gains"


@dataclass(frozen=True)
class Potential:
    """A potential, or the cycle that rules one out.

    Attributes
    ----------
    kind : PotentialKind
    matrix : tuple of tuples of Fraction, or None
        The potential of every outcome, if there is one.
    cycle : tuple of str
        Otherwise outcomes, the last followed by the first, around which gains contradict a potential.
    """

    game: StageGame = field(repr=False)
    kind: PotentialKind
    matrix: tuple[tuple[Fraction, ...], ...] | None
    cycle: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the game has a potential of this kind."""
        return self.matrix is not None

    def __bool__(self) -> bool:
        return self.exists

    def verify(self) -> None:
        """Check the potential at every move, or the cycle; raise :class:`CertificateError` if it fails."""
        if self.matrix is not None:
            for here, there, gain in _moves(self.game):
                rise = self.matrix[there[0]][there[1]] - self.matrix[here[0]][here[1]]
                agrees = rise == gain if self.kind is PotentialKind.EXACT else (gain > 0) <= (rise > 0)
                if self.kind is PotentialKind.ORDINAL:
                    agrees = (gain > 0) == (rise > 0) and (gain < 0) == (rise < 0)
                if not agrees:
                    raise CertificateError(f"the potential rises by {rise} where the mover gains {gain}")
            return
        place = {x: (i, j) for i, row in enumerate(self.game.labels) for j, x in enumerate(row)}
        gained = {(here, there): gain for here, there, gain in _moves(self.game)}
        cells = [place[x] for x in self.cycle]
        steps = list(zip(cells, cells[1:] + cells[:1], strict=True))
        if len(steps) < 2 or any(step not in gained for step in steps):
            raise CertificateError(f"not a cycle of moves by one player at a time: {self.cycle}")
        gains = [gained[step] for step in steps]
        strict = self.kind is PotentialKind.GENERALISED
        against = sum(gains) != 0 if self.kind is PotentialKind.EXACT else min(gains) >= 0 < max(gains)
        if not against or (strict and min(gains) <= 0):
            raise CertificateError(f"the cycle {self.cycle} does not contradict a potential")


def _moves(game: StageGame) -> Iterator[tuple[Cell, Cell, Fraction]]:
    """Every change of one player's action, with her gain."""
    m, n = game.shape
    for i in range(m):
        for j in range(n):
            for k in range(m):
                if k != i:
                    yield (i, j), (k, j), rational(game.A[k][j]) - rational(game.A[i][j])
            for k in range(n):
                if k != j:
                    yield (i, j), (i, k), rational(game.B[i][k]) - rational(game.B[i][j])


def exact_potential(game: StageGame) -> Potential:
    """The exact potential with value 0 at the first outcome, or a square around which gains do not sum to zero.

    Examples
    --------
    >>> dilemma = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> [[int(x) for x in row] for row in exact_potential(dilemma).matrix]
    [[0, 2], [2, 3]]
    """
    stage = numeric_stage(game)
    A, B = ([[rational(x) for x in row] for row in table] for table in (stage.A, stage.B))
    m, n = stage.shape
    matrix = tuple(tuple(B[0][j] - B[0][0] + A[i][j] - A[0][j] for j in range(n)) for i in range(m))
    for i in range(m):
        for j in range(n):
            if matrix[i][j] - matrix[i][0] != B[i][j] - B[i][0]:
                square = (stage.labels[0][0], stage.labels[0][j], stage.labels[i][j], stage.labels[i][0])
                return Potential(stage, PotentialKind.EXACT, None, square)
    return Potential(stage, PotentialKind.EXACT, matrix)


def ordinal_potential(game: StageGame) -> Potential:
    """An ordinal potential (small whole numbers), or a cycle of weak improvements with a strict one.

    Examples
    --------
    >>> bool(ordinal_potential(StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])))
    False
    """
    return _by_levels(game, PotentialKind.ORDINAL)


def generalised_ordinal_potential(game: StageGame) -> Potential:
    """A function that rises with every strict improvement (small whole numbers), or a cycle of strict improvements.

    Examples
    --------
    >>> game = StageGame([[1, 2], [2, 0]], [[0, 0], [0, 1]])      # Monderer and Shapley (1996)
    >>> bool(generalised_ordinal_potential(game)), bool(ordinal_potential(game))
    (True, False)
    """
    return _by_levels(game, PotentialKind.GENERALISED)


def _by_levels(game: StageGame, kind: PotentialKind) -> Potential:
    import networkx as nx

    stage = numeric_stage(game)
    graph = nx.DiGraph()
    graph.add_nodes_from((i, j) for i in range(stage.shape[0]) for j in range(stage.shape[1]))
    for here, there, gain in _moves(stage):
        if gain > 0 or (gain == 0 and kind is PotentialKind.ORDINAL):
            graph.add_edge(here, there, strict=gain > 0)
    home = {}
    for number, part in enumerate(nx.strongly_connected_components(graph)):
        for cell in part:
            home[cell] = number
    for here, there, strict in graph.edges(data="strict"):
        if strict and home[here] == home[there]:
            way = nx.shortest_path(graph, there, here)
            return Potential(stage, kind, None, tuple(stage.labels[i][j] for i, j in way))
    condensed = nx.condensation(graph)
    level: dict[int, int] = {}
    for part in nx.topological_sort(condensed):
        level[part] = max((level[before] + 1 for before in condensed.predecessors(part)), default=0)
    where = condensed.graph["mapping"]
    m, n = stage.shape
    return Potential(stage, kind, tuple(tuple(Fraction(level[where[i, j]]) for j in range(n)) for i in range(m)))
