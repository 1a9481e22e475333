"""A 2x2 stage game whose payoffs depend on parameters, solved at many points at once.

Payoffs become polynomials over arrays with a bound on their rounding errors; the sign table of
:mod:`gametheory.equilibria.batch` gives each game's equilibria. A point at which some payoff difference could have either sign
within the bound is flagged, to be solved exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gametheory.errors import UnsupportedError
from gametheory.evidence.batch_game import Expression, compile_expression
from gametheory.games.stage import StageGame

__all__ = ["StageBatch", "StageResult", "compile_stage"]

_UNIT = 2.0**-53


@dataclass(frozen=True)
class StageResult:
    """What the batched lane says of many 2x2 games: the code of each in the sign table, and which are flagged."""

    code: Any
    flagged: Any

    def count(self) -> Any:
        """The number of extreme equilibria at each point."""
        import numpy as np

        from gametheory.equilibria.batch import patterns_2x2

        table = np.array([len(pattern.extreme) for pattern in patterns_2x2()], dtype=np.int64)
        return table[np.asarray(self.code)]


@dataclass(frozen=True)
class StageBatch:
    """The eight payoffs of a 2x2 game as expressions: rows of A, then rows of B."""

    payoffs: tuple[Expression, ...]

    def solve(self, values: Mapping[str, Any]) -> StageResult:
        """The games at these parameter values (arrays of one length)."""
        import numpy as np

        from gametheory.equilibria.batch import solve_2x2

        length = len(next(iter(values.values())))
        found, error = [], []
        for expression in self.payoffs:
            value, size = expression.at(values)
            found.append(np.broadcast_to(np.asarray(value, dtype=float), (length,)))
            error.append(np.broadcast_to(4 * expression.effort * _UNIT * np.asarray(size, dtype=float), (length,)))
        a, b = (np.stack(found[k : k + 4], axis=-1).reshape(length, 2, 2) for k in (0, 4))
        batch = solve_2x2(a, b, rounding=0)
        flagged = np.asarray(batch.flagged).copy()
        for first, second in ((0, 2), (1, 3), (4, 5), (6, 7)):  # rows against rows, columns against columns
            flagged |= ~(np.abs(found[first] - found[second]) > error[first] + error[second])
        return StageResult(batch.code, flagged)


def compile_stage(game: StageGame) -> StageBatch:
    """The batched form of a 2x2 stage game.

    Raises
    ------
    UnsupportedError
        For larger games, and payoffs that are no quotients of polynomials.

    Examples
    --------
    >>> import numpy as np
    >>> game = StageGame([["r", 0], ["t", 1]], [["r", "t"], [0, 1]])
    >>> compile_stage(game).solve({"r": np.array([3.0, 3.0]), "t": np.array([5.0, 2.0])}).count().tolist()
    [1, 3]
    """
    if game.shape != (2, 2):
        raise UnsupportedError("stage game", f"{game.shape[0]} x {game.shape[1]}", "2 x 2 in the batched lane")
    return StageBatch(tuple(compile_expression(x) for table in (game.A, game.B) for row in table for x in row))
