r"""Nash equilibria of games with symbolic payoffs, each with the exact conditions under which it exists: the atlas.

For supports I of the row player and J of the column player, of equal size, the column player's mix must make the rows in I
equally good. Its weights are the signed minors of the matrix of row differences
:math:`(A_{ij} - A_{i_0 j})_{i \in I \setminus i_0,\ j \in J}` (Cramer's rule for a homogeneous system), so they are polynomials in
the row player's payoffs alone; the row player's mix depends in the same way on the column player's payoffs. The mix is an
equilibrium strategy exactly where the weights have one sign and no row outside I is better. The problem therefore
splits by player, and signs of polynomials over the game's assumptions decide everything (:mod:`gametheory.signs`).

At payoffs at which the game is degenerate there can be further extreme equilibria, in which a player has more best replies
than the other has actions in use. They are listed apart (:attr:`SymbolicSolution.degenerate`), each with the
equations under which it occurs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, Ratio, Ring
from gametheory.conditions import FALSE, TRUE, Logic, Region, conjunction, evaluate
from gametheory.equilibria.solution import Deviation, Equilibrium, Solution, Status
from gametheory.errors import CertificateError
from gametheory.exact import Number, free_names
from gametheory.games.stage import StageGame
from gametheory.signs import Atom, Domain, Sign, domain_of

if TYPE_CHECKING:
    from gametheory.equilibria.concepts import Nash

__all__ = ["SymbolicDeviation", "SymbolicEquilibrium", "SymbolicNash", "SymbolicSolution"]

_Set = tuple[int, ...]


@dataclass(frozen=True)
class SymbolicEquilibrium(Equilibrium):
    """An equilibrium as expressions in the payoffs, with the region of payoffs in which it exists.

    Attributes
    ----------
    supports : (tuple of int, tuple of int)
        Actions used with positive probability.
    ratios : (tuple of Ratio, tuple of Ratio)
        The profile as quotients of polynomials.
    """

    supports: tuple[_Set, _Set] = ((), ())
    ratios: tuple[tuple[Ratio, ...], tuple[Ratio, ...]] = field(default=((), ()), repr=False)

    def at(self, values: Mapping[str, Fraction]) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """The profile at numbers, one for each parameter (in its region)."""
        ring: Ring = self.region.domain.ring

        def number(r: Ratio) -> Fraction:
            return ring.evaluate(r.num, values) / ring.evaluate(r.den, values)

        x, y = self.ratios
        return tuple(map(number, x)), tuple(map(number, y))

    def __str__(self) -> str:
        return f"{super().__str__()}  exists: {self.region}"


@dataclass(frozen=True)
class SymbolicDeviation(Deviation):
    """A deviation whose gain is an expression; ``when`` says for which payoffs it is positive."""

    when: Region | None = None

    def __str__(self) -> str:
        return f"{self.player} gains {self.gain} by {self.action}; that is positive: {self.when}"


@dataclass(frozen=True)
class SymbolicSolution(Solution):
    """An atlas of equilibria over the payoffs that the game's assumptions allow.

    ``equilibria`` lists those with supports of equal size: outside the degenerate cases these are all.
    """

    @cached_property
    def domain(self) -> Domain:
        """The set of payoffs that the game's assumptions allow."""
        return game_domain(self.game)  # type: ignore[arg-type]

    @cached_property
    def degenerate(self) -> tuple[SymbolicEquilibrium, ...]:
        """Further extreme equilibria that exist only where certain equations between payoffs hold."""
        return tuple(_degenerate(self.game))  # type: ignore[arg-type]

    @cached_property
    def is_unique(self) -> bool | None:
        """Whether there is exactly one equilibrium at all payoffs allowed: True and False are proved, None is open."""
        if self.status is not Status.COMPLETE:
            return None
        if len(self.equilibria) == 1 and self.equilibria[0].region.is_always:
            extra = self.degenerate
            return True if not extra else False if any(e.region.decided for e in extra) else None
        for e, f in combinations(self.equilibria, 2):
            for a, b in product(e.region.cells() or (), f.region.cells() or ()):
                if self.domain.feasible([*a, *b]).answer:
                    return False
        return None

    def at(self, **values: object) -> tuple[tuple[tuple[Fraction, ...], tuple[Fraction, ...]], ...]:
        """All extreme equilibria at numbers that satisfy the assumptions, read off the atlas, degenerate ones included.

        Parameters
        ----------
        **values : numbers
            One for each parameter.
        """
        numbers = self.domain.read(values)
        memo: dict[int, bool] = {}
        found = {
            e.at(numbers): None
            for e in (*self.equilibria, *self.degenerate)
            if evaluate(self.domain, e.region.formula, numbers, memo)
        }
        return tuple(sorted(found, reverse=True))

    def verify(self) -> None:
        """Check each equilibrium again: as identities and implications between polynomials, and at sample payoffs.

        Completeness is checked at sample payoffs against enumeration by vertices, an independent algorithm.

        Raises
        ------
        CertificateError
            If anything does not hold.
        """
        game: StageGame = self.game  # type: ignore[assignment]
        for number, e in enumerate(self.equilibria):
            _check_symbols(game, e, f"equilibrium {number}")
        from gametheory.equilibria.solvers.vertices import enumerate_nash

        for values in self.domain.points(12, seed=11):
            numeric = game.subs(**{k: v for k, v in values.items() if k in game.parameters})
            for number, e in enumerate(self.equilibria):
                inside = evaluate(self.domain, e.region.formula, values)
                if inside and not self.concept.check(numeric, e.at(values)).holds:
                    raise CertificateError(f"equilibrium {number} is none at {_shown(values)}")
            if self.status is Status.COMPLETE:
                listed = {e.at(values) for e in self.equilibria if evaluate(self.domain, e.region.formula, values)}
                subsets = [s for c in enumerate_nash(numeric.A, numeric.B).components for s in c.subsets]
                exact = {(x, y) for s in subsets for x in s.x_vertices for y in s.y_vertices}
                if not listed <= exact or (not _is_degenerate(numeric, exact) and listed != exact):
                    raise CertificateError(f"the atlas lists {listed} at {_shown(values)}, enumeration {exact}")

    def why_not(self, profile: Any) -> Deviation | None:
        """A deviation that can pay, with the payoffs for which it does, or None if the profile is an equilibrium throughout."""
        game: StageGame = self.game  # type: ignore[assignment]
        x, y = self.concept.read_profile(game, profile)
        ring, logic = self.domain.ring, Logic(self.domain)
        best: SymbolicDeviation | None = None
        for player, (table, own, other) in enumerate(((game.A, x, y), (tuple(zip(*game.B, strict=True)), y, x))):
            worth = []
            for row in table:
                total = ring.read(0)
                for a, q in zip(row, other, strict=True):
                    total = total + ring.read(a) * ring.read(q)
                worth.append(total)
            now = ring.read(0)
            for p, w in zip(own, worth, strict=True):
                now = now + ring.read(p) * w
            for action, w in zip(game.actions[player], worth, strict=True):
                gain = w - now
                region = Region(self.domain, logic.atom(gain.num * gain.den, ">"))
                if not region.is_never and (best is None or region.is_always):
                    best = SymbolicDeviation(game.players[player], action, gain.to_sympy(ring), when=region)
                    if region.is_always:
                        return best
        return best


