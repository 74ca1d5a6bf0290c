"""Microsoft Forms: workbooks and CSV files written by hand, read back to the same truth as LimeSurvey's."""

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.readers import read_responses
from kunskap.readers.forms import is_quiz_column, split_choices

from .conftest import KEY, LAYOUTS, assert_truth
from .hand import american, forms_rows, save_csv, save_workbook


@pytest.fixture
def completed(people):
    return [person for person in people if person["submitdate"]]


def in_order(read):
    """Texts stand in the file's order of columns; the truth has the other-texts before the comment."""
    order = {"sex": 0, "stats02": 1, "comment": 2}
    row = {name: place for place, name in enumerate(read.responses["sitting_id"])}
    key = [(row[one.sitting_id], order[one.item]) for one in read.texts.itertuples()]
    places = sorted(range(len(key)), key=lambda place: key[place])
    return type(read)(**{**vars(read), "texts": read.texts.iloc[places].reset_index(drop=True)})


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("quiz", [False, True])
def test_a_workbook_reads_back_to_the_truth(language, quiz, bank, completed, tmp_path):
    path = save_workbook(tmp_path / "vad som helst.xlsx", forms_rows(completed, language=language, quiz=quiz))
    read = read_responses(path, bank=bank, form="example")
    assert read.kind == "forms"
    assert_truth(in_order(read), completed)
    assert read.rejects.empty
    assert [note.code for note in read.notes] == ["READ-37"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "moment"),
    [("cp1252", ",", american), ("utf-8-sig", ";", american), ("cp1252", ";", str), ("utf-8", "\t", str)],
)
def test_a_csv_file_reads_back_to_the_truth(encoding, delimiter, moment, bank, completed, tmp_path):
    rows = forms_rows(completed, moment=moment)
    path = save_csv(tmp_path / "svar.csv", rows, delimiter=delimiter, encoding=encoding)
    assert_truth(in_order(read_responses(path, bank=bank, form="example")), completed)


def test_the_same_answers_as_limesurvey_give_the_same_frame(bank, completed, tmp_path):
    path = save_workbook(tmp_path / "svar.xlsx", forms_rows(completed))
    forms = read_responses(path, bank=bank, form="example", wave="w")
    lime = read_responses(LAYOUTS / "limesurvey" / "ui_full_long_semicolon.csv", bank=bank, form="example", wave="w")
    whole = lime.responses[lime.responses["completed_at"].notna()].reset_index(drop=True)
    pd.testing.assert_frame_equal(forms.responses, whole)
    background = lime.respondents[lime.respondents["respondent_id"].isin(whole["respondent_id"])]
    pd.testing.assert_frame_equal(forms.respondents, background.reset_index(drop=True))


def test_rows_have_the_numbers_that_excel_shows(bank, completed, tmp_path):
    rows = forms_rows(completed)
    goals = next(place for place, name in enumerate(rows[0]) if name.startswith("Vad är"))
    rows[3][goals] = "Nåt annat"
    path = save_workbook(tmp_path / "svar.xlsx", rows, margin=2)
    read = read_responses(path, bank=bank, form="example")
    assert read.rejects[["row", "code", "value"]].values.tolist() == [[6, "READ-05", "Nåt annat"]]


def test_numbers_stored_as_excel_days_and_as_text(bank, completed, tmp_path):
    rows = forms_rows(
        completed, moment=lambda text: (pd.Timestamp(text) - pd.Timestamp("1899-12-30")) / pd.Timedelta("1D")
    )
    read = read_responses(save_workbook(tmp_path / "svar.xlsx", rows), bank=bank, form="example")
    assert_truth(in_order(read), completed)


def test_a_day_first_column_is_told_from_a_month_first_one(bank, completed, tmp_path):
    rows = forms_rows(completed, moment=lambda text: pd.Timestamp(text).strftime("%d/%m/%Y %H:%M:%S"))
    rows[1][2] = "25/10/2026 08:00:00"  # no month 25: so the day stands first in the column
    read = read_responses(save_csv(tmp_path / "svar.csv", rows), bank=bank, form="example")
    assert read.responses["completed_at"].iloc[0] == pd.Timestamp("2026-10-25 08:00")
    assert read.responses["completed_at"].iloc[1] == pd.Timestamp(completed[1]["submitdate"])


def test_a_part_that_is_no_choice_makes_the_cell_unusable_and_keeps_the_row(bank, completed, tmp_path):
    rows = forms_rows(completed)
    place = next(place for place, name in enumerate(rows[0]) if name.startswith("Vilka"))
    rows[1][place] = "Kvinnor;Ålder;"
    read = read_responses(save_workbook(tmp_path / "svar.xlsx", rows), bank=bank, form="example")
    assert read.responses.loc[0, ["stats02.a", "stats02.b", "stats02.c", "stats02.dk"]].isna().all()
    assert read.responses.loc[0, "goals01"] == "a"
    assert read.rejects["code"].tolist() == ["READ-05"]


def test_an_option_with_a_semicolon_stays_whole():
    known = dict.fromkeys(["lika lön; inget annat", "lika lön", "män", "a;b;c"], 0)
    assert split_choices("Lika lön; inget annat;Män;", known) == (["lika lön; inget annat", "män"], [])
    assert split_choices("Lika lön;Män", known) == (["lika lön", "män"], [])
    assert split_choices("a;b;c;okänt", known) == (["a;b;c"], ["okänt"])
    assert split_choices("", known) == ([], [])


def test_quiz_columns_are_told_from_questions():
    assert is_quiz_column("Points - Vad är målet?")
    assert is_quiz_column("Feedback – Kön")
    assert not is_quiz_column("Feedback från chefen?")


def test_two_questions_of_one_wording_are_told_and_not_guessed(bank, completed, tmp_path):
    rows = forms_rows(completed)
    for row in rows:
        row.append(row[5])
    rows[0][-1] = rows[0][5]
    with pytest.raises(KunskapError) as error:
        read_responses(save_csv(tmp_path / "svar.csv", rows), bank=bank, form="example")
    assert error.value.codes == ("READ-17",)


def test_the_code_question_is_found_by_its_wording(bank, completed, tmp_path):
    rows = forms_rows(completed)
    rows[0].append("Skriv din personliga kod")
    for number, row in enumerate(rows[1:]):
        row.append(f"kod{number}")
    read = read_responses(save_workbook(tmp_path / "svar.xlsx", rows), bank=bank, form="example", key=KEY)
    assert read.respondents["respondent_id"].str.fullmatch("[0-9a-f]{32}").all()
