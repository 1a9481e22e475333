"""The map of orderings: exact cases against numeric solving, an independent enumeration, and draws."""

import random
from fractions import Fraction as F
from itertools import product

import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.evidence.patterns import Pattern
from gametheory.studies.us_mexico.cycle_conditions import weakest_conditions
from gametheory.studies.us_mexico.ordering_draws import sampled_map, sampled_paths
from gametheory.studies.us_mexico.ordering_map import (
    MAP_PATTERNS,
    OUTCOMES,
    _orders,
    ordering_map,
    pair_patterns,
    ratchet_game,
)

US, MX = gt.Ordering("UA > NE > UP > NS"), gt.Ordering("NS > NE > UP > UA")
GAMES = {K: ratchet_game(K=K) for K in (1, 2, 3)}


@pytest.fixture(scope="module")
def proved():
    return ordering_map()


def shown(game):
    """Patterns of the pure equilibria, by the general solver and the general patterns."""
    solution = gt.solve(game, gt.MarkovPerfect(pure=True))
    assert solution.status is gt.Status.COMPLETE
    return {
        name for e in solution.equilibria for name, text in MAP_PATTERNS.items() if Pattern(text).certain(e.chain)
    }, len(solution.equilibria)


def draw(rng, order, prefix):
    """Ascending sums of random gaps, on several scales."""
    gaps = [rng.choice((1, 2, 7, 50)) * rng.randint(1, 9) for _ in order]
    levels = [sum(gaps[: i + 1]) for i in range(4)]
    return dict(zip((f"{prefix}_{x}" for x in reversed(order)), levels, strict=True))


def numbers(rng, us, mx):
    values = draw(rng, us, "u") | draw(rng, mx, "v")
    values |= {"c": rng.choice((0, 3, 40, 300)) + F(1, 7), "m": rng.choice((0, 3, 40, 300)) + F(1, 7)}
    return values | {"delta_US": F(rng.randint(1, 19), 20), "delta_MX": F(rng.randint(1, 19), 20)}


def test_the_map_covers_all_pairs_once(proved):
    assert len({(str(p.us), str(p.mx)) for p in proved.pairs}) == 576
    assert all(set(p.all) <= set(p.some) and (not p.forced or p.some == (p.forced,)) for p in proved.pairs)
    assert all(p.some for p in proved.pairs)


def test_random_games_never_leave_the_exact_map(proved):
    """Independent oracle: the general solver on 250 games; every pattern it shows must be listed, every 'all' must occur."""
    rng = random.Random(5)
    for _ in range(250):
        pair = rng.choice(proved.pairs)
        values = numbers(rng, str(pair.us).split(" > "), str(pair.mx).split(" > "))
        patterns, count = shown(GAMES[1].subs(**values))
        assert patterns <= set(pair.some), (pair, values)
        assert set(pair.all) <= patterns, (pair, values)
        assert count or pair.may_have_none, (pair, values)
        if pair.forced:
            assert patterns == {pair.forced}


def test_every_pattern_listed_has_a_witness_that_the_general_solver_accepts(proved):
    rng = random.Random(6)
    for pair in rng.sample(proved.pairs, 60):
        for name, values in pair.witnesses.items():
            for order, prefix in ((pair.us, "u"), (pair.mx, "v")):
                assert order.holds({x: values[f"{prefix}_{x}"] for x in OUTCOMES})
            assert values["c"] >= 0 <= values["m"]
            assert name in shown(GAMES[1].subs(**values))[0]


def test_a_coarse_grid_finds_nothing_more_and_misses_little(proved):
    """Brute force on a small grid of gaps, c, m and discount factors, for the article's orderings."""
    for us in ("UA > NE > UP > NS", "NE > UA > NS > UP"):
        found, none = set(), False
        for gaps in product((1, 6), repeat=6):
            u = dict(zip(us.split(" > "), (sum(gaps[: 3 - i]) for i in range(4)), strict=True))
            v = dict(zip(str(MX).split(" > "), (sum(gaps[3 : 6 - i]) for i in range(4)), strict=True))
            for c, m, d, e in product((0, 2, 30), (0, 2, 30), (1, 10, 19), (1, 10, 19)):
                paths = {path for path, there in sampled_paths(u, v, c, m, (d, e), 1).items() if there}
                found |= paths
                none |= not paths
        exact = next(p for p in proved.pairs if str(p.us) == us and str(p.mx) == str(MX))
        names = {
            "NE forever": "virtuous path",
            "NS forever": "stalemate",
            "UA forever": "realism",
            "UP forever": "endless raids",
        }
        names |= {"UP NE forever": "cycle", "UP NS forever": "deadlock", "UP UA forever": "submission"}
        assert {names[p] for p in found} == set(exact.some)
        assert none <= exact.may_have_none


