r"""Logit quantal response equilibria: the principal branch, traced numerically. **Everything here is floating point.**

In a logit equilibrium with precision :math:`\lambda` each player chooses action a with a probability proportional to
:math:`\exp(\lambda u_a)`, where :math:`u_a` is what a is worth against the other's equilibrium mix. At
:math:`\lambda = 0` all actions are equally likely; from there the principal branch leads, in almost every game, to one
Nash equilibrium as :math:`\lambda \to \infty`. The branch is followed by pseudo-arclength continuation in the logarithms
of the probabilities (Turocy 2005), so that it may turn back in :math:`\lambda`. Each point carries a residual: the largest
difference between a probability and its logit response.

References
----------
McKelvey, R. D. and Palfrey, T. R. (1995), Quantal response equilibria for normal form games, *Games and Economic
Behavior* 10, 6-38.
Turocy, T. L. (2005), A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence,
*Games and Economic Behavior* 51, 243-263.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.responses import numeric_stage
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LogitBranch", "LogitPoint", "logit_branch", "logit_equilibrium", "logit_residual"]

_TOLERANCE = 1e-10


@dataclass(frozen=True)
class LogitPoint:
    """A point on the branch, in floats.

    Attributes
    ----------
    precision : float
        Lambda, per unit of payoff.
    profile : (tuple of float, tuple of float)
    residual : float
        Largest absolute difference between a probability and its logit response, in floating point.
    """

    precision: float
    profile: tuple[tuple[float, ...], tuple[float, ...]]
    residual: float


@dataclass(frozen=True)
class LogitBranch:
    """The principal branch from precision 0, as far as it was traced: numerical, not exact.

    Attributes
    ----------
    game : StageGame
    points : tuple of LogitPoint
        In order along the branch; the precision may fall where the branch turns back.
    reached : bool
        Whether the wanted precision was reached (numerically: nothing here is proved).
    reason : str
    crossings : tuple of float
        Precisions near which another branch crosses this one (typical of symmetric games): beyond the first the
        principal branch is not unique, and this one simply goes straight on.
    ordinal : bool
        True if payoffs are mere ranks: the branch is then an artefact of the ranks.
    """

    game: StageGame = field(repr=False)
    points: tuple[LogitPoint, ...]
    reached: bool
    reason: str
    crossings: tuple[float, ...] = ()
    ordinal: bool = False

    @property
    def residual(self) -> float:
        """The largest residual along the branch."""
        return max(point.residual for point in self.points)

    def at(self, precision: float) -> tuple[LogitPoint, ...]:
        """Every traced point with this precision, in order along the branch (several where it turns back).

        Raises
        ------
        InputError
            If the branch was not traced as far as this precision.
        """
        value = _precision(precision)
        found = []
        for before, after in zip(self.points, self.points[1:], strict=False):
            if before.precision != value and (before.precision - value) * (after.precision - value) <= 0:
                share = (value - before.precision) / (after.precision - before.precision)
                start = [
                    [(1 - share) * _log(p) + share * _log(q) for p, q in zip(x, y, strict=True)]
                    for x, y in zip(before.profile, after.profile, strict=True)
                ]
                found.append(_polish(_System(self.game), start, value))
        if value == 0.0:
            found.insert(0, self.points[0])
        if not found:
            raise InputError("precision", precision, f"a precision on the branch, 0 to {self.points[-1].precision}")
        return tuple(found)


def _log(p: float) -> float:
    return math.log(max(p, 1e-300))


def _precision(given: Any) -> float:
    value = float(rational(given, field="precision"))
    if not 0 <= value < 1e12:
        raise InputError("precision", given, "a number from 0 to 1e12")
    return value


class _System:
    """Equations of a logit equilibrium in log-probabilities z and precision t, in payoffs scaled to a range of one."""

    def __init__(self, game: StageGame) -> None:
        import numpy as np

        stage = numeric_stage(game)
        tables = [[[rational(u) for u in row] for row in table] for table in (stage.A, stage.B)]
        spread = max(max(map(max, t)) - min(map(min, t)) for t in tables) or 1
        scaled = [[[float((u - min(map(min, t))) / spread) for u in row] for row in t] for t in tables]
        self.scale = float(spread)
        self.A, self.B = np.array(scaled[0]), np.array(scaled[1])
        self.m, self.n = self.A.shape

    def residuals(self, z: Array, t: float) -> Array:
        import numpy as np

        m = self.m
        p = np.exp(z)
        u, v = self.A @ p[m:], p[:m] @ self.B
        first = z[1:m] - z[0] - t * (u[1:] - u[0])
        second = z[m + 1 :] - z[m] - t * (v[1:] - v[0])
        return np.concatenate([[p[:m].sum() - 1], first, [p[m:].sum() - 1], second])

    def jacobian(self, z: Array, t: float) -> Array:
        """Derivatives by z, and by t in the last column."""
        import numpy as np

        m, n = self.m, self.n
        p = np.exp(z)
        x, y = p[:m], p[m:]
        J = np.zeros((m + n, m + n + 1))
        J[0, :m], J[m, m:-1] = x, y
        J[1:m, 0], J[m + 1 :, m] = -1, -1
        J[1:m, 1:m] = np.eye(m - 1)
        J[m + 1 :, m + 1 : -1] = np.eye(n - 1)
        J[1:m, m:-1] -= t * (self.A[1:] - self.A[0]) * y
        J[m + 1 :, :m] -= t * (self.B[:, 1:] - self.B[:, :1]).T * x
        u, v = self.A @ y, x @ self.B
        J[1:m, -1], J[m + 1 :, -1] = -(u[1:] - u[0]), -(v[1:] - v[0])
        return J

    def point(self, z: Array, t: float) -> LogitPoint:
        import numpy as np

        p = np.exp(z)
        x, y = p[: self.m] / p[: self.m].sum(), p[self.m :] / p[self.m :].sum()
        residual = max(
            float(np.abs(x - _softmax(t * (self.A @ y))).max()), float(np.abs(y - _softmax(t * (x @ self.B))).max())
        )
        return LogitPoint(t / self.scale, (tuple(map(float, x)), tuple(map(float, y))), residual)


def _softmax(w: Array) -> Array:
    import numpy as np

    e = np.exp(w - w.max())
    shares: Array = e / e.sum()
    return shares


def logit_residual(game: StageGame, profile: Any, precision: float) -> float:
    """Largest difference between a probability and its logit response, from the definition, in floats.

    Examples
    --------
    >>> pennies = StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> logit_residual(pennies, ((0.5, 0.5), (0.5, 0.5)), 3.0)
    0.0
    """
    import numpy as np

    stage = numeric_stage(game)
    A, B = (np.array([[float(rational(u)) for u in row] for row in table]) for table in (stage.A, stage.B))
    x, y = (np.array(mix, dtype=float) for mix in profile)
    gaps = np.abs(x - _softmax(precision * (A @ y))).max(), np.abs(y - _softmax(precision * (x @ B))).max()
    return float(max(gaps))


def logit_branch(game: StageGame, *, upto: float = 100.0, steps: int = 5_000, stride: float = 0.3) -> LogitBranch:
    """Trace the principal branch of logit equilibria from precision 0. Numerical: see each point's residual.

    Parameters
    ----------
    game : StageGame
        With rational payoffs.
    upto : float
        Precision (per unit of payoff) at which to stop.
    steps : int
        Most steps to take.
    stride : float
        Longest step along the branch, in log-probabilities and in precision times the range of payoffs; it grows
        as the precision does.

    Returns
    -------
    LogitBranch

    Examples
    --------
    >>> game = StageGame([[9, 0], [0, 1]], [[0, 1], [1, 0]])     # Ochs (1995): matching pennies, 9 to 1
    >>> branch = logit_branch(game, upto=20)
    >>> branch.reached, [round(p, 3) for p in branch.points[-1].profile[1]]
    (True, [0.101, 0.899])
    """
    import numpy as np

    system = _System(game)
    end = _precision(upto) * system.scale
    z = np.concatenate([np.full(k, -math.log(k)) for k in (system.m, system.n)])
    t = 0.0
    points = [system.point(z, t)]
    crossings: list[float] = []
    direction = np.zeros(len(z) + 1)
    direction[-1] = 1.0
    step, orientation = min(0.01, stride), 0.0
    reached, reason = False, f"{steps} steps were not enough; raise steps=..."
    for _ in range(steps):
        if t >= end:
            reached, reason = True, "the wanted precision was reached (numerically: see the residuals)"
            break
        J = system.jacobian(z, t)
        tangent = _tangent(J)
        if tangent @ direction < 0:
            tangent = -tangent
        sign = float(np.linalg.slogdet(np.vstack([J, tangent]))[0])
        if orientation and sign != orientation:
            crossings.append(t / system.scale)
        orientation, direction = sign, tangent
        longest = stride * max(1.0, t / 10)
        while True:
            if tangent[-1] > 0 and t + step * tangent[-1] > end:  # land on the end
                result = _correct(system, z + (end - t) / tangent[-1] * tangent[:-1], end, None)
            else:
                result = _correct(system, z + step * tangent[:-1], t + step * tangent[-1], tangent)
            if result is not None:
                moved = np.append(result[0] - z, result[1] - t)
                if moved @ tangent >= 0.5 * np.linalg.norm(moved) and np.linalg.norm(moved) <= 2 * step + 1e-9:
                    break
            step /= 2
            if step < 1e-9:
                result = None
                break
        if result is None:
            reason = f"the corrector failed near precision {t / system.scale}"
            break
        z, t, quick = result[0], float(result[1]), result[2]
        if t < 0:
            reason = "the branch turned back below precision 0"
            break
        points.append(system.point(z, t))
        step = min(longest, step * (1.6 if quick else 1.0))
    ordinal = game.ordinal
    return LogitBranch(game, tuple(points), reached, reason, tuple(crossings), ordinal)


def _tangent(J: Array) -> Array:
    import numpy as np

    last: Array = np.linalg.svd(J)[2][-1]
    return last


def _correct(system: _System, z: Array, t: float, tangent: Array | None) -> tuple[Array, float, bool] | None:
    """Newton's method in the plane across the tangent, or at fixed precision; whether it took few steps."""
    import numpy as np

    if tangent is None:
        tangent = np.zeros(len(z) + 1)
        tangent[-1] = 1.0
    for count in range(8):
        if not np.all(np.isfinite(z)) or z.max() > 1:
            return None
        F = system.residuals(z, t)
        if np.abs(F).max() < _TOLERANCE * max(1.0, abs(t)):
            return z, t, count <= 3
        matrix = np.vstack([system.jacobian(z, t), tangent])
        try:
            change = np.linalg.solve(matrix, -np.append(F, 0.0))
        except np.linalg.LinAlgError:
            return None
        z, t = z + change[:-1], t + float(change[-1])
    return None


def _polish(system: _System, start: Any, precision: float) -> LogitPoint:
    import numpy as np

    z = np.concatenate([np.asarray(part) for part in start])
    t = precision * system.scale
    result = _correct(system, z, t, None)
    if result is None:
        return system.point(z, t)
    z = result[0]
    best = system.point(z, t)
    for _ in range(2):  # the last digits
        z = z + np.linalg.lstsq(system.jacobian(z, t)[:, :-1], -system.residuals(z, t), rcond=None)[0]
        best = min(best, system.point(z, t), key=lambda point: point.residual)
    return best


def logit_equilibrium(game: StageGame, precision: float) -> LogitPoint:
    """The logit equilibrium with this precision at which the principal branch first arrives. Numerical.

    Raises
    ------
    InputError
        If the precision is negative or was not reached.

    Examples
    --------
    >>> point = logit_equilibrium(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), 1)
    >>> [round(p, 4) for p in point.profile[0]], point.residual < 1e-9
    ([0.2268, 0.7732], True)
    """
    wanted = _precision(precision)
    branch = logit_branch(game, upto=wanted)
    if not branch.reached:
        raise InputError("precision", precision, f"a precision that the branch reaches; {branch.reason}")
    return branch.at(wanted)[0]
