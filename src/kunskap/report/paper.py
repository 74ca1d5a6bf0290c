"""A document as it stands on paper: figures and tables have numbers, and what a screen folds stands in an appendix.

A figure's table stands right below it, where it fills the page that the next figure is too high for; one that is for
who checks the figures stands in the appendix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, zip_longest
from typing import NamedTuple, TypeAlias

from kunskap.plots.canvas import MARGIN
from kunskap.plots.rows import listed
from kunskap.report.document import (
    Block,
    Bullets,
    Document,
    FigureBlock,
    Folded,
    Heading,
    Note,
    Paragraph,
    TableBlock,
    walk,
)
from kunskap.report.views import TableView
from kunskap.words import Words

__all__ = [
    "APPENDIX",
    "NumberedFigure",
    "NumberedTable",
    "PaperBlock",
    "Pointer",
    "Pointers",
    "has_contents",
    "is_small",
    "on_paper",
    "outdent",
    "share_of_width",
    "with_kept",
]

APPENDIX = "appendix"
LONGEST_TITLE = 130
SMALL = 10
FEWEST_CHAPTERS = 5  # for a list of contents
PROJECTED = 9.0  # inches: wider drawings are made for a projector
FIGURE_SHARE, PROJECTED_SHARE = 0.84, 0.72  # of the page's width: letters as large as those of the text


class Pointer(NamedTuple):
    """Where something stands, and the id that it points at."""

    text: str
    target: str


class Pointers(NamedTuple):
    """A line that says where the rest stands: what leads in, and one or several links."""

    lead: str
    links: tuple[Pointer, ...]

    def pieces(self) -> Iterator[str | Pointer]:
        """The texts and links in order, as in *I bilagan: Mål, figur 3; Transporter, figur 4*."""
        yield f"{self.lead} "
        for place, link in enumerate(self.links):
            yield from ("; ", link) if place else (link,)
        yield "."


class NumberedFigure(NamedTuple):
    """A figure with its number, and what the line below it points at: its tables, and what more is in the appendix."""

    number: int
    figure: FigureBlock
    below: tuple[Pointers, ...] = ()


class NumberedTable(NamedTuple):
    """A table with its number, and the id that a pointer names."""

    number: int
    view: TableView
    id: str


class Numbers(NamedTuple):
    """Ids of figures and tables → their numbers, and the tables that are not printed since another says the same."""

    figures: dict[str, int]
    tables: dict[str, int]
    repeated: dict[str, str]


PaperBlock: TypeAlias = Heading | Paragraph | Bullets | Note | NumberedFigure | NumberedTable | Pointers


def on_paper(document: Document, format: str, *, words: Words) -> tuple[PaperBlock, ...]:
    """The blocks in the order of paper: the text with its figures, and an appendix with the tables behind them.

    Parameters
    ----------
    document : Document
        What to put on paper.
    format : str
        The format, which decides which blocks are there.
    words : Words
        Interface words in the document's language.

    Returns
    -------
    tuple of PaperBlock
        Figures are numbered through, and tables too, in the order in which they stand.
    """
    blocks = document.for_format(format)
    main = [block for block in blocks if not isinstance(block, Folded)]
    behind = [part for block in blocks for part in _behind(block)]
    repeated = _repeated(blocks)
    shown = (block.id for block in (*main, *behind) if isinstance(block, FigureBlock))
    beside = [block for block in main if not _has_tables_apart(block)]
    printed = (id for block in (*beside, *behind) for id, _ in _tables_of(block) if id not in repeated)
    tables = dict(zip(printed, count(1)))
    tables |= {id: tables[there] for id, there in repeated.items()}
    numbers = Numbers(dict(zip(shown, count(1))), tables, repeated)
    text = [part for block, folds in _with_folds(blocks) for part in _in_text(block, folds, numbers, words=words)]
    if not behind:
        return tuple(text)
    head = Heading(words("report.paper.appendix"), id=APPENDIX)
    return (*text, head, Paragraph(words("report.paper.appendix_text")), *_appendix(blocks, numbers, words=words))


def with_kept(blocks: Sequence[PaperBlock]) -> Iterator[tuple[PaperBlock, bool]]:
    """Each block, and whether it must stand on the same page as the next: what leads in a figure or a table."""
    for block, after in zip_longest(blocks, blocks[1:]):
        yield block, isinstance(block, Paragraph) and isinstance(after, NumberedFigure | NumberedTable)


def has_contents(headings: Sequence[Heading]) -> bool:
    """Whether there are so many chapters that they are listed first."""
    return len(headings) >= FEWEST_CHAPTERS


def share_of_width(figure: FigureBlock) -> float:
    """How much of the page's width a drawing takes: one made for a projector is made smaller."""
    return PROJECTED_SHARE if figure.drawing.figure.get_size_inches()[0] > PROJECTED else FIGURE_SHARE


