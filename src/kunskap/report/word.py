"""A report as a Word file: heading styles, real tables, pictures with alt texts, in a region's own template."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from docx.document import Document as Paper
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Emu, Pt

from kunskap.plots import png
from kunskap.publish.files import without_clock
from kunskap.report.document import Bullets, Document, Heading, Note, Paragraph, Span, Text
from kunskap.report.paper import (
    APPENDIX,
    NumberedFigure,
    NumberedTable,
    PaperBlock,
    Pointer,
    Pointers,
    has_contents,
    is_small,
    on_paper,
    outdent,
    share_of_width,
    with_kept,
)
from kunskap.report.word_parts import allowed, bookmarked, contents, field, paragraph, runs, table, to_bookmark
from kunskap.report.word_styles import BANNER, BULLET, CELL, CLAIM, NOTE, POINTER, empty_paper, text_size
from kunskap.words import Words

__all__ = ["word_file"]

DOTS_PER_INCH = 150
TWENTIETHS = 635  # English Metric Units in a twentieth of a point
HIGHEST = 0.86  # of the page's text, so that a figure's caption stands on the same page
PARAGRAPHS = {"": "Normal", "note": NOTE, "claim": CLAIM}


def word_file(document: Document, *, words: Words, template: Path | None = None) -> bytes:
    """Write a document as a Word file.

    Parameters
    ----------
    document : Document
        What to write.
    words : Words
        Interface words in the document's language.
    template : Path, optional
        A ``.docx`` or ``.dotx`` whose styles, page, header and footer are taken.

    Returns
    -------
    bytes
        The same document gives the same bytes; its only date is the report's own.

    Raises
    ------
    KunskapError
        ``REPORT-10``, ``REPORT-29`` if the template cannot be used.
    """
    document = replace(document, title=allowed(document.title), eyebrow=allowed(document.eyebrow))
    paper, bullets = empty_paper(document, words=words, template=template)
    writer = _Writer(paper, bullets, words)
    writer.front(document)
    for block, is_kept in with_kept(on_paper(document, "docx", words=words)):
        writer.write(block, is_kept=is_kept)
    content = io.BytesIO()
    paper.save(content)
    return without_clock(content.getvalue(), date=document.date)


class _Writer:
    """Adds block after block at the end of a paper."""

    def __init__(self, paper: Paper, bullets: int, words: Words) -> None:
        self.paper, self.bullets, self.words = paper, bullets, words
        self.width, self.height = text_size(paper)
        self.ids = {style.name: style.style_id for style in paper.styles}
        self.end = paper.element.body.find(qn("w:sectPr"))
        self.relations: dict[str, str] = {}
        self.number = count(1)

    def front(self, document: Document) -> None:
        """Title, when and how it was made, what must be seen first, and the list of contents."""
        self.add(runs(document.eyebrow), style=NOTE)
        self.add(runs(document.title), style="Title")
        self.add(runs(document.footer), style=NOTE)
        for note in document.notes:
            self.write(note)
        blocks = on_paper(document, "docx", words=self.words)
        headings = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
        if has_contents(headings):
            self.add(runs((Span(self.words("report.contents"), "strong"),)), style="Normal")
            for line in contents(headings, style=self.ids["Normal"]):
                self._append(line)

    def write(self, block: PaperBlock, *, is_kept: bool = False) -> None:
        """Add one block; `is_kept` if it must stand on the same page as the next."""
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            kept = "<w:keepNext/>" if is_kept else ""
            # a table has no space below it
            kept += '<w:spacing w:before="160"/>' if self._is_below_table() else ""
            self.add(self._runs(block.text), style=PARAGRAPHS[block.style], properties=kept)
        elif isinstance(block, Note):
            text = (Span(f"{block.title}. ", "strong"), Span(block.text))
            self.add(runs(text), style=BANNER if block.tone == "warning" else CLAIM)
        elif isinstance(block, Bullets):
            self._bullets(block)
        elif isinstance(block, Pointers):
            self.add(_line(block), style=POINTER)
        elif isinstance(block, NumberedTable):
            self._caption("report.paper.table_name", block.number, block.view.caption, id=block.id)
            width, style = self.width // TWENTIETHS, self.ids[CELL]
            self._append(table(block.view, width=width, style=style, whole=is_small(block.view)))
        else:
            self._figure(block)

    def add(self, inside: str, *, style: str, properties: str = "") -> Any:
        """A paragraph at the end."""
        return self._append(paragraph(inside, style=self.ids[style], properties=properties))

    def _append(self, element: Any) -> Any:
        if self.end is None:
            self.paper.element.body.append(element)
        else:
            self.end.addprevious(element)
        return element

    def _before(self) -> Any:
        return self.end.getprevious() if self.end is not None else None

    def _is_below_table(self) -> bool:
        before = self._before()
        return before is not None and before.tag == qn("w:tbl")

    def _heading(self, heading: Heading) -> None:
        inside = runs(heading.text)
        if heading.id:
            inside = bookmarked(inside, heading.id, next(self.number))
        on_new_page = "<w:pageBreakBefore/>" if heading.id == APPENDIX else ""
        self.add(inside, style=f"Heading {heading.level - 1}", properties=on_new_page)

    def _runs(self, text: Text) -> str:
        for span in () if isinstance(text, str) else text:
            if span.link and span.link not in self.relations:
                related = self.paper.part.relate_to(span.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                self.relations[span.link] = related
        return runs(text, relations=self.relations)

    def _bullets(self, block: Bullets) -> None:
        for bullet in block.items:
            if block.style == "sources":
                breaks = "".join(f"<w:r><w:br/></w:r>{self._runs(detail)}" for detail in bullet.details)
                self._bullet(self._runs(bullet.text) + breaks, 0, whole=True)
                continue
            self._bullet(self._runs(bullet.text), 0)
            for detail in bullet.details:
                self._bullet(self._runs(detail), 1)

    def _bullet(self, inside: str, level: int, *, whole: bool = False) -> None:
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{self.bullets}"/></w:numPr>'
        self.add(inside, style=BULLET, properties=f"<w:keepLines/>{numbered}" if whole else numbered)

    def _caption(self, key: str, number: int, text: str, *, id: str) -> None:
        self.add(self._numbered(key, number, id=id) + runs(f". {text}"), style="Caption")

    def _numbered(self, key: str, number: int, *, id: str) -> str:
        """*Figur 3*, where Word counts the 3."""
        name = self.words(key)
        return bookmarked(runs(f"{name} ") + field(f"SEQ {name} \\* ARABIC", str(number)), id, next(self.number))

    def _figure(self, block: NumberedFigure) -> None:
        """The picture, and its number below: its title stands in the drawing."""
        figure = block.figure
        holder = self.paper.add_paragraph()
        holder.paragraph_format.keep_with_next = True
        holder.paragraph_format.space_before = Pt(10)
        holder.paragraph_format.left_indent = Emu(-int(outdent(figure) * self.width))
        picture = holder.add_run().add_picture(io.BytesIO(png(figure.drawing, dots_per_inch=DOTS_PER_INCH)))
        scale = min(1.0, share_of_width(figure) * self.width / picture.width, HIGHEST * self.height / picture.height)
        picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
        for side in "TBLR":  # or some programs leave a space around it
            picture._inline.set(f"dist{side}", "0")
        described = picture._inline.docPr
        described.set("name", f"{self.words('report.paper.figure')} {block.number}")
        described.set("descr", allowed(figure.drawing.alt))
        described.set("title", allowed(figure.title))
        below = self._numbered("report.paper.figure", block.number, id=f"figure-{figure.id}") + runs(". ")
        below += runs(" ").join(_line(line) for line in block.below)
        self.add(below, style=POINTER)


def _line(line: Pointers) -> str:
    """A line of texts and links within the document."""
    pieces = line.pieces()
    return "".join(to_bookmark(*piece) if isinstance(piece, Pointer) else runs(piece) for piece in pieces)
