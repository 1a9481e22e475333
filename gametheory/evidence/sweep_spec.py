"""A sweep written down in a TOML file.

::

    [model]
    study = "us_mexico"              # a study that the caller knows, or: file = "game.toml" (beside this file)
    K = 3                            # arguments of the study's game
    F = 2

    [parameters]                     # values of what is not varied; a study's baseline stands for those not named
    m1 = "1/5"

    [grid.delta_US]                  # one table for each axis, the first varies slowest ...
    low = "1/100"
    high = "99/100"
    count = 1000
    [grid.s]
    values = [0, "1/3", 0.5]
    units = "payoff per period"

    [[sample]]                       # ... or samples of the same number of points, side by side
    kind = "sobol"                   # "latin hypercube", "uniform draws", "vertex draws"
    points = 1024
    seed = 1
    ranges = {s = [0, 3]}            # draws have instead: ordering = "NE > NS > UP", names = {NE = "rc", ...}

    [outcomes]
    count = true
    payoffs = ["US"]                 # lowest and highest equilibrium payoffs
    patterns = "study"               # or a table: {cycle = "(NS+ UP)+ NE forever"}

    [run]
    chunk = 65536                    # optional
    exact = false

Numbers may be written as decimals (read as they stand) or as fractions in quotes. Nothing is evaluated as code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gametheory.errors import InputError, ReadError
from gametheory.evidence.designs import (
    Axis,
    Design,
    Grid,
    Joint,
    LatinHypercube,
    Sobol,
    between,
)
from gametheory.evidence.draws import UniformDraws, VertexDraws
from gametheory.evidence.outcomes import Count, Outcome, Payoff, Shown
from gametheory.evidence.patterns import Pattern
from gametheory.games.dynamic import DynamicGame
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

__all__ = ["KnownStudy", "SweepSpec", "read_spec"]

_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class KnownStudy:
    """A study that a file can name: its game, its baseline and its patterns."""

    game: Callable[..., DynamicGame]
    baseline: Mapping[str, object]
    patterns: Mapping[str, Pattern] = field(default_factory=dict)


@dataclass(frozen=True)
class SweepSpec:
    """The arguments of :func:`gametheory.evidence.sweep.sweep` that a file gives."""

    model: DynamicGame | StageGame
    design: Design
    outcomes: tuple[Outcome, ...]
    chunk: int | None
    exact: bool


def read_spec(path: str | Path, *, studies: Mapping[str, KnownStudy] | None = None) -> SweepSpec:
    """Read a sweep from a file.

    Parameters
    ----------
    path : path
    studies : mapping, optional
        Studies that the file may name.

    Raises
    ------
    ReadError
        If the file is missing, too large, or not TOML.
    InputError
        For a table or key that is unknown, missing or of the wrong kind; the message names it.
    """
    source = Path(path)
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ReadError(str(source), 1, 1, error.strerror or "cannot be read") from None
    if len(raw) > _MAX_BYTES:
        raise ReadError(str(source), 1, 1, f"larger than {_MAX_BYTES} bytes")
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ReadError(str(source), 1, 1, "not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadError(str(source), *_place(str(error)), f"not TOML: {error}") from None
    _known("file", table, {"model", "parameters", "grid", "sample", "outcomes", "run"})
    study, model = _model(_table("model", table.get("model")), source.parent, studies or {})
    design = _design(table)
    fixed = dict(study.baseline) if study else {}
    given = _table("parameters", table.get("parameters", {}))
    unknown = sorted({*given, *design.names} - set(model.parameters))
    if unknown:
        raise InputError("parameters", unknown, f"parameters of the model: {list(model.parameters)}")
    fixed = {n: v for n, v in {**fixed, **given}.items() if n in model.parameters and n not in design.names}
    twice = sorted(set(given) & set(design.names))
    if twice:
        raise InputError("parameters", twice, "parameters that are not varied as well")
    run = _table("run", table.get("run", {}))
    _known("run", run, {"chunk", "exact"})
    if not isinstance(run.get("exact", False), bool):
        raise InputError("run.exact", run["exact"], "true or false")
    chunk = run.get("chunk")
    if chunk is not None and (isinstance(chunk, bool) or not isinstance(chunk, int) or chunk < 1):
        raise InputError("run.chunk", chunk, "a whole number of points, 1 or more")
    outcomes = _outcomes(_table("outcomes", table.get("outcomes")), study)
    return SweepSpec(model.subs(**fixed), design, outcomes, chunk, run.get("exact", False))


def _place(message: str) -> tuple[int, int]:
    import re

    found = re.search(r"line (\d+), column (\d+)", message)
    return (int(found[1]), int(found[2])) if found else (1, 1)


def _table(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(name, value, f"a table [{name}]")
    return value


def _known(name: str, table: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise InputError(name, unknown, f"keys among {sorted(keys)}")


def _model(
    table: dict[str, Any], folder: Path, studies: Mapping[str, KnownStudy]
) -> tuple[KnownStudy | None, DynamicGame | StageGame]:
    if ("study" in table) == ("file" in table):
        raise InputError("model", sorted(table), "either 'study' or 'file'")
    if "study" in table:
        name = table["study"]
        if name not in studies:
            raise InputError("model.study", name, f"one of the studies {sorted(studies)}")
        arguments = {k: v for k, v in table.items() if k != "study"}
        wrong = [k for k, v in arguments.items() if not isinstance(v, (int, bool)) or (v > 50)]
        if wrong:
            raise InputError("model", wrong, "whole numbers up to 50, true or false")
        try:
            return studies[name], studies[name].game(**arguments)
        except TypeError as error:
            raise InputError("model", sorted(arguments), f"arguments of the study's game ({error})") from None
    _known("model", table, {"file"})
    from gametheory.interop import read_game

    if not isinstance(table["file"], str):
        raise InputError("model.file", table["file"], "the name of a file")
    game = read_game(folder / table["file"])
    if not isinstance(game, (DynamicGame, StageGame)):
        raise InputError("model.file", table["file"], "a stage game or a dynamic game")
    return None, game


def _design(table: dict[str, Any]) -> Design:
    if ("grid" in table) == ("sample" in table):
        raise InputError("design", sorted(table), "either [grid.NAME] tables or [[sample]] tables")
    if "grid" in table:
        axes = []
        for name, axis in _table("grid", table["grid"]).items():
            one = _table(f"grid.{name}", axis)
            extra = {"units": one.get("units", "1"), "title": one.get("title", "")}
            if not all(isinstance(v, str) for v in extra.values()):
                raise InputError(f"grid.{name}", extra, "units and title in quotes")
            if "values" in one:
                _known(f"grid.{name}", one, {"values", "units", "title"})
                if not isinstance(one["values"], list):
                    raise InputError(f"grid.{name}.values", one["values"], "a list of numbers")
                axes.append(Axis(name, one["values"], **extra))
            else:
                _known(f"grid.{name}", one, {"low", "high", "count", "units", "title"})
                _needed(f"grid.{name}", one, ("low", "high", "count"))
                axes.append(between(name, one["low"], one["high"], one["count"], **extra))
        return Grid(tuple(axes))
    if not isinstance(table["sample"], list):
        raise InputError("sample", table["sample"], "one or more tables [[sample]]")
    parts = [_sample(_table("sample", part)) for part in table["sample"]]
    return parts[0] if len(parts) == 1 else Joint(tuple(parts))


def _needed(name: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    missing = [k for k in keys if k not in table]
    if missing:
        raise InputError(name, sorted(table), f"also {', '.join(missing)}")


def _sample(table: dict[str, Any]) -> Any:
    boxes = {"sobol": Sobol, "latin hypercube": LatinHypercube}
    draws = {"uniform draws": UniformDraws, "vertex draws": VertexDraws}
    kind = table.get("kind")
    if kind in boxes:
        _known("sample", table, {"kind", "points", "seed", "ranges"})
        _needed("sample", table, ("points", "seed", "ranges"))
        return boxes[kind](_table("sample.ranges", table["ranges"]), points=table["points"], seed=table["seed"])
    if kind in draws:
        _known("sample", table, {"kind", "points", "seed", "ordering", "names"})
        _needed("sample", table, ("points", "seed", "ordering", "names"))
        names = _table("sample.names", table["names"])
        return draws[kind](Ordering(table["ordering"]), names, points=table["points"], seed=table["seed"])
    raise InputError("sample.kind", kind, f"one of {[*boxes, *draws]}")


def _outcomes(table: dict[str, Any], study: KnownStudy | None) -> tuple[Outcome, ...]:
    _known("outcomes", table, {"count", "payoffs", "patterns"})
    found: list[Outcome] = []
    if not isinstance(table.get("count", False), bool):
        raise InputError("outcomes.count", table["count"], "true or false")
    if table.get("count", False):
        found.append(Count())
    if "patterns" in table:
        patterns = table["patterns"]
        if patterns == "study":
            if study is None or not study.patterns:
                raise InputError("outcomes.patterns", patterns, "a table of patterns; this model brings none")
            found.append(Shown(study.patterns))
        else:
            found.append(Shown(_table("outcomes.patterns", patterns)))
    payoffs = table.get("payoffs", [])
    if not isinstance(payoffs, list) or not all(isinstance(p, str) for p in payoffs):
        raise InputError("outcomes.payoffs", payoffs, "a list of players")
    for player in payoffs:
        found += [Payoff(player), Payoff(player, highest=True)]
    if not found:
        raise InputError("outcomes", sorted(table), "at least one of count, patterns and payoffs")
    return tuple(found)
