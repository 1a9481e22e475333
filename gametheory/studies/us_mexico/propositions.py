"""The study's headline statements as propositions: conditions, a proof whose every step can be checked again, a numeric trial.

See :mod:`raid_propositions` (realism or strangulation; trap or investment), :mod:`tied_hands` and :mod:`rival_indirect_control`.
"""

from __future__ import annotations

from gametheory.errors import InputError
from gametheory.studies.us_mexico.family import LedgerVerdict, Member, Verdict
from gametheory.studies.us_mexico.proofs import Proposition
from gametheory.studies.us_mexico.raid_propositions import REALISM, TRAP
from gametheory.studies.us_mexico.rival_indirect_control import DISCIPLINE
from gametheory.studies.us_mexico.tied_hands import TIED_HANDS

__all__ = ["MEMBER", "PROPOSITIONS", "proposition"]

PROPOSITIONS: tuple[Proposition, ...] = (REALISM, TRAP, TIED_HANDS, DISCIPLINE)


def proposition(name: str) -> Proposition:
    """The proposition of that name.

    Examples
    --------
    >>> proposition("trap_or_investment").title
    'Trap or investment'
    """
    for found in PROPOSITIONS:
        if found.name == name:
            return found
    raise InputError("proposition", name, f"one of {', '.join(p.name for p in PROPOSITIONS)}")


def _verdicts() -> tuple[Verdict, ...]:
    """Each proposition, its proof checked again; one that does not check raises."""
    found = []
    for p in PROPOSITIONS:
        p.verify()
        evidence = f"proved ({'; '.join(p.evidence)}), each step checked again"
        found.append(Verdict(p.plain, LedgerVerdict.DERIVED, evidence, f"{p.title}, for all parameters", p.claims))
    return tuple(found)


MEMBER = Member(
    name="propositions",
    title="Propositions",
    about="What is proved of raids, traps, tied hands and discipline, for all parameters.",
    point="propositions",
    claims=tuple(sorted({n for p in PROPOSITIONS for n in p.claims})),
    settings=(),
    verdicts=_verdicts,
)
