"""What a solver's answer is made of: how far it reaches, what it found, and what can be checked again."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from gametheory.algebraic import Real
from gametheory.equilibria.play import Chain, Path
from gametheory.errors import CertificateError, InputError
from gametheory.exact import Number

if TYPE_CHECKING:
    from gametheory.games.dynamic import DynamicGame
    from gametheory.games.stage import StageGame

__all__ = [
    "Certificate",
    "Completeness",
    "Component",
    "Concept",
    "Deviation",
    "Equilibrium",
    "MarkovEquilibrium",
    "Solution",
    "Status",
    "Subset",
    "game_notes",
    "need_numbers",
]

#: One distribution over actions.
Mix = tuple[Fraction, ...]


class Status(enum.Enum):
    """How far an answer reaches; the value says what to do next."""

    COMPLETE = "nothing in the stated class is missing"
    PARTIAL = "something was not searched: see the reason, raise the budget or name another solver"
    UNDECIDED = "a sign could not be decided: see the reason"


@dataclass(frozen=True)
class Deviation:
    """What a player gains by choosing one action instead of following the profile, once.

    ``gain`` is in units of the payoff concerned: of one period in a one-shot game, average discounted in a dynamic one.
    """

    player: str
    action: str
    gain: Number
    state: str = ""
    history: str = ""

    def __str__(self) -> str:
        place = f" in state {self.state!r}" if self.state else ""
        place += f" after {self.history!r}" if self.history else ""
        verb = "gains" if self.gain > 0 else "loses"  # type: ignore[operator]
        return f"{self.player} {verb} {abs(self.gain)} by {self.action}{place}"  # type: ignore[arg-type]


@dataclass(frozen=True)
class Certificate:
    """The outcome of checking one profile: every one-shot deviation with its exact gain.

    Attributes
    ----------
    concept : str
    holds : bool
        Whether no deviation gains.
    deviations : tuple of Deviation
        All of them, gaining or not.
    """

    concept: str
    holds: bool
    deviations: tuple[Deviation, ...]

    @property
    def worst(self) -> Deviation | None:
        """The deviation that gains most, or None if there is nothing to deviate to."""
        return max(self.deviations, key=lambda d: d.gain, default=None)  # type: ignore[arg-type,return-value]

    def __bool__(self) -> bool:
        return self.holds


@dataclass(frozen=True)
class Equilibrium:
    """An equilibrium of a one-shot game.

    Attributes
    ----------
    profile : (tuple, tuple)
        Each player's distribution over actions.
    payoffs : (Number, Number)
        Expected payoffs.
    region : object
        With symbolic payoffs: the conditions under which it is an equilibrium; None otherwise.
    ordinal : bool
        True when it mixes and payoffs are mere ranks: the probabilities are then artefacts of the ranks.
    """

    profile: tuple[tuple[Number, ...], tuple[Number, ...]]
    payoffs: tuple[Number, Number]
    region: Any = None
    ordinal: bool = False

    @property
    def is_pure(self) -> bool:
        """Whether each player chooses one action for sure."""
        return all(p in (0, 1) for mix in self.profile for p in mix)

    def __str__(self) -> str:
        mixes = "  ".join("(" + ", ".join(map(str, mix)) + ")" for mix in self.profile)
        note = "  [payoffs are ranks: the probabilities are artefacts]" if self.ordinal and not self.is_pure else ""
        return f"{mixes}  payoffs {self.payoffs[0]}, {self.payoffs[1]}{note}"


@dataclass(frozen=True)
class Subset:
    """A maximal Nash subset: any mix of the x-vertices with any mix of the y-vertices is an equilibrium."""

    x_vertices: tuple[Mix, ...]
    y_vertices: tuple[Mix, ...]


@dataclass(frozen=True)
class Component:
    """A connected set of equilibria: a union of maximal Nash subsets. A strict pure equilibrium has index +1."""

    subsets: tuple[Subset, ...]
    index: int

    @property
    def is_point(self) -> bool:
        """Whether it is a single equilibrium."""
        return len(self.subsets) == 1 and len(self.subsets[0].x_vertices) == 1 == len(self.subsets[0].y_vertices)


@dataclass(frozen=True)
class MarkovEquilibrium:
    """A Markov perfect equilibrium: one choice for each state and node.

    Attributes
    ----------
    game : DynamicGame
    profile : tuple
        ``profile[s][node]``: a distribution over the actions at that node of the period game in state ``s``.
    values : tuple of (Fraction or algebraic number, for each player)
        ``values[s]``: what each player expects from state ``s`` on, average discounted, under her own beliefs.
    """

    game: DynamicGame = field(repr=False)
    profile: tuple[tuple[tuple[Real, ...], ...], ...]
    values: tuple[tuple[Real, Real], ...]

    @property
    def payoffs(self) -> tuple[Real, Real]:
        """What each player expects at the start, average discounted, under her own beliefs."""
        return self.values[self.game.start]

    @property
    def is_pure(self) -> bool:
        """Whether every choice is made for sure."""
        return all(p in (0, 1) for choices in self.profile for mix in choices for p in mix)

    @cached_property
    def chain(self) -> Chain:
        """The Markov chain of play, under the true transitions."""
        from gametheory.equilibria.profiles import induced_chain

        return induced_chain(self.game, self.profile)

    def path(self, periods: int = 10) -> Path:
        """The play from the start, as a printable table of periods, states and outcomes."""
        return self.chain.path(periods)

    @property
    def policy(self) -> dict[str, dict[str, str]]:
        """For each state and point of choice (``"US"``, ``"MX after N"``) the action, or the mix of actions."""
        table: dict[str, dict[str, str]] = {}
        for state, period, choices in zip(self.game.states, self.game.periods, self.profile, strict=True):
            row = {}
            for node, mix in zip(period.nodes, choices, strict=True):
                name = self.game.players[node.player] + (f" after {node.history}" if node.history else "")
                row[name] = " or ".join(
                    action if p == 1 else f"{action} ({p})" for action, p in zip(node.actions, mix, strict=True) if p != 0
                )
            table[state] = row
        return table

    def __str__(self) -> str:
        lines = [f"payoffs at the start: {', '.join(f'{n} {v}' for n, v in zip(self.game.players, self.payoffs, strict=True))}"]
        for state, row in self.policy.items():
            lines.append(f"  {state}: " + "; ".join(f"{who}: {what}" for who, what in row.items()))
        return "\n".join(lines)


@runtime_checkable
class Concept(Protocol):
    """What makes a profile an equilibrium."""

    def check(self, game: Any, profile: Any) -> Certificate:
        """Every one-shot deviation from the profile, with its exact gain."""

    def check_values(self, game: Any, equilibrium: Any) -> None:
        """Raise :class:`CertificateError` unless the equilibrium's stated payoffs are those of its profile."""

    def read_profile(self, game: Any, given: Any) -> Any:
        """A profile from what a user writes."""


