"""Claims about preferences put to the test: proved, refuted, or true under which further assumption."""

from gametheory.claims.certificate import verify_certificate
from gametheory.claims.claim import Claim
from gametheory.claims.verdicts import Contradictory, Mixed, Proved, Refuted, Undecided, Verdict

__all__ = [
    "Claim",
    "Contradictory",
    "Mixed",
    "Proved",
    "Refuted",
    "Undecided",
    "Verdict",
    "verify_certificate",
]
