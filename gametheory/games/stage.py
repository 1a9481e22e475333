"""One-shot two-player games in normal form, with labelled actions and exact or symbolic payoffs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.exact import Number, exact, free_names, substitute
from gametheory.games.preferences import Ordering, check_orderings

if TYPE_CHECKING:
    import sympy

__all__ = ["Matrix", "StageGame", "check_players"]

Matrix = tuple[tuple[Number, ...], ...]


def check_players(players: Sequence[str]) -> tuple[str, str]:
    """Two different player names, or a clear refusal."""
    names = tuple(players)
    if not all(isinstance(name, str) and name for name in names):
        raise InputTypeError("players", players, "two names")
    if len(names) > 2:
        raise UnsupportedError("players", names, "two players; for three or more use Gambit (pygambit)")
    if len(names) != 2 or names[0] == names[1]:
        raise InputError("players", names, "two different names")
    return names[0], names[1]


def _outcome_table(rows: object) -> tuple[tuple[str, ...], ...]:
    expected = "a table: a list of rows of equal length, such as [['NC', 'NR'], ['UC', 'UR']]"
    given = rows.tolist() if hasattr(rows, "tolist") else rows
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence) or not given:
        raise InputTypeError("outcomes", rows, expected)
    if any(isinstance(row, (str, bytes)) or not isinstance(row, Sequence) or not row for row in given):
        raise InputTypeError("outcomes", rows, expected)
    if not all(isinstance(label, str) for row in given for label in row) or len({len(row) for row in given}) > 1:
        raise InputError("outcomes", rows, expected)
    return tuple(tuple(row) for row in given)


def _matrix(rows: object, name: str) -> Matrix:
    if hasattr(rows, "tolist") and not isinstance(rows, (list, tuple)):
        shape = getattr(rows, "shape", ())
        if len(shape) > 2:
            raise UnsupportedError(
                name, f"an array of shape {shape}", "a matrix: two players; for three or more use Gambit (pygambit)"
            )
        if getattr(getattr(rows, "dtype", None), "kind", "") == "f" and type(rows).__module__ == "numpy":
            rows = [list(row) for row in rows]  # type: ignore[attr-defined]  # keep numpy's own decimals
        else:
            rows = rows.tolist()
    if isinstance(rows, (str, bytes)) or not isinstance(rows, Sequence) or not rows:
        raise InputTypeError(name, rows, "a matrix: a list of rows")
    table = []
    for i, row in enumerate(rows):
        if isinstance(row, (str, bytes)) or not isinstance(row, Sequence) or not row:
            raise InputTypeError(f"{name}[{i}]", row, "a row of payoffs")
        table.append(tuple(exact(x, field=f"{name}[{i}][{j}]") for j, x in enumerate(row)))
    width = len(table[0])
    for i, line in enumerate(table):
        if len(line) != width:
            raise InputError(f"{name}[{i}]", f"{len(line)} payoffs", f"{width} payoffs, as in the first row")
    return tuple(table)


@dataclass(frozen=True)
class StageGame:
    """A two-player game in normal form; the row player comes first.

    Parameters
    ----------
    A, B : matrices, shape (m, n)
        Payoffs of the row and of the column player, per period. Anything :func:`gametheory.exact` reads.
    players : (str, str)
        Names, row player first.
    actions : (sequence of str, sequence of str), optional
        Labels of the m row and n column actions; ``"0", "1", ...`` by default (padded with zeros from ten).
    domain : Ordering or tuple of sympy relationals, optional
        Assumptions that symbolic payoffs are known to satisfy; in an ordering each name stands for the symbol of that name.
    ordinal : bool
        True when the payoffs are mere ranks: what depends on their differences is then an artefact.
    labels : matrix of str, optional
        Outcome labels; by default the joined action labels.

    Raises
    ------
    InputError, InputTypeError
        Wrong shapes, nan, inf, labels that repeat.

    Examples
    --------
    >>> game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "MX"), actions=(("C", "D"), ("c", "d")))
    >>> game.outcomes
    (('Cc', 'Cd'), ('Dc', 'Dd'))
    >>> game.payoffs("Dc")
    (Fraction(5, 1), Fraction(0, 1))
    """

    A: Matrix
    B: Matrix
    players: tuple[str, str] = ("row", "column")
    actions: tuple[tuple[str, ...], tuple[str, ...]] = ()  # type: ignore[assignment]
    domain: tuple[sympy.Basic, ...] = field(default=(), kw_only=True)
    ordinal: bool = field(default=False, kw_only=True)
    labels: tuple[tuple[str, ...], ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731 - the frozen setter, six times
        put("A", _matrix(self.A, "A"))
        put("B", _matrix(self.B, "B"))
        put("players", check_players(self.players))
        m, n = self.shape
        if (len(self.B), len(self.B[0])) != (m, n):
            raise InputError("B", f"a {len(self.B)} x {len(self.B[0])} matrix", f"the shape of A, {m} x {n}")
        given = self.actions or tuple(tuple(str(i).zfill(len(str(size - 1))) for i in range(size)) for size in (m, n))
        if len(given) != 2:
            raise InputError("actions", given, "two lists of labels, one for each player")
        for name, labels in zip(self.players, given, strict=True):
            if isinstance(labels, str):
                raise InputTypeError(f"actions of {name}", labels, "a list of labels, such as ('N', 'U')")
        put("actions", (tuple(given[0]), tuple(given[1])))
        for name, labels, size in zip(self.players, self.actions, (m, n), strict=True):
            if len(labels) != size or not all(isinstance(x, str) and x for x in labels):
                raise InputError(f"actions of {name}", labels, f"{size} labels")
            if len(set(labels)) != size:
                raise InputError(f"actions of {name}", labels, "labels that differ")
        joined = self.labels or tuple(tuple(a + b for b in self.actions[1]) for a in self.actions[0])
        put("labels", tuple(tuple(row) for row in joined))
        flat = [x for row in self.labels for x in row]
        if [len(row) for row in self.labels] != [n] * m:
            raise InputError("labels", self.labels, f"a {m} x {n} table of outcome labels")
        if len(set(flat)) != len(flat):
            raise InputError("outcomes", flat, "outcome labels that differ (rename the actions)")
        put("domain", read_domain(self.domain))

    @classmethod
    def from_orderings(
        cls,
        us: Ordering,
        mx: Ordering,
        *,
        outcomes: Sequence[Sequence[str]],
        symbolic: bool = False,
        players: Sequence[str] = ("row", "column"),
        actions: Sequence[Sequence[str]] | None = None,
    ) -> StageGame:
        """The game whose outcomes stand in this table, from each player's ordering of them.

        Parameters
        ----------
        us, mx : Ordering
            The row player's and the column player's ordering.
        outcomes : matrix of str
            Rows are the row player's actions.
        symbolic : bool
            False: payoffs are ranks (both orderings must be total). True: payoffs are symbols, and ``domain`` holds
            the comparisons.
        players, actions :
            As in :class:`StageGame`; action labels are read off the outcomes when they are joined labels.

        Examples
        --------
        >>> us, mx = Ordering("UC > NC > UR > NR"), Ordering("NR > NC > UR > UC")
        >>> game = StageGame.from_orderings(us, mx, outcomes=[["NC", "NR"], ["UC", "UR"]])
        >>> game.actions, game.ordinal
        ((('N', 'U'), ('C', 'R')), True)
        """
        names = check_players(players)
        table = _outcome_table(outcomes)
        check_orderings(names, (us, mx), [label for row in table for label in row], total=not symbolic)
        split = _split_labels(table)
        labelled = actions if actions is not None else split
        if symbolic:
            domain: tuple[sympy.Basic, ...] = ()
            matrices: list[list[list[sympy.Expr]]] = []
            for name, order in zip(names, (us, mx), strict=True):
                symbols = order.symbols(f"u_{name}")
                matrices.append([[symbols[label] for label in row] for row in table])
                domain += order.assumptions(symbols)
            first, second = matrices
            return cls(first, second, names, labelled or (), domain=domain, labels=table)  # type: ignore[arg-type]
        u, v = us.utilities(), mx.utilities()
        return cls(
            [[u[x] for x in row] for row in table],  # type: ignore[arg-type]
            [[v[x] for x in row] for row in table],  # type: ignore[arg-type]
            names,
            labelled or (),  # type: ignore[arg-type]
            ordinal=True,
            labels=table,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Number of actions of the row and of the column player."""
        return len(self.A), len(self.A[0])

    @property
    def outcomes(self) -> tuple[tuple[str, ...], ...]:
        """Outcome labels, rows first."""
        return self.labels

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the symbols in the payoffs, sorted."""
        return tuple(sorted(free_names(self.A) | free_names(self.B)))

    @property
    def is_numeric(self) -> bool:
        """Whether every payoff is rational."""
        return all(isinstance(x, Fraction) for table in (self.A, self.B) for row in table for x in row)

    def payoffs(self, outcome: str) -> tuple[Number, Number]:
        """Both players' payoffs at an outcome."""
        for i, row in enumerate(self.labels):
            for j, label in enumerate(row):
                if label == outcome:
                    return self.A[i][j], self.B[i][j]
        raise InputError("outcome", outcome, f"one of {', '.join(x for row in self.labels for x in row)}")

    def subs(self, **values: object) -> StageGame:
        """The game with parameters replaced by numbers.

        Examples
        --------
        >>> StageGame([["t", 0]], [[0, 0]]).subs(t="1/2").A
        ((Fraction(1, 2), Fraction(0, 1)),)
        """
        known = {name: exact(value, field=name) for name, value in values.items()}
        unknown = sorted(set(known) - set(self.parameters) - free_names_of(self.domain))
        if unknown:
            raise InputError("subs", unknown, f"parameters of the game: {list(self.parameters)}")
        domain = substitute_domain(self.domain, known)
        table = lambda rows: tuple(tuple(substitute(x, known) for x in row) for row in rows)  # noqa: E731
        return replace(self, A=table(self.A), B=table(self.B), domain=domain)

    def exchange(self) -> StageGame:
        """The same game with the players exchanged: the column player becomes the row player."""
        flip = lambda rows: tuple(zip(*rows, strict=True))  # noqa: E731
        return StageGame(
            flip(self.B),
            flip(self.A),
            self.players[::-1],
            self.actions[::-1],
            domain=self.domain,
            ordinal=self.ordinal,
            labels=flip(self.labels),
        )

    def orderings(self) -> tuple[Ordering, Ordering]:
        """Each player's ordering of the outcomes, read off numeric payoffs."""
        u, v = (
            {x: table[i][j] for i, row in enumerate(self.labels) for j, x in enumerate(row)}
            for table in (self.A, self.B)
        )
        return Ordering.from_payoffs(u), Ordering.from_payoffs(v)

    def best_responses(self) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
        """Cells in which the row player's, and those in which the column player's, action is a pure best response."""
        if not self.is_numeric:
            raise InputError("payoffs", list(self.parameters), "numeric payoffs; substitute the parameters first")
        m, n = self.shape
        rows = {(i, j) for j in range(n) for i in range(m) if self.A[i][j] == max(self.A[k][j] for k in range(m))}
        cols = {(i, j) for i in range(m) for j in range(n) if self.B[i][j] == max(self.B[i])}
        return frozenset(rows), frozenset(cols)

    def __str__(self) -> str:
        rows, cols = self.best_responses() if self.is_numeric else (frozenset(), frozenset())
        head = ["", *self.actions[1]]
        body = [
            [self.actions[0][i]]
            + [
                f"{self.A[i][j]}{'*' if (i, j) in rows else ''}, {self.B[i][j]}{'*' if (i, j) in cols else ''}"
                for j in range(self.shape[1])
            ]
            for i in range(self.shape[0])
        ]
        widths = [max(len(row[k]) for row in [head, *body]) for k in range(len(head))]
        lines = [
            "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in [head, *body]
        ]
        note = "(* marks a best response" + ("; payoffs are ranks)" if self.ordinal else ")") if rows else ""
        return "\n".join([f"{self.players[0]} (rows), {self.players[1]} (columns)", *lines, *([note] if note else [])])

    def _repr_html_(self) -> str:
        from html import escape

        rows, cols = self.best_responses() if self.is_numeric else (frozenset(), frozenset())
        mark = lambda x, best: f"<b><u>{escape(str(x))}</u></b>" if best else escape(str(x))  # noqa: E731
        head = "".join(f"<th>{escape(x)}</th>" for x in self.actions[1])
        body = "".join(
            f"<tr><th>{escape(self.actions[0][i])}</th>"
            + "".join(
                f"<td>{mark(self.A[i][j], (i, j) in rows)}, {mark(self.B[i][j], (i, j) in cols)}</td>"
                for j in range(self.shape[1])
            )
            + "</tr>"
            for i in range(self.shape[0])
        )
        corner = f"{escape(self.players[0])} \\ {escape(self.players[1])}"
        return f"<table><tr><th>{corner}</th>{head}</tr>{body}</table>"

    def _repr_latex_(self) -> str:
        import sympy

        rows, cols = self.best_responses() if self.is_numeric else (frozenset(), frozenset())

        def show(x: Number, best: bool) -> str:
            text = str(sympy.latex(sympy.sympify(x)))
            return rf"\underline{{{text}}}" if best else text

        lines = [" & ".join(["", *map(_latex_name, self.actions[1])])]
        for i in range(self.shape[0]):
            cells = [
                f"{show(self.A[i][j], (i, j) in rows)},\\,{show(self.B[i][j], (i, j) in cols)}"
                for j in range(self.shape[1])
            ]
            lines.append(" & ".join([_latex_name(self.actions[0][i]), *cells]))
        body = " \\\\\n".join(lines)
        return "$$\\begin{array}{c|" + "c" * self.shape[1] + "}\n" + body + "\n\\end{array}$$"


