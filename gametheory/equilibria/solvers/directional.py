"""All Markov perfect equilibria of a game by its strongly connected parts, counted and indexed without listing.

The parts are solved last first, each once for every combination of continuation values that it can meet; see
:mod:`gametheory.equilibria.solvers._frontier`. Games whose parts hold at most one choice between two actions for each
player are counted with certified enclosures, at rising precision where a sign is close; all others in exact rational
numbers. Source of the recursion: Iskhakov, Rust and Schjerning, Review of Economic Studies 83 (2016).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.family import Count, Family
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import Solution, Status
from gametheory.equilibria.solvers._binary import BinaryLane, fits
from gametheory.equilibria.solvers._cells import count_by_cells, plan
from gametheory.equilibria.solvers._cells_loop import available
from gametheory.equilibria.solvers._enclosed import BinaryReader
from gametheory.equilibria.solvers._exact_lane import ExactLane, ExactReader, Local, LocalAnswer
from gametheory.equilibria.solvers._frontier import Sweep, Undecided, sweep
from gametheory.equilibria.solvers._intervals import Balls, Floats
from gametheory.equilibria.solvers._network import Network, network
from gametheory.errors import InputError, UnsupportedError
from gametheory.games.dynamic import DynamicGame

__all__ = ["Directional", "count"]

_PRECISIONS = (53, 128, 512, 2048)
_TRIAL = 100_000  # edges of a frontier on trial
_SEARCH = 0.75  # share of the time for the search; the rest to follow up what was found


@dataclass
class _Clock:
    """Until when to search, and until when to follow up some of what was found once the search had to stop."""

    search: float | None
    end: float | None

    def __post_init__(self) -> None:
        self.now = self.search

    def stop_searching(self) -> None:
        self.now = self.end

    def expired(self) -> bool:
        """Whether the time for what is being done is over."""
        return self.now is not None and time.monotonic() > self.now


@dataclass(frozen=True)
class Directional:
    """Part by part, with a frontier of continuation values.

    Parameters
    ----------
    seconds : float or None
        Stop, with status PARTIAL, after this time (looked at between steps).
    limit : int
        Stop, with status PARTIAL, when the frontier needs more nodes or edges than this at a time (about 100 bytes each).
    piece : int
        When counting, carry a frontier of more nodes than this through in pieces, one after another.
    pieces : int
        Stop, with status PARTIAL, when there are more pieces than this (each takes about a second at the default size).
    cells : bool
        When counting, use the last choice where that pays: see :mod:`gametheory.equilibria.solvers._cells` (needs numba).
    """

    seconds: float | None = None
    limit: int = 20_000_000
    piece: int = 4_000_000
    pieces: int = 3000
    cells: bool = True

    def solve(self, game: DynamicGame, concept: MarkovPerfect) -> Solution:
        """Every Markov perfect equilibrium, as a lazy :class:`gametheory.equilibria.family.Family`."""
        net, clock = self._begin(game, share=_SEARCH)
        binary, run, how = self._run(game, net, concept, clock, keep=True)
        reader = ExactReader(game, binary) if isinstance(binary, ExactLane) else BinaryReader(game, binary)
        family = Family(reader, tuple(run.layers) if run.carried or not run.stopped else ())
        counted = _count(run, net, how, concept)
        reason = counted.reason
        if run.stopped:
            reason += f"; {family.size:,} equilibria were followed up to the end, see equilibria; there are at least {counted.lower:,}"
        return Solution(game, concept, counted.status, reason, family, solver="Directional")

    def count(self, game: DynamicGame, concept: MarkovPerfect) -> Count:
        """How many Markov perfect equilibria there are, or bounds."""
        net, clock = self._begin(game)
        _, run, how = self._run(game, net, concept, clock, keep=False)
        return _count(run, net, how, concept)

    def _run(
        self, game: DynamicGame, net: Network, concept: MarkovPerfect, clock: _Clock, *, keep: bool
    ) -> tuple[BinaryLane | ExactLane, Sweep, str]:
        """The lane that fits: exact where equilibria are wanted and rational, enclosures where they suffice or must do."""
        rational, binary = _rational(game), all(fits(game, part) for part in game.parts)
        if not rational and not binary:
            raise _unsupported(game)
        if binary and not (rational and keep):
            lane, run = self._certified(game, net, concept.pure, clock, keep=keep)
            if not (run.undecided and rational):
                return lane, run, f"every sign was certified by enclosures ({lane.arithmetic.bits} bits)"
        exact, how = self._exact(game, net, concept.pure, clock)
        return exact, self._sweep(net, exact, clock, keep=keep, positive=not concept.pure), how

    def _exact(self, game: DynamicGame, net: Network, pure: bool, clock: _Clock) -> tuple[ExactLane, str]:
        if pure:
            from gametheory.equilibria.solvers.pure_markov import local_pure

            parts = local_pure(game)
            return ExactLane(net, parts.local, parts.most, clock.expired), "every pure choice was tried"
        return ExactLane(
            net, _all_choices(game, net, clock), lambda p: None, clock.expired
        ), "pure and mixed choices, in exact numbers"

    def _begin(self, game: DynamicGame, *, share: float = 1.0) -> tuple[Network, _Clock]:
        if game.parameters:
            require_numbers(game)
        if self.seconds is None:
            return network(game), _Clock(None, None)
        now = time.monotonic()
        return network(game), _Clock(now + share * self.seconds, now + self.seconds)

    def _sweep(
        self,
        net: Network,
        lane: Any,
        clock: _Clock,
        *,
        keep: bool,
        positive: bool,
        tolerant: bool = False,
        order: tuple[int, ...] | None = None,
    ) -> Sweep:
        return sweep(
            net,
            lane,
            keep=keep,
            needed=frozenset(net.home) if keep else frozenset[int](),
            deadline=clock.search,
            limit=self.limit,
            positive=positive,
            tolerant=tolerant,
            order=order,
            piece=self.piece,
            pieces=self.pieces,
            last_call=clock.end,
            stopping=clock.stop_searching,
        )

    def _by_cells(self, game: DynamicGame, net: Network, pure: bool, clock: _Clock) -> tuple[BinaryLane, Sweep] | None:
        """The count by the last choice; None where another way is better, or some sign needs more digits."""
        if not (self.cells and available()):
            return None
        lane = BinaryLane(game, net, Floats(), pure)
        way = plan(net, lane)
        if way is None or way.gain(lane) < 1:
            return None
        trial = BinaryLane(game, net, Floats(), pure)
        if not sweep(net, trial, limit=min(self.limit, _TRIAL), deadline=clock.search, tolerant=True).stopped:
            return None  # a small game
        try:
            return lane, count_by_cells(net, lane, way, deadline=clock.search, limit=self.limit, pure=pure)
        except Undecided:
            return None

    def _race(self, game: DynamicGame, net: Network, pure: bool, clock: _Clock) -> tuple[int, ...]:
        """The order of parts in which a small frontier comes to stand for the most partial equilibria."""
        orders = net.orders()[:4]
        best, most = orders[0], -1
        for order in orders if len(orders) > 1 else []:
            lane = BinaryLane(game, net, Floats(), pure)
            run = sweep(net, lane, limit=min(self.limit, _TRIAL), deadline=clock.search, tolerant=True, order=order)
            if not run.stopped:
                return order
            if run.total > most:
                best, most = order, run.total
        return best

    def _certified(
        self, game: DynamicGame, net: Network, pure: bool, clock: _Clock, *, keep: bool
    ) -> tuple[BinaryLane, Sweep]:
        if not all(fits(game, part) for part in game.parts):
            raise _unsupported(game)
        if not keep and (found := self._by_cells(game, net, pure, clock)):
            return found
        order = self._race(game, net, pure, clock)
        for bits in _PRECISIONS:
            lane = BinaryLane(game, net, Floats() if bits == 53 else Balls(bits), pure)
            final = bits == _PRECISIONS[-1] or (bits > 53 and _rational(game))  # exact numbers take over
            try:
                return lane, self._sweep(net, lane, clock, keep=keep, positive=not pure, tolerant=final, order=order)
            except Undecided:
                continue
        raise AssertionError("the last precision is tolerant")


def count(game: DynamicGame, concept: MarkovPerfect, solver: Directional | None = None) -> Count:
    """Count the Markov perfect equilibria of a dynamic game without listing them.

    Parameters
    ----------
    game : DynamicGame
    concept : MarkovPerfect
    solver : Directional, optional
        With a budget, ``Directional(seconds=60)``.

    Returns
    -------
    Count
        Equal to an int when complete; otherwise ``.lower``, ``.upper``, ``.status`` and ``.reason``.

    Examples
    --------
    >>> from gametheory.studies import leapfrogging
    >>> count(leapfrogging.game(3), MarkovPerfect()) == 127
    True
    """
    if not isinstance(game, DynamicGame):
        raise InputError("game", game, "a DynamicGame; the equilibria of a StageGame are in solve(...).equilibria")
    if not isinstance(concept, MarkovPerfect):
        raise InputError("concept", concept, "MarkovPerfect() or MarkovPerfect(pure=True)")
    return (solver or Directional()).count(game, concept)


def _count(run: Sweep, net: Network, how: str, concept: MarkovPerfect) -> Count:
    parts = f"{len(net.parts)} strongly connected parts"
    if run.stopped:
        return Count(run.lower, run.upper, Status.PARTIAL, run.stopped + "; raise the budget")
    if run.undecided:
        reason = f"{run.undecided} choices lie so close to indifference that no sign was found; they are left out"
        return Count(run.lower, None, Status.UNDECIDED, reason)
    if run.problems:
        return Count(run.lower, None, Status.PARTIAL, "; ".join(run.problems))
    reason = f"each of {parts} was solved for every continuation it can meet; {how}"
    if run.total == 0 and concept.pure:
        reason += "; there is no pure equilibrium: look for mixed ones with MarkovPerfect()"
    return Count(run.total, run.total, Status.COMPLETE, reason)


def _rational(game: DynamicGame) -> bool:
    if not all(isinstance(d, Fraction) for d in game.discount):
        return False
    for period in game.periods:
        if not all(isinstance(p, Fraction) for row in period.branches for lottery in row for p, _ in lottery):
            return False
        for play in period.plays:
            for i in (0, 1):
                if not isinstance(play.payoff_to(i), Fraction):
                    return False
                if not all(isinstance(q, Fraction) for q, _ in (*play.next, *play.next_for(i))):
                    return False
    return True


def _unsupported(game: DynamicGame) -> UnsupportedError:
    return UnsupportedError(
        "game",
        str(game),
        "rational numbers, or parts in which each player makes at most one choice between two actions",
    )


def _all_choices(game: DynamicGame, net: Network, clock: _Clock) -> Local:
    """All equilibria of a part, mixed ones included, by :func:`gametheory.equilibria.solvers.local.local`."""
    from gametheory.equilibria.solvers.local import local

    def solve(p: int, given: Mapping[int, tuple[Any, Any]]) -> LocalAnswer:
        part = net.parts[p]
        left = None if clock.now is None else max(0.0, clock.now - time.monotonic())
        result = local(game, part, given, seconds=left)
        problem = "; ".join(result.missing)
        if result.components:
            names = ", ".join(game.states[s] for s in part[:4])
            problem = (
                problem or f"in {names} there is a continuum of equilibria: only its corners are counted and carried on"
            )
        found = [
            (dict(zip(part, q.choices, strict=True)), dict(zip(part, q.values, strict=True))) for q in result.points
        ]
        return LocalAnswer(found, problem)

    return solve
