"""Attaining a payoff, transfers, short horizons, the folk theorem's conditions."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from scipy.optimize import linprog

from gametheory.equilibria.feasible import finite_horizon, folk_theorem, individually_rational, minmax
from gametheory.equilibria.public_strategies import attain
from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.equilibria.subgame_perfect import PayoffSet, SubgamePerfect
from gametheory.equilibria.sustaining import sustainable_at
from gametheory.equilibria.transfers import solve_with_transfers
from gametheory.errors import CertificateError, InputError, UnsupportedError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Fine
from gametheory.games.stage import StageGame

DILEMMA = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "MX"), actions=(("C", "D"), ("C", "D")))
COURNOT = [[10, 3, 0], [15, 7, -4], [7, 5, -15]]


def repeated(a, b, discount):
    return DynamicGame.repeated(StageGame(a, b), discount=discount)


def solve(game, **options):
    return AbreuPearceStacchetti().solve(game, SubgamePerfect(**options))


@pytest.mark.parametrize("seed", range(4))
def test_any_payoff_of_the_inner_set_is_attained(seed):
    draw = random.Random(seed)
    for _ in range(10):
        m = draw.choice((2, 3))
        a, b = ([[draw.randint(0, 9) for _ in range(m)] for _ in range(m)] for _ in range(2))
        solution = solve(repeated(a, b, draw.choice(["1/3", "1/2", "4/5"])))
        corners = solution.payoff_sets["play"].inner
        if corners:
            weights = [Fraction(draw.randint(1, 9)) for _ in corners]
            target = tuple(sum(w * v[i] for w, v in zip(weights, corners, strict=True)) / sum(weights) for i in (0, 1))
            strategy = attain(solution, target)
            assert strategy.payoffs == target and strategy.check()


def test_attained_across_states_with_chance():
    game = DynamicGame.repeated(DILEMMA, discount="3/4").with_rules(Counter("k", upto=2, on={"DD": "1/2", "CD": "1/3"}))
    solution = solve(game)
    for state in game.states:
        for corner in solution.payoff_sets[state].inner:
            assert attain(solution, corner, state=state).check()


RAID = {"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, "1/2")}


def raids(payoffs, discount, upto=0):
    """A period of moves in sequence: US negotiates or acts alone, MX answers."""
    game = DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount=discount, payoffs=payoffs
    )
    return (
        game.with_rules(Counter("k", upto=upto, on={"UP": "1/2"}), Fine("US", on=("UA", "UP"), by="k/2"))
        if upto
        else game
    )


def test_attained_where_moves_are_in_sequence():
    """Threats within the period count: what a departure leads to is answered by the other's move in the same period."""
    draw = random.Random(11)
    attained = 0
    for number in range(24):
        payoffs = {label: (draw.randint(0, 6), draw.randint(0, 6)) for label in RAID}
        solution = solve(raids(payoffs, draw.choice(["1/3", "1/2", "4/5"]), number % 3))
        for state, bounds in solution.payoff_sets.items():
            if bounds.inner:
                target = tuple(sum(v[i] for v in bounds.inner) / len(bounds.inner) for i in (0, 1))
                strategy = attain(solution, target, state=state)
                assert strategy.payoffs == target and strategy.check()
                attained += 1
    assert attained > 30
    # Joint work among those who can protest: a raid is answered at once, so that it never pays.
    strategy = attain(solve(raids(RAID, "1/2")), (2, 2))
    assert set(strategy.simulate(40, seed=1)) == {"NE"} and len(set(strategy.simulate(400, seed=1, noise="1/10"))) > 1
    ends = {key: branch.outcome for key, branch in strategy.answers.items()}
    assert ends[0, 0, 2] == "UP"  # after a raid (node 2) the answer that is worst for US
    generous = replace(strategy.answers[0, 0, 2], outcome="UA", play=2, then=strategy.plans[0][0][1].then)
    assert not replace(strategy, answers={**strategy.answers, (0, 0, 2): generous}).check()


def test_a_strategy_that_is_tampered_with_fails():
    strategy = attain(solve(DynamicGame.repeated(DILEMMA, discount="1/2")), (3, 3))
    with pytest.raises(CertificateError):
        replace(strategy, values=tuple((u + 1, v) for u, v in strategy.values)).check()
    kind = dict.fromkeys(strategy.punish, strategy.start[0][1])  # no punishment at all
    assert not replace(strategy, punish=kind).check()


def test_simulation_with_noise():
    strategy = attain(solve(DynamicGame.repeated(DILEMMA, discount="1/2")), (3, 3))
    assert set(strategy.simulate(50, seed=1)) == {"CC"}
    noisy = strategy.simulate(2000, seed=1, noise="1/20")
    assert strategy.simulate(2000, seed=1, noise="1/20") == noisy and len(set(noisy)) > 1
    with pytest.raises(InputError, match="probability"):
        strategy.simulate(5, seed=1, noise=2)


def test_only_points_of_the_inner_set_are_attained():
    solution = solve(DynamicGame.repeated(DILEMMA, discount="1/5"))
    with pytest.raises(InputError, match="inner payoff set"):
        attain(solution, (3, 3))


