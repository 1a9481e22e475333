"""Strategies for play that goes on: finite automata, and the well-known ones by name.

An automaton is in one of finitely many states. In each it prescribes what its owner does in the period, and after the
period it moves on by the outcome that everyone saw. It may also react to a rise of one of the game's counters, such as a
new constraint. The state of play of a game is the pair of automaton states together with the state of the game.

The constructors read the action labels off the game. ``cooperate`` and ``punish`` default to the player's first and second
action in a simultaneous game in which every player has two actions; elsewhere they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import exact, rational
from gametheory.games.dynamic import DynamicGame

__all__ = [
    "Automaton",
    "Mix",
    "always",
    "grim",
    "limited_punishment",
    "stick_and_carrot",
    "strangulation",
    "tit_for_tat",
    "tit_for_two_tats",
    "win_stay_lose_shift",
]


@dataclass(frozen=True)
class Mix:
    """A choice by lot: from action labels to probabilities that sum to one.

    Examples
    --------
    >>> Mix({"C": "1/3", "D": "2/3"})
    Mix(probabilities={'C': '1/3', 'D': '2/3'})
    """

    probabilities: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.probabilities, Mapping) or not self.probabilities:
            raise InputTypeError("Mix", self.probabilities, "a mapping from action labels to probabilities")
        numbers = [exact(p, field=f"Mix[{a!r}]") for a, p in self.probabilities.items()]
        if all(not getattr(p, "free_symbols", ()) for p in numbers):
            values = [rational(p, field="Mix") for p in numbers]
            if sum(values) != 1 or min(values) < 0:
                raise InputError("Mix", dict(self.probabilities), "probabilities that are not negative and sum to one")
        object.__setattr__(self, "probabilities", dict(self.probabilities))


#: What to do at a point of choice: a label; several labels (the first that the state of the game allows); or a :class:`Mix`.
Choice: TypeAlias = "str | tuple[str, ...] | Mix"


@dataclass(frozen=True)
class Automaton:
    """A strategy with finitely many states.

    Parameters
    ----------
    act : mapping
        For each automaton state what to do: a :data:`Choice`, or, where moves within a period are seen, a mapping from
        what was seen (``""`` at the beginning, ``"N"`` after N) to a choice. The key ``"*"`` stands for anything else.
    moves : mapping
        For each automaton state a mapping from outcome to the next automaton state; ``"*"`` stands for any other outcome.
    start : str, optional
        The first state of ``act`` by default.
    stepped : mapping, optional
        For each automaton state a mapping from the name of a counter of the game to the automaton state that follows when
        that counter has risen, whatever the outcome.
    name : str

    Examples
    --------
    >>> Automaton({"good": "C", "bad": "D"}, {"good": {"CC": "good", "*": "bad"}, "bad": {"*": "bad"}}, name="grim").states
    ('good', 'bad')
    """

    act: Mapping[str, Choice | Mapping[str, Choice]]
    moves: Mapping[str, Mapping[str, str]]
    start: str = ""
    stepped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name: str = "automaton"

    def __post_init__(self) -> None:
        if not isinstance(self.act, Mapping) or not self.act:
            raise InputTypeError("act", self.act, "a mapping from automaton states to what to do")
        states = tuple(self.act)
        begin = self.start or states[0]
        if begin not in states:
            raise InputError("start", self.start, f"one of the automaton's states {states}")
        for where, table in (("moves", self.moves), ("stepped", self.stepped)):
            if not isinstance(table, Mapping):
                raise InputTypeError(where, table, "a mapping from automaton states to mappings")
            for state, row in table.items():
                if state not in states:
                    raise InputError(where, state, f"automaton states among {states}")
                if not isinstance(row, Mapping):
                    raise InputTypeError(f"{where}[{state!r}]", row, "a mapping to automaton states")
                for to in row.values():
                    if to not in states:
                        raise InputError(f"{where}[{state!r}]", to, f"automaton states among {states}")
        missing = [s for s in states if s not in self.moves]
        if missing:
            raise InputError("moves", list(self.moves), f"a row for every automaton state; missing: {missing}")
        object.__setattr__(self, "start", begin)
        object.__setattr__(self, "act", {s: dict(x) if isinstance(x, Mapping) else x for s, x in self.act.items()})
        object.__setattr__(self, "moves", {s: dict(row) for s, row in self.moves.items()})
        object.__setattr__(self, "stepped", {s: dict(row) for s, row in self.stepped.items()})

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the automaton's states."""
        return tuple(self.act)

    def choice(self, state: str, history: str, actions: Sequence[str]) -> dict[str, Any]:
        """Probability of each action at a point of choice.

        Raises
        ------
        InputError
            If the automaton does not say, or names an action that is not there.
        """
        given: Any = self.act[state]
        if isinstance(given, Mapping):
            if history not in given and "*" not in given:
                raise InputError(f"{self.name} in {state!r}", list(given), f"a choice after {history!r} (or '*')")
            given = given.get(history, given.get("*"))
        if isinstance(given, Mix):
            unknown = [a for a in given.probabilities if a not in actions]
            if unknown:
                raise InputError(f"{self.name} in {state!r}", unknown, f"actions among {list(actions)}")
            return {a: exact(p) for a, p in given.probabilities.items()}
        options = (given,) if isinstance(given, str) else tuple(given)
        for action in options:
            if action in actions:
                return {action: exact(1)}
        raise InputError(f"{self.name} in {state!r}", given, f"one of the actions {list(actions)}")

    def after(self, state: str, outcome: str, risen: Sequence[str] = ()) -> str:
        """The automaton state after an outcome, given the counters that have risen.

        Raises
        ------
        InputError
            If the automaton does not cover the outcome.
        """
        for counter, to in self.stepped.get(state, {}).items():
            if counter in risen:
                return to
        row = self.moves[state]
        if outcome in row:
            return row[outcome]
        if "*" in row:
            return row["*"]
        raise InputError(f"{self.name}: moves[{state!r}]", list(row), f"the outcome {outcome!r} covered (or '*')")


