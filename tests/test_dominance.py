"""Dominance, iterated elimination, rationalizability and best responses."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.dominance import (
    Dominance,
    dominated_actions,
    eliminate,
    eliminate_in_order,
    rationalizable,
    supporting_belief,
)
from gametheory.equilibria.responses import best_responses_to, response_pieces
from gametheory.errors import CertificateError, InputError, InputTypeError
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame


def _random_game(rng, top=4, largest=4):
    m, n = rng.randint(1, largest), rng.randint(1, largest)
    A, B = ([[rng.randint(0, top) for _ in range(n)] for _ in range(m)] for _ in range(2))
    return StageGame(A, B, actions=(tuple(f"r{i}" for i in range(m)), tuple(f"c{j}" for j in range(n))))


def _tables(game):
    return [list(map(list, game.A)), [list(c) for c in zip(*game.B, strict=True)]]


def _largest_gain(table, mine):
    """Floats: the best guaranteed gain over action ``mine`` by any mix, from scipy."""
    m, n = len(table), len(table[0])
    rows = [[-float(table[k][b] - table[mine][b]) for k in range(m)] + [1.0] for b in range(n)]
    found = linprog(
        [0.0] * m + [-1.0], rows, [0.0] * n, [[1.0] * m + [0.0]], [1.0], bounds=[(0, None)] * m + [(None, None)]
    )
    return -found.fun


def test_strict_dominance_by_mixes_agrees_with_scipy_and_never_best_responses():
    rng = random.Random(1)
    dominated = by_mix = 0
    for _ in range(150):
        game = _random_game(rng)
        found = {(d.player, d.action): d for d in dominated_actions(game)}
        for d in found.values():
            d.verify(game)
        for i, table in enumerate(_tables(game)):
            for k, action in enumerate(game.actions[i]):
                key = (game.players[i], action)
                assert (key in found) == (_largest_gain(table, k) > 1e-9), (game, key)
                belief = supporting_belief(game, *key)
                # Pearce (1984), Lemma 3: strictly dominated if and only if never a best response
                assert (belief is None) == (key in found)
                if belief is not None:
                    assert action in best_responses_to(game, key[0], belief)
        dominated += len(found)
        by_mix += sum(not d.is_pure for d in found.values())
    assert dominated > 50
    assert by_mix > 5


def test_weak_dominance_is_lack_of_a_full_support_belief():
    # Pearce (1984), Lemma 4, with the belief sought by scipy: each probability at least t, t as large as possible
    rng = random.Random(2)
    weak = 0
    for _ in range(120):
        game = _random_game(rng, top=2, largest=3)
        found = {(d.player, d.action) for d in dominated_actions(game, Dominance.WEAK)}
        weak += len(found)
        for i, table in enumerate(_tables(game)):
            n = len(table[0])
            for k, action in enumerate(game.actions[i]):
                rows = [[float(row[b] - table[k][b]) for b in range(n)] + [0.0] for row in table]
                rows += [[-float(b == c) for c in range(n)] + [1.0] for b in range(n)]
                best = linprog([0.0] * n + [-1.0], rows, [0.0] * len(rows), [[1.0] * n + [0.0]], [1.0],
                               bounds=[(0, None)] * n + [(-1, None)])  # fmt: skip
                cautious = best.status == 0 and -best.fun > 1e-9
                assert ((game.players[i], action) in found) == (not cautious), (game, action)
    assert weak > 40


def test_pure_dominance_agrees_with_gambit():
    gbt = pytest.importorskip("pygambit")
    rng = random.Random(3)
    for _ in range(60):
        game = _random_game(rng, top=3)
        theirs = gbt.Game.from_arrays(*(np.array([[int(u) for u in r] for r in t]) for t in (game.A, game.B)))
        support = theirs.strategy_support_profile()
        for kind, strict in ((Dominance.STRICT, True), (Dominance.WEAK, False)):
            ours = {(d.player, d.action) for d in dominated_actions(game, kind, mixed=False)}
            expected = {
                (game.players[i], game.actions[i][k])
                for i, player in enumerate(theirs.players)
                for k, strategy in enumerate(player.strategies)
                if support.is_dominated(strategy, strict)
            }
            assert ours == expected, (game, kind)


def test_elimination_is_verified_and_strict_survivors_do_not_depend_on_the_order():
    rng = random.Random(4)
    long = 0
    for _ in range(80):
        game = _random_game(rng)
        for kind in Dominance:
            for mixed in (True, False):
                done = eliminate(game, kind, mixed=mixed)
                done.verify()
                long += len(done.rounds) > 1
        survivors = eliminate(game).surviving
        order, current = [], eliminate_in_order(game, [])
        while not current.finished:
            one = rng.choice(dominated_actions(current.reduced))
            order.append((one.player, one.action))
            current = eliminate_in_order(game, order)
            current.verify()
        assert current.surviving == survivors == rationalizable(game)
    assert long > 30


def test_the_order_matters_for_weak_dominance():
    # Osborne and Rubinstein (1994), figure 63.1
    game = StageGame([[1, 0], [1, 2], [0, 2]], [[1, 0], [1, 1], [0, 1]], actions=(("T", "M", "B"), ("L", "R")))
    first = eliminate_in_order(game, [("row", "T"), ("column", "L")], Dominance.WEAK)
    second = eliminate_in_order(game, [("row", "B"), ("column", "R")], Dominance.WEAK)
    assert first.surviving[1] == ("R",)
    assert second.surviving[1] == ("L",)
    first.verify()
    second.verify()


def test_bernheim_example():
    # Bernheim (1984), figure 1 (also Osborne and Rubinstein 1994, figure 57.1): b4 is never a best response, then a4 goes;
    # a1, a3, b1, b3 are rationalizable although only (a2, b2) is an equilibrium
    A = [[0, 2, 7, 0], [5, 3, 5, 0], [7, 2, 0, 0], [0, 0, 0, 10]]
    B = [[7, 5, 0, 1], [2, 3, 2, 1], [0, 5, 7, 1], [0, -2, 0, -1]]
    names = (("a1", "a2", "a3", "a4"), ("b1", "b2", "b3", "b4"))
    game = StageGame(A, B, actions=names)
    done = eliminate(game)
    done.verify()
    assert done.surviving == (("a1", "a2", "a3"), ("b1", "b2", "b3"))
    assert [d.action for d in done.steps] == ["b4", "a4"]
    assert done.steps[0].by[3] == 0 and not done.steps[0].is_pure
    assert not eliminate(game, mixed=False).steps
    assert done.reduced.labels[1][1] == "a2b2"


def test_every_pure_equilibrium_survives_strict_elimination():
    rng = random.Random(6)
    seen = 0
    for _ in range(100):
        game = _random_game(rng, top=2)
        left = rationalizable(game)
        for a in game.actions[0]:
            for b in game.actions[1]:
                if Nash().check(game, (a, b)).holds:
                    seen += 1
                    assert a in left[0] and b in left[1]
    assert seen > 80


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_dominance_survives_positive_affine_payoffs_and_exchange(data):
    game = _random_game(random.Random(data.draw(st.integers(0, 10**6))), top=3)
    scale, shift = data.draw(st.fractions(Fraction(1, 50), 50)), data.draw(st.fractions(-100, 100))
    moved = replace(game, A=tuple(tuple(scale * u + shift for u in row) for row in game.A))
    for kind in Dominance:
        plain = {(d.player, d.action, d.kind) for d in dominated_actions(game, kind)}
        assert {(d.player, d.action, d.kind) for d in dominated_actions(moved, kind)} == plain
        assert {(d.player, d.action, d.kind) for d in dominated_actions(game.exchange(), kind)} == plain


def test_a_margin_that_floats_lose():
    tiny = Fraction(1, 10**30)
    game = StageGame([[2, 0], [0, 2], [1 - tiny, 1 - tiny]], [[0, 0]] * 3)
    assert [d.action for d in dominated_actions(game)] == ["2"]
    game = StageGame([[2, 0], [0, 2], [1, 1]], [[0, 0]] * 3)
    assert dominated_actions(game, Dominance.WEAK) == ()


def test_mixed_dominance_between_ranks_is_labelled():
    us, them = Ordering("r6 > r5 > r4 > r3 > r2 > r1"), Ordering("r1 ~ r2 ~ r3 ~ r4 ~ r5 ~ r6")
    game = StageGame.from_orderings(us, them, outcomes=[["r5", "r1"], ["r2", "r6"], ["r3", "r4"]])
    (found,) = dominated_actions(game)
    assert found.ordinal and not found.is_pure and "artefact" in str(found)
    assert not dominated_actions(replace(game, ordinal=False))[0].ordinal
    stretched = replace(game, A=((10, 1), (2, 11), (7, 9)))  # the same order of outcomes: now nothing is dominated
    assert dominated_actions(stretched) == ()
    pure = StageGame.from_orderings(us, them, outcomes=[["r5", "r1"], ["r6", "r2"], ["r3", "r4"]])
    assert not any(d.ordinal for d in dominated_actions(pure, mixed=False))


def test_forged_steps_and_bad_input_are_refused():
    game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("c", "d")))
    done = eliminate(game)
    step = done.steps[0]
    for forged in (
        replace(done, surviving=(("C",), ("d",))),
        replace(done, rounds=()),
        replace(done, rounds=(), surviving=game.actions),
        replace(done, rounds=((replace(step, by=(Fraction(1), Fraction(0))),), *done.rounds[1:])),
        replace(done, rounds=((replace(step, action="D", by=(Fraction(1), Fraction(0))),), *done.rounds[1:])),
    ):
        with pytest.raises(CertificateError):
            forged.verify()
    with pytest.raises(InputError, match="dominated"):
        eliminate_in_order(game, [("row", "D")])
    with pytest.raises(InputError, match="player"):
        eliminate_in_order(game, [("nobody", "D")])
    with pytest.raises(InputError, match="left"):
        eliminate_in_order(game, [("row", "C"), ("row", "C")])
    with pytest.raises(InputError, match="action"):
        supporting_belief(game, "row", "x")
    with pytest.raises(InputError, match="subs"):
        dominated_actions(StageGame([["t", 0]], [[0, 0]]))
    with pytest.raises(InputTypeError):
        dominated_actions([[1, 2]])


# --- best responses ---------------------------------------------------------------------------------------------------


def test_response_pieces_agree_with_best_responses_everywhere():
    rng = random.Random(8)
    for _ in range(100):
        m = rng.randint(1, 5)
        game = StageGame([[rng.randint(0, 5) for _ in "ab"] for _ in range(m)], [[0, 0]] * m)
        pieces = response_pieces(game, "row")
        assert pieces[0].low == 0 and pieces[-1].high == 1 and pieces[0].is_point and pieces[-1].is_point
        for before, after in pairwise(pieces):
            assert before.high == after.low and before.is_point != after.is_point
        for k in range(0, 61):
            q = Fraction(k, 60)
            here = [p for p in pieces if (p.low < q < p.high) or p.low == q == p.high]
            assert len(here) == 1
            assert here[0].actions == best_responses_to(game, "row", (q, 1 - q))
    with pytest.raises(InputError, match="two actions"):
        response_pieces(StageGame([[1, 2, 3]], [[0, 0, 0]]), "row")
