"""Equilibria of a perfect-information tree: checking one, and a solution that lists as many as there are.

A profile is subgame perfect in a finite tree if and only if no player gains at any node, reached or not, by changing her
choice there alone (the one-deviation property: Osborne and Rubinstein, *A Course in Game Theory*, MIT Press 1994,
Lemma 98.2). That is the whole check.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, overload

from gametheory.equilibria.profiles import read_mix
from gametheory.equilibria.solution import Certificate, Deviation, Status
from gametheory.errors import CertificateError, InputError, InputTypeError
from gametheory.exact import rational
from gametheory.games.tree import Nature, Node, Tree

__all__ = [
    "TreeEquilibrium",
    "TreeOutcome",
    "TreeSolution",
    "averages",
    "check_tree",
    "numeric_tree",
    "read_tree_profile",
    "tree_values",
]

Value = tuple[Fraction, Fraction]
Mix = tuple[Fraction, ...]
#: For one node: how many equilibria of its subgame have each value.
Table = dict[Value, int]

_LISTED = 2_000
_SAMPLE = 200
_EFFORT = 100_000


def numeric_tree(tree: object) -> Tree:
    """The tree, if its payoffs and probabilities are numbers; a clear refusal otherwise."""
    if not isinstance(tree, Tree):
        raise InputTypeError("tree", tree, "a Tree")
    if not tree.is_numeric:
        raise InputError("payoffs", list(tree.parameters), "rational payoffs and probabilities; use tree.subs(...)")
    return tree


def read_tree_profile(tree: Tree, given: Any) -> tuple[Mix, ...]:
    """A choice for every decision of the tree.

    Parameters
    ----------
    given : sequence or mapping
        For each decision an action label or a distribution: in the order of ``tree.decisions``, or by the names
        ``"US"``, ``"MX after N"``.
    """
    names = [tree.name(n) for n in tree.decisions]
    if isinstance(given, Mapping):
        missing, unknown = [x for x in names if x not in given], [x for x in given if x not in names]
        if missing or unknown:
            raise InputError("profile", list(given), f"a choice for each of {names}")
        given = [given[x] for x in names]
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence) or len(given) != len(names):
        raise InputError("profile", given, f"{len(names)} choices: for {', '.join(names)}")
    return tuple(
        tuple(
            rational(p, field=f"choice of {name}") for p in read_mix(choice, tree.nodes[n].actions, f"choice of {name}")
        )
        for n, name, choice in zip(tree.decisions, names, given, strict=True)
    )


def tree_values(tree: Tree, profile: Sequence[Mix]) -> tuple[Value, ...]:
    """What each player expects at every node under a profile."""
    at = dict(zip(tree.decisions, profile, strict=True))
    values: list[Value] = [(Fraction(0), Fraction(0))] * len(tree.nodes)
    for n in reversed(range(len(tree.nodes))):
        node = tree.nodes[n]
        weights = [rational(p) for p in node.probabilities] if isinstance(node, Nature) else at[n]
        taken = [(p, w) for p, w in zip(weights, _after(tree, n, values), strict=True) if p]
        if len(taken) == 1:
            values[n] = taken[0][1]
            continue
        first, second = (sum((p * w[i] for p, w in taken), Fraction(0)) for i in (0, 1))
        values[n] = first, second
    return tuple(values)


def _payoff(tree: Tree, play: int) -> Value:
    u, v = tree.payoffs[play]
    return rational(u), rational(v)


def _after(tree: Tree, n: int, values: Sequence[Value]) -> list[Value]:
    return [values[t] if t >= 0 else _payoff(tree, ~t) for t in tree.targets[n]]


def check_tree(tree: Tree, profile: Any) -> Certificate:
    """Every deviation at a single node, with its exact gain there: subgame perfect if none gains.

    Parameters
    ----------
    tree : Tree
        With numeric payoffs.
    profile :
        As in :func:`read_tree_profile`; mixed choices allowed.

    Examples
    --------
    >>> entry = Tree.from_moves({"In": ("Fight", "Yield"), "Out": None},
    ...                         {"Out": (0, 2), "InFight": (-1, -1), "InYield": (1, 1)}, players=("E", "M"))
    >>> bool(check_tree(entry, ("In", "Yield"))), str(check_tree(entry, ("Out", "Fight")).worst)
    (True, "M gains 2 by Yield after 'In'")
    """
    game = numeric_tree(tree)
    choices = read_tree_profile(game, profile)
    values = tree_values(game, choices)
    deviations = []
    for n in game.decisions:
        node = game.nodes[n]
        if isinstance(node, Node):
            for action, worth in zip(node.actions, _after(game, n, values), strict=True):
                gain = worth[node.player] - values[n][node.player]
                deviations.append(Deviation(game.players[node.player], action, gain, history=node.history))
    holds = all(d.gain <= 0 for d in deviations)  # type: ignore[operator]
    return Certificate("subgame perfect", holds, tuple(deviations))


@dataclass(frozen=True)
class TreeEquilibrium:
    """One subgame-perfect equilibrium in pure strategies.

    Attributes
    ----------
    profile : tuple of distributions
        At each decision, in the order of ``tree.decisions``, a distribution that puts all weight on one action.
    payoffs : (Fraction, Fraction)
    """

    tree: Tree = field(repr=False)
    profile: tuple[Mix, ...]
    payoffs: Value

    @property
    def choices(self) -> tuple[str, ...]:
        """The action chosen at each decision."""
        return tuple(
            self.tree.nodes[n].actions[mix.index(Fraction(1))]
            for n, mix in zip(self.tree.decisions, self.profile, strict=True)
        )

    @property
    def policy(self) -> dict[str, str]:
        """The action at each decision, by name (``"MX after N"``)."""
        return {self.tree.name(n): a for n, a in zip(self.tree.decisions, self.choices, strict=True)}

    @property
    def outcome(self) -> dict[str, Fraction]:
        """Probability of each play that may occur (one play, of probability 1, without moves by nature)."""
        return {play: rational(p) for play, p in self.tree.outcome(self.profile).items()}

    @cached_property
    def optimal(self) -> dict[str, tuple[str, ...]]:
        """At each decision all actions that are optimal given the choices made later.

        Where there are several, any mix of them is optimal there too; it may change what is optimal earlier.
        """
        values = tree_values(self.tree, self.profile)
        found = {}
        for n in self.tree.decisions:
            node = self.tree.nodes[n]
            if isinstance(node, Node):
                worth = [w[node.player] for w in _after(self.tree, n, values)]
                found[self.tree.name(n)] = tuple(a for a, w in zip(node.actions, worth, strict=True) if w == max(worth))
        return found

    def __str__(self) -> str:
        plan = "; ".join(f"{who}: {action}" for who, action in self.policy.items())
        return f"{plan}  payoffs {self.payoffs[0]}, {self.payoffs[1]}"


@dataclass(frozen=True)
class TreeOutcome:
    """What happens in some equilibria: plays with their probabilities, payoffs, and how many equilibria lead there."""

    plays: tuple[tuple[str, Fraction], ...]
    payoffs: Value
    count: int

    def __str__(self) -> str:
        shown = " or ".join(label if p == 1 else f"{label} ({p})" for label, p in self.plays)
        noun = "equilibrium" if self.count == 1 else "equilibria"
        return f"{shown}: payoffs {self.payoffs[0]}, {self.payoffs[1]}; {self.count} {noun}"


class _Equilibria(Sequence[TreeEquilibrium]):
    """Equilibria by number, found from the tables of counts without listing the others."""

    def __init__(self, tree: Tree, tables: tuple[Table, ...]) -> None:
        self._tree, self._tables = tree, tables
        self._total = sum(tables[0].values()) if tables else 0
        self._sorted: dict[tuple[int, int], tuple[list[Fraction], list[Value], list[int]]] = {}

    def __len__(self) -> int:
        return self._total

    def __bool__(self) -> bool:
        return self._total > 0

    def __iter__(self) -> Iterator[TreeEquilibrium]:
        return (self._find(k) for k in range(self._total))

    @overload
    def __getitem__(self, index: int) -> TreeEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TreeEquilibrium]: ...

    def __getitem__(self, index: int | slice) -> TreeEquilibrium | Sequence[TreeEquilibrium]:
        if isinstance(index, slice):
            return [self._find(k) for k in range(*index.indices(self._total))]
        if not -self._total <= index < self._total:
            raise IndexError(f"equilibrium {index} of {self._total}")
        return self._find(index % self._total)

    def _table(self, t: int) -> Table:
        return self._tables[t] if t >= 0 else {_payoff(self._tree, ~t): 1}

    def _upto(self, t: int, player: int, bound: Fraction) -> tuple[int, list[Value], list[int]]:
        """How many equilibria below ``t`` give the player at most ``bound``; the values in order, with running totals."""
        if t < 0:
            return int(_payoff(self._tree, ~t)[player] <= bound), [], []
        if (t, player) not in self._sorted:
            table = self._table(t)
            order = sorted(table, key=lambda v: (v[player], v))
            totals = [0]
            for v in order:
                totals.append(totals[-1] + table[v])
            self._sorted[t, player] = ([v[player] for v in order], order, totals)
        keys, order, totals = self._sorted[t, player]
        return totals[bisect_right(keys, bound)], order, totals

    def _find(self, index: int) -> TreeEquilibrium:
        tree = self._tree
        root = value = next(iter(self._tables[0]))
        for value in sorted(self._tables[0]):
            if index < self._tables[0][value]:
                root = value
                break
            index -= self._tables[0][value]
        chosen: dict[int, int] = {}
        stack = [(0, root, index)]
        while stack:
            n, value, index = stack.pop()
            if n < 0:
                continue
            node, targets = tree.nodes[n], tree.targets[n]
            if isinstance(node, Nature):
                stack += self._split(node, targets, value, index)
                continue
            i = node.player
            allowed = [self._upto(t, i, value[i]) for t in targets]
            together = prod(total for total, _, _ in allowed)
            for a, target in enumerate(targets):
                own = self._table(target).get(value, 0)
                weight = own * (together // allowed[a][0]) if own else 0
                if index >= weight:
                    index -= weight
                    continue
                chosen[n] = a
                index, inner = divmod(index, own)
                stack.append((target, value, inner))
                for b, (t, (total, order, totals)) in enumerate(zip(targets, allowed, strict=True)):
                    if b != a:
                        index, inner = divmod(index, total)
                        if t >= 0:
                            k = bisect_right(totals, inner) - 1
                            stack.append((t, order[k], inner - totals[k]))
                break
        profile = tuple(
            tuple(Fraction(int(a == chosen[n])) for a in range(len(tree.targets[n]))) for n in tree.decisions
        )
        return TreeEquilibrium(tree, profile, root)

    def _split(self, node: Nature, targets: Sequence[int], value: Value, index: int) -> list[tuple[int, Value, int]]:
        """Values behind a draw by nature that average to ``value``."""
        weights = [rational(p) for p in node.probabilities]
        partial = averages([self._table(t) for t in targets], weights)
        found = []
        for t, p, before in reversed(list(zip(targets, weights, partial, strict=False))):
            for w, count in sorted(self._table(t).items()):
                left = (value[0] - p * w[0], value[1] - p * w[1])
                weight = count * before.get(left, 0)
                if index < weight:
                    index, inner = divmod(index, count)
                    found.append((t, w, inner))
                    value = left
                    break
                index -= weight
        return found


def averages(tables: Sequence[Table], weights: Sequence[Fraction], *, most: int | None = None) -> list[Table]:
    """Counts of each partial sum of weighted values, one more branch at a time; shorter if there are more than ``most``."""
    partial: list[Table] = [{(Fraction(0), Fraction(0)): 1}]
    for table, p in zip(tables, weights, strict=True):
        if most is not None and len(partial[-1]) * len(table) > most:
            break
        grown: Table = {}
        for so_far, ways in partial[-1].items():
            for w, count in table.items():
                total = (so_far[0] + p * w[0], so_far[1] + p * w[1])
                grown[total] = grown.get(total, 0) + ways * count
        partial.append(grown)
    return partial


@dataclass(frozen=True)
class TreeSolution:
    """Every subgame-perfect equilibrium in pure strategies of a tree, counted and found on demand.

    Attributes
    ----------
    tree : Tree
    status : Status
    reason : str
    count : int or None
        How many equilibria there are; None where the search stopped before it could tell (see ``status``).
    equilibria : lazy sequence of TreeEquilibrium
        Any one by its number; none is stored. Use ``count`` for numbers too large for ``len``.
    outcomes : tuple of TreeOutcome
        Every equilibrium outcome, with the number of equilibria that lead to it.
    continuum : bool or None
        Whether, in some equilibrium, someone is indifferent: mixing there gives a continuum of further equilibria,
        whose payoffs may differ from all of those listed.
    tables : tuple of dict
        For each node, how many equilibria of its subgame have each value: the evidence of completeness.
    """

    tree: Tree = field(repr=False)
    status: Status
    reason: str
    count: int | None
    outcomes: tuple[TreeOutcome, ...]
    continuum: bool | None
    tables: tuple[Table, ...] = field(repr=False)

    @cached_property
    def equilibria(self) -> Sequence[TreeEquilibrium]:
        """All equilibria, each found when it is asked for."""
        return _Equilibria(self.tree, self.tables)

    @property
    def payoffs(self) -> dict[Value, int]:
        """Every pair of equilibrium payoffs, with the number of equilibria that give it."""
        return dict(sorted(self.tables[0].items())) if self.tables else {}

    def sample(self, size: int, *, seed: int = 0) -> list[TreeEquilibrium]:
        """Equilibria drawn uniformly, with replacement."""
        rng = random.Random(seed)
        return [self.equilibria[rng.randrange(self.count)] for _ in range(size)] if self.count else []

    def verify(self) -> None:
        """Check the tables node by node from their definition, and equilibria one by one (a seeded sample if many).

        Raises
        ------
        CertificateError
            If anything does not hold.
        """
        if not self.tables:
            if self.status is Status.COMPLETE or self.count is not None or self.outcomes:
                raise CertificateError("a complete answer without tables")
            return
        for n in range(len(self.tree.nodes)):
            children = [self.tables[t] if t >= 0 else {_payoff(self.tree, ~t): 1} for t in self.tree.targets[n]]
            if self.tables[n] != _definition(self.tree.nodes[n], children):
                raise CertificateError(f"the count of equilibria is wrong at {self.tree.name(n)}")
        if self.count is None or self.count != sum(self.tables[0].values()) or self.count < 1:
            raise CertificateError(f"count is {self.count}, the tables say {sum(self.tables[0].values())}")
        listed = {one.plays: one for one in self.outcomes}
        tally: Table = {}
        for one in self.outcomes:
            tally[one.payoffs] = tally.get(one.payoffs, 0) + one.count
        if self.status is Status.COMPLETE and tally != self.tables[0]:
            raise CertificateError("the outcomes' counts are not those of the tables")
        size = len(self.tree.nodes) + len(self.tree.labels)
        every = self.count <= min(_LISTED, max(20, 20 * _EFFORT // size))
        place = {label: k for k, label in enumerate(self.tree.labels)}
        met: dict[tuple[tuple[str, Fraction], ...], int] = {}
        profiles = set()
        for equilibrium in self.equilibria if every else self.sample(max(10, min(_SAMPLE, _EFFORT // size))):
            certificate = check_tree(self.tree, equilibrium.profile)
            if not certificate.holds:
                raise CertificateError(f"not an equilibrium: {equilibrium}: {certificate.worst}")
            key = tuple(sorted(equilibrium.outcome.items()))
            worth = [sum((p * _payoff(self.tree, place[x])[i] for x, p in key), Fraction(0)) for i in (0, 1)]
            if (worth[0], worth[1]) != equilibrium.payoffs:
                raise CertificateError(f"wrong payoffs: {equilibrium}")
            met[key] = met.get(key, 0) + 1
            profiles.add(equilibrium.profile)
            if self.outcomes and (key not in listed or listed[key].payoffs != equilibrium.payoffs):
                raise CertificateError(f"an outcome is missing: {key}")
        if every and len(profiles) != self.count:
            raise CertificateError(f"{len(profiles)} different equilibria, not {self.count}")
        if every and self.outcomes and met != {key: one.count for key, one in listed.items()}:
            raise CertificateError("the outcomes are not those of the equilibria")

    def why_not(self, profile: Any) -> Deviation | None:
        """The most profitable deviation at a single node, or None if the profile is subgame perfect (mixes allowed)."""
        worst = check_tree(self.tree, profile).worst
        return worst if worst is not None and worst.gain > 0 else None  # type: ignore[operator]

    def __str__(self) -> str:
        noun = "equilibrium" if self.count == 1 else "equilibria"
        if self.count is None:
            return f"equilibria not counted; {self.status.name}: {self.reason}"
        lines = [f"{self.count} pure subgame-perfect {noun}; {self.status.name}: {self.reason}"]
        lines += [f"  {outcome}" for outcome in self.outcomes[:20]]
        return "\n".join(lines)


def _definition(node: Node | Nature, children: Sequence[Table]) -> Table:
    """A node's table from those after it, by going through every combination (by sums where there are too many)."""
    found: Table = {}
    if isinstance(node, Nature):
        weights = [rational(p) for p in node.probabilities]
        if prod(map(len, children)) > 20_000:
            return averages(children, weights)[-1]
        for combination in product(*(table.items() for table in children)):
            u, v = (
                sum((p * w[i] for p, (w, _) in zip(weights, combination, strict=True)), Fraction(0)) for i in (0, 1)
            )
            found[u, v] = found.get((u, v), 0) + prod(count for _, count in combination)
        return found
    i = node.player
    if prod(map(len, children)) <= 20_000:
        for combination in product(*(table.items() for table in children)):
            ways = prod(count for _, count in combination)
            best = max(value[i] for value, _ in combination)
            for value, _ in combination:
                if value[i] == best:
                    found[value] = found.get(value, 0) + ways
        return found
    for a, table in enumerate(children):
        for value, own in table.items():
            rest = (sum(c for w, c in other.items() if w[i] <= value[i]) for b, other in enumerate(children) if b != a)
            ways = own * prod(rest)
            if ways:
                found[value] = found.get(value, 0) + ways
    return found
