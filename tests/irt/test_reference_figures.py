"""The models give what mirt, ltm and girth give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskap import irt
from tests.irt.answers import REFERENCE, log_likelihood, published, real_answers
from tests.reference.irt_girth import answers as girth_answers


def test_lsat7_two_parameters_are_mirts_with_its_intervals() -> None:
    fit = irt.fit_2pl(real_answers("lsat7"))
    slope = fit.parameters["slope"]
    intercept = -slope * fit.parameters["difficulty"]
    # mirt stops its search when no parameter moves more than 1e-4 in a step: some 1e-3 from the maximum
    np.testing.assert_allclose(slope, published("lsat7", "2pl", "mirt", "slope")["value"], atol=2e-3)
    np.testing.assert_allclose(intercept, published("lsat7", "2pl", "mirt", "intercept")["value"], atol=2e-3)
    printed = published("lsat7", "2pl", "mirt", "log_likelihood")["value"].item()
    assert fit.log_likelihood == pytest.approx(printed, abs=1e-3)
    limits = published("lsat7", "2pl", "mirt", "slope")
    half = 1.959964 * fit.parameters["slope_se"].to_numpy()
    # mirt's supplemented EM is itself exact to some three decimals
    np.testing.assert_allclose(half, (limits["high"] - limits["low"]) / 2, atol=0.015)


def test_lsat6_two_parameters_and_standard_errors_are_ltms() -> None:
    parameters = irt.fit_2pl(real_answers("lsat6")).parameters
    for quantity in ("difficulty", "slope"):
        table = published("lsat6", "2pl", "ltm", quantity)
        np.testing.assert_allclose(parameters[quantity], table["value"], atol=5e-3)
        np.testing.assert_allclose(parameters[f"{quantity}_se"], table["se"], atol=2e-3)


def test_lsat6_rasch_is_ltms_and_mirts() -> None:
    fit = irt.fit_rasch(real_answers("lsat6"))
    difficulty = fit.parameters["difficulty"].to_numpy()
    assert fit.sd == pytest.approx(published("lsat6", "rasch", "ltm", "common_slope")["value"].item(), abs=2e-4)
    se = published("lsat6", "rasch", "ltm", "common_slope")["se"].item()
    assert fit.estimates.sd_se == pytest.approx(se, abs=2e-4)
    # ltm's slope is free and its ability standard normal: the same model on another scale
    np.testing.assert_allclose(
        difficulty / fit.sd, published("lsat6", "rasch", "ltm", "difficulty")["value"], atol=1e-3
    )
    np.testing.assert_allclose(-difficulty, published("lsat6", "rasch", "mirt", "intercept")["value"], atol=2e-3)
    assert fit.sd**2 == pytest.approx(published("lsat6", "rasch", "mirt", "variance")["value"].item(), abs=2e-3)
    for program in ("ltm", "mirt"):
        printed = published("lsat6", "rasch", program, "log_likelihood")["value"].item()
        assert fit.log_likelihood == pytest.approx(printed, abs=1e-3)


def test_lsat7_rasch_has_the_likelihood_of_mirt() -> None:
    fit = irt.fit_rasch(real_answers("lsat7"))
    printed = published("lsat7", "rasch", "mirt", "log_likelihood")["value"].item()
    assert fit.log_likelihood == pytest.approx(printed, abs=1e-3)


def test_item_fit_is_mirts() -> None:
    seven, six = real_answers("lsat7"), real_answers("lsat6")
    found = irt.item_fit(seven, fit=irt.fit_2pl(seven), fewest_expected=0)
    of = found[found["statistic"] == "s_x2"]
    np.testing.assert_allclose(of["estimate"], published("lsat7", "2pl", "mirt", "s_x2")["value"], atol=3e-3)
    assert set(of["unit"]) == {"chi2, df 2"}
    # with joined cells: item 3 has too few people expected wrong or right at one end
    found = irt.item_fit(six, fit=irt.fit_rasch(six), fewest_expected=1)
    of = found[found["statistic"] == "s_x2"]
    np.testing.assert_allclose(of["estimate"], published("lsat6", "rasch", "mirt", "s_x2")["value"], atol=1e-3)


def test_girth_finds_the_same_items_and_abilities() -> None:
    scores, stored = girth_answers(), pd.read_csv(REFERENCE / "irt_girth.csv")
    # the draw is the one that girth saw
    assert scores.sum().astype(int).tolist() == stored["right"].tolist()
    fit = irt.fit_2pl(scores)
    np.testing.assert_allclose(fit.parameters["slope"], stored["twopl_slope"], atol=0.01)
    np.testing.assert_allclose(fit.parameters["difficulty"], stored["twopl_difficulty"], atol=0.01)
    rasch = irt.fit_rasch(scores)
    assert rasch.sd == pytest.approx(stored["onepl_slope"].iloc[0], abs=2e-3)
    standard = rasch.parameters["difficulty"].to_numpy() / rasch.sd
    np.testing.assert_allclose(standard, stored["onepl_difficulty"], atol=0.012)
    # girth stops its search earlier: what differs is its distance from the maximum
    theirs = log_likelihood(scores, stored["onepl_slope"].to_numpy(), stored["onepl_difficulty"].to_numpy())
    assert rasch.log_likelihood > theirs
    ability = pd.read_csv(REFERENCE / "irt_girth_ability.csv")
    ours = irt.ability(scores, fit=fit)["ability"].iloc[ability["person"]]
    np.testing.assert_allclose(ours, ability["ability"], atol=0.01)