@dataclass(frozen=True)
class SymbolicNash:
    """Supports of equal size, decided by the signs of minors of payoff differences.

    Parameters
    ----------
    seconds : float or None
        Stop after this time, with status PARTIAL.
    smt : bool
        Ask the solver z3 (package z3-solver) what nothing else decides; what rests on it alone carries no certificate.

    Examples
    --------
    >>> from gametheory.equilibria.concepts import Nash
    >>> from gametheory.games.preferences import Ordering
    >>> us, mx = Ordering("UC > NC > UR > NR"), Ordering("NR > NC > UR > UC")
    >>> game = StageGame.from_orderings(us, mx, outcomes=[["NC", "NR"], ["UC", "UR"]], symbolic=True)
    >>> solution = SymbolicNash().solve(game, Nash())
    >>> [(e.profile[0], e.profile[1], str(e.region)) for e in solution.equilibria]
    [((Fraction(0, 1), Fraction(1, 1)), (Fraction(0, 1), Fraction(1, 1)), 'always')]
    >>> solution.is_unique
    True
    """

    seconds: float | None = None
    smt: bool = False

    def solve(self, game: StageGame, concept: Nash) -> SymbolicSolution:
        """The atlas: every equilibrium with supports of equal size, and where it exists."""
        domain = game_domain(game)
        domain.require_consistent()
        deadline = None if self.seconds is None else time.monotonic() + self.seconds
        sides = _sides(game, self.smt)
        logic = Logic(domain)
        found: list[SymbolicEquilibrium] = []
        stopped = ""
        m, n = game.shape
        for size in range(1, min(m, n) + 1):
            for rows, columns in product(combinations(range(m), size), combinations(range(n), size)):
                if deadline is not None and time.monotonic() > deadline:
                    stopped = f"time ran out at supports of size {size}; smaller ones are all there"
                    break
                for y in sides[0].mixes(columns, rows, rows):
                    for x in sides[1].mixes(rows, columns, columns):
                        e = _equilibrium(game, domain, logic, sides, x, y)
                        if e is not None:
                            found.append(e)
            if stopped:
                break
        found = _merge(logic, found)
        return SymbolicSolution(game, concept, *_status(found, stopped, (m, n)), tuple(found), solver="SymbolicNash")


