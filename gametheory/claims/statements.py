"""The meaning of a claim's text: polynomial conditions joined by "and" and "or", on plain dictionaries of rational numbers.

Text is comparisons of quotients of polynomials, joined by ``and``, ``or``, ``not``; ``==`` between two conditions
means that both hold or neither does. A comparison in which something is divided by zero does not hold.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from gametheory.errors import InputError, InputTypeError

__all__ = [
    "Atom",
    "Formula",
    "Monomial",
    "Polynomial",
    "add",
    "cells",
    "constant",
    "evaluate",
    "multiply",
    "names_in",
    "negation",
    "read_statement",
    "show_atom",
    "show_polynomial",
    "value_at",
    "variable",
]

#: Exponents of variables, sorted by name.
Monomial: TypeAlias = tuple[tuple[str, int], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]
#: A polynomial compared with zero by ">", ">=" or "==".
Atom: TypeAlias = tuple[Polynomial, str]

MAX_TERMS, MAX_DEGREE = 5_000, 60
_MAX_TEXT, _MAX_DEPTH, _MAX_BITS, _MAX_CELLS = 20_000, 80, 20_000, 600


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
    if len(a) * len(b) > 40 * MAX_TERMS:
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
    if len(total) > MAX_TERMS or any(sum(e for _, e in m) > MAX_DEGREE for m in total):
        raise InputError("expression", "...", f"at most {MAX_TERMS} terms, of degree at most {MAX_DEGREE}")
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
    if len(source) > 400:
        raise InputError("statement", text, "numbers of fewer than 400 digits")
    try:
        if isinstance(node.value, int):
            return Fraction(node.value)
        number = Decimal(source)
    except (ValueError, ArithmeticError):
        raise InputError("statement", text, "decimal numbers") from None
    if abs(number.adjusted()) > 400:
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
        return _Quotient(add({}, multiply(a.top, b.bottom), 1 / b.top[()]), a.bottom, divisors)
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
        if not (atom[0].keys() - {()}):
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
