"""Quasi-parameters: how constraints, trust and capacity move what is self-enforcing, and what self-enforcing play moves.

After Greif and Laitin (American Political Science Review 98, 2004): while the institution stays as it is a regime is
self-enforcing for certain parameters; the behaviour that it sustains slowly moves the institution, to where the same behaviour
is self-enforcing for more of them (self-reinforcing) or fewer (self-undermining). Three regimes of the reduced game:

* *joint work*: NE, and after any departure the equilibrium of a single period for ever;
* *unilateral acts*: U, met with protest, for ever;
* *fruitless talk*: N, met with shirking, for ever.

State: ``k`` constraints, ``f`` frustration, ``x`` trust and ``b`` capacity (both built by joint work; they make enforcement
cheaper by ``v`` and ``w`` a step). For the figures: :func:`least_delta_by_level` and :func:`regimes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from gametheory.equilibria.automata import spe_region
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.critical import CriticalDiscount, critical_discount
from gametheory.equilibria.quasi import Regime, frozen, quasi_parameters
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped
from gametheory.games.strategies import Automaton
from gametheory.signs import Domain
from gametheory.statics import SignTable, sign_table
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import assuming, both_ways, numeric
from gametheory.studies.us_mexico.reduced import base_game

if TYPE_CHECKING:
    import sympy

__all__ = [
    "LEVELS",
    "MEMBER",
    "institution_game",
    "least_delta",
    "least_delta_by_level",
    "regimes",
    "signs_of_least_delta",
]

#: The state variables that slowly move, with their largest values.
LEVELS: dict[str, int] = {"k": 3, "f": 2, "x": 2, "b": 1}

_VALUES: dict[str, str] = {"v": "1/5", "w": "1/5", "beta": "1/2"}


def institution_game(*, k: int = 3, f: int = 2, x: int = 2, b: int = 1) -> DynamicGame:
    """The reduced game with trust and capacity, every parameter a symbol; arguments are the largest values.

    Examples
    --------
    >>> len(institution_game(k=1, f=1, x=0, b=0).states)
    4
    """
    return base_game().with_rules(
        Counter("k", upto=k, on={"UP": "rho"}, ratchet=True),
        Counter("f", upto=f, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")),
        Counter("x", upto=x, on={"NE": 1}),
        Counter("b", upto=b, on={"NE": "beta"}),
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("US", on=("UA", "UP"), by="a1*f"),
        Bonus("MX", on="NE", by="m1*k + v*x + w*b"),
    )


# --- the three regimes as automata --------------------------------------------------------------------------------------


def joint_work(held: DynamicGame) -> tuple[Automaton, Automaton]:
    """Joint work, kept up by the equilibrium of a single period after any departure (of several, Mexico's worst)."""
    names = {str(s) for d in held.discount for s in getattr(d, "free_symbols", ())}
    alone = min(
        solve(held.subs(**dict.fromkeys(names, "1/2")), MarkovPerfect(pure=True)).equilibria, key=lambda e: e.payoffs[1]
    ).policy[held.states[0]]
    moves = {"together": {"NE": "together", "*": "alone"}, "alone": {"*": "alone"}}
    us = Automaton({"together": "N", "alone": alone["US"]}, moves, name="joint work of US")
    answers = {"N": alone["MX after N"], "U": alone["MX after U"]}
    mx = Automaton({"together": {"N": "E", "U": "P"}, "alone": answers}, moves, name="joint work of MX")
    return us, mx


def _always(us: str, after_n: str, held: DynamicGame) -> tuple[Automaton, Automaton]:
    stay = {"always": {"*": "always"}}
    return Automaton({"always": us}, stay, name=f"{us} of US"), Automaton({"always": {"N": after_n, "U": "P"}}, stay)


#: For each regime its automata, and the parameter over which it is sustained for more or for less.
REGIMES: dict[str, tuple[Callable[[DynamicGame], Sequence[Automaton]], str]] = {
    "joint work": (joint_work, "delta"),
    "unilateral acts": (partial(_always, "U", "S"), "l"),
    "fruitless talk": (partial(_always, "N", "S"), "l"),
}


def _numbers(change: Mapping[str, object], free: str, **upto: int) -> DynamicGame:
    """The game at the baseline with one parameter left free; ``delta`` stands for both sides' discount factor."""
    import sympy

    shape = {**dict.fromkeys(LEVELS, 0), **upto}
    of = institution_game(**shape)
    if free == "delta":
        of = replace(of, discount=(sympy.Symbol("delta"),) * 2)
        return numeric(of, _VALUES, change)
    kept = numeric(of, {**_VALUES, free: sympy.Symbol(free)}, {k: x for k, x in change.items() if k != free})
    return kept


def regimes(name: str, change: Mapping[str, object] = {}, **upto: int) -> tuple[Regime, ...]:
    """For each state of the institution: where the regime is self-enforcing, and whether it strengthens or weakens itself.

    Parameters
    ----------
    name : str
        A key of ``REGIMES``.
    change : mapping
        Changes to the baseline.
    **upto : int
        Largest values of the state variables that move, of ``LEVELS``; the others stay at 0.

    Examples
    --------
    >>> for regime in regimes("unilateral acts", {"a0": 1}, k=2):
    ...     print(regime.state, regime.sustained, regime.verdict)
    k=0, f=0, x=0, b=0 Interval(-oo, 1) self-undermining
    k=1, f=0, x=0, b=0 Interval(-oo, 1/2) self-undermining
    k=2, f=0, x=0, b=0 Interval(-oo, 0) neutral
    """
    if name not in REGIMES:
        raise InputError("name", name, f"one of {list(REGIMES)}")
    automata, parameter = REGIMES[name]
    return quasi_parameters(_numbers(change, parameter, **upto), automata, parameter=parameter)


def least_delta(sustained: sympy.Set) -> Fraction | None:
    """The end from which on joint work is sustained: 0 for every discount factor, None for none.

    Raises
    ------
    InputError
        If the set is not of that kind.
    """
    import sympy

    if sustained.is_empty:
        return None
    low = sustained.inf
    whole = sympy.Interval.Lopen(low, 1) if low == 0 else sympy.Interval(low, 1)
    if sustained != whole - sympy.FiniteSet(1) or not low.is_Rational:
        raise InputError("sustained", sustained, "the discount factors from one rational number on")
    return Fraction(int(low.p), int(low.q))


@lru_cache(maxsize=32)
def _levels(level: str, frustration: int, change: tuple[tuple[str, object], ...]) -> dict[int, Fraction | None]:
    upto = {level: LEVELS[level]}
    if level != "f":
        upto["f"] = frustration
    of = _numbers(dict(change), "delta", **upto)
    found: dict[int, Fraction | None] = {}
    for state, variables in zip(of.states, of.variables, strict=True):
        if level == "f" or variables["f"] == frustration:
            held = frozen(of, state)
            found[int(variables[level])] = least_delta(spe_region(held, joint_work(held), parameter="delta"))
    return dict(sorted(found.items()))


def least_delta_by_level(
    level: str, change: Mapping[str, object] = {}, *, frustration: int = 2
) -> dict[int, Fraction | None]:
    """The least discount factor that sustains joint work, at each level of one state variable, the others at 0.

    Parameters
    ----------
    level : str
        ``"k"`` constraints, ``"x"`` trust, ``"b"`` capacity or ``"f"`` frustration.
    change : mapping
        Changes to the baseline.
    frustration : int
        The level of frustration throughout (unless it is the level that moves).

    Returns
    -------
    dict
        From level to the exact number; None: sustained for no discount factor; 0: for every one.

    Examples
    --------
    >>> {k: str(d) for k, d in least_delta_by_level("k").items()}
    {0: '5/6', 1: '1/2', 2: 'None', 3: '0'}
    """
    if level not in LEVELS:
        raise InputError("level", level, f"one of {list(LEVELS)}")
    return _levels(level, frustration, tuple(sorted(change.items())))


# --- in symbols -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _symbolic() -> DynamicGame:
    """The period game with the levels as symbols, where Washington's threat to act alone is credible."""
    of = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={
            "NE": ("rc", "t + m0 + m1*k + v*x + w*b - e"),
            "NS": (0, "t"),
            "UA": ("ru + a0 + a1*f - c*k", "t - s"),
            "UP": ("a0 + a1*f - c*k - l", "t - z"),
        },
        discount="delta",
    )
    assumed = assuming(
        "a0 + a1*f - c*k - l >= 0", "rc > a0 + a1*f - c*k - l", "e > m0 + m1*k + v*x + w*b", "s > z", "z > 0",
        "m1 > 0", "v > 0", "w > 0", "a1 > 0", "c > 0", "k >= 0", "x >= 0", "b >= 0", "f >= 0", "delta > 0", "1 > delta",
    )  # fmt: skip
    return replace(of, domain=assumed)


