"""Every code has words in both languages, and every word is used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kunskap.errors import CLOSEST, EXPECTED, fault, message_catalogue

CODE = re.compile(r'"([A-Z]+-[0-9]{2})"')


def used_codes(folder: Path) -> set[str]:
    return {code for path in folder.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_in_the_source_has_words_and_none_is_unused(root: Path) -> None:
    assert used_codes(root / "src") == set(message_catalogue())


def test_every_message_stands_in_both_languages_with_the_same_values() -> None:
    field = re.compile(r"\{(\w+)")
    for code, texts in message_catalogue().items():
        assert set(texts) == {"sv", "en"}, code
        assert set(field.findall(texts["sv"])) == set(field.findall(texts["en"])), code


def test_a_code_that_nobody_worded_fails_at_once() -> None:
    with pytest.raises(KeyError):
        fault("NONE-99", "here")


def test_a_message_without_its_values_fails_at_once() -> None:
    with pytest.raises(KeyError):
        fault("BANK-01", "here")


def test_nothing_is_said_of_the_closest_where_nothing_is_close() -> None:
    for code, texts in message_catalogue().items():
        for language, text in texts.items():
            if "{closest}" in text:
                assert "{closest}" not in CLOSEST.sub("", text), f"{code} {language}: write 'Närmast: {{closest}}. '"
    near, far = (fault("READ-05", "svar.csv", value="x", item="role", expected="pol", closest=c) for c in ("pol", "–"))
    assert "Närmast: pol. Rätta" in near.reason("sv")
    assert "Väntat: pol. Rätta" in far.reason("sv")
    assert "Expected one of: pol. Correct" in far.reason("en")


def test_a_value_in_words_is_told_in_the_readers_language() -> None:
    told = fault("READ-43", "svar.csv", error={"sv": "disken är full", "en": "the disk is full"})
    assert "disken är full" in told.message("sv")
    assert "the disk is full" in told.message("en")


def test_what_was_expected_is_told_in_swedish_and_no_row_is_unused(root: Path) -> None:
    least = fault("GATE-24", "policy.toml", field="base", value="2", expected="a whole number, at least 3")
    assert "Väntat: ett heltal, minst 3. Rätta" in least.message("sv")
    assert "Expected: a whole number, at least 3. Correct" in least.message("en")
    source = "".join(path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.py"))
    rows = tomllib.loads((root / "src" / "kunskap" / "messages" / EXPECTED).read_text(encoding="utf-8"))
    assert [english for english in rows if english.split("{}")[0] not in source] == []
