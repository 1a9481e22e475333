"""Atlases of equilibria: against exact enumeration at points, counts known from the literature, and theorems."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash
from gametheory.equilibria.solvers.vertices import enumerate_nash

CELLS = ["NC", "NR", "UC", "UR"]
TABLE = [["NC", "NR"], ["UC", "UR"]]


def solve(game):
    return SymbolicNash().solve(game, gt.Nash())


def extremes(game):
    subsets = [s for c in enumerate_nash(game.A, game.B).components for s in c.subsets]
    return {(x, y) for s in subsets for x in s.x_vertices for y in s.y_vertices}


def symbolic(us, mx, table):
    return gt.StageGame.from_orderings(gt.Ordering(us), gt.Ordering(mx), outcomes=table, symbolic=True)


def shuffled(size, rng):
    cells = [f"c{i}{j}" for i in range(size) for j in range(size)]
    rng.shuffle(cells)
    return " > ".join(cells)


def grid(size):
    return [[f"c{i}{j}" for j in range(size)] for i in range(size)]


def test_all_strict_ordinal_2x2_games():
    counts, unique = Counter(), Counter()
    for a in itertools.permutations(CELLS):
        for b in itertools.permutations(CELLS):
            solution = solve(symbolic(" > ".join(a), " > ".join(b), TABLE))
            assert solution.status is gt.Status.COMPLETE
            assert all(e.region.is_always for e in solution.equilibria)
            counts[tuple(sorted(len(e.supports[0]) for e in solution.equilibria))] += 1
            unique[solution.is_unique] += 1
    assert counts == {(1,): 432, (1, 1, 2): 72, (2,): 72}
    assert unique == {True: 504, False: 72}


def test_the_two_players_example_has_one_equilibrium_always():
    solution = solve(symbolic("UC > NC > UR > NR", "NR > NC > UR > UC", TABLE))
    (e,) = solution.equilibria
    assert e.profile == ((0, 1), (0, 1))
    assert e.region.is_always and e.region.conditions == ()
    assert str(e.region) == "always"
    assert e.payoffs == (sympy.Symbol("u_row_UR"), sympy.Symbol("u_column_UR"))
    assert solution.is_unique is True
    solution.verify()
    assert solution.why_not(("U", "R")) is None
    deviation = solution.why_not(("N", "C"))
    assert deviation.action in "UR" and deviation.when.is_always


def test_free_payoffs_degenerate_points_included():
    game = gt.StageGame([["a", "b"], ["c", "d"]], [["p", "q"], ["r", "s"]])
    solution = solve(game)
    solution.verify()
    rng = random.Random(1)
    for _ in range(400):
        values = {k: Fraction(rng.randint(0, 2)) for k in "abcdpqrs"}
        assert set(solution.at(**values)) == extremes(game.subs(**values))
    assert solution.is_unique is False


@pytest.mark.parametrize(
    ("us", "mx"), [("NC >= UC > UR ~ NR", "NR > NC; UR > UC"), ("UC > NC; UR; NR", "NC ~ NR > UC >= UR")]
)
def test_weak_and_partial_orderings(us, mx):
    game = symbolic(us, mx, TABLE)
    solution = solve(game)
    solution.verify()
    for values in solution.domain.points(40, seed=2):
        assert set(solution.at(**values)) == extremes(
            game.subs(**{k: v for k, v in values.items() if k in game.parameters})
        )


@pytest.mark.parametrize("seed", range(5))
def test_3x3_under_total_orderings_against_enumeration(seed):
    rng = random.Random(seed)
    game = symbolic(shuffled(3, rng), shuffled(3, rng), grid(3))
    solution = solve(game)
    assert solution.status is gt.Status.COMPLETE
    for values in solution.domain.points(25, seed=seed):
        listed = {e.at(values) for e in solution.equilibria if e.region.contains(values)}
        exact = extremes(game.subs(**values))
        assert listed <= exact
        if listed != exact:  # a degenerate point: then the cells listed apart must fill the gap
            assert set(solution.at(**values)) == exact


def test_3x3_with_shared_parameters_and_fractions():
    game = gt.StageGame(
        [[0, "-x", "y"], ["x", 0, "-1"], ["-y", 1, 0]],
        [[0, "x", "-y"], ["-x", 0, 1], ["y/(1 + x)", -1, 0]],
        domain=(sympy.Symbol("x") > 0, sympy.Symbol("y") > 0),
    )
    solution = solve(game)
    for values in solution.domain.points(30, seed=4):
        exact = extremes(game.subs(**values))
        assert {e.at(values) for e in solution.equilibria if e.region.contains(values)} <= exact
        assert set(solution.at(**values)) == exact


def test_rock_paper_scissors_with_symbolic_stakes():
    x, y = sympy.symbols("x y")
    game = gt.StageGame(
        [[0, -x, y], [y, 0, -x], [-x, y, 0]], [[0, y, -x], [-x, 0, y], [y, -x, 0]], domain=(x > 0, y > 0)
    )
    solution = solve(game)
    always = [e for e in solution.equilibria if e.region.is_always]
    assert [e.profile for e in always] == [((Fraction(1, 3),) * 3,) * 2]
    solution.verify()


def test_chicken_thresholds():
    v, c = sympy.symbols("v c")
    game = gt.StageGame([[(v - c) / 2, v], [0, v / 2]], [[(v - c) / 2, 0], [v, v / 2]], domain=(v > 0, c > 0))
    solution = solve(game)
    mixed = next(e for e in solution.equilibria if not e.is_pure)
    assert sympy.simplify(mixed.profile[0][0] - v / c) == 0  # hawks: Maynard Smith and Price, Nature 246 (1973)
    assert mixed.region.conditions == (c > v,)
    fight = next(e for e in solution.equilibria if e.supports == ((0,), (0,)))
    assert fight.region.conditions == (v >= c,)


def test_contradictory_assumptions_come_first():
    a, b = sympy.symbols("a b")
    game = gt.StageGame([[a, b]], [[0, 0]], domain=(a > b, b > a, a > 0))
    with pytest.raises(gt.InputError, match="can hold together"):
        solve(game)


def test_numeric_games_and_budgets():
    solution = solve(gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    assert [e.payoffs for e in solution.equilibria] == [(1, 1)]
    stopped = SymbolicNash(seconds=0.0).solve(
        symbolic(shuffled(3, random.Random(0)), shuffled(3, random.Random(1)), grid(3)), gt.Nash()
    )
    assert stopped.status is gt.Status.PARTIAL and "time ran out" in stopped.reason


def test_tampered_answers_do_not_verify():
    from dataclasses import replace

    game = gt.StageGame([["a", "b"], ["c", "d"]], [["p", "q"], ["r", "s"]])
    solution = solve(game)
    first = solution.equilibria[0]
    from gametheory.conditions import TRUE, Region

    for bad in (
        replace(first, region=Region(solution.domain, TRUE)),
        replace(first, payoffs=(first.payoffs[1], first.payoffs[0])),
        replace(first, profile=((Fraction(1, 2), Fraction(1, 2)), first.profile[1])),
    ):
        with pytest.raises(gt.CertificateError):
            replace(solution, equilibria=(bad, *solution.equilibria[1:])).verify()
    with pytest.raises(gt.CertificateError):
        replace(solution, equilibria=solution.equilibria[1:]).verify()
