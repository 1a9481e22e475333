"""The identified set: the parameters whose equilibria are compatible with what was observed, before any point estimate.

At a point of the parameter space a pattern of play is

- *possible* if some equilibrium shows it with a probability above zero,
- *certain* if there is an equilibrium and every one shows it with probability one,
- *unique* if it is certain and all equilibria play alike.

With one or two free parameters the plane is cut exactly (:mod:`gametheory.regimes`), and each cell is decided by solving the
game at a rational point of it. With more, points are drawn from a named measure: what was seen is possible for certain, what was
not seen is not thereby impossible, and a share is the share of that measure, never a probability.

References
----------
Manski, C. F. (2003), Partial Identification of Probability Distributions, Springer.
Clopper, C. J. and Pearson, E. S. (1934), "The use of confidence or fiducial limits", Biometrika 26, 404-413.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.play import Chain
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solve import solve
from gametheory.errors import CertificateError, InputError, UnsupportedError
from gametheory.evidence.patterns import Pattern
from gametheory.games.dynamic import DynamicGame
from gametheory.regimes import Partition, partition

__all__ = ["IdentifiedRegion", "IdentifiedShare", "Piece", "Share", "identified_region", "identified_share"]


@dataclass(frozen=True)
class Piece:
    """Cells of the plane in which the same paths are played.

    Attributes
    ----------
    samples : tuple of tuples of Fraction
        A rational point of each cell.
    probabilities : tuple of Fraction
        Of the pattern, in each distinct equilibrium play.
    """

    samples: tuple[tuple[Fraction, ...], ...]
    probabilities: tuple[Fraction, ...]

    @property
    def possible(self) -> bool:
        """Some equilibrium can show the pattern."""
        return any(self.probabilities)

    @property
    def certain(self) -> bool:
        """There is an equilibrium, and every one shows it with probability one."""
        return bool(self.probabilities) and all(p == 1 for p in self.probabilities)

    @property
    def unique(self) -> bool:
        """It is certain, and all equilibria play alike."""
        return self.certain and len(self.probabilities) == 1


@dataclass(frozen=True)
class IdentifiedRegion:
    """Where in the space of one or two parameters a pattern is possible, certain, unique; exact but for the boundaries.

    Attributes
    ----------
    pattern : Pattern
    partition : Partition
        The cells and their boundaries; on a boundary itself nothing is said.
    pieces : tuple of Piece
        One for each regime of the partition.
    """

    pattern: Pattern
    partition: Partition
    pieces: tuple[Piece, ...]

    def cells(self, kind: str = "possible") -> tuple[tuple[Fraction, ...], ...]:
        """A point of each cell in which the pattern is ``"possible"``, ``"certain"`` or ``"unique"``."""
        if kind not in ("possible", "certain", "unique"):
            raise InputError("kind", kind, "'possible', 'certain' or 'unique'")
        return tuple(sorted(point for piece in self.pieces if getattr(piece, kind) for point in piece.samples))

    @property
    def is_empty(self) -> bool:
        """Whether no cell is compatible with the pattern; exact, as every cell was decided."""
        return not self.cells()

    def __str__(self) -> str:
        total = sum(len(piece.samples) for piece in self.pieces)
        told = ", ".join(f"{kind} in {len(self.cells(kind))}" for kind in ("possible", "certain", "unique"))
        return f"'{self.pattern}': of {total} cells of ({', '.join(self.partition.parameters)}) it is {told}"


def identified_region(
    game: DynamicGame, pattern: Pattern | str, *, parameters: Sequence[str] | None = None
) -> IdentifiedRegion:
    """Where a pattern is possible, certain and unique among pure Markov perfect equilibria, for one or two free parameters.

    Parameters
    ----------
    game : DynamicGame
        With one or two parameters left; substitute numbers for the others first. They may stand in payoffs and discount
        factors, not in probabilities.
    pattern : Pattern or str
    parameters : sequence of str, optional
        Their order; cells are found along the first.

    Raises
    ------
    UnsupportedError
        If a free parameter stands in a probability of the game.

    Examples
    --------
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": ("x", 0), "UA": ("1/3", 0)})
    >>> found = identified_region(game, "NE forever")
    >>> print(found)
    'NE forever': of 2 cells of (x) it is possible in 1, certain in 1, unique in 1
    >>> found.partition.points
    (1/3,)
    """
    asked = pattern if isinstance(pattern, Pattern) else Pattern(pattern)
    names = tuple(parameters or game.parameters)
    if len(names) not in (1, 2) or set(names) != set(game.parameters):
        raise InputError("parameters", names, f"the one or two parameters that the game has, {list(game.parameters)}")
    _refuse_in_probabilities(game)
    concept = MarkovPerfect(pure=True)
    symbolic = solve(game, concept)
    if symbolic.status is Status.PARTIAL:
        raise UnsupportedError("game", symbolic.reason, "a game small enough to be solved for all parameters at once")
    cut = partition([e.region for e in symbolic.equilibria], names)
    pieces = []
    for regime in cut.regimes:
        values = dict(zip(names, regime.samples[0], strict=True))
        plays = _plays(game.subs(**values))
        if len(plays) != len(regime.entries):
            raise CertificateError(f"paths at {values} differ from those of the symbolic solution")
        pieces.append(Piece(regime.samples, tuple(asked.probability(chain) for chain in plays)))
    return IdentifiedRegion(asked, cut, tuple(pieces))


def _refuse_in_probabilities(game: DynamicGame) -> None:
    for state, period in zip(game.states, game.periods, strict=True):
        draws = [d for play in period.plays for d in (play.next, play.next_for(0), play.next_for(1))]
        for p, _ in (pair for draw in draws for pair in draw):
            if not isinstance(p, (int, Fraction)):
                raise UnsupportedError(
                    f"probability in state {state!r}",
                    p,
                    "numbers; free parameters stand in payoffs or discount factors",
                )


def _plays(game: DynamicGame) -> tuple[Chain, ...]:
    """The distinct plays of all pure equilibria."""
    found: dict[Any, Chain] = {}
    for equilibrium in solve(game, MarkovPerfect(pure=True)).equilibria:
        chain = equilibrium.chain.reachable()
        found.setdefault((chain.states, chain.moves), chain)
    return tuple(found.values())


# --- shares of a measure ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """A share of a measure, from independent draws, with exact binomial bounds.

    Attributes
    ----------
    seen, draws : int
    level : Fraction
        Coverage of the bounds (Clopper and Pearson 1934).
    """

    seen: int
    draws: int
    level: Fraction = Fraction(19, 20)

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper bound; of level or more, whatever the true share."""
        from scipy.stats import beta

        out = float(1 - self.level) / 2
        low = 0.0 if self.seen == 0 else float(beta.ppf(out, self.seen, self.draws - self.seen + 1))
        high = 1.0 if self.seen == self.draws else float(beta.ppf(1 - out, self.seen + 1, self.draws - self.seen))
        return low, high

    def __str__(self) -> str:
        low, high = self.bounds
        return f"{self.seen} of {self.draws} draws (share {low:.3f} to {high:.3f} at {float(self.level):.0%})"


