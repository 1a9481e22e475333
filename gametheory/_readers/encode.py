"""Documents from games: the shortest form of the schema ``gametheory/1`` that reads back as an equal game."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations

from gametheory._readers.decode import SCHEMA, decode_game
from gametheory._readers.table import EntryError, is_name, plain
from gametheory.errors import GameTheoryError, InputTypeError, UnsupportedError
from gametheory.exact import Number, free_names
from gametheory.games.dynamic import DynamicGame, Period
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Rule, Stepped, Sunset, Tremble
from gametheory.games.stage import StageGame, free_names_of
from gametheory.games.tree import Nature, Tree

__all__ = ["encode_game"]

Document = dict[str, object]


def encode_game(game: object) -> Document:
    """The document of a game; it has been read back and compared before it is returned.

    Raises
    ------
    InputTypeError
        For what is no stage game and no dynamic game.
    UnsupportedError
        For a game that no document of this schema gives back exactly.
    """
    if isinstance(game, StageGame):
        candidates: Iterator[Callable[[], Document | None]] = _stages(game)
    elif isinstance(game, DynamicGame):
        candidates = _dynamics(game)
    elif isinstance(game, Tree):
        candidates = iter([lambda: _tree(game)])
    else:
        raise InputTypeError("game", game, "a StageGame, a DynamicGame or a Tree")
    reason = "no form of the document fits it"
    for candidate in candidates:
        try:
            document = candidate()
            if document is None:
                continue
            if decode_game(document) == game:
                return document
            reason = "it would read back as a different game"
        except EntryError as error:
            reason = error.problem
        except GameTheoryError as error:
            reason = str(error)
    raise UnsupportedError(
        "game",
        str(game)[:200],
        "a game with rational payoffs or polynomials and fractions in plain symbols, within the limits of the reader"
        f" ({reason}); pickle keeps any other",
    )


class _Names:
    """Aliases for symbols whose names are not plain words."""

    def __init__(self, names: Sequence[str]) -> None:
        taken = set(names)
        self.aliases: dict[str, str] = {}
        for name in sorted(taken):
            if not is_name(name):
                fresh = next(f"x{i}" for i in range(1, 10**6) if f"x{i}" not in taken)
                taken.add(fresh)
                self.aliases[name] = fresh

    def number(self, x: Number) -> object:
        if isinstance(x, Fraction):
            return plain(x)
        return self.text(x)

    def text(self, x: object) -> str:
        renamed = {s: s.func(self.aliases[str(s)]) for s in x.free_symbols if str(s) in self.aliases}  # type: ignore[attr-defined]
        return str(x.xreplace(renamed) if renamed else x)  # type: ignore[attr-defined]

    def table(self) -> Document:
        return {"symbols": {alias: name for name, alias in self.aliases.items()}} if self.aliases else {}

    def domain(self, relations: Sequence[object]) -> Document:
        signs = {"StrictGreaterThan": ">", "GreaterThan": ">=", "StrictLessThan": "<", "LessThan": "<="}
        signs |= {"Equality": "==", "Unequality": "!="}
        lines = []
        for relation in relations:
            sign = signs.get(type(relation).__name__)
            if sign is None:
                raise EntryError(("domain",), f"the assumption {relation} is not a comparison")
            lines.append(f"{self.text(relation.lhs)} {sign} {self.text(relation.rhs)}")  # type: ignore[attr-defined]
        return {"domain": lines} if lines else {}


def _lists(table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in table]


# --- stage games ------------------------------------------------------------------------------------------------------


def _stages(game: StageGame) -> Iterator[Callable[[], Document | None]]:
    head: Document = {"schema": SCHEMA, "kind": "stage"}
    yield lambda: _by_orderings(game, head, named=False)
    yield lambda: _by_orderings(game, head, named=True)
    yield lambda: head | _by_payoffs(game, _Names([*game.parameters, *free_names_of(game.domain)]), named=True)


def _by_orderings(game: StageGame, head: Document, *, named: bool) -> Document | None:
    """Orderings instead of payoffs, where the payoffs are their ranks or their symbols."""
    flat = [x for row in game.labels for x in row]
    if len(flat) > 64 or not all(re.fullmatch(r"[A-Za-z0-9_]+", x) for x in flat):
        return None
    if game.ordinal and game.is_numeric:
        us, mx = (str(order) for order in game.orderings())
        symbolic: Document = {}
    elif game.domain:
        texts = [_chains(game, i) for i in (0, 1)]
        if None in texts:
            return None
        us, mx = (str(x) for x in texts)
        symbolic = {"symbolic": True}
    else:
        return None
    actions: Document = {"actions": _lists(game.actions)} if named else {}
    table = {game.players[0]: us, game.players[1]: mx}
    outcomes: Document = {"outcomes": _lists(game.labels)}
    return head | {"players": list(game.players)} | actions | outcomes | symbolic | {"orderings": table}


def _chains(game: StageGame, player: int) -> str | None:
    """The assumptions about one player's payoffs as an ordering, if every payoff is a symbol of its own."""
    matrix = (game.A, game.B)[player]
    label = {str(x): game.labels[i][j] for i, row in enumerate(matrix) for j, x in enumerate(row)}
    signs = {"StrictGreaterThan": ">", "GreaterThan": ">=", "Equality": "~"}
    text, last = "", ""
    for relation in game.domain:
        left, right = label.get(str(getattr(relation, "lhs", ""))), label.get(str(getattr(relation, "rhs", "")))
        sign = signs.get(type(relation).__name__)
        if left is None or right is None or sign is None:
            continue
        text += f" {sign} {right}" if text and left == last else f"{'; ' if text else ''}{left} {sign} {right}"
        last = right
    return text or None


