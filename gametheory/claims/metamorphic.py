"""What must not change, or must change one way: checks of a computation against itself.

Each check takes a function from payoffs or parameters to a result, changes its input in a way whose effect is known, and
compares. A check that passes says at how many inputs it was made; one that fails shows the first input at which it did.

References
----------
Chen, T. Y. et al. (2018), Metamorphic testing: a review of challenges and opportunities, *ACM Computing Surveys* 51(1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any, TypeVar

from gametheory.claims.claim import Claim
from gametheory.claims.verdicts import Verdict
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame

__all__ = [
    "Check",
    "Rivals",
    "affine_invariance",
    "calibration",
    "compare_orderings",
    "inert",
    "monotone",
    "relabelling",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Check:
    """Whether a property held wherever it was tried.

    Attributes
    ----------
    ok : bool
    tried : int
        Number of comparisons made.
    failure : str
        The first input at which it failed, in words.
    """

    ok: bool
    tried: int
    failure: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return f"held in all {self.tried} comparisons" if self.ok else f"failed: {self.failure}"


_SCALES = ((Fraction(2), Fraction(0)), (Fraction(1), Fraction(7)), (Fraction(3, 5), Fraction(-11, 3)))


def affine_invariance(
    result: Callable[[StageGame], object],
    games: Iterable[StageGame],
    *,
    maps: Sequence[tuple[object, object]] = _SCALES,
) -> Check:
    """A result must not change when a player's payoffs are scaled by a positive number and shifted.

    Parameters
    ----------
    result : callable
        From a game to anything that can be compared, such as its equilibrium profiles.
    games : iterable of StageGame
    maps : sequence of (scale, shift)
        Applied to one player's payoffs, to the other's, and to both.

    Examples
    --------
    >>> from gametheory.claims.ordinal import ordinal_games
    >>> print(affine_invariance(lambda game: game.best_responses(), list(ordinal_games())[:10]))
    held in all 90 comparisons
    >>> affine_invariance(lambda game: max(map(max, game.A)), [StageGame([[1]], [[1]])]).failure
    'payoffs of row, 2 u + 0: Fraction(2, 1) instead of Fraction(1, 1)'
    """
    scales = [(rational(a, field="scale"), rational(b, field="shift")) for a, b in maps]
    if any(a <= 0 for a, _ in scales):
        raise InputError("maps", maps, "positive scales")
    tried = 0
    for game in games:
        expected = result(game)
        for scale, shift in scales:
            for who in ((0,), (1,), (0, 1)):
                tables = [
                    [[x * scale + shift if k in who else x for x in row] for row in table]
                    for k, table in enumerate((game.A, game.B))
                ]
                changed = StageGame(*tables, game.players, game.actions, labels=game.labels)  # type: ignore[arg-type,call-arg]
                answer = result(changed)
                tried += 1
                if answer != expected:
                    names = " and ".join(game.players[k] for k in who)
                    return Check(
                        False, tried, f"payoffs of {names}, {scale} u + {shift}: {answer!r} instead of {expected!r}"
                    )
    return Check(True, tried)


def relabelling(result: Callable[[StageGame], object], games: Iterable[StageGame]) -> Check:
    """A result must not depend on the order in which actions stand.

    ``result`` should speak of outcomes by their labels (or count them), since indices do change.

    Examples
    --------
    >>> game = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("c", "d")))
    >>> def pure(g):
    ...     rows, columns = g.best_responses()
    ...     return {g.labels[i][j] for i, j in rows & columns}
    >>> print(relabelling(pure, [game]))
    held in all 3 comparisons
    """
    tried = 0
    for game in games:
        expected = result(game)
        m, n = game.shape
        for p in permutations(range(m)):
            for q in permutations(range(n)):
                if p == tuple(range(m)) and q == tuple(range(n)):
                    continue
                move = lambda t, p=p, q=q: tuple(tuple(t[i][j] for j in q) for i in p)  # noqa: E731
                actions = (tuple(game.actions[0][i] for i in p), tuple(game.actions[1][j] for j in q))
                changed = StageGame(
                    move(game.A), move(game.B), game.players, actions, ordinal=game.ordinal, labels=move(game.labels)
                )
                answer = result(changed)
                tried += 1
                if answer != expected:
                    return Check(False, tried, f"actions in the order {actions}: {answer!r} instead of {expected!r}")
    return Check(True, tried)


def inert(
    result: Callable[[Mapping[str, Fraction]], object],
    baseline: Mapping[str, object],
    values: Mapping[str, Sequence[object]],
) -> dict[str, Check]:
    """For each named parameter, whether changing it alone leaves the result as it is at the baseline.

    Parameters
    ----------
    result : callable
        From parameters to anything that can be compared, such as an equilibrium path.
    baseline : mapping
    values : mapping from parameter to the values to try

    Returns
    -------
    dict from parameter to Check
        ``ok`` means inert at these values; a failure names the value that changed the result.

    Examples
    --------
    >>> checks = inert(lambda p: p["a"] > 1, {"a": 2, "t": 3}, {"a": [0, 5], "t": [0, 9]})
    >>> {name: check.ok for name, check in checks.items()}
    {'a': False, 't': True}
    """
    base = {name: rational(x, field=name) for name, x in baseline.items()}
    expected = result(base)
    found = {}
    for name, options in values.items():
        if name not in base:
            raise InputError("values", name, f"parameters of the baseline: {', '.join(base)}")
        tried, failure = 0, ""
        for option in options:
            answer = result({**base, name: rational(option, field=name)})
            tried += 1
            if answer != expected:
                failure = f"{name} = {option}: {answer!r} instead of {expected!r}"
                break
        found[name] = Check(not failure, tried, failure)
    return found


def monotone(
    result: Callable[[Fraction], Any], values: Sequence[object], *, rising: bool = True, strictly: bool = False
) -> Check:
    """Whether a quantity never falls (or never rises) as a parameter grows.

    Parameters
    ----------
    result : callable
        From the parameter's value to a number.
    values : sequence of numbers
        In any order.
    rising, strictly : bool

    Examples
    --------
    >>> print(monotone(lambda f: (5 - 3) / (5 - 1 + f), [0, 1, 2], rising=False, strictly=True))
    held in all 2 comparisons
    """
    points = sorted({rational(x, field="values") for x in values})
    if len(points) < 2:
        raise InputError("values", values, "at least two different values")
    tried = 0
    for (a, x), (b, y) in pairwise([(p, result(p)) for p in points]):
        tried += 1
        low, high = (x, y) if rising else (y, x)
        if low > high or (strictly and low == high):
            return Check(False, tried, f"{x} at {a}, {y} at {b}")
    return Check(True, tried)


def calibration(
    payoffs: Callable[[str], Mapping[str, object]], orderings: Mapping[str, Ordering]
) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """The comparisons that chosen numbers break, state by state.

    Parameters
    ----------
    payoffs : callable
        From a state to a mapping from outcome to number.
    orderings : mapping from state to the Ordering declared for it

    Returns
    -------
    dict from state to the broken comparisons (better, link, worse)
        Empty where the numbers satisfy everything that was declared.

    Examples
    --------
    >>> declared = {"calm": Ordering("NE > UA > NS > UP"), "frustrated": Ordering("UA > NE > UP > NS")}
    >>> numbers = lambda state: {"NE": 2, "NS": 0, "UA": 3 if state == "frustrated" else 1, "UP": -1}
    >>> calibration(numbers, declared)
    {'frustrated': (('UP', '>', 'NS'),)}
    """
    found = {state: order.violations(payoffs(state)) for state, order in orderings.items()}
    return {state: broken for state, broken in found.items() if broken}


@dataclass(frozen=True)
class Rivals:
    """One statement under rival orderings, side by side.

    Attributes
    ----------
    verdicts : mapping from the name of a set of assumptions to the Verdict under it
    """

    statement: str
    verdicts: Mapping[str, Verdict] = field(repr=False)

    @property
    def agree(self) -> bool:
        """Whether all verdicts are of one kind."""
        return len({v.kind for v in self.verdicts.values()}) <= 1

    def __str__(self) -> str:
        width = max(map(len, self.verdicts), default=0)
        lines = [f"  {name.ljust(width)}  {v.kind} [{', '.join(v.evidence)}]" for name, v in self.verdicts.items()]
        return "\n".join([self.statement, *lines])


def compare_orderings(statement: object, rivals: Mapping[str, Any], **options: Any) -> Rivals:
    """The same statement proved or refuted under rival assumptions.

    Parameters
    ----------
    statement :
        As in :class:`Claim`.
    rivals : mapping from a name to assumptions
    **options :
        Passed on to :class:`Claim`.

    Examples
    --------
    >>> print(compare_orderings("UA > NE", {"hawk": Ordering("UA > NE > UP"), "dove": Ordering("NE > UA > UP")}))
    UA > NE
      hawk  proved [Farkas]
      dove  refuted [Farkas]
    """
    claims = {name: Claim(statement, given, **options) for name, given in rivals.items()}
    return Rivals(
        next(iter(claims.values())).text if claims else str(statement), {n: c.prove() for n, c in claims.items()}
    )
