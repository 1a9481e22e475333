"""Who is right where QuantEcon's payoff set of a repeated game differs from ours: decided by computation, never by hand.

Two certificates settle every difference beyond the tolerance. A corner of our inner set outside QuantEcon's answer is attained by
a strategy whose every departure is checked. A point of QuantEcon's answer outside our outer set is excluded by evidence that
is checked without the solver. Why it is wrong is then told apart: either its answer is no fixed point of the operator (one exact
step moves it: the iteration was stopped too early), or it is the payoff set of another game a billionth away (a tie was misjudged).
"""

from __future__ import annotations

import random
from fractions import Fraction

from gametheory.equilibria.payoff_checks import supports
from gametheory.equilibria.public_strategies import attain
from gametheory.equilibria.solvers._polygon import Polygon, hull, squared_distance
from gametheory.equilibria.solvers.aps import AbreuPearceStacchetti
from gametheory.equilibria.subgame_perfect import PayoffSolution, SubgamePerfect
from gametheory.exact import to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

TOLERANCE = 1e-4
NEARBY = Fraction(1, 10**9)


def solve(a, b, delta) -> PayoffSolution:
    return AbreuPearceStacchetti().solve(DynamicGame.repeated(StageGame(a, b), discount=delta), SubgamePerfect())


def excess(polygon, points) -> float:
    """How far the furthest of the points is from the hull of the polygon's vertices (in floats)."""
    corners = hull((float(x), float(y)) for x, y in polygon)
    if not corners:
        return float("inf") if points else 0.0
    return max((squared_distance(corners, float(x), float(y)) for x, y in points), default=0.0) ** 0.5


def difference(one, other) -> float:
    """Hausdorff distance of two polygons."""
    return max(excess(one, other), excess(other, one))


def one_step(game: DynamicGame, points) -> Polygon:
    """The operator's set of a polygon given in floats, computed exactly."""
    polygon = hull((to_flint(Fraction(x)), to_flint(Fraction(y))) for x, y in points)
    return hull(v for _, region in supports(game, 0, {0: polygon}) for v in region)


def neighbour(a, b, delta, points, attempts: int = 12) -> str | None:
    """A game within a billionth whose payoff set is the one given, in words; None if none was found."""
    for sign in (-1, 1):
        if difference(solve(a, b, Fraction(delta) + sign * NEARBY).payoff_sets["play"].outer, points) <= TOLERANCE:
            return f"discount factor {'less' if sign < 0 else 'more'} by 1e-9"
    draw = random.Random(1)
    for _ in range(attempts):
        near = [[[x + draw.randint(-9, 9) * NEARBY / 10 for x in row] for row in table] for table in (a, b)]
        if difference(solve(*near, delta).payoff_sets["play"].outer, points) <= TOLERANCE:
            return "payoffs moved by less than 1e-9"
    return None


def judge(a, b, delta, points, solution: PayoffSolution) -> str:
    """Compare QuantEcon's answer with ours, and say what is wrong with whom."""
    found = solution.payoff_sets["play"]
    added, missed = excess(found.outer, points), excess(points, found.inner)
    if max(added, missed) <= TOLERANCE:
        return "agrees within 1e-4"
    if added > TOLERANCE:
        solution.verify()  # nothing outside the outer set is an equilibrium payoff
    else:
        corner = max(found.inner, key=lambda v: excess(points, [v]))
        assert attain(solution, corner).check()
    if difference(one_step(solution.game, points), points) > TOLERANCE:
        return "stopped before a fixed point"
    return "a tie misjudged: the set of a game 1e-9 away" if neighbour(a, b, delta, points) else "differs"
