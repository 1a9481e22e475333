"""The batched recursion beside the exact solver: equal wherever it does not flag, and its bound on rounding holds."""

import random
from fractions import Fraction

import numpy as np
import pytest

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.evidence import batch_ratchet
from gametheory.evidence.batch_game import compile_game
from gametheory.evidence.batch_ratchet import solve_batch
from gametheory.evidence.outcomes import Payoff, Shown
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Fine, Modulate, Tremble
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.observed import PATTERNS, classify
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

SHOWN = Shown(PATTERNS)


def exact_answer(game, point):
    """Number of equilibria, the pattern and the payoffs by the exact solver, and a classification that solves equations."""
    equilibria = solve(game.subs(**point), MarkovPerfect(pure=True)).equilibria
    patterns = {classify(e.chain) for e in equilibria}
    word = "none" if not patterns else "several" if len(patterns) > 1 else patterns.pop()
    return len(equilibria), word, sorted(e.payoffs for e in equilibria)


def compare(game, points, *, least_clear):
    """Hold every unflagged point against the exact solver; at least this share must be unflagged."""
    batch = compile_game(game)
    arrays = {name: np.array([float(p[name]) for p in points]) for name in batch.names}
    result = solve_batch(batch, arrays, exact_at=lambda k: points[k])
    count, pattern = result.count(), SHOWN.of_batch(result, {})
    assert (~result.flagged).mean() >= least_clear
    for k, point in enumerate(points):
        if result.flagged[k]:
            assert not (result.point == k).any()
            continue
        number, word, payoffs = exact_answer(game, point)
        assert count[k] == number, point
        assert SHOWN.labels[pattern[k]] == word, point
        rows = result.point == k
        found = sorted(zip(result.values[0][rows].tolist(), result.values[1][rows].tolist(), strict=True))
        assert np.allclose(np.array(found).reshape(len(found), 2), np.array(payoffs, dtype=float).reshape(len(found), 2), rtol=1e-9, atol=1e-9)
    return result


def draw(rng, name):
    if name.startswith("delta"):
        return Fraction(rng.randint(1, 999), 1000)
    if name in ("rho", "q", "eps"):
        return Fraction(rng.randint(1, 99), 100)
    return Fraction(rng.randint(-100, 400), 97)


@pytest.mark.parametrize("naive", [False, True])
def test_generic_points_of_the_reduced_game(naive):
    rng = random.Random(5 + naive)
    game = reduced_game(K=2, F=1, naive=naive)
    points = [{name: draw(rng, name) for name in game.parameters} for _ in range(60)]
    result = compare(game, points, least_clear=0.95)
    assert len(set(result.count().tolist())) > 2  # none, one and several equilibria occur


def test_around_the_baseline():
    rng = random.Random(8)
    fixed = {name: v for name, v in BASELINE.items() if name not in ("delta_US", "s", "m1")}
    points = [
        {"delta_US": Fraction(rng.randint(1, 99), 100), "s": Fraction(rng.randint(0, 299), 101), "m1": Fraction(rng.randint(0, 9), 13)}
        for _ in range(40)
    ]
    compare(reduced_game().subs(**fixed), points, least_clear=0.9)


def test_ties_are_flagged_and_never_guessed():
    """Small whole payoffs and discount factors 1/2: ties everywhere."""
    rng = random.Random(3)
    game = reduced_game(K=1, F=1)
    points = []
    for _ in range(80):
        point = {name: Fraction(rng.randint(-1, 2)) for name in game.parameters}
        points.append(point | {"delta_US": Fraction(1, 2), "delta_MX": Fraction(1, 2), "rho": Fraction(rng.randint(0, 2), 2), "q": Fraction(rng.randint(0, 2), 2)})
    result = compare(game, points, least_clear=0.02)
    assert result.flagged.mean() > 0.3


def test_ties_of_numbers_that_are_no_binary_fractions():
    """One state that leads to itself or ends; payoffs and discount factors in tenths, so that exact ties round apart."""
    rng = random.Random(17)
    base = DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="d",
        payoffs={label: (f"u{label}", f"v{label}") for label in ("NE", "NS", "UA", "UP")},
    )  # fmt: skip
    game = base.with_rules(Counter("k", upto=1, on={"UP": 1, "NS": "3/10"}, ratchet=True))
    points = []
    for _ in range(700):
        point = {name: Fraction(rng.randint(0, 3), 10) for name in game.parameters}
        points.append(point | {"d": Fraction(rng.choice((3, 7, 9)), 10)})
    result = compare(game, points, least_clear=0.02)
    assert result.flagged.mean() > 0.5


