"""Patterns of equilibrium play over foresight and the price of acting alone, with the closed forms of the borders."""

from gametheory.figures import run_alone
from gametheory.plotting import PATTERN_STYLE, WIDTHS, draw_regions, label_borders, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.phases import exact_phases, phases_data

SIZE = (WIDTHS["page"], 4.2)
PLACE = "main 3"
CLAIMS = (25, 28, 29, 32)


def data():
    """Regions and borders, exact, for a United States that foresees the ratchet and for one that does not."""
    naive = next(v for v in study.VARIANTS if v.name == "naive")
    axes = ("delta_US", 0, 1), ("c", 0, 1)
    return {
        "forward": phases_data(exact_phases(*axes)),
        "naive": phases_data(exact_phases(*axes, variant=naive)),
        "baseline": [study.BASELINE["delta_US"], study.BASELINE["c"]],
        "parameters": {k: v for k, v in study.BASELINE.items() if k not in ("delta_US", "c")},
    }


def draw(ax, data):
    (left, right), (key, _) = grid = panels(ax, 2, 2, height_ratios=(1, 0.36), sharey="row")
    letters = {}
    for panel, name, title in (
        (left, "forward", "a  The United States foresees the ratchet"),
        (right, "naive", "b  It takes constraints as fixed"),
    ):
        draw_regions(panel, data[name], point=data["baseline"])
        label_borders(panel, data[name], letters)
        panel.set_title(title, loc="left", fontweight="bold")
        panel.set_xlabel(r"discount factor of the United States, $\delta_{US}$")
    left.set_ylabel("price of acting alone\nfor each constraint, $c$")
    for empty in grid[1]:
        empty.set_axis_off()
    lines = [rf"{letter}  ${formula}$" for formula, letter in letters.items()]
    for n, line in enumerate(lines):
        at = (0.72 * (n // 3), 0.85 - 0.36 * (n % 3))
        text = key.text(*at, line, transform=key.transAxes, va="center", fontsize=8)
        text.set_in_layout(False)


def caption(data):
    shown = sorted({p for panel in ("forward", "naive") for cell in data[panel]["cells"] for p in cell["patterns"]})
    marks = ", ".join(f"{p} ({PATTERN_STYLE[p][2]})" for p in shown)
    return (
        f"Patterns of play in the pure Markov perfect equilibria of the reduced game, from its exact solution with delta_US and c as symbols; "
        f"the borders are exact, with their closed forms below. Patterns: {marks}. "
        f"Circle: baseline. Regions were looked for on {data['forward']['grid'][0]} x {data['forward']['grid'][1]} points. "
        f"Other parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
