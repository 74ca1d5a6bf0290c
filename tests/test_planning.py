"""What a survey can find: against statsmodels, by simulation, and in words that say no more than the figures."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower, TTestIndPower, TTestPower

from kunskap.design import Design, read_design
from kunskap.disclosure import read_policy
from kunskap.errors import KunskapError
from kunskap.estimates import mean, proportion
from kunskap.planning import (
    plan,
    sections,
    smallest_change,
    smallest_difference,
    smallest_share_difference,
    told,
)
from kunskap.words import read_words


def council(**changes: Any) -> Design:
    """77 politicians in the region; small groups of officials."""
    rows = {
        "role": ["pol", "pol", "tjm", "tjm"],
        "orgtype": ["reg", "reg", "reg", "lst"],
        "sex": ["k", "m", "k", "m"],
        "persons": [36, 41, 20, 8],
        "valid_from": "2014-11-01",
    }
    return Design(pd.DataFrame(rows | changes))


def seven(pairs: object) -> int:
    return 7


# ---------------------------------------------------------------- power


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("pair", [(4, 5), (4, 9), (18, 20), (131, 161), (2000, 50)])
def test_the_smallest_differences_are_those_of_statsmodels(pair: tuple[int, int], power: float, level: float) -> None:
    first, second = pair
    known = {"alpha": 1 - level, "power": power, "ratio": second / first}
    own = smallest_difference(first, second, level=level, power=power)
    # statsmodels' own solver fails in the smallest groups, so its power at our difference is compared.
    there = TTestIndPower().power(own, first, 1 - level, ratio=second / first)
    assert there == pytest.approx(power, abs=1e-6)
    paired = smallest_change(first, level=level, power=power)
    assert TTestPower().power(paired, first, 1 - level) == pytest.approx(power, abs=1e-6)
    share = smallest_share_difference(first, second, level=level, power=power)
    h = NormalIndPower().solve_power(nobs1=first, **known)
    if np.isnan(share):
        assert h >= np.pi
    else:
        # statsmodels counts the chance of finding the difference with the wrong sign too.
        assert share == pytest.approx(np.sin(h / 2), abs=2e-3 if power == 0.5 else 1e-4)


def test_what_is_known_of_small_samples() -> None:
    assert smallest_difference(18, 20) == pytest.approx(0.94, abs=0.005)
    assert smallest_change(20) == pytest.approx(0.66, abs=0.005)
    assert np.isnan([smallest_difference(1, 20), smallest_change(1), smallest_share_difference(0, 5)]).all()
    assert np.isnan(smallest_share_difference(2, 1))


def test_a_difference_that_size_is_found_four_times_of_five() -> None:
    """By simulation: Welch's test, as in the report, of two groups of normal scores."""
    rng, first, second = np.random.default_rng(11), 18, 20
    gap = smallest_difference(first, second)
    found = stats.ttest_ind(
        rng.normal(gap, 1, (first, 20_000)), rng.normal(0, 1, (second, 20_000)), equal_var=False
    ).pvalue  # fmt: skip
    assert (found < 0.05).mean() == pytest.approx(0.8, abs=0.012)
    change = smallest_change(20)
    found = stats.ttest_1samp(rng.normal(change, 1, (20, 20_000)), 0).pvalue
    assert (found < 0.05).mean() == pytest.approx(0.8, abs=0.012)


def test_two_against_two_by_simulation() -> None:
    """Where statsmodels gives no number."""
    rng, gap = np.random.default_rng(13), smallest_difference(2, 2)
    found = stats.ttest_ind(rng.normal(gap, 1, (2, 40_000)), rng.normal(0, 1, (2, 40_000))).pvalue
    assert (found < 0.05).mean() == pytest.approx(0.8, abs=0.01)
    changed = stats.ttest_1samp(rng.normal(smallest_change(2), 1, (2, 40_000)), 0).pvalue
    assert (changed < 0.05).mean() == pytest.approx(0.8, abs=0.01)


def test_a_share_difference_that_size_is_found_four_times_of_five() -> None:
    rng, n = np.random.default_rng(12), 60
    gap = smallest_share_difference(n, n)
    one, other = rng.binomial(n, 0.5 + gap / 2, 20_000), rng.binomial(n, 0.5 - gap / 2, 20_000)
    joint = (one + other) / (2 * n)
    z = (one - other) / n / np.sqrt(joint * (1 - joint) * 2 / n)
    assert (abs(z) > 1.96).mean() == pytest.approx(0.8, abs=0.02)


def test_the_spread_that_is_assumed_is_that_of_sixteen_items() -> None:
    items, alpha = 16, 0.65
    spread = np.sqrt(items * 0.25 / (1 - alpha * (items - 1) / items)) / items
    assert spread == pytest.approx(0.2, abs=0.001)


# ---------------------------------------------------------------- figures


def test_margins_are_those_that_the_analyses_will_give() -> None:
    row = plan(council(), response=0.6, base=seven).groups.set_index("group").loc["role=pol"]
    assert (row["persons"], row["n"]) == (77, 46)
    answers = pd.DataFrame({"role": "pol", "q1": pd.Categorical(["right", "wrong"] * 23 + [], categories=["right",
                            "wrong", "skip"])})  # fmt: skip
    share = proportion(answers, by=["role"], design=council()).iloc[0]
    assert row["share"] == pytest.approx((share["high"] - share["low"]) / 2)
    scores = np.random.default_rng(1).normal(size=46)
    scores = 0.5 + 0.2 * (scores - scores.mean()) / scores.std(ddof=1)
    total = mean(pd.DataFrame({"role": "pol", "total": scores}), by=["role"], design=council()).iloc[0]
    assert row["mean"] == pytest.approx((total["high"] - total["low"]) / 2)


