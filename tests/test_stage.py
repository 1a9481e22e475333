"""Stage games: shapes, labels, orderings, symbols."""

import numpy as np
import pytest
from hypothesis import given

import gametheory as gt
from tests.strategies import stage_games

US, MX = gt.Ordering("UC > NC > UR > NR"), gt.Ordering("NR > NC > UR > UC")
TABLE = [["NC", "NR"], ["UC", "UR"]]


def test_from_orderings_reads_action_labels_off_the_outcomes():
    game = gt.StageGame.from_orderings(US, MX, outcomes=TABLE, players=("US", "MX"))
    assert game.actions == (("N", "U"), ("C", "R"))
    assert game.payoffs("UC") == (4, 1)
    assert game.ordinal
    assert [str(o) for o in game.orderings()] == ["UC > NC > UR > NR", "NR > NC > UR > UC"]


def test_symbolic_games_carry_their_domain_and_take_values():
    game = gt.StageGame.from_orderings(US, MX, outcomes=TABLE, symbolic=True, players=("US", "MX"))
    assert len(game.domain) == 6
    values = {f"u_US_{x}": v for x, v in US.utilities().items()} | {f"u_MX_{x}": v for x, v in MX.utilities().items()}
    assert game.subs(**values).A == gt.StageGame.from_orderings(US, MX, outcomes=TABLE).A
    assert game.subs(**values).domain == ()
    with pytest.raises(gt.InputError, match="satisfy the game's assumption"):
        game.subs(u_US_UC=0, u_US_NC=1)
    with pytest.raises(gt.InputError, match="parameters of the game"):
        game.subs(nonsense=1)


def test_labels_that_are_not_joined_actions_are_kept():
    us = gt.Ordering("peace > war")
    game = gt.StageGame.from_orderings(us, us, outcomes=[["peace", "war"]])
    assert game.outcomes == (("peace", "war"),)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (([[1, 2]], [[1], [2]]), r"B: got 'a 2 x 1 matrix'; expected the shape of A, 1 x 2"),
        (([[1, 2], [3]], [[1, 2], [3, 4]]), r"A\[1\]: got '1 payoffs'"),
        (([[1, float("nan")]], [[1, 2]]), r"A\[0\]\[1\]: got nan; expected a finite number"),
        (([[1, float("inf")]], [[1, 2]]), r"A\[0\]\[1\]: got inf"),
        (([], []), "A: got"),
        (("12", "34"), "A: got"),
        (([[1, 2]], [[1, 2]], ("x", "x")), "two different names"),
        (([[1, 2]], [[1, 2]], ("x", "y", "z")), "for three or more use Gambit"),
        (([[1, 2]], [[1, 2]], ("x", "y"), (("a",), ("b", "b"))), "labels that differ"),
        (([[1, 2]], [[1, 2]], ("x", "y"), (("a",), ("b",))), "2 labels"),
        (([[1, 2]], [[1, 2]], ("x", "y"), (("a",), "bc")), "a list of labels"),
        (([[1, 2], [3, 4]], [[1, 2], [3, 4]], ("x", "y"), (("a", "ab"), ("bc", "c"))), "outcome labels that differ"),
    ],
)
def test_bad_input_is_named(arguments, match):
    with pytest.raises(gt.GameTheoryError, match=match):
        gt.StageGame(*arguments)


def test_three_player_arrays_are_refused_by_name():
    with pytest.raises(gt.UnsupportedError, match="Gambit"):
        gt.StageGame(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)))


def test_orderings_that_do_not_fit_the_table_are_refused():
    with pytest.raises(gt.InputError, match=r"ordering of US: .*'NR'\] missing"):
        gt.StageGame.from_orderings(gt.Ordering("UC > NC > UR"), MX, outcomes=TABLE, players=("US", "MX"))
    with pytest.raises(gt.InputError, match=r"unknown: \['ZZ'\]"):
        gt.StageGame.from_orderings(US, MX & gt.Ordering("UC > ZZ"), outcomes=TABLE)
    with pytest.raises(gt.InputError, match="total ordering; NC and UR are not ranked"):
        gt.StageGame.from_orderings(gt.Ordering("UC > NC; UC > UR > NR"), MX, outcomes=TABLE)


def test_floats_in_arrays_are_read_as_printed():
    game = gt.StageGame(np.array([[0.1, 0.2]]), np.array([[1, 2]]))
    assert [str(x) for x in game.A[0]] == ["1/10", "1/5"]


@given(stage_games())
def test_exchanging_the_players_twice_changes_nothing(game):
    assert game.exchange().exchange() == game
    rows, columns = game.best_responses()
    swapped_rows, swapped_columns = game.exchange().best_responses()
    assert {(j, i) for i, j in rows} == swapped_columns
    assert {(j, i) for i, j in columns} == swapped_rows


def test_display_marks_best_responses():
    game = gt.StageGame.from_orderings(US, MX, outcomes=TABLE, players=("US", "MX"))
    assert "4*, 1" in str(game)
    assert "ranks" in str(game)
    assert "<u>4</u>" in game._repr_html_()
    assert r"\underline{4}" in game._repr_latex_()


def test_a_domain_may_be_an_ordering_and_anything_else_is_refused_in_words():
    import sympy

    T, R, P, S = sympy.symbols("T R P S")
    payoffs = ([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    by_ordering = gt.StageGame(*payoffs, domain=gt.Ordering("T > R > P > S"))
    assert by_ordering == gt.StageGame(*payoffs, domain=(T > R, R > P, P > S))
    assert gt.StageGame(*payoffs, domain=T > R).domain == (T > R,)
    for wrong in ("T > R", 3, (T,), [1]):
        with pytest.raises(gt.InputTypeError, match="an Ordering such as"):
            gt.StageGame(*payoffs, domain=wrong)
