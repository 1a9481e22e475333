"""Entries 22 to 34: the unilateral cycle."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gametheory.studies.us_mexico.cycle_conditions import weakest_conditions
from gametheory.studies.us_mexico.ledger_tools import (
    APPEASING,
    TWO_OPENINGS,
    YIELDING,
    Entry,
    Finding,
    LedgerVerdict,
    built_in,
    by_members,
    cases_decide,
    game,
    is_proved,
    keeps_orderings,
    on_path,
    patterns,
    raids,
    solved,
)
from gametheory.studies.us_mexico.ordering_map import _orders, _pattern, cases, ordering_forms, pair_patterns
from gametheory.studies.us_mexico.preferences import STATED
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["ENTRIES", "ratchet_steps"]

_REDUCED, _RATCHET = "reduced game", "ratchet game, K = 1"
_ALL = "stated orderings; all payoffs, c, m >= 0, discount factors"
_US, _MX = STATED["us_frustrated"].ordering, STATED["mx"].ordering


def _shows(pattern: str, *, start: str = "", **change: Any) -> tuple[str, bool]:
    of = game(**change)
    label = start or ", ".join(f"{k} = {v}" for k, v in change.items()) or "baseline"
    return f"{label} ({'/'.join(patterns(of)) or 'no pure equilibrium'})", patterns(of) == (pattern,)


# --- 22: frustration --------------------------------------------------------------------------------------------------


def _waits(**change: Any) -> bool:
    """Whether every raid in play comes only after frustration has risen."""
    found = [r for e in solved(game(**change)).equilibria for r in raids(e)]
    return bool(found) and all(variables["f"] > 0 for variables, _, _ in found)


def _frustration() -> Finding:
    given = ["a1 > 0", "k >= 0", "c >= 0", "l > 0", "f >= 0"]
    limit = "(a0 + a1*f - c*k - l > 0) == (f > (l + c*k - a0)/a1)"
    rises = "a0 + a1*(f + 1) - c*k - l > a0 + a1*f - c*k - l"
    if not (is_proved(limit, given, ("a0",)) and is_proved(rises, given, ("a0",))):
        return Finding(LedgerVerdict.UNDECIDED, "", "the limit of tolerance in one period was not proved")
    at = ", ".join(f"k={v['k']}, f={v['f']}" for e in solved(game()).equilibria for v, _, _ in raids(e))
    found = cases_decide(
        lambda: {"baseline": _waits(), "delta_US = 4/5": _waits(delta_US="4/5"), "naive": _waits(naive=True)},
        lambda: (
            "in one period, against shirking and protest: U exactly where f > (l + c k - a0)/a1 (proved). "
            "Foresight moves the limit "
            f"both ways: raids of the baseline at {at}, where that limit is below f at k = 0 (it waits to "
            f"be applauded more) and never "
            "reached at k = 2 (it invests); a far-sighted Washington raids without any frustration"
        ),
    )()
    return Finding(found.verdict, "gap; exact solutions, both ways", found.detail)


# --- 25: protest ------------------------------------------------------------------------------------------------------


def _protest() -> Finding:
    """On the path: a raid let pass in play is let pass for ever, worth t - s; protest is worth more, whatever comes after it."""
    lemma = is_proved(
        "(1 - d)*(t - z) + d*(r*(t - z + g) + (1 - r)*(t - s)) > t - s",
        ["s > z", "z > 0", "0 < d < 1", "0 <= r <= 1", "g >= 0"], ("t",),
    )  # fmt: skip
    floor = is_proved(
        "t > t - z", ["z > 0"], ("t",)
    )  # Mexico can have t - z at least in every period: by S after N, by P after U
    stays = all(
        play.next == ((Fraction(1), s),)
        for s, period in enumerate(reduced_game(K=2, F=2).periods)
        for play in period.plays
        if play.label == "UA"
    )
    one_period = is_proved("UP > UA", STATED["mx"].ordering)
    weak = game(K=3, F=2, s="1/5", m1="0")
    lets_pass = any("UA" in on_path(e) for e in solved(weak).equilibria)
    off = game(K=1, F=1, **YIELDING)
    yields = keeps_orderings(off) and any(
        "A" in row.get("MX after U", "") for e in solved(off).equilibria for row in e.policy.values()
    )
    if not (lemma and floor and stays and one_period):
        return Finding(LedgerVerdict.UNDECIDED, "", "the argument for play on the path was not proved")
    told = (
        "one period: UP > UA is Mexico's ordering. In play, for every K, F, rho > 0 and discount factor: "
        "z < s suffices for no "
        "raid ever to be let pass in a pure equilibrium (proved: letting pass for ever is worth t - s, "
        "and protest at least "
        "(1 - delta)(t - z) + delta(...), with t - z as Mexico's floor). Weakest condition at a state: s "
        "- z >= D rho (V(k, f) - V(k+1, 0)), "
        "D = delta/(1 - delta)"
    )
    if yields:
        values = ", ".join(f"{k} = {v}" for k, v in YIELDING.items())
        told += (
            f". Off the path it can fail although z < s: at {values} play begins with joint work, and a raid "
            "at k = 0, f = 0 would be let pass, since protest would end the calm; the threat is not credible everywhere"
        )
    if lets_pass:
        told += ". With z > s (s = 1/5, m1 = 0): raids are let pass for ever"
    both = yields or lets_pass
    return Finding(
        LedgerVerdict.CONDITIONAL if both else LedgerVerdict.DERIVED,
        "gap (path); exact solutions (counterexamples)",
        told,
    )


# --- 28: the ratchet --------------------------------------------------------------------------------------------------


def ratchet_steps() -> dict[str, bool]:
    """How the number of constraints moves after each outcome, read off the game."""
    sure, half = game(K=2, F=1), game(K=2, F=1, rho="1/2")

    def k_after(of: Any, label: str) -> list[set[int]]:
        return [
            {int(of.variables[t]["k"]) - int(v["k"]) for p, t in play.next if p}
            for v, period in zip(of.variables, of.periods, strict=True)
            for play in period.plays
            if play.label == label and int(v["k"]) < 2
        ]

    return {
        "with rho = 1 each protested raid adds one constraint": all(x == {1} for x in k_after(sure, "UP")),
        "with rho < 1 not each": all(x == {0, 1} for x in k_after(half, "UP")),
        "k never falls": all(min(x) >= 0 for label in ("NE", "NS", "UA", "UP") for x in k_after(half, label)),
        "a raid let pass adds none": all(x == {0} for x in k_after(sure, "UA")),
    }


def _intended() -> dict[str, bool]:
    found = {}
    for name, change in (("baseline", {}), ("delta_US = 4/5", {"delta_US": "4/5"}),
                         ("naive, c = 3/10", {"naive": True, "c": "3/10"})):  # fmt: skip
        of = game(**change)
        each = [r for e in solved(of).equilibria for r in raids(e)]
        dear = [f"k={v['k']}, f={v['f']}: {up} against {n}" for v, up, n in each if up < n]
        found[f"{name}" + (f" (raids that lose now: {', '.join(dear)})" if dear else "")] = bool(each) and not dear
    return found


# --- 30 to 32: what institutions bring ---------------------------------------------------------------------------------


def _needs_gain() -> Finding:
    """In the ratchet game the cycle is forced where m exceeds Mexico's advantage of shirking, and impossible where it falls short."""
    us, mx = ordering_forms(str(_US)), ordering_forms(str(_MX))
    gain = (1, -1, 0, 0, 1)
    pays = [{_pattern(p) for p in c.paths} for c in cases(us, (*mx, gain))]
    short = [{_pattern(p) for p in c.paths} for c in cases(us, (*mx, tuple(-x for x in gain)))]  # type: ignore[arg-type]
    forced = all(s == {"cycle"} for s in pays)
    never = not any("cycle" in s for s in short)
    dead = sorted(set().union(*short))
    numeric = [_shows("cycle"), _shows("cycle", m1="0"), _shows("cycle", m1="334/1000"), _shows("cycle", m1="333/1000")]
    told = _told(numeric)
    if forced and never:
        told = (
            f"ratchet game under {_US} and {_MX}: the cycle is the only pure equilibrium for every payoff "
            f"with v_NE + m > v_NS, and "
            f"impossible (then: {', '.join(dead)}) if v_NE + m < v_NS (proved, all discount factors). "
            f"Reduced game: {told}"
        )
        return Finding(LedgerVerdict.CONDITIONAL, "every case by exact LP; exact solutions", told)
    return Finding(LedgerVerdict.UNDECIDED, "", told)


