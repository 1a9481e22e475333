r"""Phase diagrams without a grid: which patterns of play there are where, with the exact curves between them.

The reduced game is solved with two parameters left as symbols (:class:`SymbolicMarkov`), so that for every path of play the
exact conditions are known, polynomials in the two. Where the set of patterns changes, one of these polynomials is zero. Which of them
matter is found on a fine grid: between two neighbouring points with different patterns some polynomial changes its
sign; where several do, the step is halved, exactly, until one is left. The plane is then cut by those that matter, and the
patterns of each piece follow from the conditions at a rational point of it. So curves and patterns are exact; what the search
can miss is a region that falls between the points of the grid, and every point of the grid is compared with its piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, key, primitive
from gametheory.conditions import Formula, evaluate
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.play import Chain, Move
from gametheory.equilibria.solution import Solution
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers.symbolic_markov import PathEquilibrium, SymbolicMarkovSolution
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.regimes import partition
from gametheory.studies.us_mexico.observed import classify
from gametheory.studies.us_mexico.reduced import VARIANTS, Variant, reduced_game

if TYPE_CHECKING:
    import numpy as np
    import sympy

__all__ = ["Border", "Cell", "ExactPhases", "exact_phases", "pattern_intervals", "pattern_of_path", "phases_data"]

Label = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A piece of the plane with one set of patterns: between two curves, over an interval of the first parameter.

    Attributes
    ----------
    patterns : tuple of str
        Of the pure Markov perfect equilibria there; empty where there is none.
    x, low, high : tuple of float
        For drawing: the lower and the upper edge over some values of the first parameter.
    at : (Fraction, Fraction)
        The point at which the patterns were read off, exactly.
    """

    patterns: Label
    x: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at: tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Border:
    """A curve between regions: where a polynomial is zero.

    Attributes
    ----------
    polynomial : sympy.Expr
        Irreducible, with whole coefficients.
    pieces : tuple of tuples of (float, float)
        For drawing: the parts of the curve at which the set of patterns changes.
    between : tuple of (tuple of str, tuple of str)
        The sets of patterns on its two sides, in the order below, above (or left, right, for an upright line).
    """

    polynomial: sympy.Expr
    pieces: tuple[tuple[tuple[float, float], ...], ...]
    between: tuple[tuple[Label, Label], ...]

    def solved(self, name: str) -> sympy.Expr | None:
        """The curve as a function: the value of one parameter on it, if there is just one; None otherwise."""
        import sympy

        found = sympy.solve(self.polynomial, sympy.Symbol(name))
        return sympy.factor(found[0]) if len(found) == 1 else None


@dataclass(frozen=True)
class ExactPhases:
    """The plane of two parameters, cut into regions.

    Attributes
    ----------
    x, y : str
    window : ((Fraction, Fraction), (Fraction, Fraction))
    cells : tuple of Cell
    borders : tuple of Border
    grid : (int, int)
        The points on which regions were looked for.
    """

    x: str
    y: str
    window: tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
    cells: tuple[Cell, ...]
    borders: tuple[Border, ...]
    grid: tuple[int, int]
    _reader: _Reader

    def at(self, x: object, y: object) -> Label:
        """The patterns of the pure equilibria at a point, exactly (borders included).

        Examples
        --------
        >>> exact_phases(("delta_US", 0, 1), ("c", 0, 1), variant=VARIANTS[7], grid=(12, 12)).at("1/2", "3/10")
        ('cycle',)
        """
        return self._reader.exact(rational(x), rational(y))


def pattern_of_path(path: PathEquilibrium) -> str:
    """The pattern that a path of play shows; transitions must be numbers."""
    game = path.game
    place = {state: i for i, state in enumerate(path.outcomes)}
    rows = []
    for state, labels in path.outcomes.items():
        period = game.periods[game.state_index(state)]
        (label,) = labels  # chance moves within no period of the reduced game
        draw = period.plays[period.labels.index(label)].next
        rows.append(tuple(Move(rational(p), label, place[game.states[t]]) for p, t in draw if p != 0))
    return classify(Chain(tuple(path.outcomes), tuple(rows)))


