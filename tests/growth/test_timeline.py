"""The timeline: in order, with a source for every row, and no number of sub-goals where none is settled."""

from __future__ import annotations

from kunskap.growth.timeline import timeline


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
