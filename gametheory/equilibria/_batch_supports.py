"""Array arithmetic of :mod:`gametheory.equilibria.batch`: determinants, their error bounds, and supports from signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gametheory.equilibria._batch_lane import EPS, Array, Lane, _astype, _device, flat_take
from gametheory.equilibria._sign_tables import SignTable, Support, sign_table
from gametheory.errors import InputError, InputTypeError

__all__ = ["determinants", "differ", "relative", "signs", "suited", "weights", "word_bits"]


def relative(lane: Lane, rounding: float) -> tuple[float, ...]:
    """Bounds on the error of determinants of order 1 to 4, relative to that power of the largest payoff.

    Each payoff may be off by ``rho`` times the largest one; a difference then by twice that. For order k with terms
    bounded by B(k) = 2 k B(k-1), errors of the smaller determinant, of the difference, of the product and of the sum
    are added up; a determinant takes in, besides, that a float stands for a decimal that rounds to it.
    """
    if isinstance(rounding, bool) or not isinstance(rounding, (int, float)):
        raise InputTypeError("rounding", rounding, "a number of units in the last place, 0 or more")
    if not 0 <= rounding <= 2**40:
        raise InputError("rounding", rounding, "a number of units in the last place, 0 or more")
    rho = rounding * lane.unit + lane.slack
    bounds = [2 * rho * (1 + 8 * EPS)]
    size, error, off = 2.0, 2 * (rho + lane.unit), 2 * (rho + lane.unit)
    for k in (2, 3, 4):
        bigger = 2 * k * size
        error = 1.01 * (k * (2 * error + off * size + EPS * size) + k * EPS * bigger)
        size = bigger
        bounds.append(error)
    return tuple(bounds)


def word_bits(pairs: int) -> int:
    return 31 if pairs <= 31 else 62


def determinants(xp: Any, a: list[list[Array]], table: SignTable) -> list[Array]:
    differences: dict[tuple[int, int, int], Array] = {}
    found: list[Array] = []
    for terms in table.terms:
        total = None
        for sign, row, base, column, smaller in terms:
            key = row, base, column
            if key not in differences:
                differences[key] = a[row][column] - a[base][column]
            term = differences[key] if smaller < 0 else differences[key] * found[smaller]
            if total is None:
                total = term if sign > 0 else -term
            else:
                total = total + term if sign > 0 else total - term
        found.append(total)
    return found


def signs(lane: Lane, a: list[list[Array]], table: SignTable, rel: tuple[float, ...]) -> tuple[Array, Array]:
    """Bits of the determinants that are surely positive, and of those within rounding error of zero."""
    xp = lane.xp
    limits: list[Any] = [0] * 4
    if not lane.exact:
        top = lane.magnitude(a)
        outside = ~((top > 2.0**-240) & (top < 2.0**240))
        infinite = xp.asarray(float("inf"), dtype=xp.float64, **_device(xp, top))
        power = top
        for k in range(max(table.orders, default=0)):
            limits[k] = xp.where(outside, infinite, rel[k] * power)
            power = power * top
    like = a[0][0]
    up = xp.zeros(like.shape, dtype=xp.int64, **_device(xp, like))
    wild = up
    for k, (value, order) in enumerate(zip(determinants(xp, a, table), table.orders, strict=True)):
        near = ~(xp.abs(value) > limits[order - 1])
        up = up | (_astype(xp, (value > 0) & ~near, xp.int64) * (1 << k))
        wild = wild | (_astype(xp, near, xp.int64) * (1 << k))
    return up, wild


def suited(xp: Any, tables: Sequence[SignTable], up: Sequence[Array], down: Sequence[Array], kind: str) -> list[Array]:
    """The pairs of supports that suit both players, as words of bits, given the bits that are positive and negative."""
    dtype, pairs = getattr(xp, kind), len(tables[0].needs)
    if all(t.is_small for t in tables):
        word = None
        for t, u, d in zip(tables, up, down, strict=True):
            full = (1 << len(t.terms)) - 1
            lost = [flat_take(xp, row, full & ~v, dtype) for row, v in zip(t.lost(), (u, d, u, d), strict=True)]
            mine = ~((lost[0] | lost[1]) & (lost[2] | lost[3])) & ((1 << pairs) - 1)
            word = mine if word is None else word & mine
        return [word]
    bits = word_bits(pairs)
    words = [xp.zeros(up[0].shape, dtype=dtype, **_device(xp, up[0])) for _ in range(-(-pairs // bits))]
    for s in range(pairs):
        yes = _meets(up[0], down[0], tables[0].needs[s]) & _meets(up[1], down[1], tables[1].needs[s])
        words[s // bits] = words[s // bits] | (_astype(xp, yes, dtype) * (1 << s % bits))
    return words


def differ(first: Sequence[Array], second: Sequence[Array]) -> Array:
    found = first[0] != second[0]
    for one, other in zip(first[1:], second[1:], strict=True):
        found = found | (one != other)
    return found


def _meets(up: Array, down: Array, needs: tuple[int, int, int, int]) -> Array:
    a, b, c, d = needs
    return (((up & a) == a) & ((down & b) == b)) | (((up & c) == c) & ((down & d) == d))


def weights(xp: Any, a: list[list[Array]], own: Support, other: Support, exists: Array) -> Array:
    """The other player's mix on ``other`` that leaves this player indifferent among ``own``."""
    table = sign_table(len(a), len(a[0]))
    entries = [[_astype(xp, e, xp.float64) for e in row] for row in a]
    nan = xp.asarray(float("nan"), dtype=xp.float64, **_device(xp, exists))
    zero = xp.asarray(0.0, dtype=xp.float64, **_device(xp, exists))
    if len(own) == 1:
        raw = [zero + 1.0]
    else:
        found = determinants(xp, entries, table)
        raw = [(-1) ** t * found[table.places[own, other[:t] + other[t + 1 :]]] for t in range(len(other))]
    total = raw[0]
    for r in raw[1:]:
        total = total + r
    weights = {j: r / xp.where(exists, total, nan) for j, r in zip(other, raw, strict=True)}
    return xp.stack([xp.where(exists, weights.get(j, zero), nan) for j in range(len(a[0]))], axis=-1)
