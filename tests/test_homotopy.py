"""One equilibrium at the end of the logit branch: certified, among all that the complete solver finds, and published ones."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.equilibria.solvers._enclosed import check_enclosed
from gametheory.equilibria.solvers.homotopy import Homotopy
from gametheory.equilibria.solvers.markov import Markov
from gametheory.errors import CertificateError, UnsupportedError
from gametheory.studies.us_mexico.reduced import VARIANTS
from tests.test_markov_quantal import _ladder, _random_game

CONCEPT = gt.MarkovPerfect()


def found(game, **options):
    solution = Homotopy(**options).solve(game, CONCEPT)
    assert solution.status is gt.Status.PARTIAL
    assert "not looked for" in solution.reason
    solution.verify()
    (equilibrium,) = solution.equilibria
    return equilibrium


def numbers(equilibrium):
    """Probabilities and values as floats, whichever kind of equilibrium it is."""

    def number(x):
        return float(x[0]) if isinstance(x, tuple) else float(x)

    profile = [number(p) for mixes in equilibrium.profile for mix in mixes for p in mix]
    return profile + [number(v) for pair in equilibrium.values for v in pair]


def test_it_is_among_all_equilibria_of_small_games():
    rng = random.Random(6)
    mixed = 0
    for _ in range(14):
        game = _random_game(rng, states=2, own=(1, 2))
        whole = Markov().solve(game, CONCEPT)
        if whole.status is not gt.Status.COMPLETE or whole.components:
            continue
        here = found(game)
        mixed += not here.is_pure
        distances = [max(abs(a - b) for a, b in zip(numbers(here), numbers(e), strict=True)) for e in whole.equilibria]
        assert min(distances) < 1e-9
        if not here.is_pure:  # the enclosures hold the exact equilibrium
            exact = whole.equilibria[distances.index(min(distances))]
            for pair, values in zip(here.values, exact.values, strict=True):
                for (low, high), v in zip(pair, values, strict=True):
                    assert low <= v <= high
                    assert high - low < F(1, 10**20)
    assert mixed > 2


@pytest.mark.parametrize("states", [6, 20])
def test_games_too_large_for_a_complete_search(states):
    game = _random_game(random.Random(states), states=states, own=(2, 3))
    assert not game.is_directional
    assert not found(game).is_pure


def test_periods_with_moves_in_turn():
    game = _ladder()
    whole = Markov().solve(game, CONCEPT)
    assert any(numbers(e) == pytest.approx(numbers(found(game)), abs=1e-9) for e in whole.equilibria)
    cheap = next(v for v in VARIANTS if v.name == "weak_sovereignty").game()  # one equilibrium, and it is mixed
    here = found(cheap)
    (only,) = Markov().solve(cheap, CONCEPT).equilibria
    assert not here.is_pure
    assert numbers(here) == pytest.approx(numbers(only), abs=1e-12)


def test_the_certificate_can_fail():
    game = _random_game(random.Random(6), states=6, own=(2, 3))
    here = found(game)
    s, n = next(
        (s, n) for s, mixes in enumerate(here.profile) for n, mix in enumerate(mixes) if any(0 < p[0] < 1 for p in mix)
    )
    shift = F(1, 10**15)
    mix = list(here.profile[s][n])
    a, b = [k for k, p in enumerate(mix) if 0 < p[0] < 1][:2]
    mix[a], mix[b] = tuple(p + shift for p in mix[a]), tuple(p - shift for p in mix[b])
    mixes = tuple(tuple(mix) if k == n else m for k, m in enumerate(here.profile[s]))
    wrong = replace(here, profile=tuple(mixes if k == s else m for k, m in enumerate(here.profile)))
    check_enclosed(game, here)
    with pytest.raises(CertificateError):
        check_enclosed(game, wrong)
    cheap = next(v for v in VARIANTS if v.name == "weak_sovereignty").game()
    here = found(cheap)
    values = tuple(tuple((low + shift, high + shift) for low, high in pair) for pair in here.values)
    with pytest.raises(CertificateError):
        check_enclosed(cheap, replace(here, values=values))


def test_what_is_not_certified_is_not_listed():
    """A tie for ever: the limit of the branch is one of a continuum, and no box holds exactly one."""
    stage = gt.StageGame([[1, 0], [1, 0]], [[1, 1], [0, 0]])
    solution = Homotopy().solve(gt.DynamicGame.repeated(stage, discount="1/2"), CONCEPT)
    assert solution.status is gt.Status.PARTIAL
    assert "no equilibrium was certified" in solution.reason
    assert len(solution.equilibria) == 0
    pennies = gt.StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    game = gt.DynamicGame.repeated(pennies, discount="1/2")
    pure = Homotopy().solve(game, gt.MarkovPerfect(pure=True))
    assert len(pure.equilibria) == 0
    assert "mixed" in pure.reason
    short = Homotopy(steps=2).solve(game, CONCEPT)
    assert "steps" in short.reason
    with pytest.raises(UnsupportedError, match="enclosed"):
        dict(Homotopy().solve(game, CONCEPT).paths)
    assert list(Homotopy().solve(_ladder(), CONCEPT).paths.values()) == [1]


# --- published ----------------------------------------------------------------------------------------------------------


def scissors():
    """Rock, paper, scissors in which scissors played alone win a tie on scissors in the next round."""
    paying = {0: 0, 1: 1, 2: -1}
    stages = []
    for tie in paying.values():
        A = [[0, -1, 1], [1, 0, -1], [-1, 1, tie]]
        stages.append((A, [[-x for x in row] for row in A]))
    neutral, first, second = [1, 0, 0], [0, 1, 0], [0, 0, 1]
    table = [[neutral, neutral, second], [neutral, neutral, second], [first, first, neutral]]
    return gt.DynamicGame.from_arrays(stages, [table] * 3, "19/20")


def test_rock_paper_scissors_with_loaded_scissors():
    """Eibelshaeuser and Poensgen, sgamesolver, example "Dynamic Rock-Paper-Scissors": numbers as printed there.

    A zero-sum game, so that its values are unique. Values are totals there: averages times 1 / (1 - 19/20).
    """
    here = found(scissors())
    printed = [
        ((0.369, 0.298, 0.333), (0.369, 0.298, 0.333), 0.00),
        ((0.257, 0.409, 0.333), (0.480, 0.187, 0.333), 0.11),
        ((0.480, 0.187, 0.333), (0.257, 0.409, 0.333), -0.11),
    ]
    for mixes, pair, (one, other, value) in zip(here.profile, here.values, printed, strict=True):
        assert [float(p[0]) for p in mixes[0]] == pytest.approx(one, abs=6e-4)
        assert [float(p[0]) for p in mixes[1]] == pytest.approx(other, abs=6e-4)
        assert 20 * float(pair[0][0]) == pytest.approx(value, abs=5e-3)
        assert float(pair[0][0] + pair[1][0]) == pytest.approx(0, abs=1e-12)


def test_the_stag_hunts_of_sgamesolver():
    """Eibelshaeuser and Poensgen, sgamesolver, examples "Stag hunt": 10, 1, 8, 5 has three equilibria, one of them mixed.

    Both stag, both hare, and stag with probability 2/3, worth 7. In both hunts the principal logit branch, like their
    tracing procedure, leads to hare.
    """
    hunt = gt.DynamicGame.repeated(gt.StageGame([[10, 1], [8, 5]], [[10, 8], [1, 5]]), discount="1/2")
    whole = gt.solve(hunt, CONCEPT)
    assert whole.status is gt.Status.COMPLETE
    assert {(e.profile[0][0][0], e.payoffs) for e in whole.equilibria} == {
        (1, (10, 10)),
        (0, (5, 5)),
        (F(2, 3), (7, 7)),
    }
    assert found(hunt).profile[0] == ((0, 1), (0, 1))
    other = gt.DynamicGame.repeated(gt.StageGame([[5, 0], [4, 2]], [[5, 4], [0, 2]]), discount="1/2")
    assert found(other).profile[0] == ((0, 1), (0, 1))
    assert found(other).payoffs == (2, 2)
