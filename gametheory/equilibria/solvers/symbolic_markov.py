"""Pure Markov perfect equilibria of dynamic games with symbolic parameters: for each path of play, the exact conditions.

The strongly connected parts of the states are solved last first, as with numbers. For each way in which the states of a part can
be played, and each continuation, values follow from a linear system over rational functions; the choices at all nodes,
reached or not, are optimal exactly where certain polynomials are not negative. What a state contributes to those before it is its values
and the play that follows it, so continuations that agree in both are joined by "or": the conditions of a path are a formula whose
alternatives are the ways to play off the path. Nothing is lost by that, and nothing is assumed about ties.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.algebra import Ratio, key
from gametheory.conditions import FALSE, TRUE, Formula, Logic, Region, evaluate
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.play import Chain, Path
from gametheory.equilibria.solution import Solution, Status, need_numbers
from gametheory.equilibria.symbolic_profiles import PathCertificate, certify_path, dynamic_domain
from gametheory.errors import CertificateError, InputError, UnsupportedError
from gametheory.exact import Number
from gametheory.games.dynamic import DynamicGame, Period
from gametheory.signs import Domain, Sign

if TYPE_CHECKING:
    pass

__all__ = ["PathEquilibrium", "SymbolicMarkov", "SymbolicMarkovSolution", "compare_at"]

_Way = tuple[tuple[int, Any], ...]  # plays of a period with the keys of their probabilities
_Values = tuple[Ratio, Ratio]


@dataclass(frozen=True)
class PathEquilibrium:
    """A path of play that some pure Markov perfect equilibrium follows, with the conditions for that.

    Attributes
    ----------
    game : DynamicGame
    outcomes : mapping from state name to outcome labels
        What happens in each state that play reaches (several labels only where chance moves within the period).
    values : (Number, Number)
        What each player expects at the start, average discounted, under her own beliefs.
    region : Region
        Where some equilibrium has this path; its alternatives are ways of playing off the path.
    """

    game: DynamicGame = field(repr=False)
    outcomes: Mapping[str, tuple[str, ...]]
    values: tuple[Number, Number]
    region: Region = field(repr=False)

    @property
    def sequence(self) -> tuple[str, ...]:
        """The outcomes in the order in which their states are first reached."""
        return tuple("/".join(labels) for labels in self.outcomes.values())

    def follows(self, outcomes: Mapping[str, object]) -> bool:
        """Whether the path has the given outcome (one label) in each of the given states."""
        return all(self.outcomes.get(s) == (label,) for s, label in outcomes.items())

    @property
    def chain(self) -> Chain:
        """Refused: probabilities of play need numbers.

        Raises
        ------
        InputError
            It names the symbols without a value.
        """
        need_numbers(self.game)
        raise InputError(
            "solution", "paths with conditions", "gt.solve(game, gt.MarkovPerfect(pure=True)) for a game of numbers"
        )

    def path(self, periods: int = 10) -> Path:
        """Refused, as :attr:`chain` is; :attr:`outcomes` says what happens in each state."""
        return self.chain.path(periods)

    def __str__(self) -> str:
        shown = "; ".join(f"{state}: {'/'.join(labels)}" for state, labels in self.outcomes.items())
        text = str(self.region)
        return f"{shown}  exists: {text if len(text) < 2000 else text[:2000] + ' ...'}"


@dataclass(frozen=True)
class SymbolicMarkovSolution(Solution):
    """Every path of pure equilibrium play, each with its region; ``paths_at`` reads them off at numbers."""

    domain: Domain = field(kw_only=True, repr=False)
    _search: Any = field(default=None, kw_only=True, repr=False, compare=False)

    def simplified(self, path: PathEquilibrium) -> PathEquilibrium:
        """The path with its conditions simplified as far as proofs reach: what follows from the rest is dropped.

        Parameters
        ----------
        path : PathEquilibrium
            One of ``equilibria``.
        """
        if self._search is None:
            return path
        formula = self._search.under(path.region.formula, ())
        return replace(path, region=Region(self.domain, formula, path.region.decided))

    def paths_at(self, **values: object) -> tuple[PathEquilibrium, ...]:
        """The paths that are equilibrium paths at these numbers.

        Parameters
        ----------
        **values : numbers
            One for each parameter.
        """
        numbers = self.domain.read(values)
        memo: dict[int, bool] = {}
        return tuple(e for e in self.equilibria if evaluate(self.domain, e.region.formula, numbers, memo))

    def find(self, **outcomes: str) -> tuple[PathEquilibrium, ...]:
        """The paths that begin with these outcomes in these states, given as ``state=outcome`` pairs in a mapping."""
        return tuple(e for e in self.equilibria if e.follows(outcomes))

    def verify(self) -> None:
        """Compare with the exhaustive numeric search at sample points, and derive each path's conditions again.

        At the points every path listed must be there, and none may be missing. :meth:`certify` then proves the regions, of
        those paths with few alternatives, from full profiles; what it leaves undecided is no error.

        Raises
        ------
        CertificateError
            If anything disagrees.
        """
        game: DynamicGame = self.game  # type: ignore[assignment]
        for values in self.domain.points(8, seed=21):
            compare_at(self, game, values)
        for path in self.equilibria[:40]:
            self.certify(path, most=8)

    def certify(self, path: PathEquilibrium, *, most: int = 64) -> PathCertificate:
        """Prove a path's region without the solver: each alternative is the exact region of a full profile.

        Parameters
        ----------
        path : PathEquilibrium
            One of ``equilibria``.
        most : int
            Alternatives beyond this number are not looked at.

        Returns
        -------
        PathCertificate
            ``complete`` if every alternative was proved; otherwise how many stayed undecided.
        """
        return certify_path(self.game, path.outcomes, path.region, most=most)  # type: ignore[arg-type]

    def why_not(self, profile: Any) -> None:
        """Not available for symbolic games: substitute numbers first."""
        raise UnsupportedError("profile", profile, "a game with numbers; use game.subs(...) and solve that")


def compare_at(solution: SymbolicMarkovSolution, game: DynamicGame, values: Mapping[str, Fraction]) -> int:
    """Raise unless the listed paths at a point are those of the numeric search; returns how many there are."""
    from gametheory.equilibria.solvers.pure_markov import PureMarkov

    numeric = game.subs(**{k: v for k, v in values.items() if k in game.parameters})
    concept = MarkovPerfect(pure=True)
    found, firm = set(), set()
    for e in PureMarkov().solve(numeric, concept).equilibria:
        path = _numeric_path(numeric, e)
        found.add(path)
        zero = sum(d.gain == 0 for d in concept.check(numeric, e.profile).deviations)
        if zero == sum(len(period.nodes) for period in numeric.periods):  # only the actions chosen gain nothing: no tie
            firm.add(path)
    listed = {tuple(sorted(e.outcomes.items())) for e in solution.paths_at(**values)}
    if not firm <= listed <= found:
        shown = ", ".join(f"{k} = {v}" for k, v in values.items())
        raise CertificateError(f"paths {listed - found or firm - listed} are listed or found, but not both, at {shown}")
    return len(found)


def _numeric_path(game: DynamicGame, equilibrium: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chain = equilibrium.chain
    rows = {}
    for s in chain.support():
        rows[game.states[s]] = tuple(sorted({m.outcome for m in chain.moves[s] if m.probability}))
    return tuple(sorted(rows.items()))


@dataclass
class _Entry:
    """What is known after some parts: values and play in the states still needed, and the conditions for that."""

    values: dict[int, _Values]
    play: dict[int, _Way]
    formula: Formula


@dataclass(frozen=True)
class SymbolicMarkov:
    """State recursion over rational functions, continuations joined where values and play agree.

    Parameters
    ----------
    assumptions : tuple of sympy relationals
        Beyond the game's own domain.
    seconds : float or None
        Stop after this time, with status PARTIAL and no path listed.
    limit : int
        Stop, with status PARTIAL, beyond this many continuations at a time.
    ties : bool
        Whether to list also what can happen only where parameters satisfy an equation exactly (a player indifferent
        between two actions that lead to different play). False: those are left out, and the status says so.
    along : mapping from state name to outcome label
        Only equilibria that bring about these outcomes in these states.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]])
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> solution = SymbolicMarkov().solve(game, MarkovPerfect(pure=True))
    >>> print(solution.equilibria[0])
    play: 00  exists: R >= T
    """

    assumptions: tuple[Any, ...] = ()
    seconds: float | None = None
    limit: int = 20_000
    ties: bool = False
    along: Mapping[str, str] = field(default_factory=dict)

    def solve(self, game: DynamicGame, concept: MarkovPerfect) -> SymbolicMarkovSolution:
        """Every path of pure equilibrium play, with its conditions."""
        domain = dynamic_domain(game, self.assumptions)
        domain.require_consistent()
        unknown = [s for s in self.along if s not in game.states]
        if unknown:
            raise InputError("along", unknown, f"states of the game: {list(game.states[:12])}")
        search = _Search(game, domain, self.ties, {game.states.index(s): label for s, label in self.along.items()})
        deadline = None if self.seconds is None else time.monotonic() + self.seconds
        entries = [_Entry({}, {}, TRUE)]
        done: set[int] = set()
        for part in game.parts:
            done |= set(part)
            grown: list[_Entry] = []
            memo: dict[Any, list[_Entry]] = {}
            for entry in entries:
                outside = sorted({t for s in part for t in search.successors[s]} - set(part))
                mark = tuple((t, *(v.key for v in entry.values[t])) for t in outside)
                if mark not in memo:
                    memo[mark] = list(search.solve_part(part, entry.values))
                for local in memo[mark]:
                    formula = search.both(entry.formula, local.formula)
                    if formula is not FALSE:
                        grown.append(_Entry({**entry.values, **local.values}, {**entry.play, **local.play}, formula))
                stopped = len(grown) > self.limit or (deadline is not None and time.monotonic() > deadline)
                if stopped:
                    reason = f"stopped at state {game.states[part[0]]!r} with {len(grown)} continuations"
                    return SymbolicMarkovSolution(
                        game, concept, Status.PARTIAL, reason, (), solver="SymbolicMarkov", domain=domain
                    )
            entries = search.join(grown, done)
        found = [search.path(e) for e in entries]
        found = [e for e in found if not e.region.is_never]
        undecided = [e for e in found if not e.region.decided]
        if undecided:
            first = undecided[0]
            reason = (
                f"{len(undecided)} of the paths listed may never occur: no parameters with them were found, and none are "
                f"proved impossible; for {' '.join(first.sequence)} it is open whether these can hold: {str(first.region)[:600]}"
            )
            status = Status.UNDECIDED
        else:
            status, reason = Status.COMPLETE, "every way to play every state was considered, for all parameters at once"
            if self.along:
                reason += (
                    f"; only equilibria with {', '.join(f'{v} in {k}' for k, v in self.along.items())} were asked for"
                )
            if not self.ties:
                reason += "; what needs an exact tie between two actions is left out"
            if search.solver_only:
                reason += f"; that {search.solver_only} further paths never occur is the word of the solver z3 alone"
        return SymbolicMarkovSolution(
            game, concept, status, reason, tuple(found), solver="SymbolicMarkov", domain=domain, _search=search
        )


class _Search:
    """The game over rational functions."""

    def __init__(self, game: DynamicGame, domain: Domain, ties: bool, along: Mapping[int, str]) -> None:
        self.game, self.domain, self.ring, self.ties = game, domain, domain.ring, ties
        self.logic = Logic(domain)
        self.one, self.zero = self.ring.read(1), self.ring.read(0)
        self._read: dict[Any, Ratio] = {}
        self._signs: dict[Any, int] = {}
        self._masks: dict[int, np.ndarray] = {}
        self._alive: list[Formula] = []
        self._under: dict[Any, Formula] = {}
        self._atoms: dict[Any, Formula] = {}
        self._names: dict[int, frozenset[int]] = {}
        self._refuted: dict[Any, bool] = {}
        self._possible: dict[Any, bool] = {}
        self._mirror: dict[int, int] = {}
        self.solver_only = 0  # paths left out on the word of the SMT solver alone
        self.delta = [self.read(d) for d in game.discount]
        self.reward: list[list[list[Ratio]]] = []
        self.step: list[list[list[list[tuple[Ratio, int]]]]] = []
        self.ways: list[dict[_Way, tuple[list[tuple[int, ...]], list[tuple[Ratio, int]]]]] = []
        self.successors: list[set[int]] = []
        self.true_next: list[list[tuple[int, ...]]] = []
        for period in game.periods:
            self.reward.append(
                [[(self.one - self.delta[i]) * self.read(p.payoff_to(i)) for i in (0, 1)] for p in period.plays]
            )
            self.step.append(
                [
                    [[(self.delta[i] * self.read(q), t) for q, t in p.next_for(i) if q != 0] for i in (0, 1)]
                    for p in period.plays
                ]
            )
            self.true_next.append([tuple(t for q, t in p.next if q != 0) for p in period.plays])
            self.successors.append(
                {t for p in period.plays for draw in (p.next, p.next_for(0), p.next_for(1)) for q, t in draw if q != 0}
            )
            ways = self._all_ways(period)
            label = along.get(len(self.ways))
            self.ways.append(
                {w: v for w, v in ways.items() if label is None or {period.plays[p].label for p, _ in w} == {label}}
            )

    def read(self, x: Number) -> Ratio:
        if x not in self._read:
            self._read[x] = self.ring.read(x)
        return self._read[x]

    def _all_ways(self, period: Period) -> dict[_Way, tuple[list[tuple[int, ...]], list[tuple[Ratio, int]]]]:
        """Each distribution over plays that pure choices bring about, with those choices."""
        sizes = [len(n.actions) for n in period.nodes]
        total = 1
        for n in sizes:
            total *= n
        if total > 5000:
            raise UnsupportedError("period", f"{total} pure choices", "periods with at most 5000 pure choices")
        found: dict[_Way, tuple[list[tuple[int, ...]], list[tuple[Ratio, int]]]] = {}
        for choice in product(*map(range, sizes)):
            mix = [[Fraction(int(a == pick)) for a in range(n)] for n, pick in zip(sizes, choice, strict=True)]
            outcome = sorted((play, self.read(p)) for play, p in period.outcome(mix).items())  # type: ignore[type-var]
            mark = tuple((play, p.key) for play, p in outcome)
            found.setdefault(mark, ([], [(p, play) for play, p in outcome]))[0].append(choice)
        return found

    # --- one part ---------------------------------------------------------------------------------------------------

    def solve_part(self, part: tuple[int, ...], outside: Mapping[int, _Values]) -> list[_Entry]:
        inner = {s: k for k, s in enumerate(part)}
        found = []
        for ways in product(*(self.ways[s] for s in part)):
            values = self._values(part, inner, ways, outside)
            known = {**outside, **values}
            formula = TRUE
            for s, way in zip(part, ways, strict=True):
                formula = self.both(formula, self._optimal(s, way, known))
                if formula is FALSE:
                    break
            if formula is not FALSE:
                found.append(_Entry(values, dict(zip(part, ways, strict=True)), formula))
        return found

    def _values(
        self, part: tuple[int, ...], inner: Mapping[int, int], ways: Sequence[_Way], outside: Mapping[int, _Values]
    ) -> dict[int, _Values]:
        columns: list[list[Ratio]] = []
        for i in (0, 1):
            size = len(part)
            matrix = [[self.one if a == b else self.zero for b in range(size)] for a in range(size)]
            right = [self.zero] * size
            for k, (s, way) in enumerate(zip(part, ways, strict=True)):
                for p, play in self.ways[s][way][1]:
                    right[k] = right[k] + p * self.reward[s][play][i]
                    for q, t in self.step[s][play][i]:
                        if t in inner:
                            matrix[k][inner[t]] = matrix[k][inner[t]] - p * q
                        else:
                            right[k] = right[k] + p * q * outside[t][i]
            columns.append(_linear(matrix, right))
        return {s: (columns[0][k], columns[1][k]) for k, s in enumerate(part)}

    def _optimal(
        self,
        s: int,
        way: _Way,
        values: Mapping[int, _Values],
        choices: Sequence[tuple[int, ...]] | None = None,
    ) -> Formula:
        """The conditions under which some optimal choices (among these) at all nodes bring this way of playing about."""
        period = self.game.periods[s]
        worth: dict[tuple[int, int], Ratio] = {}

        def value(play: int, i: int) -> Ratio:
            if (play, i) not in worth:
                total = self.reward[s][play][i]
                for q, t in self.step[s][play][i]:
                    total = total + q * values[t][i]
                worth[play, i] = total
            return worth[play, i]

        def mean(lottery: Sequence[tuple[Number, int]], i: int, at: Mapping[int, Ratio]) -> Ratio:
            if len(lottery) == 1:
                target = lottery[0][1]
                return at[target] if target >= 0 else value(~target, i)
            total = self.zero
            for p, target in lottery:
                total = total + self.read(p) * (at[target] if target >= 0 else value(~target, i))
            return total

        alternatives = []
        for choice in self.ways[s][way][0] if choices is None else choices:
            conditions: list[Formula] = []
            if period.simultaneous:
                a, b = choice
                for i in (0, 1):
                    now = mean(period.branches[a][b], i, {})
                    for other in range(len(period.nodes[i].actions)):
                        cell = period.branches[other][b] if i == 0 else period.branches[a][other]
                        if other != choice[i]:
                            conditions.append(self.at_least(now, mean(cell, i, {})))
            else:
                at: list[dict[int, Ratio]] = [{}, {}]
                for n in reversed(range(len(period.nodes))):
                    me = period.nodes[n].player
                    for i in (0, 1):
                        at[i][n] = mean(period.branches[n][choice[n]], i, at[i])
                    for other, lottery in enumerate(period.branches[n]):
                        if other != choice[n]:
                            conditions.append(self.at_least(at[me][n], mean(lottery, me, at[me])))
                    if any(c is FALSE for c in conditions):
                        break
            alternatives.append(self.logic.all_of(conditions))
        return self.logic.any_of(alternatives)

    def at_least(self, a: Ratio, b: Ratio) -> Formula:
        gain = a - b
        k = key(gain.den)
        if k not in self._signs:
            sign = self.domain.sign(gain.den).sign
            self._signs[k] = 1 if sign is Sign.POSITIVE else -1 if sign is Sign.NEGATIVE else 0
        s = self._signs[k]
        return self.logic.atom(gain.num * s if s else gain.num * gain.den, ">=")

    # --- joining ----------------------------------------------------------------------------------------------------

    def mask(self, f: Formula) -> np.ndarray:
        """At which points of the domain's larger sample the formula holds (as far as floats can tell)."""
        if id(f) not in self._masks:
            pool = self.domain.sample
            if f.atom is not None:
                signs = pool.signs(self.domain.gap(f.atom[0]))
                found = signs > 0 if f.atom[1] == ">" else signs >= 0
            else:
                found = np.full(pool.size, f.kind == "and")
                for g in f.parts:
                    found = found & self.mask(g) if f.kind == "and" else found | self.mask(g)
            self._masks[id(f)] = found
            self._alive.append(f)
        return self._masks[id(f)]

    def inside(self, f: Formula, memo: dict[int, np.ndarray]) -> np.ndarray:
        """At which points of a larger sample the formula holds; where exact ties are left out, with none."""
        if id(f) not in memo:
            pool = self.domain.large_sample
            if f.atom is not None:
                signs = pool.signs(self.domain.gap(f.atom[0]))
                memo[id(f)] = signs >= 0 if self.ties and f.atom[1] != ">" else signs > 0
            else:
                parts = [self.inside(g, memo) for g in f.parts]
                every = np.ones(pool.size, dtype=bool)
                memo[id(f)] = (
                    np.logical_and.reduce([every, *parts])
                    if f.kind == "and"
                    else np.logical_or.reduce([~every, *parts])
                )
        return memo[id(f)]

    def both(self, f: Formula, g: Formula) -> Formula:
        """Both formulas, without alternatives that are proved impossible beside the rest; FALSE where nothing is left."""
        joined = self.logic.all_of([f, g])
        if joined is TRUE or joined is FALSE or joined is f or joined is g or joined.kind != "and":
            return joined
        atoms = [h for h in joined.parts if h.kind == "atom"]
        if not self.possible(atoms):
            return FALSE
        known = (
            np.logical_and.reduce([self.mask(h) for h in atoms])
            if atoms
            else np.ones(self.domain.sample.size, dtype=bool)
        )
        parts: list[Formula] = list(atoms)
        for h in joined.parts:
            if h.kind == "atom":
                continue
            kept = []
            for option in h.parts:
                if not (known & self.mask(option)).any():
                    direct = [d for d in (option.parts if option.kind == "and" else (option,)) if d.kind == "atom"]
                    if not self.possible(list(dict.fromkeys([*atoms, *direct]))):
                        continue
                kept.append(option)
            parts.append(self.logic.any_of(kept))
        return self.logic.all_of(parts)

    def under(self, f: Formula, context: tuple[Formula, ...]) -> Formula:
        """A formula simplified where the conditions in ``context`` hold; memoised."""
        mark = (id(f), frozenset(map(id, context)))
        if mark not in self._under:
            self._under[mark] = self._simplify(f, context)
        return self._under[mark]

    def _simplify(self, f: Formula, context: tuple[Formula, ...]) -> Formula:
        if f.kind == "atom":
            return self._under_atom(f, context)
        if f.kind == "or":
            return self.logic.any_of([self.under(g, context) for g in f.parts])
        atoms = [g for g in f.parts if g.kind == "atom"]
        others = [g for g in f.parts if g.kind != "atom"]
        atoms = [g for g in atoms if g not in context and (not context or self._under_atom(g, context) is not TRUE)]
        if not self.possible((*context, *atoms)):
            return FALSE
        for g in list(atoms):
            rest = [h for h in atoms if h is not g]
            if len(atoms) <= 12 and rest and self._under_atom(g, (*context, *rest)) is TRUE:
                atoms = rest
        kept = [self.under(g, (*context, *atoms)) for g in others]
        more = [h for g in kept for h in (g.parts if g.kind == "and" else (g,)) if h.kind == "atom"]
        result = self.logic.all_of([*atoms, *kept])
        if result is FALSE or not more:
            return result
        return self.under(result, context) if result is not f else result

    def _under_atom(self, g: Formula, context: tuple[Formula, ...]) -> Formula:
        """TRUE if the context implies the condition, FALSE if it excludes it, else the condition."""
        if g in context:
            return TRUE
        if not context:
            return g
        mark = (id(g), frozenset(map(id, context)))
        if mark not in self._atoms:
            known = np.logical_and.reduce([self.mask(h) for h in context])
            here = self.mask(g)
            answer = g
            near = [h.atom for h in self._near(g, context)]
            p, op = g.atom  # type: ignore[misc]
            if not (known & ~here).any() and self.refuted([*near, (-p, ">" if op == ">=" else ">=")]):
                answer = TRUE
            elif not (known & here).any() and self.refuted([*near, (p, op)]):
                answer = FALSE
            self._atoms[mark] = answer
        return self._atoms[mark]

    def _near(self, g: Formula, context: Sequence[Formula]) -> list[Formula]:
        """The conditions that share a parameter with this one: others cannot matter directly."""
        own = self.names(g)
        return [h for h in context if self.names(h) & own][:10]

    def names(self, g: Formula) -> frozenset[int]:
        if id(g) not in self._names:
            self._names[id(g)] = frozenset(i for i, d in enumerate(g.atom[0].degrees()) if d)  # type: ignore[index]
        return self._names[id(g)]

    def refuted(self, atoms: Sequence[Any]) -> bool:
        mark = frozenset((key(p), op) for p, op in atoms)
        if mark not in self._refuted:
            self._refuted[mark] = self.domain.feasible(atoms, effort=1).answer is False
        return self._refuted[mark]

    def possible(self, atoms: Sequence[Formula]) -> bool:
        """Whether conditions can hold together, as far as is known; exact ties are excluded unless they are wanted."""
        if not self.ties and self._tied(atoms):
            return False
        known = np.ones(self.domain.sample.size, dtype=bool)
        for h in atoms:
            known = known & self.mask(h)
        if known.any():
            return True
        mark = frozenset(map(id, atoms))
        if mark not in self._possible:
            self._possible[mark] = self._decide_possible(atoms)
        return self._possible[mark]

    def _tied(self, atoms: Sequence[Formula]) -> bool:
        """Whether one condition is another turned round, so that both can hold only with equality."""
        for h in atoms:
            if id(h) not in self._mirror:
                p, op = h.atom  # type: ignore[misc]
                self._mirror[id(h)] = id(self.logic.known(-p, op)) if op == ">=" else 0
                self._alive.append(h)
        present = set(map(id, atoms))
        return any(self._mirror[id(h)] in present for h in atoms)

    def _decide_possible(self, atoms: Sequence[Formula]) -> bool:
        polys = [h.atom for h in atoms if h.atom is not None]
        keys = {key(p) for p, _ in polys}
        ties = [p for p, op in polys if op == ">=" and key(-p) in keys]
        if ties:
            equal = {key(p) for p in ties}
            rest = [(p, op) for p, op in polys if key(p) not in equal]
            firsts = [p for k, p in enumerate(ties) if not any(-p == q for q in ties[:k])]
            return self.domain.feasible([*((p, "==") for p in firsts), *rest], effort=1).answer is not False
        if len(polys) <= 14:
            return not self.refuted(polys)
        return True

    def join(self, entries: list[_Entry], done: set[int]) -> list[_Entry]:
        """Forget states that nothing before them can lead to; join what then agrees."""
        needed = {t for s in range(len(self.game.states)) if s not in done for t in self.successors[s]} & done
        needed |= {self.game.start} & done
        groups: dict[Any, tuple[_Entry, list[Formula]]] = {}
        for e in entries:
            reached = self._reached(needed, e.play)
            values = {s: e.values[s] for s in needed}
            mark = (
                tuple((s, *(v.key for v in values[s])) for s in sorted(needed)),
                tuple((s, e.play[s]) for s in sorted(reached)),
            )
            if mark not in groups:
                groups[mark] = (_Entry(values, {s: e.play[s] for s in reached}, TRUE), [])
            groups[mark][1].append(e.formula)
        return [_Entry(e.values, e.play, self.logic.any_of(formulas)) for e, formulas in groups.values()]

    def _reached(self, begin: set[int], play: Mapping[int, _Way]) -> list[int]:
        seen = dict.fromkeys(sorted(begin))
        queue = list(seen)
        for s in queue:
            for p, _ in play[s]:
                for t in self.true_next[s][p]:
                    if t not in seen:
                        seen[t] = None
                        queue.append(t)
        return list(seen)

    def path(self, e: _Entry) -> PathEquilibrium:
        start = self.game.start
        outcomes = {
            self.game.states[s]: tuple(sorted(self.game.periods[s].plays[p].label for p, _ in e.play[s]))
            for s in self._reached({start}, e.play)
        }
        formula = e.formula
        decided = formula is TRUE or bool(self.inside(formula, {}).any())
        if not decided:
            cells = Region(self.domain, formula).cells(most=400)
            if cells is not None:
                firm = [[(p, ">" if op == ">=" and not self.ties else op) for p, op in cell] for cell in cells]
                open_cells = [cell for cell in firm if self.domain.feasible(cell, effort=1).answer is not False]
                decided = any(self.domain.feasible(cell).answer for cell in open_cells[:8])
                if not decided and all(self.domain.ask_solver(cell) is False for cell in open_cells):
                    self.solver_only += bool(open_cells)
                    formula, decided = FALSE, True
        pay = tuple(v.to_sympy(self.ring) for v in e.values[start])
        return PathEquilibrium(self.game, outcomes, pay, Region(self.domain, formula, decided))  # type: ignore[arg-type]


def _linear(matrix: list[list[Ratio]], right: list[Ratio]) -> list[Ratio]:
    """Solve a small linear system by elimination."""
    size = len(right)
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    for k in range(size):
        pivot = next(r for r in range(k, size) if not rows[r][k].num.is_zero())
        rows[k], rows[pivot] = rows[pivot], rows[k]
        lead = rows[k][k]
        rows[k] = [x / lead for x in rows[k]]
        for r in range(size):
            if r != k and not rows[r][k].num.is_zero():
                factor = rows[r][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]
