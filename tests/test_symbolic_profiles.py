"""Conditions of one profile by substitution, and symbolic regions proved from them without the solver that found them."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.conditions import TRUE, Region
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov
from gametheory.equilibria.symbolic_profiles import certify_path, profile_conditions
from gametheory.studies.us_mexico.reduced import reduced_game

PURE = gt.MarkovPerfect(pure=True)
rc, ru, l, a0, a1, c, m0, m1, e, s, z = sympy.symbols("rc ru l a0 a1 c m0 m1 e s z")  # noqa: E741
ORDERED = (
    *(rc > ru + a0, a0 - l < 0, ru + a0 + a1 > rc, rc > a0 + a1 - l, a0 + a1 - l > 0),
    *(e > m0, z > e - m0, s > z, c > 0, m1 >= 0, a0 >= 0, m0 >= 0, a1 > 0, l > 0, ru > 0),
)


def random_numbers(names, rng):
    inside = ("delta_US", "delta_MX", "rho", "q")
    return {n: Fraction(rng.randint(1, 19), 20) if n in inside else Fraction(rng.randint(-6, 12), 4) for n in names}


@pytest.mark.parametrize(("K", "F", "naive"), [(1, 1, False), (2, 0, False), (1, 1, True)])
def test_conditions_of_a_profile_are_those_of_the_numeric_checker(K, F, naive):
    game = reduced_game(K=K, F=F, naive=naive)
    rng, seen = random.Random(K + F), set()
    for _ in range(6):
        numeric = game.subs(**random_numbers(game.parameters, rng))
        solved = gt.solve(numeric, PURE).equilibria
        profile = (
            solved[0].profile if len(solved) else [[rng.choice(n.actions) for n in p.nodes] for p in numeric.periods]
        )
        found = profile_conditions(game, profile)
        for _ in range(12):
            values = random_numbers(game.parameters, rng)
            accepted = PURE.check(game.subs(**values), profile).holds
            assert found.region.contains(values) == accepted
            seen.add(accepted)
        own = dict(numeric.bound)
        assert found.region.contains(own) == PURE.check(numeric, profile).holds
        seen.add(found.region.contains(own))
    assert seen == {True, False}


def test_a_simultaneous_game_whose_states_come_back():
    game = gt.DynamicGame.from_arrays(
        [([["a", 0], [1, "b"]], [[1, 0], [0, 1]]), ([[0, "c"]], [[0, 0]])],
        [[[[0, 1], [1, 0]], [[1, 0], ["1/2", "1/2"]]], [[[1, 0], [0, 1]]]],
        "d",
    )
    row, column = game.periods[0].nodes
    profile = [[row.actions[1], column.actions[1]], [n.actions[0] for n in game.periods[1].nodes]]
    found = profile_conditions(game, profile)
    rng = random.Random(2)
    for _ in range(40):
        values = {
            "a": rng.randint(-5, 5),
            "b": rng.randint(-5, 5),
            "c": rng.randint(-5, 5),
            "d": Fraction(rng.randint(1, 9), 10),
        }
        assert found.region.contains(values) == PURE.check(game.subs(**values), profile).holds


def test_only_pure_profiles():
    stage = gt.StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    game = gt.DynamicGame.repeated(stage, discount="delta")
    with pytest.raises(gt.UnsupportedError, match="pure"):
        profile_conditions(game, [[["1/2", "1/2"], [1, 0]]])


def test_every_region_is_proved_from_full_profiles():
    solution = SymbolicMarkov(assumptions=ORDERED).solve(reduced_game(K=1, F=1), PURE)
    certificates = [solution.certify(path) for path in solution.equilibria]
    assert all(x.complete for x in certificates) and sum(len(x.proved) for x in certificates) >= 8


def test_a_region_that_says_too_much_is_not_proved():
    game = reduced_game(K=1, F=1)
    solution = SymbolicMarkov(assumptions=ORDERED).solve(game, PURE)
    path = next(p for p in solution.equilibria if p.sequence == ("NE", "UP", "NE", "NE"))
    assert solution.certify(path).complete
    everywhere = replace(path, region=Region(solution.domain, TRUE))
    try:
        assert not solution.certify(everywhere).complete
    except gt.CertificateError as error:
        assert "no pure equilibrium follows" in str(error)
    other = next(p for p in solution.equilibria if p.sequence == ("NS", "UP", "NS", "UP"))
    with pytest.raises(gt.CertificateError, match="no pure equilibrium follows"):
        certify_path(game, path.outcomes, other.region)
