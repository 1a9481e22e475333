"""Claims in bulk, on demand: ``python tests/benchmarks/bench_claims.py linear|curved|forged|mixed [number]``.

``linear``: random linear claims against the rays of cones. ``curved``: random polynomial claims, each Proved or Refuted
tried at many consistent points; the share that carries a certificate. ``forged``: mutated certificates with a fresh digest.
``mixed``: random
statements and assumptions with equations, products and quotients, every verdict held against random points.
Prints what it measured and asserts what it compared.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from test_claim_certificates import CERTIFICATES, mutate, true_of_its_text
from test_claims import by_rays, random_ordering

from gametheory.claims import Claim, verify_certificate
from gametheory.claims.certificate import seal
from gametheory.claims.search import search
from gametheory.errors import CertificateError, InputError


def spread(times: list[float]) -> str:
    times = sorted(times)
    middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
    return f"median {1000 * middle:.1f} ms, 99% {1000 * high:.1f} ms, longest {1000 * times[-1]:.1f} ms"


def linear(number: int) -> None:
    rng = random.Random(1)
    kinds: Counter[str] = Counter()
    times, wrong = [], 0
    for _ in range(number):
        names = "abcdef"[: rng.randint(2, 6)]
        order = random_ordering(rng, names)
        row = {x: rng.choice([-3, -2, -1, 0, 0, 1, 2, 3]) for x in names}
        if rng.random() < 0.8:
            row[names[-1]] -= sum(row.values())
        op = rng.choice([">", ">=", "=="])
        claim = Claim(" + ".join(f"({c})*{x}" for x, c in row.items()) + f" {op} 0", order)
        start = time.perf_counter()
        verdict = claim.prove()
        times.append(time.perf_counter() - start)
        found = {"proved": (True, False), "refuted": (False, True), "mixed": (True, True)}.get(verdict.kind)
        wrong += found != by_rays(order, row, op) or "solver-only" in verdict.evidence
        kinds[verdict.kind] += 1
    print(f"{number} linear claims: {dict(kinds)}, misjudged {wrong}; {spread(times)}")
    assert not wrong


def curved(number: int) -> None:
    rng = random.Random(2)
    kinds: Counter[str] = Counter()
    times = []
    gaps = ["(T-R)", "(R-P)", "(P-S)", "(T-P)", "(R-S)", "(T-S)", "d", "(1-d)"]
    for _ in range(number):
        terms = [
            f"{rng.randint(1, 4)}*{'*'.join(rng.choices(gaps, k=rng.randint(1, 3)))}" for _ in range(rng.randint(2, 4))
        ]
        text = " + ".join(terms[:-1]) + f" {rng.choice(['>', '>='])} {terms[-1]}"
        claim = Claim(text, ["T > R", "R > P", "P > S", "0 < d < 1"])
        start = time.perf_counter()
        verdict = claim.prove(seconds=5)
        times.append(time.perf_counter() - start)
        kinds[f"{verdict.kind} [{', '.join(verdict.evidence)}]"] += 1
        if verdict.kind in ("proved", "refuted"):
            found = search(claim, examples=40, seed=rng.randrange(10**6), wanted=verdict.kind == "refuted")
            assert found.counterexample is None, str(verdict)
    print(f"{number} polynomial claims: {dict(kinds)}; {spread(times)}")


def forged(number: int) -> None:
    rng = random.Random(3)
    accepted = 0
    for _ in range(number):
        data = mutate(rng.choice(CERTIFICATES), rng)
        try:
            data = seal(data)
            verify_certificate(data)
        except (CertificateError, TypeError, AttributeError):
            continue
        accepted += 1
        assert true_of_its_text(data), data
    print(f"{number} mutations with a fresh digest: {accepted} accepted, all of them true; the others rejected")


def mixed(number: int) -> None:
    rng = random.Random(77)
    kinds: Counter[str] = Counter()
    times = []
    names = "xyz"

    def line() -> str:
        return " + ".join([*(f"({rng.randint(-2, 2)})*{v}" for v in names), f"({rng.choice([0, 0, 1, -1])})"])

    def expression() -> str:
        return rng.choice([line(), line(), f"({line()})*({line()})", f"({line()})/({line()})"])

    for _ in range(number):
        given = [
            f"{line() if rng.random() < 0.75 else expression()} {rng.choice(['>', '>=', '==', '!='])} 0"
            for _ in range(rng.randint(0, 3))
        ]
        try:
            claim = Claim(
                f"{expression()} {rng.choice(['>', '>=', '==', '<='])} {expression()}", given, parameters=list(names)
            )
        except InputError:
            continue  # a division by the polynomial 0
        start = time.perf_counter()
        verdict = claim.prove(seconds=3)
        times.append(time.perf_counter() - start)
        kinds[f"{verdict.kind} [{', '.join(verdict.evidence)}]"] += 1
        if verdict.certificate is not None:
            verdict.verify()
        for _ in range(150):
            point = {v: Fraction(rng.randint(-4, 4), rng.randint(1, 3)) for v in names}
            if claim.consistent(point):
                assert verdict.kind != "contradictory"
                assert verdict.kind != "proved" or claim.holds_at(point)
                assert verdict.kind != "refuted" or not verdict.everywhere or not claim.holds_at(point)
    print(f"{number} claims of all kinds: {dict(kinds)}; {spread(times)}")


if __name__ == "__main__":
    todo = {"linear": linear, "curved": curved, "forged": forged, "mixed": mixed}
    todo[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
