"""Logit Markov equilibria: numerical, compared with the definition, with another method and with exact limits."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.equilibria import _logit_system
from gametheory.equilibria.markov_quantal import logit_markov, logit_markov_branch, logit_markov_residual
from gametheory.equilibria.quantal import logit_branch, logit_equilibrium
from gametheory.errors import InputError, InputTypeError


def _random_game(rng, *, states=3, own=(1, 2)):
    def draw():
        x = [rng.randint(0, 3) for _ in range(states)]
        x[rng.randrange(states)] += 1
        return [Fraction(a, sum(x)) for a in x]

    stages, transitions = [], []
    for _ in range(states):
        m, n = rng.choice(own), rng.choice(own)
        stages.append([[[rng.randint(-4, 6) for _ in range(n)] for _ in range(m)] for _ in (0, 1)])
        transitions.append([[draw() for _ in range(n)] for _ in range(m)])
    return gt.DynamicGame.from_arrays(
        stages, transitions, (Fraction(rng.randint(1, 8), 10), Fraction(rng.randint(1, 8), 10))
    )


def _iterate(game, precision, rounds=3000):
    """Logit responses and values in turn, damped: plain loops from the definition. Converges for small precisions."""
    delta = [float(d) for d in game.discount]
    profile = [[np.full(len(n.actions), 1 / len(n.actions)) for n in p.nodes] for p in game.periods]
    values = np.zeros((len(game.states), 2))
    for _ in range(rounds):
        change = 0.0
        for s, period in enumerate(game.periods):
            ends = [
                [
                    float(play.payoff_to(i)) + delta[i] * sum(float(q) * values[t][i] for q, t in play.next_for(i))
                    for i in (0, 1)
                ]
                for play in period.plays
            ]

            def worth(lottery, at, ends=ends):
                return sum(float(p) * np.array(at[t] if t >= 0 else ends[~t]) for p, t in lottery)

            if period.simultaneous:
                cells = np.array([[worth(c, None) for c in row] for row in period.branches])
                x, y = profile[s]
                options = [cells[:, :, 0] @ y, x @ cells[:, :, 1]]
                new = [np.einsum("a,b,abi->i", x, y, cells)]
            else:
                at, options = [None] * len(period.nodes), [None] * len(period.nodes)
                for n in reversed(range(len(period.nodes))):
                    cells = np.array([worth(c, at) for c in period.branches[n]])
                    options[n] = cells[:, period.nodes[n].player]
                    at[n] = profile[s][n] @ cells
                new = [at[0]]
            for n, scores in enumerate(options):
                e = np.exp(precision * (scores - max(scores)))
                after = (profile[s][n] + e / e.sum()) / 2
                change = max(change, np.abs(after - profile[s][n]).max())
                profile[s][n] = after
            change = max(change, np.abs(values[s] - new[0]).max())
            values[s] = new[0]
        if change < 1e-14:
            break
    assert change < 1e-12
    return profile, values * (1 - np.array(delta))


def _ladder():
    game = gt.DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        payoffs={"NE": (2, "13/5"), "NS": (0, 3), "UA": ("3/2", 1), "UP": ("-1/2", "9/5")},
        players=("US", "MX"),
        discount=("1/2", "9/10"),
    )
    return game.with_rules(
        gt.Counter("k", upto=2, on={"UP": "1/2"}),
        gt.Counter("f", upto=1, on={"NS": 1, "NE": "2/5"}, reset_on=gt.stepped("k")),
        gt.Fine("US", on=("UA", "UP"), by="k/2"),
        gt.Bonus("US", on=("UA", "UP"), by="3*f/5"),
    )


def test_small_precisions_agree_with_iterated_responses():
    rng = random.Random(5)
    games = [_random_game(rng) for _ in range(6)] + [_ladder()]
    for game in games:
        precision = Fraction(rng.randint(1, 20), 100)
        point = logit_markov(game, precision)
        profile, values = _iterate(game, float(precision))
        for mixes, other in zip(point.profile, profile, strict=True):
            for mix, theirs in zip(mixes, other, strict=True):
                assert np.allclose(mix, theirs, atol=1e-9)
        assert np.allclose(point.values, values, atol=1e-8)


def test_own_beliefs_count():
    """A player who does not foresee the ratchet answers as if it stood still; by the definition, and unlike one who does."""
    game = _ladder()
    naive = game.perceived("US", without=["k"])
    point = logit_markov(naive, 1)
    assert point.residual < 1e-9
    profile, values = _iterate(naive, 0.2)
    small = logit_markov(naive, Fraction(1, 5))
    assert np.allclose(small.values, values, atol=1e-8)
    assert abs(small.profile[0][0][0] - profile[0][0][0]) < 1e-9
    assert abs(point.profile[0][0][0] - logit_markov(game, 1).profile[0][0][0]) > 1e-3


@pytest.mark.parametrize("discount", ["1/10", "9/10"])
def test_a_repeated_game_is_played_like_the_stage_game(discount):
    """With one state the future is the same whatever one does: the stage game's branch, found by another tracer."""
    stage = gt.StageGame([[3, 0, 2], [5, 1, 0]], [[3, 5, 1], [0, 1, 4]])
    game = gt.DynamicGame.repeated(stage, discount=discount)
    for precision in (Fraction(1, 2), 2, 9):
        theirs = logit_equilibrium(stage, precision)
        ours = logit_markov(game, precision)
        assert np.allclose(ours.profile[0][0], theirs.profile[0], atol=1e-8)
        assert np.allclose(ours.profile[0][1], theirs.profile[1], atol=1e-8)


