"""Payoff sets when players can pay each other before each period's moves.

With voluntary transfers (and money burnt at will) the payoffs of pure-action subgame-perfect equilibria in state s are
``{u : u_1 + u_2 <= U(s), u_i >= v_i(s)}``, with U the largest joint payoff and v_i player i's worst payoff. A play can be
supported in s exactly if its joint value covers both players' best departures:

    (1 - delta) (g_1 + g_2) + delta E U  >=  sum_i max over own actions of [(1 - delta) g_i + delta E v_i].

Starting with every play, U and v are computed exactly for the plays still admitted, and those that fail are struck out, until
none fails. Sources: Goldluecke and Kranz, Journal of Economic Theory 147 (2012) and International Economic Review 59 (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import flint

from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solvers._operator import StateGame, compile_states
from gametheory.errors import CertificateError, InputTypeError, UnsupportedError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame

__all__ = ["TransferSolution", "solve_with_transfers"]

Q = flint.fmpq
Round: TypeAlias = "tuple[dict[int, list[int]], dict[int, flint.fmpq], dict[int, tuple[flint.fmpq, flint.fmpq]]]"


@dataclass(frozen=True)
class TransferSolution:
    """Payoffs that can be sustained with voluntary transfers.

    Attributes
    ----------
    game : DynamicGame
    joint : tuple of Fraction or None
        For each state the largest joint payoff, average discounted; None where there is no equilibrium.
    worst : tuple of (Fraction, Fraction) or None
        For each state the worst payoff of each player.
    best_play, punishments :
        Outcomes that attain them: one, and one for each player, in each state.
    admitted : tuple of tuples of str
        Every outcome that can be supported in the state.
    rounds : tuple
        For each round of elimination the plays still admitted, upper bounds of joint and lower bounds of worst payoffs.
    """

    game: DynamicGame
    joint: tuple[Fraction | None, ...]
    worst: tuple[tuple[Fraction, Fraction] | None, ...]
    best_play: tuple[str | None, ...]
    punishments: tuple[tuple[str, str] | None, ...]
    admitted: tuple[tuple[str, ...], ...]
    rounds: tuple[Round, ...] = field(default=(), repr=False)

    def vertices(self, state: int | str) -> tuple[tuple[Fraction, Fraction], ...]:
        """Vertices of the payoff set: a triangle, a point, or nothing."""
        s = self.game.state_index(state)
        total, low = self.joint[s], self.worst[s]
        if total is None or low is None:
            return ()
        spare = total - low[0] - low[1]
        return (low,) if spare == 0 else (low, (low[0] + spare, low[1]), (low[0], low[1] + spare))

    def verify(self) -> None:
        """Joint and worst payoffs satisfy their equations, and each outcome struck out could not be supported.

        Raises
        ------
        CertificateError
            If anything does not hold.
        """
        self._verify_rounds()
        states, delta = compile_states(self.game), to_flint(rational(self.game.discount[0]))
        names = [z.labels for z in self.game.periods]
        u = {s: to_flint(x) for s, x in enumerate(self.joint) if x is not None}
        v = {s: tuple(map(to_flint, x)) for s, x in enumerate(self.worst) if x is not None}
        for s, state in enumerate(states):
            if any(t not in u for t in state.successors):
                if s in u:
                    raise CertificateError(f"state {self.game.states[s]!r} leads to one without equilibria")
                continue
            spare = {
                a: _joint(state, a, u, delta) - sum(_best(state, a, i, v, delta) for i in (0, 1))
                for a in range(len(state.plays))
            }
            open_plays = [a for a in spare if spare[a] >= 0]
            if {names[s][a] for a in open_plays} != set(self.admitted[s]):
                raise CertificateError(
                    f"outcomes admitted in state {self.game.states[s]!r} are not those that can be supported"
                )
            if s in u and (
                u[s] != max(_joint(state, a, u, delta) for a in open_plays)
                or any(v[s][i] != min(_best(state, a, i, v, delta) for a in open_plays) for i in (0, 1))
            ):
                raise CertificateError(f"payoffs of state {self.game.states[s]!r} do not satisfy their equations")

    def _verify_rounds(self) -> None:
        """Each round's bounds hold for the plays then admitted, and what is struck out violates them."""
        states, delta = compile_states(self.game), to_flint(rational(self.game.discount[0]))
        before = {s: list(range(len(state.plays))) for s, state in enumerate(states)}
        for admitted, u, v in self.rounds:
            while gone := [s for s in before if not before[s] or any(t not in before for t in states[s].successors)]:
                before = {s: plays for s, plays in before.items() if s not in gone}
            if admitted != before:
                raise CertificateError("a round of elimination does not follow from the one before")
            for s, plays in admitted.items():
                for a in plays:
                    if _joint(states[s], a, u, delta) > u[s] or any(
                        _best(states[s], a, i, v, delta) < v[s][i] for i in (0, 1)
                    ):
                        raise CertificateError("a bound of an elimination round does not hold")
            before = {
                s: [
                    a
                    for a in plays
                    if _joint(states[s], a, u, delta) >= sum(_best(states[s], a, i, v, delta) for i in (0, 1))
                ]
                for s, plays in admitted.items()
            }
        while gone := [s for s in before if not before[s] or any(t not in before for t in states[s].successors)]:
            before = {s: plays for s, plays in before.items() if s not in gone}
        names = [z.labels for z in self.game.periods]
        if [tuple(names[s][a] for a in before.get(s, [])) for s in range(len(states))] != list(self.admitted):
            raise CertificateError("the outcomes admitted are not those that the elimination leaves")


