"""LimeSurvey's response CSV, as the program's own web interface writes it.

Seen in real exports of LimeSurvey 6.4.2: UTF-8 with a byte-order mark, every value in double quotes and `"` doubled,
records ended by CRLF with LF inside values, system columns in the language of the export, `-oth-` with its text in
`name[other]`, `Y` or nothing for several choices, and an array question as `array[part]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from exporters.stored import Stored, answered

SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
SYSTEM_TEXTS = {
    "id": "Svars-ID",
    "submitdate": "Datum inskickad",
    "lastpage": "Sista sidan",
    "startlanguage": "Startspråk",
    "seed": "Frö",
    "startdate": "Datum påbörjad",
    "datestamp": "Datum senaste åtgärd",
}
OTHER = "-oth-"


def columns(stored: Stored) -> dict[str, str]:
    """The file's columns in order: code → full text."""
    bank = stored.bank
    texts = dict(SYSTEM_TEXTS)
    for name in stored.background:
        variable = bank.variables[name]
        texts[name] = variable.stem["sv"]
        if variable.other:
            texts[f"{name}[other]"] = f"{variable.stem['sv']} [Annat]"
    for item in stored.items:
        if item.type == "multiple":
            texts |= {f"{item.id}[{option.id}]": f"{item.stem['sv']} [{option.text['sv']}]" for option in item.options}
        elif item.battery:
            texts[f"{item.battery}[{item.id}]"] = f"{bank.batteries[item.battery]['sv']} [{item.stem['sv']}]"
        else:
            texts[item.id] = item.stem["sv"]
    return texts


def rows(stored: Stored) -> list[dict[str, str]]:
    """One row of codes per sitting, incomplete ones too, without `id` (see `number`)."""
    return [_row(record, stored) for record in stored.records(complete_only=False)]


def _row(record: Mapping[str, Any], stored: Stored) -> dict[str, str]:
    sitting = record["sitting_id"]
    pages = len(stored.bank.forms[stored.form].sections) + 2
    completed = record["completed_at"]
    reached = pages if completed is not None else 1 + _sections_reached(record, stored)
    last_action = completed or record["started_at"] + pd.Timedelta(minutes=1 + 2 * reached)
    row = {
        "id": "",
        "submitdate": "" if completed is None else f"{completed:%Y-%m-%d %H:%M:%S}",
        "lastpage": str(reached),
        "startlanguage": "sv",
        "seed": str(100_000_000 + int(record["started_at"].timestamp()) * 7919 % 900_000_000),
        "startdate": f"{record['started_at']:%Y-%m-%d %H:%M:%S}",
        "datestamp": f"{last_action:%Y-%m-%d %H:%M:%S}",
    }
    for name in stored.background:
        other = stored.bank.variables[name].other
        value = record[name] or ""
        row[name] = OTHER if other and value == other else value
        if other:
            row[f"{name}[other]"] = stored.other_sex.get(sitting, "") if value == other else ""
    for item in stored.items:
        if item.type == "multiple":
            for option_id in item.option_ids:
                row[f"{item.id}[{option_id}]"] = "Y" if record[f"{item.id}.{option_id}"] is True else ""
        elif item.type == "text":
            row[item.id] = stored.texts.get((sitting, item.id), "")
        else:
            value = record[item.id]
            text = f"{value:g}" if item.type == "number" and value is not None else value
            row[f"{item.battery}[{item.id}]" if item.battery else item.id] = text if answered(text) else ""
    row["code"] = stored.codes.get(sitting, "")
    return row


def _sections_reached(record: Mapping[str, Any], stored: Stored) -> int:
    """How many sections have any answer or skip; what is missing there was never reached."""
    reached = 0
    for number, section in enumerate(stored.bank.forms[stored.form].sections, start=1):
        names = [name for item_id in section.items for name in stored.bank.items[item_id].columns]
        if any(record[name] is not None for name in names):
            reached = number
    return reached


def number(listed: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Order the rows by their start and number them, as the program does when a participant opens the survey."""
    ordered = sorted(listed, key=lambda row: row["startdate"])
    for place, row in enumerate(ordered, start=1):
        row["id"] = str(place)
    return ordered


def write(
    path: Path,
    listed: Sequence[Mapping[str, str]],
    *,
    texts: Mapping[str, str],
    code_stem: str,
    headings: str = "code",
    html: Sequence[str] = (),
    separator: str = ";",
) -> None:
    """Write the file.

    Parameters
    ----------
    headings : str
        ``"code"``, or ``"codetext"`` for `code. text` (line breaks as spaces).
    html : sequence of str
        Columns whose heading keeps the editor's markup, as older versions of the program write it.
    """
    texts = {**texts, "code": code_stem}

    def heading(code: str) -> str:
        text = " ".join(texts[code].split())
        text = f"<p><strong>{text}</strong></p>" if code in html else text
        return code if headings == "code" else f"{code}. {text}"

    lines = [separator.join(_quoted(heading(code)) for code in texts)]
    lines += [separator.join(_quoted(row[code]) for code in texts) for row in listed]
    path.write_bytes(b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode("utf-8"))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
