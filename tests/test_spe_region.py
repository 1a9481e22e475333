"""For which discount factors (or fines) automata are self-enforcing: exact sets, against formulas and brute force."""

from fractions import Fraction
from functools import partial

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria.automata import check_automata, spe_region
from gametheory.equilibria.critical import _Bound, _coefficients, _rises, critical_discount, spe_conditions
from gametheory.errors import InputError, UnsupportedError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Fine
from gametheory.games.stage import StageGame
from gametheory.games.strategies import (
    always,
    grim,
    limited_punishment,
    stick_and_carrot,
    strangulation,
    tit_for_tat,
    win_stay_lose_shift,
)
from gametheory.regions import solution_set
from gametheory.signs import domain_of
from tests.strategies import dilemma as numeric_dilemma
from tests.strategies import pair

dilemma = partial(numeric_dilemma, discount="delta")


def region(game, make, *args, **options):
    return spe_region(game, pair(make, game, *args, **options), parameter="delta")


payoffs = st.lists(st.integers(0, 30), min_size=4, max_size=4, unique=True).map(lambda x: sorted(x, reverse=True))


@settings(max_examples=20, deadline=None)
@given(payoffs)
def test_grim_trigger_has_friedmans_bound(numbers):
    """Friedman 1971: delta >= (T - R) / (T - P)."""
    t, r, p, s = numbers
    assert region(dilemma(t, r, p, s), grim) == sympy.Interval.Ropen(sympy.Rational(t - r, t - p), 1)


def test_fines_move_the_bound():
    """With a fine f in force after the first defection (T-R)/(T-P+f); with every defection fined (T-R-f)/(T-P)."""
    game = dilemma("11/2", 3, 2, 0)
    later = game.with_rules(
        Counter("k", upto=1, on={"CD": 1, "DC": 1, "DD": 1}),
        Fine("US", on=("DC", "DD"), by="k/2"),
        Fine("MX", on=("CD", "DD"), by="k/2"),
    )
    assert region(later, grim) == sympy.Interval.Ropen(sympy.Rational(5, 8), 1)  # (5/2) / (7/2 + 1/2)
    every = game.with_rules(Fine("US", on=("DC", "DD"), by="1/2"), Fine("MX", on=("CD", "DD"), by="1/2"))
    assert region(every, grim) == sympy.Interval.Ropen(sympy.Rational(4, 7), 1)  # (5/2 - 1/2) / (7/2)


def test_tit_for_tat_only_on_a_knife_edge():
    assert region(dilemma("11/2", 3, 2, 0), tit_for_tat) == sympy.EmptySet
    fined = dilemma("11/2", 3, 2, 0).with_rules(Fine("US", on="DC", by="1/2"), Fine("MX", on="CD", by="1/2"))
    assert region(fined, tit_for_tat) == sympy.FiniteSet(sympy.Rational(2, 3))


def test_algebraic_endpoints():
    """Two periods of punishment need delta + delta**2 >= (T-R)/(R-P)."""
    game = dilemma(6, 4, 1, 0)
    found = region(game, limited_punishment, 2, restart=True)
    delta = sympy.Symbol("delta")
    root = max(sympy.solve(3 * (delta + delta**2) - 2, delta))
    assert found == sympy.Interval.Ropen(root, 1)
    three = region(dilemma("11/2", 3, 2, 0), limited_punishment, 3)
    assert (
        three.start.is_algebraic
        and abs(float(three.start) ** 3 + float(three.start) ** 2 + float(three.start) - 2.5) < 1e-12
    )


def test_win_stay_lose_shift_needs_a_mild_temptation():
    """Nowak and Sigmund: one period of mutual punishment must outweigh the temptation, delta >= (T-R)/(R-P)."""
    assert region(dilemma(4, 3, 1, 0), win_stay_lose_shift) == sympy.Interval.Ropen(sympy.Rational(1, 2), 1)
    assert region(dilemma(5, 3, 1, 0), win_stay_lose_shift) == sympy.EmptySet


