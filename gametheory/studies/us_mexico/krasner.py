"""Krasner's four kinds of sovereignty as a two-by-two table, with the coded cases in it, under each coding.

A case is unilateral or negotiated, and operational or principled. Four kinds of sovereignty (Krasner 1999) name the four cells. Where the
article's figure and its prose put a case into different cells both codings are kept, and what depends on the choice is computed. What
the article says of a whole box at once (``box-level``) assumes the conclusion, so shares are also given without it.

Shares of a dozen chosen cases are descriptions, not estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from gametheory.studies.us_mexico.cases import Case, load_cases, typology
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Verdict
from gametheory.studies.us_mexico.ledger_tools import listed

__all__ = ["KINDS", "MEMBER", "Cell", "cells", "lucky_share"]

#: Which kind of sovereignty names which cell, as the article assigns them.
KINDS: dict[str, str] = {
    "unilateral-operational": "domestic",
    "unilateral-principled": "westphalian",
    "integrative-operational": "interdependence",
    "integrative-principled": "international_legal",
}

_BEST = "integrative-operational"


@dataclass(frozen=True)
class Cell:
    """The cases of one cell under one coding.

    Attributes
    ----------
    box, kind : str
    cases : tuple of Case
    met, partly, failed, unclear : int
        How many reached their stated goal, in part, not, or are not coded.
    """

    box: str
    kind: str
    cases: tuple[Case, ...]
    met: int
    partly: int
    failed: int
    unclear: int

    def share(self, *, partly: bool = False) -> Fraction | None:
        """Share of the coded cases that met their goal (or met it at least in part); None where none is coded."""
        coded = self.met + self.partly + self.failed
        return Fraction(self.met + (self.partly if partly else 0), coded) if coded else None


def cells(
    cases: Sequence[Case] | None = None, *, by_text: bool = False, case_specific: bool = False
) -> dict[str, Cell]:
    """The four cells of the article's figure.

    Parameters
    ----------
    cases : sequence of Case, optional
        By default the coded cases.
    by_text : bool
        Under the prose's coding instead of the figure's.
    case_specific : bool
        Only outcomes that the article states for the case itself; others count as not coded.

    Examples
    --------
    >>> for box, cell in cells(by_text=True).items():
    ...     print(box, cell.kind, len(cell.cases), cell.share())
    unilateral-operational domestic 4 0
    integrative-operational interdependence 5 3/5
    unilateral-principled westphalian 1 0
    integrative-principled international_legal 3 0
    """
    found = {}
    for box, inside in typology(load_cases() if cases is None else cases, by_text=by_text).items():
        codes = [
            c.goal_met if not case_specific or c.goal_basis.startswith("case-specific") else "unclear" for c in inside
        ]
        counts = {code: codes.count(code) for code in ("yes", "partly", "no", "unclear")}
        found[box] = Cell(box, KINDS[box], inside, counts["yes"], counts["partly"], counts["no"], counts["unclear"])
    return found


def lucky_share(table: dict[str, Cell], box: str = _BEST) -> Fraction:
    """The share of all ways to deal the outcomes met among the coded cases that put as many of them into the box, or more.

    A share of relabellings, not a probability: the cases were chosen.

    Examples
    --------
    >>> str(lucky_share(cells())), str(lucky_share(cells(by_text=True)))
    ('1/220', '1/22')
    """
    size = {b: c.met + c.partly + c.failed for b, c in table.items()}
    total, met, here = sum(size.values()), sum(c.met for c in table.values()), size[box]
    ways = sum(comb(here, k) * comb(total - here, met - k) for k in range(table[box].met, min(here, met) + 1))
    return Fraction(ways, comb(total, met))


def _told(table: dict[str, Cell], *, partly: bool = False) -> str:
    return ", ".join(f"{box} {'-' if (s := c.share(partly=partly)) is None else s}" for box, c in table.items())


def _only_best(table: dict[str, Cell], *, partly: bool = False) -> bool:
    """Whether negotiated operations met their goals, and no other cell's case did."""
    shares = {box: c.share(partly=partly) for box, c in table.items()}
    return bool(shares[_BEST]) and not any(s for box, s in shares.items() if box != _BEST)


