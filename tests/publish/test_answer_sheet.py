"""The answer sheet: what is typed is what is read, and every slip of the fingers is found."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.publish.answer_sheet import TOP, UNCLEAR, answer_sheet
from kunskap.readers import read_responses
from kunskap.words import Words, read_words
from tests.publish.awkward import awkward_bank
from tests.publish.formulas import NotFoundError, Sheet

FIRST, SECOND, COMPARE = "Inmatning 1", "Inmatning 2", "Jämförelse"


@pytest.fixture
def words() -> Words:
    return read_words(language="sv")


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def headings(book: Workbook, sheet: str = FIRST) -> list[str]:
    return [cell.value for cell in book[sheet][1]]


def type_in(book: Workbook, sheet: str, row: int, answers: Mapping[str, object]) -> None:
    names = headings(book, sheet)
    for name, value in answers.items():
        if name in names:
            book[sheet].cell(row, names.index(name) + 1).value = value


def person(bank: Bank, form: str, rng: np.random.Generator) -> dict[str, object]:
    """One paper: every answer drawn, about a third of the questions left blank."""
    chosen = bank.forms[form]
    answers: dict[str, object] = {name: str(rng.choice(bank.variables[name].level_ids)) for name in chosen.background}
    for item in bank.form_items(form):
        conditions = chosen.shown_to.get(item.id, {})
        if rng.random() < 0.33 or any(answers[name] not in levels for name, levels in conditions.items()):
            continue
        if item.type == "multiple":
            alone = [f"{item.id}.{option}" for option in item.exclusive_ids]
            several = [column for column in item.columns if column not in alone and rng.random() < 0.5]
            answers |= dict.fromkeys(several or alone[:1], "x")
        elif item.type == "number":
            low, high = item.minimum or 0, item.maximum or 100
            answers[item.id] = int(rng.integers(int(low), int(high) + 1))
        elif item.type == "text":
            answers[item.id] = 'Åäö "citat"\nny rad; =1+1'
        else:
            answers[item.id] = str(rng.choice(item.option_ids))
    return answers


def asking(bank: Bank, item_id: str) -> Bank:
    """The bank whose baslinje also asks this item: no form asks every type of question."""
    form = bank.forms["baslinje"]
    first = replace(form.sections[0], items=(*form.sections[0].items, item_id))
    return replace(bank, forms={**bank.forms, form.id: replace(form, sections=(first, *form.sections[1:]))})


def differences(book: Workbook) -> dict[str, object]:
    """The comparison's cells that say something, by address."""
    cells, said = Sheet(book), {}
    for row in book[COMPARE].iter_rows(min_row=TOP + 1):
        for cell in row:
            if cell.column == 1 or cell.value is None:
                continue
            value = cells.value(COMPARE, cell.coordinate)
            if value != "" and not (cell.column == 2 and isinstance(value, int)):
                said[cell.coordinate] = value
    return said


@pytest.mark.parametrize("form", ["baslinje", "prov"])
def test_what_is_typed_is_what_is_read(form: str, tmp_path: Path, bank: Bank, words: Words) -> None:
    bank = awkward_bank() if form == "prov" else bank
    rng = np.random.default_rng(7)
    book = opened(answer_sheet(form, bank=bank, words=words, papers=30))
    papers = [person(bank, form, rng) for _ in range(30)]
    for row, answers in enumerate(papers, start=2):
        type_in(book, FIRST, row, {"id": row - 1, "code": f"sten-moln-lind-{row}", **answers})
    book.save(tmp_path / "svar.xlsx")
    read = read_responses(tmp_path / "svar.xlsx", bank=bank, form=form, key=bytes(32))
    assert len(read.rejects) == 0
    assert {note.code for note in read.notes} == {"READ-40"}, read.summary()
    assert read.responses["sitting_id"].tolist() == [f"{form}-{number}" for number in range(1, 31)]
    texts = {(row.sitting_id, row.item): row.text for row in read.texts.itertuples()}
    for answers, (_, row), (_, own) in zip(papers, read.responses.iterrows(), read.respondents.iterrows(), strict=True):
        for name in bank.forms[form].background:
            assert own[name] == answers[name]
        for item in bank.form_items(form):
            conditions = bank.forms[form].shown_to.get(item.id, {})
            shown = all(answers[name] in levels for name, levels in conditions.items())
            if item.type == "text":
                assert texts.get((row["sitting_id"], item.id)) == answers.get(item.id)
            elif item.type == "number":
                assert row[item.id] == answers[item.id] if item.id in answers else str(row[item.id]) == "<NA>"
            elif item.type == "multiple" and shown:
                assert [bool(row[column]) for column in item.columns] == [column in answers for column in item.columns]
            elif item.type != "multiple":
                expected = answers.get(item.id, "skip" if shown else None)
                assert row[item.id] == expected if expected else str(row[item.id]) == "nan"


