"""Perfect-information trees: every subgame-perfect equilibrium, ties included."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
import sympy

from gametheory.equilibria.concepts import Nash
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solvers.backward import tree_equilibria
from gametheory.equilibria.tree_solution import check_tree
from gametheory.errors import CertificateError, InputError, InputTypeError, UnsupportedError
from gametheory.games.tree import Chance, Nature, Node, Tree, Turn


def _random_tree(rng: random.Random, *, nature: bool, most: int = 6, top: int = 2) -> Tree:
    """A random tree of at most ``most`` inner nodes with payoffs 0..top, so that ties are the rule."""
    plays: list[str] = []
    budget = [most]

    def grow(history: str, depth: int):
        budget[0] -= 1
        names = "abc"[: rng.choice((1, 2, 2, 3))]
        after = {}
        for name in names:
            deeper = depth < 4 and budget[0] > 0 and rng.random() < 0.6
            after[name] = grow(history + name, depth + 1) if deeper else None
            if not deeper:
                plays.append(history + name)
        if nature and depth and rng.random() < 0.35:
            shares = [rng.randint(0, 2) for _ in names]
            total = sum(shares) or 1
            shares = shares if sum(shares) else [1, *[0] * (len(names) - 1)]
            return Chance({a: (Fraction(s, total), m) for (a, m), s in zip(after.items(), shares, strict=True)})
        return Turn(rng.choice(("A", "B")), after)

    moves = grow("", 0)
    return Tree.from_moves(moves, {x: (rng.randint(0, top), rng.randint(0, top)) for x in plays}, players=("A", "B"))


def _brute_force(tree: Tree):
    """Naive oracle: recursive evaluation of every pure profile, optimality at every node by direct comparison."""

    def value(t, chosen):
        if t < 0:
            return tree.payoffs[~t]
        node = tree.nodes[t]
        if isinstance(node, Nature):
            parts = [(p, value(s, chosen)) for p, s in zip(node.probabilities, tree.targets[t], strict=True)]
            return tuple(sum(p * v[i] for p, v in parts) for i in (0, 1))
        return value(tree.targets[t][chosen[t]], chosen)

    found = []
    for actions in product(*(range(len(tree.targets[n])) for n in tree.decisions)):
        chosen = dict(zip(tree.decisions, actions, strict=True))
        for n in tree.decisions:
            i = tree.nodes[n].player
            if value(n, chosen)[i] < max(value(t, chosen)[i] for t in tree.targets[n]):
                break
        else:
            found.append((tuple(tree.nodes[n].actions[a] for n, a in chosen.items()), value(0, chosen)))
    return found


@pytest.mark.parametrize("nature", [False, True])
def test_all_equilibria_agree_with_brute_force(nature):
    rng = random.Random(11 + nature)
    many = with_nature = 0
    for _ in range(150):
        tree = _random_tree(rng, nature=nature)
        expected = _brute_force(tree)
        solution = tree_equilibria(tree)
        assert solution.status is Status.COMPLETE
        assert solution.count == len(expected) == len(solution.equilibria)
        listed = [(e.choices, e.payoffs) for e in solution.equilibria]
        assert len(set(listed)) == len(listed)
        assert sorted(listed) == sorted(expected)
        assert {o.payoffs for o in solution.outcomes} == {v for _, v in expected} == set(solution.payoffs)
        assert sum(o.count for o in solution.outcomes) == len(expected)
        assert solution.continuum == any(len(a) > 1 for e in solution.equilibria for a in e.optimal.values())
        solution.verify()
        many += len(expected) > 3
        with_nature += any(isinstance(node, Nature) for node in tree.nodes)
    assert many > 20
    assert with_nature > 50 or not nature


def test_every_equilibrium_is_nash_in_the_normal_form_and_induces_the_same_payoffs():
    rng = random.Random(5)
    for _ in range(25):
        tree = _random_tree(rng, nature=True, most=5)
        stage = tree.to_stage()
        own = [[n for n in tree.decisions if tree.nodes[n].player == i] for i in (0, 1)]
        order = list(tree.decisions)
        for e in tree_equilibria(tree).equilibria:
            plans = []
            for i in (0, 1):
                options = list(product(*(tree.nodes[n].actions for n in own[i])))
                plans.append(options.index(tuple(e.choices[order.index(n)] for n in own[i])))
            i, j = plans
            assert (stage.A[i][j], stage.B[i][j]) == e.payoffs
            assert Nash().check(stage, (stage.actions[0][i], stage.actions[1][j])).holds


def test_chain_store_with_a_nash_equilibrium_that_is_not_subgame_perfect():
    # Selten (1978); one entrant of the chain-store game in Osborne and Rubinstein (1994), section 6.5.1
    entry = Tree.from_moves(
        {"In": ("Fight", "Yield"), "Out": None},
        {"Out": (1, 5), "InFight": (0, 0), "InYield": (2, 2)},
        players=("E", "M"),
    )
    solution = tree_equilibria(entry)
    assert [e.choices for e in solution.equilibria] == [("In", "Yield")]
    assert solution.continuum is False
    deviation = solution.why_not(("Out", "Fight"))
    assert (deviation.player, deviation.action, deviation.gain, deviation.history) == ("M", "Yield", 2, "In")
    assert solution.why_not({"E": "In", "M after In": "Yield"}) is None
    stage = entry.to_stage()
    assert Nash().check(stage, ("Out", "Fight")).holds  # the threat is an equilibrium, but not a subgame-perfect one


def test_ties_make_earlier_choices_depend_on_later_ones():
    # the second mover is indifferent: each way to break the tie has its own best first move
    tree = Tree.from_moves(
        {"In": ("Hurt", "Help"), "Out": None}, {"Out": (1, 0), "InHurt": (0, 3), "InHelp": (2, 3)}, players=("E", "M")
    )
    solution = tree_equilibria(tree)
    assert sorted(e.choices for e in solution.equilibria) == [("In", "Help"), ("Out", "Hurt")]
    assert solution.continuum
    half = {"M after In": ("1/2", "1/2")}
    assert solution.why_not({"E": "In", **half}) is None  # mixing makes the first mover indifferent too
    assert solution.why_not({"E": "Out", **half}) is None
    assert solution.why_not({"E": "Out", "M after In": ("1/4", "3/4")}).gain == Fraction(1, 2)
    assert solution.equilibria[0].optimal["M after In"] == ("Hurt", "Help")


def _centipede(length: int) -> Tree:
    moves: object = ("S", "C")
    payoffs = {}
    for k in range(length):
        payoffs["C" * k + "S"] = (k // 2 + 1, k // 2 - 1) if k % 2 == 0 else (k // 2, k // 2 + 2)
    payoffs["C" * length] = (length // 2 + 1, length // 2)
    for _ in range(length - 1):
        moves = {"S": None, "C": moves}
    return Tree.from_moves(moves, payoffs)


def test_centipede_stops_at_once():
    # Rosenthal (1981); Osborne and Rubinstein (1994), section 6.5.2: in the only equilibrium everyone stops everywhere
    solution = tree_equilibria(_centipede(100))
    assert solution.count == 1
    assert set(solution.equilibria[0].choices) == {"S"}
    assert solution.equilibria[0].outcome == {"S": 1}
    solution.verify()


def test_astronomic_counts_without_listing():
    # every payoff the same: all profiles are equilibria
    depth, moves, labels = 7, ("a", "b"), [""]
    for _ in range(depth - 1):
        moves = {"a": moves, "b": moves}
    for _ in range(depth):
        labels = [x + y for x in labels for y in "ab"]
    solution = tree_equilibria(Tree.from_moves(moves, dict.fromkeys(labels, (0, 0))))
    assert solution.count == 2 ** (2**depth - 1)
    assert len(solution.outcomes) == 2**depth
    assert {o.count for o in solution.outcomes} == {solution.count // 2**depth}
    last = solution.equilibria[solution.count - 1]
    assert solution.why_not(last.profile) is None
    solution.verify()


def test_stackelberg_and_matching_pennies_in_turn():
    win, lose = (1, -1), (-1, 1)
    tree = Tree.from_moves(
        {"H": ("h", "t"), "T": ("h", "t")}, {"Hh": win, "Ht": lose, "Th": lose, "Tt": win}, players=("A", "B")
    )
    solution = tree_equilibria(tree)
    assert solution.count == 2  # the second mover wins; the first is indifferent
    assert solution.payoffs == {(-1, 1): 2}
    assert [o.plays for o in solution.outcomes] == [((("Ht", 1)),), ((("Th", 1)),)]


def test_nature_with_exact_probabilities():
    gamble = {"bet": Chance({"win": "1/3", "lose": "2/3"}), "pass": None}
    payoffs = {"betwin": (2, 0), "betlose": (-1, 0), "pass": (0, 0)}
    solution = tree_equilibria(Tree.from_moves(gamble, payoffs))  # worth exactly nothing: a tie that floats may miss
    assert solution.count == 2
    assert solution.equilibria[0].payoffs == (0, 0)
    assert ((("betlose", Fraction(2, 3)), ("betwin", Fraction(1, 3)))) in [o.plays for o in solution.outcomes]
    solution.verify()


def test_symbolic_payoffs_are_kept_and_substituted():
    tree = Tree.from_moves(
        {"a": Chance({"u": "p", "d": "1 - p"}), "b": None}, {"au": ("x", 0), "ad": (0, 0), "b": (1, 0)}
    )
    assert tree.parameters == ("p", "x")
    with pytest.raises(InputError, match="subs"):
        tree_equilibria(tree)
    assert tree.to_stage().A[0][0] == sympy.Symbol("p") * sympy.Symbol("x")
    assert tree_equilibria(tree.subs(p="1/2", x=2)).count == 2
    assert tree_equilibria(tree.subs(p="1/2", x=3)).count == 1
    with pytest.raises(InputError, match="from 0 to 1"):
        tree.subs(p=2)
    with pytest.raises(InputError, match="parameters"):
        tree.subs(z=1)


def test_bad_trees_are_named():
    pay = {"a": (0, 0), "b": (1, 1)}
    with pytest.raises(UnsupportedError, match="Gambit"):
        Tree.from_moves(
            {"a": Turn("second", ("c", "d"), information="h"), "b": Turn("second", ("c", "d"), information="h")},
            {x + y: (0, 0) for x in "ab" for y in "cd"},
        )
    with pytest.raises(UnsupportedError, match="Gambit"):
        Tree.from_moves(("a",), {"a": (1, 2, 3)})
    with pytest.raises(UnsupportedError, match="Gambit"):
        Tree.from_moves(("a", "b"), pay, players=("x", "y", "z"))
    with pytest.raises(InputError, match="missing"):
        Tree.from_moves(("a", "b"), {"a": (0, 0)})
    with pytest.raises(InputError, match="unknown"):
        Tree.from_moves(("a",), pay)
    with pytest.raises(InputError, match="first"):
        Tree.from_moves(("a", "b"), pay, first="nobody")
    with pytest.raises(InputError, match="sum to one"):
        Tree.from_moves(Chance({"a": "1/2", "b": "1/3"}), pay)
    with pytest.raises(InputError, match="differ"):
        Tree.from_moves({"a": ("bc",), "ab": ("c",)}, {"abc": (0, 0)})
    with pytest.raises(InputTypeError):
        Tree.from_moves(("a", "b"), {"a": 3, "b": (0, 0)})
    with pytest.raises(InputTypeError):
        tree_equilibria("tree")
    with pytest.raises(InputError, match="finite"):
        Tree.from_moves(("a",), {"a": (float("nan"), 0)})
    nodes = (Node(0, "", ("a", "b")), Node(1, "a", ("c",)))
    for targets in (((1, 1), (-1,)), ((0, -1), (-2,)), ((1, -1), (0,)), ((1, -1), (-1,)), ((1,), (-1,))):
        with pytest.raises(InputError):
            Tree(nodes, targets, ("x", "y"), ((0, 0), (0, 0)))
    endless: dict = {"a": None}
    endless["b"] = endless
    endless["c"] = endless
    with pytest.raises(InputError, match="at most"):
        Tree.from_moves(endless, {})
    tree = Tree.from_moves(("a", "b"), pay)
    for profile in (("c",), ("a", "b"), {"nobody": "a"}, (("1/2", "1/3"),), "a"):
        with pytest.raises(InputError):
            check_tree(tree, profile)


def test_forged_solutions_are_refused():
    solution = tree_equilibria(_random_tree(random.Random(1), nature=True))
    assert solution.count > 1
    solution.verify()
    value, count = next(iter(solution.tables[0].items()))
    forged = [
        replace(solution, count=solution.count + 1),
        replace(solution, tables=({**solution.tables[0], value: count + 1}, *solution.tables[1:])),
        replace(solution, outcomes=solution.outcomes[1:]),
        replace(solution, tables=()),
        replace(solution, outcomes=(replace(solution.outcomes[0], count=solution.outcomes[0].count + 1),)),
    ]
    for one in forged:
        with pytest.raises(CertificateError):
            one.verify()


def test_too_many_values_give_partial_not_none():
    def spread(k):
        moves = {"l": ("x", "y"), "r": ("x", "y")}
        return Chance({str(i): (Fraction(1, k), Turn("first", moves)) for i in range(k)})

    k = 6
    worth = {
        f"{i}{a}{b}": 9**i * (1 + "lr".index(a)) + 7**i * "xy".index(b) for i in range(k) for a in "lr" for b in "xy"
    }
    tree = Tree.from_moves(spread(k), {x: (0, Fraction(v, 7)) for x, v in worth.items()})
    tree = replace(tree, nodes=tuple(replace(n, player=0) if isinstance(n, Node) else n for n in tree.nodes))
    solution = tree_equilibria(tree, most=50)
    assert solution.status is Status.PARTIAL
    assert solution.count is None
    assert "not counted" in str(solution)
    assert solution.sample(3) == []
    solution.verify()
    assert tree_equilibria(tree, most=10**6).count == 2 ** (3 * k)


def test_wide_and_deep_trees_are_quick():
    wide = tree_equilibria(
        Tree.from_moves([f"a{k}." for k in range(3000)], {f"a{k}.": (k // 3, 0) for k in range(3000)})
    )
    assert wide.count == 3
    assert {e.choices[0] for e in wide.equilibria} == {"a2997.", "a2998.", "a2999."}
    deep = tree_equilibria(_centipede(600))
    assert deep.count == 1
