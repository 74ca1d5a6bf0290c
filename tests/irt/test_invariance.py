"""What must not matter does not: names, the order of people and items, how a file was split."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskap import irt
from tests.irt.answers import drawn

FITS = {"rasch": irt.fit_rasch, "2pl": irt.fit_2pl}


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    whole = drawn(10, 6000, seed=50)
    return whole.mask(np.random.default_rng(51).random(whole.shape) < 0.1)


@pytest.mark.parametrize("model", FITS)
def test_the_order_of_people_changes_no_bit(scores: pd.DataFrame, model: str) -> None:
    one = FITS[model](scores)
    other = FITS[model](scores.sample(frac=1, random_state=np.random.RandomState(52)))
    pd.testing.assert_frame_equal(one.parameters, other.parameters, check_exact=True)
    assert one.log_likelihood == other.log_likelihood


@pytest.mark.parametrize("model", FITS)
def test_the_order_and_names_of_items_do_not_matter(scores: pd.DataFrame, model: str) -> None:
    one = FITS[model](scores).parameters
    turned = scores[list(scores.columns)[::-1]].rename(columns=lambda name: f"other{name}")
    other = FITS[model](turned).parameters.rename(index=lambda name: name.removeprefix("other")).loc[one.index]
    np.testing.assert_allclose(one.to_numpy(dtype=float), other.to_numpy(dtype=float), rtol=0, atol=2e-6)


@pytest.mark.parametrize("model", FITS)
def test_split_and_joined_is_the_same(scores: pd.DataFrame, model: str) -> None:
    joined = pd.concat([scores.iloc[4000:], scores.iloc[:4000]])
    pd.testing.assert_frame_equal(FITS[model](scores).parameters, FITS[model](joined).parameters, check_exact=True)


@pytest.mark.parametrize("model", FITS)
def test_who_met_nothing_changes_nothing(scores: pd.DataFrame, model: str) -> None:
    nobody = pd.DataFrame(np.nan, index=range(500), columns=scores.columns)
    one, other = FITS[model](scores), FITS[model](pd.concat([scores, nobody]))
    np.testing.assert_allclose(one.estimates.difficulty, other.estimates.difficulty, atol=1e-6)
    assert one.n == other.n == int(scores.notna().any(axis=1).sum())


def test_right_and_wrong_turned_round_turns_the_scale_round(scores: pd.DataFrame) -> None:
    one, other = irt.fit_2pl(scores).estimates, irt.fit_2pl(1 - scores).estimates
    np.testing.assert_allclose(one.difficulty, -other.difficulty, atol=1e-4)
    np.testing.assert_allclose(one.slope, other.slope, atol=1e-4)


def test_columns_name_the_items_and_other_columns_are_left_alone(scores: pd.DataFrame) -> None:
    chosen = list(scores.columns[:6])
    with_more = scores.assign(sex="k")
    one, other = irt.fit_rasch(with_more, columns=chosen), irt.fit_rasch(scores[chosen])
    pd.testing.assert_frame_equal(one.parameters, other.parameters)


def test_the_table_is_left_as_it_was(scores: pd.DataFrame) -> None:
    before = scores.copy()
    irt.ability(scores, fit=irt.fit_rasch(scores))
    pd.testing.assert_frame_equal(scores, before)


def test_abilities_by_the_curve_are_those_of_the_sums() -> None:
    """With 299 people sums are taken one by one, with more a curve; nobody may see the difference."""
    scores = drawn(12, 4000, seed=53)
    fit = irt.fit_2pl(scores)
    curve = irt.ability(scores, fit=fit)
    sums = pd.concat([irt.ability(scores.iloc[start : start + 250], fit=fit) for start in range(0, 4000, 250)])
    pd.testing.assert_frame_equal(curve, sums, check_exact=False, atol=1e-6, rtol=0)


def test_abilities_have_the_tables_index_and_more_right_is_more_able() -> None:
    scores = drawn(8, 500, seed=54, equal_slopes=True).set_axis([f"s{i}" for i in range(500)], axis=0)
    told = irt.ability(scores, fit=irt.fit_rasch(scores))
    assert told.index.equals(scores.index)
    by_sum = told["ability"].groupby(scores.sum(axis=1))
    assert by_sum.std().max() < 1e-9
    assert by_sum.mean().is_monotonic_increasing
