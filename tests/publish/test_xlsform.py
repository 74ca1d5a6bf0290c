"""XLSForm: accepted by pyxform and ODK Validate, and the answers come back through a mapping file."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from openpyxl import load_workbook
from pyxform.validators.odk_validate import ODKValidateError
from pyxform.xls2xform import xls2xform_convert

from kunskap.bank import Bank
from kunskap.publish import publish
from kunskap.readers import read_responses
from tests.publish.awkward import awkward_bank
from tests.publish.structure import Person, Question, is_relevant, people
from tests.publish.truth import differences

KEY = bytes(range(32))
SV, EN = "label::svenska (sv)", "label::English (en)"
Row = dict[str, str]


@pytest.fixture(scope="module")
def published() -> Path:
    folder = Path(tempfile.mkdtemp())
    return publish("prov", tool="xlsform", folder=folder, bank=awkward_bank())[0]


def sheet(path: Path, name: str) -> list[Row]:
    rows = [["" if value is None else str(value) for value in row] for row in load_workbook(path)[name].values]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def accept(path: Path, folder: Path, *, java: bool) -> ElementTree.Element:
    """The form as pyxform makes it; it raises on what it does not accept, and so does ODK Validate."""
    target = folder / "form.xml"
    warnings = xls2xform_convert(str(path), str(target), validate=java, pretty_print=False)
    assert not warnings
    return ElementTree.parse(target).getroot()


def test_pyxform_and_odk_validate_accept_it(tmp_path: Path, published: Path, need: Callable[[bool, str], None]) -> None:
    accept(published, tmp_path, java=False)
    need(shutil.which("java") is not None, "ODK Validate needs Java")
    accept(published, tmp_path, java=True)


def test_odk_validate_refuses_a_rule_that_only_it_understands(
    tmp_path: Path, published: Path, need: Callable[[bool, str], None]
) -> None:
    need(shutil.which("java") is not None, "ODK Validate needs Java")
    book = load_workbook(published)
    for row in book["survey"].iter_rows():
        for cell in row:
            cell.value = str(cell.value).replace("count-selected(.) = 1", "1 = = 1") if cell.value else None
    spoilt = tmp_path / "spoilt.xlsx"
    book.save(spoilt)
    accept(spoilt, tmp_path, java=False)
    with pytest.raises(ODKValidateError):
        accept(spoilt, tmp_path, java=True)


def test_every_form_of_the_project_is_accepted(tmp_path: Path, bank: Bank) -> None:
    for form in bank.forms:
        java = form == "baslinje" and shutil.which("java") is not None  # a second for each form
        root = accept(publish(form, tool="xlsform", folder=tmp_path, bank=bank)[0], tmp_path, java=java)
        fields = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert set(bank.forms[form].item_ids) <= fields, form


def test_a_filter_on_a_question_that_is_not_there_is_refused(tmp_path: Path, published: Path) -> None:
    book = load_workbook(published)
    for row in book["survey"].iter_rows():
        for cell in row:
            if "${role}" in str(cell.value):
                cell.value = str(cell.value).replace("${role}", "${roll}")
    spoilt = tmp_path / "spoilt.xlsx"
    book.save(spoilt)
    with pytest.raises(Exception, match="roll"):
        accept(spoilt, tmp_path, java=False)


def test_rows_types_and_filters(published: Path) -> None:
    rows = {row["name"]: row for row in sheet(published, "survey") if not row["type"].startswith("end_")}
    types = {name: row["type"] for name, row in rows.items()}
    assert (types["k1"], types["k3"], types["abil1"]) == ("select_one k1", "select_multiple k3", "select_one abilset2")
    assert (types["num"], types["own"], types["code"], types["abilset2"]) == ("decimal", "text", "text", "begin_group")
    assert rows["abil3"]["relevant"] == "(${role} = 'tjm') and (${orgtype} = 'reg' or ${orgtype} = 'kom')"
    assert (rows["role"]["required"], rows["sex"]["required"], rows["k1"]["required"]) == ("yes", "", "")
    assert rows["k3"]["constraint"] == "not(selected(., 'dk')) or count-selected(.) = 1"
    assert rows["k3"]["constraint_message::svenska (sv)"] == "Välj antingen ”Vet ej” eller andra svar, inte båda."
    expected = "not(selected(., 'none') or selected(., 'dk')) or count-selected(.) = 1"
    assert (rows["lack1"]["constraint"], types["lack1"]) == (expected, "select_multiple lack1")
    message = rows["lack1"]["constraint_message::svenska (sv)"]
    assert message.count("Välj antingen") == 2 and "”Vet ej”" in message
    assert (types["sort1"], types["sort4"]) == ("select_one sort", "select_one sort4")
    assert rows["sort3"]["relevant"] == "(${role} = 'tjm')"
    assert (rows["num"]["constraint"], rows["k1"]["constraint"]) == (". >= 0 and . <= 40", "")
    settings = sheet(published, "settings")[0]
    assert (settings["form_id"], settings["version"]) == ("prov", "prov.1")
    assert settings["default_language"] == "svenska (sv)"
    assert not {"deviceid", "username", "email", "phonenumber"} & set(types.values())


def untranslated(path: Path) -> list[str]:
    rows = [row for row in sheet(path, "survey") if row["type"] not in ("start", "end", "end_group")]
    return [row["name"] for row in [*rows, *sheet(path, "choices")] if not (row[SV] and row[EN])]


def test_both_languages_are_everywhere_and_a_missing_one_is_caught(tmp_path: Path, published: Path) -> None:
    assert untranslated(published) == []
    book = load_workbook(published)
    heading = [cell.value for cell in book["choices"][1]]
    book["choices"].cell(4, heading.index(EN) + 1).value = None
    book.save(tmp_path / "spoilt.xlsx")
    assert untranslated(tmp_path / "spoilt.xlsx") == ["reg"]


def test_dont_know_is_last_in_every_list(published: Path) -> None:
    lists: dict[str, list[str]] = {}
    for row in sheet(published, "choices"):
        lists.setdefault(row["list_name"], []).append(row["name"])
    assert lists["k1"] == ["a", "b", "c", "d", "dk"] and lists["k4"] == ["a", "b"]
    assert all("dk" not in names[:-1] for names in lists.values())


def test_the_same_bank_gives_the_same_bytes_and_no_time_in_them(tmp_path: Path, published: Path) -> None:
    again = publish("prov", tool="xlsform", folder=tmp_path, bank=awkward_bank())[0]
    assert again.read_bytes() == published.read_bytes()


def test_a_text_that_begins_as_a_formula_is_a_text(tmp_path: Path) -> None:
    bank = awkward_bank()
    own = replace(bank.items["own"], stem={"sv": "=1+1", "en": "Two?"})
    bank = replace(bank, items={**bank.items, "own": own})
    path = publish("prov", tool="xlsform", folder=tmp_path, bank=bank)[0]
    cells = [cell for row in load_workbook(path)["survey"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


# The round: questions from the sheets, answers as ODK Central's CSV, a mapping file.


def questions_of(path: Path) -> tuple[list[Question], dict[str, str]]:
    """The questions, and each one's heading in ODK Central's CSV: the groups' names before it."""
    lists: dict[str, dict[str, str]] = {}
    for row in sheet(path, "choices"):
        lists.setdefault(row["list_name"], {})[row["name"]] = row[SV]
    found: list[Question] = []
    headings: dict[str, str] = {}
    groups: dict[str, str] = {}  # name → who sees the group
    page = 0
    for row in sheet(path, "survey"):
        kind, _, chosen = row["type"].partition(" ")
        # A form in which everyone sees everything has no such column at all.
        shown = re.sub(r"\$\{(\w+)\} = '(\w+)'", r'\1.NAOK == "\2"', row.get("relevant", ""))
        if kind == "begin_group":
            page += not groups
            groups[row["name"]] = shown
        elif kind == "end_group":
            groups.popitem()
        elif kind not in ("start", "end", "note"):
            relevance = " and ".join(f"({one})" for one in (*groups.values(), shown) if one) or "1"
            letter = {"select_one": "L", "select_multiple": "M", "decimal": "N", "text": "T"}[kind]
            question = Question(row["name"], letter, page, relevance, False, row[SV])
            if letter == "M":
                question.subquestions = {name: (text, "1") for name, text in lists[chosen].items()}
                question.alone = tuple(re.findall(r"selected\(\., '(\w+)'\)", row["constraint"]))
            else:
                question.answers = lists.get(chosen, {})
            found.append(question)
            headings[row["name"]] = "-".join([*groups, row["name"]])
    return found, headings


