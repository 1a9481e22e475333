"""Which actions can be played at all: bounds on values, in integers rounded outwards, and the dominance that follows.

Every equilibrium value of a state lies between bounds that are improved round by round, as in value iteration; an action
that is worse than another at the most favourable of these values is in no equilibrium. Supports are then chosen state by
state, with the bounds improved after each choice: the actions in a support are worth the same, and no less than any other.
What is left out is so by a strict inequality between certain bounds, never by rounding.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Protocol, TypeAlias

from gametheory.algebraic import Algebraic, Real, enclosure, fraction
from gametheory.equilibria.solvers._systems import Expr
from gametheory.exact import rational
from gametheory.games.dynamic import Period

__all__ = ["Bounds"]

_SCALE = 1 << 60
Interval: TypeAlias = tuple[int, int]
#: For each state and node: the actions that may be played.
Allowed: TypeAlias = tuple[tuple[tuple[int, ...], ...], ...]


class _Worth(Protocol):
    periods: list[Period]
    worth: list[list[tuple[Expr, Expr]]]


@dataclass(frozen=True)
class _Line:
    """What a play is worth: known bounds plus discounted probabilities times the values of states of the part."""

    low: int
    high: int
    steps: tuple[tuple[int, Fraction], ...]


def _known(x: Real) -> Interval:
    if isinstance(x, Algebraic):
        ball = enclosure(x, 128)
        low, high = (fraction(end.fmpq()) for end in (ball.lower(), ball.upper()))
    else:
        low = high = x
    return low.numerator * _SCALE // low.denominator, -(-high.numerator * _SCALE // high.denominator)


class Bounds:
    """Bounds for one part of a game; ``expired`` says whether the search was cut at the deadline."""

    def __init__(self, work: _Worth, deadline: float | None = None) -> None:
        self.deadline, self.expired = deadline, False
        self.periods = work.periods
        self.lines: list[list[tuple[_Line, ...]]] = []
        for row in work.worth:
            lines = []
            for pair in row:
                both = []
                for e in pair:
                    low, high = _known(e.get((), Fraction(0)))
                    both.append(_Line(low, high, tuple((m[0], rational(c)) for m, c in e.items() if m)))
                lines.append(tuple(both))
            self.lines.append(lines)
        self.branches = [
            [[[(rational(p), t) for p, t in lottery] for lottery in row] for row in period.branches]
            for period in self.periods
        ]
        self.start = [tuple(self._crude(i) for i in (0, 1)) for _ in self.periods]

    def _crude(self, i: int) -> Interval:
        lines = [pair[i] for row in self.lines for pair in row]
        left = [1 - sum((c for _, c in line.steps), Fraction(0)) for line in lines]
        low = min(Fraction(line.low) / x for line, x in zip(lines, left, strict=True))
        high = max(Fraction(line.high) / x for line, x in zip(lines, left, strict=True))
        return low.numerator // low.denominator, -(-high.numerator // high.denominator)

    def supports(self, *, skip_pure: bool = False) -> Iterator[Allowed]:
        """Every choice of played actions that the bounds do not rule out."""
        everything: Allowed = tuple(tuple(tuple(range(len(n.actions))) for n in p.nodes) for p in self.periods)
        begun = self._improve(everything, 0, self.start, rounds=60)
        if begun is not None:
            for found in self._choose(*begun, 0):
                if not skip_pure or any(len(subset) > 1 for row in found for subset in row):
                    yield found

    def _choose(self, allowed: Allowed, values: Sequence[tuple[Interval, ...]], k: int) -> Iterator[Allowed]:
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.expired = True
            return
        if k == len(allowed):
            yield allowed
            return
        options = [[s for size in range(1, len(a) + 1) for s in combinations(a, size)] for a in allowed[k]]
        for row in sorted(product(*options), key=lambda row: sum(map(len, row))):
            if self.expired:
                return
            narrowed = self._improve((*allowed[:k], row, *allowed[k + 1 :]), k + 1, values, rounds=12)
            if narrowed is not None:
                yield from self._choose(*narrowed, k + 1)

    def _improve(
        self, allowed: Allowed, fixed: int, values: Sequence[tuple[Interval, ...]], *, rounds: int
    ) -> tuple[Allowed, list[tuple[Interval, ...]]] | None:
        """Better bounds and fewer actions; in the first ``fixed`` states all that is allowed is played. None: impossible."""
        now = list(values)
        for _ in range(rounds):
            changed = False
            for k, period in enumerate(self.periods):
                pairs = []
                row = allowed[k]
                for i in (0, 1):
                    worth = [self._line(pair[i], now, i) for pair in self.lines[k]]
                    evaluate = _simultaneous if period.simultaneous else _sequential
                    (low, high), kept = evaluate(period, self.branches[k], worth, row, i, k < fixed)
                    if kept != row:
                        if k < fixed or not all(kept):
                            return None
                        row, changed = kept, True
                    old = now[k][i]
                    low, high = max(low, old[0]), min(high, old[1])
                    if low > high:
                        return None
                    if (old[1] - old[0]) - (high - low) > (old[1] - old[0]) >> 5:
                        changed = True
                    pairs.append((low, high))
                now[k] = tuple(pairs)
                if row != allowed[k]:
                    allowed = (*allowed[:k], row, *allowed[k + 1 :])
            if not changed:
                break
        return allowed, now

    def _line(self, line: _Line, values: Sequence[tuple[Interval, ...]], i: int) -> Interval:
        low, high = line.low, line.high
        for t, c in line.steps:
            below, above = values[t][i]
            low += c.numerator * below // c.denominator
            high -= -c.numerator * above // c.denominator
        return low, high


_Lotteries: TypeAlias = list[list[list[tuple[Fraction, int]]]]


def _mean(lottery: Sequence[tuple[Fraction, int]], worth: Sequence[Interval], at: Sequence[Interval] = ()) -> Interval:
    if len(lottery) == 1:
        t = lottery[0][1]
        return at[t] if t >= 0 else worth[~t]
    low = high = 0
    for p, t in lottery:
        below, above = at[t] if t >= 0 else worth[~t]
        low += p.numerator * below // p.denominator
        high -= -p.numerator * above // p.denominator
    return low, high


def _best(options: Sequence[Interval], kept: Sequence[int], fixed: bool) -> Interval:
    """Bounds on the best option: among those kept, or, if all these are played, on what they have in common."""
    highs = [options[a][1] for a in kept]
    return max(low for low, _ in options), min(highs) if fixed else max(highs)


def _simultaneous(
    period: Period,
    branches: _Lotteries,
    worth: Sequence[Interval],
    row: tuple[tuple[int, ...], ...],
    i: int,
    fixed: bool,
) -> tuple[Interval, tuple[tuple[int, ...], ...]]:
    theirs = row[1 - i]
    cells = [
        [_mean(branches[a][b] if i == 0 else branches[b][a], worth) for b in theirs]
        for a in range(len(period.nodes[i].actions))
    ]
    kept = tuple(
        a for a in row[i] if not any(all(x[1] < y[0] for x, y in zip(cells[a], other, strict=True)) for other in cells)
    )
    if not kept:
        return (0, 0), ((), ()) if i == 0 else (row[0], ())
    options = [(min(low for low, _ in line), max(high for _, high in line)) for line in cells]
    narrowed = (kept, row[1]) if i == 0 else (row[0], kept)
    return _best(options, kept, fixed), narrowed


def _sequential(
    period: Period,
    branches: _Lotteries,
    worth: Sequence[Interval],
    row: tuple[tuple[int, ...], ...],
    i: int,
    fixed: bool,
) -> tuple[Interval, tuple[tuple[int, ...], ...]]:
    at: list[Interval] = [(0, 0)] * len(period.nodes)
    narrowed = list(row)
    for n in reversed(range(len(period.nodes))):
        options = [_mean(lottery, worth, at) for lottery in branches[n]]
        if period.nodes[n].player == i:
            floor = max(low for low, _ in options)
            narrowed[n] = tuple(a for a in row[n] if options[a][1] >= floor)
            if not narrowed[n]:
                return (0, 0), tuple(narrowed)
            at[n] = _best(options, narrowed[n], fixed)
        else:
            at[n] = min(options[a][0] for a in row[n]), max(options[a][1] for a in row[n])
    return at[0], tuple(narrowed)
