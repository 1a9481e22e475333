"""The paper's skeleton: every part is computed, LaTeX is balanced, the map names what is there, and it compiles twice the same."""

import json
import re
import shutil

import pytest

from gametheory.figures import Built, build_figure, find_figures, load_figure
from gametheory.paper import claims_map, compile_paper, tex_text, write_paper
from gametheory.reproduce import _row, reduced_results
from gametheory.studies.us_mexico import claims
from gametheory.studies.us_mexico.phases import pattern_intervals
from gametheory.studies.us_mexico.propositions import PROPOSITIONS


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The whole paper, with a few claims, one figure and no members (those have tests of their own)."""
    root = tmp_path_factory.mktemp("paper")
    (root / "figures").mkdir()
    (root / "paper").mkdir()
    figure = build_figure("typology", root / "figures")
    results = {**reduced_results(), "family": []}
    lines = claims.ledger(numbers=[3, 7, 28, 29])
    paths = write_paper(
        root / "paper",
        results=results,
        rows=tuple(_row(v) for v in results["variants"]),
        ledger=claims.ledger_json(lines),
        ledger_table=claims.ledger_table(lines),
        figures=[figure],
    )
    return root, paths


def test_every_table_is_filled_and_balanced(written):
    _, paths = written
    for path in paths:
        text = path.read_text("utf-8")
        assert len(text) > 100, path.name
        if path.suffix == ".tex":
            plain = re.sub(r"\\[{}$&%_#\\]", "", text)
            assert plain.count("{") == plain.count("}"), path.name
            assert plain.count("$") % 2 == 0, path.name
            begun = re.findall(r"\\(begin|end)\{(\w+)", text)
            assert sum(1 if b == "begin" else -1 for b, _ in begun) == 0, path.name
    regimes = next(p for p in paths if p.name == "tab_regimes.tex").read_text()
    assert r"\frac{3}{23}" in regimes and r"\frac{15}{29}" in regimes and "35 x^{3}" in regimes


def test_the_ends_of_the_regimes_are_exact():
    """At the first end the last raid of the myopic is worth its price: with rc = 2 and a price of 3/10."""
    low, high = pattern_intervals("delta_US")[1][:2]
    assert (str(low), str(high)) == ("3/23", "15/29")
    price = 2 * 0.5 + 0.5 - 2 * 0.6
    assert float(low) == pytest.approx(price / (price + 2))


def test_the_map_leads_from_claims_to_propositions_tests_and_figures(written):
    root, _ = written
    rows = {row["claim"]: row for row in json.loads((root / "paper" / "claims_map.json").read_text("utf-8"))}
    proved = {n: p.name for p in PROPOSITIONS for n in p.claims if n in rows}
    assert proved
    for n, name in proved.items():
        assert name in rows[n]["propositions"]
    assert all(row["tests"] for row in rows.values())
    built = [Built(name, "", load_figure(name).PLACE, tuple(load_figure(name).CLAIMS), ()) for name in find_figures()]
    ledger = {"claims": [{"number": 28, "core": True, "statement": "s", "verdict": "v"}]}
    family = [{"name": "token_effort", "verdicts": [{"claims": [28]}]}]
    (row,) = claims_map(ledger, family, built)
    assert row["members"] == ["token_effort"] and "tests/test_token_effort.py" in row["tests"]
    assert {"cycle", "phases", "orderings"} <= set(row["figures"])


def test_text_becomes_latex():
    assert tex_text("50% of $x_1$ & {y} ~ z") == r"50\% of \$x\_1\$ \& \{y\} $\sim$ z"


def test_the_paper_compiles_twice_to_the_same_bytes(written):
    root, _ = written
    if shutil.which("pdflatex") is None:
        assert "pdflatex is not installed" in compile_paper(root / "paper", root / "figures")
        pytest.skip("no LaTeX compiler is installed")
    found = []
    for _ in range(2):
        wrong = compile_paper(root / "paper", root / "figures")
        if "lacks" in wrong:
            pytest.skip(wrong)
        assert wrong == ""
        found.append((root / "paper" / "paper.pdf").read_bytes())
    assert found[0] == found[1]
    assert b"/tmp" not in found[0]


def test_a_paper_that_does_not_compile_says_why(written, tmp_path):
    root, _ = written
    if shutil.which("pdflatex") is None:
        pytest.skip("no LaTeX compiler is installed")
    (tmp_path / "paper.tex").write_text(r"\documentclass{article}\begin{document}\nonsense\end{document}")
    wrong = compile_paper(tmp_path, root / "figures")
    assert "lacks" in wrong or "Undefined control sequence" in wrong
    assert not (tmp_path / "paper.pdf").exists()
