"""What the rules see of a text."""

from __future__ import annotations

import pytest

from kunskap.lint.texts import asked_text, lix, roots, word_list
from tests.lint.examples import good_bank


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 8 words, 2 sentences, no long word; by hand
        ("Det är en bil. Den kör på väg.", 8 / 2 + 0),
        # 4 words, 1 sentence, 2 longer than six letters
        ("Kommunen köper ny utrustning", 4 + 100 * 2 / 4),
        # a number with a comma is one word, a colon ends a sentence
        ("Andelen var 2,5 procent: bra.", 5 / 2 + 100 * 2 / 5),
        ("", 0),
    ],
)
def test_lix_is_what_the_hand_finds(text: str, expected: float) -> None:
    assert lix(text) == pytest.approx(expected)


def test_six_letters_are_not_long_and_seven_are() -> None:
    assert lix("sexbok sexbok") == 2
    assert lix("sjubokk sjubokk") == 102


def test_each_option_is_a_sentence_and_dont_know_is_left_out() -> None:
    text = asked_text(good_bank().items["goals01"], "sv")
    assert text.startswith("Vad köpte hon? Gula äpplen. ")
    assert "Vet ej" not in text


def test_words_and_roots() -> None:
    assert word_list("4R-analys, ”År 2016”") == ["4r-analys", "år", "2016"]
    assert roots("Indikatorn och indikatorer") == {"indik"}
