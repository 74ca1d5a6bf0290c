"""Each rule of the gate on tables so small that the answer is obvious; each with the rule switched off as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kunskap.disclosure import Policy, read_policy, release
from kunskap.errors import KunskapError
from kunskap.tables import estimates, row_keys
from tests.disclosure.hand import means, reason, shares

ORDINARY = {"right": 12, "wrong": 8}


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


def codes(tables: object, policy: Policy, **how: str) -> set[str]:
    with pytest.raises(KunskapError) as caught:
        release(tables, policy=policy, **how)  # type: ignore[arg-type]
    return set(caught.value.codes)


# --- what cannot be judged is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"statistic": "median"}, "GATE-02"),
        ({"statistic": "facility"}, "GATE-02"),
        ({"n": None}, "GATE-03"),
        ({"n": 20.5}, "GATE-03"),
        ({"n": -1}, "GATE-03"),
        ({"count": None}, "GATE-04"),
        ({"count": 11.7}, "GATE-04"),
        ({"count": -2}, "GATE-04"),
        ({"count": 21}, "GATE-05"),
        ({"estimate": 0.9}, "GATE-17"),
        ({"estimate": None}, "GATE-17"),
        ({"statistic": "mean", "estimate": None}, "GATE-17"),
        ({"universe": None}, "GATE-11"),
        ({"universe": "role"}, "GATE-11"),
        ({"universe": "sex=m"}, "GATE-11"),
        ({"universe": "party=x"}, "GATE-10"),
        ({"scale": "total"}, "GATE-12"),
        ({"item": None}, "GATE-12"),
        ({"statistic": "difference"}, "GATE-13"),
    ],
)
def test_a_row_that_cannot_be_judged_stops_the_release(policy: Policy, change: dict[str, object], code: str) -> None:
    table = shares({"k": ORDINARY}, by="sex").astype({"count": "Float64", "n": "Float64"})
    for column, value in change.items():
        table.loc[0, column] = value
    assert code in codes({"by_sex": table}, policy)


def test_all_faults_are_told_at_once(policy: Policy) -> None:
    wrong = shares({"k": ORDINARY, "m": ORDINARY}, by="sex").astype({"n": "Float64"})
    wrong.loc[0, "n"] = None
    wrong.loc[1, "statistic"] = "median"
    found = codes({"a": wrong, "b": shares({"": ORDINARY}).drop(columns="inputs")}, policy)
    assert {"GATE-01", "GATE-02", "GATE-03"} <= found


def test_a_row_twice_a_party_and_a_contradiction_are_refused(policy: Policy) -> None:
    total = shares({"": ORDINARY})
    assert codes({"total": pd.concat([total, total], ignore_index=True)}, policy) == {"GATE-06"}
    assert codes({"by_party": shares({"x": ORDINARY}, by="party")}, policy) == {"GATE-10"}
    assert codes({"one": total, "other": shares({"": {"right": 13, "wrong": 8}})}, policy) == {"GATE-14"}


def test_the_same_people_named_in_two_ways_must_have_the_same_figures(policy: Policy) -> None:
    by_role = shares({"pol": ORDINARY}, by="role")
    same = shares({"": ORDINARY}, universe="role=pol")
    other = shares({"": {"right": 11, "wrong": 9}}, universe="role=pol")
    assert release({"a": by_role, "b": same}, policy=policy).log.empty
    assert codes({"a": by_role, "b": other}, policy) == {"GATE-14"}


def test_unknown_basis_view_and_missing_source(policy: Policy) -> None:
    tables = {"total": shares({"": ORDINARY})}
    assert codes(tables, policy, basis="rumours", view="press") == {"GATE-07", "GATE-08"}
    assert codes(tables, policy, basis="public") == {"GATE-09"}
    assert codes(tables, policy, basis="public", source="  ") == {"GATE-09"}


def test_one_table_is_not_a_release(policy: Policy) -> None:
    with pytest.raises(TypeError):
        release(shares({"": ORDINARY}), policy=policy)  # type: ignore[arg-type]


# --- the rules ------------------------------------------------------------------------------------------------------


def test_base(policy: Policy) -> None:
    table = shares({"k": {"right": 4, "wrong": 2}, "m": {"right": 4, "wrong": 3}}, by="sex")
    released = release({"by_sex": table}, policy=policy).table("by_sex")
    assert reason(released, sex="k") == {"base"}
    assert reason(released, sex="m") == {"shown"}
    assert released.loc[released["sex"] == "k", ["count", "n", "estimate", "se", "low", "high"]].isna().all(axis=None)
    off = release({"by_sex": table}, policy=replace(policy, base=3)).table("by_sex")
    assert reason(off) == {"shown"}


@pytest.mark.parametrize("named", ["universe", "columns"])
def test_regional_politicians_have_a_larger_base_however_they_are_named(policy: Policy, named: str) -> None:
    if named == "universe":
        table = shares({"k": {"right": 5, "wrong": 4}}, by="sex", universe="orgtype=reg&role=pol")
    else:
        table = shares({"reg": {"right": 5, "wrong": 4}}, by="orgtype", universe="role=pol")
    assert reason(release({"t": table}, policy=policy).table("t")) == {"base"}
    assert reason(release({"t": table}, policy=replace(policy, groups=())).table("t")) == {"shown"}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"right": 9, "wrong": 0}, "unanimity"),
        ({"right": 8, "wrong": 1}, "all_but_one"),
        ({"right": 7, "wrong": 2}, "shown"),
        ({"right": 7, "wrong": 1, "dk": 1}, "shown"),
    ],
)
def test_all_alike_or_all_but_one(policy: Policy, counts: dict[str, int], expected: str) -> None:
    tables = {"total": shares({"": counts})}
    assert reason(release(tables, policy=policy, view="internal").table("total")) == {expected}
    off = replace(policy, unanimity=False, all_but_one=False)
    assert reason(release(tables, policy=off, view="internal").table("total")) == {"shown"}


def test_what_is_not_published_is_an_option_too(policy: Policy) -> None:
    """One right of nine: the eight others were wrong, though the table does not say so."""
    table = shares({"": {"right": 1, "wrong": 8}})
    only = table[table["option"] == "right"].reset_index(drop=True)
    assert reason(release({"t": only}, policy=policy, view="internal").table("t")) == {"all_but_one"}


def test_several_choices_are_judged_one_by_one(policy: Policy) -> None:
    rows = [
        {"universe": "all", "item": "goals07", "option": option, "statistic": "share", "unit": "share"}
        | {"count": count, "n": 20, "estimate": count / 20}
        for option, count in {"a": 15, "b": 12, "c": 3}.items()
    ]
    assert reason(release({"t": estimates(rows)}, policy=policy).table("t")) == {"shown"}
    rows[0] |= {"count": 19, "estimate": 0.95}
    assert reason(release({"t": estimates(rows)}, policy=policy, view="internal").table("t")) == {"all_but_one"}


@pytest.mark.parametrize(("mean", "se"), [(0.0, 0.0), (1.0, 0.0), (0.05, 0.02), (0.96, 0.02), (0.5, 0.0)])
def test_extreme_means(policy: Policy, mean: float, se: float) -> None:
    tables = {"t": means({"": (20, mean)}, se=se)}
    assert reason(release(tables, policy=policy, view="internal").table("t")) == {"extreme"}
    assert reason(release(tables, policy=replace(policy, extremes=False)).table("t")) == {"shown"}


def test_one_statistic_hidden_hides_the_others_of_the_same_people(policy: Policy) -> None:
    tables = {"shares": shares({"": {"right": 20, "wrong": 0}}), "means": means({"": (20, 0.9)})}
    released = release(tables, policy=policy)
    assert reason(released.table("means")) == reason(released.table("shares")) == {"protected"}


def test_other_sexes_are_never_a_bar_of_their_own(policy: Policy) -> None:
    table = shares({"k": ORDINARY, "m": ORDINARY, "x": {"right": 5, "wrong": 4}}, by="sex")
    released = release({"t": table}, policy=policy).table("t")
    assert reason(released, sex="x") == {"level"}
    assert reason(released, sex="k") == {"shown"}


# --- derived rows ---------------------------------------------------------------------------------------------------


def with_difference(k: int, *, sources: tuple[str, ...] | None = None) -> pd.DataFrame:
    table = means({"k": (k, 0.5), "m": (20, 0.4)}, by="sex")
    keys = tuple(row_keys(table)) if sources is None else sources
    common = {"universe": "all", "item": "goals01", "option": "k-m", "n": k + 20}
    difference = common | {"statistic": "difference", "unit": "share", "estimate": 0.1, "inputs": keys}
    first = estimates([difference], by=["sex"])
    test = common | {"statistic": "p_holm", "unit": "p", "estimate": 0.04213, "inputs": tuple(row_keys(first))}
    return pd.concat([table, first, estimates([test], by=["sex"])], ignore_index=True)


def test_what_is_computed_from_something_hidden_is_hidden_step_by_step(policy: Policy) -> None:
    released = release({"t": with_difference(20)}, policy=policy).table("t")
    assert reason(released) == {"shown"}
    released = release({"t": with_difference(5)}, policy=policy).table("t")
    assert reason(released, sex="k") == {"base"}
    assert reason(released, statistic="difference") == reason(released, statistic="p_holm") == {"input"}
    assert reason(released, sex="m") == {"shown"}


def test_what_is_computed_from_a_row_that_is_not_here_is_hidden(policy: Policy) -> None:
    released = release({"t": with_difference(20, sources=("mean|all|goals99||sex=k",))}, policy=policy).table("t")
    assert reason(released, statistic="difference") == {"input"}


def test_an_input_may_stand_in_another_table(policy: Policy) -> None:
    whole = with_difference(20)
    tables = {"figures": whole.iloc[:2], "compared": whole.iloc[2:].reset_index(drop=True)}
    assert release(tables, policy=policy).log.empty


# --- basis and view -------------------------------------------------------------------------------------------------


def test_public_data_are_left_as_they_are(policy: Policy) -> None:
    table = shares({"k": {"chair": 0}, "m": {"chair": 7}}, by="sex")
    released = release({"chairs": table}, policy=policy, basis="public", source="Valmyndigheten 2014")
    assert reason(released.table("chairs")) == {"shown"}
    assert released.source == "Valmyndigheten 2014"


def test_in_a_register_each_number_of_firms_must_reach_the_base(policy: Policy) -> None:
    table = shares({"k": {"granted": 9, "refused": 11}, "m": {"granted": 3, "refused": 17}}, by="sex")
    released = release({"t": table}, policy=policy, basis="register").table("t")
    assert reason(released, sex="m") == {"base"}
    assert reason(release({"t": table}, policy=policy).table("t"), sex="m") == {"shown"}


def test_in_a_register_a_small_number_cannot_be_worked_out(policy: Policy) -> None:
    by_sex = shares({"k": {"granted": 9, "refused": 31}, "m": {"granted": 3, "refused": 37}}, by="sex")
    tables = {"total": shares({"": {"granted": 12, "refused": 68}}), "by_sex": by_sex}
    released = release(tables, policy=policy, basis="register")
    assert "base" in reason(released.table("by_sex"), sex="m")
    left = reason(released.table("by_sex"), sex="k") | reason(released.table("total"))
    assert left == {"shown", "protected"}


def test_pooled_item_statistics_pass_only_in_the_internal_view(policy: Policy) -> None:
    row = {"universe": "all", "item": "goals01", "statistic": "discrimination", "unit": "correlation", "n": 40}
    tables = {"items": estimates([row | {"estimate": 0.3141}])}
    assert codes(tables, policy) == {"GATE-02"}
    released = release(tables, policy=policy, view="internal")
    assert released.view == "internal"
    assert released.table("items")["estimate"].tolist() == [0.31]
    by_sex = {"items": estimates([row | {"estimate": 0.3, "sex": "k"}], by=["sex"])}
    assert codes(by_sex, policy, view="internal") == {"GATE-15"}


def test_the_room_sees_fewer_divisions(policy: Policy) -> None:
    table = {"by_role": shares({"pol": ORDINARY}, by="role")}
    assert codes(table, policy, view="room") == {"GATE-10"}
    assert release({"t": shares({"k": ORDINARY}, by="sex")}, policy=policy, view="room").log.empty


# --- log and rounding -----------------------------------------------------------------------------------------------


def test_the_log_names_rows_and_reasons_and_never_values(policy: Policy) -> None:
    table = shares({"k": {"right": 4, "wrong": 1}, "m": ORDINARY}, by="sex")
    log = release({"by_sex": table}, policy=policy).log
    assert list(log.columns) == ["table", "key", "reason"]
    assert log["key"].tolist() == ["share|all|goals01|right|sex=k", "share|all|goals01|wrong|sex=k"]
    assert set(log["table"]) == {"by_sex"} and set(log["reason"]) == {"base"}


def test_an_open_log_does_not_say_that_all_answered_alike(policy: Policy) -> None:
    tables = {"t": shares({"": {"right": 9, "wrong": 0}})}
    assert set(release(tables, policy=policy).log["reason"]) == {"protected"}
    assert set(release(tables, policy=policy, view="room").log["reason"]) == {"protected"}
    assert set(release(tables, policy=policy, view="internal").log["reason"]) == {"unanimity"}


def test_figures_are_rounded_to_the_policys_steps(policy: Policy) -> None:
    released = release({"t": with_difference(20)}, policy=policy).table("t")
    p = released.loc[released["statistic"] == "p_holm", "estimate"].tolist()
    assert p == [0.042]
    table = means({"": (23, 0.51234)}, se=0.04321)
    row = release({"t": table}, policy=policy).table("t").iloc[0]
    assert (row["estimate"], row["se"], row["low"], row["high"]) == (0.51, 0.04, 0.41, 0.61)
    coarse = replace(policy, statistics={**policy.statistics, "mean": replace(policy.statistics["mean"], step=0.05)})
    assert release({"t": table}, policy=coarse).table("t")["estimate"].tolist() == [0.5]


def test_shares_stay_the_count_divided_by_n(policy: Policy) -> None:
    table = release({"t": shares({"": {"right": 13, "wrong": 10}})}, policy=policy).table("t")
    assert table["estimate"].tolist() == [13 / 23, 10 / 23]


def test_columns_and_order_are_kept(policy: Policy) -> None:
    table = shares({"m": ORDINARY, "k": ORDINARY}, by="sex").sample(frac=1, random_state=1)
    released = release({"t": table}, policy=policy).table("t")
    assert list(released.columns) == [*(column for column in table.columns if column != "inputs"), "hidden"]
    assert released["sex"].tolist() == table["sex"].tolist()


def test_an_empty_release_is_a_release(policy: Policy) -> None:
    assert release({}, policy=policy).names == ()
    assert release({"t": estimates([], by=["sex"])}, policy=policy).table("t").empty
