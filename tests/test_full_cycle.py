"""The full game: the reduced game is inside it, and its own plays and chances are checked by hand."""

from fractions import Fraction as F

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.full_cycle import full_game
from gametheory.studies.us_mexico.observed import shares
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game
from gametheory.studies.us_mexico.verdicts import cancels

PURE = gt.MarkovPerfect(pure=True)
OFF = {"rt": 0, "et": 50, "qt": 1, "y": 0, "gd": 0, "h": 50, "ts": 0, "tp": 0, "u": 0, "p": 1, "m2": 0, "g": 1, "d": 1}


def test_with_every_part_switched_off_play_is_that_of_the_reduced_game():
    """Raids work for sure (p = 1) and cost ru more, so that UA and UP pay what they pay there; holding out costs too much."""
    values = {k: v for k, v in BASELINE.items() if k != "rho"}
    full = full_game(K=2, F=1).subs(**{**values, "l": F(1, 2) + F(3, 2)}, **OFF)
    reduced = reduced_game(K=2, F=1).subs(**BASELINE)
    reading = {"NT": "NS", "UPC": "UP", "UPH": "UP"}
    found = {e.chain.relabelled(reading).path(30).sentence() for e in gt.solve(full, PURE).equilibria}
    assert found == {e.path(30).sentence() for e in gt.solve(reduced, PURE).equilibria}


def test_trade_cancels_only_with_every_risk_gone():
    symbolic = full_game(K=1, F=1)
    assert not cancels(symbolic, "t")
    assert cancels(symbolic.subs(ts=0, tp=0), "t")


def test_naive_and_forward_looking_washington_differ():
    member = family.member("full_cycle")
    for name, pattern in (("sequential", "deliberate investment"), ("sequential_naive", "cycle")):
        setting = member.setting(name)
        for e in gt.solve(setting.game(), PURE).equilibria:
            assert shares(e.chain.relabelled(setting.reading))[pattern] == 1


def test_with_simultaneous_moves_the_cycle_needs_two_constraints_in_a_row():
    """Each protest ends in a constraint with probability 3/4; only where both do is the cycle unbroken."""
    setting = family.member("full_cycle").setting("simultaneous_naive")
    for e in gt.solve(setting.game(), PURE).equilibria:
        assert shares(e.chain.relabelled(setting.reading))["cycle"] == F(3, 4) ** 2
