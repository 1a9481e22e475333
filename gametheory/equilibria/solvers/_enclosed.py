"""Equilibria whose numbers are enclosed: reading them off a graph, and checking them by ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.solvers._binary import MIXED, BinaryLane, profiles
from gametheory.equilibria.solvers._frontier import Layer
from gametheory.equilibria.solvers._intervals import Balls, enclose
from gametheory.errors import CertificateError
from gametheory.games.dynamic import DynamicGame, Period

__all__ = ["BinaryReader", "EnclosedEquilibrium", "check_enclosed", "ends"]


@dataclass(frozen=True)
class EnclosedEquilibrium:
    """A Markov perfect equilibrium whose numbers are enclosed, not written out.

    Attributes
    ----------
    game : DynamicGame
    profile : tuple
        ``profile[s][node][action]``: a pair of Fractions around the probability; equal ends where the choice is pure.
    values : tuple
        ``values[s][player]``: a pair of Fractions around the average discounted value.
    """

    game: DynamicGame = field(repr=False)
    profile: tuple[tuple[tuple[tuple[Fraction, Fraction], ...], ...], ...]
    values: tuple[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]], ...]

    @property
    def payoffs(self) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """Enclosures of both players' values at the start."""
        return self.values[self.game.start]

    @property
    def is_pure(self) -> bool:
        """Whether every choice is made for sure."""
        return all(p[0] == p[1] and p[0] in (0, 1) for choices in self.profile for mix in choices for p in mix)

    @property
    def policy(self) -> dict[str, dict[str, str]]:
        """For each state and player the action, or the mix of actions with probabilities to six digits."""
        table: dict[str, dict[str, str]] = {}
        for state, period, choices in zip(self.game.states, self.game.periods, self.profile, strict=True):
            table[state] = {
                self.game.players[node.player]: " or ".join(
                    action if p[0] == 1 else f"{action} ({float(p[0]):.6f})"
                    for action, p in zip(node.actions, mix, strict=True)
                    if p[1] != 0
                )
                for node, mix in zip(period.nodes, choices, strict=True)
            }
        return table

    def __str__(self) -> str:
        shown = (
            f"{n} in [{float(a):.12g}, {float(b):.12g}]"
            for n, (a, b) in zip(self.game.players, self.payoffs, strict=True)
        )
        lines = [f"payoffs at the start: {', '.join(shown)}"]
        for state, row in self.policy.items():
            lines.append(f"  {state}: " + "; ".join(f"{who}: {what}" for who, what in row.items()))
        return "\n".join(lines)


