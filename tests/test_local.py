"""All equilibria of one part: bimatrix games, ties and continua, sequential periods, cycles."""

from fractions import Fraction as F
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers import local as module
from gametheory.equilibria.solvers._bounds import Bounds
from gametheory.equilibria.solvers._systems import HardSystemError
from gametheory.equilibria.solvers.local import local
from gametheory.equilibria.solvers.pure_markov import PureMarkov
from gametheory.equilibria.solvers.vertices import enumerate_nash
from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game
from tests.strategies import dynamic_games

HALF = F(1, 2)
END = ([[0]], [[0]])


def once(A, B):
    """A game played once; payoffs count half, and nothing comes after."""
    size = len(A), len(A[0])
    table = [[[0, 1]] * size[1]] * size[0]
    return DynamicGame.from_arrays([(A, B), END], [table, [[[0, 1]]]], "1/2")


def after(game):
    return {t: (F(0), F(0)) for t in range(1, len(game.states))}


def by_supports(game, part, continuation):
    return module._by_supports(module._Part(game, part, continuation), None)


tables = st.integers(2, 3).flatmap(
    lambda m: st.integers(2, 3).flatmap(
        lambda n: st.tuples(*[st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=m, max_size=m)] * 2)
    )
)


@settings(max_examples=60)
@given(tables)
def test_supports_and_polytopes_agree_on_bimatrix_games_with_ties(game):
    A, B = game
    found = by_supports(once(A, B), (0,), {1: (F(0), F(0))})
    assert not found.missing
    expected = enumerate_nash(A, B)
    assert {p.choices[0] for p in found.points} == set(expected.equilibria)
    continua = [c for c in expected.components if any(len(s.x_vertices) * len(s.y_vertices) > 1 for s in c.subsets)]
    assert len(found.components) == len(continua)
    mine = {frozenset(found.points[k].choices[0] for k in c.points) for c in found.components}
    theirs = {frozenset((x, y) for s in c.subsets for x in s.x_vertices for y in s.y_vertices) for c in continua}
    assert mine == theirs


def test_a_tie_in_a_sequential_period_is_a_continuum_pinned_by_the_first_mover():
    # The second mover is indifferent after U; the first mover prefers U if and only if A has probability 1/4 or more.
    game = DynamicGame.sequential(
        first="US", moves={"N": ("E",), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
        payoffs={"NE": (1, 5), "UA": (4, 2), "UP": (0, 2)},
    )  # fmt: skip
    found = local(game, (0,), {})
    assert not found.missing and len(found.components) == 1
    assert {p.choices[0] for p in found.points} == {
        ((F(1), F(0)), (F(1),), (F(0), F(1))),  # N, and P for sure
        ((F(1), F(0)), (F(1),), (F(1, 4), F(3, 4))),  # N at the edge
        ((F(0), F(1)), (F(1),), (F(1, 4), F(3, 4))),  # U at the edge
        ((F(0), F(1)), (F(1),), (F(1), F(0))),  # U, and A for sure
    }
    (component,) = found.components
    assert not component.constant and sorted(c.dimension for c in component.cells) == [1, 1, 1]


def test_the_first_mover_can_be_pinned_by_nothing():
    game = DynamicGame.sequential(
        first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
        payoffs={"NE": (1, 1), "UA": (1, 1)},
    )  # fmt: skip
    (component,) = local(game, (0,), {}).components
    assert component.constant and len(component.points) == 2


def test_bounds_of_a_continuum_with_a_self_loop_are_algebraic():
    # The row player is indifferent everywhere; the column player's value solves V = R/(1 - P) in the row player's mix.
    A = [[0, 0], [0, 0]]
    B = [[1, 0], [0, 2]]
    stay = [[[HALF, HALF], [1, 0]], [[0, 1], [0, 1]]]
    game = DynamicGame.from_arrays([(A, B), END], [stay, [[[0, 1]]]], "1/2")
    found = local(game, (0,), after(game))
    assert not found.missing and len(found.components) == 1
    edges = {p.choices[0][0][0] for p in found.points}
    inner = [p for p in edges if p not in (0, 1)]
    # At probability p of the first row the columns are worth, to who always plays them, p/2 / (1 - p/4) and (1-p)/(1-p/2).
    (edge,) = inner
    assert edge / 2 / (1 - edge / 4) == (1 - edge) / (1 - edge / 2)
    assert edge.degree == 2


def test_two_states_that_alternate_are_solved_together():
    # Matching pennies in state 0, the reverse in state 1, always moving on: by symmetry every mix is one half.
    A, B = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
    move = [[[[0, 1]] * 2] * 2, [[[1, 0]] * 2] * 2]
    game = DynamicGame.from_arrays([(A, B), (B, A)], move, "3/4")
    found = local(game, (0, 1), {})
    assert not found.missing and not found.components
    (point,) = found.points
    assert all(p == HALF for row in point.choices for mix in row for p in mix)
    assert point.values == ((0, 0), (0, 0))


def test_time_that_runs_out_is_reported_not_hidden():
    A, B = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
    move = [[[[0, 1]] * 2] * 2, [[[1, 0]] * 2] * 2]
    game = DynamicGame.from_arrays([(A, B), (B, A)], move, "3/4")
    found = local(game, (0, 1), {}, seconds=0.0)
    assert found.missing and "time ran out" in found.missing[0]


def test_bad_input():
    game = once([[1]], [[1]])
    with pytest.raises(InputError, match="continuation"):
        local(game, (0,), {})
    symbolic = DynamicGame.repeated(StageGame([["a"]], [[0]]), discount="1/2")
    with pytest.raises(InputError, match="parameters"):
        local(symbolic, (0,), {})


def every_support(period_shapes):
    flat = [n for row in period_shapes for n in row]
    cuts = [sum(len(row) for row in period_shapes[:k]) for k in range(len(period_shapes) + 1)]
    options = [[s for size in range(1, n + 1) for s in combinations(range(n), size)] for n in flat]
    for choice in product(*options):
        yield tuple(tuple(choice[a:b]) for a, b in pairwise(cuts))


@settings(max_examples=40)
@given(dynamic_games(states=2, largest=2))
def test_bounds_rule_out_no_support_that_has_an_equilibrium(game):
    part = game.parts[0]
    work = module._Part(game, part, {})
    kept = set(Bounds(work).supports())
    for supports in every_support([[len(n.actions) for n in p.nodes] for p in work.periods]):
        if supports not in kept:
            try:
                cells = [module._system(work, supports, i).cells for i in (0, 1)]
            except HardSystemError:
                continue
            assert not all(cells)


def test_a_sequential_part_of_three_states_is_complete():
    # joint work lowers frustration: within each number of constraints the states hang together
    game = reduced_game(K=1, F=2, relief=True).subs(**BASELINE)
    assert [len(part) for part in game.parts] == [3, 3]
    found = local(game, game.parts[0], {})
    assert not found.missing and found.points
    pure = PureMarkov().solve(game, MarkovPerfect(pure=True))
    inside = {tuple(e.profile[s] for s in game.parts[0]) for e in pure.equilibria}
    assert inside <= {p.choices for p in found.points}
