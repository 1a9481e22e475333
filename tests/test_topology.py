"""The topology of 2x2 games: the counts of Robinson and Goforth, the rules of swaps, and independent oracles."""

from collections import deque
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.games.stage import StageGame
from gametheory.games.topology import (
    NAMES,
    NUMBERS,
    OrdinalGame,
    Swap,
    Tie,
    all_games,
    all_presentations,
    game_number,
    ordinal_game,
    shortest_path,
    strict_game,
    walk,
)

SWAPS = [Swap(player, ranks) for player in ("row", "column") for ranks in ((1, 2), (2, 3), (3, 4))]
payoffs = st.lists(st.integers(0, 4), min_size=4, max_size=4).map(lambda x: [x[:2], x[2:]])
strict_payoffs = st.permutations([1, 2, 3, 4]).map(lambda x: [x[:2], x[2:]])


def graph():
    return {n: [strict_game(n).swap(s).number for s in SWAPS] for n in NUMBERS}


def distances(start, edges):
    found, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for there in edges[here]:
            if there not in found:
                found[there] = found[here] + 1
                queue.append(there)
    return found


def test_each_of_144_numbers_has_exactly_four_of_the_576_presentations():
    presentations = list(all_presentations())
    assert len(set(presentations)) == 576
    count = {}
    for game in presentations:
        count[game.number] = count.get(game.number, 0) + 1
    assert sorted(count) == list(NUMBERS) and set(count.values()) == {4}


def test_numbers_separate_exactly_the_relabelling_classes():
    for game in all_presentations():
        orbit = {game.relabel(rows=r, columns=c) for r in (0, 1) for c in (0, 1)}
        assert len(orbit) == 4
        assert {other.number for other in orbit} == {game.number}
        assert {other.canonical for other in orbit} == {strict_game(game.number)}


def test_canonical_representatives_have_the_number_they_are_built_for():
    games = list(all_games())
    assert [game.number for game in games] == list(NUMBERS)
    for game in games:
        assert 4 in (game.A[0][1], game.A[1][1]) and 4 in game.B[0]


def test_six_different_neighbours_and_the_relation_is_symmetric_and_connected():
    for game in all_games():
        near = game.neighbours
        assert list(near) == SWAPS
        assert len({other.number for other in near.values()} - {game.number}) == 6
        for swap, other in near.items():
            assert other.swap(swap) == game
    edges = graph()
    assert all(here in edges[there] for here in edges for there in edges[here])
    assert len(distances(111, edges)) == 144


def test_swaps_change_class_and_layer_by_the_published_rules():
    low = {1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5}
    middle = {2: 3, 3: 2, 4: 5, 5: 4, 6: 1, 1: 6}
    a, b, c = {1: 2, 2: 1, 3: 4, 4: 3}, {1: 3, 3: 1, 2: 4, 4: 2}, {1: 4, 4: 1, 2: 3, 3: 2}
    row_layers = {1: a, 2: a, 3: b, 4: b, 5: c, 6: c}
    column_layers = {1: c, 2: c, 3: b, 4: b, 5: a, 6: a}
    for number in NUMBERS:
        layer, row, column = number // 100, number // 10 % 10, number % 10
        expected = [
            (layer, low[row], column),
            (layer, middle[row], column),
            (row_layers[row][layer], low[row], column),
            (layer, row, low[column]),
            (layer, row, middle[column]),
            (column_layers[column][layer], row, low[column]),
        ]
        assert [g.number for g in strict_game(number).neighbours.values()] == [
            100 * k + 10 * r + c for k, r, c in expected
        ]


