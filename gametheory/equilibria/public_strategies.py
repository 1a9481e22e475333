"""Strategies that attain a payoff: automata whose moves depend on a public draw before each period.

From any payoff in a set that generates itself one can read off what to do: draw publicly among vertices, play what supports the
vertex drawn, go on to the continuation payoff promised, and after a departure to the worst payoff of whoever departed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gametheory.equilibria import payoff_checks
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import Certificate, Deviation
from gametheory.equilibria.solvers._polygon import contains, hull, inside
from gametheory.errors import CertificateError, InputError, UnsupportedError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame

__all__ = ["Branch", "PublicStrategy", "attain"]

Lottery = tuple[tuple[Fraction, int], ...]
Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Branch:
    """What follows one result of the public draw: the outcome to bring about, and where to go from it.

    ``then`` maps each next state of the game to a draw over strategy states.
    """

    outcome: str
    then: tuple[tuple[int, Lottery], ...]


@dataclass(frozen=True)
class PublicStrategy:
    """A pair of strategies for both players as one automaton with public draws.

    Attributes
    ----------
    game : DynamicGame
    places : tuple of int
        For each strategy state the game's state.
    values : tuple of (Fraction, Fraction)
        For each strategy state what both expect, average discounted.
    plans : tuple of tuples of (Fraction, Branch)
        For each strategy state the public draw of what is done.
    punish : mapping
        From (player, state of the game) to the strategy state that follows that player's departure.
    start : Lottery
        The first draw.
    """

    game: DynamicGame = field(repr=False)
    places: tuple[int, ...]
    values: tuple[Point, ...]
    plans: tuple[tuple[tuple[Fraction, Branch], ...], ...]
    punish: dict[tuple[int, int], int]
    start: Lottery

    @property
    def payoffs(self) -> Point:
        """What both expect at the start."""
        u, v = (sum((p * self.values[q][i] for p, q in self.start), Fraction(0)) for i in (0, 1))
        return u, v

    def check(self) -> Certificate:
        """The values satisfy their recursion, and no player gains by departing once from any branch; all exact.

        Raises
        ------
        CertificateError
            If a stated value is not what the strategy gives.
        """
        game = self.game
        d = [rational(x) for x in game.discount]
        deviations = []
        for q, s in enumerate(self.places):
            period = game.periods[s]
            table = [[period.plays[~lottery[0][1]] for lottery in row] for row in period.branches]
            total = [Fraction(0), Fraction(0)]
            for share, branch in self.plans[q]:
                i, j = next(
                    (i, j) for i, row in enumerate(table) for j, z in enumerate(row) if z.label == branch.outcome
                )
                play, then = table[i][j], dict(branch.then)
                worth = []
                for k in (0, 1):
                    later = sum(
                        (rational(p) * w * self.values[r][k] for p, t in play.next for w, r in then[t]), Fraction(0)
                    )
                    worth.append((1 - d[k]) * rational(play.payoffs[k]) + d[k] * later)
                    total[k] += share * worth[k]
                rivals = [
                    [(a, table[a][j]) for a in range(len(table)) if a != i],
                    [(b, table[i][b]) for b in range(len(table[i])) if b != j],
                ]
                for k in (0, 1):
                    for action, other in rivals[k]:
                        later = sum(
                            (rational(p) * self.values[self.punish[k, t]][k] for p, t in other.next), Fraction(0)
                        )
                        gain = (1 - d[k]) * rational(other.payoffs[k]) + d[k] * later - worth[k]
                        name = period.nodes[k].actions[action]
                        deviations.append(
                            Deviation(game.players[k], name, gain, game.states[s], f"{branch.outcome} called for")
                        )
            if tuple(total) != self.values[q]:
                raise CertificateError(f"strategy state {q} is worth {tuple(total)}, not {self.values[q]}")
        return Certificate("subgame perfect", all(x.gain <= 0 for x in deviations), tuple(deviations))  # type: ignore[operator]

    def simulate(self, periods: int, *, seed: int, noise: object = 0) -> tuple[str, ...]:
        """Outcomes of play; with ``noise``, each player independently does something else with that probability.

        Parameters
        ----------
        periods : int
        seed : int
        noise : number
            The probability with which a player's action is replaced by one of her others, drawn evenly.
        """
        if periods < 1:
            raise InputError("periods", periods, "a positive whole number")
        slip = rational(noise, field="noise")
        if not 0 <= slip <= 1:
            raise InputError("noise", noise, "a probability")
        draw = random.Random(seed)

        def pick(lottery: Sequence[tuple[Fraction, Any]]) -> Any:
            x, total = Fraction(draw.random()), Fraction(0)
            for p, item in lottery:
                total += p
                if x < total:
                    return item
            return lottery[-1][1]

        q, outcomes = pick(self.start), []
        for _ in range(periods):
            period = self.game.periods[self.places[q]]
            branch = pick(self.plans[q])
            table = [[period.plays[~lottery[0][1]] for lottery in row] for row in period.branches]
            meant = next((i, j) for i, row in enumerate(table) for j, z in enumerate(row) if z.label == branch.outcome)
            done = list(meant)
            for k in (0, 1):
                others = [a for a in range(len(period.nodes[k].actions)) if a != meant[k]]
                if others and draw.random() < slip:
                    done[k] = draw.choice(others)
            play = table[done[0]][done[1]]
            outcomes.append(play.label)
            t = pick([(rational(p), t) for p, t in play.next])
            left = [k for k in (0, 1) if done[k] != meant[k]]
            if len(left) == 1:
                q = self.punish[left[0], t]
            elif not left:
                q = pick(dict(branch.then)[t])
            else:  # both at once: nobody departed alone; go to the first player's punishment
                q = self.punish[0, t]
        return tuple(outcomes)


def attain(solution: Any, payoffs: Sequence[object], *, state: int | str | None = None) -> PublicStrategy:
    """A strategy with public draws that attains a payoff of an inner set, checked before it is returned.

    Parameters
    ----------
    solution : PayoffSolution
    payoffs : pair of numbers
        A point of the inner payoff set.
    state : int or str, optional
        The state of the game; the start by default.

    Examples
    --------
    >>> from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
    >>> from gametheory.equilibria.subgame_perfect import SubgamePerfect
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    >>> strategy = attain(AbreuPearceStacchetti().solve(game, SubgamePerfect()), (2, 2))
    >>> strategy.payoffs, bool(strategy.check())
    ((Fraction(2, 1), Fraction(2, 1)), True)
    """
    game: DynamicGame = solution.game
    require_numbers(game)
    if not all(z.simultaneous for z in game.periods):
        raise UnsupportedError("game", "moves in sequence", "a game of simultaneous moves")
    first = game.start if state is None else game.state_index(state)
    target = (rational(payoffs[0], field="payoffs[0]"), rational(payoffs[1], field="payoffs[1]"))
    sets = {s: list(p.inner) for s, p in enumerate(solution.payoff_sets.sets)}
    if not contains(sets[first], [target]):
        raise InputError("payoffs", tuple(payoffs), f"a point of the inner payoff set of state {game.states[first]!r}")
    index: dict[tuple[int, Point], int] = {}
    queue: list[tuple[int, Point]] = []

    def place(s: int, v: Point) -> int:
        if (s, v) not in index:
            index[s, v] = len(index)
            queue.append((s, v))
        return index[s, v]

    def spread(s: int, v: Point) -> Lottery:
        return tuple((w, place(s, sets[s][k])) for w, k in _weights(sets[s], v))

    start = spread(first, target)
    punish = {}
    for s, w in sets.items():
        if w:
            for i in (0, 1):
                punish[i, s] = place(s, min(w, key=lambda v: (v[i], v)))
    exact = {s: [(to_flint(x), to_flint(y)) for x, y in w] for s, w in sets.items()}
    worst = {s: (min(x for x, _ in w), min(y for _, y in w)) for s, w in exact.items() if w}
    plans = []
    cache: dict[int, Any] = {}
    for s, v in queue:
        if s not in cache:
            found = payoff_checks.supports(game, s, exact, worst)
            corners = [(play, (_fraction(x), _fraction(y))) for play, region in found for x, y in region]
            cache[s] = (hull(p for _, p in corners), corners)
        polygon, corners = cache[s]
        plan = []
        for share, k in _weights(polygon, v):
            play, at = next((play, p) for play, p in corners if p == polygon[k])
            plan.append((share, Branch(play.label, _continuations(game, play, at, sets, spread))))
        plans.append(tuple(plan))
    strategy = PublicStrategy(game, tuple(s for s, _ in index), tuple(v for _, v in index), tuple(plans), punish, start)
    certificate = strategy.check()
    if not certificate or strategy.payoffs != target:
        raise CertificateError(f"the strategy read off the payoff set does not hold: {certificate.worst}")
    return strategy


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _weights(polygon: Sequence[Point], v: Point) -> list[tuple[Fraction, int]]:
    """A point of a polygon as a mean of at most three vertices: (weight, index)."""
    for k, p in enumerate(polygon):
        if p == v:
            return [(Fraction(1), k)]
    for k in range(len(polygon)):
        a, b = polygon[k - 1], polygon[k]
        if inside([a, b], *v):
            axis = 0 if a[0] != b[0] else 1
            w = (v[axis] - a[axis]) / (b[axis] - a[axis])
            return [(1 - w, (k - 1) % len(polygon)), (w, k)]
    a = polygon[0]
    for k in range(1, len(polygon) - 1):
        b, c = polygon[k], polygon[k + 1]
        det = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if det == 0:
            continue
        x = ((v[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (v[1] - a[1])) / det
        y = ((b[0] - a[0]) * (v[1] - a[1]) - (v[0] - a[0]) * (b[1] - a[1])) / det
        if x >= 0 and y >= 0 and x + y <= 1:
            return [(w, q) for w, q in ((1 - x - y, 0), (x, k), (y, k + 1)) if w]
    raise CertificateError("a continuation payoff lies outside its set")


def _continuations(game: DynamicGame, play: Any, at: Point, sets: Any, spread: Any) -> tuple[tuple[int, Lottery], ...]:
    """For each next state a point of its set, such that the draw over them gives the payoffs promised."""
    d = [rational(x) for x in game.discount]
    need = tuple((at[i] - (1 - d[i]) * rational(play.payoffs[i])) / d[i] for i in (0, 1))
    draws = [(rational(p), t) for p, t in play.next]
    if len(draws) == 1:
        return ((draws[0][1], spread(draws[0][1], need)),)
    from gametheory.lp import maximise

    columns = [(p, t, v) for p, t in draws for v in sets[t]]
    rows = [[p * v[i] for p, _, v in columns] for i in (0, 1)]
    rows += [[Fraction(int(t == u)) for _, t, _ in columns] for _, u in draws]
    found = maximise([Fraction(0)] * len(columns), A_eq=rows, b_eq=[*need, *(Fraction(1) for _ in draws)])
    if not found.is_optimal:
        raise CertificateError("a continuation payoff is not a mean of points of the next states' sets")
    then = []
    for _, t in draws:
        point = [Fraction(0), Fraction(0)]
        for weight, (_, u, v) in zip(found.x, columns, strict=True):
            if u == t:
                point = [point[0] + weight * v[0], point[1] + weight * v[1]]
        then.append((t, spread(t, (point[0], point[1]))))
    return tuple(then)
