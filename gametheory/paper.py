r"""The paper's skeleton in LaTeX, every number in it computed; and the map from claims to propositions, tests and figures.

Written into a folder beside the figures: ``paper.tex`` with its tables and propositions as files of their own (so that they can
be taken over into another paper), and ``claims_map.json``. Where pdflatex is installed the paper is compiled, without
dates, so that two runs give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gametheory.figures import Built
from gametheory.latex import escape, formula_name, sign_table_latex, tabular

__all__ = ["claims_map", "compile_paper", "tex_text", "write_paper"]

_NAMES = ("delta_US", "delta_MX", "rho")
_PACKAGES = ("amsmath", "amsthm", "amssymb", "array", "booktabs", "longtable", "graphicx", "geometry")


def tex_text(text: str) -> str:
    r"""Plain text of the results in LaTeX: special characters escaped, names of parameters and comparisons as mathematics.

    Examples
    --------
    >>> print(tex_text("delta_US = 1/2 & k >= 1"))
    $\delta_{\mathit{US}}$ = 1/2 \& k $\geq$ 1
    """
    out = escape(text)
    out = out.replace(r"delta\_US", r"$\delta_{\mathit{US}}$").replace(r"delta\_MX", r"$\delta_{\mathit{MX}}$")
    out = out.replace("&gt;", ">")
    for sign, mathematics in (
        (">=", r"$\geq$"),
        ("<=", r"$\leq$"),
        (">", "$>$"),
        ("<", "$<$"),
        ("~", r"$\sim$"),
        ("|", "$|$"),
    ):
        out = out.replace(sign, mathematics)
    out = re.sub(r"\brho\b", r"$\\rho$", out)
    return out.replace(r"\textasciitilde{}", r"$\sim$")


def _variants(results: Mapping[str, Any], rows: Sequence[tuple[str, str, str, str]]) -> str:
    from gametheory.studies.us_mexico.reduced import BASELINE

    body = []
    for variant, (title, number, path, pattern) in zip(results["variants"], rows, strict=True):
        change = {k: v for k, v in variant["parameters"].items() if v != BASELINE[k]}
        told = ", ".join(f"${formula_name(k)} = {v}$" for k, v in change.items())
        if variant["naive"]:
            told = ", ".join(filter(None, (told, "naive")))
        body.append([tex_text(title), told or "none", number, tex_text(path), tex_text(pattern)])
    return tabular(
        r"L{0.2\linewidth}L{0.15\linewidth}lL{0.28\linewidth}L{0.16\linewidth}",
        ("variant", "change", "number", "path", "pattern"),
        body,
    )


def _orderings(results: Mapping[str, Any]) -> str:
    body = [
        [tex_text(o["player"]), tex_text(o["situation"]), tex_text(o["ordering"]), ", ".join(map(str, o["claims"]))]
        for o in results["orderings"].values()
    ]
    return tabular("llll", ("player", "situation", "ordering", "claims"), body)


def _parameters() -> str:
    from gametheory.studies.us_mexico.reduced import BASELINE, PARAMETERS

    return tabular(
        "lll",
        ("parameter", "meaning", "baseline"),
        [[f"${formula_name(k)}$", tex_text(w), f"${BASELINE[k]}$"] for k, w in PARAMETERS.items()],
    )


def _short(text: str, most: int = 300) -> str:
    """A finding as far as a table has room for it; the whole stands in results.json."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " ..."


def _verdicts(family: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        r"\begin{longtable}{L{0.11\linewidth}L{0.33\linewidth}L{0.11\linewidth}L{0.36\linewidth}}",
        r"\toprule",
        r"Member & Statement & Verdict & Finding \\",
        r"\midrule",
        r"\endhead",
    ]
    for member in family:
        for n, v in enumerate(member["verdicts"]):
            name = tex_text(member["name"].replace("_", " ")) if n == 0 else ""
            lines.append(
                f"{name} & {tex_text(v['statement'])} & {tex_text(v['verdict'])} & {tex_text(_short(v['detail']))} \\\\"
            )
    return "\n".join([*lines, r"\bottomrule", r"\end{longtable}"])


