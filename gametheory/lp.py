r"""Exact linear programming with certificates, and extreme rays of small cones.

The simplex method runs on integers: entries of the tableau are subdeterminants of the data over one common positive
denominator (Edmonds 1967), so that nothing is rounded and nothing is reduced. Equations are eliminated first; one
artificial variable then finds a feasible point. The largest coefficient enters; in a stretch of degenerate pivots
the smallest index does (Bland 1977), which rules out cycling.

Every answer comes with what proves it, in terms of the problem as it was given: dual prices, a combination of the
constraints that is contradictory (Farkas 1902), or a feasible point with a ray along which the objective grows. The
certificate is checked by :meth:`LPResult.verify` in a few lines that share nothing with the solver.

References
----------
Bland, R. G. (1977), New finite pivoting rules for the simplex method, *Mathematics of Operations Research* 2, 103-107.
Edmonds, J. (1967), Systems of distinct representatives and linear algebra, *J. Res. Nat. Bur. Standards* 71B, 241-245.
Fukuda, K. and Prodon, A. (1996), Double description method revisited, *LNCS* 1120, 91-111.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from gametheory.errors import CertificateError, InputError, InputTypeError
from gametheory.exact import rational

__all__ = ["LPResult", "LPStatus", "LinearProgram", "extreme_rays", "maximise", "minimise"]

Vector = tuple[Fraction, ...]


class LPStatus(enum.Enum):
    """What became of a linear program."""

    OPTIMAL = "x is optimal: y proves that nothing is better"
    INFEASIBLE = "no x satisfies the constraints: y combines them into a contradiction"
    UNBOUNDED = "the objective grows without limit from x along ray"


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True) if p and q), Fraction(0))


@dataclass(frozen=True)
class LinearProgram:
    """Maximise c x subject to A_ub x <= b_ub, A_eq x = b_eq, and x_j >= 0 for every j that is not in ``free``.

    Parameters
    ----------
    c : sequence of n numbers
    A_ub, b_ub : k rows of n numbers, and k numbers
    A_eq, b_eq : l rows of n numbers, and l numbers
    free : collection of int
        Indices of the variables that may be negative.
    """

    c: Vector
    A_ub: tuple[Vector, ...] = ()
    b_ub: Vector = ()
    A_eq: tuple[Vector, ...] = ()
    b_eq: Vector = ()
    free: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        n = len(self.c)
        object.__setattr__(self, "c", _vector(self.c, "c"))
        for rows, right in (("A_ub", "b_ub"), ("A_eq", "b_eq")):
            matrix = tuple(_vector(row, f"{rows}[{i}]") for i, row in enumerate(getattr(self, rows)))
            bound = _vector(getattr(self, right), right)
            for i, row in enumerate(matrix):
                if len(row) != n:
                    raise InputError(f"{rows}[{i}]", f"{len(row)} numbers", f"{n} numbers, as in c")
            if len(bound) != len(matrix):
                raise InputError(right, f"{len(bound)} numbers", f"{len(matrix)} numbers, one for each row of {rows}")
            object.__setattr__(self, rows, matrix)
            object.__setattr__(self, right, bound)
        object.__setattr__(self, "free", frozenset(self.free))
        if not self.free <= set(range(n)):
            raise InputError("free", sorted(self.free), f"indices of variables, 0 to {n - 1}")


def _vector(given: Sequence[object], name: str) -> Vector:
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        raise InputTypeError(name, given, "a sequence of numbers")
    return tuple(x if type(x) is Fraction else rational(x, field=f"{name}[{j}]") for j, x in enumerate(given))


@dataclass(frozen=True)
class LPResult:
    """The answer to a linear program, with its proof.

    Attributes
    ----------
    problem : LinearProgram
    status : LPStatus
    x : tuple of Fraction
        An optimal vertex (OPTIMAL), a feasible point (UNBOUNDED), empty (INFEASIBLE).
    value : Fraction or None
        c x, where there is an optimum.
    y_ub, y_eq : tuples of Fraction
        One multiplier for each constraint, ``y_ub >= 0``. OPTIMAL: dual prices, ``y A >= c`` (with equality in free
        variables) and ``y b = value``. INFEASIBLE: ``y A >= 0`` (equality in free variables) although ``y b < 0``.
    ray : tuple of Fraction
        UNBOUNDED: a direction that keeps every constraint and in which c grows.
    """

    problem: LinearProgram = field(repr=False)
    status: LPStatus
    x: Vector = ()
    value: Fraction | None = None
    y_ub: Vector = ()
    y_eq: Vector = ()
    ray: Vector = ()

    @property
    def is_optimal(self) -> bool:
        """Whether there is an optimum."""
        return self.status is LPStatus.OPTIMAL

    def verify(self) -> None:
        """Check the certificate from the problem alone.

        Raises
        ------
        CertificateError
            If it does not prove what ``status`` says.
        """
        p = self.problem
        n = len(p.c)
        if self.status is not LPStatus.INFEASIBLE:
            x = self.x
            _require(len(x) == n and all(v >= 0 or j in p.free for j, v in enumerate(x)), "x has a wrong sign")
            _require(all(_dot(r, self.x) <= b for r, b in zip(p.A_ub, p.b_ub, strict=True)), "x breaks an inequality")
            _require(all(_dot(r, self.x) == b for r, b in zip(p.A_eq, p.b_eq, strict=True)), "x breaks an equation")
        if self.status is LPStatus.UNBOUNDED:
            d = self.ray
            _require(len(d) == n and all(v >= 0 or j in p.free for j, v in enumerate(d)), "the ray has a wrong sign")
            _require(all(_dot(r, d) <= 0 for r in p.A_ub), "the ray breaks an inequality")
            _require(all(_dot(r, d) == 0 for r in p.A_eq), "the ray breaks an equation")
            _require(_dot(p.c, d) > 0, "the objective does not grow along the ray")
            return
        y = (*self.y_ub, *self.y_eq)
        _require(len(self.y_ub) == len(p.A_ub) and len(self.y_eq) == len(p.A_eq), "a multiplier is missing")
        _require(all(v >= 0 for v in self.y_ub), "a multiplier of an inequality is negative")
        rows = (*p.A_ub, *p.A_eq)
        bound = _dot(y, (*p.b_ub, *p.b_eq))
        target = p.c if self.status is LPStatus.OPTIMAL else (Fraction(0),) * n
        for j in range(n):
            got = sum((v * row[j] for v, row in zip(y, rows, strict=True) if v), Fraction(0))
            _require(got == target[j] if j in p.free else got >= target[j], f"the multipliers fail in variable {j}")
        if self.status is LPStatus.OPTIMAL:
            _require(self.value == _dot(p.c, self.x) == bound, "the bound from the multipliers is not the value")
        else:
            _require(bound < 0, "the multipliers combine the constraints into no contradiction")


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise CertificateError(f"linear program: {problem}")


def maximise(
    c: Sequence[object],
    A_ub: Sequence[Sequence[object]] = (),
    b_ub: Sequence[object] = (),
    A_eq: Sequence[Sequence[object]] = (),
    b_eq: Sequence[object] = (),
    *,
    free: Collection[int] = (),
) -> LPResult:
    """Maximise c x subject to A_ub x <= b_ub, A_eq x = b_eq and x >= 0, exactly.

    Parameters
    ----------
    c, A_ub, b_ub, A_eq, b_eq :
        Rational numbers; see :class:`LinearProgram`.
    free : collection of int
        Indices of the variables that may be negative.

    Returns
    -------
    LPResult
        With a certificate in every case.

    Raises
    ------
    InputError
        If the shapes do not fit or a number is not rational.

    Examples
    --------
    >>> best = maximise([3, 2], [[1, 1], [1, 3]], [4, 6])
    >>> best.status.name, best.x, best.value, best.y_ub
    ('OPTIMAL', (Fraction(4, 1), Fraction(0, 1)), Fraction(12, 1), (Fraction(3, 1), Fraction(0, 1)))
    >>> maximise([1], [[1], [-1]], [1, -2]).status.name      # x <= 1 and x >= 2
    'INFEASIBLE'
    """
    return _solve(LinearProgram(c, A_ub, b_ub, A_eq, b_eq, frozenset(free)))  # type: ignore[arg-type]


def minimise(
    c: Sequence[object],
    A_ub: Sequence[Sequence[object]] = (),
    b_ub: Sequence[object] = (),
    A_eq: Sequence[Sequence[object]] = (),
    b_eq: Sequence[object] = (),
    *,
    free: Collection[int] = (),
) -> LPResult:
    """Minimise c x under the same constraints, as the program that maximises -c x: ``value`` is the largest -c x.

    Examples
    --------
    >>> -minimise([1, 1], [[-1, -2]], [-4]).value
    Fraction(2, 1)
    """
    return maximise([-x for x in _vector(c, "c")], A_ub, b_ub, A_eq, b_eq, free=free)


# --- the solver -------------------------------------------------------------------------------------------------------


class _Tableau:
    """Rows ``basic + sum(entry / d * outside) = last / d`` in integers; the last row is the objective.

    Labels of variables: 0 to n - 1 the variables, n the one that all free variables lose (x_j = x'_j - x'_n), n + 1 + i
    the slack of row i, and -1 the artificial variable.
    """

    def __init__(self, p: LinearProgram) -> None:
        self.n = n = len(p.c)
        self.inequalities = len(p.A_ub)
        self.scale: list[Fraction] = []
        self.rows: list[list[int]] = []
        for row, right in zip((*p.A_ub, *p.A_eq, p.c), (*p.b_ub, *p.b_eq, Fraction(0)), strict=True):
            factor = lcm(right.denominator, *(x.denominator for x in row))
            line = [int(x * factor) for x in row]
            if p.free:
                line.append(-sum(line[j] for j in p.free))
            common = gcd(*line, int(right * factor)) or 1
            self.scale.append(Fraction(factor, common))
            self.rows.append([*(x // common for x in line), int(right * factor) // common])
        self.rows[-1] = [-x for x in self.rows[-1]]
        count = len(self.rows) - 1
        self.outside = list(range(n + bool(p.free)))
        self.basic = [n + 1 + i for i in range(count)]
        self.closed = {n + 1 + i for i in range(self.inequalities, count)}  # slacks of equations stay zero
        self.d = 1

    def pivot(self, r: int, c: int) -> None:
        """Exchange the basic variable of row r and the one outside in column c."""
        top = self.rows[r]
        p, d = top[c], self.d
        if p < 0:
            top = self.rows[r] = [-x for x in top]  # keeps the denominator positive; column c's sign is mended below
            p, sign = -p, -1
        else:
            sign = 1
        for i, row in enumerate(self.rows):
            if i == r:
                continue
            f = row[c]
            if f:
                new = [(x * p - f * t) // d for x, t in zip(row, top)]  # noqa: B905 - the innermost loop
                new[c] = -f * sign
                self.rows[i] = new
            elif p != d:
                self.rows[i] = [x * p // d for x in row]
        top[c] = d * sign
        self.d = p
        self.basic[r], self.outside[c] = self.outside[c], self.basic[r]

    def column(self, prices: list[int], degenerate: bool) -> int | None:
        """A column that may enter (its price is negative), or None."""
        best = None
        for j, name in enumerate(self.outside):
            if prices[j] < 0 and name not in self.closed:
                if best is None or (name < self.outside[best] if degenerate else prices[j] < prices[best]):
                    best = j
        return best

    def row(self, c: int) -> int | None:
        """The row that limits column c; among equal ones that of the smallest label (artificial: -1)."""
        best = None
        for i, name in enumerate(self.basic):
            row = self.rows[i]
            if row[c] > 0 and name not in self.closed:
                if best is None:
                    best = i
                    continue
                other = self.rows[best]
                difference = row[-1] * other[c] - other[-1] * row[c]
                if difference < 0 or (difference == 0 and name < self.basic[best]):
                    best = i
        return best

    def multipliers(self, prices: dict[int, int], unit: Fraction) -> tuple[Vector, Vector]:
        """Prices of the slacks, in units of the constraints as they were given."""
        y = [Fraction(0)] * len(self.basic)
        for name, price in prices.items():
            if name > self.n:
                i = name - self.n - 1
                y[i] = Fraction(price, self.d) * self.scale[i] * unit
        return tuple(y[: self.inequalities]), tuple(y[self.inequalities :])

    def combination(self, r: int) -> dict[int, int]:
        """The coefficient of every variable in row r, with the sign that makes its right-hand side negative."""
        row = self.rows[r]
        sign = -1 if row[-1] > 0 else 1
        return {self.basic[r]: sign * self.d, **{v: sign * x for v, x in zip(self.outside, row, strict=False)}}

    def read(self, values: dict[int, Fraction], free: frozenset[int]) -> Vector:
        """The variables of the problem from those of the tableau."""
        shift = values.get(self.n, Fraction(0))
        return tuple(values.get(j, Fraction(0)) - (shift if j in free else 0) for j in range(self.n))

    def point(self, free: frozenset[int]) -> Vector:
        return self.read({v: Fraction(r[-1], self.d) for v, r in zip(self.basic, self.rows, strict=False)}, free)


def _eliminate_equations(t: _Tableau) -> dict[int, int] | None:
    """Bring the equations' slacks outside; the coefficients of a row that cannot hold are returned."""
    for r in range(t.inequalities, len(t.basic)):
        row = t.rows[r]
        open_columns = [j for j, name in enumerate(t.outside) if row[j] and name not in t.closed]
        if open_columns:
            t.pivot(r, min(open_columns, key=lambda j: abs(row[j])))
        elif row[-1]:
            return t.combination(r)
    return None


