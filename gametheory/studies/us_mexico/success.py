"""Success apart from acquiescence: a raid works or fails by chance, seen by Mexico before it answers.

After ``U`` nature draws ``w`` (works, probability ``p``) or ``x`` (fails); Mexico then acquiesces or protests. A raid that works
brings Washington ``ru`` whatever the answer; protest costs it ``l``. Mexico loses ``sw`` by letting pass a raid that worked, ``sx``
by letting pass one that failed. A protested raid ends in a constraint with probability ``rho``, worked or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Rule, stepped
from gametheory.games.tree import Chance
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.ledger_tools import built_in
from gametheory.studies.us_mexico.member_tools import (
    both_ways,
    found_in,
    inert,
    judged,
    numeric,
    paths,
    proposition,
    pure,
    symbolic_paths,
)

__all__ = ["MEMBER", "success_game"]

_ACTS = ("UwA", "UwP", "UxA", "UxP")
_VALUES = {"p": "1/3", "sw": "2", "sx": "2"}
_READING = {"UwA": "UA", "UxA": "UA", "UwP": "UP", "UxP": "UP"}


def success_game(*, K: int = 3, F: int = 2, naive: bool = False) -> DynamicGame:
    """The reduced game with raids that work or fail, every parameter a symbol.

    Examples
    --------
    >>> success_game(K=1, F=0).outcomes
    ('NE', 'NS', 'UwA', 'UwP', 'UxA', 'UxP')
    """
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": Chance({"w": ("p", ("A", "P")), "x": ("1 - p", ("A", "P"))})},
        players=("US", "MX"),
        payoffs={
            "NE": ("rc", "t + m0 - e"),
            "NS": (0, "t"),
            "UwA": ("ru + a0", "t - sw"),
            "UwP": ("ru + a0 - l", "t - z"),
            "UxA": ("a0", "t - sx"),
            "UxP": ("a0 - l", "t - z"),
        },
        discount=("delta_US", "delta_MX"),
    )
    rules: list[Rule] = [Counter("k", upto=K, on={"UwP": "rho", "UxP": "rho"}, ratchet=True)]
    if F:
        rules.append(Counter("f", upto=F, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")))
        rules.append(Bonus("US", on=_ACTS, by="a1*f"))
    rules += [Fine("US", on=_ACTS, by="c*k"), Bonus("MX", on="NE", by="m1*k")]
    game = base.with_rules(*rules)
    return game.perceived("US", without=("k",)) if naive else game


def _game(change: Mapping[str, object], *, naive: bool = False) -> DynamicGame:
    return numeric(success_game(naive=naive), _VALUES, change)


def _setting(name: str, title: str, shows: str, change: Mapping[str, str], *, naive: bool = False) -> Setting:
    return Setting(name, title, lambda: _game(change, naive=naive), shows, _READING)


_SETTINGS = (
    _setting("never", "Raids never work", "p = 1/100", {"p": "1/100"}),
    _setting("sometimes", "One raid in three works", "p = 1/3", {}),
    _setting("often", "Raids mostly work", "p = 9/10", {"p": "9/10"}),
    _setting(
        "forgiven",
        "Success is forgiven",
        "letting pass a raid that worked costs little: sw is an input",
        {"sw": "1/5", "m1": "0"},
    ),
    _setting("naive", "Naive Washington, one raid in three works", "it does not foresee constraints", {}, naive=True),
)


def regulation(equilibrium: MarkovEquilibrium) -> tuple[Fraction, Fraction]:
    """The least and the greatest difference, over states of play with a raid and room for a constraint, between the chances
    of a constraint after a raid that worked and after one that failed.
    """
    game, gaps = equilibrium.game, [Fraction(0)]
    top = max(int(v["k"]) for v in game.variables)
    for s in equilibrium.chain.support():
        row, k = equilibrium.policy[game.states[s]], int(game.variables[s]["k"])
        if row["US"] != "U" or k == top:
            continue
        after = {}
        for luck in "wx":
            play = next(x for x in game.periods[s].plays if x.label == f"U{luck}{row[f'MX after U{luck}']}")
            after[luck] = sum((Fraction(q) for q, t in play.next if int(game.variables[t]["k"]) > k), Fraction(0))
        gaps.append(after["w"] - after["x"])
    return min(gaps), max(gaps)


def _same_question() -> dict[str, bool]:
    """Whether Mexico faces the same choice after success and failure, in every state (sw = sx)."""
    import sympy

    game = success_game(K=2, F=1).subs(sw="2", sx="2")
    pay, draw = True, True
    for period in game.periods:
        plays = {play.label: play for play in period.plays}
        gap = {
            luck: sympy.expand(
                sympy.sympify(plays[f"U{luck}P"].payoffs[1]) - sympy.sympify(plays[f"U{luck}A"].payoffs[1])
            )
            for luck in "wx"
        }
        pay &= bool(gap["w"] == gap["x"])
        draw &= all(plays[f"Uw{x}"].next == plays[f"Ux{x}"].next for x in "AP")
    return {
        "what protest brings Mexico beyond acquiescence is the same after success and failure": pay,
        "so is what follows": draw,
    }


def _either_way() -> Verdict:
    game = success_game(K=1, F=0).subs(sw="z + dw", sx="z + dx")
    given = (
        "rc > 0",
        "ru > 0",
        "l > 0",
        "a0 > l",
        "c >= 0",
        "e > m0",
        "m0 >= 0",
        "m1 >= 0",
        "z > 0",
        "dw > 0",
        "dx > 0",
        "1 > p",
    )
    found = [path for gain in ("m0 + m1 > e", "e > m0 + m1") for path in symbolic_paths(game, *given, gain)]
    raided = [path for path in found if path[0].startswith("U")]
    return proposition(
        "A constraint follows a raid that worked as surely as one that failed",
        bool(raided) and all(x == "UwP/UxP" for path in raided for x in path if x.startswith("U")),
        "one constraint, no frustration: if letting pass costs more than confrontation in both cases (sw > z, sx > z), no raid "
        "in play is let pass, whatever its success; nothing is assumed about whether success makes it worse",
        26,
        evidence="every path in symbols",
    )


def _only_failure() -> Verdict:
    found = symbolic_paths(
        success_game(K=1, F=0).subs(rho=1),
        *(
            "rc > 0",
            "ru > 0",
            "l > 0",
            "a0 > l",
            "c >= 0",
            "e > m0",
            "m0 >= 0",
            "m1 >= 0",
            "z > sw",
            "sx > z",
            "sw > 0",
            "1 > p",
        ),
        *("e > m0 + m1",),
    )
    mixed = {path: region for path, region in found.items() if path[0] == "UwA/UxP"}
    return proposition(
        "Where success is forgiven (sw < z < sx) and a constraint brings Mexico no joint gain, raids that fail are regulated and "
        "raids that work are let pass",
        bool(mixed) and all(not region.is_never for region in mixed.values()),
        "one constraint, no frustration: such a path exists, so the claim rests on letting pass a successful raid costing Mexico "
        "more than confrontation",
        26,
        evidence="every path in symbols",
    )


def _solved() -> Verdict:
    worlds = {}
    for setting in _SETTINGS:
        solution = pure(setting.game())
        worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, lambda e: not any(regulation(e)))
    return both_ways(
        "In play, the chance of a constraint after a raid does not depend on its success",
        worlds,
        "protest pays Mexico after success as well as after failure; where it forgives success, only failure is regulated",
        26,
    )


def _tempts() -> Verdict:
    first = {}
    for p, sw in product(("1/100", "9/10"), ("2",)):
        solution = pure(_game({"p": p, "sw": sw}))
        first[f"p = {p}: {paths(solution)}"] = found_in(solution, lambda e: e.path(1).outcomes[0].startswith("U"))
    return both_ways(
        "Washington opens with a raid",
        first,
        "raids work often enough; then constraints come sooner, not later: success hastens the loss of freedom",
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (
        judged("Success does not enter Mexico's choice (sw = sx)", built_in(_same_question)(), 26),
        _either_way(),
        _only_failure(),
        _solved(),
        _tempts(),
        inert(success_game(), _VALUES),
    )


MEMBER = Member(
    "success",
    "Success apart from acquiescence",
    "A raid works or fails whatever Mexico answers; regulation may follow success as well as failure.",
    "what the reduced game leaves out",
    (26,),
    _SETTINGS,
    _verdicts,
)
