"""Orderings and rules of the dispute over fishing limits.

In a period Iceland moves first: it holds to the limits in force (H) or extends them alone (X). After X Britain yields (Y) or resists
(R); after H nothing is asked of it (K). ``k`` counts the limits that have come to be recognised and never falls; an extension
that meets resistance ends in recognition with probability ``rho``, one that does not for certain. ``d``, pressure on the stocks, rises
while limits stay as they are and starts anew with each new limit.

Symbols: ``g`` what each recognised limit is worth to Iceland; ``b`` what it costs Britain in catch; ``w`` cost of a confrontation to
Iceland and ``n`` to Britain; ``v`` Britain's catch where it is
left alone; ``r`` what Britain still catches, in a period, by fishing under escort; ``h`` what extending without
prospect of another limit costs Iceland abroad; ``p`` what extending is worth at home for each step of pressure; ``rho``;
discount factors ``delta_IS``, ``delta_UK``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped
from gametheory.games.preferences import Ordering

__all__ = ["BASELINE", "ORDERINGS", "limits_game"]

#: What is believed of preferences within one period, under full pressure on the stocks and leaving the future aside: Iceland
#: likes an extension that is accepted best and a confrontation least; Britain
#: prefers to be left alone, and to fish under escort rather than to yield.
ORDERINGS: Mapping[str, Ordering] = MappingProxyType({"IS": Ordering("XY > HK > XR"), "UK": Ordering("HK > XR > XY")})

BASELINE: Mapping[str, str] = MappingProxyType(
    {
        "delta_IS": "4/5",
        "delta_UK": "1/2",
        "rho": "4/5",
        "g": "1",
        "b": "1/2",
        "w": "2",
        "n": "1/2",
        "v": "1",
        "r": "4/5",
        "h": "1/2",
        "p": "1",
    }
)


def limits_game(*, limits: int = 4, pressure: int = 2) -> DynamicGame:
    """The dispute with every parameter a symbol; substitute numbers with ``.subs(**BASELINE)``.

    Parameters
    ----------
    limits : int
        How many extensions there can be (four, twelve, fifty and two hundred miles: 4).
    pressure : int
        Steps of pressure on the stocks.

    Examples
    --------
    >>> limits_game().outcomes
    ('HK', 'XY', 'XR')
    """
    base = DynamicGame.sequential(
        first="IS",
        moves={"H": ("K",), "X": ("Y", "R")},
        players=("IS", "UK"),
        payoffs={"HK": (0, "v"), "XY": ("-h", 0), "XR": ("-h - w", "r - n")},
        discount=("delta_IS", "delta_UK"),
    )
    everything = ("HK", "XY", "XR")
    return base.with_rules(
        Counter("k", upto=limits, on={"XY": 1, "XR": "rho"}, ratchet=True),
        Counter("d", upto=pressure, on={"HK": 1}, reset_on=stepped("k")),
        Bonus("IS", on=everything, by="g*k"),
        Fine("UK", on=everything, by="b*k"),
        Bonus("IS", on=("XY", "XR"), by="p*d"),
    )
