"""Thresholds, signs of derivatives, and regimes of parameters."""

import random
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.conditions import Logic, Region
from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash
from gametheory.regimes import partition
from gametheory.signs import Domain, Sign
from gametheory.statics import derivative_sign, sign_table, thresholds

T, R, P, d, f = sympy.symbols("T R P d f")
DILEMMA = Domain(("P", "R", "T", "d", "f"), (T > R, R > P, d > 0, d < 1, f > 0))


def region(expression, op=">=", domain=DILEMMA):
    return Region(domain, Logic(domain).atom(domain.ring.read(expression).num, op))


def test_critical_discount_factors_of_grim():
    for gain, wanted in (
        (R - (1 - d) * T - d * P, (T - R) / (T - P)),
        (R - (1 - d) * T - d * (P - f), (T - R) / (T - P + f)),
    ):
        (found,) = thresholds(region(gain), "d")
        assert found.kind == "at least" and sympy.simplify(found.value - wanted) == 0
    assert thresholds(region(R - (1 - d) * T - d * P), "f") == ()


def test_limited_punishment_has_one_crossing_and_a_root_in_closed_form():
    # two periods of punishment: (R - P)(d + d^2) >= T - R
    (found,) = thresholds(region((R - P) * (d + d**2) - (T - R)), "d")
    assert found.kind == "root"  # it may also fail for every d: then there is no crossing
    likely = Domain(("P", "R", "T", "d"), (T > R, R > P, 2 * (R - P) > T - R, d > 0, d < 1))
    (found,) = thresholds(region((R - P) * (d + d**2) - (T - R), ">=", likely), "d")
    assert found.kind == "at least"
    at = {T: 4, R: 3, P: 1}
    assert found.value.subs(at) == sympy.Rational(-1, 2) + sympy.sqrt(3) / 2
    assert derivative_sign(found, "T", likely).mark == "+"
    assert derivative_sign(found, "P", likely).mark == "+"


def test_signs_of_derivatives_against_finite_differences():
    expression = (T - R) / (T - P + f)
    table = sign_table({"delta": expression}, ["T", "R", "P", "f"], DILEMMA)
    assert [s.mark for s in table.rows["delta"]] == ["+", "-", "+", "-"]
    slope = derivative_sign((T - f) * R, "R", DILEMMA)
    assert slope.sign is Sign.VARIES and str(slope.rises) == "T > f" and str(slope.falls) == "f > T"
    inside = derivative_sign((T - f) * R, "R", region(T - 2 * f, ">"))
    assert inside.sign is Sign.POSITIVE  # T > 2 f > f
    h = Fraction(1, 10**6)
    for values in DILEMMA.points(20, seed=6):
        for name, slope in zip(("T", "R", "P", "f"), table.rows["delta"], strict=True):
            more = {**values, name: values[name] + h}
            low, high = (
                expression.subs({sympy.Symbol(k): sympy.Rational(str(v)) for k, v in p.items()}) for p in (values, more)
            )
            assert (high > low) == (slope.mark == "+")


def test_unknown_parameters_are_refused():
    with pytest.raises(gt.InputError, match="parameter"):
        derivative_sign(T, "nothing", DILEMMA)
    with pytest.raises(gt.InputError, match="parameters"):
        partition([region(T - R - 1)], ["T"])


def test_regimes_of_hawk_and_dove_in_two_parameters():
    v, c = sympy.symbols("v c")
    game = gt.StageGame([[(v - c) / 2, v], [0, v / 2]], [[(v - c) / 2, 0], [v, v / 2]], domain=(v > 0, c > 0))
    solution = SymbolicNash().solve(game, gt.Nash())
    map_ = partition([e.region for e in solution.equilibria], ["v", "c"])
    assert sorted(len(r.entries) for r in map_.regimes) == [1, 3]
    assert v - c in [sympy.expand(s * b) for b in map_.boundaries for s in (1, -1)]
    assert len(map_.at(1, 2)) == 3 and len(map_.at(2, 1)) == 1


def test_regimes_with_curved_boundaries_hold_at_random_points():
    x, y = sympy.symbols("x y")
    plane = Domain(("x", "y"), (x > -3, x < 3, y > -3, y < 3))
    logic = Logic(plane)
    regions = [
        Region(plane, logic.atom(plane.ring.read(e).num, ">="))
        for e in (x**2 + y**2 - 1, y - x**2, x * y - 1, y**2 - x**3 + x)
    ]
    map_ = partition(regions, ["x", "y"])
    known = {r.entries for r in map_.regimes}
    rng = random.Random(2)
    for _ in range(400):
        point = [Fraction(rng.randint(-2999, 2999), 1000) for _ in range(2)]
        assert map_.at(*point) in known
    assert len(known) >= 6


def test_regimes_of_one_parameter():
    x = sympy.Symbol("x")
    line = Domain(("x",), (x > 0,))
    map_ = partition([region(x**2 - 2, ">=", line), region(3 - x, ">", line)], ["x"])
    assert [r.entries for r in map_.regimes] == [(0,), (0, 1), (1,)]
    assert map_.points == (-sympy.sqrt(2), 0, sympy.sqrt(2), 3)
    assert map_.at(3) == (0,)
