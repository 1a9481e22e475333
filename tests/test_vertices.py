"""All Nash equilibria of two-player games: against naive oracles, theorems and published games; and the checker."""

from __future__ import annotations

import ast
import inspect
import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria import completeness
from gametheory.equilibria.completeness import CompletenessCertificate, check_equilibrium, check_nash
from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.solution import Component, Status, Subset
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers._index import maximal_bicliques
from gametheory.equilibria.solvers.vertices import (
    NashSet,
    Vertices,
    _solve_two_by_two,
    enumerate_nash,
)
from gametheory.errors import CertificateError, InputError, InputTypeError, UnsupportedError
from gametheory.games.stage import StageGame

F = Fraction


def verify(A, B, found: NashSet) -> None:
    check_nash(A, B, found.equilibria, found.certificate, components=found.components)
    assert sum(component.index for component in found.components) == 1


def transpose(table):
    return [list(column) for column in zip(*table, strict=True)]


def random_game(rng, m, n, high):
    return tuple([[rng.randint(0, high) for _ in range(n)] for _ in range(m)] for _ in range(2))


# --- oracles ----------------------------------------------------------------------------------------------------------


def solve_linear(rows, right):
    """The unique solution of a square system, or None."""
    matrix = flint.fmpq_mat([[flint.fmpq(F(x).numerator, F(x).denominator) for x in row] for row in rows])
    if matrix.det() == 0:
        return None
    column = flint.fmpq_mat([[flint.fmpq(x)] for x in right])
    return [F(int(v.p), int(v.q)) for v in matrix.solve(column).entries()]


def naive_vertices(payoffs_of_other):
    """Vertices (x, v) of {x in the simplex: every reply of the other earns at most v}, with their tight inequalities.

    Every choice of m inequalities is solved. No polytope in normal form, no pivots, no perturbation.
    """
    m, n = len(payoffs_of_other), len(payoffs_of_other[0])
    inequalities = [[F(int(i == k)) for i in range(m)] + [F(0)] for k in range(m)]
    inequalities += [[-F(payoffs_of_other[i][j]) for i in range(m)] + [F(1)] for j in range(n)]
    found = {}
    for chosen in combinations(range(m + n), m):
        point = solve_linear([inequalities[k] for k in chosen] + [[F(1)] * m + [F(0)]], [0] * m + [1])
        if point is None:
            continue
        slack = [sum(c * z for c, z in zip(row, point, strict=True)) for row in inequalities]
        if min(slack) >= 0:
            found[tuple(point[:m])] = {k for k, value in enumerate(slack) if value == 0}
    return found


def naive_nash(A, B):
    m, n = len(A), len(A[0])
    xs = naive_vertices(B)
    ys = {y: {(k + m if k < n else k - n) for k in tight} for y, tight in naive_vertices(transpose(A)).items()}
    return {(x, y) for x in xs for y in ys if len(xs[x] | ys[y]) == m + n}


def best_rows(A, y):
    payoffs = [sum(a * q for a, q in zip(row, y, strict=True)) for row in A]
    return {i for i, v in enumerate(payoffs) if v == max(payoffs)}


def support(x):
    return {i for i, p in enumerate(x) if p}


