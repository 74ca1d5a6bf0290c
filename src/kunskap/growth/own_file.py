"""Read a table of someone's own, column by column: what can be read is kept, the rest is told with place and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.delimited import read_delimited
from kunskap.readers.plain import plain
from kunskap.readers.privacy import PERSONAL_NUMBER, mask_patterns
from kunskap.readers.result import rejects_table
from kunskap.readers.sheet import Refusal, Sheet, file_content, shown_heading
from kunskap.readers.workbook import OLE_MAGIC, ZIP_MAGIC, read_ole, read_workbook

__all__ = ["Column", "OwnTable", "open_sheet", "read_own_file", "worked_example"]

NOTHING = frozenset({"", "-", "–", "saknas", "uppgift saknas", "ej angivet", "n/a"})
SPACES = re.compile(r"[\s\u00a0\u202f']")
UNITS = re.compile(r"(?:kronor|kr|sek|%|procent)\.?$", re.IGNORECASE)
YEAR = re.compile(r"((?:19|20)\d\d)(?:-\d\d?-\d\d?(?:[ T].*)?)?")
THOUSANDS = re.compile(r"-?\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d+)")
# 12.500 may be twelve and a half or twelve thousand five hundred: nobody but the writer knows.
AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Column:
    """A column that a file should have.

    Attributes
    ----------
    name : str
        What it is called in the table that is read.
    headings : tuple of str
        What it may be called in a file, apart from `name`; case and spaces do not matter.
    kind : {"text", "number", "year", "choice"}
        Numbers may have spaces, a decimal comma and a unit (kr, %); a year is taken out of a date too.
    required : bool
        Whether the file must have the column.
    needed : bool
        Whether a row without a readable value is left out whole; otherwise only that value is missing.
    choices : mapping
        What may stand in the file (in lower case) → what it stands for.
    empty : str, optional
        What an empty cell stands for, where that is something.
    bounds : tuple of float
        The smallest and the largest number.
    """

    name: str
    headings: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = True
    needed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    empty: str | None = None
    bounds: tuple[float, float] = (0.0, float("inf"))

    @property
    def spoken(self) -> str:
        """What people call it: the first of its headings."""
        return self.headings[0] if self.headings else self.name


@dataclass(frozen=True)
class OwnTable:
    """What was read of one file.

    Attributes
    ----------
    table : DataFrame
        `row` (as a spreadsheet shows it) and one column per `Column`; texts, floats, and nullable whole years.
    rejects : DataFrame
        As in `kunskap.readers.Import`: every cell and row that was not taken, with place, value and reason.
    notes : tuple of Fault
        What else to know about the file: columns that were not read, cells that were left empty.
    file : str
        The file's name.
    """

    table: pd.DataFrame = field(repr=False)
    rejects: pd.DataFrame = field(repr=False)
    notes: tuple[Fault, ...] = ()
    file: str = ""


def read_own_file(
    path: str | Path, columns: Sequence[Column], *, dropped: Sequence[str] = (), sheet: Sheet | None = None
) -> OwnTable:
    """Read a CSV or Excel file that should have certain columns.

    Nothing is lost: a value that cannot be read is in `rejects` with its row and column, and so is a row that had to be
    left out because of it.  Columns that nobody asked for are never read; those that tell who somebody is are named as
    dropped.  Personal numbers, addresses and the like are hidden wherever they turn up.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (comma, semicolon or tab; UTF-8 or Windows-1252) or ``.xlsx`` (first sheet with content).
    columns : sequence of Column
        What to read.
    dropped : sequence of str
        Patterns for headings of columns that tell who somebody is.
    sheet : Sheet, optional
        The file, where it has already been opened.

    Raises
    ------
    KunskapError
        What is wrong with the whole file (``READ-…``), and ``GROWTH-20`` and ``GROWTH-21`` for columns that are missing
        or there twice; all at once.
    """
    sheet = sheet or open_sheet(Path(path))
    places = _places(sheet, columns)
    table = pd.DataFrame({"row": pd.Series(sheet.rows, dtype="int64")})
    refusals: list[Refusal] = list(sheet.refusals)
    notes = [*sheet.notes, *_unread(sheet, places, dropped)]
    left_out = np.zeros(len(sheet.rows), dtype=bool)
    for column in columns:
        cells = _cells(sheet, places.get(column.name))
        values, wrong = _values(cells, column)
        for position in np.flatnonzero(wrong):
            refusals.append(_refusal(sheet, column, places[column.name], int(position), cells[position]))
        if column.needed:
            missing = np.array([value is None for value in values]) & ~wrong
            for position in np.flatnonzero(missing):
                why = fault("GROWTH-23", sheet.file, column=column.spoken)
                refusals.append(Refusal((int(sheet.rows[position]),), _heading(sheet, places, column), "", why))
            left_out |= missing | wrong
        table[column.name] = _typed(values, column)
    kept = table[~left_out].reset_index(drop=True)
    return OwnTable(kept, rejects_table(sheet.file, refusals), tuple(notes), sheet.file)


def worked_example(name: str | Path) -> Path:
    """The file of a worked example that is named without its ending; anything with an ending is a file of your own.

    Examples
    --------
    >>> worked_example("darav_simulerad").name, str(worked_example("min_fil.xlsx"))
    ('darav_simulerad.csv', 'min_fil.xlsx')
    """
    return Path(name) if Path(name).suffix else data_folder() / "growth" / f"{name}.csv"


def open_sheet(path: Path) -> Sheet:
    """The cells of a CSV or Excel file; its first bytes say which it is.

    Raises
    ------
    KunskapError
        ``READ-…``: missing, empty, damaged, no table.
    """
    content = file_content(path)
    if content.startswith(ZIP_MAGIC):
        return read_workbook(content, path.name)
    if content.startswith(OLE_MAGIC):
        return read_ole(content, path.name)
    return read_delimited(content, path.name)


def _places(sheet: Sheet, columns: Sequence[Column]) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for column in columns:
        known = {plain(heading) for heading in (column.name, *column.headings)}
        found[column.name] = [place for place, heading in enumerate(sheet.headings) if plain(heading) in known]
    faults = []
    for column in columns:
        if len(found[column.name]) > 1:
            named = ", ".join(shown_heading(sheet.headings[place]) for place in found[column.name])
            faults.append(fault("GROWTH-21", sheet.file, column=column.spoken, found=named))
        elif column.required and not found[column.name]:
            expected = ", ".join(column.headings or (column.name,))
            faults.append(fault("GROWTH-20", sheet.file, column=column.spoken, expected=expected))
    if faults:
        raise KunskapError(faults)
    return {name: places[0] for name, places in found.items() if places}


def _heading(sheet: Sheet, places: Mapping[str, int], column: Column) -> str:
    return shown_heading(sheet.headings[places[column.name]]) if column.name in places else column.name


def _unread(sheet: Sheet, places: Mapping[str, int], dropped: Sequence[str]) -> Iterator[Fault]:
    rest = [heading for place, heading in enumerate(sheet.headings) if place not in set(places.values())]
    rest = [heading for heading in rest if heading.strip()]
    personal = [heading for heading in rest if any(re.search(pattern, plain(heading)) for pattern in dropped)]
    others = [heading for heading in rest if heading not in personal]
    if personal:
        named = ", ".join(shown_heading(heading) for heading in personal)
        yield fault("GROWTH-24", sheet.file, count=len(personal), headings=named)
    if others:
        named = ", ".join(mask_patterns(shown_heading(heading)) for heading in others)
        yield fault("GROWTH-25", sheet.file, count=len(others), headings=named)


def _cells(sheet: Sheet, place: int | None) -> list[str]:
    if place is None:
        return [""] * len(sheet.rows)
    return ["" if value is None else str(value).strip() for value in sheet.column(place)]


def _values(cells: Sequence[str], column: Column) -> tuple[list[object], np.ndarray]:
    """What each cell stands for (None where nothing), and which cannot be read."""
    read = {"text": _text, "number": _number, "year": _year, "choice": _choice}[column.kind]
    values: list[object] = []
    wrong = np.zeros(len(cells), dtype=bool)
    for position, cell in enumerate(cells):
        if " ".join(cell.split()).casefold() in NOTHING and plain(cell) not in column.choices:
            values.append(column.empty)
            continue
        value = read(cell, column)
        wrong[position] = value is None
        values.append(value)
    return values, wrong


def _text(cell: str, _: Column) -> str | None:
    return mask_patterns(cell, patterns=(PERSONAL_NUMBER,))


def _number(cell: str, column: Column) -> float | None:
    """A number as people write it: ``1 250 000,50 kr``."""
    bare = SPACES.sub("", UNITS.sub("", cell.strip()))
    if AMBIGUOUS.fullmatch(bare):
        return None
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if not NUMBER.fullmatch(bare):
        return None
    value = float(bare)
    return value if column.bounds[0] <= value <= column.bounds[1] else None


def _year(cell: str, _: Column) -> int | None:
    found = YEAR.fullmatch(cell.strip())
    return int(found.group(1)) if found else None


def _choice(cell: str, column: Column) -> str | None:
    return column.choices.get(plain(cell))


def _refusal(sheet: Sheet, column: Column, place: int, position: int, cell: str) -> Refusal:
    expected = {
        "text": "text",
        "number": "1 250 000 eller 1250000,50",
        "year": "2017 eller 2017-03-31",
        "choice": ", ".join(dict.fromkeys(column.choices)),
    }[column.kind]
    code = "GROWTH-22" if column.needed else "GROWTH-26"
    value = mask_patterns(cell)
    why = fault(code, sheet.file, value=value, column=column.spoken, expected=expected)
    return Refusal((int(sheet.rows[position]),), shown_heading(sheet.headings[place]), value, why)


def _typed(values: list[object], column: Column) -> pd.Series:
    if column.kind == "number":
        return pd.Series([np.nan if value is None else value for value in values], dtype="float64")
    if column.kind == "year":
        return pd.Series(values, dtype="Int64")
    return pd.Series(values, dtype="str")
