"""The fit of the family to the coded record of this study; see :mod:`gametheory.studies.fit`."""

from __future__ import annotations

from collections.abc import Callable

from gametheory.studies.fit import CODING_ERROR, CaseByModel
from gametheory.studies.fit import case_by_model as _case_by_model
from gametheory.studies.us_mexico.record import STUDY

__all__ = ["case_by_model"]


def case_by_model(
    coding: str = "", *, error: object = CODING_ERROR, done: Callable[[str], None] = lambda name: None
) -> CaseByModel:
    """Every coded episode against every equilibrium of every setting of the family.

    Parameters
    ----------
    coding : str
        ``"text"`` (the prose, primary answers; the default), ``"text, every response"``, ``"text, every response,
        institutions"`` (the named constraint has to follow) or ``"figure"``.
    error : number
        Share of episodes taken to be coded wrongly where models that each miss something are compared.
    done : callable
        Called with the name of each model that is finished.
    """
    return _case_by_model(STUDY, coding=coding, error=error, done=done)
