"""Every equilibrium of every model of a study against the coded record: case by case, and as a whole.

Three readings of time. *Consecutive*: each coded episode is one period, from the first on. *By year*: each year is one, and
years without an episode are silent. *In order*: any number of periods without an act that the source would have recorded may
lie between two episodes. The sample is small and the order within a
year is that of the file; a probability of zero says that the model as it stands cannot show the record, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gametheory.equilibria.play import Chain
from gametheory.evidence.patterns import Pattern
from gametheory.evidence.records import (
    CodingError,
    fewest_misses,
    follow,
    marked,
    record_pattern,
    record_probability,
)
from gametheory.studies.plays import Plays, plays
from gametheory.studies.study import Episode, Study, by_year, find_study, record_in_order

__all__ = ["CaseByModel", "Model", "ModelFit", "case_by_model", "models"]

#: Share of episodes taken to be coded wrongly when models that each miss something are compared; an input.
CODING_ERROR = Fraction(1, 10)


@dataclass(frozen=True)
class Model:
    """One way in which one setting of a member is played.

    Attributes
    ----------
    member, setting : str
    title : str
    play : int
        From 1; several equilibria may play alike.
    plays : int
        How many plays the setting has.
    equilibria : int
        How many equilibria play so.
    is_complete : bool
        Whether no equilibrium of the setting is missing.
    chain : Chain
    """

    member: str
    setting: str
    title: str
    play: int
    plays: int
    equilibria: int
    is_complete: bool
    chain: Chain

    @property
    def name(self) -> str:
        """Member, setting and, where there are several, the play."""
        return f"{self.member}/{self.setting}" + (f" ({self.play} of {self.plays})" if self.plays > 1 else "")


@lru_cache(maxsize=8)
def _solved(study: str) -> tuple[tuple[Model, ...], tuple[tuple[str, str], ...]]:
    found: list[Model] = []
    left: list[tuple[str, str]] = []
    family = find_study(study).family
    for member in family.members():
        for setting in member.settings:
            played: Plays = plays(setting, family.solution(member.name, setting.name))
            for i, play in enumerate(played.plays, start=1):
                found.append(
                    Model(
                        member.name,
                        setting.name,
                        setting.title,
                        i,
                        len(played.plays),
                        play.number,
                        played.is_complete,
                        play.chain,
                    )
                )
            if played.left_out or not played.plays:
                left.append((f"{member.name}/{setting.name}", played.left_out or "no equilibrium of its kind"))
    return tuple(found), tuple(left)


def models(study: Study) -> tuple[Model, ...]:
    """Every play of every setting of every member; settings are solved once."""
    return _solved(study.name)[0]


@dataclass(frozen=True)
class ModelFit:
    """How one model fares.

    Attributes
    ----------
    model : Model
    ever : mapping
        Episode -> exact probability that play shows such an outcome at some time.
    missed : tuple of str
        Episodes that play cannot show while it shows the others in order; the smallest such set.
    in_order : Fraction
        Probability that all episodes occur in order.
    consecutive : Fraction
        Probability that they occur in the first periods, one a period.
    predicted : mapping
        Episode -> its probability given the episodes before it, one a period (zero: missed, then taken as unknown).
    with_error : Fraction
        Probability of the record in the first periods if a share of the episodes is coded wrongly.
    by_year : Fraction
        The same with one period a year, years without an episode being silent.
    """

    model: Model
    ever: Mapping[str, Fraction]
    missed: tuple[str, ...]
    in_order: Fraction
    consecutive: Fraction
    predicted: Mapping[str, Fraction]
    with_error: Fraction
    by_year: Fraction


@dataclass(frozen=True)
class CaseByModel:
    """The record against every model.

    Attributes
    ----------
    study, coding : str
    episodes : tuple of Episode
    fits : tuple of ModelFit
    left_out : tuple of (setting, reason)
        Settings, or equilibria of settings, that cannot be held against a record.
    error : Fraction
        Share of coding errors behind :attr:`ModelFit.with_error`.
    """

    study: str
    coding: str
    episodes: tuple[Episode, ...]
    fits: tuple[ModelFit, ...]
    left_out: tuple[tuple[str, str], ...]
    error: Fraction

    @property
    def fewest(self) -> tuple[ModelFit, ...]:
        """The models that miss fewest episodes."""
        least = min((len(fit.missed) for fit in self.fits), default=0)
        return tuple(fit for fit in self.fits if len(fit.missed) == least)

    @property
    def missed_by_all(self) -> tuple[str, ...]:
        """Episodes that no model can show at any time."""
        return tuple(e.name for e in self.episodes if self.fits and all(not fit.ever[e.name] for fit in self.fits))

    def plain(self) -> dict[str, Any]:
        """As plain values; numbers are exact and written as text."""
        return {
            "study": self.study,
            "coding": self.coding,
            "episodes": [
                {
                    "name": e.name,
                    "year": e.year,
                    "outcomes": sorted(e.outcomes),
                    "institution": e.ratchet,
                    "pattern": str(e.pattern),
                }
                for e in self.episodes
            ],
            "pattern": str(record_in_order(find_study(self.study), self.coding)),
            "share_of_coding_errors": str(self.error),
            "models": [
                {
                    "model": fit.model.name,
                    "title": fit.model.title,
                    "equilibria": fit.model.equilibria,
                    "complete": fit.model.is_complete,
                    "ever": {name: str(p) for name, p in fit.ever.items()},
                    "missed": list(fit.missed),
                    "in_order": str(fit.in_order),
                    "consecutive": str(fit.consecutive),
                    "predicted": {name: str(p) for name, p in fit.predicted.items()},
                    "with_coding_error": float(fit.with_error),
                    "by_year_with_coding_error": float(fit.by_year),
                }
                for fit in self.fits
            ],
            "fewest_misses": [fit.model.name for fit in self.fewest],
            "missed_by_all": list(self.missed_by_all),
            "left_out": [{"setting": name, "reason": reason} for name, reason in self.left_out],
        }


def case_by_model(
    study: Study,
    *,
    coding: str = "",
    error: object = CODING_ERROR,
    done: Callable[[str], None] = lambda name: None,
) -> CaseByModel:
    """Every coded episode against every model of a study.

    Parameters
    ----------
    study : Study
    coding : str
        One of the study's codings; by default its main one.
    error : number
        Share of episodes coded wrongly, for :attr:`ModelFit.with_error` alone.
    done : callable
        Called with the name of each model that is finished.
    """
    name = coding or next(iter(study.codings))
    episodes = study.record(name)
    share = CodingError(error, study.outcomes).share  # type: ignore[arg-type]
    fits = []
    for model in models(study):
        fits.append(fit_model(study, model, episodes, share))
        done(model.name)
    return CaseByModel(study.name, name, episodes, tuple(fits), _solved(study.name)[1], share)


def fit_model(study: Study, model: Model, episodes: tuple[Episode, ...], share: Fraction) -> ModelFit:
    """How one model fares against a record."""
    chain = marked(model.chain, study.ratchet) if study.ratchet else model.chain
    carries = chain is not model.chain
    seen = [episode.observation(marked=carries) for episode in episodes]
    quiet = frozenset(study.quiet) | (frozenset(f"{q}+" for q in study.quiet) if carries else frozenset())
    once = {s: Pattern(f".* {record_pattern([s])}").probability(chain) for s in set(seen)}
    error = CodingError(share, tuple(study.outcomes))
    plain = [episode.outcomes for episode in episodes]
    return ModelFit(
        model,
        {e.name: once[s] for e, s in zip(episodes, seen, strict=True)},
        tuple(episodes[i].name for i in fewest_misses(chain, seen, between=quiet)),
        record_pattern(seen, between=quiet).probability(chain),
        record_probability(chain, seen),
        {e.name: step.probability for e, step in zip(episodes, follow(chain, seen), strict=True)},
        record_probability(model.chain, plain, error=error),
        record_probability(model.chain, by_year(episodes), error=error),
    )
