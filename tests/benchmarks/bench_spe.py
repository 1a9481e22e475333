"""Payoff sets of random repeated games: how many are certified, agreement with QuantEcon, and both times in the same run.

    python -m tests.benchmarks.bench_spe [--games 1000] [--seed 1] [--actions 2 3] [--quantecon] [--verify 20] [--out FILE]
    python -m tests.benchmarks.bench_spe --ratchets 40

Games have integer payoffs from 0 to 9 (ties abound) and a discount factor drawn from ten. A game counts as certified if its
set is exact, or inner and outer bounds are within 1e-6. Where QuantEcon's answer differs, ``quantecon_answers.py`` decides who is
right and why. Cold means: a fresh interpreter, imports and first call included.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import statistics
import subprocess
import sys
import time
from fractions import Fraction

from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Fine
from gametheory.games.stage import StageGame
from tests.benchmarks.quantecon_answers import judge

DISCOUNTS = ("1/5", "3/10", "1/3", "2/5", "1/2", "3/5", "2/3", "3/4", "4/5", "9/10")

COLD = {
    "gametheory": """
from gametheory.games.stage import StageGame
from gametheory.games.dynamic import DynamicGame
from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.equilibria.subgame_perfect import SubgamePerfect
g = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="1/2")
assert len(AbreuPearceStacchetti().solve(g, SubgamePerfect()).payoff_sets["play"].outer) == 4
""",
    "quantecon": """
import numpy as np
from quantecon.game_theory import NormalFormGame, Player
from quantecon.game_theory.repeated_game import RepeatedGame
g = NormalFormGame([Player(np.array([[9., 1.], [10., 3.]])), Player(np.array([[9., 1.], [10., 3.]]))])
assert len(RepeatedGame(g, 0.5).equilibrium_payoffs().vertices) >= 4
""",
}


def random_games(count: int, seed: int, actions: list[int]):
    """Pairs of integer matrices and a discount factor."""
    draw = random.Random(seed)
    for _ in range(count):
        m = draw.choice(actions)
        a, b = ([[draw.randint(0, 9) for _ in range(m)] for _ in range(m)] for _ in range(2))
        yield a, b, draw.choice(DISCOUNTS)


PEER = """
import json, sys, time, warnings
import numpy as np
from quantecon.game_theory import NormalFormGame, Player
from quantecon.game_theory.repeated_game import RepeatedGame

def solve(a, b, delta):
    game = NormalFormGame([Player(np.array(a, float)), Player(np.array(b, float).T.copy())])
    start = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = RepeatedGame(game, delta).equilibrium_payoffs()
            answer = found.points[found.vertices].tolist()
        except Exception as error:
            answer = type(error).__name__
    took = time.perf_counter() - start
    if any("iteration" in str(w.message).lower() for w in caught):
        answer = "not converged"
    return answer, took

solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], 0.5)
for line in sys.stdin:
    print(json.dumps(solve(*json.loads(line))), flush=True)
"""


class Peer:
    """QuantEcon in a process of its own, started anew when it dies (its compiled loop writes beyond its arrays at times)."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def __call__(self, a, b, delta: str):
        """Vertices, or a word where there are none, and the seconds it took."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PEER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        try:
            self.process.stdin.write(json.dumps([a, b, float(Fraction(delta))]) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.process = None
            return "the process died", 0.0
        return tuple(json.loads(line))


def cold(which: str) -> float:
    """Seconds of a fresh interpreter that solves one game."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD[which]], check=True, capture_output=True)
    return time.perf_counter() - start


def ratchet(seed: int) -> DynamicGame:
    """Ten levels of random 3x3 stages with ties: one outcome adds a level, another does with probability 1/2, a third is fined."""
    draw = random.Random(seed)
    a, b = ([[draw.randint(0, 9) for _ in range(3)] for _ in range(3)] for _ in range(2))
    stage = StageGame(a, b, players=("US", "MX"), actions=(tuple("abc"), tuple("xyz")))
    game = DynamicGame.repeated(stage, discount=draw.choice(["1/3", "1/2", "2/3", "4/5", "9/10"]))
    return game.with_rules(Counter("k", upto=9, on={"ay": 1, "bx": "1/2"}), Fine("US", on="cz", by="k/2"))


