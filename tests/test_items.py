"""Facility and discrimination: real answers, published figures, numpy as oracle."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskap.errors import KunskapError
from kunskap.items import discrimination, facility
from kunskap.scoring import score
from tests.small_bank import small_bank

REFERENCE = Path(__file__).parent / "reference"
ITEMS = [f"item{i}" for i in range(1, 6)]


def real_answers(name: str) -> pd.DataFrame:
    """A thousand people's right and wrong answers to five items of the Law School Admission Test."""
    patterns = pd.read_csv(REFERENCE / f"{name}.csv")
    return patterns.loc[patterns.index.repeat(patterns["persons"]), ITEMS].reset_index(drop=True).astype(float)


def test_lsat6_gives_the_figures_that_ltm_prints() -> None:
    published = pd.read_csv(REFERENCE / "lsat6_ltm.csv").set_index("item").drop("all")
    scores = real_answers("lsat6")
    np.testing.assert_allclose(facility(scores)["estimate"], published["facility"], atol=5e-5)
    np.testing.assert_allclose(discrimination(scores)["estimate"], published["item_rest"], atol=5e-5)
    assert (facility(scores)["n"] == 1000).all()


def test_lsat6_scored_by_its_key_from_answers() -> None:
    """The whole way from options to figures: a right answer is the key, a wrong one any other option."""
    truth = real_answers("lsat6")
    responses = pd.DataFrame({f"q{i}": np.where(truth[name] == 1, "a", "b") for i, name in enumerate(ITEMS, 1)})
    scores = score(responses.assign(sitting_id=range(1000)), bank=small_bank())
    assert (scores.to_numpy() == truth.to_numpy()).all()


@pytest.mark.parametrize("name", ["lsat6", "lsat7"])
def test_discrimination_agrees_with_numpy(name: str) -> None:
    scores = real_answers(name)
    for row in discrimination(scores).itertuples():
        rest = scores.drop(columns=row.item).sum(axis=1)
        r = np.corrcoef(scores[row.item], rest)[0, 1]
        assert row.estimate == pytest.approx(r, abs=1e-12)
        assert (row.low, row.high) == pytest.approx(
            tuple(np.tanh(np.arctanh(r) + np.array([-1, 1]) * 1.959964 / 997**0.5))
        )


def test_by_group_is_the_same_as_on_the_group() -> None:
    scores = real_answers("lsat7")
    scores["sex"] = np.where(np.arange(1000) % 3 == 0, "k", "m")
    whole = discrimination(scores, by=["sex"])
    for sex in "km":
        alone = discrimination(scores[scores["sex"] == sex].drop(columns="sex"))
        np.testing.assert_allclose(whole.loc[whole["sex"] == sex, "estimate"], alone["estimate"])


def test_no_variance_has_no_discrimination_but_an_n() -> None:
    scores = pd.DataFrame({"a": [1.0] * 5, "b": [0.1, 0.1, 0.1, 0.1, 0.1], "c": [0.0, 1.0, 1.0, 0.0, 1.0]})
    table = discrimination(scores)
    assert table["estimate"].isna().all()
    assert (table["n"] == 5).all()
    assert facility(scores)["estimate"].round(2).tolist() == [1, 0.1, 0.6]


def test_discrimination_takes_complete_cases_facility_all() -> None:
    scores = real_answers("lsat7")
    scores.loc[:99, "item3"] = np.nan
    assert discrimination(scores)["n"].unique().tolist() == [900]
    assert facility(scores)["n"].tolist() == [1000, 1000, 900, 1000, 1000]
    np.testing.assert_allclose(discrimination(scores)["estimate"], discrimination(scores.iloc[100:])["estimate"])


def test_few_people_have_no_interval() -> None:
    table = discrimination(pd.DataFrame({"a": [1.0, 0.0, 1.0], "b": [1.0, 0.0, 0.0]}))
    assert table["estimate"].notna().all()
    assert table["low"].isna().all()
    assert discrimination(pd.DataFrame({"a": [1.0, 0.0], "b": [1.0, 0.0]}))["estimate"].isna().all()


def test_a_single_item_is_refused() -> None:
    with pytest.raises(KunskapError) as caught:
        discrimination(pd.DataFrame({"a": [1.0, 0.0]}))
    assert caught.value.codes == ("EST-08",)


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 12).flatmap(lambda n: st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 4), min_size=n)))
def test_correlations_lie_within_one_and_ignore_order(rows: list[tuple[float, ...]]) -> None:
    scores = pd.DataFrame(rows, columns=list("abcd"))
    table = discrimination(scores)
    known = table["estimate"].dropna()
    assert known.between(-1, 1).all()
    backwards = discrimination(scores.iloc[::-1, ::-1]).set_index("item").loc[list("abcd")]
    np.testing.assert_allclose(backwards["estimate"], table["estimate"], atol=1e-9)


def test_a_perfect_correlation_has_no_interval_rather_than_one_without_width() -> None:
    """Two items alike in five people's answers are not known to be alike in everyone's."""
    scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0, 1.0], "b": [1.0, 1.0, 0.0, 0.0, 1.0]})
    row = discrimination(scores).iloc[0]
    assert row["estimate"] == pytest.approx(1) and np.isnan([row["low"], row["high"]]).all()
