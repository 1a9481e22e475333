"""Games to and from files and other packages.

:func:`read_game` and :func:`write_game` take four kinds of files, told apart by their ending:

``.nfg``, ``.efg``
    Gambit's strategic games and trees. Rational and decimal payoffs are exact.
``.toml``
    For writing by hand. ``.json`` holds the same keys, for programs.

Nothing in a file is ever evaluated as code. A file that is malformed, truncated or too large is refused with its line and
column, within limits on size, numbers, nesting and cells that are fixed in advance.

**A stage game in TOML**: players (row player first), a table of outcomes (rows are the row player's actions), and each
player's ordering of the outcomes, or payoffs::

    players = ["US", "MX"]
    outcomes = [["NC", "NR"],
                ["UC", "UR"]]
    [orderings]
    US = "UC > NC > UR > NR"
    MX = "NR > NC > UR > UC"

With orderings, payoffs are ranks; with ``symbolic = true`` they are symbols that satisfy the orderings. In place of
``[orderings]`` stand payoffs, as numbers, fractions or expressions (decimals are exact), with ``domain`` for what is known
of their symbols; ``actions = [["N", "U"], ["C", "R"]]`` names the actions, and then ``outcomes`` may be left out::

    players = ["US", "MX"]
    actions = [["N", "U"], ["C", "R"]]
    domain = ["t > 3"]
    [payoffs]
    NC = [3, 3]
    NR = [0, "t"]
    UC = ["t", 0]
    UR = ["1/2", 0.5]

**A dynamic game**: the same with ``discount`` (one number, or a list of two) is repeated for ever. ``kind = "sequential"``
has ``first`` and ``moves`` instead of actions. ``[[rules]]`` are the rules of :mod:`gametheory.games.institutions`, with their
arguments as keys; ``[parameters]`` gives symbols their values::

    kind = "sequential"
    players = ["US", "MX"]
    first = "US"
    discount = "delta"
    moves = {N = ["E", "S"], U = ["A", "P"]}
    [payoffs]
    NE = [2, 2]
    NS = [0, 3]
    UA = [1, 1]
    UP = [0, 2]
    [parameters]
    delta = "3/4"
    c = 1
    [[rules]]
    rule = "Counter"
    name = "k"
    upto = 3
    on = {UP = "1/2"}
    [[rules]]
    rule = "Fine"
    player = "US"
    on = ["UA", "UP"]
    by = "c*k"

A counter that is reset when another rises has ``reset_on = {stepped = "k"}``. ``kind = "stochastic"`` lists states, each a
stage game or moves with ``next``: after an outcome, the next state or a table of probabilities; where nothing is said the
state stays::

    kind = "stochastic"
    players = ["A", "B"]
    discount = 0.9
    start = "peace"
    [[states]]
    name = "peace"
    actions = [["n", "f"], ["n", "f"]]
    payoffs = {nn = [2, 2], nf = [0, 3], fn = [3, 0], ff = [1, 1]}
    next = {ff = {peace = "1/4", war = "3/4"}}
    [[states]]
    name = "war"
    actions = [["f"], ["f"]]
    payoffs = {ff = [0, 0]}

**A one-shot tree**: ``kind = "tree"``. Movers alternate, beginning with ``first`` (the first player if it is missing), unless
``{player = "MX", moves = ...}`` stands in place of moves; nature draws in ``{chance = {...}}``, each branch a probability, or
``{probability = "3/4", moves = ...}``::

    kind = "tree"
    players = ["US", "MX"]
    moves = ["Out", {In = {chance = {q = "1/4", r = {probability = "3/4", moves = {player = "MX", moves = ["F", "Y"]}}}}}]
    [payoffs]
    Out = [0, 2]
    Inq = [1, 1]
    InrF = [-1, -1]
    InrY = [1, 1]

``schema = "gametheory/1"``, written by :func:`write_game`, is optional in a file written by hand. Other keys that may stand
anywhere at the top: ``title``, ``comment``; ``symbols`` (aliases for symbols whose names are not plain words);
``perceived`` (``{player, without}``, see :meth:`gametheory.DynamicGame.perceived`); ``ordinal = true`` (the payoffs are ranks; so are
``orderings`` that are not ``symbolic``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gametheory._readers.gambit import efg_text, nfg_text, read_efg, read_nfg
from gametheory._readers.scan import MAX_BYTES, MAX_DOCUMENT, build_stage, decode
from gametheory.errors import GameTheoryError, InputError, InputTypeError, ReadError, UnsupportedError
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame
from gametheory.games.tree import Tree

if TYPE_CHECKING:
    import nashpy
    import pygambit
    import quantecon.game_theory

__all__ = [
    "from_nashpy",
    "from_pygambit",
    "from_quantecon",
    "read_game",
    "to_nashpy",
    "to_pygambit",
    "to_quantecon",
    "write_game",
]

_ENDINGS = (".nfg", ".efg", ".toml", ".json")


def read_game(path: str | os.PathLike[str]) -> StageGame | DynamicGame | Tree:
    """Read a game from a .nfg, .efg, .toml or .json file; the module's text describes the last two.

    Nothing in the file is evaluated as code.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    StageGame, DynamicGame or Tree

    Raises
    ------
    ReadError
        For a file that is malformed, truncated or too large; it names the line and column.
    UnsupportedError
        For three or more players and for imperfect information in a tree; it names the tool that reads these.
    InputError
        For a path that cannot be opened, and for another ending.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "pd.nfg"
    >>> _ = file.write_text('NFG 1 R "PD" { "US" "MX" } { {"C" "D"} {"c" "d"} } 3 3 5 0 0 5 1 1')
    >>> print(read_game(file))
    US (rows), MX (columns)
       c      d
    C  3, 3   0, 5*
    D  5*, 0  1*, 1*
    (* marks a best response)
    """
    ending = _ending(path)
    name = os.fspath(path)
    limit = MAX_DOCUMENT if ending in (".toml", ".json") else MAX_BYTES
    try:
        with open(name, "rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("path", name, f"a file that can be read ({reason})") from None
    return read_bytes(data, ending, name)


def _ending(path: str | os.PathLike[str]) -> str:
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise InputTypeError("path", path, "the path of a file, as text or pathlib.Path")
    ending = Path(path).suffix.lower()
    if ending not in _ENDINGS:
        raise InputError("path", os.fspath(path), f"a name that ends in {', '.join(_ENDINGS)}")
    return ending


def read_bytes(data: bytes, ending: str, name: str) -> StageGame | DynamicGame | Tree:
    """Read a game from the bytes of a file with this ending; ``name`` stands in messages."""
    documents = ending in (".toml", ".json")
    text = decode(data, name, MAX_DOCUMENT if documents else MAX_BYTES)
    if ending == ".nfg":
        return read_nfg(text, name)
    if ending == ".efg":
        return read_efg(text, name)
    from gametheory._readers.decode import decode_game
    from gametheory._readers.syntax import load, locate, spelled
    from gametheory._readers.table import EntryError

    toml = ending == ".toml"
    loaded = load(text, name, toml=toml)
    try:
        return decode_game(loaded)
    except EntryError as error:
        line, column = locate(text, error.path, toml=toml)
        raise ReadError(name, line, column, f"{spelled(error.path)}: {error.problem}") from None


def write_game(game: StageGame | DynamicGame | Tree, path: str | os.PathLike[str]) -> None:
    """Write a game to a .nfg (stage games), .efg (trees), .toml or .json file.

    A .nfg file is written in payoff form, or in outcome form if the outcomes have names of their own. TOML and JSON keep
    everything, orderings, symbols, assumptions and rules included: before anything is written the document is read back
    and compared with the game.

    Parameters
    ----------
    game : StageGame, DynamicGame or Tree
    path : str or path
        An existing file is replaced.

    Raises
    ------
    InputError
        For a path that cannot be written; for symbolic payoffs in .nfg and .efg.
    UnsupportedError
        For a game that the kind of file cannot hold.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from gametheory.games.preferences import Ordering
    >>> us, mx = Ordering("UC > NC > UR > NR"), Ordering("NR > NC > UR > UC")
    >>> game = StageGame.from_orderings(us, mx, outcomes=[["NC", "NR"], ["UC", "UR"]], players=("US", "MX"))
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "game.toml"
    >>> write_game(game, file)
    >>> print(file.read_text())
    schema = "gametheory/1"
    kind = "stage"
    players = ["US", "MX"]
    outcomes = [["NC", "NR"], ["UC", "UR"]]
    <BLANKLINE>
    [orderings]
    US = "UC > NC > UR > NR"
    MX = "NR > NC > UR > UC"
    <BLANKLINE>
    >>> read_game(file) == game
    True
    """
    ending = _ending(path)
    if ending == ".nfg":
        if not isinstance(game, StageGame):
            raise UnsupportedError("game", type(game).__name__, "a StageGame in a .nfg file; .toml and .json hold others")
        text = nfg_text(game)
    elif ending == ".efg":
        if not isinstance(game, Tree):
            raise UnsupportedError("game", type(game).__name__, "a Tree in a .efg file; .toml and .json hold others")
        text = efg_text(game)
    else:
        from gametheory._readers.dump import json_text, toml_text
        from gametheory._readers.encode import encode_game

        document = encode_game(game)
        text = toml_text(document) if ending == ".toml" else json_text(document)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("game", "a label", "labels that can be written in UTF-8") from None
    try:
        back = read_bytes(data, ending, os.fspath(path))
    except GameTheoryError as error:
        raise UnsupportedError("game", type(game).__name__, f"a game within the limits of the reader ({error})") from None
    _compare(game, back, ending)
    try:
        Path(path).write_bytes(data)
    except (OSError, ValueError) as error:
        raise InputError("path", os.fspath(path), f"a file that can be written ({error})") from None


def _compare(game: object, back: object, ending: str) -> None:
    """Refuse to write what would read back otherwise (a .nfg file drops assumptions, and that payoffs are ranks)."""
    if ending == ".nfg" and isinstance(game, StageGame) and isinstance(back, StageGame):
        same = (game.A, game.B, game.players, game.actions) == (back.A, back.B, back.players, back.actions)
    else:
        same = game == back
    if not same:
        raise UnsupportedError("game", str(game)[:200], f"a game that a {ending} file gives back unchanged")


# --- other packages ---------------------------------------------------------------------------------------------------


def _floats(game: StageGame) -> list[list[list[float]]]:
    if not isinstance(game, StageGame):
        raise InputTypeError("game", game, "a StageGame")
    if not game.is_numeric:
        raise InputError("payoffs", list(game.parameters), "numeric payoffs; substitute the parameters first")
    try:
        return [[[float(x) for x in row] for row in table] for table in (game.A, game.B)]  # type: ignore[arg-type]
    except OverflowError:
        raise InputError("payoffs", "a payoff beyond 1e308", "payoffs that floats can hold") from None


def _from_tables(
    A: object, B: object, players: Sequence[str], actions: Sequence[Sequence[str]] | None
) -> StageGame:
    rows, columns = ([list(row) for row in table] for table in (A, B))  # type: ignore[attr-defined]
    return build_stage(rows, columns, players, actions)


def to_nashpy(game: StageGame) -> nashpy.Game:
    """The game for nashpy, whose payoffs are floats: fractions are rounded, names are lost.

    Rounding can create or remove ties; solve with :func:`gametheory.solve` where that matters.

    Examples
    --------
    >>> to_nashpy(StageGame([["1/2", 0]], [[1, 2]])).payoff_matrices
    (array([[0.5, 0. ]]), array([[1., 2.]]))
    """
    tables = _floats(game)
    import nashpy
    import numpy as np

    return nashpy.Game(np.array(tables[0]), np.array(tables[1]))


def from_nashpy(
    game: nashpy.Game,
    *,
    players: Sequence[str] = ("row", "column"),
    actions: Sequence[Sequence[str]] | None = None,
) -> StageGame:
    """The stage game of a nashpy game; a float is read as the decimal that it prints as.

    Parameters
    ----------
    game : nashpy.Game
    players : (str, str)
        nashpy has no names.
    actions : (sequence of str, sequence of str), optional
        ``"1", "2", ...`` by default.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[0.1, 2]], [[3, 4]])).A
    ((Fraction(1, 10), Fraction(2, 1)),)
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        raise InputTypeError("game", game, "a nashpy.Game")
    first, second = matrices
    return _from_tables(first, second, players, actions)


