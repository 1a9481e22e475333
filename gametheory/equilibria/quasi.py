"""Quasi-parameters: how the state that an institution has reached changes what is self-enforcing.

Greif and Laitin (American Political Science Review 98, 2004) call a parameter of today that today's behaviour slowly moves a
quasi-parameter. An institution is self-reinforcing if the behaviour it sustains moves the quasi-parameter to where the behaviour
is sustained for more discount factors, and self-undermining if for fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gametheory.equilibria.automata import joint_play, spe_region
from gametheory.equilibria.solvers._polygon import inside
from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.errors import InputError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.strategies import Automaton

if TYPE_CHECKING:
    import sympy

__all__ = ["Bracket", "Regime", "bracket_discount", "frozen", "quasi_parameters"]


@dataclass(frozen=True)
class Regime:
    """A state of the institution, held fixed, and what it sustains.

    Attributes
    ----------
    state : str
    sustained : sympy.Set
        The values of the parameter for which the behaviour is self-enforcing while the institution stays as it is.
    leads_to : tuple of str
        The states to which the behaviour moves the institution.
    verdict : str
        ``"self-reinforcing"``, ``"self-undermining"``, ``"neutral"`` or ``"mixed"`` (the sets are not nested).
    """

    state: str
    sustained: sympy.Set
    leads_to: tuple[str, ...]
    verdict: str


def frozen(game: DynamicGame, state: int | str) -> DynamicGame:
    """The game in which the institution stays for ever as it is in one state.

    Examples
    --------
    >>> from gametheory.games.institutions import Counter
    >>> from gametheory.games.stage import StageGame
    >>> base = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    >>> frozen(base.with_rules(Counter("k", upto=3, on={"11": 1})), "k=2").states
    ('k=2',)
    """
    s = game.state_index(state)
    period = game.periods[s]
    plays = tuple(replace(play, next=((Fraction(1), 0),), beliefs=(None, None)) for play in period.plays)
    return replace(
        game,
        states=(game.states[s],),
        periods=(replace(period, plays=plays),),
        start=0,
        variables=(game.variables[s],),
        base=None,
        rules=(),
        bound=(),
    )


def quasi_parameters(
    game: DynamicGame, automata: Callable[[DynamicGame], Sequence[Automaton]], *, parameter: object
) -> tuple[Regime, ...]:
    """For every state of the institution what it sustains, and whether the behaviour strengthens or weakens it.

    Parameters
    ----------
    game : DynamicGame
        With one parameter.
    automata : callable
        Gives the two automata for a game, such as ``lambda g: (grim(g, "US"), grim(g, "MX"))``.
    parameter : symbol or str

    Examples
    --------
    >>> from gametheory.games.institutions import Counter, Fine
    >>> from gametheory.games.stage import StageGame
    >>> from gametheory.games.strategies import grim
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="delta").with_rules(
    ...     Counter("k", upto=1, on={"CC": 1}), Fine("row", on=("DC", "DD"), by="k/2"), Fine("column", on=("CD", "DD"), by="k/2"))
    >>> for regime in quasi_parameters(game, lambda g: (grim(g, "row"), grim(g, "column")), parameter="delta"):
    ...     print(regime.state, regime.sustained, regime.verdict)
    k=0 Interval.Ropen(1/2, 1) self-reinforcing
    k=1 Interval.Ropen(3/8, 1) neutral
    """
    sets = {}
    for s in range(len(game.states)):
        held = frozen(game, s)
        known = str(parameter) in held.parameters
        sets[s] = spe_region(held, automata(held), parameter=parameter) if known else None
    regimes = []
    for s, name in enumerate(game.states):
        here = sets[s]
        if here is None:
            raise InputError("parameter", parameter, f"a parameter that occurs in state {name!r}")
        joint = joint_play(frozen(game, s), automata(frozen(game, s)))
        period = game.periods[s]
        reached = {t for play in period.outcome(joint.choices[0]) for p, t in period.plays[play].next if p != 0}
        verdicts = set()
        for t in reached - {s}:
            there = sets[t]
            more, fewer = bool(here.is_subset(there)), bool(there.is_subset(here))  # type: ignore[union-attr]
            verdicts.add(
                "neutral"
                if more and fewer
                else "self-reinforcing"
                if more
                else "self-undermining"
                if fewer
                else "mixed"
            )
        moving = verdicts - {"neutral"}
        verdict = "neutral" if not moving else moving.pop() if len(moving) == 1 else "mixed"
        regimes.append(Regime(name, here, tuple(game.states[t] for t in sorted(reached)), verdict))
    return tuple(regimes)


@dataclass(frozen=True)
class Bracket:
    """An end of a set of discount factors: certified on both sides.

    Attributes
    ----------
    without, sustained : Fraction
        At the first the payoff is proved out of reach, at the second it is proved sustainable.
    """

    without: Fraction
    sustained: Fraction


def bracket_discount(
    game: DynamicGame,
    payoffs: Sequence[object],
    *,
    parameter: str,
    between: Sequence[object],
    width: object = "1/1000000",
) -> Bracket:
    """Narrow down a discount factor at which a payoff becomes sustainable, by bisection with certificates on both sides.

    Parameters
    ----------
    game : DynamicGame
        With one parameter.
    payoffs : pair of numbers
    parameter : str
    between : pair of numbers
        One at which the payoff can be sustained, and one at which it cannot. The set need not be an interval: what is
        bracketed is one of its ends.
    width : number
        Stop when the bracket is at most so wide.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="delta")
    >>> found = bracket_discount(game, (9, 9), parameter="delta", between=("1/10", "1/2"), width="1/1000")
    >>> found.without < Fraction(1, 7) <= found.sustained
    True
    """
    if parameter not in game.parameters:
        raise InputError("parameter", parameter, f"one of the parameters {list(game.parameters)}")
    point = tuple(to_flint(rational(x, field="payoffs")) for x in payoffs)
    least = rational(width, field="width")
    if least <= 0:
        raise InputError("width", width, "a positive number")

    def decide(delta: Fraction) -> bool | None:
        found = AbreuPearceStacchetti().bounds(game.subs(**{parameter: delta}))
        if inside(found.inner[game.start], *point):
            return True
        return None if inside(found.outer[game.start], *point) else False

    a, b = (rational(x, field="between") for x in between)
    at_a, at_b = decide(a), decide(b)
    if {at_a, at_b} != {True, False}:
        raise InputError(
            "between", tuple(between), "one value at which the payoff is sustained and one at which it is not"
        )
    no, yes = (a, b) if at_b else (b, a)
    while abs(yes - no) > least:
        for share in (Fraction(1, 2), Fraction(3, 8), Fraction(5, 8)):  # step aside where the bounds do not decide
            middle = no + (yes - no) * share
            answer = decide(middle)
            if answer is not None:
                break
        else:
            break
        no, yes = (no, middle) if answer else (middle, yes)
    return Bracket(no, yes)
