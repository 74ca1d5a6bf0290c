"""Shares, means and bounds: against published figures, other systems, and what must always hold."""

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.datasets import anes96
from statsmodels.stats.proportion import proportion_confint

from kunskap.compare import difference
from kunskap.design import Design
from kunskap.errors import KunskapError
from kunskap.estimates import bounds, mean, proportion, wilson
from kunskap.scoring import OUTCOMES
from kunskap.tables import ESTIMATE_COLUMNS, row_keys

REFERENCE = Path(__file__).parent / "reference"


def told(*values: str | None) -> pd.Categorical:
    return pd.Categorical(list(values), categories=list(OUTCOMES))


def frame(**persons: int) -> Design:
    """Women and men politicians in the region, this many."""
    rows = [{"role": "pol", "orgtype": "reg", "sex": sex, "persons": n} for sex, n in persons.items()]
    return Design(pd.DataFrame(rows).assign(valid_from="2014-11-01"))


# ---------------------------------------------------------------- Wilson


def test_wilson_gives_newcombes_published_limits() -> None:
    table = pd.read_csv(REFERENCE / "wilson.csv")
    low, high = wilson(table["count"], table["n"])
    np.testing.assert_allclose(low, table["low"], atol=5e-5)
    np.testing.assert_allclose(high, table["high"], atol=5e-5)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_agrees_with_statsmodels(pair: tuple[int, int], level: float) -> None:
    expected = proportion_confint(*pair, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(wilson(*pair, level=level), expected, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 200).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n), st.integers(1, 300))))
def test_finite_wilson_inverts_the_score_test(case: tuple[int, int, int]) -> None:
    """An independent route: solve |p − P| = z·sd(P) for P, sd with the finite-population correction."""
    count, n, unknown = case
    size, share, z = n + unknown, count / n, stats.norm.isf(0.025)

    def distance(population_share: float) -> float:
        variance = population_share * (1 - population_share) / n * (size - n) / (size - 1)
        return float((share - population_share) ** 2 - z**2 * variance)

    low, high = (float(limit) * size for limit in wilson(count, n, population=size))
    least, most = (optimize.brentq(distance, *ends) * size for ends in ((1e-12, share), (share, 1 - 1e-12)))
    # Moved out to the nearest whole number of persons, and not beyond what is known.
    if least % 1 <= 0.5:
        least -= least % 1
    if -most % 1 <= 0.5:
        most += -most % 1
    assert low == pytest.approx(max(least, count), abs=1e-6)
    assert high == pytest.approx(min(most, count + unknown), abs=1e-6)


def test_a_limit_rules_out_nobody_whom_the_answers_leave_possible() -> None:
    """One holder among 200: one time in five the 159 who answer are all others."""
    low, high = wilson(0, 159, population=200)
    assert (float(low), float(high)) == (0, pytest.approx(1 / 200))
    assert [float(limit) for limit in wilson(159, 159, population=200)] == [pytest.approx(199 / 200), 1]
    assert [float(limit) for limit in wilson(1, 19, population=20)] == pytest.approx([1 / 20, 2 / 20])


def test_finite_wilson_collapses_when_all_have_answered_and_widens_without_end() -> None:
    assert [float(limit) for limit in wilson(30, 77, population=77)] == pytest.approx([30 / 77] * 2)
    np.testing.assert_allclose(wilson(30, 77, population=10**9), wilson(30, 77), atol=1e-7)
    assert [float(limit) for limit in wilson(1, 1, population=1)] == [1, 1]


@pytest.mark.parametrize("size", [20, 77, 200])
@pytest.mark.parametrize("response", [0.3, 0.6, 0.9])
def test_finite_wilson_covers_what_it_promises(size: int, response: float) -> None:
    """Exact coverage over every possible population, by the hypergeometric distribution."""
    n = round(size * response)
    counts = np.arange(n + 1)
    low, high = wilson(counts, n, population=size)
    covered = []
    for holders in range(size + 1):
        chance = stats.hypergeom.pmf(counts, size, holders, n)
        covered.append(chance[(low <= holders / size + 1e-12) & (holders / size <= high + 1e-12)].sum())
    assert 0.958 <= np.mean(covered) < 0.996
    assert min(covered) >= 0.924


