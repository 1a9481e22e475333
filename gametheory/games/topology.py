"""The topology of 2x2 games: which ordinal game is this, what is it called, and which games lie next to it.

Only the order of each player's four payoffs matters here. Up to the labels of rows and columns there are 144 strict
ordinal 2x2 games. Robinson and Goforth number them by three digits, the layer, the row player's class and the column
player's class, and make two games neighbours when one turns into the other by exchanging two adjacent ranks (1 and 2,
2 and 3, or 3 and 4) of one player: six neighbours for each game. A game with ties lies on the border between the strict
games that breaking its ties can give.

A player's class is read from the cell with that player's 4: the payoffs at (same own strategy, same strategy of the
other, both different) are (2, 3, 1) in class 1, (1, 3, 2) in 2, (1, 2, 3) in 3, (2, 1, 3) in 4, (3, 1, 2) in 5 and
(3, 2, 1) in 6. The layer says where the two 4s stand: 1 in opposite corners, 2 in the same row, 3 in the same
cell, 4 in the same column.

References
----------
D. Robinson and D. Goforth, *The Topology of the 2x2 Games: A New Periodic Table*, Routledge, 2005.
B. Bruns, "Names for Games: Locating 2x2 Games", *Games* 6(4), 2015, 495-520.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cmp_to_key
from itertools import permutations, product
from types import MappingProxyType

from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.exact import Number, exact, free_names

__all__ = [
    "NAMES",
    "NUMBERS",
    "OrdinalGame",
    "Step",
    "Swap",
    "SwapPath",
    "Tie",
    "all_games",
    "all_presentations",
    "game_number",
    "ordinal_game",
    "shortest_path",
    "strict_game",
    "walk",
]

Ranks = tuple[tuple[int, int], tuple[int, int]]
Cell = tuple[int, int]

_CLASSES = {(2, 3, 1): 1, (1, 3, 2): 2, (1, 2, 3): 3, (2, 1, 3): 4, (3, 1, 2): 5, (3, 2, 1): 6}
_PAYOFFS = {number: payoffs for payoffs, number in _CLASSES.items()}
_CELLS: tuple[Cell, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
_PLAYERS = ("row", "column")
_SWAPS = ((1, 2), (2, 3), (3, 4))

NUMBERS: tuple[int, ...] = tuple(100 * k + 10 * r + c for k, r, c in product(range(1, 5), range(1, 7), range(1, 7)))
"""The numbers of the 144 strict ordinal games: layer, row class, column class."""

NAMES: Mapping[int, str] = MappingProxyType(
    {
        111: "Prisoner's Dilemma",
        122: "Chicken",
        133: "Battle",
        144: "Hero",
        155: "Compromise",
        166: "Deadlock",
        311: "Concord",
        322: "Stag Hunt",
        333: "Assurance",
        344: "Coordination",
        355: "Peace",
        366: "Harmony",
    }
)
"""Names of the twelve symmetric games, after Bruns (2015). The other games are known here by their numbers alone."""


@dataclass(frozen=True)
class Swap:
    """An exchange of two adjacent ranks of one player.

    Parameters
    ----------
    player : str
        ``"row"`` or ``"column"``.
    ranks : (int, int)
        ``(1, 2)``, ``(2, 3)`` or ``(3, 4)``; 4 is the best.

    Examples
    --------
    >>> print(Swap("row", (3, 4)))
    row player's 3 and 4
    """

    player: str
    ranks: tuple[int, int]

    def __post_init__(self) -> None:
        if self.player not in _PLAYERS:
            raise InputError("player", self.player, "'row' or 'column'")
        try:
            object.__setattr__(self, "ranks", tuple(self.ranks))
        except TypeError:
            raise InputTypeError("ranks", self.ranks, "two adjacent ranks, such as (1, 2)") from None
        if self.ranks not in _SWAPS:
            raise InputError("ranks", self.ranks, "(1, 2), (2, 3) or (3, 4)")

    def __str__(self) -> str:
        return f"{self.player} player's {self.ranks[0]} and {self.ranks[1]}"


@dataclass(frozen=True)
class Tie:
    """Two or more cells between which one player is indifferent; cells are (row, column), counted from 0.

    Examples
    --------
    >>> print(Tie("row", ((0, 0), (1, 0))))
    tie between cells (0, 0) and (1, 0) for the row player
    """

    player: str
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        *head, last = map(str, self.cells)
        return f"tie between cells {', '.join(head)} and {last} for the {self.player} player"


@dataclass(frozen=True)
class OrdinalGame:
    """A 2x2 game of which only each player's order of the four outcomes is known, with its rows and columns as given.

    Parameters
    ----------
    A, B : matrices, shape (2, 2)
        Payoffs of the row and of the column player: any exact numbers. They are kept as ranks, the worst 1; equal
        payoffs have equal ranks and no rank is left out.

    Raises
    ------
    InputError, InputTypeError, UnsupportedError
        Payoffs that are not 2x2 matrices of comparable numbers.

    Examples
    --------
    >>> dilemma = OrdinalGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> dilemma.A, dilemma.number, dilemma.name
    (((3, 1), (4, 2)), 111, "Prisoner's Dilemma")
    >>> print(dilemma)
    111 Prisoner's Dilemma
    """

    A: Ranks
    B: Ranks

    def __post_init__(self) -> None:
        object.__setattr__(self, "A", _ranks(self.A, "A"))
        object.__setattr__(self, "B", _ranks(self.B, "B"))

    def __str__(self) -> str:
        if self.is_strict:
            return " ".join(filter(None, (str(self.number), self.name)))
        borders = ", ".join(map(str, self.bordering_numbers))
        return "; ".join(map(str, self.ties)) + f": on the border of {borders}"

    @property
    def ties(self) -> tuple[Tie, ...]:
        """The ties, the row player's first; empty for a strict game.

        Examples
        --------
        >>> [str(tie) for tie in OrdinalGame([[3, 1], [3, 2]], [[3, 4], [1, 2]]).ties]
        ['tie between cells (0, 0) and (1, 0) for the row player']
        """
        found = []
        for player, ranks in zip(_PLAYERS, (self.A, self.B), strict=True):
            for rank in range(1, 5):
                cells = tuple(cell for cell in _CELLS if ranks[cell[0]][cell[1]] == rank)
                if len(cells) > 1:
                    found.append(Tie(player, cells))
        return tuple(found)

    @property
    def is_strict(self) -> bool:
        """Whether neither player is indifferent between any two outcomes."""
        return all({x for row in ranks for x in row} == {1, 2, 3, 4} for ranks in (self.A, self.B))

    @property
    def number(self) -> int | None:
        """Layer, row class and column class as three digits, such as 111; None for a game with ties."""
        return _number(self.A, self.B) if self.is_strict else None

    @property
    def name(self) -> str | None:
        """The name of a symmetric strict game; None for every other game."""
        number = self.number
        return None if number is None else NAMES.get(number)

    @property
    def bordering(self) -> tuple[OrdinalGame, ...]:
        """The strict games that breaking the ties can give, rows and columns as here; the game itself if it is strict.

        Examples
        --------
        >>> tied = OrdinalGame([[3, 1], [3, 2]], [[3, 4], [1, 2]])
        >>> [game.number for game in tied.bordering]
        [111, 221]
        """
        return tuple(OrdinalGame(A, B) for A, B in product(_refinements(self.A), _refinements(self.B)))

    @property
    def bordering_numbers(self) -> tuple[int, ...]:
        """The different numbers of the bordering strict games, in increasing order."""
        return tuple(sorted({_number(game.A, game.B) for game in self.bordering}))

    @property
    def is_symmetric(self) -> bool:
        """Whether, with suitable labels, the game looks the same to both players."""
        return self.canonical == self.exchange_players().canonical

    @property
    def canonical(self) -> OrdinalGame:
        """The same game with rows and columns relabelled to the conventional presentation.

        For a strict game the row player's 4 stands in the right column and the column player's 4 in the top row; for a
        game with ties, the first of its presentations in lexicographic order.

        Examples
        --------
        >>> canonical = OrdinalGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]).canonical
        >>> canonical.A, canonical.B
        (((1, 3), (2, 4)), ((4, 3), (2, 1)))
        """
        same = [self.relabel(rows=r, columns=c) for r in (False, True) for c in (False, True)]
        if not self.is_strict:
            return min(same, key=lambda game: (game.A, game.B))
        return next(game for game in same if _cell(game.A, 4)[1] == 1 and _cell(game.B, 4)[0] == 0)

    def relabel(self, *, rows: bool = False, columns: bool = False) -> OrdinalGame:
        """The same game with its two rows exchanged, its two columns exchanged, or both."""

        def turn(ranks: Ranks) -> Ranks:
            top, bottom = ranks[::-1] if rows else ranks
            return ((top[1], top[0]), (bottom[1], bottom[0])) if columns else (top, bottom)

        return OrdinalGame(turn(self.A), turn(self.B))

    def exchange_players(self) -> OrdinalGame:
        """The game seen by the other player: roles exchanged.

        Examples
        --------
        >>> strict_game(214).exchange_players().number
        441
        """
        return OrdinalGame(_transposed(self.B), _transposed(self.A))

    def swap(self, swap: Swap) -> OrdinalGame:
        """The neighbouring game reached by exchanging two adjacent ranks of one player; rows and columns stay.

        Examples
        --------
        >>> str(strict_game(111).swap(Swap("row", (1, 2))).swap(Swap("column", (1, 2))))
        '122 Chicken'
        """
        _require_strict(self)
        turned = {swap.ranks[0]: swap.ranks[1], swap.ranks[1]: swap.ranks[0]}

        def turn(ranks: Ranks) -> Ranks:
            (a, b), (c, d) = ranks
            return (turned.get(a, a), turned.get(b, b)), (turned.get(c, c), turned.get(d, d))

        return OrdinalGame(turn(self.A), self.B) if swap.player == "row" else OrdinalGame(self.A, turn(self.B))

    @property
    def neighbours(self) -> Mapping[Swap, OrdinalGame]:
        """The six neighbours of a strict game, by the swap that leads to each.

        Examples
        --------
        >>> for swap, game in strict_game(111).neighbours.items():
        ...     print(swap, game.number)
        row player's 1 and 2 121
        row player's 2 and 3 161
        row player's 3 and 4 221
        column player's 1 and 2 112
        column player's 2 and 3 116
        column player's 3 and 4 412
        """
        swaps = [Swap(player, ranks) for player in _PLAYERS for ranks in _SWAPS]
        return MappingProxyType({swap: self.swap(swap) for swap in swaps})


@dataclass(frozen=True)
class SwapPath:
    """Strict games, each made from the one before by one swap: ``games[i].swap(swaps[i])`` is ``games[i + 1]``."""

    games: tuple[OrdinalGame, ...]
    swaps: tuple[Swap, ...]

    def __len__(self) -> int:
        return len(self.swaps)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the games along the path."""
        return tuple(_number(game.A, game.B) for game in self.games)


