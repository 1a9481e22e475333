"""A pattern held against all equilibria of a solution, in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status, need_numbers
from gametheory.errors import InputTypeError
from gametheory.evidence.patterns import Pattern

__all__ = ["Verdict", "verdict"]


@dataclass(frozen=True)
class Verdict:
    """How a pattern fares in the equilibria that were found.

    Attributes
    ----------
    pattern : Pattern
    probabilities : tuple of Fraction
        The exact probability of the pattern in each equilibrium, in the solution's order.
    is_complete : bool
        Whether the solution is complete, so that no equilibrium of its kind is missing.
    kind : str
        The kind of equilibrium.
    """

    pattern: Pattern
    probabilities: tuple[Fraction, ...]
    is_complete: bool
    kind: str

    @property
    def certain(self) -> int:
        """In how many equilibria the pattern has probability one."""
        return sum(p == 1 for p in self.probabilities)

    @property
    def possible(self) -> int:
        """In how many equilibria it has a probability above zero."""
        return sum(p > 0 for p in self.probabilities)

    def __str__(self) -> str:
        total = len(self.probabilities)
        known = "the" if self.is_complete else "the known"
        note = "" if self.is_complete else " The search was not complete, so there may be others."
        if total == 0:
            none = (
                f"There is no {self.kind} equilibrium" if self.is_complete else f"No {self.kind} equilibrium was found"
            )
            return f"{none}, so '{self.pattern}' is neither reproduced nor ruled out by one.{note}"
        if total == 1:
            (p,) = self.probabilities
            how = "always occurs" if p == 1 else "never occurs" if p == 0 else f"occurs with probability {p}"
            only = "only" if self.is_complete else "only known"
            return f"In the {only} {self.kind} equilibrium '{self.pattern}' {how}.{note}"
        return (
            f"'{self.pattern}' always occurs in {self.certain} and possibly in {self.possible} of {known} {total} "
            f"{self.kind} equilibria.{note}"
        )


def verdict(solution: Solution, pattern: Pattern | str) -> Verdict:
    """Hold a pattern of play against every equilibrium of a dynamic game's solution.

    Parameters
    ----------
    solution : Solution
        Of a DynamicGame; every equilibrium is visited.
    pattern : Pattern or str

    Raises
    ------
    InputError
        If the pattern names an outcome that the game does not have, or the game has symbols without a value.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.DynamicGame.repeated(gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]],
    ...     actions=(("C", "D"), ("c", "d"))), discount="1/2")
    >>> print(verdict(gt.solve(game, gt.MarkovPerfect(pure=True)), "Dd forever"))
    In the only pure Markov perfect equilibrium 'Dd forever' always occurs.
    """
    from gametheory.games.dynamic import DynamicGame

    expected = "the solution of a DynamicGame under MarkovPerfect, as in verdict(solution, pattern)"
    if not isinstance(solution, Solution):
        raise InputTypeError("solution", solution, expected)
    if not isinstance(solution.game, DynamicGame):
        raise InputTypeError("solution", solution.game, expected)
    asked = pattern if isinstance(pattern, Pattern) else Pattern(pattern)
    asked.check_labels(solution.game.outcomes)
    need_numbers(solution.game)
    found = []
    for equilibrium in solution.equilibria:
        if not isinstance(equilibrium, MarkovEquilibrium):
            raise InputTypeError("solution", type(equilibrium).__name__, "Markov perfect equilibria")
        found.append(asked.probability(equilibrium.chain))
    return Verdict(asked, tuple(found), solution.status is Status.COMPLETE, str(solution.concept))
