"""The identified set of the whole reduced game (K = 3, F = 2) in the plane of delta_US and s, exact but for the boundaries.

Run it by hand; the last results stand in RESULTS_FIT.md. Smaller games run with the tests.
"""

import time

from gametheory.evidence.identified import identified_region
from gametheory.studies import us_mexico as study


def main():
    began = time.process_time()
    free = ("delta_US", "s")
    game = study.reduced_game().subs(**{k: v for k, v in study.BASELINE.items() if k not in free})
    found = identified_region(game, study.PATTERNS["cycle"], parameters=free)
    print(found)
    for kind in ("possible", "certain", "unique"):
        cells = found.cells(kind)
        print(
            f"{kind}: {len(cells)} cells, delta_US from about {float(min(c[0] for c in cells)):.3f} to {float(max(c[0] for c in cells)):.3f}, "
            f"s from about {float(min(c[1] for c in cells)):.3f} to {float(max(c[1] for c in cells)):.3f} (points inside the outermost cells)"
        )
    print(f"{time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
