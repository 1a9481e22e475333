"""The coded episodes, and their reading as a record of play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gametheory.evidence.patterns import Pattern
from gametheory.studies.study import Episode, Study
from gametheory.studies.tables import read_table

__all__ = ["PATTERNS", "STUDY", "Extension", "load_episodes", "record"]

_CODES = {
    "icelandic_move": ("", "extend", "hold"),
    "british_answer": ("", "yield", "resist"),
    "certainty": ("high", "medium", "low"),
}

PATTERNS: dict[str, Pattern] = {
    "wars, then peace": Pattern("(HK+ XR+)+ HK forever"),
    "yielding": Pattern("(HK* XY)+ HK forever"),
    "raids at once": Pattern("XR+ HK forever"),
    "status quo": Pattern("HK forever"),
    "endless dispute": Pattern("HK* XR forever"),
}


@dataclass(frozen=True)
class Extension:
    """One coded row; empty codes mean that the sources are silent."""

    id: str
    name: str
    start_year: int | None
    end_year: int | None
    icelandic_move: str
    british_answer: str
    agreement: str
    certainty: str


def load_episodes(path: str | Path | None = None) -> tuple[Extension, ...]:
    """The coded rows, by default the study's own.

    Examples
    --------
    >>> [row.id for row in load_episodes()][:2]
    ['four_miles', 'twelve_miles']
    """
    table = read_table(
        path,
        packaged=("gametheory.studies.cod_wars", "episodes.csv"),
        codes=_CODES,
        needed=("id", "name", "start_year", "end_year", "agreement"),
        known=("account", "source"),
    )
    found = []
    for row in table.rows:
        start, end = row.years()
        if row["icelandic_move"] == "hold" and row["british_answer"]:
            raise row.error("british_answer", "nothing, as Iceland held to its limits")
        found.append(
            Extension(
                row["id"],
                row["name"],
                start,
                end,
                row["icelandic_move"],
                row["british_answer"],
                row["agreement"],
                row["certainty"],
            )
        )
    return tuple(found)


def record(rows: Sequence[Extension], *, agreements: bool = False, sure: bool = False) -> tuple[Episode, ...]:
    """The rows in order of their years, as outcomes; what the sources do not say stays open.

    Parameters
    ----------
    rows : sequence of Extension
    agreements : bool
        Hold the agreements against the model too: the episode has to end with one more recognised limit.
    sure : bool
        Only rows of high certainty.

    Examples
    --------
    >>> [str(episode) for episode in record(load_episodes())][-2:]
    ['two_hundred_miles (1975): XR', 'after_1976 (1977): HK']
    """
    found = []
    for row in sorted((r for r in rows if r.start_year is not None), key=lambda r: r.start_year or 0):
        if sure and row.certainty != "high":
            continue
        outcomes = set()
        if row.icelandic_move != "extend" and not row.british_answer:
            outcomes.add("HK")
        if row.icelandic_move != "hold":
            outcomes |= {"XY"} if row.british_answer != "resist" else set()
            outcomes |= {"XR"} if row.british_answer != "yield" else set()
        found.append(Episode(row.id, row.start_year or 0, frozenset(outcomes), agreements and bool(row.agreement)))
    return tuple(found)


STUDY = Study(
    name="cod_wars",
    title="Iceland and the United Kingdom: fishing limits",
    package="gametheory.studies.cod_wars",
    patterns=PATTERNS,
    outcomes=("HK", "XY", "XR"),
    quiet=("HK",),
    ratchet="k",
    cases=load_episodes,
    codings={
        "all rows": lambda rows: record(rows),
        "all rows, agreements": lambda rows: record(rows, agreements=True),
        "sure rows": lambda rows: record(rows, sure=True),
    },
)
