"""The fit: plays of equilibria, the coded record, and how likely each model makes it."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.equilibria.play import Chain, Move
from gametheory.studies import us_mexico as study
from gametheory.studies.family import Member, Setting, solve_setting
from gametheory.studies.plays import plays
from gametheory.studies.us_mexico import family, results


def variant(name):
    return next(v for v in study.VARIANTS if v.name == name)


def test_equilibria_that_differ_off_the_path_are_one_play():
    half = Fraction(1, 2)
    sure = (Move(Fraction(1), "A", 0),)
    other = (Move(half, "A", 0), Move(half, "B", 1))
    assert Chain(("x", "y"), (sure, sure)).reachable() == Chain(("x", "y"), (sure, other)).reachable()
    setting = Setting("matching", "Every agreement is an equilibrium", _coordination)
    found = plays(setting, solve_setting(setting))
    assert found.number == sum(play.number for play in found.plays) == 4  # (A or B) in the start x (A or B) later
    assert [play.number for play in found.plays] == [1, 1, 1, 1]


def _coordination():
    both, go = ([[1, 0], [0, 1]], [[1, 0], [0, 1]]), [[[0, 1]] * 2] * 2
    return gt.DynamicGame.from_arrays([both, both], [go, go], "1/2")


def test_plays_are_read_in_the_words_of_the_patterns():
    setting = Setting("b", "Baseline", variant("baseline").game, reading={"NS": "talk", "UP": "raid"})
    (play,) = plays(setting, solve_setting(setting)).plays
    assert play.chain.path(9).sentence() == "talk talk raid talk talk raid talk raid, then NE for ever"


def test_history_dependent_play_and_large_families_are_left_out_and_said_so():
    stage = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("c", "d")))
    setting = Setting("pd", "PD", lambda: gt.DynamicGame.repeated(stage, discount="1/2"), concept=gt.SubgamePerfect())
    found = plays(setting, solve_setting(setting))
    assert found.plays == () and not found.is_complete and "history-dependent" in found.left_out
    setting = Setting("m", "m", _coordination)
    found = plays(setting, solve_setting(setting), limit=3)
    assert not found.is_complete and found.left_out == "1 equilibria beyond the first 3"


def test_results_hold_every_member_with_its_settings_and_verdicts(monkeypatch):
    invented = Member(
        "invented",
        "title",
        "about",
        "cycle",
        (1,),
        (
            Setting("baseline", "Baseline", variant("baseline").game, "shows"),
            Setting("s", "S", variant("weak_sovereignty").game, concept=gt.MarkovPerfect()),
        ),
        lambda: (family.Verdict("statement", family.LedgerVerdict.BUILT_IN, "structure", claims=(1,)),),
    )
    monkeypatch.setattr(results, "members", lambda: (invented,))
    monkeypatch.setattr(
        family.Family, "solution", lambda self, member, setting: solve_setting(invented.setting(setting))
    )
    monkeypatch.setattr(results, "verdicts_of", lambda name: invented.verdicts())
    said = []
    (found,) = results.family_results(done=said.append)
    assert said == ["member invented"]
    first, second = found["settings"]
    assert first["status"] == "COMPLETE" and first["plays"][0]["pattern_probabilities"] == {"cycle": "1"}
    shares = {name: Fraction(p) for name, p in second["plays"][0]["pattern_probabilities"].items()}
    assert sum(shares.values()) == 1 and shares["cycle"] < 1
    assert found["verdicts"][0]["is_input"] is True
    with pytest.raises(gt.InputError, match="one of"):
        family.member("atlantis")


# --- the record and the models -----------------------------------------------------------------------------------------


def test_the_record_follows_the_codebook():
    """Every rule of the record, on the coded rows themselves."""
    cases = {c.id: c for c in study.load_cases()}
    text, figure = study.STUDY.record("text"), study.STUDY.record("figure")
    named = {e.name: e for e in text}
    assert [e.name for e in text if all(o.startswith("U") for o in e.outcomes)] == [
        "intercept_1969", "certification", "intercept2", "leyenda", "casablanca", "hardline", "gunrunner", "fast_furious",
    ]  # fmt: skip  # the eight unilateral acts
    assert [e.year for e in text] == sorted(e.year for e in text)
    assert named["intercept2"].outcomes == {"UA", "UP"}, "a silent answer is missing, not absent"
    assert "brownsville_1998" not in named, "one agreement sequence counts once, with the act that brought it about"
    assert {e.name for e in figure} - {e.name for e in text} == {"brownsville_1998"}, (
        "the printed box, once for both rows"
    )
    assert not {"single_1961", "un_1988", "oas_mem"} & set(named), "regimes of many states are not play between the two"
    assert {"latam_bilaterals", "firewall_2005"} & set(named) == set(), "rows without bearing on play between the two"
    assert all(cases[name].start_year is not None for name in named)
    every = {e.name: e for e in study.STUDY.record("text, every response, institutions")}
    assert every["certification"].outcomes == {"UA", "UP"} and every["certification"].ratchet
    assert not every["intercept_1969"].ratchet
    with pytest.raises(gt.InputError, match="'text', 'text, every response'"):
        study.STUDY.record("mine")


def test_patterns_of_the_record_are_those_of_its_episodes():
    from gametheory.studies.study import Episode, record_in_order

    whole = record_in_order(study.STUDY, "text")
    play = [o for e in study.STUDY.record("text") for o in ("NS", sorted(e.outcomes)[0])]
    assert whole.settled(play) and not whole.allows(["UA", *play]), "an act that nobody recorded is no quiet period"
    episode = Episode("x", 1999, frozenset({"UA", "UP"}))
    assert episode.pattern.settled(["NE", "NS", "UA"]) and not episode.pattern.settled(["NE", "NS"])


def test_codes_that_assume_the_conclusion_do_not_change_the_record():
    from dataclasses import replace

    cases = study.load_cases()
    blind = [
        replace(c, goal_met="unclear", goal_basis="", conditions=("", "", "", ""), conditions_basis="") for c in cases
    ]
    for coding, read in study.STUDY.codings.items():
        assert read(blind) == read(cases), coding


def invented(*games):
    settings = tuple(Setting(name, name, game) for name, game in games)
    return Member("invented", "t", "a", "p", (1,), settings, lambda: ())


@pytest.fixture
def models_of(monkeypatch):
    """The study with an invented family of its own variants."""
    from gametheory.studies import fit

    def use(*names):
        members = (invented(*[(name, variant(name).game) for name in names]),)
        monkeypatch.setattr(family.Family, "members", lambda self: members)
        monkeypatch.setattr(
            family.Family, "solution", lambda self, member, setting: solve_setting(members[0].setting(setting))
        )
        fit._solved.cache_clear()
        return study.STUDY

    yield use
    fit._solved.cache_clear()


def test_each_model_is_held_against_each_case(models_of):
    """The probabilities of the deterministic paths are known without solving anything: they are zero or one."""
    from gametheory.studies.fit import case_by_model

    table = case_by_model(models_of("baseline", "mutual_interest", "weak_sovereignty_no_gain"))
    cycle, virtuous, realism = table.fits
    assert all(p == ("NE" in e.outcomes) for e, p in zip(table.episodes, virtuous.ever.values()))
    assert all(p == ("UA" in e.outcomes) for e, p in zip(table.episodes, realism.ever.values()))
    acts = [e for e in table.episodes if e.outcomes == {"UP"}]
    assert [cycle.ever[e.name] for e in acts] == [1] * len(acts)
    assert cycle.ever["certification"] == 0, "in the cycle Mexico never acquiesces"
    assert table.missed_by_all == (), "realism shows acquiescence"
    # NS NS UP NS NS UP NS UP NE NE ... in order, counted by hand: the first three acts that may be UP, joint work afterwards
    assert cycle.missed == (
        "condor",
        "certification",
        "casablanca",
        "hardline",
        "tijuana_sweep_1996",
        "gunrunner",
        "fast_furious",
    )
    assert set(virtuous.missed) == {e.name for e in table.episodes if "NE" not in e.outcomes}
    assert cycle.in_order == cycle.consecutive == 0
    expected = Fraction(1)
    for e in table.episodes:
        expected *= Fraction(9, 10) * ("NE" in e.outcomes) + Fraction(1, 10) * Fraction(len(e.outcomes), 4)
    assert virtuous.with_error == expected


def test_fit_is_the_product_of_its_predictions_and_coding_errors_open_every_record(models_of):
    from gametheory.studies.fit import case_by_model

    table = case_by_model(models_of("baseline", "naive"))
    for fit in table.fits:
        assert fit.consecutive == 0 and min(fit.predicted.values()) == 0
        assert 0 < fit.with_error < 1 and 0 < fit.by_year < 1
    none = case_by_model(study.STUDY, error=0)
    assert [f.with_error for f in none.fits] == [f.consecutive for f in none.fits]
    all_wrong = case_by_model(study.STUDY, error=1)
    expected = Fraction(1)
    for e in all_wrong.episodes:
        expected *= Fraction(len(e.outcomes), 4)
    assert {f.with_error for f in all_wrong.fits} == {expected}, "then the record says nothing of the model"
    with pytest.raises(gt.InputError, match="from 0 to 1"):
        case_by_model(study.STUDY, error=2)


def test_a_setting_without_equilibrium_is_left_out_and_said_so(models_of):
    from gametheory.studies.fit import case_by_model

    table = case_by_model(models_of("weak_sovereignty"))
    assert table.fits == () and table.left_out == (("invented/weak_sovereignty", "no equilibrium of its kind"),)
    assert table.plain()["left_out"]


def test_results_of_the_fit_hold_what_json_can_hold(models_of, monkeypatch):
    """The shape of what is written, on a small family and few draws; nothing in it is hard-coded."""
    import json

    from gametheory.studies import forecast
    from gametheory.studies.us_mexico.estimation import fit_record
    from gametheory.studies.us_mexico.identified import identified

    models_of("baseline", "mutual_interest")
    forecast._model.cache_clear()
    monkeypatch.setattr(results, "identified", lambda measure, count, K: identified(measure, count=2, K=1))
    monkeypatch.setattr(results, "fit_record", lambda timing: fit_record(timing=timing, points=8, profiled=False))
    said = []
    found = json.loads(json.dumps(results.fit_results(done=said.append), allow_nan=False))
    forecast._model.cache_clear()
    assert len(said) == len(study.STUDY.codings) + 3, "as many pieces as the progress bar counts"
    assert [m["model"] for m in found["case_by_model"]["figure"]["models"]] == [
        "invented/baseline",
        "invented/mutual_interest",
    ]
    assert {s["K"] for s in found["identified"]} == {3, 8} and len({s["measure"] for s in found["identified"]}) == 2
    for timing, scores in found["forecasts_in_floats"].items():
        assert set(scores["log_scores"]) == {
            "invented/baseline",
            "invented/mutual_interest",
            "equal shares",
            "shares so far",
        }, timing
    assert set(found["logit_estimates_in_floats"]["by year"]["estimates"]) == {"precision", "a1", "s"}
