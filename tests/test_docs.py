"""The documentation's examples print what the pages show, and every page has its place."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT / "docs")))
def test_examples_print_what_is_shown(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sessions = re.findall(r"```pycon\n(.*?)```", path.read_text("utf-8"), re.S)
    test = doctest.DocTestParser().get_doctest("\n".join(sessions), {}, path.name, str(path), 0)
    failed, _ = doctest.DocTestRunner(optionflags=FLAGS).run(test)
    assert failed == 0


def test_every_page_is_in_the_navigation():
    def pages(node):
        if isinstance(node, str):
            return [node]
        return [page for part in (node.values() if isinstance(node, dict) else node) for page in pages(part)]

    # links and headings are checked when the site is built (strict)
    listed = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])
    assert sorted(listed) == sorted(str(p.relative_to(ROOT / "docs")) for p in PAGES)


def test_the_reference_names_everything_at_the_front_door():
    import gametheory

    told = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs" / "reference").glob("*.md"))
    missing = [name for name in gametheory.__all__ if not name.startswith("_") and not re.search(rf"\b{name}\b", told)]
    assert not missing


def test_the_templates_of_new_episodes_are_read(tmp_path):
    from gametheory.studies.study import find_study

    blocks = re.findall(r"```csv\n(.*?)```", (ROOT / "docs" / "how-to" / "score.md").read_text("utf-8"), re.S)
    told = []
    for name, block in zip(("us_mexico", "cod_wars"), blocks, strict=True):
        (tmp_path / "new.csv").write_text(block)
        told += [str(episode) for episode in find_study(name).record(path=tmp_path / "new.csv")]
    assert told == ["new_act (2026): UP", "new_limit (1980): XR"]


def test_the_replication_page_lists_every_figure_in_its_place():
    from gametheory.figures import find_figures, load_figure

    page = (ROOT / "docs" / "replication.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `fig_(\w+)\.py` \| (.*?) \|", page, re.M))
    assert listed == {name: load_figure(name).PLACE for name in find_figures()}


def test_the_site_builds_without_a_warning(tmp_path):
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]  # strict: warnings fail
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<math" in (tmp_path / "explanation" / "nash.html").read_text("utf-8")
    for page in tmp_path.rglob("*.html"):
        assert not re.search(r'(src|href)="(https?:)?//[^"]*\.(js|css|woff2?)"', page.read_text("utf-8")), page.name
