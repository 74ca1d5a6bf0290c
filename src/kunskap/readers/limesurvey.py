"""What is particular to LimeSurvey: its system columns in two languages, and the VV file."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from kunskap.readers.sheet import Sheet

__all__ = ["NOT_SHOWN", "SYSTEM", "is_vv", "read_vv"]

NOT_SHOWN = "{question_not_shown}"
# Code, Swedish and English heading (as seen in exports of LimeSurvey 6.4.2) → what the column is for.
SYSTEM = {
    "id": "sitting",
    "svars-id": "sitting",
    "response id": "sitting",
    "submitdate": "submitted",
    "datum inskickad": "submitted",
    "date submitted": "submitted",
    "startdate": "started",
    "datum påbörjad": "started",
    "date started": "started",
    "datestamp": "touched",
    "datum senaste åtgärd": "touched",
    "date last action": "touched",
    "lastpage": "page",
    "sista sidan": "page",
    "last page": "page",
    "startlanguage": "language",
    "startspråk": "language",
    "start language": "language",
    "seed": "seed",
    "frö": "seed",
}
MARKS = {"{newline}": "\n", "{cr}": "\r", "{tab}": "\t"}
MARK = re.compile("|".join(map(re.escape, MARKS)))


def is_vv(sheet: Sheet) -> bool:
    """Whether the row after the headings holds LimeSurvey's codes: a VV file."""
    second = {str(value) for value in sheet.cells.iloc[0] if value}
    return "id" in second and len(second & {"submitdate", "lastpage", "startlanguage"}) >= 2


def _unmask(value: str) -> str | None:
    if value == NOT_SHOWN:
        return None
    if "{" not in value:
        return value
    if value.startswith("{quote}"):
        value = '"' + value.removeprefix("{quote}")
    # {lbrace} last, or it would make new marks of what people wrote.
    return MARK.sub(lambda found: MARKS[found.group()], value).replace("{lbrace}", "{")


def read_vv(sheet: Sheet) -> Sheet:
    """The sheet with the codes as headings, the texts as questions and the marks replaced by what they stand for."""
    codes = tuple(str(value) for value in sheet.cells.iloc[0])
    cells: dict[int, pd.Series] = {}
    for position in range(len(codes)):
        unmasked = np.array([_unmask(value) for value in sheet.column(position)[1:]] + [None], dtype=object)[:-1]
        cells[position] = pd.Series(unmasked, dtype=object)
    questions = dict(enumerate(sheet.headings))
    return replace(
        sheet,
        headings=codes,
        cells=pd.DataFrame(cells, dtype=object),
        rows=sheet.rows[1:],
        kind="limesurvey_vv",
        questions=questions,
    )