@settings(max_examples=12, deadline=None)
@given(
    payoffs,
    st.sampled_from(
        [(grim, ()), (tit_for_tat, ()), (win_stay_lose_shift, ()), (limited_punishment, (2,)), (stick_and_carrot, ())]
    ),
    st.integers(1, 39),
)
def test_region_agrees_with_the_check_at_single_points(numbers, strategy, k):
    """An independent route: numeric values and deviations at one rational discount factor."""
    make, args = strategy
    game, delta = dilemma(*numbers), Fraction(k, 40)
    inside = region(game, make, *args).contains(sympy.Rational(k, 40)) == sympy.true
    numeric = game.subs(delta=delta)
    assert bool(check_automata(numeric, pair(make, numeric, *args))) == inside


def test_region_in_a_game_with_a_ratchet_agrees_with_the_check():
    game = dilemma(4, 3, 1, 0).with_rules(
        Counter("k", upto=2, on={"CD": "1/2", "DC": "1/2"}), Fine("US", on="DC", by="k"), Fine("MX", on="CD", by="k")
    )
    for make, options in ((strangulation, {"until": "k"}), (grim, {}), (tit_for_tat, {})):
        found = region(game, make, **options)
        for k in range(1, 20):
            numeric = game.subs(delta=Fraction(k, 20))
            expected = bool(check_automata(numeric, pair(make, numeric, **options)))
            assert (found.contains(sympy.Rational(k, 20)) == sympy.true) == expected


def test_other_parameters():
    """The least fine that makes grim trigger self-enforcing at delta = 2/5: T - f - R <= delta (T - P)."""
    game = dilemma(discount="2/5").with_rules(Fine("US", on=("DC", "DD"), by="f"), Fine("MX", on=("CD", "DD"), by="f"))
    found = spe_region(game, pair(grim, game), parameter="f")
    assert found.inf == sympy.Rational(2, 5)
    chance = dilemma(discount="1/2")
    mild = spe_region(chance, pair(tit_for_tat, chance, forgives="x"), parameter="x")
    assert mild.is_subset(sympy.Interval(0, 1))


def test_always_defect_is_always_an_equilibrium():
    game = dilemma()
    assert spe_region(game, (always("US", "D"), always("MX", "D")), parameter="delta") == sympy.Interval.open(0, 1)


def test_bad_input():
    game = dilemma()
    with pytest.raises(InputError, match="parameter"):
        spe_region(game, pair(grim, game), parameter="rho")
    symbolic = DynamicGame.repeated(
        StageGame([[3, 0], ["t", 1]], [[3, "t"], [0, 1]], players=("US", "MX"), actions=(("C", "D"), ("C", "D"))),
        discount="delta",
    )
    with pytest.raises(InputError, match="a value for each"):
        spe_region(symbolic, pair(grim, symbolic), parameter="delta")
    for bad in (0, 1, 2, -1):
        with pytest.raises(InputError, match="strictly between 0 and 1"):
            dilemma(discount=bad)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(-6, 6), min_size=1, max_size=4), min_size=1, max_size=3),
    st.fractions(0, 1, max_denominator=97),
)
def test_solution_sets_agree_with_evaluation(rows, x):
    polynomials = [flint.fmpq_poly(row) for row in rows]
    found = solution_set(polynomials, lower=Fraction(0), upper=Fraction(1))
    at = flint.fmpq(x.numerator, x.denominator)
    expected = 0 < x < 1 and all(p(at) >= 0 for p in polynomials)
    assert (found.contains(sympy.Rational(x.numerator, x.denominator)) == sympy.true) == expected


def test_strict_and_zero_conditions():
    x = flint.fmpq_poly([0, 1])
    assert solution_set([], strict=[x**2 - 2], lower=Fraction(0), upper=Fraction(2)) == sympy.Interval.open(
        sympy.sqrt(2), 2
    )
    assert solution_set([x], zero=[x**3 - x]) == sympy.FiniteSet(0, 1)
    cubic = solution_set([x**3 - 2], lower=Fraction(0), upper=Fraction(3))
    assert abs(float(cubic.start) - 2 ** (1 / 3)) < 1e-12


# --- closed forms -------------------------------------------------------------------------------------------------------------

T, R, P, S, F = sympy.symbols("T R P S f")


def symbolic(*extra, discount="delta"):
    stage = StageGame(
        [[R, S], [T, P]],
        [[R, T], [S, P]],
        players=("US", "MX"),
        actions=(("C", "D"), ("C", "D")),
        domain=(T > R, R > P, P > S, *extra),
    )
    return DynamicGame.repeated(stage, discount=discount)


