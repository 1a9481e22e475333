"""The rivals on equal terms: what each account predicts of the same observable things, computed from its solved games.

An account is a game at its reference numbers (those of the reduced game's baseline wherever both have the parameter). Each is solved
under its own concept and under ours, Markov perfection: all pure equilibria count, and where there is none all mixed ones. Where they
differ a prediction names each answer. Reference numbers are inputs; with others the predictions may differ.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gametheory.equilibria.solve import solve
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.errors import GameTheoryError, InputError
from gametheory.evidence.patterns import Pattern
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico import rival_gradualism as gradualism
from gametheory.studies.us_mexico import rival_tied_hands as tied_hands
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Verdict
from gametheory.studies.us_mexico.ledger_tools import keeps_orderings
from gametheory.studies.us_mexico.member_tools import numeric
from gametheory.studies.us_mexico.observed import PATTERNS
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game
from gametheory.studies.us_mexico.rival_indirect_control import control_numbers
from gametheory.studies.us_mexico.rival_plays import (
    RivalPlay,
    as_set,
    constant_play,
    constraint,
    direction,
    each,
    final,
    markov_plays,
    opening,
    protest,
    raids_by_period,
    trend,
)
from gametheory.studies.us_mexico.rival_realism import power_game

__all__ = [
    "ACCOUNTS",
    "IMPLICATIONS",
    "MEMBER",
    "Account",
    "Prediction",
    "power_trends",
    "predictions",
    "raids_over_time",
]

IMPLICATIONS: dict[str, str] = {
    "opening": "What Washington opens with",
    "protest": "Whether Mexico protests raids in play",
    "constraint": "Whether a raid in play is followed by a constraint",
    "raids over time": "Raids in the long run, against the first ten periods",
    "final play": "What fills the long run",
    "power": "Washington's long-run payoff as its power goes from half to double",
    "trade stake": "Whether play changes as trade goes from half to double",
    "foresight": "Final play of a short-sighted and of a far-sighted Washington",
}


@dataclass(frozen=True)
class Account:
    """One account of the record.

    Attributes
    ----------
    name, title : str
    concept : str
        Its own, in words.
    own, ours : callable
        From ``power``, ``trade`` (factors) and ``delta`` (None: its reference) to all equilibrium plays found.
    deltas : (str, str)
        A short-sighted and a far-sighted Washington (with one discount factor for both: both sides).
    has : tuple of str
        Which of power and trade are in the account at all.
    """

    name: str
    title: str
    concept: str
    own: Callable[..., tuple[RivalPlay, ...]]
    ours: Callable[..., tuple[RivalPlay, ...]]
    deltas: tuple[str, str] = ("1/20", "4/5")
    has: tuple[str, ...] = ("power", "trade")


@dataclass(frozen=True)
class Prediction:
    """What an account predicts of one observable thing.

    Attributes
    ----------
    account, implication : str
        Names; see ``ACCOUNTS`` and ``IMPLICATIONS``.
    concept : str
        ``"own"`` or ``"ours"``.
    value : str
        The answer in few words; several answers, one for each kind of equilibrium, are joined by " or ".
    """

    account: str
    concept: str
    implication: str
    value: str


# --- plays ------------------------------------------------------------------------------------------------------------


def _values(power: object, trade: object, delta: object) -> dict[str, object]:
    changed: dict[str, object] = {
        "z": rational(power) * rational(BASELINE["z"]),
        "t": rational(trade) * rational(BASELINE["t"]),
    }
    return changed if delta is None else {**changed, "delta_US": delta}


def _article(power: object = 1, trade: object = 1, delta: object = None, **change: Any) -> tuple[RivalPlay, ...]:
    naive = change.pop("naive", False)
    return markov_plays(numeric(reduced_game(naive=naive), {}, {**change, **_values(power, trade, delta)}))


def _naive(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    return _article(power, trade, delta, naive=True, c="3/10")


def _realism(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    values = _values(1, trade, delta)
    values.pop("z")
    return markov_plays(power_game(power=2 * rational(power), ratchet=False, **values))  # type: ignore[arg-type]


def _realism_ratchet(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    values = _values(1, trade, delta)
    values.pop("z")
    return markov_plays(power_game(power=2 * rational(power), **values))  # type: ignore[arg-type]


def _control(power: object = 1, trade: object = 1, delta: object = None, K: int = 0) -> tuple[RivalPlay, ...]:
    return markov_plays(control_numbers(K=K, **_values(power, trade, delta)))  # type: ignore[arg-type]


def _control_ratchet(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    return _control(power, trade, delta, K=2)


def _contract(power: object, trade: object, delta: object) -> DynamicGame:
    values = _values(power, trade, None)
    return tied_hands.contract(fine="7/10", discount="2/5" if delta is None else delta, **values)


def _tied(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    """The best joint play with payments."""
    game = _contract(power, trade, delta)
    found = solve(game, SubgamePerfect(transfers=True)).evidence
    plays = {p.label: sum(p.payoffs) for p in game.periods[0].plays}
    return (constant_play(tied_hands._READING[found.best_play[0]], Fraction(plays[found.best_play[0]])),)


def _tied_markov(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    return markov_plays(_contract(power, trade, delta), tied_hands._READING)


def _gradual(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    """The gradual path if it exists at this discount factor, and the equilibrium in which nobody commits."""
    numbers = {**gradualism._NUMBERS, **({} if delta is None else {"delta": delta})}
    gain = rational(numbers["B"]) - rational(numbers["G"])
    try:
        gradualism.gradual_path(**numbers, periods=1)  # type: ignore[arg-type]
    except InputError:  # no step is worth taking
        return (constant_play("NS", Fraction(0)),)
    return (constant_play("NE", gain), constant_play("NS", Fraction(0)))


def _gradual_markov(power: object = 1, trade: object = 1, delta: object = None) -> tuple[RivalPlay, ...]:
    return markov_plays(
        gradualism._numeric(steps=2, **({} if delta is None else {"delta": delta})), gradualism._READING
    )


ACCOUNTS: tuple[Account, ...] = (
    Account("article", "The article, with foresight", "Markov perfect", _article, _article),
    Account("article_naive", "The article, naive Washington", "Markov perfect, ratchet not foreseen", _naive, _naive),
    Account("realism", "Realism", "subgame perfect in the period, no institutions", _realism, _realism_ratchet),
    Account(
        "indirect_control",
        "Indirect control",
        "public strategies of two phases, no ratchet",
        _control,
        _control_ratchet,
    ),
    Account(
        "gradualism", "Gradualism", "subgame perfect, divisible steps", _gradual, _gradual_markov, ("1/5", "4/5"), ()
    ),
    Account(
        "tied_hands",
        "Tied hands",
        "subgame perfect with payments, best joint play",
        _tied,
        _tied_markov,
        ("1/5", "3/5"),
    ),
)


@lru_cache(maxsize=1)
def predictions() -> tuple[Prediction, ...]:
    """What each account predicts, under its own concept and under ours, of every implication; computed from solved games.

    Examples
    --------
    >>> found = {(p.account, p.concept, p.implication): p.value for p in predictions()}
    >>> found["article", "own", "power"], found["realism", "own", "power"], found["tied_hands", "own", "final play"]
    ('flat', 'rises', 'NE')
    """
    found = []
    for account in ACCOUNTS:
        for concept, plays in (("own", account.own), ("ours", account.ours)):
            at = plays()
            half = {name: plays(**{name: "1/2"}) for name in ("power", "trade")}
            double = {name: plays(**{name: 2}) for name in ("power", "trade")}
            same = as_set(half["trade"]) == as_set(double["trade"])
            short, far = (plays(delta=d) for d in account.deltas)
            answers = {
                "opening": each(at, opening),
                "protest": each(at, protest),
                "constraint": each(at, constraint),
                "raids over time": each(at, direction),
                "final play": each(at, final),
                "power": trend(half["power"], double["power"]) if "power" in account.has else "not in it",
                "trade stake": ("none" if same else "changes") if "trade" in account.has else "not in it",
                "foresight": f"{each(short, final)}; {each(far, final)}",
            }
            found += [Prediction(account.name, concept, name, answers[name]) for name in IMPLICATIONS]
    return tuple(found)


def raids_over_time(account: str, *, concept: str = "own", periods: int = 12) -> tuple[tuple[Fraction, ...], ...]:
    """The probability of a unilateral act in each of the first periods, exactly, one row for each equilibrium play.

    Parameters
    ----------
    account : str
        A name of ``ACCOUNTS``.
    concept : str
        ``"own"`` or ``"ours"``.
    periods : int

    Examples
    --------
    >>> [str(x) for x in raids_over_time("article", periods=9)[0]]
    ['0', '0', '1', '0', '0', '1', '0', '1', '0']
    """
    chosen = next((a for a in ACCOUNTS if a.name == account), None)
    if chosen is None:
        raise InputError("account", account, f"one of {', '.join(a.name for a in ACCOUNTS)}")
    if concept not in ("own", "ours"):
        raise InputError("concept", concept, "'own' or 'ours'")
    return tuple(tuple(raids_by_period(play, periods)) for play in (chosen.own if concept == "own" else chosen.ours)())


def power_trends(*, draws: int = 20, seed: int = 1) -> dict[str, dict[str, Fraction]]:
    """How Washington's long-run payoff moves from half to double power, away from the reference numbers.

    Each parameter is the baseline's times a factor, uniform between 1/2 and 3/2 (in steps of 1/10007) and independent; draws that
    violate a stated ordering without constraints in force are drawn again. Shares of this measure, no probabilities.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    dict
        For the article's account (with foresight) and for realism: share of the draws by answer (``"flat"``, ``"rises"``, ``"falls"``,
        ``"open"`` where equilibria differ, ``"undecided"`` where not all could be found); with the final plays at half and at double
        power where it moves.

    Examples
    --------
    >>> {name: sum(shares.values()) for name, shares in power_trends(draws=1).items()}
    {'article': Fraction(1, 1), 'realism': Fraction(1, 1)}
    """
    rng, small = random.Random(seed), reduced_game(K=1, F=1)
    found = {"article": Counter[str](), "realism": Counter[str]()}
    for _ in range(draws):
        while True:
            values = {name: rational(x) * Fraction(rng.randint(5004, 15010), 10007) for name, x in BASELINE.items()}
            values |= {name: min(values[name], Fraction(19, 20)) for name in ("delta_US", "delta_MX")}
            values["rho"] = min(values["rho"], Fraction(1))
            if keeps_orderings(small.subs(**values)):
                break
        ends = {}
        for name, ratchet, at in (("article", True, 1), ("realism", False, 2)):
            try:
                low, high = (
                    markov_plays(power_game(power=at * rational(w), ratchet=ratchet, **values)) for w in ("1/2", 2)
                )
                moved = trend(low, high)
                ends[name] = moved if moved == "flat" else f"{moved} ({each(low, final)} to {each(high, final)})"
            except GameTheoryError:
                ends[name] = "undecided"
        for name, answer in ends.items():
            found[name][answer] += 1
    return {name: {x: Fraction(n, draws) for x, n in sorted(counts.items())} for name, counts in found.items()}


# --- the member -------------------------------------------------------------------------------------------------------


def _differs() -> dict[str, list[str]]:
    """For each rival the observable things of which it predicts something else than the article's account, own concepts."""
    table = {(p.account, p.implication): p.value for p in predictions() if p.concept == "own"}
    rivals = [a for a in ACCOUNTS if not a.name.startswith("article")]
    return {a.title: [i for i in IMPLICATIONS if table[a.name, i] != table["article", i]] for a in rivals}


