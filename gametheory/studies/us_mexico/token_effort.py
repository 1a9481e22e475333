"""Token effort: after N Mexico may enforce, show figures without progress, or shirk.

Added to the reduced game: the answer ``T`` after ``N``, its cost ``et`` to Mexico, its apparent result ``rt`` for Washington, and
the probability ``qt`` that Washington is more frustrated after it (after shirking it surely is). Efforts are ordered by what
they cost Mexico: S, T, E.
"""

from __future__ import annotations

from collections.abc import Mapping

from gametheory.equilibria.solution import MarkovEquilibrium, Solution
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped
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

__all__ = ["MEMBER", "token_game"]

_VALUES = {"rt": "1/2", "et": "1/10", "qt": "1/5"}
_CHEAP = {"q": "1/5"}
_EFFORT = "STE"


def token_game(*, K: int = 3, F: int = 2, token: bool = True) -> DynamicGame:
    """The reduced game with token effort (or, for comparison, without), every parameter a symbol.

    Examples
    --------
    >>> token_game(K=0, F=1).outcomes
    ('NE', 'NT', 'NS', 'UA', 'UP')
    """
    payoffs = {"NE": ("rc", "t + m0 - e"), "NS": (0, "t"), "UA": ("ru + a0", "t - s"), "UP": ("a0 - l", "t - z")}
    rises = {"NS": "1", "NE": "q"}
    if token:
        payoffs["NT"], rises["NT"] = ("rt", "t - et"), "qt"
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "T", "S") if token else ("E", "S"), "U": ("A", "P")},
        players=("US", "MX"),
        payoffs=payoffs,
        discount=("delta_US", "delta_MX"),
    )
    return base.with_rules(
        Counter("k", upto=K, on={"UP": "rho"}, ratchet=True),
        Counter("f", upto=F, on=rises, reset_on=stepped("k")),
        Fine("US", on=("UA", "UP"), by="c*k"),
        Bonus("US", on=("UA", "UP"), by="a1*f"),
        Bonus("MX", on="NE", by="m1*k"),
    )


def _game(change: Mapping[str, object], *, K: int = 3, F: int = 2, token: bool = True) -> DynamicGame:
    return numeric(token_game(K=K, F=F, token=token), _VALUES, change)


def _setting(name: str, title: str, shows: str, **change: str) -> Setting:
    return Setting(name, title, lambda: _game(change), shows, {"NT": "NS"})


_SETTINGS = (
    _setting(
        "useless",
        "Token effort calms Washington little",
        "dear and rarely believed: et and qt are inputs",
        et="1/4",
        qt="1/2",
    ),
    _setting("figures", "Figures calm Washington as well as progress does", "qt = q is an input", **_CHEAP),
    _setting("no_joint_gain", "The same where institutions bring nothing", "m1 = 0 is an input", m1="0", **_CHEAP),
    _setting("myopic", "The same for a myopic Mexico", "effort buys calm later, never now", delta_MX="1/20", **_CHEAP),
    _setting("interest", "Mutual interest", "m0 = 6/5: enforcement pays in itself", m0="6/5"),
)


def _spare(equilibrium: MarkovEquilibrium) -> list[str]:
    """States of play in which Mexico makes an effort although Washington would still negotiate, now, after a lesser one."""
    game, found = equilibrium.game, []
    for s in equilibrium.chain.support():
        period = game.periods[s]
        row = equilibrium.policy[game.states[s]]
        if row["US"] != "N" or row["MX after N"] == "S":
            continue
        worth = {
            play.label: (1 - game.discount[0]) * play.payoff_to(0)
            + game.discount[0] * sum(p * equilibrium.values[t][0] for p, t in play.next_for(0))
            for play in period.plays
        }
        lesser = _EFFORT[: _EFFORT.index(row["MX after N"])]
        if any(worth["N" + x] >= worth["U" + row["MX after U"]] for x in lesser):
            found.append(f"{row['MX after N']} at {game.states[s]}")
    return found


def _buys_calm() -> Verdict:
    found = symbolic_paths(
        token_game(K=0, F=1),
        *("rc > rt", "rt > 0", "ru > 0", "l > a0", "a1 > 0", "a0 + a1 > rc + l", "a0 >= 0", "m0 >= 0"),
        *("et > 0", "e - m0 > et", "s > z", "z > e"),
    )
    saves = "delta_MX*z*(1 - qt) - et"
    holds = (
        set(found) == {("NE", "UP"), ("NT", "UP"), ("NS", "UP")}
        and requires(found["NT", "UP"], saves)
        and requires(found["NS", "UP"], f"-({saves})")
    )
    return proposition(
        "Mexico concedes effort exactly for what later calm is worth to it, never to keep Washington at the table now",
        holds,
        "no constraints, one step of frustration, stated orderings: a calm Washington negotiates in every equilibrium, even after "
        "shirking. Token effort is made where delta_MX z (1 - qt) >= et (it delays the confrontation z), shirking where the "
        "reverse holds; real effort only if what it adds in calm is worth e - m0 - et",
        6,
        evidence="every path in symbols",
    )


def _least() -> Verdict:
    worlds = {}
    for setting in _SETTINGS:
        solution = pure(setting.game())
        spare = sorted({x for e in solution.equilibria for x in _spare(e)})
        told = f"; spare: {', '.join(spare[:2])}" if spare else ""
        worlds[f"{setting.title} ({paths(solution)}{told})"] = not spare
    return both_ways(
        "With less effort than it makes, Mexico would lose Washington's readiness to negotiate in that period",
        worlds,
        "effort is made only where joint work pays Mexico in itself, or where calm is worth its cost later; in both cases "
        "Washington would have stayed in that period with less",
        6,
    )


def _figures() -> Verdict:
    change: dict[str, object] = {"e": "1/2", "m1": "0", **_CHEAP}
    worlds, told = {}, []
    for name, K, more in (
        ("figures believed (qt = q), no constraint possible", 0, {}),
        ("figures rarely believed (qt = 4/5)", 0, {"qt": "4/5"}),
        ("figures believed, constraints possible (K = 3)", 3, {}),
    ):
        without, with_token = (pure(_game({**change, **more}, K=K, token=token)) for token in (False, True))
        worlds[name] = (
            found_in(without, lambda e: "NE" in e.chain.reachable().outcomes)
            and found_in(with_token, lambda e: "NT" in e.chain.reachable().outcomes)
            and found_in(with_token, lambda e: "NE" not in e.chain.reachable().outcomes)
        )
        told.append(f"{name}: without token effort {_seen(without)}, with it {_seen(with_token)}")
    return both_ways(
        "Mexico meets Washington with figures instead of the progress that it would otherwise make",
        worlds,
        "figures must calm Washington nearly as well as progress does, and Mexico must otherwise have enforced for the sake "
        f"of calm; where protest brings constraints that end the raids it would have shirked. {'; '.join(told)}",
        59,
    )


def _seen(solution: Solution) -> str:
    return " | ".join(sorted({"/".join(sorted(set(e.chain.reachable().outcomes))) for e in solution.equilibria}))


def _verdicts() -> tuple[Verdict, ...]:
    return (_buys_calm(), _least(), _figures(), inert(token_game(), {**_VALUES, **_CHEAP}))


MEMBER = Member(
    "token_effort",
    "Token effort",
    "Between enforcing and shirking Mexico may show figures without progress.",
    "what the reduced game leaves out",
    (6, 59),
    _SETTINGS,
    _verdicts,
)
