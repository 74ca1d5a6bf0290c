"""A report as people read it, before it has a format: a title, blocks in order, and the release that they come from.

A kind of report (`kunskap.report.kinds`) makes one `Document`; each format (`kunskap.report.formats`) writes it.
Neither knows the other, so a new kind gets every format and a new format every kind.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeAlias, overload

from kunskap import __version__
from kunskap.bank import Bank
from kunskap.disclosure import Released, require_released
from kunskap.plots import Drawing
from kunskap.quiz.state import OwnResult
from kunskap.report.views import TableView
from kunskap.words import Words

__all__ = [
    "Block",
    "Bullet",
    "Bullets",
    "Code",
    "Document",
    "FigureBlock",
    "Folded",
    "Heading",
    "Later",
    "Look",
    "Looks",
    "Note",
    "Only",
    "Paragraph",
    "Span",
    "TableBlock",
    "Text",
    "chapters",
    "compose",
    "plain",
    "walk",
]

HIGHEST, LOWEST = 2, 4


class Span(NamedTuple):
    """A piece of a text: `style` is "", ``strong``, ``quiet`` or ``tag``; with a `url` it is a link.

    `language` is said where it is not the document's: who listens hears it in its own sounds.
    """

    text: str
    style: str = ""
    url: str = ""
    language: str = ""

    @property
    def link(self) -> str:
        """The address, if it is one of the web or of a file beside the report; else nothing.

        >>> Span("a", url="https://www.scb.se").link, Span("b", url="tables/a.csv").link, Span("c", url="js:x()").link
        ('https://www.scb.se', 'tables/a.csv', '')
        """
        return self.url if self.url.startswith(("https://", "http://")) or ":" not in self.url else ""


Text: TypeAlias = str | tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 2 is a chapter, 3 and 4 stand below it, and 1 is the title's own."""

    text: str
    level: int = HIGHEST
    id: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `style` is "", ``note`` (said quietly) or ``claim`` (a sentence that is the point)."""

    text: Text
    style: str = ""


class Bullet(NamedTuple):
    """A line of a list, with the lines below it."""

    text: Text
    details: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Bullets:
    """A list; `style` is "", ``key`` (what matters most), ``plain`` (short lines), ``sources`` or ``columns``."""

    items: tuple[Bullet, ...]
    style: str = ""


@dataclass(frozen=True)
class TableBlock:
    """A table in the text, with an id of its own."""

    view: TableView
    id: str


@dataclass(frozen=True)
class FigureBlock:
    """A drawing with its title, and the tables that say the same; `apart` if those are for who checks the figures."""

    id: str
    title: str
    drawing: Drawing
    tables: tuple[TableView, ...]
    apart: bool = False


class Look(NamedTuple):
    """A PNG picture of a figure as others see it; a folded one is opened by the reader."""

    title: str
    alt: str
    png: bytes
    folded: bool = False


@dataclass(frozen=True)
class Looks:
    """A figure, and beside it how others see it: for a screen, in HTML only."""

    figure: FigureBlock
    beside: tuple[Look, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The figure, as a block of its own."""
        return (self.figure,)


@dataclass(frozen=True)
class Code:
    """Lines of code under a title that is not shown: in HTML only."""

    title: str
    text: str


@dataclass(frozen=True)
class Note:
    """What must be seen before the rest: `tone` is ``warning`` or ``quiet``."""

    title: str
    text: str
    tone: str = "warning"


