"""The figure programs: finding them, building one in every format, and leaving alone what is already up to date.

A figure is a file ``paper_figures/fig_*.py`` with

- a docstring that says what it shows;
- ``SIZE``, its width (one of :data:`~gametheory.plotting.WIDTHS`) and height in inches;
- ``PLACE``, such as ``"main 2"`` (second figure of the main text) or ``"appendix"``;
- ``CLAIMS``, the numbers of the article's claims that it bears on;
- ``data()``, plain values computed by a study; ``caption(data)``; ``draw(ax, data)``, which computes nothing.

New figures are found by looking. A figure is built anew only if the package, its program or a library it is drawn with has
changed, or if one of its files is not as it was written.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FORMATS",
    "Built",
    "aside",
    "build_figure",
    "draw_figure",
    "figure_folder",
    "find_figures",
    "formats_here",
    "load_figure",
    "save",
    "up_to_date",
]

FORMATS = ("pdf", "svg", "png", "pgf")

_LIBRARIES = ("matplotlib", "numpy", "sympy", "python-flint", "networkx", "automata-lib")


def figure_folder() -> Path:
    """Where the figure programs are: beside the package in a checkout, inside it in an installed wheel."""
    here = Path(__file__).parent
    for folder in (here.parent / "paper_figures", here / "paper_figures"):
        if any(folder.glob("fig_*.py")):
            return folder
    raise InputError("paper_figures", str(here.parent), "a folder with fig_*.py files")


def find_figures() -> dict[str, Path]:
    """Every figure program by name (``fig_cycle.py`` is ``cycle``), sorted."""
    return {path.stem.removeprefix("fig_"): path for path in sorted(figure_folder().glob("fig_*.py"))}


def load_figure(name: str) -> ModuleType:
    """The module of one figure."""
    found = find_figures()
    if name not in found:
        raise InputError("figure", name, f"one of {', '.join(found)}")
    spec = importlib.util.spec_from_file_location(f"paper_figures.{found[name].stem}", found[name])
    if spec is None or spec.loader is None:  # pragma: no cover - a .py file always has a loader
        raise InputError("figure", name, "a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def formats_here() -> tuple[str, ...]:
    """The formats that can be written on this machine: PGF needs pdflatex with the pgf package, which measure its text."""
    finder = shutil.which("kpsewhich")
    if shutil.which("pdflatex") is None or finder is None:
        return FORMATS[:3]
    found = subprocess.run([finder, "pgf.sty"], capture_output=True, text=True, check=False)
    return FORMATS if found.stdout.strip() else FORMATS[:3]


def draw_figure(module: ModuleType, data: Any) -> Figure:
    """Draw one figure at its size in print."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=module.SIZE)
    FigureCanvasAgg(figure)
    module.draw(figure.add_subplot(), data)
    return figure


def save(figure: Figure, folder: Path, name: str, *, formats: Sequence[str] = FORMATS[:3]) -> list[Path]:
    """Save a figure in several formats, without dates, each file replaced in one step.

    Parameters
    ----------
    figure : Figure
    folder : Path
    name : str
        Of the files, without ending.
    formats : sequence of str
        Some of :data:`FORMATS`.
    """
    nothing: dict[str, dict[str, None]] = {
        "pdf": {"CreationDate": None, "ModDate": None},
        "svg": {"Date": None},
        "png": {"Software": None},
    }
    paths = []
    for kind in formats:
        if kind not in FORMATS:
            raise InputError("formats", kind, f"some of {', '.join(FORMATS)}")
        path = folder / f"{name}.{kind}"
        half = folder / f".{name}.half.{kind}"
        figure.savefig(half, format=kind, **({"metadata": nothing[kind]} if kind in nothing else {}))  # type: ignore[arg-type]
        os.replace(half, path)
        paths.append(path)
    return paths


@dataclass(frozen=True)
class Built:
    """One figure as it stands in a folder.

    Attributes
    ----------
    name, caption, place : str
    claims : tuple of int
    files : tuple of Path
        The record (``.json``: data, caption, what it was made from) and the drawings.
    """

    name: str
    caption: str
    place: str
    claims: tuple[int, ...]
    files: tuple[Path, ...]


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