def _verdicts() -> tuple[Verdict, ...]:
    table = {(p.account, p.concept, p.implication): p.value for p in predictions()}
    differs = _differs()
    common = [i for i in IMPLICATIONS if all(i in found for found in differs.values())]
    cycle = PATTERNS["cycle"]
    poor = Pattern(".* NS .* NE forever")
    shows, puzzle = {}, {}
    for a in ACCOUNTS:
        plays = a.own()
        shows[a.title] = max((cycle.probability(p.chain) for p in plays), default=Fraction(0))
        puzzle[a.title] = max((poor.probability(p.chain) for p in plays), default=Fraction(0))
    alone = [name for name, p in puzzle.items() if p]
    power = {a.title: table[a.name, "own", "power"] for a in ACCOUNTS}
    ours = {a.title: table[a.name, "ours", "final play"] for a in ACCOUNTS}
    own = {a.title: table[a.name, "own", "final play"] for a in ACCOUNTS}
    moved = [name for name in own if own[name] != ours[name]]

    trends = {name: {x: str(y) for x, y in found.items()} for name, found in power_trends(draws=12).items()}

    def told(values: Mapping[str, object]) -> str:
        return "; ".join(f"{name}: {x}" for name, x in values.items())

    only = bool(alone) and all(name.startswith("The article") for name in alone)
    return (
        Verdict(
            "Only the article's account has poor results first and joint work in the end",
            LedgerVerdict.CONDITIONAL if only else LedgerVerdict.CONTRADICTED,
            "exact solutions, each account under its own concept",
            f"largest probability over equilibria of poor results that end in joint work: {told(puzzle)}; of the "
            f"cycle: {told(shows)}. "
            "Condition: the reference numbers",
            (91,),
        ),
        Verdict(
            "Observable things tell the article's account from every rival",
            LedgerVerdict.CONDITIONAL if common else LedgerVerdict.CONTRADICTED,
            "exact solutions, each account under its own concept",
            f"from all rivals: {', '.join(common) or 'none'}; one by one: "
            f"{told({name: ', '.join(found) for name, found in differs.items()})}. Condition: the reference numbers",
            (85, 91),
        ),
        Verdict(
            "What Washington obtains does not rise with its power",
            LedgerVerdict.CONDITIONAL if power[ACCOUNTS[0].title] in ("flat", "falls") else LedgerVerdict.CONTRADICTED,
            "exact solutions, each account under its own concept",
            f"its long-run payoff from half to double power: {told(power)}. Away from the reference numbers, "
            f"shares of 12 draws (factors "
            f"between 1/2 and 3/2, seeded): {told({name: told(shares) for name, shares in trends.items()})}. "
            f"Condition: "
            "the article's account, and a ratchet that keeps protest worthwhile at the higher power too; where "
            "it does not, raids let pass "
            "are what power brings, and these can pay more than joint work or less",
            (85,),
        ),
        Verdict(
            "The rivals' predictions survive Markov perfection with the article's institutions",
            LedgerVerdict.CONTRADICTED if len(moved) == len(ACCOUNTS) - 2 else LedgerVerdict.CONDITIONAL,
            "exact solutions, own concept beside ours",
            f"final play under the own concept: {told(own)}; under ours: {told(ours)}. Condition: it changes for "
            f"{', '.join(moved)}",
            (85,),
        ),
    )


MEMBER = Member(
    name="rivals",
    title="The rivals on the same axes",
    about="What each account predicts of the same observable things, under its own concept and under ours.",
    point="rivals",
    claims=(85, 91),
    settings=(),
    verdicts=_verdicts,
)
