"""Leapfrogging: two firms compete in prices and in buying ever better technology.

The state is (i, j, k): the cost levels of firm 1, firm 2 and the best technology on sale, with k <= i, j; costs are
``c_k = 5 k / (n - 1)``. The firm with the lower cost earns the difference of the costs. A firm may buy the technology on
sale for ``K_k = k1 / (1 + k2 c_k)`` and uses it from the next period on; technology then improves by chance. Costs never
rise, so the game is directional, and all its Markov perfect equilibria can be found. Sources: Iskhakov, Rust and
Schjerning, Review of Economic Studies 83 (2016); parameters from their companion paper, International Economic Review 59
(2018). There, values are discounted totals; here, as everywhere in this package, averages, that is totals times
``1 - beta``. The equilibria are the same. A firm that already has the best technology on sale is not offered it (to buy it
would be strictly dominated).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from gametheory.errors import InputError
from gametheory.exact import Number, exact
from gametheory.games.dynamic import DynamicGame, Period, Play
from gametheory.games.tree import Node

__all__ = ["game"]

_One = Fraction(1)


def game(
    n: int,
    *,
    moves: Literal["simultaneous", "alternating"] = "simultaneous",
    technology: Literal["deterministic", "random", "slow"] = "deterministic",
    k1: object = None,
    k2: object = None,
    beta: object = None,
    top: object = 5,
    shape: tuple[object, object] = ("9/5", "2/5"),
    speed: object = 1,
    keeps_move: tuple[object, object] = (0, 0),
) -> DynamicGame:
    """The leapfrogging game with ``n`` levels of cost.

    Parameters
    ----------
    n : int
        Number of cost levels, at least 2.
    moves : {"simultaneous", "alternating"}
        Whether both firms may buy in each period, or one at a time.
    technology : {"deterministic", "random", "slow"}
        How technology improves from level k >= 1: one level for sure; to a level below drawn from a beta distribution; or
        one level with probability ``speed c_k / (1 + speed c_k)``.
    k1, k2 : numbers, optional
        Cost of buying: 83/10 and 1; for slow technology 5 and 0.
    beta : number, optional
        Discount factor: exp(-1/20), as a sympy number.
    top : number
        The highest cost, 5.
    shape : (number, number)
        Parameters of the beta distribution of random technology.
    speed : number
        Of slow technology.
    keeps_move : (number, number)
        With alternating moves: the probability that firm 1, firm 2 moves again after it has moved.

    Examples
    --------
    >>> game(3).states[-1], len(game(3).states), game(3, moves="alternating").start
    ('(2, 2, 2)', 14, 26)
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 2:
        raise InputError("n", n, "a whole number of cost levels, at least 2")
    if moves not in ("simultaneous", "alternating"):
        raise InputError("moves", moves, "'simultaneous' or 'alternating'")
    if technology not in ("deterministic", "random", "slow"):
        raise InputError("technology", technology, "'deterministic', 'random' or 'slow'")
    slow = technology == "slow"
    first = exact(("5" if slow else "83/10") if k1 is None else k1, field="k1")
    second = exact(("0" if slow else "1") if k2 is None else k2, field="k2")
    highest = exact(top, field="top")
    cost = tuple(highest * Fraction(k, n - 1) for k in range(n))
    price = tuple(first / (1 + second * c) for c in cost)
    falls = tuple(_technology(k, cost, technology, shape, exact(speed, field="speed")) for k in range(n))
    places = [(i, j, k) for k in range(n) for i in range(k, n) for j in range(k, n)]
    if moves == "simultaneous":
        index: dict[tuple[int, ...], int] = {place: s for s, place in enumerate(places)}
    else:
        index = {(*place, m): 2 * s + m for s, place in enumerate(places) for m in (0, 1)}
    stay = tuple(exact(x, field="keeps_move") for x in keeps_move)
    periods, names, variables = [], [], []
    for place in index:
        i, j, k = place[:3]
        m = place[3] if moves == "alternating" else None
        may = [own > k and m in (None, f) for f, own in enumerate((i, j))]
        earns = (_positive(cost[j] - cost[i]), _positive(cost[i] - cost[j]))
        plays = []
        for a in range(1 + may[0]):
            for b in range(1 + may[1]):
                draw: list[tuple[Number, int]] = []
                for p, level in falls[k]:
                    then = (k if a else i, k if b else j, level)
                    if m is None:
                        draw.append((p, index[then]))
                    else:
                        movers = ((stay[m], m), (1 - stay[m], 1 - m))
                        draw += [(p * q, index[*then, mover]) for q, mover in movers if q != 0]
                label = ("buy" if a else "wait") + "/" + ("buy" if b else "wait")
                plays.append(Play(label, (earns[0] - a * price[k], earns[1] - b * price[k]), tuple(draw)))
        nodes = tuple(Node(f, "", ("wait", "buy") if may[f] else ("wait",)) for f in (0, 1))
        branches = tuple(
            tuple(((_One, ~(a * (1 + may[1]) + b)),) for b in range(1 + may[1])) for a in range(1 + may[0])
        )
        periods.append(Period(True, nodes, branches, tuple(plays)))
        names.append(f"({', '.join(map(str, place[:3]))})" + (f" firm {m + 1} moves" if m is not None else ""))
        variables.append({"i": i, "j": j, "k": k} | ({"mover": m + 1} if m is not None else {}))
    if beta is None:
        import sympy

        beta = sympy.exp(-sympy.Rational(1, 20))
    rate = exact(beta, field="beta")
    apex = index[(n - 1,) * 3 if moves == "simultaneous" else (n - 1, n - 1, n - 1, 0)]
    return DynamicGame(("firm 1", "firm 2"), tuple(names), tuple(periods), (rate, rate), apex, tuple(variables))


def _positive(x: Number) -> Number:
    return x if x > 0 else Fraction(0)


def _technology(
    k: int, cost: tuple[Number, ...], technology: str, shape: tuple[object, object], speed: Number
) -> tuple[tuple[Number, int], ...]:
    """The draw of the next level of technology."""
    if k == 0:
        return ((_One, 0),)
    if technology == "deterministic":
        return ((_One, k - 1),)
    if technology == "slow":
        p = speed * cost[k] / (1 + speed * cost[k])
        return ((p, k - 1), (1 - p, k))
    return tuple(_draws(k, cost, shape))


def _draws(k: int, cost: tuple[Number, ...], shape: tuple[object, object]) -> Iterator[tuple[Number, int]]:
    import sympy

    a, b = (exact(x, field="shape") for x in shape)
    below: Number = Fraction(0)
    for level in range(k):
        share = cost[level + 1] / cost[k]
        whole = level == k - 1
        upto = _One if whole else sympy.betainc_regularized(*map(sympy.sympify, (a, b, 0, share)))
        yield upto - below, level
        below = upto
