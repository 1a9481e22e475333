"""Strategies that attain a payoff: automata whose moves depend on a public draw before each period.

From any payoff in a set that generates itself one can read off what to do: draw publicly among vertices, play what supports the
vertex drawn, go on to the continuation payoff promised, and after a departure to the worst payoff of whoever departed. Where moves
within a period are seen, a departure is answered within the period: what remains of it is played as is worst for whoever departed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gametheory.equilibria import payoff_checks
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import Certificate, Deviation
from gametheory.equilibria.solvers._polygon import contains, hull, inside
from gametheory.errors import CertificateError, InputError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame, Period

__all__ = ["Branch", "PublicStrategy", "attain"]

Lottery = tuple[tuple[Fraction, int], ...]
Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Branch:
    """What follows one result of the public draw: the play of the period to bring about, and where to go from it.

    ``outcome`` is the play's label, ``play`` its index in the period; ``then`` maps each next state of the game to a draw over
    strategy states.
    """

    outcome: str
    play: int
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
        From (player, state of the game) to the strategy state that follows that player's departure, from the next period on.
    start : Lottery
        The first draw.
    answers : mapping
        For moves in sequence: from (player, state of the game, node) to what is played in the rest of the period once a departure
        of that player has led to that node.
    """

    game: DynamicGame = field(repr=False)
    places: tuple[int, ...]
    values: tuple[Point, ...]
    plans: tuple[tuple[tuple[Fraction, Branch], ...], ...]
    punish: dict[tuple[int, int], int]
    start: Lottery
    answers: dict[tuple[int, int, int], Branch] = field(default_factory=dict)

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
        deviations: list[Deviation] = []
        for q, s in enumerate(self.places):
            total = [Fraction(0), Fraction(0)]
            for share, branch in self.plans[q]:
                worth = self._worth(s, branch)
                total = [total[k] + share * worth[k] for k in (0, 1)]
                deviations += self._departures(s, 0, branch)
            if tuple(total) != self.values[q]:
                raise CertificateError(f"strategy state {q} is worth {tuple(total)}, not {self.values[q]}")
        for (_, s, node), branch in self.answers.items():
            deviations += self._departures(s, node, branch)
        return Certificate("subgame perfect", all(x.gain <= 0 for x in deviations), tuple(deviations))  # type: ignore[operator]

    def _worth(self, s: int, branch: Branch) -> Point:
        """What both expect once the public draw has called for a branch."""
        play, then = self.game.periods[s].plays[branch.play], dict(branch.then)
        worth = []
        for k in (0, 1):
            d = rational(self.game.discount[k])
            later = sum((rational(p) * w * self.values[r][k] for p, t in play.next for w, r in then[t]), Fraction(0))
            worth.append((1 - d) * rational(play.payoffs[k]) + d * later)
        return worth[0], worth[1]

    def _after_departure(self, s: int, k: int, target: int) -> Fraction:
        """What player k gets if a departure of hers leads to a node, or (below zero) to a play, of the period in state s."""
        if target >= 0:
            return self._worth(s, self.answers[k, s, target])[k]
        d, play = rational(self.game.discount[k]), self.game.periods[s].plays[~target]
        later = sum((rational(p) * self.values[self.punish[k, t]][k] for p, t in play.next), Fraction(0))
        return (1 - d) * rational(play.payoffs[k]) + d * later

    def _departures(self, s: int, root: int, branch: Branch) -> list[Deviation]:
        """Every one-shot departure from a branch, from a node of the period on (node 0: from its beginning)."""
        game, period, worth = self.game, self.game.periods[s], self._worth(s, branch)
        found = []
        for k, action, target in _turns(period, root, branch.play):
            gain = self._after_departure(s, k, target) - worth[k]
            called = f"{branch.outcome} called for"
            found.append(Deviation(game.players[k], action, gain, game.states[s], called))
        return found

    def simulate(self, periods: int, *, seed: int, noise: object = 0) -> tuple[str, ...]:
        """Outcomes of play; with ``noise``, each player independently does something else with that probability.

        What is answered is what was done: a slip counts as a departure. If both slip at once in a period of simultaneous moves,
        nobody departed alone, and the first player's punishment follows.

        Parameters
        ----------
        periods : int
        seed : int
        noise : number
            The probability with which a player's action is replaced by one of her others, drawn evenly.
        """
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
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

        def act(meant: int, actions: Sequence[str]) -> int:
            others = [a for a in range(len(actions)) if a != meant]
            return draw.choice(others) if others and draw.random() < slip else meant

        q, outcomes = pick(self.start), []
        for _ in range(periods):
            s = self.places[q]
            period, branch = self.game.periods[s], pick(self.plans[q])
            departed: int | None = None
            if period.simultaneous:
                meant = _cell(period, branch.play)
                done = [act(meant[k], period.nodes[k].actions) for k in (0, 1)]
                played = ~period.branches[done[0]][done[1]][0][1]
                departed = next((k for k in (0, 1) if done[k] != meant[k]), None)
            else:
                node, way = 0, _way(period, branch.play)
                while node >= 0:
                    chosen = act(way[node], period.nodes[node].actions)
                    target = period.branches[node][chosen][0][1]
                    if chosen != way[node]:
                        departed = period.nodes[node].player
                        if target >= 0:
                            branch = self.answers[departed, s, target]
                            way, departed = _way(period, branch.play), None
                    node = target
                played = ~node
            play = period.plays[played]
            outcomes.append(play.label)
            t = pick([(rational(p), t) for p, t in play.next])
            q = pick(dict(branch.then)[t]) if departed is None else self.punish[departed, t]
        return tuple(outcomes)