def _status(found: Sequence[SymbolicEquilibrium], stopped: str, shape: tuple[int, int]) -> tuple[Status, str]:
    if stopped:
        return Status.PARTIAL, stopped
    open_ones = [e for e in found if not e.region.decided]
    if open_ones:
        shown = "; ".join(str(p) for p in open_ones[0].region.polynomials()[:3])
        return (
            Status.UNDECIDED,
            f"{len(open_ones)} of the equilibria listed may never exist: it was not decided whether their conditions can hold "
            f"together (first: {shown[:300]})",
        )
    return Status.COMPLETE, (
        f"every pair of supports of equal size in the {shape[0]} x {shape[1]} game was decided; where equations between payoffs "
        "make the game degenerate there can be more, listed under .degenerate"
    )


# --- one player's side ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mix:
    """A mix of one player that keeps the other indifferent: weights on the support, and the conditions under which it serves."""

    support: _Set
    weights: tuple[Poly, ...]  # of one sign in the region, given by ``orientation``
    total: Poly
    worth: Poly  # the other player's payoff times ``total`` (times the side's denominator)
    atoms: tuple[Atom, ...]
    decided: bool


class _Side:
    """The mixes of one player; they depend on the other player's payoffs only.

    ``table[i][j]``: payoff of the player who is kept indifferent, at her action i and the mixing player's action j, multiplied
    by the common denominator, which is positive.
    """

    def __init__(self, domain: Domain, table: tuple[tuple[Poly, ...], ...], bottom: Poly) -> None:
        self.domain, self.table, self.bottom = domain, table, bottom
        self.logic = Logic(domain)
        self._found: dict[tuple[_Set, _Set, _Set], tuple[_Mix, ...]] = {}
        self._weights: dict[tuple[_Set, _Set], tuple[Poly, ...]] = {}

    def weights(self, support: _Set, tied: _Set) -> tuple[Poly, ...]:
        """Signed minors: a vector that makes all tied actions equally good."""
        if (support, tied) not in self._weights:
            first = tied[0]
            rows = [[self.table[i][j] - self.table[first][j] for j in support] for i in tied[1:]]
            memo: dict[tuple[int, _Set], Poly] = {}

            def det(r: int, columns: _Set) -> Poly:
                if r == len(rows):
                    return self.domain.ring.one
                if (r, columns) not in memo:
                    total = self.domain.ring.constant(0)
                    for k, c in enumerate(columns):
                        if not rows[r][c].is_zero():
                            term = rows[r][c] * det(r + 1, columns[:k] + columns[k + 1 :])
                            total = total - term if k % 2 else total + term
                    memo[r, columns] = total
                return memo[r, columns]

            every = tuple(range(len(support)))
            self._weights[support, tied] = tuple(det(0, every[:k] + every[k + 1 :]) * (-1) ** k for k in every)
        return self._weights[support, tied]

    def mixes(self, support: _Set, tied: _Set, best: _Set) -> tuple[_Mix, ...]:
        """Ways in which the mix that ties ``tied`` is positive on the support and makes all of ``best`` best replies."""
        k = (support, tied, best)
        if k not in self._found:
            self._found[k] = tuple(self._mixes(support, tied, best))
        return self._found[k]

    def _mixes(self, support: _Set, tied: _Set, best: _Set) -> Iterator[_Mix]:
        weights = self.weights(support, tied)
        signs = [self.domain.sign(w).sign for w in weights]
        if Sign.ZERO in signs:
            return
        up = Sign.POSITIVE in signs or Sign.NONNEGATIVE in signs
        down = Sign.NEGATIVE in signs or Sign.NONPOSITIVE in signs
        if up and down:
            return
        first = tied[0]
        gains = {
            i: sum(
                ((self.table[i][j] - self.table[first][j]) * w for j, w in zip(support, weights, strict=True)),
                self.domain.ring.constant(0),
            )
            for i in range(len(self.table))
            if i not in tied
        }
        total = sum(weights, self.domain.ring.constant(0))
        worth = sum(
            (self.table[first][j] * w for j, w in zip(support, weights, strict=True)), self.domain.ring.constant(0)
        )
        for s in (1, -1):
            if (s < 0 and up) or (s > 0 and down):
                continue
            atoms: list[Atom] = [(s * w, ">") for w in weights]
            atoms += [(g, "==") if i in best else (-s * g, ">=") for i, g in gains.items()]
            quick = self.logic.all_of([self.logic.atom(p, op) for p, op in atoms])
            if quick is FALSE:
                continue
            decided = quick is TRUE or bool(self.domain.feasible(list(quick.atoms()), effort=0).answer)
            if not decided and self._bilinear(support, tied, best) is False:
                continue
            region = conjunction(self.logic, atoms)
            if not region.is_never:
                (kept,) = region.cells() or ((),)
                yield _Mix(support, weights, total, worth, kept, decided or region.decided)

    def _bilinear(self, support: _Set, tied: _Set, best: _Set) -> bool | None:
        """Whether the mix can exist, asked with its probabilities as variables: the conditions are then of degree two."""
        rows: dict[int, tuple[Sequence[Poly], str]] = {}
        for i in range(len(self.table)):
            if i != tied[0]:
                differences = [self.table[tied[0]][j] - self.table[i][j] for j in support]
                rows[i] = (differences, "==" if i in tied or i in best else ">=")
        return self.domain.mixed(list(rows.values()))


