"""Dynamic games: construction, strongly connected parts, bad input."""

from fractions import Fraction as F

import networkx as nx
import pytest
from hypothesis import given

import gametheory as gt
from gametheory.games.tree import Chance, Turn
from tests.strategies import dynamic_games

PD = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "MX"), actions=(("N", "U"), ("C", "R")))
MOVES = {"N": ("E", "S"), "U": ("A", "P")}
PAYOFFS = {"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, 2)}


def sequential(**changes):
    arguments = {"first": "US", "moves": MOVES, "payoffs": PAYOFFS, "players": ("US", "MX"), "discount": "1/2"}
    return gt.DynamicGame.sequential(**{**arguments, **changes})


@given(dynamic_games(states=5))
def test_parts_are_the_strongly_connected_components_last_first(game):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(game.states)))
    for s, period in enumerate(game.periods):
        graph.add_edges_from((s, t) for play in period.plays for p, t in play.next if p)
    assert {frozenset(part) for part in game.parts} == {frozenset(c) for c in nx.strongly_connected_components(graph)}
    place = {s: i for i, part in enumerate(game.parts) for s in part}
    assert all(place[s] >= place[t] for s, t in graph.edges)


def test_moves_may_go_deeper():
    game = sequential(
        moves={"N": ("E", "S"), "U": ("A", {"P": ("y", "h")})},
        payoffs={"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UPy": (0, 2), "UPh": (-1, 1)},
    )
    assert [(n.player, n.history) for n in game.periods[0].nodes] == [(0, ""), (1, "N"), (1, "U"), (0, "UP")]
    assert game.outcomes == ("NE", "NS", "UA", "UPy", "UPh")


CHANCE = {"N": ("E", "S"), "U": Chance({"w": ("1/3", ("A", "P")), "x": ("2/3", ("A", "P"))})}
DRAWN = {"NE": (2, 2), "NS": (0, 3), "UwA": (4, 0), "UwP": (1, 1), "UxA": (1, 0), "UxP": (-1, -1)}


def test_nature_may_draw_within_a_period_and_the_answer_may_depend_on_it():
    """By hand: Mexico protests where the raid worked (1 > 0), not where it failed; acting alone is worth 1, shirking 0."""
    game = sequential(moves=CHANCE, payoffs=DRAWN)
    solution = gt.solve(game, gt.MarkovPerfect(pure=True))
    solution.verify()
    (equilibrium,) = solution.equilibria
    assert equilibrium.policy["play"] == {"US": "U", "MX after N": "S", "MX after Uw": "P", "MX after Ux": "A"}
    assert equilibrium.values[0] == (F(1), F(1, 3))


def test_a_period_with_chance_agrees_with_the_one_shot_tree():
    """Without states that move, an equilibrium plays the tree of one period in every period."""
    tree = gt.Tree.from_moves(CHANCE, DRAWN, players=("US", "MX"))
    (expected,) = gt.solve(tree, gt.SubgamePerfect()).equilibria
    (found,) = gt.solve(sequential(moves=CHANCE, payoffs=DRAWN), gt.MarkovPerfect(pure=True)).equilibria
    assert found.values[0] == expected.payoffs


