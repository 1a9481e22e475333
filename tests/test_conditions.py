"""Regions in fewer words are the same regions."""

import random
from fractions import Fraction

import pytest
import sympy

from gametheory.conditions import Logic, Region, evaluate
from gametheory.signs import Domain

NAMES = ("a", "b", "c")


def random_region(rng, domain):
    """A formula of a few linear and quadratic conditions with small coefficients: ties and redundancy abound."""
    logic = Logic(domain)
    ring = domain.ring
    a, b, c = sympy.symbols(NAMES)
    pool = [1, a, b, c, a * b]

    def atom():
        p = sum(rng.choice((-1, 0, 0, 1, 2)) * x for x in pool)
        return logic.atom(ring.read(p).num, rng.choice((">", ">=", ">=", "==")))

    def alternative():
        return logic.all_of([atom() for _ in range(rng.randint(1, 4))])

    return Region(domain, logic.any_of([alternative() for _ in range(rng.randint(1, 4))]))


@pytest.mark.parametrize("seed", range(40))
def test_fewer_words_say_the_same(seed):
    rng = random.Random(seed)
    a, b, _ = sympy.symbols(NAMES)
    domain = Domain(NAMES, ((), (a > 0,), (a > b, b > 0), (a >= b,))[seed % 4])
    region = random_region(rng, domain)
    tidy = region.tidy
    values = [Fraction(n, 2) for n in range(-4, 5)]
    points = 0
    for x in values:
        for y in values:
            for z in values:
                at = dict(zip(NAMES, (x, y, z), strict=True))
                if domain.contains(at):
                    points += 1
                    assert evaluate(domain, region.formula, at) == evaluate(domain, tidy.formula, at), (region, at)
    assert points > 50
    assert sum(1 for _ in tidy.formula.atoms()) <= sum(1 for _ in region.formula.atoms()) * 2


def test_what_follows_from_another_alternative_goes():
    m, rc = sympy.symbols("m rc")
    domain = Domain(("m", "rc"), ())
    logic = Logic(domain)

    def atom(p, op=">="):
        return logic.atom(domain.ring.read(p).num, op)

    wordy = logic.any_of(
        [
            logic.all_of([atom(m + 1), atom(rc + 4), atom(1 - m), atom(1 - rc)]),
            logic.all_of([atom(-m - 1), atom(1 - m)]),
            logic.all_of([atom(m + 1), atom(-rc - 4), atom(1 - m)]),
        ]
    )
    assert str(Region(domain, wordy)) == "(1 >= m and 1 >= rc) or m + 1 <= 0"
    tie = logic.all_of([atom(m - 1), atom(1 - m), atom(m)])
    assert str(Region(domain, tie)) == "m = 1"
    assert str(Region(domain, logic.all_of([atom(m - 1), atom(-m)]))) == "never"