SHAPES = [(1, 1), (1, 3), (3, 1), (2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (4, 3)]


@pytest.mark.parametrize("high", [0, 1, 2, 9])
@pytest.mark.parametrize(("m", "n"), SHAPES)
def test_equals_the_naive_enumeration(m, n, high):
    rng = random.Random(100 * m + 10 * n + high)
    for _ in range(3 if m * n > 8 else 8):
        A, B = random_game(rng, m, n, high)
        found = enumerate_nash(A, B)
        assert len(set(found.equilibria)) == len(found.equilibria)
        assert set(found.equilibria) == naive_nash(A, B), (A, B)
        verify(A, B, found)


def test_every_two_by_two_game_with_payoffs_up_to_2_has_the_same_answer_from_the_table_and_from_the_polytopes():
    """The closed form, for all 81 sign patterns, against the enumeration that its certificate comes from."""
    seen = set()
    rng = random.Random(4)
    sign = lambda k: (k > 0) - (k < 0)
    for a in product(range(3), repeat=4):
        for b in rng.sample(list(product(range(3), repeat=4)), 6):
            A, B = [list(a[:2]), list(a[2:])], [list(b[:2]), list(b[2:])]
            seen.add((sign(a[0] - a[2]), sign(a[1] - a[3]), sign(b[0] - b[1]), sign(b[2] - b[3])))
            found = enumerate_nash(A, B)
            polytopes = found._polytopes
            xs, ys = polytopes.strategies
            assert found.equilibria == tuple((xs[p], ys[q]) for p, q in polytopes.pairs), (A, B)
            assert found.components == replace(found, _pattern=None).components, (A, B)
            assert found.subsets == replace(found, _pattern=None).subsets, (A, B)
            verify(A, B, found)
    assert len(seen) == 81


def test_two_by_two_table_ends_in_the_closed_form():
    assert _solve_two_by_two([[3, 0], [0, 1]], [[1, 0], [0, 3]]).equilibria[2] == (
        (F(3, 4), F(1, 4)),
        (F(1, 4), F(3, 4)),
    )


@pytest.mark.parametrize(
    ("m", "n", "high", "games"), [(4, 4, 2, 60), (3, 3, 1, 40), (4, 4, 99, 20), (2, 5, 2, 30), (6, 6, 99, 2)]
)
def test_equals_pygambit_rational_as_a_set(m, n, high, games):
    pygambit = pytest.importorskip("pygambit")
    rng = random.Random(m * n + high)
    for _ in range(games):
        A, B = random_game(rng, m, n, high)
        game = pygambit.Game.from_arrays(A, B)
        exact = lambda profile, player: tuple(
            F(int(profile[s].numerator), int(profile[s].denominator)) for s in player.strategies
        )
        rows, columns = game.players
        listed = pygambit.nash.enummixed_solve(game, rational=True).equilibria
        found = enumerate_nash(A, B)
        assert set(found.equilibria) == {(exact(p, rows), exact(p, columns)) for p in listed}, (A, B)
        verify(A, B, found)


# --- theorems ---------------------------------------------------------------------------------------------------------

payoff = st.integers(-2, 2) | st.fractions(-3, 3, max_denominator=4)


@st.composite
def games(draw, high=4):
    m, n = draw(st.integers(1, high)), draw(st.integers(1, high))
    table = st.lists(st.lists(payoff, min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(table), draw(table)


@settings(max_examples=60, deadline=None)
@given(games(), st.fractions(F(1, 5), 9), st.fractions(-9, 9), st.data())
def test_invariances(game, scale, shift, data):
    A, B = game
    m, n = len(A), len(A[0])
    found = enumerate_nash(A, B)
    verify(A, B, found)
    scaled = enumerate_nash([[scale * v + shift for v in row] for row in A], [[v - shift for v in row] for row in B])
    assert scaled.equilibria == found.equilibria
    assert scaled.components == found.components
    assert scaled.certificate == found.certificate
    # adding a constant to a column of A changes no best reply, but does change the polytope
    moved = enumerate_nash([[v + 7 * (j == 0) for j, v in enumerate(row)] for row in A], B)
    assert set(moved.equilibria) == set(found.equilibria)
    assert sorted(c.index for c in moved.components) == sorted(c.index for c in found.components)
    exchanged = enumerate_nash(transpose(B), transpose(A))
    assert {(x, y) for y, x in exchanged.equilibria} == set(found.equilibria)
    rows, columns = data.draw(st.permutations(range(m))), data.draw(st.permutations(range(n)))
    relabelled = enumerate_nash(
        [[A[i][j] for j in columns] for i in rows],
        [[B[i][j] for j in columns] for i in rows],
    )
    renamed = {(tuple(x[i] for i in rows), tuple(y[j] for j in columns)): (x, y) for x, y in found.equilibria}
    assert set(relabelled.equilibria) == renamed.keys()

    def index_of_each(components, name):
        return {
            name[pair]: component.index
            for component in components
            for subset in component.subsets
            for pair in product(subset.x_vertices, subset.y_vertices)
        }

    same = {pair: pair for pair in found.equilibria}
    assert index_of_each(relabelled.components, renamed) == index_of_each(found.components, same)


@settings(max_examples=40, deadline=None)
@given(games(3), st.data())
def test_mixtures_within_a_subset_are_equilibria_and_index_of_strict_pure_equilibria_is_one(game, data):
    A, B = game
    m, n = len(A), len(A[0])
    found = enumerate_nash(A, B)
    for subset in found.subsets:

        def mixture(vertices):
            weights = [data.draw(st.integers(1, 5)) for _ in vertices]
            return tuple(
                sum((F(w, sum(weights)) * v[k] for w, v in zip(weights, vertices, strict=True)), F(0))
                for k in range(len(vertices[0]))
            )

        check_equilibrium(A, B, mixture(subset.x_vertices), mixture(subset.y_vertices))
    for i, j in product(range(m), range(n)):
        if all(A[i][j] > A[k][j] for k in range(m) if k != i) and all(B[i][j] > B[i][k] for k in range(n) if k != j):
            pair = tuple(F(int(k == i)) for k in range(m)), tuple(F(int(k == j)) for k in range(n))
            assert Component((Subset((pair[0],), (pair[1],)),), 1) in found.components


def test_indices_equal_those_of_a_real_perturbation():
    """Payoffs moved by random amounts below 1e-9: the perturbed game is not degenerate, and each of its equilibria,
    found by the naive oracle, counts for the component whose labels it inherits."""
    rng = random.Random(11)
    sizes = set()
    for _ in range(120):
        A, B = random_game(rng, 3, 3, rng.choice([1, 2, 4]))
        components = enumerate_nash(A, B).components
        noisy = [[[v + F(rng.randint(0, 10**6), 10**15) for v in row] for row in table] for table in (A, B)]
        totals = [0] * len(components)
        for x, y in naive_nash(*noisy):
            rows, columns = support(x), support(y)
            assert best_rows(noisy[0], y) == rows
            assert best_rows(transpose(noisy[1]), x) == columns
            dets = [
                flint.fmpq_mat(
                    [
                        [flint.fmpq((t[i][j] + 1).numerator, (t[i][j] + 1).denominator) for j in sorted(columns)]
                        for i in sorted(rows)
                    ]
                ).det()
                for t in noisy
            ]
            sign = (-1) ** (len(rows) + 1) * (1 if dets[0] * dets[1] > 0 else -1)
            homes = {
                number
                for number, component in enumerate(components)
                for subset in component.subsets
                for p, q in product(subset.x_vertices, subset.y_vertices)
                if support(p) <= rows <= best_rows(A, q) and support(q) <= columns <= best_rows(transpose(B), p)
            }
            assert len(homes) == 1
            totals[homes.pop()] += sign
        assert totals == [component.index for component in components], (A, B)
        sizes.update(totals)
    assert {-1, 0, 1} <= sizes


@settings(max_examples=80, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(10, 15)), min_size=1))
def test_maximal_bicliques_are_those_of_brute_force(pairs):
    lefts, rights = {left for left, _ in pairs}, {right for _, right in pairs}
    expected = set()
    for size in range(1, len(lefts) + 1):
        for chosen in combinations(sorted(lefts), size):
            common = {r for r in rights if all((left, r) in pairs for left in chosen)}
            whole = {left for left in lefts if all((left, r) in pairs for r in common)}
            if common:
                expected.add((frozenset(whole), frozenset(common)))
    found = maximal_bicliques(sorted(pairs))
    assert len(found) == len(expected)
    assert {(frozenset(left), frozenset(right)) for left, right in found} == expected


# --- known games ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
def test_coordination_has_one_equilibrium_for_each_set_of_actions(n):
    """The n x n identity game: any non-empty set of actions, played uniformly; index by the parity of its size."""
    identity = [[int(i == j) for j in range(n)] for i in range(n)]
    found = enumerate_nash(identity, identity)
    assert len(found.equilibria) == 2**n - 1
    assert all(x == y and set(x) <= {F(0), F(1, len(support(x)))} for x, y in found.equilibria)
    for component in found.components:
        ((x,),) = {subset.x_vertices for subset in component.subsets}
        assert component.index == (-1) ** (len(support(x)) + 1)


VON_STENGEL_A = [
    [9504, -660, 19976, -20526, 1776, -8976],
    [-111771, 31680, -130944, 168124, -8514, 52764],
    [397584, -113850, 451176, -586476, 29216, -178761],
    [171204, -45936, 208626, -263076, 14124, -84436],
    [1303104, -453420, 1227336, -1718376, 72336, -461736],
    [737154, -227040, 774576, -1039236, 48081, -300036],
]
VON_STENGEL_B = transpose(
    [
        [72336, -461736, 1227336, -1718376, 1303104, -453420],
        [48081, -300036, 774576, -1039236, 737154, -227040],
        [29216, -178761, 451176, -586476, 397584, -113850],
        [14124, -84436, 208626, -263076, 171204, -45936],
        [1776, -8976, 19976, -20526, 9504, -660],
        [-8514, 52764, -130944, 168124, -111771, 31680],
    ]
)


def test_the_game_with_75_equilibria():
    """von Stengel (1999), New maximal numbers of equilibria in bimatrix games, Discrete & Computational Geometry 21,
    557-568: a 6 x 6 game with 75 equilibria (the identity game has 63)."""
    found = enumerate_nash(VON_STENGEL_A, VON_STENGEL_B)
    assert len(found.equilibria) == 75
    assert sorted(component.index for component in found.components) == [-1] * 37 + [1] * 38
    verify(VON_STENGEL_A, VON_STENGEL_B, found)


def test_battle_of_the_sexes_with_an_outside_option():
    """Kohlberg and Mertens (1986), On the strategic stability of equilibria, Econometrica 54, 1003-1037: the option of
    2 leaves (3, 1) with index +1, so that the component of the option, although it is a continuum, has index 0."""
    A, B = [[2, 2], [3, 0], [0, 1]], [[0, 0], [1, 0], [0, 3]]
    found = enumerate_nash(A, B)
    verify(A, B, found)
    assert {
        (component.subsets[0].x_vertices, component.index, sum(len(s.y_vertices) for s in component.subsets))
        for component in found.components
    } == {(((0, 1, 0),), 1, 1), (((1, 0, 0),), 0, 2)}


def test_a_component_of_index_two():
    """An outside option of 11 that deters all equilibria of a 3 x 3 game but one of index -1 (payoff 12): what is left
    for the component of the option is 1 - (-1) = 2."""
    A, B = [[0, 15, 18], [18, 0, 0], [15, 3, 6]], [[7, 2, 2], [4, 5, 2], [6, 4, 8]]
    inside = enumerate_nash(A, B)
    values = [max(sum(a * q for a, q in zip(row, y, strict=True)) for row in A) for _, y in inside.equilibria]
    assert sorted(zip(values, (c.index for c in inside.components), strict=True)) == [(9, 1), (10, 1), (12, -1)]
    with_option = [*A, [11] * 3], [*B, [0] * 3]
    found = enumerate_nash(*with_option)
    verify(*with_option, found)
    assert sorted((c.index, len(c.subsets[0].x_vertices[0])) for c in found.components) == [(-1, 4), (2, 4)]
    option = next(c for c in found.components if c.index == 2)
    assert all(x == (0, 0, 0, 1) for subset in option.subsets for x in subset.x_vertices)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (4, 1), (3, 3), (5, 2)])
