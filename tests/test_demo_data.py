"""The demo data: made by one command, always the same, marked as simulated, and holding what `planted.json` says."""

import ast
import csv
import datetime
import importlib
import io
import json
import sys
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import canonicalize

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from kunskap.bank import read_bank
from kunskap.design import read_design

DATA = Path(__file__).resolve().parents[1] / "data"
DEMO = DATA / "demo"
LIMESURVEY = "limesurvey_2016_simulerad.csv"
LATER = "limesurvey_2018_simulerad.csv"
WORKBOOK = "forms_2016_simulerad.xlsx"
FORMS_CSV = "forms_2016_simulerad.csv"
SPSS = "spss_2016_simulerad.sav"
# Sittings that should not be there at all.
EXTRA_KINDS = {"before_opening", "after_closing", "duplicate"}


@pytest.fixture(scope="module")
def bank():
    return read_bank(DATA.parent / "survey")


@pytest.fixture(scope="module")
def made(tmp_path_factory, bank):
    """A fresh run, with the table of figures and the modules that made it."""
    sys.path.insert(0, str(DATA))
    make_demo = importlib.import_module("make_demo")
    folder = tmp_path_factory.mktemp("demo")
    design = read_design(DATA.parent / "survey", on=make_demo.WAVES["2016"][0])
    table = make_demo.make_demo(folder, bank=bank, design=design)
    yield folder, table, make_demo, design
    sys.path.remove(str(DATA))


@pytest.fixture(scope="module")
def stored(made, bank):
    """Wave → what was stored, with the extra sittings beside."""
    *_, make_demo, design = made
    return {wave: make_demo.Wave(*pair) for wave, pair in make_demo.build(bank, design=design).items()}


@pytest.fixture(scope="module")
def planted():
    return json.loads((DEMO / "planted.json").read_text(encoding="utf-8"))["planted"]


def content(path):
    """What a file says, whatever the machine's libraries: a workbook is compared by its parts' canonical XML.

    openpyxl writes the same XML in other words where lxml is installed.
    """
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: canonicalize(archive.read(name).decode()) for name in archive.namelist()}


