"""Rival: optimal indirect control. Costly intervention is how a principal without commitment disciplines an agent.

After Padro i Miquel and Yared (2012), in the article's words. Washington relies on Mexico (N); Mexico enforces (E) or shirks (S).
What can be seen is trouble, which follows shirking for sure and enforcement with probability q. Play has two phases: reliance (p = 0),
which trouble ends, and intervention (p = 1), which ends with probability r after each unilateral act (U), so that 1/r is its
expected length. The phase touches no payoff: it is memory. Acting alone costs Washington (``ru < 0``, ``l > 0``).

*Its own concept* is equilibrium in public strategies of these two phases; that is Markov perfection in the game whose state is the
phase, so both accounts are solved alike here. Strategies with more phases, which their theorem on efficient play allows, are left out.
*The article's game* adds the ratchet: a protested intervention makes the next one dearer.

Source: G. Padro i Miquel and P. Yared, "The Political Economy of Indirect Control", Quarterly Journal of Economics 127 (2012).
"""

from __future__ import annotations

from fractions import Fraction

from gametheory.claims import Claim
from gametheory.equilibria.solution import Solution
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Prohibit
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import both_ways, numeric, paths, proposition, pure
from gametheory.studies.us_mexico.proofs import ProofStep, Proposition, Trial
from gametheory.studies.us_mexico.reduced import base_game

__all__ = ["DISCIPLINE", "MEMBER", "control_game", "control_numbers", "longest_leniency"]

_VALUES = {
    "delta_US": "9/10", "q": "1/5", "r": "1/2", "ru": "-1/4", "e": "1/2", "c": "2", "a0": "0", "m1": "0",
}  # fmt: skip


def control_game(*, K: int = 0, force: bool = True) -> DynamicGame:
    """The game of indirect control, every parameter a symbol.

    Parameters
    ----------
    K : int
        Largest number of constraints; 0: no ratchet, which is the rival's own game.
    force : bool
        False: Washington cannot act alone.

    Examples
    --------
    >>> control_game().states, len(control_game(K=2).states)
    (('p=0', 'p=1'), 6)
    """
    phase = Counter("p", upto=1, on={"NS": 1, "NE": "q"}, down={"UA": "r", "UP": "r"})
    ratchet = (
        Counter("k", upto=K, on={"UP": "rho"}, ratchet=True),
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("MX", on="NE", by="m1*k"),
    )
    return base_game().with_rules(
        phase, *(ratchet if K else ()), *(() if force else (Prohibit("US", "U", when="p >= 0"),))
    )


def control_numbers(*, K: int = 0, force: bool = True, **change: object) -> DynamicGame:
    """The game at this rival's numbers, with some changes.

    Examples
    --------
    >>> pure(control_numbers(force=False)).paths
    {'NS for ever': 1}
    """
    return numeric(control_game(K=K, force=force), _VALUES, change)


def longest_leniency(*, delta: object, q: object, loss: object, effort: object) -> Fraction:
    """The largest probability r of ending an intervention that still makes Mexico enforce; below 0 there is none.

    Parameters
    ----------
    delta : number
        Mexico's discount factor.
    q : number
        Probability of trouble although it enforces.
    loss : number
        What an intervention costs it in a period, min(s, z).
    effort : number
        What enforcement costs it, e - m0.

    Examples
    --------
    >>> longest_leniency(delta="9/10", q="1/5", loss="6/5", effort="1/2")
    Fraction(182, 225)
    """
    d, luck, x, e = (rational(y) for y in (delta, q, loss, effort))
    return (1 - luck) * x / e - 1 / d


def _disciplined(solution: Solution) -> bool:
    """Whether some equilibrium relies on Mexico, which enforces, and intervenes after trouble."""
    for e in solution.equilibria:
        plays = [{m.outcome for m in row if m.probability} for row in e.chain.moves]
        if plays[0] == {"NE"} and plays[1] <= {"UA", "UP"}:
            return True
    return False


def _trial(values: dict[str, object]) -> tuple[Trial, ...]:
    v = {name: rational(x) for name, x in values.items()}
    d, D = v["delta_MX"], v["delta_US"]
    x, effort = min(v["s"], v["z"]), v["e"] - v["m0"]
    g = (v["ru"] if v["z"] >= v["s"] else -v["l"]) + v["a0"]
    predicted = v["r"] <= longest_leniency(delta=d, q=v["q"], loss=x, effort=effort) and (
        g * (1 - D + D * v["q"]) + D * v["r"] * v["rc"] >= 0
    )
    found = _disciplined(pure(control_game().subs(**v)))
    word = {True: "discipline", False: "no discipline"}
    return (Trial("p=0", word[bool(predicted)], word[found]),)


