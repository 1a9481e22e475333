"""New episodes: one row in a file, every model's word on it, nothing refitted."""

from fractions import Fraction

import pytest
from test_fit import invented, variant
from test_reproduce import run
from test_tables import file, row, write

import gametheory as gt
from gametheory.studies import fit
from gametheory.studies import us_mexico as study
from gametheory.studies.family import Family, solve_setting
from gametheory.studies.score import score


@pytest.fixture
def two_models(monkeypatch):
    member = invented(("cycle", variant("baseline").game), ("virtuous", variant("mutual_interest").game))
    monkeypatch.setattr(Family, "members", lambda self: (member,))
    monkeypatch.setattr(Family, "solution", lambda self, m, s: solve_setting(member.setting(s)))
    fit._solved.cache_clear()
    yield study.STUDY
    fit._solved.cache_clear()


def test_weights_follow_bayes_rule_from_the_fit_table(tmp_path, two_models):
    """After the record both play NE for ever: one more joint episode tells nothing, and each finds it as likely."""
    path = write(tmp_path, file(row(orientation="negotiated", mexican_response="cooperate")))
    found = score(two_models, path)
    assert [str(e) for e in found.new] == ["new (2020): NE"]
    table = {f.model.name: f.with_error for f in fit.case_by_model(two_models).fits}
    for s in found.models:
        assert s.before == table[s.model.name] / sum(table.values()) == s.after
        assert s.episodes == (Fraction(9, 10) + Fraction(1, 40),)


def test_an_episode_that_one_model_expects_moves_weight_to_it(tmp_path, two_models):
    """Put before the record's first act: then the cycle talks in vain, and the virtuous path works together."""
    path = write(tmp_path, file(row(start_year="1969", id="a", orientation="negotiated", mexican_response="token")))
    found = score(two_models, path)
    cycle = next(s for s in found.models if s.model.setting == "cycle")
    virtuous = next(s for s in found.models if s.model.setting == "virtuous")
    assert cycle.episodes[0] > virtuous.episodes[0] == Fraction(1, 40)
    assert sum(s.after for s in found.models) == sum(s.before for s in found.models) == 1
    odds = (cycle.after / virtuous.after) / (cycle.before / virtuous.before)
    assert odds != 1


def test_rows_without_bearing_are_named_and_old_ids_refused(tmp_path, two_models):
    found = score(two_models, write(tmp_path, file(row(mexican_response="n/a", orientation="negotiated"), row(id="b"))))
    assert found.no_bearing == ("new",) and [e.name for e in found.new] == ["b"]
    with pytest.raises(gt.ReadError, match=r"line 3, column 1: id: got 'condor'; expected a new id"):
        score(two_models, write(tmp_path, file(row(), row(id="condor"))))
    with pytest.raises(gt.ReadError, match="expected a row for each"):
        score(two_models, write(tmp_path, file()))
    with pytest.raises(gt.InputError, match="above 0"):
        score(two_models, write(tmp_path, file(row())), error=0)


def test_the_command_says_what_is_wrong(tmp_path):
    for text, said in (
        (file(row(mode="secret")), "expected one of '', 'operational', 'principled'"),
        (file(row(id="")), "a name for the row"),
    ):
        wrong = run("score", str(write(tmp_path, text)))
        assert wrong.returncode == 2 and said in wrong.stderr and "line 2" in wrong.stderr
        assert "Traceback" not in wrong.stderr
    wrong = run("score", str(write(tmp_path, file(row()))), "--study", "atlantis")
    assert wrong.returncode == 2 and "one of" in wrong.stderr
