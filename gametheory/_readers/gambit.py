"""Gambit's files: .nfg in both its forms, and .efg trees of perfect information.

A .nfg file lists payoffs cell by cell, the row player's action running fastest (payoff form), or names outcomes with
their payoffs and then lists an outcome for each cell (outcome form, 0 for the outcome that pays nothing). A .efg file
lists nodes in prefix order; payoffs may fall due along the way and add up. In strings ``\\"`` is a quotation mark and
``\\\\`` a backslash.

Source: Gambit, "Game representation formats", https://gambitproject.readthedocs.io/en/latest/formats.html
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gametheory._readers.scan import (
    MAX_CELLS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_LABELS,
    Scanner,
    build_stage,
    is_auto,
    position,
)
from gametheory.errors import InputError, InputTypeError, ReadError, UnsupportedError
from gametheory.games.stage import StageGame, check_players
from gametheory.games.tree import Nature, Node, Tree

__all__ = ["efg_text", "nfg_text", "read_efg", "read_nfg"]


def _header(scan: Scanner, kind: str, version: str) -> tuple[str, str]:
    """The first line; returns both players' names."""
    if scan.kind != "word" or scan.value != kind:
        raise scan.expected(kind)
    scan.advance()
    if scan.kind != "number" or scan.value != version:
        raise scan.expected(f"version {version} of the format")
    scan.advance()
    if scan.kind != "word" or scan.value not in ("R", "D"):
        raise scan.expected("R (rational) or D (decimal)")
    scan.advance()
    scan.take("string", "the title in quotation marks")
    start = scan.start
    names = scan.strings("the players' names in quotation marks")
    if len(names) > 2:
        raise UnsupportedError("players", names[:12], "two players; for three or more use Gambit (pygambit)")
    if len(names) < 2:
        raise scan.error(f"expected two players, found {len(names)}", start)
    names = [name or default for name, default in zip(names, ("row", "column"), strict=True)]
    if names[0] == names[1]:
        raise scan.error(f"expected two different players, found {names[0]!r} twice", start)
    return check_players(names)


def _payoffs(scan: Scanner) -> tuple[Fraction, Fraction]:
    """``{ 1, 2 }`` after its brace."""
    u = scan.number("the first player's payoff")
    scan.comma()
    v = scan.number("the second player's payoff")
    return u, v


