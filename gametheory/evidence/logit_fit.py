"""Logit play fitted to records by maximum likelihood: estimates, profile likelihoods, prediction. **Floating point.**

An estimate is read after the identified set, never instead of it: with a dozen episodes a likelihood is flat, and its profile
says how flat. Search: scrambled Sobol points over the box, then over ever smaller boxes around the best so far; what was found is
the largest value that was found, not a proof that there is no larger one.

References
----------
Murphy, S. A. and van der Vaart, A. W. (2000), "On profile likelihood", Journal of the American Statistical Association 95.
Dawid, A. P. (1984), "Statistical theory: the prequential approach", Journal of the Royal Statistical Society A 147.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.evidence.logit_play import LogitModel
from gametheory.evidence.records import Observation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Forward", "LogitFit", "Profile", "fit_logit", "predict_forward", "profile"]

#: Name of the free parameter that is the precision of play.
PRECISION = "precision"

_SHRINK = 0.5
_CLOSE = 1e-6  # points whose play is no fixed point within this are left out of the search

Box = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class LogitFit:
    """The largest likelihood found.

    Attributes
    ----------
    estimates : mapping
        Of each free parameter, ``"precision"`` among them.
    log_likelihood : float
    at_edge : tuple of str
        Parameters whose estimate lies at an end of its range: the data then speak of a bound only.
    residual : float
        How far the play at the estimate is from a logit equilibrium.
    """

    estimates: Mapping[str, float]
    log_likelihood: float
    at_edge: tuple[str, ...]
    residual: float
    model: LogitModel = field(repr=False)
    records: tuple[tuple[Observation, ...], ...] = field(repr=False)
    box: Box = field(repr=False)
    points: int = field(repr=False)
    seed: int = field(repr=False)


@dataclass(frozen=True)
class Profile:
    """The log-likelihood over one parameter, all others at their best.

    Attributes
    ----------
    parameter : str
    values, log_likelihood : tuple of float
    level : float
    interval : (float, float)
        Smallest and largest of the values that a likelihood-ratio test at ``1 - level`` does not reject (chi-squared
        with one degree of freedom: an approximation for large samples).
    open_ends : tuple of str
        ``"low"``, ``"high"``: where the interval ends only because the range does.
    """

    parameter: str
    values: tuple[float, ...]
    log_likelihood: tuple[float, ...]
    level: float
    interval: tuple[float, float]
    open_ends: tuple[str, ...]

    @property
    def is_flat(self) -> bool:
        """Whether no value of the range is rejected: the record says nothing of this parameter."""
        return len(self.open_ends) == 2


def fit_logit(
    model: LogitModel,
    records: Sequence[Iterable[Observation]],
    box: Box,
    *,
    points: int = 128,
    seed: int = 1,
    rounds: int = 14,
) -> LogitFit:
    """Fit logit play to records by maximum likelihood.

    Parameters
    ----------
    model : LogitModel
        Its parameters are the free ones; substitute numbers for the others first.
    records : sequence of records
        Independent of each other.
    box : mapping
        Range of each free parameter and of ``"precision"``.
    points, seed : int
        Sobol points of each round of the search (a power of 2).
    rounds : int
        Each round looks at a box half as wide around the best point so far.

    Examples
    --------
    >>> from gametheory.games.dynamic import DynamicGame
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (1, 0), "UA": (0, 0)})
    >>> seen = [{"NE"}, {"NE"}, {"NE"}, {"UA"}]
    >>> fit = fit_logit(LogitModel(game), [seen], {"precision": (0, 5)}, points=64)
    >>> round(fit.estimates["precision"], 3)  # log(3): shares 3/4 and 1/4
    1.099
    """
    lists = tuple(tuple(record) for record in records)
    names = _names(model, box)
    if not lists or not any(lists):
        raise InputError("records", records, "at least one observation")
    found = _maximise(model, lists, box, names, {}, points, seed, rounds)
    best = {n: float(x) for n, x in zip(names, found[0], strict=True)}
    edge = tuple(n for n in names if min(best[n] - box[n][0], box[n][1] - best[n]) < 1e-3 * (box[n][1] - box[n][0]))
    play = _play(model, names, found[0][None, :], {})
    return LogitFit(best, found[1], edge, float(play.residual[0]), model, lists, dict(box), points, seed)


def profile(fit: LogitFit, parameter: str, *, count: int = 25, level: float = 0.95) -> Profile:
    """The profile likelihood of one parameter of a fit.

    Parameters
    ----------
    fit : LogitFit
    parameter : str
        One of its estimates.
    count : int
        Values over the parameter's range, evenly spaced; the estimate itself is one more.
    level : float
        Coverage of the interval.

    Examples
    --------
    >>> from gametheory.games.dynamic import DynamicGame
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (1, 0), "UA": (0, 0)})
    >>> fit = fit_logit(LogitModel(game), [[{"NE"}, {"UA"}]], {"precision": (0, 5)}, points=64)
    >>> shown = profile(fit, "precision", count=51)
    >>> shown.interval[0], shown.open_ends
    (0.0, ('low',))
    """
    from scipy.stats import chi2

    if parameter not in fit.estimates:
        raise InputError("parameter", parameter, f"one of {', '.join(fit.estimates)}")
    if not 0 < level < 1:
        raise InputError("level", level, "a number between 0 and 1")
    low, high = fit.box[parameter]
    values = sorted({*(low + (high - low) * i / (count - 1) for i in range(count)), fit.estimates[parameter]})
    rest = tuple(n for n in fit.estimates if n != parameter)
    heights = []
    for value in values:
        if value == fit.estimates[parameter]:
            heights.append(fit.log_likelihood)
            continue
        found = _maximise(fit.model, fit.records, fit.box, rest, {parameter: value}, fit.points, fit.seed, 7)
        heights.append(found[1])
    top = max(*heights, fit.log_likelihood)
    kept = [v for v, h in zip(values, heights, strict=True) if 2 * (top - h) <= chi2.ppf(level, 1)]
    ends = tuple(side for side, end, at in (("low", low, kept[0]), ("high", high, kept[-1])) if at == end)
    return Profile(parameter, tuple(values), tuple(heights), level, (kept[0], kept[-1]), ends)


@dataclass(frozen=True)
class Forward:
    """A record predicted observation by observation.

    Attributes
    ----------
    scores : tuple of float
        Log-probability of each observation, given those before it.
    best : mapping
        The point of the box under which the whole record is likeliest, among those looked at.
    log_likelihood : float
        Of the whole record there.
    """

    scores: tuple[float, ...]
    best: Mapping[str, float]
    log_likelihood: float

    @property
    def log_score(self) -> float:
        """The sum of the scores."""
        return sum(self.scores)


def predict_forward(
    model: LogitModel, record: Iterable[Observation], box: Box, *, points: int = 128, seed: int = 1
) -> Forward:
    """Predict each observation from the observations before it only.

    Predictions are averages over Sobol points of the box, each weighted by how likely it made the observations before; at first all
    weigh alike. The sum of the scores is the prequential log score (Dawid 1984), the logarithm of the average likelihood over the box:
    a model with more free parameters gains nothing by having them.

    Examples
    --------
    >>> from gametheory.games.dynamic import DynamicGame
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (1, 0), "UA": (0, 0)})
    >>> found = predict_forward(LogitModel(game), [{"NE"}, {"NE"}, {"UA"}], {"precision": (0, 2)}, points=64)
    >>> [round(x, 1) for x in found.scores]
    [-0.3, -0.3, -1.4]
    """
    import numpy as np

    names = _names(model, box)
    seen = list(record)
    if not seen:
        raise InputError("record", record, "at least one observation")
    low, high = (np.array([box[n][i] for n in names], float) for i in (0, 1))
    table = low + (high - low) * _unit(len(names), points, seed)
    play = _play(model, names, table, {})
    so_far = play.forward([seen])[:, :, 0]
    so_far[:, play.residual > _CLOSE] = -np.inf
    with np.errstate(divide="ignore"):
        average = [0.0, *(float(x) for x in np.logaddexp.reduce(so_far, axis=1) - np.log(points))]
    scores = tuple(b - a if a > -np.inf else -np.inf for a, b in pairwise(average))
    best = int(np.argmax(so_far[-1]))
    return Forward(scores, {n: float(x) for n, x in zip(names, table[best], strict=True)}, float(so_far[-1, best]))


def _names(model: LogitModel, box: Box) -> tuple[str, ...]:
    needed = {*model.game.parameters, PRECISION}
    if set(box) != needed:
        raise InputError("box", sorted(box), f"a range for each of {', '.join(sorted(needed))}")
    for name, ends in box.items():
        if not (len(ends) == 2 and ends[0] < ends[1]):
            raise InputError(f"range of {name}", ends, "two numbers, the lower first")
    return tuple(sorted(box))


def _unit(dimensions: int, points: int, seed: int) -> Array:
    """Points of the unit cube."""
    from scipy.stats import qmc

    if points < 2 or points & (points - 1):
        raise InputError("points", points, "a power of 2")
    return qmc.Sobol(dimensions, seed=seed).random(points)  # type: ignore[no-any-return]


def _play(model: LogitModel, names: Sequence[str], table: Array, fixed: Mapping[str, float]) -> Any:
    import numpy as np

    columns = {n: table[:, i] for i, n in enumerate(names)}
    columns |= {n: np.full(len(table), v) for n, v in fixed.items()}
    return model.play({n: v for n, v in columns.items() if n != PRECISION}, columns[PRECISION])


def _maximise(
    model: LogitModel,
    records: tuple[tuple[Observation, ...], ...],
    box: Box,
    names: Sequence[str],
    fixed: Mapping[str, float],
    points: int,
    seed: int,
    rounds: int,
) -> tuple[Array, float]:
    """The best point over the parameters named, the others fixed, and its log-likelihood."""
    import numpy as np

    def heights(table: Array) -> Array:
        play = _play(model, names, table, fixed)
        found: Array = play.log_likelihood(records).sum(axis=1)
        return np.where(np.isfinite(found) & (play.residual < _CLOSE), found, -1e300)

    if not names:
        return np.zeros(0), float(heights(np.zeros((1, 0)))[0])
    low, high = (np.array([box[n][i] for n in names], float) for i in (0, 1))
    unit = _unit(len(names), points, seed)
    best, height = low, -np.inf
    width, center = high - low, (low + high) / 2
    for round_ in range(rounds):
        table = np.clip(center + (unit - 0.5) * width, low, high)
        if round_:
            table[0] = best
        at = heights(table)
        i = int(np.argmax(at))
        if at[i] > height:
            best, height = table[i].copy(), float(at[i])
        center, width = best, width * _SHRINK
    return best, height
