"""The members of a study's model family, each a module of its folder that holds a ``MEMBER``; found by looking, not by a list.

A member is one part of a study as games: its settings (each a game with numbers and what it is meant to show) and its
verdicts (statements that a computation decides, each said to be an input or a finding). Results, the ledger, the fit and
the figures all read members in the same way, so that a new member is one new file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solution import Solution
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError
from gametheory.games.dynamic import DynamicGame

__all__ = ["Family", "LedgerVerdict", "Member", "Setting", "Verdict", "solve_setting"]


class LedgerVerdict(StrEnum):
    """What became of a statement in the model."""

    ASSUMED = "assumed"
    BUILT_IN = "built in"
    DERIVED = "derived"
    CONDITIONAL = "conditional"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    UNTESTABLE = "untestable"

    @property
    def is_input(self) -> bool:
        """Whether the statement was put into the model, rather than found in it."""
        return self in (LedgerVerdict.ASSUMED, LedgerVerdict.BUILT_IN)


@dataclass(frozen=True)
class Setting:
    """One game of a member, with numbers.

    Attributes
    ----------
    name, title : str
        A short name for files and calls, and the words that a reader sees.
    game : callable
        Builds the game (numeric).
    shows : str
        What the setting is meant to show, and what is an input of it.
    reading : mapping
        Outcome of this game -> outcome that it counts as when play is held against the study's patterns and record (in the
        study of the United States and Mexico: NE, NS, UA, UP); an outcome that is not listed counts as itself.
    concept : concept
        Under which it is solved.
    """

    name: str
    title: str
    game: Callable[[], DynamicGame]
    shows: str = ""
    reading: Mapping[str, str] = field(default_factory=dict)
    concept: Any = field(default_factory=lambda: MarkovPerfect(pure=True))


@dataclass(frozen=True)
class Verdict:
    """A statement and what became of it in the model.

    Attributes
    ----------
    statement : str
        In plain words.
    verdict : LedgerVerdict
        Assumed and built in are inputs; derived (proved for every payoff that agrees with what is given), conditional and
        contradicted are findings.
    evidence : str
        What the answer rests on: ``"proved (Farkas)"``, ``"exact solutions, both ways"``, ``"structure"``.
    detail : str
        The finding in words, with the condition if it holds only under one.
    claims : tuple of int
        Numbers of the source's claims that it decides, where it has a numbered list.
    """

    statement: str
    verdict: LedgerVerdict
    evidence: str
    detail: str = ""
    claims: tuple[int, ...] = ()


@dataclass(frozen=True)
class Member:
    """One member of the family.

    Attributes
    ----------
    name : str
        As its module.
    title, about : str
        What it models, in words.
    point : str
        Which part of the model family, in words.
    claims : tuple of int
        Numbers of the source's claims that it bears on.
    settings : tuple of Setting
    verdicts : callable
        Computes the verdicts anew.
    """

    name: str
    title: str
    about: str
    point: str
    claims: tuple[int, ...]
    settings: tuple[Setting, ...]
    verdicts: Callable[[], tuple[Verdict, ...]]

    def setting(self, name: str) -> Setting:
        """The setting of that name."""
        for found in self.settings:
            if found.name == name:
                return found
        raise InputError("setting", name, f"one of {', '.join(s.name for s in self.settings)}")


@dataclass(frozen=True)
class Family:
    """All members of a study.

    Parameters
    ----------
    package : str
        The study's folder, such as ``"gametheory.studies.us_mexico"``; its modules are looked through, those whose names
        begin with ``_`` left out.

    Examples
    --------
    >>> Family("gametheory.studies.us_mexico").member("atlantis")
    Traceback (most recent call last):
    gametheory.errors.InputError: member: got 'atlantis'; expected one of ...
    """

    package: str

    def members(self) -> tuple[Member, ...]:
        """Every member of the family, in the order of their names."""
        return _members(self.package)

    def member(self, name: str) -> Member:
        """The member of that name."""
        for found in self.members():
            if found.name == name:
                return found
        raise InputError("member", name, f"one of {', '.join(m.name for m in self.members())}")

    def verdicts_of(self, name: str) -> tuple[Verdict, ...]:
        """The verdicts of a member, computed once."""
        return _verdicts(self.package, name)

    def solution(self, member: str, setting: str) -> Solution:
        """The solution of a setting under its concept, computed and checked once."""
        return _solution(self.package, member, setting)


@lru_cache(maxsize=16)
def _members(package: str) -> tuple[Member, ...]:
    folder = import_module(package).__path__
    names = sorted(m.name for m in iter_modules(folder) if not m.name.startswith("_"))
    modules = [import_module(f"{package}.{name}") for name in names]
    return tuple(m.MEMBER for m in modules if isinstance(getattr(m, "MEMBER", None), Member))


@lru_cache(maxsize=128)
def _verdicts(package: str, name: str) -> tuple[Verdict, ...]:
    return Family(package).member(name).verdicts()


@lru_cache(maxsize=512)
def _solution(package: str, member: str, setting: str) -> Solution:
    return solve_setting(Family(package).member(member).setting(setting))


def solve_setting(setting: Setting) -> Solution:
    """All equilibria of a setting under its concept, every certificate checked again."""
    solution: Solution = solve(setting.game(), setting.concept)
    solution.verify()
    return solution
