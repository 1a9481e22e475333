"""The loops of :mod:`gametheory.equilibria.batch` for numba: plain Python that compiles, one game at a time.

Each repeats, operation by operation, what the array code in ``batch`` does, so that the results agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["compiled", "is_compiled"]

_READY: set[str] = set()


def _loop_2x2(A: Any, B: Any, rel_a: float, rel_b: float, code: Any, p: Any, q: Any, flagged: Any) -> bool:
    """Returns whether all payoffs are finite. ``rel`` is minus infinity if this player's payoffs are exact."""
    finite = True
    for k in range(A.shape[0]):
        d1, d2 = A[k, 0, 0] - A[k, 1, 0], A[k, 0, 1] - A[k, 1, 1]
        e1, e2 = B[k, 0, 0] - B[k, 0, 1], B[k, 1, 0] - B[k, 1, 1]
        top_a = max(max(abs(A[k, 0, 0]), abs(A[k, 0, 1])), max(abs(A[k, 1, 0]), abs(A[k, 1, 1])))
        top_b = max(max(abs(B[k, 0, 0]), abs(B[k, 0, 1])), max(abs(B[k, 1, 0]), abs(B[k, 1, 1])))
        # a difference is nan or infinite whenever a payoff is; the wrapper then tells overflow from bad input
        finite &= abs(d1) + abs(d2) + abs(e1) + abs(e2) < 1e301
        near_a = min(abs(d1), abs(d2)) <= rel_a * top_a
        near_b = min(abs(e1), abs(e2)) <= rel_b * top_b
        flagged[k] = near_a | near_b
        s1, s2 = (d1 > 0) * 1 - (d1 < 0) * 1, (d2 > 0) * 1 - (d2 < 0) * 1
        t1, t2 = (e1 > 0) * 1 - (e1 < 0) * 1, (e2 > 0) * 1 - (e2 < 0) * 1
        code[k] = 40 + 27 * s1 + 9 * s2 + 3 * t1 + t2
        f1, f2, g1, g2 = float(d1), float(d2), float(e1), float(e2)
        q[k] = f2 / (f2 - f1) if s1 * s2 < 0 else float("nan")
        p[k] = g2 / (g2 - g1) if t1 * t2 < 0 else float("nan")
    return finite


