"""The members of the model family of this study; see :mod:`gametheory.studies.family`."""

from gametheory.studies.family import Family, LedgerVerdict, Member, Setting, Verdict, solve_setting

__all__ = ["LedgerVerdict", "Member", "Setting", "Verdict", "member", "members", "solve_setting", "verdicts_of"]

_FAMILY = Family("gametheory.studies.us_mexico")

members = _FAMILY.members
member = _FAMILY.member
verdicts_of = _FAMILY.verdicts_of
