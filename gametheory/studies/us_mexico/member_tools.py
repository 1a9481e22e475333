"""What the members of the family share: numbers put in, equilibria found once, verdicts made from findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov
from gametheory.errors import GameTheoryError
from gametheory.exact import exact
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.family import LedgerVerdict, Verdict
from gametheory.studies.us_mexico.ledger_tools import Finding, cases_decide
from gametheory.studies.us_mexico.reduced import BASELINE

__all__ = [
    "assuming",
    "both_ways",
    "choices",
    "found_in",
    "judged",
    "numeric",
    "paths",
    "proposition",
    "pure",
    "requires",
    "symbolic_paths",
]


def numeric(game: DynamicGame, values: Mapping[str, object], change: Mapping[str, object]) -> DynamicGame:
    """The game at the baseline of the reduced game, with the values that a member adds and some changes."""
    known = {**BASELINE, **values, **change}
    named = {name: value for name, value in known.items() if name in game.parameters}
    return game.subs(**named, **{name: value for name, value in change.items() if name not in named})


def pure(game: DynamicGame) -> Solution:
    """All pure Markov perfect equilibria, every certificate checked again."""
    solution: Solution = solve(game, MarkovPerfect(pure=True))
    solution.verify()
    return solution


def paths(solution: Solution) -> str:
    """The distinct equilibrium paths in words."""
    return " | ".join(e.path(40).sentence() for e in _distinct(solution)) or "no equilibrium in pure strategies"


def _distinct(solution: Solution) -> list[MarkovEquilibrium]:
    found: dict[Any, MarkovEquilibrium] = {
        (c := e.chain.reachable()).states + tuple(c.moves): e for e in solution.equilibria
    }
    return list(found.values())


def assuming(*texts: str) -> tuple[Any, ...]:
    """Comparisons such as ``"s > z"`` or ``"h >= 0"`` as sympy relationals.

    Examples
    --------
    >>> assuming("s > z", "c >= 0")
    (s > z, c >= 0)
    """
    import sympy

    found = []
    for text in texts:
        form, sign = (sympy.Ge, ">=") if ">=" in text else (sympy.Gt, ">")
        left, _, right = text.partition(sign)
        found.append(form(sympy.sympify(exact(left)), sympy.sympify(exact(right))))
    return tuple(found)


def symbolic_paths(game: DynamicGame, *assumptions: str, seconds: float = 60.0) -> dict[tuple[str, ...], Any]:
    """For all parameters at once: each sequence of outcomes that a pure equilibrium can show, with its region.

    Raises
    ------
    GameTheoryError
        If time ran out: then nothing is known of what is missing.
    """
    solver = SymbolicMarkov(assumptions=assuming(*assumptions), seconds=seconds)
    solution = solver.solve(game, MarkovPerfect(pure=True))
    if solution.status is Status.PARTIAL:
        raise GameTheoryError(solution.reason)
    return {e.sequence: e.region for e in solution.equilibria}


def choices(equilibrium: MarkovEquilibrium, point: str, **at: int) -> dict[str, str]:
    """What is chosen at a point (``"US after UP"``) in each state in which the variables have these values."""
    game = equilibrium.game
    return {
        state: row[point]
        for (state, row), variables in zip(equilibrium.policy.items(), game.variables, strict=True)
        if point in row and all(variables[name] == value for name, value in at.items())
    }


def judged(statement: str, finding: Finding, *claims: int) -> Verdict:
    """A finding as the verdict on a statement."""
    return Verdict(statement, finding.verdict, finding.evidence, finding.detail, claims)


def both_ways(statement: str, worlds: Mapping[str, bool], condition: str, *claims: int) -> Verdict:
    """Solved cases in which the statement holds or fails, and on what that depends."""
    return judged(statement, cases_decide(lambda: worlds, lambda: condition)(), *claims)


def proposition(statement: str, holds: bool, detail: str, *claims: int, evidence: str = "proved") -> Verdict:
    """A statement that a proof in symbols bears out; one that the proof does not reach is undecided."""
    if holds:
        return Verdict(statement, LedgerVerdict.DERIVED, evidence, detail, claims)
    return Verdict(statement, LedgerVerdict.UNDECIDED, "", f"the proof did not go through. Meant: {detail}", claims)


def requires(region: Any, expression: str) -> bool:
    """Whether a region's own conditions say that the expression is not negative (up to a positive factor).

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> path = SymbolicMarkov().solve(game, MarkovPerfect(pure=True)).equilibria[0]
    >>> requires(path.region, "R - T"), requires(path.region, "T - R")
    (True, False)
    """
    import sympy

    asked = sympy.sympify(exact(expression))
    for relation in region.conditions:
        if isinstance(relation, (sympy.Ge, sympy.Gt)):
            ratio = sympy.cancel((relation.lhs - relation.rhs) / asked)
            if ratio.is_number and ratio > 0:
                return True
    return False


def found_in(solution: Solution, condition: Callable[[MarkovEquilibrium], bool]) -> bool:
    """Whether each equilibrium satisfies the condition; where there is none the question has no answer.

    Raises
    ------
    GameTheoryError
        If there is no equilibrium.
    """
    each: Sequence[MarkovEquilibrium] = list(solution.equilibria)
    if not each:
        raise GameTheoryError("no equilibrium in pure strategies: there is nothing to judge")
    return all(map(condition, each))