# --- transfers -------------------------------------------------------------------------------------------------------------------


def by_hand(a, b, delta):
    """Goldluecke and Kranz (2012) for a repeated game, by brute force over triples (joint play, two punishments): a triple is
    self-supporting if each of its plays has Sum (c_i - g_i) <= delta / (1 - delta) (U - V); best U and worst v_i over these."""
    m, n = len(a), len(a[0])
    cells = [(i, j) for i in range(m) for j in range(n)]
    joint = {(i, j): a[i][j] + b[i][j] for i, j in cells}
    cheat = {(i, j): (max(a[k][j] for k in range(m)), max(b[i][k] for k in range(n))) for i, j in cells}
    best = None
    for e in cells:
        for p in cells:
            for q in cells:
                spare = delta / (1 - delta) * (joint[e] - cheat[p][0] - cheat[q][1])
                if all(sum(cheat[x]) - joint[x] <= spare for x in (e, p, q)):
                    found = (joint[e], -cheat[p][0], -cheat[q][1])
                    best = found if best is None else tuple(map(max, best, found))
    return best and (best[0], -best[1], -best[2])


def test_transfers_in_repeated_games_against_brute_force():
    """The largest self-supporting triple, on Abreu's Cournot game (the first example of Kranz's toolbox for repeated games), on
    his public goods game with shares 3/5 and 3/4 (five levels), and on random games."""
    goods = [[Fraction(x + y, 2) - Fraction(3, 5) * x for y in range(0, 10, 2)] for x in range(0, 10, 2)]
    goods2 = [[Fraction(x + y, 2) - Fraction(3, 4) * y for y in range(0, 10, 2)] for x in range(0, 10, 2)]
    games = [(COURNOT, [list(r) for r in zip(*COURNOT, strict=True)]), (goods, goods2)]
    draw = random.Random(5)
    for _ in range(12):
        games.append(tuple([[draw.randint(0, 9) for _ in range(2)] for _ in range(3)] for _ in range(2)))
    for a, b in games:
        for delta in (Fraction(1, 5), Fraction(2, 5), Fraction(1, 2), Fraction(4, 5)):
            found = solve_with_transfers(repeated(a, b, delta))
            found.verify()
            expected = by_hand(a, b, delta)
            if expected is None:
                assert found.vertices(0) == ()
            else:
                assert (found.joint[0], *found.worst[0]) == expected


# Printed by Kranz's package repgame for R: rows of m$opt.mat as (delta from which on it holds, U, v1, v2), in its tutorial
# "Interactively Solving Repeated Games: A Toolbox" (2012), section 3 (the Cournot game of Abreu 1988, also solved by hand
# in section 3 of Goldluecke and Kranz 2010) and section 4.1 (a public goods game, (x1 + x2) / 2 - 3/4 x_i, contributions of 0 to 10).
PUBLIC_GOODS = [[Fraction(x + y, 2) - Fraction(3, 4) * x for y in range(11)] for x in range(11)]
PRINTED = [
    (COURNOT, [("0", 14, 7, 7), ("1/4", 18, 0, 0), ("1/3", 20, 0, 0)]),
    (PUBLIC_GOODS, [("0", 0, 0, 0), ("1/2", 5, 0, 0)]),
]


@pytest.mark.parametrize(("payoffs", "rows"), PRINTED)
def test_printed_results_of_repgame(payoffs, rows):
    """At each printed threshold, just above it, and just below the next one. (The third published example with transfers, the
    two-state dilemma, is in test_payoff_sets.)"""
    tiny = Fraction(1, 10**6)
    ends = [*(Fraction(row[0]) for row in rows[1:]), Fraction(1)]
    for (first, *expected), end in zip(rows, ends, strict=True):
        for delta in {Fraction(first), Fraction(first) + tiny, end - tiny} - {0}:
            found = solve_with_transfers(repeated(payoffs, [list(r) for r in zip(*payoffs, strict=True)], delta))
            assert [found.joint[0], *found.worst[0]] == expected


def test_transfers_only_help():
    draw = random.Random(8)
    for _ in range(15):
        a, b = ([[draw.randint(0, 9) for _ in range(2)] for _ in range(2)] for _ in range(2))
        game = repeated(a, b, "1/2")
        wide = solve(game, transfers=True)
        wide.verify()
        for corner in solve(game).payoff_sets["play"].inner:
            assert corner in wide.payoff_sets["play"]


def test_transfers_in_a_game_with_states():
    game = DynamicGame.repeated(DILEMMA, discount="1/2").with_rules(Counter("k", upto=2, on={"DD": "1/2", "CD": 1}))
    solution = solve(game, transfers=True)
    solution.verify()
    assert all(p.is_exact for p in solution.payoff_sets.sets)
    with pytest.raises(CertificateError):
        replace(solution.evidence, joint=tuple(x + 1 for x in solution.evidence.joint)).verify()
    with pytest.raises(UnsupportedError, match="one discount factor"):
        solve_with_transfers(DynamicGame.repeated(DILEMMA, discount=("1/2", "1/3")))


