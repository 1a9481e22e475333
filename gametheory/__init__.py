"""Preference orderings in, theorems and figures out."""

from gametheory.equilibria.concepts import MarkovPerfect, Nash
from gametheory.equilibria.solution import Certificate, Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.errors import (
    CertificateError,
    GameTheoryError,
    InputError,
    InputTypeError,
    ReadError,
    UnsupportedError,
)
from gametheory.evidence import Pattern, verdict
from gametheory.exact import exact
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Sunset, Tremble, stepped
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

__version__ = "0.1.0"

__all__ = [
    "Bonus",
    "Certificate",
    "CertificateError",
    "Counter",
    "DynamicGame",
    "Fine",
    "GameTheoryError",
    "InputError",
    "InputTypeError",
    "MarkovPerfect",
    "Modulate",
    "Nash",
    "Ordering",
    "Pattern",
    "Prohibit",
    "ReadError",
    "Solution",
    "StageGame",
    "Status",
    "Sunset",
    "Tremble",
    "UnsupportedError",
    "exact",
    "solve",
    "stepped",
    "verdict",
]
