"""The exact conditions under which one given pure profile of a dynamic game with symbols is a Markov perfect equilibrium.

This is the checker of symbolic solutions, apart from their solver: values are put into the equations that they must
satisfy, for the profile as it stands, and each one-shot departure at each node, reached or not, gives one polynomial condition. By
the one-shot deviation principle the profile is an equilibrium exactly where all of them hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gametheory.algebra import Poly, Ratio
from gametheory.conditions import FALSE, TRUE, Formula, Logic, Region
from gametheory.equilibria.profiles import Profile, read_profile
from gametheory.errors import CertificateError, UnsupportedError
from gametheory.exact import Number
from gametheory.games.dynamic import DynamicGame, Period
from gametheory.games.tree import Lottery
from gametheory.signs import Atom, Domain, Sign, domain_of

__all__ = ["PathCertificate", "ProfileConditions", "certify_path", "dynamic_domain", "profile_conditions"]


def dynamic_domain(game: DynamicGame, assumptions: Sequence[Any] = ()) -> Domain:
    """The set of parameters of a dynamic game: its assumptions, and what discount factors and probabilities require.

    Discount factors lie strictly between 0 and 1. A symbolic probability is positive and at most 1: where it is zero
    the states that can be reached differ, and the game is another one.

    Parameters
    ----------
    game : DynamicGame
    assumptions : sequence of sympy relationals
        Further assumptions.
    """
    import sympy

    relations: dict[Any, None] = dict.fromkeys((*game.domain, *assumptions))
    for delta in game.discount:
        if not isinstance(delta, Fraction):
            relations[sympy.Gt(delta, 0)] = None
            relations[sympy.Lt(delta, 1)] = None
    for period in game.periods:
        draws = [play.next for play in period.plays] + [play.next_for(i) for play in period.plays for i in (0, 1)]
        for draw in [*draws, *(lottery for row in period.branches for lottery in row)]:
            for p, _ in draw:
                if not isinstance(p, Fraction):
                    if p.is_Symbol:
                        relations[sympy.Gt(p, 0)] = None
                        relations[sympy.Le(p, 1)] = None
                    else:
                        relations[sympy.Ge(sympy.expand(p), 0)] = None
    return domain_of(game.parameters, tuple(r for r in relations if r not in (True, sympy.true)))


@dataclass(frozen=True)
class ProfileConditions:
    """Where a profile is an equilibrium, and what it is worth.

    Attributes
    ----------
    profile : Profile
    region : Region
        Exactly where no one-shot departure gains.
    values : tuple of (Number, Number)
        For each state what the players expect under the profile, average discounted, each under her own beliefs.
    """

    profile: Profile = field(repr=False)
    region: Region
    values: tuple[tuple[Number, Number], ...] = field(repr=False)


def profile_conditions(game: DynamicGame, profile: Any, *, domain: Domain | None = None) -> ProfileConditions:
    """The conditions, in the game's symbols, under which a pure profile is a Markov perfect equilibrium.

    Parameters
    ----------
    game : DynamicGame
    profile : sequence or mapping
        As for :func:`gametheory.equilibria.profiles.read_profile`; pure.
    domain : Domain, optional
        What is assumed of the parameters; by default what the game assumes.

    Raises
    ------
    UnsupportedError
        For a profile that is not pure.
    CertificateError
        If the values do not satisfy their equations.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> print(profile_conditions(game, [["D", "D"]]).region)
    P >= S
    """
    choices = read_profile(game, profile)
    if any(x not in (0, 1) for state in choices for mix in state for x in mix):
        raise UnsupportedError("profile", "a mixed choice", "a pure profile")
    where = dynamic_domain(game) if domain is None else domain
    work = _Substitution(game, choices, where)
    formula = work.logic.all_of([c for s in range(len(game.states)) for c in work.departures(s)])
    values = tuple((a.to_sympy(where.ring), b.to_sympy(where.ring)) for a, b in zip(*work.values, strict=True))
    return ProfileConditions(choices, Region(where, formula), values)


class _Substitution:
    """The profile's values, and what each departure would be worth."""

    def __init__(self, game: DynamicGame, choices: Profile, domain: Domain) -> None:
        self.game, self.domain, self.ring = game, domain, domain.ring
        self.logic = Logic(domain)
        self.pure = [[mix.index(1) for mix in state] for state in choices]
        self.delta = [self.ring.read(d) for d in game.discount]
        self.one = self.ring.read(1)
        self.values = [self._solve(i) for i in (0, 1)]
        for i in (0, 1):
            for s, period in enumerate(game.periods):
                if not (self._start(period, s, i) - self.values[i][s]).num.is_zero():
                    raise CertificateError(
                        f"the value of {game.states[s]!r} to {game.players[i]} does not satisfy its equation"
                    )

    def _outcome(self, s: int) -> list[tuple[Ratio, int]]:
        """Plays of a state with their probabilities under the profile."""
        period = self.game.periods[s]
        mix = [
            [Fraction(int(a == pick)) for a in range(len(n.actions))]
            for n, pick in zip(period.nodes, self.pure[s], strict=True)
        ]
        return [(self.ring.read(p), play) for play, p in period.outcome(mix).items()]

    def _solve(self, i: int) -> list[Ratio]:
        """Values of the states, by substitution along the strongly connected parts."""
        values: dict[int, Ratio] = {}
        for part in self.game.parts:
            rows: dict[int, tuple[Ratio, dict[int, Ratio]]] = {}
            for s in part:
                constant = self.ring.read(0)
                inside: dict[int, Ratio] = {}
                for p, play in self._outcome(s):
                    end = self.game.periods[s].plays[play]
                    constant = constant + p * (self.one - self.delta[i]) * self.ring.read(end.payoff_to(i))
                    for q, t in end.next_for(i):
                        weight = p * self.delta[i] * self.ring.read(q)
                        if t in values:
                            constant = constant + weight * values[t]
                        else:
                            inside[t] = inside[t] + weight if t in inside else weight
                rows[s] = constant, inside
            values |= _eliminate(rows, self.one)
        return [values[s] for s in range(len(self.game.states))]

    def _play(self, s: int, play: int, i: int) -> Ratio:
        end = self.game.periods[s].plays[play]
        total = (self.one - self.delta[i]) * self.ring.read(end.payoff_to(i))
        for q, t in end.next_for(i):
            total = total + self.delta[i] * self.ring.read(q) * self.values[i][t]
        return total

    def _after(self, s: int, lottery: Lottery, i: int) -> Ratio:
        """The worth of what follows an action, the rest of the period played as the profile says."""
        total = self.ring.read(0)
        for p, target in lottery:
            worth = self._node(s, target, i) if target >= 0 else self._play(s, ~target, i)
            total = total + self.ring.read(p) * worth
        return total

    def _node(self, s: int, node: int, i: int) -> Ratio:
        return self._after(s, self.game.periods[s].branches[node][self.pure[s][node]], i)

    def _start(self, period: Period, s: int, i: int) -> Ratio:
        if period.simultaneous:
            a, b = self.pure[s]
            return self._after(s, period.branches[a][b], i)
        return self._node(s, 0, i)

    def departures(self, s: int) -> list[Formula]:
        """One condition for each action not chosen, at each node of a state."""
        period, found = self.game.periods[s], []
        for n, node in enumerate(period.nodes):
            for other in range(len(node.actions)):
                if other == self.pure[s][n]:
                    continue
                if period.simultaneous:
                    a, b = (other, self.pure[s][1]) if n == 0 else (self.pure[s][0], other)
                    gain = self._after(s, period.branches[a][b], node.player) - self._start(period, s, node.player)
                else:
                    gain = self._after(s, period.branches[n][other], node.player) - self._node(s, n, node.player)
                found.append(self.logic.atom(self._cleared(-gain), ">="))
        return found

    def _cleared(self, r: Ratio) -> Poly:
        sign = self.domain.sign(r.den).sign
        return r.num if sign is Sign.POSITIVE else -r.num if sign is Sign.NEGATIVE else r.num * r.den


