"""Experts work in Excel: the bank's items as a workbook, and their changes back into the items' files.

The workbook holds the right answers and is marked so.  Ids and what else must not change are locked; on the way back
everything is compared with the bank anyway, because a lock in a workbook can be opened.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter

from kunskap.bank import Bank, Item
from kunskap.errors import Fault, KunskapError, fault
from kunskap.publish.files import write_all
from kunskap.publish.workbooks import font, save, set_heights
from kunskap.words import Words, read_words

__all__ = ["COMMENT", "DIFFERENCE_COLUMNS", "export_review", "import_review"]

DIFFERENCE_COLUMNS = ("item", "file", "field", "before", "after")
COMMENT = "comment"
ID = "id"
LOCKED = (ID, "place", "type", "pool", "status", "scope", "fact", "scoring", "battery")
FREE = ("level", "key", "checked_on", "source.text", "source.url")
MAY_BE_EMPTY = ("source.url", COMMENT)
FIRST_ROW = 4  # after the banner, the fields' names (hidden) and the headings
GREY, AMBER = PatternFill("solid", fgColor="FFE9ECEE"), PatternFill("solid", fgColor="FFFFE8A3")
EDGE = Border(*(Side("thin", color="FFBFC6CA") for _ in range(4)))


@dataclass(frozen=True)
class Cell:
    """One field of one item: its text, and whether a review may change it."""

    value: str
    is_free: bool


def _fields(bank: Bank) -> tuple[str, ...]:
    """The fields of all items, in the workbook's order."""
    stems = [f"stem.{language}" for language in bank.languages]
    most = max((len(item.options) for item in bank.items.values()), default=0)
    options = []
    for number in range(1, most + 1):
        options.append(f"options.{number}.id")
        options += [f"options.{number}.{language}" for language in bank.languages]
        options += [f"options.{number}.explanation.{language}" for language in bank.languages]
    return (ID, COMMENT, *LOCKED[1:], "level", *stems, "key", *options, "source.text", "source.url", "checked_on")


def _cells(item: Item, bank: Bank) -> dict[str, Cell]:
    """What the bank says of one item; fields that it does not have are locked and empty."""
    source = item.source
    values = {
        ID: item.id,
        "place": item.area or item.scale,
        "type": item.type,
        "pool": item.pool,
        "status": item.status,
        "scope": item.scope,
        "fact": item.fact,
        "scoring": item.scoring if item.type == "multiple" else None,
        "battery": item.battery,
        "level": item.level,
        "key": ", ".join(item.key),
        "checked_on": item.checked_on.isoformat() if item.checked_on else None,
        "source.text": source.text if source else None,
        "source.url": source.url if source else None,
    }
    cells = {name: Cell(_plain(value), item.is_knowledge and name in FREE) for name, value in values.items()}
    cells[COMMENT] = Cell("", True)
    cells |= {f"stem.{language}": Cell(_plain(text), True) for language, text in item.stem.items()}
    # Answers that several items share stand in bank.toml: no single item's review may change them.
    is_own = item.options not in bank.option_sets.values()
    for number, option in enumerate(item.options, start=1):
        cells[f"options.{number}.id"] = Cell(option.id, False)
        for language in bank.languages:
            cells[f"options.{number}.{language}"] = Cell(_plain(option.text[language]), is_own)
            explanation = _plain(option.explanation.get(language))
            cells[f"options.{number}.explanation.{language}"] = Cell(explanation, is_own and item.is_knowledge)
    return cells


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = value.date()
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def export_review(path: Path | str, *, bank: Bank, language: str = "sv") -> Path:
    """Write the bank as a workbook for review: one row per item, its languages side by side.

    Parameters
    ----------
    path : Path or str
        The .xlsx file to write.
    bank : Bank
        All its items are written, with keys.
    language : str
        The language of the headings.

    Returns
    -------
    Path
        The file written, whole or not at all.

    Raises
    ------
    KunskapError
        ``PUB-06`` if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from kunskap.bank import read_bank
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_review(Path(folder) / "review.xlsx", bank=read_bank()).name
    'review.xlsx'
    """
    path = Path(path)
    words = read_words(language=language)
    fields = _fields(bank)
    book = Workbook()
    sheet = book.active
    sheet.title = words("review.sheet")
    sheet.cell(1, 1, words("review.banner")).font = font(bold=True, color="FF7A3E00")
    rows = [{name: Cell(name, False) for name in fields}]
    languages = {own: read_words(language=own)("publish.language") for own in bank.languages}
    rows.append({name: Cell(_heading(name, languages, words), False) for name in fields})
    rows += [_cells(item, bank) for item in bank.items.values()]
    for row, cells in enumerate(rows, start=2):
        for column, name in enumerate(fields, start=1):
            own = cells.get(name, Cell("", False))
            cell = sheet.cell(row, column, own.value or None)
            if own.value:
                cell.data_type = "s"  # a text that begins with = is no formula
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=not own.is_free)
            cell.border = EDGE
            cell.font = font(bold=row < FIRST_ROW)
            if not own.is_free:
                cell.fill = GREY
            elif name == "key":
                cell.fill = AMBER
    for column, name in enumerate(fields, start=1):
        is_long = name == COMMENT or name.startswith(("stem", "source")) or (name.count(".") > 1 and name[-3:] != ".id")
        sheet.column_dimensions[get_column_letter(column)].width = 42 if is_long else 15
    set_heights(sheet, first=FIRST_ROW - 1)
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = f"C{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{get_column_letter(len(fields))}{len(rows) + 1}"
    sheet.protection.sheet = True  # without a password: against slips only
    sheet.protection.autoFilter = sheet.protection.formatColumns = sheet.protection.formatRows = False
    write_all(path.parent, {path.name: save(book)})
    return path


