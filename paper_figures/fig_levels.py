"""The least discount factor that sustains joint work, as constraints, trust and capacity accumulate."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.quasi_parameters import critical, least_delta_by_level, signs_of_least_delta

SIZE = (WIDTHS["page"], 2.4)
PLACE = "main 4"
CLAIMS = (31, 32, 53)

LEVELS = {"k": "constraints in force, $k$", "x": "trust, $x$", "b": "capacity, $b$"}
LOOKS = {"2": ("o", "-", "black"), "1": ("s", "--", "#777777")}


def data():
    """Exact numbers by level and frustration (None: for no discount factor; 0: for every one); the formula and its signs."""
    found = {
        level: {
            str(f): {
                str(n): None if d is None else str(d) for n, d in least_delta_by_level(level, frustration=f).items()
            }
            for f in (2, 1)
        }
        for level in LEVELS
    }
    table = signs_of_least_delta()
    (signs,) = table.rows.values()
    return {
        "levels": found,
        "formula": str(critical().formula),
        "signs": {name: slope.mark for name, slope in zip(table.parameters, signs, strict=True)},
        "parameters": study.BASELINE,
    }


def draw(ax, data):
    (row,) = panels(ax, 1, len(LEVELS), width_ratios=[len(v["2"]) for v in data["levels"].values()], sharey=True)
    none = 1.12
    for panel, (level, found) in zip(row, data["levels"].items(), strict=True):
        for f, numbers in found.items():
            marker, dash, ink = LOOKS[f]
            shift = 0.05 if f == "1" else 0
            xs = [int(n) + shift for n in numbers]
            ys = [none if d is None else float(Fraction(d)) for d in numbers.values()]
            panel.plot(xs, ys, ls=dash, color=ink, lw=1)
            for x, y in zip(xs, ys, strict=True):
                panel.plot(
                    x,
                    y,
                    marker="x" if y == none else marker,
                    ms=5,
                    color=ink,
                    mfc="white" if f == "1" else ink,
                    ls="",
                    zorder=3,
                )
        panel.axhline(1, color="#bbbbbb", lw=0.6, zorder=0)
        panel.set_xticks([int(n) for n in found["2"]])
        panel.set_xlabel(LEVELS[level])
        panel.margins(x=0.12)
    row[0].set_yticks([0, 0.25, 0.5, 0.75, 1, none], ["0 (every)", "1/4", "1/2", "3/4", "1", "none"])
    row[0].set_ylim(-0.05, 1.2)
    row[0].set_ylabel(r"least $\delta$ that sustains joint work")
    handles = [
        row[0].plot(
            [], [], marker=m, ls=d, color=c, mfc="white" if f == "1" else c, ms=5, lw=1, label=f"frustration {f}"
        )[0]
        for f, (m, d, c) in LOOKS.items()
    ]
    row[-1].legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 0.0))


def caption(data):
    signs = ", ".join(f"{name} {mark}" for name, mark in data["signs"].items())
    return (
        f"The least common discount factor at which joint work, kept up by the threat of what a single period would bring, is subgame-perfect while the state "
        f"stays as it is (quasi-parameters); exact. Cross: for no discount factor. "
        f"The other levels are 0. Where the threat is credible and Mexico would shirk the least discount factor is {data['formula']}; signs of its slopes, proved: {signs}. "
        f"Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
