"""What a period is worth if it is played in a given way, and which ways are optimal at given worths, over arrays of points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gametheory.evidence.batch_game import BatchState, Plan

__all__ = ["judge", "numbers_of", "value_of"]


def numbers_of(state: BatchState) -> set[int]:
    """Positions of all expressions of a state."""
    lotteries = [x for row in state.branches for x in row] + [d for pair in state.believed for d in pair]
    return {p for pair in state.payoffs for p in pair} | {p for lottery in lotteries for p, _ in lottery}


def _product(way: Sequence[int], number: Mapping[int, Any]) -> Any:
    weight: Any = 1.0
    for p in way:
        x = number[p]
        weight = x if getattr(weight, "ndim", 0) == 0 and type(weight) is float and weight == 1.0 else weight * x
    return weight


def value_of(
    mix: Sequence[tuple[tuple[int, ...], int]], base: list[Any], stay: list[Any], number: Mapping[int, Any]
) -> Any:
    """What the state is worth to a player if its period is played in this way."""
    if len(mix) == 1:
        (_, play) = mix[0]
        return base[play] if stay[play] is None else base[play] / (1 - stay[play])
    above: Any = 0.0
    below: Any = 1.0
    for way, play in mix:
        weight = _product(way, number)
        above = above + weight * base[play]
        if stay[play] is not None:
            below = below - weight * stay[play]
    return above / below


def judge(
    state: BatchState, worth: list[list[Any]], tolerance: list[Any], number: Mapping[int, Any], rows: int
) -> Callable[[Plan], tuple[Any, Any]]:
    """How plans fare at these worths: (certainly optimal, not certain either way or None)."""
    import numpy as np

    def mean(lottery: Sequence[tuple[int, int]], i: int, at: Mapping[int, list[Any]]) -> Any:
        if len(lottery) == 1:
            t = lottery[0][1]
            return at[t][i] if t >= 0 else worth[~t][i]
        return sum((number[p] * (at[t][i] if t >= 0 else worth[~t][i]) for p, t in lottery), 0.0)

    def full(x: Any) -> Any:
        return x if getattr(x, "ndim", 0) else np.full(rows, x)

    if state.simultaneous:

        def together(plan: Plan) -> tuple[Any, Any]:
            chosen: list[int] = [c for c in plan if c is not None]
            yes, no = np.ones(rows, dtype=bool), np.zeros(rows, dtype=bool)
            for i in (0, 1):
                mine = mean(state.branches[chosen[0]][chosen[1]], i, {})
                for a in range(len(state.branches) if i == 0 else len(state.branches[0])):
                    if a != chosen[i]:
                        lottery = state.branches[a][chosen[1]] if i == 0 else state.branches[chosen[0]][a]
                        gap = mine - mean(lottery, i, {})
                        yes &= gap > tolerance[i]
                        no |= gap < -tolerance[i]
            maybe = ~(yes | no)
            return yes, maybe if maybe.any() else None

        return together

    at: dict[int, list[Any]] = {}
    gaps: dict[int, list[Any]] = {}  # [node][action]: the best worth less this action's, to the player who moves
    tainted: dict[int, Any] = {}  # nodes whose value is uncertain because of a near tie at or below them
    unclear: Any = None
    for n in reversed(range(len(state.branches))):
        mover, slack = state.movers[n], tolerance[state.movers[n]]
        options = [[mean(lottery, i, at) for i in (0, 1)] for lottery in state.branches[n]]
        best = options[0][mover]
        for option in options[1:]:
            best = np.maximum(best, option[mover])
        gaps[n] = [full(best - option[mover]) for option in options]
        close = np.zeros(rows, dtype=np.int8)
        for gap in gaps[n]:
            close += gap <= slack
        taint = close > 1
        for lottery in state.branches[n]:
            for _, t in lottery:
                if t in tainted:
                    taint = taint | tainted[t]
        if taint.any():
            tainted[n] = taint
            unclear = taint if unclear is None else unclear | taint
        if n:
            value = list(options[0])
            for gap, option in zip(gaps[n][1:], options[1:], strict=True):
                value = [np.where(gap <= slack, o, v) for o, v in zip(option, value, strict=True)]
            at[n] = value

    def follow(plan: Plan) -> tuple[Any, Any]:
        yes: Any = None
        for n, action in enumerate(plan):
            if action is not None:
                good = gaps[n][action] <= tolerance[state.movers[n]]
                yes = good if yes is None else yes & good
        if unclear is None:
            return yes, None
        no = np.zeros(rows, dtype=bool)  # some choice on the way is clearly bad, whatever the near ties turn out to be
        for n, action in enumerate(plan):
            if action is not None:
                below = [tainted[t] for lottery in state.branches[n] for _, t in lottery if t in tainted]
                bad = gaps[n][action] > tolerance[state.movers[n]]
                for taint in below:
                    bad = bad & ~taint
                no |= bad
        return yes & ~unclear, unclear & ~no

    return follow
