"""Trying payoffs: drawn by the rays of the cone of the assumptions, counted, and shrunk to a small counterexample.

A search that finds nothing proves nothing, so that it always says how many valid examples it tried. A share of payoff space
means nothing without a measure (there is no uniform draw from a cone), so that each is named and there are two.

References
----------
Claessen, K. and Hughes, J. (2000), QuickCheck: a lightweight tool for random testing of Haskell programs, *ICFP '00*.
Stanley, R. P. (1986), Two poset polytopes, *Discrete & Computational Geometry* 1, 9-23 (the order polytope).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.util import find_spec
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from gametheory.claims.cone import Cone
from gametheory.claims.statements import Formula, cells, evaluate
from gametheory.claims.verdicts import Mixed, Refuted, Undecided, Verdict, show_point
from gametheory.errors import InputError, UnsupportedError
from gametheory.games.preferences import Ordering

if TYPE_CHECKING:
    from gametheory.claims.claim import Claim

__all__ = ["Search", "Share", "prove_by_points", "search", "shares"]

_FEW = 30


@dataclass(frozen=True)
class Search:
    """What a search for a counterexample found.

    Attributes
    ----------
    claim : Claim
    counterexample : mapping or None
        Payoffs that satisfy the assumptions and at which the statement is false, made as simple as possible.
    valid : int
        Number of different valid examples at which the statement was tried before a counterexample appeared (all of
        them, where none did).
    rejected : int
        Draws thrown away, because of assumptions that are not linear.
    classes : int
        Number of different orders of the payoffs among the valid examples.
    classes_in_all : int or None
        How many orders (ties included) agree with the assumptions; None where that was not counted.
    """

    claim: Claim = field(repr=False)
    counterexample: Mapping[str, Fraction] | None
    valid: int
    rejected: int
    classes: int
    classes_in_all: int | None = None

    def __str__(self) -> str:
        covered = f"{self.classes} of {self.classes_in_all}" if self.classes_in_all else f"{self.classes}"
        seen = f"{covered} orders of the payoffs; {self.rejected} draws thrown away"
        if self.counterexample is not None:
            tried = f"after {self.valid} valid examples ({seen})"
            return f"Counterexample to {self.claim.text}: {show_point(self.counterexample)}, {tried}"
        if self.valid < _FEW:
            head = f"Hardly tried: only {self.valid} valid examples ({seen}), in which {self.claim.text} is true."
            return f"{head} This says next to nothing."
        return f"No counterexample to {self.claim.text} among {self.valid} valid examples ({seen}). This is no proof."


class _Failed(Exception):
    """Raised inside Hypothesis when the statement is false."""


def search(claim: Claim, *, examples: int = 200, seed: int = 0, wanted: bool = False, seconds: float = 60.0) -> Search:
    """See :meth:`gametheory.claims.Claim.search`.

    Parameters
    ----------
    claim : Claim
    examples, seed : int
    wanted : bool
        Look for a point at which the statement has this truth value.
    seconds : float
        No new examples after so long.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> found = search(Claim("T + S < 2*R", Ordering("T > R > P > S")))
    >>> Claim("T + S < 2*R", Ordering("T > R > P > S")).holds_at(found.counterexample)
    False
    """
    try:
        import hypothesis
        from hypothesis import HealthCheck, Phase, Verbosity, given, settings
    except ImportError:  # pragma: no cover - an optional dependency
        raise UnsupportedError("search", "hypothesis is not installed", "pip install hypothesis") from None
    from gametheory.hypothesis_strategies import cone_points

    if type(examples) is not int or examples < 1:
        raise InputError("examples", examples, "a whole number, 1 or more")
    cone = Cone.of(claim.assumptions, claim.names)
    deadline = time.monotonic() + seconds
    seen: set[tuple[Fraction, ...]] = set()
    classes: set[tuple[int, ...]] = set()
    state: dict[str, Any] = {"found": None, "rejected": 0}

    def attempt(point: dict[str, Fraction]) -> None:
        if state["found"] is None and time.monotonic() > deadline:
            return
        if not all(evaluate(f, point) for f in claim.assumptions):
            state["rejected"] += state["found"] is None
            hypothesis.reject()
        if state["found"] is None:
            values = tuple(point.values())
            seen.add(values)
            ranks = {x: k for k, x in enumerate(sorted(set(values)))}
            classes.add(tuple(ranks[x] for x in values))
        if claim._at(point) is wanted:
            state["found"] = point
            raise _Failed

    options = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    try:
        hypothesis.seed(seed)(options(given(cone_points(cone))(attempt)))()
    except _Failed:
        pass
    except hypothesis.errors.Unsatisfiable:
        pass
    return Search(claim, state["found"], len(seen), state["rejected"], len(classes), _classes_in_all(claim))


def _classes_in_all(claim: Claim) -> int | None:
    """How many weak orders of all names agree with the assumptions, where these are orders of few names."""
    from gametheory.claims.ordinal import groups_of, weak_orders

    groups = groups_of(claim)
    if len(groups) != 1 or set(groups[0][0]) != set(claim.names) or len(claim.names) > 5:
        return None
    if len(claim.given_texts) != len(dict.fromkeys(groups[0][1])):
        return None
    return sum(1 for _ in weak_orders(*groups[0]))


# --- verdicts on predicates -------------------------------------------------------------------------------------------


def prove_by_points(claim: Claim, *, deadline: float, examples: int = 200) -> Verdict:
    """The verdict on a Python predicate: small whole numbers first, then a search. It can refute, never prove."""
    from gametheory.claims.prove import contradiction
    from gametheory.claims.witnesses import small_points

    points = small_points(cells(list(claim.assumptions)), claim.names, most=300)
    tried = 0
    found: dict[bool, dict[str, Fraction]] = {}
    for point in points:
        answer = claim._at(point)
        tried += 1
        found.setdefault(answer, point)
        if len(found) == 2 or time.monotonic() > deadline:
            break
    smallest = bool(found)
    for wanted in (False, True):
        if wanted not in found and not (wanted and tried and False in found and time.monotonic() > deadline):
            left = max(0.5, deadline - time.monotonic())
            if not points and tried == 0 and wanted is False:
                known = contradiction(claim, deadline)
                if known is not None:
                    return known
            if find_spec("hypothesis") is None:
                continue  # an optional dependency: the small whole numbers have to do
            result = search(claim, examples=examples, wanted=wanted, seconds=left)
            tried += result.valid
            if result.counterexample is not None:
                found[wanted] = dict(result.counterexample)
                smallest = False
    common: dict[str, Any] = {"claim": claim, "tried": tried, "smallest": smallest}
    if len(found) == 2:
        return Mixed(evidence=("examples",), example=found[True], counterexample=found[False], **common)
    if False in found:
        reason = f"true at none of {tried} valid examples"
        return Refuted(evidence=("examples",), counterexample=found[False], everywhere=False, reason=reason, **common)
    number = f"only {tried}" if tried < _FEW else str(tried)
    reason = f"true at {number} valid examples, which is no proof"
    return Undecided(evidence=("search",), example=found.get(True), reason=reason, **common)


# --- shares of payoff space -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """The share of payoffs at which a statement is true, under a named measure.

    Attributes
    ----------
    share : float
        Estimated from draws.
    error : float
        One standard error.
    draws : int
        Draws that satisfy all assumptions.
    rejected : int
    measure : str
        How payoffs were drawn.
    """

    share: float
    error: float
    draws: int
    rejected: int
    measure: str

    def __str__(self) -> str:
        note = f"; {self.rejected} draws thrown away" if self.rejected else ""
        return f"{self.share:.3f} (+- {self.error:.3f}, {self.draws} draws{note}) with {self.measure}"


def shares(claim: Claim, *, draws: int = 2000, seed: int = 0) -> tuple[Share, ...]:
    """The share of payoffs at which a statement is true, under two measures.

    Parameters
    ----------
    claim : Claim
        Its assumptions are orderings, of at most nine classes each, and bounds on parameters; others are met by rejection.
    draws, seed : int

    Returns
    -------
    tuple of two Share
        Payoffs uniform on the order polytope (independent and uniform on [0, 1], given the orderings), and payoffs independent and
        exponential, given the orderings. Parameters are uniform between their bounds in both.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> for share in shares(Claim("2*R > T + P", Ordering("T > R > P")), draws=400):
    ...     print(share)                                              # doctest: +ELLIPSIS
    0.5... with payoffs uniform on the order polytope; ...
    0.3... with payoffs independent and exponential, given the orderings
    """
    groups = _merged(claim)
    covered = {label for prefix_names, _ in groups for label in prefix_names}
    bounds = _bounds(claim, [name for name in claim.names if name not in covered])
    found = []
    uniform: Callable[[random.Random], float] = random.Random.random
    exponential: Callable[[random.Random], float] = lambda rng: -log(1 - rng.random())  # noqa: E731
    text = "payoffs uniform on the order polytope; that is, independent and uniform on [0, 1], given the orderings"
    for measure, draw in ((text, uniform), ("payoffs independent and exponential, given the orderings", exponential)):
        rng = random.Random(seed)
        true = valid = rejected = 0
        while valid < draws and rejected < 50 * draws:
            point: dict[str, Fraction] = {}
            for _, extensions in groups:
                classes = extensions[rng.randrange(len(extensions))]
                values = sorted((Fraction(draw(rng)) for _ in classes), reverse=True)
                for members, x in zip(classes, values, strict=True):
                    point |= dict.fromkeys(members, x)
            for name, (low, high) in bounds.items():
                point[name] = low + (high - low) * Fraction(rng.random())
            if not all(evaluate(f, point) for f in claim.assumptions):
                rejected += 1
                continue
            valid += 1
            true += claim._at({name: point[name] for name in claim.names})
        if not valid:
            raise InputError("given", str(claim), f"assumptions that some of {rejected} draws satisfy")
        p = true / valid
        found.append(Share(p, sqrt(p * (1 - p) / valid), valid, rejected, measure))
    return tuple(found)


def _merged(claim: Claim) -> list[tuple[tuple[str, ...], list[list[tuple[str, ...]]]]]:
    """For each group of outcomes, every strict order (best first) of its classes of indifferent outcomes."""
    from gametheory.claims.ordinal import groups_of

    found = []
    for names, comparisons in groups_of(claim):
        text = "; ".join([*(f"{a} {link} {b}" for a, link, b in comparisons), *names])
        order = Ordering(text)
        homes: list[list[str]] = []
        for name in names:
            home = next((h for h in homes if order.indifferent(h[0], name)), None)
            if home is None:
                homes.append([name])
            else:
                home.append(name)
        if len(homes) > 9:
            raise UnsupportedError("given", f"{len(homes)} classes of outcomes", "at most nine in one ordering")
        parts = {h[0]: tuple(h) for h in homes}
        links = [f"{a} > {b}" for a in parts for b in parts if a != b and order.implies_weakly(a, b)]
        plain = Ordering("; ".join([*links, *parts]))
        extensions = [[parts[x] for x in o.outcomes] for o in plain.linear_extensions()]
        found.append((names, extensions))
    return found


def _bounds(claim: Claim, names: list[str]) -> dict[str, tuple[Fraction, Fraction]]:
    """The numbers between which parameters lie."""
    low: dict[str, Fraction] = {}
    high: dict[str, Fraction] = {}

    def read(f: Formula) -> None:
        for part in f.parts if f.kind == "and" else ():
            read(part)
        if f.atom is not None and f.atom[1] != "==":
            named = [m for m in f.atom[0] if m]
            if len(named) == 1 and len(named[0]) == 1 and named[0][0][1] == 1:
                name, c = named[0][0][0], f.atom[0][named[0]]
                at = -f.atom[0].get((), Fraction(0)) / c
                if c > 0:
                    low[name] = max(low.get(name, at), at)
                else:
                    high[name] = min(high.get(name, at), at)

    for f in claim.assumptions:
        read(f)
    loose = [name for name in names if name not in low or name not in high]
    if loose:
        raise InputError(
            "given",
            ", ".join(loose),
            "an ordering, or two bounds such as '0 < c < 1', for every name: a share needs a measure",
        )
    return {name: (low[name], high[name]) for name in names}