@dataclass(frozen=True)
class Step:
    """A stretch of a walk over which the ordinal game stays the same.

    Parameters
    ----------
    first, last : int
        Positions in the walked sequence at which the stretch begins and ends, both included.
    game : OrdinalGame
        The game there; it may have ties.
    swaps : tuple of Swap
        For a strict game: the fewest swaps that lead to it, rows and columns kept, from the last strict game before.
        When there are several shortest ways one is given, the row player's swaps first. Empty at the first strict game
        and at games with ties.
    """

    first: int
    last: int
    game: OrdinalGame
    swaps: tuple[Swap, ...]

    @property
    def number(self) -> int | None:
        """The game's number; None at a game with ties (see ``game.ties`` and ``game.bordering_numbers``)."""
        return self.game.number


def ordinal_game(A: object, B: object = None) -> OrdinalGame:
    """The ordinal game of two payoff matrices, or of one 2x2 stage game.

    Parameters
    ----------
    A : matrix of shape (2, 2), or a game with matrices ``A`` and ``B``
    B : matrix of shape (2, 2), if ``A`` is one

    Examples
    --------
    >>> str(ordinal_game([["1/2", 0.1], [1, 0.2]], [[3, 5], [0, 1]]))
    "111 Prisoner's Dilemma"
    """
    if isinstance(A, OrdinalGame) and B is None:
        return A
    if B is None:
        given = A
        A, B = getattr(given, "A", None), getattr(given, "B", None)
        if A is None or B is None:
            raise InputTypeError("game", given, "a 2x2 game with payoff matrices A and B, or two matrices")
    return OrdinalGame(A, B)  # type: ignore[arg-type]  # any matrices: the class reads and checks them


