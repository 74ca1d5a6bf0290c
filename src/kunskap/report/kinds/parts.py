"""What several kinds of reports have in common: chapters, readings as a list, and plain tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import pandas as pd

from kunskap.plots.rows import group_label, levels_in_order, listed
from kunskap.report.document import (
    Block,
    Bullet,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    Later,
    Note,
    Only,
    Paragraph,
    Span,
    TableBlock,
    compose,
    plain,
    walk,
)
from kunskap.report.elections import near_election
from kunskap.report.files import table_title
from kunskap.report.kinds.material import Material
from kunskap.report.readings import Reading, with_own
from kunskap.report.views import Group, TableView, figure_cell, n_cell, points_cell
from kunskap.words import Words

__all__ = [
    "as_sheet",
    "change_view",
    "chapter",
    "claims",
    "composed",
    "files_chapter",
    "paragraphs",
    "plain_view",
    "sheets_of",
]


def chapter(kind: str, name: str, words: Words) -> Heading:
    """A chapter of a kind: its heading stands in ``report.kinds.<kind>.<name>_title``."""
    return Heading(words(f"report.kinds.{kind}.{name}_title"), id=name.replace("_", "-"))


def composed(
    material: Material,
    *,
    kind: str,
    title: str,
    eyebrow: str,
    blocks: Iterable[Block],
    notes: tuple[Note, ...] = (),
    sheets: tuple[TableView, ...] = (),
) -> Document:
    """The document of what a kind was given; staff's own title goes before the kind's, and an election is told of."""
    return compose(
        material.released,
        kind=kind,
        title=material.title or title,
        eyebrow=eyebrow,
        bank=material.bank,
        words=material.words,
        date=material.date,
        blocks=Later(_with_reasons(blocks, material.words)),
        notes=(*_election_note(material), *notes),
        sheets=sheets,
        code_names=material.code_names,
    )


def _with_reasons(blocks: Iterable[Block], words: Words) -> Iterator[Block]:
    """The blocks, and once, below the first that shows something hidden, all the reasons that there may be.

    Which of them a figure is hidden for is not said: of answers that are all alike, that would tell them.
    """
    is_said = False
    for block in blocks:
        yield block
        if not is_said and any(_shows_hidden(each, words) for each in walk([block])):
            yield Paragraph(words("report.hidden.reasons"), "note")
            is_said = True


def _shows_hidden(block: Block, words: Words) -> bool:
    hidden, few = words("report.cell.hidden"), words("gate.reason.base")
    if isinstance(block, TableBlock | FigureBlock):
        views = block.tables if isinstance(block, FigureBlock) else (block.view,)
        return any(hidden in cells for view in views for group in view.groups for _, cells in group.rows)
    texts = [item.text for item in block.items] if isinstance(block, Bullets) else []
    texts += [block.text] if isinstance(block, Paragraph) else []
    return any(few in plain(text).casefold() for text in texts)


def claims(readings: Sequence[Reading], material: Material, *, only: Sequence[str] = ()) -> Bullets | None:
    """The readings as the list that matters most, with staff's own words in their place; None where there are none.

    `only` names them; a name that ends in a hyphen stands for all that begin so.
    """

    def is_meant(id: str) -> bool:
        return not only or any(id.startswith(name) if name.endswith("-") else id == name for name in only)

    told = [each for each in with_own(readings, material.own) if is_meant(each.id)]
    return Bullets(tuple(Bullet(each.text) for each in told), "key") if told else None


def _election_note(material: Material) -> tuple[Note, ...]:
    """A word about an election that is near, in all that leaves the house; nothing otherwise."""
    election = near_election(material.date, material.elections)
    if election is None or material.released.view != "public":
        return ()
    words = material.words
    source = election.source or words("report.kinds.election_named")
    told = {"date": election.date.isoformat(), "source": source}
    return (Note(words("report.kinds.election_title"), words("report.kinds.election", **told), "quiet"),)


def files_chapter(material: Material) -> Iterator[Block]:
    """Where the tables are, on a screen."""
    words = material.words
    log = words("report.hidden.file")
    named = [(table_title(name, words), f"tables/{name}.csv") for name in material.released.names]
    listed = Bullets(tuple(Bullet((Span(title, url=file),)) for title, file in [*named, (log, log)]), "columns")
    heading = Heading(words("report.files.title"), id="files")
    yield Only(("html",), (heading, Paragraph(words("report.files.text", log=log)), listed))


def plain_view(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: tuple[int, ...] = (0,)
) -> TableView:
    """A table of what is already words: the first cell of each row is its label."""
    lines = tuple((str(row[0]), tuple(str(cell) for cell in row[1:])) for row in rows)
    return TableView(caption, tuple(head), (Group("", lines),), texts)


def as_sheet(view: TableView, name: str, words: Words) -> TableView:
    """A table with what its columns are, for the workbook: ``report.excel.sheets.<name>``."""
    return view._replace(about=words(f"report.excel.sheets.{name}"))


def sheets_of(blocks: Iterable[Block], ids: Collection[str], words: Words) -> tuple[TableView, ...]:
    """The tables of a report that stand in no release, by their ids, as sheets for its workbook."""
    return tuple(
        as_sheet(block.view, block.id.removeprefix("table-"), words)
        for block in walk(blocks)
        if isinstance(block, TableBlock) and block.id in ids
    )


def change_view(
    rows: pd.DataFrame,
    *,
    caption: str,
    waves: tuple[str, str],
    by: str | None,
    subject: Callable[[pd.Series], str],
    material: Material,
) -> TableView:
    """Before, after and change of a table of `kunskap.change`: a group of lines per question or scale.

    Parameters
    ----------
    rows : DataFrame
        Released rows of `kunskap.change.everyone` or `paired`.
    by : str, optional
        The grouping variable; all together when not given.
    subject : callable
        A row → what the question or scale is called.
    """
    bank, words = material.bank, material.words
    change = "difference_overlap" if rows["statistic"].eq("difference_overlap").any() else "difference"
    rows = rows[rows["statistic"].isin([change, "mean"]) | (rows["statistic"].eq("share") & rows["option"].eq("right"))]
    about = rows["item"].where(rows["item"].notna(), rows["scale"])
    levels: list[str | None] = [None] if by is None else [*levels_in_order(rows, by, bank)]
    groups = []
    places = {item: place for place, item in enumerate(bank.items)}
    for name in sorted(dict.fromkeys(about), key=lambda name: places.get(name, -1)):
        own = rows[about.eq(name)]
        lines = []
        for level in levels:
            part = own if by is None or level is None else own[own[by].eq(level)]
            told = [row for wave in waves for _, row in part[part["wave"].eq(wave)].iterrows()]
            cells = [figure_cell(row, words) for row in told]
            moved = part[part["statistic"].eq(change)]
            if len(cells) != len(waves) or moved.empty:
                continue
            label = words("plots.groups.all") if level is None else group_label(by or "", level, bank=bank, words=words)
            # of everyone who answered some did so once: their number is told for each wave
            sizes = [moved.iloc[0]] if change == "difference" else told
            size = listed([n_cell(row["n"], words) for row in sizes], words)
            lines.append((label, (*cells, points_cell(moved.iloc[0], words), size)))
        groups.append(Group(subject(own.iloc[0]), tuple(lines)))
    head = (words("report.head.group"), *waves, words("report.kinds.change_head"), words("report.head.n"))
    return TableView(caption, head, tuple(group for group in groups if group.rows))


def paragraphs(text: str) -> Iterator[Paragraph]:
    """What staff have typed: an empty line begins a new paragraph."""
    for part in text.split("\n\n"):
        if part.strip():
            yield Paragraph(" ".join(part.split()))
