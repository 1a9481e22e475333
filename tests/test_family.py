"""Counting and indexing equilibria of directional games: naive recursion, definitions, ties, near-ties, budgets."""

from __future__ import annotations

import random
import time
from collections import Counter as Tally
from dataclasses import replace
from fractions import Fraction as F

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.family import Count
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solvers._binary import BinaryLane, _clusters
from gametheory.equilibria.solvers._enclosed import check_enclosed
from gametheory.equilibria.solvers._frontier import group
from gametheory.equilibria.solvers._intervals import Balls, Floats, enclose, to_interval
from gametheory.equilibria.solvers._network import network
from gametheory.equilibria.solvers.directional import Directional, count
from gametheory.games.dynamic import DynamicGame
from gametheory.games.symmetry import player_exchange
from gametheory.studies import leapfrogging


def directional(
    seed: int, *, states: int = 4, stay: bool = False, size: int = 2, delta: object = "3/4", top: int = 30
) -> DynamicGame:
    """A random game whose states lead only to lower numbers (and perhaps to themselves); the last is the start."""
    draw = random.Random(seed)
    stages, transitions = [], []
    for s in range(states):
        stages.append([[[draw.randint(0, top) for _ in range(size)] for _ in range(size)] for _ in (0, 1)])
        table = []
        for _ in range(size):
            row = []
            for _ in range(size):
                weights = [draw.choice([0, 0, 1, 2]) for _ in range(s + (stay or s == 0))]
                if not any(weights):
                    weights[draw.randrange(len(weights))] = 1
                weights += [0] * (states - len(weights))
                row.append([F(w, sum(weights)) for w in weights])
            table.append(row)
        transitions.append(table)
    return DynamicGame.from_arrays([tuple(s) for s in stages], transitions, delta, start=states - 1)


def naive(game: DynamicGame) -> int:
    """Every Markov perfect equilibrium of a game with 2 x 2 states by plain recursion in exact numbers, one by one.

    States lead to lower numbers only, except that state 0 leads to itself, so that its values are averages there.
    """
    d = game.discount[0]

    def cells(s: int, values: list[tuple[F, F]]) -> list[list[tuple[F, F]]]:
        period = game.periods[s]
        table = []
        for i in (0, 1):
            row = []
            for j in (0, 1):
                play = period.plays[2 * i + j]
                if s == 0:
                    row.append((play.payoffs[0], play.payoffs[1]))
                else:
                    row.append(
                        tuple(
                            (1 - d) * play.payoffs[f] + d * sum(q * values[t][f] for q, t in play.next) for f in (0, 1)
                        )
                    )
            table.append(row)
        return table

    def nash(t: list[list[tuple[F, F]]]) -> list[tuple[F, F]]:
        found = []
        for i in (0, 1):
            for j in (0, 1):
                if t[i][j][0] >= t[1 - i][j][0] and t[i][j][1] >= t[i][1 - j][1]:
                    found.append(t[i][j])
        a = t[0][0][0] - t[1][0][0], t[0][1][0] - t[1][1][0]
        b = t[0][0][1] - t[0][1][1], t[1][0][1] - t[1][1][1]
        assert 0 not in a + b, "a tie: choose another seed"
        if a[0] * a[1] < 0 and b[0] * b[1] < 0:
            y, x = a[0] / (a[0] - a[1]), b[0] / (b[0] - b[1])
            found.append((t[0][0][0] * (1 - y) + t[0][1][0] * y, t[0][0][1] * (1 - x) + t[1][0][1] * x))
        return found

    def deeper(s: int, values: list[tuple[F, F]]) -> int:
        if s == len(game.states):
            return 1
        return sum(deeper(s + 1, [*values, pair]) for pair in nash(cells(s, values)))

    return deeper(0, [])


@pytest.mark.parametrize("seed", range(40))
def test_counts_and_families_agree_with_naive_recursion(seed):
    # payoffs with large primes in them: no ties
    game = directional(seed, top=10_007)
    if game.parts[0] != (0,):
        pytest.skip("unreachable order")
    number = naive(game)
    assert count(game, MarkovPerfect()) == number  # certified enclosures
    solution = Directional().solve(game, MarkovPerfect())  # exact numbers
    assert solution.status is Status.COMPLETE
    family = solution.equilibria
    assert family.size == len(family) == number
    profiles = {e.profile for e in family[:200]}
    assert len(profiles) == min(number, 200)