class _Reader:
    """Patterns at points: exactly one by one, and on a grid in floats with exact answers where rounding could matter."""

    def __init__(self, solution: SymbolicMarkovSolution, x: str, y: str) -> None:
        self.domain = solution.domain
        self.names = (x, y)
        self.formulas: dict[str, list[Formula]] = {}
        for path in solution.equilibria:
            self.formulas.setdefault(pattern_of_path(path), []).append(path.region.formula)
        self.factors: dict[Any, Poly] = {}
        for formulas in self.formulas.values():
            for formula in formulas:
                for p, _ in formula.atoms():
                    for f, _n in p.factor()[1]:
                        f = primitive(f)
                        self.factors.setdefault(key(f), f)

    def exact(self, x: Fraction, y: Fraction) -> Label:
        values = dict(zip(self.names, (x, y), strict=True))
        memo: dict[int, bool] = {}
        return tuple(
            sorted(
                name
                for name, formulas in self.formulas.items()
                if any(evaluate(self.domain, f, values, memo) for f in formulas)
            )
        )

    def sign(self, p: Poly, x: Fraction, y: Fraction) -> int:
        value = self.domain.ring.evaluate(p, dict(zip(self.names, (x, y), strict=True)))
        return (value > 0) - (value < 0)

    def signs(self, p: Poly, xs: Sequence[Fraction], ys: Sequence[Fraction]) -> np.ndarray:
        """Signs over the grid, ``[j, i]`` at ``(xs[i], ys[j])``."""
        import numpy as np

        places = [self.domain.names.index(n) for n in self.names]
        a, b = np.array([float(v) for v in xs]), np.array([float(v) for v in ys])
        value = np.zeros((len(b), len(a)))
        size = np.zeros_like(value)
        for powers, c in p.terms():
            term = float(Fraction(int(c.p), int(c.q))) if hasattr(c, "p") else float(int(c))
            part = term * np.outer(b ** int(powers[places[1]]), a ** int(powers[places[0]]))
            value += part
            size += np.abs(part)
        found: np.ndarray = np.sign(value).astype(np.int8)
        for j, i in np.argwhere(np.abs(value) <= 1e-11 * size).tolist():
            found[j, i] = self.sign(p, xs[i], ys[j])
        return found

    def on_grid(self, xs: Sequence[Fraction], ys: Sequence[Fraction]) -> tuple[list[Label], np.ndarray]:
        """The sets of patterns that occur, and the number of that of each point."""
        import numpy as np

        memo: dict[int, np.ndarray] = {}

        def holds(f: Formula) -> np.ndarray:
            if id(f) not in memo:
                if f.atom is not None:
                    s = self.signs(f.atom[0], xs, ys)
                    memo[id(f)] = s > 0 if f.atom[1] == ">" else s >= 0 if f.atom[1] == ">=" else s == 0
                else:
                    found = np.full((len(ys), len(xs)), f.kind == "and")
                    for g in f.parts:
                        found = found & holds(g) if f.kind == "and" else found | holds(g)
                    memo[id(f)] = found
            return memo[id(f)]

        names = sorted(self.formulas)
        code = np.zeros((len(ys), len(xs)), dtype=np.int64)
        for bit, name in enumerate(names):
            for f in self.formulas[name]:
                code |= holds(f).astype(np.int64) << bit
        present, numbers = np.unique(code, return_inverse=True)
        labels = [tuple(n for bit, n in enumerate(names) if c >> bit & 1) for c in present.tolist()]
        return labels, numbers.reshape(code.shape)


def exact_phases(
    x: tuple[str, object, object],
    y: tuple[str, object, object],
    *,
    variant: Variant = VARIANTS[0],
    change: Mapping[str, str] | None = None,
    grid: tuple[int, int] = (300, 300),
) -> ExactPhases:
    """Cut a window of the plane of two parameters into regions with the same patterns of pure Markov perfect play.

    Parameters
    ----------
    x, y : (name, from, to)
        Every condition must be at most linear in the second parameter.
    variant : Variant
    change : mapping, optional
        Values of other parameters that differ from the variant's.
    grid : (int, int)
        Points on which regions are looked for.

    Examples
    --------
    >>> found = exact_phases(("delta_US", 0, 1), ("c", "1/10", 1), variant=VARIANTS[7], grid=(12, 12))
    >>> [str(border.solved("c")) for border in found.borders]
    ['7/20']
    """
    fixed = {n: v for n, v in {**variant.parameters, **(change or {})}.items() if n not in (x[0], y[0])}
    solution = _solved(tuple(sorted(fixed.items())), variant.naive, variant.relief)
    if not isinstance(solution, SymbolicMarkovSolution):
        raise InputError("x", x[0], "two parameters of the game")
    reader = _Reader(solution, x[0], y[0])
    (x0, x1), (y0, y1) = window = tuple((rational(a), rational(b)) for _, a, b in (x, y))
    xs, ys = (
        [a + (b - a) * Fraction(2 * i + 1, 2 * n) for i in range(n)] for (a, b), n in zip(window, grid, strict=True)
    )
    labels, numbers = reader.on_grid(xs, ys)
    curves = _curves(reader, xs, ys, numbers)
    cells = _cells(reader, curves, (x0, x1), (y0, y1))
    _compare(cells, xs, ys, labels, numbers)
    borders = tuple(b for b in (_border(reader, p, cells) for p in curves) if b.pieces)
    return ExactPhases(x[0], y[0], window, cells, borders, grid, reader)  # type: ignore[arg-type]


