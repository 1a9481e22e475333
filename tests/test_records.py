"""Records of play against independent counts: every play listed one by one, and the automata of patterns."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.equilibria.play import Chain, Move
from gametheory.evidence.records import fewest_misses, follow, marked, predict, record_pattern, record_probability

LABELS = ("A", "B", "C")
HALF, SURE = Fraction(1, 2), Fraction(1)


@st.composite
def chains(draw):
    n = draw(st.integers(1, 3))
    rows = []
    for _ in range(n):
        weights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        total = sum(weights)
        rows.append(
            tuple(Move(Fraction(w, total), draw(st.sampled_from(LABELS)), draw(st.integers(0, n - 1))) for w in weights)
        )
    return Chain(tuple(map(str, range(n))), tuple(rows), draw(st.integers(0, n - 1)))


observations = st.one_of(st.none(), st.sets(st.sampled_from(LABELS), min_size=1))
records = st.lists(observations, min_size=1, max_size=4)


def every_play(chain, periods):
    for moves in product(*[range(3)] * periods):
        state, p, seen = chain.start, SURE, []
        for m in moves:
            if m >= len(chain.moves[state]):
                break
            move = chain.moves[state][m]
            p, state = p * move.probability, move.next
            seen.append(move.outcome)
        else:
            yield p, seen


@settings(max_examples=60, deadline=None)
@given(chains(), records)
def test_probability_is_the_sum_over_every_play(chain, record):
    listed = sum(
        (p for p, play in every_play(chain, len(record)) if all(o is None or x in o for x, o in zip(play, record))),
        Fraction(0),
    )
    assert record_probability(chain, record) == listed == record_pattern(record).probability(chain)


@settings(max_examples=60, deadline=None)
@given(chains(), records)
def test_steps_multiply_to_the_probability_and_predictions_are_distributions(chain, record):
    steps = follow(chain, record)
    whole = Fraction(1)
    for step, seen in zip(steps, record):
        assert sum(step.predicted.values()) == 1
        assert step.probability == sum(p for x, p in step.predicted.items() if seen is None or x in seen)
        whole *= step.probability
    assert whole == record_probability(chain, record)
    assert sum(predict(chain, record).values()) == 1


@settings(max_examples=60, deadline=None)
@given(chains(), records, st.one_of(st.none(), st.sets(st.sampled_from(LABELS), min_size=1)))
def test_no_smaller_set_of_misses_is_possible(chain, record, between):
    """Against the automata of patterns: the set given works, and no smaller one does."""

    def works(missed):
        if between is None:
            return record_probability(chain, [None if i in missed else o for i, o in enumerate(record)]) > 0
        kept = [o for i, o in enumerate(record) if i not in missed]
        return not kept or record_pattern(kept, between=between).possible(chain)

    found = fewest_misses(chain, record, between=between)
    assert works(found)
    for size in range(len(found)):
        assert not any(works(missed) for missed in combinations(range(len(record)), size))


def test_a_missed_period_is_taken_as_unknown():
    chain = Chain(("a", "b"), ((Move(SURE, "UP", 1),), (Move(SURE, "NE", 0),)))
    steps = follow(chain, [{"NS"}, {"NE"}])
    assert [step.missed for step in steps] == [True, False]


def test_what_is_silent_is_not_a_miss():
    chain = Chain(("a",), ((Move(HALF, "A", 0), Move(HALF, "B", 0)),))
    assert record_probability(chain, [None] * 5) == 1
    assert record_probability(chain, [{"A", "C"}, None]) == HALF
    assert record_probability(chain, []) == 1


def test_a_rising_variable_marks_its_periods():
    states = ({"k": "0"}, {"k": "1"})
    chain = Chain(("a", "b"), ((Move(HALF, "UP", 1), Move(HALF, "UP", 0)), (Move(SURE, "UP", 1),)), 0, states)
    assert record_probability(marked(chain, "k"), [{"UP+"}, {"UP"}]) == HALF
    assert record_probability(marked(chain, "k"), [{"UP"}, {"UP+"}]) == Fraction(1, 4)
    assert marked(chain, "x") == chain
    assert str(record_pattern([{"UP+", "forever", 'a"b'}])) == """["UP+" 'a"b' "forever"]"""


@pytest.mark.parametrize(
    ("record", "error", "match"),
    [
        ("UP", gt.GameTheoryError, "list of observations"),
        (["UP"], gt.GameTheoryError, "set of outcomes such as"),
        ([set()], gt.InputError, "at least one outcome"),
        ([{1}], gt.GameTheoryError, "given as text"),
        (5, gt.GameTheoryError, "list of observations"),
    ],
)
def test_what_is_not_a_record_is_refused(record, error, match):
    chain = Chain(("a",), ((Move(SURE, "A", 0),),))
    with pytest.raises(error, match=match):
        record_probability(chain, record)
    with pytest.raises(gt.InputError, match="at least one observation"):
        record_pattern([])
