"""How :mod:`gametheory.equilibria.batch` reads arrays of payoffs, walks over them in chunks and bounds rounding errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, TypeVar

import numpy as np

from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.exact import rational

__all__ = ["Lane", "chunks", "flat_take", "read_lanes", "resolve_flagged"]

#: An array of any library that keeps the array-API standard; there is no common static type for these.
Array = Any
T = TypeVar("T")

EPS = 2.0**-52
_KIND = "an array of integers or real floats of shape (..., {m}, {n}), or {m} rows of {n} such arrays or numbers"


@dataclass(frozen=True)
class Lane:
    """One player's payoffs: ``entries[i][j]`` is an array over games (or one number for all of them).

    ``exact`` says that all arithmetic on them is exact in int64; ``unit`` is the relative size of one rounding of these
    payoffs, ``slack`` a relative error made in converting them, ``whole`` the array that was given, if it was one array.
    """

    xp: Any
    name: str
    entries: tuple[tuple[Array, ...], ...]
    exact: bool
    unit: float
    slack: float
    whole: Array | None = None

    def at(self, index: tuple[Any, ...], shape: tuple[int, ...]) -> list[list[Array]]:
        """The entries of the games at ``index``, ready for arithmetic: int64 if exact, else float64."""
        dtype = self.xp.int64 if self.exact else self.xp.float64
        return [[_astype(self.xp, self.xp.broadcast_to(e, shape)[index], dtype) for e in row] for row in self.entries]

    def fractions(self, index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[tuple[Fraction, ...], ...]:
        """The payoffs of one game; a float is read as the decimal that it prints as."""
        return tuple(
            tuple(_fraction(self.xp.broadcast_to(e, shape)[index], self.name) for e in row) for row in self.entries
        )

    def magnitude(self, entries: Sequence[Sequence[Array]]) -> Array:
        """The largest absolute payoff of each game; refuses nan and infinities."""
        flat = [self.xp.abs(e) for row in entries for e in row]
        top = flat[0]
        for e in flat[1:]:
            top = self.xp.maximum(top, e)
        if not bool(self.xp.all(top < float("inf"))):
            raise InputError(self.name, "nan or an infinity among the payoffs", "finite payoffs")
        return top


def read_lanes(
    A: object, B: object, m: int | None, n: int | None, growth: Callable[[int, int], int]
) -> tuple[Lane, Lane]:
    """Both players' payoffs; ``growth(bits, order)`` bounds the bits of the largest determinant of integers."""
    rows = [_rows(matrix, name, m, n) for matrix, name in ((A, "A"), (B, "B"))]
    if [len(r) for r in rows[0]] != [len(r) for r in rows[1]] or len(rows[0]) != len(rows[1]):
        shapes = [(len(r), len(r[0])) for r in rows]
        raise InputError(
            "B", f"{shapes[1][0]} x {shapes[1][1]} games", f"the shape of A, {shapes[0][0]} x {shapes[0][1]}"
        )
    xp = _namespace([e for table in rows for row in table for e in row])
    first, second = (_lane(xp, table, name, growth, M) for table, name, M in zip(rows, "AB", (A, B), strict=True))
    return first, second


def games_shape(lanes: Sequence[Lane]) -> tuple[int, ...]:
    """The common shape over which all payoffs broadcast."""
    shapes = [tuple(e.shape) for lane in lanes for row in lane.entries for e in row]
    try:
        return tuple(int(k) for k in np.broadcast_shapes(*set(shapes)))
    except ValueError:
        raise InputError("B", f"payoffs of shapes {sorted(set(shapes))}", "shapes that broadcast together") from None


