"""Propositions with proofs that can be checked again: what a step is, what a proposition is, how it is written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gametheory.claims import Claim
from gametheory.claims.verdicts import Verdict
from gametheory.errors import CertificateError

if TYPE_CHECKING:
    from gametheory import latex

__all__ = ["ProofStep", "Proposition", "Trial"]


@dataclass(frozen=True)
class ProofStep:
    """One step of a proof.

    Attributes
    ----------
    text : str
        In LaTeX.
    claim : Claim or None
        The algebra of the step, for all values of its symbols.
    reads : callable or None
        Whether the game has the payoffs and transitions that the step names.
    source : str
        A theorem of the literature on which the step rests; it is cited, not proved here.
    """

    text: str
    claim: Claim | None = None
    reads: Callable[[], bool] | None = field(default=None, compare=False)
    source: str = ""

    @cached_property
    def proof(self) -> Verdict | None:
        """The claim's proof, with its certificate; None for what is read off the game."""
        return None if self.claim is None else self.claim.prove()

    @property
    def checked(self) -> str:
        """By what the step is checked."""
        if self.proof is not None:
            return ", ".join(self.proof.evidence)
        return "read off the game" if self.reads is not None else self.source

    def verify(self) -> None:
        """Check the certificate from the claim's text, and the game; raise :class:`CertificateError` otherwise."""
        if self.proof is not None:
            if self.proof.kind != "proved":
                raise CertificateError(f"a step is not proved: {self.proof}")
            self.proof.verify()
        if self.claim is None and self.reads is None and not self.source:
            raise CertificateError(f"nothing supports the step: {self.text}")
        if self.reads is not None and not self.reads():
            raise CertificateError(f"the game is not as the step says: {self.text}")


@dataclass(frozen=True)
class Trial:
    """What a proposition predicts at one point of play, and what the equilibrium there is."""

    where: str
    predicted: str
    found: str


@dataclass(frozen=True)
class Proposition:
    """A statement for all parameters, its proof, and how to hold it against solved games.

    Attributes
    ----------
    name, title : str
    plain : str
        In one sentence without symbols.
    statement, conditions : str
        In LaTeX; the conditions are mathematics.
    steps : tuple of ProofStep
    claims : tuple of int
        Numbers of the article's claims that it bears on.
    trial : callable
        From numbers for the parameters to the :class:`Trial` cases at that point (none where the statement says nothing).
    """

    name: str
    title: str
    plain: str
    statement: str
    conditions: str
    steps: tuple[ProofStep, ...]
    claims: tuple[int, ...]
    trial: Callable[[Mapping[str, object]], tuple[Trial, ...]] = field(compare=False)

    @property
    def evidence(self) -> tuple[str, ...]:
        """What the steps rest on, each kind once."""
        return tuple(dict.fromkeys(step.checked for step in self.steps))

    def verify(self) -> None:
        """Check every step of the proof again, without any solver of games.

        Raises
        ------
        CertificateError
            If a step does not check.
        """
        for step in self.steps:
            step.verify()

    def latex(self) -> latex.Proposition:
        """The statement and its proof as LaTeX; every step is checked first."""
        from gametheory import latex

        self.verify()
        steps = tuple(latex.Step(s.text, s.checked) for s in self.steps)
        return latex.Proposition(self.title, self.statement, self.conditions, steps)
