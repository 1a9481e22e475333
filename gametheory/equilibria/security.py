r"""What a player can guarantee, what she can be held down to, and games of pure conflict.

The *maxmin* is what a player can guarantee herself; the *minmax* is what the opponent can hold her down to. In pure
strategies the first may be smaller than the second; in mixed strategies both are one number (von Neumann 1928), here
proved each time by a pair of optimal solutions of dual linear programs.

References
----------
von Neumann, J. (1928), Zur Theorie der Gesellschaftsspiele, *Mathematische Annalen* 100, 295-320.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from gametheory.equilibria.responses import numeric_stage, own_payoffs, player_index
from gametheory.errors import CertificateError, InputError
from gametheory.games.stage import StageGame
from gametheory.lp import maximise

__all__ = ["Security", "ZeroSumSolution", "constant_sum", "security", "solve_zero_sum"]

Mix = tuple[Fraction, ...]


@dataclass(frozen=True)
class Security:
    """Maxmin and minmax of one player, in pure and in mixed strategies, in units of her payoffs.

    Attributes
    ----------
    player, opponent : str
    pure_maxmin : Fraction
        The most she can guarantee by a single action; ``pure_maxmin_actions`` are those that do.
    pure_minmax : Fraction
        The least the opponent can hold her down to by a single action (she responds knowing it);
        ``pure_minmax_actions`` are the opponent's that do.
    value : Fraction
        Maxmin and minmax in mixed strategies.
    maxmin_mix : tuple of Fraction
        A distribution over her actions that guarantees ``value`` (there may be others).
    minmax_mix : tuple of Fraction
        A distribution over the opponent's actions that holds her down to ``value``.
    ordinal : bool
        True if payoffs are mere ranks: ``value`` and the mixes are then artefacts of the ranks.
    """

    game: StageGame = field(repr=False)
    player: str
    opponent: str
    pure_maxmin: Fraction
    pure_maxmin_actions: tuple[str, ...]
    pure_minmax: Fraction
    pure_minmax_actions: tuple[str, ...]
    value: Fraction
    maxmin_mix: Mix
    minmax_mix: Mix
    ordinal: bool = False

    def verify(self) -> None:
        """Check from the payoffs that each mix does what it says; raise :class:`CertificateError` otherwise."""
        table = own_payoffs(self.game, player_index(self.game, self.player))
        for mix, size in ((self.maxmin_mix, len(table)), (self.minmax_mix, len(table[0]))):
            if len(mix) != size or sum(mix) != 1 or min(mix) < 0:
                raise CertificateError(f"{mix} is not a distribution over {size} actions")
        least = min(
            sum(p * row[b] for p, row in zip(self.maxmin_mix, table, strict=True)) for b in range(len(table[0]))
        )
        most = max(sum(q * u for q, u in zip(self.minmax_mix, row, strict=True)) for row in table)
        if not least == self.value == most:
            raise CertificateError(f"the mixes guarantee {least} and hold {self.player} to {most}, not to {self.value}")
        if not self.pure_maxmin == max(map(min, table)) <= self.value <= self.pure_minmax:
            raise CertificateError("pure maxmin, value and pure minmax are out of order")
        if self.pure_minmax != min(map(max, zip(*table, strict=True))):
            raise CertificateError("the pure minmax is not as stated")


def security(game: StageGame, player: str) -> Security:
    """Minmax and maxmin of a player, with the strategies.

    Raises
    ------
    InputError
        If payoffs hold symbols or the player is unknown.

    Examples
    --------
    >>> game = StageGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=(("H", "T"), ("h", "t")))
    >>> found = security(game, "row")
    >>> found.pure_maxmin, found.value, found.pure_minmax, found.maxmin_mix
    (Fraction(-1, 1), Fraction(0, 1), Fraction(1, 1), (Fraction(1, 2), Fraction(1, 2)))
    """
    stage = numeric_stage(game)
    i = player_index(stage, player)
    table = own_payoffs(stage, i)
    own, other = stage.actions[i], stage.actions[1 - i]
    guaranteed, held = [min(row) for row in table], [max(column) for column in zip(*table, strict=True)]
    # maximise v subject to v <= what the mix gets against each action of the opponent
    rows = [[-row[b] for row in table] + [Fraction(1)] for b in range(len(other))]
    best = maximise([0] * len(own) + [1], rows, [0] * len(other), [[1] * len(own) + [0]], [1], free=[len(own)])
    if best.value is None:  # pragma: no cover - bounded and feasible by construction
        raise CertificateError("no value was found")
    return Security(
        stage,
        player,
        stage.players[1 - i],
        max(guaranteed),
        tuple(a for a, v in zip(own, guaranteed, strict=True) if v == max(guaranteed)),
        min(held),
        tuple(b for b, v in zip(other, held, strict=True) if v == min(held)),
        best.value,
        best.x[:-1],
        best.y_ub,
        stage.ordinal,
    )


def constant_sum(game: StageGame) -> Fraction | None:
    """The sum of both payoffs if it is the same at every outcome (0: a zero-sum game), otherwise None.

    Examples
    --------
    >>> constant_sum(StageGame([[1, 0]], [[2, 3]])), constant_sum(StageGame([[1, 0]], [[2, 2]]))
    (Fraction(3, 1), None)
    """
    stage = numeric_stage(game)
    sums = {a + b for us, them in zip(stage.A, stage.B, strict=True) for a, b in zip(us, them, strict=True)}
    return sums.pop() if len(sums) == 1 else None  # type: ignore[return-value]


@dataclass(frozen=True)
class ZeroSumSolution:
    """Value and a pair of optimal strategies of a constant-sum game: an equilibrium, by the minimax theorem.

    Attributes
    ----------
    total : Fraction
        What both payoffs sum to.
    value : Fraction
        The row player's payoff in every equilibrium.
    profile : (tuple of Fraction, tuple of Fraction)
        A maxmin strategy of each player.
    """

    total: Fraction
    value: Fraction
    profile: tuple[Mix, Mix]


def solve_zero_sum(game: StageGame) -> ZeroSumSolution:
    """The value of a constant-sum game, with an optimal strategy of each player.

    Raises
    ------
    InputError
        If payoffs do not sum to a constant.

    Examples
    --------
    >>> solve_zero_sum(StageGame([[2, -1], [-1, 1]], [[-2, 1], [1, -1]])).value
    Fraction(1, 5)
    """
    total = constant_sum(game)
    if total is None:
        raise InputError(
            "game", game, "payoffs with a constant sum; for other games use gametheory.solve(game, Nash())"
        )
    found = security(game, game.players[0])
    found.verify()
    return ZeroSumSolution(total, found.value, (found.maxmin_mix, found.minmax_mix))