def central(questions: list[Question], headings: dict[str, str], persons: list[Person]) -> bytes:
    """ODK Central's CSV: commas, no mark, quotes where needed, several choices with spaces, finished forms only."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["SubmissionDate", "start", "end", "intro", *headings.values(), "meta-instanceID", "KEY"])
    for person in persons:
        moment = f"2026-10-{person.number % 28 + 1:02d}T08:00:00.000+02:00"
        cells = []
        for question in questions:
            names = [name for name, _, _ in question.columns()]
            if question.type == "M":
                parts = [name.partition("[")[2].rstrip("]") for name in names if person.answers.get(name)]
                cells.append(" ".join(parts))
            else:
                cells.append(person.answers.get(names[0], ""))
        key = f"uuid:{person.number:08d}"
        writer.writerow([moment, moment, moment, "", *cells, key, key])
    return text.getvalue().encode("utf-8")


def mapping(headings: dict[str, str]) -> str:
    columns = {"SubmissionDate": "submitted", "start": "started", "end": "ignore", "intro": "ignore"}
    columns |= {"KEY": "sitting", "meta-instanceID": "ignore"}
    columns |= {heading: name for name, heading in headings.items()}
    return "\n".join(f'[[columns]]\nheading = "{heading}"\ntarget = "{name}"' for heading, name in columns.items())


def round_trip(path: Path, folder: Path, *, bank: Bank, form: str) -> list[str]:
    questions, headings = questions_of(path)
    persons = [one for one in people(questions, n=80, rng=np.random.default_rng(3)) if one.complete]
    (folder / "svar.csv").write_bytes(central(questions, headings, persons))
    (folder / "svar.mapping.toml").write_text(mapping(headings), encoding="utf-8")
    read = read_responses(folder / "svar.csv", bank=bank, form=form, key=KEY, mapping=folder / "svar.mapping.toml")
    return differences(read, persons, questions, bank=bank, form=form)


def test_random_answers_come_back_through_a_mapping_file(tmp_path: Path, published: Path) -> None:
    assert round_trip(published, tmp_path, bank=awkward_bank(), form="prov") == []


def test_random_answers_to_every_form_of_the_project_come_back(tmp_path: Path, bank: Bank) -> None:
    for form in bank.forms:
        path = publish(form, tool="xlsform", folder=tmp_path, bank=bank)[0]
        assert round_trip(path, tmp_path, bank=bank, form=form) == [], form


def test_a_wrong_choice_code_is_caught_by_the_round(tmp_path: Path, published: Path) -> None:
    book = load_workbook(published)
    for cell in book["choices"]["B"]:
        cell.value = "fill" if cell.value == "full" else cell.value
    book.save(tmp_path / "spoilt.xlsx")
    assert round_trip(tmp_path / "spoilt.xlsx", tmp_path, bank=awkward_bank(), form="prov") != []


def test_the_filter_reader_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError):
        is_relevant("__import__('os')", {})