def _regimes() -> tuple[str, str]:
    """Which pattern the baseline shows for which discount factor of the United States, with exact ends; and signs of a threshold."""
    import sympy

    from gametheory.signs import Domain
    from gametheory.statics import sign_table
    from gametheory.studies.us_mexico.phases import pattern_intervals

    def shown(end: Any) -> str:
        return str(sympy.latex(end)) if end.is_Rational else rf"{sympy.N(end, 5)}\ldots"

    name = formula_name("delta_US")
    body, roots = [], []
    for low, high, patterns in pattern_intervals("delta_US"):
        body.append([f"${shown(low)} < {name} < {shown(high)}$", ", ".join(patterns) or "no pure equilibrium"])
        if not high.is_Rational:
            roots.append(
                f"${shown(high)}$ is a root of ${sympy.latex(high.poly.as_expr().subs({high.poly.gen: sympy.Symbol('x')}))}$."
            )
    a0, a1, c, cost, rc, rho = sympy.symbols("a0 a1 c l rc rho")
    price = 2 * c + cost - a0 - 2 * a1
    domain = Domain(("a0", "a1", "c", "l", "rc", "rho"), (price > 0, rc > 0, rho > 0))
    signs = sign_table(
        {"least discount factor": price / (price + rho * rc)}, ["a0", "a1", "c", "l", "rc", "rho"], domain
    )
    return "\n\n".join(
        [tabular("ll", ("discount factor", "pattern"), body), *(rf"\noindent {r}" for r in roots)]
    ), sign_table_latex(signs)


def _tests_of(words: Sequence[str]) -> list[str]:
    """The test files of a checkout that name one of these modules."""
    folder = Path(__file__).parent.parent / "tests"
    found = []
    for path in sorted(folder.glob("test_*.py")):
        text = path.read_text("utf-8")
        if any(re.search(rf"\b{word}\b", text) for word in words):
            found.append(f"tests/{path.name}")
    return found


def claims_map(
    ledger: Mapping[str, Any], family: Sequence[Mapping[str, Any]], figures: Sequence[Built]
) -> list[dict[str, Any]]:
    """For each claim of the article: its verdict, the propositions and members that bear on it, their tests, and the figures.

    Parameters
    ----------
    ledger : mapping
        As :func:`gametheory.studies.us_mexico.claims.ledger_json` gives it.
    family : sequence of mappings
        As :func:`gametheory.studies.us_mexico.results.family_results` gives it.
    figures : sequence of Built
    """
    from gametheory.studies.us_mexico.propositions import PROPOSITIONS

    rows = []
    for line in ledger["claims"]:
        n = line["number"]
        proved = [p.name for p in PROPOSITIONS if n in p.claims]
        members = [m["name"] for m in family if any(n in v["claims"] for v in m["verdicts"])]
        rows.append(
            {
                "claim": n,
                "core": line["core"],
                "statement": line["statement"],
                "verdict": line["verdict"],
                "propositions": proved,
                "members": members,
                "tests": sorted(
                    {*_tests_of(proved), *(t for m in members for t in _tests_of([m])), *_tests_of(["ledger"])}
                ),
                "figures": [b.name for b in figures if n in b.claims],
            }
        )
    return rows


