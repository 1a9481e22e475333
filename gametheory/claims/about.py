"""Statements about games as text for claims: best responses, dominance, equilibria, self-enforcing automata.

Each function takes a game with symbolic payoffs and gives the conditions under which something is so, as text that a
:class:`gametheory.claims.Claim` understands; ``Claim(text, given=game.domain)`` then proves or refutes them for all payoffs that agree
with the orderings from which the game was built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gametheory.claims.claim import text_of
from gametheory.errors import InputError
from gametheory.exact import Number
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame
from gametheory.games.strategies import Automaton

__all__ = ["best_response", "dominates", "pure_equilibrium", "self_enforcing"]


def _join(parts: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(f"({p})" for p in parts) if parts else ("0 == 0" if word == "and" else "0 > 0")


def _compare(a: Number, op: str, b: Number) -> str:
    return f"{a} {op} {b}"


def _player(game: StageGame, player: str) -> int:
    if player not in game.players:
        raise InputError("player", player, f"one of {', '.join(game.players)}")
    return game.players.index(player)


def _cell(game: StageGame, outcome: str) -> tuple[int, int]:
    for i, row in enumerate(game.labels):
        if outcome in row:
            return i, row.index(outcome)
    raise InputError("outcome", outcome, f"one of {', '.join(x for row in game.labels for x in row)}")


def _action(game: StageGame, who: int, action: str) -> int:
    if action not in game.actions[who]:
        raise InputError("action", action, f"one of {', '.join(game.actions[who])}")
    return game.actions[who].index(action)


def best_response(game: StageGame, player: str, outcome: str, *, strictly: bool = False) -> str:
    """That a player does not gain by acting otherwise than in this outcome, the other's action given.

    Parameters
    ----------
    game : StageGame
    player, outcome : str
    strictly : bool
        That the player would lose by it.

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> from gametheory.games.preferences import Ordering
    >>> us, mx = Ordering("UC > NC > UR > NR"), Ordering("NR > NC > UR > UC")
    >>> table = [["NC", "NR"], ["UC", "UR"]]
    >>> game = StageGame.from_orderings(us, mx, outcomes=table, symbolic=True, players=("US", "MX"))
    >>> best_response(game, "US", "UC")
    '(u_US_UC >= u_US_NC)'
    >>> Claim(best_response(game, "US", "UC"), game.domain).prove().kind
    'proved'
    """
    who, (i, j) = _player(game, player), _cell(game, outcome)
    table = (game.A, game.B)[who]
    others = (
        [(k, j) for k in range(game.shape[0]) if k != i]
        if who == 0
        else [(i, k) for k in range(game.shape[1]) if k != j]
    )
    op = ">" if strictly else ">="
    return _join([_compare(table[i][j], op, table[k][n]) for k, n in others])


def pure_equilibrium(game: StageGame, outcome: str, *, strictly: bool = False) -> str:
    """That an outcome is a Nash equilibrium in pure actions.

    Examples
    --------
    >>> game = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]], actions=(("C", "D"), ("C", "D")))
    >>> pure_equilibrium(game, "DD", strictly=True)
    '((P > S)) and ((P > S))'
    """
    return _join([best_response(game, player, outcome, strictly=strictly) for player in game.players])


def dominates(game: StageGame, player: str, better: str, worse: str, *, strictly: bool = True) -> str:
    """That one action is better than another whatever the other player does (weakly: never worse, and once better).

    Examples
    --------
    >>> game = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]], actions=(("C", "D"), ("C", "D")))
    >>> dominates(game, "row", "D", "C")
    '(T > R) and (P > S)'
    """
    pairs = list(_rows(game, _player(game, player), better, worse))
    firm = [_compare(a, ">", b) for a, b in pairs]
    if strictly:
        return _join(firm)
    return f"({_join([_compare(a, '>=', b) for a, b in pairs])}) and ({_join(firm, 'or')})"


def _rows(game: StageGame, who: int, better: str, worse: str) -> Iterator[tuple[Number, Number]]:
    a, b = _action(game, who, better), _action(game, who, worse)
    for k in range(game.shape[1 - who]):
        yield (game.A[a][k], game.A[b][k]) if who == 0 else (game.B[k][a], game.B[k][b])


def self_enforcing(game: DynamicGame, automata: tuple[Automaton, Automaton]) -> str:
    """That a pair of automata is subgame-perfect: no departure for one period gains, in any state of the play.

    Parameters
    ----------
    game : DynamicGame
        With symbols in payoffs or discount factors; what its domain already proves is left out.
    automata : (Automaton, Automaton)

    Examples
    --------
    >>> from gametheory.claims import Claim
    >>> from gametheory.games.strategies import grim
    >>> stage = StageGame([["R", "S"], ["T", "P"]], [["R", "T"], ["S", "P"]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(stage, discount="delta")
    >>> told = self_enforcing(game, (grim(game, "row", cooperate="C", punish="D"), grim(game, "column", cooperate="C", punish="D")))
    >>> claim = Claim(f"({told}) == (delta >= (T-R)/(T-P))", ["T > R", "R > P", "P > S", "0 < delta < 1"])
    >>> claim.prove().kind
    'proved'
    """
    from gametheory.equilibria.critical import spe_conditions

    return _join([text_of(c) for c in spe_conditions(game, automata)])
