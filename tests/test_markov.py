"""Pure Markov perfect equilibria against brute force, and the certificates."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import product

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.equilibria.concepts import MarkovPerfect
from tests.strategies import distributions, dynamic_games


def brute_force(game):
    """Every stationary pure profile that satisfies Bellman's equation for both players, node by node."""
    choices = [list(product(*(range(len(n.actions)) for n in p.nodes))) for p in game.periods]
    ways = [{pick: _way(game, s, pick) for pick in options} for s, options in enumerate(choices)]
    first = [{} for _ in ways]  # picks that bring about the same play share their values
    same = [{pick: first[s].setdefault(way[0], pick) for pick, way in ways[s].items()} for s in range(len(ways))]
    known = {}
    found = set()
    for profile in product(*choices):
        plays = tuple(same[s][pick] for s, pick in enumerate(profile))
        if plays not in known:
            known[plays] = [_values([ways[s][pick][0][i] for s, pick in enumerate(plays)]) for i in (0, 1)]
        values = known[plays]
        if all(
            _at(options[chosen], values[i]) >= max(_at(form, values[i]) for form in options)
            for s, pick in enumerate(profile)
            for i, chosen, options in ways[s][pick][1]
        ):
            found.add(profile)
    return found


def _way(game, s, pick):
    """What a pick is worth in a state to each player, and at each node what its actions are worth to who moves.

    Worth is a linear form in the values of the states: a constant and a coefficient for each state.
    """

    def form(ends, i):
        d = game.discount[i]
        numbers = [F(0)] * (len(game.states) + 1)
        for e, p in ends.items():
            play = game.periods[s].plays[e]
            numbers[0] += p * (1 - d) * play.payoff_to(i)
            for q, t in play.next_for(i):
                numbers[1 + t] += d * p * q
        return tuple(fmpq(x.numerator, x.denominator) for x in numbers)

    period = game.periods[s]
    nodes = []
    for n, node in enumerate(period.nodes):
        start = 0 if period.simultaneous else n
        changed = [(*pick[:n], a, *pick[n + 1 :]) for a in range(len(node.actions))]
        nodes.append((node.player, pick[n], [form(_ends(period, other, start), node.player) for other in changed]))
    ends = _ends(period, pick)
    return (form(ends, 0), form(ends, 1)), nodes


def _values(forms):
    """Values that agree with one form for each state."""
    n = len(forms)
    left = fmpq_mat(n, n, [int(s == t) - form[1 + t] for s, form in enumerate(forms) for t in range(n)])
    found = left.solve(fmpq_mat(n, 1, [form[0] for form in forms]))
    return [found[s, 0] for s in range(n)]


def _at(form, values):
    return sum((c * v for c, v in zip(form[1:], values, strict=True)), form[0])


def _ends(period, pick, node=0):
    """Distribution over plays, following the picks down the tree (or in the cell)."""
    if period.simultaneous:
        return {~t: p for p, t in period.branches[pick[0]][pick[1]]}
    total = {}
    for p, t in period.branches[node][pick[node]]:
        for e, q in ({~t: F(1)} if t < 0 else _ends(period, pick, t)).items():
            total[e] = total.get(e, F(0)) + p * q
    return total


def picks(equilibrium):
    return tuple(tuple(mix.index(1) for mix in choices) for choices in equilibrium.profile)


def assert_complete(game):
    solution = gt.solve(game, MarkovPerfect(pure=True))
    assert solution.status is gt.Status.COMPLETE
    assert {picks(e) for e in solution.equilibria} == brute_force(game)
    assert len({picks(e) for e in solution.equilibria}) == len(solution.equilibria)
    solution.verify()
    if not solution.equilibria:
        assert "mixed" in solution.reason


@settings(max_examples=80)
@given(dynamic_games(states=3))
def test_simultaneous_games_with_cycles_and_ties(game):
    assert_complete(game)


@st.composite
def sequential_games(draw):
    """Random sequential games over up to three states, with cycles, ties and trembles."""
    pay = st.tuples(st.integers(-2, 2), st.integers(-2, 2))
    labels = ("NE", "NS", "UA", "UP")
    base = gt.DynamicGame.sequential(
        first=draw(st.sampled_from(["US", "MX"])),
        moves={"N": ("E", "S"), "U": ("A", "P")},
        payoffs={x: draw(pay) for x in labels},
        players=("US", "MX"),
        discount=draw(st.sampled_from(["1/2", "4/5"])),
    )
    p = st.sampled_from([0, "1/2", 1])
    counter = gt.Counter("k", upto=2, on={x: draw(p) for x in labels}, down={x: draw(p) for x in labels})
    rules = [
        counter,
        gt.Fine("US", on=draw(st.sampled_from(labels)), by="k"),
        gt.Fine("MX", on=draw(st.sampled_from(labels)), by="2*k - 1"),
    ]
    if draw(st.booleans()):
        mover = base.players[base.periods[0].nodes[0].player]
        rules.append(gt.Tremble(mover, to="U", probability="1/3"))
    return base.with_rules(*rules)


