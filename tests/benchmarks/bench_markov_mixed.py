"""A thousand random directional games against a second, naive implementation: zero differences.

Run with ``python -m tests.benchmarks.bench_markov_mixed [number of games] [first seed]``. Half of the games have 2x2 and
half 3x3 period games, up to 8 states, with and without states that play may stay in. Games in which the floating-point
oracle meets a close call are counted and drawn again; an answer that is PARTIAL by its own account is counted too.
"""

import random
import sys
import time
from fractions import Fraction

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers.markov import Markov
from gametheory.games.dynamic import DynamicGame
from tests.markov_oracle import all_equilibria, as_fractions, contained, draw, same

SECONDS = 120.0


def compare(seed):
    """(agree, number of equilibria, mixed ones, seconds) for one draw; None on a close call."""
    rng = random.Random(seed)
    actions = 2 + seed % 2
    A, B, T, d = draw(rng, states=rng.randint(1, 8 if actions == 2 else 6), actions=actions)
    count = len(A)
    expected = all_equilibria(A, B, as_fractions(T, lambda a, b: a / b), (d[0] / 20, d[1] / 20), count)
    if expected is None:
        return None
    transitions = as_fractions(T, Fraction)
    game = DynamicGame.from_arrays(list(zip(A, B, strict=True)), transitions, (Fraction(d[0], 20), Fraction(d[1], 20)))
    begin = time.process_time()
    solution = Markov(seconds=SECONDS).solve(game, MarkovPerfect())
    took = time.process_time() - begin
    found = [
        ([tuple(tuple(map(float, m)) for m in c) for c in e.profile], [tuple(map(float, v)) for v in e.values])
        for e in solution.equilibria
    ]
    if solution.status.name == "COMPLETE":
        agree = not solution.components and same(found, expected)
    else:  # an answer that says it is cut short must be part of the whole, and not the whole
        agree = len(found) < len(expected) and contained(found, expected)
    return agree, len(found), sum(not e.is_pure for e in solution.equilibria), took, solution


def main(games=1000, seed=0):
    done = close = differences = equilibria = mixed = partial = 0
    slowest = total = 0.0
    while done < games:
        result = compare(seed)
        seed += 1
        if result is None:
            close += 1
            continue
        agree, count, some, took, solution = result
        done += 1
        if solution.status.name != "COMPLETE":
            partial += 1
            print(f"seed {seed - 1}: {solution.status.name}, {solution.reason}")
        equilibria += count
        mixed += some
        total += took
        slowest = max(slowest, took)
        if not agree:
            differences += 1
            print(f"difference at seed {seed - 1}")
    print(
        f"{done} games, {equilibria} equilibria ({mixed} mixed), {differences} differences, {partial} PARTIAL; {close} draws too close for the "
        f"oracle; package {total:.1f} s, slowest game {slowest:.2f} s"
    )
    assert differences == 0


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
