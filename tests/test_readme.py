"""The README's example prints what the README says."""

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def test_the_first_example_prints_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program = re.search(r"```python\n(.*?)```", README, re.S)[1]
    shown = re.search(r"```text\n(.*?)```", README, re.S)[1]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {})
    assert printed.getvalue() == shown
    assert (tmp_path / "path.png").stat().st_size > 1000


def test_the_table_of_the_study_is_what_the_study_finds():
    from gametheory.studies import us_mexico as study

    rows = [line for line in README.splitlines() if (line.startswith("| ") and "for ever" in line) or "no pure equilibrium" in line]
    results = study.solve_variants()
    assert len(rows) == len(results)
    for row, result in zip(rows, results, strict=True):
        cell = row.split("|")[2]
        if not result.paths:
            assert "no pure equilibrium" in cell
            continue
        told = cell.replace(",", "").replace("(two equilibria)", "").replace("three times NS NS UP", "NS NS UP " * 3)
        assert told.split() == result.paths[0].replace(",", "").split()
