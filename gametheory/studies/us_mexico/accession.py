"""After protest Washington accedes or holds out; while it holds out, a dispute is open and joint work costs Mexico more.

Moves: as in the reduced game, and after ``UP`` Washington accedes (``C``: a constraint is agreed, and the dispute ends) or
holds out (``H``: a dispute is open from then on). Nothing makes Mexico withhold enforcement, and nothing makes Washington give
way: both are derived. Added to the reduced game's symbols: ``y`` what acceding costs Washington at once; ``g`` what
enforcement costs Mexico's government at home while a dispute is open; ``h`` counter-steps (extradition refused, agents
charged), a cost to Washington in each period of a dispute.
"""

from __future__ import annotations

from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium
from gametheory.equilibria.solve import solve
from gametheory.games.dynamic import DynamicGame
from gametheory.games.institutions import Bonus, Counter, Fine, stepped
from gametheory.studies.us_mexico.family import Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import (
    both_ways,
    choices,
    found_in,
    numeric,
    paths,
    proposition,
    pure,
    requires,
    symbolic_paths,
)

__all__ = ["MEMBER", "accession_game"]

_ALL = ("NE", "NS", "UA", "UPC", "UPH")
_ACTS = ("UA", "UPC", "UPH")
_VALUES = {"y": "1/10", "g": "2", "h": "0"}
_READING = {"UPC": "UP", "UPH": "UP"}


