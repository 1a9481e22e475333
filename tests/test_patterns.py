"""Patterns of play, against three independent oracles.

1. On a play u v v v ... membership is decided by a fixed point over the positions of the play itself (no automata).
2. On a random chain the probability is approximated in floats from partial derivatives of the expression (no
   breakpoints, no recurrent classes): the chance that one of the repetitions alive in period n never dies rises to the
   probability as n grows.
3. Closed forms: gambler's ruin, runs of heads, geometric waiting times.
"""

from __future__ import annotations

import itertools
import pickle
import time
from fractions import Fraction as F

import networkx
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.equilibria.play import Chain, Move
from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.evidence import Pattern, Simulation, expressions, patterns, play_automaton

LABELS = ("A", "B", "C")
ALL = frozenset("ABCD")  # D is an outcome that no pattern names
FEW = settings(max_examples=60, deadline=None)


# --- oracle: expressions of the test's own, as nested tuples ----------------------------------------------------------
# ("let", outcomes, text) | ("seq", x, y) | ("alt", x, y) | ("rep", x, low, high or None)


def show(x):
    if x[0] == "let":
        return x[2]
    if x[0] == "seq":
        return f"{show(x[1])} {show(x[2])}"
    if x[0] == "alt":
        return f"({show(x[1])} | {show(x[2])})"
    sign = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((x[2], x[3]))
    bound = "" if x[3] is None else x[3]
    return f"({show(x[1])}){sign or f'{{{x[2]},{bound}}}'}"


def show_pattern(alternatives):
    parts = []
    for beginning, loop in alternatives:
        parts.append(" ".join(([show(beginning)] if beginning else []) + ([f"({show(loop)}) forever"] if loop else [])))
    return " | ".join(parts)


letters = st.sampled_from(
    [("let", frozenset(a), a) for a in LABELS]
    + [
        ("let", ALL, "."),
        ("let", ALL - {"A"}, "!A"),
        ("let", frozenset("AB"), "[A B]"),
        ("let", frozenset("CD"), "![A B]"),
    ]
)


def grow(inner, *, bounded):
    highs = [(0, 1), (2, 2), (1, 3), (0, 0), (0, 2)] + ([] if bounded else [(0, None), (1, None), (2, None)])
    return st.one_of(
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.just("alt"), inner, inner),
        st.builds(lambda x, b: ("rep", x, *b), inner, st.sampled_from(highs)),
    )


def nullable(x):
    if x[0] == "let":
        return False
    if x[0] == "seq":
        return nullable(x[1]) and nullable(x[2])
    if x[0] == "alt":
        return nullable(x[1]) or nullable(x[2])
    return x[2] == 0 or nullable(x[1])


beginnings = st.recursive(letters, lambda inner: grow(inner, bounded=False), max_leaves=5)
loops = st.recursive(letters, lambda inner: grow(inner, bounded=True), max_leaves=4).filter(lambda x: not nullable(x))
alternatives = st.one_of(
    st.tuples(beginnings, st.none()),
    st.tuples(beginnings, loops),
    st.tuples(beginnings, loops),
    st.tuples(st.none(), loops),
)
anything = st.sampled_from([("rep", ("let", ALL, "."), 0, None), ("rep", ("let", frozenset("AB"), "[A B]"), 1, None)])
alternatives = st.one_of(alternatives, st.tuples(anything, loops))
whole = st.lists(alternatives, min_size=1, max_size=3)
plays = st.tuples(
    st.lists(st.sampled_from(LABELS), max_size=4), st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)
)


def ends(x, starts, word, turn):
    """Positions of the lasso where a match of x begun at one of ``starts`` can end."""
    if x is None:
        return set(starts)
    if x[0] == "let":
        return {i + 1 if i + 1 < len(word) else turn for i in starts if word[i] in x[1]}
    if x[0] == "seq":
        return ends(x[2], ends(x[1], starts, word, turn), word, turn)
    if x[0] == "alt":
        return ends(x[1], starts, word, turn) | ends(x[2], starts, word, turn)
    _, body, low, high = x
    at = set(starts)
    for _ in range(low):
        at = ends(body, at, word, turn)
    found = set(at)
    for _ in range(len(word) + 1 if high is None else high - low):
        at = ends(body, at, word, turn)
        found |= at
    if high is None:
        while not (more := ends(body, found, word, turn)) <= found:
            found |= more
    return found


