"""Exceptions: one root, and one class for each kind of thing that a user can act on.

Bad input raises a subclass of :class:`GameTheoryError` that is also a ``ValueError`` or a ``TypeError``; its message names
the field, the value that was given and what was expected. Mathematical outcomes (no equilibrium, undecided) are a
:class:`gametheory.Status`, never an exception.
"""

from __future__ import annotations

import re

__all__ = [
    "CertificateError",
    "GameTheoryError",
    "InputError",
    "InputTypeError",
    "ReadError",
    "UnsupportedError",
]


class GameTheoryError(Exception):
    """Root of every exception that this package raises on purpose."""


_FRACTION = re.compile(r"\bFraction\((-?\d+), (\d+)\)")


def _plain(value: object) -> str:
    """The value as its author would write it: fractions as numbers, an object too long to print by its kind."""
    shown = repr(value)
    if isinstance(value, (str, bytes)):
        return shown
    kind = type(value).__name__
    if len(shown) > 80 and shown.startswith((f"{kind}(", "<")) and kind != "Fraction":
        players = getattr(value, "players", ())
        named = isinstance(players, tuple) and players and all(isinstance(name, str) for name in players)
        article = "an" if kind[0] in "AEIOU" else "a"
        return f"{article} {kind}" + (f" of {' and '.join(players)}" if named else "")
    return _FRACTION.sub(lambda match: match[1] if match[2] == "1" else f"{match[1]}/{match[2]}", shown)


def _message(field: str, value: object, expected: str) -> str:
    if type(value) is list:
        shown = f"[{', '.join(map(_plain, value))}]"
    elif type(value) is tuple:
        shown = f"({', '.join(map(_plain, value))}{',' if len(value) == 1 else ''})"
    else:
        shown = _plain(value)
    if len(shown) > 200:
        shown = shown[:197] + "..."
    return f"{field}: got {shown}; expected {expected}"


class InputError(GameTheoryError, ValueError):
    """A value that does not fit: names the field, the value and what was expected.

    Examples
    --------
    >>> str(InputError("discount", 2, "a number strictly between 0 and 1"))
    'discount: got 2; expected a number strictly between 0 and 1'
    >>> from fractions import Fraction
    >>> str(InputError("discount", Fraction(3, 2), "a number strictly between 0 and 1"))
    'discount: got 3/2; expected a number strictly between 0 and 1'
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(_message(field, value, expected))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.field, self.value, self.expected)


class InputTypeError(GameTheoryError, TypeError):
    """A value of a kind that the field does not take."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(_message(field, value, expected))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.field, self.value, self.expected)


class UnsupportedError(InputError):
    """Something this package does not do; ``expected`` says what it does, or names the tool that does the other."""


class ReadError(GameTheoryError, ValueError):
    """A file that could not be read: names the file, the line and the column.

    Examples
    --------
    >>> print(ReadError("pd.nfg", 3, 7, "expected a number, found 'x'"))
    pd.nfg, line 3, column 7: expected a number, found 'x'
    """

    def __init__(self, source: str, line: int, column: int, problem: str) -> None:
        self.source, self.line, self.column, self.problem = source, line, column, problem
        super().__init__(f"{source}, line {line}, column {column}: {problem}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.source, self.line, self.column, self.problem)


class CertificateError(GameTheoryError):
    """A stored result that does not survive being checked again."""