@pytest.mark.parametrize("K", [1, 2, 3])
def test_the_recursion_in_integers_agrees_with_the_general_solver(K):
    rng = random.Random(K)
    for _ in range(60):
        us, mx = rng.choice(_orders()).split(" > "), rng.choice(_orders()).split(" > ")
        values = numbers(rng, us, mx)
        values["c"], values["m"] = int(values["c"]), int(values["m"])
        u = {x: values[f"u_{x}"] for x in OUTCOMES}
        v = {x: values[f"v_{x}"] for x in OUTCOMES}
        delta = (int(20 * values["delta_US"]), int(20 * values["delta_MX"]))
        mine = {p for p, there in sampled_paths(u, v, values["c"], values["m"], delta, K).items() if there}
        solution = gt.solve(GAMES[K].subs(**values), gt.MarkovPerfect(pure=True))
        theirs = set()
        for e in solution.equilibria:
            labels = [next(m for m in e.chain.moves[s] if m.probability).outcome for s in e.chain.support()]
            theirs.add(" ".join(labels if labels[-1] != "UP" else ["UP"]) + " forever")
        assert mine == theirs


def test_draws_never_contradict_the_proof(proved):
    for measure in ("uniform", "spread"):
        sampled = sampled_map(K=1, measure=measure, draws=300, seed=4)
        assert sampled.evidence == "sampled" and sampled.draws == 300 and sampled.measure
        for a, b in zip(proved.pairs, sampled.pairs, strict=True):
            assert set(b.some) <= set(a.some) and set(a.all) <= set(b.all)
            assert a.may_have_none or not b.may_have_none


def test_what_draws_show_for_three_constraints_is_shown_by_the_general_solver():
    found = sampled_map(K=3, draws=50, seed=1)
    rng = random.Random(2)
    for pair in rng.sample(found.pairs, 15):
        for name, values in pair.witnesses.items():
            assert name in shown(GAMES[3].subs(**values))[0]


def test_no_orderings_alone_force_the_cycle_but_a_biting_constraint_does(proved):
    assert proved.counts()["cycle"][0] > 0
    assert proved.counts()["cycle"][1:] == (0, 0)
    biting = ordering_map(biting=True)
    assert biting.counts()["cycle"][2] > 0
    assert pair_patterns(US, MX, biting=True).forced == "cycle"
    assert pair_patterns(gt.Ordering("NE > UA > NS > UP"), MX, biting=True).forced == ""


def _obeys(values, told):
    amount = {f"US {x}": values[f"u_{x}"] for x in OUTCOMES} | {f"MX {x}": values[f"v_{x}"] for x in OUTCOMES}
    amount |= {f"US {x}-c": values[f"u_{x}"] - values["c"] for x in ("UA", "UP")}
    amount["MX NE+m"] = values["v_NE"] + values["m"]
    for side, comparisons in (("US", told.us), ("MX", told.mx)):
        for comparison in comparisons:
            a, b = comparison.split(" > ")
            if not amount[f"{side} {a}"] > amount[f"{side} {b}"]:
                return False
    return True


def test_weakest_conditions_force_the_cycle_and_none_can_be_dropped():
    """Games drawn at random: where a set holds the cycle is the only pattern; without any one comparison it can fail."""
    answers = weakest_conditions("cycle")
    assert answers and [len(a) for a in answers] == sorted(len(a) for a in answers)
    from dataclasses import replace

    rng = random.Random(9)
    sets = [(a, {"kept": 0} | dict.fromkeys((*a.us, *a.mx), False)) for a in answers]
    for _ in range(12_000):
        values = numbers(rng, rng.choice(_orders()).split(" > "), rng.choice(_orders()).split(" > "))
        values["c"], values["m"] = int(values["c"]), int(values["m"])
        paths = None
        for told, seen in sets:
            for dropped in [x for x in seen if x == "kept" or not seen[x]]:
                less = replace(
                    told, us=tuple(x for x in told.us if x != dropped), mx=tuple(x for x in told.mx if x != dropped)
                )
                if not _obeys(values, less):
                    continue
                if paths is None:
                    u, v = ({x: values[f"{s}_{x}"] for x in OUTCOMES} for s in "uv")
                    delta = (int(20 * values["delta_US"]), int(20 * values["delta_MX"]))
                    paths = {p for p, t in sampled_paths(u, v, values["c"], values["m"], delta, 1).items() if t}
                if dropped == "kept":
                    assert paths == {"UP NE forever"}, (told, values)
                    seen["kept"] += 1
                elif not _obeys(values, told) and paths != {"UP NE forever"}:
                    seen[dropped] = True
    for told, seen in sets:
        assert seen.pop("kept") > 20
        side = {x: x in told.us for x in seen}
        assert all(seen.values()), (told, seen, side)


def test_every_biting_pair_that_forces_the_cycle_obeys_a_weakest_set():
    answers = weakest_conditions("cycle")
    for pair in ordering_map(biting=True).pairs:
        if pair.forced == "cycle":
            assert any(_obeys(pair.witnesses["cycle"], told) for told in answers)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="us"):
        pair_patterns(gt.Ordering("NE > UA > NS"), MX)
    with pytest.raises(InputError, match="mx"):
        pair_patterns(US, gt.Ordering("NS ~ NE > UP > UA"))
    with pytest.raises(InputError, match="measure"):
        sampled_map(K=2, measure="fair")
    with pytest.raises(InputError, match="K"):
        sampled_map(K=7)
    with pytest.raises(InputError, match="pattern"):
        weakest_conditions("cycles")
