"""Scales whose answers say which, not how much: a figure per question, with its shares and intervals beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from kunskap.bank import SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.plots import Drawing, chosen_options
from kunskap.plots.chosen import options_in_order, own_stem
from kunskap.plots.rows import group_label, levels_in_order
from kunskap.report.views import Group, TableView, figure_cell, n_cell
from kunskap.words import Words

__all__ = ["ChosenFigure", "chosen_figures", "scale_note"]

BY = ("sex", "role")


class ChosenFigure(NamedTuple):
    """A drawing with its id, title and table; `folded` ones are opened by the reader."""

    id: str
    title: str
    drawing: Drawing
    table: TableView
    folded: bool


def chosen_figures(released: Released, *, scale: str, bank: Bank, words: Words) -> Iterator[ChosenFigure]:
    """Women and men side by side for each question of a scale, and folded politicians and officials.

    Parameters
    ----------
    released : Released
        With the table `scale`, and ``<scale>_by_sex`` or ``<scale>_by_role`` where they were computed.
    scale : str
        One of the bank's scales; its items that are neither rated nor open.
    """
    there = set(released.table(scale)["item"].dropna()) if scale in released.names else set()
    for item in bank.items.values():
        if item.scale != scale or item.id not in there or item.is_rated:
            continue
        groupings = [by for by in BY if _has(released, f"{scale}_by_{by}", item)]
        for place, by in enumerate(groupings or [None]):
            drawing = chosen_options(released, bank=bank, words=words, item=item.id, table=scale, by=by)
            name = scale if by is None else f"{scale}_by_{by}"
            groups = [] if by is None else [by]
            stem, is_folded = own_stem(item, bank=bank, language=words.language), place > 0
            title = f"{words(f'report.tables.{name}')}: {stem}" if is_folded else stem
            table = _table(released, name, item, groups=groups, scale=scale, bank=bank, words=words)
            # tables that are told apart by who hears their names
            yield ChosenFigure(f"{item.id}-{by or 'all'}", title, drawing, table._replace(caption=title), is_folded)


def scale_note(scale: str, *, bank: Bank, words: Words) -> str:
    """What the reader must know of a scale before its figures; empty where nothing needs saying."""
    if bank.scales[scale].is_special:
        return words("report.scales.special")
    return words(f"report.scales.{scale}") if f"report.scales.{scale}" in words.texts else ""


def _has(released: Released, name: str, item: Item) -> bool:
    return name in released.names and bool(released.table(name)["item"].eq(item.id).any())


def _table(
    released: Released,
    name: str,
    item: Item,
    *,
    groups: Sequence[str],
    scale: str,
    bank: Bank,
    words: Words,
) -> TableView:
    """One row per option, one column per group of people, everyone first; n below."""
    columns = [(words("plots.groups.all"), _own(released.table(scale), item))]
    for by in groups:
        rows = _own(released.table(name), item)
        columns += [
            (group_label(by, level, bank=bank, words=words), rows[rows[by].eq(level)])
            for level in levels_in_order(rows, by, bank)
        ]
    lines = []
    for option in options_in_order(released, item, table=scale):
        label = words("plots.outcome.skip") if option == SKIP else item.option(option).text[words.language]
        cells = []
        for _, rows in columns:
            own = rows[rows["option"].eq(option)]
            cells.append(figure_cell(own.iloc[0], words) if len(own) else "–")
        lines.append((label, tuple(cells)))
    sizes = tuple(n_cell(rows["n"].max(), words) for _, rows in columns)
    head = (words("report.head.answer"), *(label for label, _ in columns))
    caption = own_stem(item, bank=bank, language=words.language)
    return TableView(caption, head, (Group("", (*lines, (words("report.head.n"), sizes))),))


def _own(table: pd.DataFrame, item: Item) -> pd.DataFrame:
    return table[table["item"].eq(item.id) & table["statistic"].eq("share")]
