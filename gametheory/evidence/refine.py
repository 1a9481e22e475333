"""Adaptive refinement: spend the work where the answer changes.

A coarse lattice of the grid is solved first. A cell of the lattice whose corners agree is taken to be of one kind; a cell
whose corners differ, and its neighbours, are cut in half along every axis and looked at again, down to single points of the
grid. What is inferred and what was solved stays marked apart: a region smaller than the coarse lattice can be missed, so
start finer where that matters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.solution import Concept
from gametheory.errors import InputError, InputTypeError
from gametheory.evidence.designs import Grid
from gametheory.evidence.outcomes import Outcome
from gametheory.evidence.sweep import prepare
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    import xarray

__all__ = ["refine"]


def refine(
    model: DynamicGame | StageGame,
    grid: Grid,
    outcomes: Sequence[Outcome] | Outcome,
    *,
    by: str | None = None,
    coarse: int = 16,
    concept: Concept | None = None,
    exact: bool = False,
    done: Callable[[int], None] = lambda solved: None,
) -> xarray.Dataset:
    """Solve a game on a grid, but only near the borders between regimes.

    Parameters
    ----------
    model, outcomes, concept, exact
        As for :func:`gametheory.evidence.sweep.sweep`.
    grid : Grid
        Axes in ascending or descending order.
    by : str, optional
        The outcome whose changes are followed; the first one by default. A discrete one, such as a pattern.
    coarse : int
        Points between two lines of the first lattice; a power of two.
    done : callable
        Called with the number of points solved so far.

    Returns
    -------
    xarray.Dataset
        The outcome ``by`` at every point of the grid; ``solved`` is 1 where it was computed and 0 where it was inferred
        from the corners of a uniform cell. Other outcomes hold fill values where nothing was solved.

    Examples
    --------
    >>> from gametheory.evidence.designs import between
    >>> from gametheory.evidence.outcomes import Count
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (2, 1), "NS": ("y", 3), "UA": (1, 1), "UP": ("x", 2)})
    >>> axes = between("x", "-1/3", "2/3", 129), between("y", "-2/5", "1/2", 129)
    >>> data = refine(game, Grid(axes), Count())
    >>> int(data["count"].size), int(data["solved"].sum()) < 2500
    (16641, True)
    """
    import numpy as np
    import xarray

    if not isinstance(grid, Grid):
        raise InputTypeError("grid", grid, "a Grid")
    for axis in grid.axes:
        steps = np.diff(axis.floats)
        if not ((steps > 0).all() or (steps < 0).all()):
            raise InputError(f"axis {axis.name}", "values out of order", "values in ascending or descending order")
    if isinstance(coarse, bool) or not isinstance(coarse, int) or coarse < 2 or coarse & (coarse - 1):
        raise InputError("coarse", coarse, "a power of two, 2 or more")
    job, header = prepare(model, grid, outcomes, concept=concept, out=None, chunk=None, exact=exact)
    key = job.outcomes[0].name if by is None else by
    if key not in [o.name for o in job.outcomes]:
        raise InputError("by", by, f"one of the outcomes {[o.name for o in job.outcomes]}")
    arrays = {v.name: np.full(grid.shape, v.fill, dtype=v.dtype) for v in job.variables()}
    solved = np.zeros(grid.shape, dtype=np.uint8)
    flat = {name: array.reshape(-1) for name, array in arrays.items()}

    def compute(wanted: Any) -> None:
        """Solve those of the wanted points (a mask over the grid) that are not solved yet."""
        index = np.flatnonzero(wanted.reshape(-1) & (solved.reshape(-1) == 0))
        for begin in range(0, len(index), 1 << 16):
            part = index[begin : begin + (1 << 16)]
            for name, values in job.at(part).items():
                flat[name][part] = values
            solved.reshape(-1)[part] = 1
            done(int(solved.sum()))

    lines = [_lattice(n, coarse) for n in grid.shape]
    first = np.zeros(grid.shape, dtype=bool)
    first[np.ix_(*lines)] = True
    compute(first)
    guess = arrays[key].copy()
    step = coarse
    while step > 1:
        border = _differing(guess[np.ix_(*lines)])
        if step > 2:
            border = _widened(border)
        finer = [_lattice(n, step // 2) for n in grid.shape]
        _carry(guess, lines, finer)
        wanted = np.zeros(grid.shape, dtype=bool)
        wanted[np.ix_(*finer)] = _near(border, lines, finer)
        compute(wanted)
        now = solved.astype(bool)
        guess[now] = arrays[key][now]
        lines, step = finer, step // 2
    arrays[key] = guess
    variables = {v.name: (grid.dims, arrays[v.name], dict(v.attributes)) for v in job.variables()}
    variables["solved"] = (grid.dims, solved, {"units": "1", "long_name": "1: solved; 0: inferred from a uniform cell"})
    header = {**header, "refinement": {"by": key, "coarse": coarse, "solved": int(solved.sum()), "points": solved.size}}
    coordinates = {name: (d, x, dict(a)) for name, (d, x, a) in grid.coordinates().items()}
    return xarray.Dataset(variables, coords=coordinates, attrs={"provenance": json.dumps(header, sort_keys=True)})


def _lattice(count: int, step: int) -> Any:
    """Positions 0, step, 2 step, ... and the last one."""
    import numpy as np

    return np.unique(np.append(np.arange(0, count, step), count - 1))


def _corners(count: int) -> tuple[slice, ...]:
    return (slice(0, max(count - 1, 1)), slice(min(1, count - 1), count))


def _differing(values: Any) -> Any:
    """Which cells have corners that differ; an axis of one point has one (flat) cell."""
    import numpy as np

    corners = [values[where] for where in product(*(_corners(n) for n in values.shape))]
    first = corners[0]
    differ = np.zeros(first.shape, dtype=bool)
    for other in corners[1:]:
        differ |= (other != first) & ~((other != other) & (first != first))
    return differ


def _widened(border: Any) -> Any:
    """The cells and their neighbours along each axis."""
    grown = border.copy()
    for axis in range(border.ndim):
        ahead = [slice(None)] * border.ndim
        behind = [slice(None)] * border.ndim
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        grown[tuple(ahead)] |= border[tuple(behind)]
        grown[tuple(behind)] |= border[tuple(ahead)]
    return grown


def _cells(lines: Any, finer: Any, side: str) -> Any:
    """For each finer line the cell to its left or right (the same one inside a cell)."""
    import numpy as np

    return np.clip(
        np.searchsorted(lines, finer, side="left" if side == "left" else "right") - 1, 0, max(len(lines) - 2, 0)
    )


def _near(border: Any, lines: Sequence[Any], finer: Sequence[Any]) -> Any:
    """Which points of the finer lattice touch a cell of the border."""
    import numpy as np

    touched = np.zeros(tuple(len(f) for f in finer), dtype=bool)
    sides = [(_cells(a, b, "left"), _cells(a, b, "right")) for a, b in zip(lines, finer, strict=True)]
    for choice in product(*sides):
        touched |= border[np.ix_(*choice)]
    return touched


def _carry(guess: Any, lines: Sequence[Any], finer: Sequence[Any]) -> None:
    """Give each point of the finer lattice the value of a corner of its cell, for where nothing is solved."""
    import numpy as np

    index = [line[_cells(line, new, "right")] for line, new in zip(lines, finer, strict=True)]
    old = guess[np.ix_(*lines)].copy()
    guess[np.ix_(*finer)] = guess[np.ix_(*index)]
    guess[np.ix_(*lines)] = old
