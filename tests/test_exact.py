"""The door for numbers: what comes in is exact or refused, and text is never run."""

import contextlib
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.exact import condition, parse, substitute


@pytest.mark.parametrize(
    ("given_", "value"),
    [
        (3, F(3)),
        (0.1, F(1, 10)),
        (np.float32(0.1), F(1, 10)),
        (np.int64(7), F(7)),
        (Decimal("0.25"), F(1, 4)),
        ("1/3", F(1, 3)),
        ("-(2 - 1/2)**2", F(-9, 4)),
        ("0.1234567890123456789012345", F("0.1234567890123456789012345")),
        ("1e-3", F(1, 1000)),
        (sympy.Rational(2, 7), F(2, 7)),
        (sympy.Float("0.5"), F(1, 2)),
        (sympy.sqrt(2) ** 2, F(2)),
    ],
)
def test_numbers_are_read_exactly(given_, value):
    assert gt.exact(given_) == value
    assert isinstance(gt.exact(given_), F)


@pytest.mark.parametrize(
    "bad", [float("nan"), float("inf"), -float("inf"), sympy.nan, sympy.oo, sympy.I, "1/0", "nan"[:0]]
)
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(gt.InputError):
        gt.exact(bad)


@pytest.mark.parametrize("bad", [True, None, [1], b"1", object(), np.array([1, 2])])
def test_what_is_not_even_like_a_number_is_refused(bad):
    with pytest.raises(TypeError):
        gt.exact(bad)


@pytest.mark.parametrize(
    "hostile",
    [
        "__import__('os').system('true')",
        "().__class__",
        "x.y",
        "f(1)",
        "[1]",
        "1 if 1 else 2",
        "lambda: 1",
        "9**9**9**9",
        "((((2**20)**20)**20)**20)**20",
        "1e999999999",
        "(((((t - t + 9)**20)**20)**20)**20)**20",
        "(((((9*t)**20)**20)**20)**20)**20",
        "2**0.5",
        "2**k",
        "\u0430 + 1",  # a Cyrillic letter
        "(" * 500 + "1" + ")" * 500,
        "-" * 1500 + "1",
        "1" * 5000,
        "x" * 3000,
        "1\n+",
        "",
        "0**-1",
    ],
)
def test_hostile_text_is_refused(hostile):
    with pytest.raises(gt.InputError):
        parse(hostile)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_an_input_error(text):
    with contextlib.suppress(gt.InputError):
        gt.exact(text)


@given(st.fractions(), st.fractions())
def test_text_arithmetic_agrees_with_fractions(a, b):
    assert parse(f"({a}) + ({b})*({a}) - ({b})") == a + b * a - b
    assert parse("a + b*a - b", {"a": a, "b": b}) == a + b * a - b


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_decimal_it_prints_as(x):
    assert gt.exact(x) == F(repr(x))


@given(st.fractions(), st.fractions())
def test_substitution_agrees_with_sympy(a, b):
    expression = gt.exact("x**2*y - 3*x/7 + y*(x - y)**3")
    assert substitute(expression, {"x": a, "y": b}) == a**2 * b - 3 * a / 7 + b * (a - b) ** 3


def test_partial_substitution_keeps_the_other_symbols():
    assert substitute(gt.exact("x*y"), {"x": F(2)}) == 2 * sympy.Symbol("y")


def test_conditions():
    values = {"k": F(2), "f": F(0)}
    assert condition("k >= 2 and f == 0", values)
    assert condition("0 <= f < k", values)
    assert not condition("not (k > 1 or f > 1)", values)
    for bad in ("k", "k = 2", "k >= missing", "k in (1, 2)", "print(1) > 0"):
        with pytest.raises(gt.InputError):
            condition(bad, values)


def test_errors_name_field_value_and_expectation_and_survive_pickling():
    import pickle

    with pytest.raises(gt.GameTheoryError, match=r"discount of row: got .*2.*; expected a discount factor"):
        gt.DynamicGame.repeated(gt.StageGame([[1]], [[1]]), discount=2)
    error = gt.InputError("a", 1, "b")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
