"""The formulas of change: published examples, other systems, simulated coverage, and what cannot be computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

from kunskap.change import (
    analysis_of_covariance,
    gain_share,
    mcnemar,
    overlapping_t,
    paired_shares,
    paired_t,
    standardised_change,
)
from kunskap.compare import welch

REFERENCE = Path(__file__).parent / "reference"
PUBLISHED = pd.read_csv(REFERENCE / "change.csv").set_index(["data", "statistic"])


def agrees(data: str, **found: float) -> None:
    for name, value in found.items():
        row = PUBLISHED.loc[(data, name)]
        assert value == pytest.approx(row["value"], abs=row["tolerance"]), name


def sleep() -> tuple[np.ndarray, np.ndarray]:
    table = pd.read_csv(REFERENCE / "sleep.csv", dtype={"group": str})
    return tuple(table.loc[table["group"] == group, "extra"].to_numpy() for group in "12")  # type: ignore[return-value]


def pairs(lost: int, gained: int, kept: int, never: int) -> tuple[list[int], list[int]]:
    before = [1] * (lost + kept) + [0] * (gained + never)
    return before, [0] * lost + [1] * kept + [1] * gained + [0] * never


# ---------------------------------------------------------------- published


def test_the_paired_t_on_students_sleep_is_what_r_prints() -> None:
    found = paired_t(*sleep())
    agrees("sleep", difference=found.estimate, t=found.estimate / found.se, p_paired=found.p)
    agrees("sleep", low=found.low, high=found.high)


def test_d_z_on_students_sleep_is_what_effectsize_prints() -> None:
    found = standardised_change(*sleep())
    agrees("sleep", d_z=found.estimate, d_z_low=found.low, d_z_high=found.high)


def test_partly_overlapping_samples_are_what_their_authors_print() -> None:
    a_alone, a_both = [20, 21, 16, 18, 14, 12, 14, 17], [14, 15, 18, 20, 11, 19, 14, 15]
    b_alone, b_both = [10, 16, 18, 16, 15, 14, 13, 10], [15, 10, 15, 17, 13, 19, 12, 13]
    nobody = [np.nan] * 8
    found = overlapping_t([*b_alone, *nobody, *b_both], [*nobody, *a_alone, *a_both])
    agrees("overlapping", p_overlap=found.p)
    assert found.estimate == pytest.approx(np.mean([*a_alone, *a_both]) - np.mean([*b_alone, *b_both]))


def test_mcnemar_is_what_fagerland_prints() -> None:
    mid, exact = mcnemar(1, 7)
    agrees("bentur", p_mcnemar=mid, p_exact=exact)


def test_the_interval_of_paired_shares_is_what_contingencytables_prints() -> None:
    """Their rows and columns are the first and the second answer; 6 changed one way and 16 the other."""
    found = paired_shares(*pairs(lost=16, gained=6, kept=59, never=80))
    agrees("cavo", difference=found.estimate, low=found.low, high=found.high)


# ---------------------------------------------------------------- other systems


def test_the_paired_t_agrees_with_scipy_and_pingouin() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(0.5, 0.2, 23)
    after = 0.6 * before + rng.normal(0.3, 0.1, 23)
    found, theirs = paired_t(before, after), stats.ttest_rel(after, before)
    assert found.p == pytest.approx(theirs.pvalue, rel=1e-10)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval()), rel=1e-10)
    assert found.estimate / found.se == pytest.approx(pingouin.ttest(after, before, paired=True)["T"].item(), abs=1e-6)


def test_the_limits_of_d_z_are_those_of_the_noncentral_t() -> None:
    rng = np.random.default_rng(2)
    before, after = rng.normal(0, 1, 20), rng.normal(0.6, 1, 20)
    found, n = standardised_change(before, after), 20
    t = found.estimate * np.sqrt(n)
    assert stats.nct.sf(t, n - 1, found.low * np.sqrt(n)) == pytest.approx(0.025, abs=1e-6)
    assert stats.nct.cdf(t, n - 1, found.high * np.sqrt(n)) == pytest.approx(0.025, abs=1e-6)


def test_partly_overlapping_is_the_paired_t_with_all_and_welch_with_none() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(0, 1, 15)
    second = first + rng.normal(0.2, 0.5, 15)
    whole, paired = overlapping_t(first, second), paired_t(first, second)
    assert tuple(whole) == pytest.approx(tuple(paired), rel=1e-8)
    none = np.full(15, np.nan)
    found = overlapping_t([*first, *none], [*none, *second])
    moments = [(15, float(part.mean()), float(part.var(ddof=1))) for part in (second, first)]
    assert tuple(found) == pytest.approx(welch(*moments), rel=1e-10)


@given(lost=st.integers(0, 40), gained=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_mcnemars_exact_p_agrees_with_statsmodels(lost: int, gained: int) -> None:
    mid, exact = mcnemar(lost, gained)
    theirs = their_mcnemar([[3, lost], [gained, 5]], exact=True)
    assert exact == pytest.approx(theirs.pvalue if lost + gained else 1.0, rel=1e-10)
    assert 0 < mid <= exact
    assert mcnemar(gained, lost) == pytest.approx((mid, exact))


@pytest.mark.parametrize("spread", [0.05, 0.3])
def test_the_analysis_of_covariance_agrees_with_statsmodels(spread: float) -> None:
    rng = np.random.default_rng(4)
    before, group = rng.uniform(0, 1, 40), np.repeat([1, 0], 20)
    after = 0.2 + 0.5 * before + 0.1 * group + rng.normal(0, spread, 40) * (0.2 + before)
    theirs = sm.OLS(after, sm.add_constant(np.column_stack([group, before]))).fit(cov_type="HC3", use_t=True)
    found = analysis_of_covariance(before, after, group)
    assert found.estimate == pytest.approx(theirs.params[1], rel=1e-10)
    assert found.se == pytest.approx(theirs.bse[1], rel=1e-10)
    assert found.p == pytest.approx(theirs.pvalues[1], rel=1e-8)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.conf_int()[1]), rel=1e-8)


def test_the_limits_of_the_gain_are_where_the_data_no_longer_contradict() -> None:
    """Fieller: at a limit r, the paired t of gain − r · room is exactly the critical value."""
    rng = np.random.default_rng(5)
    before = rng.uniform(0.2, 0.7, 30)
    after = np.clip(before + rng.normal(0.1, 0.1, 30), 0, 1)
    found = gain_share(before, after)
    assert found.estimate == pytest.approx((after.mean() - before.mean()) / (1 - before.mean()))
    for limit in (found.low, found.high):
        rest = (after - before) - limit * (1 - before)
        assert stats.ttest_1samp(rest, 0).pvalue == pytest.approx(0.05, abs=1e-9)


# ---------------------------------------------------------------- simulated


@pytest.mark.parametrize("r", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("sizes", [(12, 10, 8), (30, 40, 20), (5, 40, 60)])
def test_partly_overlapping_intervals_keep_their_promise(r: float, sizes: tuple[int, int, int]) -> None:
    """Scores of twelve items, unequal spread; at least 93 of 100 intervals hold the truth and the errors are near 5."""
    both, first_only, second_only = sizes
    rng = np.random.default_rng(int(100 * r) + both)
    times, held = 1200, 0
    for _ in range(times):
        shared = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], both)
        before = 0.5 + 0.15 * np.concatenate([shared[:, 0], rng.normal(0, 1, first_only), np.full(second_only, np.nan)])
        after = 0.6 + 0.20 * np.concatenate([shared[:, 1], np.full(first_only, np.nan), rng.normal(0, 1, second_only)])
        found = overlapping_t(before, after)
        held += found.low <= 0.1 <= found.high
    assert 0.93 <= held / times <= 0.975


def test_partly_overlapping_is_narrower_than_unpaired_where_people_are_alike_both_times() -> None:
    rng = np.random.default_rng(6)
    shared = rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 40)
    before, after = [*shared[:, 0], *[np.nan] * 20], [*shared[:, 1], *rng.normal(0, 1, 20)]
    found = overlapping_t(before, after)
    known = [np.array([value for value in side if value == value]) for side in (after, before)]
    unpaired = welch(*((len(part), float(part.mean()), float(part.var(ddof=1))) for part in known))
    assert found.se < 0.75 * unpaired[1]


@pytest.mark.parametrize(("n", "gain", "loss"), [(20, 0.2, 0.1), (20, 0.05, 0.02), (60, 0.25, 0.1)])
def test_intervals_of_paired_shares_keep_their_promise(n: int, gain: float, loss: float) -> None:
    rng = np.random.default_rng(n)
    times, held = 2000, 0
    for gained, lost, *_ in rng.multinomial(n, [gain, loss, 1 - gain - loss], times):
        found = paired_shares(*pairs(int(lost), int(gained), n - int(gained) - int(lost), 0))
        held += found.low <= gain - loss <= found.high
    assert held / times >= 0.93


# ---------------------------------------------------------------- what cannot be computed


def test_what_cannot_be_computed_is_missing_and_nothing_falls() -> None:
    same = [0.5] * 6
    assert np.isnan(paired_t([], []).estimate)
    assert paired_t([0.4], [0.6])[:2] == pytest.approx((0.2, np.nan), nan_ok=True)
    assert np.isnan(paired_t(same, [0.7] * 6).p), "everyone changed alike"
    assert np.isnan(standardised_change(same, [0.7] * 6).estimate)
    assert np.isnan(gain_share([1.0] * 5, [1.0] * 5).estimate), "nothing left to gain"
    assert np.isnan(overlapping_t([np.nan], [0.4]).estimate)
    assert np.isnan(overlapping_t(same, same).p)
    assert np.isnan(paired_shares([], []).estimate)
    assert paired_shares([1, 1, 1], [1, 1, 1]).p == 1.0
    assert np.isnan(analysis_of_covariance([0.1] * 6, [0.2, 0.3, 0.1, 0.5, 0.3, 0.2], [1, 1, 1, 0, 0, 0]).estimate)
    assert np.isnan(analysis_of_covariance([0.1, 0.2, 0.4, 0.5], [0.2] * 4, [1, 0, 0, 0]).estimate)


def test_a_gain_without_certain_room_has_no_interval() -> None:
    found = gain_share([1.0, 1.0, 0.9, 1.0, 1.0, 1.0], [1.0, 0.9, 1.0, 1.0, 1.0, 1.0])
    assert np.isfinite(found.estimate)
    assert np.isnan(found.low)
    assert np.isnan(found.high)
