"""What was put in comes out: parameters, standard errors that keep their promise, linked waves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskap import irt
from tests.irt.answers import items_of


def covered(fit: irt.IrtFit, truth: pd.DataFrame, quantity: str) -> np.ndarray:
    found = fit.parameters
    return (np.abs(found[quantity] - truth[quantity]) <= 1.959964 * found[f"{quantity}_se"]).to_numpy()


def test_rasch_intervals_keep_their_promise_from_60_people() -> None:
    """At nominal 95 % at least 93 %, over 300 tests of 12 items."""
    rng = np.random.default_rng(31)
    truth = items_of(12, seed=30, equal_slopes=True)
    hits, spread = [], []
    for _ in range(300):
        scores = irt.simulate_scores(truth, n=60, rng=rng)
        if scores.mean().between(0, 1, inclusive="neither").all():
            fit = irt.fit_rasch(scores)
            hits.append(covered(fit, truth, "difficulty"))
            spread.append(abs(fit.sd - 1) <= 1.959964 * fit.estimates.sd_se)
    assert len(hits) > 250
    assert 0.93 < np.mean(hits) < 0.97
    assert np.mean(spread) > 0.90


def test_two_parameter_intervals_keep_their_promise_from_500_people() -> None:
    rng = np.random.default_rng(33)
    truth = items_of(15, seed=32)
    fits = [irt.fit_2pl(irt.simulate_scores(truth, n=500, rng=rng)) for _ in range(150)]
    assert all(fit.converged for fit in fits)
    for quantity in ("slope", "difficulty"):
        assert 0.93 < np.mean([covered(fit, truth, quantity) for fit in fits]) < 0.97, quantity
        errors = np.mean([(fit.parameters[quantity] - truth[quantity]).to_numpy() for fit in fits], axis=0)
        assert np.abs(errors).max() < 0.1


def test_two_parameters_are_recovered_in_a_large_sample() -> None:
    truth = items_of(30, seed=34)
    found = irt.fit_2pl(irt.simulate_scores(truth, n=40_000, rng=np.random.default_rng(35))).parameters
    for quantity in ("slope", "difficulty"):
        assert ((found[quantity] - truth[quantity]) / found[f"{quantity}_se"]).abs().max() < 4
        assert np.corrcoef(found[quantity], truth[quantity])[0, 1] > 0.995


def test_items_missing_by_design_are_recovered() -> None:
    """Two booklets with ten items in common."""
    truth = items_of(30, seed=36)
    scores = irt.simulate_scores(truth, n=8000, rng=np.random.default_rng(37))
    scores.iloc[:4000, :10] = np.nan
    scores.iloc[4000:, 20:] = np.nan
    fit = irt.fit_2pl(scores)
    assert fit.parameters["n"].tolist() == [4000] * 10 + [8000] * 10 + [4000] * 10
    for quantity in ("slope", "difficulty"):
        assert ((fit.parameters[quantity] - truth[quantity]) / fit.parameters[f"{quantity}_se"]).abs().max() < 4
    known_better = fit.parameters["difficulty_se"].iloc[10:20].median()
    assert fit.parameters["difficulty_se"].drop(fit.items[10:20] and list(fit.items[10:20])).median() > known_better


@pytest.mark.parametrize("model", ["rasch", "2pl"])
def test_a_second_wave_stands_on_the_first_ones_scale(model: str) -> None:
    truth = items_of(20, seed=38, equal_slopes=model == "rasch")
    fit = irt.fit_rasch if model == "rasch" else irt.fit_2pl
    rng = np.random.default_rng(39)
    first = fit(irt.simulate_scores(truth, n=6000, rng=rng))
    second = fit(
        irt.simulate_scores(truth, n=6000, rng=rng, mean=0.6, sd=1.3), anchors=first.parameters.iloc[[0, 3, 7, 11, 15]]
    )
    assert second.mean == pytest.approx(0.6, abs=0.12)
    assert second.sd == pytest.approx(1.3, abs=0.12)
    free = ~second.parameters["anchored"]
    assert free.sum() == 15
    assert (second.parameters["difficulty"] - truth["difficulty"])[free].abs().max() < 0.25
    given = first.parameters.iloc[[0, 3, 7, 11, 15]]
    pd.testing.assert_frame_equal(
        second.parameters.loc[given.index, ["difficulty", "slope"]], given[["difficulty", "slope"]]
    )


def test_without_anchors_a_change_of_all_people_is_not_seen() -> None:
    """Why anchors are needed: each wave's own mean is 0 by definition."""
    truth = items_of(10, seed=40, equal_slopes=True)
    moved = irt.simulate_scores(truth, n=3000, rng=np.random.default_rng(41), mean=1.0)
    assert irt.fit_rasch(moved).mean == 0.0
    anchored = irt.fit_rasch(moved, anchors=truth)
    assert anchored.mean == pytest.approx(1.0, abs=0.08)
    assert anchored.free == 2


