"""Three ratchets: persistence after a lapse, a law that stays, and constraints without a raid, each against a hand calculation."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.evidence.patterns import Pattern
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.ratchets import lock_in_game, third_state_game

PURE = gt.MarkovPerfect(pure=True)


def test_joint_work_survives_the_lapse_with_the_probability_that_trust_comes_first():
    """Each period trust comes with 1/2, else the constraint lapses with 1/4: (1/2)/(1 - 3/8) = 4/5."""
    (e,) = gt.solve(family.member("ratchets").setting("lapse_trust").game(), PURE).equilibria
    assert Pattern("NE forever").probability(e.chain) == F(1, 2) / (1 - F(1, 2) * F(3, 4)) == F(4, 5)


def test_a_law_is_kept_in_calm_where_repeal_costs_more_than_all_that_follows():
    """Calm, law in force: keeping is worth v, repeal (1-d)(-b), fruitless talk 0 from then on."""
    rng, seen = random.Random(4), set()
    for _ in range(60):
        d, v, b = F(rng.randint(1, 19), 20), -F(rng.randint(1, 20), 10), F(rng.randint(1, 40), 10)
        if v == -(1 - d) * b:
            continue
        game = lock_in_game().subs(
            delta_US=d, v=v, b=b, delta_MX="1/2", m0=0, e=1, t=3, et="1/10", z=2, l=1, rc=1, a1=5, r="1/3"
        )
        for e in gt.solve(game, PURE).equilibria:
            kept = e.policy["law=1, mood=calm"]["US"] == "C"
            assert kept == (v > -(1 - d) * b)
            assert e.policy["law=0, mood=calm"]["US"] == "N"
            seen.add(kept)
    assert seen == {True, False}


def test_mexico_binds_washington_first_where_that_is_cheaper_than_confrontation():
    """Binding now costs y now; waiting for the raid costs z one period later."""
    fixed = {
        "rc": 2,
        "ru": 1,
        "l": 1,
        "a0": 0,
        "a1": 2,
        "c": 2,
        "e": 1,
        "m0": 0,
        "m1": 0,
        "s": 3,
        "z": 2,
        "t": 3,
        "q": 1,
        "rho": 1,
    }
    for d, y in ((F(1, 2), F(3, 4)), (F(1, 2), F(5, 4)), (F(9, 10), F(5, 4)), (F(9, 10), F(19, 10))):
        game = third_state_game(K=1, F=1).subs(**fixed, y=y, delta_US="1/2", delta_MX=d)
        (e,) = gt.solve(game, PURE).equilibria
        assert e.path(1).outcomes[0] == ("NL" if y < d * 2 else "NS")


@pytest.mark.parametrize(("name", "acts"), [("areas", False), ("under_way", True)])
def test_a_closed_area_stops_washington_and_not_what_is_under_way(name, acts):
    (e,) = gt.solve(family.member("ratchets").setting(name).game(), PURE).equilibria
    closed = [s for s in e.chain.support() if e.game.variables[s]["k"] == 3]
    assert closed and any(m.outcome == "UP" for s in closed for m in e.chain.moves[s] if m.probability) is acts