@lru_cache(maxsize=1)
def critical() -> CriticalDiscount:
    """The least discount factor that sustains joint work, in symbols, where the threat is credible and Mexico would shirk.

    Examples
    --------
    >>> print(critical().formula)
    (-b*w + e - k*m1 - m0 - v*x)/z
    """
    moves = {"together": {"NE": "together", "*": "alone"}, "alone": {"*": "alone"}}
    us = Automaton({"together": "N", "alone": "U"}, moves)
    mx = Automaton({"together": {"N": "E", "U": "P"}, "alone": {"N": "S", "U": "P"}}, moves)
    return critical_discount(_symbolic(), (us, mx))


def signs_of_least_delta() -> SignTable:
    """How the least discount factor moves with each level and price, proved.

    Examples
    --------
    >>> print(signs_of_least_delta())
                 k  x  b  f  e  z  c
    least delta  -  -  -  0  +  -  0
    """
    of = _symbolic()
    names = tuple(sorted({str(s) for r in of.domain for s in r.free_symbols} | set(of.parameters)))
    return sign_table(
        {"least delta": critical().formula}, ["k", "x", "b", "f", "e", "z", "c"], Domain(names, of.domain)
    )


# --- verdicts ---------------------------------------------------------------------------------------------------------------


def _shown(levels: Mapping[int, Fraction | None]) -> str:
    return ", ".join(f"{n}: {'none' if d is None else 'every' if d == 0 else d}" for n, d in levels.items())


