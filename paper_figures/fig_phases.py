"""Patterns of equilibrium play over the United States' discount factor and Mexico's weight on sovereignty."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import PATTERN_STYLE, WIDTHS, legend_patches, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.verdicts import phase_diagram

SIZE = (WIDTHS["page"], 3.6)
PLACE = "main 3"
CLAIMS = (25, 28, 29, 32)
COLUMNS, ROWS, TOP = 48, 40, Fraction(12, 5)


def data():
    """The exact pattern at every point of the grid (cell centres)."""
    x = [Fraction(2 * i + 1, 2 * COLUMNS) for i in range(COLUMNS)]
    y = [TOP * Fraction(2 * j + 1, 2 * ROWS) for j in range(ROWS)]
    found = phase_diagram(("delta_US", x), ("s", y))
    fixed = {k: v for k, v in study.BASELINE.items() if k not in ("delta_US", "s")}
    return {
        "delta_US": [str(v) for v in found.x],
        "s": [str(v) for v in found.y],
        "pattern": [list(row) for row in found.pattern],
        "parameters": fixed,
        "baseline": [study.BASELINE["delta_US"], study.BASELINE["s"]],
    }


def draw(ax, data):
    rows, columns = len(data["s"]), len(data["delta_US"])
    present = [p for p in PATTERN_STYLE if any(p in row for row in data["pattern"])]
    width, height = 1 / columns, float(TOP) / rows
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    for pattern in present:
        colour, hatch, _ = PATTERN_STYLE[pattern]
        runs = []
        for j, row in enumerate(data["pattern"]):
            i = 0
            while i < columns:
                end = i
                while end < columns and row[end] == pattern:
                    end += 1
                if end > i:
                    runs.append(Rectangle((i * width, j * height), (end - i) * width, height))
                i = max(end, i + 1)
        ax.add_collection(
            PatchCollection(
                runs,
                facecolor=colour,
                edgecolor="#555555" if hatch else colour,
                hatch=hatch or None,
                lw=0 if hatch else 0.2,
            )
        )
    x, y = (float(Fraction(v)) for v in data["baseline"])
    ax.plot(x, y, "o", ms=5, mfc="white", mec="black", mew=1)
    ax.annotate("baseline", (x, y), (x - 0.02, y), fontsize=7, ha="right", va="center")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, float(TOP))
    ax.set_xlabel(r"United States' discount factor, $\delta_{US}$")
    ax.set_ylabel("loss of sovereignty in an\nacquiesced raid, $s$")
    legend_patches(ax, present, loc="center left", bbox_to_anchor=(1.01, 0.5), handleheight=1.4)


def caption(data):
    return (
        f"Pattern of play in the pure Markov perfect equilibria of the reduced game, solved exactly at the centres of "
        f"{len(data['delta_US'])} x {len(data['s'])} cells. 'several patterns': pure equilibria of different patterns exist. "
        f"Other parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
