"""New episodes held against every model as it stands: how likely each was, and what becomes of the models' weights. Nothing is refitted.

Before the new episodes each setting weighs as much as it made the study's own record likely, all settings alike to begin with and the
plays of one setting alike: a convention, named so that it can be argued with, not a probability that a model is true. One episode
is one period, and a share of the episodes is taken to be coded wrongly, so that no model is ruled out by one row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from gametheory.errors import InputError, ReadError
from gametheory.evidence.records import CodingError, follow, record_probability
from gametheory.studies.fit import CODING_ERROR, Model, models
from gametheory.studies.study import Episode, Study

__all__ = ["ModelScore", "Scores", "score"]


@dataclass(frozen=True)
class ModelScore:
    """One model and the new episodes.

    Attributes
    ----------
    model : Model
    episodes : tuple of Fraction
        Probability of each new episode, given all episodes before it.
    before, after : Fraction
        The model's share of the weight without and with the new episodes.
    """

    model: Model
    episodes: tuple[Fraction, ...]
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Scores:
    """New episodes and all models, the weightiest first.

    Attributes
    ----------
    study, coding : str
    error : Fraction
        Share of episodes taken to be coded wrongly.
    known, new : tuple of Episode
    models : tuple of ModelScore
    no_bearing : tuple of str
        Rows of the file that are no play between the two sides under this coding.
    """

    study: str
    coding: str
    error: Fraction
    known: tuple[Episode, ...]
    new: tuple[Episode, ...]
    models: tuple[ModelScore, ...]
    no_bearing: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "study": self.study,
            "coding": self.coding,
            "share_of_coding_errors": str(self.error),
            "new_episodes": [{"name": e.name, "year": e.year, "outcomes": sorted(e.outcomes)} for e in self.new],
            "no_bearing": list(self.no_bearing),
            "models": [
                {
                    "model": s.model.name,
                    "title": s.model.title,
                    "episodes": {e.name: str(p) for e, p in zip(self.new, s.episodes, strict=True)},
                    "weight_before": float(s.before),
                    "weight_after": float(s.after),
                }
                for s in self.models
            ],
        }


def score(study: Study, path: str | Path, *, coding: str = "", error: object = CODING_ERROR) -> Scores:
    """Score new episodes from a file with the columns of the study's own cases.

    Parameters
    ----------
    study : Study
    path : path
        A CSV file; each row is a new episode.
    coding : str
        One of the study's codings; by default its main one.
    error : number
        Share of episodes taken to be coded wrongly, above 0.

    Raises
    ------
    ReadError
        For a fault in the file, or an id that the study has already.
    InputError
        For an unknown coding, or a share that is not above 0.
    """
    name = coding or next(iter(study.codings))
    known = study.record(name)
    coder = CodingError(error, study.outcomes)  # type: ignore[arg-type]
    if not coder.share:
        raise InputError("share of coding errors", error, "a number above 0, so that no model is ruled out by one row")
    fresh = study.cases(path)
    own = {case.id for case in study.cases()}
    for line, case in enumerate(fresh, start=2):
        if case.id in own:
            raise ReadError(str(path), line, 1, f"id: got {case.id!r}; expected a new id, not one of the study's own")
    new = study.codings[name](fresh)
    if not fresh:
        raise ReadError(str(path), 2, 1, "expected a row for each new episode")
    together = sorted([*known, *new], key=lambda e: e.year)
    ways = models(study)
    if not ways:
        raise InputError("study", study.name, "a study with at least one model that has an equilibrium")
    plays = Counter((m.member, m.setting) for m in ways)
    before = [_weight(m, known, coder) / plays[m.member, m.setting] for m in ways]
    after = [_weight(m, together, coder) / plays[m.member, m.setting] for m in ways]
    found = []
    for m, b, a in zip(ways, before, after, strict=True):
        steps = follow(m.chain, [e.outcomes for e in together], error=coder)
        here = tuple(steps[together.index(e)].probability for e in new)
        found.append(ModelScore(m, here, b / sum(before), a / sum(after)))
    found.sort(key=lambda s: (-s.after, s.model.name))
    idle = tuple(case.id for case in fresh if case.id not in {e.name for e in new})
    return Scores(study.name, name, coder.share, known, new, tuple(found), idle)


def _weight(model: Model, episodes: Sequence[Episode], coder: CodingError) -> Fraction:
    return record_probability(model.chain, [e.outcomes for e in episodes], error=coder)
