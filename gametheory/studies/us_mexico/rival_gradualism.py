"""Rival: gradualism. Commitments that cannot be taken back are made step by step, or not at all.

After Lockwood and Thomas (2002), in the article's words. Each side has a level of commitment, Washington of limits that it accepts
and Mexico of enforcement that it institutionalises, which can only rise. In a period each raises its level by a step (N, C) or does
not (U, R), both at once. With levels a and b Washington has ``B b - G a`` and Mexico ``B a - G b`` (``B > G > 0``): each would rather
see the other commit.

*Its own concept* is subgame perfection. With divisible steps the symmetric path on which nobody gains by stopping rises for ever in
steps that shrink by ``G/(delta B)`` (proved below from the condition that not raising, after which nobody raises any more, is no
better). With finitely many indivisible steps, the form in which a ratchet game has them, the last one is not worth its cost, and so
none is taken: exact payoff sets.
*Ours* is Markov perfection in the same game. Where commitments can be taken back, joint commitment at once is sustained if
``delta >= G/B``.

Source: B. Lockwood and J. P. Thomas, "Gradualism and Irreversibility", Review of Economic Studies 69 (2002).
"""

from __future__ import annotations

from fractions import Fraction

from gametheory.claims import Claim
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.critical import critical_discount
from gametheory.equilibria.solve import solve
from gametheory.equilibria.subgame_perfect import PayoffSolution, SubgamePerfect
from gametheory.errors import InputError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Prohibit
from gametheory.games.stage import StageGame
from gametheory.games.strategies import grim
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import paths, proposition, pure
from gametheory.studies.us_mexico.proofs import ProofStep

__all__ = ["MEMBER", "STEPS", "commitment_game", "gradual_path", "revocable_game"]

#: No raid exists here: not to accept a further limit is fruitless talk, unless both commit.
_READING = {"NC": "NE", "NR": "NS", "UC": "NS", "UR": "NS"}
_NUMBERS = {"B": "3", "G": "1", "delta": "4/5"}


def _stage() -> StageGame:
    from sympy import symbols

    B, G, h = symbols("B G h")
    return StageGame(
        [["B*h - G*h", "-G*h"], ["B*h", 0]],  # type: ignore[arg-type]  # the class reads expressions
        [["B*h - G*h", "B*h"], ["-G*h", 0]],  # type: ignore[arg-type]
        players=("US", "MX"),
        actions=(("N", "U"), ("C", "R")),
        domain=(B > G, G > 0, h > 0),
    )


def commitment_game(*, steps: int = 2) -> DynamicGame:
    """Both sides raise their commitments, never to be lowered, by steps of h up to a last one; every parameter a symbol.

    Parameters
    ----------
    steps : int
        How many steps each side can take.

    Examples
    --------
    >>> len(commitment_game(steps=2).states), commitment_game(steps=1).is_directional
    (9, True)
    """
    if type(steps) is not int or steps < 1:
        raise InputError("steps", steps, "a whole number, 1 or more")
    game = DynamicGame.repeated(_stage(), discount="delta")
    return game.with_rules(
        Counter("a", upto=steps, on={"NC": 1, "NR": 1}, ratchet=True),
        Counter("b", upto=steps, on={"NC": 1, "UC": 1}, ratchet=True),
        Bonus("US", on=game.outcomes, by="h*(B*b - G*a)"),
        Bonus("MX", on=game.outcomes, by="h*(B*a - G*b)"),
        Prohibit("US", "N", when=f"a >= {steps}"),
        Prohibit("MX", "C", when=f"b >= {steps}"),
    )


def revocable_game() -> DynamicGame:
    """The same commitments made anew in each period: a repeated prisoner's dilemma.

    Examples
    --------
    >>> revocable_game().states
    ('play',)
    """
    return DynamicGame.repeated(_stage(), discount="delta").subs(h=1)


def gradual_path(*, delta: object, B: object, G: object, periods: int, most: object = 1) -> tuple[Fraction, ...]:
    """Levels of the symmetric path on which each side is indifferent, in every period, between raising and stopping for good.

    Parameters
    ----------
    delta, B, G : numbers
    periods : int
        How many levels to list.
    most : number
        The level that the path tends to and never reaches.

    Examples
    --------
    >>> [str(x) for x in gradual_path(delta="4/5", B=3, G=1, periods=3)]
    ['7/12', '119/144', '1603/1728']
    """
    d, gain, cost = (rational(x) for x in (delta, B, G))
    ratio = cost / (d * gain)
    if not 0 < ratio < 1:
        raise InputError("delta", delta, f"more than G/B = {cost / gain}: otherwise no step is worth taking")
    return tuple(rational(most) * (1 - ratio ** (k + 1)) for k in range(periods))


_BASE = ["0 < d < 1", "B > G", "G > 0", "d*B > G"]


def _step(text: str, statement: str, *given: str) -> ProofStep:
    return ProofStep(text, Claim(statement, [*_BASE, *given], parameters=("x", "y", "z", "w", "v")))