@dataclass(frozen=True)
class IdentifiedShare:
    """How much of a named measure is compatible with each event.

    Attributes
    ----------
    measure : str
        What was drawn, in words.
    draws : int
    possible, certain, unique : mapping from event to Share
    none : Share
        Points without an equilibrium of the kind asked for; no event is possible there.
    witnesses : mapping from event to parameter values
        A point at which the event is possible, where one was seen.
    """

    measure: str
    draws: int
    possible: Mapping[str, Share]
    certain: Mapping[str, Share]
    unique: Mapping[str, Share]
    none: Share
    witnesses: Mapping[str, Mapping[str, Fraction]]

    def __str__(self) -> str:
        lines = [f"measure: {self.measure}; no equilibrium at {self.none}"]
        lines += [f"  {event}: possible at {share}" for event, share in self.possible.items()]
        return "\n".join(lines)


def identified_share(
    game: DynamicGame,
    points: Iterable[Mapping[str, Fraction]],
    events: Mapping[str, Callable[[Chain], Fraction]],
    *,
    measure: str,
    level: object = "19/20",
    done: Callable[[int], None] = lambda points: None,
) -> IdentifiedShare:
    """The share of a measure at which events are possible, certain and unique in pure Markov perfect equilibria.

    Every point is solved exactly; only the share is an estimate.

    Parameters
    ----------
    game : DynamicGame
        With parameters.
    points : iterable of mappings
        Independent draws from the measure: a value for each parameter.
    events : mapping
        Name -> function from a play to its probability, such as ``Pattern(...).probability``.
    measure : str
        What is drawn, in words; a share means nothing without it.
    level : number
        Coverage of the bounds of each share.
    done : callable
        Called with 1 after each point.

    Examples
    --------
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": ("x", 0), "UA": ("1/3", 0)})
    >>> draws = [{"x": Fraction(i, 10)} for i in range(10)]
    >>> found = identified_share(game, draws, {"talk": Pattern("NE forever").probability}, measure="ten points")
    >>> print(found.possible["talk"])
    6 of 10 draws (share 0.262 to 0.878 at 95%)
    """
    from gametheory.exact import rational

    if not isinstance(measure, str) or not measure.strip():
        raise InputError("measure", measure, "words that say what is drawn")
    cover = rational(level, field="level")
    if not 0 < cover < 1:
        raise InputError("level", level, "a number between 0 and 1")
    counts = {kind: dict.fromkeys(events, 0) for kind in ("possible", "certain", "unique")}
    witnesses: dict[str, Mapping[str, Fraction]] = {}
    total = empty = 0
    for values in points:
        plays = _plays(game.subs(**values))
        total += 1
        empty += not plays
        for event, probability in events.items():
            piece = Piece((), tuple(probability(chain) for chain in plays))
            for kind in counts:
                counts[kind][event] += getattr(piece, kind)
            if piece.possible:
                witnesses.setdefault(event, dict(values))
        done(1)
    if not total:
        raise InputError("points", (), "at least one draw")
    shares = {kind: {e: Share(n, total, cover) for e, n in found.items()} for kind, found in counts.items()}
    return IdentifiedShare(measure, total, **shares, none=Share(empty, total, cover), witnesses=witnesses)