def _by_payoffs(game: StageGame, names: _Names, *, named: bool, top: bool = True) -> Document:
    pay = {
        x: [names.number(game.A[i][j]), names.number(game.B[i][j])]
        for i, row in enumerate(game.labels)
        for j, x in enumerate(row)
    }
    who: Document = {"players": list(game.players)} if top else {}
    actions: Document = {"actions": _lists(game.actions)} if named else {}
    flags: Document = {"ordinal": True} if game.ordinal else {}
    assumed = names.domain(game.domain) | names.table() if top else {}
    return who | actions | {"outcomes": _lists(game.labels)} | flags | assumed | {"payoffs": pay}


def _tree(game: Tree) -> Document:
    names = _Names(game.parameters)

    def below(n: int, expected: int) -> object:
        node = game.nodes[n]
        if isinstance(node, Nature):
            branches: Document = {}
            for label, p, t in zip(node.actions, node.probabilities, game.targets[n], strict=True):
                chance = names.number(p)
                branches[label] = {"probability": chance, "moves": below(t, expected)} if t >= 0 else chance
            return {"chance": branches}
        options: list[object] = [
            {label: below(t, 1 - node.player)} if t >= 0 else label
            for label, t in zip(node.actions, game.targets[n], strict=True)
        ]
        return options if node.player == expected else {"player": game.players[node.player], "moves": options}

    root = game.nodes[0]
    first = 0 if isinstance(root, Nature) else root.player
    payoffs = {label: [names.number(x) for x in pay] for label, pay in zip(game.labels, game.payoffs, strict=True)}
    head: Document = {"schema": SCHEMA, "kind": "tree", "players": list(game.players), "first": game.players[first]}
    return head | {"moves": below(0, first)} | names.table() | {"payoffs": payoffs}


# --- dynamic games ----------------------------------------------------------------------------------------------------


def _dynamics(game: DynamicGame) -> Iterator[Callable[[], Document | None]]:
    base = game.base if game.base is not None else game
    rules: Document = {"rules": [_rule(rule) for rule in game.rules]} if game.rules else {}
    unbound = base.with_rules(*game.rules) if game.base is not None and game.bound else base
    names = _Names(
        [*base.parameters, *free_names_of(base.domain), *chain.from_iterable(free_names(v) for _, v in game.bound)]
    )
    bound: Document = {}
    for name, value in game.bound:  # what is already in the base is recorded, the rest is put in on reading
        used = game.base is not None and name in {*unbound.parameters, *free_names_of(unbound.domain)}
        bound.setdefault("parameters" if used else "substituted", {})[name] = names.number(value)  # type: ignore[index]
    same = base.discount[0] == base.discount[1]
    discount = names.number(base.discount[0]) if same else [names.number(x) for x in base.discount]
    for kind, body in (("repeated", _repeated), ("sequential", _in_turn), ("stochastic", _states)):
        for seen in _perceptions(game) if game.has_beliefs else ({},):

            def document(
                kind: str = kind, body: Callable[[DynamicGame, _Names], Document | None] = body, seen: Document = seen
            ) -> Document | None:
                held = body(base, names)
                if held is None:
                    return None
                head: Document = {"schema": SCHEMA, "kind": kind, "players": list(base.players), "discount": discount}
                ranks: Document = {"ordinal": True} if base.ordinal else {}
                rest = ranks | names.domain(base.domain) | names.table()
                plain_first = {k: v for k, v in held.items() if k not in ("payoffs", "states")}
                tables = {k: v for k, v in held.items() if k in ("payoffs", "states")}
                return head | plain_first | rest | seen | bound | tables | rules

            yield document


