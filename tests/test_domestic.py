"""Domestic weights: thresholds by hand, agreement with the reduced game at the ends, and rival orderings against the map."""

from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.domestic import domestic_game, orderings_at
from gametheory.studies.us_mexico.preferences import STATED
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

PURE = gt.MarkovPerfect(pure=True)


def test_with_hawks_and_nationalists_alone_it_is_the_reduced_game():
    ours = domestic_game().subs(**{k: v for k, v in BASELINE.items() if k != "s"}, h=1, n=1, j=7, p=9, sn=2, sp=0)
    assert ours.periods == reduced_game().subs(**BASELINE).periods


@pytest.mark.parametrize(("n", "answer"), [("1/2", "A"), ("3/5", "P")])
def test_protest_turns_on_the_weight_of_nationalists(n, answer):
    """z = 11/10, sp = 1/5, sn = 2: the bound is (11/10 - 1/5)/(2 - 1/5) = 1/2; at the bound itself both are optimal."""
    values = {
        "rc": 1,
        "ru": 1,
        "l": 1,
        "a0": 3,
        "j": 0,
        "e": 1,
        "m0": 0,
        "p": 0,
        "t": 3,
        "z": F(11, 10),
        "sp": F(1, 5),
        "sn": 2,
        "h": 1,
    }
    game = domestic_game(K=0, F=0).subs(**values, n=n, delta_US="1/2", delta_MX="1/2")
    found = {e.policy["k=0"]["MX after U"] for e in gt.solve(game, PURE).equilibria}
    assert answer in found and (found == {answer} or n == "1/2")


def test_the_ends_of_the_weight_of_hawks_are_a_dove_and_a_hawkish_ranking():
    (low, _), (high, _) = orderings_at("h", (0, 1))
    assert low.implies("NE", "UA") and low.implies("NS", "UP")
    assert high.implies("UA", "NE") and high.implies("UP", "NS")


def test_every_rival_ordering_ranks_the_four_outcomes_and_names_its_passage():
    rivals = {"us_hawk", "us_public", "us_dove", "mx_nationalist", "mx_cosmopolitan", "mx_public"}
    assert rivals <= set(STATED)
    for key in rivals:
        assert STATED[key].section and STATED[key].claims and STATED[key].ordering.is_total


def test_a_public_that_minds_raids_less_lets_them_pass_unless_it_wants_joint_work():
    member = family.member("domestic")
    for name, path in (("public", "UA for ever"), ("public_gain", "NE for ever")):
        solution = gt.solve(member.setting(name).game(), PURE)
        assert {e.path(9).sentence() for e in solution.equilibria} == {path}


def test_doves_act_alone_only_to_win_the_last_constraint():
    (e,) = gt.solve(family.member("domestic").setting("congress").game(), PURE).equilibria
    acting = {
        (v["k"], v["congress"]) for v, row in zip(e.game.variables, e.policy.values(), strict=True) if row["US"] == "U"
    }
    assert {c for k, c in acting if k < 2} == {"hawk"}
    assert {c for k, c in acting if k == 2} == {"hawk", "dove"}
