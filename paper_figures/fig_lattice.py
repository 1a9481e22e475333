"""Joint work in each of the 16 combinations of the four conditions of cooperation."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies.us_mexico.conditions_lattice import CHEAP, DEAR, SWITCHES, lattice, told

SIZE = (WIDTHS["page"], 3.6)
PLACE = "appendix"
CLAIMS = (47, 48, 49, 50, 51, 53, 54)

LETTERS = {"interest": "I", "coordination": "C", "institution": "N", "capacity": "K"}


def data():
    """For each combination the long-run share of joint work and whether every equilibrium is joint work throughout."""
    shown = {}
    for name, numbers in (("dear", DEAR), ("cheap", CHEAP)):
        found = lattice(numbers)
        shares = found.amounts("share")
        shown[name] = {
            "numbers": dict(numbers),
            "nodes": [
                [[s for s in SWITCHES if s in c], str(shares[c]), bool(p.joint) and all(p.joint), p.is_pure]
                for c, p in found.points.items()
            ],
            "least": [told(c) for c in found.least_sets()],
        }
    return shown


def draw(ax, data):
    (row,) = panels(ax, 1, 2)
    titles = {"dear": "a  Enforcement dear", "cheap": "b  Enforcement cheaper"}
    for panel, (name, found) in zip(row, data.items(), strict=True):
        place = {}
        for size in range(5):
            level = [frozenset(node[0]) for node in found["nodes"] if len(node[0]) == size]
            for i, c in enumerate(level):
                place[c] = (i - (len(level) - 1) / 2, size)
        for a, (x, y) in place.items():
            for b, (u, v) in place.items():
                if a < b and len(b) == len(a) + 1:
                    panel.plot([x, u], [y, v], color="#cccccc", lw=0.6, zorder=0)
        for switches, share, joint, pure in found["nodes"]:
            x, y = place[frozenset(switches)]
            s = float(Fraction(share))
            face = "#6cc08b" if joint else str(1 - 0.35 * s)
            text = "".join(LETTERS[n] for n in switches) or "none"
            edge = {"edgecolor": "black", "lw": 1.4 if joint else 0.6, "ls": "-" if pure else (0, (2, 1.5))}
            panel.text(
                x,
                y,
                text,
                ha="center",
                va="center",
                fontsize=6.5,
                bbox={"boxstyle": "round,pad=0.3", "facecolor": face, **edge},
            )
            if not joint and s > 0:
                panel.text(x, y - 0.27, f"{s:.0%}", ha="center", va="center", fontsize=5.5)
        panel.set_xlim(-3.1, 3.1)
        panel.set_ylim(-0.5, 4.4)
        panel.set_axis_off()
        panel.set_title(titles[name], loc="left", fontweight="bold")


def caption(data):
    letters = ", ".join(f"{v} {k}" for k, v in LETTERS.items())
    least = "; ".join(f"({'ab'[i]}) {', or '.join(found['least'])}" for i, found in enumerate(data.values()))
    differing = [k for k in data["dear"]["numbers"] if data["dear"]["numbers"][k] != data["cheap"]["numbers"][k]]
    return (
        f"The lattice of the four conditions ({letters}), each line adding one. Green, heavy: every equilibrium is joint work throughout; other boxes: not, "
        f"with the long-run share of joint work where it is positive (that of the equilibrium with least of it); dashed: no pure equilibrium, mixed ones shown. "
        f"Smallest sufficient sets: {least}. Parameters of (a): {values_in_words(data['dear']['numbers'])}; "
        f"(b) differs in {values_in_words({k: data['cheap']['numbers'][k] for k in differing})}."
    )


run_alone(__name__, globals())
