"""Rules, parameters and misperceptions of a dynamic game, from a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from gametheory._readers.syntax import Path
from gametheory._readers.table import (
    EntryError,
    Table,
    condition,
    entries,
    items,
    number,
    rational_size,
    small,
    strings,
    text,
    wrapped,
)
from gametheory.exact import Number, parse
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Rule, Stepped, Sunset, Tremble

__all__ = ["institutions"]

MAX_RULES = 40
MAX_WORK = 60_000  #: product states, times plays, times the combinations of draws in a period

_Names = Mapping[str, Number]


def institutions(top: Table, base: DynamicGame, names: _Names) -> DynamicGame:
    """The base game under the document's rules, as misperceived, with its parameters put in."""
    rules: list[Rule] = []
    if top.has("rules"):
        rows = items(top.get("rules"), ("rules",))
        if len(rows) > MAX_RULES:
            raise EntryError(("rules",), f"{len(rows)} rules; at most {MAX_RULES} are read")
        rules = [_rule(Table(row, ("rules", i))) for i, row in enumerate(rows)]
        _bounded(base, rules)
    game = wrapped(("rules",), lambda: base.with_rules(*rules)) if rules else base
    if top.has("perceived"):
        table = Table(top.get("perceived"), ("perceived",))
        who, without = table.text("player"), strings(table.get("without"), table.at("without"))
        table.done()
        seen = game
        game = wrapped(("perceived",), lambda: seen.perceived(who, without=without))
    bound: dict[str, Number] = {}
    for key in ("substituted", "parameters"):
        if top.has(key):
            path: Path = (key,)
            given = {name: number(value, (*path, name), names) for name, value in entries(top.get(key), path).items()}
            bound |= given
            now = game
            if key == "parameters":
                for name in given:
                    if name not in _free(now) or name == "self":
                        held = ", ".join(sorted(_free(now))) or "none"
                        raise EntryError((*path, name), f"no such parameter; the game has {held}")
                game = wrapped(path, lambda now=now, given=given: _substituted(now, given))  # type: ignore[misc]
    if bound:
        game = replace(game, bound=tuple(bound.items()))
    return game


def _free(game: DynamicGame) -> frozenset[str]:
    from gametheory.games.stage import free_names_of

    return frozenset(game.parameters) | free_names_of(game.domain)


def _substituted(game: DynamicGame, values: Mapping[str, Number]) -> DynamicGame:
    try:
        return game.subs(**values) if values else game
    except TypeError as error:  # sympy, on comparing what is not real
        raise EntryError(("parameters",), str(error)[:200]) from None


def _expression(value: object, path: Path) -> str | int | float | Fraction:
    """An expression of a rule; text is kept as text."""
    if isinstance(value, Mapping):
        table = Table(value, path)
        held = table.text("fraction")
        table.done()
        found = number(held, table.at("fraction"), {})
        if not isinstance(found, Fraction):
            raise EntryError(table.at("fraction"), "expected a fraction such as '1/3'")
        return found
    found = number(value, path, {})
    if isinstance(value, str):
        wrapped(path, lambda: parse(value))
        return value
    if isinstance(value, Decimal):
        near = float(value)
        return near if Decimal(repr(near)) == value else Fraction(value)
    return value if isinstance(value, int) else str(found)


def _labels(value: object, path: Path) -> str | tuple[str, ...]:
    return text(value, path) if isinstance(value, str) else strings(value, path)


def _chances(table: Table, key: str) -> dict[str, str | int | float | Fraction]:
    given = entries(table.get(key), table.at(key)) if table.has(key) else {}
    return {label: _expression(p, table.at(key, label)) for label, p in given.items()}


def _rule(table: Table) -> Rule:
    kind = table.text("rule")
    make = _RULES.get(kind)
    if make is None:
        raise EntryError(table.at("rule"), f"expected one of {', '.join(_RULES)}; found {kind[:40]!r}")
    rule = wrapped(table.path, lambda: make(table))
    table.done()
    return rule


def _counter(t: Table) -> Counter:
    reset: str | tuple[str, ...] | Stepped = ()
    if t.has("reset_on"):
        event = t.get("reset_on")
        if isinstance(event, Mapping):
            inner = Table(event, t.at("reset_on"))
            reset = Stepped(inner.text("stepped"))
            inner.done()
        else:
            reset = _labels(event, t.at("reset_on"))
    t.get("on")
    return Counter(
        t.text("name"),
        t.whole("upto"),
        _chances(t, "on"),
        _chances(t, "down"),
        reset,
        t.whole("start", 0),
        t.flag("ratchet"),
    )


def _modulate(t: Table) -> Modulate:
    rows = items(t.get("transition"), t.at("transition"))
    table = [
        tuple(_expression(p, t.at("transition", i, j)) for j, p in enumerate(items(row, t.at("transition", i))))
        for i, row in enumerate(rows)
    ]
    start = t.text("start") if t.has("start") else None
    return Modulate(t.text("name"), strings(t.get("states"), t.at("states")), tuple(table), start)


def _prohibit(t: Table) -> Prohibit:
    binds = t.flag("binds_trembles") if t.has("binds_trembles") else True
    return Prohibit(t.text("player"), t.text("action"), condition(t.text("when"), t.at("when")), binds)


_RULES: Mapping[str, Callable[[Table], Rule]] = {
    "Counter": _counter,
    "Fine": lambda t: Fine(t.text("player"), _labels(t.get("on"), t.at("on")), _expression(t.get("by"), t.at("by"))),
    "Bonus": lambda t: Bonus(t.text("player"), _labels(t.get("on"), t.at("on")), _expression(t.get("by"), t.at("by"))),
    "Prohibit": _prohibit,
    "Tremble": lambda t: Tremble(
        t.text("player"),
        t.text("to"),
        _expression(t.get("probability"), t.at("probability")),
        _labels(t.get("instead_of"), t.at("instead_of")) if t.has("instead_of") else (),
    ),
    "Sunset": lambda t: Sunset(
        t.text("counter"), _expression(t.get("probability"), t.at("probability")), t.whole("to", 0)
    ),
    "Modulate": _modulate,
}


def _bounded(base: DynamicGame, rules: list[Rule]) -> None:
    """Refuse rules whose game would be too large, before it is built."""
    states, draws, trembles = len(base.states), 1, 1
    written: list[object] = []
    for rule in rules:
        if isinstance(rule, Counter):
            states *= rule.upto + 1
            draws *= 3 if rule.on and rule.down else 2
            written += [*rule.on.values(), *rule.down.values()]
        elif isinstance(rule, Modulate):
            states *= len(rule.states)
            draws *= len(rule.states)
            written += [p for row in rule.transition for p in row]
        elif isinstance(rule, Sunset):
            draws *= 2
            written.append(rule.probability)
        elif isinstance(rule, Tremble):
            trembles += 1
            written.append(rule.probability)
        if states * draws > MAX_WORK:
            break
    plays = max(len(period.plays) for period in base.periods) * trembles**2
    if any(isinstance(p, str) and rational_size(p) is not None for p in written):
        plays *= 10  # products of symbols take that much longer
    if states * draws * plays > MAX_WORK:
        raise EntryError(
            ("rules",),
            f"a game that may need more than {MAX_WORK} steps to build; build it with DynamicGame.with_rules",
        )
    small([p for p in written if isinstance(p, str)], ("rules",))