def _joint(state: StateGame, a: int, u: Mapping[int, Any], delta: Any) -> Any:
    z = state.plays[a]
    now = to_flint(z.payoffs[0] + z.payoffs[1])
    return (1 - delta) * now + delta * sum((to_flint(p) * u[t] for p, t in z.draw), Q(0))


def _one(state: StateGame, a: int, i: int, v: Mapping[int, Any], delta: Any) -> Any:
    z = state.plays[a]
    return (1 - delta) * to_flint(z.payoffs[i]) + delta * sum((to_flint(p) * v[t][i] for p, t in z.draw), Q(0))


def _best(state: StateGame, a: int, i: int, v: Mapping[int, Any], delta: Any) -> Any:
    """What player i gets by her best action against the play a, if her worst payoff follows."""
    assert state.others is not None
    return max(_one(state, b, i, v, delta) for b in (a, *state.others[i][a]))


def _evaluate(
    states: Sequence[StateGame], alive: Sequence[int], policy: Mapping[int, int], pay: Any, delta: Any
) -> dict[int, Any]:
    """Average discounted values of fixed plays, by one exact linear solve."""
    place = {s: k for k, s in enumerate(alive)}
    n = len(alive)
    left = [[Q(int(j == k)) for k in range(n)] for j in range(n)]
    right = [Q(0)] * n
    for s in alive:
        z = states[s].plays[policy[s]]
        right[place[s]] = (1 - delta) * pay(z)
        for p, t in z.draw:
            left[place[s]][place[t]] -= delta * to_flint(p)
    found = flint.fmpq_mat(n, n, [x for row in left for x in row]).solve(flint.fmpq_mat(n, 1, right))
    return {s: found[place[s], 0] for s in alive}