def _make_feasible(t: _Tableau) -> dict[int, int] | None:
    """Reach a basis without negative values; the coefficients of a row that proves there is none are returned."""
    usable = [i for i, name in enumerate(t.basic) if name not in t.closed]
    worst = min(usable, key=lambda i: t.rows[i][-1], default=None)
    if worst is None or t.rows[worst][-1] >= 0:
        return None
    for i, row in enumerate(t.rows):
        row.insert(-1, -t.d if i in usable else 0)
    t.outside.append(-1)
    t.pivot(worst, len(t.outside) - 1)
    degenerate = False
    while -1 in t.basic:
        home = t.basic.index(-1)
        if t.rows[home][-1] == 0:  # it is zero: exchange it for any other variable, or leave a row of zeros
            usable = [j for j, name in enumerate(t.outside) if t.rows[home][j] and name not in t.closed]
            if not usable:
                t.closed.add(-1)
                return None
            t.pivot(home, usable[0])
            break
        c = t.column([-x for x in t.rows[home]], degenerate)
        if c is None:
            return t.combination(home)
        r = t.row(c)
        if r is None:  # pragma: no cover - the artificial variable's own row limits the column
            raise CertificateError("linear program: no row limits the artificial variable")
        degenerate = t.rows[r][-1] == 0
        t.pivot(r, c)
    c = t.outside.index(-1)
    for row in t.rows:
        del row[c]
    del t.outside[c]
    return None


