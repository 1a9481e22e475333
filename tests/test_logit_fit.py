"""Logit play at many points against the tracer of branches; likelihoods against exact records; what estimates can recover."""

import math
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.equilibria.markov_quantal import logit_markov
from gametheory.equilibria.play import Chain, Move
from gametheory.evidence.logit_fit import fit_logit, predict_forward, profile
from gametheory.evidence.logit_play import LogitModel
from gametheory.evidence.records import record_probability
from gametheory.studies import forecast
from gametheory.studies import us_mexico as study
from gametheory.studies.forecast import forecasts, seen_by
from gametheory.studies.us_mexico import estimation


def coin(x="x"):
    """One decision: C pays x, D pays 0; logit play is a logistic curve."""
    return gt.DynamicGame.sequential(
        first="US",
        moves={"C": ("c",), "D": ("d",)},
        players=("US", "MX"),
        discount="1/2",
        payoffs={"Cc": (x, 0), "Dd": (0, 0)},
    )


@pytest.mark.parametrize("naive", [False, True])
def test_play_agrees_with_the_branch_that_another_method_traces(naive):
    game = study.reduced_game(K=1, F=1, naive=naive).subs(**study.BASELINE)
    rates = [0.5, 2.0]
    play = LogitModel(game).play({}, rates)
    assert play.residual.max() < 1e-9
    for i, rate in enumerate(rates):
        traced = logit_markov(game, rate)
        for s, (period, choices) in enumerate(zip(game.periods, traced.profile)):
            expected = {period.plays[n].label: float(p) for n, p in period.outcome(choices).items()}
            for x, label in enumerate(play.outcomes):
                assert play.moves[x, i, s].sum() == pytest.approx(expected.get(label, 0.0), abs=1e-7)


def test_without_precision_the_likelihood_is_the_exact_probability_of_equal_play():
    game = study.reduced_game(K=2, F=1).subs(**study.BASELINE)
    rows = []
    for period in game.periods:
        half = Fraction(1, 2)
        row = []
        for n, p in period.outcome([[half, half]] * 3).items():
            row += [Move(p * q, period.plays[n].label, t) for q, t in period.plays[n].next]
        rows.append(tuple(row))
    chain = Chain(game.states, tuple(rows), game.start)
    records = [[{"NS"}, None, {"UP", "UA"}, {"UP"}], [{"NE", "NS"}], [None, None]]
    found = LogitModel(game).play({}, [0.0]).log_likelihood(records)[0]
    assert np.exp(found) == pytest.approx([float(record_probability(chain, r)) for r in records])


def test_high_precision_plays_the_equilibrium():
    play = LogitModel(study.reduced_game().subs(**study.BASELINE)).play({}, [400.0])
    cycle = ["NS", "NS", "UP", "NS", "NS", "UP", "NS", "UP", "NE", "NE"]
    assert math.exp(play.log_likelihood([[{x} for x in cycle]])[0, 0]) > 0.99


def test_an_estimate_with_a_closed_form_is_found_and_its_interval_too():
    """Shares of a coin: the logistic curve's inverse; the interval by solving the likelihood-ratio equation."""
    seen = [{"Cc"}] * 15 + [{"Dd"}] * 5
    fit = fit_logit(LogitModel(coin(1)), [seen], {"precision": (0, 6)})
    assert fit.estimates["precision"] == pytest.approx(math.log(3), abs=1e-3)
    assert fit.log_likelihood == pytest.approx(15 * math.log(0.75) + 5 * math.log(0.25), abs=1e-6)
    shown = profile(fit, "precision", count=301)
    for end in shown.interval:
        p = 1 / (1 + math.exp(-end))
        assert 2 * (fit.log_likelihood - 15 * math.log(p) - 5 * math.log(1 - p)) == pytest.approx(3.841, abs=0.15)
    assert not shown.open_ends


def test_only_the_product_of_precision_and_payoff_is_identified_and_the_profile_says_so():
    seen = [{"Cc"}] * 15 + [{"Dd"}] * 5
    fit = fit_logit(LogitModel(coin()), [seen], {"precision": (0, 6), "x": (0.5, 1.5)})
    assert fit.estimates["precision"] * fit.estimates["x"] == pytest.approx(math.log(3), abs=1e-2)
    assert profile(fit, "x", count=5).is_flat


