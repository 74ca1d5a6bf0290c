"""Shares, gaps and kronor of a register: by hand, against statsmodels, and through the gate."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from kunskap.content import data_folder
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.applications import read_applications
from kunskap.growth.decomposition import kitagawa, oaxaca_blinder, threefold
from kunskap.growth.industries import gather
from kunskap.growth.resources import amounts, approval_rates, leaders
from kunskap.growth.what_if import kept, what_if
from kunskap.tables import row_keys


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    return table[table["year"].eq(2016)]


def tables_of(register: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Everything that a report of the register would hold."""
    rates, money = approval_rates(register, by=["industry"]), amounts(register, by=["industry"])
    return {
        "leaders": leaders(register),
        "approval": approval_rates(register),
        "approval_by_industry": rates,
        "amounts": amounts(register),
        "amounts_by_industry": money,
        "kitagawa": kitagawa(rates),
        "kitagawa_amounts": kitagawa(money),
        "oaxaca_blinder": oaxaca_blinder(register),
        "threefold": threefold(register),
        "what_if": what_if(register, approval={"Handel": 0.5}),
    }


def through(register: pd.DataFrame) -> Released:
    return release(tables_of(register), policy=read_policy(), basis="register", simulated=True)


def test_shares_are_counted_as_by_hand(register: pd.DataFrame) -> None:
    decided = register[register["decision"].isin(["granted", "refused"])]
    table = approval_rates(register).set_index(["statistic", "sex"])
    for sex in "km":
        own = decided[decided["sex"].eq(sex)]
        row = table.loc[("share", sex)]
        assert (row["count"], row["n"]) == (own["decision"].eq("granted").sum(), len(own))
    gap = table.loc["difference"].iloc[0]
    assert gap["estimate"] == pytest.approx(
        table.loc[("share", "k"), "estimate"] - table.loc[("share", "m"), "estimate"]
    )


def test_withdrawn_applications_change_nothing(register: pd.DataFrame) -> None:
    without = register[register["decision"].ne("withdrawn")]
    pd.testing.assert_frame_equal(approval_rates(register), approval_rates(without))


def test_intervals_agree_with_statsmodels_and_are_given_only_when_asked_for(register: pd.DataFrame) -> None:
    assert approval_rates(register)[["low", "high"]].isna().all(axis=None)
    table = approval_rates(register, level=0.9)
    k, m, gap = (table.iloc[place] for place in range(3))
    for row in (k, m):
        expected = proportion_confint(int(row["count"]), int(row["n"]), alpha=0.1, method="wilson")
        assert (row["low"], row["high"]) == pytest.approx(expected)
    expected = confint_proportions_2indep(k["count"], k["n"], m["count"], m["n"], method="newcomb", alpha=0.1)
    assert (gap["low"], gap["high"]) == pytest.approx(expected)


def test_a_sex_without_applications_has_a_row_and_no_gap() -> None:
    table = approval_rates(pd.DataFrame({"sex": ["m"] * 3, "decision": ["granted", "refused", "granted"]}))
    assert table["n"].tolist() == [0, 3, 3]
    assert table["estimate"].isna().tolist() == [True, False, True]


def test_kronor_are_divided_as_by_hand(register: pd.DataFrame) -> None:
    granted = register[register["decision"].eq("granted") & register["sex"].isin(["k", "m"])]
    sums = granted.groupby("sex")["granted_kronor"].sum()
    table = amounts(register)
    share = table[table["statistic"].eq("amount_share")].set_index("sex")["estimate"]
    assert share["k"] == pytest.approx(sums["k"] / sums.sum())
    assert share.sum() == pytest.approx(1)


def test_what_was_sought_is_of_all_applications(register: pd.DataFrame) -> None:
    table = amounts(register, of="sought_kronor").query("statistic == 'mean'")
    assert table["n"].tolist() == [register["sex"].eq(sex).sum() for sex in "km"]


def test_each_mean_of_kronor_brings_the_two_largest_behind_it() -> None:
    rows = [
        ("Bygg", "k", 50.0),
        ("Bygg", "k", 900.0),
        ("Bygg", "m", 60.0),
        ("Handel", "k", 50.0),
        ("Handel", "k", 50.0),
    ]
    table = pd.DataFrame(rows, columns=["industry", "sex", "granted_kronor"]).assign(decision="granted")
    means = amounts(table, by=["industry"]).query("statistic == 'mean'").set_index(["industry", "sex"])
    assert means[["largest", "second"]].to_numpy().tolist() == [[900, 50], [60, 0], [50, 50], [0, 0]]
    others = amounts(table, by=["industry"]).query("statistic != 'mean'")
    assert others[["largest", "second"]].isna().all(axis=None)


def test_the_register_passes_the_gate_when_small_industries_are_gathered(register: pd.DataFrame) -> None:
    released = through(gather(register, smallest=7))
    for name in set(released.names) - {"leaders"}:
        assert released.table(name)["hidden"].isna().all(), name
    leading = released.table("leaders")
    assert leading[leading["scale"].eq("granted")]["hidden"].notna().all()  # few granted are led jointly


