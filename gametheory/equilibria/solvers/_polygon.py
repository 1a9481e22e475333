"""Convex polygons in the plane with exact coordinates; the empty set, points and segments are ordinary cases.

A polygon is a list of its vertices, counter-clockwise, without repetition or collinear vertices: ``[]`` is empty, ``[p]`` a
point, ``[p, q]`` a segment. Coordinates are of any exact ordered type: python-flint's ``fmpq``, Fraction, or int. Clipping
integers rounds outward, so that the result contains the exact one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = ["clip", "clip_half_plane", "contains", "half_planes", "hull", "inside", "minkowski", "support"]

Point = tuple[Any, Any]
Polygon = list[Point]
Divide = Callable[[Any, Any], Any]


def hull(points: Iterable[Point]) -> Polygon:
    """Convex hull (Andrew's monotone chain).

    Examples
    --------
    >>> hull([(0, 0), (2, 0), (1, 0), (1, 1)])
    [(0, 0), (2, 0), (1, 1)]
    >>> hull([(1, 1), (1, 1)]), hull([(0, 0), (2, 2), (1, 1)]), hull([])
    ([(1, 1)], [(0, 0), (2, 2)], [])
    """
    ordered = sorted(points)
    if len(ordered) <= 1:
        return ordered
    lower: Polygon = []
    for x, y in ordered:
        while len(lower) > 1:
            ax, ay = lower[-2]
            bx, by = lower[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) <= 0:
                lower.pop()
            else:
                break
        if not lower or lower[-1] != (x, y):
            lower.append((x, y))
    upper: Polygon = []
    for x, y in reversed(ordered):
        while len(upper) > 1:
            ax, ay = upper[-2]
            bx, by = upper[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) <= 0:
                upper.pop()
            else:
                break
        if not upper or upper[-1] != (x, y):
            upper.append((x, y))
    if len(lower) == 1:
        return lower
    return lower[:-1] + upper[:-1]


def exact_division(numerator: Any, denominator: Any) -> Any:
    """The quotient of field elements."""
    return numerator / denominator


def floor_division(numerator: int, denominator: int) -> int:
    """The quotient of integers, rounded down."""
    return numerator // denominator


def ceiling_division(numerator: int, denominator: int) -> int:
    """The quotient of integers, rounded up."""
    return -((-numerator) // denominator)


def clip(
    polygon: Polygon, axis: int, least: Any, down: Divide = exact_division, up: Divide = exact_division
) -> Polygon:
    """The part in which the coordinate ``axis`` is at least ``least``; new vertices lie exactly on the line.

    With ``down`` and ``up`` rounding, what comes out contains the exact part (interior to the left of each edge decides
    which way to round); it may then have vertices that its hull would not.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> clip([(F(0), F(0)), (F(2), F(0)), (F(0), F(2))], 0, F(1))
    [(Fraction(1, 1), Fraction(0, 1)), (Fraction(2, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1))]
    """
    if not polygon:
        return []
    low = min(p[axis] for p in polygon)
    if low >= least:
        return polygon
    if max(p[axis] for p in polygon) < least:
        return []
    if len(polygon) == 1:
        return polygon
    out: Polygon = []
    other = 1 - axis
    # leaving across x = least the interior is below, so round up; across y = least it is at the right, so round down
    leave, enter = (up, down) if axis == 0 else (down, up)
    before = polygon[-1]
    before_in = before[axis] >= least
    for point in polygon:
        now_in = point[axis] >= least
        if now_in != before_in:
            if before_in:
                if before[axis] != least:
                    a, b, divide = before, point, leave
                    y = a[other] + divide((least - a[axis]) * (b[other] - a[other]), b[axis] - a[axis])
                    out.append((least, y) if axis == 0 else (y, least))
            elif point[axis] != least:
                a, b, divide = before, point, enter
                y = a[other] + divide((least - a[axis]) * (b[other] - a[other]), b[axis] - a[axis])
                out.append((least, y) if axis == 0 else (y, least))
        if now_in:
            out.append(point)
        before, before_in = point, now_in
    return out


def clip_half_plane(polygon: Polygon, normal: Point, most: Any) -> Polygon:
    """The part in which ``normal . x`` is at most ``most``; field coordinates."""
    if not polygon:
        return []
    values = [normal[0] * x + normal[1] * y - most for x, y in polygon]
    if all(v <= 0 for v in values):
        return polygon
    if all(v > 0 for v in values):
        return []
    out: Polygon = []
    for k in range(len(polygon)):
        a, b, va, vb = polygon[k - 1], polygon[k], values[k - 1], values[k]
        if (va < 0 < vb) or (vb < 0 < va):
            share = va / (va - vb)
            out.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if vb <= 0:
            out.append(b)
    return hull(out)


def half_planes(polygon: Polygon) -> list[tuple[Point, Any]]:
    """Pairs (outward normal, offset) whose intersection is the polygon, which must not be empty.

    Examples
    --------
    >>> half_planes([(1, 1)])
    [((1, 0), 1), ((-1, 0), -1), ((0, 1), 1), ((0, -1), -1)]
    """
    normals: list[Point] = []
    if len(polygon) == 1:
        x = polygon[0][0]
        one = x * 0 + 1
        normals = [(one, one * 0), (-one, one * 0), (one * 0, one), (one * 0, -one)]
    elif len(polygon) == 2:
        (ax, ay), (bx, by) = polygon
        dx, dy = bx - ax, by - ay
        normals = [(dy, -dx), (-dy, dx), (dx, dy), (-dx, -dy)]
    else:
        for k, (bx, by) in enumerate(polygon):
            ax, ay = polygon[k - 1]
            normals.append((by - ay, ax - bx))
    return [(n, support(polygon, n)) for n in normals]


def support(polygon: Sequence[Point], normal: Point) -> Any:
    """The largest ``normal . x`` over the polygon."""
    return max(normal[0] * x + normal[1] * y for x, y in polygon)


def inside(polygon: Polygon, x: Any, y: Any) -> bool:
    """Whether a point lies in the polygon."""
    if len(polygon) < 3:
        if not polygon:
            return False
        if len(polygon) == 1:
            return bool(polygon[0] == (x, y))
        (ax, ay), (bx, by) = polygon
        if (bx - ax) * (y - ay) != (by - ay) * (x - ax):
            return False
        return bool(min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by))
    ax, ay = polygon[-1]
    for bx, by in polygon:
        if (bx - ax) * (y - ay) - (by - ay) * (x - ax) < 0:
            return False
        ax, ay = bx, by
    return True


def contains(outer: Polygon, inner: Sequence[Point]) -> bool:
    """Whether every point given lies in the polygon."""
    return all(inside(outer, x, y) for x, y in inner)


def minkowski(first: Polygon, second: Polygon) -> Polygon:
    """All sums of a point of one and a point of the other.

    Examples
    --------
    >>> minkowski([(0, 0), (1, 0)], [(0, 0), (0, 1)])
    [(0, 0), (1, 0), (1, 1), (0, 1)]
    """
    if len(first) == 1 or len(second) == 1 or not first or not second:
        return [(a + c, b + d) for a, b in first for c, d in second]
    if len(first) == 2 or len(second) == 2:
        return hull((a + c, b + d) for a, b in first for c, d in second)
    p, q = _lowest_first(first), _lowest_first(second)
    out: Polygon = []
    i = j = 0
    while i < len(p) or j < len(q):
        a, b = p[i % len(p)], q[j % len(q)]
        out.append((a[0] + b[0], a[1] + b[1]))
        if i >= len(p):
            j += 1
        elif j >= len(q):
            i += 1
        else:
            c, d = p[(i + 1) % len(p)], q[(j + 1) % len(q)]
            turn = (c[0] - a[0]) * (d[1] - b[1]) - (c[1] - a[1]) * (d[0] - b[0])
            if turn >= 0:
                i += 1
            if turn <= 0:
                j += 1
    return hull(out)


def _lowest_first(polygon: Polygon) -> Polygon:
    k = min(range(len(polygon)), key=lambda m: (polygon[m][1], polygon[m][0]))
    return polygon[k:] + polygon[:k]


def squared_distance(polygon: Polygon, x: Any, y: Any) -> Any:
    """Square of the distance from a point to the polygon (field coordinates), which must not be empty.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> squared_distance([(F(0), F(0)), (F(2), F(0))], F(1), F(3))
    Fraction(9, 1)
    """
    if inside(polygon, x, y):
        return x * 0
    best = None
    for k in range(len(polygon)):
        (ax, ay), (bx, by) = polygon[k - 1], polygon[k]
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        t = ((x - ax) * dx + (y - ay) * dy) / length if length != 0 else length
        t = min(max(t, t * 0), t * 0 + 1)
        px, py = ax + t * dx - x, ay + t * dy - y
        d = px * px + py * py
        best = d if best is None or d < best else best
    return best
