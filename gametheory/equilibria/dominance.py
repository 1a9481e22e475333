r"""Dominated actions, their iterated elimination with the order kept, and rationalizable actions.

An action is strictly dominated if some (mixed) alternative is better against every action of the opponent, and weakly
dominated if some alternative is never worse and somewhere better. In two-player games an action is strictly dominated
exactly if it is a best response to no belief, and weakly dominated exactly if it is a best response to no belief of full
support (Pearce 1984, Lemmas 3 and 4), so that the rationalizable actions are those that survive the iterated elimination
of strictly dominated ones. All questions are decided by exact linear programs.

References
----------
Bernheim, B. D. (1984), Rationalizable strategic behavior, *Econometrica* 52, 1007-1028.
Pearce, D. G. (1984), Rationalizable strategic behavior and the problem of perfection, *Econometrica* 52, 1029-1050.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gametheory.equilibria.responses import Table, numeric_stage, own_payoffs, player_index
from gametheory.errors import CertificateError, InputError
from gametheory.games.stage import StageGame
from gametheory.lp import maximise

__all__ = [
    "Dominance",
    "Domination",
    "Elimination",
    "dominated_actions",
    "eliminate",
    "eliminate_in_order",
    "rationalizable",
    "supporting_belief",
]

Indices = tuple[int, ...]


class Dominance(enum.Enum):
    """Kinds of dominance."""

    STRICT = "better against every action of the opponent"
    WEAK = "never worse, and better against some action of the opponent"


@dataclass(frozen=True)
class Domination:
    """One action, and what dominates it.

    Attributes
    ----------
    player, action : str
    kind : Dominance
        STRICT whenever it is, even where weakly dominated actions were asked for.
    by : tuple of Fraction
        The dominating distribution over all of the player's actions in the whole game.
    against : tuple of str
        The opponent's actions that were left.
    margins : tuple of Fraction
        How much better ``by`` is against each of them.
    ordinal : bool
        True if ``by`` mixes and payoffs are mere ranks: whether it dominates is then an artefact of the ranks.
    """

    player: str
    action: str
    kind: Dominance
    by: tuple[Fraction, ...]
    against: tuple[str, ...]
    margins: tuple[Fraction, ...]
    ordinal: bool = False

    @property
    def is_pure(self) -> bool:
        """Whether a single action dominates."""
        return 1 in self.by

    def verify(self, game: StageGame) -> None:
        """Check from the game's payoffs alone that ``by`` dominates; raise :class:`CertificateError` otherwise."""
        stage = numeric_stage(game)
        i = player_index(stage, self.player)
        table, mine = own_payoffs(stage, i), stage.actions[i].index(self.action)
        other = [stage.actions[1 - i].index(b) for b in self.against]
        gains = tuple(sum((p * row[b] for p, row in zip(self.by, table, strict=True)), -table[mine][b]) for b in other)
        good = sum(self.by) == 1 and min(self.by) >= 0 and gains == self.margins and bool(gains)
        good = good and (min(gains) > 0 if self.kind is Dominance.STRICT else min(gains) >= 0 and max(gains) > 0)
        if not good:
            raise CertificateError(f"{self.by} does not dominate action {self.action!r} of {self.player} as stated")

    def __str__(self) -> str:
        word = "strictly" if self.kind is Dominance.STRICT else "weakly"
        note = " [payoffs are ranks: dominance by a mix is an artefact]" if self.ordinal else ""
        return f"{self.player}: {self.action} is {word} dominated by ({', '.join(map(str, self.by))}){note}"