def test_what_comes_from_a_small_industry_is_hidden_with_it(register: pd.DataFrame) -> None:
    """Culture has few applications: its shares go, and with them every part that was computed from them."""
    released = through(register)
    rates = released.table("approval_by_industry").set_index("industry")
    assert rates.loc["Kultur, nöje och fritid", "estimate"].isna().all()
    assert rates.loc["Tillverkning", "estimate"].notna().all()
    for name in ("kitagawa", "kitagawa_amounts", "what_if"):
        assert released.table(name)["estimate"].isna().all(), name


def test_parts_without_the_shares_they_come_from_are_hidden(register: pd.DataFrame) -> None:
    tables = tables_of(gather(register, smallest=7))
    released = release({"kitagawa": tables["kitagawa"]}, policy=read_policy(), basis="register", simulated=True)
    assert released.table("kitagawa")["estimate"].isna().all()


def test_every_row_has_a_key_of_its_own_and_inputs_that_are_there(register: pd.DataFrame) -> None:
    tables = tables_of(register)
    keys = pd.concat([row_keys(table) for table in tables.values()])
    assert set(key for table in tables.values() for inputs in table["inputs"] for key in inputs) <= set(keys)
    assert all(row_keys(table).is_unique for table in tables.values())


def test_the_same_money_is_enough_for_less_by_hand() -> None:
    """Construction: 5 of 10 granted 100; retail: 1 of 10 granted 50; half in retail costs 500 + 250 of 550 kronor."""
    cells = [("Bygg", 5, 5, 100.0), ("Handel", 1, 9, 50.0)]
    rows = [(industry, sex, decision, kronor) for industry, granted, refused, kronor in cells
            for place, decision in enumerate(["granted"] * granted + ["refused"] * refused)
            for sex in ["km"[place % 2]]]  # fmt: skip
    table = pd.DataFrame(rows, columns=["industry", "sex", "decision", "granted_kronor"])
    assert float(kept(table, approval={"Handel": 0.5})["estimate"].iloc[0]) == pytest.approx(550 / 750)
    assert float(kept(table)["estimate"].iloc[0]) == 1.0
    with pytest.raises(KunskapError, match="GROWTH-45"):
        kept(table, approval={"Handel": 0.0, "Bygg": 0.0})


def test_what_if_nothing_changes_nothing_changes(register: pd.DataFrame) -> None:
    table = what_if(register)
    wide = table.pivot(index=["sex", "scale"], columns="rule", values="estimate")
    assert wide["now"].to_numpy() == pytest.approx(wide["smaller_grants"].to_numpy())
    assert wide["now"].to_numpy() == pytest.approx(wide["fewer_grants"].to_numpy())


def test_what_if_by_hand() -> None:
    """Bygg: 10 men, 5 granted of 100 each; Handel: 10 women, 1 granted of 60.  Half granted in Handel: 300 to women.

    Now 60 of 560 kronor and 1 of 6 grants are women's; then 300 of 800 kronor and 5 of 10 grants.
    """
    rows = [("Bygg", "m", "granted", 100.0)] * 5 + [("Bygg", "m", "refused", 0.0)] * 5
    rows += [("Handel", "k", "granted", 60.0)] + [("Handel", "k", "refused", 0.0)] * 9
    table = pd.DataFrame(rows, columns=["industry", "sex", "decision", "granted_kronor"])
    found = what_if(table, approval={"Handel": 0.5}).query("sex == 'k'").set_index(["scale", "rule"])["estimate"]
    assert found["granted_kronor", "now"] == pytest.approx(60 / 560)
    assert found["granted_applications", "now"] == pytest.approx(1 / 6)
    for rule in ("smaller_grants", "fewer_grants"):
        assert found["granted_kronor", rule] == pytest.approx(300 / 800)
        assert found["granted_applications", rule] == pytest.approx(5 / 10)


def test_newcomers_come_beside_those_who_are_there() -> None:
    """Ten women from an industry that nobody has applied from, four in ten granted, 50 each: 200 beside 500."""
    rows = [("Bygg", "m", "granted", 100.0)] * 5 + [("Bygg", "m", "refused", 0.0)] * 5
    table = pd.DataFrame(rows, columns=["industry", "sex", "decision", "granted_kronor"])
    coming = pd.DataFrame([("Vård", "k", 10, 50.0)], columns=["industry", "sex", "applications", "kronor"])
    found = what_if(table, approval={"Vård": 0.4}, newcomers=coming).query("sex == 'k' and scale == 'granted_kronor'")
    assert found["estimate"].tolist() == pytest.approx([0, 200 / 700, 200 / 700])


def test_all_that_cannot_be_tried_is_told_at_once(register: pd.DataFrame) -> None:
    coming = pd.DataFrame([("Rymd", "x", -1, 5.0)], columns=["industry", "sex", "applications", "kronor"])
    with pytest.raises(KunskapError) as caught:
        what_if(register, approval={"Gruvor": 0.5, "Handel": 1.5}, newcomers=coming)
    assert caught.value.codes == ("GROWTH-42", "GROWTH-43", "GROWTH-44", "GROWTH-44", "GROWTH-42")
    with pytest.raises(KunskapError) as caught:
        what_if(register[register["decision"].eq("refused")], newcomers=coming[["industry"]])
    assert caught.value.codes == ("GROWTH-44", "GROWTH-44", "GROWTH-44", "GROWTH-45")
