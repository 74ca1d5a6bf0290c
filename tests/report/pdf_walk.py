"""Walks a PDF as one does who listens: the tree of tags, what is marked on the pages, links, outline and title.

What PDF/UA-1 (ISO 14289-1) asks for and a machine can see.  Knows nothing of the code that writes the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import pikepdf
from pikepdf import Name

PAINTED = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
# ISO 32000-1, 14.8.4, those that a report can need: what a role stands for must be one of them.
STANDARD = {
    "Document", "Part", "Div", "Caption", "TOC", "TOCI", "P", "H1", "H2", "H3", "L", "LI", "Lbl", "LBody", "Table",
    "TR", "TH", "TD", "THead", "TBody", "Span", "Link", "Reference", "Figure",
}  # fmt: skip
ABOVE = {
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody"}, "THead": {"Table"},
    "TBody": {"Table"}, "TH": {"TR"}, "TD": {"TR"}, "TOCI": {"TOC"},
}  # fmt: skip
# What stands below what comes before it on the same page.
SHORTEST_ALT = 20
BLOCKS = ("P", "Title", "H1", "H2", "H3", "TOCI", "LI", "TR", "Figure", "Caption")


class Tag(NamedTuple):
    """An element of the tree, and the kinds of those above it."""

    kind: str
    element: pikepdf.Dictionary
    above: tuple[str, ...]


Place: TypeAlias = tuple[int, int]
"""A page, counted from 0, and the number of a mark on it."""


class Mark(NamedTuple):
    """What is marked on a page: the page, the mark's number, and how far up it begins."""

    page: int
    number: int
    height: float


def tags(pdf: pikepdf.Pdf, *kinds: str) -> list[Tag]:
    """Elements of the tree, in the order in which they are read; all kinds when none is named."""
    return [tag for tag, _ in _walk(pdf) if tag is not None and (not kinds or tag.kind in kinds)]


def tagged(pdf: pikepdf.Pdf, *kinds: str) -> list[pikepdf.Dictionary]:
    """The elements of `tags`."""
    return [tag.element for tag in tags(pdf, *kinds)]


def _walk(pdf: pikepdf.Pdf) -> Iterator[tuple[Tag | None, Place | None]]:
    """Each element, and each mark that an element holds, in order."""
    pages = {page.objgen: place for place, page in enumerate(pdf.pages)}

    def below(element: object, above: tuple[str, ...], page: object) -> Iterator[tuple[Tag | None, Place | None]]:
        if isinstance(element, pikepdf.Array):
            for each in element:
                yield from below(each, above, page)
        elif isinstance(element, int):
            yield None, (pages[page], element)  # type: ignore[index]
        elif isinstance(element, pikepdf.Dictionary) and element.get("/Type") != Name.OBJR:
            page = element.Pg.objgen if "/Pg" in element else page
            if element.get("/Type") == Name.MCR:
                yield None, (pages[page], int(element.MCID))  # type: ignore[index]
                return
            kind = str(element.S).lstrip("/")
            yield Tag(kind, element, above), None
            if "/K" in element:
                yield from below(element.K, (*above, kind), page)

    yield from below(pdf.Root.StructTreeRoot.K, (), None)


def marks(pdf: pikepdf.Pdf) -> tuple[dict[Place, Mark], list[str]]:
    """What is marked on the pages, in the order of the pages; and what is painted without a mark."""
    found: dict[Place, Mark] = {}
    unmarked = []
    for place, page in enumerate(pdf.pages):
        opened: list[object] = []
        height, scale, line = 0.0, 1.0, 0.0
        kept: list[tuple[float, float]] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "q":
                kept.append((height, scale))
            elif name == "Q":
                height, scale = kept.pop()
            elif name == "cm":
                height, scale = height + scale * float(operands[5]), scale * float(operands[3])
            elif name == "Tm":
                line = float(operands[5])
            elif name in ("BDC", "BMC"):
                told = operands[1] if name == "BDC" else None
                is_mark = isinstance(told, pikepdf.Dictionary) and "/MCID" in told
                opened.append(int(told.MCID) if is_mark else "artifact" if operands[0] == Name.Artifact else None)
            elif name == "EMC":
                opened.pop()
            elif name in PAINTED:
                inside = [each for each in opened if each is not None]
                if not inside:
                    unmarked.append(f"page {place + 1}: {name} without a mark")
                elif isinstance(inside[0], int):
                    number = inside[0]
                    found.setdefault((place, number), Mark(place, number, height + scale * line))
    return found, unmarked


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """Everything that is wrong, a line each."""
    return [*_told(pdf), *_tree(pdf), *_tables(pdf), *_links(pdf), *_order(pdf)]


