"""What can become of a claim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.claims.certificate import verify_certificate
from gametheory.errors import CertificateError, InputError

if TYPE_CHECKING:
    from gametheory.claims.claim import Claim

__all__ = ["Contradictory", "Mixed", "Proved", "Refuted", "Undecided", "Verdict"]

#: Values of payoffs and parameters.
Point = Mapping[str, Fraction]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of a claim; one of the classes below.

    Attributes
    ----------
    claim : Claim
    evidence : tuple of str
        What it rests on: "Farkas" (multiples of the assumptions), "gap" (products of independent assumptions), "Handelman"
        (products of assumptions), "exhaustive" (every class of orderings), "examples" (two of them settle it),
        "solver-only" (no certificate: the sign prover or z3 alone), "search" (points that were tried, no proof).
    example, counterexample : mapping or None
        Payoffs at which the assumptions hold and the statement is true, or false.
    smallest : bool
        Whether the examples shown are the smallest whole numbers: non-negative if that is possible, then with the
        smallest largest number. Parameters that must lie between two whole numbers are simple fractions.
    tried : int
        Number of valid points that were tried, where the verdict rests on them.
    certificate : mapping or None
        The proof as JSON data; see :func:`gametheory.claims.verify_certificate`.
    reason : str
        In words.
    """

    claim: Claim = field(repr=False)
    evidence: tuple[str, ...] = ()
    example: Point | None = None
    counterexample: Point | None = None
    smallest: bool = False
    tried: int = 0
    certificate: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)
    reason: str = ""

    @property
    def kind(self) -> str:
        """The verdict's name in lower case, such as "proved"."""
        return type(self).__name__.lower()

    @property
    def holds(self) -> bool | None:
        """True if proved for all consistent payoffs, False if false for some, None if that is not known."""
        return None

    def verify(self) -> str:
        """Check the certificate again, from the claim's text alone; the sentence that it proves.

        Raises
        ------
        CertificateError
            If it does not prove the verdict, or if there is none.
        """
        if self.certificate is None:
            raise CertificateError(f"claim: the verdict '{self.kind}' has no certificate ({', '.join(self.evidence)})")
        predicate = None if isinstance(self.claim.statement, str) else self.claim.statement
        sentence = verify_certificate(
            self.certificate, predicate=predicate if callable(predicate) else None, model=self.claim.model
        )
        if self.certificate["verdict"] != self.kind or self.certificate["statement"] != self.claim.text:
            raise CertificateError("claim: the certificate is that of another claim")
        if list(self.certificate["given"]) != list(self.claim.given_texts):
            raise CertificateError("claim: the certificate rests on other assumptions")
        return sentence

    def save(self, path: str | Path) -> None:
        """Write the certificate to a file, to be checked later with ``gametheory verify FILE``."""
        if self.certificate is None:
            raise CertificateError(f"claim: the verdict '{self.kind}' has no certificate ({', '.join(self.evidence)})")
        if not Path(path).parent.is_dir():
            raise InputError("path", str(path), f"a file in a folder that exists; create {Path(path).parent} first")
        Path(path).write_text(json.dumps(self.certificate, indent=1) + "\n", "utf-8")

    def _points(self) -> str:
        parts = []
        for word, point in (("true", self.example), ("false", self.counterexample)):
            if point is not None:
                parts.append(f"{word} at {show_point(point)}")
        return "; ".join(parts)

    def __str__(self) -> str:
        note = f" [{', '.join(self.evidence)}]" if self.evidence else ""
        told = "; ".join(x for x in (self.reason, self._points()) if x)
        return f"{type(self).__name__}{note}: {self.claim.text}" + (f" ({told})" if told else "")


def show_point(point: Point) -> str:
    """Payoffs as text: ``T = 3, R = 2``."""
    return ", ".join(f"{name} = {value}" for name, value in point.items())


class Proved(Verdict):
    """True for all payoffs consistent with the assumptions; ``example`` shows that there are some."""

    @property
    def holds(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, kw_only=True)
class Refuted(Verdict):
    """False at ``counterexample``, and nowhere known to be true.

    Attributes
    ----------
    everywhere : bool
        True: it is false for all payoffs consistent with the assumptions, with a certificate. False (Python predicates,
        and statements too hard): it was true at none of the points that were tried, which proves no more.
    """

    everywhere: bool = True

    @property
    def holds(self) -> bool:
        """False."""
        return False


class Mixed(Verdict):
    """True for some payoffs consistent with the assumptions (``example``) and false for others (``counterexample``)."""

    @property
    def holds(self) -> bool:
        """False."""
        return False


@dataclass(frozen=True, kw_only=True)
class Contradictory(Verdict):
    """No payoffs satisfy the assumptions; ``conflict`` is a smallest set of them that cannot hold together.

    Anything would follow from such assumptions, so that the statement is neither proved nor refuted.
    """

    conflict: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Undecided(Verdict):
    """Neither a proof nor a refutation was found.

    Attributes
    ----------
    open_cases : tuple of str
        The conditions, jointly, of which it is not known whether they can hold.
    """

    open_cases: tuple[str, ...] = ()
