"""Ratchet games at a level that is a symbol: conditions of a plan of play at every level, for every number of levels at once.

A ratchet raises a counter ``k`` and never lowers it. Payoffs are polynomials in the level, probabilities do not depend on
it, and whoever enters a new level enters it in the same inner state (frustration starts anew, say). A *plan* says what
happens at each level: the levels fall into phases, ``0 <= k < m_1``, ``m_1 <= k < m_2``, ..., and within a phase the
outcome in each inner state is the same at each level. A player's value on entering a level then follows a recurrence,

    v(k) = a(k) + B v(k + 1)    for k below m,    v(m) known,

with ``a`` a polynomial in ``k`` and ``0 < B < 1`` free of it, so that

    v(k + 1) = P(k + 1) + B**(m - 1 - k) (v(m) - P(m)),

where ``P`` is the one polynomial with ``P(k) = a(k) + B P(k + 1)``. The power stands in the conditions as a symbol between 0
and 1. By the one-shot deviation principle the plan is a Markov perfect equilibrium exactly where the conditions hold at each level
of each phase and at the top, K. :mod:`gametheory.claims.induction` reduces "at each level" to the levels at the ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from random import Random
from typing import TYPE_CHECKING, Any

from gametheory.conditions import Region, evaluate
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers._levels import Course, Phase, Power, Work
from gametheory.equilibria.solvers.pure_markov import PureMarkov
from gametheory.equilibria.solvers.symbolic_markov import _Search
from gametheory.equilibria.symbolic_profiles import dynamic_domain
from gametheory.errors import CertificateError, InputTypeError
from gametheory.exact import Number, exact, rational, substitute
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, impose

if TYPE_CHECKING:
    from gametheory.algebra import Ratio
    from gametheory.signs import Domain

    _Pair = tuple[Ratio, Ratio]

__all__ = ["LevelCondition", "LevelPlan", "Phase", "Power", "compare_with_numbers", "level_plan"]


@dataclass(frozen=True)
class LevelCondition:
    """What must hold in one inner state at the levels from ``first`` to ``last`` (empty where last is below first).

    Attributes
    ----------
    phase : int
    inner : str
        The inner state.
    first, last : Number
        Levels, numbers or expressions in the ends of phases; "K" is the top.
    region : Region
        In the parameters, the level, the ends of phases and the powers.
    """

    phase: int
    inner: str
    first: Number
    last: Number
    region: Region = field(repr=False)
    level: str = "k"

    def __str__(self) -> str:
        where = (
            f"{self.level} = {self.first}"
            if self.first == self.last
            else f"{self.level} from {self.first} to {self.last}"
        )
        return f"{where}{', ' + self.inner if self.inner else ''}: {self.region}"


@dataclass(frozen=True)
class LevelPlan:
    """A plan of play at each level, with the conditions under which it is a Markov perfect equilibrium.

    Attributes
    ----------
    phases : tuple of Phase
    until : tuple of str
        Where each phase but the last ends: its levels are below this.
    level : str
        The ratchet's name.
    top : str
        The name of the number of levels.
    powers : tuple of Power
    conditions : tuple of LevelCondition
        The plan is an equilibrium exactly where all of them hold, each at every level in its range.
    values : tuple of (sympy expression, sympy expression)
        For each phase what the players expect on entering a level of it, with powers written out.
    """

    game: DynamicGame = field(repr=False)
    phases: tuple[Phase, ...]
    until: tuple[str, ...]
    level: str
    top: str
    powers: tuple[Power, ...]
    conditions: tuple[LevelCondition, ...] = field(repr=False)
    values: tuple[tuple[Number, Number], ...] = field(repr=False)
    naive: tuple[str, ...] = ()
    _work: Any = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        begin = ["0", *self.until]
        told = [
            f"{phase} from {self.level} = {a}" if k else f"{phase} at {self.level} = {a} and on"
            for k, (phase, a) in enumerate(zip(self.phases, begin, strict=True))
        ]
        return "\n".join(["; ".join(told), *map(str, self.conditions), *map(str, self.powers)])

    @property
    def assumptions(self) -> tuple[Any, ...]:
        """What is assumed of the parameters, discount factors and probabilities included."""
        return tuple(r for r in dynamic_domain(self._work.template, self._work.assumptions).relations)

    def holds(self, top: int, ends: Mapping[str, int] | None = None, **values: object) -> bool:
        """Whether the plan is an equilibrium at numbers, from the conditions, level by level, exactly.

        Parameters
        ----------
        top : int
            The highest level, K.
        ends : mapping from name to int
            Where phases end.
        **values : numbers
            One for each parameter of the game.
        """
        numbers = {name: exact(x, field=name) for name, x in values.items()}
        levels = {self.top: Fraction(top), **{k: Fraction(v) for k, v in (ends or {}).items()}}
        known: dict[str, Any] = {**numbers, **levels}
        for c in self.conditions:
            first, last = (substitute(x, levels) for x in (c.first, c.last))
            begin = levels[self.until[c.phase - 1]] if c.phase else Fraction(0)
            for k in range(int(max(first, begin)), int(last) + 1):
                at = {**known, self.level: Fraction(k)}
                at |= self.powers_at(at)
                if not evaluate(c.region.domain, c.region.formula, at):
                    return False
        return True

    def powers_at(self, values: Mapping[str, Any]) -> dict[str, Number]:
        """The powers at numbers for the parameters, the level, the ends and the top; those with a negative exponent are left out."""
        found: dict[str, Number] = {}
        for power in self.powers:
            base, exponent = (substitute(exact(x), values) for x in (power.base, power.exponent))
            if exponent >= 0:
                found[power.name] = base ** int(exponent)
        return found

    def verify(self) -> None:
        """Check the values by putting them into their equations, and the conditions against the numeric solver.

        The values at every level must satisfy the equations of the plan identically, as rational functions in the parameters, the
        level and the powers. Then the conditions are compared with all equilibria of games with few levels, at points.

        Raises
        ------
        CertificateError
            If anything disagrees.
        """
        self._work.check_equations()
        compare_with_numbers(self, points=3)


def level_plan(
    game: DynamicGame,
    phases: Sequence[Phase | str | Mapping[str, str]],
    until: Sequence[str] = (),
    *,
    level: str = "k",
    top: str = "K",
    naive: Sequence[str] = (),
    assumptions: Sequence[Any] = (),
) -> LevelPlan:
    """The conditions under which a plan of play by levels is a Markov perfect equilibrium, for every level at once.

    Parameters
    ----------
    game : DynamicGame
        A game with rules, one of them a ratchet; how many levels it has does not matter.
    phases : sequence of Phase, outcome, or mapping from inner state to outcome
        The last phase must stay at its level, unless it ends at the top alone.
    until : sequence of str
        Names (or ``top``) of the levels at which the next phase begins; one less than phases.
    level, top : str
        The ratchet's name, and the name of its largest value.
    naive : sequence of str
        Players who take the level as fixed, as in :meth:`DynamicGame.perceived`.
    assumptions : sequence of sympy relationals
        Beyond the game's own domain.

    Examples
    --------
    >>> from gametheory.games.institutions import Bonus, Fine
    >>> game = DynamicGame.sequential(first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"),
    ...     discount="d", payoffs={"NE": (2, "m"), "NS": (0, 1), "UA": (1, "-s"), "UP": (-1, "-z")}).with_rules(
    ...     Counter("k", upto=1, on={"UP": 1}), Fine("US", on=("UA", "UP"), by="c*k"), Bonus("MX", on="NE", by="g*k"))
    >>> plan = level_plan(game, ["NE"], assumptions=[exact("m") > 0, exact("g") > 0, exact("c") > 0])
    >>> "g*k + m >= 1" in str(plan.conditions[0])
    True
    """
    work = Work(game, tuple(map(_phase, phases)), tuple(until), level, top, tuple(naive), tuple(assumptions))
    return LevelPlan(
        game,
        work.phases,
        work.until,
        level,
        top,
        tuple(work.powers),
        tuple(_conditions(work)),
        work.closed_values(),
        tuple(naive),
        work,
    )


def _phase(given: Phase | str | Mapping[str, str]) -> Phase:
    if isinstance(given, Phase):
        return given
    if isinstance(given, (str, Mapping)):
        return Phase(given)
    raise InputTypeError("phases", given, "a Phase, an outcome, or a mapping from inner state to outcome")


def _conditions(work: Work) -> list[LevelCondition]:
    """One condition for each inner state and range of levels with the same formula."""
    import sympy

    found: list[LevelCondition] = []
    ends: list[Any] = [sympy.Integer(0), *(sympy.Symbol(n) for n in work.until), sympy.Symbol(work.top)]
    last = len(work.phases) - 1
    for p, pair in enumerate(work.courses):
        first, end = ends[p], ends[p + 1]
        if p == last:
            if not work.ends_at_top:
                found += _at(work, p, first, end - 1, _above(work, pair, None), 1)
            found += _at(work, p, end, end, {}, 0, level=end, states=work.high)
            continue
        if all(pair[i].up is not None or not _foresees(work, i) for i in (0, 1)):
            found += _at(work, p, first, end - 1, _above(work, pair, None), 1)
        else:  # the last level of the phase borders on the next phase, in the eyes of a player who stays
            found += _at(work, p, first, end - 2, _above(work, pair, None), 2)
            found += _at(work, p, end - 1, end - 1, _above(work, pair, p + 1), 1, level=end - 1)
    return found


def _foresees(work: Work, i: int) -> bool:
    """Whether any play leads to a higher level in the player's own eyes."""
    above = set(work.high.values())
    return any(t in above for s in work.low.values() for play in work.search.step[s] for _, t in play[i])