def _heading(name: str, languages: Mapping[str, str], words: Words) -> str:
    parts = name.split(".")
    if parts[0] == "stem":
        return words("codebook.text_in", language=languages[parts[1]])
    if parts[0] == "options":
        part = words("codebook.code") if parts[2] == ID else languages[parts[-1]]
        part = words("review.why", language=part) if "explanation" in parts else part
        return words("review.option", number=parts[1], part=part)
    known = {"comment": "review.comment", "battery": "review.battery", "source.text": "codebook.source"}
    return words(known.get(name) or {"source.url": "review.url"}.get(name) or f"codebook.{name}")


def import_review(path: Path | str, *, bank: Bank, survey: Path | str) -> pd.DataFrame:
    """What a review would change; nothing is written.

    Parameters
    ----------
    path : Path or str
        The workbook as it came back.
    bank : Bank
        The bank as it is now.
    survey : Path or str
        The folder that the bank was read from.

    Returns
    -------
    DataFrame
        One row per changed field: item, file, field, before, after; all texts.  A comment is a row whose field is
        ``comment``; it is for people, and `write_review` leaves it.

    Raises
    ------
    KunskapError
        ``EXPERT-01`` … ``EXPERT-07`` and ``EXPERT-09``, all at once: no review, a changed or doubled id, a changed
        locked field, a lost key, an emptied text, a lost column, a text outside the columns.

    Examples
    --------
    >>> import tempfile
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sent = export_review(Path(folder) / "review.xlsx", bank=bank)
    ...     len(import_review(sent, bank=bank, survey="survey"))
    0
    """
    path, survey = Path(path), Path(survey)
    faults: list[Fault] = []
    differences = []
    seen: set[str] = set()
    for row, texts in _rows(path, _fields(bank), faults):
        where = f"{path.name}, {row}"
        name = texts[ID]
        if name not in bank.items:
            near = get_close_matches(name, list(bank.items), n=1, cutoff=0.5)
            faults.append(fault("EXPERT-02", where, value=name, closest=near[0] if near else "–"))
            continue
        if name in seen:
            faults.append(fault("EXPERT-03", where, item=name))
        seen.add(name)
        item = bank.items[name]
        cells = _cells(item, bank)
        changed = [field for field, text in texts.items() if text != cells.get(field, Cell("", False)).value]
        faults += _refused(item, changed, cells, texts, where)
        file = survey / "items" / str(item.area or item.scale) / f"{name}.toml"
        differences += [
            (name, str(file), field, cells[field].value, texts[field]) for field in changed if field in cells
        ]
    if faults:
        raise KunskapError(faults)
    return pd.DataFrame(differences, columns=list(DIFFERENCE_COLUMNS)).astype("str")


def _refused(
    item: Item, changed: list[str], cells: Mapping[str, Cell], texts: Mapping[str, str], where: str
) -> Iterator[Fault]:
    for field in changed:
        cell = cells.get(field, Cell("", False))
        if not cell.is_free:
            yield fault("EXPERT-04", where, item=item.id, field=field, before=cell.value, after=texts[field])
        elif field == "key":
            if not (chosen := split_key(texts[field])) or not set(chosen) <= set(item.option_ids):
                yield fault("EXPERT-05", where, item=item.id, value=texts[field], expected=", ".join(item.option_ids))
        elif not texts[field] and field not in MAY_BE_EMPTY:
            yield fault("EXPERT-06", where, item=item.id, field=field)


def split_key(text: str) -> list[str]:
    """The option ids in a cell.

    >>> split_key("a, c;d")
    ['a', 'c', 'd']
    """
    return [part for part in text.replace(";", ",").replace(",", " ").split() if part]


def _rows(path: Path, fields: tuple[str, ...], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """The row's number and its texts by field, for every row with content."""
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
        sheets = [
            [[_plain(value) for value in row] for row in tab.iter_rows(values_only=True)] for tab in book.worksheets
        ]
    except Exception as error:  # openpyxl lets through whatever a broken part makes its parsers raise
        raise KunskapError([fault("EXPERT-01", path.name)]) from error
    for sheet in sheets:
        start = next((number for number, row in enumerate(sheet[:5]) if row and ID in row and COMMENT in row), None)
        if start is not None:
            break
    else:
        raise KunskapError([fault("EXPERT-01", path.name)])
    names = sheet[start]
    lost = [field for field in fields if field not in names]
    if lost:
        raise KunskapError([fault("EXPERT-07", path.name, field=field) for field in lost])
    places = {field: names.index(field) for field in fields}
    for number, row in enumerate(sheet[start + 2 :], start=start + 3):
        for place, text in enumerate(row):
            if text and place not in places.values():
                faults.append(fault("EXPERT-09", f"{path.name}, {number}", value=text[:60]))
        texts = {field: row[place] if place < len(row) else "" for field, place in places.items()}
        if any(texts.values()):
            yield number, texts
