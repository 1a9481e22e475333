"""Solution concepts. Each can check one profile by a few lines of exact arithmetic of its own; none searches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gametheory.algebraic import Real, real_number
from gametheory.equilibria.profiles import (
    Profile,
    profile_values,
    read_mix,
    read_profile,
    require_numbers,
    selection_values,
)
from gametheory.equilibria.solution import Certificate, Deviation, Equilibrium, MarkovEquilibrium
from gametheory.errors import CertificateError, InputError, InputTypeError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

__all__ = ["MarkovPerfect", "Nash"]


def _stage(game: object) -> StageGame:
    if not isinstance(game, StageGame):
        raise InputTypeError("game", game, "a StageGame; for a DynamicGame use MarkovPerfect")
    if not game.is_numeric:
        raise InputError("payoffs", list(game.parameters), "numeric payoffs; use game.subs(...)")
    return game


@dataclass(frozen=True)
class Nash:
    """Nash equilibrium of a one-shot game in normal form (Nash, Annals of Mathematics 54, 1951).

    Examples
    --------
    >>> game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> bool(Nash().check(game, ((0, 1), (0, 1)))), bool(Nash().check(game, ((1, 0), (1, 0))))
    (True, False)
    """

    def check(self, game: Any, profile: Any) -> Certificate:
        """Each player's gain from each pure action instead of her mix."""
        stage = _stage(game)
        x, y = self.read_profile(stage, profile)
        rows: list[Real] = [sum((rational(a) * q for a, q in zip(row, y, strict=True)), Fraction(0)) for row in stage.A]
        columns: list[Real] = [
            sum((rational(stage.B[i][j]) * p for i, p in enumerate(x)), Fraction(0)) for j in range(stage.shape[1])
        ]
        deviations = []
        for i, (worth, mix) in enumerate(((rows, x), (columns, y))):
            now = sum((p * w for p, w in zip(mix, worth, strict=True)), Fraction(0))
            deviations += [
                Deviation(stage.players[i], action, w - now) for action, w in zip(stage.actions[i], worth, strict=True)
            ]
        return Certificate("Nash", all(d.gain <= 0 for d in deviations), tuple(deviations))  # type: ignore[operator]

    def check_values(self, game: Any, equilibrium: Equilibrium) -> None:
        """The stated payoffs are the expected ones."""
        stage = _stage(game)
        x, y = equilibrium.profile
        for table, stated in zip((stage.A, stage.B), equilibrium.payoffs, strict=True):
            found = sum(
                (rational(table[i][j]) * real_number(p) * real_number(q) for i, p in enumerate(x) for j, q in enumerate(y)),
                Fraction(0),
            )
            if found != stated:
                raise CertificateError(f"stated payoff {stated}, but the profile {equilibrium.profile} gives {found}")

    def read_profile(self, game: Any, given: Any) -> tuple[tuple[Real, ...], tuple[Real, ...]]:
        """A pair of actions or of distributions."""
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            raise InputError("profile", given, "a pair: an action, or a distribution over actions, for each player")
        x, y = (read_mix(g, a, f"choice of {n}") for g, a, n in zip(given, game.actions, game.players, strict=True))
        return x, y

    def __str__(self) -> str:
        return "Nash"


