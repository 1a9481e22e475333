"""Proofs and refutations of claims: the order in which things are tried, and what each outcome is called."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.claims.certificate import FORMAT, seal, verify_certificate
from gametheory.claims.refutation import refute, to_poly
from gametheory.claims.statements import Atom, Formula, cells, evaluate, negation, show_atom
from gametheory.claims.verdicts import Contradictory, Mixed, Proved, Refuted, Undecided, Verdict
from gametheory.claims.witnesses import (
    SIZES,
    Found,
    holds,
    is_linear,
    small_point,
    small_points,
    smallest_linear,
)
from gametheory.errors import InputError

if TYPE_CHECKING:
    from gametheory.claims.claim import Claim

__all__ = ["Cases", "contradiction", "prove"]

Cell = tuple[Atom, ...]


def prove(claim: Claim, *, seconds: float = 10.0) -> Verdict:
    """See :meth:`gametheory.claims.Claim.prove`."""
    deadline = time.monotonic() + seconds
    if claim.is_predicate:
        if claim.ordinal:
            from gametheory.claims.ordinal import prove_by_classes

            return prove_by_classes(claim, deadline=deadline)
        from gametheory.claims.search import prove_by_points

        return prove_by_points(claim, deadline=deadline)
    return _prove_text(claim, deadline)


class Cases:
    """The ways in which conditions can hold: refuted one by one, or a point found in one of them.

    Parameters
    ----------
    formulas : sequence of Formula
    names : sequence of str
    deadline : float
        A time of :func:`time.monotonic`.
    """

    def __init__(self, formulas: Sequence[Formula], names: Sequence[str], deadline: float) -> None:
        self.formulas = tuple(formulas)
        self.too_many = False
        try:
            self.cells: tuple[Cell, ...] = cells(formulas)
        except InputError:  # then points can be found, but nothing refuted
            self.cells, self.too_many = (), True
        self.names, self.deadline = tuple(names), deadline
        self.point: Found | None = None
        self.refutations: list[dict[str, Any] | None] = [None] * len(self.cells)
        self.solver_only = False

    def small(self, *, quick: bool = False) -> bool:
        """Look for a small point; ``quick``: a very small one."""
        if self.point is None and self.too_many:
            self.point = self._among_small_points(300 if quick else 5000)
        elif self.point is None:
            sizes, fractions = ((1, 2, 3, 4), 3) if quick else (SIZES, 40)
            self.point = small_point(self.cells, self.names, deadline=self.deadline, sizes=sizes, fractions=fractions)
        return self.point is not None

    def _among_small_points(self, most: int) -> Found | None:
        """A small point of as many formulas as can be written as cases, at which the others hold too."""
        few: list[Formula] = []
        for f in self.formulas:
            try:
                cells([*few, f])
            except InputError:
                continue
            few.append(f)
        points = small_points(cells(few), self.names, most=most)
        found = next((p for p in points if all(evaluate(f, p) for f in self.formulas)), None)
        return None if found is None else (found, False)

    def refuted(self) -> bool:
        """Try to refute every case; whether that succeeded."""
        if self.too_many:
            return False
        for k, cell in enumerate(self.cells):
            if self.refutations[k] is None:
                self.refutations[k] = refute(cell, deadline=self.deadline)
            if self.refutations[k] is None:
                return False
        return True

    @property
    def settled(self) -> bool:
        """Whether every case has its refutation (by a certificate or by a solver alone)."""
        return not self.too_many and (self.solver_only or all(r is not None for r in self.refutations))

    def large(self) -> bool:
        """Look for a point by integer programming, by the directed search of the sign prover, by z3 at last."""
        if self.point is not None:
            return True
        best: Found | None = None
        sure = True
        for k, cell in enumerate(self.cells):
            if self.refutations[k] is not None or time.monotonic() > self.deadline:
                continue
            found = smallest_linear(cell, self.names, deadline=self.deadline) if is_linear(cell) else None
            sure = sure and is_linear(cell) and (found is None or found[1])
            if found is not None and (best is None or _size(found) < _size(best)):
                best = found
        self.point = None if best is None else (best[0], sure)
        return best is not None or self._ask_sign_prover()

    def _ask_sign_prover(self) -> bool:
        open_cells = [cell for k, cell in enumerate(self.cells) if self.refutations[k] is None]
        closed = 0
        for cell in open_cells:
            if time.monotonic() > self.deadline:
                return False
            answer, point = _feasible(cell, self.names)
            if point is not None and holds(cell, point):
                self.point = _simpler(cell, point), False
                return True
            closed += answer is False
        self.solver_only = bool(open_cells) and closed == len(open_cells)
        return False

    def open_cases(self) -> tuple[str, ...]:
        """The cases that are neither refuted nor known to be possible, as text."""
        if self.too_many:
            return ("more cases than can be listed",)
        return tuple(
            " and ".join(map(show_atom, cell))
            for cell, r in zip(self.cells, self.refutations, strict=True)
            if r is None
        )


def _size(found: Found) -> tuple[bool, Fraction, Fraction]:
    """Non-negative points first, then those whose largest number is small."""
    values = [abs(x) for x in found[0].values()]
    return min(found[0].values(), default=0) < 0, max(values, default=Fraction(0)), sum(values, Fraction(0))


def _feasible(cell: Cell, names: Sequence[str]) -> tuple[bool | None, dict[str, Fraction] | None]:
    """What the sign prover (with z3, where it is installed) says of the conditions together."""
    from gametheory.conditions import relation
    from gametheory.signs import Domain

    plain = Domain(tuple(names), ())
    atoms = [(to_poly(plain.ring, p), op) for p, op in cell]
    linear = [a for a in atoms if a[0].total_degree() <= 1 and not a[0].is_constant()]
    domain = Domain(tuple(names), tuple(relation(plain, a) for a in linear), use_z3=True)
    found = domain.feasible([a for a in atoms if a not in linear])
    return found.answer, None if found.witness is None else dict(found.witness)


def _simpler(cell: Cell, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The point with shorter numbers, if rounding keeps it."""
    for most in (1, 2, 4, 10, 30, 100, 1000):
        rounded = {name: x.limit_denominator(most) for name, x in point.items()}
        if holds(cell, rounded):
            return rounded
    return dict(point)


