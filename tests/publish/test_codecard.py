"""Code cards: four to a page, all that the holder must know, no code twice."""

from __future__ import annotations

import re
from random import Random

import pytest

from kunskap.bank import Bank
from kunskap.codes import issue_codes, read_code_words
from kunskap.errors import KunskapError
from kunskap.publish.codecard import codecard
from kunskap.words import Words, read_words
from tests.markup_lint import parse
from tests.page_lint import ADDRESS


@pytest.fixture
def words() -> dict[str, Words]:
    return {"sv": read_words(language="sv")}


def text_of(made: dict[str, bytes]) -> str:
    assert len(made) == 1
    return next(iter(made.values())).decode("utf-8")


def test_a_sheet_has_four_cards_with_four_lines_each(bank: Bank, words: dict[str, Words]) -> None:
    page = parse(text_of(codecard("baslinje", bank=bank, words=words)))
    cards = page.find("article")
    assert len(cards) == 4
    assert [len(card.find("li")) for card in cards] == [4] * 4
    for card in cards:
        for needed in ("före och efter", "inte ett namn", "allmänna handlingar", "ta tillbaka", "behåll kortet"):
            assert needed in card.text(), needed


def test_issued_codes_stand_on_one_card_each(bank: Bank, words: dict[str, Words]) -> None:
    codes = [f"sten-moln-lind-{number}" for number in range(5)]
    page = parse(text_of(codecard("baslinje", bank=bank, words=words, codes=codes)))
    cards = page.find("article")
    assert [code for card in cards for code in codes if code in card.text()] == codes
    assert len(cards) == 5 and not any(card.find("li") for card in cards)
    assert len([node for node in page.find("div") if node.attributes.get("class") == "sheet"]) == 2


def test_issued_codes_fit_a_card_and_say_how_to_hand_them_out(bank: Bank, words: dict[str, Words]) -> None:
    codes = issue_codes(9, words=read_code_words(), rng=Random(1))
    page = parse(text_of(codecard("baslinje", bank=bank, words=words, codes=codes)))
    cards = page.find("article")
    assert [next(code for code in codes if code in card.text()) for card in cards] == codes
    assert all("alla fem orden" in card.text() for card in cards)
    assert "anteckna aldrig vem" in page.text()
    empty = parse(text_of(codecard("baslinje", bank=bank, words=words)))
    assert "anteckna aldrig vem" not in empty.text()


def test_a_code_is_never_printed_in_two_languages(bank: Bank) -> None:
    both = {language: read_words(language=language) for language in ("sv", "en")}
    with pytest.raises(KunskapError) as caught:
        codecard(None, bank=bank, words=both, codes=["sten-moln-lind-tall"])
    assert caught.value.codes == ("PAPER-04",)


def test_a_code_cannot_become_markup(bank: Bank, words: dict[str, Words]) -> None:
    made = text_of(codecard(None, bank=bank, words=words, codes=["<script>x</script>"]))
    assert "<script>" not in made and "&lt;script&gt;" in made


def test_all_bad_codes_are_told_of_at_once(bank: Bank, words: dict[str, Words]) -> None:
    with pytest.raises(KunskapError) as caught:
        codecard(None, bank=bank, words=words, codes=["ås-ö-is-å", " - ", "ord" * 30, "Ås ö is å"])
    assert caught.value.codes == ("PAPER-02", "PAPER-02", "PAPER-03")


def test_the_page_needs_nothing_beside_it_and_is_the_same_each_time(bank: Bank, words: dict[str, Words]) -> None:
    made = text_of(codecard("baslinje", bank=bank, words=words))
    assert made == text_of(codecard("baslinje", bank=bank, words=words))
    assert not ADDRESS.search(made) and '<html lang="sv">' in made
    assert re.search(r"@page \{ size: A4", made)
