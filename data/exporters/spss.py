"""An SPSS data file: numbers with value labels, user-missing values, the questions as variable labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from exporters.stored import Stored
from kunskap.bank import DONT_KNOW, SKIP, Option

DONT_KNOW_VALUE = 88.0
SKIP_VALUE = 99.0
SKIP_LABEL = "Ej besvarad"
FILE_LABEL = "SIMULERADE SVAR: påhittade personer, inga riktiga svar"
# Where the header keeps the day and the clock of writing: after four characters of type, sixty of product name,
# five four-byte and one eight-byte number (the file-header record of a system file).
CLOCK = slice(92, 109)
FIXED_CLOCK = b"16 Mar 1608:00:00"


def value_codes(options: Sequence[Option]) -> dict[str, float]:
    """Option id → number: 1, 2, … in the item's order; *don't know* is 88."""
    real = [option.id for option in options if option.id != DONT_KNOW]
    codes = {option_id: float(place) for place, option_id in enumerate(real, start=1)}
    if any(option.id == DONT_KNOW for option in options):
        codes[DONT_KNOW] = DONT_KNOW_VALUE
    return codes


def rows(stored: Stored) -> list[dict[str, Any]]:
    """One row of numbers per completed sitting; None is system-missing (never shown)."""
    return [_row(record, stored) for record in stored.records(complete_only=True)]


def _row(record: Mapping[str, Any], stored: Stored) -> dict[str, Any]:
    sitting = record["sitting_id"]
    row: dict[str, Any] = {"id": None, "startdate": record["started_at"], "submitdate": record["completed_at"]}
    for name in stored.background:
        row[name] = value_codes(stored.bank.variables[name].levels).get(record[name])
    for item in stored.items:
        if item.type == "multiple":
            for option_id in item.option_ids:
                ticked = record[f"{item.id}.{option_id}"]
                row[f"{item.id}_{option_id}"] = None if ticked is None else float(ticked)
        elif item.type == "text":
            row[item.id] = stored.texts.get((sitting, item.id), "")
        elif item.type == "number":
            row[item.id] = record[item.id]
        else:
            value = record[item.id]
            numbers = value_codes(item.options) | {SKIP: SKIP_VALUE}
            row[item.id] = None if value is None else numbers[value]
    row["code"] = stored.codes.get(sitting, "")
    return row


def number(listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order the rows by when they were sent in and number them."""
    ordered = sorted(listed, key=lambda row: row["submitdate"])
    for place, row in enumerate(ordered, start=1):
        row["id"] = float(place)
    return ordered


def write(path: Path, listed: Sequence[Mapping[str, Any]], *, stored: Stored, code_stem: str) -> None:
    """Write the file; the same rows give the same bytes."""
    labels: dict[str, str | None] = {"id": "Löpnummer", "startdate": "Påbörjad", "submitdate": "Inskickad"}
    values: dict[str, dict[float, str]] = {}
    missing: dict[str, list[Any]] = {}
    measure = {"id": "scale", "startdate": "scale", "submitdate": "scale"}
    for name in stored.background:
        variable = stored.bank.variables[name]
        labels[name], measure[name] = variable.stem["sv"], "nominal"
        codes = value_codes(variable.levels)
        values[name] = {codes[level.id]: level.text["sv"] for level in variable.levels}
    for item in stored.items:
        if item.type == "multiple":
            for option in item.options:
                name = f"{item.id}_{option.id}"
                labels[name], measure[name] = f"{item.stem['sv']} [{option.text['sv']}]", "nominal"
                values[name] = {0.0: "Inte markerat", 1.0: "Markerat"}
            continue
        labels[item.id] = stored.bank.stem(item.id, "sv")
        measure[item.id] = "scale" if item.type == "number" else "ordinal" if item.is_rated else "nominal"
        if item.type in ("number", "text"):
            continue
        codes = value_codes(item.options)
        values[item.id] = {codes[option.id]: option.text["sv"] for option in item.options} | {SKIP_VALUE: SKIP_LABEL}
        missing[item.id] = [*([DONT_KNOW_VALUE] if DONT_KNOW in codes else []), SKIP_VALUE]
    labels["code"], measure["code"] = code_stem, "nominal"
    table = pd.DataFrame(list(listed), columns=list(labels))
    text = ["code", *(item.id for item in stored.items if item.type == "text")]
    for name in table.columns:
        if name in text:
            table[name] = table[name].fillna("").astype("object")
        elif name in ("startdate", "submitdate"):
            # pyreadstat 1.3.7 writes datetimes held in whole seconds as 1970.
            table[name] = table[name].astype("datetime64[ns]")
        else:
            table[name] = table[name].astype("float64")
    pyreadstat.write_sav(
        table,
        str(path),
        file_label=FILE_LABEL,
        column_labels=labels,
        variable_value_labels=values,
        missing_ranges=missing,
        variable_measure=measure,
        row_compress=True,
    )
    content = bytearray(path.read_bytes())
    content[CLOCK] = FIXED_CLOCK
    path.write_bytes(bytes(content))
