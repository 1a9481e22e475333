"""Each episode predicted from the ones before it, by the logit play of every model. **Floating point.**

A model's payoffs stay as the setting gives them; only the precision of play is open. A prediction averages over precisions from 0 to
12 (per unit of one period's payoff), each weighted by how likely it made the episodes before. The log score is the sum of the
log-probabilities of the episodes so predicted (nearer to zero is better). Two forecasts without a model stand beside them: all
outcomes equally likely, and the shares so far (one added to each count, Laplace 1774).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gametheory.errors import InputError, UnsupportedError
from gametheory.evidence.logit_fit import predict_forward
from gametheory.evidence.logit_play import LogitModel
from gametheory.studies.study import Study, by_year, find_study

__all__ = ["TIMINGS", "Forecast", "Forecasts", "forecasts", "seen_by"]

#: How episodes become periods.
TIMINGS = ("consecutive", "by year")

_BOX = {"precision": (0.0, 12.0)}
_POINTS = 64


@dataclass(frozen=True)
class Forecast:
    """One model's predictions.

    Attributes
    ----------
    name : str
    scores : tuple of float
        Log-probability of each observation, given those before it.
    precision : float or None
        Under which the whole record is likeliest, among those looked at; None for a forecast without a model.
    log_likelihood : float or None
        Of the whole record at that precision.
    """

    name: str
    scores: tuple[float, ...]
    precision: float | None = None
    log_likelihood: float | None = None

    @property
    def log_score(self) -> float:
        """The sum of the scores."""
        return sum(self.scores)


@dataclass(frozen=True)
class Forecasts:
    """All models' predictions of one record, the best first.

    Attributes
    ----------
    coding, timing : str
    models : tuple of Forecast
        In the order of their log scores.
    without_model : tuple of Forecast
        Equal shares, and the shares so far.
    left_out : tuple of (setting, reason)
    """

    coding: str
    timing: str
    models: tuple[Forecast, ...]
    without_model: tuple[Forecast, ...]
    left_out: tuple[tuple[str, str], ...]


def seen_by(study: Study, coding: str = "", timing: str = "consecutive") -> tuple[frozenset[str] | None, ...]:
    """The record as observations, one a period.

    Examples
    --------
    >>> from gametheory.studies.study import find_study
    >>> len(seen_by(find_study("us_mexico"), timing="by year"))
    42
    """
    if timing not in TIMINGS:
        raise InputError("timing", timing, f"one of {', '.join(map(repr, TIMINGS))}")
    episodes = study.record(coding)
    return by_year(episodes) if timing == "by year" else tuple(e.outcomes for e in episodes)


def forecasts(
    study: Study,
    *,
    coding: str = "",
    timing: str = "consecutive",
    done: Callable[[str], None] = lambda name: None,
) -> Forecasts:
    """Predict each episode of a study's record from the ones before it, with every setting of its family.

    Parameters
    ----------
    study : Study
    coding : str
    timing : str
        ``"consecutive"`` or ``"by year"`` (years without an episode are silent).
    done : callable
        Called with the name of each setting that is finished.
    """
    seen = seen_by(study, coding, timing)
    found, left = [], []
    for member in study.family.members():
        for setting in member.settings:
            name = f"{member.name}/{setting.name}"
            model = _model(study.name, member.name, setting.name)
            if isinstance(model, str):
                left.append((name, model))
                continue
            if not set(study.outcomes) & set(model.outcomes):
                left.append((name, f"none of its outcomes is one of {', '.join(study.outcomes)}"))
                continue
            ahead = predict_forward(model, seen, _BOX, points=_POINTS)
            found.append(Forecast(name, ahead.scores, ahead.best["precision"], ahead.log_likelihood))
            done(name)
    found.sort(key=lambda f: -f.log_score)
    plain = (
        Forecast("equal shares", _equal(seen, study.outcomes)),
        Forecast("shares so far", _shares(seen, study.outcomes)),
    )
    return Forecasts(coding or next(iter(study.codings)), timing, tuple(found), plain, tuple(left))


@lru_cache(maxsize=512)
def _model(study: str, member: str, setting: str) -> LogitModel | str:
    """The setting's game ready for logit play, or why it is not."""
    chosen = find_study(study).family.member(member).setting(setting)
    try:
        return LogitModel(chosen.game(), chosen.reading)
    except UnsupportedError as error:
        return str(error)


def _equal(seen: Sequence[frozenset[str] | None], outcomes: Sequence[str]) -> tuple[float, ...]:
    return tuple(0.0 if s is None else math.log(len(s) / len(outcomes)) for s in seen)


def _shares(seen: Sequence[frozenset[str] | None], outcomes: Sequence[str]) -> tuple[float, ...]:
    counts = dict.fromkeys(outcomes, 1.0)
    scores = []
    for s in seen:
        if s is None:
            scores.append(0.0)
            continue
        scores.append(math.log(sum(counts[x] for x in s) / sum(counts.values())))
        for x in s:
            counts[x] += 1 / len(s)
    return tuple(scores)
