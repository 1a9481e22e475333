"""The deterministic automaton of a pattern over endless plays, and what a finite record says about it.

*Method.* After each period, follow the deterministic automata of the beginnings and the set of "threads": the states in
which a repetition begun at some earlier split point can now be. A second set holds those threads that descend from
the threads at the last check; when it empties, it is filled again. By Koenig's lemma a play is in the set if and only
if this second set empties only finitely often.

References
----------
Miyano, S. and Hayashi, T. (1984), "Alternating finite automata on omega-words", Theoretical Computer Science 32,
321-330 (the breakpoint construction, used here on co-Buchi automata).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gametheory.errors import InputError
from gametheory.evidence.expressions import Automaton, compile_expression, read_expression, too_large

if TYPE_CHECKING:
    import networkx

__all__ = ["FAILS", "HOLDS", "Compiled", "Run", "compiled_pattern", "graph_of", "reaching", "readings"]

MAX_STATES = 50_000

HOLDS, FAILS = 0, 1


@dataclass(frozen=True)
class Compiled:
    """The finite parts of a pattern: ``opening`` those without forever, as one; ``endless`` the pairs (L, R)."""

    text: str
    letters: dict[str, int]
    opening: Automaton | None
    endless: tuple[tuple[Automaton, Automaton], ...]

    def letter(self, label: str) -> int:
        """The letter that stands for an outcome."""
        return self.letters.get(label, len(self.letters))


@lru_cache(maxsize=128)
def compiled_pattern(text: str) -> Compiled:
    """Read a pattern and build the automata of its finite parts; raises InputError for what is not a pattern."""
    expression = read_expression(text)
    finite = tuple(a.beginning for a in expression.alternatives if a.forever is None)
    opening = compile_expression(expression, finite) if finite else None
    endless = []
    for alternative in expression.alternatives:
        if alternative.forever is not None:
            repeated = compile_expression(expression, (alternative.forever,))
            _check_repeated(text, alternative.column, repeated)
            endless.append((compile_expression(expression, (alternative.beginning,)), repeated))
    letters = {label: i for i, label in enumerate(expression.labels)}
    return Compiled(text, letters, opening, tuple(endless))


def _check_repeated(text: str, column: int, repeated: Automaton) -> None:
    """What stands before forever must have finitely many words, none of them empty."""
    where = f"in the alternative that begins at column {column}"
    successors = [[to for to in row if to >= 0] for row in repeated.step]
    if _cyclic(successors):
        raise InputError(
            "pattern",
            text,
            f"a part before 'forever' without *, + or {{m,}} {where}: for 'NS+ forever' write 'NS forever', for "
            "'(NS* UP) forever' give a bound, as in '(NS{0,9} UP) forever' (without a bound no finite record could "
            "show that the repetition has ended)",
        )
    if repeated.final[0]:
        raise InputError(
            "pattern",
            text,
            f"a part before 'forever' that cannot be empty {where}: for 'NS? forever' write 'NS forever'",
        )


def _cyclic(successors: list[list[int]]) -> bool:
    waiting = [0] * len(successors)
    for row in successors:
        for to in row:
            waiting[to] += 1
    free = [state for state, count in enumerate(waiting) if not count]
    for state in free:
        for to in successors[state]:
            waiting[to] -= 1
            if not waiting[to]:
                free.append(to)
    return len(free) < len(successors)


_State = tuple[int, tuple[int, ...], frozenset[int], frozenset[int]]


class Run:
    """The deterministic co-Buchi automaton of a pattern, unfolded as far as it is used.

    A state holds the state of ``opening``, those of each L, the threads, and the threads under watch; -1 is a dead
    state. A play is in the pattern if it reaches ``HOLDS``, or leaves the states without threads under watch
    (``good`` is False there) for ever.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.states: list[_State] = []
        self.index: dict[_State, int] = {}
        self.known: dict[tuple[int, int], int] = {}
        nobody: frozenset[int] = frozenset()
        self._intern((-2, (), nobody, nobody))  # HOLDS
        self._intern((-1, (-1,) * len(compiled.endless), nobody, nobody))  # FAILS
        self.first: list[int] = []
        self.after: list[tuple[tuple[int, ...], ...]] = []
        for _, repeated in compiled.endless:
            base = len(self.after)
            self.first.append(base)
            goes_on = [any(to >= 0 for to in row) for row in repeated.step]
            for row in repeated.step:
                self.after.append(
                    tuple(
                        ((base + to,) if to >= 0 and goes_on[to] else ())
                        + ((base,) if to >= 0 and repeated.final[to] else ())
                        for to in row
                    )
                )
        beginnings = tuple(0 for _ in compiled.endless)
        born = self._born(beginnings)
        opening = compiled.opening
        met = opening is not None and opening.final[0]
        self.start = HOLDS if met else self._intern((0 if opening else -1, beginnings, born, born))

    def _born(self, beginnings: tuple[int, ...]) -> frozenset[int]:
        pairs = zip(self.compiled.endless, beginnings, self.first, strict=True)
        return frozenset(first for (beginning, _), at, first in pairs if at >= 0 and beginning.final[at])

    def _intern(self, state: _State) -> int:
        found = self.index.setdefault(state, len(self.states))
        if found == len(self.states):
            if found >= MAX_STATES:
                raise InputError("pattern", self.compiled.text, too_large(MAX_STATES))
            self.states.append(state)
        return found

    def good(self, state: int) -> bool:
        """Whether threads are under watch; False where the last of them has just died."""
        return state == HOLDS or bool(self.states[state][3])

    def step(self, state: int, letter: int) -> int:
        """The state after one more period."""
        if state <= FAILS:
            return state
        to = self.known.get((state, letter))
        if to is None:
            to = self.known[state, letter] = self._step(*self.states[state], letter)
        return to

    def _step(
        self, at: int, beginnings: tuple[int, ...], threads: frozenset[int], watched: frozenset[int], letter: int
    ) -> int:
        opening = self.compiled.opening
        if opening is not None and at >= 0:
            at = opening.step[at][letter]
            if at >= 0 and opening.final[at]:
                return HOLDS
        pairs = zip(self.compiled.endless, beginnings, strict=True)
        beginnings = tuple(beginning.step[q][letter] if q >= 0 else -1 for (beginning, _), q in pairs)
        threads_now = frozenset(to for q in threads for to in self.after[q][letter]) | self._born(beginnings)
        watched_now = frozenset(to for q in watched for to in self.after[q][letter]) if watched else threads_now
        return self._intern((at, beginnings, threads_now, watched_now))


