"""Which parameter points a sweep visits: grids and samples; payoffs drawn from an ordering are in :mod:`draws`.

A design says how many points there are, along which dimensions they lie, and the exact value of every parameter at every
point. It is small, whatever the number of points of a grid, and can be sent to workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import rational

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = [
    "Axis",
    "Design",
    "Grid",
    "Joint",
    "LatinHypercube",
    "Points",
    "Sample",
    "Sobol",
    "between",
]

MAX_SAMPLES = 20_000_000


class Design(Protocol):
    """What a sweep asks of a design."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that a point gives."""

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions along which the points lie."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points along each dimension."""

    def floats(self, flat: Any) -> dict[str, Floats]:
        """Parameters at the points with these flat indices (last dimension fastest), as floats."""

    def exact(self, flat: int) -> dict[str, Fraction]:
        """Parameters at one point, exactly."""

    def coordinates(self) -> dict[str, tuple[tuple[str, ...], Any, dict[str, str]]]:
        """For each coordinate its dimensions, values and attributes."""

    def describe(self) -> dict[str, Any]:
        """The design in plain values, from which it can be made again."""


@dataclass(frozen=True)
class Axis:
    """The values of one parameter along one side of a grid.

    Parameters
    ----------
    name : str
    values : sequence of numbers
        Read exactly; distinct.
    units : str
        Such as ``"payoff per period"``; ``"1"`` for a pure number.
    title : str
        A longer name, for plots.

    Examples
    --------
    >>> Axis("s", ["1/3", 0.5, 2]).values
    (Fraction(1, 3), Fraction(1, 2), Fraction(2, 1))
    """

    name: str
    values: Sequence[Any]
    units: str = "1"
    title: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise InputError("axis", self.name, "the name of a parameter")
        if isinstance(self.values, str):
            raise InputTypeError(f"axis {self.name}", self.values, "a list of numbers")
        values = tuple(rational(v, field=f"axis {self.name}") for v in self.values)
        if not values or len(set(map(float, values))) != len(values):
            raise InputError(f"axis {self.name}", f"{len(values)} values", "at least one value, all of them different")
        object.__setattr__(self, "values", values)

    @cached_property
    def floats(self) -> Floats:
        """The values as floats, each within one rounding."""
        import numpy as np

        return np.array([float(v) for v in self.values])


def between(name: str, low: object, high: object, count: int, *, units: str = "1", title: str = "") -> Axis:
    """An axis of evenly spaced exact values from ``low`` to ``high``, both included.

    Examples
    --------
    >>> between("delta", "1/4", "3/4", 3).values
    (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
    """
    a, b = rational(low, field=f"{name}: low"), rational(high, field=f"{name}: high")
    if isinstance(count, bool) or not isinstance(count, int) or count < 2 or count > 10_000_000:
        raise InputError(f"{name}: count", count, "a whole number from 2 to 10000000")
    if a >= b:
        raise InputError(f"{name}: low and high", (str(a), str(b)), "low below high")
    return Axis(name, [a + (b - a) * Fraction(i, count - 1) for i in range(count)], units, title)


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of some axes.

    Examples
    --------
    >>> grid = Grid((Axis("x", [0, 1]), Axis("y", [0, "1/2", 1])))
    >>> grid.shape, grid.exact(4)
    ((2, 3), {'x': Fraction(1, 1), 'y': Fraction(1, 2)})
    """

    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        axes = (self.axes,) if isinstance(self.axes, Axis) else tuple(self.axes)
        if not axes or not all(isinstance(a, Axis) for a in axes):
            raise InputTypeError("grid", self.axes, "one Axis or more")
        distinct([a.name for a in axes])
        object.__setattr__(self, "axes", axes)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, one for each axis."""
        return tuple(a.name for a in self.axes)

    dims = names

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(a.values) for a in self.axes)

    def floats(self, flat: Any) -> dict[str, Floats]:
        """Parameters at the points with these flat indices."""
        import numpy as np

        places = np.unravel_index(np.asarray(flat), self.shape)
        return {a.name: a.floats[place] for a, place in zip(self.axes, places, strict=True)}

    def exact(self, flat: int) -> dict[str, Fraction]:
        """Parameters at one point."""
        found = {}
        for a in reversed(self.axes):
            flat, place = divmod(int(flat), len(a.values))
            found[a.name] = a.values[place]
        return {name: found[name] for name in self.names}

    def coordinates(self) -> dict[str, tuple[tuple[str, ...], Any, dict[str, str]]]:
        """One coordinate for each axis."""
        return {a.name: ((a.name,), a.floats, {"units": a.units, "long_name": a.title or a.name}) for a in self.axes}

    def describe(self) -> dict[str, Any]:
        """Plain values; evenly spaced axes by their ends."""
        return {"kind": "grid", "axes": [_describe_axis(a) for a in self.axes]}


