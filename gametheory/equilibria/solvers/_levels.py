"""Values of a plan of play by levels: the template of a ratchet game at a level that is a symbol, its recurrence in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, Ratio, Ring
from gametheory.equilibria.solvers.symbolic_markov import _linear, _Search, _Way
from gametheory.equilibria.symbolic_profiles import dynamic_domain
from gametheory.errors import CertificateError, InputError, UnsupportedError
from gametheory.exact import Number, exact, free_names, substitute
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Prohibit, Rule, impose
from gametheory.signs import Domain

if TYPE_CHECKING:
    import sympy

__all__ = ["Phase", "Power", "Work"]


@dataclass(frozen=True)
class Phase:
    """What happens at each level of a phase.

    Parameters
    ----------
    play : str, or mapping from inner state to outcome
        The inner state is named without the level: ``{"f=0": "NS", "f=1": "UP"}``. One outcome stands for all inner states.
    answers : mapping from history to action
        Choices at nodes off the path, in every inner state; where nothing is said any optimal choice will do.
    """

    play: str | Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)

    def outcome(self, inner: str) -> str:
        """The outcome in an inner state."""
        if isinstance(self.play, str):
            return self.play
        if inner not in self.play:
            raise InputError("phase", dict(self.play), f"an outcome for the inner state {inner!r}")
        return self.play[inner]

    def __str__(self) -> str:
        return self.play if isinstance(self.play, str) else " ".join(dict.fromkeys(self.play.values()))


@dataclass(frozen=True)
class Power:
    """A power ``base ** exponent`` that stands in conditions under its own name; between 0 (excluded) and 1."""

    name: str
    base: sympy.Expr
    exponent: sympy.Expr

    def __str__(self) -> str:
        return f"{self.name} = ({self.base})**({self.exponent})"


def _template(game: DynamicGame, level: str, naive: Sequence[str]) -> DynamicGame:
    """Two levels: one of unknown number ``level`` with another above it, and the top."""
    if game.base is None:
        raise InputError("game", str(game), "a game with rules, one of them a ratchet")
    if game.has_beliefs:
        raise InputError(
            "game", "a game with perceptions", "the game as it is; name those who misperceive it in 'naive'"
        )
    import sympy

    unknown = {level: sympy.Symbol(f"{level}_")}
    rules: list[Rule] = []
    found = False
    for rule in game.rules:
        if isinstance(rule, Counter) and rule.name == level:
            if not rule.is_ratchet:
                raise InputError("level", level, "a ratchet: a counter that never falls")
            found = True
            rules.append(replace(rule, upto=1, start=0))
        elif isinstance(rule, (Fine, Bonus)):
            rules.append(replace(rule, by=substitute(exact(rule.by), unknown)))  # type: ignore[arg-type]
        elif isinstance(rule, Prohibit):
            raise UnsupportedError("rules", rule, "plans by level in games without prohibitions")
        else:
            rules.append(rule)
    if not found:
        raise InputError(
            "level", level, f"one of the counters {[r.name for r in game.rules if isinstance(r, Counter)]}"
        )
    used = free_names(
        [p for r in game.rules if isinstance(r, Counter) for p in map(exact, (*r.on.values(), *r.down.values()))]
    )
    if level in used:
        raise UnsupportedError("rules", "a probability that depends on the level", "probabilities free of the level")
    frozen = {game.players.index(name): (level,) for name in naive}
    made = impose(game.base, rules, frozen=frozen)
    known = {name: value for name, value in game.bound if name in made.parameters}
    made = made.subs(**known) if known else made
    return made.subs(**{f"{level}_": exact(level)}) if f"{level}_" in made.parameters else made


@dataclass(frozen=True)
class Course:
    """A player's values in a phase: ``v(k+1)`` on the way up, and in each inner state at the level itself."""

    up: Ratio | None  # v(k + 1), where the phase climbs (in her eyes)
    here: tuple[Ratio, ...]  # V(k, f) for each inner state
    entry: Ratio  # V(k, entry): the same at the entry state, written with the power