def test_a_branch_that_turns_back():
    """Where the branch folds, the first arrival at a precision is found, as in the stage game."""
    stage = gt.StageGame([[9, 0], [8, 8]], [[9, 8], [0, 7]])
    game = gt.DynamicGame.repeated(stage, discount="1/2")
    branch = logit_branch(stage, upto=5)
    for precision in (0, Fraction(1, 5), 1, 5):
        assert np.allclose(logit_markov(game, precision).profile[0][0], branch.at(precision)[0].profile[0], atol=1e-7)


def test_high_precision_leads_to_a_markov_perfect_equilibrium():
    game = _ladder()
    found = gt.solve(game, gt.MarkovPerfect())
    assert found.status is gt.Status.COMPLETE
    point = logit_markov(game, 2000)
    distance = min(
        max(
            abs(float(a) - b)
            for pair, other in zip(e.values, point.values, strict=True)
            for a, b in zip(pair, other, strict=True)
        )
        for e in found.equilibria
    )
    assert distance < 1e-3


def test_random_games_meet_the_definition_on_all_of_a_branch():
    rng = random.Random(8)
    for _ in range(15):
        game = _random_game(rng, states=rng.randint(1, 4), own=(1, 2, 3))
        for point in logit_markov_branch(game, [0, Fraction(1, 3), 2, 40]):
            assert logit_markov_residual(game, point.profile, point.precision) == point.residual < 1e-8
            assert all(abs(sum(mix) - 1) < 1e-12 for mixes in point.profile for mix in mixes)


def test_the_sparse_factorisation_gives_the_same(monkeypatch):
    game = _random_game(random.Random(3), states=6)
    dense = logit_markov(game, 3)
    monkeypatch.setattr(_logit_system, "_DENSE", 0)
    sparse = logit_markov(game, 3)
    assert np.allclose(dense.values, sparse.values, atol=1e-9)
    assert sparse.residual < 1e-9


def test_points_read_like_the_game():
    point = logit_markov(_ladder(), 0)
    assert point.policy["k=0, f=0"] == {
        "US": {"N": 0.5, "U": 0.5},
        "MX after N": {"E": 0.5, "S": 0.5},
        "MX after U": {"A": 0.5, "P": 0.5},
    }


def test_what_cannot_be_read_is_refused():
    game = _ladder()
    with pytest.raises(InputError, match="precision"):
        logit_markov(game, -1)
    with pytest.raises(InputError, match="rise"):
        logit_markov_branch(game, [2, 1])
    with pytest.raises(InputTypeError, match="logit_equilibrium"):
        logit_markov(gt.StageGame([[1]], [[1]]), 1)
    with pytest.raises(InputError, match="steps"):
        logit_markov(game, 1000, steps=3)
