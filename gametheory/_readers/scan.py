"""What every reader shares: limits, the text of a file, positions in it, and a stage game from what was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from gametheory.errors import InputError, ReadError
from gametheory.games.stage import StageGame

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_DOCUMENT",
    "MAX_LABELS",
    "Scanner",
    "build_stage",
    "decode",
    "is_auto",
    "position",
]

MAX_BYTES = 10_000_000  #: of a .nfg or .efg file
MAX_DOCUMENT = 1_000_000  #: bytes of a .toml or .json file
MAX_CELLS = 250_000  #: of a payoff table, and nodes of a tree
MAX_DEPTH = 100  #: of a tree, and of nested brackets
MAX_DIGITS = 1_000  #: of one number, and characters of one name
MAX_LABELS = 20_000_000  #: characters of all outcome labels together

_TOKEN = re.compile(
    r"""\s*+(?:
      "(?P<string>(?:[^"\\]|\\.)*+)"
    | (?P<mark>[{},])
    | (?P<number>[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?:/[0-9]++)?)(?![A-Za-z0-9_.])
    | (?P<word>[A-Za-z]++)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(["\\])')
_INTEGER = re.compile(r"[0-9]{1,9}")


def decode(data: bytes, name: str, limit: int) -> str:
    """The text of a file: UTF-8, with or without a byte-order mark; line ends become ``\\n``."""
    if len(data) > limit:
        raise ReadError(name, 1, 1, f"the file is larger than {limit} bytes")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ReadError(name, 1, 1, "expected text in UTF-8, found UTF-16; save the file as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise ReadError(name, line, column, f"expected text in UTF-8, found the byte 0x{data[error.start]:02x}") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    nul = text.find("\0")
    if nul >= 0:
        raise ReadError(name, *position(text, nul), "expected text, found a NUL byte")
    return text


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class Scanner:
    """The tokens of a Gambit file, one at a time."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.start = self._end = 0
        self.kind, self.value = "", ""
        self.advance()

    def advance(self) -> None:
        """Move to the next token."""
        match = _TOKEN.match(self.text, self._end)
        if match is None:
            rest = re.compile(r"\s*").match(self.text, self._end)
            self.start = rest.end() if rest else self._end
            found = self.text[self.start]
            shown = f"cannot read {self.text[self.start : self.start + 12]!r}"
            raise self.error("a string that is not closed" if found == '"' else shown)
        self.kind = str(match.lastgroup)
        self.value = match[self.kind]
        self.start = match.start(self.kind) - (self.kind == "string")
        self._end = match.end()

    def error(self, problem: str, at: int | None = None) -> ReadError:
        """An error at the current token, or at an offset."""
        return ReadError(self.name, *position(self.text, self.start if at is None else at), problem)

    def found(self) -> str:
        """The current token, for a message."""
        if self.kind == "end":
            return "the end of the file"
        shown = self.value if len(self.value) <= 40 else self.value[:37] + "..."
        return f'"{shown}"' if self.kind == "string" else shown

    def expected(self, what: str) -> ReadError:
        """The error that something else stands here."""
        return self.error(f"expected {what}, found {self.found()}")

    def take(self, kind: str, what: str) -> str:
        """The value of the current token, which must be of this kind."""
        if self.kind != kind:
            raise self.expected(what)
        value = self.value
        if kind == "string":
            if len(value) > MAX_DIGITS:
                raise self.error(f"a name or text of more than {MAX_DIGITS} characters")
            value = _ESCAPE.sub(r"\1", value)
        self.advance()
        return value

    def mark(self, sign: str, what: str = "") -> None:
        """Step over a brace."""
        if not self.at(sign):
            raise self.expected(what or f"'{sign}'")
        self.advance()

    def at(self, sign: str) -> bool:
        """Whether the current token is this sign."""
        return self.kind == "mark" and self.value == sign

    def comma(self) -> None:
        """Step over a comma if there is one."""
        if self.at(","):
            self.advance()

    def integer(self, what: str) -> int:
        """A whole number, 0 or more, of at most nine digits."""
        if self.kind != "number" or not _INTEGER.fullmatch(self.value):
            raise self.expected(what)
        value = int(self.value)
        self.advance()
        return value

    def number(self, what: str) -> Fraction:
        """An exact rational: ``3``, ``-1/3``, ``0.25`` or ``2.5e-3``; decimals are exact."""
        if self.kind != "number":
            raise self.expected(what)
        text = self.value
        if len(text) > MAX_DIGITS:
            raise self.error(f"a number of more than {MAX_DIGITS} digits")
        power = re.search(r"[eE]([+-]?[0-9]+)", text)
        if power and abs(int(power[1])) > MAX_DIGITS:
            raise self.error(f"a number of more than {MAX_DIGITS} digits")
        try:
            value = Fraction(text)
        except ZeroDivisionError:
            raise self.error("a division by zero") from None
        except ValueError:
            raise self.expected("a number such as 3, -1/3 or 0.25") from None
        self.advance()
        return value

    def strings(self, what: str) -> list[str]:
        """``{ "a" "b" }``."""
        self.mark("{", f"'{{' and {what}")
        found = []
        while self.kind == "string":
            found.append(self.take("string", what))
            if len(found) > MAX_CELLS:
                raise self.error(f"more than {MAX_CELLS} names")
        self.mark("}", f"{what} or '}}'")
        return found


def build_stage(
    A: Sequence[Sequence[object]],
    B: Sequence[Sequence[object]],
    players: Sequence[str],
    actions: Sequence[Sequence[str]] | None,
    labels: Sequence[Sequence[str]] | None = None,
) -> StageGame:
    """A stage game; where joined action labels collide ("1" + "11", "11" + "1") outcomes are labelled "1,11"."""
    m, n = len(A), len(A[0]) if len(A) else 0
    if n == 0:
        raise InputError("payoffs", "an empty table", "one or more actions for each player")
    rows, columns = actions if actions is not None else ([str(i + 1) for i in range(m)], [str(j + 1) for j in range(n)])
    if labels is None and sum(map(len, rows)) * n + sum(map(len, columns)) * m > MAX_LABELS:
        raise InputError("actions", f"{m} and {n} long names", "shorter names of actions")
    table = [list(row) for row in labels] if labels is not None else None
    for sign in ("", ",", ";", "|"):
        if table is not None:
            break
        joined = [[a + sign + b for b in columns] for a in rows]
        if len({x for row in joined for x in row}) == len(rows) * len(columns):
            table = joined
    return StageGame(A, B, tuple(players), (tuple(rows), tuple(columns)), labels=table or ())  # type: ignore[arg-type]


def is_auto(name: str) -> bool:
    """Whether an outcome's name in a Gambit file is only its number, as Gambit writes for outcomes without a name."""
    return re.fullmatch(r"_?[0-9]*", name) is not None