def chunks(shape: tuple[int, ...], size: int) -> Iterator[tuple[Any, ...]]:
    """Indices that cut an array of games into pieces of about ``size`` games."""
    if prod(shape) <= size:
        yield (...,)
        return
    axis = next(k for k in range(len(shape)) if prod(shape[k + 1 :]) <= size)
    step = max(1, size // max(1, prod(shape[axis + 1 :])))
    for head in product(*map(range, shape[:axis])):
        for start in range(0, shape[axis], step):
            yield (*head, slice(start, start + step), ...)


def flat_take(xp: Any, table: Sequence[int] | Any, places: Array, dtype: Any) -> Array:
    """``table[places]`` for an array of places of any shape."""
    values = xp.asarray(table, dtype=dtype, **_device(xp, places))
    return xp.reshape(xp.take(values, _astype(xp, xp.reshape(places, (-1,)), xp.int64), axis=0), places.shape)


def resolve_flagged(
    lanes: tuple[Lane, Lane],
    flagged: Array,
    solver: Callable[[tuple[tuple[Fraction, ...], ...], tuple[tuple[Fraction, ...], ...]], T],
    payoffs: Callable[..., tuple[Any, Any]] | None,
) -> dict[tuple[int, ...], T]:
    """The exact solver's answer for each flagged game; equal games are solved once."""
    shape = tuple(flagged.shape)
    places = zip(*(map(int, axis) for axis in lanes[0].xp.nonzero(flagged)), strict=True) if shape else iter([()])
    if not shape and not bool(flagged):
        return {}
    solved: dict[tuple[Any, ...], T] = {}
    answers = {}
    for place in places:
        if payoffs is None:
            game = lanes[0].fractions(place, shape), lanes[1].fractions(place, shape)
        else:
            game = tuple(tuple(tuple(map(rational, row)) for row in matrix) for matrix in payoffs(*place))  # type: ignore[assignment]
        if game not in solved:
            solved[game] = solver(*game)
        answers[place] = solved[game]
    return answers


def _rows(matrix: object, name: str, m: int | None, n: int | None) -> list[list[Any]]:
    expected = _KIND.format(m=m or "m", n=n or "n")
    if isinstance(matrix, (list, tuple)):
        rows = [list(row) if isinstance(row, (list, tuple)) else None for row in matrix]
        if not rows or any(not row for row in rows):
            raise InputTypeError(name, matrix, expected)
        table: list[list[Any]] = [row for row in rows if row]
        if any(isinstance(e, (list, tuple, str, bytes)) for row in table for e in row):
            raise InputTypeError(name, matrix, expected + "; a nested list of many games goes through numpy.asarray")
    else:
        shape = getattr(matrix, "shape", None)
        if shape is None:
            raise InputTypeError(name, matrix, expected)
        if len(shape) < 2 or 0 in tuple(shape)[-2:]:
            raise InputError(name, f"an array of shape {tuple(shape)}", expected)
        if max(tuple(shape)[-2:]) > 16:
            raise UnsupportedError(name, f"an array of shape {tuple(shape)}", expected + "; gt.solve takes large games")
        table = [[matrix[..., i, j] for j in range(shape[-1])] for i in range(shape[-2])]  # type: ignore[index]
    if any(len(row) != len(table[0]) for row in table):
        raise InputError(name, f"rows of {[len(row) for row in table]} payoffs", expected)
    if (m is not None and len(table) != m) or (n is not None and len(table[0]) != n):
        raise UnsupportedError(name, f"{len(table)} x {len(table[0])} games", expected)
    return table


def _namespace(entries: list[Any]) -> Any:
    arrays = [e for e in entries if not isinstance(e, (int, float, np.ndarray, np.generic))]
    if not arrays:
        return np
    strange = next((e for e in arrays if not hasattr(e, "shape")), None)
    if strange is not None:
        raise InputTypeError("payoffs", strange, "numbers or arrays; exact numbers and symbols are for gt.solve")
    try:
        from array_api_compat import array_namespace
    except ImportError:
        raise UnsupportedError(
            "payoffs", type(arrays[0]), "numpy arrays; for other arrays install array-api-compat"
        ) from None
    try:
        return array_namespace(*[e for e in entries if hasattr(e, "shape")])
    except TypeError:
        raise InputTypeError("payoffs", arrays[0], "arrays of one library that keeps the array-API standard") from None


def _lane(xp: Any, table: list[list[Any]], name: str, growth: Callable[[int, int], int], given: object) -> Lane:
    flat = [e for row in table for e in row]
    device = next((_device(xp, e) for e in flat if hasattr(e, "shape") and not isinstance(e, np.generic)), {})
    entries = tuple(tuple(_array(xp, e, name, device) for e in row) for row in table)
    kinds = [_kind(xp, e) for row in entries for e in row]
    if None in kinds:
        raise InputTypeError(name, flat[kinds.index(None)], "integers or real floats; exact numbers are for gt.solve")
    units = [EPS]
    slack = 0.0
    for e, kind in zip((e for row in entries for e in row), kinds, strict=True):
        if kind == "f":
            info = xp.finfo(e.dtype)
            units.append(float(info.eps))
            slack = max(slack, EPS if info.bits > 64 else 0.0)
    whole = None if isinstance(given, (list, tuple)) else given
    largest = _largest(xp, entries if whole is None else ((whole,),)) if "i" in kinds else 0
    exact = "f" not in kinds and growth(largest, min(len(entries), len(entries[0]))) < 2**62
    if not exact and largest > 2**53:
        slack = EPS
    return Lane(xp, name, entries, exact, max(units), slack, whole)


def _array(xp: Any, e: Any, name: str, device: dict[str, Any]) -> Array:
    if isinstance(e, (bool, np.bool_)):
        raise InputTypeError(name, e, "integers or real floats")
    if isinstance(e, np.generic) and xp is not np:
        e = e.item()
    if isinstance(e, int):
        if abs(e) >= 2**63:
            raise InputError(name, e, "integers of at most 63 bits (gt.solve takes any)")
        return xp.asarray(e, dtype=xp.int64, **device)
    if isinstance(e, float):
        return xp.asarray(e, dtype=xp.float64, **device)
    return xp.asarray(e)


def _kind(xp: Any, e: Array) -> str | None:
    if xp is np:
        return {"i": "i", "u": "i", "f": "f"}.get(e.dtype.kind)
    return "i" if xp.isdtype(e.dtype, "integral") else "f" if xp.isdtype(e.dtype, "real floating") else None


def _largest(xp: Any, entries: tuple[tuple[Array, ...], ...]) -> int:
    flat = [e for row in entries for e in row if _kind(xp, e) == "i" and prod(e.shape)]
    return max((max(abs(int(xp.max(e))), abs(int(xp.min(e)))) for e in flat), default=0)


def _astype(xp: Any, x: Array, dtype: Any) -> Array:
    return x.astype(dtype, copy=False) if xp is np else xp.astype(x, dtype, copy=False)


def _device(xp: Any, x: Array) -> dict[str, Any]:
    if xp is np or not hasattr(x, "shape"):
        return {}
    try:
        from array_api_compat import device
    except ImportError:
        return {}
    return {"device": device(x)}


def _fraction(x: Any, name: str) -> Fraction:
    dtype = str(x.dtype).rsplit(".", 1)[-1]
    if not isinstance(x, np.generic):
        x = x[()] if isinstance(x, np.ndarray) else getattr(np, dtype)(int(x) if "int" in dtype else float(x))
    return rational(x, field=name)
