"""Games for and from nashpy, pygambit and QuantEcon; payoff tables as HTML and LaTeX."""

import io
import re
import shutil
import subprocess
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.interop import from_nashpy, from_pygambit, from_quantecon, to_nashpy, to_pygambit, to_quantecon
from tests.strategies import stage_games

NUMERIC = gt.StageGame([["1/3", 0], [1, "-5/7"]], [[1, 2], [3, "0.1"]], ("US", "MX"), (("N", "U"), ("C", "R")))
SYMBOLIC = gt.StageGame([["t"]], [[0]])


# --- floats -----------------------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(stage_games(payoffs=st.decimals(-99, 99, places=3).map(Fraction)))
def test_decimals_survive_nashpy_and_quantecon(game):
    pytest.importorskip("quantecon")
    for there, back in ((to_nashpy, from_nashpy), (to_quantecon, from_quantecon)):
        again = back(there(game), players=game.players, actions=game.actions)
        assert again == game


def test_nashpy_and_quantecon_hold_the_right_payoffs_for_the_right_player():
    pytest.importorskip("quantecon")
    game = gt.StageGame([[1, 2, 3], [4, 5, 6]], [[-1, -2, -3], [-4, -5, -6]])
    first, second = to_nashpy(game).payoff_matrices
    assert first.tolist() == [[1, 2, 3], [4, 5, 6]] and second.tolist() == [[-1, -2, -3], [-4, -5, -6]]
    theirs = to_quantecon(game)
    assert theirs[1, 2].tolist() == [6, -6] and theirs.nums_actions == (2, 3)


def test_floats_round_fractions_and_say_what_they_cannot_hold():
    assert from_nashpy(to_nashpy(NUMERIC)).A[0][0] == Fraction(repr(1 / 3)) != Fraction(1, 3)
    huge = gt.StageGame([[10**400]], [[0]])
    for there in (to_nashpy, to_quantecon):
        with pytest.raises(InputError, match="floats can hold"):
            there(huge)
        with pytest.raises(InputError, match="substitute"):
            there(SYMBOLIC)
        with pytest.raises(InputTypeError, match="StageGame"):
            there([[1]])


def test_games_of_other_packages_that_do_not_fit_are_refused():
    quantecon = pytest.importorskip("quantecon.game_theory")
    with pytest.raises(UnsupportedError, match="two players"):
        from_quantecon(quantecon.NormalFormGame((2, 2, 2)))
    for back in (from_nashpy, from_quantecon, from_pygambit):
        pytest.importorskip("pygambit")
        with pytest.raises(InputTypeError):
            back(np.eye(2))


def test_a_large_game_without_names_gets_outcomes_that_differ():
    nashpy = pytest.importorskip("nashpy")
    game = from_nashpy(nashpy.Game(np.zeros((12, 12)), np.ones((12, 12))))
    assert game.shape == (12, 12) and len({x for row in game.outcomes for x in row}) == 144


# --- pygambit, either generation --------------------------------------------------------------------------------------


plain = st.text("abXY '\"{}1", min_size=1, max_size=5).filter(lambda s: s == s.strip() and "  " not in s)


@settings(max_examples=30)
@given(stage_games(payoffs=st.fractions(-9, 9, max_denominator=99)), st.data())
def test_pygambit_keeps_payoffs_and_names_exactly(game, data):
    pytest.importorskip("pygambit")
    players = data.draw(st.lists(plain, min_size=2, max_size=2, unique=True))
    actions = [data.draw(st.lists(plain, min_size=k, max_size=k, unique=True)) for k in game.shape]
    named = gt.StageGame(
        game.A, game.B, players, actions, labels=[[f"o {i} {j}" for j in range(game.shape[1])] for i in range(game.shape[0])]
    )
    theirs = to_pygambit(named)
    assert from_pygambit(theirs) == named
    first, second = theirs.to_arrays()
    for mine, tables in ((named.A, first), (named.B, second)):
        assert [[str(x) for x in row] for row in mine] == [[str(x) for x in row] for row in tables.tolist()]


def test_pygambit_solves_the_game_it_is_given():
    gambit = pytest.importorskip("pygambit")
    pennies = gt.StageGame([[2, -1], [-1, 1]], [[-2, 1], [1, -1]])
    (found,) = gambit.nash.enummixed_solve(to_pygambit(pennies), rational=True).equilibria
    weights = sorted(Fraction(int(p), int(q)) for p, q in re.findall(r"Rational\((\d+), (\d+)\)", repr(found)))
    ours = sorted(x for mix in gt.solve(pennies, gt.Nash()).equilibria[0].profile for x in mix)
    assert weights == ours


def test_names_that_gambit_does_not_take_are_refused():
    pytest.importorskip("pygambit")
    for name in ("México", "a  b", " a", "a\\b", "a\nb"):
        with pytest.raises(InputError, match="names that Gambit takes"):
            to_pygambit(gt.StageGame([[1]], [[1]], (name, "b")))
    with pytest.raises(InputError, match="substitute"):
        to_pygambit(SYMBOLIC)


def test_games_of_pygambit_that_do_not_fit_are_refused():
    gambit = pytest.importorskip("pygambit")
    seventeen = hasattr(gambit, "StrategicGame")
    arrays = [np.zeros((2, 2, 2), dtype=int)] * 3
    three = (gambit.StrategicGame if seventeen else gambit.Game).from_arrays(*arrays)
    with pytest.raises(UnsupportedError, match="three or more use Gambit"):
        from_pygambit(three)
    tree = gambit.read_efg(io.BytesIO(b'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "x" } 0 t "" 1 "" { 1 2 }'))
    with pytest.raises(UnsupportedError, match="strategic form"):
        from_pygambit(tree)


