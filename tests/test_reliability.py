"""Alpha, omega, SEM and test–retest: published figures, other packages on real data, and what has no answer."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats
from statsmodels.multivariate.factor import Factor

from kunskap.errors import KunskapError
from kunskap.reliability import agreement, alpha, feldt_interval, omega, omega_of, one_factor, retest, standard_error
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


# ---------------------------------------------------------------- omega


def simulated_answers() -> pd.DataFrame:
    """As tests/reference/omega.py draws them."""
    rng = np.random.default_rng(77)
    ability, loadings = rng.normal(size=(400, 1)), np.linspace(0.3, 1.5, 12)
    values = (rng.normal(size=(400, 12)) < ability * loadings + 0.4).astype(float)
    return pd.DataFrame(values, columns=[f"q{i}" for i in range(12)])


@pytest.mark.parametrize("name", ["lsat6", "lsat7", "simulated"])
def test_omega_and_loadings_are_those_of_factor_analyzer(name: str) -> None:
    scores = simulated_answers() if name == "simulated" else real_answers(name)
    stored = pd.read_csv(REFERENCE / "omega.csv").query("data == @name")
    likely, least = (stored[stored["method"] == method] for method in ("ml", "minres"))
    assert scores.sum().astype(int).tolist() == likely["right"].tolist()
    loadings, _ = one_factor(np.corrcoef(scores.to_numpy(), rowvar=False))
    np.testing.assert_allclose(loadings, likely["loading"], atol=2e-5)
    found = omega(scores)["estimate"].item()
    assert found == pytest.approx(likely["omega"].iloc[0], abs=1e-6)
    assert found == pytest.approx(least["omega"].iloc[0], abs=2e-3)  # another criterion, nearly the same answer


def test_one_factor_agrees_with_statsmodels() -> None:
    for scores in (simulated_answers(), real_answers("lsat7")):
        correlations = np.corrcoef(scores.to_numpy(dtype=float), rowvar=False)
        oracle = Factor(corr=correlations, n_factor=1, method="ml").fit()
        loadings, uniquenesses = one_factor(correlations)
        # the sharper search is the likelier: statsmodels stops at 1e-5 or so
        np.testing.assert_allclose(np.abs(loadings), np.abs(oracle.loadings.ravel()), atol=2e-4)
        np.testing.assert_allclose(uniquenesses, oracle.uniqueness, atol=2e-4)


def test_omega_is_alpha_where_all_loadings_are_equal_and_above_it_else() -> None:
    rng = np.random.default_rng(4)
    ability, noise = rng.normal(size=(20_000, 1)), rng.normal(size=(20_000, 6))
    equal = pd.DataFrame(ability + noise, columns=list("abcdef"))
    assert omega(equal)["estimate"].item() == pytest.approx(alpha(equal)["estimate"].item(), abs=2e-3)
    unequal = pd.DataFrame(ability * np.array([0.1, 0.2, 0.3, 2, 2, 2]) + noise, columns=list("abcdef"))
    assert omega(unequal)["estimate"].item() > alpha(unequal)["estimate"].item() + 0.02
    truth = 6.6**2 / (6.6**2 + 6)
    assert omega(unequal)["estimate"].item() == pytest.approx(truth, abs=0.01)


def test_omegas_interval_comes_from_the_draws_and_holds_the_truth() -> None:
    scores = simulated_answers()
    assert np.isnan(omega(scores)["low"].item())
    row = omega(scores, rng=np.random.default_rng(1), draws=100).iloc[0]
    again = omega(scores, rng=np.random.default_rng(1), draws=100).iloc[0]
    assert (row["low"], row["high"]) == (again["low"], again["high"])
    assert 0.7 < row["low"] < row["estimate"] < row["high"] < 0.9


@pytest.mark.parametrize(
    "values",
    [
        np.ones((10, 4)),  # nobody differs
        np.eye(4),  # no more people than items
        np.column_stack([np.arange(10.0), np.arange(10.0), np.arange(10.0) % 3, np.arange(10.0) % 2]),  # one twice
        np.empty((0, 4)),
    ],
)
def test_where_no_factor_can_be_found_omega_is_missing(values: np.ndarray) -> None:
    assert np.isnan(omega_of(values))


def test_an_item_that_does_not_vary_adds_nothing() -> None:
    scores = simulated_answers()
    assert omega(scores.assign(same=1.0))["estimate"].item() == pytest.approx(
        omega(scores)["estimate"].item(), abs=1e-12
    )


def test_omega_of_two_items_is_refused() -> None:
    with pytest.raises(KunskapError) as caught:
        omega(pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 1.0]}))
    assert caught.value.codes == ("EST-08",)


def test_nothing_depends_on_the_order_of_people_or_items() -> None:
    scores = real_answers("lsat7")
    other = scores.sample(frac=1, random_state=5)[scores.columns[::-1]]
    for call in (alpha, omega, standard_error):
        assert call(other)["estimate"].item() == pytest.approx(call(scores)["estimate"].item(), abs=1e-8)


# ---------------------------------------------------------------- the standard error of measurement


def test_the_standard_error_is_how_far_the_same_person_moves() -> None:
    """Two parallel tests of 16 items: the scores of the same person differ by √2 times it."""
    rng = np.random.default_rng(6)
    chance = 1 / (1 + np.exp(-rng.normal(size=(50_000, 1)) * np.ones((1, 16))))
    one, other = ((rng.random(chance.shape) < chance).astype(float) for _ in range(2))
    scores = pd.DataFrame(one, columns=[f"q{i}" for i in range(16)])
    moved = (one.mean(axis=1) - other.mean(axis=1)).std() / np.sqrt(2)
    assert standard_error(scores)["estimate"].item() == pytest.approx(moved, rel=0.01)


def test_the_standard_error_is_in_shares_and_its_limits_are_alphas() -> None:
    scores = real_answers("lsat7")
    row, of_alpha = standard_error(scores).iloc[0], alpha(scores).iloc[0]
    spread = (scores.sum(axis=1) / 5).std()
    assert row["unit"] == "share"
    for name, other in (("estimate", "estimate"), ("low", "high"), ("high", "low")):
        assert row[name] == pytest.approx(spread * np.sqrt(1 - of_alpha[other]), abs=1e-12)


# ---------------------------------------------------------------- test–retest


def twice(n: int, *, shift: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(9)
    truth = rng.normal(size=n)
    names = [f"p{i}" for i in range(n)]
    made = [pd.DataFrame({"total": truth + rng.normal(size=n) + move}, index=names) for move in (0.0, shift)]
    return made[0], made[1]


@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_retest_agrees_with_pingouin(shift: float) -> None:
    first, second = twice(60, shift=shift)
    table = retest(first, second).set_index("statistic")
    oracle = pingouin.corr(first["total"], second["total"]).iloc[0]
    assert table.loc["retest", "estimate"] == pytest.approx(oracle["r"], abs=1e-12)
    both = pd.concat([first.assign(time=1), second.assign(time=2)]).rename_axis("person").reset_index()
    rows = pingouin.intraclass_corr(both, targets="person", raters="time", ratings="total").set_index("Type")
    assert table.loc["icc_agreement", "estimate"] == pytest.approx(rows.loc["ICC(A,1)", "ICC"], abs=1e-10)
    limits = table.loc["icc_agreement", ["low", "high"]].astype(float)
    np.testing.assert_allclose(limits, rows.loc["ICC(A,1)", "CI95"], atol=5.001e-3)  # pingouin rounds to two decimals


def test_a_shift_of_everyone_lowers_agreement_and_not_the_correlation() -> None:
    near, far = (retest(*twice(60, shift=shift)).set_index("statistic")["estimate"] for shift in (0.0, 2.0))
    assert far["retest"] == pytest.approx(near["retest"], abs=1e-12)
    assert far["icc_agreement"] < near["icc_agreement"] - 0.1


def test_only_people_with_both_scores_count_whatever_the_order() -> None:
    first, second = twice(30)
    first.iloc[0] = np.nan
    expected = retest(first.iloc[1:20], second.iloc[1:20])
    found = retest(first, second.iloc[:20].sample(frac=1, random_state=1))
    assert found["n"].tolist() == [19, 19]
    np.testing.assert_allclose(found["estimate"], expected["estimate"], atol=1e-12)


def test_retest_without_an_answer_is_missing_and_doubles_are_refused() -> None:
    first, second = twice(5)
    for one, other in ((first.head(2), second.head(2)), (first * 0, second * 0), (first, second.head(0))):
        assert retest(one, other)["estimate"].isna().all()
    same = retest(first, first).set_index("statistic")
    assert same["estimate"].round(12).tolist() == [1, 1]
    assert np.isnan(agreement(np.column_stack([[1.0, 2.0, 3.0]] * 2))[1])
    with pytest.raises(KunskapError) as caught:
        retest(pd.concat([first, first]), second)
    assert caught.value.codes == ("RELY-01",)