def _solve(p: LinearProgram) -> LPResult:
    t = _Tableau(p)
    contradiction = _eliminate_equations(t)
    if contradiction is None:
        contradiction = _make_feasible(t)
    if contradiction is not None:
        y_ub, y_eq = t.multipliers(contradiction, Fraction(1))
        return LPResult(p, LPStatus.INFEASIBLE, y_ub=y_ub, y_eq=y_eq)
    degenerate = False
    while True:
        c = t.column(t.rows[-1], degenerate)
        if c is None:
            break
        r = t.row(c)
        if r is None:
            steps = {v: Fraction(-row[c], t.d) for v, row in zip(t.basic, t.rows, strict=False)}
            return LPResult(
                p, LPStatus.UNBOUNDED, t.point(p.free), ray=t.read({**steps, t.outside[c]: Fraction(1)}, p.free)
            )
        degenerate = t.rows[r][-1] == 0
        t.pivot(r, c)
    x = t.point(p.free)
    y_ub, y_eq = t.multipliers(dict(zip(t.outside, t.rows[-1], strict=False)), 1 / t.scale[-1])
    return LPResult(p, LPStatus.OPTIMAL, x, _dot(p.c, x), y_ub, y_eq)


# --- cones ------------------------------------------------------------------------------------------------------------


