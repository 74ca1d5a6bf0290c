"""Checks of the whole file and of whole rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from kunskap.bank import Bank
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.headings import Names, Target, bank_names, targets_of
from kunskap.readers.plain import plain
from kunskap.readers.privacy import mask_patterns
from kunskap.readers.sheet import Refusal, Sheet, shown_heading

__all__ = ["check_columns", "duplicates", "find_test_rows", "form_names", "outside_dates"]

ANSWERS = ("item", "option", "variable")
# The whole of a free text, never a word in it: "vi gjorde ett test av metoden" is an answer.
TEST_TEXT = re.compile(
    r"(?:(?:det här|detta|this) (?:är|is) (?:ett|bara ett|a|just a|only a) )?"
    r"(?:test|prov|testar|testing|testsvar|provsvar|testrad)(?: test)*[\s\W]*\d{0,3}[\s\W]*"
)


def form_names(bank: Bank, form: str) -> Names:
    """The names by which a form's questions go."""
    chosen = bank.forms[form]
    return bank_names(bank, items=chosen.item_ids, variables=chosen.background)


def check_columns(
    sheet: Sheet, targets: Sequence[Target], *, bank: Bank, form: str
) -> tuple[tuple[Refusal, ...], tuple[Fault, ...]]:
    """Refuse another survey's file and doubled columns; tell of ambiguous, unknown and missing ones.

    Returns
    -------
    tuple
        The refused columns, and what to tell.

    Raises
    ------
    KunskapError
        ``READ-13`` nothing recognised, ``READ-14`` another form, ``READ-17`` several columns for one thing.
    """
    wanted = bank.forms[form].item_ids
    found = {target.id for target in targets if target.role in ("item", "option")} & set(wanted)
    faults = list(_another_form(sheet, found, bank=bank, form=form))
    if not found and not faults and not any(target.role == "ambiguous" for target in targets):
        faults.append(fault("READ-13", sheet.file, count=len(sheet.headings), form=form))
    faults += _doubled(sheet, targets)
    if faults:
        raise KunskapError(faults)
    refusals = tuple(
        Refusal(
            (), sheet.headings[position], "", fault("READ-27", sheet.where(position), expected=", ".join(target.among))
        )
        for position, target in enumerate(targets)
        if target.role == "ambiguous"
    )
    notes = []
    missing = [item_id for item_id in wanted if item_id not in found and _is_asked(bank, item_id, targets)]
    if missing:
        notes.append(fault("READ-18", sheet.file, count=len(missing), items=", ".join(missing)))
    unknown = [position for position, target in enumerate(targets) if target.role == "unknown"]
    if unknown:
        listed = ", ".join(f'"{mask_patterns(shown_heading(sheet.headings[position]))}"' for position in unknown)
        notes.append(fault("READ-19", sheet.file, count=len(unknown), headings=listed))
    return refusals, tuple(notes)


def _is_asked(bank: Bank, item_id: str, targets: Sequence[Target]) -> bool:
    # Free text has no column of answers to miss: only its own column can stand for it.
    return bank.items[item_id].type != "text" or all(target.id != item_id for target in targets)


def _another_form(sheet: Sheet, found: set[str], *, bank: Bank, form: str) -> Iterator[Fault]:
    wanted = set(bank.forms[form].item_ids)
    if len(found) * 2 >= len(wanted):
        return
    best, best_count = form, len(found)
    for other in bank.forms:
        if other == form:
            continue
        targets = targets_of(sheet.headings, names=form_names(bank, other), questions=sheet.questions)
        count = len({target.id for target in targets if target.role in ("item", "option")})
        if count > best_count:
            best, best_count = other, count
    if best != form:
        yield fault("READ-14", sheet.file, found=best, found_count=best_count, form=form, count=len(found))


def _doubled(sheet: Sheet, targets: Sequence[Target]) -> Iterator[Fault]:
    places: dict[str, list[int]] = {}
    for position, target in enumerate(targets):
        if target.role in ANSWERS or (target.role == "system" and target.id in ("sitting", "started", "submitted")):
            places.setdefault(target.name, []).append(position)
    split = {target.id for target in targets if target.role == "option"}
    for name, positions in places.items():
        if len(positions) > 1:
            headings = ", ".join(f'"{shown_heading(sheet.headings[position])}"' for position in positions)
            yield fault("READ-17", sheet.file, target=name, headings=headings)
        elif name in split and targets[positions[0]].role == "item":
            heading = f'"{shown_heading(sheet.headings[positions[0]])}"'
            yield fault("READ-17", sheet.file, target=name, headings=f"{heading}, {name}.…")