@settings(max_examples=40)
@given(sequential_games())
def test_sequential_games_with_cycles_ties_and_trembles(game):
    assert_complete(game)


@settings(max_examples=20)
@given(sequential_games())
def test_misperceived_games(game):
    assert_complete(game.perceived("US", without=("k",)))


@given(dynamic_games(states=2), st.integers(1, 5), st.integers(-3, 3), st.integers(1, 5), st.integers(-3, 3))
@settings(max_examples=25)
def test_positive_affine_payoffs_and_exchanged_players_change_nothing(game, a, b, c, d):
    before = {picks(e) for e in gt.solve(game, MarkovPerfect(pure=True)).equilibria}

    def change(play):
        return replace(play, payoffs=(a * play.payoffs[0] + b, c * play.payoffs[1] + d))

    scaled = replace(game, periods=tuple(replace(p, plays=tuple(map(change, p.plays))) for p in game.periods))
    assert {picks(e) for e in gt.solve(scaled, MarkovPerfect(pure=True)).equilibria} == before


def test_a_tampered_solution_is_rejected():
    game = gt.DynamicGame.repeated(gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    solution = gt.solve(game, MarkovPerfect(pure=True))
    (equilibrium,) = solution.equilibria
    wrong_value = replace(equilibrium, values=((F(2), F(1)),))
    with pytest.raises(gt.CertificateError, match="stated value 2"):
        replace(solution, equilibria=(wrong_value,)).verify()
    wrong_profile = replace(equilibrium, profile=(((F(1), F(0)), (F(1), F(0))),))
    with pytest.raises(gt.CertificateError, match="equilibrium 0 is none: row gains"):
        replace(solution, equilibria=(wrong_profile,)).verify()


def test_why_not_names_the_most_profitable_deviation():
    stage = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "MX"), actions=(("N", "U"), ("C", "R")))
    game = gt.DynamicGame.repeated(stage, discount="1/2")
    solution = gt.solve(game, MarkovPerfect(pure=True))
    assert solution.why_not({"play": ("U", "R")}) is None
    reason = solution.why_not([("N", "C")])
    assert (reason.player, reason.action, reason.gain) in {("US", "U", F(1)), ("MX", "R", F(1))}
    assert "gains 1 by" in str(reason)
    with pytest.raises(gt.InputError, match=r"one of the actions \['N', 'U'\]"):
        solution.why_not([("X", "C")])
    with pytest.raises(gt.InputError, match="a choice for every state"):
        solution.why_not({})
    with pytest.raises(gt.InputTypeError, match="a probability for each"):
        solution.why_not([(0, 1)])


def test_parameters_without_values_are_named():
    game = gt.DynamicGame.repeated(gt.StageGame([["t"]], [[0]]), discount="1/2")
    with pytest.raises(gt.InputError, match=r"game.subs\(t=...\)"):
        gt.solve(game, MarkovPerfect())


def test_concepts_and_games_must_fit():
    stage = gt.StageGame([[0]], [[0]])
    with pytest.raises(TypeError, match="MarkovPerfect or SubgamePerfect for a DynamicGame"):
        gt.solve(gt.DynamicGame.repeated(stage, discount="1/2"), gt.Nash())
    with pytest.raises(TypeError, match="Nash for a StageGame"):
        gt.solve(stage, MarkovPerfect())


def test_a_limit_gives_partial_never_none():
    from gametheory.equilibria.solvers.pure_markov import PureMarkov

    game = gt.DynamicGame.repeated(gt.StageGame([[0, 0], [0, 0]], [[0, 0], [0, 0]]), discount="1/2")
    solution = gt.solve(game, MarkovPerfect(pure=True), PureMarkov(limit=3))
    assert solution.status is gt.Status.PARTIAL
    assert "over the limit" in solution.reason


@given(distributions(3))
def test_distributions_strategy_is_proper(weights):
    assert sum(weights) == 1