def test_games_made_in_pygambit_are_read():
    gambit = pytest.importorskip("pygambit")
    make = getattr(gambit, "StrategicGame", gambit.Game)
    theirs = make.from_arrays([[Fraction(1, 3), 2], [3, 4]], [[1, 2], [3, Fraction(-1, 7)]])
    ours = from_pygambit(theirs)
    assert ((Fraction(1, 3), 2), (3, 4)) == ours.A and ((1, 2), (3, Fraction(-1, 7))) == ours.B
    assert ours.players == ("1", "2") and ours.actions == (("1", "2"), ("1", "2"))


def test_pygambit_17_renames_players_and_strategies():
    gambit = pytest.importorskip("pygambit")
    if not hasattr(gambit, "StrategicGame"):
        pytest.skip("pygambit 17 is not installed")
    theirs = gambit.StrategicGame.from_arrays([[1, 2]], [[3, 4]])
    theirs.relabel_players({"1": "US", "2": "MX"})
    assert from_pygambit(theirs).players == ("US", "MX")
    assert to_pygambit(NUMERIC).get_payoffs({"US": "N", "MX": "C"})["US"] == Fraction(1, 3)


# --- payoff tables ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Cells of a table; fails on tags that do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.best = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in ("table", "tr", "th", "td", "b", "u") and not attrs
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        assert self.open and self.open[-1] != "table"
        self.rows[-1][-1] += data
        if self.open[-1] == "u":
            self.best.append((len(self.rows) - 2, len(self.rows[-1]) - 2, data))


nasty = st.text("<>&\"'\\_{}$%#~^ aé", min_size=1, max_size=4)


@st.composite
def nasty_games(draw):
    m, n = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    table = st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=m, max_size=m)
    players = draw(st.lists(nasty, min_size=2, max_size=2, unique=True))
    actions = [draw(st.lists(nasty, min_size=k, max_size=k, unique=True)) for k in (m, n)]
    labels = [[f"{i},{j}" for j in range(n)] for i in range(m)]
    return gt.StageGame(draw(table), draw(table), players, actions, labels=labels)


@given(nasty_games())
def test_html_is_well_formed_and_marks_exactly_the_best_responses(game):
    page = Page(game._repr_html_())
    assert page.rows[0] == [f"{game.players[0]} \\ {game.players[1]}", *game.actions[1]]
    for i, row in enumerate(page.rows[1:]):
        assert row == [game.actions[0][i], *(f"{u}, {v}" for u, v in zip(game.A[i], game.B[i], strict=True))]
    rows, columns = game.best_responses()
    marked = [(i, j, str(game.A[i][j])) for i, j in rows] + [(i, j, str(game.B[i][j])) for i, j in columns]
    assert sorted(page.best) == sorted(marked)


def latex_problems(text):
    """What TeX would stumble over: braces that do not match, special characters outside a command, ragged rows."""
    body = text.removeprefix("$$\\begin{array}{c|").removesuffix("\n\\end{array}$$")
    columns, _, body = body.partition("}\n")
    problems = []
    if set(columns) != {"c"}:
        problems.append("columns")
    for line in body.split(" \\\\\n"):
        bare = re.sub(r"\\[&%$#_{}]", "", line)
        depth = 0
        for sign in re.findall(r"[{}]", bare):
            depth += 1 if sign == "{" else -1
            if depth < 0:
                problems.append("braces")
        if depth:
            problems.append("braces")
        if bare.count("&") != len(columns):
            problems.append("cells")
        texts = re.findall(r"\\text\{([^{}]*)\}", bare)
        if any(re.search(r"[%$#_^~\\]", x) for x in texts):
            problems.append("special characters")
    return problems


@given(nasty_games())
def test_latex_escapes_every_name_and_marks_the_best_responses(game):
    text = game._repr_latex_()
    assert latex_problems(text) == []
    rows, columns = game.best_responses()
    assert text.count(r"\underline{") == len(rows) + len(columns)


def test_latex_of_symbols_with_underscores_and_of_fractions():
    game = gt.StageGame([["u_US_N", "1/2"]], [[1, "c*k"]], actions=(("N_1",), ("C%", "R&D")))
    text = game._repr_latex_()
    assert r"\frac{1}{2}" in text and r"\text{N}\_\text{1}" in text
    assert r"\text{C}\%" in text and r"\text{R}\&\text{D}" in text
    assert latex_problems(text) == []
    symbolic = gt.StageGame.from_orderings(
        gt.Ordering("a_1 > b"), gt.Ordering("b > a_1"), outcomes=[["a_1", "b"]], symbolic=True, players=("US", "MX")
    )
    assert r"u_{US a 1}" in symbolic._repr_latex_()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")
def test_latex_compiles(tmp_path):
    game = gt.StageGame([["1/2", 0]], [[1, 2]], ("a_b", "c"), (("x_%$#&{}~^\\",), ("C", "R")))
    source = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}" + game._repr_latex_() + "\\end{document}"
    (tmp_path / "table.tex").write_text(source)
    subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"], cwd=tmp_path, check=True)