@dataclass(frozen=True)
class Elimination:
    """What iterated elimination removed, in order, and what is left.

    Attributes
    ----------
    game : StageGame
    rounds : tuple of tuples of Domination
        Actions removed together, round by round; each is dominated given what was left before its round.
    surviving : (tuple of str, tuple of str)
        Actions of each player that are left.
    kind : Dominance
    mixed : bool
        Whether domination by mixes counted.
    finished : bool
        Whether nothing dominated is left.
    """

    game: StageGame = field(repr=False)
    rounds: tuple[tuple[Domination, ...], ...]
    surviving: tuple[tuple[str, ...], tuple[str, ...]]
    kind: Dominance
    mixed: bool
    finished: bool

    @property
    def steps(self) -> tuple[Domination, ...]:
        """All removals in order."""
        return tuple(step for together in self.rounds for step in together)

    @property
    def is_solved(self) -> bool:
        """Whether one outcome is left."""
        return all(len(left) == 1 for left in self.surviving)

    @property
    def reduced(self) -> StageGame:
        """The game that is left."""
        keep = [[all_.index(a) for a in left] for all_, left in zip(self.game.actions, self.surviving, strict=True)]
        cut = lambda rows: tuple(tuple(rows[i][j] for j in keep[1]) for i in keep[0])  # noqa: E731
        return StageGame(
            cut(self.game.A),
            cut(self.game.B),
            self.game.players,
            self.surviving,
            domain=self.game.domain,
            ordinal=self.game.ordinal,
            labels=cut(self.game.labels),
        )

    def verify(self) -> None:
        """Check every removal again, and that dominating mixes use only actions that were still there.

        Raises
        ------
        CertificateError
            If a step does not hold, or if something dominated is left although ``finished`` says otherwise.
        """
        left = [list(actions) for actions in self.game.actions]
        for together in self.rounds:
            for step in together:
                i = player_index(self.game, step.player)
                support = {a for a, p in zip(self.game.actions[i], step.by, strict=True) if p}
                if list(step.against) != left[1 - i] or not support <= set(left[i]) or step.action not in left[i]:
                    raise CertificateError(f"step out of order: {step}")
                if self.kind is Dominance.STRICT and step.kind is not Dominance.STRICT:
                    raise CertificateError(f"not strict: {step}")
                step.verify(self.game)
            for step in together:
                left[player_index(self.game, step.player)].remove(step.action)
        if tuple(map(tuple, left)) != self.surviving:
            raise CertificateError(f"the steps leave {left}, not {self.surviving}")
        if self.finished and dominated_actions(self.reduced, self.kind, mixed=self.mixed):
            raise CertificateError("something dominated is left")

    def __str__(self) -> str:
        lines = [f"{number}. {step}" for number, together in enumerate(self.rounds, 1) for step in together]
        left = "; ".join(f"{n}: {', '.join(a)}" for n, a in zip(self.game.players, self.surviving, strict=True))
        return "\n".join([*lines, f"left: {left}"])


# --- one action -------------------------------------------------------------------------------------------------------


def _kind_of(gains: Sequence[Fraction]) -> Dominance | None:
    if min(gains) > 0:
        return Dominance.STRICT
    return Dominance.WEAK if min(gains) >= 0 and max(gains) > 0 else None


def _mix(table: Table, mine: int, own: Indices, other: Indices, kind: Dominance) -> tuple[Fraction, ...] | None:
    """A mix over ``own`` that dominates action ``mine`` against ``other``: one linear program."""
    gain = [[table[k][b] - table[mine][b] for b in other] for k in own]
    k = len(own)
    if kind is Dominance.STRICT:  # maximise the smallest gain t
        rows = [[-gain[a][b] for a in range(k)] + [Fraction(1)] for b in range(len(other))]
        best = maximise([0] * k + [1], rows, [0] * len(other), [[1] * k + [0]], [1], free=[k])
    else:  # maximise the sum of gains, none negative
        rows = [[-gain[a][b] for a in range(k)] for b in range(len(other))]
        best = maximise([sum(g) for g in gain], rows, [0] * len(other), [[1] * k], [1])
    return best.x[:k] if best.value is not None and best.value > 0 else None


def _domination(
    stage: StageGame, i: int, mine: int, own: Indices, other: Indices, kind: Dominance, mixed: bool
) -> Domination | None:
    table = own_payoffs(stage, i)
    size = len(stage.actions[i])

    def found(by: tuple[Fraction, ...]) -> Domination:
        gains = tuple(sum((p * table[k][b] for k, p in enumerate(by) if p), -table[mine][b]) for b in other)
        sort = _kind_of(gains)
        if sort is None:
            raise CertificateError(f"the linear program's mix {by} does not dominate")
        names = tuple(stage.actions[1 - i][b] for b in other)
        blurred = stage.ordinal and 1 not in by
        return Domination(stage.players[i], stage.actions[i][mine], sort, by, names, gains, blurred)

    for sought in (Dominance.STRICT, Dominance.WEAK):
        if sought is Dominance.WEAK and kind is Dominance.STRICT:
            break
        for k in own:
            if k != mine and _kind_of([table[k][b] - table[mine][b] for b in other]) is sought:
                return found(tuple(Fraction(int(a == k)) for a in range(size)))
        rest = tuple(k for k in own if k != mine)
        if mixed and len(rest) > 1:
            mix = _mix(table, mine, rest, other, sought)
            if mix is not None:
                weight = dict(zip(rest, mix, strict=True))
                return found(tuple(weight.get(a, Fraction(0)) for a in range(size)))
    return None


def dominated_actions(
    game: StageGame, kind: Dominance = Dominance.STRICT, *, mixed: bool = True
) -> tuple[Domination, ...]:
    """Every dominated action of either player, with what dominates it.

    Parameters
    ----------
    game : StageGame
        With numeric payoffs.
    kind : Dominance
        WEAK includes strictly dominated actions.
    mixed : bool
        Whether domination by a mix counts. A single dominating action is named where there is one.

    Raises
    ------
    InputError
        If payoffs hold symbols.

    Examples
    --------
    >>> game = StageGame([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]], actions=(("T", "M", "B"), ("L", "R")))
    >>> for found in dominated_actions(game):
    ...     print(found)
    row: B is strictly dominated by (1/2, 1/2, 0)
    """
    stage = numeric_stage(game)
    everything = tuple(tuple(range(n)) for n in stage.shape)
    return tuple(_all_dominated(stage, everything, kind, mixed))