@pytest.mark.parametrize("seed", range(12))
def test_states_with_loops_agree_with_the_other_solver(seed):
    game = directional(1000 + seed, stay=True, states=3, top=10_007)
    both = Directional().solve(game, MarkovPerfect())
    if both.status is not Status.COMPLETE:
        pytest.skip("not solved exactly")
    assert count(game, MarkovPerfect()) == both.equilibria.size
    pure = count(game, MarkovPerfect(pure=True))
    assert pure == sum(e.is_pure for e in both.equilibria) == both.equilibria.pure().size


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_pure_equilibria_are_exactly_the_profiles_that_pass_the_check(seed):
    game = directional(seed, states=3, stay=True, top=3)  # many ties
    concept = MarkovPerfect(pure=True)
    family = Directional().solve(game, concept).equilibria
    options = [((1, 0), (1, 0)), ((1, 0), (0, 1)), ((0, 1), (1, 0)), ((0, 1), (0, 1))]
    brute = {(a, b, c) for a in options for b in options for c in options if concept.check(game, [a, b, c]).holds}
    assert {e.profile for e in family} == brute
    assert len(family) == len(brute) == family.size
    assert count(game, concept) == len(brute)


@pytest.mark.parametrize(
    ("payoffs", "stays"),
    [
        ([[-7, 18], [-15, 13]], [["1/2", 1], [1, 1]]),
        ([[-9, 3], [-12, 1]], [["1/2", 0], [0, 1]]),
        ([[2, -7], [2, -11]], [[0, "1/2"], ["1/2", 0]]),
    ],
)
def test_two_roots_each_give_five_equilibria(payoffs, stays):
    """Both players' gaps are quadratic with two roots inside: four mixed pairs and one pure; the exact solver agrees."""
    table = [[[F(q), 1 - F(q)] for q in row] for row in stays]
    other = [list(column) for column in zip(*payoffs, strict=True)]
    game = DynamicGame.from_arrays([(payoffs, other), ([[0]], [[0]])], [table, [[[0, 1]]]], "9/10")
    solution = Directional().solve(game, MarkovPerfect())
    assert solution.status is Status.COMPLETE
    assert count(game, MarkovPerfect()) == solution.equilibria.size == 5
    assert sum(e.is_pure for e in solution.equilibria) == 1


@pytest.mark.parametrize("seed", range(25))
def test_parts_of_two_states_with_one_mover_each_agree_with_the_other_solver(seed):
    draw = random.Random(seed)

    def weights() -> list[F]:
        w = [draw.choice([0, 1, 2]), draw.choice([1, 2]), draw.choice([1, 2])]
        return [F(x, sum(w)) for x in w]

    def column() -> list[list[int]]:
        return [[draw.randint(-9999, 9999)] for _ in (0, 1)]

    rows = [[[draw.randint(-9999, 9999) for _ in (0, 1)]] for _ in (0, 1)]
    stages = [([[0]], [[0]]), (column(), column()), (rows[0], rows[1])]
    transitions = [[[[1, 0, 0]]], [[weights()], [weights()]], [[weights(), weights()]]]
    game = DynamicGame.from_arrays(stages, transitions, F(draw.randint(50, 99), 100), start=1)
    assert max(len(part) for part in game.parts) == 2
    solution = Directional().solve(game, MarkovPerfect())
    assert solution.status is Status.COMPLETE
    assert count(game, MarkovPerfect()) == solution.equilibria.size


