"""The paper from nothing: draw every figure, solve the study, check the article's claims, write results and paper.

Everything is first written beside its final place and then moved there file by file, so that an interrupted run leaves
the earlier results as they were. Output depends on the code alone: no dates, no random draws.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError

if TYPE_CHECKING:
    from gametheory.equilibria.solution import MarkovEquilibrium

__all__ = ["Report", "prepare_folder", "reduced_results", "reproduce", "study_results"]

_PACKAGES = ("numpy", "sympy", "python-flint", "matplotlib", "networkx", "automata-lib")


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes
    ----------
    folder : Path
    files : tuple of Path
        In the order of writing.
    verdicts : tuple of (variant, count, path, pattern)
    kept : Path or None
        Where an earlier ``results.json`` that could not be read was kept.
    unchanged : tuple of str
        Figures that were up to date and left alone.
    notes : tuple of str
        What was left out on this machine, and why.
    """

    folder: Path
    files: tuple[Path, ...]
    verdicts: tuple[tuple[str, str, str, str], ...]
    kept: Path | None
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def prepare_folder(out: str | Path) -> tuple[Path, Path | None]:
    """The output folder, made if need be; an unreadable earlier ``results.json`` is set aside, never overwritten.

    Raises
    ------
    InputError
        If the place cannot be a folder or cannot be written to.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except FileExistsError:
        raise InputError("out", str(out), "a folder; a file of that name is in the way") from None
    except OSError as error:
        raise InputError("out", str(out), f"a folder that can be written to ({error.strerror})") from None
    return folder, _set_aside(folder / "results.json")


def _set_aside(path: Path) -> Path | None:
    if not os.path.lexists(path):
        return None
    try:
        if isinstance(json.loads(path.read_text("utf-8")), dict):
            return None
    except (OSError, ValueError, RecursionError):
        pass
    number = 1
    while os.path.lexists(kept := path.with_name(f"{path.name}.unreadable-{number}")):
        number += 1
    os.replace(path, kept)
    return kept


def _versions() -> dict[str, str]:
    import gametheory

    found = {"python": platform.python_version(), "gametheory": gametheory.__version__}
    return found | {name: metadata.version(name) for name in _PACKAGES}


def study_results(*, done: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """Everything the study computes, as plain values; numbers are exact and written as text (``"13/5"``)."""
    from gametheory.studies.us_mexico.results import family_results, fit_results

    return {**reduced_results(done=done), "family": family_results(done=done), "fit": fit_results(done=done)}


def reduced_results(*, done: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """The part of :func:`study_results` that concerns the reduced game: variants, calibration, inert parameters."""
    from gametheory.studies import us_mexico as study

    variants = []
    for result in study.solve_variants(done=done):
        variants.append(
            {
                "name": result.variant.name,
                "title": result.variant.title,
                "parameters": result.variant.parameters,
                "naive": result.variant.naive,
                "concept": str(result.solution.concept),
                "status": result.solution.status.name,
                "reason": result.solution.reason,
                "certificates_checked_again": True,
                "equilibria": [_equilibrium(e) for e in result.solution.equilibria],
                "mixed": result.mixed
                and {
                    "status": result.mixed.status.name,
                    "reason": result.mixed.reason,
                    "equilibria": [_equilibrium(e) for e in result.mixed.equilibria],
                },
                "verdict": result.verdict,
            }
        )
    checks = study.calibration(study.VARIANTS[0].game())
    inert = study.inert_parameters()
    done("parameters that change nothing")
    return {
        "format": 1,
        "versions": _versions(),
        "study": "Reich and Aspinwall (2013), reduced game, K = 3, F = 2",
        "orderings": {
            key: {"player": s.player, "situation": s.situation, "ordering": str(s.ordering), "claims": list(s.claims)}
            for key, s in study.STATED.items()
        },
        "patterns": {name: str(pattern) for name, pattern in study.PATTERNS.items()},
        "variants": variants,
        "calibration": [
            {
                "state": c.state,
                "induced": [str(o) for o in c.induced],
                "declared": list(c.expected),
                "holds": list(c.holds),
            }
            for c in checks
        ],
        "inert_parameters": [
            {
                "parameter": r.parameter,
                "inert": r.is_inert,
                "evidence": r.evidence,
                "tried": [str(v) for v in r.tried],
                "changed_at": None if r.changed_at is None else str(r.changed_at),
            }
            for r in inert
        ],
    }


def _equilibrium(e: MarkovEquilibrium) -> dict[str, Any]:
    from gametheory.studies import us_mexico as study

    shares = study.shares(e.chain)
    return {
        "payoffs": dict(zip(e.game.players, map(str, e.payoffs), strict=True)),
        "policy": e.policy,
        "values": {s: [str(v) for v in pair] for s, pair in zip(e.game.states, e.values, strict=True)},
        "path": e.path(40).sentence() if e.is_pure else None,
        "pattern_probabilities": {name: str(p) for name, p in shares.items() if p},
    }


def reproduce(
    out: str | Path = "results", *, done: Callable[[str], None] = lambda name: None, only: tuple[str, ...] = ()
) -> Report:
    """Solve the study and write ``results.json``, ``ledger.json``, the figures (PDF, SVG, PNG, PGF, with captions) and the paper.

    Parameters
    ----------
    out : path
        Made if missing. Files of the same names are replaced, each in one step; everything else in it stays. Figures in it
        that are up to date (see :mod:`gametheory.figures`) are left alone.
    done : callable
        Called with the name of each finished piece of work, for a progress bar.
    only : tuple of str
        Draw only these figures, and no results.

    Returns
    -------
    Report
    """
    from gametheory import figures
    from gametheory.paper import compile_paper, write_paper

    folder, kept = prepare_folder(out)
    names = only or tuple(figures.find_figures())
    for name in names:
        figures.load_figure(name)  # a wrong name is refused before anything is computed
    for left in folder.glob(".half-*"):  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder))
    verdicts: tuple[tuple[str, str, str, str], ...] = ()
    notes = []
    try:
        for name in ("figures", "paper"):
            (half / name).mkdir()
        drawn = {name: figures.up_to_date(name, folder / "figures") for name in names}
        unchanged = [name for name, built in drawn.items() if built is not None]
        anew = [name for name, built in drawn.items() if built is None]
        with figures.aside(anew if not only else (), half / "figures", known=folder / "figures") as wait:
            if not only:
                results = study_results(done=done)
                verdicts = tuple(_row(v) for v in results["variants"])
                ledger, table = _ledger(done)
                _write_json(half / "results.json", results)
                _write_json(half / "ledger.json", ledger)
            wait()
            for name in names:
                drawn[name] = drawn[name] or figures.up_to_date(name, half / "figures")
                if drawn[name] is None:
                    drawn[name] = figures.build_figure(name, half / "figures", known=folder / "figures")
                done(f"figure {name}")
        if not only:
            write_paper(
                half / "paper",
                results=results,
                rows=verdicts,
                ledger=ledger,
                ledger_table=table,
                figures=[built for built in drawn.values() if built is not None],
                done=done,
            )
        files = []
        for path in sorted(p for p in half.rglob("*") if p.is_file()):
            target = folder / path.relative_to(half)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
            files.append(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    if "pgf" not in figures.formats_here():
        notes.append("PGF files were not written: they need pdflatex with the pgf package.")
    if not only:
        wrong = compile_paper(folder / "paper", folder / "figures")
        notes += [wrong] if wrong else []
        files += [] if wrong else [folder / "paper" / "paper.pdf"]
        done("paper compiled" if not wrong else "paper written")
    return Report(folder, tuple(files), verdicts, kept, tuple(unchanged), tuple(notes))


def _ledger(done: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """The article's claims with their verdicts, as plain values and as a LaTeX table."""
    from gametheory.studies.us_mexico import claims

    lines = claims.ledger(done=lambda line: done(f"claim {line.number}"))
    return claims.ledger_json(lines, claims.inconsistencies()), claims.ledger_table(lines)


def _row(variant: dict[str, Any]) -> tuple[str, str, str, str]:
    found = variant["equilibria"] or variant["mixed"]["equilibria"]
    paths = list(dict.fromkeys(e["path"] or "mixed play" for e in found))
    patterns: dict[str, None] = {}
    for e in found:
        for name, p in e["pattern_probabilities"].items():
            patterns.setdefault(name if p == "1" else f"{name} {float(Fraction(p)):.0%}")
    number = f"{len(found)}" if variant["equilibria"] else f"0 pure, {len(found)} mixed"
    return variant["title"], number, "; ".join(paths), ", ".join(patterns)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
