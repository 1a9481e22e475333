"""The float lane: every pattern of signs, rounding, ties and overflow against exact enumeration by brute force."""

import importlib.util
from fractions import Fraction
from functools import cache
from itertools import combinations, product

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria import _batch_loops
from gametheory.equilibria._sign_tables import order_bound, sign_table, support_pairs
from gametheory.equilibria.batch import patterns_2x2, solve_2x2, solve_3x3, solve_small
from gametheory.equilibria.solvers.vertices import enumerate_nash
from gametheory.errors import InputError, InputTypeError, UnsupportedError

RNG = np.random.default_rng
needs_numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")


# --- an oracle that shares nothing with the code: all vertices of both polytopes by Gaussian elimination --------------


def solve_linear(rows):
    rows, n = [list(r) for r in rows], len(rows)
    for c in range(n):
        pivot = next((r for r in range(c, n) if rows[r][c] != 0), None)
        if pivot is None:
            return None
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(n):
            if r != c and rows[r][c] != 0:
                rows[r] = [v - rows[r][c] * w for v, w in zip(rows[r], rows[c], strict=True)]
    return [row[-1] for row in rows]


@cache
def mixes(A):
    """Extreme mixes of the player who chooses columns of A, each with its unplayed columns and the best rows."""
    m, n = len(A), len(A[0])
    found = {}
    for size in range(1, n + 1):
        for support in combinations(range(n), size):
            for best in combinations(range(m), size):
                system = [[*(A[i][j] for j in support), Fraction(-1), Fraction(0)] for i in best]
                system.append([*(Fraction(1) for _ in support), Fraction(0), Fraction(1)])
                solution = solve_linear(system)
                if solution is None or min(solution[:-1]) < 0:
                    continue
                y = [Fraction(0)] * n
                for j, v in zip(support, solution, strict=False):
                    y[j] = v
                pay = [sum(a * b for a, b in zip(row, y, strict=True)) for row in A]
                if max(pay) == solution[-1]:
                    found[tuple(y)] = (
                        frozenset(j for j in range(n) if y[j] == 0),
                        frozenset(i for i in range(m) if pay[i] == max(pay)),
                    )
    return found


def brute(A, B):
    """All extreme equilibria, exactly."""
    A, B = (tuple(tuple(Fraction(v) for v in row) for row in M) for M in (A, B))
    m, n = len(A), len(A[0])
    ys, xs = mixes(A), mixes(tuple(zip(*B, strict=True)))
    return {
        (x, y)
        for x, (idle_rows, best_columns) in xs.items()
        for y, (idle_columns, best_rows) in ys.items()
        if idle_rows | best_rows == set(range(m)) and idle_columns | best_columns == set(range(n))
    }


def close(found, expected, tolerance=1e-9):
    found = sorted(found)
    expected = sorted(tuple(tuple(map(float, z)) for z in pair) for pair in expected)
    return len(found) == len(expected) and all(
        abs(u - v) <= tolerance
        for one, two in zip(found, expected, strict=True)
        for a, b in zip(one, two, strict=True)
        for u, v in zip(a, b, strict=True)
    )


def as_pairs(points):
    return [((x, 1 - x), (y, 1 - y)) for x, y in points]


def decimals(M):
    return [[Fraction(str(v)) for v in row] for row in M.tolist()]


def same(first, second):
    return all(
        np.array_equal(np.asarray(a), np.asarray(b), equal_nan=np.asarray(a).dtype.kind == "f")
        for a, b in zip(first, second, strict=True)
    )


def parts(result):
    return (
        (result.code, result.p, result.q, result.flagged) if hasattr(result, "p") else (*result.words, result.flagged)
    )


# --- the table of 81 patterns -----------------------------------------------------------------------------------------


def game_with_signs(signs, rng):
    d, e = (np.array(s) * rng.integers(1, 9, 2) for s in (signs[:2], signs[2:]))
    A, B = rng.integers(-5, 6, (2, 2)), rng.integers(-5, 6, (2, 2))
    A[0], B[:, 0] = A[1] + d, B[:, 1] + e
    return A, B