def _told(worlds: list[tuple[str, bool]]) -> str:
    return "; ".join(f"{label}: {'yes' if answer else 'no'}" for label, answer in worlds)


def _calm_too() -> str:
    found = pair_patterns(STATED["us_calm"].ordering, _MX)
    biting = pair_patterns(STATED["us_calm"].ordering, _MX, biting=True)
    plain, more = ", ".join(found.some), ", ".join(biting.some)
    weakest = " or ".join(f"({x})" for x in weakest_conditions("cycle"))
    return (
        f"Weakest comparisons that force the cycle for all payoffs and discount factors (proved; K = 1): {weakest}. Under the "
        f"calm ordering some payoffs show {plain}, and even where the constraint bites {more}"
    )


def _with(first: Callable[[], Finding], more: Callable[[], str]) -> Callable[[], Finding]:
    def check() -> Finding:
        found = first()
        return Finding(found.verdict, found.evidence, f"{found.detail}. {more()}")

    return check


def _problem_stays() -> dict[str, bool]:
    joint = [
        e
        for e in solved(game(K=1, F=1, **APPEASING)).equilibria
        if "NE" in on_path(e) and keeps_orderings(game(K=1, F=1, **APPEASING))
    ]
    return {
        "m1 = 0 at the baseline: no joint work in play": not any(
            "NE" in on_path(e) for e in solved(game(m1="0")).equilibria
        ),
        "baseline (m1 = 2/5): no joint work in play": not any("NE" in on_path(e) for e in solved(game()).equilibria),
        "m1 = m0 = 0, small e, far-sighted sides: no joint work in play": not joint,
    }


