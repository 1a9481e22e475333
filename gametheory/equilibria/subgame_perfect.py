"""Subgame perfection with memory: which pairs of automata are equilibria, and every payoff that can be sustained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from typing import Any

import flint

from gametheory.algebraic import Real
from gametheory.equilibria import payoff_checks
from gametheory.equilibria.automata import check_automata
from gametheory.equilibria.solution import Certificate, Solution, Status, game_notes
from gametheory.equilibria.solvers._polygon import contains, squared_distance
from gametheory.equilibria.transfers import TransferSolution, solve_with_transfers
from gametheory.errors import CertificateError, InputError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame

__all__ = ["AlgebraicSet", "PayoffSet", "PayoffSets", "PayoffSolution", "SubgamePerfect", "payoff_solution"]

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class SubgamePerfect:
    """Subgame-perfect equilibrium with memory; what is solved for are payoff sets of pure-action equilibria.

    Strategies are pure functions of history and of a public draw before each period's moves. :func:`gametheory.solve` gives
    the average discounted payoffs of all of them, state by state. ``check`` takes a pair of automata.

    Source: Abreu, Pearce and Stacchetti, Econometrica 58 (1990).

    Parameters
    ----------
    transfers : bool
        Players can pay each other (or burn money) before each period's moves; see :mod:`gametheory.equilibria.transfers`.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="1/2")
    >>> solution = AbreuPearceStacchetti().solve(game, SubgamePerfect())
    >>> print(solution.payoff_sets["play"])
    exactly the hull of (1, 1), (13/3, 1), (3, 3), (1, 13/3)
    """

    transfers: bool = False

    def check(self, game: Any, profile: Any) -> Certificate:
        """Every one-shot deviation from a pair of automata, at every joint state that some history reaches."""
        return check_automata(game, profile)

    def check_values(self, game: Any, equilibrium: Any) -> None:
        """Payoff sets carry their own evidence; see :meth:`PayoffSolution.verify`."""

    def read_profile(self, game: Any, given: Any) -> Any:
        """A pair of automata."""
        return given

    def __str__(self) -> str:
        return "subgame perfect, with transfers" if self.transfers else "subgame perfect"


@dataclass(frozen=True)
class PayoffSet:
    """Bounds of one state's set of average discounted payoffs.

    Attributes
    ----------
    inner, outer : tuple of (Fraction, Fraction)
        Vertices, counter-clockwise; none, one or two of them for the empty set, a point, a segment. Every point of the inner
        polygon is an equilibrium payoff, and no point outside the outer one is.
    """

    inner: tuple[Point, ...]
    outer: tuple[Point, ...]

    @property
    def is_exact(self) -> bool:
        """Whether both bounds are the same set."""
        return set(self.inner) == set(self.outer)

    @property
    def gap(self) -> Fraction | None:
        """At most this far is any point of the outer set from the inner one; None if only the inner set is empty."""
        if self.is_exact:
            return Fraction(0)
        if not self.inner:
            return None
        inner = _flint(self.inner)
        most = max(squared_distance(inner, x, y) for x, y in _flint(self.outer))
        scale = 1 << 80
        return Fraction(isqrt(int(most.p) * scale * scale // int(most.q)) + 1, scale)

    def __contains__(self, payoffs: object) -> bool:
        """Whether a pair of payoffs lies in the inner set."""
        if not isinstance(payoffs, (tuple, list)) or len(payoffs) != 2:
            raise InputError("payoffs", payoffs, "a pair of numbers")
        return contains(_flint(self.inner), _flint([(rational(payoffs[0]), rational(payoffs[1]))]))

    def __str__(self) -> str:
        if self.is_exact:
            return f"exactly {_describe(self.inner)}"
        gap = self.gap
        within = "nothing found inside" if gap is None else f"within {float(gap):.1e}"
        return f"between {_describe(self.inner)} and {_describe(self.outer)}, {within}"


def _describe(vertices: Sequence[Point]) -> str:
    def show(x: Fraction) -> str:
        return str(x) if x.denominator < 10**6 else f"{float(x):.9g}"

    shown = ", ".join(f"({show(x)}, {show(y)})" for x, y in vertices)
    return {0: "the empty set", 1: f"the point {shown}", 2: f"the segment {shown}"}.get(
        len(vertices), f"the hull of {shown}"
    )


@dataclass(frozen=True)
class AlgebraicSet:
    """A payoff set whose corners are exact real numbers.

    Attributes
    ----------
    vertices : tuple of (Real, Real)
        Fractions or :class:`gametheory.algebraic.Algebraic`. Every point of their hull is an equilibrium payoff.
    is_exact : bool
        Whether it is proved that there are no others. False says that no proof was found, not that there are others.
    """

    vertices: tuple[tuple[Real, Real], ...]
    is_exact: bool


@dataclass(frozen=True)
class PayoffSets(Mapping[Any, PayoffSet]):
    """Payoff sets by name (or index) of the state."""

    names: tuple[str, ...]
    sets: tuple[PayoffSet, ...]

    def __getitem__(self, state: Any) -> PayoffSet:
        if isinstance(state, str) and state in self.names:
            return self.sets[self.names.index(state)]
        if isinstance(state, int) and 0 <= state < len(self.sets):
            return self.sets[state]
        raise InputError("state", state, f"one of {list(self.names[:12])}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class PayoffSolution(Solution):
    """Payoff sets for every state, with what is needed to check them again.

    Attributes
    ----------
    payoff_sets : PayoffSets
        By name or index of the state.
    """

    payoff_sets: PayoffSets = field(default_factory=lambda: PayoffSets((), ()))
    evidence: Any = field(default=None, repr=False, compare=False)

    def verify(self) -> None:
        """Check inner and outer sets again from the definitions, without the solver.

        Raises
        ------
        CertificateError
            If anything does not hold.
        """
        game = self.game
        if not isinstance(game, DynamicGame) or self.evidence is None:
            raise CertificateError("no evidence to check")
        if isinstance(self.evidence, TransferSolution):
            self.evidence.verify()
            for s, found in enumerate(self.payoff_sets.sets):
                if not found.inner == found.outer == self.evidence.vertices(s):
                    raise CertificateError(f"the payoff set of state {game.states[s]!r} is not the one verified")
            return
        inner = {s: _flint(p.inner) for s, p in enumerate(self.payoff_sets.sets)}
        outer = {s: _flint(p.outer) for s, p in enumerate(self.payoff_sets.sets)}
        payoff_checks.check_inner(game, inner)
        if [part.part for part in self.evidence.parts] != list(game.parts):
            raise CertificateError("the evidence does not cover every part of the states in order")
        for part in self.evidence.parts:
            payoff_checks.check_outer(game, part, outer)

    def algebraic_set(self, state: int | str = 0) -> AlgebraicSet | None:
        """A state's payoff set with corners that are exact real numbers, also where they are irrational; None if not recognised.

        Where the bounds differ, corners are recognised from many digits, and the polygons they span are then tested in exact
        arithmetic: they lie within the outer bounds and are a fixed point of the operator, so that each of their points is an
        equilibrium payoff. A contraction over the number field, checked on its own, then shows that no other point within the outer
        bounds (which :meth:`verify` checks) is one; :attr:`AlgebraicSet.is_exact` says whether it could be found.

        Parameters
        ----------
        state : int or str
            Index or name.

        Examples
        --------
        >>> from gametheory.games.stage import StageGame
        >>> from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
        >>> game = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="1/4")
        >>> found = AbreuPearceStacchetti().solve(game, SubgamePerfect()).algebraic_set()
        >>> print(*(f"({x}, {y})" for x, y in found.vertices), found.is_exact)
        (3, 3) (39/4, 3) (9, 9) (3, 39/4) True
        >>> game = DynamicGame.repeated(StageGame([[8, 5], [0, 4]], [[7, 0], [1, 0]]), discount="3/5")
        >>> found = AbreuPearceStacchetti().solve(game, SubgamePerfect()).algebraic_set()
        >>> print(*(f"({x}, {y})" for x, y in found.vertices), found.is_exact)
        (5, (-28 + 7*sqrt(34))/9) ((27 + sqrt(34))/5, (14 + 7*sqrt(34))/15) (8, 7) (5, 7/4) True
        """
        from gametheory.equilibria.solvers._algebraic_sets import algebraic_family, is_largest

        game = self.game
        if not isinstance(game, DynamicGame):
            raise CertificateError("no game to check against")
        wanted = game.state_index(state)
        known: dict[int, AlgebraicSet] = {}
        for part in game.parts:
            sets = {s: self.payoff_sets.sets[s] for s in part}
            leads_to = {t for s in part for play in game.periods[s].plays for _, t in play.next} - set(part)
            if all(p.is_exact for p in sets.values()):
                known |= {s: AlgebraicSet(p.outer, True) for s, p in sets.items()}
            elif leads_to <= known.keys() and all(p.outer for p in sets.values()):
                outer, later = {s: p.outer for s, p in sets.items()}, {t: known[t].vertices for t in leads_to}
                found = algebraic_family(game, outer, later)
                if found is not None:
                    exact = all(known[t].is_exact for t in leads_to) and is_largest(game, found, outer, later)
                    known |= {s: AlgebraicSet(w, exact) for s, w in found.items()}
            if wanted in part:
                break
        return known.get(wanted)

    def __len__(self) -> int:
        return len(self.payoff_sets)

    def __str__(self) -> str:
        lines = [f"payoff sets ({self.concept}); {self.status.name}: {self.reason}"]
        return "\n".join(
            [*lines, *(f"  {name}: {self.payoff_sets[name]}" for name in self.payoff_sets), *game_notes(self.game)]
        )


def payoff_solution(game: DynamicGame, concept: Any, found: Any, solver: str) -> PayoffSolution:
    """The solution that a solver's bounds make up."""
    sets = tuple(PayoffSet(_points(found.inner[s]), _points(found.outer[s])) for s in range(len(game.states)))
    open_ones = [s for s, p in enumerate(sets) if not p.is_exact]
    if not open_ones:
        status, reason = (
            Status.COMPLETE,
            "every payoff set is exact: the inner set generates itself and nothing outside it survives",
        )
    else:
        gaps = [sets[s].gap for s in open_ones]
        blank = sum(gap is None for gap in gaps)
        widest = max((gap for gap in gaps if gap is not None), default=Fraction(0))
        reason = (
            f"inner and outer sets differ in {len(open_ones)} of {len(sets)} states, by at most {float(widest):.1e}"
        )
        reason += f"; in {blank} of them no inner set was found" if blank else ""
        reason += "" if found.finished else "; the budget of iterations ran out"
        status = Status.PARTIAL
    return PayoffSolution(
        game, concept, status, reason, (), solver=solver, payoff_sets=PayoffSets(game.states, sets), evidence=found
    )


def transfer_solution(game: DynamicGame, concept: Any) -> PayoffSolution:
    """The payoff sets with voluntary transfers, which are always exact."""
    found = solve_with_transfers(game)
    sets = tuple(PayoffSet(found.vertices(s), found.vertices(s)) for s in range(len(game.states)))
    reason = "every outcome that is not admitted fails although all that could support it was still allowed"
    return PayoffSolution(
        game,
        concept,
        Status.COMPLETE,
        reason,
        (),
        solver="elimination",
        payoff_sets=PayoffSets(game.states, sets),
        evidence=found,
    )


def _points(polygon: Sequence[tuple[flint.fmpq, flint.fmpq]]) -> tuple[Point, ...]:
    return tuple((Fraction(int(x.p), int(x.q)), Fraction(int(y.p), int(y.q))) for x, y in polygon)


def _flint(points: Sequence[Point]) -> list[tuple[flint.fmpq, flint.fmpq]]:
    return [(to_flint(x), to_flint(y)) for x, y in points]
