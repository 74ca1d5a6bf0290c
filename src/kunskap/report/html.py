"""A report as one web page: no scripts, nothing fetched, every figure with its words and its table behind it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from kunskap import __version__
from kunskap.plots import svg
from kunskap.report.document import (
    Block,
    Document,
    FigureBlock,
    Folded,
    Heading,
    Looks,
    Span,
    Text,
    chapters,
    walk,
)
from kunskap.report.paper import has_contents
from kunskap.words import Words

__all__ = ["html_page", "unbroken"]

# Dates, codes and intervals, which must not be broken over two lines.
NUMBER = r"[−+]?\d[\d,.\u00a0]*"
UNBROKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\b[A-Z]{2,}-\d{2}\b|\b\d{4}/\d{2}(?::\d+)?|\d+ kap\. \d+ §"
    rf"|\(?{NUMBER}(?:–| (?:till|to|→) ){NUMBER}%?\)?"
)
CLASSES = {"strong": "stem", "quiet": "code", "tag": "tag"}


@dataclass
class Section:
    """A heading with an id, and what stands under it, sections too."""

    heading: Heading
    blocks: list[Block | Section] = field(default_factory=list)


def html_page(document: Document, *, words: Words) -> bytes:
    """Write a document as one HTML page.

    Parameters
    ----------
    document : Document
        What to write.
    words : Words
        Interface words in the document's language.

    Returns
    -------
    bytes
        UTF-8.  The same document gives the same bytes.
    """
    environment = Environment(
        loader=PackageLoader("kunskap.report", "page"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(words=words, classes=CLASSES)
    environment.filters.update(unbroken=unbroken, spans=_spans, drawn=_drawn, kind_of=lambda part: type(part).__name__)
    environment.filters.update(in_page=lambda png: b64encode(png).decode("ascii"))
    loader = environment.loader
    assert loader is not None  # for the type checker: set a few lines up
    style = loader.get_source(environment, "report.css")[0]
    blocks = document.for_format("html")
    listed = chapters(blocks)
    page = environment.get_template("report.html").render(
        document=document,
        style=Markup(style),  # our own file
        version=__version__,
        chapters=listed if has_contents(listed) else (),
        has_folds=any(isinstance(block, Folded | FigureBlock) for block in walk(blocks)),
        is_wide=any(isinstance(block, Looks) for block in walk(blocks)),
        parts=_in_sections(blocks),
    )
    return page.encode("utf-8")


def _in_sections(blocks: Iterable[Block]) -> list[Block | Section]:
    """Blocks as a tree: a heading with an id begins a section, and each heading ends those that are not above it."""
    parts: list[Block | Section] = []
    opened: list[Section] = []
    for block in blocks:
        if isinstance(block, Heading):
            while opened and opened[-1].heading.level >= block.level:
                opened.pop()
        into = opened[-1].blocks if opened else parts
        if isinstance(block, Heading) and block.id:
            opened.append(Section(block))
            into.append(opened[-1])
        else:
            into.append(block)
    return parts


def _drawn(figure: FigureBlock) -> Markup:
    # The markup is made by `svg`, which escapes every label; a test sends hostile ones.
    return Markup(svg(figure.drawing, prefix=figure.id))


def _spans(text: Text) -> tuple[Span, ...]:
    return (Span(text),) if isinstance(text, str) else text


def unbroken(text: str) -> Markup:
    """A text whose dates, codes and intervals stay on one line.

    Examples
    --------
    >>> unbroken("58 % (55–61), 38 till 49 %").count("</span>")
    2
    >>> unbroken("Kontrollerad 2026-11-22 <b>")
    Markup('Kontrollerad <span class="unbroken">2026-11-22</span> &lt;b&gt;')
    """
    return Markup(UNBROKEN.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))
