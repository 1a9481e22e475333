"""Plans by levels: values against sums written out by hand, conditions against every equilibrium of games with few levels."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_levels import Phase, compare_with_numbers, level_plan
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

rc, ru, l, a0, a1, c, m0, m1, e, s, z = sympy.symbols("rc ru l a0 a1 c m0 m1 e s z")  # noqa: E741
SIGNS = (rc > 0, ru > 0, l > 0, a0 >= 0, a1 > 0, c > 0, m0 >= 0, m1 >= 0, e > 0, s > 0, z > 0)
BARE = tuple(r for r in SIGNS if r != (a1 > 0))  # without frustration a1 does not occur
CYCLE = {"f=0": "NS", "f=1": "UP"}


def test_the_deliberate_investment_is_worth_the_sum_written_out():
    plan = level_plan(reduced_game(K=1, F=0), ["UP", "NE"], ["m"], assumptions=BARE)
    d, k, m, rho = sympy.symbols("delta_US k m rho")
    value = plan.values[0][0].subs(rho, 1)
    for ends in (1, 2, 5):
        total = sum((1 - d) * d**t * (a0 - l - c * t) for t in range(ends)) + d**ends * rc
        assert sympy.cancel(value.subs({k: 0, m: ends}) - total) == 0
    (up,) = (x for x in plan.conditions if x.phase == 0)
    # with d = 1/2 and raids at -1, -2, -3 before joint work: v(0) = -(1 + 2/2 + 3/4)/2 + rc/8 = (rc - 11)/8,
    # and raiding pays exactly where that is not negative
    numbers = {"a0": 0, "c": 1, "e": 3, "l": 1, "m0": 0, "m1": 1, "ru": 3, "s": 9, "t": 0, "z": 1, "rho": 1}
    numbers |= {name: Fraction(1, 2) for name in ("delta_US", "delta_MX")}
    assert [plan.holds(3, {"m": 3}, rc=x, **numbers) for x in (10, 11, 12)] == [False, True, True]
    assert str(up.first) == "0" and str(up.last) == "m - 1"


@pytest.mark.parametrize("naive", [(), ("US",)])
@pytest.mark.parametrize(
    ("phases", "until"),
    [(["NE"], []), (["UA"], []), (["NS", "NE"], ["m"]), (["UP", "NE"], ["m"]), (["UP", "UP"], ["K"])],
)
def test_every_level_agrees_with_the_numeric_search(phases, until, naive):
    plan = level_plan(reduced_game(K=1, F=0), phases, until, naive=naive, assumptions=BARE)
    plan.verify()
    compare_with_numbers(plan, points=1, most=8, seed=7)


@pytest.mark.parametrize("naive", [(), ("US",)])
def test_the_cycle_at_every_level(naive):
    plan = level_plan(reduced_game(K=1, F=1), [CYCLE, "NE"], ["m"], naive=naive, assumptions=SIGNS)
    plan._work.check_equations()
    yes, no = compare_with_numbers(plan, points=5, most=2, seed=5)
    assert yes and no


def test_the_baseline_of_the_article_is_one_of_the_plans():
    slow, quick = {"f=0": "NS", "f=1": "NS", "f=2": "UP"}, {"f=0": "NS", "f=1": "UP", "f=2": "UP"}
    plan = level_plan(reduced_game(K=1, F=2), [slow, quick, "NE"], ["m", "n"], assumptions=SIGNS)
    assert [ends for ends in ((0, 3), (1, 3), (2, 2), (2, 3), (3, 3)) if _holds(plan, *ends)] == [(2, 3)]
    unaware = level_plan(reduced_game(K=1, F=2), [slow, "NE"], ["m"], naive=("US",), assumptions=SIGNS)
    assert unaware.holds(3, {"m": 3}, **{**BASELINE, "c": "3/10"})
    assert not unaware.holds(3, {"m": 3}, **BASELINE)


def _holds(plan, m, n):
    return plan.holds(3, {"m": m, "n": n}, **BASELINE)


def test_answers_off_the_path_can_be_fixed():
    plan = level_plan(reduced_game(K=1, F=0), [Phase("UP", {"N": "S"}), "NE"], ["m"], assumptions=BARE)
    first = next(x for x in plan.conditions if x.phase == 0)
    assert first.region.formula.kind == "and"  # one way to play: no alternatives
    plan.verify()
    with pytest.raises(gt.InputError, match="answers"):
        level_plan(reduced_game(K=1, F=0), [Phase("NE", {"N": "S"})], assumptions=BARE)
    with pytest.raises(gt.InputError, match="answers"):
        level_plan(reduced_game(K=1, F=0), [Phase("NE", {"X": "S"})], assumptions=BARE)


def test_wrong_values_do_not_pass():
    plan = level_plan(reduced_game(K=1, F=1), [CYCLE, "NE"], ["m"], assumptions=SIGNS)
    ours, theirs = plan._work.courses[0]
    plan._work.courses[0] = (replace(ours, entry=ours.entry + ours.entry), theirs)
    with pytest.raises(gt.CertificateError):
        plan.verify()


def test_what_has_no_closed_form_here_is_refused_by_name():
    game = reduced_game(K=1, F=1)
    with pytest.raises(gt.InputError, match="stays at its level"):
        level_plan(game, [CYCLE])
    with pytest.raises(gt.InputError, match="one name less"):
        level_plan(game, ["NE", "NE"])
    with pytest.raises(gt.InputError, match="an outcome for the inner state"):
        level_plan(game, [{"f=0": "NE"}])
    with pytest.raises(gt.InputError, match="one of the counters"):
        level_plan(game, ["NE"], level="j")
    with pytest.raises(gt.InputError, match="a ratchet"):
        level_plan(game, ["NE"], level="f")
    with pytest.raises(gt.InputError, match="no parameters"):
        level_plan(game, [CYCLE, "NE"], ["rc"])
    with pytest.raises(gt.InputError, match="naive"):
        level_plan(game.perceived("US", without=("k",)), ["NE"])
    base = game.base
    slack = base.with_rules(gt.Counter("k", upto=2, on={"UP": "1/(1 + k)"}))
    with pytest.raises(gt.UnsupportedError, match="free of the level"):
        level_plan(slack, ["NE"])
    kept = base.with_rules(gt.Counter("k", upto=2, on={"UP": 1}), gt.Counter("f", upto=1, on={"NS": 1}))
    with pytest.raises(gt.UnsupportedError, match="same inner state"):
        level_plan(kept, ["NE"])
