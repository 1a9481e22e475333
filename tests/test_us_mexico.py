"""The study: the published table of paths, calibration, inert parameters, coded cases."""

from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.success import success_game
from gametheory.studies.us_mexico.verdicts import cancels, phase_diagram

#: Path and number of pure Markov perfect equilibria for each variant, worked out independently of this package.
TABLE = {
    "baseline": (1, "NS NS UP NS NS UP NS UP, then NE for ever", "cycle"),
    "far_sighted": (1, "UP UP UP, then NE for ever", "deliberate investment"),
    "myopic": (1, "NS UP NS NS UP, then NS for ever", "deadlock"),
    "no_joint_gain": (1, "NS NS UP NS NS UP, then NS for ever", "deadlock"),
    "mutual_interest": (1, "NE for ever", "virtuous path"),
    "weak_sovereignty_no_gain": (2, "UA for ever", "realism"),
    "weak_sovereignty": (0, None, None),
    "naive": (1, "NS NS UP NS NS UP, then NS for ever", "deadlock"),
    "naive_low_price": (1, "NS NS UP NS NS UP NS NS UP, then NE for ever", "cycle"),
}


@pytest.mark.parametrize("variant", study.VARIANTS, ids=lambda v: v.name)
def test_every_row_of_the_table(variant):
    (result,) = study.solve_variants([variant])
    count, path, pattern = TABLE[variant.name]
    assert len(result.solution.equilibria) == count
    assert result.solution.status is gt.Status.COMPLETE
    assert result.paths == ((path,) if path else ())
    assert result.patterns == ((pattern,) if pattern else ())


def test_the_last_raid_of_the_baseline_is_a_deliberate_investment():
    """At k=2, f=1 a resisted raid pays -9/10 now, where fruitless talk pays 0."""
    game = study.VARIANTS[0].game()
    period = game.periods[game.states.index("k=2, f=1")]
    pay = {play.label: play.payoffs[0] for play in period.plays}
    assert (pay["UP"], pay["NS"]) == (F(-9, 10), 0)


def test_payoffs_satisfy_the_declared_orderings_without_constraints():
    checks = study.calibration(study.VARIANTS[0].game())
    assert len(checks) == 12
    assert all(all(c.holds) for c in checks if c.k == 0)
    assert all(c.holds == (None, None) for c in checks if c.k > 0)
    wrong = study.calibration(study.reduced_game().subs(**{**study.BASELINE, "rc": "1"}))
    assert not all(all(c.holds) for c in wrong if c.k == 0)


def test_trade_is_inert_and_proved_so():
    found = {r.parameter: r for r in study.inert_parameters()}
    assert (found["t"].is_inert, found["t"].evidence) == (True, "proved")
    assert not found["c"].is_inert
    assert all(r.tried for r in found.values() if r.evidence != "proved")


def test_a_chance_within_the_period_does_not_cancel():
    game = success_game(K=1, F=0)
    assert cancels(game, "t") and not cancels(game, "p")


def test_frustration_is_inert_for_the_far_sighted_only_while_applause_rises_slowly():
    """A finding: with a1 at 3/4 instead of 3/5 even a far-sighted United States first waits to be applauded."""
    slow = {r.parameter: r for r in study.inert_parameters(study.VARIANTS[1], factors=(0, "1/2", "3/4"))}["a1"]
    assert (slow.is_inert, slow.evidence) == (True, "tried")
    fast = {r.parameter: r for r in study.inert_parameters(study.VARIANTS[1])}["a1"]
    assert (fast.is_inert, fast.changed_at) == (False, F(3, 4))


def test_patterns_exclude_each_other_on_every_variant():
    for result in study.solve_variants():
        for equilibrium in result.solution.equilibria:
            found = study.shares(equilibrium.chain)
            assert sum(found.values()) == 1
            assert all(0 <= p <= 1 for p in found.values())


def test_the_phase_diagram_agrees_with_single_solutions():
    diagram = phase_diagram(("delta_US", ["1/20", "1/2", "4/5"]), ("s", ["1/5", "2"]))
    assert diagram.pattern[1] == ("deadlock", "cycle", "deliberate investment")
    assert diagram.pattern[0][1] == "none"


def test_relief_makes_the_game_cyclic_within_a_level():
    game = study.reduced_game(relief=True).subs(**study.BASELINE)
    assert not game.is_directional
    assert max(map(len, game.parts)) == 3
    solution = gt.solve(game, gt.MarkovPerfect(pure=True))
    solution.verify()
    assert solution.status is gt.Status.COMPLETE


def test_cases_are_coded_and_the_disputed_ones_found():
    cases = study.load_cases()
    assert {c.id for c in cases if c.is_disputed} == {"brownsville_1998", "merida_agreement_1999"}
    by_text = study.typology(cases, by_text=True)
    assert {box: len(found) for box, found in by_text.items()} == {
        "unilateral-operational": 4,
        "integrative-operational": 5,
        "unilateral-principled": 1,
        "integrative-principled": 3,
    }


def test_extradition_figures_reconcile():
    """Codebook: the yearly figures sum to the totals that the article prints."""
    assert 12 + 17 + 25 + 31 + 34 + 41 == 160
    values = {i.id: i.value for i in study.load_indicators()}
    assert len(values) == 77


def test_stated_orderings_rest_on_claims():
    for stated in study.STATED.values():
        assert stated.claims
        assert stated.ordering.is_total
        assert set(stated.ordering.outcomes) == {"NE", "NS", "UA", "UP"}


def test_where_no_pure_equilibrium_exists_the_mixed_one_is_found():
    (result,) = study.solve_variants([v for v in study.VARIANTS if v.name == "weak_sovereignty"])
    assert result.mixed is not None
    assert result.mixed.status is gt.Status.COMPLETE
    (equilibrium,) = result.mixed.equilibria
    assert not equilibrium.is_pure
    found = study.shares(equilibrium.chain)
    assert sum(found.values()) == 1
    assert 0 < found["cycle"] < found["partly deliberate"]
    assert "one mixed equilibrium" in result.verdict
