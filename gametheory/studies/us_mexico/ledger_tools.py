"""What the entries of the ledger are made of, and the checks that they share; every verdict is computed by one of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Solution
from gametheory.equilibria.solve import solve
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.family import LedgerVerdict, Verdict, verdicts_of
from gametheory.studies.us_mexico.observed import classify
from gametheory.studies.us_mexico.preferences import STATED
from gametheory.studies.us_mexico.reduced import BASELINE, PARAMETERS, reduced_game

__all__ = ["MEMBERS", "Entry", "Finding", "LedgerVerdict"]

#: Members of the family that decide claims, with the module of the study that holds each.
MEMBERS: dict[str, str] = {
    "accession": "accession",
    "agencies": "agencies",
    "certification": "certification",
    "domestic weights": "domestic",
    "four conditions": "four_conditions",
    "Merida": "merida",
    "regimes": "regimes",
    "success of raids": "success",
    "three ratchets": "ratchets",
    "token effort": "token_effort",
    "trust": "trust",
}


@dataclass(frozen=True)
class Finding:
    """The outcome of a check: the verdict, what it rests on, and the finding in words."""

    verdict: LedgerVerdict
    evidence: str
    detail: str


@dataclass(frozen=True)
class Entry:
    """A claim as an executable statement: number, statement, model, what is given, and the check."""

    number: int
    statement: str
    model: str
    given: str
    check: Callable[[], Finding]


def listed(names: Sequence[str]) -> str:
    """Names in one line."""
    return "; ".join(names)


# --- checks -----------------------------------------------------------------------------------------------------------


def assumed(*comparisons: tuple[str, str, str], detail: str = "") -> Callable[[], Finding]:
    """Whether the stated orderings imply each (ordering, better, worse)."""

    def check() -> Finding:
        broken = [f"{key}: {a} > {b}" for key, a, b in comparisons if not STATED[key].ordering.implies(a, b)]
        if broken:
            return Finding(
                LedgerVerdict.CONTRADICTED, "orderings", f"the stated orderings do not imply {listed(broken)}"
            )
        told = listed([f"{key}: {a} > {b}" for key, a, b in comparisons])
        return Finding(LedgerVerdict.ASSUMED, "orderings", f"an input: {told}" + (f". {detail}" if detail else ""))

    return check


def built_in(tests: Callable[[], Mapping[str, bool]], *, detail: str = "") -> Callable[[], Finding]:
    """Whether the game's form has every property named."""

    def check() -> Finding:
        found = tests()
        broken = [name for name, holds in found.items() if not holds]
        if broken:
            return Finding(LedgerVerdict.CONTRADICTED, "structure", f"the game does not have: {listed(broken)}")
        told = f"true by the model's form: {listed(list(found))}"
        return Finding(LedgerVerdict.BUILT_IN, "structure", told + (f". {detail}" if detail else ""))

    return check


def by_members(number: int, *names: str, detail: Callable[[], str] | None = None) -> Callable[[], Finding]:
    """What the members of the family that decide a claim found; ``detail`` adds what else is known, the record say."""

    def check() -> Finding:
        found = [v for name in names for v in verdicts_of(MEMBERS.get(name, name)) if number in v.claims]
        if not found:
            return Finding(LedgerVerdict.UNDECIDED, "", f"no verdict of {listed(names)} speaks of claim {number}")
        lines = [f"{v.statement.rstrip('.')}: {v.verdict}" + (f" ({v.detail})." if v.detail else ".") for v in found]
        return Finding(
            _together(found),
            listed(list(dict.fromkeys(v.evidence for v in found))),
            " ".join([*lines, *([] if detail is None else [detail()])]),
        )

    return check


def _together(found: Sequence[Verdict]) -> LedgerVerdict:
    """One verdict for several: findings before inputs; findings that differ leave the claim conditional or undecided."""
    kinds = {v.verdict for v in found if not v.verdict.is_input} or {v.verdict for v in found}
    if len(kinds) == 1:
        return kinds.pop()
    return LedgerVerdict.UNDECIDED if LedgerVerdict.UNDECIDED in kinds else LedgerVerdict.CONDITIONAL


def outside(words: Sequence[str], reason: str) -> Callable[[], Finding]:
    """Untestable, as long as no parameter or outcome of the model speaks of any of the words."""

    def check() -> Finding:
        spoken = " ".join((*PARAMETERS.values(), *reduced_game(K=1, F=1).outcomes)).lower()
        hits = [w for w in words if w.lower() in spoken]
        if hits:
            return Finding(
                LedgerVerdict.UNDECIDED, "", f"the model now speaks of {listed(hits)}: a check is to be written"
            )
        return Finding(LedgerVerdict.UNTESTABLE, f"no parameter or outcome speaks of: {', '.join(words)}", reason)

    return check


def cases_decide(worlds: Callable[[], Mapping[str, bool]], weakest: Callable[[], str]) -> Callable[[], Finding]:
    """Solved cases in which the claim holds or fails; with both, it is conditional, and ``weakest`` says on what."""

    def check() -> Finding:
        found = worlds()
        yes, no = [n for n, x in found.items() if x], [n for n, x in found.items() if not x]
        if yes and no:
            told = f"holds: {listed(yes)}. Fails: {listed(no)}. Condition: {weakest()}"
            return Finding(LedgerVerdict.CONDITIONAL, "exact solutions, both ways", told)
        if no:
            return Finding(LedgerVerdict.CONTRADICTED, "counterexample", f"fails: {listed(no)}. {weakest()}")
        return Finding(
            LedgerVerdict.UNDECIDED,
            "examples",
            f"holds in all {len(yes)} cases tried, which proves nothing beyond them",
        )

    return check


