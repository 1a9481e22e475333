"""Exact phase diagrams: held against the exhaustive search with numbers, point by point."""

import random
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.phases import exact_phases, phases_data
from gametheory.studies.us_mexico.verdicts import phase_diagram

AXES = ("delta_US", 0, 1), ("c", 0, 1)


@pytest.fixture(scope="module")
def forward():
    return exact_phases(*AXES, grid=(80, 80))


def told(patterns):
    return "none" if not patterns else "several" if len(patterns) > 1 else patterns[0]


def cell_at(found, x, y):
    import numpy as np

    for cell in found.cells:
        if cell.x[0] <= x <= cell.x[-1] and np.interp(x, cell.x, cell.low) <= y <= np.interp(x, cell.x, cell.high):
            return cell
    raise AssertionError((x, y))


def test_regions_are_those_of_the_numeric_search(forward):
    rng = random.Random(3)
    for _ in range(12):
        x, y = (Fraction(rng.randrange(1, 1000), 1000) for _ in range(2))
        ((pattern,),) = phase_diagram(("delta_US", [x]), ("c", [y])).pattern
        assert told(forward.at(x, y)) == pattern
        assert told(cell_at(forward, float(x), float(y)).patterns) == pattern


def test_every_border_separates_what_it_says(forward):
    """A hair below and above the middle of each piece, exactly."""
    assert len(forward.borders) == 6
    d, c = sympy.symbols("delta_US c")
    for border in forward.borders:
        piece = border.pieces[0]
        x = Fraction(piece[len(piece) // 2][0]).limit_denominator(1000)
        y = sympy.Rational(border.solved("c").subs(d, sympy.Rational(x.numerator, x.denominator)))
        y = Fraction(int(y.p), int(y.q))
        assert (
            abs(
                float(
                    border.polynomial.subs(
                        {d: sympy.Rational(x.numerator, x.denominator), c: sympy.Rational(y.numerator, y.denominator)}
                    )
                )
            )
            == 0
        )
        hair = Fraction(1, 10**9)
        assert (forward.at(x, y - hair), forward.at(x, y + hair)) in border.between


def test_the_last_raids_condition_is_the_border_to_deadlock(forward):
    """(1 - d)(a0 + 2 a1 - 2 c - l) + d rho rc = 0: at k = 2 and the height of frustration, the last raid is worth its price."""
    d, c = sympy.symbols("delta_US c")
    values = {k: sympy.Rational(v) for k, v in study.BASELINE.items()}
    worth = (1 - d) * (values["a0"] + 2 * values["a1"] - 2 * c - values["l"]) + d * values["rho"] * values["rc"]
    formulas = [b.polynomial for b in forward.borders if (("cycle",), ("deadlock",)) in b.between]
    assert any(sympy.simplify(sympy.cancel(worth / f)).is_number for f in formulas)


def test_a_naive_united_states_does_not_care_about_its_discount_factor():
    naive = exact_phases(*AXES, variant=study.VARIANTS[7], grid=(40, 40))
    border = next(b for b in naive.borders if (("cycle",), ("deadlock",)) in b.between)
    assert border.polynomial.free_symbols == {sympy.Symbol("c")}
    data = phases_data(naive)
    assert {"c = \\frac{7}{20}"} < {b["formula"] for b in data["borders"]}


def test_a_window_in_a_parameter_that_enters_squared_is_refused():
    with pytest.raises(gt.InputError, match="at most linear"):
        exact_phases(("c", 0, 1), ("delta_US", 0, 1), grid=(30, 30))