def _cell(period: Period, play: int) -> tuple[int, int]:
    """The actions that bring about a play of simultaneous moves."""
    return next(
        (i, j) for i, row in enumerate(period.branches) for j, lottery in enumerate(row) if ~lottery[0][1] == play
    )


def _way(period: Period, play: int) -> dict[int, int]:
    """The action at each node on the way to a play of moves in sequence, from the beginning."""
    way: dict[int, int] = {}
    target = ~play
    while target != 0:
        target, action = next(
            (n, a) for n, row in enumerate(period.branches) for a, lottery in enumerate(row) if lottery[0][1] == target
        )
        way[target] = action
    return way


def _turns(period: Period, root: int, play: int) -> Iterator[tuple[int, str, int]]:
    """Every departure on the way to a play, from a node on: (player, action, the node or play that it leads to)."""
    if period.simultaneous:
        i, j = _cell(period, play)
        for a, action in enumerate(period.nodes[0].actions):
            if a != i:
                yield 0, action, period.branches[a][j][0][1]
        for b, action in enumerate(period.nodes[1].actions):
            if b != j:
                yield 1, action, period.branches[i][b][0][1]
        return
    way, node = _way(period, play), root
    while node >= 0:
        for a, action in enumerate(period.nodes[node].actions):
            if a != way[node]:
                yield period.nodes[node].player, action, period.branches[node][a][0][1]
        node = period.branches[node][way[node]][0][1]


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

    def branch(s: int, play: int, at: Point) -> Branch:
        z = game.periods[s].plays[play]
        return Branch(z.label, play, _continuations(game, z, at, sets, spread))

    start = spread(first, target)
    exact = {s: [(to_flint(x), to_flint(y)) for x, y in w] for s, w in sets.items()}
    punish: dict[tuple[int, int], int] = {}
    answers: dict[tuple[int, int, int], Branch] = {}
    plans = []
    cache: dict[int, Any] = {}

    def prepare(s: int) -> None:
        """What supports each payoff of a state, and how departures in it and from it are answered."""
        period = game.periods[s]
        corners = [(play, _point(v)) for play, region in payoff_checks.supports(game, s, exact) for v in region]
        cache[s] = (hull(p for _, p in corners), corners)
        for i in (0, 1):
            for t in {t for z in period.plays for _, t in z.next}:
                if (i, t) not in punish:
                    punish[i, t] = place(t, min(sets[t], key=lambda v: (v[i], v)))
            for node in range(1, 0 if period.simultaneous else len(period.nodes)):
                ends = [
                    (play, _point(v))
                    for play, region in payoff_checks.supported_below(game, s, exact, node)
                    for v in region
                ]
                answers[i, s, node] = branch(s, *min(ends, key=lambda end: (end[1][i], end[1])))

    for s, v in queue:
        if s not in cache:
            prepare(s)
        polygon, corners = cache[s]
        plan = []
        for share, k in _weights(polygon, v):
            play, at = next((play, p) for play, p in corners if p == polygon[k])
            plan.append((share, branch(s, play, at)))
        plans.append(tuple(plan))
    strategy = PublicStrategy(
        game, tuple(s for s, _ in index), tuple(v for _, v in index), tuple(plans), punish, start, answers
    )
    certificate = strategy.check()
    if not certificate or strategy.payoffs != target:
        raise CertificateError(f"the strategy read off the payoff set does not hold: {certificate.worst}")
    return strategy


def _point(v: Any) -> Point:
    return _fraction(v[0]), _fraction(v[1])


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
