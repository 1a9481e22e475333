"""The play that a profile of stationary strategies induces: a finite Markov chain whose moves carry outcome labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral
from random import Random

from gametheory.errors import InputError
from gametheory.exact import to_flint

__all__ = ["Chain", "Move", "Path", "Period"]


def _check_periods(periods: object) -> None:
    if isinstance(periods, bool) or not isinstance(periods, Integral) or periods < 1:
        raise InputError("periods", periods, "a positive whole number")


@dataclass(frozen=True)
class Move:
    """One possible event of a period: with this probability the outcome occurs and the next period starts in ``next``."""

    probability: Fraction
    outcome: str
    next: int


@dataclass(frozen=True)
class Chain:
    """A Markov chain with labelled moves.

    Parameters
    ----------
    states : tuple of str
        Names of the states.
    moves : tuple of tuples of Move
        ``moves[s]``: what can happen in a period that begins in state ``s``; probabilities sum to one exactly.
    start : int
        Index of the state in which play begins.
    variables : tuple of mappings, optional
        ``variables[s]``: value of each named state variable in state ``s``, for printing.

    Examples
    --------
    >>> chain = Chain(("a",), ((Move(Fraction(1), "CC", 0),),), 0)
    >>> print(chain.path(2))
    period  state  outcome  probability of this play so far
         0  a      CC       1
         1  a      CC       1
    then CC for ever
    """

    states: tuple[str, ...]
    moves: tuple[tuple[Move, ...], ...]
    start: int = 0
    variables: tuple[Mapping[str, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.moves) != len(self.states):
            raise InputError("moves", len(self.moves), f"one row of moves for each of {len(self.states)} states")
        if not 0 <= self.start < len(self.states):
            raise InputError("start", self.start, f"an index from 0 to {len(self.states) - 1}")
        for state, row in zip(self.states, self.moves, strict=True):
            total = sum((move.probability for move in row), Fraction(0))
            if total != 1 or any(move.probability < 0 for move in row):
                raise InputError(f"moves[{state!r}]", total, "probabilities that are not negative and sum to one")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome label that occurs, sorted."""
        return tuple(sorted({move.outcome for row in self.moves for move in row if move.probability}))

    def support(self) -> tuple[int, ...]:
        """Indices of the states that play can reach from the start, in order of discovery."""
        seen, queue = {self.start: None}, [self.start]
        for state in queue:
            for move in self.moves[state]:
                if move.probability and move.next not in seen:
                    seen[move.next] = None
                    queue.append(move.next)
        return tuple(seen)

    def reachable(self) -> Chain:
        """The part that play can reach, its states in order of discovery; two profiles with equal parts play alike.

        Examples
        --------
        >>> sure = (Move(Fraction(1), "C", 0),)
        >>> Chain(("a", "b"), (sure, sure)).reachable().states
        ('a',)
        """
        kept = self.support()
        place = {state: i for i, state in enumerate(kept)}
        moves = tuple(
            tuple(Move(m.probability, m.outcome, place[m.next]) for m in self.moves[s] if m.probability) for s in kept
        )
        named = tuple(self.variables[s] for s in kept) if self.variables else ()
        return Chain(tuple(self.states[s] for s in kept), moves, 0, named)

    def relabelled(self, reading: Mapping[str, str]) -> Chain:
        """The same play under coarser or other outcome labels; an outcome that ``reading`` leaves out keeps its own.

        Examples
        --------
        >>> chain = Chain(("a",), ((Move(Fraction(1), "NT", 0),),))
        >>> chain.relabelled({"NT": "NS"}).outcomes
        ('NS',)
        """
        moves = tuple(
            tuple(Move(m.probability, reading.get(m.outcome, m.outcome), m.next) for m in row) for row in self.moves
        )
        return Chain(self.states, moves, self.start, self.variables)

    def occupation(self) -> dict[int, Fraction]:
        """The long-run share of periods that begin in each state; expected, where play can end in different parts.

        States passed through on the way have share 0 and are left out.
        """
        import networkx

        graph = networkx.DiGraph()
        graph.add_nodes_from(self.support())
        step: dict[int, dict[int, Fraction]] = {s: {} for s in graph}
        for s in graph:
            for move in self.moves[s]:
                if move.probability:
                    step[s][move.next] = step[s].get(move.next, Fraction(0)) + move.probability
        graph.add_edges_from((s, t) for s, row in step.items() for t in row)
        ends = [sorted(part) for part in networkx.attracting_components(graph)]
        passing = [s for s in graph if not any(s in part for part in ends)]
        share: dict[int, Fraction] = {}
        for part in ends:
            weight = _reached(step, passing, part).get(self.start, Fraction(int(self.start in part)))
            share |= {s: weight * stay for s, stay in _stationary(step, part).items()}
        return share

    def frequencies(self) -> dict[str, Fraction]:
        """The long-run share of periods that end in each outcome, exactly; 0 for outcomes that occur only in passing.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> moves = ((Move(half, "NE", 0), Move(half, "UP", 1)), (Move(Fraction(1), "NE", 0),))
        >>> shares = Chain(("trust", "none"), moves).frequencies()
        >>> shares["NE"], shares["UP"]
        (Fraction(2, 3), Fraction(1, 3))
        """
        share = dict.fromkeys(self.outcomes, Fraction(0))
        for s, stay in self.occupation().items():
            for move in self.moves[s]:
                if move.probability:
                    share[move.outcome] += stay * move.probability
        return share

    def forecast(self, periods: int) -> tuple[dict[str, Fraction], ...]:
        """For each of the first periods the probability of each outcome, whatever came before.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> chain = Chain(("a", "b"), ((Move(half, "NS", 0), Move(half, "UP", 1)), (Move(Fraction(1), "NE", 1),)))
        >>> [str(row.get("NE", 0)) for row in chain.forecast(3)]
        ['0', '1/2', '3/4']
        """
        _check_periods(periods)
        belief = {self.start: Fraction(1)}
        rows: list[dict[str, Fraction]] = []
        for _ in range(periods):
            row: dict[str, Fraction] = {}
            after: dict[int, Fraction] = {}
            for state, mass in belief.items():
                for move in self.moves[state]:
                    if move.probability:
                        p = mass * move.probability
                        row[move.outcome] = row.get(move.outcome, Fraction(0)) + p
                        after[move.next] = after.get(move.next, Fraction(0)) + p
            rows.append(row)
            belief = after
        return tuple(rows)

    def path(self, periods: int = 10) -> Path:
        """The likeliest play of the given length, outcome by outcome, with its exact probability."""
        _check_periods(periods)
        belief = {self.start: Fraction(1)}
        rows: list[Period] = []
        for time in range(periods):
            weight: dict[str, Fraction] = {}
            after: dict[str, dict[int, Fraction]] = {}
            for state, mass in belief.items():
                for move in self.moves[state]:
                    if move.probability:
                        p = mass * move.probability
                        weight[move.outcome] = weight.get(move.outcome, Fraction(0)) + p
                        to = after.setdefault(move.outcome, {})
                        to[move.next] = to.get(move.next, Fraction(0)) + p
            outcome = max(weight, key=lambda label: weight[label])
            likely = max(belief, key=lambda state: belief[state])
            shown = self._certain(belief)
            rows.append(Period(time, self.states[likely], shown, len(belief) == 1, outcome, weight[outcome]))
            belief = after[outcome]
        return Path(tuple(rows), self._forever(belief))

    def sample(self, periods: int, *, seed: int) -> tuple[str, ...]:
        """Outcomes of one play drawn at random.

        Parameters
        ----------
        periods : int
        seed : int
            The same seed gives the same play.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> Chain(("a",), ((Move(half, "H", 0), Move(half, "T", 0)),), 0).sample(6, seed=1)
        ('H', 'T', 'T', 'H', 'H', 'H')
        """
        _check_periods(periods)
        draw, state, found = Random(seed), self.start, []
        for _ in range(periods):
            x, total = Fraction(draw.random()), Fraction(0)
            for move in self.moves[state]:
                total += move.probability
                if x < total:
                    break
            found.append(move.outcome)
            state = move.next
        return tuple(found)

    def _certain(self, belief: Mapping[int, Fraction]) -> Mapping[str, str]:
        """The state variables that have one and the same value in every state that is still possible."""
        if not self.variables:
            return {}
        rows = [self.variables[state] for state in belief]
        return {name: value for name, value in rows[0].items() if all(row[name] == value for row in rows)}

    def _forever(self, belief: Mapping[int, Fraction]) -> str | None:
        labels: set[str] = set()
        for state in belief:
            reached = Chain(self.states, self.moves, state, self.variables)
            labels |= {m.outcome for s in reached.support() for m in self.moves[s] if m.probability}
        return labels.pop() if len(labels) == 1 else None


