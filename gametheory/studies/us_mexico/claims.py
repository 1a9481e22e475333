"""The article's ledger: its claims as executable statements, each with the verdict that its check computes.

Verdicts: *assumed* (an input), *built in* (true by the model's form), *derived* (proved in this model, for every payoff
consistent with the orderings given), *conditional* (true under a condition, with a case on either side), *contradicted*,
*undecided* and *untestable* (with the reason). No verdict is written down beforehand: each is the outcome of a check that
runs, and a check that fails to run is reported in its line.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from gametheory.errors import InputError
from gametheory.studies.us_mexico import ledger_constraints, ledger_cycle, ledger_rest, ledger_wants
from gametheory.studies.us_mexico.ledger_readings import READINGS
from gametheory.studies.us_mexico.ledger_tools import Entry, LedgerVerdict

__all__ = [
    "InconsistencyLine",
    "LedgerLine",
    "LedgerVerdict",
    "inconsistencies",
    "ledger",
    "ledger_entries",
    "ledger_json",
    "ledger_table",
]


@dataclass(frozen=True)
class LedgerLine:
    """One claim of the article with its verdict.

    Attributes
    ----------
    number : int
        As in the list of the article's claims.
    core : bool
        Whether a formalisation cannot leave it out.
    section, statement, model, given : str
        Where the article says it; the formal statement in our words; the model; what is given.
    verdict : str
        A value of :class:`LedgerVerdict`, or ``"error"``.
    evidence, detail : str
        What the verdict rests on; the finding in words.
    seconds : float
    error : str
        What went wrong in the check; empty if nothing did.
    """

    number: int
    core: bool
    section: str
    statement: str
    model: str
    given: str
    verdict: str
    evidence: str
    detail: str
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class InconsistencyLine:
    """One inconsistency of the article: its readings, and what the models say under each (empty: nothing)."""

    id: str
    title: str
    readings: tuple[str, ...]
    findings: tuple[str, ...]
    seconds: float
    error: str = ""


def _listed(name: str) -> list[dict[str, str]]:
    file = resources.files("gametheory.studies.us_mexico").joinpath("data", name)
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def ledger_entries() -> tuple[Entry, ...]:
    """Every entry, by number.

    Examples
    --------
    >>> len(ledger_entries())
    93
    """
    parts = (ledger_wants, ledger_cycle, ledger_constraints, ledger_rest)
    return tuple(sorted((e for part in parts for e in part.ENTRIES), key=lambda e: e.number))


def ledger(
    *,
    numbers: Sequence[int] | None = None,
    entries: Sequence[Entry] | None = None,
    done: Callable[[LedgerLine], None] = lambda line: None,
) -> tuple[LedgerLine, ...]:
    """Run the checks and write the ledger; an error in one entry is reported in its line and the rest still run.

    Parameters
    ----------
    numbers : sequence of int, optional
        Only these claims.
    entries : sequence of Entry, optional
        Other entries than the study's own.
    done : callable
        Called with each line as it is finished.

    Examples
    --------
    >>> [line.verdict for line in ledger(numbers=[7])]
    ['assumed']
    """
    listed = {int(row["number"]): row for row in _listed("claims.csv")}
    chosen = list(ledger_entries() if entries is None else entries)
    if numbers is not None:
        known = {e.number for e in chosen}
        unknown = [n for n in numbers if n not in known]
        if unknown:
            raise InputError("numbers", unknown, f"numbers of claims, among {min(known)} to {max(known)}")
        chosen = [e for e in chosen if e.number in set(numbers)]
    lines = []
    for entry in chosen:
        begun = time.perf_counter()
        row = listed.get(entry.number, {"core": "no", "section": ""})
        verdict, evidence, detail, error = "error", "", "", ""
        try:
            found = entry.check()
            verdict, evidence, detail = found.verdict.value, found.evidence, found.detail
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        line = LedgerLine(
            entry.number,
            row["core"] == "yes",
            row["section"],
            entry.statement,
            entry.model,
            entry.given,
            verdict,
            evidence,
            detail,
            time.perf_counter() - begun,
            error,
        )
        lines.append(line)
        done(line)
    return tuple(lines)


def inconsistencies(*, done: Callable[[InconsistencyLine], None] = lambda line: None) -> tuple[InconsistencyLine, ...]:
    """The 20 inconsistencies: what the models say under either reading, or that they are silent.

    Examples
    --------
    >>> lines = inconsistencies()
    >>> len(lines), lines[3].findings[0] != lines[3].findings[1]
    (20, True)
    """
    titles = {row["id"]: row["title"] for row in _listed("inconsistencies.csv")}
    lines = []
    for reading in READINGS:
        begun = time.perf_counter()
        found: tuple[str, ...] = ()
        error = ""
        try:
            found = reading.check()
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        seconds = time.perf_counter() - begun
        line = InconsistencyLine(reading.id, titles.get(reading.id, ""), reading.readings, found, seconds, error)
        lines.append(line)
        done(line)
    return tuple(lines)


def ledger_json(lines: Sequence[LedgerLine], also: Sequence[InconsistencyLine] = ()) -> dict[str, Any]:
    """The ledger as plain data for JSON; times are left out, so that equal ledgers give equal files.

    Examples
    --------
    >>> ledger_json(ledger(numbers=[7]))["claims"][0]["verdict"]
    'assumed'
    """
    fields = [name for name in LedgerLine.__dataclass_fields__ if name != "seconds"]
    return {
        "note": "proved and derived mean: in this model, for every payoff consistent with the orderings given",
        "counts": dict(counts(lines)),
        "claims": [{name: getattr(line, name) for name in fields} for line in lines],
        "inconsistencies": [
            {"id": x.id, "title": x.title, "readings": list(x.readings), "findings": list(x.findings), "error": x.error}
            for x in also
        ],
    }


def counts(lines: Sequence[LedgerLine]) -> Mapping[str, int]:
    """How many lines have each verdict.

    Examples
    --------
    >>> counts(ledger(numbers=[3, 7]))
    {'assumed': 2}
    """
    order = [*(v.value for v in LedgerVerdict), "error"]
    return {v: n for v in order if (n := sum(line.verdict == v for line in lines))}


_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _short(text: str, most: int = 360) -> str:
    """A finding as far as a table has room for it; the whole stands in the ledger's data."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " ..."


def ledger_table(lines: Sequence[LedgerLine]) -> str:
    """A LaTeX table of the ledger (packages booktabs and longtable): number, statement, verdict, finding (long ones cut).

    Examples
    --------
    >>> print(ledger_table(ledger(numbers=[7])).splitlines()[0])
    \\begin{longtable}{rp{0.26\\linewidth}lp{0.48\\linewidth}}
    """
    head = r"\begin{longtable}{rp{0.26\linewidth}lp{0.48\linewidth}}"
    body = [head, r"\toprule", r"No. & Claim, as stated here & Verdict & Finding \\", r"\midrule", r"\endhead"]
    for line in lines:
        mark = r"$^{*}$" if line.core else ""
        told = _tex(_short(f"error: {line.error}" if line.error else line.detail))
        body.append(f"{line.number}{mark} & {_tex(line.statement)} & {_tex(line.verdict)} & {told} \\\\")
    note = (
        r"\multicolumn{4}{p{0.95\linewidth}}{\footnotesize $^{*}$ core claim. ``Proved'' and ``derived'' read: in this model, "
        r"for every payoff consistent with the orderings given.}"
    )
    return "\n".join([*body, r"\bottomrule", note, r"\end{longtable}", ""])
