"""The parts of a Word report as WordprocessingML: texts with links, tables and the list of contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kunskap.publish.printed import LOCALES
from kunskap.report.columns import column_widths, narrowed
from kunskap.report.document import Heading, Span, Text
from kunskap.report.views import TableView

__all__ = ["allowed", "bookmark", "bookmarked", "contents", "field", "paragraph", "runs", "table", "to_bookmark"]

NAMESPACES = nsdecls("w", "r")
STYLES = {"strong": "<w:b/>", "quiet": '<w:color w:val="505C63"/>', "tag": '<w:i/><w:color w:val="505C63"/>'}
LINK = '<w:color w:val="0B5568"/><w:u w:val="single"/>'
BEFORE, AFTER = '<w:t xml:space="preserve">', "</w:t>"
DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b")
LETTER = 108  # of a table's size, in twentieths of a point
INDENT = 85
CELL_MARGINS = (
    f'<w:tblCellMar><w:left w:w="{INDENT}" w:type="dxa"/><w:right w:w="{INDENT}" w:type="dxa"/></w:tblCellMar>'
)
RULES = (
    '<w:tblBorders><w:top w:val="nil"/><w:bottom w:val="single" w:sz="4" w:color="D5DADD"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="D5DADD"/></w:tblBorders>'
)


def _text(text: str) -> str:
    """A text whose dates and months are not broken over two lines."""
    safe = escape(allowed(text), quote=False)
    whole = DATE.sub(lambda found: found[0].replace("-", f"{AFTER}<w:noBreakHyphen/>{BEFORE}"), safe)
    return BEFORE + whole.replace("\n", f"{AFTER}<w:br/>{BEFORE}") + AFTER


def allowed(text: str) -> str:
    """A text without the control characters that XML does not have."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _run(text: str, properties: str = "") -> str:
    shape = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{shape}{_text(text)}</w:r>"


def runs(text: Text, *, relations: dict[str, str] | None = None) -> str:
    """A text as runs; `relations` maps the addresses of links to the ids that the file knows them by."""
    spans = (Span(text),) if isinstance(text, str) else text
    parts = []
    for span in spans:
        spoken = f'<w:lang w:val="{escape(LOCALES.get(span.language, span.language))}"/>' if span.language else ""
        properties = STYLES.get(span.style, "") + spoken
        if span.link and relations and span.link in relations:
            shape = (LINK if span.style in ("quiet", "tag") else STYLES.get(span.style, "") + LINK) + spoken
            parts.append(f'<w:hyperlink r:id="{relations[span.link]}">{_run(span.text, shape)}</w:hyperlink>')
        else:
            parts.append(_run(span.text, properties))
    return "".join(parts)


def paragraph(inside: str, *, style: str, properties: str = "") -> Any:
    """A paragraph of runs in a style, by the style's id."""
    return parse_xml(f'<w:p {NAMESPACES}><w:pPr><w:pStyle w:val="{escape(style)}"/>{properties}</w:pPr>{inside}</w:p>')


def field(instruction: str, shown: str) -> str:
    """A field with what it shows until someone updates it."""
    return f'<w:fldSimple w:instr=" {escape(instruction)} ">{_run(shown)}</w:fldSimple>'


def bookmark(name: str) -> str:
    """A bookmark's name: letters, digits and lines, at most 40, and a letter first."""
    safe = "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in name)
    return f"k_{safe}"[-40:] if len(safe) <= 38 else f"k_{safe[:18]}{safe[-20:]}"


def bookmarked(inside: str, name: str, number: int) -> str:
    """Runs with a bookmark around them, for links within the document."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(name)}"/>'
    return f'{mark}{inside}<w:bookmarkEnd w:id="{number}"/>'


def to_bookmark(text: str, name: str) -> str:
    """A link within the document."""
    return f'<w:hyperlink w:anchor="{bookmark(name)}" w:history="1">{_run(text, LINK)}</w:hyperlink>'


def contents(headings: Iterable[Heading], *, style: str) -> list[Any]:
    """A list of contents: links that work at once, in a field that Word can update."""
    headings = list(headings)
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        ' TOC \\o "1-1" \\h \\n \\z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for place, heading in enumerate(headings):
        inside = to_bookmark(heading.text, heading.id)
        inside = (begin if place == 0 else "") + inside + (end if place == len(headings) - 1 else "")
        lines.append(paragraph(inside, style=style, properties='<w:spacing w:before="0" w:after="40"/>'))
    return lines


def table(view: TableView, *, width: int, style: str, whole: bool = False) -> Any:
    """A table with a heading row that each page repeats, rows that are not split, and a title for who cannot see it.

    Parameters
    ----------
    view : TableView
        What it shows.
    width : int
        The width of the text, in twentieths of a point.
    style : str
        The id of the cells' paragraph style.
    whole : bool
        Whether it must not be divided over two pages.
    """
    letters = width / LETTER
    view = narrowed(view, letters)
    widths = [round(width * share) for share in column_widths(view, letters)]
    widths[0] += width - sum(widths)
    rows = [_row([(name, "w:b") for name in view.head], widths, style=style, texts=view.texts, is_head=True)]
    for group in view.groups:
        if group.heading:
            rows.append(_heading_row(group.heading, widths, style=style))
        for label, cells in group.rows:
            rows.append(_row([(label, ""), *((cell, "") for cell in cells)], widths, style=style, texts=view.texts))
    if whole:
        styled = f'<w:pStyle w:val="{style}"/>'
        kept = [row.replace("<w:keepNext/>", "").replace(styled, f"{styled}<w:keepNext/>") for row in rows[:-1]]
        rows = [*kept, rows[-1]]
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    title = escape(allowed(view.caption))
    return parse_xml(
        f'<w:tbl {NAMESPACES}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{RULES}<w:tblLayout w:type="fixed"/>'
        f'{CELL_MARGINS}<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
        f' w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="{title}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(
    text: str, width: int, *, style: str, right: bool, bold: str, span: int = 1, head: bool = False, apart: bool = False
) -> str:
    merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    edge = '<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="1D2529"/></w:tcBorders>' if head else ""
    aligned = '<w:jc w:val="right"/>' if right else ""
    aligned = '<w:ind w:left="120"/>' if apart else aligned
    keep = "<w:keepNext/>" if head or span > 1 else ""
    placed = '<w:vAlign w:val="bottom"/>' if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}{edge}{placed}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}{aligned}</w:pPr>'
        f"{_run(text, f'<{bold}/>' if bold else '')}</w:p></w:tc>"
    )


def _row(
    cells: Sequence[tuple[str, str]],
    widths: Sequence[int],
    *,
    style: str,
    texts: Sequence[int],
    is_head: bool = False,
) -> str:
    inside = "".join(
        _cell(
            text,
            width,
            style=style,
            right=place not in texts,
            bold=bold,
            head=is_head,
            apart=place > 0 and place in texts,
        )
        for place, ((text, bold), width) in enumerate(zip(cells, widths, strict=True))
    )
    repeated = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inside}</w:tr>"


def _heading_row(text: str, widths: Sequence[int], *, style: str) -> str:
    cell = _cell(text, sum(widths), style=style, right=False, bold="w:b", span=len(widths))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"
