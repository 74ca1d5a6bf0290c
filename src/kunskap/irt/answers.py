"""From a scores table to response patterns: what was answered right, what was met, and by how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.errors import Fault, KunskapError, fault
from kunskap.grouping import score_columns

__all__ = ["Answers", "Patterns", "collapsed", "read_answers", "unlinked_items"]

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]


@dataclass(frozen=True)
class Answers:
    """Right and met, items × people.

    Attributes
    ----------
    items : tuple of str
        The items, in the table's order.
    right : array of bool, items × people
        Right; False also where the item was not met.
    met : array of bool, items × people
        Whether the person reached the item.
    """

    items: tuple[str, ...]
    right: NDArray[np.bool_]
    met: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """How many people met at least one item."""
        return int(self.met.any(axis=0).sum())

    @property
    def n_of_items(self) -> NDArray[np.int64]:
        """How many people met each item."""
        return self.met.sum(axis=1)


@dataclass(frozen=True)
class Patterns:
    """People with the same answers, counted once.

    Attributes
    ----------
    right : array of bool or float, items × patterns
        Right, false where not met.  For the Rasch model the share right of all with the same number right on the same
        items: that number is all the likelihood needs.
    met : array of bool, items × patterns, or None
        Whether met; None when everyone met every item.
    persons : array, patterns
        How many people have the pattern.
    place : array, people
        Each person's pattern.
    """

    right: NDArray[np.bool_] | Floats
    met: NDArray[np.bool_] | None
    persons: Floats
    place: Counts

    def met_sets(self) -> tuple[Counts, Counts]:
        """A pattern with each different set of met items, and each pattern's set."""
        if self.met is None:
            return np.zeros(1, dtype=np.intp), np.zeros(self.right.shape[1], dtype=np.intp)
        return _first_of_each(_keys(self.met))

    def some(self, step: int) -> Patterns:
        """Every `step`-th pattern."""
        met = None if self.met is None else self.met[:, ::step].copy()
        return Patterns(self.right[:, ::step].copy(), met, self.persons[::step], self.place)


def read_answers(scores: pd.DataFrame, *, columns: Sequence[str] | None = None) -> Answers:
    """Read a scores table of right and wrong.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.score` returns it: 1 right, 0 wrong, missing not reached.
    columns : sequence of str, optional
        The items; without it every float column.

    Returns
    -------
    Answers

    Raises
    ------
    KunskapError
        ``EST-03`` and ``EST-04`` for a table of the wrong kind, ``IRT-01`` for each item with other scores than 0 and
        1, ``IRT-02`` for an item that stands twice.

    Examples
    --------
    >>> answers = read_answers(pd.DataFrame({"a": [1.0, 0.0, None], "b": [1.0, None, None]}))
    >>> answers.n, answers.n_of_items.tolist()
    (2, [2, 1])
    """
    if isinstance(scores, pd.DataFrame):
        counts = Counter(scores.columns)
        asked = counts if columns is None else Counter(columns)
        twice = sorted(str(name) for name in asked if asked[name] > 1 or counts[name] > 1)
        if twice:
            raise KunskapError(fault("IRT-02", "columns", item=name) for name in twice)
    chosen = score_columns(scores, columns, by=())
    right = np.empty((len(chosen), len(scores)), dtype=np.bool_)
    met = np.empty_like(right)
    faults: list[Fault] = []
    for row, name in enumerate(chosen):
        values = scores[name].to_numpy(dtype=np.float64, na_value=np.nan)
        right[row] = values == 1
        met[row] = right[row] | (values == 0)
        other = ~met[row] & ~np.isnan(values)
        if other.any():
            value = float(values[other][0])
            faults.append(fault("IRT-01", f"scores.{name}", n=int(other.sum()), value=f"{value:g}"))
    if faults:
        raise KunskapError(faults)
    return Answers(tuple(chosen), right, met)


