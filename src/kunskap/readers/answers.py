"""Cells to answers: option ids, ticked options and numbers; what cannot be used is refused with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
import pandas as pd

from kunskap.bank import DONT_KNOW, Option
from kunskap.errors import Fault, fault
from kunskap.readers.forms import split_choices
from kunskap.readers.plain import plain
from kunskap.readers.sheet import MISSING_MARK, Refusal, Sheet

__all__ = ["BAD", "BLANK", "NOT_SHOWN", "Column", "read_choice", "read_choices", "read_number", "read_tick"]

# States of a cell beside the options' positions 0, 1, …
NOT_SHOWN, BLANK, BAD = -1, -2, -3
YES = frozenset({"y", "yes", "ja", "j", "1", "true", "sant", "x", "checked", "selected", "vald"})
NO = frozenset({"n", "no", "nej", "0", "2", "false", "falskt", "not selected", "unchecked", "ej vald", "inte vald"})
OTHER_CODES = frozenset({"-oth-", "666666", "annat", "other"})
DONT_KNOW_TEXTS = frozenset({"vet ej", "vet inte", "don't know", "do not know", "dont know"})
NOT_SHOWN_TEXTS = frozenset(
    {"n/a", "ej ställd", "inte ställd", "ej visad", "inte visad", "frågan visades inte", "ej aktuell", "ej tillämplig"}
    | {"ej tillämpligt", "not asked", "not shown", "question not shown", "not applicable", "inapplicable"}
)
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """What the cells of one question came to.

    Attributes
    ----------
    states : array of int
        Per row: an option's position (0 for any answer to a several-choice or number item), `NOT_SHOWN`, `BLANK` or
        `BAD`.
    values : array, optional
        Several choices: bool, rows by options.  Number: float.
    """

    states: np.ndarray = field(repr=False)
    values: np.ndarray | None = field(default=None, repr=False)
    refusals: tuple[Refusal, ...] = ()


def choice_names(
    options: Sequence[Option], *, other: str | None = None, mended: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Plain text or id → the option's position, or `BLANK` for what a mapping calls ``skip``.

    Ids go before texts, and a text that two options share means neither.
    """
    names: dict[str, int] = {}
    shared: set[str] = set()
    for position, option in enumerate(options):
        for text in option.text.values():
            if names.setdefault(plain(text), position) != position:
                shared.add(plain(text))
    for name in shared:
        del names[name]
    ids = {option.id: position for position, option in enumerate(options)}
    if other is not None:
        for code in OTHER_CODES:
            names.setdefault(code, ids[other])
    if DONT_KNOW in ids:
        for text in DONT_KNOW_TEXTS:
            names.setdefault(text, ids[DONT_KNOW])
    names |= {option_id.casefold(): position for option_id, position in ids.items()}
    for value, option_id in (mended or {}).items():
        names[plain(value)] = ids.get(option_id, BLANK)
    names.pop("", None)
    return names


def _interpret(value: str, names: Mapping[str, int], labels: Mapping[str, str]) -> int:
    declared_missing = value.startswith(MISSING_MARK)
    value = value.removeprefix(MISSING_MARK)
    for candidate in (value, labels.get(value, "")):
        found = names.get(plain(candidate))
        if found is not None:
            return found
    if any(plain(candidate) in NOT_SHOWN_TEXTS for candidate in (value, labels.get(value, ""))):
        return NOT_SHOWN
    if declared_missing or not value.strip():
        return BLANK
    return BAD


