"""Rows of any released table as people read them: one line each, codes in words, hidden figures too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kunskap.bank import SKIP, Bank
from kunskap.report.labels import group_name, option_name
from kunskap.report.views import Group, TableView
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["rows_view"]

MOST, DECIMALS = 60, 2
NUMBERS = ("estimate", "low", "high", "n")
NUMBER = re.compile(r"-?\d+\.\d+")
COMPARISONS = ("difference", "mh_delta")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def rows_view(
    rows: pd.DataFrame, *, caption: str, bank: Bank, words: Words, names: Mapping[str, str] | None = None
) -> TableView:
    """Make a table of released rows, whatever they are about.

    Parameters
    ----------
    rows : DataFrame
        Of a released table.
    caption : str
        The table's title.
    bank, words : Bank, Words
        Labels and interface words.
    names : mapping of str to str, optional
        What further codes are called.

    Returns
    -------
    TableView
        At most sixty lines; the last says how many more there are.  What is the same in all rows is left out.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> row = dict(sex="k", universe="all", scale="total", statistic="mean", unit="share", n=40, estimate=0.52)
    >>> table = estimates([row, row | {"sex": "m", "estimate": float("nan")}], by=["sex"]).assign(hidden=None)
    >>> view = rows_view(table, caption="Means", bank=read_bank(), words=read_words(language="en"))
    >>> view.head, view.groups[0].rows[0]
    (('About', 'Measure', 'Value', 'n'), ('Women', ('Mean', '52%', '40')))
    """
    shown = [name for name in NUMBERS if rows[name].notna().any()]
    by = [name for name in grouping_columns(rows) if rows[name].nunique(dropna=False) > 1]
    differing = {name for name in ("item", "scale") if rows[name].nunique(dropna=False) > 1}
    lines = [
        _line(row, by, shown=shown, differing=differing, bank=bank, words=words, names=names or {})
        for _, row in rows.head(MOST).iterrows()
    ]
    if len(rows) > MOST:
        lines.append((words("gallery.more", count=words.count(len(rows) - MOST)), ("",) * (1 + len(shown))))
    head = (words("gallery.about"), *(words(f"report.excel.{name}") for name in ("statistic", *shown)))
    return TableView(caption, head, (Group("", tuple(lines)),))


def _line(
    row: pd.Series,
    by: list[str],
    *,
    shown: list[str],
    differing: set[str],
    bank: Bank,
    words: Words,
    names: Mapping[str, str],
) -> tuple[str, tuple[str, ...]]:
    option = _option(row, bank=bank, words=words, names=names)
    parts = [
        *(_code(group_name(name, row[name], bank=bank, words=words), words, names) for name in by),
        str(row["item"]) if "item" in differing and pd.notna(row["item"]) else "",
        _scale(row, words, names) if "scale" in differing else "",
        option,
    ]
    label = " · ".join(dict.fromkeys(part for part in parts if part)) or words("plots.groups.all")
    statistic, unit = str(row["statistic"]), str(row["unit"])
    fallback = words.said(f"report.statistic.{statistic}", statistic)
    measure = words.said(f"gallery.codes.{statistic}_{unit}", words.said(f"gallery.codes.{statistic}", fallback))
    if pd.isna(row["estimate"]):
        return label, (measure, words("report.cell.hidden"), *([""] * (len(shown) - 1)))
    return label, (measure, *(_number(row[name], name, statistic, unit, words) for name in shown))


def _code(code: str, words: Words, names: Mapping[str, str]) -> str:
    return names.get(code) or (words.said(f"gallery.codes.{code}", code) if code else "")


def _scale(row: pd.Series, words: Words, names: Mapping[str, str]) -> str:
    """The scale, unless it only repeats the option or is all of the test."""
    scale, option = row["scale"], row["option"]
    if pd.isna(scale) or (pd.notna(option) and str(option) in str(scale)):
        return ""
    return words.said(f"report.excel.scale_{scale}", _code(str(scale), words, names))


def _option(row: pd.Series, *, bank: Bank, words: Words, names: Mapping[str, str]) -> str:
    if pd.isna(row["option"]):
        return ""
    option = str(row["option"])
    if DATE.fullmatch(option):
        return option
    if NUMBER.fullmatch(option):
        return words.number(float(option), decimals=DECIMALS)
    item = bank.items.get(str(row["item"]))
    if item is not None and option in item.option_ids and option != SKIP:
        return item.option(option).text[words.language]
    named = option_name(row, bank=bank, words=words)
    if row["statistic"] in COMPARISONS and named == option.replace("-", "–"):
        first, last = (_code(part, words, names) for part in option.split("-", 1))
        return words("report.excel.minus", first=first, second=last)
    return _code(named, words, names)


def _number(value: Any, name: str, statistic: str, unit: str, words: Words) -> str:
    if pd.isna(value):
        return ""
    if name == "n":
        return words.count(value)
    if unit == "share":
        return words.count(100 * value) if statistic == "difference" else words.share(value)
    return words.count(value) if float(value).is_integer() else words.number(value, decimals=DECIMALS)