def _perceptions(game: DynamicGame) -> Iterator[Document]:
    """What a player may fail to foresee; the one that fits is found by trying."""
    variables = [rule.name for rule in game.rules if isinstance(rule, (Counter, Modulate))][:6]
    for size in range(1, len(variables) + 1):
        for without in combinations(variables, size):
            for player in game.players:
                yield {"perceived": {"player": player, "without": list(without)}}


def _as_stage(period: Period, players: tuple[str, str]) -> StageGame | None:
    if not period.simultaneous:
        return None
    m, n = (len(node.actions) for node in period.nodes)
    if len(period.plays) != m * n:
        return None
    rows = [period.plays[i * n : (i + 1) * n] for i in range(m)]
    return StageGame(
        [[play.payoffs[0] for play in row] for row in rows],  # type: ignore[arg-type]
        [[play.payoffs[1] for play in row] for row in rows],  # type: ignore[arg-type]
        players,
        (period.nodes[0].actions, period.nodes[1].actions),
        labels=tuple(tuple(play.label for play in row) for row in rows),
    )


def _repeated(game: DynamicGame, names: _Names) -> Document | None:
    stage = _as_stage(game.periods[0], game.players) if game.states == ("play",) else None
    if stage is None:
        return None
    return _by_payoffs(stage, names, named=True, top=False)


def _in_turn(game: DynamicGame, names: _Names) -> Document | None:
    return _moves(game.periods[0], game.players, names) if game.states == ("play",) else None


def _moves(period: Period, players: tuple[str, str], names: _Names) -> Document | None:
    """First mover and nested moves of a period in which movers alternate and nothing is left to chance."""
    if period.simultaneous or any(len(lottery) != 1 for row in period.branches for lottery in row):
        return None

    def below(node: int, depth: int) -> list[object]:
        found: list[object] = []
        for label, lottery in zip(period.nodes[node].actions, period.branches[node], strict=True):
            target = lottery[0][1]
            found.append({label: below(target, depth + 1)} if target >= 0 else label)
        return found

    payoffs = {play.label: [names.number(x) for x in play.payoffs] for play in period.plays}
    return {"first": players[period.nodes[0].player], "moves": _tidy(below(0, 0)), "payoffs": payoffs}


def _tidy(moves: list[object]) -> object:
    """A list of one-entry tables as one table, where every move is followed by others."""
    if all(isinstance(move, dict) for move in moves):
        return {label: _tidy(after) for move in moves if isinstance(move, dict) for label, after in move.items()}
    return [
        {label: _tidy(after) for label, after in move.items()} if isinstance(move, dict) else move for move in moves
    ]


def _states(game: DynamicGame, names: _Names) -> Document:
    rows = []
    for s, (name, period) in enumerate(zip(game.states, game.periods, strict=True)):
        held: Document = {"name": name}
        stage = _as_stage(period, game.players)
        in_turn = _moves(period, game.players, names)
        shape = in_turn if in_turn is not None else _by_payoffs(stage, names, named=True, top=False) if stage else None
        draws = {play.label: _target(play.next, game.states, names) for play in period.plays}
        simple = {label: draw for label, draw in draws.items() if draw != name}
        if shape is not None and _faithful(period, shape, game.players):
            held |= shape | ({"next": simple} if simple else {})
        else:
            held |= _raw(period, game.players, draws, names)
        if dict(game.variables[s]) != {"state": name}:
            held["variables"] = dict(game.variables[s])
        rows.append(held)
    start: Document = {"start": game.states[game.start]} if game.start else {}
    return start | {"states": rows}