def test_critical_discount_of_grim_trigger():
    game = symbolic()
    found = critical_discount(game, pair(grim, game))
    assert sympy.simplify(found.formula - (T - R) / (T - P)) == 0
    assert found.inside is True and found.conditions == () and found.below == () and found.proof


def test_critical_discount_under_fines():
    """(T-R)/(T-P+f) when the fine is in force after the first defection, (T-R-f)/(T-P) when every defection is fined; either way
    a fine above P-S would make the punishment too dear for those who carry it out."""
    game = symbolic(F > 0)
    later = game.with_rules(
        Counter("k", upto=1, on={"CD": 1, "DC": 1, "DD": 1}),
        Fine("US", on=("DC", "DD"), by="f*k"),
        Fine("MX", on=("CD", "DD"), by="f*k"),
    )
    found = critical_discount(later, pair(grim, later))
    assert sympy.simplify(found.formula - (T - R) / (T - P + F)) == 0 and found.inside is True
    assert found.conditions == (P - S - F >= 0,)
    every = game.with_rules(Fine("US", on=("DC", "DD"), by="f"), Fine("MX", on=("CD", "DD"), by="f"))
    found = critical_discount(every, pair(grim, every))
    assert sympy.simplify(found.formula - (T - R - F) / (T - P)) == 0
    assert found.inside is None and found.requires == (T - R - F > 0,)


def test_closed_form_and_exact_set_agree_on_random_payoffs():
    game = symbolic()
    for make, args in ((grim, ()), (win_stay_lose_shift, ()), (limited_punishment, (1,)), (stick_and_carrot, ())):
        found = critical_discount(game, pair(make, game, *args))
        for t, r, p, s in ((5, 4, 1, 0), (10, 9, 3, 1), (7, 4, 2, 1), (3, 2, 1, 0)):
            value = found.formula.subs({T: t, R: r, P: p, S: s})
            exact_set = region(dilemma(t, r, p, s), make, *args)
            assert exact_set == (sympy.Interval.Ropen(value, 1) if value < 1 else sympy.EmptySet)


def test_limited_punishment_has_one_critical_value():
    """n periods of mutual punishment deter iff (R - P)(delta + ... + delta**n) >= T - R; the left side rises from 0 to n (R - P)."""
    game = symbolic()
    two = critical_discount(game, pair(limited_punishment, game, 2))
    by_hand = (-1 + sympy.sqrt(1 + 4 * (T - R) / (R - P))) / 2
    numbers = {"T": 5, "R": 4, "P": 1, "S": 0}
    assert sympy.simplify(two.at(numbers) - by_hand.subs({T: 5, R: 4, P: 1})) == 0
    assert sympy.simplify((two.formula - by_hand).subs({T: 7, R: 5, P: 2})) == 0
    assert two.conditions == two.below == two.implicit == () and len(two.requires) == 1
    assert sympy.expand(two.requires[0].lhs - (2 * (R - P) - (T - R))) == 0
    three = critical_discount(game, pair(limited_punishment, game, 3))
    assert three.formula is None and len(three.implicit) == 1 and "only root" in str(three)
    assert sympy.expand(three.requires[0].lhs - (3 * (R - P) - (T - R))) == 0
    for t, r, p, s in ((5, 4, 1, 0), (10, 9, 3, 1), (7, 4, 2, 1), (11, 4, 2, 0), (12, 4, 2, 0)):
        numbers = {"T": t, "R": r, "P": p, "S": s}
        for n, found in ((2, two), (3, three)):
            exact_set, value = region(dilemma(t, r, p, s), limited_punishment, n), found.at(numbers)
            assert exact_set == (sympy.EmptySet if value is None else sympy.Interval.Ropen(exact_set.start, 1))
            assert value is None or abs(sympy.N(value - exact_set.start, 30)) < 1e-25
    with pytest.raises(InputError, match="a number for each"):
        two.at({"T": 5})