def _told(pdf: pikepdf.Pdf) -> Iterator[str]:
    told, root = pdf.open_metadata(), pdf.Root
    checks = {
        "not PDF/UA-1": told.get("pdfuaid:part") == "1",
        "no title": bool(told.get("dc:title")) and bool(root.ViewerPreferences.get("/DisplayDocTitle")),
        "no language": re.fullmatch(r"(sv|en)-[A-Z]{2}", str(root.get("/Lang", ""))) is not None,
        "not tagged": bool(root.MarkInfo.get("/Marked")) and not root.MarkInfo.get("/Suspects"),
        "letters not in the file": all(any(key in font.DescendantFonts[0].FontDescriptor
                                           for key in ("/FontFile2", "/FontFile3")) for font in fonts(pdf)),
        "letters without a meaning": all("/ToUnicode" in font for font in fonts(pdf)),
        "no tab order": all(page.get("/Tabs") == Name.S for page in pdf.pages if "/Annots" in page),
    }  # fmt: skip
    yield from (name for name, holds in checks.items() if not holds)


def fonts(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == Name.Type0]


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    told = pdf.Root.StructTreeRoot.get("/RoleMap", {})
    roles = {name.lstrip("/"): str(role).lstrip("/") for name, role in told.items()}
    every = tags(pdf)
    yield from (f"{kind} is no kind of tag" for kind in {tag.kind for tag in every}
                if roles.get(kind, kind) not in STANDARD)  # fmt: skip
    yield from (f"{tag.kind} within {tag.above[-1:]}" for tag in every
                if tag.kind in ABOVE and tag.above[-1] not in ABOVE[tag.kind])  # fmt: skip
    if [tag.kind for tag in every if not tag.above] != ["Document"] or len(tagged(pdf, "Title")) != 1:
        yield "not one document with one title"
    levels = [int(tag.kind[1]) for tag in tags(pdf, "H1", "H2", "H3")]
    yield from (f"heading {low} then {high}" for low, high in pairwise([0, *levels]) if high > low + 1)
    with pdf.open_outline() as outline:
        if len(outline.root) != levels.count(1):
            yield "the outline has other chapters"
    if any(len(str(figure.get("/Alt", ""))) <= SHORTEST_ALT for figure in tagged(pdf, "Figure")):
        yield "a figure without an alt text"


def _tables(pdf: pikepdf.Pdf) -> Iterator[str]:
    if any("/A" not in cell or not any("/Scope" in each for each in cell.A) for cell in tagged(pdf, "TH")):
        yield "a table without headings"
    for table in tagged(pdf, "Table"):
        kinds = [str(child.S) for child in table.K if isinstance(child, pikepdf.Dictionary)]
        if kinds[:2] != ["/Caption", "/THead"]:
            yield "a table without a name or headings"
    if any(row.K[0].S != Name.TH for row in tagged(pdf, "TR") if isinstance(row.K, pikepdf.Array)):
        yield "a row without a heading"


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    marked = [mark for page in pdf.pages for mark in page.get("/Annots", [])]
    told = [str(mark.get("/Contents", "")).strip() for mark in marked]
    yield from (f"a link that says {text!r}" for text in told if not re.match(r"\w|”\w|“\w|https?://\w", text))
    links = tagged(pdf, "Link")
    held = [each.Obj.objgen for link in links for each in link.K
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == Name.OBJR]  # fmt: skip
    if sorted(held) != sorted(mark.objgen for mark in marked) or len(held) != len(links):
        yield "a link outside the tree"


def _order(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What is read stands on the pages, once each, and downwards."""
    found, unmarked = marks(pdf)
    yield from unmarked[:1]
    told = [mark for _, mark in _walk(pdf) if mark is not None]
    repeated = [mark for mark, times in Counter(told).items() if times > 1]
    if repeated or not set(found) <= set(told):
        yield f"marked and not read once: {sorted({*repeated, *(set(found) - set(told))})[:3]}"
    read = [found[mark] for mark in told if mark in found]
    if [(mark.page, mark.number) for mark in read] != sorted((mark.page, mark.number) for mark in read):
        yield "read in another order than it stands"
    begun = list(_beginnings(pdf, found))
    yield from (
        f"page {high.page + 1}: read upwards" for low, high in pairwise(begun)
        if low.page > high.page or (low.page == high.page and high.height > low.height + 1)
    )  # fmt: skip


def _beginnings(pdf: pikepdf.Pdf, found: dict[Place, Mark]) -> Iterator[Mark]:
    """Where each block begins."""
    is_waiting = False
    for tag, mark in _walk(pdf):
        if tag is not None:
            is_waiting |= tag.kind in BLOCKS
        elif is_waiting and mark in found:
            is_waiting = False
            yield found[mark]  # type: ignore[index]
