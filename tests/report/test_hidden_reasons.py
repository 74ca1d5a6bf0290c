"""A reader is told once why figures may be hidden, below the first that is, and never which reason it was."""

from __future__ import annotations

import datetime
from dataclasses import replace

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.report.document import Block, Bullet, Bullets, Document, Folded, Paragraph, TableBlock, plain
from kunskap.report.kinds import Material
from kunskap.report.kinds.parts import composed, plain_view
from kunskap.words import Words


def test_the_reasons_are_told_once_below_the_first_hidden_figure(
    document: Document, released: Released, small_bank: Bank, words: Words
) -> None:
    material = Material(released=released, bank=small_bank, words=words, date=datetime.date(2027, 1, 1))

    def made(*blocks: Block) -> list[Block]:
        return list(composed(material, kind="inventering", title="", eyebrow="", blocks=blocks).blocks)

    shown = TableBlock(plain_view("Kvinnor", ("", ""), [("Alla", "40 %")]), "shown")
    hidden = TableBlock(plain_view("Män", ("", ""), [("Alla", words("report.cell.hidden"))]), "hidden")
    folded = Folded("Mer", (hidden,))
    few = Bullets((Bullet("Om kvinnor: för få svar för att visas."),), "key")
    reasons = Paragraph(words("report.hidden.reasons"), "note")
    assert made(shown) == [shown]
    assert made(shown, folded, few) == [shown, folded, reasons, few]
    assert made(few, shown, replace(hidden, id="other")) == [few, reasons, shown, replace(hidden, id="other")]
    assert all(each in plain(reasons.text) for each in ("för få har svarat", "svarat lika", "räkna ut", "inte vilket"))
    assert [block for block in document.blocks if block == reasons] == [reasons], "in a report with much hidden, once"
