"""A report as PDF/UA-1: tagged for who listens, with figures as drawings, not pictures, and its fonts in the file.

Typst lays it out, with the letters that the figures are drawn in (DejaVu Sans, which comes with matplotlib) and no
others, so that it looks the same on every machine.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl

from kunskap.errors import KunskapError, fault
from kunskap.plots import svg
from kunskap.publish.printed import LOCALES
from kunskap.report.columns import column_widths, narrowed
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
from kunskap.report.pdf_tags import with_headings
from kunskap.report.views import TableView
from kunskap.words import Words

__all__ = ["pdf_file"]

TYPEFACE = "DejaVu Sans"
LETTERS = 90.0  # of a table's size, beside each other
WIDTH, HIGHEST = 6.69, 8.6  # inches of a page's text


def pdf_file(document: Document, *, words: Words) -> bytes:
    """Write a document as PDF/UA-1.

    Parameters
    ----------
    document : Document
        What to write.
    words : Words
        Interface words in the document's language.

    Returns
    -------
    bytes
        The same document gives the same bytes; its only date is the report's own.

    Raises
    ------
    KunskapError
        ``REPORT-11`` without *typst* and *pikepdf*, ``REPORT-12`` if the file cannot be made.
    """
    if find_spec("typst") is None or find_spec("pikepdf") is None:
        raise KunskapError([fault("REPORT-11", "pdf")])
    typst: Any = import_module("typst")
    blocks = on_paper(document, "pdf", words=words)
    sources: dict[str, bytes] = {
        "main": (files("kunskap.report") / "page" / "report.typ").read_bytes(),
        "document.json": json.dumps(_told(document, blocks, words), ensure_ascii=False).encode("utf-8"),
    }
    for block in blocks:
        if isinstance(block, NumberedFigure):
            sources[_file(block)] = _drawing(block)
    fonts = [str(Path(mpl.get_data_path()) / "fonts" / "ttf")]
    try:
        compiler = typst.Compiler(sources, font_paths=fonts, ignore_system_fonts=True)
        content = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    except typst.TypstError as error:
        raise KunskapError([fault("REPORT-12", "pdf", problem=" ".join(str(error).split()))]) from error
    return with_headings(content)


def _told(document: Document, blocks: tuple[PaperBlock, ...], words: Words) -> dict[str, Any]:
    """What ``report.typ`` reads."""
    chapters = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
    date = document.date
    return {
        "title": document.title,
        "eyebrow": document.eyebrow,
        "language": document.language,
        "region": LOCALES.get(document.language, "").partition("-")[2] or None,
        "date": [date.year, date.month, date.day],
        "typeface": TYPEFACE,
        "foot": f"{document.title}, {date.isoformat()}",
        "made": document.footer,
        "contents": words("report.contents") if has_contents(chapters) else "",
        "words": {"page": words("report.paper.page"), "of": words("report.paper.of")},
        "notes": [_block(note, words) for note in document.notes],
        "blocks": [_block(block, words) | {"kept": is_kept} for block, is_kept in with_kept(blocks)],
    }


def _block(block: PaperBlock, words: Words) -> dict[str, Any]:
    if isinstance(block, Heading):
        place = {"id": block.id, "new_page": block.id == APPENDIX}
        return {"kind": "heading", "text": block.text, "level": block.level - 1} | place
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": _spans(block.text), "style": block.style}
    if isinstance(block, Bullets):
        items = [{"text": _spans(one.text), "details": [_spans(each) for each in one.details]} for one in block.items]
        return {"kind": "bullets", "items": items, "style": block.style}
    if isinstance(block, Note):
        return {"kind": "note", "title": block.title, "text": block.text, "tone": block.tone}
    if isinstance(block, Pointers):
        return {"kind": "pointers", "pieces": _pieces(block)}
    if isinstance(block, NumberedTable):
        name = f"{words('report.paper.table_name')} {block.number}"
        told = {"kind": "table", "id": block.id, "name": name, "caption": f"{name}. {block.view.caption}"}
        return told | {"whole": is_small(block.view)} | _table(block.view)
    width, height = block.figure.drawing.figure.get_size_inches()
    return {
        "kind": "figure",
        "id": f"figure-{block.figure.id}",
        "name": f"{words('report.paper.figure')} {block.number}",
        "alt": block.figure.drawing.alt,
        "file": _file(block),
        "width": min(share_of_width(block.figure), HIGHEST * width / height / WIDTH),
        "outdent": outdent(block.figure),
        "below": [_pieces(line) for line in block.below],
    }


def _table(view: TableView) -> dict[str, Any]:
    shown = narrowed(view, LETTERS)
    return {
        "head": list(shown.head),
        "texts": list(shown.texts),
        "widths": [round(share, 4) for share in column_widths(shown, LETTERS)],
        "groups": [
            {"heading": group.heading, "rows": [[label, *cells] for label, cells in group.rows]}
            for group in shown.groups
        ],
    }


def _pieces(line: Pointers) -> list[dict[str, str]]:
    return [
        {"text": piece.text, "target": piece.target} if isinstance(piece, Pointer) else {"text": piece, "target": ""}
        for piece in line.pieces()
    ]


def _spans(text: Text) -> list[dict[str, str]]:
    spans = (Span(text),) if isinstance(text, str) else text
    return [{"text": span.text, "style": span.style, "url": span.link, "language": span.language} for span in spans]


def _file(block: NumberedFigure) -> str:
    return f"figure-{block.number}.svg"


def _drawing(block: NumberedFigure) -> bytes:
    """The drawing as a file of its own, in the letters that it was measured in."""
    text = svg(block.figure.drawing, prefix="d", typeface=f"'{TYPEFACE}'")
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode("utf-8")