def test_a_ratchet_whose_fines_rise_with_the_level():
    """Every defection adds a level and level k costs f k: the punishment is worth (1 - d)(P - f) + d (P - 2 f), so that grim trigger
    needs (1 - d) T + d ((1 - d)(P - f) + d (P - 2 f)) <= R, quadratic in d; and nobody may prefer being exploited to punishing."""
    game = symbolic(F > 0).with_rules(
        Counter("k", upto=2, on={"CD": 1, "DC": 1, "DD": 1}),
        Fine("US", on=("DC", "DD"), by="f*k"),
        Fine("MX", on=("CD", "DD"), by="f*k"),
    )
    found = critical_discount(game, pair(grim, game))
    d = sympy.Symbol("delta")
    by_hand = R - ((1 - d) * T + d * ((1 - d) * (P - F) + d * (P - 2 * F)))
    assert found.inside is True and [c.lhs for c in found.conditions] == [P - S - F, P - S - 2 * F]
    for t, r, p, s, f in ((9, 6, 4, 0, 1), (20, 12, 10, 1, 2), (8, 7, 5, 2, 1)):
        numbers = {T: t, R: r, P: p, S: s, F: f}
        value = found.at({str(k): v for k, v in numbers.items()})
        assert (
            sympy.simplify(by_hand.subs({str(k): v for k, v in numbers.items()}).subs(numbers).subs(d, value))
            == 0
            < value
        )
        numeric = game.subs(T=t, R=r, P=p, S=s, f=f)
        assert spe_region(numeric, pair(grim, numeric), parameter="delta").start.equals(value)


def test_stick_and_carrot_in_abreus_cournot_game():
    """Carrot (L, L) worth 10, stick (H, H) worth -15. Whoever leaves the stick gets 0 and faces it again: it must be worth 0 or more,
    25 d - 15 >= 0. Whoever leaves the carrot gets 15: 15 (1 - d) + d (25 d - 15) <= 10, which holds from 1/5 on. So 3/5. Taking (H, M)
    for the stick would let the second player off."""
    payoffs = [[10, 3, 0], [15, 7, -4], [7, 5, -15]]
    stage = StageGame(
        payoffs, [list(r) for r in zip(*payoffs, strict=True)], players=("US", "MX"), actions=(("L", "M", "H"),) * 2
    )
    game = DynamicGame.repeated(stage, discount="delta")
    found = region(game, stick_and_carrot, cooperate="L", punish="H")
    assert found == sympy.Interval.Ropen(sympy.Rational(3, 5), 1)
    assert critical_discount(game, pair(stick_and_carrot, game, cooperate="L", punish="H")).at({}) == sympy.Rational(
        3, 5
    )
    other = DynamicGame.repeated(
        StageGame(payoffs, payoffs, players=("US", "MX"), actions=(("L", "M", "H"), ("x", "y", "z"))), discount="delta"
    )
    with pytest.raises(InputError, match="mutual punishment"):
        stick_and_carrot(other, "US", cooperate="L", punish="H", expected="Lx")


def test_one_sign_change_is_asked_for():
    """The gain (3 delta - 1)(3 delta - 2) is no single bound; and -1 - delta + a delta**2 has a formula only where a > 0 is known."""
    domain = domain_of(("a", "delta"), (sympy.Symbol("delta") > 0, sympy.Symbol("delta") < 1, sympy.Symbol("a") > -5))
    a, d = sympy.symbols("a delta")
    read = lambda p: domain.ring.read(sympy.expand(p)).num
    assert _rises(domain, read((3 * d - 1) * (3 * d - 2)), 1, []) is None
    rising, falling = read((2 * d - 1) * (d**2 + d + 1)), read((1 - 2 * d) * (d**2 + d + 1))
    assert _rises(domain, rising, 1, []) is True and _rises(domain, falling, 1, []) is False
    hidden = read((2 * d - 1) * (d**2 - 3 * d + 3))  # seen in the Bernstein basis only
    assert _rises(domain, hidden, 1, []) is True
    assert not _Bound(read(-1 - d + a * d**2), _coefficients(read(-1 - d + a * d**2), 1)).closed(domain)


def test_tit_for_tat_needs_equalities():
    game = symbolic()
    found = critical_discount(game, pair(tit_for_tat, game))
    assert len(found.below) == 2  # each bound from below is also one from above


def test_unequal_discount_factors_give_inequalities():
    game = symbolic(discount=("a", "b"))
    a, b = sympy.symbols("a b")
    found = spe_conditions(game, pair(grim, game))
    assert {sympy.expand(c.lhs) for c in found} == {sympy.expand(x * (T - P) - (T - R)) for x in (a, b)}
    with pytest.raises(UnsupportedError, match="spe_conditions"):
        critical_discount(game, pair(grim, game))
    never = (always("US", "C"), always("MX", "C"))
    assert spe_conditions(game, never) == (sympy.false,)
    assert critical_discount(symbolic(), never).impossible
