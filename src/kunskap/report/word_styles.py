"""The Word file that a report is written into: the house's own look or a region's template, with every style."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Pt, RGBColor

from kunskap.errors import KunskapError, fault
from kunskap.publish.printed import LOCALES, add_page_line, new_paper
from kunskap.report.document import Document
from kunskap.system_errors import problem
from kunskap.words import Words

__all__ = ["BANNER", "BULLET", "CELL", "CLAIM", "NOTE", "POINTER", "empty_paper", "text_size"]

POINTS = 10
ACCENT, MUTED = RGBColor(0x0F, 0x4C, 0x5C), RGBColor(0x50, 0x5C, 0x63)
NOTE, CLAIM, BANNER, POINTER, CELL = "Report note", "Report claim", "Report banner", "Report pointer", "Report cell"
BULLET = "List Bullet"
TEMPLATE, WORD = "wordprocessingml.template.main+xml", "wordprocessingml.document.main+xml"
BULLETS = (
    '<w:abstractNum {ns} w:abstractNumId="{id}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
)
LEVEL = (
    '<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="{sign}"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="284"/></w:pPr></w:lvl>'
)


def empty_paper(document: Document, *, words: Words, template: Path | None) -> tuple[Paper, int]:
    """A Word document with every style that a report needs, its language and its properties, and no text.

    Parameters
    ----------
    document : Document
        Gives title, language and date.
    words : Words
        For the line at the foot of each page.
    template : Path, optional
        A ``.docx`` or ``.dotx`` whose styles, page, header and footer are taken; its own text is not.

    Returns
    -------
    paper : docx.document.Document
        The document.
    int
        The number of its bulleted list.

    Raises
    ------
    KunskapError
        ``REPORT-10`` if the template cannot be opened, ``REPORT-29`` if it is damaged or no Word file.
    """
    if template is None:
        paper = new_paper(title=document.title, language=document.language, points=POINTS)
        add_page_line(
            paper,
            above="",
            below=f"{document.title}, {document.date.isoformat()}",
            page=words("report.paper.page"),
            of=words("report.paper.of"),
        )
        for name, size in (("Heading 1", 15), ("Heading 2", 12), ("Heading 3", 10.5)):
            paper.styles[name].font.size = Pt(size)
    else:
        paper = _from_template(template)
    _ensure_styles(paper)
    locale = LOCALES.get(document.language, document.language)
    _set_language(paper, locale)
    _set_properties(paper, document, locale)
    _drop_thumbnail(paper)
    return paper, _bullets(paper)


def text_size(paper: Paper) -> tuple[int, int]:
    """The width and height of the text on a page, in English Metric Units."""
    page = paper.sections[-1]
    width = int(page.page_width or 0) - int(page.left_margin or 0) - int(page.right_margin or 0)
    return width, int(page.page_height or 0) - int(page.top_margin or 0) - int(page.bottom_margin or 0)


def _from_template(template: Path) -> Paper:
    try:
        content = template.read_bytes()
        paper = docx.Document(io.BytesIO(_as_document(content)))
    except OSError as error:
        raise KunskapError([fault("REPORT-10", str(template), problem=problem(error))]) from error
    except Exception as error:  # the library's errors are many: a broken package, XML that is none, parts that lack
        raise KunskapError([fault("REPORT-29", str(template))]) from error
    body = paper.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return paper


def _as_document(content: bytes) -> bytes:
    """A template's bytes as those of a document: all that tells them apart is a name in the list of contents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            inside = before.read(entry)
            if entry.filename == "[Content_Types].xml":
                inside = inside.replace(TEMPLATE.encode(), WORD.encode())
            after.writestr(entry, inside)
    return packed.getvalue()


