"""Women and men side by side: shares by hand, the 40–60 border, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.representation import balance, shares_by_sex
from kunskap.reference import read_reference
from kunskap.tables import ESTIMATE_COLUMNS, row_keys


def figures(**values: float) -> pd.DataFrame:
    """One measure: sex → value."""
    return pd.DataFrame({"measure": "Nämnd", "sex": list(values), "value": list(values.values()), "unit": "personer"})


def test_counts_are_divided_by_everyone_counted() -> None:
    """3 women, 5 men and 2 jointly led: 30 and 50 per cent of 10, worked by hand."""
    table = shares_by_sex(figures(k=3.0, m=5.0, gemensam=2.0))
    assert list(table["estimate"]) == [0.3, 0.5]
    assert list(table["count"]) == [3, 5]
    assert list(table["n"]) == [10, 10]


def test_it_is_an_estimates_table_with_unique_keys() -> None:
    table = shares_by_sex(figures(k=3.0, m=5.0))
    assert list(table.columns) == ["measure", "sex", *ESTIMATE_COLUMNS]
    assert row_keys(table).is_unique


def test_rows_are_added_within_the_group() -> None:
    twice = pd.concat([figures(k=3.0, m=5.0), figures(k=1.0, m=1.0)])
    assert list(shares_by_sex(twice)["count"]) == [4, 6]


def test_a_printed_percentage_is_kept_even_where_the_two_are_not_a_hundred() -> None:
    """SCB's new firms of 2018: 29,3 and 70,0; the rest are jointly led or unknown."""
    firms = read_reference("firms")
    county = firms[firms["area"].eq("Västernorrland") & firms["unit"].eq("percent")]
    table = shares_by_sex(county)
    assert list(table["estimate"]) == pytest.approx([0.293, 0.700])
    assert table["n"].isna().all()


def test_nothing_counted_gives_a_missing_share() -> None:
    assert shares_by_sex(figures(k=0.0, m=0.0))["estimate"].isna().all()


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (figures(k=29.7), "GROWTH-01"),
        (pd.concat([figures(k=40.0, m=60.0).assign(unit="percent")] * 2), "GROWTH-02"),
        (pd.concat([figures(k=4.0, m=6.0), figures(k=4.0, m=6.0).assign(unit="timmar")]), "GROWTH-03"),
    ],
)
def test_what_cannot_be_shown_side_by_side_is_refused(planted: pd.DataFrame, code: str) -> None:
    with pytest.raises(KunskapError) as caught:
        shares_by_sex(planted)
    assert caught.value.codes == (code,)


def test_the_other_counties_have_women_only_and_all_are_named() -> None:
    """The seen table gives women's share only; the fault names each county and nothing is worked out."""
    firms = read_reference("firms")
    one_year = firms[firms["measure"].str.startswith("Nystartade företag, andel")]
    with pytest.raises(KunskapError) as caught:
        shares_by_sex(one_year, by=["area"])
    assert [fault.where for fault in caught.value.faults] == ["Gävleborg", "Jämtland", "Stockholm", "Gotland"]


@pytest.mark.parametrize(
    ("women", "men", "expected"),
    [(40, 60, "even"), (60, 40, "even"), (39, 61, "mostly_m"), (61, 39, "mostly_k"), (50, 50, "even"), (2, 3, "even")],
)
def test_the_border_of_even_is_forty_inclusive(women: float, men: float, expected: str) -> None:
    row = balance(shares_by_sex(figures(k=women, m=men))).loc["Nämnd"]
    assert row["balance"] == expected
    assert row["points"] == pytest.approx(100 * (women - men) / (women + men))


def test_a_hidden_share_has_no_balance() -> None:
    table = shares_by_sex(figures(k=3.0, m=5.0))
    table["estimate"] = np.nan
    assert balance(table)["balance"].isna().all()


def test_the_order_of_the_measures_is_kept() -> None:
    both = pd.concat([figures(k=1.0, m=1.0), figures(k=1.0, m=1.0).assign(measure="Chefer")])
    assert list(balance(shares_by_sex(both)).index) == ["Nämnd", "Chefer"]
