"""Critical discount factors in closed form, with proofs from what the game's payoffs are known to satisfy.

The gain from each one-shot departure is a rational function of the discount factor and the payoffs. Multiplied out and factored,
its factors of known sign drop away; what remains is often linear in the discount factor, and its root is the critical value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.automata import JointPlay, _gains, _Lift, _solve, joint_play
from gametheory.errors import InputError, UnsupportedError
from gametheory.exact import Number, free_names
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
        The automata are an equilibrium exactly for discount factors in (0, 1) from this value on, given ``conditions`` and
        ``below``; a maximum where several bounds bind in different cases. None if no bound binds or none was found.
    conditions : tuple of sympy relationals
        What else must hold: conditions on payoffs alone, and conditions of higher degree in the discount factor.
    below : tuple of sympy expressions
        Upper bounds on the discount factor, if there are any.
    inside : bool or None
        Whether the domain proves that the formula lies strictly between 0 and 1; None if it does not decide.
    requires : tuple of sympy relationals
        The conditions under which it does.
    proof : tuple of str
        One line for each sign that was used.
    impossible : bool
        True if some departure always gains.
    """

    formula: Any
    conditions: tuple[Any, ...]
    below: tuple[Any, ...]
    inside: bool | None
    requires: tuple[Any, ...]
    proof: tuple[str, ...]
    impossible: bool = False

    def __str__(self) -> str:
        if self.impossible:
            return "an equilibrium for no discount factor"
        parts = [
            "an equilibrium for every discount factor"
            if self.formula is None
            else f"discount factor at least {self.formula}"
        ]
        parts += [f"at most {b}" for b in self.below]
        parts += [f"provided {c}" for c in self.conditions]
        if self.formula is not None:
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
    lower: list[tuple[Any, Any]] = []  # (numerator, denominator > 0)
    upper: list[Any] = []
    conditions: list[Any] = []
    proof: list[str] = []
    for p in rest:
        degree = p.degrees()[place]
        whole = ring.to_sympy(p)
        if degree == 1:
            slope = _slope(ring, p, place)
            constant = p - slope * ring.gens[place]
            verdict = domain.sign(slope)
            if verdict.sign in (Sign.POSITIVE, Sign.NEGATIVE):
                proof.append(f"{ring.to_sympy(slope)} {verdict.sign.value}: {verdict.proof}")
                if verdict.sign is Sign.POSITIVE:
                    lower.append((-constant, slope))
                else:
                    upper.append(_quotient(ring, constant, -slope))
                continue
        conditions.append(sympy.Ge(whole, 0, evaluate=False))
    kept: list[tuple[Any, Any]] = []
    for k, (n, d) in enumerate(lower):
        beaten = False
        for m, (a, b) in enumerate(lower):
            if m != k and (m < k or (n, d) != (a, b)):
                sign = domain.sign(a * d - n * b).sign
                if sign is Sign.POSITIVE or (sign is Sign.NONNEGATIVE) or (sign is Sign.ZERO and m < k):
                    beaten = True
        if not beaten:
            kept.append((n, d))
    inside: bool | None = None
    requires: list[Any] = []
    if kept:
        decided: list[bool | None] = []
        for n, d in kept:
            for q in (n, d - n):
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
        inside = True if all(decided) else False if any(x is False for x in decided) else None
    roots = [_quotient(ring, n, d) for n, d in kept]
    formula = sympy.Max(*roots) if len(roots) > 1 else roots[0] if roots else None
    return CriticalDiscount(formula, tuple(conditions), tuple(upper), inside, tuple(requires), tuple(proof))


def _quotient(ring: Any, numerator: Any, denominator: Any) -> Any:
    """A quotient in lowest terms, its denominator of the sign given."""
    common = numerator.gcd(denominator)
    return ring.to_sympy(numerator / common) / ring.to_sympy(denominator / common)


def _slope(ring: Any, p: Any, place: int) -> Any:
    """The coefficient of one variable in a polynomial that is linear in it."""
    return p.derivative(place)


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
