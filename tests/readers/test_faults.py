"""What a file's columns, rows and cells can be: one planted fault each."""

import csv
import tomllib
from pathlib import Path

import openpyxl
import pytest

from kunskap.errors import KunskapError, message_catalogue
from kunskap.readers import draft_mapping, read_responses

from .conftest import KEY, LAYOUTS, saved
from .test_limesurvey import CODES, SHORT, table, written

SOURCE = Path(__file__).parents[2] / "src" / "kunskap"

# --- what is told, and does not stop the reading


def test_missing_and_unknown_columns_are_told(bank, tmp_path):
    rows = [[*row[:11], *row[12:], "x"] for row in table()]
    rows[0][-1] = "Skostorlek"
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    told = {note.code: note for note in read.notes}
    assert told["READ-18"].values["items"] == "goals01"
    assert "Skostorlek" in told["READ-19"].values["headings"]
    assert read.responses["goals01"].isna().all()
    assert len(read.responses) == 12


def test_an_ambiguous_heading_is_refused_and_the_others_are_read(bank, tmp_path):
    rows = table(LAYOUTS / "limesurvey" / "api_abbreviated_short.csv")
    place = rows[0].index("Hur väl stämmer..  [Jag har tid för.. ]")
    rows[0][place] = "Hur väl stämmer..  [Jag .. ]"
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    assert read.rejects[["column", "code"]].values.tolist() == [["Hur väl stämmer..  [Jag .. ]", "READ-27"]]
    assert read.rejects["row"].isna().all()
    assert "a2" in read.rejects.loc[0, "reason_sv"] and "a3" in read.rejects.loc[0, "reason_sv"]
    assert read.responses["a1"].notna().all()


def test_a_second_sheet_is_told(bank, tmp_path):
    book = openpyxl.Workbook()
    for row in table():
        book.active.append(row)
    book.create_sheet("Kommentarer").append(["hej"])
    book.save(tmp_path / "svar.xlsx")
    read = read_responses(tmp_path / "svar.xlsx", bank=bank, form="example", mapping=CODES)
    assert [note.code for note in read.notes] == ["READ-40"]
    assert read.kind == "limesurvey"


# --- rows


def planted(tmp_path, bank, change, **more):
    rows = table()
    place = {name: index for index, name in enumerate(rows[0])}
    change(rows, place)
    return read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, **more)


def test_one_id_twice(bank, tmp_path):
    read = planted(tmp_path, bank, lambda rows, place: rows.append(list(rows[3])))
    assert read.rejects[["row", "value", "code"]].values.tolist() == [[14, "3", "READ-22"]]
    assert len(read.responses) == 12


def test_one_code_twice_keeps_the_first_completed(bank, tmp_path):
    def change(rows, place):
        rows[0].append("code")
        for row, code in zip(
            rows[1:], ["a", "b", "c", "d", "häst 1", "f", "HÄST-1", "häst1", "i", "j", "k", "l"], strict=True
        ):
            row.append(code)

    read = planted(tmp_path, bank, change, key=KEY)
    assert read.rejects[["row", "code"]].values.tolist() == [[6, "READ-23"], [9, "READ-23"]]
    assert "example-7" in set(read.responses["sitting_id"])
    assert read.rejects["value"].isna().all()
    assert "häst" not in read.rejects.to_csv().casefold()


def test_rows_that_say_that_they_are_tests(bank, tmp_path):
    def change(rows, place):
        rows[0].append("code")
        for number, row in enumerate(rows[1:]):
            row.append(f"k{number}")
        rows[1][-1] = "TEST"
        rows[2][-1] = "test12"  # Te…, St…, the 12th: a real code may look so
        rows[3][place["comment"]] = "Test 1!"
        rows[4][place["comment"]] = "test"  # but sex[other] holds a real answer
        rows[5][place["comment"]] = "Vi gjorde ett test av metoden"
        rows[6][place["comment"]] = "Detta är ett test"
        rows[7][place["comment"]] = "Provtagning"

    read = planted(tmp_path, bank, change, key=KEY)
    found = read.rejects[["row", "code", "value"]].values.tolist()
    assert found == [[2, "READ-24", "test"], [4, "READ-24", "Test 1!"]]