def extreme_rays(
    inequalities: Sequence[Sequence[object]], dimension: int, *, most: int = 20_000
) -> tuple[tuple[int, ...], ...] | None:
    """The extreme rays of {x >= 0 : r x >= 0 for every row r}, as coprime integers, by double description.

    Parameters
    ----------
    inequalities : rows of ``dimension`` rational numbers
    dimension : int
    most : int
        Stop once more rays than this are held at a time.

    Returns
    -------
    tuple of tuples of int, or None
        Sorted; None if more than ``most`` rays were met on the way (nothing is known then).

    Examples
    --------
    >>> extreme_rays([[1, -1]], 2)
    ((1, 0), (1, 1))
    """
    rows = []
    for i, given in enumerate(inequalities):
        numbers = _vector(given, f"inequalities[{i}]")
        if len(numbers) != dimension:
            raise InputError(f"inequalities[{i}]", f"{len(numbers)} numbers", f"{dimension} numbers")
        factor = lcm(*(x.denominator for x in numbers))
        rows.append([int(x * factor) for x in numbers])
    # a ray goes with the set of inequalities (x_j >= 0 first) that it satisfies with equality, as a bitmask
    everything = (1 << dimension) - 1
    rays: list[tuple[list[int], int]] = [
        ([int(i == j) for j in range(dimension)], everything & ~(1 << i)) for i in range(dimension)
    ]
    for k, row in enumerate(rows):
        bit = 1 << (dimension + k)
        valued = [(sum(a * b for a, b in zip(row, ray, strict=True)), ray, tight) for ray, tight in rays]
        plus = [item for item in valued if item[0] > 0]
        minus = [item for item in valued if item[0] < 0]
        new = [(ray, tight | (bit if s == 0 else 0)) for s, ray, tight in valued if s >= 0]
        masks = [tight for _, tight in rays]
        for s, u, tight_u in plus:
            for v, w, tight_w in minus:
                common = tight_u & tight_w
                if common.bit_count() < dimension - 2:
                    continue
                if sum(1 for m in masks if m & common == common) == 2:  # adjacent: no third ray on their face
                    joined = [s * b - v * a for a, b in zip(u, w, strict=True)]
                    shared = gcd(*joined)
                    new.append(([x // shared for x in joined], common | bit))
            if len(new) > most:
                return None
        rays = new
    return tuple(sorted(tuple(ray) for ray, _ in rays))
