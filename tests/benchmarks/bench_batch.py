"""Batches of small games: speed beside the machine's memory bandwidth and beside a peer, with equal answers asserted.

Run: python tests/benchmarks/bench_batch.py [games]

What is counted. A 2x2 game is 64 bytes of payoffs read and 18 bytes of answer written (code 1, p 8, q 8, flag 1). The
bandwidth to which the compiled loop is compared is that of a compiled loop that reads the same 64 bytes of each game
(adding them up) and writes the same 18 bytes to the same kind of arrays, on the same number of threads; numpy's copy of
as many bytes is printed beside it. All output arrays are allocated within the timed call, as a user's call would, for
both. Times are the best of several runs in this one process, after compilation.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import perf_counter

import numpy as np

from gametheory.equilibria._batch_loops import compiled as compiled_loop
from gametheory.equilibria.batch import solve_2x2, solve_3x3, solve_small
from gametheory.equilibria.solvers.vertices import enumerate_nash


def best(call, repeat=5):
    """Smallest time, and the last result."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        result = call()
        times.append(perf_counter() - start)
    return min(times), result


def parts(result):
    return (
        (result.code, result.p, result.q, result.flagged) if hasattr(result, "p") else (*result.words, result.flagged)
    )


def same(first, second):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(parts(first), parts(second), strict=True)
    )


def check_exact(result, A, B, count, rng):
    """The unflagged games of a sample have exactly the extreme equilibria that exact enumeration finds."""
    for k in rng.integers(0, A.shape[0], count):
        if result.flagged[k]:
            continue
        exact = enumerate_nash(A[k].tolist(), B[k].tolist()).equilibria
        if hasattr(result, "p"):
            found = [((x, 1 - x), (y, 1 - y)) for x, y in result.equilibria(int(k))]
        else:
            found = list(result.equilibria(int(k)))
        flat = [sorted([float(v) for z in pair for v in z] for pair in pairs) for pairs in (found, exact)]
        assert np.shape(flat[0]) == np.shape(flat[1]) and np.allclose(flat[0], flat[1], atol=1e-7), (k, found, exact)


def phase_diagram(n=1000):
    """Payoffs built from two parameters on a grid, solved, and the number of pure equilibria of each read off."""
    x, y = np.linspace(-2, 4, n)[:, None], np.linspace(-1, 5, n)[None, :]

    def solve(compiled):
        reward, sucker = 3 + 0.5 * y, x - 1
        temptation, punishment = 4 + x * y, 1 + 0.25 * x
        return solve_2x2(
            [[reward, sucker], [temptation, punishment]],
            [[reward, temptation], [sucker, punishment]],
            compiled=compiled,
        )

    def diagram(compiled):
        result = solve(compiled)
        return result, result.pure_mask

    start = perf_counter()
    diagram(False)
    first = perf_counter() - start
    for compiled in (False, True):
        seconds, (result, mask) = best(lambda c=compiled: diagram(c))
        print(f"phase diagram {n}x{n}, {'numba' if compiled else 'numpy'}: {seconds * 1e3:.1f} ms", end="; ")
        assert same(result, solve(not compiled))
        print(
            f"patterns met: {len(np.unique(result.code))}, pure masks: {np.unique(mask).tolist()}, flagged {result.flagged.sum()}"
        )
    print(f"  first call of the process, numpy: {first * 1e3:.1f} ms (target: under 100 ms)")


def touch():
    import numba

    @numba.njit(nogil=True, error_model="numpy")
    def loop(A, B, code, p, q, flagged):
        for k in range(A.shape[0]):
            s = A[k, 0, 0] + A[k, 0, 1] + A[k, 1, 0] + A[k, 1, 1]
            t = B[k, 0, 0] + B[k, 0, 1] + B[k, 1, 0] + B[k, 1, 1]
            p[k] = s
            q[k] = t
            code[k] = s > t
            flagged[k] = s < t

    return loop


