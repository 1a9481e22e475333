"""An observed pattern as a regular expression over the play of an equilibrium, and its exact probability.

A pattern without ``forever`` says that some finite beginning of the play matches it, whatever follows. ``L R forever``
says that the play is a word of L followed by words of R without end. R has finitely many words, none empty, so a play
is in this set exactly when some split point is followed by a run that never dies.

*Method.* The play is followed by a deterministic automaton (:mod:`gametheory.evidence.play_automaton`). In its product
with a Markov chain almost every play ends in one recurrent class and visits all of it without end, so that the pattern
holds there with probability one or zero; its probability from the start then solves linear equations in rational
numbers. Nothing is rounded.

References
----------
Courcoubetis, C. and Yannakakis, M. (1995), "The complexity of probabilistic verification", Journal of the ACM 42,
857-907.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from gametheory.equilibria.play import Chain
from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.evidence.expressions import read_expression
from gametheory.evidence.play_automaton import FAILS, HOLDS, Run, compiled_pattern, graph_of, reaching, readings
from gametheory.exact import to_flint

if TYPE_CHECKING:
    import networkx

__all__ = ["Pattern", "Simulation"]

MAX_PRODUCT = 100_000
MAX_UNKNOWNS = 2000
MAX_PLAYS = 10_000_000

_CHUNK = 100_000


@dataclass(frozen=True)
class Simulation:
    """How simulated plays stand after a number of periods.

    A play *holds* (*fails*) when, after what it has shown and given the state it is in, the pattern is met with
    probability one (zero); all others are undecided. A pattern that speaks of ``forever`` is rarely decided by the
    outcomes alone: it is decided once the play is where it can no longer turn out otherwise.
    """

    plays: int
    periods: int
    seed: int
    holding: int
    failing: int

    @property
    def undecided(self) -> int:
        """Plays that may still turn out either way."""
        return self.plays - self.holding - self.failing

    @property
    def share(self) -> tuple[Fraction, Fraction]:
        """Least and greatest share of the plays for which the pattern holds; they are equal when none is undecided."""
        return Fraction(self.holding, self.plays), Fraction(self.plays - self.failing, self.plays)

    def __str__(self) -> str:
        return (
            f"of {self.plays} plays of {self.periods} periods (seed {self.seed}) the pattern holds in {self.holding}, "
            f"fails in {self.failing}, and is undecided in {self.undecided}"
        )


@dataclass(frozen=True)
class Pattern:
    """A pattern of play: outcomes in order, with repetition, choice and ``forever``.

    Parameters
    ----------
    text : str
        Outcomes separated by blanks (quoted if they hold other signs than letters, digits and ``_``); ``.`` is any
        outcome, ``[NS NE]`` either of these, ``!UP`` any outcome but UP, ``![UP UA]`` neither of these; ``( )`` groups;
        ``|`` is a choice; ``* + ? {m} {m,} {m,n}`` repeat the one element before them. ``forever``, last in the pattern
        or before a ``|`` outside parentheses, repeats the one element before it without end: ``NS UP forever`` is NS
        once, then UP without end, ``(NS UP) forever`` is NS UP NS UP and so on. Without ``forever`` the pattern says
        how play begins, and anything may follow.

    Raises
    ------
    InputError
        For a text that is not a pattern, with the column and what was expected there; for a part before ``forever``
        that may be empty or has infinitely many words; for a pattern that is too large.
    InputTypeError
        For anything but text.

    Examples
    --------
    >>> from gametheory.equilibria.play import Chain, Move
    >>> half = Fraction(1, 2)
    >>> chain = Chain(("calm", "joint"), ((Move(half, "NS", 0), Move(half, "UP", 1)), (Move(Fraction(1), "NE", 1),)))
    >>> Pattern("NS NS* UP NE forever").probability(chain)
    Fraction(1, 2)
    >>> Pattern("NS* UP").certain(chain), Pattern("NS forever").possible(chain)
    (True, False)
    """

    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InputTypeError("pattern", self.text, "text such as '(NS+ UP)+ NE forever'")
        compiled_pattern(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes that the pattern names, in order of appearance.

        Examples
        --------
        >>> Pattern("(NS+ UP)+ NE forever").labels
        ('NS', 'UP', 'NE')
        """
        return read_expression(self.text).labels

    def check_labels(self, outcomes: Iterable[str]) -> None:
        """Refuse a pattern that names an outcome which is not one of ``outcomes`` (those of a game).

        Raises
        ------
        InputError
            Naming the unknown outcomes and the known ones.

        Examples
        --------
        >>> Pattern("NS forever").check_labels(["NE", "NS"])
        """
        known = _labels("outcomes", outcomes)
        unknown = [label for label in self.labels if label not in known]
        if unknown:
            raise InputError(
                "pattern",
                self.text,
                f"outcomes of the game ({', '.join(known)}), not {', '.join(unknown)}",
            )

    def probability(self, chain: Chain) -> Fraction:
        """The probability, exact, that the play of ``chain`` from its start shows the pattern.

        An outcome that the chain never shows has probability 0, and so has a misspelt one, for the chain does not know
        the game: :meth:`check_labels` and :func:`gametheory.verdict` refuse outcomes that the game does not have.

        Raises
        ------
        UnsupportedError
            Where a probability of the chain holds symbols.
        InputError
            Where the equations are too many; the message says how many.

        Examples
        --------
        >>> from gametheory.equilibria.play import Chain, Move
        >>> third, two = Fraction(1, 3), Fraction(2, 3)
        >>> chain = Chain(("a",), ((Move(third, "A", 0), Move(two, "B", 0)),))
        >>> Pattern("A B | B B").probability(chain), Pattern(". A forever").probability(chain)
        (Fraction(2, 3), Fraction(0, 1))
        """
        product = _product(self.text, chain)
        solution = _absorption(product, self.text)
        return Fraction(int(solution.p), int(solution.q))

    def certain(self, chain: Chain) -> bool:
        """Whether the play of ``chain`` shows the pattern with probability one; no equation is solved."""
        product = _product(self.text, chain)
        return product.can[product.start] == (True, False)

    def possible(self, chain: Chain) -> bool:
        """Whether the play of ``chain`` shows the pattern with a probability above zero; no equation is solved."""
        product = _product(self.text, chain)
        return product.can[product.start][0]

    def simulate(self, chain: Chain, *, plays: int, periods: int, seed: int) -> Simulation:
        """Draw plays of ``chain`` and count those in which the pattern is decided, either way, within ``periods``.

        Examples
        --------
        >>> from gametheory.equilibria.play import Chain, Move
        >>> third, two = Fraction(1, 3), Fraction(2, 3)
        >>> chain = Chain(("a",), ((Move(third, "A", 0), Move(two, "B", 0)),))
        >>> print(Pattern("A* B").simulate(chain, plays=100, periods=5, seed=1))
        of 100 plays of 5 periods (seed 1) the pattern holds in 100, fails in 0, and is undecided in 0
        """
        _whole("plays", plays, MAX_PLAYS, least=1)
        _whole("periods", periods, MAX_PLAYS)
        _whole("seed", seed, 2**64)
        holding, failing = _draw(_product(self.text, chain), plays, periods, seed)
        return Simulation(plays, periods, seed, holding, failing)

    def allows(self, record: Sequence[str], *, outcomes: Collection[str] | None = None) -> bool:
        """Whether a record of outcomes can be the beginning of a play that shows the pattern: it is not refuted yet.

        Parameters
        ----------
        record : sequence of str
            The outcomes observed so far, from the first period on.
        outcomes : collection of str, optional
            The outcomes that can follow (those of a game); by default any, named in the pattern or not.

        Examples
        --------
        >>> pattern = Pattern("(NS+ UP)+ NE forever")
        >>> pattern.allows(["NS", "UP", "NS"]), pattern.allows(["NS", "UA"])
        (True, False)
        """
        return self._reading(record, outcomes)[0]

    def settled(self, record: Sequence[str], *, outcomes: Collection[str] | None = None) -> bool:
        """Whether every play that begins with this record shows the pattern; parameters as for :meth:`allows`.

        Examples
        --------
        >>> Pattern("NS UP").settled(["NS", "UP"]), Pattern("NS forever").settled(["NS", "NS"])
        (True, False)
        >>> Pattern("NS forever").settled(["NS", "NS"], outcomes=["NS"])
        True
        """
        return not self._reading(record, outcomes)[1]

    def _reading(self, record: Sequence[str], outcomes: Collection[str] | None) -> tuple[bool, bool]:
        """Whether the record can go on to a play in the pattern, and whether to one outside it."""
        seen = _labels("record", record)
        compiled = compiled_pattern(self.text)
        letters = frozenset(range(len(compiled.letters) + 1))
        if outcomes is not None:
            known = _labels("outcomes", outcomes)
            if not known:
                raise InputError("outcomes", outcomes, "at least one outcome")
            strange = [label for label in seen if label not in known]
            if strange:
                raise InputError("record", list(seen), f"outcomes among {', '.join(known)}; {strange[0]} is not")
            letters = frozenset(compiled.letter(label) for label in known)
        start, steps, can = readings(self.text, letters)
        state = start
        for label in seen:
            state = steps[state][compiled.letter(label)]
        return can[state]


