"""Certification: a verdict on Mexico once a year, whose punishment costs the judge trade, with Congress as a third voice.

A period is a month. Mexico makes progress (W), shows figures (T) or does nothing (S); in the month of the review Washington
certifies (C) or refuses (D), and Mexico lets a refusal pass (A) or protests (P). In all other months C only means that nothing
happens. State: ``y`` whether there are figures to show (an effort produces them with probability ``kw`` or ``kt``, they are
forgotten with probability ``u`` a month); ``k`` whether a joint yardstick has replaced the verdict (it follows protest with
probability ``rho``); the month; and the mood of Congress, an exogenous chain. A hawkish Congress overturns a positive verdict
with probability ``p`` where there are no figures and ``p0`` where there are: a third voice as a departure from the
president's decision, since the game has two players.

Symbols besides: ``rw``, ``rt`` what progress and figures are worth to Washington; ``e``, ``et`` what they cost Mexico; ``g``
what progress is worth to Mexico; ``tu``, ``lm`` what a refusal costs Washington (trade) and Mexico; ``s``, ``z`` as in the
reduced game; ``lp`` cost of a protest to Washington; ``b`` applause of a hawkish Congress for a refusal; ``cv`` embarrassment
before it of a president who certifies without figures; ``stay`` the probability that the mood of Congress lasts a month.

The law lasts a number of years, then there is no review: so the months only go forward and everything is solved backwards. For
the figures: :func:`effort_by_month`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Rule, Tremble
from gametheory.studies.us_mexico.member_tools import pure

__all__ = ["MONTHS", "NUMBERS", "READING", "MonthlyEffort", "at_numbers", "certification_game", "effort_by_month"]

#: The months of a year of review; the verdict falls in the last.
MONTHS: tuple[str, ...] = ("apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "jan", "feb", "mar")

#: Numbers, all of them inputs; ``s``, ``z``, ``e`` as in the reduced game, token effort a tenth of the cost of progress.
NUMBERS: dict[str, str] = {
    "delta_US": "49/50", "delta_MX": "49/50", "rw": "2", "rt": "1/2", "g": "0", "e": "1", "et": "1/10", "tu": "1", "lp": "1/2",
    "b": "3/5", "cv": "1/5", "lm": "2", "s": "2", "z": "6/5", "kw": "1", "kt": "1/2", "u": "1/4", "p": "1/3", "p0": "1/20",
    "rho": "1", "stay": "3/4",
}  # fmt: skip

#: What each outcome counts as in the reduced game.
READING: dict[str, str] = {
    "WC": "NE", "TC": "NS", "SC": "NS", "WDA": "UA", "TDA": "UA", "SDA": "UA", "WDP": "UP", "TDP": "UP", "SDP": "UP",
}  # fmt: skip


def certification_game(
    *,
    years: int = 1,
    months: Sequence[str] = MONTHS,
    efforts: str = "WTS",
    congress: bool = True,
    for_ever: bool = False,
) -> DynamicGame:
    """The game with every parameter a symbol.

    Parameters
    ----------
    years : int
        How long the law lasts; 0: there is no review.
    months : sequence of str
        The periods of a year; the last is that of the review.
    efforts : str
        What Mexico can do, of ``"WTS"``.
    congress : bool
        The mood of Congress as a chain; False: it is always hawkish.
    for_ever : bool
        The law never ends: the last month is followed by the first.

    Examples
    --------
    >>> game = certification_game(months=("feb", "mar"), congress=False)
    >>> game.outcomes
    ('WC', 'TC', 'SC', 'WDA', 'WDP', 'TDA', 'TDP', 'SDA', 'SDP')
    """
    if not set(efforts) <= set("WTS") or "S" not in efforts:
        raise InputError("efforts", efforts, "letters of 'WTS', S among them")
    if years < int(for_ever):
        raise InputError("years", years, "how many years the law lasts, 0 or more (for a law without end: 1 or more)")
    names = [f"{m}{year}" for year in range(1, years + 1) for m in months]
    if not for_ever:
        names.append("after")
    last = len(names) - 1
    following = [(i + 1) % len(names) if for_ever else min(i + 1, last) for i in range(len(names))]
    clock = Modulate("clock", names, [[int(j == to) for j in range(len(names))] for to in following])
    review = " + ".join(f"{months[-1]}{year}" for year in range(1, years + 1)) or "0"
    hawk = "hawk" if congress else "1"
    ends = {x: [a + x for a in efforts] for x in ("C", "DA", "DP")}
    refusal = ends["DA"] + ends["DP"]
    rules: list[Rule] = [
        Counter(
            "y",
            upto=1,
            on={a + "C": p for a, p in (("W", "kw"), ("T", "kt")) if a in efforts},
            down=dict.fromkeys(ends["C"], "u"),
            reset_on=refusal,
        ),
        Counter("k", upto=1, on=dict.fromkeys(ends["DP"], "rho"), ratchet=True),
        clock,
        *([Modulate("congress", ("hawk", "dove"), [["stay", "1 - stay"], ["1 - stay", "stay"]])] if congress else []),
        Prohibit("US", "D", when=f"k >= 1 or {review} == 0"),
        Tremble("US", to="D", probability=f"{hawk}*(p*(1 - y) + p0*y)", instead_of="C"),
        Fine("US", on=ends["C"], by=f"cv*{hawk}*(1 - y)*(1 - k)*({review})"),
        Bonus("US", on=refusal, by=f"b*{hawk}"),
    ]
    return _base(efforts).with_rules(*rules)


def _base(efforts: str) -> DynamicGame:
    worth = {"W": ("rw", "g - e"), "T": ("rt", "-et"), "S": ("0", "0")}
    payoffs = {}
    for a in efforts:
        us, mx = worth[a]
        payoffs[a + "C"] = (us, mx)
        payoffs[a + "DA"] = (f"{us} - tu", f"{mx} - lm - s")
        payoffs[a + "DP"] = (f"{us} - tu - lp", f"{mx} - lm - z")
    return DynamicGame.sequential(
        first="MX",
        moves={a: {"C": None, "D": ("A", "P")} for a in efforts},
        players=("US", "MX"),
        payoffs=payoffs,
        discount=("delta_US", "delta_MX"),
    )


@lru_cache(maxsize=32)
def _symbolic(years: int, months: tuple[str, ...], efforts: str, congress: bool, for_ever: bool) -> DynamicGame:
    return certification_game(years=years, months=months, efforts=efforts, congress=congress, for_ever=for_ever)


def at_numbers(
    change: Mapping[str, object] = {},
    *,
    years: int = 1,
    months: tuple[str, ...] = MONTHS,
    efforts: str = "WTS",
    congress: bool = True,
    for_ever: bool = False,
) -> DynamicGame:
    """The game at ``NUMBERS`` with some changes; the rest as in :func:`certification_game`."""
    of = _symbolic(years, months, efforts, congress, for_ever)
    return of.subs(**{n: x for n, x in {**NUMBERS, **change}.items() if n in of.parameters})


@dataclass(frozen=True)
class MonthlyEffort:
    """What Mexico does in one month, in equilibrium: the probabilities of progress, of figures, and of a refusal."""

    month: str
    year: int
    progress: Fraction
    figures: Fraction
    refusal: Fraction

    @property
    def effort(self) -> Fraction:
        """The probability of any effort."""
        return self.progress + self.figures


def effort_by_month(
    change: Mapping[str, object] = {},
    *,
    years: int = 1,
    law: bool = True,
    efforts: str = "WTS",
) -> tuple[MonthlyEffort, ...]:
    """Effort in each month of a year (or of several) in the pure equilibrium, exactly.

    Parameters
    ----------
    change : mapping
        Changes to ``NUMBERS``.
    years : int
        How long the law lasts.
    law : bool
        False: the same months without any review, for comparison.
    efforts : str
        What Mexico can do.

    Raises
    ------
    InputError
        If there is no pure equilibrium, or several with different play: then there is no one answer.

    Examples
    --------
    >>> [(m.month, round(float(m.effort), 2)) for m in effort_by_month() if m.effort]
    [('jan', 0.5), ('feb', 0.75)]
    """
    return _effort(tuple(sorted((k, rational(x, field=k)) for k, x in change.items())), years, law, efforts)


@lru_cache(maxsize=64)
def _effort(change: tuple[tuple[str, Fraction], ...], years: int, law: bool, efforts: str) -> tuple[MonthlyEffort, ...]:
    solution = pure(at_numbers(dict(change), years=years if law else 0, efforts=efforts))
    count = years * len(MONTHS)
    found = {tuple(tuple(sorted(row.items())) for row in e.chain.forecast(count)) for e in solution.equilibria}
    if len(found) != 1:
        raise InputError("change", dict(change), f"numbers with one equilibrium path, not {len(found)}")
    rows = []
    for t, row in enumerate(map(dict, found.pop())):
        share = {a: sum((p for label, p in row.items() if label.startswith(a)), Fraction(0)) for a in "WT"}
        refused = sum((p for label, p in row.items() if "D" in label), Fraction(0))
        rows.append(MonthlyEffort(MONTHS[t % 12], 1 + t // 12, share["W"], share["T"], refused))
    return tuple(rows)
