"""The 20 inconsistencies of the article: what the models say under either reading, or that they are silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gametheory.evidence.patterns import Pattern
from gametheory.games.institutions import Counter
from gametheory.studies.us_mexico.cases import load_cases, load_indicators, typology
from gametheory.studies.us_mexico.family import verdicts_of
from gametheory.studies.us_mexico.ledger_tools import game, paths, patterns, raids, solved
from gametheory.studies.us_mexico.observed import shares
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["READINGS", "Reading"]


@dataclass(frozen=True)
class Reading:
    """One inconsistency: the readings, and a check that says what follows under each (``""``: the models are silent)."""

    id: str
    readings: tuple[str, ...]
    check: Callable[[], tuple[str, ...]]


def _silent(why: str, count: int = 2) -> Callable[[], tuple[str, ...]]:
    return lambda: (*([""] * (count - 1)), f"silent: {why}")


def _found(member: str, number: int) -> str:
    """What a member of the family found about a claim, in one line."""
    said = [v for v in verdicts_of(member) if number in v.claims]
    return "; ".join(f"{v.statement.rstrip('.')}: {v.verdict}" for v in said)


def _play(**change: Any) -> str:
    of = game(**change)
    found = solved(of).equilibria
    told = []
    for e in found:
        told.append(", ".join(f"{name} {p}" for name, p in shares(e.chain).items() if p))
    return f"{paths(of)[:90]} ({' | '.join(sorted(set(told)))})" if found else "no pure equilibrium"


def _stationary() -> tuple[str, ...]:
    base = reduced_game(K=1, F=1).base
    same = base is not None and len(base.states) == 1
    return (
        f"the model is of this kind: {'yes' if same else 'no'}",
        "silent: no exogenous change of preferences in the reduced game",
    )


def _measures() -> tuple[str, ...]:
    end = Pattern(".* NE forever")
    rows = {}
    for name, change in (("baseline", {}), ("m1 = 0", {"m1": "0"}), ("delta_US = 4/5", {"delta_US": "4/5"})):
        e = solved(game(**change)).equilibria[0]
        rows[name] = (end.probability(e.chain), e.payoffs[0])
    joint = ", ".join(f"{name} {p}" for name, (p, _) in rows.items())
    worth = ", ".join(f"{name} {float(w):.3f}" for name, (_, w) in rows.items())
    return f"probability of joint work in the end: {joint}", f"Washington's payoff at the start: {worth}"


def _boxes(by_text: bool) -> str:
    return ", ".join(f"{box} {len(found)}" for box, found in typology(load_cases(), by_text=by_text).items())


def _leverage() -> tuple[str, ...]:
    from gametheory.studies.us_mexico.verdicts import cancels

    trade = cancels(reduced_game(K=2, F=1), "t")
    return (
        f"withheld effort (enforcement never pays: m1 = 0): {_play(m1='0')}",
        f"trade stake: t cancels from every comparison ({'proved' if trade else 'not proved'}), so it is "
        f"no source of power in the reduced game; with trade at risk: {_found('trade_at_risk', 58)}",
        f"constraint stock (c = 0: constraints cost nothing): {_play(c='0')}",
    )


def _before() -> tuple[str, ...]:
    e = solved(game()).equilibria[0]
    later = [f"k={v['k']}, f={v['f']}" for v, _, _ in raids(e) if v["k"] > 0]
    deterred = "NE forever" if not later else ""
    return (
        f"raids in play at the baseline with constraints in force: {', '.join(later) or 'none'}",
        f"refuted as a general rule: {'no' if deterred else 'yes'}",
    )


def _tremble() -> tuple[str, ...]:
    from gametheory.equilibria.concepts import MarkovPerfect
    from gametheory.equilibria.solve import solve
    from gametheory.games.institutions import Tremble
    from gametheory.studies.us_mexico.reduced import BASELINE

    of = (
        reduced_game(K=2, F=1)
        .subs(**{**BASELINE, "m0": "6/5"})
        .with_rules(Tremble("US", to="U", probability="1/20", instead_of="N"))
    )
    found = solve(of, MarkovPerfect(pure=True)).equilibria
    after = Pattern(".* NE UP")
    if not found:
        return "no pure equilibrium at the point tried", "silent: areas are counted, not named"
    least = min(after.probability(e.chain) for e in found)
    return (
        f"with eps = 1/20 and mutual interest (m0 = 6/5, K = 2, F = 1) a raid follows joint work with "
        f"probability {least} (at least, over "
        f"{len(found)} equilibria); with eps = 0 play is {paths(game(m0='6/5'))}",
        "silent: areas are counted, not named",
    )


def _dates() -> tuple[str, ...]:
    years = {c.id: c.start_year for c in load_cases()}
    return (
        f"coded: Intercept II {years.get('intercept2')}, Intercept {years.get('intercept_1969')}",
        "silent: no model uses calendar years",
    )


def _selection() -> tuple[str, ...]:
    figure = [c for c in load_cases() if c.in_figure_2]
    not_us = [c.name for c in figure if c.initiator != "US"]
    bare = [c.name for c in figure if c.coverage == "figure_only"]
    return (
        f"of {len(figure)} rows of the figure {len(not_us)} were not initiated by the United States",
        f"never discussed: {', '.join(bare)}; silent: models do not select cases",
    )


def _extraditions() -> tuple[str, ...]:
    value = {i.id: i.value for i in load_indicators()}
    years = [int(value[f"ext_extr_{y}"]) for y in range(2000, 2006)]
    first = sum(years) + int(value["ext_extr_95_99"])
    late = sum(int(value[f"ext_extr_{y}"]) for y in range(2006, 2011))
    return (
        f"totals {value['extraditions_95_05']} and {value['extraditions_06_10']} suggest a jump",
        f"yearly figures add up to {first} and {late} and rise in every year from 2000 to 2005: "
        f"{'yes' if years == sorted(set(years)) else 'no'}",
    )


def _agents() -> tuple[str, ...]:
    value = {i.id: i.value for i in load_indicators()}
    return (
        "k is a price on U alone; it limits no presence that Mexico consents to",
        f"record: agents {value['us_agents_2005']} in 2005, {value['us_agents_2011']} in 2011; silent: "
        f"presence is not in the model",
    )


def _three() -> tuple[str, ...]:
    counters = [r for r in reduced_game(K=1, F=1).rules if isinstance(r, Counter) and r.is_ratchet]
    return (
        f"agreed constraints: the one ratchet here ({', '.join(c.name for c in counters)})",
        f"law at home: {_found('ratchets', 20)}",
        f"without a raid: {_found('ratchets', 75)}",
    )


READINGS: tuple[Reading, ...] = (
    Reading("I-1", ("preferences hold steady", "preferences are transient"), _stationary),
    Reading(
        "I-2",
        ("every protested raid ratchets (rho = 1)", "only under some conditions (rho = 1/2)"),
        lambda: (_play(), _play(rho="1/2")),
    ),
    Reading(
        "I-3",
        ("response agreements make joint work pay (m1 = 2/5)", "they ignore drugs (m1 = 0)"),
        lambda: (_play(), _play(m1="0")),
    ),
    Reading("I-4", ("the figure's coding", "the text's coding"), lambda: (_boxes(False), _boxes(True))),
    Reading(
        "I-5",
        ("Westphalian: the initiative", "Westphalian: Mexico's reaction"),
        lambda: (
            f"coded rows: {', '.join(c.name for c in load_cases() if c.krasner_type == 'westphalian')}",
            "silent: U and P are outcomes, whatever sovereignty they invoke",
        ),
    ),
    Reading("I-6", ("success is joint work", "success is what Washington gains"), _measures),
    Reading(
        "I-7",
        ("every raid is protested", "the response depends on the kind of act"),
        lambda: (
            f"one kind of act: "
            f"{'protested in play at the baseline' if 'cycle' in patterns(game()) else 'see claim 25'} (see claim 25)",
            f"to demands, token effort: {_found('token_effort', 59)}",
        ),
    ),
    Reading("I-8", ("autonomy shrinks", "access grows"), _agents),
    Reading("I-9", ("withheld effort", "trade stake", "constraint stock"), _leverage),
    Reading(
        "I-10",
        ("all four conditions were met", "Merida at first lacked capacity"),
        _silent("waits for the four conditions; the codes assume the conclusion"),
    ),
    Reading("I-11", ("constraints in force do not always deter", "constraints always deter"), _before),
    Reading("I-12", ("an agency departs from policy (eps > 0)", "weapons are an area not covered"), _tremble),
    Reading(
        "I-13",
        ("the performance measures stem from the Merida Agreement", "from the 1998 strategy"),
        _silent("which agreement closed the area changes no count"),
    ),
    Reading(
        "I-14",
        ("the White House decides", "Congress decides"),
        _silent("waits for certification, with Congress as a third voice"),
    ),
    Reading(
        "I-15",
        ("Mexico knew nothing", "Mexico was told something"),
        _silent("a raid is a raid whether or not it was announced"),
    ),
    Reading("I-16", ("dates as printed", "dates in the press"), _dates),
    Reading("I-17", ("joined the 1931 regime", "resisted it"), _silent("waits for regimes")),
    Reading("I-18", ("the cases are all cases", "one case for each box, chosen"), _selection),
    Reading("I-19", ("a break with the Initiative", "a rise from 2000 on"), _extraditions),
    Reading("I-20", ("closed areas", "domestic lock-in", "outside agreements"), _three),
)