def _verdicts() -> tuple[Verdict, ...]:
    figure, text = cells(), cells(by_text=True)
    strict = {"figure": cells(case_specific=True), "text": cells(by_text=True, case_specific=True)}
    worlds = {
        "figure, goal met": _only_best(figure),
        "text, goal met": _only_best(text),
        "figure, met at least in part": _only_best(figure, partly=True),
        "text, met at least in part": _only_best(text, partly=True),
    }
    yes, no = ([name for name, holds in worlds.items() if holds is wanted] for wanted in (True, False))
    kind = (
        LedgerVerdict.CONDITIONAL
        if yes and no
        else LedgerVerdict.CONTRADICTED
        if no
        else LedgerVerdict.UNDECIDED  # cases that all agree prove nothing beyond them
    )
    cases = load_cases()
    disputed = [c for c in cases if c.is_disputed]
    westphalian = [c for c in cases if c.krasner_type == "westphalian"]
    resisted = [c for c in cases if c.orientation == "unilateral" and c.mexican_response == "resist"]
    studied = {box: [c.name for c in cell.cases if c.coverage == "case_study"] for box, cell in figure.items()}
    bare = [c.name for cell in figure.values() for c in cell.cases if c.coverage == "figure_only"]
    invoke = {c.initiator for c in westphalian if c.initiator}
    reply = {"MX"} if resisted else set()  # the prose: what Mexico invokes when it resists a unilateral act
    owners = [f"{c.name} ({c.initiator or 'no initiator coded'})" for c in westphalian]
    chosen = [f"{box}: {listed(names) or 'none'}" for box, names in studied.items()]
    lucky = f"figure {lucky_share(figure)}, text {lucky_share(text)}"
    moved = f"from {figure[_BEST].share()} to {text[_BEST].share()}"
    return (
        Verdict(
            "Only negotiated operations reached their goals",
            kind,
            "coded cases, both codings",
            f"holds by {listed(yes) or 'none'}; fails by {listed(no) or 'none'}. Shares met, figure: {_told(figure)}; "
            f"text: {_told(text)}; at least in part, figure: {_told(figure, partly=True)}; text: "
            f"{_told(text, partly=True)}. Without what the article says of a whole box, figure: "
            f"{_told(strict['figure'])}; "
            f"text: {_told(strict['text'])}. Share of relabellings with as many: {lucky} (cases were chosen: no "
            f"probability)",
            (34, 90),
        ),
        Verdict(
            "Figure and text put every case into the same cell",
            LedgerVerdict.CONTRADICTED if disputed else LedgerVerdict.DERIVED,
            "coded cases, both codings",
            f"they differ on {listed([c.name for c in disputed])} (I-4): moving them changes the share met of "
            f"negotiated "
            f"operations {moved} and leaves {len(text['unilateral-principled'].cases)} case among unilateral "
            f"principled acts",
        ),
        Verdict(
            "Westphalian sovereignty is invoked by one side",
            LedgerVerdict.CONDITIONAL if len(invoke | reply) > 1 else LedgerVerdict.DERIVED,
            "coded cases",
            f"as the label of an initiative: {listed(owners)}; as the label of Mexico's reaction: "
            f"{listed([c.name for c in resisted])} (I-5). Condition: one of the two readings; the labels of "
            f"initiative and "
            "response are kept apart here",
            (8,),
        ),
        Verdict(
            "The cases in the four cells stand for all cases",
            LedgerVerdict.UNTESTABLE if sum(map(len, studied.values())) < len(cases) else LedgerVerdict.DERIVED,
            "codes of coverage",
            f"the article chose what it studies: {listed(chosen)}; in the figure and nowhere discussed: "
            f"{listed(bare) or 'none'} (I-18)",
            (34,),
        ),
    )


MEMBER = Member(
    name="krasner",
    title="Four kinds of sovereignty, two by two",
    about="The coded cases in the cells of the typology, under the figure's and the prose's coding, and what the choice changes.",
    point="typology",
    claims=(8, 34, 90),
    settings=(),
    verdicts=_verdicts,
)
