"""What a sweep records at each parameter point, as numbers of a fixed kind.

Every outcome can be read off a :class:`~gametheory.equilibria.solution.Solution`; those that the batched solver can give too
have ``of_batch``.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from gametheory.equilibria.play import Chain
from gametheory.equilibria.solution import Solution
from gametheory.errors import InputError, InputTypeError
from gametheory.evidence.patterns import Pattern

if TYPE_CHECKING:
    from gametheory.evidence.batch_ratchet import BatchResult
    from gametheory.evidence.batch_stage import StageResult

__all__ = ["Count", "Evaluate", "Outcome", "Payoff", "Shown", "StageOutcome"]


class Outcome(Protocol):
    """What a sweep asks of an outcome."""

    @property
    def name(self) -> str:
        """Name of the variable in the Dataset."""

    @property
    def dtype(self) -> str:
        """How it is stored."""

    @property
    def fill(self) -> float:
        """The value where nothing has been computed yet."""

    @property
    def batched(self) -> bool:
        """Whether :meth:`of_batch` gives it."""

    def of(self, solution: Solution) -> float:
        """The value at a point, from its solution."""

    def of_batch(self, result: BatchResult, cache: dict[Any, Any]) -> Any:
        """The values at many points; those at flagged points are overwritten later."""

    def attributes(self) -> dict[str, Any]:
        """Units, a long name and the meaning of codes."""

    def describe(self) -> dict[str, Any]:
        """The outcome in plain values."""


@runtime_checkable
class StageOutcome(Outcome, Protocol):
    """An outcome that can also be read off a batch of 2x2 stage games."""

    def of_stage_batch(self, result: StageResult) -> Any:
        """The values at many points; those at flagged points are overwritten later."""


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        raise InputError("outcome", name, "a name such as 'pattern'")


@dataclass(frozen=True)
class Count:
    """The number of equilibria.

    Examples
    --------
    >>> Count().describe()
    {'kind': 'count', 'name': 'count'}
    """

    name: str = "count"
    dtype = "int32"
    fill = -1
    batched = True

    def __post_init__(self) -> None:
        _check_name(self.name)

    def of(self, solution: Solution) -> float:
        """How many equilibria the solution has."""
        return len(solution.equilibria)

    def of_batch(self, result: BatchResult, cache: dict[Any, Any]) -> Any:
        """How many rows each point has."""
        return result.count()

    def of_stage_batch(self, result: StageResult) -> Any:
        """How many extreme equilibria each game has."""
        return result.count()

    def attributes(self) -> dict[str, Any]:
        """Units and a long name."""
        return {"units": "1", "long_name": "number of equilibria"}

    def describe(self) -> dict[str, Any]:
        """Plain values."""
        return {"kind": "count", "name": self.name}


@dataclass(frozen=True)
class Shown:
    """Which pattern the equilibrium play shows for sure: the first of those with probability one.

    Parameters
    ----------
    patterns : mapping from label to Pattern (or its text)
    name : str

    The value is the position of the label in :attr:`labels`, which end with ``"other"`` (no pattern is certain),
    ``"several"`` (equilibria differ) and ``"none"`` (no equilibrium).

    Examples
    --------
    >>> Shown({"talk": "NS forever"}).labels
    ('talk', 'other', 'several', 'none')
    """

    patterns: Mapping[str, Pattern | str]
    name: str = "pattern"
    labels: tuple[str, ...] = field(init=False, compare=False)
    dtype = "int16"
    fill = -1
    batched = True

    def __post_init__(self) -> None:
        _check_name(self.name)
        if not isinstance(self.patterns, Mapping) or not self.patterns:
            raise InputTypeError("patterns", self.patterns, "a mapping from label to pattern")
        read = {label: p if isinstance(p, Pattern) else Pattern(p) for label, p in self.patterns.items()}
        clash = set(read) & {"other", "several", "none"}
        if clash or len(read) > 1000:
            raise InputError("patterns", sorted(clash), "at most 1000 labels, none of them other, several or none")
        object.__setattr__(self, "patterns", read)
        object.__setattr__(self, "labels", (*read, "other", "several", "none"))

    def classify(self, chain: Chain) -> int:
        """Position of the first pattern that the play shows with probability one, or of ``"other"``."""
        for k, pattern in enumerate(self.patterns.values()):
            if pattern.certain(chain):  # type: ignore[union-attr]
                return k
        return len(self.patterns)

    def of(self, solution: Solution) -> float:
        """The class of the equilibria."""
        found = {self.classify(e.chain) for e in solution.equilibria}
        return len(self.labels) - 1 if not found else len(self.labels) - 2 if len(found) > 1 else found.pop()

    def of_batch(self, result: BatchResult, cache: dict[Any, Any]) -> Any:
        """The class at each point; points whose equilibria make the same moves are classified once."""
        none = len(self.labels) - 1
        return result.label(self.classify, none=none, several=none - 1, cache=cache)

    def attributes(self) -> dict[str, Any]:
        """Codes and labels, by the CF conventions."""
        return {
            "units": "1",
            "long_name": "pattern of equilibrium play",
            "flag_values": list(range(len(self.labels))),
            "flag_meanings": " ".join(label.replace(" ", "_") for label in self.labels),
            "labels": list(self.labels),
        }

    def describe(self) -> dict[str, Any]:
        """Plain values."""
        return {"kind": "pattern", "name": self.name, "patterns": {k: str(p) for k, p in self.patterns.items()}}


@dataclass(frozen=True)
class Payoff:
    """A player's payoff at the start, average discounted: the lowest over equilibria (or the highest); nan if there is none.

    Examples
    --------
    >>> Payoff("US").name, Payoff("US", highest=True).name
    ('lowest_payoff_US', 'highest_payoff_US')
    """

    player: str
    highest: bool = False
    dtype = "float64"
    fill = float("nan")
    batched = True

    @property
    def name(self) -> str:
        """Name of the variable."""
        return f"{'highest' if self.highest else 'lowest'}_payoff_{self.player}"

    def _player(self, players: tuple[str, str]) -> int:
        if self.player not in players:
            raise InputError("payoff of", self.player, f"one of the players {players}")
        return players.index(self.player)

    def of(self, solution: Solution) -> float:
        """The payoff, rounded once."""
        i = self._player(solution.game.players)
        found = [e.payoffs[i] for e in solution.equilibria]
        return float(max(found) if self.highest else min(found)) if found else float("nan")

    def of_batch(self, result: BatchResult, cache: dict[Any, Any]) -> Any:
        """The payoffs at each point."""
        import numpy as np

        values = result.values[self._player(result.batch.game.players)]
        answer = np.full(result.points, np.nan)
        if len(values):
            starts = np.flatnonzero(np.diff(result.point, prepend=-1))
            pick = np.maximum if self.highest else np.minimum
            answer[result.point[starts]] = pick.reduceat(values, starts)
        return answer

    def attributes(self) -> dict[str, Any]:
        """Units and a long name."""
        which = "highest" if self.highest else "lowest"
        title = f"{which} equilibrium payoff of {self.player} at the start"
        return {"units": "payoff per period, average discounted", "long_name": title}

    def describe(self) -> dict[str, Any]:
        """Plain values."""
        return {"kind": "payoff", "player": self.player, "highest": self.highest}


@dataclass(frozen=True)
class Evaluate:
    """Any number that a function of the solution gives; the exact solver is called at every point.

    Parameters
    ----------
    name : str
    function : callable
        From a Solution to a number. Defined at the top of a module if the sweep runs on other machines.
    units : str
    integer : bool
        Whether it gives whole numbers.

    Examples
    --------
    >>> Evaluate("paths", lambda solution: len(solution.paths), units="1", integer=True).dtype
    'int64'
    """

    name: str
    function: Callable[[Solution], Any]
    units: str = "1"
    integer: bool = False
    batched = False

    def __post_init__(self) -> None:
        _check_name(self.name)
        if not callable(self.function):
            raise InputTypeError(f"outcome {self.name}", self.function, "a function of a Solution")

    @property
    def dtype(self) -> str:
        """How it is stored."""
        return "int64" if self.integer else "float64"

    @property
    def fill(self) -> float:
        """The value where nothing has been computed yet."""
        return -(2**62) if self.integer else float("nan")

    def of(self, solution: Solution) -> float:
        """What the function gives."""
        value = self.function(solution)
        return int(value) if self.integer else float(value)

    def of_batch(self, result: BatchResult, cache: dict[Any, Any]) -> Any:
        """Not available."""
        raise InputError(f"outcome {self.name}", self.function, "an outcome that the batched solver gives")

    def attributes(self) -> dict[str, Any]:
        """Units and the function's name."""
        return {"units": self.units, "long_name": self.name}

    def describe(self) -> dict[str, Any]:
        """Where the function stands, and a digest of its text."""
        f = self.function
        where = f"{getattr(f, '__module__', '?')}.{getattr(f, '__qualname__', type(f).__name__)}"
        try:
            digest = hashlib.sha256(inspect.getsource(f).encode()).hexdigest()
        except (OSError, TypeError):
            digest = "unknown"
        return {"kind": "function", "name": self.name, "function": where, "text": digest, "units": self.units}
