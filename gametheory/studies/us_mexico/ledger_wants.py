"""Entries 1 to 21: what each side wants, and the constraints at home."""

from __future__ import annotations

from gametheory.studies.us_mexico.ledger_tools import (
    Entry,
    assumed,
    built_in,
    by_members,
    outside,
)
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["ENTRIES"]

_REDUCED = "reduced game"
_ORDERINGS = "orderings of one period"


def _stationary() -> dict[str, bool]:
    symbolic = reduced_game(K=2, F=2)
    base = symbolic.base
    return {
        "one period game, the same in every state up to k and f": base is not None and len(base.states) == 1,
        "no state but the two counters": all(set(v) == {"k", "f"} for v in symbolic.variables),
        "no parameter that depends on time": "time" not in symbolic.parameters,
    }


def _applause() -> dict[str, bool]:
    import sympy

    periods = reduced_game(K=1, F=2).periods
    same, rises = True, True
    for period in periods:
        pay = {p.label: sympy.sympify(p.payoffs[0]) for p in period.plays}
        same &= sympy.diff(pay["UA"], sympy.Symbol("a0")) == sympy.diff(pay["UP"], sympy.Symbol("a0")) == 1
        rises &= sympy.Symbol("a0") not in pay["NE"].free_symbols | pay["NS"].free_symbols
    return {
        "applause is the same whatever Mexico answers": bool(same),
        "and comes with unilateral acts alone": bool(rises),
    }


ENTRIES: tuple[Entry, ...] = (
    Entry(
        1,
        "Joint work that lowers the inflow ranks above fruitless talk.",
        _ORDERINGS,
        "stated orderings",
        assumed(("us_calm", "NE", "NS"), ("us_frustrated", "NE", "NS"), ("us_dove", "NE", "NS")),
    ),
    Entry(
        2,
        "Treatment at home is a dominated outside option.",
        _REDUCED,
        "",
        outside(("treatment", "demand"), "Washington has two actions, N and U; treatment at home is not among them"),
    ),
    Entry(
        3,
        "Mexico ranks shirking above enforcing, and protest above a raid that is let pass.",
        _ORDERINGS,
        "stated orderings",
        assumed(
            ("mx", "NS", "NE"),
            ("mx", "UP", "UA"),
            detail="Order, sovereignty and trade enter only through this ranking",
        ),
    ),
    Entry(4, "Payoffs are stationary; both sides optimise under them.", _REDUCED, "", built_in(_stationary)),
    Entry(
        5,
        "Joint work is Washington's first choice when calm; frustrated it ranks an unresisted raid first.",
        _ORDERINGS,
        "stated orderings",
        assumed(
            ("us_calm", "NE", "UA"),
            ("us_calm", "NE", "NS"),
            ("us_calm", "NE", "UP"),
            ("us_frustrated", "UA", "NE"),
            detail="That distrust is the reason is not modelled: frustration stands for it",
        ),
    ),
    Entry(
        6,
        "Mexico concedes the least effort that keeps Washington in the relationship.",
        _REDUCED,
        "",
        by_members(6, "token effort"),
    ),
    Entry(
        7,
        "A violation is not let pass: UP > UA for Mexico.",
        _ORDERINGS,
        "stated orderings",
        assumed(("mx", "UP", "UA")),
    ),
    Entry(
        8,
        "A violation need not be territorial.",
        _REDUCED,
        "",
        outside(
            ("embarrass", "territor"),
            "every unilateral act counts as a violation; kinds of violation are not told apart",
        ),
    ),
    Entry(
        9,
        "Mexico strikes when a threat passes a limit.",
        _REDUCED,
        "",
        outside(
            ("threat", "shock"),
            "no threat to the state varies in the model: enforcement answers Washington's moves alone",
        ),
    ),
    Entry(
        10,
        "Closing the illicit sector would hurt Mexico.",
        _REDUCED,
        "",
        outside(
            ("econom", "sector"), "the cost of enforcement is one number; the size of the sector is not in the model"
        ),
    ),
    Entry(
        11,
        "Strikes on kingpins serve order and look cooperative.",
        _REDUCED,
        "",
        outside(("kingpin", "signal"), "enforcement is seen as it is; there is nothing to signal"),
    ),
    Entry(
        12,
        "In regimes both sides gain through different channels, without effort.",
        "regimes",
        "",
        by_members(12, "regimes"),
    ),
    Entry(13, "Mexico's distrust comes from failures of the United States.", "trust", "", by_members(13, "trust")),
    Entry(
        14,
        "Stakes rose when the Caribbean route closed.",
        _REDUCED,
        "",
        outside(
            ("route", "Caribbean"), "a single historical change outside the model; nothing in it predicts the event"
        ),
    ),
    Entry(
        15,
        "Hawks and doves in Congress make Washington act differently.",
        "domestic weights",
        "",
        by_members(15, "domestic weights"),
    ),
    Entry(16, "Acting alone pays at home whatever it achieves.", _REDUCED, "", built_in(_applause)),
    Entry(
        17,
        "Nationalist elites make letting a raid pass costlier.",
        "domestic weights",
        "",
        by_members(17, "domestic weights"),
    ),
    Entry(
        18,
        "With the public's weight dominant, protest need not follow.",
        "domestic weights",
        "",
        by_members(18, "domestic weights"),
    ),
    Entry(
        19,
        "Meeting the four conditions strengthens executives against veto players.",
        "four conditions",
        "",
        by_members(19, "four conditions", "domestic weights"),
    ),
    Entry(
        20,
        "Certification, once law, could not be withdrawn: a ratchet on Washington's side.",
        "three ratchets",
        "",
        by_members(20, "three ratchets"),
    ),
    Entry(21, "An agency may act alone against its principal's policy.", "agencies", "", by_members(21, "agencies")),
)
