"""Every real export of LimeSurvey reads back to the JSON beside it."""

import csv
import io

import pandas as pd
import pytest

from kunskap.readers import read_responses

from .conftest import ITEMS, KEY, LAYOUTS, assert_truth

CODES = LAYOUTS / "codes.toml"
SHORT = LAYOUTS / "limesurvey" / "api_code_short.csv"
FILES = sorted((LAYOUTS / "limesurvey").glob("*.csv"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_real_layout_reads_back_to_the_truth(path, bank, people):
    read = read_responses(path, bank=bank, form="example", mapping=CODES)
    if "incomplete" in path.stem:
        people = [person for person in people if not person["submitdate"]]
    assert read.kind == ("limesurvey_vv" if path.stem == "vv" else "limesurvey")
    assert_truth(read, people)
    assert read.rejects.empty
    assert read.notes == ()


def test_there_are_ten_real_layouts():
    assert len(FILES) == 10


def test_long_answers_need_no_mapping(bank, people):
    assert_truth(read_responses(LAYOUTS / "limesurvey" / "api_code_long.csv", bank=bank, form="example"), people)


def test_without_the_mapping_each_strange_code_is_refused_and_the_row_stays(bank, people):
    read = read_responses(SHORT, bank=bank, form="example")
    assert len(read.responses) == 12
    assert set(read.rejects["code"]) == {"READ-05"}
    assert set(read.rejects["column"]) == {"atti[a1]", "atti[a2]", "atti[a3]"}
    assert len(read.rejects) == sum(bool(person[f"atti[{item}]"]) for person in people for item in ("a1", "a2", "a3"))
    assert read.responses.loc[0, "goals01"] == "a"
    assert pd.isna(read.responses.loc[0, "a1"])


def table(path=SHORT):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.reader(stream, delimiter=";") if row]


def written(tmp_path, rows, name="svar.csv", *, delimiter=";", encoding="utf-8-sig"):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    path = tmp_path / name
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def test_types_are_those_of_the_design(bank):
    read = read_responses(SHORT, bank=bank, form="example", mapping=CODES)
    responses = read.responses
    assert responses["goals01"].cat.categories.tolist() == ["a", "b", "c", "dk", "skip"]
    assert responses["rds03"].cat.categories.tolist() == ["y", "n", "skip"]
    assert str(responses["stats02.a"].dtype) == "boolean"
    assert str(read.respondents["years"].dtype) == "Float64"
    assert read.respondents["sex"].cat.categories.tolist() == ["k", "m", "x", "u"]
    assert str(responses["completed_at"].dtype).startswith("datetime64")
    assert list(responses.columns) == [
        *("sitting_id", "respondent_id", "wave", "form", "occasion", "attempt", "started_at", "completed_at"),
        *ITEMS,
    ]
    assert list(read.rejects.columns) == ["file", "row", "column", "value", "code", "reason_sv", "reason_en"]


def test_headings_that_run_together_with_their_text(bank, people, tmp_path):
    rows = table()
    texts = table(LAYOUTS / "limesurvey" / "api_full_short.csv")[0]
    rows[0] = [f"{code}{text}" for code, text in zip(rows[0], texts, strict=True)]
    assert "roleVilken roll har du?" in rows[0]
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    assert read.kind == "limesurvey"
    assert_truth(read, people)


@pytest.mark.parametrize("style", ["{}_{}", "{}.{}", "{}.{}."])
def test_other_ways_to_write_a_code(style, bank, people, tmp_path):
    rows = table()
    rows[0] = [style.format(*name[:-1].split("[")) if "[" in name else name for name in rows[0]]
    assert_truth(read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES), people)


def test_yes_and_no_as_one_and_two(bank, people, tmp_path):
    rows = table()
    ticks = [place for place, name in enumerate(rows[0]) if name.startswith("stats02[") and "other" not in name]
    for row in rows[1:]:
        for place in ticks:
            row[place] = "1" if row[place] == "Y" else "2"
    assert_truth(read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES), people)


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "cp1252"), ("\t", "utf-16"), (";", "utf-8")])
def test_separators_and_encodings(delimiter, encoding, bank, people, tmp_path):
    path = written(tmp_path, table(), delimiter=delimiter, encoding=encoding)
    assert_truth(read_responses(path, bank=bank, form="example", mapping=CODES), people)


