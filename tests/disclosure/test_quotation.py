"""A quotation is word for word, short and ticked; it says nothing of who wrote it."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from kunskap.disclosure import Quotation, quote, require_released
from kunskap.errors import KunskapError

DAY = datetime.date(2026, 11, 20)
TEXT = "Det handlar om makt.\nOch om vem som får del av pengarna."


def test_a_passage_is_taken_word_for_word() -> None:
    chosen = quote(TEXT, "makt. Och om vem", item="understanding01", ticked_by="åsa", ticked_on=DAY)
    assert chosen.passage == "makt. Och om vem"
    assert {field.name for field in dataclasses.fields(chosen)} == {"item", "passage", "ticked_by", "ticked_on"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        chosen.passage = "annat"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("passage", "ticked_by", "code"),
    [
        ("", "åsa", "CODE-20"),
        ("om pengarna", "åsa", "CODE-21"),
        ("Det handlar om makt. [...] vem som får", "åsa", "CODE-21"),
        ("makt", " ", "CODE-24"),
    ],
)
def test_what_is_not_ticked_or_not_there_is_refused(passage: str, ticked_by: str, code: str) -> None:
    with pytest.raises(KunskapError) as caught:
        quote(TEXT, passage, item="understanding01", ticked_by=ticked_by, ticked_on=DAY)
    assert caught.value.codes == (code,)


@pytest.mark.parametrize(
    ("passage", "code"),
    [
        ("ord " * 60, "CODE-22"),
        ("skriv till eva@exempel.se", "CODE-23"),
        ("se www.exempel.se", "CODE-23"),
        ("ring 060-12 34 56", "CODE-23"),
        ("19811218-9876", "CODE-23"),
    ],
)
def test_what_can_point_someone_out_is_refused(passage: str, code: str) -> None:
    with pytest.raises(KunskapError) as caught:
        Quotation("understanding01", passage, "åsa", DAY)
    assert caught.value.codes == (code,)


def test_years_and_shares_may_be_quoted() -> None:
    assert Quotation("understanding01", "Sedan 2016 har 40 procent ändrats", "åsa", DAY).ticked_on == DAY


def test_a_quotation_is_no_released() -> None:
    with pytest.raises(TypeError):
        require_released(Quotation("understanding01", "makt", "åsa", DAY))
