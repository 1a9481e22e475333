"""LaTeX: what is written was checked, and it compiles where a compiler is installed."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash
from gametheory.latex import document, equilibrium_table, propositions, regime_table, sign_table_latex
from gametheory.regimes import partition
from gametheory.signs import Domain
from gametheory.statics import sign_table

v, c = sympy.symbols("v c")


def hawks():
    game = gt.StageGame(
        [[(v - c) / 2, v], [0, v / 2]],
        [[(v - c) / 2, 0], [v, v / 2]],
        ("A & B", "C_1"),
        (("hawk", "dove"), ("hawk", "dove")),
        domain=(v > 0, c > 0),
    )
    return SymbolicNash().solve(game, gt.Nash())


def balanced(text):
    begun = re.findall(r"\\(begin|end)\{(\w+)\}", text)
    stack = []
    for kind, name in begun:
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    plain = re.sub(r"\\[{}$&%_#]", "", text)
    return not stack and plain.count("{") == plain.count("}") and plain.count("$") % 2 == 0


def whole():
    solution = hawks()
    map_ = partition([e.region for e in solution.equilibria], ["v", "c"])
    T, R, P = sympy.symbols("T R P")
    table = sign_table(
        {"delta_1": (T - R) / (T - P), "T R": T * R}, ["T", "R", "P"], Domain(("P", "R", "T"), (T > R, R > P))
    )
    us, mx = gt.Ordering("UC > NC > UR > NR"), gt.Ordering("NR > NC > UR > UC")
    game = gt.StageGame.from_orderings(
        us, mx, outcomes=[["NC", "NR"], ["UC", "UR"]], symbolic=True, players=("US", "MX")
    )
    article = SymbolicNash().solve(game, gt.Nash())
    return document(
        *propositions(solution),
        equilibrium_table(solution),
        regime_table(map_),
        sign_table_latex(table),
        *propositions(article),
        title="Hawks & doves",
    )


def test_documents_are_balanced_and_say_what_was_proved():
    text = whole()
    assert balanced(text)
    assert r"c > v" in text and r"\frac{v}{c}" in text
    assert r"A \& B" in text and r"C\_1" in text
    assert text.count(r"\begin{proposition}") == text.count(r"\begin{proof}") >= 6
    assert "Uniqueness" in text and "unique, whatever the payoffs" in text


def test_false_statements_are_not_written():
    solution = hawks()
    first = solution.equilibria[0]
    bad = replace(first, payoffs=(first.payoffs[1] + 1, first.payoffs[1]))
    with pytest.raises(gt.CertificateError):
        propositions(replace(solution, equilibria=(bad,)))
    with pytest.raises(gt.InputTypeError):
        propositions("a game")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX compiler is installed")
def test_documents_compile(tmp_path):  # pragma: no cover - depends on the machine
    (tmp_path / "paper.tex").write_text(whole())
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-2000:]