# --- by name ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Roles:
    """A player's two courses of action, and which outcomes show both, one or neither player cooperating."""

    name: str
    cooperate: str
    punish: str
    both: tuple[str, ...]  # outcomes in which both cooperate
    wronged: tuple[str, ...]  # outcomes in which the other does not
    neither: tuple[str, ...]  # outcomes in which both punish


def _roles(
    game: DynamicGame,
    player: str,
    cooperate: str | None,
    punish: str | None,
    expected: object,
    what: str,
    *,
    mutual: bool = False,
) -> _Roles:
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame; DynamicGame.repeated(stage, discount=...) makes one")
    if player not in game.players:
        raise InputError("player", player, f"one of the players {game.players}")
    me = game.players.index(player)
    period = game.periods[game.start]
    if not period.simultaneous:
        raise InputError(what, player, "a game of simultaneous moves; write an Automaton for moves in sequence")
    own, other = period.nodes[me].actions, period.nodes[1 - me].actions
    if (cooperate is None or punish is None) and len(own) != 2:
        raise InputError("cooperate, punish", (cooperate, punish), f"two of the actions {list(own)} of {player}")
    good = cooperate if cooperate is not None else own[0]
    bad = punish if punish is not None else own[1]
    for label in (good, bad):
        if label not in own:
            raise InputError("cooperate, punish", label, f"one of the actions {list(own)} of {player}")
    cell = {}
    for i, row in enumerate(period.branches):
        for j, lottery in enumerate(row):
            if len(lottery) == 1:
                cell[(i, j) if me == 0 else (j, i)] = period.plays[~lottery[0][1]].label
    if expected is None:
        if good in other:
            answer = other.index(good)
        elif len(other) == 2:
            answer = 0
        else:
            raise InputError("expected", None, f"the outcome in which both cooperate, one of {list(period.labels)}")
        both: tuple[str, ...] = (cell[own.index(good), answer],) if (own.index(good), answer) in cell else ()
    else:
        both = (expected,) if isinstance(expected, str) else tuple(expected)  # type: ignore[arg-type]
        unknown = [x for x in both if x not in game.outcomes]
        if unknown or not both:
            raise InputError("expected", expected, f"outcomes among {list(game.outcomes)}")
        places = [b for (a, b), label in cell.items() if label in both]
        if not places:
            raise InputError("expected", expected, f"an outcome that can occur at the start: {list(period.labels)}")
        answer = places[0]
    kept = {label for (_, b), label in cell.items() if b == answer}
    theirs = other.index(bad) if bad in other else 1 - answer if len(other) == 2 else None
    bad_cells = {label for (a, b), label in cell.items() if b == theirs and a == own.index(bad)}
    if mutual and not bad_cells:
        raise InputError(
            what,
            player,
            f"an action {bad!r} of the other player too, so that mutual punishment is known; write an Automaton",
        )
    every = list(game.outcomes)
    return _Roles(
        f"{what} of {player}",
        good,
        bad,
        both,
        tuple(x for x in every if x not in kept),
        tuple(x for x in every if x in bad_cells),
    )


