"""The cycle as a member: its settings are the published table, both timings agree where answers do not depend on the move."""

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import VARIANTS, family
from gametheory.studies.us_mexico.cycle import simultaneous_game
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

PURE = gt.MarkovPerfect(pure=True)


def test_every_variant_is_a_setting_with_the_same_game():
    member = family.member("cycle")
    for variant in VARIANTS:
        assert member.setting(variant.name).game() == variant.game()


def test_payoffs_and_transitions_of_the_two_timings_are_the_same():
    reading = {"NC": "NE", "NR": "NS", "UC": "UA", "UR": "UP"}
    one, other = reduced_game(K=2, F=1).subs(**BASELINE), simultaneous_game(K=2, F=1).subs(**BASELINE)

    def rows(game, names):
        return {
            (s, names.get(p.label, p.label)): (p.payoffs, frozenset((q, game.states[t]) for q, t in p.next))
            for s, period in zip(game.states, game.periods, strict=True)
            for p in period.plays
        }

    assert rows(one, {}) == rows(other, reading)


@pytest.mark.parametrize(("name", "same"), [("simultaneous", "baseline"), ("simultaneous_naive", "naive_low_price")])
def test_the_cycle_survives_simultaneous_moves(name, same):
    member = family.member("cycle")
    (other,), (one,) = (gt.solve(member.setting(x).game(), PURE).equilibria for x in (name, same))
    relabelled = other.chain.relabelled(member.setting(name).reading)
    assert relabelled.path(40).sentence() == one.path(40).sentence()


def test_the_virtuous_path_does_not_survive_simultaneous_moves():
    game = simultaneous_game().subs(**{**BASELINE, "m0": "6/5"})
    assert all(e.path(9).sentence() != "NC for ever" for e in gt.solve(game, PURE).equilibria)