# --- the product with a chain -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Product:
    """Chain and automaton side by side: ``moves[node]`` maps the next node to its probability.

    ``can[node]``: whether play from there meets the pattern, and whether it misses it, with a probability above zero.
    """

    start: int
    moves: tuple[dict[int, Fraction], ...]
    graph: networkx.DiGraph[int]
    can: tuple[tuple[bool, bool], ...]


def _product(text: str, chain: Chain) -> _Product:
    import networkx

    if not isinstance(chain, Chain):
        raise InputTypeError("chain", chain, "a Chain, the play that an equilibrium induces")
    compiled = compiled_pattern(text)
    rows: list[list[tuple[Fraction, int, int]]] = [[] for _ in chain.states]
    for state in _support(chain):
        for move in chain.moves[state]:
            if move.probability:
                rows[state].append((Fraction(move.probability), compiled.letter(move.outcome), move.next))
    run = Run(compiled)
    index: dict[tuple[int, int], int] = {(-1, HOLDS): HOLDS, (-1, FAILS): FAILS}
    nodes = [(-1, HOLDS), (-1, FAILS)]

    def node(state: int, at: int) -> int:
        key = (state if at > FAILS else -1, at)
        found = index.setdefault(key, len(nodes))
        if found == len(nodes):
            if found >= MAX_PRODUCT:
                raise InputError(
                    "pattern",
                    text,
                    f"a pattern that, on this chain of {len(chain.states)} states, needs at most {MAX_PRODUCT} "
                    "combined states (lower its repetition counts, or write fewer alternatives)",
                )
            nodes.append(key)
        return found

    start = node(chain.start, run.start)
    moves: list[dict[int, Fraction]] = [{HOLDS: Fraction(1)}, {FAILS: Fraction(1)}]
    while len(moves) < len(nodes):
        state, at = nodes[len(moves)]
        row: dict[int, Fraction] = {}
        for probability, letter, to in rows[state]:
            target = node(to, run.step(at, letter))
            row[target] = row[target] + probability if target in row else probability
        moves.append(row)
    graph = graph_of(moves)
    holds: set[int] = set()
    fails: set[int] = set()
    for group in networkx.strongly_connected_components(graph):
        if all(to in group for here in group for to in moves[here]):
            (holds if all(run.good(nodes[here][1]) for here in group) else fails).update(group)
    holds, fails = reaching(graph, holds), reaching(graph, fails)
    can = tuple((here in holds, here in fails) for here in range(len(moves)))
    return _Product(start, tuple(moves), graph, can)


