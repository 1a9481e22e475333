"""Searching for counterexamples, shares of payoff space, weakest assumptions, and the public strategies."""

import random
import time
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import gametheory.hypothesis_strategies as strategies
from gametheory.claims import Claim, Proved
from gametheory.claims.cone import Cone
from gametheory.claims.statements import evaluate, read_statement
from gametheory.claims.weaken import vocabulary_of, weaken
from gametheory.equilibria.solution import Status
from gametheory.errors import InputError, InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

DILEMMA = Ordering("T > R > P > S")
NAMES = "abcde"


@st.composite
def partial_orderings(draw):
    names = NAMES[: draw(st.integers(2, 5))]
    links = [
        f"{a} {draw(st.sampled_from(['>', '>=', '>']))} {b}"
        for a, b in combinations(names, 2)
        if draw(st.integers(0, 2))
    ]
    tie = [f"{names[0]} ~ z"] if draw(st.booleans()) else []
    return Ordering("; ".join([*links, *tie, *names]))


# --- every draw is valid ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_payoffs_drawn_by_rays_agree_with_the_ordering(data):
    order = data.draw(partial_orderings())
    assert order.holds(data.draw(strategies.payoffs(order)))


LINEAR = ["a > b", "b >= 2*c", "c == d + 1", "0 < e < 1", "a + e < 7", "f <= 0", "a > f"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_points_of_cones_satisfy_all_linear_assumptions(data):
    chosen = [t for t in LINEAR if data.draw(st.booleans())]
    formulas = [read_statement(t) for t in chosen]
    cone = Cone.of(formulas, "abcdef")
    point = data.draw(strategies.cone_points(cone))
    assert set(point) == set("abcdef") and all(evaluate(f, point) for f in formulas)


def test_draws_reach_ties_and_every_face_that_the_ordering_allows():
    order = Ordering("a >= b >= c")
    for wanted in (
        lambda u: u["a"] == u["b"] > u["c"],
        lambda u: u["a"] > u["b"] == u["c"],
        lambda u: len(set(u.values())) == 1,
    ):
        assert order.holds(find(strategies.payoffs(order), wanted))
    with pytest.raises(NoSuchExample):
        find(
            strategies.payoffs(DILEMMA), lambda u: u["T"] == u["R"], settings=settings(max_examples=200, database=None)
        )


def test_draws_reach_very_unequal_differences():
    found = find(strategies.payoffs(DILEMMA), lambda u: 100000 * (u["T"] - u["R"]) <= u["R"] - u["P"])
    assert DILEMMA.holds(found)


# --- search -------------------------------------------------------------------------------------------------------------


def test_search_reports_how_many_valid_examples_were_tried():
    tried = []
    claim = Claim(lambda u: tried.append(tuple(u.values())) or u["T"] > u["S"], DILEMMA)
    found = claim.search(examples=150)
    assert found.counterexample is None and found.rejected == 0
    assert found.valid == len(set(tried)) > 60
    assert f"among {found.valid} valid examples" in str(found) and "no proof" in str(found)


def test_a_search_with_few_examples_says_so():
    found = Claim("T > S", DILEMMA).search(examples=3)
    assert found.valid <= 3
    assert f"only {found.valid} valid examples" in str(found) and "No counterexample" not in str(found)
    narrow = Claim("x*y > 0", ["x > 0", "y > 0", "x*x + y*y == 25"]).search(examples=50)
    assert narrow.counterexample is None and narrow.rejected > 0
    assert f"only {narrow.valid} valid examples" in str(narrow) or narrow.valid >= 30


@pytest.mark.parametrize("text", ["T + S < 2*R", "100000*(T - R) > R - P", "(T-R)*(P-S) > (R-P)**2", "T < 1000"])
def test_search_finds_and_shrinks(text):
    claim = Claim(text, DILEMMA)
    found = claim.search()
    assert claim.consistent(found.counterexample) and not claim.holds_at(found.counterexample)
    assert found.valid >= 1 and "after" in str(found)
    again = claim.search()
    assert dict(again.counterexample) == dict(found.counterexample)  # the same seed, the same search
    if text == "T + S < 2*R":
        assert max(map(abs, found.counterexample.values())) <= 4


def test_search_counts_the_orders_it_saw():
    found = Claim("a + b >= 2*c", Ordering("a >= c; b >= c")).search(examples=300)
    assert found.counterexample is None and found.classes_in_all == 6
    assert found.classes == 6 and "6 of 6 orders" in str(found)


def test_search_refuses_nonsense():
    with pytest.raises(InputError, match="examples"):
        Claim("T > S", DILEMMA).search(examples=0)
    with pytest.raises(InputError, match="can hold together"):
        Claim("a > c", ["a > b", "b > c", "c > a"]).search()
    with pytest.raises(InputError, match="can hold together"):
        Claim("a > 0", ["0 < a < 1", "a > 2"]).search()


# --- shares -------------------------------------------------------------------------------------------------------------


def test_shares_name_their_measure_and_agree_with_theory():
    """Gaps of four uniform order statistics are exchangeable: P(g1 < g2 + g3) = 3/4. Gaps of exponential ones are independent
    with rates 1, 2, 3 (Renyi 1953): P(g1 > g2 + g3) = 2/3 * 3/4 = 1/2."""
    uniform, exponential = Claim("T + S < 2*R", DILEMMA).shares(draws=3000, seed=1)
    assert "order polytope" in uniform.measure and "exponential" in exponential.measure
    assert abs(uniform.share - 0.75) < 4 * uniform.error
    assert abs(exponential.share - 0.5) < 4 * exponential.error
    assert "order polytope" in str(uniform)


def test_shares_of_partial_orders_weigh_every_strict_order_equally():
    """a > b; a > c; d free: of the 8 strict orders that agree, those with d on top."""
    order = Ordering("a > b; a > c; d")
    share, _ = Claim("d > a", order).shares(draws=3000, seed=3)
    every = [o.utilities() for o in order.linear_extensions()]
    expected = sum(u["d"] > u["a"] for u in every) / len(every)
    assert abs(share.share - expected) < 4 * share.error


def test_shares_treat_ties_parameters_and_missing_bounds():
    assert all(s.share == 1 for s in Claim("a == b", Ordering("a ~ b > c")).shares(draws=50))
    share = Claim("d > 1/4", [DILEMMA, "0 < d < 1"]).shares(draws=2000, seed=2)[0]
    assert abs(share.share - 0.75) < 4 * share.error
    with pytest.raises(InputError, match="two bounds"):
        Claim("T > d", DILEMMA, parameters=["d"]).shares()


# --- weakest assumptions ------------------------------------------------------------------------------------------------


def test_weaken_finds_all_smallest_sets_and_only_those():
    """Against trying every set of at most two comparisons."""
    rng = random.Random(13)
    vocabulary = [
        "R - P > T - R",
        "R - P > P - S",
        "T - R > P - S",
        "T + S < R + P",
        "2*R > T + P",
        "P - S > T - R",
        "T > 3*R",
    ]
    for text in ("T + S < 2*R", "(T-R)/(T-P) < 1/2", "T + P < R + R + S", "3*(R - S) > 2*(T - S)"):
        chosen = rng.sample(vocabulary, 6)
        found = Claim(text, DILEMMA).weaken(vocabulary=chosen, most=2)
        brute = []
        for size in (0, 1, 2):
            for some in combinations(chosen, size):
                if not any(set(b) <= set(some) for b in brute) and isinstance(
                    Claim(text, [DILEMMA, *some]).prove(), Proved
                ):
                    brute.append(some)
        assert found.status is Status.COMPLETE
        assert {frozenset(s) for s in found.sufficient} == {frozenset(s) for s in brute}
        for s in found.sufficient:
            assert Claim(text, [DILEMMA, *s]).prove().holds


def test_weaken_knows_which_set_is_weakest():
    found = Claim("T + S < 2*R", DILEMMA).weaken(vocabulary=["2*R > T + P", "2*R > T + S", "R + P > T + S"])
    assert found.weakest == (("2*R > T + S",),) and len(found.sufficient) == 3


def test_weaken_names_what_a_claim_does_not_need():
    found = Claim("T > P", [DILEMMA, "0 < d < 1"]).weaken()
    assert not found.added and found.sufficient == (("T > R", "R > P"),)
    assert set(found.unneeded) == {"P > S", "0 < d < 1"}
    two = Claim("a > d", Ordering("a > b > d; a > c > d")).weaken()
    assert {frozenset(s) for s in two.sufficient} == {frozenset({"a > b", "b > d"}), frozenset({"a > c", "c > d"})}
    assert len(two.unneeded) == 2


def test_weaken_says_when_nothing_helps_or_time_is_short():
    assert "no further assumption helps" in Claim("T < P", DILEMMA).weaken().reason
    assert Claim("T > P", ["T > R", "R > T", "P > 0"]).weaken().sufficient == ()
    start = time.perf_counter()
    short = Claim("(T-R)/(T-P) < 1/2", DILEMMA).weaken(seconds=0.02)
    assert short.status is Status.PARTIAL and "spent" in short.reason and time.perf_counter() - start < 5
    none = Claim("T + S < 2*R", DILEMMA).weaken(vocabulary=["T > 2*R"])
    assert none.sufficient == () and none.status is Status.COMPLETE


def test_weaken_refuses_nonsense():
    with pytest.raises(InputError, match="Q"):
        Claim("T + S < 2*R", DILEMMA).weaken(vocabulary=["Q > 1"])
    with pytest.raises(InputTypeError, match="predicate"):
        Claim(lambda u: True, DILEMMA).weaken()
    with pytest.raises(InputTypeError, match="list of comparisons"):
        Claim("T + S < 2*R", DILEMMA).weaken(vocabulary="T > 2*R")


def test_the_default_vocabulary_holds_what_the_assumptions_leave_open():
    words = vocabulary_of(Claim("T + S < 2*R", DILEMMA))
    for word in words:
        assert Claim(word, DILEMMA).prove().kind == "mixed"
    assert "2*R > T + S" in words and "T > R" not in words
    assert weaken(Claim("b > c", Ordering("a > b; a > c"))).sufficient[0] == ("b > c",)


# --- the public strategies ----------------------------------------------------------------------------------------------

strategies.register()


@settings(max_examples=15, deadline=None)
@given(st.from_type(Ordering), st.from_type(StageGame), st.from_type(DynamicGame), st.from_type(Counter))
def test_types_are_drawn_from_annotations(order, stage, game, counter):
    assert order.is_total and stage.is_numeric and game.states and counter.upto >= 1


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_games_agree_with_their_orderings(data):
    us, mx = Ordering("DC > CC > DD > CD"), Ordering("CD > CC >= DD ~ DC")
    game = data.draw(strategies.ordered_games(us, mx, [["CC", "CD"], ["DC", "DD"]], players=("US", "MX")))
    u, v = ({x: t[i][j] for i, row in enumerate(game.labels) for j, x in enumerate(row)} for t in (game.A, game.B))
    assert us.holds(u) and mx.holds(v) and game.players == ("US", "MX")


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_institutions_fit_their_game(data):
    game = DynamicGame.repeated(data.draw(strategies.stage_games(least=2, largest=2)), discount="1/2")
    rules = data.draw(strategies.institutions(game))
    imposed = game.with_rules(*rules)
    assert len(imposed.states) <= 4 and isinstance(rules[0], Counter)


@settings(max_examples=25, deadline=None)
@given(strategies.distributions(4), strategies.discounts(), strategies.orderings(strict=True))
def test_small_strategies(weights, delta, order):
    assert sum(weights) == 1 and min(weights) >= 0 and 0 < delta < 1 and order.is_strict


def test_profiles():
    before = settings.get_current_profile_name() if hasattr(settings, "get_current_profile_name") else "default"
    try:
        strategies.load_profile("gametheory-quick")
        assert settings().max_examples == 25 and settings().deadline is None
    finally:
        settings.load_profile(before)
    with pytest.raises(InputError, match="gametheory-quick"):
        strategies.load_profile("fast")


def test_small_whole_numbers_come_first():
    found = find(strategies.payoffs(DILEMMA), lambda u: True)
    assert found == {"T": 3, "R": 2, "P": 1, "S": 0}
    assert all(x == Fraction(int(x)) for x in found.values())
