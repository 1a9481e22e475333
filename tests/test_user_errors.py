"""What a newcomer gets wrong is answered in one sentence that names the field, the value and what to write instead."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.games.strategies import grim
from gametheory.plotting import path_figure

HOME, RIVAL = gt.Ordering("TC > FC > TR > FR"), gt.Ordering("FR > FC > TR > TC")
MISSPELT = gt.Ordering("TC > FCC > TR > FR")
PARTIAL = gt.Ordering("TC > FC > TR; TC > FR")
TABLE = [["FC", "FR"], ["TC", "TR"]]
PLAYERS = ("home", "rival")


def sequential(payoffs=(HOME, RIVAL), **changes):
    given = {"first": "home", "moves": {"F": ("C", "R"), "T": ("C", "R")}, "players": PLAYERS, "discount": "3/5"}
    return gt.DynamicGame.sequential(**(given | {"payoffs": payoffs} | changes))


def stage(us=HOME, mx=RIVAL, outcomes=TABLE):
    return gt.StageGame.from_orderings(us, mx, outcomes=outcomes, players=PLAYERS)


WARNINGS = gt.Counter("w", upto=2, on={"TR": 1})
SOLUTION = gt.solve(
    sequential().with_rules(WARNINGS, gt.Fine("home", on=("TC", "TR"), by="w")), gt.MarkovPerfect(pure=True)
)
EQUILIBRIUM = SOLUTION.equilibria[0]
PROVED = gt.Claim("x > 0", given="x > 1").prove()
A_STAGE = "game: got a StageGame of home and rival; expected a DynamicGame"
A_SOLUTION = ["solution: got", "the solution of a DynamicGame under MarkovPerfect", "verdict(solution, pattern)"]
A_PATH = ["path: got", "sol.equilibria[0].path(periods=8)"]
BOTH_WAYS = ["ordering of home", "'TC > FCC > TR > FR'", "['FC'] missing", "unknown: ['FCC']"]
NOT_RANKED = ["ordering of home", "FC and FR are not ranked"]
WRITE = ["ordering of home: got 'TC > FC > TR > FR'", 'write gt.Ordering("TC > FC > TR > FR")']

CALLS = {
    "text for a stage game's ordering": (lambda: stage(us=HOME.text), WRITE),
    "text for the second ordering": (lambda: stage(mx=RIVAL.text), ["ordering of rival", "write gt.Ordering("]),
    "outcomes as a flat list": (
        lambda: stage(outcomes=["FC", "FR", "TC", "TR"]),
        ["outcomes", "a table: a list of rows"],
    ),
    "rows of unequal length": (lambda: stage(outcomes=[["FC", "FR"], ["TC"]]), ["outcomes", "of equal length"]),
    "a misspelt outcome in a stage game": (lambda: stage(us=MISSPELT), BOTH_WAYS),
    "a misspelt outcome in moves in sequence": (lambda: sequential((MISSPELT, RIVAL)), BOTH_WAYS),
    "the same misspelling in both orderings": (lambda: sequential((MISSPELT, MISSPELT)), BOTH_WAYS),
    "a partial ordering in a stage game": (lambda: stage(us=PARTIAL), NOT_RANKED),
    "a partial ordering in moves in sequence": (lambda: sequential((PARTIAL, RIVAL)), NOT_RANKED),
    "one ordering for two players": (
        lambda: sequential(HOME),
        ["payoffs: got Ordering('TC > FC", "two orderings", "ordering of home", "ordering of rival"],
    ),
    "text for a dynamic game's orderings": (lambda: sequential((HOME.text, RIVAL.text)), WRITE),
    "moves without answers": (lambda: sequential(moves=["F", "T"]), ["moves: got ['F', 'T']", "FC, FR, TC, TR"]),
    "a first move forgotten": (
        lambda: sequential(moves={"F": ("C", "R")}),
        ["moves: got {'F': ('C', 'R')}", "FC, FR, TC, TR", "FC, FR only"],
    ),
    "payoffs as a list": (lambda: HOME.holds([4, 3, 2, 1]), ["got [4, 3, 2, 1]", "a mapping from outcome to number"]),
    "a letter for a worse outcome's payoff": (
        lambda: HOME.holds({"TC": 4, "FC": 3, "TR": 2, "FR": "x"}),
        ["payoffs['FR']: got x;", "substitute"],
    ),
    "a letter for a better outcome's payoff": (
        lambda: HOME.holds({"TC": "x", "FC": 3, "TR": 2, "FR": 1}),
        ["payoffs['TC']: got x;", "substitute"],
    ),
    "no discounting": (lambda: sequential(discount=1), ["discount of home: got 1;", "strictly between 0 and 1"]),
    "a discount factor above one": (lambda: sequential(discount="3/2"), ["discount of home: got 3/2;"]),
    "rules as a list": (lambda: sequential().with_rules([WARNINGS]), ["rule: got [", "give the rules one by one"]),
    "a verdict with its arguments exchanged": (lambda: gt.verdict("TR+", SOLUTION), [*A_SOLUTION, "'TR+'"]),
    "a verdict on one equilibrium": (lambda: gt.verdict(EQUILIBRIUM, "TR+"), [*A_SOLUTION, "a MarkovEquilibrium;"]),
    "a verdict on a stage game": (
        lambda: gt.verdict(gt.solve(stage(), gt.Nash()), "TR+"),
        [*A_SOLUTION, "a StageGame of home and rival"],
    ),
    "a figure of a solution": (lambda: path_figure(SOLUTION), [*A_PATH, "a Solution;"]),
    "a figure of an equilibrium": (lambda: path_figure(EQUILIBRIUM), [*A_PATH, "a MarkovEquilibrium;"]),
    "a path of x periods": (lambda: EQUILIBRIUM.path(periods="x"), ["periods: got 'x'", "a positive whole number"]),
    "a forecast of half a period": (lambda: EQUILIBRIUM.chain.forecast(0.5), ["periods: got 0.5"]),
    "a verdict for a certificate": (
        lambda: gt.verify_certificate(PROVED),
        ["source: got a Proved;", "a file", "verdict.verify()"],
    ),
    "a folder that does not exist": (
        lambda: PROVED.save("no such folder/proof.json"),
        ["path: got 'no such folder/proof.json'", "create no such folder first"],
    ),
    "a strategy for a stage game": (lambda: grim(stage(), "home"), [A_STAGE, "DynamicGame.repeated"]),
    "a count of a stage game": (lambda: gt.count(stage(), gt.Nash()), [A_STAGE]),
}


@pytest.mark.parametrize("mistake", CALLS)
def test_a_mistake_is_answered_in_one_sentence(mistake):
    call, words = CALLS[mistake]
    with pytest.raises((gt.InputError, gt.InputTypeError)) as caught:
        call()
    message = str(caught.value)
    for word in words:
        assert word in message
    assert "Fraction(" not in message
    assert "\n" not in message
    assert len(message) < 300


def test_what_the_checks_let_through():
    """Neighbours of the mistakes above that are right, and stay so."""
    assert sequential([HOME, RIVAL]) == sequential()
    assert stage(us=HOME, outcomes=tuple(map(tuple, TABLE))) == stage()
    assert gt.StageGame.from_orderings(PARTIAL, RIVAL, outcomes=TABLE, players=PLAYERS, symbolic=True).domain
    assert sequential({"F": (1, 0), "T": (0, 1)}, moves=["F", "T"]).outcomes == ("F", "T")
    assert EQUILIBRIUM.path(periods=8) == EQUILIBRIUM.path(8)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(3, 2), "3/2"),
        (Fraction(-4), "-4"),
        ([Fraction(1, 2), "Fraction(1, 2)"], "[1/2, 'Fraction(1, 2)']"),
        ((Fraction(1),), "(1,)"),
        ({"a": Fraction(1, 3)}, "{'a': 1/3}"),
        ((stage(), 1), "(a StageGame of home and rival, 1)"),
        (sequential(), "a DynamicGame of home and rival"),
        ("x" * 300, "'" + "x" * 196 + "..."),
    ],
)
def test_values_are_shown_as_their_author_would_write_them(value, shown):
    assert str(gt.InputError("field", value, "another")) == f"field: got {shown}; expected another"


def test_an_outcome_that_play_never_shows_has_probability_zero():
    """A chain does not know the game: the check against the game's outcomes is that of the verdict."""
    assert gt.Pattern("XX+ FC forever").probability(EQUILIBRIUM.chain) == 0
    with pytest.raises(gt.InputError, match="XX"):
        gt.verdict(SOLUTION, "XX+ FC forever")
