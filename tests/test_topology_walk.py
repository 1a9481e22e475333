"""The walk through the topology: continuation games carry the equilibrium, and what is called possible is exactly that."""

import random
from functools import lru_cache
from itertools import pairwise

import pytest

import gametheory as gt
from gametheory.games.topology import game_number, shortest_path
from gametheory.studies.us_mexico import topology_walk as tw
from gametheory.studies.us_mexico.preferences import STATED
from gametheory.studies.us_mexico.reduced import BASELINE, VARIANTS, Variant, reduced_game

CALM, HOT, MX = (STATED[name].ordering for name in ("us_calm", "us_frustrated", "mx"))
PURE = [v for v in VARIANTS if v.name != "weak_sovereignty"]


def ranks(matrix):
    order = sorted({x for row in matrix for x in row})
    return tuple(tuple(order.index(x) for x in row) for row in matrix)


@lru_cache
def number_of(A, B):
    return game_number(A, B)


def backward(game):
    """The outcome that backward induction gives in a 2x2 game whose row player moves first (strict games only)."""
    replies = [max((0, 1), key=lambda j, i=i: game.B[i][j]) for i in (0, 1)]
    row = max((0, 1), key=lambda i: game.A[i][replies[i]])
    return (("NE", "NS"), ("UA", "UP"))[row][replies[row]]


@pytest.mark.parametrize("variant", PURE, ids=lambda v: v.name)
def test_play_is_backward_induction_in_the_continuation_game(variant):
    rows = tw.walk_table(variant)
    assert len(rows) == 12
    for row in rows:
        if row.continuation.is_strict:
            assert row.outcome == backward(row.continuation), row


def test_with_simultaneous_moves_play_is_a_nash_equilibrium_of_the_continuation_game():
    rows = tw.walk_table(simultaneous=True)
    assert [row.stage for row in rows] == [row.stage for row in tw.walk_table()]  # the period's payoffs are the same
    for row in rows:
        i, j = next(
            (i, j) for i, r in enumerate((("NE", "NS"), ("UA", "UP"))) for j, x in enumerate(r) if x == row.outcome
        )
        assert row.continuation.A[i][j] >= row.continuation.A[1 - i][j]
        assert row.continuation.B[i][j] >= row.continuation.B[i][1 - j]


def test_the_last_period_of_a_nearly_myopic_game_is_the_stage_game():
    """With discount factors near 0 what follows cannot turn a strict comparison of the period."""
    tiny = Variant("tiny", "nearly myopic", {"delta_US": "1/1000000", "delta_MX": "1/1000000"})
    for row in tw.walk_table(tiny):
        if row.stage.is_strict:
            assert row.stage == row.continuation


def test_the_stated_orderings_fix_the_game_without_constraints():
    for us in (CALM, HOT):
        both = (us.utilities(), MX.utilities())
        A, B = ([[u[x] for x in row] for row in (("NE", "NS"), ("UA", "UP"))] for u in both)
        assert tw.possible_games(us, MX, constrained=False) == (game_number(A, B),)
    assert tw.possible_games(HOT, MX, constrained=False) == (111,)  # the prisoner's dilemma


def test_possible_games_are_those_that_draws_show():
    """Random payoffs with the orderings, random constraint and gain: all drawn games are listed, and all listed are drawn."""
    rng = random.Random(3)
    for us in (CALM, HOT):
        seen, plain = set(), set()
        for _ in range(4000):
            low = sorted(2 * rng.randrange(1, 400) for _ in range(4))
            high = sorted(2 * rng.randrange(1, 400) for _ in range(4))
            if len(set(low)) < 4 or len(set(high)) < 4:
                continue
            u = {x: low[r - 1] for x, r in us.utilities().items()}
            v = {x: high[r - 1] for x, r in MX.utilities().items()}
            c, m = rng.randrange(0, 801), rng.randrange(0, 801)
            A = [[u["NE"], u["NS"]], [u["UA"] - c, u["UP"] - c]]
            for gain, found in ((m, seen), (0, plain)):
                number = number_of(ranks(A), ranks([[v["NE"] + gain, v["NS"]], [v["UA"], v["UP"]]]))
                if number is not None:
                    found.add(number)
        assert seen == set(tw.possible_games(us, MX))
        assert plain == set(tw.possible_games(us, MX, gain=False))


def test_frustration_and_constraints_undo_each_other():
    both = set(tw.possible_games(CALM, MX, frustrated=True, gain=False))
    assert set(tw.possible_games(CALM, MX, gain=False)) | {111} <= both
    assert set(tw.possible_games(CALM, MX, constrained=False)) <= both


def test_a_step_of_the_walk_is_reached_by_its_swaps():
    steps = [s for s in tw.path_walk(tw.walk_table()) if s.game.is_strict]
    for before, after in pairwise(steps):
        assert len(shortest_path(before.game, after.game, keep_labels=True)) == len(after.swaps)


def test_a_variant_without_pure_equilibrium_is_refused():
    weak = next(v for v in VARIANTS if v.name == "weak_sovereignty")
    with pytest.raises(gt.InputError, match="pure equilibrium"):
        tw.walk_table(weak)
    with pytest.raises(gt.InputError, match="number from 0"):
        tw.walk_table(equilibrium=7)


def test_ranks_agree_with_the_numbers_of_the_game():
    game = reduced_game(K=3, F=2).subs(**BASELINE)
    for row in tw.walk_table():
        pay = {p.label: p.payoffs for p in game.periods[game.states.index(row.state)].plays}
        for i, table in enumerate((row.stage.A, row.stage.B)):
            flat = dict(zip(("NE", "NS", "UA", "UP"), (x for r in table for x in r), strict=True))
            for a in flat:
                for b in flat:
                    assert (pay[a][i] > pay[b][i]) == (flat[a] > flat[b])
