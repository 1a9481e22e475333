"""The rival accounts: each derived under its own concept, and held against the article's game with the same numbers."""

import random
from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import rival_realism as realism
from gametheory.studies.us_mexico.family import LedgerVerdict, verdicts_of


def verdict(member, start):
    return next(v for v in verdicts_of(member) if v.statement.startswith(start))


# --- realism ----------------------------------------------------------------------------------------------------------


def test_realism_is_monotone_in_power_at_random_points():
    """Within the period (SPE by solving the tree): Washington's best and worst payoff never fall in w; A exactly if w z >= s."""
    rng = random.Random(1)
    for _ in range(25):
        p = {n: Fraction(rng.randint(1, 30), 10) for n in ("rc", "ru", "l", "s", "z", "t")}
        p |= {"h": Fraction(rng.randint(0, 20), 10), "a0": Fraction(rng.randint(-10, 20), 10), "m0": 0, "e": 1}
        best = []
        for w in (Fraction(k, 2) for k in range(1, 8)):
            tree = realism.period_tree().subs(**p, w=w)
            if w * p["z"] == p["s"]:
                continue
            payoffs = [e.payoffs[0] for e in gt.solve(tree, gt.SubgamePerfect()).equilibria]
            after_raid = max(
                ("UA", "UP"), key=lambda x, tree=tree: dict(zip(tree.labels, tree.payoffs, strict=True))[x][1]
            )
            assert (after_raid == "UA") == (w * p["z"] > p["s"])
            assert len(set(payoffs)) == 1
            best.append(payoffs[0])
        assert best == sorted(best)


def test_without_the_ratchet_the_answer_turns_at_realisms_threshold():
    """z = 6/5, s = 2: w z = s at w = 5/3."""
    for point in realism.power_curve(["1/2", "3/2", "8/5", "17/10", 2, 5], ratchet=False, delta_MX="1/2"):
        assert (point.patterns == ("realism",)) == (point.power > Fraction(5, 3))


def test_under_the_ratchet_more_power_ends_in_less():
    """At delta_MX = 1/2 the cycle ends in joint work (2 a period), overwhelming power in raids let pass (3/2 a period)."""
    weak, strong = realism.power_curve([1, 10], delta_MX="1/2")
    assert (weak.long_run, strong.long_run) == ((2, 2), (Fraction(3, 2), Fraction(3, 2)))
    assert verdict("rival_realism", "Under the ratchet").verdict is LedgerVerdict.CONTRADICTED


def test_leverage_deters_raids_in_both_games():
    for ratchet in (False, True):
        point = realism.power_curve([1], leverage=2, ratchet=ratchet)[0]
        assert point.patterns == ("stalemate",)


def test_realisms_claims_are_proved_for_all_payoffs():
    found = verdict("rival_realism", "Realism's prediction")
    assert found.verdict is LedgerVerdict.DERIVED
    assert "UA if" in found.detail
    with pytest.raises(gt.InputError):
        realism.power_game(powr=2)
