"""Tables made right: men are what is left, and what does not add up is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.content import data_folder
from kunskap.errors import KunskapError
from kunskap.growth.counts import as_figures, read_counts
from kunskap.growth.statistics import by_sex_and_age, index_of, mend_of_which, per_men, ratio
from kunskap.reference import read_reference


@pytest.fixture
def old() -> pd.DataFrame:
    return pd.read_csv(data_folder() / "growth" / "darav_simulerad.csv", sep=";")


def test_of_which_women_becomes_women_and_men(old: pd.DataFrame) -> None:
    """120 in all, 28 women and 6 not known: 86 men, and women 28 of 114."""
    table = mend_of_which(old, total="Totalt", of_which="Därav kvinnor", unknown="Okänt", by=["Stöd"])
    first = table.iloc[0]
    assert first[["women", "men", "unknown"]].tolist() == [28, 86, 6]
    assert first["women_share"] == pytest.approx(28 / 114)
    assert table["is_even"].tolist() == [False, True, True]


def test_without_the_unknown_they_become_men(old: pd.DataFrame) -> None:
    table = mend_of_which(old, total="Totalt", of_which="Därav kvinnor", by=["Stöd"])
    assert table.loc[0, "men"] == 92


@pytest.mark.parametrize(("women", "total", "expected"), [(4, 10, True), (39, 100, False), (6, 10, True), (0, 0, None)])
def test_the_border_of_even(women: int, total: int, expected: bool | None) -> None:
    table = mend_of_which(pd.DataFrame({"n": [total], "k": [women]}), total="n", of_which="k")
    assert table["is_even"].tolist() == [pd.NA if expected is None else expected]


def test_parts_that_do_not_fit_are_all_told() -> None:
    wrong = pd.DataFrame({"namn": ["A", "B", "C"], "n": [10, 5, "?"], "k": [4, 6, 1]})
    with pytest.raises(KunskapError) as caught:
        mend_of_which(wrong, total="n", of_which="k", by=["namn"])
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [("GROWTH-50", "B"), ("GROWTH-50", "C")]
    with pytest.raises(KunskapError) as caught:
        mend_of_which(wrong, total="antal", of_which="kvinnor")
    assert caught.value.codes == ("GROWTH-05", "GROWTH-05")


def test_the_index_is_each_sex_against_itself() -> None:
    cars = read_reference("transport").query("measure == 'Körkort och bil i hushållet, 25–64 år'")
    table = index_of(cars, base="1978").set_index("year")
    assert table.loc["1994–1995", "k"] == pytest.approx(100 * 76 / 60)
    assert table.loc["1994–1995", "m"] == pytest.approx(100 * 87 / 84)
    assert table.loc["1994–1995", "k_value"] == 76


def test_an_index_without_a_base_is_refused() -> None:
    cars = read_reference("transport").query("measure == 'Körkort och bil i hushållet, 25–64 år'")
    with pytest.raises(KunskapError) as caught:
        index_of(cars, base="1901")
    assert caught.value.codes == ("GROWTH-51", "GROWTH-51")
    with pytest.raises(KunskapError) as caught:
        index_of(pd.concat([cars, cars.head(1)]), base="1978")
    assert caught.value.codes == ("GROWTH-52",)


def test_womens_figure_in_per_cent_of_mens() -> None:
    table = ratio(read_reference("firms").query("unit == 'per 1000'"))
    assert table["k_per_m"].tolist() == pytest.approx([100 * 5.3 / 11.9])


def test_printed_and_counted_ratios_stand_in_one_table_in_the_order_given() -> None:
    printed = read_reference("labour").query("measure == 'Kvinnors lön i procent av mäns'")
    table = per_men(pd.concat([read_reference("firms").query("unit == 'per 1000'"), printed]))
    assert table["estimate"].tolist() == pytest.approx([100 * 5.3 / 11.9, 90])
    assert set(table["scale"]) == {"k_per_m"}


def test_sex_stands_in_every_age_and_in_all() -> None:
    """170 women and 195 men: even in all; 48 of 130 between 50 and 64 is not."""
    table = by_sex_and_age(as_figures(read_counts("chefer_alder_simulerad").table), age="group")
    assert len(table) == 2 * (4 + 1)
    women = table[table["sex"].eq("k")].set_index("group")
    assert women.loc["50–64 år", ["count", "n"]].tolist() == [48, 130]
    assert table[table["group"].isna()]["count"].tolist() == [170, 195]