def in_pattern(alternatives, u, v):
    word, turn = [*u, *v], len(u)
    for beginning, loop in alternatives:
        splits = ends(beginning, {0}, word, turn)
        if loop is not None:
            alive = set(range(len(word)))
            while True:
                kept = {i for i in alive if ends(loop, {i}, word, turn) & alive}
                if kept == alive:
                    break
                alive = kept
            splits &= alive
        if splits:
            return True
    return False


def lasso(u, v):
    word = [*u, *v]
    moves = tuple((Move(F(1), a, i + 1 if i + 1 < len(word) else len(u)),) for i, a in enumerate(word))
    return Chain(tuple(map(str, range(len(word)))), moves, 0)


@settings(max_examples=300, deadline=None)
@given(whole, plays)
def test_on_a_single_play_the_pattern_holds_or_not(alternatives, play):
    pattern, chain = Pattern(show_pattern(alternatives)), lasso(*play)
    expected = in_pattern(alternatives, *play)
    assert pattern.probability(chain) == F(int(expected))
    assert pattern.certain(chain) is pattern.possible(chain) is expected


def word_of(draw, x):
    if x[0] == "let":
        return [draw(st.sampled_from(sorted(x[1])))]
    if x[0] == "seq":
        return word_of(draw, x[1]) + word_of(draw, x[2])
    if x[0] == "alt":
        return word_of(draw, x[draw(st.integers(1, 2))])
    times = draw(st.integers(x[2], x[2] + 2 if x[3] is None else x[3]))
    return [a for _ in range(times) for a in word_of(draw, x[1])]


@settings(max_examples=300, deadline=None)
@given(st.data(), whole)
def test_a_play_built_from_the_pattern_is_in_it(data, alternatives):
    beginning, loop = data.draw(st.sampled_from(alternatives))
    u = word_of(data.draw, beginning) if beginning else []
    v = [a for _ in range(data.draw(st.integers(1, 3))) for a in word_of(data.draw, loop or ("let", ALL, "."))]
    pattern = Pattern(show_pattern(alternatives))
    assert pattern.certain(lasso(u, v))
    assert in_pattern(alternatives, u, v)
    assert all(pattern.allows((u + v)[:n]) for n in range(len(u + v)))


@pytest.mark.parametrize(
    ("text", "v", "expected"),
    [
        ("(A | A B) forever", "AB", True),  # a word of the repeated part that begins another one
        ("(A | A B | B B C) forever", "ABBC", True),
        ("(A | A B) forever", "ABB", False),
        ("(A B | B A) forever", "ABBA", True),
        ("A* (A A A | B) forever", "AAB", False),
        ("A* (A{2,3} B) forever", "AAB", True),
    ],
)
def test_words_that_overlap(text, v, expected):
    assert Pattern(text).possible(lasso([], list(v))) is expected


# --- oracle: partial derivatives and powers of a float matrix ---------------------------------------------------------


def seq(x, y):
    return y if x == () else x if y == () else ("seq", x, y)  # () is the empty word


def null(x):
    return x == () or nullable_or_empty(x)


def nullable_or_empty(x):
    if x[0] == "let":
        return False
    if x[0] == "seq":
        return null(x[1]) and null(x[2])
    if x[0] == "alt":
        return null(x[1]) or null(x[2])
    return x[2] == 0 or null(x[1])


def derive(x, a):
    if x == ():
        return frozenset()
    if x[0] == "let":
        return frozenset({()}) if a in x[1] else frozenset()
    if x[0] == "alt":
        return derive(x[1], a) | derive(x[2], a)
    if x[0] == "seq":
        first = frozenset(seq(d, x[2]) for d in derive(x[1], a))
        return first | derive(x[2], a) if null(x[1]) else first
    _, body, low, high = x
    if high == 0:
        return frozenset()
    # If the body can be empty, x{low,high} has the words of x{0,high}.
    low = 0 if null(body) else low
    rest = ("rep", body, max(low - 1, 0), None if high is None else high - 1)
    return frozenset(seq(d, rest) for d in derive(body, a))