@pytest.mark.parametrize("pattern", patterns_2x2(), ids=lambda p: str(p.code))
def test_each_pattern_against_brute_force_and_exact_components(pattern):
    rng = RNG(pattern.code)
    for _ in range(3):
        A, B = game_with_signs(pattern.signs, rng)
        found = solve_2x2(A, B)
        assert int(found.code) == pattern.code and not found.flagged
        assert close(as_pairs(found.equilibria()), brute(A.tolist(), B.tolist()))
        exact = enumerate_nash(A.tolist(), B.tolist())

        def box(x, y):
            return (min(x), max(x)), (min(y), max(y))

        mine = {(tuple(sorted(boxes)), index) for boxes, index in zip(found.components(), pattern.indices, strict=True)}
        theirs = {
            (
                tuple(
                    sorted(
                        box([float(x[0]) for x in s.x_vertices], [float(y[0]) for y in s.y_vertices]) for s in c.subsets
                    )
                ),
                c.index,
            )
            for c in exact.components
        }
        assert mine == theirs


def test_counts_of_patterns():
    table = patterns_2x2()
    assert [p.code for p in table] == list(range(81)) and len({p.signs for p in table}) == 81
    assert sum(p.is_continuum for p in table) == 53
    assert all(sum(p.indices) == 1 for p in table)
    strict = [p for p in table if 0 not in p.signs]
    assert sorted(len(p.extreme) for p in strict) == [1] * 14 + [3] * 2
    assert {kind for p in table for kind in p.kinds} == {"point", "segment", "rectangle", "union"}
    assert table[40].kinds == ("rectangle",)


def test_lookups_agree_with_the_patterns():
    rng = RNG(1)
    A, B = rng.integers(0, 3, (2, 500, 2, 2))
    found = solve_2x2(A, B)
    for k in range(500):
        (a, b), (c, d) = A[k]
        (e, f), (g, h) = B[k]
        pure = (a >= c and e >= f, b >= d and f >= e, c >= a and g >= h, d >= b and h >= g)
        assert int(found.pure_mask[k]) == sum(1 << i for i, yes in enumerate(pure) if yes)
        assert found.pure_count[k] == sum(pure)
        pattern = found.pattern(k)
        assert found.component_count[k] == len(pattern.components)
        assert bool(found.is_continuum[k]) == pattern.is_continuum
        assert bool(found.has_mixed[k]) == (("p", "q") in pattern.extreme)


# --- 2x2: ties, rounding, overflow ------------------------------------------------------------------------------------

nasty = st.sampled_from(
    [
        *(0.0, -0.0, 1.0, 0.1, 0.2, 0.3, 0.1 + 0.2, 1e-17, 1 + 2**-52, 1 - 2**-53, 1e16, 1e16 + 2, 1e300, -1e300),
        *(1.7e308, -1.7e308, 5e-324, -5e-324, 2.3e-308, 1e-160, 1e160, 1 / 3, 2 / 3, 1e-300),
    ]
)


@given(st.lists(nasty | st.floats(-2, 2), min_size=8, max_size=8), st.sampled_from([0, 0.5, 2.0]))
@settings(max_examples=250, deadline=None)
def test_unflagged_2x2_games_are_right_for_the_printed_decimals(values, rounding):
    A, B = np.array(values).reshape(2, 2, 2)
    found = solve_2x2(A, B, rounding=rounding)
    exact = brute(decimals(A), decimals(B))
    answers = found.resolve()
    if found.flagged:
        assert set(answers[()].equilibria) == exact
    else:
        assert answers == {}
        pure = {pair for pair in exact if set(pair[0]) <= {0, 1} and set(pair[1]) <= {0, 1}}
        assert int(found.pure_count) == len(pure)
        assert len(found.equilibria()) == len(exact)
        # an unflagged difference is at least a few units of rounding, so the mixes are right to a bounded error
        scale = max(np.abs(A).max(), np.abs(B).max())
        gap = min(abs(v) for v in (A[0] - A[1], B[:, 0] - B[:, 1]) for v in v if v != 0) if scale else 1
        assert close(as_pairs(found.equilibria()), exact, 1e-9 + 8 * 2.0**-52 * float(scale) / float(gap))


