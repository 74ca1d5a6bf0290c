"""Reviews in Excel: out with locked ids, back as a difference, and only that into the files."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import Bank, read_bank
from kunskap.errors import KunskapError
from kunskap.publish.review import export_review, import_review
from kunskap.publish.review_writing import write_review


class Review:
    """A copy of the survey folder and its workbook, opened as an expert would."""

    def __init__(self, folder: Path, original: Path, bank: Bank) -> None:
        shutil.copytree(original, folder, dirs_exist_ok=True)
        self.survey, self.path, self.bank = folder / "survey", folder / "review.xlsx", bank
        self.book: Workbook = load_workbook(self.path)
        self.sheet: Worksheet = self.book.worksheets[0]
        self.fields = [cell.value for cell in self.sheet[2]]

    def cell(self, item: str, field: str):
        row = next(row for row in range(4, self.sheet.max_row + 1) if self.sheet.cell(row, 1).value == item)
        return self.sheet.cell(row, self.fields.index(field) + 1)

    def read(self):
        self.book.save(self.path)
        return import_review(self.path, bank=self.bank, survey=self.survey)

    def codes(self) -> tuple[str, ...]:
        with pytest.raises(KunskapError) as caught:
            self.read()
        return caught.value.codes


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, root: Path) -> tuple[Path, Bank]:
    folder = tmp_path_factory.mktemp("original")
    shutil.copytree(root / "survey", folder / "survey")
    bank = read_bank(folder / "survey")
    export_review(folder / "review.xlsx", bank=bank)
    return folder, bank


@pytest.fixture
def review(tmp_path: Path, original: tuple[Path, Bank]) -> Review:
    return Review(tmp_path, *original)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_row_per_item_with_both_languages_and_marked_internal(review: Review) -> None:
    rows = [row[0].value for row in review.sheet.iter_rows(min_row=4)]
    assert rows == list(review.bank.items)
    assert str(review.sheet["A1"].value).startswith("INTERN") and "intern" in review.sheet.title
    item = review.bank.items["goals01"]
    assert review.cell("goals01", "stem.sv").value == item.stem["sv"]
    assert review.cell("goals01", "stem.en").value == item.stem["en"]
    assert review.cell("goals01", "options.2.explanation.en").value == item.options[1].explanation["en"]
    assert review.cell("goals01", "comment").value is None


def test_ids_are_locked_and_texts_are_not(review: Review) -> None:
    assert review.sheet.protection.sheet
    for field in ("id", "type", "pool", "status", "options.1.id", "options.5.id", "fact", "place"):
        assert review.cell("goals01", field).protection.locked, field
    for field in ("comment", "stem.sv", "stem.en", "options.1.sv", "options.5.explanation.sv", "key", "source.text"):
        assert not review.cell("goals01", field).protection.locked, field
    assert review.cell("practice01", "options.1.sv").protection.locked  # shared: it stands in bank.toml
    assert review.cell("practice01", "key").protection.locked  # a scale's item has none


def test_an_untouched_review_changes_nothing(review: Review) -> None:
    before = files(review.survey)
    differences = review.read()
    assert len(differences) == 0
    assert write_review(differences, survey=review.survey) == []
    assert files(review.survey) == before


def test_only_what_changed_is_written_and_comments_and_order_stay(review: Review) -> None:
    path = review.survey / "items" / "goals" / "goals01.toml"
    noted = path.read_text(encoding="utf-8").replace(
        'id = "goals01"\n', '# Skriven av arbetsgruppen.\nid = "goals01"   # för alltid\n', 1
    )
    assert noted.startswith("# Skriven")
    path.write_text(noted, encoding="utf-8")
    before = files(review.survey)
    old, new = review.bank.items["goals01"].stem["sv"], 'Vad är "målet", enligt åäö?'
    review.cell("goals01", "stem.sv").value = f"  {new}\r\n"
    differences = review.read()
    assert differences.values.tolist() == [["goals01", str(path), "stem.sv", old, new]]
    assert files(review.survey) == before  # looking writes nothing
    assert write_review(differences, survey=review.survey) == [path]
    after = files(review.survey)
    assert {name for name in after if after[name] != before[name]} == {"items/goals/goals01.toml"}
    old_lines, new_lines = noted.splitlines(), path.read_text(encoding="utf-8").splitlines()
    changed = [pair for pair in zip(old_lines, new_lines, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1 and changed[0][0] == f'sv = "{old}"'
    assert read_bank(review.survey).items["goals01"].stem["sv"] == new
    assert len(import_review(review.path, bank=read_bank(review.survey), survey=review.survey)) == 0


def test_every_kind_of_field_can_change(review: Review) -> None:
    review.cell("transport02", "key").value = "a; b"
    review.cell("goals01", "options.2.en").value = 5
    review.cell("goals01", "options.5.explanation.sv").value = "=1+1 är ingen formel"
    review.cell("goals01", "checked_on").value = datetime.datetime(2026, 11, 23)
    review.cell("goals01", "source.url").value = "https://example.org/å"
    review.cell("practice01", "stem.en").value = "asked?"
    review.cell("goals02", "level").value = "understand"
    differences = review.read()
    assert len(write_review(differences, survey=review.survey)) == 4
    bank = read_bank(review.survey)
    goals = bank.items["goals01"]
    assert bank.items["transport02"].key == ("a", "b")
    assert (goals.options[1].text["en"], goals.options[4].explanation["sv"]) == ("5", "=1+1 är ingen formel")
    assert (goals.checked_on, goals.source.url) == (datetime.date(2026, 11, 23), "https://example.org/å")
    assert bank.items["practice01"].stem["en"] == "asked?" and bank.items["goals02"].level == "understand"


def test_a_comment_is_told_and_not_written(review: Review) -> None:
    before = files(review.survey)
    review.cell("rds01", "comment").value = "Otydlig: vem är avsändare?"
    differences = review.read()
    assert differences[["item", "field", "after"]].values.tolist() == [
        ["rds01", "comment", "Otydlig: vem är avsändare?"]
    ]
    assert write_review(differences, survey=review.survey) == []
    assert files(review.survey) == before


def change_id(review: Review) -> None:
    review.cell("goals01", "id").value = "goals99"


def double_row(review: Review) -> None:
    review.cell("goals02", "id").value = "goals01"


def change_option_id(review: Review) -> None:
    review.cell("goals01", "options.1.id").value = "z"


def change_pool(review: Review) -> None:
    review.cell("goals01", "pool").value = "teaching"


def lose_key(review: Review) -> None:
    review.cell("goals01", "key").value = None


def blank_key(review: Review) -> None:
    review.cell("goals01", "key").value = " , "


def key_that_is_no_option(review: Review) -> None:
    review.cell("goals01", "key").value = "c, q"


def empty_text(review: Review) -> None:
    review.cell("goals01", "options.1.en").value = "   "


def lose_column(review: Review) -> None:
    review.sheet.delete_cols(review.fields.index("key") + 1)


def note_in_the_margin(review: Review) -> None:
    review.sheet.cell(7, len(review.fields) + 2, "Se även SCB")


def shared_option(review: Review) -> None:
    review.cell("practice01", "options.1.sv").value = "Nej"


def lose_names(review: Review) -> None:
    review.sheet.delete_rows(2)


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (change_id, ("EXPERT-02",)),
        (double_row, ("EXPERT-03", "EXPERT-04")),
        (change_option_id, ("EXPERT-04",)),
        (change_pool, ("EXPERT-04",)),
        (shared_option, ("EXPERT-04",)),
        (lose_key, ("EXPERT-05",)),
        (blank_key, ("EXPERT-05",)),
        (key_that_is_no_option, ("EXPERT-05",)),
        (empty_text, ("EXPERT-06",)),
        (lose_column, ("EXPERT-07",)),
        (note_in_the_margin, ("EXPERT-09",)),
        (lose_names, ("EXPERT-01",)),
    ],
)
def test_a_planted_fault_is_refused(spoil: Callable[[Review], None], codes: tuple[str, ...], review: Review) -> None:
    before = files(review.survey)
    spoil(review)
    assert set(review.codes()) == set(codes)
    assert files(review.survey) == before


def test_all_faults_are_told_at_once(review: Review) -> None:
    change_pool(review)
    review.cell("goals02", "key").value = None
    review.cell("rds01", "stem.sv").value = None
    assert review.codes() == ("EXPERT-04", "EXPERT-05", "EXPERT-06")


def test_a_changed_id_names_the_nearest(review: Review) -> None:
    review.cell("goals01", "id").value = "gaols01"
    with pytest.raises(KunskapError) as caught:
        review.read()
    assert "goals01" in caught.value.message("sv")


def test_a_file_that_changed_after_the_comparison_is_not_overwritten(review: Review) -> None:
    review.cell("goals01", "stem.sv").value = "Ny fråga?"
    review.cell("rds01", "stem.sv").value = "Ny fråga två?"
    differences = review.read()
    path = review.survey / "items" / "goals" / "goals01.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('sv = "Vad siktar', 'sv = "Ändrad: vad siktar'), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    before = files(review.survey)
    with pytest.raises(KunskapError) as caught:
        write_review(differences, survey=review.survey)
    assert caught.value.codes == ("EXPERT-08",)
    assert files(review.survey) == before  # not even the other file


def test_what_would_break_the_bank_is_not_written(review: Review) -> None:
    """A level that does not exist passes the workbook, but not the bank's own reader."""
    review.cell("goals01", "level").value = "guess"
    review.cell("rds01", "stem.sv").value = "Ny fråga?"
    review.cell("goals02", "checked_on").value = "i går"
    differences = review.read()
    before = files(review.survey)
    with pytest.raises(KunskapError) as caught:
        write_review(differences, survey=review.survey)
    assert len(caught.value.faults) == 2
    assert str(review.survey) in str(caught.value) and tempfile.gettempdir() + "/tmp" not in str(caught.value)
    assert files(review.survey) == before


def test_what_is_no_workbook_is_told_of(tmp_path: Path, bank: Bank, root: Path) -> None:
    (tmp_path / "review.xlsx").write_text("hej", encoding="utf-8")
    for path in (tmp_path / "review.xlsx", tmp_path / "none.xlsx"):
        with pytest.raises(KunskapError) as caught:
            import_review(path, bank=bank, survey=root / "survey")
        assert caught.value.codes == ("EXPERT-01",)


def test_the_same_bank_gives_the_same_file(tmp_path: Path, bank: Bank) -> None:
    one, other = (export_review(tmp_path / name, bank=bank) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == other.read_bytes()
