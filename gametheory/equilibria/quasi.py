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
from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.strategies import Automaton

if TYPE_CHECKING:
    import sympy

__all__ = ["Regime", "frozen", "quasi_parameters"]


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