@given(st.lists(st.integers(-12, 12), min_size=16, max_size=16))
@settings(max_examples=150, deadline=None)
def test_payoffs_summed_in_floats_are_right_for_the_intended_decimals_or_flagged(tenths):
    """0.1 + 0.2 is not 0.3: a tie of the intended payoffs must be flagged, never decided by the rounding."""
    halves = np.array(tenths).reshape(2, 2, 2, 2)
    A, B = (h[0] / 10 + h[1] / 10 for h in halves)
    intended = [[[Fraction(int(v), 10) for v in row] for row in h.sum(0)] for h in halves]
    found = solve_2x2(A, B)
    if found.flagged:
        exact = found.resolve(payoffs=lambda: intended)[()]
        assert set(exact.equilibria) == brute(*intended)
    else:
        assert close(as_pairs(found.equilibria()), brute(*intended))
    signs = [
        *(a - b for a, b in zip(*intended[0], strict=True)),
        *(row[0] - row[1] for row in intended[1]),
    ]
    assert bool(found.flagged) or 0 not in signs


def test_ties_of_floats_are_flagged_and_of_integers_decided():
    A = np.array([[1, 2], [1, 0]])
    assert not solve_2x2(A, A).flagged
    assert solve_2x2(A.astype(float), A.astype(float)).flagged
    assert not solve_2x2(A.astype(float), A.astype(float), rounding=0).flagged
    assert solve_2x2(A.astype(float), A).flagged and not solve_2x2(A, A.astype(float)).flagged  # the tie is in A alone
    zero = np.zeros((2, 2))
    assert solve_2x2(zero, zero).flagged and not solve_2x2(zero, zero, rounding=0).flagged


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_integers_are_exact_at_the_ends_of_their_range(dtype):
    info = np.iinfo(dtype)
    pool = np.array([info.min, info.min + 1, 0, 1, info.max - 1, info.max], dtype=dtype)
    rng = RNG(3)
    A, B = (pool[rng.integers(0, 6, (150, 2, 2))] for _ in range(2))
    found = solve_2x2(A, B)
    if info.bits < 64:
        assert not found.flagged.any()
    for k in np.flatnonzero(~found.flagged):
        assert close(as_pairs(found.equilibria(int(k))), brute(A[k].tolist(), B[k].tolist()))
    for k, exact in found.resolve().items():
        assert set(exact.equilibria) == brute(A[k].tolist(), B[k].tolist())


@pytest.mark.parametrize("bits", [61, 62, 63])
def test_huge_integers_one_apart_are_flagged_or_right(bits):
    rng = RNG(bits)
    A, B = (2**bits - 4 + rng.integers(0, 4, (60, 2, 2)) for _ in range(2)) if bits < 63 else (
        (2**63 - 1 - rng.integers(0, 4, (60, 2, 2))) for _ in range(2)
    )  # fmt: skip
    for found in (solve_2x2(A, B), solve_2x2(A, B, rounding=0)):
        for k in np.flatnonzero(~found.flagged):
            assert close(as_pairs(found.equilibria(int(k))), brute(A[k].tolist(), B[k].tolist()))


@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble"])
def test_other_floats_are_read_with_their_own_rounding(dtype):
    rng = RNG(5)
    A, B = (rng.integers(0, 4, (80, 2, 2)) / 10 for _ in range(2))
    A, B = A.astype(dtype), B.astype(dtype)
    found = solve_2x2(A, B)
    for k in range(80):
        exact = brute([[Fraction(str(v)) for v in r] for r in A[k]], [[Fraction(str(v)) for v in r] for r in B[k]])
        if not found.flagged[k]:
            assert close(as_pairs(found.equilibria(k)), exact, 0.02)
    assert 0 < found.flagged.sum() < 80
    near = np.array([[0.3, 0], [0, 0.5]], dtype=dtype)
    near[1, 0] = np.nextafter(near[0, 0], near.dtype.type(1))
    assert solve_2x2(near, near).flagged


