"""Polynomials and proofs of signs: against sympy, and against points."""

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.algebra import Ratio, Ring, primitive
from gametheory.conditions import Logic, Region, conjunction
from gametheory.signs import Domain, Sign

A, B, C, D = sympy.symbols("a b c d")
ring = Ring(("a", "b", "c"))
chain = Domain(("a", "b", "c", "d"), (A > B, B > C, D > 0, D < 1))

polynomials = st.lists(
    st.tuples(st.integers(-4, 4), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), max_size=5
).map(lambda terms: sum((k * A**i * B**j * C**n for k, i, j, n in terms), sympy.Integer(0)))


@given(polynomials, polynomials)
def test_arithmetic_is_that_of_sympy(f, g):
    x, y = ring.read(f), ring.read(g)
    for found, wanted in ((x + y, f + g), (x * y, f * g), (x - y, f - g)):
        assert sympy.expand(sympy.sympify(found.to_sympy(ring)) - wanted) == 0
    if g != 0 and sympy.expand(g) != 0:
        ratio = x / y
        assert sympy.cancel(sympy.sympify(ratio.to_sympy(ring)) - f / g) == 0


@given(polynomials)
def test_primitive_keeps_the_sign(f):
    p = ring.read(f).num
    values = {"a": Fraction(3, 2), "b": Fraction(-1, 7), "c": Fraction(5)}
    x, y = ring.evaluate(p, values), ring.evaluate(primitive(p), values)
    assert (x > 0) == (y > 0) and (x < 0) == (y < 0)


def test_expressions_that_are_no_quotients_are_refused():
    with pytest.raises(gt.UnsupportedError, match="quotients of polynomials"):
        ring.read(sympy.sqrt(A))
    with pytest.raises(ZeroDivisionError):
        Ratio.of(ring.one, ring.constant(0))


def _sampled(domain, p):
    values = [domain.ring.evaluate(p, v) for v in domain.points(60, seed=5)]
    return {(x > 0) - (x < 0) for x in values}


@given(polynomials)
def test_proved_signs_hold_at_points_not_used_in_the_proof(f):
    p = chain.ring.read(f).num
    sign, seen = chain.sign(p).sign, _sampled(chain, p)
    allowed = {
        Sign.POSITIVE: {1},
        Sign.NEGATIVE: {-1},
        Sign.ZERO: {0},
        Sign.NONNEGATIVE: {0, 1},
        Sign.NONPOSITIVE: {0, -1},
    }
    assert seen <= allowed.get(sign, {-1, 0, 1})


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (A - C, Sign.POSITIVE),
        (D * (A - B) + (1 - D) * (B - C), Sign.POSITIVE),
        (D**2 - D + 1, Sign.POSITIVE),
        (D**2 - D, Sign.NEGATIVE),
        ((A - B) ** 2 - (A - B) * (B - C) + (B - C) ** 2, Sign.POSITIVE),
        (D**2 - D + sympy.Rational(1, 4), Sign.NONNEGATIVE),
        (D - sympy.Rational(1, 2), Sign.VARIES),
        (A, Sign.VARIES),
        (A - A, Sign.ZERO),
        ((A - B) * D - (A - C), Sign.NEGATIVE),
    ],
)
def test_signs_known_by_hand(expression, sign):
    assert chain.sign(chain.ring.read(expression).num).sign is sign


def test_weak_assumptions_do_not_give_strict_signs():
    weak = Domain(("a", "b", "c"), (A >= B, B >= C))
    assert weak.sign(weak.ring.read(A - C).num).sign is Sign.NONNEGATIVE
    mixed = Domain(("a", "b", "c"), (A >= B, B > C))
    assert mixed.sign(mixed.ring.read(A - C).num).sign is Sign.POSITIVE
    assert mixed.sign(mixed.ring.read(A - B).num).sign is Sign.NONNEGATIVE


def test_assumptions_that_are_no_simplex():
    diamond = Domain(("a", "b", "c", "d"), (A > B, A > C, B > D, C > D))
    assert diamond.sign(diamond.ring.read(A + A - B - C).num).sign is Sign.POSITIVE
    assert diamond.sign(diamond.ring.read(A + D - B - C).num).sign is Sign.VARIES
    assert diamond.sign(diamond.ring.read((A - D) ** 2 - (B - D) * (C - D)).num).sign is Sign.POSITIVE


def test_equations_among_assumptions_are_used():
    tied = Domain(("a", "b", "c"), (sympy.Eq(A, B), B > C))
    assert tied.sign(tied.ring.read(A - B).num).sign is Sign.ZERO
    assert tied.sign(tied.ring.read(A - C).num).sign is Sign.POSITIVE
    assert all(v["a"] == v["b"] > v["c"] for v in tied.points(5))


