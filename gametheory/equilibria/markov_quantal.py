r"""Logit play in dynamic games: stationary logit equilibria, traced numerically. **Everything here is floating point.**

In a logit Markov equilibrium with precision :math:`\lambda` every player chooses, at every node of every state's period,
action a with a probability proportional to :math:`\exp(\lambda u_a)`. Here :math:`u_a` is what the action is worth to her
by her own beliefs: the expected payoff of this period plus the discounted *total* of the payoffs after it, when everyone,
her own later self included, plays the equilibrium. The unit of :math:`\lambda` is therefore one period's payoff, as in a
one-shot game. At :math:`\lambda = 0` all actions are equally likely; from there the principal branch leads, in almost
every game, to one Markov perfect equilibrium as :math:`\lambda \to \infty`. It is followed by pseudo-arclength
continuation in the logarithms of the probabilities and the values, so that it may turn back in :math:`\lambda`.

References
----------
McKelvey, R. D. and Palfrey, T. R. (1998), Quantal response equilibria for extensive form games, *Experimental Economics* 1.
Eibelshaeuser, S. and Poensgen, D. (2019), Markov quantal response equilibrium and a homotopy method for computing and
selecting Markov perfect equilibria of dynamic stochastic games (working paper).
Turocy, T. L. (2005), A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence,
*Games and Economic Behavior* 51, 243-263.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gametheory.equilibria._logit_system import LogitSystem
from gametheory.errors import InputError, InputTypeError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Index = NDArray[np.int64]

__all__ = ["LogitMarkovPoint", "logit_markov", "logit_markov_branch", "logit_markov_residual"]

_TOLERANCE = 1e-11
#: Bounds on how far a step may bend: a tracer that jumped to another branch is sent again with shorter steps.
BENDS = (0.5, 0.05, 0.005)


@dataclass(frozen=True)
class LogitMarkovPoint:
    """A point on the branch, in floats.

    Attributes
    ----------
    game : DynamicGame
    precision : float
        Lambda, per unit of one period's payoff.
    profile : tuple
        ``profile[s][node]``: a distribution over the actions at that node of the period game in state ``s``.
    values : tuple of (float, float)
        ``values[s]``: what each player expects from state ``s`` on, average discounted, under her own beliefs.
    residual : float
        Largest absolute difference between a probability and its logit response (:func:`logit_markov_residual`).
    """

    game: DynamicGame = field(repr=False)
    precision: float
    profile: tuple[tuple[tuple[float, ...], ...], ...]
    values: tuple[tuple[float, float], ...]
    residual: float

    @property
    def policy(self) -> dict[str, dict[str, dict[str, float]]]:
        """For each state and point of choice (``"US"``, ``"MX after N"``) the probability of each action."""
        table: dict[str, dict[str, dict[str, float]]] = {}
        for state, period, choices in zip(self.game.states, self.game.periods, self.profile, strict=True):
            table[state] = {
                self.game.players[node.player] + (f" after {node.history}" if node.history else ""): dict(
                    zip(node.actions, mix, strict=True)
                )
                for node, mix in zip(period.nodes, choices, strict=True)
            }
        return table


def _precision(given: Any) -> float:
    value = float(rational(given, field="precision"))
    if not 0 <= value < 1e12:
        raise InputError("precision", given, "a number from 0 to 1e12")
    return value


def _point(system: LogitSystem, x: Array, t: float) -> LogitMarkovPoint:
    """The point in the user's units."""
    import numpy as np

    profile = []
    for period, row in zip(system.game.periods, system.offsets, strict=True):
        mixes = []
        for node, at in zip(period.nodes, row, strict=True):
            mix = np.exp(x[at : at + len(node.actions)])
            mixes.append(tuple((mix / mix.sum()).tolist()))
        profile.append(tuple(mixes))
    worth = []
    for v in system.values:
        pair = [(1 - system.discount[i]) * x[system.z + i * system.w + v] * system.spread + system.low for i in (0, 1)]
        worth.append((float(pair[0]), float(pair[1])))
    found = tuple(profile)
    precision = t / system.spread
    return LogitMarkovPoint(
        system.game, precision, found, tuple(worth), logit_markov_residual(system.game, found, precision)
    )