def follow(config, loops_, a):
    """One period: the beginnings still possible, the repetitions alive, and whether an opening has been matched."""
    begun, alive, done = config
    if done:
        return config
    begun = frozenset((i, d) for i, x in begun for d in derive(x, a))
    alive = survive(alive, loops_, a)
    return settle(begun, alive, loops_)


def survive(alive, loops_, a):
    moved = {(i, d) for i, x in alive for d in derive(x, a)}
    return frozenset(m for m in moved if m[1] != ()) | frozenset((i, loops_[i]) for i, d in moved if null(d))


def settle(begun, alive, loops_):
    if any(null(x) and loops_[i] is None for i, x in begun):
        return frozenset(), frozenset(), True
    return begun, alive | frozenset((i, loops_[i]) for i, x in begun if null(x)), False


def power(start, step, chain, value, times=13):
    """Expected value of where the chain and the configuration are after 2**times periods."""
    index, rows = {(chain.start, start): 0}, []
    order = list(index)
    for s, c in order:
        row = {}
        for m in chain.moves[s]:
            key = (m.next, step(c, m.outcome))
            if key not in index:
                index[key] = len(order)
                order.append(key)
            row[index[key]] = row.get(index[key], 0.0) + float(m.probability)
        rows.append(row)
    matrix = np.zeros((len(order), len(order)))
    for i, row in enumerate(rows):
        for j, p in row.items():
            matrix[i, j] = p
    for _ in range(times):
        matrix = matrix @ matrix
    return float(matrix[0] @ np.array([value(s, c) for s, c in order]))


def numeric_probability(alternatives, chain):
    loops_ = [loop for _, loop in alternatives]
    known = {}

    def lasting(s, config):
        if config[2]:
            return 1.0
        if not config[1]:
            return 0.0
        key = s, config[1]
        if key not in known:
            at = Chain(chain.states, chain.moves, s)
            known[key] = power(config[1], lambda c, a: survive(c, loops_, a), at, lambda _, c: float(bool(c)))
        return known[key]

    start = settle(frozenset((i, b or ()) for i, (b, _) in enumerate(alternatives)), frozenset(), loops_)
    return power(start, lambda c, a: follow(c, loops_, a), chain, lasting)


@st.composite
def chains(draw, most=3):
    n = draw(st.integers(1, most))
    rows = []
    for i in range(n):
        if i and draw(st.booleans()):  # a state that lasts for ever
            rows.append((Move(F(1), draw(st.sampled_from(LABELS)), i),))
            continue
        weights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        total = sum(weights)
        rows.append(
            tuple(Move(F(w, total), draw(st.sampled_from(LABELS)), draw(st.integers(0, n - 1))) for w in weights)
        )
    return Chain(tuple(map(str, range(n))), tuple(rows), 0)


@settings(max_examples=200, deadline=None)
@given(whole, chains())
def test_probability_agrees_with_derivatives_in_floats(alternatives, chain):
    pattern = Pattern(show_pattern(alternatives))
    exact = pattern.probability(chain)
    assert float(exact) == pytest.approx(numeric_probability(alternatives, chain), abs=1e-7)
    assert pattern.certain(chain) == (exact == 1)
    assert pattern.possible(chain) == (exact > 0)


@FEW
@given(beginnings, chains(2))
def test_probability_lies_between_the_bounds_of_a_tree(beginning, chain):
    """Every play of six periods: those that match already, those that still may."""
    pattern = Pattern(show(beginning))
    low = high = F(0)

    def visit(state, weight, words, depth, record):
        nonlocal low, high
        if any(null(x) for x in words):
            assert pattern.settled(record) and pattern.allows(record)
            low, high = low + weight, high + weight
        elif not words:
            assert not pattern.allows(record)
        elif depth == 0:
            assert pattern.allows(record)
            high += weight
        else:
            for m in chain.moves[state]:
                after = frozenset(d for x in words for d in derive(x, m.outcome))
                visit(m.next, weight * m.probability, after, depth - 1, [*record, m.outcome])

    visit(chain.start, F(1), frozenset({beginning}), 6, [])
    assert low <= pattern.probability(chain) <= high


