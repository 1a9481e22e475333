"""The walk of the baseline's play through the 144 ordinal 2x2 games."""

from gametheory.figures import run_alone
from gametheory.plotting import OUTCOME_STYLE, WIDTHS, ink_on, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.topology_walk import walk_table

SIZE = (WIDTHS["page"], 4.2)
PLACE = "appendix"
CLAIMS = (22, 28, 32)


def data():
    """For each state: its games (their numbers; with ties, those it borders on), what is played, and when it is first reached."""
    rows = []
    for row in walk_table():
        games = {}
        for kind, game in (("stage", row.stage), ("continuation", row.continuation)):
            numbers = [game.number] if game.is_strict else list(game.bordering_numbers)
            games[kind] = {"numbers": numbers, "strict": game.is_strict, "name": str(game)}
        rows.append({"state": row.state, "visited": row.visited, "outcome": row.outcome, **games})
    return {"rows": rows, "parameters": study.BASELINE}


def _place(number):
    """Layers as Robinson and Goforth print them: 2 and 1 below, 3 and 4 above; classes from left and from below."""
    layer, row, column = (int(c) - 1 for c in str(number))
    right, up = {0: (1, 0), 1: (0, 0), 2: (0, 1), 3: (1, 1)}[layer]
    return 6.3 * right + column + 0.5, 6.3 * up + row + 0.5


def draw(ax, data):
    (row,) = panels(ax, 1, 2)
    for panel, kind, title in (
        (row[0], "stage", "a  Payoffs of the period"),
        (row[1], "continuation", "b  With what follows"),
    ):
        from matplotlib.patches import Rectangle

        for layer in range(1, 5):
            for i in range(1, 7):
                for j in range(1, 7):
                    x, y = _place(f"{layer}{i}{j}")
                    panel.add_patch(
                        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="#f6f6f6", edgecolor="#cccccc", lw=0.3)
                    )
            x, y = _place(f"{layer}11")
            high = layer in (3, 4)
            panel.text(x + 2.5, y + (6.0 if high else -0.95), f"layer {layer}", ha="center", va="center", fontsize=6)
        walked = sorted((r for r in data["rows"] if r["visited"] is not None), key=lambda r: r["visited"])
        seen = {}
        for r in walked:
            seen.setdefault(tuple(r[kind]["numbers"]), []).append(r)
        for numbers, rows in seen.items():
            face = OUTCOME_STYLE[rows[-1]["outcome"]][0]
            for number in numbers:
                x, y = _place(number)
                tied = len(numbers) > 1
                panel.add_patch(
                    Rectangle(
                        (x - 0.5, y - 0.5),
                        1,
                        1,
                        facecolor="none" if tied else face,
                        edgecolor="black",
                        lw=0.9,
                        ls=":" if tied else "-",
                    )
                )
                if not tied:
                    panel.text(x, y, number, ha="center", va="center", fontsize=4.6, color=ink_on(face))
        last = None
        for r in walked:
            spots = [_place(n) for n in r[kind]["numbers"]]
            here = tuple(sum(v) / len(spots) for v in zip(*spots, strict=True))
            if len(spots) > 1:
                panel.plot(*zip(*spots, strict=True), color="black", lw=0.8, ls=":", zorder=1)
                panel.plot(*here, "o", ms=3.5, mfc="white", mec="black", mew=0.8, zorder=3)
            if last is not None and last != here:
                panel.annotate(
                    "",
                    here,
                    last,
                    arrowprops={
                        "arrowstyle": "-|>",
                        "lw": 0.8,
                        "color": "black",
                        "connectionstyle": "arc3,rad=0.18",
                        "shrinkA": 5,
                        "shrinkB": 5,
                        "mutation_scale": 6,
                    },
                )
            last = here
        panel.set_xlim(-0.2, 12.6)
        panel.set_ylim(-1.1, 13.3)
        panel.set_aspect("equal")
        panel.set_axis_off()
        panel.set_title(title, loc="left", fontweight="bold")


def caption(data):
    def told(kind):
        walked = sorted((r for r in data["rows"] if r["visited"] is not None), key=lambda r: r["visited"])
        return ", ".join(
            f"{r['state']} {r[kind]['numbers'][0]}"
            if r[kind]["strict"]
            else f"{r['state']} between {' and '.join(map(str, r[kind]['numbers']))}"
            for r in walked
        )

    return (
        f"Each state that play reaches, as a 2x2 game (Washington N or U; Mexico complaisant or defiant) in the table of the 144 strict ordinal games of Robinson "
        f"and Goforth, row class upwards and column class to the right; colour: what is played there last (grey talk without effort, dark a raid met by "
        f"protest, green joint work); dotted, with a circle: a game with ties, on the border of two. (a) {told('stage')}. (b) {told('continuation')}. "
        f"Parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())
