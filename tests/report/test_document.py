"""The model: made of what has passed the gate only, sound in itself, and in the order of paper."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.quiz.state import OwnResult
from kunskap.report.document import (
    Document,
    FigureBlock,
    Folded,
    Heading,
    Later,
    Only,
    Paragraph,
    TableBlock,
    compose,
    walk,
)
from kunskap.report.formats import known_formats
from kunskap.report.kinds import Material, find_kind
from kunskap.report.paper import NumberedFigure, NumberedTable, Pointers, on_paper
from kunskap.words import Words

DATE = datetime.date(2026, 11, 22)


def test_nothing_but_what_has_passed_the_gate_becomes_a_document(
    document: Document, small_bank: Bank, words: Words
) -> None:
    unreleased = {"knowledge": pd.DataFrame()}
    with pytest.raises(TypeError, match="release"):
        replace(document, released=unreleased)
    with pytest.raises(TypeError, match="release"):
        Material(released=unreleased, bank=small_bank, words=words, date=DATE)  # type: ignore[arg-type]


def test_a_persons_own_result_is_the_one_exception(small_bank: Bank, words: Words) -> None:
    own = compose(
        OwnResult(4, 4, 4, 3, 2), kind="eget", title="Eget", eyebrow="", bank=small_bank, words=words, date=DATE,
        blocks=(Heading("Resultat", id="result"), Paragraph("3 av 4")),
    )  # fmt: skip
    assert not own.is_simulated


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ((Heading("a", id="a"), Heading("b", id="a")), "share the ids a"),
        ((Heading("a", id="a"), Heading("b", 4)), "skip a level"),
        ((Heading("a", 1, "a"),), "skip a level"),
        ((Heading("a"),), "without an id"),
    ],
)
def test_an_unsound_document_is_refused(blocks: tuple[Heading, ...], said: str, document: Document) -> None:
    with pytest.raises(ValueError, match=said):
        replace(document, blocks=blocks)


def test_what_is_made_later_is_checked_then_and_never_becomes_an_empty_report(document: Document) -> None:
    unsound = replace(document, blocks=Later(Heading(text, id="a") for text in "ab"))
    for _ in range(2):
        with pytest.raises(ValueError, match="share the ids a"):
            unsound.for_format("html")


def test_each_format_gets_its_own_blocks(document: Document) -> None:
    screen, paper = document.for_format("html"), document.for_format("docx")
    assert not any(isinstance(block, Only) for block in (*screen, *paper))
    ids = [{block.id for block in blocks if isinstance(block, Heading)} for blocks in (screen, paper)]
    assert ids[0] - ids[1] == {"files"}


def test_on_paper_everything_is_there_and_is_counted_once(document: Document, words: Words) -> None:
    told = on_paper(document, "docx", words=words)
    figures = [block for block in told if isinstance(block, NumberedFigure)]
    tables = [block for block in told if isinstance(block, NumberedTable)]
    everything = list(walk(document.for_format("docx")))
    assert len(figures) == sum(isinstance(block, FigureBlock) for block in everything) > 5
    behind = sum(len(block.tables) for block in everything if isinstance(block, FigureBlock))
    assert len(tables) == behind + sum(isinstance(block, TableBlock) for block in everything)
    for numbered in (figures, tables):
        assert [block.number for block in numbered] == list(range(1, len(numbered) + 1))
    appendix = told.index(next(block for block in told if isinstance(block, Heading) and block.id == "appendix"))
    folded = {fold.blocks[0].id for fold in document.blocks if isinstance(fold, Folded)}  # type: ignore[union-attr]
    assert {block.figure.id for block in told[appendix:] if isinstance(block, NumberedFigure)} == folded
    text = [block.id for block in told[:appendix] if isinstance(block, NumberedTable)]
    assert "table-total-1" in {block.id for block in told[appendix:] if isinstance(block, NumberedTable)} - set(text)
    lines = [line for figure in figures for line in figure.below]
    lines += [block for block in told if isinstance(block, Pointers)]
    targets = {table.id for table in tables if table.id.endswith("-1")} | {f"figure-{id}" for id in folded}
    assert {link.target for line in lines for link in line.links} == targets
    first, below = figures[0], told[told.index(figures[0]) + 1]
    assert isinstance(below, NumberedTable), "a figure's table stands right below it"
    written = ["".join(getattr(piece, "text", piece) for piece in line.pieces()) for line in first.below]
    assert written == [
        f"Siffrorna står i tabell\u00a0{below.number}.",
        f"I bilagan: Mål: så svarade politiker och tjänstepersoner, figur\u00a0{len(figures) - len(folded) + 1}.",
    ]


def test_unknown_names_are_told_with_those_there_are() -> None:
    with pytest.raises(KunskapError) as kinds:
        find_kind("inventry")
    assert kinds.value.codes == ("REPORT-08",)
    assert "inventering" in kinds.value.message("sv")
    with pytest.raises(KunskapError) as formats:
        known_formats("html,odt, doc")
    assert formats.value.codes == ("REPORT-09", "REPORT-09")
    with pytest.raises(KunskapError):
        known_formats(" , ")
