"""The gallery as a document: each plot's question, its looks, its words and numbers, and the call that draws it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator

from kunskap.bank import Bank
from kunskap.gallery.entries import Entry, Shown
from kunskap.gallery.material import Material
from kunskap.gallery.rows import rows_view
from kunskap.plots.eyes import seen
from kunskap.report.document import (
    Block,
    Bullet,
    Bullets,
    Code,
    Document,
    FigureBlock,
    Heading,
    Look,
    Looks,
    Note,
    Paragraph,
    Span,
    compose,
)
from kunskap.words import Words

__all__ = ["gallery_document"]

HOW = ("colour", "folded", "carrier", "words", "call", "data")
INTERNAL = "items"


def gallery_document(
    drawn: Iterable[Shown],
    *,
    material: Material,
    date: datetime.date,
    progress: Callable[[str], None] | None = None,
) -> Document:
    """Put plots on a page, each with what it answers, its looks, its words and numbers, and its call.

    Parameters
    ----------
    drawn : iterable of Shown
        From `kunskap.gallery.shown`, in the order of the page.
    material : Material
        What they are drawn of.
    date : date
        Printed as the day of the page.
    progress : callable, optional
        Called with each plot's name when it has been drawn.

    Returns
    -------
    Document
        For `kunskap.report.html.html_page`: what is seen beside the figures is for a screen.

    Raises
    ------
    ValueError
        If nothing is drawn.
    """
    words = material.words
    listed: list[Shown] = []
    for one in drawn:
        listed.append(one)
        if progress:
            progress(_said(one.entry, "name", words))
    if not listed:
        raise ValueError("a gallery without a figure")
    blocks = [*_front([one.entry for one in listed], words)]
    for chapter in dict.fromkeys(one.entry.chapter for one in listed):
        blocks.append(Heading(words(f"gallery.chapters.{chapter}"), id=chapter))
        if chapter == INTERNAL:
            blocks.append(Note(words("gallery.internal_title"), words("gallery.internal")))
        for one in listed:
            if one.entry.chapter == chapter:
                blocks += _blocks(one, bank=material.bank, words=words)
    # One made-up example makes the page one of made-up data.
    released = max((one.example.released for one in listed), key=lambda one: one.simulated)
    return compose(
        released,
        kind="galleri",
        title=words("gallery.title"),
        eyebrow=words("gallery.eyebrow"),
        bank=material.bank,
        words=words,
        date=date,
        blocks=tuple(blocks),
    )


def _front(entries: Iterable[Entry], words: Words) -> Iterator[Block]:
    """What to choose, and how to read."""
    listed = list(entries)
    yield Heading(words("gallery.choose_title"), id="choose")
    yield Paragraph(words("gallery.choose_text"))
    lines = []
    for chapter in dict.fromkeys(entry.chapter for entry in listed):
        below = tuple(
            (
                Span(_said(entry, "question", words), url=f"#{_id(entry)}"),
                Span(f" {_said(entry, 'name', words)}", "quiet"),
            )
            for entry in listed
            if entry.chapter == chapter
        )
        lines.append(Bullet((Span(words(f"gallery.chapters.{chapter}"), "strong"),), below))
    yield Bullets(tuple(lines), "plain")
    yield Heading(words("gallery.how_title"), id="how")
    yield Bullets(tuple(Bullet(words(f"gallery.how_{name}")) for name in HOW))


def _blocks(one: Shown, *, bank: Bank, words: Words) -> Iterator[Block]:
    entry, name = one.entry, _said(one.entry, "name", words)
    yield Heading(name, 3, _id(entry))
    yield Paragraph((Span(words("gallery.question"), "strong"), Span(f" {_said(entry, 'question', words)}")))
    yield Paragraph((Span(words("gallery.when"), "strong"), Span(f" {_said(entry, 'choose', words)}")))
    caption = words("gallery.table", name=name)
    names = {
        code: name for value in one.example.values.values() if isinstance(value, dict) for code, name in value.items()
    }
    table = rows_view(one.drawing.table, caption=caption, bank=bank, words=words, names=names)
    pictures = seen(one.drawing)
    looks = (
        Look(words("gallery.grey"), words("gallery.grey_alt"), pictures.grey),
        Look(words("gallery.deuteranopia"), words("gallery.deuteranopia_alt"), pictures.deuteranopia, folded=True),
    )
    yield Looks(FigureBlock(entry.name.replace("_", "-"), name, one.drawing, (table,)), looks)
    yield Code(words("gallery.call", name=name), entry.call(words))
    yield Paragraph(words("gallery.origin", function=entry.tables_from, place=entry.used_in), "note")


def _said(entry: Entry, word: str, words: Words) -> str:
    return words(f"gallery.plots.{entry.name}.{word}")


def _id(entry: Entry) -> str:
    return f"plot-{entry.name.replace('_', '-')}"