def test_relabelling_players_and_scaling_payoffs_changes_nothing():
    game = directional(7, top=10_007)
    swapped, scaled = [], []
    for s, period in enumerate(game.periods):
        A, B = ([[period.plays[2 * i + j].payoffs[f] for j in (0, 1)] for i in (0, 1)] for f in (0, 1))
        swapped.append(([list(col) for col in zip(*B, strict=True)], [list(col) for col in zip(*A, strict=True)]))
        scaled.append(([[3 * x - 7 for x in row] for row in A], [[x / 5 + s * 0 for x in row] for row in B]))
    dense = [
        [
            [[{v: q for q, v in period.plays[2 * i + j].next}.get(t, 0) for t in range(4)] for j in (0, 1)]
            for i in (0, 1)
        ]
        for period in game.periods
    ]
    flipped = [[[dense[s][j][i] for j in (0, 1)] for i in (0, 1)] for s in range(4)]
    number = count(game, MarkovPerfect())
    assert count(DynamicGame.from_arrays(swapped, flipped, "3/4", start=3), MarkovPerfect()) == int(number)
    assert count(DynamicGame.from_arrays(scaled, dense, "3/4", start=3), MarkovPerfect()) == int(number)


# --- the family ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain():
    """Coordination in each of 40 states in a row that lead to the next whatever is played: 3**40 equilibria."""
    stages = [([[2, 0], [0, 1]], [[1, 0], [0, 2]])] * 40
    transitions = []
    for s in range(40):
        to = [F(int(t == max(s - 1, 0))) for t in range(40)]
        transitions.append([[to, to], [to, to]])
    return DynamicGame.from_arrays(stages, transitions, "1/2", start=39)


def test_a_product_of_many_choices_is_counted_exactly():
    stages = [([[2, 0], [0, 1]], [[1, 0], [0, 2]])] * 50
    to = [F(1)] + [F(0)] * 49  # every state leads to the first: values do not tell the ways apart
    game = DynamicGame.from_arrays(stages, [[[to, to], [to, to]]] * 50, "1/2", start=49)
    assert count(game, MarkovPerfect(pure=True)) == 2**50
    assert count(game, MarkovPerfect()) == 3**50  # beyond 64 bits
    family = Directional().solve(game, MarkovPerfect()).equilibria
    assert family.size == 3**50
    last = family[3**50 - 1]
    assert MarkovPerfect().check(game, last.profile).holds
    assert family[-1].profile == last.profile != family[0].profile
    with pytest.raises(IndexError):
        family[3**50]
    low, high = family.extremes(dict.fromkeys(range(50), (1, 0)))
    # a state's value: half this period's, half the first state's; 2, 1 or 2/3 for the row player
    assert high[0] == high[1] == 2 * 50
    assert low[0] == low[1] == F(2, 3) * 50


def test_values_that_differ_are_not_merged(chain):
    found = count(chain, MarkovPerfect(pure=True), Directional(limit=5000))
    assert found.status is Status.PARTIAL
    assert found.lower == 0  # some combination might have no pure continuation
    assert found.upper == 2**40
    mixed = count(chain, MarkovPerfect(), Directional(limit=5000))
    assert mixed.status is Status.PARTIAL
    assert 3**6 <= mixed.lower < 3**40 <= mixed.upper
    assert found != 2**40
    assert "memory" in found.reason
    with pytest.raises(gt.InputError):
        int(found)


def test_a_budget_in_time_is_honoured(chain):
    begin = time.monotonic()
    solution = Directional(seconds=0.2).solve(chain, MarkovPerfect(pure=True))
    assert time.monotonic() - begin < 5
    assert solution.status is Status.PARTIAL
    assert "time" in solution.reason


@pytest.mark.parametrize("concept", [MarkovPerfect(), MarkovPerfect(pure=True)])
def test_a_budget_gives_what_was_found_so_far(concept):
    """Some equilibria, each of them one, all different and all in the whole family; more than none."""
    game = directional(6, states=5, top=10_007)
    whole = {e.profile for e in Directional().solve(game, concept).equilibria}
    assert len(whole) > 5
    partial = Directional(limit=3).solve(game, concept)
    assert partial.status is Status.PARTIAL
    assert "followed up" in partial.reason
    partial.verify()
    found = [e.profile for e in partial.equilibria]
    assert 0 < len(found) == len(set(found))
    assert set(found) <= whole


@pytest.mark.parametrize("limit", [2000, 50_000])
def test_a_budget_in_memory_gives_a_family_of_a_large_game(limit):
    game = leapfrogging.game(5)
    partial = Directional(limit=limit).solve(game, MarkovPerfect())
    assert partial.status is Status.PARTIAL
    assert 300 <= partial.equilibria.size < 192_736_405
    for e in partial.equilibria.sample(3, seed=0):
        check_enclosed(game, e)


