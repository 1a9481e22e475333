"""The weakest further assumptions under which a claim is provable, and the assumptions that it does not need.

Both are the same question: given comparisons to choose from, which smallest sets of them suffice? A set suffices unless some
payoffs satisfy all of it and violate the claim, so that a sufficient set must exclude every counterexample: the smallest sufficient
sets are the smallest hitting sets of the counterexamples' lists of violated comparisons (Reiter 1987). Candidates are hitting
sets of the counterexamples known so far, smallest first; each is proved, or yields a new counterexample.

References
----------
Reiter, R. (1987), A theory of diagnosis from first principles, *Artificial Intelligence* 32, 57-95.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from gametheory.claims.prove import Cases
from gametheory.claims.statements import Formula, evaluate, names_in, negation, read_statement
from gametheory.claims.verdicts import Proved, Refuted, Verdict
from gametheory.equilibria.solution import Status
from gametheory.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from gametheory.claims.claim import Claim

__all__ = ["Weakening", "vocabulary_of", "weaken"]


@dataclass(frozen=True)
class Weakening:
    """Which further assumptions a claim needs, or which of its own it can do without.

    Attributes
    ----------
    claim : Claim
    verdict : Verdict
        On the claim as it stands.
    sufficient : tuple of tuples of str
        The smallest sets of comparisons that make the claim provable (``added``), or of its own assumptions that suffice.
        None of them contains another.
    weakest : tuple of tuples of str
        Those of them that imply no other one of them (under the assumptions), where comparisons were added.
    added : bool
        True: comparisons added to the assumptions, because the claim fails. False: the claim holds, and these are subsets
        of its assumptions.
    unneeded : tuple of str
        The claim holds: assumptions that can all be dropped together (those outside the first of the smallest sets).
    status : Status
        COMPLETE: no other smallest set of at most ``most`` comparisons exists. PARTIAL: time ran out, or a set could not be
        decided.
    reason : str
    """

    claim: Claim = field(repr=False)
    verdict: Verdict = field(repr=False)
    sufficient: tuple[tuple[str, ...], ...]
    added: bool
    unneeded: tuple[str, ...]
    status: Status
    reason: str
    weakest: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        sets = " | ".join(" and ".join(s) or "nothing" for s in self.sufficient) or "none found"
        if self.added:
            head = f"{self.claim.text} becomes provable with: {sets}"
            if self.weakest and len(self.weakest) < len(self.sufficient):
                head += f"; the weakest: {' | '.join(' and '.join(s) for s in self.weakest)}"
        else:
            head = f"{self.claim.text} follows from: {sets}"
            head += f"; not needed: {', '.join(self.unneeded) or 'none'}"
        return f"{head} [{self.status.name}: {self.reason}]"


def vocabulary_of(claim: Claim) -> tuple[str, ...]:
    """Comparisons of payoffs, and of sums of two payoffs, that the assumptions leave open.

    For each ordering's outcomes: ``a > b``; ``2*a > b + c``, ``2*a < b + c``; and with four different ones
    ``a + b > c + d``. Only those that are true at some and false at other consistent payoffs. At most six outcomes an
    ordering take part in comparisons of sums.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> from gametheory.games.preferences import Ordering
    >>> vocabulary_of(Claim("T + S < 2*R", Ordering("T > R > S")))
    ('2*R > T + S', 'T + S > 2*R')
    """
    candidates: list[str] = []
    for group in dict.fromkeys(claim.groups):
        candidates += [f"{a} > {b}" for x, y in combinations(group, 2) for a, b in ((x, y), (y, x))]
        if len(group) <= 6:
            for a in group:
                for b, c in combinations([x for x in group if x != a], 2):
                    candidates += [f"2*{a} > {b} + {c}", f"{b} + {c} > 2*{a}"]
            for four in combinations(group, 4):
                for b in four[1:]:
                    c, d = (x for x in four[1:] if x != b)
                    candidates += [f"{four[0]} + {b} > {c} + {d}", f"{c} + {d} > {four[0]} + {b}"]
    kept = []
    deadline = time.monotonic() + 30
    for text in dict.fromkeys(candidates):
        f = read_statement(text)
        open_both = True
        for side in (f, negation(f)):
            cases = Cases([*claim.assumptions, side], claim.names, deadline)
            open_both = open_both and (cases.small(quick=True) or (not cases.refuted() and cases.large()))
            if not open_both:
                break
        if open_both:
            kept.append(text)
    return tuple(kept)


class _Search:
    """Smallest sufficient sets from a list of comparisons, by hitting sets of counterexamples."""

    def __init__(
        self,
        base: Sequence[Formula],
        goal: Formula,
        items: Sequence[tuple[str, Formula]],
        names: Sequence[str],
        deadline: float,
    ) -> None:
        self.base, self.goal, self.names, self.deadline = list(base), goal, tuple(names), deadline
        self.texts = [t for t, _ in items]
        self.formulas = [f for _, f in items]
        self.clauses: list[frozenset[int]] = []  # for each counterexample, the comparisons that exclude it
        self.vacuous: list[frozenset[int]] = []  # sets that contradict the assumptions
        self.undecided: list[frozenset[int]] = []
        self.found: list[frozenset[int]] = []
        self.out_of_time = False

    def learn(self, point: dict[str, Fraction]) -> None:
        """A counterexample: every sufficient set must have one of the comparisons that it violates."""
        clause = frozenset(k for k, f in enumerate(self.formulas) if not evaluate(f, point))
        if clause not in self.clauses:
            self.clauses.append(clause)

    def run(self, most: int) -> None:
        """All sets of at most ``most`` comparisons, smallest first."""
        for size in range(most + 1):
            while (candidate := self._next(size)) is not None:
                if time.monotonic() > self.deadline:
                    self.out_of_time = True
                    return
                self._test(candidate)

    def _next(self, size: int) -> frozenset[int] | None:
        """A set of this size that excludes all known counterexamples and contains no settled set."""
        settled = [*self.found, *self.vacuous, *self.undecided]

        def extend(chosen: frozenset[int], banned: frozenset[int]) -> frozenset[int] | None:
            if time.monotonic() > self.deadline:
                self.out_of_time = True
                return None
            clause = next((c for c in self.clauses if not c & chosen), None)
            if clause is None:
                return chosen if len(chosen) == size and not any(s <= chosen for s in settled) else None
            if len(chosen) == size:
                return None
            for k in sorted(clause - banned):
                bigger = chosen | {k}
                if not any(s <= bigger for s in settled):
                    answer = extend(bigger, banned)
                    if answer is not None:
                        return answer
                banned = banned | {k}
            return None

        return extend(frozenset(), frozenset())

    def _test(self, candidate: frozenset[int]) -> None:
        chosen = [self.formulas[k] for k in sorted(candidate)]
        false = Cases([*self.base, *chosen, negation(self.goal)], self.names, self.deadline)
        if not false.small(quick=True) and not false.refuted():
            false.large()
        if false.point is not None:
            self.learn(false.point[0])
            return
        if false.solver_only or not false.settled:
            self.undecided.append(candidate)
            return
        possible = Cases([*self.base, *chosen], self.names, self.deadline)
        if possible.small(quick=True) or (not possible.refuted() and possible.large()):
            self.found.append(candidate)
        elif all(r is not None for r in possible.refutations):
            self.vacuous.append(candidate)
        else:
            self.undecided.append(candidate)

    def sets(self) -> tuple[tuple[str, ...], ...]:
        """What was found, as text."""
        ordered = sorted(self.found, key=lambda s: (len(s), sorted(s)))
        return tuple(tuple(self.texts[k] for k in sorted(s)) for s in ordered)


def weaken(
    claim: Claim, *, vocabulary: Iterable[object] | None = None, most: int = 3, seconds: float = 20.0
) -> Weakening:
    """See :meth:`gametheory.claims.Claim.weaken`.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> from gametheory.games.preferences import Ordering
    >>> print(weaken(Claim("T + S < 2*R", Ordering("T > R > P > S")), vocabulary=["R + P > T + S", "T + P < 2*R"]))
    T + S < 2*R becomes provable with: R + P > T + S | T + P < 2*R... [COMPLETE: all sets of at most 3 comparisons ...]
    >>> print(weaken(Claim("T > P", Ordering("T > R > P > S"))))
    T > P follows from: T > R and R > P; not needed: P > S [COMPLETE: all smallest sets of assumptions]
    """
    from gametheory.claims.claim import text_of

    if claim.is_predicate:
        raise InputTypeError(
            "statement", claim.name, "a statement as text; a Python predicate cannot be proved from comparisons"
        )
    if type(most) is not int or most < 1:
        raise InputError("most", most, "a whole number, 1 or more")
    verdict = claim.prove(seconds=seconds)
    deadline = time.monotonic() + seconds
    holds = isinstance(verdict, Proved)
    if holds:
        items = list(zip(claim.given_texts, claim.assumptions, strict=True))
        search = _Search((), claim.formula, items, claim.names, deadline)
        search.run(len(items))
    elif verdict.kind == "contradictory" or (isinstance(verdict, Refuted) and verdict.everywhere):
        reason = (
            "the assumptions contradict each other"
            if verdict.kind == "contradictory"
            else "the claim is false at all consistent payoffs"
        )
        return Weakening(claim, verdict, (), True, (), Status.COMPLETE, f"{reason}: no further assumption helps")
    else:
        given = vocabulary_of(claim) if vocabulary is None else vocabulary
        if isinstance(given, str):
            raise InputTypeError("vocabulary", given, "a list of comparisons")
        texts = [x if isinstance(x, str) else text_of(x, field="vocabulary") for x in given]
        items = [(text, read_statement(text, field="vocabulary")) for text in dict.fromkeys(texts)]
        unknown = sorted({name for _, f in items for name in names_in(f)} - set(claim.names))
        if unknown:
            raise InputError("vocabulary", ", ".join(unknown), f"names that the claim knows: {', '.join(claim.names)}")
        search = _Search(claim.assumptions, claim.formula, items, claim.names, deadline)
        search._test(frozenset())
        if verdict.counterexample is not None:
            search.learn(dict(verdict.counterexample))
        search.run(most)
    sufficient = search.sets()
    unneeded: tuple[str, ...] = ()
    if holds and sufficient:
        unneeded = tuple(t for t in claim.given_texts if t not in sufficient[0])
    if search.out_of_time:
        status, reason = Status.PARTIAL, f"the {seconds:g} seconds were spent; other sets may suffice"
    elif search.undecided:
        shown = " | ".join(" and ".join(search.texts[k] for k in sorted(s)) for s in search.undecided[:3])
        status, reason = Status.PARTIAL, f"not decided for {len(search.undecided)} sets: {shown}"
    elif holds:
        status, reason = Status.COMPLETE, "all smallest sets of assumptions"
    else:
        reason = f"all sets of at most {most} comparisons out of {len(search.texts)} were settled"
        status = Status.COMPLETE
    weakest = () if holds else _weakest(claim, sufficient, deadline)
    return Weakening(claim, verdict, sufficient, not holds, unneeded, status, reason, weakest)


def _weakest(
    claim: Claim, sets: Sequence[tuple[str, ...]], deadline: float, *, most: int = 15
) -> tuple[tuple[str, ...], ...]:
    """The sets that imply no other set (of several that imply each other the first is kept)."""
    if len(sets) > most:
        return ()

    def implies(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
        base = [*claim.assumptions, *map(read_statement, a)]
        return all(Cases([*base, negation(read_statement(t))], claim.names, deadline).refuted() for t in b)

    stronger = {(i, j): implies(a, b) for i, a in enumerate(sets) for j, b in enumerate(sets) if i != j}
    kept = []
    for i, s in enumerate(sets):
        if not any(stronger[i, j] and (not stronger[j, i] or j < i) for j in range(len(sets)) if j != i):
            kept.append(s)
    return tuple(kept)
