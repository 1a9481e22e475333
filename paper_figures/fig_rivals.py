"""What the article's account and its rivals predict of the same observable things."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels
from gametheory.studies.us_mexico.rivals import ACCOUNTS, IMPLICATIONS, predictions, raids_over_time

SIZE = (WIDTHS["page"], 5.4)
PLACE = "appendix"
CLAIMS = (85, 86)

PERIODS = 12


def data():
    """Answers of each account under its own concept and under ours, and the probability of a unilateral act by period."""
    found = {(p.account, p.concept, p.implication): p.value for p in predictions()}
    return {
        "accounts": [[a.name, a.title, a.concept] for a in ACCOUNTS],
        "implications": dict(IMPLICATIONS),
        "answers": [
            [[found[a.name, concept, name] for concept in ("own", "ours")] for a in ACCOUNTS] for name in IMPLICATIONS
        ],
        "raids": {
            a.name: [[str(x) for x in row] for row in raids_over_time(a.name, periods=PERIODS)] for a in ACCOUNTS
        },
    }


def _wrapped(text, width=16):
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def draw(ax, data):
    from matplotlib.patches import Rectangle

    top, bottom = panels(ax, 2, 1, height_ratios=(1, 4.6))
    names = data["accounts"]
    strips = panels(top[0], 1, len(names) + 1, sharey=True)[0]
    strips[0].set_axis_off()
    strips[0].text(
        0.0, 0.5, "probability of\na unilateral act,\nby period", transform=strips[0].transAxes, fontsize=6, va="center"
    )
    for panel, (name, title, _) in zip(strips[1:], names, strict=True):
        for n, row in enumerate(data["raids"][name]):
            ys = [float(Fraction(x)) for x in row]
            panel.stairs(
                ys, baseline=None, color="black" if n == 0 else "#777777", lw=1, ls="-" if n == 0 else (0, (2, 1.2))
            )
        panel.set_ylim(-0.06, 1.06)
        panel.set_xticks([0.5, PERIODS - 0.5], ["0", str(PERIODS - 1)], fontsize=5.5)
        panel.set_yticks([0, 1])
        panel.tick_params(axis="y", labelsize=5.5, labelleft=panel is strips[1])
        panel.set_title(_wrapped(title), fontsize=6, fontweight="bold")
    table = bottom[0]
    width = len(names) + 1
    for i, ((_, words), answers) in enumerate(zip(data["implications"].items(), data["answers"], strict=True)):
        table.text(0.02, i + 0.5, _wrapped(words, 20), fontsize=5.6, va="center")
        for j, (own, ours) in enumerate(answers):
            same = own == answers[0][0]
            table.add_patch(
                Rectangle((j + 1, i), 1, 1, facecolor="#ffffff" if same else "#e3e3e3", edgecolor="#bbbbbb", lw=0.4)
            )
            text = _wrapped(own)
            table.text(j + 1.5, i + (0.5 if own == ours else 0.28), text, fontsize=5.3, ha="center", va="center")
            if own != ours:
                table.text(
                    j + 1.5,
                    i + 0.74,
                    _wrapped(ours),
                    fontsize=5.3,
                    ha="center",
                    va="center",
                    style="italic",
                    color="#2c5c8a",
                )
    table.set_xlim(0, width)
    table.set_ylim(len(data["answers"]), 0)
    table.set_axis_off()


def caption(data):
    concepts = "; ".join(f"{title}: {concept}" for _, title, concept in data["accounts"])
    return (
        f"Predictions computed from solved games at the reference numbers. Upright: under each account's own concept ({concepts}); in italics, where it differs: under "
        f"Markov perfection in pure strategies, the article's. Shaded: another answer than the article's. Above: the probability of a unilateral act in the first {PERIODS} periods (dashed: "
        f"another equilibrium). 'or' joins the answers of different equilibria."
    )


run_alone(__name__, globals())