def test_a_budget_in_time_gives_a_family(chain):
    """Three quarters of the time for the search, the rest to follow up what it found."""
    for seconds in (1, 4, 16):  # a busy machine may stand still for the time left to follow up
        solution = Directional(seconds=seconds).solve(chain, MarkovPerfect(pure=True))
        assert solution.status is Status.PARTIAL
        if solution.equilibria.size:
            break
    assert solution.equilibria.size > 0
    solution.equilibria.verify(sample=2)


@pytest.mark.parametrize(
    ("n", "options"),
    [(3, {}), (3, {"technology": "slow"}), (3, {"moves": "alternating"}), (3, {"technology": "random"})],
)
def test_symmetric_equilibria_of_enclosed_families(n, options):
    game = leapfrogging.game(n, **options)
    family = Directional().solve(game, MarkovPerfect()).equilibria
    image = player_exchange(game)

    def symmetric(e):
        return all(
            abs(p[0] - q[0]) < 1e-20
            for s, t in enumerate(image)
            for mine, theirs in zip(
                e.profile[s], reversed(e.profile[t]) if game.periods[s].simultaneous else e.profile[t], strict=True
            )
            for p, q in zip(mine, theirs, strict=True)
        )

    found = family.symmetric()
    assert [e.profile for e in found] == [e.profile for e in family if symmetric(e)]
    assert 0 < len(found) <= family.size


