"""The four conditions of cooperation as switches of one game, and equilibrium play in each of their 16 combinations.

The conditions are mutual interest, communication and coordination, institutionalization, and capacity. Each is a switch of the
same game (0 or 1), and enters where the article says that it works:

* ``interest``: joint work is worth ``g`` to Mexico;
* ``coordination``: without it an agency acts alone with probability ``eps`` though Washington chose to negotiate;
* ``institution``: without it a change of office undoes the trust acquired, with probability ``h`` a period;
* ``capacity``: effort costs Mexico ``w`` less; without it joint work yields Washington ``r`` less.

Trust ``x`` rises with joint work, falls with unilateral acts, and makes enforcement cheaper by ``v`` a step. Washington is
frustrated from the start (``a`` is its applause at home for acting alone). No constraint is ever added: the ratchet is left
out, so that what happens is the conditions' work alone.

For the figures: :func:`lattice` (play, values and long-run share of joint work in all 16 combinations),
:func:`least_sets_by_cost` (which combinations suffice, as effort becomes dearer) and :func:`joint_work_conditions` (the exact
condition of each combination, in symbols).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from gametheory.conditions import Logic, Region
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Status
from gametheory.equilibria.solve import solve
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Sunset, Tremble
from gametheory.studies.us_mexico.member_tools import assuming

if TYPE_CHECKING:
    from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkovSolution

__all__ = [
    "ASSUMPTIONS",
    "CHEAP",
    "DEAR",
    "SWITCHES",
    "Lattice",
    "Point",
    "closed_form",
    "conditions_game",
    "every_combination",
    "joint_work_conditions",
    "lattice",
    "least_sets_by_cost",
    "paths_in_symbols",
    "supermodularity",
    "switched",
    "told",
]

#: The four conditions, in the article's order.
SWITCHES: tuple[str, ...] = ("interest", "coordination", "institution", "capacity")

Combination = frozenset[str]

#: Numbers under which enforcement is dear beside what each condition contributes; those that the reduced game has are the same.
DEAR: dict[str, str] = {
    "delta_US": "1/2", "delta_MX": "9/10", "rc": "2", "ru": "3/2", "l": "1/2", "a": "3/5", "t": "3", "e": "1", "s": "2",
    "z": "6/5", "g": "1/4", "w": "1/4", "v": "3/5", "r": "1/2", "eps": "1/5", "h": "1/4",
}  # fmt: skip

#: The same with cheaper enforcement and more to gain from interest and capacity: some conditions can stand in for others.
CHEAP: dict[str, str] = {**DEAR, "g": "1/2", "w": "1/2", "v": "1/2", "e": "4/5"}

#: What is assumed of the symbols: the stated orderings of both sides where no condition holds and no trust is there
#: (frustrated United States: UA > NE > UP > NS with capacity; Mexico: NS > NE > UP > UA), and that each effect has its sign.
ASSUMPTIONS: tuple[str, ...] = (
    "ru + a > rc", "rc > a - l", "a > l", "s > z", "z > e", "e > 0",
    "g > 0", "w > 0", "v > 0", "r > 0", "h > 0", "1 > h", "eps > 0", "1 > eps",
    "delta_US > 0", "1 > delta_US", "delta_MX > 0", "1 > delta_MX",
)  # fmt: skip


def conditions_game(*, X: int = 1) -> DynamicGame:
    """The game with every number and every switch a symbol.

    Parameters
    ----------
    X : int
        Largest number of steps of trust.

    Examples
    --------
    >>> game = conditions_game(X=1)
    >>> game.states, set(SWITCHES) <= set(game.parameters)
    (('x=0', 'x=1'), True)
    """
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={"NE": ("rc", "t - e"), "NS": (0, "t"), "UA": ("ru + a", "t - s"), "UP": ("a - l", "t - z")},
        discount=("delta_US", "delta_MX"),
    )
    return base.with_rules(
        Counter("x", upto=X, on={"NE": 1}, down={"UA": 1, "UP": 1}),
        Sunset("x", "h*(1 - institution)"),
        Tremble("US", to="U", probability="eps*(1 - coordination)", instead_of="N"),
        Fine("US", on="NE", by="r*(1 - capacity)"),
        Bonus("MX", on="NE", by="g*interest + w*capacity + v*x"),
    )


def every_combination() -> tuple[Combination, ...]:
    """All 16 combinations, the empty one first."""
    return tuple(frozenset(c) for n in range(len(SWITCHES) + 1) for c in combinations(SWITCHES, n))


def switched(combination: Combination) -> dict[str, int]:
    """The switches as parameters of the game."""
    return {name: int(name in combination) for name in SWITCHES}


def told(combination: Combination) -> str:
    """The names of the conditions that hold, in the article's order.

    Examples
    --------
    >>> told(frozenset(["capacity", "interest"])), told(frozenset())
    ('interest + capacity', 'none')
    """
    return " + ".join(name for name in SWITCHES if name in combination) or "none"


@dataclass(frozen=True)
class Point:
    """Equilibrium play in one combination of conditions.

    Attributes
    ----------
    combination : frozenset of str
        The conditions that hold.
    paths : tuple of str
        The distinct equilibrium paths.
    values : tuple of (Fraction, Fraction)
        For each equilibrium, what each side expects at the start, average discounted.
    shares : tuple of Fraction
        For each equilibrium the long-run share of periods with joint work (NE).
    joint : tuple of bool
        For each equilibrium whether Washington always chooses to negotiate and Mexico always enforces, in every state that
        play reaches (an agency may still act alone).
    is_pure : bool
        Whether the equilibria are the pure ones; mixed ones are listed only where there is no pure one.
    status : Status
        Of the search.
    """

    combination: Combination
    paths: tuple[str, ...]
    values: tuple[tuple[Fraction, Fraction], ...]
    shares: tuple[Fraction, ...]
    joint: tuple[bool, ...]
    is_pure: bool
    status: Status


@dataclass(frozen=True)
class Lattice:
    """Play in all 16 combinations at given numbers."""

    numbers: Mapping[str, object]
    points: Mapping[Combination, Point] = field(repr=False)

    def least_sets(self) -> tuple[Combination, ...]:
        """The smallest combinations in which every equilibrium is joint work; none of their parts suffices."""
        enough = [c for c, p in self.points.items() if p.joint and all(p.joint)]
        return tuple(c for c in enough if not any(d < c for d in enough))

    def amounts(self, what: str) -> dict[Combination, Fraction]:
        """One number for each combination: ``"US"`` or ``"MX"`` (value), ``"share"`` or ``"joint"`` (0 or 1).

        Where several equilibria exist the one with the least joint work is taken (and of these the first).
        """
        found = {}
        for c, p in self.points.items():
            i = min(range(len(p.shares)), key=lambda j: p.shares[j])
            row = {"US": p.values[i][0], "MX": p.values[i][1], "share": p.shares[i], "joint": Fraction(int(p.joint[i]))}
            found[c] = row[what]
        return found


def supermodularity(
    amounts: Mapping[Combination, Fraction],
) -> tuple[tuple[tuple[Combination, Combination], Fraction], ...]:
    """The pairs A, B that break f(A or B) + f(A and B) >= f(A) + f(B), each with the shortfall; empty: complements.

    Examples
    --------
    >>> one, two = frozenset("i"), frozenset("b")
    >>> either = {frozenset(): Fraction(0), one: Fraction(1), two: Fraction(1), one | two: Fraction(1)}
    >>> supermodularity(either)[0][1]
    Fraction(1, 1)
    """
    found = []
    for a, b in combinations(amounts, 2):
        if not (a <= b or b <= a):
            gap = amounts[a | b] + amounts[a & b] - amounts[a] - amounts[b]
            if gap < 0:
                found.append(((a, b), -gap))
    return tuple(found)


def lattice(numbers: Mapping[str, object] = DEAR, *, X: int = 1) -> Lattice:
    """Solve the game in all 16 combinations of the conditions: pure equilibria, and mixed ones where there is no pure one.

    Examples
    --------
    >>> [told(c) for c in lattice(CHEAP).least_sets()]
    ['interest + coordination', 'interest + institution', 'interest + capacity', 'coordination + capacity', 'institution + capacity']
    """
    return _lattice(tuple(sorted((k, rational(x, field=k)) for k, x in numbers.items())), X)


@lru_cache(maxsize=64)
def _lattice(numbers: tuple[tuple[str, Fraction], ...], X: int) -> Lattice:
    of = conditions_game(X=X).subs(**dict(numbers))
    return Lattice(dict(numbers), {c: _point(c, of.subs(**switched(c))) for c in every_combination()})


def _point(combination: Combination, of: DynamicGame) -> Point:
    solution = solve(of, MarkovPerfect(pure=True))
    pure = bool(len(solution.equilibria))
    if not pure:
        solution = solve(of, MarkovPerfect())
    solution.verify()
    shares, joint = [], []
    for e in solution.equilibria:
        shares.append(e.chain.frequencies().get("NE", Fraction(0)))
        joint.append(all(_agreed(of, e, s) for s in e.chain.support()))
    return Point(
        combination,
        tuple(solution.paths),
        tuple(e.payoffs for e in solution.equilibria),
        tuple(shares),
        tuple(joint),
        pure,
        solution.status,
    )


def _agreed(of: DynamicGame, equilibrium: Any, state: int) -> bool:
    row = equilibrium.policy[of.states[state]]
    return bool(row["US"] == "N" and row["MX after N"] == "E")


def least_sets_by_cost(
    costs: Sequence[object], numbers: Mapping[str, object] = CHEAP
) -> dict[Fraction, tuple[Combination, ...]]:
    """For each cost of enforcement the smallest combinations that bring joint work about in every equilibrium.

    Examples
    --------
    >>> found = least_sets_by_cost(["1/5", 1])
    >>> {str(e): [told(c) for c in sets] for e, sets in found.items()}
    {'1/5': ['none'], '1': ['interest + capacity']}
    """
    values = [rational(e, field="costs") for e in costs]
    return {e: lattice({**numbers, "e": e}).least_sets() for e in values}


# --- in symbols -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def paths_in_symbols(combination: Combination) -> SymbolicMarkovSolution:
    """Every path of pure equilibrium play in one combination, with one step of trust, and where it exists."""
    of = replace(conditions_game(X=1).subs(**switched(combination)), domain=assuming(*ASSUMPTIONS))
    return solve(of, MarkovPerfect(pure=True))  # type: ignore[return-value]


def is_joint(outcomes: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether Washington negotiates and Mexico enforces in each state that play reaches, agencies that act alone aside."""
    return all("NE" in labels and "NS" not in labels for labels in outcomes.values())


