"""Backward induction in symbols, against every pure profile of the tree with numbers."""

import random
from fractions import Fraction
from itertools import product

import pytest
import sympy

import gametheory as gt
from gametheory.equilibria.solvers.symbolic_backward import symbolic_backward, tree_domain
from gametheory.games.tree import Chance, Nature, Tree


def outcomes_by_brute_force(tree):
    """Outcome lotteries of all pure profiles from which no one gains at any node by changing that choice alone."""
    decisions = [n for n, node in enumerate(tree.nodes) if not isinstance(node, Nature)]
    found = set()
    for picks in product(*(range(len(tree.nodes[n].actions)) for n in decisions)):
        choice = dict(zip(decisions, picks))

        def worth(t, choice=choice):
            if t < 0:
                return tree.payoffs[~t], {tree.labels[~t]: Fraction(1)}
            node = tree.nodes[t]
            if t in choice:
                return worth(tree.targets[t][choice[t]])
            parts = [(p, worth(target)) for p, target in zip(node.probabilities, tree.targets[t])]
            pay = tuple(sum(p * w[0][i] for p, w in parts) for i in (0, 1))
            lottery = {k: p * q for p, w in parts for k, q in w[1].items()}
            return pay, lottery

        stable = all(
            worth(n)[0][tree.nodes[n].player] >= max(worth(t)[0][tree.nodes[n].player] for t in tree.targets[n])
            for n in decisions
        )
        if stable:
            found.add(frozenset(worth(0)[1].items()))
    return found


def listed(paths, values):
    ring = paths[0].region.domain.ring
    return {
        frozenset((label, ring.evaluate(ring.read(p).num, values)) for label, p in path.outcomes)
        for path in paths
        if path.region.contains(values)
    }


def agreement(tree, assumptions, draw, count=150):
    rng = random.Random(7)
    paths = symbolic_backward(tree, assumptions=assumptions)
    names = tree.parameters
    checked = 0
    for _ in range(count):
        values = {n: draw(rng, n) for n in names}
        if tree_domain(tree, assumptions).contains(values):
            assert listed(paths, values) == outcomes_by_brute_force(tree.subs(**values))
            checked += 1
    assert checked >= 20
    return paths


def test_two_moves_ties_included():
    tree = Tree.from_moves(
        {"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={"NE": ("a", "p"), "NS": ("b", "q"), "UA": ("c", "r"), "UP": ("d", "s")},
    )
    agreement(tree, (), lambda rng, n: Fraction(rng.randint(0, 2)))


def test_three_moves_under_assumptions():
    x, y = sympy.symbols("x y")
    tree = Tree.from_moves(
        {"L": {"l": ("a", "b"), "m": None}, "R": ("r", "s")},
        players=("1", "2"),
        payoffs={"Lla": ("x", "2*y"), "Llb": ("y", "x"), "Lm": (1, "y"), "Rr": ("x*y", 0), "Rs": ("x + y", "x - y")},
    )
    agreement(tree, (x > 0, y > 0), lambda rng, n: Fraction(rng.randint(-1, 6), rng.randint(1, 3)))


def test_nature():
    tree = Tree.from_moves(
        {"go": Chance({"w": ("p", ("x", "y")), "v": ("1 - p", None)}), "stay": None},
        players=("1", "2"),
        payoffs={"gowx": ("a", 1), "gowy": (0, "b"), "gov": (-1, 0), "stay": (0, 0)},
    )
    draw = lambda rng, n: Fraction(rng.randint(1, 7), 8) if n == "p" else Fraction(rng.randint(-2, 2))
    paths = agreement(tree, (), draw)
    assert {label for path in paths for label, _ in path.outcomes} == {"gowx", "gov", "stay"}  # going pays only if x follows


def test_orderings_leave_one_outcome():
    a, b, c, d, p, q, r, s = sympy.symbols("a b c d p q r s")
    tree = Tree.from_moves(
        {"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={"NE": (a, p), "NS": (b, q), "UA": (c, r), "UP": (d, s)},
    )
    frustrated = (c > a, a > d, d > b, q > p, p > s, s > r)  # the article's orders once Washington is frustrated
    (path,) = symbolic_backward(tree, assumptions=frustrated)
    assert path.outcomes == (("UP", 1),) and path.region.is_always
    with pytest.raises(gt.InputError, match="can hold together"):
        symbolic_backward(tree, assumptions=(a > b, b > a))
    with pytest.raises(gt.InputTypeError):
        symbolic_backward("a tree")
