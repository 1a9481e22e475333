"""Rival: realism. Power is what Washington can make a protest cost, leverage what Mexico can withhold after a raid.

Protest costs Mexico ``w z`` (w: the power ratio, z: the cost of confrontation at w = 1); it costs Washington ``l + h`` (h: leverage).

*Realism's own game* has no institutions: the same period is played again and again, K = 0, and for each period alone its concept is
subgame perfection within the period (with frustration, Markov perfection). From it "outcomes rise with power" is derived, not
assumed: Mexico lets a raid pass exactly if ``w z >= s``, and Washington's payoff never falls in w. *The article's game* is the same with
the ratchet: protest brings a constraint. What power does there is computed, and compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from gametheory.claims import Claim
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import MarkovEquilibrium, Status
from gametheory.equilibria.solve import solve
from gametheory.equilibria.solvers.symbolic_backward import symbolic_backward
from gametheory.errors import GameTheoryError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame
from gametheory.games.tree import Tree
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.us_mexico.member_tools import _distinct, assuming, numeric, paths, proposition, pure
from gametheory.studies.us_mexico.observed import classify
from gametheory.studies.us_mexico.raid_propositions import REALISM
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

__all__ = ["MEMBER", "PowerPoint", "all_equilibria", "long_run_payoff", "period_tree", "power_curve", "power_game"]

_GIVEN = ("z > 0", "s > 0", "l > 0", "h >= 0", "ru > 0", "rc > 0", "e > m0", "w > 0")


_symbolic = lru_cache(maxsize=2)(reduced_game)


def power_game(*, power: object = 1, leverage: object = 0, ratchet: bool = True, **change: object) -> DynamicGame:
    """The reduced game with numbers, at a power ratio and a leverage; without the ratchet it is realism's.

    Parameters
    ----------
    power : number
        Times the baseline's cost of confrontation to Mexico.
    leverage : number
        Added to the baseline's cost of a resisted raid to Washington.
    ratchet : bool
        False: no constraints, whatever Mexico does (K = 0).
    **change : numbers
        Other values than the baseline's.

    Examples
    --------
    >>> power_game(ratchet=False).states
    ('k=0, f=0', 'k=0, f=1', 'k=0, f=2')
    """
    z, cost = (rational(change.pop(name, BASELINE[name])) for name in ("z", "l"))
    values = {**change, "z": rational(power) * z, "l": cost + rational(leverage)}
    return numeric(_symbolic(K=3 if ratchet else 0), {}, values)


def period_tree() -> Tree:
    """One period of realism's world without frustration, every parameter a symbol.

    Examples
    --------
    >>> period_tree().labels
    ('NE', 'NS', 'UA', 'UP')
    """
    return Tree.from_moves(
        {"N": ("E", "S"), "U": ("A", "P")},
        {"NE": ("rc", "t + m0 - e"), "NS": (0, "t"), "UA": ("ru + a0", "t - s"), "UP": ("a0 - l - h", "t - w*z")},
        players=("US", "MX"),
    )


@dataclass(frozen=True)
class PowerPoint:
    """All pure equilibria at one power ratio; where there is none, all mixed ones.

    Attributes
    ----------
    power, leverage : Fraction
    ratchet : bool
    patterns : tuple of str
        Those that occur for sure; ``"other"`` where none does.
    is_pure : bool
    payoff : (Fraction, Fraction) or None
        Least and largest average discounted payoff of Washington at the start.
    long_run : (Fraction, Fraction) or None
        Least and largest payoff a period in the long run.
    protest : (Fraction, Fraction) or None
        Least and largest long-run share of periods in which Mexico protests.
    """

    power: Fraction
    leverage: Fraction
    ratchet: bool
    patterns: tuple[str, ...]
    is_pure: bool
    payoff: tuple[Fraction, Fraction] | None
    long_run: tuple[Fraction, Fraction] | None
    protest: tuple[Fraction, Fraction] | None


def _bounds(values: Sequence[Fraction]) -> tuple[Fraction, Fraction] | None:
    return (min(values), max(values)) if values else None


def long_run_payoff(equilibrium: MarkovEquilibrium, player: int = 0) -> Fraction:
    """What a player has a period in the long run, exactly, under the true transitions."""
    game, chain = equilibrium.game, equilibrium.chain
    total = Fraction(0)
    for s, share in chain.occupation().items():
        pay = {play.label: rational(play.payoffs[player]) for play in game.periods[s].plays}
        total += share * sum((m.probability * pay[m.outcome] for m in chain.moves[s]), Fraction(0))
    return total


def all_equilibria(game: DynamicGame) -> list[MarkovEquilibrium]:
    """All pure equilibria, one for each way to play; where there is none, all mixed ones.

    Raises
    ------
    GameTheoryError
        If there is no pure equilibrium and the mixed ones could not all be found.
    """
    found = pure(game)
    if not len(found.equilibria):
        found = solve(game, MarkovPerfect())
        found.verify()
        if found.status is not Status.COMPLETE:
            raise GameTheoryError(f"no pure equilibrium, and of the mixed ones some may be missing: {found.reason}")
    return _distinct(found)


def power_curve(
    powers: Sequence[object], *, leverage: object = 0, ratchet: bool = True, **change: object
) -> tuple[PowerPoint, ...]:
    """What each power ratio brings, over all Markov perfect equilibria of :func:`all_equilibria`; exact.

    Parameters
    ----------
    powers : sequence of numbers
    leverage, ratchet, **change
        As in :func:`power_game`.

    Examples
    --------
    >>> [p.patterns for p in power_curve(["1/2", 2], s="1", a1="0", ratchet=False)]
    [('stalemate',), ('realism',)]
    """
    points = []
    for power in powers:
        each = all_equilibria(power_game(power=power, leverage=leverage, ratchet=ratchet, **change))
        points.append(
            PowerPoint(
                rational(power),
                rational(leverage),
                ratchet,
                tuple(sorted({classify(e.chain) for e in each})),
                all(e.is_pure for e in each),
                _bounds([rational(e.payoffs[0]) for e in each]),
                _bounds([long_run_payoff(e) for e in each]),
                _bounds([e.chain.frequencies().get("UP", Fraction(0)) for e in each]),
            )
        )
    return tuple(points)


# --- the member -------------------------------------------------------------------------------------------------------

_POWERS = (1, 2, 3, 10)


def _outcomes() -> dict[str, str]:
    """Which outcomes realism's period can have, with their conditions, for all parameters."""
    return {p.outcomes[0][0]: str(p.region) for p in symbolic_backward(period_tree(), assumptions=assuming(*_GIVEN))}


