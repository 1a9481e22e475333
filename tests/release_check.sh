#!/bin/sh
# Build a wheel and a source distribution, install each in a clean environment, and try what a new user tries first.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$PYTHON" -m venv "$work/build"
"$work/build/bin/python" -m pip install --quiet --disable-pip-version-check build
"$work/build/bin/python" -m build --outdir "$work/dist" "$here" > "$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
for made in "$work"/dist/*.whl "$work"/dist/*.tar.gz; do
    echo "== $(basename "$made")"
    rm -rf "$work/env"
    "$PYTHON" -m venv "$work/env"
    "$work/env/bin/python" -m pip install --quiet --disable-pip-version-check -c "$here/constraints.txt" "$made"
    cd "$work"
    "$work/env/bin/python" - <<'PROGRAM'
import importlib.metadata as metadata
from pathlib import Path

import gametheory as gt

assert (Path(gt.__file__).parent / "py.typed").exists(), "the package says nothing about its types"
assert metadata.version("gametheory-of-orderings") == gt.__version__
us, mx = gt.Ordering("UA > NE > UP > NS"), gt.Ordering("NS > NE > UP > UA")
game = gt.DynamicGame.sequential(first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, payoffs=(us, mx),
                                 players=("US", "MX"), discount="1/2")
game = game.with_rules(gt.Counter("k", upto=3, on={"UP": 1}), gt.Fine("US", on=("UA", "UP"), by="k"),
                       gt.Bonus("MX", on="NE", by="3*k/4"))
print(gt.verdict(gt.solve(game, gt.MarkovPerfect(pure=True)), "UP+ NE forever"))
PROGRAM
    "$work/env/bin/gametheory" figures typology cycle --out "$work/results-$(basename "$made")"
    cd "$here"
done
echo "release-check: wheel and source distribution install and work"