@dataclass(frozen=True)
class Folded:
    """Blocks that the reader opens on a screen; on paper they stand in the appendix."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Only:
    """Blocks that make sense in some formats only, for instance how to open what is folded."""

    formats: tuple[str, ...]
    blocks: tuple[Block, ...]


Block: TypeAlias = Heading | Paragraph | Bullets | TableBlock | FigureBlock | Note | Folded | Only | Looks | Code


class Later(Sequence[Block]):
    """Blocks that are made, and checked, when someone first reads them: a workbook has no figures and draws none.

    Parameters
    ----------
    blocks : iterable of Block
        Gone through once, at the first look; what it raises is raised then, and again at the next.

    Examples
    --------
    >>> texts = iter(["made"])
    >>> blocks = Later(Paragraph(text) for text in texts)
    >>> next(texts), len(blocks)
    ('made', 0)
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = blocks
        self._problem: Exception | None = None

    @cached_property
    def _made(self) -> tuple[Block, ...]:
        if self._problem is not None:
            raise self._problem
        try:
            made = tuple(self._blocks)
            _check(made)
        except Exception as error:  # an iterator that has stopped would the next time be an empty report
            self._problem = error
            raise
        return made

    @overload
    def __getitem__(self, place: int) -> Block: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, place: int | slice) -> Block | tuple[Block, ...]:
        return self._made[place]

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True)
class Document:
    """A report without a format.  Made from a `Released`; `compose` fills in what all kinds have in common.

    Attributes
    ----------
    released : Released or OwnResult
        Where every figure comes from, and what the tables beside the report and the workbook hold.  A person's own
        result is the one exception that the design names: shown to that person, and without tables.
    kind : str
        Which kind of report.
    title, eyebrow : str
        The title, and the line above it.
    language : str
        ``sv`` or ``en``.
    date : date
        Printed as the day of the report, and the only date in the files.
    notes : tuple of Note
        Shown before everything else.
    blocks : sequence of Block
        The report; `Later` where it is to be made when it is read.
    footer : str
        The last line.
    sheets : tuple of TableView
        Tables that stand in no release (what staff have typed), for the workbook.
    code_names : mapping of str to str
        What codes of this report are called that no bank knows: ``module=<level>`` or ``<item>.<code>`` → name.

    Raises
    ------
    TypeError
        If `released` has neither passed the gate nor is a person's own result.
    ValueError
        If two blocks share an id, a heading skips a level or a chapter has no id; of `Later` when it is read.
    """

    released: Released | OwnResult
    kind: str
    title: str
    eyebrow: str
    language: str
    date: datetime.date
    blocks: Sequence[Block]
    notes: tuple[Note, ...] = ()
    footer: str = ""
    sheets: tuple[TableView, ...] = ()
    code_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.released, OwnResult):
            require_released(self.released)
        if not isinstance(self.blocks, Later):
            _check(self.blocks)

    @property
    def is_simulated(self) -> bool:
        """Whether the answers are made up."""
        return isinstance(self.released, Released) and self.released.simulated

    def for_format(self, name: str) -> tuple[Block, ...]:
        """The blocks that this format shows, without the marks of which formats they are for."""
        return tuple(_chosen(self.blocks, name))


def _check(blocks: Iterable[Block]) -> None:
    """Refuse ids that are shared, headings that skip a level, and chapters that no list of contents can name."""
    every = list(walk(blocks))
    ids = [
        f"figure-{block.id}" if isinstance(block, FigureBlock) else block.id
        for block in every
        if isinstance(block, Heading | TableBlock | FigureBlock)
    ]
    repeated = {id for id in ids if id and ids.count(id) > 1}
    if repeated:
        raise ValueError(f"blocks share the ids {', '.join(sorted(repeated))}")
    headings = [block for block in every if isinstance(block, Heading)]
    levels = [HIGHEST - 1, *(heading.level for heading in headings)]
    if any(not HIGHEST <= after <= min(LOWEST, before + 1) for before, after in pairwise(levels)):
        raise ValueError(f"headings skip a level: {levels[1:]}")
    if any(not heading.id for heading in headings if heading.level == HIGHEST):
        raise ValueError("a chapter without an id")


def chapters(blocks: tuple[Block, ...]) -> tuple[Heading, ...]:
    """The headings of a list of contents, among the blocks of one format."""
    return tuple(block for block in blocks if isinstance(block, Heading) and block.level == HIGHEST)


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, those inside others too."""
    for block in blocks:
        yield block
        if isinstance(block, Folded | Only | Looks):
            yield from walk(block.blocks)


def _chosen(blocks: Iterable[Block], name: str) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, Only):
            yield block
        elif name in block.formats:
            yield from _chosen(block.blocks, name)


def plain(text: Text) -> str:
    """A text without its styles and links.

    Examples
    --------
    >>> plain((Span("Källa: "), Span("SCB", url="https://www.scb.se")))
    'Källa: SCB'
    """
    return text if isinstance(text, str) else "".join(span.text for span in text)


def compose(
    released: Released | OwnResult,
    *,
    kind: str,
    title: str,
    eyebrow: str,
    bank: Bank,
    words: Words,
    date: datetime.date,
    blocks: Sequence[Block],
    notes: tuple[Note, ...] = (),
    sheets: tuple[TableView, ...] = (),
    code_names: Mapping[str, str] | None = None,
) -> Document:
    """Make a `Document`, with what every kind has in common: the note on simulated answers and the last line.

    Parameters
    ----------
    released : Released or OwnResult
        What has passed the gate, or a person's own result.
    kind, title, eyebrow : str
        As in `Document`.
    bank, words : Bank, Words
        The bank's version is told; the words' language is the report's.
    date : date
        The day of the report.
    blocks : sequence of Block
        The report; `Later` where it is to be made when it is read.
    notes : tuple of Note
        Shown first, after the note on simulated answers.
    sheets : tuple of TableView
        Tables that stand in no release, for the workbook.
    code_names : mapping of str to str, optional
        As in `Document`.

    Raises
    ------
    TypeError
        If `released` has neither passed the gate nor is a person's own result.
    """
    document = Document(
        released=released,
        kind=kind,
        title=title,
        eyebrow=eyebrow,
        language=words.language,
        date=date,
        blocks=blocks,
        notes=notes,
        sheets=sheets,
        code_names=code_names or {},
        footer=words("report.footer", version=__version__, bank=bank.version, date=date.isoformat()),
    )
    if not document.is_simulated:
        return document
    return replace(document, notes=(Note(words("plots.simulated"), words("report.simulated")), *notes))