def test_player_exchange_transposes_classes_and_swaps_layers_2_and_4():
    orbits = set()
    for number in NUMBERS:
        layer, row, column = number // 100, number // 10 % 10, number % 10
        turned = strict_game(number).exchange_players().number
        assert turned == 100 * {1: 1, 2: 4, 3: 3, 4: 2}[layer] + 10 * column + row
        orbits.add(frozenset({number, turned}))
    assert len(orbits) == 78
    symmetric = [game.number for game in all_games() if game.is_symmetric]
    assert symmetric == sorted(NAMES) and len(symmetric) == 12
    assert symmetric == [n for n in NUMBERS if n // 100 in (1, 3) and n // 10 % 10 == n % 10]


def symmetric(reward, sucker, temptation, punishment):
    return [[reward, sucker], [temptation, punishment]], [[reward, temptation], [sucker, punishment]]


@pytest.mark.parametrize(
    ("name", "R", "S", "T", "P"),
    [  # the orders of reward, sucker, temptation and punishment by which these games are known
        ("Prisoner's Dilemma", 3, 1, 4, 2),
        ("Chicken", 3, 2, 4, 1),
        ("Stag Hunt", 4, 1, 3, 2),
        ("Deadlock", 2, 1, 4, 3),
        ("Harmony", 4, 3, 2, 1),
        ("Assurance", 4, 1, 2, 3),
        ("Battle", 2, 3, 4, 1),
        ("Hero", 1, 3, 4, 2),
    ],
)
def test_known_games_by_their_textbook_payoffs(name, R, S, T, P):
    A, B = symmetric(R, S, T, P)
    assert ordinal_game(A, B).name == name


def test_pure_equilibria_of_named_games():
    def pure(game):
        (a, b), (c, d) = game.A
        (e, f), (g, h) = game.B
        return [a > c and e > f, b > d and f > e, c > a and g > h, d > b and h > g].count(True)

    count = {name: pure(strict_game(number)) for number, name in NAMES.items()}
    two = {"Chicken", "Battle", "Hero", "Stag Hunt", "Assurance", "Coordination"}
    assert count == {name: 2 if name in two else 1 for name in NAMES.values()}
    by_number = [pure(game) for game in all_presentations()]
    assert [by_number.count(k) for k in (0, 1, 2)] == [72, 432, 72]


def test_names_only_for_symmetric_games():
    for number in set(NUMBERS) - set(NAMES):
        assert strict_game(number).name is None


def test_shortest_paths_have_the_length_found_by_breadth_first_search():
    edges = graph()
    for start in (111, 122, 236, 345, 466):
        found = distances(start, edges)
        for end in NUMBERS:
            path = shortest_path(start, end)
            assert len(path) == found[end] == len(path.games) - 1
            assert path.numbers[0] == start and path.numbers[-1] == end
            assert all(path.games[k].swap(path.swaps[k]) == path.games[k + 1] for k in range(len(path)))
    assert max(distances(111, edges).values()) == max(len(shortest_path(111, n)) for n in NUMBERS)


@given(strict_payoffs, strict_payoffs, strict_payoffs, strict_payoffs)
@settings(max_examples=60, deadline=None)
def test_paths_with_labels_kept_end_exactly_there(A, B, C, D):
    start, end = OrdinalGame(A, B), OrdinalGame(C, D)
    path = shortest_path(start, end, keep_labels=True)
    assert (path.games[0], path.games[-1]) == (start, end)
    assert len(shortest_path(start, end)) <= len(path) <= 12
    assert len(path) == len(shortest_path(end, start, keep_labels=True))
    assert shortest_path(start, end).games[-1].canonical == end.canonical


@given(payoffs, payoffs)
@settings(max_examples=80, deadline=None)
def test_ties_and_bordering_games_by_brute_force(A, B):
    game = OrdinalGame(A, B)

    def finer(strict, given):
        cells = list(product(range(2), repeat=2))
        return all(
            strict[c[0]][c[1]] < strict[d[0]][d[1]]
            for c, d in product(cells, cells)
            if given[c[0]][c[1]] < given[d[0]][d[1]]
        )

    expected = {g for g in PRESENTATIONS if finer(g.A, A) and finer(g.B, B)}
    assert set(game.bordering) == expected and len(game.bordering) == len(expected)
    assert game.bordering_numbers == tuple(sorted({g.number for g in expected}))
    assert game.is_strict == (len(expected) == 1) == (game.number is not None) == (not game.ties)
    for tie in game.ties:
        values = A if tie.player == "row" else B
        assert len({values[i][j] for i, j in tie.cells}) == 1 and len(tie.cells) > 1
    tied_cells = sum(len(tie.cells) - 1 for tie in game.ties)
    assert tied_cells == 8 - len({x for r in A for x in r}) - len({x for r in B for x in r})


PRESENTATIONS = list(all_presentations())


def test_breaking_one_tie_gives_two_games_one_swap_apart():
    for game in all_games():
        for swap, other in game.neighbours.items():
            A, B = ([list(row) for row in ranks] for ranks in (game.A, game.B))
            for row in A if swap.player == "row" else B:
                row[:] = [swap.ranks[0] if x == swap.ranks[1] else x for x in row]
            border = OrdinalGame(A, B)
            assert set(border.bordering) == {game, other}
            assert border.number is None and border.name is None and len(border.ties) == 1


@given(payoffs, payoffs, st.fractions(min_value="1/1000", max_value=1000), st.fractions())
@settings(max_examples=40, deadline=None)
def test_only_the_order_of_payoffs_matters(A, B, factor, constant):
    moved = [[factor * x**3 + constant for x in row] for row in A]
    assert OrdinalGame(moved, B) == OrdinalGame(A, B)
    assert OrdinalGame(A, B).canonical == OrdinalGame(A, B).relabel(rows=True, columns=True).canonical


def test_a_symmetric_game_with_ties_is_recognised():
    assert OrdinalGame([[1, 1], [1, 1]], [[1, 1], [1, 1]]).is_symmetric
    assert OrdinalGame([[1, 1], [2, 0]], [[1, 2], [1, 0]]).is_symmetric
    assert not OrdinalGame([[1, 1], [2, 0]], [[1, 2], [0, 0]]).is_symmetric


def test_total_indifference_borders_every_game():
    game = OrdinalGame([[0, 0], [0, 0]], [[7, 7], [7, 7]])
    assert game.bordering_numbers == NUMBERS
    assert game.ties == (
        Tie("row", ((0, 0), (0, 1), (1, 0), (1, 1))),
        Tie("column", ((0, 0), (0, 1), (1, 0), (1, 1))),
    )
    assert str(game.ties[0]) == "tie between cells (0, 0), (0, 1), (1, 0) and (1, 1) for the row player"


def test_numbers_of_every_kind_are_compared_exactly():
    tiny = Fraction(1, 10**40)
    assert game_number([[3, 1], [3 + tiny, 2]], [[3, 3 + tiny], [1, 2]]) == 111
    assert ordinal_game([[0.3, 0.1], ["3/10", 0.2]], [[3, 4], [1, 2]]).ties[0].cells == ((0, 0), (1, 0))
    root = sympy.sqrt(2)
    assert game_number([[root, 0], [2, 1]], [[root, 2], [0, 1]]) == 111
    assert not OrdinalGame([[root * root, 0], [2, 1]], [[root, 2], [0, 1]]).is_strict
    assert not OrdinalGame([[root * sympy.sqrt(3), 0], [sympy.sqrt(6), 1]], [[root, 2], [0, 1]]).is_strict
    assert game_number(np.array([[3, 1], [4, 2]]), np.array([[3.0, 4.0], [1.0, 2.0]])) == 111


def test_stage_games_are_taken_as_they_are():
    stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert ordinal_game(stage).name == "Prisoner's Dilemma"
    assert game_number(stage) == 111
    assert [step.number for step in walk([stage, stage, ([[3, 1], [5, 0]], [[3, 5], [1, 0]])])] == [111, 122]


def test_a_walk_names_stretches_borders_and_swaps():
    prison = ([[3, 1], [4, 2]], [[3, 4], [1, 2]])
    chicken = ([[3, 2], [4, 1]], [[3, 4], [2, 1]])
    between = ([[3, 1], [4, 1]], [[3, 4], [1, 1]])
    steps = walk([prison, prison, between, chicken, chicken, prison])
    assert [(s.first, s.last, s.number) for s in steps] == [(0, 1, 111), (2, 2, None), (3, 4, 122), (5, 5, 111)]
    assert [len(s.swaps) for s in steps] == [0, 0, 2, 2]
    assert set(steps[2].swaps) == {Swap("row", (1, 2)), Swap("column", (1, 2))}
    assert steps[1].game.bordering_numbers == (111, 112, 121, 122)
    assert walk([]) == ()


def test_a_walk_replays():
    games = [PRESENTATIONS[k] for k in (0, 5, 77, 300, 575, 0)]
    for before, step in zip(walk(games), walk(games)[1:], strict=False):
        game = before.game
        for swap in step.swaps:
            game = game.swap(swap)
        assert game == step.game


@pytest.mark.parametrize(
    ("A", "B", "error"),
    [
        ([[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]], UnsupportedError),
        ([[1, 2], [3, 4]], [[1, 2]], UnsupportedError),
        ([[1, 2], [3, 4]], [[1, 2], [3]], UnsupportedError),
        ([[1, 2], [3, float("nan")]], [[1, 2], [3, 4]], InputError),
        ([[1, 2], [3, "x"]], [[1, 2], [3, 4]], InputError),
        ([[1, 2], [3, True]], [[1, 2], [3, 4]], InputTypeError),
        ("12", [[1, 2], [3, 4]], InputTypeError),
        ([[1, 2], "34"], [[1, 2], [3, 4]], InputTypeError),
        (7, None, InputTypeError),
        ({1: 2}, [[1, 2], [3, 4]], InputTypeError),
    ],
)
def test_wrong_payoffs_are_refused_by_name(A, B, error):
    with pytest.raises(error):
        ordinal_game(A, B)


def test_wrong_numbers_and_swaps_are_refused():
    for bad in (110, 511, 171, 0, -111):
        with pytest.raises(InputError, match="number"):
            strict_game(bad)
    for bad in ("111", True, 111.0):
        with pytest.raises(InputTypeError):
            strict_game(bad)
    with pytest.raises(InputError, match="player"):
        Swap("US", (1, 2))
    with pytest.raises(InputError, match="ranks"):
        Swap("row", (1, 3))
    with pytest.raises(InputTypeError, match="ranks"):
        Swap("row", 3)
    tied = OrdinalGame([[1, 1], [2, 3]], [[1, 2], [3, 4]])
    with pytest.raises(InputError, match="strict"):
        tied.swap(Swap("row", (1, 2)))
    with pytest.raises(InputError, match="strict"):
        shortest_path(111, tied)


def test_orders_of_four_are_24():
    assert len({OrdinalGame([[a, b], [c, d]], [[1, 2], [3, 4]]).A for a, b, c, d in permutations(range(4))}) == 24
