"""Every Markov perfect equilibrium of a finite two-player dynamic game, mixed ones included, exactly.

State recursion (Iskhakov, Rust and Schjerning, *Review of Economic Studies* 83, 2016): the strongly connected parts of the
states are solved last first, each for all its equilibria given the values of the states after it
(:func:`gametheory.equilibria.solvers.local.local`), and every choice among the equilibria of later parts is followed up.
Equal values of the states that a part can reach give equal equilibria, so each such problem is solved once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from gametheory.algebraic import Real
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status
from gametheory.equilibria.solvers.local import LocalComponent, LocalPoint, LocalResult, local
from gametheory.equilibria.solvers.pure_markov import PureMarkov
from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame

__all__ = ["Markov", "MarkovComponent"]

_Key = tuple[int, tuple[object, ...]]


@dataclass(frozen=True)
class MarkovComponent:
    """A continuum of equilibria: in one part of the game the choices can vary while play elsewhere stays as it is.

    Attributes
    ----------
    states : tuple of str
        The part in which choices vary.
    equilibria : tuple of int
        Positions in the solution of the equilibria that lie in it (its corners, with every follow-up in earlier states).
    constant : bool
        Whether all of it is worth the same to both players in these states. If so, the whole continuum combines with every
        equilibrium of earlier states that one of its corners combines with. If not, only its corners were carried on.
    local : LocalComponent
        The cells, in the part.
    """

    states: tuple[str, ...]
    equilibria: tuple[int, ...]
    constant: bool
    local: LocalComponent = field(repr=False)

    def __str__(self) -> str:
        where = "state" if len(self.states) == 1 else "states"
        size = max(cell.dimension for cell in self.local.cells)
        worth = "worth the same throughout" if self.constant else "with values that vary"
        return (
            f"a continuum of dimension {size} in {where} {', '.join(self.states)}, {worth}, "
            f"with {len(self.equilibria)} of the listed equilibria"
        )


@dataclass(frozen=True)
class Markov:
    """State recursion over all equilibria of each part, mixed ones included.

    Parameters
    ----------
    seconds : float or None
        Stop, with status PARTIAL and what was found so far, after this time.
    limit : int
        Stop, with status PARTIAL, after this many equilibria.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> pennies = StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> game = DynamicGame.repeated(pennies, discount="9/10")
    >>> solution = Markov().solve(game, MarkovPerfect())
    >>> solution.status.name, [e.profile[0][0] for e in solution.equilibria]
    ('COMPLETE', [(Fraction(1, 2), Fraction(1, 2))])
    """

    seconds: float | None = 60.0
    limit: int = 100_000

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds > 0:
            raise InputError("seconds", self.seconds, "a positive number of seconds, or None for no limit")
        if isinstance(self.limit, bool) or not isinstance(self.limit, int) or self.limit < 1:
            raise InputError("limit", self.limit, "a positive whole number")

    def solve(self, game: DynamicGame, concept: MarkovPerfect) -> Solution:
        """Every Markov perfect equilibrium: the isolated ones and the corners of continua.

        The status is COMPLETE if every equilibrium is listed or lies in one of the ``components``. It is PARTIAL if the
        budget ran out, if a system of equations could not be solved completely, or if a continuum with varying values
        feeds into earlier states; the reason says where.
        """
        require_numbers(game)
        if concept.pure:
            return PureMarkov(seconds=self.seconds).solve(game, concept)
        return _Search(game, concept, self.seconds, self.limit).run()


class _Search:
    """One run of the recursion."""

    def __init__(self, game: DynamicGame, concept: MarkovPerfect, seconds: float | None, limit: int) -> None:
        self.game, self.concept, self.limit = game, concept, limit
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.parts = game.parts
        inner = [set(part) for part in self.parts]
        reach = [{t for s in part for t in game._successors(s)} for part in self.parts]
        self.outside = [sorted(reach[k] - inner[k]) for k in range(len(self.parts))]
        self.feeds = [
            any(inner[k] & reach[m] for m in range(len(self.parts)) if m != k) for k in range(len(self.parts))
        ]
        self.memo: dict[_Key, LocalResult] = {}
        self.missing: dict[str, None] = {}
        self.stopped = ""

    def run(self) -> Solution:
        found: list[MarkovEquilibrium] = []
        used: dict[tuple[int, int], tuple[int, LocalComponent, list[int]]] = {}
        for chosen in self._extend():
            if len(found) == self.limit:
                self.stopped = f"stopped at the limit of {self.limit} equilibria"
                break
            points = [result.points[index] for result, index in chosen]
            order = {s: (k, place) for k, part in enumerate(self.parts) for place, s in enumerate(part)}
            states = range(len(self.game.states))
            profile = tuple(points[order[s][0]].choices[order[s][1]] for s in states)
            values = tuple(points[order[s][0]].values[order[s][1]] for s in states)
            for k, (result, index) in enumerate(chosen):
                for c, component in enumerate(result.components):
                    if index in component.points:
                        used.setdefault((id(result), c), (k, component, []))[2].append(len(found))
            found.append(MarkovEquilibrium(self.game, profile, values))  # type: ignore[arg-type]
        components = tuple(
            MarkovComponent(tuple(self.game.states[s] for s in self.parts[k]), tuple(members), c.constant, c)
            for k, c, members in used.values()
        )
        return self._answer(found, components)

    def _extend(self) -> Iterator[list[tuple[LocalResult, int]]]:
        """Every way to choose an equilibrium of each part, depth first: parts solved so far, and the points chosen."""
        values: dict[int, tuple[Real, Real]] = {}
        chosen: list[tuple[LocalResult, int]] = []
        stack: list[Iterator[tuple[int, LocalPoint]]] = []
        while True:
            if len(stack) == len(self.parts):
                yield list(chosen)
            elif self._in_time():
                result = self._part(len(stack), values)
                stack.append(iter(enumerate(result.points)))
                chosen.append((result, -1))
            else:
                return
            while stack:
                index, point = next(stack[-1], (-1, None))
                if point is not None:
                    chosen[-1] = (chosen[-1][0], index)
                    values.update(zip(self.parts[len(stack) - 1], point.values, strict=True))
                    break
                stack.pop()
                chosen.pop()
            else:
                return

    def _in_time(self) -> bool:
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.stopped = "the time ran out before every choice among equilibria of later states was followed up"
            return False
        return True

    def _part(self, k: int, values: dict[int, tuple[Real, Real]]) -> LocalResult:
        needed = {t: values[t] for t in self.outside[k]}
        key = (k, tuple(x if type(x) is Fraction else id(x) for pair in needed.values() for x in pair))
        if key not in self.memo:
            # no part may use up all of the time: what is found in it is still to be followed up
            left = None if self.deadline is None else max(0.0, self.deadline - time.monotonic()) / 2
            result = local(self.game, self.parts[k], needed, seconds=left)
            self.memo[key] = result
            for text in result.missing:
                self.missing.setdefault(text)
            if self.feeds[k]:
                for component in result.components:
                    if not component.constant:
                        names = ", ".join(self.game.states[s] for s in self.parts[k][:4])
                        self.missing.setdefault(
                            f"in {names} there is a continuum of equilibria whose values vary and feed into earlier states; "
                            "only its corners were carried on"
                        )
        return self.memo[key]

    def _answer(self, found: list[MarkovEquilibrium], components: tuple[MarkovComponent, ...]) -> Solution:
        if self.stopped or self.missing:
            texts = [self.stopped] if self.stopped else []
            texts += list(self.missing)[:5]
            if len(self.missing) > 5:
                texts.append(f"and {len(self.missing) - 5} more such places")
            status, reason = Status.PARTIAL, "; ".join(texts)
        else:
            status = Status.COMPLETE
            reason = f"every choice of played actions in each of {len(self.parts)} strongly connected parts was solved exactly"
            if components:
                reason += f"; there are {len(components)} continua, see components"
        return Solution(
            self.game,
            self.concept,
            status,
            reason,
            tuple(found),
            components,  # type: ignore[arg-type]
            solver="Markov",
        )
