"""Every notebook runs from top to bottom, and tells what the study says."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

#: What must be read in the outputs.
TELLS = {
    "1_preferences_and_stage_games": ["US gains 1 by U", "111 Prisoner's Dilemma", "exists: always", "index 0", "index 1"],
    "2_the_ratchet_and_the_cycle": [
        "then NE for ever",
        "'(NS+ UP)+ NE forever' always occurs",
        "'UP': '-9/10'",
        "deliberate investment",
        "t: proved",
    ],
    "3_symbolic_thresholds": ["k=0: UP; k=1: NE  exists:", "(-R + T)/(-P + T); proved to lie in (0, 1)", "\\begin{proposition}"],
    "4_claims_and_counterexamples": ["Proved [Farkas]", "the weakest: 2*R > T + S", "This is no proof.", "Contradictory [Farkas]", "7 assumed"],
    "5_sustainable_payoffs": ["exactly the point (1, 1)", "exactly the hull of (1, 1), (13/3, 1), (3, 3), (1, 13/3)", "2 2 True"],
    "6_rivals_and_fit": ["Realism (own)", "Realism or strangulation:", "Trap or investment:", "casablanca ['UP']", "cannot show"],
    "7_your_own_study": ["'EN+ TG forever' always occurs", "treaty=0: EN; treaty=1: TG  exists:"],
    "phase_diagram_app": ["points: 3600"],
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


def test_every_notebook_has_a_story_to_tell():
    assert sorted(TELLS) == [path.stem for path in NOTEBOOKS]