# --- closed forms -----------------------------------------------------------------------------------------------------


def coin(p, heads="H", tails="T"):
    return Chain(("toss",), ((Move(F(p), heads, 0), Move(1 - F(p), tails, 0)),))


@pytest.mark.parametrize("p", [F(1, 2), F(1, 3), F(3, 5), F(10**12 + 1, 2 * 10**12)])
@pytest.mark.parametrize("goal", [2, 5, 9])
def test_gamblers_ruin(p, goal):
    """Feller, An Introduction to Probability Theory and Its Applications I, XIV.2."""
    q = 1 - p
    moves = [(Move(F(1), "ruin", 0),)]
    moves += [(Move(p, "win", i + 1), Move(q, "lose", i - 1)) for i in range(1, goal)]
    moves += [(Move(F(1), "rich", goal),)]
    for i in range(goal + 1):
        chain = Chain(tuple(map(str, range(goal + 1))), tuple(moves), i)
        expected = F(i, goal) if p == q else (1 - (q / p) ** i) / (1 - (q / p) ** goal)
        assert Pattern("[win lose]* rich forever").probability(chain) == expected
        assert Pattern(".* ruin forever").probability(chain) == 1 - expected
        assert Pattern(".* ruin").probability(chain) == 1 - expected
        assert Pattern(".* rich forever | .* ruin forever").certain(chain)
        assert Pattern("(win lose) forever").possible(chain) is False


def test_runs_of_heads():
    """504 of the 1024 sequences of ten tosses hold no run of three heads (tribonacci numbers, OEIS A000073)."""
    assert Pattern(".{0,7} H H H").probability(coin("1/2")) == F(1024 - 504, 1024)
    assert Pattern(".* H{20}").certain(coin("1/100"))


def test_waiting_times():
    p = F(2, 7)
    for n in range(6):
        assert Pattern(f"T{{{n}}} H").probability(coin(p)) == (1 - p) ** n * p
    assert Pattern("(T T)* H").probability(coin(p)) == p / (1 - (1 - p) ** 2)


def test_for_ever_needs_more_than_any_beginning():
    fair = coin("1/2")
    assert Pattern("H forever").probability(fair) == 0
    assert Pattern("H{50}").probability(fair) == F(1, 2**50)
    assert Pattern(".* H forever").probability(fair) == 0
    assert Pattern(".* (H | T T | T H) forever").probability(fair) == 1
    # Two-state chain left once: the last period before NE is odd or even.
    third = F(1, 3)
    chain = Chain(("poor", "good"), ((Move(third, "NS", 0), Move(1 - third, "UP", 1)), (Move(F(1), "NE", 1),)))
    assert Pattern("(NS NS)* UP NE forever").probability(chain) == F(2, 3) / (1 - F(1, 9))
    assert Pattern("NS* UP (NE NE) forever").probability(chain) == 1
    assert Pattern("NS* UP (NE UP) forever").probability(chain) == 0


def test_the_cycle_of_the_article():
    word = ["NS", "NS", "UP", "NS", "NS", "UP", "NS", "UP"]
    chain = lasso(word, ["NE"])
    for text in [
        "(NS+ UP)+ NE forever",
        "(NS{1,2} UP){3} NE forever",
        ".* NE forever",
        "(NS NS UP){2} NS UP NE forever",
    ]:
        assert Pattern(text).certain(chain)
    for text in ["(NS NS UP)+ NE forever", "(NS NS UP) forever", ".* NS forever", "NE forever", "!UP{3}"]:
        assert not Pattern(text).possible(chain)


# --- laws -------------------------------------------------------------------------------------------------------------


