"""Conditions at every level, reduced to the ends: held against the conditions level by level and against numbers of levels."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.claims.induction import for_every_level
from gametheory.equilibria.solvers.symbolic_levels import Phase, compare_with_numbers, level_plan
from gametheory.statics import thresholds
from gametheory.studies.us_mexico.reduced import reduced_game

rc, ru, l, a0, a1, c, m0, m1, e, s, z, k, m = sympy.symbols("rc ru l a0 a1 c m0 m1 e s z k m")  # noqa: E741
BARE = (rc > 0, ru > 0, l > a0, a0 >= 0, c > 0, m0 >= 0, m1 >= 0, e > 0, s > 0, z > 0)
FULL = (*BARE, a1 > 0)
CYCLE = {"f=0": "NS", "f=1": "UP"}
JOINT = Phase("NE", {"U": "P"})
INVESTMENT = [Phase("UP", {"N": "S"}), JOINT]


def test_cooperation_for_ever_needs_what_the_first_level_needs():
    theorem = for_every_level(level_plan(reduced_game(K=1, F=0), ["NE"], assumptions=(*BARE, s > z, rc > ru + a0)))
    assert theorem.is_reduced
    assert [str(x) for x in theorem.region.conditions] == ["m0 >= e"]
    theorem.verify()


def test_the_deliberate_investment_for_every_number_of_levels():
    theorem = for_every_level(level_plan(reduced_game(K=1, F=0), INVESTMENT, ["m"], assumptions=BARE))
    assert theorem.is_reduced and {part.at for part in theorem.parts} == {"alike", "first", "last"}
    theorem.verify()
    near = {"delta_US": "4/5", "delta_MX": "4/5", "rho": "4/5", "rc": 16, "ru": 2, "l": 1, "a0": "1/2", "c": "1/2"}
    near |= {"m0": "1/10", "m1": 1, "e": "5/2", "s": 3, "z": 1, "t": 1}
    yes, no = compare_with_numbers(theorem.plan, points=3, most=8, seed=4, holds=theorem.holds, near=near)
    assert yes and no
    # what must be worth while is the first raid: for the United States the whole sum from level 0, by hand for rho = 1
    d, rho, power = sympy.symbols("delta_US rho y1_US")
    ours = next(
        part
        for part in theorem.parts
        if part.at == "first" and power in theorem.region.domain.ring.to_sympy(part.required[0].atom[0]).free_symbols
    )
    found = theorem.region.domain.ring.to_sympy(ours.required[0].atom[0]).subs(rho, 1)
    for levels in (1, 2, 4):
        whole = sum((1 - d) * d**t * (a0 - l - c * t) for t in range(levels)) + d**levels * rc
        ratio = sympy.cancel(found.subs({power: d**levels, m: levels}) / whole)
        assert not ratio.free_symbols - {d} and all(ratio.subs(d, Fraction(n, 7)) > 0 for n in range(1, 7))
    # protest must pay Mexico at the first level, where joint work is furthest away, and at the top, where it buys nothing
    assert {str(t) for t in thresholds(theorem.region, "s")} == {
        "s at least z",
        "s at least e*y1_MX - m*m1*y1_MX - m0*y1_MX - y1_MX*z + z",
        "s at least (delta_MX*m1*rho + delta_MX*z - z)/(delta_MX - 1)",
    }


@pytest.mark.parametrize("naive", [(), ("US",)])
def test_the_cycle_binds_where_raids_cease_to_pay_by_themselves(naive):
    plan = level_plan(
        reduced_game(K=1, F=1), [Phase(CYCLE, {"N": "S", "U": "P"}), JOINT], ["m"], naive=naive, assumptions=FULL
    )
    theorem = for_every_level(plan)
    assert theorem.is_reduced and {part.at for part in theorem.parts} >= {"first", "last", "turn"}
    theorem.verify()
    turning = [part.turning_level for part in theorem.parts if part.at == "turn"]
    if not naive:
        assert any(sympy.expand(t - (a0 + a1 - l) / c) == 0 for t in turning)
    rng = random.Random(5)
    names = plan.game.parameters
    seen = set()
    for _ in range(25):
        values = {n: Fraction(rng.randint(1, 30), 10) for n in names}
        values |= {n: Fraction(rng.randint(1, 19), 20) for n in ("delta_US", "delta_MX", "rho", "q")}
        values |= {"l": values["a0"] + values["l"], "m1": values["m1"] / 5}
        if theorem.plan._work.domain.contains(
            {**values, **dict.fromkeys(theorem.plan._work.domain.names[len(names) :], Fraction(1))}
        ):
            top = rng.randint(1, 8)
            ends = {"m": rng.randint(0, top)}
            said = theorem.holds(top, ends, **values)
            assert said == plan.holds(top, ends, **values)
            seen.add(said)


def test_random_ratchets_level_by_level():
    """The reduction never changes an answer, whatever the payoffs; what it cannot reduce it leaves."""
    rng, kinds, compared = random.Random(11), set(), 0
    for _ in range(12):
        pay = {o: (rng.randint(-4, 4), rng.randint(-4, 4)) for o in ("NE", "NS", "UA", "UP")}
        game = gt.DynamicGame.sequential(
            first="US",
            moves={"N": ("E", "S"), "U": ("A", "P")},
            payoffs=pay,
            players=("US", "MX"),
            discount=(Fraction(rng.randint(1, 9), 10), Fraction(rng.randint(1, 9), 10)),
        ).with_rules(
            gt.Counter("k", upto=1, on={rng.choice(["UP", "UA", "NS"]): Fraction(rng.randint(1, 4), 4)}),
            gt.Fine("US", on=(rng.choice(["UP", "UA"]),), by=f"{rng.randint(-2, 2)}*k"),
            gt.Bonus("MX", on=(rng.choice(["NE", "NS"]),), by=f"{rng.randint(-2, 2)}*k + k*k"),
        )
        climb = next(iter(game.rules[0].on))
        stay = [o for o in pay if o != climb]
        plan = level_plan(game, [climb, rng.choice(stay)], ["m"])
        theorem = for_every_level(plan)
        for step in (x for part in theorem.parts for x in part.steps):
            step.verify()
        kinds |= {part.at for part in theorem.parts}
        for top in range(1, 7):
            for end in range(top + 1):
                assert theorem.holds(top, {"m": end}) == plan.holds(top, {"m": end})
                compared += 1
    assert len(kinds) >= 3 and compared == 12 * 27


def test_a_step_that_says_too_much_is_found_out():
    theorem = for_every_level(level_plan(reduced_game(K=1, F=0), INVESTMENT, ["m"], assumptions=BARE))
    place = next(i for i, part in enumerate(theorem.parts) if part.at == "first")
    wrong = replace(theorem.parts[place], at="last")
    with pytest.raises(gt.CertificateError, match="something else"):
        replace(theorem, parts=(*theorem.parts[:place], wrong, *theorem.parts[place + 1 :])).verify()
    easier = replace(theorem.parts[place], required=())
    lost = replace(theorem, parts=(easier,))
    with pytest.raises(gt.CertificateError):
        lost.verify()


def test_what_is_not_settled_stays_at_every_level():
    plan = level_plan(
        reduced_game(K=1, F=0), ["NS"]
    )  # nothing is known of the signs: answers may change with the level
    theorem = for_every_level(plan)
    assert not theorem.is_reduced and theorem.open and "not reduced" in str(theorem)
    compare_with_numbers(plan, points=3, most=3, holds=theorem.holds)
