"""The estimates table has one shape, and each row one name."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.tables import ESTIMATE_COLUMNS, canonical_universe, estimates, grouping_columns, row_keys, universe_filter

ROW = {"universe": "all", "item": "goals01", "option": "right", "statistic": "share", "count": 12, "n": 20}


def test_the_columns_and_their_types() -> None:
    table = estimates([{**ROW, "role": "pol"}, {**ROW, "count": None}], by=["role"])
    assert list(table.columns) == ["role", *ESTIMATE_COLUMNS]
    assert (str(table["count"].dtype), str(table["estimate"].dtype)) == ("Int64", "float64")
    assert table["inputs"].tolist() == [(), ()]
    assert pd.isna(table.loc[1, "count"])


def test_an_empty_table_keeps_its_shape() -> None:
    assert list(estimates([], by=["role"]).columns) == ["role", *ESTIMATE_COLUMNS]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown columns"):
        estimates([{**ROW, "shoe_size": 41}])


def test_keys_do_not_depend_on_the_order_of_grouping_columns() -> None:
    row = {**ROW, "role": "pol", "sex": "k"}
    assert row_keys(estimates([row], by=["role", "sex"]))[0] == row_keys(estimates([row], by=["sex", "role"]))[0]
    assert row_keys(estimates([row], by=["role", "sex"]))[0].endswith("|role=pol&sex=k")


def test_a_total_beside_groups_has_no_group_in_its_key() -> None:
    table = estimates([{**ROW, "role": "pol"}, ROW], by=["role"])
    assert row_keys(table).tolist() == ["share|all|goals01|right|role=pol", "share|all|goals01|right|"]
    assert grouping_columns(table) == ["role"]


@pytest.mark.parametrize("groups", [{}, {"role": "pol"}, {"role": "pol", "orgtype": "reg"}])
def test_a_universe_is_read_back(groups: dict[str, str]) -> None:
    assert universe_filter(canonical_universe(groups)) == groups
