"""Entries 35 to 46: what the constraints narrow, and how they behave."""

from __future__ import annotations

from typing import Any

from gametheory.studies.us_mexico.ledger_cycle import ratchet_steps
from gametheory.studies.us_mexico.ledger_tools import (
    Entry,
    Finding,
    LedgerVerdict,
    built_in,
    by_members,
    game,
    outside,
    proved,
    solved,
)
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["ENTRIES"]

_REDUCED = "reduced game"


def _lasting(equilibrium: Any) -> set[str]:
    """Outcomes that occur again and again in play (those of states to which play returns for sure)."""
    chain = equilibrium.chain
    after: dict[int, set[int]] = {}
    for s in chain.support():
        seen = {m.next for m in chain.moves[s] if m.probability}
        queue = list(seen)
        for t in queue:
            for m in chain.moves[t]:
                if m.probability and m.next not in seen:
                    seen.add(m.next)
                    queue.append(m.next)
        after[s] = seen
    lasting = [s for s, seen in after.items() if all(s in after[t] for t in seen)]
    return {m.outcome for s in lasting for m in chain.moves[s] if m.probability}


def _swings() -> Finding:
    if not reduced_game(K=3, F=2).is_directional:
        return Finding(
            LedgerVerdict.UNDECIDED, "", "the game is no longer directional: a check of lasting play is to be written"
        )
    tried = {
        "baseline": {},
        "m1 = 0": {"m1": "0"},
        "c = 0": {"c": "0", "m1": "0"},
        "c = 0, m1 = 1/4": {"c": "0", "m1": "1/4"},
    }
    lasting = {
        name: [_lasting(e) for e in solved(game(relief=True, **change)).equilibria] for name, change in tried.items()
    }
    swing = [name for name, sets in lasting.items() if any(len({x[0] for x in outcomes}) == 2 for outcomes in sets)]
    told = (
        "without relief no state that is left comes back, so play of every pure equilibrium ends in one "
        "outcome for ever (structure, "
        "every payoff). Where joint work lowers frustration (variant) states come back; lasting play with "
        "both N and U found at: " + (", ".join(swing) or "none of " + ", ".join(tried))
    )
    return Finding(
        LedgerVerdict.CONDITIONAL if swing else LedgerVerdict.CONTRADICTED, "structure; exact solutions", told
    )


def _narrow() -> dict[str, bool]:
    return {**{k: v for k, v in ratchet_steps().items() if k == "k never falls"}, **_mexico_free()}


def _mexico_free() -> dict[str, bool]:
    periods = game(K=3, F=2).periods
    return {
        "Mexico's actions are the same in every state": len(
            {tuple(n.actions for n in p.nodes if n.player == 1) for p in periods}
        )
        == 1
    }


def _price() -> dict[str, bool]:
    import sympy

    found = {"c(k) lowers what unilateral acts pay": True, "and not what negotiation pays": True}
    for period, v in zip((of := reduced_game(K=2, F=1)).periods, of.variables, strict=True):
        for play in period.plays:
            slope = sympy.diff(sympy.sympify(play.payoffs[0]), sympy.Symbol("c"))
            if play.label.startswith("U"):
                found["c(k) lowers what unilateral acts pay"] &= bool(slope == -int(v["k"]))
            else:
                found["and not what negotiation pays"] &= bool(slope == 0)
    return found


ENTRIES: tuple[Entry, ...] = (
    Entry(35, "The stronger state gives up its own freedom, not Mexico's.", _REDUCED, "", built_in(_narrow)),
    Entry(36, "Policy swings between leadership and self-doubt without end.", _REDUCED, "", _swings),
    Entry(
        37,
        "A higher value of sovereignty strengthens protest.",
        "one period",
        "s > z, s2 > s",
        proved("s2 - z > s - z", ["s > z", "s2 > s"]),
    ),
    Entry(
        38,
        "Constraints have an operating cost, under U and under N.",
        _REDUCED,
        "",
        built_in(
            _price,
            detail=(
                "The article has the cost fall on everyday field work too; in the model it falls on "
                "unilateral acts alone"
            ),
        ),
    ),
    Entry(
        39,
        "Neither side is content after an agreement: compliance is in doubt.",
        "trust",
        "",
        by_members(39, "trust"),
    ),
    Entry(40, "Constraints meant to lapse persisted.", "three ratchets (sunset)", "", by_members(40, "three ratchets")),
    Entry(
        41,
        "Constraints in force do not prevent a unilateral act.",
        "three ratchets",
        "",
        by_members(41, "three ratchets"),
    ),
    Entry(
        42,
        "Secrecy follows from fear of leaks.",
        _REDUCED,
        "",
        outside(("leak", "corrupt", "secre"), "information is complete: there is nothing to leak"),
    ),
    Entry(
        43,
        "The act was a signal about lax bank rules.",
        _REDUCED,
        "",
        outside(("bank", "signal"), "information is complete: there is nothing to signal"),
    ),
    Entry(
        44,
        "Protest carries counter-steps that cost Washington.",
        "accession",
        "",
        by_members(44, "accession"),
    ),
    Entry(45, "Sharing rose after the agreement though distrust stayed.", "trust", "", by_members(45, "trust")),
    Entry(
        46,
        "Mexico's reply to certification was a joint yardstick.",
        "certification",
        "",
        by_members(46, "certification"),
    ),
)
