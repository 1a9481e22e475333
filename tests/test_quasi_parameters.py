"""Quasi-parameters: the least discount factor against a sum written out by hand, and the regimes' effect on themselves."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.equilibria.automata import check_automata
from gametheory.equilibria.quasi import frozen
from gametheory.studies.us_mexico import quasi_parameters as member
from gametheory.studies.us_mexico.reduced import BASELINE


def by_hand(k, f, change):
    """Mexico compares t + m - e for ever with t once and then the period's own equilibrium for ever."""
    x = {name: F(v) for name, v in {**BASELINE, **change}.items()}
    m = x["m0"] + x["m1"] * k
    if m >= x["e"]:
        return F(0)  # enforcing pays in itself
    act = x["a0"] + x["a1"] * f - x["c"] * k - x["l"]
    if act < 0 or act > x["rc"]:
        return None  # no threat, or no restraint
    least = (x["e"] - m) / x["z"]
    return least if least < 1 else None


@pytest.mark.parametrize(
    "change", [{}, {"c": "0"}, {"m1": "0"}, {"m1": "1/7", "c": "1/9"}, {"z": "1/2", "e": "2/5"}, {"a0": "2"}], ids=str
)
@pytest.mark.parametrize("frustration", [1, 2])
def test_the_least_discount_factor_is_the_one_written_out_by_hand(change, frustration):
    found = member.least_delta_by_level("k", change, frustration=frustration)
    assert found == {k: by_hand(k, frustration, change) for k in range(4)}


def test_just_below_the_least_discount_factor_a_departure_pays_and_from_it_on_none_does():
    of = member._numbers({}, "delta", k=1, f=2)
    held = frozen(of, next(s for s, v in zip(of.states, of.variables, strict=True) if v["k"] == 1 and v["f"] == 2))
    for delta, holds in ((F(1, 2) - F(1, 1000), False), (F(1, 2), True), (F(9, 10), True)):
        now = held.subs(delta=delta)
        assert check_automata(now, member.joint_work(held)).holds == holds


def test_the_formula_is_that_of_the_numbers():
    rng, formula = random.Random(2), member.critical().formula
    for _ in range(10):
        k, x, b = rng.randint(0, 2), rng.randint(0, 2), rng.randint(0, 1)
        at = {"e": F(3), "z": F(rng.randint(8, 12), 2), "m0": F(1, 3), "m1": F(1, 4), "v": F(1, 5), "w": F(1, 6)}
        by_levels = (at["e"] - at["m0"] - at["m1"] * k - at["v"] * x - at["w"] * b) / at["z"]
        assert gt.exact(formula.subs({**at, "k": k, "x": x, "b": b})) == by_levels


def test_joint_work_builds_what_sustains_it_and_talk_and_raids_wear_out_what_sustains_them():
    kinds = lambda *a, **k: {r.verdict for r in member.regimes(*a, **k)} - {"neutral"}
    assert kinds("joint work", {"a0": "1"}, x=2) == {"self-reinforcing"}
    assert kinds("unilateral acts", {"m1": "0"}, k=3) == {"self-undermining"}
    assert kinds("fruitless talk", {}, f=2) == {"self-undermining"}
    # turned round, trust that makes enforcement dearer, joint work undermines itself
    assert kinds("joint work", {"a0": "1", "v": "-1/20"}, x=2) == {"self-undermining"}


def test_unknown_levels_and_regimes_are_refused():
    with pytest.raises(gt.InputError, match="one of"):
        member.least_delta_by_level("y")
    with pytest.raises(gt.InputError, match="one of"):
        member.regimes("peace")
    import sympy

    with pytest.raises(gt.InputError, match="from one rational number on"):
        member.least_delta(sympy.Interval(F(1, 3), F(1, 2)))