@FEW
@given(chains(), loops, beginnings)
def test_laws(chain, loop, beginning):
    def p(text, at=chain):
        return Pattern(text).probability(at)

    assert p("A forever") + p(".* !A") == 1
    assert p("[A B] forever") + p("[A B]* C") == 1
    assert p("A* B forever | A forever") + p("A* B+ ![B] | A* C") == 1
    assert p(". forever") == p(".*") == p("!D forever") == 1
    assert p("D forever") == p("D") == 0
    x, head = show(loop), show(beginning)
    assert (
        p(f"({x}) forever")
        == p(f"({x}) ({x}) forever")
        == p(f"(({x}){{3}}) forever")
        == p(f"({x}){{0,2}} ({x}) forever")
    )
    assert sum(p(f"{a} ({x}) forever") for a in LABELS) == p(f". ({x}) forever")
    shifted = sum(
        m.probability * p(f"({x}) forever", Chain(chain.states, chain.moves, m.next)) for m in chain.moves[chain.start]
    )
    assert p(f". ({x}) forever") == shifted
    one, two, both = p(f"{head} ({x}) forever"), p(head), p(f"{head} ({x}) forever | {head}")
    assert both == two >= one
    other = p("A* B forever")
    assert max(one, other) <= p(f"{head} ({x}) forever | A* B forever") <= one + other


@FEW
@given(whole, chains())
def test_names_of_outcomes_do_not_matter(alternatives, chain):
    text = show_pattern(alternatives)
    new = {"A": "NS", "B": "*|", "C": "forever"}
    renamed = "".join(f'"{new[c]}"' if c in new else c for c in text)
    moves = tuple(tuple(Move(m.probability, new[m.outcome], m.next) for m in row) for row in chain.moves)
    assert Pattern(renamed).probability(Chain(chain.states, moves, chain.start)) == Pattern(text).probability(chain)


# --- records ----------------------------------------------------------------------------------------------------------


@FEW
@given(whole, st.lists(st.sampled_from(LABELS), max_size=4))
def test_records(alternatives, record):
    pattern = Pattern(show_pattern(alternatives))
    loops_ = [loop for _, loop in alternatives]
    config = settle(frozenset((i, b or ()) for i, (b, _) in enumerate(alternatives)), frozenset(), loops_)
    for a in record:
        config = follow(config, loops_, a)
    for chosen in (None, LABELS):
        assert pattern.allows(record, outcomes=chosen) == bool(config[0] or config[1] or config[2])
        settled = pattern.settled(record, outcomes=chosen)
        verdicts = {
            in_pattern(alternatives, [*record, *u], v)
            for k in range(3)
            for u in itertools.product(LABELS, repeat=k)
            for n in (1, 2, 3)
            for v in itertools.product(LABELS, repeat=n)
        }
        assert not settled or verdicts == {True}
        letters_ = sorted(ALL) if chosen is None else LABELS
        graph = networkx.DiGraph()
        todo = [config]
        for here in todo:
            for a in letters_:
                after = follow(here, loops_, a)
                if after not in graph and after != config:
                    todo.append(after)
                graph.add_edge(here, after)
        if not any(loops_):  # settled unless one can go on without end and never match
            idle = graph.subgraph([c for c in graph if not c[2]])
            assert settled == networkx.is_directed_acyclic_graph(idle)
        elif len(alternatives) == 1 and alternatives[0][0] is None:  # a closed set: settled unless it can die
            assert settled == all(c[1] for c in graph)


