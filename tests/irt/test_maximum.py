"""The maximum is the maximum: against a direct search, and the standard errors against numerical curvature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from kunskap import irt
from tests.irt.answers import drawn, items_of, log_likelihood, real_answers


def direct_2pl(scores: pd.DataFrame) -> float:
    """The highest marginal likelihood that L-BFGS finds with 121 nodes, from a plain start."""
    items = scores.shape[1]
    found = minimize(
        lambda free: -log_likelihood(scores, free[:items], free[items:]),
        np.concatenate([np.ones(items), np.zeros(items)]),
        method="L-BFGS-B",
    )
    return -float(found.fun)


def direct_rasch(scores: pd.DataFrame) -> float:
    items = scores.shape[1]
    found = minimize(
        lambda free: -log_likelihood(scores, np.ones(items), free[:-1], sd=free[-1]),
        np.concatenate([np.zeros(items), [1.0]]),
        method="L-BFGS-B",
    )
    return -float(found.fun)


def with_holes(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    return scores.mask(np.random.default_rng(seed).random(scores.shape) < 0.2)


@pytest.mark.parametrize("name", ["lsat7", "lsat6", "drawn", "holes"])
def test_two_parameters_are_no_worse_than_a_direct_search(name: str) -> None:
    scores = drawn(5, 600, seed=4) if name in ("drawn", "holes") else real_answers(name)
    scores = with_holes(scores, 5) if name == "holes" else scores
    fit = irt.fit_2pl(scores)
    ours = log_likelihood(scores, fit.estimates.slope, fit.estimates.difficulty)
    assert ours > direct_2pl(scores) - 0.1
    assert fit.log_likelihood == pytest.approx(ours, abs=1e-3)


@pytest.mark.parametrize("name", ["lsat7", "drawn", "holes"])
def test_rasch_is_no_worse_than_a_direct_search(name: str) -> None:
    scores = drawn(8, 120, seed=6, equal_slopes=True) if name in ("drawn", "holes") else real_answers(name)
    scores = with_holes(scores, 7) if name == "holes" else scores
    fit = irt.fit_rasch(scores)
    ours = log_likelihood(scores, np.ones(scores.shape[1]), fit.estimates.difficulty, sd=fit.sd)
    assert ours > direct_rasch(scores) - 0.1
    assert fit.log_likelihood == pytest.approx(ours, abs=1e-3)


def test_a_large_test_with_steep_items_gets_a_grid_that_is_fine_enough() -> None:
    items = items_of(120, seed=8).assign(slope=2.5, difficulty=np.linspace(-1.2, 1.2, 120))
    scores = irt.simulate_scores(items, n=600, rng=np.random.default_rng(9))
    fit = irt.fit_2pl(scores)
    z = np.linspace(-6.5, 6.5, 1301)
    assert fit.converged
    # ten times as many nodes as anybody uses
    ours = log_likelihood_on(scores, fit, z)
    assert fit.log_likelihood == pytest.approx(ours, abs=0.01)


def log_likelihood_on(scores: pd.DataFrame, fit: irt.IrtFit, z: np.ndarray) -> float:
    slope, difficulty = fit.estimates.slope, fit.estimates.difficulty
    logit = z[:, None] * slope - slope * difficulty
    joint = scores.to_numpy() @ logit.T - np.logaddexp(0, logit).sum(axis=1) - 0.5 * z**2
    top = joint.max(axis=1, keepdims=True)
    return float(
        (np.log(np.exp(joint - top).sum(axis=1)) + top[:, 0]).sum() - len(scores) * np.log(np.exp(-0.5 * z**2).sum())
    )


def curvature(function: object, at: np.ndarray) -> np.ndarray:
    """The negative matrix of second derivatives, by central differences."""
    step, size = 2e-3, len(at)
    unit = np.eye(size) * step
    value = np.empty((size, size))
    for i in range(size):
        for j in range(i, size):
            four = [
                function(at + one * unit[i] + two * unit[j]) * one * two  # type: ignore[operator]
                for one in (1, -1)
                for two in (1, -1)
            ]
            value[i, j] = value[j, i] = -sum(four) / (4 * step**2)
    return value


@pytest.mark.parametrize("holes", [False, True])
def test_standard_errors_are_those_of_the_numerical_curvature(holes: bool) -> None:
    scores = drawn(5, 600, seed=10)
    scores = with_holes(scores, 11) if holes else scores
    fit = irt.fit_2pl(scores)
    at = np.concatenate([fit.estimates.slope, fit.estimates.difficulty])
    errors = np.sqrt(np.diag(np.linalg.inv(curvature(lambda x: log_likelihood(scores, x[:5], x[5:]), at))))
    np.testing.assert_allclose(fit.estimates.slope_se, errors[:5], rtol=2e-3)
    np.testing.assert_allclose(fit.estimates.difficulty_se, errors[5:], rtol=2e-3)


@pytest.mark.parametrize("holes", [False, True])
def test_rasch_standard_errors_are_those_of_the_numerical_curvature(holes: bool) -> None:
    scores = drawn(5, 300, seed=12, equal_slopes=True)
    scores = with_holes(scores, 13) if holes else scores
    fit = irt.fit_rasch(scores)
    at = np.append(fit.estimates.difficulty, fit.sd)
    numerical = curvature(lambda x: log_likelihood(scores, np.ones(5), x[:5], sd=x[5]), at)
    errors = np.sqrt(np.diag(np.linalg.inv(numerical)))
    np.testing.assert_allclose([*fit.estimates.difficulty_se, fit.estimates.sd_se], errors, rtol=2e-3)


def test_anchored_standard_errors_are_those_of_the_numerical_curvature() -> None:
    scores = drawn(5, 600, seed=14)
    anchors = items_of(5, seed=14).iloc[:2]
    fit = irt.fit_2pl(scores, anchors=anchors)
    known_slope, known_difficulty = anchors["slope"].to_numpy(), anchors["difficulty"].to_numpy()

    def value(x: np.ndarray) -> float:
        slope, difficulty = np.append(known_slope, x[:3]), np.append(known_difficulty, x[3:6])
        return log_likelihood(scores, slope, difficulty, mean=x[6], sd=x[7])

    at = np.concatenate([fit.estimates.slope[2:], fit.estimates.difficulty[2:], [fit.mean, fit.sd]])
    errors = np.sqrt(np.diag(np.linalg.inv(curvature(value, at))))
    ours = [*fit.estimates.slope_se[2:], *fit.estimates.difficulty_se[2:], fit.estimates.mean_se, fit.estimates.sd_se]
    np.testing.assert_allclose(ours, errors, rtol=2e-3)
    assert np.isnan(fit.estimates.slope_se[:2]).all()
    assert fit.parameters["anchored"].tolist() == [True, True, False, False, False]
