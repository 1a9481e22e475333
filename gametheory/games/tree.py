"""Perfect-information move structures: who moves after what. They serve one-shot trees and the moves within a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import Number

__all__ = ["Lottery", "Moves", "Node", "grow"]

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


def _options(given: object, history: str) -> list[tuple[str, Moves | None]]:
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
    if len(history) > 200:
        raise InputError(where, history[:20] + "...", "at most 200 characters of labels in a play")
    return options
