"""Trade at risk: thresholds by hand against solutions, and the cases in which trade still cancels."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import family
from gametheory.studies.us_mexico.trade_at_risk import trade_game
from gametheory.studies.us_mexico.verdicts import cancels

PURE = gt.MarkovPerfect(pure=True)
FIXED = {"rc": 1, "u": 1, "ru": 3, "l": 1, "a0": 4, "m0": 0}


def outcomes(**values):
    solution = gt.solve(trade_game(K=0, F=0).subs(**FIXED, **values), PURE)
    return {e.path(1).outcomes[0] for e in solution.equilibria}


def test_sovereignty_is_given_up_for_trade_at_the_bound_found_by_hand():
    """Raids for ever: letting pass is worth t - s; resisting v = (1-d)(t-z) + d(tp(-z) + (1-tp)v)."""
    rng, seen = random.Random(3), set()
    for _ in range(60):
        d, tp, z = F(rng.randint(1, 19), 20), F(rng.randint(1, 10), 10), F(rng.randint(2, 20), 10)
        s, t = z + F(rng.randint(1, 20), 10), F(rng.randint(1, 60), 10)
        resist = ((1 - d) * (t - z) - d * tp * z) / (1 - d * (1 - tp))
        if resist == t - s:
            continue
        found = outcomes(delta_US="1/2", delta_MX=d, ts=0, tp=tp, z=z, s=s, t=t, e=1)
        assert found == {"UA" if t - s > resist else "UP"}
        seen |= found
    assert seen == {"UA", "UP"}


def test_with_risk_in_shirking_alone_no_amount_of_trade_buys_submission():
    for t in (1, 10, 10**6):
        assert outcomes(delta_US="1/2", delta_MX="99/100", ts="1/2", tp=0, z=1, s="11/10", t=t, e=1) == {"UP"}


@pytest.mark.parametrize(("risk", "expected"), [({"ts": 0, "tp": 0}, True), ({"ts": 0}, False), ({"tp": 0}, False)])
def test_trade_cancels_exactly_without_risk(risk, expected):
    assert cancels(trade_game(K=1, F=1).subs(**risk), "t") is expected


def test_the_three_amounts_of_trade_show_three_kinds_of_play():
    member = family.member("trade_at_risk")
    paths = [
        gt.solve(member.setting(name).game(), PURE).equilibria[0].path(40).sentence()
        for name in ("small", "middle", "large")
    ]
    assert len(set(paths)) == 3 and paths[2] == "NE for ever"
