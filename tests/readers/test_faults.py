"""Every outcome of a bad file, a bad row and a bad cell: one planted fault each."""

import csv
import os
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kunskap.errors import KunskapError, message_catalogue
from kunskap.readers import draft_mapping, read_responses

from .conftest import KEY, LAYOUTS
from .test_limesurvey import CODES, SHORT, table, written

SOURCE = Path(__file__).parents[2] / "src" / "kunskap"


def codes_of(path, bank, **more):
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, **{"form": "example", **more})
    assert error.value.message("sv") and error.value.message("en")
    return error.value.codes


def saved(tmp_path, content, name="svar.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- whole files


def test_a_missing_file(bank, tmp_path):
    assert codes_of(tmp_path / "finns-inte.csv", bank) == ("READ-01",)


def test_a_folder(bank, tmp_path):
    assert codes_of(tmp_path, bank) == ("READ-02",)


def test_a_file_without_permission(bank, tmp_path, monkeypatch):
    path = saved(tmp_path, "a;b\n1;2\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything: then the system's answer is planted

        def refuse(self):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
    assert codes_of(path, bank) == ("READ-03",)


def test_a_name_that_no_system_allows(bank):
    assert codes_of("a\0b", bank) == ("READ-03",)


def test_a_file_over_the_limit_is_not_read(bank, tmp_path, monkeypatch):
    path = tmp_path / "stor.csv"
    with path.open("wb") as stream:
        stream.truncate(100_000_001)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    assert codes_of(path, bank) == ("READ-04",)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b'"";""\n'])
def test_an_empty_file(content, bank, tmp_path):
    assert codes_of(saved(tmp_path, content), bank) == ("READ-06",)


def test_an_empty_workbook(bank, tmp_path):
    openpyxl.Workbook().save(tmp_path / "svar.xlsx")
    assert codes_of(tmp_path / "svar.xlsx", bank) == ("READ-06",)


def test_headings_only(bank, tmp_path):
    assert codes_of(written(tmp_path, table()[:1]), bank) == ("READ-07",)
    book = openpyxl.Workbook()
    book.active.append(table()[0])
    book.save(tmp_path / "svar.xlsx")
    assert codes_of(tmp_path / "svar.xlsx", bank) == ("READ-07",)


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"%PDF-1.7\n" + b"a;b\n" * 9,
        b"\x89PNG\r\n\x1a\n" + b"x" * 99,
        b"\x81\x8d;\x8f\n" * 9,
        b"\x01\x02;\x03\x04\n" * 50,
        b"\xff\xfea",
    ],
    ids=["bytes", "pdf", "png", "undefined", "control", "utf16"],
)
def test_binary_junk(content, bank, tmp_path):
    assert codes_of(saved(tmp_path, content), bank) == ("READ-08",)


def test_an_old_workbook_and_one_under_a_password(bank, tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert codes_of(saved(tmp_path, ole, "svar.xls"), bank) == ("READ-09",)
    protected = ole + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    assert codes_of(saved(tmp_path, protected, "svar.xlsx"), bank) == ("READ-10",)


def test_a_damaged_workbook(bank, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "role"])
    book.active.append([1, "pol"])
    book.save(tmp_path / "svar.xlsx")
    content = (tmp_path / "svar.xlsx").read_bytes()
    assert codes_of(saved(tmp_path, content[: len(content) // 2], "kort.xlsx"), bank) == ("READ-11",)
    assert codes_of(saved(tmp_path, b"role;sex\npol;k\n", "text.xlsx"), bank) == ("READ-11",)
    with zipfile.ZipFile(tmp_path / "annat.xlsx", "w") as archive:
        archive.writestr("hej.txt", "hej")
    assert codes_of(tmp_path / "annat.xlsx", bank) == ("READ-11",)


def test_a_workbook_that_unpacks_to_too_much(bank, tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["id", "role"])
    book.save(tmp_path / "svar.xlsx")
    monkeypatch.setattr("kunskap.readers.workbook.LARGEST_UNPACKED", 1000)
    assert codes_of(tmp_path / "svar.xlsx", bank) == ("READ-04",)


def test_another_surveys_file(bank, tmp_path):
    path = saved(tmp_path, "Favoritfärg;Skostorlek\nblå;42\n")
    assert codes_of(path, bank) == ("READ-13",)


def test_another_form(bank, tmp_path):
    path = saved(tmp_path, "id;hours;comment\n1;3;hej\n")
    assert codes_of(path, bank) == ("READ-14",)


@pytest.mark.parametrize("content", ["role|sex|goals01\npol|k|a\n", "ett enda ord\noch ett till\n"])
def test_a_wrong_separator(content, bank, tmp_path):
    assert codes_of(saved(tmp_path, content), bank) == ("READ-15",)


def test_two_separators_in_one_file(bank, tmp_path):
    content = "role;sex;goals01\n" + "pol,k,a\n" * 5
    assert codes_of(saved(tmp_path, content), bank) == ("READ-15",)


def test_commas_in_a_heading_do_not_make_it_the_separator(bank, tmp_path):
    content = "goals01. Vad, hur, när, var?;role;sex\na;pol;k\nb;tjm;m\n"
    assert read_responses(saved(tmp_path, content), bank=bank, form="example").responses["goals01"].tolist() == [
        "a",
        "b",
    ]


def test_mixed_encodings(bank, tmp_path):
    lines = "role;sex;goals01;comment\npol;k;a;på gång\n".encode() + "tjm;m;b;på gång\n".encode("cp1252")
    with pytest.raises(KunskapError) as error:
        read_responses(saved(tmp_path, lines), bank=bank, form="example")
    assert error.value.codes == ("READ-16",)
    assert error.value.faults[0].values["row"] == 3
    spoiled = "role;Kön;goals01\npol;k;a\n".encode().decode("cp1252").encode()
    assert codes_of(saved(tmp_path, spoiled), bank) == ("READ-16",)
    # One person's odd sign is no damage to the file.
    fine = "role;sex;goals01;comment\npol;k;a;skrev på Ã¥\n"
    assert read_responses(saved(tmp_path, fine), bank=bank, form="example").texts["text"].tolist() == ["skrev på Ã¥"]


def test_doubled_headings(bank, tmp_path):
    rows = table()
    for row in rows:
        row += [row[7], row[11]]
    assert codes_of(written(tmp_path, rows), bank) == ("READ-17", "READ-17")


def test_broken_quotation(bank, tmp_path):
    with pytest.raises(KunskapError) as error:
        path = saved(tmp_path, 'role;sex;goals01\npol;k;a\npol;"k;a\npol;m;b\n')
        read_responses(path, bank=bank, form="example")
    assert error.value.codes == ("READ-33",)
    assert error.value.faults[0].values["row"] == 3


def test_wrong_arguments_are_told_together(bank):
    assert codes_of(SHORT, bank, form="okänd", occasion="igår") == ("READ-32", "READ-41")
    assert codes_of(SHORT, bank, key=b"kort") == ("READ-31",)
    assert codes_of(SHORT, bank, opens="snart") == ("READ-39",)


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
