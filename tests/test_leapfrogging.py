"""The leapfrogging game: published numbers of equilibria, the naive depth-first visit, and the specification."""

from __future__ import annotations

import math
from fractions import Fraction as F

import pytest

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solvers.directional import Directional, count
from gametheory.errors import InputError
from gametheory.studies import leapfrogging


def visit(n: int, beta: float, p: list[float]) -> int:
    """Depth-first visit of every equilibrium in floats, straight from the paper's equations (totals, one level down)."""
    c = [5 * k / (n - 1) for k in range(n)]
    price = [8.3 / (1 + x) for x in c]
    order = [(i, j, k) for k in range(n) for i in range(k, n) for j in range(k, n)]
    order.sort(key=lambda s: (s[2], (s[0] != s[2]) + (s[1] != s[2])))
    V: dict[tuple[int, int, int], tuple[float, float]] = {}

    def H(f: int, i: int, j: int, k: int) -> float:
        below = V[i, j, k - 1][f] if k else 0.0
        here = V[i, j, k][f] if p[k] < 1 else 0.0
        return p[k] * below + (1 - p[k]) * here

    def stage(s: tuple[int, int, int]) -> list[tuple[float, float]]:
        i, j, k = s
        r = (max(c[j] - c[i], 0.0), max(c[i] - c[j], 0.0))
        b = beta * (1 - p[k])
        h = [V[i, j, k - 1][f] if k else 0.0 for f in (0, 1)]
        idle = [(r[f] + beta * p[k] * h[f]) / (1 - b) for f in (0, 1)]
        if i == k and j == k:
            return [(idle[0], idle[1])]
        if i == k or j == k:
            f = 0 if j == k else 1
            buys = r[f] - price[k] + beta * H(f, k, k, k)
            if buys >= r[f] + beta * p[k] * h[f] + b * buys:
                other = r[1 - f] + beta * H(1 - f, k, k, k)
                return [(buys, other) if f == 0 else (other, buys)]
            return [(idle[0], idle[1])]
        alone = ((k, j, k), (i, k, k))  # after the player alone invests
        vI, A = [], []
        for f in (0, 1):
            own, rival = alone[f], alone[1 - f]
            c0 = r[f] - price[k] + beta * H(f, *own)
            c1 = beta * (H(f, k, k, k) - H(f, *own))
            a0, a1 = r[f] + beta * p[k] * h[f], beta * (H(f, *rival) - p[k] * h[f])
            vI.append((c0, c1))
            A.append((a0, a1))

        def gap(f: int, x: float) -> float:
            return A[f][0] + A[f][1] * x + (b * (1 - x) - 1) * (vI[f][0] + vI[f][1] * x)

        def value(f: int, invests: bool, x: float) -> float:
            return vI[f][0] + vI[f][1] * x if invests else (A[f][0] + A[f][1] * x) / (1 - b * (1 - x))

        found = []
        for a in (0, 1):
            for d in (0, 1):
                if (gap(0, d) < 0) == bool(a) and (gap(1, a) < 0) == bool(d):
                    found.append((value(0, bool(a), d), value(1, bool(d), a)))
        roots = []
        for f in (0, 1):
            two = (gap(f, 1.0) + gap(f, -1.0)) / 2 - gap(f, 0.0)
            one, zero = (gap(f, 1.0) - gap(f, -1.0)) / 2, gap(f, 0.0)
            if abs(two) < 1e-12:
                points = [-zero / one]
            else:
                disc = one * one - 4 * two * zero
                points = [] if disc < 0 else [(-one + sign * math.sqrt(disc)) / (2 * two) for sign in (1, -1)]
            roots.append([x for x in points if 0 < x < 1])
        found += [(value(0, True, y), value(1, True, x)) for y in roots[0] for x in roots[1]]
        return found

    def deeper(place: int) -> int:
        if place == len(order):
            return 1
        total = 0
        for pair in stage(order[place]):
            V[order[place]] = pair
            total += deeper(place + 1)
        return total

    return deeper(0)


def test_published_numbers_at_three_and_four_levels():
    # Iskhakov, Rust and Schjerning (2016), Table 2
    for n, number in ((3, 127), (4, 46707)):
        found = count(leapfrogging.game(n), MarkovPerfect())
        assert found == number
        assert found.lower == found.upper == int(found)
        assert found.status is Status.COMPLETE
        assert "certified" in found.reason


def test_published_number_at_five_levels():
    assert count(leapfrogging.game(5), MarkovPerfect()) == 192_736_405


def test_equilibria_drawn_from_the_family_hold_by_definition():
    family = Directional().solve(leapfrogging.game(4), MarkovPerfect()).equilibria
    assert family.size == 46707
    family.verify(sample=15, seed=4)
    low, high = family.extremes(player=1)
    assert low[0] <= high[1]
    assert sum(family.paths().values()) == 46707
    assert family.pure().size == count(leapfrogging.game(4), MarkovPerfect(pure=True))


