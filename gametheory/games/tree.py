"""Perfect-information move structures: who moves after what. They serve one-shot trees and the moves within a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.exact import Number, exact, free_names, substitute
from gametheory.games.stage import StageGame, check_players

__all__ = ["Chance", "Lottery", "Moves", "Nature", "Node", "Tree", "Turn", "grow", "lay_out"]

#: A chance draw: pairs (probability, target). A target of 0 or more is a node; a negative one, ``~p``, is the play ``p``.
Lottery = tuple[tuple[Number, int], ...]

#: Nested moves: labels in a tuple end the play; a mapping says which moves follow each label (the other player's).
Moves = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True)
class Node:
    """A point at which a player chooses.

    Parameters
    ----------
    player : int
        0 for the first player, 1 for the second.
    history : str
        Joined labels of what was seen before within the period; ``""`` at the beginning.
    actions : tuple of str
        Labels of what can be chosen.
    """

    player: int
    history: str
    actions: tuple[str, ...]


def grow(moves: Moves, *, first: int) -> tuple[tuple[Node, ...], tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Lay out nested moves, movers alternating, as nodes, targets and labels of the plays.

    Returns
    -------
    nodes : tuple of Node
        The beginning first, every node before those that follow it.
    targets : tuple of tuples of int
        ``targets[node][action]``: the node that follows, or ``~p`` for the play ``p``.
    labels : tuple of str
        Labels of the plays.

    Examples
    --------
    >>> nodes, targets, labels = grow({"N": ("E", "S"), "U": ("A", "P")}, first=0)
    >>> labels
    ('NE', 'NS', 'UA', 'UP')
    >>> targets
    ((1, 2), (-1, -2), (-3, -4))
    """
    nodes: list[Node] = []
    targets: list[tuple[int, ...]] = []
    labels: list[str] = []
    queue: list[tuple[Moves, str, int]] = [(moves, "", first)]
    made = 1
    for given, history, player in queue:
        options = _options(given, history)
        nodes.append(Node(player, history, tuple(label for label, _ in options)))
        row = []
        for label, after in options:
            if after is None:
                labels.append(history + label)
                row.append(~(len(labels) - 1))
            else:
                queue.append((after, history + label, 1 - player))
                row.append(made)
                made += 1
        targets.append(tuple(row))
    if len(set(labels)) != len(labels):
        raise InputError("moves", labels, "outcome labels that differ (rename the actions)")
    return tuple(nodes), tuple(targets), tuple(labels)


def _options(given: object, history: str, *, most: int = 200) -> list[tuple[str, Moves | None]]:
    where = f"moves after {history!r}" if history else "moves"
    expected = "a tuple of labels, or a mapping from each label to the moves that follow it (None where none do)"
    if isinstance(given, Mapping):
        options = list(given.items())
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        options = []
        for item in given:
            options += list(item.items()) if isinstance(item, Mapping) else [(item, None)]
    else:
        raise InputTypeError(where, given, expected)
    names = [label for label, _ in options]
    if not names or not all(isinstance(x, str) and x for x in names):
        raise InputError(where, names, expected)
    if len(set(names)) != len(names):
        raise InputError(where, names, "labels that differ")
    if len(history) > most:
        raise InputError(where, history[:20] + "...", f"at most {most} characters of labels in a play")
    return options


# --- one-shot trees ---------------------------------------------------------------------------------------------------

_GAMBIT = "a tree in which everyone sees every earlier move; for information sets use Gambit (pygambit)"
_MOST_PLANS = 4096
_MOST_LABELS = 2000
_MOST_NODES = 100_000


@dataclass(frozen=True)
class Turn:
    """In nested moves: these moves are made by the named player, whoever moved before.

    Parameters
    ----------
    player : str
    moves : nested moves
    information : str, optional
        Name of the information set. Two turns that share one are refused: such trees are for Gambit.
    """

    player: str
    moves: Any
    information: str | None = None


