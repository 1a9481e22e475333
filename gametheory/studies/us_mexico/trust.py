"""Trust: a stock that joint work builds and unilateral acts destroy; it makes enforcement cheaper and acting alone less popular.

State: ``k`` constraints and ``x`` trust, from 0 to X. ``NE`` raises ``x`` by one with probability ``g``, ``UA`` and ``UP`` lower it
with probability ``d``. Enforcement costs Mexico ``e - m1 k - m2 x``: through institutions (``m1``), through trust (``m2``) or both.
Distrust stands where the reduced game has frustration: acting alone is applauded by ``a0 + a1 (X - x)``. Trust may ease worries
about sovereignty: an acquiesced raid costs Mexico ``s - s1 x``. Variant with shared blame: Washington may also negotiate and bear
its own part (``B``), which costs it ``w``, brings Mexico ``b`` and raises ``x`` whatever Mexico answers, after ``BS`` with
probability ``gb``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Rule
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.ledger_tools import built_in
from gametheory.studies.us_mexico.member_tools import (
    both_ways,
    choices,
    found_in,
    inert,
    judged,
    numeric,
    paths,
    proposition,
    pure,
    requires,
    symbolic_paths,
)

__all__ = ["MEMBER", "trust_game"]

_VALUES = {"m2": "3/5", "g": "1/2", "d": "1", "s1": "0", "w": "1/5", "b": "0", "gb": "1/2"}
_SLOW = {"m1": "0", "a1": "1/5", "g": "1/20"}
_TOP = 2


def trust_game(*, K: int = 1, X: int = _TOP, start: int = 0, shared: bool = False) -> DynamicGame:
    """The game of constraints and trust, every parameter a symbol.

    Parameters
    ----------
    K, X : int
        Largest number of constraints (0: none), and of steps of trust.
    start : int
        Trust at the start.
    shared : bool
        Whether Washington can bear its own part.

    Examples
    --------
    >>> trust_game(K=0, X=1).states, trust_game(K=0, X=1, shared=True).outcomes
    (('x=0', 'x=1'), ('NE', 'NS', 'UA', 'UP', 'BE', 'BS'))
    """
    acts = ("UA", "UP")
    moves = {"N": ("E", "S"), "U": ("A", "P")}
    payoffs = {"NE": ("rc", "t + m0 - e"), "NS": (0, "t"), "UA": ("ru + a0", "t - s"), "UP": ("a0 - l", "t - z")}
    builds: dict[str, str] = {"NE": "g"}
    joint = ("NE",)
    if shared:
        moves["B"] = ("E", "S")
        payoffs |= {"BE": ("rc - w", "t + m0 - e + b"), "BS": ("-w", "t + b")}
        builds |= {"BE": "g + gb - g*gb", "BS": "gb"}
        joint = ("NE", "BE")  # type: ignore[assignment]
    base = DynamicGame.sequential(
        first="US", moves=moves, payoffs=payoffs, players=("US", "MX"), discount=("delta_US", "delta_MX")
    )
    rules: list[Rule] = []
    if K:
        rules += [Counter("k", upto=K, on={"UP": "rho"}, ratchet=True), Fine("US", on=acts, by="c*k")]
        rules.append(Bonus("MX", on=joint, by="m1*k"))
    rules += [
        Counter("x", upto=X, on=builds, down=dict.fromkeys(acts, "d"), start=start),
        Bonus("MX", on=joint, by="m2*x"),
        Bonus("US", on=acts, by=f"a1*({X} - x)"),
        Bonus("MX", on="UA", by="s1*x"),
    ]
    return base.with_rules(*rules)


def _game(change: Mapping[str, object], *, start: int = 0, shared: bool = False) -> DynamicGame:
    return numeric(trust_game(start=start, shared=shared), _VALUES, change)


def _setting(
    name: str, title: str, shows: str, change: Mapping[str, str], *, start: int = 0, shared: bool = False
) -> Setting:
    return Setting(name, title, lambda: _game(change, start=start, shared=shared), shows, {"BE": "NE", "BS": "NS"})


_SETTINGS = (
    _setting("both", "Institutions and trust", "both channels, at the baseline's institutions", {}),
    _setting("institutions", "Institutions alone", "m2 = 0: trust moves nothing for Mexico", {"m1": "6/5", "m2": "0"}),
    _setting("circle", "Trust alone, quickly built", "m1 = 0, m0 = 1/2", {"m1": "0", "m0": "1/2"}),
    _setting("low", "Trust alone, slowly built, from none", "m1 = 0, g = 1/20", _SLOW),
    _setting("high", "The same with trust at the start", "the same numbers, another beginning", _SLOW, start=_TOP),
    _setting("shared", "Washington may bear its own part", "the low start, w = 1/5", _SLOW, shared=True),
    _setting("dear", "Bearing its own part is dear", "the same, w = 1", {**_SLOW, "w": "1"}, shared=True),
    _setting("eased", "Trust eases worries about sovereignty", "s1 = 9/10, ru = 3, trust at the start",
             {**_SLOW, "s1": "9/10", "ru": "3"}, start=_TOP),
)  # fmt: skip


def _stable() -> tuple[Verdict, ...]:
    given = (
        *("rc > 0", "ru > 0", "l > 0", "a0 >= 0", "a1 > 0", "e > m0", "m0 >= 0", "m2 > 0", "s > z", "z > 0"),
        *("m0 + m2 > e", "rc > a0 - l"),
    )
    low, high = (symbolic_paths(trust_game(K=0, X=1, start=x).subs(d=1, s1=0), *given) for x in (0, 1))
    invest = "delta_MX*g*(m0 + m2 - e) - (1 - delta_MX)*(e - m0)"
    stuck, point = low["NS",], low["NS",].witness
    two = point is not None and high["NE",].contains(point) and not low["NE", "NE"].contains(point)
    begins = requires(low["NE", "NE"], invest) and requires(stuck, f"-({invest})")
    return (
        proposition(
            "Joint work and fruitless talk can both last: with the same payoffs trust stays where it began",
            two,
            "no constraints, one step of trust: payoffs were found at which play from trust is NE for ever, and without trust NS "
            "for ever",
            53,
            evidence="every path in symbols; a point of both regions",
        ),
        proposition(
            "A circle of joint work starts without trust exactly if Mexico is willing to enforce at a loss until trust is there",
            begins,
            "no constraints, one step of trust: joint work from no trust requires delta_MX g (m0 + m2 - e) >= (1 - delta_MX)(e - m0), "
            "fruitless talk for ever the reverse; it starts itself where trust is quickly built or Mexico patient",
            53,
            evidence="every path in symbols",
        ),
    )


def _level(equilibrium: MarkovEquilibrium) -> bool:
    """Whether, for each number of constraints, Washington acts alone exactly below some level of trust (possibly none)."""
    for k in {int(v["k"]) for v in equilibrium.game.variables}:
        acts = ["U" in choices(equilibrium, "US", k=k, x=x).values() for x in range(_TOP + 1)]
        if any(later and not before for before, later in pairwise(acts)):
            return False
    return True


def _acts_below() -> Verdict:
    solved = {s.title: pure(s.game()) for s in _SETTINGS}
    solved["The same, from none"] = pure(_game({**_SLOW, "s1": "9/10"}))
    worlds = {name: found_in(solution, _level) for name, solution in solved.items()}
    return both_ways(
        "Washington acts alone exactly below a level of trust",
        worlds,
        "trust does not make raids easier; where it eases Mexico's worries (s1 > 0), a trusted Washington may raid because Mexico "
        "lets it pass",
        5,
    )


def _content() -> Verdict:
    worlds = {}
    for setting in _SETTINGS[:4]:
        solution = pure(setting.game())
        worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, _nobody_gains)
    return both_ways(
        "Without trust, neither side is better off for a new constraint",
        worlds,
        "institutions bring Mexico nothing (m1 = 0); where they make enforcement pay, both gain at once",
        39,
    )


def _nobody_gains(equilibrium: MarkovEquilibrium) -> bool:
    worth = {(v["k"], v["x"]): x for v, x in zip(equilibrium.game.variables, equilibrium.values, strict=True)}
    return all(after <= before for before, after in zip(worth[0, 0], worth[1, 0], strict=True))


def _shares_first() -> Verdict:
    worlds = {}
    for setting in _SETTINGS[:4]:
        solution = pure(setting.game())

        def sharing(e: MarkovEquilibrium) -> bool:
            return (
                "E" in choices(e, "MX after N", k=1, x=0).values()
                and "E" not in choices(e, "MX after N", k=0, x=0).values()
            )

        worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, sharing)
    return both_ways(
        "Joint work begins with the constraint, while trust is still absent",
        worlds,
        "the institution itself makes enforcement pay (m1 > 0, alone or with trust to come); trust follows and is not needed first",
        45,
    )


def _sours() -> Verdict:
    worlds = {}
    for setting in (*_SETTINGS[:3], _SETTINGS[4]):
        solution = pure(setting.game())

        def harder(e: MarkovEquilibrium) -> bool:
            top, none = (choices(e, "MX after N", k=0, x=x).values() for x in (_TOP, 0))
            return "E" in top and "E" not in none

        worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, harder)
    return both_ways(
        "Unilateral acts, by spending trust, end joint work that trust sustained",
        worlds,
        "trust is what makes enforcement pay and is not rebuilt by itself; with institutions alone, or trust quickly rebuilt, the "
        "act costs nothing of this kind",
        63,
    )


def _eases() -> tuple[Verdict, ...]:
    plain, eased = ({**_SLOW, "s1": x, "ru": "3"} for x in ("0", "9/10"))
    worlds = {
        f"s1 = {x['s1']}, ru = 3 ({paths(pure(_game(x, start=_TOP)))})": found_in(
            pure(_game(x, start=_TOP)), lambda e: set(e.chain.reachable().outcomes) == {"NE"}
        )
        for x in (plain, eased)
    }
    return (
        judged("Trust lowers the loss of sovereignty in a raid that is let pass", built_in(_falls)(), 55),
        both_ways(
            "Joint work built on trust is as safe where trust eases worries about sovereignty",
            worlds,
            "worries that stay are what protects it: once a trusted Washington's raids are let pass, raids that pay end the trust",
            55,
        ),
    )


def _falls() -> dict[str, bool]:
    import sympy

    game = trust_game(K=0, X=1)
    loss = [next(p for p in period.plays if p.label == "UA").payoffs[1] for period in game.periods]
    return {"s - s1 x": bool(sympy.expand(sympy.sympify(loss[1]) - sympy.sympify(loss[0]) - sympy.Symbol("s1")) == 0)}


def _blame() -> tuple[Verdict, ...]:
    solved = {s.title: pure(s.game()) for s in (_SETTINGS[3], _SETTINGS[5], _SETTINGS[6])}

    def ends(e: MarkovEquilibrium) -> bool:
        return "NE" in e.chain.reachable().outcomes

    told = {f"{name} ({paths(solution)})": found_in(solution, ends) for name, solution in solved.items()}
    without = {name: not holds for name, holds in told.items()}
    return (
        both_ways(
            "Washington bears its own part until trust is there, and joint work follows",
            told,
            "it can, at a cost w below what joint work will bring it; Mexico need not move first",
            79,
        ),
        both_ways(
            "Mexico goes on shirking because trust is absent",
            without,
            "Washington does not bear its own part (it cannot, or finds it too dear); its failure is then what keeps trust away",
            13,
        ),
    )


def _one_stock() -> Verdict:
    variables = trust_game(K=1).variables
    tests = {"trust is one number for all agencies on a side": all(set(v) == {"k", "x"} for v in variables)}
    return judged("Trust won by some officials serves all", built_in(lambda: tests)(), 93)


def _verdicts() -> tuple[Verdict, ...]:
    return (
        *_stable(),
        _acts_below(),
        _content(),
        _shares_first(),
        _sours(),
        *_eases(),
        *_blame(),
        _one_stock(),
        inert(trust_game(), _VALUES),
    )


MEMBER = Member(
    "trust",
    "Trust",
    "A stock that joint work builds and unilateral acts spend, with institutions or alone; Washington may bear its own part.",
    "what the reduced game leaves out",
    (5, 13, 39, 45, 53, 55, 63, 79, 93),
    _SETTINGS,
    _verdicts,
)
