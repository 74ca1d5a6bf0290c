"""A path to a sheet of a known kind: the file's first bytes say how it is read, its headings what it is."""

from __future__ import annotations

from pathlib import Path

from kunskap.readers.delimited import read_delimited
from kunskap.readers.detect import recognise
from kunskap.readers.sheet import Sheet, file_content
from kunskap.readers.spss import SPSS_MAGIC, read_spss
from kunskap.readers.workbook import OLE_MAGIC, ZIP_MAGIC, read_ole, read_workbook

__all__ = ["read_sheet"]


def read_sheet(path: Path) -> Sheet:
    """Read a file, whatever it is called.

    Raises
    ------
    KunskapError
        What is wrong with the whole file; see `file_content`, `read_delimited`, `read_workbook` and `read_spss`.
    """
    content = file_content(path)
    if content.startswith(SPSS_MAGIC):
        sheet = read_spss(path)
    elif content.startswith(ZIP_MAGIC):
        sheet = read_workbook(content, path.name)
    elif content.startswith(OLE_MAGIC):
        sheet = read_ole(content, path.name)
    elif path.suffix.casefold() in (".sav", ".zsav"):
        sheet = read_spss(path)
    elif path.suffix.casefold() in (".xlsx", ".xlsm"):
        sheet = read_workbook(content, path.name)
    else:
        sheet = read_delimited(content, path.name)
    return recognise(sheet)