@pytest.mark.parametrize("gap", [0, Fraction(1, 10**18), Fraction(-1, 10**18)])
def test_a_tie_within_rounding_is_flagged(gap):
    point = {name: Fraction(v) for name, v in BASELINE.items()}
    point["s"] = point["z"] + gap  # acquiescence and protest are worth the same where no constraint is left to gain
    result = solve_batch(compile_game(reduced_game()), {n: np.array([float(v)]) for n, v in point.items()})
    assert result.flagged.all()


@pytest.mark.parametrize(("rho", "q"), [(0, 0), (1, 0), (0, 1), (1, 1), ("1/3", 0), (1, "1/10000000000000")])
def test_probabilities_at_their_ends(rho, q):
    game = reduced_game(K=2, F=2)
    point = {name: Fraction(v) for name, v in BASELINE.items()} | {"rho": Fraction(rho), "q": Fraction(q)}
    others = [point | {"s": Fraction(k, 7), "delta_US": Fraction(d, 10)} for k in (1, 9, 15) for d in (1, 5, 9)]
    compare(game, others, least_clear=0.5)


def test_a_probability_that_may_be_zero_is_decided_exactly():
    """1 - 3 q at q = 1/3 is zero; at the decimal that its float prints as it is not: the play differs."""
    base = DynamicGame.sequential(
        first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
        payoffs={"NE": (1, 0), "UA": (0, 0)},
    )  # fmt: skip
    game = base.with_rules(Counter("k", upto=1, on={"NE": "1 - 3*q"}), Fine("US", on="NE", by="5*k"))
    batch = compile_game(game)
    shown = Shown({"for ever": "NE forever", "ends": "NE+ UA forever"})
    words = []
    for exact in (Fraction(1, 3), Fraction("0.3333333333333333")):
        result = solve_batch(batch, {"q": np.array([1 / 3])}, exact_at=lambda k, exact=exact: {"q": exact})
        assert not result.flagged.any()
        words.append(shown.labels[shown.of_batch(result, {})[0]])
        (e,) = solve(game.subs(q=exact), MarkovPerfect(pure=True)).equilibria
        assert shown.labels[shown.classify(e.chain)] == words[-1]
    assert words == ["for ever", "ends"]


def test_trembles_and_simultaneous_periods():
    rng = random.Random(21)
    base = DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount=("delta_US", "delta_MX"),
        payoffs={"NE": ("a", "b"), "NS": (0, "c"), "UA": ("d", 0), "UP": ("e", "g")},
    )  # fmt: skip
    tremble = base.with_rules(
        Counter("k", upto=2, on={"UP": "rho"}, ratchet=True),
        Tremble("US", to="U", probability="eps", instead_of="N"),
        Fine("US", on=("UA", "UP"), by="k"),
    )
    stage = StageGame([["a", 0], ["b", 1]], [["c", "d"], [0, 1]], actions=(("C", "D"), ("C", "D")))
    both = DynamicGame.repeated(stage, discount=("delta_US", "delta_MX")).with_rules(
        Counter("k", upto=2, on={"DC": 1, "CD": "q"}, ratchet=True), Fine("row", on=("DC", "DD"), by="3*k/7")
    )
    for game in (tremble, both):
        points = [{name: draw(rng, name) for name in game.parameters} for _ in range(40)]
        compare(game, points, least_clear=0.9)


def test_three_moves_and_three_actions():
    rng = random.Random(2)
    base = DynamicGame.sequential(
        first="US", players=("US", "MX"), discount="delta_US",
        moves={"N": {"E": ("x", "y"), "T": ("x",), "S": ("x", "y", "z")}, "U": ("A", "P")},
        payoffs={label: (f"u{i}", f"v{i}") for i, label in enumerate(("NEx", "NEy", "NTx", "NSx", "NSy", "NSz", "UA", "UP"))},
    )  # fmt: skip
    game = base.with_rules(Counter("k", upto=1, on={"UP": "rho", "NSz": 1}, ratchet=True))
    compare(game, [{name: draw(rng, name) for name in game.parameters} for _ in range(30)], least_clear=0.9)


