"""Every class of orderings, ties included: exhaustive proofs of what depends on orders alone.

A weak order of n outcomes is a list of classes of indifferent outcomes, best first; there are 1, 3, 13, 75, 541, 4683 of them for
n = 1 to 6 (Fubini numbers), n! of which are strict. For two players and two actions each there are 576 pairs of strict
and 5625 pairs of weak orders.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from gametheory.claims.certificate import FORMAT, seal, verify_certificate
from gametheory.claims.verdicts import Mixed, Proved, Refuted, Undecided, Verdict
from gametheory.errors import InputError
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    from gametheory.claims.claim import Claim

__all__ = ["Tally", "ordinal_games", "prove_by_classes", "stage_model", "tally", "weak_orders"]

Ranks = dict[str, int]
_MOST_OUTCOMES = 8


def weak_orders(
    outcomes: Sequence[str], comparisons: Sequence[tuple[str, str, str]] = (), *, ties: bool = True
) -> Iterator[Ranks]:
    """Every weak order that agrees with comparisons, as ranks (worst 1), in a fixed order.

    Parameters
    ----------
    outcomes : sequence of str
    comparisons : sequence of (better, link, worse)
        As in :attr:`gametheory.Ordering.comparisons`.
    ties : bool
        Whether outcomes that no comparison separates may tie; False leaves strict orders (and ties that are asked for).

    Examples
    --------
    >>> sum(1 for _ in weak_orders("abcd")), sum(1 for _ in weak_orders("abcd", ties=False))
    (75, 24)
    >>> list(weak_orders("abc", [("a", ">", "b"), ("b", "~", "c")]))
    [{'a': 2, 'b': 1, 'c': 1}]
    """
    names = tuple(outcomes)
    if len(names) > _MOST_OUTCOMES:
        raise InputError("outcomes", len(names), f"at most {_MOST_OUTCOMES} outcomes for one ordering")
    tied = {(a, b) for a, link, b in comparisons if link == "~"}

    def allowed(top: tuple[str, ...], left: tuple[str, ...]) -> bool:
        inside, rest = set(top), set(left)
        for a, link, b in comparisons:
            if b in inside and a in rest and (link == ">" or a not in inside):
                return False
            if link == "~" and a in inside and b in rest and b not in inside:
                return False
        if not ties and len(top) > 1:
            linked = {top[0]}
            while True:
                grown = linked | {y for x, y in tied if x in linked} | {x for x, y in tied if y in linked}
                if grown == linked:
                    break
                linked = grown
            return inside <= linked
        return True

    def classes(left: tuple[str, ...]) -> Iterator[list[tuple[str, ...]]]:
        if not left:
            yield []
        for size in range(1, len(left) + 1):
            for top in combinations(left, size):
                if allowed(top, left):
                    for rest in classes(tuple(x for x in left if x not in top)):
                        yield [top, *rest]

    for order in classes(names):
        rank = {x: len(order) - k for k, group in enumerate(order) for x in group}
        yield {x: rank[x] for x in names}


def ordinal_games(
    shape: tuple[int, int] = (2, 2),
    *,
    ties: bool = False,
    players: tuple[str, str] = ("row", "column"),
    actions: Sequence[Sequence[str]] = (),
    us: Ordering | None = None,
    mx: Ordering | None = None,
) -> Iterator[StageGame]:
    """Every two-player game of this shape in ranks, up to nothing: the same game with actions renamed comes again.

    Parameters
    ----------
    shape : (int, int)
        Numbers of actions; together at most 8 cells.
    ties : bool
        Whether a player may be indifferent between outcomes.
    players, actions :
        As in :class:`gametheory.StageGame`.
    us, mx : Ordering, optional
        What the row and column player's orders must agree with.

    Examples
    --------
    >>> sum(1 for _ in ordinal_games()), sum(1 for _ in ordinal_games(us=Ordering("00 > 01 > 10 > 11")))
    (576, 24)
    """
    m, n = shape
    blank = StageGame([[0] * n] * m, [[0] * n] * m, players, tuple(map(tuple, actions)))  # type: ignore[arg-type]
    flat = [label for row in blank.outcomes for label in row]
    orders = []
    for order in (us, mx):
        for label in order.outcomes if order else ():
            if label not in flat:
                raise InputError("ordering", label, f"outcomes of the game: {', '.join(flat)}")
        orders.append(list(weak_orders(flat, order.comparisons if order else (), ties=ties)))
    for u, v in product(*orders):
        a, b = ([[rank[x] for x in row] for row in blank.outcomes] for rank in (u, v))
        yield StageGame(a, b, players, blank.actions, ordinal=True)  # type: ignore[arg-type]


def stage_model(
    outcomes: Sequence[Sequence[str]], players: tuple[str, str] = ("row", "column")
) -> Callable[[Mapping[str, Fraction]], StageGame]:
    """What turns payoffs called ``player_outcome`` into a stage game: the ``model`` of a claim about games.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> table = [["NC", "NR"], ["UC", "UR"]]
    >>> us, mx = Ordering("UC > NC > UR > NR"), Ordering("NR > NC > UR > UC")
    >>> def one_pure_equilibrium(game):
    ...     rows, columns = game.best_responses()
    ...     return len(rows & columns) == 1
    >>> claim = Claim(one_pure_equilibrium, {"US": us, "MX": mx}, model=stage_model(table, ("US", "MX")), ordinal=True)
    >>> print(claim.prove())
    Proved [exhaustive]: one_pure_equilibrium (true in the one class of orderings...)
    """
    table = tuple(tuple(row) for row in outcomes)

    def build(payoffs: Mapping[str, Fraction]) -> StageGame:
        a, b = ([[payoffs[f"{player}_{x}"] for x in row] for row in table] for player in players)
        return StageGame(a, b, players, labels=table)  # type: ignore[arg-type]

    return build


@dataclass(frozen=True)
class Tally:
    """How many classes of orderings there are, and in how many a statement is true.

    ``shown`` is one class in which it is true, one in which it is false (or None); ``complete`` whether all were tried.
    """

    classes: int
    true: int
    example: Mapping[str, Fraction] | None
    counterexample: Mapping[str, Fraction] | None
    ties: bool
    complete: bool

    def __str__(self) -> str:
        kind = "weak orders (ties allowed)" if self.ties else "strict orders"
        note = "" if self.complete else "; not all classes were tried"
        return f"true in {self.true} of {self.classes} classes of {kind}{note}"


def groups_of(claim: Claim) -> list[tuple[tuple[str, ...], list[tuple[str, str, str]]]]:
    """The claim's outcomes, put together where one ordering after another speaks of them, with all comparisons."""
    found: list[tuple[dict[str, None], list[tuple[str, str, str]]]] = []
    from gametheory.claims.claim import _orderings

    for k, item in enumerate(claim.given):
        for prefix, order in _orderings(item, k):
            names = dict.fromkeys(prefix + label for label in order.outcomes)
            comparisons = [(prefix + a, link, prefix + b) for a, link, b in order.comparisons]
            for other in [g for g in found if g[0].keys() & names.keys()]:
                names, comparisons = {**other[0], **names}, [*other[1], *comparisons]
                found.remove(other)
            found.append((names, comparisons))
    return [(tuple(names), comparisons) for names, comparisons in found]