# --- 33: the opening --------------------------------------------------------------------------------------------------


def _openings() -> Finding:
    both: list[str] = []
    for us in _orders():
        for mx in _orders():
            for case in cases(ordering_forms(us), ordering_forms(mx)):
                if len({p.startswith("U") for p in case.paths}) == 2:
                    both.append(f"US {us}, MX {mx}")
                    break
    stated = [x for x in both if x.endswith(f"MX {_MX}")]
    of = game(K=1, F=1, **TWO_OPENINGS)
    starts = sorted({s.split(",")[0].split()[0] for s in solved(of).paths})
    told = (
        f"ratchet game: equilibria with both openings side by side under {len(both)} of 576 pairs of "
        f"orderings, {len(stated)} of them "
        f"with Mexico's stated one; reduced game (K = 1, F = 1) at payoffs that keep the orderings: "
        f"openings {', '.join(starts)} in "
        f"{len(solved(of).equilibria)} equilibria; at the baseline {len(solved(game()).equilibria)} equilibrium"
    )
    if len(starts) == 2 and keeps_orderings(of):
        told += ". Condition: several equilibria exist; otherwise payoffs, not the opening, select the path"
        return Finding(LedgerVerdict.CONDITIONAL, "exact solutions, both ways", told)
    return Finding(LedgerVerdict.UNDECIDED, "examples", told)


def _crowding() -> dict[str, bool]:
    nodes = [n for p in game().periods for n in p.nodes if n.history == "U"]
    return {
        "after U Mexico chooses between A and P, and has no enforcement to offer": all(
            set(n.actions) == {"A", "P"} for n in nodes
        )
    }


