"""What can be sustained at each level of constraint: subgame-perfect payoffs within the feasible ones."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies.us_mexico.foresight import sustained_by_level

SIZE = (WIDTHS["page"], 2.5)
PLACE = "appendix"
CLAIMS = (31, 32, 85)


def data():
    """For each number of constraints: vertices of the feasible set and of the sustained one, each side's minmax, joint work."""
    parameters, levels = sustained_by_level()
    return {
        "parameters": parameters,
        "levels": [
            {
                "k": level.k,
                "feasible": [[str(a), str(b)] for a, b in level.feasible],
                "sustained": [[str(a), str(b)] for a, b in level.sustained],
                "exact": level.is_exact,
                "minmax": [str(v) for v in level.minmax],
                "joint_work": [str(v) for v in level.joint_work],
            }
            for level in levels
        ],
    }


def _points(vertices):
    return [[float(Fraction(v)) for v in point] for point in vertices]


def draw(ax, data):
    from matplotlib.patches import Polygon

    (row,) = panels(ax, 1, len(data["levels"]), sharex=True, sharey=True)
    for panel, level in zip(row, data["levels"], strict=True):
        panel.add_patch(Polygon(_points(level["feasible"]), facecolor="#eeeeee", edgecolor="#888888", lw=0.7))
        panel.add_patch(Polygon(_points(level["sustained"]), facecolor="#7fa6cc", edgecolor="black", lw=0.9))
        x, y = (float(Fraction(v)) for v in level["minmax"])
        panel.axvline(x, color="black", lw=0.6, ls=(0, (1, 1.5)))
        panel.axhline(y, color="black", lw=0.6, ls=(0, (1, 1.5)))
        at = [float(Fraction(v)) for v in level["joint_work"]]
        panel.plot(*at, "o", ms=4, mfc="white", mec="black", mew=0.9, zorder=4)
        panel.set_title(f"k = {level['k']}", loc="left")
        panel.autoscale_view()
        panel.margins(0.05)
        panel.set_xlabel("United States")
    row[0].set_ylabel("Mexico")


def caption(data):
    exact = "exact" if all(level["exact"] for level in data["levels"]) else "inner bounds"
    return (
        f"Average discounted payoffs with k constraints in force at the outset. Grey: all that plays at a fixed k could give; blue: payoffs of "
        f"pure subgame-perfect equilibria of the ratchet game from there on ({exact}; a public draw before each period); dotted: pure minmax at that k; circle: joint "
        f"work for ever. Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
