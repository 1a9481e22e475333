"""The meaning of a claim's text, and a checker of stored proofs that shares nothing with the provers.

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

Meaning of text: comparisons of quotients of polynomials, joined by ``and``, ``or``, ``not``; ``==`` between two conditions
means that both hold or neither does. A comparison in which something is divided by zero does not hold.

References
----------
Farkas, J. (1902), Theorie der einfachen Ungleichungen, *J. reine angew. Math.* 124, 1-27.
Handelman, D. (1988), Representing polynomials by positive linear functions on compact convex polyhedra,
*Pacific J. Math.* 132, 35-62.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from gametheory.errors import CertificateError, InputError, InputTypeError

__all__ = [
    "Atom",
    "Formula",
    "Polynomial",
    "cells",
    "evaluate",
    "names_in",
    "negation",
    "read_statement",
    "seal",
    "show_atom",
    "show_polynomial",
    "verify_certificate",
]

FORMAT = "gametheory certificate 1"

#: Exponents of variables, sorted by name.
Monomial: TypeAlias = tuple[tuple[str, int], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]
#: A polynomial compared with zero by ">", ">=" or "==".
Atom: TypeAlias = tuple[Polynomial, str]

_MAX_TEXT, _MAX_DEPTH, _MAX_TERMS, _MAX_DEGREE, _MAX_BITS, _MAX_CELLS = 20_000, 80, 20_000, 60, 20_000, 600


# --- polynomials on dictionaries --------------------------------------------------------------------------------------


def constant(x: Fraction | int) -> Polynomial:
    """The constant polynomial."""
    return {(): Fraction(x)} if x else {}


def variable(name: str) -> Polynomial:
    """The polynomial that is this variable."""
    return {((name, 1),): Fraction(1)}


def add(a: Polynomial, b: Polynomial, factor: Fraction | int = 1) -> Polynomial:
    """``a + factor * b``."""
    total = dict(a)
    for m, c in b.items():
        value = total.get(m, Fraction(0)) + factor * c
        if value:
            total[m] = value
        else:
            total.pop(m, None)
    return total


def multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product; refused when it grows beyond all use."""
    if len(a) * len(b) > 40 * _MAX_TERMS:
        raise InputError("expression", f"{len(a)} times {len(b)} terms", "products of fewer terms")
    total: Polynomial = {}
    for m, c in a.items():
        for n, d in b.items():
            if not m or not n:
                k = m or n
            else:
                powers = dict(m)
                for name, e in n:
                    powers[name] = powers.get(name, 0) + e
                k = tuple(sorted(powers.items()))
            value = c * d
            total[k] = total[k] + value if k in total else value
    total = {m: c for m, c in total.items() if c}
    if len(total) > _MAX_TERMS or any(sum(e for _, e in m) > _MAX_DEGREE for m in total):
        raise InputError("expression", "...", f"at most {_MAX_TERMS} terms, of degree at most {_MAX_DEGREE}")
    if any(c.numerator.bit_length() + c.denominator.bit_length() > _MAX_BITS for c in total.values()):
        raise InputError("expression", "...", f"numbers of at most {_MAX_BITS} bits")
    return total


def value_at(p: Polynomial, point: Mapping[str, Fraction]) -> Fraction:
    """The value at rational numbers."""
    total = Fraction(0)
    for m, c in p.items():
        for name, e in m:
            c = c * point[name] ** e
        total += c
    return total


def show_polynomial(p: Polynomial) -> str:
    """As text that :func:`read_statement` understands.

    Examples
    --------
    >>> show_polynomial({(("R", 1),): Fraction(2), (("T", 2),): Fraction(-1, 3)})
    '-1/3*T**2 + 2*R'
    """
    if not p:
        return "0"
    parts = []
    for m in sorted(p, key=lambda m: (-sum(e for _, e in m), m)):
        c, size = p[m], abs(p[m])
        names = [name if e == 1 else f"{name}**{e}" for name, e in m]
        body = "*".join(([str(size)] if size != 1 or not names else []) + names)
        parts.append(("- " if c < 0 else "+ ") + body)
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


