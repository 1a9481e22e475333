"""The two-by-two typology: counts add up, both codings as the data say, and the share of relabellings against enumeration."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from gametheory.studies.us_mexico import krasner
from gametheory.studies.us_mexico.cases import load_cases
from gametheory.studies.us_mexico.family import LedgerVerdict, verdicts_of


def test_each_case_stands_in_one_cell_under_each_coding():
    figure = [c for c in load_cases() if c.in_figure_2]
    for by_text in (False, True):
        table = krasner.cells(by_text=by_text)
        assert sorted(c.id for cell in table.values() for c in cell.cases) == sorted(c.id for c in figure)
        for cell in table.values():
            assert cell.met + cell.partly + cell.failed + cell.unclear == len(cell.cases)


def test_kinds_are_those_that_the_cases_carry_where_figure_and_text_agree():
    for cell in krasner.cells().values():
        for case in cell.cases:
            assert case.is_disputed or case.krasner_type == cell.kind


def test_moving_the_disputed_cases_is_all_that_the_codings_differ_by():
    figure, text = krasner.cells(), krasner.cells(by_text=True)
    where = {c.id: box for box, cell in figure.items() for c in cell.cases}
    moved = {c.id for box, cell in text.items() for c in cell.cases if where[c.id] != box}
    assert moved == {"brownsville_1998", "merida_agreement_1999"}


def test_share_of_relabellings_by_enumeration():
    for by_text in (False, True):
        table = krasner.cells(by_text=by_text)
        coded = [box for box, cell in table.items() for _ in range(cell.met + cell.partly + cell.failed)]
        met = sum(cell.met for cell in table.values())
        here = table["integrative-operational"].met
        deals = list(combinations(coded, met))
        hits = sum(deal.count("integrative-operational") >= here for deal in deals)
        assert krasner.lucky_share(table) == Fraction(hits, len(deals))


def test_the_verdict_follows_the_codes():
    first = verdicts_of("krasner")[0]
    assert first.verdict is LedgerVerdict.CONDITIONAL
    worse = [replace(c, goal_met="no") if c.id == "condor" else c for c in load_cases()]
    assert krasner.cells(worse)["integrative-operational"].share() == Fraction(2, 3)
    none = [replace(c, goal_met="unclear") for c in load_cases()]
    assert all(cell.share() is None for cell in krasner.cells(none).values())
