"""The four conditions: the closed form against brute force, and what supermodular play means."""

import random
from dataclasses import replace
from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.exact import parse
from gametheory.studies.us_mexico import conditions_lattice as lattice
from gametheory.studies.us_mexico import four_conditions
from gametheory.studies.us_mexico.conditions_lattice import CHEAP, DEAR, SWITCHES

ALL = frozenset(SWITCHES)


def numbers(rng):
    """Numbers that satisfy the assumptions, some of them on a tie."""
    part = lambda n=8: F(rng.randint(1, n - 1), n)
    e = F(rng.randint(1, 12), 4)
    z = e + part()
    lost, a = part(), 1 + part()
    rc = a - lost + F(rng.randint(1, 8), 4)
    return {
        "e": e, "z": z, "s": z + part(), "l": lost, "a": a, "rc": rc, "ru": max(rc - a, 0) + part(), "t": 3,
        "g": F(rng.randint(1, 8), 4), "w": F(rng.randint(1, 8), 4), "v": F(rng.randint(1, 8), 4), "r": F(rng.randint(1, 8), 4),
        "h": part(), "eps": part(), "delta_US": part(), "delta_MX": part(),
    }  # fmt: skip


def joint_by_brute_force(game):
    """Whether always N and always E, with P after U, is an equilibrium, by the checker alone."""
    profile = [["N", "E", "P"] for _ in game.states]
    return gt.MarkovPerfect().check(game, gt.MarkovPerfect().read_profile(game, profile)).holds


def test_the_closed_form_is_the_condition_at_random_numbers_in_every_combination():
    rng, seen = random.Random(8), set()
    for _ in range(5):
        at = numbers(rng)
        for c in lattice.every_combination():
            game = lattice.conditions_game().subs(**at, **lattice.switched(c))
            expected = all(parse(x, at) >= 0 for x in lattice.closed_form(c))
            assert joint_by_brute_force(game) == expected, (lattice.told(c), at)
            seen.add(expected)
    assert seen == {True, False}


def test_the_closed_form_is_proved_and_a_wrong_one_is_not(monkeypatch):
    assert four_conditions.formula_is_proved()
    wrong = lambda c: (
        (*lattice.closed_form(c)[:1], "rc + l - a - 2*r") if "capacity" not in c else lattice.closed_form(c)
    )
    monkeypatch.setattr(four_conditions, "closed_form", wrong)
    assert not four_conditions.formula_is_proved()


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_condition_never_narrows_and_sometimes_widens(switch):
    assert four_conditions.widens(switch) == (True, True)


@given(st.lists(st.sets(st.sampled_from(SWITCHES)), max_size=4))
def test_play_that_any_of_some_sets_brings_about_is_supermodular_exactly_if_one_least_set_suffices(sets):
    enough = [frozenset(s) for s in sets]
    play = {c: F(int(any(s <= c for s in enough))) for c in lattice.every_combination()}
    least = [s for s in set(enough) if not any(other < s for other in enough)]
    assert (not lattice.supermodularity(play)) == (len(least) <= 1)


def test_dear_enforcement_needs_all_four_and_cheap_enforcement_has_stand_ins():
    dear, cheap = lattice.lattice(DEAR), lattice.lattice(CHEAP)
    assert dear.least_sets() == (ALL,)
    assert len(cheap.least_sets()) == 5
    # every combination above a least set suffices: adding a condition does no harm to play
    for found in (dear, cheap):
        enough = {c for c, p in found.points.items() if all(p.joint)}
        assert enough == {c for c, s in product(found.points, found.least_sets()) if s <= c}


def test_two_stable_states_are_two_plays_of_one_game():
    at = four_conditions.two_stable_states()
    game = lattice.conditions_game().subs(**{**DEAR, **at}, **lattice.switched(ALL))
    for start, path in ((0, "UP for ever"), (1, "NE for ever")):
        solution = gt.solve(replace(game, start=start), gt.MarkovPerfect(pure=True))
        assert path in solution.paths
    assert F(at["e"]) < F(at["z"]) < F(at["s"])


def test_a_patient_mexico_leaves_no_second_stable_state():
    # from v(1 - delta) >= delta z with z > e: at delta = 9/10 trust would have to be worth more than nine times z
    game = lattice.conditions_game().subs(**{**DEAR, "v": 5}, **lattice.switched(ALL))
    assert list(gt.solve(game, gt.MarkovPerfect(pure=True)).paths) == ["NE for ever"]


def test_draws_are_counted_once_each_and_are_the_same_again():
    found = four_conditions.least_sets_in_draws(300, seed=2)
    assert sum(found[name].seen for name in ("none", "one", "several")) == 300
    assert 0 < found["all four"].seen < found["one"].seen
    assert four_conditions.least_sets_in_draws(300, seed=2) == found
