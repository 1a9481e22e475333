"""Results as LaTeX: propositions whose proof steps were checked, tables of regimes and of signs, whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gametheory.conditions import Region
from gametheory.errors import CertificateError, InputTypeError

if TYPE_CHECKING:
    from gametheory.equilibria.solvers.symbolic_nash import SymbolicEquilibrium, SymbolicSolution
    from gametheory.games.stage import StageGame
    from gametheory.regimes import Partition
    from gametheory.statics import SignTable

__all__ = [
    "Proposition",
    "Step",
    "chains",
    "document",
    "equilibrium_table",
    "escape",
    "formula",
    "formula_name",
    "propositions",
    "regime_table",
    "region_latex",
    "sign_table_latex",
    "tabular",
]

_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
_AND = r" \;\text{and}\; "
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def escape(text: str) -> str:
    r"""Text with LaTeX's special characters escaped.

    Examples
    --------
    >>> print(escape("k_1 & 50%"))
    k\_1 \& 50\%
    """
    return "".join(_SPECIAL.get(c, c) for c in text)


def formula(x: object) -> str:
    r"""A number, expression or comparison in LaTeX mathematics; names of several letters stand as one word.

    Examples
    --------
    >>> from fractions import Fraction
    >>> print(formula(Fraction(1, 3)))
    \frac{1}{3}
    >>> from gametheory.exact import exact
    >>> print(formula(exact("delta_US * rc")))
    \delta_{\mathrm{US}} \mathit{rc}
    """
    import sympy

    expression = sympy.sympify(x)
    names = {s: formula_name(str(s)) for s in getattr(expression, "free_symbols", ())}
    return str(_printer()({"symbol_names": names}).doprint(expression))


@cache
def _printer() -> Any:
    """sympy's printer, with sums that begin with what is added."""
    from sympy.printing.latex import LatexPrinter

    class Printer(LatexPrinter):  # type: ignore[misc]
        def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
            terms = super()._as_ordered_terms(expr, order=order)
            return sorted(terms, key=lambda x: bool(x.could_extract_minus_sign()))

    return Printer


def formula_name(name: str) -> str:
    r"""A parameter's name in LaTeX mathematics.

    Examples
    --------
    >>> print(formula_name("u_US_NE"), formula_name("a0"), formula_name("rho"))
    u_{\mathrm{US},\mathrm{NE}} a_{0} \rho
    """
    head, *below = [part for part in name.split("_") if part] or [name]
    letters = head.rstrip("0123456789")
    if letters and letters != head:
        below.insert(0, head[len(letters) :])
    shown = letters or head
    if shown.lower() in _GREEK:
        shown = "\\" + shown
    elif len(shown) > 1:
        shown = rf"\mathit{{{shown}}}"
    if not below:
        return shown
    marks = [part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}" for part in below]
    return f"{shown}_{{{','.join(marks)}}}"


def _value(x: Any) -> str:
    """An expression over one bar where that is shorter."""
    import sympy

    expression = sympy.sympify(x)
    return min((formula(form) for form in (expression, sympy.cancel(expression), sympy.factor(expression))), key=len)


def region_latex(region: Region) -> str:
    r"""A region's conditions in LaTeX mathematics; ``\text{always}`` where there are none.

    Examples
    --------
    >>> import sympy
    >>> from gametheory.conditions import Logic
    >>> from gametheory.signs import Domain
    >>> a, b = sympy.symbols("a b")
    >>> domain = Domain(("a", "b"), ())
    >>> print(region_latex(Region(domain, Logic(domain).atom(domain.ring.read(a - b).num, ">="))))
    a \geq b
    """
    region = region.tidy
    if region.is_always:
        return r"\text{always}"
    if region.is_never:
        return r"\text{never}"
    return _AND.join(_condition(c) for c in region.conditions)


