"""Coded tables: what is wrong is said with file, line, column and what is allowed."""

from importlib import resources

import pytest

import gametheory as gt
from gametheory.studies import us_mexico as study
from gametheory.studies.tables import read_table

PACKAGED = resources.files("gametheory.studies.us_mexico").joinpath("data", "cases.csv").read_text("utf-8")
COLUMNS = PACKAGED.splitlines()[0].split(",")


def write(tmp_path, text):
    path = tmp_path / "mine.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def row(**values):
    base = {
        "id": "new",
        "name": "A new case",
        "row_type": "us_initiative",
        "coverage": "named",
        "start_year": "2020",
        "orientation": "unilateral",
        "mode": "operational",
        "coding_basis": "analyst",
        "initiator": "US",
        "in_figure_2": "no",
        "mexican_response": "resist",
        "goal_met": "unclear",
    } | values
    return ",".join(base.get(c, "") for c in COLUMNS)


def file(*rows):
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


def test_a_new_case_is_read(tmp_path):
    (case,) = study.load_cases(write(tmp_path, file(row(mexican_response_secondary="token; appease"))))
    assert (case.id, case.start_year, case.end_year, case.mexican_response) == ("new", 2020, None, "resist")
    assert case.secondary_responses == ("token", "appease")


@pytest.mark.parametrize(
    ("change", "column", "allowed"),
    [
        ({"row_type": "US initiative"}, "row_type", "'us_initiative', 'mx_initiative'"),
        ({"coverage": "some"}, "coverage", "'case_study', 'discussed'"),
        ({"orientation": "Unilateral"}, "orientation", "'', 'unilateral', 'negotiated'"),
        ({"mode": "secret"}, "mode", "'', 'operational', 'principled'"),
        ({"krasner_type": "legal"}, "krasner_type", "'domestic', 'westphalian'"),
        ({"initiator": "Canada"}, "initiator", "'', 'US', 'MX', 'joint', 'multilateral'"),
        ({"in_figure_2": "maybe"}, "in_figure_2", "'yes', 'no'"),
        ({"figure_box": "box 1"}, "figure_box", "'unilateral-operational'"),
        ({"mexican_response": "protest"}, "mexican_response", "'', 'resist', 'appease', 'cooperate', 'token', 'n/a'"),
        ({"mexican_response_secondary": "token;protest"}, "mexican_response_secondary", "'resist', 'appease'"),
        ({"mexican_response_secondary": "token;token"}, "mexican_response_secondary", "each once"),
        ({"mexican_response_secondary": "resist"}, "mexican_response_secondary", "codes other than the primary one"),
        ({"goal_met": ""}, "goal_met", "'yes', 'partly', 'no', 'unclear'"),
        ({"mutual_interest": "1"}, "mutual_interest", "'', 'yes', 'no'"),
        ({"start_year": "2020", "end_year": "2019"}, "end_year", "2020 or later, the start_year"),
        ({"start_year": "", "end_year": "2019"}, "end_year", "nothing, as long as start_year is empty"),
        ({"start_year": "20"}, "start_year", "a year from 1500 to 2100"),
        ({"start_year": "-2020"}, "start_year", "a year from 1500 to 2100"),
        ({"start_year": "٢٠٢٠"}, "start_year", "a year from 1500 to 2100"),
        ({"in_figure_2": "yes"}, "figure_box", "the printed cell"),
        ({"figure_box": "unilateral-operational"}, "figure_box", "nothing, as in_figure_2 is 'no'"),
        ({"id": "first"}, "id", "a new id (first on line 2)"),
        ({"id": ""}, "id", "a name for the row"),
    ],
)
def test_a_wrong_field_is_named_with_its_place_and_what_is_allowed(tmp_path, change, column, allowed):
    path = write(tmp_path, file(row(id="first"), row(**change)))
    with pytest.raises(gt.ReadError) as caught:
        study.load_cases(path)
    error = caught.value
    assert (error.source, error.line, error.column) == (str(path), 3, COLUMNS.index(column) + 1)
    assert allowed in str(error)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "names of the columns"),
        ("id;name\n", 1, 1, "separated by commas"),
        (file().replace("mode", "modus"), 1, 1, "columns missing: mode"),
        (file().replace(",note\n", ",remark\n"), 1, len(COLUMNS), "unknown column 'remark'"),
        (file().replace("external_note", "note"), 1, len(COLUMNS), "column 'note' stands twice"),
        (file(row(), "short,row"), 3, 3, f"expected {len(COLUMNS)} columns, found 2"),
        (file(row() + ",more"), 2, len(COLUMNS) + 1, f"found {len(COLUMNS) + 1}"),
        (file(row(), row(id='"open')), 3, 1, "not a row of a CSV file"),
        (
            file(row(name='"over\ntwo lines"'), row(id="second", goal_met="?")),
            4,
            COLUMNS.index("goal_met") + 1,
            "goal_met",
        ),
        (file(row()).encode() + b"x,\xff", 3, 2, "UTF-8"),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused(tmp_path, text, line, column, said):
    with pytest.raises(gt.ReadError) as caught:
        study.load_cases(write(tmp_path, text))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in str(caught.value)


def test_marks_of_spreadsheets_and_empty_lines_do_not_matter(tmp_path):
    text = "\ufeff" + file(row(), "," * (len(COLUMNS) - 1), "").replace("\n", "\r\n")
    assert len(study.load_cases(write(tmp_path, text))) == 1


def test_a_missing_file_is_an_error_of_reading(tmp_path):
    with pytest.raises(gt.ReadError, match="readable CSV file"):
        read_table(tmp_path / "none.csv", packaged=("", ""), codes={})