def game_number(A: object, B: object = None) -> int | None:
    """The Robinson-Goforth number of a game, such as 111; None if it has ties.

    Examples
    --------
    >>> game_number([[3, 2], [4, 1]], [[3, 4], [2, 1]])
    122
    """
    return ordinal_game(A, B).number


def strict_game(number: int) -> OrdinalGame:
    """The strict game of this number: layer, row class, column class; in its conventional presentation.

    Examples
    --------
    >>> chicken = strict_game(122)
    >>> chicken.A, chicken.B, chicken.name
    (((2, 3), (1, 4)), ((4, 3), (1, 2)), 'Chicken')
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise InputTypeError("number", number, "three digits as an int, such as 111")
    if number not in NUMBERS:
        raise InputError("number", number, "a layer from 1 to 4 and two classes from 1 to 6, such as 111")
    return _strict()[number]


def all_games() -> Iterator[OrdinalGame]:
    """The 144 strict games in the order of their numbers, in the conventional presentation.

    Examples
    --------
    >>> sum(1 for _ in all_games()), sum(game.is_symmetric for game in all_games())
    (144, 12)
    """
    return iter(_strict().values())


def all_presentations() -> Iterator[OrdinalGame]:
    """All 576 strict games with their rows and columns as written, four for each number.

    Examples
    --------
    >>> sum(1 for _ in all_presentations())
    576
    """
    orders: list[Ranks] = [((a, b), (c, d)) for a, b, c, d in permutations(range(1, 5))]
    return (OrdinalGame(A, B) for A, B in product(orders, orders))


def shortest_path(start: OrdinalGame | int, end: OrdinalGame | int, *, keep_labels: bool = False) -> SwapPath:
    """A shortest way from one strict game to another by swaps of adjacent ranks.

    Parameters
    ----------
    start, end : OrdinalGame or int
        Strict games or their numbers.
    keep_labels : bool
        False: the path may end at any relabelling of rows and columns of ``end`` (the distance between numbers). True:
        it ends at ``end`` exactly as written.

    Returns
    -------
    SwapPath
        One of the shortest ways, the row player's swaps first. Each player's number of swaps is the number of pairs of
        outcomes that this player orders differently in the two games.

    Examples
    --------
    >>> path = shortest_path(111, 322)
    >>> path.numbers, [str(swap) for swap in path.swaps]
    ((111, 221, 322), ["row player's 3 and 4", "column player's 3 and 4"])
    """
    first, target = (game if isinstance(game, OrdinalGame) else strict_game(game) for game in (start, end))
    _require_strict(first)
    _require_strict(target)
    turns = [(False, False)] if keep_labels else list(product((False, True), repeat=2))
    ends = [target.relabel(rows=r, columns=c) for r, c in turns]
    target = min(ends, key=lambda game: _disagreements(first.A, game.A) + _disagreements(first.B, game.B))
    games, swaps = [first], []
    for player, goal in zip(_PLAYERS, (target.A, target.B), strict=True):
        while True:
            ranks = games[-1].A if player == "row" else games[-1].B
            here = [_cell(ranks, rank) for rank in range(1, 5)]
            wrong = [k for k in range(3) if _at(goal, here[k]) > _at(goal, here[k + 1])]
            if not wrong:
                break
            swaps.append(Swap(player, (wrong[0] + 1, wrong[0] + 2)))
            games.append(games[-1].swap(swaps[-1]))
    return SwapPath(tuple(games), tuple(swaps))


def walk(games: Iterable[object]) -> tuple[Step, ...]:
    """The ordinal games that a sequence of payoffs runs through, for instance as a constraint tightens.

    Parameters
    ----------
    games : iterable
        2x2 games with fixed rows and columns: stage games, pairs of matrices (A, B), or ordinal games.

    Returns
    -------
    tuple of Step
        One for each stretch of equal ordinal games. Games with ties are stretches of their own: the walk is then on a
        border. A walk that jumps over a border shows all the swaps that it jumped.

    Examples
    --------
    >>> fines = [([[3, 0], [5 - f, 1 - f]], [[3, 5], [0, 1]]) for f in range(4)]
    >>> for step in walk(fines):
    ...     print(step.first, step.last, step.game, [str(swap) for swap in step.swaps])
    0 0 111 Prisoner's Dilemma []
    1 1 tie between cells (0, 1) and (1, 1) for the row player: on the border of 111, 121 []
    2 2 tie between cells (0, 0) and (1, 0) for the row player: on the border of 121, 211 []
    3 3 211 ["row player's 1 and 2", "row player's 3 and 4"]
    """
    steps: list[Step] = []
    strict: OrdinalGame | None = None
    for position, given in enumerate(games):
        pair = isinstance(given, (tuple, list)) and len(given) == 2
        game = ordinal_game(given[0], given[1]) if pair else ordinal_game(given)  # type: ignore[index]
        if steps and steps[-1].game == game:
            steps[-1] = Step(steps[-1].first, position, game, steps[-1].swaps)
            continue
        swaps: tuple[Swap, ...] = ()
        if game.is_strict:
            swaps = shortest_path(strict, game, keep_labels=True).swaps if strict is not None else ()
            strict = game
        steps.append(Step(position, position, game, swaps))
    return tuple(steps)


# --- ranks ------------------------------------------------------------------------------------------------------------


def _ranks(matrix: object, field: str) -> Ranks:
    rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
    if isinstance(rows, (str, bytes)) or not isinstance(rows, Sequence):
        raise InputTypeError(field, matrix, "a 2x2 matrix: two rows of two payoffs")
    table = []
    for i, row in enumerate(rows):
        if isinstance(row, (str, bytes)) or not isinstance(row, Sequence):
            raise InputTypeError(f"{field}[{i}]", row, "a row of two payoffs")
        table.append(row)
    if len(table) != 2 or any(len(row) != 2 for row in table):
        shape = f"rows of {[len(row) for row in table[:10]]} payoffs"
        raise UnsupportedError(field, shape, "a 2x2 matrix: this numbering is of 2x2 games alone")
    values = [exact(x, field=f"{field}[{i}][{j}]") for i, row in enumerate(table) for j, x in enumerate(row)]
    for cell, value in zip(_CELLS, values, strict=True):
        if free_names(value):
            raise InputError(f"{field}[{cell[0]}][{cell[1]}]", value, "a number; give the symbols values first")
    distinct: list[Number] = []
    for x in sorted(values, key=cmp_to_key(_compare)):
        if not distinct or _compare(distinct[-1], x) != 0:
            distinct.append(x)
    a, b, c, d = (next(k for k, y in enumerate(distinct, 1) if _compare(x, y) == 0) for x in values)
    return (a, b), (c, d)


def _compare(x: Number, y: Number) -> int:
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return (x > y) - (x < y)
    difference = exact(x - y)  # irrational constants, such as sqrt(2)
    if difference == 0:
        return 0
    if isinstance(difference, Fraction):
        return 1 if difference > 0 else -1
    if difference.is_zero or difference.is_positive or difference.is_negative:
        return 0 if difference.is_zero else 1 if difference.is_positive else -1
    raise InputError("payoffs", (x, y), "numbers whose order can be decided")


def _cell(ranks: Ranks, rank: int) -> Cell:
    return next(cell for cell in _CELLS if ranks[cell[0]][cell[1]] == rank)


def _at(ranks: Ranks, cell: Cell) -> int:
    return ranks[cell[0]][cell[1]]


def _transposed(ranks: Ranks) -> Ranks:
    (a, b), (c, d) = ranks
    return (a, c), (b, d)


def _class(ranks: Ranks) -> int:
    i, j = _cell(ranks, 4)
    return _CLASSES[ranks[i][1 - j], ranks[1 - i][j], ranks[1 - i][1 - j]]


def _number(A: Ranks, B: Ranks) -> int:
    (i, j), (k, m) = _cell(A, 4), _cell(B, 4)
    layer = {(False, False): 1, (True, False): 2, (True, True): 3, (False, True): 4}[i == k, j == m]
    return 100 * layer + 10 * _class(A) + _class(_transposed(B))


def _refinements(ranks: Ranks) -> list[Ranks]:
    flat = [x for row in ranks for x in row]
    orders: list[Ranks] = []
    for a, b, c, d in permutations(range(1, 5)):
        strict = (a, b, c, d)
        if all(strict[i] < strict[j] for i, j in product(range(4), repeat=2) if flat[i] < flat[j]):
            orders.append(((a, b), (c, d)))
    return orders


def _disagreements(first: Ranks, second: Ranks) -> int:
    pairs = ((c, d) for k, c in enumerate(_CELLS) for d in _CELLS[k + 1 :])
    return sum((_at(first, c) < _at(first, d)) != (_at(second, c) < _at(second, d)) for c, d in pairs)


def _require_strict(game: OrdinalGame) -> None:
    if not game.is_strict:
        raise InputError("game", str(game), "a strict game: swaps are between games without ties (see .bordering)")


def _build(number: int) -> OrdinalGame:
    layer, row, column = number // 100, number // 10 % 10, number % 10
    j = 1  # the row player's 4 in the right column, the column player's 4 in the top row
    i, m = {1: (1, 0), 2: (0, 0), 3: (0, 1), 4: (1, 1)}[layer]
    own, other, diagonal = _PAYOFFS[row]
    A = [[0, 0], [0, 0]]
    A[i][j], A[i][1 - j], A[1 - i][j], A[1 - i][1 - j] = 4, own, other, diagonal
    own, other, diagonal = _PAYOFFS[column]
    B = [[0, 0], [0, 0]]
    B[0][m], B[1][m], B[0][1 - m], B[1][1 - m] = 4, own, other, diagonal
    return OrdinalGame(A, B)  # type: ignore[arg-type]  # the class turns the lists into tuples


@cache
def _strict() -> Mapping[int, OrdinalGame]:
    return {number: _build(number) for number in NUMBERS}
