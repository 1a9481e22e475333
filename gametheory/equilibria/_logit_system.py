"""The equations of a logit Markov equilibrium and their derivatives, on arrays of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.equilibria.profiles import require_numbers
from gametheory.exact import rational
from gametheory.games.dynamic import DynamicGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LogitSystem"]

_DENSE = 400  # larger systems are solved by a sparse factorisation


class LogitSystem:
    """Equations of a logit equilibrium in x = (log-probabilities z, values w) and t, in payoffs scaled to a range of one.

    A *cell* is an action at a node of a sequential period, or a pair of actions of a simultaneous one. To player i it is
    worth ``q = c + M w``, with one value w for each node of a sequential and one for each simultaneous period. Equations: the
    probabilities at a node sum to one; differences of log-probabilities are t times differences of worth; a value is the
    expected worth of the cells below it.
    """

    def __init__(self, game: DynamicGame) -> None:
        import numpy as np

        require_numbers(game)
        self.game = game
        payoffs = [float(rational(p.payoff_to(i))) for d in game.periods for p in d.plays for i in (0, 1)]  # type: ignore[arg-type]
        self.low = min(payoffs)
        self.spread = (max(payoffs) - self.low) or 1.0
        self.discount = tuple(float(rational(d)) for d in game.discount)  # type: ignore[arg-type]
        self.offsets: list[list[int]] = []  # of each node: its first log-probability
        self.values: list[int] = []  # of each state: its value
        heads: list[list[int]] = []  # of each node of a sequential period: its value
        z = w = 0
        for period in game.periods:
            row = []
            for node in period.nodes:
                row.append(z)
                z += len(node.actions)
            self.offsets.append(row)
            self.values.append(w)
            count = 1 if period.simultaneous else len(period.nodes)
            heads.append(list(range(w, w + count)))
            w += count
        self.z, self.w = z, w
        self.size = z + 2 * w
        none = z  # stands for a probability of one
        base: list[list[float]] = [[], []]
        links: list[list[tuple[int, int, float]]] = [[], []]  # cell, value, coefficient
        use: list[tuple[int, int, int, int]] = []  # action, cell, other action, player
        made: list[tuple[int, int, int, int]] = []  # value, cell, action, other action
        cells = 0
        for s, period in enumerate(game.periods):
            for r, row_ in enumerate(period.branches):
                for c, lottery in enumerate(row_):
                    for i in (0, 1):
                        base[i].append(0.0)
                        for p, target in lottery:
                            share = float(rational(p))  # type: ignore[arg-type]
                            if target >= 0:
                                links[i].append((cells, heads[s][target], share))
                                continue
                            play = period.plays[~target]
                            base[i][cells] += share * (float(rational(play.payoff_to(i))) - self.low) / self.spread  # type: ignore[arg-type]
                            for q, t in play.next_for(i):
                                links[i].append((cells, self.values[t], share * self.discount[i] * float(rational(q))))  # type: ignore[arg-type]
                    if period.simultaneous:
                        a, b = self.offsets[s][0] + r, self.offsets[s][1] + c
                        use += [(a, cells, b, 0), (b, cells, a, 1)]
                        made.append((heads[s][0], cells, a, b))
                    else:
                        a = self.offsets[s][r] + c
                        use.append((a, cells, none, period.nodes[r].player))
                        made.append((heads[s][r], cells, a, none))
                    cells += 1
        self.base = np.array(base)
        self._index(use, made, links, cells)

    def _index(
        self,
        use: list[tuple[int, int, int, int]],
        made: list[tuple[int, int, int, int]],
        links: list[list[tuple[int, int, float]]],
        cells: int,
    ) -> None:
        """Rows, columns and parts of every entry of the Jacobian that varies."""
        import numpy as np

        z, w = self.z, self.w
        self.first = np.concatenate(
            [
                np.full(len(n.actions), o)
                for d, row in zip(self.game.periods, self.offsets, strict=True)
                for n, o in zip(d.nodes, row, strict=True)
            ]
        )
        self.heads = np.flatnonzero(self.first == np.arange(z))  # the first action of each node
        self.rest = np.flatnonzero(self.first != np.arange(z))
        self.ua, self.uc, self.ub, self.up = np.array(use, np.int64).T
        self.wv, self.wc, self.wa, self.wb = np.array(made, np.int64).T
        self.links = [
            tuple(np.array(column) for column in zip(*pairs, strict=True))
            if pairs
            else (np.zeros(0, np.int64),) * 2 + (np.zeros(0),)
            for pairs in links
        ]
        by_cell: list[list[list[tuple[int, float]]]] = [[[] for _ in range(cells)] for _ in (0, 1)]
        for i in (0, 1):
            for cell, value, share in links[i]:
                by_cell[i][cell].append((value, share))
        followers: dict[int, list[tuple[int, float]]] = {}  # of each action: the equations in which its worth stands
        for a in range(z):
            head = int(self.first[a])
            followers.setdefault(a, [])
            if a != head:
                followers[a].append((a, -1.0))
                followers.setdefault(head, []).append((a, 1.0))
        terms = [(row, k, sign) for k, a in enumerate(self.ua.tolist()) for row, sign in followers[a]]
        self.tr, self.tk, self.ts = (np.array(x) for x in (zip(*terms, strict=True) if terms else ([], [], [])))
        self.tr, self.tk = self.tr.astype(np.int64), self.tk.astype(np.int64)
        deep = [
            (row, k, z + int(self.up[k]) * w + value, sign * share)
            for row, k, sign in terms
            for value, share in by_cell[int(self.up[k])][int(self.uc[k])]
        ]
        self.dr, self.dk, self.dc, self.ds = (
            np.array(x) for x in (zip(*deep, strict=True) if deep else ([], [], [], []))
        )
        self.dr, self.dk, self.dc = (x.astype(np.int64) for x in (self.dr, self.dk, self.dc))
        worth = [
            (z + i * w + v, k, z + i * w + value, -share)
            for i in (0, 1)
            for k, (v, cell) in enumerate(zip(self.wv.tolist(), self.wc.tolist(), strict=True))
            for value, share in by_cell[i][cell]
        ]
        self.vr, self.vk, self.vc, self.vs = (
            np.array(x) for x in (zip(*worth, strict=True) if worth else ([], [], [], []))
        )
        self.vr, self.vk, self.vc = (x.astype(np.int64) for x in (self.vr, self.vk, self.vc))
        fixed = [(a, a, 1.0) for a in self.rest.tolist()] + [(a, int(self.first[a]), -1.0) for a in self.rest.tolist()]
        fixed += [(z + k, z + k, 1.0) for k in range(2 * w)]
        self.fr, self.fc, self.fs = (np.array(x) for x in zip(*fixed, strict=True))
        both = np.tile(np.arange(len(self.wv)), 2)
        shift = np.repeat([0, w], len(self.wv)) + z
        self.er, self.ek = shift + self.wv[both], both
        self.ei = np.repeat([0, 1], len(self.wv))
        self.rows = np.concatenate([self.fr, self.first, self.tr, self.dr, self.er, self.er, self.vr])
        ones = [np.where(c == z, -1, c) for c in (self.ub[self.tk], self.wa[self.ek], self.wb[self.ek])]
        self.cols = np.concatenate([self.fc, np.arange(z), ones[0], self.dc, ones[1], ones[2], self.vc])
        self.kept = self.cols >= 0  # the probability of one does not vary
        self.cols[~self.kept] = 0

    def _parts(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """Probabilities (one more, of one), worth of cells to each player, worth of actions."""
        import numpy as np

        p = np.append(np.exp(x[: self.z]), 1.0)
        q = self.base.copy()
        for i in (0, 1):
            cell, value, share = self.links[i]
            q[i] += np.bincount(cell, weights=share * x[self.z + i * self.w + value], minlength=q.shape[1])
        weights: Array = p[self.ub] * q[self.up, self.uc]
        u = np.bincount(self.ua, weights=weights, minlength=self.z).astype(float)
        return p, q, u, x[self.z :].reshape(2, self.w)

    def residuals(self, x: Array, t: float) -> Array:
        """How far each equation is from holding."""
        import numpy as np

        p, q, u, values = self._parts(x)
        z = x[: self.z]
        out = z - z[self.first] - t * (u - u[self.first])
        out[self.heads] = np.add.reduceat(p[: self.z], self.heads) - 1
        chance = p[self.wa] * p[self.wb]
        found = [values[i] - np.bincount(self.wv, weights=chance * q[i, self.wc], minlength=self.w) for i in (0, 1)]
        return np.concatenate([out, *found])

    def bordered(self, x: Array, t: float, tangent: Array, right: Array) -> Array | None:
        """Solve the equations' linearisation together with one along the tangent; None if it is singular."""
        import numpy as np

        p, q, u, _ = self._parts(x)
        chance = p[self.wa] * p[self.wb]
        flow = -chance[self.ek] * q[self.ei, self.wc[self.ek]]
        data = np.concatenate(
            [
                self.fs,
                p[: self.z],
                t * self.ts * p[self.ub[self.tk]] * q[self.up[self.tk], self.uc[self.tk]],
                t * self.ds * p[self.ub[self.dk]],
                flow,
                flow,
                self.vs * chance[self.vk],
            ]
        )
        data = np.where(self.kept, data, 0.0)
        slope = np.zeros(self.size)
        slope[: self.z] = -(u - u[self.first])
        n = self.size
        if n <= _DENSE:
            matrix = np.empty((n + 1, n + 1))
            matrix[:n, :n] = np.bincount(self.rows * n + self.cols, weights=data, minlength=n * n).reshape(n, n)
            matrix[:n, n], matrix[n] = slope, tangent
            try:
                return np.linalg.solve(matrix, right).astype(float)
            except np.linalg.LinAlgError:
                return None
        from scipy.sparse import coo_matrix
        from scipy.sparse.linalg import splu

        rows = np.concatenate([self.rows, np.arange(n), np.full(n + 1, n)])
        cols = np.concatenate([self.cols, np.full(n, n), np.arange(n + 1)])
        whole = coo_matrix((np.concatenate([data, slope, tangent]), (rows, cols)), shape=(n + 1, n + 1)).tocsc()
        try:
            found: Array = splu(whole).solve(right)
        except RuntimeError:
            return None
        return found

    def start(self) -> Array:
        """The solution at t = 0."""
        import numpy as np

        counts = np.bincount(self.first, minlength=self.z)[self.first]
        x = np.concatenate([-np.log(counts), np.zeros(2 * self.w)])
        along = np.zeros(self.size + 1)
        along[-1] = 1.0
        change = self.bordered(x, 0.0, along, np.append(-self.residuals(x, 0.0), 0.0))  # linear in the values
        assert change is not None
        return x + change[:-1]
