"""Released rows as tables that people read: figures as words, groups in rows, one caption each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from kunskap.bank import Bank
from kunskap.plots.difference import interval_in_words
from kunskap.plots.rows import group_label, in_sentence, levels_in_order, of_whom
from kunskap.words import Words

__all__ = [
    "Group",
    "TableView",
    "figure_cell",
    "means_view",
    "n_cell",
    "number_cell",
    "points_cell",
    "response_view",
    "shares_view",
    "side_by_side_view",
]


class Group(NamedTuple):
    """Rows under a common heading; each row is a label and its cells."""

    heading: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


class TableView(NamedTuple):
    """A table as it is shown: `head` names the columns, the first being the rows' own.

    Columns of figures are set to the right; `texts` are the numbers of those that are words, the first being 0.
    `about` says what the columns are: for a workbook, where the table stands without the report around it.
    """

    caption: str
    head: tuple[str, ...]
    groups: tuple[Group, ...]
    texts: tuple[int, ...] = (0,)
    about: str = ""


def figure_cell(row: Mapping[Hashable, Any] | pd.Series, words: Words) -> str:
    """A share with its interval, or the words that say it is hidden."""
    if pd.isna(row["estimate"]):
        return words("report.cell.hidden")
    return interval_in_words(float(row["estimate"]), row["low"], row["high"], words)


def n_cell(number: Any, words: Words) -> str:
    """How many there are, or the words that say it is hidden.

    >>> n_cell(None, Words("sv", {"report.cell.hidden": "dolt"})), n_cell(1152, Words("en", {}))
    ('dolt', '1,152')
    """
    return words("report.cell.hidden") if pd.isna(number) else words.count(number)


def shares_view(
    rows: pd.DataFrame,
    *,
    caption: str,
    options: dict[str, str],
    subjects: dict[str, str],
    by: str | None,
    bank: Bank,
    words: Words,
    subject: str = "item",
) -> TableView:
    """Shares: one group of rows per question, one row per group of people, one column per option.

    Parameters
    ----------
    rows : DataFrame
        Rows of the statistic ``share`` from a released table.
    caption : str
        The table's title.
    options, subjects : dict of str to str
        Ids → labels, in the order of columns and of row groups.
    by : str, optional
        The grouping variable; all together when not given.
    subject : str
        The column that `subjects` names: ``item`` or ``scale``.
    """
    shown = {name: label for name, label in options.items() if rows["option"].eq(name).any()}
    groups = []
    for name, heading in subjects.items():
        own = rows[rows[subject].eq(name)]
        if own.empty:
            continue
        lines = [
            _share_line(part, label, list(shown), words) for label, part in _parts(own, by=by, bank=bank, words=words)
        ]
        groups.append(Group(heading, tuple(lines)))
    head = (words("report.head.group"), *shown.values(), words("report.head.n"))
    return TableView(caption, head, tuple(groups))


def _parts(rows: pd.DataFrame, *, by: str | None, bank: Bank, words: Words) -> list[tuple[str, pd.DataFrame]]:
    if by is None:
        return [(of_whom(rows, bank=bank, words=words), rows)]
    return [
        (group_label(by, level, bank=bank, words=words), rows[rows[by].eq(level)])
        for level in levels_in_order(rows, by, bank)
    ]


def _share_line(rows: pd.DataFrame, label: str, options: Sequence[str], words: Words) -> tuple[str, tuple[str, ...]]:
    told = {row["option"]: row for row in rows.to_dict("records")}
    cells = [figure_cell(told[option], words) if option in told else words.share(0) for option in options]
    return label, (*cells, n_cell(rows["n"].max(), words))


def means_view(rows: pd.DataFrame, *, caption: str, by: str, bank: Bank, words: Words) -> TableView:
    """Means per group, and under them the difference with its standardised size and p values."""
    means = rows[rows["statistic"].eq("mean") & rows[by].notna()]
    lines = [
        (group_label(by, str(row[by]), bank=bank, words=words), (figure_cell(row, words), n_cell(row["n"], words)))
        for level in levels_in_order(means, by, bank)
        for _, row in means[means[by].eq(level)].iterrows()
    ]
    groups = [Group("", tuple(lines))]
    differences = []
    for _, row in rows[rows["statistic"].eq("difference")].iterrows():
        first, second = (
            in_sentence(group_label(by, level, bank=bank, words=words)) for level in str(row["option"]).split("-", 1)
        )
        label = words("report.head.minus", first=first, second=second)
        differences.append((label, (points_cell(row, words, with_unit=True), "")))
        same = rows[rows["option"].eq(row["option"])]
        for statistic, decimals in (("hedges_g", 2), ("p_welch", 3), ("p_holm", 3)):
            found = same[same["statistic"].eq(statistic)]
            if len(found):
                text = number_cell(found.iloc[0], decimals, words)
                differences.append((words(f"report.statistic.{statistic}"), (text, "")))
    if differences:
        groups.append(Group(words("report.head.comparison"), tuple(differences)))
    head = (words("report.head.group"), words("report.head.mean"), words("report.head.n"))
    return TableView(caption, head, tuple(groups))


def points_cell(row: pd.Series, words: Words, *, with_unit: bool = False) -> str:
    """A difference in percentage points with its interval, or the words that say it is hidden.

    Parameters
    ----------
    row : Series
        A difference between shares or means from 0 to 1.
    with_unit : bool
        Whether the unit is told; otherwise the column's head does.
    """
    if pd.isna(row["estimate"]):
        return words("report.cell.hidden")
    points = words.count(100 * row["estimate"])
    if with_unit:
        unit = "point" if points.lstrip("\N{MINUS SIGN}") == "1" else "points"
        points = words(f"plots.differences.{unit}", points=points)
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return points
    low, high = (words.count(100 * row[end]) for end in ("low", "high"))
    return words("report.cell.interval", estimate=points, low=low, high=high)


def side_by_side_view(rows: pd.DataFrame, *, caption: str, bank: Bank, words: Words) -> TableView:
    """Means of women and men beside each other, one line per role."""
    sexes = levels_in_order(rows, "sex", bank)
    lines = []
    for role in levels_in_order(rows, "role", bank):
        own = [rows[rows["role"].eq(role) & rows["sex"].eq(sex)].head(1) for sex in sexes]
        cells = [
            cell
            for found in own
            for cell in (
                (figure_cell(found.iloc[0], words), n_cell(found.iloc[0]["n"], words)) if len(found) else ("–", "–")
            )
        ]
        lines.append((group_label("role", role, bank=bank, words=words), tuple(cells)))
    named = [group_label("sex", sex, bank=bank, words=words) for sex in sexes]
    columns = [name for sex in named for name in (sex, f"{words('report.head.n')}, {in_sentence(sex)}")]
    return TableView(caption, (words("report.head.group"), *columns), (Group("", tuple(lines)),))


def number_cell(row: pd.Series, decimals: int, words: Words) -> str:
    """A figure that is no share, with its interval where it has one, or the words that say it is hidden."""
    if pd.isna(row["estimate"]):
        return words("report.cell.hidden")
    text = words.number(row["estimate"], decimals=decimals)
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return text
    low, high = (words.number(row[name], decimals=decimals) for name in ("low", "high"))
    return words("report.cell.interval", estimate=text, low=low, high=high)


def response_view(rows: pd.DataFrame, *, caption: str, bank: Bank, words: Words) -> TableView:
    """Who answered: one group of rows per role, all and by sex."""
    groups = []
    for role in levels_in_order(rows, "role", bank):
        own = rows[rows["role"].eq(role)]
        lines = []
        for level in [None, *(levels_in_order(own, "sex", bank) if "sex" in own else [])]:
            part = own if "sex" not in own else own[own["sex"].isna() if level is None else own["sex"].eq(level)]
            for _, row in part.iterrows():
                label = (
                    words("plots.groups.all") if level is None else group_label("sex", level, bank=bank, words=words)
                )
                is_hidden = pd.isna(row["estimate"])
                rate = words("report.cell.hidden") if is_hidden else words.share(row["estimate"])
                lines.append((label, (n_cell(row["count"], words), n_cell(row["n"], words), rate)))
        groups.append(Group(group_label("role", role, bank=bank, words=words), tuple(lines)))
    head = tuple(words(f"report.head.{name}") for name in ("group", "answered", "persons", "rate"))
    return TableView(caption, head, tuple(groups))