def _support(chain: Chain) -> tuple[int, ...]:
    """States that play can reach; refuses probabilities that are not rational, wherever they are."""
    for state, row in zip(chain.states, chain.moves, strict=True):
        for move in row:
            if not isinstance(move.probability, (int, Fraction)):
                raise UnsupportedError(
                    f"chain, state {state!r}",
                    move.probability,
                    "rational probabilities (put numbers in the place of symbols first)",
                )
    return chain.support()


def _absorption(product: _Product, text: str) -> flint.fmpq:
    """Probability of the pattern from the start: one exact linear system for each strongly connected part."""
    import networkx

    value: dict[int, flint.fmpq] = {}

    def settled(node: int) -> flint.fmpq:
        return value[node] if all(product.can[node]) else flint.fmpq(int(product.can[node][0]))

    open_nodes = [node for node, both in enumerate(product.can) if all(both)]
    parts = networkx.condensation(product.graph.subgraph(open_nodes))
    for part in reversed(list(networkx.topological_sort(parts))):
        members = sorted(parts.nodes[part]["members"])
        size = len(members)
        if size > MAX_UNKNOWNS:
            raise InputError(
                "pattern",
                text,
                f"at most {MAX_UNKNOWNS} equations to be solved together, not {size} (simulate instead)",
            )
        place = {node: i for i, node in enumerate(members)}
        left = [flint.fmpq(0)] * (size * size)
        right = [flint.fmpq(0)] * size
        for i, node in enumerate(members):
            left[i * size + i] += 1
            for to, probability in product.moves[node].items():
                if to in place:
                    left[i * size + place[to]] -= to_flint(probability)
                else:
                    right[i] += to_flint(probability) * settled(to)
        if size == 1:
            value[members[0]] = right[0] / left[0]
        else:
            solution = flint.fmpq_mat(size, size, left).solve(flint.fmpq_mat(size, 1, right))
            value.update((node, solution[i, 0]) for node, i in place.items())
    return settled(product.start)


