"""Three ratchets told apart: agreed constraints that lapse, a law that cannot be repealed, constraints without a raid.

*Agreed constraints* (:func:`lapsing_game`): a constraint in force (``v = 1``) prices unilateral acts and may lapse in any
period with probability ``lapse``; a protested raid brings it back. Trust ``x`` grows while joint work goes on. Does what was
meant to lapse persist? *Areas* (:func:`areas_game`): each protested raid closes one of K areas; when all are closed, nothing
is left to do alone, except for an act already under way (probability ``eps``) that the closing may or may not bind.
*Lock-in at home* (:func:`lock_in_game`): an angry Washington may enact certification (``C``); each period it keeps the law or
negotiates without it, which while the law stands costs ``b`` at home (repeal looks soft). ``v`` is what certifying brings a
calm Washington, ``a1`` what anger adds. *Without a raid* (:func:`third_state_game`): after ``N`` Mexico may build a
constraint by its own law or with third states (``L``), at cost ``y``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.evidence.patterns import Pattern
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Sunset, Tremble, stepped
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.ledger_tools import built_in, game, raids, solved
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
from gametheory.studies.us_mexico.trust import trust_game

__all__ = ["MEMBER", "areas_game", "lapsing_game", "lock_in_game", "third_state_game"]

_PAYOFFS = {"NE": ("rc", "t + m0 - e"), "NS": (0, "t"), "UA": ("ru + a0", "t - s"), "UP": ("a0 - l", "t - z")}
_ACTS = ("UA", "UP")
_VALUES = {
    "lapse": "1/4",
    "g": "1/2",
    "m2": "0",
    "v": "-1/2",
    "b": "2",
    "r": "1/4",
    "et": "1/10",
    "y": "1/5",
    "eps": "1/10",
}


def _base(moves: Mapping[str, tuple[str, ...]], payoffs: Mapping[str, tuple[object, object]]) -> DynamicGame:
    return DynamicGame.sequential(
        first="US", moves=moves, payoffs=payoffs, players=("US", "MX"), discount=("delta_US", "delta_MX")
    )


def lapsing_game(*, in_force: int = 1, trust: int = 0) -> DynamicGame:
    """Agreed constraints that lapse, with trust from 0 to 1; the start is given.

    Examples
    --------
    >>> lapsing_game().states[:2]
    ('v=1, x=0', 'v=0, x=1')
    """
    return _base({"N": ("E", "S"), "U": ("A", "P")}, _PAYOFFS).with_rules(
        Counter("v", upto=1, on={"UP": "rho"}, start=in_force),
        Sunset("v", "lapse"),
        Fine("US", on=_ACTS, by="c*v"),
        Bonus("MX", on="NE", by="m1*v"),
        Counter("x", upto=1, on={"NE": "g"}, down=dict.fromkeys(_ACTS, 1), start=trust),
        Bonus("MX", on="NE", by="m2*x"),
        Bonus("US", on=_ACTS, by="a1*(1 - x)"),
    )


def areas_game(*, K: int = 3, F: int = 2, under_way: bool = False, bound: bool = True) -> DynamicGame:
    """The reduced game in which a constraint closes an area instead of pricing the act.

    Parameters
    ----------
    K, F : int
        Number of areas, and largest frustration.
    under_way : bool
        With probability ``eps`` an act is under way that Washington did not choose.
    bound : bool
        Whether closing every area stops such an act too.

    Examples
    --------
    >>> areas_game(K=1, F=1).periods[-1].labels
    ('NE', 'NS')
    """
    return _base({"N": ("E", "S"), "U": ("A", "P")}, _PAYOFFS).with_rules(
        Counter("k", upto=K, on={"UP": "rho"}, ratchet=True),
        Counter("f", upto=F, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")),
        Bonus("US", on=_ACTS, by="a1*f"),
        Bonus("MX", on="NE", by="m1*k"),
        Prohibit("US", "U", when=f"k >= {K}", binds_trembles=bound),
        *([Tremble("US", "U", "eps", instead_of="N")] if under_way else []),
    )


def lock_in_game(*, naive: bool = False) -> DynamicGame:
    """Certification as a law of Washington's own, in a mood that calms down and stays calm.

    Examples
    --------
    >>> lock_in_game().states
    ('law=0, mood=angry', 'law=0, mood=calm', 'law=1, mood=angry', 'law=1, mood=calm')
    """
    game = _base(
        {"N": ("E", "S"), "C": ("T", "P")},
        {"NE": _PAYOFFS["NE"], "NS": _PAYOFFS["NS"], "CT": ("v", "t - et"), "CP": ("v - l", "t - z")},
    ).with_rules(
        Counter("law", upto=1, on={"CT": 1, "CP": 1}, down={"NE": 1, "NS": 1}),
        Fine("US", on=("NE", "NS"), by="b*law"),
        Modulate("mood", ("angry", "calm"), (("1 - r", "r"), (0, 1))),
        Bonus("US", on=("CT", "CP"), by="a1*angry"),
    )
    return game.perceived("US", without=("law",)) if naive else game


def third_state_game(*, K: int = 3, F: int = 2, allowed: bool = True) -> DynamicGame:
    """The reduced game in which Mexico may build a constraint without a raid (or, for comparison, may not).

    Examples
    --------
    >>> third_state_game(K=1, F=1).outcomes
    ('NE', 'NS', 'NL', 'UA', 'UP')
    """
    answers = ("E", "S", "L") if allowed else ("E", "S")
    own = {"NL": (0, "t - y")} if allowed else {}
    rises: dict[str, object] = {"UP": "rho", **({"NL": 1} if allowed else {})}
    return _base({"N": answers, "U": ("A", "P")}, {**_PAYOFFS, **own}).with_rules(
        Counter("k", upto=K, on=rises, ratchet=True),  # type: ignore[arg-type]
        Counter("f", upto=F, on={"NS": 1, "NE": "q", **dict.fromkeys(own, 1)}, reset_on=stepped("k")),
        Fine("US", on=_ACTS, by="c*k"),
        Bonus("US", on=_ACTS, by="a1*f"),
        Bonus("MX", on="NE", by="m1*k"),
    )


def _setting(name: str, title: str, shows: str, built: Callable[[], DynamicGame], change: Mapping[str, str]) -> Setting:
    reading = {"NL": "NS", "CT": "NS", "CP": "UP"}
    return Setting(name, title, lambda: numeric(built(), _VALUES, change), shows, reading)


_TRUSTED, _UNTRUSTED = {"m1": "6/5", "m2": "6/5"}, {"m1": "6/5", "m2": "0"}
_SETTINGS = (
    _setting("lapse_trust", "Agreed constraint that lapses, with trust", "lapse = 1/4, m2 = 6/5", lapsing_game, _TRUSTED),
    _setting("lapse_alone", "Agreed constraint that lapses, without trust", "lapse = 1/4, m2 = 0", lapsing_game, _UNTRUSTED),
    _setting("areas", "Each agreement closes an area", "closing instead of a price", areas_game, {}),
    _setting(
        "under_way", "An act under way that the closing does not bind", "eps = 1/10",
        partial(areas_game, under_way=True, bound=False), {},
    ),
    _setting("lock_in", "Certification, foreseen to stay", "b = 2, v = -1/2", lock_in_game, {}),
    _setting("lock_in_naive", "Certification, not foreseen to stay", "the same numbers", partial(lock_in_game, naive=True), {}),
    _setting("repealed", "Certification that can be repealed", "b = 0", lock_in_game, {"b": "0"}),
    _setting("third", "Constraints built without a raid", "y = 1/5", third_state_game, {}),
    _setting("third_dear", "The same, dear, institutions bring nothing", "y = 1, m1 = 0", third_state_game, {"y": "1", "m1": "0"}),
)  # fmt: skip
_BY = {s.name: s for s in _SETTINGS}


def _lasting(setting: Setting) -> dict[str, bool]:
    solution = pure(setting.game())
    chances = [Pattern("NE forever").probability(e.chain) for e in solution.equilibria]
    told = " or ".join(map(str, chances))
    return {
        f"{setting.title} (joint work for ever with probability {told})": bool(chances) and all(p > 0 for p in chances)
    }


def _lapse() -> tuple[Verdict, ...]:
    found = symbolic_paths(  # once lapsed for good, what is left is the game of trust without constraints
        trust_game(K=0, X=1, start=1).subs(d=1, s1=0),
        *(
            "rc > 0",
            "ru > 0",
            "l > 0",
            "a0 >= 0",
            "a1 > 0",
            "e > m0",
            "m0 >= 0",
            "m2 > 0",
            "m0 + m2 > e",
            "s > z",
            "z > 0",
        ),
        "rc > a0 - l",
    )
    honours = "rc + l - a0 - delta_US*a1"
    return (
        both_ways(
            "A constraint meant to lapse may go on being honoured after it has lapsed",
            {**_lasting(_BY["lapse_trust"]), **_lasting(_BY["lapse_alone"])},
            "trust has grown while it stood; then joint work pays Mexico without it, and Washington would lose it by acting alone. "
            "Where trust does not count, or had no time to grow, the lapse ends joint work, and another raid brings the constraint back",
            40,
        ),
        proposition(
            "After the lapse nothing but the loss of trust holds Washington back: what persists is self-enforcing, not enforced",
            set(found) == {("NE",), ("UP", "UP")}
            and requires(found["NE",], honours)
            and requires(found["UP", "UP"], f"-({honours})"),
            "no new constraint, one step of trust, rc > a0 - l: joint work for ever after the lapse requires rc >= a0 - l + delta_US a1, "
            "raids for ever the reverse. Patience does not help: where distrust makes raids popular, a patient Washington spends trust "
            "for what distrust will bring",
            40,
            evidence="every path in symbols",
        ),
    )


def _lock_in() -> tuple[Verdict, ...]:
    given = ("rc > 0", "b > 0", "et > 0", "z > et", "e > 0", "l > 0", "a1 > 0", "0 > v", "1 > r")
    found = symbolic_paths(lock_in_game().subs(m0=0), *given)
    naive = symbolic_paths(lock_in_game(naive=True).subs(m0=0), *given)
    kept, dropped, never = ("CT", "CT", "CT"), ("CT", "CT", "NS", "NS"), ("NS", "NS")
    band = "v + (1 - delta_US)*b"
    holds = (
        set(found) == {kept, dropped, never} and requires(found[kept], band) and requires(found[dropped], f"-({band})")
    )
    hasty = [path for path in naive if path[0] == "CT"]
    worlds = {
        f"{s.title} ({paths(pure(s.game()))})": found_in(pure(s.game()), _kept_calm)
        for s in (_BY["lock_in_naive"], _BY["repealed"])
    }
    return (
        proposition(
            "A law that Washington would no longer enact stays exactly if repeal costs more at home than the law costs from then on",
            holds,
            "v < 0: once enacted and calm, the law is kept where (1 - delta_US) b >= -v, repealed where the reverse holds; the lock-in "
            "needs a Washington that counts the cost of repeal more than the years to come. It never comes back once repealed in calm",
            20,
            evidence="every path in symbols",
        ),
        proposition(
            "Washington that does not foresee the lock-in enacts where anger outweighs what certifying costs",
            bool(hasty)
            and all(requires(naive[path], "a1 + v") for path in hasty)
            and not requires(found[never], "-(a1 + v)"),
            "naive about the law: enactment requires a1 + v >= 0 only; one that foresees the lock-in may refrain although a1 + v > 0",
            20,
            evidence="every path in symbols",
        ),
        both_ways(
            "Certification, enacted in anger, stays in calm",
            worlds,
            "repeal looks soft (b large against -v/(1 - delta_US)); without that cost it goes when anger goes",
            20,
        ),
    )


def _kept_calm(equilibrium: MarkovEquilibrium) -> bool:
    return (
        set(choices(equilibrium, "US", law=1).values()) == {"C"} and "C" in choices(equilibrium, "US", law=0).values()
    )


def _third() -> tuple[Verdict, ...]:
    found = symbolic_paths(
        third_state_game(K=1, F=1).subs(rho=1, q=1),
        *(
            "rc > 0",
            "ru > 0",
            "l > a0",
            "a0 + a1 > l",
            "c + l > a0 + a1",
            "e > m0 + m1",
            "y > 0",
            "s > z",
            "z > e - m0",
        ),
        *("m0 >= 0", "m1 >= 0", "a0 >= 0"),
    )
    first, raided = ("NL", "NS", "NS"), ("NS", "UP", "NS", "NS")
    worlds = {}
    for change in ({}, {"m1": "0"}):
        with_law, without = (numeric(third_state_game(allowed=x), _VALUES, change) for x in (True, False))
        a, b = (pure(g).equilibria[0] for g in (with_law, without))
        worlds[f"m1 = {change.get('m1', '2/5')} ({a.path(40).sentence()}; else {b.path(40).sentence()})"] = (
            a.payoffs[0] < b.payoffs[0]
        )
    return (
        proposition(
            "Mexico binds Washington before any raid exactly if that costs less than the confrontation that it saves",
            set(found) == {first, raided}
            and requires(found[first], "delta_MX*z - y")
            and requires(found[raided], "y - delta_MX*z"),
            "one constraint that ends raids, one step of frustration, no joint gain: the constraint is built without a raid where "
            "y <= delta_MX z, and otherwise follows a raid; k rises without U",
            75,
            evidence="every path in symbols",
        ),
        both_ways(
            "Washington loses by constraints that Mexico builds without a raid",
            worlds,
            "institutions bring no joint work (m1 = 0): the raids that it loses were worth something to it; where they make enforcement "
            "pay, it gains by constraints that it never had to fight for",
            75,
            35,
        ),
    )


def _apart() -> Verdict:
    areas, lapsing, third = areas_game(K=2, F=1), lapsing_game(), third_state_game(K=2, F=1)

    def own(of: DynamicGame, player: int) -> list[frozenset[tuple[str, ...]]]:
        return [
            frozenset(n.actions for n in p.nodes if n.player == player and n.history in ("", "N")) for p in of.periods
        ]

    tests = {
        "closing areas takes actions from Washington": len(set(own(areas, 0))) > 1,
        "and none from Mexico, in any of the three": all(len(set(own(g, 1))) == 1 for g in (areas, lapsing, third)),
    }
    return judged("The constraints narrow Washington's freedom, not Mexico's", built_in(lambda: tests)(), 28, 35)


def _under_way() -> Verdict:
    def acts(e: MarkovEquilibrium, top: int = 3) -> bool:
        game, chain = e.game, e.chain
        closed = [s for s in chain.support() if game.variables[s]["k"] == top]
        return any(m.outcome.startswith("U") for s in closed for m in chain.moves[s] if m.probability)

    built = {
        "all areas closed": areas_game(),
        "all areas closed, an act under way that the closing binds": areas_game(under_way=True),
        "all areas closed, an act under way that it does not bind": areas_game(under_way=True, bound=False),
    }
    worlds = {}
    for name, of in built.items():
        solution = pure(numeric(of, _VALUES, {}))
        worlds[f"{name} ({paths(solution)})"] = found_in(solution, acts)
    for name, change in (
        ("baseline, constraints as a price", {}),
        ("delta_US = 4/5, m1 = 3/2, constraints as a price", {"delta_US": "4/5", "m1": "3/2"}),
    ):
        worlds[name] = any(v["k"] > 0 for e in solved(game(**change)).equilibria for v, _, _ in raids(e))
    return both_ways(
        "Constraints in force do not prevent a unilateral act",
        worlds,
        "areas are left open, or the act is only priced and the price is below what it brings, or it is under way in an agency that the "
        "constraint does not bind",
        41,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (
        *_lapse(),
        *_lock_in(),
        *_third(),
        _apart(),
        _under_way(),
        inert(third_state_game(), _VALUES),
    )


MEMBER = Member(
    "ratchets",
    "Three ratchets",
    "Agreed constraints that lapse or close areas; a law at home that cannot be repealed; constraints without a raid.",
    "ratchets",
    (20, 28, 35, 40, 41, 75),
    _SETTINGS,
    _verdicts,
)
