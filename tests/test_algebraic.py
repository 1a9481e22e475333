"""Exact real algebraic numbers against sympy and known identities."""

import pickle
import random
from fractions import Fraction as F

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.algebraic import (
    Algebraic,
    DegreeLimitError,
    common_field,
    points_of_algebra,
    real_number,
    real_roots,
    real_roots_over,
    sign,
)
from gametheory.errors import InputError

x = sympy.Symbol("x")


def root(*coefficients, of=-1):
    return real_roots(coefficients)[of]


def test_sums_of_roots_are_recognised_as_rational():
    first, second, third = real_roots([1, -3, 0, 1])
    assert first + second + third == 0
    assert first * second * third == -1
    assert root(-2, 0, 1) * root(-3, 0, 1) - root(-6, 0, 1) == 0
    assert root(-2, 0, 1) ** 2 == 2 and isinstance(root(-2, 0, 1) ** 2, F)


def test_nearly_equal_numbers_are_told_apart():
    near = root(-2, 0, 1)
    low, _ = near.interval(80)
    assert low < near and sign(near - low) == 1 and abs(near - low) < F(1, 10**75)


def test_order_of_summands_does_not_matter():
    roots = [root(-p, 0, 1) for p in (2, 3, 5, 7)]
    assert sum(roots, F(0)) == sum(reversed(roots), F(0))
    assert hash(roots[0] + roots[1]) == hash(roots[1] + roots[0])
    assert sum(roots[:3], F(0)).degree == 8


@settings(max_examples=40)
@given(st.lists(st.integers(-6, 6), min_size=3, max_size=6).filter(lambda c: c[-1] != 0))
def test_real_roots_are_those_that_sympy_finds(coefficients):
    expected = sorted(set(sympy.Poly(list(reversed(coefficients)), x).real_roots()), key=lambda r: r.evalf(30))
    found = real_roots(coefficients)
    assert len(found) == len(expected)
    assert found == sorted(found)
    for mine, theirs in zip(found, expected, strict=True):
        assert abs(float(mine) - float(theirs)) < 1e-9
        assert sum((c * mine**k for k, c in enumerate(coefficients)), F(0)) == 0


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_arithmetic_agrees_with_sympys_minimal_polynomials(seed):
    rng = random.Random(seed)
    a, b, c = rng.sample([2, 3, 5, 6, 7], 3)
    p, q = F(rng.randint(-3, 3), 2), rng.randint(1, 4)
    mine = (root(-a, 0, 1) * q + p) / (root(-b, 0, 1) + c)
    theirs = (sympy.sqrt(a) * q + sympy.Rational(p.numerator, p.denominator)) / (sympy.sqrt(b) + c)
    expected = sympy.minimal_polynomial(theirs, x, polys=True)
    assert list(mine.minimal_polynomial) == [int(k) for k in reversed(expected.all_coeffs())]
    assert abs(float(mine) - float(theirs)) < 1e-12
    assert sympy.simplify(mine.to_sympy().evalf(30) - theirs.evalf(30)) < 1e-20


def test_roots_of_polynomials_with_irrational_coefficients():
    two = root(-2, 0, 1)
    found = real_roots_over([-two, F(0), F(1)])
    assert [r.minimal_polynomial for r in found] == [(-2, 0, 0, 0, 1)] * 2
    assert real_roots_over([two, F(0), F(1)]) == []
    # (y - sqrt(2))^2 has one distinct root, in the field that is already there
    (double,) = real_roots_over([two * two, -2 * two, F(1)])
    assert double == two
    for r in real_roots_over([-two * root(-3, 0, 1), two, F(-3), root(-3, 0, 1)]):
        assert sign(-two * root(-3, 0, 1) + two * r - 3 * r**2 + root(-3, 0, 1) * r**3) == 0


def test_points_of_a_finite_algebra():
    import flint

    # x^2 = 1, y^2 = y x: the points (1, 0), (1, 1), (-1, 0), (-1, -1)
    monomials = [(0, 0), (1, 0), (0, 1), (1, 1)]
    by_x = flint.fmpq_mat(4, 4, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])
    by_y = flint.fmpq_mat(4, 4, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0])
    assert set(points_of_algebra([by_x, by_y], monomials)) == {(1, 0), (1, 1), (-1, 0), (-1, -1)}


def test_text_pickle_and_reading():
    assert [str(r) for r in real_roots([-1, -1, 1])] == ["(1 - sqrt(5))/2", "(1 + sqrt(5))/2"]
    assert str(-root(-8, 0, 1)) == "-2*sqrt(2)"
    number = root(-2, 0, 1) + root(-3, 0, 1)
    assert pickle.loads(pickle.dumps(number)) == number
    assert real_number(sympy.sqrt(2) + sympy.sqrt(3)) == number
    assert real_number("2/3") == F(2, 3)
    low, high = number.interval(20)
    assert low < number < high and high - low < F(1, 10**20)
    assert "root 4 of x^4 - 10*x^2 + 1" in str(number)


def test_bad_input():
    with pytest.raises(InputError, match="free of symbols"):
        real_number(sympy.Symbol("a"))
    with pytest.raises(InputError, match="algebraic"):
        real_number(sympy.pi)
    with pytest.raises(InputError, match="other than zero"):
        real_roots([0, 0])
    with pytest.raises(ZeroDivisionError):
        1 / (root(-2, 0, 1) * root(-3, 0, 1) - root(-6, 0, 1))
    with pytest.raises(TypeError):
        root(-2, 0, 1) + 0.5


def test_a_field_too_large_is_refused_not_guessed():
    total = sum((root(-p, 0, 1) for p in (2, 3, 5, 7, 11, 13, 17)), F(0))
    assert isinstance(total, Algebraic) and total > 17
    with pytest.raises(DegreeLimitError, match="128"):
        common_field([total])
