"""Headings and paragraphs of plain text and Markdown."""

from __future__ import annotations

import pytest

from kunskap.growth.review import split_text


def headed(text: str) -> list[list[str]]:
    return split_text(text)[["heading", "text"]].values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "# Mål\n\nFler reser.\n",
        "Mål\n===\n\nFler reser.\n",
        "Mål\n---\n\nFler reser.\n",
        "3.2 Mål\n\nFler reser.\n",
        "# Mål\r\n\r\nFler\r\nreser.\r\n",
        "# Mål\n\n- Fler reser.\n",
        "# Mål\n\n<!-- en anteckning\nsom inte läses -->\nFler reser.\n",
    ],
)
def test_headings(text: str) -> None:
    assert headed(text) == [["Mål", "Fler reser."]]


def test_a_line_in_capitals_is_a_heading() -> None:
    assert headed("MÅLEN\n\nFler reser.\n") == [["Målen", "Fler reser."]]


@pytest.mark.parametrize("text", ["3 kommuner växer.\n", "Fler reser.\n", "2030 ska fler resa\n\ntill Ånge.\n", "EU\n"])
def test_what_is_no_heading(text: str) -> None:
    assert set(split_text(text)["heading"]) == {""}


def test_lists_and_tables_are_paragraphs_of_their_own() -> None:
    text = "# Mål\n\nDet här:\n- fler jobb\n- tåg\n\n| Mått | Nu |\n|---|---|\n| Resor | 61 |\n"
    assert split_text(text)["text"].tolist() == ["Det här:", "fler jobb", "tåg", "Mått | Nu", "Resor | 61"]
    assert split_text(text)["passage"].nunique() == 1


def test_chapters_sections_and_the_title() -> None:
    lines = [
        "# Strategin",
        "## Resor",
        "### Tåg",
        "A.",
        "#### Mål",
        "B.",
        "### Buss",
        "C.",
        "## Företag",
        "### Insatser",
    ]
    text = "\n\n".join([*lines, "D."])
    table = split_text(text)
    assert table["chapter"].tolist() == ["Resor", "Resor", "Resor", "Företag"]
    assert table["section"].tolist() == ["Resor / Tåg", "Resor / Tåg", "Resor / Buss", "Företag"]
    assert table["passage"].tolist() == ["p001", "p002", "p003", "p004"]


def test_without_headings_each_paragraph_is_a_passage() -> None:
    table = split_text("Fler reser.\n\nHamnen växer.\n")
    assert table["passage"].tolist() == ["p001", "p002"] == table["section"].tolist()


def test_the_place_is_the_files_own_line() -> None:
    assert split_text("# Mål\n\n\nFler\nreser.\n")["place"].tolist() == ["rad 4"]
