"""What a repeated game could pay: feasible and individually rational payoffs, the folk theorem's conditions, short horizons.

Sources: Fudenberg and Maskin, Econometrica 54 (1986); Benoit and Krishna, Econometrica 53 (1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.security import security
from gametheory.equilibria.solvers._operator import apply, compile_states, exact_lane
from gametheory.equilibria.solvers._polygon import Polygon, clip, hull, inside
from gametheory.equilibria.solvers.aps import worst_of
from gametheory.errors import InputError, InputTypeError
from gametheory.exact import rational, to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

__all__ = ["FolkTheorem", "finite_horizon", "folk_theorem", "individually_rational", "minmax"]

Point = tuple[Fraction, Fraction]


def _numeric(stage: object) -> StageGame:
    if not isinstance(stage, StageGame):
        raise InputTypeError("stage", stage, "a StageGame")
    if not stage.is_numeric:
        raise InputError("payoffs", list(stage.parameters), "numeric payoffs; use stage.subs(...)")
    return stage


def minmax(stage: StageGame, *, pure: bool = False) -> Point:
    """What each player can be held down to by the other, in pure or in mixed actions.

    Examples
    --------
    >>> pennies = StageGame([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    >>> minmax(pennies), minmax(pennies, pure=True)
    ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 1), Fraction(1, 1)))
    """
    game = _numeric(stage)
    first, second = (security(game, player) for player in game.players)
    return (first.pure_minmax, second.pure_minmax) if pure else (first.value, second.value)


def individually_rational(stage: StageGame, *, pure: bool = False) -> tuple[Point, ...]:
    """Vertices of the feasible payoffs at which nobody gets less than the minmax; they may be none, one or two.

    Examples
    --------
    >>> (Fraction(1), Fraction(1)) in individually_rational(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    True
    """
    game = _numeric(stage)
    low = minmax(game, pure=pure)
    polygon = hull(
        (rational(game.A[i][j]), rational(game.B[i][j])) for i in range(game.shape[0]) for j in range(game.shape[1])
    )
    return tuple(hull(clip(clip(polygon, 0, low[0]), 1, low[1])))


@dataclass(frozen=True)
class FolkTheorem:
    """Which payoffs the folk theorem promises to sufficiently patient players.

    Attributes
    ----------
    minmax : (Fraction, Fraction)
        In mixed actions.
    vertices : tuple
        Of the feasible, individually rational payoffs.
    applies : bool
        Whether some feasible payoff is strictly above both minmax payoffs. With two players nothing more is needed: every such
        payoff is a subgame-perfect one for all discount factors close enough to one (Fudenberg and Maskin 1986, theorem 1).
    """

    minmax: Point
    vertices: tuple[Point, ...]
    applies: bool

    def __contains__(self, payoffs: object) -> bool:
        """Whether a pair of payoffs is feasible and strictly individually rational."""
        if not isinstance(payoffs, (tuple, list)) or len(payoffs) != 2:
            raise InputError("payoffs", payoffs, "a pair of numbers")
        x, y = rational(payoffs[0]), rational(payoffs[1])
        return x > self.minmax[0] and y > self.minmax[1] and inside(list(self.vertices), x, y)


def folk_theorem(stage: StageGame) -> FolkTheorem:
    """Check the conditions of the two-player folk theorem.

    Examples
    --------
    >>> found = folk_theorem(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> found.applies, (3, 3) in found, (1, 1) in found
    (True, True, False)
    """
    low = minmax(stage)
    vertices = individually_rational(stage)
    middle = [sum((v[i] for v in vertices), Fraction(0)) for i in (0, 1)]
    applies = bool(vertices) and all(m > len(vertices) * x for m, x in zip(middle, low, strict=True))
    return FolkTheorem(low, vertices, applies)


def finite_horizon(game: DynamicGame, periods: int) -> tuple[tuple[Point, ...], ...]:
    """All pure-action subgame-perfect payoffs of the game played a number of periods, by backward induction.

    A public draw precedes each period. Payoffs are average discounted over the periods played: the weights
    ``(1 - delta) delta**t`` are divided by their sum. With several stage equilibria co-operation can be had before the end
    (Benoit and Krishna 1985); with one there is none.

    Parameters
    ----------
    game : DynamicGame
    periods : int

    Returns
    -------
    tuple of tuples of (Fraction, Fraction)
        For each state the vertices.

    Examples
    --------
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="9/10")
    >>> finite_horizon(game, 5)
    (((Fraction(1, 1), Fraction(1, 1)),),)
    """
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame")
    if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
        raise InputError("periods", periods, "a whole number, 1 or more")
    require_numbers(game)
    states = compile_states(game)
    lane = exact_lane(game, states)
    zero = flint.fmpq(0)
    sets: dict[int, Polygon] = {s: [(zero, zero)] for s in range(len(states))}
    for _ in range(periods):
        worst = worst_of(sets, {})
        sets = {s: apply(lane, s, sets, worst, refine=False) for s in sets}
    weight = [1 - to_flint(rational(d)) ** periods for d in game.discount]
    return tuple(
        tuple((_fraction(x / weight[0]), _fraction(y / weight[1])) for x, y in sets[s]) for s in range(len(states))
    )


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))
