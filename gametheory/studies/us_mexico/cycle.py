"""The cycle in the reduced game: its variants, both timings, naive and forward-looking, and what forces it.

The simultaneous version has the same outcomes: Mexico chooses, without seeing Washington's move, to cooperate (``C``: enforce if
Washington negotiates, let pass if it acts alone) or to resist (``R``: shirk, or protest).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium, Solution
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov
from gametheory.exact import exact
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.cycle_conditions import weakest_conditions
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import (
    assuming,
    both_ways,
    found_in,
    inert,
    numeric,
    paths,
    proposition,
    pure,
    requires,
)
from gametheory.studies.us_mexico.observed import classify
from gametheory.studies.us_mexico.reduced import VARIANTS, reduced_game

__all__ = ["MEMBER", "simultaneous_game"]

_READING = {"NC": "NE", "NR": "NS", "UC": "UA", "UR": "UP"}
_SHOWS = {
    "far_sighted": "raids as deliberate investment; delta_US = 4/5 is an input",
    "myopic": "what impatience leaves undone",
    "no_joint_gain": "constraints that govern unilateralism alone",
    "mutual_interest": "the virtuous path",
    "weak_sovereignty_no_gain": "realism: protest does not pay",
    "weak_sovereignty": "no pure equilibrium; the mixed one",
    "naive": "the ratchet is not foreseen",
    "naive_low_price": "the unintended cycle",
}


def simultaneous_game(*, K: int = 3, F: int = 2, naive: bool = False) -> DynamicGame:
    """The reduced game with simultaneous moves, every parameter a symbol.

    Examples
    --------
    >>> simultaneous_game(K=1, F=0).outcomes
    ('NC', 'NR', 'UC', 'UR')
    """
    us, mx = (
        ((exact("rc"), exact(0)), (exact("ru + a0"), exact("a0 - l"))),
        (
            (exact("t + m0 - e"), exact("t")),
            (exact("t - s"), exact("t - z")),
        ),
    )
    stage = StageGame(us, mx, players=("US", "MX"), actions=(("N", "U"), ("C", "R")))
    game = DynamicGame.repeated(stage, discount=("delta_US", "delta_MX")).with_rules(
        Counter("k", upto=K, on={"UR": "rho"}, ratchet=True),
        *([Counter("f", upto=F, on={"NR": 1, "NC": "q"}, reset_on=stepped("k"))] if F else []),
        Fine("US", on=("UC", "UR"), by="c*k"),
        *([Bonus("US", on=("UC", "UR"), by="a1*f")] if F else []),
        Bonus("MX", on="NC", by="m1*k"),
    )
    return game.perceived("US", without=("k",)) if naive else game


def _simultaneous(change: Mapping[str, str], *, naive: bool = False) -> DynamicGame:
    return numeric(simultaneous_game(naive=naive), {}, change)


_SETTINGS = (
    *(
        Setting(
            v.name, v.title, v.game, _SHOWS.get(v.name, ""), concept=MarkovPerfect(pure=v.name != "weak_sovereignty")
        )
        for v in VARIANTS
    ),
    Setting("simultaneous", "Baseline, simultaneous moves", partial(_simultaneous, {}), "the other timing", _READING),
    Setting(
        "simultaneous_naive",
        "Naive United States, constraints bite less, simultaneous moves",
        partial(_simultaneous, {"c": "3/10"}, naive=True),
        "the other timing, without foresight",
        _READING,
    ),
)


@lru_cache(maxsize=32)
def _solved(name: str) -> Solution:
    return pure(next(s for s in _SETTINGS if s.name == name).game())


def _pattern(setting: Setting, equilibrium: MarkovEquilibrium) -> str:
    return classify(equilibrium.chain.relabelled(setting.reading))


def _occurs() -> Verdict:
    worlds = {}
    for setting in _SETTINGS:
        solution = _solved(setting.name)

        def is_cycle(e: MarkovEquilibrium, setting: Setting = setting) -> bool:
            return _pattern(setting, e) == "cycle"

        if len(solution.equilibria):
            worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, is_cycle)
    return both_ways(
        "Orderings, one ratchet and frustration bring about the cycle",
        worlds,
        "some foresight but not much (or none, with constraints that bite little), institutions that make enforcement pay, and protest "
        "that is worth its cost: each is needed",
        28,
        31,
        32,
    )


def _forced() -> Verdict:
    sets = weakest_conditions("cycle")
    told = " or ".join(f"({x})" for x in sets)
    return proposition(
        "There are comparisons of payoffs that force the cycle for every discount factor",
        bool(sets),
        f"one constraint at most; the weakest are: {told}",
        31,
        32,
        evidence="every case by exact LP",
    )


def _last_raid() -> Verdict:
    along = {f"k={k}, f={f}": ("NS", "UP")[f] for k in range(3) for f in (0, 1)} | {"k=3, f=0": "NE", "k=3, f=1": "NE"}
    given = assuming(
        *(
            "rc > ru + a0",
            "l > a0",
            "ru + a0 + a1 > rc",
            "rc > a0 + a1 - l",
            "a0 + a1 > l",
            "e > m0",
            "z > e - m0",
            "s > z",
        ),
        *("c > 0", "m1 >= 0", "a0 >= 0", "m0 >= 0", "a1 > 0", "l > 0", "ru > 0"),
    )
    solution = SymbolicMarkov(assumptions=given, along=along).solve(reduced_game(K=3, F=1), MarkovPerfect(pure=True))
    found = [e.region for e in solution.equilibria]
    invests = "(1 - delta_US)*(a0 + a1 - 2*c - l) + delta_US*rho*rc"
    return proposition(
        "The cycle's last raid must pay as an investment in the joint work that follows",
        len(found) == 1 and all(requires(r, x) for r in found for x in (invests, "m0 + 3*m1 - e", "e - m0 - 2*m1")),
        "three constraints, one step of frustration, stated orderings: (1 - delta_US)(a0 + a1 - 2 c - l) + delta_US rho rc >= 0 is "
        "necessary, and so is that exactly the third constraint makes enforcement pay (m0 + 2 m1 <= e <= m0 + 3 m1). Where "
        "a0 + a1 < 2 c + l the last raid loses now, and is made for what it brings: the cycle of a forward-looking Washington is not "
        "unintended to its end",
        29,
        32,
        evidence="the path in symbols",
    )


def _timing() -> Verdict:
    worlds = {}
    for variant in VARIANTS:
        one, other = _solved(variant.name), pure(_simultaneous(variant.change, naive=variant.naive))
        if len(one.equilibria) and len(other.equilibria):
            seen = {classify(e.chain) for e in one.equilibria}
            unseen = {classify(e.chain.relabelled(_READING)) for e in other.equilibria}
            worlds[f"{variant.title}: {', '.join(sorted(seen))}; simultaneous: {', '.join(sorted(unseen))}"] = (
                seen == unseen
            )
    return both_ways(
        "Whether Mexico sees Washington's move before it answers makes no difference to the pattern of play",
        worlds,
        "Mexico's best answer does not depend on the move. Where it would enforce after N and resist after U (mutual interest from "
        "the start), it must see the move: simultaneous moves bring raids into the virtuous path",
        33,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (_occurs(), _forced(), _last_raid(), _timing(), inert(reduced_game(), {}, factors=(0, 2)))


MEMBER = Member(
    "cycle",
    "The cycle",
    "The reduced game: its variants, both timings, naive and forward-looking.",
    "the cycle",
    (28, 29, 31, 32, 33),
    _SETTINGS,
    _verdicts,
)
