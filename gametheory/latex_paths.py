"""Paths of a symbolic dynamic game as LaTeX: the conditions of each path, and the profiles that prove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.equilibria.solution import Status
from gametheory.errors import CertificateError, InputTypeError
from gametheory.latex import Proposition, Step, chains, escape, region_latex

if TYPE_CHECKING:
    from gametheory.equilibria.profiles import Profile
    from gametheory.equilibria.solvers.symbolic_markov import PathEquilibrium, SymbolicMarkovSolution
    from gametheory.games.dynamic import DynamicGame

__all__ = ["path_propositions"]


def path_propositions(solution: SymbolicMarkovSolution, *, most: int = 64) -> tuple[Proposition, ...]:
    """One proposition for each path of pure Markov perfect play: its conditions, proved from full profiles.

    Parameters
    ----------
    solution : SymbolicMarkovSolution
        Of ``solve(game, MarkovPerfect(pure=True))`` for a game with symbols.
    most : int
        Alternatives of one path that are looked at.

    Raises
    ------
    CertificateError
        If some alternative of a path is not proved by substitution.

    Examples
    --------
    >>> from gametheory import DynamicGame, MarkovPerfect, StageGame, solve
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> [p.conditions for p in path_propositions(solve(game, MarkovPerfect(pure=True)))][-1]
    'P \\\\geq S'
    """
    from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkovSolution as Kind

    if not isinstance(solution, Kind):
        raise InputTypeError("solution", solution, "the solution of a dynamic game with symbols")
    return tuple(_proposition(solution, e, most) for e in solution.equilibria)


def _proposition(solution: SymbolicMarkovSolution, path: PathEquilibrium, most: int) -> Proposition:
    game, found = path.game, solution.certify(path, most=most)
    play = escape("; ".join(f"{s}: {'/'.join(labels)}" for s, labels in path.outcomes.items()))
    if not found.complete:
        raise CertificateError(f"the path {play}: {found.undecided} alternatives of its condition are not proved")
    complete = solution.status is Status.COMPLETE
    given = f"Let {chains(game.domain)}. " if game.domain else ""
    only = " and, exact ties between actions apart, only if" if complete else ""
    steps = [
        Step(
            f"Let the players choose {_words(game, one.profile)}. The values were put into their equations, which they "
            f"satisfy identically, and no one-shot departure pays in any state exactly under ${region_latex(one.region)}$.",
            "substitution",
        )
        for one in found.proved
    ]
    rest = []
    if found.thin:
        rest.append("What else the condition allows holds at exact ties only, if at all.")
    if found.solver_only:
        rest.append(f"That {found.solver_only} of these need a tie is what an SMT solver says, without a certificate.")
    if complete:
        rest.append("For the converse every way to play every state was considered.")
    if rest:
        steps.append(Step(" ".join(rest), "search"))
    statement = (
        f"{given}A pure Markov perfect equilibrium with the play \\emph{{{play}}} exists if{only} the following holds:"
    )
    return Proposition("", statement, region_latex(path.region), tuple(steps))


def _words(game: DynamicGame, profile: Profile) -> str:
    told = []
    for state, period, choices in zip(game.states, game.periods, profile, strict=True):
        parts = [
            f"{node.actions[mix.index(1)]}" + (f" after {node.history}" if node.history else "")
            for node, mix in zip(period.nodes, choices, strict=True)
        ]
        told.append(f"{state}: {', '.join(parts)}")
    return escape("; ".join(told))
