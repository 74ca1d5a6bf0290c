"""Microsoft Forms: answers as texts, in the workbook that Forms gives and in the CSV that people save from it.

Seen in others' code and files only: the leading system columns, `anonymous` instead of an address, `a;b;` for several
choices, no answer codes, no incomplete answers, cp1252 and American dates after saving as CSV.  The Swedish names of
the system columns are as staff have described them; no real Swedish workbook was seen.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from exporters.stored import Stored, answered

SYSTEM = ("ID", "Starttid", "Slutförandetid", "E-post", "Namn")
FIXED_TIME = datetime.datetime(2016, 3, 16, 8, 0, 0)


def columns(stored: Stored, *, code_stem: str) -> dict[str, str]:
    """The file's columns in order: id → heading.  A heading that repeats gets a digit, as Forms gives it."""
    headings: dict[str, str] = {name: name for name in SYSTEM}
    names = {name: stored.bank.variables[name].stem["sv"] for name in stored.background}
    names |= {item.id: item.stem["sv"] for item in stored.items}
    names["code"] = code_stem
    for name, text in names.items():
        heading = " ".join(text.split())
        repeats = sum(1 for earlier in names if names[earlier] == text and earlier in headings)
        headings[name] = f"{heading}{repeats + 1}" if repeats else heading
    return headings


def rows(stored: Stored) -> list[dict[str, Any]]:
    """One row of texts per completed sitting, without `ID` (see `number`)."""
    return [_row(record, stored) for record in stored.records(complete_only=True)]


def _row(record: Mapping[str, Any], stored: Stored) -> dict[str, Any]:
    sitting = record["sitting_id"]
    row: dict[str, Any] = {
        "ID": None,
        "Starttid": record["started_at"].to_pydatetime(),
        "Slutförandetid": record["completed_at"].to_pydatetime(),
        "E-post": "anonymous",
        "Namn": None,
    }
    for name in stored.background:
        row[name] = None if record[name] is None else stored.bank.label(name, record[name], "sv")
    for item in stored.items:
        if item.type == "multiple":
            ticked = [option for option in item.options if record[f"{item.id}.{option.id}"] is True]
            row[item.id] = "".join(f"{option.text['sv']};" for option in ticked) or None
        elif item.type == "text":
            row[item.id] = stored.texts.get((sitting, item.id))
        elif item.type == "number":
            row[item.id] = record[item.id]
        else:
            value = record[item.id]
            row[item.id] = stored.bank.label(item.id, value, "sv") if answered(value) else None
    row["code"] = stored.codes.get(sitting) or None
    return row


def number(listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order the rows by when they were sent in and number them, as Forms does."""
    ordered = sorted(listed, key=lambda row: row["Slutförandetid"])
    for place, row in enumerate(ordered, start=1):
        row["ID"] = place
    return ordered


def write_workbook(path: Path, listed: Sequence[Mapping[str, Any]], *, headings: Mapping[str, str]) -> None:
    """Write the workbook; the same rows give the same bytes."""
    book = Workbook()
    sheet = book.active
    sheet.title = "SIMULERADE SVAR"
    book.properties.title = "Simulerade svar: påhittade personer och svar"
    book.properties.creator = "kunskap, data/make_demo.py"
    sheet.append(list(headings.values()))
    for row in listed:
        sheet.append([row[name] for name in headings])
        for cell in sheet[sheet.max_row]:
            # openpyxl would make a formula of a text that begins with "="; Forms writes it as text.
            if isinstance(cell.value, str):
                cell.data_type = "s"
            elif isinstance(cell.value, datetime.datetime):
                cell.number_format = "m/d/yy h:mm:ss"
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_without_clock(buffer.getvalue()))


def _without_clock(workbook: bytes) -> bytes:
    """Pack the workbook again with one fixed time everywhere."""
    stamp = f"{FIXED_TIME:%Y-%m-%dT%H:%M:%SZ}".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            entry = zipfile.ZipInfo(name, date_time=FIXED_TIME.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return packed.getvalue()


def write_csv(path: Path, listed: Sequence[Mapping[str, Any]], *, headings: Mapping[str, str]) -> None:
    """Write what saving the workbook as CSV gives: cp1252, commas, American dates, CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings.values())
    for row in listed:
        writer.writerow([_csv_text(row[name]) for name in headings])
    path.write_bytes(buffer.getvalue().encode("cp1252"))


def _csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{value.month}/{value.day}/{value:%y} {value.hour}:{value:%M:%S}"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
