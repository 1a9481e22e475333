"""Long-run shares of play: against averages of many periods, and against what has to hold of any chain."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gametheory.equilibria.play import Chain, Move


@st.composite
def chains(draw, most=5):
    n = draw(st.integers(1, most))
    rows = []
    for _ in range(n):
        targets = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3))
        weights = [draw(st.integers(1, 4)) for _ in targets]
        rows.append(
            tuple(
                Move(F(w, sum(weights)), draw(st.sampled_from("ab")), t) for w, t in zip(weights, targets, strict=True)
            )
        )
    return Chain(tuple(map(str, range(n))), tuple(rows), draw(st.integers(0, n - 1)))


@given(chains())
def test_long_run_shares_are_the_average_over_many_periods(chain):
    n = len(chain.states)
    step = np.zeros((n, n))
    for s, row in enumerate(chain.moves):
        for move in row:
            step[s, move.next] += float(move.probability)
    # the average over 2^k periods by doubling: A(2m) = (A(m) + P^m A(m)) / 2
    average, power = np.eye(n), step
    for _ in range(24):
        average, power = (average + power @ average) / 2, power @ power
    found = chain.occupation()
    assert sum(found.values()) == 1
    assert [float(found.get(s, 0)) for s in range(n)] == pytest.approx(average[chain.start], abs=1e-4)
    assert sum(chain.frequencies().values()) == 1


@given(chains())
def test_long_run_shares_reproduce_themselves(chain):
    share = chain.occupation()
    after = dict.fromkeys(share, F(0))
    for s, p in share.items():
        for move in chain.moves[s]:
            after[move.next] += p * move.probability  # a state outside would fail: no share leaks
    assert after == share


def test_play_that_ends_in_different_parts_counts_each_by_its_probability():
    sure = F(1)
    chain = Chain(
        ("fork", "left", "right"),
        (
            (Move(F(1, 4), "x", 1), Move(F(1, 4), "x", 2), Move(F(1, 2), "x", 0)),
            (Move(sure, "a", 1),),
            (Move(sure, "b", 2),),
        ),
    )
    assert chain.frequencies() == {"a": F(1, 2), "b": F(1, 2), "x": F(0)}