def _prove_text(claim: Claim, deadline: float) -> Verdict:
    f, given, names = claim.formula, claim.assumptions, claim.names
    false = Cases([*given, negation(f)], names, deadline)
    true = Cases([*given, f], names, deadline)
    for side in (false, true):
        side.small(quick=True)
    for side in (false, true):
        if side.point is None and not side.refuted():
            side.small()
    if false.point is None and true.point is None:
        conflict = contradiction(claim, deadline)
        if conflict is not None:
            return conflict
    for side in (false, true):
        if side.point is None and not side.settled:
            side.large()
    if false.point is None and true.point is None and false.settled and true.settled:
        reason = "the statement and its negation are both impossible under the assumptions"
        return Contradictory(claim=claim, conflict=claim.given_texts, evidence=("solver-only",), reason=reason)
    example, counterexample = (None if side.point is None else _ordered(claim, side.point[0]) for side in (true, false))
    smallest = all(side.point[1] for side in (true, false) if side.point is not None)
    if true.point is not None and false.point is not None:
        certificate = _certificate(claim, "mixed", [], example, counterexample, evidence=["examples"])
        return Mixed(
            claim=claim,
            evidence=("examples",),
            example=example,
            counterexample=counterexample,
            smallest=smallest,
            certificate=certificate,
        )
    for kind, side, point in (("proved", false, true.point), ("refuted", true, false.point)):
        if not side.settled or point is None:
            continue
        common: dict[str, Any] = {"claim": claim, "smallest": smallest}
        if side.solver_only:
            common |= {
                "evidence": ("solver-only",),
                "reason": "no certificate: the sign prover or the solver z3 alone says so",
            }
        else:
            certificate = _certificate(claim, kind, side.refutations, example, counterexample)
            common |= {"evidence": tuple(certificate["evidence"]), "certificate": certificate}
        if kind == "proved":
            return Proved(example=example, **common)
        return Refuted(counterexample=counterexample, **common)
    known = (
        "true at some consistent payoffs" if example else "false at some consistent payoffs" if counterexample else ""
    )
    if counterexample is not None:
        return Refuted(
            claim=claim,
            evidence=("examples",),
            counterexample=counterexample,
            smallest=smallest,
            everywhere=False,
            reason="whether it is true anywhere was not decided",
        )
    return Undecided(
        claim=claim,
        example=example,
        smallest=smallest,
        open_cases=(false.open_cases() or true.open_cases()),
        reason="; ".join(
            x for x in (known, "not decided whether these can hold: " + " | ".join(false.open_cases()[:4])) if x
        ),
    )


def _ordered(claim: Claim, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {name: point[name] for name in claim.names}


def _used(claim: Claim, point: Mapping[str, Fraction] | None) -> dict[str, str] | None:
    from gametheory.claims.statements import names_in

    if point is None:
        return None
    needed = names_in(claim.formula).union(*map(names_in, claim.assumptions))
    return {name: str(x) for name, x in point.items() if name in needed}


def _certificate(
    claim: Claim,
    verdict: str,
    refutations: Sequence[Any],
    example: Mapping[str, Fraction] | None,
    counterexample: Mapping[str, Fraction] | None,
    *,
    evidence: list[str] | None = None,
    conflict: Sequence[str] = (),
) -> dict[str, Any]:
    """The certificate, after the checker has accepted it."""
    from gametheory.claims.certificate import labels_of

    body: dict[str, Any] = {
        "format": FORMAT,
        "verdict": verdict,
        "statement": claim.text,
        "given": list(claim.given_texts),
        "example": _used(claim, example),
        "counterexample": _used(claim, counterexample),
        "refutations": list(refutations),
    }
    if verdict == "contradictory":
        body["conflict"] = list(conflict)
    body["evidence"] = evidence if evidence is not None else labels_of(body)
    certificate = seal(body)
    verify_certificate(certificate)
    return certificate


def contradiction(claim: Claim, deadline: float) -> Contradictory | None:
    """A proof that the assumptions cannot hold together, from a smallest set of them."""
    texts = list(claim.given_texts)
    formulas = dict(zip(texts, claim.assumptions, strict=True))

    def proof(chosen: Sequence[str]) -> Cases | None:
        cases = Cases([formulas[t] for t in chosen], claim.names, deadline)
        return cases if cases.refuted() else None

    found = proof(texts)
    if found is None:
        return None
    kept = texts
    for text in texts:
        fewer = [t for t in kept if t != text]
        again = proof(fewer) if fewer else None
        if again is not None:
            kept, found = fewer, again
    certificate = _certificate(claim, "contradictory", found.refutations, None, None, conflict=kept)
    return Contradictory(
        claim=claim,
        conflict=tuple(kept),
        evidence=tuple(certificate["evidence"]),
        certificate=certificate,
        reason=f"the assumptions cannot hold together: {' and '.join(kept)}",
    )
