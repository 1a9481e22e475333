"""What the ratchet game can show under each of the 24 x 24 pairs of strict orderings of the four outcomes."""

from gametheory.figures import run_alone
from gametheory.plotting import PATTERN_STYLE, WIDTHS
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.ordering_map import MAP_PATTERNS, ordering_map

SIZE = (WIDTHS["page"], 6.6)
PLACE = "main 6"
CLAIMS = (28, 29, 32, 33)

KINDS = {  # kind of a pair: (face, hatch, words)
    "forced": (PATTERN_STYLE["cycle"][0], "", "cycle possible; certain once constraints bite"),
    "possible": ("#faf0c8", "", "cycle possible, never certain"),
    "virtuous path": (PATTERN_STYLE["virtuous path"][0], "", "virtuous path certain"),
    "stalemate": (*PATTERN_STYLE["stalemate"][:2], "stalemate certain"),
    "neither": ("#ffffff", "", "no cycle, nothing certain"),
}


def data():
    """For each pair, proved for all payoffs: whether the cycle can occur, and what must occur."""
    free, biting = ordering_map(), ordering_map(biting=True)
    kinds = []
    for p, q in zip(free.pairs, biting.pairs, strict=True):
        if "cycle" in p.some:
            kinds.append("forced" if q.forced == "cycle" else "possible")
        else:
            kinds.append(p.forced or "neither")
    orders = [str(p.mx) for p in free.pairs[:24]]
    stated = {name: [s.player, str(s.ordering)] for name, s in study.STATED.items() if s.ordering.is_strict}
    return {
        "orders": orders,
        "kinds": [kinds[24 * i : 24 * i + 24] for i in range(24)],
        "counts": {name: list(n) for name, n in free.counts().items()},
        "forced_when_biting": biting.counts()["cycle"][2],
        "stated": stated,
    }


def _plain(order):
    return order.replace(" > ", " ")


def draw(ax, data):
    from matplotlib.patches import Patch, Rectangle

    for i, row in enumerate(data["kinds"]):
        for j, kind in enumerate(row):
            face, hatch, _ = KINDS[kind]
            ax.add_patch(Rectangle((j, i), 1, 1, facecolor=face, edgecolor="#bbbbbb", lw=0.3, hatch=hatch or None))
    for edge in range(0, 25, 6):
        ax.axhline(edge, color="black", lw=0.7)
        ax.axvline(edge, color="black", lw=0.7)
    names = [_plain(order) for order in data["orders"]]
    ax.set_xticks([j + 0.5 for j in range(24)], names, rotation=90, fontsize=5.5, family="DejaVu Sans Mono")
    ax.set_yticks([i + 0.5 for i in range(24)], names, fontsize=5.5, family="DejaVu Sans Mono")
    ax.tick_params(length=0, pad=2)
    for spine in ax.spines.values():
        spine.set_visible(False)
    said = {"US": {}, "MX": {}}
    for name, (who, order) in data["stated"].items():
        word = name.partition("_")[2].replace("_", " ") or "stated"
        said[who].setdefault(names.index(_plain(order)), []).append(word)
    column = names.index(_plain(data["stated"]["mx"][1]))
    for place, words in said["US"].items():
        ax.get_yticklabels()[place].set_fontweight("bold")
        ax.add_patch(Rectangle((column, place), 1, 1, facecolor="none", edgecolor="black", lw=1.6, zorder=3))
        ax.text(24.3, place + 0.5, ", ".join(words), va="center", fontsize=6)
    for place, words in said["MX"].items():
        ax.get_xticklabels()[place].set_fontweight("bold")
        ax.text(place + 0.5, -0.25, ", ".join(words), va="bottom", ha="center", rotation=90, fontsize=6)
    ax.set_xlim(0, 24)
    ax.set_ylim(24, 0)
    ax.set_aspect("equal")
    ax.set_ylabel("Washington's ordering, best outcome first")
    ax.set_xlabel("Mexico's ordering, best outcome first")
    handles = [
        Patch(facecolor=face, hatch=hatch, edgecolor="#777777", linewidth=0.4, label=label)
        for face, hatch, label in KINDS.values()
    ]
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.1), ncol=2, columnspacing=1.5)


def caption(data):
    some, _, forced = data["counts"]["cycle"]
    return (
        f"The ratchet game with at most one constraint (K = 1) under each of the 576 pairs of strict orderings; every entry is proved for all "
        f"payoffs that agree with the orderings and all discount factors. The cycle ({MAP_PATTERNS['cycle']}) can occur under {some} pairs; it is "
        f"certain under {forced} of them, and under {data['forced_when_biting']} once constraints bite (with one in force, joint work beats both "
        f"raids for Washington, and enforcing beats shirking for Mexico). Bold: orderings read from the article, of both governments and of groups at home; boxes: the stated Mexican one. Exact ties are left aside."
    )


run_alone(__name__, globals())
