"""Comparisons: R's printed figures, pingouin, scipy and statsmodels on real data, and the rule for don't know."""

import gc
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import anes96
from statsmodels.stats.multitest import multipletests

from kunskap.compare import difference, dont_know_rules, hedges_g, holm, totals_by_rule
from kunskap.errors import KunskapError
from kunskap.tables import row_keys
from tests.small_bank import small_bank

REFERENCE = Path(__file__).parent / "reference"


def figures(table: pd.DataFrame, scale: str) -> pd.DataFrame:
    """The compared rows of one scale, by statistic."""
    return table[(table["scale"] == scale) & (table["statistic"] != "mean")].set_index("statistic")


def published(data: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "two_groups.csv").query("data == @data").set_index("statistic")


# ---------------------------------------------------------------- published


def test_welch_on_students_sleep_is_what_r_prints() -> None:
    data = pd.read_csv(REFERENCE / "sleep.csv", dtype={"group": str})
    found = figures(difference(data, between="group", levels=("1", "2")), "extra")
    known = {
        "difference": found.loc["difference", "estimate"],
        "t": found.loc["difference", "estimate"] / found.loc["difference", "se"],
        "p_welch": found.loc["p_welch", "estimate"],
        "low": found.loc["difference", "low"],
        "high": found.loc["difference", "high"],
    }
    expected = published("sleep")
    for name, value in known.items():
        assert value == pytest.approx(expected.loc[name, "value"], abs=expected.loc[name, "tolerance"]), name


def test_hedges_g_on_mtcars_is_what_effectsize_prints() -> None:
    data = pd.read_csv(REFERENCE / "mtcars.csv", dtype={"am": str, "mpg": float})
    row = figures(difference(data, between="am", levels=("0", "1")), "mpg").loc["hedges_g"]
    expected = published("mtcars")
    for name, column in (("hedges_g", "estimate"), ("hedges_low", "low"), ("hedges_high", "high")):
        assert row[column] == pytest.approx(expected.loc[name, "value"], abs=expected.loc[name, "tolerance"])


# ---------------------------------------------------------------- other systems, real data


def test_difference_on_the_election_study_agrees_with_scipy_and_pingouin() -> None:
    data = anes96.load_pandas().data
    scores = data[["age", "TVnews", "selfLR", "educ"]].assign(vote=data["vote"].astype(int).astype(str))
    table = difference(scores, between="vote", levels=("1", "0"))
    p_values = []
    for scale in ("age", "TVnews", "selfLR", "educ"):
        first, second = scores.loc[data["vote"] == 1, scale], scores.loc[data["vote"] == 0, scale]
        found = figures(table, scale)
        test = stats.ttest_ind(first, second, equal_var=False)
        low, high = test.confidence_interval()
        row = found.loc["difference"]
        assert row["estimate"] == pytest.approx(first.mean() - second.mean(), abs=1e-12)
        assert (row["low"], row["high"]) == pytest.approx((low, high), rel=1e-10)
        assert found.loc["p_welch", "estimate"] == pytest.approx(test.pvalue, rel=1e-8)
        theirs = pingouin.ttest(first, second, correction=True)
        assert row["estimate"] / row["se"] == pytest.approx(theirs["T"].item(), abs=1e-6)
        # pingouin takes J = 1 − 3/(4 df − 1), we the exact one: alike to 1e-6 at this size
        g = pingouin.compute_effsize(first, second, eftype="hedges")
        assert found.loc["hedges_g", "estimate"] == pytest.approx(g, abs=1e-6)
        p_values.append(test.pvalue)
        assert row["n"] == len(data)
    ours = table.loc[table["statistic"] == "p_holm", "estimate"]
    np.testing.assert_allclose(ours, multipletests(p_values, method="holm")[1], rtol=1e-8)


def test_holm_agrees_with_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "collect", lambda: 0)  # which theirs calls each time: half a second in a long session
    rng = np.random.default_rng(1)
    for size in [*range(1, 13)] * 5:
        p = rng.choice([0.0, 1.0, 1e-300, 0.05, *rng.random(4)], size)  # with ties, certain and impossible ones
        np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1], atol=1e-12)


@pytest.mark.parametrize(
    ("n1", "n2", "gap"), [(2, 2, 0.5), (7, 9, -1.3), (38, 39, 0.0), (12, 60, 3.0), (500, 500, 0.4)]
)
def test_the_interval_of_g_inverts_the_noncentral_t(n1: int, n2: int, gap: float) -> None:
    g, low, high = hedges_g((n1, gap, 1.0), (n2, 0.0, 1.0))
    assert low <= g <= high
    j, t = (g / gap if gap else 1.0), gap / np.sqrt(1 / n1 + 1 / n2)
    if gap:
        centre = np.array([low, high]) / j / np.sqrt(1 / n1 + 1 / n2)
        np.testing.assert_allclose(stats.nct.cdf(t, n1 + n2 - 2, centre), [0.975, 0.025], atol=1e-7)


