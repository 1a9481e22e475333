"""Where a discrete outcome changes between two points of a grid, narrowed down by bisection to any width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory.equilibria.solution import Concept
from gametheory.errors import InputError
from gametheory.evidence.designs import Axis, Grid
from gametheory.evidence.outcomes import Outcome
from gametheory.evidence.store import Chunking
from gametheory.evidence.sweep import Job, prepare
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

__all__ = ["Border", "find_borders"]


@dataclass(frozen=True)
class Border:
    """A change of the outcome along one parameter: ``below`` at ``low``, ``above`` at ``high``, exact numbers.

    Attributes
    ----------
    at : tuple of (name, Fraction)
        The other parameters.
    along : str
        The parameter that moves.
    low, high : Fraction
    below, above : float
        The outcome at ``low`` and at ``high``.
    """

    at: tuple[tuple[str, Fraction], ...]
    along: str
    low: Fraction
    high: Fraction
    below: float
    above: float


@dataclass(frozen=True)
class _Listed:
    """Exact points one by one, as a design."""

    names: tuple[str, ...]
    rows: tuple[dict[str, Fraction], ...]
    dims = ("sample",)

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.rows),)

    def floats(self, flat: Any) -> dict[str, Any]:
        import numpy as np

        return {name: np.array([float(self.rows[k][name]) for k in flat]) for name in self.names}

    def exact(self, flat: int) -> dict[str, Fraction]:
        return self.rows[flat]

    def coordinates(self) -> dict[str, tuple[tuple[str, ...], Any, dict[str, str]]]:
        return {}

    def describe(self) -> dict[str, Any]:
        return {"kind": "listed", "points": len(self.rows)}


def find_borders(
    model: DynamicGame | StageGame,
    grid: Grid,
    outcome: Outcome,
    *,
    along: str,
    width: object = "1/1000000",
    concept: Concept | None = None,
    exact: bool = False,
) -> tuple[Border, ...]:
    """The changes of an outcome along one axis of a grid, each between two exact numbers at most ``width`` apart.

    Parameters
    ----------
    model, outcome, concept, exact
        As for :func:`gametheory.evidence.sweep.sweep`; near ties are decided by the exact solver at exact points.
    grid : Grid
        Changes are looked for between neighbouring values of the axis ``along``; a change and its reverse between two
        neighbours, or several changes, show as at most one.
    along : str
    width : number

    Examples
    --------
    >>> from gametheory.evidence.designs import between
    >>> from gametheory.evidence.outcomes import Shown
    >>> kept = Shown({"talk": "NE forever"})
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": ("x", 0), "UA": ("1/3", 0)})
    >>> (border,) = find_borders(game, Grid(between("x", 0, 1, 3)), kept, along="x", width="1/1000")
    >>> border.low < Fraction(1, 3) <= border.high
    True
    """
    step = rational(width, field="width")
    if step <= 0:
        raise InputError("width", str(step), "a number above 0")
    if along not in grid.names:
        raise InputError("along", along, f"one of the axes {list(grid.names)}")
    place = grid.names.index(along)
    ordered = tuple(Axis(a.name, sorted(a.values), a.units, a.title) if a.name == along else a for a in grid.axes)
    design = Grid(ordered)
    job, _ = prepare(model, design, outcome, concept=concept, out=None, chunk=None, exact=exact)

    def values(rows: Sequence[dict[str, Fraction]]) -> Any:
        listed = _Listed(design.names, tuple(rows))
        part = Job(model, listed, (outcome,), job.concept, exact, Chunking.of((len(rows),), points=1), None)
        part.__dict__["batch"] = job.batch
        part.__dict__["caches"] = job.caches
        return part.at(range(len(rows)))[outcome.name]

    import numpy as np

    table = job.at(np.arange(int(np.prod(design.shape))))[outcome.name].reshape(design.shape)
    table = np.moveaxis(table, place, -1)
    changes = np.argwhere(table[..., 1:] != table[..., :-1])
    axis = ordered[place].values
    others = [a for a in ordered if a.name != along]
    found = [
        Border(
            tuple((a.name, a.values[i]) for a, i in zip(others, where[:-1], strict=True)),
            along,
            axis[where[-1]],
            axis[where[-1] + 1],
            table[tuple(where)].item(),
            table[(*where[:-1], where[-1] + 1)].item(),
        )
        for where in changes
    ]
    while wide := [k for k, b in enumerate(found) if b.high - b.low > step]:
        middles = [(found[k].low + found[k].high) / 2 for k in wide]
        answers = values([{**dict(found[k].at), along: m} for k, m in zip(wide, middles, strict=True)])
        for k, middle, answer in zip(wide, middles, answers, strict=True):
            b = found[k]
            if answer == b.below:
                found[k] = Border(b.at, along, middle, b.high, b.below, b.above)
            else:
                found[k] = Border(b.at, along, b.low, middle, b.below, answer.item())
    return tuple(found)
