"""The reduced game of the sovereignty cycle: two counters, two prices, one base game.

The base game is four outcomes with symbolic payoffs. Institutions are rules: ``k`` counts the constraints in force and
rises when a unilateral act meets protest (UP); ``f`` is frustration, rises with poor results (NS, and NE by bad luck) and
starts anew when a constraint is agreed; each constraint makes acting alone dearer, and joint work more rewarding for
Mexico; frustration makes acting alone popular at home.

Symbols: ``rc`` result of joint work; ``ru`` of an unresisted raid; ``l`` cost of a resisted one; ``a0 + a1 f`` applause at
home; ``c`` price of acting alone for each constraint; ``t`` trade; ``m0 + m1 k`` what Mexico gains from joint work; ``e``
cost of enforcement; ``s`` loss of sovereignty; ``z`` cost of confrontation; ``rho`` probability that protest ends in a
constraint; ``q`` probability of bad luck under joint work; ``delta_US``, ``delta_MX`` discount factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped

__all__ = ["BASELINE", "PARAMETERS", "VARIANTS", "Variant", "base_game", "reduced_game"]

PARAMETERS: dict[str, str] = {
    "delta_US": "discount factor of the United States",
    "delta_MX": "discount factor of Mexico",
    "rho": "probability that protest ends in a new constraint",
    "q": "probability of poor results under joint work",
    "rc": "result of joint work for the United States",
    "ru": "result of an unresisted raid for the United States",
    "l": "cost of a resisted raid to the United States",
    "a0": "applause at home for acting alone",
    "a1": "rise of that applause with frustration",
    "c": "price of acting alone for each constraint in force",
    "m0": "what Mexico gains from joint work",
    "m1": "rise of that gain with each constraint",
    "e": "cost of enforcement to Mexico",
    "s": "loss of sovereignty in an acquiesced raid",
    "z": "cost of confrontation to Mexico",
    "t": "trade",
}

BASELINE: dict[str, str] = {
    "delta_US": "1/2",
    "delta_MX": "9/10",
    "rho": "1",
    "q": "2/5",
    "rc": "2",
    "ru": "3/2",
    "l": "1/2",
    "a0": "0",
    "a1": "3/5",
    "c": "1/2",
    "m0": "0",
    "m1": "2/5",
    "e": "1",
    "s": "2",
    "z": "6/5",
    "t": "3",
}


def base_game() -> DynamicGame:
    """The four outcomes of a period without any institution, every parameter a symbol.

    Examples
    --------
    >>> base_game().outcomes
    ('NE', 'NS', 'UA', 'UP')
    """
    return DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={
            "NE": ("rc", "t + m0 - e"),
            "NS": (0, "t"),
            "UA": ("ru + a0", "t - s"),
            "UP": ("a0 - l", "t - z"),
        },
        discount=("delta_US", "delta_MX"),
    )


def reduced_game(*, K: int = 3, F: int = 2, naive: bool = False, relief: bool = False) -> DynamicGame:
    """The reduced game with every parameter a symbol; substitute numbers with ``.subs(**BASELINE)``.

    Parameters
    ----------
    K, F : int
        Largest number of constraints, and of steps of frustration.
    naive : bool
        The United States takes the number of constraints as fixed (it does not foresee the ratchet).
    relief : bool
        The variant in which joint work without bad luck lowers frustration by one.

    Examples
    --------
    >>> game = reduced_game(K=3, F=2)
    >>> len(game.states), game.is_directional
    (12, True)
    """
    game = base_game().with_rules(
        Counter("k", upto=K, on={"UP": "rho"}, ratchet=True),
        Counter("f", upto=F, on={"NS": 1, "NE": "q"}, down={"NE": 1} if relief else {}, reset_on=stepped("k")),
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("US", on=("UA", "UP"), by="a1*f"),
        Bonus("MX", on="NE", by="m1*k"),
    )
    return game.perceived("US", without=("k",)) if naive else game


@dataclass(frozen=True)
class Variant:
    """One change to the baseline and what it is meant to show."""

    name: str
    title: str
    change: Mapping[str, str] = field(default_factory=dict)
    naive: bool = False
    relief: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """All parameter values of the variant."""
        return {**BASELINE, **self.change}

    def game(self, *, K: int = 3, F: int = 2) -> DynamicGame:
        """The game with every parameter substituted."""
        return reduced_game(K=K, F=F, naive=self.naive, relief=self.relief).subs(**self.parameters)


VARIANTS: tuple[Variant, ...] = (
    Variant("baseline", "Baseline"),
    Variant("far_sighted", "Far-sighted United States", {"delta_US": "4/5"}),
    Variant("myopic", "Myopic United States", {"delta_US": "1/20"}),
    Variant("no_joint_gain", "Institutions bring Mexico nothing", {"m1": "0"}),
    Variant("mutual_interest", "Joint work pays Mexico from the start", {"m0": "6/5"}),
    Variant("weak_sovereignty_no_gain", "Sovereignty cheap, institutions bring nothing", {"s": "1/5", "m1": "0"}),
    Variant("weak_sovereignty", "Sovereignty cheap", {"s": "1/5"}),
    Variant("naive", "Naive United States", naive=True),
    Variant("naive_low_price", "Naive United States, constraints bite less", {"c": "3/10"}, naive=True),
)