def _reads() -> bool:
    game = control_game()
    moves = [{p.label: {t: str(w) for w, t in p.next} for p in period.plays} for period in game.periods]
    return moves == [
        {"NE": {0: "1 - q", 1: "q"}, "NS": {1: "1"}, "UA": {0: "1"}, "UP": {0: "1"}},
        {"NE": {1: "1"}, "NS": {1: "1"}, "UA": {0: "r", 1: "1 - r"}, "UP": {0: "r", 1: "1 - r"}},
    ]


def _step(text: str, statement: str, *given: str) -> ProofStep:
    base = ["0 < d < 1", "0 < q < 1", "0 < r <= 1", "e > 0", "x > 0", "rc > g"]
    return ProofStep(text, Claim(statement, [*base, *given], parameters=("t", "u", "w", "g")))


_MX = ("u == (1 - d)*(t - e) + d*(q*w + (1 - q)*u)", "w == (1 - d)*(t - x) + d*(r*u + (1 - r)*w)")
_US = ("u == (1 - d)*rc + d*(q*w + (1 - q)*u)", "w == (1 - d)*g + d*(r*u + (1 - r)*w)")

_X, _U, _W = "(1 - d + d*q + d*r)", "(rc*(1 - d + d*r) + d*q*g)", "(g*(1 - d + d*q) + d*r*rc)"

DISCIPLINE = Proposition(
    name="indirect_control",
    title="Costly intervention as discipline",
    plain=(
        "Without a ratchet Washington can rely on Mexico and intervene at a loss after trouble, for ever again, "
        "if interventions are long "
        "enough to be feared and short enough to be worth ending."
    ),
    statement=(
        r"In the game of two phases, let $x=\min(s,z)$ be what an intervention costs Mexico, "
        r"$\varepsilon=e-m_0>0$ the cost of "
        r"enforcement, $g<r_c$ what an intervention brings Washington. Reliance met by enforcement, with "
        r"intervention after "
        r"trouble, is a Markov perfect equilibrium if and only if"
    ),
    conditions=(
        r"r \leq (1-q)\,x/\varepsilon-1/\delta_{MX} \;\text{and}\; "
        r"g\,(1-\delta_{US}+\delta_{US}q)+\delta_{US}\,r\,r_c \geq 0"
    ),
    steps=(
        ProofStep(
            r"Trouble leads from reliance to intervention, an act from intervention to reliance with probability "
            r"$r$; nothing else "
            r"moves the phase.",
            reads=_reads,
        ),
        _step(
            r"Mexico's values in the two phases differ by $(1-\delta)(x-\varepsilon)/(1-\delta+\delta q+\delta r)$.",
            "(u - w)*(1 - d + d*q + d*r) == (1 - d)*(x - e)",
            *_MX,
        ),
        _step(
            r"Enforcing is no worse than shirking in reliance iff $\delta(1-q)$ times that difference is at least "
            r"$(1-\delta)\varepsilon$,",
            "((1 - d)*(t - e) + d*(q*w + (1 - q)*u) >= (1 - d)*t + d*w) == (d*(1 - q)*(u - w) >= (1 - d)*e)",
        ),
        _step(
            r"that is, iff $r\delta\varepsilon\leq\delta(1-q)x-\varepsilon$.",
            "(d*(1 - q)*(x - e) >= e*(1 - d + d*q + d*r)) == (r*d*e <= d*(1 - q)*x - e)",
        ),
        _step(r"In the phase of intervention it would shirk after $N$.", "(1 - d)*t + d*w > (1 - d)*(t - e) + d*w"),
        _step(
            r"Washington's values differ by $(1-\delta)(r_c-g)/(1-\delta+\delta q+\delta r)$.",
            "(u - w)*(1 - d + d*q + d*r) == (1 - d)*(rc - g)",
            *_US,
        ),
        _step(
            r"Intervening is no worse than fruitless talk, after which the phase goes on, iff $(1-\delta)g+\delta "
            r"r(u-w)\geq0$,",
            "((1 - d)*g + d*(r*u + (1 - r)*w) >= d*w) == ((1 - d)*g + d*r*(u - w) >= 0)",
        ),
        _step(
            r"that is, iff $g(1-\delta+\delta q)+\delta r\,r_c\geq0$.",
            "(g*(1 - d + d*q + d*r) + d*r*(rc - g) >= 0) == (g*(1 - d + d*q) + d*r*rc >= 0)",
        ),
        _step(
            r"In reliance it does not intervene: $(r_c-g)(1-\delta+\delta q+\delta r)>\delta q(r_c-g)$.",
            "(rc - g)*(1 - d + d*q + d*r) > d*q*(rc - g)",
        ),
        _step(
            r"Reliance is then worth $(r_c(1-\delta+\delta r)+\delta q\,g)/(1-\delta+\delta q+\delta r)$ to Washington, intervention "
            r"$(g(1-\delta+\delta q)+\delta r\,r_c)/(1-\delta+\delta q+\delta r)$: the two solve the equations of the values,",
            f"{_U} == (1 - d)*rc*{_X} + d*(q*{_W} + (1 - q)*{_U}) and {_W} == (1 - d)*g*{_X} + d*(r*{_U} + (1 - r)*{_W})",
        ),
        _step(
            r"which rises in $r$: the best such play ends interventions as soon as Mexico's incentive allows.",
            "(rc*(1 - d + d*b) + d*q*g)*(1 - d + d*q + d*r) > (rc*(1 - d + d*r) + d*q*g)*(1 - d + d*q + d*b)",
            "b > r",
        ),
    ),
    claims=(23, 85),
    trial=_trial,  # type: ignore[arg-type]
)


