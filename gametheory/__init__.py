"""Preference orderings in, theorems and figures out."""

from gametheory.equilibria.automata import spe_region
from gametheory.equilibria.concepts import MarkovPerfect, Nash
from gametheory.equilibria.solution import Certificate, Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.equilibria.subgame_perfect import SubgamePerfect
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
from gametheory.games.tree import Tree
from gametheory.interop import read_game, write_game

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
    "SubgamePerfect",
    "Sunset",
    "Tree",
    "Tremble",
    "UnsupportedError",
    "exact",
    "read_game",
    "solve",
    "spe_region",
    "stepped",
    "verdict",
    "write_game",
]