def _condition(c: Any) -> str:
    import sympy

    if isinstance(c, (sympy.And, sympy.Or)):
        word = r" \;\text{and} \; " if isinstance(c, sympy.And) else r" \;\text{or}\; "
        return r"\bigl(" + word.join(_condition(x) for x in c.args) + r"\bigr)"
    return formula(c)


@dataclass(frozen=True)
class Step:
    """One step of a proof, in LaTeX; ``checked`` says by what it was checked."""

    text: str
    checked: str


@dataclass(frozen=True)
class Proposition:
    """A statement, the conditions under which it holds, and a proof whose every step was checked.

    Attributes
    ----------
    title, statement : str
        LaTeX; the title may be empty.
    conditions : str
        LaTeX mathematics; empty where there are none.
    steps : tuple of Step
    """

    title: str
    statement: str
    conditions: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def latex(self) -> str:
        """A ``proposition`` environment followed by a ``proof`` (amsthm)."""
        head = f"[{self.title}]" if self.title else ""
        lines = [rf"\begin{{proposition}}{head}", self.statement]
        if self.conditions:
            lines.append(_broken(self.conditions))
        lines.append(r"\end{proposition}")
        if self.steps:
            lines += [r"\begin{proof}", *(f"{s.text}" for s in self.steps), r"\end{proof}"]
        return "\n".join(lines)

    def _repr_latex_(self) -> str:
        return self.latex


def _broken(mathematics: str) -> str:
    """Conditions as a display; long ones over several lines, very long ones as a list whose formulas break by themselves."""
    parts = mathematics.split(_AND)
    if "$" in mathematics or max(map(len, parts)) > 160:  # text between formulas, or formulas that must break
        loose = (part.replace(r"\left(", "(").replace(r"\right)", ")") for part in parts)
        items = "\n".join(rf"\item ${part}$;" for part in loose)
        return "\\begin{itemize}\n" + items.removesuffix(";") + ".\n\\end{itemize}"
    if len(mathematics) < 110 or len(parts) == 1 or r"\bigl" in mathematics:
        return "\\[\n" + mathematics + "\n\\]"
    return "\\[\n\\begin{gathered}\n" + ", \\\\\n".join(parts) + "\n\\end{gathered}\n\\]"


def propositions(solution: SymbolicSolution) -> tuple[Proposition, ...]:
    """One proposition for each equilibrium of a symbolic game, and one on uniqueness where it is proved.

    Every step is checked as it is written: identities between rational functions, and implications from the region's conditions.

    Parameters
    ----------
    solution : SymbolicSolution

    Raises
    ------
    CertificateError
        If a step does not check.
    """
    from gametheory.equilibria.solvers.symbolic_nash import SymbolicSolution as Kind

    if not isinstance(solution, Kind):
        raise InputTypeError("solution", solution, "the solution of a game with symbolic payoffs")
    made = [_proposition(solution, e, k + 1) for k, e in enumerate(solution.equilibria)]
    if solution.is_unique:
        text = "Under these assumptions the equilibrium is unique, whatever the payoffs."
        reason = (
            "Every pair of supports was considered, those of unequal size included; each other one requires a polynomial in the "
            "payoffs to have a sign that the assumptions exclude."
        )
        made.append(
            Proposition("Uniqueness", _assumptions(solution) + text, "", (Step(reason, "exhaustion of supports"),))
        )
    return tuple(made)


def _assumptions(solution: SymbolicSolution) -> str:
    relations = solution.domain.relations
    return "" if not relations else f"Let {chains(relations)}. "


