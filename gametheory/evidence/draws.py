"""Payoffs drawn at random from those that agree with an ordering, scaled to [0, 1]; each measure has its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from gametheory.errors import InputError, InputTypeError
from gametheory.evidence.designs import MAX_SAMPLES, Sample, distinct, whole
from gametheory.games.preferences import Ordering

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["UniformDraws", "VertexDraws"]

_MAX_CORNERS = 4096


@dataclass(frozen=True)
class UniformDraws(Sample):
    """Payoffs drawn uniformly from the order polytope: all payoffs in [0, 1] that agree with the ordering.

    There is no uniform draw from the cone of all payoffs that agree with an ordering; scaled to [0, 1] there is, but it is
    one measure among many: compare :class:`VertexDraws`. Drawn exactly from the measure: a linear extension of the ordering,
    each equally likely, and then sorted uniform numbers.

    Parameters
    ----------
    ordering : Ordering
    names_of : mapping from outcome to parameter
    points : int
    seed : int

    Source: Stanley, Two poset polytopes, Discrete & Computational Geometry 1 (1986).

    Examples
    --------
    >>> draws = UniformDraws(Ordering("a > b; a > c"), {"a": "u_a", "b": "u_b", "c": "u_c"}, points=100, seed=1)
    >>> table = draws.floats(range(100))
    >>> bool((table["u_a"] >= table["u_b"]).all())
    True
    """

    ordering: Ordering
    names_of: Mapping[str, str]
    points: int
    seed: int
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.ordering, Ordering):
            raise InputTypeError("ordering", self.ordering, "an Ordering")
        if set(self.names_of) != set(self.ordering.outcomes):
            raise InputError("names_of", sorted(self.names_of), f"a parameter for each of {self.ordering.outcomes}")
        distinct(list(self.names_of.values()))
        whole("points", self.points, 1, MAX_SAMPLES)
        whole("seed", self.seed, 0, 2**63 - 1)
        object.__setattr__(self, "names_of", dict(self.names_of))
        object.__setattr__(self, "names", tuple(self.names_of[label] for label in self.ordering.outcomes))

    def __hash__(self) -> int:
        return hash((type(self), str(self.ordering), self.names, self.points, self.seed))

    def _table(self) -> Floats:
        import numpy as np

        groups = _classes(self.ordering)
        count = len(groups)
        above = _above(self.ordering, groups)

        @cache
        def ways(left: int) -> int:
            """Linear extensions of the classes in the mask; the best is taken off first."""
            if not left:
                return 1
            return sum(ways(left & ~(1 << i)) for i in range(count) if left >> i & 1 and not above[i] & left)

        random = np.random.default_rng(self.seed)
        sorted_draws = -np.sort(-random.random((self.points, count)), axis=1)
        places = np.empty((self.points, count), dtype=np.int64)
        picks = random.random((self.points, count))
        left_of = np.full(self.points, (1 << count) - 1)
        for rank in range(count):
            for left in map(int, np.unique(left_of)):
                rows = np.flatnonzero(left_of == left)
                free = [i for i in range(count) if left >> i & 1 and not above[i] & left]
                shares = np.cumsum([ways(left & ~(1 << i)) / ways(left) for i in free])
                chosen = np.minimum(np.searchsorted(shares, picks[rows, rank], side="right"), len(free) - 1)
                who = np.array(free)[chosen]
                places[rows, who] = rank
                left_of[rows] = left & ~(1 << who)
        values = np.take_along_axis(sorted_draws, places, axis=1)
        return _spread(self.ordering, groups, values)

    def describe(self) -> dict[str, Any]:
        """Plain values; names the measure."""
        kind = "the uniform measure" if type(self) is UniformDraws else "flat weights on the corners"
        return {
            "kind": "draws",
            "measure": f"{kind} of the order polytope",
            "ordering": str(self.ordering),
            "names": dict(self.names_of),
            "points": self.points,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class VertexDraws(UniformDraws):
    """Payoffs as random mixes of the corners of the order polytope: flat (Dirichlet) weights.

    The corners are the indicators of the upper sets of the ordering, the empty and the full one among them. For a total
    ordering this is the uniform measure; for a partial one it gives more weight to the middle of the polytope.

    Examples
    --------
    >>> draws = VertexDraws(Ordering("a > b"), {"a": "u_a", "b": "u_b"}, points=3, seed=1)
    >>> bool((draws.floats([0, 1, 2])["u_a"] >= draws.floats([0, 1, 2])["u_b"]).all())
    True
    """

    __hash__ = UniformDraws.__hash__

    def _table(self) -> Floats:
        import numpy as np

        groups = _classes(self.ordering)
        above = _above(self.ordering, groups)
        sets = [m for m in range(1 << len(groups)) if all(above[i] & ~m == 0 for i in range(len(groups)) if m >> i & 1)]
        if len(sets) > _MAX_CORNERS:
            raise InputError("ordering", str(self.ordering), f"at most {_MAX_CORNERS} upper sets; it has {len(sets)}")
        corners = np.array([[m >> i & 1 for i in range(len(groups))] for m in sets], dtype=np.float64)
        random = np.random.default_rng(self.seed)
        values = np.empty((self.points, len(groups)))
        for begin in range(0, self.points, 10_000):
            weights = random.standard_exponential((min(10_000, self.points - begin), len(sets)))
            values[begin : begin + 10_000] = (weights @ corners) / weights.sum(axis=1, keepdims=True)
        return _spread(self.ordering, groups, values)


def _above(ordering: Ordering, groups: Sequence[Sequence[str]]) -> list[int]:
    """For each class a mask of the other classes that are at least as good."""
    count = range(len(groups))
    return [sum(1 << j for j in count if j != i and ordering.implies_weakly(groups[j][0], groups[i][0])) for i in count]


def _classes(ordering: Ordering) -> list[list[str]]:
    groups: list[list[str]] = []
    for label in ordering.outcomes:
        home = next((g for g in groups if ordering.indifferent(g[0], label)), None)
        if home is None:
            groups.append([label])
        else:
            home.append(label)
    if len(groups) > 16:
        raise InputError("ordering", str(ordering), "at most 16 classes of indifferent outcomes")
    return groups


def _spread(ordering: Ordering, groups: Sequence[Sequence[str]], values: Floats) -> Floats:
    import numpy as np

    home = {label: k for k, group in enumerate(groups) for label in group}
    return np.ascontiguousarray(values[:, [home[label] for label in ordering.outcomes]])