@pytest.mark.parametrize("seed", range(5))
def test_symmetric_equilibria_of_exact_families(seed):
    """Two copies of a random game, one with the players exchanged, under a symmetric first state."""
    one = directional(70 + seed, states=2, top=10_007)
    draw = random.Random(seed)
    A = [[draw.randint(0, 99) for _ in (0, 1)] for _ in (0, 1)]
    stages, table = [], []
    for s in range(2):
        plays = one.periods[s].plays
        for swap in (False, True):
            pay = [[[plays[2 * i + j].payoffs[f] for j in (0, 1)] for i in (0, 1)] for f in (0, 1)]
            stages.append(
                tuple([list(row) for row in zip(*pay[1 - f], strict=True)] if swap else pay[f] for f in (0, 1))
            )
            cells = [[{t: q for q, t in plays[2 * i + j].next} for j in (0, 1)] for i in (0, 1)]
            cells = [list(row) for row in zip(*cells, strict=True)] if swap else cells
            table.append(
                [
                    [[c.get(t // 2, F(0)) if t < 4 and t % 2 == swap else F(0) for t in range(5)] for c in row]
                    for row in cells
                ]
            )
    stages.append((A, [list(row) for row in zip(*A, strict=True)]))
    half = [F(0), F(0), F(1, 2), F(1, 2), F(0)]
    table.append([[half, [F(0), F(0), F(1), F(0), F(0)]], [[F(0), F(0), F(0), F(1), F(0)], half]])
    game = DynamicGame.from_arrays(stages, table, "3/4", start=4)
    image = player_exchange(game)
    assert image == (1, 0, 3, 2, 4)
    assert player_exchange(game, states=dict(zip(game.states, (game.states[t] for t in image), strict=True))) == image
    family = Directional().solve(game, MarkovPerfect()).equilibria
    expected = [
        e.profile for e in family if all(e.profile[s] == tuple(reversed(e.profile[image[s]])) for s in range(5))
    ]
    assert [e.profile for e in family.symmetric()] == expected
    assert [e.profile for e in family.pure().symmetric()] == [
        p for p in expected if all(x in (0, 1) for s in p for m in s for x in m)
    ]
    if len(expected) > 1:
        with pytest.raises(gt.InputError, match="limit"):
            family.symmetric(limit=1)
        assert family.symmetric()[:1][0].profile == expected[0]


def test_games_without_symmetry_are_refused():
    game = directional(3)
    family = Directional().solve(game, MarkovPerfect()).equilibria
    with pytest.raises(gt.InputError, match="change places"):
        family.symmetric()
    same = {name: name for name in game.states}
    with pytest.raises(gt.InputError, match="alike"):
        player_exchange(game, states=same)
    with pytest.raises(gt.InputError, match="each state once"):
        player_exchange(game, states=dict.fromkeys(game.states, game.states[0]))
    unequal = DynamicGame.from_arrays(
        [([[1, 0], [0, 1]], [[1, 0], [0, 1]])], [[[[1], [1]], [[1], [1]]]], ("1/2", "1/3")
    )
    with pytest.raises(gt.InputError, match="discount"):
        player_exchange(unequal)


def test_an_empty_family_answers_too():
    pennies = DynamicGame.from_arrays([([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])], [[[[1], [1]], [[1], [1]]]], "1/2")
    solution = Directional().solve(pennies, MarkovPerfect(pure=True))
    family = solution.equilibria
    assert solution.status is Status.COMPLETE
    assert "no pure equilibrium" in solution.reason
    assert family.size == len(family) == 0
    assert family.paths() == {}
    assert family.start_values == ()
    assert list(family.pure()) == list(family.undominated()) == [] == list(family)
    assert family.along(bool).size == 0
    with pytest.raises(gt.InputError):
        family.extremes()
    with pytest.raises(gt.InputError):
        family.sample(1, seed=0)


def test_every_index_is_a_different_equilibrium_and_samples_are_uniform():
    game = directional(3, states=4, top=10_007)
    solution = Directional().solve(game, MarkovPerfect())
    family = solution.equilibria
    solution.verify()
    family.verify()
    everything = [e.profile for e in family]
    assert len(set(everything)) == family.size
    draws = Tally(e.profile for e in family.sample(60 * family.size, seed=1))
    assert set(draws) == set(everything)
    expected = 60.0
    assert sum((n - expected) ** 2 / expected for n in draws.values()) < 3 * family.size + 20
    assert [e.profile for e in family.sample(5, seed=2)] == [e.profile for e in family.sample(5, seed=2)]


@pytest.mark.parametrize("seed", range(6))
def test_start_values_extremes_paths_and_filters_agree_with_the_list(seed):
    game = directional(50 + seed, top=10_007)
    family = Directional().solve(game, MarkovPerfect()).equilibria
    listed = list(family)
    values = {e.payoffs for e in listed}
    assert {(a[0], b[0]) for a, b in family.start_values} == values
    for player in (0, 1):
        low, high = family.extremes(player=player)
        assert low[0] == low[1] == min(v[player] for v in values)
        assert high[0] == high[1] == max(v[player] for v in values)
    weights = {s: (F(s + 1), F(-1)) for s in range(4)}
    sums = [sum(w[0] * v[0] + w[1] * v[1] for w, v in zip(weights.values(), e.values, strict=True)) for e in listed]
    low, high = family.extremes(weights)
    assert (low[0], high[0]) == (min(sums), max(sums))
    best = [
        e for e in listed if not any(w != e.payoffs and w[0] >= e.payoffs[0] and w[1] >= e.payoffs[1] for w in values)
    ]
    assert {e.profile for e in family.undominated()} == {e.profile for e in best}
    paths = family.paths()
    assert sum(paths.values()) == family.size
    tally = Tally(e.path(40).sentence() for e in listed)
    assert paths == tally
    first = next(iter(paths))
    assert family.along(lambda text: text == first).size == paths[first]
    assert {e.profile for e in family.pure()} == {e.profile for e in listed if e.is_pure}


def test_enclosed_families_agree_with_exact_ones():
    """The same game with its discount factor written as exp(log(3/4)) - as far as the solver knows, not rational."""
    import sympy

    for seed in (1, 2, 5):
        exact = Directional().solve(directional(seed, top=10_007), MarkovPerfect()).equilibria
        game = directional(seed, top=10_007, delta=sympy.exp(-sympy.Rational(1, 3)))
        near = directional(seed, top=10_007, delta=F(7165313105737893, 10**16))  # exp(-1/3) to 16 digits
        family = Directional().solve(game, MarkovPerfect()).equilibria
        twin = Directional().solve(near, MarkovPerfect()).equilibria
        assert family.size == twin.size
        assert exact.size >= 1
        values = sorted(tuple(float(v[0]) for v in pair) for pair in family.start_values)
        assert np.allclose(values, sorted(tuple(float(v[0]) for v in pair) for pair in twin.start_values), atol=1e-6)
        for index in range(min(family.size, 10)):
            one = family[index]
            assert all(v[1] - v[0] < F(1, 10**40) for pair in one.values for v in pair)
            inside = [
                a[0] <= v[0] and v[1] <= a[1] and b[0] <= w[0] and w[1] <= b[1]
                for a, b in family.start_values
                for v, w in [one.payoffs]
            ]
            assert sum(inside) == 1
        assert {e.is_pure for e in family.pure()} <= {True}
        family.verify()


def test_the_check_of_enclosed_equilibria_can_fail():
    import sympy

    game = directional(1, top=10_007, delta=sympy.exp(-sympy.Rational(1, 3)))
    good = Directional().solve(game, MarkovPerfect()).equilibria[0]
    check_enclosed(game, good)
    shifted = tuple(((a[0] + 1, a[1] + 1), b) for a, b in good.values)
    with pytest.raises(gt.CertificateError):
        check_enclosed(game, replace(good, values=shifted))
    zero, one = (F(0), F(0)), (F(1), F(1))
    for wrong in (((one, zero), (one, zero)), ((zero, one), (zero, one)), ((one, zero), (zero, one))):
        if wrong != good.profile[2]:
            profile = (*good.profile[:2], wrong, *good.profile[3:])
            with pytest.raises(gt.CertificateError):
                check_enclosed(game, replace(good, profile=profile))


# --- ties and near-ties -------------------------------------------------------------------------------------------------


def tie(gap: object, delta: object) -> DynamicGame:
    """One state; the row player's gain from her second action against the first column is ``gap``."""
    stage = ([[F(1), 3], [1 + gap, 0]], [[2, 0], [0, 1]])
    return DynamicGame.from_arrays([stage], [[[[1], [1]], [[1], [1]]]], delta)


def test_near_ties_are_decided_at_a_higher_precision():
    import sympy

    rate = sympy.exp(-sympy.Rational(1, 20))
    for sign, number in ((1, 1), (-1, 3)):
        found = count(tie(sign * F(1, 10**30), rate), MarkovPerfect())
        assert found.status is Status.COMPLETE
        stages = sign * F(1, 10**30)
        exact = Directional().solve(tie(stages, "1/2"), MarkovPerfect())
        assert found == exact.equilibria.size
        assert "128 bits" in found.reason or "512 bits" in found.reason
        assert number >= 1


def test_exact_ties_are_undecided_with_irrational_numbers_and_solved_with_rational_ones():
    import sympy

    found = count(tie(0, sympy.exp(-sympy.Rational(1, 20))), MarkovPerfect())
    assert found.status is Status.UNDECIDED
    assert found.lower == 0
    assert found.upper is None
    pure = count(tie(0, "1/2"), MarkovPerfect(pure=True))
    assert pure.status is Status.COMPLETE
    concept = MarkovPerfect(pure=True)
    options = ((1, 0), (0, 1))
    assert pure == sum(concept.check(tie(0, "1/2"), [(x, y)]).holds for x in options for y in options)


def test_a_continuum_is_never_counted_as_complete():
    game = DynamicGame.from_arrays([([[1, 1], [1, 1]], [[1, 0], [0, 1]])], [[[[1], [1]], [[1], [1]]]], "1/2")
    found = count(game, MarkovPerfect())
    assert found.status is Status.PARTIAL
    assert "continuum" in found.reason


# --- pieces -------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=8))
def test_interval_operations_contain_the_true_results(pairs):
    a = tuple(np.array([p[k] for p in pairs]) for k in (0, 0))
    b = tuple(np.array([p[k] for p in pairs]) for k in (1, 1))
    for name, true in (("add", lambda x, y: x + y), ("sub", lambda x, y: x - y), ("mul", lambda x, y: x * y)):
        lo, hi = getattr(Floats, name)(a, b)
        for k, (x, y) in enumerate(pairs):
            assert F(lo[k]) <= true(F(x), F(y)) <= F(hi[k])
    lo, hi = Floats.div(a, b)
    for k, (x, y) in enumerate(pairs):
        if y != 0 and np.isfinite(lo[k]) and np.isfinite(hi[k]):
            assert F(lo[k]) <= F(x) / F(y) <= F(hi[k])
    lo, hi = Floats.root(a)
    for k, (x, _) in enumerate(pairs):
        assert F(lo[k]) ** 2 <= max(F(x), 0) <= F(hi[k]) ** 2


def test_enclosures_of_exact_numbers():
    import sympy

    lo, hi = to_interval(enclose(sympy.exp(-sympy.Rational(1, 20))))
    assert lo < 0.951229424500714 < hi
    assert hi - lo < 1e-14
    assert to_interval(enclose(F(1, 4))) == (0.25, 0.25)
    # the distribution function of Beta(1.8, 0.4), by numerical integration
    from scipy.special import betainc

    share = enclose(sympy.betainc_regularized(sympy.Rational(9, 5), sympy.Rational(2, 5), 0, sympy.Rational(1, 3)))
    assert abs(float(share.mid()) - betainc(1.8, 0.4, 1 / 3)) < 1e-12
    with pytest.raises(gt.UnsupportedError):
        enclose(sympy.gamma(sympy.Rational(1, 3)))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=9
    )
)
def test_clusters_are_the_finest_grouping_with_disjoint_hulls(boxes):
    first = tuple(np.array([float(b[0] + k * b[1]) for b in boxes]) for k in (0, 1))
    second = tuple(np.array([float(b[2] + k * b[3]) for b in boxes]) for k in (0, 1))
    ids, order, starts = _clusters([first, second])
    assert sorted(set(ids.tolist())) == list(range(len(starts)))
    hull = {}
    for g in set(ids.tolist()):
        members = np.flatnonzero(ids == g)
        hull[g] = [(part[0][members].min(), part[1][members].max()) for part in (first, second)]
    for g in hull:
        for h in hull:
            if g < h:  # hulls of different groups are disjoint in one of the coordinates
                assert any(u[1] < v[0] or v[1] < u[0] for u, v in zip(hull[g], hull[h], strict=True))
    assert np.all(np.diff(ids[order]) >= 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 900)), min_size=1, max_size=30))
