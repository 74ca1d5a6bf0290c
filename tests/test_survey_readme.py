"""Staff can add an item from survey/README.md alone: its example is whole, and what is left of it is told."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from kunskap.bank import read_bank
from kunskap.cli import app
from kunskap.lint import Findings, lint

TODAY = datetime.date(2026, 11, 22)
FILLED = {
    "<Frågan på svenska?>": "Vad handlar det nationella delmålet om jämställd hälsa om?",
    "<The question in English?>": "What is the national sub-goal on equal health about?",
    "<Utgivare, titel, år>": "Regeringen, skrivelse 2016/17:10, 2016",
    "<Ett svar>": "Att alla i landet är lika friska",
    "<An answer>": "That everyone is in equally good health",
    "<Det rätta svaret, inte det längsta>": "Att villkoren är desamma",
    "<The right answer, not the longest>": "That terms are the same",
    "<Ett annat svar>": "Att fler arbetar inom vården",
    "<Another answer>": "That more people work in care",
}


@pytest.fixture
def survey(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "survey", tmp_path / "survey"))


@pytest.fixture
def example(survey: Path) -> str:
    found = re.search(r"```toml\n(id = \"goals\d\d\".*?)```", (survey / "README.md").read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


def checked(survey: Path, text: str) -> Findings:
    (survey / "items" / "goals" / "goals07.toml").write_text(text, encoding="utf-8")
    return lint(read_bank(survey), today=TODAY)


def test_the_example_is_read_as_it_stands_and_what_is_left_of_it_is_told(survey: Path, example: str) -> None:
    draft = checked(survey, example)
    assert draft.faults == ()
    assert {fault.code for fault in draft.advice if "goals07" in fault.where} >= {"LINT-29"}
    asked = checked(survey, example.replace('status = "draft"', 'status = "trial"'))
    assert [fault.code for fault in asked.faults].count("LINT-29") == len(set(re.findall("<[^>]*>", example)))


def test_filled_in_it_breaks_no_rule(survey: Path, example: str) -> None:
    text = re.sub('url = ".*\n', "", example).replace('status = "draft"', 'status = "trial"')
    for left, own in FILLED.items():
        assert left in text
        text = text.replace(left, own)
    text = re.sub("<([^>]*)>", r"\1", text)
    found = checked(survey, text)
    assert [fault for fault in (*found.faults, *found.advice) if "goals07" in fault.where] == []


def test_every_command_that_the_guide_names_is_there(survey: Path) -> None:
    guides = [
        survey / "README.md",
        *sorted((survey / "letters").glob("*.md")),
        *sorted((survey / "pilot").glob("*.md")),
    ]
    known = get_command(app).commands  # type: ignore[attr-defined]
    named = {
        tuple(command.split())
        for path in guides
        for command in re.findall(r"`kunskap ((?:bank )?[a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert ("bank", "blind") in named and ("withdraw",) in named
    for first, *rest in named:
        assert first in known, first
        assert not rest or rest[0] in known[first].commands, rest


def test_every_rule_of_the_check_stands_in_the_guide(survey: Path, root: Path) -> None:
    catalogue = (root / "src" / "kunskap" / "messages" / "lint.toml").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\[LINT-(\d\d)\]", catalogue, re.M))
    guide = (survey / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:LINT-)?(\d\d)`", "\n".join(re.findall(r"^\| `LINT-.*?\|", guide, re.M))))
    assert told == codes