class BranchLost(Exception):
    """The branch could not be followed; the message says why."""


def follow(game: DynamicGame, precisions: Sequence[float], *, steps: int, bend: float) -> Iterator[LogitMarkovPoint]:
    """Points of the branch at each of the rising precisions where it first comes there, one by one.

    Parameters
    ----------
    game : DynamicGame
    precisions : sequence of float
    steps : int
        Most steps.
    bend : float
        A step is taken again, shorter, if the branch bends away from its tangent by more than this, or by a third of it.

    Raises
    ------
    BranchLost
        If a precision is not reached.
    """
    import numpy as np

    system = LogitSystem(game)
    x, t = system.start(), 0.0
    unit = np.zeros(system.size + 1)
    unit[-1] = 1.0
    along = unit
    step = 0.3
    taken = 0
    for precision in precisions:
        end = precision * system.spread
        while t < end:
            if taken == steps:
                raise BranchLost(f"{steps} steps were not enough; raise steps=...")
            taken += 1
            direction = system.bordered(x, t, along, unit)
            if direction is None:
                raise BranchLost(f"the branch could not be followed beyond precision {t / system.spread:.6g}")
            along = direction / np.linalg.norm(direction)
            while True:
                lands = along[-1] > 0 and t + step * along[-1] >= end
                share = (end - t) / along[-1] if lands else step
                target = end if lands else t + step * along[-1]
                after = _correct(system, x + share * along[:-1], target, unit if lands else along)
                if after is not None:
                    moved = np.append(after[0] - x, after[1] - t)
                    if np.linalg.norm(moved - share * along) <= min(0.3 * share, bend) + 1e-9:
                        break
                step = min(step, share) / 2
                if step < 1e-9:
                    raise BranchLost(f"the corrector failed near precision {t / system.spread:.6g}")
            x, t, quick = after
            if t < 0:
                raise BranchLost("the branch turned back below precision 0")
            step *= 2.0 if quick else 1.0
        yield _point(system, x, t)


def _correct(system: LogitSystem, x: Array, t: float, along: Array) -> tuple[Array, float, bool] | None:
    """Newton's method in the plane across the tangent; whether it took few steps."""
    import numpy as np

    for count in range(7):
        if not np.all(np.isfinite(x)) or x[: system.z].max() > 1:
            return None
        wrong = system.residuals(x, t)
        if np.abs(wrong).max() < _TOLERANCE * max(1.0, abs(t), float(np.abs(x).max())):
            return x, t, count <= 3
        change = system.bordered(x, t, along, np.append(-wrong, 0.0))
        if change is None:
            return None
        x, t = x + change[:-1], t + float(change[-1])
    return None


def logit_markov(game: DynamicGame, precision: float, *, steps: int = 5_000) -> LogitMarkovPoint:
    """The logit Markov equilibrium with this precision at which the principal branch first arrives. Numerical.

    Parameters
    ----------
    game : DynamicGame
        With numbers for all parameters. Players who misperceive the game respond under their own beliefs.
    precision : float
        Lambda, per unit of one period's payoff.
    steps : int
        Most steps along the branch.

    Returns
    -------
    LogitMarkovPoint
        Probabilities for each state and node, values, and the residual: see how far the definition is met.

    Raises
    ------
    InputError
        If the precision is negative or was not reached.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> dilemma = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> point = logit_markov(DynamicGame.repeated(dilemma, discount="1/2"), 1)
    >>> [round(p, 4) for p in point.profile[0][0]], point.residual < 1e-9
    ([0.2268, 0.7732], True)
    """
    (point,) = logit_markov_branch(game, [precision], steps=steps)
    return point


