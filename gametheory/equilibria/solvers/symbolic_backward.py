"""Backward induction in perfect-information trees with symbolic payoffs: for each equilibrium outcome, its conditions.

A play of a subtree is an equilibrium play exactly if the mover's continuation is one, and for every other action some
equilibrium play of what follows it is no better for the mover. Written out from the leaves up, that is a decision tree of
conditions: a formula of comparisons joined by "and" and "or". Indifference is allowed for; nothing is assumed about ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from gametheory.algebra import Ratio
from gametheory.conditions import TRUE, Formula, Logic, Region
from gametheory.errors import InputTypeError
from gametheory.exact import Number
from gametheory.games.tree import Nature, Tree
from gametheory.signs import Domain, Sign, domain_of

__all__ = ["TreePath", "symbolic_backward", "tree_domain"]

_Plays = tuple[tuple[int, Any], ...]


@dataclass(frozen=True)
class TreePath:
    """An outcome of the tree that some pure subgame-perfect equilibrium leads to, with the conditions for that.

    Attributes
    ----------
    outcomes : tuple of (label, probability)
        One play, or several where nature moves.
    payoffs : (Number, Number)
        Expected payoffs.
    region : Region
    """

    outcomes: tuple[tuple[str, Number], ...]
    payoffs: tuple[Number, Number]
    region: Region = field(repr=False)

    def __str__(self) -> str:
        shown = ", ".join(label if p == 1 else f"{label} ({p})" for label, p in self.outcomes)
        return f"{shown}: {self.region}"


@dataclass(frozen=True)
class _Entry:
    plays: dict[int, Ratio]
    values: tuple[Ratio, Ratio]
    formula: Formula


def tree_domain(tree: Tree, assumptions: Sequence[Any] = ()) -> Domain:
    """The set of parameters of a tree: the assumptions, and that symbolic probabilities are positive and at most 1.

    Parameters
    ----------
    tree : Tree
    assumptions : sequence of sympy relationals
    """
    import sympy

    relations: dict[Any, None] = dict.fromkeys(assumptions)
    for node in tree.nodes:
        if isinstance(node, Nature):
            for p in node.probabilities:
                if not isinstance(p, Fraction):
                    relations[sympy.Gt(p, 0)] = None
                    relations[sympy.Le(p, 1)] = None
    return domain_of(tree.parameters, tuple(relations))


def symbolic_backward(tree: Tree, *, assumptions: Sequence[Any] = ()) -> tuple[TreePath, ...]:
    """Every outcome of pure subgame-perfect play, with the exact conditions under which some equilibrium leads to it.

    Parameters
    ----------
    tree : Tree
    assumptions : sequence of sympy relationals
        What is known of the parameters; contradictory ones are refused.

    Returns
    -------
    tuple of TreePath
        Outcomes whose conditions are proved never to hold are left out; all others are listed.

    Examples
    --------
    >>> tree = Tree.from_moves(
    ...     {"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"),
    ...     payoffs={"NE": ("a", "p"), "NS": ("b", "q"), "UA": ("c", "r"), "UP": ("d", "s")})
    >>> import sympy
    >>> a, b, c, d, p, q, r, s = sympy.symbols("a b c d p q r s")
    >>> for path in symbolic_backward(tree, assumptions=(q > p, s > r)):
    ...     print(path)
    NS: b >= d
    UP: d >= b
    """
    if not isinstance(tree, Tree):
        raise InputTypeError("tree", tree, "a Tree")
    domain = tree_domain(tree, assumptions)
    domain.require_consistent("assumptions")
    ring, logic = domain.ring, Logic(domain)
    signs: dict[Any, int] = {}

    def at_least(x: Ratio, y: Ratio) -> Formula:
        gain = x - y
        mark = gain.den
        k = str(mark)
        if k not in signs:
            sign = domain.sign(mark).sign
            signs[k] = 1 if sign is Sign.POSITIVE else -1 if sign is Sign.NEGATIVE else 0
        return logic.atom(gain.num * signs[k] if signs[k] else gain.num * gain.den, ">=")

    after: dict[int, list[_Entry]] = {
        ~k: [_Entry({k: ring.read(1)}, (ring.read(u), ring.read(v)), TRUE)] for k, (u, v) in enumerate(tree.payoffs)
    }
    for n in reversed(range(len(tree.nodes))):
        node = tree.nodes[n]
        children = [after[t] for t in tree.targets[n]]
        found: dict[Any, tuple[_Entry, list[Formula]]] = {}

        def add(entry: _Entry, found: dict[Any, tuple[_Entry, list[Formula]]] = found) -> None:
            mark = tuple(sorted((k, p.key) for k, p in entry.plays.items()))
            found.setdefault(mark, (entry, []))[1].append(entry.formula)

        if isinstance(node, Nature):
            chances = [ring.read(p) for p in node.probabilities]
            for picks in product(*children):
                plays = {k: w * q for w, e in zip(chances, picks, strict=True) for k, q in e.plays.items()}
                values = []
                for i in (0, 1):
                    total = ring.read(0)
                    for w, e in zip(chances, picks, strict=True):
                        total = total + w * e.values[i]
                    values.append(total)
                add(_Entry(plays, (values[0], values[1]), logic.all_of([e.formula for e in picks])))
        else:
            me = node.player
            for a, mine in enumerate(children):
                for e in mine:
                    conditions = [e.formula]
                    for b, others in enumerate(children):
                        if b != a:
                            options = [logic.all_of([o.formula, at_least(e.values[me], o.values[me])]) for o in others]
                            conditions.append(logic.any_of(options))
                    add(_Entry(e.plays, e.values, logic.all_of(conditions)))
        after[n] = [_Entry(e.plays, e.values, logic.any_of(parts)) for e, parts in found.values()]
    paths = []
    for e in after[0]:
        region = Region(domain, e.formula)
        cells = region.cells(most=40)
        if cells is not None and not region.is_always:
            answers = [domain.feasible(cell, effort=1).answer for cell in cells]
            if all(x is False for x in answers):
                continue
            region = Region(domain, e.formula, any(answers))
        outcomes = tuple((tree.labels[k], p.to_sympy(ring)) for k, p in sorted(e.plays.items()))
        paths.append(TreePath(outcomes, (e.values[0].to_sympy(ring), e.values[1].to_sympy(ring)), region))
    return tuple(paths)
