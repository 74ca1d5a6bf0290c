"""The public reference figures: each with its source and its year, women and men beside each other."""

from pathlib import Path

import pandas as pd
import pytest

FILES = sorted((Path(__file__).resolve().parents[1] / "data" / "reference").glob("*.csv"))
COLUMNS = ["measure", "area", "year", "sex", "value", "unit", "source", "certainty", "note"]


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def table(request):
    return pd.read_csv(request.param, dtype={"year": "str"}, keep_default_na=False)


def test_there_are_files():
    assert len(FILES) == 5


def test_every_figure_has_its_source_year_and_certainty(table):
    assert list(table.columns) == COLUMNS
    for name in ("measure", "area", "year", "unit", "source"):
        assert (table[name].str.strip() != "").all()
    assert table["year"].str.fullmatch(r"(19|20)\d\d(–(19|20)\d\d)?").all()
    assert set(table["certainty"]) <= {"S", "calc"}
    assert set(table["sex"]) <= {"k", "m", ""}
    assert not table.duplicated(["measure", "area", "year", "sex"]).any()


def test_what_is_worked_out_agrees_with_what_was_seen(table):
    """A figure that is worked out is the rest of the seen one, so the two make a hundred."""
    for _, group in table.groupby(["measure", "area", "year"]):
        if "calc" in set(group["certainty"]):
            assert sorted(group["sex"]) == ["k", "m"]
            assert group["value"].sum() == pytest.approx(100)
