"""Excel workbooks: the first sheet with content, every cell as text."""

from __future__ import annotations

import datetime
import io
import zipfile
from itertools import chain

from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.sheet import Sheet, make_sheet

__all__ = ["OLE_MAGIC", "ZIP_MAGIC", "read_ole", "read_workbook"]

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A workbook within the size limit may unpack to far more than a computer holds.
LARGEST_UNPACKED = 1_000_000_000


def read_ole(content: bytes, file: str) -> Sheet:
    """Tell of a file in Microsoft's older container: an old workbook, or a new one under a password.

    Raises
    ------
    KunskapError
        Always: ``READ-10`` password, ``READ-09`` old format.
    """
    is_encrypted = "EncryptedPackage".encode("utf-16-le") in content
    raise KunskapError([fault("READ-10" if is_encrypted else "READ-09", file)])


def read_workbook(content: bytes, file: str) -> Sheet:
    """Read an .xlsx file.

    Raises
    ------
    KunskapError
        ``READ-11`` damaged or no workbook, ``READ-04`` too large when unpacked, ``READ-06`` and ``READ-07`` nothing to
        read.

    Notes
    -----
    Whole numbers lose their ``.0``, dates become ISO text, TRUE becomes ``true``.  Rows keep the numbers that Excel
    shows.
    """
    from openpyxl import load_workbook

    notes: list[Fault] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            limit = LARGEST_UNPACKED // 1_000_000
            raise KunskapError([fault("READ-04", file, size=unpacked // 1_000_000, limit=limit)])
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        records: list[list[str]] = []
        numbers: list[int] = []
        filled: list[str] = []
        for tab in book.worksheets:
            tab.reset_dimensions()  # some programs write a wrong size, and rows would be lost
            rows = enumerate(tab.iter_rows(values_only=True), start=1)
            first = next(((number, row) for number, row in rows if any(map(_filled, row))), None)
            if first is None:
                continue
            filled.append(tab.title)
            if len(filled) == 1:
                for number, row in chain([first], rows):
                    if any(map(_filled, row)):
                        records.append([_text(value) for value in row])
                        numbers.append(number)
        book.close()
    except KunskapError:
        raise
    except Exception as error:  # openpyxl lets through whatever a broken part makes its parsers raise
        raise KunskapError([fault("READ-11", file)]) from error
    if len(filled) > 1:
        notes.append(fault("READ-40", file, count=len(filled), value=filled[0]))
    if not records:
        raise KunskapError([fault("READ-06", file)])
    return _sheet_of(records, numbers, file, tuple(notes))


def _sheet_of(records: list[list[str]], numbers: list[int], file: str, notes: tuple[Fault, ...]) -> Sheet:
    headings = records[0]
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    width = len(headings)
    whole = [_as_wide(record, width) for record in records[1:]]
    # Content outside the headings is a remark in the margin; it belongs to no column.
    return make_sheet(file, headings, whole, numbers[1:], notes=notes)


def _as_wide(record: list[str], width: int) -> list[str]:
    return record[:width] + [""] * (width - len(record))


def _filled(value: object) -> bool:
    return value is not None and value != ""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").replace("\r\n", "\n")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)
