"""Drawing the Datasets of sweeps: phase diagrams with borders, small multiples, tornado diagrams, Sobol indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.evidence.borders import Border
from gametheory.plotting import PATTERN_STYLE

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_borders", "draw_indices", "draw_phases", "draw_tornado", "small_multiples"]

_SPARE = ("#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f", "#e5c494", "#b3b3b3")


def _looks(words: Sequence[str], looks: Mapping[str, tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    return {w: looks[w][:2] if w in looks else (_SPARE[k % len(_SPARE)], "") for k, w in enumerate(words)}


def _edges(values: Any) -> Any:
    import numpy as np

    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[values[0] - (middle[0] - values[0])], middle, [values[-1] + (values[-1] - middle[-1])]])


def draw_phases(
    ax: Axes,
    codes: xarray.DataArray,
    *,
    x: str | None = None,
    borders: Sequence[Border] = (),
    looks: Mapping[str, tuple[str, str, str]] = PATTERN_STYLE,
    legend: bool = True,
) -> None:
    """A phase diagram from a labelled variable over two dimensions, such as ``data["pattern"]``.

    Parameters
    ----------
    ax : Axes
    codes : xarray.DataArray
    x : str, optional
        The dimension across; the first one by default.
    borders : sequence of Border
        Drawn over it, see :func:`gametheory.evidence.borders.find_borders`.
    looks : mapping from label to (colour, hatch, mark)
    legend : bool
    """
    import numpy as np
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    if codes.ndim != 2 or "labels" not in codes.attrs:
        raise InputError(
            "codes", (codes.name, codes.dims), "a variable with labels over two dimensions; use .isel(...)"
        )
    across = str(codes.dims[0]) if x is None else x
    if across not in codes.dims:
        raise InputError("x", x, f"one of the dimensions {codes.dims}")
    up = str(next(d for d in codes.dims if d != across))
    table = codes.transpose(up, across)
    words = list(codes.attrs["labels"])
    style = _looks(words, looks)
    present = [k for k in range(len(words)) if bool((table == k).any())]
    colours = ListedColormap([style[words[k]][0] for k in present])
    places = np.searchsorted(present, np.where(np.isin(table.values, present), table.values, present[0]))
    shown = np.ma.masked_array(places, mask=~np.isin(table.values, present))
    edges = _edges(table[across].values), _edges(table[up].values)
    norm = BoundaryNorm(np.arange(len(present) + 1) - 0.5, len(present))
    ax.pcolormesh(*edges, shown, cmap=colours, norm=norm, rasterized=True)
    for k in present:
        hatch = style[words[k]][1]
        if hatch:
            drawn = ax.contourf(
                table[across].values,
                table[up].values,
                table.values == k,
                levels=[0.5, 1.5],
                colors="none",
                hatches=[hatch],
            )
            drawn.set_edgecolor("#555555")
            drawn.set_linewidth(0)
    draw_borders(ax, borders, x=across, y=up)
    for name, axis in ((across, ax.xaxis), (up, ax.yaxis)):
        axis.set_label_text(str(codes[name].attrs.get("long_name", name)))
    ax.set_xlim(edges[0][0], edges[0][-1])
    ax.set_ylim(edges[1][0], edges[1][-1])
    if legend:
        patches = [
            Patch(
                facecolor=style[words[k]][0],
                hatch=style[words[k]][1],
                edgecolor="#555555",
                linewidth=0.4,
                label=words[k],
            )
            for k in present
        ]
        ax.legend(handles=patches, loc="center left", bbox_to_anchor=(1.01, 0.5), handleheight=1.4)


def draw_borders(ax: Axes, borders: Sequence[Border], *, x: str, y: str) -> None:
    """Borders between regimes as dots at the middle of their brackets (which are far narrower than a dot)."""
    points = []
    for border in borders:
        at = {**dict(border.at), border.along: (border.low + border.high) / 2}
        if x not in at or y not in at:
            raise InputError("borders", sorted(at), f"borders in the plane of {x} and {y}")
        points.append((float(at[x]), float(at[y])))
    if points:
        ax.plot([a for a, _ in points], [b for _, b in points], ".", color="black", markersize=1, linestyle="none")


def small_multiples(codes: xarray.DataArray, *, by: str, x: str | None = None, columns: int = 3) -> Figure:
    """One phase diagram for each value of a third dimension, with one legend.

    Parameters
    ----------
    codes : xarray.DataArray
        Labelled, over three dimensions.
    by : str
        The dimension that tells the panels apart.
    x : str, optional
        The dimension across in each panel.
    columns : int
    """
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    if codes.ndim != 3 or by not in codes.dims:
        raise InputError("by", by, f"one of the three dimensions of the variable; it has {codes.dims}")
    count = codes.sizes[by]
    rows = -(-count // columns)
    figure = Figure(figsize=(2.3 * min(columns, count) + 1.2, 2.0 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, min(columns, count), squeeze=False, sharex=True, sharey=True)
    for k, ax in enumerate(axes.ravel()):
        if k >= count:
            ax.set_visible(False)
            continue
        draw_phases(ax, codes.isel({by: k}), x=x, legend=False)
        value = codes[by].values[k]
        ax.set_title(f"{by} = {value:g}" if isinstance(value, (float, np.floating)) else f"{by} = {value}")
        if k + columns < count:
            ax.set_xlabel("")
        if k % columns:
            ax.set_ylabel("")
        ax.tick_params(labelbottom=k + columns >= count)
    words = codes.attrs["labels"]
    style = _looks(words, PATTERN_STYLE)
    present = [w for k, w in enumerate(words) if bool((codes == k).any())]
    patches = [
        Patch(facecolor=style[w][0], hatch=style[w][1], edgecolor="#555555", linewidth=0.4, label=w) for w in present
    ]
    figure.legend(handles=patches, loc="outside right center")
    return figure


def draw_tornado(ax: Axes, data: xarray.Dataset) -> None:
    """A tornado diagram from :func:`gametheory.evidence.sensitivity.one_at_a_time`: widest bar on top.

    The bar spans the outcome over the parameter's whole range, so that it shows changes in the middle too; the marks are the
    ends of the range (hollow: low, filled: high).
    """
    import numpy as np

    values = data["outcome"].values
    low, high = np.nanmin(values, axis=1), np.nanmax(values, axis=1)
    order = np.argsort(high - low, kind="stable")
    names = [str(n) for n in data["parameter"].values]
    for height, k in enumerate(order):
        ax.barh(height, high[k] - low[k], left=low[k], height=0.6, color="#9ecae1")
        ax.plot(values[k, 0], height, "o", markerfacecolor="white", markeredgecolor="black", markersize=3.5)
        ax.plot(values[k, -1], height, "o", color="black", markersize=3.5)
    ax.axvline(float(data["base"]), color="black", linewidth=0.6)
    ax.set_yticks(range(len(order)), [names[k] for k in order])
    ax.set_xlabel(str(data["outcome"].attrs.get("long_name", "outcome")))


def draw_indices(ax: Axes, data: xarray.Dataset) -> None:
    """First-order and total Sobol indices with their 95% intervals, the largest total on top."""
    import numpy as np

    order = np.argsort(data["total"].values, kind="stable")
    names = [str(n) for n in data["parameter"].values]
    for shift, kind, colour in ((0.17, "first", "#9ecae1"), (-0.17, "total", "#3182bd")):
        ax.barh(
            np.arange(len(order)) + shift,
            data[kind].values[order],
            xerr=data[f"{kind}_half_width"].values[order],
            height=0.32,
            color=colour,
            label="first order" if kind == "first" else "total",
            error_kw={"linewidth": 0.7},
        )
    ax.set_yticks(range(len(order)), [names[k] for k in order])
    ax.set_xlabel("share of variance")
    ax.legend(loc="lower right")
