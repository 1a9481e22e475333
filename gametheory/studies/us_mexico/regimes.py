"""Multilateral regimes: why joining costs nothing and binds nothing, and when it would bind.

In each period Washington works through the regime (R) or tries to dominate it (D). Mexico answers R by effort (E), by ceding
police powers to the regime (C), by signing without effort (S) or by staying out (O); under domination it stays (S) or pulls back
(O), and dealings become bilateral. Symbols: ``lg`` legitimacy that Washington gains from signatures, ``cl`` latitude that it
gives up; ``lim`` what limits on Washington are worth to Mexico, ``sg`` cost of signing; ``e`` cost of effort, of which the
producer carries the share ``bm``; ``g`` gain from effort under mutual interest, ``w`` relief by capacity; ``rm`` results of
effort, which need coordination and capacity; ``sh`` shame of signing without effort under peer review; ``sp`` loss of police
powers, ``aid`` what Washington would pay for them (the regime then supplies coordination and capacity itself); ``s`` loss
under domination; ``dom``, ``bil`` what a dominated regime and bilateral dealings are worth to Washington. Mutual interest,
coordination and capacity are switches, as in the four conditions; the fourth, an institution, is there by definition.

In a variant interests are shared for a while and then part for good, with probability ``h`` a period.

For the figures: :func:`backing` (what each combination of conditions brings) and :func:`conditions` (when each answer is the
equilibrium's, in symbols).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import product

from gametheory.conditions import Region
from gametheory.evidence.patterns import Pattern
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Modulate
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_regions import equal, region, within
from gametheory.studies.us_mexico.member_tools import both_ways, paths, proposition, pure, symbolic_paths

__all__ = ["MEMBER", "NUMBERS", "Backing", "backing", "conditions", "regime_game"]

#: Numbers, all of them inputs; ``e`` and ``s`` as in the reduced game.
NUMBERS: dict[str, str] = {
    "delta_US": "1/2", "delta_MX": "9/10", "lg": "1/2", "cl": "1/5", "lim": "1/4", "sg": "0", "e": "1", "bm": "9/10", "g": "1/2",
    "w": "1/2", "rm": "2", "sh": "0", "sp": "2", "aid": "1", "s": "2", "dom": "1", "bil": "1/10", "h": "1/5",
    "interest": "1", "coordination": "0", "capacity": "0",
}  # fmt: skip

_FULL = {"coordination": "1", "capacity": "1", "g": "3/4"}

#: What each outcome counts as in the reduced game.
READING: dict[str, str] = {"RE": "NE", "RC": "NE", "RS": "NS", "RO": "NS", "DS": "UA", "DO": "UP"}


def regime_game(*, parting: bool = False) -> DynamicGame:
    """The game with every parameter and every switch a symbol.

    Parameters
    ----------
    parting : bool
        Interests are shared at first and part for good, with probability ``h`` a period.

    Examples
    --------
    >>> regime_game().outcomes
    ('RE', 'RC', 'RS', 'RO', 'DS', 'DO')
    """
    base = DynamicGame.sequential(
        first="US",
        moves={"R": ("E", "C", "S", "O"), "D": ("S", "O")},
        players=("US", "MX"),
        payoffs={
            "RE": ("lg - cl + rm*coordination*capacity", "lim - sg + w*capacity - bm*e"),
            "RC": ("lg - cl + rm - aid", "lim - sg + w - bm*e - sp + aid"),
            "RS": ("lg - cl", "lim - sg - sh"),
            "RO": ("bil", 0),
            "DS": ("dom", "-s"),
            "DO": ("bil", 0),
        },
        discount=("delta_US", "delta_MX"),
    )
    gain = "g*interest"
    if not parting:
        return base.with_rules(Bonus("MX", on=("RE", "RC"), by=gain))
    interests = Modulate("interests", ("shared", "apart"), [["1 - h", "h"], [0, 1]])
    return base.with_rules(interests, Bonus("MX", on=("RE", "RC"), by=f"{gain}*shared"))


@lru_cache(maxsize=2)
def _built(parting: bool) -> DynamicGame:
    return regime_game(parting=parting)


def _game(change: Mapping[str, object], *, parting: bool = False) -> DynamicGame:
    of = _built(parting)
    return of.subs(**{n: x for n, x in {**NUMBERS, **change}.items() if n in of.parameters})


@dataclass(frozen=True)
class Backing:
    """What a regime brings in one combination of conditions.

    Attributes
    ----------
    interest, coordination, capacity : bool
    paths : tuple of str
        The distinct equilibrium paths.
    effort : bool
        Whether Mexico makes an effort (or cedes powers) in each equilibrium.
    results : Fraction
        What Washington gains per period beyond a regime that is only signed (of several equilibria, the least).
    """

    interest: bool
    coordination: bool
    capacity: bool
    paths: tuple[str, ...]
    effort: bool
    results: Fraction


def backing(change: Mapping[str, object] = {}) -> tuple[Backing, ...]:
    """Solve the game in all eight combinations of mutual interest, coordination and capacity.

    Examples
    --------
    >>> [b.paths[0] for b in backing()][::7]
    ['RS for ever', 'RE for ever']
    """
    rows = []
    for interest, coordination, capacity in product((False, True), repeat=3):
        of = _game({**change, "interest": int(interest), "coordination": int(coordination), "capacity": int(capacity)})
        solution = pure(of)
        signed = of.periods[0].plays[of.periods[0].labels.index("RS")].payoffs[0]
        effort = all(set(e.chain.outcomes) <= {"RE", "RC"} for e in solution.equilibria)
        results = min(e.payoffs[0] - signed for e in solution.equilibria)
        rows.append(Backing(interest, coordination, capacity, tuple(solution.paths), effort, results))
    return tuple(rows)


# --- in symbols ---------------------------------------------------------------------------------------------------------

_SIGNS = (
    "lg > cl", "cl > 0", "lim > sg", "sg >= 0", "e > 0", "bm > 0", "1 >= bm", "g > 0", "w > 0", "rm > 0", "sh >= 0", "sp > 0",
    "aid >= 0", "rm >= aid", "s > 0", "bil >= 0", "lg - cl > bil", "delta_US > 0", "1 > delta_US", "delta_MX > 0", "1 > delta_MX",
)  # fmt: skip


@lru_cache(maxsize=8)
def conditions(*, interest: int = 1, coordination: int = 0, capacity: int = 0) -> Mapping[str, Region]:
    """For each outcome that an equilibrium can repeat for ever: exactly when it does, in symbols.

    What is assumed: signing is worth its cost to both (``lg > cl``, ``lim > sg``), Washington prefers a regime that is only
    signed to bilateral dealings, and each effect has its sign.

    Examples
    --------
    >>> print(conditions()["RS"])
    bm*e >= g + sh and bm*e + sp >= aid + g + sh + w and lim >= sg + sh
    """
    of = regime_game().subs(interest=interest, coordination=coordination, capacity=capacity)
    return {"/".join(path): found for path, found in symbolic_paths(of, *_SIGNS).items()}


def answers_are_proved() -> bool:
    """Whether, with mutual interest only, effort, cession and mere signing happen exactly where the verdicts say.

    Examples
    --------
    >>> answers_are_proved()
    True
    """
    found = conditions()
    domain = found["RS"].domain
    wanted = {
        "RE": ("sp - aid - w", "g + sh - bm*e", "g + lim - bm*e - sg"),
        "RC": ("aid + w - sp", "aid + g + sh + w - bm*e - sp", "aid + g + lim + w - bm*e - sg - sp"),
        "RS": ("bm*e - g - sh", "bm*e + sp - aid - g - sh - w", "lim - sg - sh"),
    }
    return all(equal(found[name], region(domain, *parts)) for name, parts in wanted.items())


# --- verdicts -----------------------------------------------------------------------------------------------------------


def _verdicts() -> tuple[Verdict, ...]:
    return _channels(), _token(), _burden(), _powers(), _pulled_back(), _lasting(), _review()


def _proof() -> str:
    return "proved, with mutual interest only" if answers_are_proved() else "not proved"


def _solved(change: Mapping[str, object], **shape: bool) -> str:
    return paths(pure(_game(change, **shape)))


def _channels() -> Verdict:
    signed = conditions()["RS"]
    domain = signed.domain
    exact = answers_are_proved()
    gains = within(signed, region(domain, "lim - sg - sh")) and within(signed, region(domain, "lg - cl"))
    elsewhere = _solved({"g": "1"}) != "RS for ever" == _solved({})
    return Verdict(
        "In a regime both sides gain, each through its own channel, and no effort is made",
        LedgerVerdict.CONDITIONAL if exact and gains and elsewhere else LedgerVerdict.UNDECIDED,
        "proved in symbols; exact solutions, both ways",
        f"with mutual interest but neither coordination nor capacity exactly if {signed}; Washington then gains lg - cl > 0 "
        f"(legitimacy), Mexico lim - sg - sh >= 0 (limits on Washington). With g = 1 instead of 1/2: {_solved({'g': '1'})}",
        (12,),
    )


def _token() -> Verdict:
    worlds = {}
    for name, change in (("baseline, g = 1/2", {}), ("interest strong, g = 1", {"g": "1"})):
        row = next(b for b in backing(change) if (b.interest, b.coordination, b.capacity) == (True, False, False))
        worlds[f"{name} ({' | '.join(row.paths)}; results {row.results})"] = not row.effort
    lacking = [b for b in backing() if not (b.coordination and b.capacity)]
    full = next(b for b in backing() if b.interest and b.coordination and b.capacity)
    return both_ways(
        "With shared interest and an institution, but neither coordination nor capacity, backing is token",
        worlds,
        f"g + sh < bm*e. Results are {full.results} with all conditions and {max(b.results for b in lacking)} without coordination or "
        "capacity, effort or not: that results need both is an input",
        69,
    )


def _burden() -> Verdict:
    worlds = {}
    for bm in ("9/10", "2/5"):
        worlds[f"the producer carries {bm} of the cost ({_solved({'bm': bm})})"] = _solved({"bm": bm}) == "RS for ever"
    return both_ways(
        "Regimes fail because producers carry the cost",
        worlds,
        f"effort exactly if bm <= (g + sh)/e and bm <= (g + lim - sg)/e ({_proof()}); but where coordination and capacity are lacking it "
        "is effort without results all the same",
        70,
    )


def _powers() -> Verdict:
    worlds = {}
    for sp in ("2", "1/2"):
        of = pure(_game({"sp": sp}))
        gained = min(e.payoffs[0] for e in of.equilibria) - rational(NUMBERS["lg"]) + rational(NUMBERS["cl"])
        worlds[f"loss of powers sp = {sp} ({paths(of)}; worth {gained} more to Washington than a signature)"] = (
            "RC" not in paths(of)
        )
    only = all(b.results == 0 for b in backing({"g": "1"}) if not (b.coordination and b.capacity))
    return both_ways(
        "Effective action would need police powers to be ceded, which no state accepts",
        worlds,
        "accepted exactly if aid covers it: aid + w >= sp, aid + g + sh + w >= bm*e + sp and aid + g + lim + w >= bm*e + sg + sp "
        f"({_proof()}). "
        + ("Without coordination and capacity of its own nothing else brings results" if only else ""),
        71,
    )


def _pulled_back() -> Verdict:
    every = [conditions(interest=i, coordination=c, capacity=b) for i, c, b in product((0, 1), repeat=3)]
    stays = [path for found in every for path in found if "DS" in path]
    attempt = _solved({"bil": "1"})
    return proposition(
        "When Washington dominates a regime Mexico pulls back and dealings become bilateral",
        not stays,
        "in all eight combinations no equilibrium has Mexico stay under domination (s > 0). Foreseeing that, Washington tries only if "
        f"bilateral dealings are worth more to it than the regime, bil > lg - cl: with bil = 1, {attempt}",
        73,
        evidence="proved in symbols",
    )


def _lasting() -> Verdict:
    solution = pure(_game(_FULL, parting=True))
    ends, leaves = Pattern("(RE | RC)+ RS forever"), Pattern(".* (RO | DO) .*")
    effort = {ends.probability(e.chain) for e in solution.equilibria}
    left = {leaves.probability(e.chain) for e in solution.equilibria}
    worlds = {
        f"joint effort (ends with probability {', '.join(map(str, sorted(effort)))})": effort == {1},
        f"membership (ends with probability {', '.join(map(str, sorted(left)))})": left != {0},
    }
    return both_ways(
        "Regimes do not last",
        worlds,
        "interests part for good with probability h > 0 a period, an input. Effort lapses then (while g + w + sh > bm*e > w + sh), but "
        "no one leaves, since signing costs nothing: the empty regime is the lasting one",
        74,
    )


def _review() -> Verdict:
    worlds = {}
    for name, change in (
        ("mild, sh = 1/10", {"sh": "1/10"}),
        ("harsh, sh = 1/2, interest weak, g = 1/10", {"sh": "1/2", "g": "1/10"}),
        ("harsh, sh = 1/2, limits on Washington worth more, lim = 3/4", {"sh": "1/2", "lim": "3/4"}),
    ):
        worlds[f"{name} ({_solved(change)})"] = "RE" not in _solved(change)
    return both_ways(
        "Peer review does not raise cooperation",
        worlds,
        f"effort exactly if g + sh >= bm*e and g + lim >= bm*e + sg, no powers ceded ({_proof()}): "
        "too little shame changes nothing, and more than membership is worth drives Mexico out instead",
        77,
    )


def _setting(name: str, title: str, shows: str, change: Mapping[str, object], *, parting: bool = False) -> Setting:
    return Setting(name, title, partial(_game, change, parting=parting), shows, READING)


MEMBER = Member(
    name="regimes",
    title="Multilateral regimes",
    about="Joining, backing, dominating and leaving a regime, with and without coordination and capacity.",
    point="regimes",
    claims=(12, 69, 70, 71, 73, 74, 77),
    settings=(
        _setting("token", "Mutual interest only", "signed for ever, without effort", {}),
        _setting("full", "All conditions", "effort and results", _FULL),
        _setting(
            "parting",
            "All conditions, interests part",
            "effort until interests part, then signatures only",
            _FULL,
            parting=True,
        ),
        _setting("ceded", "Police powers worth little", "powers are ceded for aid", {"sp": "1/2"}),
        _setting("dominated", "Bilateral dealings worth much", "domination and withdrawal", {"bil": "1"}),
    ),
    verdicts=_verdicts,
)
