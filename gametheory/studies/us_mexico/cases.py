"""The coded cases and indicators: package data, read with every code checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gametheory.studies.tables import Row, read_table

__all__ = ["Case", "Indicator", "load_cases", "load_indicators", "typology"]

_RESPONSES = ("resist", "appease", "cooperate", "token", "n/a")

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
    "mexican_response": ("", *_RESPONSES),
    "goal_met": ("yes", "partly", "no", "unclear"),
    "mutual_interest": ("", "yes", "no"),
    "communication_coordination": ("", "yes", "no"),
    "institutionalization": ("", "yes", "no"),
    "capacity_building": ("", "yes", "no"),
}

#: Columns of free text; they may be left out of a file.
_FREE = (
    "text_role",
    "mexican_response_secondary",
    "resulting_constraint",
    "constraint_source",
    "goal_basis",
    "conditions_basis",
    "trigger",
    "source",
    "date_source",
    "external_note",
    "note",
)


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
    secondary_responses: tuple[str, ...]
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
    table = read_table(
        path,
        packaged=("gametheory.studies.us_mexico", "cases.csv"),
        codes=_CODES,
        needed=("id", "name", "start_year", "end_year", "coding_basis"),
        known=_FREE,
    )
    return tuple(_case(row) for row in table.rows)


def _case(row: Row) -> Case:
    start, end = row.years()
    secondary = row.codes("mexican_response_secondary", _RESPONSES)
    if row["mexican_response"] in secondary:
        raise row.error("mexican_response_secondary", "codes other than the primary one")
    if row["in_figure_2"] == "yes" and not row["figure_box"]:
        raise row.error("figure_box", "the printed cell, as in_figure_2 is 'yes'")
    if row["in_figure_2"] == "no" and row["figure_box"]:
        raise row.error("figure_box", "nothing, as in_figure_2 is 'no'")
    return Case(
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
        secondary_responses=secondary,
        resulting_constraint=row["resulting_constraint"],
        constraint_source=row["constraint_source"],
        goal_met=row["goal_met"],
        goal_basis=row["goal_basis"],
        conditions=(
            row["mutual_interest"],
            row["communication_coordination"],
            row["institutionalization"],
            row["capacity_building"],
        ),
        conditions_basis=row["conditions_basis"],
        note=row["note"],
    )


def load_indicators() -> tuple[Indicator, ...]:
    """The figures that the article and external sources give.

    Examples
    --------
    >>> len(load_indicators())
    77
    """
    columns = ("indicator", "year_start", "year_end", "value", "unit", "source", "derived", "note")
    table = read_table(
        packaged=("gametheory.studies.us_mexico", "indicators.csv"),
        codes={},
        needed=("id", *columns),
        known=("qualifier", "section"),
    )
    found = []
    for row in table.rows:
        found.append(
            Indicator(
                id=row["id"],
                indicator=row["indicator"],
                year_start=row.year("year_start"),
                year_end=row.year("year_end"),
                value=row["value"],
                unit=row["unit"],
                source=row["source"],
                derived=row["derived"],
                note=row["note"],
            )
        )
    return tuple(found)


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