def _verdicts() -> tuple[Verdict, ...]:
    return _falls(), _valley(), _joint(), _unilateral(), _talk()


def _falls() -> Verdict:
    found, table = critical(), signs_of_least_delta()
    marks = dict(zip(table.parameters, (s.mark for s in table.rows["least delta"]), strict=True))
    holds = not found.impossible and not found.conditions and {marks[n] for n in "kxb"} == {"-"}
    return Verdict(
        "Constraints, trust and capacity each let joint work be sustained by less patience",
        LedgerVerdict.DERIVED if holds else LedgerVerdict.UNDECIDED,
        "proved in symbols, signs of derivatives",
        f"where acting alone is a credible threat and Mexico would otherwise shirk, the least discount factor is {found.formula}: "
        + ", ".join(f"{n} {m}" for n, m in marks.items()),
        (31, 53),
    )


def _valley() -> Verdict:
    worlds = {}
    for name, change in (
        ("baseline", {}),
        ("constraints that do not bind, c = 0", {"c": "0"}),
        ("institutions that bring nothing, m1 = 0", {"m1": "0"}),
    ):
        levels = least_delta_by_level("k", change)
        line = [Fraction(2) if d is None else d for d in levels.values()]
        falls = all(b <= a for a, b in pairwise(line)) and line[-1] < line[0]
        worlds[f"{name} (by k: {_shown(levels)})"] = falls
    return both_ways(
        "The more constraints, the more easily joint work is sustained",
        worlds,
        "constraints make enforcement pay (m1) but take away the threat that enforces it: with a0 + a1*f < c*k + l acting alone is "
        "no longer credible, and joint work is lost until m0 + m1*k >= e makes it pay in itself. Between the two lies a gap",
        32,
    )


def _path(name: str, change: Mapping[str, object], **upto: int) -> set[str]:
    return {r.verdict for r in regimes(name, change, **upto)} - {"neutral"}


def _joint() -> Verdict:
    worlds = {}
    for name, change in (("baseline", {}), ("trust and capacity bring nothing, v = w = 0", {"v": "0", "w": "0"})):
        kinds = _path("joint work", {**change, "a0": "1"}, x=2, b=1)
        worlds[f"{name}, a0 = 1 ({', '.join(sorted(kinds)) or 'neutral'})"] = kinds == {"self-reinforcing"}
    return both_ways(
        "Joint work reinforces itself",
        worlds,
        "v > 0 or w > 0: joint work builds trust and capacity, which lower the patience that it needs (acting alone being a "
        "credible threat, a0 = 1)",
        53,
    )


def _unilateral() -> Verdict:
    worlds = {}
    for name, change in (
        ("baseline", {}),
        ("constraints that do not bind, c = 0", {"c": "0"}),
        ("institutions that bring nothing, m1 = 0", {"m1": "0"}),
        ("neither, c = m1 = 0", {"c": "0", "m1": "0"}),
    ):
        kinds = _path("unilateral acts", change, k=3)
        worlds[f"{name} ({', '.join(sorted(kinds)) or 'neutral'})"] = kinds == {"self-undermining"}
    return both_ways(
        "Unilateral acts undermine themselves",
        worlds,
        "c > 0, or m1 large enough: each protest adds a constraint; the cost l of a resisted act that Washington bears falls by c "
        "with each, and once m0 + m1*k > e Mexico would rather enforce than answer talk by shirking",
        29,
        32,
    )


def _talk() -> Verdict:
    worlds = {}
    for name, change in (("baseline", {}), ("frustration without applause, a1 = 0", {"a1": "0"})):
        kinds = _path("fruitless talk", change, f=2)
        worlds[f"{name} ({', '.join(sorted(kinds)) or 'neutral'})"] = kinds == {"self-undermining"}
    return both_ways(
        "Fruitless talk undermines itself",
        worlds,
        "a1 > 0: poor results raise frustration, and with it the applause for acting alone that a resisted act's cost has to outweigh",
        22,
    )


def _setting(name: str, title: str, shows: str, **change: str) -> Setting:
    return Setting(name, title, partial(_played, tuple(change.items())), shows)


def _played(change: tuple[tuple[str, str], ...]) -> DynamicGame:
    return numeric(institution_game(k=2, f=1, x=1, b=0), _VALUES, dict(change))


MEMBER = Member(
    name="quasi_parameters",
    title="Quasi-parameters: what each regime does to its own conditions",
    about=(
        "Joint work, unilateral acts and fruitless talk as self-enforcing regimes, and whether each moves constraints, frustration, "
        "trust and capacity to where it is sustained for more parameters or fewer."
    ),
    point="quasi-parameters",
    claims=(22, 29, 31, 32, 53),
    settings=(
        _setting("baseline", "Trust as a further level", "the cycle with trust"),
        _setting("valuable_trust", "Trust worth much", "v = 1 is an input", v="1"),
    ),
    verdicts=_verdicts,
)