def _unravels() -> bool:
    """A protested intervention that loses now and leads where Washington has 0 is worse than talk, level after level."""
    proof = Claim("(1 - d)*g + d*0 < 0", ["0 < d < 1", "g < 0", "c >= 0"]).prove()
    dearer = Claim("g - c < 0", ["g < 0", "c >= 0"]).prove()
    return all(v.kind == "proved" and bool(v.verify()) for v in (proof, dearer))


def _enforced(of: DynamicGame) -> list[Fraction]:
    return sorted({e.chain.frequencies().get("NE", Fraction(0)) for e in pure(of).equilibria})


def _verdicts() -> tuple[Verdict, ...]:
    DISCIPLINE.verify()
    own, barred = control_numbers(), control_numbers(force=False)
    ratchet, gain, cheap = control_numbers(K=2), control_numbers(K=2, m1="2/5"), control_numbers(K=2, c="1/10")
    shares = {name: _enforced(of) for name, of in (("own", own), ("barred", barred), ("ratchet", ratchet))}
    raids = [e.chain.frequencies() for e in pure(own).equilibria]
    recur = any(f.get("NE", 0) > 0 and f.get("UP", 0) + f.get("UA", 0) > 0 for f in raids)
    told = {name: ", ".join(map(str, found)) for name, found in shares.items()}
    destroyed = max(shares["own"]) > 0 and max(shares["ratchet"]) == 0
    survives = {"it bites (c = 2)": ratchet, "it hardly bites (c = 1/10)": cheap, "it brings gains (m1 = 2/5)": gain}
    return (
        proposition(
            "Costly intervention, again and again, is how Mexico is made to enforce",
            recur and max(shares["barred"]) == 0,
            f"own concept (public strategies of two phases), all payoffs: {DISCIPLINE.plain} At these numbers "
            f"enforcement fills "
            f"{told['own']} of the periods in the long run over all pure equilibria; without the power to act "
            f"alone {told['barred']}",
            85,
            evidence="proved (" + "; ".join(DISCIPLINE.evidence) + ")",
        ),
        Verdict(
            "Unilateral acts raise Mexico's effort under the ratchet too",
            LedgerVerdict.CONTRADICTED if destroyed and _unravels() else LedgerVerdict.CONDITIONAL,
            "exact solutions; proved (induction over levels, each step by linear programming)",
            f"long-run share of enforcement with a ratchet that bites: {told['ratchet']}, against {told['own']} "
            f"without. If at k = K an "
            "intervention is no longer worth its price, then at K - 1 it loses now and leads where Mexico shirks "
            "for ever, "
            "so it is not made there either (rho = 1), and so on down to k = 0: intervention is feared only if it can be "
            "repeated",
            (23, 30),
        ),
        both_ways(
            "The ratchet destroys discipline",
            {f"{name}: {paths(pure(of))}": max(_enforced(of)) == 0 for name, of in survives.items()},
            "the last constraint makes acting alone too dear to be credible, and institutions bring Mexico less than "
            "enforcement costs",
            30,
            31,
        ),
    )


def _setting(name: str, title: str, shows: str, **values: object) -> Setting:
    return Setting(name, title, lambda: control_numbers(**values), shows)  # type: ignore[arg-type]


MEMBER = Member(
    name="rival_indirect_control",
    title="Rival: optimal indirect control",
    about="Intervention as costly discipline of an agent, with a public signal of trouble; then with the ratchet on intervention.",
    point="rivals",
    claims=(23, 30, 31, 85),
    settings=(
        _setting("discipline", "Discipline by costly intervention", "Reliance, trouble, intervention, for ever again."),
        _setting("no_force", "Washington cannot act alone", "Mexico shirks.", force=False),
        _setting("ratchet", "Discipline under a ratchet that bites", "Discipline unravels.", K=2),
        _setting(
            "ratchet_gain", "Discipline, and institutions that pay", "The ratchet leads to joint work.", K=2, m1="2/5"
        ),
    ),
    verdicts=_verdicts,
)
