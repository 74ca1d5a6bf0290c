"""Approval by sex: counted by hand, and refused where it cannot be right."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.resources import approval
from kunskap.reference import read_activity


@pytest.fixture
def activity() -> pd.DataFrame:
    return read_activity("4r_simulerad")


def test_the_worked_example_by_hand(activity: pd.DataFrame) -> None:
    """8 + 15 + 25 = 48 women applied, 5 + 6 + 5 = 16 got; 56 + 30 + 20 = 106 men, 34 + 13 + 4 = 51."""
    table = approval(activity)
    assert list(zip(table["sex"], table["count"], table["n"], strict=True)) == [("k", 16, 48), ("m", 51, 106)]
    assert list(table["estimate"]) == pytest.approx([16 / 48, 51 / 106])


def test_within_industries_the_order_of_the_file_is_kept(activity: pd.DataFrame) -> None:
    table = approval(activity, by=["industry"])
    assert list(dict.fromkeys(table["industry"])) == list(dict.fromkeys(activity["industry"]))[1:]
    by_hand = [5 / 8, 34 / 56, 6 / 15, 13 / 30, 5 / 25, 4 / 20]
    assert list(table["estimate"]) == pytest.approx(by_hand)


def test_the_parts_add_up_to_the_whole(activity: pd.DataFrame) -> None:
    parts = approval(activity, by=["industry"]).groupby("sex")[["count", "n"]].sum()
    whole = approval(activity).set_index("sex")[["count", "n"]]
    pd.testing.assert_frame_equal(parts, whole, check_names=False)


def with_value(activity: pd.DataFrame, row: int, value: float) -> pd.DataFrame:
    changed = activity.copy()
    changed.loc[row, "value"] = value
    return changed


def test_more_granted_than_received_is_refused_with_its_place(activity: pd.DataFrame) -> None:
    first_granted = activity.index[activity["measure"].eq("Beviljade ansökningar")][0]
    with pytest.raises(KunskapError) as caught:
        approval(with_value(activity, first_granted, 9.0), by=["industry"])
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [("GROWTH-04", "Tillverkning och bygg, k")]


def test_an_unknown_measure_is_named(activity: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        approval(activity, granted="Bifall")
    assert caught.value.codes == ("GROWTH-05",)
    assert "Beviljade ansökningar" in str(caught.value)


def test_one_sex_alone_is_refused(activity: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        approval(activity[activity["sex"].eq("m")])
    assert caught.value.codes == ("GROWTH-01",)