@lru_cache(maxsize=1)
def _package_digest() -> str:
    """Of all code and data of the package, and of the libraries that results and drawings depend on."""
    here = Path(__file__).parent
    kinds = {".py", ".csv", ".json", ".toml"}
    files = sorted(p for p in here.rglob("*") if p.suffix in kinds and "paper_figures" not in p.parts)
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return _digest(
        *(part for p in files for part in (str(p.relative_to(here)).encode(), p.read_bytes())),
        *(v.encode() for v in versions),
    )


def _made_from(name: str) -> str:
    return _digest(_package_digest().encode(), find_figures()[name].read_bytes())


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False).encode()


def _record(folder: Path, name: str) -> dict[str, Any] | None:
    """The record of a figure, if it was made from the present code and its data are as they were written."""
    try:
        found = json.loads((folder / f"fig_{name}.json").read_text("utf-8"))
        good = found["made_from"] == _made_from(name) and found["data_digest"] == _digest(_canonical(found["data"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if good else None


def _as_written(folder: Path, record: Mapping[str, Any], formats: Sequence[str]) -> bool:
    try:
        written = record["files"]
        return set(formats) <= set(written) and all(
            _digest((folder / f"fig_{record['name']}.{kind}").read_bytes()) == digest
            for kind, digest in written.items()
        )
    except (OSError, KeyError, TypeError, AttributeError):
        return False


def up_to_date(name: str, folder: Path) -> Built | None:
    """The figure as it stands in the folder, if nothing it depends on and none of its files has changed."""
    record = _record(folder, name)
    formats = formats_here()
    if record is None or not _as_written(folder, record, formats):
        return None
    files = [folder / f"fig_{name}.{kind}" for kind in ("json", *record["files"])]
    return Built(name, record["caption"], record["place"], tuple(record["claims"]), tuple(files))


def build_figure(name: str, folder: Path, *, known: Path | None = None) -> Built:
    """Compute, draw and save one figure with its record.

    Parameters
    ----------
    name : str
    folder : Path
    known : Path, optional
        A folder with an earlier record, whose data are used again if nothing they depend on has changed.
    """
    module = load_figure(name)
    earlier = None if known is None else _record(known, name)
    data = json.loads(json.dumps(module.data() if earlier is None else earlier["data"]))
    caption = module.caption(data)
    with style():
        drawings = save(draw_figure(module, data), folder, f"fig_{name}", formats=formats_here())
    record = {
        "name": name,
        "caption": caption,
        "place": module.PLACE,
        "claims": list(module.CLAIMS),
        "program": f"paper_figures/fig_{name}.py",
        "made_from": _made_from(name),
        "data_digest": _digest(_canonical(data)),
        "files": {p.suffix[1:]: _digest(p.read_bytes()) for p in drawings},
        "data": data,
    }
    path = folder / f"fig_{name}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return Built(name, caption, module.PLACE, tuple(module.CLAIMS), (path, *drawings))


_CHILD = """
import os, sys, threading, time
from pathlib import Path

parent, folder, known, *names = sys.argv[1:]

def watch():
    while os.getppid() == int(parent):
        time.sleep(0.1)
    os._exit(1)

threading.Thread(target=watch, daemon=True).start()
from gametheory.figures import build_figure
for name in names:
    build_figure(name, Path(folder), known=Path(known))
"""


def _ended(child: subprocess.Popen[bytes]) -> None:
    child.wait()


@contextmanager
def aside(names: Sequence[str], folder: Path, *, known: Path) -> Iterator[Callable[[], None]]:
    """Build figures in a second process while this one goes on; gives a function that waits for it.

    With a single figure, or one processor, nothing is started. What the other process did not finish, for whatever reason, is
    not there (:func:`up_to_date` is None) and can be built here, where an error is seen.

    Parameters
    ----------
    names : sequence of str
    folder : Path
    known : Path
        As for :func:`build_figure`.
    """
    if len(names) < 2 or (os.cpu_count() or 1) < 2:
        yield lambda: None
        return
    here = str(Path(__file__).parent.parent)
    paths = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(os.getpid()), str(folder), str(known), *names],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield lambda: _ended(child)
    finally:
        child.kill()
        child.wait()


def run_alone(module_name: str, namespace: Mapping[str, Any]) -> None:
    """Let a figure program be run by itself: draws into ``results/figures``."""
    if module_name == "__main__":
        folder = Path("results/figures")
        folder.mkdir(parents=True, exist_ok=True)
        built = build_figure(Path(namespace["__file__"]).stem.removeprefix("fig_"), folder, known=folder)
        for path in built.files:
            print(path)
        print(built.caption)
