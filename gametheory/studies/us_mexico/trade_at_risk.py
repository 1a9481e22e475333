"""Trade at risk: shirking, or protest, may break the relationship, and then trade is lost to both sides.

In the reduced game trade adds the same amount to all of Mexico's payoffs and cancels. Here the relationship breaks with
probability ``ts`` after shirking and ``tp`` after protest; from then on Mexico loses ``t`` and Washington ``u`` in every period. A
variant makes the rupture Washington's own choice: after shirking it keeps (``K``) or breaks (``B``) the relationship.
"""

from __future__ import annotations

from collections.abc import Mapping

from gametheory.conditions import Region
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Prohibit, Rule, stepped
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
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
from gametheory.studies.us_mexico.verdicts import cancels

__all__ = ["MEMBER", "trade_game"]

_VALUES = {"u": "1", "ts": "1/5", "tp": "0"}
_READING = {"NSK": "NS", "NSB": "NS"}
#: Stated orderings, in gaps; a resisted raid pays Washington at once, so that raids occur without frustration too.
_GIVEN = ("rc > 0", "u > 0", "ru > 0", "l > 0", "a0 > l", "e > m0", "m0 >= 0", "s > z", "z > e - m0", "t > 0")


def trade_game(*, K: int = 3, F: int = 2, chosen: bool = False) -> DynamicGame:
    """The reduced game with trade at risk, every parameter a symbol.

    Parameters
    ----------
    K, F : int
        Largest number of constraints, and of steps of frustration (0: none).
    chosen : bool
        The rupture after shirking is Washington's choice instead of a risk.

    Examples
    --------
    >>> trade_game(K=0, F=0).states, trade_game(K=0, F=0, chosen=True).outcomes
    (('k=0, b=0', 'k=0, b=1'), ('NE', 'UA', 'UP', 'NSK', 'NSB'))
    """
    shirked = ("NSK", "NSB") if chosen else ("NS",)
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", {"S": ("K", "B")} if chosen else "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs={
            "NE": ("rc + u", "t + m0 - e"),
            "UA": ("ru + a0 + u", "t - s"),
            "UP": ("a0 - l + u", "t - z"),
            **dict.fromkeys(shirked, ("u", "t")),
        },
        discount=("delta_US", "delta_MX"),
    )
    rules: list[Rule] = [Counter("k", upto=K, on={"UP": "rho"}, ratchet=True)]
    if F:
        rules.append(Counter("f", upto=F, on={**dict.fromkeys(shirked, 1), "NE": "q"}, reset_on=stepped("k")))
        rules.append(Bonus("US", on=("UA", "UP"), by="a1*f"))
    rules += [
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("MX", on="NE", by="m1*k"),
        Counter("b", upto=1, on={"NSB": 1} if chosen else {"NS": "ts", "UP": "tp"}, ratchet=True),
        *([Prohibit("US", "B", when="b >= 1")] if chosen else []),
        Fine("MX", on=base.outcomes, by="t*b"),
        Fine("US", on=base.outcomes, by="u*b"),
    ]
    return base.with_rules(*rules)


def _game(change: Mapping[str, object], *, chosen: bool = False) -> DynamicGame:
    return numeric(trade_game(chosen=chosen), _VALUES, change)


def _setting(name: str, title: str, shows: str, change: Mapping[str, str], *, chosen: bool = False) -> Setting:
    return Setting(name, title, lambda: _game(change, chosen=chosen), shows, _READING)


_SETTINGS = (
    _setting("small", "Little trade at risk", "shirking breaks the relationship with probability 1/5", {"t": "1/10"}),
    _setting("middle", "Some trade at risk", "the same, five times the trade", {"t": "1/2"}),
    _setting("large", "Much trade at risk", "the same at the baseline's trade", {}),
    _setting(
        "protest", "Protest risks trade, little of it", "tp = 1/10, ts = 0", {"ts": "0", "tp": "1/10", "t": "1/10"}
    ),
    _setting(
        "submission", "Protest risks much trade", "tp = 1/10, ts = 0, t = 20", {"ts": "0", "tp": "1/10", "t": "20"}
    ),
    _setting("chosen", "Rupture is Washington's own choice", "trade as at the baseline", {}, chosen=True),
)


def _sovereignty() -> Verdict:
    found = symbolic_paths(trade_game(K=0, F=0), *_GIVEN)
    limit = "delta_MX*tp*(t - (s - z)) - (1 - delta_MX)*(s - z)"
    raided = {path: region for path, region in found.items() if path[0] in ("UA", "UP")}
    holds = set(raided) == {("UA",), ("UP", "UP")} and all(
        requires(region, limit if path == ("UA",) else f"-({limit})") for path, region in raided.items()
    )
    return proposition(
        "Where protest risks trade, Mexico gives up sovereignty exactly if the trade at risk is worth more than what protest saves",
        holds,
        "no constraints, no frustration: a raid is let pass for ever only where t >= (s - z)(1 - delta_MX + delta_MX tp)/(delta_MX tp), "
        "and resisted for ever only where the reverse holds; the bound falls in patience and in the risk tp, without limit as tp "
        "goes to 0",
        7,
        evidence="every path in symbols",
    )


