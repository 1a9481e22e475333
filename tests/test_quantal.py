"""Logit equilibria: numerical, compared with Gambit's tracer and with the definition."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from gametheory.equilibria.quantal import logit_branch, logit_equilibrium, logit_residual
from gametheory.errors import InputError
from gametheory.games.stage import StageGame

gbt = pytest.importorskip("pygambit")


def _gambit(A, B):
    return gbt.Game.from_arrays(np.array(A), np.array(B))


def _agrees(point, theirs, tolerance=1e-5):
    expected = [[float(theirs.profile[s]) for s in player.strategies] for player in theirs.game.players]
    return all(
        abs(p - q) < tolerance
        for mix, other in zip(point.profile, expected, strict=True)
        for p, q in zip(mix, other, strict=True)
    )


def test_random_games_agree_with_gambit():
    rng = random.Random(21)
    for _ in range(12):
        m, n = rng.randint(2, 4), rng.randint(2, 4)
        A, B = ([[rng.randint(0, 9) for _ in range(n)] for _ in range(m)] for _ in range(2))
        game = StageGame(A, B)
        for theirs in gbt.qre.logit_solve_lambda(_gambit(A, B), [0.3, 1.0]):
            point = logit_equilibrium(game, round(theirs.lam, 6))
            assert _agrees(point, theirs), (A, B, theirs.lam)
            assert point.residual < 1e-9
            assert logit_residual(game, point.profile, point.precision) < 1e-9


@pytest.mark.parametrize("prize", [4, 9])
def test_asymmetric_matching_pennies(prize):
    # The games of Ochs (1995), fitted by McKelvey and Palfrey (1995): the row player's own payoff moves her mix away
    # from one half at finite precision, while the Nash mix does not depend on it; in the limit it is reached.
    game = StageGame([[prize, 0], [0, 1]], [[0, 1], [1, 0]])
    branch = logit_branch(game, upto=1000)
    assert branch.reached
    assert branch.crossings == ()
    assert branch.residual < 1e-6
    (x, _), (y, _) = branch.points[-1].profile
    assert abs(x - 1 / 2) < 0.01
    assert abs(y - 1 / (1 + prize)) < 0.01
    assert max(p.profile[0][0] for p in branch.points) > 0.7
    for theirs in gbt.qre.logit_solve_lambda(_gambit([[prize, 0], [0, 1]], [[0, 1], [1, 0]]), [0.5, 2.0, 10.0]):
        assert _agrees(branch.at(round(theirs.lam, 6))[0], theirs)


def test_dilemma_against_a_scalar_fixed_point():
    # one unknown: defecting gains 1 + q where q is the probability of cooperation, so q = 1 / (1 + exp(t (1 + q)))
    game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    for t in (0.0, 0.25, 1.0, 7.0):
        low, high = 0.0, 1.0
        for _ in range(80):
            q = (low + high) / 2
            low, high = (q, high) if q < 1 / (1 + math.exp(t * (1 + q))) else (low, q)
        point = logit_equilibrium(game, t)
        assert abs(point.profile[0][0] - q) < 1e-10
        assert abs(point.profile[1][0] - q) < 1e-10


def test_precision_and_payoffs_scale_together():
    A, B = [[5, 0, 2], [1, 4, 3]], [[2, 3, 0], [4, 1, 5]]
    wide = StageGame([[1000 * u - 7 for u in row] for row in A], [[1000 * u + 3 for u in row] for row in B])
    one, other = logit_equilibrium(StageGame(A, B), 2), logit_equilibrium(wide, "1/500")
    assert np.allclose(one.profile[0], other.profile[0], atol=1e-9)
    assert np.allclose(one.profile[1], other.profile[1], atol=1e-9)


def test_a_crossing_in_a_symmetric_game_is_flagged():
    # coordination with payoffs 1: p = 1/2 is always a logit equilibrium and two others branch off at precision 2
    # (where the slope of the logit response p -> 1 / (1 + exp(-t (2 p - 1))), t / 2, reaches one)
    branch = logit_branch(StageGame([[1, 0], [0, 1]], [[1, 0], [0, 1]]), upto=10)
    assert len(branch.crossings) == 1
    assert abs(branch.crossings[0] - 2) < 0.5


def test_every_point_of_a_long_branch_is_a_logit_equilibrium():
    game = StageGame([[6, 0], [5, 4]], [[6, 5], [0, 4]])  # a stag hunt
    branch = logit_branch(game, upto=30)
    assert branch.reached
    for point in branch.points[:: max(1, len(branch.points) // 25)]:
        assert logit_residual(game, point.profile, point.precision) < 1e-6
    assert branch.points[-1].profile[0][1] > 0.99  # the risk-dominant equilibrium


def test_bad_input_and_short_traces_are_plain():
    game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    for wrong in (-1, float("nan"), "x"):
        with pytest.raises(InputError):
            logit_equilibrium(game, wrong)
    with pytest.raises(InputError, match="rational"):
        logit_branch(StageGame([["t", 0]], [[0, 0]]))
    short = logit_branch(game, upto=50, steps=5)
    assert not short.reached
    assert "steps" in short.reason
    with pytest.raises(InputError, match="on the branch"):
        short.at(50)
    flat = logit_branch(StageGame([[1, 1]], [[2, 2]]), upto=5)
    assert flat.points[-1].profile == ((1.0,), (0.5, 0.5))