def _loop_3x3(
    A: Any,
    B: Any,
    rel_a: Any,
    rel_b: Any,
    table_a: Any,
    table_b: Any,
    lost_a: Any,
    lost_b: Any,
    mask: Any,
    flagged: Any,
) -> bool:
    """``rel``: thresholds of differences and of 2x2 determinants, relative to the payoffs; negative if exact."""
    finite = True
    for k in range(A.shape[0]):
        pos_a = wild_a = pos_b = wild_b = 0
        for player in range(2):
            if player == 0:
                a00, a01, a02 = A[k, 0, 0], A[k, 0, 1], A[k, 0, 2]
                a10, a11, a12 = A[k, 1, 0], A[k, 1, 1], A[k, 1, 2]
                a20, a21, a22 = A[k, 2, 0], A[k, 2, 1], A[k, 2, 2]
                rel1, rel2 = rel_a[0], rel_a[1]
            else:
                a00, a01, a02 = B[k, 0, 0], B[k, 1, 0], B[k, 2, 0]
                a10, a11, a12 = B[k, 0, 1], B[k, 1, 1], B[k, 2, 1]
                a20, a21, a22 = B[k, 0, 2], B[k, 1, 2], B[k, 2, 2]
                rel1, rel2 = rel_b[0], rel_b[1]
            u0, u1, u2 = a10 - a00, a11 - a01, a12 - a02
            v0, v1, v2 = a20 - a00, a21 - a01, a22 - a02
            w0, w1, w2 = a20 - a10, a21 - a11, a22 - a12
            o0, o1, o2 = v1 * u0 - u1 * v0, v2 * u0 - u2 * v0, v2 * u1 - u2 * v1
            pos = (
                (u0 > 0) * 1 | (u1 > 0) * 2 | (u2 > 0) * 4 | (v0 > 0) * 8 | (v1 > 0) * 16 | (v2 > 0) * 32
                | (w0 > 0) * 64 | (w1 > 0) * 128 | (w2 > 0) * 256 | (o0 > 0) * 512 | (o1 > 0) * 1024 | (o2 > 0) * 2048
            )  # fmt: skip
            t1, t2 = 0.0, 0.0
            if rel2 >= 0:
                top = float(
                    max(abs(a00), abs(a01), abs(a02), abs(a10), abs(a11), abs(a12), abs(a20), abs(a21), abs(a22))
                )
                finite &= top + abs(u0) + abs(u1) + abs(u2) + abs(v0) + abs(v1) + abs(v2) < 1e301
                t1, t2 = rel1 * top, rel2 * (top * top)
                if not (2.0**-240 < top < 2.0**240):
                    t1, t2 = float("inf"), float("inf")
            least = min(abs(u0), abs(u1), abs(u2), abs(v0), abs(v1), abs(v2), abs(w0), abs(w1), abs(w2))
            wild = 0
            if not (least > t1 and min(abs(o0), abs(o1), abs(o2)) > t2):
                wild = (
                    (not abs(u0) > t1) * 1 | (not abs(u1) > t1) * 2 | (not abs(u2) > t1) * 4
                    | (not abs(v0) > t1) * 8 | (not abs(v1) > t1) * 16 | (not abs(v2) > t1) * 32
                    | (not abs(w0) > t1) * 64 | (not abs(w1) > t1) * 128 | (not abs(w2) > t1) * 256
                    | (not abs(o0) > t2) * 512 | (not abs(o1) > t2) * 1024 | (not abs(o2) > t2) * 2048
                )  # fmt: skip
            if player == 0:
                pos_a, wild_a = pos, wild
            else:
                pos_b, wild_b = pos, wild
        if wild_a | wild_b == 0:
            mask[k] = table_a[pos_a] & table_b[pos_b]
            flagged[k] = False
            continue
        up, down = pos_a & ~wild_a, 4095 & ~(pos_a | wild_a)
        u, d = 4095 & ~up, 4095 & ~down
        certain = ~((lost_a[0, u] | lost_a[1, d]) & (lost_a[2, u] | lost_a[3, d]))
        u, d = u & ~wild_a, d & ~wild_a
        possible = ~((lost_a[0, u] | lost_a[1, d]) & (lost_a[2, u] | lost_a[3, d]))
        up, down = pos_b & ~wild_b, 4095 & ~(pos_b | wild_b)
        u, d = 4095 & ~up, 4095 & ~down
        certain &= ~((lost_b[0, u] | lost_b[1, d]) & (lost_b[2, u] | lost_b[3, d]))
        u, d = u & ~wild_b, d & ~wild_b
        possible &= ~((lost_b[0, u] | lost_b[1, d]) & (lost_b[2, u] | lost_b[3, d]))
        mask[k] = certain & 0x7FFFF
        flagged[k] = (certain ^ possible) & 0x7FFFF != 0
    return finite


_LOOPS = {"2x2": _loop_2x2, "3x3": _loop_3x3}


def is_compiled(name: str) -> bool:
    """Whether this process has the compiled loop at hand already."""
    return name in _READY


@cache
def compiled(name: str) -> Callable[..., bool] | None:
    """The compiled loop, or None where numba is not installed."""
    try:
        import numba
    except ImportError:
        return None
    _READY.add(name)
    loop: Callable[..., bool]
    try:
        loop = numba.njit(cache=True, nogil=True, error_model="numpy")(_LOOPS[name])  # type: ignore[type-var]
    except RuntimeError:  # nowhere to keep the compiled code: compile it in each process
        loop = numba.njit(nogil=True, error_model="numpy")(_LOOPS[name])  # type: ignore[type-var]
    return loop
