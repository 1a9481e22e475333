"""Agencies: one of them may act alone though its principal chose to negotiate (operations such as Fast and Furious).

The reduced game with a tremble: where Washington chooses N, an agency acts alone all the same with probability ``eps``, unless
``coordination`` (0 to 1) prevents it. Mexico sees what was done, not what was meant, and answers that. In a variant contact
spreads: each period of joint work (up to ``X``) lowers the probability by the share ``sp/X``, and an act alone may undo the
contact (``fragile``). For the figures: :func:`worth_by_coordination` and :func:`accidents_over_time`.

Inputs: that agencies depart, how often, and that coordination and contact make it rarer. Findings: what follows for play, for
the constraints, and for what each side is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

from gametheory.errors import InputError
from gametheory.evidence.patterns import Pattern
from gametheory.exact import exact, rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Tremble
from gametheory.statics import derivative_sign
from gametheory.studies.us_mexico.conditions_lattice import SWITCHES, closed_form, joint_work_conditions
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_regions import equal, region
from gametheory.studies.us_mexico.member_tools import both_ways, numeric, proposition, pure, symbolic_paths
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["MEMBER", "Worth", "accidents_over_time", "agency_game", "worth_by_coordination"]

_VALUES: dict[str, str] = {"eps": "1/10", "coordination": "0", "sp": "1"}
_VIRTUOUS = {"m0": "6/5"}


def agency_game(*, K: int = 3, F: int = 2, X: int = 0, fragile: bool = False) -> DynamicGame:
    """The reduced game in which an agency may act alone, every parameter a symbol.

    Parameters
    ----------
    K, F : int
        As in the reduced game.
    X : int
        Steps of contact between agencies; 0: contact changes nothing.
    fragile : bool
        An act alone undoes one step of contact.

    Examples
    --------
    >>> agency_game(K=1, F=0).outcomes
    ('NE', 'NS', 'UA', 'UP')
    """
    rules: list[Any] = []
    probability = "eps*(1 - coordination)"
    if X:
        rules.append(Counter("x", upto=X, on={"NE": 1}, down={"UA": 1, "UP": 1} if fragile else {}))
        probability += f"*(1 - sp*x/{X})"
    rules.append(Tremble("US", to="U", probability=probability, instead_of="N"))
    return reduced_game(K=K, F=F).with_rules(*rules)


@lru_cache(maxsize=64)
def _built(K: int, F: int, X: int, fragile: bool) -> DynamicGame:
    return agency_game(K=K, F=F, X=X, fragile=fragile)


def _game(change: Mapping[str, object], *, K: int = 3, F: int = 2, X: int = 0, fragile: bool = False) -> DynamicGame:
    return numeric(_built(K, F, X, fragile), _VALUES, change)


@dataclass(frozen=True)
class Worth:
    """One pure equilibrium at one level of coordination.

    Attributes
    ----------
    coordination : Fraction
    values : (Fraction, Fraction)
        What each side expects at the start, average discounted.
    joint, alone : Fraction
        Long-run shares of periods with joint work (NE), and with acts alone (UA, UP).
    """

    coordination: Fraction
    values: tuple[Fraction, Fraction]
    joint: Fraction
    alone: Fraction


def worth_by_coordination(
    levels: Sequence[object] = (0, "1/4", "1/2", "3/4", 1), change: Mapping[str, object] = _VIRTUOUS
) -> tuple[Worth, ...]:
    """Every pure equilibrium at each level of coordination: what it is worth, and how often agencies act alone.

    Examples
    --------
    >>> [(str(w.coordination), str(w.alone)) for w in worth_by_coordination([0, 1])]
    [('0', '1/10'), ('1', '0')]
    """
    found = []
    for level in levels:
        for e in pure(_game({**change, "coordination": level})).equilibria:
            share = e.chain.frequencies()
            alone = share.get("UA", Fraction(0)) + share.get("UP", Fraction(0))
            worth = Worth(rational(level), e.payoffs, share.get("NE", Fraction(0)), alone)
            if worth not in found:
                found.append(worth)
    return tuple(found)


def accidents_over_time(
    periods: int = 12, change: Mapping[str, object] = _VIRTUOUS, *, X: int = 3, fragile: bool = False
) -> tuple[Fraction, ...]:
    """The probability of an act alone in each of the first periods, where contact between agencies spreads.

    Raises
    ------
    InputError
        If the pure equilibria differ in play, or there is none.

    Examples
    --------
    >>> [str(p) for p in accidents_over_time(3)]
    ['1/10', '7/100', '39/1000']
    """
    rows = {
        tuple(sum((p for label, p in row.items() if label[0] == "U"), Fraction(0)) for row in e.chain.forecast(periods))
        for e in pure(_game(change, K=0, X=X, fragile=fragile)).equilibria
    }
    if len(rows) != 1:
        raise InputError("change", dict(change), f"numbers with one equilibrium path, not {len(rows)}")
    return rows.pop()


# --- verdicts -----------------------------------------------------------------------------------------------------------


def _verdicts() -> tuple[Verdict, ...]:
    return _departs(), _contradiction(), _worth(), _accidental_ratchet(), _rivalry(), _intentions(), _spreads()


def _departs() -> Verdict:
    (e,) = pure(_game(_VIRTUOUS)).equilibria
    reached = [e.policy[e.game.states[s]]["US"] for s in e.chain.support()]
    share = worth_by_coordination([0])[0].alone
    holds = set(reached) == {"N"} and share > 0
    return Verdict(
        "One agency acts alone against the policy of its principal",
        LedgerVerdict.BUILT_IN if holds else LedgerVerdict.CONTRADICTED,
        "structure; exact solution",
        f"a tremble, an input. With mutual interest Washington chooses N in each of the {len(reached)} states reached, and {share} "
        "of all periods are acts alone. Mexico, who sees the act and not the intention, protests as it would against Washington",
        (21,),
    )


def _contradiction() -> Verdict:
    worlds = {}
    for name, change in (("mutual interest", _VIRTUOUS), ("baseline", {})):
        rows = worth_by_coordination(change=change)
        shown = ", ".join(f"{w.coordination}: {w.alone}" for w in rows)
        fewer = all(b.alone < a.alone for a, b in pairwise(rows))
        worlds[f"{name} (share of acts alone by coordination, {shown})"] = fewer and rows[-1].alone == 0
    proved = all(worlds.values())
    edges = joint_work_conditions()
    with_it, without = edges[frozenset(SWITCHES)], edges[frozenset(SWITCHES) - {"coordination"}]
    return Verdict(
        "Coordination prevents contradiction: agencies that act against policy become rarer",
        LedgerVerdict.BUILT_IN if proved else LedgerVerdict.CONTRADICTED,
        "structure; exact solutions",
        "; ".join(worlds)
        + f". That this protects trust is a finding: with the other three conditions joint work needs {with_it}, without "
        f"coordination {without}",
        (49,),
    )


def _worth() -> Verdict:
    worlds, washington = {}, []
    for name, change in (
        ("an act alone adds a constraint, rho = 1", _VIRTUOUS),
        ("it adds none, rho = 0", {**_VIRTUOUS, "rho": "0"}),
    ):
        rows = worth_by_coordination([0, "1/2", 1], change)
        if len(rows) != 3:
            raise InputError("change", change, f"one equilibrium at each level, not {len(rows)} at three levels")
        shown = ", ".join(f"{w.coordination}: {_short(w.values[0])}, {_short(w.values[1])}" for w in rows)
        better = [[b.values[i] > a.values[i] for a, b in pairwise(rows)] for i in (0, 1)]
        washington += better[0]
        worlds[f"{name} (worth to the US and to Mexico, by coordination, {shown})"] = all(map(all, better))
    told = "always so" if all(washington) else "not always so"
    return both_ways(
        "Better coordination is worth more to both sides",
        worlds,
        f"for Washington {told} in these cases; Mexico gains from accidents where each adds a constraint (rho > 0) that makes "
        "joint work more rewarding (m1 > 0)",
        49,
    )


def _short(x: Fraction) -> str:
    return f"{float(x):.3f}"


def _accidental_ratchet() -> Verdict:
    """Whether constraints accumulate by accident alone."""
    reaches = Pattern("(NE* UP){3} .*")
    worlds = {}
    for name, change in (
        ("mutual interest, eps = 1/10", _VIRTUOUS),
        ("mutual interest, eps = 0", {**_VIRTUOUS, "eps": "0"}),
    ):
        solution = pure(_game(change))
        chances = {reaches.probability(e.chain) for e in solution.equilibria}
        worlds[f"{name} (all three constraints come about with probability {', '.join(map(str, sorted(chances)))})"] = (
            chances == {1}
        )
    return both_ways(
        "Constraints accumulate though neither side wants a unilateral act",
        worlds,
        "eps*(1 - coordination) > 0: the ratchet then turns by accident, without frustration and without intent",
        29,
    )


def _rivalry() -> Verdict:
    import sympy

    c = frozenset(SWITCHES) - {"coordination"}
    needs = joint_work_conditions()[c]
    mexico = sympy.sympify(exact(closed_form(c)[0]))
    slope = derivative_sign(mexico, "eps", needs.domain).mark
    (e,) = pure(_game(_VIRTUOUS)).equilibria
    share = e.chain.frequencies()["NE"]
    return Verdict(
        "Rivalry between agencies holds cooperation back even where both sides want it",
        LedgerVerdict.DERIVED if slope == "-" and share < 1 else LedgerVerdict.UNDECIDED,
        "proved in symbols, sign of the derivative; exact solution",
        f"joint work without coordination needs {needs}, the harder the larger eps ({slope}); and where it holds its share is {share}. "
        "That agencies are rivals (eps > 0) is an input; budgets are not in the model",
        (82,),
    )


def intentions_are_proved() -> bool:
    """Whether, without constraints and trust, what both sides intend is the same however often agencies depart.

    Examples
    --------
    >>> intentions_are_proved()
    True
    """
    of = agency_game(K=0, F=0).subs(coordination=0)
    found = symbolic_paths(of, "s > z", "z > 0", "e > 0", "m0 >= 0", "eps > 0", "1 > eps")
    joint = found.get(("NE/UP",))
    return joint is not None and equal(joint, region(joint.domain, "m0 - e", "rc + l - a0"))


def _intentions() -> Verdict:
    return proposition(
        "Accidents change nothing that is intended, where neither trust nor a constraint depends on them",
        intentions_are_proved(),
        "joint work is intended exactly if m0 >= e and rc + l >= a0, for every eps: an agency's act is no reason to stop negotiating. It "
        "is through trust that rivalry does harm",
        82,
        evidence="proved in symbols",
    )


def _spreads() -> Verdict:
    worlds = {}
    for name, change, fragile in (
        ("contact spreads, sp = 1", {}, False),
        ("contact spreads but an act alone undoes it, sp = 1", {}, True),
        ("contact changes nothing, sp = 0", {"sp": "0"}, False),
    ):
        rows = accidents_over_time(12, {**_VIRTUOUS, **change}, fragile=fragile)
        worlds[f"{name} (accidents in the first period {rows[0]}, in the twelfth {_short(rows[-1])})"] = (
            rows[-1] < rows[0] / 10
        )
    return both_ways(
        "Cooperation spreads from agencies that work together to those that do not",
        worlds,
        "sp > 0, an input: contact makes acts alone rarer; the finding is that an accident does not stop it, since joint work "
        "resumes in the next period",
        93,
    )


def _setting(name: str, title: str, shows: str, change: Mapping[str, object], **shape: Any) -> Setting:
    return Setting(name, title, partial(_game, change, **shape), shows)


MEMBER = Member(
    name="agencies",
    title="Agencies that act alone",
    about="The reduced game in which an agency may act alone against its principal's choice, and coordination makes that rarer.",
    point="agencies",
    claims=(21, 29, 49, 82, 93),
    settings=(
        _setting("virtuous", "Mutual interest, agencies act alone", "joint work, interrupted by accidents", _VIRTUOUS),
        _setting(
            "coordinated",
            "Mutual interest, agencies coordinated",
            "joint work for ever",
            {**_VIRTUOUS, "coordination": "1"},
        ),
        _setting("cycle", "The cycle with agencies", "accidents before and after the cycle's end", {}),
        _setting("contact", "Contact spreads", "accidents die out", _VIRTUOUS, K=0, X=3),
    ),
    verdicts=_verdicts,
)