def always(player: str, action: str | Mapping[str, str]) -> Automaton:
    """The same action in every period.

    Examples
    --------
    >>> always("US", "C").states
    ('always',)
    """
    return Automaton({"always": action}, {"always": {"*": "always"}}, name=f"always {action} of {player}")


def grim(
    game: DynamicGame, player: str, *, cooperate: str | None = None, punish: str | None = None, expected: object = None
) -> Automaton:
    """Cooperate while everyone has; after any other outcome punish for ever (Friedman, Review of Economic Studies 38, 1971).

    Parameters
    ----------
    game : DynamicGame
    player : str
    cooperate, punish : str, optional
        The player's own actions.
    expected : str or sequence of str, optional
        Outcomes after which cooperation goes on; by default the one in which both cooperate.
    """
    r = _roles(game, player, cooperate, punish, expected, "grim trigger")
    stay = dict.fromkeys(r.both, "good")
    return Automaton(
        {"good": r.cooperate, "bad": r.punish}, {"good": {**stay, "*": "bad"}, "bad": {"*": "bad"}}, name=r.name
    )


def tit_for_tat(
    game: DynamicGame,
    player: str,
    *,
    cooperate: str | None = None,
    punish: str | None = None,
    expected: object = None,
    suspicious: bool = False,
    forgives: object = 0,
) -> Automaton:
    """Do what the other did last (Rapoport; Axelrod, The Evolution of Cooperation, 1984).

    Parameters
    ----------
    game, player, cooperate, punish, expected :
        As in :func:`grim`.
    suspicious : bool
        Begin with ``punish``.
    forgives : number
        Generous tit-for-tat: the probability with which a wrong goes unanswered.
    """
    r = _roles(game, player, cooperate, punish, expected, "tit-for-tat")
    p = exact(forgives, field="forgives")
    if not getattr(p, "free_symbols", ()) and not 0 <= p <= 1:
        raise InputError("forgives", forgives, "a probability")
    answer: Choice = r.punish if p == 0 else Mix({r.cooperate: p, r.punish: 1 - p})
    row = {**dict.fromkeys(r.wronged, "wronged"), "*": "at peace"}
    acts: dict[str, Choice] = {"at peace": r.cooperate, "wronged": answer}
    moves = {"at peace": row, "wronged": row}
    if suspicious:
        acts, moves = {"at first": r.punish, **acts}, {"at first": row, **moves}
    return Automaton(acts, moves, name=("suspicious " if suspicious else "generous " if p != 0 else "") + r.name)