def test_differences_that_overflow_are_flagged_and_resolved():
    A = np.array([[1.7e308, -1.7e308], [-1.7e308, 1.7e308]])
    for compiled in (False, None):
        found = solve_2x2(A, A, rounding=0, compiled=compiled)
        assert found.flagged
        assert set(found.resolve()[()].equilibria) == brute(decimals(A), decimals(A))


# --- supports ---------------------------------------------------------------------------------------------------------


def check_supports(found, A, B, k, exact, tolerance=1e-9):
    """What is not flagged is right and complete."""
    assert close(found.equilibria(*k), exact, tolerance)
    supports = {tuple(tuple(i for i, v in enumerate(z) if v) for z in pair) for pair in exact}
    assert {pair for pair in found.supports if bool(found.has(*pair)[k])} == supports
    assert int(found.count[k]) == len(exact)


@pytest.mark.parametrize(
    ("shape", "top"), [((2, 2), 3), ((2, 3), 3), ((3, 2), 4), ((1, 3), 3), ((3, 1), 3), ((3, 3), 3)]
)
def test_small_games_with_many_ties_against_brute_force(shape, top):
    rng = RNG(sum(shape) * 10 + top)
    A, B = rng.integers(0, top, (2, 120, *shape))
    found = solve_small(A, B)
    plain = 0
    for k in range(120):
        if not found.flagged[k]:
            plain += 1
            check_supports(found, A, B, (k,), brute(A[k].tolist(), B[k].tolist()))
    assert 0 < plain < 120


@pytest.mark.parametrize(("m", "n", "top"), [(3, 3, 10), (3, 3, 100), (4, 4, 100), (3, 4, 20), (4, 2, 20), (4, 3, 6)])
def test_random_small_games_against_brute_force(m, n, top):
    rng = RNG(m * n + top)
    count = 40 if m * n <= 12 else 15
    A, B = rng.integers(0, top, (2, count, m, n))
    for X, Y in ((A, B), (A / 7, B / 7)):
        found = solve_small(X, Y)
        for k in range(count):
            if not found.flagged[k]:
                check_supports(found, X, Y, (k,), brute(A[k].tolist(), B[k].tolist()))
    for k, exact in list(solve_small(A, B).resolve().items())[:10]:
        assert set(exact.equilibria) == brute(A[k].tolist(), B[k].tolist())


def test_all_3x3_games_of_zeros_and_ones_in_one_player_against_the_exact_solver():
    """Heavily degenerate: whatever is not flagged is the complete answer, found by the exact enumeration."""
    rng = RNG(11)
    A, B = rng.integers(0, 3, (2, 1500, 3, 3))
    found = solve_3x3(A, B)
    assert 50 < (~found.flagged).sum() < 1400
    for k in np.flatnonzero(~found.flagged):
        assert close(found.equilibria(int(k)), enumerate_nash(A[k].tolist(), B[k].tolist()).equilibria)


def test_degenerate_equilibria_are_always_flagged():
    """A game with an equilibrium that has more best replies than strategies in use is never left unflagged."""
    rng = RNG(12)
    A, B = rng.integers(0, 4, (2, 400, 3, 3))
    found = solve_3x3(A, B)
    for k in range(400):
        a, b = A[k], B[k]
        pure = [(i, j) for i, j in product(range(3), repeat=2) if a[i, j] == a[:, j].max() and b[i, j] == b[i].max()]
        if any((a[:, j] == a[i, j]).sum() > 1 or (b[i] == b[i, j]).sum() > 1 for i, j in pure):
            assert found.flagged[k]


@given(st.lists(nasty | st.sampled_from([0.5, 0.7, 0.9, 3.0]), min_size=18, max_size=18), st.sampled_from([0, 2.0]))
@settings(max_examples=120, deadline=None)
def test_unflagged_3x3_games_of_nasty_floats_are_right(values, rounding):
    A, B = np.array(values).reshape(2, 3, 3)
    found = solve_3x3(A, B, rounding=rounding)
    if not found.flagged:
        exact = brute(decimals(A), decimals(B))
        supports = {tuple(tuple(i for i, v in enumerate(z) if v) for z in pair) for pair in exact}
        assert {pair for pair in found.supports if bool(found.has(*pair))} == supports and len(exact) == len(supports)


