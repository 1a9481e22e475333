"""The coded cases on a timeline above the play of the baseline's equilibrium."""

from fractions import Fraction

from gametheory.equilibria.play import Path, Period
from gametheory.figures import run_alone
from gametheory.plotting import OUTCOME_STYLE, WIDTHS, draw_path, values_in_words
from gametheory.studies import us_mexico as study

SIZE = (WIDTHS["page"], 5.2)
PLACE = "main 1"
CLAIMS = (22, 24, 25, 28, 33, 91)

PERIODS = 12
ROWS = {"joint operation": 0.0, "agreement or regime": 0.75, "unilateral act": 2.4}  # height of the lowest entry
NAMES = {
    "intercept_1969": "Intercept",
    "certification": "Certification",
    "intercept2": "Intercept II",
    "leyenda": "Leyenda",
    "casablanca": "Casablanca",
    "hardline": "Hard Line",
    "gunrunner": "Gunrunner",
    "fast_furious": "Fast and Furious",
    "un_1988": "UN Convention",
    "hlcg": "Contact Group",
    "bdcs": "Binational Strategy",
    "brownsville_1998": "Brownsville Letter",
    "merida_agreement_1999": "Mérida Agreement",
    "pme_1999": "Performance Measures",
    "oas_mem": "OAS peer review",
    "dhs_ssp_2010": "Joint patrols",
    "single_1961": "Single Convention",
    "psychotropics_1971": "Psychotropics Conv.",
    "condor": "Condor",
    "nbrf": "Border Response Force",
    "merida_initiative": "Mérida Initiative",
    "beyond_merida": "Beyond Mérida",
}
RESPONSES = {
    "resist": OUTCOME_STYLE["UP"][0],
    "appease": OUTCOME_STYLE["UA"][0],
    "cooperate": OUTCOME_STYLE["NE"][0],
    "": "#ffffff",
    "n/a": "#ffffff",
}


def data():
    """Cases with their years, rows and Mexico's response; the equilibrium path with both counters."""
    rows = []
    for case in study.load_cases():
        if case.id not in NAMES or case.start_year is None:
            continue
        if case.row_type == "us_initiative" and case.orientation == "unilateral":
            row = "unilateral act"
        elif case.row_type in ("agreement", "regime"):
            row = "agreement or regime"
        else:
            row = "joint operation"
        rows.append([case.id, row, case.start_year, case.end_year, case.mexican_response])
    (result,) = study.solve_variants(study.VARIANTS[:1])
    path = result.solution.equilibria[0].path(PERIODS)
    return {
        "cases": sorted(rows, key=lambda r: (r[2], r[0])),
        "path": [
            [p.time, p.state, dict(p.variables), p.state_is_certain, p.outcome, str(p.probability)]
            for p in path.periods
        ],
        "sentence": path.sentence(),
        "parameters": result.variant.parameters,
    }


def draw(ax, data):
    ax.set_axis_off()
    top = ax.inset_axes([0, 0.44, 1, 0.56])
    bottom = ax.inset_axes([0, 0.0, 1, 0.32])
    _timeline(top, data)
    _path(bottom, data)


def _timeline(ax, data):
    ax.set_xlim(1958, 2018)
    ax.set_ylim(-0.25, 3.2)
    ax.set_yticks([0.1, 1.3, 2.7], [name.replace(" or ", "\nor ") for name in ROWS])
    for edge in (0.48, 2.13):
        ax.axhline(edge, color="#dddddd", lw=0.5, zorder=0)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    levels = {row: [] for row in ROWS}
    for case, row, start, end, response in data["cases"]:
        name = NAMES[case]
        width = 0.74 * len(name) + 2.2  # years taken by the label at this size
        level = next(i for i in range(9) if i == len(levels[row]) or levels[row][i] < start)
        levels[row][level:] = [start + width, *levels[row][level + 1 :]]
        y = ROWS[row] + 0.21 * level
        if end is not None and end > start:
            ax.plot([start, end], [y - 0.085, y - 0.085], color="#999999", lw=1.3, solid_capstyle="butt", zorder=1)
        marker = {"unilateral act": "s", "agreement or regime": "D", "joint operation": "o"}[row]
        ax.plot(start, y, marker, ms=4.2, mfc=RESPONSES.get(response, "#ffffff"), mec="black", mew=0.5, zorder=2)
        ax.text(start + 0.9, y + 0.015, name, fontsize=6, va="center", zorder=3)
    from matplotlib.lines import Line2D

    label = {"resist": "resisted", "appease": "appeased", "cooperate": "cooperated", "": "not coded"}
    handles = [
        Line2D([], [], marker="o", ls="", ms=4.2, mfc=RESPONSES[k], mec="black", mew=0.5, label=f"Mexico {v}")
        for k, v in label.items()
    ]
    handles[-1].set_label("response not coded")
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncol=4,
        handletextpad=0.1,
        columnspacing=1.0,
        borderaxespad=0,
    )
    ax.set_title("a  The record", loc="left", fontweight="bold", pad=16)


def _path(ax, data):
    rows = [Period(*row[:5], Fraction(row[5])) for row in data["path"]]
    draw_path(ax, Path(tuple(rows)))
    ax.set_title("b  The equilibrium path", loc="left", fontweight="bold")


def caption(data):
    return (
        f"(a) {len(data['cases'])} dated cases of the article; colour: the coded Mexican response; lines: duration where known. "
        f"(b) The play of the only pure Markov perfect equilibrium of the reduced game at the baseline: {data['sentence']}. "
        f"Parameters: {values_in_words(data['parameters'])}. Periods are not years."
    )


run_alone(__name__, globals())