def chains(relations: Sequence[Any]) -> str:
    r"""Comparisons as LaTeX text, those that follow one another joined: ``$a > b \geq c$, $d > 0$``.

    Examples
    --------
    >>> import sympy
    >>> a, b, c, d = sympy.symbols("a b c d")
    >>> print(chains([a > b, b >= c, d > 0]))
    $a > b \geq c$, $d > 0$
    """
    import sympy

    ops = {sympy.Gt: ">", sympy.Ge: r"\geq", sympy.Lt: "<", sympy.Le: r"\leq", sympy.Eq: "=", sympy.Ne: r"\neq"}
    plain = [(r.lhs, ops[type(r)], r.rhs) for r in relations]
    between: list[str] = []
    gone: set[int] = set()
    for n, (a, op, b) in enumerate(plain):  # 0 < x and x < 1 stand together
        for h, (c, below, d) in enumerate(plain):
            if a == c and b == 0 and op in (">", r"\geq") and d == 1 and below in ("<", r"\leq") and not gone & {n, h}:
                between.append("0 " + ("<" if op == ">" else r"\leq") + f" {formula(a)} {below} 1")
                gone |= {n, h, *(m for m, (e, _, f) in enumerate(plain) if f == 0 and e == 1 - a)}
    told: list[list[Any]] = []  # each: the text so far, its last side, the direction of its signs
    for n, (left, op, right) in enumerate(plain):
        if n in gone:
            continue
        way = op in (">", r"\geq")
        joined = told and told[-1][1] == left and told[-1][2] == way and op not in ("=", r"\neq")
        if joined and not left.is_number:
            told[-1][0] += f" {op} {formula(right)}"
            told[-1][1] = right
        else:
            told.append([f"{formula(left)} {op} {formula(right)}", right, way])
    return ", ".join(f"${text}$" for text in (*(x for x, *_ in told), *between))


def _proposition(solution: SymbolicSolution, e: SymbolicEquilibrium, number: int) -> Proposition:
    from gametheory.equilibria.solvers.symbolic_nash import _check_symbols

    game: StageGame = solution.game  # type: ignore[assignment]
    _check_symbols(game, e, f"equilibrium {number}")
    steps = []
    ring = solution.domain.ring
    for player, other in ((0, 1), (1, 0)):
        name = escape(game.players[player])
        table = game.A if player == 0 else tuple(zip(*game.B, strict=True))
        value = ring.read(e.payoffs[player])
        mix = [ring.read(q) for q in e.profile[other]]
        used, worse = [], []
        for i, row in enumerate(table):
            worth = ring.read(0)
            for a, q in zip(row, mix, strict=True):
                worth = worth + ring.read(a) * q
            gain = worth - value
            label = rf"\text{{{escape(game.actions[player][i])}}}"
            if i in e.supports[player]:
                if not gain.num.is_zero():
                    raise CertificateError(
                        f"equilibrium {number}: {game.actions[player][i]} is not worth the stated payoff"
                    )
                used.append(label)
            else:
                worse.append((label, gain))
        verb = "is" if len(used) == 1 else "are each"
        plays = (" and " if len(used) == 2 else ", ").join(f"${x}$" for x in used)
        text = f"Against the other's choice, {plays} {verb} worth ${_value(e.payoffs[player])}$ to {name}."
        steps.append(Step(text, "identity of rational functions"))
        for label, gain in worse:
            text = rf"By ${label}$ instead {name} would gain ${_value(gain.to_sympy(ring))}$, which is not positive" + (
                " under the assumptions." if e.region.is_always else " under the conditions."
            )
            steps.append(Step(text, "implication between signs of polynomials"))
    shape = [
        " + ".join(
            (rf"\text{{{escape(a)}}}" if p == 1 else rf"{_value(p)}\,\text{{{escape(a)}}}")
            for a, p in zip(actions, mix, strict=True)
            if p != 0
        )
        for actions, mix in zip(game.actions, e.profile, strict=True)
    ]
    statement = _assumptions(solution) + (
        f"The profile in which {escape(game.players[0])} plays ${shape[0]}$ and {escape(game.players[1])} plays "
        f"${shape[1]}$ is a Nash equilibrium"
    )
    if e.region.is_always:
        return Proposition(f"Equilibrium {number}", statement + ".", "", tuple(steps))
    return Proposition(f"Equilibrium {number}", statement + " if and only if", region_latex(e.region), tuple(steps))