def accession_game(*, K: int = 3, F: int = 2, naive: bool = False) -> DynamicGame:
    """The reduced game in which Washington answers protest, every parameter a symbol.

    Parameters
    ----------
    K, F : int
        Largest number of constraints, and of steps of frustration (0: none).
    naive : bool
        Washington takes the number of constraints as fixed.

    Examples
    --------
    >>> accession_game(K=1, F=0).states
    ('k=0, w=0', 'k=1, w=0', 'k=0, w=1', 'k=1, w=1')
    """
    base = DynamicGame.sequential(
        first="US",
        moves={"N": ("E", "S"), "U": ("A", {"P": ("C", "H")})},
        players=("US", "MX"),
        payoffs={
            "NE": ("rc", "t + m0 - e"),
            "NS": (0, "t"),
            "UA": ("ru + a0", "t - s"),
            "UPC": ("a0 - l - y", "t - z"),
            "UPH": ("a0 - l", "t - z"),
        },
        discount=("delta_US", "delta_MX"),
    )
    rules: list[Any] = [Counter("k", upto=K, on={"UPC": 1}, ratchet=True)]
    if F:
        rules.append(Counter("f", upto=F, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")))
        rules.append(Bonus("US", on=_ACTS, by="a1*f"))
    rules += [
        Counter("w", upto=1, on={"UPH": 1}, reset_on="UPC"),
        Fine("US", on=_ACTS, by="c*k"),
        Bonus("MX", on="NE", by="m1*k"),
        Fine("MX", on="NE", by="g*w"),
        Fine("US", on=_ALL, by="h*w"),
    ]
    game = base.with_rules(*rules)
    return game.perceived("US", without=("k",)) if naive else game


def _game(*, naive: bool = False, **change: str) -> DynamicGame:
    return numeric(accession_game(naive=naive), _VALUES, change)


def _setting(name: str, title: str, shows: str, *, naive: bool = False, pure: bool = True, **change: str) -> Setting:
    return Setting(name, title, lambda: _game(naive=naive, **change), shows, _READING, MarkovPerfect(pure=pure))


_SETTINGS = (
    _setting(
        "baseline", "Baseline: nothing to withhold", "no counter-steps, no enforcement at first; mixed play", pure=False
    ),
    _setting("counter_steps", "Mexico's counter-steps cost Washington", "h = 1 is an input", h="1"),
    _setting("interest", "Mutual interest from the start", "there is enforcement that can be withheld", m0="6/5"),
    _setting("no_joint_gain", "Institutions bring Mexico nothing", "m1 = 0 is an input", m1="0"),
    _setting("far_sighted", "Far-sighted Washington", "accession as an investment", delta_US="4/5"),
    _setting(
        "naive", "Naive Washington, counter-steps", "accession without foresight of what it brings", naive=True, h="1"
    ),
)


def _accedes(equilibrium: MarkovEquilibrium) -> bool:
    """Whether Washington accedes wherever a further constraint can be agreed."""
    at = [c for k in range(3) for c in choices(equilibrium, "US after UP", k=k).values()]
    return all(c == "C" for c in at)


def _withholds(equilibrium: MarkovEquilibrium) -> bool:
    """Whether in some state Mexico enforces if, and only if, no dispute is open."""
    free, open_ = (choices(equilibrium, "MX after N", w=w) for w in (0, 1))
    return any(c == "E" and open_.get(state.replace("w=0", "w=1")) == "S" for state, c in free.items())


def _one_constraint(*more: str, **change: str) -> dict[tuple[str, ...], Any]:
    """Paths of K = 1 without frustration, where a resisted raid pays at once but less than joint work."""
    given = ("rc > 0", "ru > 0", "l > 0", "c >= 0", "m0 >= 0", "m1 >= 0", "z > 0", "s > z", "y > 0")
    raids = ("e > m0", "g > m0 + m1 - e", "g > 0", "a0 > l", "rc > a0 - l")
    return symbolic_paths(accession_game(K=1, F=0).subs(**change), *given, *raids, *more)


def _decides() -> Verdict:
    pays = _one_constraint("m0 + m1 > e", "h >= 0")
    limit = "delta_US*(rc + h + l + y - a0) - y"
    holds = (
        set(pays) == {("NS",), ("UPC", "NE"), ("UPH", "UPH")}
        and requires(pays["UPC", "NE"], limit)
        and requires(pays["UPH", "UPH"], f"-({limit})")
    )
    return proposition(
        "Where the new constraint makes enforcement pay, Washington gives way exactly if joint work and an end of the "
        "dispute are worth more to it than to go on raiding",
        holds,
        "one constraint, no frustration, raids that pay at once (a0 > l): accession in play requires "
        "delta_US (rc + h - (a0 - l - y)) >= y, and holding out for ever requires the reverse; patience and counter-steps "
        "make it give way",
        27,
        evidence="every path in symbols",
    )


def _nothing_to_withhold() -> Verdict:
    short = _one_constraint("e > m0 + m1", h="0")
    in_play = [path for path in short if "UPC" in path]
    return proposition(
        "Where Mexico would not enforce anyway and takes no counter-steps, Washington never gives way",
        bool(short) and not in_play,
        "m0 + m1 < e, h = 0, one constraint: no equilibrium path contains accession. Withheld effort is no threat where "
        "there is none to withhold, so that giving way under such pressure and constraints which leave the underlying "
        "problem as it is (claim 30) exclude each other",
        27,
        evidence="every path in symbols",
    )


def _mixed() -> str:
    """How often Washington gives way at the baseline, where play is mixed."""
    solution = solve(_SETTINGS[0].game(), _SETTINGS[0].concept)
    told = []
    for e in solution.equilibria:
        at = [c for k in range(3) for c in choices(e, "US after UP", k=k).values()]
        sure, never = sum(c == "C" for c in at), sum(c == "H" for c in at)
        told.append(
            f"of {len(at)} states it gives way for sure in {sure}, never in {never}, by chance in {len(at) - sure - never}"
        )
    return f"At the baseline play is mixed: {' or '.join(told)}"


def _little_option() -> Verdict:
    worlds = {}
    for setting in _SETTINGS:
        solution = pure(setting.game())
        if solution.equilibria:
            worlds[f"{setting.title} ({paths(solution)})"] = found_in(solution, _accedes)
    return both_ways(
        "Washington gives way after protest in every state in which a constraint can be agreed",
        worlds,
        "there is something to withhold (enforcement that Mexico would give), or counter-steps cost enough, or Washington "
        f"sees far enough to want the institutions; with none of the three it holds out. {_mixed()}",
        27,
    )


def _steps() -> Verdict:
    worlds = {}
    tried = {"m0 = 6/5: enforcement can be withheld": _game(m0="6/5"), "m0 = m1 = 0: none": _game(m1="0")}
    for name, game in tried.items():
        solution = pure(game)
        worlds[f"{name} ({paths(solution)})"] = found_in(solution, _costly)
    return both_ways(
        "Protest costs Washington although no counter-step is given (h = 0): a dispute lowers what it expects",
        worlds,
        "Mexico withholds enforcement of its own accord while a dispute is open, which costs Washington what joint work "
        "would have brought; counter-steps beyond that (h) are an input",
        44,
    )


def _costly(equilibrium: MarkovEquilibrium) -> bool:
    game = equilibrium.game
    worth = {tuple(v.values()): x[0] for v, x in zip(game.variables, equilibrium.values, strict=True)}
    start = tuple(game.variables[game.start].values())
    return worth[start] > worth[(*start[:-1], 1)]


def _credible() -> Verdict:
    worlds = {
        f"g = {g} ({paths(pure(_game(m0='6/5', g=g)))})": found_in(pure(_game(m0="6/5", g=g)), _withholds)
        for g in ("2", "1/20")
    }
    return both_ways(
        "Mexico withholds enforcement exactly while a dispute is open (m0 = 6/5)",
        worlds,
        "working with Washington in a dispute costs Mexico's government more at home than joint work brings it "
        "(in one period: m0 + m1 k < e + g); otherwise the threat is empty",
        44,
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (_decides(), _nothing_to_withhold(), _little_option(), _steps(), _credible())


MEMBER = Member(
    "accession",
    "Accession",
    "After protest Washington accedes or holds out; Mexico may withhold enforcement while a dispute is open.",
    "what the reduced game leaves out",
    (27, 44),
    _SETTINGS,
    _verdicts,
)
