"""What the members of the family share: numbers put in, equilibria found once, verdicts made from findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gametheory.claims import Claim
from gametheory.conditions import Region, relation
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov
from gametheory.errors import GameTheoryError, InputError
from gametheory.exact import exact
from gametheory.games.dynamic import DynamicGame
from gametheory.signs import Atom
from gametheory.studies.us_mexico.family import LedgerVerdict, Verdict
from gametheory.studies.us_mexico.ledger_tools import Finding, cases_decide
from gametheory.studies.us_mexico.reduced import BASELINE
from gametheory.studies.us_mexico.verdicts import inertness

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
    at_rest = {**BASELINE, **values}
    unknown = sorted(set(change) - set(at_rest))
    if unknown:
        raise InputError("change", unknown, f"parameters among {sorted(at_rest)}")
    return game.subs(**{name: x for name, x in {**at_rest, **change}.items() if name in game.parameters})


def pure(game: DynamicGame) -> Solution:
    """All pure Markov perfect equilibria, every certificate checked again."""
    solution: Solution = solve(game, MarkovPerfect(pure=True))
    solution.verify()
    return solution


def paths(solution: Solution) -> str:
    """The distinct equilibrium paths in words; of play that never settles for sure, the likeliest beginning."""
    told = []
    for equilibrium in _distinct(solution):
        sentence = equilibrium.path(40).sentence()
        told.append(equilibrium.path(8).sentence() if sentence.endswith("...") else sentence)
    return " | ".join(told) or "no equilibrium in pure strategies"


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


def symbolic_paths(game: DynamicGame, *assumptions: str, seconds: float = 60.0) -> dict[tuple[str, ...], Region]:
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


def inert(game: DynamicGame, values: Mapping[str, object], *, factors: Sequence[object] = (0, "1/2", 2, 4)) -> Verdict:
    """Whether every parameter changes some equilibrium path; those that do not are named, with what that rests on.

    Parameters
    ----------
    game : DynamicGame
        Every parameter a symbol.
    values : mapping
        What the member adds to the baseline of the reduced game.
    factors : sequence of numbers
        By which each parameter is multiplied in turn.
    """
    statement = "Every parameter matters: each changes some equilibrium path"
    found = inertness(game, {**BASELINE, **values}, factors=factors)
    cancel = [r.parameter for r in found if r.is_inert and r.evidence == "proved"]
    idle = [r.parameter for r in found if r.is_inert and r.evidence == "tried"]
    told = []
    if cancel:
        told.append(f"cancels, whatever the numbers: {', '.join(cancel)}")
    if idle:
        times = ", ".join(map(str, factors))
        told.append(f"no change at these numbers, multiplied by {times} in turn (no proof beyond): {', '.join(idle)}")
    if cancel:
        return Verdict(statement, LedgerVerdict.CONTRADICTED, "proved (cancels); exact solutions", "; ".join(told))
    if idle:
        return Verdict(statement, LedgerVerdict.UNDECIDED, "exact solutions", "; ".join(told))
    return Verdict(statement, LedgerVerdict.DERIVED, "exact solutions, a change for each", f"{len(found)} parameters")


def requires(region: Region, expression: str) -> bool:
    """Whether a region lies where the expression is not negative: each of its alternatives is proved to imply that.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    >>> found = symbolic_paths(DynamicGame.repeated(stage, discount="delta"))
    >>> requires(found["00",], "R - T"), requires(found["00",], "T - R")
    (True, False)
    """
    cells, domain = region.cells(), region.domain
    asked = domain.ring.read(exact(expression))  # a polynomial: its denominator is a number

    def implied(cell: Sequence[Atom]) -> bool:
        if domain.implies(cell, (asked.num, ">=")):
            return True
        given = [*domain.relations, *(relation(domain, atom) for atom in cell)]
        return Claim(f"{expression} >= 0", given, parameters=domain.names).prove(seconds=4.0).kind == "proved"

    return cells is not None and all(map(implied, cells))


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
