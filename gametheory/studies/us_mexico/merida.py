"""Merida: negotiated operations that begin with trust but without capacity, and may break off; N is not assumed absorbing.

Joint work builds capacity ``b`` (with probability ``beta`` a period, never lost) and trust ``x`` (a step each period; an act
alone costs a step, a change of office undoes it with probability ``h`` unless there is an ``institution``). Washington's mood is an
exogenous chain: ``n`` is the probability that calm ends in alarm, ``m`` that alarm lasts; in alarm acting alone finds ``al``
more applause. An agency may act alone with probability ``eps`` unless ``coordination`` (0 to 1) prevents it. Joint work yields
Washington ``rc``, less ``r`` while capacity is lacking, plus ``y`` a step of trust; Mexico ``g`` (mutual interest), plus ``w``
with capacity and ``v`` a step of trust. Mexican weakness costs Washington ``harm`` a period whatever is done. In a variant Mexico
may also consent to foreign agents (G instead of E): worth ``ac`` to Washington, ``pc`` a step of trust less ``sc`` to Mexico.

For the figures: :func:`collapse_by_capacity` (the probability that joint work ends for ever, by how fast capacity is built) and
:func:`joint_work_over_time`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial

from gametheory.conditions import Region
from gametheory.equilibria.solution import MarkovEquilibrium, Solution
from gametheory.errors import InputError
from gametheory.evidence.patterns import Pattern
from gametheory.exact import exact, rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Rule, Sunset, Tremble
from gametheory.statics import derivative_sign
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.member_regions import equal, region
from gametheory.studies.us_mexico.member_tools import both_ways, proposition, pure, symbolic_paths

__all__ = ["MEMBER", "NUMBERS", "collapse_by_capacity", "joint_work_over_time", "merida_game", "trap"]

#: Numbers, all of them inputs; those that the reduced game has are the same (``a`` is its applause at f = 1).
NUMBERS: dict[str, str] = {
    "delta_US": "1/2", "delta_MX": "9/10", "rc": "2", "ru": "3/2", "l": "1/2", "a": "3/5", "t": "3", "e": "1", "s": "2",
    "z": "6/5", "g": "1/2", "w": "1/4", "v": "1/2", "y": "1", "r": "5/2", "harm": "0", "beta": "1/4", "institution": "1",
    "h": "1/4", "n": "1/10", "m": "1/4", "al": "4", "eps": "1/10", "coordination": "4/5", "ac": "1/2", "sc": "1/4", "pc": "1/2",
}  # fmt: skip

#: Washington looks ahead less far: then distrust without capacity is a trap.
_SHORT = {"delta_US": "3/10"}

_CERTAIN = {"n": "0", "coordination": "1"}

COLLAPSE = Pattern(".* (UA | UP) forever")
_NEVER_BROKEN = Pattern("(NE | NG)* (NE | NG) forever")


def merida_game(
    *, consent: bool = False, capacity: bool = False, shocks: bool = True, trust: bool = True
) -> DynamicGame:
    """The game with every parameter a symbol.

    Parameters
    ----------
    consent : bool
        Mexico may also consent to foreign agents.
    capacity, trust : bool
        What is there from the start.
    shocks : bool
        Alarms, agencies that act alone and changes of office; False: none of them.

    Examples
    --------
    >>> merida_game(consent=True).outcomes
    ('NE', 'NG', 'NS', 'UA', 'UP')
    """
    payoffs = {"NE": ("rc", "t + g - e"), "NS": (0, "t"), "UA": ("ru + a", "t - s"), "UP": ("a - l", "t - z")}
    joint: tuple[str, ...] = ("NE",)
    rules: list[Rule] = []
    if consent:
        payoffs["NG"] = ("rc + ac", "t + g - e - sc")
        joint = ("NE", "NG")
        rules.append(Bonus("MX", on="NG", by="pc*x"))
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "G", "S") if consent else ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs=payoffs,
        discount=("delta_US", "delta_MX"),
    )
    if shocks:
        rules += [
            Sunset("x", "h*(1 - institution)"),
            Modulate("mood", ("calm", "alarm"), [["1 - n", "n"], ["1 - m", "m"]]),
            Tremble("US", to="U", probability="eps*(1 - coordination)", instead_of="N"),
            Bonus("US", on=("UA", "UP"), by="al*alarm"),
        ]
    return base.with_rules(
        Counter("b", upto=1, on=dict.fromkeys(joint, "beta"), ratchet=True, start=int(capacity)),
        Counter("x", upto=1, on=dict.fromkeys(joint, 1), down={"UA": 1, "UP": 1}, start=int(trust)),
        Bonus("US", on=joint, by="y*x - r*(1 - b)"),
        Bonus("MX", on=joint, by="w*b + v*x"),
        Fine("US", on=tuple(payoffs), by="harm*(1 - b)"),
        *rules,
    )


@lru_cache(maxsize=4)
def _built(consent: bool, capacity: bool) -> DynamicGame:
    return merida_game(consent=consent, capacity=capacity)


def _game(change: Mapping[str, object], *, consent: bool = False, capacity: bool = False) -> DynamicGame:
    of = _built(consent, capacity)
    return of.subs(**{n: x for n, x in {**NUMBERS, **change}.items() if n in of.parameters})


def _solved(change: Mapping[str, object], *, consent: bool = False, capacity: bool = False) -> Solution:
    return _once(tuple(sorted((n, rational(x, field=n)) for n, x in change.items())), consent, capacity)


@lru_cache(maxsize=64)
def _once(change: tuple[tuple[str, Fraction], ...], consent: bool, capacity: bool) -> Solution:
    return pure(_game(dict(change), consent=consent, capacity=capacity))


def _one(
    change: Mapping[str, object], *, consent: bool = False, capacity: bool = False, everywhere: bool = False
) -> MarkovEquilibrium:
    """A pure equilibrium, where all that there are play alike (``everywhere``: also where play never comes)."""
    found: Sequence[MarkovEquilibrium] = list(_solved(change, consent=consent, capacity=capacity).equilibria)
    plays = {e.chain.reachable().moves for e in found}
    if len(plays) != 1 or (everywhere and len(found) != 1):
        raise InputError("change", dict(change), f"numbers with one pure equilibrium, not {len(found)}")
    return found[0]


def _from(equilibrium: MarkovEquilibrium, state: str, pattern: Pattern) -> Fraction:
    """The probability of a pattern from a state on."""
    chain = equilibrium.chain
    return pattern.probability(replace(chain, start=chain.states.index(state)))


def collapse_by_capacity(
    rates: Sequence[object] = ("1/10", "1/4", "1/2", 1), change: Mapping[str, object] = _SHORT
) -> dict[Fraction, Fraction]:
    """The probability that joint work ends in unilateral acts for ever, by the probability of building capacity in a period.

    Parameters
    ----------
    rates : sequence of numbers
    change : mapping
        Changes to ``NUMBERS``; by default Washington looks ahead less far.

    Raises
    ------
    InputError
        If there is no pure equilibrium at these numbers, or several.

    Examples
    --------
    >>> {str(rate): str(p) for rate, p in collapse_by_capacity(["1/4", 1]).items()}
    {'1/4': '187/677', '1': '0'}
    """
    return {rational(rate): COLLAPSE.probability(_one({**change, "beta": rate}).chain) for rate in rates}


def joint_work_over_time(periods: int = 20, change: Mapping[str, object] = {}) -> tuple[Fraction, ...]:
    """The probability of joint work in each of the first periods, in the pure equilibrium.

    Examples
    --------
    >>> [str(p) for p in joint_work_over_time(3)]
    ['49/50', '441/500', '8673/10000']
    """
    rows = _one(change).chain.forecast(periods)
    return tuple(row.get("NE", Fraction(0)) + row.get("NG", Fraction(0)) for row in rows)


#: Mexico enforces whenever asked, and with trust Washington prefers joint work even without capacity; each effect has its sign.
_SIGNS = (
    "s > z", "z > 0", "g > e", "w > 0", "v > 0", "y > 0", "r > 0", "a > l", "rc + l > a", "rc - r + y > a - l", "ru > 0",
    "beta > 0", "1 > beta", "harm > 0", "delta_US > 0", "1 > delta_US", "delta_MX > 0", "1 > delta_MX",
)  # fmt: skip

_TRAP = "(1 - delta_US)*(r - (rc + l - a)) - delta_US*(1 - delta_US)*y - beta*delta_US*(rc + l - a + delta_US*y + harm)"


@lru_cache(maxsize=1)
def trap() -> Region:
    """Where distrust without capacity is a trap though there is no shock: Washington acts alone for ever, in symbols.

    Examples
    --------
    >>> region = trap()
    >>> at = {"rc": 2, "ru": "3/2", "l": "1/2", "a": "3/5", "y": 1, "r": "5/2", "harm": "1/100", "beta": "1/4", "delta_US": "1/10",
    ...       "delta_MX": "9/10", "g": 2, "e": 1, "s": 2, "z": "6/5", "w": "1/4", "v": "1/2"}
    >>> region.contains(at), region.contains({**at, "delta_US": "1/2"})
    (True, False)
    """
    found = symbolic_paths(merida_game(shocks=False, trust=False), *_SIGNS)
    return found["UP",]


def trap_is_proved() -> bool:
    """Whether the trap is exactly where the verdict says.

    Examples
    --------
    >>> trap_is_proved()
    True
    """
    return equal(trap(), region(trap().domain, _TRAP))


# --- verdicts -----------------------------------------------------------------------------------------------------------


def _verdicts() -> tuple[Verdict, ...]:
    return _weakness(), _results(), _consent(), _held_back(), _first_phase(), _escape(), _distrust()


def _weakness() -> Verdict:
    worlds = {}
    for harm in ("2", "0"):
        e = _one({**_SHORT, "harm": harm}, everywhere=True)
        choice = e.policy["b=0, x=0, mood=calm"]["US"]
        worlds[f"harm = {harm} (without trust and capacity Washington chooses {choice})"] = choice == "N"
    return both_ways(
        "Mexican weakness, which harms the United States directly, makes joint work Washington's interest",
        worlds,
        "the harm (an input) is the same whatever is done now, so it counts only because joint work builds capacity (beta > 0) and "
        "only as far as Washington looks ahead",
        78,
    )


def _results() -> Verdict:
    worlds = {}
    for name, change in (("no alarm, full coordination", _CERTAIN), ("baseline", {})):
        e = _one(change)
        share = e.chain.frequencies()
        alone = share.get("UA", Fraction(0)) + share.get("UP", Fraction(0))
        unresisted = e.payoffs[0] > rational(NUMBERS["a"]) - rational(NUMBERS["l"])
        worlds[f"{name} (share of acts alone {alone}, worth {float(e.payoffs[0]):.3f} to the US)"] = (
            alone == 0 and unresisted
        )
    return both_ways(
        "Negotiated operations with the conditions met bring results without harm to relations",
        worlds,
        "n = 0 and eps*(1 - coordination) = 0: what interrupts them comes from Washington's mood and its agencies, not from Mexico, who "
        "enforces whenever asked",
        80,
    )


def _consent() -> Verdict:
    worlds = {}
    for pc in ("1/2", "1/5"):
        e = _one({"pc": pc}, consent=True, everywhere=True)
        rows = {(v["x"], row["MX after N"]) for v, row in zip(e.game.variables, e.policy.values(), strict=True)}
        shown = ", ".join(f"x = {x}: {a}" for x, a in sorted(rows, key=str))
        worlds[f"pc = {pc}, sc = 1/4 ({shown})"] = rows == {(0, "E"), (1, "G")}
    return both_ways(
        "Given results, Mexico consents to foreign agents that it would not have without",
        worlds,
        "pc*x >= sc: consent needs trust and ends with it. It is presence that grows, while every act alone is still protested",
        81,
    )


def _held_back() -> Verdict:
    worlds = {}
    for name, change in (
        ("agencies depart", {"n": "0"}),
        ("agencies coordinated, money somewhat late: rc = 7/4", {**_CERTAIN, "rc": "7/4"}),
        ("agencies coordinated, money very late: rc = 1", {**_CERTAIN, "rc": "1"}),
        ("neither", _CERTAIN),
    ):
        share = _one(change).chain.frequencies().get("NE", Fraction(0))
        worlds[f"{name} (share of joint work {share})"] = share < 1
    return both_ways(
        "Budget uncertainty and the rivalry of agencies hold cooperation back",
        worlds,
        "rivalry does at any rate, by eps*(1 - coordination); late money, read as a poorer result of joint work, only if acting alone is "
        "then worth more",
        82,
    )


def _first_phase() -> Verdict:
    worlds = {}
    for name, capacity in (("begun without capacity", False), ("begun with capacity", True)):
        chance = COLLAPSE.probability(_one(_SHORT, capacity=capacity).chain)
        worlds[f"{name} (ends for ever with probability {chance})"] = chance > 0
    rates = ", ".join(f"{rate}: {p}" for rate, p in collapse_by_capacity().items())
    return both_ways(
        "The first phase lacked capacity, and that put the whole at risk",
        worlds,
        "a shock that falls before capacity is built costs the trust on which joint work then rests; later ones do not matter. By the "
        f"rate at which capacity is built ({rates}). For a Washington that looks further ahead (delta_US = 1/2) there is no such risk",
        83,
    )


def _escape() -> Verdict:
    worlds = {}
    for name, change in (("delta_US = 1/2", {}), ("delta_US = 3/10", _SHORT)):
        e = _one(change)
        ends = COLLAPSE.probability(e.chain)
        back = 1 - _from(e, "b=0, x=0, mood=calm", COLLAPSE)
        whole = _NEVER_BROKEN.probability(e.chain)
        worlds[
            f"{name} (never interrupted: {whole}; ends in acts alone for ever: {ends}; escape from distrust without capacity: {back})"
        ] = ends == 0
    return both_ways(
        "The United States escapes its unilateral past",
        worlds,
        "where neither trust nor capacity is there, the trust that joint work builds must be worth its poor results now: otherwise it is a "
        "trap. "
        "In neither case is joint work absorbing: alarms and agencies interrupt it",
        89,
    )


def _distrust() -> Verdict:
    import sympy

    edge = sympy.sympify(exact(_TRAP))
    marks = {name: derivative_sign(edge, name, trap().domain).mark for name in ("r", "y", "beta", "harm")}
    return proposition(
        "Where neither trust nor capacity is there, acting alone is a trap for a Washington that looks ahead too little",
        trap_is_proved() and marks == {"r": "+", "y": "-", "beta": "-", "harm": "-"},
        "even without any shock, exactly if (1 - delta_US)*(r - T) >= delta_US*(1 - delta_US)*y + beta*delta_US*(T + delta_US*y + "
        "harm), T = rc + l - a being what joint work with capacity is worth more than a resisted act: the less likely the more it "
        "values trust (y), the faster capacity is built (beta) and the more Mexican weakness harms it",
        89,
        evidence="proved in symbols, signs of derivatives",
    )


def _setting(
    name: str, title: str, shows: str, change: Mapping[str, object], *, consent: bool = False, capacity: bool = False
) -> Setting:
    return Setting(name, title, partial(_game, change, consent=consent, capacity=capacity), shows, {"NG": "NE"})


MEMBER = Member(
    name="merida",
    title="The Merida Initiative",
    about="Negotiated operations begun with trust and without capacity, under alarms, agencies and late capacity.",
    point="Mérida",
    claims=(78, 80, 81, 82, 83, 89),
    settings=(
        _setting("resumes", "Washington looks ahead", "interrupted, always resumed", {}),
        _setting("trap", "Washington looks ahead less far", "may end for ever before capacity is built", _SHORT),
        _setting("certain", "No alarm, full coordination", "joint work for ever", _CERTAIN),
        _setting("capacity_first", "Capacity from the start", "no trap", _SHORT, capacity=True),
        _setting(
            "harm", "Weakness harms Washington", "no trap although it looks ahead less far", {**_SHORT, "harm": "2"}
        ),
    ),
    verdicts=_verdicts,
)