def test_the_risk_of_being_hidden_by_simulation() -> None:
    groups = plan(council(), response={"pol": 0.6, "tjm": 0.8}, base=seven).groups.set_index("group")
    answered = np.random.default_rng(5).binomial(8, 0.8, 40_000)
    # n is a whole number of answers, so the chance of each to answer is 6 of 8.
    assert groups.loc["orgtype=lst&role=tjm", "n"] == 6
    answered = np.random.default_rng(5).binomial(8, 6 / 8, 40_000)
    assert groups.loc["orgtype=lst&role=tjm", "hidden"] == pytest.approx((answered < 7).mean(), abs=0.01)
    assert groups.loc["role=pol", "hidden"] < 1e-6


def test_the_base_is_the_gates_own() -> None:
    groups = plan(council(), response=0.6, base=read_policy().base_for).groups.set_index("group")
    assert groups.loc["orgtype=reg&role=pol", "base"] == 10
    assert groups.loc["role=pol", "base"] == 7


def test_a_survey_of_one_role_compares_women_and_men_once() -> None:
    only = Design(council().population.query("role == 'pol'"))
    found = plan(only, response=0.5, base=seven)
    assert found.comparisons[["first", "second"]].values.tolist() == [["role=pol&sex=k", "role=pol&sex=m"]]
    assert found.changes["group"].tolist() == ["all"]


def test_more_answers_never_find_less() -> None:
    few, many = (plan(council(), response=rate, base=seven) for rate in (0.3, 0.9))
    assert (few.comparisons["mean"].fillna(9) >= many.comparisons["mean"].fillna(9)).all()
    assert (few.groups["hidden"] >= many.groups["hidden"]).all()
    pd.testing.assert_series_equal(few.comparisons["mean_if_all"], many.comparisons["mean_if_all"])


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_words_have_the_figures(language: str) -> None:
    words = read_words(language=language)
    found = plan(council(), response={"pol": 0.5, "tjm": 0.9}, base=read_policy().base_for)
    text = told(found, words=words)
    assert not re.search(r"[{}]|nan|None", text)
    row = found.comparisons.set_index("first").loc["role=pol&sex=k"]
    lines = [line for line in text.splitlines() if f"({row['n_first']} " in line]
    assert any(words.number(10 * row["mean"]) in line and words.count(100 * row["mean"]) in line for line in lines)
    assert dict(sections(found, words=words)).keys() >= {
        words(f"plan.{part}.title") for part in ("answers", "comparisons", "intervals", "hidden", "changes", "instead")
    }


def test_a_group_that_will_be_hidden_is_named_and_gets_no_margins() -> None:
    words = read_words(language="sv")
    parts = dict(sections(plan(council(), response=0.5, base=read_policy().base_for), words=words))
    hidden = (
        "Tjänstepersoner, länsstyrelse: döljs troligen. Det väntas 4 svar, och rapporten visar en grupp från 7 svar."
    )
    assert hidden in parts["Det här kommer att döljas"]
    assert not any("länsstyrelse" in line for line in parts["Så säkra blir siffrorna"])
    assert words("plan.instead.merge") in parts["Det kan ni göra i stället"]


def test_what_cannot_be_seen_even_if_all_answer_is_told_apart_from_what_more_answers_would_mend() -> None:
    words = read_words(language="sv")
    large = council(persons=[360, 410, 20, 8])
    lines = dict(sections(plan(large, response=0.15, base=seven), words=words))["Det kan ni göra i stället"]
    more, never = lines[0], lines[1]
    assert "politiker, kvinnor och politiker, män" in more
    assert "tjänstepersoner, kvinnor och tjänstepersoner, män" in never
    assert "fler svar" in more and "ens om alla svarar" in never
    assert words("plan.instead.remind") in lines


def test_nothing_is_advised_where_nothing_is_wanting() -> None:
    large = council(persons=[3600, 4100, 2000, 800])
    titles = [title for title, _ in sections(plan(large, response=0.8, base=seven), words=read_words(language="sv"))]
    assert "Det kan ni göra i stället" not in titles


def test_a_group_too_small_to_compare_is_said_to_be() -> None:
    tiny = council(persons=[36, 41, 1, 1])
    text = told(plan(tiny, response=0.9, base=seven), words=read_words(language="sv"))
    assert "för få svar för att hitta någon skillnad alls" in text


def test_the_projects_own_frame_can_be_planned_for() -> None:
    found = plan(read_design(), response=0.6, base=read_policy().base_for)
    assert found.groups["persons"].iloc[0] == read_design().size({})


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"response": 0}, ("PLAN-01",) * 2),
        ({"response": 60}, ("PLAN-01",) * 2),
        ({"response": {"pol": 0.5}}, ("PLAN-01",)),
        ({"response": {"pol": 0.5, "tjm": 0.5, "chef": 0.5}}, ("PLAN-01",)),
        ({"linked": 1.5, "spread": 0}, ("PLAN-02",) * 2),
        ({"power": 80}, ("EST-02",)),
    ],
)
def test_refusals_have_codes(options: dict[str, Any], codes: tuple[str, ...]) -> None:
    with pytest.raises(KunskapError) as caught:
        plan(council(), **({"response": 0.5, "base": seven} | options))
    assert caught.value.codes == codes
    assert caught.value.message("sv")