def _eliminate(rows: dict[int, tuple[Ratio, dict[int, Ratio]]], one: Ratio) -> dict[int, Ratio]:
    """Solve ``v_s = constant_s + sum weight_st v_t`` by putting one equation into the next, and back."""
    order = list(rows)
    todo = {s: (c, dict(w)) for s, (c, w) in rows.items()}
    for n, s in enumerate(order):
        constant, weights = todo[s]
        own = weights.pop(s, None)
        if own is not None:
            left = one - own
            constant, weights = constant / left, {t: w / left for t, w in weights.items()}
            todo[s] = constant, weights
        for u in order[n + 1 :]:
            c, w = todo[u]
            if s in w:
                factor = w.pop(s)
                c = c + factor * constant
                for t, x in weights.items():
                    w[t] = w[t] + factor * x if t in w else factor * x
                todo[u] = c, w
    found: dict[int, Ratio] = {}
    for s in reversed(order):
        total, weights = todo[s]
        for t, weight in weights.items():
            total = total + weight * found[t]
        found[s] = total
    return found


@dataclass(frozen=True)
class PathCertificate:
    """A path's region, re-derived from full profiles: each alternative of it is one profile's region, proved both ways.

    Attributes
    ----------
    proved : tuple of ProfileConditions
        For each alternative that was proved the profile that is an equilibrium exactly there (within the path's region).
    undecided : int
        Alternatives for which no profile was found, or an implication was not proved.
    thin : int
        Alternatives that hold at exact ties only, if at all (proved).
    solver_only : int
        Alternatives of which the SMT solver z3 alone says the same.
    """

    proved: tuple[ProfileConditions, ...] = field(repr=False)
    undecided: int
    thin: int
    solver_only: int = 0

    @property
    def complete(self) -> bool:
        """Whether every alternative that is more than an exact tie was proved."""
        return self.undecided == 0