def csv_rows(name, encoding, separator):
    """The records of a CSV file, headings first; record i is row i + 1 of a spreadsheet."""
    text = (DEMO / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def workbook_rows():
    sheet = openpyxl.load_workbook(DEMO / WORKBOOK).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def all_rows(name):
    if name.startswith("limesurvey"):
        return csv_rows(name, "utf-8-sig", ";")
    if name == FORMS_CSV:
        return csv_rows(name, "cp1252", ",")
    if name == WORKBOOK:
        return workbook_rows()
    table, _ = pyreadstat.read_sav(DEMO / name, user_missing=True)
    return [list(table.columns), *table.to_numpy().tolist()]


def record_of(fault, rows):
    """The record of a fault: SPSS numbers its cases from 1, the others count the heading row too."""
    return rows[fault["row"]] if fault["file"] == SPSS else rows[fault["row"] - 1]


def test_the_committed_files_are_those_of_a_fresh_run(made):
    folder, *_ = made
    assert sorted(path.name for path in DEMO.iterdir()) == sorted(path.name for path in folder.iterdir())
    stale = [path.name for path in sorted(folder.iterdir()) if content(path) != content(DEMO / path.name)]
    assert not stale, f"run `python data/make_demo.py` and commit: {stale}"


def test_running_twice_gives_the_same_bytes(made, tmp_path, bank, monkeypatch):
    folder, _, make_demo, design = made

    class Later(datetime.datetime):
        """Another day on the clock of the library that writes the workbook."""

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(2031, 7, 8, 9, 10, 11, tzinfo=tz)

    for module in ("openpyxl.writer.excel", "openpyxl.packaging.core"):
        clock = SimpleNamespace(datetime=Later, timezone=datetime.timezone)
        monkeypatch.setattr(f"{module}.datetime", clock)
    make_demo.make_demo(tmp_path, bank=bank, design=design)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_the_readme_states_the_achieved_figures(made):
    _, table, make_demo, _ = made
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert make_demo.with_figures(readme, table) == readme, "run `python data/make_demo.py` and commit"


def test_everything_is_marked_as_simulated():
    for path in DEMO.iterdir():
        assert (
            "simulerad" in path.name.casefold()
            or "simul" in path.read_text(encoding="utf-8")
            or (path.name == "demo.key")
        )
    assert tomllib.loads((DEMO / "waves.toml").read_text(encoding="utf-8"))["simulated"] is True
    assert "ingen hemlighet" in (DEMO / "demo.key").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(DEMO / WORKBOOK)
    assert "SIMULERADE" in book.worksheets[0].title
    assert "Simulerade" in book.properties.title
    _, meta = pyreadstat.read_sav(DEMO / SPSS, metadataonly=True)
    assert "SIMULERADE" in meta.file_label


def test_it_is_small():
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 1_500_000


def test_the_exporters_know_nothing_of_the_readers():
    for path in [*DATA.glob("*.py"), *(DATA / "exporters").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if "readers" in name], path.name


def test_limesurvey_has_the_layout_of_a_real_export():
    raw = (DEMO / LIMESURVEY).read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"id";"submitdate";"lastpage";"startlanguage";"seed";"startdate";"datestamp";')
    assert raw.endswith(b'"\r\n')
    rows = csv_rows(LIMESURVEY, "utf-8-sig", ";")
    quoted = ["".join(('"', value.replace('"', '""'), '"')) for row in rows for value in row]
    # Every value is quoted and nothing else stands in the file: its length is told by its values alone.
    assert len(raw.decode("utf-8-sig")) == sum(map(len, quoted)) + sum(len(row) - 1 + 2 for row in rows)
    assert any("\n" in value and "\r" not in value for row in rows for value in row)
    heading = rows[0]
    assert heading[-1] == "code"
    assert {"sex[other]", "ability[ability01]", "sorting[understanding03]", "support01[cases]", "support01[dk]"} <= set(
        heading
    )


def test_later_headings_have_code_and_text_and_old_markup():
    heading = csv_rows(LATER, "utf-8-sig", ";")[0]
    assert heading[0] == "id. Svars-ID"
    assert any(name.startswith("goals01. <p><strong>") for name in heading)


def test_forms_csv_says_what_the_workbook_says():
    workbook, text = workbook_rows(), all_rows(FORMS_CSV)
    assert workbook[0] == text[0]
    assert workbook[0][:5] == ["ID", "Starttid", "Slutförandetid", "E-post", "Namn"]
    assert len(workbook) == len(text)
    for one, other in zip(workbook[1:], text[1:], strict=True):
        assert [str(value) if value is not None else "" for value in one[5:]] == other[5:]
    month, day, year_and_clock = text[1][1].split("/")
    assert (int(month), int(day)) == (workbook[1][1].month, workbook[1][1].day)
    assert year_and_clock.startswith("16 ")


def test_spss_has_labels_and_user_missing_values(bank):
    _, meta = pyreadstat.read_sav(DEMO / SPSS, user_missing=True)
    assert meta.variable_value_labels["goals01"][88.0] == bank.label("goals01", "dk", "sv")
    ranges = [(part["lo"], part["hi"]) for part in meta.missing_ranges["goals01"]]
    assert ranges == [(88.0, 88.0), (99.0, 99.0)]
    assert meta.column_names_to_labels["goals01"] == bank.stem("goals01", "sv")


def test_each_planted_fault_stands_where_it_is_said_to_stand(planted):
    files = {name: all_rows(name) for name in (LIMESURVEY, LATER, WORKBOOK, FORMS_CSV, SPSS)}
    for fault in planted:
        rows = files[fault["file"]]
        if fault["kind"] == "html_in_heading":
            assert any(name.startswith(f"{fault['column']}. <p>") for name in rows[0])
        elif fault["row"] is None:
            assert fault["column"] in rows[0]
        elif fault["column"]:
            heading = [name.split(". ")[0] if fault["file"] == LATER else name for name in rows[0]]
            value = record_of(fault, rows)[heading.index(fault["column"])]
            assert (f"{value:g}" if isinstance(value, float) else value or "") == fault["value"], fault
        else:
            assert (record_of(fault, rows)[-1] or "") == fault["value"], fault


def test_each_format_has_its_own_mess(planted):
    kinds = {
        name: Counter(fault["kind"] for fault in planted if fault["file"] == name and fault["rejected"])
        for name in (LIMESURVEY, LATER, WORKBOOK, FORMS_CSV, SPSS)
    }
    assert kinds[LIMESURVEY] == {"before_opening": 2, "duplicate": 1, "after_closing": 1, "unknown_option": 1}
    assert kinds[LATER] == {"before_opening": 2, "duplicate": 1, "after_closing": 1}
    assert kinds[WORKBOOK] == {"before_opening": 2, "duplicate": 1, "after_closing": 1, "altered_text": 1}
    assert kinds[FORMS_CSV] == kinds[WORKBOOK]
    assert kinds[SPSS] == {"duplicate": 1, "after_closing": 1, "unknown_option": 1}
    kept = {fault["kind"] for fault in planted if not fault["rejected"]}
    assert kept == {"incomplete", "other_with_text", "formula_text", "nbsp_in_heading", "html_in_heading"}


def decoded_limesurvey(bank, *, extra):
    heading, *rows = all_rows(LIMESURVEY)
    people = []
    for number, row in enumerate(rows, start=2):
        record = dict(zip(heading, row, strict=True))
        if number in extra or not record["submitdate"]:
            continue
        person = {name: record[name] for name in bank.forms["baslinje"].background}
        person["sex"] = "x" if person["sex"] == "-oth-" else person["sex"]
        for item in bank.form_items("baslinje"):
            if item.type == "multiple":
                person[item.id] = frozenset(o for o in item.option_ids if record[f"{item.id}[{o}]"] == "Y")
            else:
                person[item.id] = record[f"{item.battery}[{item.id}]" if item.battery else item.id]
        people.append((record["code"], record["submitdate"], person))
    return people


def decoded_forms(bank, *, extra):
    heading, *rows = all_rows(WORKBOOK)
    form = bank.forms["baslinje"]
    names = ["id", "started", "submitted", "email", "name", *form.background, *form.item_ids, "code"]
    assert len(heading) == len(names)
    people = []
    for number, row in enumerate(rows, start=2):
        if number in extra:
            continue
        record = dict(zip(names, row, strict=True))
        assert (record["email"], record["name"]) == ("anonymous", None)
        person = {}
        for name in (*form.background, *form.item_ids):
            choices = bank.items[name].options if name in bank.items else bank.variables[name].levels
            ids = {choice.text["sv"]: choice.id for choice in choices}
            value = record[name]
            if name in bank.items and bank.items[name].type == "multiple":
                person[name] = frozenset(ids[part] for part in (value or "").split(";") if part)
            else:
                person[name] = ids.get(value, "" if value is None else str(value))
        people.append((record["code"] or "", f"{record['submitted']:%Y-%m-%d %H:%M:%S}", person))
    return people


def decoded_spss(bank, *, extra):
    table, meta = pyreadstat.read_sav(DEMO / SPSS, user_missing=True)
    people = []
    for number, record in enumerate(table.to_dict("records"), start=1):
        if number in extra:
            continue
        person = {}
        for name in (*bank.forms["baslinje"].background, *bank.forms["baslinje"].item_ids):
            item = bank.items.get(name)
            if item is not None and item.type == "multiple":
                person[name] = frozenset(o for o in item.option_ids if record[f"{name}_{o}"] == 1)
                continue
            value = record[name]
            if name not in meta.variable_value_labels:
                person[name] = "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else value
                continue
            choices = item.options if item is not None else bank.variables[name].levels
            label = meta.variable_value_labels[name].get(value)
            ids = {choice.text["sv"]: choice.id for choice in choices} | {"Ej besvarad": ""}
            person[name] = "" if pd.isna(value) else ids.get(label, str(value))
        people.append((record["code"], f"{record['submitdate']:%Y-%m-%d %H:%M:%S}", person))
    return people


def test_the_complete_answers_are_the_same_in_all_three_formats(bank, planted):
    found = {}
    for name, decode in ((LIMESURVEY, decoded_limesurvey), (WORKBOOK, decoded_forms), (SPSS, decoded_spss)):
        faults = [fault for fault in planted if fault["file"] == name]
        extra = {fault["row"] for fault in faults if fault["kind"] in EXTRA_KINDS}
        found[name] = sorted(decode(bank, extra=extra), key=lambda person: (person[1], person[0]))
    # The cells that are wrong on purpose differ by format, and only they.
    wrong = [
        (one[2][name], other[2][name], third[2][name])
        for one, other, third in zip(*found.values(), strict=True)
        for name in one[2]
        if len({one[2][name], other[2][name], third[2][name]}) > 1
    ]
    assert len(wrong) == 1
    assert wrong[0][0] == "z" and wrong[0][2] == "7.0"
    codes = [[person[:2] for person in people] for people in found.values()]
    assert codes[0] == codes[1] == codes[2]
    assert len(codes[0]) > 380


def test_enough_people_stand_behind_annat_and_vill_inte_uppge(stored):
    for wave in stored.values():
        table = wave.stored.sittings[wave.stored.sittings["completed_at"].notna()]
        neither = table[table["sex"].isin(["x", "u"])]
        assert (neither["role"].value_counts() >= 9).all()
        regional = table[(table["role"] == "pol") & (table["orgtype"] == "reg")]
        assert (regional["sex"].value_counts()[["k", "m"]] >= 10).all()


def test_the_county_is_plausible(made, stored):
    figures = importlib.import_module("figures")
    for wave in stored.values():
        right, unsure = figures.right_and_dont_know(wave.stored)
        assert right.mean().between(0.30, 0.85).all()
        assert unsure.mean().between(0.05, 0.30).all()
        assert 0.55 < figures.alpha(right) < 0.75
        assert 0.02 < figures.dont_know_gap(wave.stored, right, unsure) < 0.10
        role = wave.stored.sittings.loc[right.index, "role"]
        total = right.mean(axis=1)
        assert 0.01 < total[role == "tjm"].mean() - total[role == "pol"].mean() < 0.12
    first, second = stored["2016"].stored, stored["2018"].stored
    assert 0.45 < figures.linked_share(first, second) < 0.65
    gain = figures.right_and_dont_know(second)[0].mean().mean() - figures.right_and_dont_know(first)[0].mean().mean()
    assert 0.01 < gain < 0.10


def test_codes_link_the_same_person_and_nobody_else(stored):
    first, second = stored["2016"].stored, stored["2018"].stored
    person = {
        wave: dict(zip(each.sittings["sitting_id"].map(each.codes), each.sittings["respondent_id"], strict=True))
        for wave, each in (("2016", first), ("2018", second))
    }
    shared = set(person["2016"]) & set(person["2018"]) - {""}
    assert len(shared) > 150
    assert all(person["2016"][code] == person["2018"][code] for code in shared)
