"""The identified set: exact cells against solutions at points, bounds against closed forms and the field's library."""

from fractions import Fraction

import pytest
from scipy.stats import binomtest

import gametheory as gt
from gametheory.evidence.identified import Piece, Share, identified_region, identified_share
from gametheory.evidence.patterns import Pattern
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico import identified as us_mexico


def game(*free, K=2, F=1):
    """So few constraints, one step of frustration; all constraints together make joint work pay Mexico."""
    values = study.BASELINE | {"m1": f"6/{5 * K}"}
    return study.reduced_game(K=K, F=F).subs(**{k: v for k, v in values.items() if k not in free})


@pytest.mark.parametrize(("K", "free"), [(2, ("delta_US", "s")), (1, ("delta_US", "c")), (2, ("delta_US",))])
def test_cells_agree_with_solutions_at_points(K, free):
    """Each point of a scattered set lies in a cell whose verdict the numeric solver confirms."""
    pattern = study.PATTERNS["cycle"]
    some = game(*free, K=K)
    found = identified_region(some, pattern, parameters=free)
    by_entries = {r.entries: p for r, p in zip(found.partition.regimes, found.pieces)}
    kinds = set()
    for i in range(12):
        at = [Fraction(3 + 7 * i, 97), Fraction((29 * i) % 89, 31)][: len(free)]
        if len(free) == 1:
            at = [Fraction(4 * i + 1, 53)]
        solution = gt.solve(some.subs(**dict(zip(free, at))), gt.MarkovPerfect(pure=True))
        shown = [pattern.probability(e.chain) for e in solution.equilibria]
        piece = by_entries[found.partition.at(*at)]
        assert piece.possible == any(shown)
        assert piece.certain == (bool(shown) and all(p == 1 for p in shown))
        kinds.add((piece.possible, piece.certain))
    assert found.cells("unique") and set(found.cells("unique")) <= set(found.cells("certain")) <= set(found.cells())
    assert len(kinds) > 1, "the points test more than one kind of cell"


def test_an_event_that_no_parameters_show_has_an_empty_region():
    found = identified_region(game("delta_US", "s", K=1), "UA NE UA")
    assert found.is_empty and str(found).endswith("it is possible in 0, certain in 0, unique in 0")


def test_without_an_equilibrium_nothing_is_possible_and_nothing_certain():
    assert not Piece((), ()).possible and not Piece((), ()).certain
    half = Piece((), (Fraction(1, 2), Fraction(1)))
    assert half.possible and not half.certain
    twice = Piece((), (Fraction(1), Fraction(1)))
    assert twice.certain and not twice.unique


def test_parameters_of_chance_and_three_parameters_are_refused():
    with pytest.raises(gt.InputError, match="free parameters stand in payoffs"):
        identified_region(game("q"), "NE")
    with pytest.raises(gt.InputError, match="one or two parameters"):
        identified_region(game("s", "c", "e"), "NE")
    with pytest.raises(gt.InputError, match="'possible', 'certain' or 'unique'"):
        identified_region(game("m1"), "NE").cells("sure")


def test_bounds_are_those_of_clopper_and_pearson():
    assert Share(0, 100).bounds == pytest.approx((0, 1 - 0.025 ** (1 / 100)))
    assert Share(100, 100).bounds == pytest.approx((0.025 ** (1 / 100), 1))
    for seen, draws, level in ((3, 20, Fraction(9, 10)), (7, 9, Fraction(99, 100)), (50, 400, Fraction(19, 20))):
        peer = binomtest(seen, draws).proportion_ci(float(level), method="exact")
        assert Share(seen, draws, level).bounds == pytest.approx((peer.low, peer.high))


def test_draws_keep_the_stated_orderings_and_the_two_measures_differ():
    from gametheory.studies.us_mexico.preferences import calibration

    for measure in us_mexico.MEASURES:
        for point in us_mexico.draws(measure, 25, seed=3):
            checks = [c for c in calibration(study.reduced_game(K=1).subs(**point)) if "k=0" in c.state]
            assert checks and all(all(c.holds) for c in checks)
        assert list(us_mexico.draws(measure, 2, seed=3)) == list(us_mexico.draws(measure, 2, seed=3))


def test_shares_count_what_each_point_shows():
    """A slice of the study: every point's verdict is recounted from the solutions themselves."""
    found = us_mexico.identified("box", count=12, seed=5)
    points = list(us_mexico.draws("box", 12, seed=5))
    cycle = possible = 0
    for point in points:
        solution = gt.solve(study.reduced_game().subs(**point), gt.MarkovPerfect(pure=True))
        shown = [study.classify(e.chain) == "cycle" for e in solution.equilibria]
        possible += any(study.PATTERNS["cycle"].possible(e.chain) for e in solution.equilibria)
        cycle += bool(shown) and all(shown)
    assert (found.possible["cycle"].seen, found.certain["cycle"].seen) == (possible, cycle)
    counts = [found.possible[f"misses at most {m} of 21"].seen for m in range(11)]
    assert counts == sorted(counts) and counts[0] == 0, "no drawn point reproduces the whole record"
    witness = found.witnesses["cycle"]
    solution = gt.solve(study.reduced_game().subs(**witness), gt.MarkovPerfect(pure=True))
    assert any(study.PATTERNS["cycle"].possible(e.chain) for e in solution.equilibria)


def test_a_share_needs_a_named_measure_and_draws():
    some, events = game("m1"), {"talk": Pattern("NE").probability}
    for wrong in ({"measure": " "}, {"measure": "m", "level": 1}):
        with pytest.raises(gt.InputError):
            identified_share(some, [{"m1": Fraction(1)}], events, **wrong)
    with pytest.raises(gt.InputError, match="at least one draw"):
        identified_share(some, [], events, measure="m")
    with pytest.raises(gt.InputError, match="box, gaps"):
        next(us_mexico.draws("flat", 1, seed=1))