def tit_for_two_tats(
    game: DynamicGame, player: str, *, cooperate: str | None = None, punish: str | None = None, expected: object = None
) -> Automaton:
    """Punish only after two wrongs in a row."""
    r = _roles(game, player, cooperate, punish, expected, "tit-for-two-tats")

    def wrong(to: str) -> dict[str, str]:
        return {**dict.fromkeys(r.wronged, to), "*": "at peace"}

    return Automaton(
        {"at peace": r.cooperate, "wronged once": r.cooperate, "wronged twice": r.punish},
        {
            "at peace": wrong("wronged once"),
            "wronged once": wrong("wronged twice"),
            "wronged twice": wrong("wronged twice"),
        },
        name=r.name,
    )


def win_stay_lose_shift(
    game: DynamicGame, player: str, *, cooperate: str | None = None, punish: str | None = None, expected: object = None
) -> Automaton:
    """Cooperate after both or neither did, and punish otherwise (Nowak and Sigmund, Nature 364, 1993)."""
    r = _roles(game, player, cooperate, punish, expected, "win-stay-lose-shift", mutual=True)
    row = {**dict.fromkeys((*r.both, *r.neither), "good"), "*": "bad"}
    return Automaton({"good": r.cooperate, "bad": r.punish}, {"good": row, "bad": row}, name=r.name)


def limited_punishment(
    game: DynamicGame,
    player: str,
    n: int,
    *,
    cooperate: str | None = None,
    punish: str | None = None,
    expected: object = None,
    restart: bool = False,
) -> Automaton:
    """Cooperate; after any other outcome punish for n periods, then return.

    Parameters
    ----------
    n : int
        Periods of punishment, 1 or more.
    restart : bool
        True: an outcome other than mutual punishment begins the punishment anew.
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise InputError("n", n, "a whole number of periods, 1 or more")
    r = _roles(game, player, cooperate, punish, expected, f"{n}-period punishment", mutual=restart)
    acts: dict[str, Choice] = {"good": r.cooperate, **{f"bad {k}": r.punish for k in range(1, n + 1)}}
    moves: dict[str, dict[str, str]] = {"good": {**dict.fromkeys(r.both, "good"), "*": "bad 1"}}
    for k in range(1, n + 1):
        after = "good" if k == n else f"bad {k + 1}"
        moves[f"bad {k}"] = {**dict.fromkeys(r.neither, after), "*": "bad 1"} if restart else {"*": after}
    return Automaton(acts, moves, name=r.name)


def stick_and_carrot(
    game: DynamicGame, player: str, *, cooperate: str | None = None, punish: str | None = None, expected: object = None
) -> Automaton:
    """After any departure one period of mutual punishment, taken again until both take it (Abreu, Econometrica 56, 1988)."""
    r = _roles(game, player, cooperate, punish, expected, "stick and carrot", mutual=True)
    return Automaton(
        {"carrot": r.cooperate, "stick": r.punish},
        {
            "carrot": {**dict.fromkeys(r.both, "carrot"), "*": "stick"},
            "stick": {**dict.fromkeys(r.neither, "carrot"), "*": "stick"},
        },
        name=r.name,
    )


def strangulation(
    game: DynamicGame,
    player: str,
    *,
    until: str,
    cooperate: str | None = None,
    punish: str | None = None,
    expected: object = None,
) -> Automaton:
    """Answer a unilateral act of the other in every period until a constraint is added.

    Parameters
    ----------
    until : str
        The game's counter whose rise ends the answer, such as ``"k"``.
    """
    r = _roles(game, player, cooperate, punish, expected, "strangulation")
    if not any(until in row for row in game.variables):
        raise InputError("until", until, f"a counter of the game; there are {list(game.variables[0])}")
    return Automaton(
        {"calm": r.cooperate, "strangling": r.punish},
        {"calm": {**dict.fromkeys(r.wronged, "strangling"), "*": "calm"}, "strangling": {"*": "strangling"}},
        stepped={"calm": {until: "calm"}, "strangling": {until: "calm"}},
        name=r.name,
    )
