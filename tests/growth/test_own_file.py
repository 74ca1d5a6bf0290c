"""A table of one's own: nothing is lost, nothing is guessed, all faults of the file at once."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kunskap.errors import KunskapError
from kunskap.growth.own_file import Column, read_own_file

COLUMNS = (
    Column("name", ("namn på sak",), needed=True),
    Column("kronor", ("belopp",), "number"),
    Column("year", ("år",), "year", required=False),
    Column("sex", ("kön",), "choice", choices={"kvinna": "k", "man": "m"}, empty="okänd"),
)


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "egen.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_is_read_as_people_save_it(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = ("Namn på sak;Belopp;År;KÖN", "å;1 250 000,50 kr;2017-03-31;Kvinna", "b;7;2018;")
    own = read_own_file(written(tmp_path, "\n".join(rows).replace(";", separator), encoding=encoding), COLUMNS)
    assert own.table["name"].tolist() == ["å", "b"]
    assert own.table["kronor"].tolist() == [1250000.5, 7.0]
    assert own.table["year"].tolist() == [2017, 2018]
    assert own.table["sex"].tolist() == ["k", "okänd"]
    assert own.table["row"].tolist() == [2, 3]
    assert own.rejects.empty


def test_a_workbook_is_read_with_its_own_row_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["namn på sak", "belopp", "kön"])
    book.active.append([None, None, None])
    book.active.append(["a", 1250000.5, "Man"])
    book.active.append(["b", "tolv", "Man"])
    path = tmp_path / "egen.xlsx"
    book.save(path)
    own = read_own_file(path, COLUMNS)
    assert own.table[["row", "kronor"]].fillna(-1).values.tolist() == [[3, 1250000.5], [4, -1.0]]
    assert own.rejects[["row", "column", "value", "code"]].values.tolist() == [[4, "belopp", "tolv", "GROWTH-26"]]


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("12,5", 12.5),
        ("1 000", 1000.0),
        ("1.250.000", 1250000.0),
        ("1.250,50", 1250.5),
        ("-3", None),
        ("0.5", 0.5),
        ("12.500", None),
        ("12,500", None),
        ("1e6", None),
        ("12 %", 12.0),
        ("∞", None),
        ("nan", None),
        ("1000 SEK", 1000.0),
    ],
)
def test_numbers_are_read_where_they_can_mean_one_thing_only(
    tmp_path: Path, written_as: str, value: float | None
) -> None:
    """12.500 may be twelve and a half or twelve thousand five hundred: told, not guessed."""
    own = read_own_file(written(tmp_path, f"namn på sak;belopp;kön\na;{written_as};man\n"), COLUMNS)
    if value is None:
        assert own.table["kronor"].isna().all()
        assert own.rejects["code"].tolist() == ["GROWTH-26"]
    else:
        assert own.table["kronor"].tolist() == [value]


def test_every_row_is_either_read_or_told_of(tmp_path: Path) -> None:
    text = "namn på sak;belopp;kön\na;1;man\n;2;man\nc;x;hen\nd;4;kvinna;för mycket\ne;5;Kvinna\n"
    own = read_own_file(written(tmp_path, text), COLUMNS)
    assert own.table["row"].tolist() == [2, 4, 6]
    told = own.rejects[["row", "code"]].values.tolist()
    assert told == [[3, "GROWTH-23"], [4, "GROWTH-26"], [4, "GROWTH-26"], [5, "READ-28"]]
    assert own.rejects["reason_sv"].str.len().min() > 20


def test_all_columns_that_are_missing_or_double_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read_own_file(written(tmp_path, "kronor;belopp;annat\n1;2;3\n"), COLUMNS)
    assert caught.value.codes == ("GROWTH-20", "GROWTH-21", "GROWTH-20")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "READ-06"), (b"\x89PNG\r\n\x1a\n", "READ-08"), (b"bara en rad", "READ-15")]
)
def test_what_is_no_table_is_told_in_words(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "fel.csv"
    path.write_bytes(content)
    with pytest.raises(KunskapError) as caught:
        read_own_file(path, COLUMNS)
    assert caught.value.codes == (code,)


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read_own_file(tmp_path / "finns inte.csv", COLUMNS)
    assert caught.value.codes == ("READ-01",)


def test_who_somebody_is_never_comes_along(tmp_path: Path) -> None:
    """Made up for the test; 121212-1212 is the number that authorities use as an example."""
    text = "namn på sak;belopp;kön;personnummer\n121212-1212;x 121212-1212;man;121212-1212\n"
    own = read_own_file(written(tmp_path, text), COLUMNS, dropped=("personnummer",))
    everything = own.table.to_csv() + own.rejects.to_csv() + "".join(note.message("sv") for note in own.notes)
    assert "1212" not in everything
    assert "GROWTH-24" in {note.code for note in own.notes}


CELLS = st.sampled_from(["", "a", "12", "12,5", "12.500", "x y", "kvinna", "Man", "2017", "-", "å;", '"', "1 000 kr"])


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_whatever_stands_in_the_cells_every_row_is_read_or_told_of(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Rows that are read and rows that are told of are together all rows with anything in them."""
    path = tmp_path_factory.mktemp("cells") / "egen.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("namn på sak", "belopp", "år", "kön"), *rows])
    filled = {number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)}
    if not filled:
        return
    own = read_own_file(path, COLUMNS)
    assert set(own.table["row"]) | set(own.rejects["row"].dropna()) == filled
    for row in own.table.to_dict("records"):
        told = set(own.rejects.loc[own.rejects["row"].eq(row["row"]), "column"])
        written_as = dict(zip(("namn på sak", "belopp", "år", "kön"), rows[row["row"] - 2], strict=True))
        lost = [name for name, column in (("belopp", "kronor"), ("år", "year")) if pd.isna(row[column])]
        assert all(name in told or written_as[name] in ("", "-") for name in lost)


def test_a_column_is_told_of_by_the_name_that_people_use(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_text("Titel;Beslutad\nPlan;i våras\n", encoding="utf-8")
    own = read_own_file(path, (Column("document", ("titel",)), Column("year", ("år", "beslutad"), "year", needed=True)))
    assert "går inte att läsa som år" in own.rejects["reason_sv"].item()