def _describe_axis(a: Axis) -> dict[str, Any]:
    values, count = a.values, len(a.values)
    shown: dict[str, Any] = {"name": a.name, "units": a.units, "title": a.title}
    step = (values[-1] - values[0]) / (count - 1) if count > 1 else 0
    if count > 3 and all(v == values[0] + i * step for i, v in enumerate(values)):
        return shown | {"low": str(values[0]), "high": str(values[-1]), "count": count}
    return shown | {"values": [str(v) for v in values]}


def distinct(names: Sequence[str]) -> None:
    """Refuse names that occur twice."""
    if len(set(names)) != len(names):
        raise InputError("parameters", list(names), "names that differ")


class Sample:
    """Points in a row: a table with one column for each parameter. The floats are read as the decimals they print as."""

    names: tuple[str, ...]
    dims = ("sample",)

    def _table(self) -> Floats:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points."""
        return (len(_drawn(self)),)

    def floats(self, flat: Any) -> dict[str, Floats]:
        """Parameters at the points with these indices."""
        rows = _drawn(self)[flat]
        return {name: rows[:, k] for k, name in enumerate(self.names)}

    def exact(self, flat: int) -> dict[str, Fraction]:
        """Parameters at one point."""
        row = _drawn(self)[int(flat)]
        return {name: rational(float(x), field=name) for name, x in zip(self.names, row, strict=True)}

    def coordinates(self) -> dict[str, tuple[tuple[str, ...], Any, dict[str, str]]]:
        """The number of each point, and its parameters."""
        import numpy as np

        table = _drawn(self)
        found: dict[str, Any] = {"sample": (("sample",), np.arange(len(table)), {"units": "1"})}
        return found | {
            name: (("sample",), table[:, k], {"units": "1", "long_name": name}) for k, name in enumerate(self.names)
        }


@lru_cache(maxsize=8)
def _drawn(design: Any) -> Floats:
    table: Floats = design._table()
    table.flags.writeable = False
    return table


def whole(field_: str, value: object, low: int, high: int) -> None:
    """Refuse anything but a whole number in the range."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(field_, value, f"a whole number from {low} to {high}")


@dataclass(frozen=True)
class _Box(Sample):
    ranges: Mapping[str, tuple[Any, Any]]
    points: int
    seed: int
    names: tuple[str, ...] = field(init=False)
    _ends: tuple[tuple[Fraction, Fraction], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.ranges, Mapping) or not self.ranges:
            raise InputTypeError("ranges", self.ranges, "a mapping from parameter to (low, high)")
        ends = []
        for name, pair in self.ranges.items():
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise InputError(f"range of {name}", pair, "a pair (low, high)")
            low, high = (rational(x, field=f"range of {name}") for x in pair)
            if low >= high:
                raise InputError(f"range of {name}", (str(low), str(high)), "low below high")
            ends.append((low, high))
        whole("points", self.points, 1, MAX_SAMPLES)
        whole("seed", self.seed, 0, 2**63 - 1)
        object.__setattr__(self, "names", tuple(self.ranges))
        object.__setattr__(self, "ranges", {n: (str(a), str(b)) for n, (a, b) in zip(self.ranges, ends, strict=True)})
        object.__setattr__(self, "_ends", tuple(ends))

    def __hash__(self) -> int:
        return hash((type(self), self.names, self._ends, self.points, self.seed))

    def _unit(self) -> Floats:
        raise NotImplementedError

    def _table(self) -> Floats:
        import numpy as np

        low = np.array([float(a) for a, _ in self._ends])
        high = np.array([float(b) for _, b in self._ends])
        scaled: Floats = low + self._unit() * (high - low)
        return scaled

    def describe(self) -> dict[str, Any]:
        """Plain values, seed included."""
        kind = "latin hypercube" if isinstance(self, LatinHypercube) else "sobol"
        ranges = {name: list(pair) for name, pair in self.ranges.items()}
        return {"kind": kind, "ranges": ranges, "points": self.points, "seed": self.seed}


