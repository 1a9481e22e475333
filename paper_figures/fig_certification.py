"""Effort around the review date: when Mexico shows figures, when it makes progress, and when it does neither."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies.us_mexico.certification_year import NUMBERS, effort_by_month

SIZE = (WIDTHS["page"], 2.5)
PLACE = "main 5"
CLAIMS = (57, 58, 59, 60, 61)

SETTINGS = {
    "a  Baseline, two years": ({}, 2, "WTS"),
    "b  Figures never\nforgotten": ({"u": "0"}, 1, "WTS"),
    "c  Figures impossible,\nprogress cheap": ({"e": "1/4"}, 1, "WS"),
}


def data():
    """For each setting and month the exact probabilities of progress and of figures; and the same months without a review."""
    shown = {}
    for title, (change, years, efforts) in SETTINGS.items():
        rows = effort_by_month(change, years=years, efforts=efforts)
        shown[title] = {
            "months": [[m.month, m.year, str(m.progress), str(m.figures)] for m in rows],
            "without": str(max(m.effort for m in effort_by_month(change, law=False, efforts=efforts))),
            "change": change,
            "efforts": efforts,
        }
    return {"settings": shown, "parameters": dict(NUMBERS)}


def draw(ax, data):
    sizes = [len(s["months"]) for s in data["settings"].values()]
    (row,) = panels(ax, 1, len(sizes), width_ratios=sizes, sharey=True)
    for panel, (title, found) in zip(row, data["settings"].items(), strict=True):
        months = found["months"]
        progress, figures = ([float(Fraction(m[i])) for m in months] for i in (2, 3))
        xs = range(len(months))
        panel.bar(xs, progress, width=0.8, color="#2c5c8a", label="progress")
        panel.bar(
            xs,
            figures,
            bottom=progress,
            width=0.8,
            facecolor="#f2d16b",
            edgecolor="#555555",
            hatch="////",
            lw=0.4,
            label="figures only",
        )
        for x, m in zip(xs, months, strict=True):
            if m[0] == "mar":
                panel.axvline(x, color="black", lw=0.9, ls=(0, (3, 2)))
                panel.text(x - 0.25, 1.03, "review", rotation=90, ha="right", va="top", fontsize=6)
        panel.set_xticks(
            [x for x in xs if x % 3 == 0 or months[x][0] == "mar"],
            [months[x][0] for x in xs if x % 3 == 0 or months[x][0] == "mar"],
            rotation=90,
            fontsize=6,
        )
        panel.set_title(title, loc="left", fontweight="bold")
        panel.set_xlim(-0.7, len(months) - 0.3)
    row[0].set_ylim(0, 1.05)
    row[0].set_ylabel("probability of effort")
    row[0].legend(loc="upper left", bbox_to_anchor=(0.0, 0.85))


def caption(data):
    told = []
    for title, found in data["settings"].items():
        words = values_in_words(found["change"]) or "no change"
        told.append(f"({title[0]}) {words}{'' if 'T' in found['efforts'] else ', figures impossible'}")
    without = max(Fraction(s["without"]) for s in data["settings"].values())
    return (
        f"Exact probability of effort in each month of the pure equilibrium of the certification game; the verdict falls in March. {'; '.join(told)}. Without a "
        f"review effort is at most {without} in every month of all settings. Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
