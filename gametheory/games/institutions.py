"""Institutions as rules: each is one small declaration, and together they turn a base game into a game over more states.

Order of events in a period, always:

1. the state is seen;
2. actions are intended (those that a :class:`Prohibit` rule forbids are not there);
3. trembles: an agency may depart from its principal's intention;
4. realised actions are seen;
5. payoffs and fines fall due at the state in which the period began;
6. counters step, by independent draws;
7. counters are reset;
8. sunset;
9. chains of exogenous states move.

Rules hold expressions as text (``"c*k"``), never functions, so that games can be compared, stored and sent to workers. In
an expression a name is a state variable if a counter or chain has it (a chain's state labels are 0/1 indicators), and a
parameter otherwise. Product states that the start cannot reach are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from keyword import iskeyword
from typing import TypeAlias

from gametheory.errors import InputError, InputTypeError
from gametheory.exact import Number, condition, exact, parse, substitute
from gametheory.games.dynamic import Belief, Draw, DynamicGame, Period, Play, is_distribution
from gametheory.games.tree import Lottery, Node

__all__ = [
    "Bonus",
    "Counter",
    "Fine",
    "Modulate",
    "Prohibit",
    "Rule",
    "Stepped",
    "Sunset",
    "Tremble",
    "impose",
    "stepped",
]

Expression: TypeAlias = "str | int | float | Fraction"


def _is_name(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isidentifier() and not iskeyword(text)


@dataclass(frozen=True)
class Stepped:
    """The event that a counter rises; made by :func:`stepped`."""

    counter: str


def stepped(counter: str) -> Stepped:
    """The event that the named counter rises, for ``reset_on``.

    Examples
    --------
    >>> stepped("k")
    Stepped(counter='k')
    """
    return Stepped(counter)


@dataclass(frozen=True)
class Counter:
    """A state variable that steps up when an outcome occurs.

    Parameters
    ----------
    name : str
        The variable's name.
    upto : int
        Its largest value; at this value it stays.
    on : mapping from outcome to probability
        After each of these outcomes it rises by one, with this probability (an expression may use state variables).
    down : mapping from outcome to probability
        After each of these outcomes, if it did not rise, it falls by one with this probability.
    reset_on : str, sequence of str, or ``stepped(other)``
        Outcomes after which, or another counter on whose rise, it returns to its start.
    start : int
    ratchet : bool
        Declares that the counter never falls: a ``down``, a ``reset_on`` or a sunset on it is then refused.

    Examples
    --------
    >>> Counter("k", upto=3, on={"UP": "rho"}).is_ratchet
    True
    """

    name: str
    upto: int
    on: Mapping[str, Expression]
    down: Mapping[str, Expression] = field(default_factory=dict)
    reset_on: str | Sequence[str] | Stepped = ()
    start: int = 0
    ratchet: bool = False

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise InputError("Counter name", self.name, "a name such as 'k'")
        if isinstance(self.upto, bool) or not isinstance(self.upto, int) or self.upto < 0:
            raise InputError(f"Counter {self.name}: upto", self.upto, "a whole number, 0 or more")
        if isinstance(self.start, bool) or not isinstance(self.start, int) or not 0 <= self.start <= self.upto:
            raise InputError(f"Counter {self.name}: start", self.start, f"a whole number from 0 to {self.upto}")
        for key in ("on", "down"):
            if not isinstance(getattr(self, key), Mapping):
                raise InputTypeError(
                    f"Counter {self.name}: {key}", getattr(self, key), "a mapping from outcome to probability"
                )
            object.__setattr__(self, key, dict(getattr(self, key)))
        if self.ratchet and (self.down or self.reset_on):
            raise InputError(
                f"Counter {self.name}: ratchet", True, "no 'down' and no 'reset_on' on a counter that never falls"
            )

    @property
    def is_ratchet(self) -> bool:
        """Whether nothing in its own declaration makes it fall."""
        return not self.down and not self.reset_on


@dataclass(frozen=True)
class Fine:
    """An amount that a player loses in each period that ends in one of these outcomes.

    Parameters
    ----------
    player : str
    on : str or sequence of str
        Outcomes.
    by : expression
        The amount per period, at the state in which the period began; ``"c*k"``, say.
    """

    player: str
    on: str | Sequence[str]
    by: Expression


@dataclass(frozen=True)
class Bonus:
    """An amount that a player gains: a :class:`Fine` of the opposite sign."""

    player: str
    on: str | Sequence[str]
    by: Expression


@dataclass(frozen=True)
class Prohibit:
    """An action that a player may not choose while a condition holds.

    Parameters
    ----------
    player, action : str
    when : str
        A comparison of state variables, such as ``"k >= 2"``.
    binds_trembles : bool
        True: a tremble cannot bring the action about either.
    """

    player: str
    action: str
    when: str
    binds_trembles: bool = True


@dataclass(frozen=True)
class Tremble:
    """An agency that departs from its principal: the player intends one action, and another is carried out.

    Parameters
    ----------
    player : str
        The principal.
    to : str
        The action carried out.
    probability : expression
    instead_of : str or sequence of str
        Intended actions from which the departure happens; any other by default.
    """

    player: str
    to: str
    probability: Expression
    instead_of: str | Sequence[str] = ()


@dataclass(frozen=True)
class Sunset:
    """A counter that lapses: at the end of any period, with this probability, it returns to ``to``.

    Parameters
    ----------
    counter : str
    probability : expression
    to : int
    """

    counter: str
    probability: Expression
    to: int = 0


@dataclass(frozen=True)
class Modulate:
    """An exogenous chain of states, such as a hawkish and a dovish Congress.

    Parameters
    ----------
    name : str
        The variable's name.
    states : sequence of str
        Labels; in expressions each is a 0/1 indicator.
    transition : square table of probabilities
        Row: from; column: to.
    start : str, optional
        The first state by default.
    """

    name: str
    states: Sequence[str]
    transition: Sequence[Sequence[Expression]]
    start: str | None = None

    def __post_init__(self) -> None:
        labels = tuple(self.states)
        if not _is_name(self.name):
            raise InputError("Modulate name", self.name, "a name such as 'congress'")
        if not labels or len(set(labels)) != len(labels) or not all(map(_is_name, labels)):
            raise InputError(f"Modulate {self.name}: states", labels, "names that differ, such as ('dove', 'hawk')")
        if self.start is not None and self.start not in labels:
            raise InputError(f"Modulate {self.name}: start", self.start, f"one of {labels}")
        if len(self.transition) != len(labels) or any(len(row) != len(labels) for row in self.transition):
            raise InputError(
                f"Modulate {self.name}: transition", self.transition, f"a {len(labels)} x {len(labels)} table"
            )
        object.__setattr__(self, "states", labels)
        object.__setattr__(self, "transition", tuple(map(tuple, self.transition)))


Rule: TypeAlias = Counter | Fine | Bonus | Prohibit | Tremble | Sunset | Modulate

_Values = tuple[int, ...]  # one value for each variable: a counter's count, or the index of a chain's state


def _outcomes(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True)
class _Institution:
    """The rules sorted by kind, checked against the base game."""

    base: DynamicGame
    counters: tuple[Counter, ...]
    chains: tuple[Modulate, ...]
    fines: tuple[tuple[int, frozenset[str], Number], ...]
    prohibitions: tuple[tuple[int, Prohibit], ...]
    trembles: tuple[tuple[int, Tremble], ...]
    sunsets: tuple[Sunset, ...]

    @property
    def variables(self) -> tuple[Counter | Modulate, ...]:
        return (*self.counters, *self.chains)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in self.variables)

    def environment(self, values: _Values) -> dict[str, Number]:
        known: dict[str, Number] = {}
        for rule, value in zip(self.variables, values, strict=True):
            known[rule.name] = Fraction(value)
            if isinstance(rule, Modulate):
                known |= {label: Fraction(int(i == value)) for i, label in enumerate(rule.states)}
        return known

    def describe(self, values: _Values) -> dict[str, int | str]:
        return {
            r.name: r.states[v] if isinstance(r, Modulate) else v for r, v in zip(self.variables, values, strict=True)
        }


def impose(
    base: DynamicGame, rules: Sequence[Rule], *, frozen: Mapping[int, Sequence[str]] | None = None
) -> DynamicGame:
    """The base game under the rules, as one game over product states.

    Parameters
    ----------
    base : DynamicGame
        A game without rules.
    rules : sequence of rules
    frozen : mapping from player index to names of variables, optional
        What each player (wrongly) takes as fixed; see :meth:`DynamicGame.perceived`.

    Raises
    ------
    InputError
        For a rule that names an unknown player, action, outcome or counter, and for probabilities outside [0, 1].
    """
    inst = _sort(base, rules)
    for player, names in (frozen or {}).items():
        unknown = [name for name in names if name not in inst.names]
        if unknown:
            raise InputError(
                f"variables fixed for {base.players[player]}", unknown, f"state variables {list(inst.names)}"
            )
    first: _Values = (*(c.start for c in inst.counters), *(_begin(m) for m in inst.chains))
    index: dict[tuple[int, _Values], int] = {(base.start, first): 0}
    periods: list[Period] = []
    for key in (queue := [(base.start, first)]):
        s, values = key
        known = inst.environment(values)

        def number(target: tuple[int, _Values]) -> int:
            if target not in index:
                index[target] = len(index)
                queue.append(target)
            return index[target]

        def draw_of(
            play: Play, fixed: Sequence[str], values: _Values = values, known: Mapping[str, Number] = known
        ) -> Draw:
            moved = _next_values(inst, values, play.label, fixed)
            merged: dict[int, Number] = {}
            for (p, to), (v, q) in product(play.next, moved.items()):
                weight = substitute(p, known) * q
                if weight != 0:
                    t = number((to, v))
                    merged[t] = merged[t] + weight if t in merged else weight
            return tuple((exact(p), t) for t, p in merged.items())

        def change(play: Play, known: Mapping[str, Number] = known) -> Play:
            pay = [substitute(x, known) for x in play.payoffs]
            for i, labels, by in inst.fines:
                if play.label in labels:
                    pay[i] = exact(pay[i] - substitute(by, known))
            draw = draw_of(play, ())
            beliefs: list[Belief | None] = [None, None]
            for i, names in (frozen or {}).items():
                if names:
                    beliefs[i] = Belief(pay[i], draw_of(play, names))
            return Play(play.label, (pay[0], pay[1]), draw, (beliefs[0], beliefs[1]))

        shape = _restrict(inst, base.periods[s], known, inst.describe(values))
        periods.append(replace(shape, plays=tuple(change(play) for play in shape.plays)))
        if len(index) > 1_000_000:
            raise InputError("rules", f"more than {len(index)} states", "at most a million product states")
    variables = []
    for s, values in index:
        shown = inst.describe(values)
        variables.append({"state": base.states[s], **shown} if len(base.states) > 1 or not shown else shown)
    return DynamicGame(
        base.players,
        tuple(", ".join(f"{name}={value}" for name, value in row.items()) for row in variables)
        if inst.names
        else tuple(base.states[s] for s, _ in index),
        tuple(periods),
        base.discount,
        0,
        tuple(variables),
        base.domain,
        base,
        tuple(rules),
        ordinal=base.ordinal,
    )


def _begin(chain: Modulate) -> int:
    return 0 if chain.start is None else tuple(chain.states).index(chain.start)


def _sort(base: DynamicGame, rules: Sequence[Rule]) -> _Institution:
    known = set(base.outcomes)
    actions = {i: {a for p in base.periods for n in p.nodes if n.player == i for a in n.actions} for i in (0, 1)}

    def check_outcomes(labels: Sequence[str], where: str) -> None:
        for label in labels:
            if label not in known:
                raise InputError(where, label, f"one of the outcomes {sorted(known)}")

    def player(name: str, where: str) -> int:
        if name not in base.players:
            raise InputError(where, name, f"one of the players {base.players}")
        return base.players.index(name)

    def check_action(i: int, action: str, where: str) -> None:
        if action not in actions[i]:
            raise InputError(where, action, f"one of the actions of {base.players[i]}: {sorted(actions[i])}")

    counters = tuple(r for r in rules if isinstance(r, Counter))
    chains = tuple(r for r in rules if isinstance(r, Modulate))
    variables: tuple[Counter | Modulate, ...] = (*counters, *chains)
    names = [r.name for r in variables]
    taken = names + [label for m in chains for label in m.states]
    if len(set(taken)) != len(taken):
        raise InputError("rules", taken, "names of counters, chains and their states that differ")
    for c in counters:
        check_outcomes([*c.on, *c.down], f"Counter {c.name}")
        if isinstance(c.reset_on, Stepped):
            if c.reset_on.counter not in [x.name for x in counters] or c.reset_on.counter == c.name:
                raise InputError(f"Counter {c.name}: reset_on", c.reset_on, f"another counter; there are {names}")
        else:
            check_outcomes(_outcomes(c.reset_on), f"Counter {c.name}: reset_on")
    fines, prohibitions, trembles, sunsets = [], [], [], []
    for r in rules:
        kind = type(r).__name__
        if isinstance(r, (Fine, Bonus)):
            i = player(r.player, f"{kind}: player")
            check_outcomes(_outcomes(r.on), f"{kind}: on")
            by = exact(r.by, field=f"{kind} on {r.player}: by")
            fines.append((i, frozenset(_outcomes(r.on)), by if kind == "Fine" else exact(-by)))
        elif isinstance(r, Prohibit):
            i = player(r.player, "Prohibit: player")
            check_action(i, r.action, "Prohibit: action")
            prohibitions.append((i, r))
        elif isinstance(r, Tremble):
            i = player(r.player, "Tremble: player")
            for action in (r.to, *_outcomes(r.instead_of)):
                check_action(i, action, "Tremble: action")
            trembles.append((i, r))
        elif isinstance(r, Sunset):
            match = [c for c in counters if c.name == r.counter]
            if not match:
                raise InputError("Sunset: counter", r.counter, f"one of the counters {[c.name for c in counters]}")
            if match[0].ratchet:
                raise InputError(f"Counter {r.counter}: ratchet", True, "no sunset on a counter declared never to fall")
            if not 0 <= r.to <= match[0].upto:
                raise InputError("Sunset: to", r.to, f"a value of {r.counter}, from 0 to {match[0].upto}")
            sunsets.append(r)
        elif isinstance(r, (list, tuple)):
            raise InputTypeError("rule", r, "a rule; give the rules one by one, as in with_rules(first, second)")
        elif not isinstance(r, (Counter, Modulate)):
            raise InputTypeError("rule", r, "Counter, Fine, Bonus, Prohibit, Tremble, Sunset or Modulate")
    return _Institution(base, counters, chains, tuple(fines), tuple(prohibitions), tuple(trembles), tuple(sunsets))


def _probability(by: Expression, known: Mapping[str, Number], where: str) -> Number:
    p = parse(by, known, field=where) if isinstance(by, str) else exact(by, field=where)
    if isinstance(p, Fraction) and not 0 <= p <= 1:
        raise InputError(
            where, by, f"a probability; it is {p} where " + ", ".join(f"{k} = {v}" for k, v in known.items())
        )
    return p


def _next_values(inst: _Institution, values: _Values, label: str, fixed: Sequence[str]) -> dict[_Values, Number]:
    """Distribution of the variables after an outcome: steps 6 to 9 of the order of events."""
    known = inst.environment(values)
    one: Number = Fraction(1)
    steps: list[list[tuple[int, Number]]] = []  # for each counter: (change, probability)
    for counter, value in zip(inst.counters, values, strict=False):
        options: list[tuple[int, Number]] = []
        if counter.name in fixed:
            steps.append([(0, one)])
            continue
        where = f"Counter {counter.name}: probability on {label}"
        up = (
            _probability(counter.on[label], known, where)
            if label in counter.on and value < counter.upto
            else Fraction(0)
        )
        down = _probability(counter.down[label], known, where) if label in counter.down and value > 0 else Fraction(0)
        options = [(1, up), (-1, (one - up) * down), (0, (one - up) * (one - down))]
        steps.append([(change, p) for change, p in options if p != 0])
    found: dict[_Values, Number] = {}
    for combination in product(*steps):
        weight = one
        rose = set()
        after = list(values)
        for i, (counter, (change, p)) in enumerate(zip(inst.counters, combination, strict=True)):
            weight = weight * p
            after[i] += change
            if change > 0:
                rose.add(counter.name)
        for i, counter in enumerate(inst.counters):
            event = counter.reset_on
            hit = event.counter in rose if isinstance(event, Stepped) else label in _outcomes(event)
            if hit and counter.name not in fixed:
                after[i] = counter.start
        found[tuple(after)] = found.get(tuple(after), Fraction(0)) + weight
    names = [c.name for c in inst.counters]
    for sunset in inst.sunsets:
        if sunset.counter not in fixed:
            place = names.index(sunset.counter)
            p = _probability(sunset.probability, known, f"Sunset of {sunset.counter}: probability")
            spread: dict[_Values, Number] = {}
            for v, weight in found.items():
                lapsed = (*v[:place], sunset.to, *v[place + 1 :])
                for target, part in ((lapsed, p), (v, one - p)):
                    if part != 0:
                        spread[target] = spread.get(target, Fraction(0)) + weight * part
            found = spread
    for offset, chain in enumerate(inst.chains):
        if chain.name in fixed:
            continue
        place = len(inst.counters) + offset
        where = f"Modulate {chain.name}: transition"
        row = [_probability(p, known, where) for p in chain.transition[values[place]]]
        if not is_distribution(row):
            raise InputError(where, [str(p) for p in row], "probabilities that sum to one exactly")
        found = {
            (*v[:place], to, *v[place + 1 :]): weight * p
            for v, weight in found.items()
            for to, p in enumerate(row)
            if p != 0
        }
    return found


def _restrict(inst: _Institution, period: Period, known: Mapping[str, Number], shown: Mapping[str, object]) -> Period:
    """The period game after prohibitions and trembles, without what can no longer be reached."""
    banned = [(i, r) for i, r in inst.prohibitions if condition(r.when, known, field="Prohibit: when")]
    if not banned and not inst.trembles:
        return period

    def allowed(node: Node) -> list[int]:
        forbidden = {r.action for i, r in banned if i == node.player}
        kept = [a for a, label in enumerate(node.actions) if label not in forbidden]
        if not kept:
            at = ", ".join(f"{k}={v}" for k, v in shown.items())
            raise InputError(
                "Prohibit", sorted(forbidden), f"at least one action left to {inst.base.players[node.player]} at {at}"
            )
        return kept

    def realised(node: Node, action: int) -> list[tuple[Number, int]]:
        """What is carried out when an action is intended: (probability, action)."""
        mix: list[tuple[Number, int]] = []
        stay: Number = Fraction(1)
        blocked = {r.action for i, r in banned if i == node.player and r.binds_trembles}
        for i, r in inst.trembles:
            meant = _outcomes(r.instead_of)
            if i == node.player and r.to in node.actions and r.to not in blocked and node.actions[action] != r.to:
                if not meant or node.actions[action] in meant:
                    p = _probability(r.probability, known, f"Tremble of {r.player}: probability")
                    mix.append((p, node.actions.index(r.to)))
                    stay = stay - p
        if isinstance(stay, Fraction) and stay < 0:
            raise InputError("Tremble: probability", str(1 - stay), "trembles from one action that sum to at most one")
        return [(p, a) for p, a in [(stay, action), *mix] if p != 0]

    def blend(parts: Sequence[tuple[Number, Lottery]]) -> Lottery:
        merged: dict[int, Number] = {}
        for p, lottery in parts:
            for q, target in lottery:
                merged[target] = merged[target] + p * q if target in merged else p * q
        return tuple((exact(p), target) for target, p in merged.items())

    kept = [allowed(node) for node in period.nodes]
    nodes = tuple(replace(n, actions=tuple(n.actions[a] for a in k)) for n, k in zip(period.nodes, kept, strict=True))
    if period.simultaneous:
        branches = tuple(
            tuple(
                blend(
                    [
                        (p * q, period.branches[a][b])
                        for p, a in realised(period.nodes[0], i)
                        for q, b in realised(period.nodes[1], j)
                    ]
                )
                for j in kept[1]
            )
            for i in kept[0]
        )
        return _prune(replace(period, nodes=nodes, branches=branches))
    branches = tuple(
        tuple(blend([(p, period.branches[n][a]) for p, a in realised(node, action)]) for action in kept[n])
        for n, node in enumerate(period.nodes)
    )
    return _prune(replace(period, nodes=nodes, branches=branches))


def _prune(period: Period) -> Period:
    """Drop nodes and plays that no sequence of moves reaches."""
    if period.simultaneous:
        alive = list(range(len(period.nodes)))
    else:
        reach = {0}
        for n in range(len(period.nodes)):
            if n in reach:
                reach |= {t for lottery in period.branches[n] for _, t in lottery if t >= 0}
        alive = sorted(reach)
    rows = period.branches if period.simultaneous else tuple(period.branches[n] for n in alive)
    used = sorted({~t for row in rows for lottery in row for _, t in lottery if t < 0})
    new = {n: i for i, n in enumerate(alive)} | {~p: ~i for i, p in enumerate(used)}
    branches = tuple(tuple(tuple((p, new[t]) for p, t in lottery) for lottery in row) for row in rows)
    return Period(
        period.simultaneous, tuple(period.nodes[n] for n in alive), branches, tuple(period.plays[p] for p in used)
    )