def _faithful(period: Period, shape: Mapping[str, object], players: tuple[str, str]) -> bool:
    """Whether the simple form gives back this period's nodes and branches."""
    from gametheory._readers.table import Table
    from gametheory.games.tree import grow

    if "moves" not in shape:
        n = len(period.nodes[1].actions)
        straight = tuple(
            tuple(((Fraction(1), ~(i * n + j)),) for j in range(n)) for i in range(len(period.nodes[0].actions))
        )
        return period.branches == straight
    moves = Table(shape, ()).get("moves")
    try:
        nodes, targets, labels = grow(moves, first=players.index(str(shape["first"])))  # type: ignore[arg-type]
    except GameTheoryError:
        return False
    branches = tuple(tuple(((Fraction(1), t),) for t in row) for row in targets)
    return nodes == period.nodes and branches == period.branches and labels == period.labels


def _target(draw: Sequence[tuple[Number, int]], states: Sequence[str], names: _Names) -> object:
    if len(draw) == 1 and draw[0][0] == 1:
        return states[draw[0][1]]
    return {states[t]: names.number(p) for p, t in draw}


def _raw(period: Period, players: tuple[str, str], draws: Mapping[str, object], names: _Names) -> Document:
    def place(target: int) -> str:
        return f"node {target}" if target >= 0 else period.plays[~target].label

    def cell(lottery: Sequence[tuple[Number, int]]) -> object:
        if len(lottery) == 1 and lottery[0][0] == 1:
            return place(lottery[0][1])
        return {place(t): names.number(p) for p, t in lottery}

    return {
        "simultaneous": period.simultaneous,
        "nodes": [
            {"player": players[n.player], "history": n.history, "actions": list(n.actions)} for n in period.nodes
        ],
        "branches": [[cell(lottery) for lottery in row] for row in period.branches],
        "plays": [
            {"outcome": p.label, "payoffs": [names.number(x) for x in p.payoffs], "next": draws[p.label]} for p in period.plays
        ],
    }


# --- rules ------------------------------------------------------------------------------------------------------------


def _expression(x: object) -> object:
    if isinstance(x, bool) or not isinstance(x, (str, int, float, Fraction)):
        raise UnsupportedError("rule", x, "an expression as text, a number or a fraction")
    if isinstance(x, Fraction):
        return {"fraction": str(x)}
    return Decimal(repr(x)) if isinstance(x, float) else x


def _rule(rule: Rule) -> Document:
    held: Document = {"rule": type(rule).__name__}
    labels = lambda given: given if isinstance(given, str) else list(given)  # noqa: E731
    chances = lambda given: {label: _expression(p) for label, p in given.items()}  # noqa: E731
    if isinstance(rule, Counter):
        held |= {"name": rule.name, "upto": rule.upto, "on": chances(rule.on)}
        if rule.down:
            held["down"] = chances(rule.down)
        if isinstance(rule.reset_on, Stepped):
            held["reset_on"] = {"stepped": rule.reset_on.counter}
        elif rule.reset_on:
            held["reset_on"] = labels(rule.reset_on)
        if rule.start:
            held["start"] = rule.start
        if rule.ratchet:
            held["ratchet"] = True
    elif isinstance(rule, (Fine, Bonus)):
        held |= {"player": rule.player, "on": labels(rule.on), "by": _expression(rule.by)}
    elif isinstance(rule, Prohibit):
        held |= {"player": rule.player, "action": rule.action, "when": rule.when}
        if not rule.binds_trembles:
            held["binds_trembles"] = False
    elif isinstance(rule, Tremble):
        held |= {"player": rule.player, "to": rule.to, "probability": _expression(rule.probability)}
        if rule.instead_of:
            held["instead_of"] = labels(rule.instead_of)
    elif isinstance(rule, Sunset):
        held |= {"counter": rule.counter, "probability": _expression(rule.probability)}
        if rule.to:
            held["to"] = rule.to
    elif isinstance(rule, Modulate):
        held |= {"name": rule.name, "states": list(rule.states)}
        held["transition"] = [[_expression(p) for p in row] for row in rule.transition]
        if rule.start is not None:
            held["start"] = rule.start
    else:
        raise InputTypeError("rule", rule, "Counter, Fine, Bonus, Prohibit, Tremble, Sunset or Modulate")
    return held