def test_prediction_is_the_average_likelihood_in_steps_and_sees_nothing_of_what_follows():
    model, box = LogitModel(coin(1)), {"precision": (0.0, 4.0)}
    seen = [{"Cc"}, {"Dd"}, {"Cc"}]
    found = predict_forward(model, seen, box, points=256)
    grid = np.linspace(0, 4, 4001)
    p = 1 / (1 + np.exp(-grid))
    assert found.log_score == pytest.approx(math.log(np.mean(p * (1 - p) * p)), abs=1e-3)
    other = predict_forward(model, [*seen[:2], {"Dd"}], box, points=256)
    assert other.scores[:2] == found.scores[:2]
    assert math.exp(other.scores[2]) + math.exp(found.scores[2]) == pytest.approx(1)
    assert predict_forward(model, [{"other"}], box, points=2).log_score == -math.inf


def test_records_simulated_from_known_parameters_give_them_back():
    """A slice of the recovery study: with 40 records the errors are within twice those that the long study states."""
    found = estimation.recover(records=40, repetitions=2, seed=3)
    assert found.error["precision"] < 1.0 and found.error["a1"] < 0.25 and found.error["s"] < 2.0
    assert all(found.covered[n] >= 1 for n in estimation.BOX)


def test_the_right_model_is_preferred_and_the_error_rate_of_one_short_record_is_counted():
    one, many = (estimation.choose(records=r, repetitions=40, grid=17) for r in (1, 6))
    for name in estimation.RIVALS:
        assert sum(one.chosen[name].values()) == 40
        assert many.wrong(name) <= one.wrong(name) + 0.05
    assert max(one.wrong(n) for n in estimation.RIVALS) < 0.5, "better than chance among five"
    assert max(many.wrong(n) for n in estimation.RIVALS) < 0.2


def test_forecasts_compare_models_with_forecasts_that_need_none(monkeypatch):
    from gametheory.studies.family import Family, Member, Setting

    settings = (
        Setting("cycle", "t", study.VARIANTS[0].game),
        Setting("words", "t", study.VARIANTS[0].game, reading={"NS": "NE"}),
        Setting(
            "two",
            "t",
            lambda: gt.DynamicGame.repeated(gt.StageGame([[1, 0], [0, 1]], [[1, 0], [0, 1]]), discount="1/2"),
        ),
        Setting("other", "t", lambda: coin(1)),
    )
    forecast._model.cache_clear()
    monkeypatch.setattr(Family, "members", lambda self: (Member("m", "t", "a", "p", (), settings, lambda: ()),))
    found = forecasts(study.STUDY)
    assert {f.name for f in found.models} == {"m/cycle", "m/words"}
    assert dict(found.left_out).keys() == {"m/two", "m/other"}
    assert found.models[0].log_score >= found.models[1].log_score
    equal, shares = found.without_model
    seen = seen_by(study.STUDY)
    assert equal.log_score == pytest.approx(sum(math.log(len(s) / 4) for s in seen))
    assert shares.scores[0] == equal.scores[0]
    with pytest.raises(gt.InputError, match="'consecutive', 'by year'"):
        seen_by(study.STUDY, timing="monthly")


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (
            lambda: LogitModel(gt.DynamicGame.repeated(gt.StageGame([[1]], [[1]]), discount="1/2")),
            "one side moves first",
        ),
        (lambda: LogitModel(coin()).play({}, [1.0]), "also x"),
        (lambda: LogitModel(coin(1)).play({}, [-1.0]), "not negative"),
        (lambda: fit_logit(LogitModel(coin(1)), [[{"Cc"}]], {}), "a range for each of precision"),
        (lambda: fit_logit(LogitModel(coin(1)), [[{"Cc"}]], {"precision": (2, 1)}), "the lower first"),
        (lambda: fit_logit(LogitModel(coin(1)), [], {"precision": (0, 1)}), "at least one observation"),
        (lambda: fit_logit(LogitModel(coin(1)), [[{"Cc"}]], {"precision": (0, 1)}, points=3), "a power of 2"),
        (lambda: estimation.rival_model("magic"), "one of 'ratchet'"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(gt.InputError, match=match):
        call()
