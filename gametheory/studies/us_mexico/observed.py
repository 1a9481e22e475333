"""The patterns of play that the article and its rivals describe, as regular expressions over outcomes."""

from __future__ import annotations

from fractions import Fraction

from gametheory.equilibria.play import Chain
from gametheory.evidence.patterns import Pattern

__all__ = ["PATTERNS", "READINGS", "classify", "shares"]

PATTERNS: dict[str, Pattern] = {
    "virtuous path": Pattern("NE forever"),
    "realism": Pattern("(NS | NE)* UA forever"),
    "deliberate investment": Pattern("UP+ NE forever"),
    "cycle": Pattern("(NS+ UP)+ NE forever"),
    "partly deliberate": Pattern("((NS+ UP)+ UP+ (NS* UP)* | UP+ (NS+ UP)+ (NS* UP)*) NE forever"),
    "deadlock": Pattern("(NS* UP)+ NS forever"),
    "stalemate": Pattern("NS forever"),
}

READINGS: dict[str, str] = {
    "virtuous path": "joint work from the first period on",
    "realism": "unilateral acts that Mexico lets pass, for ever",
    "deliberate investment": "unilateral acts at once, until institutions make joint work pay: the ratchet is intended",
    "cycle": "poor results, a unilateral act, protest, a constraint, again and again, until both cooperate",
    "partly deliberate": "the cycle's end, but some unilateral acts come without poor results before them",
    "deadlock": "unilateral acts end half-way: constraints in force and fruitless talk for ever",
    "stalemate": "fruitless talk for ever, without any unilateral act",
}


def shares(chain: Chain) -> dict[str, Fraction]:
    """The exact probability of each pattern, and of none of them (``other``)."""
    found = {name: pattern.probability(chain) for name, pattern in PATTERNS.items()}
    return {**found, "other": 1 - sum(found.values(), Fraction(0))}


def classify(chain: Chain) -> str:
    """The pattern that occurs with probability one, or ``"other"``.

    The patterns exclude each other, so at most one can be certain.
    """
    return next((name for name, p in shares(chain).items() if p == 1), "other")