def show_atom(atom: Atom) -> str:
    """A condition as text, with positive terms on both sides."""
    p, op = atom
    up = {m: c for m, c in p.items() if c > 0}
    down = {m: -c for m, c in p.items() if c < 0}
    if not up and op != "==":
        return f"{show_polynomial(down)} {op.replace('>', '<')} 0"
    return f"{show_polynomial(up)} {op} {show_polynomial(down)}"


# --- what the text means ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Formula:
    """A condition (kind "atom"), or formulas joined by "and" or "or".

    ``undefined`` marks, for display alone, the conditions that stem from a denominator.
    """

    kind: str
    atom: Atom | None = None
    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class _Quotient:
    top: Polynomial
    bottom: Polynomial
    divisors: tuple[Polynomial, ...] = ()  # everything that was divided by


_EXPECTED = "comparisons of arithmetic, such as 'T + S < 2*R', joined by 'and', 'or', 'not'"
_COMPARE: dict[type, str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_statement(text: str, *, field: str = "statement") -> Formula:
    """Read a statement; nothing in it is evaluated as code.

    Parameters
    ----------
    text : str
        Comparisons of quotients of polynomials, joined by ``and``, ``or``, ``not``; chains such as ``0 < d < 1``; ``==``
        between two conditions in parentheses means "exactly when".
    field : str
        What it is, for the error message.

    Raises
    ------
    InputError

    Examples
    --------
    >>> show_atom(read_statement("T + S < 2*R").atom)
    '2*R > S + T'
    >>> read_statement("__import__('os').getcwd() > 0")
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: statement: got "__import__('os').getcwd() > 0"; expected comparisons ...
    """
    if not isinstance(text, str):
        raise InputTypeError(field, text, _EXPECTED)
    if len(text) > _MAX_TEXT:
        raise InputError(field, text, f"at most {_MAX_TEXT} characters")
    if not text.isascii():
        raise InputError(field, text, "ASCII characters only")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InputError(field, text, _EXPECTED) from None
    try:
        return _condition(tree, text.strip(), 0)
    except InputError as error:
        raise InputError(field, text, error.expected) from None


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _condition(node: ast.expr, text: str, depth: int) -> Formula:
    if depth > _MAX_DEPTH:
        raise InputError("statement", text, f"at most {_MAX_DEPTH} nested conditions")
    if isinstance(node, ast.BoolOp):
        parts = tuple(_condition(part, text, depth + 1) for part in node.values)
        return Formula("and" if isinstance(node.op, ast.And) else "or", None, parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return negation(_condition(node.operand, text, depth + 1))
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
        sides = [node.left, *node.comparators]
        if len(sides) == 2 and all(map(_is_condition, sides)) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            a, b = (_condition(side, text, depth + 1) for side in sides)
            if isinstance(node.ops[0], ast.NotEq):
                b = negation(b)
            both, neither = Formula("and", None, (a, b)), Formula("and", None, (negation(a), negation(b)))
            return Formula("or", None, (both, neither))
        values = [_arithmetic(side, text, depth + 1) for side in sides]
        parts = tuple(
            _compare(a, _COMPARE[type(op)], b) for a, op, b in zip(values, node.ops, values[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else Formula("and", None, parts)
    raise InputError("statement", text, _EXPECTED)


def _compare(a: _Quotient, op: str, b: _Quotient) -> Formula:
    if op in ("<", "<="):
        a, b, op = b, a, op.replace("<", ">")
    top = add(multiply(a.top, b.bottom), multiply(b.top, a.bottom), -1)
    bottom = multiply(a.bottom, b.bottom)
    divisors = [d for d in (*a.divisors, *b.divisors) if d.keys() - {()}]
    if not divisors:
        return _atom(top if bottom[()] > 0 else add({}, top, -1), op)
    signed = multiply(top, bottom)
    product = constant(1)
    for d in divisors:
        product = multiply(product, d)
    if op == ">" and bottom == product:  # then the comparison's own truth says that no divisor is zero
        return _atom(signed, ">")
    nonzero = tuple(_atom(d, "!=") for d in divisors)
    first = _atom(signed, op) if op in (">", ">=") else _atom(top, op)
    return Formula("and", None, (first, *nonzero))


def _atom(p: Polynomial, op: str) -> Formula:
    if op == "!=":
        return Formula("or", None, (Formula("atom", (p, ">")), Formula("atom", (add({}, p, -1), ">"))))
    return Formula("atom", (p, op))


def _number(node: ast.Constant, text: str) -> Fraction:
    source = (ast.get_source_segment(text, node) or repr(node.value)).replace("_", "")
    try:
        if isinstance(node.value, int):
            return Fraction(node.value)
        number = Decimal(source)
    except (ValueError, ArithmeticError):
        raise InputError("statement", text, "decimal numbers") from None
    if abs(number.adjusted()) > 400 or len(source) > 400:
        raise InputError("statement", text, "numbers of fewer than 400 digits")
    return Fraction(number)


def _arithmetic(node: ast.expr, text: str, depth: int) -> _Quotient:
    if depth > _MAX_DEPTH:
        raise InputError("statement", text, f"at most {_MAX_DEPTH} nested operations")
    one = constant(1)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _Quotient(constant(_number(node, text)), one)
    if isinstance(node, ast.Name):
        return _Quotient(variable(node.id), one)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _arithmetic(node.operand, text, depth + 1)
        sign = -1 if isinstance(node.op, ast.USub) else 1
        return _Quotient(add({}, inner.top, sign), inner.bottom, inner.divisors)
    if isinstance(node, ast.BinOp):
        a, b = (_arithmetic(side, text, depth + 1) for side in (node.left, node.right))
        divisors = (*a.divisors, *b.divisors)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            sign = 1 if isinstance(node.op, ast.Add) else -1
            if a.bottom == b.bottom:
                return _Quotient(add(a.top, b.top, sign), a.bottom, divisors)
            top = add(multiply(a.top, b.bottom), multiply(b.top, a.bottom), sign)
            return _Quotient(top, multiply(a.bottom, b.bottom), divisors)
        if isinstance(node.op, ast.Mult):
            return _Quotient(multiply(a.top, b.top), multiply(a.bottom, b.bottom), divisors)
        if isinstance(node.op, ast.Div):
            return _divide(a, b, divisors, text)
        if isinstance(node.op, ast.Pow) and not (b.top.keys() - {()}) and b.bottom == one:
            power = b.top.get((), Fraction(0))
            if power.denominator == 1 and abs(power) <= 20:
                result = _Quotient(one, one, a.divisors)
                for _ in range(abs(int(power))):
                    result = _Quotient(multiply(result.top, a.top), multiply(result.bottom, a.bottom), a.divisors)
                return result if power >= 0 else _divide(_Quotient(one, one), result, (*a.divisors,), text, a.top)
    raise InputError("statement", text, "numbers, names, + - * /, parentheses and powers with a small whole exponent")


def _divide(
    a: _Quotient, b: _Quotient, divisors: tuple[Polynomial, ...], text: str, base: Polynomial | None = None
) -> _Quotient:
    if not b.top:
        raise InputError("statement", text, "no division by zero")
    if not (b.top.keys() - {()}):  # by a number
        return _Quotient(
            add({}, multiply(a.top, b.bottom), 1 / b.top[()]), a.bottom, divisors
        )
    by = b.top if base is None else base
    return _Quotient(multiply(a.top, b.bottom), multiply(a.bottom, b.top), (*divisors, by))


def negation(f: Formula) -> Formula:
    """The formula that holds exactly where this one does not.

    Examples
    --------
    >>> show_atom(negation(read_statement("a > b")).atom)
    'b >= a'
    """
    if f.kind == "atom" and f.atom is not None:
        p, op = f.atom
        if op == "==":
            return _atom(p, "!=")
        return Formula("atom", (add({}, p, -1), ">=" if op == ">" else ">"))
    return Formula("or" if f.kind == "and" else "and", None, tuple(map(negation, f.parts)))


def names_in(f: Formula) -> frozenset[str]:
    """Names of the variables."""
    if f.atom is not None:
        return frozenset(name for m in f.atom[0] for name, _ in m)
    return frozenset().union(*map(names_in, f.parts))


def evaluate(f: Formula, point: Mapping[str, Fraction]) -> bool:
    """Whether it holds at rational numbers, one for each name."""
    if f.atom is not None:
        x = value_at(f.atom[0], point)
        return x > 0 if f.atom[1] == ">" else x >= 0 if f.atom[1] == ">=" else x == 0
    return (all if f.kind == "and" else any)(evaluate(part, point) for part in f.parts)


def cells(formulas: Iterable[Formula], *, most: int = _MAX_CELLS) -> tuple[tuple[Atom, ...], ...]:
    """The ways in which all formulas can hold: alternatives, each a list of conditions.

    Conditions on constants alone are settled; a repeated condition is listed once. The order is fixed.
    """
    product: list[tuple[Atom, ...]] = [()]
    for f in formulas:
        options = _alternatives(f, most)
        if len(product) * len(options) > 20 * most:
            raise InputError("statement", f"{len(product) * len(options)} cases", f"at most {most} cases")
        joined = [_joined(a, b) for a in product for b in options]
        product = [cell for cell in joined if cell is not None]
        if len(product) > most:
            raise InputError("statement", f"{len(product)} cases", f"at most {most} cases")
    unique: dict[Any, tuple[Atom, ...]] = {}
    for cell in product:
        unique.setdefault(tuple(_key(a) for a in cell), cell)
    return tuple(unique.values())


def _key(atom: Atom) -> Any:
    return tuple(sorted(atom[0].items())), atom[1]


def _joined(a: tuple[Atom, ...], b: tuple[Atom, ...]) -> tuple[Atom, ...] | None:
    seen = {_key(x) for x in a}
    found = list(a)
    for atom in b:
        p, op = atom
        if not (p.keys() - {()}):
            if not evaluate(Formula("atom", atom), {}):
                return None
        elif (k := _key(atom)) not in seen:
            seen.add(k)
            found.append(atom)
    return tuple(found)


def _alternatives(f: Formula, most: int) -> list[tuple[Atom, ...]]:
    if f.atom is not None:
        only = _joined((), (f.atom,))
        return [] if only is None else [only]
    if f.kind == "or":
        return [cell for part in f.parts for cell in _alternatives(part, most)]
    return list(cells(f.parts, most=most))


# --- the checker ------------------------------------------------------------------------------------------------------


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
    _need(data.get("digest") == _digest({k: v for k, v in data.items() if k != "digest"}), "its contents do not match its digest")
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
        _need(isinstance(conflict, list) and all(t in given_texts for t in conflict), "the conflict is no part of the assumptions")
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
    _need(isinstance(text, str) and len(text) < 8000 and re.fullmatch(r"-?\d+(/[1-9]\d*)?", text) is not None, f"{str(text)[:60]!r} is no rational number")
    return Fraction(text)


def _refuted(ways: Sequence[tuple[Atom, ...]], refutations: Any, evidence: Any) -> None:
    """Every way is refuted by the refutation that stands at its place."""
    _need(isinstance(refutations, list) and len(refutations) == len(ways), f"there should be {len(ways)} refutations")
    labels = {_refute(way, proof) for way, proof in zip(ways, refutations, strict=True)}
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
    _need(isinstance(terms, list) and 0 < len(terms) <= _MAX_TERMS, "a refutation without terms")
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
        _need(len(factors) <= _MAX_DEGREE, "too many factors")
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
    return sorted({_refute(way, proof) for way, proof in zip(ways, data["refutations"], strict=True)})
