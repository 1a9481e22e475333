"""Symbolic Markov perfect paths: against the exhaustive numeric search, and thresholds derived by hand."""

import random
from fractions import Fraction

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov, _numeric_path, compare_at
from gametheory.equilibria.symbolic_profiles import dynamic_domain
from gametheory.studies.us_mexico.reduced import reduced_game

PURE = gt.MarkovPerfect(pure=True)
rc, ru, l, a0, a1, c, m0, m1, e, s, z = sympy.symbols("rc ru l a0 a1 c m0 m1 e s z")  # noqa: E741
POSITIVE = (rc > 0, ru > 0, l > 0, a0 >= 0, a1 > 0, c > 0, m0 >= 0, m1 >= 0, e > 0, s > 0, z > 0)
ORDERED = (
    *(rc > ru + a0, a0 - l < 0, ru + a0 + a1 > rc, rc > a0 + a1 - l, a0 + a1 - l > 0),
    *(e > m0, z > e - m0, s > z, c > 0, m1 >= 0, a0 >= 0, m0 >= 0, a1 > 0, l > 0, ru > 0),
)
CYCLE = {f"k={k}, f={f}": ("NS", "UP")[f] for k in range(3) for f in (0, 1)} | {"k=3, f=0": "NE", "k=3, f=1": "NE"}


@pytest.mark.parametrize("naive", [False, True])
def test_deliberate_investment_without_frustration(naive):
    game = reduced_game(K=3, F=0, naive=naive)
    solution = SymbolicMarkov(assumptions=POSITIVE).solve(game, PURE)
    assert solution.status is gt.Status.COMPLETE
    for values in solution.domain.points(40, seed=1):
        compare_at(solution, game, values)
    solution.verify()


def test_one_level_with_frustration_against_the_numeric_search():
    for naive in (False, True):
        game = reduced_game(K=1, F=1, naive=naive)
        solution = SymbolicMarkov(assumptions=ORDERED).solve(game, PURE)
        for values in solution.domain.points(40, seed=2):
            compare_at(solution, game, values)


def test_the_cycle_of_the_article_in_symbols():
    game = reduced_game(K=3, F=1)
    solution = SymbolicMarkov(assumptions=ORDERED, along=CYCLE).solve(game, PURE)
    (path,) = solution.equilibria
    assert path.region.decided and path.sequence == ("NS", "UP") * 3 + ("NE", "NE")
    shown = {str(r) for r in path.region.conditions}
    assert {"m0 + 3*m1 >= e", "e >= m0 + 2*m1"} <= shown
    delta, rho = sympy.symbols(
        "delta_US rho"
    )  # the last raid is an investment: by hand from the one-shot deviation at k=2, f=1
    invest = (1 - delta) * (a0 + a1 - 2 * c - l) + delta * rho * rc
    found = [r for r in path.region.conditions if isinstance(r, sympy.Ge) and sympy.expand(r.lhs - r.rhs - invest) == 0]
    assert len(found) == 1
    rng = random.Random(4)
    seen = set()
    for _ in range(25):  # around a point of the region, in and out of it
        values = {k: v * Fraction(rng.randint(80, 120), 100) for k, v in path.region.witness.items()}
        if solution.domain.contains(values):
            numeric = game.subs(**values)
            paths = {_numeric_path(numeric, e) for e in gt.solve(numeric, PURE).equilibria}
            listed = tuple(sorted(path.outcomes.items())) in paths
            assert path.region.contains(values) == listed
            seen.add(listed)
    assert seen == {True, False}


def test_a_naive_washington_never_stays_in_deadlock_under_the_orderings():
    along = {"k=0, f=0": "NS", "k=0, f=1": "NS"}
    solution = SymbolicMarkov(assumptions=ORDERED, along=along).solve(reduced_game(K=2, F=1, naive=True), PURE)
    assert len(solution) == 0 and solution.status is gt.Status.COMPLETE