def to_quantecon(game: StageGame) -> quantecon.game_theory.NormalFormGame:
    """The game for QuantEcon, whose payoffs are floats: fractions are rounded, names are lost.

    Examples
    --------
    >>> game = to_quantecon(StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> game.players[1].payoff_array
    array([[3., 0.],
           [5., 1.]])
    """
    tables = _floats(game)
    import numpy as np
    from quantecon.game_theory import NormalFormGame, Player

    return NormalFormGame((Player(np.array(tables[0])), Player(np.array(tables[1]).T.copy())))


def from_quantecon(
    game: quantecon.game_theory.NormalFormGame,
    *,
    players: Sequence[str] = ("row", "column"),
    actions: Sequence[Sequence[str]] | None = None,
) -> StageGame:
    """The stage game of a QuantEcon game of two players; a float is read as the decimal that it prints as.

    Examples
    --------
    >>> from_quantecon(to_quantecon(StageGame([[3, "1/2"]], [[1, 2]]))).A
    ((Fraction(3, 1), Fraction(1, 2)),)
    """
    held = getattr(game, "players", None)
    if held is None or not all(hasattr(player, "payoff_array") for player in held):
        raise InputTypeError("game", game, "a quantecon.game_theory.NormalFormGame")
    if len(held) != 2:
        raise UnsupportedError("players", len(held), "two players; for others use QuantEcon itself or Gambit (pygambit)")
    return _from_tables(held[0].payoff_array, held[1].payoff_array.T, players, actions)


