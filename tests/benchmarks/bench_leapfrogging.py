"""All Markov perfect equilibria without listing them: leapfrogging and the ratchet, timed, with the answers asserted.

Run: python tests/benchmarks/bench_leapfrogging.py [repeats] [six]
With "six" the game of six levels is counted too, which takes some minutes.

Times are medians of repeated calls in this one process (wall clock and processor time). Published numbers of equilibria of
leapfrogging: Iskhakov, Rust and Schjerning, Review of Economic Studies 83 (2016), Table 2. The ratchet games are the
study's reduced game with 21 levels of constraint and 6 of frustration (126 states), at its baseline and at ten parameter
sets drawn at random and kept because they have many equilibria.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from statistics import median
from time import perf_counter, process_time

import numpy as np

import gametheory as gt
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solvers.directional import Directional, count
from gametheory.studies import leapfrogging

PUBLISHED = {3: 127, 4: 46_707, 5: 192_736_405}
SIX = 67_807_807_386_651  # found here first; recorded to notice a change

NAMES = ["dU", "dM", "rho", "q", "rc", "ru", "l", "a0", "a1", "c", "m0", "m1", "e", "s", "z", "t"]
BASELINE = "1/2 9/10 1 2/5 2 3/2 1/2 0 3/5 1/2 0 2/5 1 2 6/5 3"
DRAWN = [
    "4/5 3/5 1 3/5 7/4 2/5 1/10 1/4 7/10 1/20 -1/10 3/20 29/20 19/10 17/10 3",
    "1/4 17/20 1 3/10 59/20 31/20 11/20 3/20 3/20 0 3/10 3/20 17/20 3/4 3/4 3",
    "11/20 9/20 1 3/5 7/5 8/5 1 9/20 1/10 1/10 -1/10 1/20 13/20 17/20 7/4 3",
    "9/10 2/5 1 2/5 13/20 37/20 2/5 7/20 2/5 0 1/10 1/20 9/10 9/5 3/5 3",
    "3/20 7/10 1 3/20 2 17/10 3/5 2/5 3/20 1/10 4/5 1/5 1 39/20 3/2 3",
    "7/20 11/20 1 4/5 21/10 2/5 1/20 1/20 0 1/10 0 3/10 6/5 7/4 5/4 3",
    "13/20 4/5 1 1/4 23/10 7/4 1/2 1/20 0 1/10 4/5 1/10 7/5 1/5 31/20 3",
    "9/10 11/20 1 1/4 49/20 7/20 1/4 1/4 11/20 1/4 -3/20 3/20 6/5 3/2 4/5 3",
    "7/10 9/20 1 3/20 8/5 3/5 1/10 1/4 0 1/20 1/4 3/20 21/20 13/20 11/10 3",
    "7/10 7/20 1 2/5 23/10 19/20 1/20 3/20 3/20 1/20 -1/5 1/5 13/10 11/10 23/20 3",
]


def timed(call, repeats):
    """Median wall and processor seconds, and the last result."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = perf_counter(), process_time()
        result = call()
        walls.append(perf_counter() - wall)
        cpus.append(process_time() - cpu)
    return median(walls), median(cpus), result


def ratchet(top: int, steps: int) -> gt.DynamicGame:
    """The reduced game with constraints 0..top and frustration 0..steps."""
    game = gt.DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        payoffs={"NE": ("rc", "t+m0-e"), "NS": (0, "t"), "UA": ("ru+a0", "t-s"), "UP": ("a0-l", "t-z")},
        players=("US", "MX"),
        discount=("dU", "dM"),
    )
    return game.with_rules(
        gt.Counter("k", upto=top, on={"UP": "rho"}),
        gt.Counter("f", upto=steps, on={"NS": 1, "NE": "q"}, reset_on=gt.stepped("k")),
        gt.Fine("US", on=("UA", "UP"), by="c*k"),
        gt.Bonus("US", on=("UA", "UP"), by="a1*f"),
        gt.Bonus("MX", on="NE", by="m1*k"),
    )


