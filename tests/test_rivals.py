"""The rival accounts: each derived under its own concept, and held against the article's game with the same numbers."""

import itertools
import random
from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import rival_gradualism as gradual
from gametheory.studies.us_mexico import rival_indirect_control as control
from gametheory.studies.us_mexico import rival_realism as realism
from gametheory.studies.us_mexico import rival_tied_hands as hands
from gametheory.studies.us_mexico import rivals
from gametheory.studies.us_mexico.family import LedgerVerdict, verdicts_of
from gametheory.studies.us_mexico.reduced import VARIANTS
from gametheory.studies.us_mexico.rival_plays import constant_play
from gametheory.studies.us_mexico.tied_hands import sustained


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


# --- tied hands -------------------------------------------------------------------------------------------------------


def test_a_fine_raises_the_joint_payoff_and_a_larger_one_destroys_it():
    """By hand at d = 2/5 (D = 2/3): 1.7 > D 1.5 untied; 1 <= D 2.2 at f = 7/10; f - 7/10 <= D 2.2 ends at 13/6."""
    low, least, top, over = hands.fine_curve(["41/100", "42/100", "13/6", "11/5"], discount="2/5")
    assert (least.joint, top.joint) == (4, 4)
    assert low.joint < 4
    assert over.joint < 4
    assert "UR" not in over.admitted


def test_patience_makes_tying_hands_needless_and_impatience_useless():
    patient = hands.fine_curve([0, "7/10"], discount="3/5")
    hasty = hands.fine_curve([0, "7/10"], discount="3/10")
    assert [p.joint for p in patient] == [4, 4]
    assert all(p.joint < 4 for p in hasty)


def test_without_payments_the_curve_is_never_higher():
    for p in hands.fine_curve([0, "7/10", 3], discount="3/5"):
        assert p.without_payments is not True or p.joint == 4


def test_without_memory_a_fine_alone_brings_no_joint_work():
    for fine in (0, "7/10", 1, 10):
        solution = gt.solve(hands.contract(fine=fine, discount="9/10"), gt.MarkovPerfect())
        assert all(e.chain.frequencies().get("NC", 0) == 0 for e in solution.equilibria)
    assert verdict("rival_tied_hands", "Tied hands alone").verdict is LedgerVerdict.CONTRADICTED


# --- indirect control -------------------------------------------------------------------------------------------------


def control_draws(seed, count):
    rng = random.Random(seed)

    def of(low, high):
        return Fraction(rng.randint(low * 20, high * 20), 20)

    while count:
        v = {
            "delta_US": Fraction(rng.randint(5, 19), 20), "delta_MX": Fraction(rng.randint(8, 19), 20), "a0": 0, "m0": 0, "t": 3,
            "q": Fraction(rng.randint(1, 9), 20), "r": Fraction(rng.randint(1, 20), 20), "rc": of(1, 3), "ru": of(-2, 1),
            "l": of(0, 2), "e": of(0, 1) + Fraction(1, 20), "s": of(0, 3), "z": of(0, 3) + Fraction(1, 70),
        }  # fmt: skip
        if max(v["ru"], -v["l"]) < v["rc"]:
            count -= 1
            yield v


def test_discipline_exists_exactly_where_the_proposition_says():
    control.DISCIPLINE.verify()
    trials = [t for v in control_draws(2, 200) for t in control.DISCIPLINE.trial(v)]
    assert all(t.predicted == t.found for t in trials)
    assert min(sum(t.found == word for t in trials) for word in ("discipline", "no discipline")) >= 30


def test_leniency_beyond_its_limit_ends_enforcement():
    """By hand: (4/5)(6/5)/(1/2) - 10/9 = 182/225."""
    limit = control.longest_leniency(delta="9/10", q="1/5", loss="6/5", effort="1/2")
    assert limit == Fraction(182, 225)
    for r, held in ((limit - Fraction(1, 500), True), (limit + Fraction(1, 500), False)):
        solution = gt.solve(control.control_numbers(r=r), gt.MarkovPerfect(pure=True))
        assert any(e.chain.frequencies().get("NE", 0) for e in solution.equilibria) is held


def test_intervention_recurs_for_ever_and_its_share_is_the_phases():
    """Phases are left with probabilities q and r, so that reliance fills r / (q + r) = 5/7 of the periods."""
    shares = [e.chain.frequencies() for e in control.pure(control.control_numbers()).equilibria]
    best = max(shares, key=lambda f: f.get("NE", 0))
    assert best["NE"] == Fraction(5, 7)
    assert best["UP"] == Fraction(2, 7)


def test_a_ratchet_that_bites_leaves_talk_alone_in_every_equilibrium_mixed_ones_too():
    solution = gt.solve(control.control_numbers(K=1, c="4"), gt.MarkovPerfect())
    assert solution.status is gt.Status.COMPLETE
    assert all(e.chain.frequencies() == {"NS": 1} for e in solution.equilibria)
    assert verdict("rival_indirect_control", "Unilateral acts raise").verdict is LedgerVerdict.CONTRADICTED


def test_a_proof_step_of_discipline_that_is_wrong_is_refused():
    wrong = control._step("", "(u - w)*(1 - d + d*q + d*r) == (1 - d)*(x + e)", *control._MX)
    with pytest.raises(gt.CertificateError):
        wrong.verify()