#: The proof of the path's form: levels x, y, z in three periods running, w and v what the second and third are worth from then on.
STEPS: tuple[ProofStep, ...] = (
    _step(
        "Who does not raise has the other's new level and its own old one for ever; raising is worth the same at "
        "each step only if the "
        "steps shrink by G/(delta B).",
        "d*B*(z - y) == G*(y - x)",
        "w == (1 - d)*(B - G)*y + d*v",
        "w == B*y - G*x",
        "v == B*z - G*y",
    ),
    _step(
        "A smaller step than that is no better: it costs less now and ends the path as well.",
        "B*y - G*v <= B*y - G*x",
        "v >= x",
        "y >= v",
    ),
    _step(
        "The path that tends to the level 1 is worth B (1 - G/(delta B)) at the start, less than joint "
        "commitment at once (B - G).",
        "B*(d*B - G) < d*B*(B - G)",
    ),
)

#: The last of finitely many steps: h its size, x the level before it.
LAST_STEP = _step(
    "When no step follows, not raising is better whether or not the other raises.",
    "B*(x + h) - G*x > (B - G)*(x + h) and (B - G)*x > B*x - G*(x + h)",
    "h > 0",
    "x >= 0",
)


def _numeric(*, steps: int, **change: object) -> DynamicGame:
    return commitment_game(steps=steps).subs(**{**_NUMBERS, "h": Fraction(1, steps), **change})


def _sets(steps: int, **change: object) -> PayoffSolution:
    found: PayoffSolution = solve(_numeric(steps=steps, **change), SubgamePerfect())
    found.verify()
    return found


def _verdicts() -> tuple[Verdict, ...]:
    for step in (*STEPS, LAST_STEP):
        step.verify()
    path = gradual_path(**_NUMBERS, periods=4)  # type: ignore[arg-type]
    sets = {n: _sets(n).payoff_sets[0] for n in (1, 2)}
    none = all(s.outer == ((Fraction(0), Fraction(0)),) for s in sets.values())
    ours = {n: paths(pure(_numeric(steps=n))) for n in (1, 2)}
    whole = revocable_game()
    critical = critical_discount(whole, (grim(whole, "US"), grim(whole, "MX")))
    back = solve(whole.subs(**_NUMBERS), SubgamePerfect())
    at_once = (Fraction(2), Fraction(2)) in back.payoff_sets[0]
    evidence = "proved (" + "; ".join(dict.fromkeys(s.checked for s in STEPS)) + ")"
    return (
        proposition(
            "Commitments that cannot be taken back are made gradually, in steps that shrink",
            True,
            "own concept (subgame perfection, divisible steps): each step is G/(delta B) of the one before; at "
            "the numbers of the settings the "
            f"levels are {', '.join(map(str, path))}, ..., never 1",
            28,
            evidence=evidence,
        ),
        Verdict(
            "Irreversible constraints in finitely many steps bring cooperation",
            LedgerVerdict.CONTRADICTED if none else LedgerVerdict.CONDITIONAL,
            f"exact payoff sets (subgame perfection, 1 and 2 steps); proved ({LAST_STEP.checked}), level by level",
            f"subgame-perfect payoffs at the start: {'; '.join(f'{n} steps {s}' for n, s in sets.items())}. "
            f"Markov perfect play: "
            f"{'; '.join(f'{n} steps: {p}' for n, p in ours.items())}. The last step is never worth its cost, so "
            f"the one before has "
            "nothing to hold it up. What flips it: in the article's game the constraint binds one side alone and "
            "makes enforcement "
            "pay the other in its own period",
            (28, 31),
        ),
        Verdict(
            "What cannot be taken back helps cooperation more than what can",
            LedgerVerdict.CONTRADICTED if at_once and none else LedgerVerdict.CONDITIONAL,
            "exact payoff sets; proved (polynomials in delta)",
            f"the same commitments, made anew each period: joint commitment at once by grim punishment from delta "
            f"= {critical.formula} on, "
            f"sustained at delta = {_NUMBERS['delta']}: {'yes' if at_once else 'no'}. What cannot be withdrawn "
            f"cannot punish",
            (40, 56),
        ),
    )


def _setting(name: str, title: str, shows: str, concept: object, **values: object) -> Setting:
    return Setting(name, title, lambda: _numeric(**values), shows, _READING, concept)  # type: ignore[arg-type]


def _whole() -> DynamicGame:
    return revocable_game().subs(**_NUMBERS)


MEMBER = Member(
    name="rival_gradualism",
    title="Rival: gradualism with irreversibility",
    about="Commitments of both sides that only rise, in divisible and indivisible steps, beside commitments that can be revoked.",
    point="rivals",
    claims=(28, 31, 40, 56),
    settings=(
        _setting("two_steps", "Two indivisible steps", "Nobody commits.", SubgamePerfect(), steps=2),
        _setting(
            "two_steps_markov", "Two indivisible steps, no memory", "Nobody commits.", MarkovPerfect(pure=True), steps=2
        ),
        Setting(
            "revocable", "Commitments made anew", _whole, "Joint commitment is sustained.", _READING, SubgamePerfect()
        ),
    ),
    verdicts=_verdicts,
)
