"""Drawing: the style of every figure, the common colours and hatches, plays as strips. Nothing here computes a result.

Colours differ in lightness or come with a hatch, so that figures read in grey and by colour-blind readers; regions and lines
carry their names where there is room. The figure programs themselves are found and built by :mod:`gametheory.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gametheory.equilibria.play import Path as Path_

__all__ = [
    "OUTCOME_STYLE",
    "PATTERN_STYLE",
    "PGF_PREAMBLE",
    "WIDTHS",
    "draw_path",
    "draw_regions",
    "ink_on",
    "label_borders",
    "legend_patches",
    "panels",
    "path_figure",
    "pattern_look",
    "style",
    "values_in_words",
]

#: Widths in inches: one column and the full text width of a journal page.
WIDTHS = {"column": 3.4, "page": 6.9}

#: Colour (safe for colour-blind readers, ordered in lightness), hatch and two-letter mark of each pattern of play.
PATTERN_STYLE: Mapping[str, tuple[str, str, str]] = {
    "virtuous path": ("#6cc08b", "", "VP"),
    "cycle": ("#f2d16b", "", "CY"),
    "partly deliberate": ("#c9a0c4", "....", "PD"),
    "deliberate investment": ("#2c5c8a", "", "DI"),
    "deadlock": ("#949494", "", "DL"),
    "stalemate": ("#dedede", "----", "ST"),
    "realism": ("#7b1f4b", "\\\\\\", "RE"),
    "endless raids": ("#d0653f", "||||", "ER"),
    "submission": ("#b58a5a", "\\\\", "SU"),
    "several": ("#ffffff", "xxxx", "SV"),
    "none": ("#ffffff", "////", "NO"),
    "other": ("#f5f5dc", "oo", "OT"),
}

#: What a document that includes figures as PGF needs in its preamble, besides ``\\usepackage{pgf}``.
PGF_PREAMBLE = r"""\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\renewcommand{\familydefault}{\sfdefault}
\DeclareUnicodeCharacter{2022}{\textbullet}
\DeclareUnicodeCharacter{25CB}{\ensuremath{\circ}}
\DeclareUnicodeCharacter{2192}{\ensuremath{\rightarrow}}
\DeclareUnicodeCharacter{2265}{\ensuremath{\geq}}"""

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
    "pgf.texsystem": "pdflatex",
    "pgf.rcfonts": False,
    "pgf.preamble": PGF_PREAMBLE,
    "svg.fonttype": "path",
    "svg.hashsalt": "gametheory",
    "savefig.dpi": 300,
}


def style() -> AbstractContextManager[None]:
    """Matplotlib settings of every figure, as a context manager."""
    import matplotlib as mpl

    return mpl.rc_context(_STYLE)  # type: ignore[arg-type]  # the keys are checked by matplotlib


#: Colour and words of each outcome of the United States-Mexico study.
OUTCOME_STYLE: Mapping[str, tuple[str, str]] = {
    "NE": ("#6cc08b", "joint\nwork"),
    "NS": ("#dedede", "talk,\nno effort"),
    "UP": ("#7b1f4b", "raid,\nprotest"),
    "UA": ("#c07f2c", "raid, no\nprotest"),
}


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour.

    Examples
    --------
    >>> ink_on("#ffffff"), ink_on("#2c5c8a")
    ('black', 'white')
    """
    from matplotlib.colors import to_rgb

    return "white" if sum(w * c for w, c in zip((0.3, 0.59, 0.11), to_rgb(colour), strict=True)) < 0.5 else "black"


def panels(ax: Axes, rows: int, columns: int, **options: Any) -> list[list[Axes]]:
    """Put a grid of axes in the place of one, row by row.

    Parameters
    ----------
    ax : Axes
        Is removed.
    rows, columns : int
    **options
        As for a subgridspec of matplotlib: ``width_ratios``, ``height_ratios``, ``wspace``, ``hspace``; and ``sharex``,
        ``sharey``.
    """
    spec = ax.get_subplotspec()
    if spec is None:
        raise InputError("ax", ax, "axes made by add_subplot")
    share = {k: options.pop(k) for k in ("sharex", "sharey") if k in options}
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.remove()
    grid = spec.subgridspec(rows, columns, **options).subplots(squeeze=False, **share)
    return [list(row) for row in grid]


def values_in_words(parameters: Mapping[str, object]) -> str:
    """Parameter values as a caption tells them.

    Examples
    --------
    >>> values_in_words({"rho": "1", "q": "2/5"})
    'rho = 1, q = 2/5'
    """
    return ", ".join(f"{name} = {value}" for name, value in parameters.items())