def logit_markov_branch(
    game: DynamicGame, precisions: Sequence[float], *, steps: int = 5_000
) -> tuple[LogitMarkovPoint, ...]:
    """Logit Markov equilibria with rising precisions, where the principal branch first arrives at each. Numerical.

    Parameters
    ----------
    game : DynamicGame
    precisions : sequence of float
        In rising order: one pass along the branch serves them all.
    steps : int
        Most steps along the branch.

    Raises
    ------
    InputError
        If the precisions do not rise, or one was not reached.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[9, 0], [0, 1]], [[0, 1], [1, 0]]), discount="1/2")
    >>> [round(point.profile[0][1][0], 3) for point in logit_markov_branch(game, [0, 1, 100])]
    [0.5, 0.313, 0.1]
    """
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame; for a StageGame use logit_equilibrium")
    wanted = [_precision(p) for p in precisions]
    if any(b < a for a, b in pairwise(wanted)):
        raise InputError("precisions", list(precisions), "numbers that rise")
    reason = ""
    for bend in BENDS:
        found: list[LogitMarkovPoint] = []
        try:
            for point in follow(game, wanted, steps=steps, bend=bend):
                found.append(point)
            return tuple(found)
        except BranchLost as lost:
            reason = str(lost)
            if "steps" in reason:
                break
    raise InputError("precision", wanted[len(found)], f"a precision that the branch reaches; {reason}")


def logit_markov_residual(game: DynamicGame, profile: Any, precision: float) -> float:
    """Largest difference between a probability and its logit response, from the definition, in floats.

    The profile's values come from one linear solve for each player; nothing is shared with the tracer.

    Parameters
    ----------
    game : DynamicGame
    profile : nested sequences of float
        ``profile[s][node]``: a distribution over actions.
    precision : float

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> pennies = DynamicGame.repeated(StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), discount="1/2")
    >>> logit_markov_residual(pennies, [((0.5, 0.5), (0.5, 0.5))], 3.0)
    0.0
    """
    import numpy as np

    worst = 0.0
    for i in (0, 1):
        delta = float(rational(game.discount[i]))  # type: ignore[arg-type]
        matrix, right = np.eye(len(game.states)), np.zeros(len(game.states))
        for s, (period, choices) in enumerate(zip(game.periods, profile, strict=True)):
            for play, p in period.outcome(choices).items():
                right[s] += float(p) * float(rational(period.plays[play].payoff_to(i)))  # type: ignore[arg-type]
                for q, t in period.plays[play].next_for(i):
                    matrix[s, t] -= float(p) * delta * float(rational(q))  # type: ignore[arg-type]
        totals = np.linalg.solve(matrix, right)
        for period, choices in zip(game.periods, profile, strict=True):
            ends = [
                float(rational(play.payoff_to(i)))
                + delta * sum(float(rational(q)) * totals[t] for q, t in play.next_for(i))  # type: ignore[arg-type]
                for play in period.plays
            ]
            if period.simultaneous:
                worth = [
                    [sum(float(rational(p)) * ends[~t] for p, t in lottery) for lottery in row]  # type: ignore[arg-type]
                    for row in period.branches
                ]
                options = np.array(worth) @ np.array(choices[1]) if i == 0 else np.array(choices[0]) @ np.array(worth)
                worst = max(worst, _distance(choices[i], precision * options))
                continue
            at = [0.0] * len(period.nodes)
            for n in reversed(range(len(period.nodes))):
                options = np.array(
                    [
                        sum(float(rational(p)) * (at[t] if t >= 0 else ends[~t]) for p, t in lottery)  # type: ignore[arg-type]
                        for lottery in period.branches[n]
                    ]
                )
                at[n] = float(options @ np.array(choices[n], float))
                if period.nodes[n].player == i:
                    worst = max(worst, _distance(choices[n], precision * options))
    return worst


def _distance(mix: Sequence[float], scores: Array) -> float:
    import numpy as np

    e = np.exp(scores - scores.max())
    return float(np.abs(np.array(mix, float) - e / e.sum()).max())
