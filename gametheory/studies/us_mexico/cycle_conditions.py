"""The weakest comparisons that force the cycle, in the ratchet game with one constraint at most.

A *class* of payoffs ranks everything that a side can compare: for Washington the four outcomes and its raids under the constraint
(``UA-c``, ``UP-c``); for Mexico the four outcomes and joint work under it (``NE+m``). In each pair of classes the game is
solved for all payoffs and all discount factors (:func:`ordering_map.cases`), so it is known whether every pure equilibrium
(there is at least one) shows the pattern. Comparisons on both sides select classes; they force the pattern exactly if every
pair selected is one that forces it. Every set of classes that comparisons can select is tried, and the largest
combinations, those of the weakest assumptions, are kept. Exact ties between two compared amounts are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, permutations

from gametheory.errors import InputError
from gametheory.studies.us_mexico.ordering_map import (
    _AT,
    _X,
    MAP_PATTERNS,
    Form,
    _minus,
    _pattern,
    _signed,
    cases,
    feasible,
)

__all__ = ["Sufficient", "weakest_conditions"]

_US: dict[str, Form] = {**_AT, "UA-c": _minus(_AT["UA"], _X), "UP-c": _minus(_AT["UP"], _X)}
_MX: dict[str, Form] = {**_AT, "NE+m": _minus(_AT["NE"], _signed(_X, False))}


@dataclass(frozen=True)
class Sufficient:
    """A minimal set of comparisons that forces a pattern; without any one of them some payoffs escape it.

    Attributes
    ----------
    us, mx : tuple of str
        Such as ``"NE > UP-c"``: Washington's joint work against a resisted raid under the constraint.
    """

    us: tuple[str, ...]
    mx: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.us) + len(self.mx)

    def __str__(self) -> str:
        return f"US: {', '.join(self.us) or 'anything'}; MX: {', '.join(self.mx) or 'anything'}"


def _classes(amounts: dict[str, Form]) -> tuple[list[tuple[Form, ...]], dict[str, int]]:
    """The strict rankings of the amounts that some payoffs have; for each comparison the rankings in which it holds (bits)."""
    found: list[tuple[Form, ...]] = []
    holds = {f"{a} > {b}": 0 for a, b in permutations(amounts, 2)}
    for chain in permutations(amounts):
        forms = tuple(_minus(amounts[a], amounts[b]) for a, b in pairwise(chain))
        if feasible(frozenset(forms)) is not None:
            for a, b in combinations(chain, 2):
                holds[f"{a} > {b}"] |= 1 << len(found)
            found.append(forms)
    return found, holds


def _selections(count: int, holds: dict[str, int]) -> list[int]:
    """Every set of classes that comparisons select, the empty one left out."""
    seen = {(1 << count) - 1}
    queue = list(seen)
    for mask in queue:
        for bits in holds.values():
            if mask & bits and mask & bits not in seen:
                seen.add(mask & bits)
                queue.append(mask & bits)
    return queue


def _largest(masks: Iterable[int]) -> list[int]:
    kept: list[int] = []
    for mask in sorted(set(masks), key=int.bit_count, reverse=True):
        if not any(mask & k == mask for k in kept):
            kept.append(mask)
    return kept


def _told(mask: int, count: int, holds: dict[str, int]) -> tuple[str, ...]:
    """Comparisons, none of them superfluous, that select these classes; those nearest to the ranking itself first."""
    true = [c for c, bits in holds.items() if mask & bits == mask]
    true.sort(key=lambda c: holds[c].bit_count())
    for c in reversed(list(true)):
        rest = [x for x in true if x != c]
        left = (1 << count) - 1
        for x in rest:
            left &= holds[x]
        if left == mask:
            true = rest
    return tuple(sorted(true))


@lru_cache
def weakest_conditions(pattern: str = "cycle") -> tuple[Sufficient, ...]:
    """The weakest sets of comparisons under which the pattern occurs for all payoffs and all discount factors, K = 1.

    "Occurs" means: there is a pure Markov perfect equilibrium, and each one shows the pattern. No set in the answer can be
    weakened, and every set of comparisons that forces the pattern implies one of them. An empty answer means that no
    comparisons force it. Smallest sets first.

    Parameters
    ----------
    pattern : str
        A key of ``MAP_PATTERNS``.

    Examples
    --------
    >>> weakest_conditions("submission")
    ()
    """
    if pattern not in MAP_PATTERNS:
        raise InputError("pattern", pattern, f"one of {list(MAP_PATTERNS)}")
    (ours, holds_us), (theirs, holds_mx) = _classes(_US), _classes(_MX)
    good = []  # for each of Mexico's classes: with which of Washington's the pattern is forced
    for mx in theirs:
        bits = 0
        for i, us in enumerate(ours):
            if all({_pattern(p) for p in case.paths} == {pattern} for case in cases(us, mx)):
                bits |= 1 << i
        good.append(bits)
    by_good: dict[int, list[int]] = {}
    for mask in _selections(len(theirs), holds_mx):
        both = (1 << len(ours)) - 1
        for j, bits in enumerate(good):
            if mask >> j & 1:
                both &= bits
        if both:
            by_good.setdefault(both, []).append(mask)
    selections = _selections(len(ours), holds_us)
    pairs = []
    for both, masks in by_good.items():
        largest = _largest(s for s in selections if s & ~both == 0)
        pairs += [(s, mask) for mask in _largest(masks) for s in largest]
    kept = [p for p in pairs if not any(q != p and p[0] & q[0] == p[0] and p[1] & q[1] == p[1] for q in pairs)]
    answers = [Sufficient(_told(s, len(ours), holds_us), _told(m, len(theirs), holds_mx)) for s, m in set(kept)]
    return tuple(sorted(answers, key=lambda s: (len(s), s.us, s.mx)))
