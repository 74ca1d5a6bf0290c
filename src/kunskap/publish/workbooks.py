"""What the workbooks have in common: one typeface, and rows that are high enough for their texts."""

from __future__ import annotations

import datetime
import io
import math
from functools import cache

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.publish.files import NO_DAY, without_clock

__all__ = ["font", "save", "set_heights"]

LINE_HEIGHT, HIGHEST = 15, 409  # points; Excel takes no higher row


@cache
def font(*, bold: bool = False, color: str | None = None) -> Font:
    """The workbook's typeface: a font without a name is shown with serifs by some programs."""
    return Font(name="Calibri", size=11, bold=bold, color=color)


def set_heights(sheet: Worksheet, *, first: int = 1) -> None:
    """Make each row as high as its wrapped texts need; not every program does it when it opens the file.

    Parameters
    ----------
    first : int
        The first row to set.
    """
    widths = {}
    for column in range(1, sheet.max_column + 1):
        letter = get_column_letter(column)
        widths[column] = sheet.column_dimensions[letter].width - 1
    for row in sheet.iter_rows(min_row=first):
        lines = 1
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "s":
                parts = cell.value.split("\n")
                lines = max(lines, sum(max(1, math.ceil(len(part) / widths[cell.column])) for part in parts))
        sheet.row_dimensions[row[0].row].height = min(HIGHEST, LINE_HEIGHT * lines)


def save(book: Workbook, *, date: datetime.date = NO_DAY) -> bytes:
    """The workbook as bytes, the same each time; `date` is the day that its properties name."""
    content = io.BytesIO()
    book.save(content)
    return without_clock(content.getvalue(), date=date)