def test_an_answer_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, bank: Bank, words: Words) -> None:
    book = opened(answer_sheet("baslinje", bank=bank, words=words, papers=3))
    answers = person(bank, "baslinje", np.random.default_rng(1))
    type_in(book, FIRST, 2, {"id": 1, **answers, "goals01": UNCLEAR})
    book.save(tmp_path / "svar.xlsx")
    read = read_responses(tmp_path / "svar.xlsx", bank=bank)
    assert read.rejects[["row", "column", "value", "code"]].values.tolist() == [[2, "goals01", "?", "READ-05"]]
    assert read.responses["goals01"].isna().all()


def test_no_option_is_called_what_marks_an_unclear_answer(bank: Bank) -> None:
    assert all(UNCLEAR not in item.option_ids for item in bank.items.values())


def twice_typed(bank: Bank, words: Words, papers: int = 12) -> Workbook:
    """A workbook in which both entries are alike, though the second was typed in another order."""
    book = opened(answer_sheet("baslinje", bank=bank, words=words, papers=papers + 3))
    rng = np.random.default_rng(3)
    people = [person(bank, "baslinje", rng) for _ in range(papers)]
    for row, answers in enumerate(people, start=2):
        type_in(book, FIRST, row, {"id": row - 1, "code": f"sten-moln-lind-{row}", **answers})
        type_in(book, SECOND, papers + 3 - row, {"id": row - 1, "code": f"Sten moln lind {row}", **answers})
    return book


def test_two_entries_that_are_alike_do_not_differ(bank: Bank, words: Words) -> None:
    book = twice_typed(bank, words)
    assert differences(book) == {}
    cells = Sheet(book)
    assert [cells.value(COMPARE, f"A{row}") for row in (1, 2, 3, 4)] == [0, 0, 12, 12]


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [("goals01", "b", "a | b"), ("goals01", None, "a | "), ("practice04", 41, "14 | 41"),
     ("support01.cases", "x", " | x"),
     ("code", "sten-moln-lind-vag", "sten-moln-lind-våg | sten-moln-lind-vag")],
)  # fmt: skip
def test_a_typing_error_is_found(column: str, typed: object, said: str, bank: Bank, words: Words) -> None:
    book = twice_typed(asking(bank, "practice04"), words)
    row = next(row for row in range(2, 20) if book[SECOND].cell(row, 1).value == 5)
    same = {"goals01": "a", "practice04": 14, "support01.cases": None, "code": "sten-moln-lind-våg"}
    type_in(book, FIRST, 6, same)
    type_in(book, SECOND, row, same | {column: typed})
    found = differences(book)
    assert list(found.values()) == [said]
    address = next(iter(found))
    assert book[COMPARE].cell(TOP, book[COMPARE][address].column).value == column
    assert Sheet(book).value(COMPARE, f"A{book[COMPARE][address].row}") == 5
    assert Sheet(book).value(COMPARE, "A1") == 1


def test_papers_without_a_pair_are_told_of(bank: Bank, words: Words) -> None:
    book = twice_typed(bank, words)
    type_in(book, FIRST, 14, {"id": 77})
    type_in(book, SECOND, 15, {"id": 88})
    assert list(differences(book).values()) == ["finns bara i Inmatning 1", "88: finns bara i Inmatning 2"]
    type_in(book, FIRST, 15, {"id": 77})
    assert list(differences(book).values())[-2:] == ["numret står två gånger", "88: finns bara i Inmatning 2"]
    assert Sheet(book).value(COMPARE, "A2") == 3


def test_a_number_that_is_a_text_is_not_passed_over(bank: Bank, words: Words) -> None:
    book = twice_typed(bank, words)
    row = next(row for row in range(2, 20) if book[SECOND].cell(row, 1).value == 5)
    book[SECOND].cell(row, 1, "5")
    with pytest.raises(NotFoundError):  # the cell shows #N/A
        differences(book)


def test_every_code_of_the_bank_can_be_chosen_and_no_other(bank: Bank, words: Words) -> None:
    book = opened(answer_sheet("baslinje", bank=bank, words=words, papers=9))
    names = headings(book)
    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in book[FIRST].data_validations.dataValidation}
    for item in bank.form_items("baslinje"):
        for column in item.columns:
            rule = rules[names.index(column) + 1]
            assert len(rule.formula1 or "") <= 255 and len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32
            assert str(rule.sqref).endswith("10")
            if item.options:
                codes = ("x",) if item.type == "multiple" else item.option_ids
                assert rule.formula1 == f'"{",".join([*codes, UNCLEAR])}"' and rule.showErrorMessage


@pytest.mark.parametrize("papers", [0, -1, 2001])
def test_a_number_of_papers_that_cannot_be_is_refused(papers: int, bank: Bank, words: Words) -> None:
    with pytest.raises(KunskapError) as caught:
        answer_sheet("baslinje", bank=bank, words=words, papers=papers)
    assert caught.value.codes == ("PAPER-01",)


def test_the_same_content_gives_the_same_file(bank: Bank, words: Words) -> None:
    assert answer_sheet("baslinje", bank=bank, words=words) == answer_sheet("baslinje", bank=bank, words=words)
