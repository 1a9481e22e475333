"""Trap against investment: the same orderings, with a United States that foresees the ratchet and one that does not."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import OUTCOME_STYLE, WIDTHS, ink_on, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.foresight import foresight_table

SIZE = (WIDTHS["page"], 3.7)
PLACE = "main 2"
CLAIMS = (28, 29, 87)

PERIODS = 14


def data():
    """For each setting: the play with the constraints in force, and what the United States expects and gets."""
    return {
        "rows": [
            {
                "title": row.title,
                "pattern": row.pattern,
                "outcomes": list(row.outcomes),
                "constraints": list(row.constraints),
                "expected": str(row.expected),
                "realised": str(row.realised),
                "parameters": dict(row.change),
            }
            for row in foresight_table(PERIODS)
        ],
        "parameters": study.BASELINE,
    }


def draw(ax, data):
    ((strip, bars),) = panels(ax, 1, 2, width_ratios=(3.2, 1))
    rows = data["rows"]
    for i, row in enumerate(rows):
        for t, (outcome, k) in enumerate(zip(row["outcomes"], row["constraints"], strict=True)):
            face = OUTCOME_STYLE[outcome][0]
            strip.barh(i, 1, left=t, height=0.46, facecolor=face, edgecolor="white", lw=0.8)
            strip.text(t + 0.5, i, outcome, ha="center", va="center", fontsize=5.5, color=ink_on(face))
            if t == 0 or k != row["constraints"][t - 1]:
                strip.text(t + 0.06, i + 0.34, f"k = {k}", fontsize=5.5, va="center")
        strip.text(0.06, i - 0.38, f"{row['title']}: {row['pattern']}", fontsize=6.5, va="center", fontweight="bold")
        expected, realised = (float(Fraction(row[key])) for key in ("expected", "realised"))
        bars.plot([expected, realised], [i, i], color="#888888", lw=1, zorder=1)
        bars.plot(
            expected, i, "o", ms=5, mfc="white", mec="black", mew=1, label="expected" if i == 0 else None, zorder=3
        )
        bars.plot(realised, i, "D", ms=4, color="black", label="realised" if i == 0 else None, zorder=2)
    strip.set_ylim(len(rows) - 0.5, -0.6)
    strip.set_xlim(0, PERIODS)
    strip.set_yticks([])
    strip.spines["left"].set_visible(False)
    strip.set_xticks([t + 0.5 for t in range(PERIODS)], [str(t) for t in range(PERIODS)])
    strip.tick_params(axis="x", length=0)
    strip.set_xlabel("period")
    bars.set_ylim(len(rows) - 0.5, -0.6)
    bars.set_yticks([])
    bars.spines["left"].set_visible(False)
    bars.axvline(0, color="#bbbbbb", lw=0.6, zorder=0)
    bars.margins(x=0.12)
    bars.set_xlabel("payoff of the United States")
    bars.legend(loc="lower center", bbox_to_anchor=(0.45, 0.97), ncol=2, handletextpad=0.1, columnspacing=0.8)


def caption(data):
    settings = "; ".join(f"{row['title']}: {values_in_words(row['parameters']) or 'baseline'}" for row in data["rows"])
    return (
        f"Left: play of the only pure Markov perfect equilibrium in each setting (NE joint work, NS talk without effort, UP a unilateral act met by "
        f"protest), with the constraints in force. Right: what the United States expects at the outset under its own beliefs, and what it gets (average "
        f"discounted). {settings}. Otherwise: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
