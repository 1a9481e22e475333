"""Drawing: the style of every figure, and saving one figure in every format.

A figure is a file ``paper_figures/fig_*.py`` with ``data()`` (plain values, computed by a study), ``draw(ax, data)`` and
``caption(data)``; this module finds, draws and saves them. Nothing here computes a result.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gametheory.equilibria.play import Path as Path_

__all__ = [
    "FORMATS",
    "OUTCOME_STYLE",
    "PATTERN_STYLE",
    "WIDTHS",
    "draw_figure",
    "draw_path",
    "figure_folder",
    "find_figures",
    "path_figure",
    "save",
    "style",
]

FORMATS = ("pdf", "svg", "png")

#: Widths in inches: one column and the full text width of a journal page.
WIDTHS = {"column": 3.4, "page": 6.9}

#: Colour (safe for colour-blind readers, ordered in lightness), hatch and two-letter mark of each pattern of play.
PATTERN_STYLE: Mapping[str, tuple[str, str, str]] = {
    "virtuous path": ("#1a9850", "", "VP"),
    "cycle": ("#d9a441", "", "CY"),
    "partly deliberate": ("#b07aa1", "....", "PD"),
    "deliberate investment": ("#4477aa", "", "DI"),
    "deadlock": ("#8c8c8c", "", "DL"),
    "stalemate": ("#d0d0d0", "", "ST"),
    "realism": ("#882255", "", "RE"),
    "several": ("#ffffff", "xxxx", "SV"),
    "none": ("#ffffff", "////", "NO"),
    "other": ("#f5f5dc", "oo", "OT"),
}

_STYLE: dict[str, Any] = {
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "gametheory",
    "savefig.dpi": 300,
}


def style() -> AbstractContextManager[None]:
    """Matplotlib settings of every figure, as a context manager."""
    import matplotlib as mpl

    return mpl.rc_context(_STYLE)  # type: ignore[arg-type]  # the keys are checked by matplotlib


def figure_folder() -> Path:
    """Where the figure programs are: beside the package in a checkout, inside it in an installed wheel."""
    here = Path(__file__).parent
    for folder in (here.parent / "paper_figures", here / "paper_figures"):
        if any(folder.glob("fig_*.py")):
            return folder
    raise InputError("paper_figures", str(here.parent), "a folder with fig_*.py files")


def find_figures() -> dict[str, Path]:
    """Every figure program by name (``fig_cycle.py`` is ``cycle``), sorted."""
    return {path.stem.removeprefix("fig_"): path for path in sorted(figure_folder().glob("fig_*.py"))}


def load_figure(name: str) -> ModuleType:
    """The module of one figure."""
    found = find_figures()
    if name not in found:
        raise InputError("figure", name, f"one of {', '.join(found)}")
    spec = importlib.util.spec_from_file_location(f"paper_figures.{found[name].stem}", found[name])
    if spec is None or spec.loader is None:  # pragma: no cover - a .py file always has a loader
        raise InputError("figure", name, "a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw_figure(module: ModuleType, data: Any) -> Figure:
    """Draw one figure at its size in print."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=module.SIZE)
    FigureCanvasAgg(figure)
    module.draw(figure.add_subplot(), data)
    return figure


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Save a figure in every format, without dates, each file replaced in one step."""
    paths = []
    for kind in FORMATS:
        path = folder / f"{name}.{kind}"
        half = folder / f".{name}.half.{kind}"
        metadata = {"pdf": {"CreationDate": None, "ModDate": None}, "svg": {"Date": None}, "png": {"Software": None}}[
            kind
        ]
        figure.savefig(half, format=kind, metadata=metadata)
        os.replace(half, path)
        paths.append(path)
    return paths


def run_alone(module_name: str, namespace: Mapping[str, Any]) -> None:
    """Let a figure program be run by itself: draws into ``results/figures``."""
    if module_name == "__main__":
        module = ModuleType("figure")
        module.__dict__.update(namespace)
        folder = Path("results/figures")
        folder.mkdir(parents=True, exist_ok=True)
        with style():
            data = module.data()
            for path in save(draw_figure(module, data), folder, Path(namespace["__file__"]).stem):
                print(path)
        print(module.caption(data))


#: Colour and words of each outcome of the United States-Mexico study.
OUTCOME_STYLE: Mapping[str, tuple[str, str]] = {
    "NE": ("#1a9850", "joint\nwork"),
    "NS": ("#d0d0d0", "talk,\nno effort"),
    "UP": ("#882255", "raid,\nprotest"),
    "UA": ("#d9a441", "raid, no\nprotest"),
}


def draw_path(ax: Axes, path: Path_, *, words: Mapping[str, tuple[str, str]] = OUTCOME_STYLE) -> None:
    """A play as a strip of outcomes above the counters, period by period.

    Parameters
    ----------
    ax : matplotlib Axes
    path : gametheory.equilibria.play.Path
    words : mapping from outcome to (colour, words), optional
        Outcomes without an entry are drawn in grey with their own label.
    """
    from matplotlib.colors import to_rgb

    rows = path.periods
    names = [n for n in rows[0].variables if all(r.variables.get(n, "0").lstrip("-").isdigit() for r in rows)]
    top = max([int(r.variables[n]) for r in rows for n in names if n in r.variables], default=0)
    for r in rows:
        face, label = words.get(r.outcome, ("#d0d0d0", r.outcome))
        dark = sum(w * c for w, c in zip((0.3, 0.59, 0.11), to_rgb(face), strict=True)) < 0.5
        ax.axvspan(r.time, r.time + 1, ymin=0.78, ymax=1, facecolor=face, edgecolor="white", lw=1)
        place = (r.time + 0.5, 0.89)
        transform = ax.get_xaxis_transform()
        ink = "white" if dark else "black"
        ax.text(*place, label, transform=transform, ha="center", va="center", fontsize=5.8, color=ink, linespacing=0.95)
    inks = ("black", "#4477aa", "#882255", "#1a9850")
    for number, name in enumerate(names):
        edges = range(len(rows) + 1)
        heights = [int(r.variables[name]) + 0.04 * number if name in r.variables else float("nan") for r in rows]
        dash = "-" if number == 0 else (0, (3, 1.5))
        label = {"k": "constraints in force, k", "f": "frustration, f"}.get(name, name)
        width = 1.6 if number == 0 else 1.2
        ax.stairs(heights, edges, baseline=None, color=inks[number % 4], lw=width, ls=dash, label=label)
        if any(name not in r.variables for r in rows):
            note = f"{name} drawn while\nit is certain"
            ax.text(len(rows) - 0.1, 0.45 * top, note, ha="right", va="center", fontsize=6, color=inks[number % 4])
    ax.set_ylim(-0.15, max(top, 1) * 1.5)
    ax.set_yticks(range(top + 1))
    ax.set_xlim(0, len(rows))
    ax.set_xticks([r.time + 0.5 for r in rows], [str(r.time) for r in rows])
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel("period")
    if names:
        ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncol=2, borderaxespad=0)


def path_figure(path: Path_) -> Figure:
    """A figure of one play; save it with ``.savefig("path.pdf")``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(WIDTHS["page"], 1.9))
        FigureCanvasAgg(figure)
        draw_path(figure.add_subplot(), path)
        figure.canvas.draw()
    return figure


def legend_patches(ax: Axes, patterns: list[str], **options: Any) -> None:
    """A legend of patterns of play in the common colours and hatches."""
    from matplotlib.patches import Patch

    names = {"several": "several patterns", "none": "no pure equilibrium", "other": "other play"}
    handles = [
        Patch(facecolor=face, hatch=hatch, edgecolor="#444444", linewidth=0.4, label=names.get(pattern, pattern))
        for pattern, (face, hatch, _) in ((p, PATTERN_STYLE[p]) for p in patterns)
    ]
    ax.legend(handles=handles, **options)
