r"""All equilibria of one strongly connected part of a dynamic game, given what the states after it are worth.

Fix at every node the *support*: the actions that have positive probability. What player i needs to know then separates
from what the other needs to know: her values :math:`V_i(s)`, and that she is indifferent among the actions in her own
supports and prefers no other, involve only :math:`V_i` and the probabilities with which the *other* player mixes. So there
is one system of polynomial equations and inequalities for each player, and the equilibria with these supports are all
pairs of a solution of the first system and one of the second. Each system is solved exactly and completely
(:mod:`gametheory.equilibria.solvers._systems`), support by support.

The values are eliminated: in a single state :math:`V_i = R / (1 - P)`, where R is what the period pays and the later states
are worth, and P < 1 the discounted probability of staying, both polynomials in the other player's probabilities; in a part
of several states by Cramer's rule, whose denominator is positive too.
A simultaneous state that cannot be stayed in, with rational values, is an ordinary bimatrix game and goes to
:func:`gametheory.equilibria.solvers.vertices.enumerate_nash`.

Source for the separation in bimatrix games: Mangasarian and Stone, *Journal of Mathematical Analysis and Applications* 9
(1964); for equilibria of stochastic games as solutions of polynomial systems: Herings and Peeters, *Journal of Economic
Theory* 118 (2004).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import flint

from gametheory.algebraic import DegreeLimitError, Real, common_field, enclosed_roots, enclosure, real_roots_over, sign
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solvers._bounds import Bounds
from gametheory.equilibria.solvers._systems import (
    Cell,
    Expr,
    HardSystemError,
    clean,
    constant,
    evaluate,
    minus,
    plus,
    put,
    scaled,
    solution_cells,
    times,
    variable,
    variables_of,
)
from gametheory.equilibria.solvers.pure_markov import PureMarkov
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame, Period, Play
from gametheory.games.tree import Node

__all__ = ["LocalCell", "LocalComponent", "LocalPoint", "LocalResult", "local"]

Mix = tuple[Real, ...]
#: For each state of the part, for each node: the indices of the actions played.
Supports = tuple[tuple[tuple[int, ...], ...], ...]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class LocalPoint:
    """One equilibrium of the part.

    Attributes
    ----------
    choices : tuple
        For each state of the part, for each node, a distribution over actions.
    values : tuple of pairs
        For each state of the part what each player expects from it on, average discounted.
    """

    choices: tuple[tuple[Mix, ...], ...]
    values: tuple[tuple[Real, Real], ...]


@dataclass(frozen=True)
class LocalCell:
    """A continuum of equilibria that play the same actions.

    Attributes
    ----------
    supports : Supports
        The actions played in the interior of the cell.
    corners : tuple of int
        Indices of its corners among the points: the ends of a segment, or the vertices of a product of polytopes.
    dimension : int
    constant : bool
        Whether every state of the part is worth the same, to both players, in all of the cell.
    """

    supports: Supports
    corners: tuple[int, ...]
    dimension: int
    constant: bool


@dataclass(frozen=True)
class LocalComponent:
    """A connected continuum of equilibria: closed cells that hang together, with the points that lie in them."""

    points: tuple[int, ...]
    cells: tuple[LocalCell, ...]
    constant: bool


@dataclass(frozen=True)
class LocalResult:
    """All equilibria of a part.

    Attributes
    ----------
    part : tuple of int
        States.
    points : tuple of LocalPoint
        The isolated equilibria and the corners of the continua.
    components : tuple of LocalComponent
        The continua.
    missing : tuple of str
        What was not covered, in words; empty if nothing is missing.
    """

    part: tuple[int, ...]
    points: tuple[LocalPoint, ...]
    components: tuple[LocalComponent, ...] = ()
    missing: tuple[str, ...] = ()


def local(
    game: DynamicGame,
    part: Sequence[int],
    continuation: Mapping[int, tuple[Real, Real]],
    *,
    seconds: float | None = None,
) -> LocalResult:
    """All equilibria of one strongly connected part, given the values of the states outside to which it can lead.

    Parameters
    ----------
    game : DynamicGame
        With numbers for all parameters.
    part : sequence of int
        States, one of ``game.parts``.
    continuation : mapping from state to a pair of values
        What each player expects from each later state on, average discounted.
    seconds : float, optional
        Stop after this time; ``missing`` then says what was not covered.

    Examples
    --------
    A state in which matching pennies are played until heads meet heads, worth 1/3 to the row player after that:

    >>> F = Fraction
    >>> game = DynamicGame.from_arrays(
    ...     [([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), ([[F(1, 3)]], [[F(-1, 3)]])],
    ...     [[[[0, 1], [1, 0]], [[1, 0], [1, 0]]], [[[0, 1]]]], "1/2")
    >>> (point,) = local(game, (0,), {1: (F(1, 3), F(-1, 3))}).points
    >>> print(*point.choices[0][1], "|", point.values[0][0])
    (-5 + sqrt(61))/6 (11 - sqrt(61))/6 | (8 - sqrt(61))/3
    """
    require_numbers(game)
    states = tuple(part)
    work = _Part(game, states, continuation)
    deadline = None if seconds is None else time.monotonic() + seconds
    if len(states) == 1 and not work.loops and game.periods[states[0]].simultaneous and work.is_rational:
        return _bimatrix(game, states, work, seconds)
    return _by_supports(work, deadline)


class _Part:
    """What each play is worth to each player, as a linear polynomial in the values of the part's own states."""

    def __init__(self, game: DynamicGame, part: tuple[int, ...], continuation: Mapping[int, tuple[Real, Real]]) -> None:
        self.game, self.part, self.continuation = game, part, continuation
        self.place = {s: k for k, s in enumerate(part)}
        self.periods = [game.periods[s] for s in part]
        self.loops = False
        self.worth: list[list[tuple[Expr, Expr]]] = []  # worth[k][play][player]
        for period in self.periods:
            row = []
            for play in period.plays:
                pair = []
                for i in (0, 1):
                    delta = rational(game.discount[i])
                    e = constant((1 - delta) * rational(play.payoff_to(i)))
                    for q, t in play.next_for(i):
                        c = delta * rational(q)
                        if t in self.place:
                            self.loops = self.loops or c != 0
                            e = plus(e, {(self.place[t],): c})
                        else:
                            if t not in continuation:
                                needed = f"a pair of values of state {t} ({game.states[t]})"
                                raise InputError("continuation", sorted(continuation), needed)
                            e = plus(e, constant(continuation[t][i]), c)
                    pair.append(clean(e))
                row.append((pair[0], pair[1]))
            self.worth.append(row)

    @property
    def is_rational(self) -> bool:
        """Whether no irrational value comes in."""
        return all(type(c) is Fraction for row in self.worth for pair in row for e in pair for c in e.values())

    def names(self) -> str:
        shown = ", ".join(repr(self.game.states[s]) for s in self.part[:4])
        if len(self.part) > 4:
            shown += f" and {len(self.part) - 4} more"
        return ("state " if len(self.part) == 1 else "states ") + shown


def _bimatrix(game: DynamicGame, part: tuple[int, ...], work: _Part, seconds: float | None) -> LocalResult:
    """A simultaneous state that is left for sure: the equilibria of a bimatrix game."""
    from gametheory.equilibria.solvers.vertices import enumerate_nash

    period = work.periods[0]
    worth = [[pair[i].get((), _ZERO) for pair in work.worth[0]] for i in (0, 1)]
    tables = [
        [[sum((rational(p) * of[~t] for p, t in lottery), _ZERO) for lottery in row] for row in period.branches]
        for of in worth
    ]
    found = enumerate_nash(tables[0], tables[1], seconds=seconds)  # type: ignore[arg-type]
    points = []
    for x, y in found.equilibria:
        pair = [
            sum((p * q * table[a][b] for a, p in enumerate(x) for b, q in enumerate(y) if p and q), _ZERO)
            for table in tables
        ]
        points.append(LocalPoint(((x, y),), ((pair[0], pair[1]),)))
    if not found.complete:
        return LocalResult(
            part, tuple(points), (), (f"{work.names()}: the time ran out before every support was tried",)
        )
    index = {point.choices[0]: k for k, point in enumerate(points)}
    components = []
    if len(points) > 1:
        for component in found.components:
            cells = []
            members: dict[int, None] = {}
            for subset in component.subsets:
                corners = tuple(index[x, y] for x in subset.x_vertices for y in subset.y_vertices)
                members |= dict.fromkeys(corners)
                if len(corners) > 1:
                    supports = tuple(
                        tuple(a for a in range(len(vertices[0])) if any(v[a] for v in vertices))
                        for vertices in (subset.x_vertices, subset.y_vertices)
                    )
                    dimension = _rank(subset.x_vertices) + _rank(subset.y_vertices)
                    same = len({points[k].values for k in corners}) == 1
                    cells.append(LocalCell((supports,), corners, dimension, same))
            if cells:
                constant_values = len({points[k].values for k in members}) == 1
                components.append(LocalComponent(tuple(sorted(members)), tuple(cells), constant_values))
    return LocalResult(part, tuple(points), tuple(components))


def _rank(vertices: Sequence[tuple[Fraction, ...]]) -> int:
    first, *others = vertices
    if not others:
        return 0
    return flint.fmpq_mat(
        [
            [flint.fmpq(d.numerator, d.denominator) for d in (a - b for a, b in zip(v, first, strict=True))]
            for v in others
        ]
    ).rank()


# --- support by support -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """Solutions of one player's system: closed cells, and how to read the other's mixes and her values from a solution."""

    cells: list[Cell]
    mixes: list[list[list[Expr] | None]]  # [k][node]: probabilities of all actions; None at her own nodes
    values: list[tuple[Expr, Expr]]  # numerator and denominator for each state
    equations: list[Expr]
    weak: list[Expr]


def _by_supports(work: _Part, deadline: float | None) -> LocalResult:
    points: list[LocalPoint] = []
    continua: list[tuple[Supports, tuple[_Found, _Found], tuple[Cell, Cell]]] = []
    hard: list[str] = []
    skipped = 0
    pure_done = False
    if len(work.part) > 1 and work.is_rational:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        points, pure_done = _pure_points(work, left)
    missing: list[str] = []
    bounds, tried = Bounds(work, deadline), 0
    for supports in bounds.supports(skip_pure=pure_done):
        tried += 1
        found: dict[int, _Found] = {}
        problem = ""
        mixing = [0, 0]
        for period, row in zip(work.periods, supports, strict=True):
            for node, subset in zip(period.nodes, row, strict=True):
                mixing[node.player] += len(subset) - 1
        # the system with more indifferences than unknown probabilities first: it seldom has a solution
        for i in (0, 1) if mixing[0] >= mixing[1] else (1, 0):
            try:
                system = _system(work, supports, i)
            except (HardSystemError, DegreeLimitError) as error:
                problem = str(error)
                continue
            if not system.cells:
                problem = ""
                break
            found[i] = system
        else:
            if not problem:
                one, two = found[0], found[1]
                for a, b in product(one.cells, two.cells):
                    if len(a.corners) == len(b.corners) == 1:
                        points.append(_point(work, supports, (one, two), (a.corners[0], b.corners[0])))
                    else:
                        continua.append((supports, (one, two), (a, b)))
        if problem:
            skipped += 1
            if len(hard) < 3:
                hard.append(f"{_show(work, supports)} ({problem})")
    if bounds.expired:
        before = f"{tried} choices of played actions" + (", and every pure one" if pure_done else "")
        missing.append(f"{work.names()}: the time ran out after {before}")
    return _assemble(work, points, continua, [*missing, *_say(work, hard, skipped)])


def _say(work: _Part, hard: Sequence[str], skipped: int) -> list[str]:
    if not skipped:
        return []
    more = f", and {skipped - len(hard)} more" if skipped > len(hard) else ""
    return [f"{work.names()}: not covered: " + "; ".join(hard) + more]


def _show(work: _Part, supports: Supports) -> str:
    """The played actions in words."""
    words = []
    for s, period, row in zip(work.part, work.periods, supports, strict=True):
        here = [
            work.game.players[node.player]
            + (f" after {node.history}" if node.history else "")
            + " plays "
            + " or ".join(node.actions[a] for a in subset)
            for node, subset in zip(period.nodes, row, strict=True)
        ]
        words.append(("" if len(work.part) == 1 else f"in {work.game.states[s]!r} ") + ", ".join(here))
    return "; ".join(words)


def _pure_points(work: _Part, seconds: float | None) -> tuple[list[LocalPoint], bool]:
    """The pure equilibria, with each later state replaced by one that pays its value for ever."""
    game, inner = work.game, len(work.part)
    outside = sorted(work.continuation)
    number = {s: k for k, s in enumerate((*work.part, *outside))}
    move = lambda draw: tuple((q, number[t]) for q, t in draw)  # noqa: E731
    periods = []
    for period in work.periods:
        plays = []
        for play in period.plays:
            beliefs = tuple(b and type(b)(b.payoff, move(b.next)) for b in play.beliefs)
            plays.append(Play(play.label, play.payoffs, move(play.next), beliefs))  # type: ignore[arg-type]
        periods.append(Period(period.simultaneous, period.nodes, period.branches, tuple(plays)))
    for s in outside:
        stay = Play("stay", work.continuation[s], ((_ONE, number[s]),))  # type: ignore[arg-type]
        periods.append(Period(False, (Node(0, "", ("stay",)),), ((((_ONE, -1),),),), (stay,)))
    names = tuple(game.states[s] for s in (*work.part, *outside))
    smaller = DynamicGame(game.players, names, tuple(periods), game.discount, ordinal=game.ordinal)
    solution = PureMarkov(seconds=seconds).solve(smaller, MarkovPerfect(pure=True))
    if solution.status.name != "COMPLETE":
        return [], False
    return [LocalPoint(e.profile[:inner], e.values[:inner]) for e in solution.equilibria], True


def _system(work: _Part, supports: Supports, i: int) -> _Found:
    """Player i's values and optimality, in terms of the other player's probabilities."""
    size = len(work.part)
    fresh = size
    mixes: list[list[list[Expr] | None]] = []
    unknown: list[int] = []
    positive: list[Expr] = []
    for period, row in zip(work.periods, supports, strict=True):
        here: list[list[Expr] | None] = []
        for node, subset in zip(period.nodes, row, strict=True):
            if node.player == i:
                here.append(None)
                continue
            probabilities: list[Expr] = [{} for _ in node.actions]
            last = constant(_ONE)
            for a in subset[:-1]:
                probabilities[a] = variable(fresh)
                last = minus(last, probabilities[a])
                unknown.append(fresh)
                fresh += 1
            probabilities[subset[-1]] = clean(last)
            if len(subset) > 1:
                positive += [probabilities[a] for a in subset]
            here.append(probabilities)
        mixes.append(here)
    equations: list[Expr] = []
    gains: list[Expr] = []
    roots: list[Expr] = []
    for k, (period, row) in enumerate(zip(work.periods, supports, strict=True)):
        value, even, less = _period_value(period, [pair[i] for pair in work.worth[k]], row, mixes[k], i)
        roots.append(value)
        equations += even
        gains += less
    tops, bottom = _values(roots)
    equations = [_clear(e, tops, bottom) for e in equations]
    gains = [_clear(e, tops, bottom) for e in gains]
    values = [(top, bottom) for top in tops]
    if size == 1 and work.periods[0].simultaneous and len(supports[0][0]) == len(supports[0][1]) >= 3:
        cells = _by_determinant(work, supports, i, mixes[0][1 - i] or [])
        if cells is not None:
            return _Found(cells, mixes, [(variable(0), constant(_ONE))], [], [])
    equations = [e for e in map(clean, equations) if e]
    nonnegative = [scaled(e, Fraction(-1)) for e in map(clean, gains) if e]
    if any(len(e) == 1 and () in e for e in equations) or any(
        len(e) == 1 and () in e and sign(e[()]) < 0 for e in nonnegative
    ):
        return _Found([], mixes, values, equations, nonnegative)
    cells = solution_cells(equations, unknown, positive, nonnegative)
    return _Found(cells, mixes, values, equations, [*positive, *nonnegative])


def _split(e: Expr, size: int) -> tuple[Expr, dict[int, Expr]]:
    """A polynomial linear in the variables below ``size`` as (terms without them, coefficient of each)."""
    rest: Expr = {}
    factors: dict[int, Expr] = {}
    for m, c in e.items():
        if m and m[0] < size:
            factors.setdefault(m[0], {})[m[1:]] = c
        else:
            rest[m] = c
    return rest, factors


def _clear(e: Expr, tops: Sequence[Expr], bottom: Expr) -> Expr:
    """The polynomial with each state's value replaced by top / bottom, times bottom (which is positive)."""
    rest, factors = _split(e, len(tops))
    if factors and bottom != {(): _ONE}:
        rest = times(rest, bottom)
    for t, factor in factors.items():
        rest = plus(rest, times(factor, tops[t]))
    return rest


def _values(roots: Sequence[Expr]) -> tuple[list[Expr], Expr]:
    """Values V with V = roots(V), as polynomials in the probabilities over a common denominator.

    The matrix of the linear equations is the identity minus discounted transition probabilities. It is strictly diagonally
    dominant, so the denominator, a principal minor of what elimination leaves of it, is positive at all probabilities.
    """
    size = len(roots)
    right: list[Expr] = []
    rows: list[dict[int, Expr]] = []
    for k, root in enumerate(roots):
        rest, factors = _split(root, size)
        row = {t: scaled(e, Fraction(-1)) for t, e in factors.items()}
        row[k] = plus(row.get(k, {}), constant(_ONE))
        rows.append({t: e for t, e in ((t, clean(e)) for t, e in row.items()) if e})
        right.append(rest)
    solved: dict[int, tuple[Expr, dict[int, Real]]] = {}  # V_k = right - sum of c_t V_t
    while True:
        ready = [k for k in range(size) if k not in solved and all(set(e) == {()} for e in rows[k].values())]
        if not ready:
            break
        k = ready[0]
        pivot = rows[k][k][()]
        by = {t: e[()] / pivot for t, e in rows[k].items() if t != k}
        known = scaled(right[k], 1 / pivot)
        solved[k] = (known, by)
        for s in range(size):
            if s == k:
                continue
            if s in solved:
                before, others = solved[s]
                if k in others:
                    c = others.pop(k)
                    for t, x in by.items():
                        others[t] = others.get(t, _ZERO) - c * x
                    solved[s] = (plus(before, known, -c), others)
            elif k in rows[s]:
                factor = rows[s].pop(k)
                for t, x in by.items():
                    rows[s][t] = clean(plus(rows[s].get(t, {}), factor, -x))
                    if not rows[s][t]:
                        del rows[s][t]
                right[s] = minus(right[s], times(factor, known))
    open_rows = [k for k in range(size) if k not in solved]
    matrix = [[rows[k].get(t, {}) for t in open_rows] for k in open_rows]
    bottom = _determinant(matrix)
    tops: dict[int, Expr] = {}
    for place, t in enumerate(open_rows):
        replaced = [
            [right[k] if c == place else e for c, e in enumerate(row)] for k, row in zip(open_rows, matrix, strict=True)
        ]
        tops[t] = _determinant(replaced)
    for k, (known, others) in solved.items():
        top = times(known, bottom) if open_rows else known
        for t, c in others.items():
            top = plus(top, tops[t], -c)
        tops[k] = top
    return [clean(tops[k]) for k in range(size)], bottom


def _determinant(matrix: Sequence[Sequence[Expr]]) -> Expr:
    """By expansion along rows; minors of the lower rows are worked out once."""
    size = len(matrix)
    minors: dict[tuple[int, ...], Expr] = {(): constant(_ONE)}
    for row in reversed(range(size)):
        larger: dict[tuple[int, ...], Expr] = {}
        for columns in combinations(range(size), size - row):
            total: Expr = {}
            for place, c in enumerate(columns):
                if matrix[row][c]:
                    minor = minors[columns[:place] + columns[place + 1 :]]
                    total = plus(total, times(matrix[row][c], minor), Fraction(-1 if place % 2 else 1))
            larger[columns] = clean(total)
        minors = larger
    return minors[tuple(range(size))]


def _by_determinant(work: _Part, supports: Supports, i: int, mix: Sequence[Expr]) -> list[Cell] | None:
    """Player i's system in one simultaneous state, if as many of her actions are played as of the other's.

    With rewards and later values R and discounted probabilities of staying P, her value V and the other's mix y satisfy
    (R + V (P - 1)) y = 0 on the supports: V is a root of the determinant, and y spans the kernel. None if the determinant
    vanishes identically or a kernel has more than one dimension, so that there may be a continuum.
    """
    period, (mine, theirs) = work.periods[0], (supports[0][i], supports[0][1 - i])
    worth = [pair[i] for pair in work.worth[0]]

    def entry(a: int, b: int) -> Expr:
        total: Expr = {(0,): Fraction(-1)}
        for p, t in period.branches[a][b] if i == 0 else period.branches[b][a]:
            total = plus(total, worth[~t], rational(p))
        return clean(total)

    full = [[entry(a, b) for b in theirs] for a in range(len(period.nodes[i].actions))]
    rough = [{m: enclosure(c, 128) for m, c in e.items()} for row in full for e in row]
    if _surely_none(rough, mine, len(theirs), _coefficients(_determinant([full[a] for a in mine]))):
        return []
    home, polys = common_field(c for row in full for e in row for c in e.values())
    numbers = iter([home.number(poly) for poly in polys])
    full = [[{m: next(numbers) for m in e} for e in row] for row in full]
    matrix = [full[a] for a in mine]
    polynomial = _determinant(matrix)
    if not polynomial:
        return None
    coefficients = _coefficients(polynomial)
    unknowns = [next(iter(mix[b]))[0] for b in theirs[:-1]]
    cells = []
    for value in real_roots_over(coefficients):
        here = [[constant(evaluate(e, {0: value})) for e in row] for row in matrix]
        for out in range(len(matrix)):
            rows = [row for k, row in enumerate(here) if k != out]
            kernel = [
                _determinant([row[:b] + row[b + 1 :] for row in rows]).get((), _ZERO) * (-1 if b % 2 else 1)
                for b in range(len(theirs))
            ]
            if any(x != 0 for x in kernel):
                break
        else:
            return None
        signs = {sign(x) for x in kernel}
        if len(signs) > 1 or 0 in signs:
            continue
        total = sum(kernel, _ZERO)
        losses = [
            sum((q * evaluate(e, {0: value}) for q, e in zip(kernel, full[a], strict=True)), _ZERO)
            for a in range(len(full))
            if a not in mine
        ]
        if all(sign(x) != sign(total) for x in losses):
            inverse = 1 / total
            point = {0: value, **{v: x * inverse for v, x in zip(unknowns, kernel[:-1], strict=True)}}
            cells.append(Cell((point,), 0, {}))
    return cells


def _coefficients(polynomial: Expr) -> list[Real]:
    found: list[Real] = [_ZERO] * (max(map(len, polynomial), default=0) + 1)
    for m, c in polynomial.items():
        found[len(m)] = c
    return found


def _surely_none(
    rough: Sequence[Mapping[tuple[int, ...], flint.arb]], mine: Sequence[int], width: int, coefficients: Sequence[Real]
) -> bool:
    """Whether enclosures alone rule out every root of the determinant: a probability below zero, or a better action."""
    values = enclosed_roots(coefficients)
    if values is None:
        return False
    with flint.ctx.workprec(128):
        for value in values:
            cells = [sum((c * value if m else c for m, c in e.items()), flint.arb(0)) for e in rough]
            rows = [cells[k : k + width] for k in range(0, len(cells), width)]
            square = [rows[a] for a in mine[1:]]
            kernel = [
                flint.arb_mat([row[:b] + row[b + 1 :] for row in square]).det() * (-1 if b % 2 else 1)
                for b in range(width)
            ]
            if any(x > 0 for x in kernel) and any(x < 0 for x in kernel):
                continue
            total = sum(kernel, flint.arb(0))
            if total.contains(0):
                return False
            others = [
                sum((q * c for q, c in zip(kernel, row, strict=True)), flint.arb(0)) / total
                for a, row in enumerate(rows)
                if a not in mine
            ]
            if not any(x > 0 for x in others):
                return False
    return True


def _period_value(
    period: Period, worth: Sequence[Expr], row: Sequence[Sequence[int]], mixes: Sequence[list[Expr] | None], i: int
) -> tuple[Expr, list[Expr], list[Expr]]:
    """What the period is worth to player i, what must vanish (indifference) and what must not be positive (deviations)."""
    equations: list[Expr] = []
    gains: list[Expr] = []

    def choose(options: Sequence[Expr], subset: Sequence[int]) -> Expr:
        best = options[subset[0]]
        for a, option in enumerate(options):
            if a in subset[1:]:
                equations.append(minus(option, best))
            elif a not in subset:
                gains.append(minus(option, best))
        return best

    if period.simultaneous:
        other = mixes[1 - i]
        assert other is not None
        options: list[Expr] = []
        for a in range(len(period.nodes[i].actions)):
            total: Expr = {}
            for b, q in enumerate(other):
                if q:
                    lottery = period.branches[a][b] if i == 0 else period.branches[b][a]
                    for p, t in lottery:
                        total = plus(total, times(q, worth[~t]), rational(p))
            options.append(total)
        return choose(options, row[i]), equations, gains
    at: list[Expr] = [{} for _ in period.nodes]
    for n in reversed(range(len(period.nodes))):
        options = []
        for lottery in period.branches[n]:
            total = {}
            for p, t in lottery:
                total = plus(total, at[t] if t >= 0 else worth[~t], rational(p))
            options.append(total)
        mix = mixes[n]
        if mix is None:
            at[n] = choose(options, row[n])
        else:
            total = {}
            for q, option in zip(mix, options, strict=True):
                if q:
                    total = plus(total, times(q, option))
            at[n] = total
    return at[0], equations, gains


# --- points and continua ----------------------------------------------------------------------------------------------


def _point(
    work: _Part, supports: Supports, found: tuple[_Found, _Found], at: tuple[Mapping[int, Real], Mapping[int, Real]]
) -> LocalPoint:
    choices = []
    for k, period in enumerate(work.periods):
        row = []
        for n, node in enumerate(period.nodes):
            i = 1 - node.player  # the system of the player who faces this mix
            mix = found[i].mixes[k][n]
            assert mix is not None
            row.append(tuple(evaluate(q, at[i]) for q in mix))
        choices.append(tuple(row))
    values = []
    for k in range(len(work.part)):
        pair = []
        for i in (0, 1):
            top, bottom = found[i].values[k]
            below = evaluate(bottom, at[i])
            pair.append(evaluate(top, at[i]) if below == 1 else evaluate(top, at[i]) / below)
        values.append((pair[0], pair[1]))
    return LocalPoint(tuple(choices), tuple(values))


def _is_constant(found: _Found, cell: Cell) -> bool:
    """Whether the player's values are the same in all of the cell: an identity of polynomials."""
    first = cell.corners[0]
    for top, bottom in found.values:
        value = evaluate(top, first) / evaluate(bottom, first)
        difference = minus(top, scaled(bottom, value))
        for v in variables_of(difference):
            if cell.given.get(v, {(v,): _ONE}) != {(v,): _ONE}:
                difference = put(difference, v, cell.given[v])
        if clean(difference):
            return False
    return True


def _contains(work: _Part, supports: Supports, found: tuple[_Found, _Found], point: LocalPoint) -> bool:
    """Whether a point lies in the closed set of solutions with these supports."""
    for i in (0, 1):
        at: dict[int, Real] = {}
        for k, period in enumerate(work.periods):
            for n in range(len(period.nodes)):
                mix = point.choices[k][n]
                if any(p != 0 and a not in supports[k][n] for a, p in enumerate(mix)):
                    return False
                for a, e in enumerate(found[i].mixes[k][n] or ()):
                    if len(e) == 1 and all(len(m) == 1 for m in e):
                        at[next(iter(e))[0]] = mix[a]
        if any(evaluate(e, at) != 0 for e in found[i].equations) or any(
            sign(evaluate(e, at)) < 0 for e in found[i].weak
        ):
            return False
    return True


def _assemble(
    work: _Part,
    points: list[LocalPoint],
    continua: Sequence[tuple[Supports, tuple[_Found, _Found], tuple[Cell, Cell]]],
    missing: Sequence[str],
) -> LocalResult:
    """The answer, with cells that hang together joined to components."""
    try:
        return _join(work, list(points), continua, missing)
    except DegreeLimitError as error:
        lost = f"{work.names()}: {len(continua)} continua of equilibria were found but not worked out ({error})"
        return LocalResult(work.part, tuple(points), (), (*missing, lost))


def _join(
    work: _Part,
    points: list[LocalPoint],
    continua: Sequence[tuple[Supports, tuple[_Found, _Found], tuple[Cell, Cell]]],
    missing: Sequence[str],
) -> LocalResult:
    if not continua:
        return LocalResult(work.part, tuple(points), (), tuple(missing))
    index = {point.choices: k for k, point in enumerate(points)}
    cells: list[LocalCell] = []
    for supports, found, pair in continua:
        corners: dict[int, None] = {}
        for at in product(pair[0].corners, pair[1].corners):
            point = _point(work, supports, found, at)
            if point.choices not in index:
                index[point.choices] = len(points)
                points.append(point)
            corners[index[point.choices]] = None
        same = _is_constant(found[0], pair[0]) and _is_constant(found[1], pair[1])
        cells.append(LocalCell(supports, tuple(corners), pair[0].dimension + pair[1].dimension, same))
    leader = list(range(len(cells)))

    def find(c: int) -> int:
        while leader[c] != c:
            c = leader[c]
        return c

    inside: list[set[int]] = []
    for cell, (supports, found, _) in zip(cells, continua, strict=True):
        inside.append({*cell.corners, *(k for k, p in enumerate(points) if _contains(work, supports, found, p))})
    for c in range(len(cells)):
        for d in range(c):
            if inside[c] & inside[d]:
                leader[find(c)] = find(d)
    components = []
    for root in sorted({find(c) for c in range(len(cells))}):
        members = [c for c in range(len(cells)) if find(c) == root]
        held = sorted(set().union(*(inside[c] for c in members)))
        same = all(cells[c].constant for c in members) and all(points[k].values == points[held[0]].values for k in held)
        components.append(LocalComponent(tuple(held), tuple(cells[c] for c in members), same))
    return LocalResult(work.part, tuple(points), tuple(components), tuple(missing))
