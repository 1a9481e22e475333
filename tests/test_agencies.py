"""Agencies that act alone: shares and chances against sums written out by hand, and what does not depend on coordination."""

from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import agencies
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game


@pytest.mark.parametrize("eps", ["1/20", "1/3"])
def test_on_the_virtuous_path_the_share_of_acts_alone_is_the_tremble(eps):
    for w in agencies.worth_by_coordination([0, "1/3", 1], {"m0": "6/5", "eps": eps}):
        assert (w.alone, w.joint) == (F(eps) * (1 - w.coordination), 1 - F(eps) * (1 - w.coordination))


def test_worth_without_constraints_is_the_mix_of_joint_work_and_protest():
    x = {n: F(v) for n, v in BASELINE.items()} | {"m0": F(6, 5)}
    (w,) = agencies.worth_by_coordination([0], {"m0": "6/5", "rho": "0", "a1": "0"})
    eps = F(1, 10)
    assert w.values[0] == (1 - eps) * x["rc"] + eps * (x["a0"] - x["l"])
    assert w.values[1] == (1 - eps) * (x["t"] + x["m0"] - x["e"]) + eps * (x["t"] - x["z"])


def test_full_coordination_is_the_reduced_game():
    for change in ({}, {"m0": "6/5"}, {"delta_US": "4/5"}):
        one = gt.solve(agencies._game({**change, "coordination": "1"}), gt.MarkovPerfect(pure=True))
        other = gt.solve(reduced_game().subs(**{**BASELINE, **change}), gt.MarkovPerfect(pure=True))
        assert sorted(e.values for e in one.equilibria) == sorted(e.values for e in other.equilibria)


def test_contact_makes_accidents_rarer_by_the_sum_written_out_by_hand():
    # three steps: from x the chance of an accident is (1 - x/3)/10; joint work adds a step, an accident none
    belief, expected = {0: F(1)}, []
    for _ in range(6):
        expected.append(sum(p * F(3 - x, 30) for x, p in belief.items()))
        after = {}
        for x, p in belief.items():
            q = F(3 - x, 30)
            for to, w in ((min(x + 1, 3), 1 - q), (x, q)):
                after[to] = after.get(to, F(0)) + p * w
        belief = after
    assert list(agencies.accidents_over_time(6)) == expected


def test_mexico_can_gain_from_accidents_and_washington_does_not():
    by = {w.coordination: w.values for w in agencies.worth_by_coordination([0, 1])}
    assert by[F(0)][1] > by[F(1)][1] and by[F(0)][0] < by[F(1)][0]


def test_numbers_with_several_equilibrium_paths_are_refused():
    with pytest.raises(gt.InputError, match="one equilibrium path"):
        agencies.accidents_over_time(3, {"m0": "1", "sp": "0"}, X=1)  # Mexico is indifferent
