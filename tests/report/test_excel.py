"""The workbook: every table, numbers as numbers, a codebook, what is hidden; nothing runs, nothing is out of sight."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from openpyxl.workbook import Workbook

from kunskap.bank import Bank
from kunskap.disclosure import Released, release
from kunskap.report.document import Document
from kunskap.report.excel import HEAD, workbook
from kunskap.report.kinds import KINDS, Material
from kunskap.report.labels import short_title
from kunskap.report.views import Group, TableView
from kunskap.tables import estimates
from kunskap.words import Words
from tests.report.conftest import HOSTILE


@pytest.fixture(scope="module")
def content(document: Document, small_bank: Bank, words: Words) -> bytes:
    return workbook(document, bank=small_bank, words=words)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def sheets(released: Released, small_bank: Bank, words: Words) -> dict[str, str]:
    """Table → the name of its sheet."""
    return {name: short_title(name, bank=small_bank, words=words) for name in released.names}


def read(content: bytes, sheet: str) -> pd.DataFrame:
    return pd.read_excel(io.BytesIO(content), sheet_name=sheet, header=HEAD - 1)


def test_every_table_is_there_with_its_numbers_and_a_word_where_one_is_hidden(
    content: bytes, book: Workbook, released: Released, sheets: dict[str, str]
) -> None:
    assert book.sheetnames == ["Innehåll", *sheets.values(), "Kodbok", "Dolt"]
    assert {"Kunskap, kön", "Totalt, roll", "Det här kan jag, roll"} <= set(book.sheetnames)
    for name, sheet in sheets.items():
        table, shown = released.table(name), read(content, sheet)
        assert len(shown) == len(table)
        is_hidden = table["hidden"].notna()
        for column, title in (("estimate", "Värde"), ("n", "n"), ("low", "Nedre gräns")):
            assert shown[title].eq("dolt").tolist() == is_hidden.tolist()
            numbers = shown[title].where(~is_hidden, float("nan")).astype("float64")
            pd.testing.assert_series_equal(
                numbers, table[column].astype("float64"), check_names=False, check_index=False
            )
        assert shown["Dolt, skäl"].notna().tolist() == is_hidden.tolist()
    contents = read(content, "Innehåll").set_index("Blad")
    assert [contents.loc[sheet, "I filerna"] for sheet in sheets.values()] == [f"tables/{name}.csv" for name in sheets]


def test_a_workbook_alone_draws_no_figure(
    content: bytes, document: Document, small_bank: Bank, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Figure, "__init__", lambda *_, **__: pytest.fail("a figure was drawn"))
    material = Material(released=document.released, bank=small_bank, words=words, date=document.date)  # type: ignore[arg-type]
    made = KINDS["inventering"].make(material)
    assert workbook(made, bank=small_bank, words=words) == content
    with pytest.raises(pytest.fail.Exception, match="drawn"):
        made.for_format("html")


def test_codes_are_called_what_people_call_them(content: bytes) -> None:
    by_sex = read(content, "Totalt, kön")
    assert "Kvinnor minus Män" in set(by_sex["Svar eller jämförelse"].dropna())
    assert {"Medelvärde", "Skillnad", "Hedges g"} <= set(by_sex["Mått"])
    ability = read(content, "Det här kan jag, roll")
    assert {"Kan på egen hand", "Vet ej", "Överhoppad"} <= set(ability["Svar eller jämförelse"])
    assert set(ability["Roll"]) == {"Politiker", "Tjänstepersoner"}


def test_numbers_have_their_unit(book: Workbook) -> None:
    sheet = book["Totalt, kön"]
    head = {cell.value: cell.column for cell in sheet[HEAD]}
    formats = {
        (sheet.cell(row, head["Enhet"]).value, sheet.cell(row, head["Värde"]).number_format)
        for row in range(HEAD + 1, sheet.max_row + 1)
    }
    assert formats == {("andel", "0 %"), ("standardavvikelser", "0.00"), ("p-värde", "[<0.0005]0.0E+00;0.000")}
    assert isinstance(sheet.cell(HEAD + 1, head["n"]).value, int)


def test_the_codebook_explains_every_column_and_code_and_gives_no_right_answer(
    document: Document, released: Released, sheets: dict[str, str], small_bank: Bank, words: Words
) -> None:
    rows = (("4R", ("1\xa0200", "7", "–", "7")),)
    view = TableView("Plan", ("Modul", "Kronor", "n", "Tid", "n"), (Group("", rows),), about="Vad kolumnerna är.")
    content = workbook(replace(document, sheets=(view,)), bank=small_bank, words=words)
    codes = read(content, "Kodbok")
    assert codes["Betyder"].notna().all()
    told = {kind: set(part["I bladen"]) for kind, part in codes.groupby("Slag")}
    assert told["Blad"] == {"Plan", "Innehåll", "Dolt"}
    for name, sheet in sheets.items():
        table, shown = released.table(name), read(content, sheet)
        assert set(shown.columns) <= told["Kolumn"]
        assert set(shown["Mått"]) <= told["Mått"] and set(shown["Enhet"]) <= told["Enhet"]
        assert set(table["item"].dropna()) <= told["Fråga"]
        assert set(table["scale"].dropna()) <= told["Skala"]
    in_files = set(codes["I filerna"].dropna())
    assert {"abil01=can", "role=tjm", "statistic=share", "estimate"} <= in_files
    assert not any(code.startswith("goals01=") for code in in_files)
    plan = openpyxl.load_workbook(io.BytesIO(content))["Plan"]
    assert plan["A2"].value.endswith("Vad kolumnerna är.")
    assert [cell.value for cell in plan[HEAD]] == ["Modul", "Kronor", "n, Kronor", "Tid", "n, Tid"]


def test_a_code_that_no_bank_knows_has_the_name_that_its_report_gives_it(
    document: Document, released: Released, small_bank: Bank, words: Words
) -> None:
    rows = [{"module": "goals", "universe": "all", "item": "goals01", "option": "right", "statistic": "share",
             "unit": "share", "count": 20, "n": 40, "estimate": 0.5}]  # fmt: skip
    needs = release({"needs": estimates(rows, by=["module"])}, policy=released.policy)
    made = replace(document, released=needs, code_names={"module=goals": "Mål och begrepp"})
    content = workbook(made, bank=small_bank, words=words)
    assert set(read(content, "Behov")["Modul"]) == {"Mål och begrepp"}
    codes = read(content, "Kodbok").set_index("I filerna")
    assert codes.loc["module=goals", "I bladen"] == "Mål och begrepp"


def test_what_is_hidden_is_told_with_its_reason_and_without_its_value(content: bytes, released: Released) -> None:
    hidden = read(content, "Dolt")
    assert len(hidden) == len(released.log) > 0
    assert hidden[["Blad", "Gäller", "Mått", "Dolt, skäl"]].notna().all().all()
    assert {"Alla", "Tjänstepersoner"} <= set(hidden["Gäller"])
    columns = ["Blad", "Gäller", "Fråga eller skala", "Svar eller jämförelse", "Mått", "Dolt, skäl"]
    assert list(hidden.columns) == columns, "and no column of figures"


def test_nothing_runs_and_nothing_is_out_of_sight(content: bytes, book: Workbook) -> None:
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not any(each.hidden for sheet in book for each in sheet.column_dimensions.values())
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.namelist()
        names = set(re.findall(r'<definedName [^>]*?name="([^"]+)"', packed.read("xl/workbook.xml").decode()))
        assert names == {"_xlnm.Print_Area", "_xlnm.Print_Titles"}, "what is printed, and nothing else"
    assert not [name for name in parts if re.search("vba|external|comments|macro", name, re.IGNORECASE)]


def test_hostile_texts_stay_texts(document: Document, small_bank: Bank, words: Words) -> None:
    rows = (("@SUM(A1)", ("+1",)), ("-2", ("=A1\x07",)), ("n", ("12\xa0%",)), ("kr", ("−1\xa0200",)))
    view = TableView(HOSTILE, ("=1+1", "x"), (Group("", rows),))
    content = workbook(replace(document, sheets=(view,), title="=1+1"), bank=small_bank, words=words)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Tabell 1"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"@SUM(A1)", "+1", "-2", "=A1"} <= {cell.value for cell in cells}
    numbers = {cell.value: cell.number_format for cell in cells if cell.data_type != "s"}
    assert numbers == {0.12: "0 %", -1200: "#,##0"}
    assert book["Innehåll"]["A1"].data_type == "s"


def test_the_same_bytes_twice_and_the_reports_own_date_only(
    content: bytes, document: Document, small_bank: Bank, words: Words
) -> None:
    assert workbook(document, bank=small_bank, words=words) == content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", core)) == {document.date.isoformat()}
