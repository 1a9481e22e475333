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


HAWKS = """
schema = "gametheory/1"
kind = "stage"
players = ["row", "column"]
actions = [["hawk", "dove"], ["hawk", "dove"]]
outcomes = [["HH", "HD"], ["DH", "DD"]]
domain = [DOMAIN]

[payoffs]
HH = ["(v - c)/2", "(v - c)/2"]
HD = ["v", 0]
DH = [0, "v"]
DD = ["v/2", "v/2"]
"""


def test_files_with_symbols_say_where_each_equilibrium_exists(tmp_path):
    (tmp_path / "hawks.toml").write_text(HAWKS.replace("DOMAIN", '"v > 0", "c > 0"'))
    told = solve(tmp_path / "hawks.toml")
    assert told.exit_code == 0, told.output
    assert "exists: v >= c" in told.stdout and "exists: c > v" in told.stdout
    plain = json.loads(solve(tmp_path / "hawks.toml", "--json").stdout)
    assert [e["exists"] for e in plain["equilibria"]] == [["v >= c"], ["c >= v"], ["c >= v"], ["c > v"]]
    (tmp_path / "none.toml").write_text(HAWKS.replace("DOMAIN", '"v > c", "c > v + 1"'))
    refused = solve(tmp_path / "none.toml")
    assert refused.exit_code != 0 and "assumptions that can hold together" in str(refused.exception)


def test_trees_and_dynamic_games_with_symbols(tmp_path):
    tree = gt.Tree.from_moves(
        {"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={"NE": ("a", 1), "NS": ("b", 2), "UA": ("c", 1), "UP": ("d", 0)},
    )
    gt.write_game(tree, tmp_path / "tree.toml")
    told = solve(tmp_path / "tree.toml")
    assert told.exit_code == 0, told.output
    assert "NS: b >= c" in told.stdout and "UA: c >= b" in told.stdout and "2 pure equilibrium paths" in told.stdout
    stage = gt.StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    gt.write_game(gt.DynamicGame.repeated(stage, discount="delta"), tmp_path / "repeated.toml")
    told = solve(tmp_path / "repeated.toml")
    assert told.exit_code == 0 and "exists: P >= S" in told.stdout, told.output


def test_the_number_in_the_verdict_is_the_number_found():
    game = gt.read_game(GAMES / "stochastic.toml")
    assert len(gt.solve(game, gt.MarkovPerfect()).equilibria) == 5


@pytest.mark.parametrize(
    ("file", "match"),
    [
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
