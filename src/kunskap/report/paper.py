"""A document as it stands on paper: figures and tables have numbers, and what a screen folds stands in an appendix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, zip_longest
from typing import NamedTuple, TypeAlias

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
    "has_contents",
    "is_small",
    "on_paper",
    "share_of_width",
    "with_kept",
]

APPENDIX = "appendix"
LONGEST_TITLE = 130
SMALL = 14
FEWEST_CHAPTERS = 5  # for a list of contents
PROJECTED = 9.0  # inches: wider drawings are made for a projector
FIGURE_SHARE, PROJECTED_SHARE = 0.84, 0.72  # of the page's width: letters as large as those of the text


class NumberedFigure(NamedTuple):
    """A figure with its number, and below it a line on where its table stands; `target` is the table's id."""

    number: int
    figure: FigureBlock
    below: str = ""
    target: str = ""


class NumberedTable(NamedTuple):
    """A table with its number, and the id that a pointer names."""

    number: int
    view: TableView
    id: str


class Pointer(NamedTuple):
    """A line that says where the rest stands; `target` is the id that it points at."""

    text: str
    target: str


class Numbers(NamedTuple):
    """Ids of figures and tables → their numbers, and the tables that are not printed since another says the same."""

    figures: dict[str, int]
    tables: dict[str, int]
    repeated: dict[str, str]


PaperBlock: TypeAlias = Heading | Paragraph | Bullets | Note | NumberedFigure | NumberedTable | Pointer


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
    repeated = _repeated(blocks)
    folded = [block for block in blocks if isinstance(block, Folded)]
    main = [block for block in blocks if not isinstance(block, Folded)]
    shown = [block for block in main if isinstance(block, FigureBlock)]
    inside = [block for fold in folded for block in walk(fold.blocks) if isinstance(block, FigureBlock)]
    figures = dict(zip((figure.id for figure in (*shown, *inside)), count(1)))
    numbered = (id for id, _ in _tables_in_order(main, blocks) if id not in repeated)
    tables = dict(zip(numbered, count(1)))
    tables |= {id: tables[there] for id, there in repeated.items()}
    numbers = Numbers(figures, tables, repeated)
    text = [part for block in blocks for part in _in_text(block, numbers, words=words)]
    appendix = list(_appendix(blocks, numbers, words=words))
    if not appendix:
        return tuple(text)
    has_tables = any(id not in repeated for figure in (*shown, *inside) for id, _ in _behind(figure))
    told = ["tables"] if has_tables else []
    told += ["more"] if folded else []
    head = Heading(words("report.paper.appendix" if has_tables else "report.paper.appendix_bare"), id=APPENDIX)
    return (*text, head, Paragraph(words(f"report.paper.appendix_{'_and_'.join(told)}")), *appendix)


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


def is_small(view: TableView) -> bool:
    """Whether a table is so small that it is not divided over two pages."""
    return sum(len(group.rows) + bool(group.heading) for group in view.groups) <= SMALL


def _tables_in_order(main: Sequence[Block], blocks: tuple[Block, ...]) -> Iterator[tuple[str, TableView]]:
    """Ids and tables: those in the text, and then those behind the figures and in the folds."""
    yield from ((block.id, block.view) for block in main if isinstance(block, TableBlock))
    for block in blocks:
        if isinstance(block, FigureBlock):
            yield from _behind(block)
        elif isinstance(block, Folded):
            for inner in walk(block.blocks):
                if isinstance(inner, TableBlock):
                    yield inner.id, inner.view
                elif isinstance(inner, FigureBlock):
                    yield from _behind(inner)


def _repeated(blocks: tuple[Block, ...]) -> dict[str, str]:
    """Tables behind figures all of whose lines stand in a table of the text: id → that table's id."""
    shown = [(block.id, set(block.view.groups)) for block in blocks if isinstance(block, TableBlock)]
    return {
        id: there
        for block in walk(blocks)
        if isinstance(block, FigureBlock)
        for id, view in _behind(block)
        for there, groups in shown
        if set(view.groups) <= groups
    }


def _behind(figure: FigureBlock) -> Iterator[tuple[str, TableView]]:
    for number, view in enumerate(figure.tables, start=1):
        yield f"table-{figure.id}-{number}", view


def _in_text(block: Block, numbers: Numbers, *, words: Words) -> Iterator[PaperBlock]:
    if isinstance(block, FigureBlock):
        yield _numbered(block, numbers, words=words)
    elif isinstance(block, TableBlock):
        yield NumberedTable(numbers.tables[block.id], block.view, block.id)
    elif isinstance(block, Folded):
        inside = [inner for inner in walk(block.blocks) if isinstance(inner, FigureBlock)]
        if inside:
            named = listed([str(numbers.figures[figure.id]) for figure in inside], words)
            # A title with a whole question in it is cut at what the question is about.
            title = block.title if len(block.title) <= LONGEST_TITLE else block.title.split(": ")[0]
            text = words("report.paper.folded_figure", title=title.removesuffix("."), number=named)
            yield Pointer(text, f"figure-{inside[0].id}")
        else:
            yield Pointer(words("report.paper.folded", title=block.title), APPENDIX)
    elif isinstance(block, Heading | Paragraph | Bullets | Note):
        yield block


def _numbered(figure: FigureBlock, numbers: Numbers, *, words: Words) -> NumberedFigure:
    ids = [id for id, _ in _behind(figure)]
    if not ids:
        return NumberedFigure(numbers.figures[figure.id], figure)
    named = listed([str(numbers.tables[id]) for id in ids], words)
    below, target = words("report.paper.table", number=named), numbers.repeated.get(ids[0], ids[0])
    return NumberedFigure(numbers.figures[figure.id], figure, below, target)


def _appendix(blocks: tuple[Block, ...], numbers: Numbers, *, words: Words) -> Iterator[PaperBlock]:
    """What stands behind the figures and in the folds, under the headings that they had in the text."""
    heading, told = "", ""
    for block in blocks:
        if isinstance(block, Heading):
            heading = block.text
        parts = list(_in_appendix(block, numbers, words=words))
        if parts and heading != told:
            told = heading
            yield Heading(heading, 3)
        yield from parts


def _in_appendix(block: Block, numbers: Numbers, *, words: Words) -> Iterator[PaperBlock]:
    inside: Iterator[Block] = iter(())
    if isinstance(block, Folded):
        inside = walk(block.blocks)
    elif isinstance(block, FigureBlock):
        inside = iter((block,))
    for inner in inside:
        if isinstance(inner, FigureBlock):
            if isinstance(block, Folded):
                yield _numbered(inner, numbers, words=words)
            behind = [(id, view) for id, view in _behind(inner) if id not in numbers.repeated]
            yield from (NumberedTable(numbers.tables[id], view, id) for id, view in behind)
        elif isinstance(inner, TableBlock):
            yield NumberedTable(numbers.tables[inner.id], inner.view, inner.id)
        elif isinstance(inner, Paragraph | Bullets | Note):
            yield inner