def _draw(product: _Product, plays: int, periods: int, seed: int) -> tuple[int, int]:
    """How many of the simulated plays end where the pattern is certain, and where it is impossible."""
    import numpy as np

    open_nodes = [node for node, both in enumerate(product.can) if all(both)]
    if not open_nodes or not all(product.can[product.start]):
        return (plays, 0) if product.can[product.start][0] else (0, plays)
    row_of = {node: i for i, node in enumerate(open_nodes)}
    width = max(len(product.moves[node]) for node in open_nodes)
    bounds = np.full((len(open_nodes), width), 2.0)
    targets = np.empty((len(open_nodes), width), dtype=np.int64)
    for i, node in enumerate(open_nodes):
        total = Fraction(0)
        for j, (to, probability) in enumerate(product.moves[node].items()):
            total += probability
            bounds[i, j] = float(total) if j + 1 < len(product.moves[node]) else 2.0
            targets[i, j] = row_of.get(to, -1 - HOLDS if product.can[to][0] else -1 - FAILS)
    generator = np.random.default_rng(seed)
    holding = failing = 0
    for begun in range(0, plays, _CHUNK):
        at = np.full(min(_CHUNK, plays - begun), row_of[product.start])
        for _ in range(periods):
            if not len(at):
                break
            chosen = (generator.random(len(at))[:, None] >= bounds[at]).sum(axis=1)
            at = targets[at, chosen]
            holding += int((at == -1 - HOLDS).sum())
            failing += int((at == -1 - FAILS).sum())
            at = at[at >= 0]
    return holding, failing


# --- checks of what a user gives --------------------------------------------------------------------------------------


def _labels(field: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputTypeError(field, given, "a list of outcomes")
    labels = tuple(given)
    for label in labels:
        if not isinstance(label, str):
            raise InputTypeError(field, label, "outcomes given as text")
    return labels


def _whole(field: str, given: object, most: int, *, least: int = 0) -> None:
    if not isinstance(given, int) or isinstance(given, bool):
        raise InputTypeError(field, given, f"a whole number from {least} to {most}")
    if not least <= given <= most:
        raise InputError(field, given, f"a whole number from {least} to {most}")