def to_pygambit(game: StageGame) -> pygambit.Game:
    """The game for pygambit (16 or 17), exact: payoffs are rationals; players, actions and outcomes keep their names.

    Raises
    ------
    InputError
        For symbolic payoffs, and for names that Gambit does not take: it wants printable ASCII, without doubled spaces
        and without a backslash.

    Examples
    --------
    >>> gambit = to_pygambit(StageGame([["1/3", 0], [1, 2]], [[1, 2], [3, 4]], players=("US", "MX")))
    >>> gambit.to_arrays()[0]
    array([[Rational(1, 3), Rational(0, 1)],
           [Rational(1, 1), Rational(2, 1)]], dtype=object)
    """
    if not isinstance(game, StageGame):
        raise InputTypeError("game", game, "a StageGame")
    text = nfg_text(game, title="game")
    expected = "names that Gambit takes: printable ASCII, no doubled spaces, no spaces at either end, no backslash"
    for name in (*game.players, *(x for labels in (*game.actions, *game.labels) for x in labels)):
        plain = name.isascii() and name.isprintable() and "  " not in name and name == name.strip()
        if not plain or "\\" in name:
            raise InputError("name", name, expected)
    import pygambit

    try:
        if hasattr(pygambit, "read_nfg"):
            import io

            return pygambit.read_nfg(io.BytesIO(text.encode()))
        return pygambit.Game.parse_game(text)  # before 16.3
    except ValueError as error:
        raise InputError("game", str(game)[:200], f"{expected} ({error})") from None


def from_pygambit(game: pygambit.Game) -> StageGame:
    """The stage game of a pygambit game (16 or 17) in strategic form, exact.

    Raises
    ------
    UnsupportedError
        For three or more players, and for a game in extensive form (write it with its ``to_efg`` and use
        :func:`read_game`).

    Examples
    --------
    >>> game = StageGame([["1/3", 0], [1, 2]], [[1, 2], [3, 4]], players=("US", "MX"))
    >>> from_pygambit(to_pygambit(game)) == game
    True
    """
    import pygambit

    extensive = getattr(pygambit, "ExtensiveGame", None)
    if (extensive is not None and isinstance(game, extensive)) or getattr(game, "is_tree", False) is True:
        raise UnsupportedError("game", "a tree", "a game in strategic form; write a tree with to_efg and use read_game")
    if hasattr(game, "to_nfg"):
        text = game.to_nfg()
    elif hasattr(game, "write"):
        text = game.write("nfg")
    else:
        raise InputTypeError("game", game, "a pygambit game")
    if isinstance(text, bytes):
        text = text.decode()
    return read_nfg(text, "pygambit")
