"""The sheet for a second reader asks everything and gives nothing away; the key beside it is right."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.errors import KunskapError
from kunskap.publish.blind import blind_sheet, save_blind
from kunskap.words import read_words

WORDS = {language: read_words(Path(__file__).parents[2] / "survey", language) for language in ("sv", "en")}


def asked(bank: Bank) -> list[str]:
    return [item.id for item in bank.items.values() if item.is_knowledge]


def part(sheet: str, item: str) -> str:
    return sheet.split(f"## {item}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_question_is_asked_and_nothing_is_given_away(bank: Bank, language: str) -> None:
    sheet, key = blind_sheet(bank, words=WORDS[language], rng=np.random.default_rng(3), items=asked(bank))
    assert sorted(name for name, _ in key) == sorted(asked(bank))
    for item in (bank.items[name] for name in asked(bank)):
        own = part(sheet, item.id)
        assert item.stem[language] in own
        assert item.source is None or item.source.text not in own
        assert not any(option.explanation[language] in own for option in item.options)
        assert item.options[-1].text[language] not in own.replace(item.stem[language], "").splitlines()


def test_the_letters_of_the_key_lead_to_the_right_options(bank: Bank) -> None:
    sheet, key = blind_sheet(bank, words=WORDS["sv"], rng=np.random.default_rng(3), items=asked(bank))
    for name, letters in key:
        lines = [line for line in part(sheet, name).splitlines() if line.startswith("- ")]
        told = {line.split(". ", 1)[1] for line in lines if line[2] in letters.split()}
        assert told == {bank.items[name].option(one).text["sv"] for one in bank.items[name].key}


def test_the_order_says_nothing_of_the_key(bank: Bank) -> None:
    """In 40 draws each of four letters is the key's about ten times; the bank's own order would give one of them."""
    item = next(i for i in bank.items.values() if i.is_knowledge and i.type == "single" and len(i.options) == 5)
    draws = [
        blind_sheet(bank, words=WORDS["sv"], rng=np.random.default_rng(seed), items=[item.id])[1][0][1]
        for seed in range(40)
    ]
    assert set(draws) == set("ABCD")


def test_the_key_lies_in_a_file_of_its_own(bank: Bank, tmp_path: Path) -> None:
    sheet, key = save_blind(
        tmp_path / "svara.md", bank=bank, words=WORDS["sv"], rng=np.random.default_rng(1), items=["goals01", "rds02"]
    )
    assert (sheet.name, key.name) == ("svara.md", "svara-nyckel.csv")
    with key.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert [row[0] for row in rows] == ["item", "goals01", "rds02"]
    assert "nyckel.csv" not in sheet.read_text(encoding="utf-8")


def test_what_cannot_be_asked_is_told(bank: Bank) -> None:
    with pytest.raises(KunskapError) as caught:
        blind_sheet(bank, words=WORDS["sv"], rng=np.random.default_rng(1), items=["gaols01", "ability01"])
    assert caught.value.codes == ("BLIND-01", "BLIND-01")
    none = Bank(**{**bank.__dict__, "items": {k: i for k, i in bank.items.items() if i.status != "draft"}})
    with pytest.raises(KunskapError) as caught:
        blind_sheet(none, words=WORDS["sv"], rng=np.random.default_rng(1))
    assert caught.value.codes == ("BLIND-02",)


def test_the_command_writes_both(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bank", "blind", str(tmp_path / "svara.md"), "--item", "goals01"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "svara.md").is_file()
    assert (tmp_path / "svara-nyckel.csv").is_file()
    assert "skicka den inte med" in done.output
