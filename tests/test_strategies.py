"""Automata: what they prescribe, what they cover, and how they play."""

from fractions import Fraction

import pytest

from gametheory.equilibria.automata import automata_values, check_automata, joint_play, simulate
from gametheory.errors import InputError, InputTypeError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Prohibit
from gametheory.games.strategies import (
    Automaton,
    Mix,
    always,
    grim,
    limited_punishment,
    stick_and_carrot,
    strangulation,
    tit_for_tat,
    tit_for_two_tats,
    win_stay_lose_shift,
)
from tests.strategies import dilemma, pair


def play(game, automata, periods):
    return joint_play(game, automata).chain().path(periods).outcomes


def test_paths_of_the_named_strategies():
    game = dilemma()
    defector = always("MX", "D")
    assert play(game, (grim(game, "US"), defector), 3) == ("CD", "DD", "DD")
    assert play(game, (tit_for_tat(game, "US"), defector), 3) == ("CD", "DD", "DD")
    assert play(game, (tit_for_two_tats(game, "US"), defector), 4) == ("CD", "CD", "DD", "DD")
    assert play(game, (win_stay_lose_shift(game, "US"), defector), 4) == ("CD", "DD", "CD", "DD")
    assert play(game, (limited_punishment(game, "US", 2), defector), 5) == ("CD", "DD", "DD", "CD", "DD")
    assert play(game, (stick_and_carrot(game, "US"), defector), 4) == ("CD", "DD", "CD", "DD")
    assert play(game, (tit_for_tat(game, "US", suspicious=True), tit_for_tat(game, "MX")), 4) == (
        "DC",
        "CD",
        "DC",
        "CD",
    )


def test_values_against_a_direct_sum():
    """The value of alternating DC, CD is (T + delta S) / (1 + delta), and the other's (S + delta T) / (1 + delta)."""
    game = dilemma(discount="2/3")
    u, v = automata_values(game, (tit_for_tat(game, "US", suspicious=True), tit_for_tat(game, "MX")))[0]
    assert (u, v) == (Fraction(3), Fraction(2))


def test_values_satisfy_the_recursion_for_mixed_automata():
    game = dilemma(discount="4/5")
    automata = pair(tit_for_tat, game, forgives="1/3")
    joint, values = joint_play(game, automata), automata_values(game, automata)
    delta = Fraction(4, 5)
    for j, (_, _, s) in enumerate(joint.states):
        period = game.periods[s]
        for i in (0, 1):
            total = Fraction(0)
            for index, p in period.outcome(joint.choices[j]).items():
                now = period.plays[index].payoffs[i]
                total += p * ((1 - delta) * now + delta * sum(q * values[k][i] for q, k in joint.next[j][index]))
            assert total == values[j][i]


def test_only_joint_states_that_a_history_reaches():
    game = dilemma()
    assert {(a, b) for a, b, _ in joint_play(game, pair(grim, game)).states} == {("good", "good"), ("bad", "bad")}
    assert len(joint_play(game, pair(tit_for_tat, game)).states) == 4


def test_strangulation_ends_when_a_constraint_is_added():
    game = dilemma().with_rules(Counter("k", upto=1, on={"DD": 1}))
    automata = strangulation(game, "US", until="k"), always("MX", "D")
    assert play(game, automata, 3) == ("CD", "DD", "CD")
    joint = joint_play(game, automata)
    names = [game.states[s] for _, _, s in joint.states]
    assert "k=1" in names


def test_a_choice_falls_back_where_an_action_is_forbidden():
    game = dilemma().with_rules(Counter("k", upto=1, on={"DD": 1}), Prohibit("US", "D", when="k >= 1"))
    hawk = Automaton({"x": ("D", "C")}, {"x": {"*": "x"}})
    assert play(game, (hawk, always("MX", "D")), 3) == ("DD", "CD", "CD")
    with pytest.raises(InputError, match="one of the actions"):
        joint_play(game, (always("US", "D"), always("MX", "D")))


def test_moves_in_sequence():
    game = DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="9/10",
        payoffs={"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, "1/2")},
    )  # fmt: skip
    us = Automaton({"good": "N", "bad": "U"}, {"good": {"NE": "good", "*": "bad"}, "bad": {"*": "bad"}})
    mx = Automaton({"good": {"N": "E", "U": "A"}, "bad": {"N": "S", "U": "A"}}, us.moves)
    assert play(game, (us, mx), 2) == ("NE", "NE")
    certificate = check_automata(game, (us, mx))
    assert certificate
    assert any(d.history == "U" and d.action == "P" for d in certificate.deviations)
    assert not check_automata(game.subs(), (us, Automaton({"x": {"N": "S", "U": "P"}}, {"x": {"*": "x"}})))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Automaton({"a": "C"}, {"a": {"CC": "b"}}), "automaton states among"),
        (lambda: Automaton({"a": "C"}, {}), "a row for every automaton state"),
        (lambda: Automaton({"a": "C"}, {"a": {}}, start="z"), "one of the automaton's states"),
        (lambda: Automaton({}, {}), "a mapping from automaton states"),
        (lambda: Mix({"C": "1/2", "D": "1/3"}), "sum to one"),
        (lambda: grim(dilemma(), "XX"), "one of the players"),
        (lambda: grim(dilemma(), "US", punish="Z"), "one of the actions"),
        (lambda: limited_punishment(dilemma(), "US", 0), "1 or more"),
        (lambda: tit_for_tat(dilemma(), "US", forgives=2), "a probability"),
        (lambda: strangulation(dilemma(), "US", until="k"), "a counter of the game"),
        (lambda: joint_play(dilemma(), (Automaton({"a": "C"}, {"a": {"CC": "a"}}), always("MX", "C"))), "covered"),
        (lambda: joint_play(dilemma(), (always("US", "X"), always("MX", "C"))), "one of the actions"),
    ],
)
def test_bad_input(make, message):
    with pytest.raises((InputError, InputTypeError), match=message):
        make()


def test_two_automata_are_needed():
    game = dilemma()
    with pytest.raises(InputTypeError, match="two automata"):
        joint_play(game, grim(game, "US"))


def test_noise_wears_down_tit_for_tat():
    """Molander 1985: whatever the rate of slips, two tit-for-tat players come to each of the four outcomes equally often in the long
    run; grim players, once both have slipped often enough, defect but for slips."""
    game = dilemma()
    both = tit_for_tat(game, "US"), tit_for_tat(game, "MX")
    for slip in (Fraction(1, 100), Fraction(1, 10), Fraction(2, 5)):
        chain = joint_play(game, both).chain(noise=slip)
        even = [Fraction(1, len(chain.states))] * len(chain.states)
        after = [Fraction(0)] * len(even)
        for p, row in zip(even, chain.moves, strict=True):
            assert sum(move.probability for move in row) == 1
            for move in row:
                after[move.next] += p * move.probability
        assert after == even and len(even) == 4  # doubly stochastic: uniform over who was wronged
    grims = grim(game, "US"), grim(game, "MX")
    drawn = simulate(game, grims, periods=4000, seed=3, noise="1/20")
    assert drawn == simulate(game, grims, periods=4000, seed=3, noise="1/20")
    assert abs(drawn[200:].count("DD") / 3800 - 0.95**2) < 0.03
    assert simulate(game, both, periods=20, seed=1) == ("CC",) * 20
    with pytest.raises(InputError, match="probability"):
        simulate(game, both, periods=20, seed=1, noise="3/2")
    with pytest.raises(InputError, match="positive whole number"):
        simulate(game, both, periods=0, seed=1)
