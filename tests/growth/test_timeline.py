"""The timeline: in order, with a source for every row, and no number of sub-goals where none is settled."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.timeline import goals_when_written, read_documents, subgoals, timeline


def test_dates_are_in_order_and_as_exact_as_their_source() -> None:
    dates = timeline()["date"]
    assert dates.str.fullmatch(r"(19|20)\d\d(-\d\d(-\d\d)?)?").all()
    assert dates.is_monotonic_increasing


def test_every_row_has_its_source_and_certainty() -> None:
    table = timeline()
    assert (table["source"].str.len() > 5).all()
    assert set(table["certainty"]) <= {"S", "S2", "BK"}


def test_the_seventh_sub_goal_is_not_counted_before_its_day_is_known() -> None:
    latest = timeline().iloc[-1]
    assert latest["subgoals"] == "" and "inte funnet" in latest["note"]


def test_what_is_announced_is_no_decision() -> None:
    table = timeline()
    assert set(table["status"]) == {"settled", "announced"}
    assert table.loc[table["status"].eq("announced"), "subgoals"].eq("").all()
    assert table["who"].str.len().gt(0).all()


def test_the_sub_goals_that_stand_alone_add_up_to_the_timelines_numbers() -> None:
    since = subgoals()["since"].astype(int)
    numbers = timeline().loc[lambda table: table["subgoals"].ne("")]
    for date, number in numbers[["date", "subgoals"]].to_numpy():
        assert (since <= int(date[:4])).sum() == int(number)


def test_a_document_of_the_year_of_the_change_may_be_either() -> None:
    years = [2003, 2006, 2012, 2016, 2017]
    table = goals_when_written(pd.DataFrame({"document": list("ABCDE"), "year": years}))
    assert table["at_first"].tolist() == [pd.NA, pd.NA, 4, 4, 6]
    assert table["at_last"].tolist() == [pd.NA, 4, 4, 6, 6]
    assert table["has_changed"].tolist() == [True, True, True, False, False]


def test_a_list_of_ones_own_is_read_and_what_is_not_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dokument.csv"
    path.write_text("Titel;Beslutad\nPlan;2018-06-01\nStrategi;i våras\n", encoding="utf-8")
    own = read_documents(path)
    assert own.table[["document", "year"]].values.tolist() == [["Plan", 2018]]
    assert own.rejects["value"].tolist() == ["i våras"]
    path.write_text("Titel;Belopp\nPlan;7\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_documents(path)
    assert caught.value.codes == ("GROWTH-20",)


def test_a_year_that_is_none_is_told() -> None:
    with pytest.raises(KunskapError) as caught:
        goals_when_written(pd.DataFrame({"document": ["A", "B", "C"], "year": ["2018", "i våras", 18]}))
    assert caught.value.codes == ("GROWTH-56", "GROWTH-56")