def test_turns_name_the_mover_and_chance_cannot_come_first(tmp_path):
    twice = {"U": Turn("US", {"y": ("A", "P"), "n": None}), "N": None}
    pay = {"N": (0, 0), "UyA": (1, 0), "UyP": (-1, 1), "Un": (0, 2)}
    game = sequential(moves=twice, payoffs=pay)
    assert [(n.player, n.history) for n in game.periods[0].nodes] == [(0, ""), (0, "U"), (1, "Uy")]
    for each in (game, sequential(moves=CHANCE, payoffs=DRAWN)):
        gt.write_game(each, tmp_path / "game.toml")
        assert gt.read_game(tmp_path / "game.toml").periods == each.periods
    with pytest.raises(gt.InputError, match="a move of a player first"):
        sequential(moves=Chance({"w": ("1/2", ("N", "U")), "x": ("1/2", ("N", "U"))}))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (
            lambda: gt.DynamicGame.repeated(PD, discount=1),
            "discount of US: got .*; expected .* strictly between 0 and 1",
        ),
        (lambda: gt.DynamicGame.repeated(PD, discount=0), "strictly between 0 and 1"),
        (lambda: gt.DynamicGame.repeated(PD, discount=("1/2", "3/2")), "discount of MX"),
        (lambda: gt.DynamicGame.repeated(PD, discount=float("nan")), "finite"),
        (lambda: gt.DynamicGame.repeated(3, discount="1/2"), "a StageGame"),
        (lambda: sequential(first="CA"), "first: got 'CA'; expected one of the players"),
        (lambda: sequential(payoffs={**PAYOFFS, "XX": (1, 1)}), "exactly the outcomes"),
        (lambda: sequential(payoffs={"NE": (1, 1)}), "exactly the outcomes"),
        (lambda: sequential(payoffs={**PAYOFFS, "NE": (1,)}), "two payoffs"),
        (lambda: sequential(payoffs={**PAYOFFS, "NE": (1, float("inf"))}), r"payoffs\['NE'\]\[1\]"),
        (lambda: sequential(moves={"N": (), "U": ("A",)}), "moves after 'N'"),
        (lambda: sequential(players=("a", "b", "c"), first="a"), "Gambit"),
        (lambda: gt.DynamicGame.from_arrays([PD], [[[[1]] * 2] * 2], "1/2", states=("a", "b")), "1 names"),
        (lambda: gt.DynamicGame.from_arrays([PD], [[[["1/2"]] * 2] * 2], "1/2"), "sum to one exactly"),
        (lambda: gt.DynamicGame.from_arrays([PD], [[[[1.0, 0]] * 2] * 2], "1/2"), "a distribution over 1 states"),
        (lambda: gt.DynamicGame.from_arrays([PD], [[[[1]] * 2]], "1/2"), "a 2 x 2 table"),
        (lambda: gt.DynamicGame.from_arrays([PD], [[[[1]] * 2] * 2], "1/2", start="zz"), "start"),
        (
            lambda: gt.DynamicGame.from_arrays([PD, None], [[[[0, 1]] * 2] * 2, [[[0, 1]]]], "1/2"),
            r"stages\[1\]: got None; expected a pair of matrices",  # an absorbing state without payoffs
        ),
        (lambda: gt.DynamicGame.from_arrays([PD, PD], [[[[0, 1]] * 2] * 2], "1/2"), "2 tables"),
        (lambda: gt.DynamicGame.from_arrays([PD, PD], [[[[0, 1]] * 2] * 2, []], "1/2"), r"transitions\[1\]"),
        (
            lambda: gt.DynamicGame.from_arrays([PD, PD], [[[[1, 0]] * 2] * 2] * 2, "1/2", states=("a", "b"), connected=True),
            r"states: got \['b'\]; expected states that play from the start 'a' can reach",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(gt.GameTheoryError, match=match):
        call()


def test_thirds_written_as_decimals_do_not_sum_to_one():
    third = [0.333, 0.333, 0.333]
    with pytest.raises(gt.InputError, match="sum to one exactly"):
        gt.DynamicGame.from_arrays([PD] * 3, [[[third] * 2] * 2] * 3, "1/2")


def test_substitution_by_name():
    game = sequential(payoffs={**PAYOFFS, "NE": ("r", "r + t")}, discount=("d", "9/10"))
    assert game.parameters == ("d", "r", "t")
    numbers = game.subs(r=2, t="1/2", d=0.25)
    assert numbers.parameters == ()
    assert numbers.periods[0].plays[0].payoffs == (2, F(5, 2))
    with pytest.raises(gt.InputError, match="strictly between"):
        game.subs(d=2)
    with pytest.raises(gt.InputError, match="parameters of the game"):
        game.subs(zz=2)


def test_rules_may_come_after_substitution():
    rule = gt.Counter("k", upto=1, on={"UR": "rho"})
    symbolic = gt.DynamicGame.repeated(PD, discount="delta")
    late = symbolic.subs(delta="1/2").with_rules(rule).subs(rho="1/3")
    early = symbolic.with_rules(rule).subs(delta="1/2", rho="1/3")
    assert (late.periods, late.discount, late.states) == (early.periods, early.discount, early.states)
    again = early.with_rules(gt.Fine("US", on="UR", by="k*delta"))
    assert again.parameters == ()


US, MX = gt.Ordering("UA > NE > UP > NS"), gt.Ordering("NS > NE > UP > UA")
RATCHET = (
    *(gt.Counter("k", upto=3, on={"UP": 1}), gt.Fine("US", on=("UA", "UP"), by="k")),
    gt.Bonus("MX", on="NE", by="3*k/4"),
)
PURE = gt.MarkovPerfect(pure=True)


def with_top(top):
    """Mexico's payoffs follow its ordering for every top payoff above 3."""
    payoffs = {"UA": (4, 1), "NE": (3, 3), "UP": (2, 2), "NS": (1, top)}
    return sequential(payoffs=payoffs).with_rules(*RATCHET)


def test_a_game_of_ranks_says_so_whatever_becomes_of_it(tmp_path):
    ranks = sequential(payoffs=(US, MX), discount="delta")
    ruled = ranks.with_rules(*RATCHET)
    seen = ruled.perceived("US", without=["k"])
    for k, game in enumerate((ranks, ruled, ruled.subs(delta="1/2"), seen, seen.subs(delta="1/2"))):
        assert game.ordinal and str(game).endswith("payoffs are ranks")
        gt.write_game(game, tmp_path / f"{k}.toml")
        back = gt.read_game(tmp_path / f"{k}.toml")
        assert back == game and back.ordinal
    numbers = sequential(payoffs={x: (US.utilities()[x], MX.utilities()[x]) for x in US.utilities()}, discount="delta")
    assert not numbers.ordinal and "ranks" not in str(numbers)
    assert numbers.periods == ranks.periods and numbers != ranks


def test_a_stage_game_of_ranks_makes_repeated_and_stochastic_games_of_ranks(tmp_path):
    stage = gt.StageGame.from_orderings(US, MX, outcomes=[["NE", "NS"], ["UA", "UP"]], players=("US", "MX"))
    twice = gt.DynamicGame.from_arrays([stage, stage], [[[[1, 0], [0, 1]]] * 2] * 2, "1/2")
    for k, game in enumerate((gt.DynamicGame.repeated(stage, discount="1/2"), twice)):
        gt.write_game(game, tmp_path / f"{k}.json")
        assert game.ordinal and gt.read_game(tmp_path / f"{k}.json") == game
    assert not gt.DynamicGame.repeated(PD, discount="1/2").ordinal


@pytest.mark.parametrize(("symbolic", "ordinal"), [("", True), ("symbolic = true\n", False)])
@pytest.mark.parametrize("kind", ["sequential", "repeated"])
def test_orderings_in_a_file_are_ranks_unless_symbolic(tmp_path, symbolic, ordinal, kind):
    shape = {
        "sequential": 'first = "US"\nmoves = {N = ["E", "S"], U = ["A", "P"]}\n',
        "repeated": 'outcomes = [["NE", "NS"], ["UA", "UP"]]\n',
    }[kind]
    (tmp_path / "game.toml").write_text(
        f'kind = "{kind}"\nplayers = ["US", "MX"]\ndiscount = "1/2"\n{symbolic}{shape}'
        '[orderings]\nUS = "UA > NE > UP > NS"\nMX = "NS > NE > UP > UA"\n'
        '[[rules]]\nrule = "Counter"\nname = "k"\nupto = 1\non = {UP = 1}\n'
    )
    assert gt.read_game(tmp_path / "game.toml").ordinal is ordinal


def test_a_conclusion_from_ranks_can_turn_with_numbers_in_the_same_order():
    """By hand: with k constraints enforcement pays Mexico 3 + 3k/4, at most 21/4; a shirker with more than that never enforces."""
    ranks = gt.solve(sequential(payoffs=(US, MX)).with_rules(*RATCHET), PURE)
    assert "payoffs are ranks" in str(ranks).splitlines()[-1]
    four, eight = (gt.solve(with_top(top), PURE) for top in (4, 8))
    assert "payoffs are ranks" not in str(four) + str(eight)
    assert ranks.paths == four.paths == {"UP UP, then NE for ever": 1}
    assert set(eight.paths) == {"UP, then NS for ever", "UP UP, then NS for ever"}
    said = [gt.verdict(solution, "UP+ NE forever") for solution in (four, eight)]
    assert [(v.certain, v.possible, len(v.probabilities)) for v in said] == [(1, 1, 1), (0, 0, 2)]
    symbolic = gt.solve(with_top("top"), PURE)  # and the symbol says where it turns
    for top, cooperates in ((F(31, 10), True), (4, True), (5, True), (F(53, 10), False), (8, False)):
        assert {path.sequence[-1] for path in symbolic.paths_at(top=top)} == {"NE" if cooperates else "NS"}


def test_payoff_sets_of_ranks_say_so_too():
    solution = gt.solve(sequential(payoffs=(US, MX)), gt.SubgamePerfect())
    assert "payoffs are ranks" in str(solution).splitlines()[-1]
