"""TOML and JSON as plain data, with limits, and the place of each entry in the text for error messages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from gametheory._readers.scan import MAX_DEPTH, MAX_DIGITS, position
from gametheory.errors import ReadError

__all__ = ["Path", "load", "locate", "spelled"]

#: Where an entry stands: keys and indices from the top.
Path = tuple["str | int", ...]

_PIECE = re.compile(
    r"""(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+"{3,5}|'{3}(?:[^']|'(?!''))*+'{3,5}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')
    | (?P<comment>\#[^\n]*+)
    | (?P<space>[ \t]++)
    | (?P<mark>[\[\]{}=,:.\n])
    | (?P<word>[^\s"'\#\[\]{}=,:.]++)
    | (?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
_LONG = re.compile(rf"[0-9A-Fa-f_]{{{MAX_DIGITS + 1}}}")


class _DuplicateKeyError(Exception):
    """A JSON object with the same key twice."""


def load(text: str, name: str, *, toml: bool) -> object:
    """The data of a TOML or JSON text; decimals are exact; syntax errors carry line and column."""
    _limits(text, name)
    try:
        if toml:
            return tomllib.loads(text, parse_float=_decimal)
        return json.loads(text, parse_float=_decimal, parse_constant=_decimal, object_pairs_hook=_unique)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        at = (int(where[1]), int(where[2])) if where else position(text, len(text))
        raise ReadError(name, *at, re.sub(r" \(at .*\)$", "", str(error))) from None
    except json.JSONDecodeError as error:
        raise ReadError(name, error.lineno, error.colno, error.msg) from None
    except _DuplicateKeyError as error:
        raise ReadError(name, *_second(text, str(error)), f"the key {str(error)[:80]!r} stands twice") from None
    except (RecursionError, ValueError, InvalidOperation) as error:
        raise ReadError(name, 1, 1, f"cannot be read: {str(error)[:200]}") from None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("_", ""))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for key in keys if keys.count(key) > 1) if len(keys) < 1000 else keys[0])
    return table


def _limits(text: str, name: str) -> None:
    """Refuse nesting, dotted keys and numbers beyond the limits before a parser sees them."""
    depth = dots = 0
    for match in _PIECE.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "bad":
            return  # the parser fails here or before, and says so better
        if kind == "mark":
            depth += 1 if piece in "[{" else -1 if piece in "]}" else 0
            dots = dots + 1 if piece == "." else 0
            if depth > MAX_DEPTH:
                raise ReadError(name, *position(text, match.start()), f"more than {MAX_DEPTH} nested brackets")
            if dots > MAX_DEPTH:
                raise ReadError(name, *position(text, match.start()), f"a key of more than {MAX_DEPTH} parts")
        elif kind == "word" and _LONG.search(piece):
            raise ReadError(name, *position(text, match.start()), f"a number or word of more than {MAX_DIGITS} characters")


# --- places -----------------------------------------------------------------------------------------------------------


def spelled(path: Path) -> str:
    """A path as text: ``rules[2].on.UP``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part[:40]}" if text else part[:40]
    return text or "the file"


def locate(text: str, path: Path, *, toml: bool) -> tuple[int, int]:
    """Line and column of an entry of a text that was read; of its nearest container if it has no place of its own."""
    places: dict[Path, int] = {}
    for where, offset in _places(text, toml=toml):
        places.setdefault(where, offset)
    while path and path not in places:
        path = path[:-1]
    return position(text, places.get(path, 0))


def _second(text: str, key: str) -> tuple[int, int]:
    seen: set[Path] = set()
    for where, offset in _places(text, toml=False):
        if where in seen and where and where[-1] == key:
            return position(text, offset)
        seen.add(where)
    return 1, 1


_Piece = tuple[str, str, int]


def _places(text: str, *, toml: bool) -> Iterator[tuple[Path, int]]:
    pieces = [(str(m.lastgroup), m[0], m.start()) for m in _PIECE.finditer(text) if m.lastgroup not in ("comment", "space")]
    if not toml:
        yield from _value([p for p in pieces if p[1] != "\n"], [0], (), ":")
        return
    at = [0]
    prefix: Path = ()
    counts: dict[Path, int] = {}
    while at[0] < len(pieces):
        _, piece, offset = pieces[at[0]]
        if piece == "\n":
            at[0] += 1
        elif piece == "[":
            double = at[0] + 1 < len(pieces) and pieces[at[0] + 1][1] == "[" and pieces[at[0] + 1][2] == offset + 1
            at[0] += 2 if double else 1
            keys = _keys(pieces, at)
            prefix = ()
            for k, key in enumerate(keys):
                prefix = (*prefix, key)
                if double and k == len(keys) - 1:
                    counts[prefix] = counts.get(prefix, -1) + 1
                if prefix in counts:
                    prefix = (*prefix, counts[prefix])
            yield from ((prefix[:k], offset) for k in range(len(prefix), 0, -1))
            while at[0] < len(pieces) and pieces[at[0]][1] != "\n":
                at[0] += 1
        else:
            yield from _entry(pieces, at, prefix, "=")


def _keys(pieces: list[_Piece], at: list[int]) -> list[str]:
    keys = []
    while at[0] < len(pieces) and pieces[at[0]][0] in ("string", "word"):
        kind, piece, _ = pieces[at[0]]
        if kind == "string":
            try:
                piece = json.loads(piece) if piece.startswith('"') else piece.strip("'")
            except ValueError:  # an escape that only TOML has
                piece = piece.strip('"')
        keys.append(piece)
        at[0] += 1
        if at[0] < len(pieces) and pieces[at[0]][1] == ".":
            at[0] += 1
        else:
            break
    return keys


def _entry(pieces: list[_Piece], at: list[int], prefix: Path, sign: str) -> Iterator[tuple[Path, int]]:
    offset = pieces[at[0]][2]
    path: Path = (*prefix, *_keys(pieces, at))
    yield path, offset
    if at[0] < len(pieces) and pieces[at[0]][1] == sign:
        at[0] += 1
        yield from _value(pieces, at, path, sign)
    else:
        at[0] += 1


def _value(pieces: list[_Piece], at: list[int], path: Path, sign: str) -> Iterator[tuple[Path, int]]:
    if at[0] >= len(pieces):
        return
    opening = pieces[at[0]][1]
    if opening not in ("[", "{"):
        while at[0] < len(pieces) and pieces[at[0]][1] not in (",", "]", "}", "\n"):
            at[0] += 1
        return
    at[0] += 1
    index = 0
    while at[0] < len(pieces):
        piece = pieces[at[0]][1]
        if piece in ("]", "}"):
            at[0] += 1
            return
        if piece in (",", "\n"):
            at[0] += 1
        elif opening == "[":
            yield (*path, index), pieces[at[0]][2]
            yield from _value(pieces, at, (*path, index), sign)
            index += 1
        else:
            yield from _entry(pieces, at, path, sign)