def test_not_reached_is_missing_and_a_gap_before_the_last_answer_is_a_skip(bank, tmp_path):
    rows = table()
    place = {name: index for index, name in enumerate(rows[0])}
    row = rows[5]  # id 5, incomplete, an official
    assert row[place["submitdate"]] == ""
    for name in ("goals01", "stats02[b]", "atti[a2]", "atti[a3]", "comment"):
        row[place[name]] = ""
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    got = read.responses.set_index("sitting_id").loc["example-5"]
    assert got["goals01"] == "skip"
    assert got[["stats02.a", "stats02.dk"]].tolist() == [False, False]
    assert got["a1"] == "l4"
    assert got[["a2", "a3", "rds03"]].isna().all()
    assert pd.isna(got["completed_at"])
    # Nothing answered at all: nothing was reached.
    rows[5] = [*rows[5][:7], *[""] * (len(rows[5]) - 7)]
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    assert read.responses.set_index("sitting_id").loc["example-5", ITEMS].isna().all()


def test_an_answer_from_someone_who_should_not_have_seen_the_item_is_kept_and_told(bank, tmp_path):
    rows = table()
    place = {name: index for index, name in enumerate(rows[0])}
    rows[1][place["rds03"]] = "y"  # id 1, an official
    rows[2][place["role"]] = ""  # id 2: role unknown, and the item blank
    rows[2][place["rds03"]] = ""
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    assert read.responses.loc[0, "rds03"] == "y"
    assert pd.isna(read.responses.loc[1, "rds03"])
    assert [note.code for note in read.notes] == ["READ-29"]


def test_vv_marks_are_undone_and_not_shown_is_told_apart(bank, tmp_path):
    lines = (LAYOUTS / "limesurvey" / "vv.csv").read_text(encoding="utf-8").split("\n")
    one = next(index for index, line in enumerate(lines) if line.startswith("1\t"))
    cells = lines[one].split("\t")
    codes = lines[1].split("\t")
    cells[codes.index("comment")] = "{quote}hej{quote} {lbrace}tab}{cr}{newline}nästa"
    cells[codes.index("goals01")] = "{question_not_shown}"
    lines[one] = "\t".join(cells)
    path = tmp_path / "vv.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    read = read_responses(path, bank=bank, form="example", mapping=CODES)
    assert pd.isna(read.responses.loc[0, "goals01"])  # the mark says so, though the sitting is complete
    assert read.responses.loc[9, "a1"] == "skip"  # in a battery the mark also stands for a blank
    assert read.texts.loc[0, "text"] == '"hej{quote} {tab}\nnästa'
    assert read.rejects.empty


def test_a_completed_sitting_without_a_stored_time(bank, tmp_path):
    rows = table()
    for row in rows[1:]:
        row[1] = "1980-01-01 00:00:00" if row[1] else ""
        row[5] = row[6] = ""
    path = written(tmp_path, rows)
    read = read_responses(path, bank=bank, form="example", mapping=CODES, opens="2026-10-01")
    assert len(read.responses) == 12  # the stand-in is no date before the opening
    assert int(read.responses["completed_at"].notna().sum()) == 10


def test_the_code_becomes_a_pseudonym_and_links(bank, tmp_path):
    rows = table()
    rows[0].append("code")
    for number, row in enumerate(rows[1:]):
        row.append(f"ås{number}" if number else " ÅS 0")
    read = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY, wave="2016")
    again = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY, wave="2018")
    assert read.responses["respondent_id"].tolist() == again.responses["respondent_id"].tolist()
    assert read.responses["respondent_id"].nunique() == 12
    assert read.responses["sitting_id"].tolist()[0] == "2016-1"
    other = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=bytes(32))
    assert not set(other.responses["respondent_id"]) & set(read.responses["respondent_id"])
    alone = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES)
    assert [note.code for note in alone.notes] == ["READ-38"]


def test_an_answered_code_shows_that_the_end_was_reached(bank, tmp_path):
    rows = table()
    place = {name: index for index, name in enumerate(rows[0])}
    rows[0].append("code. Din kod")
    for row in rows[1:]:
        row.append("")
    for name in ("atti[a2]", "comment"):
        rows[10][place[name]] = ""
    unreached = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY)
    assert pd.isna(unreached.responses.loc[9, "a3"])
    rows[10][-1] = "ab12"
    reached = read_responses(written(tmp_path, rows), bank=bank, form="example", mapping=CODES, key=KEY)
    assert reached.responses.loc[9, "a3"] == "skip"
