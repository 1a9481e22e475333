"""The state graph of the reduced game with what is played in each state."""

from gametheory.figures import run_alone
from gametheory.plotting import OUTCOME_STYLE, WIDTHS, ink_on, values_in_words
from gametheory.studies import us_mexico as study

SIZE = (WIDTHS["page"], 3.3)
PLACE = "appendix"
CLAIMS = (24, 28, 32)

COLOURS = {outcome: colour for outcome, (colour, _) in OUTCOME_STYLE.items()}


def data():
    """For each state: its counters, the equilibrium outcome, and where play goes with which probability."""
    (result,) = study.solve_variants(study.VARIANTS[:1])
    equilibrium = result.solution.equilibria[0]
    chain, game = equilibrium.chain, equilibrium.game
    reached = set(chain.support())
    return {
        "states": [
            {
                "k": int(game.variables[s]["k"]),
                "f": int(game.variables[s]["f"]),
                "outcomes": sorted({m.outcome for m in moves}),
                "next": [[m.next, str(m.probability)] for m in moves],
                "on_path": s in reached,
            }
            for s, moves in enumerate(chain.moves)
        ],
        "start": chain.start,
        "parameters": result.variant.parameters,
    }


def draw(ax, data):
    states = data["states"]
    place = {i: (s["k"] * 1.6, -s["f"] * 0.8) for i, s in enumerate(states)}
    for i, state in enumerate(states):
        x, y = place[i]
        on = state["on_path"]
        outcome = "/".join(state["outcomes"])
        face = COLOURS.get(outcome, "#ffffff")
        ax.add_patch(_box(x, y, face if on else "#ffffff", COLOURS.get(outcome, "#444444"), on))
        ax.text(
            x,
            y,
            outcome,
            ha="center",
            va="center",
            fontsize=8,
            fontweight="bold" if on else "normal",
            color=ink_on(face) if on else "#666666",
        )
        for target, probability in state["next"]:
            _arrow(ax, place[i], place[target], probability, on)
    x, y = place[data["start"]]
    ax.annotate(
        "start",
        (x - 0.2, y + 0.19),
        (x - 0.62, y + 0.5),
        va="center",
        ha="right",
        fontsize=7,
        arrowprops={"arrowstyle": "-|>", "lw": 1},
    )
    depth = max(s["f"] for s in states)
    for k in sorted({s["k"] for s in states}):
        ax.text(k * 1.6, 0.62, f"k = {k}", ha="center", fontsize=8)
    for f in range(depth + 1):
        ax.text(-0.75, -0.8 * f, f"f = {f}", ha="right", va="center", fontsize=8)
    ax.set_xlim(-1.25, 1.6 * max(s["k"] for s in states) + 0.75)
    ax.set_ylim(-0.8 * depth - 0.62, 0.75)
    ax.set_aspect("equal")
    ax.set_axis_off()
    from matplotlib.patches import Patch

    words = {"NE": "joint work (NE)", "NS": "talk without effort (NS)", "UP": "unilateral act, protest (UP)"}
    ax.legend(
        handles=[Patch(facecolor=COLOURS[k], label=v) for k, v in words.items()],
        loc="lower center",
        ncol=3,
        bbox_to_anchor=(0.52, -0.06),
    )


def _box(x, y, face, edge, on):
    from matplotlib.patches import FancyBboxPatch

    return FancyBboxPatch(
        (x - 0.28, y - 0.17),
        0.56,
        0.34,
        boxstyle="round,pad=0.02",
        facecolor=face,
        edgecolor=edge,
        lw=0.8 if on else 0.7,
        ls="-" if on else (0, (2, 2)),
        zorder=2,
    )


def _arrow(ax, a, b, probability, on):
    colour, width = ("black", 1.1) if on else ("#bbbbbb", 0.7)
    if a == b:
        ax.annotate(
            "",
            (a[0] + 0.12, a[1] + 0.19),
            (a[0] + 0.31, a[1] + 0.05),
            zorder=1,
            arrowprops={
                "arrowstyle": "-|>",
                "color": colour,
                "lw": width,
                "connectionstyle": "arc3,rad=1.3",
                "shrinkA": 0,
                "shrinkB": 0,
                "mutation_scale": 7,
            },
        )
        if probability != "1":
            ax.text(a[0] + 0.43, a[1] + 0.25, probability, fontsize=6, color=colour)
        return
    tail, head = (
        ((a[0], a[1] - 0.19), (b[0], b[1] + 0.19)) if a[0] == b[0] else ((a[0] + 0.3, a[1]), (b[0] - 0.3, b[1]))
    )
    ax.annotate(
        "",
        head,
        tail,
        zorder=1,
        arrowprops={"arrowstyle": "-|>", "color": colour, "lw": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8},
    )
    if probability != "1":
        ax.text((a[0] + b[0]) / 2 + 0.06, (a[1] + b[1]) / 2, probability, fontsize=6, color=colour, va="center")


def caption(data):
    reached = sum(s["on_path"] for s in data["states"])
    return (
        f"States of the reduced game (k constraints in force, f frustration) with the equilibrium outcome in each; filled "
        f"boxes are the {reached} of {len(data['states'])} states reached from the start, numbers are probabilities other "
        f"than one. Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
