"""The whole map of orderings as a member: what is possible, what is forced, and the weakest assumptions that force the cycle.

See :mod:`ordering_map` for the game and for how all payoffs and discount factors are covered, and :mod:`cycle_conditions` for the
search of weakest assumptions. One constraint at most (K = 1), no frustration.
"""

from __future__ import annotations

from functools import lru_cache

from gametheory.games.preferences import Ordering
from gametheory.studies.us_mexico.cycle_conditions import weakest_conditions
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.ordering_map import OrderingMap, ordering_map, pair_patterns, ratchet_game
from gametheory.studies.us_mexico.preferences import STATED

__all__ = ["MEMBER", "forced_pairs"]

_MX = STATED["mx"].ordering
_US = {name: STATED[name].ordering for name in ("us_calm", "us_frustrated", "us_dove")}


@lru_cache(maxsize=2)
def _map(biting: bool) -> OrderingMap:
    return ordering_map(biting=biting)


def forced_pairs(pattern: str = "cycle", *, biting: bool = False) -> tuple[tuple[Ordering, Ordering], ...]:
    """The pairs of orderings under which every pure equilibrium shows the pattern, for all payoffs (proved, K = 1).

    Parameters
    ----------
    pattern : str
        A key of ``MAP_PATTERNS``.
    biting : bool
        Only payoffs for which the constraint bites; see :func:`ordering_map.pair_patterns`.

    Examples
    --------
    >>> forced_pairs()
    ()
    """
    return tuple((p.us, p.mx) for p in _map(biting).pairs if p.forced == pattern)


def _verdicts() -> tuple[Verdict, ...]:
    possible, everywhere, forced = _map(False).counts()["cycle"]
    bite_possible, _, bite_forced = _map(True).counts()["cycle"]
    stated = {name: order in [us for us, mx in forced_pairs(biting=True) if mx == _MX] for name, order in _US.items()}
    holds = [name for name, is_forced in stated.items() if is_forced]
    fails = [name for name, is_forced in stated.items() if not is_forced]
    weakest = weakest_conditions("cycle")
    realism = [str(p.us) for p in _map(False).pairs if p.mx == _MX and "realism" in p.some]
    calm = pair_patterns(_US["us_calm"], _MX)
    calm_too = [x for x in pair_patterns(_US["us_calm"], _MX, biting=True).some if x != "cycle"]
    return (
        Verdict(
            "The order of preferences alone brings the cycle about",
            LedgerVerdict.CONTRADICTED if not everywhere else LedgerVerdict.CONDITIONAL,
            "every case by exact LP",
            f"of 576 pairs of orderings the cycle is possible under {possible}, shown by some equilibrium for all "
            f"payoffs under {everywhere}, "
            f"forced under {forced}: how much is gained and lost matters, not the order alone",
            (32,),
        ),
        Verdict(
            "Where the constraint bites, the stated orderings force the cycle",
            LedgerVerdict.CONDITIONAL
            if holds and fails
            else LedgerVerdict.DERIVED
            if holds
            else LedgerVerdict.CONTRADICTED,
            "every case by exact LP",
            f"forced with Mexico's stated ordering and {', '.join(holds) or 'none'}; not with "
            f"{', '.join(fails) or 'none'} "
            f"(there also: {', '.join(calm_too)}). In all: possible under {bite_possible} of 576 pairs, forced "
            f"under {bite_forced}",
            (31, 32),
        ),
        Verdict(
            "The cycle must occur under assumptions weaker than the stated orderings",
            LedgerVerdict.DERIVED if weakest else LedgerVerdict.CONTRADICTED,
            "every case by exact LP; every selection of comparisons tried",
            f"{len(weakest)} weakest sets of comparisons, each of which forces it for all payoffs and discount "
            f"factors; none can be weakened, and "
            f"every set that forces it implies one of them: {' or '.join(f'({w})' for w in weakest)}",
            (31, 32),
        ),
        Verdict(
            "With Mexico's stated ordering raids are never let pass for ever",
            LedgerVerdict.DERIVED if not realism else LedgerVerdict.CONDITIONAL,
            "every case by exact LP",
            f"possible under {len(realism)} of Washington's 24 orderings",
            (25, 85),
        ),
        Verdict(
            "A calm Washington opens by negotiating",
            LedgerVerdict.DERIVED if set(calm.some) <= {"stalemate", "virtuous path"} else LedgerVerdict.CONDITIONAL,
            "every case by exact LP",
            f"under {_US['us_calm']} some payoffs show {', '.join(calm.some)}. Condition: it does not gain by the "
            f"constraint",
            (5, 33),
        ),
    )


def _setting(us: str, pattern: str) -> Setting:
    def build() -> object:
        found = pair_patterns(_US[us], _MX)
        return ratchet_game(K=1).subs(**found.witnesses[pattern])

    return Setting(
        f"{us}_{pattern}".replace(" ", "_"),
        f"Payoffs with the stated orderings ({us}) that show: {pattern}",
        build,  # type: ignore[arg-type]
        "Found by exact linear programming from the orderings; other payoffs with the same orderings may show "
        "other patterns.",
    )


MEMBER = Member(
    name="whole_map",
    title="All pairs of orderings",
    about="The ratchet game under each of the 24 x 24 pairs of strict orderings: patterns possible, patterns forced, weakest assumptions.",
    point="the whole map of orderings",
    claims=(5, 25, 31, 32, 33, 85),
    settings=(
        _setting("us_calm", "cycle"),
        _setting("us_calm", "stalemate"),
        _setting("us_frustrated", "cycle"),
        _setting("us_frustrated", "deadlock"),
    ),
    verdicts=_verdicts,
)