def _monotone() -> bool:
    """Washington's payoff at w2 > w1: Mexico's answer can only turn from P to A, and UA beats UP; N is the same."""
    given = ["w2 > w1", "w1 > 0", "z > 0", "s > 0", "ru > 0", "l > 0", "h >= 0"]
    turns = Claim("w2*z > s", [*given, "w1*z >= s"])
    better = Claim("ru + a0 > a0 - l - h", given, parameters=("a0",))
    return all(v.kind == "proved" and bool(v.verify()) for v in (turns.prove(), better.prove()))


def _show(points: Sequence[PowerPoint]) -> str:
    def span(x: tuple[Fraction, Fraction] | None) -> str:
        return (
            "no pure equilibrium"
            if x is None
            else str(x[0])
            if x[0] == x[1]
            else f"{float(x[0]):.3g} to {float(x[1]):.3g}"
        )

    return "; ".join(f"w = {p.power}: {'/'.join(p.patterns) or '-'} ({span(p.long_run)})" for p in points)


def _rises(points: Sequence[PowerPoint]) -> bool:
    """Whether no equilibrium at a higher power is worse in the long run than one at a lower power."""
    known = [p.long_run for p in points if p.long_run is not None]
    return all(high[0] >= low[1] for low, high in pairwise(known))


