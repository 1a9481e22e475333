"""Accession derived: Washington gives way where the hand calculation says so, and nowhere without effort or counter-steps to fear."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import family, member_tools
from gametheory.studies.us_mexico.accession import accession_game

PURE = gt.MarkovPerfect(pure=True)


def draws(count, *, gain):
    """Random payoffs of one constraint without frustration: raids pay at once, joint work pays Mexico only with a constraint."""
    rng = random.Random(11)
    while count:
        d = {n: F(rng.randint(1, 40), 8) for n in ("rc", "ru", "l", "z", "y", "e", "a0", "g", "c")}
        d |= {"h": F(rng.randint(0, 8), 8), "m0": F(0), "t": F(3), "delta_MX": F(rng.randint(1, 19), 20)}
        d |= {"s": d["z"] + 1, "delta_US": F(rng.randint(1, 39), 40), "m1": d["e"] + F(1, 3) if gain else F(0)}
        if d["a0"] > d["l"] and d["rc"] > d["a0"] - d["l"] and d["g"] > 1:
            count -= 1
            yield d


def paths(values):
    game = accession_game(K=1, F=0).subs(**values)
    return {e.path(3).outcomes[:2] for e in gt.solve(game, PURE).equilibria}


def test_washington_gives_way_where_the_hand_calculation_says_so():
    """Values by hand: giving way (1-d)(a0-l-y) + d rc; holding out for ever (1-d)(a0-l) + d(a0-l-h)."""
    seen = set()
    for v in draws(60, gain=True):
        d, raid = v["delta_US"], v["a0"] - v["l"]
        way, out = (1 - d) * (raid - v["y"]) + d * v["rc"], (1 - d) * raid + d * (raid - v["h"])
        for path in paths(v):
            if path == ("UPC", "NE"):
                assert way >= out
            if path == ("UPH", "UPH"):
                assert way <= out
            seen.add(path)
    assert {("UPC", "NE"), ("UPH", "UPH")} <= seen


def test_without_effort_to_withhold_and_without_counter_steps_nobody_gives_way():
    found = [p for v in draws(40, gain=False) for p in paths({**v, "h": F(0)})]
    assert found and not any("UPC" in path for path in found)


def test_the_verdicts_of_27_are_both_ways_and_those_in_symbols_are_derived():
    kinds = [v.verdict.value for v in family.verdicts_of("accession") if 27 in v.claims]
    assert kinds == ["derived", "derived", "conditional"]


def test_a_question_about_equilibria_that_do_not_exist_has_no_answer():
    solution = gt.solve(family.member("accession").setting("baseline").game(), PURE)
    assert len(solution.equilibria) == 0
    with pytest.raises(gt.GameTheoryError, match="nothing to judge"):
        member_tools.found_in(solution, lambda e: True)
