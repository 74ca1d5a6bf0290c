"""Word files: their headings and paragraphs, and a copy with the finds as comments."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.text.run import Run

from kunskap.errors import KunskapError, fault
from kunskap.growth.review.passages import Block

__all__ = ["open_word", "with_comments", "word_blocks"]

LARGEST_UNPACKED = 400_000_000
OUTLINE_BODY = 9
LONGEST_HEADING = 80
HEADING_STYLE = re.compile(r"(?:heading|rubrik)\s*(\d)")
TITLE_STYLE = "title"
CONTENTS_STYLE = re.compile(r"toc \d|table of figures|toc heading")
# The title stands above the headings; a table of contents is not read.
TITLE, CONTENTS = 1, -1
# Text that is gone (tracked changes) or stands beside the text.
LEFT_OUT = {qn(name) for name in ("w:del", "w:moveFrom", "w:txbxContent")}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PIECES = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}


def word_blocks(content: bytes, *, where: str) -> Iterator[Block]:
    """The headings and paragraphs of a Word file; a row of a table is one paragraph.

    Parameters
    ----------
    content : bytes
        The file.
    where : str
        What to call it in faults.

    Raises
    ------
    KunskapError
        ``REVIEW-08`` for what is no Word file, is damaged or protected; ``REVIEW-14`` for one that unpacks too large.
    """
    document = open_word(content, where=where)
    levels = _style_levels(document)
    parts = list(_parts(document))
    has_headings = any(_level(part[0], levels) > TITLE for part in parts if len(part) == 1)
    for number, paragraphs in enumerate(parts, start=1):
        text = " | ".join(words for words in (_text(paragraph).strip() for paragraph in paragraphs) if words)
        if len(paragraphs) == 1:
            text = _text(paragraphs[0])
            level = _level(paragraphs[0], levels)
            if not has_headings and not level and _looks_like_heading(paragraphs[0], text):
                level = TITLE + 1
        else:
            level = 0
        if level == CONTENTS:
            text, level = "", 0
        yield Block(text, level, number, f"stycke {number}")


def open_word(content: bytes, *, where: str) -> Any:
    """Open a Word file; whatever is wrong with it is told in words."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            size, most = (f"{value / 1e6:.0f}" for value in (unpacked, LARGEST_UNPACKED))
            raise KunskapError([fault("REVIEW-14", where, size=size, most=most)])
        return Document(BytesIO(content))
    except KunskapError:
        raise
    except Exception as error:  # the library's errors are many: a broken package, XML that is none, parts that lack
        raise KunskapError([fault("REVIEW-08", where, problem=type(error).__name__)]) from error


def with_comments(content: bytes, comments: Sequence[tuple[int, int, int, str]], *, where: str, author: str) -> bytes:
    """Make a copy of a Word file with comments.

    Parameters
    ----------
    content : bytes
        The file; it is not changed.
    comments : sequence of (number, start, end, text)
        The paragraph's `number` as `word_blocks` counts, the place in its text, and what to say.
    where : str
        What to call the file in faults.
    author : str
        Whom Word shows as the writer.

    Returns
    -------
    bytes
        The copy.  A comment covers its sentence; where the sentence cannot be told apart, the paragraph's text; in a
        table the first cell of the row that has words.
    """
    document = open_word(content, where=where)
    parts = list(_parts(document))
    for number, start, end, text in comments:
        paragraphs = parts[number - 1]
        runs = _touched(paragraphs[0], start, end) if len(paragraphs) == 1 else []
        runs = runs or [run for run, _, words in _pieces(paragraphs[0]) if words.strip()]
        if runs:
            ends = [Run(run, document) for run in (runs[0], runs[-1])]
            document.add_comment(ends, text=text, author=author, initials=author[:1])
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _parts(document: Any) -> Iterator[list[Any]]:
    """Each paragraph alone, each row of a table as the paragraphs of its cells, in order."""
    yield from _parts_below(document.element.body)


def _parts_below(element: Any) -> Iterator[list[Any]]:
    for child in element:
        if child.tag == qn("w:p"):
            yield [child]
        elif child.tag == qn("w:tbl"):
            for row in child.iter(qn("w:tr")):
                paragraphs = [paragraph for paragraph in row.iter(qn("w:p")) if _text(paragraph).strip()]
                if paragraphs:
                    yield paragraphs
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _parts_below(child)


def _touched(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs of a sentence; a run that begins before it or goes on after it is divided there."""
    for place in (start, end):
        for run, began, words in list(_pieces(paragraph)):
            if began < place < began + len(words):
                _divide(run, place - began)
    return [run for run, began, words in _pieces(paragraph) if words.strip() and start <= began + len(words) / 2 < end]


def _divide(run: Any, at: int) -> None:
    """Divide a run of plain text in two alike; one that holds anything else is left whole."""
    texts = run.findall(qn("w:t"))
    if len(texts) != 1 or any(child.tag not in (qn("w:t"), qn("w:rPr")) for child in run):
        return
    words = texts[0].text or ""
    if "\u00ad" in words:
        return
    after = deepcopy(run)
    for text, part in ((texts[0], words[:at]), (after.find(qn("w:t")), words[at:])):
        text.text = part
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.addnext(after)


def _text(paragraph: Any) -> str:
    return "".join(words for _, _, words in _pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[tuple[Any, int, str]]:
    """Each run with the place where its text begins; what tracked changes took away is not there."""
    place = 0
    for run in _runs_below(paragraph):
        words = "".join(child.text or "" if child.tag == qn("w:t") else PIECES.get(child.tag, "") for child in run)
        words = words.replace("\u00a0", " ").replace("\u00ad", "").replace("\n", " ")
        yield run, place, words
        place += len(words)


def _runs_below(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == qn("w:r"):
            yield child
        elif child.tag not in LEFT_OUT and child.tag != FALLBACK:
            yield from _runs_below(child)


def _style_levels(document: Any) -> Mapping[str, int]:
    """Style id → level of heading, also where the outline level comes from the style it is based on."""
    levels: dict[str, int] = {}
    for style in document.styles:
        seen = style
        for _ in range(10):
            name = (seen.name or "").strip().lower()
            named = HEADING_STYLE.fullmatch(name)
            outline = seen.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if named:
                levels[style.style_id] = TITLE + int(named.group(1))
            elif name == TITLE_STYLE:
                levels[style.style_id] = TITLE
            elif CONTENTS_STYLE.fullmatch(name):
                levels[style.style_id] = CONTENTS
            elif _outline(outline):
                levels[style.style_id] = _outline(outline)
            base = getattr(seen, "base_style", None)
            if style.style_id in levels or base is None:
                break
            seen = base
    return levels


def _level(paragraph: Any, levels: Mapping[str, int]) -> int:
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        return 0
    outline, style = properties.find(qn("w:outlineLvl")), properties.find(qn("w:pStyle"))
    if _outline(outline):
        return _outline(outline)
    return 0 if style is None else levels.get(style.get(qn("w:val")), 0)


def _outline(element: Any) -> int:
    """The level of an outline mark; 0 for body text, or where the mark is none."""
    value = "" if element is None else element.get(qn("w:val"), "")
    return TITLE + 1 + int(value) if value.isdecimal() and int(value) < OUTLINE_BODY else 0


def _looks_like_heading(paragraph: Any, text: str) -> bool:
    """A short paragraph, all bold, without a full stop: what people write who do not use styles."""
    words = text.strip()
    if not words or len(words) > LONGEST_HEADING or words[-1] in ".,;:":
        return False
    runs = [run for run, _, said in _pieces(paragraph) if said.strip()]
    return bool(runs) and all(run.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None for run in runs)
