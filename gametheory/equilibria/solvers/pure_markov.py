"""All pure Markov perfect equilibria of a finite dynamic game.

The states fall into strongly connected parts; the parts are solved last first. Given the values of the states to which a
part can lead, every way in which its states can be played is tried: the values of the part follow from one exact linear
solve, and the choices at all nodes, on and off the path, are those that backward induction (or, in a simultaneous period,
mutual best response) allows at these values. The search is exhaustive, so what it does not list is not a pure equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import flint

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import Solution, Status
from gametheory.equilibria.solvers._exact_lane import LocalAnswer
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame, Period

__all__ = ["LocalPure", "PureMarkov", "local_pure"]

_Q = flint.fmpq
_Choice = tuple[int, ...]  # one action at each node of a period
_Mix = tuple[tuple[int, _Q], ...]  # plays of a period with their probabilities


@dataclass(frozen=True)
class _State:
    """A period in flint numbers: for each player (1 - delta) times payoffs, and delta times transition probabilities."""

    period: Period
    reward: tuple[tuple[_Q, _Q], ...]
    step: tuple[tuple[tuple[tuple[_Q, int], ...], ...], ...]  # step[play][player]
    lotteries: tuple[tuple[tuple[tuple[_Q, int], ...], ...], ...]  # lotteries[row][column], as branches of the period
    targets: tuple[tuple[int, ...], ...] | None  # what follows each action, in a tree without chance moves
    ways: dict[_Mix, None]  # every distribution over plays that pure choices can bring about


@dataclass(frozen=True)
class PureMarkov:
    """Exhaustive search part by part; parts that meet the same continuation values share the work.

    Parameters
    ----------
    limit : int
        Stop, with status PARTIAL, beyond this many tries within one part, or this many continuations at a time.
    seconds : float or None
        Stop, with status PARTIAL, after this time.
    """

    limit: int = 2_000_000
    seconds: float | None = None

    def solve(self, game: DynamicGame, concept: MarkovPerfect) -> Solution:
        """Every pure Markov perfect equilibrium, as a lazy family, or a statement of where the search stopped."""
        from gametheory.equilibria.solvers.directional import Directional

        require_numbers(game)
        if not concept.pure:
            concept = MarkovPerfect(pure=True)
        for part, tries in zip(game.parts, local_pure(game).tries(), strict=True):
            if tries > self.limit:
                names = [game.states[s] for s in part[:4]]
                reason = f"the part with states {names} can be played in {tries} ways, over the limit"
                return Solution(game, concept, Status.PARTIAL, reason, (), solver="PureMarkov")
        return replace(Directional(seconds=self.seconds, limit=self.limit).solve(game, concept), solver="PureMarkov")


@dataclass(frozen=True)
class LocalPure:
    """Solves the parts of one game for their pure equilibria, for any continuation values."""

    parts: tuple[tuple[int, ...], ...]
    states: tuple[_State, ...]

    def tries(self) -> list[int]:
        """For each part in how many ways it can be played."""
        found = []
        for part in self.parts:
            total = 1
            for s in part:
                total *= len(self.states[s].ways)
            found.append(total)
        return found

    def most(self, p: int) -> int:
        """An upper bound on the number of equilibria of a part: its pure choices."""
        total = 1
        for s in self.parts[p]:
            for node in self.states[s].period.nodes:
                total *= len(node.actions)
        return total

    def local(self, p: int, given: Mapping[int, tuple[_Q, _Q]]) -> LocalAnswer:
        """All pure equilibria of a part at given values of the states that it can lead to."""
        found = []
        for choices, values in _solve_part(self.parts[p], self.states, dict(given)):
            profile = {
                s: tuple(
                    tuple(Fraction(int(a == pick)) for a in range(len(node.actions)))
                    for node, pick in zip(self.states[s].period.nodes, picks, strict=True)
                )
                for s, picks in choices.items()
            }
            found.append((profile, values))
        return LocalAnswer(found)


def local_pure(game: DynamicGame) -> LocalPure:
    """Prepare a game for solving its parts."""
    return LocalPure(game.parts, tuple(_prepare(game, s) for s in range(len(game.states))))


def _prepare(game: DynamicGame, s: int) -> _State:
    period = game.periods[s]
    delta = [to_flint(rational(d)) for d in game.discount]
    reward = tuple(
        ((1 - delta[0]) * to_flint(rational(p.payoff_to(0))), (1 - delta[1]) * to_flint(rational(p.payoff_to(1))))
        for p in period.plays
    )
    step = tuple(
        tuple(tuple((delta[i] * to_flint(rational(q)), t) for q, t in play.next_for(i) if q != 0) for i in (0, 1))
        for play in period.plays
    )
    lotteries = tuple(
        tuple(tuple((to_flint(rational(p)), t) for p, t in cell) for cell in row) for row in period.branches
    )
    sure = not period.simultaneous and all(len(cell) == 1 for row in lotteries for cell in row)
    targets = tuple(tuple(cell[0][1] for cell in row) for row in lotteries) if sure else None
    return _State(period, reward, step, lotteries, targets, dict.fromkeys(_ways(period)))


def _flint_lottery(period: Period, row: int, column: int) -> list[tuple[_Q, int]]:
    return [(to_flint(rational(p)), t) for p, t in period.branches[row][column]]


def _merge(parts: list[tuple[_Q, _Mix]]) -> _Mix:
    total: dict[int, _Q] = {}
    for weight, mix in parts:
        for play, p in mix:
            total[play] = total.get(play, _Q(0)) + weight * p
    return tuple(sorted(total.items()))


def _ways(period: Period) -> Iterator[_Mix]:
    """Every distribution over plays that some pure choices bring about (possibly repeated)."""
    if period.simultaneous:
        for i, row in enumerate(period.branches):
            for j in range(len(row)):
                yield _merge([(p, ((~t, _Q(1)),)) for p, t in _flint_lottery(period, i, j)])
        return
    after: list[list[_Mix]] = [[] for _ in period.nodes]
    for n in reversed(range(len(period.nodes))):
        seen: dict[_Mix, None] = {}
        for a in range(len(period.nodes[n].actions)):
            lottery = _flint_lottery(period, n, a)
            for picks in product(*([((~t, _Q(1)),)] if t < 0 else after[t] for _, t in lottery)):
                seen.setdefault(_merge([(p, mix) for (p, _), mix in zip(lottery, picks, strict=True)]))
        after[n] = list(seen)
    # A node reached along two branches is played once, so a joint draw may not be feasible; the check of choices below
    # compares the whole distribution and discards such a candidate.
    yield from after[0]


def _solve_part(
    part: tuple[int, ...], states: Sequence[_State], outside: dict[int, tuple[_Q, _Q]]
) -> Iterator[tuple[dict[int, _Choice], dict[int, tuple[_Q, _Q]]]]:
    """All pure solutions of a part, given the values of the states that it can lead to."""
    inner = {s: k for k, s in enumerate(part)}
    size = len(part)
    closed = any(t in inner for s in part for row in states[s].step for draw in row for _, t in draw)
    if not closed:  # nothing in the part leads back into it: no need to guess how it is played
        (s,) = part
        worth = _worth(states[s], outside)
        for choice, mix in _choices(states[s], worth):
            yield {s: choice}, {s: tuple(sum((p * worth[play][i] for play, p in mix), _Q(0)) for i in (0, 1))}  # type: ignore[dict-item]
        return
    if size == 1:
        yield from _solve_loop(part[0], states[part[0]], outside)
        return
    for ways in product(*(states[s].ways for s in part)):
        columns: list[list[_Q]] = []
        for i in (0, 1):
            matrix = flint.fmpq_mat(size, size)
            right = flint.fmpq_mat(size, 1)
            for k in range(size):
                matrix[k, k] = _Q(1)
            for k, s in enumerate(part):
                total = _Q(0)
                for play, p in ways[k]:
                    total += p * states[s].reward[play][i]
                    for q, t in states[s].step[play][i]:
                        if t in inner:
                            matrix[k, inner[t]] -= p * q
                        else:
                            total += p * q * outside[t][i]
                right[k, 0] = total
            solved = matrix.solve(right)
            columns.append([solved[k, 0] for k in range(size)])
        known = outside | {s: (columns[0][k], columns[1][k]) for k, s in enumerate(part)}
        options: list[list[_Choice]] = []
        for k, s in enumerate(part):
            fitting = [choice for choice, mix in _choices(states[s], _worth(states[s], known)) if mix == ways[k]]
            if not fitting:
                break
            options.append(fitting)
        else:
            ours = {s: known[s] for s in part}
            for picks in product(*options):
                yield dict(zip(part, picks, strict=True)), ours


def _solve_loop(
    s: int, state: _State, outside: dict[int, tuple[_Q, _Q]]
) -> Iterator[tuple[dict[int, _Choice], dict[int, tuple[_Q, _Q]]]]:
    """The same for a single state that may come back to itself: each way of playing it has one value, a quotient."""
    base, loop = [], []
    for play in range(len(state.reward)):
        totals, stays = [], []
        for i in (0, 1):
            total, stay = state.reward[play][i], _Q(0)
            for q, t in state.step[play][i]:
                if t == s:
                    stay += q
                else:
                    total += q * outside[t][i]
            totals.append(total)
            stays.append(stay)
        base.append(totals)
        loop.append(stays)
    for way in state.ways:
        value = []
        for i in (0, 1):
            total, stay = _Q(0), _Q(0)
            for play, p in way:
                total += p * base[play][i]
                stay += p * loop[play][i]
            value.append(total / (1 - stay))
        first, second = value
        worth = [(b[0] + r[0] * first, b[1] + r[1] * second) for b, r in zip(base, loop, strict=True)]
        for choice, mix in _choices(state, worth):
            if mix == way:
                yield {s: choice}, {s: (first, second)}


def _worth(state: _State, values: dict[int, tuple[_Q, _Q]]) -> list[tuple[_Q, _Q]]:
    """What each play of the period is worth to each player, continuation included."""
    return [
        tuple(  # type: ignore[misc]
            state.reward[play][i] + sum((q * values[t][i] for q, t in state.step[play][i]), _Q(0)) for i in (0, 1)
        )
        for play in range(len(state.reward))
    ]


def _choices(state: _State, worth: list[tuple[_Q, _Q]]) -> Iterator[tuple[_Choice, _Mix]]:
    """All pure choices at the nodes of a period that are optimal at these values, with the plays they lead to."""
    period = state.period
    if period.simultaneous:
        rows, columns = range(len(period.nodes[0].actions)), range(len(period.nodes[1].actions))
        cell = {
            (i, j): [sum((p * worth[~t][k] for p, t in state.lotteries[i][j]), _Q(0)) for k in (0, 1)]
            for i in rows
            for j in columns
        }
        for i, j in cell:
            if all(cell[i, j][0] >= cell[a, j][0] for a in rows) and all(
                cell[i, j][1] >= cell[i, b][1] for b in columns
            ):
                yield (i, j), _merge([(p, ((~t, _Q(1)),)) for p, t in state.lotteries[i][j]])
        return

    if state.targets is not None:  # no chance moves: if no node is indifferent there is one answer
        at_play: list[int] = [0] * len(state.targets)
        chosen: list[int] = [0] * len(state.targets)
        for n in range(len(state.targets) - 1, -1, -1):
            player = period.nodes[n].player
            ends = [at_play[t] if t >= 0 else ~t for t in state.targets[n]]
            best = max(worth[end][player] for end in ends)
            fitting = [a for a, end in enumerate(ends) if worth[end][player] == best]
            if len(fitting) > 1:
                break
            chosen[n], at_play[n] = fitting[0], ends[fitting[0]]
        else:
            yield tuple(chosen), ((at_play[0], _Q(1)),)
            return

    def extend(
        n: int, picks: dict[int, int], at: dict[int, tuple[tuple[_Q, _Q], _Mix]]
    ) -> Iterator[tuple[_Choice, _Mix]]:
        if n < 0:
            yield tuple(picks[m] for m in range(len(period.nodes))), at[0][1]
            return
        player = period.nodes[n].player
        options = []
        for a in range(len(period.nodes[n].actions)):
            lottery = state.lotteries[n][a]
            ends = [(p, at[t] if t >= 0 else (worth[~t], ((~t, _Q(1)),))) for p, t in lottery]
            value = tuple(sum((p * end[0][k] for p, end in ends), _Q(0)) for k in (0, 1))
            options.append((value, _merge([(p, end[1]) for p, end in ends])))
        best = max(value[player] for value, _ in options)
        for a, (value, mix) in enumerate(options):
            if value[player] == best:
                yield from extend(n - 1, picks | {n: a}, at | {n: (value, mix)})  # type: ignore[arg-type]

    yield from extend(len(period.nodes) - 1, {}, {})
