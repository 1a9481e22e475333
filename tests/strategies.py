"""Hypothesis strategies shared by the tests: small exact games, ties included."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

import gametheory as gt

small_payoffs = st.integers(-2, 2).map(Fraction)


@st.composite
def stage_games(draw, largest=3, payoffs=small_payoffs):
    m, n = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    table = st.lists(st.lists(payoffs, min_size=n, max_size=n), min_size=m, max_size=m)
    return gt.StageGame(draw(table), draw(table))


@st.composite
def distributions(draw, size):
    weights = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size).filter(any))
    return [Fraction(w, sum(weights)) for w in weights]


@st.composite
def dynamic_games(draw, states=3, largest=2):
    """Random stochastic games: cycles, self-loops and ties included."""
    count = draw(st.integers(1, states))
    stages, transitions = [], []
    for _ in range(count):
        stage = draw(stage_games(largest=largest))
        m, n = stage.shape
        stages.append((stage.A, stage.B))
        transitions.append([[draw(distributions(count)) for _ in range(n)] for _ in range(m)])
    discount = tuple(draw(st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(9, 10)])) for _ in range(2))
    return gt.DynamicGame.from_arrays(stages, transitions, discount)


def dilemma(t=5, r=3, p=1, s=0, discount="1/2"):
    """The repeated prisoner's dilemma."""
    stage = gt.StageGame([[r, s], [t, p]], [[r, t], [s, p]], players=("US", "MX"), actions=(("C", "D"), ("C", "D")))
    return gt.DynamicGame.repeated(stage, discount=discount)


def pair(make, game, *args, **options):
    """The same automaton for both players."""
    return make(game, "US", *args, **options), make(game, "MX", *args, **options)
