"""Minmax, maxmin, games of constant sum, and potentials."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from scipy.optimize import linprog

from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.potentials import exact_potential, generalised_ordinal_potential, ordinal_potential
from gametheory.equilibria.security import constant_sum, security, solve_zero_sum
from gametheory.errors import CertificateError, InputError
from gametheory.games.stage import StageGame


def _random_game(rng, top=9, largest=4):
    m, n = rng.randint(1, largest), rng.randint(1, largest)
    A, B = ([[rng.randint(-top, top) for _ in range(n)] for _ in range(m)] for _ in range(2))
    return StageGame(A, B)


def _opponents_program(table):
    """Floats: hold the player down, as the opponent's own linear program."""
    m, n = len(table), len(table[0])
    rows = [[float(u) for u in row] + [-1.0] for row in table]
    found = linprog(
        [0.0] * n + [1.0], rows, [0.0] * m, [[1.0] * n + [0.0]], [1.0], bounds=[(0, None)] * n + [(None, None)]
    )
    return found.fun


def test_security_levels_agree_with_scipy_and_brute_force():
    rng = random.Random(1)
    gaps = 0
    for _ in range(120):
        game = _random_game(rng)
        for player, table in zip(game.players, (game.A, list(zip(*game.B, strict=True))), strict=True):
            found = security(game, player)
            found.verify()
            assert abs(float(found.value) - _opponents_program(table)) < 1e-8
            m, n = len(table), len(table[0])
            assert found.pure_maxmin == max(min(table[i][j] for j in range(n)) for i in range(m))
            assert found.pure_minmax == min(max(table[i][j] for i in range(m)) for j in range(n))
            gaps += found.pure_maxmin < found.value < found.pure_minmax
    assert gaps > 10


def test_published_values():
    # Morra with two fingers (von Neumann and Morgenstern): fair; rock, paper, scissors: fair, one third each
    morra = [[0, 2, -3, 0], [-2, 0, 0, 3], [3, 0, 0, -4], [0, -3, 4, 0]]
    assert solve_zero_sum(StageGame(morra, [[-u for u in row] for row in morra])).value == 0
    rps = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    found = solve_zero_sum(StageGame(rps, [[-u for u in row] for row in rps]))
    assert (found.total, found.value) == (0, 0)
    assert found.profile == ((Fraction(1, 3),) * 3,) * 2
    # the classical formula for 2x2: the value is (ad - bc) / (a + d - b - c) without a saddle point
    a, b, c, d = 7, 2, 3, 5
    value = solve_zero_sum(StageGame([[a, b], [c, d]], [[10 - a, 10 - b], [10 - c, 10 - d]])).value
    assert value == Fraction(a * d - b * c, a + d - b - c)


def test_optimal_strategies_are_an_equilibrium():
    rng = random.Random(2)
    for _ in range(40):
        game = _random_game(rng)
        game = StageGame(game.A, [[3 - u for u in row] for row in game.A])
        assert constant_sum(game) == 3
        found = solve_zero_sum(game)
        assert Nash().check(game, found.profile).holds
        assert security(game, "row").value + security(game, "column").value == 3


def test_refusals_and_forgeries():
    game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert constant_sum(game) is None
    with pytest.raises(InputError, match="constant sum"):
        solve_zero_sum(game)
    with pytest.raises(InputError, match="player"):
        security(game, "nobody")
    with pytest.raises(InputError, match="subs"):
        security(StageGame([["t"]], [[0]]), "row")
    found = security(StageGame([[1, -1], [-1, 1]], [[0, 0], [0, 0]]), "row")
    for forged in (
        replace(found, value=found.value + Fraction(1, 10**9)),
        replace(found, maxmin_mix=(Fraction(1), Fraction(0))),
        replace(found, minmax_mix=(Fraction(1, 2), Fraction(1, 3))),
        replace(found, pure_minmax=Fraction(0)),
        replace(found, pure_maxmin=Fraction(0)),
    ):
        with pytest.raises(CertificateError):
            forged.verify()


# --- potentials -------------------------------------------------------------------------------------------------------


def _four_cycles_sum_to_zero(game):
    """Monderer and Shapley (1996), Corollary 2.9: every square of deviations sums to zero."""
    m, n = game.shape
    A, B = game.A, game.B
    return all(
        (A[k][j] - A[i][j]) + (B[k][h] - B[k][j]) + (A[i][h] - A[k][h]) + (B[i][j] - B[i][h]) == 0
        for i, k in product(range(m), repeat=2)
        for j, h in product(range(n), repeat=2)
    )


def _has_cycle(game, *, weak):
    """Naive: from every strict improvement, can the start be reached again by (weak or strict) improvements?"""
    m, n = game.shape

    def steps(cell):
        i, j = cell
        for k in range(m):
            if k != i:
                yield (k, j), game.A[k][j] - game.A[i][j]
        for k in range(n):
            if k != j:
                yield (i, k), game.B[i][k] - game.B[i][j]

    for start in product(range(m), range(n)):
        for after, gain in steps(start):
            if gain > 0:
                reached, todo = {after}, [after]
                while todo:
                    for there, g in steps(todo.pop()):
                        if (g > 0 or (weak and g == 0)) and there not in reached:
                            reached.add(there)
                            todo.append(there)
                if start in reached:
                    return True
    return False


def test_potentials_agree_with_their_characterisations():
    rng = random.Random(3)
    counts = [0, 0, 0]
    for trial in range(200):
        game = _random_game(rng, top=2, largest=3)
        if trial % 3 == 0:  # an exact potential plus what each player cannot influence
            m, n = game.shape
            rows, columns = [rng.randint(0, 5) for _ in range(n)], [rng.randint(0, 5) for _ in range(m)]
            A = [[game.A[i][j] + rows[j] for j in range(n)] for i in range(m)]
            game = StageGame(A, [[game.A[i][j] + columns[i] for j in range(n)] for i in range(m)])
        found = (exact_potential(game), ordinal_potential(game), generalised_ordinal_potential(game))
        for one in found:
            one.verify()
        assert found[0].exists == _four_cycles_sum_to_zero(game)
        assert found[1].exists == (not _has_cycle(game, weak=True))
        assert found[2].exists == (not _has_cycle(game, weak=False))
        assert found[0].exists <= found[1].exists <= found[2].exists
        counts = [c + one.exists for c, one in zip(counts, found, strict=True)]
    assert counts[0] > 60
    assert counts[0] < counts[1] < counts[2] < 200


def test_maxima_of_a_potential_are_equilibria():
    rng = random.Random(4)
    for _ in range(60):
        game = _random_game(rng, top=3, largest=3)
        for one in (exact_potential(game), ordinal_potential(game), generalised_ordinal_potential(game)):
            if one.matrix is not None:
                best = max(map(max, one.matrix))
                for i, row in enumerate(one.matrix):
                    for j, value in enumerate(row):
                        if value == best:
                            assert Nash().check(game, (game.actions[0][i], game.actions[1][j])).holds


def test_forged_potentials_are_refused():
    dilemma, pennies = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    good, cycle = exact_potential(dilemma), ordinal_potential(pennies)
    for forged in (
        replace(good, matrix=((Fraction(0),) * 2,) * 2),
        replace(ordinal_potential(dilemma), matrix=((Fraction(0),) * 2,) * 2),
        replace(good, matrix=None, cycle=("00", "01", "11", "10")),
        replace(cycle, cycle=("00", "11")),
        replace(cycle, cycle=cycle.cycle[::-1]),
        replace(cycle, cycle=()),
    ):
        with pytest.raises(CertificateError):
            forged.verify()
