"""Planted names, addresses and codes: they must stand nowhere in what comes out, whatever goes wrong."""

import io
import traceback

import pytest

from kunskap.errors import KunskapError
from kunskap.readers import draft_mapping, read_responses
from kunskap.readers.checks import form_names
from kunskap.readers.files import read_sheet
from kunskap.readers.privacy import mask_patterns, strip

from .conftest import KEY
from .test_limesurvey import CODES, table, written

SECRETS = [
    "Rosalinda",
    "Kvistgård",
    "rosalinda@landsting.example",
    "192.0.2.77",
    "tk9xq2",
    "smör-tall-hav",
    "2001:db8:0:1::9",
]
HEADINGS = {
    "limesurvey": ["token", "ipaddr", "refurl", "firstname", "lastname", "email", "code"],
    "swedish": ["Åtkomstkod", "IP-adress", "Hänvisande URL", "Förnamn", "Efternamn", "E-post", "Din kod"],
    "english": ["Access code", "IP address", "Referrer URL", "Name", "Last name", "Email address", "code. Your code"],
    "free": [
        "Ditt namn",
        "Ange din e-post",
        "Namn på din chef",
        "Förnamn",
        "Telefonnummer",
        "Kontakt",
        "Personlig kod",
    ],
}


def with_secrets(headings):
    rows = table()
    rows[0] += headings
    for number, row in enumerate(rows[1:]):
        own = ["tk9xq2", "192.0.2.77", "https://example.org/?u=rosalinda", "Rosalinda", "Kvistgård"]
        row += [*own, "rosalinda@landsting.example", f"smör-tall-hav{number or ''}"]
    return rows


def everything(read):
    tables = [read.responses, read.respondents, read.texts, read.rejects]
    return "".join(table.to_csv() for table in tables) + read.summary("sv") + read.summary("en") + repr(read)


def assert_clean(text):
    assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == []


@pytest.mark.parametrize("style", HEADINGS)
def test_nothing_personal_comes_out(style, bank, tmp_path):
    rows = with_secrets(HEADINGS[style])
    path = written(tmp_path, rows)
    assert_clean_import(read_responses(path, bank=bank, form="example", mapping=CODES, key=KEY))
    assert_clean(draft_mapping(path, bank=bank, form="example").read_text(encoding="utf-8"))


def assert_clean_import(read):
    assert_clean(everything(read))
    assert len(read.responses) == 12
    assert read.respondents["respondent_id"].str.fullmatch("[0-9a-f]{32}").all()
    assert "READ-37" in [note.code for note in read.notes]


def test_the_guard_is_what_keeps_them_out(bank, tmp_path, monkeypatch):
    """With the guard off the planted name comes through: so the test above can fail."""
    monkeypatch.setattr("kunskap.readers.privacy.is_personal", lambda heading, *, names: False)
    rows = with_secrets(["token", "ipaddr", "refurl", "comment2", "lastname", "email", "code"])
    place = rows[0].index("comment")
    rows[0][place], rows[0][-4] = "x", "comment"
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY)
    assert "Rosalinda" in everything(read)


def test_values_in_the_wrong_column_are_masked(bank, tmp_path):
    """A row that slid: names and codes stand where answers should."""
    rows = with_secrets(HEADINGS["limesurvey"])
    place = {name: index for index, name in enumerate(rows[0])}
    rows[1][place["role"]] = "Rosalinda Kvistgård"
    rows[2][place["goals01"]] = "smör-tall-hav"
    rows[3][place["years"]] = "192.0.2.77"
    rows[4][place["stats02[a]"]] = "skriv till rosalinda@landsting.example"
    rows[5][place["atti[a1]"]] = "tk9xq2"
    rows[6][place["sex"]] = "19500101-1234"
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY)
    assert len(read.rejects) == 6
    assert "19500101" not in everything(read)
    assert_clean(everything(read))


def test_ids_times_and_texts_of_a_slid_row_are_masked_too(bank, tmp_path):
    rows = with_secrets(HEADINGS["limesurvey"])
    place = {name: index for index, name in enumerate(rows[0])}
    rows[1][place["id"]] = rows[2][place["id"]] = "rosalinda@landsting.example"
    rows[3][place["startdate"]] = "Rosalinda Kvistgård"
    rows[4][place["comment"]] = "smör tall hav"
    rows[5][place["comment"]] = "Ring 19500101-1234 eller rosalinda@landsting.example, tack"
    rows[6][place["sex[other]"]] = "Kvistgård"
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY)
    assert read.responses["sitting_id"].iloc[0] == "example-r2"
    assert read.rejects[["row", "code", "value"]].values.tolist() == [[3, "READ-22", "•••"], [4, "READ-30", "•••"]]
    assert "Ring ••• eller •••, tack" in set(read.texts["text"])
    assert "READ-42" in [note.code for note in read.notes]
    assert "19500101" not in everything(read)
    assert_clean(everything(read) + read.texts.to_csv().replace("-", " "))


def test_a_file_without_headings_gives_nobody_away(bank, tmp_path):
    rows = [["Rosalinda", "Kvistgård", "rosalinda@landsting.example", "192.0.2.77", "tk9xq2"]] * 3
    assert_clean_error(written(tmp_path, rows), bank)


def test_duplicates_tests_and_dates_give_nobody_away(bank, tmp_path):
    rows = with_secrets(HEADINGS["limesurvey"])
    rows[2][-1] = rows[1][-1]
    rows.append(list(rows[3]))
    read = read_responses(
        written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY, closes="2026-10-05"
    )
    assert {"READ-22", "READ-23", "READ-26"} <= set(read.rejects["code"])
    assert_clean(everything(read))


def assert_clean_error(path, bank, **more):
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example", **more)
    stream = io.StringIO()
    traceback.print_exception(error.value, file=stream)
    assert_clean(stream.getvalue() + error.value.message("sv"))


def test_a_column_of_addresses_is_seen_whatever_it_is_called(bank, tmp_path):
    read = read_responses(
        written(tmp_path, with_secrets(HEADINGS["free"])), bank=bank, form="example", mapping=CODES, key=KEY
    )
    told = next(note for note in read.notes if note.code == "READ-37")
    assert "Kontakt" in str(told.values["headings"])


def test_errors_give_nobody_away(bank, tmp_path):
    rows = with_secrets(HEADINGS["limesurvey"])
    doubled = [[*row, row[7]] for row in rows]
    assert_clean_error(written(tmp_path, doubled), bank, key=KEY)
    mapping = tmp_path / "m.toml"
    mapping.write_text('[[columns]]\nheading = "rosalinda@landsting.example"\ntarget = "role"\n', encoding="utf-8")
    assert_clean_error(written(tmp_path, rows), bank, mapping=mapping)


def test_names_of_the_bank_are_no_personal_data(bank, tmp_path):
    sheet = read_sheet(written(tmp_path, table()))
    stripped = strip(sheet, names=form_names(bank, "example"), key=KEY)
    assert stripped.hidden == frozenset()
    assert stripped.notes == ()


def test_the_stripped_sheet_holds_neither_names_nor_codes(bank, tmp_path):
    sheet = read_sheet(written(tmp_path, with_secrets(HEADINGS["limesurvey"])))
    stripped = strip(sheet, names=form_names(bank, "example"), key=KEY)
    assert_clean(stripped.sheet.cells.to_csv() + repr(stripped))


def test_patterns():
    assert mask_patterns("a.b@c.se, 10.0.0.1, 900101-1234, https://x.se/y") == "•••, •••, •••, •••"
    assert mask_patterns("3,5 av 10") == "3,5 av 10"