def test_nonlinear_assumptions_serve_as_facts():
    bent = Domain(("a", "b"), (A * B > 1, A > 0))
    assert bent.sign(bent.ring.read(A * B).num).sign is Sign.POSITIVE
    assert all(v["a"] * v["b"] > 1 for v in bent.points(40))


def test_contradictions_are_named_by_a_smallest_set():
    bad = Domain(("a", "b", "c", "d"), (D > 0, A > B, B >= C, C > A, D < 1))
    assert set(bad.contradiction) == {A > B, B >= C, C > A}
    with pytest.raises(gt.InputError, match=r"domain: got 'a > b, b >= c, c > a'"):
        bad.require_consistent()
    assert Domain(("a", "b"), (A >= B, B >= A)).contradiction == ()
    assert Domain(("a",), (A > 1, A < 1)).contradiction == (A > 1, A < 1)


@pytest.mark.parametrize(
    "relations",
    [
        (sympy.Eq(A, 1), sympy.Eq(A, 2)),
        (2 * A + B > 2 * C + D, sympy.Eq(A + 2 * B + D, 0), A + C + 2 * D > 0, 2 * B > C + D),
        (A >= 0, A <= 1, B >= A, B <= A - 1),
    ],
)
def test_sets_without_points_say_so(relations):
    domain = Domain(("a", "b", "c", "d"), relations)
    p = domain.ring.read(A * B - C).num
    assert domain.points(20) == []
    assert domain.feasible([(p, ">")]).answer is not True
    assert domain.feasible([]).answer is False


@given(st.randoms(use_true_random=False))
def test_points_of_any_linear_set_satisfy_it(rng):
    relations = []
    for _ in range(rng.randint(2, 6)):
        e = sum(rng.choice([-2, -1, 0, 0, 1, 2]) * x for x in (A, B, C, D)) + rng.choice([-1, 0, 0, 1])
        relations.append(rng.choice([sympy.Gt, sympy.Ge, sympy.Gt, sympy.Ge, sympy.Eq])(e, 0))
    domain = Domain(("a", "b", "c", "d"), tuple(r for r in relations if r not in (True, False)))
    points = domain.points(5)
    assert all(domain.contains(x) for x in points)
    assert not (points and domain.contradiction)
    found = domain.feasible([(domain.ring.read(A * B - C).num, ">")])
    assert found.answer is not True or domain.contains(found.witness)


def test_feasible_gives_points_and_proofs():
    f = lambda e: chain.ring.read(e).num
    found = chain.feasible([(f(A - 2 * B), ">"), (f(B - 2 * C), ">"), (f(C - 1), ">")])
    assert found.answer and found.witness["c"] > 1 and found.witness["b"] > 2 * found.witness["c"]
    assert chain.contains(found.witness)
    assert chain.feasible([(f(C - A), ">=")]).answer is False
    assert chain.feasible([(f(A - B - 2 * (B - C)), ">"), (f(B - C - 2 * (A - B)), ">")]).answer is False
    tie = chain.feasible([(f(A - 2 * B + C), "=="), (f(D * A - B), ">")])
    assert tie.answer and tie.witness["a"] + tie.witness["c"] == 2 * tie.witness["b"]
    assert chain.feasible([(f(A - B), "==")]).answer is False


def test_regions_are_simplified_and_tested_exactly():
    logic = Logic(chain)
    f = lambda e: chain.ring.read(e).num
    assert Region(chain, logic.atom(f((A - C) * (1 - D)), ">")).is_always
    assert Region(chain, logic.atom(f(C - A), ">=")).is_never
    region = conjunction(logic, [(f((A - B) * (D - sympy.Rational(1, 3))), ">="), (f(D - sympy.Rational(1, 5)), ">")])
    assert str(region) == "3*d >= 1"
    base = {"a": 3, "b": 2, "c": 1}
    assert region.contains({**base, "d": "1/3"}) and not region.contains({**base, "d": 0.33})
    assert not region.contains({**base, "d": 2})  # outside the domain
    with pytest.raises(gt.InputError, match="missing"):
        region.contains(base)
    either = Region(chain, logic.any_of([region.formula, logic.atom(f(A - 5), ">")]))
    assert str(either) in ("3*d >= 1 or a > 5",) and either.contains({"a": 6, "b": 2, "c": 1, "d": "1/9"})


def test_refutations_never_contradict_points():
    rng = random.Random(3)
    for _ in range(60):
        atoms = []
        for _ in range(3):
            k = [rng.randint(-2, 2) for _ in range(4)]
            atoms.append(
                (chain.ring.read(k[0] * (A - B) + k[1] * (B - C) + (k[2] * (A - B) + k[3] * (B - C)) * D).num, ">")
            )
        if chain.feasible(atoms).answer is False:
            for v in chain.points(80, seed=9):
                assert not all(chain.ring.evaluate(p, v) > 0 for p, _ in atoms)