def ratchets(count: int) -> None:
    """Seconds of processor time of each, and how far the bounds are apart."""
    took, widest = [], Fraction(0)
    for seed in range(count):
        game = ratchet(seed)
        start = time.process_time()
        sets = AbreuPearceStacchetti().solve(game, SubgamePerfect()).payoff_sets.sets
        took.append(time.process_time() - start)
        assert len(sets) == 10 and all(found.gap is not None and found.gap <= Fraction(1, 10**6) for found in sets)
        widest = max(widest, *(found.gap for found in sets))
    print(
        f"{count} ratchets: median {statistics.median(took):.2f} s, at most {max(took):.2f} s; gap at most {float(widest):.1e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ratchets", type=int, default=0, help="only so many games with ten levels")
    parser.add_argument("--games", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actions", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--quantecon", action="store_true")
    parser.add_argument("--verify", type=int, default=0, help="check every n-th solution again from its evidence")
    parser.add_argument("--out")
    args = parser.parse_args()
    if args.ratchets:
        ratchets(args.ratchets)
        return
    kinds: collections.Counter[str] = collections.Counter()
    peer: collections.Counter[str] = collections.Counter()
    ours, rational, irrational, failures, verified = [], [], [], [], 0
    widest = 0.0
    theirs = Peer()
    for number, (a, b, delta) in enumerate(random_games(args.games, args.seed, args.actions)):
        game = DynamicGame.repeated(StageGame(a, b), discount=delta)
        start = time.perf_counter()
        solution = AbreuPearceStacchetti().solve(game, SubgamePerfect())
        took = time.perf_counter() - start
        ours.append(took)
        found = solution.payoff_sets["play"]
        gap = found.gap
        if found.is_exact:
            kinds["exact: " + ("empty", "point", "segment", "polygon")[min(len(found.outer), 3)]] += 1
        elif gap is not None and gap <= Fraction(1, 10**6):
            kinds["within 1e-6"] += 1
            widest = max(widest, float(gap))
        else:
            kinds["not certified"] += 1
            failures.append((a, b, delta, str(found)))
        if args.verify and number % args.verify == 0:
            solution.verify()
            verified += 1
        if args.quantecon:
            points, other = theirs(a, b, delta)
            if not isinstance(points, str):
                (rational if found.is_exact else irrational).append((took, other))
            if isinstance(points, str):
                peer[points] += 1
            elif not found.outer:
                peer["a set where there is none"] += 1
            else:
                verdict = judge(a, b, delta, points, solution)
                peer[verdict] += 1
                if verdict != "agrees within 1e-4":
                    failures.append(("QuantEcon", a, b, delta, verdict, str(found), points))
    summary = {
        "games": args.games,
        "seed": args.seed,
        "kinds": dict(kinds),
        "widest gap of the inexact": widest,
        "verified again": verified,
        "seconds": {"median": statistics.median(ours), "mean": statistics.mean(ours), "max": max(ours)},
    }
    if args.quantecon:
        summary["quantecon"] = dict(peer)
        for name, pairs in (("rational", rational), ("irrational", irrational)):
            if pairs:
                summary[f"median seconds, {name}"] = [
                    statistics.median(p[0] for p in pairs),
                    statistics.median(p[1] for p in pairs),
                ]
        for which in COLD:
            summary[f"cold start, {which}"] = min(cold(which) for _ in range(3))
    print(json.dumps(summary, indent=1))
    for failure in failures[:20]:
        print(failure)
    if args.out:
        with open(args.out, "w") as file:
            json.dump({**summary, "failures": [list(map(str, f)) for f in failures]}, file, indent=1)


if __name__ == "__main__":
    main()