_LATEX_SIGNS = {x: "\\" + x for x in "_%&#${}"} | {"\\": r"\backslash ", "~": r"{\sim}", "^": r"{\wedge}"}


def _latex_name(name: str) -> str:
    """A name in mathematics: TeX's own signs stand outside ``\\text``, where TeX and MathJax read them alike."""
    runs = re.split(r"([_%&#${}\\~^])", re.sub(r"\s", " ", name))
    return "".join(_LATEX_SIGNS.get(run, rf"\text{{{run}}}") for run in runs if run)


def _split_labels(table: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Action labels (prefix of each row, suffix of each column) whose joins give the table, if they exist."""
    if not table or not table[0] or not all(isinstance(x, str) for row in table for x in row):
        return None
    for cut in range(1, len(table[0][0])):
        suffixes = [table[0][0][cut:]]
        prefix = table[0][0][:cut]
        if not all(label.startswith(prefix) for label in table[0]):
            continue
        suffixes = [label[cut:] for label in table[0]]
        prefixes = []
        for row in table:
            if len(row) != len(suffixes) or not row[0].endswith(suffixes[0]):
                break
            prefixes.append(row[0][: len(row[0]) - len(suffixes[0])])
        else:
            joined = [[p + s for s in suffixes] for p in prefixes]
            if all(prefixes) and all(suffixes) and joined == [list(row) for row in table]:
                return tuple(prefixes), tuple(suffixes)
    return None


def free_names_of(relations: Sequence[object]) -> frozenset[str]:
    """Names of the symbols in sympy relationals."""
    return frozenset(str(s) for r in relations for s in getattr(r, "free_symbols", ()))


def read_domain(given: object) -> tuple[sympy.Basic, ...]:
    """Assumptions as sympy relationals.

    Examples
    --------
    >>> from gametheory.games.preferences import Ordering
    >>> read_domain(Ordering("T > R > P"))
    (T > R, R > P)
    """
    if given == ():
        return ()
    import sympy

    if isinstance(given, Ordering):
        return given.assumptions({name: sympy.Symbol(name) for name in given.outcomes})
    expected = 'an Ordering such as Ordering("T > R > P > S"), or a tuple of sympy relationals such as (T > R, R > P)'
    relations = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if not all(isinstance(r, sympy.logic.boolalg.Boolean) and not r.is_Symbol for r in relations):
        raise InputTypeError("domain", given, expected)
    return relations


def substitute_domain(domain: Sequence[sympy.Basic], values: Mapping[str, Number]) -> tuple[sympy.Basic, ...]:
    """Substitute numbers into assumptions, drop those that become true, refuse those that become false."""
    if not domain:
        return ()
    import sympy

    kept = []
    for relation in domain:
        replaced = {s: sympy.sympify(values[str(s)]) for s in relation.free_symbols if str(s) in values}
        new = relation.subs(replaced, simultaneous=True) if replaced else relation
        if new == sympy.false:
            shown = {str(s): str(v) for s, v in replaced.items()}
            raise InputError("subs", shown, f"values that satisfy the game's assumption {relation}")
        if new != sympy.true:
            kept.append(new)
    return tuple(kept)
