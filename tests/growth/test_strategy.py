"""A strategy: each planted lack is found, whole goals are left in peace, the way to the target is worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.progress import follow_up, progress
from kunskap.growth.steps import steps, worksheet_of
from kunskap.growth.strategy import check, parts_in_place, read_followed, read_strategy

FOLDER = data_folder() / "growth"


@pytest.fixture
def strategy() -> pd.DataFrame:
    return read_strategy(FOLDER / "strategi_simulerad.csv").table


@pytest.fixture
def followed() -> pd.DataFrame:
    return read_followed(FOLDER / "uppfoljning_simulerad.csv").table


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        (["indicator"], "STRAT-01"),
        (["baseline_k"], "STRAT-02"),
        (["baseline_k", "baseline_m"], "STRAT-03"),
        (["target_m"], "STRAT-04"),
        (["target_k", "target_m"], "STRAT-05"),
        (["owner"], "STRAT-06"),
        (["measure"], "STRAT-07"),
        (["kronor"], "STRAT-08"),
        (["unit"], "STRAT-09"),
        (["target_year"], "STRAT-10"),
    ],
)
def test_each_lack_is_found_and_nothing_else(strategy: pd.DataFrame, lacking: list[str], code: str) -> None:
    whole = strategy.head(1)
    assert check(whole).empty
    found = check(whole.assign(**{name: None for name in lacking}))
    assert found["code"].tolist() == [code]
    assert found["row"].tolist() == whole["row"].tolist()


def test_years_in_the_wrong_order_and_goals_that_stand_still_are_found(strategy: pd.DataFrame) -> None:
    whole = strategy.head(1)
    assert check(whole.assign(target_year=2010))["code"].tolist() == ["STRAT-11"]
    still = whole.assign(target_k=whole["baseline_k"], target_m=whole["baseline_m"])
    assert check(still)["code"].tolist() == ["STRAT-12"]


def test_no_money_and_nought_are_different_things(strategy: pd.DataFrame) -> None:
    assert check(strategy.head(1).assign(kronor=0.0)).empty


def test_the_simulated_strategys_planted_lacks_are_told_in_words(strategy: pd.DataFrame) -> None:
    found = check(strategy)
    assert found["code"].tolist() == [
        *("STRAT-01", "STRAT-06", "STRAT-07", "STRAT-08"),
        *("STRAT-02", "STRAT-04", "STRAT-06"),
    ]
    assert found["sv"].str.contains("Länet ska vara jämställt").any()


def test_the_way_is_by_hand(strategy: pd.DataFrame, followed: pd.DataFrame) -> None:
    """Granted, women: 35 → 48, 43 in 2018: 8 of 13.  Men: 50 → 50, no way to go.  Hours 2017: 10 backwards of 200."""
    table = progress(strategy, followed).query("scale == 'way'").set_index(["indicator", "year", "sex"])["estimate"]
    assert table["Andel beviljade ansökningar", "2018", "k"] == pytest.approx(8 / 13)
    assert np.isnan(table["Andel beviljade ansökningar", "2018", "m"])
    assert table["Rådgivningstimmar", "2017", "k"] == pytest.approx(-10 / 200)


def test_falling_targets_count_the_same_way(strategy: pd.DataFrame, followed: pd.DataFrame) -> None:
    """Seats of men: from 10 to 7, now 8: two thirds of the way.  And 3 of 5 years have gone."""
    table = progress(strategy, followed)
    seats = table[table["indicator"].eq("Platser i samrådet") & table["year"].eq("2018")]
    assert seats.query("scale == 'way' and sex == 'm'")["estimate"].item() == pytest.approx(2 / 3)
    assert seats.query("scale == 'time_gone'")["estimate"].item() == pytest.approx(3 / 5)


def test_it_leaves_as_public(strategy: pd.DataFrame, followed: pd.DataFrame) -> None:
    tables = {"progress": progress(strategy, followed)}
    released = release(tables, policy=read_policy(), basis="public", source="påhittat", simulated=True)
    shown = released.table("progress").query("scale == 'way' and year == '2018'")
    assert shown["hidden"].isna().all()


def test_what_is_followed_but_not_decided_is_told(strategy: pd.DataFrame, followed: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        progress(strategy.assign(indicator="Annat", target_k=None), followed)
    assert caught.value.codes == ("GROWTH-72", *("GROWTH-70",) * 4, "GROWTH-71")


def test_the_yearly_table_has_beginning_middle_and_end(strategy: pd.DataFrame, followed: pd.DataFrame) -> None:
    table = follow_up(strategy, followed)
    one = table[table["indicator"].eq("Andel beviljade ansökningar")]
    assert one["what"].tolist() == ["baseline", "followed", "followed", "target"]
    assert one["gap"].tolist() == [-15, -12, -6, -2]
    assert one["year"].tolist() == [2016, 2017, 2018, 2020]


@pytest.mark.parametrize(("name", "count", "unsure"), [("trappan", 8, 2), ("jkb", 9, 0)])
def test_steps_that_nobody_has_checked_are_marked(name: str, count: int, unsure: int) -> None:
    form = worksheet_of(name)
    assert len(form) == count == steps(name)["number"].max()
    assert form["Steg"].str.contains("inte kontrollerat").sum() == unsure
    assert (form.iloc[:, 2:] == "").all(axis=None)


def test_an_unknown_working_order_is_refused() -> None:
    with pytest.raises(KunskapError) as caught:
        steps("stegen")
    assert caught.value.codes == ("GROWTH-05",)


def test_the_parts_of_each_goal_are_counted_and_half_a_baseline_is_none(strategy: pd.DataFrame) -> None:
    table = parts_in_place(strategy).set_index("option")
    # six rows: one has nothing but its goal, one has figures for women only and no owner
    assert table["count"].to_dict() == dict(indicator=5, baseline=4, target=4, measure=5, owner=4, kronor=5)
    assert (table["n"] == 6).all()
    assert parts_in_place(strategy.iloc[:0]).empty
