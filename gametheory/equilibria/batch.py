"""Millions of small two-player games at once, on arrays: the float lane beside the exact solvers.

- :func:`solve_2x2`: every equilibrium, component and index of each game. The equilibrium set depends on the signs of
  four payoff differences alone (81 patterns, 53 of them with infinitely many equilibria) and on two mixing
  probabilities, so a table holds all answers.
- :func:`solve_3x3` and :func:`solve_small` (up to 4x4): the supports of all equilibria and, on demand, their profiles.

A game whose answer hangs on a difference or determinant that is within rounding error of zero is *flagged*, and
``result.resolve()`` solves the flagged games exactly. Of the games that are not flagged, the answer holds for all
payoffs within the stated rounding error of the given ones. Integers are computed with exactly (in int64) as far as they
fit. Arrays of any library that keeps the array-API standard are taken (with ``array-api-compat`` installed), and stay on
their device; numpy arrays are worked through in chunks, by compiled loops where numba is installed and the batch is
large, with the same results to the last bit. Results refer to the given arrays and do not copy them: leave these
unchanged while the result is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, TypeVar

import numpy as np

from gametheory.equilibria._batch_lane import (
    Array,
    Lane,
    _astype,
    _device,
    chunks,
    flat_take,
    games_shape,
    read_lanes,
    resolve_flagged,
)
from gametheory.equilibria._batch_loops import compiled as compiled_loop
from gametheory.equilibria._batch_loops import is_compiled
from gametheory.equilibria._batch_supports import differ, relative, signs, suited, weights, word_bits
from gametheory.equilibria._sign_tables import (
    Pattern2x2,
    Support,
    order_bound,
    patterns_2x2,
    sign_table,
    support_pairs,
)
from gametheory.errors import InputError, InputTypeError, UnsupportedError

__all__ = ["Batch2x2", "BatchSupports", "patterns_2x2", "solve_2x2", "solve_3x3", "solve_small"]

T = TypeVar("T")
Point = tuple[float, float]

_CHUNK = 1 << 13  # games at a time: temporaries stay in the processor's cache
_DEVICE_CHUNK = 1 << 22  # on other libraries' arrays
_WARM, _COLD = 1 << 12, 1 << 24  # games from which compiled loops pay: at hand already, or still to be compiled


@dataclass(frozen=True, eq=False)
class Batch2x2:
    """The equilibria of an array of 2x2 games.

    Parameters
    ----------
    code : array of uint8
        Which of the 81 patterns of signs each game has: ``patterns_2x2()[code]`` describes its components.
    p, q : arrays of float64
        The row player's probability of the first row at which the column player is indifferent, and the column player's
        probability of the first column at which the row player is; nan where there is no such probability strictly
        between 0 and 1. Relative error about the rounding error of the payoffs over the smaller payoff difference.
    flagged : array of bool
        Games in which some payoff difference is within rounding error of zero: see :meth:`resolve`.
    """

    code: Array
    p: Array
    q: Array
    flagged: Array
    _lanes: tuple[Lane, Lane]

    def _table(self, values: list[int], dtype: str) -> Array:
        xp = self._lanes[0].xp
        return flat_take(xp, values, self.code, getattr(xp, dtype))

    @property
    def pure_mask(self) -> Array:
        """The pure equilibria of each game as bits: 1, 2, 4, 8 for cells (0,0), (0,1), (1,0), (1,1); array of uint8."""
        return self._table([pattern.pure for pattern in patterns_2x2()], "uint8")

    @property
    def pure_count(self) -> Array:
        """The number of pure equilibria of each game; array of uint8."""
        return self._table([pattern.pure.bit_count() for pattern in patterns_2x2()], "uint8")

    @property
    def component_count(self) -> Array:
        """The number of connected components of each game's equilibrium set; array of uint8."""
        return self._table([len(pattern.components) for pattern in patterns_2x2()], "uint8")

    @property
    def is_continuum(self) -> Array:
        """Whether each game has infinitely many equilibria; array of bool."""
        xp = self._lanes[0].xp
        return self._table([int(pattern.is_continuum) for pattern in patterns_2x2()], "uint8") == xp.asarray(
            1, dtype=xp.uint8, **_device(xp, self.code)
        )

    @property
    def has_mixed(self) -> Array:
        """Whether each game has an isolated equilibrium in which both players mix, at (p, q); array of bool."""
        xp = self._lanes[0].xp
        return ~(xp.isnan(self.p) | xp.isnan(self.q))

    def pattern(self, *index: int) -> Pattern2x2:
        """The pattern of the game at this index."""
        return patterns_2x2()[int(self.code[index])]

    def equilibria(self, *index: int) -> tuple[Point, ...]:
        """The extreme equilibria of the game at this index: probabilities of the first row and of the first column."""
        value = self._values(index)
        return tuple((value[x], value[y]) for x, y in self.pattern(*index).extreme)

    def components(self, *index: int) -> tuple[tuple[tuple[Point, Point], ...], ...]:
        """The components of the game at this index: each a union of boxes ((x from, x to), (y from, y to)).

        Examples
        --------
        >>> solve_2x2(np.array([[1, 0], [1, 2]]), np.array([[2, 1], [2, 1]])).components()
        ((((0.0, 1.0), (1.0, 1.0)),),)
        """
        value = self._values(index)
        return tuple(
            tuple(((value[r.x[0]], value[r.x[-1]]), (value[r.y[0]], value[r.y[-1]])) for r in regions)
            for regions in self.pattern(*index).components
        )

    def _values(self, index: tuple[int, ...]) -> dict[str, float]:
        return {"0": 0.0, "1": 1.0, "p": float(self.p[index]), "q": float(self.q[index])}

    def resolve(
        self, solver: Callable[..., T] | None = None, *, payoffs: Callable[..., tuple[Any, Any]] | None = None
    ) -> dict[tuple[int, ...], T]:
        """Solve the flagged games exactly.

        Parameters
        ----------
        solver : callable, optional
            Takes the payoff matrices (A, B) as Fractions; by default the complete exact enumeration,
            :func:`gametheory.equilibria.solvers.vertices.enumerate_nash`.
        payoffs : callable, optional
            Takes the index of a game and returns its exact matrices. Needed where the arrays came out of rounded
            arithmetic, such as 0.1 + 0.2; otherwise each float is read as the decimal that it prints as.

        Returns
        -------
        dict
            Index of the game -> the solver's answer. Equal games are solved once and share it.

        Examples
        --------
        >>> A = np.array([[[1.0, 0.0], [1.0, 2.0]], [[3.0, 0.0], [5.0, 1.0]]])
        >>> {k: len(found.equilibria) for k, found in solve_2x2(A, A.swapaxes(1, 2)).resolve().items()}
        {(0,): 2}
        """
        return resolve_flagged(self._lanes, self.flagged, solver or _exact_solver(), payoffs)