class Chance:
    """In nested moves: nature draws one branch.

    Parameters
    ----------
    branches : mapping
        From each label to its probability, or to a pair (probability, moves that follow).

    Examples
    --------
    >>> Chance({"rain": "1/3", "sun": ("2/3", ("go", "stay"))})
    Chance({'rain': (Fraction(1, 3), None), 'sun': (Fraction(2, 3), ('go', 'stay'))})
    """

    def __init__(self, branches: Mapping[str, object]) -> None:
        if not isinstance(branches, Mapping) or not branches:
            raise InputTypeError("chance", branches, "a mapping from labels to probabilities")
        self.branches: dict[str, tuple[Number, Any]] = {}
        for label, given in branches.items():
            if not isinstance(label, str) or not label:
                raise InputError("chance", label, "labels that are not empty")
            p, after = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
            self.branches[label] = exact(p, field=f"probability of {label}"), after

    def __repr__(self) -> str:
        return f"Chance({self.branches!r})"


@dataclass(frozen=True)
class Nature:
    """A point at which nature draws: ``actions`` are the branches, ``probabilities`` theirs."""

    history: str
    actions: tuple[str, ...]
    probabilities: tuple[Number, ...]


@dataclass(frozen=True)
class Tree:
    """A one-shot game of perfect information between two players: everyone sees every earlier move.

    Most trees are made by :meth:`from_moves`.

    Parameters
    ----------
    nodes : tuple of Node and Nature
        The beginning first, every node before those that follow it.
    targets : tuple of tuples of int
        ``targets[node][action]``: the node that follows, or ``~p`` for the play ``p``.
    labels : tuple of str
        Outcome labels of the plays, all different.
    payoffs : tuple of pairs
        Both players' payoffs at each play; anything :func:`gametheory.exact` reads.
    players : (str, str)

    Raises
    ------
    InputError, InputTypeError
        If the parts do not make a tree.
    """

    nodes: tuple[Node | Nature, ...]
    targets: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    payoffs: tuple[tuple[Number, Number], ...]
    players: tuple[str, str] = ("first", "second")

    def __post_init__(self) -> None:
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731 - the frozen setter
        put("players", check_players(self.players))
        put("nodes", tuple(self.nodes))
        put("targets", tuple(tuple(row) for row in self.targets))
        put("labels", tuple(self.labels))
        if len(self.payoffs) != len(self.labels):
            raise InputError("payoffs", f"{len(self.payoffs)} pairs", f"{len(self.labels)} pairs, one for each play")
        put("payoffs", tuple(_pair(u, x) for u, x in zip(self.payoffs, self.labels, strict=True)))
        if len(set(self.labels)) != len(self.labels):
            raise InputError("labels", self.labels, "outcome labels that differ (rename the actions)")
        if len(self.targets) != len(self.nodes):
            raise InputError("targets", f"{len(self.targets)} rows", f"{len(self.nodes)} rows, one for each node")
        for n, (node, row) in enumerate(zip(self.nodes, self.targets, strict=True)):
            where = f"node {n} (after {node.history!r})"
            if not row or len(row) != len(node.actions) or len(set(node.actions)) != len(row):
                raise InputError(where, node.actions, "one or more actions that differ, each with one target")
            if isinstance(node, Nature):
                _check_lottery(node, where)
            elif node.player not in (0, 1):
                raise InputError(where, node.player, "player 0 or 1")
            if any(n >= t >= 0 for t in row):
                raise InputError(where, row, "targets that come later")
        reached = sorted(t if t >= 0 else len(self.nodes) + ~t for row in self.targets for t in row)
        if reached != list(range(1, len(self.nodes) + len(self.labels))):
            raise InputError(
                "targets", self.targets, "a tree: every node but the first, and every play, follows one move"
            )

    @classmethod
    def from_moves(
        cls,
        moves: Moves | Turn | Chance,
        payoffs: Mapping[str, Sequence[object]],
        *,
        players: Sequence[str] = ("first", "second"),
        first: str | None = None,
    ) -> Tree:
        """The tree of nested moves.

        Parameters
        ----------
        moves : nested
            A tuple of labels ends the play; a mapping says which moves follow each label (None: the play ends). Movers
            alternate, unless :class:`Turn` names the mover; :class:`Chance` lets nature draw (the player whose turn it
            was then moves).
        payoffs : mapping
            From each play's label (the joined labels of its moves) to both players' payoffs.
        players : (str, str)
        first : str, optional
            Who moves first; by default the first player.

        Raises
        ------
        UnsupportedError
            If turns share an information set: Gambit solves such trees.

        Examples
        --------
        >>> entry = Tree.from_moves({"In": ("Fight", "Yield"), "Out": None},
        ...                         {"Out": (0, 2), "InFight": (-1, -1), "InYield": (1, 1)}, players=("E", "M"))
        >>> print(entry)
        E: In, Out
          after In, M: Fight, Yield
            InFight: -1, -1
            InYield: 1, 1
          Out: 0, 2
        """
        names = check_players(players)
        if first is not None and first not in names:
            raise InputError("first", first, f"one of {list(names)}")
        nodes, targets, labels = lay_out(moves, names, names.index(first) if first is not None else 0)
        missing = [x for x in labels if x not in payoffs]
        unknown = [x for x in payoffs if x not in labels]
        if missing or unknown:
            raise InputError("payoffs", list(payoffs), f"a pair for every play; missing {missing}, unknown {unknown}")
        return cls(nodes, targets, labels, tuple(payoffs[x] for x in labels), names)  # type: ignore[misc]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the symbols in payoffs and probabilities, sorted."""
        drawn = [node.probabilities for node in self.nodes if isinstance(node, Nature)]
        return tuple(sorted(free_names(self.payoffs) | free_names(drawn)))

    @property
    def is_numeric(self) -> bool:
        """Whether every payoff and probability is rational."""
        drawn = [p for node in self.nodes if isinstance(node, Nature) for p in node.probabilities]
        return all(isinstance(x, Fraction) for x in (*drawn, *(u for pair in self.payoffs for u in pair)))

    @cached_property
    def decisions(self) -> tuple[int, ...]:
        """Indices of the nodes at which a player chooses, in order."""
        return tuple(n for n, node in enumerate(self.nodes) if isinstance(node, Node))

    def subs(self, **values: object) -> Tree:
        """The tree with parameters replaced by numbers.

        Examples
        --------
        >>> Tree.from_moves(("a", "b"), {"a": ("x", 0), "b": (1, 0)}).subs(x=2).payoffs[0]
        (Fraction(2, 1), Fraction(0, 1))
        """
        known = {name: exact(value, field=name) for name, value in values.items()}
        unknown = sorted(set(known) - set(self.parameters))
        if unknown:
            raise InputError("subs", unknown, f"parameters of the game: {list(self.parameters)}")
        nodes = tuple(
            replace(node, probabilities=tuple(substitute(p, known) for p in node.probabilities))
            if isinstance(node, Nature)
            else node
            for node in self.nodes
        )
        return replace(
            self, nodes=nodes, payoffs=tuple((substitute(u, known), substitute(v, known)) for u, v in self.payoffs)
        )

    def name(self, n: int) -> str:
        """The decision in words: ``"US"`` at the beginning, ``"MX after N"`` later."""
        node = self.nodes[n]
        who = "nature" if isinstance(node, Nature) else self.players[node.player]
        return f"{who} after {node.history}" if node.history else who

    def outcome(self, choices: Sequence[Sequence[Number]]) -> dict[str, Number]:
        """Probability of each play with positive probability, given a distribution at every decision (in order)."""
        at = dict(zip(self.decisions, choices, strict=True))
        reached: dict[int, Number] = {0: Fraction(1)}
        plays: dict[str, Number] = {}
        for n, node in enumerate(self.nodes):
            weight = reached.get(n)
            if weight is None:
                continue
            for p, t in zip(node.probabilities if isinstance(node, Nature) else at[n], self.targets[n], strict=True):
                if p != 0:
                    if t >= 0:
                        reached[t] = weight * p
                    else:
                        plays[self.labels[~t]] = weight * p
        return plays

    def to_stage(self) -> StageGame:
        """The normal form: an action is a plan, one choice at every node of the player, reached or not.

        Raises
        ------
        InputError
            If a player has more than 4096 plans.

        Examples
        --------
        >>> entry = Tree.from_moves({"In": ("Fight", "Yield"), "Out": None},
        ...                         {"Out": (0, 2), "InFight": (-1, -1), "InYield": (1, 1)}, players=("E", "M"))
        >>> print(entry.to_stage())
        E (rows), M (columns)
             Fight   Yield
        In   -1, -1  1*, 1*
        Out  0*, 2*  0, 2*
        (* marks a best response)
        """
        own = [[n for n in self.decisions if getattr(self.nodes[n], "player", None) == i] for i in (0, 1)]
        plans = []
        for i in (0, 1):
            total = 1
            for n in own[i]:
                total *= len(self.nodes[n].actions)
            if total > _MOST_PLANS:
                raise InputError("tree", f"{total} plans of {self.players[i]}", f"at most {_MOST_PLANS} plans a player")
            plans.append(list(product(*(range(len(self.nodes[n].actions)) for n in own[i]))))
        names = [[self._plan_name(own[i], plan) for plan in plans[i]] for i in (0, 1)]
        for i in (0, 1):
            if len(set(names[i])) != len(names[i]):
                names[i] = [self._plan_name(own[i], plan, long=True) for plan in plans[i]]
        tables: tuple[list[list[Number]], list[list[Number]]] = ([], [])
        for row in plans[0]:
            lines: tuple[list[Number], list[Number]] = ([], [])
            for column in plans[1]:
                chosen = {**dict(zip(own[0], row, strict=True)), **dict(zip(own[1], column, strict=True))}
                worth = self._follow(chosen)
                for line, u in zip(lines, worth, strict=True):
                    line.append(u)
            for table, line in zip(tables, lines, strict=True):
                table.append(line)
        labels = tuple(tuple(f"{a} | {b}" for b in names[1]) for a in names[0])
        return StageGame(*tables, self.players, (tuple(names[0]), tuple(names[1])), labels=labels)  # type: ignore[arg-type]

    def _plan_name(self, own: Sequence[int], plan: Sequence[int], *, long: bool = False) -> str:
        parts = []
        for n, a in zip(own, plan, strict=True):
            node = self.nodes[n]
            parts.append(f"{node.history}:{node.actions[a]}" if long else node.actions[a])
        return ".".join(parts) or "-"

    def _follow(self, chosen: Mapping[int, int]) -> tuple[Number, Number]:
        """Expected payoffs when these actions (by position) are chosen for sure."""
        total: list[Number] = [Fraction(0), Fraction(0)]
        stack: list[tuple[int, Number]] = [(0, Fraction(1))]
        while stack:
            n, weight = stack.pop()
            if n < 0:
                total = [t + weight * u for t, u in zip(total, self.payoffs[~n], strict=True)]
                continue
            node = self.nodes[n]
            if isinstance(node, Nature):
                stack += [(t, weight * p) for p, t in zip(node.probabilities, self.targets[n], strict=True)]
            else:
                stack.append((self.targets[n][chosen[n]], weight))
        return total[0], total[1]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.name(0)}: " + ", ".join(_branches(self.nodes[0]))
        stack = [(t, 1) for t in reversed(self.targets[0])]
        while stack:
            t, depth = stack.pop()
            if t < 0:
                u, v = self.payoffs[~t]
                yield "  " * depth + f"{self.labels[~t]}: {u}, {v}"
                continue
            node = self.nodes[t]
            who = "nature" if isinstance(node, Nature) else self.players[node.player]
            yield "  " * depth + f"after {node.history}, {who}: " + ", ".join(_branches(node))
            stack += [(after, depth + 1) for after in reversed(self.targets[t])]


