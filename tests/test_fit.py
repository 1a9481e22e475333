"""The fit: plays of equilibria, the coded record, and how likely each model makes it."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.equilibria.play import Chain, Move
from gametheory.studies import us_mexico as study
from gametheory.studies.family import Member, Setting, solve_setting
from gametheory.studies.plays import plays
from gametheory.studies.us_mexico import family, results


def variant(name):
    return next(v for v in study.VARIANTS if v.name == name)


def test_equilibria_that_differ_off_the_path_are_one_play():
    half = Fraction(1, 2)
    sure = (Move(Fraction(1), "A", 0),)
    other = (Move(half, "A", 0), Move(half, "B", 1))
    assert Chain(("x", "y"), (sure, sure)).reachable() == Chain(("x", "y"), (sure, other)).reachable()
    setting = Setting("matching", "Every agreement is an equilibrium", _coordination)
    found = plays(setting, solve_setting(setting))
    assert found.number == sum(play.number for play in found.plays) == 4  # (A or B) in the start x (A or B) later
    assert [play.number for play in found.plays] == [1, 1, 1, 1]


def _coordination():
    both, go = ([[1, 0], [0, 1]], [[1, 0], [0, 1]]), [[[0, 1]] * 2] * 2
    return gt.DynamicGame.from_arrays([both, both], [go, go], "1/2")


def test_plays_are_read_in_the_words_of_the_patterns():
    setting = Setting("b", "Baseline", variant("baseline").game, reading={"NS": "talk", "UP": "raid"})
    (play,) = plays(setting, solve_setting(setting)).plays
    assert play.chain.path(9).sentence() == "talk talk raid talk talk raid talk raid, then NE for ever"


def test_history_dependent_play_and_large_families_are_left_out_and_said_so():
    stage = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("c", "d")))
    setting = Setting("pd", "PD", lambda: gt.DynamicGame.repeated(stage, discount="1/2"), concept=gt.SubgamePerfect())
    found = plays(setting, solve_setting(setting))
    assert found.plays == () and not found.is_complete and "history-dependent" in found.left_out
    setting = Setting("m", "m", _coordination)
    found = plays(setting, solve_setting(setting), limit=3)
    assert not found.is_complete and found.left_out == "1 equilibria beyond the first 3"


def test_results_hold_every_member_with_its_settings_and_verdicts(monkeypatch):
    invented = Member(
        "invented",
        "title",
        "about",
        "cycle",
        (1,),
        (
            Setting("baseline", "Baseline", variant("baseline").game, "shows"),
            Setting("s", "S", variant("weak_sovereignty").game, concept=gt.MarkovPerfect()),
        ),
        lambda: (family.Verdict("statement", family.LedgerVerdict.BUILT_IN, "structure", claims=(1,)),),
    )
    monkeypatch.setattr(results, "members", lambda: (invented,))
    monkeypatch.setattr(results, "verdicts_of", lambda name: invented.verdicts())
    said = []
    (found,) = results.family_results(done=said.append)
    assert said == ["member invented"]
    first, second = found["settings"]
    assert first["status"] == "COMPLETE" and first["plays"][0]["pattern_probabilities"] == {"cycle": "1"}
    shares = {name: Fraction(p) for name, p in second["plays"][0]["pattern_probabilities"].items()}
    assert sum(shares.values()) == 1 and shares["cycle"] < 1
    assert found["verdicts"][0]["is_input"] is True
    with pytest.raises(gt.InputError, match="one of"):
        family.member("atlantis")
