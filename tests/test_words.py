"""Interface words: the same keys in both languages, Swedish numbers, helpful faults."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.words import Words, read_words

FIELD = re.compile(r"\{(\w+)")


def test_both_languages_have_the_same_keys_and_fields(root: Path) -> None:
    swedish, english = (read_words(root / "survey", language) for language in ("sv", "en"))
    assert set(swedish.texts) == set(english.texts)
    for key, text in swedish.texts.items():
        assert set(FIELD.findall(text)) == set(FIELD.findall(english.texts[key])), key


def test_a_text_takes_its_values() -> None:
    assert Words("sv", {"quiz.of": "Fråga {number} av {total}"})("quiz.of", number=2, total=4) == "Fråga 2 av 4"
    with pytest.raises(KeyError):
        Words("sv", {})("nothing")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, float("inf")])
def test_a_missing_number_is_a_dash(missing: object) -> None:
    assert Words("sv", {}).number(missing) == "–"


def test_numbers_are_written_as_the_language_does() -> None:
    assert Words("sv", {}).number(-0.04, decimals=1) == "0,0"
    assert Words("sv", {}).number(12345.678, decimals=2) == "12\u00a0345,68"
    assert Words("en", {}).number(12345.678, decimals=2) == "12,345.68"
    assert Words("en", {}).share(0.534, decimals=1) == "53.4%"
    assert Words("sv", {}).share(pd.NA) == "–"


def test_an_unknown_language_names_those_there_are(root: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read_words(root / "survey", "fi")
    assert caught.value.codes == ("WORDS-01",)
    assert "en, sv" in caught.value.message("en")


def test_broken_words_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "ui.sv.toml").write_text("[quiz\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_words(tmp_path, "sv")
    assert caught.value.codes == ("WORDS-02",)


def test_an_older_projects_words_are_filled_from_the_installation(tmp_path: Path) -> None:
    (tmp_path / "ui.sv.toml").write_text('[cli]\nread_next = "Vår egen text"\n', encoding="utf-8")
    words = read_words(tmp_path, "sv")
    assert words("cli.read_next") == "Vår egen text"
    assert words("report.title")


def test_every_scale_that_one_chooses_from_has_the_reports_words(root: Path, bank: Bank) -> None:
    texts = read_words(root / "survey", "sv").texts
    asked = [item for form in bank.forms for item in bank.form_items(form)]
    chosen = {item.scale for item in asked if item.scale and item.type in ("single", "multiple")}
    assert "commitment" in chosen
    wanted = {f"report.tables.{scale}{end}" for scale in chosen for end in ("", "_by_role", "_by_sex")}
    assert sorted(wanted - set(texts)) == []
