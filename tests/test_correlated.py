"""Correlated equilibria: the polytope, its vertices and its optima."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import flint
import pytest
from scipy.optimize import linprog

from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.correlated import CorrelatedEquilibria
from gametheory.equilibria.solution import Status
from gametheory.errors import InputError, InputTypeError
from gametheory.games.stage import StageGame

CHICKEN = StageGame([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=(("C", "D"), ("c", "d")))


def _random_game(rng, top=4, largest=3):
    m, n = rng.randint(1, largest), rng.randint(1, largest)
    A, B = ([[rng.randint(0, top) for _ in range(n)] for _ in range(m)] for _ in range(2))
    return StageGame(A, B)


def _disobedience(game, joint):
    """From the definition: the largest gain of a player who maps what she is told to some other action."""
    m, n = game.shape
    gains = [0]
    for a in range(m):
        obey = sum(joint[a][j] * game.A[a][j] for j in range(n))
        gains += [sum(joint[a][j] * game.A[b][j] for j in range(n)) - obey for b in range(m)]
    for a in range(n):
        obey = sum(joint[i][a] * game.B[i][a] for i in range(m))
        gains += [sum(joint[i][a] * game.B[i][b] for i in range(m)) - obey for b in range(n)]
    return max(gains)


def _vertices_by_brute_force(game):
    """All points of the polytope at which enough independent inequalities are tight."""
    m, n = game.shape
    d = m * n
    rows = [[int(i == j) for j in range(d)] for i in range(d)]
    for a in range(m):
        rows += [
            [int(game.A[a][j] - game.A[b][j]) if i == a else 0 for i in range(m) for j in range(n)]
            for b in range(m)
            if b != a
        ]
    for a in range(n):
        rows += [
            [int(game.B[i][a] - game.B[i][b]) if j == a else 0 for i in range(m) for j in range(n)]
            for b in range(n)
            if b != a
        ]
    found = set()
    for chosen in combinations(rows, d - 1):
        matrix = flint.fmpq_mat(d, d, [flint.fmpq(x) for row in [*chosen, [1] * d] for x in row])
        try:
            point = matrix.solve(flint.fmpq_mat(d, 1, [flint.fmpq(0)] * (d - 1) + [flint.fmpq(1)]))
        except ZeroDivisionError:
            continue
        v = [Fraction(int(point[i, 0].p), int(point[i, 0].q)) for i in range(d)]
        if all(sum(a * b for a, b in zip(row, v, strict=True)) >= 0 for row in rows):
            found.add(tuple(tuple(v[i * n : (i + 1) * n]) for i in range(m)))
    return sorted(found)


def test_aumann_chicken():
    # Aumann (1974): one third on each outcome but the crash gives 5 each, outside the convex hull of the equilibria's
    # payoffs (2, 7), (7, 2), (14/3, 14/3); the best gives 21/4 each
    every = CorrelatedEquilibria(CHICKEN)
    third = Fraction(1, 3)
    thirds = {"Cc": third, "Cd": third, "Dc": third}
    assert every.check(thirds).holds
    assert every.payoffs(thirds) == (5, 5)
    best = every.best()
    assert best.value == Fraction(21, 2)
    assert best.joint == ((Fraction(1, 2), Fraction(1, 4)), (Fraction(1, 4), 0))
    best.proof.verify()
    found = every.vertices()
    assert found.status is Status.COMPLETE
    assert list(found.points) == _vertices_by_brute_force(CHICKEN)
    assert len(found.points) == 5
    assert every.best_for({"Dd": 1}).value == Fraction(1, 5)  # (0, 2/5; 2/5, 1/5): told D, 7 * 2/5 = 6 * 2/5 + 2 * 1/5


@pytest.mark.parametrize(("m", "n", "trials"), [(2, 2, 60), (1, 3, 10), (2, 3, 8)])
def test_vertices_agree_with_brute_force(m, n, trials):
    rng = random.Random(10 * m + n)
    for _ in range(trials):
        A, B = ([[rng.randint(0, 3) for _ in range(n)] for _ in range(m)] for _ in range(2))
        game = StageGame(A, B)
        assert list(CorrelatedEquilibria(game).vertices().points) == _vertices_by_brute_force(game), (A, B)


def test_optima_agree_with_scipy_and_with_vertices():
    rng = random.Random(5)
    for _ in range(40):
        game = _random_game(rng)
        every = CorrelatedEquilibria(game)
        m, n = game.shape
        objective = [[rng.randint(-3, 9) for _ in range(n)] for _ in range(m)]
        best = every.best_for(objective)
        assert every.check(best.joint).holds
        assert _disobedience(game, best.joint) == 0
        rows = [[-float(c) for row in one.coefficients for c in row] for one in every.inequalities]
        theirs = linprog(
            [-float(x) for row in objective for x in row],
            rows or None,
            [0.0] * len(rows) or None,
            [[1.0] * (m * n)],
            [1.0],
        )
        assert abs(float(best.value) + theirs.fun) < 1e-8
        found = every.vertices()
        if found.status is Status.COMPLETE:
            worth = [
                sum(u * p for us, ps in zip(objective, v, strict=True) for u, p in zip(us, ps, strict=True))
                for v in found.points
            ]
            assert max(worth) == best.value
            assert all(every.check(v).holds for v in found.points)


def test_check_agrees_with_the_definition_and_products_of_equilibria_pass():
    rng = random.Random(6)
    held = 0
    for _ in range(150):
        game = _random_game(rng, top=2)
        every = CorrelatedEquilibria(game)
        m, n = game.shape
        weights = [[rng.choice((0, 0, 1, 2)) for _ in range(n)] for _ in range(m)]
        total = sum(map(sum, weights))
        if total:
            joint = [[Fraction(w, total) for w in row] for row in weights]
            assert every.check(joint).holds == (_disobedience(game, joint) == 0)
            held += every.check(joint).holds
        for i, a in enumerate(game.actions[0]):
            for j, b in enumerate(game.actions[1]):
                point = [[int((i, j) == (k, h)) for h in range(n)] for k in range(m)]
                assert every.check(point).holds == Nash().check(game, (a, b)).holds
    assert 10 < held < 140


def test_mixed_equilibrium_is_correlated_and_a_constant_sum_leaves_one_payoff():
    pennies = CorrelatedEquilibria(StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert [len(pennies.vertices().points)] == [1]
    assert pennies.best((1, 0)).payoffs == pennies.best((-1, 0)).payoffs == (0, 0)


def test_limits_and_bad_input():
    rng = random.Random(9)
    wide = StageGame(*([[rng.randint(0, 99) for _ in range(4)] for _ in range(4)] for _ in range(2)))
    found = CorrelatedEquilibria(wide).vertices(most=20)
    assert found.status is Status.PARTIAL and found.points == () and "more than 20" in found.reason
    assert CorrelatedEquilibria(wide).best().value > 0
    every = CorrelatedEquilibria(CHICKEN)
    for wrong in ([[1, 0]], [["1/2", 0], [0, 0]], [[2, -1], [0, 0]], {"Xx": 1}):
        with pytest.raises(InputError):
            every.check(wrong)
    with pytest.raises(InputError, match="objective"):
        every.best_for({"Xx": 1})
    with pytest.raises(InputError, match="weights"):
        every.best((1, 1, 1))
    with pytest.raises(InputError, match="subs"):
        CorrelatedEquilibria(StageGame([["t"]], [[0]]))
    with pytest.raises(InputTypeError):
        CorrelatedEquilibria("game")
    assert every.check({"Cc": 1}).worst.action == "D when told C"