class Work:
    """The template over rational functions, one course for each phase and player."""

    def __init__(
        self,
        game: DynamicGame,
        phases: tuple[Phase, ...],
        until: tuple[str, ...],
        level: str,
        top: str,
        naive: tuple[str, ...],
        assumptions: tuple[Any, ...],
    ) -> None:
        if not phases or len(until) != len(phases) - 1:
            raise InputError("until", until, f"one name less than phases: {max(len(phases) - 1, 0)}")
        if len(set(until)) != len(until) or top in until[:-1]:
            raise InputError("until", until, f"names that differ; {top!r} can only be the last")
        self.game, self.phases, self.until, self.level, self.top = game, phases, until, level, top
        self.naive, self.assumptions = naive, assumptions
        self.template = _template(game, level, naive)
        clash = sorted({level, top, *until} & set(game.parameters))
        if clash:
            raise InputError("until", clash, "names that are no parameters of the game")
        by_level: dict[int, dict[str, int]] = {0: {}, 1: {}}
        for s, row in enumerate(self.template.variables):
            inner = ", ".join(f"{k}={v}" for k, v in row.items() if k != level)
            by_level[int(row[level])][inner] = s
        if set(by_level[0]) != set(by_level[1]):
            raise UnsupportedError(
                "rules", "inner states that differ between levels", "the same inner states at each level"
            )
        self.low = by_level[0]
        self.high = {inner: by_level[1][inner] for inner in self.low}
        self.domain = self.domain_with()
        self.ring: Ring = self.domain.ring
        self.search = _Search(self.template, self.domain, True, {})
        self.entry = self._entry_state()
        self.powers: list[Power] = []
        self.bases: dict[str, Ratio] = {}
        self.courses: list[tuple[Course, Course]] = []
        self._courses()

    # --- symbols ----------------------------------------------------------------------------------------------------

    def _power_names(self) -> list[str]:
        names = []
        for p in range(len(self.phases) - 1):
            for player in self.template.players:
                names += [f"x{p + 1}_{player}", f"y{p + 1}_{player}"]
        return names

    def domain_with(
        self, phase: int | None = None, *, width: int = 1, named: bool = True, filled: Mapping[int, int] | None = None
    ) -> Domain:
        """The parameters, with the ends in their order, the powers, and what is known of the level.

        Parameters
        ----------
        phase : int or None
            The level lies in this phase, at least ``width`` below its end (``named``); or the phase has at least so many
            levels.
        filled : mapping from phase to int
            How many levels each phase has at least.
        """
        import sympy

        k = sympy.Symbol(self.level)
        ends = [sympy.Integer(0), *(sympy.Symbol(n) for n in dict.fromkeys((*self.until, self.top)))]
        relations: list[Any] = []
        for p, (a, b) in enumerate(pairwise(ends)):
            if p == phase and named:
                relations += [sympy.Ge(k, a), sympy.Le(k, b - width)]
            else:
                relations.append(sympy.Ge(b, a + (width if p == phase else (filled or {}).get(p, 0))))
        if phase is None or not named:
            relations.append(sympy.Ge(k, 0))
        for name in self._power_names():
            relations += [sympy.Symbol(name) > 0, sympy.Symbol(name) <= 1]
        return dynamic_domain(self.template, (*self.assumptions, *relations))

    def put(self, r: Ratio, name: str, value: Poly) -> Ratio:
        """The rational function with a variable replaced by a polynomial."""
        gens = list(self.ring.gens)
        gens[self.ring.names.index(name)] = value
        return Ratio.of(*(p.compose(*gens, ctx=self.ring.context) for p in (r.num, r.den)))

    def gen(self, name: str) -> Poly:
        return self.ring.gens[self.ring.names.index(name)]

    def shift(self, r: Ratio) -> Ratio:
        """At the next level."""
        return self.put(r, self.level, self.gen(self.level) + self.ring.one)

    # --- values -----------------------------------------------------------------------------------------------------

    def _entry_state(self) -> int:
        """The inner state in which every new level is entered, whoever believes it."""
        above = set(self.high.values())
        entered = {t for s in self.low.values() for t in self.search.successors[s]} & above
        if len(entered) > 1:
            shown = [self.template.states[t] for t in sorted(entered)]
            raise UnsupportedError("rules", shown, "a new level that is always entered in the same inner state")
        return next(iter(entered)) if entered else -1

    def way(self, s: int, phase: Phase, inner: str) -> _Way:
        label = phase.outcome(inner)
        plays = self.template.periods[s].plays
        ways = [w for w in self.search.ways[s] if {plays[p].label for p, _ in w} == {label}]
        if not ways:
            raise InputError("phase", label, f"an outcome that pure play brings about in {self.template.states[s]!r}")
        return ways[0]

    def _system(
        self, player: int, phase: Phase, states: Mapping[str, int]
    ) -> tuple[list[list[Ratio]], list[Ratio], list[Ratio]]:
        """``(I - M) V = r + n v(k + 1)`` over the inner states."""
        search, place = self.search, {s: j for j, s in enumerate(states.values())}
        size = len(place)
        matrix = [[search.one if a == b else search.zero for b in range(size)] for a in range(size)]
        reward, up = [search.zero] * size, [search.zero] * size
        for inner, s in states.items():
            row = place[s]
            for p, play in search.ways[s][self.way(s, phase, inner)][1]:
                reward[row] = reward[row] + p * search.reward[s][play][player]
                for q, t in search.step[s][play][player]:
                    if t in place:
                        matrix[row][place[t]] = matrix[row][place[t]] - p * q
                    else:
                        up[row] = up[row] + p * q
        return matrix, reward, up

    @property
    def ends_at_top(self) -> bool:
        """Whether the last phase consists of the top alone."""
        return bool(self.until) and self.until[-1] == self.top

    def states_of(self, p: int) -> Mapping[str, int]:
        """The template's states that stand for a phase."""
        return self.high if p == len(self.phases) - 1 and self.ends_at_top else self.low

    def _courses(self) -> None:
        last = len(self.phases) - 1
        made: list[tuple[Course, Course]] = []
        for p in range(last, -1, -1):
            pair = []
            for i in (0, 1):
                states = self.states_of(p)
                matrix, reward, up = self._system(i, self.phases[p], states)
                if p == last and any(not u.num.is_zero() for u in up):
                    raise InputError(
                        "phases", str(self.phases[p]), f"a last phase that stays at its level (or ends at {self.top!r})"
                    )
                rest = _linear(matrix, reward)
                if all(u.num.is_zero() for u in up):
                    e = self._entry_place(states)
                    pair.append(Course(None, tuple(rest), rest[e]))
                    continue
                factor = _linear(matrix, up)
                e = self._entry_place(states)
                pair.append(self._climb(i, p, rest, factor, e, made[0][i]))
            made.insert(0, (pair[0], pair[1]))
        self.courses = made

    def _entry_place(self, states: Mapping[str, int]) -> int:
        if self.entry < 0:
            return 0
        inner = next(name for name, s in self.high.items() if s == self.entry)
        return list(states).index(inner)

    def _climb(self, i: int, p: int, rest: list[Ratio], factor: list[Ratio], e: int, following: Course) -> Course:
        """Solve ``v(k) = a(k) + B v(k + 1)`` with ``v`` at the end of the phase that of the next phase."""
        end, player = self.until[p], self.template.players[i]
        base, steady = factor[e], self._steady(rest[e], factor[e])
        x, y = f"x{p + 1}_{player}", f"y{p + 1}_{player}"
        at_end = self.at_start(following, i, p + 1)
        distance = at_end - self.put(steady, self.level, self.gen(end))
        power = self.ring.read(exact(x))
        up = self.shift(steady) + power * distance
        import sympy

        k, m = sympy.Symbol(self.level), sympy.Symbol(end)
        begin: Any = sympy.Symbol(self.until[p - 1]) if p else sympy.Integer(0)
        shown: Any = base.to_sympy(self.ring)
        self.powers += [Power(x, shown, m - 1 - k), Power(y, shown, m - begin)]
        self.bases[x] = self.bases[y] = base
        here = tuple(a + b * up for a, b in zip(rest, factor, strict=True))
        return Course(up, here, steady + base * power * distance)

    def at_start(self, course: Course, i: int, p: int) -> Ratio:
        """The value on entering the first level of phase ``p``."""
        begin = self.gen(self.until[p - 1])
        if course.up is None:
            return self.put(course.entry, self.level, begin)
        x, y = (f"{letter}{p + 1}_{self.template.players[i]}" for letter in "xy")
        # entry = steady + base x distance, and at the first level base x is the power y
        gens = self.put(course.entry, self.level, begin)
        at_zero = self.put(gens, x, self.ring.constant(0))
        slope = (self.put(gens, x, self.ring.one) - at_zero) / self.bases[x]
        return at_zero + slope * self.ring.read(exact(y))

    def _steady(self, a: Ratio, base: Ratio) -> Ratio:
        """The polynomial in the level with ``P(k) = a(k) + B P(k + 1)``."""
        v = self.ring.names.index(self.level)
        if a.den.degrees()[v] or base.num.degrees()[v] or base.den.degrees()[v]:
            raise UnsupportedError("payoffs", "quotients in the level", "payoffs that are polynomials in the level")
        parts = self._in_level(a)
        left = self.search.one - base
        found: list[Ratio] = [self.search.zero] * len(parts)
        for j in reversed(range(len(parts))):
            total = parts[j]
            for h in range(j + 1, len(parts)):
                total = total + base * found[h] * self.ring.read(comb(h, j))
            found[j] = total / left
        k = Ratio(self.gen(self.level), self.ring.one)
        result, power = self.search.zero, self.search.one
        for c in found:
            result, power = result + c * power, power * k
        return result

    def _in_level(self, a: Ratio) -> list[Ratio]:
        """Coefficients as a polynomial in the level, constant first."""
        v = self.ring.names.index(self.level)
        parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(int(a.num.degrees()[v]) + 1)]
        for powers, c in a.num.terms():
            rest = list(map(int, powers))
            n, rest[v] = rest[v], 0
            parts[n][tuple(rest)] = c
        return [Ratio.of(self.ring.context.from_dict(part), a.den) for part in parts]

    def closed_values(self) -> tuple[tuple[Number, Number], ...]:
        """Values on entering a level of each phase, powers written out."""
        put = {power.name: power.base**power.exponent for power in self.powers}

        def shown(r: Ratio) -> Number:
            x = r.to_sympy(self.ring)
            return x if isinstance(x, Fraction) else x.subs(put)  # type: ignore[no-any-return]

        return tuple((shown(a.entry), shown(b.entry)) for a, b in self.courses)

    def allowed(self, s: int, way: _Way, phase: Phase) -> list[tuple[int, ...]]:
        """The choices at all nodes that bring the phase's outcome about and give its answers."""
        period = self.template.periods[s]
        choices = self.search.ways[s][way][0]
        if not phase.answers:
            return choices
        if period.simultaneous:
            raise InputError("answers", dict(phase.answers), "periods in which one player moves first")
        at = {node.history: n for n, node in enumerate(period.nodes)}
        for history, action in phase.answers.items():
            if history not in at or action not in period.nodes[at[history]].actions:
                raise InputError("answers", {history: action}, f"an action after one of {list(at)}")
        kept = [c for c in choices if all(period.nodes[at[h]].actions[c[at[h]]] == a for h, a in phase.answers.items())]
        if not kept:
            raise InputError("answers", dict(phase.answers), "answers under which the phase's outcome comes about")
        return kept

    # --- checks -----------------------------------------------------------------------------------------------------

    def check_equations(self) -> None:
        """Put the values into the plan's equations; every difference must be the zero polynomial."""
        for p, pair in enumerate(self.courses):
            states = self.states_of(p)
            place = {s: j for j, s in enumerate(states.values())}
            for i, course in enumerate(pair):
                for inner, s in states.items():
                    total = self.search.zero
                    for chance, play in self.search.ways[s][self.way(s, self.phases[p], inner)][1]:
                        worth = self.search.reward[s][play][i]
                        for q, t in self.search.step[s][play][i]:
                            worth = worth + q * (course.here[place[t]] if t in place else self._need(course.up))
                        total = total + chance * worth
                    _zero(total - course.here[place[s]], f"phase {p + 1}, {inner or 'level'}: the value")
                e = self._entry_place(states)
                _zero(course.entry - course.here[e], f"phase {p + 1}: the value on entering")
                if course.up is not None:
                    # one level up the power is one factor less: v(k + 1) as entry at k + 1
                    x = f"x{p + 1}_{self.template.players[i]}"
                    raised = self.shift(course.entry)
                    zero = self.put(raised, x, self.ring.constant(0))
                    slope = self.put(raised, x, self.ring.one) - zero
                    _zero(
                        course.up - (zero + slope / self.bases[x] * Ratio(self.gen(x), self.ring.one)),
                        f"phase {p + 1}: the step",
                    )
                    end = self.put(
                        self.put(course.up, x, self.ring.one), self.level, self.gen(self.until[p]) - self.ring.one
                    )
                    _zero(end - self.at_start(self.courses[p + 1][i], i, p + 1), f"phase {p + 1}: its end")

    @staticmethod
    def _need(up: Ratio | None) -> Ratio:
        if up is None:
            raise CertificateError("a phase that stays at its level leads up")
        return up


def _zero(r: Ratio, what: str) -> None:
    if not r.num.is_zero():
        raise CertificateError(f"{what} does not satisfy its equation")
