"""Success of raids: regulation follows it or not, with numbers and against the reduced game."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game
from gametheory.studies.us_mexico.success import regulation, success_game

PURE = gt.MarkovPerfect(pure=True)


@pytest.mark.parametrize("p", ["0", "1"])
def test_certain_luck_is_the_reduced_game(p):
    """With p = 1 every raid works, with p = 0 none does: play is that of the reduced game, ru gained in the answer or never."""
    game = success_game().subs(**{k: v for k, v in BASELINE.items() if k != "s"}, p=p, sw=2, sx=2)
    found = {e.path(12).sentence().replace("w", "").replace("x", "") for e in gt.solve(game, PURE).equilibria}
    shift = {"l": F(1, 2) - F(3, 2) if p == "1" else F(1, 2), "ru": F(3, 2) if p == "1" else 0}
    same = reduced_game().subs(**{**BASELINE, **shift})
    assert found == {e.path(12).sentence() for e in gt.solve(same, PURE).equilibria}


def test_with_every_violation_dear_success_never_changes_the_chance_of_regulation():
    rng, acted = random.Random(8), 0
    for _ in range(40):
        v = {n: F(rng.randint(1, 24), 8) for n in ("rc", "ru", "l", "a0", "a1", "c", "m1", "e", "z")}
        v |= {
            "sw": v["z"] + F(rng.randint(1, 9), 4),
            "sx": v["z"] + F(rng.randint(1, 9), 4),
            "m0": 0,
            "t": 3,
            "q": "1/3",
        }
        v |= {"p": F(rng.randint(1, 9), 10), "rho": F(rng.randint(1, 4), 4)}
        v |= {"delta_US": F(rng.randint(1, 19), 20), "delta_MX": F(rng.randint(1, 19), 20)}
        for e in gt.solve(success_game(K=2, F=1).subs(**v), PURE).equilibria:
            assert regulation(e) == (0, 0)
            acted += any(x.startswith("U") for x in e.chain.reachable().outcomes)
    assert acted > 10


def test_forgiven_success_is_let_pass_and_failure_is_not():
    (e,) = gt.solve(family.member("success").setting("forgiven").game(), PURE).equilibria
    assert regulation(e)[0] < 0
    assert {"UwA", "UxP"} <= set(e.chain.reachable().outcomes)