def test_constant_games_have_every_pair_in_one_subset(m, n):
    for value in (0, -3, F(1, 7), 10**40):
        table = [[value] * n for _ in range(m)]
        found = enumerate_nash(table, table)
        assert len(found.equilibria) == m * n
        assert [(len(s.x_vertices), len(s.y_vertices)) for s in found.subsets] == [(m, n)]
        verify(table, table, found)


def test_duplicate_strategies_mix_freely():
    """Matching pennies with the first row and the second column twice: one component, of index +1."""
    A = [[1, -1, -1], [1, -1, -1], [-1, 1, 1]]
    B = [[-v for v in row] for row in A]
    found = enumerate_nash(A, B)
    assert len(found.equilibria) == 4
    assert [component.index for component in found.components] == [1]
    assert [x for s in found.subsets for x in s.x_vertices] == [(F(1, 2), 0, F(1, 2)), (0, F(1, 2), F(1, 2))]
    verify(A, B, found)


def test_huge_and_fractional_payoffs_stay_exact():
    """Where floats would see a tie: 10**30 against 10**30 + 1, and 1/3 against 1/3 + 10**-30."""
    big, small = 10**30, F(1, 10**30)
    A = [[big + 1, 0], [big, 1]]
    B = [[F(1, 3) + small, F(1, 3)], [F(1, 3), F(1, 3) + small]]
    found = enumerate_nash(A, B)
    assert found.equilibria[2] == ((F(1, 2), F(1, 2)), (F(1, 2), F(1, 2)))
    verify(A, B, found)
    rng = random.Random(2)
    C, D = [
        [[F(rng.randint(-(10**40), 10**40), rng.randint(1, 10**9)) for _ in range(3)] for _ in range(3)] for _ in "ab"
    ]
    found = enumerate_nash(C, D)
    assert set(found.equilibria) == naive_nash(C, D)
    verify(C, D, found)


