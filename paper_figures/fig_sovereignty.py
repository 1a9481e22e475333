"""Patterns of equilibrium play over foresight and what sovereignty is worth to Mexico."""

from gametheory.figures import run_alone
from gametheory.plotting import PATTERN_STYLE, WIDTHS, draw_regions, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.phases import exact_phases, phases_data

SIZE = (WIDTHS["page"], 4.2)
PLACE = "appendix"
CLAIMS = (7, 25, 29)


def data():
    """Regions and borders, exact."""
    return {
        "phases": phases_data(exact_phases(("delta_US", 0, 1), ("s", 0, "12/5"))),
        "baseline": [study.BASELINE["delta_US"], study.BASELINE["s"]],
        "parameters": {k: v for k, v in study.BASELINE.items() if k not in ("delta_US", "s")},
    }


def draw(ax, data):
    draw_regions(ax, data["phases"], point=data["baseline"])
    ax.set_xlabel(r"discount factor of the United States, $\delta_{US}$")
    ax.set_ylabel("loss of sovereignty in an acquiesced raid, $s$")


def caption(data):
    shown = sorted({p for cell in data["phases"]["cells"] for p in cell["patterns"]})
    marks = ", ".join(f"{p} ({PATTERN_STYLE[p][2]})" for p in shown)
    borders = data["phases"]["borders"]
    level = max(piece[0][1] for b in borders for piece in b["pieces"] if piece[0][1] == piece[-1][1])
    return (
        f"Patterns of play in the pure Markov perfect equilibria of the reduced game, from its exact solution with delta_US and s as symbols. "
        f"Patterns: {marks}; slanted lines: no pure equilibrium. Circle: baseline. The {len(borders)} borders are exact and recorded with the "
        f"figure's data; above s = {level:.3f} only the discount factor matters. "
        f"Regions were looked for on {data['phases']['grid'][0]} x {data['phases']['grid'][1]} points. "
        f"Other parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