def _only_effort() -> Verdict:
    found = symbolic_paths(trade_game(K=0, F=0).subs(tp=0), *_GIVEN)
    work = "delta_MX*ts*(t + z - e + m0) - (1 - delta_MX)*(e - m0)"
    return proposition(
        "Where only shirking risks trade, no raid is ever let pass, however large trade is; trade buys effort instead",
        bool(found) and not any("UA" in path for path in found) and requires(found["NE",], work),
        "no constraints, no frustration, tp = 0, s > z: no equilibrium path contains UA; joint work requires "
        "delta_MX ts (t + z - (e - m0)) >= (1 - delta_MX)(e - m0), so that trade at risk stands in for institutions that make "
        "enforcement pay",
        3,
        7,
        evidence="every path in symbols",
    )


def _counts() -> Verdict:
    risk, none = trade_game(K=2, F=2), trade_game(K=2, F=2).subs(ts=0, tp=0)
    told = {s.title: paths(pure(s.game())) for s in _SETTINGS[:3]}
    worlds = {
        f"with a risk ({'; '.join(f'{k}: {v}' for k, v in told.items())})": not cancels(risk, "t")
        and len(set(told.values())) > 1,
        "ts = tp = 0 (t cancels: proved)": not cancels(none, "t"),
    }
    return both_ways(
        "Trade decides equilibrium play", worlds, "some answer of Mexico's puts it at risk; otherwise trade cancels", 3
    )


def _credible() -> Verdict:
    plain = [
        symbolic_paths(trade_game(K=0, F=F, chosen=True), *_GIVEN, *more) for F, more in ((0, ()), (1, ("a1 > 0",)))
    ]
    return proposition(
        "A rupture that is Washington's own choice never happens, and the threat of it moves Mexico to nothing",
        all(found and not any("NSB" in path for path in found) for found in plain)
        and not any(_speaks_of_trade(region) for found in plain for region in found.values()),
        "no constraints, none or one step of frustration: trade is worth u > 0 to Washington too and breaking it wins nothing "
        "afterwards, so no equilibrium path contains the rupture and no condition of any path speaks of t. What puts trade at "
        "risk must be out of the executive's hands",
        3,
        58,
        evidence="every path in symbols",
    )


def _with_constraint() -> Verdict:
    found = symbolic_paths(trade_game(K=1, F=0, chosen=True), *_GIVEN, "m1 >= 0", "c >= 0")
    broken = {path: region for path, region in found.items() if "NSB" in path}
    statement = "A rupture that is Washington's own choice does not happen where a constraint can be agreed either"
    seen = [path for path, region in broken.items() if region.witness is not None]
    if not broken:
        return proposition(statement, True, "one constraint, no frustration", 58, evidence="every path in symbols")
    if seen:
        told = f"the rupture is in play: {'; '.join(' '.join(path) for path in seen)}"
        return Verdict(statement, LedgerVerdict.CONTRADICTED, "a point of its region", told, (58,))
    told = f"conditions of {len(broken)} paths with the rupture were neither refuted nor met by any payoffs found"
    return Verdict(statement, LedgerVerdict.UNDECIDED, "paths in symbols", told, (58,))


def _speaks_of_trade(region: Region) -> bool:
    return any("t" in {str(x) for x in relation.free_symbols} for relation in region.conditions)


def _no_protest() -> Verdict:
    worlds = {}
    for setting in _SETTINGS[2:5]:
        solution = pure(setting.game())
        resisted = found_in(solution, lambda e: "UA" not in e.chain.reachable().outcomes)
        worlds[f"{setting.title} ({paths(solution)})"] = resisted
    return both_ways(
        "No raid is let pass in play although s > z",
        worlds,
        "protest itself does not put much trade at risk; otherwise sovereignty is given up for trade, which is the realist outcome "
        "from the article's own ordering of values",
        7,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (
        _sovereignty(),
        _only_effort(),
        _counts(),
        _credible(),
        _with_constraint(),
        _no_protest(),
        inert(trade_game(), {**_VALUES, "t": "1/2"}),
    )


MEMBER = Member(
    "trade_at_risk",
    "Trade at risk",
    "Shirking or protest may break the relationship, so that effort and sovereignty are weighed against trade.",
    "what the reduced game leaves out",
    (3, 7, 58),
    _SETTINGS,
    _verdicts,
)