@given(st.lists(st.integers(-6, 6), min_size=36, max_size=36), st.sampled_from([(0.1, 10), (0.3, 7), (1e-3, 1)]))
@settings(max_examples=80, deadline=None)
def test_3x3_payoffs_built_in_floats_are_right_for_the_intended_ones_or_flagged(values, scale):
    """Payoffs computed as u * s + v * t: singular determinants of the intended game are hit exactly, the floats miss."""
    s, t = scale
    u, v = np.array(values).reshape(2, 2, 3, 3)
    A, B = (u[k] * s + v[k] * t for k in (0, 1))
    S, T = Fraction(str(s)), Fraction(str(t))
    intended = [[[int(u[k, i, j]) * S + int(v[k, i, j]) * T for j in range(3)] for i in range(3)] for k in (0, 1)]
    found = solve_3x3(A, B, rounding=4)
    if not found.flagged:
        exact = brute(*intended)
        supports = {tuple(tuple(i for i, w in enumerate(z) if w) for z in pair) for pair in exact}
        assert {pair for pair in found.supports if bool(found.has(*pair))} == supports and len(exact) == len(supports)


def test_the_error_bound_covers_the_true_error_ofdeterminants():
    """Determinants of floats near singular, against exact ones of the same decimals, stay within the stated bound."""
    from gametheory.equilibria._batch_lane import Lane
    from gametheory.equilibria._batch_supports import determinants, relative

    rng = RNG(13)
    lane = Lane(np, "A", (), False, 2.0**-52, 0.0)
    bounds = relative(lane, 0)
    table = sign_table(4, 4)
    for _ in range(60):
        A = (rng.integers(-3, 4, (4, 4)) / 10 + rng.integers(0, 3, (4, 4)) / 7) * 10.0 ** rng.integers(-3, 4)
        found = determinants(np, [list(row) for row in A], table)
        exact = determinants(None, decimals(A), table)
        top = np.abs(A).max()
        for value, true, order in zip(found, exact, table.orders, strict=True):
            if order > 1:
                assert abs(Fraction(float(value)) - true) <= Fraction(float(bounds[order - 1] * top**order))


def test_determinants_of_the_table_are_bordereddeterminants():
    from gametheory.equilibria._batch_supports import determinants

    rng = RNG(14)
    for m, n in ((3, 3), (4, 4), (4, 2), (2, 4)):
        A = rng.integers(-9, 10, (m, n))
        table = sign_table(m, n)
        found = determinants(np, [list(row) for row in A], table)
        for (R, C), place in table.places.items():
            bordered = np.hstack([np.ones((len(R), 1)), A[np.ix_(R, C)]])
            assert round(np.linalg.det(bordered)) == found[place]
            assert abs(int(found[place])) <= order_bound(9, len(C))


def test_integers_too_large_for_exact_determinants_are_flagged_or_right():
    rng = RNG(15)
    base = rng.integers(0, 3, (2, 60, 3, 3))
    for large in (2**29, 2**31, 2**40, 2**55, 2**62 - 5):
        A, B = base + large * (rng.integers(0, 2, (2, 60, 3, 3)))
        found = solve_3x3(A, B)
        for k in np.flatnonzero(~found.flagged):
            exact = brute(A[k].tolist(), B[k].tolist())
            supports = {tuple(tuple(i for i, w in enumerate(z) if w) for z in pair) for pair in exact}
            assert {pair for pair in found.supports if found.has(*pair)[k]} == supports and len(exact) == len(supports)


def test_few_random_float_games_are_flagged():
    rng = RNG(16)
    assert solve_2x2(*rng.random((2, 20_000, 2, 2))).flagged.sum() == 0
    assert solve_3x3(*rng.random((2, 20_000, 3, 3))).flagged.sum() == 0
    assert solve_small(*rng.random((2, 2_000, 4, 4))).flagged.sum() == 0


