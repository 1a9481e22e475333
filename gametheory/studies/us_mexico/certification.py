"""Certification: what the yearly verdict does to effort, and whether its threat is credible.

The game of the months and :func:`certification_year.effort_by_month` (for the figures) are in :mod:`certification_year`; here
are the conditions in symbols and the verdicts. Inputs: that a refusal costs both sides, that figures are cheaper than progress
and less sure, that Congress is a third voice. Findings: whether the threat is carried out, when effort is made, and which.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from gametheory.conditions import Region
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov
from gametheory.exact import exact, rational
from gametheory.games.institutions import Sunset
from gametheory.statics import derivative_sign
from gametheory.studies.us_mexico.certification_year import (
    MONTHS,
    NUMBERS,
    READING,
    at_numbers,
    certification_game,
    effort_by_month,
)
from gametheory.studies.us_mexico.conditions_lattice import ASSUMPTIONS, SWITCHES, conditions_game, is_joint
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_regions import equal, region, within
from gametheory.studies.us_mexico.member_tools import assuming, both_ways, pure, symbolic_paths

__all__ = ["MEMBER", "effort_by_month", "regimes_are_proved"]


_SIGNS = (
    "z > 0", "lm > 0", "et > 0", "kt > 0", "p > p0", "p0 > 0", "cv > 0", "b > 0", "tu > 0", "lp > 0", "rt > 0",
    "delta_MX > 0", "1 > delta_MX", "1 > p", "1 > kt",
)  # fmt: skip
_DISCIPLINE = "delta_MX*kt*(p - p0)*(lm + z) - et"
_CREDIBLE = "delta_MX*kt*(1 - p0)*(lm + z) - et"


@lru_cache(maxsize=4)
def _regimes(violation: bool = True) -> Mapping[tuple[str, ...], Region]:
    """Every equilibrium path, in symbols, of the month before the review and the review; Congress hawkish, no progress."""
    of = certification_game(months=("feb", "mar"), congress=False, efforts="TS").subs(u="1/4", rho=1)
    return symbolic_paths(of, *_SIGNS, *(("s > z",) if violation else ("s > 0", "tu + lp > b + cv", "tu > b + cv")))


def _by_regime() -> dict[str, Region]:
    """The regions of the regimes, by what happens: who is refused by choice, and whether there is an effort."""
    named = {}
    for path, found in _regimes().items():
        chosen = [x for x in path if x in ("SDA", "SDP")]  # a refusal that the president chooses
        either = [x for x in path if x == "SC/SDP"]  # certified, unless Congress departs
        threat = "blind" if not either else "conditional" if chosen else "empty"
        effort = "effort" if path[0] == "TC" else "none"
        named[f"{threat}, {effort}"] = found
    return named


def regimes_are_proved() -> bool:
    """Whether the three regimes of the threat are exactly as the verdicts say, by proof in both directions.

    Examples
    --------
    >>> regimes_are_proved()
    True
    """
    found = _by_regime()
    if set(found) != {"empty, effort", "empty, none", "conditional, effort", "blind, none"}:
        return False
    domain = found["empty, effort"].domain
    wanted = {
        "empty, effort": ("tu + lp - b - cv", _DISCIPLINE),
        "empty, none": ("tu + lp - b - cv", f"-({_DISCIPLINE})"),
        "conditional, effort": ("tu + lp - b", "b + cv - tu - lp", _CREDIBLE),
    }
    return all(equal(found[name], region(domain, *parts)) for name, parts in wanted.items()) and within(
        found["blind, none"], region(domain, "b + cv - tu - lp")
    )


def progress_is_proved() -> bool:
    """Whether progress in the last month needs what the verdicts say, where the threat is empty.

    Examples
    --------
    >>> progress_is_proved()
    True
    """
    of = certification_game(months=("feb", "mar"), congress=False).subs(u="1/4", rho=1)
    found = symbolic_paths(of, *_SIGNS, "s > z", "e - g > et", "kw > kt", "1 > kw", "rw > rt", "tu + lp > b + cv")
    progress = [r for path, r in found.items() if path[0] == "WC"]
    needs = "delta_MX*(kw - kt)*(p - p0)*(lm + z) - (e - g - et)"
    return bool(progress) and all(within(r, region(r.domain, needs)) for r in progress)


def _soured() -> tuple[Region, Region]:
    """Where all four conditions bring joint work about: without certification, and where it undoes trust at a rate sigma."""
    all_on = dict.fromkeys(SWITCHES, 1)
    found = []
    for rules in ((), (Sunset("x", "sigma"),)):
        of = conditions_game(X=1).with_rules(*rules).subs(**all_on)
        more = ("sigma > 0", "1 > sigma") if rules else ()
        solver = SymbolicMarkov(assumptions=assuming(*ASSUMPTIONS, *more))
        joint = [e for e in solver.solve(of, MarkovPerfect(pure=True)).equilibria if is_joint(e.outcomes)]
        found.append(joint[0].region)
    return found[0], found[1]


# --- verdicts ---------------------------------------------------------------------------------------------------------


def _verdicts() -> tuple[Verdict, ...]:
    return (
        _threat(),
        _credibility(),
        _figures(),
        _timing(),
        _more_effort(),
        _cover(),
        _shame(),
        _arbitrary(),
        _soured_verdict(),
        _yardstick(),
        _instruments(),
    )


def _threat() -> Verdict:
    of = at_numbers()
    where = {v["clock"] for v, period in zip(of.variables, of.periods, strict=True) if "SDP" in period.labels}
    holds = where == {"mar1"} and rational(NUMBERS["lm"]) > 0
    return Verdict(
        "Refusal is threatened once a year, and costs Mexico",
        LedgerVerdict.BUILT_IN if holds else LedgerVerdict.CONTRADICTED,
        "structure",
        f"a refusal is possible in {', '.join(sorted(map(str, where)))} alone; its cost lm is an input",
        (57,),
    )


def _credibility() -> Verdict:
    proved = regimes_are_proved()
    chosen = [
        state
        for e in pure(at_numbers()).equilibria
        for state, row in e.policy.items()
        if "D" in (row.get("US after S"), row.get("US after T"))
    ]
    return Verdict(
        "The president never refuses, whatever Mexico's performance, because a refusal costs trade",
        LedgerVerdict.CONDITIONAL if proved and not chosen else LedgerVerdict.UNDECIDED,
        "proved in symbols; exact solution",
        f"exactly if tu + lp >= b + cv (Congress hawkish, a refusal protested). "
        f"At the baseline he refuses in {len(chosen)} states. If b <= tu + lp <= b + cv he refuses "
        "where there are no figures, if tu + lp <= b he may refuse whatever Mexico does, and then there is no effort at all: "
        "a threat disciplines only if it is neither empty nor blind",
        (58,),
    )


def _figures() -> Verdict:
    worlds: dict[str, bool] = {}
    cases: tuple[tuple[dict[str, str], str], ...] = (({}, "WTS"), ({"e": "1/4"}, "WTS"), ({"e": "1/4"}, "WS"))
    proof = "proved" if progress_is_proved() else "not proved"
    for change, efforts in cases:
        rows = effort_by_month(change, efforts=efforts)
        progress, figures = (max(getattr(m, x) for m in rows) for x in ("progress", "figures"))
        name = ", ".join(f"{k} = {v}" for k, v in change.items()) or "baseline"
        more = "" if "T" in efforts else ", figures impossible"
        worlds[f"{name}{more} (at most: progress {progress}, figures {figures})"] = progress == 0 < figures
    return both_ways(
        "Mexico meets the test with figures instead of progress",
        worlds,
        f"in the last month progress is chosen over figures only where delta_MX*(kw - kt)*(p - p0)*(lm + z) >= e - g - et ({proof}); "
        "where figures are impossible cheap progress takes their place: figures displace it",
        59,
    )


def _timing() -> Verdict:
    worlds = {}
    for name, change, years in (
        ("baseline", {}, 1),
        ("two years", {}, 2),
        ("figures dear, et = 1/2", {"et": "1/2"}, 1),
        ("figures never forgotten, u = 0", {"u": "0"}, 1),
    ):
        rows = effort_by_month(change, years=years)
        peaks = []
        for year in range(1, years + 1):
            of_year = [m for m in rows if m.year == year]
            best = max(of_year, key=lambda m: m.effort)
            peaks.append(best.month if best.effort else "none")
        quiet = all(m.effort == 0 for m in rows if m.month in MONTHS[:6] or m.month == "mar")
        worlds[f"{name} (peak: {', '.join(peaks)})"] = set(peaks) == {"feb"} and quiet
    return both_ways(
        "Effort peaks in the month before the verdict and drops after it, every year",
        worlds,
        "effort must pay at all, and figures must be forgotten: what is remembered can be shown early",
        60,
    )


def _more_effort() -> Verdict:
    worlds = {}
    for name, change in (
        ("baseline", {}),
        ("Congress never overturns, p = p0 = 0", {"p": "0", "p0": "0"}),
        ("figures dear, et = 1/2", {"et": "1/2"}),
    ):
        under, without = (max(m.effort for m in effort_by_month(change, law=law)) for law in (True, False))
        worlds[f"{name} (most in a month: {under}, without the law {without})"] = under > without
    return both_ways(
        "Certification raises effort above what there would be without it",
        worlds,
        "where the president's threat is empty: delta_MX*kt*(p - p0)*(lm + z) >= et (proved for the last month, Congress "
        "hawkish). The whole effect is then that of Congress, none that of the president's threat",
        61,
    )


def _cover() -> Verdict:
    worlds = {}
    for cv in ("1", "1/5"):
        answers = {
            (row["US after S"], v["y"])
            for e in pure(at_numbers({"cv": cv})).equilibria
            for (_, row), v in zip(e.policy.items(), e.game.variables, strict=True)
            if v["clock"] == "mar1" and v["congress"] == "hawk"
        }
        worlds[
            f"cv = {cv} (before a hawkish Congress, by figures: {', '.join(f'{y}: {a}' for a, y in sorted(answers))})"
        ] = answers == {("C", 1), ("D", 0)}
    return both_ways(
        "Timely arrests let the president certify where he could not otherwise",
        worlds,
        "b <= tu + lp <= b + cv (proved); a president who never refuses needs no cover from himself, but arrests lower the "
        "chance that Congress overturns him from p to p0",
        62,
    )


def _shame() -> Verdict:
    worlds = {}
    for name, change in (
        ("a refusal is words only: tu = 1/10, lp = 0", {"tu": "1/10", "lp": "0"}),
        ("a refusal costs trade", {}),
    ):
        rows = effort_by_month(change)
        refused, effort = max(m.refusal for m in rows), max(m.effort for m in rows)
        worlds[f"{name} (probability of refusal {refused}, most effort {effort})"] = (
            refused >= Fraction(1, 4) and effort == 0
        )
    return both_ways(
        "The verdict serves to shame, not to raise effort",
        worlds,
        "b >= tu + lp: applause for a refusal outweighs its cost; then it is pronounced whatever Mexico did, and no effort follows",
        64,
    )


def _arbitrary() -> Verdict:
    import sympy

    proved = regimes_are_proved()
    domain = _by_regime()["empty, effort"].domain
    edge = sympy.sympify(exact("delta_MX*kt*(p - p0)*(lm + z)"))
    marks = {name: derivative_sign(edge, name, domain).mark for name in ("p", "p0", "kt", "lm")}
    holds = proved and marks == {"p": "+", "p0": "-", "kt": "+", "lm": "+"}
    return Verdict(
        "An arbitrary yardstick (condemned with figures too, p0 > 0) lowers effort",
        LedgerVerdict.DERIVED if holds else LedgerVerdict.UNDECIDED,
        "proved in symbols, signs of derivatives",
        "where the threat is empty "
        "the highest cost at which figures are worth showing is delta_MX*kt*(p - p0)*(lm + z); it falls in p0 and rises in "
        "p, kt and lm. How arbitrary the yardstick was is an input",
        (66,),
    )


def _soured_verdict() -> Verdict:
    without, under = _soured()
    narrower = equal(under, region(under.domain, "g + w + delta_MX*(1 - sigma)*v - e")) and within(under, without)
    return Verdict(
        "Certification makes the conditions of cooperation harder to build",
        LedgerVerdict.DERIVED if narrower else LedgerVerdict.UNDECIDED,
        "proved in symbols",
        f"if each round undoes trust with probability sigma (an input), joint work with all four conditions needs {under} instead "
        f"of {without}",
        (63,),
    )


def _yardstick() -> Verdict:
    worlds = {}
    for z in ("6/5", "21/10", "3"):
        answers: dict[str, set[str]] = {}
        for e in pure(at_numbers({"z": z}, years=2)).equilibria:
            for (_, row), v in zip(e.policy.items(), e.game.variables, strict=True):
                if "MX after SD" in row:
                    answers.setdefault(str(v["clock"]), set()).add(row["MX after SD"])
        shown = ", ".join(f"{clock}: {'/'.join(sorted(a))}" for clock, a in sorted(answers.items()))
        worlds[f"z = {z}, s = 2 (answer to a refusal, {shown})"] = all(a == {"P"} for a in answers.values())
    return both_ways(
        "Mexico answers a refusal by protest, and a joint yardstick replaces the verdict",
        worlds,
        "z <= s in the last year; before that z may exceed s by what the reviews to come would cost Mexico: with z = 21/10 it "
        "protests while reviews lie ahead and gives in at the last. That a yardstick ends the reviews is built in",
        46,
    )


def _instruments() -> Verdict:
    found = _regimes(violation=False)
    lets_pass = [r for path, r in found.items() if any("SDA" in x for x in path) and not any("SDP" in x for x in path)]
    protests = [r for path, r in found.items() if any("SDP" in x for x in path) and not any("SDA" in x for x in path)]
    split = (
        bool(lets_pass and protests)
        and all(within(r, region(r.domain, "z - s")) for r in lets_pass)
        and all(within(r, region(r.domain, "s - z")) for r in protests)
        and len(lets_pass) + len(protests) == len(found)
    )
    return Verdict(
        "Some instruments violate sovereignty (they are protested) and others do not",
        LedgerVerdict.CONDITIONAL if split else LedgerVerdict.UNDECIDED,
        "proved in symbols",
        "an instrument is protested exactly if s >= z: the loss of sovereignty that it means exceeds the cost of confrontation. So "
        "instruments are ordered by s and cut off at z; conditions on aid, the yearly verdict and votes against loans rise in s by "
        "the article's words, but nothing in it says between which two z lies",
        (92,),
    )


def _setting(name: str, title: str, shows: str, change: Mapping[str, object] = {}, **shape: Any) -> Setting:
    return Setting(name, title, partial(at_numbers, change, **shape), shows, READING)


MEMBER = Member(
    name="certification",
    title="Certification",
    about=(
        "A yearly verdict whose punishment costs the judge trade, a Congress that may overturn it, and Mexican effort timed to it."
    ),
    point="certification",
    claims=(46, 57, 58, 59, 60, 61, 62, 63, 64, 66, 92),
    settings=(
        _setting("empty_threat", "A refusal costs trade", "the president certifies whatever happens; Congress may not"),
        _setting("two_years", "The law lasts two years", "the same effort in the same months of both", years=2),
        _setting("credible", "Certifying without figures embarrasses", "the threat depends on figures", {"cv": "1"}),
        _setting("words_only", "A refusal costs words only", "refused whatever Mexico does", {"tu": "1/10", "lp": "0"}),
        _setting("cheap_progress", "Progress is cheap", "some progress beside figures", {"e": "1/4"}),
        _setting("never_forgotten", "Figures are never forgotten", "effort comes early", {"u": "0"}),
        _setting("for_ever", "The law never ends", "a year of three months, Congress hawkish, figures only",
                 months=("jan", "feb", "mar"), efforts="TS", congress=False, for_ever=True),
    ),
    verdicts=_verdicts,
)  # fmt: skip
