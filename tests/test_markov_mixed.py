"""Every Markov perfect equilibrium: published games, the reduced game's rows, a naive oracle, and pure search."""

import random
from fractions import Fraction as F
from functools import cache

import pytest
from hypothesis import given, settings

from gametheory.algebraic import real_roots
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers.markov import Markov
from gametheory.equilibria.solvers.pure_markov import PureMarkov
from gametheory.errors import CertificateError, InputError
from gametheory.games.dynamic import DynamicGame, Period, Play
from gametheory.games.stage import StageGame
from gametheory.games.tree import Node
from gametheory.studies.us_mexico.reduced import VARIANTS, reduced_game
from tests.benchmarks.bench_markov_mixed import compare
from tests.strategies import dynamic_games

CONCEPT = MarkovPerfect()


def solve(game, **budget):
    solution = Markov(**budget).solve(game, CONCEPT)
    solution.verify()
    return solution


def absorbing(*values):
    """States that pay for ever."""
    return [([[v]], [[-v]]) for v in values]


# --- published games ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [F(1, 10), F(1, 3), F(1, 2), F(9, 10)])
def test_the_big_match(weight):
    """Gillette (1957); Blackwell and Ferguson (1968): worth 1/2 at every discount rate; stopping has weight/(1 + weight)."""
    # row stops (first row) or goes on; a match pays 1 to the row player; after stopping the payoff is repeated for ever
    game = DynamicGame.from_arrays(
        [([[1, 0], [0, 1]], [[-1, 0], [0, -1]]), *absorbing(1, 0)],
        [[[[0, 1, 0], [0, 0, 1]], [[1, 0, 0], [1, 0, 0]]], [[[0, 1, 0]]], [[[0, 0, 1]]]],
        1 - weight,
    )
    (found,) = solve(game).equilibria
    stop = weight / (1 + weight)
    assert found.profile[0] == ((stop, 1 - stop), (F(1, 2), F(1, 2)))
    assert found.values[0] == (F(1, 2), F(-1, 2))


@pytest.mark.parametrize("weight", [F(1, 4), F(1, 3), F(1, 2)])
def test_a_zero_sum_game_whose_value_is_a_power_series_in_the_root_of_the_weight(weight):
    """Bewley and Kohlberg (1976), Mathematics of Operations Research 1: here v = sqrt(w) / (1 + sqrt(w)).

    v is the value of the matrix (w + (1 - w) v, 0; 0, 1), that is (1 - w) v^2 + 2 w v - w = 0.
    """
    game = DynamicGame.from_arrays(
        [([[1, 0], [0, 1]], [[-1, 0], [0, -1]]), *absorbing(0, 1)],
        [[[[1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1]]], [[[0, 1, 0]]], [[[0, 0, 1]]]],
        1 - weight,
    )
    solution = solve(game)
    (found,) = solution.equilibria
    assert solution.status.name == "COMPLETE" and not solution.components
    root = real_roots([-weight, 0, 1])[1]
    assert found.values[0][0] == root / (1 + root)
    assert found.values[0] == (root / (1 + root), -root / (1 + root))


def test_the_war_of_attrition():
    """Fudenberg and Tirole, Game Theory (1991), section 4.5.2: two equilibria in which one firm stays, and a mixed one.

    Staying costs 1 in a period in which both stay; who stays alone earns nothing in that period and 3 in every later one;
    who leaves has nothing.
    """
    d = F(4, 5)
    game = DynamicGame.from_arrays(
        [([[-1, 0], [0, 0]], [[-1, 0], [0, 0]]), ([[3]], [[0]]), ([[0]], [[3]]), ([[0]], [[0]])],
        [
            [[[1, 0, 0, 0], [0, 1, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]]],
            *[[[[int(t == s) for t in range(4)]]] for s in (1, 2, 3)],
        ],
        d,
    )
    solution = solve(game)
    assert solution.status.name == "COMPLETE"
    # indifferent to leaving (worth 0): 0 = (1 - x) * -(1 - d) + x * 3 d, as the value of both staying is 0 too
    leave = (1 - d) / (1 - d + 3 * d)
    assert {e.profile[0] for e in solution.equilibria} == {
        ((F(1), F(0)), (F(0), F(1))),
        ((F(0), F(1)), (F(1), F(0))),
        ((1 - leave, leave), (1 - leave, leave)),
    }


def test_two_firms_that_may_enter():
    """Entry as in Doraszelski and Satterthwaite, RAND Journal of Economics 41 (2010), with known costs: symmetric, mixed.

    Each outsider pays 1 once (weight 1 - d) to enter. Alone one earns 2 a period for ever, both earn -1, outside 0.
    """
    d = F(1, 2)
    A = [[0, 0], [-1, -1]]
    B = [[0, -1], [0, -1]]
    game = DynamicGame.from_arrays(
        [(A, B), ([[0]], [[2]]), ([[2]], [[0]]), ([[-1]], [[-1]])],
        [
            [[[1, 0, 0, 0], [0, 1, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]]],
            *[[[[int(t == s) for t in range(4)]]] for s in (1, 2, 3)],
        ],
        d,
    )
    solution = solve(game)
    mixed = [e for e in solution.equilibria if not e.is_pure]
    # outside is worth 0, so entering is too: -(1 - d) + d (2 (1 - x) - x) = 0
    x = F(1, 3) * (2 - (1 - d) / d)
    assert [e.profile[0] for e in mixed] == [((1 - x, x), (1 - x, x))]
    assert len(solution) == 3


