"""``gametheory solve``: every kind of file, words and JSON, and clear refusals."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gametheory as gt
from gametheory.cli import app

GAMES = Path(__file__).parent / "data" / "games"


def solve(*arguments):
    return CliRunner().invoke(app, ["solve", *map(str, arguments)])


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        ("orderings.toml", "exactly one equilibrium"),
        ("payoff_form.nfg", "exactly one equilibrium"),
        ("outcome_form.nfg", "3 extreme equilibria; ties make 1 of 2 components a continuum"),
        ("entry.efg", "exactly one equilibrium"),
        ("tree.toml", "exactly one equilibrium"),
        ("sequential.toml", "exactly 2 equilibria"),
        ("stochastic.toml", "exactly 5 equilibria"),
    ],
)
def test_verdicts_in_words_and_in_json(file, verdict):
    told = solve(GAMES / file)
    assert told.exit_code == 0, told.output
    assert f"Verdict: {verdict}" in told.stdout
    plain = json.loads(solve(GAMES / file, "--json").stdout)
    assert plain["status"] == "COMPLETE"
    assert plain["verdict"].startswith(verdict)
    assert len(plain["equilibria"]) >= 1


def test_the_number_in_the_verdict_is_the_number_found():
    game = gt.read_game(GAMES / "stochastic.toml")
    assert len(gt.solve(game, gt.MarkovPerfect()).equilibria) == 5


@pytest.mark.parametrize(
    ("file", "match"),
    [
        ("payoffs.toml", r"got 't'; expected a value for each of these parameters"),
        ("nothing.nfg", "nothing.nfg"),
        ("nothing.xyz", "a name that ends in .nfg, .efg, .toml, .json"),
    ],
)
def test_refusals(file, match):
    told = solve(GAMES / file)
    assert told.exit_code != 0
    assert isinstance(told.exception, gt.GameTheoryError)
    with pytest.raises(gt.GameTheoryError, match=match):
        raise told.exception