@dataclass(frozen=True, eq=False)
class BatchSupports:
    """The supports of the equilibria of an array of m x n games.

    Parameters
    ----------
    supports : tuple of (rows, columns)
        All pairs of supports of equal size, small ones first; a game that is not degenerate has no equilibrium on others.
    words : tuple of integer arrays
        Bit k of the first word says whether a game has an equilibrium on ``supports[k]``; ``word_bits`` in each word.
    flagged : array of bool
        Degenerate games and games within rounding error of being so, as far as it matters to the equilibria: their
        equilibria may be more, fewer or infinitely many (a few turn out not to be degenerate). See :meth:`resolve`.
    """

    supports: tuple[tuple[Support, Support], ...]
    words: tuple[Array, ...]
    flagged: Array
    _lanes: tuple[Lane, Lane]

    @property
    def word_bits(self) -> int:
        """How many pairs of supports one word holds."""
        return word_bits(len(self.supports))

    @cached_property
    def _places(self) -> dict[tuple[Support, Support], int]:
        return {pair: k for k, pair in enumerate(self.supports)}

    def _place(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
        try:
            return self._places[tuple(rows), tuple(columns)]
        except (KeyError, TypeError):
            raise InputError("supports", (rows, columns), "a pair of increasing tuples, one of .supports") from None

    @property
    def count(self) -> Array:
        """The number of equilibria of each game (meaningful where it is not flagged); array of uint8."""
        xp = self._lanes[0].xp
        total = xp.zeros(self.flagged.shape, dtype=xp.uint8, **_device(xp, self.flagged))
        for rows, columns in self.supports:
            total = total + _astype(xp, self.has(rows, columns), xp.uint8)
        return total

    def has(self, rows: Support, columns: Support) -> Array:
        """Whether each game has an equilibrium on exactly these supports; array of bool."""
        word, bit = divmod(self._place(rows, columns), self.word_bits)
        return (self.words[word] & (1 << bit)) != 0

    def profiles(self, rows: Support, columns: Support) -> tuple[Array, Array]:
        """The equilibrium of each game on these supports, arrays (..., m) and (..., n); nan where there is none."""
        exists, shape = self.has(rows, columns), tuple(self.flagged.shape)
        first, second = self._lanes
        a, b = first.at((...,), shape), second.at((...,), shape)
        y = weights(first.xp, a, rows, columns, exists)
        x = weights(first.xp, [list(column) for column in zip(*b, strict=True)], columns, rows, exists)
        return x, y

    def equilibria(self, *index: int) -> tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]:
        """The equilibria of the game at this index, as probabilities of the rows and of the columns."""
        first, second = self._lanes
        shape = tuple(self.flagged.shape)
        a, b = first.at(index, shape), second.at(index, shape)
        bt = [list(column) for column in zip(*b, strict=True)]
        found = []
        for k, (rows, columns) in enumerate(self.supports):
            word, bit = divmod(k, self.word_bits)
            if int(self.words[word][index]) >> bit & 1:
                exists = first.xp.asarray(True, **_device(first.xp, self.flagged))
                x = weights(first.xp, bt, columns, rows, exists)
                y = weights(first.xp, a, rows, columns, exists)
                found.append((tuple(float(x[i]) for i in range(len(a))), tuple(float(y[j]) for j in range(len(bt)))))
        return tuple(found)

    def resolve(
        self, solver: Callable[..., T] | None = None, *, payoffs: Callable[..., tuple[Any, Any]] | None = None
    ) -> dict[tuple[int, ...], T]:
        """Solve the flagged games exactly; as :meth:`Batch2x2.resolve`."""
        return resolve_flagged(self._lanes, self.flagged, solver or _exact_solver(), payoffs)