# ---------------------------------------------------------------- proportion


def test_proportion_counts_every_outcome_and_leaves_not_reached_out() -> None:
    answers = pd.DataFrame({"sex": ["k", "k", "m", None], "q1": told("right", "dk", None, "wrong")})
    table = proportion(answers, by=["sex"])
    assert list(table.columns) == ["sex", *ESTIMATE_COLUMNS]
    women = table[table["sex"] == "k"].set_index("option")
    assert women["count"].to_dict() == {"right": 1, "partly": 0, "wrong": 0, "dk": 1, "skip": 0}
    assert (women["n"] == 2).all()
    men = table[table["sex"] == "m"]
    assert (men["n"] == 0).all()
    assert men["estimate"].isna().all()
    assert men["low"].isna().all()
    assert (proportion(answers)["n"] == 3).all()  # who has no known sex counts in the total only


def test_proportion_takes_only_item_columns_unless_told() -> None:
    answers = pd.DataFrame(
        {
            "sex": pd.Categorical(["k", "m"], categories=["k", "m"]),
            "q1": told("right", "dk"),
            "all1.a": pd.array([True, None], dtype="boolean"),
        }
    )
    table = proportion(answers)
    assert set(table["item"]) == {"q1", "all1"}
    assert table.loc[table["item"] == "all1", ["option", "count", "n"]].to_numpy().tolist() == [["a", 1, 1]]
    assert proportion(answers, items=["sex"])["estimate"].tolist() == [0.5, 0.5]
    assert proportion(answers, items=["all1"])["option"].tolist() == ["a"]


def test_proportion_on_real_data_agrees_with_statsmodels() -> None:
    data = anes96.load_pandas().data
    answers = pd.DataFrame(
        {"vote": pd.Categorical(data["vote"].map({0.0: "c", 1.0: "d"})), "pid": data["PID"].astype(int)}
    )
    table = proportion(answers, by=["pid"], items=["vote"], level=0.9)
    assert len(table) == 14
    for row in table.itertuples():
        low, high = proportion_confint(row.count, row.n, alpha=0.1, method="wilson")
        assert (row.low, row.high) == pytest.approx((low, high), abs=1e-12)
    assert table.groupby("pid")["n"].first().sum() == len(data)


def test_proportion_with_a_frame() -> None:
    answers = pd.DataFrame({"sex": ["k"] * 30 + ["x"] * 3, "q1": told(*["right"] * 12, *["dk"] * 21)})
    table = proportion(answers, by=["sex"], design=frame(k=36, m=41)).query("option == 'right'").set_index("sex")
    low, high = wilson(12, 30, population=36)
    assert (table.loc["k", "low"], table.loc["k", "high"]) == pytest.approx((float(low), float(high)))
    assert table.loc["k", "se"] == pytest.approx(np.sqrt((1 - 30 / 36) * 0.4 * 0.6 / 29))
    # the frame does not list x: no correction
    assert table.loc["x", "high"] == pytest.approx(proportion_confint(0, 3, method="wilson")[1])