def _later_effort() -> str:
    e = solved(game()).equilibria[0]
    return f"In later periods the model says the opposite: at the baseline enforcement begins after the last raid ({e.path(40).sentence()})"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        22, "Frustration past a limit, and not before, makes Washington act alone.", _REDUCED, "a1 > 0", _frustration
    ),
    Entry(
        23,
        "A resisted raid leaves Washington worse off than fruitless talk would (UP < NS).",
        "one period",
        "each stated ordering",
        _with(
            cases_decide(
                lambda: {
                    name: is_proved("UP < NS", STATED[name].ordering)
                    for name in ("us_calm", "us_frustrated", "us_dove")
                },
                lambda: "calm (f = 0): once frustrated, the raid beats what Washington would have had instead",
            ),
            lambda: (
                "Against joint work a resisted raid falls short under every stated ordering: "
                + (
                    "proved"
                    if all(is_proved("UP < NE", STATED[n].ordering) for n in ("us_calm", "us_frustrated", "us_dove"))
                    else "not proved"
                )
                + ". The declared goals themselves are no part of the model (I-6)"
            ),
        ),
    ),
    Entry(
        24,
        "A unilateral act turns Mexico from enforcement to sovereignty, within the period.",
        _REDUCED,
        "",
        _with(built_in(_crowding), _later_effort),
    ),
    Entry(
        25,
        "Mexico answers every unilateral act by protest.",
        "reduced game, any K and F",
        "z < s (Mexico's ordering)",
        _protest,
    ),
    Entry(
        26,
        "A constraint follows a raid whether or not it succeeds.",
        _REDUCED,
        "",
        by_members(26, "success of raids"),
    ),
    Entry(
        27,
        "After protest Washington has little option but to accede.",
        "accession",
        "",
        by_members(27, "accession"),
    ),
    Entry(
        28,
        "Each round adds one constraint.",
        _REDUCED,
        "rho = 1",
        built_in(
            ratchet_steps, detail="Given rho = 1. The constraint is a price on U, not a closed area: U stays possible"
        ),
    ),
    Entry(
        29,
        "The narrowing is unintended: every raid in play pays in its own period.",
        _REDUCED,
        "",
        _with(
            cases_decide(
                _intended,
                lambda: (
                    "Washington does not foresee the ratchet (naive), and c small enough for the last raid to "
                    "pay at once; with foresight the last "
                    "raid is a deliberate investment"
                ),
            ),
            lambda: by_members(29, "propositions")().detail,
        ),
    ),
    Entry(
        30,
        "Constraints alone bring no joint work: the underlying problem stays.",
        _REDUCED,
        "m1 = 0 or not",
        cases_decide(
            _problem_stays,
            lambda: "m1 = 0 is not sufficient: a Mexico that fears the next raid may enforce to keep Washington calm",
        ),
    ),
    Entry(31, "After raids, joint work that pays more.", _RATCHET, _ALL, _needs_gain),
    Entry(32, "Strangulation and mutual gain bring both to joint work.", _RATCHET, _ALL, _with(_needs_gain, _calm_too)),
    Entry(
        33,
        "The opening move selects between two equilibrium paths.",
        f"{_RATCHET}; {_REDUCED}",
        "all orderings",
        _openings,
    ),
    Entry(
        34,
        "Only negotiated problem-solving (NE) is the best outcome for Washington.",
        "one period",
        "us_frustrated, us_calm",
        _with(
            cases_decide(
                lambda: {
                    name: is_proved("NE > NS and NE > UA and NE > UP", STATED[name].ordering)
                    for name in ("us_calm", "us_dove", "us_frustrated")
                },
                lambda: (
                    "calm or dovish: there it is an input; a frustrated Washington ranks an unresisted raid "
                    "first. Mexico ranks shirking first"
                ),
            ),
            lambda: f"In the record: {by_members(34, 'krasner')().detail}",
        ),
    ),
)
