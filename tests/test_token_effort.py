"""Token effort: made exactly where the calm it buys is worth more than it costs, by hand and by solution."""

import random
from fractions import Fraction as F

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.token_effort import token_game

PURE = gt.MarkovPerfect(pure=True)


def test_the_effort_made_is_the_one_with_the_greatest_value_by_hand():
    """One step of frustration, no constraints: calm until it rises, then confrontation for ever, worth t - z.

    An effort of cost x after which frustration rises with probability p is worth v = (1-d)(t-x) + d(p(t-z) + (1-p)v).
    """
    rng, seen = random.Random(5), set()
    fixed = {"rc": 3, "rt": 1, "ru": 2, "l": 1, "a0": 0, "a1": 5, "t": 3, "delta_US": "1/2", "m0": 0}
    for _ in range(60):
        d, q, qt, z = (
            F(rng.randint(1, 19), 20),
            F(rng.randint(1, 9), 10),
            F(rng.randint(1, 9), 10),
            F(rng.randint(5, 30), 10),
        )
        et, e = sorted(z * F(rng.randint(1, 19), 20) for _ in range(2))
        if et == e:
            continue
        values = {"delta_MX": d, "q": q, "qt": qt, "z": z, "s": z + 1, "et": et, "e": e}
        worth = {
            x: ((1 - d) * (3 - cost) + d * p * (3 - z)) / (1 - d * (1 - p))
            for x, cost, p in (("NE", e, q), ("NT", et, qt), ("NS", 0, F(1)))
        }
        best = {x for x in worth if worth[x] == max(worth.values())}
        game = token_game(K=0, F=1).subs(**fixed, **values)
        found = {eq.path(1).outcomes[0] for eq in gt.solve(game, PURE).equilibria}
        assert found == best
        seen |= found
    assert seen == {"NE", "NT", "NS"}


def test_token_effort_without_use_leaves_the_reduced_game():
    """A T that costs as much as E and brings less is never played: paths are those of the game without it."""
    dear = {"rt": 0, "et": 1, "qt": 1}
    from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

    with_token = token_game().subs(**BASELINE, **dear)
    without = reduced_game().subs(**BASELINE)
    assert set(gt.solve(with_token, PURE).paths) == set(gt.solve(without, PURE).paths)


def test_the_least_effort_of_claim_6_is_a_finding_both_ways():
    kinds = {v.verdict.value for v in family.verdicts_of("token_effort") if 6 in v.claims}
    assert kinds == {"derived", "contradicted"}
