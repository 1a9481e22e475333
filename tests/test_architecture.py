"""The house: imports follow the data, importing is light, everything public is documented, and text keeps its promises."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gametheory"

#: Where each room stands; a module may import from rooms of the same or a lower number only.
ROOMS = {
    "errors": 0,
    "exact": 1,
    "lp": 1,
    "regions": 1,
    "algebraic": 1,
    "algebra": 1,
    "conditions": 1,
    "gaps": 1,
    "pools": 1,
    "refute": 1,
    "signs": 1,
    "games": 2,
    "equilibria": 3,
    "evidence": 4,
    "regimes": 4,
    "statics": 4,
    "hypothesis_strategies": 4,
    "claims": 5,
    "studies": 6,
    "interop": 4,
    "_readers": 4,
    "latex": 7,
    "latex_levels": 7,
    "latex_paths": 7,
    "figures": 7,
    "plotting": 7,
    "plotting_sweeps": 7,
    "paper": 8,
    "reproduce": 8,
    "cli": 9,
    "__init__": 8,
    "__main__": 9,
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def room(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(path):
    """Rooms imported when the module is loaded (imports inside functions and for type checking do not count)."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gametheory."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.startswith("gametheory."):
                    yield name.name.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_follow_the_data(path):
    assert room(path) in ROOMS, f"{room(path)} has no place in the order of rooms"
    for other in imported_rooms(path):
        assert ROOMS[other] <= ROOMS[room(path)], f"{path.name} imports from {other}, which stands later"


def test_importing_is_light():
    """The package itself must not load what only some calls need."""
    heavy = {
        "sympy",
        "matplotlib",
        "scipy",
        "numba",
        "pandas",
        "networkx",
        "nashpy",
        "xarray",
        "dask",
        "z3",
        "automata",
    }
    code = "import sys, gametheory; print(sorted(set(sys.modules) & set(sys.argv[1].split())))"
    done = subprocess.run(
        [sys.executable, "-c", code, " ".join(sorted(heavy))], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_everything_public_is_documented(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "module docstring missing"
    if path.name.startswith("_") and path.name != "__init__.py":
        return  # a private module needs to say what it is, no more
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list):
                continue  # the documentation stands at the implementation
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                        assert ast.get_docstring(part), f"{node.name}.{part.name} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_text_is_never_evaluated(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            assert name not in {"eval", "exec", "parse_expr", "sympify"} or (
                name == "sympify" and not _may_be_text(node)
            ), f"line {node.lineno}: {name}"


def _may_be_text(call):
    return any(
        isinstance(arg, (ast.Constant, ast.JoinedStr))
        and not isinstance(getattr(arg, "value", None), (int, type(None)))
        for arg in call.args
    )


def test_the_text_speaks_of_the_project_alone():
    """No addresses of package indexes, no machine paths, in anything that is kept under version control."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT)
    if listed.returncode or not listed.stdout:
        pytest.skip("not a checkout")
    words = re.compile(r"(index-url|extra-index|/work/|/root/|pypi\.org/simple)")
    for name in listed.stdout.split():
        path = ROOT / name
        if path == Path(__file__) or path.suffix in {".png", ".pdf"} or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        assert not words.search(text), f"{name}: {words.search(text)}"


def test_the_environment_is_quiet():
    assert os.environ["MPLBACKEND"] == "Agg"
