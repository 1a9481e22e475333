"""Plain data from a document, taken apart with checks: every refusal knows the path of the entry that it is about."""

from __future__ import annotations

import ast
import difflib
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import TypeVar

from gametheory._readers.scan import MAX_DIGITS
from gametheory._readers.syntax import Path
from gametheory.errors import GameTheoryError, UnsupportedError
from gametheory.exact import Number, exact, parse

__all__ = [
    "EntryError",
    "Table",
    "condition",
    "entries",
    "items",
    "number",
    "rational_size",
    "small",
    "strings",
    "text",
    "wrapped",
]

MAX_TERMS = 2_000
MAX_CHANCE_TERMS = 300  #: that symbolic probabilities of one draw may expand to, for their sum is simplified
_MAX_BITS = 20_000
_T = TypeVar("_T")


class EntryError(Exception):
    """An entry of a document that cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(problem)


def _shown(value: object) -> str:
    kinds = {dict: "a table", list: "a list", bool: "true or false", type(None): "nothing (null)"}
    if type(value) in kinds:
        return kinds[type(value)]
    if isinstance(value, int) and value.bit_length() > 200:
        return "a very large number"
    found = repr(value) if isinstance(value, str) else str(value)
    return found if len(found) <= 60 else found[:57] + "..."


class Table:
    """A table of a document; :meth:`done` refuses the keys that nobody asked for."""

    def __init__(self, value: object, path: Path) -> None:
        if not isinstance(value, Mapping):
            raise EntryError(path, f"expected a table, found {_shown(value)}")
        self.data, self.path = value, path
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._known.append(key)
        return key in self.data

    def get(self, key: str) -> object:
        """The value of a key that must be there."""
        if not self.has(key):
            raise EntryError(self.path, f"the key {key!r} is missing")
        return self.data[key]

    def at(self, *parts: str | int) -> Path:
        """The path of an entry."""
        return (*self.path, *parts)

    def text(self, key: str) -> str:
        """A string that must be there."""
        return text(self.get(key), self.at(key))

    def flag(self, key: str) -> bool:
        """True or false; false where the key is missing."""
        value = self.get(key) if self.has(key) else False
        if not isinstance(value, bool):
            raise EntryError(self.at(key), f"expected true or false, found {_shown(value)}")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and not self.has(key):
            return default
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
            raise EntryError(self.at(key), f"expected a whole number, found {_shown(value)}")
        return value

    def done(self) -> None:
        """Refuse unknown keys."""
        for key in self.data:
            if key not in self._known:
                near = difflib.get_close_matches(key[:40], self._known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; expected {', '.join(sorted(set(self._known)))}"
                raise EntryError(self.at(key), f"unknown key {key[:40]!r}{hint}")


def text(value: object, path: Path, *, short: bool = False) -> str:
    """A non-empty string."""
    if not isinstance(value, str) or not value:
        raise EntryError(path, f"expected text, found {_shown(value)}")
    if len(value) > (1 if short else 10) * MAX_DIGITS:
        raise EntryError(path, f"text of more than {(1 if short else 10) * MAX_DIGITS} characters")
    return value


def items(value: object, path: Path) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise EntryError(path, f"expected a list, found {_shown(value)}")
    return value


def strings(value: object, path: Path) -> tuple[str, ...]:
    """A list of non-empty strings."""
    return tuple(text(x, (*path, i), short=True) for i, x in enumerate(items(value, path)))


def entries(value: object, path: Path) -> dict[str, object]:
    """A table's entries, whatever its keys."""
    return dict(Table(value, path).data)


def wrapped(path: Path, build: Callable[[], _T]) -> _T:
    """Run a constructor; its complaint becomes one about the entry. What is unsupported passes through."""
    try:
        return build()
    except UnsupportedError:
        raise
    except (GameTheoryError, ArithmeticError, RecursionError) as error:
        raise EntryError(path, str(error) or type(error).__name__) from None


def number(value: object, path: Path, names: Mapping[str, Number]) -> Number:
    """An exact number: an integer, a decimal, or arithmetic as text."""
    if isinstance(value, str):
        return wrapped(path, lambda: _expression(value, path, names))
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise EntryError(path, f"expected a number, or arithmetic as text such as '1/3' or '2*k', found {_shown(value)}")
    if isinstance(value, int) and value.bit_length() > 4 * MAX_DIGITS:
        raise EntryError(path, f"a number of more than {MAX_DIGITS} digits")
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > MAX_DIGITS:
        raise EntryError(path, f"a number of more than {MAX_DIGITS} digits")
    return wrapped(path, lambda: exact(value))


