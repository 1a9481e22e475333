"""What can be observed of a play, in the same words for every account: its opening, raids, protests, constraints and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory.equilibria.play import Chain, Move
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.rival_realism import all_equilibria, long_run_payoff

__all__ = [
    "FIRST",
    "RivalPlay",
    "as_set",
    "constant_play",
    "constraint",
    "direction",
    "each",
    "final",
    "markov_plays",
    "opening",
    "protest",
    "raids_by_period",
    "trend",
]

#: How many first periods the long run is compared with.
FIRST = 10


@dataclass(frozen=True)
class RivalPlay:
    """One equilibrium's play.

    Attributes
    ----------
    chain : Chain
        Outcomes in the words of the reduced game.
    payoff : Fraction
        Washington's payoff a period in the long run (with payments: both sides' together, as the split is open).
    counts : tuple of (int or None)
        For each state of the chain the number of constraints in force; None where the account has none.
    """

    chain: Chain
    payoff: Fraction
    counts: tuple[int | None, ...]


def markov_plays(game: DynamicGame, reading: Mapping[str, str] | None = None) -> tuple[RivalPlay, ...]:
    """The plays of all equilibria of :func:`rival_realism.all_equilibria`."""
    found = []
    for e in all_equilibria(game):
        counts = tuple(int(v["k"]) if "k" in v else None for v in game.variables)
        chain = e.chain if reading is None else e.chain.relabelled(reading)
        found.append(RivalPlay(chain, long_run_payoff(e), counts))
    return tuple(found)


def constant_play(outcome: str, payoff: Fraction) -> RivalPlay:
    """One outcome for ever."""
    return RivalPlay(Chain(("play",), ((Move(Fraction(1), outcome, 0),),)), payoff, (None,))


def each(plays: Sequence[RivalPlay], answer: Callable[[RivalPlay], str]) -> str:
    """The answers of all plays, each once, joined by "or"."""
    return " or ".join(dict.fromkeys(sorted(map(answer, plays))))


def opening(play: RivalPlay) -> str:
    """What Washington opens with."""
    first = {m.outcome[0] for m in play.chain.moves[play.chain.start] if m.probability}
    return "/".join({"N": "negotiates", "U": "acts alone"}[x] for x in sorted(first))


def _raids(play: RivalPlay) -> list[tuple[int, Move]]:
    return [
        (s, m) for s in play.chain.support() for m in play.chain.moves[s] if m.probability and m.outcome.startswith("U")
    ]


def protest(play: RivalPlay) -> str:
    """Whether Mexico protests the raids that occur."""
    answers = {m.outcome for _, m in _raids(play)}
    return {0: "no raid", 2: "sometimes"}.get(len(answers), "always" if answers == {"UP"} else "never")


def constraint(play: RivalPlay) -> str:
    """Whether the raids that occur are followed by a constraint in the next period."""
    raids = _raids(play)
    if not raids:
        return "no raid"
    rises = []
    for s, m in raids:
        before, after = play.counts[s], play.counts[m.next]
        rises.append(before is not None and after is not None and after > before)
    return "always" if all(rises) else "sometimes" if any(rises) else "never"


def raids_by_period(play: RivalPlay, periods: int) -> list[Fraction]:
    """The probability of a unilateral act in each of the first periods."""
    belief = {play.chain.start: Fraction(1)}
    shares = []
    for _ in range(periods):
        share, after = Fraction(0), dict[int, Fraction]()
        for s, mass in belief.items():
            for m in play.chain.moves[s]:
                if m.probability:
                    share += mass * m.probability * m.outcome.startswith("U")
                    after[m.next] = after.get(m.next, Fraction(0)) + mass * m.probability
        shares.append(share)
        belief = after
    return shares


def direction(play: RivalPlay) -> str:
    """Raids in the long run, against the first periods."""
    early = sum(raids_by_period(play, FIRST)) / FIRST
    late = sum((x for outcome, x in play.chain.frequencies().items() if outcome.startswith("U")), Fraction(0))
    if not early and not late:
        return "no raid"
    if not late:
        return "fall to none"
    return "rise" if late > early else "fall" if late < early else "constant"


def final(play: RivalPlay) -> str:
    """Outcomes that fill the long run."""
    return "/".join(sorted(x for x, share in play.chain.frequencies().items() if share))


def trend(low: Sequence[RivalPlay], high: Sequence[RivalPlay]) -> str:
    """How payoffs move, over all equilibria on both sides; open if neither side's lie above the other's."""
    a, b = ([p.payoff for p in plays] for plays in (low, high))
    if set(a) == set(b):
        return "flat"
    if min(b) >= max(a):
        return "rises"
    if max(b) <= min(a):
        return "falls"
    return "open"


def as_set(plays: Sequence[RivalPlay]) -> set[tuple[Any, ...]]:
    """The different plays, for comparison."""
    return {(c.states, c.moves) for c in (p.chain.reachable() for p in plays)}