@dataclass(frozen=True)
class BinaryReader:
    """Turns entries of a graph back into equilibria, each solved again on its own at a higher precision."""

    game: DynamicGame
    lane: BinaryLane
    bits: int = 256

    def equilibrium(self, entries: dict[int, tuple[Layer, int]]) -> EnclosedEquilibrium:
        """The equilibrium made of one entry for each part, with enclosures of its own numbers."""
        return self.resolve({p: int(layer.table.tag[entry]) for p, (layer, entry) in entries.items()})

    def resolve(self, tags: Mapping[int, int]) -> EnclosedEquilibrium:
        """Follow named choices through the parts at the reader's precision; a choice that is none is an error."""
        fine = BinaryLane(self.game, self.lane.net, Balls(self.bits), self.lane.pure)
        profile: dict[int, Any] = {}
        for p in sorted(tags):
            reads = self.lane.net.reads[p]
            table = fine.solve(p, [np.zeros(1, np.int64)] * len(reads), 1)
            places = np.flatnonzero(table.tag == tags[p])
            if len(table.undecided) or len(places) != 1:
                raise CertificateError(
                    f"no equilibrium named {tags[p]} in the part with state {self.game.states[self.lane.net.parts[p][0]]!r}"
                )
            place = int(places[0])
            x, y = fine.mixes[place]
            for s, numbers in zip(self.lane.net.parts[p], table.values, strict=True):
                fine.values[s] = (fine.values[s][0][numbers[place] :][:1], fine.values[s][1][numbers[place] :][:1])
                profile[s] = self._mixes(s, tags[p], x, y)
        states = range(len(self.game.states))
        values = tuple((ends(fine.values[s][0][0]), ends(fine.values[s][1][0])) for s in states)
        return EnclosedEquilibrium(self.game, tuple(profile[s] for s in states), values)

    def _mixes(self, s: int, tag: int, x: Any, y: Any) -> Any:
        found: list[Any] = []
        zero, one = (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))
        for node in self.game.periods[s].nodes:
            if len(node.actions) == 1:
                found.append((one,))
            elif tag < MIXED:
                action = tag // 2 if node.player == 0 else tag % 2
                found.append((one, zero) if action == 0 else (zero, one))
            else:
                p = x if node.player == 0 else y
                low, high = ends(p)
                found.append(((1 - high, 1 - low), (low, high)))
        return tuple(found)

    def check(self, equilibrium: EnclosedEquilibrium) -> None:
        """One-shot deviations and values, by ball arithmetic that knows nothing of the solver: see :func:`check_enclosed`."""
        check_enclosed(self.game, equilibrium, bits=self.bits)

    def choices(self, layer: Layer, state: int) -> list[Any]:
        """For each entry its tag (mixes are told apart by their roots, not by their probabilities)."""
        found: list[int] = layer.table.tag.tolist()
        return found

    def plan(self, state: int, choice: Any) -> list[int]:
        """States that can follow."""
        period = self.game.periods[state]
        found: dict[int, None] = {}
        for (a, b), lottery in profiles(self.game, state):
            pure = choice < MIXED
            first = [n for n in period.nodes if n.player == 0 and len(n.actions) > 1]
            second = [n for n in period.nodes if n.player == 1 and len(n.actions) > 1]
            if pure and ((first and a != choice // 2) or (second and b != choice % 2)):
                continue
            for _, play in lottery:
                found.update(dict.fromkeys(t for q, t in period.plays[play].next if q != 0))
        return list(found)

    def sentence(self, states: Sequence[int], choices: Mapping[int, Any]) -> str:
        """What is chosen in every state that play can reach, in one line; mixes by the numbers of their roots."""
        words = []
        for s in states:
            tag = choices[s]
            moves = [
                node.actions[0]
                if len(node.actions) == 1
                else "mix"
                if tag >= MIXED
                else node.actions[tag // 2 if node.player == 0 else tag % 2]
                for node in self.game.periods[s].nodes
            ]
            words.append(f"{self.game.states[s]}: {'/'.join(moves)}" + (f" ({tag - MIXED})" if "mix" in moves else ""))
        return ", ".join(words)

    def worth(self, layer: Layer, state: int) -> list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]]:
        """For each entry enclosures of both players' values of a state of its part."""
        position = self.lane.net.parts[layer.part].index(state)
        known = [
            ((Fraction(a), Fraction(b)), (Fraction(c), Fraction(d))) for (a, b), (c, d) in self.lane.enclosures(state)
        ]
        return [known[i] for i in layer.table.values[position].tolist()]

    def pure_entries(self, layer: Layer) -> NDArray[np.bool_]:
        """Which entries are pure."""
        found: NDArray[np.bool_] = layer.table.tag < MIXED
        return found

    def mirror(self, state: int, choice: int) -> int:
        """The tag with the players exchanged."""
        base = MIXED if choice >= MIXED else 0
        first, second = divmod(choice - base, 2)
        return base + 2 * second + first


def ends(x: flint.arb) -> tuple[Fraction, Fraction]:
    """The ends of a ball."""
    middle, radius = x.mid().fmpq(), x.rad().fmpq()
    lo, hi = middle - radius, middle + radius
    return Fraction(int(lo.p), int(lo.q)), Fraction(int(hi.p), int(hi.q))


def _ball(pair: tuple[Fraction, Fraction]) -> flint.arb:
    low, high = (flint.arb(flint.fmpq(x.numerator, x.denominator)) for x in pair)
    return low.union(high)


def check_enclosed(game: DynamicGame, equilibrium: EnclosedEquilibrium, *, bits: int = 256) -> None:
    """Check a profile and values given by enclosures, from the definition.

    At every state the value stated is what the profile earns in this period and the values stated earn after it (the two
    enclosures meet); no action that is not played gains; an action that is played neither gains nor loses as far as the
    enclosures tell, and those are narrower than 1e-20. Not played actions must lose for certain, or be tied exactly.

    Raises
    ------
    CertificateError
        If one of these fails.
    """
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        known: dict[Any, flint.arb] = {}

        def number(x: Any) -> flint.arb:
            if x not in known:
                known[x] = enclose(x)
            return known[x]

        values = [[_ball(pair[f]) for pair in equilibrium.values] for f in (0, 1)]
        for s, period in enumerate(game.periods):
            for f in (0, 1):
                discount = number(game.discount[f])
                worth = [
                    (1 - discount) * number(play.payoff_to(f))
                    + discount * sum((number(q) * values[f][t] for q, t in play.next_for(f)), flint.arb(0))
                    for play in period.plays
                ]
                for name, difference, here in _differences(
                    period, equilibrium.profile[s], f, worth, values[f][s], number
                ):
                    fits = difference.contains(0) and difference.rad() < 1e-20 if here else difference < 0
                    if not fits:
                        raise CertificateError(
                            f"{game.players[f]} in state {game.states[s]!r}: {name} changes the value by {difference}"
                        )
    finally:
        flint.ctx.prec = before


def _differences(
    period: Period, profile: Any, f: int, worth: list[flint.arb], value: flint.arb, number: Any
) -> Iterator[tuple[str, flint.arb, bool]]:
    """What the player gains by each action against the mixes at hand, and whether it is played; last against her value."""
    mixes = [[_ball(p) for p in mix] for mix in profile]
    played = [[p[1] > 0 for p in mix] for mix in profile]
    if period.simultaneous:
        gains = [flint.arb(0) for _ in mixes[f]]
        for a, row in enumerate(period.branches):
            for b, lottery in enumerate(row):
                total = sum((number(p) * worth[~t] for p, t in lottery), flint.arb(0))
                own, other = (a, b) if f == 0 else (b, a)
                gains[own] += mixes[1 - f][other] * total
        for a, gain in enumerate(gains):
            yield f"action {a}", gain - value, played[f][a]
        return
    at = [flint.arb(0)] * len(period.nodes)
    for n in reversed(range(len(period.nodes))):
        options = [
            sum((number(p) * (at[t] if t >= 0 else worth[~t]) for p, t in lottery), flint.arb(0))
            for lottery in period.branches[n]
        ]
        sure = [a for a, p in enumerate(profile[n]) if p[0] == 1 == p[1]]
        at[n] = options[sure[0]] if sure else sum((p * v for p, v in zip(mixes[n], options, strict=True)), flint.arb(0))
        if period.nodes[n].player == f:
            for a, option in enumerate(options):
                if [a] != sure:
                    yield f"action {a} at node {n}", option - at[n], played[n][a]
    yield "play as stated", at[0] - value, True
