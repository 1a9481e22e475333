"""The coded cases as a record of play, under each coding.

Rules, all of them from the codebook and none from what a model would like:

- The bilateral record begins in 1969, with the first unilateral act; cases without a year are left out.
- Washington's move is the case's orientation; where the source gives none, both are open.
- Mexico's answer: resist is S or P, appease and token are A after a unilateral act; after an offer to negotiate, cooperate
  is E, token is S, and appease may be either. Where the source is silent, both are open: missing, not absent.
- ``n/a`` on a row that is no act of Washington's has no bearing on play between the two, and regimes of many states are not
  play between the two; both are left out. A row that is itself the constraint which an act brought about (an agreement sequence)
  counts once, with that act; under the figure's coding, which prints two of them as unilateral acts, as one such act.
  Other agreements that follow each other without anything between them count once.
- Codes that assume the conclusion (success by box, the four conditions) are not read at all.
- Within one year the order is that of the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from gametheory.studies.study import Episode, Study
from gametheory.studies.us_mexico.cases import Case, load_cases
from gametheory.studies.us_mexico.observed import PATTERNS

__all__ = ["CODINGS", "STUDY", "record"]

_UNILATERAL = {"resist": "P", "appease": "A", "token": "A", "cooperate": "A", "n/a": "AP", "": "AP"}
_NEGOTIATED = {"resist": "S", "appease": "ES", "token": "S", "cooperate": "E", "n/a": "ES", "": "ES"}


def record(
    cases: Sequence[Case],
    *,
    by_text: bool = True,
    every_response: bool = False,
    constraints: bool = False,
    since: int = 1969,
) -> tuple[Episode, ...]:
    """The episodes between Washington and Mexico, in order.

    Parameters
    ----------
    cases : sequence of Case
    by_text : bool
        Where the printed figure and the prose put a case in different cells: follow the prose (else the figure).
    every_response : bool
        Allow secondary codes of Mexico's answer as well as the primary one.
    constraints : bool
        Hold the named institution against the model too: the act has to raise the number of constraints.
    since : int
        First year.

    Examples
    --------
    >>> [str(episode) for episode in record(load_cases())][:3]
    ['intercept_1969 (1969): UP', 'condor (1975): NE', 'certification (1986): UA']
    """
    found: list[Episode] = []
    dated = [(case.start_year, case) for case in cases if case.start_year is not None and case.start_year >= since]
    printed, last = False, ""
    for year, case in sorted(dated, key=lambda pair: pair[0]):
        if case.row_type == "regime" or case.initiator == "multilateral":
            continue
        orientation = case.orientation
        if case.resulting_constraint == "self":
            if by_text or not case.figure_box or printed:
                continue
            printed = True
        if not by_text and case.figure_box:
            orientation = "unilateral" if case.figure_box.startswith("unilateral") else "negotiated"
        if case.mexican_response == "n/a" and orientation != "unilateral":
            continue
        answers = [case.mexican_response, *(case.secondary_responses if every_response else ())]
        outcomes = set()
        if orientation != "negotiated":
            outcomes |= {f"U{answer}" for code in answers for answer in _UNILATERAL[code]}
        if orientation != "unilateral":
            outcomes |= {f"N{answer}" for code in answers for answer in _NEGOTIATED[code]}
        if case.row_type == "agreement" and last == "agreement" and found[-1].outcomes == outcomes:
            continue
        last = case.row_type
        named = constraints and orientation == "unilateral" and bool(case.resulting_constraint)
        found.append(Episode(case.id, year, frozenset(outcomes), named and case.resulting_constraint != "self"))
    return tuple(found)


CODINGS = {
    "text": lambda cases: record(cases),
    "text, every response": lambda cases: record(cases, every_response=True),
    "text, every response, institutions": lambda cases: record(cases, every_response=True, constraints=True),
    "figure": lambda cases: record(cases, by_text=False),
}

STUDY = Study(
    name="us_mexico",
    title="The United States and Mexico: unilateral acts, protest, institutions",
    package="gametheory.studies.us_mexico",
    patterns=PATTERNS,
    outcomes=("NE", "NS", "UA", "UP"),
    quiet=("NE", "NS"),
    ratchet="k",
    cases=load_cases,
    codings=CODINGS,
)