def test_abilities_are_recovered_with_honest_errors() -> None:
    truth = items_of(25, seed=42)
    rng = np.random.default_rng(43)
    theta = rng.normal(size=5000)
    chance = 1 / (1 + np.exp(-truth["slope"].to_numpy() * (theta[:, None] - truth["difficulty"].to_numpy())))
    scores = pd.DataFrame((rng.random(chance.shape) < chance).astype(float), columns=list(truth.index))
    told = irt.ability(scores, fit=irt.fit_2pl(scores))
    assert np.corrcoef(told["ability"], theta)[0, 1] > 0.9
    assert np.mean(np.abs(told["ability"] - theta) < 1.959964 * told["se"]) == pytest.approx(0.95, abs=0.015)


def test_fit_is_refused_to_items_that_do_not_follow_the_model() -> None:
    """S-X² keeps its level under the model, and finds an item that the able get wrong as often as the weak."""
    truth = items_of(12, seed=44)
    rng = np.random.default_rng(45)
    values = []
    for _ in range(60):
        scores = irt.simulate_scores(truth, n=800, rng=rng)
        told = irt.item_fit(scores, fit=irt.fit_2pl(scores))
        of = told[told["statistic"] == "s_x2"]
        values += list(of["estimate"] / of["unit"].str.removeprefix("chi2, df ").astype(int))
        assert told.loc[told["statistic"] == "p_s_x2", "estimate"].between(0, 1).all()
    assert np.mean(values) == pytest.approx(1.0, abs=0.08)
    odd = irt.simulate_scores(truth, n=2000, rng=rng)
    middle = odd.sum(axis=1).between(5, 8)
    odd["q03"] = middle.astype(float).where(rng.random(len(odd)) < 0.9, 1 - middle)
    told = irt.item_fit(odd, fit=irt.fit_2pl(odd))
    p = told[told["statistic"] == "p_s_x2"].set_index("item")["estimate"]
    assert p["q03"] < 1e-6


def test_items_of_one_group_are_biased_in_a_joint_fit_and_right_with_anchors() -> None:
    """The stated limit: one normal population; and that its remedy works."""
    truth = items_of(12, seed=46, equal_slopes=True)
    rng = np.random.default_rng(47)
    first = irt.simulate_scores(truth, n=4000, rng=rng)
    second = irt.simulate_scores(truth, n=4000, rng=rng, mean=1.5)
    only_second = list(truth.index[8:])
    first[only_second] = np.nan

    def error(fit: irt.IrtFit) -> float:
        """How far the second group's own items stand from their places among the common ones."""
        off = fit.parameters["difficulty"] - truth["difficulty"]
        return float(off[only_second].mean() - off.drop(only_second).mean())

    joint = irt.fit_rasch(pd.concat([first, second], ignore_index=True))
    common = irt.fit_rasch(first.drop(columns=only_second)).parameters
    anchored = irt.fit_rasch(second, anchors=common)
    assert abs(error(joint)) > 0.1
    assert abs(error(anchored)) < 0.05
    assert anchored.mean == pytest.approx(1.5, abs=0.1)