def test_the_exact_correction_matters_where_groups_are_small() -> None:
    """J for 2 degrees of freedom is Γ(1)/(Γ(1/2)) = 0.5642; the usual approximation says 0.571."""
    assert hedges_g((2, 1.0, 1.0), (2, 0.0, 1.0))[0] == pytest.approx(1 / np.sqrt(np.pi))


# ---------------------------------------------------------------- the table


def scored(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_inputs_name_rows_that_exist_in_the_same_table() -> None:
    scores = scored(
        role=["pol"] * 6 + ["tjm"] * 6, sex=list("kkkmmm") * 2, a=np.linspace(0, 1, 12), b=np.linspace(1, 0, 12) ** 2
    )
    table = difference(scores, by=["role"])
    keys = row_keys(table)
    assert keys.is_unique
    for row in table.itertuples():
        assert set(row.inputs) <= set(keys)
        assert (row.statistic == "mean") == (row.inputs == ())
    differences = table[table["statistic"] == "difference"]
    assert differences["sex"].isna().all()
    assert differences["option"].unique().tolist() == ["k-m"]
    assert differences.iloc[0]["inputs"] == ("mean|all|a||role=pol&sex=k", "mean|all|a||role=pol&sex=m")


def test_holms_inputs_are_the_p_values_it_was_computed_from() -> None:
    scores = scored(sex=list("kkkkmmmm"), far=[0.0, 0.1, 0.2, 0.1, 0.8, 0.9, 1.0, 0.9], near=[0.1, 0.5, 0.9, 0.4] * 2)
    table = difference(scores).query("statistic == 'p_holm'").set_index("scale")
    assert table.loc["far", "inputs"] == ("p_welch|all|far|k-m|",)
    assert set(table.loc["near", "inputs"]) == {"p_welch|all|far|k-m|", "p_welch|all|near|k-m|"}


def test_fewer_than_two_people_give_a_row_without_figures() -> None:
    table = difference(scored(sex=["k", "m", "m"], total=[0.5, 0.2, 0.4]))
    compared = table[table["statistic"] != "mean"]
    assert len(compared) == 4
    assert compared[["estimate", "se", "low", "high"]].isna().all(axis=None)
    assert (compared["n"] == 3).all()
    assert table.loc[table["statistic"] == "mean", "n"].tolist() == [1, 2]


def test_a_group_that_nobody_is_in_gives_missing_figures_and_only_inputs_that_exist() -> None:
    scores = scored(sex=pd.Categorical(["m", "m"], categories=["k", "m"]), total=[0.2, 0.4])
    row = figures(difference(scores), "total").loc["difference"]
    assert np.isnan(row["estimate"])
    assert row["inputs"] == ("mean|all|total||sex=m",)


def test_no_spread_gives_a_difference_and_no_test() -> None:
    found = figures(difference(scored(sex=list("kkmm"), total=[0.5, 0.5, 0.25, 0.25])), "total")
    assert found.loc["difference", "estimate"] == 0.25
    assert found.loc[["hedges_g", "p_welch", "p_holm"], "estimate"].isna().all()


def test_other_levels_count_in_neither_group() -> None:
    scores = scored(sex=["k", "k", "m", "m", "x", None], total=[0.1, 0.3, 0.5, 0.9, 1.0, 1.0])
    assert figures(difference(scores), "total").loc["difference", "n"] == 4


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"levels": ("kvinna", "m")}, ("EST-09",)),
        ({"levels": ("k", "k")}, ("EST-09",)),
        ({"between": "kon"}, ("EST-01",)),
        ({"level": 0}, ("EST-02",)),
        ({"columns": ["totl"]}, ("EST-04",)),
    ],
)
def test_refusals_have_codes(changes: dict[str, object], codes: tuple[str, ...]) -> None:
    with pytest.raises(KunskapError) as caught:
        difference(scored(sex=list("kkmm"), total=[0.1, 0.2, 0.3, 0.4]), **changes)  # type: ignore[arg-type]
    assert caught.value.codes == codes
    assert caught.value.message("sv")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("km"), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])), min_size=6, max_size=25)
)
def test_swapping_the_groups_only_turns_the_signs(people: list[tuple[str, float]]) -> None:
    sexes, totals = zip(*people, strict=True)
    assume(len(set(sexes)) == 2)
    scores = scored(sex=list(sexes), total=np.array(totals, dtype=float))
    ours, turned = (figures(difference(scores, levels=pair), "total") for pair in (("k", "m"), ("m", "k")))
    signed = ["difference", "hedges_g"]
    np.testing.assert_allclose(turned.loc[signed, "estimate"], -ours.loc[signed, "estimate"], atol=1e-12)
    np.testing.assert_allclose(turned.loc[signed, "low"], -ours.loc[signed, "high"], atol=1e-6)
    np.testing.assert_allclose(
        turned.loc[["p_welch", "p_holm"], "estimate"], ours.loc[["p_welch", "p_holm"], "estimate"]
    )
    relabelled = scores.assign(sex=scores["sex"].map({"k": "m", "m": "k"}))
    again = figures(difference(relabelled), "total")
    np.testing.assert_allclose(again.loc[signed, "estimate"], -ours.loc[signed, "estimate"], atol=1e-12)


