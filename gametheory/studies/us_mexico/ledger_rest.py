"""Entries 47 to 93: the conditions for cooperation, certification, regimes, the Merida period, and the contest of theories."""

from __future__ import annotations

from fractions import Fraction

from gametheory.evidence.patterns import Pattern
from gametheory.games.preferences import Ordering
from gametheory.studies.us_mexico.cases import load_cases, load_indicators
from gametheory.studies.us_mexico.ledger_tools import (
    APPEASING,
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
    outside,
    paths,
    patterns,
    solved,
)
from gametheory.studies.us_mexico.observed import PATTERNS
from gametheory.studies.us_mexico.ordering_map import _orders, pair_patterns
from gametheory.studies.us_mexico.preferences import STATED

__all__ = ["ENTRIES"]

_REDUCED = "reduced game"


def _no_interest() -> Finding:
    one = is_proved("t > t + m0 - e", ["e > m0"], ("t",))
    of = game(K=1, F=1, **APPEASING)
    enforces = keeps_orderings(of) and any("NE" in on_path(e) for e in solved(of).equilibria)
    values = ", ".join(f"{k} = {v}" for k, v in APPEASING.items())
    told = (
        "one period: a Mexico that gains nothing (m0 + m1 k < e) shirks (" + ("proved" if one else "not proved") + ")"
        f". Over time: {paths(game(m1='0'))} at the baseline with m1 = 0"
    )
    if enforces:
        told += (
            f"; but at {values} the path begins with joint work although Mexico ranks shirking first in "
            f"every state: enforcement keeps "
            "frustration, and with it the next raid, away. Condition for the claim: Mexico does not look "
            "ahead, or calm is not worth e"
        )
    return Finding(
        LedgerVerdict.CONDITIONAL if enforces and one else LedgerVerdict.UNDECIDED, "Farkas; exact solutions", told
    )


def _respect() -> dict[str, bool]:
    """Whether enforcement never comes in the period after a violation."""
    after = Pattern(".* [UA UP] NE")
    return {
        f"{name}: {paths(game(**change))[:70]}": not any(
            after.possible(e.chain) for e in solved(game(**change)).equilibria
        )
        for name, change in (("baseline", {}), ("m0 = 6/5", {"m0": "6/5"}), ("delta_US = 4/5", {"delta_US": "4/5"}))
    }


def _realism() -> Finding:
    mx = STATED["mx"].ordering
    stated = [us for us in _orders() if "realism" in pair_patterns(Ordering(us), mx).some]
    weak = game(s="1/5", m1="0")
    realist = patterns(weak) == ("realism",)
    told = (
        f"ratchet game: with Mexico's stated ordering raids are let pass for ever under {len(stated)} of "
        f"Washington's 24 orderings (proved, "
        f"all payoffs). Reduced game: s = 1/5, m1 = 0: {paths(weak)}; baseline: {paths(game())}. The sign "
        f"of s - z separates the two: "
        "z < s excludes realism's path in every pure equilibrium (claim 25); s < z permits it"
    )
    if realist and not stated:
        return Finding(LedgerVerdict.CONDITIONAL, "every case by exact LP; exact solutions", told)
    return Finding(LedgerVerdict.UNDECIDED, "", told)


def _harm() -> dict[str, bool]:
    """Whether Washington's worth without frustration falls with each constraint in force."""
    found = {}
    for name, change in (
        ("baseline", {}),
        ("m1 = 0", {"m1": "0"}),
        ("m0 = 6/5", {"m0": "6/5"}),
        ("naive", {"naive": True}),
    ):
        of = game(**change)
        for e in solved(of).equilibria[:1]:
            worth = [e.values[of.states.index(f"k={k}, f=0")][0] for k in range(4)]
            told = " ".join(str(Fraction(round(1000 * v), 1000)) for v in worth)
            found[f"{name} (worth at k = 0..3, to a thousandth: {told})"] = worth[-1] < worth[0]
    return found


def _escape() -> dict[str, bool]:
    escape = Pattern(".* NE forever")
    return {
        f"{name}: probability {shown}": shown == "1"
        for name, change in (
            ("baseline", {}),
            ("m1 = 0", {"m1": "0"}),
            ("delta_US = 1/20", {"delta_US": "1/20"}),
            ("delta_US = 4/5", {"delta_US": "4/5"}),
        )
        for shown in sorted({str(escape.probability(e.chain)) for e in solved(game(**change)).equilibria})
    }


def _puzzle() -> dict[str, bool]:
    pattern = Pattern("(NS+ UP)+ NE forever")
    return {
        f"{name} ({'/'.join(patterns(game(**change)))})": all(
            pattern.certain(e.chain) for e in solved(game(**change)).equilibria
        )
        for name, change in (
            ("baseline", {}),
            ("m1 = 0", {"m1": "0"}),
            ("m0 = 6/5", {"m0": "6/5"}),
            ("delta_US = 4/5", {"delta_US": "4/5"}),
        )
    }


