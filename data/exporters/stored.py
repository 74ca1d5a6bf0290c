"""What a survey tool has stored of one wave, and the faults that are planted in its export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kunskap.bank import SKIP, Bank, Item

# The codes under which a reader may report each kind; a kind that is not here is no fault.
CODES = {
    "before_opening": ("READ-24", "READ-25"),
    "after_closing": ("READ-26",),
    "duplicate": ("READ-23",),
    "unknown_option": ("READ-05",),
    "altered_text": ("READ-05",),
    "not_a_number": ("READ-20",),
}


@dataclass(frozen=True)
class Stored:
    """One wave as a survey tool holds it.

    Attributes
    ----------
    sittings : DataFrame
        `responses` and the background variables beside each other, one row per sitting.
    codes : mapping
        Sitting → linking code; "" where it was left blank.
    texts : mapping
        (Sitting, item) → free text.
    other_sex : mapping
        Sitting → what was written at *other*, for those who chose it.
    """

    bank: Bank
    form: str
    sittings: pd.DataFrame
    codes: dict[str, str]
    texts: dict[tuple[str, str], str]
    other_sex: dict[str, str]

    @property
    def items(self) -> tuple[Item, ...]:
        """The form's items, in order."""
        return self.bank.form_items(self.form)

    @property
    def background(self) -> tuple[str, ...]:
        """The form's background variables, in order."""
        return self.bank.forms[self.form].background

    def records(self, *, complete_only: bool) -> list[dict[str, Any]]:
        """The sittings as dictionaries, in the order of starting; missing values are None."""
        table = self.sittings
        if complete_only:
            table = table[table["completed_at"].notna()]
        rows = table.astype("object").to_dict("records")
        return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


@dataclass(frozen=True)
class Planted:
    """One planted fault, with the row itself so that its number can be told when all rows stand."""

    kind: str
    row: Any
    column: str
    value: str
    rejected: bool = True


def _plain(value: Any) -> Any:
    """A Python value, None where it is missing."""
    if pd.isna(value):
        return None
    return bool(value) if isinstance(value, np.bool_) else value


def answered(value: Any) -> bool:
    """Whether an answer was given: neither missing nor skipped."""
    return value is not None and value != SKIP


def place_rows(
    file: str, rows: Sequence[Any], planted: Sequence[Planted], *, first_row: int = 2
) -> list[dict[str, Any]]:
    """Say in which row of the file each fault stands, counted as a spreadsheet shows it."""
    numbers = {id(row): number for number, row in enumerate(rows, start=first_row)}
    placed = [
        {
            "file": file,
            "row": None if fault.row is None else numbers[id(fault.row)],
            "column": fault.column,
            "kind": fault.kind,
            "value": fault.value,
            "rejected": fault.rejected,
            "codes": list(CODES.get(fault.kind, ())),
        }
        for fault in planted
    ]
    return sorted(placed, key=lambda fault: (fault["row"] or 0, fault["column"], fault["kind"]))