def outdent(figure: FigureBlock) -> float:
    """How much of the page's width a drawing's own margin takes, so that its letters stand where the text does."""
    return share_of_width(figure) * MARGIN / float(figure.drawing.figure.get_size_inches()[0])


def is_small(view: TableView) -> bool:
    """Whether a table is so small that it is not divided over two pages."""
    return sum(len(group.rows) + bool(group.heading) for group in view.groups) <= SMALL


def _with_folds(blocks: Sequence[Block]) -> list[tuple[Block | None, list[Folded]]]:
    """The blocks of the text, each with the folds that follow it; the first are those that stand before all blocks."""
    found: list[tuple[Block | None, list[Folded]]] = [(None, [])]
    for block in blocks:
        if isinstance(block, Folded):
            found[-1][1].append(block)
        else:
            found.append((block, []))
    return found


def _repeated(blocks: tuple[Block, ...]) -> dict[str, str]:
    """Tables behind figures all of whose lines stand in a table of the text: id → that table's id."""
    shown = [(block.id, set(block.view.groups)) for block in blocks if isinstance(block, TableBlock)]
    return {
        id: there
        for block in walk(blocks)
        if isinstance(block, FigureBlock)
        for id, view in _tables_of(block)
        for there, groups in shown
        if set(view.groups) <= groups
    }


def _tables_of(block: Block) -> Iterator[tuple[str, TableView]]:
    """Ids and tables: a table's own, or those behind a figure."""
    if isinstance(block, TableBlock):
        yield block.id, block.view
    elif isinstance(block, FigureBlock):
        for number, view in enumerate(block.tables, start=1):
            yield f"table-{block.id}-{number}", view


def _has_tables_apart(block: Block) -> bool:
    return isinstance(block, FigureBlock) and block.apart


def _behind(block: Block) -> Iterator[Block]:
    """What of a block stands in the appendix: all that is folded, or the tables that a figure does not stand beside."""
    if isinstance(block, Folded):
        yield from (inner for inner in walk(block.blocks) if not isinstance(inner, Heading))
    elif _has_tables_apart(block):
        yield from (TableBlock(view, id) for id, view in _tables_of(block))


def _in_text(block: Block | None, folds: Sequence[Folded], numbers: Numbers, *, words: Words) -> Iterator[PaperBlock]:
    links = tuple(_pointer(fold, numbers, words=words) for fold in folds)
    more = (Pointers(words("report.paper.in_appendix"), links),) if links else ()
    if block is not None:
        yield from _shown(block, numbers, words=words, more=more, in_text=True)
    if not isinstance(block, FigureBlock):
        yield from more


def _pointer(fold: Folded, numbers: Numbers, *, words: Words) -> Pointer:
    inside = [inner for inner in walk(fold.blocks) if isinstance(inner, FigureBlock)]
    if not inside:
        return Pointer(fold.title, APPENDIX)
    named = listed([str(numbers.figures[figure.id]) for figure in inside], words)
    # A title with a whole question in it is cut at what the question is about.
    title = fold.title if len(fold.title) <= LONGEST_TITLE else fold.title.split(": ")[0]
    text = words("report.paper.folded_figure", title=title.removesuffix("."), number=named)
    return Pointer(text, f"figure-{inside[0].id}")


def _shown(
    block: Block, numbers: Numbers, *, words: Words, more: tuple[Pointers, ...] = (), in_text: bool = False
) -> Iterator[PaperBlock]:
    """A block as it stands on paper; a figure with its tables below it, those that no other says."""
    tables = list(_tables_of(block))
    if isinstance(block, FigureBlock):
        below: tuple[Pointers, ...] = ()
        if tables:
            named = listed([str(numbers.tables[id]) for id, _ in tables], words)
            first = tables[0][0]
            link = Pointer(words("report.paper.table", number=named), numbers.repeated.get(first, first))
            below = (Pointers(words("report.paper.numbers_in"), (link,)),)
        yield NumberedFigure(numbers.figures[block.id], block, (*below, *more))
    if isinstance(block, Heading | Paragraph | Bullets | Note):
        yield block
    printed = [] if in_text and _has_tables_apart(block) else tables
    yield from (NumberedTable(numbers.tables[id], view, id) for id, view in printed if id not in numbers.repeated)


def _appendix(blocks: tuple[Block, ...], numbers: Numbers, *, words: Words) -> Iterator[PaperBlock]:
    """What stands behind the text, under the headings that it had there."""
    heading, told = "", ""
    for block in blocks:
        behind = list(_behind(block))
        if isinstance(block, Heading):
            heading = block.text
        if behind and heading != told:
            told = heading
            yield Heading(heading, 3)
        if isinstance(block, Folded) and behind and not isinstance(behind[0], FigureBlock | TableBlock):
            yield Heading(block.title, 4)
        for part in behind:
            yield from _shown(part, numbers, words=words)
