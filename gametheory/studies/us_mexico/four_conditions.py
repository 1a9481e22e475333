"""The virtuous path: which of the four conditions cooperation needs, and whether they need each other.

The game, its 16 combinations and their conditions in symbols are in :mod:`conditions_lattice`; here are the verdicts. For the
figures: ``conditions_lattice.lattice``, ``conditions_lattice.least_sets_by_cost`` and
``conditions_lattice.joint_work_conditions``.

Inputs: through which channel each condition works, and the numbers. Findings: how they combine, and what play follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.evidence.identified import Share
from gametheory.exact import Number, parse
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.conditions_lattice import (
    CHEAP,
    DEAR,
    SWITCHES,
    Combination,
    Lattice,
    closed_form,
    conditions_game,
    every_combination,
    joint_work_conditions,
    lattice,
    paths_in_symbols,
    supermodularity,
    switched,
    told,
)
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_regions import equal, outside, region, within

__all__ = ["MEMBER", "formula_is_proved", "least_sets_in_draws", "two_stable_states", "widens"]

_ALL = frozenset(SWITCHES)
_CONDITION = (
    "joint work is an equilibrium exactly if g*interest + w*capacity + delta_MX*(1-h)^[no institution]*(1-eps)^[no "
    "coordination]*v >= e and, without capacity, rc + l - a >= r"
)


def formula_is_proved() -> bool:
    """Whether ``conditions_lattice.closed_form`` is the exact condition in each combination, by proof in both directions."""
    return all(r.decided and equal(r, region(r.domain, *closed_form(c))) for c, r in joint_work_conditions().items())


def _steps() -> Iterator[tuple[Combination, Combination, str]]:
    """The 32 ways to add one condition: before, after, which."""
    for c in every_combination():
        for name in SWITCHES:
            if name not in c:
                yield c, c | {name}, name


def widens(switch: str) -> tuple[bool, bool]:
    """Whether adding a condition never narrows the payoffs under which joint work is an equilibrium (proved), and widens them.

    Examples
    --------
    >>> widens("institution")
    (True, True)
    """
    found = joint_work_conditions()
    pairs = [(found[a], found[b]) for a, b, name in _steps() if name == switch]
    return all(within(a, b) for a, b in pairs), all(outside(b, a) for a, b in pairs)


def _game(combination: Combination, numbers: dict[str, str]) -> DynamicGame:
    return conditions_game().subs(**{**numbers, **switched(combination)})


def two_stable_states() -> dict[str, str] | None:
    """Numbers, all four conditions given, under which play depends on the trust that it starts with; None if none was found.

    Solved anew from both starts: without trust Washington acts alone for ever, with trust both cooperate for ever.

    Examples
    --------
    >>> two_stable_states() is not None
    True
    """
    solution = paths_in_symbols(_ALL)
    for path in solution.equilibria:
        if set(path.outcomes.values()) != {("UP",)}:
            continue
        for cell in path.region.cells() or ():
            witness = solution.domain.feasible(cell).witness
            if witness is None:
                continue
            numbers = {name: str(value) for name, value in witness.items()}
            if _plays(numbers, 0) == {"UP for ever"} and "NE for ever" in _plays(numbers, 1):
                return numbers
    return None


def _plays(numbers: dict[str, str], trust: int) -> set[str]:
    of = _game(_ALL, {**DEAR, **numbers})
    return set(solve(replace(of, start=of.states.index(f"x={trust}")), MarkovPerfect(pure=True)).paths)


def least_sets_in_draws(draws: int = 1000, *, seed: int = 1) -> dict[str, Share]:
    """How often the conditions are complements, over draws from a named measure: shares of it, never probabilities.

    The measure: g/e, w/e, v/e, delta_MX, eps and h independent and uniform on thousandths of (0, 1), r/(rc + l - a) on (0, 2).
    Decided by the exact condition for joint work to be an equilibrium (``closed_form``).

    Returns
    -------
    dict
        ``"none"`` no combination suffices; ``"one"`` one least set does, so that play is supermodular; ``"several"`` conditions
        can stand in for one another; ``"all four"`` (part of ``"one"``) nothing less than all four suffices.

    Examples
    --------
    >>> found = least_sets_in_draws(200)
    >>> sum(found[name].seen for name in ("none", "one", "several"))
    200
    """
    import random

    rng = random.Random(seed)
    seen = dict.fromkeys(("none", "one", "several", "all four"), 0)
    part = lambda most=1: Fraction(rng.randint(1, 1000 * most - 1), 1000)  # noqa: E731 - a draw
    parts = {c: closed_form(c) for c in every_combination()}
    for _ in range(draws):
        at: dict[str, Number] = {n: part() for n in ("g", "w", "v", "delta_MX", "eps", "h")}
        at |= {"e": Fraction(1), "rc": Fraction(1), "l": Fraction(0), "a": Fraction(0), "r": part(2)}
        enough = [c for c, texts in parts.items() if all(parse(x, at) >= 0 for x in texts)]
        least = [c for c in enough if not any(d < c for d in enough)]
        seen["none" if not least else "one" if len(least) == 1 else "several"] += 1
        seen["all four"] += least == [_ALL]
    return {name: Share(count, draws) for name, count in seen.items()}


def _complements(of: Lattice) -> str:
    pairs = len([1 for a in of.points for b in of.points if not (a <= b or b <= a)]) // 2
    broken = ", ".join(
        f"{name} {len(supermodularity(of.amounts(what)))}"
        for what, name in (
            ("joint", "play"),
            ("share", "share of joint work"),
            ("US", "worth to the US"),
            ("MX", "to MX"),
        )
    )
    least = "; ".join(told(c) for c in of.least_sets())
    return f"least sets that suffice: {least}. Of {pairs} pairs of combinations supermodularity fails for: {broken}"


def _verdicts() -> tuple[Verdict, ...]:
    kind = LedgerVerdict
    exact = formula_is_proved()
    wide = {name: widens(name) for name in SWITCHES}
    each_helps = all(a and b for a, b in wide.values())
    proof = "proved in symbols, all 16 combinations" if exact else "not proved"

    def helps(name: str, statement: str, detail: str, *claims: int) -> Verdict:
        never_narrows, ever_widens = wide[name]
        found = kind.DERIVED if never_narrows and ever_widens else kind.UNDECIDED
        return Verdict(statement, found, "proved (signs) over the 8 steps that add it", detail, claims)

    dear, cheap = lattice(DEAR), lattice(CHEAP)
    return (
        Verdict(
            "Each condition widens the payoffs under which joint work is an equilibrium",
            kind.DERIVED if exact and each_helps else kind.UNDECIDED,
            proof,
            _CONDITION + "; inputs are the channels, the finding is that nothing else enters",
            (47,),
        ),
        helps("coordination", "Coordination makes joint work sustainable at higher cost of effort", _accidents(), 49),
        helps("institution", "Institutionalization makes joint work sustainable at higher cost of effort",
              "trust survives changes of office: the factor on delta_MX*v rises from 1 - h to 1", 50),
        helps("capacity", "Capacity makes joint work sustainable at higher cost of effort",
              "by w on Mexico's side, and by removing Washington's condition rc + l - a >= r", 51),
        _new_skill(),
        _virtuous(dear),
        _under_unilateralism(dear),
        _complementarity(dear, cheap),
        _ceiling(),
    )  # fmt: skip


def _accidents() -> str:
    off = lattice(CHEAP).points[_ALL - {"coordination"}]
    on = lattice(CHEAP).points[_ALL]
    return (
        "the factor on delta_MX*v rises from 1 - eps to 1. Without it joint work is interrupted by agencies: share of joint "
        f"work {off.shares[0]} against {on.shares[0]}, worth to the US {off.values[0][0]} against {on.values[0][0]}"
    )


def _new_skill() -> Verdict:
    """Whether capacity can take the place of mutual interest."""
    found = joint_work_conditions()
    with_skill, without = found[_ALL - {"interest"}], found[_ALL - {"interest", "capacity"}]
    substitutes = outside(with_skill, without)
    needs = not with_skill.is_always and outside(found[_ALL], with_skill)
    return Verdict(
        "New skill can create the interest that is lacking",
        LedgerVerdict.CONDITIONAL if substitutes and needs else LedgerVerdict.UNDECIDED,
        "proved in symbols; witnesses on both sides",
        f"without mutual interest of its own Mexico works along exactly if {with_skill}; without capacity either, if {without}. "
        "So capacity creates the interest if w is large enough, and is then its substitute, not its complement",
        (52,),
    )


def _virtuous(dear: Lattice) -> Verdict:
    all_four = paths_in_symbols(_ALL)
    joint = joint_work_conditions()[_ALL]
    numbers = two_stable_states()
    starts = dear.points[_ALL].paths == ("NE for ever",) and not dear.points[frozenset()].joint[0]
    told_numbers = "none found"
    if numbers is not None:
        shown = ("delta_MX", "e", "g", "w", "v", "z")
        told_numbers = ", ".join(f"{n} = {numbers[n]}" for n in shown if n in numbers)
    decided = starts and numbers is not None and all_four.status.name == "COMPLETE"
    return Verdict(
        "With all four conditions a virtuous circle of trust and effort starts",
        LedgerVerdict.CONDITIONAL if decided else LedgerVerdict.UNDECIDED,
        "proved in symbols; exact solutions, both ways",
        f"exactly if {joint}; then trust rises and stays. Two stable states (without trust UP for ever, with trust NE for ever, "
        f"the same game) also exist, if Mexico is impatient enough: {told_numbers}",
        (53,),
    )


def _under_unilateralism(dear: Lattice) -> Verdict:
    """Unilateral play and the conditions, in every combination, in symbols."""
    builds_trust, with_all = [], None
    for c in every_combination():
        for path in paths_in_symbols(c).equilibria:
            if path.outcomes["x=0"] in (("UP",), ("UA",)):
                if len(path.outcomes) > 1:
                    builds_trust.append(told(c))
                elif c == _ALL:
                    with_all = path.region
    together = with_all is not None and not with_all.is_never
    unilateral = [c for c, p in dear.points.items() if p.shares and p.paths[0].startswith("UP for ever")]
    return Verdict(
        "The conditions are rare and cannot be had under unilateral play",
        LedgerVerdict.CONDITIONAL if together and not builds_trust else LedgerVerdict.UNDECIDED,
        "proved in symbols, all 16 combinations",
        "no path that opens with a unilateral act ever builds trust, whatever conditions are given: their benefits arise under N "
        "only (that part is built in). But as circumstances they do not exclude it: with all four given Washington still acts "
        f"alone where {with_all}. At the dear numbers {len(unilateral)} of 16 combinations give UP for ever, 1 gives joint work",
        (54,),
    )


def _complementarity(dear: Lattice, cheap: Lattice) -> Verdict:
    jointly = not supermodularity(dear.amounts("joint"))
    not_always = bool(supermodularity(cheap.amounts("joint")))
    drawn = "; ".join(f"{name}: {share}" for name, share in least_sets_in_draws().items())
    return Verdict(
        "The conditions are complements: each is needed for the others to work",
        LedgerVerdict.CONDITIONAL if jointly and not_always else LedgerVerdict.UNDECIDED,
        "tested on the lattice, exact solutions, both ways; the condition proved in symbols",
        f"dear enforcement: {_complements(dear)}. Cheap enforcement: {_complements(cheap)}. Play is supermodular exactly if one "
        "least set suffices; interest and capacity add (substitutes), coordination and institution multiply (complements). "
        f"Over draws (g, w, v as shares of e, delta_MX, eps, h uniform on (0, 1), r/(rc + l - a) on (0, 2)): {drawn}",
        (53, 69),
    )


def _ceiling() -> Verdict:
    """Whether lacking capacity makes Washington act alone against a Mexico that would enforce."""
    lacking = _ALL - {"capacity"}
    worlds = {}
    for r in ("1/2", "9/4"):
        of = _game(lacking, {**CHEAP, "g": "9/10", "r": r})
        solution = solve(of, MarkovPerfect(pure=True))
        willing = all(row["MX after N"] == "E" for e in solution.equilibria for row in e.policy.values())
        worlds[r] = (tuple(solution.paths), willing and bool(len(solution.equilibria)))
    (first, one), (second, two) = worlds.values()
    shown = " | ".join(f"r = {r}: {', '.join(p)}" for r, (p, _) in worlds.items())
    both = one and two and first == ("NE for ever",) and second == ("UP for ever",)
    return Verdict(
        "Corruption and weakness cap results though Mexico is willing",
        LedgerVerdict.CONDITIONAL if both else LedgerVerdict.UNDECIDED,
        "exact solutions, both ways; the condition proved in symbols",
        f"without capacity, Mexico enforcing whenever asked: {shown}. Washington gives up on a willing Mexico exactly if "
        "r > rc + l - a: not all shortfall is shirking",
        (68,),
    )


def _setting(
    name: str, title: str, combination: Combination, numbers: dict[str, str], shows: str, *, pure: bool = True
) -> Setting:
    return Setting(name, title, partial(_game, combination, numbers), shows, concept=MarkovPerfect(pure=pure))


MEMBER = Member(
    name="four_conditions",
    title="The four conditions of cooperation",
    about=(
        "Mutual interest, coordination, institutionalization and capacity as switches of one game with trust; play in each of "
        "the 16 combinations, and whether the conditions are complements."
    ),
    point="the virtuous path",
    claims=(47, 49, 50, 51, 52, 53, 54, 68, 69),
    settings=(
        _setting("all_four", "All four conditions", _ALL, DEAR, "joint work from the start"),
        _setting("no_interest", "All but mutual interest", _ALL - {"interest"}, DEAR, "unilateral acts for ever"),
        _setting("no_coordination", "All but coordination", _ALL - {"coordination"}, DEAR, "mixed play", pure=False),
        _setting("no_institution", "All but institutionalization", _ALL - {"institution"}, DEAR, "mixed play", pure=False),
        _setting("no_capacity", "All but capacity", _ALL - {"capacity"}, DEAR, "unilateral acts for ever"),
        _setting("none", "None of the conditions", frozenset(), DEAR, "resisted unilateral acts for ever"),
        _setting("cheap_two", "Interest and coordination only, enforcement cheap", frozenset({"interest", "coordination"}),
                 CHEAP, "joint work for ever"),
    ),
    verdicts=_verdicts,
)  # fmt: skip
