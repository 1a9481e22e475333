"""The grammar of observed patterns: text -> alternatives -> small finite automata over outcome labels.

The grammar, loosest first::

    pattern     ::=  alternative ("|" alternative)*
    alternative ::=  element* [last element followed by the word "forever"]
    element     ::=  atom ["*" | "+" | "?" | "{m}" | "{m,}" | "{m,n}"]
    atom        ::=  outcome | "." | set | "!" outcome | "!" set | "(" pattern without forever ")"
    set         ::=  "[" outcome+ "]"
    outcome     ::=  letters, digits and underscores, or any text between quotation marks

Text is only ever compared with this grammar; nothing in it is run. Finite parts become minimal deterministic automata
(by automata-lib) over the outcomes named in the pattern and one more letter that stands for every other outcome.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn, TypeAlias

from gametheory.errors import InputError

__all__ = ["Alternative", "Automaton", "Expression", "compile_expression", "read_expression"]

MAX_TEXT = 2000
MAX_COUNT = 1000
MAX_DEPTH = 50
MAX_SIZE = 4000
MAX_AUTOMATON = 5000

_TOKEN = re.compile(
    r"""\s*(?:(?P<label>[A-Za-z0-9_]+)
        |(?P<quoted>"[^"]+"|'[^']+')
        |(?P<count>\{\s*[0-9]+\s*(?:,\s*(?:[0-9]+\s*)?)?\})
        |(?P<sign>[()\[\]|*+?.!])
        |(?P<bad>\S))""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Letter:
    """One period: any outcome in ``labels``, or any outcome that is not in it when ``negated``."""

    labels: frozenset[str]
    negated: bool


@dataclass(frozen=True)
class Sequence:
    """The parts, one after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """Any one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """The body at least ``low`` and at most ``high`` times; ``high`` is None where there is no bound."""

    body: Node
    low: int
    high: int | None
    column: int


Node: TypeAlias = "Letter | Sequence | Choice | Repeat"


@dataclass(frozen=True)
class Alternative:
    """A beginning, and what is then repeated without end (None where anything may follow)."""

    beginning: Node
    forever: Node | None
    column: int