def tabular(columns: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""A table with a head; all cells in LaTeX.

    Examples
    --------
    >>> print(tabular("lr", ["name", "$x$"], [["a", "1"]]))
    {\renewcommand{\arraystretch}{1.4}%
    \begin{tabular}{lr}
    \hline
    name & $x$ \\
    \hline
    a & 1 \\
    \hline
    \end{tabular}}
    """
    body = " \\\\\n".join(" & ".join(row) for row in [list(head), *rows])
    first, _, rest = body.partition(" \\\\\n")
    table = f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{first} \\\\\n\\hline\n{rest} \\\\\n\\hline\n\\end{{tabular}}"
    return "{\\renewcommand{\\arraystretch}{1.4}%\n" + table + "}"


def equilibrium_table(solution: SymbolicSolution) -> str:
    """A table of the equilibria with their payoffs and conditions."""
    rows = []
    for k, e in enumerate(solution.equilibria):
        mixes = ["(" + ",\\ ".join(_value(p) for p in mix) + ")" for mix in e.profile]
        rows.append([str(k + 1), f"${mixes[0]}$", f"${mixes[1]}$", f"${region_latex(e.region)}$"])
    names = [escape(n) for n in solution.game.players]
    return tabular("rlll", ["", names[0], names[1], "exists"], rows)


def regime_table(partition: Partition, names: Sequence[str] | None = None) -> str:
    """A table of regimes: which entries exist, an example, and below it the boundaries.

    Parameters
    ----------
    partition : Partition
    names : sequence of str, optional
        Names of the entries; their numbers by default.
    """
    rows = []
    for r in partition.regimes:
        shown = ", ".join(escape(names[i]) if names else str(i + 1) for i in r.entries) or "none"
        point = ",\\ ".join(
            f"{formula_name(p)} = {formula(x)}" for p, x in zip(partition.parameters, r.samples[0], strict=True)
        )
        rows.append([shown, f"${point}$"])
    curves = ",\\ ".join(f"{formula(b)} = 0" for b in partition.boundaries)
    return tabular("ll", ["equilibria", "for example at"], rows) + f"\n\n\\smallskip\\noindent Boundaries: ${curves}$."


def sign_table_latex(table: SignTable) -> str:
    """A table of signs of derivatives, with the conditions of those that depend below it."""
    marks = {"+": "$+$", "-": "$-$", "0": "$0$", "+ or 0": r"$\geq 0$", "- or 0": r"$\leq 0$"}
    rows = [[escape(label), *(marks.get(s.mark, s.mark) for s in slopes)] for label, slopes in table.rows.items()]
    text = tabular("l" + "c" * len(table.parameters), ["", *(f"${formula_name(p)}$" for p in table.parameters)], rows)
    for label, slopes in table.rows.items():
        for name, slope in zip(table.parameters, slopes, strict=True):
            if slope.rises is not None:
                text += f"\n\n\\smallskip\\noindent {escape(label)} rises in ${formula_name(name)}$ where ${region_latex(slope.rises)}$."
    return text


def document(*parts: str | Proposition, title: str = "") -> str:
    """A document that compiles as it stands (amsmath, amsthm, lmodern not needed).

    Parameters
    ----------
    *parts : LaTeX text or Proposition
    title : str
        Plain text.
    """
    head = [
        r"\documentclass[11pt]{article}",
        r"\usepackage{amsmath,amsthm,amssymb}",
        r"\newtheorem{proposition}{Proposition}",
        r"\allowdisplaybreaks",
        r"\begin{document}",
    ]
    if title:
        head += [rf"\section*{{{escape(title)}}}"]
    body = []
    for p in parts:
        text = p.latex if isinstance(p, Proposition) else p
        table = text.startswith(r"{\renewcommand{\arraystretch}")
        body.append(f"\\medskip\\noindent\n{text}\n\n\\medskip" if table else text)
    return "\n".join([*head, "", "\n\n".join(body), "", r"\end{document}", ""])
