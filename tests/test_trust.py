"""Trust: two lasting states from the same payoffs, the circle's threshold by hand, and what eased worries cost."""

import random
from fractions import Fraction as F

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.trust import trust_game

PURE = gt.MarkovPerfect(pure=True)


def test_the_circle_starts_without_trust_exactly_at_the_threshold_found_by_hand():
    """No raids (l large). Enforcing at x = 0 until trust comes: v0 = (1-d)(m0-e) + d(g v1 + (1-g) v0), v1 = m0+m2-e; shirking: 0."""
    rng, seen = random.Random(2), set()
    fixed = {"rc": 1, "ru": 1, "l": 9, "a0": 0, "a1": 1, "t": 3, "z": 1, "s": 2, "m0": 0, "delta_US": "1/2"}
    for _ in range(40):
        d, g, e = F(rng.randint(1, 19), 20), F(rng.randint(1, 9), 10), F(rng.randint(1, 20), 10)
        m2 = e + F(rng.randint(1, 20), 10)
        worth = (1 - d) * (-e) + d * g * (m2 - e)
        if worth == 0:
            continue
        values = {**fixed, "delta_MX": d, "g": g, "e": e, "m2": m2}
        low, high = (
            {
                x.path(1).outcomes[0]
                for x in gt.solve(trust_game(K=0, X=1, start=x).subs(d=1, s1=0, **values), PURE).equilibria
            }
            for x in (0, 1)
        )
        assert low == {"NE" if worth > 0 else "NS"}
        assert high == {"NE"}
        seen |= low
    assert seen == {"NE", "NS"}


def test_the_same_numbers_last_in_two_ways():
    member = family.member("trust")
    low, high = (member.setting(name).game() for name in ("low", "high"))
    assert sorted(low.states) == sorted(high.states)
    assert [gt.solve(g, PURE).equilibria[0].path(9).sentence() for g in (low, high)] == ["NS for ever", "NE for ever"]


def test_eased_worries_end_the_trust_that_worries_protected():
    (e,) = gt.solve(family.member("trust").setting("eased").game(), PURE).equilibria
    assert e.path(9).sentence() == "UA UA, then NS for ever"


def test_shared_blame_builds_trust_before_mexico_enforces():
    (e,) = gt.solve(family.member("trust").setting("shared").game(), PURE).equilibria
    outcomes = e.chain.reachable().outcomes
    assert "BS" in outcomes and "NE" in outcomes and not any(x.startswith("U") for x in outcomes)
