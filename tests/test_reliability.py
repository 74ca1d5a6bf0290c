"""Alpha and Feldt's interval: published figures, pingouin on real data, and what has no answer."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from kunskap.errors import KunskapError
from kunskap.reliability import alpha, feldt_interval
from tests.test_items import ITEMS, REFERENCE, real_answers


def test_alpha_of_lsat6_is_what_ltm_prints() -> None:
    published = pd.read_csv(REFERENCE / "lsat6_ltm.csv").set_index("item").loc["all", "alpha"]
    estimate = alpha(real_answers("lsat6"))["estimate"].item()
    assert estimate == pytest.approx(published, abs=5e-5)
    assert estimate == pytest.approx(0.2949972, abs=5e-8)  # R-help, January 2007


def test_alpha_of_lsat7_has_one_divisor_throughout() -> None:
    scores = real_answers("lsat7")
    estimate = alpha(scores)["estimate"].item()
    assert estimate == pytest.approx(0.45341, abs=5e-6)
    p = scores.mean()
    mixed = 5 / 4 * (1 - (p * (1 - p)).sum() / scores.sum(axis=1).var(ddof=1))
    assert mixed == pytest.approx(0.45421, abs=5e-6)
    kr20 = 5 / 4 * (1 - (p * (1 - p)).sum() / scores.sum(axis=1).var(ddof=0))
    assert estimate == pytest.approx(kr20, abs=1e-12)


@pytest.mark.parametrize("level", [0.90, 0.95])
def test_alpha_agrees_with_pingouin_on_real_answers(level: float) -> None:
    for data in (real_answers("lsat6"), real_answers("lsat7"), pingouin.read_dataset("cronbach_wide_missing")):
        row = alpha(data.astype(float), level=level).iloc[0]
        assert row["estimate"] == pytest.approx(pingouin.cronbach_alpha(data, nan_policy="listwise")[0], abs=1e-12)
        assert row["n"] == len(data.dropna())
        # pingouin rounds to three decimals, and counts the incomplete rows too if it is the one to drop them
        interval = pingouin.cronbach_alpha(data.dropna(), ci=level)[1]
        np.testing.assert_allclose([row["low"], row["high"]], interval, atol=5.001e-4)


def test_feldts_interval_is_the_published_one() -> None:
    published = pd.read_csv(REFERENCE / "feldt.csv").set_index("source")
    ours = published.loc["MRC CBU statistics wiki: feldt1.return"]
    found = feldt_interval(ours["alpha"], items=ours["items"], n=ours["n"], level=ours["level"])
    np.testing.assert_allclose(found, [ours["low"], ours["high"]], atol=5e-8)


def test_statpsych_differs_only_by_its_second_degrees_of_freedom() -> None:
    row = pd.read_csv(REFERENCE / "feldt.csv").set_index("source").loc["R statpsych: ci.cronbach"]
    theirs = 1 - (1 - row["alpha"]) * stats.f.isf([0.025, 0.975], row["n"] - 1, row["n"] * (row["items"] - 1))
    np.testing.assert_allclose(theirs, [row["low"], row["high"]], atol=5e-8)
    ours = feldt_interval(row["alpha"], items=row["items"], n=row["n"])
    assert np.abs(np.array(ours) - theirs).max() < 1e-4
    assert np.abs(np.array(ours) - theirs).max() > 1e-5


def test_alpha_by_group_and_of_chosen_items() -> None:
    scores = real_answers("lsat7")
    scores["role"] = np.where(np.arange(1000) % 4 == 0, "pol", "tjm")
    table = alpha(scores, by=["role"], columns=ITEMS[:3], scale="half")
    assert table["role"].tolist() == ["pol", "tjm"]
    assert table["scale"].unique().tolist() == ["half"]
    expected = pingouin.cronbach_alpha(scores.loc[scores["role"] == "pol", ITEMS[:3]])[0]
    assert table["estimate"].iloc[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, 0.0]],  # one person
        [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]],  # everyone has the same sum
        [[1.0, np.nan], [np.nan, 1.0]],  # nobody reached both
    ],
)
def test_where_there_is_no_alpha_there_is_an_n(rows: list[list[float]]) -> None:
    row = alpha(pd.DataFrame(rows, columns=["a", "b"])).iloc[0]
    assert np.isnan(row["estimate"])
    assert np.isnan(row["low"])
    assert row["n"] == sum(not np.isnan(line).any() for line in np.array(rows))


def test_a_single_item_is_refused() -> None:
    with pytest.raises(KunskapError) as caught:
        alpha(pd.DataFrame({"a": [1.0, 0.0]}))
    assert caught.value.codes == ("EST-08",)
