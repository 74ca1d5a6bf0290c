"""Abilities against sums written out by hand, on whatever scale the fit has; Holm's correction against statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from kunskap import irt
from tests.irt.answers import drawn, items_of


def by_hand(scores: pd.DataFrame, fit: irt.IrtFit) -> pd.DataFrame:
    """Posterior mean and standard deviation of each person, on 601 points of the ability scale itself."""
    theta = np.linspace(fit.mean - 8 * fit.sd, fit.mean + 8 * fit.sd, 601)
    prior = stats.norm.pdf(theta, fit.mean, fit.sd)
    rows = []
    for answers in scores[list(fit.items)].to_numpy():
        likelihood = np.ones_like(theta)
        for answer, slope, difficulty in zip(answers, fit.estimates.slope, fit.estimates.difficulty, strict=True):
            chance = 1 / (1 + np.exp(-slope * (theta - difficulty)))
            if not np.isnan(answer):
                likelihood = likelihood * (chance if answer == 1 else 1 - chance)
        weight = prior * likelihood / (prior * likelihood).sum()
        mean = float(weight @ theta)
        rows.append((mean, float(np.sqrt(weight @ (theta - mean) ** 2))))
    return pd.DataFrame(rows, columns=["ability", "se"], index=scores.index)


def wide(model: str) -> tuple[pd.DataFrame, irt.IrtFit]:
    """People who are abler and more spread than the scale's own, with anchors."""
    truth = items_of(12, seed=90, equal_slopes=model == "rasch")
    scores = irt.simulate_scores(truth, n=1200, rng=np.random.default_rng(91), mean=0.8, sd=1.7)
    fit = irt.fit_rasch if model == "rasch" else irt.fit_2pl
    return scores, fit(scores, anchors=truth.iloc[:6])


@pytest.mark.parametrize("model", ["rasch", "2pl"])
@pytest.mark.parametrize("holes", [False, True])
def test_abilities_are_those_of_sums_by_hand(model: str, holes: bool) -> None:
    scores, fit = wide(model)
    assert abs(fit.mean - 0.8) < 0.3 and abs(fit.sd - 1.7) < 0.3
    scores = scores.mask(np.random.default_rng(92).random(scores.shape) < 0.3) if holes else scores
    told = irt.ability(scores, fit=fit).iloc[:60]
    met = told["answered"] > 0
    pd.testing.assert_frame_equal(
        told.loc[met, ["ability", "se"]], by_hand(scores.iloc[:60][met], fit), rtol=0, atol=2e-5
    )


def test_the_unanchored_rasch_scale_is_the_people_s_own() -> None:
    scores = irt.simulate_scores(items_of(15, seed=93, equal_slopes=True), n=900, rng=np.random.default_rng(94), sd=2.0)
    fit = irt.fit_rasch(scores)
    told = irt.ability(scores, fit=fit)
    pd.testing.assert_frame_equal(told[["ability", "se"]].iloc[:40], by_hand(scores.iloc[:40], fit), rtol=0, atol=2e-5)
    # what is known and what is left add up to the spread of the people
    assert told["ability"].var() + (told["se"] ** 2).mean() == pytest.approx(fit.sd**2, rel=0.05)


def test_the_correction_is_holms() -> None:
    scores = drawn(12, 700, seed=95)
    told = irt.item_fit(scores, fit=irt.fit_2pl(scores))
    of = told[told["statistic"] == "s_x2"]
    df = of["unit"].str.removeprefix("chi2, df ").astype(int)
    plain = stats.chi2.sf(of["estimate"], df)
    corrected = told.loc[told["statistic"] == "p_s_x2", "estimate"]
    np.testing.assert_allclose(corrected, multipletests(plain, method="holm")[1], atol=1e-12)
    assert (corrected > plain + 1e-9).any()