def visit(family):
    """Walk along every path of the graph, one after another, in compiled code: the number of paths and a sum over them.

    The sum is over the row player's value at the start, taken in the middle of its enclosure.
    """
    import numba

    layers = family.layers
    start = family.reader.game.start
    begins, targets, gains = [0], [], []
    offset, nodes = [], []
    for layer in layers:
        nodes.append(np.searchsorted(layer.source, np.arange(layer.size + 1)) + begins[-1])
        begins.append(begins[-1] + len(layer.target))
        targets.append(layer.target)
        gain = np.zeros(len(layer.target))
        if start in family.reader.game.parts[layer.part]:
            middles = [(a[0] + a[1]) / 2 for a, _ in family.reader.lane.enclosures(start)]
            position = family.reader.game.parts[layer.part].index(start)
            gain = np.array(middles)[layer.table.values[position]][layer.entry]
        gains.append(gain)
    offset = np.cumsum([0] + [len(n) for n in nodes])
    first, target, gain = np.concatenate(nodes), np.concatenate(targets), np.concatenate(gains)

    @numba.njit
    def walk(offset, first, target, gain):
        depth = len(offset) - 1
        edge = np.zeros(depth + 1, np.int64)
        end = np.zeros(depth + 1, np.int64)
        held = np.zeros(depth + 1)
        level, found, total = 0, 0, 0.0
        edge[0], end[0] = first[0], first[1]
        while level >= 0:
            if edge[level] == end[level]:
                level -= 1
                continue
            e = edge[level]
            edge[level] += 1
            worth = held[level] + gain[e]
            if level + 1 == depth:
                found += 1
                total += worth
                continue
            level += 1
            held[level] = worth
            at = offset[level] + target[e]
            edge[level], end[level] = first[at], first[at + 1]
        return found, total

    walk(offset[:2], np.array([0, 0]), target[:0], gain[:0])  # compile
    begin = perf_counter()
    found, total = walk(offset, first, target, gain)
    return found, total, perf_counter() - begin


def main(repeats: int, six: bool) -> None:
    """Print one line for each measurement."""
    if six:
        wall, cpu, found = timed(lambda: count(leapfrogging.game(6), MarkovPerfect()), 1)
        print(f"leapfrogging n=6: {found} equilibria, {wall:.0f} s ({cpu:.0f} s of processor time); {found.reason}")
        assert found == SIX
    for n, number in PUBLISHED.items():
        game = leapfrogging.game(n)
        wall, cpu, found = timed(lambda game=game: count(game, MarkovPerfect()), repeats)
        assert found == number
        print(f"leapfrogging n={n}: {found} equilibria, {wall:.3f} s ({cpu:.3f} s of processor time); {found.reason}")
    for n in (3, 5):
        game = leapfrogging.game(n, moves="alternating")
        wall, _, found = timed(lambda game=game: count(game, MarkovPerfect()), repeats)
        assert found == 1
        print(f"alternating moves n={n}: {found}, {wall:.3f} s")
    for technology, n in (("random", 3), ("random", 4), ("slow", 3), ("slow", 4)):
        game = leapfrogging.game(n, technology=technology)
        wall, _, found = timed(lambda game=game: count(game, MarkovPerfect()), 1)
        print(f"{technology} technology n={n}: {found}, {wall:.3f} s")
    begin = perf_counter()
    family = Directional().solve(leapfrogging.game(5), MarkovPerfect()).equilibria
    built = perf_counter() - begin
    found, total, walked = visit(family)
    assert found == family.size == PUBLISHED[5]
    print(
        f"every one of n=5 visited: {walked:.1f} s, after {built:.1f} s for the graph; mean value {total / found:.12f}"
    )
    begin = perf_counter()
    middle = family[family.size // 2]
    draws = family.sample(20, seed=1)
    assert len({e.profile for e in draws}) == 20
    print(
        f"one in the middle and 20 drawn: {perf_counter() - begin:.1f} s; firm 1 gets {float(middle.payoffs[0][0]):.9f}"
    )
    begin = perf_counter()
    low, high = family.extremes()
    print(
        f"{len(family.start_values)} disjoint enclosures at the start, firm 1 from {float(low[0]):.9f} to "
        f"{float(high[1]):.9f}: {perf_counter() - begin:.1f} s"
    )
    game = ratchet(20, 5)
    for text in (BASELINE, *DRAWN):
        values = {name: Fraction(x) for name, x in zip(NAMES, text.split(), strict=True)}
        begin = perf_counter()
        solution = Directional().solve(game.subs(**values), MarkovPerfect(pure=True))
        paths = solution.equilibria.paths()
        seconds = perf_counter() - begin
        assert solution.status is Status.COMPLETE
        assert sum(paths.values()) == solution.equilibria.size
        print(
            f"ratchet K=20 F=5: {solution.equilibria.size:,} pure, {len(paths)} paths, {seconds:.2f} s; such as {min(paths)[:60]}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, "six" in sys.argv)