def proved(
    statement: str, given: Any, *, parameters: Sequence[str] = (), condition: str = "", detail: str = ""
) -> Callable[[], Finding]:
    """A statement about payoffs decided for all payoffs consistent with what is given."""

    def check() -> Finding:
        from gametheory.claims import Claim

        verdict = Claim(statement, given, parameters=parameters).prove()
        evidence = ", ".join(verdict.evidence)
        more = f". {detail}" if detail else ""
        if verdict.kind == "proved":
            return Finding(
                LedgerVerdict.DERIVED,
                evidence,
                f"in this model, for every payoff consistent with these orderings: {statement}{more}",
            )
        if verdict.kind == "refuted":
            return Finding(LedgerVerdict.CONTRADICTED, evidence, f"{verdict}{more}")
        if verdict.kind == "mixed":
            return Finding(
                LedgerVerdict.CONDITIONAL,
                evidence,
                f"{verdict}" + (f". Condition: {condition}" if condition else "") + more,
            )
        return Finding(LedgerVerdict.UNDECIDED, evidence, str(verdict))

    return check


def is_proved(statement: str, given: Any, parameters: Sequence[str] = ()) -> bool:
    """Whether a statement about payoffs is proved (anything else is False)."""
    from gametheory.claims import Claim

    return Claim(statement, given, parameters=parameters).prove().kind == "proved"


# --- solved games -----------------------------------------------------------------------------------------------------


def game(**change: Any) -> DynamicGame:
    """The reduced game at the baseline with some changes: parameters, or K, F, naive and relief of :func:`reduced_game`."""
    shape = (change.pop("K", 3), change.pop("F", 2), change.pop("naive", False), change.pop("relief", False))
    return _game(*shape, tuple(sorted(change.items())))


@lru_cache(maxsize=200)
def _game(K: int, F: int, naive: bool, relief: bool, change: tuple[tuple[str, str], ...]) -> DynamicGame:
    return reduced_game(K=K, F=F, naive=naive, relief=relief).subs(**{**BASELINE, **dict(change)})


_SOLVED: dict[int, Solution] = {}  # by the identity of a game that ``_game`` keeps


def solved(of: DynamicGame) -> Solution:
    """All pure Markov perfect equilibria, every certificate checked again."""
    known = _SOLVED.get(id(of))
    if known is None or known.game is not of:
        known = _SOLVED[id(of)] = solve(of, MarkovPerfect(pure=True))
        known.verify()
    return known


def patterns(of: DynamicGame) -> tuple[str, ...]:
    """The pattern of each pure equilibrium, sorted, each once."""
    return tuple(sorted({classify(e.chain) for e in solved(of).equilibria}))


def paths(of: DynamicGame) -> str:
    """The distinct equilibrium paths in words."""
    return " | ".join(solved(of).paths) or "no pure equilibrium"


def on_path(equilibrium: Any) -> set[str]:
    """Outcomes that occur in play."""
    return set(equilibrium.chain.outcomes)


def raids(equilibrium: Any) -> list[tuple[dict[str, int], Fraction, Fraction]]:
    """Each state of play with a resisted raid: its variables, the raid's payoff this period, and that of N instead."""
    found = []
    of: DynamicGame = equilibrium.game
    for s in equilibrium.chain.support():
        period, choices = of.periods[s], equilibrium.profile[s]
        pay = {play.label: play.payoffs[0] for play in period.plays}
        if any(m.outcome == "UP" and m.probability for m in equilibrium.chain.moves[s]):
            answer = next(i for i, node in enumerate(period.nodes) if node.history == "N")
            other = "N" + period.nodes[answer].actions[choices[answer].index(1)]
            found.append((dict(of.variables[s]), pay["UP"], pay[other]))
    return found


#: Payoffs that satisfy every stated ordering; found by search, and solved anew each time they are used.
APPEASING = {
    "delta_US": "17/20", "delta_MX": "13/20", "q": "1/10", "rc": "5/2", "ru": "3/2", "l": "5/4", "a0": "1/2", "a1": "2",
    "c": "3/4", "m0": "0", "m1": "0", "e": "1/2", "z": "3/2", "s": "7/4",
}  # fmt: skip
YIELDING = {
    "delta_US": "2/5", "delta_MX": "9/10", "q": "1/10", "rc": "5/2", "ru": "2", "l": "1/2", "a0": "0", "a1": "2",
    "c": "1", "m0": "0", "m1": "0", "e": "1/4", "z": "7/4", "s": "11/4",
}  # fmt: skip
TWO_OPENINGS = {
    "delta_US": "7/20", "delta_MX": "7/10", "q": "1/5", "rc": "3", "ru": "5/2", "l": "3/4", "a0": "0", "a1": "5/4",
    "c": "5/4", "m0": "0", "m1": "1/2", "e": "1/2", "z": "2", "s": "23/8",
}  # fmt: skip


def keeps_orderings(of: DynamicGame) -> bool:
    """Whether the payoffs satisfy every declared ordering where one is declared (without constraints in force)."""
    from gametheory.studies.us_mexico.preferences import calibration

    return all(all(c.holds) for c in calibration(of) if c.k == 0)
