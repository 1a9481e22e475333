"""Dynamic games: finitely many states, in each a period game, payoffs, transitions, and each player's own discounting.

Time passes once a period. Payoffs are average discounted, ``(1 - delta) * sum(delta**t * u_t)``, so that they are measured
in the units of one period's payoff. A period is either simultaneous or a small tree of moves; it ends in a *play*, which
carries an outcome label, the period's payoffs and the draw of the next state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import Number, exact, free_names, substitute
from gametheory.games.preferences import Ordering, check_orderings
from gametheory.games.stage import StageGame, check_players, free_names_of, substitute_domain
from gametheory.games.tree import Chance, Lottery, Moves, Nature, Node, Turn, lay_out

if TYPE_CHECKING:
    import sympy

    from gametheory.games.institutions import Rule

__all__ = ["Belief", "Draw", "DynamicGame", "Period", "Play"]

#: The draw of the next state: pairs (probability, index of the state).
Draw = tuple[tuple[Number, int], ...]


@dataclass(frozen=True)
class Belief:
    """What a player who misperceives the game believes of a play: her own payoff and the draw of the next state."""

    payoff: Number
    next: Draw


@dataclass(frozen=True)
class Play:
    """How a period can end.

    Parameters
    ----------
    label : str
        The outcome, as joined action labels.
    payoffs : (Number, Number)
        Per period.
    next : Draw
        The true draw of the next state.
    beliefs : (Belief or None, Belief or None)
        What a player believes instead; None for one who sees the game as it is.
    """

    label: str
    payoffs: tuple[Number, Number]
    next: Draw
    beliefs: tuple[Belief | None, Belief | None] = (None, None)

    def payoff_to(self, player: int) -> Number:
        """The period payoff that the player expects of this play."""
        belief = self.beliefs[player]
        return self.payoffs[player] if belief is None else belief.payoff

    def next_for(self, player: int) -> Draw:
        """The draw of the next state that the player expects."""
        belief = self.beliefs[player]
        return self.next if belief is None else belief.next


@dataclass(frozen=True)
class Period:
    """The game played in one period.

    Parameters
    ----------
    simultaneous : bool
        True: two nodes, one for each player, and ``branches[i][j]`` is the draw of the play after the actions i and j.
        False: nodes in an order in which each precedes its followers, and ``branches[node][action]`` is the draw of what
        follows, a node or a play (see :data:`gametheory.games.tree.Lottery`).
    nodes : tuple of Node
    branches : table of Lottery
    plays : tuple of Play
    """

    simultaneous: bool
    nodes: tuple[Node, ...]
    branches: tuple[tuple[Lottery, ...], ...]
    plays: tuple[Play, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Outcome labels of the plays."""
        return tuple(play.label for play in self.plays)

    def outcome(self, choices: Sequence[Sequence[Number]]) -> dict[int, Number]:
        """Probability of each play, given a distribution over actions at each node."""
        found: dict[int, Number] = {}

        def add(play: int, p: Number) -> None:
            found[play] = found[play] + p if play in found else p

        if self.simultaneous:
            for (i, x), (j, y) in product(enumerate(choices[0]), enumerate(choices[1])):
                if x != 0 and y != 0:
                    for p, target in self.branches[i][j]:
                        add(~target, x * y * p)
            return found
        reach: list[Number] = [Fraction(1)] + [Fraction(0)] * (len(self.nodes) - 1)
        for node, choice in enumerate(choices):
            if reach[node] == 0:
                continue
            for action, x in enumerate(choice):
                if x != 0:
                    for p, target in self.branches[node][action]:
                        if target >= 0:
                            reach[target] = reach[target] + reach[node] * x * p
                        else:
                            add(~target, reach[node] * x * p)
        return found


