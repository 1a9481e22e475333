"""A study as the fit sees it: its model family, its coded cases, and the readings under which cases become a record.

A study is a folder of :mod:`gametheory.studies` whose ``__init__`` holds a ``STUDY``; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from gametheory.errors import InputError
from gametheory.evidence.patterns import Pattern
from gametheory.evidence.records import record_pattern
from gametheory.studies.family import Family

__all__ = ["Episode", "Study", "by_year", "find_study", "record_in_order", "study_names"]


@dataclass(frozen=True)
class Episode:
    """One coded episode in the vocabulary of the games.

    Attributes
    ----------
    name : str
        Id of the coded row (of the first, where several rows count once).
    year : int
        In which it began.
    outcomes : frozenset of str
        The outcomes that agree with what is coded; several where the source is silent or codes several answers.
    ratchet : bool
        Whether an institution is named that the episode brought about. False: the source is silent, not that there is none.
    """

    name: str
    year: int
    outcomes: frozenset[str]
    ratchet: bool = False

    def observation(self, *, marked: bool) -> frozenset[str]:
        """The outcomes as a chain names them, ``marked`` where a rising institution is shown by ``+``."""
        if not marked:
            return self.outcomes
        raised = frozenset(f"{outcome}+" for outcome in self.outcomes)
        return raised if self.ratchet else self.outcomes | raised

    @property
    def pattern(self) -> Pattern:
        """That such a period occurs at some time, as an expression over play.

        Examples
        --------
        >>> print(Episode("hardline", 1995, frozenset({"UA", "UP"})).pattern)
        .* [UA UP]
        """
        return Pattern(f".* {record_pattern([self.outcomes])}")

    def __str__(self) -> str:
        return f"{self.name} ({self.year}): {' or '.join(sorted(self.outcomes))}"


def by_year(episodes: Sequence[Episode], *, years: int = 1) -> tuple[frozenset[str] | None, ...]:
    """The record with one period for so many years, from the first episode to the last.

    A period without an episode is silent (None, nothing is known of it); one with several agrees with the outcome of any.

    Examples
    --------
    >>> acts = [Episode("a", 1969, frozenset({"UP"})), Episode("b", 1972, frozenset({"NE"}))]
    >>> [sorted(seen or ()) for seen in by_year(acts)]
    [['UP'], [], [], ['NE']]
    """
    if not isinstance(years, int) or years < 1:
        raise InputError("years", years, "a whole number of years, 1 or more")
    periods: dict[int, frozenset[str]] = {}
    first = min((e.year for e in episodes), default=0)
    for e in episodes:
        at = (e.year - first) // years
        periods[at] = periods.get(at, frozenset()) | e.outcomes
    return tuple(periods.get(at) for at in range(max(periods, default=-1) + 1))


@dataclass(frozen=True)
class Study:
    """What is to be explained and what explains it.

    Attributes
    ----------
    name, title : str
    package : str
        Its folder, as a package.
    patterns : mapping
        Patterns of play that the source or its rivals describe.
    outcomes : tuple of str
        What a period can be coded as.
    quiet : tuple of str
        Outcomes that periods between recorded episodes may have (no act that the source would have recorded).
    ratchet : str
        The state variable that counts institutions; ``""`` if the games have none.
    cases : callable
        Reads the coded cases, from a path or (without one) the study's own.
    codings : mapping
        Name -> from coded cases to the record, in order; the first is the study's main coding.
    """

    name: str
    title: str
    package: str
    patterns: Mapping[str, Pattern]
    outcomes: tuple[str, ...]
    quiet: tuple[str, ...]
    ratchet: str
    cases: Callable[..., tuple[Any, ...]]
    codings: Mapping[str, Callable[[tuple[Any, ...]], tuple[Episode, ...]]]

    @property
    def family(self) -> Family:
        """The models."""
        return Family(self.package)

    def record(self, coding: str = "", *, path: str | Path | None = None) -> tuple[Episode, ...]:
        """The episodes in order, under a coding (by default the main one).

        Raises
        ------
        InputError
            For an unknown coding.
        ReadError
            For a fault in the file.
        """
        name = coding or next(iter(self.codings))
        if name not in self.codings:
            raise InputError("coding", coding, f"one of {', '.join(map(repr, self.codings))}")
        return self.codings[name](self.cases(path))


def record_in_order(study: Study, coding: str = "") -> Pattern:
    """The whole chronology as an expression over play: the episodes in order, quiet periods before and between them.

    Examples
    --------
    >>> print(record_in_order(find_study("us_mexico")).text[:45])
    [NE NS]* UP [NE NS]* NE [NE NS]* UA [NE NS]*
    """
    return record_pattern([e.outcomes for e in study.record(coding)], between=study.quiet)


def study_names() -> tuple[str, ...]:
    """Names of the studies there are: folders that hold a ``STUDY``.

    Examples
    --------
    >>> "us_mexico" in study_names()
    True
    """
    folder = import_module(__package__ or "gametheory.studies").__path__
    packages = sorted(m.name for m in iter_modules(folder) if m.ispkg)
    return tuple(n for n in packages if isinstance(getattr(import_module(f"{__package__}.{n}"), "STUDY", None), Study))


def find_study(name: str) -> Study:
    """The study of that name.

    Examples
    --------
    >>> find_study("us_mexico").record()[0].name
    'intercept_1969'
    """
    known = study_names()
    if name not in known:
        raise InputError("study", name, f"one of {', '.join(known)}")
    found = import_module(f"{__package__}.{name}").STUDY
    assert isinstance(found, Study)
    return found
