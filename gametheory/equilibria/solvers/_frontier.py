"""Counting the equilibria of a directional game without listing them: a frontier of values with weights.

The parts are worked through one by one. A node of the frontier is a combination of values of those states that some later
part still reads; its weight is the number of ways of choosing equilibria in the parts done so far that lead to these
values. A part's equilibria are found once for each combination of values that it reads, whatever else differs; nodes that
come to agree on all that is still read are merged. Kept as a graph, the frontiers contain every equilibrium as a path.
Where only the number is wanted, a frontier that grows too large is cut by the values of a state that is still read late:
given that value the pieces have nothing to do with each other, and are carried to the end one after another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.solvers._network import Network

__all__ = [
    "Lane",
    "Layer",
    "Live",
    "Sweep",
    "Table",
    "Undecided",
    "add_up",
    "group",
    "last_readings",
    "step",
    "sweep",
    "total",
    "uses_values",
    "wanted_states",
]

Index = NDArray[Any]  # whole numbers
_LIMIT = 2**62
_DENSE = 24  # a table of marks may have this many places for each key before sorting is better
_BLOCKS = 5
_FEW = 300  # nodes carried to the end when the budget has run out


@dataclass(frozen=True)
class Table:
    """All equilibria of one part, for each of several continuations.

    Attributes
    ----------
    row : array
        For each equilibrium the number of the continuation; sorted.
    values : list of arrays
        For each state of the part the index of its value.
    tag : array
        The solver's own name for the equilibrium within its continuation.
    undecided : array
        Continuations for which a sign could not be decided; they have no equilibria in the table.
    """

    row: Index
    values: list[Index]
    tag: NDArray[Any]
    undecided: Index
    problem: str = ""


class Lane(Protocol):
    """Solves parts: the arithmetic and the kind of game are its own business."""

    def solve(self, p: int, rows: list[Index], size: int, *, values: bool = True) -> Table:
        """All equilibria of a part for each of ``size`` continuations."""

    def domain(self, s: int) -> int:
        """Number of values of a state that are told apart."""

    def most(self, p: int) -> int | None:
        """An upper bound on the number of equilibria of a part, if one is known."""


class Undecided(Exception):
    """A sign that the lane's arithmetic does not decide."""


@dataclass(frozen=True)
class Layer:
    """The step of the frontier over one part: edges from the nodes before to the nodes after.

    ``entry[e]`` is the edge's place in the table, ``key[v]`` the continuation of the node v before the step;
    ``rows[k]`` the values read (an index for each state read) in each continuation.
    """

    part: int
    key: Index
    rows: list[Index]
    table: Table
    source: Index
    entry: Index
    target: Index
    size: int


@dataclass
class Sweep:
    """How far the frontier came.

    ``carried``: it was stopped, but some nodes were carried to the end, so that the layers hold whole equilibria.
    """

    total: int
    done: int
    stopped: str = ""
    undecided: int = 0
    upper: int | None = None
    lower: int = 0
    problems: list[str] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    peak: int = 0
    pieces: int = 1
    carried: bool = False


def group(columns: Sequence[Index], domains: Sequence[int], size: int) -> tuple[Index, Index]:
    """Number the distinct rows of a table: for each row its number, and a first row for each number."""
    key = np.zeros(size, np.int64)
    span = 1
    for column, domain in sorted(zip(columns, domains, strict=True), key=lambda pair: pair[1]):
        if domain <= 1:
            continue
        if span * domain >= _LIMIT:
            number, _ = _number(key, span)
            key = number.astype(np.int64)
            span = int(key.max()) + 1 if size else 1
        key = key * domain + column
        span *= domain
    return _number(key, span)