@lru_cache(maxsize=16)
def readings(
    text: str, letters: frozenset[int]
) -> tuple[int, tuple[dict[int, int], ...], tuple[tuple[bool, bool], ...]]:
    """The start, the steps, and for each state whether a play from it can be in the pattern, and outside it.

    Here any sequence of ``letters`` is a play, so what counts is which cycles can be reached.
    """
    run = Run(compiled_pattern(text))
    steps: list[dict[int, int]] = []
    while len(steps) < len(run.states):
        state = len(steps)
        steps.append({letter: run.step(state, letter) for letter in letters})
    good = [run.good(state) for state in range(len(steps))]
    graph = graph_of([row.values() for row in steps])
    inside = graph.subgraph([state for state, fine in enumerate(good) if fine])
    holds = {state for group in _cycles(inside) for state in group}
    fails = {state for group in _cycles(graph) if not all(good[state] for state in group) for state in group}
    holds, fails = reaching(graph, holds), reaching(graph, fails)
    return run.start, tuple(steps), tuple((state in holds, state in fails) for state in range(len(steps)))


def graph_of(successors: Iterable[Iterable[int]]) -> networkx.DiGraph[int]:
    """The directed graph with these successors of 0, 1, ..."""
    import networkx

    graph: networkx.DiGraph[int] = networkx.DiGraph()
    for state, row in enumerate(successors):
        graph.add_node(state)
        graph.add_edges_from((state, to) for to in row)
    return graph


def _cycles(graph: networkx.DiGraph[int]) -> Iterable[set[int]]:
    """Strongly connected parts that hold a cycle."""
    import networkx

    for group in networkx.strongly_connected_components(graph):
        if len(group) > 1 or all(graph.has_edge(state, state) for state in group):
            yield group


def reaching(graph: networkx.DiGraph[int], targets: set[int]) -> set[int]:
    """The states from which one of ``targets`` can be reached, these included."""
    found, queue = set(targets), list(targets)
    for state in queue:
        for before in graph.predecessors(state):
            if before not in found:
                found.add(before)
                queue.append(before)
    return found