def test_the_bound_on_rounding_holds():
    """Values computed in floats differ from the exact ones by less than half the flagging distance, patience included."""
    rng = random.Random(13)
    game = reduced_game(K=2, F=1)
    batch = compile_game(game)
    points = []
    for k in range(40):
        point = {name: draw(rng, name) for name in game.parameters}
        point["delta_US"] = 1 - Fraction(1, 10 ** (k % 9 + 1))
        points.append(point)
    arrays = {name: np.array([float(p[name]) for p in points]) for name in batch.names}
    piece = batch_ratchet._Piece(batch, arrays, len(points), lambda k: points[k])
    bounds = [np.broadcast_to(t, (len(points),)) for t in piece.tolerance]
    result = solve_batch(batch, arrays, exact_at=lambda k: points[k])
    checked, worst = 0, 0.0
    for k, point in enumerate(points):
        rows = np.flatnonzero(result.point == k)
        exact = sorted(e.payoffs for e in solve(game.subs(**point), MarkovPerfect(pure=True)).equilibria) if len(rows) else []
        found = sorted((Fraction(float(result.values[0][r])), Fraction(float(result.values[1][r]))) for r in rows)
        for one, other in zip(exact, found, strict=True):
            for i in (0, 1):
                worst = max(worst, float(abs(one[i] - other[i])) / bounds[i][k])
                checked += 1
    assert checked > 20
    assert worst < 0.5
    assert worst > 0  # the floats do round: the comparison says something


def test_answers_do_not_depend_on_how_points_are_grouped(monkeypatch):
    rng = np.random.default_rng(0)
    batch = compile_game(reduced_game(K=2, F=1).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s")}))
    values = {"delta_US": rng.uniform(0.01, 0.99, 300), "s": rng.uniform(0, 3, 300)}
    whole = solve_batch(batch, values)
    monkeypatch.setattr(batch_ratchet, "_PIECE", 7)
    pieces = solve_batch(batch, values)
    for name in ("point", "flagged", "signature"):
        assert np.array_equal(getattr(whole, name), getattr(pieces, name))
    for i in (0, 1):
        assert whole.values[i].tobytes() == pieces.values[i].tobytes()
    alone = solve_batch(batch, {n: v[17:18] for n, v in values.items()})
    assert alone.values[0].tobytes() == whole.values[0][whole.point == 17].tobytes()


def test_many_states_need_more_than_one_word():
    game = reduced_game(K=5, F=5).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "q")})
    assert len(game.states) * 2 > 62
    points = [{"delta_US": Fraction(d, 10), "q": Fraction(q, 4)} for d, q in ((1, 0), (5, 1), (8, 4))]
    compare(game, points, least_clear=0.6)


def test_payoffs_where_equilibria_differ():
    game = reduced_game().subs(**{n: v for n, v in BASELINE.items() if n not in ("s",)})
    values = {"s": np.linspace(0.05, 1.1, 40)}
    result = solve_batch(compile_game(game), values)
    low, high = (Payoff("US", highest=h).of_batch(result, {}) for h in (False, True))
    count = result.count()
    assert np.array_equal(np.isnan(low), (count == 0))
    assert (low[count > 0] <= high[count > 0]).all()


def test_no_parameters_at_all():
    result = solve_batch(compile_game(reduced_game().subs(**BASELINE)), {})
    assert result.count().tolist() == [1]
    assert SHOWN.labels[SHOWN.of_batch(result, {})[0]] == "cycle"


def test_refusals():
    with pytest.raises(UnsupportedError, match="lead back"):
        compile_game(reduced_game(relief=True))
    chain = Modulate("mood", ("hawk", "dove"), transition=[["1/2", "1/2"], ["1/2", "1/2"]])
    with pytest.raises(UnsupportedError, match="PureMarkov"):
        compile_game(reduced_game(K=1, F=1).with_rules(chain))
    with pytest.raises(InputTypeError):
        compile_game("game")
    batch = compile_game(reduced_game(K=1, F=1).subs(**{n: v for n, v in BASELINE.items() if n not in ("rho", "delta_US")}))
    fine = {"rho": np.array([0.5]), "delta_US": np.array([0.5])}
    with pytest.raises(InputError, match="an array for each"):
        solve_batch(batch, {"rho": fine["rho"]})
    with pytest.raises(InputError, match="one length"):
        solve_batch(batch, fine | {"rho": np.array([0.1, 0.2])})
    for name, bad, word in (("rho", 1.2, "probability"), ("rho", -0.1, "probability"), ("delta_US", 1.0, "discount of US"), ("delta_US", 0.0, "discount"), ("rho", np.nan, "rho")):
        with pytest.raises(InputError, match=word):
            solve_batch(batch, fine | {name: np.array([bad])})