def certify_path(
    game: DynamicGame, outcomes: Mapping[str, tuple[str, ...]], region: Region, *, most: int = 64
) -> PathCertificate:
    """Re-derive the region of a path of play without the solver that found it.

    For each alternative of the region a point is taken, the game with these numbers is solved for all its pure equilibria,
    and for those that follow the path the exact conditions are derived with :func:`profile_conditions`. The alternative
    must imply the conditions of one of them (so that the path is an equilibrium path on all of it), and these must imply
    the region.

    Parameters
    ----------
    game : DynamicGame
    outcomes : mapping from state to outcome labels
        The path, as in :class:`PathEquilibrium`.
    region : Region
    most : int
        Alternatives beyond this number are undecided.

    Raises
    ------
    CertificateError
        If at a point of the region no pure equilibrium follows the path.
    """
    from gametheory.equilibria.concepts import MarkovPerfect
    from gametheory.equilibria.solvers.pure_markov import PureMarkov

    domain = region.domain
    cells = region.cells(most=most)
    if cells is None:
        return PathCertificate((), most + 1, 0)
    proved, undecided, thin, solver_only = [], 0, 0, 0
    for cell in cells:
        firm = [(p, ">" if op == ">=" else op) for p, op in cell]
        inside = domain.feasible(firm)
        if inside.answer is False:
            thin += 1
            continue
        if inside.witness is None:
            empty = domain.ask_solver(firm) is False
            solver_only, undecided = solver_only + empty, undecided + (not empty)
            continue
        numeric = game.subs(**{n: x for n, x in inside.witness.items() if n in game.parameters})
        followers = [
            e.profile
            for e in PureMarkov().solve(numeric, MarkovPerfect(pure=True)).equilibria
            if _follows(numeric, e.profile, outcomes)
        ]
        if not followers:
            shown = ", ".join(f"{n} = {x}" for n, x in inside.witness.items())
            raise CertificateError(f"no pure equilibrium follows the path at {shown}, a point of its region")
        match = next((c for c in _derived(game, followers, domain) if _matches(cell, c, region)), None)
        if match is None:
            undecided += 1
        else:
            proved.append(match)
    return PathCertificate(tuple(proved), undecided, thin, solver_only)


def _derived(game: DynamicGame, profiles: Sequence[Profile], domain: Domain) -> Any:
    for profile in profiles[:24]:
        yield profile_conditions(game, profile, domain=domain)


def _matches(cell: Sequence[Atom], found: ProfileConditions, region: Region) -> bool:
    """Whether an alternative is proved to imply a profile's conditions, and they the region."""
    domain, formula = region.domain, found.region.formula
    if formula is FALSE:
        return False
    atoms = [a for f in (formula.parts if formula.kind == "and" else (formula,)) if (a := f.atom) is not None]
    return all(domain.implies(cell, a) for a in atoms) and _implied(domain, atoms, region.formula)


def _implied(domain: Domain, atoms: Sequence[Atom], f: Formula) -> bool:
    """Whether conditions are proved to imply a formula."""
    if f is TRUE or f is FALSE:
        return f is TRUE
    if f.atom is not None:
        return domain.implies(atoms, f.atom)
    if f.kind == "and":
        return all(_implied(domain, atoms, g) for g in f.parts)
    return any(_implied(domain, atoms, g) for g in f.parts)


def _follows(game: DynamicGame, profile: Profile, outcomes: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the play of a pure profile reaches these states and no others, with these outcomes."""
    seen = {game.start: None}
    for s in (queue := [game.start]):
        period = game.periods[s]
        plays = [play for play, p in period.outcome(profile[s]).items() if p != 0]
        if outcomes.get(game.states[s]) != tuple(sorted(period.plays[play].label for play in plays)):
            return False
        for play in plays:
            for p, t in period.plays[play].next:
                if p != 0 and t not in seen:
                    seen[t] = None
                    queue.append(t)
    return len(seen) == len(outcomes)
