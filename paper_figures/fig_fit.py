"""Every coded episode against every model of the family: what each model cannot show."""

from fractions import Fraction

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS
from gametheory.studies.us_mexico.fit import case_by_model

SIZE = (WIDTHS["page"], 7.2)
PLACE = "appendix"
CLAIMS = (25, 33, 91)

MOST = 44  # rows that can be read at this size


def data():
    """Models that fare alike on every episode share a row."""
    found = case_by_model()
    groups = {}
    for fit in found.fits:
        key = (tuple(fit.missed), tuple(str(fit.ever[e.name]) for e in found.episodes))
        groups.setdefault(key, []).append(f"{fit.model.member.replace('_', ' ')}: {fit.model.title}")
    rows = [{"models": names, "missed": list(missed), "ever": list(ever)} for (missed, ever), names in groups.items()]
    rows.sort(key=lambda r: (len(r["missed"]), r["models"]))
    return {
        "episodes": [[e.name, e.year, sorted(e.outcomes)] for e in found.episodes],
        "rows": rows,
        "models": len(found.fits),
        "coding": found.coding,
        "missed_by_all": list(found.missed_by_all),
    }


def draw(ax, data):
    from matplotlib.patches import Patch, Rectangle

    names = [name for name, _, _ in data["episodes"]]
    rows = data["rows"][:MOST]
    for i, row in enumerate(rows):
        for j, (name, ever) in enumerate(zip(names, row["ever"], strict=True)):
            p = float(Fraction(ever))
            face = "#2c5c8a" if name in row["missed"] else str(1 - 0.16 * p)
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor=face, edgecolor="white", lw=0.5))
            if p == 0:
                ax.plot(
                    [j + 0.3, j + 0.7], [i + 0.3, i + 0.7], color="white" if name in row["missed"] else "black", lw=0.7
                )
        ax.text(len(names) + 0.3, i + 0.5, str(len(row["missed"])), va="center", fontsize=5.5)
    labels = []
    for row in rows:
        text = row["models"][0] if len(row["models"][0]) <= 52 else row["models"][0][:50] + "..."
        labels.append(text if len(row["models"]) == 1 else f"{text} (+{len(row['models']) - 1})")
    ax.set_yticks([i + 0.5 for i in range(len(rows))], labels, fontsize=5)
    heads = [
        f"{name.replace('_', ' ').rstrip('0123456789 ')} {year}: {'/'.join(outcomes)}"
        for name, year, outcomes in data["episodes"]
    ]
    ax.set_xticks([j + 0.5 for j in range(len(names))], heads, rotation=90, fontsize=5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, pad=2)
    ax.text(len(names) + 0.3, -0.4, "missed", fontsize=5.5)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlim(0, len(names) + 1.5)
    ax.set_ylim(len(rows), 0)
    handles = [
        Patch(facecolor="#2c5c8a", label="missed"),
        Patch(facecolor="#d6d6d6", label="can be shown in order (darker: surer to occur at all)"),
    ]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.3, -0.005), ncol=2, fontsize=6)


def caption(data):
    shown = min(MOST, len(data["rows"]))
    left = f", the {shown} of {len(data['rows'])} rows with fewest misses" if shown < len(data["rows"]) else ""
    none = ", ".join(data["missed_by_all"]) or "none"
    return (
        f"The coded record ({len(data['episodes'])} episodes, coding: {data['coding'] or 'text'}) against {data['models']} plays of the family's settings{left}; models "
        f"that fare alike share a row (+n: further ones). Missed: the smallest set of episodes that play cannot show while it shows the others in order; a stroke: never shown at any time. "
        f"After each episode the outcomes that its coding allows. Episodes that no model can show: {none}. The sample is small."
    )


run_alone(__name__, globals())
