"""``solve``: the one entrance. It picks a solver that fits the game and the concept, unless one is named."""

from __future__ import annotations

from typing import Any, Protocol, overload

from gametheory.equilibria.concepts import MarkovPerfect, Nash
from gametheory.equilibria.solution import Solution
from gametheory.equilibria.subgame_perfect import PayoffSolution, SubgamePerfect
from gametheory.equilibria.tree_solution import TreeSolution
from gametheory.errors import InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame
from gametheory.games.tree import Tree

__all__ = ["Solver", "solve"]


class Solver(Protocol):
    """An algorithm: it proposes a solution, and never certifies itself."""

    def solve(self, game: Any, concept: Any) -> Any:
        """Equilibria of the game under the concept, with how far the search reached."""


@overload
def solve(game: StageGame, concept: Nash, solver: Solver | None = None) -> Solution: ...
@overload
def solve(game: DynamicGame, concept: MarkovPerfect, solver: Solver | None = None) -> Solution: ...
@overload
def solve(game: DynamicGame, concept: SubgamePerfect, solver: Solver | None = None) -> PayoffSolution: ...
@overload
def solve(game: Tree, concept: SubgamePerfect, solver: Solver | None = None) -> TreeSolution: ...
def solve(game: Any, concept: Any, solver: Solver | None = None) -> Any:
    """Find the equilibria of a game.

    Parameters
    ----------
    game : StageGame, DynamicGame or Tree
    concept : Nash, MarkovPerfect or SubgamePerfect
        Nash for a StageGame; MarkovPerfect or SubgamePerfect for a DynamicGame; SubgamePerfect for a Tree.
    solver : optional
        One of :mod:`gametheory.equilibria.solvers`; by default one that is complete for this game and concept.

    Returns
    -------
    Solution, PayoffSolution or TreeSolution
        Equilibria (with symbolic payoffs: each with the region in which it exists; for SubgamePerfect on a DynamicGame:
        payoff sets), with ``status`` COMPLETE, PARTIAL or UNDECIDED and
        the reason in words.

    Examples
    --------
    >>> solution = solve(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), Nash())
    >>> solution.status.name, [e.payoffs for e in solution.equilibria]
    ('COMPLETE', [(Fraction(1, 1), Fraction(1, 1))])
    """
    chosen = _default(game, concept) if solver is None else solver
    return chosen.solve(game, concept)


def _default(game: object, concept: object) -> Solver:
    match game, concept:
        case StageGame(), Nash() if game.parameters:
            from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash

            return SymbolicNash()
        case StageGame(), Nash():
            from gametheory.equilibria.solvers.vertices import Vertices

            return Vertices()
        case DynamicGame(), MarkovPerfect(pure=True) if game.parameters:
            from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov

            return SymbolicMarkov()
        case DynamicGame(), MarkovPerfect(pure=True):
            from gametheory.equilibria.solvers.pure_markov import PureMarkov

            return PureMarkov()
        case DynamicGame(), MarkovPerfect() if not game.parameters and not game.is_rational:
            from gametheory.equilibria.solvers.directional import Directional

            return Directional()
        case DynamicGame(), MarkovPerfect():
            from gametheory.equilibria.solvers.markov import Markov

            return Markov()
        case DynamicGame(), SubgamePerfect():
            from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti

            return AbreuPearceStacchetti()
        case Tree(), SubgamePerfect():
            from gametheory.equilibria.solvers.backward import BackwardInduction

            return BackwardInduction()
    fitting = {StageGame: "Nash", DynamicGame: "MarkovPerfect or SubgamePerfect", Tree: "SubgamePerfect"}
    for kind, concepts in fitting.items():
        if isinstance(game, kind):
            raise InputTypeError("concept", concept, f"{concepts} for a {kind.__name__}")
    raise InputTypeError("game", game, "a StageGame, a DynamicGame or a Tree")
