"""The two-by-two typology with the coded cases, under both codings where figure and text disagree."""

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS
from gametheory.studies import us_mexico as study

SIZE = (WIDTHS["page"], 3.6)
PLACE = "appendix"
CLAIMS = (34,)

BOXES = {  # column, row, and the kind of sovereignty
    "unilateral-operational": (0, 1, "domestic: authority and control"),
    "integrative-operational": (1, 1, "interdependence: regulation"),
    "unilateral-principled": (0, 0, "Westphalian: autonomy"),
    "integrative-principled": (1, 0, "international legal: mutual recognition"),
}

SHORT = {
    "single_1961": "Single Convention (1961)",
    "intercept_1969": "Intercept (1969)",
    "psychotropics_1971": "Psychotropics Convention (1971)",
    "condor": "Condor (mid-1970s)",
    "certification": "Certification (1986-2002)",
    "leyenda": "Leyenda (1986-90)",
    "un_1988": "UN Convention (1988)",
    "nbrf": "Northern Border Response Force (1990)",
    "casablanca": "Casablanca (1995-98)",
    "hardline": "Hard Line (1995)",
    "brownsville_1998": "Brownsville Letter (1998)",
    "merida_agreement_1999": "Mérida Agreement (1999)",
    "merida_initiative": "Mérida Initiative (2007-10)",
}


def data():
    """Cases by cell: as printed in the article's figure, and moved where its text says otherwise."""
    cases = study.load_cases()
    printed, text = study.typology(cases), study.typology(cases, by_text=True)
    return {
        box: {
            "printed": [c.id for c in printed[box]],
            "moved_in": [c.id for c in text[box] if c not in printed[box]],
            "disputed": [c.id for c in printed[box] if c.is_disputed],
        }
        for box in BOXES
    }


def draw(ax, data):
    ax.set_xlim(0, 2)
    ax.set_ylim(0, 2)
    ax.set_xticks([0.5, 1.5], ["Unilateral / imposed", "Negotiated / integrative"], fontsize=8.5)
    ax.set_yticks([0.5, 1.5], ["Principled", "Operational"], rotation=90, va="center", fontsize=8.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(True)
    ax.axhline(1, color="black", lw=0.6)
    ax.axvline(1, color="black", lw=0.6)
    for box, (column, row, kind) in BOXES.items():
        ax.text(column + 0.04, row + 0.93, kind, style="italic", va="top", color="#444444")
        lines = [(case, "disputed" if case in data[box]["disputed"] else "plain") for case in data[box]["printed"]]
        lines += [(case, "moved") for case in data[box]["moved_in"]]
        for place, (case, how) in enumerate(lines):
            text = {"plain": "•  {}", "disputed": "○  {} *", "moved": "→ {} *"}[how].format(SHORT[case])
            ax.text(
                column + 0.06,
                row + 0.74 - 0.125 * place,
                text,
                va="top",
                color="#777777" if how == "disputed" else "black",
            )
    ax.set_xlabel(
        "* printed on the left (○); the article's text describes it as a negotiated answer to a unilateral act (→)",
        fontsize=7,
    )


def caption(data):
    count = sum(len(cell["printed"]) for cell in data.values())
    moved = sum(len(cell["moved_in"]) for cell in data.values())
    return (
        f"The article's typology of sovereignty with its {count} coded initiatives (the two conventions of 1961 and 1971 "
        f"counted apart). For {moved} of them the printed cell and the text disagree; both codings are shown."
    )


run_alone(__name__, globals())