def solve_2x2(A: object, B: object, *, rounding: float = 2.0, compiled: bool | None = None) -> Batch2x2:
    """Every equilibrium of each of an array of 2x2 games.

    Parameters
    ----------
    A, B : arrays of shape (..., 2, 2), or [[a, b], [c, d]] with arrays or numbers that broadcast together
        Payoffs of the row and of the column player; integers or floats. The second form makes phase diagrams: four
        payoffs as functions of parameters on a grid.
    rounding : float
        By how many units in the last place of a player's largest payoff in the game each float payoff may be off. A
        payoff difference that could then be zero flags the game; so does an exact tie between floats. 0 takes the
        floats to be exact: the signs are then always right and nothing is flagged (save for overflow).
    compiled : bool, optional
        Whether to use the loops compiled by numba, for numpy arrays. By default where it pays. Results are the same.

    Raises
    ------
    InputError, InputTypeError, UnsupportedError
        Wrong shapes or kinds of payoffs, nan, infinities; ``compiled=True`` without numba.

    Examples
    --------
    Chicken and the prisoner's dilemma as the reward for mutual restraint and the cost of a clash vary:

    >>> reward, clash = np.arange(1, 5)[:, None], np.arange(-2, 2)[None, :]
    >>> games = solve_2x2([[reward, 0], [5, clash]], [[reward, 5], [0, clash]])
    >>> games.pure_count.tolist()[0], games.flagged.tolist()[0]
    ([2, 2, 3, 1], [False, False, False, False])
    >>> games.equilibria(2, 0)
    ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0))
    >>> games.pattern(0, 2).kinds
    ('union',)
    """
    lanes = read_lanes(A, B, 2, 2, lambda largest, _: order_bound(largest, 1))
    rel = [relative(lane, rounding)[0] for lane in lanes]
    sure = [lane.exact or (rounding == 0 and lane.slack == 0) for lane in lanes]
    rel = [float("-inf") if known else r for r, known in zip(rel, sure, strict=True)]  # no difference is that small
    shape, xp = games_shape(lanes), lanes[0].xp

    def piece(index: tuple[Any, ...]) -> tuple[Array, ...]:
        (a, b), (c, d) = lanes[0].at(index, shape)
        (e, f), (g, h) = lanes[1].at(index, shape)
        signs, flags, mixes = [], None, []
        for lane, entries, first, second, threshold in (
            (lanes[0], ((a, b), (c, d)), a - c, b - d, rel[0]),
            (lanes[1], ((e, f), (g, h)), e - f, g - h, rel[1]),
        ):
            up = [_astype(xp, u > 0, xp.int8) for u in (first, second)]
            down = [_astype(xp, u < 0, xp.int8) for u in (first, second)]
            signs += [up[0] - down[0], up[1] - down[1]]
            if not lane.exact:
                top = lane.magnitude(entries)
                flag = xp.minimum(xp.abs(first), xp.abs(second)) <= threshold * top
                if not bool(xp.all(top < 1e300)):
                    flag = flag | ~(top < 1e300)
                flags = flag if flags is None else flags | flag
            first, second = (_astype(xp, u, xp.float64) for u in (first, second))
            nan = xp.asarray(float("nan"), dtype=xp.float64, **_device(xp, first))
            mixes.append(xp.where(signs[-1] * signs[-2] < 0, second / (second - first), nan))
        code = _astype(xp, 27 * signs[0] + 9 * signs[1] + 3 * signs[2] + signs[3] + 40, xp.uint8)
        if flags is None:
            flags = (
                xp.zeros(code.shape, dtype=xp.bool, **_device(xp, code)) if xp is not np else np.zeros(code.shape, bool)
            )
        return code, mixes[1], mixes[0], flags

    dtypes = ("uint8", "float64", "float64", "bool")
    loop = _loop("2x2", xp, lanes, shape, compiled)
    if loop is not None:
        out = [np.empty(shape, dtype) for dtype in dtypes]
        finite = _run(loop, lanes, shape, rel, out)
        if finite:
            return Batch2x2(out[0], out[1], out[2], out[3], lanes)
    code, p, q, flagged = _gather(xp, piece, shape, dtypes, lanes)
    return Batch2x2(code, p, q, flagged, lanes)


