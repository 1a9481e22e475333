"""Conditions at every level, reduced to the levels at the ends by induction; each step is a claim with its certificate.

A plan of play by levels (:mod:`gametheory.equilibria.solvers.symbolic_levels`) is an equilibrium where polynomial
conditions ``G(k) >= 0`` hold at each level of a phase, however many levels there are. If

    ``G(k + 1) >= 0`` follows from ``G(k) >= 0``    (for any two neighbouring levels of the phase),

then the first level binds: ``G >= 0`` there is necessary and, by induction, sufficient. If it is the other way round, the last level binds.
If the second difference is never positive, ``G`` is concave in the level and both ends together are necessary and
sufficient. Otherwise a difference ``s(k) = B G(k + 1) - G(k)``, in which the power of the recurrence cancels, is often linear in the level:
where it is negative ``G(k + 1) >= 0`` gives ``G(k) >= 0``, where it is not ``G(k) >= 0`` gives ``G(k + 1) >= 0``. If it rises,
the first level with ``s >= 0`` binds (the last level, if there is none); if it falls, both ends do.

Which of these holds is put to :class:`gametheory.claims.Claim`, with the level and the power of the recurrence as
free numbers in their ranges, and with the conditions found so far (they are part of the result) as assumptions. What
none of them settles stays a condition at each level and is said to be open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gametheory.claims.binding import Binding, Reducer
from gametheory.conditions import FALSE, Formula, Logic, Region, evaluate
from gametheory.equilibria.solvers.symbolic_levels import LevelCondition, LevelPlan, compare_with_numbers
from gametheory.errors import CertificateError
from gametheory.exact import exact, substitute

__all__ = ["Binding", "LevelTheorem", "for_every_level"]


@dataclass(frozen=True)
class LevelTheorem:
    """For every number of levels: the plan is a Markov perfect equilibrium exactly where the conditions left hold.

    The theorem is stated for plans in which no range of levels is empty; ``holds`` goes through the levels where one is.

    Attributes
    ----------
    plan : LevelPlan
    parts : tuple of Binding
    region : Region
        All conditions free of the level, in the parameters, the ends of phases, the top and the powers from their first
        levels. Those that bind at a level inside, or at every level, are not part of it: see ``parts``.
    """

    plan: LevelPlan
    parts: tuple[Binding, ...] = field(repr=False)
    region: Region = field(repr=False)

    @property
    def is_reduced(self) -> bool:
        """Whether every condition was reduced to the ends."""
        return all(part.at != "open" for part in self.parts)

    @property
    def open(self) -> tuple[Binding, ...]:
        """The conditions that still speak of every level."""
        return tuple(part for part in self.parts if part.at == "open")

    def holds(self, top: int, ends: Mapping[str, int] | None = None, **values: object) -> bool:
        """Whether the plan is an equilibrium at numbers, from the reduced conditions alone (open ones: at each level).

        Parameters
        ----------
        top : int
        ends : mapping from name to int
        **values : numbers
        """
        levels = {self.plan.top: Fraction(top), **{k: Fraction(v) for k, v in (ends or {}).items()}}
        known: dict[str, Any] = {**{n: exact(x, field=n) for n, x in values.items()}, **levels}
        ranges = [self._range(part.condition, levels) for part in self.parts]
        if not all(ranges):  # steps may rest on conditions that an empty range does not impose
            return self.plan.holds(top, ends, **values)
        return all(self._holds(part, known, levels) for part in self.parts)

    def _range(self, c: LevelCondition, levels: Mapping[str, Fraction]) -> range:
        """The levels of which a condition speaks."""
        begin = levels[self.plan.until[c.phase - 1]] if c.phase else Fraction(0)
        first, last = (substitute(x, levels) for x in (c.first, c.last))
        return range(int(max(begin, first)), int(last) + 1)

    def _holds(self, part: Binding, known: Mapping[str, Any], levels: Mapping[str, Fraction]) -> bool:
        c = part.condition
        inside = self._range(c, levels)
        binding = list(inside[:1])
        if part.at == "open":
            binding = list(inside)
        elif part.at == "turn" and part.turn is not None:
            places = ((k, {**known, self.plan.level: Fraction(k)}) for k in inside[:-1])
            binding = [next((k for k, x in places if evaluate(c.region.domain, part.turn, x)), inside[-1])]
        for k in binding:
            at = {**known, self.plan.level: Fraction(k)}
            at |= self.plan.powers_at(at)
            if not all(evaluate(c.region.domain, f, at) for f in part.required or (part.formula,)):
                return False
        return True

    def verify(self) -> None:
        """Check the plan's values and conditions, every certificate, and that each step speaks of the condition it reduces.

        Raises
        ------
        CertificateError
            If anything does not hold, or a step has no certificate.
        """
        self.plan.verify()
        for part in self.parts:
            if part.at in ("alike", "open"):
                continue
            for step in part.steps:
                step.verify()
            _recheck_step(self.plan, part)
        compare_with_numbers(self.plan, points=2, most=4, seed=31, holds=self.holds)

    def __str__(self) -> str:
        head, *_ = str(self.plan).splitlines()
        used = {n for part in self.parts for f in part.required for n in _names_of(part, f)}
        powers = [str(x) for x in self.plan.powers if x.name in used]
        return "\n".join([f"For every {self.plan.top}: {head}", *map(str, self.parts), *powers])


def for_every_level(plan: LevelPlan, *, seconds: float = 2.0) -> LevelTheorem:
    """Reduce the conditions of a plan from every level to the levels at which they bind.

    Parameters
    ----------
    plan : LevelPlan
    seconds : float
        Budget of each step.

    Examples
    --------
    >>> from gametheory.equilibria.solvers.symbolic_levels import level_plan
    >>> from gametheory.games.dynamic import DynamicGame
    >>> from gametheory.games.institutions import Counter, Fine
    >>> game = DynamicGame.sequential(first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"),
    ...     discount="d", payoffs={"NE": (2, 1), "NS": (0, 0), "UA": (5, -2), "UP": (1, -1)}).with_rules(
    ...     Counter("k", upto=1, on={"UP": 1}), Fine("US", on=("UA", "UP"), by="c*k"))
    >>> theorem = for_every_level(level_plan(game, ["NS"], assumptions=[exact("c") > 0]))
    >>> theorem.region.is_never
    True
    """
    reducer = Reducer(plan, seconds)
    parts = reducer.run()
    domain = reducer.final_domain()
    logic = Logic(domain)
    formulas = logic.all_of([_retold(logic, f) for part in parts for f in part.required])
    told = formulas.parts if formulas.kind == "and" else (formulas,)
    atoms = [g.atom for g in told if g.atom is not None]
    for a in list(atoms):
        rest = [b for b in atoms if b is not a]
        if a[1] != "==" and rest and domain.implies(rest, a):
            atoms = rest
    kept = [logic.known(*a) for a in atoms] + [g for g in told if g.atom is None]
    return LevelTheorem(plan, tuple(parts), Region(domain, formulas if formulas is FALSE else logic.all_of(kept)))


def _retold(logic: Logic, f: Formula) -> Formula:
    """The formula over another domain with the same names."""
    if f.atom is not None:
        return logic.atom(*f.atom)
    parts = [_retold(logic, g) for g in f.parts]
    return logic.all_of(parts) if f.kind == "and" else logic.any_of(parts)


def _names_of(part: Binding, f: Formula) -> set[str]:
    names = part.condition.region.domain.names
    return {names[i] for p, _ in f.atoms() for i, d in enumerate(p.degrees()) if d}


def _recheck_step(plan: LevelPlan, part: Binding) -> None:
    """The step, formed again at numbers from the condition itself, must have the sign that its claim speaks of."""
    domain, k = part.condition.region.domain, plan.level
    p = part.formula.atom[0]  # type: ignore[index]
    used = {domain.names[i] for i, d in enumerate(p.degrees()) if d}
    powers = {x.name: x.base for x in plan.powers if k in str(x.exponent) and x.name in used}
    claim = part.steps[0].claim
    for point in domain.points(6, seed=77):
        bases = {n: Fraction(substitute(exact(b), point)) for n, b in powers.items()}  # type: ignore[arg-type]

        def level(up: int, width: int, point: Any = point, bases: Any = bases) -> Fraction:
            """At level k + up, where the powers stand for those of level k + width."""
            moved = {n: point[n] * b ** (width - up) for n, b in bases.items()}
            return domain.ring.evaluate(p, {**point, **moved, k: point[k] + up})

        w = next(iter(bases.values())) if part.weight == "B" else Fraction(1)
        rise = w * level(1, 1) - level(0, 1)
        if part.turn is not None:
            agree = (rise >= 0) == evaluate(domain, part.turn, point)
        else:
            value = {
                "first": rise,
                "last": level(0, 1) - w * level(1, 1),
                "ends": 2 * level(1, 2) - level(0, 2) - level(2, 2),
            }[part.at]
            agree = claim.holds_at({n: point[n] for n in claim.names}) == (value >= 0)
        if not agree:
            raise CertificateError(f"the step of '{part}' speaks of something else")
