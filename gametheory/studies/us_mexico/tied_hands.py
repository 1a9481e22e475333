"""Tied hands in a relational contract: when a fine on acting alone raises the best joint payoff, and when it destroys it.

One period, both at once: Washington negotiates (N) or acts alone (U); Mexico is complaisant (C: it enforces, or
acquiesces) or defiant (R: it shirks, or protests). To Washington the outcomes NC, NR, UC, UR are worth ``R, S, T - f, P -
f`` with ``T > R > P > S``, where f is the fine (the price that constraints put on acting alone), and to Mexico ``R2, T2,
S2, P2`` with ``T2 > R2 > P2 > S2``: a prisoner's dilemma, as the frustrated game of the article is. The period is
repeated for ever with one discount factor d; the two can pay each other before each period. Joint work is the best joint
outcome: ``R + R2`` exceeds ``T + S2`` and ``S + T2``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gametheory.claims import Claim
from gametheory.equilibria.solve import solve
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Fine
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.proofs import ProofStep, Proposition, Trial

__all__ = ["TIED_HANDS", "dilemma", "sustained", "window"]

_NAMES = ("R", "S", "T", "P", "R2", "S2", "T2", "P2", "d", "f")


def dilemma() -> DynamicGame:
    """The repeated period with the fine, every parameter a symbol.

    Examples
    --------
    >>> [str(play.payoffs[0]) for play in dilemma().periods[0].plays]
    ['R', 'S', 'T - f', 'P - f']
    """
    stage = StageGame(
        [["R", "S"], ["T", "P"]],  # type: ignore[arg-type]  # the class reads names
        [["R2", "T2"], ["S2", "P2"]],  # type: ignore[arg-type]
        players=("US", "MX"),
        actions=(("N", "U"), ("C", "R")),
    )
    return DynamicGame.repeated(stage, discount="d").with_rules(Fine("US", on=("UC", "UR"), by="f"))


def _read(values: Mapping[str, object]) -> dict[str, Fraction]:
    missing = [n for n in _NAMES if n not in values]
    if missing:
        raise InputError("values", sorted(values), f"a number for each of {', '.join(_NAMES)}")
    v = {n: rational(values[n], field=n) for n in _NAMES}
    if not (v["T"] > v["R"] > v["P"] > v["S"] and v["T2"] > v["R2"] > v["P2"] > v["S2"]):
        raise InputError("values", {k: str(x) for k, x in v.items()}, "a dilemma: T > R > P > S, T2 > R2 > P2 > S2")
    if not (v["R"] + v["R2"] > max(v["T"] + v["S2"], v["S"] + v["T2"]) and v["f"] >= 0 and 0 < v["d"] < 1):
        raise InputError("values", {k: str(x) for k, x in v.items()}, "R + R2 the largest sum, f >= 0, 0 < d < 1")
    return v


def sustained(values: Mapping[str, object]) -> bool:
    """Whether joint work can be sustained under the fine, by the proposition (nothing is solved).

    Parameters
    ----------
    values : mapping
        Numbers for R, S, T, P, R2, S2, T2, P2, the discount factor d and the fine f.

    Examples
    --------
    >>> point = {"R": 2, "S": 0, "T": "27/10", "P": "7/10", "R2": 2, "S2": 1, "T2": 3, "P2": "9/5", "d": "2/5"}
    >>> [sustained({**point, "f": f}) for f in (0, "7/10", 3)]
    [False, True, False]
    """
    v = _read(values)
    d, f, both = v["d"], v["f"], v["R"] + v["R2"]
    tempted = max(v["T"] - f - v["R"], Fraction(0)) + v["T2"] - v["R2"]
    dear = f - (v["P"] - v["S"])  # what punishing Mexico by U costs Washington in its period
    punished = d * (both - max(v["P"] - f, v["S"]) - v["P2"])
    if dear <= 0:
        return (1 - d) * tempted <= punished
    price = min(dear, max(f - (v["T"] - v["R"]), Fraction(0)) + v["P2"] - v["S2"])
    alone = d * (both - v["S"] - v["T2"])
    return ((1 - d) * tempted <= punished and (1 - d) * price <= punished) or (1 - d) * tempted <= alone


def window(values: Mapping[str, object]) -> tuple[Fraction, Fraction] | None:
    """The fines up to ``P - S`` that sustain joint work: from the smallest on; None if there is none.

    Larger fines may sustain it too: see :func:`sustained`.

    Examples
    --------
    >>> point = {"R": 2, "S": 0, "T": "27/10", "P": "7/10", "R2": 2, "S2": 1, "T2": 3, "P2": "9/5", "d": "2/5"}
    >>> window(point)
    (Fraction(21, 50), Fraction(7, 10))
    """
    v = _read({**values, "f": 0})
    d, most = v["d"], v["P"] - v["S"]
    if not sustained({**v, "f": most}):
        return None
    theta, tau, gain = v["T"] - v["R"], v["T2"] - v["R2"], v["R"] + v["R2"] - v["P"] - v["P2"]
    least = (1 - d) * (theta + tau) - d * gain  # while f <= theta
    if least > theta:
        least = ((1 - d) * tau - d * gain) / d
    return max(least, Fraction(0)), most


def _trial(values: Mapping[str, object]) -> tuple[Trial, ...]:
    v = _read(values)
    found = solve(dilemma().subs(**v), SubgamePerfect(transfers=True))
    joint = found.evidence.joint[0]
    word = {True: "sustained", False: "not sustained"}
    return (Trial(f"f = {v['f']}", word[sustained(v)], word[joint == v["R"] + v["R2"]]),)


def _payoffs() -> bool:
    import sympy

    plays = {p.label: p.payoffs for p in dilemma().periods[0].plays}
    R, S, T, P, R2, S2, T2, P2, f = sympy.symbols("R S T P R2 S2 T2 P2 f")
    told = {"NC": (R, R2), "NR": (S, T2), "UC": (T - f, S2), "UR": (P - f, P2)}
    return all(sympy.expand(a - b) == 0 for x, pair in told.items() for a, b in zip(plays[x], pair, strict=True))


_GIVEN = ["T > R", "R > P", "P > S", "T2 > R2", "R2 > P2", "P2 > S2", "0 < d < 1", "f >= 0", "g > f"]
_SLACK = "d*(R + R2 - (P - {x}) - P2) - (1 - d)*({tempted} + T2 - R2)"


def _step(text: str, statement: str, *given: str) -> ProofStep:
    return ProofStep(text, Claim(statement, [*_GIVEN, *given]))


TIED_HANDS = Proposition(
    name="tied_hands",
    title="Tied hands",
    plain=(
        "A fine on acting alone makes cooperation easier to sustain as long as punishing is still worth its "
        "while (up to P - S); "
        "beyond that it makes the punishment dear and in the end destroys it."
    ),
    statement=(
        r"Let the frustrated period, a prisoner's dilemma for both, be repeated with voluntary transfers and a "
        r"common discount factor $\delta$, "
        r"let $f$ be the fine on $U$, $D=\delta/(1-\delta)$, $\theta=T-R$ and $\tau=T_2-R_2$ the two temptations. "
        r"Among fines $f\leq P-S$ the set of those that "
        r"sustain joint work is an interval that ends at $P-S$; tying hands makes joint work possible where it "
        r"was not, for some of them, if and only if"
    ),
    conditions=(r"\theta+\tau > D\,(R+R_2-P-P_2) \;\text{and}\; (\theta-(P-S))^{+}+\tau \leq D\,(R+R_2-S-P_2)"),
    steps=(
        ProofStep(
            r"The payoffs are $R,S,T-f,P-f$ to Washington and $R_2,T_2,S_2,P_2$ to Mexico at $NC,NR,UC,UR$.",
            reads=_payoffs,
        ),
        ProofStep(
            r"An outcome is sustained if and only if what the two would gain by leaving it in the period is "
            r"together at most $D$ times what the best joint "
            r"payoff exceeds the sum of both worst payoffs by; the worst payoff of a player is the least, over "
            r"sustained outcomes, of what she gets by her best "
            r"action against the other's.",
            source="Goldluecke and Kranz (2012)",
        ),
        _step(
            r"Washington is worst off when Mexico is defiant, whatever it then does itself.",
            "P - f < T - f and S < R",
        ),
        _step(
            r"$UR$ (if $f\leq P-S$) or $NR$ (otherwise) is an equilibrium of the period, so sustained, and with "
            r"it Washington's worst payoff $\max(P-f,S)$.",
            "(P - f >= S and P2 > S2) or (S > P - f and T2 > R2)",
        ),
        _step(
            r"If $f\leq P-S$, $UR$ also gives Mexico its worst payoff $P_2$, less than the $T_2$ that it has "
            r"after $N$.",
            "P2 < T2",
        ),
        _step(
            r"So joint work is sustained at such an $f$ if and only if $(\theta-f)^{+}+\tau\leq "
            r"D(R+R_2-(P-f)-P_2)$. The difference of the two sides, times "
            r"$1-\delta$, rises in $f$ where Washington is still tempted,",
            _SLACK.format(x="g", tempted="T - g - R") + " > " + _SLACK.format(x="f", tempted="T - f - R"),
        ),
        _step(
            r"and where it no longer is.",
            _SLACK.format(x="g", tempted="0") + " > " + _SLACK.format(x="f", tempted="0"),
        ),
        _step(
            r"At $f=P-S$ the condition is the second one stated; it holds for no smaller fine if it fails there, "
            r"and at $f=0$ it is the first one's negation.",
            "(d*(R + R2 - (P - (P - S)) - P2) >= (1 - d)*(T2 - R2)) == (d*(R + R2 - S - P2) >= (1 - d)*(T2 - R2))",
        ),
        _step(
            r"While $f\leq\theta$ the least such fine is $(1-\delta)(\theta+\tau)-\delta(R+R_2-P-P_2)$.",
            "(d*(R + R2 - P + f - P2) >= (1 - d)*(T - f - R + T2 - R2)) == (f >= (1 - d)*(T - R + T2 - R2) - "
            "d*(R + R2 - P - P2))",
        ),
        _step(
            r"Beyond $P-S$ punishing by $UR$ costs Washington $f-(P-S)>0$ in its period, rising in $f$ without "
            r"bound, while what it is sustained by stays "
            r"$D(R+R_2-S-P_2)$.",
            "S - (P - g) > S - (P - f) and S - (P - f) == f - (P - S)",
        ),
        _step(
            r"Where no punishment by $U$ is sustained, Mexico's worst payoff is $T_2$, and less is left to "
            r"sustain joint work by.",
            "d*(R + R2 - S - T2) < d*(R + R2 - S - P2)",
        ),
    ),
    claims=(28, 30, 35, 56),
    trial=_trial,
)