def test_answers_are_fractions_in_a_fixed_order():
    found = enumerate_nash([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert all(type(p) is Fraction for pair in found.equilibria for mix in pair for p in mix)
    assert [sorted(support(x)) for x, _ in found.equilibria] == [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]
    assert found == enumerate_nash([[F(1), F(0), 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]])


# --- bad input and budgets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("A", "B", "error"),
    [
        ([], [], InputError),
        ([[]], [[]], InputError),
        ([[1, 2], [3]], [[1, 2], [3, 4]], InputError),
        ([[1, 2]], [[1], [2]], InputError),
        ([[1, 2, 3], [1, 2, 3]], [[1, 2], [1, 2]], InputError),
        ([[float("nan"), 1], [1, 1]], [[1, 1], [1, 1]], InputError),
        ([[True, 1], [1, 1]], [[1, 1], [1, 1]], InputTypeError),
        ([[None, 1], [1, 1]], [[1, 1], [1, 1]], InputTypeError),
        ([["__import__('os')", 1], [1, 1]], [[1, 1], [1, 1]], InputError),
    ],
)
def test_bad_input_is_refused_by_name(A, B, error):
    with pytest.raises(error, match=r"^(A|B): "):
        enumerate_nash(A, B)


def test_an_unfinished_search_says_so():
    rng = random.Random(1)
    A, B = random_game(rng, 14, 14, 99)
    found = enumerate_nash(A, B, seconds=0.05)
    assert not found.complete
    for x, y in found.equilibria:
        check_equilibrium(A, B, x, y)
    for what in ("subsets", "components", "certificate"):
        with pytest.raises(InputError, match="unfinished"):
            getattr(found, what)


# --- the checker ------------------------------------------------------------------------------------------------------

DEGENERATE = [[1, 1, 0], [1, 0, 2], [1, 1, 2]], [[0, 2, 2], [1, 1, 0], [2, 0, 2]]


def test_the_checker_does_not_know_the_solver():
    tree = ast.parse(inspect.getsource(completeness))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert not any("solvers" in name or name.endswith("solve") for name in imported)


@pytest.mark.parametrize("seed", range(6))
def test_any_proper_part_of_the_bases_is_rejected(seed):
    rng = random.Random(seed)
    A, B = DEGENERATE if seed == 0 else random_game(rng, 3, 4, 2)
    found = enumerate_nash(A, B)
    certificate = found.certificate
    for side in ("row_bases", "column_bases"):
        bases = getattr(certificate, side)
        parts = [bases[:k] + bases[k + 1 :] for k in range(len(bases))]
        parts += [tuple(rng.sample(bases, rng.randrange(len(bases)))) for _ in range(20)]
        for part in parts:
            with pytest.raises(CertificateError):
                check_nash(A, B, found.equilibria, replace(certificate, **{side: part}))


def test_foreign_bases_are_rejected():
    A, B = DEGENERATE
    found = enumerate_nash(A, B)
    for side in ("row_bases", "column_bases"):
        bases = getattr(found.certificate, side)
        for mask in [*range(-1, 65), 1 << 70, "7", 7.0, True]:
            if mask in bases and type(mask) is int:
                continue
            with pytest.raises(CertificateError):
                check_nash(A, B, found.equilibria, replace(found.certificate, **{side: (*bases, mask)}))
            with pytest.raises(CertificateError):
                check_nash(A, B, found.equilibria, replace(found.certificate, **{side: (mask, *bases[1:])}))
        with pytest.raises(CertificateError):
            check_nash(A, B, found.equilibria, replace(found.certificate, **{side: (*bases, bases[0])}))
    swapped = CompletenessCertificate(found.certificate.column_bases, found.certificate.row_bases)
    with pytest.raises(CertificateError):
        check_nash(A, B, found.equilibria, swapped)


def test_tampered_equilibria_are_rejected():
    A, B = DEGENERATE
    found = enumerate_nash(A, B)
    check_nash(A, B, found.equilibria, found.certificate)
    subset = next(s for s in found.subsets if len(s.x_vertices) * len(s.y_vertices) > 1)
    middle = tuple(
        tuple(sum(column, F(0)) / len(vertices) for column in zip(*vertices, strict=True))
        for vertices in (subset.x_vertices, subset.y_vertices)
    )
    check_equilibrium(A, B, *middle)
    false = [
        *(found.equilibria[:k] + found.equilibria[k + 1 :] for k in range(len(found.equilibria))),
        (*found.equilibria, middle),
        (*found.equilibria, found.equilibria[0]),
        (*found.equilibria, ((F(0), F(0), F(1)), (F(1, 2), F(1, 2), F(0)))),
        (*found.equilibria, ((F(2), F(-1), F(0)), (F(1), F(0), F(0)))),
        (*found.equilibria, ((F(1), F(0)), (F(1), F(0), F(0)))),
        tuple((tuple(map(float, x)), tuple(map(float, y))) for x, y in found.equilibria),
        (),
    ]
    for claim in false:
        with pytest.raises(CertificateError):
            check_nash(A, B, claim, found.certificate)


def test_exactly_the_listed_bases_are_feasible():
    """Also those whose vertex satisfies every inequality, but whose infinitesimal part has the wrong sign."""
    only_in_the_limit = 0
    rng = random.Random(9)
    for A, B in [DEGENERATE, random_game(rng, 3, 3, 1), random_game(rng, 3, 3, 1)]:
        found = enumerate_nash(A, B)
        true, found_vertices = found.certificate, set(found._polytopes.row_vertices)
        for mask in range(64):
            if mask.bit_count() != 3:
                continue
            feasible = mask in true.row_bases
            with pytest.raises(
                CertificateError, match="ends in the list" if feasible else "not feasible|not independent"
            ):
                check_nash(A, B, found.equilibria, replace(true, row_bases=(mask,)))
            # an unlisted basis of a degenerate vertex: its inequalities are all tight there
            only_in_the_limit += not feasible and any(mask & v == mask for v in found_vertices)
    assert only_in_the_limit > 5


def test_every_missing_subset_is_noticed():
    rng = random.Random(21)
    dropped = crossings = 0
    for _ in range(60):
        A, B = random_game(rng, 4, 4, 1)
        found = enumerate_nash(A, B)
        for number, component in enumerate(found.components):
            for k, subset in enumerate(component.subsets):
                less = replace(component, subsets=component.subsets[:k] + component.subsets[k + 1 :])
                claim = (*found.components[:number], less, *found.components[number + 1 :])
                with pytest.raises(CertificateError):
                    check_nash(A, B, found.equilibria, found.certificate, components=claim)
                dropped += 1
                neighbours = {frozenset(y for x, y in found.equilibria if x == z) for z, _ in found.equilibria}
                crossings += frozenset(subset.y_vertices) not in neighbours
        if dropped > 150 and crossings > 10:
            break
    assert crossings > 10


def test_the_solver_by_name():
    rng = random.Random(13)
    for high in (2, 99):
        A, B = random_game(rng, 3, 4, high)
        game = StageGame(A, B)
        solution = solve(game, Nash(), Vertices())
        assert solution.status is Status.COMPLETE
        solution.verify()
        assert solution.components == enumerate_nash(A, B).components
        with pytest.raises(CertificateError, match="missing"):
            replace(solution, equilibria=solution.equilibria[1:]).verify()
        first, *others = solution.components
        with pytest.raises(CertificateError, match="index"):
            replace(solution, components=(replace(first, index=first.index + 1), *others)).verify()
        with pytest.raises(CertificateError):
            replace(solution, components=tuple(others)).verify()
    names = tuple(tuple(f"{who}{k}" for k in range(14)) for who in "rc")
    large = StageGame(*random_game(rng, 14, 14, 99), actions=names)
    assert solve(large, Nash(), Vertices(seconds=0.02)).status is Status.PARTIAL
    import sympy

    with pytest.raises(UnsupportedError, match="game.subs"):
        solve(StageGame([[sympy.Symbol("k")]], [[1]]), Nash(), Vertices())


def test_tampered_components_are_rejected():
    rng = random.Random(8)
    tried = 0
    while tried < 12:
        A, B = random_game(rng, 3, 3, 2)
        found = enumerate_nash(A, B)
        components = found.components
        if len(components) < 2 or max(len(c.subsets) for c in components) < 2:
            continue
        tried += 1
        big = max(components, key=lambda c: len(c.subsets))
        rest = [c for c in components if c is not big]
        corner = Subset(big.subsets[0].x_vertices[:1], big.subsets[0].y_vertices[:1])
        false = [
            components[1:],
            (*components, components[0]),
            (replace(components[0], index=components[0].index + 1), *components[1:]),
            (replace(components[0], index=components[0].index + 2), replace(components[1], index=-7), *components[2:]),
            (*rest, replace(big, subsets=big.subsets[1:])),
            (*rest, replace(big, subsets=(*big.subsets, corner))),
            (*rest, *(Component((subset,), big.index) for subset in big.subsets)),
            (
                Component(components[0].subsets + components[1].subsets, sum(c.index for c in components[:2])),
                *components[2:],
            ),
            (),
        ]
        for claim in false:
            with pytest.raises(CertificateError):
                check_nash(A, B, found.equilibria, found.certificate, components=claim)


def test_a_certificate_of_another_game_is_rejected():
    rng = random.Random(3)
    rejected = 0
    for _ in range(30):
        (A, B), (C, D) = random_game(rng, 3, 3, 9), random_game(rng, 3, 3, 9)
        found, other = enumerate_nash(A, B), enumerate_nash(C, D)
        if other.certificate == found.certificate:
            continue
        with pytest.raises(CertificateError):
            check_nash(A, B, found.equilibria, other.certificate)
        rejected += 1
    assert rejected > 20