def test_allows_and_settled():
    pattern = Pattern("(NS+ UP)+ NE forever | UA UA")
    assert pattern.allows([]) and not pattern.settled([])
    assert pattern.allows(["NS", "NS", "UP", "NE", "NE"]) and not pattern.settled(["NS", "UP", "NE"])
    assert not pattern.allows(["NS", "UP", "NE", "NS"])
    assert pattern.settled(["UA", "UA"]) and pattern.settled(("UA", "UA", "NS"))
    assert not pattern.allows(["XX"])
    assert Pattern("[A B] forever").settled([], outcomes=["A", "B"])
    assert not Pattern("[A B] forever").settled([])
    assert not Pattern("A* B forever").allows([], outcomes=["C"])
    assert Pattern(".* A forever").allows(["B"]) and not Pattern(".* A forever").allows(["B"], outcomes=["B", "C"])
    # Here no dead end can be reached, but A and B may alternate without end.
    assert not Pattern("[A B]* A forever").settled(["A"], outcomes=["A", "B"])
    assert Pattern("[A B]* (A | B A{0,1}) forever").settled(["A"], outcomes=["A", "B"])
    # Certain in every fair chain, yet not settled: A may never come.
    assert not Pattern(".* A").settled(["B"], outcomes=["A", "B"])
    with pytest.raises(InputError, match="record"):
        pattern.allows(["NS"], outcomes=["NE"])
    with pytest.raises(InputError, match="at least one"):
        pattern.allows([], outcomes=[])
    for bad in ("NS", [1], None, 3):
        with pytest.raises(InputTypeError):
            pattern.allows(bad)


def test_check_labels():
    pattern = Pattern("(NS UPP) forever | ![NE XX]")
    assert pattern.labels == ("NS", "UPP", "NE", "XX")
    with pytest.raises(InputError, match=r"NS, NE, UP, UA.* not UPP, XX"):
        pattern.check_labels(["NS", "NE", "UP", "UA"])
    pattern.check_labels({"NS", "UPP", "NE", "XX", "more"})
    with pytest.raises(InputTypeError):
        pattern.check_labels("NS")


# --- simulation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "p"), [("T* H H", "1/3"), ("T{0,3} H", "2/7"), ("(T T)* H", "1/5"), ("H T | T H", "9/10")]
)
def test_simulation_agrees(text, p):
    """Within five standard deviations of the exact probability; all is decided in 200 periods; the seed is fixed."""
    chain, n = coin(p), 20_000
    exact = float(Pattern(text).probability(chain))
    result = Pattern(text).simulate(chain, plays=n, periods=200, seed=20131)
    assert result.undecided == 0
    assert result.share[0] == result.share[1] == F(result.holding, n)
    assert abs(float(result.share[0]) - exact) <= 5 * (exact * (1 - exact) / n) ** 0.5
    assert result == Pattern(text).simulate(chain, plays=n, periods=200, seed=20131)
    assert result != Pattern(text).simulate(chain, plays=n, periods=200, seed=20132)


@FEW
@given(whole, chains(), st.integers(0, 5))
def test_simulation_decides_only_what_is_decided(alternatives, chain, periods):
    pattern = Pattern(show_pattern(alternatives))
    exact = pattern.probability(chain)
    result = pattern.simulate(chain, plays=400, periods=periods, seed=7)
    assert result.holding + result.failing + result.undecided == 400
    if exact in (0, 1):
        assert result.undecided == 0 and result.holding == 400 * exact
    # Hoeffding: a deviation of 0.2 in 400 plays has probability below 2 exp(-32).
    assert result.holding / 400 - 0.2 <= exact <= 1 - result.failing / 400 + 0.2


def test_simulation_of_for_ever_is_undecided_until_the_chain_decides():
    half = F(1, 2)
    chain = Chain(("a", "b"), ((Move(half, "A", 0), Move(half, "B", 1)), (Move(half, "B", 1), Move(half, "B", 1))))
    pattern = Pattern("A A* B forever")
    assert pattern.simulate(chain, plays=1000, periods=0, seed=0) == Simulation(1000, 0, 0, 0, 0)
    one = pattern.simulate(chain, plays=1000, periods=1, seed=0)
    assert one.holding > 400 and one.failing > 400 and one.undecided == 0  # after A the rest is certain
    fair = Pattern("H H H H forever | H T").simulate(coin("1/2"), plays=1000, periods=1, seed=0)
    assert fair.failing > 400 and fair.holding == 0 and fair.undecided > 400
    assert fair.share[0] == 0 < fair.share[1]