def _expression(value: str, path: Path, names: Mapping[str, Number]) -> Number:
    size = rational_size(value)
    if size is not None and size > MAX_TERMS:
        raise EntryError(path, f"an expression that may expand to more than {MAX_TERMS} terms")
    return exact(parse(value, names))


def rational_size(value: str) -> int | None:
    """An upper bound on the terms of the numerator and denominator of an expression; None for a constant.

    Computed from the text alone, so that nothing large is ever built from a file.
    """
    if len(value) > 2 * MAX_DIGITS:
        return MAX_TERMS + 1
    if re.search(r"[0-9.][eE][+-]?[0-9_]{3}", value):
        return MAX_TERMS + 1
    try:
        tree = ast.parse(value.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None  # the reader of expressions refuses it with a better message
    if not any(isinstance(node, ast.Name) for node in ast.walk(tree)):
        return None
    top, bottom, bits = _size(tree, 0)
    return MAX_TERMS + 1 if bits > _MAX_BITS else max(top, bottom)


def condition(value: str, path: Path) -> str:
    """A comparison as text, kept as text if its sides are of a reasonable size."""
    try:
        tree = ast.parse(value[: 2 * MAX_DIGITS].strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return value  # refused later, with a better message
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(_size(x, 0)[2] > _MAX_BITS for x in (node.left, *node.comparators)):
            raise EntryError(path, "numbers in a condition that are too large")
    return value


def _size(node: ast.expr, depth: int) -> tuple[int, int, int]:
    """Bounds: terms above, terms below, bits of coefficients and degree."""
    big = (MAX_TERMS + 1, MAX_TERMS + 1, _MAX_BITS + 1)
    if depth > 60:
        return big
    if isinstance(node, ast.UnaryOp):
        return _size(node.operand, depth + 1)
    if not isinstance(node, ast.BinOp):
        return 1, 1, 8 + 4 * max(0, (node.end_col_offset or 0) - node.col_offset)
    a, b, p = _size(node.left, depth + 1)
    if isinstance(node.op, ast.Pow):
        right = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
        n = right.value if isinstance(right, ast.Constant) and isinstance(right.value, int) else 20
        n = max(1, min(n, 20))
        top, bottom, bits = comb(a + n - 1, n), comb(b + n - 1, n), p * n
        if isinstance(node.right, ast.UnaryOp):
            top, bottom = bottom, top
    else:
        c, d, q = _size(node.right, depth + 1)
        bits = p + q
        if isinstance(node.op, (ast.Add, ast.Sub)):
            top, bottom = (a + c, 1) if b == d == 1 else (a * d + c * b, b * d)
        elif isinstance(node.op, ast.Div):
            top, bottom = a * d, b * c
        else:
            top, bottom = a * c, b * d
    return big if max(top, bottom) > MAX_TERMS or bits > _MAX_BITS else (top, bottom, bits)


def is_name(word: str) -> bool:
    """Whether a symbol's name can stand in an expression."""
    return word.isascii() and word.isidentifier() and not keyword.iskeyword(word)


def plain(x: Number) -> object:
    """A number for a document: an integer where it is one (and not huge), else text."""
    if isinstance(x, Fraction) and x.denominator == 1 and abs(x.numerator) < 2**53:
        return int(x)
    return str(x)


def pair(value: object, path: Path, what: Sequence[str]) -> tuple[object, object]:
    """A list of two."""
    found = items(value, path)
    if len(found) != 2:
        raise EntryError(path, f"expected two entries, for {what[0]} and for {what[1]}; found {len(found)}")
    return found[0], found[1]


def small(expressions: list[str], path: Path) -> None:
    """Refuse symbolic probabilities whose sum could expand beyond reason."""
    product = 1
    for expression in set(expressions):
        size = rational_size(expression)
        product *= 1 if size is None else size + 1
        if product > MAX_CHANCE_TERMS:
            raise EntryError(path, "symbolic probabilities that are too large together; write them more simply")
