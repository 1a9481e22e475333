"""Games that stay as they are when the players change places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame

__all__ = ["player_exchange"]


def player_exchange(game: DynamicGame, *, states: Mapping[str, str] | None = None) -> tuple[int, ...]:
    """The mapping of states under which the game is the same with the players exchanged.

    A game is symmetric if the states can be mapped one to one, s to s', such that what is open to player 1 in s is open to
    player 2 in s' and the other way round (actions correspond in the order in which they are listed), with payoffs
    exchanged, equal discount factors, and transitions that correspond. A profile is then symmetric if what player 1 does in s
    player 2 does in s', for every state. Source: Nash, Annals of Mathematics 54 (1951), for one-shot games.

    Parameters
    ----------
    game : DynamicGame
    states : mapping, optional
        From the name of each state to that of its image. If it is not given, it is looked for.

    Returns
    -------
    tuple of int
        For each state the index of its image.

    Raises
    ------
    InputError
        If the game is not symmetric under the mapping given, or under none.

    Examples
    --------
    >>> from gametheory.studies import leapfrogging
    >>> game = leapfrogging.game(3)
    >>> image = player_exchange(game)
    >>> game.states[image[game.states.index("(2, 1, 0)")]]
    '(1, 2, 0)'
    """
    found = _look_for(game) if states is None else _given(game, states)
    if game.discount[0] != game.discount[1]:
        raise InputError("game", str(game), "equal discount factors: otherwise the players are not alike")
    for s, t in enumerate(found):
        if _form(game, s, False, found) != _form(game, t, True, tuple(range(len(found)))):
            raise InputError(
                "states", f"{game.states[s]!r} to {game.states[t]!r}", "states alike with the players exchanged"
            )
    return found


def _given(game: DynamicGame, states: Mapping[str, str]) -> tuple[int, ...]:
    found = tuple(game.state_index(states[s]) if s in states else -1 for s in game.states)
    if sorted(found) != list(range(len(found))):
        raise InputError("states", dict(states), "an image for every state, each state once")
    return found


def _form(game: DynamicGame, s: int, exchanged: bool, colour: tuple[Any, ...]) -> Any:
    """The period of a state, seen by the players or by the players exchanged, with colours for the states that follow."""
    period = game.periods[s]
    order = (1, 0) if exchanged else (0, 1)

    def end(t: int) -> Any:
        play = period.plays[~t]
        draws = (play.next, *(play.next_for(i) for i in order))
        after = tuple(_sorted(tuple((colour[k], q) for q, k in draw)) for draw in draws)
        return tuple(play.payoffs[i] for i in order), tuple(play.payoff_to(i) for i in order), after

    def lottery(branch: Any) -> Any:
        return tuple((p, t if t >= 0 else end(t)) for p, t in branch)

    if period.simultaneous:
        table = [[lottery(cell) for cell in row] for row in period.branches]
        return "at once", tuple(tuple(row) for row in (zip(*table, strict=True) if exchanged else table))
    movers = tuple(node.player if not exchanged else 1 - node.player for node in period.nodes)
    return movers, tuple(tuple(lottery(branch) for branch in row) for row in period.branches)


def _sorted(draw: tuple[tuple[Any, Any], ...]) -> tuple[tuple[Any, Any], ...]:
    """A draw in the order of its colours, with the probabilities of equal colours added."""
    total: dict[Any, Any] = {}
    for colour, q in draw:
        total[colour] = total[colour] + q if colour in total else q
    return tuple(sorted(total.items(), key=lambda pair: pair[0]))


def _look_for(game: DynamicGame) -> tuple[int, ...]:
    """Tell states apart by their periods and by what follows; where some stay alike, try each way to pair one of them."""
    size = len(game.states)
    waiting = [((0,) * size, (0,) * size)]
    while waiting:
        plain, other = _refine(game, *waiting.pop())
        if sorted(plain) != sorted(other):
            continue
        alike = next((s for s in range(size) if plain.count(plain[s]) > 1), None)
        if alike is None:
            return tuple(other.index(colour) for colour in plain)
        for t in reversed(range(size)):
            if other[t] == plain[alike]:
                marked = [
                    tuple(-1 if k == at else c for k, c in enumerate(side)) for side, at in ((plain, alike), (other, t))
                ]
                waiting.append((marked[0], marked[1]))
    raise InputError("game", str(game), "a game that stays as it is when the players change places")


def _refine(
    game: DynamicGame, plain: tuple[int, ...], other: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Finer colours of the states, as the game is and with the players exchanged, until nothing more is told apart."""
    while True:
        number: dict[Any, int] = {}
        sides = []
        for exchanged, colour in ((False, plain), (True, other)):
            forms = [(colour[s], _form(game, s, exchanged, colour)) for s in range(len(colour))]
            sides.append(tuple(number.setdefault(form, len(number)) for form in forms))
        if len(number) == len({*plain, *other}):
            return plain, other
        plain, other = sides
