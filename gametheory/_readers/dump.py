"""Documents as TOML and JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

__all__ = ["json_text", "toml_text"]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(x) for key, x in value.items()}
    return [_plain(x) for x in value] if isinstance(value, (list, tuple)) else value


def json_text(document: Mapping[str, object]) -> str:
    """As JSON, indented."""
    return json.dumps(_plain(document), indent=1, ensure_ascii=False) + "\n"


def toml_text(document: Mapping[str, object]) -> str:
    """As TOML: tables at the top as ``[name]``, lists of tables as ``[[name]]``, all below on one line."""
    import tomlkit

    def inner(value: object) -> Any:  # tomlkit's items have no common public type
        if isinstance(value, dict):
            table = tomlkit.inline_table()
            for key, x in value.items():
                table.append(tomlkit.key([key]), inner(x))
            return table
        if isinstance(value, list):
            array = tomlkit.array()
            for x in value:
                array.append(inner(x))
            return array
        return tomlkit.item(value)

    whole = tomlkit.document()
    plain = _plain(document)
    assert isinstance(plain, dict)
    for key, value in sorted(plain.items(), key=lambda entry: _below(entry[1])):
        if isinstance(value, dict):
            table = tomlkit.table()
            for name, x in value.items():
                table.append(tomlkit.key([name]), inner(x))
            whole.append(key, table)
        elif _below(value):
            rows = tomlkit.aot()
            for row in value:
                table = tomlkit.table()
                for name, x in row.items():
                    table.append(name, inner(x))
                rows.append(table)
            whole.append(key, rows)
        else:
            whole.append(key, inner(value))
    return tomlkit.dumps(whole)


def _below(value: object) -> bool:
    """Whether the entry is written as a table of its own, after the plain entries."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value))
