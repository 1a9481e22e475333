"""Counting by the last choice: equal to carrying the frontier through, on games of many shapes; budgets and ties."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction as F

import pytest

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers import _cells
from gametheory.equilibria.solvers._binary import BinaryLane
from gametheory.equilibria.solvers._cells_loop import loop
from gametheory.equilibria.solvers._frontier import Undecided, sweep
from gametheory.equilibria.solvers._intervals import Balls, Floats
from gametheory.equilibria.solvers._network import network
from gametheory.equilibria.solvers.directional import Directional, count
from gametheory.games.dynamic import DynamicGame
from gametheory.studies import leapfrogging

PLAIN = Directional(cells=False)


def shaken(game, rng):
    """The same moves with other profits in every state and other prices at every level, so that nothing is symmetric."""
    price = [[F(rng.randint(-200, 200), 100) for _ in game.states] for _ in (0, 1)]
    periods = []
    for period, place in zip(game.periods, game.variables, strict=True):
        profit = [F(rng.randint(-300, 300), 100) for _ in (0, 1)]
        plays = []
        for play in period.plays:
            bought = [word == "buy" for word in play.label.split("/")]
            payoffs = tuple(play.payoffs[f] + profit[f] + bought[f] * price[f][place["k"]] for f in (0, 1))
            plays.append(replace(play, payoffs=payoffs))
        periods.append(replace(period, plays=tuple(plays)))
    return replace(game, periods=tuple(periods))


def layered(rng, *, width, depth):
    """A random game in layers: each state leads, by each pair of actions, to one or two states of the layer below."""
    stages, transitions, size = [], [], 1 + width * depth + 1
    for s in range(size):
        stages.append([[[rng.randint(0, 999) for _ in range(2)] for _ in range(2)] for _ in (0, 1)])
        layer = (s - 1) // width
        below = [0] if s == 0 or layer == 0 else [1 + (layer - 1) * width + k for k in range(width)]
        table = []
        for _ in range(2):
            row = []
            for _ in range(2):
                draw = [F(0)] * size
                for t in rng.sample(below, min(len(below), rng.choice([1, 1, 2]))):
                    draw[t] = F(1)
                row.append([x / sum(draw) for x in draw])
            table.append(row)
        transitions.append(table)
    return DynamicGame.from_arrays([tuple(s) for s in stages], transitions, ("4/5", "3/4"), start=size - 1)


def by_cells(game, *, pure=False, **budget):
    net = network(game)
    lane = BinaryLane(game, net, Floats(), pure)
    way = _cells.plan(net, lane)
    return None if way is None else _cells.count_by_cells(net, lane, way, pure=pure, **budget)


def by_frontier(game, *, pure=False):
    net = network(game)
    return sweep(net, BinaryLane(game, net, Floats(), pure))


@pytest.fixture(autouse=True)
def _plain_python(monkeypatch):
    """The loop as it stands; compiled only where said."""
    monkeypatch.setattr(_cells, "compiled", lambda: loop)


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("technology", ["deterministic", "random"])
def test_shaken_leapfrogging_counts_the_same(technology, pure):
    rng = random.Random(4)
    found = set()
    for _ in range(6):
        game = shaken(leapfrogging.game(3, technology=technology), rng)
        run = by_cells(game, pure=pure)
        assert run is not None
        assert run.total == run.lower == run.upper == by_frontier(game, pure=pure).total
        found.add(run.total)
    assert len(found) > 2


def test_four_levels_and_their_pieces(monkeypatch):
    game = leapfrogging.game(4)
    monkeypatch.setattr(_cells, "_PIECE", 5)
    monkeypatch.setattr(_cells, "_FIRST", 1)
    run = by_cells(game)
    assert run.total == 46_707
    assert run.pieces > 2


def test_random_layers_count_the_same():
    """Cones that overlap in every way: parts before three cells or a diagonal go to the base."""
    rng = random.Random(11)
    fit, shapes = 0, set()
    for _ in range(40):
        game = layered(rng, width=rng.choice([3, 4, 5]), depth=2)
        net = network(game)
        way = _cells.plan(net, BinaryLane(game, net, Floats()))
        if way is None:
            continue
        try:
            total = by_frontier(game).total
        except Undecided:  # payoffs can tie
            with pytest.raises(Undecided):
                by_cells(game)
            continue
        fit += 1
        shapes.add((bool(way.base), *map(bool, way.rows), *map(bool, way.columns), *map(bool, way.cells.values())))
        run = by_cells(game)
        assert run.total == total
        assert run.lower == run.upper == run.total
    assert fit > 10
    assert len(shapes) > 5


def test_every_part_has_one_place():
    game = leapfrogging.game(5)
    net = network(game)
    way = _cells.plan(net, BinaryLane(game, net, Floats()))
    groups = [way.base, *way.rows, *way.columns, *way.cells.values()]
    assert sum(map(len, groups)) == len({p for group in groups for p in group})
    place = {p: n for n, group in enumerate(groups) for p in group}
    may_read = {0: {0}} | {n: {0, n} for n in (1, 2, 3, 4)}
    may_read |= {5: {0, 1, 3, 5}, 6: {0, 1, 4, 6}, 7: {0, 2, 3, 7}, 8: {0, 2, 4, 8}}
    for p, n in place.items():
        for s in net.reads[p]:
            if net.home[s] in place:
                assert place[net.home[s]] in may_read[n]


def test_where_it_is_not_fit():
    slow = leapfrogging.game(3, technology="slow")  # play may stay in the last state
    net = network(slow)
    assert _cells.plan(net, BinaryLane(slow, net, Floats())) is None
    game = leapfrogging.game(3)
    net = network(game)
    assert _cells.plan(net, BinaryLane(game, net, Balls(128))) is None
    chain = DynamicGame.from_arrays(
        [([[3, 0], [5, 1]], [[3, 5], [0, 1]]), ([[4, 0], [1, 2]], [[4, 1], [0, 2]])],
        [[[[1, 0]] * 2] * 2, [[[1, 0]] * 2] * 2],
        "1/2",
        start=1,
    )
    net = network(chain)
    assert _cells.plan(net, BinaryLane(chain, net, Floats())) is None


def test_a_tie_is_undecided_and_left_to_the_other_way():
    rng = random.Random(2)
    tied = 0
    for _ in range(12):
        game = layered(rng, width=4, depth=2)
        apex = len(game.states) - 1
        plays = list(game.periods[apex].plays)
        plays[2] = replace(plays[2], payoffs=plays[0].payoffs, next=plays[0].next)  # player 1 is indifferent against 0
        periods = (*game.periods[:-1], replace(game.periods[apex], plays=tuple(plays)))
        game = replace(game, periods=periods)
        try:
            assert by_cells(game) is None
        except Undecided:
            tied += 1
            with pytest.raises(Undecided):
                by_frontier(game)
    assert tied > 5


def test_budgets_give_bounds():
    game = leapfrogging.game(4)
    late = by_cells(game, deadline=time.monotonic() - 1)
    assert late.stopped
    few = by_cells(game, limit=60)
    assert few.stopped
    for run in (late, few):
        assert run.lower <= 46_707
        assert run.upper is None or run.upper >= 46_707


def test_the_solver_uses_it_for_large_games(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.undo()
    used = []
    whole = _cells.count_by_cells

    def watched(*args, **kwargs):
        used.append(1)
        return whole(*args, **kwargs)

    monkeypatch.setattr("gametheory.equilibria.solvers.directional.count_by_cells", watched)
    found = count(leapfrogging.game(5), MarkovPerfect())
    assert found == 192_736_405  # Iskhakov, Rust and Schjerning (2016), Table 2
    assert used
    random_technology = count(leapfrogging.game(5, technology="random"), MarkovPerfect())
    assert random_technology == 164_295_079  # as by the frontier carried through whole, which takes 84 s
    partial = count(leapfrogging.game(6), MarkovPerfect(), Directional(seconds=2))
    assert not partial.is_complete
    assert 0 < partial.lower < 67_807_807_386_651 < partial.upper