def test_rows_outside_the_dates(bank, tmp_path):
    read = planted(tmp_path, bank, lambda rows, place: None, opens="2026-10-02", closes="2026-10-08")
    got = read.rejects[["row", "code"]].values.tolist()
    assert got == [[2, "READ-25"], [10, "READ-26"], [11, "READ-25"]]
    assert len(read.responses) == 9  # the eighth itself is inside


def test_a_test_row_does_not_push_out_a_real_one(bank, tmp_path):
    def change(rows, place):
        rows[0].append("code")
        for number, row in enumerate(rows[1:]):
            row.append(f"k{number}")
        rows[1][-1] = rows[2][-1] = "dubbel"
        rows[1][place["submitdate"]] = "2025-01-01 00:00:00"

    read = planted(tmp_path, bank, change, key=KEY, opens="2026-10-01")
    assert read.rejects[["row", "code"]].values.tolist() == [[2, "READ-25"]]


def test_a_test_before_the_opening_is_told_once(bank, tmp_path):
    def change(rows, place):
        rows[3][place["comment"]] = "testsvar"
        rows[3][place["submitdate"]] = "2025-01-01 00:00:00"

    read = planted(tmp_path, bank, change, opens="2026-10-01")
    assert read.rejects[["row", "code"]].values.tolist() == [[4, "READ-24"]]


def test_a_row_with_too_few_or_too_many_fields(bank, tmp_path):
    def change(rows, place):
        rows[1] = rows[1][:-2]
        rows[2] = [*rows[2], "extra"]
        rows[3] = [*rows[3], ""]

    read = planted(tmp_path, bank, change)
    assert read.rejects[["row", "code"]].values.tolist() == [[2, "READ-28"], [3, "READ-28"]]
    assert len(read.responses) == 10


@pytest.mark.parametrize("mark", [0, 3], ids=["with its mark", "without its mark"])
def test_files_pasted_together_repeat_their_headings(mark, bank, tmp_path):
    one = written(tmp_path, table()).read_bytes()
    rows = table()
    other = written(tmp_path, [rows[0], *([f"9{row[0]}", *row[1:]] for row in rows[1:])]).read_bytes()
    read = read_responses(saved(tmp_path, one + other[mark:]), bank=bank, form="example", mapping=CODES)
    assert read.rejects[["row", "code"]].values.tolist() == [[14, "READ-44"]]
    assert len(read.responses) == 24
    read.summary("sv")


# --- cells: the row stays


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("goals01", "e", "READ-05"),
        ("goals01", "Samma makt", "READ-05"),
        ("goals01", "-oth-", "READ-05"),
        ("role", "chef", "READ-05"),
        ("stats02[b]", "kanske", "READ-05"),
        ("atti[a1]", "6", "READ-05"),
        ("years", "tre", "READ-20"),
        ("years", "3 år", "READ-20"),
        ("years", "nan", "READ-20"),
        ("years", "1e999", "READ-20"),
        ("startdate", "igår", "READ-30"),
        ("submitdate", "31/31/26", "READ-30"),
    ],
)
def test_a_bad_cell_is_refused_and_its_row_stays(column, value, code, bank, tmp_path):
    def change(rows, place):
        rows[4][place[column]] = value

    read = planted(tmp_path, bank, change)
    assert read.rejects[["file", "row", "column", "value", "code"]].values.tolist() == [
        ["svar.csv", 5, column, value, code]
    ]
    assert len(read.responses) == 12
    assert value in read.rejects.loc[0, "reason_sv"] and value in read.rejects.loc[0, "reason_en"]
    own = column.replace("atti[", "").replace("[b]", ".b").rstrip("]")
    if own in read.responses:
        assert read.responses[own].isna().iloc[3]
    assert read.responses["completed_at"].notna().iloc[3]