def test_depth_first_visit_agrees():
    assert visit(3, math.exp(-0.05), [0.0, 1.0, 1.0]) == 127
    assert visit(4, math.exp(-0.05), [0.0, 1.0, 1.0, 1.0]) == 46707


@pytest.mark.parametrize("speed", [F(1, 2), F(1), F(3)])
def test_slow_technology_agrees_with_the_visit(speed):
    n, beta = 3, F(9, 10)
    p = [float(speed * c / (1 + speed * c)) for c in (F(0), F(5, 2), F(5))]
    game = leapfrogging.game(n, technology="slow", k1="8.3", k2=1, speed=speed, beta=beta)
    assert count(game, MarkovPerfect()) == visit(n, 0.9, p)


def test_slow_technology_with_alternating_moves_agrees_with_the_exact_solver():
    for keeps in ((0, 0), ("1/2", 0), ("1/3", "1/4")):
        game = leapfrogging.game(3, moves="alternating", technology="slow", beta="9/10", keeps_move=keeps)
        assert count(game, MarkovPerfect()) == Directional().solve(game, MarkovPerfect()).equilibria.size


def test_alternating_moves_have_one_equilibrium():
    for n in (2, 3, 5):
        assert count(leapfrogging.game(n, moves="alternating"), MarkovPerfect()) == 1


def test_random_technology_and_random_movers_are_counted_by_the_same_call():
    assert count(leapfrogging.game(3, technology="random"), MarkovPerfect()).status is Status.COMPLETE
    game = leapfrogging.game(3, moves="alternating", technology="random", keeps_move=("1/5", "1/3"))
    found = count(game, MarkovPerfect())
    assert found.status is Status.COMPLETE
    assert found.lower >= 1


def test_the_firms_are_alike():
    """Exchanging the firms' names and states maps equilibria to equilibria: values at the start come in mirrored pairs."""
    values = Directional().solve(leapfrogging.game(3, beta="19/20"), MarkovPerfect()).equilibria.start_values
    middles = {tuple(round(float(sum(v) / 2), 9) for v in pair) for pair in values}
    assert middles == {(b, a) for a, b in middles}


def test_discounting_totals_or_averages_is_only_a_scale():
    game = leapfrogging.game(3, beta="19/20")
    lone = Directional().solve(game, MarkovPerfect(pure=True)).equilibria
    # with both at the best technology nobody ever earns anything
    assert all(e.values[game.state_index("(0, 0, 0)")] == (0, 0) for e in lone)
    # a leader by one level, nobody ever buying, earns the difference of costs in each period: the average is that difference
    stay = [e for e in lone if e.policy["(1, 2, 0)"] == {"firm 1": "wait", "firm 2": "wait"}]
    for e in stay:
        assert e.values[game.state_index("(1, 2, 0)")] == (F(5, 2), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 1},
        {"n": 2.0},
        {"n": 3, "moves": "chess"},
        {"n": 3, "technology": "fast"},
        {"n": 3, "beta": 1},
        {"n": 3, "k1": float("nan")},
    ],
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(InputError):
        leapfrogging.game(**wrong)


def test_every_parameter_matters():
    base = leapfrogging.game(3, beta="9/10")
    for change in ({"k1": 9}, {"k2": 2}, {"beta": "4/5"}, {"top": 4}):
        assert leapfrogging.game(3, **({"beta": "9/10"} | change)) != base


@pytest.mark.parametrize("piece", [30, 500, 5000])
def test_a_frontier_cut_in_pieces_counts_the_same(piece):
    found = count(leapfrogging.game(4), MarkovPerfect(), Directional(piece=piece, pieces=10**6))
    assert found.status is Status.COMPLETE
    assert found == 46_707


@pytest.mark.parametrize("piece", [3, 20, 100])
def test_pieces_count_pure_equilibria_of_other_technologies_the_same(piece):
    game = leapfrogging.game(3, technology="slow")
    whole = count(game, MarkovPerfect(pure=True))
    assert whole.status is Status.COMPLETE
    cut = count(game, MarkovPerfect(pure=True), Directional(piece=piece, pieces=10**6))
    assert (cut.status, cut.lower, cut.upper) == (whole.status, whole.lower, whole.upper)


def test_too_many_pieces_give_bounds():
    found = [count(leapfrogging.game(4), MarkovPerfect(), Directional(piece=500, pieces=k)) for k in (4, 12)]
    for part in found:
        assert part.status is Status.PARTIAL
        assert "pieces" in part.reason
        assert 1 < part.lower < 46_707 < part.upper
    assert found[0].upper >= found[1].upper  # the more is done, the closer the bounds
    assert found[0].lower <= found[1].lower
