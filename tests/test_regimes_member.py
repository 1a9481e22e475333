"""Regimes: every answer against the plain comparison of its payoffs, and what peer review and parting interests do."""

import random
from fractions import Fraction as F
from itertools import product

import gametheory as gt
from gametheory.studies.us_mexico import regimes


def by_hand(x):
    """The outcomes that can be equilibrium play: Mexico's best answers, then Washington's best move given one of them."""
    answer = {
        "E": x["lim"] - x["sg"] + x["g"] * x["interest"] + x["w"] * x["capacity"] - x["bm"] * x["e"],
        "C": x["lim"] - x["sg"] + x["g"] * x["interest"] + x["w"] - x["bm"] * x["e"] - x["sp"] + x["aid"],
        "S": x["lim"] - x["sg"] - x["sh"],
        "O": F(0),
    }
    worth = {
        "E": x["lg"] - x["cl"] + x["rm"] * x["coordination"] * x["capacity"],
        "C": x["lg"] - x["cl"] + x["rm"] - x["aid"],
        "S": x["lg"] - x["cl"],
        "O": x["bil"],
    }
    found = set()
    for a in answer:
        if answer[a] == max(answer.values()):  # under domination Mexico pulls back, s > 0
            found |= {f"R{a}"} if worth[a] >= x["bil"] else set()
            found |= {"DO"} if x["bil"] >= worth[a] else set()
    return found


def test_play_is_that_of_a_plain_comparison_at_random_numbers():
    rng, seen = random.Random(4), set()
    for _ in range(60):
        x = {n: F(v) for n, v in regimes.NUMBERS.items()}
        x |= {
            n: F(rng.randint(0, 8), 4) for n in ("lim", "sg", "g", "w", "sh", "sp", "aid", "bil", "e", "lg", "cl", "rm")
        }
        x |= {n: F(rng.randint(0, 1)) for n in ("interest", "coordination", "capacity")}
        solution = gt.solve(regimes._game(x), gt.MarkovPerfect(pure=True))
        played = {outcome for e in solution.equilibria for outcome in e.chain.outcomes}
        assert played == by_hand(x), x
        seen |= played
    assert seen == {"RE", "RC", "RS", "RO", "DO"}


def test_the_conditions_in_symbols_are_those_of_the_numbers():
    rng = random.Random(5)
    domain = next(iter(regimes.conditions().values())).domain
    for i, c, b in product((0, 1), repeat=3):
        found = regimes.conditions(interest=i, coordination=c, capacity=b)
        for point in domain.points(6, seed=rng.randint(0, 99)):
            at = {
                **{n: F(v) for n, v in regimes.NUMBERS.items()},
                **point,
                "interest": i,
                "coordination": c,
                "capacity": b,
            }
            assert {name for name, region in found.items() if region.contains(point)} == by_hand(at)


def test_a_wrong_condition_is_not_proved(monkeypatch):
    assert regimes.answers_are_proved()
    wrong = {**regimes.conditions(), "RS": regimes.conditions()["RE"]}
    monkeypatch.setattr(regimes, "conditions", lambda: wrong)
    assert not regimes.answers_are_proved()


def test_effort_without_coordination_brings_no_results():
    rows = {(b.interest, b.coordination, b.capacity): b for b in regimes.backing({"g": 1})}
    assert all(b.effort == i and b.results == (2 if i and c and k else 0) for (i, c, k), b in rows.items())


def test_effort_lasts_as_long_as_interests_are_shared():
    (e,) = gt.solve(regimes._game(regimes._FULL, parting=True), gt.MarkovPerfect(pure=True)).equilibria
    assert [row.get("RE", 0) for row in e.chain.forecast(5)] == [F(4, 5) ** t for t in range(5)]
