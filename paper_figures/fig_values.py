"""At which frustration the United States acts alone, and what each state is worth to both sides."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.foresight import thresholds, values_by_state

SIZE = (WIDTHS["page"], 2.6)
PLACE = "appendix"
CLAIMS = (22, 28, 32)

K, F = 3, 4
NAMES = ("myopic", "baseline", "naive", "far_sighted")
MARKS = {"myopic": ("v", ":"), "baseline": ("o", "-"), "far_sighted": ("s", "--"), "naive": ("D", "-.")}
WORDS = {
    "myopic": r"$\delta_{US}=1/20$",
    "baseline": r"$\delta_{US}=1/2$",
    "far_sighted": r"$\delta_{US}=4/5$",
    "naive": "naive",
}


def data():
    """The least frustration of a raid at each k (None: never), and the baseline's values."""
    variants = {v.name: v for v in study.VARIANTS}
    return {
        "thresholds": {name: list(thresholds(variants[name], K=K, F=F)) for name in NAMES},
        "values": [
            [k, f, str(u), str(m)] for (k, f), (u, m) in values_by_state(variants["baseline"], K=K, F=F).items()
        ],
        "changes": {name: dict(variants[name].change) for name in NAMES},
        "parameters": study.BASELINE,
        "F": F,
    }


def draw(ax, data):
    ((first, second, third),) = panels(ax, 1, 3, width_ratios=(1.15, 1, 1))
    never = data["F"] + 1
    for n, (name, least) in enumerate(data["thresholds"].items()):
        marker, dash = MARKS[name]
        xs = [k + 0.07 * (n - 1.5) for k in range(len(least))]
        ys = [never if f is None else f for f in least]
        first.plot(
            xs,
            ys,
            marker=marker,
            ls=dash,
            color="black",
            mfc="white" if n % 2 else "black",
            ms=4,
            lw=0.9,
            label=WORDS[name],
        )
    first.set_yticks([*range(data["F"] + 1), never], [*map(str, range(data["F"] + 1)), "never"])
    first.set_ylabel(r"least frustration of a raid, $f^*(k)$")
    first.legend(loc="upper left", bbox_to_anchor=(-0.02, 1.02), handlelength=2.4, fontsize=6, labelspacing=0.3)
    first.set_title("a  Thresholds", loc="left", fontweight="bold")
    greys = ("#000000", "#444444", "#777777", "#939393", "#ababab")
    for panel, side, title in ((second, 2, "b  Value, United States"), (third, 3, "c  Value, Mexico")):
        for f in range(data["F"] + 1):
            points = [(row[0], float(Fraction(row[side]))) for row in data["values"] if row[1] == f]
            panel.plot(*zip(*points, strict=True), "-", color=greys[f], marker="o", ms=2.5, lw=1.1)
        ends = sorted((float(Fraction(row[side])), row[1]) for row in data["values"] if row[0] == 0)
        gap = (panel.get_ylim()[1] - panel.get_ylim()[0]) / 16
        at = None
        for y, f in ends:
            at = y if at is None or y > at + gap else at + gap
            panel.text(-0.12, at, f"f = {f}", fontsize=5.5, ha="right", va="center")
        panel.set_xlim(-0.75, None)
        panel.set_title(title, loc="left", fontweight="bold")
    for panel in (first, second, third):
        panel.set_xticks(range(max(row[0] for row in data["values"]) + 1))
        panel.set_xlabel("constraints in force, $k$")


def caption(data):
    changes = "; ".join(
        f"{name.replace('_', '-')}: {values_in_words(c) or 'no change' if name != 'naive' else 'takes k as fixed'}"
        for name, c in data["changes"].items()
    )
    return (
        f"(a) The least frustration at which the United States acts alone in the pure Markov perfect equilibrium, with k constraints in force, F = {data['F']} ({changes}). "
        f"(b, c) What each state is worth at the baseline, average discounted. Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