_HEAD = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amsthm,amssymb,array,booktabs,longtable,graphicx}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\usepackage[margin=2.6cm]{geometry}
\graphicspath{{../figures/}}
\newtheorem{proposition}{Proposition}
\allowdisplaybreaks
\emergencystretch=2em
\ifdefined\pdfinfoomitdate\pdfinfoomitdate=1\fi
\ifdefined\pdftrailerid\pdftrailerid{}\fi
\ifdefined\pdfsuppressptexinfo\pdfsuppressptexinfo=-1\fi
\title{The paradox of unilateralism as a dynamic game:\\ tables, propositions and figures}
\author{Generated by \texttt{gametheory}}
\date{}
\begin{document}
\maketitle
"""


_SIGNS = (
    r"How the least discount factor moves at which the last raid, at $k = 2$ and $f = 2$, is worth its price: "
    r"$p / (p + \rho\, rc)$, where $p = 2 c + l - a_{0} - 2 a_{1} > 0$."
)


def _figure(built: Built) -> str:
    return "\n".join(
        [
            r"\begin{figure}[htbp]",
            r"\centering",
            rf"\includegraphics[width=\linewidth]{{fig_{built.name}}}",
            rf"\caption{{\small {tex_text(built.caption)}}}",
            rf"\label{{fig:{built.name}}}",
            r"\end{figure}",
        ]
    )


def write_paper(
    folder: Path,
    *,
    results: Mapping[str, Any],
    rows: Sequence[tuple[str, str, str, str]],
    ledger: Mapping[str, Any],
    ledger_table: str,
    figures: Sequence[Built],
    done: Callable[[str], None] = lambda name: None,
) -> list[Path]:
    """Write ``paper.tex``, its parts and ``claims_map.json``.

    Parameters
    ----------
    folder : Path
        Must be there; figures are expected in ``../figures`` when the paper is compiled.
    results : mapping
        As :func:`gametheory.reproduce.study_results` gives it.
    rows : sequence of (title, number, path, pattern)
        One for each variant.
    ledger : mapping
    ledger_table : str
        LaTeX.
    figures : sequence of Built
    done : callable
        Called with the name of each finished part.
    """
    from gametheory.studies.us_mexico.propositions import PROPOSITIONS

    proved = "\n\n".join(p.latex().latex for p in PROPOSITIONS)
    done("propositions checked again")
    regimes, signs = _regimes()
    parts = {
        "tab_orderings": _orderings(results),
        "tab_parameters": _parameters(),
        "tab_variants": _variants(results, rows),
        "tab_regimes": regimes,
        "tab_signs": signs,
        "tab_verdicts": _verdicts(results["family"]),
        "tab_ledger": ledger_table,
        "propositions": proved,
    }
    counts = ", ".join(f"{v} {n}" for v, n in ledger["counts"].items())
    place = sorted((b for b in figures if b.place != "appendix"), key=lambda b: b.place)
    rest = [b for b in figures if b.place == "appendix"]

    def table(name: str, caption: str) -> str:
        return f"\\begin{{table}}[htbp]\n\\centering\\small\n\\input{{{name}}}\n\\caption{{{caption}}}\n\\end{{table}}"

    body = [
        _HEAD,
        r"\section{The game}",
        f"Study: {tex_text(results['study'])}. Preferences are put in as orderings. "
        "Every table, proposition and figure below is the outcome "
        "of a computation that runs whenever this document is written.",
        table("tab_orderings", "Orderings, as read from the article."),
        table("tab_parameters", "Parameters of the reduced game."),
        r"\section{Equilibrium play}",
        table(
            "tab_variants",
            "Markov perfect equilibria of the reduced game: pure ones, mixed ones where there is no pure one.",
        ),
        table(
            "tab_regimes",
            "Patterns of the baseline's pure equilibria by the discount factor of the United States; all ends are exact.",
        ),
        table("tab_signs", _SIGNS),
        *(_figure(b) for b in place),
        r"\section{Propositions}",
        r"\input{propositions}",
        r"\section{The article's claims}",
        f"Of {len(ledger['claims'])} claims: {tex_text(counts)}.",
        r"{\footnotesize\input{tab_ledger}}",
        r"\section{The family of models}",
        r"{\footnotesize\input{tab_verdicts}}",
        r"\appendix\section{Further figures}",
        *(_figure(b) for b in rest),
        r"\end{document}",
    ]
    paths = []
    for name, text in {**parts, "paper": "\n\n".join(body)}.items():
        path = folder / f"{name}.tex"
        path.write_text(text + "\n", "utf-8")
        paths.append(path)
    path = folder / "claims_map.json"
    path.write_text(
        json.dumps(claims_map(ledger, results["family"], figures), indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    return [*paths, path]


def compile_paper(folder: Path, figures: Path) -> str:
    """Compile ``paper.tex`` to ``paper.pdf`` in its folder; returns what went wrong, or why it was left out, in words.

    Parameters
    ----------
    folder : Path
        With ``paper.tex``.
    figures : Path
        Where the figures' PDF files are.
    """
    import tempfile

    compiler = shutil.which("pdflatex")
    if compiler is None:
        return "The paper was written but not compiled: pdflatex is not installed."
    missing = _missing_packages()
    if missing:
        return f"The paper was written but not compiled: LaTeX lacks {', '.join(missing)}."
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        shutil.copytree(folder, work / "paper")
        (work / "figures").mkdir()
        for path in figures.glob("fig_*.pdf"):
            shutil.copy(path, work / "figures")
        clock = {**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
        command = [compiler, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
        for _ in range(2):  # the second time longtables have their widths
            run = subprocess.run(command, cwd=work / "paper", env=clock, capture_output=True, timeout=240, check=False)
            if run.returncode:
                told = [
                    line for line in run.stdout.decode("utf-8", "replace").splitlines() if line.startswith(("!", "l."))
                ]
                return f"The paper was not compiled: {' '.join(told[:2]) or 'pdflatex failed'}"
        half = folder / ".paper.half.pdf"
        shutil.copy(work / "paper" / "paper.pdf", half)
        os.replace(half, folder / "paper.pdf")
    return ""


def _missing_packages() -> list[str]:
    finder = shutil.which("kpsewhich")
    if finder is None:
        return []
    return [
        name
        for name in _PACKAGES
        if not subprocess.run([finder, f"{name}.sty"], capture_output=True, text=True, check=False).stdout.strip()
    ]