def _solve(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """The solution of a regular linear system over the rationals."""
    import flint

    n = len(rows)
    left = flint.fmpq_mat(n, n, [to_flint(x) for row in rows for x in row])  # type: ignore[arg-type]
    found = left.solve(flint.fmpq_mat(n, 1, [to_flint(x) for x in right]))  # type: ignore[arg-type]
    return [Fraction(int(found[i, 0].p), int(found[i, 0].q)) for i in range(n)]


def _reached(
    step: Mapping[int, Mapping[int, Fraction]], passing: Sequence[int], part: Sequence[int]
) -> dict[int, Fraction]:
    """From each state that play leaves for good: the probability that it ends in the part."""
    zero, one = Fraction(0), Fraction(1)
    rows = [[(one if s == t else zero) - step[s].get(t, zero) for t in passing] for s in passing]
    right = [sum((step[s].get(t, zero) for t in part), zero) for s in passing]
    return dict(zip(passing, _solve(rows, right), strict=True)) if passing else {}


def _stationary(step: Mapping[int, Mapping[int, Fraction]], part: Sequence[int]) -> dict[int, Fraction]:
    """The share of time spent in each state of a part that play never leaves."""
    zero, one = Fraction(0), Fraction(1)
    rows = [[step[s].get(t, zero) - (one if s == t else zero) for s in part] for t in part[1:]]
    rows.append([one] * len(part))
    return dict(zip(part, _solve(rows, [zero] * (len(part) - 1) + [one]), strict=True))


@dataclass(frozen=True)
class Period:
    """One row of a printed path.

    ``state`` is the likeliest state given the outcomes so far; ``variables`` holds the state variables that are certain;
    ``probability`` is that of all outcomes up to and including this one.
    """

    time: int
    state: str
    variables: Mapping[str, str]
    state_is_certain: bool
    outcome: str
    probability: Fraction


@dataclass(frozen=True)
class Path:
    """A play from the start, printable as a table; ``forever`` is the outcome that then repeats without end, if any."""

    periods: tuple[Period, ...]
    forever: str | None = None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome of each period."""
        return tuple(period.outcome for period in self.periods)

    def sentence(self) -> str:
        """The path in one line, such as ``NS NS UP NS UP, then NE for ever``.

        Examples
        --------
        >>> Path((Period(0, "a", {}, True, "UP", Fraction(1)),), "NE").sentence()
        'UP, then NE for ever'
        """
        labels = list(self.outcomes)
        if self.forever is None:
            return " ".join(labels) + " ..."
        while labels and labels[-1] == self.forever:
            labels.pop()
        head = " ".join(labels)
        return f"{head}, then {self.forever} for ever" if head else f"{self.forever} for ever"

    def __str__(self) -> str:
        head = ["period", "state", "outcome", "probability of this play so far"]
        table = [
            [str(p.time), p.state + ("" if p.state_is_certain else " (likeliest)"), p.outcome, str(p.probability)]
            for p in self.periods
        ]
        widths = [max(len(row[i]) for row in [head, *table]) for i in range(4)]
        lines = []
        for row in [head, *table]:
            cells = [row[0].rjust(widths[0]), *(cell.ljust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
            lines.append("  ".join(cells).rstrip())
        if self.forever is not None:
            lines.append(f"then {self.forever} for ever")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from html import escape

        cells = "".join(
            f"<tr><td>{p.time}</td><td>{escape(p.state)}</td><td>{escape(p.outcome)}</td><td>{p.probability}</td></tr>"
            for p in self.periods
        )
        last = f"<tr><td colspan=4>then {escape(self.forever)} for ever</td></tr>" if self.forever else ""
        return f"<table><tr><th>period</th><th>state</th><th>outcome</th><th>probability</th></tr>{cells}{last}</table>"