def _branches(node: Node | Nature) -> list[str]:
    if isinstance(node, Nature):
        return [f"{a} ({p})" for a, p in zip(node.actions, node.probabilities, strict=True)]
    return list(node.actions)


def _pair(given: object, label: str) -> tuple[Number, Number]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence):
        raise InputTypeError(f"payoffs at {label}", given, "a pair of payoffs")
    if len(given) > 2:
        raise UnsupportedError(
            f"payoffs at {label}", given, "a pair: two players; for three or more use Gambit (pygambit)"
        )
    if len(given) != 2:
        raise InputError(f"payoffs at {label}", given, "a pair of payoffs")
    return exact(given[0], field=f"payoffs at {label}"), exact(given[1], field=f"payoffs at {label}")


def _check_lottery(node: Nature, where: str) -> None:
    if len(node.probabilities) != len(node.actions):
        raise InputError(where, node.probabilities, f"{len(node.actions)} probabilities")
    numbers = [p for p in node.probabilities if isinstance(p, Fraction)]
    if any(p < 0 or p > 1 for p in numbers) or (len(numbers) == len(node.actions) and sum(numbers) != 1):
        shown = [str(p) for p in node.probabilities]
        raise InputError(where, shown, "probabilities from 0 to 1 that sum to one exactly")