def test_more_answers_than_people_is_a_fault_for_every_group() -> None:
    answers = pd.DataFrame({"sex": ["k"] * 5 + ["m"] * 6, "q1": told(*["right"] * 11)})
    with pytest.raises(KunskapError) as caught:
        proportion(answers, by=["sex"], design=frame(k=4, m=5))
    assert caught.value.codes == ("EST-06", "EST-06")
    assert "sex=k" in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["k", "m", "x", None]), st.sampled_from([*OUTCOMES, None])), min_size=1, max_size=30
    ).filter(lambda people: any(sex for sex, _ in people)),
    st.randoms(use_true_random=False),
)
def test_shares_of_a_group_sum_to_one_whatever_the_order(people, random) -> None:  # type: ignore[no-untyped-def]
    answers = pd.DataFrame({"sex": [sex for sex, _ in people], "q1": told(*[outcome for _, outcome in people])})
    table = proportion(answers, by=["sex"])
    known = table[table["n"] > 0]
    np.testing.assert_allclose(known.groupby("sex")["estimate"].sum(), 1)
    assert ((known["low"] <= known["estimate"]) & (known["estimate"] <= known["high"])).all()
    assert (table.groupby("sex")["count"].sum() == table.groupby("sex")["n"].first()).all()
    order = list(range(len(people)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(proportion(answers.iloc[order], by=["sex"]), table)
    more = answers.assign(q2=told(*[None] * len(people)))
    pd.testing.assert_frame_equal(proportion(more, by=["sex"], items=["q1"]), table)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["pol", "tjm", None]), st.sampled_from(["k", "m", "x", None]), st.floats(0, 1)),
        min_size=1,
        max_size=30,
    ).filter(lambda people: any(role and sex for role, sex, _ in people))
)
def test_crossed_groups_are_those_of_pandas(people: list[tuple[str | None, str | None, float]]) -> None:
    """Who lacks either variable is in no crossed group."""
    scores = pd.DataFrame(people, columns=["role", "sex", "total"])
    expected = scores.groupby(["role", "sex"], dropna=True)["total"].agg(["count", "mean"]).reset_index()
    table = mean(scores, by=["role", "sex"])
    assert table[["role", "sex"]].to_numpy().tolist() == expected[["role", "sex"]].to_numpy().tolist()
    assert table["n"].tolist() == expected["count"].tolist()
    np.testing.assert_allclose(table["estimate"], expected["mean"])


def test_a_group_that_was_never_asked_an_item_has_no_rows_of_it() -> None:
    """An item shown to politicians only: rows with n = 0 would be hidden by the gate, as if there were something."""
    answers = pd.DataFrame(
        {"role": ["pol", "pol", "tjm"], "q1": told("right", "dk", None), "q2": told("dk", "dk", "dk")}
    )
    answers["q7.a"] = pd.array([True, False, None], dtype="boolean")
    table = proportion(answers, by=["role"])
    assert table.groupby("role")["item"].unique().map(sorted).to_dict() == {"pol": ["q1", "q2", "q7"], "tjm": ["q2"]}
    assert (table["n"] > 0).all()
    nobody = proportion(answers.assign(q1=told(None, None, None)), items=["q1"])
    assert (len(nobody), list(nobody.columns)) == (0, list(table.columns.drop("role")))
    assert set(bounds(answers, by=["role"], design=frame(k=9), items=["q1"])["role"]) == {"pol"}


def test_the_finite_population_is_for_describing_and_not_for_differences() -> None:
    """Everyone answered: what they think is certain, what it says of others than them is not."""
    scores = pd.DataFrame({"sex": list("kkkmmm"), "total": [0.1, 0.4, 0.8, 0.3, 0.3, 0.9]})
    assert (mean(scores, by=["sex"], design=frame(k=3, m=3))["se"] == 0).all()
    assert "design" not in inspect.signature(difference).parameters
    gap = difference(scores).query("statistic == 'difference'").iloc[0]
    assert gap["high"] - gap["low"] > 0.5


# ---------------------------------------------------------------- bounds


def test_bounds_hold_whatever_the_others_would_say() -> None:
    answers = pd.DataFrame({"sex": ["k"] * 30, "q1": told(*["right"] * 12, *["dk"] * 18)})
    table = bounds(answers, by=["sex"], design=frame(k=36, m=41), options=["right"]).set_index("statistic")
    assert table["estimate"].to_dict() == pytest.approx({"bound_low": 12 / 36, "bound_high": 18 / 36})
    share = proportion(answers, by=["sex"]).query("option == 'right'")
    assert table["inputs"].tolist() == [(row_keys(share).item(),)] * 2
    assert (table["n"] == 30).all()


def test_bounds_need_a_frame_that_knows_the_groups() -> None:
    answers = pd.DataFrame({"age": ["u35"], "q1": told("right")})
    with pytest.raises(KunskapError) as caught:
        bounds(answers, by=["age"], design=frame(k=36, m=41))
    assert caught.value.codes == ("EST-07",)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_bounds_are_reached_by_the_two_extreme_populations(right: int, wrong: int, silent: int) -> None:
    if right + wrong == 0:
        return
    answers = pd.DataFrame({"q1": told(*["right"] * right, *["wrong"] * wrong)})
    low, high = bounds(answers, design=frame(k=right + wrong + silent), options=["right"])["estimate"]
    assert low == pytest.approx(right / (right + wrong + silent))
    assert high == pytest.approx((right + silent) / (right + wrong + silent))


