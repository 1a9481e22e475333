"""Critical discount factors in closed form, with proofs from what the game's payoffs are known to satisfy.

The gain from each one-shot departure is a rational function of the discount factor and the payoffs. Multiplied out and factored,
its factors of known sign drop away; what remains is often linear in the discount factor, and its root is the critical value. If it
is of higher degree but its coefficients (as powers, or in the Bernstein basis of the unit interval) change sign once, it has one root at
most between 0 and 1 (Descartes' rule of signs): a square root if it is quadratic, and else a number that the polynomial defines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.automata import JointPlay, _gains, _Lift, _solve, joint_play
from gametheory.errors import InputError, UnsupportedError
from gametheory.exact import Number, exact, free_names
from gametheory.games.dynamic import DynamicGame
from gametheory.games.strategies import Automaton
from gametheory.signs import Domain, Sign, domain_of

if TYPE_CHECKING:
    import sympy

__all__ = ["CriticalDiscount", "critical_discount", "spe_conditions"]


def spe_conditions(game: DynamicGame, automata: Sequence[Automaton]) -> tuple[sympy.Basic, ...]:
    """The inequalities that say that a pair of automata is subgame-perfect, in any parameters.

    Parameters
    ----------
    game : DynamicGame
        With symbols in payoffs, probabilities or discount factors (which may differ between the players).
    automata : (Automaton, Automaton)

    Returns
    -------
    tuple of sympy relationals
        Polynomials, factored, that must be at least zero; those that the game's domain proves are left out. Empty if the
        automata are an equilibrium on the whole domain; ``(false,)`` if nowhere on it.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> from gametheory.games.strategies import grim
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount=("a", "b"))
    >>> spe_conditions(game, (grim(game, "row"), grim(game, "column")))
    (2*a - 1 >= 0, 2*b - 1 >= 0)
    """
    import sympy

    domain, rest = _remaining(game, automata)
    if rest is None:
        return (sympy.false,)
    return tuple(sympy.Ge(domain.ring.to_sympy(p), 0, evaluate=False) for p in rest)


@dataclass(frozen=True)
class CriticalDiscount:
    """From which discount factor on a pair of automata is subgame-perfect.

    Attributes
    ----------
    formula : sympy expression or None
        The automata are an equilibrium exactly for discount factors in (0, 1) from this value on, given ``implicit``, ``conditions`` and
        ``below``; a maximum where several bounds bind in different cases. None if no bound in closed form binds.
    conditions : tuple of sympy relationals
        What else must hold: conditions on payoffs alone, and conditions of higher degree that nothing simpler describes.
    below : tuple of sympy expressions
        Upper bounds on the discount factor, if there are any.
    inside : bool or None
        Whether the domain proves that the critical value lies strictly between 0 and 1; None if it does not decide.
    requires : tuple of sympy relationals
        The conditions under which it does.
    proof : tuple of str
        One line for each sign that was used.
    impossible : bool
        True if some departure always gains.
    implicit : tuple of sympy expressions
        Polynomials of third or higher degree in the discount factor: it must be at least the only root in (0, 1) of each.
    parameter : str
        The name of the discount factor.
    """

    formula: Any
    conditions: tuple[Any, ...]
    below: tuple[Any, ...]
    inside: bool | None
    requires: tuple[Any, ...]
    proof: tuple[str, ...]
    impossible: bool = False
    implicit: tuple[Any, ...] = ()
    parameter: str = ""

    def at(self, values: Mapping[str, object]) -> sympy.Expr | None:
        """The critical value for given payoffs, an exact number; None if no discount factor below one suffices or none is needed.

        Parameters
        ----------
        values : mapping from name to number
            One for every parameter but the discount factor. Whether ``conditions`` and ``below`` hold is not looked at.
        """
        import sympy

        numbers = {sympy.Symbol(k): exact(v, field=k) for k, v in values.items()}
        numbers = {
            k: sympy.Rational(v.numerator, v.denominator) if isinstance(v, Fraction) else v for k, v in numbers.items()
        }
        bounds = [] if self.formula is None else [_plain(self.formula).subs(numbers)]
        for p in self.implicit:
            delta = sympy.Symbol(self.parameter)
            roots = [r for r in sympy.Poly(_plain(p).subs(numbers), delta).real_roots() if 0 < r < 1]
            bounds.append(min(roots, default=sympy.oo))
        missing = {str(x) for bound in bounds for x in bound.free_symbols}
        if missing:
            raise InputError("values", dict(values), f"a number for each of {sorted(missing)}")
        value = sympy.Max(*bounds) if bounds else None
        return None if value is None or not value < 1 else value

    def __str__(self) -> str:
        if self.impossible:
            return "an equilibrium for no discount factor"
        bounds = [] if self.formula is None else [f"discount factor at least {self.formula}"]
        bounds += [f"discount factor at least the only root in (0, 1) of {p}" for p in self.implicit]
        bounds += [f"at most {b}" for b in self.below]
        parts = bounds or ["an equilibrium for every discount factor"]
        if self.conditions and not bounds:
            parts = ["an equilibrium"]
        parts += [f"provided {c}" for c in self.conditions]
        if self.formula is not None or self.implicit:
            parts.append(
                {
                    True: "proved to lie in (0, 1)",
                    None: "lies in (0, 1) if " + " and ".join(map(str, self.requires)),
                }.get(self.inside, "not in (0, 1)")
            )
        return "; ".join(parts)


def critical_discount(game: DynamicGame, automata: Sequence[Automaton]) -> CriticalDiscount:
    """The critical discount factor in closed form.

    Parameters
    ----------
    game : DynamicGame
        One discount factor for both, a symbol; payoffs may be symbols with assumptions in ``game.domain``.
    automata : (Automaton, Automaton)

    Examples
    --------
    >>> import sympy
    >>> from gametheory.games.stage import StageGame
    >>> from gametheory.games.strategies import grim
    >>> T, R, P, S = sympy.symbols("T R P S")
    >>> stage = StageGame([[R, S], [T, P]], [[R, T], [S, P]], actions=(("C", "D"), ("C", "D")), domain=(T > R, R > P, P > S))
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> found = critical_discount(game, (grim(game, "row"), grim(game, "column")))
    >>> found.formula, found.inside
    ((-R + T)/(-P + T), True)
    """
    import sympy

    delta = game.discount[0]
    if game.discount[0] != game.discount[1]:
        raise UnsupportedError(
            "discount", game.discount, "one discount factor for both players; spe_conditions describes the region"
        )
    names = free_names(delta)
    if len(names) != 1 or str(delta) not in names:
        raise InputError("discount", delta, "a symbol such as 'delta'")
    name = str(delta)
    domain, rest = _remaining(game, automata)
    if rest is None:
        return CriticalDiscount(None, (), (), None, (), (), True)
    ring = domain.ring
    place = ring.names.index(name)
    lower: list[_Bound] = []
    upper: list[Any] = []
    conditions: list[Any] = []
    proof: list[str] = []
    for p in rest:
        whole = ring.to_sympy(p)
        rises = _rises(domain, p, place, proof)
        if rises is None:
            conditions.append(sympy.Ge(whole, 0, evaluate=False))
        elif rises:
            lower.append(_Bound(p, _coefficients(p, place)))
        else:
            bound = _Bound(-p, _coefficients(-p, place))
            if bound.closed(domain):
                upper.append(bound.root(ring))
            else:
                conditions.append(sympy.Ge(whole, 0, evaluate=False))
    kept = list(lower)
    for bound in lower:
        if any(_beaten(domain, bound, other) for other in kept if other is not bound):
            kept.remove(bound)
    decided: list[bool | None] = []
    requires: list[Any] = []
    for q in (q for bound in kept for q in (-bound.coefficients[0], sum(bound.coefficients, ring.constant(0)))):
        verdict = domain.sign(q)
        shown = ring.to_sympy(q)
        if verdict.sign is Sign.POSITIVE:
            proof.append(f"{shown} > 0: {verdict.proof}")
            decided.append(True)
        elif verdict.sign in (Sign.NEGATIVE, Sign.ZERO, Sign.NONPOSITIVE):
            decided.append(False)
        else:
            decided.append(None)
            requires.append(sympy.Gt(shown, 0, evaluate=False))
    inside = None if not kept else True if all(decided) else False if any(x is False for x in decided) else None
    roots = [bound.root(ring) for bound in kept if bound.closed(domain)]
    formula = sympy.Max(*roots) if len(roots) > 1 else roots[0] if roots else None
    implicit = tuple(ring.to_sympy(bound.polynomial) for bound in kept if not bound.closed(domain))
    return CriticalDiscount(
        formula, tuple(conditions), tuple(upper), inside, tuple(requires), tuple(proof), False, implicit, name
    )


@dataclass(frozen=True)
class _Bound:
    """A condition p >= 0 that holds exactly from the one root of p in (0, 1) on; ``coefficients`` are those of the powers."""

    polynomial: Any
    coefficients: tuple[Any, ...]

    @property
    def degree(self) -> int:
        return len(self.coefficients) - 1

    def closed(self, domain: Domain) -> bool:
        """Whether the root has a formula on the whole domain: linear, or quadratic and below zero at 0, with one positive root."""
        return self.degree == 1 or (self.degree == 2 and domain.sign(self.coefficients[2]).sign is Sign.POSITIVE)

    def root(self, ring: Any) -> Any:
        """The root, where there is a formula."""
        import sympy

        if self.degree == 1:
            c, b = self.coefficients
            return _quotient(ring, -c, b)
        c, b, a = (ring.to_sympy(x) for x in self.coefficients)
        return (-b + sympy.sqrt(sympy.factor(b**2 - 4 * a * c))) / (2 * a)


def _coefficients(p: Any, place: int) -> tuple[Any, ...]:
    """The coefficients of the powers of one variable, the lowest first."""
    context = p.context()
    rows: dict[int, dict[tuple[int, ...], Any]] = {}
    for exponents, c in p.to_dict().items():
        rest = tuple(0 if k == place else int(e) for k, e in enumerate(exponents))
        rows.setdefault(int(exponents[place]), {})[rest] = c
    return tuple(context.from_dict(rows.get(k, {})) for k in range(max(rows) + 1))


def _rises(domain: Domain, p: Any, place: int, proof: list[str]) -> bool | None:
    """True if p is proved to be below zero before, and at least zero from, at most one place in (0, 1); False for -p; else None."""
    powers = _coefficients(p, place)
    n = len(powers) - 1
    if n == 0:
        return None
    bernstein = [
        sum(
            (
                powers[j] * Fraction(comb(k, j), comb(n, j)).numerator / Fraction(comb(k, j), comb(n, j)).denominator
                for j in range(k + 1)
            ),
            powers[0] * 0,
        )
        for k in range(n + 1)
    ]
    for basis in (powers, bernstein) if n > 1 else (powers,):
        signs = [domain.sign(c) for c in basis]
        for wanted in (True, False):
            low, high = (Sign.NEGATIVE, Sign.POSITIVE) if wanted else (Sign.POSITIVE, Sign.NEGATIVE)
            weak = {Sign.NEGATIVE: Sign.NONPOSITIVE, Sign.POSITIVE: Sign.NONNEGATIVE}
            before = next((k for k, v in enumerate(signs) if v.sign not in (low, weak[low], Sign.ZERO)), n + 1)
            after = (
                n
                + 1
                - next((k for k, v in enumerate(reversed(signs)) if v.sign not in (high, weak[high], Sign.ZERO)), n + 1)
            )
            ends = signs[-1].sign is high or (n > 1 and basis is bernstein and before >= n)
            if n == 1:  # the slope alone decides
                if signs[1].sign is high:
                    proof.append(f"{domain.ring.to_sympy(basis[1])} {signs[1].sign.value}: {signs[1].proof}")
                    return wanted
            elif signs[0].sign is low and ends and after - before <= 1:
                for c, v in zip(basis, signs, strict=True):
                    if v.proof:
                        proof.append(f"{domain.ring.to_sympy(c)} {v.sign.value}: {v.proof}")
                return wanted
    return None


def _beaten(domain: Domain, bound: _Bound, other: _Bound) -> bool:
    """Whether another lower bound is proved to be at least as large, on the part of the domain where it lies between 0 and 1."""

    def at(root: _Bound, condition: _Bound) -> Sign:
        c, b = root.coefficients  # the condition at -c / b, times a power of b, which is positive
        n = condition.degree
        terms = (x * (-c) ** k * b ** (n - k) for k, x in enumerate(condition.coefficients))
        return domain.sign(sum(terms, condition.polynomial * 0)).sign

    if other.degree == 1:
        c, _ = other.coefficients
        positive = bound.degree == 1 or domain.sign(-c).sign is Sign.POSITIVE
        return positive and at(other, bound) in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
    if bound.degree == 1:
        below_one = domain.sign(sum(bound.coefficients, bound.polynomial * 0)).sign is Sign.POSITIVE
        return below_one and at(bound, other) in (Sign.NEGATIVE, Sign.NONPOSITIVE, Sign.ZERO)
    return bool(bound.polynomial == other.polynomial)


def _plain(expression: Any) -> Any:
    """The expression with symbols known by their names alone."""
    import sympy

    return expression.subs({s: sympy.Symbol(str(s)) for s in expression.free_symbols})


def _quotient(ring: Any, numerator: Any, denominator: Any) -> Any:
    """A quotient in lowest terms, its denominator of the sign given."""
    common = numerator.gcd(denominator)
    return ring.to_sympy(numerator / common) / ring.to_sympy(denominator / common)


def _remaining(game: DynamicGame, automata: Sequence[Automaton]) -> tuple[Domain, list[Any] | None]:
    """The conditions that the domain does not prove, without factors of known sign; None if one always fails."""
    import sympy

    joint = joint_play(game, automata)
    mixing = {n for row in joint.choices for mix in row for n in free_names(mix)}
    names = tuple(sorted(set(game.parameters) | mixing))
    if not names:
        raise InputError("parameters", [], "a game with symbols; use SubgamePerfect().check for a numeric one")
    inside: list[Any] = []
    for d in game.discount:
        if free_names(d):
            inside += [sympy.Gt(d, 0), sympy.Lt(d, 1)]
    numbers = {p for z in game.periods for row in z.branches for lot in row for p, _ in lot}
    numbers |= {p for z in game.periods for play in z.plays for p, _ in play.next}
    numbers |= {p for row in joint.choices for mix in row for p in mix}
    inside += [r for p in numbers if free_names(p) for r in (sympy.Ge(p, 0), sympy.Le(p, 1))]
    relations = tuple(dict.fromkeys([*game.domain, *inside]))
    domain = domain_of(names, relations)
    domain.require_consistent()
    kept: dict[Any, Any] = {}
    for p in _polynomials(joint, names, domain):
        reduced = _reduce(domain, p)
        if reduced is False:
            return domain, None
        if reduced is not True:
            kept[str(reduced)] = reduced
    return domain, list(kept.values())


def _polynomials(joint: JointPlay, names: tuple[str, ...], domain: Domain) -> list[Any]:
    """For each one-shot departure the polynomial (minus gain times a positive one) that must be at least zero."""
    import sympy
    from sympy.polys.matrices import DomainMatrix

    field = sympy.QQ.frac_field(*[sympy.Symbol(n) for n in names])

    def read(x: Number) -> Any:
        return field.from_sympy(
            sympy.sympify(x).subs({s: sympy.Symbol(str(s)) for s in getattr(x, "free_symbols", ())})
        )

    def solve(matrix: list[list[Any]], right: list[Any]) -> tuple[list[Any], Any]:
        n = len(right)
        left = DomainMatrix(matrix, (n, n), field)
        found = left.lu_solve(DomainMatrix([[x] for x in right], (n, 1), field)).to_list()
        return [row[0] for row in found], None

    lift = _Lift(read, solve)
    found: dict[Any, None] = {}
    for i in (0, 1):
        values, _ = _solve(joint, i, lift)
        for _, _, _, gain, taken in _gains(joint, i, values, lift):
            if gain != 0:
                found[-gain] = None
                if taken:
                    found[gain] = None
    ring = domain.ring
    result = []
    for gain in found:
        top, bottom = (ring.read(x.as_expr()).num for x in (gain.numer, gain.denom))
        result.append(top * bottom)
    return result


def _reduce(domain: Domain, p: Any) -> Any:
    """The condition ``p >= 0`` without factors of known sign: True if it always holds, False if never, or a polynomial."""
    verdict = domain.sign(p).sign
    if verdict in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO):
        return True
    if verdict is Sign.NEGATIVE:
        return False
    constant, factors = p.factor()
    rest = domain.ring.one if constant > 0 else -domain.ring.one
    for q, power in factors:
        sign = domain.sign(q).sign
        if sign is Sign.POSITIVE:
            continue
        if sign is Sign.NEGATIVE:
            rest = rest if power % 2 == 0 else -rest
        else:
            rest = rest * q ** (2 - power % 2)
    return rest
