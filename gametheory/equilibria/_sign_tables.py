"""What the signs of a small game's payoff differences say about its equilibria: tables, built once per shape.

For two actions each, the whole equilibrium set follows from the signs of four differences. For larger games, whether a
pair of supports of equal size carries an equilibrium follows from the signs of determinants of payoff differences: for
rows R and columns C with one row more than columns, ``det [1 | A[R, C]]``, which is the orientation of the rows R as
points with coordinates C. Solving the indifference conditions on supports (I, J) by Cramer's rule, the weight of column
j is the determinant of rows I and columns J without j, up to sign, and a row r outside I is worse if the determinant of
rows I and r and columns J has the right sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, product

__all__ = ["Pattern2x2", "Region", "SignTable", "order_bound", "patterns_2x2", "sign_table", "support_pairs"]

Support = tuple[int, ...]
NEVER = 1 << 60  # a bit that no game sets


# --- two actions each -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Region:
    """A maximal Nash subset of a 2x2 game: every x in the hull of ``x`` with every y in the hull of ``y``.

    ``x`` holds names of the row player's probability of the first row: ``"0"``, ``"p"`` (the value at which the column
    player is indifferent) or ``"1"``; ``y`` likewise ``"0"``, ``"q"`` or ``"1"`` for the first column.
    """

    x: tuple[str, ...]
    y: tuple[str, ...]

    @property
    def kind(self) -> str:
        """``"point"``, ``"segment"`` or ``"rectangle"``."""
        return ("point", "segment", "rectangle")[(len(self.x) > 1) + (len(self.y) > 1)]


@dataclass(frozen=True)
class Pattern2x2:
    """The equilibria that all 2x2 games with the same four signs share.

    Parameters
    ----------
    code : int
        From 0 to 80: ``27 (s1 + 1) + 9 (s2 + 1) + 3 (t1 + 1) + (t2 + 1)``.
    signs : (s1, s2, t1, t2)
        Signs of A[0,0] - A[1,0], A[0,1] - A[1,1], B[0,0] - B[0,1] and B[1,0] - B[1,1].
    components : tuple of tuple of Region
        The connected components, each as the maximal Nash subsets of which it is the union.
    indices : tuple of int
        The index of each component; they add up to 1.
    pure : int
        The pure equilibria as bits: 1, 2, 4, 8 for cells (0,0), (0,1), (1,0), (1,1).
    """

    code: int
    signs: tuple[int, int, int, int]
    components: tuple[tuple[Region, ...], ...]
    indices: tuple[int, ...]
    pure: int

    @property
    def is_continuum(self) -> bool:
        """Whether there are infinitely many equilibria."""
        return any(region.kind != "point" for regions in self.components for region in regions)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each component: point, segment, rectangle, or union (of several of them)."""
        return tuple(regions[0].kind if len(regions) == 1 else "union" for regions in self.components)

    @property
    def extreme(self) -> tuple[tuple[str, str], ...]:
        """The extreme equilibria, as names of (x, y)."""
        pairs = {pair for regions in self.components for r in regions for pair in product(r.x, r.y)}
        return tuple(sorted(pairs, key=lambda pair: ["0pq1".index(name) for name in pair]))


_HALF = Fraction(1, 2)


def _equilibrium(d: Sequence[Fraction], e: Sequence[Fraction], x: Fraction, y: Fraction) -> bool:
    row, column = y * d[0] + (1 - y) * d[1], x * e[0] + (1 - x) * e[1]
    return all(gain == 0 or mix == (1 if gain > 0 else 0) for gain, mix in ((row, x), (column, y)))


def _extreme(d: Sequence[Fraction], e: Sequence[Fraction]) -> set[tuple[Fraction, Fraction]]:
    zero, one = Fraction(0), Fraction(1)
    xs = {zero, one} | ({e[1] / (e[1] - e[0])} if e[0] * e[1] < 0 else set())
    ys = {zero, one} | ({d[1] / (d[1] - d[0])} if d[0] * d[1] < 0 else set())
    return {(x, y) for x in xs for y in ys if _equilibrium(d, e, x, y)}


def _pattern(code: int, signs: tuple[int, int, int, int]) -> Pattern2x2:
    d, e = tuple(map(Fraction, signs[:2])), tuple(map(Fraction, signs[2:]))
    pairs = _extreme(d, e)
    xs = sorted({x for x, _ in pairs})
    found = set()
    for size in range(1, len(xs) + 1):
        for some in combinations(xs, size):
            common = frozenset(y for y in {y for _, y in pairs} if all((x, y) in pairs for x in some))
            if common:
                found.add((frozenset(x for x in xs if all((x, y) in pairs for y in common)), common))
    groups: list[set[tuple[frozenset[Fraction], frozenset[Fraction]]]] = []
    for subset in sorted(found, key=lambda s: (sorted(s[0]), sorted(s[1]))):
        touching = [g for g in groups if any(subset[0] & other[0] and subset[1] & other[1] for other in g)]
        groups = [g for g in groups if g not in touching] + [set().union({subset}, *touching)]
    indices = [0] * len(groups)
    # a nearby game without ties: its equilibria are counted in the component that they tend to
    small = Fraction(1, 1000)
    near_d, near_e = ([v or sign * small for v, sign in zip(u, (1, -1), strict=True)] for u in (d, e))
    near = _extreme(near_d, near_e)
    for x, y in near:
        index = 1 if x in (0, 1) else 2 - len(near)
        x, y = (min((Fraction(0), _HALF, Fraction(1)), key=lambda v: abs(v - z)) for z in (x, y))
        for k, group in enumerate(groups):
            if any(min(a) <= x <= max(a) and min(b) <= y <= max(b) for a, b in group):
                indices[k] += index
    name_x, name_y = ({Fraction(0): "0", _HALF: mix, Fraction(1): "1"} for mix in "pq")
    components = tuple(
        tuple(
            Region(tuple(name_x[x] for x in sorted(a)), tuple(name_y[y] for y in sorted(b)))
            for a, b in sorted(group, key=lambda s: (sorted(s[0]), sorted(s[1])))
        )
        for group in groups
    )
    cells = ((1, 1), (1, 0), (0, 1), (0, 0))
    pure = sum(1 << place for place, (i, j) in enumerate(cells) if (Fraction(i), Fraction(j)) in pairs)
    return Pattern2x2(code, signs, components, tuple(indices), pure)


