"""What each side wants, as orderings of the four outcomes of a period, each with the passage that it rests on.

Outcomes: the United States negotiates (N) or acts alone (U); Mexico answers N by enforcing (E) or shirking (S), and U by
acquiescing (A) or protesting (P).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gametheory.games.dynamic import DynamicGame
from gametheory.games.preferences import Ordering

__all__ = ["STATED", "StateCheck", "StatedOrdering", "calibration"]


@dataclass(frozen=True)
class StatedOrdering:
    """A reading of the article.

    Attributes
    ----------
    player, situation : str
    ordering : Ordering
    section : str
        Section of the article.
    claims : tuple of int
        Numbers of the claims (restated and numbered in the study's list) that it rests on.
    reading : str
        What was read into the text, in our words.
    """

    player: str
    situation: str
    ordering: Ordering
    section: str
    claims: tuple[int, ...]
    reading: str


STATED: dict[str, StatedOrdering] = {
    "us_calm": StatedOrdering(
        "US",
        "calm (f = 0)",
        Ordering("NE > UA > NS > UP"),
        "Applying This Framework Dynamically",
        (1, 5),
        "Joint work that delivers is best in principle; an unresisted raid beats fruitless talk; a resisted raid is worst.",
    ),
    "us_frustrated": StatedOrdering(
        "US",
        "frustrated (f > 0)",
        Ordering("UA > NE > UP > NS"),
        "Introduction; Applying This Framework Dynamically",
        (5, 16, 22),
        "After poor results acting alone pays at home whatever the answer: even a resisted raid beats more fruitless talk.",
    ),
    "us_dove": StatedOrdering(
        "US",
        "frustrated, doves in Congress",
        Ordering("NE > UA > UP > NS"),
        "Applying This Framework Dynamically",
        (15,),
        "Doves keep joint work first even when frustrated.",
    ),
    "mx": StatedOrdering(
        "MX",
        "trade not at risk",
        Ordering("NS > NE > UP > UA"),
        "Applying This Framework Dynamically; Conclusion",
        (3, 6, 7),
        "Order, sovereignty and trade rank above the drug flow: shirking beats enforcing, and a violation is not let pass.",
    ),
    "us_hawk": StatedOrdering(
        "US",
        "hawks in Congress",
        Ordering("UA > UP > NE > NS"),
        "Applying This Framework Dynamically",
        (15,),
        "Hawks want action at the border: even a resisted raid ranks above joint work.",
    ),
    "us_public": StatedOrdering(
        "US",
        "public opinion",
        Ordering("UA ~ UP > NE > NS"),
        "Applying This Framework Dynamically; Conclusion",
        (16,),
        "Visible action abroad is rewarded whatever Mexico answers; joint work is worth what it delivers.",
    ),
    "mx_nationalist": StatedOrdering(
        "MX",
        "nationalist elites",
        Ordering("NS > UP > NE > UA"),
        "Applying This Framework Dynamically",
        (17,),
        "Autonomy first: confrontation ranks above enforcing for Washington, and nothing is worse than a raid let pass.",
    ),
    "mx_cosmopolitan": StatedOrdering(
        "MX",
        "cosmopolitan elites",
        Ordering("NE > NS > UA > UP"),
        "Applying This Framework Dynamically",
        (17,),
        "The relationship first: joint work is wanted for itself, and confrontation is what is worst.",
    ),
    "mx_public": StatedOrdering(
        "MX",
        "public opinion",
        Ordering("NE > UA > NS > UP"),
        "Applying This Framework Dynamically",
        (18,),
        "Help is welcome, even unasked, and ranks above a government that does nothing.",
    ),
}


@dataclass(frozen=True)
class StateCheck:
    """The payoffs of one state held against the declared orderings.

    ``k`` and ``f`` are the state; ``induced`` are the orderings that the payoffs express there; ``expected`` names the
    declared ordering of each player; ``holds`` says whether the payoffs satisfy it (None where nothing was declared:
    orderings are declared without constraints in force, k = 0).
    """

    state: str
    k: int
    f: int
    induced: tuple[Ordering, Ordering]
    expected: tuple[str, str]
    holds: tuple[bool | None, bool | None]


def calibration(game: DynamicGame) -> tuple[StateCheck, ...]:
    """Hold the numeric payoffs of the reduced game against the declared orderings, in every state.

    Examples
    --------
    >>> from gametheory.studies.us_mexico.reduced import reduced_game, BASELINE
    >>> checks = calibration(reduced_game().subs(**BASELINE))
    >>> all(all(check.holds) for check in checks if check.k == 0)
    True
    """
    found = []
    for name, period, variables in zip(game.states, game.periods, game.variables, strict=True):
        k, f = int(variables["k"]), int(variables["f"])
        payoffs: list[dict[str, Fraction]] = [
            {play.label: play.payoffs[i] for play in period.plays}  # type: ignore[misc]
            for i in (0, 1)
        ]
        expected = ("us_calm" if f == 0 else "us_frustrated", "mx")
        declared = len(period.plays) == 4 and k == 0
        holds = tuple(
            STATED[key].ordering.holds(pay) if declared else None for key, pay in zip(expected, payoffs, strict=True)
        )
        induced = (Ordering.from_payoffs(payoffs[0]), Ordering.from_payoffs(payoffs[1]))
        found.append(StateCheck(name, k, f, induced, expected, (holds[0], holds[1])))
    return tuple(sorted(found, key=lambda c: (c.k, c.f)))
