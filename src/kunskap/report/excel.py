"""Every table of a report as a workbook: numbers as numbers, a codebook, and a sheet of what is hidden.

No formulas, no hidden sheets and no macros.  A hidden figure says so in its cell; an empty cell has no such figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, NamedTuple

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.publish.printed import LOCALES
from kunskap.publish.workbooks import font, save, set_heights
from kunskap.report.codes import COLUMNS, NUMBERS, codebook_rows
from kunskap.report.document import Document
from kunskap.report.files import table_title
from kunskap.report.labels import (
    EVERYONE,
    column_name,
    group_name,
    option_name,
    reason_name,
    short_title,
    subject_name,
    universe_name,
)
from kunskap.report.views import TableView
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["workbook"]

HEAD = 5  # the row of the headings; above it what the sheet shows
WHOLE = ("count", "n")
HIDDEN = ("item", "answer", "statistic", "hidden")  # what the list of hidden figures tells of each
FORMATS = {"p": "[<0.0005]0.0E+00;0.000", "flag": "0"}  # no p is nought
PERCENT = {"sv": "0 %", "en": "0%"}
OWN_SHEETS = ("contents", "hidden_sheet")
THOUSANDS, PER_CENT = "#,##0", 100
LONGEST_NAME = 31
WRAPPED = ("text", "label")
WRAPPING, UNWRAPPING = (Alignment(wrap_text=is_wrapped, vertical="top") for is_wrapped in (True, False))
UNDER_HEAD = Border(bottom=Side("thin"))
TO_THE_RIGHT = Alignment(vertical="top", horizontal="right", indent=1)
# A line is not wrapped: what does not fit is in the cell, and in the codebook.  What stands aside is not printed.
WIDTHS = {"text": 70, "line": 48, "aside": 48, "label": 26, "word": 24, "code": 14, "number": 11, "figure": 27}
RIGHT, LINE = ("number", "figure"), 15  # set to the right, with air after; the height of a line
NARROWEST, BESIDE, ARROW = 8, 2, 4  # the least width, the air beside a text, and room for the heading's arrow
LISTED = 4  # columns of a sheet that is a list, and is printed upright


class Listed(NamedTuple):
    """A line of the list of sheets; `about` is what the columns are, where no other sheet has the same."""

    sheet: str
    shows: str
    rows: int
    file: str = ""
    about: str = ""


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
    released = document.released if isinstance(document.released, Released) else None
    listed = _write_released(book, released, document, bank=bank, words=words) if released else []
    for number, view in enumerate(document.sheets, start=1):
        named = view.caption if len(view.caption) <= LONGEST_NAME else words("report.excel.table", number=number)
        sheet = book.create_sheet(_sheet_name(_plain(named), book))
        rows = _write_view(sheet, view, _note(document, view.about, words), words)
        listed.append(Listed(sheet.title, view.caption, rows, about=view.about))
    if released:
        listed.append(_write_codebook(book, released, document, listed, bank=bank, words=words))
        listed.append(_write_hidden(book, released, document, bank=bank, words=words))
    _write_contents(contents, document, listed, words)
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "portrait" if sheet.max_column <= LISTED else "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return save(book, date=document.date)


def _write_released(
    book: Workbook, released: Released, document: Document, *, bank: Bank, words: Words
) -> list[Listed]:
    """A sheet for each table that has passed the gate."""
    listed = []
    note, percent = _note(document, words("report.excel.read"), words), PERCENT[words.language]
    for name in released.names:
        table, title = released.table(name), table_title(name, words)
        by = grouping_columns(table)
        head = [*(column_name(each, words) for each in by), *(words(f"report.excel.{column}") for column in COLUMNS)]
        kinds = [*(["word"] * len(by)), "word", "line", "code", "line", "line", "word"]
        kinds += [*(["number"] * len(NUMBERS)), "line", "aside"]
        rows = [_released_row(row, by, document, bank=bank, words=words) for _, row in table.iterrows()]
        sheet = book.create_sheet(_sheet_name(short_title(name, bank=bank, words=words), book))
        _write(sheet, title, head, rows, kinds=kinds, note=note)
        for place, unit in enumerate(table["unit"], start=HEAD + 1):
            for column, number in enumerate(NUMBERS, start=1 + kinds.index("number")):
                shown = THOUSANDS if number in WHOLE else percent if unit == "share" else FORMATS.get(unit, "0.00")
                sheet.cell(place, column).number_format = shown
        listed.append(Listed(sheet.title, title, len(rows), f"tables/{name}.csv"))
    return listed


def _released_row(row: pd.Series, by: Sequence[str], document: Document, *, bank: Bank, words: Words) -> list[object]:
    subject = row["item"] if pd.notna(row["item"]) else row["scale"]
    about = universe_name(row["universe"], bank=bank, words=words)
    names, hidden = document.code_names, words("report.cell.hidden")
    return [
        *(group_name(column, row[column], names, bank=bank, words=words) for column in by),
        about[:1].upper() + about[1:],
        "" if pd.isna(subject) else str(subject),
        "" if pd.isna(row["option"]) else str(row["option"]),
        option_name(row, bank=bank, words=words),
        words.said(f"report.statistic.{row['statistic']}", str(row["statistic"])),
        words.said(f"report.unit.{row['unit']}", str(row["unit"])),
        *(_number(row[name], whole=name in WHOLE) if pd.isna(row["hidden"]) else hidden for name in NUMBERS),
        reason_name(row["hidden"], words),
        "" if pd.isna(subject) else subject_name(str(subject), names, bank=bank, words=words),
    ]


def _number(value: Any, *, whole: bool) -> float | None:
    if pd.isna(value):
        return None
    return int(value) if whole else float(value)


def _write_view(sheet: Worksheet, view: TableView, note: str, words: Words) -> int:
    rows: list[list[object]] = []
    for group in view.groups:
        for label, cells in group.rows:
            amounts = [cell if place in view.texts else _amount(cell, words) for place, cell in enumerate(cells, 1)]
            rows.append([group.heading, label, *amounts])
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
    _write(sheet, view.caption, head, rows, kinds=kinds, note=note)
    for cells in sheet.iter_rows(min_row=HEAD + 1):
        for cell in cells:
            cell.number_format = PERCENT[words.language] if isinstance(cell.value, float) else THOUSANDS
    return len(rows)


def _amount(cell: str, words: Words) -> object:
    """A whole number or a share as a number, so that it can be summed or drawn; anything else as it stands."""
    separator = words.count(1000)[1:2]
    plain = cell.replace("\N{MINUS SIGN}", "-").replace(separator, "").replace("\N{NO-BREAK SPACE}", "")
    digits = plain.removeprefix("-").removesuffix("%")
    if not digits.isdecimal():
        return cell
    return float(plain.removesuffix("%")) / PER_CENT if plain.endswith("%") else int(plain)


def _write_codebook(
    book: Workbook, released: Released, document: Document, listed: Sequence[Listed], *, bank: Bank, words: Words
) -> Listed:
    sheets = [(each.sheet, each.about) for each in listed if each.about]
    sheets += [(words(f"report.excel.{name}"), words(f"report.excel.sheets.{name}")) for name in OWN_SHEETS]
    rows = codebook_rows(document, released, sheets=sheets, bank=bank, words=words)
    head = [words(f"report.excel.{name}") for name in ("kind", "code", "meaning", "in_files")]
    title, note = words("report.excel.codebook_title"), words("report.excel.codebook_note")
    sheet = book.create_sheet(words("report.excel.codebook"))
    _write(sheet, title, head, rows, kinds=["label", "label", "text", "line"], note=note)
    return Listed(sheet.title, title, len(rows))


def _write_hidden(book: Workbook, released: Released, document: Document, *, bank: Bank, words: Words) -> Listed:
    """Every figure that is hidden, in the words of its sheet."""
    rows: list[list[object]] = []
    for name in released.names:
        table = released.table(name)
        by = grouping_columns(table)
        for _, row in table[table["hidden"].notna()].iterrows():
            told = dict(zip((*by, *COLUMNS), _released_row(row, by, document, bank=bank, words=words), strict=True))
            groups = [str(told[each]) for each in by if told[each]]
            if not groups or row["universe"] != EVERYONE:
                groups.append(str(told["universe"]))
            told_of = [short_title(name, bank=bank, words=words), ", ".join(groups)]
            rows.append([*told_of, *(told[each] for each in HIDDEN)])
    base = words.count(released.policy.base)
    note = words("report.hidden.text", base=base) if rows else words("report.findings.nothing_hidden")
    head = [words(f"report.excel.{name}") for name in ("sheet", "universe", *HIDDEN)]
    sheet, title = book.create_sheet(words("report.excel.hidden_sheet")), words("report.hidden.title")
    _write(sheet, title, head, rows, kinds=["line", "line", "line", "line", "line", "label"], note=note)
    return Listed(sheet.title, title, len(rows), words("report.hidden.file"))


def _write_contents(sheet: Worksheet, document: Document, listed: Sequence[Listed], words: Words) -> None:
    rows: list[list[object]] = [list(each[:LISTED]) for each in listed]
    head = [words(f"report.excel.{name}") for name in ("sheet", "shows", "rows", "in_files")]
    made = words("report.made", date=document.date.isoformat())
    _write(sheet, document.title, head, rows, kinds=["line", "text", "number", "line"], note=made)
    _text(sheet, 3, 1, " ".join(f"{note.title}." for note in document.notes))
    for place, row in enumerate(rows, start=HEAD + 1):
        cell = sheet.cell(place, 1)
        cell.hyperlink = f"#'{row[0]}'!A1"
        cell.font = font(color="0B5568")
    _text(sheet, HEAD + len(rows) + 2, 1, document.footer)


def _note(document: Document, about: str, words: Words) -> str:
    parts = [f"{words('plots.simulated')}." if document.is_simulated else "", about]
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
    lines, across = 1, 0.0
    for column, (name, kind) in enumerate(zip(_unlike(head), kinds, strict=True), start=1):
        _text(sheet, HEAD, column, name, bold=True)
        placed = "right" if kind in RIGHT else None
        cell = sheet.cell(HEAD, column)
        cell.alignment = Alignment(wrap_text=True, vertical="bottom", horizontal=placed, indent=1 if placed else 0)
        cell.border = UNDER_HEAD  # not every program draws the table's own style
        texts = [str(row[column - 1]) for row in rows]
        width = _width(kind, name, texts)
        sheet.column_dimensions[get_column_letter(column)].width = width
        across += width * (kind != "aside")
        lines = max(lines, ceil((len(name) + ARROW) / (width - BESIDE)))
    sheet.row_dimensions[HEAD].height = LINE * lines
    if note:  # it goes on over the columns, and down, whatever program shows it
        sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=_printed(kinds))
        sheet.cell(2, 1).alignment = WRAPPING
        sheet.row_dimensions[2].height = LINE * ceil(len(note) / (across - BESIDE))
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
    if rows:
        last, printed = (f"{get_column_letter(width)}{HEAD + len(rows)}" for width in (len(head), _printed(kinds)))
        table = Table(displayName=f"table_{sheet.parent.index(sheet)}", ref=f"A{HEAD}:{last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(table)
        # a text that goes on beyond its cell would make the printed page as wide as the text
        sheet.print_area, sheet.print_title_rows = f"A1:{printed}", f"{HEAD}:{HEAD}"
        if set(WRAPPED) & set(kinds):
            set_heights(sheet, first=HEAD)
    sheet.freeze_panes = f"A{HEAD + 1}"


def _printed(kinds: Sequence[str]) -> int:
    return sum(kind != "aside" for kind in kinds)


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
    """Headings that differ from each other, as a table demands: those that are alike say what they stand beside."""
    beside = [
        f"{name}, {before}" if before and head.count(name) > 1 else name
        for before, name in zip(("", *head), head, strict=False)
    ]
    return [name if beside.count(name) == 1 else f"{name} {place}" for place, name in enumerate(beside, start=1)]


def _sheet_name(name: str, book: Workbook) -> str:
    """A name that Excel takes: at most 31 signs, none of those it keeps for itself, and no other sheet's."""
    safe = "".join("-" if sign in "[]:*?/\\'" else sign for sign in name)[:LONGEST_NAME]
    taken = {title.casefold() for title in book.sheetnames}
    number, unlike = 2, safe
    while unlike.casefold() in taken:
        unlike = f"{safe[: LONGEST_NAME - 3]} {number}"
        number += 1
    return unlike