@dataclass(frozen=True)
class DynamicGame:
    """A two-player game over finitely many states.

    Most games are built with :meth:`repeated`, :meth:`sequential` or :meth:`from_arrays` and extended with
    :meth:`with_rules`.

    Parameters
    ----------
    players : (str, str)
    states : tuple of str
        Names of the states.
    periods : tuple of Period
        One for each state.
    discount : (Number, Number)
        Each player's discount factor, strictly between 0 and 1 (or a symbol).
    start : int
        Index of the state in which play begins.
    variables : tuple of mappings
        For each state the value of each named variable, such as ``{"k": 1, "f": 0}``.
    domain : tuple of sympy relationals
        Assumptions that the symbols are known to satisfy.
    ordinal : bool
        True if payoffs are mere ranks of the outcomes. With discounting and rules the equilibria then hold for these
        numbers, and need not hold for others in the same order.

    Examples
    --------
    >>> dilemma = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
    >>> game = DynamicGame.repeated(dilemma, discount="3/4")
    >>> game.states, game.outcomes
    (('play',), ('CC', 'CD', 'DC', 'DD'))
    """

    players: tuple[str, str]
    states: tuple[str, ...]
    periods: tuple[Period, ...]
    discount: tuple[Number, Number]
    start: int = 0
    variables: tuple[Mapping[str, int | str], ...] = ()
    domain: tuple[sympy.Basic, ...] = ()
    base: DynamicGame | None = field(default=None, repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    bound: tuple[tuple[str, Number], ...] = field(default=(), repr=False)
    ordinal: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", check_players(self.players))
        object.__setattr__(self, "discount", _discount(self.discount, self.players))
        if not self.states or len(set(self.states)) != len(self.states):
            raise InputError("states", self.states, "at least one state, names that differ")
        if len(self.periods) != len(self.states):
            raise InputError("periods", len(self.periods), f"one period game for each of {len(self.states)} states")
        if not 0 <= self.start < len(self.states):
            raise InputError("start", self.start, f"an index from 0 to {len(self.states) - 1}")
        if not self.variables:
            object.__setattr__(self, "variables", tuple({"state": name} for name in self.states))
        for name, period in zip(self.states, self.periods, strict=True):
            _check_period(period, name, len(self.states))

    # --- construction ---------------------------------------------------------------------------------------------

    @classmethod
    def repeated(cls, stage: StageGame, *, discount: object) -> DynamicGame:
        """The stage game repeated for ever.

        Parameters
        ----------
        stage : StageGame
        discount : number, or a pair of numbers
            One discount factor for both players, or one for each; strictly between 0 and 1.
        """
        if not isinstance(stage, StageGame):
            raise InputTypeError("stage", stage, "a StageGame")
        return cls(
            stage.players,
            ("play",),
            (_simultaneous(stage, lambda i, j: ((Fraction(1), 0),)),),
            _pair(discount),
            domain=stage.domain,
            ordinal=stage.ordinal,
        )

    @classmethod
    def sequential(
        cls,
        *,
        first: str,
        moves: Moves | Turn,
        payoffs: Mapping[str, Sequence[object]] | tuple[Ordering, Ordering],
        players: Sequence[str],
        discount: object,
    ) -> DynamicGame:
        """A game in every period of which one player moves first and the other answers what she sees.

        Parameters
        ----------
        first : str
            The player who moves first.
        moves : mapping
            From each first move to the answers, ``{"N": ("E", "S"), "U": ("A", "P")}``. Answers may be a mapping in turn:
            movers alternate, unless :class:`~gametheory.games.tree.Turn` names the mover. After a move
            :class:`~gametheory.games.tree.Chance` lets nature draw, seen by all; its labels are part of the outcome's.
        payoffs : mapping
            From each outcome (joined labels) to both players' payoffs per period, in the order of ``players``. Or a pair
            of total orderings: payoffs are then their ranks (the game's ``ordinal`` says so), and what depends on differences of payoffs is
            an artefact.
        players : (str, str)
        discount : number, or a pair of numbers

        Examples
        --------
        >>> game = DynamicGame.sequential(
        ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
        ...     payoffs={"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, 2)})
        >>> [node.history for node in game.periods[0].nodes]
        ['', 'N', 'U']
        """
        names = check_players(players)
        if first not in names:
            raise InputError("first", first, f"one of the players {names}")
        if isinstance(moves, Chance):
            raise InputError("moves", moves, "a move of a player first (for chance before it use the rule Modulate)")
        laid, targets, labels = lay_out(moves, names, names.index(first))
        if isinstance(payoffs, Ordering):
            raise InputTypeError("payoffs", payoffs, f"two orderings, (ordering of {names[0]}, ordering of {names[1]})")
        ordinal = isinstance(payoffs, (tuple, list))
        if isinstance(payoffs, (tuple, list)):
            payoffs = _ranks(tuple(payoffs), names, moves, labels)
        if not isinstance(payoffs, Mapping):
            raise InputTypeError("payoffs", payoffs, "a mapping from outcome to payoffs, or a pair of orderings")
        missing = [label for label in labels if label not in payoffs]
        extra = [label for label in payoffs if label not in labels]
        if missing or extra:
            raise InputError("payoffs", list(payoffs), f"exactly the outcomes {list(labels)}")
        plays = []
        for label in labels:
            pair = payoffs[label]
            if isinstance(pair, (str, bytes)) or not isinstance(pair, Sequence) or len(pair) != 2:
                raise InputError(f"payoffs[{label!r}]", pair, f"two payoffs, of {names[0]} and of {names[1]}")
            u, v = (exact(x, field=f"payoffs[{label!r}][{i}]") for i, x in enumerate(pair))
            plays.append(Play(label, (u, v), ((Fraction(1), 0),)))
        nodes, branches = _decisions(laid, targets)
        period = Period(False, nodes, branches, tuple(plays))
        return cls(names, ("play",), (period,), _pair(discount), ordinal=ordinal)

    @classmethod
    def from_arrays(
        cls,
        stages: Sequence[object],
        transitions: Sequence[object],
        discount: object,
        *,
        start: int | str = 0,
        states: Sequence[str] | None = None,
        players: Sequence[str] = ("row", "column"),
        connected: bool = False,
    ) -> DynamicGame:
        """A stochastic game from tables.

        Parameters
        ----------
        stages : sequence
            ``stages[s]`` is a pair of matrices (A, B), or a StageGame.
        transitions : sequence
            ``transitions[s][i][j]`` lists the probability of each next state; they must sum to one exactly.
        discount : number, or a pair of numbers
        start : int or str
            Index or name of the first state.
        states : sequence of str, optional
            Names; ``"0", "1", ...`` by default.
        connected : bool
            Refuse states that play from the start cannot reach. Otherwise equilibria say what is done there too, and are
            told apart by it.

        Examples
        --------
        >>> game = DynamicGame.from_arrays([([[1]], [[2]])], [[[[1]]]], "1/2")
        >>> game.states
        ('0',)
        """
        count = len(stages)
        names = tuple(states) if states is not None else tuple(map(str, range(count)))
        if len(names) != count:
            raise InputError("states", names, f"{count} names, one for each stage game")
        if len(transitions) != count:
            raise InputError("transitions", f"{len(transitions)} tables", f"{count} tables, one for each stage game")
        periods = []
        for s, given in enumerate(stages):
            if isinstance(given, StageGame):
                stage = given
            else:
                if not isinstance(given, (tuple, list)) or len(given) != 2:
                    raise InputError(f"stages[{s}]", given, "a pair of matrices (A, B), or a StageGame")
                stage = StageGame(given[0], given[1], check_players(players))
            m, n = stage.shape
            table = _plain(transitions[s])
            if not isinstance(table, Sequence) or [len(row) for row in table] != [n] * m:
                raise InputError(f"transitions[{s}]", table, f"a {m} x {n} table of distributions over states")
            draws = [
                [_draw(cell, count, f"transitions[{s}][{i}][{j}]") for j, cell in enumerate(row)]
                for i, row in enumerate(table)
            ]
            periods.append(_simultaneous(stage, lambda i, j, draws=draws: draws[i][j]))  # type: ignore[misc]
        begin = names.index(start) if isinstance(start, str) and start in names else start
        if not isinstance(begin, int):
            raise InputError("start", start, f"one of the states {list(names)}")
        who = stages[0].players if isinstance(stages[0], StageGame) else check_players(players)
        ranks = any(isinstance(stage, StageGame) and stage.ordinal for stage in stages)
        game = cls(who, names, tuple(periods), _pair(discount), begin, ordinal=ranks)
        reached = [begin]
        for s in reached:
            reached += [t for t in game._successors(s) if t not in reached]
        if connected and len(reached) < count:
            lost = [name for s, name in enumerate(names) if s not in reached]
            raise InputError("states", lost, f"states that play from the start {names[begin]!r} can reach")
        return game

    def with_rules(self, *rules: Rule) -> DynamicGame:
        """The same game under institutions: see :mod:`gametheory.games.institutions` for the rules and their order.

        Examples
        --------
        >>> from gametheory.games.institutions import Counter
        >>> dilemma = StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))
        >>> DynamicGame.repeated(dilemma, discount="1/2").with_rules(Counter("k", upto=2, on={"DD": 1})).states
        ('k=0', 'k=1', 'k=2')
        """
        from gametheory.games.institutions import impose

        if self.has_beliefs:
            raise InputError("rules", [str(r) for r in rules], "rules first, then perceived(...): a perception is of all rules")
        base = self.base if self.base is not None else replace(self, bound=())
        return self._bind(impose(base, (*self.rules, *rules)))

    def perceived(self, player: str, *, without: Sequence[str]) -> DynamicGame:
        """The same game, in which ``player`` does not foresee that the named state variables move.

        The player takes each named variable as fixed at what she sees: she believes in a game over the same states in
        which those counters never step (so that nothing is reset by their steps either). She still observes the state
        and is surprised every time. The other player's beliefs, and the true transitions, are unchanged.

        Parameters
        ----------
        player : str
            Who misperceives.
        without : sequence of str
            Names of counters or chains that she takes as fixed.
        """
        from gametheory.games.institutions import impose

        if player not in self.players:
            raise InputError("player", player, f"one of the players {self.players}")
        if self.base is None:
            raise InputError("without", list(without), "a game with rules")
        if self.has_beliefs:
            raise InputError("player", player, "one player who misperceives; someone already does in this game")
        return self._bind(impose(self.base, self.rules, frozen={self.players.index(player): tuple(without)}))

    def _bind(self, game: DynamicGame) -> DynamicGame:
        """Give a rebuilt game the parameter values that this one has been given."""
        known = {name: value for name, value in self.bound if name in game.parameters}
        return replace(game.subs(**known) if known else game, bound=self.bound)

    # --- what it says ---------------------------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome label, in the order of first appearance."""
        return tuple(dict.fromkeys(label for period in self.periods for label in period.labels))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the symbols in payoffs, transitions and discount factors, sorted."""
        names = set(free_names(self.discount))
        for period in self.periods:
            for play in period.plays:
                names |= free_names(play.payoffs) | free_names(p for p, _ in play.next)
                for belief in play.beliefs:
                    if belief is not None:
                        names |= free_names(belief.payoff) | free_names(p for p, _ in belief.next)
            names |= free_names(p for row in period.branches for lottery in row for p, _ in lottery)
        return tuple(sorted(names))

    @cached_property
    def is_rational(self) -> bool:
        """Whether every payoff, probability and discount factor is a rational number."""
        plays = [play for period in self.periods for play in period.plays]
        draws = [p for play in plays for i in (0, 1) for p, _ in (*play.next, *play.next_for(i))]
        chance = [p for period in self.periods for row in period.branches for lottery in row for p, _ in lottery]
        payoffs = [x for play in plays for x in (*play.payoffs, play.payoff_to(0), play.payoff_to(1))]
        return all(isinstance(x, Fraction) for x in (*self.discount, *payoffs, *draws, *chance))

    @property
    def has_beliefs(self) -> bool:
        """Whether some player misperceives the game."""
        return any(b is not None for period in self.periods for play in period.plays for b in play.beliefs)

    @cached_property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """Strongly connected parts of the states, last first: each part can only lead to itself and to earlier entries.

        A transition counts if any play of the period, chosen or not, can bring it about with positive probability,
        in truth or in a player's belief.
        """
        return _strongly_connected([self._successors(s) for s in range(len(self.states))])

    @property
    def is_directional(self) -> bool:
        """Whether no part has more than one state: once left, a state never comes back."""
        return all(len(part) == 1 for part in self.parts)

    def _successors(self, s: int) -> tuple[int, ...]:
        return tuple(
            dict.fromkeys(
                t
                for play in self.periods[s].plays
                for i in (0, 1)
                for p, t in (*play.next, *play.next_for(i))
                if p != 0
            )
        )

    def subs(self, **values: object) -> DynamicGame:
        """The game with parameters replaced by numbers; unknown names are refused.

        Examples
        --------
        >>> game = DynamicGame.repeated(StageGame([["t"]], [[0]]), discount="delta")
        >>> game.parameters, game.subs(t=2, delta="1/3").discount
        (('delta', 't'), (Fraction(1, 3), Fraction(1, 3)))
        """
        known = {name: exact(value, field=name) for name, value in values.items()}
        unknown = sorted(set(known) - set(self.parameters) - free_names_of(self.domain))
        unknown = [name for name in unknown if name not in dict(self.bound)]
        if unknown:
            raise InputError("subs", unknown, f"parameters of the game: {list(self.parameters)}")
        seen: dict[Number, Number] = {}  # the states of a game repeat the same expressions

        def put(x: Number) -> Number:
            if x not in seen:
                seen[x] = substitute(x, known)
            return seen[x]

        draw = lambda pairs: tuple((q, t) for p, t in pairs if (q := put(p)) != 0)  # noqa: E731
        periods = tuple(
            replace(
                period,
                branches=tuple(tuple(draw(lottery) for lottery in row) for row in period.branches),
                plays=tuple(
                    Play(
                        play.label,
                        (put(play.payoffs[0]), put(play.payoffs[1])),
                        draw(play.next),
                        tuple(b and Belief(put(b.payoff), draw(b.next)) for b in play.beliefs),  # type: ignore[arg-type]
                    )
                    for play in period.plays
                ),
            )
            for period in self.periods
        )
        return replace(
            self,
            periods=periods,
            discount=(put(self.discount[0]), put(self.discount[1])),
            domain=substitute_domain(self.domain, known),
            bound=tuple({**dict(self.bound), **known}.items()),
        )

    def state_index(self, state: int | str) -> int:
        """Index of a state given by index or name."""
        if isinstance(state, str) and state in self.states:
            return self.states.index(state)
        if isinstance(state, int) and not isinstance(state, bool) and 0 <= state < len(self.states):
            return state
        raise InputError("state", state, f"one of {list(self.states[:12])}")

    def __str__(self) -> str:
        kind = "simultaneous" if all(p.simultaneous for p in self.periods) else "sequential"
        named = f", parameters {', '.join(self.parameters)}" if self.parameters else ""
        return (
            f"{kind} game of {self.players[0]} and {self.players[1]}: {len(self.states)} states in {len(self.parts)} "
            f"strongly connected parts, outcomes {', '.join(self.outcomes)}{named}{', payoffs are ranks' if self.ordinal else ''}"
        )


# --- pieces -------------------------------------------------------------------------------------------------------------


def _ranks(
    pair: tuple[object, ...], names: tuple[str, str], moves: object, labels: tuple[str, ...]
) -> dict[str, tuple[int, int]]:
    """Both players' ranks of each outcome; refuses what is no pair of total orderings of the moves' outcomes."""
    if len(pair) != 2 or not all(isinstance(order, (str, Ordering)) for order in pair):
        raise InputTypeError("payoffs", pair, "a mapping from outcome to payoffs, or a pair of orderings")
    spoken = {frozenset(order.outcomes) if isinstance(order, Ordering) else frozenset() for order in pair}
    wanted = next(iter(spoken))
    if len(spoken) == 1 and len(wanted) > len(labels):
        if all(any(outcome.startswith(label) for outcome in wanted) for label in labels):
            raise InputError(
                "moves",
                moves,
                f"moves that lead to every outcome that the orderings rank, {', '.join(sorted(wanted))}; "
                f"these lead to {', '.join(labels)} only",
            )
    u, v = (order.utilities() for order in check_orderings(names, pair, labels, total=True))
    return {label: (u[label], v[label]) for label in labels}


def _pair(discount: object) -> tuple[Number, Number]:
    if isinstance(discount, (tuple, list)):
        if len(discount) != 2:
            raise InputError("discount", discount, "one discount factor, or a pair of them")
        return exact(discount[0], field="discount[0]"), exact(discount[1], field="discount[1]")
    value = exact(discount, field="discount")
    return value, value


def _discount(given: object, players: tuple[str, str]) -> tuple[Number, Number]:
    pair = _pair(given)
    for name, value in zip(players, pair, strict=True):
        inside = value > 0 and value < 1 if isinstance(value, Fraction) else True
        if not isinstance(value, Fraction) and not value.free_symbols:
            inside = bool(value > 0) and bool(value < 1)
        if not inside:
            raise InputError(f"discount of {name}", value, "a discount factor strictly between 0 and 1")
    return pair


def _plain(table: Any) -> Any:
    return table.tolist() if hasattr(table, "tolist") else table


def _draw(cell: object, count: int, where: str) -> Draw:
    values = _plain(cell)
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or len(values) != count:
        raise InputError(where, cell, f"a distribution over {count} states")
    return tuple((p, t) for t, x in enumerate(values) if (p := exact(x, field=where)) != 0)


def _decisions(
    laid: Sequence[Node | Nature], targets: Sequence[Sequence[int]]
) -> tuple[tuple[Node, ...], tuple[tuple[Lottery, ...], ...]]:
    """The points at which a player chooses, with nature's draws as lotteries over what follows each action."""
    place = {n: i for i, n in enumerate(n for n, node in enumerate(laid) if isinstance(node, Node))}

    def lead(target: int, weight: Number) -> Lottery:
        if target < 0:
            return ((weight, target),)
        node = laid[target]
        if isinstance(node, Node):
            return ((weight, place[target]),)
        drawn = zip(node.probabilities, targets[target], strict=True)
        return tuple(pair for p, t in drawn if p != 0 for pair in lead(t, weight * p))

    nodes = tuple(node for node in laid if isinstance(node, Node))
    return nodes, tuple(tuple(lead(t, Fraction(1)) for t in targets[n]) for n in place)


def _simultaneous(stage: StageGame, draw: object) -> Period:
    m, n = stage.shape
    nodes = (Node(0, "", stage.actions[0]), Node(1, "", stage.actions[1]))
    plays = tuple(
        Play(stage.labels[i][j], (stage.A[i][j], stage.B[i][j]), draw(i, j))  # type: ignore[operator]
        for i in range(m)
        for j in range(n)
    )
    branches = tuple(tuple(((Fraction(1), ~(i * n + j)),) for j in range(n)) for i in range(m))
    return Period(True, nodes, branches, plays)


def is_distribution(probabilities: Sequence[Number]) -> bool:
    """Whether the numbers sum to one exactly (symbolic ones: after expansion) and the rational ones lie in [0, 1]."""
    total: Number = Fraction(0)
    for p in probabilities:
        if isinstance(p, Fraction) and not 0 <= p <= 1:
            return False
        total = total + p
    if isinstance(total, Fraction):
        return total == 1
    import sympy

    rest = total - 1
    # the first is quicker, and enough for polynomials
    return bool(sympy.expand(rest) == 0) or bool(sympy.cancel(rest) == 0)


def _check_period(period: Period, state: str, count: int) -> None:
    if len(set(period.labels)) != len(period.labels):
        raise InputError(f"outcomes in state {state!r}", period.labels, "labels that differ (rename the actions)")
    for play in period.plays:
        for draw in {play.next, play.next_for(0), play.next_for(1)}:
            if not draw:
                raise InputError(
                    f"transitions from state {state!r} after {play.label}", draw, "a distribution over states"
                )
            if not is_distribution([p for p, _ in draw]):
                shown = [str(p) for p, _ in draw]
                raise InputError(
                    f"transitions from state {state!r} after {play.label}",
                    shown,
                    "probabilities that sum to one exactly",
                )
            if any(not 0 <= t < count for _, t in draw):
                raise InputError(
                    f"transitions from state {state!r} after {play.label}", draw, f"states 0 to {count - 1}"
                )
    for row in period.branches:
        for lottery in row:
            if not is_distribution([p for p, _ in lottery]):
                raise InputError(f"chance moves in state {state!r}", lottery, "probabilities that sum to one exactly")


def _strongly_connected(successors: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Tarjan's algorithm without recursion; parts come out last first (reverse topological order)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    parts: list[tuple[int, ...]] = []
    for root in range(len(successors)):
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            v, place = work.pop()
            if v not in index:
                index[v] = low[v] = len(index)
                stack.append(v)
                on_stack.add(v)
            for k in range(place, len(successors[v])):
                w = successors[v][k]
                if w not in index:
                    work += [(v, k), (w, 0)]
                    break
                if w in on_stack:
                    low[v] = min(low[v], low[w])
            else:
                if low[v] == index[v]:
                    part = []
                    while True:
                        w = stack.pop()
                        on_stack.discard(w)
                        part.append(w)
                        if w == v:
                            break
                    parts.append(tuple(sorted(part)))
    return tuple(parts)
