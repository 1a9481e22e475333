"""Preference orderings over outcomes, and the payoffs that agree with them.

An :class:`Ordering` says only what its author believes: which of two outcomes a player prefers, weakly or strictly, and
nothing about the rest. The payoffs that agree with it form a convex cone; strict comparisons are its open sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import Number, exact

if TYPE_CHECKING:
    import sympy

__all__ = ["Ordering", "check_orderings"]

_LABEL = re.compile(r"[A-Za-z0-9_]+")
_TOKEN = re.compile(r"\s*(?:(?P<label>[A-Za-z0-9_]+)|(?P<link>>=|>|~)|(?P<end>;)|(?P<bad>\S))")
_EXPECTED = "chains of outcomes such as 'UC > NC >= UR ~ NR', separated by ';'"


@dataclass(frozen=True, init=False)
class Ordering:
    """A preference ordering: strict (``>``), weak (``>=``), indifferent (``~``); ``;`` separates chains.

    Parameters
    ----------
    text : str
        For example ``"UC > NC > UR > NR"``. With several chains the ordering may be partial.

    Attributes
    ----------
    outcomes : tuple of str
        Every outcome named, in the order of first mention.
    comparisons : tuple of (str, str, str)
        The comparisons as written: (better, link, worse).

    Raises
    ------
    InputError
        For text that is no ordering, and for a cycle that holds a strict comparison (the cycle is shown).

    Examples
    --------
    >>> us = Ordering("UC > NC > UR > NR")
    >>> us.is_total, us.implies("UC", "NR")
    (True, True)
    >>> Ordering("a > b; b > a")
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: ordering: got 'a > b; b > a'; expected no cycle of preference, but a > b > a
    """

    comparisons: tuple[tuple[str, str, str], ...]
    outcomes: tuple[str, ...]
    text: str = field(compare=False)

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InputTypeError("ordering", text, _EXPECTED)
        outcomes, comparisons = _read(text)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "outcomes", outcomes)
        object.__setattr__(self, "comparisons", comparisons)
        self._refuse_cycles()

    # --- construction ---------------------------------------------------------------------------------------------

    @classmethod
    def from_payoffs(cls, payoffs: Mapping[str, object]) -> Ordering:
        """The total ordering that these payoffs express; equal payoffs give indifference.

        Examples
        --------
        >>> print(Ordering.from_payoffs({"a": 1, "b": 3, "c": 3}))
        b ~ c > a
        """
        if not payoffs:
            raise InputError("payoffs", payoffs, "at least one outcome")
        numbers = {label: exact(value, field=label) for label, value in payoffs.items()}
        ranked = sorted(numbers, key=lambda label: numbers[label], reverse=True)  # type: ignore[arg-type,return-value]
        parts = [ranked[0]]
        for before, label in pairwise(ranked):
            parts += ["~" if numbers[before] == numbers[label] else ">", label]
        return cls(" ".join(parts))

    def then(self, other: Ordering) -> Ordering:
        """Lexicographic composition: this criterion first; where it is indifferent, ``other`` decides.

        Both must be total and speak of the same outcomes.

        Examples
        --------
        >>> print(Ordering("a ~ b > c").then(Ordering("b > a > c")))
        b > a > c
        """
        mine, theirs = self.utilities(), other.utilities()
        if set(mine) != set(theirs):
            raise InputError("other", sorted(theirs), f"an ordering of the same outcomes, {sorted(mine)}")
        top = len(theirs) + 1
        return Ordering.from_payoffs({label: mine[label] * top + theirs[label] for label in self.outcomes})

    def __and__(self, other: Ordering) -> Ordering:
        """Both orderings' comparisons together; contradictory ones are refused.

        Examples
        --------
        >>> (Ordering("a > b") & Ordering("b > c")).implies("a", "c")
        True
        """
        return Ordering(f"{self.text}; {other.text}")

    # --- what it says ---------------------------------------------------------------------------------------------

    @cached_property
    def _reach(self) -> dict[tuple[str, str], bool]:
        """(a, b) is a key when a is at least as good as b; its value says whether strictly."""
        reach: dict[tuple[str, str], bool] = {(a, a): False for a in self.outcomes}
        for a, link, b in self.comparisons:
            reach[a, b] = reach.get((a, b), False) or link == ">"
            if link == "~":
                reach.setdefault((b, a), False)
        for middle in self.outcomes:
            for a in self.outcomes:
                if (a, middle) in reach:
                    for b in self.outcomes:
                        if (middle, b) in reach:
                            strict = reach[a, middle] or reach[middle, b]
                            reach[a, b] = reach.get((a, b), False) or strict
        return reach

    def _refuse_cycles(self) -> None:
        reach = self._reach
        for a, link, b in self.comparisons:
            if link == ">" and (b, a) in reach:
                import networkx as nx

                graph = nx.DiGraph()
                for x, kind, y in self.comparisons:
                    graph.add_edge(x, y, link=kind if not graph.has_edge(x, y) else max(kind, graph[x][y]["link"]))
                    if kind == "~" and not graph.has_edge(y, x):
                        graph.add_edge(y, x, link="~")
                way = nx.shortest_path(graph, b, a)
                shown = f"{a} > {b}" + "".join(f" {graph[x][y]['link']} {y}" for x, y in pairwise(way))
                raise InputError("ordering", self.text, f"no cycle of preference, but {shown}")

    def _known(self, *labels: str) -> None:
        for label in labels:
            if label not in self.outcomes:
                raise InputError("outcome", label, f"one of {', '.join(self.outcomes)}")

    def implies(self, better: str, worse: str) -> bool:
        """Whether ``better > worse`` strictly follows from the comparisons.

        Examples
        --------
        >>> weak = Ordering("a >= b > c")
        >>> weak.implies("a", "c"), weak.implies("a", "b")
        (True, False)
        """
        self._known(better, worse)
        return self._reach.get((better, worse), False)

    def implies_weakly(self, better: str, worse: str) -> bool:
        """Whether ``better >= worse`` follows from the comparisons."""
        self._known(better, worse)
        return (better, worse) in self._reach

    def indifferent(self, a: str, b: str) -> bool:
        """Whether ``a ~ b`` follows from the comparisons."""
        return self.implies_weakly(a, b) and self.implies_weakly(b, a)

    @property
    def is_total(self) -> bool:
        """Whether every two outcomes are ranked, strictly or as indifferent."""
        return all(
            self.implies(a, b) or self.implies(b, a) or self.indifferent(a, b)
            for a, b in combinations(self.outcomes, 2)
        )

    @property
    def is_strict(self) -> bool:
        """Whether every two outcomes are ranked strictly."""
        return all(self.implies(a, b) or self.implies(b, a) for a, b in combinations(self.outcomes, 2))

    def utilities(self) -> dict[str, int]:
        """Ranks of a total ordering, worst 1; indifferent outcomes share a rank.

        Ranks are ordinal: anything computed from their differences (a mixed equilibrium, say) is an artefact.

        Examples
        --------
        >>> Ordering("UC > NC > UR > NR").utilities()
        {'UC': 4, 'NC': 3, 'UR': 2, 'NR': 1}
        """
        self._refuse_unranked("ordering")
        rank = {a: sum(self.implies(a, b) for b in self.outcomes) for a in self.outcomes}
        levels = sorted(set(rank.values()))
        return {a: levels.index(rank[a]) + 1 for a in self.outcomes}

    def _refuse_unranked(self, field: str) -> None:
        for a, b in combinations(self.outcomes, 2):
            if not (self.implies(a, b) or self.implies(b, a) or self.indifferent(a, b)):
                raise InputError(field, self.text, f"a total ordering; {a} and {b} are not ranked")

    # --- payoffs that agree with it -------------------------------------------------------------------------------

    def symbols(self, prefix: str = "u") -> dict[str, sympy.Symbol]:
        """One sympy symbol for each outcome's payoff.

        Examples
        --------
        >>> Ordering("a > b").symbols("v")
        {'a': v_a, 'b': v_b}
        """
        import sympy

        return {label: sympy.Symbol(f"{prefix}_{label}") for label in self.outcomes}

    def assumptions(self, symbols: Mapping[str, object]) -> tuple[sympy.Basic, ...]:
        """The comparisons as sympy relationals between the given symbols (or expressions).

        Examples
        --------
        >>> order = Ordering("a > b ~ c")
        >>> order.assumptions(order.symbols())
        (u_a > u_b, Eq(u_b, u_c))
        """
        import sympy

        value = {label: sympy.sympify(self._payoff(symbols, label)) for label in self.outcomes}
        relation = {">": sympy.Gt, ">=": sympy.Ge, "~": sympy.Eq}
        return tuple(relation[link](value[a], value[b]) for a, link, b in self.comparisons)

    def _payoff(self, payoffs: Mapping[str, object], label: str) -> object:
        try:
            return payoffs[label]
        except KeyError:
            raise InputError("payoffs", sorted(payoffs), f"a value for outcome {label}") from None

    def holds(self, payoffs: Mapping[str, object]) -> bool:
        """Whether these numbers satisfy every comparison; decided exactly.

        Examples
        --------
        >>> Ordering("a > b >= c").holds({"a": 2, "b": 1, "c": 1})
        True
        """
        return not self.violations(payoffs)

    def violations(self, payoffs: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
        """The comparisons that these numbers break."""
        if not hasattr(payoffs, "keys"):
            raise InputTypeError("payoffs", payoffs, "a mapping from outcome to number, such as {'UC': 4, 'NC': 3}")
        value: dict[str, Number] = {
            label: exact(self._payoff(payoffs, label), field=f"payoffs[{label!r}]") for label in self.outcomes
        }
        broken = []
        for a, link, b in self.comparisons:
            x, y = value[a], value[b]
            answer = x > y if link == ">" else x >= y if link == ">=" else x == y
            if str(answer) not in ("True", "False"):
                label = a if getattr(x, "free_symbols", None) else b
                expected = "numbers that can be compared; substitute the symbols first"
                raise InputError(f"payoffs[{label!r}]", value[label], expected)
            if not answer:
                broken.append((a, link, b))
        return tuple(broken)

    def rays(self) -> tuple[dict[str, int], ...]:
        """Extreme rays of the (closed) cone of payoffs that agree with the ordering, one dictionary of 0 and 1 each.

        Every payoff vector that satisfies the comparisons weakly is a combination of :meth:`lines` (with any
        coefficients) plus a non-negative combination of these: the indicators of the upper sets that are connected
        and whose complement (within the outcomes comparable to them, by any chain) is connected. Strict comparisons
        exclude faces of the cone.

        Examples
        --------
        >>> Ordering("a > b > c").rays()
        ({'a': 1, 'b': 0, 'c': 0}, {'a': 1, 'b': 1, 'c': 0})
        """
        classes, above, linked = self._classes()
        found = []
        for piece in _pieces((1 << len(classes)) - 1, linked):
            members = [i for i in range(len(classes)) if piece >> i & 1]
            for mask in _submasks(members):
                if mask != piece and all(above[i] & ~mask == 0 for i in members if mask >> i & 1):
                    if _connected(mask, linked) and _connected(piece & ~mask, linked):
                        found.append(mask)
        return tuple(_indicator(mask, classes) for mask in found)

    def lines(self) -> tuple[dict[str, int], ...]:
        """Directions in which payoffs may move freely: adding a constant to outcomes that are compared to no others.

        Examples
        --------
        >>> Ordering("a > b; c").lines()
        ({'a': 1, 'b': 1, 'c': 0}, {'a': 0, 'b': 0, 'c': 1})
        """
        classes, _, linked = self._classes()
        return tuple(_indicator(piece, classes) for piece in _pieces((1 << len(classes)) - 1, linked))

    def _classes(self) -> tuple[list[list[str]], list[int], list[int]]:
        """Classes of indifferent outcomes; for each, masks of those at least as good, and of those comparable."""
        classes: list[list[str]] = []
        for label in self.outcomes:
            home = next((c for c in classes if self.indifferent(c[0], label)), None)
            if home is None:
                classes.append([label])
            else:
                home.append(label)
        count = range(len(classes))
        if len(classes) > 16:
            raise InputError("ordering", self.text, "at most 16 classes of indifferent outcomes")
        above = [sum(1 << j for j in count if self.implies_weakly(classes[j][0], classes[i][0])) for i in count]
        linked = [sum(1 << j for j in count if above[i] >> j & 1 or above[j] >> i & 1) for i in count]
        return classes, above, linked

    def linear_extensions(self) -> Iterator[Ordering]:
        """Every strict total ordering of the outcomes that agrees with this one, in a fixed order.

        Examples
        --------
        >>> [str(o) for o in Ordering("a > b; a > c").linear_extensions()]
        ['a > b > c', 'a > c > b']
        """
        for a, b in combinations(self.outcomes, 2):
            if self.indifferent(a, b):
                return

        def extend(done: tuple[str, ...], left: Sequence[str]) -> Iterator[tuple[str, ...]]:
            if not left:
                yield done
            for label in left:
                if not any(self.implies_weakly(other, label) for other in left if other != label):
                    yield from extend((*done, label), [other for other in left if other != label])

        for chain in extend((), self.outcomes):
            yield Ordering(" > ".join(chain))

    def __str__(self) -> str:
        return " ".join(self.text.split())

    def __repr__(self) -> str:
        return f"Ordering({str(self)!r})"

    def _repr_latex_(self) -> str:
        chain = str(self).replace(">=", r"\succeq").replace(">", r"\succ").replace("~", r"\sim")
        return "$" + re.sub(r"([A-Za-z0-9_]{2,})", lambda m: _latex_label(m.group(1)), chain) + "$"


def _latex_label(text: str) -> str:
    return text if text in ("succ", "succeq", "sim") else r"\mathrm{" + text.replace("_", r"\_") + "}"


def _submasks(members: Sequence[int]) -> Iterator[int]:
    for code in range(1, 1 << len(members)):
        yield sum(1 << i for place, i in enumerate(members) if code >> place & 1)


def _indicator(mask: int, classes: Sequence[Sequence[str]]) -> dict[str, int]:
    return {label: mask >> i & 1 for i, group in enumerate(classes) for label in group}


def _pieces(mask: int, linked: Sequence[int]) -> list[int]:
    pieces = []
    while mask:
        piece = mask & -mask
        while True:
            grown = piece
            for i, neighbours in enumerate(linked):
                if piece >> i & 1:
                    grown |= neighbours & mask
            if grown == piece:
                break
            piece = grown
        pieces.append(piece)
        mask &= ~piece
    return pieces


def _connected(mask: int, linked: Sequence[int]) -> bool:
    return len(_pieces(mask, linked)) == 1


def check_orderings(
    players: Sequence[str], orderings: Sequence[object], outcomes: Sequence[str], *, total: bool
) -> tuple[Ordering, ...]:
    """The players' orderings, if each speaks of exactly these outcomes (and ranks all of them), or a clear refusal.

    Examples
    --------
    >>> check_orderings(["US"], [Ordering("a > bb")], ["a", "b"], total=True)
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: ordering of US: got 'a > bb'; expected exactly the outcomes a, b; ['b'] missing; unknown: ['bb']
    """
    checked = []
    for name, order in zip(players, orderings, strict=True):
        where = f"ordering of {name}"
        if isinstance(order, str):
            raise InputTypeError(where, order, f'an Ordering: write gt.Ordering("{order}")')
        if not isinstance(order, Ordering):
            raise InputTypeError(where, order, 'an Ordering, such as gt.Ordering("UC > NC > UR > NR")')
        missing = [label for label in outcomes if label not in order.outcomes]
        unknown = [label for label in order.outcomes if label not in outcomes]
        if missing or unknown:
            told = [f"exactly the outcomes {', '.join(outcomes)}"]
            told += [f"{missing} missing"] if missing else []
            told += [f"unknown: {unknown}"] if unknown else []
            raise InputError(where, order.text, "; ".join(told))
        if total:
            order._refuse_unranked(where)
        checked.append(order)
    return tuple(checked)


def _read(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    outcomes: dict[str, None] = {}
    comparisons: list[tuple[str, str, str]] = []
    last: str | None = None
    link: str | None = None
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:  # pragma: no cover - the pattern matches any character
            break
        position = match.end()
        label = match["label"]
        if match["bad"] or (label and last and not link) or (match["link"] and (last is None or link)):
            raise InputError("ordering", text, f"{_EXPECTED}; cannot read {match[0].strip()!r} at column {position}")
        if label:
            outcomes.setdefault(label)
            if last is not None and link is not None:
                if last == label and link == ">":
                    raise InputError("ordering", text, f"no outcome preferred to itself, but {last} > {label}")
                comparisons.append((last, link, label))
            last, link = label, None
        elif match["link"]:
            link = match["link"]
        else:
            if link:
                raise InputError("ordering", text, f"{_EXPECTED}; an outcome is missing after {link!r}")
            last = None
    if link or not outcomes:
        raise InputError("ordering", text, _EXPECTED + ("; an outcome is missing at the end" if link else ""))
    return tuple(outcomes), tuple(comparisons)
