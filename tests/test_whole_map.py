"""The whole map as a member: its counts, and its weakest assumptions held against games solved at random payoffs."""

import random
from fractions import Fraction

import gametheory as gt
from gametheory.evidence.patterns import Pattern
from gametheory.studies.us_mexico import whole_map
from gametheory.studies.us_mexico.cycle_conditions import weakest_conditions
from gametheory.studies.us_mexico.family import LedgerVerdict, solve_setting, verdicts_of
from gametheory.studies.us_mexico.ordering_map import MAP_PATTERNS, ratchet_game
from gametheory.studies.us_mexico.preferences import STATED


def test_settings_show_the_pattern_that_they_name():
    for setting in whole_map.MEMBER.settings:
        pattern = setting.title.partition("show: ")[2]
        assert any(Pattern(MAP_PATTERNS[pattern]).certain(e.chain) for e in solve_setting(setting).equilibria)


def test_verdicts_are_the_findings_of_the_map():
    first, bites, weakest, protest, _ = verdicts_of("whole_map")
    assert [v.verdict for v in (first, bites, weakest, protest)] == [
        LedgerVerdict.CONTRADICTED,
        LedgerVerdict.CONDITIONAL,
        LedgerVerdict.DERIVED,
        LedgerVerdict.DERIVED,
    ]
    assert "336" in first.detail


def test_weakest_assumptions_force_the_cycle_at_random_payoffs():
    """Payoffs drawn at random, kept where a set of comparisons holds: every pure equilibrium shows the cycle, and there is one."""
    rng = random.Random(8)
    game, cycle = ratchet_game(K=1), Pattern(MAP_PATTERNS["cycle"])
    sets = weakest_conditions("cycle")
    tried = dict.fromkeys(range(len(sets)), 0)
    while min(tried.values()) < 12:
        u, v = ({x: Fraction(rng.randint(0, 400), 7) for x in ("NE", "NS", "UA", "UP")} for _ in "ab")
        c, m = Fraction(rng.randint(0, 300), 11), Fraction(rng.randint(0, 300), 11)
        ours = {**u, "UA-c": u["UA"] - c, "UP-c": u["UP"] - c}
        theirs = {**v, "NE+m": v["NE"] + m}

        def hold(texts, values):
            return all(values[t.split(" > ")[0]] > values[t.split(" > ")[1]] for t in texts)

        known = [i for i, s in enumerate(sets) if hold(s.us, ours) and hold(s.mx, theirs)]
        if not known or len(set(ours.values())) < 6 or len(set(theirs.values())) < 5:
            continue
        if all(tried[i] >= 12 for i in known):
            continue
        for i in known:
            tried[i] += 1
        d = {f"delta_{p}": Fraction(rng.randint(1, 19), 20) for p in ("US", "MX")}
        values = {f"u_{x}": y for x, y in u.items()} | {f"v_{x}": y for x, y in v.items()}
        found = gt.solve(game.subs(**values, c=c, m=m, **d), gt.MarkovPerfect(pure=True)).equilibria
        assert len(found) >= 1
        assert all(cycle.certain(e.chain) for e in found)


def test_some_weakest_set_follows_from_the_stated_orderings_and_a_constraint_that_bites():
    us, mx = STATED["us_frustrated"].ordering, STATED["mx"].ordering
    bites = {"NE > UA-c", "NE > UP-c", "NE+m > NS"}

    def follows(text, order):
        a, b = text.split(" > ")
        plain = a.removesuffix("+m"), b.removesuffix("-c")  # a gain on the left, a price on the right: easier still
        return text in bites or order.implies(*plain)

    assert any(
        all(follows(t, us) for t in s.us) and all(follows(t, mx) for t in s.mx) for s in weakest_conditions("cycle")
    )
