"""What foresight does, held against sums along the play and against the payoffs of the periods."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.foresight import foresight_table, realised_payoffs, sustained_by_level, thresholds

VARIANTS = {v.name: v for v in study.VARIANTS}


def along_the_play(variant, periods=120):
    """Washington's average discounted payoff, summed period by period from the article's formulas."""
    v = {k: Fraction(x) for k, x in variant.parameters.items()}
    (e,) = gt.solve(variant.game(), gt.MarkovPerfect(pure=True)).equilibria
    total, weight, f = Fraction(0), 1 - v["delta_US"], 0
    for row in e.path(periods).periods:
        k = int(row.variables["k"])
        total += (
            weight * {"NE": v["rc"], "NS": Fraction(0), "UP": v["a0"] + v["a1"] * f - v["c"] * k - v["l"]}[row.outcome]
        )
        f = min(2, f + 1) if row.outcome == "NS" else 0 if row.outcome == "UP" else f
        weight *= v["delta_US"]
    return e, float(total)


@pytest.mark.parametrize("name", ["baseline", "far_sighted", "naive", "naive_low_price", "myopic"])
def test_realised_payoffs_are_the_sums_along_the_play(name):
    e, total = along_the_play(VARIANTS[name])
    assert float(realised_payoffs(e)[0]) == pytest.approx(total, abs=1e-9)


def test_only_the_naive_expect_more_than_they_get():
    rows = {row.title: row for row in foresight_table()}
    for title, row in rows.items():
        assert (row.expected > row.realised) if "Naive" in title else (row.expected == row.realised), title
    assert rows["Far-sighted"].realised > rows["Forward-looking"].realised


def test_thresholds_rise_for_those_who_do_not_look_ahead():
    """Where the future does not count, a raid is worth a0 + a1 f - c k - l > 0 or not."""
    assert thresholds(VARIANTS["naive"], F=4) == (2, 3, 4, None)
    assert thresholds(VARIANTS["far_sighted"], F=4) == (0, 0, 0, None)
    b = {k: Fraction(v) for k, v in study.BASELINE.items()}
    for k, f in enumerate(thresholds(study.Variant("blind", "", {"delta_US": "1/1000"}), F=4)):
        # a raid is worth more than talk (0) for the first time at f, within a period; never is as after joint work
        gains = [b["a0"] + b["a1"] * n - b["c"] * k - b["l"] > 0 for n in range(5)]
        assert f is None or gains.index(True) == f
    with pytest.raises(gt.InputError, match="exactly one"):
        thresholds(VARIANTS["weak_sovereignty"])


def test_each_level_sustains_what_its_payoffs_allow():
    parameters, levels = sustained_by_level()
    m = Fraction(parameters["m"])
    for level in levels:
        assert level.is_exact
        assert level.joint_work == (2, 2 + m * level.k)
        assert set(level.joint_work) and (level.joint_work in level.sustained) == (level.k > 0)
        assert all(mx >= level.minmax[1] for _, mx in level.sustained)
    assert sustained_by_level(discount="9/20")[1][0].is_exact
