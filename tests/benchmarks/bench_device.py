"""Batches of small games on an accelerator beside the same arrays on the processor, with equal answers asserted.

Run: python tests/benchmarks/bench_device.py [games] [library ...]

Libraries: cupy, torch (on cuda). Payoffs are drawn on the processor, copied once, and stay on the device; a time is the best of
several calls after one that warms up, each ended by a synchronisation. The processor runs the same array code
(``compiled=False``) and, for the ratio that a user would see, its compiled loop. A third of the games has payoffs from a
small grid, so that ties abound. Answers must be equal bit by bit where nothing is rounded (codes and flags) and to four
units in the last place where a quotient is taken.
"""

from __future__ import annotations

import importlib
import sys
from time import perf_counter

import numpy as np

from gametheory.equilibria.batch import solve_2x2, solve_3x3


def draw(games, n, seed=0):
    """Payoffs, a third of them small integers."""
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(2, games, n, n))
    third = games // 3
    A[:third], B[:third] = rng.integers(0, 3, size=(2, third, n, n))
    return A, B


def bridge(name):
    """To the device, back, and a wait for it."""
    if name == "cupy":
        cupy = importlib.import_module("cupy")
        return cupy.asarray, cupy.asnumpy, cupy.cuda.Stream.null.synchronize
    torch = importlib.import_module("torch")
    return (lambda x: torch.asarray(x, device="cuda")), (lambda x: x.cpu().numpy()), torch.cuda.synchronize


def best(call, wait, repeat=5):
    """Smallest time, and the last result."""
    call(), wait()
    times = []
    for _ in range(repeat):
        start = perf_counter()
        result = call()
        wait()
        times.append(perf_counter() - start)
    return min(times), result


def parts(result):
    """The arrays of an answer: first those that are never rounded."""
    return (
        ((result.code, result.flagged), (result.p, result.q))
        if hasattr(result, "p")
        else ((*result.words, result.flagged), ())
    )


def compare(solve, n, games, names):
    """One size of game, in each library."""
    A, B = draw(games, n)
    plain, expected = best(lambda: solve(A, B, compiled=False), lambda: None, 2)
    loop, _ = best(lambda: solve(A, B, compiled=True), lambda: None, 3)
    flagged = int(np.count_nonzero(parts(expected)[0][-1]))
    for name in names:
        took, found = on_device(solve, A, B, name)
        for x, y in zip(found[0], parts(expected)[0], strict=True):
            assert np.array_equal(x, y), (name, n, "codes or flags differ")
        for x, y in zip(found[1], parts(expected)[1], strict=True):
            np.testing.assert_array_max_ulp(np.nan_to_num(x, nan=-1.0), np.nan_to_num(y, nan=-1.0), 4)
        print(
            f"{n}x{n}, {games:,} games, {name}: {took * 1e3:.2f} ms ({games / took / 1e6:,.0f} million a second); the same array"
            f" code on the processor {plain * 1e3:.0f} ms ({plain / took:.0f}x), its compiled loop {loop * 1e3:.1f} ms"
            f" ({loop / took:.1f}x); {flagged:,} flagged, answers equal"
        )


def on_device(solve, A, B, name):
    """Smallest time there, and the answer's arrays brought back."""
    to, back, wait = bridge(name)
    a, b = to(A), to(B)
    wait()
    took, found = best(lambda: solve(a, b), wait)
    return took, tuple(tuple(back(x) for x in part) for part in parts(found))


def ready(name):
    """Whether the library is there with a device that it can use."""
    try:
        library = importlib.import_module(name)
        return bool(library.cuda.is_available())
    except ImportError:
        return False


if __name__ == "__main__":
    words = sys.argv[1:]
    names = [name for name in words[1:] or ["cupy", "torch"] if ready(name)]
    if not names:
        print("no accelerator that CuPy or PyTorch can use: nothing measured")
    for what, size in ((solve_2x2, 2), (solve_3x3, 3)) if names else ():
        compare(what, size, int(float(words[0])) if words else 10_000_000, names)
