"""Every table of a report as a workbook: numbers as numbers, a codebook, and a sheet of what is hidden.

No formulas, no hidden sheets and no macros.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.publish.printed import LOCALES
from kunskap.publish.workbooks import font, save, set_heights
from kunskap.report.document import Document
from kunskap.report.files import table_title
from kunskap.report.labels import group_name, option_name, reason_name, universe_name
from kunskap.report.views import TableView
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["workbook"]

HEAD = 5  # the row of the headings; above it what the sheet shows
NUMBERS = ("count", "n", "estimate", "se", "low", "high")
WHOLE = ("count", "n")
FORMATS = {"share": "0 %", "p": "[<0.0005]0.0E+00;0.000", "flag": "0"}  # no p is nought
LONGEST_NAME = 31
WRAPPED = ("text", "label")
WRAPPING, UNWRAPPING = (Alignment(wrap_text=is_wrapped, vertical="top") for is_wrapped in (True, False))
TO_THE_RIGHT = Alignment(vertical="top", horizontal="right", indent=1)
# A line is not wrapped: what does not fit is in the cell, and in the codebook.
WIDTHS = {"text": 70, "line": 48, "label": 26, "word": 24, "code": 14, "number": 11, "figure": 27}
RIGHT, LINE = ("number", "figure"), 15  # set to the right, with air after; the height of a line
NARROWEST, BESIDE, ARROW = 8, 2, 4  # the least width, the air beside a text, and room for the heading's arrow
LISTED = 3  # columns of a sheet that is a list, and is printed upright


def workbook(document: Document, *, bank: Bank, words: Words) -> bytes:
    """Write the tables of a document as a workbook.

    Parameters
    ----------
    document : Document
        Its release gives the tables; the tables that stand in no release come after them.
    bank, words : Bank, Words
        What codes are called, and interface words in the document's language.

    Returns
    -------
    bytes
        An ``.xlsx`` file: a list of the sheets, one sheet per table, the codebook, what is hidden.  The same document
        gives the same bytes; its only date is the report's own.
    """
    book = Workbook()
    book.properties.title, book.properties.creator = _plain(document.title), "kunskap"
    book.properties.language = LOCALES.get(document.language, document.language)
    contents = book.active
    assert contents is not None  # for the type checker: a new book has a sheet
    contents.title = words("report.excel.contents")
    listed = []
    if isinstance(document.released, Released):
        for name in document.released.names:
            sheet = book.create_sheet(_sheet_name(name, book))
            rows = _write_released(sheet, name, document.released, bank=bank, words=words)
            listed.append((sheet.title, table_title(name, words), rows))
    for number, view in enumerate(document.sheets, start=1):
        named = view.caption if len(view.caption) <= LONGEST_NAME else words("report.excel.table", number=number)
        sheet = book.create_sheet(_sheet_name(_plain(named), book))
        listed.append((sheet.title, view.caption, _write_view(sheet, view, words)))
    if isinstance(document.released, Released):
        listed += _write_codebook(book, document.released, bank=bank, words=words)
        listed += _write_hidden(book, document.released, words)
    _write_contents(contents, document, listed, words)
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "portrait" if sheet.max_column <= LISTED else "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return save(book, date=document.date)


def _write_released(sheet: Worksheet, name: str, released: Released, *, bank: Bank, words: Words) -> int:
    table = released.table(name)
    by = grouping_columns(table)
    head = [
        *(words.said(f"report.excel.by_{column}", column) for column in by),
        *(words(f"report.excel.{column}") for column in ("universe", "item", "option", "answer")),
        *(words(f"report.excel.{column}") for column in ("statistic", "unit", *NUMBERS, "hidden", "stem")),
    ]
    rows = [_released_row(row, by, bank=bank, words=words) for _, row in table.iterrows()]
    kinds = [*(["word"] * len(by)), "word", "line", "code", "line", "line", "word"]
    kinds += [*(["number"] * len(NUMBERS)), "line", "line"]
    _write(sheet, table_title(name, words), head, rows, kinds=kinds, note=_note(released, words))
    place = 1 + kinds.index("number")
    for offset, unit in enumerate(table["unit"], start=1):
        for column in range(place, place + len(NUMBERS)):
            is_whole = NUMBERS[column - place] in WHOLE
            sheet.cell(HEAD + offset, column).number_format = "#,##0" if is_whole else FORMATS.get(str(unit), "0.00")
    return len(rows)


def _released_row(row: pd.Series, by: Sequence[str], *, bank: Bank, words: Words) -> list[object]:
    subject = row["item"] if pd.notna(row["item"]) else row["scale"]
    asked = str(subject).split(".", 1)[0]  # a code for what was written begins with its question
    stem = bank.stem(asked, words.language) if asked in bank.items else _scale_name(subject, bank, words)
    about = universe_name(row["universe"], bank=bank, words=words)
    return [
        *(group_name(column, row[column], bank=bank, words=words) for column in by),
        about[:1].upper() + about[1:],
        "" if pd.isna(subject) else str(subject),
        "" if pd.isna(row["option"]) else str(row["option"]),
        option_name(row, bank=bank, words=words),
        words.said(f"report.statistic.{row['statistic']}", str(row["statistic"])),
        words.said(f"report.unit.{row['unit']}", str(row["unit"])),
        *(_number(row[column], whole=column in WHOLE) for column in NUMBERS),
        reason_name(row["hidden"], words),
        stem,
    ]


def _number(value: Any, *, whole: bool) -> float | None:
    if pd.isna(value):
        return None
    return int(value) if whole else float(value)


def _scale_name(subject: object, bank: Bank, words: Words) -> str:
    if subject in bank.scales:
        return bank.scales[str(subject)].name[words.language]
    return words.said(f"report.excel.scale_{subject}", "")


def _write_view(sheet: Worksheet, view: TableView, words: Words) -> int:
    rows: list[list[object]] = [
        [group.heading, label, *(_amount(cell, place in view.texts) for place, cell in enumerate(cells, start=1))]
        for group in view.groups
        for label, cells in group.rows
    ]
    head = [words("report.excel.under"), *view.head]
    # a heading that is a whole question has a wide column
    is_long = any(len(group.heading) > 2 * WIDTHS["label"] for group in view.groups)
    kinds = [
        "text" if is_long else "label",
        "text",
        *("label" if place in view.texts else "figure" for place in range(1, len(view.head))),
    ]
    if not any(row[0] for row in rows):
        rows, head, kinds = [row[1:] for row in rows], head[1:], kinds[1:]
    _write(sheet, view.caption, head, rows, kinds=kinds, note="")
    return len(rows)


def _amount(cell: str, is_text: bool) -> object:
    """A whole number as a number, so that it can be summed; anything else as it stands."""
    plain = cell.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "")
    return int(plain) if not is_text and plain.removeprefix("-").isdecimal() else cell


def _write_codebook(book: Workbook, released: Released, *, bank: Bank, words: Words) -> list[tuple[str, str, int]]:
    sheet = book.create_sheet(words("report.excel.codebook"))
    tables = [released.table(name) for name in released.names]
    kind = {
        name: words(f"report.excel.kind_{name}") for name in ("column", "measure", "unit", "group", "item", "option")
    }
    rows: list[list[object]] = [
        [kind["column"], words(f"report.excel.{column}"), words(f"report.excel.about_{column}")]
        for column in ("universe", "item", "option", "count", "n", "estimate", "se", "low", "high", "hidden")
    ]
    for name, key in (("measure", "statistic"), ("unit", "unit")):
        codes = list(dict.fromkeys(code for table in tables for code in table[key].dropna()))
        rows += [[kind[name], code, words.said(f"report.{key}.{code}", code)] for code in codes]
    for variable in dict.fromkeys(column for table in tables for column in grouping_columns(table)):
        levels = dict.fromkeys(level for table in tables if variable in table for level in table[variable].dropna())
        rows += [
            [kind["group"], f"{variable}={level}", group_name(variable, level, bank=bank, words=words)]
            for level in levels
        ]
    used = {item for table in tables for item in table["item"].dropna()}
    for item in bank.items.values():
        if item.id in used:
            rows.append([kind["item"], item.id, bank.stem(item.id, words.language)])
            if not item.is_knowledge:  # the options of a question with a right answer are not published
                rows += [
                    [kind["option"], f"{item.id}={option.id}", option.text[words.language]] for option in item.options
                ]
    head = [words(f"report.excel.{name}") for name in ("kind", "code", "meaning")]
    title = words("report.excel.codebook_title")
    _write(sheet, title, head, rows, kinds=["label", "label", "text"], note="")
    return [(sheet.title, title, len(rows))]


def _write_hidden(book: Workbook, released: Released, words: Words) -> list[tuple[str, str, int]]:
    sheet = book.create_sheet(words("report.excel.hidden_sheet"))
    log = released.log
    rows: list[list[object]] = [
        [table_title(str(row["table"]), words), str(row["key"]), reason_name(row["reason"], words)]
        for _, row in log.iterrows()
    ]
    head = [words(f"report.excel.{name}") for name in ("in_table", "row", "reason")]
    note = words("report.findings.nothing_hidden") if log.empty else ""
    title = words("report.hidden.title")
    _write(sheet, title, head, rows, kinds=["label", "text", "label"], note=note)
    return [(sheet.title, title, len(rows))]


def _write_contents(sheet: Worksheet, document: Document, listed: Iterable[tuple[str, str, int]], words: Words) -> None:
    rows: list[list[object]] = [list(entry) for entry in listed]
    head = [words(f"report.excel.{name}") for name in ("sheet", "shows", "rows")]
    made = words("report.made", date=document.date.isoformat())
    _write(sheet, document.title, head, rows, kinds=["label", "text", "number"], note=made)
    _text(sheet, 3, 1, " ".join(f"{note.title}." for note in document.notes))
    for place, row in enumerate(rows, start=HEAD + 1):
        cell = sheet.cell(place, 1)
        cell.hyperlink = f"#'{row[0]}'!A1"
        cell.font = font(color="0B5568")
    _text(sheet, HEAD + len(rows) + 2, 1, document.footer)


def _note(released: Released, words: Words) -> str:
    parts = [f"{words('plots.simulated')}." if released.simulated else "", words("report.excel.read")]
    return " ".join(part for part in parts if part)


def _write(
    sheet: Worksheet,
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    kinds: Sequence[str],
    note: str,
) -> None:
    """A sheet: what it shows, a note, and a table with headings that stay in sight."""
    _text(sheet, 1, 1, title, bold=True)
    _text(sheet, 2, 1, note)
    lines = 1
    for column, (name, kind) in enumerate(zip(_unlike(head), kinds, strict=True), start=1):
        _text(sheet, HEAD, column, name, bold=True)
        placed = "right" if kind in RIGHT else None
        sheet.cell(HEAD, column).alignment = Alignment(
            wrap_text=True, vertical="bottom", horizontal=placed, indent=1 if placed else 0
        )
        texts = [str(row[column - 1]) for row in rows]
        width = _width(kind, name, texts)
        sheet.column_dimensions[get_column_letter(column)].width = width
        lines = max(lines, ceil((len(name) + ARROW) / (width - BESIDE)))
    sheet.row_dimensions[HEAD].height = LINE * lines
    for place, row in enumerate(rows, start=HEAD + 1):
        for column, value in enumerate(row, start=1):
            if isinstance(value, bool | int | float):
                sheet.cell(place, column, value).font = font()
            elif value is not None and value != "":
                _text(sheet, place, column, str(value))
            kind = kinds[column - 1]
            sheet.cell(place, column).alignment = (
                TO_THE_RIGHT if kind in RIGHT else WRAPPING if kind in WRAPPED else UNWRAPPING
            )
            if kind == "figure":
                sheet.cell(place, column).number_format = "#,##0"
    if rows:
        last = f"{get_column_letter(len(head))}{HEAD + len(rows)}"
        table = Table(displayName=f"table_{sheet.parent.index(sheet)}", ref=f"A{HEAD}:{last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(table)
        # a text that goes on beyond its cell would make the printed page as wide as the text
        sheet.print_area, sheet.print_title_rows = f"A1:{last}", f"{HEAD}:{HEAD}"
        if "text" in kinds:
            set_heights(sheet, first=HEAD)
    sheet.freeze_panes = f"A{HEAD + 1}"


def _width(kind: str, head: str, texts: Sequence[str]) -> float:
    """No wider than what stands in the column, so that a sheet can be read on paper; headings are broken at words."""
    if kind == "number":
        return WIDTHS[kind]
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return min(WIDTHS[kind], max(NARROWEST, longest + BESIDE, max(map(len, head.split())) + ARROW))


def _text(sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False) -> None:
    """A text that stays a text, whatever sign it begins with."""
    cell: Any = sheet.cell(row, column)
    cell.value = _plain(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in "=+-@"
    cell.font = font(bold=bold)


def _plain(text: str) -> str:
    """A text without the control characters that a workbook does not have."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _unlike(head: Sequence[str]) -> list[str]:
    """Headings that differ from each other, as a table demands."""
    seen: dict[str, int] = {}
    named = []
    for name in head:
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return named


def _sheet_name(name: str, book: Workbook) -> str:
    """A name that Excel takes: at most 31 signs, none of those it keeps for itself, and no other sheet's."""
    safe = "".join("-" if sign in "[]:*?/\\'" else sign for sign in name)[:LONGEST_NAME]
    taken = {title.casefold() for title in book.sheetnames}
    number, unlike = 2, safe
    while unlike.casefold() in taken:
        unlike = f"{safe[: LONGEST_NAME - 3]} {number}"
        number += 1
    return unlike