def _above(work: Work, pair: tuple[Course, Course], following: int | None) -> dict[int, _Pair]:
    """The values on entering the next level: inside the phase, or at its last level, where another phase follows."""
    if work.entry < 0:
        return {}
    worth = []
    for i in (0, 1):
        if (up := pair[i].up) is not None:
            worth.append(up)
        else:
            worth.append(
                work.shift(pair[i].entry)
                if following is None
                else work.at_start(work.courses[following][i], i, following)
            )
    return {work.entry: (worth[0], worth[1])}


def _at(
    work: Work,
    p: int,
    first: Any,
    last: Any,
    above: Mapping[int, _Pair],
    width: int,
    *,
    level: Any = None,
    states: Mapping[str, int] | None = None,
) -> list[LevelCondition]:
    """The conditions at the levels from ``first`` to ``last``, or at one level."""
    import sympy

    domain = work.domain_with(None if width == 0 else p, width=width, named=level is None)
    search = _Search(work.template, domain, True, {})
    states = work.low if states is None else states
    here = {s: (work.courses[p][0].here[j], work.courses[p][1].here[j]) for j, s in enumerate(states.values())}
    values: dict[int, _Pair] = {**above, **here}
    if level is not None:
        image = work.ring.read(exact(level)).num
        gone = [x.name for x in work.powers if sympy.expand(x.exponent.subs(sympy.Symbol(work.level), level)) == 0]

        def put(r: Ratio) -> Ratio:
            r = work.put(r, work.level, image)
            for name in gone:
                r = work.put(r, name, work.ring.one)
            return r

        values = {s: (put(a), put(b)) for s, (a, b) in values.items()}
        search.reward = [[[put(r) for r in play] for play in plays] for plays in search.reward]
    made = []
    for inner, s in states.items():
        way = work.way(s, work.phases[p], inner)
        formula = search._optimal(s, way, values, work.allowed(s, way, work.phases[p]))
        made.append(LevelCondition(p, inner, exact(first), exact(last), Region(domain, formula), work.level))
    return made


