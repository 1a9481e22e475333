"""Point estimates of the reduced game by logit play, after the identified set; and whether the method recovers what it is told.

**Floating point.** Free are the precision of play, the applause that rises with frustration (``a1``), and the loss of sovereignty in an
acquiesced raid (``s``); everything else is the baseline. Payoffs of a logit model are identified only up to the scale of the
precision, which is why most of them are held fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gametheory.errors import InputError
from gametheory.evidence.logit_fit import LogitFit, Profile, fit_logit, profile
from gametheory.evidence.logit_play import LogitModel
from gametheory.studies.forecast import seen_by
from gametheory.studies.us_mexico.record import STUDY
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

__all__ = [
    "BOX",
    "RIVALS",
    "TRUTH",
    "Choice",
    "Recovery",
    "choose",
    "fit_record",
    "free_model",
    "recover",
    "rival_model",
]

#: Ranges of the free parameters.
BOX: dict[str, tuple[float, float]] = {"precision": (0.0, 8.0), "a1": (0.0, 2.0), "s": (0.0, 4.0)}

#: From which records are simulated: the baseline, played with some precision.
TRUTH: dict[str, float] = {"precision": 2.5, "a1": 0.6, "s": 2.0}

#: Models that differ in one mechanism, for the choice among rivals; each has one free number, the precision.
RIVALS: dict[str, Mapping[str, str]] = {
    "ratchet": {},
    "institutions without effect": {"c": "0", "m1": "0"},
    "protest does not pay": {"s": "1/5", "m1": "0"},
    "joint work pays at once": {"m0": "6/5"},
    "far-sighted United States": {"delta_US": "4/5"},
}


@lru_cache(maxsize=4)
def free_model() -> LogitModel:
    """The reduced game with ``a1`` and ``s`` free."""
    return LogitModel(reduced_game().subs(**{k: v for k, v in BASELINE.items() if k not in BOX}))


@lru_cache(maxsize=16)
def rival_model(name: str) -> LogitModel:
    """A rival, all payoffs given.

    Examples
    --------
    >>> rival_model("ratchet").outcomes
    ('NE', 'NS', 'UA', 'UP')
    """
    if name not in RIVALS:
        raise InputError("rival", name, f"one of {', '.join(map(repr, RIVALS))}")
    return LogitModel(reduced_game().subs(**{**BASELINE, **RIVALS[name]}))


def fit_record(
    *, coding: str = "", timing: str = "consecutive", points: int = 32, profiled: bool = True
) -> tuple[LogitFit, dict[str, Profile]]:
    """The reduced game fitted to the coded record, with the profile likelihood of each free parameter."""
    fit = fit_logit(free_model(), [seen_by(STUDY, coding, timing)], BOX, points=points)
    return fit, {n: profile(fit, n, count=9) for n in BOX} if profiled else {}


@dataclass(frozen=True)
class Recovery:
    """How near the estimates come to the parameters from which records were simulated.

    Attributes
    ----------
    records, periods, repetitions : int
        Each estimate rests on so many records of so many periods.
    bias, error : mapping
        Mean and root mean square of estimate minus truth.
    covered : mapping
        In how many repetitions the 95% profile interval held the truth.
    at_edge : mapping
        In how many the estimate lay at an end of the range.
    """

    records: int
    periods: int
    repetitions: int
    bias: Mapping[str, float]
    error: Mapping[str, float]
    covered: Mapping[str, int]
    at_edge: Mapping[str, int]


def recover(
    *,
    records: int,
    periods: int = 21,
    repetitions: int = 20,
    seed: int = 1,
    points: int = 32,
    done: Callable[[int], None] = lambda n: None,
) -> Recovery:
    """Simulate from :data:`TRUTH`, fit, and compare.

    The interval holds the truth if the likelihood-ratio test does not reject it: twice the loss of log-likelihood at the true value,
    all else at its best, is at most the 95% point of chi-squared with one degree of freedom.
    """
    from scipy.stats import chi2

    model = free_model()
    truth = model.play({n: [v] for n, v in TRUTH.items() if n != "precision"}, [TRUTH["precision"]])
    limit = float(chi2.ppf(0.95, 1))
    gaps: dict[str, list[float]] = {n: [] for n in BOX}
    covered, edge = dict.fromkeys(BOX, 0), dict.fromkeys(BOX, 0)
    for r in range(repetitions):
        seen = truth.draw(periods, records, seed=seed * 10_000 + r)
        fit = fit_logit(model, seen, BOX, points=points, seed=seed, rounds=10)
        for n in BOX:
            gaps[n].append(fit.estimates[n] - TRUTH[n])
            edge[n] += n in fit.at_edge
            narrow = {k: ((v[0], v[1]) if k != n else (TRUTH[n] - 1e-9, TRUTH[n] + 1e-9)) for k, v in BOX.items()}
            there = fit_logit(model, seen, narrow, points=points, seed=seed, rounds=8)
            covered[n] += 2 * (fit.log_likelihood - there.log_likelihood) <= limit
        done(r)
    return Recovery(
        records,
        periods,
        repetitions,
        {n: sum(g) / repetitions for n, g in gaps.items()},
        {n: (sum(x * x for x in g) / repetitions) ** 0.5 for n, g in gaps.items()},
        covered,
        edge,
    )


@dataclass(frozen=True)
class Choice:
    """Which rival the likelihood prefers when records come from one of them.

    Attributes
    ----------
    periods, records, repetitions : int
    chosen : mapping
        True model -> model preferred -> in how many repetitions.
    """

    periods: int
    records: int
    repetitions: int
    chosen: Mapping[str, Mapping[str, int]]

    def wrong(self, name: str) -> float:
        """Share of repetitions in which a true model was not preferred."""
        return 1 - self.chosen[name].get(name, 0) / self.repetitions


def choose(
    *,
    periods: int = 21,
    records: int = 1,
    repetitions: int = 200,
    precision: float = 2.5,
    seed: int = 1,
    grid: int = 33,
) -> Choice:
    """Simulate from each rival, prefer the one of largest likelihood over a grid of precisions, and count."""
    import numpy as np

    rates = np.linspace(0.25, 8.0, grid)
    plays = {name: rival_model(name).play({}, rates) for name in RIVALS}
    chosen: dict[str, dict[str, int]] = {}
    for i, name in enumerate(RIVALS):
        truth = rival_model(name).play({}, [precision])
        drawn = truth.draw(periods, records * repetitions, seed=seed * 100 + i)
        best: Any = np.array(
            [
                p.log_likelihood(drawn).reshape(grid, repetitions, records).sum(axis=2).max(axis=0)
                for p in plays.values()
            ]
        ).argmax(axis=0)
        names = list(RIVALS)
        chosen[name] = {other: int((best == j).sum()) for j, other in enumerate(names)}
    return Choice(periods, records, repetitions, chosen)
