"""Rules: each does what its declaration says, in the declared order of events, and nothing else."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory import Bonus, Counter, Fine, Modulate, Prohibit, Sunset, Tremble, stepped

MOVES = {"N": ("E", "S"), "U": ("A", "P")}
PAYOFFS = {"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, 2)}
BASE = gt.DynamicGame.sequential(first="US", moves=MOVES, payoffs=PAYOFFS, players=("US", "MX"), discount="1/2")
PD = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "MX"), actions=(("N", "U"), ("C", "R")))
SIMULTANEOUS = gt.DynamicGame.repeated(PD, discount="1/2")


def after(game, state, outcome):
    """Distribution over state names after an outcome."""
    period = game.periods[game.states.index(state)]
    play = period.plays[period.labels.index(outcome)]
    return {game.states[t]: p for p, t in play.next}


def test_a_counter_steps_stays_at_its_top_and_drops_what_cannot_be_reached():
    game = BASE.with_rules(Counter("k", upto=5, on={"UP": "1/3"}, start=4))
    assert game.states == ("k=4", "k=5")
    assert after(game, "k=4", "UP") == {"k=5": F(1, 3), "k=4": F(2, 3)}
    assert after(game, "k=5", "UP") == {"k=5": F(1)}
    assert after(game, "k=4", "NE") == {"k=4": F(1)}


def test_two_counters_draw_independently_and_a_reset_needs_a_step():
    game = BASE.with_rules(
        Counter("k", upto=1, on={"UP": "1/3"}),
        Counter("f", upto=2, on={"UP": "1/5"}, reset_on=stepped("k"), start=1),
    )
    # the reset comes after the steps: when k rises, f is 1 again whether or not it stepped
    assert after(game, "k=0, f=1", "UP") == {
        "k=1, f=1": F(1, 3),
        "k=0, f=2": F(2, 3) * F(1, 5),
        "k=0, f=1": F(2, 3) * F(4, 5),
    }
    # at its top k no longer rises, so nothing is reset
    assert after(game, "k=1, f=2", "UP") == {"k=1, f=2": F(1)}


def test_falling_counters_and_outcomes_that_reset():
    game = BASE.with_rules(Counter("f", upto=2, on={"NS": 1, "NE": "2/5"}, down={"NE": "1/2"}, reset_on="UA"))
    assert after(game, "f=1", "NE") == {"f=2": F(2, 5), "f=0": F(3, 10), "f=1": F(3, 10)}
    assert after(game, "f=2", "NE") == {"f=1": F(1, 2), "f=2": F(1, 2)}
    assert after(game, "f=2", "UA") == {"f=0": F(1)}
    assert not game.is_directional


def test_fines_fall_due_at_the_state_in_which_the_period_began():
    game = BASE.with_rules(
        Counter("k", upto=2, on={"UP": 1}), Fine("US", on=("UA", "UP"), by="c*k"), Bonus("MX", on="NE", by="k/2")
    ).subs(c="3/10")
    for k in range(3):
        period = game.periods[game.states.index(f"k={k}")]
        pay = {play.label: play.payoffs for play in period.plays}
        assert pay == {
            "NE": (2, 2 + F(k, 2)),
            "NS": (0, 3),
            "UA": (1 - F(3, 10) * k, 1),
            "UP": (-F(3, 10) * k, 2),
        }


def test_prohibitions_remove_moves_and_what_follows_them():
    game = BASE.with_rules(Counter("k", upto=1, on={"UP": 1}), Prohibit("US", "U", when="k >= 1"))
    assert [node.history for node in game.periods[1].nodes] == ["", "N"]
    assert game.periods[1].labels == ("NE", "NS")
    with pytest.raises(gt.InputError, match="at least one action left to US at k=0"):
        BASE.with_rules(Counter("k", upto=1, on={}), Prohibit("US", "U", when="k==0"), Prohibit("US", "N", when="k==0"))


def test_prohibitions_in_simultaneous_periods():
    game = SIMULTANEOUS.with_rules(Counter("k", upto=1, on={"UR": 1}), Prohibit("US", "U", when="k == 1"))
    assert game.periods[1].nodes[0].actions == ("N",)
    assert game.periods[1].labels == ("NC", "NR")


def test_a_tremble_is_seen_before_the_answer():
    game = BASE.with_rules(Tremble("US", to="U", probability="1/10", instead_of="N"))
    period = game.periods[0]
    intend_n = (F(1), F(0))
    plays = period.outcome([intend_n, (F(1), F(0)), (F(0), F(1))])
    assert {period.labels[p]: q for p, q in plays.items()} == {"NE": F(9, 10), "UP": F(1, 10)}


def test_prohibitions_bind_trembles_unless_said_otherwise():
    tremble = Tremble("US", to="U", probability="1/10")
    assert BASE.with_rules(tremble, Prohibit("US", "U", when="0 == 0")).periods[0].labels == ("NE", "NS")
    loose = BASE.with_rules(tremble, Prohibit("US", "U", when="0 == 0", binds_trembles=False)).periods[0]
    assert loose.nodes[0].actions == ("N",)
    assert set(loose.labels) == {"NE", "NS", "UA", "UP"}


def test_trembles_in_simultaneous_periods_mix_cells():
    game = SIMULTANEOUS.with_rules(Tremble("US", "U", "1/4"), Tremble("MX", "R", "1/2"))
    period = game.periods[0]
    plays = period.outcome([(F(1), F(0)), (F(1), F(0))])
    assert {period.labels[p]: q for p, q in plays.items()} == {
        "NC": F(3, 8), "NR": F(3, 8), "UC": F(1, 8), "UR": F(1, 8),
    }  # fmt: skip


def test_sunset_comes_after_steps_and_chains_move_last():
    game = BASE.with_rules(
        Counter("k", upto=2, on={"UP": 1}),
        Sunset("k", "1/4"),
        Modulate("congress", ("dove", "hawk"), [["1/2", "1/2"], [0, 1]]),
        Bonus("US", on="UP", by="h*hawk"),
    )
    assert after(game, "k=0, congress=dove", "UP") == {
        "k=0, congress=dove": F(1, 8),
        "k=0, congress=hawk": F(1, 8),
        "k=1, congress=dove": F(3, 8),
        "k=1, congress=hawk": F(3, 8),
    }
    pay = {s: p.plays[3].payoffs[0] for s, p in zip(game.states, game.periods, strict=True)}
    assert str(pay["k=0, congress=hawk"]) == "h"
    assert pay["k=0, congress=dove"] == 0


probabilities = st.sampled_from([F(0), F(1, 3), F(1, 2), F(1)])


@given(
    p=st.fixed_dictionaries(dict.fromkeys(PAYOFFS, probabilities)),
    q=st.fixed_dictionaries(dict.fromkeys(PAYOFFS, probabilities)),
)
def test_rule_laws(p, q):
    """Every state has proper distributions; a ratchet alone gives a directional game; rules may come one by one."""
    one = Counter("k", upto=2, on=p)
    two = Counter("f", upto=1, on=q, reset_on=stepped("k"))
    both = BASE.with_rules(one, two)
    assert BASE.with_rules(one).with_rules(two) == both
    assert BASE.with_rules(one).is_directional
    for period in both.periods:
        for play in period.plays:
            assert sum(x for x, _ in play.next) == 1
    names = list(both.variables)
    for s, period in enumerate(both.periods):
        for play in period.plays:
            assert all(names[t]["k"] >= names[s]["k"] for _, t in play.next)


@pytest.mark.parametrize(
    ("rules", "match"),
    [
        ([Counter("k", upto=1, on={"ZZ": 1})], "Counter k: got 'ZZ'; expected one of the outcomes"),
        ([Counter("k", upto=1, on={"UP": 2})], "Counter k: probability on UP: got 2; expected a probability"),
        ([Counter("k", upto=1, on={"UP": "3*k - 1"})], "a probability; it is -1 where k = 0"),
        ([Counter("k", upto=1, on={}, reset_on=stepped("zz"))], "another counter"),
        ([Counter("k", upto=1, on={}, reset_on="zz")], "reset_on: got 'zz'"),
        ([Counter("k", upto=1, on={}), Counter("k", upto=1, on={})], "names .* that differ"),
        ([Fine("CA", on="UP", by=1)], "Fine: player: got 'CA'; expected one of the players"),
        ([Fine("US", on="ZZ", by=1)], "Fine: on: got 'ZZ'"),
        ([Fine("US", on="UP", by="import os")], "Fine on US: by"),
        ([Prohibit("US", "Z", when="k > 0")], "Prohibit: action: got 'Z'; expected one of the actions of US"),
        ([Prohibit("US", "U", when="k > 0")], r"unknown: \['k'\]"),
        ([Tremble("US", "Z", "1/2")], "Tremble: action"),
        ([Tremble("US", "U", "3/2")], "a probability"),
        ([Sunset("k", "1/2")], "Sunset: counter"),
        ([Counter("k", upto=1, on={}), Sunset("k", "1/2", to=5)], "Sunset: to"),
        ([Counter("k", upto=1, on={}, ratchet=True), Sunset("k", "1/2")], "no sunset"),
        ([Modulate("c", ("a", "b"), [[1, 1], [0, 1]])], "sum to one exactly"),
        (["Counter"], "Counter, Fine, Bonus"),
    ],
)
def test_bad_rules_are_named(rules, match):
    with pytest.raises(gt.GameTheoryError, match=match):
        BASE.with_rules(*rules)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Counter("2k", upto=1, on={}), "a name"),
        (lambda: Counter("lambda", upto=1, on={}), "a name"),
        (lambda: Modulate("if", ("a",), [[1]]), "a name"),
        (lambda: Counter("k", upto=-1, on={}), "upto"),
        (lambda: Counter("k", upto=1, on={}, start=2), "start"),
        (lambda: Counter("k", upto=1, on="UP"), "a mapping from outcome to probability"),
        (lambda: Counter("k", upto=1, on={}, down={"NE": 1}, ratchet=True), "never falls"),
        (lambda: Modulate("c", ("a",), [[1, 0]]), "1 x 1 table"),
        (lambda: Modulate("c", ("a", "a"), [[1, 0], [0, 1]]), "differ"),
        (lambda: Modulate("c", ("a", "b"), [[1, 0], [0, 1]], start="z"), "start"),
    ],
)
def test_bad_declarations_are_named(make, match):
    with pytest.raises(gt.GameTheoryError, match=match):
        make()


def test_a_player_who_does_not_foresee_the_ratchet():
    game = BASE.with_rules(
        Counter("k", upto=1, on={"UP": 1}), Counter("f", upto=1, on={"NS": 1}, reset_on=stepped("k"))
    )
    naive = game.perceived("US", without=("k",))
    play = naive.periods[0].plays[3]
    assert play.label == "UP"
    assert {naive.states[t]: p for p, t in play.next_for(0)} == {"k=0, f=0": 1}
    assert {naive.states[t]: p for p, t in play.next_for(1)} == {"k=1, f=0": 1}
    with pytest.raises(gt.InputError, match="state variables"):
        game.perceived("US", without=("zz",))
    with pytest.raises(gt.InputError, match="a game with rules"):
        BASE.perceived("US", without=("k",))


def test_numbers_stay_rational_where_symbols_cancel_out_of_a_draw():
    # on NS nothing moves but the sunset, whose two ways lead to one state: h*(1 - i) + 1 - h*(1 - i) is 1
    game = BASE.with_rules(
        Counter("x", upto=1, on={"NE": 1}),
        gt.Sunset("x", "h*(1 - i)"),
        Tremble("US", to="U", probability="eps*(1 - c)"),
    ).subs(h="1/4", i=0, eps="1/5", c=1)
    numbers = [p for period in game.periods for play in period.plays for p, _ in play.next]
    numbers += [p for period in game.periods for row in period.branches for lottery in row for p, _ in lottery]
    assert all(isinstance(p, F) for p in numbers)
    assert gt.solve(game, gt.MarkovPerfect(pure=True)).status is gt.Status.COMPLETE


def test_rules_come_before_perceptions_and_only_one_player_misperceives():
    from gametheory.studies.us_mexico import reduced_game

    naive = reduced_game(K=1, F=1, naive=True)
    assert naive.has_beliefs
    with pytest.raises(gt.InputError, match="rules first, then perceived"):
        naive.with_rules(gt.Fine("US", on="UP", by=1))
    with pytest.raises(gt.InputError, match="one player who misperceives"):
        naive.perceived("MX", without=("k",))