def tally(claim: Claim, *, ties: bool = True, deadline: float | None = None) -> Tally:
    """Try a statement in every class of orderings that agrees with its assumptions.

    Each ordering's (each player's) outcomes are ranked on their own: payoffs of different players are not compared. What is found holds
    for all payoffs only if the statement depends on orders alone.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> print(tally(Claim("a > c", Ordering("a > b; c"))))
    true in 3 of 5 classes of weak orders (ties allowed)
    """
    groups = groups_of(claim)
    covered = {name for names, _ in groups for name in names}
    loose = [name for name in claim.names if name not in covered]
    if loose:
        raise InputError(
            "parameters", ", ".join(loose), "outcomes of the orderings alone, where classes of orderings are tried"
        )
    orders = [list(weak_orders(names, comparisons, ties=ties)) for names, comparisons in groups]
    count = true = 0
    best: dict[bool, tuple[Any, dict[str, Fraction]]] = {}
    for parts in product(*orders):
        if deadline is not None and count % 64 == 0 and time.monotonic() > deadline:
            return Tally(count, true, _shown(best, True), _shown(best, False), ties, False)
        ranks = {name: rank for part in parts for name, rank in part.items()}
        point = {name: Fraction(ranks[name]) for name in claim.names}
        answer = claim._at(point)
        count += 1
        true += answer
        size = (max(point.values(), default=0), sum(point.values()))
        if answer not in best or size < best[answer][0]:
            best[answer] = size, point
    return Tally(count, true, _shown(best, True), _shown(best, False), ties, True)


def _shown(best: Mapping[bool, tuple[Any, dict[str, Fraction]]], which: bool) -> dict[str, Fraction] | None:
    return best[which][1] if which in best else None


def prove_by_classes(claim: Claim, *, deadline: float) -> Verdict:
    """The verdict on a predicate that depends on orders alone, by trying every class of orderings."""
    counted = tally(claim, deadline=deadline)
    common: dict[str, Any] = {"claim": claim, "tried": counted.classes}
    if not counted.complete:
        known = f"{counted} when the time was spent"
        if counted.counterexample is None:
            return Undecided(reason=known, evidence=("search",), example=counted.example, **common)
        common |= {"counterexample": counted.counterexample, "evidence": ("examples",), "reason": known}
        return (
            Refuted(everywhere=False, **common) if counted.example is None else Mixed(example=counted.example, **common)
        )
    if counted.classes == 0:
        from gametheory.claims.prove import contradiction

        found = contradiction(claim, deadline)
        if found is not None:
            return found
    kind = "proved" if counted.true == counted.classes else "refuted" if not counted.true else "mixed"
    text = lambda point: None if point is None else {name: str(x) for name, x in point.items()}  # noqa: E731
    certificate = seal(
        {
            "format": FORMAT,
            "verdict": kind,
            "statement": claim.text,
            "given": list(claim.given_texts),
            "evidence": ["exhaustive"],
            "groups": [list(names) for names, _ in groups_of(claim)],
            "ties": True,
            "classes": counted.classes,
            "tally": [counted.true, counted.classes - counted.true],
            "example": text(counted.example),
            "counterexample": text(counted.counterexample),
        }
    )
    verify_certificate(certificate, predicate=claim.statement, model=claim.model)  # type: ignore[arg-type]
    number = "the one class" if counted.classes == 1 else f"all {counted.classes} classes"
    common |= {"evidence": ("exhaustive",), "certificate": certificate, "smallest": True}
    if kind == "proved":
        return Proved(example=counted.example, reason=f"true in {number} of orderings", **common)
    if kind == "refuted":
        return Refuted(counterexample=counted.counterexample, reason=f"false in {number} of orderings", **common)
    return Mixed(example=counted.example, counterexample=counted.counterexample, reason=str(counted), **common)
