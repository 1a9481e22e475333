"""Profiles of stationary strategies: reading them, the chain of play they induce, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint

from gametheory.equilibria.play import Chain, Move
from gametheory.errors import InputError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.tree import Node

__all__ = ["Profile", "induced_chain", "profile_values", "read_mix", "read_profile", "require_numbers"]

#: ``profile[s][node]``: a distribution over actions.
Profile = tuple[tuple[tuple[Fraction, ...], ...], ...]


def require_numbers(game: DynamicGame) -> None:
    """Refuse a game whose parameters have no value yet."""
    if game.parameters:
        raise InputError(
            "parameters", list(game.parameters), "a value for each; use game.subs(" + f"{game.parameters[0]}=...)"
        )
    for name, delta in zip(game.players, game.discount, strict=True):
        rational(delta, field=f"discount of {name}")
    for period in game.periods:
        for play in period.plays:
            for i in (0, 1):
                rational(play.payoffs[i], field=f"payoff of {game.players[i]} at {play.label}")
                for p, _ in play.next_for(i):
                    rational(p, field=f"transition after {play.label}")


def read_mix(given: Any, actions: Sequence[str], where: str) -> tuple[Fraction, ...]:
    """A distribution over actions, from a label or from probabilities.

    Examples
    --------
    >>> read_mix("b", ("a", "b"), "choice")
    (Fraction(0, 1), Fraction(1, 1))
    """
    if isinstance(given, str):
        if given not in actions:
            raise InputError(where, given, f"one of the actions {list(actions)}")
        return tuple(Fraction(int(a == given)) for a in actions)
    if isinstance(given, Mapping):
        unknown = [a for a in given if a not in actions]
        if unknown:
            raise InputError(where, unknown, f"actions among {list(actions)}")
        mix = tuple(rational(given.get(a, 0), field=where) for a in actions)
    else:
        mix = tuple(rational(p, field=where) for p in given)
    if len(mix) != len(actions) or sum(mix) != 1 or any(p < 0 for p in mix):
        raise InputError(where, given, f"an action, or probabilities of {list(actions)} that sum to one exactly")
    return mix


def read_profile(game: DynamicGame, given: Any) -> Profile:
    """A stationary profile, from action labels or distributions for every state.

    Parameters
    ----------
    game : DynamicGame
    given : sequence or mapping
        For each state (by position or by name) the choice at each node, in the order of ``period.nodes``; an action label
        or a distribution. A mapping of a state may use the names of :attr:`MarkovEquilibrium.policy`.
    """
    if isinstance(given, Mapping):
        missing = [s for s in game.states if s not in given]
        if missing:
            raise InputError("profile", list(given), f"a choice for every state; missing: {missing[:5]}")
        given = [given[s] for s in game.states]
    if len(given) != len(game.states):
        raise InputError("profile", f"{len(given)} states", f"a choice for each of {len(game.states)} states")
    result = []
    for state, period, choices in zip(game.states, game.periods, given, strict=True):
        if isinstance(choices, Mapping):
            choices = [choices[_name(game, node)] for node in period.nodes]
        if len(choices) != len(period.nodes):
            raise InputError(f"profile in state {state!r}", choices, f"{len(period.nodes)} choices, one for each node")
        result.append(
            tuple(
                read_mix(mix, node.actions, f"profile in state {state!r}, {_name(game, node)}")
                for mix, node in zip(choices, period.nodes, strict=True)
            )
        )
    return tuple(result)


def _name(game: DynamicGame, node: Node) -> str:
    return game.players[node.player] + (f" after {node.history}" if node.history else "")


def induced_chain(game: DynamicGame, profile: Profile) -> Chain:
    """The Markov chain of play under the true transitions."""
    rows = []
    for period, choices in zip(game.periods, profile, strict=True):
        moves = []
        for play, p in period.outcome(choices).items():
            for q, target in period.plays[play].next:
                moves.append(Move(rational(p) * rational(q), period.plays[play].label, target))
        rows.append(tuple(moves))
    shown = tuple({k: str(v) for k, v in row.items()} for row in game.variables)
    return Chain(game.states, tuple(rows), game.start, shown)


def profile_values(game: DynamicGame, profile: Profile, player: int) -> tuple[Fraction, ...]:
    """What the player expects from each state on under her own beliefs, average discounted; one exact linear solve."""
    n = len(game.states)
    delta = rational(game.discount[player])
    matrix = [[Fraction(int(s == t)) for t in range(n)] for s in range(n)]
    right = [Fraction(0)] * n
    for s, (period, choices) in enumerate(zip(game.periods, profile, strict=True)):
        for index, p in period.outcome(choices).items():
            play = period.plays[index]
            right[s] += rational(p) * (1 - delta) * rational(play.payoff_to(player))
            for q, t in play.next_for(player):
                matrix[s][t] -= delta * rational(p) * rational(q)
    left = flint.fmpq_mat(n, n, [to_flint(x) for row in matrix for x in row])
    found = left.solve(flint.fmpq_mat(n, 1, [to_flint(x) for x in right]))
    return tuple(Fraction(int(found[s, 0].p), int(found[s, 0].q)) for s in range(n))
