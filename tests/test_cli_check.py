"""`kunskap check` as staff meet it: faults and advice apart, exit codes, languages, the caller's day, its speed."""

from __future__ import annotations

import datetime
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kunskap.bank import read_bank
from kunskap.cli import app
from kunskap.design import read_design
from kunskap.lint import lint

DAY = datetime.date(2026, 11, 22)


class Day(datetime.date):
    """A date whose today the test sets."""

    now = DAY

    @classmethod
    def today(cls) -> Day:
        """The day that the test has set."""
        return cls(cls.now.year, cls.now.month, cls.now.day)


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the survey folder in a working folder of its own."""
    monkeypatch.setattr("kunskap.cli.content.date", Day)
    monkeypatch.setattr(Day, "now", DAY)
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(root / "survey", tmp_path / "survey"))


def check(*options: str) -> Any:
    """Run the command in the working folder."""
    return CliRunner().invoke(app, ["check", *options])


def edit(path: Path, old: str, new: str) -> None:
    """Replace a part of a file that is there."""
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text)
    path.write_text(re.sub(old, new, text, count=1), encoding="utf-8")


def test_a_clean_bank_is_told_with_its_advice_and_the_time_of_each_form(folder: Path) -> None:
    done = check()
    assert done.exit_code == 0, done.output
    assert "Inga fel" in done.output
    assert "[LINT-27]" not in done.output
    for form in read_bank(folder).forms:
        assert re.search(rf"^  {form}: \d+,\d minuter$", done.output, re.M), form


def test_a_fault_in_an_item_that_may_be_asked_ends_with_one(folder: Path) -> None:
    edit(folder / "items" / "goals" / "goals01.toml", r'sv = "', 'sv = "Av 2.5 delar: ')
    done = check()
    assert done.exit_code == 1
    assert "Fel att rätta: 1" in done.output
    assert "goals01 (sv): talet 2.5 har decimalpunkt" in done.output
    assert "Inga fel" not in done.output
    english = check("--lang", "en")
    assert english.exit_code == 1
    assert "Faults to mend: 1" in english.output
    assert "decimal comma in Swedish" in english.output


def test_the_same_fault_in_a_draft_is_advice(folder: Path) -> None:
    draft = folder / "items" / "goals" / "goals05.toml"
    edit(draft, r'status = "\w+"', 'status = "draft"')
    edit(draft, r'sv = "', 'sv = "Av 2.5 delar: ')
    done = check()
    assert done.exit_code == 0, done.output
    assert "goals05 (sv): talet 2.5 har decimalpunkt" in done.output


def test_a_form_that_breaks_its_promise_is_a_fault(folder: Path) -> None:
    edit(folder / "forms" / "namnd.toml", r"minutes = 6", "minutes = 2")
    done = check()
    assert done.exit_code == 1
    assert "LINT-26" in done.output
    edit(folder / "forms" / "namnd.toml", r"minutes = 2", "minutes = 0")
    assert "FORM-06" in check().stderr


def test_a_year_later_law_and_goals_are_due(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Day, "now", datetime.date(2027, 12, 1))
    done = check()
    assert done.exit_code == 1
    assert "LINT-23" in done.output
    assert "LINT-24" in done.output


def test_the_check_takes_less_than_two_seconds_of_work(folder: Path) -> None:
    began = time.process_time()
    lint(read_bank(folder), today=DAY, design=read_design(folder))
    assert time.process_time() - began < 2


def test_a_fault_in_the_modules_is_told_and_a_project_without_modules_is_whole(folder: Path) -> None:
    edit(folder / "modules.toml", r'areas = \["rds"\]', 'areas = ["rsd"]')
    done = check()
    assert done.exit_code != 0
    assert "NEEDS-04" in done.output
    (folder / "modules.toml").unlink()
    assert check().exit_code == 0