def _ensure_styles(paper: Paper) -> None:
    """The styles that the report names; those that the template has already look as it says."""
    there = {style.name for style in paper.styles}
    for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12), ("Heading 3", 10.5)):
        if name not in there:
            style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
            style.base_style, style.font.size, style.font.bold = paper.styles["Normal"], Pt(size), True
            style.paragraph_format.keep_with_next = True
            style.paragraph_format.space_before = Pt(size)
            if name != "Title":
                _outline(style.element, int(name[-1]) - 1)
    for name in ("Caption", BULLET):
        if name not in there:
            style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
            style.base_style = paper.styles["Normal"]
    own = "Caption" not in there or _is_plain(paper)
    caption = paper.styles["Caption"]
    caption.paragraph_format.keep_with_next = True
    if own:
        caption.font.bold, caption.font.italic, caption.font.size = True, False, Pt(POINTS)
        caption.font.color.rgb = RGBColor(0, 0, 0)
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(16), Pt(4)
    for name in (NOTE, CLAIM, BANNER, POINTER, CELL):
        if name not in there:
            style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = paper.styles["Normal"]
    layout = paper.styles[CELL].paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(2), Pt(2), 1.0
    paper.styles[CELL].font.size = Pt(9)
    for name in (NOTE, POINTER):
        paper.styles[name].font.color.rgb = MUTED
        paper.styles[name].font.size = Pt(9)
    pointer = paper.styles[POINTER].paragraph_format
    pointer.space_before, pointer.space_after = Pt(5), Pt(6)
    paper.styles[NOTE].paragraph_format.space_before = Pt(6)
    _edge(paper.styles[CLAIM].element, color="0F4C5C")
    _edge(paper.styles[BANNER].element, color="8A5A00", fill="FFF4D6")


def _is_plain(paper: Paper) -> bool:
    """Whether the paper is the house's own: a template has no style of the printed forms."""
    return any(style.name == "Question note" for style in paper.styles)


def _outline(style: Any, level: int) -> None:
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level))
    style.get_or_add_pPr().append(element)


def _edge(style: Any, *, color: str, fill: str = "") -> None:
    """A line at the left of a paragraph, and a fill behind it."""
    properties = style.get_or_add_pPr()
    for tag in ("w:pBdr", "w:shd"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    edge = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{color}"/></w:pBdr>'
    )
    properties.insert_element_before(
        edge, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"
    )
    if fill:
        edge.addnext(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))


def _set_language(paper: Paper, locale: str) -> None:
    """The language of all text, so that it is read aloud and spelled as what it is."""
    styles = paper.styles.element
    for lang in styles.iter(qn("w:lang")):
        lang.set(qn("w:val"), locale)
    run = paper.styles["Normal"].element.get_or_add_rPr()
    if run.find(qn("w:lang")) is None:
        run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{locale}"/>'))


def _set_properties(paper: Paper, document: Document, locale: str) -> None:
    properties = paper.core_properties
    properties.title, properties.language, properties.subject = document.title, locale, document.eyebrow
    properties.author = properties.last_modified_by = "kunskap"
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
    day = datetime.datetime(document.date.year, document.date.month, document.date.day)
    properties.created = properties.modified = day


def _drop_thumbnail(paper: Paper) -> None:
    """Take away the little picture of the template's own first page, which may show anything."""
    relations = paper.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[name]


def _bullets(paper: Paper) -> int:
    """The number of a bulleted list in two levels, added to the document's own lists."""
    numbering = _numbering(paper)
    ids = [int(each.get(qn("w:abstractNumId"))) for each in numbering.findall(qn("w:abstractNum"))]
    numbers = [int(each.get(qn("w:numId"))) for each in numbering.findall(qn("w:num"))]
    abstract, number = max(ids, default=0) + 1, max(numbers, default=0) + 1
    levels = "".join(
        LEVEL.format(level=level, sign=sign, left=284 * (level + 1)) for level, sign in enumerate(("•", "–"))
    )
    element = parse_xml(BULLETS.format(ns=nsdecls("w"), id=abstract, levels=levels))
    first = numbering.find(qn("w:num"))
    if first is None:
        numbering.append(element)
    else:
        first.addprevious(element)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
    )
    return number


def _numbering(paper: Paper) -> Any:
    try:
        return paper.part.numbering_part.element
    except NotImplementedError:
        element = parse_xml(f"<w:numbering {nsdecls('w')}/>")
        package = paper.part.package
        part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, element, package)
        paper.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return element
