"""Several choices without right or wrong: every reader's way to tell them, and what can only be chosen alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from kunskap.bank import Bank
from kunskap.readers import Import, read_responses
from tests.publish.awkward import awkward_bank

KEY = bytes(range(32))
CHOSEN = [["time", "data"], ["none"], ["dk"], [], ["data", "none"]]
ALONE = ("none", "dk")


@pytest.fixture(scope="module")
def odd() -> Bank:
    return awkward_bank()


def write(path: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


def assert_chosen(read: Import, *, told: bool = True) -> None:
    for option in ("time", "data", "help", "none", "dk"):
        assert read.responses[f"lack1.{option}"].tolist() == [option in chosen for chosen in CHOSEN], option
    notes = [note for note in read.notes if note.code == "READ-45"]
    assert [note.values["count"] for note in notes] == ([1] if told else [])
    assert len(read.rejects) == 0


def test_limesurvey_tells_one_column_per_option(tmp_path: Path, odd: Bank) -> None:
    options = odd.items["lack1"].option_ids
    head = ["id", "submitdate", "lastpage", "startlanguage", "role", "sort[sort1]", *(f"lack1[{o}]" for o in options)]
    rows = [
        [str(number), "2026-10-01 08:00:00", "5", "sv", "tjm", "main", *("Y" if o in chosen else "" for o in options)]
        for number, chosen in enumerate(CHOSEN, start=1)
    ]
    read = read_responses(write(tmp_path / "svar.csv", [head, *rows]), bank=odd, form="prov", key=KEY)
    assert_chosen(read)
    assert read.responses["sort1"].tolist() == ["main"] * 5


def test_microsoft_forms_tells_texts_in_one_cell(tmp_path: Path, odd: Bank) -> None:
    item, sort = odd.items["lack1"], odd.items["sort1"]
    head = ["ID", "Start time", "Completion time", "Email", "Name", odd.stem("sort1", "sv"), item.stem["sv"]]
    fixed = ["10/1/26 8:00:00", "10/1/26 8:10:00", "anonymous", "", sort.option("heads").text["sv"]]
    rows = [
        [str(number), *fixed, "".join(f"{item.option(option).text['sv']};" for option in chosen)]
        for number, chosen in enumerate(CHOSEN, start=1)
    ]
    read = read_responses(write(tmp_path / "forms.csv", [head, *rows]), bank=odd, form="prov", key=KEY)
    assert_chosen(read)
    assert read.responses["sort1"].tolist() == ["heads"] * 5


def test_spss_tells_ones_and_noughts(tmp_path: Path, odd: Bank) -> None:
    options = odd.items["lack1"].option_ids
    columns: dict[str, object] = {"id": range(1, 6), "sort1": [2.0] * 5}
    columns |= {f"lack1_{o}": [float(o in chosen) for chosen in CHOSEN] for o in options}
    labels = {"sort1": {1.0: "heads", 2.0: "main", 3.0: "dk"}}
    path = tmp_path / "svar.sav"
    pyreadstat.write_sav(pd.DataFrame(columns), str(path), variable_value_labels=labels)
    mapping = "\n".join(
        f'[[columns]]\nheading = "{name}"\ntarget = "{target}"'
        for name, target in {f"lack1_{o}": f"lack1.{o}" for o in options}.items()
    )
    (tmp_path / "svar.mapping.toml").write_text(mapping, encoding="utf-8")
    read = read_responses(path, bank=odd, form="prov", key=KEY, mapping=tmp_path / "svar.mapping.toml")
    assert_chosen(read)
    assert read.responses["sort1"].tolist() == ["main"] * 5


def test_a_mapping_file_renames_columns_and_answers(tmp_path: Path, odd: Bank) -> None:
    words = {"time": "För lite tid", "data": "Inga siffror", "none": "Inget", "dk": "Osäker"}
    rows = [["Hinder?", "Exempel ett"], *([";".join(words[o] for o in chosen), "JI"] for chosen in CHOSEN)]
    values = "\n".join(f'"{text}" = "{option}"' for option, text in words.items())
    (tmp_path / "svar.mapping.toml").write_text(
        f'[[columns]]\nheading = "Hinder?"\ntarget = "lack1"\n[[columns]]\nheading = "Exempel ett"\ntarget = "sort1"\n'
        f'[values.lack1]\n{values}\n[values.sort1]\n"JI" = "main"\n',
        encoding="utf-8",
    )
    path = write(tmp_path / "svar.csv", rows)
    read = read_responses(path, bank=odd, form="prov", key=KEY, mapping=tmp_path / "svar.mapping.toml")
    assert read.responses["lack1.none"].astype(object).tolist()[:3] == [False, True, False]
    assert_chosen(read)
    assert read.responses["sort1"].tolist() == ["main"] * 5


def test_the_note_says_how_many_and_what_follows(tmp_path: Path, odd: Bank) -> None:
    head = ["id", "lack1.time", "lack1.data", "lack1.help", "lack1.none", "lack1.dk", "sort1"]
    rows = [["1", "x", "", "", "x", "", "main"], ["2", "", "", "", "x", "x", "dk"], ["3", "x", "x", "", "", "", ""]]
    read = read_responses(write(tmp_path / "svar.csv", [head, *rows]), bank=odd, form="prov", key=KEY)
    (note,) = (note for note in read.notes if note.code == "READ-45")
    assert (note.values["count"], note.values["options"]) == (2, "none, dk")
    assert "räknas bara när det står ensamt" in note.message("sv")
    assert read.responses[[f"lack1.{option}" for option in ALONE]].to_numpy().tolist() == [
        [True, False], [True, True], [False, False],
    ]  # fmt: skip


def test_an_unknown_answer_is_refused_with_its_place(tmp_path: Path, odd: Bank) -> None:
    rows = [["id", "lack1", "sort1"], ["1", "time;tidd", "mian"], ["2", "time", "main"]]
    read = read_responses(write(tmp_path / "svar.csv", rows), bank=odd, form="prov", key=KEY)
    assert read.rejects[["row", "column", "value", "code"]].to_numpy().tolist() == [
        [2, "lack1", "time;tidd", "READ-05"],
        [2, "sort1", "mian", "READ-05"],
    ]
    assert read.responses["lack1.time"].isna().tolist() == [True, False]
