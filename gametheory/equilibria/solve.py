"""``solve``: the one entrance. It picks a solver that fits the game and the concept, unless one is named."""

from __future__ import annotations

from typing import Any, Protocol

from gametheory.equilibria.concepts import Concept, MarkovPerfect, Nash
from gametheory.equilibria.solution import Solution
from gametheory.errors import InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

__all__ = ["Solver", "solve"]


class Solver(Protocol):
    """An algorithm: it proposes a solution, and never certifies itself."""

    def solve(self, game: Any, concept: Any) -> Solution:
        """Equilibria of the game under the concept, with how far the search reached."""


def solve(game: StageGame | DynamicGame, concept: Concept, solver: Solver | None = None) -> Solution:
    """Find the equilibria of a game.

    Parameters
    ----------
    game : StageGame or DynamicGame
    concept : Nash or MarkovPerfect
    solver : optional
        One of :mod:`gametheory.equilibria.solvers`; by default one that is complete for this game and concept.

    Returns
    -------
    Solution
        With ``status`` COMPLETE, PARTIAL or UNDECIDED and the reason in words.

    Examples
    --------
    >>> solution = solve(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), Nash())
    >>> solution.status.name, [e.payoffs for e in solution.equilibria]
    ('COMPLETE', [(Fraction(1, 1), Fraction(1, 1))])
    """
    chosen: Solver = _default(game, concept) if solver is None else solver
    return chosen.solve(game, concept)


def _default(game: object, concept: object) -> Solver:
    if isinstance(concept, Nash) and isinstance(game, StageGame):
        from gametheory.equilibria.solvers.vertices import Vertices

        return Vertices()
    if isinstance(concept, MarkovPerfect) and isinstance(game, DynamicGame):
        from gametheory.equilibria.solvers.pure_markov import PureMarkov

        return PureMarkov()
    if isinstance(concept, Nash) and isinstance(game, DynamicGame):
        raise InputTypeError("concept", concept, "MarkovPerfect for a DynamicGame (Nash is for a StageGame)")
    if isinstance(concept, MarkovPerfect) and isinstance(game, StageGame):
        raise InputTypeError("concept", concept, "Nash for a StageGame (MarkovPerfect is for a DynamicGame)")
    raise InputTypeError(
        "game and concept", (game, concept), "a StageGame with Nash, or a DynamicGame with MarkovPerfect"
    )