def test_random_3x3_games_have_an_odd_number_of_equilibria():
    """Wilson (1971): almost all games have an odd number."""
    count = solve_3x3(*RNG(17).random((2, 20_000, 3, 3))).count
    assert set(count.tolist()) <= {1, 3, 5, 7} and (count % 2 == 1).all()


def test_profiles_hold_the_mixes_of_every_game():
    A, B = RNG(18).random((2, 300, 3, 3))
    found = solve_3x3(A, B)
    for rows, columns in support_pairs(3, 3):
        x, y = found.profiles(rows, columns)
        has = found.has(rows, columns)
        assert np.isnan(x[~has]).all() and np.isnan(y[~has]).all()
        gain_a = (A[has] @ y[has][..., None])[..., 0]
        gain_b = (x[has][:, None, :] @ B[has])[:, 0]
        assert np.allclose((x[has] * gain_a).sum(-1), gain_a.max(-1))
        assert np.allclose((y[has] * gain_b).sum(-1), gain_b.max(-1))
        assert np.allclose(x[has].sum(-1), 1) and (x[has] >= 0).all() and (y[has] >= 0).all()


# --- theorems ---------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(-9, 9))
@settings(max_examples=20, deadline=None)
def test_positive_affine_payoffs_player_exchange_and_relabelling(seed, factor, constant):
    A, B = RNG(seed).integers(0, 5, (2, 30, 3, 3))
    found = solve_3x3(A, B)
    moved = solve_3x3(A * factor + constant, B)
    turned = solve_3x3(B.swapaxes(1, 2), A.swapaxes(1, 2))
    shuffled = solve_3x3(A[:, ::-1], B[:, ::-1])
    assert same(parts(found), parts(moved))
    assert (found.flagged == turned.flagged).all() and (found.flagged == shuffled.flagged).all()
    for rows, columns in found.supports:
        assert (found.has(rows, columns) == turned.has(columns, rows)).all()
        assert (found.has(rows, columns) == shuffled.has(tuple(sorted(2 - i for i in rows)), columns)).all()


# --- lanes: compiled loops, other libraries' arrays, chunks, broadcasting ---------------------------------------------


def hard_batch(size, n, dtype):
    rng = RNG(size + n)
    M = rng.integers(-3, 4, (2, size, n, n))
    if dtype == "int64":
        return M
    M = M * 0.1
    M += rng.choice([0, 0, 1e-17, 1e-16, 3e-16, 0.2], M.shape)
    M[:, ::50] *= 10.0 ** rng.integers(-320, 300, M[:, ::50].shape)
    return M


@needs_numba
@pytest.mark.parametrize("dtype", ["float64", "int64"])
@pytest.mark.parametrize("rounding", [0, 2.0])
def test_compiled_loops_give_the_same_bits(dtype, rounding):
    for n, solve in ((2, solve_2x2), (3, solve_3x3)):
        A, B = hard_batch(20_000, n, dtype)
        plain = solve(A, B, rounding=rounding, compiled=False)
        for X, Y in (
            (A, B),
            (A[::-1][::-1], np.asfortranarray(B)),
            (A.reshape(100, 200, n, n), B.reshape(100, 200, n, n)),
        ):
            fast = solve(X, Y, rounding=rounding, compiled=True)
            assert same([p.reshape(-1) for p in parts(plain)], [p.reshape(-1) for p in parts(fast)])
        if (n, dtype, rounding) != (2, "int64", 2.0) and (n, rounding) != (2, 0):
            assert 0 < plain.flagged.sum() < 20_000


@pytest.mark.parametrize("name", ["2x2", "3x3"])
def test_the_loops_uncompiled_give_the_same_bits(name, monkeypatch):
    solve, n = (solve_2x2, 2) if name == "2x2" else (solve_3x3, 3)
    A, B = hard_batch(300, n, "float64")
    monkeypatch.setattr("gametheory.equilibria.batch.compiled_loop", lambda key: _batch_loops._LOOPS[key])
    with np.errstate(all="ignore"):
        looped = solve(A, B, compiled=True)
    assert same(parts(looped), parts(solve(A, B, compiled=False)))