@dataclass(frozen=True)
class MarkovPerfect:
    """Markov perfect equilibrium: strategies depend on the state only and are optimal from every state on.

    A period of several moves is solved as one block: the choice at every node is optimal, reached or not. A player who
    misperceives the game (:meth:`DynamicGame.perceived`) responds optimally, in every state, under her own beliefs about
    transitions, to the other's actual strategy. Source: Maskin and Tirole, Journal of Economic Theory 100 (2001).

    Parameters
    ----------
    pure : bool
        Only equilibria in which every choice is made for sure.

    Examples
    --------
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    >>> bool(MarkovPerfect().check(game, [((0, 1), (0, 1))]))
    True
    """

    pure: bool = False

    def check(self, game: Any, profile: Any) -> Certificate:
        """Each player's gain from each one-shot deviation, at every state and node (the one-shot deviation principle)."""
        dynamic = self._game(game)
        choices = self.read_profile(dynamic, profile)
        deviations: list[Deviation] = []
        for i in (0, 1):
            _, found = _worth_and_deviations(dynamic, choices, i)
            deviations += [replace(d, gain=gain) for d, gain, _ in found]  # type: ignore[arg-type]
        order = {state: k for k, state in enumerate(dynamic.states)}
        deviations.sort(key=lambda d: order[d.state])
        return Certificate(str(self), all(d.gain <= 0 for d in deviations), tuple(deviations))  # type: ignore[operator]

    def check_values(self, game: Any, equilibrium: MarkovEquilibrium) -> None:
        """The stated values are those of the profile, in every state."""
        dynamic = self._game(game)
        if self.pure and not equilibrium.is_pure:
            raise CertificateError("a mixed profile among the pure equilibria")
        for i in (0, 1):
            worth, _ = _worth_and_deviations(dynamic, equilibrium.profile, i)
            for s, value in enumerate(worth):
                if equilibrium.values[s][i] != value:
                    raise CertificateError(
                        f"stated value {equilibrium.values[s][i]} of {dynamic.players[i]} in state {dynamic.states[s]!r}, "
                        f"but the profile gives {value}"
                    )

    def read_profile(self, game: Any, given: Any) -> Profile:
        """For each state the choice at each node."""
        return read_profile(self._game(game), given)

    def _game(self, game: object) -> DynamicGame:
        if not isinstance(game, DynamicGame):
            raise InputTypeError("game", game, "a DynamicGame; for a StageGame use Nash")
        require_numbers(game)
        return game

    def __str__(self) -> str:
        return "pure Markov perfect" if self.pure else "Markov perfect"


def _worth_and_deviations(
    game: DynamicGame, profile: Profile, player: int
) -> tuple[tuple[Real, ...], list[tuple[Deviation, Real, bool]]]:
    """What the profile is worth to the player in every state, and her one-shot deviations with their gains.

    First her worth if she is indifferent among what she plays. If against it nothing that she plays gains or loses, then it
    solves the linear equations of which the profile's worth is the only solution; otherwise these are solved.
    """
    values = selection_values(game, profile, player)
    found = _deviations(game, profile, player, values)
    if any(gain != 0 and played for _, gain, played in found):
        values = profile_values(game, profile, player)
        found = _deviations(game, profile, player, values)
    return values, found


def _deviations(
    game: DynamicGame, profile: Profile, player: int, values: tuple[Real, ...]
) -> list[tuple[Deviation, Real, bool]]:
    """For each one-shot deviation of the player: its gain if she expects ``values``, and whether the profile plays it."""
    found: list[tuple[Deviation, Real, bool]] = []
    name, delta, zero = game.players[player], rational(game.discount[player]), Fraction(0)
    for s, (period, choices) in enumerate(zip(game.periods, profile, strict=True)):
        worth: list[Real] = [
            sum(
                (delta * rational(q) * values[t] for q, t in play.next_for(player)),
                (1 - delta) * rational(play.payoff_to(player)),
            )
            for play in period.plays
        ]
        if period.simultaneous:
            me, other = choices[player], choices[1 - player]
            options: list[Real] = []
            for a in range(len(me)):
                total: Real = zero
                for b, q in enumerate(other):
                    if q != 0:
                        lottery = period.branches[a][b] if player == 0 else period.branches[b][a]
                        total = total + q * sum((rational(p) * worth[~t] for p, t in lottery), zero)
                options.append(total)
            now = _mean(me, options)
            for a, value in enumerate(options):
                what = Deviation(name, period.nodes[player].actions[a], zero, game.states[s])
                found.append((what, value - now, me[a] != 0))
            continue
        at: list[Real] = [zero] * len(period.nodes)
        for n in reversed(range(len(period.nodes))):
            options = [
                sum((rational(p) * (at[t] if t >= 0 else worth[~t]) for p, t in lottery), zero)
                for lottery in period.branches[n]
            ]
            at[n] = _mean(choices[n], options)
            node = period.nodes[n]
            if node.player == player:
                for a, value in enumerate(options):
                    what = Deviation(name, node.actions[a], zero, game.states[s], node.history)
                    found.append((what, value - at[n], choices[n][a] != 0))
    return found


def _mean(mix: tuple[Real, ...], options: list[Real]) -> Real:
    """The expected value; where all that is played is worth the same, that value."""
    played = [(p, v) for p, v in zip(mix, options, strict=True) if p != 0]
    first = played[0][1]
    if all(v is first or v == first for _, v in played[1:]):
        return first
    return sum((p * v for p, v in played), Fraction(0))
