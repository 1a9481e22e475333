"""Profiles of stationary strategies: reading them, the chain of play they induce, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint

from gametheory.algebraic import Real, real_number
from gametheory.equilibria.play import Chain, Move
from gametheory.errors import InputError, InputTypeError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.tree import Node

__all__ = [
    "Profile",
    "induced_chain",
    "profile_values",
    "read_mix",
    "read_profile",
    "require_numbers",
    "selection_values",
]

#: ``profile[s][node]``: a distribution over actions.
Profile = tuple[tuple[tuple[Real, ...], ...], ...]


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


def read_mix(given: Any, actions: Sequence[str], where: str) -> tuple[Real, ...]:
    """A distribution over actions, from a label or from probabilities (rational or algebraic numbers).

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
        mix = tuple(real_number(given.get(a, 0), field=where) for a in actions)
    elif isinstance(given, Sequence):
        mix = tuple(real_number(p, field=where) for p in given)
    else:
        raise InputTypeError(where, given, f"one of the actions {list(actions)}, or a probability for each")
    if len(mix) != len(actions) or sum(mix, Fraction(0)) != 1 or any(p < 0 for p in mix):
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
        for play, p in period.outcome(choices).items():  # type: ignore[arg-type]
            for q, target in period.plays[play].next:
                weight = real_number(p) * rational(q)
                moves.append(Move(weight, period.plays[play].label, target))  # type: ignore[arg-type]
        rows.append(tuple(moves))
    shown = tuple({k: str(v) for k, v in row.items()} for row in game.variables)
    return Chain(game.states, tuple(rows), game.start, shown)


def profile_values(game: DynamicGame, profile: Profile, player: int) -> tuple[Real, ...]:
    """What the player expects from each state on under her own beliefs, average discounted; one exact linear solve."""
    n = len(game.states)
    delta = rational(game.discount[player])
    matrix: list[dict[int, Real]] = [{} for _ in range(n)]
    right: list[Real] = [Fraction(0)] * n
    for s, (period, choices) in enumerate(zip(game.periods, profile, strict=True)):
        row = matrix[s]
        row[s] = Fraction(1)
        for index, p in period.outcome(choices).items():  # type: ignore[arg-type]
            play, p = period.plays[index], real_number(p)
            right[s] = right[s] + p * ((1 - delta) * rational(play.payoff_to(player)))
            for q, t in play.next_for(player):
                row[t] = row.get(t, Fraction(0)) - p * (delta * rational(q))
    if all(isinstance(x, Fraction) for row in [*(m.values() for m in matrix), right] for x in row):
        left = flint.fmpq_mat(n, n, [to_flint(row.get(t, Fraction(0))) for row in matrix for t in range(n)])  # type: ignore[arg-type]
        found = left.solve(flint.fmpq_mat(n, 1, [to_flint(x) for x in right]))  # type: ignore[arg-type]
        return tuple(Fraction(int(found[s, 0].p), int(found[s, 0].q)) for s in range(n))
    return _solve_by_parts(game, matrix, right)


def selection_values(game: DynamicGame, profile: Profile, player: int) -> tuple[Real, ...]:
    """What the player expects if she always takes the first of the actions that the profile gives her some chance of.

    Where she is indifferent among these actions this is what the profile is worth to her; it needs no arithmetic on her
    own probabilities, and so stays in a smaller number field.
    """
    chosen = []
    for period, choices in zip(game.periods, profile, strict=True):
        row = []
        for node, mix in zip(period.nodes, choices, strict=True):
            if node.player == player:
                first = next(a for a, p in enumerate(mix) if p != 0)
                mix = tuple(Fraction(int(a == first)) for a in range(len(mix)))
            row.append(mix)
        chosen.append(tuple(row))
    return profile_values(game, tuple(chosen), player)


def _solve_by_parts(game: DynamicGame, matrix: list[dict[int, Real]], right: list[Real]) -> tuple[Real, ...]:
    """Gaussian elimination over exact real numbers, one strongly connected part after the other."""
    values: dict[int, Real] = {}
    for part in game.parts:
        rows = []
        for s in part:
            known = right[s]
            for t, c in matrix[s].items():
                if t in values:
                    known = known - c * values[t]
            rows.append(({t: c for t, c in matrix[s].items() if t not in values}, known))
        for k, s in enumerate(part):
            # the matrix is diagonally dominant by rows, and stays so under elimination: no pivoting is needed
            head, known = rows[k]
            pivot = head[s]
            for later in range(k + 1, len(part)):
                row, rest = rows[later]
                c = row.get(s, Fraction(0))
                if c != 0:
                    factor = c / pivot
                    for t, x in head.items():
                        row[t] = row.get(t, Fraction(0)) - factor * x
                    rows[later] = (row, rest - factor * known)
        for k in reversed(range(len(part))):
            head, known = rows[k]
            for t in part[k + 1 :]:
                if t in head:
                    known = known - head[t] * values[t]
            values[part[k]] = known / head[part[k]]
    return tuple(values[s] for s in range(len(game.states)))
