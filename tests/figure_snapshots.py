"""Snapshots of the figures' data: compare, or renew them all by running this program (then renew the images, see the Makefile)."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "figures"


def plain(data):
    """As it is stored and drawn."""
    return json.loads(json.dumps(data))


def stored(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def difference(one, two, where="data"):
    """The first place where two data differ: exact values exactly, floats up to a millionth; empty if nowhere."""
    if isinstance(one, float) and isinstance(two, (int, float)):
        return "" if abs(one - two) <= 1e-6 * max(1, abs(one)) else f"{where}: {one} against {two}"
    if type(one) is not type(two):
        return f"{where}: {one!r} against {two!r}"
    if isinstance(one, dict):
        if list(one) != list(two):
            return f"{where}: {list(one)} against {list(two)}"
        return next((d for k in one if (d := difference(one[k], two[k], f"{where}.{k}"))), "")
    if isinstance(one, list):
        if len(one) != len(two):
            return f"{where}: {len(one)} entries against {len(two)}"
        return next((d for i, (a, b) in enumerate(zip(one, two)) if (d := difference(a, b, f"{where}[{i}]"))), "")
    return "" if one == two else f"{where}: {one!r} against {two!r}"


if __name__ == "__main__":
    from gametheory.figures import find_figures, load_figure

    FOLDER.mkdir(parents=True, exist_ok=True)
    for figure in find_figures():
        found = plain(load_figure(figure).data())
        path = FOLDER / f"{figure}.json"
        told = difference(stored(figure), found) if path.exists() else "new"
        path.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
        print(f"{figure}: {told or 'as before'}")
