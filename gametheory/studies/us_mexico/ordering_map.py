r"""The whole map: which patterns the ratchet game can show under each of the 24 x 24 pairs of strict orderings.

*The ratchet game.* In every period Washington negotiates (N) or acts alone (U); Mexico answers N by enforcing (E) or shirking
(S), and U by acquiescing (A) or protesting (P). Base payoffs ``u_NE ... u_UP`` and ``v_NE ... v_UP`` agree with a strict
ordering of the four outcomes for each side. A counter ``k`` of constraints starts at 0, rises by one after UP, for sure, up to
K, and never falls. Washington loses ``c k`` at UA and UP, Mexico gains ``m k`` at NE, with ``c, m >= 0``; each side has its
own discount factor, anywhere strictly between 0 and 1. Without frustration a pure Markov perfect equilibrium plays UP some
number of times and then one outcome for ever, so that seven patterns are possible.

*K = 1, exactly.* At k = 1 nothing moves: Mexico compares payoffs of one period, and then so does Washington. At k = 0 let n be
the outcome of N (Mexico's own ordering says which), W what a side gets for ever at k = 1, and D = delta / (1 - delta).
Washington prefers U met by P to N if and only if ``(u_UP - u_n) + D (W - u_n) > 0``, whichever of the two is played. Mexico
prefers P to A if and only if ``(v_UP - v_UA) + D (W - v_X) > 0``, where X = n if Washington plays N at k = 0, and X = UA if
it plays U (whether A or P is the answer). So a side's payoffs matter through finitely many signs. Which signs can occur
together is linear once D is eliminated: for some D > 0, ``x + D y > 0`` if and only if x > 0 or y > 0; and with x > 0,
``x + D y > 0 > x + D z`` for some D > 0 if and only if z < 0 and y > z. Each case is then decided by exact linear programming.
The two sides have no parameter in common, so every case of one meets every case of the other. Exact ties are left aside: at
one, the equilibria of the cases on both sides of it are equilibria.

For more constraints see :mod:`ordering_draws`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, permutations, product

from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine
from gametheory.games.preferences import Ordering
from gametheory.lp import LPStatus, maximise

__all__ = [
    "MAP_PATTERNS",
    "Case",
    "OrderingMap",
    "PairPatterns",
    "cases",
    "ordering_map",
    "pair_patterns",
    "ratchet_game",
]

OUTCOMES = ("NE", "NS", "UA", "UP")

MAP_PATTERNS: dict[str, str] = {
    "virtuous path": "NE forever",
    "stalemate": "NS forever",
    "realism": "UA forever",
    "endless raids": "UP forever",
    "cycle": "UP+ NE forever",
    "deadlock": "UP+ NS forever",
    "submission": "UP+ UA forever",
}

#: A linear form in a side's parameters: coefficients of its payoffs at NE, NS, UA, UP and of c (or m).
Form = tuple[int, int, int, int, int]
_NE, _NS, _UA, _UP = ((1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0))
_X: Form = (0, 0, 0, 0, 1)
_AT: dict[str, Form] = {"NE": _NE, "NS": _NS, "UA": _UA, "UP": _UP}
_Forms = tuple[Form, ...]


def _minus(a: Form, b: Form) -> Form:
    return tuple(x - y for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def _signed(form: Form, positive: bool) -> Form:
    return form if positive else _minus((0, 0, 0, 0, 0), form)


def ratchet_game(*, K: int = 1) -> DynamicGame:
    """The ratchet game of the map with every payoff a symbol: ``u_NE``, ..., ``v_UP``, ``c``, ``m`` and the discount factors.

    Examples
    --------
    >>> ratchet_game(K=2).states
    ('k=0', 'k=1', 'k=2')
    """
    return DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={x: (f"u_{x}", f"v_{x}") for x in OUTCOMES},
        discount=("delta_US", "delta_MX"),
    ).with_rules(
        Counter("k", upto=K, on={"UP": 1}, ratchet=True),
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("MX", on="NE", by="m*k"),
    )


# --- one constraint at most: exact ------------------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def feasible(forms: frozenset[Form]) -> tuple[Fraction, ...] | None:
    """Payoffs at NE, NS, UA, UP and c (or m) >= 0 that make every form positive, or None; decided by exact LP.

    Examples
    --------
    >>> feasible(frozenset({(1, -1, 0, 0, 0), (-1, 1, 0, 0, 0)})) is None
    True
    """
    rows = [[-x for x in form] + [1] for form in sorted(forms)]
    result = maximise([0] * 5 + [1], [*rows, [0] * 5 + [1]], [0] * len(rows) + [1], free=(0, 1, 2, 3, 5))
    result.verify()
    assert result.status is LPStatus.OPTIMAL and result.value is not None  # 0 is feasible and the last row bounds it
    return result.x[:5] if result.value > 0 else None


@dataclass(frozen=True)
class Case:
    """One of the finitely many cases of the game with K = 1: its signs, and the paths of its pure equilibria.

    Attributes
    ----------
    paths : frozenset of str
        Each in words, such as ``"UP NE forever"``; empty where there is no pure equilibrium.
    us, mx : frozenset of Form
        Linear conditions on each side's payoffs.
    us_signs, mx_signs : tuples of (Form, Form, bool)
        Conditions with the discount factor: whether ``x + D y`` is positive (or else negative).
    """

    paths: frozenset[str]
    us: frozenset[Form]
    mx: frozenset[Form]
    us_signs: tuple[tuple[Form, Form, bool], ...]
    mx_signs: tuple[tuple[Form, Form, bool], ...]

    def witness(self) -> dict[str, Fraction]:
        """Numbers for every parameter of :func:`ratchet_game` that fall into the case."""
        found: dict[str, Fraction] = {}
        sides = (("u", "c", "US", self.us, self.us_signs), ("v", "m", "MX", self.mx, self.mx_signs))
        for name, extra, player, forms, signs in sides:
            at = feasible(forms)
            assert at is not None
            found |= {f"{name}_{x}": value for x, value in zip(OUTCOMES, at, strict=False)} | {extra: at[4]}
            low, high = Fraction(0), None
            for x, y, positive in signs:
                a, b = (sum((k * v for k, v in zip(form, at, strict=True)), Fraction(0)) for form in (x, y))
                if not positive:
                    a, b = -a, -b
                if b > 0:
                    low = max(low, -a / b)
                elif b < 0:
                    high = -a / b if high is None else min(high, -a / b)
            big = low + 1 if high is None else (low + high) / 2
            found[f"delta_{player}"] = big / (1 + big)
        return found


def _us_options(base: _Forms, now: Form, later: Form) -> list[tuple[bool, frozenset[Form]]]:
    """Signs that ``now + D later`` can have, each with linear conditions under which some D > 0 gives it."""
    found = []
    for positive in (True, False):
        for form in (_signed(now, positive), _signed(later, positive)):
            forms = frozenset((*base, form))
            if feasible(forms) is not None:
                found.append((positive, forms))
                break
    return found


def _mx_options(base: _Forms, protest: bool, y: Form, z: Form) -> list[tuple[bool, bool, frozenset[Form]]]:
    """Signs that ``x + D y`` and ``x + D z`` can have together; ``protest`` says that x is positive (else negative)."""
    found = []
    for first, second in product((True, False), repeat=2):
        if first == second == protest:
            extra: _Forms = ()
        elif first == second:
            extra = (_signed(y, first), _signed(z, first))
        else:
            odd, even = (y, z) if first != protest else (z, y)  # the odd one turns the sign that x alone would have
            extra = (_signed(odd, not protest), _signed(_minus(odd, even), not protest))
        forms = frozenset((*base, *extra))
        if feasible(forms) is not None:
            found.append((first, second, forms))
    return found


def cases(us: Sequence[Form], mx: Sequence[Form]) -> list[Case]:
    """Every case of the game with K = 1 that some payoffs with these linear conditions (all forms positive) fall into."""
    found = []
    for e0, e1, protest, act in product((True, False), repeat=4):
        n0, n1, r = ("NE" if e0 else "NS"), ("NE" if e1 else "NS"), ("UP" if protest else "UA")
        base_mx = (
            *mx,
            _signed(_minus(_NE, _NS), e0),
            _signed(_minus(_minus(_NE, _NS), _signed(_X, False)), e1),
            _signed(_minus(_UP, _UA), protest),
        )
        base_us = (*us, _signed(_minus(_minus(_AT[r], _X), _AT[n1]), act))
        if feasible(frozenset(base_mx)) is None or feasible(frozenset(base_us)) is None:
            continue
        last = r if act else n1
        w_us = _minus(_AT[last], _X) if act else _AT[last]
        w_mx = _minus(_NE, _signed(_X, False)) if last == "NE" else _AT[last]
        now, later = _minus(_UP, _AT[n0]), _minus(w_us, _AT[n0])
        x, y, z = _minus(_UP, _UA), _minus(w_mx, _AT[n0]), _minus(w_mx, _UA)
        mx_options = _mx_options(base_mx, protest, y, z)
        for tau in (True, False):
            tau_base = (*base_us, _signed(_minus(_UA, _AT[n0]), tau))
            for sigma, us_forms in _us_options(tau_base, now, later):
                for s_n, s_d, mx_forms in mx_options:
                    paths = set()
                    if (not s_n and not tau) or (s_n and not sigma):
                        paths.add(f"{n0} forever")
                    if not s_d and tau:
                        paths.add("UA forever")
                    if s_d and sigma:
                        paths.add("UP forever" if last == "UP" else f"UP {last} forever")
                    signs = ((x, y, s_n), (x, z, s_d))
                    found.append(Case(frozenset(paths), us_forms, mx_forms, ((now, later, sigma),), signs))
    return found


@lru_cache(maxsize=1000)
def ordering_forms(order: str) -> _Forms:
    """The comparisons of a strict chain of the four outcomes, as forms that are positive."""
    chain = order.split(" > ")
    return tuple(_minus(_AT[a], _AT[b]) for a, b in pairwise(chain))


@dataclass(frozen=True)
class PairPatterns:
    """What the ratchet game shows under one pair of orderings.

    Attributes
    ----------
    us, mx : Ordering
    K : int
    some : tuple of str
        Patterns that some payoffs show in a pure Markov perfect equilibrium; for certain, whatever ``evidence`` is.
    all : tuple of str
        Patterns that an equilibrium shows for *every* payoff (proved), or that every draw showed (sampled).
    forced : str
        The pattern that every pure equilibrium shows for every payoff without ties (or in every draw); ``""`` if none.
    may_have_none : bool
        Whether some payoffs (or draws) have no pure equilibrium.
    evidence : str
        ``"proved"``: ``some`` and ``all`` are exact and what is missing from ``some`` is impossible. ``"sampled"``: what is
        missing from ``some`` was not seen, which proves nothing, and ``all`` was not refuted.
    witnesses : mapping from pattern to parameters
        Numbers that show each pattern in ``some``.
    """

    us: Ordering
    mx: Ordering
    K: int
    some: tuple[str, ...]
    all: tuple[str, ...]
    forced: str
    may_have_none: bool
    evidence: str
    witnesses: Mapping[str, Mapping[str, Fraction]] = field(repr=False)


def _pattern(path: str) -> str:
    """The pattern that a path such as ``"UP NE forever"`` shows."""
    words = path.split()
    head, last = words[:-2], words[-2]
    names = {"NE": "cycle", "NS": "deadlock", "UA": "submission", "UP": "endless raids"}
    plain = {"NE": "virtuous path", "NS": "stalemate", "UA": "realism", "UP": "endless raids"}
    return names[last] if head else plain[last]


def pair_patterns(us: Ordering, mx: Ordering, *, biting: bool = False) -> PairPatterns:
    """The patterns of the ratchet game with K = 1 under two strict orderings, proved for all payoffs and discount factors.

    Parameters
    ----------
    us, mx : Ordering
        Strict total orderings of NE, NS, UA and UP.
    biting : bool
        Only where the constraint bites: under it joint work beats both raids for Washington (``u_NE > u_UA - c`` and
        ``u_NE > u_UP - c``), and enforcing beats shirking for Mexico (``v_NE + m > v_NS``).

    Examples
    --------
    >>> found = pair_patterns(Ordering("NE > UA > NS > UP"), Ordering("NS > NE > UP > UA"))
    >>> found.some, found.all
    (('stalemate', 'cycle'), ())
    """
    extra_us: _Forms = (_minus(_minus(_NE, _UA), _signed(_X, False)), _minus(_minus(_NE, _UP), _signed(_X, False)))
    extra_mx: _Forms = (_minus(_minus(_NE, _NS), _signed(_X, False)),)
    ours, theirs = (_chain(order, field) for order, field in ((us, "us"), (mx, "mx")))
    found = cases(
        (*ordering_forms(ours), *(extra_us if biting else ())), (*ordering_forms(theirs), *(extra_mx if biting else ()))
    )
    shown = [{_pattern(path) for path in case.paths} for case in found]
    some = tuple(name for name in MAP_PATTERNS if any(name in s for s in shown))
    witnesses = {name: next(c for c, s in zip(found, shown, strict=True) if name in s).witness() for name in some}
    everywhere = tuple(name for name in some if all(name in s for s in shown))
    forced = some[0] if len(some) == 1 and all(shown) else ""
    return PairPatterns(us, mx, 1, some, everywhere, forced, not all(shown), "proved", witnesses)


def _chain(order: Ordering, name: str) -> str:
    if set(order.outcomes) != set(OUTCOMES) or not order.is_strict:
        raise InputError(name, str(order), "a strict ordering of NE, NS, UA and UP, such as 'NE > UA > NS > UP'")
    rank = order.utilities()
    return " > ".join(sorted(OUTCOMES, key=lambda x: -rank[x]))


@dataclass(frozen=True)
class OrderingMap:
    """All 576 pairs, Washington's ordering first; ``pairs[24 * i + j]`` has Washington's i-th and Mexico's j-th ordering."""

    K: int
    evidence: str
    measure: str
    draws: int
    pairs: tuple[PairPatterns, ...]

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """For each pattern: in how many pairs some payoffs show it, all show it, and it is forced."""
        return {
            name: (
                sum(name in p.some for p in self.pairs),
                sum(name in p.all for p in self.pairs),
                sum(name == p.forced for p in self.pairs),
            )
            for name in MAP_PATTERNS
        }


def _orders() -> list[str]:
    return [" > ".join(chain) for chain in permutations(OUTCOMES)]


def ordering_map(*, biting: bool = False, done: Callable[[int], None] = lambda pairs: None) -> OrderingMap:
    """The 576 pairs with K = 1, proved; ``done`` is told how many pairs were added.

    Examples
    --------
    >>> ordering_map().counts()["cycle"][1:]        # no pair of orderings alone brings the cycle about for all payoffs
    (0, 0)
    """
    found = []
    orders = [Ordering(text) for text in _orders()]
    for us in orders:
        found += [pair_patterns(us, mx, biting=biting) for mx in orders]
        done(len(orders))
    return OrderingMap(1, "proved", "", 0, tuple(found))