class Completeness(Protocol):
    """Evidence that nothing is missing, which can be checked without the solver that produced it."""

    def verify(self, game: Any, equilibria: Sequence[Any], components: Sequence[Component]) -> None:
        """Raise :class:`CertificateError` unless the evidence holds for exactly these equilibria and components."""


@runtime_checkable
class LazyEquilibria(Protocol):
    """A sequence of equilibria, possibly huge, each found when it is asked for (:class:`gametheory.equilibria.family.Family`)."""

    @property
    def size(self) -> int:
        """How many there are."""

    def verify(self, *, sample: int, seed: int) -> None:
        """Check all of them, or a drawn sample if they are many."""

    def paths(self, *, limit: int = 10_000) -> dict[str, int]:
        """Each distinct path of play and how many equilibria share it."""


@dataclass(frozen=True)
class Solution:
    """What was found, how far the search reached, and how to check it again.

    Attributes
    ----------
    game, concept
        What was solved, and for which solution concept.
    status : Status
    reason : str
        Why the status is what it is, in words.
    equilibria : sequence
    components : tuple of Component
        For one-shot games: the connected sets of equilibria.
    solver : str
        Name of the solver that proposed the answer.
    completeness : Completeness or None
        Evidence that nothing is missing, where the solver gives some.
    """

    game: StageGame | DynamicGame = field(repr=False)
    concept: Concept
    status: Status
    reason: str
    equilibria: Sequence[Any]
    components: tuple[Component, ...] = ()
    solver: str = ""
    completeness: Completeness | None = field(default=None, repr=False)

    def verify(self) -> None:
        """Check every equilibrium again, and the evidence of completeness, without the solver.

        Of a family of more than 200 equilibria that are found on demand, 200 drawn with a fixed seed are checked.

        Raises
        ------
        CertificateError
            If anything does not hold.
        """
        if isinstance(self.equilibria, LazyEquilibria):
            self.equilibria.verify(sample=200, seed=0)
            return
        for number, equilibrium in enumerate(self.equilibria):
            certificate = self.concept.check(self.game, equilibrium.profile)
            if not certificate.holds:
                raise CertificateError(f"equilibrium {number} is none: {certificate.worst}")
            self.concept.check_values(self.game, equilibrium)
        if self.completeness is not None:
            self.completeness.verify(self.game, self.equilibria, self.components)

    def why_not(self, profile: Any) -> Deviation | None:
        """The most profitable deviation from a profile, or None if the profile is an equilibrium.

        Parameters
        ----------
        profile :
            One-shot games: a pair of actions or of distributions. Dynamic games: for each state the actions or
            distributions at its nodes, as a list or as a mapping from state names.
        """
        worst = self.concept.check(self.game, self.concept.read_profile(self.game, profile)).worst
        return worst if worst is not None and worst.gain > 0 else None  # type: ignore[operator]

    @property
    def count(self) -> int:
        """How many equilibria are listed (``len`` fails beyond what Python can index, this does not)."""
        return self.equilibria.size if isinstance(self.equilibria, LazyEquilibria) else len(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __str__(self) -> str:
        count = self.count
        noun = "equilibrium" if count == 1 else "equilibria"
        lines = [f"{count:,} {noun} ({self.concept}); {self.status.name}: {self.reason}"]
        for number, equilibrium in enumerate(self.equilibria):
            if number == 20:
                lines.append(f"... and {count - 20:,} more")
                break
            lines.append(f"[{number}] {equilibrium}")
        return "\n".join([*lines, *game_notes(self.game)])

    @property
    def paths(self) -> Mapping[str, int]:
        """For dynamic games: each distinct equilibrium path (in one line) and how many equilibria share it."""
        if isinstance(self.equilibria, LazyEquilibria):
            return self.equilibria.paths()
        found: dict[str, int] = {}
        for equilibrium in self.equilibria:
            sentence = equilibrium.path(40).sentence()
            found[sentence] = found.get(sentence, 0) + 1
        return found


def game_notes(game: object) -> list[str]:
    """What the answer for a dynamic game hangs on: symbols that are still open, and payoffs that are mere ranks."""
    from gametheory.games.dynamic import DynamicGame

    if not isinstance(game, DynamicGame):
        return []
    notes = []
    if game.parameters:
        notes.append(f"symbols without a value: {', '.join(game.parameters)}{_variables(game)}")
    if game.ordinal:
        notes.append(
            "payoffs are ranks: with discounting and rules the answer holds for these numbers; leave payoffs as symbols to "
            "learn for which it holds"
        )
    return notes


def _variables(game: DynamicGame) -> str:
    names = [name for name in game.variables[0] if name != "state"]
    return f" (state variables: {', '.join(names)})" if names else ""


def need_numbers(game: DynamicGame) -> None:
    """Refuse a game that still has symbols, where what is asked needs a number for each of them.

    Raises
    ------
    InputError
        If the game has symbols without a value; a misspelt name in a rule is one.
    """
    if game.parameters:
        given = ", ".join(f"{name}=..." for name in game.parameters)
        raise InputError(
            f"symbols without a value{_variables(game)}",
            ", ".join(game.parameters),
            f"a number for each, as in game.subs({given}), and the game solved again",
        )
