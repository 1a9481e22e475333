"""One condition of a plan by levels, reduced to the levels at which it binds, with the claims that prove the step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gametheory.algebra import Poly, Ratio, primitive
from gametheory.claims.claim import Claim, text_of
from gametheory.claims.verdicts import Proved, Verdict
from gametheory.conditions import FALSE, TRUE, Formula, Logic, Region, relation
from gametheory.equilibria.solvers.symbolic_levels import LevelCondition, LevelPlan
from gametheory.exact import substitute
from gametheory.signs import Atom, Domain, Sign

if TYPE_CHECKING:
    import sympy

__all__ = ["Binding", "Reducer"]

_WORDS = {
    "alike": "the same at every level",
    "first": "binding at the first level",
    "last": "binding at the last level",
    "falls": "binding at the first or the last level",
    "ends": "binding at the first or the last level (it is concave in the level)",
    "turn": "binding at one level",
    "open": "at every level (not reduced)",
}


@dataclass(frozen=True)
class Binding:
    """One condition of a plan, reduced to the levels at which it binds.

    Attributes
    ----------
    condition : LevelCondition
        Where it comes from.
    at : str
        "alike", "first", "last", "ends", "turn" or "open".
    formula : Formula
        What the condition said, at a level.
    required : tuple of Formula
        What is left, free of the level; empty where it is open, or binds at a level inside.
    steps : tuple of Verdict
        The induction step, proved: the claim itself first, then that the factors left out of it are positive.
    weight : str
        "1" or "B": which multiple of the condition one level up the step compares with.
    turn : Formula or None
        Where the step leads upwards: if it begins to hold ("turn"), the condition binds at the first level at which it does (at
        the last level, if there is none); if it ceases to hold ("falls"), at both ends.
    """

    condition: LevelCondition = field(repr=False)
    at: str
    formula: Formula = field(repr=False)
    required: tuple[Formula, ...] = field(repr=False)
    steps: tuple[Verdict, ...] = field(default=(), repr=False)
    weight: str = ""
    turn: Formula | None = field(default=None, repr=False)

    @property
    def turning_level(self) -> sympy.Expr | None:
        """Where ``turn`` begins to hold, in closed form (not a whole number in general)."""
        if self.turn is None or self.at != "turn":
            return None
        domain, (p, _) = self.condition.region.domain, self.turn.atom  # type: ignore[misc]
        v = domain.names.index(self.condition.level)
        slope = p.derivative(v)
        return Ratio.of(slope * domain.ring.gens[v] - p, slope).to_sympy(domain.ring)  # type: ignore[return-value]

    def __str__(self) -> str:
        domain, c = self.condition.region.domain, self.condition
        shown = " and ".join(str(Region(domain, f)) for f in (self.required or (self.formula,)))
        inner = f", {c.inner}" if c.inner else ""
        levels = f"{c.level} = {c.first}" if c.first == c.last else f"{c.level} from {c.first} to {c.last}"
        words = "" if c.first == c.last else f" [{_WORDS[self.at]}]"
        if self.at == "turn":
            words = f" [binding at the first level with {c.level} >= {self.turning_level}, or at the last]"
        return f"{levels}{inner}: {shown}{words}"


def _conjuncts(logic: Logic, f: Formula) -> list[Formula]:
    """Formulas that must all hold; what all alternatives of one have in common stands by itself."""
    if f is TRUE:
        return []
    if f.kind == "and":
        return [h for g in f.parts for h in _conjuncts(logic, g)]
    if f.kind == "atom" or f is FALSE:
        return [f]
    options = [g.parts if g.kind == "and" else (g,) for g in f.parts]
    shared = [g for g in options[0] if all(g in option for option in options)]
    if not shared:
        return [f]
    left = logic.any_of([logic.all_of([g for g in option if g not in shared]) for option in options])
    return [*shared, *([] if left is TRUE else [left])]


class Reducer:
    """Takes the conditions last phase first; those reduced already are assumed in the steps of the others."""

    def __init__(self, plan: LevelPlan, seconds: float) -> None:
        self.plan, self.seconds, self.work = plan, seconds, plan._work
        self.known: list[Atom] = []

    def run(self) -> list[Binding]:
        """Every condition, reduced as far as proofs reach, in the order of the plan's conditions."""
        todo: list[tuple[int, LevelCondition, Formula]] = []
        done: dict[int, Binding] = {}
        for c in reversed(self.plan.conditions):
            logic = Logic(c.region.domain)
            todo += [(len(todo) + n, c, g) for n, g in enumerate(_conjuncts(logic, c.region.formula))]
        while todo:
            left = []
            for number, c, f in todo:
                binding = self.reduce(c, f)
                if binding.at == "open":
                    left.append((number, c, f))
                    continue
                done[number] = binding
                self.known += [g.atom for g in binding.required if g.atom is not None]
            if len(left) == len(todo):
                done |= {number: Binding(c, "open", f, ()) for number, c, f in left}
                break
            todo = left
        return [done[number] for number in sorted(done, reverse=True)]

    def final_domain(self) -> Domain:
        """Parameters, ends, top and powers; no range of levels is empty."""
        least = {c.phase: 2 if str(c.last).endswith("- 2") else 1 for c in reversed(self.plan.conditions)}
        found: Domain = self.work.domain_with(filled=least)
        return found

    # --- one condition ------------------------------------------------------------------------------------------------

    def reduce(self, c: LevelCondition, f: Formula) -> Binding:
        """One condition, reduced to the levels at which it binds."""
        names = c.region.domain.names
        moving = {self.plan.level, *(x.name for x in self.plan.powers if self.plan.level in str(x.exponent))}
        used = {names[i] for p, _ in f.atoms() for i, d in enumerate(p.degrees()) if d}
        if f is FALSE or c.first == c.last or not used & moving:
            return Binding(c, "alike", f, (f,))
        if f.atom is None or f.atom[1] == "==":
            return Binding(c, "open", f, ())
        for hard in (False, True):  # at first what the sign prover settles at once
            for at, weight, p in self.differences(c, f.atom[0]):
                steps = self.prove(c, p, 2 if at == "ends" else 1, hard)
                if steps is not None:
                    return Binding(c, at, f, self.at_ends(c, f, at), steps, weight)
            found = None if hard else self.turning(c, f.atom[0])
            if found is not None:
                at, steps, turn, weight = found
                return Binding(c, at, f, self.at_ends(c, f, at) if at == "falls" else (), steps, weight, turn)
        return Binding(c, "open", f, ())

    def at_ends(self, c: LevelCondition, f: Formula, at: str) -> tuple[Formula, ...]:
        """The condition at the first level, the last, or both."""
        return tuple(self.at_end(c, f, end) for end in (("first", "last") if at in ("ends", "falls") else (at,)))

    def turning(self, c: LevelCondition, p: Poly) -> tuple[str, tuple[Verdict, ...], Formula, str] | None:
        """Where a step is linear in the level: whether it rises (and where it turns) or falls."""
        domain = self.neighbours(c, 1)
        for at, weight, step in self.differences(c, p):
            if at != "first":
                continue
            rest, firm = self.split(domain, step)
            v = domain.names.index(self.plan.level)
            if int(rest.degrees()[v]) != 1 or self.powers_in(c, rest):
                continue
            slope = rest.derivative(v)
            proofs = self.positive(domain, firm)
            if proofs is None:
                continue
            if (rises := self.certify(domain, slope, ">=")) is not None:
                return "turn", (rises, *proofs), Logic(domain).known(rest, ">="), weight
            if (falls := self.certify(domain, -slope, ">=")) is not None:
                return "falls", (falls, *proofs), Logic(domain).known(rest, ">="), weight
        return None

    def differences(self, c: LevelCondition, p: Poly) -> Iterator[tuple[str, str, Poly]]:
        """Differences between neighbouring levels, each with where the condition binds if it is never negative."""
        here, above = self.lowered(c, p, 1), self.lowered(c, p, 0)
        base = self.base_of(c, p)
        one = self.work.search.one
        weights = [("1", one)] if base is None else [("1", one), ("B", base)]
        for name, w in weights:
            yield "first", name, self.cleared(w * above - here)
            yield "last", name, self.cleared(here - w * above)
        lowest = self.lowered(c, p, 2)
        raised = self.lowered(c, p, 1, shift=1)
        top = self.lowered(c, p, 0, shift=2)
        two = one + one
        yield "ends", "", self.cleared(two * raised - lowest - top)

    def base_of(self, c: LevelCondition, p: Poly) -> Ratio | None:
        """The recurrence's factor, if the condition holds one power."""
        powers = self.powers_in(c, p)
        return self.work.bases[powers[0]] if len(powers) == 1 else None

    def powers_in(self, c: LevelCondition, p: Poly) -> list[str]:
        """The powers that occur in a polynomial and move with the level."""
        degrees = dict(zip(c.region.domain.names, p.degrees(), strict=True))
        moving = [x.name for x in self.plan.powers if self.plan.level in str(x.exponent)]
        return [name for name in moving if degrees[name]]

    def lowered(self, c: LevelCondition, p: Poly, steps: int, *, shift: int | None = None) -> Ratio:
        """``G`` at level ``k + shift`` where the powers named are those ``steps`` levels further up (default: at k + 1)."""
        work = self.work
        shift = 1 - steps if shift is None else shift
        r = Ratio(p, work.ring.one)
        for name in self.powers_in(c, p):
            for _ in range(steps):
                r = _scaled(work, r, name, work.bases[name])
        if shift:
            r = work.put(r, self.plan.level, work.gen(self.plan.level) + work.ring.constant(shift))
        return r

    def cleared(self, r: Ratio) -> Poly:
        """Without its denominator, whose sign is known."""
        sign = self.work.domain.sign(r.den).sign
        if sign is Sign.POSITIVE:
            return primitive(r.num)
        return primitive(-r.num if sign is Sign.NEGATIVE else r.num * r.den)

    def at_end(self, c: LevelCondition, f: Formula, end: str) -> Formula:
        """The condition at the first or last level, free of the level; powers there in terms of those of the whole phase."""
        work, (p, op) = self.work, f.atom  # type: ignore[misc]
        r = Ratio(p, work.ring.one)
        for name in self.powers_in(c, p):
            if end == "last":
                r = work.put(r, name, work.ring.one)
            else:
                whole = Ratio(work.gen("y" + name[1:]), work.ring.one)
                r = _put_ratio(work, r, name, whole / work.bases[name])
        level = substitute(c.first if end == "first" else c.last, {})
        r = work.put(r, self.plan.level, work.ring.read(level).num)
        return Logic(c.region.domain).atom(self.cleared(r), op)

    # --- proofs -----------------------------------------------------------------------------------------------------

    def neighbours(self, c: LevelCondition, width: int) -> Domain:
        """The level is one of the range, and so are the ``width`` levels above it."""
        short = 1 + str(c.last).endswith("- 2")  # the range may stop one level before the phase does
        found: Domain = self.work.domain_with(c.phase, width=short + width)
        return found

    def prove(self, c: LevelCondition, p: Poly, width: int, hard: bool) -> tuple[Verdict, ...] | None:
        """Certificates that ``p >= 0`` at any neighbouring levels of the range, from what is known."""
        domain = self.neighbours(c, width)
        rest, firm = self.split(domain, p)
        if not hard and not domain.implies(self.known, (rest, ">=")):
            return None
        main = self.certify(domain, rest, ">=")
        others = None if main is None else self.positive(domain, firm)
        return None if main is None or others is None else (main, *others)

    def split(self, domain: Domain, p: Poly) -> tuple[Poly, list[Poly]]:
        """``p`` as a product: factors known to be positive (as they stand), and the rest."""
        content, factors = p.factor()
        rest, firm = domain.ring.one, []
        sign = -1 if content < 0 else 1
        for f, n in factors:
            known = domain.sign(f).sign
            if known in (Sign.POSITIVE, Sign.NEGATIVE):
                up = known is Sign.POSITIVE
                firm.append(f if up else -f)
                sign *= 1 if up or n % 2 == 0 else -1
            else:
                rest = rest * f**n
        return primitive(rest * sign), firm

    def positive(self, domain: Domain, factors: Sequence[Poly]) -> tuple[Verdict, ...] | None:
        """Certificates that the factors are positive."""
        proofs = [self.certify(domain, f, ">") for f in factors]
        found = tuple(x for x in proofs if x is not None)
        return found if len(found) == len(proofs) else None

    def certify(self, domain: Domain, p: Poly, op: str) -> Verdict | None:
        """A claim with its certificate, from the domain and what is known; None if there is none."""
        used = {domain.names[i] for i, d in enumerate(p.degrees()) if d}
        statement = text_of(relation(domain, (p, op)))
        if not used:
            return _certified(Claim(statement, ["1 > 0"]), self.seconds)
        if self.fails_somewhere(domain, p):
            return None
        facts = [relation(domain, a) for a in self.known]
        for given in _givens(used, [*domain.relations, *facts]):
            verdict = _certified(Claim(statement, given, parameters=sorted(used)), self.seconds)
            if verdict is not None:
                return verdict
        return None

    def fails_somewhere(self, domain: Domain, p: Poly) -> bool:
        """Whether a point of the sample, at which all that is known holds, speaks against it."""
        pool = domain.sample
        signs = pool.signs(domain.gap(p))
        against = signs < 0
        for q, _ in self.known:
            if against.any():
                against = against & (pool.signs(domain.gap(q)) > 0)
        return bool(against.any())


