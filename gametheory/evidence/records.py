"""A partly missing record of play held against a Markov chain: exact probability, prediction, and what it misses.

A *record* is a sequence of observations, one a period from the first period on. An observation is the set of outcomes that
agree with what is known of the period, or None where nothing is known: what is silent is missing, not absent. The state
(frustration, trust) is never observed; it is summed out by the forward recursion of hidden Markov models (Rabiner 1989), here
in exact rational numbers.

Where the record lists episodes rather than periods, any number of unrecorded periods may lie ``between`` them; which
outcomes these may have is said with each call. The event that episodes occur in this order is then no longer one of
several that exclude each other, so such probabilities are not likelihoods and do not compare records of different length.

References
----------
Rabiner, L. R. (1989), "A tutorial on hidden Markov models and selected applications in speech recognition", Proceedings
of the IEEE 77, 257-286.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gametheory.equilibria.play import Chain, Move
from gametheory.errors import InputError, InputTypeError
from gametheory.evidence.patterns import Pattern
from gametheory.exact import rational

__all__ = [
    "Observation",
    "Step",
    "fewest_misses",
    "follow",
    "marked",
    "predict",
    "record_pattern",
    "record_probability",
]

#: The outcomes that agree with what is known of a period; None: nothing is known of it.
Observation = Collection[str] | None


@dataclass(frozen=True)
class Step:
    """One period of a record, seen from the periods before it.

    Attributes
    ----------
    predicted : mapping
        Probability of each outcome, given the observations before.
    probability : Fraction
        Of this observation, given those before; one where nothing is known.
        Where it is zero, the period is then taken as unknown, and play goes on.
    """

    predicted: Mapping[str, Fraction]
    probability: Fraction

    @property
    def missed(self) -> bool:
        """Whether the observation was impossible, given those before."""
        return self.probability == 0


@dataclass(frozen=True)
class CodingError:
    """Errors of coding: with some probability a period is coded as an outcome drawn evenly from a list.

    Given outcome x, an observation S then has probability ``(1 - share) [x in S] + share |S and outcomes| / |outcomes|``, so
    that no record is impossible and models that each miss something can be compared. The share is an input.

    Parameters
    ----------
    share : number
        From 0 to 1.
    outcomes : tuple of str
        The outcomes that a coder chooses from.

    Examples
    --------
    >>> CodingError("1/10", ("NE", "NS", "UA", "UP")).of(frozenset({"UP"}), "NE")
    Fraction(1, 40)
    """

    share: Fraction
    outcomes: tuple[str, ...]

    def __post_init__(self) -> None:
        share = rational(self.share, field="share of coding errors")
        if not 0 <= share <= 1:
            raise InputError("share of coding errors", self.share, "a number from 0 to 1")
        if not self.outcomes or len(set(self.outcomes)) < len(self.outcomes):
            raise InputError("outcomes", self.outcomes, "the outcomes that a coder chooses from, each once")
        object.__setattr__(self, "share", share)

    def of(self, seen: frozenset[str], outcome: str) -> Fraction:
        """The probability of an observation, given the outcome."""
        drawn = Fraction(len(seen.intersection(self.outcomes)), len(self.outcomes))
        return (1 - self.share) * (outcome in seen) + self.share * drawn


def record_probability(chain: Chain, record: Iterable[Observation], *, error: CodingError | None = None) -> Fraction:
    """The exact probability that play of the chain agrees with a record.

    Parameters
    ----------
    chain : Chain
        With rational probabilities.
    record : iterable of collections of str, or None
        One observation a period, from the first period on.
    error : CodingError, optional
        By default the record is taken as coded without error.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> chain = Chain(("calm", "angry"), ((Move(half, "NE", 0), Move(half, "NS", 1)), (Move(Fraction(1), "UP", 0),)))
    >>> record_probability(chain, [{"NS"}, {"UP"}, None, {"UP"}])
    Fraction(1, 4)
    """
    belief = {chain.start: Fraction(1)}
    for seen in _read(record):
        belief = _advance(chain, belief, seen, error)
    return sum(belief.values(), Fraction(0))


def follow(chain: Chain, record: Iterable[Observation], *, error: CodingError | None = None) -> tuple[Step, ...]:
    """Each period of a record predicted from the periods before it.

    The probabilities of the steps multiply to :func:`record_probability` as long as nothing is missed.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> chain = Chain(("calm", "angry"), ((Move(half, "NE", 0), Move(half, "NS", 1)), (Move(Fraction(1), "UP", 0),)))
    >>> [step.probability for step in follow(chain, [{"NS"}, {"UP", "UA"}, {"UA"}])]
    [Fraction(1, 2), Fraction(1, 1), Fraction(0, 1)]
    """
    belief = {chain.start: Fraction(1)}
    steps = []
    for seen in _read(record):
        predicted: dict[str, Fraction] = {}
        for state, mass in belief.items():
            for move in chain.moves[state]:
                if move.probability:
                    predicted[move.outcome] = predicted.get(move.outcome, Fraction(0)) + mass * move.probability
        after = _advance(chain, belief, seen, error)
        total = sum(after.values(), Fraction(0))
        if not total:
            after, scale = _advance(chain, belief, None, None), Fraction(1)
        else:
            scale = total
        belief = {state: mass / scale for state, mass in after.items()}
        steps.append(Step(predicted, total))
    return tuple(steps)


def predict(chain: Chain, record: Iterable[Observation]) -> Mapping[str, Fraction]:
    """The probability of each outcome in the period after a record.

    Examples
    --------
    >>> chain = Chain(("calm", "angry"), ((Move(Fraction(1), "NS", 1),), (Move(Fraction(1), "UP", 0),)))
    >>> predict(chain, [{"NS"}])
    {'UP': Fraction(1, 1)}
    """
    return follow(chain, [*record, None])[-1].predicted


def fewest_misses(
    chain: Chain, record: Iterable[Observation], *, between: Collection[str] | None = None
) -> tuple[int, ...]:
    """The observations (positions from 0) that play cannot show while it shows all the others in order; as few as possible.

    Parameters
    ----------
    chain : Chain
    record : iterable of collections of str, or None
    between : collection of str, optional
        Outcomes of any number of unrecorded periods before, between and after the observations; a missed observation then
        takes no period. By default observations are consecutive periods, and a missed one is a period of which nothing is
        known. Of several sets equally small, one that misses later ones is given.

    Examples
    --------
    >>> chain = Chain(("a", "b"), ((Move(Fraction(1), "UP", 1),), (Move(Fraction(1), "NE", 1),)))
    >>> fewest_misses(chain, [{"UP"}, {"UP"}, {"NE"}]), fewest_misses(chain, [{"UP"}, {"UP"}, {"NE"}], between=["NE"])
    ((1,), (1,))
    """
    quiet = None if between is None else _labels(between)
    best: dict[int, tuple[int, ...]] = {chain.start: ()}
    for i, seen in enumerate(_read(record)):
        if quiet is not None:
            _spread(chain, best, quiet)
        after: dict[int, tuple[int, ...]] = {}
        for state, missed in best.items():
            for move in chain.moves[state]:
                if move.probability:
                    if seen is None or move.outcome in seen:
                        _keep(after, move.next, missed)
                    elif quiet is None:
                        _keep(after, move.next, (*missed, i))
            if quiet is not None and seen is not None:
                _keep(after, state, (*missed, i))
        best = after
    return min(best.values(), key=_cost)


def record_pattern(record: Iterable[Observation], *, between: Collection[str] | None = None) -> Pattern:
    """A record as a pattern of play.

    Parameters
    ----------
    record : iterable of collections of str, or None
    between : collection of str, optional
        Outcomes of any number of unrecorded periods before and between the observations; by default there are none.

    Examples
    --------
    >>> print(record_pattern([{"UP"}, {"NS", "NE"}, None]), "/", record_pattern([{"UP"}], between=("NE", "NS")))
    UP [NE NS] . / [NE NS]* UP
    """
    gap = f"{_class(_labels(between))}* " if between else ""
    parts = ["." if seen is None else _class(seen) for seen in _read(record)]
    if not parts:
        raise InputError("record", (), "at least one observation")
    return Pattern(" ".join(gap + part for part in parts))


def marked(chain: Chain, variable: str) -> Chain:
    """The same play with ``+`` added to an outcome in periods at whose end a state variable is higher than at their start.

    In a chain that does not carry the variable nothing changes.

    Examples
    --------
    >>> chain = Chain(("a", "b"), ((Move(Fraction(1), "UP", 1),), (Move(Fraction(1), "UP", 1),)), 0, ({"k": "0"}, {"k": "1"}))
    >>> print(marked(chain, "k").path(3).sentence())
    UP+, then UP for ever
    """
    if not chain.variables or any(variable not in values for values in chain.variables):
        return chain
    level = [Fraction(values[variable]) for values in chain.variables]
    moves = tuple(
        tuple(Move(m.probability, m.outcome + "+" if level[m.next] > level[s] else m.outcome, m.next) for m in row)
        for s, row in enumerate(chain.moves)
    )
    return Chain(chain.states, moves, chain.start, chain.variables)


def _advance(
    chain: Chain, belief: Mapping[int, Fraction], seen: frozenset[str] | None, error: CodingError | None
) -> dict[int, Fraction]:
    after: dict[int, Fraction] = {}
    for state, mass in belief.items():
        for move in chain.moves[state]:
            fits = Fraction(1) if seen is None else error.of(seen, move.outcome) if error else move.outcome in seen
            if move.probability and fits:
                after[move.next] = after.get(move.next, Fraction(0)) + mass * move.probability * fits
    return after


def _cost(missed: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return len(missed), tuple(-i for i in missed)


def _keep(best: dict[int, tuple[int, ...]], state: int, missed: tuple[int, ...]) -> bool:
    if state in best and _cost(best[state]) <= _cost(missed):
        return False
    best[state] = missed
    return True


def _spread(chain: Chain, best: dict[int, tuple[int, ...]], quiet: frozenset[str]) -> None:
    """Unrecorded periods: every state that they can reach is reached at no cost."""
    queue = list(best)
    for state in queue:
        for move in chain.moves[state]:
            if move.probability and move.outcome in quiet and _keep(best, move.next, best[state]):
                queue.append(move.next)


def _class(labels: frozenset[str]) -> str:
    words = [_word(label) for label in sorted(labels)]
    return words[0] if len(words) == 1 else f"[{' '.join(words)}]"


def _word(label: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_]+", label) and label != "forever":
        return label
    return f"'{label}'" if '"' in label else f'"{label}"'


def _read(record: Iterable[Observation]) -> Sequence[frozenset[str] | None]:
    if isinstance(record, (str, Mapping)) or not isinstance(record, Iterable):
        raise InputTypeError("record", record, "a list of observations, each a set of outcomes or None")
    read = [None if seen is None else _labels(seen) for seen in record]
    if frozenset() in read:
        raise InputError("observation", set(), "at least one outcome, or None if nothing is known")
    return read


def _labels(given: object) -> frozenset[str]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputTypeError(
            "observation", given, "a set of outcomes such as {'UP', 'UA'}, or None if nothing is known"
        )
    labels = frozenset(given)
    if not all(isinstance(label, str) for label in labels):
        raise InputTypeError("observation", given, "outcomes given as text")
    return labels