def _no_exit() -> dict[str, bool]:
    periods = game().periods
    return {
        "Mexico can only answer, by E, S, A or P": {
            a for p in periods for n in p.nodes if n.player == 1 for a in n.actions
        }
        == set("ESAP"),
        "no action of Mexico's ends the relationship": game().outcomes == ("NE", "NS", "UA", "UP"),
    }


def _outcome() -> dict[str, bool]:
    labels = {x for p in PATTERNS.values() for x in p.labels}
    return {
        "what is to be explained are outcomes (joint programmes: NE), never the flow": labels <= set(game().outcomes)
    }


def _extraditions() -> str:
    by_year = {i.year_start: int(i.value) for i in load_indicators() if i.id.startswith("ext_extr_20")}
    rises = all(by_year[y] < by_year[y + 1] for y in range(2000, 2006))
    return f"Record: extraditions rise every year from 2000 to 2006, before the Initiative: {'yes' if rises else 'no'} (I-19)"


def _surprises() -> str:
    timed = [c.name for c in load_cases() if "February-surprise" in c.name]
    months = ", ".join(" ".join(name.split()[:2]) for name in timed)
    near = sum(name.split()[0] in ("February", "March") for name in timed)
    return (
        f"Record: {len(timed)} episodes named ({months}), {near} of them in February or March, the verdict falling on 1 March; they were "
        "named because of their timing, so they show that it occurred and not how often"
    )


def _conditions_by_case() -> str:
    named = {c.name: c.conditions for c in load_cases() if c.in_figure_2 and any(c.conditions)}
    full = [n for n, flags in named.items() if all(f == "yes" for f in flags)]
    told = f"Record: {len(full)} of {len(named)} coded cases of the figure have all four"
    return f"{told}; these codes assume the conclusion and prove nothing"


def _poor_then_joint() -> Finding:
    return cases_decide(
        _puzzle,
        lambda: (
            "institutions that make enforcement pay (claim 31), a Washington not so patient as to "
            "raid at once, and no mutual interest from the start"
        ),
    )()