def _number(key: Index, span: int) -> tuple[Index, Index]:
    size = len(key)
    if span == 1:
        return np.zeros(size, np.int32), np.zeros(min(size, 1), np.int64)
    if span <= max(_DENSE * size, 1000):
        seen = np.zeros(span, bool)
        seen[key] = True
        place = np.cumsum(seen, dtype=np.int32)
        number = place[key]
        number -= 1
        first = np.empty(int(place[-1]), np.int64)
        first[number[::-1]] = np.arange(size - 1, -1, -1)
        return number, first
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.ones(size, bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    numbers = np.empty(size, np.int32)
    numbers[order] = np.cumsum(fresh) - 1
    return numbers, order[fresh]


class Live:
    """Values of the live states at every node of the frontier, in blocks.

    A block is a small table with one row for each combination of values of its states that occurs, and for each node the
    number of its row. Expanding and merging nodes then moves a few row numbers, however many states are live.
    """

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.blocks: list[tuple[Index, dict[int, Index], int]] = []
        self.size = 1

    def column(self, s: int) -> Index:
        """The value of a state at every node."""
        for index, columns, _ in self.blocks:
            if s in columns:
                return columns[s][index]
        raise KeyError(s)

    def expand(self, source: Index) -> None:
        """Nodes become copies of the nodes named."""
        self.blocks = [(index[source], columns, rows) for index, columns, rows in self.blocks]
        self.size = len(source)

    def add(self, s: int, values: Index) -> None:
        """One more live state."""
        domain = self.lane.domain(s)
        self.blocks.append((values.astype(np.int32), {s: np.arange(domain, dtype=np.int32)}, domain))

    def drop(self, states: set[int]) -> None:
        """States that nobody reads any more."""
        kept = []
        for index, columns, rows in self.blocks:
            if states.isdisjoint(columns):
                kept.append((index, columns, rows))
                continue
            rest = {s: column for s, column in columns.items() if s not in states}
            if rest:
                number, first = group(list(rest.values()), [self.lane.domain(s) for s in rest], rows)
                kept.append((number[index], {s: column[first] for s, column in rest.items()}, len(first)))
        self.blocks = kept

    def only(self, nodes: Index) -> Live:
        """The nodes named, apart."""
        part = Live(self.lane)
        part.blocks = [(index[nodes], columns, rows) for index, columns, rows in self.blocks]
        part.size = len(nodes)
        return part

    def split(self, last: dict[int, int], piece: int) -> list[Index]:
        """Nodes in pieces by ranges of values of the state that is read last of those whose values differ."""
        states = [s for _, columns, _ in self.blocks for s in columns]
        for s in sorted(states, key=lambda s: (last[s], self.lane.domain(s)), reverse=True):
            values = self.column(s)
            upto = np.cumsum(np.bincount(values))
            label = (2 * (upto - 1) // piece)[values]
            labels = np.unique(label)
            if len(labels) > 1:
                return [np.flatnonzero(label == one) for one in labels]
        return [np.arange(self.size)]

    def merge(self) -> tuple[Index, Index]:
        """Unite nodes that agree on everything live: the new number of each node, and a node for each number."""
        number, first = group([index for index, _, _ in self.blocks], [rows for _, _, rows in self.blocks], self.size)
        if len(first) < self.size:
            self.expand(first)
        while len(self.blocks) > _BLOCKS:
            self.blocks.sort(key=lambda block: block[2])
            (index, columns, rows), (other, more, count), *rest = self.blocks
            both, pick = group([index, other], [rows, count], self.size)
            table = {s: column[index[pick]] for s, column in columns.items()}
            table |= {s: column[other[pick]] for s, column in more.items()}
            self.blocks = [*rest, (both, table, len(pick))]
        return number, first


def add_up(weight: NDArray[Any], number: Index, groups: int) -> NDArray[Any]:
    """Exact sums of weights by group; whole numbers of any size."""
    if weight.dtype != object and float(weight.astype(np.float64).sum()) >= _LIMIT:
        weight = weight.astype(object)
    total = np.zeros(groups, weight.dtype)
    if weight.dtype == object:
        np.add.at(total, number, weight)
        return total
    if float(weight.max(initial=0)) * len(weight) < 2**53:
        found: NDArray[np.int64] = np.bincount(number, weights=weight, minlength=groups).astype(np.int64)
        return found
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(groups))
    return np.add.reduceat(weight[order], starts)


def total(weight: NDArray[Any]) -> int:
    """The exact sum of weights."""
    return int(add_up(weight, np.zeros(len(weight), np.int64), 1)[0])


def sweep(
    net: Network,
    lane: Lane,
    *,
    keep: bool = False,
    needed: frozenset[int] = frozenset(),
    deadline: float | None = None,
    limit: int = 20_000_000,
    tolerant: bool = False,
    positive: bool = True,
    order: Sequence[int] | None = None,
    piece: int | None = None,
    pieces: int = 3000,
    last_call: float | None = None,
    stopping: Callable[[], None] = lambda: None,
) -> Sweep:
    """Carry the frontier through all parts.

    Parameters
    ----------
    net : Network
    lane : Lane
    keep : bool
        Keep the graph.
    needed : frozenset of int
        States whose values are wanted for themselves.
    deadline : float, optional
        On the clock of ``time.monotonic``.
    limit : int
        Most nodes or edges at a time.
    tolerant : bool
        Go on without the continuations that are undecided, instead of raising Undecided.
    positive : bool
        Whether every part has an equilibrium for every continuation (true when mixed ones count).
    order : sequence of int, optional
        One of ``net.orders()``.
    piece : int, optional
        Where the graph is not kept: cut a frontier of more nodes than this by the values of the state that stays in use
        longest, and carry the pieces through one after another. Nodes in different pieces could not merge before that
        state's last reader is done, so that little work is repeated, and memory stays bounded.
    pieces : int
        Stop when there are more pieces than this.
    last_call : float, optional
        Where the graph is kept: until when, after it had to stop, a few nodes may be carried to the end.
    stopping : callable
        Told when it had to stop.
    """
    order = net.orders()[0] if order is None else order
    wanted = wanted_states(net, needed)
    last = last_readings(net, order, wanted)
    result = Sweep(0, len(order), upper=0)
    bounds = [lane.most(p) for p in order]
    waiting: list[tuple[int, Live, NDArray[Any]]] = [(0, Live(lane), np.ones(1, np.int64))]
    while waiting:
        k, live, weight = waiting.pop()
        if k == len(order) or live.size == 0:
            result.total += total(weight)
            result.lower += total(weight)
            if result.upper is not None:
                result.upper += total(weight)
            continue
        p = order[k]
        if not keep and piece is not None and live.size > piece and not result.stopped:
            parts = live.split(last, piece)
            result.pieces += len(parts)
            if len(parts) > 1 and result.pieces <= pieces:
                # last in, first out: what the lane holds of parts from k on belongs to the piece in hand
                waiting += [(k, live.only(nodes), weight[nodes]) for nodes in parts]
                continue
        after: NDArray[Any] | str = result.stopped or (
            "the frontier came apart in too many pieces"
            if result.pieces > pieces
            else step(net, lane, k, p, live, weight, last, wanted, keep, limit, tolerant, deadline, result)
        )
        if isinstance(after, str):
            result.stopped = result.stopped or f"{after} after {k} of {len(order)} parts"
            result.done = min(result.done, k)
            held = total(weight)
            result.total += held
            result.lower += held if positive and not result.undecided else 0
            if result.upper is not None:
                most = bounds[k:]
                result.upper = None if None in most else result.upper + held * prod(m for m in most if m is not None)
            stopping()
            if keep and live.size:
                result.carried = _finish(net, lane, k, order, live, weight, last, wanted, last_call, result)
            continue
        waiting.append((k + 1, live, after))
    if result.undecided or result.problems:
        result.upper = None
        if result.stopped:
            result.lower = result.lower if not result.undecided else 0
    return result


def _finish(
    net: Network,
    lane: Lane,
    k: int,
    order: Sequence[int],
    live: Live,
    weight: NDArray[Any],
    last: dict[int, int],
    wanted: frozenset[int],
    deadline: float | None,
    result: Sweep,
) -> bool:
    """Carry a few of the nodes to the end, so that the graph holds whole equilibria; whether that could be done.

    With a deadline few nodes go first, and as many at each part as the time taken so far lets hope for.
    """
    few = _FEW if deadline is None else 3
    for later, p in enumerate(order[k:], start=k):
        if live.size > few:
            nodes = np.unique(np.linspace(0, live.size - 1, few).astype(np.int64))
            if result.layers:
                layer = result.layers[-1]
                number = np.full(live.size, -1, np.int32)
                number[nodes] = np.arange(len(nodes))
                kept = number[layer.target] >= 0
                source, entry, target = layer.source[kept], layer.entry[kept], number[layer.target[kept]]
                result.layers[-1] = replace(layer, source=source, entry=entry, target=target)
            live, weight = live.only(nodes), weight[nodes]
        begin, size = time.monotonic(), live.size
        after = step(net, lane, later, p, live, weight, last, wanted, True, 1000 * _FEW, True, deadline, result)
        if isinstance(after, str) or live.size == 0:
            return False
        weight = after
        if deadline is not None:
            now = time.monotonic()
            hoped = (deadline - now) / (4 * max(1, len(order) - later - 1))
            few = max(1, min(_FEW, int(hoped * size / max(now - begin, 1e-9))))
    return True


def step(
    net: Network,
    lane: Lane,
    k: int,
    p: int,
    live: Live,
    weight: NDArray[Any],
    last: dict[int, int],
    wanted: frozenset[int],
    keep: bool,
    limit: int,
    tolerant: bool,
    deadline: float | None,
    result: Sweep,
) -> NDArray[Any] | str:
    """Carry the frontier over the part p, the k-th in order: the new weights, or why it stopped before."""
    if deadline is not None and time.monotonic() > deadline:
        return "the time ran out"
    size = live.size
    reads = net.reads[p]
    uses = uses_values(net, p, wanted)
    states = [s for s in net.parts[p] if s in wanted]
    domains = [lane.domain(s) for s in reads] if uses else []
    seen = [live.column(s) for s in reads] if uses else []
    key, first = group(seen, domains, size)
    rows = [column[first] for column in seen]
    table = lane.solve(p, rows, len(first), values=bool(states))
    if table.problem and table.problem not in result.problems:
        result.problems.append(table.problem)
    if len(table.undecided):
        if not tolerant:
            raise Undecided(p)
        result.undecided += len(table.undecided)
    count = np.bincount(table.row, minlength=len(first))
    begin = np.cumsum(count) - count
    repeat = count[key]
    edges = int(repeat.sum())
    result.peak = max(result.peak, edges)
    if edges > limit:
        return "the frontier outgrew its memory"
    if deadline is not None and time.monotonic() > deadline:
        return "the time ran out"
    plain = bool(np.all(count == 1)) and len(first) > 0
    source: Index = np.arange(size) if plain else np.repeat(np.arange(size), repeat)
    entry: Index = (
        begin[key] if plain else begin[key[source]] + np.arange(edges) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    )
    ending = {s for s in reads if last.get(s) == k}
    live.drop(ending)
    if not plain:
        live.expand(source)
        weight = weight[source]
    for position, s in enumerate(net.parts[p]):
        if s in wanted and last.get(s, -1) > k:
            live.add(s, table.values[position][entry])
    before, size = size, edges
    target: Index = np.arange(size)
    if ending or not plain:
        number, kept = live.merge()
        if len(kept) < size:
            weight = add_up(weight, number, len(kept))
            target, size = number, len(kept)
    if keep:
        source, entry, target = (a.astype(np.int32) for a in (source, entry, target))
        result.layers.append(Layer(p, key.astype(np.int32), rows, table, source, entry, target, before))
    return weight


def last_readings(net: Network, order: Sequence[int], wanted: frozenset[int]) -> dict[int, int]:
    """For each state whose value matters the place in the order of the last part that reads it."""
    return {s: k for k, p in enumerate(order) for s in net.reads[p] if s in wanted}


def wanted_states(net: Network, needed: frozenset[int]) -> frozenset[int]:
    """States whose values matter: those asked for, and those read by a part with a choice or with such a state."""
    found = set(needed)
    for p in reversed(range(len(net.parts))):
        if net.branching[p] or any(s in found for s in net.parts[p]):
            found.update(net.reads[p])
    return frozenset(found)


def uses_values(net: Network, p: int, wanted: frozenset[int]) -> bool:
    """Whether a part needs the values that it reads."""
    return net.branching[p] or any(s in wanted for s in net.parts[p])
