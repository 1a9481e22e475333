"""The identified set of the reduced game: which parameters have equilibria that are compatible with the coded record.

Parameters are drawn so that the stated orderings hold without constraints in force: calm, Washington ranks NE > UA > NS > UP,
frustrated UA > NE > UP > NS, and Mexico NS > NE > UP > UA. There is no uniform draw from such a set, so there are two measures, and
a share is the share of a measure, never a probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from gametheory.equilibria.play import Chain
from gametheory.errors import InputError
from gametheory.evidence.identified import IdentifiedShare, identified_share
from gametheory.evidence.records import fewest_misses
from gametheory.studies.us_mexico.observed import PATTERNS
from gametheory.studies.us_mexico.record import STUDY
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["MEASURES", "draws", "identified"]

MEASURES: dict[str, str] = {
    "box": "rc, ru, l, a1, c, m1, e, z, s uniform on 1/100, ..., 3, m0 uniform on 0, ..., 3, discount factors and q uniform on "
    "1/20, ..., 19/20, given that the stated orderings hold (others are drawn again); a0 = 0, rho = 1",
    "gaps": "each difference that the stated orderings require to be positive, c and m1 log-uniform on 1/100 to 3; m0 = 0; "
    "discount factors and q uniform on 1/20, ..., 19/20; a0 = 0, rho = 1",
}


def draws(measure: str, count: int, *, seed: int, F: int = 2) -> Iterator[dict[str, Fraction]]:
    """Parameter values under a measure, independent of each other.

    Examples
    --------
    >>> point = next(draws("gaps", 1, seed=1))
    >>> point["e"] < point["z"] < point["s"]
    True
    """
    if measure not in MEASURES:
        raise InputError("measure", measure, f"one of {', '.join(MEASURES)}")
    import numpy as np

    rng = np.random.default_rng(seed)

    def twentieths() -> Fraction:
        return Fraction(int(rng.integers(1, 20)), 20)

    def gap() -> Fraction:
        return Fraction(max(1, round(100 * float(np.exp(rng.uniform(np.log(0.01), np.log(3)))))), 100)

    for _ in range(count):
        found = {"rho": Fraction(1), "a0": Fraction(0), "t": Fraction(0)}
        while True:
            if measure == "box":
                found |= {
                    n: Fraction(int(rng.integers(1, 301)), 100)
                    for n in ("rc", "ru", "l", "a1", "c", "m1", "e", "z", "s")
                }
                found["m0"] = Fraction(int(rng.integers(0, 301)), 100)
            else:
                low, more, pull = gap(), gap(), gap()
                found |= {"l": low, "a1": low + more, "c": gap(), "m0": Fraction(0), "m1": gap()}
                found["rc"] = F * found["a1"] - low + pull
                part = Fraction(int(rng.integers(1, 100)), 100)
                found["ru"] = found["rc"] - min(found["a1"], found["rc"]) * part
                found["e"] = gap()
                found["z"] = found["e"] + gap()
                found["s"] = found["z"] + gap()
            if _agrees(found, F):
                break
        yield {**found, "q": twentieths(), "delta_US": twentieths(), "delta_MX": twentieths()}


def _agrees(p: Mapping[str, Fraction], F: int) -> bool:
    """Whether the stated orderings hold at k = 0, calm and at every step of frustration."""
    calm = p["rc"] > p["ru"] > 0 > -p["l"]
    loud = all(p["ru"] + p["a1"] * f > p["rc"] > p["a1"] * f - p["l"] > 0 for f in range(1, F + 1))
    return calm and loud and p["s"] > p["z"] > p["e"] - p["m0"] > 0


def identified(
    measure: str,
    *,
    coding: str = "text, every response",
    count: int = 200,
    seed: int = 1,
    K: int = 3,
    F: int = 2,
    done: Callable[[int], None] = lambda points: None,
) -> IdentifiedShare:
    """The share of a measure whose pure equilibria are compatible with the article's cycle and with the coded record.

    Events: each of the article's patterns; the whole record in order; and, for each number of episodes up to ten, that play can
    show all but so many of them in order.

    Parameters
    ----------
    measure : str
        A key of ``MEASURES``.
    coding : str
    count, seed : int
        Of the draws.
    K, F : int
        Of the game.
    """
    seen = [episode.outcomes for episode in STUDY.record(coding)]
    events: dict[str, Callable[[Chain], Fraction]] = {name: p.probability for name, p in PATTERNS.items()}
    memo: dict[Any, int] = {}

    def missed(chain: Chain) -> int:
        key = (chain.states, chain.moves)
        if key not in memo:
            memo[key] = len(fewest_misses(chain, seen, between=STUDY.quiet))
        return memo[key]

    def within(most: int) -> Callable[[Chain], Fraction]:
        return lambda chain: Fraction(missed(chain) <= most)

    events |= {f"misses at most {most} of {len(seen)}": within(most) for most in range(11)}
    game = reduced_game(K=K, F=F)
    return identified_share(
        game,
        draws(measure, count, seed=seed, F=F),
        events,
        measure=MEASURES[measure],
        done=done,
    )
