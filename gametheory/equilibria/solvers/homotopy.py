r"""One Markov perfect equilibrium of a game that may be large and need not be directional, with a certificate.

The principal branch of logit equilibria (:mod:`gametheory.equilibria.markov_quantal`) is followed to high precision. The
actions that keep a share there are taken to be those played, and the equations that hold for them (probabilities sum to one,
what is played is worth the same, values are what they are worth) are solved near its end. That there is a solution, and only one,
in a small box is then proved by the Krawczyk operator in ball arithmetic: if :math:`\tilde x - Y F(\tilde x) +
(I - Y F'(X))(X - \tilde x)` lies inside the box X, then F has exactly one root in X (Krawczyk 1969; Neumaier, *Interval Methods for
Systems of Equations*, 1990). Actions not played must lose for certain. Where all choices are pure, the profile is checked
exactly instead. Floating point thus proposes, and never certifies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, overload

import flint

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.markov_quantal import BENDS, BranchLost, LogitMarkovPoint, follow
from gametheory.equilibria.profiles import profile_values, require_numbers
from gametheory.equilibria.solution import MarkovEquilibrium, Solution, Status
from gametheory.equilibria.solvers._enclosed import EnclosedEquilibrium, check_enclosed, ends
from gametheory.errors import CertificateError, UnsupportedError
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame

__all__ = ["FoundEquilibria", "Homotopy"]

_BITS = 256
_RADIUS = 2.0**-110
_SHARES = (1e-3, 1e-2, 1e-5, 1e-8)  # an action is taken to be played from such a share on


@dataclass(frozen=True)
class FoundEquilibria(Sequence[Any]):
    """Certified equilibria, exact or enclosed."""

    game: DynamicGame = field(repr=False)
    items: tuple[Any, ...]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self.items[index]

    def verify(self, *, sample: int = 0, seed: int = 0) -> None:
        """Check each by its own arithmetic, without the solver.

        Raises
        ------
        CertificateError
            If one does not hold.
        """
        for item in self.items:
            if isinstance(item, EnclosedEquilibrium):
                check_enclosed(self.game, item, bits=_BITS)
                continue
            certificate = MarkovPerfect().check(self.game, item.profile)
            if not certificate.holds:
                raise CertificateError(f"no equilibrium: {certificate.worst}")
            MarkovPerfect().check_values(self.game, item)

    def paths(self, *, limit: int = 10_000) -> dict[str, int]:
        """The paths of play of exact equilibria; enclosed ones have no path in one line."""
        found: dict[str, int] = {}
        for item in self.items:
            if isinstance(item, EnclosedEquilibrium):
                raise UnsupportedError(
                    "equilibrium", "enclosed", "exact equilibria; an enclosed mix has no path in one line"
                )
            sentence = item.path(40).sentence()
            found[sentence] = found.get(sentence, 0) + 1
        return found


@dataclass(frozen=True)
class Homotopy:
    """Follow the principal logit branch and certify where it leads.

    Parameters
    ----------
    precisions : sequence of numbers
        Precisions, rising, at which it is tried whether the end can be certified.
    steps : int
        Most steps along the branch.

    Examples
    --------
    >>> from gametheory.games.stage import StageGame
    >>> pennies = StageGame([[2, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> game = DynamicGame.repeated(pennies, discount="9/10")
    >>> solution = Homotopy().solve(game, MarkovPerfect())
    >>> solution.verify()
    >>> solution.status.name, [round(float(p[0]), 6) for p in solution.equilibria[0].profile[0][1]]
    ('PARTIAL', [0.4, 0.6])
    """

    precisions: Sequence[float] = (30, 300, 3000, 30_000, 300_000)
    steps: int = 3_000

    def solve(self, game: DynamicGame, concept: MarkovPerfect) -> Solution:
        """One certified equilibrium, or none with the reason; others are not looked for, so the status is PARTIAL."""
        require_numbers(game)
        why = "no precision was given"
        for bend in BENDS[:2]:
            try:
                for point in follow(game, [float(p) for p in self.precisions], steps=self.steps, bend=bend):
                    for played in dict.fromkeys(_played(point, share) for share in _SHARES):
                        found, why = _certify(game, point, played)
                        if found is not None and concept.pure and not found.is_pure:
                            found, why = None, "the branch leads to a mixed equilibrium"
                        if found is not None:
                            reason = (
                                f"one equilibrium, near the end of the principal logit branch (precision {point.precision:.6g}), "
                                f"{why}; others were not looked for"
                            )
                            return self._answer(game, concept, reason, (found,))
                break
            except BranchLost as lost:
                why = f"the branch was not followed to its end: {lost}"
        return self._answer(game, concept, f"no equilibrium was certified: {why}", ())

    def _answer(self, game: DynamicGame, concept: MarkovPerfect, reason: str, items: tuple[Any, ...]) -> Solution:
        return Solution(game, concept, Status.PARTIAL, reason, FoundEquilibria(game, items), solver="Homotopy")


_Actions = tuple[tuple[tuple[int, ...], ...], ...]


def _played(point: LogitMarkovPoint, share: float) -> _Actions:
    """For each state and node the actions with at least this share."""
    return tuple(tuple(tuple(a for a, p in enumerate(mix) if p >= share) for mix in mixes) for mixes in point.profile)


def _certify(game: DynamicGame, point: LogitMarkovPoint, played: _Actions) -> tuple[Any, str]:
    """An equilibrium near the point with these actions played, and how it is certified; or None, and why not."""
    if all(len(actions) == 1 for mixes in played for actions in mixes):
        profile = tuple(
            tuple(
                tuple(Fraction(int(a == actions[0])) for a in range(len(node.actions)))
                for actions, node in zip(mixes, period.nodes, strict=True)
            )
            for mixes, period in zip(played, game.periods, strict=True)
        )
        certificate = MarkovPerfect().check(game, profile)
        if not certificate.holds:
            return None, f"the pure profile at its end is no equilibrium: {certificate.worst}"
        pairs: Any = tuple(zip(profile_values(game, profile, 0), profile_values(game, profile, 1), strict=True))
        return MarkovEquilibrium(game, profile, pairs), "pure, checked exactly"
    before = flint.ctx.prec
    flint.ctx.prec = _BITS
    try:
        system = _Played(game, played)
        box = system.root(point)
        if box is None:
            return None, "no box with one root was found: the equilibrium may be degenerate"
        found = system.equilibrium(box)
    finally:
        flint.ctx.prec = before
    try:
        check_enclosed(game, found, bits=_BITS)
    except CertificateError as error:
        return None, str(error)
    return found, "the only one in a box with the same actions played (Krawczyk operator, 256 bits)"


class _Played:
    """The equations that hold at an equilibrium in which given actions are played.

    Unknown: a probability for each action played, then for each player a value for each node of a sequential and for each
    simultaneous period. Values are discounted totals. Equations come in the same number, in the same order.
    """

    def __init__(self, game: DynamicGame, played: Any) -> None:
        self.game, self.played = game, played
        self.place: list[list[dict[int, int]]] = []
        size = 0
        for mixes in played:
            row = []
            for actions in mixes:
                row.append({a: size + k for k, a in enumerate(actions)})
                size += len(actions)
            self.place.append(row)
        self.heads: list[list[tuple[int, int]]] = []
        for period in game.periods:
            count = 1 if period.simultaneous else len(period.nodes)
            self.heads.append([(size + 2 * k, size + 2 * k + 1) for k in range(count)])
            size += 2 * count
        self.size = size
        self.discount = [_ball(d) for d in game.discount]
        self.forms = [self._forms(s) for s in range(len(game.states))]

    def _forms(self, s: int) -> list[list[tuple[tuple[Any, dict[int, Any]], ...]]]:
        """For each branch (a cell, or an action at a node) and player the worth: a constant and coefficients of values."""
        period = self.game.periods[s]
        table = []
        for row in period.branches:
            line = []
            for lottery in row:
                pair = []
                for i in (0, 1):
                    constant, shares = flint.arb(0), dict[int, Any]()
                    for p, t in lottery:
                        chance = _ball(p)
                        if t >= 0:
                            at = self.heads[s][t][i]
                            shares[at] = shares.get(at, 0) + chance
                            continue
                        play = period.plays[~t]
                        constant += chance * _ball(play.payoff_to(i))
                        for q, follower in play.next_for(i):
                            at = self.heads[follower][0][i]
                            shares[at] = shares.get(at, 0) + chance * self.discount[i] * _ball(q)
                    pair.append((constant, shares))
                line.append(tuple(pair))
            table.append(line)
        return table

    def equations(self, x: list[Any], slopes: bool) -> tuple[list[Any], list[dict[int, Any]]]:
        """Values of the equations at x and, if wanted, their derivatives."""
        values: list[Any] = [flint.arb(0)] * self.size
        rows: list[dict[int, Any]] = [{} for _ in range(self.size)]

        def worth(form: tuple[Any, dict[int, Any]]) -> Any:
            constant, shares = form
            for at, c in shares.items():
                constant = constant + c * x[at]
            return constant

        def put(row: int, terms: list[tuple[Any, list[int], tuple[Any, dict[int, Any]] | None]]) -> None:
            """Add sign * product of probabilities * worth to an equation."""
            for sign, chances, form in terms:
                weight = sign
                for at in chances:
                    weight = weight * x[at]
                amount = worth(form) if form is not None else flint.arb(1)
                values[row] = values[row] + weight * amount
                if not slopes:
                    continue
                for k, at in enumerate(chances):
                    rest = sign * amount
                    for m, other in enumerate(chances):
                        if m != k:
                            rest = rest * x[other]
                    rows[row][at] = rows[row].get(at, 0) + rest
                if form is not None:
                    for at, c in form[1].items():
                        rows[row][at] = rows[row].get(at, 0) + weight * c

        one, minus = flint.arb(1), flint.arb(-1)
        for s, period in enumerate(self.game.periods):
            forms, place = self.forms[s], self.place[s]
            for n, where in enumerate(place):
                actions = list(where)
                first = where[actions[0]]
                put(first, [(one, [at], None) for at in where.values()])
                values[first] = values[first] - 1
                i = period.nodes[n].player
                for a in actions[1:]:  # worth the same as the first action
                    if period.simultaneous:
                        other = place[1 - n]
                        for sign, own in ((one, a), (minus, actions[0])):
                            cells = [forms[own][b] if n == 0 else forms[b][own] for b in other]
                            put(where[a], [(sign, [at], c[i]) for c, at in zip(cells, other.values(), strict=True)])
                    else:
                        put(where[a], [(one, [], forms[n][a][i]), (minus, [], forms[n][actions[0]][i])])
            for n, heads in enumerate(self.heads[s]):
                for i in (0, 1):
                    row = heads[i]
                    values[row] = values[row] + x[row]
                    rows[row][row] = rows[row].get(row, 0) + 1
                    if period.simultaneous:
                        both = [((p, q), forms[a][b][i]) for a, p in place[0].items() for b, q in place[1].items()]
                        put(row, [(minus, list(at), form) for at, form in both])
                    else:
                        put(row, [(minus, [p], forms[n][a][i]) for a, p in place[n].items()])
        return values, rows

    def root(self, point: LogitMarkovPoint) -> list[Any] | None:
        """A box around the point's end with exactly one root, or None."""
        import numpy as np

        x = [flint.arb(0)] * self.size
        for s, mixes in enumerate(self.place):
            for n, where in enumerate(mixes):
                total = sum(point.profile[s][n][a] for a in where)
                for a, at in where.items():
                    x[at] = flint.arb(point.profile[s][n][a] / total)
        x = self._values(x)
        for _ in range(30):  # Newton's method in floats: steps from derivatives in floats, residuals in many digits
            values, rows = self.equations(x, True)
            matrix = np.zeros((self.size, self.size))
            for k, row in enumerate(rows):
                for at, c in row.items():
                    matrix[k, at] = float(flint.arb(c).mid())
            try:
                inverse = np.linalg.inv(matrix)
            except np.linalg.LinAlgError:
                return None
            if not np.all(np.isfinite(inverse)):
                return None
            change = _apply(inverse, [v.mid() for v in values])
            x = [(a - b).mid() for a, b in zip(x, change, strict=True)]
            size = max(abs(float(c)) for c in change)
            if size > 1e6:
                return None
            if size < 1e-12:
                break
        else:
            return None
        for _ in range(12):  # the same inverse now gains many digits a round
            values, _ = self.equations(x, False)
            x = [(a - b).mid() for a, b in zip(x, _apply(inverse, [v.mid() for v in values]), strict=True)]
        return self._krawczyk(x, inverse)

    def _values(self, x: list[Any]) -> list[Any]:
        """Values that go with the probabilities: the equations of values are linear in them."""
        import numpy as np

        values, rows = self.equations(x, True)
        at = [place for heads in self.heads for pair in heads for place in pair]
        number = {place: k for k, place in enumerate(at)}
        matrix, right = np.zeros((len(at), len(at))), np.zeros(len(at))
        for k, place in enumerate(at):
            right[k] = -float(flint.arb(values[place]).mid())
            for column, c in rows[place].items():
                if column in number:
                    matrix[k, number[column]] = float(flint.arb(c).mid())
        found = np.linalg.solve(matrix, right)
        x = list(x)
        for place, value in zip(at, found.tolist(), strict=True):
            x[place] = flint.arb(value)
        return x

    def _krawczyk(self, x: list[Any], inverse: Any) -> list[Any] | None:
        n = self.size
        wide = flint.arb(0, _RADIUS)
        box = [a + wide for a in x]
        values, _ = self.equations(x, False)
        _, rows = self.equations(box, True)
        Y = flint.arb_mat(n, n, [float(c) for line in inverse.tolist() for c in line])
        J = flint.arb_mat(n, n, [row.get(k, 0) for row in rows for k in range(n)])
        rest = Y * J
        shift = Y * flint.arb_mat(n, 1, values)
        image = []
        for k in range(n):
            spread = sum((abs((1 if k == m else 0) - rest[k, m]) for m in range(n)), flint.arb(0))
            off = shift[k, 0]
            if not abs(off) + spread * _RADIUS < _RADIUS:
                return None
            reach = flint.arb(0, 1) * (spread * _RADIUS).upper()
            image.append(x[k] - off + reach)
        return image

    def equilibrium(self, box: list[Any]) -> EnclosedEquilibrium:
        """The root as an equilibrium: exact zeros and ones where choices are pure, averages for totals."""
        zero, one = (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))
        profile = tuple(
            tuple(
                tuple(
                    zero if a not in where else one if len(where) == 1 else ends(box[where[a]])
                    for a in range(len(node.actions))
                )
                for node, where in zip(period.nodes, place, strict=True)
            )
            for period, place in zip(self.game.periods, self.place, strict=True)
        )
        values = tuple(
            (ends((1 - self.discount[0]) * box[heads[0][0]]), ends((1 - self.discount[1]) * box[heads[0][1]]))
            for heads in self.heads
        )
        return EnclosedEquilibrium(self.game, profile, values)


def _apply(inverse: Any, values: list[Any]) -> list[Any]:
    """A matrix of floats times a vector of long numbers: by the vector's leading digits, its scale kept apart."""
    import numpy as np

    scale = max((abs(v) for v in values), default=flint.arb(0), key=float)
    if not scale > 0:
        return [flint.arb(0)] * len(values)
    unit = scale.mid()
    leading = np.array([float((v / unit).mid()) for v in values])
    return [flint.arb(c) * unit for c in (inverse @ leading).tolist()]


def _ball(x: Any) -> flint.arb:
    value = rational(x)
    return flint.arb(flint.fmpq(value.numerator, value.denominator))
