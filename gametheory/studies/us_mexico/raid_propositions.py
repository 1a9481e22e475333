"""Two propositions on raids: when Mexico lets one pass, and when one is a trap and when an investment.

A proof is a list of steps. What a step says is either *algebra*, a :class:`~gametheory.claims.Claim` proved for all values of
its symbols with a certificate that is checked from the claim's text alone, or *read off the game*: payoffs and transitions of
:func:`reduced.reduced_game` with every parameter a symbol. No step rests on a solved example. ``trial`` holds the statement against
the equilibria of one game with numbers, which proves nothing and could refute it.

Notation: ``d`` the discount factor of the player concerned, ``r`` the probability that protest ends in a constraint; ``s``, ``z``, ``t``,
``e`` as in the reduced game, ``m`` Mexico's gain from joint work under the next constraint; ``W`` and ``X`` what the next level,
(k+1, 0), is worth to Mexico and to Washington; ``g`` what a resisted raid brings Washington in its period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gametheory.claims import Claim
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.profiles import profile_values
from gametheory.equilibria.solve import solve
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.proofs import ProofStep, Proposition, Trial
from gametheory.studies.us_mexico.reduced import reduced_game

__all__ = ["REALISM", "TRAP", "raid_kind"]


# --- what is read off the game ----------------------------------------------------------------------------------------


def _facts(player: int, expected: Mapping[str, str]) -> bool:
    """Whether, in every state with k < K, the game has these payoffs, and after a protested raid the move to (k+1, 0)."""
    import sympy

    game = reduced_game(K=2, F=2)
    place = {(v["k"], v["f"]): s for s, v in enumerate(game.variables)}
    symbol = sympy.Symbol
    for s, v in enumerate(game.variables):
        k, f = int(v["k"]), int(v["f"])
        for play in game.periods[s].plays:
            if play.label in expected:
                known = {"k": sympy.Integer(k), "f": sympy.Integer(f)}
                if sympy.expand(play.payoffs[player] - _formula(expected[play.label], known)) != 0:
                    return False
            draw = {t: p for p, t in play.next}
            rho = symbol("rho")
            here = {
                "UA": {s: 1},
                "UP": {s: 1} if k == 2 else {place[k + 1, 0]: rho, s: 1 - rho},
                "NS": {place[k, min(f + 1, 2)]: 1},
            }.get(play.label)
            if here is not None and (
                draw.keys() != here.keys() or any(sympy.expand(draw[t] - here[t]) != 0 for t in here)
            ):
                return False
    return True


def _formula(text: str, known: Mapping[str, Any]) -> Any:
    from gametheory.exact import exact, parse

    found = parse(text, known, field="payoff")
    return exact(found)


def _mexico() -> bool:
    return _facts(1, {"NS": "t", "UA": "t - s", "UP": "t - z", "NE": "t + m0 + m1*k - e"})


def _washington() -> bool:
    return _facts(0, {"NS": "0", "NE": "rc", "UP": "a0 + a1*f - c*k - l", "UA": "ru + a0 + a1*f - c*k"})


# --- 1: realism and strangulation --------------------------------------------------------------------------------------

_D = ["0 < d < 1", "0 <= r <= 1"]


def _step(text: str, statement: str, *given: str) -> ProofStep:
    known = [*_D, *given]
    names = sorted(
        {w for w in ("d", "r", "s", "z", "t", "e", "m", "W", "X", "g", "v", "V", "rc") if _has(statement, w)}
    )
    return ProofStep(text, Claim(statement, known, parameters=names))


def _has(text: str, name: str) -> bool:
    import re

    return re.search(rf"\b{name}\b", text) is not None


def _numbers(values: Mapping[str, object]) -> tuple[dict[str, Fraction], int, int, bool]:
    rest = {key: value for key, value in values.items() if key not in ("K", "F", "naive")}
    K, F = (int(rational(values.get(key, 1))) for key in ("K", "F"))
    return {key: rational(value, field=key) for key, value in rest.items()}, K, F, bool(values.get("naive", False))


_symbolic = lru_cache(maxsize=16)(reduced_game)


def _game(K: int, F: int, naive: bool, values: Mapping[str, Fraction]) -> DynamicGame:
    game = _symbolic(K=K, F=F, naive=naive)
    return game.subs(**{name: x for name, x in values.items() if name in game.parameters})


def _truth(game: DynamicGame) -> DynamicGame:
    """The game as it is, whatever players believe."""
    periods = (replace(p, plays=tuple(replace(play, beliefs=(None, None)) for play in p.plays)) for p in game.periods)
    return replace(game, periods=tuple(periods))


def _choices(game: DynamicGame, profile: Any, s: int) -> dict[str, str]:
    """What is chosen at each point of a period: by history."""
    period = game.periods[s]
    return {n.history: n.actions[mix.index(1)] for n, mix in zip(period.nodes, profile[s], strict=True)}


def _protest_trial(values: Mapping[str, object]) -> tuple[Trial, ...]:
    p, K, F, naive = _numbers(values)
    game = _game(K, F, naive, p)
    place = {(v["k"], v["f"]): s for s, v in enumerate(game.variables)}
    d, r = p["delta_MX"], p["rho"]
    trials = []
    for e in solve(game, MarkovPerfect(pure=True)).equilibria:
        for s, v in enumerate(game.variables):
            chosen = _choices(game, e.profile, s)
            if chosen[""] != "U":
                continue
            stays = int(v["k"]) == K
            W = p["t"] - p["s"] if stays else e.values[place[int(v["k"]) + 1, 0]][1]
            gap = (1 - d) * (p["z"] - p["s"]) - (0 if stays else d * r * (W - p["t"] + p["s"]))
            if gap:
                trials.append(Trial(game.states[s], "A" if gap > 0 else "P", chosen["U"]))
    return tuple(trials)


REALISM = Proposition(
    name="realism_or_strangulation",
    title="Realism or strangulation",
    plain=(
        "Mexico lets a raid pass exactly if the confrontation costs more than the lost sovereignty by at "
        "least the value of the "
        "constraint that protest would bring."
    ),
    statement=(
        r"Let $k < K$, and let Washington act alone in state $(k, f)$ of a pure Markov perfect equilibrium of "
        r"the reduced game, for "
        r"any $K$ and $F$, foreseeing the ratchet or not. Let $W = V_{MX}(k+1, 0)$ be what the next level is "
        r"worth to Mexico and "
        r"$D = \delta_{MX}/(1-\delta_{MX})$. Mexico acquiesces if the following holds strictly, protests if "
        r"it fails strictly, and may do either "
        r"at equality:"
    ),
    conditions=r"z - s \;\geq\; D\,\rho\,\bigl(W - (t - s)\bigr)",
    steps=(
        ProofStep(
            r"After $UA$ Mexico has $t-s$ and the state stays; after $UP$ it has $t-z$ and the state becomes "
            r"$(k+1,0)$ with "
            r"probability $\rho$, else stays.",
            reads=_mexico,
        ),
        _step(
            r"If Mexico acquiesces in $(k,f)$, where Washington acts alone again and again, its value there is $t-s$.",
            "(v == (1 - d)*(t - s) + d*v) == (v == t - s)",
        ),
        _step(
            r"One protest instead is no better if and only if $(1-\delta)(z-s)\geq\delta\rho(W-t+s)$.",
            "(t - s >= (1 - d)*(t - z) + d*(r*W + (1 - r)*(t - s))) == ((1 - d)*(z - s) >= d*r*(W - t + s))",
        ),
        _step(
            r"If Mexico protests, its value $V$ satisfies $V(1-\delta+\delta\rho)=(1-\delta)(t-z)+\delta\rho W$,",
            "(v == (1 - d)*(t - z) + d*(r*W + (1 - r)*v)) == (v*(1 - d + d*r) == (1 - d)*(t - z) + d*r*W)",
        ),
        _step(
            r"and acquiescing once is no better if and only if $V\geq t-s$,",
            "(v >= (1 - d)*(t - s) + d*v) == (v >= t - s)",
        ),
        _step(
            r"that is, if and only if $(1-\delta)(z-s)\leq\delta\rho(W-t+s)$.",
            "((1 - d)*(t - z) + d*r*W >= (1 - d + d*r)*(t - s)) == ((1 - d)*(z - s) <= d*r*(W - t + s))",
        ),
        _step(
            r"Mexico can have $t-s$ or more in every period ($S$ after $N$, $A$ after $U$), so $W\geq t-s$; hence "
            r"it never "
            r"acquiesces if $z<s$,",
            "(1 - d)*(z - s) < d*r*(W - t + s)",
            "z < s",
            "W >= t - s",
        ),
        _step(
            r"and the constraint can only make it protest more: if it acquiesces, then $z\geq s$.",
            "z >= s",
            "(1 - d)*(z - s) >= d*r*(W - t + s)",
            "W >= t - s",
        ),
        _step(
            r"If fruitless talk follows the constraint ($W=t$): $s(1-\delta+\delta\rho)\leq(1-\delta)z$.",
            "((1 - d)*(z - s) >= d*r*(t - t + s)) == (s*(1 - d + d*r) <= (1 - d)*z)",
        ),
        _step(
            r"If joint work follows it ($W=t+m-e$): $s(1-\delta+\delta\rho)\leq(1-\delta)z-\delta\rho(m-e)$.",
            "((1 - d)*(z - s) >= d*r*(t + m - e - t + s)) == (s*(1 - d + d*r) <= (1 - d)*z - d*r*(m - e))",
        ),
        _step(
            r"If Mexico acquiesces there too ($W=t-s$), or if $k=K$: $s\leq z$, realism's own condition.",
            "((1 - d)*(z - s) >= d*r*(t - s - t + s)) == (s <= z)",
        ),
    ),
    claims=(7, 25, 85),
    trial=_protest_trial,
)


# --- 2: trap and investment --------------------------------------------------------------------------------------------


def raid_kind(g: object, X: object, *, delta: object, rho: object = 1, naive: bool = False) -> str:
    """What a protested raid is to Washington, where fruitless talk is the alternative (frustration at its highest).

    Parameters
    ----------
    g : number
        What the raid brings in its period (talk brings 0).
    X : number
        What the next level is truly worth to Washington, average discounted.
    delta, rho : numbers
        Washington's discount factor; probability that protest ends in a constraint.
    naive : bool
        Washington takes the number of constraints as fixed.

    Returns
    -------
    str
        ``"no raid"``; ``"deliberate investment"``: it loses now and gains by the constraint; ``"unforeseen investment"`` (naive)
        or ``"investment"``: it pays now and the constraint pays too; ``"trap"``: it pays now, and the constraint takes from
        Washington what it could have had by raiding on.

    Examples
    --------
    >>> raid_kind("-1/2", 2, delta="1/2"), raid_kind("-1/2", 2, delta="1/2", naive=True)
    ('deliberate investment', 'no raid')
    >>> raid_kind("1/2", 0, delta="1/2"), raid_kind("1/2", 2, delta="1/2", naive=True)
    ('trap', 'unforeseen investment')
    """
    now, later, d, r = (rational(x) for x in (g, X, delta, rho))
    raids = now >= 0 if naive else (1 - d) * now + d * r * later >= 0
    if not raids:
        return "no raid"
    if now < 0:
        return "deliberate investment"
    if later > now:
        return "unforeseen investment" if naive else "investment"
    return "trap" if later < now else "neither"


def _raid_trial(values: Mapping[str, object]) -> tuple[Trial, ...]:
    p, K, F, naive = _numbers(values)
    game = _game(K, F, naive, p)
    truth = _truth(game)
    place = {(v["k"], v["f"]): s for s, v in enumerate(game.variables)}
    d, r = p["delta_US"], p["rho"]
    trials = []
    for e in solve(game, MarkovPerfect(pure=True)).equilibria:
        true = profile_values(truth, e.profile, 0)
        for s, v in enumerate(game.variables):
            k, chosen = int(v["k"]), _choices(game, e.profile, s)
            if v["f"] != F or k == K or (chosen["N"], chosen["U"]) != ("S", "P"):
                continue
            g = next(rational(play.payoffs[0]) for play in game.periods[s].plays if play.label == "UP")
            X = Fraction(true[place[k + 1, 0]])  # type: ignore[arg-type]
            if 0 in (g, X - g, (1 - d) * g + d * r * X):
                continue
            found = "no raid"
            if chosen[""] == "U":
                gains = true[s] > g  # more than the same raids without any constraint to come
                word = "unforeseen investment" if naive else "investment"
                found = ("deliberate investment" if g < 0 else word) if gains else "trap"
                if not true[s] >= 0:
                    found = "worse than talk"
            trials.append(Trial(game.states[s], raid_kind(g, X, delta=d, rho=r, naive=naive), found))
    return tuple(trials)


TRAP = Proposition(
    name="trap_or_investment",
    title="Trap or investment",
    plain=(
        "A protested raid is an investment exactly if the constraint is worth more to Washington than the "
        "raid itself, and a trap "
        "exactly if it is worth less; with foresight Washington also raids at a loss to get the constraint, "
        "without it never."
    ),
    statement=(
        r"Let $k<K$ and $f=F$ in the reduced game, Mexico shirking after $N$ and protesting after $U$ there; "
        r"$\rho>0$. Let $g=a_0+a_1F-ck-l$ be "
        r"what a raid brings now, and $X=V_{US}(k+1,0)$ what the next level is truly worth to Washington. A "
        r"Washington that foresees the ratchet "
        r"raids if $(1-\delta)g+\delta\rho X>0$ and negotiates if it is negative; a naive one raids if $g>0$ "
        r"and negotiates if $g<0$. The raid's true "
        r"value is $V=(1-\lambda)g+\lambda X$ with $\lambda=\delta\rho/(1-\delta+\delta\rho)$. Against the "
        r"same raids without a ratchet (worth $g$) it is"
    ),
    conditions=r"\text{an investment iff } X>g, \qquad \text{a trap iff } X<g",
    steps=(
        ProofStep(
            r"A protested raid brings $g$ and leads to $(k+1,0)$ with probability $\rho$; fruitless talk brings "
            r"$0$ and, at $f=F$, "
            r"leaves the state as it is.",
            reads=_washington,
        ),
        _step(
            r"Raiding until the constraint comes is worth $V$ with $V(1-\delta+\delta\rho)=(1-\delta)g+\delta\rho X$.",
            "(v == (1 - d)*g + d*(r*X + (1 - r)*v)) == (v*(1 - d + d*r) == (1 - d)*g + d*r*X)",
        ),
        _step(
            r"Talk once instead is worth $\delta V$, no better if and only if $V\geq0$;",
            "(v >= (1 - d)*0 + d*v) == (v >= 0)",
        ),
        _step(
            r"if Washington negotiates, its value is $0$, and one raid is no better if and only if "
            r"$(1-\delta)g+\delta\rho X\leq0$.",
            "(0 >= (1 - d)*g + d*(r*X + (1 - r)*0)) == ((1 - d)*g + d*r*X <= 0)",
        ),
        _step(
            r"A naive Washington believes that the state stays: raiding is worth $g$ to it, against $0$.",
            "(v == (1 - d)*g + d*v) == (v == g)",
        ),
        _step(
            r"The ratchet adds to the raids, $V>g$, if and only if $X>g$,",
            "((1 - d)*g + d*r*X > (1 - d + d*r)*g) == (X > g)",
            "r > 0",
        ),
        _step(
            r"and takes from them, $V<g$, if and only if $X<g$.",
            "((1 - d)*g + d*r*X < (1 - d + d*r)*g) == (X < g)",
            "r > 0",
        ),
        _step(
            r"A raid that is made at a loss with foresight is an investment, never a trap: $X>0>g$.",
            "X > 0 and X > g",
            "g < 0",
            "(1 - d)*g + d*r*X >= 0",
            "r > 0",
        ),
        _step(
            r"No raid is worse than talk for ever. With foresight $V\geq0$, as above. A naive Washington, which "
            r"could negotiate for ever "
            r"for $0$ or more ($r_c\geq0$), acts alone only in periods whose payoff is not negative, so that all "
            r"its periods are "
            r"worth $0$ or more, and with them $X$ and $V$.",
            "(1 - d)*g + d*r*X >= 0",
            "g >= 0",
            "X >= 0",
        ),
        _step(
            r"Joint work for ever after the constraint ($X=r_c$) makes every raid an investment, since $UP<NE$ "
            r"($g<r_c$);",
            "X > g",
            "g < rc",
            "X == rc",
        ),
        _step(
            r"fruitless talk for ever after it ($X=0$) makes every raid that pays a trap.",
            "X < g",
            "g > 0",
            "X == 0",
        ),
        _step(
            r"Foresight is what turns a loss into a raid: for $-\delta\rho X<(1-\delta)g<0$ only a Washington "
            r"that foresees the ratchet raids.",
            "(1 - d)*g + d*r*X > 0 and g < 0",
            "-d*r*X < (1 - d)*g",
            "(1 - d)*g < 0",
        ),
    ),
    claims=(23, 29, 31, 87),
    trial=_raid_trial,
)
