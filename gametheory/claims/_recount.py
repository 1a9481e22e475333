"""The checker of exhaustive certificates: lists the classes of orderings in its own way and asks the predicate again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from gametheory.claims.statements import Formula, evaluate, names_in, read_statement
from gametheory.errors import CertificateError

_MOST = 2_000_000


def _need(condition: bool, problem: str) -> None:
    if not condition:
        raise CertificateError(f"certificate: {problem}")


def _rankings(names: Sequence[str], given: Sequence[Formula]) -> Iterator[dict[str, Fraction]]:
    """Surjections onto 1..k, for every k: one for each weak order."""
    for ranks in product(range(1, len(names) + 1), repeat=len(names)):
        if len(set(ranks)) == max(ranks):
            point = dict(zip(names, map(Fraction, ranks), strict=True))
            if all(evaluate(f, point) for f in given):
                yield point


def recount(
    data: Mapping[str, Any],
    predicate: Callable[[Any], object] | None,
    model: Callable[[Mapping[str, Fraction]], Any] | None,
) -> str:
    """Check an exhaustive certificate; the predicate is the caller's, never taken from the certificate."""
    _need(data["evidence"] == ["exhaustive"], "the evidence is mislabelled")
    _need(predicate is not None, "its statement is a Python predicate, which must be given to check it")
    assert predicate is not None
    _need(data["ties"] is True, "ties must be included")
    given = [read_statement(text, field="given") for text in data["given"]]
    groups = [tuple(map(str, group)) for group in data["groups"]]
    flat = [name for group in groups for name in group]
    _need(len(set(flat)) == len(flat) and len(flat) <= 16, "the groups overlap, or are too large")
    total = 1
    for group in groups:
        total *= len(group) ** len(group)
    _need(total <= _MOST or all(len(group) <= 7 for group in groups), "there are too many classes")
    lists = []
    for group in groups:
        own = [f for f in given if names_in(f) <= set(group)]
        lists.append(list(_rankings(group, own)))
    _need(all(any(names_in(f) <= set(group) for group in groups) for f in given), "an assumption speaks of two groups")
    true = false = 0
    for parts in product(*lists):
        point = {name: x for part in parts for name, x in part.items()}
        if predicate(point if model is None else model(point)):
            true += 1
        else:
            false += 1
    _need(data["classes"] == true + false and data["tally"] == [true, false], "the classes were counted wrongly")
    verdict = "proved" if true and not false else "refuted" if false and not true else "mixed" if true else ""
    _need(data["verdict"] == verdict, f"the verdict should be {verdict!r}")
    for what, wanted, present in (("example", True, true), ("counterexample", False, false)):
        shown = data.get(what)
        _need((shown is not None) == bool(present), f"the {what} is missing or out of place")
        if shown is not None:
            _need(isinstance(shown, Mapping) and set(shown) == set(flat), f"the {what} is malformed")
            point = {name: Fraction(shown[name]) for name in flat}
            _need(all(evaluate(f, point) for f in given), f"the {what} does not satisfy the assumptions")
            answer = bool(predicate(point if model is None else model(point)))
            _need(answer is wanted, f"the {what} does not show what it should")
    condition = " and ".join(data["given"])
    word = {"proved": "true in all", "refuted": "false in all"}.get(verdict, f"true in {true}")
    of = "" if verdict in ("proved", "refuted") else " of"
    such = f"such that {condition}" if condition else "whatever they are"
    return f"{verdict.capitalize()}: {data['statement']} is {word}{of} {true + false} classes of orderings {such}."
