"""LaTeX: what is written was checked, and it compiles where a compiler is installed."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_nash import SymbolicNash
from gametheory.latex import (
    chains,
    document,
    equilibrium_table,
    propositions,
    regime_table,
    sign_table_latex,
)
from gametheory.latex_levels import level_proposition
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


def levels():
    from gametheory.claims.induction import for_every_level
    from gametheory.equilibria.solvers.symbolic_levels import Phase, level_plan
    from gametheory.studies.us_mexico.reduced import reduced_game

    assumed = [gt.exact(x) > 0 for x in ("c", "e", "rc", "m1", "s", "z", "l - a0", "a0", "m0")]
    plan = level_plan(
        reduced_game(K=1, F=0), [Phase("UP", {"N": "S"}), Phase("NE", {"U": "P"})], ["m"], assumptions=assumed
    )
    return for_every_level(plan)


@pytest.fixture(scope="module")
def investment():
    return level_proposition(levels(), title="Investment & levels")


def test_a_theorem_about_all_levels_is_written_with_its_induction_steps(investment):
    text = document(investment)
    assert balanced(text) and "For all $0 < m < K$" in text
    assert text.count("the first level binds") >= 2 and "the last level binds" in text
    assert "$m_{1} k - (e - m_{0}) \\geq 0$" in text  # a sum that is taken away stands in parentheses


def test_assumptions_are_joined_to_chains():
    d, x = sympy.symbols("d x_y")
    assert chains([v > c, c > d, d > 0]) == "$v > c > d > 0$"
    assert chains([d > 0, d < 1, v >= c]) == r"$v \geq c$, $0 < d < 1$"
    assert chains([x >= 0, x <= 1, 1 - x >= 0]) == r"$0 \leq x_{y} \leq 1$"
    assert chains([v > c, d >= c]) == r"$v > c$, $d \geq c$"


def test_false_statements_are_not_written():
    solution = hawks()
    first = solution.equilibria[0]
    bad = replace(first, payoffs=(first.payoffs[1] + 1, first.payoffs[1]))
    with pytest.raises(gt.CertificateError):
        propositions(replace(solution, equilibria=(bad,)))
    with pytest.raises(gt.InputTypeError):
        propositions("a game")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX compiler is installed")
def test_documents_compile(tmp_path, investment):  # pragma: no cover - depends on the machine
    body = whole().replace(r"\end{document}", investment.latex + r"\end{document}")
    (tmp_path / "paper.tex").write_text(body)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert b"Overfull" not in done.stdout, done.stdout


def test_paths_of_a_ratchet_are_proved_from_full_profiles():
    from gametheory.latex_paths import path_propositions

    game = gt.DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
        payoffs={"NE": ("rc", "m - 1"), "NS": (0, 0), "UA": (2, -3), "UP": (-1, -1)},
    ).with_rules(gt.Counter("k", upto=1, on={"UP": 1}), gt.Fine("US", on=("UA", "UP"), by="3*k"), gt.Bonus("MX", on="NE", by="2*k"))  # fmt: skip
    solution = gt.solve(game, gt.MarkovPerfect(pure=True))
    made = path_propositions(solution)
    assert len(made) == len(solution.equilibria) == 4
    assert made[0].conditions == r"m \geq 1 \;\text{and}\; \mathit{rc} + 1 \geq 0"
    assert all("no one-shot departure pays" in p.steps[0].text for p in made)
    assert len(made[2].steps) == 3  # two profiles, one for each alternative, and the converse
    with pytest.raises(gt.InputTypeError, match="dynamic game with symbols"):
        path_propositions(gt.solve(game.subs(rc=2, m=2), gt.MarkovPerfect(pure=True)))