def test_without_numba_the_answer_is_the_same_and_asking_for_it_is_refused(monkeypatch):
    monkeypatch.setattr("gametheory.equilibria.batch.compiled_loop", lambda key: None)
    monkeypatch.setattr("gametheory.equilibria.batch._COLD", 1)
    A, B = hard_batch(50, 2, "float64")
    assert same(parts(solve_2x2(A, B)), parts(solve_2x2(A, B, compiled=False)))
    with pytest.raises(UnsupportedError, match="numba"):
        solve_2x2(A, B, compiled=True)


@pytest.mark.parametrize("dtype", ["float64", "int64", "float32", "int32", "uint8"])
def test_strict_array_api_arrays_give_the_same_answers(dtype):
    for n, solve in ((2, solve_2x2), (3, solve_3x3), (4, solve_small)):
        A, B = RNG(n).integers(0, 6, (2, 40, n, n)).astype(dtype)
        if "float" in dtype:
            A, B = A / A.dtype.type(7), B / B.dtype.type(7)
        plain = solve(A, B)
        strict = solve(array_api_strict.asarray(A), array_api_strict.asarray(B))
        assert type(strict.flagged).__module__.startswith("array_api_strict")
        assert same(parts(plain), parts(strict))
        assert plain.equilibria(3) == strict.equilibria(3)
        assert {k: v.equilibria for k, v in plain.resolve().items()} == {
            k: v.equilibria for k, v in strict.resolve().items()
        }
        if n == 2:
            for name in ("pure_mask", "pure_count", "component_count", "is_continuum", "has_mixed"):
                assert same([getattr(plain, name)], [getattr(strict, name)])
        else:
            assert same([plain.count], [strict.count])
            assert same(plain.profiles((0, 1), (0, 1)), strict.profiles((0, 1), (0, 1)))


def test_strict_arrays_in_chunks(monkeypatch):
    monkeypatch.setattr("gametheory.equilibria.batch._DEVICE_CHUNK", 7)
    A, B = RNG(3).random((2, 5, 6, 2, 2))
    found = solve_2x2(array_api_strict.asarray(A), array_api_strict.asarray(B))
    assert same(parts(found), parts(solve_2x2(A, B)))


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 0, 2), (5, 4, 3), (1, 50), (50, 1), (2, 1, 40)])
def test_chunks_of_any_shape_give_the_same_answers(shape, monkeypatch):
    for n, solve in ((2, solve_2x2), (3, solve_3x3)):
        A, B = RNG(4).integers(0, 9, (2, *shape, n, n)) / 8
        whole = solve(A, B)
        monkeypatch.setattr("gametheory.equilibria.batch._CHUNK", 6)
        cut = solve(A, B)
        monkeypatch.undo()
        assert same(parts(whole), parts(cut))
        assert all(part.shape == shape for part in parts(whole))


def test_phase_diagrams_broadcast_their_payoffs():
    x, y = np.linspace(-1, 3, 40)[:, None], np.linspace(-1, 3, 30)[None, :]
    A, B = [[3.0, x], [5, y]], [[3.0, 5], [x, y]]
    full = [np.stack([np.stack([np.broadcast_to(e, (40, 30)) for e in r], -1) for r in M], -2) for M in (A, B)]
    assert same(parts(solve_2x2(A, B)), parts(solve_2x2(*full)))
    if importlib.util.find_spec("numba"):
        assert same(parts(solve_2x2(A, B, compiled=True)), parts(solve_2x2(*full)))
    mixed = solve_2x2([[x, 0], [0, 1]], [[1, 0], [0, y]])
    assert mixed.code.shape == (40, 30)
    xs = array_api_strict.asarray(x)
    assert same(parts(solve_2x2([[xs, 0], [0, 1]], [[1, 0], [0.0, 1.0]])), parts(solve_2x2([[x, 0], [0, 1]], [[1, 0], [0.0, 1.0]])))  # fmt: skip