def compare_with_numbers(
    plan: LevelPlan,
    *,
    points: int = 4,
    most: int = 3,
    seed: int = 0,
    holds: Callable[..., bool] | None = None,
    near: Mapping[str, object] | None = None,
) -> tuple[int, int]:
    """Compare the conditions with every pure equilibrium of games with 1 to ``most`` levels, at points of the domain.

    Parameters
    ----------
    plan : LevelPlan
    points, most, seed : int
    holds : callable, optional
        Says instead of ``plan.holds`` whether the plan is an equilibrium.
    near : mapping from parameter to number, optional
        Points are drawn around these numbers (each changed by up to a fifth), instead of all over the domain.

    Returns
    -------
    (int, int)
        At how many comparisons the plan is an equilibrium, and at how many it is not.

    Raises
    ------
    CertificateError
        If the two disagree.
    """
    work, said = plan._work, plan.holds if holds is None else holds
    counts = [0, 0]
    domain = dynamic_domain(work.template, work.assumptions)
    for point in domain.points(points, seed=seed) if near is None else _around(domain, near, points, seed):
        values = {name: point[name] for name in plan.game.parameters if name in point}
        for top in range(1, most + 1):
            rules = [
                replace(r, upto=top) if isinstance(r, Counter) and r.name == plan.level else r for r in plan.game.rules
            ]
            frozen = {plan.game.players.index(n): (plan.level,) for n in plan.naive}
            game = impose(plan.game.base, rules, frozen=frozen)  # type: ignore[arg-type]
            known = {**dict(plan.game.bound), **values}
            game = game.subs(**{name: x for name, x in known.items() if name in game.parameters})
            solved = PureMarkov().solve(game, MarkovPerfect(pure=True)).equilibria
            free = [n for n in plan.until if n != plan.top]
            for chosen in combinations_with_replacement(range(top + 1), len(free)):
                ends = dict(zip(free, chosen, strict=True))
                found = any(_follows(plan, game, e.profile, ends, top) for e in solved)
                if found != said(top, ends, **values):
                    shown = ", ".join(f"{n} = {x}" for n, x in {**values, **ends, plan.top: top}.items())
                    raise CertificateError(f"the plan is{'' if found else ' not'} an equilibrium at {shown}")
                counts[not found] += 1
    return counts[0], counts[1]