@dataclass(frozen=True)
class LatinHypercube(_Box):
    """A Latin hypercube: each parameter's range is cut into as many pieces as there are points, each hit once.

    Parameters
    ----------
    ranges : mapping from parameter to (low, high)
    points : int
    seed : int

    Source: McKay, Beckman and Conover, Technometrics 21 (1979).

    Examples
    --------
    >>> design = LatinHypercube({"x": (0, 1), "y": (2, 3)}, points=4, seed=1)
    >>> sorted(int(4 * x) for x in design.floats([0, 1, 2, 3])["x"])
    [0, 1, 2, 3]
    """

    __hash__ = _Box.__hash__

    def _unit(self) -> Floats:
        from scipy.stats import qmc

        drawn: Floats = qmc.LatinHypercube(len(self.names), rng=self.seed).random(self.points)
        return drawn


@dataclass(frozen=True)
class Sobol(_Box):
    """A scrambled Sobol sequence; its balance is best where ``points`` is a power of two.

    Parameters
    ----------
    ranges : mapping from parameter to (low, high)
    points : int
    seed : int

    Source: Owen, Journal of Complexity 14 (1998).

    Examples
    --------
    >>> Sobol({"x": (0, 1)}, points=8, seed=3).shape
    (8,)
    """

    __hash__ = _Box.__hash__

    def _unit(self) -> Floats:
        import warnings

        from scipy.stats import qmc

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a number of points that is no power of two
            drawn: Floats = qmc.Sobol(len(self.names), rng=self.seed).random(self.points)
        return drawn


@dataclass(frozen=True)
class Points(Sample):
    """Points given one by one.

    Parameters
    ----------
    table : mapping from parameter to a sequence of numbers
        Floats are kept as they are and read as the decimals that they print as.

    Examples
    --------
    >>> Points({"x": [0.1, 2]}).exact(0)
    {'x': Fraction(1, 10)}
    """

    table: Mapping[str, Sequence[Any]]
    names: tuple[str, ...] = field(init=False)
    _columns: tuple[tuple[float, ...], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.table, Mapping) or not self.table:
            raise InputTypeError("table", self.table, "a mapping from parameter to numbers")
        columns = []
        for name, given in self.table.items():
            exact = [rational(x, field=name) for x in given]
            if any(Fraction(repr(float(x))) != x for x in exact):
                raise InputError(
                    name, "a number of too many digits", "decimals; fractions such as 1/3 belong on a Grid"
                )
            columns.append(tuple(map(float, exact)))
        if len({len(c) for c in columns}) != 1 or not columns[0]:
            raise InputError("table", [len(c) for c in columns], "columns of one length, at least one point")
        object.__setattr__(self, "names", tuple(self.table))
        object.__setattr__(self, "table", dict(zip(self.table, columns, strict=True)))
        object.__setattr__(self, "_columns", tuple(columns))

    def __hash__(self) -> int:
        return hash((self.names, self._columns))

    def _table(self) -> Floats:
        import numpy as np

        return np.array(self._columns, dtype=np.float64).T.copy()

    def describe(self) -> dict[str, Any]:
        """All the values."""
        return {"kind": "points", "table": {n: list(c) for n, c in zip(self.names, self._columns, strict=True)}}


@dataclass(frozen=True)
class Joint(Sample):
    """Samples side by side: each gives some of the parameters of the same points.

    Examples
    --------
    >>> both = Joint((LatinHypercube({"x": (0, 1)}, points=4, seed=1), Sobol({"y": (0, 1)}, points=4, seed=2)))
    >>> both.names, both.shape
    (('x', 'y'), (4,))
    """

    parts: tuple[Any, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        if not self.parts or not all(isinstance(p, Sample) for p in self.parts):
            raise InputTypeError("parts", self.parts, "samples (not grids)")
        if len({prod(p.shape) for p in self.parts}) != 1:
            raise InputError("parts", [p.shape for p in self.parts], "samples of the same number of points")
        object.__setattr__(self, "names", tuple(name for p in self.parts for name in p.names))
        distinct(self.names)

    def _table(self) -> Floats:
        import numpy as np

        return np.concatenate([_drawn(p) for p in self.parts], axis=1)

    def describe(self) -> dict[str, Any]:
        """The parts in turn."""
        return {"kind": "joint", "parts": [p.describe() for p in self.parts]}
