"""Reich and Aspinwall (2013), formalised: unilateral acts, protest, institutions, and the cooperation that follows.

Source: S. Reich and M. Aspinwall, "The Paradox of Unilateralism: Institutionalizing Failure in U.S.-Mexican Drug
Strategies", Norteamerica 8 (2013). Preferences enter as orderings (:mod:`preferences`), the game as rules
(:mod:`reduced`), the record as coded cases (:mod:`cases`), what is to be explained as patterns of play (:mod:`observed`).
"""

from gametheory.studies.us_mexico.cases import Case, Indicator, load_cases, load_indicators, typology
from gametheory.studies.us_mexico.observed import PATTERNS, classify, shares
from gametheory.studies.us_mexico.preferences import STATED, StatedOrdering, calibration
from gametheory.studies.us_mexico.record import STUDY, record
from gametheory.studies.us_mexico.reduced import BASELINE, VARIANTS, Variant, reduced_game
from gametheory.studies.us_mexico.verdicts import VariantResult, inert_parameters, solve_variants

__all__ = [
    "BASELINE",
    "PATTERNS",
    "STATED",
    "STUDY",
    "VARIANTS",
    "Case",
    "Indicator",
    "StatedOrdering",
    "Variant",
    "VariantResult",
    "calibration",
    "classify",
    "inert_parameters",
    "load_cases",
    "load_indicators",
    "record",
    "reduced_game",
    "shares",
    "solve_variants",
    "typology",
]
