r"""Logit Markov play at many parameter points at once, and the likelihood of partly missing records. **Floating point.**

Every player chooses each action with a probability proportional to :math:`\exp(\lambda u)`, where u is what the action is worth
to her, by her own beliefs, in units of one period's payoff plus the discounted total of those after it (McKelvey and Palfrey
1998). States are solved last first, all points side by side; where a state can lead to itself, its two values solve a fixed point,
found by Newton's method from the values of equal play. At a high precision there can be several: the one that is reached is taken,
and its residual is kept. Nothing here is a theorem: exact results come from the Markov perfect equilibria.

References
----------
McKelvey, R. D. and Palfrey, T. R. (1998), Quantal response equilibria for extensive form games, *Experimental Economics* 1, 9-41.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, UnsupportedError
from gametheory.evidence.batch_game import BatchState, compile_game
from gametheory.evidence.records import Observation
from gametheory.games.dynamic import DynamicGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LogitModel", "LogitPlay"]

_ROUNDS = 100
_CLOSE = 1e-10


@dataclass(frozen=True)
class LogitPlay:
    """Logit play at P points.

    Attributes
    ----------
    outcomes : tuple of str
    moves : array (outcomes, P, states, states)
        Probability of an outcome and the state after it, from each state.
    start : int
    residual : array (P,)
        How far the values are from a fixed point, in payoffs.
    """

    outcomes: tuple[str, ...]
    moves: Array
    start: int
    residual: Array

    def forward(self, records: Sequence[Iterable[Observation]]) -> Array:
        """Log-probability of each beginning of each record: an array (periods, P, records). Shorter records end as silent."""
        import numpy as np

        lists = [list(record) for record in records]
        periods = max((len(record) for record in lists), default=0)
        fits = np.ones((periods, len(lists), len(self.outcomes)))
        for r, record in enumerate(lists):
            for t, seen in enumerate(record):
                if seen is not None:
                    fits[t, r] = [float(outcome in seen) for outcome in self.outcomes]
        points, states = self.moves.shape[1:3]
        belief = np.zeros((points, len(lists), states))
        belief[:, :, self.start] = 1.0
        total = np.zeros((points, len(lists)))
        found = np.empty((periods, points, len(lists)))
        for t in range(periods):
            after = np.zeros_like(belief)
            for x in range(len(self.outcomes)):
                weight = fits[t, :, x]
                if weight.any():
                    after += (belief * weight[None, :, None]) @ self.moves[x]
            scale = after.sum(axis=2)
            with np.errstate(divide="ignore", invalid="ignore"):
                total = total + np.log(scale)
                belief = np.where(scale[:, :, None] > 0, after / scale[:, :, None], 0.0)
            found[t] = total
        return found

    def log_likelihood(self, records: Sequence[Iterable[Observation]]) -> Array:
        """Log-probability of each record: an array (P, records)."""
        import numpy as np

        found = self.forward(records)
        return found[-1] if len(found) else np.zeros((self.moves.shape[1], len(records)))

    def draw(self, periods: int, plays: int, *, seed: int, point: int = 0) -> list[list[frozenset[str]]]:
        """Simulated records of one point, each outcome seen."""
        import numpy as np

        rng = np.random.default_rng(seed)
        count, states = self.moves.shape[0], self.moves.shape[2]
        table = self.moves[:, point].transpose(1, 0, 2).reshape(states, count * states)
        bounds = np.cumsum(table, axis=1)
        at = np.full(plays, self.start)
        found: list[list[frozenset[str]]] = [[] for _ in range(plays)]
        for _ in range(periods):
            rows = bounds[at]
            picks = (rng.random(plays)[:, None] * rows[:, -1:] >= rows).sum(axis=1)
            for record, x in zip(found, picks // states, strict=True):
                record.append(frozenset({self.outcomes[x]}))
            at = picks % states
        return found


@dataclass(frozen=True)
class LogitModel:
    """A game whose logit play can be computed at many points of its parameters.

    Parameters
    ----------
    game : DynamicGame
        Sequential periods; no two states may lead back to each other. Parameters still free are those that a point gives.
    reading : mapping, optional
        Outcome of the game -> outcome that it counts as in a record.

    Examples
    --------
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (2, 1), "NS": (0, 3), "UA": (1, 1), "UP": ("x", 2)})
    >>> play = LogitModel(game).play({"x": [0.0, 1.0]}, [0.0, 0.0])
    >>> play.log_likelihood([[{"NE"}, None, {"UP", "UA"}]]).round(3).tolist()
    [[-2.079], [-2.079]]
    """

    game: DynamicGame
    reading: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        compiled = compile_game(self.game)
        if any(state.simultaneous for state in compiled.states):
            raise UnsupportedError("game", "simultaneous moves", "periods in which one side moves first")
        object.__setattr__(self, "_compiled", compiled)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes as a record names them, sorted."""
        return tuple(sorted({label for row in self._labels() for label in row}))

    def _labels(self) -> list[list[str]]:
        reading = self.reading or {}
        return [[reading.get(p.label, p.label) for p in d.plays] for d in self.game.periods]

    def play(self, values: Mapping[str, Any], precision: Any) -> LogitPlay:
        """Logit play at points.

        Parameters
        ----------
        values : mapping from parameter to array
            One number a point for each parameter of the game.
        precision : array
            One number a point, per unit of one period's payoff; 0 is equal play.
        """
        import numpy as np

        compiled = self._compiled  # type: ignore[attr-defined]
        missing = sorted(set(compiled.names) - set(values))
        if missing:
            raise InputError("values", sorted(values), f"also {', '.join(missing)}")
        rate = np.atleast_1d(np.asarray(precision, float))
        if rate.ndim != 1 or not np.all(np.isfinite(rate)) or np.any(rate < 0):
            raise InputError("precision", precision, "numbers that are not negative, one for each point")
        arrays = {n: np.broadcast_to(np.asarray(values[n], float), rate.shape) for n in compiled.names}
        numbers = [np.broadcast_to(np.asarray(e.at(arrays)[0], float), rate.shape) for e in compiled.expressions]
        count = len(self.game.states)
        worth = np.zeros((count, 2, len(rate)))
        labels, outcomes = self._labels(), self.outcomes
        moves = np.zeros((len(outcomes), len(rate), count, count))
        residual = np.zeros(len(rate))
        delta = [numbers[i] for i in compiled.discount]
        for state in compiled.states:
            solver = _State(state, numbers, delta, worth, rate)
            worth[state.index], off = solver.fixed_point()
            residual = np.maximum(residual, off)
            for play, p in solver.chances(worth[state.index]).items():
                x = outcomes.index(labels[state.index][play])
                for q, t in state.true[play]:
                    moves[x, :, state.index, t] += p * numbers[q]
        return LogitPlay(outcomes, moves, self.game.start, residual)