def read_nfg(text: str, name: str) -> StageGame:
    """Read a .nfg file's text."""
    scan = Scanner(text, name)
    players = _header(scan, "NFG", "1")
    start = scan.start
    scan.mark("{", "'{' and the numbers of strategies, or their names")
    actions: list[list[str]]
    if scan.at("{"):
        actions = []
        while scan.at("{"):
            actions.append(scan.strings("the strategies' names in quotation marks"))
        m, n = (len(x) for x in actions) if len(actions) == 2 else (0, 0)
    else:
        sizes = []
        while scan.kind == "number":
            sizes.append(scan.integer("a number of strategies"))
        m, n = sizes if len(sizes) == 2 else (0, 0)
        actions = []
    if m < 1 or n < 1:
        raise scan.error("expected one or more strategies for each of the two players", start)
    if m * n > MAX_CELLS:
        raise scan.error(f"a game of {m} x {n} cells; at most {MAX_CELLS} are read", start)
    scan.mark("}")
    actions = actions or [[str(i + 1) for i in range(m)], [str(j + 1) for j in range(n)]]
    for player, given in zip(players, actions, strict=True):
        given[:] = [label or str(i + 1) for i, label in enumerate(given)]
        if len(set(given)) != len(given):
            raise scan.error(f"the names of {player}'s strategies repeat", start)
    if scan.kind == "string":
        scan.take("string", "a comment")
    zero = Fraction(0)
    A = [[zero] * n for _ in range(m)]
    B = [[zero] * n for _ in range(m)]
    labels: list[list[str]] | None = None
    if scan.at("{"):
        outcomes = _outcomes(scan)
        chosen = []
        for cell in range(m * n):
            at = scan.start
            index = scan.integer("the number of an outcome")
            if index > len(outcomes):
                raise scan.error(f"outcome {index}, but there are {len(outcomes)}", at)
            chosen.append(index)
            if index:
                A[cell % m][cell // m], B[cell % m][cell // m] = outcomes[index - 1][1]
        named = [outcomes[index - 1][0] if index else "" for index in chosen]
        if all(named) and len(set(named)) == len(named) and not all(map(is_auto, named)):
            labels = [[named[j * m + i] for j in range(n)] for i in range(m)]
    else:
        for cell in range(m * n):
            A[cell % m][cell // m] = scan.number("a payoff")
            B[cell % m][cell // m] = scan.number("a payoff")
    if scan.kind != "end":
        raise scan.expected("the end of the file")
    try:
        return build_stage(A, B, players, actions, labels)
    except (InputError, InputTypeError) as error:
        raise scan.error(str(error), start) from None


def _outcomes(scan: Scanner) -> list[tuple[str, tuple[Fraction, Fraction]]]:
    scan.mark("{")
    found = []
    while scan.at("{"):
        scan.advance()
        label = scan.take("string", "the outcome's name in quotation marks")
        found.append((label, _payoffs(scan)))
        scan.mark("}")
        if len(found) > MAX_CELLS:
            raise scan.error(f"more than {MAX_CELLS} outcomes")
    scan.mark("}")
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nfg_text(game: StageGame, *, title: str = "") -> str:
    """The game as .nfg: payoff form, or outcome form if the outcomes have names of their own."""
    if not game.is_numeric:
        raise InputError("payoffs", list(game.parameters), "numeric payoffs; substitute the parameters first")
    m, n = game.shape
    names = " ".join(map(_quoted, game.players))
    lines = [f"NFG 1 R {_quoted(title)} {{ {names} }}", ""]
    lines.append("{ " + "\n".join("{ " + " ".join(map(_quoted, labels)) + " }" for labels in game.actions) + " }")
    lines += ['""', ""]
    cells = [(i, j) for j in range(n) for i in range(m)]
    plain = build_stage([[0] * n] * m, [[0] * n] * m, game.players, game.actions)
    if game.labels == plain.labels or all(is_auto(x) for row in game.labels for x in row):
        lines += [" ".join(f"{game.A[i][j]} {game.B[i][j]}" for i in range(m)) for j in range(n)]
    else:
        lines.append("{")
        lines += [f"{{ {_quoted(game.labels[i][j])} {game.A[i][j]}, {game.B[i][j]} }}" for i, j in cells]
        lines += ["}", " ".join(str(k + 1) for k in range(m * n))]
    return "\n".join(lines) + "\n"


# --- trees ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _EfgNode:
    """A node of a tree read from a .efg file.

    Parameters
    ----------
    player : int or None
        0 or 1 for a player, -1 for chance, None at the end of a play.
    actions : tuple of str
    probabilities : tuple of Fraction
        Of chance's actions.
    payoffs : (Fraction, Fraction)
        What falls due at this node.
    outcome : str
        The name of what falls due.
    """

    player: int | None
    actions: tuple[str, ...] = ()
    probabilities: tuple[Fraction, ...] = ()
    payoffs: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    outcome: str = ""


def read_efg(text: str, name: str) -> Tree:
    """Read a .efg file's text; a tree with an information set of several nodes is refused by name."""
    scan = Scanner(text, name)
    players = _header(scan, "EFG", "2")
    if scan.kind == "string":
        scan.take("string", "a comment")
    outcomes: _Outcomes = {0: ("", (Fraction(0), Fraction(0)))}
    seen: set[tuple[int, int]] = set()
    chance: dict[int, tuple[tuple[str, ...], tuple[Fraction, ...]]] = {}
    made: list[_EfgNode] = []
    children: list[list[int]] = []
    waiting = [(-1, 1, 0)]  # nodes with children still to come: (index, how many, moves before the child)
    while waiting:
        parent, missing, depth = waiting.pop()
        if missing > 1:
            waiting.append((parent, missing - 1, depth))
        if parent >= 0:
            children[parent].append(len(made))
        node = _node(scan, seen, chance, outcomes)
        made.append(node)
        children.append([])
        if len(made) > MAX_CELLS:
            raise scan.error(f"a tree of more than {MAX_CELLS} nodes")
        if node.actions:
            waiting.append((len(made) - 1, len(node.actions), depth + 1))
            if depth >= MAX_DEPTH:
                raise scan.error(f"a tree of more than {MAX_DEPTH} moves in a play")
    if scan.kind != "end":
        raise scan.expected("the end of the file")
    if not children[0]:
        raise ReadError(name, 1, 1, "expected a tree with at least one move")
    try:
        return _tree(players, made, children)
    except (InputError, InputTypeError) as error:
        raise ReadError(name, 1, 1, str(error)) from None


def _tree(players: tuple[str, str], made: list[_EfgNode], children: list[list[int]]) -> Tree:
    """Nodes level by level, as :meth:`Tree.from_moves` lays them out."""
    ends = [k for k, kids in enumerate(children) if not kids]
    named = [made[k].outcome for k in ends]
    use_names = all(named) and len(set(named)) == len(named) and not all(map(is_auto, named))
    for sign in ("", ",", ";", "|"):
        nodes: list[Node | Nature] = []
        targets: list[tuple[int, ...]] = []
        labels: list[str] = []
        payoffs: list[tuple[Fraction, Fraction]] = []
        written = 0
        queue = [(0, "", (Fraction(0), Fraction(0)))]
        for k, history, due in queue:
            node = made[k]
            if node.player == -1:
                nodes.append(Nature(history, node.actions, node.probabilities))
            else:
                nodes.append(Node(node.player or 0, history, node.actions))
            row = []
            for action, child in zip(node.actions, children[k], strict=True):
                after = history + sign + action if history else action
                written += len(after)
                if len(after) > 2 * MAX_DIGITS or written > MAX_LABELS:
                    raise InputError("names of the moves", after[:40] + "...", "shorter names")
                total = (due[0] + node.payoffs[0], due[1] + node.payoffs[1])
                if children[child]:
                    row.append(len(queue))
                    queue.append((child, after, total))
                else:
                    row.append(~len(labels))
                    labels.append(made[child].outcome if use_names else after)
                    payoffs.append((total[0] + made[child].payoffs[0], total[1] + made[child].payoffs[1]))
            targets.append(tuple(row))
        if len(set(labels)) == len(labels):
            break
    return Tree(tuple(nodes), tuple(targets), tuple(labels), tuple(payoffs), players)


def _node(
    scan: Scanner,
    seen: set[tuple[int, int]],
    chance: dict[int, tuple[tuple[str, ...], tuple[Fraction, ...]]],
    outcomes: _Outcomes,
) -> _EfgNode:
    if scan.kind != "word" or scan.value not in ("p", "c", "t"):
        raise scan.expected("a node: p (a player), c (chance) or t (the end of a play)")
    kind = scan.value
    scan.advance()
    scan.take("string", "the node's name in quotation marks")
    player: int | None = None
    actions: tuple[str, ...] = ()
    chances: tuple[Fraction, ...] = ()
    if kind == "p":
        at = scan.start
        player = scan.integer("the number of a player, 1 or 2") - 1
        if player not in (0, 1):
            raise scan.error(f"player {player + 1}, but there are two", at)
        number = scan.integer("the number of an information set")
        if (player, number) in seen:
            what = f"information set {number} of player {player + 1} holds several nodes (line {position(scan.text, at)[0]})"
            raise UnsupportedError(
                "tree", what, "perfect information: every player sees what was done before; for others use Gambit (pygambit)"
            )
        seen.add((player, number))
        if scan.kind == "string":
            scan.advance()
        at = scan.start
        actions = tuple(scan.strings("the actions' names in quotation marks"))
        _check_actions(scan, actions, at)
    elif kind == "c":
        player = -1
        number = scan.integer("the number of an information set")
        if scan.kind == "string":
            scan.advance()
        if scan.at("{"):
            at = scan.start
            actions, chances = _lottery(scan)
            _check_actions(scan, actions, at)
            if sum(chances) != 1 or min(chances) < 0:
                raise scan.error(f"probabilities that sum to {sum(chances)}; expected 1, none negative", at)
            if chance.setdefault(number, (actions, chances)) != (actions, chances):
                raise scan.error(f"chance's information set {number} was declared otherwise before", at)
        elif number in chance:
            actions, chances = chance[number]
        else:
            raise scan.expected("'{' and chance's actions with their probabilities")
    label, payoffs = _outcome(scan, outcomes)
    return _EfgNode(player, actions, chances, payoffs, label)


def _check_actions(scan: Scanner, actions: tuple[str, ...], at: int) -> None:
    if not actions or not all(actions) or len(set(actions)) != len(actions):
        raise scan.error("expected one or more actions, with names that differ", at)


def _lottery(scan: Scanner) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
    scan.mark("{")
    labels, chances = [], []
    while scan.kind == "string":
        labels.append(scan.take("string", "an action"))
        chances.append(scan.number("the action's probability"))
    scan.mark("}")
    return tuple(labels), tuple(chances)


_Outcomes = dict[int, tuple[str, tuple[Fraction, Fraction]]]


def _outcome(scan: Scanner, outcomes: _Outcomes) -> tuple[str, tuple[Fraction, Fraction]]:
    at = scan.start
    number = scan.integer("the number of an outcome, or 0")
    label = scan.take("string", "the outcome's name") if scan.kind == "string" else ""
    if scan.at("{"):
        scan.advance()
        payoffs = _payoffs(scan)
        scan.mark("}")
        if number == 0:
            raise scan.error("outcome 0 pays nothing and has no payoffs of its own", at)
        if outcomes.setdefault(number, (label, payoffs))[1] != payoffs:
            raise scan.error(f"outcome {number} was declared with other payoffs before", at)
    if number not in outcomes:
        raise scan.error(f"outcome {number} has no payoffs", at)
    return outcomes[number]


def efg_text(game: Tree, *, title: str = "") -> str:
    """The tree as .efg; every play is an outcome with the play's label."""
    if not game.is_numeric:
        raise InputError("payoffs", list(game.parameters), "numeric payoffs and probabilities; substitute the parameters first")
    lines = [f"EFG 2 R {_quoted(title)} {{ {' '.join(map(_quoted, game.players))} }}", '""', ""]
    sets = {-1: 0, 0: 0, 1: 0}
    stack = [0]
    while stack:
        t = stack.pop()
        if t < 0:
            u, v = game.payoffs[~t]
            lines.append(f't "" {~t + 1} {_quoted(game.labels[~t])} {{ {u}, {v} }}')
            continue
        node = game.nodes[t]
        player = -1 if isinstance(node, Nature) else node.player
        sets[player] += 1
        if isinstance(node, Nature):
            actions = " ".join(f"{_quoted(a)} {p}" for a, p in zip(node.actions, node.probabilities, strict=True))
            lines.append(f'c "" {sets[player]} "" {{ {actions} }} 0')
        else:
            lines.append(f'p "" {player + 1} {sets[player]} "" {{ {" ".join(map(_quoted, node.actions))} }} 0')
        stack += reversed(game.targets[t])
    return "\n".join(lines) + "\n"