def collapsed(answers: Answers, *, by_number_right: bool = False) -> Patterns:
    """Count people with the same answers once.

    Parameters
    ----------
    answers : Answers
    by_number_right : bool
        Join also all who met the same items and have the same number right, with their mean answers.  Exact for the
        Rasch model, where the number right is sufficient.

    Returns
    -------
    Patterns
        In an order that does not depend on the order of the people.  People who met nothing share a pattern that
        counts nobody.

    Examples
    --------
    >>> answers = read_answers(pd.DataFrame({"a": [1.0, 0.0, 1.0], "b": [0.0, 1.0, 0.0]}))
    >>> collapsed(answers).persons.tolist()
    [1.0, 2.0]
    >>> collapsed(answers, by_number_right=True).right.round(2).tolist()
    [[0.67], [0.33]]
    """
    is_complete = bool(answers.met.all())
    keys = [] if is_complete else _keys(answers.met)
    keys += [answers.right.sum(axis=0).astype(np.uint64)] if by_number_right else _keys(answers.right)
    first, place = _first_of_each(keys)
    together = np.bincount(place, minlength=len(first))
    right: NDArray[np.bool_] | Floats
    if by_number_right:
        right = np.empty((len(answers.items), len(first)))
        for row, of_item in zip(right, answers.right, strict=True):
            row[:] = np.bincount(place, weights=of_item, minlength=len(first)) / together
    else:
        right = answers.right[:, first]
    met = None if is_complete else answers.met[:, first]
    persons = together.astype(np.float64)
    if met is not None:
        persons *= met.any(axis=0)
    return Patterns(right, met, persons, place)


def unlinked_items(answers: Answers, *, anchored: Sequence[str] = ()) -> list[list[str]]:
    """Find sets of items that no person and no anchor links.

    Parameters
    ----------
    answers : Answers
    anchored : sequence of str
        Items with known parameters: they are linked to one another.

    Returns
    -------
    list of list of str
        The sets; one set when everything is linked.

    Examples
    --------
    >>> apart = pd.DataFrame({"a": [1.0, 0.0, None, None], "b": [None, None, 1.0, 0.0]})
    >>> unlinked_items(read_answers(apart))
    [['a'], ['b']]
    """
    first, _ = _first_of_each(_keys(answers.met))
    sets = answers.met[:, first]
    linked = np.stack([sets[:, row].any(axis=1) for row in sets])
    known = np.isin(np.array(answers.items, dtype=object), list(anchored))
    linked |= np.outer(known, known) | np.eye(len(known), dtype=bool)
    return [[answers.items[item] for item in group] for group in _components(linked)]


def _components(linked: NDArray[np.bool_]) -> Iterator[list[int]]:
    left = set(range(len(linked)))
    while left:
        group, waiting = set[int](), [min(left)]
        while waiting:
            item = waiting.pop()
            if item not in group:
                group.add(item)
                waiting += [int(other) for other in np.flatnonzero(linked[item])]
        left -= group
        yield sorted(group)


def _keys(rows: NDArray[np.bool_]) -> list[NDArray[np.uint64]]:
    """Each column's bits in as few whole numbers as they fit in."""
    keys = []
    for start in range(0, len(rows), 64):
        key = np.zeros(rows.shape[1], dtype=np.uint64)
        for row in rows[start : start + 64]:
            key <<= np.uint64(1)
            key |= row
        keys.append(key)
    return keys


def _first_of_each(keys: Sequence[NDArray[np.uint64]]) -> tuple[Counts, Counts]:
    """A place of each different combination of keys, in sorted order, and each column's number in that order."""
    numbers = keys[0]
    for key in keys[1:]:
        # A whole number per combination so far; two of them always fit in one.
        _, before = np.unique(numbers, return_inverse=True)
        _, ranks = np.unique(key, return_inverse=True)
        numbers = before.astype(np.uint64) * np.uint64(len(key) + 1) + ranks.astype(np.uint64)
    _, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    return first.astype(np.intp), place.astype(np.intp)