@pytest.mark.parametrize("bad", [{"plays": 0}, {"plays": 10**12}, {"periods": -1}, {"seed": -1}])
def test_simulation_refuses(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        Pattern("A").simulate(coin("1/2"), **{"plays": 1, "periods": 1, "seed": 1} | bad)
    with pytest.raises(InputTypeError, match=next(iter(bad))):
        Pattern("A").simulate(coin("1/2"), **{"plays": 1, "periods": 1, "seed": 1} | dict.fromkeys(bad, 1.5))


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an outcome or '(' at column 1, found the end of the text"),
        ("   ", "an outcome or '(' at column 4"),
        ("NS || UP", "at column 5, found '|'"),
        ("NS |", "at column 5, found the end"),
        ("(NS", r"')' to close the '(' of column 1 at column 4"),
        ("NS)", "'|' or the end of the text at column 3"),
        ("()", "an outcome or '(' at column 2"),
        ("*NS", "at column 1, found '*'"),
        ("NS**", "one repetition for each element"),
        ("NS+?", "at column 4, found '?'"),
        ("NS{3,2}", "m at most n at column 3"),
        ("NS{1000000}", "at most 1000 at column 3"),
        ("NS{9" + "9" * 1900 + "}", "at most 1000 at column 3"),
        ("NS{x}", "such as {3}, {2,5} or {2,} at column 3"),
        ("NS{-1}", "at column 3"),
        ("((NS{100}){100})", "at most 4000 outcomes"),
        ("A" + " A" * 1000, "at most 2000 characters"),
        ("NS forever UP", "nothing after 'forever'"),
        ("NS forever forever", "nothing after 'forever'"),
        ("NS forever*", "nothing after 'forever'"),
        ("forever", "before 'forever' at column 1"),
        ("(NS forever | UA) NE", "outside parentheses"),
        ("NE for ever", "one word at column 4"),
        ("NS+ forever", "write 'NS forever'"),
        ("UA | .* (NS* UP) forever", "begins at column 6"),
        ("NS? forever", "cannot be empty"),
        ("(NS{0}) forever", "cannot be empty"),
        ("!(NS)", "after '!' at column 2"),
        ("!.", "after '!' at column 2"),
        ("[]", "at column 2, found ']'"),
        ("[NS", "then ']' at column 4"),
        ("[NS | UA]", "then ']' at column 5"),
        ("NS, UP", "at column 3, found ','"),
        ("NS 'UP", "between two quotation marks at column 4"),
        ("NS \uff0a", "at column 4"),
        ("\u00c9tat", "at column 1"),
        ("(" * 60 + "A" + ")" * 60, "at most 50 nested parentheses at column 51"),
        ("__import__('os'); x", "at column 17, found ';'"),
    ],
)
def test_bad_syntax_is_located(text, words):
    with pytest.raises(InputError) as caught:
        Pattern(text)
    assert words in caught.value.expected or words in str(caught.value)


@pytest.mark.parametrize("bad", [None, 3, ["NS"], b"NS", {}])
def test_only_text(bad):
    with pytest.raises(InputTypeError, match="pattern"):
        Pattern(bad)


tokens = st.sampled_from(
    [
        "A",
        "B",
        "forever",
        "(",
        ")",
        "[",
        "]",
        "|",
        "*",
        "+",
        "?",
        "{2}",
        "{0,1}",
        "{,",
        "{",
        "}",
        ".",
        "!",
        "'",
        '"',
        "'x y'",
        " ",
        "\n",
        "\x00",
        "\ud800",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.lists(tokens, max_size=14).map(" ".join), st.lists(tokens, max_size=10).map("".join), st.text(max_size=20)
    )
)
def test_hostile_text_is_refused_or_read(text):
    try:
        pattern = Pattern(text)
    except InputError as error:
        assert error.field == "pattern" and error.expected
    else:
        assert 0 <= pattern.probability(coin("1/2", "A", "B")) <= 1
        assert str(pattern) == text and Pattern(text) == pattern == pickle.loads(pickle.dumps(pattern))


