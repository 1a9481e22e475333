"""Exact values as merge keys: any dynamic game whose parts a local solver can solve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.profiles import induced_chain
from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.equilibria.solvers._frontier import Layer, Table
from gametheory.equilibria.solvers._network import Network
from gametheory.errors import CertificateError
from gametheory.games.dynamic import DynamicGame

__all__ = ["ExactLane", "ExactReader", "Local", "LocalAnswer"]

Index = NDArray[np.int64]
#: One equilibrium of a part: for each of its states the mixes at the nodes, and both players' values.
LocalEquilibrium = tuple[Mapping[int, Any], Mapping[int, tuple[Any, Any]]]


@dataclass(frozen=True)
class LocalAnswer:
    """All equilibria of one part for one continuation; ``problem`` says in words what, if anything, is missing."""

    equilibria: Sequence[LocalEquilibrium]
    problem: str = ""


#: (part number, values of the states read) -> all equilibria of the part.
Local = Callable[[int, Mapping[int, tuple[Any, Any]]], LocalAnswer]


@dataclass
class ExactLane:
    """Calls a local solver once for each distinct combination of exact continuation values."""

    net: Network
    local: Local
    bound: Callable[[int], int | None]
    ways: Callable[[], bool] = field(default=lambda: False)
    values: dict[int, list[tuple[Any, Any]]] = field(default_factory=dict)
    found: dict[int, list[LocalEquilibrium]] = field(default_factory=dict)

    def domain(self, s: int) -> int:
        """Number of values of a state."""
        return len(self.values[s])

    def most(self, p: int) -> int | None:
        """An upper bound on the number of equilibria of a part, if one is known."""
        return self.bound(p)

    def solve(self, p: int, rows: list[Index], size: int, *, values: bool = True) -> Table:
        """All equilibria of a part for each of ``size`` continuations."""
        reads, part = self.net.reads[p], self.net.parts[p]
        numbers: dict[int, dict[tuple[Any, Any], int]] = {s: {} for s in part}
        row: list[int] = []
        ids: list[list[int]] = [[] for _ in part]
        found: list[LocalEquilibrium] = []
        problem = ""
        columns = [column.tolist() for column in rows]
        for k in range(size):
            given = {s: self.values[s][column[k]] for s, column in zip(reads, columns, strict=False)}
            if self.ways():
                problem = "the time ran out"
                break
            answer = self.local(p, given)
            problem = problem or answer.problem
            for choices, worth in answer.equilibria:
                row.append(k)
                found.append((choices, worth))
                for s, column in zip(part, ids, strict=True):
                    column.append(numbers[s].setdefault(tuple(worth[s]), len(numbers[s])))
        for s in part:
            self.values[s] = list(numbers[s])
        self.found[p] = found
        table = [np.array(column, np.int64) for column in ids]
        return Table(np.array(row, np.int64), table, np.arange(len(found)), np.zeros(0, np.int64), problem)


@dataclass(frozen=True)
class ExactReader:
    """Turns entries of a graph back into exact equilibria."""

    game: DynamicGame
    lane: ExactLane

    def equilibrium(self, entries: dict[int, tuple[Layer, int]]) -> MarkovEquilibrium:
        """The equilibrium made of one entry for each part."""
        profile: dict[int, Any] = {}
        values: dict[int, tuple[Any, Any]] = {}
        for p, (_, entry) in entries.items():
            choices, worth = self.lane.found[p][entry]
            for s in self.lane.net.parts[p]:
                profile[s] = choices[s]
                values[s] = (fraction(worth[s][0]), fraction(worth[s][1]))
        states = range(len(self.game.states))
        return MarkovEquilibrium(self.game, tuple(profile[s] for s in states), tuple(values[s] for s in states))

    def check(self, equilibrium: MarkovEquilibrium) -> None:
        """One-shot deviations and values, by the concept's own arithmetic."""
        concept = MarkovPerfect()
        certificate = concept.check(self.game, equilibrium.profile)
        if not certificate.holds:
            raise CertificateError(f"no equilibrium: {certificate.worst}")
        concept.check_values(self.game, equilibrium)

    def choices(self, layer: Layer, state: int) -> list[Any]:
        """For each entry the mixes in a state."""
        return [choices[state] for choices, _ in self.lane.found[layer.part]]

    def plan(self, state: int, choice: Any) -> list[int]:
        """States that can follow."""
        period = self.game.periods[state]
        return [t for play in period.outcome(choice) for q, t in period.plays[play].next if q != 0]

    def sentence(self, states: Sequence[int], choices: Mapping[int, Any]) -> str:
        """The path of play in one line."""
        first = tuple(
            choices[s] if s in choices else tuple(_first(len(node.actions)) for node in period.nodes)
            for s, period in enumerate(self.game.periods)
        )
        return induced_chain(self.game, first).path(40).sentence()

    def worth(self, layer: Layer, state: int) -> list[tuple[Any, Any]]:
        """For each entry both players' values of a state, as pairs of equal ends."""
        found = []
        for _, values in self.lane.found[layer.part]:
            a, b = (fraction(v) for v in values[state])
            found.append(((a, a), (b, b)))
        return found

    def pure_entries(self, layer: Layer) -> NDArray[np.bool_]:
        """Which entries are pure."""
        states = self.lane.net.parts[layer.part]
        return np.array(
            [
                all(p in (0, 1) for s in states for mix in choices[s] for p in mix)
                for choices, _ in self.lane.found[layer.part]
            ],
            bool,
        )

    def mirror(self, state: int, choice: Any) -> Any:
        """The mixes with the players exchanged."""
        return tuple(reversed(choice)) if self.game.periods[state].simultaneous else choice


def _first(actions: int) -> tuple[Fraction, ...]:
    return (Fraction(1),) + (Fraction(0),) * (actions - 1)


def fraction(x: Any) -> Any:
    """A flint rational as a Fraction; anything else unchanged."""
    return Fraction(int(x.p), int(x.q)) if hasattr(x, "p") and hasattr(x, "q") else x
