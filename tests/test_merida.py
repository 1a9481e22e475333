"""Merida: chances against sums written out by hand, and what interrupts joint work."""

from fractions import Fraction as F
from types import SimpleNamespace

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import merida


def collapse_by_hand(beta, n=F(1, 10), m=F(1, 4), eps=F(1, 50)):
    """The chance that an act alone comes before capacity, play beginning calm, trust lost at the first act alone for good.

    In calm: an agency acts alone with probability eps; otherwise joint work, which builds capacity with probability beta. In alarm
    Washington acts alone. So all is decided in the calm months before the first alarm or accident.
    """
    # from calm: c = eps + (1 - eps)*(1 - beta)*((1 - n)*c + n); alarm without capacity is the end
    stay = (1 - eps) * (1 - beta)
    return (eps + stay * n) / (1 - stay * (1 - n))


@pytest.mark.parametrize("beta", ["1/10", "1/4"])
def test_the_chance_that_joint_work_ends_for_ever_is_the_sum_written_out_by_hand(beta):
    assert merida.collapse_by_capacity([beta])[F(beta)] == collapse_by_hand(F(beta))


def test_with_capacity_from_the_start_nothing_ends_for_ever():
    e = merida._one(merida._SHORT, capacity=True)
    assert merida.COLLAPSE.probability(e.chain) == 0
    assert 0 < e.chain.frequencies()["NE"] < 1  # but it is interrupted again and again


def test_without_alarm_and_with_coordination_joint_work_is_for_ever():
    e = merida._one(merida._CERTAIN)
    assert e.path(10).forever == "NE"


def test_the_long_run_share_is_that_of_the_mood_and_the_agencies():
    # Washington looks ahead: NE in every calm period in which no agency acts, UP in every alarm
    e = merida._one({})
    calm = F(3, 4) / (F(3, 4) + F(1, 10))
    assert e.chain.frequencies()["NE"] == calm * F(49, 50)
    assert merida.joint_work_over_time(2) == (F(49, 50), F(9, 10) * F(49, 50))


def test_consent_comes_with_trust_and_needs_to_pay():
    (e,) = gt.solve(merida._game({}, consent=True), gt.MarkovPerfect(pure=True)).equilibria
    assert {row["MX after N"] for state, row in e.policy.items() if "x=1" in state} == {"G"}
    assert {row["MX after N"] for state, row in e.policy.items() if "x=0" in state} == {"E"}


def test_numbers_without_one_play_are_refused(monkeypatch):
    both = [merida._one({}), merida._one(merida._SHORT)]
    monkeypatch.setattr(merida, "_solved", lambda *a, **k: SimpleNamespace(equilibria=both))
    with pytest.raises(gt.InputError, match="one pure equilibrium"):
        merida.joint_work_over_time(3)


def test_the_trap_in_symbols_is_that_of_the_numbers():
    found, seen = merida.trap(), set()
    game = merida.merida_game(shocks=False, trust=False)
    for point in found.domain.points(12, seed=6):
        paths = gt.solve(game.subs(**{**point, "t": 3}), gt.MarkovPerfect(pure=True)).paths
        assert found.contains(point) == ("UP for ever" in paths)
        seen.add(found.contains(point))
    assert seen == {True, False}
    assert merida.trap_is_proved()