# ---------------------------------------------------------------- don't know


def survey(women: list[str], men: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and their answers to six items: each string is one person, '?' don't know, '-' a skip."""
    people = [*women, *men]
    names = [f"p{i}" for i in range(len(people))]
    signs = {"?": "dk", "-": "skip"}
    answers = {f"q{i + 1}": [signs.get(person[i], person[i]) for person in people] for i in range(6)}
    responses = pd.DataFrame({"sitting_id": names, "respondent_id": names, "wave": "1"} | answers)
    sexes = ["k"] * len(women) + ["m"] * len(men)
    return responses, pd.DataFrame({"respondent_id": names, "wave": "1", "sex": sexes})


def claimed(women: list[str], men: list[str]) -> tuple[pd.DataFrame, float]:
    responses, respondents = survey(women, men)
    table = dont_know_rules(responses, bank=small_bank(), respondents=respondents)
    return table, table.loc[table["statistic"] == "claimed", "estimate"].item()


def test_a_difference_that_is_only_guessing_is_not_claimed() -> None:
    """Equal knowledge of three items; of three others women say don't know and men guess, one in three right."""
    women = ["aaa???", "aaa???", "aab???", "aaa???"] * 3
    men = ["aaaabc", "aaabca", "aabcab", "aaabac"] * 3
    table, flag = claimed(women, men)
    row = table[table["statistic"] == "difference"].set_index("scale")
    assert row.loc["total", "high"] < 0  # don't know as wrong: men seem to know more
    assert row.loc["total_chance", "high"] > 0  # don't know as a guess: no difference to be seen
    assert flag == 0
    assert row.loc["dk", "estimate"] == pytest.approx(0.5)


def test_a_difference_under_both_rules_is_claimed() -> None:
    table, flag = claimed(["aaaaaa", "aaaaab", "aaaabb"] * 3, ["bbbbba", "bbbb??", "bbbbbb"] * 3)
    assert flag == 1
    row = table[table["statistic"] == "claimed"].iloc[0]
    assert row["inputs"] == ("difference|all|total|k-m|", "difference|all|total_chance|k-m|")
    assert set(row["inputs"]) <= set(row_keys(table))


def test_shares_of_right_wrong_dk_and_skip_sum_to_one() -> None:
    table, _ = claimed(["aab?-b", "aaaaaa"], ["b?----", "abcabc"])
    means = table[(table["statistic"] == "mean") & table["scale"].isin(["right", "wrong", "dk", "skip"])]
    np.testing.assert_allclose(means.groupby("sex")["estimate"].sum(), 1)
    total = table[(table["statistic"] == "mean") & (table["scale"] == "total")].set_index("sex")["estimate"]
    right = means[means["scale"] == "right"].set_index("sex")["estimate"]
    pd.testing.assert_series_equal(total, right)


def test_without_two_in_each_group_nothing_is_claimed_or_denied() -> None:
    assert np.isnan(claimed(["aaaaaa"], ["bbbbbb", "bbbbba"])[1])


def test_a_person_on_two_rows_is_not_two_people() -> None:
    """Two waves in one table would make everyone twice as sure."""
    bank = small_bank(6)
    right = dict.fromkeys([f"q{i}" for i in range(1, 7)], "a")
    responses = pd.DataFrame([right] * 4).assign(sitting_id=list("abcd"), respondent_id=list("abab"), wave=list("1122"))
    with pytest.raises(KunskapError) as caught:
        totals_by_rule(responses, bank=bank)
    assert caught.value.codes == ("EST-10",) and "2 people" in str(caught.value)
    assert len(totals_by_rule(responses[:2], bank=bank)) == 2
