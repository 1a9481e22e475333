"""A checker of stored proofs of claims that shares nothing with the provers.

A certificate is a JSON object. It holds the claim (statement and assumptions as text), the verdict, and what proves it:

``example``, ``counterexample``
    Payoffs, as text of rational numbers, at which the assumptions hold and the statement is true, or false.
``refutations``
    One for each way (*cell*) in which the assumptions could hold together with the statement's negation (verdict
    proved), with the statement (refuted everywhere), or at all (contradictory). A cell is a list of polynomial
    conditions; a refutation is an identity: non-negative multiples of products of these conditions that add up to the
    polynomial 0 although one of the products is positive. For conditions and multiples of degree one this is Farkas'
    lemma; in general it is a certificate of Handelman's kind. ``eliminate`` uses linear equations to
    remove variables first; ``lemmas`` are conditions proved on the way, and factors of known sign that cancel.

The checker reads the text, forms the cells and multiplies out, in rational arithmetic on plain dictionaries.

References
----------
Farkas, J. (1902), Theorie der einfachen Ungleichungen, *J. reine angew. Math.* 124, 1-27.
Handelman, D. (1988), Representing polynomials by positive linear functions on compact convex polyhedra,
*Pacific J. Math.* 132, 35-62.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from gametheory.claims.statements import (
    MAX_DEGREE,
    MAX_TERMS,
    Atom,
    Monomial,
    Polynomial,
    add,
    cells,
    constant,
    evaluate,
    multiply,
    names_in,
    negation,
    read_statement,
)
from gametheory.errors import CertificateError, InputError, InputTypeError

__all__ = ["FORMAT", "labels_of", "seal", "verify_certificate"]

FORMAT = "gametheory certificate 1"


def seal(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """The certificate with a digest of its contents, so that an accidental change is noticed."""
    body = {k: v for k, v in certificate.items() if k != "digest"}
    return {**body, "digest": _digest(body)}


def _digest(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _need(condition: bool, problem: str) -> None:
    if not condition:
        raise CertificateError(f"certificate: {problem}")


def verify_certificate(
    source: str | Path | Mapping[str, Any],
    *,
    predicate: Callable[[Any], object] | None = None,
    model: Callable[[Mapping[str, Fraction]], Any] | None = None,
) -> str:
    """Check a stored certificate from the claim's text alone, and say what it proves.

    Parameters
    ----------
    source : path, or the certificate itself as a mapping
    predicate, model : callables
        Needed for a claim that is a Python predicate (evidence "exhaustive"): the classes of orderings are listed and the
        predicate is asked again. No code is ever taken from the certificate.

    Returns
    -------
    str
        One sentence.

    Raises
    ------
    CertificateError
        If anything in it does not hold.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> certificate = Claim("T > P", given=["T > R", "R > P"]).prove().certificate
    >>> verify_certificate(certificate)
    'Proved: T > P, for all values such that T > R and R > P.'
    >>> bad = {**certificate, "statement": "T > 2*P"}
    >>> verify_certificate(bad)
    Traceback (most recent call last):
        ...
    gametheory.errors.CertificateError: certificate: its contents do not match its digest
    """
    data = _load(source)
    _need(isinstance(data, Mapping), "it is not a JSON object")
    try:
        return _verify(data, predicate, model)
    except CertificateError:
        raise
    except (InputError, InputTypeError) as error:
        raise CertificateError(f"certificate: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError, RecursionError) as error:
        raise CertificateError(f"certificate: it is malformed ({type(error).__name__}: {error})") from None


def _load(source: str | Path | Mapping[str, Any]) -> Any:
    if isinstance(source, Mapping):
        return source
    if not isinstance(source, (str, PathLike)):
        raise InputTypeError(
            "source", source, "a file, or a certificate as a mapping; a verdict is checked by verdict.verify()"
        )
    path = Path(source)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CertificateError(f"certificate: {path} cannot be read ({error})") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"certificate: {path} is no JSON ({error})") from None


_FIELDS = {
    "format",
    "digest",
    "verdict",
    "statement",
    "given",
    "evidence",
    "example",
    "counterexample",
    "refutations",
    "conflict",
    "classes",
    "ties",
    "groups",
    "tally",
}


def _verify(
    data: Mapping[str, Any],
    predicate: Callable[[Any], object] | None,
    model: Callable[[Mapping[str, Fraction]], Any] | None,
) -> str:
    _need(data.get("format") == FORMAT, f"its format is not {FORMAT!r}")
    unknown = sorted(map(str, set(data) - _FIELDS))
    _need(not unknown, f"unknown fields {unknown}")
    _need(
        data.get("digest") == _digest({k: v for k, v in data.items() if k != "digest"}),
        "its contents do not match its digest",
    )
    if data.get("classes") is not None:
        from gametheory.claims._recount import recount

        return recount(data, predicate, model)
    statement_text, given_texts = data["statement"], data["given"]
    _need(isinstance(given_texts, list) and all(isinstance(t, str) for t in given_texts), "'given' is no list of texts")
    given = [read_statement(t, field="given") for t in given_texts]
    condition = " and ".join(given_texts)
    such = f", for all values such that {condition}" if condition else ", for all values"
    verdict = data["verdict"]
    if verdict == "contradictory":
        conflict = data["conflict"]
        _need(
            isinstance(conflict, list) and all(t in given_texts for t in conflict),
            "the conflict is no part of the assumptions",
        )
        _refuted(cells([read_statement(t, field="conflict") for t in conflict]), data["refutations"], data["evidence"])
        return f"Contradictory: {' and '.join(conflict)} cannot hold together."
    statement = read_statement(statement_text)
    names = frozenset().union(names_in(statement), *map(names_in, given))
    if verdict in ("proved", "mixed"):
        point = _point(data["example"], names, "example")
        _need(all(evaluate(f, point) for f in given), "the example does not satisfy the assumptions")
        _need(evaluate(statement, point), "the statement is false at the example")
    if verdict in ("refuted", "mixed"):
        point = _point(data["counterexample"], names, "counterexample")
        _need(all(evaluate(f, point) for f in given), "the counterexample does not satisfy the assumptions")
        _need(not evaluate(statement, point), "the statement is true at the counterexample")
    if verdict == "proved":
        _need(data.get("counterexample") is None, "a proved claim has no counterexample")
        _refuted(cells([*given, negation(statement)]), data["refutations"], data["evidence"])
        return f"Proved: {statement_text}{such}."
    if verdict == "refuted":
        _need(data.get("example") is None, "a claim that never holds has no example")
        _refuted(cells([*given, statement]), data["refutations"], data["evidence"])
        return f"Refuted: {statement_text} is false{such}."
    _need(verdict == "mixed", f"unknown verdict {verdict!r}")
    _need(not data.get("refutations"), "two examples need no refutation")
    _need(data["evidence"] == ["examples"], "the evidence is mislabelled")
    return f"Mixed: {statement_text} is true at some and false at other values such that {condition or 'they are numbers'}."


def _point(data: Any, names: Iterable[str], what: str) -> dict[str, Fraction]:
    _need(isinstance(data, Mapping), f"the {what} is missing")
    _need(set(data) == set(names), f"the {what} does not give one value for each name")
    return {name: _fraction(data[name]) for name in data}


def _fraction(text: Any) -> Fraction:
    _need(
        isinstance(text, str) and len(text) < 8000 and re.fullmatch(r"-?\d+(/[1-9]\d*)?", text) is not None,
        f"{str(text)[:60]!r} is no rational number",
    )
    return Fraction(text)


def _refuted(ways: Sequence[tuple[Atom, ...]], refutations: Any, evidence: Any) -> None:
    """Every way is refuted by the refutation that stands at its place."""
    _need(isinstance(refutations, list) and len(refutations) == len(ways), f"there should be {len(ways)} refutations")
    labels = {_refute(way, proof) for way, proof in zip(ways, refutations, strict=True)} or {"Farkas"}  # 0 > 0 itself
    _need(sorted(labels) == evidence, f"its evidence should read {sorted(labels)}")


def _refute(way: Sequence[Atom], proof: Any) -> str:
    """Check one refutation; returns its kind: "Farkas", "gap" or "Handelman"."""
    _need(isinstance(proof, Mapping) and not set(proof) - {"eliminate", "lemmas", "terms"}, "a refutation is malformed")
    conditions = list(way)
    for k, name in proof.get("eliminate", []):
        _need(type(k) is int and 0 <= k < len(conditions), "no such equation")
        p, op = conditions[k]
        _need(op == "==", "only equations can be solved")
        alone = {m: c for m, c in p.items() if any(n == name for n, _ in m)}
        _need(list(alone) == [((name, 1),)], f"the equation cannot be solved for {name}")
        rest = add({}, {m: c for m, c in p.items() if m not in alone}, -1 / alone[((name, 1),)])
        conditions = [(_replaced(q, name, rest), o) for q, o in conditions]
    degrees = []
    for lemma in proof.get("lemmas", []):
        if "cancel" in lemma:
            of, by = lemma["cancel"]
            _need(all(type(k) is int and 0 <= k < len(conditions) for k in (of, by)), "no such condition")
            p, op = conditions[of]
            q, sign = conditions[by]
            _need(sign == ">", "only positive factors cancel")
            left = _read_polynomial(lemma["leaves"])
            _need(multiply(q, left) == p, "the factors do not multiply to the condition")
            conditions.append((left, op))
        else:
            p = _read_polynomial(lemma["positive"])
            degrees.append(_identity([*conditions, (add({}, p, -1), ">=")], lemma["terms"]))
            conditions.append((p, ">"))
    degrees.append(_identity(conditions, proof["terms"]))
    return {1: "Farkas", 2: "gap", 3: "Handelman"}[max(degrees)]


def _identity(conditions: Sequence[Atom], terms: Any) -> int:
    """Check that the terms add up to zero and that one is positive; returns 1 (Farkas), 2 (gap) or 3 (Handelman)."""
    _need(isinstance(terms, list) and 0 < len(terms) <= MAX_TERMS, "a refutation without terms")
    total: Polynomial = {}
    positive = products = curved_products = squares = False
    store: dict[tuple[int, ...], Polynomial] = {(): constant(1)}
    linear = [all(sum(e for _, e in m) <= 1 for m in p) for p, _ in conditions]
    multiplied: set[int] = set()
    curved: set[int] = set()
    for coefficient, factors, *rest in terms:
        c = _fraction(coefficient)
        _need(len(rest) <= 1, "a term is malformed")
        _need(all(type(k) is int and 0 <= k < len(conditions) for k in factors), "no such condition")
        _need(len(factors) <= MAX_DEGREE, "too many factors")
        equation = any(conditions[k][1] == "==" for k in factors)
        _need(c != 0 and (c > 0 or equation), "a negative multiple of an inequality")
        positive = positive or (not rest and all(conditions[k][1] == ">" for k in factors))
        products |= len(factors) > 1
        curved_products |= len(factors) > 1 and any(not linear[k] for k in factors)
        multiplied |= set(factors) if len(factors) > 1 else set()
        curved |= {k for k in factors if not linear[k]}
        at = tuple(factors)
        part = _product(at, conditions, store)
        if rest:  # the square of a polynomial
            root = _read_polynomial(rest[0])
            part, squares = multiply(part, multiply(root, root)), True
        total = add(total, part, c)
    _need(not total, "the terms of a refutation do not add up to zero")
    _need(positive, "no term of a refutation is positive")
    if squares:
        return 3
    if not products:
        return 1 if not curved else 2
    forms = [conditions[k][0] for k in multiplied if linear[k]]
    return 3 if curved_products or len(curved) > 1 or not _independent(forms) else 2


def _independent(forms: Sequence[Polynomial]) -> bool:
    """Whether linear forms are linearly independent."""
    reduced: list[tuple[Monomial, Polynomial]] = []
    for form in forms:
        for m, other in reduced:
            if m in form:
                form = add(form, other, -form[m] / other[m])
        if not form:
            return False
        reduced.append((next(iter(form)), form))
    return True


def _product(at: tuple[int, ...], conditions: Sequence[Atom], store: dict[tuple[int, ...], Polynomial]) -> Polynomial:
    if at not in store:
        store[at] = multiply(_product(at[:-1], conditions, store), conditions[at[-1]][0])
    return store[at]


def _replaced(p: Polynomial, name: str, by: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for m, c in p.items():
        e = dict(m).get(name, 0)
        part: Polynomial = {tuple(x for x in m if x[0] != name): c}
        for _ in range(e):
            part = multiply(part, by)
        total = add(total, part)
    return total


def _read_polynomial(text: Any) -> Polynomial:
    _need(isinstance(text, str), "a polynomial is missing")
    formula = read_statement(f"({text}) > 0", field="polynomial")
    _need(formula.atom is not None, "no polynomial")
    return formula.atom[0]  # type: ignore[index]


def labels_of(data: Mapping[str, Any]) -> list[str]:
    """The kinds of the refutations in a certificate, each of which is checked on the way."""
    if data["verdict"] == "contradictory":
        formulas = [read_statement(t) for t in data["conflict"]]
    else:
        statement = read_statement(data["statement"])
        formulas = [read_statement(t) for t in data["given"]]
        formulas.append(negation(statement) if data["verdict"] == "proved" else statement)
    ways = cells(formulas)
    return sorted({_refute(way, proof) for way, proof in zip(ways, data["refutations"], strict=True)} or {"Farkas"})
