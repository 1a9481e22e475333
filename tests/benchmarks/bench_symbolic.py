"""Symbolic equilibria: times, and agreement with exact numeric solvers at random points.

    python tests/benchmarks/bench_symbolic.py [ordinal] [sizes] [atlas] [levels] [paths] [five]

Without names, everything but ``five`` (the 5x5 games, minutes).
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections import Counter
from fractions import Fraction

import sympy

import gametheory as gt
from gametheory.claims.induction import for_every_level
from gametheory.equilibria.solvers.symbolic_levels import Phase, compare_with_numbers, level_plan
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov, _numeric_path
from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash
from gametheory.equilibria.solvers.vertices import enumerate_nash
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

PURE = gt.MarkovPerfect(pure=True)
CELLS = ["NC", "NR", "UC", "UR"]


def extremes(game):
    subsets = [s for c in enumerate_nash(game.A, game.B).components for s in c.subsets]
    return {(x, y) for s in subsets for x in s.x_vertices for y in s.y_vertices}


def random_game(size, rng, weak=False):
    table = [[f"c{i}{j}" for j in range(size)] for i in range(size)]
    orders = []
    for _ in range(2):
        cells = [x for row in table for x in row]
        rng.shuffle(cells)
        text = cells[0]
        for x in cells[1:]:
            text += (rng.choice([" > ", " >= ", "; "]) if weak else " > ") + x
        orders.append(gt.Ordering(text))
    return gt.StageGame.from_orderings(*orders, outcomes=table, symbolic=True)


def ordinal():
    counts, started = Counter(), time.perf_counter()
    for a, b in itertools.product(itertools.permutations(CELLS), repeat=2):
        game = gt.StageGame.from_orderings(
            gt.Ordering(" > ".join(a)), gt.Ordering(" > ".join(b)), outcomes=[CELLS[:2], CELLS[2:]], symbolic=True
        )
        solution = SymbolicNash().solve(game, gt.Nash())
        if solution.status is gt.Status.COMPLETE and all(e.region.is_always for e in solution.equilibria):
            counts[tuple(sorted(len(e.supports[0]) for e in solution.equilibria))] += 1
    spent = time.perf_counter() - started
    print(f"576 strict ordinal 2x2 games: {spent:.2f} s; {dict(counts)}")
    if counts != {(1,): 432, (1, 1, 2): 72, (2,): 72}:
        raise SystemExit("the counts are wrong")


def sizes(which=((3, 40), (4, 12))):
    rng = random.Random(20)
    for size, count in which:
        times, status = [], Counter()
        for _ in range(count):
            game = random_game(size, rng)
            started = time.perf_counter()
            solution = SymbolicNash(seconds=120.0).solve(game, gt.Nash())
            times.append(time.perf_counter() - started)
            status[solution.status.name] += 1
        print(
            f"{size}x{size}, total orderings, {count} games: mean {sum(times) / count:.2f} s, largest {max(times):.2f} s; {dict(status)}"
        )


def atlas(points=10_000):
    rng = random.Random(5)
    differences = checked = degenerate = 0
    while checked < points:
        size = rng.choice([2, 2, 3])
        game = random_game(size, rng, weak=size == 2)
        solution = SymbolicNash().solve(game, gt.Nash())
        for values in solution.domain.points(250, seed=checked):
            numeric = game.subs(**{k: v for k, v in values.items() if k in game.parameters})
            exact = extremes(numeric)
            listed = {e.at(values) for e in solution.equilibria if e.region.contains(values)}
            if listed != exact:  # the point is degenerate, or something is wrong: ask for the cells listed apart
                degenerate += 1
                differences += set(solution.at(**values)) != exact
            checked += 1
    print(
        f"atlas against vertex enumeration at {checked} points ({degenerate} of them degenerate): {differences} differences"
    )
    if differences:
        raise SystemExit("the atlas is wrong")


rc, ru, l, a0, a1, c, m0, m1, e, s, z = sympy.symbols("rc ru l a0 a1 c m0 m1 e s z")  # noqa: E741
BASE = (c > 0, l > 0, a0 >= 0, a1 > 0, m0 >= 0, m1 >= 0, ru > 0)
US = (rc > ru + a0, a0 - l < 0, ru + a0 + a1 > rc, rc > a0 + a1 - l, a0 + a1 - l > 0)
MX = (e > m0, z > e - m0, s > z)
FREE = (s > 0, z > 0, e > 0)


BRIGHT = {
    "delta_US": "4/5", "delta_MX": "4/5", "rho": "4/5", "rc": 16, "ru": 2, "l": 1, "a0": "1/2", "c": "1/2",
    "m0": "1/10", "m1": 1, "e": "5/2", "s": 3, "z": 1, "t": 1,
}  # fmt: skip


def levels(points=6):
    """Conditions at every level, against every equilibrium of games with up to 8 levels."""
    cycle, joint = Phase({"f=0": "NS", "f=1": "UP"}, {"N": "S", "U": "P"}), Phase("NE", {"U": "P"})
    plans = {
        "deliberate investment": (0, [Phase("UP", {"N": "S"}), joint], (*BASE[:3], *BASE[4:], *FREE, rc > 0, a0 < l)),
        "cycle": (1, [cycle, joint], (*BASE, *US, *MX)),
    }
    for naive in ((), ("US",)):
        for name, (F, phases, assumptions) in plans.items():
            used = time.process_time()
            plan = level_plan(reduced_game(K=1, F=F), phases, ["m"], naive=naive, assumptions=assumptions)
            theorem = for_every_level(plan)
            used = time.process_time() - used
            yes, no = compare_with_numbers(plan, points=points, most=8, seed=1, holds=theorem.holds)
            near = {n: x for n, x in (BRIGHT if F == 0 else BASELINE).items() if n in plan.game.parameters}
            also = compare_with_numbers(plan, points=points, most=8, seed=2, holds=theorem.holds, near=near)
            yes, no = yes + also[0], no + also[1]
            kinds = Counter(part.at for part in theorem.parts)
            print(
                f"{'naive' if naive else 'forward-looking'}, {name} at every level: {used:.1f} s of processor; {dict(kinds)}; K = 1..8: in {yes}, out {no}, differences 0",
                flush=True,
            )


def paths(points=1000, only=""):
    cycle = {f"k={k}, f={f}": ("NS", "UP")[f] for k in range(3) for f in (0, 1)} | {"k=3, f=0": "NE", "k=3, f=1": "NE"}
    cases = {
        "cycle": (1, cycle, (*BASE, *US, *MX)),
        "deadlock": (1, {"k=0, f=0": "NS", "k=0, f=1": "NS"}, (*BASE, *FREE, *US[:4])),
        "deadlock at k = 2": (
            1,
            {f"k={k}, f={f}": ("NS", "UP")[f] for k in range(2) for f in (0, 1)} | {"k=2, f=0": "NS", "k=2, f=1": "NS"},
            (*BASE, *US, *MX),
        ),
        "realism": (1, {"k=0, f=0": "UA"}, (*BASE, *US, *FREE, e > m0)),
        "virtuous path": (1, {"k=0, f=0": "NE", "k=0, f=1": "NE"}, (*BASE, *US, *FREE)),
        "deliberate investment": (0, {f"k={k}": "UP" for k in ()}, (*BASE[:3], *BASE[4:], *FREE, rc > 0)),
    }
    for naive in (False, True):
        for name, (F, along, assumptions) in cases.items():
            if only not in f"{'naive' if naive else 'forward-looking'}, {name}":
                continue
            game = reduced_game(K=3, F=F, naive=naive)
            if name == "deliberate investment":
                along = {f"k={k}, f=0": "UP" for k in range(3)} | {"k=3, f=0": "NE"}
            started, used = time.perf_counter(), time.process_time()
            solution = SymbolicMarkov(assumptions=assumptions, along=along, seconds=600.0).solve(game, PURE)
            spent, used = time.perf_counter() - started, time.process_time() - used
            print(
                f"{'naive' if naive else 'forward-looking'}, {name}: {spent:.1f} s ({used:.1f} s of processor), {solution.status.name}, {len(solution)} paths",
                end="",
            )
            if len(solution):
                inside, outside, wrong = compare(game, solution, solution.equilibria[0], points)
                print(f"; points in {inside}, out {outside}, differences {wrong}", end="")
                if wrong:
                    raise SystemExit("\na region is wrong")
            print(flush=True)


def compare(game, solution, path, points):
    """Points in and out of the region: drawn over the domain, and around points of the region."""
    rng = random.Random(8)
    wanted = tuple(sorted(path.outcomes.items()))
    domain = solution.domain
    pool = domain.large_sample
    mask = solution._search.inside(path.region.formula, {})
    seeds = [dict(domain._shape.values(pool.point(int(i)))) for i in mask.nonzero()[0][:200]]
    counts, wrong, drawn = Counter(), 0, iter(domain.points(points, seed=9))
    tries = 0
    while min(counts[True], counts[False]) < points // 2 and tries < 4 * points:
        tries += 1
        if seeds and (counts[True] <= counts[False] or tries % 2):
            values = {k: v * Fraction(rng.randint(900, 1100), 1000) for k, v in rng.choice(seeds).items()}
        else:
            values = next(drawn, None)
            if values is None:
                break
        if not domain.contains(values):
            continue
        numeric = game.subs(**{k: v for k, v in values.items() if k in game.parameters})
        found = {_numeric_path(numeric, q) for q in gt.solve(numeric, PURE).equilibria}
        inside = path.region.contains(values)
        counts[inside] += 1
        if inside != (wanted in found) and not tied(numeric):
            wrong += 1
    return counts[True], counts[False], wrong


def tied(game):
    """Whether some action that is not chosen gains exactly nothing in some equilibrium."""
    nodes = sum(len(p.nodes) for p in game.periods)
    return any(
        sum(d.gain == 0 for d in PURE.check(game, q.profile).deviations) > nodes
        for q in gt.solve(game, PURE).equilibria
    )


if __name__ == "__main__":
    for part in sys.argv[1:] or ("ordinal", "sizes", "atlas", "levels", "paths"):
        if part == "five":
            sizes(((5, 2),))
        else:
            {"ordinal": ordinal, "sizes": sizes, "atlas": atlas, "levels": levels, "paths": paths}[part]()
