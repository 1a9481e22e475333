"""Every notebook runs from top to bottom, and tells what the study says."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

#: What must be read in the outputs.
TELLS = {
    "1_the_sovereignty_cycle": [
        "then NE for ever",
        "'(NS+ UP)+ NE forever' always occurs",
        "'UP': '-9/10'",
        "deliberate investment",
        "t: proved",
    ],
}


def text_of(notebook):
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            parts.append(output.get("text", ""))
            parts.append(output.get("data", {}).get("text/plain", ""))
            parts.append(output.get("data", {}).get("text/html", ""))
    return "\n".join(parts)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:Proactor event loop")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs_and_tells_its_story(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "notebooks are kept without outputs"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    told = text_of(notebook)
    for words in TELLS.get(path.stem, []):
        assert words in told
    assert not [o for cell in notebook.cells for o in cell.get("outputs", []) if o.get("output_type") == "error"]


def test_there_are_notebooks():
    assert NOTEBOOKS