def draw_path(ax: Axes, path: Path_, *, words: Mapping[str, tuple[str, str]] = OUTCOME_STYLE) -> None:
    """A play as a strip of outcomes above the counters, period by period.

    Parameters
    ----------
    ax : matplotlib Axes
    path : gametheory.equilibria.play.Path
    words : mapping from outcome to (colour, words), optional
        Outcomes without an entry are drawn in grey with their own label.
    """
    from gametheory.equilibria.play import Path

    if not isinstance(path, Path):
        raise InputTypeError("path", path, "the path of one equilibrium: give sol.equilibria[0].path(periods=8)")
    rows = path.periods
    names = [n for n in rows[0].variables if all(r.variables.get(n, "0").lstrip("-").isdigit() for r in rows)]
    top = max([int(r.variables[n]) for r in rows for n in names if n in r.variables], default=0)
    for r in rows:
        face, label = words.get(r.outcome, ("#d0d0d0", r.outcome))
        ax.axvspan(r.time, r.time + 1, ymin=0.78, ymax=1, facecolor=face, edgecolor="white", lw=1)
        place = (r.time + 0.5, 0.89)
        transform = ax.get_xaxis_transform()
        ax.text(
            *place,
            label,
            transform=transform,
            ha="center",
            va="center",
            fontsize=5.8,
            color=ink_on(face),
            linespacing=0.95,
        )
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


def pattern_look(patterns: Sequence[str]) -> tuple[str, str, str]:
    """Colour, hatch and mark of a set of patterns: those of a single one, or of "none" and "several".

    Examples
    --------
    >>> pattern_look(["cycle"])[2], pattern_look(["cycle", "deadlock"])[2], pattern_look([])[2]
    ('CY', 'CY DL', 'NO')
    """
    if len(patterns) == 1:
        return PATTERN_STYLE[patterns[0]]
    if not patterns:
        return PATTERN_STYLE["none"]
    return (*PATTERN_STYLE["several"][:2], " ".join(PATTERN_STYLE[p][2] for p in patterns))


def draw_regions(ax: Axes, data: Mapping[str, Any], *, point: Sequence[str] = ()) -> None:
    """Regions of a plane with their marks and borders.

    Parameters
    ----------
    ax : Axes
    data : mapping
        ``window``, ``cells`` (``patterns``, ``x``, ``low``, ``high``) and ``borders`` (``pieces``), such as
        :func:`gametheory.studies.us_mexico.phases.phases_data` gives.
    point : (str, str), optional
        Marked by a circle.
    """
    from fractions import Fraction

    (x0, x1), (y0, y1) = ([float(Fraction(v)) for v in side] for side in data["window"])
    room: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for cell in data["cells"]:
        face, hatch, mark = pattern_look(cell["patterns"])
        words = (" or\n".join(cell["patterns"]) if cell["patterns"] else "no pure\nequilibrium", mark)
        ax.fill_between(cell["x"], cell["low"], cell["high"], facecolor=face, edgecolor=face, lw=0.3)
        if hatch:
            ax.fill_between(
                cell["x"], cell["low"], cell["high"], facecolor="none", edgecolor="#555555", hatch=hatch, lw=0
            )
        for x, low, high in zip(cell["x"], cell["low"], cell["high"], strict=True):
            room.setdefault(words, []).append((x, low, high))
    for (words_, mark), columns in room.items():
        x, y, size = _widest(columns, (x1 - x0) / (y1 - y0))
        if size > 0.02 * (x1 - x0):
            long = max(len(line) for line in words_.split("\n"))
            ax.text(
                x,
                y,
                words_
                if size > 0.011 * long * (x1 - x0)
                else words_.replace(" ", "\n")
                if size > 0.085 * (x1 - x0)
                else mark,
                ha="center",
                va="center",
                fontsize=6.5,
                linespacing=0.95,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )
    for border in data["borders"]:
        for piece in border["pieces"]:
            ax.plot([a for a, _ in piece], [b for _, b in piece], color="black", lw=0.9)
    if point:
        ax.plot(*(float(Fraction(v)) for v in point), "o", ms=4.5, mfc="white", mec="black", mew=1)
    ax.set_xlim(x0, x1)
    ax.set_ylim(y0, y1)


def _widest(columns: Sequence[tuple[float, float, float]], aspect: float) -> tuple[float, float, float]:
    """A point far from the edges of a region given as columns (x, low, high), and how far; heights are scaled by ``aspect``."""
    best = (0.0, 0.0, -1.0)
    for x, low, high in columns[:: max(1, len(columns) // 120)]:
        for share in (0.2, 0.35, 0.5, 0.65, 0.8):
            y = low + share * (high - low)
            gap = min(y - low, high - y) * aspect
            for a, b, t in columns:
                if abs(a - x) < gap and not b <= y <= t:
                    gap = abs(a - x)
            left, right = min(a for a, b, t in columns if b <= y <= t), max(a for a, b, t in columns if b <= y <= t)
            gap = min(gap, x - left, right - x)
            if gap > best[2]:
                best = (x, y, gap)
    return best


def label_borders(ax: Axes, data: Mapping[str, Any], letters: dict[str, str]) -> None:
    """Put a letter on each border, at its middle; ``letters`` (formula to letter) is filled in as formulas are met."""
    from string import ascii_uppercase

    for border in data["borders"]:
        letter = letters.setdefault(border["formula"], ascii_uppercase[len(letters) % 26])
        points = sorted(p for piece in border["pieces"] for p in piece)
        x, y = points[len(points) // 2]
        ax.text(
            x,
            y,
            letter,
            ha="center",
            va="center",
            fontsize=6,
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "black", "linewidth": 0.5},
        )
