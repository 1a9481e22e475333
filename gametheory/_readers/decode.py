"""Games from documents: the schema ``gametheory/1``, described in :mod:`gametheory.interop`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gametheory._readers.rules import institutions
from gametheory._readers.scan import MAX_CELLS, MAX_DIGITS, build_stage
from gametheory._readers.syntax import Path
from gametheory._readers.table import (
    EntryError,
    Table,
    entries,
    is_name,
    items,
    number,
    pair,
    small,
    strings,
    text,
    wrapped,
)
from gametheory.exact import Number
from gametheory.games.dynamic import Draw, DynamicGame, Period, Play
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame, check_players
from gametheory.games.tree import Chance, Node, Tree, Turn, grow

if TYPE_CHECKING:
    import sympy

__all__ = ["SCHEMA", "decode_game"]

SCHEMA = "gametheory/1"
MAX_OUTCOMES = 64  #: in an ordering, whose checking costs the cube of their number
MAX_COMPARISONS = 300
_KINDS = ("stage", "repeated", "sequential", "stochastic", "tree")

_Names = Mapping[str, Number]


def decode_game(data: object) -> StageGame | DynamicGame | Tree:
    """The game that a document describes; raises EntryError, or UnsupportedError."""
    top = Table(data, ())
    if top.has("schema") and top.text("schema") != SCHEMA:
        raise EntryError(("schema",), f"expected {SCHEMA!r}, found {top.text('schema')[:60]!r}")
    for key in ("title", "comment"):
        if top.has(key):
            text(top.get(key), (key,))
    kind = top.text("kind") if top.has("kind") else "repeated" if top.has("discount") else "stage"
    if kind not in _KINDS:
        raise EntryError(("kind",), f"expected one of {', '.join(_KINDS)}; found {kind[:60]!r}")
    players = strings(top.get("players"), ("players",))
    names = _symbols(top)
    checked = wrapped(("players",), lambda: check_players(players))
    game: StageGame | DynamicGame | Tree
    if kind == "stage":
        game = _stage(top, checked, names)
    elif kind == "tree":
        game = _tree(top, checked, names)
    else:
        discount = top.get("discount")
        if isinstance(discount, list):
            given = tuple(number(x, ("discount", i), names) for i, x in enumerate(discount))
        else:
            given = (number(discount, ("discount",), names),) * 2
        if kind == "repeated":
            stage = _stage(top, checked, names)
            base = wrapped(("discount",), lambda: DynamicGame.repeated(stage, discount=given))
        elif kind == "sequential":
            base = _sequential(top, checked, given, names)
        else:
            base = _stochastic(top, checked, given, names)
        game = institutions(top, base, names)
    top.done()
    return game


def _symbols(top: Table) -> dict[str, Number]:
    """Aliases: names in this document for symbols whose own names are not plain words."""
    if not top.has("symbols"):
        return {}
    import sympy

    found: dict[str, Number] = {}
    for alias, name in entries(top.get("symbols"), ("symbols",)).items():
        if not is_name(alias):
            raise EntryError(("symbols", alias), "expected a plain word as the alias")
        found[alias] = sympy.Symbol(text(name, ("symbols", alias)))
    return found


def _domain(top: Table, names: _Names) -> tuple[sympy.Basic, ...]:
    if not top.has("domain"):
        return ()
    import sympy

    signs = {">": sympy.Gt, ">=": sympy.Ge, "<": sympy.Lt, "<=": sympy.Le, "==": sympy.Eq, "!=": sympy.Ne}
    found = []
    for i, line in enumerate(strings(top.get("domain"), ("domain",))):
        parts = re.split(r"(>=|<=|==|!=|>|<)", line)
        if len(parts) != 3:
            raise EntryError(("domain", i), f"expected one comparison such as 'u > v', found {line[:60]!r}")
        left, right = (number(parts[k], ("domain", i), names) for k in (0, 2))
        sides = (sympy.sympify(left), sympy.sympify(right))
        relation = wrapped(("domain", i), lambda s=signs[parts[1]], x=sides: s(*x))  # type: ignore[misc]
        if not getattr(relation, "free_symbols", ()):
            raise EntryError(("domain", i), "expected a comparison that is neither always true nor always false")
        found.append(relation)
    return tuple(found)


def _orderings(top: Table, players: tuple[str, str], outcomes: int) -> tuple[Ordering, Ordering]:
    table = Table(top.get("orderings"), ("orderings",))
    if outcomes > MAX_OUTCOMES:
        raise EntryError(("orderings",), f"orderings of {outcomes} outcomes; at most {MAX_OUTCOMES} are read")
    found = []
    for player in players:
        line = table.text(player)
        if len(set(re.findall(r"\w+", line))) > MAX_OUTCOMES or sum(map(line.count, ">~;")) > MAX_COMPARISONS:
            raise EntryError(table.at(player), f"at most {MAX_OUTCOMES} outcomes and {MAX_COMPARISONS} comparisons")
        found.append(wrapped(table.at(player), lambda line=line: Ordering(line)))  # type: ignore[misc]
    table.done()
    return found[0], found[1]


def _actions(value: object, path: Path, players: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if isinstance(value, Mapping):
        table = Table(value, path)
        both = [strings(table.get(name), table.at(name)) for name in players]
        table.done()
        return both[0], both[1]
    first, second = pair(value, path, players)
    return strings(first, (*path, 0)), strings(second, (*path, 1))


def _payoffs(
    value: object, path: Path, outcomes: list[str], players: tuple[str, str], names: _Names
) -> dict[str, tuple[Number, Number]]:
    given = entries(value, path)
    known = set(outcomes)
    for label in given:
        if label not in known:
            raise EntryError((*path, label), f"unknown outcome {label[:40]!r}; expected one of {', '.join(outcomes[:20])}")
    found = {}
    for label in outcomes:
        if label not in given:
            raise EntryError(path, f"no payoffs for the outcome {label!r}")
        here = (*path, label)
        u, v = pair(given[label], here, players)
        found[label] = (number(u, (*here, 0), names), number(v, (*here, 1), names))
    return found


def _stage(top: Table, players: tuple[str, str], names: _Names) -> StageGame:
    path = top.path
    actions = _actions(top.get("actions"), top.at("actions"), players) if top.has("actions") else None
    labels: list[tuple[str, ...]] | None = None
    if top.has("outcomes"):
        rows = items(top.get("outcomes"), top.at("outcomes"))
        labels = [strings(row, top.at("outcomes", i)) for i, row in enumerate(rows)]
        if not labels or not labels[0] or len({len(row) for row in labels}) != 1:
            raise EntryError(top.at("outcomes"), "expected a table of outcomes: rows of the same length")
    elif actions is None:
        raise EntryError(path, "the key 'outcomes' (a table of outcome labels) or 'actions' is missing")
    cells = len(labels) * len(labels[0]) if labels else len(actions[0]) * len(actions[1]) if actions else 0
    if cells > MAX_CELLS:
        raise EntryError(top.at("actions"), f"a game of {cells} cells; at most {MAX_CELLS} are read")
    ordinal = top.flag("ordinal")
    symbolic = top.flag("symbolic")
    domain = _domain(top, names)
    if top.has("orderings"):
        if top.has("payoffs"):
            raise EntryError(top.at("payoffs"), "expected either orderings or payoffs")
        if labels is None:
            labels = [tuple(a + b for b in actions[1]) for a in actions[0]] if actions else []
        us, mx = _orderings(top, players, cells)
        table = labels
        game = wrapped(
            top.at("orderings"),
            lambda: StageGame.from_orderings(us, mx, outcomes=table, symbolic=symbolic, players=players, actions=actions),
        )
        return replace(game, domain=(*game.domain, *domain)) if domain else game
    if symbolic:
        raise EntryError(top.at("symbolic"), "expected orderings; payoffs are symbolic where they hold names")
    if actions is None and labels is not None:
        actions = _split(labels)
    if labels is None and actions is not None:
        blank = [[0] * len(actions[1])] * len(actions[0])
        game = wrapped(top.at("actions"), lambda: build_stage(blank, blank, players, actions))
        labels = list(game.labels)
    table = labels or []
    pay = _payoffs(top.get("payoffs"), top.at("payoffs"), [x for row in table for x in row], players, names)
    return wrapped(
        path,
        lambda: replace(
            build_stage(
                [[pay[x][0] for x in row] for row in table],
                [[pay[x][1] for x in row] for row in table],
                players,
                actions,
                table,
            ),
            domain=domain,
            ordinal=ordinal,
        ),
    )


def _split(labels: list[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    from gametheory.games.stage import _split_labels

    return _split_labels(labels)


def _tree(top: Table, players: tuple[str, str], names: _Names) -> Tree:
    moves = _branching(top.get("moves"), top.at("moves"), names)
    first = top.text("first") if top.has("first") else None
    labels: list[str] = []
    queue: list[tuple[object, str]] = [(moves, "")]
    for given, history in queue:  # level by level, as the tree lists its plays
        given = given.moves if isinstance(given, Turn) else given
        if isinstance(given, Chance):
            options: list[tuple[str, object]] = [(label, after) for label, (_, after) in given.branches.items()]
        elif isinstance(given, Mapping):
            options = list(given.items())
        else:
            listed: list[object] = given  # type: ignore[assignment]
            rows = [list(x.items()) if isinstance(x, Mapping) else [(str(x), None)] for x in listed]
            options = [option for row in rows for option in row]
        if len(history) > 2 * MAX_DIGITS:
            raise EntryError(top.at("moves"), "shorter names of moves, or fewer in a play, are needed")
        for label, after in options:
            if after is None:
                labels.append(history + label)
            else:
                queue.append((after, history + label))
    if len(set(labels)) != len(labels):
        raise EntryError(top.at("moves"), "expected plays whose joined labels differ (rename the moves)")
    if top.has("orderings"):
        if top.has("payoffs"):
            raise EntryError(top.at("payoffs"), "expected either orderings or payoffs")
        both = _orderings(top, players, len(labels))
        stage = wrapped(
            top.at("orderings"), lambda: StageGame.from_orderings(*both, outcomes=[labels], players=players)
        )
        payoffs: Mapping[str, tuple[Number, Number]] = {label: stage.payoffs(label) for label in labels}
    else:
        payoffs = _payoffs(top.get("payoffs"), top.at("payoffs"), labels, players, names)
    return wrapped(
        top.at("moves"), lambda: Tree.from_moves(moves, payoffs, players=players, first=first)  # type: ignore[arg-type]
    )


def _branching(value: object, path: Path, names: _Names) -> object:
    """Nested moves of a tree."""
    if not isinstance(value, Mapping):
        found = [
            _branching(x, (*path, i), names) if isinstance(x, Mapping) else text(x, (*path, i))
            for i, x in enumerate(items(value, path))
        ]
        if not found or any(isinstance(x, (Turn, Chance)) for x in found):
            raise EntryError(path, "expected labels, and tables from a label to the moves that follow it")
        return found
    if isinstance(value.get("player"), str):
        turn = Table(value, path)
        who, after = turn.text("player"), _branching(turn.get("moves"), turn.at("moves"), names)
        turn.done()
        return Turn(who, after)
    drawn = value.get("chance")
    if len(value) == 1 and isinstance(drawn, Mapping) and all(map(_is_branch, drawn.values())):
        branches: dict[str, object] = {}
        for label, given in drawn.items():
            here = (*path, "chance", label)
            if isinstance(given, Mapping):
                table = Table(given, here)
                p = number(table.get("probability"), table.at("probability"), names)
                branches[label] = (p, _branching(table.get("moves"), table.at("moves"), names))
                table.done()
            else:
                branches[label] = number(given, here, names)
        return wrapped(path, lambda: Chance(branches))
    return {text(k, path): _branching(v, (*path, k), names) for k, v in value.items()}


def _is_branch(value: object) -> bool:
    held = value.get("probability") if isinstance(value, Mapping) else value
    return held is not None and not isinstance(held, (Mapping, list))


# --- dynamic games ----------------------------------------------------------------------------------------------------


def _sequential(top: Table, players: tuple[str, str], discount: tuple[Number, ...], names: _Names) -> DynamicGame:
    first = top.text("first")
    moves = _moves(top.get("moves"), top.at("moves"), 0)
    domain = _domain(top, names)
    ordinal = top.flag("ordinal")
    if first not in players:
        raise EntryError(top.at("first"), f"expected one of the players {', '.join(players)}; found {first[:40]!r}")
    _, _, labels = wrapped(top.at("moves"), lambda: grow(moves, first=players.index(first)))  # type: ignore[arg-type]
    payoffs: Mapping[str, tuple[object, object]]
    if top.has("orderings"):
        if top.has("payoffs"):
            raise EntryError(top.at("payoffs"), "expected either orderings or payoffs")
        symbolic = top.flag("symbolic")
        both = _orderings(top, players, len(labels))
        stage = wrapped(
            top.at("orderings"),
            lambda: StageGame.from_orderings(*both, outcomes=[labels], symbolic=symbolic, players=players),
        )
        payoffs = {label: stage.payoffs(label) for label in labels}
        domain = (*stage.domain, *domain)
        ordinal = stage.ordinal
    else:
        payoffs = _payoffs(top.get("payoffs"), top.at("payoffs"), list(labels), players, names)
    game = wrapped(
        top.path,
        lambda: DynamicGame.sequential(
            first=first, moves=moves, payoffs=payoffs, players=players, discount=discount  # type: ignore[arg-type]
        ),
    )
    return replace(game, domain=domain, ordinal=ordinal) if domain or ordinal else game


def _moves(value: object, path: Path, depth: int) -> object:
    if isinstance(value, Mapping):
        return {text(k, path): _moves(v, (*path, k), depth + 1) for k, v in value.items()}
    found: list[object] = []
    for i, item in enumerate(items(value, path)):
        found.append(_moves(item, (*path, i), depth + 1) if isinstance(item, Mapping) else text(item, (*path, i)))
    return found


def _stochastic(top: Table, players: tuple[str, str], discount: tuple[Number, ...], names: _Names) -> DynamicGame:
    rows = items(top.get("states"), ("states",))
    if not 1 <= len(rows) <= 5_000:
        raise EntryError(("states",), f"expected 1 to 5000 states, found {len(rows)}")
    tables = [Table(row, ("states", i)) for i, row in enumerate(rows)]
    states = [table.text("name") for table in tables]
    if len(set(states)) != len(states):
        raise EntryError(("states",), "expected names of states that differ")
    start = top.text("start") if top.has("start") else states[0]
    if start not in states:
        raise EntryError(("start",), f"expected one of the states {', '.join(states[:20])}; found {start[:40]!r}")
    index = {name: i for i, name in enumerate(states)}
    read = [_period(table, players, discount, index, names) for table in tables]
    variables = []
    for table, name in zip(tables, states, strict=True):
        given: dict[str, int | str] = {"state": name}
        if table.has("variables"):
            given = {}
            for key, value in entries(table.get("variables"), table.at("variables")).items():
                if isinstance(value, bool) or not isinstance(value, (int, str)):
                    raise EntryError(table.at("variables", key), "expected a whole number or text")
                given[key] = value
        variables.append(given)
        table.done()
    domain = _domain(top, names)
    ordinal = any([top.flag("ordinal"), *(ranks for _, ranks in read)])
    return wrapped(
        ("states",),
        lambda: DynamicGame(
            players,
            tuple(states),
            tuple(period for period, _ in read),
            discount,  # type: ignore[arg-type]
            states.index(start),
            tuple(variables),
            domain,  # type: ignore[arg-type]
            ordinal=ordinal,
        ),
    )


def _period(
    table: Table, players: tuple[str, str], discount: tuple[Number, ...], states: Mapping[str, int], names: _Names
) -> tuple[Period, bool]:
    """The period of one state, and whether its payoffs are ranks."""
    if table.has("nodes"):
        return _raw(table, players, states, names), False
    if table.has("moves"):
        game = _sequential(table, players, discount, names)
    else:
        stage = _stage(table, players, names)
        game = wrapped(table.path, lambda: DynamicGame.repeated(stage, discount=discount))
    if game.domain:
        raise EntryError(table.path, "assumptions stand at the top of the document, not in a state")
    period = game.periods[0]
    nexts = entries(table.get("next"), table.at("next")) if table.has("next") else {}
    for label in nexts:
        if label not in period.labels:
            raise EntryError(table.at("next", label), f"unknown outcome {label[:40]!r}")
    here = states[table.text("name")]
    plays = []
    for play in period.plays:
        draw: Draw = ((Fraction(1), here),)
        if play.label in nexts:
            draw = _draw(nexts[play.label], table.at("next", play.label), states, names)
        plays.append(replace(play, next=draw))
    return replace(period, plays=tuple(plays)), game.ordinal


def _draw(value: object, path: Path, states: Mapping[str, int], names: _Names) -> Draw:
    given = {value: 1} if isinstance(value, str) else entries(value, path)
    found = []
    for name, p in given.items():
        if name not in states:
            raise EntryError(path, f"unknown state {name[:40]!r}; expected one of {', '.join(list(states)[:20])}")
        found.append((number(p, (*path, name), names), states[name]))
    small([p for p in given.values() if isinstance(p, str)], path)
    return tuple(found)


def _raw(table: Table, players: tuple[str, str], states: Mapping[str, int], names: _Names) -> Period:
    """A period written out node by node."""
    nodes = []
    for i, row in enumerate(items(table.get("nodes"), table.at("nodes"))):
        node = Table(row, table.at("nodes", i))
        who = node.text("player")
        if who not in players:
            raise EntryError(node.at("player"), f"expected one of the players {', '.join(players)}")
        history = node.get("history") if node.has("history") else ""
        if not isinstance(history, str):
            raise EntryError(node.at("history"), "expected text")
        nodes.append(Node(players.index(who), history, strings(node.get("actions"), node.at("actions"))))
        node.done()
    plays = []
    for i, row in enumerate(items(table.get("plays"), table.at("plays"))):
        play = Table(row, table.at("plays", i))
        u, v = pair(play.get("payoffs"), play.at("payoffs"), players)
        both = (number(u, play.at("payoffs", 0), names), number(v, play.at("payoffs", 1), names))
        plays.append(Play(play.text("outcome"), both, _draw(play.get("next"), play.at("next"), states, names)))
        play.done()
    simultaneous = table.flag("simultaneous")
    place = {f"node {i}": i for i in range(len(nodes))} if not simultaneous else {}
    place |= {play.label: ~i for i, play in enumerate(plays)}
    branches = []
    given = items(table.get("branches"), table.at("branches"))
    for i, row in enumerate(given):
        line = []
        for j, cell in enumerate(items(row, table.at("branches", i))):
            here = table.at("branches", i, j)
            lottery = []
            for target, p in ({cell: 1} if isinstance(cell, str) else entries(cell, here)).items():
                if target not in place or (0 <= place[target] <= i and not simultaneous):
                    raise EntryError(here, f"expected an outcome, or a later node such as 'node 1'; found {target[:40]!r}")
                lottery.append((number(p, here, names), place[target]))
            small([p for p in (cell.values() if isinstance(cell, dict) else ()) if isinstance(p, str)], here)
            line.append(tuple(lottery))
        branches.append(tuple(line))
    shape = [len(row) for row in branches]
    actions = [len(node.actions) for node in nodes]
    fits = shape == [actions[1]] * actions[0] if simultaneous and len(nodes) == 2 else shape == actions and nodes
    if not fits or (simultaneous and [node.player for node in nodes] != [0, 1]):
        raise EntryError(table.at("branches"), "expected one entry for each action of each node")
    return Period(simultaneous, tuple(nodes), tuple(branches), tuple(plays))
