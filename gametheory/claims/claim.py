"""A claim: a statement about payoffs, and the assumptions under which it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, TypeAlias

from gametheory.claims.statements import Formula, evaluate, names_in, read_statement
from gametheory.claims.verdicts import Verdict, show_point
from gametheory.errors import GameTheoryError, InputError, InputTypeError
from gametheory.exact import exact, rational
from gametheory.games.preferences import Ordering

if TYPE_CHECKING:
    from gametheory.claims.search import Search, Share
    from gametheory.claims.weaken import Weakening

__all__ = ["Claim", "PredicateError", "text_of"]

#: Assumptions: an ordering, orderings by player, text, or a sympy relational.
Assumption: TypeAlias = Any

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class PredicateError(GameTheoryError, RuntimeError):
    """A predicate that raised: names the payoffs at which it did."""


@dataclass(frozen=True, init=False)
class Claim:
    """A statement about payoffs, to be proved, refuted or searched under assumptions.

    Parameters
    ----------
    statement : str, sympy relational, or callable
        Text: comparisons of arithmetic over the names of outcomes and parameters, joined by ``and``, ``or``, ``not``, such
        as ``"T + S < 2*R"`` or ``"(T - R)/(T - P) < 1"``; ``"(A) == (B)"`` with two conditions means "exactly when".
        A comparison in which something is divided by zero does not hold. Text is parsed, never evaluated as code.
        A callable: any Python predicate on a mapping from name to Fraction (or on what ``model`` builds from it).
    given : sequence of assumptions, or one
        Orderings (payoffs are called by the outcomes' names), mappings from player to Ordering (payoffs are called
        ``player_outcome``), text such as ``"0 < delta < 1"``, sympy relationals. All are assumed.
    model : callable, optional
        Builds from the payoffs what the predicate speaks about: a StageGame, a DynamicGame.
    parameters : sequence of str
        Further names in the statement about which nothing is assumed.
    ordinal : bool
        For a predicate: it depends on the orders of the payoffs alone, never on sizes, so that trying every class of
        orderings (ties included) is a proof. The assumptions must then be orderings.
    name : str
        What to call it.

    Raises
    ------
    InputError, InputTypeError
        For text that is no statement and for names that the assumptions do not know.

    Examples
    --------
    >>> dilemma = Ordering("T > R > P > S")
    >>> print(Claim("(T - R)/(T - P) < 1", given=dilemma).prove())
    Proved [gap]: (T - R)/(T - P) < 1 (true at T = 3, R = 2, P = 1, S = 0)
    >>> print(Claim("T + S < 2*R", given=dilemma).prove())
    Mixed [examples]: T + S < 2*R (true at T = 3, R = 2, P = 1, S = 0; false at T = 4, R = 2, P = 1, S = 0)
    >>> Claim("T > Q", given=dilemma)
    Traceback (most recent call last):
        ...
    gametheory.errors.InputError: statement: got 'Q'; expected names that the assumptions know: T, R, P, S
    """

    statement: str | Callable[[Any], object]
    given: tuple[Assumption, ...]
    model: Callable[[Mapping[str, Fraction]], Any] | None
    parameters: tuple[str, ...]
    ordinal: bool
    name: str
    given_texts: tuple[str, ...] = field(repr=False, compare=False)
    groups: tuple[tuple[str, ...], ...] = field(repr=False, compare=False)

    def __init__(
        self,
        statement: object,
        given: Assumption | Sequence[Assumption] = (),
        *,
        model: Callable[[Mapping[str, Fraction]], Any] | None = None,
        parameters: Sequence[str] = (),
        ordinal: bool = False,
        name: str = "",
    ) -> None:
        put = lambda key, value: object.__setattr__(self, key, value)  # noqa: E731 - the frozen setter
        assumed = tuple(given) if isinstance(given, (list, tuple)) else (given,)
        extra = (parameters,) if isinstance(parameters, str) else tuple(parameters)
        put("given", assumed)
        put("parameters", extra)
        put("model", model)
        put("ordinal", ordinal)
        texts: list[str] = []
        groups: list[tuple[str, ...]] = []
        for k, item in enumerate(assumed):
            for prefix, order in _orderings(item, k):
                groups.append(tuple(prefix + label for label in order.outcomes))
                texts += _comparisons(order, prefix)
            if not isinstance(item, (Ordering, Mapping)):
                texts.append(item if isinstance(item, str) else text_of(item, field=f"given[{k}]"))
        put("given_texts", tuple(dict.fromkeys(texts)))
        put("groups", tuple(groups))
        for label in (*extra, *(label for group in groups for label in group)):
            if not isinstance(label, str):
                raise InputTypeError("parameters", label, "names")
            if not _IDENTIFIER.fullmatch(label) or iskeyword(label):
                raise InputError(
                    "outcome",
                    label,
                    "names of letters, digits and _ that begin with a letter; give the orderings as {'u': ordering} to put u_ before each",
                )
        if callable(statement) and not hasattr(statement, "free_symbols"):
            put("statement", statement)
            put("name", name or getattr(statement, "__name__", "predicate"))
            self.assumptions  # noqa: B018 - read now, so that mistakes show here
            if ordinal:
                self._require_orderings()
            return
        if model is not None:
            raise InputTypeError("statement", statement, "a Python predicate on what 'model' builds")
        put("statement", statement if isinstance(statement, str) else text_of(statement, field="statement"))
        put("name", name or self.text)
        known = self._known
        unknown = sorted(names_in(self.formula) - set(known))
        if unknown and (assumed or extra):
            raise InputError("statement", ", ".join(unknown), f"names that the assumptions know: {', '.join(known)}")

    def __hash__(self) -> int:
        return hash((self.text, self.given_texts, self.parameters, self.ordinal))

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The statement as text; for a predicate its name."""
        return self.statement if isinstance(self.statement, str) else self.name

    @property
    def is_predicate(self) -> bool:
        """Whether the statement is a Python predicate."""
        return not isinstance(self.statement, str)

    @cached_property
    def formula(self) -> Formula:
        """The statement as a formula of polynomial conditions."""
        if not isinstance(self.statement, str):
            raise InputTypeError("statement", self.statement, "text; a Python predicate has no formula")
        return read_statement(self.statement)

    @cached_property
    def assumptions(self) -> tuple[Formula, ...]:
        """The assumptions as formulas, one for each of ``given_texts``."""
        return tuple(read_statement(text, field="given") for text in self.given_texts)

    @cached_property
    def _known(self) -> tuple[str, ...]:
        found = dict.fromkeys(label for group in self.groups for label in group)
        for formula in self.assumptions:
            found |= dict.fromkeys(sorted(names_in(formula)))
        return tuple(dict.fromkeys((*found, *self.parameters)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all payoffs and parameters, in the order of first mention."""
        more = () if self.is_predicate else sorted(names_in(self.formula))
        return tuple(dict.fromkeys((*self._known, *more)))

    def _require_orderings(self) -> None:
        for k, item in enumerate(self.given):
            if not isinstance(item, (Ordering, Mapping)):
                raise InputError(f"given[{k}]", item, "orderings alone, since the claim is declared ordinal")

    # --- testing ----------------------------------------------------------------------------------------------------

    def consistent(self, payoffs: Mapping[str, object]) -> bool:
        """Whether these numbers satisfy every assumption."""
        point = self._point(payoffs)
        return all(evaluate(f, point) for f in self.assumptions)

    def holds_at(self, payoffs: Mapping[str, object]) -> bool:
        """Whether the statement is true at these numbers (whether or not they satisfy the assumptions).

        Raises
        ------
        PredicateError
            If a predicate raises, or answers anything but true or false.

        Examples
        --------
        >>> Claim("T + S < 2*R", given=Ordering("T > R > P > S")).holds_at({"T": 5, "R": 3, "P": 1, "S": 0})
        True
        """
        return self._at(self._point(payoffs))

    def _at(self, point: Mapping[str, Fraction]) -> bool:
        if isinstance(self.statement, str):
            return evaluate(self.formula, point)
        try:
            answer = self.statement(dict(point) if self.model is None else self.model(dict(point)))
        except Exception as error:
            raise PredicateError(
                f"{self.name}: the predicate raised {type(error).__name__} ({error}) at {show_point(point)}"
            ) from error
        if isinstance(answer, bool) or type(answer).__name__ in ("bool_", "bool", "BooleanTrue", "BooleanFalse"):
            return bool(answer)
        raise PredicateError(
            f"{self.name}: the predicate answered {answer!r}, not True or False, at {show_point(point)}"
        )

    def _point(self, payoffs: Mapping[str, object]) -> dict[str, Fraction]:
        missing = [name for name in self.names if name not in payoffs]
        if missing:
            raise InputError(
                "payoffs", sorted(payoffs), f"a value for each of {', '.join(self.names)}; missing: {missing}"
            )
        return {name: rational(payoffs[name], field=name) for name in self.names}

    def prove(self, *, seconds: float = 10.0) -> Verdict:
        """Settle the claim for *all* payoffs consistent with the assumptions, if possible.

        In this order: Are the assumptions consistent? Is there a small counterexample? Else the statement's negation is
        refuted, in each of its cases: by multiples of the assumptions (Farkas, exact linear programming), by writing it in gaps
        (the differences that the assumptions say are positive) so that all terms have one sign, by products of
        assumptions (Handelman); the SMT solver z3 comes last and is named as the only witness. A claim that is linear in its names is
        always decided. Every verdict but a "solver-only" or "search" one carries a certificate, which was checked
        before it is returned.

        For a Python predicate: if ``ordinal``, every class of orderings is tried, which is a proof; else points are tried,
        which can only refute.

        Parameters
        ----------
        seconds : float
            Budget; when it is spent the answer is Undecided, with what is still open.

        Returns
        -------
        Verdict
            * Proved: true for all consistent payoffs, of which there are some.
            * Refuted: false for all of them (``everywhere``), with the smallest counterexample. For a predicate: false at the
              counterexample and true at no point that was tried.
            * Mixed: true for some, false for others; the smallest of both kinds.
            * Contradictory: no payoffs satisfy the assumptions; a smallest conflicting set.
            * Undecided: none of these was established; the cases left open are shown.
        """
        from gametheory.claims.prove import prove

        return prove(self, seconds=seconds)

    def search(self, *, examples: int = 200, seed: int = 0) -> Search:
        """Try payoffs drawn from the cone of the assumptions by its rays, and shrink a counterexample (Hypothesis).

        Parameters
        ----------
        examples : int
            How many valid examples to try.
        seed : int

        Returns
        -------
        Search
            With the number of valid examples in every case: a search that finds nothing proves nothing.
        """
        from gametheory.claims.search import search

        return search(self, examples=examples, seed=seed)

    def shares(self, *, draws: int = 2000, seed: int = 0) -> tuple[Share, ...]:
        """The share of payoffs at which the statement is true, under two named measures.

        See :func:`gametheory.claims.search.shares`.
        """
        from gametheory.claims.search import shares

        return shares(self, draws=draws, seed=seed)

    def weaken(self, *, vocabulary: Iterable[object] | None = None, most: int = 3, seconds: float = 20.0) -> Weakening:
        """The smallest sets of further assumptions that make the claim provable, and those it does not need.

        Parameters
        ----------
        vocabulary : iterable of text or sympy relationals, optional
            Comparisons to choose from; by default those of :func:`gametheory.claims.weaken.vocabulary_of`.
        most : int
            Sets of at most so many comparisons.
        seconds : float
            Budget; when it is spent the answer is PARTIAL.
        """
        from gametheory.claims.weaken import weaken

        return weaken(self, vocabulary=vocabulary, most=most, seconds=seconds)

    def assuming(self, *more: Assumption) -> Claim:
        """The same claim under further assumptions."""
        return self._with_given((*self.given, *more))

    def _with_given(self, given: Sequence[Assumption]) -> Claim:
        names = tuple(dict.fromkeys((*self.parameters, *self.names)))
        return Claim(
            self.statement, list(given), model=self.model, parameters=names, ordinal=self.ordinal, name=self.name
        )

    def __str__(self) -> str:
        given = " and ".join(self.given_texts)
        return f"{self.text}, given {given}" if given else self.text


def _orderings(item: Assumption, k: int) -> list[tuple[str, Ordering]]:
    if isinstance(item, Ordering):
        return [("", item)]
    if isinstance(item, Mapping):
        for player, order in item.items():
            if not isinstance(player, str) or not isinstance(order, Ordering):
                raise InputTypeError(f"given[{k}]", item, "a mapping from a player's name to an Ordering")
        return [(f"{player}_", order) for player, order in item.items()]
    return []


def _comparisons(order: Ordering, prefix: str) -> list[str]:
    links = {">": ">", ">=": ">=", "~": "=="}
    return [f"{prefix}{a} {links[link]} {prefix}{b}" for a, link, b in order.comparisons]


def text_of(relation: object, *, field: str = "statement") -> str:
    """A sympy relational (or ``And``, ``Or``, ``Not`` of them) as text that a claim understands.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> text_of(sympy.And(sympy.Gt(a, b), sympy.Ne(a, 2 * b)))
    '(a != 2*b) and (a > b)'
    """
    import sympy

    joined = {sympy.And: " and ", sympy.Or: " or "}
    for kind, word in joined.items():
        if isinstance(relation, kind):
            return word.join(f"({text_of(part, field=field)})" for part in sorted(relation.args, key=str))
    if isinstance(relation, sympy.Not):
        return f"not ({text_of(relation.args[0], field=field)})"
    if isinstance(relation, (bool, type(sympy.true), type(sympy.false))):
        return "0 == 0" if relation else "0 > 0"
    if isinstance(relation, sympy.core.relational.Relational):
        op = {
            "StrictGreaterThan": ">",
            "GreaterThan": ">=",
            "StrictLessThan": "<",
            "LessThan": "<=",
            "Equality": "==",
            "Unequality": "!=",
        }
        sides = []
        for side in (relation.lhs, relation.rhs):
            value = exact(side, field=field)
            sides.append(str(value))
        return f"{sides[0]} {op[type(relation).__name__]} {sides[1]}"
    raise InputTypeError(field, relation, "text, a sympy relational, an Ordering or a Python predicate")
