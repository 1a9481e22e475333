"""How much of the parameters that agree with the stated orderings is compatible with each pattern, and with the record."""

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels
from gametheory.studies.us_mexico.identified import identified
from gametheory.studies.us_mexico.observed import PATTERNS

SIZE = (WIDTHS["page"], 2.9)
PLACE = "appendix"
CLAIMS = (25, 33, 91)

DRAWS, SEED = 120, 1
LOOKS = {"gaps": ("o", "black", "black"), "box": ("s", "#777777", "white")}


def data():
    """For each measure and event: draws at which it is possible, certain, unique, with exact binomial bounds of the first."""
    found = {}
    for measure in LOOKS:
        shares = identified(measure, count=DRAWS, seed=SEED)
        found[measure] = {
            "words": shares.measure,
            "none": shares.none.seen,
            "events": {
                name: [
                    share.seen,
                    shares.certain[name].seen,
                    shares.unique[name].seen,
                    *(round(b, 6) for b in share.bounds),
                ]
                for name, share in shares.possible.items()
            },
        }
    return {"measures": found, "draws": DRAWS, "seed": SEED, "patterns": list(PATTERNS)}


def draw(ax, data):
    ((left, right),) = panels(ax, 1, 2, width_ratios=(1, 1))
    patterns = data["patterns"]
    for n, (measure, found) in enumerate(data["measures"].items()):
        marker, ink, fill = LOOKS[measure]
        shift = 0.16 * (2 * n - 1)
        for i, name in enumerate(patterns):
            seen, _, _, low, high = found["events"][name]
            left.plot([low, high], [i + shift] * 2, color=ink, lw=1)
            left.plot(
                seen / data["draws"],
                i + shift,
                marker,
                ms=4,
                color=ink,
                mfc=fill,
                label=f"measure '{measure}'" if i == 0 else None,
            )
        misses = [(int(name.split()[3]), row) for name, row in found["events"].items() if name.startswith("misses")]
        xs = [m + shift for m, _ in misses]
        for x, (_, row) in zip(xs, misses, strict=True):
            right.plot([x, x], row[3:], color=ink, lw=1)
        right.plot(xs, [row[0] / data["draws"] for _, row in misses], marker, ms=4, color=ink, mfc=fill, ls="")
    left.set_yticks(range(len(patterns)), patterns)
    left.set_ylim(len(patterns) - 0.5, -0.5)
    left.set_xlim(-0.02, 1.02)
    left.set_xlabel("share of the measure where it is possible")
    left.legend(loc="lower right")
    left.set_title("a  Patterns", loc="left", fontweight="bold")
    right.set_ylim(-0.02, 1.02)
    right.set_xticks(range(0, 11, 2))
    right.set_xlabel("episodes of the record missed, at most")
    right.set_ylabel("share where possible")
    right.set_title("b  The record", loc="left", fontweight="bold")


def caption(data):
    words = "; ".join(f"{name}: {found['words']}" for name, found in data["measures"].items())
    none = ", ".join(f"{found['none']} ({name})" for name, found in data["measures"].items())
    return (
        f"The identified set of the reduced game by two measures on the parameters that agree with the stated orderings, {data['draws']} draws each (seed {data['seed']}): the share at "
        f"which some pure Markov perfect equilibrium shows the pattern (a), or can show all but so many coded episodes in order (b); bars: exact 95% binomial bounds. A "
        f"share is one of the measure, not a probability. No pure equilibrium at {none} draws. {words}."
    )


run_alone(__name__, globals())
