"""What the reduced game says: each variant solved and classified, and the parameters that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.exact import free_names, rational
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.observed import classify, shares
from gametheory.studies.us_mexico.reduced import VARIANTS, Variant, reduced_game

__all__ = [
    "Inertness",
    "PhaseDiagram",
    "VariantResult",
    "inert_parameters",
    "inertness",
    "phase_diagram",
    "solve_variants",
]


@dataclass(frozen=True)
class VariantResult:
    """A variant, its pure Markov perfect equilibria, and the pattern of each distinct path.

    Where there is no pure equilibrium, ``mixed`` holds the solution for all Markov perfect equilibria.
    """

    variant: Variant
    solution: Solution
    mixed: Solution | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The distinct equilibrium paths, each in one line."""
        return tuple(self.solution.paths)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The distinct patterns, sorted."""
        return tuple(sorted({classify(e.chain) for e in self.solution.equilibria}))

    @property
    def verdict(self) -> str:
        """One plain sentence."""
        count = len(self.solution.equilibria)
        if count == 0:
            return f"{self.variant.title}: no equilibrium in pure strategies; {self._mixed_words()}."
        number = "One pure equilibrium" if count == 1 else f"{count} pure equilibria"
        path = self.paths[0] if len(self.paths) == 1 else f"{len(self.paths)} different paths"
        return f"{self.variant.title}: {number}; {' or '.join(self.patterns)}: {path}."

    def _mixed_words(self) -> str:
        if self.mixed is None or not self.mixed.equilibria:
            return "mixed ones have to be found"
        told = []
        for equilibrium in self.mixed.equilibria:
            found = {name: p for name, p in shares(equilibrium.chain).items() if p}
            told.append(", ".join(f"{name} {float(p):.0%}" for name, p in found.items()))
        known = "" if self.mixed.status is Status.COMPLETE else "at least "
        number = "one mixed equilibrium" if len(told) == 1 else f"{len(told)} mixed equilibria"
        return f"{known}{number}: {' or '.join(told)}"


def solve_variants(
    variants: Sequence[Variant] = VARIANTS, *, done: Callable[[str], None] = lambda name: None
) -> tuple[VariantResult, ...]:
    """Solve every variant for all pure Markov perfect equilibria and check every certificate again.

    Examples
    --------
    >>> result = solve_variants(VARIANTS[:1])[0]
    >>> print(result.verdict)
    Baseline: One pure equilibrium; cycle: NS NS UP NS NS UP NS UP, then NE for ever.
    """
    results = []
    for variant in variants:
        solution = solve(variant.game(), MarkovPerfect(pure=True))
        solution.verify()
        mixed = None
        if not solution.equilibria:
            mixed = solve(variant.game(), MarkovPerfect())
            mixed.verify()
        results.append(VariantResult(variant, solution, mixed))
        done(variant.name)
    return tuple(results)


@dataclass(frozen=True)
class Inertness:
    """Whether a parameter changes any equilibrium path.

    ``evidence`` is ``"proved"`` (it adds the same amount to all payoffs of a player, so it cancels from every comparison),
    ``"tried"`` (no change at the values tried, which proves nothing beyond them) or ``"changes"`` (a value that changes
    the paths is given).
    """

    parameter: str
    is_inert: bool
    evidence: str
    tried: tuple[Fraction, ...]
    changed_at: Fraction | None = None


def _paths(game: DynamicGame) -> frozenset[str]:
    return frozenset(solve(game, MarkovPerfect(pure=True)).paths)  # type: ignore[arg-type]


def cancels(game: DynamicGame, parameter: str) -> bool:
    """Whether a parameter only adds one and the same amount to all of a player's payoffs, in every state that can be reached."""
    import sympy

    symbol = sympy.Symbol(parameter)
    reached = [game.start]
    for s in reached:
        draws = [play.next_for(i) for play in game.periods[s].plays for i in (0, 1)]
        draws += [play.next for play in game.periods[s].plays]
        reached += dict.fromkeys(t for draw in draws for p, t in draw if p != 0 and t not in reached)
    for i in (0, 1):
        terms = set()
        for period in (game.periods[s] for s in reached):
            for play in period.plays:
                terms.add(sympy.expand(sympy.diff(sympy.sympify(play.payoff_to(i)), symbol)))
                if any(symbol in sympy.sympify(p).free_symbols for p, _ in (*play.next, *play.next_for(i))):
                    return False
            lotteries = [lottery for row in period.branches for lottery in row]
            if parameter in free_names(p for lottery in lotteries for p, _ in lottery):
                return False
        if len(terms) > 1 or any(symbol in term.free_symbols for term in terms):
            return False
    return parameter not in {str(s) for d in game.discount for s in sympy.sympify(d).free_symbols}


