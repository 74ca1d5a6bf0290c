"""Tables for teaching are read strictly: every fault at once, with the row that a spreadsheet shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.reference import ACTIVITY_COLUMNS, cite, read_activity, read_reference, worked_file

HEAD = ",".join(ACTIVITY_COLUMNS)


def read(folder: Path, text: str, *, encoding: str = "utf-8") -> pd.DataFrame:
    (folder / "prov.csv").write_text(text, encoding=encoding)
    return read_activity("prov", folder=folder)


def test_every_reference_file_can_be_read(root: Path) -> None:
    for path in sorted((root / "data" / "reference").glob("*.csv")):
        assert len(read_reference(path.stem)) > 0


def test_all_faults_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    text = f"{HEAD}\nR1,Nämnd,personer,,k,fyra\nR1,Nämnd,personer,,kvinna,4\nR1,Nämnd,personer,,m,-1\n"
    with pytest.raises(KunskapError) as caught:
        read(tmp_path, text)
    assert [(fault.code, fault.where.split(", ")[-1]) for fault in caught.value.faults] == [
        ("REF-03", "rad 2"),
        ("REF-03", "rad 4"),
        ("REF-04", "rad 3"),
    ]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read(tmp_path, "step,measure,sex,value\nR1,Nämnd,k,4\n")
    assert [fault.values["column"] for fault in caught.value.faults] == ["unit", "industry"]


@pytest.mark.parametrize(("text", "encoding"), [("", "utf-8"), (f"{HEAD}\nR1,Nämnd för mål", "cp1252")])
def test_what_is_no_table_is_told_in_words(tmp_path: Path, text: str, encoding: str) -> None:
    with pytest.raises(KunskapError) as caught:
        read(tmp_path, text, encoding=encoding)
    assert caught.value.codes == ("REF-05",)


@pytest.mark.parametrize("name", ["4r", "data/teaching/4r_simulerad.csv"])
def test_an_unknown_name_lists_those_that_are(name: str) -> None:
    with pytest.raises(KunskapError) as caught:
        read_activity(name)
    assert caught.value.codes == ("REF-01",)
    assert "4r_simulerad" in str(caught.value)


def test_sources_are_cited_once_with_their_years() -> None:
    representation = read_reference("representation")
    posts = representation[representation["measure"].str.endswith("regionfullmäktige")]
    assert cite(posts) == "Regionfakta/Valmyndigheten (2014, 2018); SCB (2022)"


def test_a_module_names_an_example_or_a_file_of_ones_own() -> None:
    assert worked_file("utkast_simulerad", folder="review").suffix == ".docx"
    assert worked_file("mina mål.xlsx") == Path("mina mål.xlsx")
    with pytest.raises(KunskapError) as caught:
        worked_file("strategin")
    assert "strategi_simulerad" in str(caught.value)