@lru_cache(maxsize=4)
def _solved(fixed: tuple[tuple[str, str], ...], naive: bool, relief: bool) -> Solution:
    return solve(reduced_game(naive=naive, relief=relief).subs(**dict(fixed)), MarkovPerfect(pure=True))


def _curves(reader: _Reader, xs: Sequence[Fraction], ys: Sequence[Fraction], numbers: np.ndarray) -> list[Poly]:
    """The polynomials at which the set of patterns changes."""
    import numpy as np

    names = list(reader.factors)
    signs = np.stack([reader.signs(reader.factors[k], xs, ys) for k in names])
    known: dict[Any, None] = {}
    hard = []
    for axis in (0, 1):
        a, b = (slice(None, -1), slice(1, None))
        first, second = ((a, slice(None)), (b, slice(None))) if axis == 0 else ((slice(None), a), (slice(None), b))
        changed = np.argwhere(numbers[first] != numbers[second])
        for j, i in changed.tolist():
            to = (j + 1, i) if axis == 0 else (j, i + 1)
            flipped = np.nonzero(signs[:, j, i] != signs[(slice(None), *to)])[0].tolist()
            if len(flipped) == 1:
                known[names[flipped[0]]] = None
            else:
                hard.append((frozenset(flipped), (xs[i], ys[j]), (xs[to[1]], ys[to[0]])))
    for turned, one, two in hard:
        if any(names[k] in known for k in turned):
            continue
        for _ in range(60):  # halve the step until one polynomial is left that changes its sign
            middle = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
            one, two = (one, middle) if reader.exact(*one) != reader.exact(*middle) else (middle, two)
            left = [
                k
                for k in turned
                if reader.sign(reader.factors[names[k]], *one) != reader.sign(reader.factors[names[k]], *two)
            ]
            if len(left) == 1:
                known[names[left[0]]] = None
                break
    return [reader.factors[k] for k in known]


def _parts(reader: _Reader, p: Poly) -> tuple[list[Fraction], list[Fraction]]:
    """Coefficients in x, lowest first, of p = constant(x) + slope(x) y."""
    i, j = (reader.domain.names.index(n) for n in reader.names)
    found: tuple[dict[int, Fraction], dict[int, Fraction]] = ({}, {})
    for powers, c in p.terms():
        if int(powers[j]) > 1:
            raise InputError("y", reader.names[1], "a parameter in which every condition is at most linear")
        found[int(powers[j])][int(powers[i])] = Fraction(int(c.p), int(c.q)) if hasattr(c, "p") else Fraction(int(c))
    return tuple([part.get(n, Fraction(0)) for n in range(max(part, default=0) + 1)] for part in found)  # type: ignore[return-value]


def _height(reader: _Reader, p: Poly, x: float) -> float | None:
    constant, slope = (sum(float(c) * x**n for n, c in enumerate(part)) for part in _parts(reader, p))
    return None if abs(slope) < 1e-12 else -constant / slope


def _zeros(coefficients: Sequence[Fraction]) -> list[float]:
    import numpy as np

    found = np.roots([float(c) for c in reversed(coefficients)]) if len(coefficients) > 1 else np.array([])
    return [float(z.real) for z in found if abs(z.imag) < 1e-9]


