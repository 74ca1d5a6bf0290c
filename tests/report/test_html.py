"""The page, for any document: sections from headings, folds, hostile texts; the inventory's own is tested beside."""

from __future__ import annotations

import html
from dataclasses import replace

from kunskap.bank import Bank
from kunskap.disclosure import Released, release
from kunskap.report.document import Bullet, Bullets, Document, Folded, Heading, Note, Paragraph, Span, TableBlock
from kunskap.report.html import html_page
from kunskap.report.sections import overview
from kunskap.report.views import Group, TableView
from kunskap.tables import estimates
from kunskap.words import Words
from tests.markup_lint import parse
from tests.page_lint import page_faults
from tests.report.conftest import HOSTILE, hostile_document

VIEW = TableView("Tabell", ("Grupp", "n"), (Group("Alla", (("Kvinnor", ("7",)),)),))


def page(document: Document, words: Words) -> str:
    return html_page(document, words=words).decode("utf-8")


def test_blocks_of_every_kind_make_a_sound_page(document: Document, words: Words) -> None:
    blocks = (
        Heading("Ett", id="one"), Heading("Under", 3, "below"), Heading("Längst ned", 4), Note("Obs", "text", "quiet"),
        Heading("Utan id", 3), Paragraph((Span("fet", "strong"), Span(" länk", url="tables/a.csv")), "claim"),
        Heading("Två", id="two"), Folded("Mer", (Bullets((Bullet("a", ("b",)),), "key"), TableBlock(VIEW, "t"))),
    )  # fmt: skip
    text = page(replace(document, blocks=blocks), words)
    assert page_faults(text) == {}
    sections = {
        node.attributes["aria-labelledby"] for node in parse(text.removeprefix("<!doctype html>")).find("section")
    }
    assert sections == {"one", "below", "two"}
    assert text.index("Längst ned") < text.index("</section>") < text.index("Utan id") < text.index('id="two"')
    assert '<a href="tables/a.csv"> länk</a>' in text


def test_hostile_texts_and_links_stay_texts(document: Document, words: Words) -> None:
    text = page(hostile_document(document), words)
    assert page_faults(text) == {}
    assert "<script>" not in text and "javascript:" not in text
    assert html.unescape(text).count(HOSTILE) >= 4


def test_a_hidden_figure_reads_as_hidden_in_every_cell(released: Released, small_bank: Bank, words: Words) -> None:
    asked = list(dict.fromkeys(released.table("knowledge")["item"].dropna()))[:2]
    rows = [
        {"universe": "all", "item": item, "option": option, "statistic": "share", "unit": "share", "count": count,
         "n": n, "estimate": count / n}
        for item, n in zip(asked, (60, 3), strict=True)
        for option, count in (("right", n // 3), ("wrong", n // 3), ("dk", n // 3))
    ]  # fmt: skip
    few = release({"knowledge": estimates(rows)}, policy=released.policy)
    view = overview(few, bank=small_bank, words=words)
    assert view is not None
    shown, hidden = (cells for group in view.groups for _, cells in group.rows)
    assert "60" in shown and set(hidden) == {"dolt"}


def test_one_chapter_needs_no_list_of_contents(document: Document, words: Words) -> None:
    text = page(replace(document, blocks=(Heading("Ett", id="one"), Paragraph("text"))), words)
    assert "<nav" not in text
    assert page_faults(text) == {}
