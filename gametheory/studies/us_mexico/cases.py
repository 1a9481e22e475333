"""The coded cases and indicators: package data, read with every code checked."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gametheory.errors import InputError, ReadError

__all__ = ["Case", "Indicator", "load_cases", "load_indicators", "typology"]

_CODES: dict[str, tuple[str, ...]] = {
    "row_type": ("us_initiative", "mx_initiative", "joint_initiative", "agreement", "regime", "episode"),
    "coverage": ("case_study", "discussed", "mentioned", "named", "figure_only"),
    "orientation": ("", "unilateral", "negotiated"),
    "mode": ("", "operational", "principled"),
    "krasner_type": ("", "domestic", "westphalian", "interdependence", "international_legal"),
    "initiator": ("", "US", "MX", "joint", "multilateral"),
    "in_figure_2": ("yes", "no"),
    "figure_box": (
        "",
        "unilateral-operational",
        "unilateral-principled",
        "integrative-operational",
        "integrative-principled",
    ),
    "mexican_response": ("", "resist", "appease", "cooperate", "token", "n/a"),
    "goal_met": ("yes", "partly", "no", "unclear"),
    "mutual_interest": ("", "yes", "no"),
    "communication_coordination": ("", "yes", "no"),
    "institutionalization": ("", "yes", "no"),
    "capacity_building": ("", "yes", "no"),
}


@dataclass(frozen=True)
class Case:
    """One coded row; see ``CODEBOOK.md`` among the study's data. Empty codes mean that the article is silent."""

    id: str
    name: str
    row_type: str
    coverage: str
    start_year: int | None
    end_year: int | None
    orientation: str
    mode: str
    krasner_type: str
    coding_basis: str
    initiator: str
    in_figure_2: bool
    figure_box: str
    mexican_response: str
    resulting_constraint: str
    constraint_source: str
    goal_met: str
    goal_basis: str
    conditions: tuple[str, str, str, str]
    conditions_basis: str
    note: str

    @property
    def text_box(self) -> str:
        """The cell of the typology that the prose implies: ``"unilateral-operational"`` and so on; ``""`` if silent."""
        if not self.orientation or not self.mode:
            return ""
        return f"{'unilateral' if self.orientation == 'unilateral' else 'integrative'}-{self.mode}"

    @property
    def is_disputed(self) -> bool:
        """Whether figure and text put the case in different cells."""
        return bool(self.figure_box) and bool(self.text_box) and self.figure_box != self.text_box


@dataclass(frozen=True)
class Indicator:
    """One figure given by the article or an external source."""

    id: str
    indicator: str
    year_start: int | None
    year_end: int | None
    value: str
    unit: str
    source: str
    derived: str
    note: str


def _rows(path: str | Path | None, packaged: str) -> tuple[str, list[dict[str, str]], list[str]]:
    name = packaged if path is None else str(path)
    try:
        text = (
            resources.files("gametheory.studies.us_mexico").joinpath("data", packaged).read_text("utf-8")
            if path is None
            else Path(path).read_text("utf-8")
        )
    except OSError as error:
        raise InputError("cases file", name, f"a readable CSV file ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ReadError(name, 1, error.start + 1, "expected UTF-8 text") from None
    reader = csv.DictReader(text.splitlines())
    return name, list(reader), list(reader.fieldnames or [])


def _year(row: dict[str, str], key: str, name: str, line: int, columns: Sequence[str]) -> int | None:
    text = row[key].strip()
    if not text:
        return None
    if not text.isdigit() or not 1800 <= int(text) <= 2100:
        raise ReadError(name, line, columns.index(key) + 1, f"{key}: got {text!r}; expected a year or nothing")
    return int(text)


def load_cases(path: str | Path | None = None) -> tuple[Case, ...]:
    """The coded cases, in the order of the file.

    Parameters
    ----------
    path : optional
        A CSV file in the same layout; by default the package's own.

    Raises
    ------
    ReadError
        For an unknown code, contradictory years or a repeated id: the file, line, column and allowed values.

    Examples
    --------
    >>> cases = load_cases()
    >>> len(cases), sum(case.in_figure_2 for case in cases)
    (43, 13)
    """
    name, rows, columns = _rows(path, "cases.csv")
    needed = {"id", "name", "start_year", "end_year", "coding_basis", *_CODES}
    missing = sorted(needed - set(columns))
    if missing:
        raise ReadError(name, 1, 1, f"columns missing: {', '.join(missing)}")
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ReadError(name, line, 1, f"expected {len(columns)} columns")
        for key, allowed in _CODES.items():
            if row[key] not in allowed:
                shown = ", ".join(repr(code) for code in allowed)
                raise ReadError(name, line, columns.index(key) + 1, f"{key}: got {row[key]!r}; expected one of {shown}")
        if not row["id"] or row["id"] in seen:
            where = f" (first on line {seen[row['id']]})" if row["id"] in seen else ""
            raise ReadError(name, line, columns.index("id") + 1, f"id: got {row['id']!r}; expected a new id{where}")
        seen[row["id"]] = line
        start, end = (_year(row, key, name, line, columns) for key in ("start_year", "end_year"))
        if start is not None and end is not None and end < start:
            column = columns.index("end_year") + 1
            raise ReadError(name, line, column, f"end_year: got {end}; expected {start} or later, the start year")
        cases.append(
            Case(
                id=row["id"],
                name=row["name"],
                row_type=row["row_type"],
                coverage=row["coverage"],
                start_year=start,
                end_year=end,
                orientation=row["orientation"],
                mode=row["mode"],
                krasner_type=row["krasner_type"],
                coding_basis=row["coding_basis"],
                initiator=row["initiator"],
                in_figure_2=row["in_figure_2"] == "yes",
                figure_box=row["figure_box"],
                mexican_response=row["mexican_response"],
                resulting_constraint=row.get("resulting_constraint", ""),
                constraint_source=row.get("constraint_source", ""),
                goal_met=row["goal_met"],
                goal_basis=row.get("goal_basis", ""),
                conditions=(
                    row["mutual_interest"],
                    row["communication_coordination"],
                    row["institutionalization"],
                    row["capacity_building"],
                ),
                conditions_basis=row.get("conditions_basis", ""),
                note=row.get("note", ""),
            )
        )
    return tuple(cases)


def load_indicators() -> tuple[Indicator, ...]:
    """The figures that the article and external sources give.

    Examples
    --------
    >>> len(load_indicators())
    77
    """
    name, rows, columns = _rows(None, "indicators.csv")
    return tuple(
        Indicator(
            id=row["id"],
            indicator=row["indicator"],
            year_start=_year(row, "year_start", name, line, columns),
            year_end=_year(row, "year_end", name, line, columns),
            value=row["value"],
            unit=row["unit"],
            source=row["source"],
            derived=row["derived"],
            note=row["note"],
        )
        for line, row in enumerate(rows, start=2)
    )


def typology(cases: Sequence[Case], *, by_text: bool = False) -> dict[str, tuple[Case, ...]]:
    """The cases of the article's two-by-two figure, by cell, under the printed or the prose coding.

    Examples
    --------
    >>> {box: len(found) for box, found in typology(load_cases()).items()}
    {'unilateral-operational': 4, 'integrative-operational': 3, 'unilateral-principled': 3, 'integrative-principled': 3}
    """
    boxes = ("unilateral-operational", "integrative-operational", "unilateral-principled", "integrative-principled")
    chosen = [case for case in cases if case.in_figure_2]
    return {box: tuple(c for c in chosen if (c.text_box if by_text else c.figure_box) == box) for box in boxes}
