"""Rival: tied hands. In a relational contract a limit on unilateral acts can raise cooperation, or destroy what punishes.

*Its own concept* is subgame perfection with memory, with voluntary payments between the sides; the frustrated period of the reduced game
is repeated and acting alone carries a fine (:mod:`tied_hands` has the theorem). *Ours* is Markov perfection: without memory nothing is
punished, and a fine alone never brings joint work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gametheory.claims import Claim
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.equilibria.subgame_perfect import SubgamePerfect
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.ledger_tools import game, paths
from gametheory.studies.us_mexico.member_tools import proposition
from gametheory.studies.us_mexico.reduced import BASELINE
from gametheory.studies.us_mexico.tied_hands import TIED_HANDS, dilemma, sustained, window

__all__ = ["MEMBER", "FinePoint", "contract", "fine_curve", "frustrated_period"]

_READING = {"NC": "NE", "NR": "NS", "UC": "UA", "UR": "UP"}


def frustrated_period(*, f: int = 2, **change: object) -> dict[str, Fraction]:
    """The period's payoffs at the baseline of the reduced game, frustration f, no constraint, with some changes.

    Examples
    --------
    >>> {name: str(x) for name, x in frustrated_period().items()}
    {'R': '2', 'S': '0', 'T': '27/10', 'P': '7/10', 'R2': '2', 'S2': '1', 'T2': '3', 'P2': '9/5'}
    """
    b = {name: rational(x) for name, x in {**BASELINE, **change}.items()}
    alone = b["a0"] + b["a1"] * f
    return {
        "R": b["rc"],
        "S": Fraction(0),
        "T": b["ru"] + alone,
        "P": alone - b["l"],
        "R2": b["t"] + b["m0"] - b["e"],
        "S2": b["t"] - b["s"],
        "T2": b["t"],
        "P2": b["t"] - b["z"],
    }


def contract(*, fine: object, discount: object, **change: object) -> DynamicGame:
    """The frustrated period repeated, with a fine on acting alone and one discount factor for both; with some changes.

    Examples
    --------
    >>> contract(fine="7/10", discount="2/5").outcomes
    ('NC', 'NR', 'UC', 'UR')
    """
    return dilemma().subs(**frustrated_period(**change), f=fine, d=discount)  # type: ignore[arg-type]


@dataclass(frozen=True)
class FinePoint:
    """What a fine does to the contract, exactly.

    Attributes
    ----------
    fine, discount : Fraction
    joint : Fraction
        Largest joint payoff, average discounted, of subgame-perfect play with payments.
    admitted : tuple of str
        Outcomes that can be sustained with payments.
    without_payments : bool or None
        Whether joint work for ever is sustained without payments (a public draw is allowed); None if that stayed open.
    """

    fine: Fraction
    discount: Fraction
    joint: Fraction
    admitted: tuple[str, ...]
    without_payments: bool | None


def fine_curve(fines: Sequence[object], *, discount: object) -> tuple[FinePoint, ...]:
    """The best joint payoff as the fine rises.

    Examples
    --------
    >>> [str(p.joint) for p in fine_curve([0, "7/10", 3], discount="2/5")]
    ['37/10', '4', '3']
    """
    from gametheory.equilibria.solvers._polygon import contains
    from gametheory.exact import to_flint

    period = frustrated_period()
    best = (to_flint(period["R"]), to_flint(period["R2"]))
    points = []
    for fine in fines:
        of = contract(fine=fine, discount=discount)
        paid = solve(of, SubgamePerfect(transfers=True))
        paid.verify()
        plain = solve(of, SubgamePerfect())
        plain.verify()
        found = plain.payoff_sets[0]
        possible = contains([(to_flint(x), to_flint(y)) for x, y in found.outer], [best])
        held = True if (period["R"], period["R2"]) in found else None if possible else False
        evidence = paid.evidence
        points.append(FinePoint(rational(fine), rational(discount), evidence.joint[0], evidence.admitted[0], held))
    return tuple(points)


def _best(point: FinePoint) -> list[str]:
    """Outcomes sustained for ever with the largest joint payoff, in the words of the article's outcomes."""
    period = contract(fine=point.fine, discount=point.discount).periods[0]
    return [_READING[p.label] for p in period.plays if p.label in point.admitted and sum(p.payoffs) == point.joint]