def test_grim_is_not_markov_and_ties_are_reported():
    stage = gt.StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    game = gt.DynamicGame.repeated(stage, discount="delta")
    solution = SymbolicMarkov().solve(game, PURE)
    shown = {path.sequence: str(path.region) for path in solution.equilibria}
    assert shown == {("00",): "R >= T", ("11",): "P >= S", ("01",): "S >= P and T >= R", ("10",): "S >= P and T >= R"}
    assert "exact tie" in solution.reason


def test_what_is_not_decided_is_said_with_its_conditions(monkeypatch):
    from gametheory.signs import Domain

    monkeypatch.setattr(Domain, "ask_solver", lambda self, atoms: None)  # as where z3 is not installed
    solution = SymbolicMarkov(assumptions=POSITIVE).solve(reduced_game(K=3, F=0, naive=True), PURE)
    assert solution.status is gt.Status.UNDECIDED
    assert "it is open whether these can hold: " in solution.reason and "m0 + 3*m1 >= e" in solution.reason


def test_cycling_states_are_solved_together():
    game = gt.DynamicGame.from_arrays(
        [([["a", 0]], [[0, 0]]), ([[0, "b"]], [[0, 0]])], [[[[0, 1], [1, 0]]], [[[1, 0], [0, 1]]]], "1/2"
    )
    game = game.subs()
    solution = SymbolicMarkov(ties=True).solve(_players(game), PURE)
    for values in solution.domain.points(15, seed=3):
        compare_at(solution, _players(game), values)


def _players(game):
    """The column player moves in these one-row games; give her the row player's payoffs so that choices matter."""
    from dataclasses import replace

    periods = tuple(
        replace(p, plays=tuple(replace(x, payoffs=(x.payoffs[0], x.payoffs[0])) for x in p.plays)) for p in game.periods
    )
    return replace(game, periods=periods)


def test_bad_input_and_budgets():
    game = reduced_game(K=1, F=0)
    with pytest.raises(gt.InputError, match="can hold together"):
        SymbolicMarkov(assumptions=(c > 0, c < 0)).solve(game, PURE)
    with pytest.raises(gt.InputError, match="along"):
        SymbolicMarkov(along={"nowhere": "NE"}).solve(game, PURE)
    stopped = SymbolicMarkov(seconds=0.0).solve(game, PURE)
    assert stopped.status is gt.Status.PARTIAL and len(stopped) == 0
    domain = dynamic_domain(game)
    assert not domain.contains({n: Fraction(1) for n in domain.names})  # discount factors are below 1


def test_a_misspelt_name_in_a_rule_shows_as_a_symbol_without_a_value():
    """The fine was meant to grow with the counter w; ``ww`` is a free parameter."""
    orders = gt.Ordering("TC > FC > TR > FR"), gt.Ordering("FR > FC > TR > TC")
    game = gt.DynamicGame.sequential(
        first="home", moves={"F": ("C", "R"), "T": ("C", "R")}, payoffs=orders, players=("home", "rival"), discount="3/5"
    ).with_rules(gt.Counter("w", upto=2, on={"TR": 1}), gt.Fine("home", on="TR", by="ww"))
    solution = gt.solve(game, PURE)
    assert "symbols without a value: ww (state variables: w)" in str(solution).splitlines()
    for ask in (
        solution.equilibria[0].path,
        lambda: solution.equilibria[0].chain,
        lambda: solution.paths,
        lambda: gt.verdict(solution, "TR forever"),
    ):
        with pytest.raises(gt.InputError, match=r"symbols without a value.*'ww'.*game\.subs\(ww=\.\.\.\)"):
            ask()
    numbers = gt.solve(game.subs(ww=1), PURE)
    assert "without a value" not in str(numbers)
    gt.verdict(numbers, "TR forever")
    plain = SymbolicMarkov().solve(game.subs(ww="1/2"), PURE)  # without symbols, but still paths with conditions
    with pytest.raises(gt.InputError, match="MarkovPerfect"):
        plain.equilibria[0].path()
