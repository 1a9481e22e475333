r"""Correlated equilibria: the polytope, its vertices in small games, and the best of them for a linear objective.

A mediator draws an outcome and tells each player only her own action. The distribution is a correlated equilibrium if
no player ever gains by playing action b whenever she is told a. These are linear inequalities in the distribution p:

.. math:: \sum_j p_{aj}\,(A_{aj} - A_{bj}) \ge 0 \qquad\text{for all rows } a \ne b,

and likewise for columns. Everything here is exact.

References
----------
Aumann, R. J. (1974), Subjectivity and correlation in randomized strategies, *J. Mathematical Economics* 1, 67-96.
Aumann, R. J. (1987), Correlated equilibrium as an expression of Bayesian rationality, *Econometrica* 55, 1-18.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from gametheory.equilibria.responses import numeric_stage
from gametheory.equilibria.solution import Certificate, Deviation, Status
from gametheory.errors import CertificateError, InputError
from gametheory.exact import rational
from gametheory.games.stage import StageGame
from gametheory.lp import LPResult, extreme_rays, maximise

__all__ = ["CorrelatedEquilibria", "CorrelatedOptimum", "CorrelatedVertices", "Incentive"]

#: ``joint[i][j]``: the probability of row i with column j.
Joint = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Incentive:
    """One inequality: ``sum(coefficients * joint) >= 0``, so that a player told ``told`` does not prefer ``instead``."""

    player: str
    told: str
    instead: str
    coefficients: Joint

    def slack(self, joint: Joint) -> Fraction:
        """What obeying is worth more than playing ``instead``, weighted by the probability of being told ``told``."""
        pairs = zip(self.coefficients, joint, strict=True)
        return sum((c * p for row, mix in pairs for c, p in zip(row, mix, strict=True)), Fraction(0))


@dataclass(frozen=True)
class CorrelatedVertices:
    """The vertices of the polytope; ``points`` is empty unless ``status`` is COMPLETE."""

    status: Status
    reason: str
    points: tuple[Joint, ...]


@dataclass(frozen=True)
class CorrelatedOptimum:
    """A correlated equilibrium that is best for a linear objective, with the linear program that proves it."""

    joint: Joint
    value: Fraction
    payoffs: tuple[Fraction, Fraction]
    proof: LPResult = field(repr=False)


@dataclass(frozen=True)
class CorrelatedEquilibria:
    """The set of correlated equilibria of a one-shot game: a polytope that is never empty.

    Parameters
    ----------
    game : StageGame
        With numeric payoffs.

    Examples
    --------
    Aumann's game of chicken: the best correlated equilibrium gives each player 21/4, more than any equilibrium's share.

    >>> chicken = StageGame([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=(("C", "D"), ("c", "d")))
    >>> best = CorrelatedEquilibria(chicken).best()
    >>> best.value, best.payoffs, [[str(p) for p in row] for row in best.joint]
    (Fraction(21, 2), (Fraction(21, 4), Fraction(21, 4)), [['1/2', '1/4'], ['1/4', '0']])
    """

    game: StageGame

    def __post_init__(self) -> None:
        numeric_stage(self.game)

    @property
    def ordinal(self) -> bool:
        """True if payoffs are mere ranks: which distributions are correlated equilibria is then an artefact of them."""
        return self.game.ordinal

    @cached_property
    def inequalities(self) -> tuple[Incentive, ...]:
        """Every incentive constraint; with ``joint >= 0`` and sum one they describe the polytope."""
        A, B = ([[rational(x) for x in row] for row in table] for table in (self.game.A, self.game.B))
        (m, n), zero = self.game.shape, Fraction(0)
        found = []
        for a in range(m):
            for b in range(m):
                if b != a:
                    rows = tuple(tuple(A[a][j] - A[b][j] if i == a else zero for j in range(n)) for i in range(m))
                    names = self.game.actions[0]
                    found.append(Incentive(self.game.players[0], names[a], names[b], rows))
        for a in range(n):
            for b in range(n):
                if b != a:
                    rows = tuple(tuple(B[i][a] - B[i][b] if j == a else zero for j in range(n)) for i in range(m))
                    names = self.game.actions[1]
                    found.append(Incentive(self.game.players[1], names[a], names[b], rows))
        return tuple(found)

    def read(self, given: Any) -> Joint:
        """A joint distribution from a matrix, or from a mapping of outcome labels to probabilities.

        Raises
        ------
        InputError
            If it is no distribution over the outcomes.
        """
        labels = self.game.labels
        if isinstance(given, Mapping):
            unknown = [x for x in given if not any(x in row for row in labels)]
            if unknown:
                raise InputError("joint", unknown, f"outcomes among {[x for row in labels for x in row]}")
            given = [[given.get(x, 0) for x in row] for row in labels]
        if [len(row) for row in given] != [len(row) for row in labels]:
            raise InputError("joint", given, f"a {self.game.shape[0]} x {self.game.shape[1]} table of probabilities")
        joint = tuple(tuple(rational(p, field="joint") for p in row) for row in given)
        if sum(map(sum, joint)) != 1 or min(map(min, joint)) < 0:
            raise InputError("joint", given, "probabilities that sum to one exactly")
        return joint

    def check(self, joint: Any) -> Certificate:
        """Whether a joint distribution is a correlated equilibrium, with the gain of every disobedience.

        Gains are in units of expected payoff before the draw. The ``action`` of a deviation reads ``"b when told a"``.

        Examples
        --------
        >>> chicken = StageGame([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=(("C", "D"), ("c", "d")))
        >>> third = "1/3"
        >>> bool(CorrelatedEquilibria(chicken).check({"Cc": third, "Cd": third, "Dc": third}))
        True
        """
        table = self.read(joint)
        deviations = tuple(
            Deviation(one.player, f"{one.instead} when told {one.told}", -one.slack(table)) for one in self.inequalities
        )
        holds = all(d.gain <= 0 for d in deviations)  # type: ignore[operator]
        return Certificate("correlated equilibrium", holds, deviations)

    def payoffs(self, joint: Any) -> tuple[Fraction, Fraction]:
        """Both players' expected payoffs under a joint distribution."""
        table = self.read(joint)
        expected = [
            sum(
                (rational(u) * p for us, ps in zip(pay, table, strict=True) for u, p in zip(us, ps, strict=True)),
                Fraction(0),
            )
            for pay in (self.game.A, self.game.B)
        ]
        return expected[0], expected[1]

    def best(self, weights: Sequence[object] = (1, 1)) -> CorrelatedOptimum:
        """The correlated equilibrium that maximises a weighted sum of payoffs; by default their sum.

        Parameters
        ----------
        weights : (number, number)
            Weight of each player's payoff; ``(1, 0)`` is best, ``(-1, 0)`` worst for the row player.
        """
        if len(weights) != 2:
            raise InputError("weights", weights, "a weight for each of the two players")
        v, w = (rational(x, field="weights") for x in weights)
        rows = zip(self.game.A, self.game.B, strict=True)
        return self.best_for([[v * a + w * b for a, b in zip(us, them, strict=True)] for us, them in rows])  # type: ignore[operator]

    def best_for(self, objective: Any) -> CorrelatedOptimum:
        """The correlated equilibrium that maximises a linear function of the distribution.

        Parameters
        ----------
        objective : matrix, or mapping from outcome labels to numbers (0 where missing)
            The worth of each outcome: ``{"Cc": 1}`` maximises the probability of the outcome Cc.
        """
        labels = self.game.labels
        if isinstance(objective, Mapping):
            unknown = [x for x in objective if not any(x in row for row in labels)]
            if unknown:
                raise InputError("objective", unknown, f"outcomes among {[x for row in labels for x in row]}")
            objective = [[objective.get(x, 0) for x in row] for row in labels]
        if [len(row) for row in objective] != [len(row) for row in labels]:
            raise InputError("objective", objective, f"a {self.game.shape[0]} x {self.game.shape[1]} table of numbers")
        worth = [x for row in objective for x in row]
        rows = [[-c for row in one.coefficients for c in row] for one in self.inequalities]
        proof = maximise(worth, rows, [0] * len(rows), [[1] * len(worth)], [1])
        if proof.value is None:
            raise CertificateError("no correlated equilibrium was found, although every game has one")
        proof.verify()
        joint = self._table(proof.x)
        return CorrelatedOptimum(joint, proof.value, self.payoffs(joint), proof)

    def vertices(self, *, most: int = 5_000) -> CorrelatedVertices:
        """All vertices of the polytope, by double description; sorted.

        Parameters
        ----------
        most : int
            Give up (status PARTIAL, no points) when more rays than this are held on the way. Games up to 3 x 3 are
            usually within reach.

        Examples
        --------
        >>> chicken = StageGame([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=(("C", "D"), ("c", "d")))
        >>> len(CorrelatedEquilibria(chicken).vertices().points)
        5
        """
        flat = [[c for row in one.coefficients for c in row] for one in self.inequalities]
        rays = extreme_rays(flat, self.game.shape[0] * self.game.shape[1], most=most)
        if rays is None:
            reason = f"more than {most} rays on the way; raise most=..., or use best(...) for one optimum"
            return CorrelatedVertices(Status.PARTIAL, reason, ())
        points = sorted(self._table([Fraction(x, sum(ray)) for x in ray]) for ray in rays)
        return CorrelatedVertices(Status.COMPLETE, "double description, exact, of every inequality", tuple(points))

    def _table(self, flat: Sequence[Fraction]) -> Joint:
        m, n = self.game.shape
        return tuple(tuple(flat[i * n : (i + 1) * n]) for i in range(m))
