"""Samples of consistent points, to reject a claim quickly: signs are taken in floats with an error bound, witnesses exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.algebra import Poly, key
from gametheory.exact import to_flint

__all__ = ["Pool"]

_MOST_KEPT = 8_000_000  # values of monomials
_RELATIVE = 1e-9  # far above the rounding error of a sum of up to a million products of floats


class Pool:
    """Points drawn by random gaps (small integers, and integers of very different size), as rows of whole numbers.

    Parameters
    ----------
    shape : the shape of a domain
    size : int
    seed : int
    """

    def __init__(self, shape: Any, size: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.shape = shape
        gaps, lines = len(shape.strict), len(shape.ring.names) - len(shape.strict)
        small = rng.integers(1, 10, (size, gaps))
        wide = np.floor(2 ** rng.uniform(0, 12, (size, gaps)))
        sparse = np.where(rng.random((size, gaps)) < 0.3, wide, 1)
        kind = np.arange(size)[:, None] % 3
        table = np.where(kind == 0, small, np.where(kind == 1, wide, sparse))
        weak = ~np.array(shape.strict, dtype=bool)
        table = np.where(weak[None, :] & (rng.random((size, gaps)) < 0.2), 0, table)
        free = np.where(
            kind == 0, rng.integers(-9, 10, (size, lines)), np.round(rng.standard_cauchy((size, lines)).clip(-1e4, 1e4))
        )
        self.table = np.hstack([table, free]).astype(float)
        self._memo: dict[Any, np.ndarray] = {}
        self._rows: dict[tuple[int, ...], int] = {}
        for g, op in shape.facts:
            s = _signs(g, self.table)
            keep = s > 0 if op == ">" else s >= 0 if op == ">=" else s == 0
            self.table = self.table[keep]
        self._monomials = np.empty((0, self.size))

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.table)

    def point(self, i: int) -> list[Fraction]:
        """The gaps and lines of one point, exactly."""
        return [Fraction(x) for x in self.table[i]]

    def signs(self, g: Poly) -> np.ndarray:
        """Signs of a polynomial at the points; 0 also where rounding leaves it open."""
        k = key(g)
        if k not in self._memo:
            if len(self._memo) > 5000:
                self._memo.clear()
            self._memo[k] = self._signs(g)
        return self._memo[k]

    def _signs(self, g: Poly) -> np.ndarray:
        """Values as one product of coefficients and monomials, which polynomials share."""
        rows, coefficients = [], []
        for exponents, c in g.terms():
            mark = tuple(map(int, exponents))
            if mark not in self._rows:
                self._rows[mark] = len(self._rows)
                if len(self._rows) > len(self._monomials):
                    more = max(64, len(self._monomials))
                    self._monomials = np.vstack([self._monomials, np.empty((more, self.size))])
                self._monomials[self._rows[mark]] = _monomial(mark, self.table)
            rows.append(self._rows[mark])
            coefficients.append(float(int(c.p)) / float(int(c.q)))
        if len(self._rows) * self.size > _MOST_KEPT:
            found = _signs(g, self.table)
            self._rows.clear()
            return found
        amounts = np.array(coefficients)
        values = self._monomials[rows]
        total, size = amounts @ values, np.abs(amounts) @ np.abs(values)
        return np.where(total > _RELATIVE * size, 1, np.where(total < -_RELATIVE * size, -1, 0)).astype(np.int8)

    def where(self, atoms: Sequence[tuple[Poly, str]]) -> list[Fraction] | None:
        """A point at which all conditions (no equations) hold, checked exactly, or None."""
        if not self.size:
            return None
        good = np.ones(self.size, dtype=bool)
        for g, op in atoms:
            s = self.signs(g)
            good &= s > 0 if op == ">" else s >= 0
            if not good.any():
                return None
        for i in np.flatnonzero(good)[:8]:
            if (point := self._exact(self.point(int(i)), atoms)) is not None:
                return point
        return None

    def _exact(self, point: list[Fraction], atoms: Sequence[tuple[Poly, str]]) -> list[Fraction] | None:
        at = [to_flint(x) for x in point]
        count = len(self.shape.strict)
        if any(x < 0 or (x == 0 and s) for x, s in zip(point[:count], self.shape.strict, strict=True)):
            return None
        for g, op in (*atoms, *self.shape.facts):
            value = g(*at)
            if not (value > 0 if op == ">" else value >= 0 if op == ">=" else value == 0):
                return None
        return point

    def search(self, atoms: Sequence[tuple[Poly, str]], *, rounds: int = 25) -> list[Fraction] | None:
        """Look for a point at which all conditions hold by changing the points that come nearest, at random."""
        asked = [(g, op) for g, op in atoms if op != "=="]
        if not self.size or not asked:
            return None
        rng = np.random.default_rng(7)
        table = self.table
        count = len(self.shape.strict)
        for _ in range(rounds):
            score = np.full(len(table), np.inf)
            for g, _op in asked:
                value, size = _values(g, table)
                score = np.minimum(score, value / np.where(size > 0, size, 1))
            order = np.argsort(-score)
            for i in order[:2]:
                if score[i] > 0 and (point := self._exact([Fraction(float(x)) for x in table[i]], atoms)) is not None:
                    return point
            best = table[order[:60]]
            children = np.repeat(best, 10, axis=0)
            change = rng.random(children.shape) < 0.4
            factor = np.exp(rng.normal(0, 1.0, children.shape))
            moved = children * np.where(change, factor, 1)
            moved[:, count:] += np.where(change[:, count:], rng.normal(0, 1, moved[:, count:].shape), 0)
            moved = np.clip(moved, -1e9, 1e9)
            grid = 2.0 ** np.round(np.log2(np.maximum(np.abs(moved), 1e-9)) - 12)
            moved = np.round(moved / grid) * grid  # short binary fractions, so that exact values stay short
            moved[:, :count] = np.maximum(moved[:, :count], np.where(np.array(self.shape.strict, dtype=bool), 1e-6, 0))
            table = np.vstack([best, moved])
        return None


def _monomial(exponents: Sequence[int], table: np.ndarray) -> np.ndarray:
    value = np.ones(len(table))
    for v, e in enumerate(exponents):
        for _ in range(e):
            value = value * table[:, v]
    return value


def _values(g: Poly, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of a polynomial at the points, and the sums of the absolute values of its terms."""
    total = np.zeros(len(table))
    size = np.zeros(len(table))
    powers: dict[tuple[int, int], np.ndarray] = {}
    for exponents, c in g.terms():
        term = np.full(len(table), float(int(c.p)) / float(int(c.q)))
        for v, e in enumerate(exponents):
            if e:
                if (v, int(e)) not in powers:
                    powers[v, int(e)] = table[:, v] ** int(e)
                term = term * powers[v, int(e)]
        total += term
        size += np.abs(term)
    return total, size


def _signs(g: Poly, table: np.ndarray) -> np.ndarray:
    total, size = _values(g, table)
    return np.where(total > _RELATIVE * size, 1, np.where(total < -_RELATIVE * size, -1, 0)).astype(np.int8)
