"""Claims about preferences put to the test: proved, refuted, or true under which further assumption."""

from gametheory.claims.certificate import verify_certificate
from gametheory.claims.claim import Claim, PredicateError
from gametheory.claims.metamorphic import compare_orderings
from gametheory.claims.search import Search, Share
from gametheory.claims.verdicts import Contradictory, Mixed, Proved, Refuted, Undecided, Verdict
from gametheory.claims.weaken import Weakening

__all__ = [
    "Claim",
    "Contradictory",
    "Mixed",
    "PredicateError",
    "Proved",
    "Refuted",
    "Search",
    "Share",
    "Undecided",
    "Verdict",
    "Weakening",
    "compare_orderings",
    "verify_certificate",
]
