"""Best responses to a mix, and the best-response correspondence against an opponent with two actions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory.equilibria.profiles import read_mix
from gametheory.errors import InputError, InputTypeError
from gametheory.games.stage import StageGame

__all__ = ["ResponsePiece", "best_responses_to", "numeric_stage", "own_payoffs", "player_index", "response_pieces"]

#: Rational payoffs of one player: rows are her own actions, columns the opponent's.
Table = tuple[tuple[Fraction, ...], ...]


def numeric_stage(game: object) -> StageGame:
    """The game, if it is a one-shot game with numeric payoffs; a clear refusal otherwise."""
    if not isinstance(game, StageGame):
        raise InputTypeError("game", game, "a StageGame")
    if not game.is_numeric:
        raise InputError("payoffs", list(game.parameters), "rational payoffs; use game.subs(...)")
    return game


def player_index(game: StageGame, player: str) -> int:
    """0 for the row player, 1 for the column player."""
    if player not in game.players:
        raise InputError("player", player, f"one of {list(game.players)}")
    return game.players.index(player)


def own_payoffs(game: StageGame, player: int) -> Table:
    """The player's payoffs, with her own actions as rows."""
    return game.A if player == 0 else tuple(zip(*game.B, strict=True))  # type: ignore[return-value]


def best_responses_to(game: StageGame, player: str, mix: Any) -> tuple[str, ...]:
    """The player's actions that are best against a mix of the opponent; any distribution over them is a best response.

    Parameters
    ----------
    player : str
        Who responds.
    mix : str, sequence or mapping
        The opponent's action, or distribution over actions.

    Examples
    --------
    >>> game = StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=(("H", "T"), ("h", "t")))
    >>> best_responses_to(game, "row", "h"), best_responses_to(game, "row", ("1/2", "1/2"))
    (('H',), ('H', 'T'))
    """
    stage = numeric_stage(game)
    i = player_index(stage, player)
    other = read_mix(mix, stage.actions[1 - i], f"mix of {stage.players[1 - i]}")
    worth = [sum((u * q for u, q in zip(row, other, strict=True)), Fraction(0)) for row in own_payoffs(stage, i)]
    return tuple(a for a, w in zip(stage.actions[i], worth, strict=True) if w == max(worth))


@dataclass(frozen=True)
class ResponsePiece:
    """A stretch of beliefs on which the same actions are best.

    Attributes
    ----------
    low, high : Fraction
        The probability of the opponent's first action lies strictly between them, or equals both.
    actions : tuple of str
        The best actions there; if there are several, any mix of them is a best response.
    """

    low: Fraction
    high: Fraction
    actions: tuple[str, ...]

    @property
    def is_point(self) -> bool:
        """Whether it is a single belief."""
        return self.low == self.high


def response_pieces(game: StageGame, player: str) -> tuple[ResponsePiece, ...]:
    """The best-response correspondence against an opponent with two actions, for drawing and for reading.

    Returns
    -------
    tuple of ResponsePiece
        Points and open intervals in turn; together they cover the beliefs from 0 to 1 once. Neighbours differ.

    Raises
    ------
    InputError
        If the opponent does not have two actions.

    Examples
    --------
    >>> game = StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=(("H", "T"), ("h", "t")))
    >>> for piece in response_pieces(game, "row"):
    ...     print(piece.low, piece.high, piece.actions)
    0 0 ('T',)
    0 1/2 ('T',)
    1/2 1/2 ('H', 'T')
    1/2 1 ('H',)
    1 1 ('H',)
    """
    stage = numeric_stage(game)
    i = player_index(stage, player)
    table = own_payoffs(stage, i)
    if len(table[0]) != 2:
        raise InputError("game", stage.shape, f"two actions of {stage.players[1 - i]}; otherwise use best_responses_to")
    cuts = {Fraction(0), Fraction(1)}
    for k, (a, b) in enumerate(table):
        for c, d in table[:k]:
            slope = (a - b) - (c - d)
            if slope and 0 < (d - b) / slope < 1:
                cuts.add((d - b) / slope)
    points = sorted(cuts)

    def best(q: Fraction) -> tuple[str, ...]:
        return best_responses_to(stage, player, (q, 1 - q))

    pieces: list[ResponsePiece] = []
    for low, high in zip(points, [*points[1:], None], strict=True):
        here = ResponsePiece(low, low, best(low))
        if 0 < low < 1 and high is not None and here.actions == pieces[-1].actions == best((low + high) / 2):
            pieces[-1] = ResponsePiece(pieces[-1].low, high, here.actions)  # a crossing below the best: nothing changes
            continue
        pieces.append(here)
        if high is not None:
            pieces.append(ResponsePiece(low, high, best((low + high) / 2)))
    return tuple(pieces)
