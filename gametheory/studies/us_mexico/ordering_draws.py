"""The map for more constraints than one, by draws: each solved exactly, none taken for more than it is.

The game is that of :mod:`ordering_map`, with K = 1, 2 or 3. Draws are integers under a named measure, and discount factors are
twentieths, so that every comparison is made in integers. A pattern that was seen occurs for some payoffs, for certain; one
that was not seen is *not* thereby impossible, and one that all draws show is not thereby shown by all payoffs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.games.preferences import Ordering
from gametheory.studies.us_mexico.ordering_map import (
    MAP_PATTERNS,
    OUTCOMES,
    OrderingMap,
    PairPatterns,
    _orders,
    _pattern,
)

if TYPE_CHECKING:
    import numpy as np

__all__ = ["MEASURES", "sampled_map", "sampled_paths"]

_Q = 20  # discount factors of the draws are multiples of 1/20

MEASURES: dict[str, str] = {
    "uniform": "payoffs: sorted uniform draws from 0..9999 (order polytope, uniform); c, m: 0 with probability 1/8, else "
    "log-uniform on 1..30000; discount factors uniform on 1/20, ..., 19/20",
    "spread": "payoffs: gaps between neighbours log-uniform on 1..3000; c, m and discount factors as under 'uniform'",
}


def _draw(measure: str, draws: int, seed: int) -> dict[str, np.ndarray]:
    import numpy as np

    rng = np.random.default_rng(seed)

    def log_uniform(top: float, shape: Any) -> np.ndarray:
        drawn: np.ndarray = np.floor(top ** rng.random(shape)).astype(np.int64)
        return drawn

    found: dict[str, np.ndarray] = {}
    for side in ("u", "v"):
        if measure == "uniform":
            found[side] = np.sort(rng.integers(0, 10_000, (draws, 4)), axis=1)[:, ::-1] + np.arange(4)[::-1]
        else:
            found[side] = np.cumsum(log_uniform(3000, (draws, 4)), axis=1)[:, ::-1]
    for name in ("c", "m"):
        found[name] = np.where(rng.random(draws) < 1 / 8, 0, log_uniform(30_000, draws))
    for name in ("delta_US", "delta_MX"):
        found[name] = rng.integers(1, _Q, draws)
    return found


def sampled_paths(
    u: Mapping[str, Any], v: Mapping[str, Any], c: Any, m: Any, delta: tuple[Any, Any], K: int
) -> dict[str, Any]:
    """For integer arrays (or integers): at which places each path is that of a pure Markov perfect equilibrium.

    Discount factors are given in twentieths. All comparisons are exact; values are integers scaled by 20 to the power K.

    Examples
    --------
    >>> u, v = {"NE": 4, "UA": 3, "NS": 2, "UP": 1}, {"NS": 4, "NE": 3, "UP": 2, "UA": 1}
    >>> [path for path, there in sampled_paths(u, v, 2, 2, (18, 10), 1).items() if there]
    ['UP NE forever']
    """
    scale = _Q**K
    d, e = delta
    after: dict[str, tuple[Any, Any, Any]] = {}  # path from the next level on: (where it is one, its worth to both)
    for k in reversed(range(K + 1)):
        here: dict[str, tuple[Any, Any, Any]] = {}

        def add(path: str, where: Any, a: Any, b: Any, here: dict[str, tuple[Any, Any, Any]] = here) -> None:
            here[path] = (where | here[path][0], a, b) if path in here else (where, a, b)

        pay = {"NE": (u["NE"], v["NE"] + m * k), "NS": (u["NS"], v["NS"])}
        pay |= {x: (u[x] - c * k, v[x]) for x in ("UA", "UP")}
        worth = {x: (a * scale, b * scale) for x, (a, b) in pay.items()}
        for n, answer in (("NE", pay["NE"][1] >= pay["NS"][1]), ("NS", pay["NS"][1] >= pay["NE"][1])):
            if k == K:
                for r, chosen in (("UA", v["UA"] >= v["UP"]), ("UP", v["UP"] >= v["UA"])):
                    add(f"{n} forever", answer & chosen & (pay[n][0] >= pay[r][0]), *worth[n])
                    add(f"{r} forever", answer & chosen & (pay[r][0] >= pay[n][0]), *worth[r])
                continue
            for path, (there, a, b) in after.items():
                raid = (((_Q - d) * worth["UP"][0] + d * a) // _Q, ((_Q - e) * worth["UP"][1] + e * b) // _Q)
                gain = (_Q - e) * (worth["UP"][1] - worth["UA"][1]) + e * (b - worth[n][1])
                where = there & answer
                quiet = ((gain <= 0) & (pay[n][0] >= pay["UA"][0])) | ((gain >= 0) & (worth[n][0] >= raid[0]))
                add(f"{n} forever", where & quiet, *worth[n])
                let = (raid[1] <= worth["UA"][1]) & (pay["UA"][0] >= pay[n][0])
                add("UA forever", where & let, *worth["UA"])
                kept = path if path == "UP forever" else f"UP {path}"
                add(kept, where & (raid[1] >= worth["UA"][1]) & (raid[0] >= worth[n][0]), *raid)
        after = here
    return {path: where for path, (where, _, _) in after.items()}


def sampled_map(
    *,
    K: int,
    measure: str = "uniform",
    draws: int = 1000,
    seed: int = 0,
    done: Callable[[int], None] = lambda pairs: None,
) -> OrderingMap:
    """The 576 pairs with any K from draws, each solved exactly; nothing is concluded from what was not seen.

    Parameters
    ----------
    K : int
        1 to 3.
    measure : str
        A key of ``MEASURES``, which says in words what is drawn.
    draws, seed : int
        Draws for each pair of orderings (the same ones for all pairs, permuted).
    """
    if measure not in MEASURES:
        raise InputError("measure", measure, f"one of {sorted(MEASURES)}")
    if not 1 <= K <= 3:
        raise InputError("K", K, "1, 2 or 3")
    if draws < 1:
        raise InputError("draws", draws, "a positive number")
    import numpy as np

    drawn = _draw(measure, draws, seed)
    deltas = (drawn["delta_US"], drawn["delta_MX"])
    orders = [(Ordering(text), text.split(" > ")) for text in _orders()]
    pairs = []
    for us, ours in orders:
        u = {x: drawn["u"][:, i] for i, x in enumerate(ours)}
        for mx, theirs in orders:
            v = {x: drawn["v"][:, i] for i, x in enumerate(theirs)}
            shown: dict[str, np.ndarray] = {}
            for path, where in sampled_paths(u, v, drawn["c"], drawn["m"], deltas, K).items():
                name = _pattern(path)
                shown[name] = shown[name] | where if name in shown else where
            some = tuple(name for name in MAP_PATTERNS if name in shown and shown[name].any())
            witnesses = {}
            for name in some:
                i = int(np.argmax(shown[name]))
                witnesses[name] = {
                    f"{s}_{x}": Fraction(int(p[x][i])) for s, p in (("u", u), ("v", v)) for x in OUTCOMES
                }
                witnesses[name] |= {x: Fraction(int(drawn[x][i])) for x in ("c", "m")}
                witnesses[name] |= {x: Fraction(int(drawn[x][i]), _Q) for x in ("delta_US", "delta_MX")}
            everywhere = tuple(name for name in some if shown[name].all())
            none = bool((~np.any(list(shown.values()), axis=0)).any())
            forced = some[0] if len(some) == 1 and not none else ""
            pairs.append(PairPatterns(us, mx, K, some, everywhere, forced, none, "sampled", witnesses))
        done(len(orders))
    return OrderingMap(K, "sampled", MEASURES[measure], draws, tuple(pairs))
