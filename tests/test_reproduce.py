"""The paper from nothing, twice the same; nothing already there is lost; the command line speaks plainly."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gametheory as gt
from gametheory.figures import formats_here
from gametheory.reproduce import prepare_folder, reduced_results, reproduce


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "gametheory", *arguments], capture_output=True, text=True, check=False, **options
    )


def test_results_are_exact_and_complete():
    results = json.loads(json.dumps(reduced_results()))
    baseline = results["variants"][0]
    assert baseline["status"] == "COMPLETE"
    assert baseline["equilibria"][0]["pattern_probabilities"] == {"cycle": "1"}
    assert baseline["equilibria"][0]["policy"]["k=0, f=2"]["US"] == "U"
    assert {"python", "gametheory", "sympy"} <= set(results["versions"])
    assert [r["parameter"] for r in results["inert_parameters"] if r["evidence"] == "proved"] == ["t"]


def test_phase_diagram_data_agree_with_the_published_rows():
    """The grid's cells that hold the table's points show the table's patterns."""
    from gametheory.studies.us_mexico.verdicts import phase_diagram

    found = phase_diagram(("delta_US", ["1/20", "1/2", "4/5"]), ("s", ["2"]))
    assert found.pattern == (("deadlock", "cycle", "deliberate investment"),)


def test_other_files_stay_and_an_unreadable_result_is_kept(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "results.json").write_text('{"half": ')
    report = reproduce(tmp_path, only=("typology",))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert report.kept is not None
    assert report.kept.read_text() == '{"half": '
    _, kept = prepare_folder(tmp_path)
    assert kept is None


def test_places_that_cannot_be_folders_are_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(gt.InputError, match="a file of that name is in the way"):
        prepare_folder(tmp_path / "file")
    with pytest.raises(gt.InputError, match="a folder that can be written to"):
        prepare_folder(tmp_path / "file" / "below")


@pytest.mark.skipif(os.name != "posix", reason="signals of another kind")
def test_a_killed_run_loses_nothing(tmp_path):
    before = reproduce(tmp_path, only=("typology",))
    kept = {path: path.read_bytes() for path in before.files}
    process = subprocess.Popen(
        [sys.executable, "-m", "gametheory", "reproduce", "--out", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(400):
        if any(tmp_path.glob(".half-*")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert {path: path.read_bytes() for path in before.files} == kept
    after = reproduce(tmp_path, only=("typology",))
    assert after.unchanged == ("typology",)
    assert {path: path.read_bytes() for path in before.files} == kept
    assert not list(tmp_path.glob(".half-*")), "what a killed run left behind is cleared away"


def test_the_command_line_says_what_is_wrong(tmp_path):
    wrong = run("figures", "nothing", "--out", str(tmp_path))
    assert wrong.returncode == 2
    assert "Error: figure: got 'nothing'; expected one of" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert run("nonsense").returncode == 2
    assert run("--help").returncode == 0


def test_the_command_line_draws_and_summarises(tmp_path):
    done = run("figures", "typology", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"{1 + len(formats_here())} files written" in done.stdout
    assert {p.suffix for p in Path(tmp_path, "figures").iterdir()} == {
        ".json",
        *(f".{kind}" for kind in formats_here()),
    }