def test_grouping_rows(rows):
    columns = [np.array([r[k] for r in rows]) for k in (0, 1)]
    for domains in ([5, 901], [2**40, 2**40]):
        number, first = group(columns, domains, len(rows))
        assert len(first) == len(set(rows))
        for i, row in enumerate(rows):
            assert rows[int(first[number[i]])] == row


def test_both_arithmetics_find_the_same_tables():
    game = directional(11, states=3, stay=True, top=10_007)
    net = network(game)
    tables = []
    for arithmetic in (Floats(), Balls(200)):
        lane = BinaryLane(game, net, arithmetic)
        one = []
        for p in range(2):
            rows = [
                np.arange(lane.domain(s)) if len(net.reads[p]) == 1 else np.zeros(1, np.int64) for s in net.reads[p]
            ]
            table = lane.solve(p, rows, len(rows[0]) if rows else 1)
            one.append((table.row.tolist(), table.tag.tolist()))
        tables.append(one)
    assert tables[0] == tables[1]
    assert flint.ctx.prec == 53  # left as found


def test_a_count_is_an_int_only_when_complete():
    whole = Count(5, 5, Status.COMPLETE, "")
    part = Count(5, 9, Status.PARTIAL, "the time ran out")
    assert whole == 5
    assert whole != 6
    assert hash(whole) == hash(5)
    assert range(10)[whole] == 5
    assert part != 5
    assert "at most 9" in str(part)
    with pytest.raises(gt.InputError):
        int(part)


def test_symbols_and_foreign_games_are_refused():
    game = DynamicGame.repeated(gt.StageGame([["x", 0], [0, 1]], [[1, 0], [0, 1]]), discount="1/2")
    with pytest.raises(gt.InputError):
        count(game, MarkovPerfect())
    with pytest.raises(gt.InputError):
        count(gt.StageGame([[1]], [[1]]), MarkovPerfect())
    with pytest.raises(gt.InputError):
        count(directional(1), gt.Nash())