def _all_dominated(stage: StageGame, left: Sequence[Indices], kind: Dominance, mixed: bool) -> list[Domination]:
    found = (_domination(stage, i, a, left[i], left[1 - i], kind, mixed) for i in (0, 1) for a in left[i])
    return [one for one in found if one is not None]


# --- iterated ---------------------------------------------------------------------------------------------------------


def eliminate(game: StageGame, kind: Dominance = Dominance.STRICT, *, mixed: bool = True) -> Elimination:
    """Iterated elimination: in every round, all dominated actions of both players at once.

    What survives strict dominance does not depend on the order. What survives weak dominance does: this is the order
    of most haste; :func:`eliminate_in_order` takes any other.

    Examples
    --------
    >>> game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("c", "d")))
    >>> eliminate(game).surviving
    (('D',), ('d',))
    """
    stage = numeric_stage(game)
    left: list[Indices] = [tuple(range(n)) for n in stage.shape]
    rounds = []
    while together := _all_dominated(stage, left, kind, mixed):
        rounds.append(tuple(together))
        gone = [{one.action for one in together if one.player == name} for name in stage.players]
        left = [tuple(a for a in left[i] if stage.actions[i][a] not in gone[i]) for i in (0, 1)]
    return Elimination(stage, tuple(rounds), _names(stage, left), kind, mixed, True)


def _names(stage: StageGame, left: Sequence[Indices]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(stage.actions[0][a] for a in left[0]), tuple(stage.actions[1][a] for a in left[1])


def eliminate_in_order(
    game: StageGame, order: Sequence[tuple[str, str]], kind: Dominance = Dominance.STRICT, *, mixed: bool = True
) -> Elimination:
    """Remove the named actions one by one, each of which must be dominated when its turn comes.

    Parameters
    ----------
    order : sequence of (player, action)

    Raises
    ------
    InputError
        If a named action is not dominated when its turn comes.

    Examples
    --------
    >>> game = StageGame([[1, 0], [1, 1]], [[0, 0], [0, 0]], actions=(("T", "B"), ("L", "R")))
    >>> eliminate_in_order(game, [("row", "T")], Dominance.WEAK).surviving
    (('B',), ('L', 'R'))
    """
    stage = numeric_stage(game)
    left: list[Indices] = [tuple(range(n)) for n in stage.shape]
    rounds = []
    for number, (player, action) in enumerate(order):
        i = player_index(stage, player)
        names = [stage.actions[i][a] for a in left[i]]
        if action not in names:
            raise InputError(f"order[{number}]", (player, action), f"one of the actions that are left: {names}")
        mine = stage.actions[i].index(action)
        found = _domination(stage, i, mine, left[i], left[1 - i], kind, mixed)
        if found is None:
            word = "strictly" if kind is Dominance.STRICT else "weakly"
            raise InputError(f"order[{number}]", (player, action), f"an action that is {word} dominated at that point")
        rounds.append((found,))
        left[i] = tuple(a for a in left[i] if a != mine)
    done = not _all_dominated(stage, left, kind, mixed)
    return Elimination(stage, tuple(rounds), _names(stage, left), kind, mixed, done)


def rationalizable(game: StageGame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Actions of each player that are consistent with common knowledge of rationality (Bernheim 1984; Pearce 1984).

    With two players these are the actions that survive the iterated elimination of actions that are strictly dominated,
    by single actions or by mixes.

    Examples
    --------
    >>> rationalizable(StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=(("H", "T"), ("h", "t"))))
    (('H', 'T'), ('h', 't'))
    """
    return eliminate(game).surviving


def supporting_belief(game: StageGame, player: str, action: str) -> tuple[Fraction, ...] | None:
    """A belief about the opponent to which the action is a best response, or None if there is none.

    Returns
    -------
    tuple of Fraction or None
        A distribution over the opponent's actions.

    Examples
    --------
    >>> game = StageGame([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]], actions=(("T", "M", "B"), ("L", "R")))
    >>> supporting_belief(game, "row", "B") is None
    True
    >>> supporting_belief(game, "row", "T")
    (Fraction(1, 1), Fraction(0, 1))
    """
    stage = numeric_stage(game)
    i = player_index(stage, player)
    if action not in stage.actions[i]:
        raise InputError("action", action, f"one of {list(stage.actions[i])}")
    table, mine = own_payoffs(stage, i), stage.actions[i].index(action)
    n = len(stage.actions[1 - i])
    rows = [[x - m for x, m in zip(row, table[mine], strict=True)] for k, row in enumerate(table) if k != mine]
    found = maximise([0] * n, rows, [0] * len(rows), [[1] * n], [1])
    return found.x if found.is_optimal else None