def solve_3x3(A: object, B: object, *, rounding: float = 2.0, compiled: bool | None = None) -> BatchSupports:
    """The supports of all equilibria of each of an array of 3x3 games, degenerate games flagged.

    Parameters
    ----------
    A, B : arrays of shape (..., 3, 3), or three rows of three arrays or numbers that broadcast together
    rounding, compiled
        As for :func:`solve_2x2`. Games with ties that bear on the equilibria are flagged also if they are integers.

    Examples
    --------
    Rock, paper, scissors; and a game with three equilibria:

    >>> rps = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> other = np.array([[4, 0, 0], [0, 2, 0], [-1, -1, -1]])
    >>> found = solve_3x3(np.stack([rps, other]), np.stack([-rps, other]))
    >>> found.count.tolist(), found.flagged.tolist()
    ([1, 3], [False, False])
    >>> [round(x, 3) for x in found.equilibria(0)[0][0]]
    [0.333, 0.333, 0.333]
    """
    return _solve_supports(A, B, 3, 3, rounding, compiled)


def solve_small(A: object, B: object, *, rounding: float = 2.0) -> BatchSupports:
    """The supports of all equilibria of each of an array of m x n games, m and n up to 4, degenerate games flagged.

    Parameters
    ----------
    A, B : arrays of shape (..., m, n), or m rows of n arrays or numbers that broadcast together
    rounding
        As for :func:`solve_2x2`; degenerate games are flagged also if they are integers.

    Examples
    --------
    >>> pure = solve_small(np.diag([1, 2, 3, 4]), np.diag([4, 3, 2, 1]))
    >>> int(pure.count), bool(pure.has((0, 1), (0, 1)))
    (15, True)
    """
    return _solve_supports(A, B, None, None, rounding, False)


# --- supports ---------------------------------------------------------------------------------------------------------


