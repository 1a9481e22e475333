"""Members of the model family: found by looking, named as their modules, and each verdict said with what it rests on."""

import pytest

import gametheory as gt
from gametheory.studies.us_mexico import family, ledger_tools
from gametheory.studies.us_mexico.family import LedgerVerdict, Verdict


@pytest.mark.parametrize("member", family.members(), ids=lambda m: m.name)
def test_every_member_is_what_it_says(member):
    names = [s.name for s in member.settings]
    assert len(names) == len(set(names))
    assert member.title and member.about and member.point
    for setting in member.settings:
        assert setting.title
        solution = family.solve_setting(setting)  # raises if a certificate fails
        assert solution.status in (gt.Status.COMPLETE, gt.Status.PARTIAL)


@pytest.mark.parametrize("member", family.members(), ids=lambda m: m.name)
def test_every_verdict_says_what_it_rests_on_and_speaks_of_the_members_claims(member):
    verdicts = family.verdicts_of(member.name)
    assert verdicts
    for v in verdicts:
        assert v.statement and v.evidence
        assert set(v.claims) <= set(member.claims)
        if v.verdict in (LedgerVerdict.CONDITIONAL, LedgerVerdict.CONTRADICTED, LedgerVerdict.UNDECIDED):
            assert v.detail, v.statement


def test_an_unknown_member_is_refused_with_the_names_there_are():
    with pytest.raises(gt.InputError, match="one of"):
        family.member("atlantis")


def test_findings_that_differ_leave_a_claim_conditional():
    def of(*kinds):
        return ledger_tools._together([Verdict("s", kind, "e", "d") for kind in kinds])

    kind = LedgerVerdict
    assert of(kind.DERIVED, kind.DERIVED) is kind.DERIVED
    assert of(kind.BUILT_IN, kind.CONTRADICTED) is kind.CONTRADICTED
    assert of(kind.DERIVED, kind.CONTRADICTED) is kind.CONDITIONAL
    assert of(kind.DERIVED, kind.UNDECIDED) is kind.UNDECIDED
    assert of(kind.ASSUMED) is kind.ASSUMED
