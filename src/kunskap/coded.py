"""Answers as small codes, one line of memory per item: what totals and whole item analyses of many people are made of.

A table of scores takes eight bytes per answer; codes take one.  Everything about an item and the total stands in one
small table, how many people gave each answer at each total, so that no analysis needs to go through the people twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import Bank, Item
from kunskap.errors import Fault, KunskapError
from kunskap.judging import Answers, Codes, answer_codes, check_rules, looked_up, points_of_answers, possible_answers
from kunskap.scoring import chosen_items

__all__ = ["CodedItem", "Totals", "coded_items", "crossed", "number_right", "totals"]

DIGITS = 9
# So many people at a time stay in the processor's cache: a byte each, and eight.
PEOPLE, CELLS = 262_144, 65_536


@dataclass(frozen=True)
class CodedItem:
    """One item's answers.

    Attributes
    ----------
    item : Item
        The item.
    codes : array, people
        Each person's place in `answers`, −1 not reached.
    answers : Answers
        Every answer that the item can get.
    points : array, answers
        What each counts for, under the rules asked for.
    """

    item: Item
    codes: Codes
    answers: Answers
    points: NDArray[np.float64]


@dataclass(frozen=True)
class Totals:
    """Sums of points, of those who reached every item.

    Attributes
    ----------
    values : array
        The sums that occur, rising; for items of 0 and 1 every sum that is possible.
    place : array, people
        Each person's place in `values`; of those who did not reach every item, whatever it may be.
    complete : array of bool, people, or None
        Who reached every item (and has points in each); None if all did.
    """

    values: NDArray[np.float64]
    place: NDArray[np.intp]
    complete: NDArray[np.bool_] | None

    @property
    def n(self) -> int:
        """How many reached every item."""
        return len(self.place) if self.complete is None else int(self.complete.sum())


def coded_items(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    items: Sequence[str] | None = None,
    dont_know: str = "wrong",
    wrong_costs: float | str = 0.0,
) -> list[CodedItem]:
    """Code the knowledge items' answers; every answer is checked against the bank, none is copied where it need not be.

    Parameters
    ----------
    responses, bank, items, dont_know, wrong_costs
        As in `kunskap.scoring.score`; without `items` all knowledge items that the responses have.

    Returns
    -------
    list of CodedItem

    Raises
    ------
    KunskapError
        ``SCORE-01`` … ``SCORE-12``.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "goals01": [bank.items["goals01"].key[0], None]})
    >>> totals(coded_items(responses, bank=bank)).n
    1
    """
    check_rules(dont_know, wrong_costs)
    faults: list[Fault] = []
    made = []
    for item in chosen_items(responses, bank, items, lambda item: item.is_knowledge):
        codes = answer_codes(responses, item, faults)
        if codes is not None:
            points = points_of_answers(item, dont_know=dont_know, wrong_costs=wrong_costs)
            made.append(CodedItem(item, codes, possible_answers(item), points))
    if faults:
        raise KunskapError(faults)
    return made


def totals(items: Sequence[CodedItem]) -> Totals:
    """Add up each person's points, in one pass over the codes.

    Parameters
    ----------
    items : sequence of CodedItem
        At least one.

    Returns
    -------
    Totals

    Notes
    -----
    Items of 0 and 1 are counted in one byte per person.  Where parts of points count, sums are told apart to nine
    decimals, so that the order in which they are added does not matter.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "goals01": [key, "dk"]})
    >>> found = totals(coded_items(responses, bank=bank))
    >>> found.values[found.place].tolist()
    [1.0, 0.0]
    """
    complete = _complete(items)
    if all(np.isin(item.points, (0.0, 1.0)).all() for item in items):
        return Totals(np.arange(len(items) + 1.0), number_right(items).astype(np.intp), complete)
    sums = np.zeros(len(items[0].codes))
    for item in items:
        sums += looked_up(item.points, item.codes, missing=0.0)
    if complete is not None:
        sums[~complete | np.isnan(sums)] = np.nan
    values, place = np.unique(sums.round(DIGITS), return_inverse=True)
    known = ~np.isnan(values)
    return Totals(values[known], np.minimum(place, max(int(known.sum()) - 1, 0)), complete)


def number_right(items: Sequence[CodedItem]) -> NDArray[Any]:
    """Count each person's answers that give a point, for items of 0 and 1; not reached counts as none.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> responses = pd.DataFrame({"sitting_id": ["s1"], "goals01": [bank.items["goals01"].key[0]]})
    >>> number_right(coded_items(responses, bank=bank)).tolist()
    [1]
    """
    people = len(items[0].codes)
    right: NDArray[Any] = np.zeros(people, dtype=np.uint8 if len(items) < 256 else np.uint16)
    is_answer = np.empty(min(people, PEOPLE), dtype=np.bool_)
    # Python's own numbers, or codes of one byte would be compared as eight.
    rights = [(item.codes, np.flatnonzero(item.points).tolist()) for item in items]
    for start in range(0, people, PEOPLE):
        part = right[start : start + PEOPLE]
        here = is_answer[: len(part)]
        as_number = here.view(np.uint8)
        for codes, answers in rights:
            for answer in answers:
                np.equal(codes[start : start + PEOPLE], answer, out=here)
                np.add(part, as_number, out=part)
    return right


def crossed(item: CodedItem, place: NDArray[np.intp], bins: int) -> NDArray[np.int64]:
    """Count how many people gave each answer at each place; who did not reach the item is left out.

    Parameters
    ----------
    item : CodedItem
        The item.
    place : array of people
        0 to `bins` − 1: a total, or a group and a total; −1 leaves a person out.
    bins : int
        How many places there are.

    Returns
    -------
    array, answers × bins

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "goals01": ["dk", "skip"]})
    >>> crossed(coded_items(responses, bank=bank)[0], np.array([0, 1]), 2)[-2:].tolist()
    [[1, 0], [0, 1]]
    """
    answers, width = len(item.points), bins + 1
    counts = np.zeros((answers + 1) * width, dtype=np.int64)
    cells = np.empty(min(len(place), CELLS), dtype=np.intp)
    for start in range(0, len(place), CELLS):
        # Answers begin one line down, and places one column in: −1 is then a place like any other.
        cell = cells[: len(place) - start]
        np.multiply(item.codes[start : start + CELLS], width, out=cell, dtype=np.intp)
        cell += place[start : start + CELLS]
        cell += width + 1
        counts += np.bincount(cell, minlength=len(counts))
    return counts.reshape(answers + 1, width)[1:, 1:]


def _complete(items: Sequence[CodedItem]) -> NDArray[np.bool_] | None:
    """Who reached every item, and has points in it; None if everyone."""
    missing = None
    for item in items:
        codes, unknown = item.codes, np.flatnonzero(np.isnan(item.points))
        if len(codes) and codes.min() >= 0 and not len(unknown):
            continue
        absent = (codes < 0) | np.isin(codes, unknown)
        missing = absent if missing is None else missing | absent
    return ~missing if missing is not None and missing.any() else None
