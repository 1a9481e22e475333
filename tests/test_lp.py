"""Exact linear programs: every status is proved, and agrees with an independent solver."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import flint
import pytest
from scipy.optimize import linprog

from gametheory.errors import CertificateError, InputError
from gametheory.lp import LPStatus, extreme_rays, maximise, minimise


def _random_program(rng: random.Random, degenerate: bool):
    n, k, m = rng.randint(1, 7), rng.randint(0, 8), rng.randint(0, 3)

    def entry():
        return rng.choice((-1, 0, 0, 1)) if degenerate else Fraction(rng.randint(-9, 9), rng.randint(1, 4))

    def right():
        return rng.choice((0, 0, 0, 1)) if degenerate else Fraction(rng.randint(-5, 15), rng.randint(1, 3))

    A = [[entry() for _ in range(n)] for _ in range(k)]
    E = [[entry() for _ in range(n)] for _ in range(m)]
    if m > 1 and rng.random() < 0.3:
        E[-1] = [2 * x for x in E[0]]  # a redundant or a contradictory equation
    b, e = [right() for _ in range(k)], [right() for _ in range(m)]
    if m > 1 and rng.random() < 0.7:
        e[-1] = 2 * e[0]
    free = [j for j in range(n) if rng.random() < 0.25]
    return [entry() for _ in range(n)], A, b, E, e, free


@pytest.mark.parametrize("degenerate", [False, True])
def test_random_programs_agree_with_scipy(degenerate):
    rng = random.Random(7 + degenerate)
    seen = dict.fromkeys(LPStatus, 0)
    for _ in range(400):
        c, A, b, E, e, free = _random_program(rng, degenerate)
        ours = maximise(c, A, b, E, e, free=free)
        ours.verify()
        seen[ours.status] += 1
        as_float = lambda rows: [[float(x) for x in row] for row in rows]
        theirs = linprog(
            [-float(x) for x in c],
            as_float(A) or None,
            [float(x) for x in b] or None,
            as_float(E) or None,
            [float(x) for x in e] or None,
            bounds=[(None, None) if j in free else (0, None) for j in range(len(c))],
            method="highs-ds",
            options={"presolve": False},  # with presolve HiGHS may call an unbounded program infeasible
        )
        expected = {0: LPStatus.OPTIMAL, 2: LPStatus.INFEASIBLE, 3: LPStatus.UNBOUNDED}[theirs.status]
        assert ours.status is expected, (c, A, b, E, e, free)
        if ours.is_optimal:
            assert abs(float(ours.value) + theirs.fun) < 1e-7
    assert min(seen.values()) > 20, seen


def test_beale_and_kuhn_examples_do_not_cycle():
    # Beale (1955): the simplex method with the largest coefficient and first row cycles on this one. Optimum 1/20.
    best = maximise(
        ["3/4", -150, "1/50", -6], [["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]], [0, 0, 1]
    )
    best.verify()
    assert best.value == Fraction(1, 20)
    # Kuhn's example (in Balinski and Tucker 1969): cycles under the same rule. Optimum 2.
    best = maximise([2, 3, -1, -12], [[-2, -9, 1, 9], ["1/3", 1, "-1/3", -2], [2, 3, -1, -12]], [0, 0, 2])
    best.verify()
    assert best.value == 2


def test_klee_minty_cube_and_large_numbers():
    n = 8
    rows = [[2 ** (i - j + 1) if j < i else int(i == j) for j in range(n)] for i in range(n)]
    best = maximise([2 ** (n - 1 - j) for j in range(n)], rows, [5 ** (i + 1) for i in range(n)])
    best.verify()
    assert best.value == 5**n
    huge = maximise([10**40, 1], [[10**40, 1], [1, 10**40]], [Fraction(1, 10**40), 1])
    huge.verify()
    assert huge.is_optimal


def test_edge_shapes():
    assert maximise([]).value == 0
    assert maximise([], [[]], [-1]).status is LPStatus.INFEASIBLE
    assert maximise([0, 0]).x == (0, 0)
    assert maximise([-1, -1]).value == 0
    grows = maximise([0, 1])
    grows.verify()
    assert grows.status is LPStatus.UNBOUNDED
    assert maximise([1], free=[0]).status is LPStatus.UNBOUNDED
    down = maximise([-1], [[-1]], [5], free=[0])
    down.verify()
    assert down.x == (-5,)
    assert -minimise([1], [[-1]], [-3]).value == 3
    for result in (maximise([1], [[0]], [-1]), maximise([1], (), (), [[0]], [1]), maximise([1], (), (), [[1]], [-1])):
        result.verify()
        assert result.status is LPStatus.INFEASIBLE


def test_bad_input_is_named():
    with pytest.raises(InputError, match=r"A_ub\[0\]"):
        maximise([1, 2], [[1]], [1])
    with pytest.raises(InputError, match="b_eq"):
        maximise([1], A_eq=[[1]], b_eq=[])
    with pytest.raises(InputError, match="free"):
        maximise([1], free=[3])
    with pytest.raises(InputError, match="finite"):
        maximise([float("nan")])
    with pytest.raises(InputError, match="rational"):
        maximise(["a + 1"])


def test_forged_certificates_are_refused():
    best = maximise([3, 2], [[1, 1], [1, 3]], [4, 6])
    none = maximise([1], [[1], [-1]], [1, -2])
    grows = maximise([1, 0], [[-1, 1]], [1])
    half = Fraction(1, 2)
    forged = [
        replace(best, value=best.value + half),
        replace(best, x=(best.x[0] + half, best.x[1])),
        replace(best, x=(Fraction(1), Fraction(1)), value=Fraction(5)),
        replace(best, y_ub=(Fraction(2), half)),
        replace(best, y_ub=(Fraction(4), Fraction(-1))),
        replace(best, status=LPStatus.INFEASIBLE),
        replace(none, y_ub=(Fraction(0), Fraction(0))),
        replace(none, y_ub=(Fraction(1), Fraction(0))),
        replace(none, y_ub=()),
        replace(grows, ray=(Fraction(0), Fraction(0))),
        replace(grows, ray=(Fraction(0), Fraction(1))),
        replace(grows, x=(Fraction(-1), Fraction(0))),
    ]
    for result in (best, none, grows):
        result.verify()
    for result in forged:
        with pytest.raises(CertificateError):
            result.verify()


def _rays_by_brute_force(rows, dimension):
    """Every direction on which dimension - 1 independent inequalities are tight and no other is broken."""
    everything = [[int(i == j) for j in range(dimension)] for i in range(dimension)] + [list(r) for r in rows]
    found = set()
    for chosen in combinations(everything, dimension - 1):
        null, rank = flint.fmpz_mat([list(r) for r in chosen]).nullspace()
        if rank != 1:
            continue
        v = [int(null[i, 0]) for i in range(dimension)]
        for sign in (1, -1):
            w = [sign * x for x in v]
            if all(sum(a * b for a, b in zip(r, w, strict=True)) >= 0 for r in everything):
                common = flint.fmpz(0)
                for x in w:
                    common = common.gcd(x)
                found.add(tuple(int(x // int(common)) for x in w))
    return tuple(sorted(found))


def test_extreme_rays_agree_with_brute_force():
    rng = random.Random(3)
    for _ in range(60):
        d = rng.randint(2, 4)
        rows = [[rng.choice((-2, -1, -1, 0, 1, 1, 3)) for _ in range(d)] for _ in range(rng.randint(0, 5))]
        assert extreme_rays(rows, d) == _rays_by_brute_force(rows, d), rows


def test_extreme_rays_of_degenerate_cones():
    rng = random.Random(4)
    for _ in range(60):
        rows = [[rng.choice((-1, -1, 0, 1, 1)) for _ in range(5)] for _ in range(rng.randint(3, 6))]
        assert extreme_rays(rows, 5) == _rays_by_brute_force(rows, 5), rows


def test_extreme_rays_stop_at_the_limit():
    rows = [[1] * 4 + [-1] * 4]
    assert extreme_rays(rows, 8, most=5) is None
    assert len(extreme_rays(rows, 8)) == 4 + 16
