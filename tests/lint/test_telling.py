"""The account of a check: grouped by code with counts, in both languages, with the time of each form."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.errors import fault
from kunskap.lint import Findings, grouped, told
from kunskap.words import read_words
from tests.lint.examples import good_bank

ADVICE = (
    fault("LINT-11", "goals02 (en)"),
    fault("LINT-02", "goals01", count=2, expected="3–4"),
    fault("LINT-11", "goals03 (en)"),
)


def test_the_same_is_said_once_with_its_places_and_the_codes_in_order() -> None:
    lines = grouped(ADVICE, language="sv").splitlines()
    assert [line.split()[0] for line in lines if line.startswith("[")] == ["[LINT-02]", "[LINT-11]"]
    assert lines[2] == "[LINT-11] 2"
    assert lines[3].startswith("  goals02 (en); goals03 (en): ")
    assert grouped((), language="sv") == ""


@pytest.mark.parametrize(("language", "clean", "count"), [("sv", "Inga fel", "3"), ("en", "No faults", "3")])
def test_faults_advice_and_times_are_told_with_counts(root: Path, language: str, clean: str, count: str) -> None:
    words = read_words(root / "survey", language)
    account = {"bank": good_bank(), "words": words, "survey": Path("survey")}
    text = told(Findings((), ADVICE), **account)  # type: ignore[arg-type]
    assert clean in text
    assert words("cli.check_advice", count=count) in text
    assert "prov: " in text
    broken = told(Findings(ADVICE, ()), **account)  # type: ignore[arg-type]
    assert clean not in broken
    assert broken.startswith(words("cli.check_faults", count=count))