@dataclass(frozen=True)
class Expression:
    """A pattern as read: its alternatives and the outcomes it names, in order of appearance."""

    text: str
    alternatives: tuple[Alternative, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Automaton:
    """A trimmed deterministic automaton; state 0 is the first, ``step[state][letter]`` is -1 where no word goes on.

    Letter i is the i-th label of the pattern; the last letter is every other outcome.
    """

    step: tuple[tuple[int, ...], ...]
    final: tuple[bool, ...]


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


@lru_cache(maxsize=512)
def read_expression(text: str) -> Expression:
    """Read a pattern.

    Raises
    ------
    InputError
        Naming the column, what was found there and what was expected.

    Examples
    --------
    >>> read_expression("(NS+ UP)+ NE forever").labels
    ('NS', 'UP', 'NE')
    >>> read_expression("NS || UP")
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: pattern: got 'NS || UP'; expected an outcome or '(' at column 5, found '|'
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > MAX_TEXT:
            raise InputError("pattern", text, f"at most {MAX_TEXT} characters, not {len(text)}")
        self.tokens = self._tokens()
        self.at = 0
        self.labels: dict[str, None] = {}

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        end = len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None or match.lastgroup is None:  # pragma: no cover - 'bad' takes every other character
                self._refuse("an outcome", at + 1, self.text[at])
            kind, at = match.lastgroup, match.end()
            found, column = match[kind], match.start(kind) + 1
            if kind == "bad":
                expected = {
                    "{": "a repetition such as {3}, {2,5} or {2,}",
                    '"': "an outcome between two quotation marks",
                    "'": "an outcome between two quotation marks",
                }.get(
                    found, "outcomes, ( ) | * + ? { } . [ ] ! or the word forever (quote an outcome with other signs)"
                )
                self._refuse(expected, column, found)
            if kind == "label" and found == "forever":
                kind = "forever"
            if kind == "label" and found == "ever" and tokens and tokens[-1].text == "for":
                self._refuse("'forever' written as one word", tokens[-1].column, "for ever")
            tokens.append(_Token(kind, found, column))
        tokens.append(_Token("end", "the end of the text", len(self.text) + 1))
        return tokens

    def _refuse(self, expected: str, column: int, found: str) -> NoReturn:
        shown = found if found == "the end of the text" else repr(found)
        raise InputError("pattern", self.text, f"{expected} at column {column}, found {shown}")

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def _wrong(self, expected: str) -> NoReturn:
        self._refuse(expected, self.token.column, self.token.text)

    def read(self) -> Expression:
        alternatives = [self._alternative()]
        while self.token.text == "|":
            self.at += 1
            alternatives.append(self._alternative())
        if self.token.kind != "end":
            self._wrong("'|' or the end of the text" if self.token.text == ")" else "an outcome")
        labels = tuple(self.labels)
        size = sum(_size(part, len(labels) + 1) for a in alternatives for part in (a.beginning, a.forever) if part)
        if size > MAX_SIZE:
            raise InputError(
                "pattern", self.text, f"at most {MAX_SIZE} outcomes when its repetitions are written out, not {size}"
            )
        return Expression(self.text, tuple(alternatives), labels)

    def _alternative(self) -> Alternative:
        column = self.token.column
        parts = self._sequence(0)
        if self.token.kind != "forever":
            return Alternative(_joined(parts), None, column)
        self.at += 1
        if self.token.kind != "end" and self.token.text != "|":
            self._wrong("nothing after 'forever' but '|' or the end of the text")
        return Alternative(_joined(parts[:-1]), parts[-1], column)

    def _sequence(self, depth: int) -> list[Node]:
        parts = [self._element(depth)]
        while self.token.kind in ("label", "quoted") or self.token.text in ("(", "[", ".", "!"):
            parts.append(self._element(depth))
        if self.token.kind == "forever" and depth:
            self._wrong("'forever' only outside parentheses, at the end of a pattern or before a '|'")
        return parts

    def _element(self, depth: int) -> Node:
        atom = self._atom(depth)
        token = self.token
        if token.kind == "count":
            atom = self._counted(atom, token)
        elif token.text in ("*", "+", "?"):
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[token.text]
            atom = Repeat(atom, low, high, token.column)
        else:
            return atom
        self.at += 1
        if self.token.kind == "count" or self.token.text in ("*", "+", "?"):
            self._wrong("one repetition for each element (use parentheses for a repetition of a repetition)")
        return atom

    def _counted(self, atom: Node, token: _Token) -> Node:
        first, comma, second = token.text.strip("{}").partition(",")
        low = int(first)
        high = (int(second) if second.strip() else None) if comma else low
        if max(low, high or 0) > MAX_COUNT:
            self._refuse(f"a repetition of at most {MAX_COUNT}", token.column, token.text)
        if high is not None and high < low:
            self._refuse("a repetition {m,n} with m at most n", token.column, token.text)
        return Repeat(atom, low, high, token.column)

    def _atom(self, depth: int) -> Node:
        token = self.token
        if token.kind in ("label", "quoted"):
            return Letter(frozenset({self._label()}), False)
        if token.kind == "forever":
            self._wrong("an outcome or a group before 'forever'")
        if token.text == "[":
            return Letter(self._set(), False)
        if token.text not in ("(", ".", "!"):
            self._wrong("an outcome or '('")
        self.at += 1
        if token.text == ".":
            return Letter(frozenset(), True)
        if token.text == "!":
            if self.token.text == "[":
                return Letter(self._set(), True)
            if self.token.kind not in ("label", "quoted"):
                self._wrong("an outcome or a set such as [NS NE] after '!'")
            return Letter(frozenset({self._label()}), True)
        if depth >= MAX_DEPTH:
            self._refuse(f"at most {MAX_DEPTH} nested parentheses", token.column, token.text)
        choices = [_joined(self._sequence(depth + 1))]
        while self.token.text == "|":
            self.at += 1
            choices.append(_joined(self._sequence(depth + 1)))
        if self.token.text != ")":
            self._wrong(f"')' to close the '(' of column {token.column}")
        self.at += 1
        return choices[0] if len(choices) == 1 else Choice(tuple(choices))

    def _set(self) -> frozenset[str]:
        self.at += 1
        members = set()
        while self.token.kind in ("label", "quoted"):
            members.add(self._label())
        if self.token.text != "]" or not members:
            self._wrong("outcomes separated by blanks, then ']'")
        self.at += 1
        return frozenset(members)

    def _label(self) -> str:
        token = self.token
        self.at += 1
        label = token.text[1:-1] if token.kind == "quoted" else token.text
        self.labels.setdefault(label)
        return label


def _joined(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _size(node: Node, letters: int) -> int:
    if isinstance(node, Letter):
        return letters - len(node.labels) if node.negated else len(node.labels)
    if isinstance(node, Repeat):
        return _size(node.body, letters) * max(1, node.low, node.high or 0)
    return sum(_size(part, letters) for part in node.parts)


# --- automata ---------------------------------------------------------------------------------------------------------


def _symbol(index: int) -> str:
    """The character that stands for a letter: from a range of Unicode where no character has a meaning of its own."""
    return chr(0xF0000 + index)


def _regex(node: Node, labels: tuple[str, ...]) -> str:
    if isinstance(node, Letter):
        if node.negated and not node.labels:
            return "."
        letters = [_symbol(i) for i, label in enumerate(labels) if (label in node.labels) != node.negated]
        if node.negated:
            letters.append(_symbol(len(labels)))
        return "(" + "|".join(letters) + ")"
    if isinstance(node, Sequence):
        return "".join(_regex(part, labels) for part in node.parts) or "()"
    if isinstance(node, Choice):
        return "(" + "|".join(_regex(part, labels) for part in node.parts) + ")"
    if node.high == 0:  # automata-lib 9 reads x{0} as if it could not be followed by anything
        return "()"
    bound = "" if node.high is None else node.high
    return f"({_regex(node.body, labels)}){{{node.low},{bound}}}"


def compile_expression(expression: Expression, nodes: tuple[Node, ...]) -> Automaton:
    """The minimal deterministic automaton of the words that any one of ``nodes`` matches.

    Raises
    ------
    InputError
        Where it would have more than ``MAX_AUTOMATON`` states.
    """
    from automata.fa.dfa import DFA
    from automata.fa.nfa import NFA

    labels = expression.labels
    alphabet = [_symbol(i) for i in range(len(labels) + 1)]
    regex = "|".join(_regex(node, labels) for node in nodes)
    nfa = NFA.from_regex(regex, input_symbols=set(alphabet)).eliminate_lambda()
    # The subsets are formed here, since the library has no bound on their number.
    first = frozenset({nfa.initial_state})
    index, queue = {first: 0}, [first]
    step: dict[int, dict[str, int]] = {}
    for subset in queue:
        row = step.setdefault(index[subset], {})
        for letter in alphabet:
            after: frozenset[object] = frozenset().union(*(nfa.transitions[q].get(letter, ()) for q in subset))
            if after:
                if after not in index:
                    if len(index) >= MAX_AUTOMATON:
                        raise InputError("pattern", expression.text, too_large(MAX_AUTOMATON))
                    index[after] = len(index)
                    queue.append(after)
                row[letter] = index[after]
    final = {index[subset] for subset in queue if not subset.isdisjoint(nfa.final_states)}
    dfa = DFA(
        states=set(index.values()),
        input_symbols=set(alphabet),
        transitions=step,
        initial_state=0,
        final_states=final,
        allow_partial=True,
    )
    return _numbered(dfa.minify(), alphabet)


def too_large(limit: int) -> str:
    """What to do about a pattern whose automaton is too large."""
    return (
        f"a pattern that {limit} states of an automaton can follow (lower its repetition counts, write fewer "
        "alternatives, or name outcomes where it says '.' or '!')"
    )


def _numbered(dfa: object, alphabet: list[str]) -> Automaton:
    """States in order of discovery; those from which no word can be completed are dropped."""
    moves, final, start = dfa.transitions, dfa.final_states, dfa.initial_state  # type: ignore[attr-defined]
    before: dict[object, list[object]] = {}
    for state, row in moves.items():
        for to in row.values():
            before.setdefault(to, []).append(state)
    live, queue = set(final), list(final)
    for state in queue:
        for previous in before.get(state, ()):
            if previous not in live:
                live.add(previous)
                queue.append(previous)
    order, found = {start: 0}, [start]
    steps = []
    for state in found:
        row = []
        for letter in alphabet:
            to = moves[state].get(letter)
            if to is None or to not in live:
                row.append(-1)
                continue
            if to not in order:
                order[to] = len(order)
                found.append(to)
            row.append(order[to])
        steps.append(tuple(row))
    return Automaton(tuple(steps), tuple(state in final for state in found))
