"""A game whose numbers depend on parameters, in the form that :mod:`gametheory.evidence.batch_ratchet` solves.

Expressions become polynomials over arrays that also report how large their terms are, from which rounding errors are bounded;
each period becomes the list of ways in which it can be played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from gametheory.errors import InputTypeError, UnsupportedError
from gametheory.exact import Number
from gametheory.games.dynamic import DynamicGame, Period

if TYPE_CHECKING:
    import sympy

__all__ = ["BatchGame", "BatchState", "Expression", "Plan", "compile_expression", "compile_game"]

_MAX_PLANS = 256

#: Coefficient and powers of the parameters, ``((name, exponent), ...)``.
Term: TypeAlias = "tuple[float, tuple[tuple[str, int], ...]]"
#: A choice at each node that is reached, None elsewhere.
Plan: TypeAlias = "tuple[int | None, ...]"


@dataclass(frozen=True)
class Expression:
    """A quotient of polynomials, ready for arrays."""

    source: Number
    top: tuple[Term, ...]
    bottom: tuple[Term, ...]  # empty: one

    @property
    def names(self) -> tuple[str, ...]:
        """Its parameters, sorted."""
        return tuple(sorted({name for _, powers in (*self.top, *self.bottom) for name, _ in powers}))

    @property
    def effort(self) -> int:
        """Roundings along the way, at most."""
        return sum(2 + sum(e for _, e in powers) for _, powers in (*self.top, *self.bottom)) + 4

    def at(self, values: Mapping[str, Any]) -> tuple[Any, Any]:
        """The value, and a magnitude: ``effort * unit * magnitude`` bounds the error of the value."""
        value, size = _polynomial(self.top, values)
        if self.bottom:
            below, spread = _polynomial(self.bottom, values)
            value, size = value / below, 2 * size * spread / (below * below)
        return value, size


def _polynomial(terms: Sequence[Term], values: Mapping[str, Any]) -> tuple[Any, Any]:
    value: Any = 0.0
    size: Any = 0.0
    for coefficient, powers in terms:
        product: Any = coefficient
        for name, exponent in powers:
            for _ in range(exponent):
                product = product * values[name]
        value, size = value + product, size + abs(product)
    return value, size


@dataclass(frozen=True)
class BatchState:
    """One state: numbers are positions in :attr:`BatchGame.expressions`."""

    index: int
    simultaneous: bool
    movers: tuple[int, ...]
    branches: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]  # [node][action]: (probability, node or ~play)
    payoffs: tuple[tuple[int, int], ...]  # [play][player]
    believed: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]  # [play][player]: (probability, state)
    true: tuple[tuple[tuple[int, int], ...], ...]  # [play]: (probability, state)
    plans: tuple[Plan, ...]
    mixes: tuple[tuple[tuple[tuple[int, ...], int], ...], ...]  # [plan]: (probabilities to multiply, play)


@dataclass(frozen=True)
class BatchGame:
    """A game whose numbers depend on parameters, ready to be solved at many points; made by :func:`compile_game`.

    Attributes
    ----------
    game : DynamicGame
    names : tuple of str
        The parameters that a point gives.
    """

    game: DynamicGame
    names: tuple[str, ...]
    expressions: tuple[Expression, ...]
    states: tuple[BatchState, ...]
    chances: tuple[int, ...]  # expressions that are probabilities and are not constant
    discount: tuple[int, int]


def compile_game(game: DynamicGame) -> BatchGame:
    """Prepare a game for :func:`solve_batch`.

    Parameters
    ----------
    game : DynamicGame
        Parameters still free are those that a point must give. No two states may lead back to each other.

    Raises
    ------
    UnsupportedError
        For games of another shape; the exact solver takes them point by point.

    Examples
    --------
    >>> from gametheory.games.institutions import Counter
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="delta",
    ...     payoffs={"NE": (2, 1), "NS": (0, 3), "UA": (1, 1), "UP": ("x", 2)})
    >>> compile_game(game.with_rules(Counter("k", upto=2, on={"UP": 1}))).names
    ('delta', 'x')
    """
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame")
    if not game.is_directional:
        part = next(part for part in game.parts if len(part) > 1)
        raise UnsupportedError(
            "game",
            [game.states[s] for s in part[:4]],
            "states that do not lead back to each other; PureMarkov solves other games, one at a time",
        )
    index: dict[Number, int] = {}
    expressions: list[Expression] = []

    def number(x: Number) -> int:
        if x not in index:
            index[x] = len(expressions)
            expressions.append(compile_expression(x))
        return index[x]

    def draw(pairs: Sequence[tuple[Number, int]]) -> tuple[tuple[int, int], ...]:
        return tuple((number(p), t) for p, t in pairs)

    chances: dict[int, None] = {}
    states = []
    for (s,) in game.parts:
        period = game.periods[s]
        branches = tuple(tuple(draw(lottery) for lottery in row) for row in period.branches)
        believed = tuple((draw(play.next_for(0)), draw(play.next_for(1))) for play in period.plays)
        true = tuple(draw(play.next) for play in period.plays)
        for lottery in (*(x for row in branches for x in row), *(x for pair in believed for x in pair), *true):
            chances |= dict.fromkeys(p for p, _ in lottery if expressions[p].names)
        plans, mixes = _plans(period, branches, game.states[s])
        payoffs = tuple((number(play.payoff_to(0)), number(play.payoff_to(1))) for play in period.plays)
        movers = tuple(node.player for node in period.nodes)
        states.append(BatchState(s, period.simultaneous, movers, branches, payoffs, believed, true, plans, mixes))
    discount = number(game.discount[0]), number(game.discount[1])
    return BatchGame(game, game.parameters, tuple(expressions), tuple(states), tuple(chances), discount)


def compile_expression(x: Number) -> Expression:
    """A rational function of parameters, ready for arrays; anything else is refused."""
    if isinstance(x, Fraction):
        return Expression(x, ((float(x), ()),) if x else (), ())
    import sympy

    top, bottom = sympy.fraction(sympy.together(x))
    symbols = sorted(x.free_symbols, key=str)

    def terms(part: sympy.Expr) -> tuple[Term, ...]:
        found = []
        for powers, coefficient in sympy.Poly(part, *symbols).terms():
            if not coefficient.is_Rational:
                raise UnsupportedError("expression", str(x), "sums, products and quotients of parameters and rationals")
            used = tuple((str(s), int(e)) for s, e in zip(symbols, powers, strict=True) if e)
            found.append((float(Fraction(int(coefficient.p), int(coefficient.q))), used))
        return tuple(found)

    try:
        return Expression(x, terms(top), () if bottom == 1 else terms(bottom))
    except sympy.PolynomialError:
        raise UnsupportedError("expression", str(x), "sums, products and quotients of parameters") from None


def _plans(
    period: Period, branches: Sequence[Sequence[Sequence[tuple[int, int]]]], state: str
) -> tuple[tuple[Plan, ...], tuple[tuple[tuple[tuple[int, ...], int], ...], ...]]:
    """Every way in which the period can be played, and the plays it leads to with the probabilities to multiply."""
    plans: list[Plan] = []
    mixes: list[tuple[tuple[tuple[int, ...], int], ...]] = []
    if period.simultaneous:
        for i, row in enumerate(branches):
            for j, lottery in enumerate(row):
                plans.append((i, j))
                mixes.append(tuple(((p,), ~t) for p, t in lottery))
    else:
        for plan, reach in _walk(branches, 0, (None,) * len(period.nodes), {0: ((),)}):
            plans.append(plan)
            mixes.append(tuple((way, ~t) for t, ways in sorted(reach.items()) if t < 0 for way in ways))
            if len(plans) > _MAX_PLANS:
                break
    if len(plans) > _MAX_PLANS:
        raise UnsupportedError("game", f"state {state!r}", f"at most {_MAX_PLANS} ways of playing a period")
    return tuple(plans), tuple(mixes)


def _walk(
    branches: Sequence[Sequence[Sequence[tuple[int, int]]]],
    node: int,
    plan: Plan,
    reach: dict[int, tuple[tuple[int, ...], ...]],
) -> Iterator[tuple[Plan, dict[int, tuple[tuple[int, ...], ...]]]]:
    if node == len(branches):
        yield plan, reach
    elif node not in reach:
        yield from _walk(branches, node + 1, plan, reach)
    else:
        for action, lottery in enumerate(branches[node]):
            grown = dict(reach)
            for p, t in lottery:
                grown[t] = grown.get(t, ()) + tuple((*way, p) for way in reach[node])
            yield from _walk(branches, node + 1, (*plan[:node], action, *plan[node + 1 :]), grown)
