"""Coded tables as CSV files: every code checked, every fault named with its file, line, column and what is allowed there.

The line is that of the file (the first one holds the names of the columns), also where a quoted text runs over several
lines; the column is the number of the field in its row, counted from 1, as a spreadsheet counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gametheory.errors import ReadError

__all__ = ["Row", "Table", "read_table"]

_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Row:
    """One row: ``values`` by name of the column, and the line of the file on which it begins."""

    table: Table
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def error(self, column: str, expected: str) -> ReadError:
        """The error that says what was expected in a field of this row."""
        place = self.table.columns.index(column) + 1
        return ReadError(
            self.table.name, self.line, place, f"{column}: got {self.values[column]!r}; expected {expected}"
        )

    def codes(self, column: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """The codes of a field that may hold several, separated by semicolons."""
        found = tuple(code.strip() for code in self[column].split(";")) if self[column] else ()
        if any(code not in allowed for code in found) or len(set(found)) < len(found):
            raise self.error(column, f"{_listed(allowed)}, or several of them, each once, separated by semicolons")
        return found

    def year(self, column: str, *, since: int = 1500, until: int = 2100) -> int | None:
        """The year in a field; None if it is empty."""
        text = self[column]
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and since <= int(text) <= until):
            raise self.error(column, f"a year from {since} to {until}, or nothing")
        return int(text)

    def years(self, start: str = "start_year", end: str = "end_year") -> tuple[int | None, int | None]:
        """First and last year, refused if they contradict each other."""
        first, last = self.year(start), self.year(end)
        if first is None and last is not None:
            raise self.error(end, f"nothing, as long as {start} is empty")
        if first is not None and last is not None and last < first:
            raise self.error(end, f"{first} or later, the {start}")
        return first, last


@dataclass(frozen=True)
class Table:
    """A file that was read: its name, the names of its columns, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    path: str | Path | None = None,
    *,
    packaged: tuple[str, str],
    codes: Mapping[str, Sequence[str]],
    needed: Collection[str] = (),
    known: Collection[str] = (),
) -> Table:
    """Read a CSV file (UTF-8, fields separated by commas, names of the columns on the first line).

    Parameters
    ----------
    path : path, optional
        By default the file that comes with a study.
    packaged : (str, str)
        The study's package and the name of its own file among the package's data.
    codes : mapping
        Column -> the codes that it may hold; each of these columns has to be there.
    needed, known : collection of str
        Other columns that have to be there, and that may be there. A column ``id``, if needed, has to differ in each row.

    Raises
    ------
    ReadError
        For a file that cannot be read, an unknown or missing column, a row of another length, an unknown code or a
        repeated id: the file, line, column and what is allowed.

    Examples
    --------
    >>> table = read_table(packaged=("gametheory.studies.us_mexico", "claims.csv"), codes={"core": ("yes", "no")})
    Traceback (most recent call last):
    gametheory.errors.ReadError: claims.csv, line 1, column 1: ...
    """
    name, text = _text(path, packaged)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    lines: list[tuple[int, list[str]]] = []
    try:
        for fields in reader:
            lines.append((begun, [field.strip() for field in fields]))
            begun = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(name, begun, 1, f"not a row of a CSV file ({error})") from None
    if not lines or not any(lines[0][1]):
        raise ReadError(name, 1, 1, "expected the names of the columns, found nothing")
    columns = tuple(lines[0][1])
    _check_columns(name, columns, {*codes, *needed}, known)
    table = Table(name, columns, ())
    rows = []
    seen: dict[str, int] = {}
    for line, fields in lines[1:]:
        if not any(fields):
            continue
        if len(fields) != len(columns):
            raise ReadError(
                name, line, min(len(fields), len(columns)) + 1, f"expected {len(columns)} columns, found {len(fields)}"
            )
        row = Row(table, line, dict(zip(columns, fields, strict=True)))
        for column, allowed in codes.items():
            if row[column] not in allowed:
                raise row.error(column, f"one of {_listed(allowed)}")
        if "id" in needed:
            if not row["id"]:
                raise row.error("id", "a name for the row")
            if row["id"] in seen:
                raise row.error("id", f"a new id (first on line {seen[row['id']]})")
            seen[row["id"]] = line
        rows.append(row)
    return Table(name, columns, tuple(rows))


def _text(path: str | Path | None, packaged: tuple[str, str]) -> tuple[str, str]:
    if path is None:
        package, file = packaged
        return file, resources.files(package).joinpath("data", file).read_text("utf-8")
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise ReadError(name, 1, 1, f"expected a readable CSV file ({error.strerror})") from None
    if len(raw) > _MAX_BYTES:
        raise ReadError(name, 1, 1, f"larger than {_MAX_BYTES} bytes")
    try:
        return name, raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        raise ReadError(name, line, before.rpartition(b"\n")[2].count(b",") + 1, "expected UTF-8 text") from None


def _check_columns(name: str, columns: tuple[str, ...], needed: set[str], known: Collection[str]) -> None:
    missing = sorted(needed - set(columns))
    if missing:
        hint = "; are the fields separated by commas?" if len(columns) == 1 else ""
        raise ReadError(name, 1, 1, f"columns missing: {', '.join(missing)}{hint}")
    for place, column in enumerate(columns, start=1):
        if columns.index(column) + 1 < place:
            raise ReadError(name, 1, place, f"column {column!r} stands twice")
        if column not in needed and column not in known:
            raise ReadError(
                name, 1, place, f"unknown column {column!r}; expected one of {', '.join(sorted({*needed, *known}))}"
            )


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(repr(code) for code in codes)
