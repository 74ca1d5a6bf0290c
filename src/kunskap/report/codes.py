"""The codebook of a report's workbook: what each sheet, column and code is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.report.document import Document
from kunskap.report.labels import column_name, group_name, subject_name
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["COLUMNS", "NUMBERS", "codebook_rows"]

NUMBERS = ("count", "n", "estimate", "se", "low", "high")
COLUMNS = ("universe", "item", "option", "answer", "statistic", "unit", *NUMBERS, "hidden", "stem")
"""The columns of a released table's sheet, after those that divide it into groups."""
IN_FILES = {"item": "item, scale", "answer": "", "stem": ""}
"""What columns of a sheet are called in the files, where it is something else."""


def codebook_rows(
    document: Document, released: Released, *, sheets: Iterable[tuple[str, str]], bank: Bank, words: Words
) -> list[list[object]]:
    """What stands in the codebook: a kind, what the sheets say, what it means, and what the files say.

    Parameters
    ----------
    document : Document
        Names the codes that no bank knows.
    released : Released
        The sheets of figures.
    sheets : iterable of (str, str)
        The other sheets, and what their columns are.
    bank, words : Bank, Words
        Questions and labels; the right answer is told of no question.
    """
    tables = [released.table(name) for name in released.names]
    groups = list(dict.fromkeys(column for table in tables for column in grouping_columns(table)))
    rows = [("sheet", title, about, "") for title, about in sheets]
    rows += [("column", column_name(name, words), words("report.excel.about_group"), name) for name in groups]
    for name in COLUMNS:
        about = words(f"report.excel.about_{name}")
        rows.append(("column", words(f"report.excel.{name}"), about, IN_FILES.get(name, name)))
    for kind, key in (("measure", "statistic"), ("unit", "unit")):
        for code in _used(tables, key):
            shown = words.said(f"report.{key}.{code}", code)
            rows.append((kind, shown, words.said(f"report.excel.{kind}_is.{code}", shown), f"{key}={code}"))
    for name in groups:
        for level in _used(tables, name):
            shown = group_name(name, level, document.code_names, bank=bank, words=words)
            rows.append(("group", shown, column_name(name, words), f"{name}={level}"))
    rows += _subjects(document, tables, bank, words)
    return [[words(f"report.excel.kind_{kind}"), *told] for kind, *told in rows]


def _subjects(
    document: Document, tables: Sequence[pd.DataFrame], bank: Bank, words: Words
) -> Iterator[tuple[str, str, str, str]]:
    """Scales, codes of free text, and questions with their answers."""
    items = _used(tables, "item")
    for code in [*_used(tables, "scale"), *(item for item in items if item not in bank.items)]:
        name = subject_name(code, document.code_names, bank=bank, words=words)
        yield "scale" if code not in items else "text", code, name, code
    for item in bank.items.values():
        if item.id in items:
            yield "item", item.id, bank.stem(item.id, words.language), item.id
            if not item.is_knowledge:  # the options of a question with a right answer are not published
                for option in item.options:
                    yield "option", option.id, option.text[words.language], f"{item.id}={option.id}"


def _used(tables: Sequence[pd.DataFrame], column: str) -> list[str]:
    return list(dict.fromkeys(str(code) for table in tables if column in table for code in table[column].dropna()))
