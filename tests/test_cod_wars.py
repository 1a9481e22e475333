"""The second study: another pair, another issue, the same functions, no change outside its folder."""

import subprocess
import sys
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest

import gametheory as gt
from gametheory.studies import cod_wars
from gametheory.studies.family import LedgerVerdict
from gametheory.studies.fit import case_by_model
from gametheory.studies.score import score
from gametheory.studies.study import find_study

HEAD = (
    resources.files("gametheory.studies.cod_wars").joinpath("data", "episodes.csv").read_text("utf-8").splitlines()[0]
)


def write(tmp_path, *rows):
    path = tmp_path / "new.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


def test_nothing_outside_the_folder_knows_of_the_study():
    package = Path(cod_wars.__file__).parent
    for path in package.parent.parent.rglob("*.py"):
        if package not in path.parents:
            assert "cod_wars" not in path.read_text("utf-8"), path


def test_the_baseline_has_the_stated_orderings_and_the_first_differences_hold():
    game = cod_wars.limits_game(limits=1, pressure=2).subs(**cod_wars.BASELINE)
    period = game.periods[game.states.index("k=0, d=2")]
    for i, player in enumerate(game.players):
        assert cod_wars.ORDERINGS[player].holds({play.label: play.payoff_to(i) for play in period.plays})


def test_what_each_setting_shows_was_computed_by_hand_for_the_last_limit():
    """With one limit and no pressure: Iceland extends once iff recognition pays for the confrontation.

    Holding for ever is worth 0; extending until recognised is worth V = (1-d)(-h-w) + d (rho g + (1-rho) V).
    """
    for delta in ("1/5", "1/2", "4/5", "9/10"):
        game = cod_wars.limits_game(limits=1, pressure=1).subs(**{**cod_wars.BASELINE, "p": "0", "delta_IS": delta})
        (equilibrium,) = gt.solve(game, gt.MarkovPerfect(pure=True)).equilibria
        d, rho, g = Fraction(delta), Fraction(4, 5), 1
        pays = -(1 - d) * Fraction(5, 2) + d * rho * g > 0
        assert (equilibrium.path(8).outcomes[0] == "XR") == pays


def test_verdicts_are_findings_and_none_is_undecided():
    for verdict in find_study("cod_wars").family.verdicts_of("limits"):
        assert verdict.verdict is LedgerVerdict.CONDITIONAL and verdict.detail


def test_the_record_is_possible_where_wars_end_and_each_coding_is_read():
    study = find_study("cod_wars")
    table = case_by_model(study)
    fits = {f.model.name: f for f in table.fits}
    assert fits["limits/baseline"].missed == ()
    assert fits["limits/baseline"].in_order == Fraction(4, 5), (
        "peace follows the fourth war iff that one ends in recognition"
    )
    assert fits["limits/impatient"].missed == tuple(e.name for e in table.episodes if e.outcomes == {"XR"})
    agreed = case_by_model(study, coding="all rows, agreements")
    assert {f.model.name: f for f in agreed.fits}["limits/baseline"].in_order == Fraction(4, 5) ** 4, (
        "each of the four ends so"
    )
    assert [e.name for e in study.record("sure rows")] == [
        "four_miles",
        "twelve_miles",
        "fifty_miles",
        "two_hundred_miles",
    ]


def test_a_new_episode_is_scored_and_its_faults_are_named(tmp_path):
    study = find_study("cod_wars")
    found = score(study, write(tmp_path, "new,Next,1980,,hold,,,high,,"))
    best = found.models[0]
    assert [str(e) for e in found.new] == ["new (1980): HK"] and best.after >= best.before
    silent = score(study, write(tmp_path, "new,Next,1980,,extend,,,high,,"))
    assert silent.new[0].outcomes == {"XY", "XR"}, "what is silent is missing"
    for wrong, said in (
        ("new,N,1980,,move,,,high,,", "'extend', 'hold'"),
        ("new,N,1980,,hold,yield,,high,,", "held to its limits"),
    ):
        with pytest.raises(gt.ReadError, match=said):
            score(study, write(tmp_path, wrong))


def test_the_command_scores_the_second_study_with_the_same_words(tmp_path):
    path = write(tmp_path, "new,Next,1980,,extend,resist,,high,,")
    done = subprocess.run(
        [sys.executable, "-m", "gametheory", "score", "--study", "cod_wars", str(path)],
        capture_output=True, text=True, check=False, env={**__import__("os").environ, "COLUMNS": "160"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "limits/popular_wars" in done.stdout and "not probabilities" in " ".join(done.stdout.split())
