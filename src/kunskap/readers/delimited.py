"""Text files with separators: encoding, separator, quoting and broken rows."""

from __future__ import annotations

import codecs
import csv
import io
import re

from kunskap.errors import KunskapError, fault
from kunskap.readers.sheet import Refusal, Sheet, make_sheet

__all__ = ["decode", "read_delimited", "separator_of"]

SEPARATORS = (";", ",", "\t")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# å ä ö Å Ä Ö é – as UTF-8: their presence in a file that is not UTF-8 means that two files were pasted together.
SWEDISH_UTF8 = re.compile(rb"\xc3[\xa5\xa4\xb6\x85\x84\x96\xa9]|\xe2\x80[\x93\x9c\x9d]")
# The same letters read as the wrong encoding and saved again.
MOJIBAKE = re.compile("Ã[¥¤¶…„–©]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
KNOWN_BINARY = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"\x1f\x8b": "gzip"}


def decode(content: bytes, file: str) -> str:
    """The text of a file: UTF-8 with or without mark, UTF-16 with mark, else Windows-1252.

    Raises
    ------
    KunskapError
        ``READ-08`` binary, ``READ-16`` mixed encodings.

    Examples
    --------
    >>> decode("Kön;ålder".encode("cp1252"), "svar.csv")
    'Kön;ålder'
    """
    for magic, name in KNOWN_BINARY.items():
        if content.startswith(magic):
            raise KunskapError([fault("READ-08", file, detail=name)])
    if content.startswith(UTF16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise KunskapError([fault("READ-08", file, detail="binary")]) from error
    if b"\x00" in content:
        raise KunskapError([fault("READ-08", file, detail="binary")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        if content.startswith(codecs.BOM_UTF8) or SWEDISH_UTF8.search(content):
            raise KunskapError([fault("READ-16", file, row=row)]) from error
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as second:
            raise KunskapError([fault("READ-08", file, detail="binary")]) from second
    if len(CONTROL.findall(text[:20_000])) > 0.01 * len(text[:20_000]):
        raise KunskapError([fault("READ-08", file, detail="binary")])
    return text


def _first_records(text: str, separator: str, *, limit: int = 30, longest: int = 1_000_000) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text[:longest], newline=""), delimiter=separator, strict=True):
            records += [record] if record else []
            if len(records) == limit:
                break
    except csv.Error:  # a quotation that does not close says nothing about the separator
        pass
    return records


def separator_of(text: str) -> str | None:
    r"""The separator under which most of the first rows have as many fields as the headings; None if there is none.

    A heading may itself hold commas, so the number of fields alone decides nothing.

    Examples
    --------
    >>> separator_of("Kön;Vad, när, hur, var?\nk;1\nm;2")
    ';'
    """
    found: list[tuple[float, int, str]] = []
    for separator in SEPARATORS:
        records = _first_records(text, separator)
        if records and len(records[0]) > 1:
            alike = sum(len(record) == len(records[0]) for record in records) / len(records)
            found.append((alike, len(records[0]), separator))
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def read_delimited(content: bytes, file: str) -> Sheet:
    """Read CSV or tab-separated text; every value is kept as it stands.

    Raises
    ------
    KunskapError
        ``READ-08`` binary, ``READ-15`` no separator fits, ``READ-16`` mixed encodings, ``READ-33`` broken quotation,
        ``READ-06`` and ``READ-07`` nothing to read.

    Notes
    -----
    A row with too few or too many fields is refused (``READ-28``): which answer belongs where cannot be known.  Empty
    fields after the last are ignored, and so are rows without any content.
    """
    text = decode(content, file)
    first_row = 1
    told = re.match(r'"?sep=(.)"?\r?\n', text)
    if told:  # a line that Excel understands
        text, first_row = text[told.end() :], 2
    if not text.strip():
        raise KunskapError([fault("READ-06", file)])
    separator = told.group(1) if told else separator_of(text)
    if separator is None or separator in '"\r\n':
        raise KunskapError([fault("READ-15", file)])
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            records.append(record)
    except csv.Error as error:
        raise KunskapError([fault("READ-33", file, row=first_row + len(records))]) from error
    return _sheet_of(records, first_row, file)


def _sheet_of(records: list[list[str]], first_row: int, file: str) -> Sheet:
    numbered = [(row, record) for row, record in enumerate(records, start=first_row) if any(map(str.strip, record))]
    if not numbered:
        raise KunskapError([fault("READ-06", file)])
    headings = numbered[0][1]
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    if any(MOJIBAKE.search(heading) for heading in headings):
        raise KunskapError([fault("READ-16", file, row=numbered[0][0])])
    width = len(headings)
    whole: list[list[str]] = []
    rows: list[int] = []
    refusals: list[Refusal] = []
    for row, record in numbered[1:]:
        if len(record) > width and not any(map(str.strip, record[width:])):
            record = record[:width]
        if len(record) == width:
            whole.append(record)
            rows.append(row)
        else:
            refusals.append(Refusal((row,), "", "", fault("READ-28", file, count=len(record), expected=width)))
    if width < 2 or len(refusals) > len(whole):
        raise KunskapError([fault("READ-15", file)])
    return make_sheet(file, headings, whole, rows, refusals=tuple(refusals))