@pytest.mark.parametrize(
    ("value", "code"), [("-1", "READ-21"), ("40,5", "READ-21"), ("1 000", "READ-21"), ("abc", "READ-20")]
)
def test_a_number_outside_its_limits(value, code, bank, tmp_path):
    path = saved(tmp_path, f"id;goals01;hours\n1;a;{value}\n2;b;39,5\n3;dk;\n")
    read = read_responses(path, bank=bank, form="hours")
    assert read.rejects["code"].tolist() == [code]
    assert read.responses["hours"].isna().tolist() == [True, False, True]
    assert read.responses["hours"].iloc[1] == 39.5


def test_near_misses_are_named(bank, tmp_path):
    def change(rows, place):
        rows[4][place["role"]] = "Politkier"

    assert "Närmast: pol." in planted(tmp_path, bank, change).rejects.loc[0, "reason_sv"]


# --- words


def test_the_summary_tells_what_happened_in_both_languages(bank, tmp_path):
    def change(rows, place):
        rows[4][place["goals01"]] = "e"
        rows.append(list(rows[3]))

    read = planted(tmp_path, bank, change)
    swedish, english = read.summary("sv"), read.summary("en")
    assert "svar.csv (LimeSurvey): 13 svar i filen." in swedish
    assert "Svar som används: 12 (avslutade: 10, påbörjade men inte avslutade: 2)" in swedish
    assert "1: samma id som en tidigare rad [READ-22]" in swedish
    assert "1: okänt svarsalternativ [READ-05]" in swedish
    assert "Answers used: 12" in english


def test_the_rejects_open_in_a_swedish_excel(bank, tmp_path):
    def change(rows, place):
        rows[4][place["goals01"]] = '=HYPERLINK("x")'
        rows[5][place["goals01"]] = "på\nrad; två"

    path = planted(tmp_path, bank, change).save_rejects(tmp_path / "att rätta.csv")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["file", "row", "column", "value", "code", "reason_sv", "reason_en"]
    assert [row[3] for row in rows[1:]] == ['\'=HYPERLINK("x")', "på rad; två"]
    assert list(tmp_path.glob("*.part")) == []


def test_a_place_that_cannot_be_written_is_told(bank, tmp_path):
    read = read_responses(SHORT, bank=bank, form="example", mapping=CODES)
    with pytest.raises(KunskapError) as error:
        read.save_rejects(tmp_path / "finns-inte" / "rätta.csv")
    assert error.value.codes == ("READ-43",)


def test_every_message_says_what_to_do_in_both_languages():
    messages = tomllib.loads((SOURCE / "messages" / "read.toml").read_text(encoding="utf-8"))
    for code, texts in messages.items():
        assert set(texts) == {"sv", "en"}, code
        assert message_catalogue()[code] == texts
        for text in texts.values():
            assert text.count(". ") >= 1, code


def test_every_code_is_planted_by_a_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for other in ("test_pseudonym.py", "test_decided.py"):
        tests += (Path(__file__).parents[1] / other).read_text(encoding="utf-8")
    codes = [code for code in message_catalogue() if code.startswith("READ-")]
    assert [code for code in codes if f'"{code}"' not in tests] == []


def test_the_summary_has_words_for_every_refusal():
    words = tomllib.loads((SOURCE.parents[1] / "survey" / "ui.sv.toml").read_text(encoding="utf-8"))["read"]["reason"]
    assert set(words) == {
        f"READ-{number}" for number in ("05", "20", "21", "22", "23", "24", "25", "26", "28", "30", "44")
    }


def test_a_draft_tells_of_a_bad_file_too(bank, tmp_path):
    with pytest.raises(KunskapError) as error:
        draft_mapping(tmp_path / "finns-inte.csv", bank=bank, form="example")
    assert error.value.codes == ("READ-01",)
