"""From a checked sheet to the tables: who answered what, what was skipped and what was never shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kunskap.bank import SKIP, Bank, Form, Item
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.answers import BAD, BLANK, NOT_SHOWN, Column, read_choice, read_choices, read_number, read_tick
from kunskap.readers.headings import Target
from kunskap.readers.sheet import MISSING_MARK, Refusal, Sheet

__all__ = ["Answers", "read_answers"]


@dataclass(frozen=True)
class Answers:
    """The answers of the rows that were kept, aligned with them.

    Attributes
    ----------
    items : dict of str to array
        Item column → its values.
    background : dict of str to array
        Background variable → its values.
    texts : DataFrame
        row (position), item, text.
    """

    items: Mapping[str, pd.api.extensions.ExtensionArray] = field(repr=False)
    background: Mapping[str, pd.api.extensions.ExtensionArray] = field(repr=False)
    texts: pd.DataFrame = field(repr=False)
    refusals: tuple[Refusal, ...]
    notes: tuple[Fault, ...]


def read_answers(
    sheet: Sheet,
    targets: Sequence[Target],
    *,
    bank: Bank,
    form: Form,
    values: Mapping[str, Mapping[str, str]],
    completed: np.ndarray,
    has_code: np.ndarray,
    code_position: int | None,
    mask: Callable[[str], str],
) -> Answers:
    """Read every column that is about the form.

    Parameters
    ----------
    targets : sequence of Target
        What each column is about.
    values : mapping
        Item or variable → value → option id, from a mapping file.
    completed, has_code : array of bool
        Per row: whether the sitting was completed, and whether the linking code was given.
    mask : callable
        Hides personal values in what is refused.

    Notes
    -----
    A blank is ``skip`` in a completed sitting, and in an incomplete one up to the last answered column; after that it
    was not reached and is missing.  A blank in an item that the form does not show to this person's role (or where the
    role is not known) is missing.  An answer there is kept, and told of: the role may be what is wrong.  In an item of
    a special scale such an answer refuses the whole file (``READ-46``): what politicians think can reveal a political
    opinion, and is not read unless the project has decided so.  In a several-choice item with a refused cell all
    columns are missing: half an answer cannot be scored.  An option that can only be chosen alone (don't know, nothing
    of this) is kept beside others as it stands, and told of; it counts only where it is alone (`kunskap.judging`,
    `kunskap.scoring.answers`).
    """
    columns: dict[str, Column] = {}
    last_position: dict[str, int] = {}
    ticks: dict[str, dict[str, int]] = {}
    for position, target in enumerate(targets):
        if target.role in ("item", "variable"):
            columns[target.id] = _read(sheet, position, target, bank=bank, values=values.get(target.id, {}), mask=mask)
        elif target.role == "option":
            ticks.setdefault(target.id, {})[target.option] = position
        if target.id and target.role in ("item", "variable", "option", "other"):
            last_position[target.id] = max(position, last_position.get(target.id, 0))
    for name, positions in ticks.items():
        columns[name] = _read_ticks(sheet, bank.items[name], positions, values.get(name, {}), mask)
    texts = _texts(sheet, targets, bank)
    reached = _last_answered(columns, last_position, texts, len(sheet.rows), has_code, code_position)
    background = {name: _background(columns.get(name), bank, name, len(sheet.rows)) for name in form.background}
    notes: list[Fault] = []
    faults: list[Fault] = []
    items: dict[str, pd.api.extensions.ExtensionArray] = {}
    for item_id in form.item_ids:
        item = bank.items[item_id]
        column = columns.get(item_id)
        shown, hidden = _shown(form, item_id, background, len(sheet.rows))
        if column is not None:
            unexpected = int((hidden & (column.states >= 0)).sum())
            forbidden = int((~shown & (column.states >= 0)).sum())
            if bank.is_special(item_id) and forbidden:
                faults.append(fault("READ-46", sheet.file, count=forbidden, item=item_id))
            elif unexpected:
                notes.append(fault("READ-29", sheet.file, count=unexpected, item=item_id))
            notes += _beside_others(column, item, sheet)
            column = _told_apart(column, item, sheet)
            seen = completed | (reached >= last_position[item_id])
            items |= _finished(item, column, seen & shown)
        else:
            items |= _finished(item, Column(np.full(len(sheet.rows), NOT_SHOWN)), np.zeros(len(sheet.rows), dtype=bool))
    if faults:
        raise KunskapError(faults)
    refusals = tuple(refusal for column in columns.values() for refusal in column.refusals)
    return Answers(items, background, texts, refusals, tuple(notes))


def _read(
    sheet: Sheet,
    position: int,
    target: Target,
    *,
    bank: Bank,
    values: Mapping[str, str],
    mask: Callable[[str], str],
) -> Column:
    name = target.id
    if target.role == "variable":
        variable = bank.variables[name]
        if variable.type == "single":
            return read_choice(
                sheet, position, name=name, options=variable.levels, other=variable.other, mended=values, mask=mask
            )
        kind, minimum, maximum = variable.type, None, None
    else:
        item = bank.items[name]
        if item.type == "multiple":
            return read_choices(sheet, position, name=name, options=item.options, mended=values, mask=mask)
        if item.options:
            return read_choice(sheet, position, name=name, options=item.options, mended=values, mask=mask)
        kind, minimum, maximum = item.type, item.minimum, item.maximum
    if kind == "number":
        return read_number(sheet, position, name=name, minimum=minimum, maximum=maximum, mask=mask)
    filled = np.array([bool(value and str(value).strip()) for value in sheet.column(position)], dtype=bool)
    return Column(np.where(filled, 0, BLANK))


def _read_ticks(
    sheet: Sheet, item: Item, positions: Mapping[str, int], values: Mapping[str, str], mask: Callable[[str], str]
) -> Column:
    parts = {
        option_id: read_tick(sheet, position, name=item.id, option=item.option(option_id), mended=values, mask=mask)
        for option_id, position in positions.items()
    }
    missing = np.full(len(sheet.rows), BLANK)
    states = np.column_stack([parts[name].states if name in parts else missing for name in item.option_ids])
    ticked = states == 1
    state = np.where(ticked.any(axis=1), 0, BLANK)
    asked = states[:, [name in parts for name in item.option_ids]]
    state[(asked == NOT_SHOWN).all(axis=1)] = NOT_SHOWN
    state[(states == BAD).any(axis=1)] = BAD
    return Column(state, ticked, tuple(refusal for part in parts.values() for refusal in part.refusals))


def _beside_others(column: Column, item: Item, sheet: Sheet) -> list[Fault]:
    """Tell of options that can only be chosen alone and stand beside others: paper and some tools let them."""
    if not item.exclusive_ids or column.values is None:
        return []
    alone = np.isin(item.option_ids, item.exclusive_ids)
    ticked = column.values[column.states == 0]
    count = int((ticked[:, alone].any(axis=1) & (ticked.sum(axis=1) > 1)).sum())
    listed = ", ".join(item.exclusive_ids)
    return [fault("READ-45", sheet.file, count=count, item=item.id, options=listed)] if count else []


def _told_apart(column: Column, item: Item, sheet: Sheet) -> Column:
    """VV files mark an empty field as *not shown* too, but for a single choice outside a battery."""
    is_told = item.type not in ("multiple", "number") and item.battery is None
    if sheet.kind != "limesurvey_vv" or is_told:
        return column
    return Column(np.where(column.states == NOT_SHOWN, BLANK, column.states), column.values, column.refusals)


def _texts(sheet: Sheet, targets: Sequence[Target], bank: Bank) -> pd.DataFrame:
    parts = []
    for position, target in enumerate(targets):
        if not _is_text(target, bank):
            continue
        cells = sheet.column(position)
        filled = np.flatnonzero(
            [bool(value and str(value).strip()) and not str(value).startswith(MISSING_MARK) for value in cells]
        )
        part = {"row": filled, "item": target.id, "text": [_newlines(str(cells[row])) for row in filled]}
        parts.append(pd.DataFrame(part).assign(position=position))
    if not parts:
        return pd.DataFrame({"row": [], "item": [], "text": [], "position": []})
    return pd.concat(parts, ignore_index=True).sort_values(["row", "position"], kind="stable", ignore_index=True)


def _is_text(target: Target, bank: Bank) -> bool:
    if target.role == "other":
        return True
    if target.role == "item":
        return bank.items[target.id].type == "text"
    return target.role == "variable" and bank.variables[target.id].type == "text"


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _last_answered(
    columns: Mapping[str, Column],
    positions: Mapping[str, int],
    texts: pd.DataFrame,
    count: int,
    has_code: np.ndarray,
    code_position: int | None,
) -> np.ndarray:
    """The position of each row's last answered column; −1 where nothing is answered."""
    last = np.full(count, -1)
    for name, column in columns.items():
        answered = (column.states >= 0) | (column.states == BAD)
        last = np.where(answered, np.maximum(last, positions[name]), last)
    if len(texts):
        np.maximum.at(last, texts["row"].to_numpy(dtype=int), texts["position"].to_numpy(dtype=int))
    if code_position is not None:
        last = np.where(has_code, np.maximum(last, code_position), last)
    return last


