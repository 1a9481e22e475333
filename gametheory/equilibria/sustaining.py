"""For which discount factors a payoff can be sustained: certified on both sides of every end, in closed form where it is proved.

At a single discount factor the payoff set answers (:mod:`gametheory.equilibria.solvers.aps`). Between two of them there is a theorem
for plain repeated games with simultaneous moves and one discount factor: payoff sets only grow with it (Abreu, Pearce and
Stacchetti 1990, theorem 6), so that what is sustained is an interval up to one. There an end can also be proved. Let V* be the
payoff set at a candidate d*, exact and with the payoff in it. For all smaller discount factors the payoff sets lie in V*, and every
threshold that a continuation must reach lies strictly above that at d*. If applying the operator with these strict thresholds
excludes the payoff after finitely many steps, it is sustained from d* on and nowhere below.

Elsewhere (levels of constraint, unequal discount factors) the set need not be an interval: each change between two tested values is
bracketed, and what lies between tested values is not claimed.

Source: Abreu, Pearce and Stacchetti, Econometrica 58 (1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import flint

from gametheory.equilibria.solvers._polygon import Polygon, clip, clip_half_plane, half_planes, hull, inside
from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti, simplest
from gametheory.errors import InputError, InputTypeError
from gametheory.exact import free_names, rational, to_flint
from gametheory.games.dynamic import DynamicGame

if TYPE_CHECKING:
    import sympy

__all__ = ["Bracket", "SustainingSet", "bracket_discount", "sustainable_at", "sustaining_set"]

_STEPS = 12  # most applications of the operator in the proof of an end
_MOST_BITS = 300  # of a coordinate in such a proof


@dataclass(frozen=True)
class Bracket:
    """An end of a set of discount factors: certified on both sides.

    Attributes
    ----------
    without, sustained : Fraction
        At the first the payoff is proved out of reach, at the second it is proved sustainable.
    value : Fraction or None
        The end itself, at which the payoff is sustained, if it is proved that it is not at any value between ``without`` and it.
    candidate : Fraction or None
        The simplest number in the bracket, if the payoff is proved sustainable there; that it is the end may be open.
    """

    without: Fraction
    sustained: Fraction
    value: Fraction | None = None
    candidate: Fraction | None = None

    def __str__(self) -> str:
        if self.value is not None:
            return f"{self.value} (proved)"
        low, high = sorted((self.without, self.sustained))
        perhaps = "" if self.candidate is None else f" (perhaps {self.candidate}: not proved)"
        return f"between {float(low):.9g} and {float(high):.9g}{perhaps}"


@dataclass(frozen=True)
class SustainingSet:
    """The discount factors at which a payoff can be sustained from the start.

    Attributes
    ----------
    payoffs : (Fraction, Fraction)
    parameter : str
    tested : mapping from Fraction to bool or None
        The answer at each value tried, with a certificate; None where the bounds do not decide.
    ends : tuple of Bracket
        In ascending order.
    is_interval : bool
        Whether the set is known to be an interval up to one: a repeated game of simultaneous moves, one discount factor.
    """

    payoffs: tuple[Fraction, Fraction]
    parameter: str
    tested: dict[Fraction, bool | None]
    ends: tuple[Bracket, ...]
    is_interval: bool

    @property
    def region(self) -> sympy.Set | None:
        """The exact set as a sympy set, if it is proved; None otherwise."""
        import sympy

        if self.is_interval and len(self.ends) == 1 and self.ends[0].value is not None:
            end = self.ends[0].value
            return sympy.Interval.Ropen(sympy.Rational(end.numerator, end.denominator), 1)
        return None

    def __str__(self) -> str:
        u, v = self.payoffs
        if self.is_interval and self.ends:
            end = self.ends[0]
            return f"({u}, {v}) is sustained from {self.parameter} {'=' if end.value is not None else ''} {end} on".replace(
                "  ", " "
            )
        if not self.ends:
            kinds = set(self.tested.values())
            what = "sustained" if kinds == {True} else "not sustained" if kinds == {False} else "undecided"
            return f"({u}, {v}) is {what} at all {len(self.tested)} values tried"
        return f"({u}, {v}): ends of the set at {'; '.join(map(str, self.ends))}"


def _read(game: DynamicGame, payoffs: Sequence[object], parameter: str) -> tuple[Fraction, Fraction]:
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame")
    if str(parameter) not in game.parameters:
        raise InputError("parameter", parameter, f"one of the parameters {list(game.parameters)}")
    if isinstance(payoffs, str) or not isinstance(payoffs, Sequence) or len(payoffs) != 2:
        raise InputError("payoffs", payoffs, "a pair of numbers")
    return rational(payoffs[0], field="payoffs[0]"), rational(payoffs[1], field="payoffs[1]")


def _decide(game: DynamicGame, point: Sequence[Fraction], parameter: str, value: Fraction) -> bool | None:
    """Whether the payoff is sustained at one value: True and False are certified."""
    found = AbreuPearceStacchetti().bounds(game.subs(**{str(parameter): value}))
    at = [to_flint(x) for x in point]
    if inside(found.inner[game.start], *at):
        return True
    return None if inside(found.outer[game.start], *at) else False


def sustainable_at(
    game: DynamicGame, payoffs: Sequence[object], discounts: Sequence[object], *, parameter: str
) -> dict[Fraction, bool | None]:
    """At which of the given discount factors a payoff can be sustained from the start; None where the bounds do not decide.

    Parameters
    ----------
    game : DynamicGame
        With one parameter, ``parameter``.
    payoffs : pair of numbers
    discounts : sequence of numbers
    parameter : str

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount="delta")
    >>> sustainable_at(game, (3, 3), ["2/5", "1/2"], parameter="delta")
    {Fraction(2, 5): False, Fraction(1, 2): True}
    """
    point = _read(game, payoffs, parameter)
    values = [rational(given, field="discounts") for given in discounts]
    return {value: _decide(game, point, parameter, value) for value in values}


def bracket_discount(
    game: DynamicGame,
    payoffs: Sequence[object],
    *,
    parameter: str,
    between: Sequence[object],
    width: object = "1/1000000",
) -> Bracket:
    """Narrow down a discount factor at which a payoff becomes sustainable, by bisection with certificates on both sides.

    Parameters
    ----------
    game : DynamicGame
        With one parameter.
    payoffs : pair of numbers
    parameter : str
    between : pair of numbers
        One at which the payoff can be sustained, and one at which it cannot. The set need not be an interval: what is
        bracketed is one of its ends.
    width : number
        Stop when the bracket is at most so wide.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="delta")
    >>> found = bracket_discount(game, (9, 9), parameter="delta", between=("1/10", "1/2"), width="1/1000")
    >>> found.without < Fraction(1, 7) <= found.sustained
    True
    """
    point = _read(game, payoffs, parameter)
    least = rational(width, field="width")
    if least <= 0:
        raise InputError("width", width, "a positive number")
    a, b = (rational(x, field="between") for x in between)
    at_a, at_b = (_decide(game, point, parameter, x) for x in (a, b))
    if {at_a, at_b} != {True, False}:
        raise InputError(
            "between", tuple(between), "one value at which the payoff is sustained and one at which it is not"
        )
    return _narrow(game, point, parameter, *((a, b) if at_b else (b, a)), least)


def _narrow(
    game: DynamicGame, point: Sequence[Fraction], parameter: str, no: Fraction, yes: Fraction, least: Fraction
) -> Bracket:
    while abs(yes - no) > least:
        for share in (Fraction(1, 2), Fraction(3, 8), Fraction(5, 8)):  # step aside where the bounds do not decide
            at = no + (yes - no) * share
            near = abs(yes - no) / 64
            middle = simplest(at - near, at + near)  # small numbers keep the arithmetic quick
            answer = _decide(game, point, parameter, middle)
            if answer is not None:
                break
        else:
            break
        no, yes = (no, middle) if answer else (middle, yes)
    return Bracket(no, yes)


def sustaining_set(
    game: DynamicGame,
    payoffs: Sequence[object],
    *,
    parameter: str,
    grid: int = 16,
    width: object = "1/1000000",
) -> SustainingSet:
    """For which discount factors a payoff can be sustained from the start.

    Parameters
    ----------
    game : DynamicGame
        With one parameter.
    payoffs : pair of numbers
        Such as the payoffs of a profile that is to be played for ever.
    parameter : str
        The discount factor, of both players or of one; or another parameter with values between 0 and 1.
    grid : int
        The values 1/grid, ..., (grid - 1)/grid are tested first; so is 1 - 1/grid**2 if the set is known to be an interval.
    width : number
        Ends are bracketed to this width.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> game = DynamicGame.repeated(StageGame([[9, 1], [10, 3]], [[9, 10], [1, 3]]), discount="delta")
    >>> found = sustaining_set(game, (9, 9), parameter="delta")
    >>> print(found)
    (9, 9) is sustained from delta = 1/7 (proved) on
    >>> found.region
    Interval.Ropen(1/7, 1)
    """
    point = _read(game, payoffs, parameter)
    if isinstance(grid, bool) or not isinstance(grid, int) or grid < 2:
        raise InputError("grid", grid, "a whole number, 2 or more")
    least = rational(width, field="width")
    if least <= 0:
        raise InputError("width", width, "a positive number")
    upward = _grows(game, str(parameter))
    tested: dict[Fraction, bool | None] = {}

    def decide(value: Fraction) -> bool | None:
        if value not in tested:
            tested[value] = _decide(game, point, parameter, value)
        return tested[value]

    if upward:  # halve: the answers are False up to the end and True from it on
        no, yes = Fraction(1, grid * grid), 1 - Fraction(1, grid)
        if not decide(yes):
            yes = 1 - Fraction(1, grid * grid)
        if decide(no) is False and decide(yes) is True:
            end = _narrow(game, point, parameter, no, yes, least)
            tested |= {end.without: False, end.sustained: True}
            return SustainingSet(point, str(parameter), tested, (_closed(game, point, parameter, end, True),), True)
        if tested[no] is not None:
            return SustainingSet(point, str(parameter), tested, (), True)
    for k in range(1, grid):
        decide(Fraction(k, grid))
    known = sorted(x for x, answer in tested.items() if answer is not None)
    ends = []
    for a, b in pairwise(known):
        if tested[a] != tested[b]:
            no, yes = (a, b) if tested[b] else (b, a)
            end = _narrow(game, point, parameter, no, yes, least)
            tested |= {end.without: False, end.sustained: True}
            ends.append(_closed(game, point, parameter, end, False))
    return SustainingSet(point, str(parameter), dict(sorted(tested.items())), tuple(ends), False)


def _grows(game: DynamicGame, parameter: str) -> bool:
    """Whether payoff sets can only grow with the parameter: one state, simultaneous moves, the common discount factor itself."""
    first, second = game.discount
    return (
        len(game.states) == 1
        and game.periods[0].simultaneous
        and first == second
        and str(first) == parameter
        and not any(parameter in free_names(x) for z in game.periods[0].plays for x in z.payoffs)
    )


def _closed(game: DynamicGame, point: Sequence[Fraction], parameter: str, end: Bracket, grows: bool) -> Bracket:
    """The bracket with the simplest fraction in it, which is the end if that is proved."""
    value = simplest(*sorted((end.without, end.sustained)))
    if value == end.without or not _decide(game, point, parameter, value):
        return end
    proved = grows and _is_end(game, point, parameter, end.without, value)
    return Bracket(end.without, end.sustained, value if proved else None, value)


def _is_end(game: DynamicGame, point: Sequence[Fraction], parameter: str, below: Fraction, value: Fraction) -> bool:
    """Whether the payoff is sustained at ``value`` and proved not to be at any smaller discount factor, from ``below`` on."""
    at_value = game.subs(**{str(parameter): value})
    found = AbreuPearceStacchetti().bounds(at_value)
    whole = list(found.outer[0])
    at = (to_flint(point[0]), to_flint(point[1]))
    if found.inner[0] != found.outer[0] or not inside(whole, *at):
        return False
    period = at_value.periods[0]
    table = [[period.plays[~lottery[0][1]] for lottery in row] for row in period.branches]
    pay = [[(to_flint(rational(z.payoffs[0])), to_flint(rational(z.payoffs[1]))) for z in row] for row in table]
    low, high = to_flint(below), to_flint(value)
    now: Polygon = whole
    for _ in range(_STEPS):
        plays = _below(pay, now, low, high)
        new = hull(
            ((1 - d) * z.g[0] + d * x, (1 - d) * z.g[1] + d * y)
            for z in plays
            for d in (low, high)
            for x, y in z.region
        )
        for n, most in half_planes(whole):
            new = clip_half_plane(new, n, most)
        if not inside(new, *at):
            return True
        if any(all(_behind(n, at, z, now, low, high) for z in plays) for n in _outward(new, at, high - low)):
            return True
        if new == now or any(int(c.q).bit_length() > _MOST_BITS for v in new for c in v):
            return False
        now = new
    return False


Vector = tuple[flint.fmpq, flint.fmpq]


@dataclass(frozen=True)
class _Supported:
    """A play that may be supported below ``high``: payoffs, worst payoffs, gains from departing, continuations allowed at ``high``."""

    g: Vector
    worst: Vector
    gains: Vector
    region: Polygon


def _below(pay: Sequence[Sequence[Vector]], now: Polygon, low: flint.fmpq, high: flint.fmpq) -> list[_Supported]:
    """The plays that may be supported by continuations in ``now`` at some discount factor from ``low`` to below ``high``.

    At those, what a player must be promised so that a gain h now is not worth it, u + h (1 - d)/d with u her worst payoff, lies
    strictly above its value at ``high`` if h > 0.
    """
    if not now:
        return []
    worst = (min(x for x, _ in now), min(y for _, y in now))
    found = []
    for row in pay:
        for j, g in enumerate(row):
            gains = (max(other[j][0] for other in pay) - g[0], max(y for _, y in row) - g[1])
            least = [worst[k] + gains[k] * (1 - high) / high for k in (0, 1)]
            region = clip(clip(now, 0, least[0]), 1, least[1])
            void = any(gains[k] > 0 and all(w[k] == least[k] for w in region) for k in (0, 1))
            if region and not void:
                found.append(_Supported(g, worst, gains, region))
    return found


def _outward(polygon: Polygon, at: Vector, span: flint.fmpq) -> list[tuple[Vector, Vector]]:
    """Directions in which no point of the polygon is further out than ``at``; and such that turn a little towards ``low``.

    Pairs: the direction at ``high`` and at ``low``. Where the point lies on an edge of which one end stays and the other moves in,
    only a direction that turns leaves both behind.
    """
    normals = []
    for n, most in half_planes(polygon):
        if n[0] * at[0] + n[1] * at[1] == most:
            size = abs(n[0]) + abs(n[1])
            normals.append((n[0] / size, n[1] / size))
    fixed = [
        (p * a[0] + q * b[0], p * a[1] + q * b[1])
        for a, b in combinations(normals, 2)
        for p, q in ((1, 1), (1, 15), (15, 1))
    ]
    fixed = [n for n in (*fixed, *normals) if any(n)]
    turned = [
        (n, (n[0] - c * span * n[1], n[1] + c * span * n[0]))
        for n in normals
        for size in (flint.fmpq(1, 8), flint.fmpq(1), flint.fmpq(8))
        for c in (size, -size)
    ]
    return [*((n, n) for n in fixed), *turned]


def _behind(
    direction: tuple[Vector, Vector], at: Vector, z: _Supported, now: Polygon, low: flint.fmpq, high: flint.fmpq
) -> bool:
    """Whether all that a play supports lies strictly behind a point, seen in a direction, from ``low`` to below ``high``.

    By duality: the direction is a sum of outward normals of ``now`` and of the directions in which the promises must reach their
    thresholds. The distance that follows is quadratic in t, which goes from 0 (at ``high``) to 1 (at ``low``): known from three values.
    """
    half = flint.fmpq(1, 2)
    times = (half * 0, half, half * 2)
    discounts = [high - t * (high - low) for t in times]
    seen = [tuple(u + t * (v - u) for u, v in zip(*direction, strict=True)) for t in times]
    lines: list[tuple[Vector, list[flint.fmpq]]] = [(m, [most * d for d in discounts]) for m, most in half_planes(now)]
    for k in (0, 1):
        down = (flint.fmpq(-1), flint.fmpq(0)) if k == 0 else (flint.fmpq(0), flint.fmpq(-1))
        lines.append((down, [-d * z.worst[k] - (1 - d) * z.gains[k] for d in discounts]))
    room = [
        sum((n[k] * (at[k] - (1 - d) * z.g[k]) for k in (0, 1)), flint.fmpq(0))
        for n, d in zip(seen, discounts, strict=True)
    ]
    for (a, of_a), (b, of_b) in combinations(lines, 2):
        det = a[0] * b[1] - a[1] * b[0]
        if det == 0:
            continue
        shares = [((n[0] * b[1] - n[1] * b[0]) / det, (a[0] * n[1] - a[1] * n[0]) / det) for n in seen]
        if all(x >= 0 and y >= 0 for x, y in shares) and _positive(
            *(r - x * p - y * q for r, (x, y), p, q in zip(room, shares, of_a, of_b, strict=True))
        ):
            return True
    return False


def _positive(at_0: flint.fmpq, at_half: flint.fmpq, at_1: flint.fmpq) -> bool:
    """Whether the quadratic with these values is positive on (0, 1]."""
    if at_0 < 0 or at_1 <= 0:
        return False
    bend = 2 * at_0 - 4 * at_half + 2 * at_1
    slope = at_1 - at_0 - bend
    if bend <= 0 or slope >= 0 or slope + 2 * bend <= 0:  # its least value is at an end
        return True
    return bool(at_0 * 4 * bend > slope * slope)