def test_resolve_solves_equal_games_once_and_only_the_flagged():
    A = np.array([[[1.0, 0], [1, 2]], [[3, 0], [5, 1]], [[1, 0], [1, 2]]])
    calls = []
    found = solve_2x2(A, A.swapaxes(1, 2))
    answers = found.resolve(lambda a, b: calls.append((a, b)) or len(calls))
    assert answers == {(0,): 1, (2,): 1} and len(calls) == 1
    assert calls[0][0] == ((Fraction(1), Fraction(0)), (Fraction(1), Fraction(2)))


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=needs_numba)])
@pytest.mark.parametrize("n", [2, 3])
def test_nan_and_infinities_are_refused(bad, compiled, n):
    solve = solve_2x2 if n == 2 else solve_3x3
    for player, i, j in product((0, 1), range(n), range(n)):
        payoffs = RNG(1).random((2, 9, n, n))
        payoffs[player, 4, i, j] = bad
        with pytest.raises(InputError, match="AB"[player]):
            solve(*payoffs, compiled=compiled)
    payoffs = np.full((2, 3, n, n), bad)
    with pytest.raises(InputError):
        solve(*payoffs, compiled=compiled)


@pytest.mark.parametrize(
    ("A", "B", "error", "words"),
    [
        (np.zeros((3, 3)), np.zeros((3, 3)), UnsupportedError, "2"),
        (np.zeros((2, 2)), np.zeros((2, 3)), UnsupportedError, "B"),
        (np.zeros(4), np.zeros(4), InputError, "A"),
        (np.zeros((5, 2, 2)), np.zeros((4, 2, 2)), InputError, "broadcast"),
        (np.zeros((2, 2), dtype=complex), np.zeros((2, 2)), InputTypeError, "A"),
        (np.zeros((2, 2)), np.zeros((2, 2), dtype=bool), InputTypeError, "B"),
        (np.array([["1", "2"], ["3", "4"]]), np.zeros((2, 2)), InputTypeError, "A"),
        (np.array([[Fraction(1), 2], [3, 4]]), np.zeros((2, 2)), InputTypeError, "gt.solve"),
        ([[Fraction(1), 2], [3, 4]], np.zeros((2, 2)), InputTypeError, "gt.solve"),
        ([[1, 2], [3, 2**70]], np.zeros((2, 2)), InputError, "63"),
        ([[1, 2], [3, True]], np.zeros((2, 2)), InputTypeError, "A"),
        ([[1, 2], [3]], np.zeros((2, 2)), InputError, "A"),
        ([[[1, 2], [3, 4]]] * 2, np.zeros((2, 2)), InputTypeError, "asarray"),
        ("1234", np.zeros((2, 2)), InputTypeError, "A"),
        ([], np.zeros((2, 2)), InputTypeError, "A"),
        (None, np.zeros((2, 2)), InputTypeError, "A"),
        (np.zeros((2, 2)), array_api_strict.zeros((2, 2)), InputTypeError, "one library"),
    ],
)
def test_wrong_payoffs_are_refused_by_name(A, B, error, words):
    with pytest.raises(error, match=words):
        solve_2x2(A, B)


def test_other_wrong_arguments_are_refused():
    Z = np.zeros((5, 5))
    with pytest.raises(UnsupportedError, match="4 x 4"):
        solve_small(Z, Z)
    with pytest.raises(UnsupportedError, match="3"):
        solve_3x3(Z[:2, :2], Z[:2, :2])
    for bad, error in ((-1, InputError), (float("nan"), InputError), ("2", InputTypeError), (True, InputTypeError)):
        with pytest.raises(error, match="rounding"):
            solve_2x2(Z[:2, :2], Z[:2, :2], rounding=bad)
    with pytest.raises(InputTypeError, match="compiled"):
        solve_2x2(Z[:2, :2], Z[:2, :2], compiled="yes")
    with pytest.raises(InputError, match="supports"):
        solve_3x3(Z[:3, :3], Z[:3, :3]).has((0,), (0, 1))