def prices_in_turn(d):
    """Two firms set one of the prices 0, 1/6, ..., 1 in turn; the lower one sells 1 - p. Payoffs times 36."""
    profit = [p * (6 - p) for p in range(7)]
    place = {state: k for k, state in enumerate((mover, p) for mover in (0, 1) for p in range(7))}
    periods = []
    for mover, other in place:
        plays = []
        for own in range(7):
            mine, yours = F(profit[own] * (own <= other)), F(profit[other] * (other <= own))
            pay = (mine / 2, yours / 2) if own == other else (mine, yours)
            plays.append(Play(str(own), pay if mover == 0 else pay[::-1], ((F(1), place[1 - mover, own]),)))
        node = Node(mover, "", tuple(map(str, range(7))))
        periods.append(Period(False, (node,), (tuple(((F(1), ~a),) for a in range(7)),), tuple(plays)))
    names = tuple(f"{mover + 1} moves against {p}/6" for mover, p in place)
    return DynamicGame(("one", "two"), names, tuple(periods), (d, d), place[0, 3])


def answers(*rows):
    """The same answers of both firms: for each price of the other the probabilities of one's own."""
    return [[tuple(F(row.get(a, 0)) for a in range(7))] for _ in (0, 1) for row in rows]


@pytest.mark.parametrize("d", [F(4, 5), F(9, 10), F(19, 20)])
def test_price_competition_in_turn(d):
    """Maskin and Tirole, Econometrica 56 (1988), part II: a kinked demand curve and a price cycle, in one and the same game.

    At the monopoly price 3/6 nobody moves; whoever cuts it is followed down to 1/6, where both mix staying and returning.
    In the cycle prices fall step by step to 0, where both mix staying there and a jump to 5/6.
    """
    game = prices_in_turn(d)
    stay = (5 + d) / (5 * d + 9 * d**2)
    kinked = answers({3: 1}, {1: stay, 3: 1 - stay}, {1: 1}, {3: 1}, {3: 1}, {3: 1}, {3: 1})
    assert CONCEPT.check(game, kinked).holds
    high = d * (9 + 5 * d**2) / (1 - d**6)  # worth of having set 5/6, and of having set 0
    jump = d * (8 + 8 * d**2 + d**5 * high)
    wait = (high - jump) / (d**2 * high - jump)
    assert 0 < wait < 1
    cycle = answers({0: wait, 5: 1 - wait}, {0: 1}, {1: 1}, {2: 1}, {3: 1}, {4: 1}, {4: 1})
    assert CONCEPT.check(game, cycle).holds
    for other in (stay + F(1, 1000), stay - F(1, 1000)):
        wrong = answers({3: 1}, {1: other, 3: 1 - other}, {1: 1}, {3: 1}, {3: 1}, {3: 1}, {3: 1})
        assert not CONCEPT.check(game, wrong).holds


# --- the reduced game of the sovereignty cycle -------------------------------------------------------------------------


def test_cheap_sovereignty_has_no_pure_equilibrium_and_one_mixed_one():
    variant = next(v for v in VARIANTS if v.name == "weak_sovereignty")
    game = variant.game()
    assert len(PureMarkov().solve(game, MarkovPerfect(pure=True))) == 0
    solution = solve(game)
    assert solution.status.name == "COMPLETE" and len(solution) == 1
    (found,) = solution.equilibria
    mixed = {(s, who) for s, row in found.policy.items() for who, what in row.items() if " or " in what}
    assert mixed == {("k=0, f=0", "US"), ("k=0, f=0", "MX after U"), ("k=0, f=1", "US"), ("k=0, f=1", "MX after U")}
    # Mexico is indifferent between A, which pays t - s and leaves the state as it is, and P, which pays t - z and brings a
    # constraint; the United States between U and N, which is answered by S: nothing now, and more frustration.
    value = dict(zip(game.states, found.values, strict=True))
    for f, more in (("f=0", "f=1"), ("f=1", "f=2")):
        us, mx = value[f"k=0, {f}"]
        assert F(1, 10) * (3 - F(1, 5)) + F(9, 10) * mx == F(1, 10) * (3 - F(6, 5)) + F(9, 10) * value["k=1, f=0"][1]
        assert us == F(1, 2) * value[f"k=0, {more}"][0]


def test_every_variant_is_solved_and_agrees_with_the_pure_search():
    for variant in VARIANTS:
        game = variant.game()
        solution = solve(game)
        pure = PureMarkov().solve(game, MarkovPerfect(pure=True))
        assert {e.profile for e in solution.equilibria if e.is_pure} == {e.profile for e in pure.equilibria}