ENTRIES: tuple[Entry, ...] = (
    Entry(
        47,
        "Cooperation pays when the conditions lower its costs.",
        "four conditions",
        "",
        by_members(47, "four conditions"),
    ),
    Entry(
        48, "Without mutual interest (m0 + m1 k < e) there is no enforcement.", _REDUCED, "m0 = m1 = 0", _no_interest
    ),
    Entry(
        49,
        "Coordination prevents contradiction.",
        "agencies; four conditions",
        "",
        by_members(49, "agencies", "four conditions"),
    ),
    Entry(50, "Institutionalization gives continuity.", "four conditions", "", by_members(50, "four conditions")),
    Entry(51, "Capacity-building lowers the cost of effort.", "four conditions", "", by_members(51, "four conditions")),
    Entry(52, "New skill can create mutual interest.", "four conditions", "", by_members(52, "four conditions")),
    Entry(
        53,
        "All four conditions start a virtuous circle.",
        "four conditions; trust",
        "",
        by_members(53, "four conditions", "trust"),
    ),
    Entry(
        54,
        "The conditions cannot be had under unilateral play.",
        "four conditions",
        "",
        by_members(54, "four conditions", detail=_conditions_by_case),
    ),
    Entry(55, "Worries about sovereignty are eased by care and results.", "trust", "", by_members(55, "trust")),
    Entry(
        56,
        "Enforcement never follows directly upon a violation.",
        _REDUCED,
        "",
        cases_decide(
            _respect,
            lambda: (
                "no raids in play at all; wherever raids end in joint work, enforcement follows directly "
                "upon the last violation, because the constraint "
                "it brought makes enforcement pay"
            ),
        ),
    ),
    Entry(
        57, "Certification threatened to punish non-compliance.", "certification", "", by_members(57, "certification")
    ),
    Entry(58, "Refusing certification was not credible.", "certification", "", by_members(58, "certification")),
    Entry(
        59,
        "Mexico met the test with figures rather than progress.",
        "certification; token effort",
        "",
        by_members(59, "certification", "token effort"),
    ),
    Entry(
        60,
        "Effort peaks before the annual verdict.",
        "certification",
        "",
        by_members(60, "certification", detail=_surprises),
    ),
    Entry(61, "Certification still raised effort.", "certification", "", by_members(61, "certification")),
    Entry(62, "Arrests gave the president cover in Congress.", "certification", "", by_members(62, "certification")),
    Entry(63, "Certification soured relations.", "certification; trust", "", by_members(63, "certification", "trust")),
    Entry(64, "Its purpose was to shame.", "certification", "", by_members(64, "certification")),
    Entry(
        65,
        "It kept attention on foreign supply.",
        _REDUCED,
        "",
        outside(("attention", "supply"), "what the public attends to is not in the model"),
    ),
    Entry(66, "The yardstick was arbitrary.", "certification", "", by_members(66, "certification")),
    Entry(
        67,
        "Falling seizures do not identify effort.",
        _REDUCED,
        "",
        outside(
            ("seizure", "signal"),
            "effort is observed without noise; imperfect monitoring is outside the package's dynamic games",
        ),
    ),
    Entry(
        68,
        "Corruption capped enforcement.",
        "four conditions",
        "",
        by_members(68, "four conditions"),
    ),
    Entry(
        69,
        "Regimes without coordination and capacity bring token backing.",
        "regimes; four conditions",
        "",
        by_members(69, "regimes", "four conditions"),
    ),
    Entry(70, "Regimes failed also because producers carried the cost.", "regimes", "", by_members(70, "regimes")),
    Entry(71, "Effective regimes would need ceded police powers.", "regimes", "", by_members(71, "regimes")),
    Entry(
        72,
        "Ignoring demand may have enlarged the market.",
        _REDUCED,
        "",
        outside(("price of drugs", "demand", "market"), "there is no market for drugs in the model"),
    ),
    Entry(73, "When Washington dominated a regime, Mexico pulled back.", "regimes", "", by_members(73, "regimes")),
    Entry(74, "Regimes do not last.", "regimes", "", by_members(74, "regimes")),
    Entry(75, "Agreements with third states bound Washington.", "three ratchets", "", by_members(75, "three ratchets")),
    Entry(
        76,
        "Washington preferred bilateral channels.",
        _REDUCED,
        "",
        outside(("venue", "multilateral"), "there is one channel in the model, hence no choice of venue"),
    ),
    Entry(77, "Peer review has not raised cooperation.", "regimes", "", by_members(77, "regimes")),
    Entry(
        78,
        "Mexican weakness harms the United States directly.",
        "Merida; four conditions",
        "",
        by_members(78, "Merida"),
    ),
    Entry(79, "Accepting shared blame built trust.", "trust", "", by_members(79, "trust")),
    Entry(
        80,
        "Negotiated operations gave strong results without harm.",
        "Merida",
        "",
        by_members(80, "Merida", detail=_extraditions),
    ),
    Entry(81, "Given results, consent to US agents.", "Merida", "", by_members(81, "Merida")),
    Entry(
        82,
        "Budget and agency rivalry hold cooperation back.",
        "agencies; Merida",
        "",
        by_members(82, "agencies", "Merida"),
    ),
    Entry(83, "The first phase lacked capacity.", "Merida; four conditions", "", by_members(83, "Merida")),
    Entry(
        84,
        "Backing the campaign brought violence.",
        _REDUCED,
        "",
        outside(
            ("violence",), "order is an input of Mexico's ranking; violence does not respond to anything in the model"
        ),
    ),
    Entry(
        85,
        "The strong state's preference prevails: raids are let pass for ever.",
        "ratchet game, K = 1; reduced game",
        "Mexico's stated ordering; power as a ratio",
        by_members(85, "rival_realism", "rivals", detail=lambda: _realism().detail),
    ),
    Entry(86, "Mexico has no outside option.", _REDUCED, "", built_in(_no_exit)),
    Entry(
        87,
        "Constraints lower Washington's worth.",
        _REDUCED,
        "",
        cases_decide(
            _harm,
            lambda: (
                "institutions bring no enforcement (m1 = 0) while raids are still played; where they make "
                "Mexico enforce, Washington gains from its own constraints in the end, though the first may cost it. "
                + by_members(87, "propositions")().detail
            ),
        ),
    ),
    Entry(
        88,
        "Both learned by trial and error.",
        _REDUCED,
        "",
        outside(
            ("learn",),
            "equilibrium play has no learning; the naive Washington, surprised each time, is the nearest variant",
        ),
    ),
    Entry(
        89,
        "Washington escapes the cycle for certain.",
        _REDUCED,
        "",
        cases_decide(
            _escape,
            lambda: (
                "constraints that can make enforcement pay (m0 + m1 K >= e) and enough foresight or too "
                "small a price to stop before; the probabilities are exact, one for each pure equilibrium"
            ),
        ),
    ),
    Entry(90, "Success is joint programmes, not the flow.", _REDUCED, "", built_in(_outcome)),
    Entry(
        91,
        "Poor results again and again, and joint work in the end.",
        f"{_REDUCED}; the rivals",
        "",
        by_members(91, "rivals", detail=lambda: f"In the article's game: {_poor_then_joint().detail}"),
    ),
    Entry(
        92,
        "Some instruments violate sovereignty and others do not.",
        "certification",
        "",
        by_members(92, "certification"),
    ),
    Entry(
        93,
        "Military cooperation grew through civilian contact.",
        "agencies; trust",
        "",
        by_members(93, "agencies", "trust"),
    ),
)
