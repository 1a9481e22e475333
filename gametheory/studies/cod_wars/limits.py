"""Member: the dispute over fishing limits, its settings, and what they show."""

from __future__ import annotations

from gametheory.evidence.identified import identified_region
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.cod_wars.episodes import PATTERNS
from gametheory.studies.cod_wars.game import BASELINE, limits_game
from gametheory.studies.family import Family, LedgerVerdict, Member, Setting, Verdict
from gametheory.studies.plays import plays

__all__ = ["MEMBER"]


def _game(**change: str) -> DynamicGame:
    return limits_game().subs(**{**BASELINE, **change})


_SETTINGS = (
    Setting(
        "baseline",
        "Confrontation costs Iceland more than it pays at home",
        _game,
        "the wars as costly steps to a limit",
    ),
    Setting("popular_wars", "Confrontation pays at home under pressure", lambda: _game(w="1"), "w = 1 instead of 2"),
    Setting("patient", "A patient Iceland", lambda: _game(delta_IS="19/20"), "delta_IS = 19/20 instead of 4/5"),
    Setting("impatient", "An impatient Iceland", lambda: _game(delta_IS="1/5"), "delta_IS = 1/5"),
    Setting("dear_navy", "Escorts cost more than the catch they protect", lambda: _game(n="1"), "n = 1, above r = 4/5"),
)


def _shown(setting: str, pattern: str) -> tuple[bool, bool, str]:
    """Whether a pattern is certain, whether it is possible, and the paths."""
    found = plays(MEMBER.setting(setting), Family("gametheory.studies.cod_wars").solution("limits", setting))
    shares = [PATTERNS[pattern].probability(play.chain) for play in found.plays]
    paths = "; ".join(play.chain.path(20).sentence() for play in found.plays[:2])
    return bool(shares) and all(p == 1 for p in shares), any(shares), paths


def _answers(setting: str) -> set[str]:
    """How Britain answers the extensions that play reaches."""
    found = plays(MEMBER.setting(setting), Family("gametheory.studies.cod_wars").solution("limits", setting))
    return {m.outcome for play in found.plays for row in play.chain.moves for m in row} - {"HK"}


def _verdicts() -> tuple[Verdict, ...]:
    found = []
    certain, _, path = _shown("baseline", "wars, then peace")
    _, elsewhere, other = _shown("popular_wars", "wars, then peace")
    both = certain and not elsewhere
    found.append(
        Verdict(
            "Pressure, extension and confrontation come again and again, and end with the last limit",
            LedgerVerdict.CONDITIONAL if both else LedgerVerdict.UNDECIDED,
            "exact solutions, both ways",
            f"so where a confrontation costs Iceland more than it pays at home ({path}); where it pays at home the dispute "
            f"has no end ({other})",
        )
    )
    resists, yields = _answers("baseline") == {"XR"}, _answers("dear_navy") == {"XY"}
    found.append(
        Verdict(
            "Britain resists every extension although resistance ends in recognition more often than not",
            LedgerVerdict.CONDITIONAL if resists and yields else LedgerVerdict.UNDECIDED,
            "exact solutions, both ways",
            "so where fishing under escort is worth more than the escort; where it is not, Britain yields to extensions",
        )
    )
    _, _, early = _shown("patient", "raids at once")
    never, _, _ = _shown("impatient", "status quo")
    found.append(
        Verdict(
            "Extensions come only under pressure on the stocks",
            LedgerVerdict.CONDITIONAL
            if never and not _shown("patient", "wars, then peace")[1]
            else LedgerVerdict.UNDECIDED,
            "exact solutions, both ways",
            f"a patient Iceland does not wait for it ({early}); an impatient one does not extend at all",
        )
    )
    free = ("delta_IS", "w")
    small = limits_game(limits=1, pressure=1).subs(**{k: v for k, v in BASELINE.items() if k not in free})
    region = identified_region(small, PATTERNS["wars, then peace"], parameters=free)
    found.append(
        Verdict(
            "Some discount factors and costs of confrontation agree with the record, and not all do",
            LedgerVerdict.CONDITIONAL
            if region.cells() and len(region.cells()) < sum(len(piece.samples) for piece in region.pieces)
            else LedgerVerdict.CONTRADICTED,
            "exact cells of two parameters (one limit, one step of pressure)",
            str(region),
        )
    )
    return tuple(found)


MEMBER = Member(
    name="limits",
    title="Fishing limits",
    about="Iceland extends its fishing limits alone or holds; Britain resists or yields; recognised limits are never taken back.",
    point="a second study",
    claims=(),
    settings=_SETTINGS,
    verdicts=_verdicts,
)