@cache
def patterns_2x2() -> tuple[Pattern2x2, ...]:
    """All 81 patterns, by code.

    Examples
    --------
    >>> sum(pattern.is_continuum for pattern in patterns_2x2())
    53
    """
    return tuple(_pattern(code, (a, b, c, d)) for code, (a, b, c, d) in enumerate(product((-1, 0, 1), repeat=4)))


# --- supports of equal size -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SignTable:
    """One player's determinants for m own actions against n of the other, and what each pair of supports needs of them.

    Parameters
    ----------
    places : dict
        (own actions, other's actions) -> the place of that determinant.
    terms : tuple
        For each determinant its expansion: (sign, own action, base action, other's action, smaller determinant or -1).
    orders : tuple of int
        The order of each determinant.
    needs : tuple of (int, int, int, int)
        For each pair of supports, as bits over places: those positive and those negative; or else, with the opposite
        orientation, those positive and those negative.
    """

    places: dict[tuple[Support, Support], int]
    terms: tuple[tuple[tuple[int, int, int, int, int], ...], ...]
    orders: tuple[int, ...]
    needs: tuple[tuple[int, int, int, int], ...]

    @property
    def is_small(self) -> bool:
        """Whether there are few enough determinants and pairs of supports to list the answers."""
        return len(self.terms) <= 12 and len(self.needs) <= 31

    def lookup(self) -> tuple[int, ...]:
        """For games without near-ties: signs as bits -> the pairs of supports that suit this player, as bits."""
        return _lookup(self.needs, len(self.terms))

    def lost(self) -> tuple[tuple[int, ...], ...]:
        """For each of the four needs: bits that are missing -> the pairs of supports whose need is then not met."""
        return _lost(self.needs, len(self.terms))


@cache
def _lookup(needs: tuple[tuple[int, int, int, int], ...], places: int) -> tuple[int, ...]:
    full = (1 << places) - 1
    a, b, c, d = _lost(needs, places)
    every = (1 << len(needs)) - 1
    return tuple(every & ~((a[full & ~up] | b[up]) & (c[full & ~up] | d[up])) for up in range(full + 1))


@cache
def _lost(needs: tuple[tuple[int, int, int, int], ...], places: int) -> tuple[tuple[int, ...], ...]:
    rows = []
    for part in range(4):
        single = [sum(1 << s for s, need in enumerate(needs) if need[part] >> k & 1) for k in range(places)]
        row = [sum(1 << s for s, need in enumerate(needs) if need[part] & NEVER)]
        for bit in single:
            row += [value | bit for value in row]
        rows.append(tuple(row))
    return tuple(rows)


def support_pairs(m: int, n: int) -> tuple[tuple[Support, Support], ...]:
    """All pairs of supports of equal size, small ones first.

    Examples
    --------
    >>> len(support_pairs(3, 3)), len(support_pairs(4, 4))
    (19, 69)
    """
    sizes = range(1, min(m, n) + 1)
    return tuple(
        (rows, columns) for k in sizes for rows in combinations(range(m), k) for columns in combinations(range(n), k)
    )


@cache
def sign_table(m: int, n: int, *, transposed: bool = False) -> SignTable:
    """The table of the player with m actions; ``transposed`` if the pairs of supports name the other's actions first."""
    places: dict[tuple[Support, Support], int] = {}
    terms: list[tuple[tuple[int, int, int, int, int], ...]] = []
    orders: list[int] = []
    for k in range(1, min(m - 1, n) + 1):
        for R in combinations(range(m), k + 1):
            for C in combinations(range(n), k):
                places[R, C] = len(terms)
                orders.append(k)
                expansion = []
                for t in range(1, k + 1):
                    rest = tuple(r for r in R if r != R[t])
                    smaller = places[rest, C[:-1]] if k > 1 else -1
                    expansion.append(((-1) ** (t + k), R[t], R[0], C[-1], smaller))
                terms.append(tuple(expansion))
    needs = []
    for pair in support_pairs(n, m) if transposed else support_pairs(m, n):
        own, other = pair[::-1] if transposed else pair
        wanted = []
        if len(own) > 1:
            wanted += [(places[own, other[:t] + other[t + 1 :]], (-1) ** t) for t in range(len(other))]
        for r in set(range(m)) - set(own):
            behind = sum(i > r for i in own)
            wanted.append((places[tuple(sorted((*own, r))), other], (-1) ** (len(other) + behind)))
        up = sum(1 << place for place, sign in wanted if sign > 0)
        down = sum(1 << place for place, sign in wanted if sign < 0)
        needs.append((up, down, down, up) if len(own) > 1 else (up, down, NEVER, NEVER))
    return SignTable(places, tuple(terms), tuple(orders), tuple(needs))


def order_bound(largest: int, order: int) -> int:
    """A bound on every number met when computing these determinants of integers up to ``largest``.

    Examples
    --------
    >>> order_bound(1, 2)
    8
    """
    bound = 1
    for k in range(1, order + 1):
        bound *= 2 * k * max(1, largest)
    return bound
