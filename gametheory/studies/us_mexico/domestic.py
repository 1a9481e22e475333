"""Domestic weights: hawks and doves, nationalists and the public, as weights on payoffs and as orderings of their own.

``h`` is the weight of hawks in Washington: applause for acting alone rises by ``h a1`` with each step of frustration, and joint
work is worth ``(1 - h) j`` more to the rest. ``n`` is the weight of nationalists in Mexico: a raid let pass costs
``n sn + (1 - n) sp`` (the public minds it less, ``sp < sn``), and joint work is worth ``(1 - n) p`` to those who want it.
Variants: Congress changes hands by chance (a hawkish or a dovish majority is a state), and weights that fall as joint work
builds trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from gametheory.claims import Claim
from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.exact import Number
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Rule, stepped
from gametheory.games.preferences import Ordering
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import (
    both_ways,
    found_in,
    inert,
    numeric,
    paths,
    proposition,
    pure,
    requires,
    symbolic_paths,
)
from gametheory.studies.us_mexico.ordering_map import pair_patterns
from gametheory.studies.us_mexico.preferences import STATED

__all__ = ["MEMBER", "domestic_game"]

_VALUES = {
    "h": "1", "n": "1", "j": "1", "p": "0", "sn": "2", "sp": "1/5",
    "turn": "1/4",
}  # fmt: skip


def domestic_game(*, K: int = 3, F: int = 2, congress: bool = False, trust: bool = False) -> DynamicGame:
    """The reduced game with domestic weights, every parameter a symbol.

    Parameters
    ----------
    K, F : int
        Largest number of constraints, and of steps of frustration (0: none).
    congress : bool
        The majority changes with probability ``turn`` in each period, from doves at the start; hawks weigh ``h``, doves nothing.
    trust : bool
        Both weights count only as long as there is no trust; joint work brings it, a unilateral act ends it.

    Examples
    --------
    >>> domestic_game(K=0, F=0).outcomes, domestic_game(K=0, F=0, congress=True).states
    (('NE', 'NS', 'UA', 'UP'), ('k=0, congress=dove', 'k=0, congress=hawk'))
    """
    hawk = "h*hawk" if congress else "h"
    h, n = (f"{hawk}*(1 - x)", "n*(1 - x)") if trust else (hawk, "n")
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={
            "NE": (f"rc + (1 - {h})*j", f"t + m0 + (1 - {n})*p - e"),
            "NS": (0, "t"),
            "UA": ("ru + a0", f"t - {n}*sn - (1 - {n})*sp"),
            "UP": ("a0 - l", "t - z"),
        },
        discount=("delta_US", "delta_MX"),
    )
    rules: list[Rule] = [Counter("k", upto=K, on={"UP": "rho"}, ratchet=True)]
    if F:
        rules.append(Counter("f", upto=F, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")))
        rules.append(Bonus("US", on=("UA", "UP"), by=f"{h}*a1*f"))
    if trust:
        rules.append(Counter("x", upto=1, on={"NE": 1}, down={"UA": 1, "UP": 1}))
    if congress:
        rules.append(Modulate("congress", ("dove", "hawk"), (("1 - turn", "turn"), ("turn", "1 - turn"))))
    rules += [Fine("US", on=("UA", "UP"), by="c*k"), Bonus("MX", on="NE", by="m1*k")]
    return base.with_rules(*rules)


def _game(change: Mapping[str, object], *, congress: bool = False, trust: bool = False) -> DynamicGame:
    return numeric(domestic_game(congress=congress, trust=trust), _VALUES, change)


def _setting(
    name: str, title: str, shows: str, change: Mapping[str, str], *, congress: bool = False, trust: bool = False
) -> Setting:
    return Setting(name, title, partial(_game, change, congress=congress, trust=trust), shows)


_SETTINGS = (
    _setting("hawks", "Hawks alone decide", "h = 1", {}),
    _setting("doves", "Doves alone decide", "h = 0", {"h": "0"}),
    _setting("public", "Mexico's public decides", "n = 0, m1 = 0", {"n": "0", "m1": "0"}),
    _setting("public_gain", "Mexico's public decides and wants joint work", "n = 0, p = 6/5", {"n": "0", "p": "6/5"}),
    _setting("congress", "Congress changes hands", "turn = 1/4", {}, congress=True),
)


def orderings_at(weight: str, values: tuple[object, ...]) -> list[tuple[Ordering, Ordering]]:
    """The orderings that payoffs express, without constraints, frustrated, at each value of a weight (``h`` or ``n``)."""
    found = []
    for value in values:
        game = _game({weight: value})
        period = next(p for p, v in zip(game.periods, game.variables, strict=True) if (v["k"], v["f"]) == (0, 2))
        pay: list[dict[str, Number]] = [{play.label: play.payoffs[i] for play in period.plays} for i in (0, 1)]
        found.append((Ordering.from_payoffs(pay[0]), Ordering.from_payoffs(pay[1])))
    return found


def _hawks() -> tuple[Verdict, ...]:
    told = "(a0 + h*a1*f - c*k - l > 0) == (h > (l + c*k - a0)/(a1*f))"
    limit = (
        Claim(told, ["a1 > 0", "f > 0", "l > 0", "c >= 0", "k >= 0"], parameters=("a0", "h")).prove().kind == "proved"
    )
    first = {w: _first_raid(pure(_game({"h": w})).equilibria[0]) for w in ("0", "1/4", "1/2", "3/4", "1")}
    spoken = "; ".join(f"h = {w}: {'never' if t is None else f'period {t}'}" for w, t in first.items())
    low, high = orderings_at("h", (0, 1))
    return (
        proposition(
            "In one period, against shirking and protest, Washington acts alone exactly above a weight of hawks",
            limit,
            "h > (l + c k - a0)/(a1 f): the weight needed falls with frustration and rises with each constraint",
            15,
            evidence="gap",
        ),
        both_ways(
            "Who holds Congress decides whether Washington acts alone",
            {
                f"as weights: {spoken}": len(set(first.values())) > 1,
                "as orderings, Mexico shirks and protests": _answers("us_hawk", "S", "P")
                != _answers("us_dove", "S", "P"),
                "as orderings, Mexico enforces and protests": _answers("us_hawk", "E", "P")
                != _answers("us_dove", "E", "P"),
            },
            "frustrated doves also act alone against a Mexico that shirks (UP > NS); hawks differ where Mexico enforces, or where the "
            f"applause is theirs alone. Orderings at h = 0 and h = 1, frustrated: {low[0]}; {high[0]}",
            15,
        ),
    )


def _majorities() -> Verdict:
    solution = pure(_SETTINGS[4].game())

    def hawks_alone(e: MarkovEquilibrium, k: int) -> bool:
        acting = {
            v["congress"]
            for v, row in zip(e.game.variables, e.policy.values(), strict=True)
            if v["k"] == k and row["US"] == "U"
        }
        return acting <= {"hawk"}

    return both_ways(
        "Only a hawkish majority acts alone (Congress changes hands)",
        {f"with {k} constraints in force": found_in(solution, lambda e, k=k: hawks_alone(e, k)) for k in range(3)},  # type: ignore[misc]
        "applause is the reason to act; for the last constraint doves act too, since joint work, which follows, is worth more to them",
        15,
    )


def _first_raid(equilibrium: MarkovEquilibrium) -> int | None:
    for t, outcome in enumerate(equilibrium.path(30).outcomes):
        if outcome.startswith("U"):
            return t
    return None


def _answers(us: str, after_n: str, after_u: str) -> str:
    order = STATED[us].ordering
    return "U" if order.implies("U" + after_u, "N" + after_n) else "N"


def _applause() -> Verdict:
    raids = {
        f"raids bring nothing (ru = 0), h = {h}": found_in(
            pure(_game({"ru": "0", "h": h})), lambda e: any(x.startswith("U") for x in e.chain.reachable().outcomes)
        )
        for h in ("1", "0")
    }
    return both_ways(
        "Raids that achieve nothing occur for the applause alone", raids, "somebody with weight applauds (h a1 > 0)", 16
    )


def _nationalists() -> tuple[Verdict, ...]:
    told = "(n*sn + (1 - n)*sp > z) == (n > (z - sp)/(sn - sp))"
    limit = Claim(told, ["sn > sp", "z > 0"], parameters=("n",)).prove().kind == "proved"
    found = symbolic_paths(
        domestic_game(K=0, F=0),
        *("rc > 0", "ru > 0", "l > 0", "a0 > l", "j >= 0", "e > m0 + p", "p >= 0", "sn > sp", "sp > 0", "z > 0"),
        *("n >= 0", "1 >= n", "h >= 0", "1 >= h"),
    )
    dear = "n*sn + (1 - n)*sp - z"
    raided = {path[0]: region for path, region in found.items()}
    worlds = {
        s.title + f" ({paths(pure(s.game()))})": found_in(pure(s.game()), _let_pass)
        for s in (_SETTINGS[0], _SETTINGS[2], _SETTINGS[3])
    }
    return (
        proposition(
            "Protest follows a raid exactly above a weight of nationalists",
            limit
            and set(raided) == {"UA", "UP"}
            and requires(raided["UP"], dear)
            and requires(raided["UA"], f"-({dear})"),
            "no constraints, no frustration: n > (z - sp)/(sn - sp); the weight needed rises with the cost of confrontation",
            17,
            18,
            evidence="gap; every path in symbols",
        ),
        both_ways(
            "Where Mexico's public decides, raids are let pass",
            {name: holds for name, holds in worlds.items() if not name.startswith(_SETTINGS[0].title)},
            "the public minds a raid less than confrontation (sp < z) but is not offered joint work that it wants; where it is, it "
            "enforces, and there is nothing to let pass. With nationalists in charge none is let pass",
            18,
        ),
        both_ways(
            "No raid is let pass in play",
            {name: not passes for name, passes in worlds.items()},
            "nationalists weigh enough: n sn + (1 - n) sp > z",
            17,
        ),
    )


def _let_pass(equilibrium: MarkovEquilibrium) -> bool:
    return "UA" in equilibrium.chain.reachable().outcomes


def _rivals() -> Verdict:
    us, mx = ("us_hawk", "us_frustrated", "us_dove"), ("mx", "mx_nationalist", "mx_cosmopolitan", "mx_public")
    worlds, told = {}, []
    for a in us:
        for b in mx:
            found = pair_patterns(STATED[a].ordering, STATED[b].ordering)
            worlds[f"{a} and {b}"] = "cycle" in found.some
            told.append(f"{a} and {b}: {', '.join(found.some)}")
    return both_ways(
        "The cycle can occur whoever speaks for each side",
        worlds,
        "Mexico is spoken for by those who rank shirking or confrontation above enforcing, or Washington by hawks whom only a constraint "
        f"stops; proved for all payoffs, one constraint ({'; '.join(told)})",
        15,
        17,
        18,
    )


def _veto() -> Verdict:
    worlds = {}
    for trust in (False, True):
        game = _game({"p": "6/5", "m1": "0"}, trust=trust)
        solution = pure(game)
        name = "weights that fall with trust" if trust else "fixed weights"
        worlds[f"{name} ({paths(solution)})"] = found_in(
            solution, lambda e: set(e.chain.reachable().outcomes) == {"NE"}
        )
    return both_ways(
        "Joint work lasts although hawks and nationalists hold all the weight at first",
        worlds,
        "joint work takes the weight from those who would veto it; Mexico then enforces at a loss at first, for what follows",
        19,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (
        *_hawks(),
        _majorities(),
        _applause(),
        *_nationalists(),
        _rivals(),
        _veto(),
        inert(domestic_game(), {**_VALUES, "h": "1/2", "n": "1/2"}),
    )


MEMBER = Member(
    "domestic",
    "Domestic weights",
    "Hawks and doves, nationalists and the public, as weights on payoffs and as orderings of their own.",
    "preferences",
    (15, 16, 17, 18, 19),
    _SETTINGS,
    _verdicts,
)
