"""Every code has words in both languages, and every word is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kunskap.errors import fault, message_catalogue

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