def _verdicts() -> tuple[Verdict, ...]:
    TIED_HANDS.verify()
    d = Fraction(2, 5)
    point = {**frustrated_period(), "d": d}
    tied = window(point)
    fines = (Fraction(0), *(tied or ()), Fraction(3))
    curve = fine_curve(fines, discount=d)
    agrees = all((p.joint == point["R"] + point["R2"]) == sustained({**point, "f": p.fine}) for p in curve)
    told = "; ".join(
        f"fine {p.fine}: joint payoff {p.joint}, joint work without payments "
        f"{'open' if p.without_payments is None else 'yes' if p.without_payments else 'no'}"
        for p in curve
    )
    span = " to ".join(map(str, tied or ()))
    rises = curve[0].joint < max(p.joint for p in curve[1:-1])
    falls = curve[-1].joint < max(p.joint for p in curve)
    never = Claim("not (R2 >= T2 and R >= T - f)", ["T2 > R2", "f >= 0"], parameters=("R", "T")).prove()
    never.verify()
    markov = {p: solve(contract(fine=p, discount=d), MarkovPerfect(pure=True)).paths for p in (0, "7/10", 3)}
    return (
        proposition(
            "Tying Washington's hands raises the cooperative payoff under a condition, and only as long as "
            "punishing stays "
            "worth its while",
            agrees,
            f"own concept (subgame perfection with memory and payments), all payoffs: {TIED_HANDS.plain}",
            28,
            35,
            evidence="proved (" + "; ".join(TIED_HANDS.evidence) + ")",
        ),
        Verdict(
            "A tighter limit on acting alone always helps cooperation",
            LedgerVerdict.CONDITIONAL if rises and falls else LedgerVerdict.UNDECIDED,
            "exact payoff sets",
            f"frustrated period of the baseline, discount factor {d}: {told}. Without a fine the best that is sustained is "
            f"{' or '.join(_best(curve[0]))}. Condition: the fine lies between "
            f"the smallest that "
            f"sustains joint work and the one that makes punishing too dear (up to P - S: {span})",
            (35, 56),
        ),
        Verdict(
            "Tied hands alone bring joint work without memory too",
            LedgerVerdict.CONTRADICTED if never.kind == "proved" else LedgerVerdict.UNDECIDED,
            "proved (" + ", ".join(never.evidence) + "); exact solutions (Markov perfect)",
            "Mexico gains by shirking in the period whatever the fine. Markov play by fine: "
            + "; ".join(f"{fine}: {' | '.join(found)}" for fine, found in markov.items())
            + f". The article's game with constraints that only price unilateral acts (m1 = 0): {paths(game(m1='0'))}. What flips it: "
            "memory, by which defection is punished; the article's cycle puts institutions that make enforcement "
            "pay in its place",
            (28, 30),
        ),
    )


def _setting(name: str, title: str, shows: str, fine: object, concept: object) -> Setting:
    return Setting(name, title, lambda: contract(fine=fine, discount="2/5"), shows, _READING, concept)


_OWN, _OURS = SubgamePerfect(transfers=True), MarkovPerfect(pure=True)

MEMBER = Member(
    name="rival_tied_hands",
    title="Rival: tied hands in a relational contract",
    about="The frustrated period repeated, with a fine on acting alone: with memory and payments, and without memory.",
    point="rivals",
    claims=(28, 30, 35, 56),
    settings=(
        _setting("untied", "No fine, memory and payments", "Joint work is not sustained.", 0, _OWN),
        _setting("tied", "A fine as large as punishing allows", "Joint work is sustained.", "7/10", _OWN),
        _setting("too_tight", "A larger fine", "The punishment is destroyed.", 3, _OWN),
        _setting("untied_markov", "No fine, no memory", "Raids for ever.", 0, _OURS),
        _setting("tied_markov", "A large fine, no memory", "Fruitless talk for ever.", 3, _OURS),
    ),
    verdicts=_verdicts,
)