# ---------------------------------------------------------------- mean


def test_mean_on_real_data_agrees_with_scipy() -> None:
    data = anes96.load_pandas().data
    table = mean(data.assign(vote=data["vote"].astype(int)), by=["vote"], columns=["age"])
    for row in table.itertuples():
        ages = data.loc[data["vote"] == int(row.vote), "age"]
        low, high = stats.t.interval(0.95, len(ages) - 1, loc=ages.mean(), scale=stats.sem(ages))
        assert (row.n, row.estimate, row.se) == pytest.approx((len(ages), ages.mean(), stats.sem(ages)))
        assert (row.low, row.high) == pytest.approx((low, high))
        assert row.unit == "points"


def test_mean_with_a_frame_gives_the_survey_packages_standard_error() -> None:
    data = pd.read_csv(REFERENCE / "survey_fpc.csv")
    persons = data.groupby("stratum")["population"].first()
    design = Design(
        pd.DataFrame({"role": ["1", "2"], "orgtype": "reg", "sex": "k", "persons": persons, "valid_from": "2014-11-01"})
    )
    scores = pd.DataFrame({"role": data["stratum"].astype(str), "x": data["x"]})
    weight = (persons / persons.sum()).to_numpy()
    for frame_known, published in ((design, 0.616), (None, 0.7413)):
        table = mean(scores, by=["role"], design=frame_known)
        assert (weight * table["estimate"]).sum() == pytest.approx(5.4481, abs=5e-5)
        assert np.sqrt((weight**2 * table["se"] ** 2).sum()) == pytest.approx(published, abs=5e-4)


def test_mean_of_one_person_has_no_interval_and_of_none_no_estimate() -> None:
    scores = pd.DataFrame({"sex": ["k", "m", "m"], "total": [0.5, np.nan, np.nan]})
    table = mean(scores, by=["sex"]).set_index("sex")
    assert table["n"].to_dict() == {"k": 1, "m": 0}
    assert table.loc["k", "estimate"] == 0.5
    assert table[["se", "low", "high"]].isna().all(axis=None)
    assert np.isnan(table.loc["m", "estimate"])


def test_mean_of_everyone_in_the_frame_is_certain() -> None:
    table = mean(pd.DataFrame({"total": [0.2, 0.4, 0.9]}), design=frame(k=3))
    assert table["se"].item() == 0
    assert table["low"].item() == table["high"].item() == table["estimate"].item()


def test_share_intervals_stay_within_0_and_1() -> None:
    table = mean(pd.DataFrame({"total": [1.0, 1.0, 0.0]}))
    assert (table["low"].item(), table["high"].item()) == (0, 1)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: mean(pd.DataFrame({"total": [0.5]}), by=["sex"]), "EST-01"),
        (lambda: mean(pd.DataFrame({"total": [0.5]}), level=1.0), "EST-02"),
        (lambda: proportion(pd.DataFrame({"q1": told("dk")}), level=95), "EST-02"),
        (lambda: mean([0.5]), "EST-03"),
        (lambda: mean(pd.DataFrame({"q1": ["right"]})), "EST-03"),
        (lambda: mean(pd.DataFrame({"q1": ["right"]}), columns=["q1"]), "EST-03"),
        (lambda: proportion(pd.DataFrame({"total": [0.5]})), "EST-03"),
        (lambda: proportion(pd.DataFrame({"total": [0.5]}), items=["total"]), "EST-03"),
        (lambda: mean(pd.DataFrame({"total": [0.5]}), columns=["totl"]), "EST-04"),
        (lambda: proportion(pd.DataFrame({"q1": told("dk")}), items=["q2"]), "EST-04"),
        (lambda: mean(pd.DataFrame({"sex": [None], "total": [0.5]}), by=["sex"]), "EST-05"),
        (lambda: mean(pd.DataFrame({"total": pd.Series(dtype=float)})), "EST-05"),
    ],
)
def test_refusals_have_codes(call, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KunskapError) as caught:
        call()
    assert caught.value.codes == (code,)
    assert caught.value.message("sv")