# --- what could be paid --------------------------------------------------------------------------------------------------------------


def test_minmax_and_individual_rationality():
    assert minmax(DILEMMA) == (1, 1)
    assert minmax(StageGame([[1, 0], [0, 1]], [[0, 1], [1, 0]])) == (Fraction(1, 2), Fraction(1, 2))
    assert set(individually_rational(DILEMMA)) == {(1, 1), (Fraction(13, 3), 1), (3, 3), (1, Fraction(13, 3))}
    assert folk_theorem(DILEMMA).applies and (2, 2) in folk_theorem(DILEMMA)
    pennies = folk_theorem(StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert not pennies.applies and pennies.vertices == ((0, 0),)


def test_equilibrium_payoffs_are_feasible_and_individually_rational():
    draw = random.Random(3)
    for _ in range(20):
        stage = StageGame(*([[draw.randint(0, 9) for _ in range(2)] for _ in range(2)] for _ in range(2)))
        low = minmax(stage, pure=True)
        for x, y in solve(DynamicGame.repeated(stage, discount="9/10")).payoff_sets["play"].inner:
            assert x >= low[0] and y >= low[1]


def test_a_short_horizon_unravels_unless_the_stage_has_several_equilibria():
    """Benoit and Krishna 1985: with a third action that makes two stage equilibria, co-operation is possible before the end."""
    game = DynamicGame.repeated(DILEMMA, discount="9/10")
    assert finite_horizon(game, 6) == (((1, 1),),)
    two = [[4, 0, 0], [5, 1, 0], [0, 0, 3]]
    stage = StageGame(two, [list(r) for r in zip(*two, strict=True)])
    once, twice = (finite_horizon(DynamicGame.repeated(stage, discount="9/10"), n)[0] for n in (1, 2))
    assert set(once) == {(1, 1), (3, 3)}
    weight = Fraction(10, 19)  # of the first of two periods
    assert (weight * 4 + (1 - weight) * 3,) * 2 in twice
    with pytest.raises(InputError, match="1 or more"):
        finite_horizon(game, 0)


@pytest.mark.parametrize("seed", range(3))
def test_two_periods_against_a_linear_program_and_every_pure_profile(seed):
    """Two periods from the definition: continuations are means of stage equilibria, departures are followed by the worst of them. Every
    pure profile (a stage equilibrium chosen for each first outcome) pays within the set, and no direction reaches further."""
    draw, delta = random.Random(seed), Fraction(4, 5)
    a, b = ([[draw.randint(0, 3) for _ in range(3)] for _ in range(3)] for _ in range(2))
    cells = list(itertools.product(range(3), repeat=2))
    nash = [c for c in cells if a[c[0]][c[1]] == max(r[c[1]] for r in a) and b[c[0]][c[1]] == max(b[c[0]])]
    found = finite_horizon(DynamicGame.repeated(StageGame(a, b), discount=delta), 2)[0]
    if not nash:
        assert found == ()
        return
    ends = [(a[i][j], b[i][j]) for i, j in nash]
    low = [min(e[k] for e in ends) for k in (0, 1)]
    weight = 1 / (1 + delta)  # of the first period
    values = lambda c, e: tuple(weight * g[c[0]][c[1]] + (1 - weight) * e[k] for k, g in enumerate((a, b)))
    allowed = []
    for i, j in cells:
        gains = (max(r[j] for r in a) - a[i][j], max(b[i]) - b[i][j])
        allowed.append(((i, j), [low[k] + gains[k] / delta for k in (0, 1)]))
        for e in ends:
            if all(e[k] >= allowed[-1][1][k] for k in (0, 1)):
                assert values((i, j), e) in PayoffSet(found, found)
    for n in itertools.product((-1, 0, 1), repeat=2):
        best = None
        for c, least in allowed:
            shares = linprog(
                [-float(n[0] * e[0] + n[1] * e[1]) for e in ends],
                A_ub=[[-float(e[k]) for e in ends] for k in (0, 1)],
                b_ub=[-float(x) for x in least],
                A_eq=[[1] * len(ends)],
                b_eq=[1],
            )
            if shares.status == 0:
                e = [sum(float(x) * v[k] for x, v in zip(shares.x, ends, strict=True)) for k in (0, 1)]
                value = sum(d * float(x) for d, x in zip(n, values(c, e), strict=True))
                best = value if best is None else max(best, value)
        assert abs(best - max(n[0] * float(x) + n[1] * float(y) for x, y in found)) < 1e-8


def test_where_a_payoff_can_be_sustained():
    game = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="delta")
    assert sustainable_at(game, (9, 9), ["1/8", "1/7", "1/2"], parameter="delta") == {
        Fraction(1, 8): False, Fraction(1, 7): True, Fraction(1, 2): True
    }  # fmt: skip
    with pytest.raises(InputError, match="parameter"):
        sustainable_at(game, (9, 9), ["1/2"], parameter="rho")