def game_domain(game: StageGame) -> Domain:
    """The set of payoffs that a stage game's assumptions allow."""
    return domain_of(game.parameters, game.domain)


def _closure(names: frozenset[str], relations: Sequence[Any]) -> tuple[frozenset[str], tuple[Any, ...]]:
    """The parameters tied to these by assumptions, and those assumptions."""
    grown = set(names)
    while True:
        kept = tuple(r for r in relations if free_names(r) & grown)
        more = set().union(*(free_names(r) for r in kept)) if kept else set()
        if more <= grown:
            return frozenset(grown), kept
        grown |= more


def _sides(game: StageGame, smt: bool = False) -> tuple[_Side, _Side]:
    """First the side on which the column player mixes (row player's payoffs), then the other."""
    flipped = tuple(zip(*game.B, strict=True))
    near, far = (_closure(free_names(t), game.domain) for t in (game.A, game.B))
    if near[0] & far[0]:
        whole = frozenset(near[0] | far[0]), game.domain
        near = far = whole
    return _side(tuple(sorted(near[0])), near[1], game.A, smt), _side(tuple(sorted(far[0])), far[1], flipped, smt)


@lru_cache(maxsize=512)
def _side(
    names: tuple[str, ...], relations: tuple[Any, ...], table: tuple[tuple[Number, ...], ...], smt: bool
) -> _Side:
    domain = domain_of(names, relations, smt)
    ring = domain.ring
    ratios = [[ring.read(x) for x in row] for row in table]
    bottom = ring.one
    for row in ratios:
        for r in row:
            bottom = bottom * (r.den // bottom.gcd(r.den))
    if domain.sign(bottom).sign is not Sign.POSITIVE:
        bottom = bottom * bottom
    polys = tuple(tuple(r.num * (bottom // r.den) for r in row) for row in ratios)
    return _Side(domain, polys, bottom)


def _lift(p: Poly, source: Ring, target: Ring) -> Poly:
    """The same polynomial in a ring with more variables."""
    if source.names == target.names:
        return p
    places = [target.names.index(name) for name in source.names]
    width = max(1, len(target.names))
    terms = {}
    for powers, c in p.terms():
        wide = [0] * width
        for place, e in zip(places, powers, strict=False):
            wide[place] = int(e)
        terms[tuple(wide)] = c
    return target.context.from_dict(terms)


def _equilibrium(
    game: StageGame, domain: Domain, logic: Logic, sides: tuple[_Side, _Side], x: _Mix, y: _Mix
) -> SymbolicEquilibrium | None:
    ring = domain.ring
    atoms = [
        (_lift(p, side.domain.ring, ring), op) for side, mix in zip(sides, (y, x), strict=True) for p, op in mix.atoms
    ]
    if sides[0].domain is sides[1].domain and x.atoms and y.atoms:
        region = conjunction(logic, atoms)
        if region.is_never:
            return None
    else:  # the two sides share no parameter: what each can do, both can
        region = Region(domain, logic.all_of([logic.known(p, op) for p, op in atoms]), x.decided and y.decided)
    mixes = []
    for mix, side, size in zip((x, y), (sides[1], sides[0]), game.shape, strict=True):
        row = [ring.read(0)] * size
        total = _lift(mix.total, side.domain.ring, ring)
        for j, w in zip(mix.support, mix.weights, strict=True):
            row[j] = _ratio(_lift(w, side.domain.ring, ring), total)
        mixes.append(tuple(row))
    pay = []
    for mix, side in zip((y, x), sides, strict=True):
        pay.append(
            _ratio(_lift(mix.worth, side.domain.ring, ring), _lift(mix.total * side.bottom, side.domain.ring, ring))
        )
    profile = tuple(tuple(r.to_sympy(ring) for r in row) for row in mixes)
    return SymbolicEquilibrium(
        profile,  # type: ignore[arg-type]
        (pay[0].to_sympy(ring), pay[1].to_sympy(ring)),
        region,
        game.ordinal,
        (x.support, y.support),
        (mixes[0], mixes[1]),
    )


def _ratio(top: Poly, bottom: Poly) -> Ratio:
    """A quotient in lowest terms, with as many positive leading terms as one orientation can give."""
    r = Ratio.of(top, bottom)
    lead = min((c for c in (*r.num.coeffs()[:1], *r.den.coeffs()[:1])), default=1)
    return Ratio(-r.num, -r.den) if lead < 0 and r.num.leading_coefficient() < 0 and not r.den.is_constant() else r


def _merge(logic: Logic, found: Sequence[SymbolicEquilibrium]) -> list[SymbolicEquilibrium]:
    """Join the regions of entries with the same profile (the two orientations of the weights)."""
    groups: dict[Any, list[SymbolicEquilibrium]] = {}
    for e in found:
        groups.setdefault((e.supports, tuple(r.key for mix in e.ratios for r in mix)), []).append(e)
    merged = []
    for same in groups.values():
        first = same[0]
        if len(same) > 1:
            formula = logic.any_of([e.region.formula for e in same])
            first = replace(first, region=Region(logic.domain, formula, any(e.region.decided for e in same)))
        merged.append(first)
    return merged


def _degenerate(game: StageGame) -> Iterator[SymbolicEquilibrium]:
    domain = game_domain(game)
    logic = Logic(domain)
    sides = _sides(game)
    m, n = game.shape

    def pairs(a: int, b: int) -> list[tuple[_Set, _Set]]:
        return [
            (s, t)
            for k in range(1, min(a, b) + 1)
            for s in combinations(range(a), k)
            for t in combinations(range(b), k)
        ]

    xs = [(rows, tied) for rows, tied in pairs(m, n) if sides[1].mixes(rows, tied, tied)]
    ys = [(columns, tied) for columns, tied in pairs(n, m) if sides[0].mixes(columns, tied, tied)]
    seen: set[Any] = set()
    for (rows, tied_columns), (columns, tied_rows) in product(xs, ys):
        if tied_columns == columns and tied_rows == rows:
            continue
        best_rows = tuple(sorted({*rows, *tied_rows}))
        best_columns = tuple(sorted({*columns, *tied_columns}))
        for y in sides[0].mixes(columns, tied_rows, best_rows):
            for x in sides[1].mixes(rows, tied_columns, best_columns):
                e = _equilibrium(game, domain, logic, sides, x, y)
                if e is not None:
                    mark = (tuple(r.key for mix in e.ratios for r in mix), id(e.region.formula))
                    if mark not in seen:
                        seen.add(mark)
                        yield e


# --- checking ---------------------------------------------------------------------------------------------------------


def _check_symbols(game: StageGame, e: SymbolicEquilibrium, what: str) -> None:
    """The definition of equilibrium, as identities and implications between polynomials, from the stated expressions."""
    domain: Domain = e.region.domain
    ring = domain.ring
    x, y = (tuple(ring.read(p) for p in mix) for mix in e.profile)
    cells = e.region.cells()
    if cells is None:
        raise CertificateError(f"{what}: its region has too many alternatives to check")
    one = ring.read(1)
    for cell in cells:
        for mix in (x, y):
            total = ring.read(0)
            for p in mix:
                total = total + p
            if total.key != one.key:
                raise CertificateError(f"{what}: probabilities do not sum to one")
            for p in mix:
                if (
                    not p.num.is_zero()
                    and not domain.implies(cell, (p.num * p.den, ">"))
                    and not _quotient(domain, cell, p, ">")
                ):
                    raise CertificateError(f"{what}: a probability is not proved positive in the region")
        for table, own, other, stated in (
            (game.A, x, y, e.payoffs[0]),
            (tuple(zip(*game.B, strict=True)), y, x, e.payoffs[1]),
        ):
            value = ring.read(stated)
            for row, p in zip(table, own, strict=True):
                worth = ring.read(0)
                for a, q in zip(row, other, strict=True):
                    worth = worth + ring.read(a) * q
                gain = worth - value
                if gain.num.is_zero():
                    continue
                if not p.num.is_zero():
                    raise CertificateError(f"{what}: an action in use is not worth the stated payoff")
                if not _quotient(domain, cell, -gain, ">="):
                    raise CertificateError(f"{what}: a deviation is not proved unprofitable in the region")


def _is_degenerate(game: StageGame, equilibria: Sequence[Any] | set[Any]) -> bool:
    """Whether in some equilibrium a player has more best replies than the other has actions in use."""
    for x, y in equilibria:
        for table, own, other in ((game.A, x, y), (tuple(zip(*game.B, strict=True)), y, x)):
            worth = [sum((a * q for a, q in zip(row, other, strict=True)), Fraction(0)) for row in table]
            if sum(w == max(worth) for w in worth) > sum(map(bool, other)) or sum(map(bool, own)) != sum(
                map(bool, other)
            ):
                return True
    return False


def _quotient(domain: Domain, cell: Sequence[Atom], r: Ratio, op: str) -> bool:
    """Whether conditions imply a sign of a quotient, from the signs of its two parts."""
    return any(domain.implies(cell, (s * r.den, ">")) and domain.implies(cell, (s * r.num, op)) for s in (1, -1))


def _shown(values: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in values.items())
