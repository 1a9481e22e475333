"""Which of the 144 strict ordinal 2x2 games the sovereignty game passes through as constraints and frustration accumulate.

In every state (k, f) the period is read as a 2x2 game: Washington's rows N and U; Mexico's columns, the complaisant answer (E
to N, A to U) and the defiant one (S, P). Two games are told apart. The *stage game* has the payoffs of the period alone. The
*continuation game* adds what follows: each cell is ``(1 - delta) u + delta E V`` with the values V of an equilibrium, under each
side's own beliefs; Mexico answers, and Washington opens, as in the equilibrium exactly by backward induction in it (with simultaneous
moves: the equilibrium's choices are a Nash equilibrium of it). Numbers of games
are those of Robinson and Goforth (:mod:`gametheory.games.topology`); a game with ties is told with the strict games it borders on.

What orderings alone allow is decided too: a constraint takes one and the same amount from both of Washington's outcomes of acting
alone, frustration adds one, and a constraint adds an amount to Mexico's joint work, so that which ordinal games can be
visited by *some* payoffs with the stated orderings is a question of linear programming (:func:`possible_games`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, permutations

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.preferences import Ordering
from gametheory.games.topology import OrdinalGame, Step, ordinal_game, walk
from gametheory.studies.us_mexico.cycle import simultaneous_game
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import numeric
from gametheory.studies.us_mexico.ordering_map import _AT, _X, Form, _minus, feasible, ordering_forms
from gametheory.studies.us_mexico.preferences import STATED
from gametheory.studies.us_mexico.reduced import VARIANTS, Variant

__all__ = ["MEMBER", "WalkRow", "path_walk", "possible_games", "walk_table"]

_CELLS = (("NE", "NS"), ("UA", "UP"))
_READING = {"NC": "NE", "NR": "NS", "UC": "UA", "UR": "UP"}


@dataclass(frozen=True)
class WalkRow:
    """The games of one state.

    Attributes
    ----------
    state : str
    k, f : int
        Constraints in force; frustration.
    visited : int or None
        When play first comes here (0 at the start), None where it never does.
    outcome : str
        What is played here in the equilibrium.
    stage, continuation : OrdinalGame
        The ordinal game of the period's payoffs, and of payoffs with what follows.
    """

    state: str
    k: int
    f: int
    visited: int | None
    outcome: str
    stage: OrdinalGame
    continuation: OrdinalGame

    def __str__(self) -> str:
        return f"{self.state}: {self.outcome}; stage {self.stage}; continuation {self.continuation}"


def _cells(game: DynamicGame, s: int, values: tuple[tuple[Fraction, Fraction], ...] | None) -> OrdinalGame:
    plays = {_READING.get(play.label, play.label): play for play in game.periods[s].plays}

    def worth(label: str, i: int) -> Fraction:
        now = rational(plays[label].payoff_to(i))
        if values is None:
            return now
        delta = rational(game.discount[i])
        return (1 - delta) * now + delta * sum(
            (rational(p) * values[t][i] for p, t in plays[label].next_for(i)), Fraction(0)
        )

    A, B = ([[worth(label, i) for label in row] for row in _CELLS] for i in (0, 1))
    return ordinal_game(A, B)


def _equilibrium(variant: Variant, number: int, K: int, F: int, simultaneous: bool) -> MarkovEquilibrium:
    game = variant.game(K=K, F=F)
    if simultaneous:
        game = numeric(simultaneous_game(K=K, F=F, naive=variant.naive), {}, variant.parameters)
    found = solve(game, MarkovPerfect(pure=True))
    found.verify()
    if not found.equilibria:
        raise InputError("variant", variant.name, "a variant with a pure equilibrium, whose values tell what follows")
    if not 0 <= number < len(found.equilibria):
        raise InputError("equilibrium", number, f"a number from 0 to {len(found.equilibria) - 1}")
    return found.equilibria[number]  # type: ignore[no-any-return]


def walk_table(
    variant: Variant = VARIANTS[0], *, equilibrium: int = 0, K: int = 3, F: int = 2, simultaneous: bool = False
) -> tuple[WalkRow, ...]:
    """The ordinal games of every state of the reduced game, first by constraints and then by frustration.

    Parameters
    ----------
    variant : Variant
        Parameter values; the baseline by default.
    equilibrium : int
        Which of the pure Markov perfect equilibria gives the values of what follows.
    K, F : int
        Largest number of constraints, and of steps of frustration.
    simultaneous : bool
        What follows is that of the game in which Mexico does not see Washington's move.

    Examples
    --------
    >>> for row in walk_table(K=1, F=1):
    ...     print(row)
    k=0, f=0: NS; stage 211; continuation 216
    k=0, f=1: UP; stage 111 Prisoner's Dilemma; continuation 116
    k=1, f=0: NS; stage 211; continuation 211
    k=1, f=1: NS; stage 211; continuation 211
    """
    found = _equilibrium(variant, equilibrium, K, F, simultaneous)
    game, order = found.game, found.chain.support()
    worth = tuple((rational(us), rational(mx)) for us, mx in found.values)
    rows = []
    for s, known in enumerate(game.variables):
        labels = [m.outcome for m in found.chain.moves[s] if m.probability]
        outcome = _READING.get(labels[0], labels[0])
        visited = order.index(s) if s in order else None
        games = _cells(game, s, None), _cells(game, s, worth)
        rows.append(WalkRow(game.states[s], int(known["k"]), int(known["f"]), visited, outcome, *games))
    return tuple(sorted(rows, key=lambda row: (row.k, row.f)))


def path_walk(rows: tuple[WalkRow, ...], *, continuation: bool = False) -> tuple[Step, ...]:
    """The ordinal games that play runs through, state after state in the order in which it first reaches them.

    Parameters
    ----------
    rows : tuple of WalkRow
        From :func:`walk_table`.
    continuation : bool
        Of payoffs with what follows, instead of the period's alone.

    Examples
    --------
    >>> [str(step.game) for step in path_walk(walk_table())][:4]
    ['211', "111 Prisoner's Dilemma", '211', "111 Prisoner's Dilemma"]
    """
    reached = sorted((row for row in rows if row.visited is not None), key=lambda row: row.visited or 0)
    return walk(row.continuation if continuation else row.stage for row in reached)


@lru_cache(maxsize=100)
def _orders(base: str, first: Form | None, second: Form | None) -> tuple[tuple[str, ...], ...]:
    """Strict orders, best first, that outcomes can have after amounts (first on UA and UP, second on NE) are added."""
    amounts = dict(_AT)
    if first is not None:
        amounts |= {x: _minus(_AT[x], first) for x in ("UA", "UP")}
    if second is not None:
        amounts["NE"] = _minus(_AT["NE"], second)
    found = []
    for chain in permutations(_AT):
        forms = tuple(_minus(amounts[a], amounts[b]) for a, b in pairwise(chain))
        if feasible(frozenset((*ordering_forms(base), *forms))) is not None:
            found.append(chain)
    return tuple(found)


def possible_games(
    us: Ordering, mx: Ordering, *, constrained: bool = True, frustrated: bool = False, gain: bool = True
) -> tuple[int, ...]:
    """Numbers of the strict ordinal games that the period's payoffs can make up in some state; no other one is possible.

    The payoffs are any that agree with the two strict orderings where no constraint is in force and nobody is frustrated (or
    wherever these orderings are stated).

    Parameters
    ----------
    us, mx : Ordering
        Strict total orderings of NE, NS, UA and UP.
    constrained, frustrated : bool
        Whether some amount may be taken from (added to) what Washington gets by acting alone.
    gain : bool
        Whether constraints may add to what Mexico gets from joint work.

    Examples
    --------
    >>> possible_games(STATED["us_frustrated"].ordering, STATED["mx"].ordering, constrained=False)
    (111,)
    """
    minus = _minus((0, 0, 0, 0, 0), _X)
    shifts: list[Form | None] = [None, *([_X] if constrained else []), *([minus] if frustrated else [])]
    ours = {chain for shift in shifts for chain in _orders(str(us), shift, None)}
    theirs = set(_orders(str(mx), None, minus if constrained and gain else None))
    found = set()
    for a in ours:
        for b in theirs:
            A, B = ([[4 - chain.index(x) for x in row] for row in _CELLS] for chain in (a, b))
            found.add(ordinal_game(A, B).number)
    return tuple(sorted(n for n in found if n is not None))


# --- the member -------------------------------------------------------------------------------------------------------


def _told(rows: tuple[WalkRow, ...], continuation: bool) -> str:
    return " -> ".join(str(step.game) for step in path_walk(rows, continuation=continuation))


def _raided(rows: tuple[WalkRow, ...]) -> tuple[str, ...]:
    return tuple(sorted({str(row.stage) for row in rows if row.visited is not None and row.outcome == "UP"}))


def _verdicts() -> tuple[Verdict, ...]:
    mx, calm, hot = (STATED[name].ordering for name in ("mx", "us_calm", "us_frustrated"))
    at_calm, at_hot = (possible_games(us, mx, constrained=False)[0] for us in (calm, hot))
    dilemma = at_hot == 111 and at_calm != 111
    rows = walk_table()
    raids = {v.name: _raided(walk_table(v)) for v in VARIANTS if v.name in ("baseline", "naive_low_price")}
    alone = {name: all("111" in game for game in games) for name, games in raids.items()}
    at_once = _told(walk_table(simultaneous=True), True)
    other = "the same" if at_once == _told(rows, True) else at_once
    dear = possible_games(hot, mx, gain=False)
    rich = possible_games(hot, mx)
    shirks = all(chain.index("NS") < chain.index("NE") for chain in _orders(str(mx), None, None))
    last = max((row for row in rows if row.visited is not None), key=lambda row: row.visited or 0)
    moved = [(row.state, str(row.stage), str(row.continuation)) for row in rows if row.stage != row.continuation]
    return (
        Verdict(
            "Frustration turns the calm game into a prisoner's dilemma.",
            LedgerVerdict.DERIVED if dilemma else LedgerVerdict.CONTRADICTED,
            "the stated orderings",
            f"calm: game {at_calm}; frustrated: game {at_hot}",
            (5, 22),
        ),
        Verdict(
            "Washington acts alone where the period's game is the prisoner's dilemma, and only there.",
            LedgerVerdict.CONDITIONAL if len(set(alone.values())) == 2 else LedgerVerdict.CONTRADICTED,
            "exact solutions",
            "games in which raids are made: "
            + "; ".join(f"{name}: {', '.join(games)}" for name, games in raids.items())
            + ". Condition: Washington does not foresee what follows; with foresight a raid can be an investment made where the "
            f"period's game is no dilemma. Games along the play of the baseline, payoffs of the period: {_told(rows, False)}; "
            f"with what follows: {_told(rows, True)}; with simultaneous moves {other}",
            (22,),
        ),
        Verdict(
            "Constraints that only price unilateral acts leave shirking Mexico's better answer in every game visited.",
            LedgerVerdict.DERIVED if shirks else LedgerVerdict.CONTRADICTED,
            "every order by exact LP",
            f"the frustrated game under such constraints is one of {', '.join(map(str, dear))}",
            (30,),
        ),
        Verdict(
            "Play ends in a game in which joint work is the best answer to negotiation.",
            LedgerVerdict.CONDITIONAL if last.outcome == "NE" and set(dear) < set(rich) else LedgerVerdict.CONTRADICTED,
            "exact solution at the baseline; every order by exact LP",
            f"at the baseline: {last.stage} at {last.state}, play {last.outcome}. Condition: Mexico's gain from institutions "
            f"exceeds its advantage of shirking, which the orderings allow in {len(set(rich) - set(dear))} further games and "
            f"never force. In {len(moved)} of {len(rows)} states the game with what follows is another one than that of the period",
            (31, 32),
        ),
    )


MEMBER = Member(
    name="topology_walk",
    title="The walk through the topology of 2x2 games",
    about=(
        "Each state's period as one of the 144 strict ordinal 2x2 games, for payoffs of the period and with what follows; "
        "which games the stated orderings allow at all."
    ),
    point="the walk through the 144 games",
    claims=(5, 22, 30, 31, 32),
    settings=tuple(
        Setting(v.name, v.title, v.game, "The games of every state along the play of this variant.")
        for v in VARIANTS
        if v.name in ("baseline", "naive_low_price")
    ),
    verdicts=_verdicts,
)