def solve_with_transfers(game: DynamicGame) -> TransferSolution:
    """Payoff sets with voluntary transfers, exactly, for a game of simultaneous moves and one discount factor.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    >>> solve_with_transfers(game).vertices(0)
    ((Fraction(1, 1), Fraction(1, 1)), (Fraction(5, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(5, 1)))
    """
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame")
    require_numbers(game)
    if game.discount[0] != game.discount[1]:
        raise UnsupportedError(
            "discount", game.discount, "one discount factor for both: with two, transfers would be without limit"
        )
    if not all(z.simultaneous for z in game.periods):
        raise UnsupportedError("game", "moves in sequence", "a game of simultaneous moves")
    states, delta = compile_states(game), to_flint(rational(game.discount[0]))
    admitted = {s: list(range(len(state.plays))) for s, state in enumerate(states)}
    rounds: list[Round] = []
    while True:
        alive = list(admitted)
        gone = [s for s in alive if not admitted[s] or any(t not in admitted for t in states[s].successors)]
        if gone:
            admitted = {s: plays for s, plays in admitted.items() if s not in gone}
            continue
        if not alive:
            break
        best, u = _most(states, alive, admitted, delta)
        lows = [_least(states, alive, admitted, i, delta) for i in (0, 1)]
        v = {s: (lows[0][1][s], lows[1][1][s]) for s in alive}
        rounds.append((admitted, u, v))
        kept = {
            s: [
                a
                for a in admitted[s]
                if _joint(states[s], a, u, delta) >= sum(_best(states[s], a, i, v, delta) for i in (0, 1))
            ]
            for s in alive
        }
        if kept == admitted:
            break
        admitted = kept
    count = range(len(states))
    name = lambda s, a: game.periods[s].plays[a].label  # noqa: E731
    if not admitted:
        nothing: tuple[None, ...] = (None,) * len(states)
        return TransferSolution(game, nothing, nothing, nothing, nothing, ((),) * len(states), tuple(rounds))
    return TransferSolution(
        game,
        tuple(_fraction(u[s]) if s in admitted else None for s in count),
        tuple((_fraction(v[s][0]), _fraction(v[s][1])) if s in admitted else None for s in count),
        tuple(name(s, best[s]) if s in admitted else None for s in count),
        tuple((name(s, lows[0][0][s]), name(s, lows[1][0][s])) if s in admitted else None for s in count),
        tuple(tuple(name(s, a) for a in admitted[s]) if s in admitted else () for s in count),
        tuple(rounds),
    )


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _most(
    states: Sequence[StateGame], alive: Sequence[int], admitted: Mapping[int, list[int]], delta: Any
) -> tuple[dict[int, int], dict[int, Any]]:
    """Largest joint payoffs, by policy iteration."""
    policy = {s: admitted[s][0] for s in alive}
    while True:
        u = _evaluate(states, alive, policy, lambda z: to_flint(z.payoffs[0] + z.payoffs[1]), delta)
        better = {s: max(admitted[s], key=lambda a: _joint(states[s], a, u, delta)) for s in alive}
        new = {s: better[s] if _joint(states[s], better[s], u, delta) > u[s] else policy[s] for s in alive}
        if new == policy:
            return policy, u
        policy = new


def _least(
    states: Sequence[StateGame], alive: Sequence[int], admitted: Mapping[int, list[int]], i: int, delta: Any
) -> tuple[dict[int, int], dict[int, Any]]:
    """Player i's worst payoffs: the plays that punish her most, her own best replies foreseen; policy iteration in both."""
    punish = {s: admitted[s][0] for s in alive}
    while True:
        reply = dict(punish)
        while True:
            low = _evaluate(states, alive, reply, lambda z: to_flint(z.payoffs[i]), delta)
            v = {s: (low[s], low[s]) for s in alive}
            new = {}
            for s in alive:
                others = states[s].others
                assert others is not None
                options = (punish[s], *others[i][punish[s]])
                best = max(options, key=lambda b: _one(states[s], b, i, v, delta))
                new[s] = best if _one(states[s], best, i, v, delta) > low[s] else reply[s]
            if new == reply:
                break
            reply = new
        harder = {s: min(admitted[s], key=lambda a: _best(states[s], a, i, v, delta)) for s in alive}
        next_punish = {s: harder[s] if _best(states[s], harder[s], i, v, delta) < low[s] else punish[s] for s in alive}
        if next_punish == punish:
            return punish, low
        punish = next_punish