def find_test_rows(sheet: Sheet, texts: Sequence[int], test_codes: np.ndarray) -> tuple[np.ndarray, list[Refusal]]:
    """Rows that say that they are tests.

    A row is a test when its code is only letters and says so (*test*, *prov*, *testsvar* …), or when every free text
    that is filled in says nothing else.  A code such as ``test12`` is not one: letters of names may well come out so.

    Returns
    -------
    tuple
        A mask of the rows, and their refusals.
    """
    filled = np.zeros(len(sheet.rows), dtype=bool)
    genuine = np.zeros(len(sheet.rows), dtype=bool)
    words = np.full(len(sheet.rows), "", dtype=object)
    for position in texts:
        cells = sheet.column(position)
        codes, uniques = pd.factorize(cells)
        says_test = np.array([TEST_TEXT.fullmatch(plain(str(text))) is not None for text in uniques] + [False])[codes]
        has_text = np.array([bool(str(text).strip()) for text in uniques] + [False])[codes]
        filled |= has_text
        genuine |= has_text & ~says_test
        words[says_test] = cells[says_test]
    tests = (filled & ~genuine) | test_codes
    refusals = [
        Refusal((int(sheet.rows[row]),), "", _word(words[row]), fault("READ-24", sheet.file, value=_word(words[row])))
        for row in np.flatnonzero(tests)
    ]
    return tests, refusals


def _word(text: str) -> str:
    return " ".join(text.split()) or "test"


def outside_dates(
    sheet: Sheet, times: pd.Series, opens: pd.Timestamp | None, closes: pd.Timestamp | None
) -> tuple[np.ndarray, list[Refusal]]:
    """Rows whose time lies before the survey opened or after it closed; rows without a time are kept."""
    outside = np.zeros(len(sheet.rows), dtype=bool)
    refusals = []
    for code, limit, hits in (
        ("READ-25", opens, times < opens if opens is not None else None),
        ("READ-26", closes, times > closes if closes is not None else None),
    ):
        if hits is None:
            continue
        hit = hits.fillna(False).to_numpy(dtype=bool)
        outside |= hit
        for row in np.flatnonzero(hit):
            value = str(times.iloc[row])
            refusals.append(
                Refusal((int(sheet.rows[row]),), "", value, fault(code, sheet.file, value=value, expected=str(limit)))
            )
    return outside, refusals


def duplicates(
    sheet: Sheet,
    sittings: np.ndarray,
    people: np.ndarray,
    completed: np.ndarray,
    considered: np.ndarray,
    *,
    mask: Callable[[str], str],
) -> tuple[np.ndarray, list[Refusal]]:
    """Rows with an id that stands earlier, and further rows of one code: the first completed is kept, else the first.

    Parameters
    ----------
    sittings, people : array of object
        The file's id and the pseudonym of each row; None or empty where there is none.
    completed, considered : array of bool
        Which rows are completed, and which are still in question.
    mask : callable
        Hides personal values.
    """
    refused = np.zeros(len(sheet.rows), dtype=bool)
    refusals = []
    seen: set[object] = set()
    again = np.zeros(len(sheet.rows), dtype=bool)
    for row in np.flatnonzero(considered):
        again[row] = bool(sittings[row]) and sittings[row] in seen
        seen.add(sittings[row])
    for row in np.flatnonzero(again):
        refusals.append(Refusal((int(sheet.rows[row]),), "", mask(str(sittings[row])), fault("READ-22", sheet.file)))
    refused |= again
    frame = pd.DataFrame({"person": people, "unfinished": ~completed, "row": np.arange(len(people))})
    frame = frame[considered & ~again & np.array([person is not None for person in people], dtype=bool)]
    ordered = frame.sort_values(["unfinished", "row"], kind="stable")
    for row in sorted(ordered.loc[ordered["person"].duplicated(), "row"]):
        refused[row] = True
        refusals.append(Refusal((int(sheet.rows[row]),), "", "", fault("READ-23", sheet.file)))
    return refused, refusals
