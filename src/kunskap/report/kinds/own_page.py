"""The participant's own page: her or his result, made where it is shown and kept by no one else."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from kunskap.bank import Bank
from kunskap.quiz.state import OwnResult
from kunskap.report.document import Bullet, Bullets, Document, Paragraph, TableBlock, compose
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import as_sheet, chapter, plain_view
from kunskap.words import Words

__all__ = ["OwnPage", "own_document"]

KIND = "own"


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """What a participant's own page is made of.

    Attributes
    ----------
    result : OwnResult
        From the quiz, on the participant's own screen.
    name : str
        What the quiz or module is called.
    date : date
        The day.
    """

    result: OwnResult
    name: str
    bank: Bank
    words: Words
    date: datetime.date


def own_document(page: OwnPage | Material) -> Document:
    """Make a participant's own page: totals only, since two or three questions say nothing of an area.

    Raises
    ------
    TypeError
        If `page` is not a person's own result.
    """
    if not isinstance(page, OwnPage) or not isinstance(page.result, OwnResult):
        raise TypeError("a participant's own page is made of an OwnPage: one person's own result")
    words, result = page.words, page.result
    counts = [
        (words(f"report.kinds.{KIND}.{name}"), words.count(getattr(result, name)))
        for name in ("questions", "answered", "scored", "right", "right_at_once")
    ]
    head = (words(f"report.kinds.{KIND}.what"), words(f"report.kinds.{KIND}.count"))
    view = plain_view(page.name, head, counts)
    blocks = (
        Paragraph(
            words(
                f"report.kinds.{KIND}.sentence",
                right=words.count(result.right),
                scored=words.count(result.scored),
                at_once=words.count(result.right_at_once),
            ),
            "claim",
        ),
        TableBlock(view, "table-own"),
        chapter(KIND, "about", words),
        Bullets(tuple(Bullet(words(f"report.kinds.{KIND}.about_{number}")) for number in (1, 2, 3))),
    )
    return compose(
        result,
        kind="eget",
        title=words(f"report.kinds.{KIND}.title", name=page.name),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        bank=page.bank,
        words=words,
        date=page.date,
        blocks=blocks,
        sheets=(as_sheet(view, "own", words),),
    )