def inert_parameters(
    variant: Variant = VARIANTS[0], *, factors: Sequence[object] = (0, "1/2", "3/4", "5/4", "3/2", 2, 4)
) -> tuple[Inertness, ...]:
    """Which parameters of the reduced game change no equilibrium path; see :func:`inertness`.

    Examples
    --------
    >>> [(r.parameter, r.evidence) for r in inert_parameters() if r.is_inert and r.evidence == "proved"]
    [('t', 'proved')]
    """
    symbolic = reduced_game(naive=variant.naive, relief=variant.relief)
    return inertness(symbolic, variant.parameters, factors=factors)


def inertness(
    symbolic: DynamicGame,
    values: Mapping[str, object],
    *,
    factors: Sequence[object] = (0, "1/2", "3/4", "5/4", "3/2", 2, 4),
) -> tuple[Inertness, ...]:
    """Which parameters change no equilibrium path: a proof where the parameter cancels, otherwise what was tried.

    Each parameter is multiplied by each factor (discount factors and probabilities only as far as they stay admissible; a
    parameter that is 0 takes the factors themselves as values), the others staying as they are.

    Parameters
    ----------
    symbolic : DynamicGame
        Every parameter a symbol.
    values : mapping
        A number for each of them.
    factors : sequence of numbers
    """
    numbers = {name: rational(value) for name, value in values.items() if name in symbolic.parameters}
    before = _paths(symbolic.subs(**numbers))
    found = []
    for name, now in numbers.items():
        if cancels(symbolic, name):
            found.append(Inertness(name, True, "proved", ()))
            continue
        tried = []
        changed: Fraction | None = None
        for factor in map(rational, factors):
            value = now * factor if now else factor
            if value == now or not _admissible(symbolic, name, value):
                continue
            tried.append(value)
            if _paths(symbolic.subs(**{**numbers, name: value})) != before:
                changed = value
                break
        found.append(
            Inertness(name, changed is None, "changes" if changed is not None else "tried", tuple(tried), changed)
        )
    return tuple(found)


def _admissible(game: DynamicGame, name: str, value: Fraction) -> bool:
    """Whether a discount factor stays between 0 and 1, and a probability from 0 to 1."""
    if name in {str(s) for s in game.discount}:
        return 0 < value < 1
    lotteries = [lottery for period in game.periods for row in period.branches for lottery in row]
    draws = [play.next for period in game.periods for play in period.plays]
    drawn = free_names(p for draw in (*lotteries, *draws) for p, _ in draw)
    return name not in drawn or 0 <= value <= 1


@dataclass(frozen=True)
class PhaseDiagram:
    """Patterns over a grid of two parameters: ``pattern[j][i]`` belongs to ``x[i]`` and ``y[j]``.

    A pattern is one of :data:`observed.PATTERNS`, ``"other"``, ``"several"`` (pure equilibria of different patterns) or
    ``"none"`` (no pure equilibrium).
    """

    x_name: str
    y_name: str
    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...]
    pattern: tuple[tuple[str, ...], ...]


def phase_diagram(
    x: tuple[str, Sequence[object]],
    y: tuple[str, Sequence[object]],
    *,
    variant: Variant = VARIANTS[0],
    done: Callable[[int], None] = lambda rows: None,
) -> PhaseDiagram:
    """Solve the variant exactly at every point of a grid of two parameters.

    Examples
    --------
    >>> phase_diagram(("delta_US", ["1/2"]), ("s", ["2"])).pattern
    (('cycle',),)
    """
    xs, ys = tuple(map(rational, x[1])), tuple(map(rational, y[1]))
    fixed = {name: value for name, value in variant.parameters.items() if name not in (x[0], y[0])}
    game = reduced_game(naive=variant.naive, relief=variant.relief).subs(**fixed)
    rows = []
    for b in ys:
        row = []
        for a in xs:
            equilibria = solve(game.subs(**{x[0]: a, y[0]: b}), MarkovPerfect(pure=True)).equilibria
            patterns = {classify(e.chain) for e in equilibria}
            row.append("none" if not patterns else "several" if len(patterns) > 1 else patterns.pop())
        rows.append(tuple(row))
        done(1)
    return PhaseDiagram(x[0], y[0], xs, ys, tuple(rows))
