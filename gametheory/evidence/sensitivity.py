"""Which parameters an outcome depends on: one at a time, and by variance (Sobol indices, through SALib)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, UnsupportedError
from gametheory.evidence.designs import Axis, Grid, Points
from gametheory.evidence.outcomes import Outcome
from gametheory.evidence.sweep import sweep
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    import xarray

__all__ = ["one_at_a_time", "sobol_indices"]


def one_at_a_time(
    model: DynamicGame | StageGame,
    base: Mapping[str, object],
    ranges: Mapping[str, tuple[object, object]],
    outcome: Outcome,
    *,
    count: int = 21,
) -> xarray.Dataset:
    """An outcome along each parameter's range, the others at their base values: the data of a tornado diagram.

    Parameters
    ----------
    model : game
    base : mapping from parameter to number
        For every free parameter of the model.
    ranges : mapping from parameter to (low, high)
    outcome : Outcome
    count : int
        Values of each parameter, both ends included.

    Returns
    -------
    xarray.Dataset
        Over ``parameter`` and ``step``: ``value`` of the parameter and ``outcome``; ``base`` is the outcome at the base.

    Examples
    --------
    >>> from gametheory.evidence.outcomes import Payoff
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": ("x", 0), "UA": ("y", 0)})
    >>> data = one_at_a_time(game, {"x": 1, "y": 0}, {"x": (0, 2), "y": (0, "1/2")}, Payoff("US"), count=3)
    >>> data["outcome"].values.tolist()
    [[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]]
    """
    import numpy as np
    import xarray

    values, answers = [], []
    for name, (low, high) in ranges.items():
        if name not in base:
            raise InputError("ranges", name, f"parameters with a base value: {sorted(base)}")
        a, b = rational(low, field=name), rational(high, field=name)
        axis = Axis(name, [a + (b - a) * Fraction(i, count - 1) for i in range(count)])
        rest = model.subs(**{n: v for n, v in base.items() if n != name})
        answers.append(sweep(rest, Grid((axis,)), outcome)[outcome.name].values.astype(np.float64))
        values.append(axis.floats)
    first = next(iter(ranges))
    at_base = sweep(
        model.subs(**{n: v for n, v in base.items() if n != first}), Grid((Axis(first, [base[first]]),)), outcome
    )
    return xarray.Dataset(
        {
            "value": (("parameter", "step"), np.array(values), {"units": "1"}),
            "outcome": (("parameter", "step"), np.array(answers), outcome.attributes()),
            "base": ((), float(at_base[outcome.name].values[0]), outcome.attributes()),
        },
        coords={"parameter": list(ranges)},
    )


def sobol_indices(
    model: DynamicGame | StageGame,
    ranges: Mapping[str, tuple[object, object]],
    outcome: Outcome,
    *,
    points: int = 256,
    seed: int,
    value: Callable[[Any], Any] | None = None,
) -> xarray.Dataset:
    """Shares of an outcome's variance that parameters explain, drawn independently and uniformly from their ranges.

    Parameters
    ----------
    model : game
        Its free parameters are those of ``ranges``.
    ranges : mapping from parameter to (low, high)
    outcome : Outcome
    points : int
        A power of two; the model is solved at ``points * (parameters + 2)`` points.
    seed : int
    value : callable, optional
        From the array of outcomes to numbers; such as ``lambda pattern: pattern == 3`` for whether pattern 3 occurs.

    Returns
    -------
    xarray.Dataset
        Over ``parameter``: ``first`` and ``total`` order indices with half-widths of 95% bootstrap intervals. Nothing is
        known about regions of no equilibrium: an outcome that is nan anywhere is refused.

    Source: Saltelli et al., Computer Physics Communications 181 (2010).
    """
    try:
        from SALib.analyze import sobol as analyze  # type: ignore[import-untyped]
        from SALib.sample import sobol as draw  # type: ignore[import-untyped]
    except ImportError:
        raise UnsupportedError("sobol_indices", "SALib missing", "the extra 'sweeps'") from None
    import numpy as np
    import xarray

    if isinstance(points, bool) or not isinstance(points, int) or points < 2 or points & (points - 1):
        raise InputError("points", points, "a power of two")
    ends = [[float(rational(x, field=name)) for x in pair] for name, pair in ranges.items()]
    problem = {"num_vars": len(ends), "names": list(ranges), "bounds": ends}
    table = draw.sample(problem, points, calc_second_order=False, seed=seed)
    design = Points({name: table[:, k].tolist() for k, name in enumerate(ranges)})
    found = sweep(model, design, outcome)[outcome.name].values
    numbers = np.asarray(found if value is None else value(found), dtype=np.float64)
    if numbers.shape != (len(table),) or not np.isfinite(numbers).all():
        lacking = int((~np.isfinite(numbers)).sum())
        raise InputError("outcome", f"{lacking} of {len(table)} values that are no numbers", "a number at every point")
    if np.ptp(numbers) == 0:
        raise InputError(
            "outcome", float(numbers[0]), "an outcome that varies over the ranges; it is the same everywhere"
        )
    result = analyze.analyze(problem, numbers, calc_second_order=False, seed=seed)
    return xarray.Dataset(
        {
            "first": ("parameter", np.asarray(result["S1"]), {"units": "1", "long_name": "first-order Sobol index"}),
            "first_half_width": ("parameter", np.asarray(result["S1_conf"]), {"units": "1"}),
            "total": ("parameter", np.asarray(result["ST"]), {"units": "1", "long_name": "total Sobol index"}),
            "total_half_width": ("parameter", np.asarray(result["ST_conf"]), {"units": "1"}),
        },
        coords={"parameter": list(ranges)},
        attrs={"points": len(table), "seed": seed, "outcome": outcome.name},
    )