def _product(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    found = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            found[i + j] += p * q
    return found


def _difference(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    n = max(len(a), len(b))
    return [(a[i] if i < len(a) else Fraction(0)) - (b[i] if i < len(b) else Fraction(0)) for i in range(n)]


def _cells(
    reader: _Reader, curves: Sequence[Poly], xs: tuple[Fraction, Fraction], ys: tuple[Fraction, Fraction]
) -> tuple[Cell, ...]:
    """The pieces into which the curves cut the window, those with equal patterns joined upwards."""
    import numpy as np

    parts = [_parts(reader, p) for p in curves]
    ends = [*parts, *(([-y], [Fraction(1)]) for y in ys)]  # the window's lower and upper edge cut too
    critical = [float(x) for x in xs]
    for n, (constant, slope) in enumerate(ends):
        critical += _zeros(slope) if any(slope) else _zeros(constant)
        for other, tilt in ends[:n]:
            if any(slope) and any(tilt):
                critical += _zeros(_difference(_product(constant, tilt), _product(other, slope)))
    low, high = map(float, xs)
    kept = sorted(c for c in critical if low <= c <= high)
    kept = [c for n, c in enumerate(kept) if n == 0 or c - kept[n - 1] > 1e-7 * (high - low)]
    bottom, top = map(float, ys)
    cells = []
    for a, b in pairwise(kept):
        across = a + (b - a) * np.linspace(1e-6, 1 - 1e-6, max(2, round(120 * (b - a) / (high - low)) + 2))
        middle = (a + b) / 2
        over = sorted(
            {(y, n) for n, p in enumerate(curves) if (y := _height(reader, p, middle)) is not None and bottom < y < top}
        )
        edges: list[int | None] = [None, *(n for _, n in over), None]
        heights = [bottom, *(y for y, _ in over), top]
        strip: list[tuple[Label, list[float], list[float], tuple[Fraction, Fraction]]] = []
        for n in range(len(edges) - 1):
            lower, upper = edges[n], edges[n + 1]
            if heights[n + 1] - heights[n] < 1e-9:
                continue
            at = (
                Fraction(middle).limit_denominator(10**9),
                Fraction((heights[n] + heights[n + 1]) / 2).limit_denominator(10**9),
            )
            label = reader.exact(*at)
            down, up = (
                [
                    edge if n is None else min(max(_height(reader, curves[n], float(v)) or 0.0, bottom), top)
                    for v in across
                ]
                for n, edge in ((lower, bottom), (upper, top))
            )
            if strip and strip[-1][0] == label:
                strip[-1] = (label, strip[-1][1], up, strip[-1][3])
            else:
                strip.append((label, down, up, at))
        ends_at = [a, *across[1:-1].tolist(), b]
        cells += [Cell(label, tuple(ends_at), tuple(d), tuple(u), at) for label, d, u, at in strip]
    return tuple(cells)


def _find(cells: Sequence[Cell], x: float, y: float) -> Cell | None:
    import numpy as np

    for cell in cells:
        if cell.x[0] <= x <= cell.x[-1] and np.interp(x, cell.x, cell.low) <= y <= np.interp(x, cell.x, cell.high):
            return cell
    return None


def _compare(
    cells: Sequence[Cell], xs: Sequence[Fraction], ys: Sequence[Fraction], labels: Sequence[Label], numbers: np.ndarray
) -> None:
    """Raise if a point of the grid, not next to an edge, has other patterns than its piece."""
    import numpy as np

    a, b = np.array([float(v) for v in xs]), np.array([float(v) for v in ys])
    height = float(ys[1] - ys[0]) if len(ys) > 1 else 1.0
    width = float(xs[1] - xs[0]) if len(xs) > 1 else 1.0
    for cell in cells:
        inside = np.nonzero((a > cell.x[0] + width / 2) & (a < cell.x[-1] - width / 2))[0]
        for i in inside.tolist():
            low, high = np.interp(a[i], cell.x, cell.low), np.interp(a[i], cell.x, cell.high)
            for j in np.nonzero((b > low + height / 2) & (b < high - height / 2))[0].tolist():
                if labels[numbers[j, i]] != cell.patterns:
                    raise InputError("grid", (xs[i], ys[j]), "a finer grid: a region was missed here")


def _border(reader: _Reader, p: Poly, cells: Sequence[Cell]) -> Border:
    """The parts of a curve that separate different sets of patterns."""
    import numpy as np

    constant, slope = _parts(reader, p)
    pieces: list[tuple[tuple[float, float], ...]] = []
    between: dict[tuple[Label, Label], None] = {}
    if any(slope):
        for below in cells:
            middle = len(below.x) // 2
            y = _height(reader, p, below.x[middle])
            if y is None or abs(y - below.high[middle]) > 1e-9:
                continue
            above = next(
                (c for c in cells if c.x == below.x and abs(c.low[middle] - y) < 1e-9 and c.patterns != below.patterns),
                None,
            )
            if above is not None:
                pieces.append(tuple(zip(below.x, below.high, strict=True)))
                between[below.patterns, above.patterns] = None
    else:
        for x in _zeros(constant):
            left = [c for c in cells if abs(c.x[-1] - x) < 1e-6]
            right = [c for c in cells if abs(c.x[0] - x) < 1e-6]
            for one in left:
                for two in right:
                    low, high = max(one.low[-1], two.low[0]), min(one.high[-1], two.high[0])
                    if high - low > 1e-9 and one.patterns != two.patterns:
                        pieces.append(((x, float(low)), (x, float(np.maximum(high, low)))))
                        between[one.patterns, two.patterns] = None
    return Border(reader.domain.ring.to_sympy(p), tuple(pieces), tuple(between))


def pattern_intervals(
    parameter: str, *, variant: Variant = VARIANTS[0], within: tuple[object, object] = (0, 1)
) -> tuple[tuple[sympy.Expr, sympy.Expr, Label], ...]:
    """The values of one parameter cut into intervals with the same patterns of pure Markov perfect play, ends exact.

    Parameters
    ----------
    parameter : str
    variant : Variant
    within : (number, number)

    Examples
    --------
    >>> [(str(low), str(high), patterns) for low, high, patterns in pattern_intervals("delta_US")][:2]
    [('0', '3/23', ('deadlock',)), ('3/23', '15/29', ('cycle',))]
    """
    import sympy

    fixed = {n: v for n, v in variant.parameters.items() if n != parameter}
    solution = _solved(tuple(sorted(fixed.items())), variant.naive, variant.relief)
    if not isinstance(solution, SymbolicMarkovSolution):
        raise InputError("parameter", parameter, "a parameter of the game")
    found = partition([e.region for e in solution.equilibria], [parameter])
    patterns = [pattern_of_path(e) for e in solution.equilibria]
    first, last = (sympy.Rational(*rational(x).as_integer_ratio()) for x in within)
    ends = [first, *(x for x in found.points if first < x < last), last]
    rows: list[tuple[sympy.Expr, sympy.Expr, Label]] = []
    for low, high in pairwise(ends):
        label = tuple(sorted({patterns[i] for i in found.at(_inside(low, high))}))
        if rows and rows[-1][2] == label:
            rows[-1] = (rows[-1][0], high, label)
        else:
            rows.append((low, high, label))
    return tuple(rows)


def _inside(low: sympy.Expr, high: sympy.Expr) -> Fraction:
    """A rational number strictly between two different ones."""
    for digits in (15, 30, 60, 120):
        middle = (low.evalf(digits) + high.evalf(digits)) / 2
        found = Fraction(str(middle))
        if bool(low < middle) and bool(middle < high):
            return found
    raise InputError("within", (str(low), str(high)), "ends that differ")


def phases_data(phases: ExactPhases) -> dict[str, Any]:
    r"""The regions and borders as plain values, for a figure: formulas in LaTeX, numbers for drawing in floats.

    Examples
    --------
    >>> found = exact_phases(("delta_US", 0, 1), ("c", "1/10", 1), variant=VARIANTS[7], grid=(12, 12))
    >>> print(phases_data(found)["borders"][0]["formula"])
    c = \frac{7}{20}
    """
    import sympy

    symbols = {sympy.Symbol("delta_US"): sympy.Symbol("delta")}

    def text(border: Border) -> str:
        solved = border.solved(phases.y)
        if solved is None:
            return f"{sympy.latex(border.polynomial.subs(symbols))} = 0"
        x = sympy.Symbol(phases.x)
        up, down = (sympy.expand(part) for part in sympy.fraction(solved))
        rest, left = sympy.div(down, x - 1, x)
        if left == 0 and down.has(x):  # written with 1 - x, as discounting is
            below = sympy.latex(sympy.factor(rest.subs(symbols))).replace("1", "", 1 if rest == 1 else 0)
            return rf"{phases.y} = \frac{{{sympy.latex((-up).subs(symbols))}}}{{{below} (1 - {sympy.latex(x.subs(symbols))})}}"
        return f"{phases.y} = {sympy.latex((up / down).subs(symbols))}"

    return {
        "x": phases.x,
        "y": phases.y,
        "window": [[str(v) for v in side] for side in phases.window],
        "grid": list(phases.grid),
        "cells": [
            {
                "patterns": list(c.patterns),
                "x": [round(v, 6) for v in c.x],
                "low": [round(v, 6) for v in c.low],
                "high": [round(v, 6) for v in c.high],
                "at": [str(v) for v in c.at],
            }
            for c in phases.cells
        ],
        "borders": [
            {
                "formula": text(b),
                "pieces": [[[round(a, 6), round(v, 6)] for a, v in piece] for piece in b.pieces],
                "between": [[list(one), list(two)] for one, two in b.between],
            }
            for b in phases.borders
        ],
    }