def two_by_two(games):
    rng = np.random.default_rng(0)
    A, B = rng.random((2, games, 2, 2))
    loop = touch()

    def traffic(A, B):
        out = [np.empty(A.shape[0], d) for d in ("uint8", "float64", "float64", "bool")]
        loop(A, B, *out)
        return out

    traffic(A[:9], B[:9])
    solve_2x2(A[:9], B[:9], compiled=True)
    bytes_each = 64 + 18
    source = np.empty(games * bytes_each // 2, np.uint8)
    source[:] = 1
    source2 = source.copy()
    copy, _ = best(lambda: source.copy())
    print(
        f"numpy copy of {games * bytes_each // 2 / 1e6:.0f} MB (read + written: {games * bytes_each / 1e6:.0f} MB): "
        f"{copy * 1e9 / games:.2f} ns a game, {games * bytes_each / copy / 1e9:.1f} GB/s"
    )
    for threads in (1, 2):
        cuts = np.linspace(0, games, threads + 1).astype(int)
        slices = [slice(a, b) for a, b in pairwise(cuts)]
        with ThreadPoolExecutor(threads) as pool:
            base, _ = best(lambda slices=slices, pool=pool: list(pool.map(lambda s: traffic(A[s], B[s]), slices)))
            mine, _ = best(
                lambda slices=slices, pool=pool: list(pool.map(lambda s: solve_2x2(A[s], B[s], compiled=True), slices))
            )
        print(
            f"2x2 numba, {threads} thread(s): {mine * 1e9 / games:.2f} ns a game, {games / mine / 1e6:.0f} million games/s, "
            f"{games * bytes_each / mine / 1e9:.1f} GB/s; same traffic alone {games * bytes_each / base / 1e9:.1f} GB/s; "
            f"ratio {mine / base:.2f} (target: at most 2)"
        )
    # the two loops alone, on arrays that exist already: no allocation, no page faults
    out = [np.zeros(games, d) for d in ("uint8", "float64", "float64", "bool")]
    solver = compiled_loop("2x2")
    base, _ = best(lambda: loop(A, B, *out))
    mine, _ = best(lambda: solver(A, B, 6e-16, 6e-16, *out))
    copy, _ = best(lambda: np.copyto(source, source2))
    print(
        f"2x2 loop alone, 1 thread: {mine * 1e9 / games:.2f} ns a game, {games * bytes_each / mine / 1e9:.1f} GB/s; "
        f"same traffic alone {games * bytes_each / base / 1e9:.1f} GB/s (ratio {mine / base:.2f}); numpy copy of as many "
        f"bytes {games * bytes_each / copy / 1e9:.1f} GB/s (ratio {mine / copy:.2f})"
    )
    slow, plain = best(lambda: solve_2x2(A, B, compiled=False), 3)
    print(f"2x2 numpy in chunks, 1 thread: {slow * 1e9 / games:.2f} ns a game")
    assert same(plain, solve_2x2(A, B, compiled=True))
    check_exact(plain, A, B, 300, rng)
    ints = rng.integers(0, 3, (2, games // 4, 2, 2))
    fast, found = best(lambda: solve_2x2(*ints, compiled=True), 3)
    assert same(found, solve_2x2(*ints, compiled=False))
    check_exact(found, *ints, 300, rng)
    print(f"2x2 numba, integers 0..2: {fast * 4e9 / games:.2f} ns a game, flagged {found.flagged.mean():.4f}")


def supports(games):
    rng = np.random.default_rng(1)
    cases = {
        "uniform floats": rng.random((2, games, 3, 3)),
        "integers 0..99": rng.integers(0, 100, (2, games, 3, 3)),
        "integers 0..2": rng.integers(0, 3, (2, games, 3, 3)),
    }
    for name, (A, B) in cases.items():
        solve_3x3(A[:9], B[:9], compiled=True)
        fast, found = best(lambda A=A, B=B: solve_3x3(A, B, compiled=True), 3)
        slow, plain = best(lambda A=A, B=B: solve_3x3(A[: games // 10], B[: games // 10], compiled=False), 1)
        assert same(plain, solve_3x3(A[: games // 10], B[: games // 10], compiled=True))
        check_exact(found, A, B, 300, rng)
        print(
            f"3x3 {name}, 1 thread: numba {games / fast / 1e6:.1f} million games/s (target: 5), numpy "
            f"{games / 10 / slow / 1e6:.2f}; flagged {found.flagged.mean():.4f}"
        )
    A, B = rng.random((2, 100_000, 4, 4))
    seconds, found = best(lambda: solve_small(A, B), 2)
    check_exact(found, A, B, 100, rng)
    print(f"4x4 uniform floats, numpy: {1e5 / seconds / 1e6:.3f} million games/s; flagged {found.flagged.sum()}")


def peer(count=300):
    """quantecon's support enumeration, one game at a time, on games without ties: the same equilibria."""
    import quantecon.game_theory as gt

    rng = np.random.default_rng(2)
    for n, solve in ((2, solve_2x2), (3, solve_3x3)):
        A, B = rng.random((2, count, n, n))
        games = [gt.NormalFormGame([gt.Player(a), gt.Player(b.T.copy())]) for a, b in zip(A, B, strict=True)]
        gt.support_enumeration(games[0])
        theirs, answers = best(lambda games=games: [gt.support_enumeration(g) for g in games], 3)
        mine, found = best(lambda solve=solve, A=A, B=B: solve(A, B, compiled=True), 5)
        for k in range(count):
            here = [((x, 1 - x), (y, 1 - y)) for x, y in found.equilibria(k)] if n == 2 else found.equilibria(k)
            flat = [sorted([float(v) for z in pair for v in z] for pair in pairs) for pairs in (here, answers[k])]
            assert np.shape(flat[0]) == np.shape(flat[1]) and np.allclose(flat[0], flat[1])
        print(
            f"{n}x{n}: quantecon {theirs * 1e6 / count:.2f} us a game; here, batch of {count}, {mine * 1e6 / count:.3f} us"
        )


if __name__ == "__main__":
    games = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    phase_diagram()
    two_by_two(games)
    supports(max(10, games // 10))
    peer()
