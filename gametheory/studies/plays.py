"""The distinct plays of a setting's equilibria, in the vocabulary of the study's patterns and record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from gametheory.equilibria.play import Chain
from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status
from gametheory.equilibria.subgame_perfect import PayoffSolution
from gametheory.studies.family import Setting

__all__ = ["Play", "Plays", "plays"]

_LIMIT = 500


@dataclass(frozen=True)
class Play:
    """One way in which equilibrium play can go, and how many equilibria go that way.

    Attributes
    ----------
    chain : Chain
        Only what play reaches; outcomes are named as the study's patterns name them.
    number : int
    """

    chain: Chain
    number: int


@dataclass(frozen=True)
class Plays:
    """The distinct plays of all equilibria found.

    Attributes
    ----------
    plays : tuple of Play
        In the order in which they were found.
    number : int
        Equilibria that were found.
    is_complete : bool
        Whether no equilibrium of the setting's kind is missing, and none was left out.
    left_out : str
        In words, equilibria whose play is not here and why; empty if there are none.
    """

    plays: tuple[Play, ...]
    number: int
    is_complete: bool
    left_out: str = ""


def plays(setting: Setting, solution: Solution, *, limit: int = _LIMIT) -> Plays:
    """The distinct plays of the equilibria of a solved setting.

    Equilibria that differ only where play never comes count as one play. A solution that holds no stationary equilibria
    (payoff sets of history-dependent play, say) has no single play; it is left out, and said so.

    Parameters
    ----------
    setting : Setting
    solution : Solution
    limit : int
        Of a larger family of equilibria the first so many are visited.

    Examples
    --------
    >>> from gametheory.studies.us_mexico import VARIANTS
    >>> from gametheory.studies.family import solve_setting
    >>> setting = Setting("baseline", "Baseline", VARIANTS[0].game)
    >>> found = plays(setting, solve_setting(setting))
    >>> found.number, found.is_complete, found.plays[0].chain.path(9).sentence()
    (1, True, 'NS NS UP NS NS UP NS UP, then NE for ever')
    """
    if isinstance(solution, PayoffSolution):
        return Plays((), 0, False, "payoff sets of history-dependent play, which is not one stationary play")
    number = solution.count
    kept: dict[tuple[object, object], Chain] = {}
    counted: Counter[tuple[object, object]] = Counter()
    strange = other = 0
    for equilibrium in islice(iter(solution.equilibria), limit):
        if not isinstance(equilibrium, MarkovEquilibrium):
            other += 1
            continue
        chain = equilibrium.chain.relabelled(setting.reading).reachable()
        if not all(isinstance(m.probability, (int, Fraction)) for row in chain.moves for m in row):
            strange += 1
            continue
        kept.setdefault((chain.states, chain.moves), chain)
        counted[chain.states, chain.moves] += 1
    left = []
    if number > limit:
        left.append(f"{number - limit} equilibria beyond the first {limit}")
    if strange:
        left.append(f"{strange} mixed equilibria whose probabilities are not rational numbers")
    if other:
        left.append(f"{other} equilibria that are not stationary")
    listed = tuple(Play(chain, counted[key]) for key, chain in kept.items())
    return Plays(listed, number, solution.status is Status.COMPLETE and not left, "; ".join(left))