# --- gradualism -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d", "B", "G"), [("4/5", 3, 1), ("9/10", "3/2", 1), ("1/2", 10, "1/3")])
def test_nobody_gains_by_stopping_on_the_gradual_path_and_raising_more_would_not_be_held_up(d, B, G):
    """Values summed over a long horizon, with the tail bounded: the proof's identity is not used."""
    d, B, G, n = Fraction(d), Fraction(B), Fraction(G), 60
    levels = (Fraction(0), *gradual.gradual_path(delta=d, B=B, G=G, periods=n))
    steps = [y - x for x, y in itertools.pairwise(levels)]
    assert {b / a for a, b in itertools.pairwise(steps)} == {G / (d * B)}
    for t in range(1, 8):
        head = sum((1 - d) * d ** (k - t) * (B - G) * levels[k] for k in range(t, n))
        low, high = head + d ** (n - t) * (B - G) * levels[n], head + d ** (n - t) * (B - G)
        stop = B * levels[t] - G * levels[t - 1]
        assert low <= stop <= high  # indifferent, within the tail
        assert high - low < Fraction(1, 10**4)
        for share in (Fraction(1, 3), Fraction(9, 10)):  # a smaller step, after which nobody raises any more
            part = levels[t - 1] + share * steps[t - 1]
            assert B * levels[t] - G * part < stop


def test_finitely_many_irreversible_steps_are_never_taken():
    for steps in (1, 2, 3):
        for delta in ("1/2", "99/100"):
            found = gradual._sets(steps, delta=delta).payoff_sets[0]
            assert found.inner == found.outer == ((0, 0),)
    everything = gt.solve(gradual._numeric(steps=1), gt.MarkovPerfect())  # mixed ones too
    assert everything.status is gt.Status.COMPLETE
    assert all(e.chain.frequencies() == {"UR": 1} for e in everything.equilibria)


def test_revocable_commitments_are_sustained_from_the_known_discount_factor():
    """Grim in a dilemma with gains B for the other and costs G: delta >= G/B = 1/3."""
    for delta, held in (("33/100", False), ("34/100", True)):
        found = gt.solve(gradual.revocable_game().subs(B=3, G=1, delta=delta), gt.SubgamePerfect())
        assert ((2, 2) in found.payoff_sets[0]) is held


def test_no_step_is_worth_taking_for_the_impatient():
    with pytest.raises(gt.InputError, match="more than G/B"):
        gradual.gradual_path(delta="1/4", B=3, G=1, periods=2)
    with pytest.raises(gt.InputError):
        gradual.commitment_game(steps=0)
    for step in (*gradual.STEPS, gradual.LAST_STEP):
        step.verify()


# --- on the same axes -------------------------------------------------------------------------------------------------


def value(account, implication, concept="own"):
    return next(
        p.value
        for p in rivals.predictions()
        if (p.account, p.concept, p.implication) == (account, concept, implication)
    )


def test_every_account_predicts_every_observable_thing_under_both_concepts():
    names = [(p.account, p.concept, p.implication) for p in rivals.predictions()]
    assert len(names) == len(set(names)) == 2 * len(rivals.ACCOUNTS) * len(rivals.IMPLICATIONS)
    assert all(p.value for p in rivals.predictions())


def test_raids_over_time_agree_with_the_path_and_with_the_two_phases():
    path = gt.solve(VARIANTS[0].game(), gt.MarkovPerfect(pure=True)).equilibria[0].path(12)
    assert [int(row.outcome[0] == "U") for row in path.periods] == list(rivals.raids_over_time("article")[0])
    q, r = Fraction(1, 5), Fraction(1, 2)  # the phase of intervention is entered with q and left with r
    phases = max(rivals.raids_over_time("indirect_control", periods=8), key=sum)
    assert list(phases) == [q / (q + r) * (1 - (1 - q - r) ** t) for t in range(8)]


def test_predictions_agree_with_what_each_rival_proves():
    assert value("realism", "final play") == "UA"
    assert value("realism", "power") == "rises"
    assert value("article", "power") == "flat"
    point = {**hands.frustrated_period(), "d": Fraction(2, 5), "f": Fraction(7, 10)}
    assert value("tied_hands", "final play") == ("NE" if sustained(point) else "")
    assert "NE" in value("gradualism", "final play")
    assert value("gradualism", "final play", "ours") == "NS"
    assert {value(a.name, "trade stake") for a in rivals.ACCOUNTS if a.has} == {"none"}  # trade cancels in all of them


def test_away_from_the_reference_numbers_realism_never_falls_and_the_article_need_not_rise():
    trends = rivals.power_trends(draws=4, seed=5)
    assert all(sum(found.values()) == 1 for found in trends.values())
    assert not any(answer.startswith("falls") for answer in trends["realism"])
    assert trends["article"].get("flat", 0) > trends["realism"].get("flat", 0)
    assert rivals.power_trends(draws=1, seed=5) == rivals.power_trends(draws=1, seed=5)


def test_a_rival_that_is_the_article_in_disguise_is_not_told_apart(monkeypatch):
    def plays(**change):
        return (constant_play("NE", Fraction(1)),)

    pair = (rivals.Account(name, name, "any", plays, plays) for name in ("article", "double"))
    monkeypatch.setattr(rivals, "ACCOUNTS", tuple(pair))
    monkeypatch.setattr(rivals, "predictions", rivals.predictions.__wrapped__)
    monkeypatch.setattr(rivals, "power_trends", lambda draws: {})
    only, apart, *_ = rivals._verdicts()
    assert rivals._differs() == {"double": []}
    assert only.verdict is apart.verdict is LedgerVerdict.CONTRADICTED


def test_unknown_accounts_and_concepts_are_refused():
    with pytest.raises(gt.InputError, match="one of article"):
        rivals.raids_over_time("idealism")
    with pytest.raises(gt.InputError, match="own"):
        rivals.raids_over_time("article", concept="theirs")
