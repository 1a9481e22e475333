"""Certification: effort by month against a plain backward induction, the regimes of the threat against brute force."""

import random
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.exact import parse
from gametheory.studies.us_mexico import certification, certification_year
from gametheory.studies.us_mexico.certification_year import MONTHS, NUMBERS, effort_by_month


def by_hand(change):
    """Mexico's effort in each month where the president always certifies and every refusal is protested: its own problem.

    Backward over the months with nothing of the package: the value of (figures, mood) at the start of a month.
    """
    x = {name: F(value) for name, value in {**NUMBERS, **change}.items()}
    d, stay = x["delta_MX"], x["stay"]
    value = {(y, hawk): F(0) for y in (0, 1) for hawk in (0, 1)}  # after the review nothing is left
    plan = {}
    for month in reversed(MONTHS):
        new = {}
        for y, hawk in value:
            mood = {hawk: stay, 1 - hawk: 1 - stay}
            options = {}
            for a, cost, makes in (("S", F(0), F(0)), ("T", x["et"], x["kt"]), ("W", x["e"] - x["g"], x["kw"])):
                if month == "mar":
                    refused = hawk * (x["p0"] if y else x["p"])
                    options[a] = -cost - refused * (x["lm"] + x["z"])
                    continue
                up = makes if y == 0 else F(0)
                down = (1 if y else 0) * x["u"]
                after = {1: up if y == 0 else 1 - down, 0: 1 - up if y == 0 else down}
                options[a] = -cost + d * sum(p * q * value[z, m] for z, p in after.items() for m, q in mood.items())
            best = max(options.values())
            plan[month, y, hawk] = next(a for a, v in options.items() if v == best)  # the first: no effort at a tie
            new[y, hawk] = best
        value = new
    belief, rows = {(0, 1): F(1)}, []
    for month in MONTHS:
        rows.append(tuple(sum(p for s, p in belief.items() if plan[(month, *s)] == a) for a in "WT"))
        after = {}
        for (y, hawk), p in belief.items():
            makes = {"S": F(0), "T": x["kt"], "W": x["kw"]}[plan[month, y, hawk]]
            figures = {1: makes, 0: 1 - makes} if y == 0 else {1: 1 - x["u"], 0: x["u"]}
            for z, q in figures.items():
                for m, r in ((hawk, stay), (1 - hawk, 1 - stay)):
                    after[z, m] = after.get((z, m), F(0)) + p * q * r
        belief = after
    return rows


CHANGES = [
    {},
    {"u": "1/3", "kt": "1/3"},
    {"e": "1/4"},
    {"et": "1/2"},
    {"stay": "1/2", "p": "3/5"},
    {"p0": "0", "kw": "3/4", "e": "1/3"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_effort_by_month_is_that_of_a_plain_backward_induction(change):
    assert [(m.progress, m.figures) for m in effort_by_month(change)] == by_hand(change)


def test_without_the_law_and_without_congress_there_is_no_effort():
    assert not any(m.effort or m.refusal for m in effort_by_month(law=False))
    assert not any(m.effort or m.refusal for m in effort_by_month({"p": 0, "p0": 0}))


def test_the_same_months_in_both_years_and_never_after_the_verdict():
    rows = effort_by_month(years=2)
    first, second = ([m.month for m in rows if m.year == year and m.effort] for year in (1, 2))
    assert first == second == ["jan", "feb"]
    # refusals in the first year closed the area by a yardstick: there is less to show off for in the second
    assert all(b.effort <= a.effort for a, b in zip(rows[:12], rows[12:], strict=True))


def test_the_regimes_of_the_threat_at_random_numbers():
    rng, seen = random.Random(3), set()
    for _ in range(25):
        at = {n: F(rng.randint(1, 12), 6) for n in ("lm", "z", "cv", "b", "tu", "lp", "rt")}
        at["et"] = F(rng.randint(1, 6), 12)
        p0 = F(rng.randint(1, 5), 12)
        at |= {
            "p0": p0,
            "p": p0 + F(rng.randint(1, 6), 12),
            "kt": F(rng.randint(1, 5), 6),
            "delta_MX": F(rng.randint(1, 9), 10),
        }
        game = certification_year.certification_game(months=("feb", "mar"), congress=False, efforts="TS")
        game = game.subs(u="1/4", rho=1, s=at["z"] + 1, delta_US="1/2", **at)
        price, applause = at["tu"] + at["lp"], at["b"]
        worth = lambda text, at=at: parse(text, at)
        if price in (applause, applause + at["cv"]):
            continue
        if price > applause + at["cv"]:
            gain, regime = worth("delta_MX*kt*(p - p0)*(lm + z) - et"), "empty"
        elif price > applause:
            gain, regime = worth("delta_MX*kt*(1 - p0)*(lm + z) - et"), "conditional"
        else:
            gain, regime = -at["et"], "blind"
        if gain == 0:
            continue
        (one,) = gt.solve(game, gt.MarkovPerfect(pure=True)).equilibria
        assert one.policy[game.states[game.start]]["MX"] == ("T" if gain > 0 else "S"), (regime, at)
        seen.add((regime, gain > 0))
    assert (
        {r for r, _ in seen} == {"empty", "conditional", "blind"}
        and ("empty", True) in seen
        and ("empty", False) in seen
    )


def test_the_propositions_are_proved_and_wrong_ones_are_not(monkeypatch):
    assert certification.regimes_are_proved() and certification.progress_is_proved()
    monkeypatch.setattr(certification, "_DISCIPLINE", "delta_MX*kt*p*(lm + z) - et")
    assert not certification.regimes_are_proved()


def test_a_law_for_ever_brings_the_same_months_for_ever():
    setting = certification.MEMBER.setting("for_ever")
    (one,) = gt.solve(setting.game(), setting.concept).equilibria
    efforts = [any(label.startswith("T") for label in row) for row in one.chain.forecast(30)]
    assert efforts == [False, True, False] * 10


def test_numbers_with_a_tie_have_no_one_answer():
    with pytest.raises(gt.InputError, match="one equilibrium path"):
        # figures in February are worth exactly what they cost, if Congress is hawkish
        effort_by_month({"et": F(49, 50) * F(1, 2) * F(3, 4) * F(17, 60) * F(16, 5)})
    with pytest.raises(gt.InputError, match="years"):
        certification_year.certification_game(years=0, for_ever=True)
    with pytest.raises(gt.InputError, match="efforts"):
        certification_year.certification_game(efforts="XS")
