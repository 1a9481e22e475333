"""Automata in play: their values, their one-shot deviations, and the discount factors for which they are self-enforcing.

The state of play is the pair of automaton states together with the state of the game. All that some history can reach are
kept, on and off the path, and no others: a joint state that no history reaches has no bearing on subgame perfection. By the
one-shot deviation principle a pair of automata is subgame-perfect exactly if no player gains by one departure at any of
them. Multiplied by the positive determinant of the system that gives the values, each such gain is a polynomial in the
parameter, found by exact evaluation and interpolation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import flint

from gametheory.equilibria.play import Chain, Move
from gametheory.equilibria.profiles import require_numbers
from gametheory.equilibria.solution import Certificate, Deviation
from gametheory.errors import GameTheoryError, InputError, InputTypeError, UnsupportedError
from gametheory.exact import Number, free_names, rational, to_flint
from gametheory.games.dynamic import DynamicGame
from gametheory.games.strategies import Automaton
from gametheory.regions import solution_set

if TYPE_CHECKING:
    import sympy

__all__ = ["JointPlay", "automata_values", "check_automata", "joint_play", "simulate", "spe_region"]

Zero = Fraction(0)


@dataclass(frozen=True)
class JointPlay:
    """Two automata in a game, as one machine over every joint state that some history reaches.

    Attributes
    ----------
    game : DynamicGame
    automata : (Automaton, Automaton)
    states : tuple of (str, str, int)
        Both automaton states and the index of the game's state; the start first.
    choices : tuple
        ``choices[j][node]``: probabilities of the actions at that node of the period.
    next : tuple
        ``next[j][play]``: the draw of the next joint state, pairs (probability, joint state).
    """

    game: DynamicGame
    automata: tuple[Automaton, Automaton]
    states: tuple[tuple[str, str, int], ...]
    choices: tuple[tuple[tuple[Number, ...], ...], ...]
    next: tuple[tuple[tuple[tuple[Number, int], ...], ...], ...]

    def name(self, j: int) -> str:
        """A joint state in words."""
        a, b, s = self.states[j]
        where = f", {self.game.states[s]}" if len(self.game.states) > 1 else ""
        return f"{a} / {b}{where}"

    def chain(self, *, noise: object = 0) -> Chain:
        """The play that the automata induce, as a Markov chain over joint states; the game must be numeric.

        Parameters
        ----------
        noise : number
            The probability with which, independently at each point of choice, what an automaton calls for is replaced by one of the
            other actions, each as likely. What the automata answer is what was done.
        """
        require_numbers(self.game)
        slip = rational(noise, field="noise")
        if not 0 <= slip <= 1:
            raise InputError("noise", noise, "a probability")
        rows = []
        for j, (_, _, s) in enumerate(self.states):
            period = self.game.periods[s]
            rows.append(
                tuple(
                    Move(rational(p) * rational(q), period.plays[play].label, t)
                    for play, p in period.outcome([_with_slips(mix, slip) for mix in self.choices[j]]).items()
                    for q, t in self.next[j][play]
                )
            )
        return Chain(tuple(self.name(j) for j in range(len(self.states))), tuple(rows), 0)


def _with_slips(mix: Sequence[Number], slip: Fraction) -> Sequence[Number]:
    if slip == 0 or len(mix) == 1:
        return mix
    share = slip / (len(mix) - 1)
    return [(1 - slip) * p + share * (1 - p) for p in mix]


def simulate(
    game: DynamicGame, automata: Sequence[Automaton], *, periods: int, seed: int, noise: object = 0
) -> tuple[str, ...]:
    """One play of two automata, drawn at random; with ``noise``, actions slip.

    Parameters
    ----------
    game : DynamicGame
        Numeric.
    automata : (Automaton, Automaton)
    periods, seed : int
    noise : number
        The probability of a slip at each point of choice: another action, each as likely. Both automata see what was done.

    Returns
    -------
    tuple of str
        The outcomes. For exact probabilities see ``joint_play(game, automata).chain(noise=...)``.

    Examples
    --------
    >>> from gametheory.games.strategies import tit_for_tat
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="1/2")
    >>> both = tit_for_tat(game, "row"), tit_for_tat(game, "column")
    >>> set(simulate(game, both, periods=50, seed=1))
    {'CC'}
    >>> len(set(simulate(game, both, periods=500, seed=1, noise="1/20")))
    4
    """
    return joint_play(game, automata).chain(noise=noise).sample(periods, seed=seed)


def joint_play(game: DynamicGame, automata: Sequence[Automaton]) -> JointPlay:
    """Let two automata play a game: every joint state that some history reaches.

    Parameters
    ----------
    game : DynamicGame
    automata : (Automaton, Automaton)
        The first player's and the second player's.

    Raises
    ------
    InputError
        If an automaton does not cover an outcome, or names an action that is not there.

    Examples
    --------
    >>> from gametheory.games.strategies import grim
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="1/2")
    >>> joint_play(game, (grim(game, "row"), grim(game, "column"))).states
    (('good', 'good', 0), ('bad', 'bad', 0))
    """
    if not isinstance(game, DynamicGame):
        raise InputTypeError("game", game, "a DynamicGame")
    if (
        isinstance(automata, Automaton)
        or len(tuple(automata)) != 2
        or not all(isinstance(a, Automaton) for a in automata)
    ):
        raise InputTypeError("automata", automata, "two automata, one for each player")
    if game.has_beliefs:
        raise UnsupportedError(
            "game", "a player who misperceives", "a game that both see as it is; use MarkovPerfect for this one"
        )
    first, second = automata
    index: dict[tuple[str, str, int], int] = {(first.start, second.start, game.start): 0}
    choices, following = [], []
    for a, b, s in (queue := list(index)):
        period = game.periods[s]
        row = []
        for node in period.nodes:
            who, state = (first, a) if node.player == 0 else (second, b)
            mix = who.choice(state, node.history, node.actions)
            row.append(tuple(mix.get(action, Zero) for action in node.actions))
        choices.append(tuple(row))
        after = []
        for play in period.plays:
            draw: dict[int, Number] = {}
            for p, t in play.next:
                risen = _risen(game, s, t)
                key = (first.after(a, play.label, risen), second.after(b, play.label, risen), t)
                if key not in index:
                    index[key] = len(index)
                    queue.append(key)
                j = index[key]
                draw[j] = draw[j] + p if j in draw else p
            after.append(tuple((p, j) for j, p in draw.items()))
        following.append(tuple(after))
    return JointPlay(game, (first, second), tuple(index), tuple(choices), tuple(following))


def _risen(game: DynamicGame, s: int, t: int) -> tuple[str, ...]:
    before, now = game.variables[s], game.variables[t]
    return tuple(
        name
        for name, value in now.items()
        if isinstance(value, int) and isinstance(before.get(name), int) and value > before[name]  # type: ignore[operator]
    )


# --- values and gains over any field ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lift:
    """How to compute in a field: reading a number, and solving a square linear system; ``solve`` also gives the determinant."""

    read: Callable[[Number], Any]
    solve: Callable[[list[list[Any]], list[Any]], tuple[list[Any], Any]]


def _rational_solve(matrix: list[list[Any]], right: list[Any]) -> tuple[list[Any], Any]:
    n = len(right)
    left = flint.fmpq_mat(n, n, [x for row in matrix for x in row])
    found = left.solve(flint.fmpq_mat(n, 1, right))
    return [found[k, 0] for k in range(n)], left.det()


_RATIONAL = _Lift(lambda x: to_flint(rational(x)), _rational_solve)


def _solve(joint: JointPlay, player: int, lift: _Lift) -> tuple[list[Any], Any]:
    """Average discounted values at every joint state, and the determinant of their system."""
    game, n = joint.game, len(joint.states)
    one, zero = lift.read(Fraction(1)), lift.read(Zero)
    delta = lift.read(game.discount[player])
    matrix = [[one if j == k else zero for k in range(n)] for j in range(n)]
    right = [zero] * n
    for j, (_, _, s) in enumerate(joint.states):
        period = game.periods[s]
        for index, p in period.outcome(joint.choices[j]).items():
            weight = lift.read(p)
            right[j] = right[j] + weight * (one - delta) * lift.read(period.plays[index].payoffs[player])
            for q, k in joint.next[j][index]:
                matrix[j][k] = matrix[j][k] - delta * weight * lift.read(q)
    return lift.solve(matrix, right)


def _gains(joint: JointPlay, player: int, values: Sequence[Any], lift: _Lift) -> list[tuple[int, str, str, Any, bool]]:
    """For each joint state, point of choice and action: (state, history, action, gain, whether the automaton may take it)."""
    game = joint.game
    one, zero = lift.read(Fraction(1)), lift.read(Zero)
    delta = lift.read(game.discount[player])
    found = []
    for j, (_, _, s) in enumerate(joint.states):
        period, choices = game.periods[s], joint.choices[j]
        worth = []
        for play, draw in zip(period.plays, joint.next[j], strict=True):
            total = (one - delta) * lift.read(play.payoffs[player])
            for q, k in draw:
                total = total + delta * lift.read(q) * values[k]
            worth.append(total)
        if period.simultaneous:
            options = []
            for a in range(len(period.nodes[player].actions)):
                total = zero
                for b, q in enumerate(choices[1 - player]):
                    if q != 0:
                        lottery = period.branches[a][b] if player == 0 else period.branches[b][a]
                        for p, target in lottery:
                            total = total + lift.read(q) * lift.read(p) * worth[~target]
                options.append(total)
            node, mix = period.nodes[player], choices[player]
            for action, p, option in zip(node.actions, mix, options, strict=True):
                found.append((j, "", action, option - values[j], p != 0))
            continue
        at: list[Any] = [zero] * len(period.nodes)
        for n in reversed(range(len(period.nodes))):
            options = []
            for lottery in period.branches[n]:
                total = zero
                for p, target in lottery:
                    total = total + lift.read(p) * (at[target] if target >= 0 else worth[~target])
                options.append(total)
            for p, option in zip(choices[n], options, strict=True):
                if p != 0:
                    at[n] = at[n] + lift.read(p) * option
            node = period.nodes[n]
            if node.player == player:
                for action, p, option in zip(node.actions, choices[n], options, strict=True):
                    found.append((j, node.history, action, option - at[n], p != 0))
    return found


# --- numeric games --------------------------------------------------------------------------------------------------------


def automata_values(game: DynamicGame, automata: Sequence[Automaton]) -> tuple[tuple[Fraction, Fraction], ...]:
    """What each player expects at every joint state, average discounted; the start comes first.

    Examples
    --------
    >>> from gametheory.games.strategies import grim
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="1/2")
    >>> automata_values(game, (grim(game, "row"), grim(game, "column")))
    ((Fraction(3, 1), Fraction(3, 1)), (Fraction(1, 1), Fraction(1, 1)))
    """
    joint = joint_play(game, automata)
    require_numbers(game)
    u, v = (_solve(joint, i, _RATIONAL)[0] for i in (0, 1))
    return tuple((_fraction(x), _fraction(y)) for x, y in zip(u, v, strict=True))


def check_automata(game: DynamicGame, automata: Sequence[Automaton]) -> Certificate:
    """Every one-shot deviation at every joint state that some history reaches, with its exact gain."""
    joint = joint_play(game, automata)
    require_numbers(game)
    deviations = []
    for i in (0, 1):
        values, _ = _solve(joint, i, _RATIONAL)
        for j, history, action, gain, _ in _gains(joint, i, values, _RATIONAL):
            deviations.append(Deviation(game.players[i], action, _fraction(gain), joint.name(j), history))
    return Certificate("subgame perfect", all(d.gain <= 0 for d in deviations), tuple(deviations))  # type: ignore[operator]


def _fraction(x: flint.fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


# --- one parameter ----------------------------------------------------------------------------------------------------------


def spe_region(game: DynamicGame, automata: Sequence[Automaton], *, parameter: object) -> sympy.Set:
    """The exact set of one parameter for which a pair of automata is subgame-perfect.

    Parameters
    ----------
    game : DynamicGame
        With no other parameter than this one.
    automata : (Automaton, Automaton)
    parameter : sympy.Symbol or str
        A discount factor, or a symbol in payoffs or probabilities.

    Returns
    -------
    sympy.Set
        Intervals with algebraic ends, isolated points, or the empty set: inside (0, 1) for a discount factor, within [0, 1]
        as far as it is a probability, and within the game's domain.

    Raises
    ------
    InputError
        If the parameter does not occur, if others have no value yet, or if an automaton does not cover an outcome.

    Notes
    -----
    Source: one-shot deviation principle, Abreu, Econometrica 56 (1988); Mailath and Samuelson, Repeated Games and
    Reputations (2006), section 2.2.

    Examples
    --------
    >>> from gametheory.games.strategies import grim
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> spe_region(game, (grim(game, "row"), grim(game, "column")), parameter="delta")
    Interval.Ropen(1/2, 1)
    """
    joint = joint_play(game, automata)
    name = str(parameter)
    mixing = {n for row in joint.choices for mix in row for n in free_names(mix)}
    known = set(game.parameters) | mixing
    if name not in known:
        raise InputError("parameter", parameter, f"one of the parameters {sorted(known)}")
    others = sorted(known - {name})
    if others:
        raise InputError("parameters", others, f"a value for each but {name}; use game.subs({others[0]}=...)")
    weak, strict, zero = _conditions(joint, name)
    lower = upper = None
    if any(name in free_names(d) for d in game.discount):
        lower, upper = Zero, Fraction(1)
    return solution_set(weak, strict=strict, zero=zero, lower=lower, upper=upper)


Polynomial = flint.fmpq_poly


def _conditions(joint: JointPlay, name: str) -> tuple[list[Polynomial], list[Polynomial], list[Polynomial]]:
    game = joint.game
    read: dict[Number, Polynomial] = {}

    def poly(x: Number) -> Polynomial:
        if x not in read:
            read[x] = _polynomial(x, name)
        return read[x]

    weak: list[Polynomial] = []
    strict: list[Polynomial] = []
    zero: list[Polynomial] = []
    one = flint.fmpq_poly([1])
    for d in game.discount:
        if not isinstance(d, Fraction):
            strict += [poly(d), one - poly(d)]
    numbers: set[Number] = set()
    for period in game.periods:
        numbers |= {p for row in period.branches for lottery in row for p, _ in lottery}
        numbers |= {p for play in period.plays for p, _ in play.next}
    numbers |= {p for row in joint.choices for mix in row for p in mix}
    weak += [q for p in numbers if not isinstance(p, Fraction) for q in (poly(p), one - poly(p))]
    for relation in game.domain:
        left, right = relation.lhs, relation.rhs  # type: ignore[attr-defined]
        if {str(s) for s in relation.free_symbols} - {name}:
            raise InputError("domain", relation, f"assumptions on {name} alone; substitute the other parameters")
        gap = _polynomial(left - right, name)
        kind = type(relation).__name__
        if kind in ("StrictGreaterThan", "GreaterThan"):
            (strict if kind.startswith("Strict") else weak).append(gap)
        elif kind in ("StrictLessThan", "LessThan"):
            (strict if kind.startswith("Strict") else weak).append(-gap)
        elif kind == "Equality":
            zero.append(gap)
        else:
            raise UnsupportedError("domain", relation, "assumptions written with >, >=, <, <= or =")
    for i in (0, 1):
        for (_, _, _, _, taken), gain in _gain_polynomials(joint, i, poly):
            if gain.degree() >= 0:
                weak.append(-gain)
                if taken:
                    weak.append(gain)  # an action in a mix must do as well as the mix
    unique = {tuple(map(str, p.coeffs())): p for p in weak}
    return list(unique.values()), strict, zero


def _gain_polynomials(
    joint: JointPlay, player: int, poly: Callable[[Number], Polynomial]
) -> list[tuple[tuple[int, str, str, Any, bool], Polynomial]]:
    """Each gain times the determinant of the values' system (positive wherever discounting is), by interpolation."""
    n = len(joint.states)
    game = joint.game
    top = max(max((poly(p).degree() for row in joint.choices for mix in row for p in mix), default=0), 0)
    branch = max(
        (poly(p).degree() for z in game.periods for row in z.branches for lot in row for p, _ in lot), default=0
    )
    draw = max((poly(p).degree() for row in joint.next for play in row for p, _ in play), default=0)
    depth = max(2 if z.simultaneous else len(z.nodes) for z in game.periods)
    pay = max(max((poly(play.payoffs[player]).degree() for z in game.periods for play in z.plays), default=0), 0)
    delta = max(poly(game.discount[player]).degree(), 0)
    chance = depth * (top + branch) + draw
    degree = n * (delta + chance) + 2 * (delta + chance) + pay + delta
    points: list[flint.fmpq] = []
    rows: list[list[flint.fmpq]] = []
    template: list[tuple[int, str, str, Any, bool]] = []
    x = 0
    while len(points) < degree + 2:  # one more than needed: the last is a check
        x = -x if x > 0 else 1 - x
        at = flint.fmpq(x, 1 + 2 * degree)  # points near the unit interval keep numbers small
        cache: dict[Number, flint.fmpq] = {}

        def read(number: Number, at: flint.fmpq = at, cache: dict[Number, flint.fmpq] = cache) -> flint.fmpq:
            if number not in cache:
                cache[number] = poly(number)(at)
            return cache[number]

        lift = _Lift(read, _rational_solve)
        try:
            values, determinant = _solve(joint, player, lift)
        except ZeroDivisionError:
            continue
        template = _gains(joint, player, values, lift)
        points.append(at)
        rows.append([g[3] * determinant for g in template])
    vandermonde = flint.fmpq_mat(degree + 1, degree + 1, [p**k for p in points[:-1] for k in range(degree + 1)])
    right = flint.fmpq_mat(degree + 1, len(template), [x for row in rows[:-1] for x in row])
    solved = vandermonde.solve(right)
    found = []
    for c, entry in enumerate(template):
        gain = flint.fmpq_poly([solved[k, c] for k in range(degree + 1)])
        if gain(points[-1]) != rows[-1][c]:
            raise GameTheoryError("a gain was not the polynomial it should be; please report this game")
        found.append((entry, gain))
    return found


def _polynomial(x: Any, name: str) -> Polynomial:
    if isinstance(x, Fraction):
        return flint.fmpq_poly([to_flint(x)])
    import sympy

    try:
        p = sympy.Poly(x, sympy.Symbol(name) if name in {str(s) for s in x.free_symbols} else sympy.Dummy())
        symbol = next((s for s in x.free_symbols if str(s) == name), None)
        if symbol is not None:
            p = sympy.Poly(x, symbol)
        coefficients = [to_flint(Fraction(int(c.p), int(c.q))) for c in reversed(p.all_coeffs())]
    except (sympy.PolynomialError, AttributeError):
        raise UnsupportedError("parameter", x, f"payoffs and probabilities that are polynomials in {name}") from None
    return flint.fmpq_poly(coefficients)
