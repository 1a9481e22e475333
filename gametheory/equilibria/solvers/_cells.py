"""Counting by the last choice: a 2x2 game whose four cells are reached by cones of the network that overlap in part only.

Let one part with two actions for each player be the last: nobody reads its values, every other choice lies before it, and
play leaves it at once. All that matters of the rest is then what its four cells (a, b) are worth to both players, and of
these only four comparisons: (0, b) with (1, b) for player 1, (a, 0) with (a, 1) for player 2. Sort the other parts by the
cells that can be reached from them: those before both cells of a row a only, of a column b only, of one cell only; all
others are the base. Given the base, rows and columns are chosen independently of each other; given these, so are the
cells. For each choice of base and rows, the choices of the column 0 meet those of the column 1 in two comparisons alone, so
that they need not be paired one by one: pairs are counted by quadrants of a table of ranks.

No part is treated in a way of its own: what belongs to base, rows, columns and cells follows from who reads whom. Every
comparison is one of disjoint enclosures; if two meet, the count is given up as undecided.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.solvers._binary import BinaryLane, profiles
from gametheory.equilibria.solvers._cells_loop import compiled, numbers_of_equilibria
from gametheory.equilibria.solvers._frontier import (
    Lane,
    Live,
    Sweep,
    Table,
    Undecided,
    last_readings,
    step,
    total,
    uses_values,
    wanted_states,
)
from gametheory.equilibria.solvers._intervals import Floats
from gametheory.equilibria.solvers._network import Network
from gametheory.games.dynamic import DynamicGame

__all__ = ["Plan", "count_by_cells", "plan"]

Index = NDArray[Any]
Cell = tuple[int, int]
CELLS: tuple[Cell, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
_SEED = -1  # stands for the number of the seed among the states of a frontier
_PIECE = 400_000  # pairs of a row and a column carried on at a time
_FIRST = 20  # base nodes in the first piece; after it their number is fitted


@dataclass(frozen=True)
class Plan:
    """The last part and the parts before it, each in an order in which they can be solved.

    Attributes
    ----------
    last : int
    base : tuple of int
    rows, columns : two tuples of int
    cells : mapping from (a, b) to a tuple of int
    reads : mapping from (a, b) to the states read there
    """

    last: int
    base: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[int, ...], ...]
    cells: dict[Cell, tuple[int, ...]]
    reads: dict[Cell, tuple[int, ...]]

    def gain(self, lane: BinaryLane) -> float:
        """How many parts with several equilibria stand outside the base, to one within it."""
        free = [*_flat(self.rows), *_flat(self.columns), *_flat(self.cells.values())]
        return sum(lane.most(p) > 1 for p in free) / max(1, sum(lane.most(p) > 1 for p in self.base))


def plan(net: Network, lane: BinaryLane) -> Plan | None:
    """How to count by the last choice, or None where no part is fit for it or nothing is gained.

    Parameters
    ----------
    net : Network
    lane : BinaryLane
        With floats.
    """
    if not isinstance(lane.arithmetic, Floats):
        return None
    wanted = wanted_states(net, frozenset())
    read = {s for p in range(len(net.parts)) if uses_values(net, p, wanted) for s in net.reads[p]}
    ends = [p for p in range(len(net.parts)) if not read & set(net.parts[p]) and lane.is_bimatrix(p)]
    if not ends:
        return None
    last = ends[-1]
    reads = {cell: lane.cell_reads(last, cell) for cell in CELLS}
    above: dict[int, set[Cell]] = {}
    for cell in CELLS:
        stack = [net.home[s] for s in reads[cell]]
        seen: set[int] = set()
        while stack:
            p = stack.pop()
            if p not in seen:
                seen.add(p)
                above.setdefault(p, set()).add(cell)
                stack += [net.home[s] for s in net.reads[p]]
    for p in range(len(net.parts)):  # choices off the way to the last are made where all that they read is known
        if p not in above and p != last and uses_values(net, p, wanted):
            above[p] = set(CELLS).intersection(*(above.get(net.home[s], set()) for s in net.reads[p]))
            if not above[p]:
                if lane.most(p) > 1 or not _comparisons(lane.game, net.parts[p]) <= _comparisons(
                    lane.game, net.parts[last]
                ):
                    return None
                del above[p]  # one equilibrium, by a comparison that the last part makes as well
    order = [p for p in net.orders()[0] if p in above]

    def group(*cells: Cell) -> tuple[int, ...]:
        return tuple(p for p in order if above[p] == set(cells))

    rows = tuple(group((a, 0), (a, 1)) for a in (0, 1))
    columns = tuple(group((0, b), (1, b)) for b in (0, 1))
    cells = {cell: group(cell) for cell in CELLS}
    free = {*_flat(rows), *_flat(columns), *_flat(cells.values())}
    if not any(lane.most(p) > 1 for p in free):
        return None
    return Plan(last, tuple(p for p in order if p not in free), rows, columns, cells, reads)


def _comparisons(game: DynamicGame, part: tuple[int, ...]) -> set[Any]:
    """What the players compare in a part of one state: her, and the exact difference between her action 0 and 1."""
    (s,) = part
    worth: dict[Cell, list[tuple[Any, dict[int, Any]]]] = {}
    for cell, lottery in profiles(game, s):
        worth[cell] = []
        for f in (0, 1):
            payoff: Any = Fraction(0)
            after: dict[int, Any] = {}
            for p, play in lottery:
                payoff += p * game.periods[s].plays[play].payoff_to(f)
                for q, t in game.periods[s].plays[play].next_for(f):
                    after[t] = after.get(t, Fraction(0)) + p * q
            worth[cell].append((payoff, after))
    found: set[Any] = set()
    for (a, b), pair in worth.items():
        for f, cell in ((0, (1, b)), (1, (a, 1))):
            if (a, b)[f] == 0 and cell in worth:
                (here, after), (there, other) = pair[f], worth[cell][f]
                shares = {t: after.get(t, Fraction(0)) - other.get(t, Fraction(0)) for t in {*after, *other}}
                found.add((f, here - there, frozenset((t, q) for t, q in shares.items() if q != 0)))
    return found


@dataclass
class _Seeded:
    """A lane that also tells seeds apart."""

    lane: Lane
    seeds: int

    def solve(self, p: int, rows: list[Index], size: int, *, values: bool = True) -> Table:
        return self.lane.solve(p, rows, size, values=values)

    def domain(self, s: int) -> int:
        return self.seeds if s == _SEED else self.lane.domain(s)

    def most(self, p: int) -> int | None:
        return self.lane.most(p)


class _Stopped(Exception):
    """The budget ran out."""


@dataclass
class _Count:
    """What all steps of one count share."""

    net: Network
    lane: BinaryLane
    plan: Plan
    deadline: float | None
    limit: int

    def __post_init__(self) -> None:
        self.wanted = wanted_states(self.net, frozenset())
        self.result = Sweep(0, len(self.net.parts), upper=0)

    def carry(
        self, parts: Sequence[int], given: dict[int, Index], size: int, kept: set[int]
    ) -> tuple[Index, dict[int, Index], NDArray[Any]]:
        """Solve parts for every seed: for each node its seed (sorted), the values of the states kept, and its weight."""
        lane = _Seeded(self.lane, size)
        live = Live(lane)
        live.size = size
        live.add(_SEED, np.arange(size))
        weight: NDArray[Any] = np.ones(size, np.int64)
        last = last_readings(self.net, parts, self.wanted)
        for s in kept | {_SEED}:
            last[s] = len(parts)
        inside = {s for p in parts for s in self.net.parts[p]}
        outside = {s for p in parts for s in self.net.reads[p]} - inside
        for s in outside & set(last):
            if self.uses(parts, s):
                live.add(s, given[s])
        for k, p in enumerate(parts):
            after = step(
                self.net,
                lane,
                k,
                p,
                live,
                weight,
                last,
                self.wanted,
                False,
                self.limit,
                False,
                self.deadline,
                self.result,
            )
            if isinstance(after, str):
                raise _Stopped(after)
            weight = after
        seed = live.column(_SEED)
        order = np.argsort(seed, kind="stable")
        columns = {s: live.column(s)[order] for s in kept & inside}
        return seed[order].astype(np.int64), columns, weight[order]

    def uses(self, parts: Sequence[int], s: int) -> bool:
        """Whether one of the parts needs the value of a state."""
        return any(s in self.net.reads[p] and uses_values(self.net, p, self.wanted) for p in parts)

    def kept(self, parts: Sequence[int], later: Sequence[int]) -> set[int]:
        """States of the parts that later ones, or the last, read."""
        inside = {s for p in parts for s in self.net.parts[p]}
        return {s for s in inside if s in self.net.reads[self.plan.last] or self.uses(later, s)}


def count_by_cells(
    net: Network,
    lane: BinaryLane,
    way: Plan,
    *,
    deadline: float | None = None,
    limit: int = 20_000_000,
    pure: bool = False,
) -> Sweep:
    """Count all equilibria.

    Parameters
    ----------
    net : Network
    lane : BinaryLane
        With floats.
    way : Plan
    deadline : float, optional
        On the clock of ``time.monotonic``.
    limit : int
        Most nodes or edges at a time.
    pure : bool
        Count only pure equilibria; the lane must do so too.

    Raises
    ------
    Undecided
        If two numbers that must be compared have enclosures that meet, or numbers outgrow 64 bits.
    """
    work = _Count(net, lane, way, deadline, limit)
    result = work.result
    free = [*_flat(way.rows), *_flat(way.columns), *_flat(way.cells.values())]
    try:
        _, base, weight = work.carry(way.base, {}, 1, work.kept(way.base, free))
    except _Stopped as stop:
        result.stopped, result.upper = str(stop), None
        return result
    size, done, run = len(weight), 0, _FIRST
    aim = _PIECE if deadline is None else _PIECE // 20  # the clock is looked at between pieces
    try:
        while done < size:
            nodes = np.arange(done, min(done + run, size))
            counts, pairs = _piece(work, {s: column[nodes] for s, column in base.items()}, len(nodes), pure)
            result.total += sum(c * w for c, w in zip(counts.tolist(), weight[nodes].tolist(), strict=True))
            result.pieces += 1
            done += len(nodes)
            run = max(1, min(4 * run, run * aim // max(pairs, 1)))
    except _Stopped as stop:
        result.stopped = (
            f"{stop}, with {done:,} of {size:,} combinations of values of the first parts counted to the end"
        )
    held = total(weight[done:]) if done < size else 0
    result.lower = result.total + (0 if pure else held)
    result.upper = result.total + held * prod(lane.most(p) for p in (*free, way.last))
    return result


def _flat(groups: Iterable[tuple[int, ...]]) -> list[int]:
    return [p for group in groups for p in group]


def _piece(work: _Count, base: dict[int, Index], size: int, pure: bool) -> tuple[NDArray[np.int64], int]:
    """For each base node the number of ways on; and the largest number of pairs of a row and a column met."""
    way, net = work.plan, work.net
    inner = _flat(way.cells.values())
    rows = [work.carry(parts, base, size, work.kept(parts, inner)) for parts in way.rows]
    columns = [work.carry(parts, base, size, work.kept(parts, inner)) for parts in way.columns]
    begin_rows = tuple(np.searchsorted(seed, np.arange(size + 1)) for seed, _, _ in rows)
    begin_columns = tuple(np.searchsorted(seed, np.arange(size + 1)) for seed, _, _ in columns)
    offsets, starts, worths, weights = [], [], [], []
    most = 0
    for a, b in CELLS:
        (row_seed, row, _), (_, column, _) = rows[a], columns[b]
        count = np.diff(begin_columns[b])[row_seed]  # columns to go with each row
        ends = np.cumsum(count)
        pairs = int(ends[-1]) if len(ends) else 0
        most = max(most, pairs)
        at_row = np.repeat(np.arange(len(row_seed)), count)
        at_column = np.arange(pairs) - np.repeat(ends - count, count) + begin_columns[b][row_seed[at_row]]
        given = {s: values[row_seed[at_row]] for s, values in base.items()}
        given |= {s: values[at_row] for s, values in row.items()}
        given |= {s: values[at_column] for s, values in column.items()}
        parts = way.cells[a, b]
        own = {s for p in parts for s in net.parts[p]} & set(way.reads[a, b])
        seed, found, weight = work.carry(parts, given, pairs, own)
        numbers = {s: found[s] if s in found else given[s][seed] for s in way.reads[a, b]}
        worth = [work.lane.cell_worth(way.last, f, (a, b), numbers, len(seed)) for f in (0, 1)]
        offsets.append(np.concatenate(([0], ends)))
        starts.append(np.searchsorted(seed, np.arange(pairs + 1)))
        worths.append(np.array([end for player in worth for end in player]))
        weights.append(weight)
    held = [weight for _, _, weight in (*rows, *columns)]
    if any(w.dtype == object for w in (*held, *weights)):
        raise Undecided(way.last)
    out, approximate = np.zeros(size, np.int64), np.zeros(size)
    undecided = compiled()(
        begin_rows,
        begin_columns,
        tuple(held[:2]),
        tuple(held[2:]),
        tuple(offsets),
        tuple(starts),
        tuple(worths),
        tuple(weights),
        numbers_of_equilibria(pure),
        out,
        approximate,
    )
    if undecided or approximate.max(initial=0.0) > 2.0**61:
        raise Undecided(way.last)
    if work.deadline is not None and time.monotonic() > work.deadline:
        raise _Stopped("the time ran out")
    return out, most
