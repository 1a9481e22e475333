"""Hypothesis strategies for test suites: payoffs drawn from an ordering's cone, games, institutions.

Every draw is valid: payoffs are combinations of the extreme rays of the cone of payoffs that agree with an ordering, so that
nothing is thrown away (rejecting draws that break an ordering of ten outcomes would keep one in millions). They shrink
to small whole numbers, ties included where the ordering allows them.

With the package installed, Hypothesis finds :func:`register` by its entry point, and ``@given(...)`` draws
``Ordering``, ``StageGame``, ``DynamicGame`` and ``Counter`` from type annotations alone. Needs the optional dependency
``hypothesis``.

Examples
--------
>>> from hypothesis import given
>>> from gametheory import Ordering
>>> @given(payoffs(Ordering("T > R > P > S")))
... def test(u):
...     assert u["T"] + u["R"] > u["P"] + u["S"]
>>> test()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Counter, Fine, Rule
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from gametheory.claims.cone import Cone

__all__ = [
    "PROFILES",
    "cone_points",
    "discounts",
    "distributions",
    "dynamic_games",
    "institutions",
    "load_profile",
    "ordered_games",
    "orderings",
    "payoffs",
    "register",
    "stage_games",
]

#: Settings by name: number of examples, and whether the same ones are tried every time.
PROFILES: Mapping[str, Mapping[str, Any]] = {
    "gametheory-quick": {"max_examples": 25, "derandomize": True},
    "gametheory-default": {"max_examples": 200},
    "gametheory-thorough": {"max_examples": 5000},
}


def load_profile(name: str) -> None:
    """Use one of :data:`PROFILES` for all tests from here on; no deadline for a single example.

    Raises
    ------
    InputError
        For a name that is not there.

    Examples
    --------
    >>> load_profile("gametheory-default")
    """
    from hypothesis import settings

    if name not in PROFILES:
        raise InputError("profile", name, f"one of {', '.join(PROFILES)}")
    settings.register_profile(name, deadline=None, **PROFILES[name])
    settings.load_profile(name)


def _weights(least: int) -> SearchStrategy[int]:
    """Weights of rays: mostly small, sometimes of another size altogether."""
    from hypothesis import strategies as st

    return st.one_of(
        st.integers(least, 4), st.integers(least, 60), st.integers(0, 6).map(lambda k: 10**k), st.integers(least, 10**6)
    )


def _along() -> SearchStrategy[int]:
    from hypothesis import strategies as st

    return st.one_of(st.just(0), st.integers(-3, 3), st.integers(-1000, 1000))


def payoffs(ordering: Ordering, *, lines: bool = True) -> SearchStrategy[dict[str, Fraction]]:
    """Payoffs that agree with an ordering: combinations of the rays of its cone.

    Parameters
    ----------
    ordering : Ordering
    lines : bool
        Whether the origin moves too; False keeps the worst outcomes at 0.

    Returns
    -------
    strategy of dictionaries from outcome to Fraction

    Examples
    --------
    >>> from hypothesis import find
    >>> find(payoffs(Ordering("a > b; a > c")), lambda u: u["b"] > u["c"]) == {"a": 3, "b": 2, "c": 1}
    True
    """
    from hypothesis import strategies as st

    rays, moves = ordering.rays(), ordering.lines() if lines else ()
    firm = [[k for k, ray in enumerate(rays) if ray[a] > ray[b]] for a, link, b in ordering.comparisons if link == ">"]

    @st.composite
    def drawn(draw: Any) -> dict[str, Fraction]:
        weights = [draw(_weights(0)) for _ in rays]
        for usable in firm:
            if not any(weights[k] for k in usable):
                weights[usable[0]] = 1
        total = dict.fromkeys(ordering.outcomes, Fraction(0))
        for weight, ray in zip((*weights, *(draw(_along()) for _ in moves)), (*rays, *moves), strict=True):
            if weight:
                for label, x in ray.items():
                    total[label] += weight * x
        return total

    return drawn()


def cone_points(cone: Cone) -> SearchStrategy[dict[str, Fraction]]:
    """Points of a cone of linear assumptions (see :class:`gametheory.claims.cone.Cone`)."""
    from hypothesis import strategies as st

    from gametheory.claims.cone import draw_point

    blocks = cone.blocks

    @st.composite
    def drawn(draw: Any) -> dict[str, Fraction]:
        weights = {
            k: ([draw(_weights(0)) for _ in block.rays], [draw(_along()) for _ in block.lines])
            for k, block in enumerate(blocks)
        }
        return draw_point(cone, weights)

    return drawn()


def orderings(outcomes: Sequence[str] = ("a", "b", "c", "d"), *, strict: bool = False) -> SearchStrategy[Ordering]:
    """Total orderings of outcomes, with ties unless ``strict``.

    Examples
    --------
    >>> from hypothesis import find
    >>> print(find(orderings(("a", "b"), strict=True), lambda order: order.implies("b", "a")))
    b > a
    """
    from hypothesis import strategies as st

    labels = list(outcomes)
    links = st.just(">") if strict else st.sampled_from([">", "~"])

    @st.composite
    def drawn(draw: Any) -> Ordering:
        chain = draw(st.permutations(labels))
        text = chain[0]
        for label in chain[1:]:
            text += f" {draw(links)} {label}"
        return Ordering(text)

    return drawn()


def stage_games(
    *, least: int = 1, largest: int = 3, payoffs: SearchStrategy[Any] | None = None
) -> SearchStrategy[StageGame]:
    """Two-player games with small whole payoffs, so that ties are frequent.

    Parameters
    ----------
    least, largest : int
        Bounds on each player's number of actions.
    payoffs : strategy, optional
        What payoffs are drawn from; whole numbers from -2 to 2 by default.
    """
    from hypothesis import strategies as st

    cells = st.integers(-2, 2).map(Fraction) if payoffs is None else payoffs

    @st.composite
    def drawn(draw: Any) -> StageGame:
        m, n = draw(st.integers(least, largest)), draw(st.integers(least, largest))
        table = st.lists(st.lists(cells, min_size=n, max_size=n), min_size=m, max_size=m)
        return StageGame(draw(table), draw(table))

    return drawn()


def ordered_games(
    us: Ordering,
    mx: Ordering,
    outcomes: Sequence[Sequence[str]],
    *,
    players: tuple[str, str] = ("row", "column"),
    actions: Sequence[Sequence[str]] = (),
) -> SearchStrategy[StageGame]:
    """Games whose payoffs agree with two orderings of the outcomes in this table.

    Examples
    --------
    >>> from hypothesis import given
    >>> us, mx = Ordering("DC > CC > DD > CD"), Ordering("CD > CC > DD > DC")
    >>> @given(ordered_games(us, mx, [["CC", "CD"], ["DC", "DD"]]))
    ... def test(game):
    ...     rows, columns = game.best_responses()
    ...     assert rows & columns == {(1, 1)}
    >>> test()
    """
    from hypothesis import strategies as st

    blank = StageGame.from_orderings(us, mx, outcomes=outcomes, symbolic=True, players=players, actions=actions or None)

    def build(pair: tuple[dict[str, Fraction], dict[str, Fraction]]) -> StageGame:
        a, b = ([[u[x] for x in row] for row in blank.labels] for u in pair)
        return StageGame(a, b, blank.players, blank.actions, labels=blank.labels)  # type: ignore[arg-type]

    return st.tuples(payoffs(us), payoffs(mx)).map(build)


def discounts() -> SearchStrategy[Fraction]:
    """Discount factors strictly between 0 and 1, simple ones and extreme ones."""
    from hypothesis import strategies as st

    simple = st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(2, 3), Fraction(9, 10), Fraction(1, 10)])
    any_of = st.tuples(st.integers(1, 1000), st.integers(1, 1000)).map(lambda ab: Fraction(ab[0], ab[0] + ab[1]))
    return st.one_of(simple, any_of)


def distributions(size: int) -> SearchStrategy[list[Fraction]]:
    """Probabilities of ``size`` events, zeros included; they add up to 1 exactly."""
    from hypothesis import strategies as st

    def scaled(weights: list[int]) -> list[Fraction]:
        if not any(weights):
            weights = [1, *weights[1:]]
        return [Fraction(w, sum(weights)) for w in weights]

    return st.lists(st.integers(0, 3), min_size=size, max_size=size).map(scaled)


def dynamic_games(*, states: int = 3, largest: int = 2) -> SearchStrategy[DynamicGame]:
    """Stochastic games with simultaneous moves: cycles, self-loops and ties included.

    Parameters
    ----------
    states : int
        At most so many.
    largest : int
        At most so many actions.
    """
    from hypothesis import strategies as st

    @st.composite
    def drawn(draw: Any) -> DynamicGame:
        count = draw(st.integers(1, states))
        stages, transitions = [], []
        for _ in range(count):
            stage = draw(stage_games(largest=largest))
            m, n = stage.shape
            stages.append((stage.A, stage.B))
            transitions.append([[draw(distributions(count)) for _ in range(n)] for _ in range(m)])
        return DynamicGame.from_arrays(stages, transitions, (draw(discounts()), draw(discounts())))

    return drawn()


def institutions(game: DynamicGame, *, most: int = 2) -> SearchStrategy[tuple[Rule, ...]]:
    """Rules that fit a game: a counter that outcomes raise, then fines that depend on it.

    Parameters
    ----------
    game : DynamicGame
        Of one state, such as ``DynamicGame.repeated(...)``.
    most : int
        At most so many rules beside the counter.

    Examples
    --------
    >>> from hypothesis import given
    >>> game = DynamicGame.repeated(StageGame([[2, 0], [3, 1]], [[2, 3], [0, 1]]), discount="1/2")
    >>> @given(institutions(game))
    ... def test(rules):
    ...     assert game.with_rules(*rules).states
    >>> test()
    """
    from hypothesis import strategies as st

    labels = list(game.outcomes)

    @st.composite
    def drawn(draw: Any) -> tuple[Rule, ...]:
        upto = draw(st.integers(1, 3))
        raising = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=2, unique=True))
        chance = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3)])
        rules: list[Rule] = [Counter("k", upto=upto, on={x: draw(chance) for x in raising})]
        for _ in range(draw(st.integers(0, most))):
            player = draw(st.sampled_from(game.players))
            fined = tuple(draw(st.lists(st.sampled_from(labels), min_size=1, max_size=2, unique=True)))
            by = draw(st.sampled_from(["k", "k/2", "2*k - 1"]))
            rules.append(Fine(player, on=fined, by=by))
        return tuple(rules)

    return drawn()


def register() -> None:
    """Let ``@given`` draw the package's types from annotations; called by Hypothesis through its entry point.

    Examples
    --------
    >>> register()
    >>> from hypothesis import strategies as st
    >>> isinstance(st.from_type(Ordering).example(), Ordering)      # doctest: +SKIP
    True
    """
    from hypothesis import strategies as st

    st.register_type_strategy(Ordering, lambda _: orderings())
    st.register_type_strategy(StageGame, lambda _: stage_games())
    st.register_type_strategy(DynamicGame, lambda _: dynamic_games())
    st.register_type_strategy(Counter, lambda _: _counters())


def _counters() -> SearchStrategy[Counter]:
    from hypothesis import strategies as st

    chance = st.sampled_from([Fraction(1), Fraction(1, 2)])
    on = st.dictionaries(st.sampled_from(["UP", "UA", "NS", "NE"]), chance, min_size=1, max_size=2)
    return st.builds(lambda upto, on: Counter("k", upto=upto, on=on), st.integers(1, 3), on)