def _background(column: Column | None, bank: Bank, name: str, count: int) -> pd.api.extensions.ExtensionArray:
    variable = bank.variables[name]
    states = np.full(count, NOT_SHOWN) if column is None else column.states
    if variable.type == "single":
        return _categorical(np.where(states >= 0, states, -1), variable.level_ids)
    if variable.type == "number":
        numbers = np.full(count, np.nan) if column is None or column.values is None else column.values
        return pd.array(numbers, dtype="Float64")
    return pd.array([None] * count, dtype="str")  # free text is in texts


def _shown(
    form: Form, item_id: str, background: Mapping[str, pd.api.extensions.ExtensionArray], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each person was shown the item, and whether they certainly were not."""
    shown, hidden = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    for variable, levels in form.shown_to.get(item_id, {}).items():
        own = pd.Series(background[variable])
        matches = own.isin(list(levels)).to_numpy(dtype=bool)
        shown &= matches
        hidden |= ~matches & own.notna().to_numpy()
    return shown, hidden


def _finished(item: Item, column: Column, seen: np.ndarray) -> dict[str, pd.api.extensions.ExtensionArray]:
    """The item's columns in `responses`; `seen` says where a blank is a skip."""
    states = column.states
    if item.type == "text":
        return {}
    skipped = (states == BLANK) & seen
    if item.type == "multiple":
        known = (states == 0) | skipped
        ticked = np.zeros((len(states), len(item.options)), dtype=bool) if column.values is None else column.values
        return {
            name: pd.arrays.BooleanArray(ticked[:, index] & known, ~known) for index, name in enumerate(item.columns)
        }
    if item.type == "number":
        numbers = np.full(len(states), np.nan) if column.values is None else column.values
        return {item.id: pd.array(numbers, dtype="Float64")}
    codes = np.where(skipped, len(item.options), np.where(states >= 0, states, -1))
    return {item.id: _categorical(codes, (*item.option_ids, SKIP))}


def _categorical(codes: np.ndarray, categories: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    return pd.Categorical.from_codes(codes.astype(np.int16), dtype=pd.CategoricalDtype(list(categories)))