@pytest.mark.parametrize(
    "text",
    [
        ".* A .{30}",
        ".* A .{16} forever",
        "|".join(f".* A{{{n}}} B .{{9}}" for n in range(9)),
        ".* (A .{0,40} B .{9} A) forever",
    ],
)
def test_patterns_that_explode_are_refused_soon(text):
    begun = time.perf_counter()
    with pytest.raises(InputError, match="states of an automaton"):
        pattern = Pattern(text)
        pattern.allows(["A", "B"])
    assert time.perf_counter() - begun < 10


def test_limits_on_products_and_equations(monkeypatch):
    moves = tuple((Move(F(1, 2), "H", (i + 1) % 20), Move(F(1, 2), "T", (i - 1) % 20)) for i in range(19))
    chain = Chain(tuple(map(str, range(20))), (*moves, (Move(F(1), "end", 19),)))
    pattern = Pattern(".* H H H end")
    assert 0 < pattern.probability(chain) < 1
    monkeypatch.setattr(patterns, "MAX_UNKNOWNS", 5)
    with pytest.raises(InputError, match="at most 5 equations"):
        pattern.probability(chain)
    monkeypatch.setattr(patterns, "MAX_PRODUCT", 5)
    with pytest.raises(InputError, match="chain of 20 states"):
        pattern.possible(chain)
    monkeypatch.setattr(play_automaton, "MAX_STATES", 3)
    with pytest.raises(InputError, match="3 states of an automaton"):
        pattern.certain(chain)


def test_symbolic_probabilities_are_refused():
    q = sympy.Symbol("q")
    chain = Chain(("a",), ((Move(F(1), "A", 0), Move(F(0), "B", 0)),))
    object.__setattr__(chain, "moves", ((Move(q, "A", 0), Move(1 - q, "B", 0)),))
    for ask in (Pattern("A").probability, Pattern("A").possible, Pattern("A").certain):
        with pytest.raises(UnsupportedError, match="rational probabilities"):
            ask(chain)
    with pytest.raises(InputTypeError, match="chain"):
        Pattern("A").probability("chain")


def test_moves_of_probability_zero_do_not_count():
    chain = Chain(("a", "b"), ((Move(F(1), "A", 0), Move(F(0), "B", 1)), (Move(F(1), "B", 1),)))
    assert Pattern("A forever").certain(chain)
    assert not Pattern("A* B").possible(chain)


def test_text_that_is_code_is_only_a_pattern():
    assert Pattern("__import__('os').system('x')").labels == ("__import__", "os", "system", "x")


def test_large_products_are_solved_exactly():
    """A random walk on 0..400 with a ratchet: probability i/n from the closed form, 399 equations together."""
    n = 400
    moves = [
        (Move(F(1), "ruin", 0),),
        *((Move(F(1, 2), "w", i + 1), Move(F(1, 2), "l", i - 1)) for i in range(1, n)),
        (Move(F(1), "rich", n),),
    ]
    chain = Chain(tuple(map(str, range(n + 1))), tuple(moves), 123)
    assert Pattern(".* rich forever").probability(chain) == F(123, n)


def test_the_regular_part_agrees_with_pythons_re():
    """Compiled automata against the standard library, on every word up to length five."""
    import re

    for text, regex in [
        ("A{0} B", "(A{0})B"),
        ("(A{0,2} | B){2} C*", "(A{0,2}|B){2}C*"),
        ("(A? B*){1,2} C", "(A?B*){1,2}C"),
        ("!A* [B C]{2,} A", "[^A]*[BC]{2,}A"),
        ("(A B){2,} | C+", "((AB){2,}|C+)"),
    ]:
        expression = expressions.read_expression(text)
        automaton = expressions.compile_expression(expression, tuple(a.beginning for a in expression.alternatives))
        codes = {label: i for i, label in enumerate(expression.labels)}
        for k in range(6):
            for word in itertools.product(LABELS, repeat=k):
                state = 0
                for a in word:
                    state = automaton.step[state][codes.get(a, len(codes))] if state >= 0 else -1
                assert (state >= 0 and automaton.final[state]) == bool(re.fullmatch(regex, "".join(word))), (text, word)
