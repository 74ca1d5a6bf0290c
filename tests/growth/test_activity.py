"""Counts of an activity of one's own are read as people keep them, and what is wrong is told in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.activity import read_own_activity
from kunskap.growth.resources import approval
from kunskap.reference import read_activity

TEXT = """Mått;Bransch;Kön;Antal
Inkomna ansökningar;Vård;Kvinnor;20
Inkomna ansökningar;Vård;Män;10
Beviljade ansökningar;Vård;Kvinnor;5
Beviljade ansökningar;Vård;Män;5
"""


def written(folder: Path, text: str, encoding: str = "cp1252") -> Path:
    path = folder / "egen.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_the_example_is_read_as_the_strict_reader_reads_it() -> None:
    strict, own = read_activity("4r_simulerad"), read_own_activity("4r_simulerad").table
    pd.testing.assert_frame_equal(own[strict.columns], strict)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_swedish_headings_and_excels_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    own = read_own_activity(written(tmp_path, TEXT, encoding))
    assert approval(own.table, by=["industry"])["estimate"].tolist() == [0.25, 0.5]


def test_a_file_without_industries_is_one_group(tmp_path: Path) -> None:
    own = read_own_activity(written(tmp_path, TEXT.replace("Bransch;", "").replace("Vård;", "")))
    assert approval(own.table, by=["industry"])["industry"].unique().tolist() == ["Alla branscher"]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "egen.xlsx"
    pd.read_csv(written(tmp_path, TEXT), sep=";", encoding="cp1252").to_excel(path, index=False)
    assert approval(read_own_activity(path).table)["n"].tolist() == [20, 10]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Kön;", "Namn;", "kolumnen 'kön' saknas"),
        ("Män;10", "Män;10,5", "Inkomna ansökningar är 10.5"),
        (TEXT, "", "filen är tom"),
    ],
)
def test_what_is_wrong_is_told_in_words(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(KunskapError) as caught:
        read_own_activity(written(tmp_path, TEXT.replace(old, new)))
    assert told in caught.value.message("sv")


def test_a_sex_is_never_guessed_and_a_bad_row_is_told(tmp_path: Path) -> None:
    own = read_own_activity(written(tmp_path, TEXT + "Inkomna ansökningar;Bygg;Anna;4\nInkomna ansökningar;Bygg;;3\n"))
    assert own.table["sex"].tolist()[-1] == "okänd" and own.rejects["row"].tolist() == [6]