@cache
def _reduced(naive):
    return reduced_game(naive=naive)


def drawn(rng, *, naive=False):
    part = lambda low, high: F(rng.randint(low, high), 97)
    values = {name: part(0, 388) for name in ("rc", "ru", "l", "a1", "c", "m1", "e", "s", "z")}
    values |= {"t": 3, "a0": 0, "m0": 0, "rho": part(9, 97), "q": part(9, 88)}
    return _reduced(naive).subs(**values, delta_US=part(5, 92), delta_MX=part(5, 92))


def test_where_no_pure_equilibrium_exists_a_mixed_one_is_found():
    rng, without = random.Random(8), 0
    for draw in range(40):
        game = drawn(rng, naive=draw % 4 == 0)
        solution = Markov().solve(game, CONCEPT)
        if draw % 4 == 0:
            solution.verify()
        pure = {e.profile for e in PureMarkov().solve(game, MarkovPerfect(pure=True)).equilibria}
        assert {e.profile for e in solution.equilibria if e.is_pure} == pure
        assert len(solution) > 0 and solution.status.name == "COMPLETE"
        without += not pure
    assert without >= 3


# --- against other searches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 6, 7, 9, 35, 17])
def test_random_directional_games_agree_with_a_naive_search(seed):
    result = compare(seed)
    assert result is None or result[0]


def test_the_naive_search_is_not_silent():
    assert sum(compare(seed) is not None for seed in (0, 1, 3, 4, 6, 7, 9)) >= 4


@settings(max_examples=40)
@given(dynamic_games(states=2, largest=2))
def test_small_games_with_ties_and_cycles(game):
    solution = Markov(seconds=5).solve(game, CONCEPT)
    solution.verify()
    pure = PureMarkov().solve(game, MarkovPerfect(pure=True))
    assert {e.profile for e in solution.equilibria if e.is_pure} == {e.profile for e in pure.equilibria}
    if solution.status.name == "COMPLETE":
        assert len(solution) > 0  # every finite game has a Markov perfect equilibrium


# --- certificates, budgets, errors --------------------------------------------------------------------------------------


def test_an_algebraic_profile_is_certified_exactly_and_a_nearby_one_is_refused():
    weight = F(1, 3)
    game = DynamicGame.from_arrays(
        [([[1, 0], [0, 1]], [[-1, 0], [0, -1]]), *absorbing(0, 1)],
        [[[[1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1]]], [[[0, 1, 0]]], [[[0, 0, 1]]]],
        1 - weight,
    )
    solution = solve(game)
    (found,) = solution.equilibria
    p = found.profile[0][0][0]
    near = p.interval(40)[0]
    profile = ((((near, 1 - near)), found.profile[0][1]), *found.profile[1:])
    assert not CONCEPT.check(game, profile).holds
    assert solution.why_not(profile) is not None
    from dataclasses import replace

    with pytest.raises(CertificateError):
        CONCEPT.check_values(game, replace(found, values=((near, -near), *found.values[1:])))
    assert sum((m.probability for m in found.chain.moves[0]), F(0)) == 1


def test_budgets_give_partial_answers():
    coordination = StageGame([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    stages = [(coordination.A, coordination.B)] * 5
    on = [[[[int(t == min(s + 1, 4)) for t in range(5)]] * 2] * 2 for s in range(5)]
    game = DynamicGame.from_arrays(stages, on, "1/2")
    cut = Markov(limit=10).solve(game, CONCEPT)
    assert cut.status.name == "PARTIAL" and len(cut) == 10 and "limit" in cut.reason
    assert len(solve(game)) == 3**5
    late = Markov(seconds=1e-9).solve(game, CONCEPT)
    assert late.status.name == "PARTIAL" and "time ran out" in late.reason


def test_a_continuum_with_varying_values_is_said_to_be_cut():
    tie = ([[1, 1]], [[1, 1]])
    game = DynamicGame.from_arrays(
        [([[0, 3], [1, 0]], [[1, 0], [0, 1]]), ([[1, 0]], [[1, 1]])],
        [[[[0, 1]] * 2] * 2, [[[0, 1]] * 2]],
        "1/2",
    )
    solution = Markov().solve(game, CONCEPT)
    assert solution.status.name == "PARTIAL" and "in 1 there is a continuum" in solution.reason
    solution.verify()
    game = DynamicGame.from_arrays(
        [([[0, 3], [1, 0]], [[1, 0], [0, 1]]), tie], [[[[0, 1]] * 2] * 2, [[[0, 1]] * 2]], "1/2"
    )
    solution = solve(game)
    assert solution.status.name == "COMPLETE" and all(c.constant for c in solution.components)
    assert "continuum of dimension 1 in state 1" in str(solution.components[0])


def test_bad_input():
    with pytest.raises(InputError, match="parameters"):
        Markov().solve(reduced_game(), CONCEPT)
    with pytest.raises(InputError, match="seconds"):
        Markov(seconds=0)
    with pytest.raises(InputError, match="limit"):
        Markov(limit=0)
