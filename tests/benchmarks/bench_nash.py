"""Times and answers of the exact Nash solver beside its peers, in one run.

    python tests/benchmarks/bench_nash.py                  times on random integers 0..99, equal answers asserted
    python tests/benchmarks/bench_nash.py --fuzz 5000      degenerate games, compared as sets, each certificate checked

Needs pygambit; ``--fuzz`` uses lrsnash too where it is installed (Debian's lrslib).
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pygambit

from gametheory.equilibria.completeness import check_nash
from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.solvers.vertices import Vertices, enumerate_nash
from gametheory.games.stage import StageGame

Table = list[list[int]]
Pairs = set[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]]


def random_game(rng: random.Random, m: int, n: int, low: int, high: int) -> tuple[Table, Table]:
    """Two tables of independent integers."""
    return tuple([[rng.randint(low, high) for _ in range(n)] for _ in range(m)] for _ in range(2))  # type: ignore[return-value]


def gambit_game(a: Table, b: Table) -> pygambit.Game:
    """The same game for pygambit."""
    return pygambit.Game.from_arrays(a, b)


def gambit_pairs(game: pygambit.Game, *, exact: bool = True) -> Pairs:
    """pygambit's answer as a set (its exact list may repeat equilibria)."""
    found = pygambit.nash.enummixed_solve(game, rational=exact).equilibria
    rows, columns = (list(player.strategies) for player in game.players)
    return {
        (
            tuple(Fraction(int(profile[s].numerator), int(profile[s].denominator)) for s in rows),
            tuple(Fraction(int(profile[s].numerator), int(profile[s].denominator)) for s in columns),
        )
        for profile in found
    }


def lrs_pairs(a: Table, b: Table, program: str) -> Pairs:
    """lrsnash's answer as a set: blocks of the second player's strategies, each before one of the first player's."""
    tables = ["\n".join(" ".join(map(str, row)) for row in table) for table in (a, b)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game"
        path.write_text(f"{len(a)} {len(a[0])}\n\n{tables[0]}\n\n{tables[1]}\n")
        text = subprocess.run([program, str(path)], capture_output=True, text=True, check=True, timeout=60).stdout
    pairs: Pairs = set()
    ys: list[tuple[Fraction, ...]] = []
    for line in text.splitlines():
        if re.match(r"[12]\s", line):
            player, *numbers = line.split()
            strategy = tuple(Fraction(k) for k in numbers[:-1])
            if player == "2":
                ys.append(strategy)
            else:
                pairs |= {(strategy, y) for y in ys}
        elif not line.strip():
            ys = []
    return pairs


def seconds(call: Callable[[], object]) -> float:
    """The better of two times."""
    best = float("inf")
    for _ in range(2):
        start = perf_counter()
        call()
        best = min(best, perf_counter() - start)
    return best


def times(seed: int) -> None:
    """Median times per game, in microseconds, and the medians of their ratios to pygambit's.

    "equilibria" is the complete exact set from two tables; "Solution" is everything that ``solve`` returns for a game
    that is already a ``StageGame``: payoffs, components and indices as well; pygambit's game is also built beforehand.
    """
    print(
        "size  games  equilibria  Solution   check   gambit rational (ratios to both)   gambit float (ratios to both)"
    )
    for size, games in ((2, 400), (3, 400), (4, 200), (6, 60), (8, 10)):
        rng = random.Random(seed + size)
        ours, whole, checks, exact, floats = [], [], [], [], []
        for _ in range(games):
            a, b = random_game(rng, size, size, 0, 99)
            game = gambit_game(a, b)
            ours.append(seconds(lambda: enumerate_nash(a, b)))  # noqa: B023
            stage = StageGame(a, b)
            whole.append(seconds(lambda: Vertices().solve(stage, Nash())))  # noqa: B023
            exact.append(seconds(lambda: pygambit.nash.enummixed_solve(game, rational=True)))  # noqa: B023
            floats.append(seconds(lambda: pygambit.nash.enummixed_solve(game, rational=False)))  # noqa: B023
            found = enumerate_nash(a, b)
            start = perf_counter()
            check_nash(a, b, found.equilibria, found.certificate, components=found.components)
            checks.append(perf_counter() - start)
            assert set(found.equilibria) == gambit_pairs(game), (a, b)
        us, all_of_it, check, peer, peer_float = (
            statistics.median(t) * 1e6 for t in (ours, whole, checks, exact, floats)
        )
        ratios = [
            statistics.median(theirs / mine for theirs, mine in zip(peer_times, our_times, strict=True))
            for peer_times in (exact, floats)
            for our_times in (ours, whole)
        ]
        print(
            f"{size}x{size} {games:6d} {us:11.1f} {all_of_it:9.1f} {check:7.0f} {peer:17.1f} "
            f"({ratios[0]:6.1f} {ratios[1]:6.1f}) {peer_float:16.1f} ({ratios[2]:5.1f} {ratios[3]:5.1f})"
        )


def fuzz(count: int, seed: int) -> None:
    """Degenerate games of several shapes: our set against pygambit's and lrsnash's, every certificate checked."""
    program = shutil.which("lrsnash")
    rng = random.Random(seed)
    shapes = [(4, 4, 2)] * 4 + [(3, 3, 1), (3, 3, 2), (2, 2, 2), (2, 5, 2), (5, 2, 1), (3, 4, 3), (1, 4, 2), (4, 1, 2)]
    degenerate = most = most_subsets = compared_lrs = 0
    signs: dict[int, int] = {}
    for number in range(count):
        m, n, high = shapes[number % len(shapes)]
        a, b = random_game(rng, m, n, 0, high)
        found = enumerate_nash(a, b)
        ours = set(found.equilibria)
        assert len(ours) == len(found.equilibria), (a, b)
        assert ours == gambit_pairs(gambit_game(a, b)), ("pygambit differs", a, b)
        if program and min(m, n) > 1:
            assert ours == lrs_pairs(a, b, program), ("lrsnash differs", a, b)
            compared_lrs += 1
        assert sum(component.index for component in found.components) == 1, (a, b)
        check_nash(a, b, found.equilibria, found.certificate, components=found.components)
        degenerate += any(len(s.x_vertices) * len(s.y_vertices) > 1 for s in found.subsets)
        most, most_subsets = max(most, len(ours)), max(most_subsets, len(found.subsets))
        for component in found.components:
            signs[component.index] = signs.get(component.index, 0) + 1
    print(
        f"{count} games equal to pygambit rational, {compared_lrs} of them to lrsnash; all certificates verified; "
        f"{degenerate} with a continuum, at most {most} extreme equilibria and {most_subsets} subsets; "
        f"components by index {dict(sorted(signs.items()))}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzz", type=int, metavar="N", help="compare N degenerate games instead of timing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.fuzz:
        fuzz(arguments.fuzz, arguments.seed)
    else:
        times(arguments.seed)
