"""A small bank of the quiz tests' own."""

from __future__ import annotations

from pathlib import Path

from kunskap.bank import Bank, read_bank
from kunskap.words import Words, read_words

FOLDER = Path(__file__).parent
TEACHING = ("one01", "many01", "true01", "trap01")


def quiz_bank() -> Bank:
    return read_bank(FOLDER)


def quiz_words(language: str = "sv") -> Words:
    return read_words(FOLDER.parents[1] / "survey", language)
