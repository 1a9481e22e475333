"""The only door for numbers: everything a user gives becomes exact here, or is refused.

A number is a :class:`fractions.Fraction` wherever it is rational and a sympy expression where it holds symbols or is
irrational. A float is read as the decimal that it prints as (``0.1`` is 1/10), since that is what its author wrote.
Text is parsed by a whitelist over Python's ``ast`` that builds the value directly: nothing in it is ever evaluated as
code.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import flint

from gametheory.errors import InputError, InputTypeError

if TYPE_CHECKING:
    import sympy

__all__ = ["Number", "condition", "exact", "free_names", "parse", "rational", "substitute", "to_flint"]

Number: TypeAlias = "Fraction | sympy.Expr"

_MAX_TEXT = 2000
_MAX_EXPONENT = 20
_MAX_BITS = 20_000
_EXPECTED = "an int, a Fraction, a finite decimal, text such as '1/3' or '2*k + c', or a sympy expression"


def exact(x: object, *, field: str = "number") -> Number:
    """Read ``x`` as an exact number.

    Parameters
    ----------
    x : int, Fraction, Decimal, float, str, numpy scalar, flint number or sympy expression
        What to read. A float is read as the decimal it prints as.
    field : str
        What the number is, for the error message.

    Returns
    -------
    Fraction or sympy.Expr
        A Fraction whenever the value is rational.

    Raises
    ------
    InputError
        For nan, infinities, text that is not arithmetic.
    InputTypeError
        For anything that is not a number.

    Examples
    --------
    >>> exact(0.1), exact("1/3"), exact(2)
    (Fraction(1, 10), Fraction(1, 3), Fraction(2, 1))
    >>> exact("2*k - 1/2")
    2*k - 1/2
    """
    if type(x) is Fraction:
        return x
    if isinstance(x, bool):
        raise InputTypeError(field, x, _EXPECTED)
    if isinstance(x, (int, Fraction)):
        return Fraction(x)
    if isinstance(x, str):
        return parse(x, field=field)
    if isinstance(x, (float, Decimal)):
        return _decimal(str(x), x, field)
    if isinstance(x, (flint.fmpz, flint.fmpq)):
        q = flint.fmpq(x)
        return Fraction(int(q.p), int(q.q))
    if type(x).__module__ == "numpy":
        if getattr(x, "shape", None) == ():
            scalar = x.item()  # type: ignore[attr-defined]
            return _decimal(str(x), x, field) if isinstance(scalar, float) else exact(scalar, field=field)
        raise InputTypeError(field, x, _EXPECTED)
    if "sympy" in sys.modules:
        import sympy

        if isinstance(x, sympy.Expr):
            return _from_sympy(x, field)
    raise InputTypeError(field, x, _EXPECTED)


def rational(x: object, *, field: str = "number") -> Fraction:
    """Read ``x`` as an exact rational number; symbols and irrational numbers are refused.

    Examples
    --------
    >>> rational("3/4")
    Fraction(3, 4)
    """
    value = exact(x, field=field)
    if not isinstance(value, Fraction):
        raise InputError(field, x, "a rational number, free of symbols")
    return value


def to_flint(x: Fraction) -> flint.fmpq:
    """The same rational as a python-flint ``fmpq``, for fast arithmetic."""
    return flint.fmpq(x.numerator, x.denominator)


def _decimal(text: str, given: object, field: str) -> Fraction:
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise InputError(field, given, "a finite number") from None
    if not value.is_finite():
        raise InputError(field, given, "a finite number")
    if abs(value.adjusted()) > 5000:
        raise InputError(field, given, "a number of fewer than 5000 digits")
    return Fraction(value)


def _from_sympy(x: sympy.Expr, field: str) -> Number:
    import sympy

    if isinstance(x, sympy.Rational):
        return Fraction(int(x.p), int(x.q))
    if x.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise InputError(field, x, "a finite number")
    floats = x.atoms(sympy.Float)
    if floats:
        x = x.xreplace({f: sympy.Rational(str(f)) for f in floats})
        return _from_sympy(x, field)
    if not x.free_symbols:
        if x.is_real is False:
            raise InputError(field, x, "a real number")
        simple = sympy.nsimplify(x, rational=False) if x.is_algebraic else x
        if isinstance(simple, sympy.Rational):
            return Fraction(int(simple.p), int(simple.q))
    return x


# --- text -------------------------------------------------------------------------------------------------------------

_OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.expr:
    if len(text) > _MAX_TEXT:
        raise InputError("expression", text, f"at most {_MAX_TEXT} characters")
    if not text.isascii():
        raise InputError("expression", text, "ASCII characters only")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InputError("expression", text, "arithmetic such as '1/3' or '2*k + c'") from None


def parse(text: str, values: Mapping[str, Number] | None = None, *, field: str = "expression") -> Number:
    """Read arithmetic from text, with names replaced by ``values`` and other names kept as symbols.

    Only numbers, names, ``+ - * /``, parentheses and small integer powers are understood; nothing is evaluated as
    code. Decimals are exact.

    Examples
    --------
    >>> parse("c*k + 1/2", {"k": Fraction(3)})
    3*c + 1/2
    >>> parse("c*k", {"k": Fraction(3), "c": Fraction(1, 2)})
    Fraction(3, 2)
    >>> parse("__import__('os')")
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: expression: got "__import__('os')"; expected numbers, names, ...
    """
    try:
        return _arithmetic(_tree(text), values or {}, text.strip(), 0)
    except InputError as error:
        raise InputError(field, text, error.expected) from None
    except ZeroDivisionError:
        raise InputError(field, text, "no division by zero") from None


def _bits(value: Number) -> int:
    """Size of the largest number in a value."""
    if isinstance(value, Fraction):
        return max(value.numerator.bit_length(), value.denominator.bit_length())
    import sympy

    return max((max(int(r.p).bit_length(), int(r.q).bit_length()) for r in value.atoms(sympy.Rational)), default=0)


def _bounded(value: Number) -> Number:
    if not isinstance(value, Fraction) and value.is_Rational:
        value = Fraction(int(value.p), int(value.q))
    if _bits(value) > _MAX_BITS:
        raise InputError("expression", "...", f"intermediate results of at most {_MAX_BITS} bits")
    return value


def _arithmetic(node: ast.expr, values: Mapping[str, Number], text: str, depth: int) -> Number:
    if depth > 60:
        raise InputError("expression", text, "at most 60 nested operations")
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _decimal((ast.get_source_segment(text, node) or repr(node.value)).replace("_", ""), text, "expression")
    if isinstance(node, ast.Name):
        if node.id in values:
            return values[node.id]
        import sympy

        return sympy.Symbol(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _arithmetic(node.operand, values, text, depth + 1)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATIONS):
        left = _arithmetic(node.left, values, text, depth + 1)
        right = _arithmetic(node.right, values, text, depth + 1)
        if isinstance(node.op, ast.Add):
            return _bounded(left + right)
        if isinstance(node.op, ast.Sub):
            return _bounded(left - right)
        if isinstance(node.op, ast.Mult):
            return _bounded(left * right)
        if isinstance(node.op, ast.Div):
            if right == 0:
                raise ZeroDivisionError
            return _bounded(left / right)
        if isinstance(right, Fraction) and right.denominator == 1 and abs(right) <= _MAX_EXPONENT:
            if left == 0 and right < 0:
                raise ZeroDivisionError
            if _bits(left) * abs(int(right)) > _MAX_BITS:
                raise InputError("expression", "...", f"intermediate results of at most {_MAX_BITS} bits")
            return _bounded(left ** int(right))
    raise InputError(
        "expression", text, "numbers, names, + - * /, parentheses and powers with a small integer exponent"
    )


_COMPARE = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


def condition(text: str, values: Mapping[str, Number], *, field: str = "condition") -> bool:
    """Decide a comparison written as text, such as ``"k >= 2 and f < 1"``, at the given values.

    Examples
    --------
    >>> condition("k >= 2 and not f == 0", {"k": Fraction(2), "f": Fraction(1)})
    True
    """

    def decide(node: ast.expr, depth: int) -> bool:
        if depth > 60:
            raise InputError(field, text, "at most 60 nested conditions")
        if isinstance(node, ast.BoolOp):
            parts = [decide(part, depth + 1) for part in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not decide(node.operand, depth + 1)
        if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
            terms = [_arithmetic(side, values, text.strip(), 0) for side in (node.left, *node.comparators)]
            if not all(isinstance(term, Fraction) for term in terms):
                unknown = sorted(set().union(*(free_names(term) for term in terms)))
                raise InputError(field, text, f"names of state variables {sorted(values)}; unknown: {unknown}")
            return all(_COMPARE[type(op)](a, b) for op, a, b in zip(node.ops, terms, terms[1:], strict=False))
        raise InputError(field, text, "comparisons such as 'k >= 2 and f < 1'")

    try:
        return decide(_tree(text), 0)
    except ZeroDivisionError:
        raise InputError(field, text, "no division by zero") from None


def free_names(x: object) -> frozenset[str]:
    """Names of the symbols in an exact number, or in a collection of them.

    Examples
    --------
    >>> sorted(free_names(exact("2*k + c")))
    ['c', 'k']
    """
    if isinstance(x, Fraction):
        return frozenset()
    if isinstance(x, Iterable):
        return frozenset().union(*map(free_names, x))
    symbols = getattr(x, "free_symbols", ())
    return frozenset(str(symbol) for symbol in symbols)


def substitute(x: Number, values: Mapping[str, Number]) -> Number:
    """Replace symbols by name.

    Examples
    --------
    >>> substitute(exact("2*k + c"), {"k": Fraction(1), "c": Fraction(3)})
    Fraction(5, 1)
    """
    if isinstance(x, Fraction):
        return x
    replacements = {symbol: values[str(symbol)] for symbol in x.free_symbols if str(symbol) in values}
    if not replacements:
        return x
    if len(replacements) == len(x.free_symbols) and all(isinstance(v, Fraction) for v in replacements.values()):
        value = _rational_value(x, replacements)  # type: ignore[arg-type]
        if value is not None:
            return value
    return _replaced(x, frozenset(replacements.items()))


@lru_cache(maxsize=20_000)  # the states of a game ask for the same replacements again and again
def _replaced(x: sympy.Expr, replacements: frozenset[tuple[sympy.Symbol, Number]]) -> Number:
    import sympy

    return exact(x.subs({s: sympy.sympify(v) for s, v in replacements}, simultaneous=True))


def _rational_value(x: sympy.Expr, values: Mapping[sympy.Symbol, Fraction]) -> Fraction | None:
    """Evaluate sums, products and integer powers directly (much faster than sympy); None where there is anything else."""
    if x.is_Symbol:
        return values[x]
    if x.is_Rational:
        return Fraction(int(x.p), int(x.q))
    if x.is_Add or x.is_Mul:
        total = Fraction(0 if x.is_Add else 1)
        for part in x.args:
            value = _rational_value(part, values)
            if value is None:
                return None
            total = total + value if x.is_Add else total * value
        return total
    if x.is_Pow and x.exp.is_Integer:
        base = _rational_value(x.base, values)
        if base is None or (base == 0 and int(x.exp) < 0):
            return None
        return base ** int(x.exp)
    return None
