"""Groups side by side: each pair is `difference`'s, the family is the table, and the gate judges it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from kunskap import compare, tables
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.groups import by_rule, side_by_side
from tests.small_bank import small_bank

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n = 160
    people = pd.DataFrame({
        "sex": pd.Categorical(rng.choice(["k", "m", "x", "u"], n, p=[0.46, 0.46, 0.04, 0.04]), list("kmxu")),
        "role": pd.Categorical(rng.choice(["pol", "tjm"], n), ["pol", "tjm"]),
        "orgtype": pd.Categorical(rng.choice(["reg", "kom", "lst"], n), ["reg", "kom", "lst"]),
    })  # fmt: skip
    return people.assign(total=np.round(rng.uniform(0.2, 0.9, n) + 0.1 * (people["sex"] == "m"), 3).clip(0, 1))


def test_each_pair_is_what_difference_says_and_ten_questions_are_ten_times_that(scores: pd.DataFrame) -> None:
    table = side_by_side(scores)
    for variable, pair in (("sex", ("k", "m")), ("orgtype", ("reg", "lst"))):
        theirs = compare.difference(scores, between=variable, levels=pair, columns=["total"]).set_index("statistic")
        own = table[table["option"].eq("-".join(pair)) & table[["sex", "role"]].isna().all(axis=1)]
        own = own.set_index("statistic")
        for name in ("difference", "hedges_g", "p_welch"):
            assert own.loc[name, "estimate"] == pytest.approx(theirs.loc[name, "estimate"])
        for name in ("estimate", "low", "high", "se"):
            assert own.loc["questions_of_ten", name] == pytest.approx(10 * theirs.loc["difference", name])


def test_women_and_men_are_compared_within_each_role_and_the_others_never_alone(scores: pd.DataFrame) -> None:
    table = side_by_side(scores)
    within = table[table["statistic"].eq("difference") & table["option"].eq("k-m")]
    assert set(within["role"].fillna("all")) == {"all", "pol", "tjm"}
    assert set(table["sex"].dropna()) == {"k", "m"}


def test_holm_is_over_every_pair_of_the_table(scores: pd.DataFrame) -> None:
    table = side_by_side(scores)
    raw = table.loc[table["statistic"] == "p_welch", "estimate"]
    own = table.loc[table["statistic"] == "p_holm", "estimate"]
    assert len(raw) == 1 + 1 + 3 + 2 + 2
    assert own.to_numpy() == pytest.approx(multipletests(raw, method="holm")[1])


def test_only_variables_that_are_there_are_used_and_small_groups_are_left_out(scores: pd.DataFrame) -> None:
    few = scores[["sex", "role", "total"]].copy()
    few.loc[few.index[1:], "role"] = "tjm"
    table = side_by_side(few)
    assert set(table["option"].dropna()) == {"k-m"}
    with pytest.raises(KunskapError, match="EST-01"):
        side_by_side(scores, variables=["party"])
    with pytest.raises(KunskapError, match="EST-04"):
        side_by_side(scores, column="sum")
    with pytest.raises(KunskapError, match="EST-11"):
        side_by_side(scores.assign(total=np.nan))
    with pytest.raises(KunskapError, match="EST-11"):
        side_by_side(scores.head(1))


def test_the_table_passes_the_gate_and_its_rows_are_unique(scores: pd.DataFrame) -> None:
    table = side_by_side(scores)
    keys = tables.row_keys(table)
    assert keys.is_unique
    direct = table["statistic"].eq("mean")
    assert all(inputs and set(inputs) <= set(keys) for inputs in table.loc[~direct, "inputs"])
    shown = release({"groups": table}, policy=read_policy(ROOT / "survey")).table("groups")
    whole = shown[shown[["sex", "role", "orgtype"]].isna().all(axis=1) & shown["statistic"].eq("difference")]
    assert whole["estimate"].notna().all(), "large groups are shown"
    assert shown.loc[shown["sex"].notna() & shown["role"].notna(), "estimate"].isna().any(), "a few x and u are not"


# ---------------------------------------------------------------- two rules for don't know


def answers_of(n: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Women say don't know where men guess, among politicians; among officials women know more."""
    rng = np.random.default_rng(8)
    bank = small_bank(8)
    sex, role = rng.choice(["k", "m"], n), rng.choice(["pol", "tjm"], n)
    responses = pd.DataFrame({"sitting_id": [f"s{i}" for i in range(n)], "respondent_id": range(n), "wave": "1"})
    for i in range(1, 9):
        knows = rng.random(n) < np.where((role == "tjm") & (sex == "k"), 0.8, 0.3)
        guess = rng.choice(bank.items["q1"].option_ids[:3], n)
        responses[f"q{i}"] = np.where(knows, "a", np.where((sex == "k") & (role == "pol"), "dk", guess))
    return responses, pd.DataFrame({"respondent_id": range(n), "wave": "1", "sex": sex, "role": role})


def test_a_difference_of_guessing_is_not_claimed_within_a_role() -> None:
    responses, respondents = answers_of()
    table = by_rule(responses, bank=small_bank(8), respondents=respondents)
    found = table[table["statistic"].eq("difference") & table["role"].eq("pol")].set_index("scale")
    assert found.loc["total", "high"] < 0 < found.loc["total_chance", "high"]
    claimed = table[table["statistic"].eq("claimed")].fillna({"role": "all"}).set_index("role")["estimate"]
    assert (claimed["pol"], claimed["tjm"]) == (0, 1)
    differences = table.assign(key=tables.row_keys(table)).query("statistic == 'difference' and role == 'pol'")
    row = table[table["statistic"].eq("claimed") & table["role"].eq("pol")].iloc[0]
    assert set(row["inputs"]) == set(differences["key"])


def test_both_rules_are_those_of_dont_know_rules() -> None:
    responses, respondents = answers_of()
    own = by_rule(responses, bank=small_bank(8), respondents=respondents, within=[])
    theirs = compare.dont_know_rules(responses, bank=small_bank(8), respondents=respondents)
    for scale in ("total", "total_chance"):
        one, other = (
            table[table["statistic"].eq("difference") & table["scale"].eq(scale)].iloc[0] for table in (own, theirs)
        )
        assert (one["estimate"], one["low"]) == pytest.approx((other["estimate"], other["low"]))


def test_the_gate_takes_both_rules() -> None:
    responses, respondents = answers_of()
    shown = release(
        {"by_rule": by_rule(responses, bank=small_bank(8), respondents=respondents)},
        policy=read_policy(ROOT / "survey"),
    ).table("by_rule")
    assert shown.loc[shown["statistic"] == "claimed", "hidden"].isna().all()