def _solve_supports(
    A: object, B: object, m: int | None, n: int | None, rounding: float, compiled: bool | None
) -> BatchSupports:
    lanes = read_lanes(A, B, m, n, order_bound)
    m, n = len(lanes[0].entries), len(lanes[0].entries[0])
    if max(m, n) > 4:
        raise UnsupportedError("A", f"{m} x {n} games", "at most 4 x 4; gt.solve takes larger games one at a time")
    tables = sign_table(m, n), sign_table(n, m, transposed=True)
    pairs, shape, xp = support_pairs(m, n), games_shape(lanes), lanes[0].xp
    bits = word_bits(len(pairs))
    dtype = "int32" if bits == 31 else "int64"
    rel = [(-1.0,) * 4 if lane.exact else r for lane, r in ((lane, relative(lane, rounding)) for lane in lanes)]
    dtypes = (*(dtype for _ in range(-(-len(pairs) // bits))), "bool")
    loop = _loop("3x3", xp, lanes, shape, compiled) if (m, n) == (3, 3) else None
    if loop is not None:
        out = [np.empty(shape, kind) for kind in dtypes]
        extra = [*(_compact(t.lookup()) for t in tables), *(_compact(t.lost()) for t in tables)]
        if _run(loop, lanes, shape, [np.array(r[:2]) for r in rel], out, extra):
            return BatchSupports(pairs, (out[0],), out[1], lanes)

    def piece(index: tuple[Any, ...]) -> tuple[Array, ...]:
        a = lanes[0].at(index, shape)
        b = [list(column) for column in zip(*lanes[1].at(index, shape), strict=True)]
        up_a, wild_a = signs(lanes[0], a, tables[0], rel[0])
        up_b, wild_b = signs(lanes[1], b, tables[1], rel[1])
        full_a, full_b = ((1 << len(t.terms)) - 1 for t in tables)
        down_a, down_b = full_a & ~(up_a | wild_a), full_b & ~(up_b | wild_b)
        sure = suited(xp, tables, (up_a, up_b), (down_a, down_b), dtype)
        wild = wild_a | wild_b
        if xp is not np or wild.ndim == 0:
            maybe = suited(xp, tables, (up_a | wild_a, up_b | wild_b), (down_a | wild_a, down_b | wild_b), dtype)
            return (*sure, differ(sure, maybe))
        flagged = np.zeros(wild.shape, bool)
        near = wild != 0
        if near.any():
            up, down, wild = ([v[near] for v in pair] for pair in ((up_a, up_b), (down_a, down_b), (wild_a, wild_b)))
            up, down = ([v | w for v, w in zip(pair, wild, strict=True)] for pair in (up, down))
            flagged[near] = differ([word[near] for word in sure], suited(xp, tables, up, down, dtype))
        return (*sure, flagged)

    *words, flagged = _gather(xp, piece, shape, dtypes, lanes)
    return BatchSupports(pairs, tuple(words), flagged, lanes)


# --- chunks, compiled loops -------------------------------------------------------------------------------------------


def _gather(
    xp: Any,
    piece: Callable[[tuple[Any, ...]], tuple[Array, ...]],
    shape: tuple[int, ...],
    dtypes: tuple[str, ...],
    lanes: tuple[Lane, Lane],
) -> tuple[Array, ...]:
    size = _CHUNK if xp is np else _DEVICE_CHUNK
    with np.errstate(all="ignore"):
        if 0 < prod(shape) <= size:
            return tuple(np.asarray(part) for part in piece((...,))) if xp is np else piece((...,))
        out = [xp.empty(shape, dtype=getattr(xp, d, bool), **_device(xp, lanes[0].entries[0][0])) for d in dtypes]
        for index in chunks(shape, size) if prod(shape) else ():
            for whole, part in zip(out, piece(index), strict=True):
                whole[index] = part
    return tuple(out)


def _loop(name: str, xp: Any, lanes: tuple[Lane, Lane], shape: tuple[int, ...], compiled: bool | None) -> Any:
    if compiled is not None and not isinstance(compiled, bool):
        raise InputTypeError("compiled", compiled, "True, False or None")
    least = 1 if compiled else _WARM if is_compiled(name) else _COLD
    if compiled is False or xp is not np or lanes[0].exact != lanes[1].exact or prod(shape) < least:
        return None
    loop = compiled_loop(name)
    if loop is None and compiled:
        raise UnsupportedError("compiled", True, "numba to be installed; compiled=False gives the same results")
    return loop


def _run(
    loop: Any, lanes: tuple[Lane, Lane], shape: tuple[int, ...], rel: Any, out: list[Any], extra: Any = ()
) -> bool:
    """The compiled loop over the given arrays where they are contiguous, else over copies of a chunk at a time."""
    whole = [_contiguous(lane, shape) for lane in lanes]
    if whole[0] is not None and whole[1] is not None:
        return bool(loop(whole[0], whole[1], rel[0], rel[1], *extra, *(o.reshape(-1) for o in out)))
    finite = True
    for index in chunks(shape, 1 << 16):
        a, b = (_stacked(lane.at(index, shape)) for lane in lanes)
        parts = [np.empty(a.shape[0], o.dtype) for o in out]
        finite = finite and bool(loop(a, b, rel[0], rel[1], *extra, *parts))
        for o, part in zip(out, parts, strict=True):
            o[index] = part.reshape(o[index].shape)
    return finite


def _compact(table: Any) -> Any:
    return np.array(table, np.int32)


def _stacked(entries: list[list[Any]]) -> Any:
    m, n = len(entries), len(entries[0])
    block = np.empty((entries[0][0].size, m, n), entries[0][0].dtype)
    for i in range(m):
        for j in range(n):
            block[:, i, j] = entries[i][j].reshape(-1)
    return block


def _contiguous(lane: Lane, shape: tuple[int, ...]) -> Any:
    """The given array as (games, m, n), if it lies in memory as the compiled loop reads it."""
    whole, kind = lane.whole, np.int64 if lane.exact else np.float64
    if type(whole) is not np.ndarray or whole.shape[:-2] != shape or whole.dtype != kind:
        return None
    return whole.reshape(-1, *whole.shape[-2:]) if whole.flags.c_contiguous else None


def _exact_solver() -> Callable[..., Any]:
    from gametheory.equilibria.solvers.vertices import enumerate_nash

    return enumerate_nash
