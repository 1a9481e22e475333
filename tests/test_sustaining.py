"""For which discount factors a payoff can be sustained: ends proved on both sides, against formulas and single solutions."""

import random
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.equilibria.sustaining import _is_end, _positive, bracket_discount, sustainable_at, sustaining_set
from gametheory.errors import InputError, InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter
from gametheory.games.stage import StageGame
from tests.strategies import dilemma

COURNOT = [[10, 3, 0], [15, 7, -4], [7, 5, -15]]


def symmetric(a):
    return DynamicGame.repeated(StageGame(a, [list(row) for row in zip(*a, strict=True)]), discount="delta")


def find(game, payoffs, **options):
    return sustaining_set(game, payoffs, parameter="delta", **options)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4, unique=True).map(lambda x: sorted(x, reverse=True)))
def test_mutual_cooperation_has_friedmans_bound(numbers):
    """If (R, R) is efficient, nothing supports it but itself, and the worst threat is P for ever: delta >= (T - R) / (T - P)."""
    t, r, p, s = numbers
    if 2 * r > t + s:
        bound = Fraction(t - r, t - p)
        found = find(dilemma(t, r, p, s, discount="delta"), (r, r))
        assert found.region == sympy.Interval.Ropen(sympy.Rational(bound.numerator, bound.denominator), 1)


@pytest.mark.parametrize(
    ("payoffs", "end"),
    [((0, 3), "4/7"), ((10, 10), "1/3"), ((9, 9), "1/4")],
)
def test_abreus_cournot_game(payoffs, end):
    """Abreu 1988: a firm can be held down to zero, with 3 for the other, from 4/7 on. Collusion on (10, 10) needs 1/3, which is
    also where the total of 20 begins with transfers (printed by Kranz's repgame)."""
    assert find(symmetric(COURNOT), payoffs).ends[0].value == Fraction(end)


def test_a_payoff_that_is_no_vertex():
    """(19/2, 4) lies on the edge from (9, 9) to (x, 3) where x = 48/5; by hand, with c = (2 + delta)/delta the promise to the second
    player, 48/5 = 10 (1 - delta) + delta (9 - 10 (c - 9)), so that delta = 98/395. Only one side of that is proved."""
    end = find(symmetric([[9, 1], [10, 3]]), ("19/2", 4)).ends[0]
    assert end.value is None and end.candidate == Fraction(98, 395)
    assert end.without < Fraction(98, 395) <= end.sustained and end.sustained - end.without < Fraction(1, 10**6)
    other = DynamicGame.repeated(
        StageGame([[2, 9, 9], [1, 9, 9], [1, 9, 0]], [[2, 0, 4], [8, 6, 4], [9, 5, 2]]), discount="delta"
    )
    assert find(other, (9, 5)).ends[0].value == Fraction(1, 2)  # between a vertex that stays and one that moves


@pytest.mark.parametrize(
    ("a", "b", "target", "end"),
    [
        ([[6, 0], [8, 1]], [[8, 8], [3, 9]], (6, 8), "2/7"),
        ([[1, 6], [5, 9]], [[2, 7], [9, 5]], (6, 7), "3/4"),
        ([[0, 6], [6, 4]], [[7, 2], [0, 1]], (6, 2), "5/6"),
        ([[7, 2], [8, 2]], [[5, 4], [9, 4]], (7, 5), "5/24"),
        ([[0, 0], [8, 2]], [[3, 3], [5, 6]], (8, 5), "2/5"),
    ],
)
def test_proved_ends_agree_with_solutions_beside_them(a, b, target, end):
    """Just below a proved end the payoff set lacks the payoff and at it it does not; no value beyond the end passes for one."""
    game, end = DynamicGame.repeated(StageGame(a, b), discount="delta"), Fraction(end)
    assert find(game, target, width="1/1000").ends[0].value == end
    beside = sustainable_at(game, target, [end - Fraction(1, 10**5), end], parameter="delta")
    assert list(beside.values()) == [False, True]
    far = (1 + end) / 2
    for below in (end - Fraction(1, 1000), end):
        assert not _is_end(game, target, "delta", below, far)


def test_the_set_need_not_be_an_interval():
    """Once 1, then 0 for ever, is worth 1 - delta: a half at 1/2 and nowhere else."""
    idle = [[[0, 1]]]
    game = DynamicGame.from_arrays([([[1]], [[1]]), ([[0]], [[0]])], [idle, idle], "delta")
    found = find(game, ("1/2", "1/2"))
    assert (
        not found.is_interval
        and found.region is None
        and [x for x, yes in found.tested.items() if yes] == [Fraction(1, 2)]
    )
    assert [end.sustained for end in found.ends] == [Fraction(1, 2)] * 2
    assert found.ends[0].without < Fraction(1, 2) < found.ends[1].without
    assert "ends of the set" in str(found)


def test_levels_of_constraint():
    """A ratchet: each change between tested values is bracketed, and the bracket holds the end."""
    game = dilemma(discount="delta").with_rules(Counter("k", upto=1, on={"CD": 1, "DC": 1}))
    found = find(game, (3, 3), grid=8, width="1/100")
    assert not found.is_interval
    for end in found.ends:
        both = sustainable_at(game, (3, 3), [end.without, end.sustained], parameter="delta")
        assert list(both.values()) == [False, True]


def test_never_and_always():
    assert "not sustained" in str(find(dilemma(discount="delta"), (6, 6)))
    always = find(dilemma(discount="delta"), (1, 1))
    assert always.ends == () and set(always.tested.values()) == {True}


def test_payoff_sets_grow_with_the_discount_factor():
    """Abreu, Pearce and Stacchetti 1990, theorem 6, on which the proofs rest."""
    draw = random.Random(2)
    for _ in range(12):
        a, b = ([[draw.randint(0, 5) for _ in range(2)] for _ in range(2)] for _ in range(2))
        game, last = DynamicGame.repeated(StageGame(a, b), discount="delta"), None
        for delta in ("1/5", "1/3", "1/2", "2/3", "5/6"):
            now = AbreuPearceStacchetti().solve(game.subs(delta=delta), SubgamePerfect()).payoff_sets["play"]
            if last is not None and last.is_exact and now.is_exact:
                assert all(v in now for v in last.inner)
            last = now


@given(st.fractions(-3, 3), st.fractions(-3, 3), st.fractions(-3, 3))
def test_positive_quadratics(c, b, a):
    at = [c, c + b / 2 + a / 4, c + b + a]
    least = min(c + b * t + a * t * t for t in [Fraction(k, 64) for k in range(1, 65)])
    if _positive(*at):
        assert least > 0
    elif least > 0 and c > 0:  # refused although positive at all these points: it dips between two of them, or touches
        t = -b / (2 * a)
        assert 0 < t < 1 and c + b * t + a * t * t <= 0


def test_bad_input():
    game = dilemma(discount="delta")
    for call in (sustaining_set, lambda *a, **k: sustainable_at(*a, ["1/2"], **k)):
        with pytest.raises(InputError, match="parameter"):
            call(game, (3, 3), parameter="rho")
        with pytest.raises(InputError, match="a pair of numbers"):
            call(game, (3, 3, 3), parameter="delta")
        with pytest.raises(InputTypeError, match="DynamicGame"):
            call("game", (3, 3), parameter="delta")
    with pytest.raises(InputError, match="grid"):
        find(game, (3, 3), grid=1)
    with pytest.raises(InputError, match="width"):
        find(game, (3, 3), width=0)
    with pytest.raises(InputError, match="between"):
        bracket_discount(game, (3, 3), parameter="delta", between=("3/5", "4/5"))
