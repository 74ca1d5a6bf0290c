"""Every outcome of a file that cannot be read at all: one planted fault each."""

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kunskap.errors import KunskapError
from kunskap.readers import read_responses

from .conftest import codes_of, saved
from .test_limesurvey import SHORT, table, written


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
