"""What foresight does: thresholds and values by state, payoffs believed and realised, and what each level of constraint sustains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import flint

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers._polygon import hull
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.errors import InputError
from gametheory.exact import rational, to_flint
from gametheory.studies.us_mexico.observed import classify
from gametheory.studies.us_mexico.ordering_map import ratchet_game
from gametheory.studies.us_mexico.reduced import BASELINE, VARIANTS, Variant

__all__ = [
    "ForesightRow",
    "Sustained",
    "foresight_table",
    "realised_payoffs",
    "sustained_by_level",
    "thresholds",
    "values_by_state",
]

Pair = tuple[Fraction, Fraction]


def _only(variant: Variant, *, K: int, F: int) -> MarkovEquilibrium:
    solution = solve(variant.game(K=K, F=F), MarkovPerfect(pure=True))
    solution.verify()
    if len(solution.equilibria) != 1:
        raise InputError("variant", variant.name, "one with exactly one pure Markov perfect equilibrium")
    return solution.equilibria[0]  # type: ignore[no-any-return]


def thresholds(variant: Variant = VARIANTS[0], *, K: int = 3, F: int = 2) -> tuple[int | None, ...]:
    """For each number of constraints the least frustration at which Washington acts alone; None where it never does.

    Parameters
    ----------
    variant : Variant
        With exactly one pure equilibrium, in which acting alone at some frustration means acting alone at any higher one.
    K, F : int

    Examples
    --------
    >>> thresholds()
    (2, 2, 1, None)
    """
    equilibrium = _only(variant, K=K, F=F)
    found: list[int | None] = []
    for k in range(K + 1):
        raids = [equilibrium.policy[f"k={k}, f={f}"]["US"] == "U" for f in range(F + 1)]
        if raids != sorted(raids):
            raise InputError("variant", variant.name, f"one with a threshold; at k = {k} it acts alone at {raids}")
        found.append(raids.index(True) if any(raids) else None)
    return tuple(found)


def values_by_state(variant: Variant = VARIANTS[0], *, K: int = 3, F: int = 2) -> dict[tuple[int, int], Pair]:
    """What each state (k, f) is worth to both sides in the only pure equilibrium, average discounted, under their beliefs.

    Examples
    --------
    >>> values_by_state(K=1, F=1)[0, 0] == _only(VARIANTS[0], K=1, F=1).payoffs
    True
    """
    equilibrium = _only(variant, K=K, F=F)
    states = equilibrium.game.states
    pairs = {state: (rational(us), rational(mx)) for state, (us, mx) in zip(states, equilibrium.values, strict=True)}
    return {(k, f): pairs[f"k={k}, f={f}"] for k in range(K + 1) for f in range(F + 1)}


def realised_payoffs(equilibrium: MarkovEquilibrium) -> Pair:
    """What both sides get from the start, average discounted, as play really goes; differs from what a naive side expects.

    Examples
    --------
    >>> equilibrium = _only(VARIANTS[0], K=3, F=2)
    >>> realised_payoffs(equilibrium) == equilibrium.payoffs      # nobody is naive
    True
    """
    game, chain = equilibrium.game, equilibrium.chain
    size = len(game.states)
    found = []
    for i in (0, 1):
        delta = rational(game.discount[i])
        rows = [[Fraction(int(s == t)) for t in range(size)] for s in range(size)]
        gains = []
        for s, moves in enumerate(chain.moves):
            pay = {play.label: rational(play.payoffs[i]) for play in game.periods[s].plays}
            gains.append((1 - delta) * sum((m.probability * pay[m.outcome] for m in moves), Fraction(0)))
            for m in moves:
                rows[s][m.next] -= delta * m.probability
        left = flint.fmpq_mat(size, size, [to_flint(x) for row in rows for x in row])  # type: ignore[arg-type]
        right = flint.fmpq_mat(size, 1, [to_flint(x) for x in gains])  # type: ignore[arg-type]
        value = left.solve(right)[game.start, 0]
        found.append(Fraction(int(value.p), int(value.q)))
    return found[0], found[1]


@dataclass(frozen=True)
class ForesightRow:
    """A setting, its play, and what Washington expects and gets.

    Attributes
    ----------
    title : str
    change : mapping
        Parameters that differ from the baseline's.
    pattern : str
    outcomes, constraints : tuple
        Period by period: the outcome, and the number of constraints at its beginning.
    expected, realised : Fraction
        Average discounted, from the start.
    """

    title: str
    change: Mapping[str, str]
    pattern: str
    outcomes: tuple[str, ...]
    constraints: tuple[int, ...]
    expected: Fraction
    realised: Fraction


def foresight_table(periods: int = 12) -> tuple[ForesightRow, ...]:
    """The trap and the investment: naive, forward-looking and far-sighted, at two prices of acting alone.

    Examples
    --------
    >>> for row in foresight_table():
    ...     print(f"{row.title}: {row.pattern}")
    Naive: deadlock
    Naive, lower price: cycle
    Forward-looking: cycle
    Forward-looking, lower price: partly deliberate
    Far-sighted: deliberate investment
    """
    settings = (
        Variant("naive", "Naive", naive=True),
        Variant("naive_low_price", "Naive, lower price", {"c": "3/10"}, naive=True),
        Variant("forward", "Forward-looking"),
        Variant("forward_low_price", "Forward-looking, lower price", {"c": "3/10"}),
        Variant("far_sighted", "Far-sighted", {"delta_US": "4/5"}),
    )
    rows = []
    for variant in settings:
        equilibrium = _only(variant, K=3, F=2)
        path = equilibrium.path(periods).periods
        rows.append(
            ForesightRow(
                variant.title,
                variant.change,
                classify(equilibrium.chain),
                tuple(p.outcome for p in path),
                tuple(int(p.variables["k"]) for p in path),
                rational(equilibrium.payoffs[0]),
                realised_payoffs(equilibrium)[0],
            )
        )
    return tuple(rows)


@dataclass(frozen=True)
class Sustained:
    """What a level of constraint can give and what it sustains.

    Attributes
    ----------
    k : int
    feasible : tuple of (Fraction, Fraction)
        Vertices: all that plays with k held fixed could give.
    sustained : tuple of (Fraction, Fraction)
        Vertices of the payoffs of pure subgame-perfect equilibria from k on, constraints accumulating.
    is_exact : bool
        Whether that set is exact, rather than an inner bound.
    minmax : (Fraction, Fraction)
        In pure actions, Mexico seeing Washington's move.
    joint_work : (Fraction, Fraction)
        Joint work for ever.
    """

    k: int
    feasible: tuple[Pair, ...]
    sustained: tuple[Pair, ...]
    is_exact: bool
    minmax: Pair
    joint_work: Pair


def sustained_by_level(*, K: int = 3, discount: object = "3/5") -> tuple[dict[str, str], tuple[Sustained, ...]]:
    """The ratchet game with the baseline's payoffs at one step of frustration: the parameters, and what each level sustains.

    Examples
    --------
    >>> parameters, levels = sustained_by_level()
    >>> [level.joint_work in level.sustained for level in levels]
    [False, True, True, True]
    """
    b = {name: rational(value) for name, value in BASELINE.items()}
    applause = b["a0"] + b["a1"]
    values = {
        "u_NE": b["rc"],
        "u_NS": Fraction(0),
        "u_UA": b["ru"] + applause,
        "u_UP": applause - b["l"],
        "v_NE": b["t"] + b["m0"] - b["e"],
        "v_NS": b["t"],
        "v_UA": b["t"] - b["s"],
        "v_UP": b["t"] - b["z"],
        "c": b["c"],
        "m": b["m1"],
        "delta_US": rational(discount),
        "delta_MX": rational(discount),
    }
    game = ratchet_game(K=K).subs(**values)
    solution = solve(game, SubgamePerfect())
    solution.verify()
    levels = []
    for k in range(K + 1):
        s = game.state_index(f"k={k}")
        pay = {p.label: (rational(p.payoffs[0]), rational(p.payoffs[1])) for p in game.periods[s].plays}
        us = max(min(pay["NE"][0], pay["NS"][0]), min(pay["UA"][0], pay["UP"][0]))
        mx = min(max(pay["NE"][1], pay["NS"][1]), max(pay["UA"][1], pay["UP"][1]))
        found = solution.payoff_sets[f"k={k}"]
        corners = tuple(
            (Fraction(int(x.p), int(x.q)), Fraction(int(y.p), int(y.q)))
            for x, y in hull((to_flint(a), to_flint(c)) for a, c in pay.values())
        )
        levels.append(Sustained(k, corners, tuple(found.inner), found.is_exact, (us, mx), pay["NE"]))
    return {name: str(value) for name, value in values.items()}, tuple(levels)
