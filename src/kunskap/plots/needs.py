"""Needs as a table that is shaded by how many have them; every cell is also text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.canvas import (
    BODY,
    SMALL,
    TITLE,
    WIDTH,
    footer_height,
    key_height,
    line_height,
    new_sheet,
    wrap,
    write,
    write_footer,
    write_key,
    write_lines,
)
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import EDGE, INK, MUTED, PAPER, Paint
from kunskap.plots.rows import group_label, hidden, released_rows
from kunskap.words import Words

__all__ = ["needs_table"]

STEPS = (
    (0.25, "below_quarter", Paint("#fbf3e6", INK, EDGE)),
    (0.5, "below_half", Paint("#f2c993", INK, EDGE)),
    (0.75, "below_most", Paint("#d9853b", INK, EDGE)),
    (2.0, "most", Paint("#8a3a0c", PAPER, EDGE)),
)
HALF = 0.5
LEFT, CELL, NAMED = 2.9, 0.44, 0.59  # a cell of two lines, and one of three
PITCH = 0.165
MARGIN = 0.08


class _Cell(NamedTuple):
    share: float
    low: float
    high: float
    n: int
    kind: str


@draws
def needs_table(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    titles: Mapping[str, str],
    table: str = "needs",
    by: str = "role",
    detailed: bool = False,
) -> Drawing:
    """Draw modules as rows and groups as columns, shaded by the share in need.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.needs.needs` by one variable.
    bank, words : Bank, Words
        Labels and interface words.
    titles : mapping
        Module id → what it is called; its order is the order shown.
    table : str
        The table's name in the release.
    by : str
        The grouping variable.
    detailed : bool
        A row for each item and task of the modules, with its text; else each module's greatest need in the group, and
        of what kind it is.

    Returns
    -------
    Drawing
        Each cell has the share, its interval and n; a share that is surely above half is bold and framed.  The greatest
        of several is greater than any one drawn at random: the note says so.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["need"])
    levels = [level for level in bank.variables[by].level_ids if rows[by].eq(level).any()]
    groups = [group_label(by, level, bank=bank, words=words) for level in levels]
    lines = (_lines if detailed else _modules)(rows, by, levels, titles, bank, words)
    title = wrap(words("plots.needs.title"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(
        words("plots.needs.subtitle_detailed" if detailed else "plots.needs.subtitle"), width=WIDTH, size=SMALL
    )
    notes = words("plots.needs.notes_detailed" if detailed else "plots.needs.notes")
    if hidden(rows).any():
        notes += " " + words("plots.needs.hidden")
    labels = [words(f"plots.needs.{name}") for _, name, _ in STEPS]
    width = (WIDTH - LEFT) / max(1, len(levels))
    heads = [wrap(group, width=width - 0.08, size=SMALL, bold=True) for group in groups]
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.1
    head = top + key_height(labels) + 0.12
    body = head + max(map(len, heads), default=0) * line_height(SMALL) + 0.06
    height = sum(_height(label, detailed) for label, _ in lines)
    figure = new_sheet(body + height + 0.1 + footer_height(notes, released, words))
    after = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    write_lines(figure, subtitle, x=0, top=after, size=SMALL, color=MUTED)
    write_key(figure, labels, [paint for *_, paint in STEPS], top=top)
    for place, name in enumerate(heads):
        for number, line in enumerate(name):
            y = head + (number + 0.5) * line_height(SMALL)
            write(figure, line, x=LEFT + (place + 0.5) * width, y=y, size=SMALL, bold=True, align="center")
    y = body
    for label, cells in lines:
        own = _height(label, detailed)
        if cells is None:
            write_lines(figure, label, x=0, top=y + 0.12, size=BODY, bold=True)
        else:
            space = (own - len(label) * line_height(SMALL)) / 2
            write_lines(figure, label, x=0.1 if detailed else 0, top=y + space, size=SMALL, bold=not detailed)
            for place, cell in enumerate(cells):
                x = LEFT + place * width
                _write_cell(figure, cell, x=x, y=y, width=width, height=own, words=words, named=not detailed)
        y += own
    write_footer(figure, notes, released, words, top=y + 0.1)
    return Drawing(figure, _alt(rows, by, levels, groups, titles, bank, words, detailed=detailed), rows)


def _lines(
    rows: pd.DataFrame, by: str, levels: Sequence[str], titles: Mapping[str, str], bank: Bank, words: Words
) -> list[tuple[list[str], list[_Cell | str | None] | None]]:
    """What stands on each line: a module's name, or an item with a cell per group."""
    lines: list[tuple[list[str], list[_Cell | str | None] | None]] = []
    for module, title in titles.items():
        own = rows[rows["module"].eq(module)]
        if own.empty:
            continue
        lines.append((wrap(title, width=WIDTH, size=BODY, bold=True), None))
        for item, option in dict.fromkeys(zip(own["item"], own["option"], strict=True)):
            stem = words(f"plots.needs.{option}", stem=bank.stem(str(item), words.language))
            told = own[own["item"].eq(item)]
            cells = [_cell(told[told[by].eq(level)]) for level in levels]
            lines.append((wrap(stem, width=LEFT - 0.25, size=SMALL), cells))
    return lines


def _modules(
    rows: pd.DataFrame, by: str, levels: Sequence[str], titles: Mapping[str, str], bank: Bank, words: Words
) -> list[tuple[list[str], list[_Cell | str | None] | None]]:
    """A line per module, each group's cell being its greatest need there."""
    lines: list[tuple[list[str], list[_Cell | str | None] | None]] = []
    for module, title in titles.items():
        own = rows[rows["module"].eq(module)]
        if not own.empty:
            cells = [_greatest(own[own[by].eq(level)]) for level in levels]
            lines.append((wrap(title, width=LEFT - 0.15, size=SMALL, bold=True), cells))
    return lines


def _greatest(rows: pd.DataFrame) -> _Cell | str | None:
    """The greatest need of a group, of those that are shown."""
    shown = rows[~hidden(rows)]
    if shown.empty:
        return _cell(rows)
    return _cell(shown.iloc[[int(shown["estimate"].to_numpy().argmax())]])


def _height(label: Sequence[str], detailed: bool) -> float:
    return max(CELL if detailed else NAMED, len(label) * line_height(SMALL) + 0.1)


def _cell(rows: pd.DataFrame) -> _Cell | str | None:
    """A group's figure; None where it was not asked, text where the gate hid it."""
    if rows.empty:
        return None
    if bool(hidden(rows).iloc[0]):
        return "hidden"
    row = rows.iloc[0]
    return _Cell(float(row["estimate"]), float(row["low"]), float(row["high"]), int(row["n"]), str(row["option"]))


def _write_cell(
    figure: Figure,
    cell: _Cell | str | None,
    *,
    x: float,
    y: float,
    width: float,
    height: float,
    words: Words,
    named: bool,
) -> None:
    if cell is None:
        return
    middle = x + width / 2
    if isinstance(cell, str):
        _box(figure, x, y, width, height, Paint(PAPER, MUTED, EDGE), 0.8, dashed=True)
        write(figure, words("plots.hidden_short"), x=middle, y=y + height / 2, size=SMALL, color=MUTED, align="center")
        return
    paint = next(paint for edge, _, paint in STEPS if cell.share < edge)
    is_sure = cell.low > HALF
    _box(figure, x, y, width, height, paint, 1.6 if is_sure else 0.5, edge=INK if is_sure else EDGE)
    share, low, high = words.share(cell.share), words.count(100 * cell.low), words.count(100 * cell.high)
    line = y + height / 2 - (1.0 if named else 0.5) * PITCH
    write(figure, share, x=middle, y=line, size=BODY, bold=is_sure, color=paint.text, align="center")
    told = words("plots.needs.interval", low=low, high=high, n=words.count(cell.n))
    for text in [told, words(f"plots.needs.short_{cell.kind}")] if named else [told]:
        line += PITCH
        write(figure, text, x=middle, y=line, size=SMALL, color=paint.text, align="center")


def _box(
    figure: Figure,
    x: float,
    y: float,
    width: float,
    height: float,
    paint: Paint,
    line: float,
    *,
    edge: str = EDGE,
    dashed: bool = False,
) -> None:
    sheet_width, sheet_height = figure.get_size_inches()
    gap = 0.025
    figure.add_artist(
        Rectangle(
            ((x + gap + MARGIN) / sheet_width, 1 - (y + height - gap + MARGIN) / sheet_height),
            (width - 2 * gap) / sheet_width,
            (height - 2 * gap) / sheet_height,
            facecolor=paint.fill,
            edgecolor=edge,
            linewidth=line,
            linestyle=(0, (3, 2)) if dashed else "solid",
            transform=figure.transFigure,
            zorder=0,
        )
    )


def _alt(
    rows: pd.DataFrame,
    by: str,
    levels: Sequence[str],
    groups: Sequence[str],
    titles: Mapping[str, str],
    bank: Bank,
    words: Words,
    *,
    detailed: bool,
) -> str:
    """Every cell in words: of each item, or of each module's greatest need."""
    sentences = [words("plots.needs.alt")]
    for module, title in titles.items():
        own = rows[rows["module"].eq(module)]
        if not detailed and len(own):
            cells = [_greatest(own[own[by].eq(level)]) for level in levels]
            told = [_told(cell, group, words, named=True) for cell, group in zip(cells, groups, strict=True) if cell]
            sentences.append(words("plots.needs.alt_module", module=title, cells="; ".join(told)))
            continue
        for item, option in dict.fromkeys(zip(own["item"], own["option"], strict=True)):
            stem = words(f"plots.needs.{option}", stem=bank.stem(str(item), words.language))
            cells = [_cell(own[own["item"].eq(item) & own[by].eq(level)]) for level in levels]
            told = [_told(cell, group, words, named=False) for cell, group in zip(cells, groups, strict=True) if cell]
            sentences.append(words("plots.needs.alt_row", module=title, item=stem, cells="; ".join(told)))
    return " ".join(sentences)


def _told(cell: _Cell | str, group: str, words: Words, *, named: bool) -> str:
    if isinstance(cell, str):
        return f"{group} {words('plots.hidden')}"
    low, high = words.count(100 * cell.low), words.count(100 * cell.high)
    told = words(
        "plots.needs.alt_cell", group=group, share=words.share(cell.share), low=low, high=high, n=words.count(cell.n)
    )
    return f"{told}: {words(f'plots.needs.short_{cell.kind}')}" if named else told
