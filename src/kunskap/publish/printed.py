"""How a printed form looks and is read aloud: page, styles, language, headings, boxes, lines, page numbers.

Only Word's own building blocks: heading styles, paragraphs and tables with a heading row.  No text boxes and no
pictures, which screen readers and other word processors lose.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from kunskap.publish.files import without_clock

__all__ = ["BOX", "LARGE", "add_box", "add_page_line", "add_table", "finish", "new_paper"]

BOX = "☐"
FONT, SYMBOLS = "Arial", "Segoe UI Symbol"
ACCENT = RGBColor(0x0F, 0x4C, 0x5C)
LOCALES = {"sv": "sv-SE", "en": "en-GB"}
LARGE = 18  # points
HEADINGS = ("Title", "Heading 1", "Heading 2", "Heading 3")
# Share of the text's size, nowhere below nine points; in large print nothing to be read is smaller than the text.
SIZES = {"Title": 1.8, "Heading 1": 1.35, "Question note": 0.9, "Cell": 0.87, "Header": 0.8, "Footer": 0.8}
ALWAYS_SMALLER = ("Header", "Footer")
# Space before and after, as a share of the text's size.
SPACE = {
    "Title": (0, 0.5),
    "Heading 1": (1.5, 0.4),
    "Heading 2": (1.0, 0.3),
    "Heading 3": (0.8, 0.3),
    "Normal": (0, 0.5),
    "Answer": (0, 0.1),
    "Cell": (0.2, 0.2),
}


def new_paper(*, title: str, language: str, points: int) -> Paper:
    """An empty A4 document with its styles.

    Parameters
    ----------
    title : str
        The document's title, which a screen reader says first.
    language : str
        The language of the text, so that it is read aloud with the right voice.
    points : int
        Size of the text; 18 is large print.
    """
    paper = Document()
    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(2.4), Cm(2)
    locale = LOCALES.get(language, language)
    properties = paper.core_properties
    properties.title, properties.language = title, locale
    properties.author = properties.comments = properties.keywords = ""
    for name in ("Answer", "Line", "Question note", "Cell"):
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = paper.styles["Normal"]
    for name in ("Normal", "Answer", "Line", "Question note", "Cell", "List Bullet", *HEADINGS, *ALWAYS_SMALLER):
        _shape(paper.styles[name], points)
    for lang in paper.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), locale)
    width = _width(paper)
    line = paper.styles["Line"].paragraph_format
    line.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
    line.space_before, line.space_after = Pt(12), Pt(0)
    answer = paper.styles["Answer"].paragraph_format
    indent = Pt(2 * points)
    answer.left_indent, answer.first_line_indent = indent, -indent
    answer.tab_stops.add_tab_stop(indent)
    return paper


def _width(paper: Paper) -> Emu:
    page = paper.sections[0]
    return Emu(int(page.page_width or 0) - int(page.left_margin or 0) - int(page.right_margin or 0))


def _shape(style: ParagraphStyle, points: int) -> None:
    name = str(style.name)
    share = SIZES.get(name, 1.0)
    if points >= LARGE and name not in ALWAYS_SMALLER:
        share = max(share, 1.0)
    style.font.size = Pt(max(9, round(points * share * 2) / 2))
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    layout = style.paragraph_format
    before, after = SPACE.get(name, (0, 0.2))
    layout.space_before, layout.space_after = Pt(before * points), Pt(after * points)
    layout.line_spacing = 1.15
    if name in HEADINGS:
        style.font.bold = True
        style.font.color.rgb = ACCENT if name in ("Title", "Heading 1") else RGBColor(0, 0, 0)
        layout.keep_with_next = True
    if name == "Title":
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
            break


def add_box(paragraph: Paragraph, text: str = "") -> None:
    """A box to tick, with its text after a tab."""
    run = paragraph.add_run(BOX)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), SYMBOLS)
    size = paragraph.style.font.size if paragraph.style else None
    run.font.size = Pt((size.pt if size else 11) * 1.3)
    if text:
        paragraph.add_run(f"\t{text}")


def add_table(paper: Paper, headings: Sequence[str], rows: int, *, widths: Sequence[float], about: str) -> Table:
    """A table whose first row is repeated on each page and read as headings; rows are never split.

    Parameters
    ----------
    widths : sequence of float
        Shares of the text's width.
    about : str
        What it is, for who cannot see it.
    """
    table = paper.add_table(rows + 1, len(headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    properties = table._tbl.tblPr
    _child(properties, "w:tblCaption", val=about)
    measures = [Emu(int(_width(paper) * width / sum(widths))) for width in widths]
    for column, measure in zip(table.columns, measures, strict=True):
        column.width = measure
    for row in table.rows:
        _child(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, measure in zip(row.cells, measures, strict=True):
            cell.width = measure
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell.paragraphs[0].style = paper.styles["Cell"]
    _child(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        _shade(cell)
    return table


def _shade(cell: _Cell) -> None:
    _child(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill="EEF2F3")


def _child(parent: object, tag: str, **attributes: str) -> None:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)  # type: ignore[attr-defined]


def add_page_line(paper: Paper, *, above: str, below: str, page: str, of: str) -> None:
    """The same line at the head of every page, so that loose sheets find together, and the page's number below."""
    section = paper.sections[0]
    head = section.header.paragraphs[0]
    head.add_run(above)
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    for stop in list(foot.style.paragraph_format.tab_stops) if foot.style else []:
        foot.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    foot.paragraph_format.tab_stops.add_tab_stop(_width(paper), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{below}\t{page} ")
    _field(foot, "PAGE")
    foot.add_run(f" {of} ")
    _field(foot, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)


def finish(paper: Paper) -> bytes:
    """The document as bytes, the same each time."""
    content = io.BytesIO()
    paper.save(content)
    return without_clock(content.getvalue())