def _follows(plan: LevelPlan, game: DynamicGame, profile: Any, ends: Mapping[str, int], top: int) -> bool:
    """Whether a pure profile does what the plan says in every state."""
    borders = [ends.get(n, top) for n in plan.until]
    for row, period, choices in zip(game.variables, game.periods, profile, strict=True):
        phase = plan.phases[sum(int(row[plan.level]) >= b for b in borders)]
        inner = ", ".join(f"{k}={v}" for k, v in row.items() if k != plan.level)
        if {period.plays[p].label for p in period.outcome(choices)} != {phase.outcome(inner)}:
            return False
        for node, mix in zip(period.nodes, choices, strict=True):
            wanted = phase.answers.get(node.history) if not period.simultaneous else None
            if wanted is not None and mix[node.actions.index(wanted)] != 1:
                return False
    return True


def _around(domain: Domain, near: Mapping[str, object], points: int, seed: int) -> list[dict[str, Fraction]]:
    """Points of a domain near another one."""
    rng, centre = Random(seed), {n: rational(x, field=n) for n, x in near.items()}
    found: list[dict[str, Fraction]] = []
    for _ in range(100 * points):
        point = {n: x * Fraction(rng.randint(80, 120), 100) for n, x in centre.items()}
        if len(found) < points and domain.contains(dict.fromkeys(domain.names, Fraction(1)) | point):
            found.append(point)
    return found
