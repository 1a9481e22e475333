"""Orderings: what follows from them, and the payoffs that agree with them."""

from fractions import Fraction as F
from itertools import permutations, product

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt

LABELS = ("a", "b", "c", "d")
links = st.tuples(st.sampled_from(LABELS), st.sampled_from([">", ">=", "~"]), st.sampled_from(LABELS)).filter(
    lambda t: t[0] != t[2]
)


def every_ranking(labels):
    """All weak orders of the labels, as dictionaries of levels (an oracle by enumeration)."""
    for levels in product(range(len(labels)), repeat=len(labels)):
        if set(levels) == set(range(max(levels) + 1)):
            yield dict(zip(labels, levels, strict=True))


def agree(levels, comparisons):
    test = {">": lambda x, y: x > y, ">=": lambda x, y: x >= y, "~": lambda x, y: x == y}
    return all(test[link](levels[a], levels[b]) for a, link, b in comparisons)


@given(st.lists(links, min_size=1, max_size=6))
def test_what_is_implied_is_what_holds_in_every_agreeing_ranking(comparisons):
    text = "; ".join(f"{a} {link} {b}" for a, link, b in comparisons)
    labels = tuple(dict.fromkeys(x for a, _, b in comparisons for x in (a, b)))
    agreeing = [levels for levels in every_ranking(labels) if agree(levels, comparisons)]
    if not agreeing:
        with pytest.raises(gt.InputError, match="cycle"):
            gt.Ordering(text)
        return
    order = gt.Ordering(text)
    for x, y in permutations(labels, 2):
        assert order.implies(x, y) == all(levels[x] > levels[y] for levels in agreeing)
        assert order.implies_weakly(x, y) == all(levels[x] >= levels[y] for levels in agreeing)
    assert order.is_total == (len(agreeing) == 1)
    if order.is_total:
        assert order.utilities() == {x: level + 1 for x, level in agreeing[0].items()}
    else:
        with pytest.raises(gt.InputError, match="not ranked"):
            order.utilities()
    for levels in agreeing:
        assert order.holds(levels)
    strict = [levels for levels in agreeing if len(set(levels.values())) == len(labels)]
    assert len(list(order.linear_extensions())) == len(strict)


@given(st.lists(links, min_size=1, max_size=5), st.data())
def test_the_cone_is_generated_by_rays_and_lines(comparisons, data):
    text = "; ".join(f"{a} {link} {b}" for a, link, b in comparisons)
    try:
        order = gt.Ordering(text)
    except gt.InputError:
        return
    weak = [(a, ">=" if link == ">" else link, b) for a, link, b in order.comparisons]
    rays, lines = order.rays(), order.lines()
    for ray in rays:  # every generator lies in the cone ...
        assert agree(ray, weak)
        others = [r for r in (*rays, *lines) if r != ray]
        assert sympy.Matrix([[r[x] for x in order.outcomes] for r in (ray, *lines)]).rank() == 1 + len(lines)
        assert ray not in others
    # ... and every point of the cone is a combination: level sets of an agreeing ranking are unions of upper sets
    for levels in every_ranking(order.outcomes):
        if agree(levels, weak):
            combination = _decompose(levels, order)
            assert all(w >= 0 for w in combination[: len(rays)])
            rebuilt = {
                x: sum(w * g[x] for w, g in zip(combination, (*rays, *lines), strict=True)) for x in order.outcomes
            }
            assert rebuilt == levels


def _decompose(levels, order):
    from scipy.optimize import linprog

    rays, lines = order.rays(), order.lines()
    generators = [*rays, *lines]
    equal = [[g[x] for g in generators] for x in order.outcomes]
    bounds = [(0, None)] * len(rays) + [(None, None)] * len(lines)
    found = linprog(
        [1] * len(rays) + [0] * len(lines), A_eq=equal, b_eq=[levels[x] for x in order.outcomes], bounds=bounds
    )
    assert found.success, (levels, order)
    return [F(round(w * 840), 840) for w in found.x]


@pytest.mark.parametrize(
    "bad",
    ["", ";", "a >", "> a", "a b", "a > > b", "a > b; b > a", "a > a", "a ~ b > a", "a < b", "a >= b > c ~ a", "a > é"],
)
def test_text_that_is_no_ordering_is_refused(bad):
    with pytest.raises(ValueError, match=r"ordering: got"):
        gt.Ordering(bad)


def test_a_cycle_is_shown():
    with pytest.raises(gt.InputError, match="UC > NC >= UR ~ UC"):
        gt.Ordering("UC > NC >= UR; UR ~ UC")


def test_unknown_outcomes_are_named():
    order = gt.Ordering("a > b")
    with pytest.raises(gt.InputError, match="one of a, b"):
        order.implies("a", "z")
    with pytest.raises(gt.InputError, match="a value for outcome b"):
        order.holds({"a": 1})
    with pytest.raises(TypeError):
        gt.Ordering(3)


def test_lexicographic_composition_and_conjunction():
    security = gt.Ordering("NE ~ UA > NS ~ UP")
    image = gt.Ordering("UA > UP > NE > NS")
    assert security.then(image).utilities() == {"UA": 4, "NE": 3, "UP": 2, "NS": 1}
    assert (gt.Ordering("a > b") & gt.Ordering("c > b")).implies("c", "b")
    with pytest.raises(gt.InputError):
        security.then(gt.Ordering("UA > UP"))


def test_assumptions_and_exact_comparison():
    order = gt.Ordering("a > b >= c ~ d")
    u = order.symbols("u")
    relations = order.assumptions(u)
    assert relations == (u["a"] > u["b"], u["b"] >= u["c"], sympy.Eq(u["c"], u["d"]))
    assert order.holds({"a": "1/3", "b": 0.3, "c": 0, "d": 0.0})
    assert order.holds({"a": sympy.sqrt(2), "b": "7/5", "c": 0, "d": 0})
    assert not order.holds({"a": sympy.sqrt(2), "b": "3/2", "c": 0, "d": 0})
    with pytest.raises(gt.InputError, match="substitute"):
        order.holds({"a": "x", "b": 0, "c": 0, "d": 0})