def _verdicts() -> tuple[Verdict, ...]:
    own, ours = (power_curve(_POWERS, ratchet=ratchet, delta_MX="1/2", s="2") for ratchet in (False, True))
    strong = power_curve((1, 2, 3), ratchet=True)
    realist = power_curve((1, 2, 3), ratchet=False)
    shielded = [power_curve((1, 2), leverage=2, ratchet=r)[0].patterns for r in (False, True)]
    plain = [power_curve((1, 2), leverage=0, ratchet=r)[0].patterns for r in (False, True)]
    outcomes = _outcomes()
    kept = [(p.patterns, q.patterns) for p, q in zip(realist[1:], strong[1:], strict=True)]
    resists = all("realism" in a and b == ("cycle",) for a, b in kept)
    return (
        proposition(
            "Realism's prediction: what Washington obtains never falls as its power rises, and Mexico's answer turns once, at w z = s",
            _monotone(),
            "own concept (subgame perfection within the period, no institutions), all payoffs: "
            + "; ".join(f"{x} if {c}" for x, c in outcomes.items()),
            85,
            evidence="proved (gap); symbolic backward induction",
        ),
        Verdict(
            "Under the ratchet too Washington's long-run payoff never falls as its power rises",
            LedgerVerdict.CONTRADICTED if _rises(own) and not _rises(ours) else LedgerVerdict.CONDITIONAL,
            "exact solutions (Markov perfect, mixed where there is no pure equilibrium), both games at the same numbers",
            f"long-run payoff a period at delta_MX = 1/2: realism's game {_show(own)}; the article's {_show(ours)}. What flips it: "
            "protest brings a constraint, and constraints bring joint work; enough power ends the protest and with it the cycle "
            "that led there. At the start, discounted, the powerful side may still be better off",
            (85, 87),
        ),
        Verdict(
            "Power that suffices in realism's game suffices under the ratchet",
            LedgerVerdict.CONTRADICTED if resists else LedgerVerdict.CONDITIONAL,
            "exact solutions; proved: " + ", ".join(REALISM.evidence),
            f"baseline, w = 2 and 3: {paths(pure(power_game(power=2, ratchet=False)))} without the ratchet, "
            f"{paths(pure(power_game(power=2)))} with it. {REALISM.plain} Power has to reach w z = s + D rho (W - t + s), where W is "
            "what the next level is worth to Mexico, instead of w z = s",
            (25, 85, 86),
        ),
        Verdict(
            "The weak side prevails only by what it can withhold (leverage)",
            LedgerVerdict.CONDITIONAL
            if plain[1] == ("cycle",) and shielded[1] != plain[1]
            else LedgerVerdict.CONTRADICTED,
            "exact solutions",
            f"at the baseline (w = 1) without leverage: realism's game {'/'.join(plain[0])}, the article's {'/'.join(plain[1])}; with "
            f"leverage 2: {'/'.join(shielded[0])} and {'/'.join(shielded[1])}. In the article's game Mexico prevails without it, by the "
            "constraint stock; leverage that deters raids deters the cycle too. Condition: there is no ratchet",
            (85, 86),
        ),
    )


def _setting(name: str, title: str, shows: str, **values: object) -> Setting:
    return Setting(name, title, lambda: power_game(**values), shows)  # type: ignore[arg-type]


MEMBER = Member(
    name="rival_realism",
    title="Rival: realism, with power and leverage",
    about="Power as the cost that Washington can put on protest, leverage as what Mexico can withhold; with and without the ratchet.",
    point="rivals",
    claims=(25, 85, 86, 87),
    settings=(
        _setting(
            "weak_power", "Realism, power below its threshold", "Raids are protested; nothing follows.", ratchet=False
        ),
        _setting("strong_power", "Realism, power above its threshold", "Raids are let pass.", power=2, ratchet=False),
        _setting(
            "strong_power_ratchet", "The same power under the ratchet", "Protest goes on, for the constraint.", power=2
        ),
        _setting(
            "overwhelming_power", "Overwhelming power under the ratchet", "Protest ends.", power=10, delta_MX="1/2"
        ),
        _setting("leverage", "Mexico can withhold much", "Raids are deterred.", leverage=2),
    ),
    verdicts=_verdicts,
)
