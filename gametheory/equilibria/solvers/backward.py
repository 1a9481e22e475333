r"""Backward induction with ties kept: every pure subgame-perfect equilibrium of a perfect-information tree.

What is optimal at a node depends on how ties are broken later, so a single value per node is not enough. Each node
carries instead a table: for every pair of values, the number of equilibria of its subgame that have it. At a decision
of player i, action a with continuation value v is optimal exactly when every other action's continuation is worth no
more than :math:`v_i` to i, so that

.. math:: N(v) = \sum_a N_a(v) \prod_{b \ne a} \#\{\text{equilibria after } b \text{ with } w_i \le v_i\}.

The number of equilibria may be astronomic while the tables stay small: without moves by nature a table holds no more
values than there are plays. The same recursion over outcomes instead of values gives every equilibrium outcome.

References
----------
Kuhn, H. W. (1953), Extensive games and the problem of information, *Contributions to the Theory of Games* II, 193-216.
Osborne, M. J. and Rubinstein, A. (1994), *A Course in Game Theory*, MIT Press, chapter 6.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from gametheory.equilibria.solution import Status
from gametheory.equilibria.tree_solution import Table, TreeOutcome, TreeSolution, Value, averages, numeric_tree
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.tree import Nature, Tree

__all__ = ["BackwardInduction", "tree_equilibria"]

#: Plays (by position) with probabilities, in order.
_Outcome = tuple[tuple[int, Fraction], ...]


class _Below:
    """How many equilibria of a subgame give a player at most a bound."""

    def __init__(self, table: Table, player: int) -> None:
        order = sorted((value[player], count) for value, count in table.items())
        self.keys = [key for key, _ in order]
        self.totals = [0]
        for _, count in order:
            self.totals.append(self.totals[-1] + count)

    def upto(self, bound: Fraction) -> int:
        return self.totals[bisect_right(self.keys, bound)]

    def has(self, key: Fraction) -> bool:
        at = bisect_left(self.keys, key)
        return at < len(self.keys) and self.keys[at] == key


class _Choice:
    """The subgames after one decision, as the player who decides there sees them."""

    def __init__(self, tables: Sequence[Table], player: int) -> None:
        self.below = [_Below(table, player) for table in tables]
        self.least = max(one.keys[0] for one in self.below)  # less than this is never best
        self._all: dict[Fraction, int] = {}
        self._ties: dict[Fraction, bool] = {}

    def others(self, action: int, bound: Fraction) -> int:
        """In how many ways every other action is worth at most ``bound``, which ``action`` can be worth."""
        if bound < self.least:
            return 0
        if bound not in self._all:
            self._all[bound] = prod(one.upto(bound) for one in self.below)
        return self._all[bound] // self.below[action].upto(bound)

    def tied(self, worth: Fraction) -> bool:
        """Whether two actions can be worth this."""
        if worth not in self._ties:
            self._ties[worth] = sum(one.has(worth) for one in self.below) > 1
        return self._ties[worth]


def tree_equilibria(tree: Tree, *, most: int = 100_000) -> TreeSolution:
    """Every subgame-perfect equilibrium in pure strategies, ties included.

    Parameters
    ----------
    tree : Tree
        With numeric payoffs.
    most : int
        How many values or outcomes a node may carry before the search stops (only nature multiplies them).

    Returns
    -------
    TreeSolution
        COMPLETE, or PARTIAL where moves by nature make too many values (nothing is counted then) or too many outcomes
        (equilibria are counted and can be found, outcomes are not listed).

    Raises
    ------
    InputError
        If payoffs hold symbols.

    Examples
    --------
    >>> entry = Tree.from_moves({"In": ("Fight", "Yield"), "Out": None},
    ...                         {"Out": (1, 2), "InFight": (0, 1), "InYield": (2, 1)}, players=("E", "M"))
    >>> print(tree_equilibria(entry))
    2 pure subgame-perfect equilibria; COMPLETE: backward induction over every continuation value, ties kept; someone ...
      InYield: payoffs 2, 1; 1 equilibrium
      Out: payoffs 1, 2; 1 equilibrium
    """
    game = numeric_tree(tree)
    if most < 1:
        raise InputError("most", most, "a positive number")
    payoffs: list[Value] = [(rational(u), rational(v)) for u, v in game.payoffs]
    tables: list[Table] = [{} for _ in game.nodes]
    seen: dict[int, _Choice] = {}
    tied = False
    for n in reversed(range(len(game.nodes))):
        node = game.nodes[n]
        after = [tables[t] if t >= 0 else {payoffs[~t]: 1} for t in game.targets[n]]
        if isinstance(node, Nature):
            sums = averages(after, [rational(p) for p in node.probabilities], most=most)
            if len(sums) <= len(after):
                reason = f"more than {most} values behind {game.name(n)}; raise most=..., nothing was counted"
                return TreeSolution(game, Status.PARTIAL, reason, None, (), None, ())
            tables[n] = sums[-1]
            continue
        i = node.player
        seen[n] = _Choice(after, i)
        for a, table in enumerate(after):
            for value, own in table.items():
                ways = own * seen[n].others(a, value[i])
                if ways:
                    tables[n][value] = tables[n].get(value, 0) + ways
                    tied = tied or seen[n].tied(value[i])
    outcomes = _outcomes(game, payoffs, seen, most)
    count = sum(tables[0].values())
    reason = "backward induction over every continuation value, ties kept"
    if tied:
        reason += (
            "; someone is indifferent in some equilibrium, and mixing there gives a continuum of others, not listed"
        )
    status = Status.COMPLETE
    if outcomes is None:
        status, outcomes = Status.PARTIAL, ()
        reason = f"every equilibrium is counted, but more than {most} outcomes were met; raise most=... to list them"
    return TreeSolution(game, status, reason, count, outcomes, tied, tuple(tables))


def _outcomes(
    game: Tree, payoffs: Sequence[Value], seen: Mapping[int, _Choice], most: int
) -> tuple[TreeOutcome, ...] | None:
    """Every equilibrium outcome with its number of equilibria, or None if a node has too many."""
    tables: dict[int, dict[_Outcome, int]] = {}
    for n in reversed(range(len(game.nodes))):
        node = game.nodes[n]
        after: list[Mapping[_Outcome, int]] = [
            tables.pop(t) if t >= 0 else {((~t, Fraction(1)),): 1} for t in game.targets[n]
        ]
        found: dict[_Outcome, int] = {}
        if isinstance(node, Nature):
            found = {(): 1}
            for p, table in zip(node.probabilities, after, strict=True):
                if len(found) * len(table) > most:
                    return None
                grown: dict[_Outcome, int] = {}
                for so_far, ways in found.items():
                    for one, count in table.items():
                        drawn = tuple((play, q * rational(p)) for play, q in one) if p != 0 else ()
                        key = (*so_far, *drawn)
                        grown[key] = grown.get(key, 0) + ways * count
                found = grown
        else:
            i = node.player
            for a, table in enumerate(after):
                for one, count in table.items():
                    worth = sum((q * payoffs[play][i] for play, q in one), Fraction(0))
                    ways = count * seen[n].others(a, worth)
                    if ways:
                        found[one] = ways
        tables[n] = found
    listed = []
    for one, count in tables[0].items():
        first, second = (sum((q * payoffs[play][i] for play, q in one), Fraction(0)) for i in (0, 1))
        plays = tuple(sorted((game.labels[play], q) for play, q in one))
        listed.append(TreeOutcome(plays, (first, second), count))
    return tuple(sorted(listed, key=lambda o: o.plays))


@dataclass(frozen=True)
class BackwardInduction:
    """Backward induction as a solver: see :func:`tree_equilibria`.

    Parameters
    ----------
    most : int
        How many values or outcomes a node may carry before the search stops.
    """

    most: int = 100_000

    def solve(self, game: Tree, concept: object) -> TreeSolution:
        """Every pure subgame-perfect equilibrium of the tree."""
        return tree_equilibria(game, most=self.most)
