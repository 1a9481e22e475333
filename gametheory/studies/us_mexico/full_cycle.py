"""The full game: trade at risk, token effort, accession, success apart from acquiescence and trust, all at once.

In a period Washington negotiates (``N``) or acts alone (``U``). After ``N`` Mexico enforces, shows figures or shirks (``E``, ``T``,
``S``); after ``U`` it acquiesces or protests, and after protest Washington accedes or holds out (``C``, ``H``; where every constraint
is in force there is nothing to refuse). A raid works with probability ``p`` whatever the answer, and counts by what it
brings on average. State: ``k`` constraints, ``f`` frustration, ``w`` an open dispute, ``b`` a broken relationship, ``x`` trust.

With simultaneous moves Mexico takes a posture: cooperate (``C``: enforce, or let pass), show figures (``T``: they cost ``et`` whatever
Washington does, and let a raid pass) or resist (``R``: shirk, or protest). Washington cannot then answer protest in the same
period: a constraint follows with probability ``rho``, and otherwise a dispute opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from gametheory.equilibria.solution import MarkovEquilibrium, Solution
from gametheory.exact import exact
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, Prohibit, Rule, stepped
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import both_ways, found_in, numeric, paths, pure
from gametheory.studies.us_mexico.observed import classify, shares
from gametheory.studies.us_mexico.verdicts import cancels

__all__ = ["MEMBER", "full_game"]

_VALUES = {
    "rt": "1/2", "et": "1/4", "qt": "1/2", "y": "1/10", "gd": "2", "h": "1", "t": "1", "ts": "1/50", "tp": "0", "u": "1",
    "p": "1/3", "m2": "3/10", "g": "1/2", "d": "1", "rho": "3/4",
}  # fmt: skip
_READING = {
    "NT": "NS", "UPC": "UP", "UPH": "UP",
    "NC": "NE", "NR": "NS", "UC": "UA", "UT": "UA", "UR": "UP",
}  # fmt: skip
_OFF: dict[str, dict[str, str]] = {
    "raids never work (p = 0)": {"p": "0"},
    "no token effort (et = 5)": {"et": "5"},
    "no trade at risk (ts = 0)": {"ts": "0"},
    "no counter-steps (h = 0)": {"h": "0"},
    "no trust (m2 = 0)": {"m2": "0"},
}


def full_game(*, K: int = 2, F: int = 2, simultaneous: bool = False, naive: bool = False) -> DynamicGame:
    """The full game, every parameter a symbol.

    Parameters
    ----------
    K, F : int
        Largest number of constraints, and of steps of frustration.
    simultaneous : bool
        Mexico answers without seeing Washington's move.
    naive : bool
        Washington takes the number of constraints as fixed.

    Examples
    --------
    >>> full_game(K=1, F=1).outcomes
    ('NE', 'NT', 'NS', 'UA', 'UPC', 'UPH')
    >>> full_game(K=1, F=1, simultaneous=True).outcomes
    ('NC', 'NT', 'NR', 'UC', 'UT', 'UR')
    """
    talk = {"E": ("rc + u", "t + m0 - e"), "T": ("rt + u", "t - et"), "S": ("u", "t")}
    passed, held = ("p*ru + a0 + u", "t - s"), ("p*ru + a0 - l + u", "t - z")
    delta, let_pass = ("delta_US", "delta_MX"), ("UA",) if not simultaneous else ("UC", "UT")
    if simultaneous:
        table = (tuple(talk.values()), (passed, (passed[0], "t - s - et"), held))
        us, mx = (tuple(tuple(exact(cell[i]) for cell in row) for row in table) for i in (0, 1))
        stage = StageGame(us, mx, players=("US", "MX"), actions=(("N", "U"), ("C", "T", "R")))
        base = DynamicGame.repeated(stage, discount=delta)
        joint, token, shirk = "NC", "NT", "NR"
        agreed, refused = {"UR": "rho"}, {"UR": "1"}  # a dispute ends at once when a constraint is agreed
    else:
        base = DynamicGame.sequential(
            first="US",
            moves={"N": ("E", "T", "S"), "U": ("A", {"P": ("C", "H")})},
            players=("US", "MX"),
            payoffs={
                **{f"N{answer}": pay for answer, pay in talk.items()},
                **{"UA": passed, "UPC": (f"{held[0]} - y", held[1]), "UPH": held},
            },
            discount=delta,
        )
        joint, token, shirk = "NE", "NT", "NS"
        agreed, refused = {"UPC": "1"}, {"UPH": "1"}
    protested = tuple(dict.fromkeys((*agreed, *refused)))
    acts = (*let_pass, *protested)
    rules: list[Rule] = [
        Counter("k", upto=K, on=agreed, ratchet=True),
        Counter("f", upto=F, on={shirk: 1, token: "qt", joint: "q"}, reset_on=stepped("k")),
        Counter("w", upto=1, on=refused, reset_on=stepped("k")),
        Counter("b", upto=1, on={shirk: "ts", **dict.fromkeys(protested, "tp")}, ratchet=True),
        Counter("x", upto=1, on={joint: "g"}, down=dict.fromkeys(acts, "d")),
        Fine("US", on=acts, by="c*k"),
        Bonus("US", on=acts, by="a1*f"),
        Bonus("MX", on=joint, by="m1*k + m2*x"),
        Fine("MX", on=joint, by="gd*w"),
        Fine("US", on=base.outcomes, by="h*w"),
        Fine("MX", on=base.outcomes, by="t*b"),
        Fine("US", on=base.outcomes, by="u*b"),
    ]
    if not simultaneous:
        rules.append(Prohibit("US", "H", when=f"k >= {K}"))
    game = base.with_rules(*rules)
    return game.perceived("US", without=("k",)) if naive else game


def _game(change: Mapping[str, str], *, F: int = 2, simultaneous: bool = False, naive: bool = False) -> DynamicGame:
    return numeric(_shape(F, simultaneous, naive), _VALUES, change)


@lru_cache(maxsize=8)
def _shape(F: int, simultaneous: bool, naive: bool) -> DynamicGame:
    return full_game(F=F, simultaneous=simultaneous, naive=naive)


def _setting(
    name: str, title: str, shows: str, change: Mapping[str, str], *, simultaneous: bool = False, naive: bool = False
) -> Setting:
    return Setting(name, title, partial(_game, change, simultaneous=simultaneous, naive=naive), shows, _READING)


_SETTINGS = (
    _setting("sequential", "Full game, Washington first", "all parts at once", {}),
    _setting("sequential_naive", "Full game, naive Washington first", "the ratchet is not foreseen", {}, naive=True),
    _setting("simultaneous", "Full game, simultaneous moves", "the other timing", {}, simultaneous=True),
    _setting(
        "simultaneous_naive",
        "Full game, simultaneous moves, naive Washington",
        "both",
        {},
        simultaneous=True,
        naive=True,
    ),
    _setting(
        "submission", "Full game, protest risks much trade", "tp = 1/5, t = 30", {"tp": "1/5", "ts": "0", "t": "30"}
    ),
)
_BY = {s.name: s for s in _SETTINGS}


@lru_cache(maxsize=16)
def _solved(name: str) -> Solution:
    return pure(_BY[name].game())


def _pattern(equilibrium: MarkovEquilibrium) -> str:
    return classify(equilibrium.chain.relabelled(_READING))


def _patterns(solution: Solution) -> str:
    """The pattern of each equilibrium; where chance decides, the probability of each."""
    told = set()
    for e in solution.equilibria:
        found = {name: p for name, p in shares(e.chain.relabelled(_READING)).items() if p}
        told.add(" and ".join(name if p == 1 else f"{name} {p}" for name, p in found.items()))
    return ", ".join(sorted(told)) or "no pure equilibrium"


def _cycle() -> Verdict:
    worlds = {
        f"{s.title} ({_patterns(_solved(s.name))})": found_in(_solved(s.name), lambda e: _pattern(e) == "cycle")
        for s in _SETTINGS
    }
    return both_ways(
        "With all parts together play is the cycle",
        worlds,
        "Washington does not foresee the ratchet, and what protest ends in is certain; with foresight, some or all raids come without "
        "poor results before them, for the institutions that follow, under either timing: the unintended cycle needs a Washington "
        "that does not look ahead",
        29,
        33,
    )


def _timing() -> Verdict:
    sure = {naive: _patterns(pure(_game({"rho": "1"}, simultaneous=True, naive=naive))) for naive in (False, True)}
    worlds = {}
    for naive in (False, True):
        end = "_naive" if naive else ""
        first, some = _patterns(_solved(f"sequential{end}")), _patterns(_solved(f"simultaneous{end}"))
        who = "naive" if naive else "forward-looking"
        worlds[f"{who}: {first}; simultaneous, a constraint follows protest for sure: {sure[naive]}"] = (
            first == sure[naive]
        )
        worlds[f"{who}: {first}; simultaneous, it follows with probability 3/4: {some}"] = first == some
    return both_ways(
        "Both timings show the same pattern in the full game",
        worlds,
        "protest ends in a constraint for sure; where accession is uncertain, disputes that stay open bring raids without poor results "
        "before them, and the pattern is broken with the probability of that",
        33,
    )


def _parts() -> Verdict:
    full = _patterns(pure(_game({}, F=1)))
    shown = {name: _patterns(pure(_game(change, F=1))) for name, change in _OFF.items()}
    return both_ways(
        "Each part matters to the pattern (forward-looking Washington, one step of frustration)",
        {f"{name}: {pattern}": pattern != full for name, pattern in shown.items()},
        f"with all parts: {full}; a part that changes nothing here is inert at these numbers only",
        53,
    )


def _trade() -> Verdict:
    gone = cancels(full_game(K=1, F=1), "t")
    return Verdict(
        "Trade does not cancel in the full game",
        LedgerVerdict.CONTRADICTED if gone else LedgerVerdict.DERIVED,
        "structure: payoffs in symbols",
        "t is lost only where the relationship is broken, so it does not add the same amount to every payoff",
    )


def _sovereignty() -> Verdict:
    worlds = {
        f"{_BY[name].title} ({paths(_solved(name))})": found_in(
            _solved(name), lambda e: "UA" not in e.chain.relabelled(_READING).reachable().outcomes
        )
        for name in ("sequential", "submission")
    }
    return both_ways(
        "No raid is let pass in the full game",
        worlds,
        "protest does not put much trade at risk; s > z alone does not decide it",
        7,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (_cycle(), _timing(), _parts(), _trade(), _sovereignty())


MEMBER = Member(
    "full_cycle",
    "The full cycle",
    "Trade at risk, token effort, accession, success and trust in one game; both timings; naive and forward-looking.",
    "the cycle",
    (7, 29, 33, 53),
    _SETTINGS,
    _verdicts,
)