class _State:
    """The period of one state, given the values of the states after it."""

    def __init__(
        self, state: BatchState, numbers: Sequence[Array], delta: Sequence[Array], worth: Array, rate: Array
    ) -> None:
        import numpy as np

        self.state, self.rate, self.numbers = state, rate, numbers
        self.base = np.empty((len(state.payoffs), 2, len(rate)))
        self.stay = np.zeros((len(state.payoffs), 2, len(rate)))
        for play, pair in enumerate(state.payoffs):
            for i in (0, 1):
                self.base[play, i] = numbers[pair[i]]
                for q, t in state.believed[play][i]:
                    if t == state.index:
                        self.stay[play, i] += delta[i] * numbers[q]
                    else:
                        self.base[play, i] += delta[i] * numbers[q] * worth[t, i]

    def _walk(self, value: Array, at: Any = slice(None)) -> tuple[Array, list[Array]]:
        """Value at the first node to both players, and each node's distribution, at some of the points."""
        import numpy as np

        ends = self.base[:, :, at] + self.stay[:, :, at] * value
        nodes: list[Any] = [None] * len(self.state.branches)
        mixes: list[Any] = [None] * len(self.state.branches)
        for n in reversed(range(len(nodes))):
            options = np.array(
                [
                    sum(self.numbers[p][at] * (nodes[t] if t >= 0 else ends[~t]) for p, t in lottery)
                    for lottery in self.state.branches[n]
                ]
            )  # action, player, point
            scores = self.rate[at] * options[:, self.state.movers[n]]
            weights = np.exp(scores - scores.max(axis=0))
            mixes[n] = weights / weights.sum(axis=0)
            nodes[n] = (mixes[n][:, None] * options).sum(axis=0)
        return nodes[0], mixes

    def fixed_point(self) -> tuple[Array, Array]:
        """The state's values, and how far they are from a fixed point."""
        import numpy as np

        value = np.zeros((2, len(self.rate)))
        if not self.stay.any():
            return self._walk(value)[0], np.zeros(len(self.rate))
        off = np.full(len(self.rate), np.inf)
        at = np.arange(len(self.rate))
        for round_ in range(_ROUNDS):
            wrong = self._walk(value[:, at], at)[0] - value[:, at]
            off[at] = np.abs(wrong).max(axis=0)
            going = off[at] > _CLOSE
            at, wrong = at[going], wrong[:, going]
            if not len(at):
                break
            change = self._newton(value[:, at], wrong, at) if round_ else wrong
            best, height = value[:, at] + 0.3 * wrong, np.full(len(at), np.inf)
            for step in (1.0, 0.5, 0.2):
                after = value[:, at] + step * change
                height_after = np.abs(self._walk(after, at)[0] - after).max(axis=0)
                better = height_after < np.minimum(height, off[at])
                best, height = np.where(better, after, best), np.where(better, height_after, height)
                if np.all(height < off[at]):
                    break
            value[:, at] = best
        return value, off

    def _newton(self, value: Array, wrong: Array, at: Any) -> Array:
        """Newton's step towards a fixed point."""
        import numpy as np

        slopes = []
        for j in (0, 1):
            moved = value.copy()
            moved[j] += 1e-6
            slopes.append((self._walk(moved, at)[0] - value - wrong) / 1e-6)
        a, b, c, d = 1 - slopes[0][0], -slopes[1][0], -slopes[0][1], 1 - slopes[1][1]
        det = a * d - b * c
        safe = np.where(np.abs(det) > 1e-9, det, 1.0)
        return np.array([(d * wrong[0] - b * wrong[1]) / safe, (a * wrong[1] - c * wrong[0]) / safe])

    def chances(self, value: Array) -> dict[int, Array]:
        """Probability of each play."""
        import numpy as np

        mixes = self._walk(value)[1]
        reach: list[Any] = [np.ones(len(self.rate))] + [np.zeros(len(self.rate))] * (len(mixes) - 1)
        found: dict[int, Array] = {}
        for n, mix in enumerate(mixes):
            for action, lottery in enumerate(self.state.branches[n]):
                for p, t in lottery:
                    flow = reach[n] * mix[action] * self.numbers[p]
                    if t >= 0:
                        reach[t] = reach[t] + flow
                    else:
                        found[~t] = found.get(~t, 0.0) + flow
        return found