@lru_cache(maxsize=1)
def joint_work_conditions() -> Mapping[Combination, Region]:
    """For each combination: where joint work from the first period on is an equilibrium, with one step of trust.

    Examples
    --------
    >>> for names in (SWITCHES, ("interest", "coordination", "institution")):
    ...     print(joint_work_conditions()[frozenset(names)])
    delta_MX*v + g + w >= e
    delta_MX*v + g >= e and l + rc >= a + r
    """
    found = {}
    for c in every_combination():
        solution = paths_in_symbols(c)
        regions = [solution.simplified(e).region for e in solution.equilibria if is_joint(e.outcomes)]
        logic = Logic(solution.domain)
        decided = solution.status is Status.COMPLETE or all(r.decided for r in regions)
        found[c] = Region(solution.domain, logic.any_of([r.formula for r in regions]), decided)
    return found


def closed_form(combination: Combination) -> tuple[str, ...]:
    """The condition for joint work as one formula over all combinations: no part of it is negative.

    Interest and capacity add; coordination and institution multiply, through the trust that survives them. A conjecture
    here; that it is the exact condition in each combination is proved in :mod:`four_conditions`.

    Examples
    --------
    >>> closed_form(frozenset(["interest"]))
    ('g + delta_MX*(1 - h)*(1 - eps)*v - e', 'rc + l - a - r')
    """
    parts = [x for x, name in (("g", "interest"), ("w", "capacity")) if name in combination]
    kept = [x for x, name in (("(1 - h)", "institution"), ("(1 - eps)", "coordination")) if name not in combination]
    parts.append("*".join(["delta_MX", *kept, "v"]))
    washington = () if "capacity" in combination else ("rc + l - a - r",)
    return (" + ".join(parts) + " - e", *washington)
