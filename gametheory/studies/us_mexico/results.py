"""The whole family as plain values: every setting solved and held against the patterns, every verdict computed anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gametheory.evidence.identified import IdentifiedShare
from gametheory.studies.forecast import TIMINGS, forecasts
from gametheory.studies.plays import Plays, plays
from gametheory.studies.us_mexico.estimation import fit_record
from gametheory.studies.us_mexico.family import Member, Setting, members, verdicts_of
from gametheory.studies.us_mexico.fit import case_by_model
from gametheory.studies.us_mexico.identified import MEASURES, identified
from gametheory.studies.us_mexico.observed import shares
from gametheory.studies.us_mexico.record import STUDY

__all__ = ["family_results", "fit_results"]


def family_results(*, done: Callable[[str], None] = lambda name: None) -> list[dict[str, Any]]:
    """Every member of the family: its settings with status, paths and pattern probabilities, and its verdicts.

    Parameters
    ----------
    done : callable
        Called with the name of each finished member.

    Returns
    -------
    list of dict
        Plain values; probabilities are exact and written as text (``"13/25"``).
    """
    found = []
    for member in members():
        found.append(_member(member))
        done(f"member {member.name}")
    return found


def _member(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "title": member.title,
        "about": member.about,
        "point": member.point,
        "claims": list(member.claims),
        "settings": [_setting(member, setting) for setting in member.settings],
        "verdicts": [
            {
                "statement": v.statement,
                "verdict": str(v.verdict),
                "is_input": v.verdict.is_input,
                "evidence": v.evidence,
                "detail": v.detail,
                "claims": list(v.claims),
            }
            for v in verdicts_of(member.name)
        ],
    }


def _setting(member: Member, setting: Setting) -> dict[str, Any]:
    solution = STUDY.family.solution(member.name, setting.name)
    found = plays(setting, solution)
    return {
        "name": setting.name,
        "title": setting.title,
        "shows": setting.shows,
        "concept": str(solution.concept),
        "status": solution.status.name,
        "reason": solution.reason,
        "certificates_checked_again": True,
        **_shown(found),
    }


def _shown(found: Plays) -> dict[str, Any]:
    return {
        "equilibria": found.number,
        "left_out": found.left_out,
        "plays": [
            {
                "equilibria": play.number,
                "path": play.chain.path(40).sentence(),
                "pattern_probabilities": {name: str(p) for name, p in shares(play.chain).items() if p},
            }
            for play in found.plays
        ],
    }


def fit_results(*, done: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """The coded record against every equilibrium of the family, under each coding.

    Parameters
    ----------
    done : callable
        Called with the name of each finished coding.
    """
    tables = {}
    for coding in STUDY.codings:
        tables[coding] = case_by_model(coding).plain()
        done(f"fit, coding {coding}")
    shares = []
    for K, count in ((3, 100), (8, 60)):  # eight: as many constraints as there are unilateral acts
        for measure in MEASURES:
            shares.append({"K": K, "F": 2, "draws": count, "seed": 1, **_share(identified(measure, count=count, K=K))})
    done("identified set")
    estimates = {timing: _estimate(timing) for timing in TIMINGS}
    done("estimates by logit play")
    ahead = {timing: _forecasts(timing) for timing in TIMINGS}
    done("forecasts")
    return {
        "case_by_model": tables,
        "identified": shares,
        "logit_estimates_in_floats": estimates,
        "forecasts_in_floats": ahead,
    }


def _estimate(timing: str) -> dict[str, Any]:
    fit, profiles = fit_record(timing=timing)
    return {
        "estimates": {n: round(v, 2) for n, v in fit.estimates.items()},
        "log_likelihood": round(fit.log_likelihood, 2),
        "at_edge": list(fit.at_edge),
        "profiles": {
            n: {
                "values": [round(v, 3) for v in p.values],
                "log_likelihood": [round(h, 2) for h in p.log_likelihood],
                "interval_95": [round(v, 2) for v in p.interval],
                "open_ends": list(p.open_ends),
            }
            for n, p in profiles.items()
        },
    }


def _forecasts(timing: str) -> dict[str, Any]:
    found = forecasts(STUDY, timing=timing)
    return {
        "log_scores": {f.name: _finite(f.log_score) for f in (*found.models, *found.without_model)},
        "left_out": dict(found.left_out),
    }


def _finite(x: float) -> float | None:
    """A number that JSON can hold; None for an episode that was held to be impossible."""
    return round(x, 2) if math.isfinite(x) else None


def _share(found: IdentifiedShare) -> dict[str, Any]:
    return {
        "measure": found.measure,
        "a_share_of_the_measure_never_a_probability": {
            event: {
                kind: {"seen": shares[event].seen, "bounds": [round(b, 4) for b in shares[event].bounds]}
                for kind, shares in (
                    ("possible", found.possible),
                    ("certain", found.certain),
                    ("unique", found.unique),
                )
            }
            for event in found.possible
        },
        "no_equilibrium": {"seen": found.none.seen, "bounds": [round(b, 4) for b in found.none.bounds]},
        "witnesses": {e: {n: str(v) for n, v in point.items()} for e, point in found.witnesses.items()},
    }