def _givens(used: set[str], relations: Sequence[Any]) -> Iterator[list[Any]]:
    """Assumptions that speak of these names alone, then those that are connected with them."""
    tight = [r for r in relations if {str(s) for s in r.free_symbols} <= used]
    yield tight
    wide = [r for r in relations if {str(s) for s in r.free_symbols} & used]
    if len(wide) > len(tight):
        yield wide


def _certified(claim: Claim, seconds: float) -> Verdict | None:
    verdict = claim.prove(seconds=seconds)
    return verdict if isinstance(verdict, Proved) and verdict.certificate is not None else None


def _scaled(work: Any, r: Ratio, name: str, base: Ratio) -> Ratio:
    """The power replaced by ``base`` times itself."""
    return _put_ratio(work, r, name, base * Ratio(work.gen(name), work.ring.one))


def _put_ratio(work: Any, r: Ratio, name: str, value: Ratio) -> Ratio:
    """A variable, of which ``r`` is a polynomial, replaced by a rational function."""
    v = work.ring.names.index(name)
    parts: dict[int, dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in r.num.terms():
        rest = list(map(int, powers))
        n, rest[v] = rest[v], 0
        parts.setdefault(n, {})[tuple(rest)] = coefficient
    total = work.search.zero
    for n, part in parts.items():
        term = Ratio.of(work.ring.context.from_dict(part), r.den)
        for _ in range(n):
            term = term * value
        total = total + term
    return total  # type: ignore[no-any-return]