def lay_out(
    moves: object, players: tuple[str, str], first: int
) -> tuple[tuple[Node | Nature, ...], tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Nested moves with turns and chance as nodes, targets and labels, in the order of :func:`grow`.

    Examples
    --------
    >>> nodes, targets, labels = lay_out({"In": Chance({"r": "1/3", "s": "2/3"}), "Out": None}, ("A", "B"), 0)
    >>> targets, labels
    (((1, -1), (-2, -3)), ('Out', 'Inr', 'Ins'))
    """
    nodes: list[Node | Nature] = []
    targets: list[tuple[int, ...]] = []
    labels: list[str] = []
    queue: list[tuple[object, str, int]] = [(moves, "", first)]
    seen: dict[str, str] = {}
    for given, history, mover in queue:
        following = 1 - mover
        if isinstance(given, Turn):
            if given.player not in players:
                raise InputError(f"turn after {history!r}", given.player, f"one of {list(players)}")
            if given.information is not None:
                if given.information in seen:
                    places = f"{given.information!r} after {seen[given.information]!r} and after {history!r}"
                    raise UnsupportedError("information set", places, _GAMBIT)
                seen[given.information] = history
            mover = players.index(given.player)
            following = 1 - mover
            given = given.moves
        if isinstance(given, Chance):
            options = [(label, after) for label, (_, after) in given.branches.items()]
            probabilities = tuple(p for p, _ in given.branches.values())
            nodes.append(Nature(history, tuple(given.branches), probabilities))
            following = mover
        else:
            options = _options(given, history, most=_MOST_LABELS)
            nodes.append(Node(mover, history, tuple(label for label, _ in options)))
        row = []
        for label, after in options:
            if len(queue) + len(labels) > _MOST_NODES:
                raise InputError("moves", f"more than {_MOST_NODES} nodes and plays", f"at most {_MOST_NODES}")
            if after is None:
                labels.append(history + label)
                row.append(~(len(labels) - 1))
            else:
                queue.append((after, history + label, following))
                row.append(len(queue) - 1)
        targets.append(tuple(row))
    return tuple(nodes), tuple(targets), tuple(labels)