def _spread(cells: np.ndarray, meaning: Callable[[str], int]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The state of each cell, interpreting each distinct text once; and the positions of the bad ones by text."""
    codes, uniques = pd.factorize(cells)
    table = np.array([meaning(str(value)) for value in uniques] + [NOT_SHOWN], dtype=np.int32)
    states = table[codes]  # None has the code -1, the last
    strange = {str(value): np.flatnonzero(codes == code) for code, value in enumerate(uniques) if table[code] == BAD}
    return states, strange


def _refusals(
    strange: Mapping[str, np.ndarray],
    sheet: Sheet,
    position: int,
    mask: Callable[[str], str],
    reason: Callable[[str], Fault],
) -> tuple[Refusal, ...]:
    found = []
    for value, places in strange.items():
        shown = mask(" ".join(value.removeprefix(MISSING_MARK).split())[:200])
        found.append(Refusal(tuple(sheet.rows[places].tolist()), sheet.headings[position], shown, reason(shown)))
    return tuple(found)


def _expected(options: Sequence[Option]) -> str:
    parts = []
    for option in options:
        text = next(iter(option.text.values()))
        parts.append(f"{option.id} ({text if len(text) <= 40 else text[:39] + '…'})")
    return ", ".join(parts)


def _unknown_option(
    sheet: Sheet, position: int, name: str, options: Sequence[Option], names: Mapping[str, int]
) -> Callable[[str], Fault]:
    def reason(value: str) -> Fault:
        near = get_close_matches(plain(value), list(names), n=1, cutoff=0.6)
        closest = options[names[near[0]]].id if near and names[near[0]] >= 0 else "–"
        expected = _expected(options)
        where = sheet.where(position)
        return fault("READ-05", where, value=value, item=name, expected=expected, closest=closest)

    return reason


def read_choice(
    sheet: Sheet,
    position: int,
    *,
    name: str,
    options: Sequence[Option],
    mask: Callable[[str], str],
    other: str | None = None,
    mended: Mapping[str, str] | None = None,
) -> Column:
    """One choice per cell, as a code, as text in any of the bank's languages, or by its value label.

    Parameters
    ----------
    name : str
        The item's or variable's id.
    other : str, optional
        The option that a survey tool's "other" stands for.
    mended : mapping, optional
        Value → option id (or ``skip``), from a mapping file.
    """
    names = choice_names(options, other=other, mended=mended)
    labels = sheet.labels.get(position, {})
    states, strange = _spread(sheet.column(position), lambda value: _interpret(value, names, labels))
    reason = _unknown_option(sheet, position, name, options, names)
    return Column(states, refusals=_refusals(strange, sheet, position, mask, reason))


def read_tick(
    sheet: Sheet,
    position: int,
    *,
    name: str,
    option: Option,
    mask: Callable[[str], str],
    mended: Mapping[str, str] | None = None,
) -> Column:
    """One option of a several-choice item: state 1 where it is ticked and 0 where the file says that it is not."""
    own = {option.id.casefold(), *(plain(text) for text in option.text.values())}
    changes = {plain(value): plain(meant) for value, meant in (mended or {}).items()}
    labels = sheet.labels.get(position, {})

    def meaning(value: str) -> int:
        declared_missing = value.startswith(MISSING_MARK)
        value = value.removeprefix(MISSING_MARK)
        for candidate in (value, labels.get(value, "")):
            flat = plain(candidate)
            flat = changes.get(flat, flat)
            if flat in NO:  # before the option's own words: an option may be called "no"
                return 0
            if flat in YES or (flat and flat in own):
                return 1
            if flat in NOT_SHOWN_TEXTS:
                return NOT_SHOWN
        return BLANK if declared_missing or not value.strip() else BAD

    states, strange = _spread(sheet.column(position), meaning)

    def reason(value: str) -> Fault:
        where = sheet.where(position)
        return fault("READ-05", where, value=value, item=name, expected="Y, N, 1, 0", closest="–")

    return Column(states, refusals=_refusals(strange, sheet, position, mask, reason))


def read_choices(
    sheet: Sheet,
    position: int,
    *,
    name: str,
    options: Sequence[Option],
    mask: Callable[[str], str],
    mended: Mapping[str, str] | None = None,
) -> Column:
    """Several choices in one cell (``a;b;``); a cell with a part that is no option is not usable as a whole."""
    names = choice_names(options, mended=mended)
    ticked: list[list[int]] = []

    def meaning(value: str) -> int:
        if value.startswith(MISSING_MARK) or not value.strip():
            ticked.append([])
            return BLANK
        found, strange = split_choices(value, names)
        ticked.append([names[key] for key in found if names[key] >= 0])
        return BAD if strange else 0 if ticked[-1] else BLANK

    cells = sheet.column(position)
    states, strange = _spread(cells, meaning)
    table = np.zeros((len(ticked) + 1, len(options)), dtype=bool)
    for row, found in enumerate(ticked):
        table[row, found] = True
    codes, _ = pd.factorize(cells)
    reason = _unknown_option(sheet, position, name, options, names)
    return Column(states, table[codes], _refusals(strange, sheet, position, mask, reason))


def _number(value: str) -> float | None:
    text = "".join(value.split()).replace("\u2212", "-")
    if NUMBER.fullmatch(text) is None:
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


def read_number(
    sheet: Sheet,
    position: int,
    *,
    name: str,
    mask: Callable[[str], str],
    minimum: float | None = None,
    maximum: float | None = None,
) -> Column:
    """Numbers with a decimal comma or point, spaces between thousands, inside the item's limits."""
    numbers: list[float] = []
    outside: set[str] = set()

    def meaning(value: str) -> int:
        numbers.append(math.nan)
        if value.startswith(MISSING_MARK) or not value.strip() or plain(value) == "n/a":
            return BLANK
        number = _number(value)
        if number is None:
            return BAD
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            outside.add(value)
            return BAD
        numbers[-1] = number
        return 0

    cells = sheet.column(position)
    states, strange = _spread(cells, meaning)
    codes, _ = pd.factorize(cells)
    limits = f"{'…' if minimum is None else f'{minimum:g}'}–{'…' if maximum is None else f'{maximum:g}'}"
    where = sheet.where(position)
    refusals = _refusals(
        {value: places for value, places in strange.items() if value not in outside},
        sheet,
        position,
        mask,
        lambda value: fault("READ-20", where, value=value, item=name),
    ) + _refusals(
        {value: places for value, places in strange.items() if value in outside},
        sheet,
        position,
        mask,
        lambda value: fault("READ-21", where, value=value, item=name, expected=limits),
    )
    return Column(states, np.array([*numbers, math.nan])[codes], refusals)
