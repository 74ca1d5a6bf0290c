"""Whom to compare: people of two groups with the same total, and which items that total is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.errors import KunskapError, fault
from kunskap.grouping import groups_of, score_columns

__all__ = [
    "FEWEST_ITEMS",
    "FEWEST_PEOPLE",
    "Compared",
    "check_enough",
    "compared",
    "crossed_with_total",
    "purified",
    "taken",
]

FEWEST_PEOPLE = 100
FEWEST_ITEMS = 6
FEWEST_ANCHORS = 3
ROUNDS = 10
# So many people at a time stay in the processor's cache.
CELLS = 65_536
Counts = NDArray[np.int64]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Compared:
    """Right and wrong answers of two groups, complete cases.

    Attributes
    ----------
    items : tuple of str
        The items.
    right : array of 0 and 1, items × people
        Whether each answer is right.
    group : array of 0 and 1, people
        0 in the first group, 1 in the second.
    """

    items: tuple[str, ...]
    right: NDArray[np.uint8]
    group: NDArray[np.uint8]


def compared(
    scores: pd.DataFrame, *, between: str, levels: tuple[str, str], columns: Sequence[str] | None = None
) -> Compared:
    """Take the people of two groups who reached all the items.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.score` returns it, with the grouping column.
    between : str
        The grouping column.
    levels : tuple of two str
        The two groups.
    columns : sequence of str, optional
        Items; without it every float column.

    Raises
    ------
    KunskapError
        ``EST-01``, ``EST-03`` … ``EST-05``, ``EST-08`` with fewer than six items, ``EST-09`` for a group that the
        variable does not have, ``DIF-01`` with fewer than 100 people in a group, ``DIF-02`` for items with parts of
        points.

    Examples
    --------
    >>> frame = pd.DataFrame({f"q{i}": [1.0, 0.0] * 100 for i in range(6)}).assign(sex=["k"] * 100 + ["m"] * 100)
    >>> compared(frame, between="sex", levels=("k", "m")).right.shape
    (6, 200)
    """
    groups_of(scores, [between])
    column = scores[between].astype("category")
    known = [str(name) for name in column.cat.categories]
    unknown = [one for one in levels if one not in known] or [levels[0]] * (len(set(levels)) != 2)
    chosen = score_columns(scores, columns, [between])
    if len(chosen) < FEWEST_ITEMS:
        raise KunskapError([fault("EST-08", "columns", n=len(chosen), minimum=FEWEST_ITEMS)])
    if unknown:
        expected = ", ".join(known)
        raise KunskapError(fault("EST-09", "levels", level=one, variable=between, expected=expected) for one in unknown)
    people = taken(scores, between=between, levels=levels, columns=chosen)
    check_enough(np.bincount(people.group, minlength=2), between=between, levels=levels)
    return people


def taken(scores: pd.DataFrame, *, between: str, levels: tuple[str, str], columns: Sequence[str]) -> Compared:
    """Take the people of two groups who reached all the items, however few: what `compared` does to a part of a file.

    Parameters
    ----------
    scores, between, levels
        As in `compared`; a group that nobody is in here is no fault.
    columns : sequence of str
        The items.

    Raises
    ------
    KunskapError
        ``DIF-02`` for items with parts of points.

    Examples
    --------
    >>> taken(pd.DataFrame({"q1": [1.0, None], "sex": ["k", "k"]}), between="sex", levels=("k", "m"),
    ...       columns=["q1"]).group.tolist()
    [0]
    """
    column = scores[between].astype("category").cat
    place = np.full(len(column.categories) + 1, -1, dtype=np.int8)
    for g, one in enumerate(levels):
        place[:-1][[str(name) == one for name in column.categories]] = g
    group = place[column.codes]
    right, use, parts = np.empty((len(columns), len(scores)), dtype=np.uint8), group >= 0, []
    for i, name in enumerate(columns):
        values = scores[name].to_numpy(dtype=float)
        np.equal(values, 1.0, out=right[i].view(np.bool_))
        other = right[i].view(np.bool_) | (values == 0.0)
        if not other.all():
            use &= ~np.isnan(values)
            parts += [name] if not (other | np.isnan(values)).all() else []
    if parts:
        raise KunskapError(fault("DIF-02", f"scores.{name}", item=name) for name in parts)
    if not use.all():
        right, group = right[:, use], group[use]
    return Compared(tuple(columns), right, group.view(np.uint8))


def check_enough(sizes: NDArray[np.int64], *, between: str, levels: tuple[str, str]) -> None:
    """Refuse groups of fewer than 100.

    Parameters
    ----------
    sizes : array of 2
        People of each group.
    between, levels
        As in `compared`.

    Raises
    ------
    KunskapError
        ``DIF-01``.

    Examples
    --------
    >>> check_enough(np.array([100, 100]), between="sex", levels=("k", "m"))
    """
    if sizes.min() < FEWEST_PEOPLE:
        raise KunskapError(
            fault("DIF-01", f"{between}={one}", n=int(size), minimum=FEWEST_PEOPLE)
            for one, size in zip(levels, sizes, strict=True)
            if size < FEWEST_PEOPLE
        )


def crossed_with_total(people: Compared, anchors: NDArray[np.bool_]) -> Counts:
    """Count people by item, total, group and right or wrong.

    Parameters
    ----------
    people : Compared
        The two groups.
    anchors : array of bool, items
        The items that make up the total; the item in question is always one of them.

    Returns
    -------
    array, items × totals × 2 groups × (wrong, right)

    Examples
    --------
    >>> people = Compared(("a", "b"), np.array([[1, 0], [1, 1]], dtype=np.uint8), np.array([0, 1], dtype=np.uint8))
    >>> crossed_with_total(people, np.array([True, True]))[0, 2].tolist()
    [[0, 1], [0, 0]]
    """
    items, totals = len(people.items), len(people.items) + 1
    counts = np.zeros((items, totals * 4), dtype=np.int64)
    for start in range(0, len(people.group), CELLS):
        right = people.right[:, start : start + CELLS]
        total = right[anchors].sum(axis=0, dtype=np.uint8 if items < 256 else np.uint16)
        base = np.multiply(total, 4, dtype=np.intp)
        base += np.multiply(people.group[start : start + CELLS], 2, dtype=np.intp)
        for i in range(items):
            # Right is the last digit; outside the anchors the item's own point is one total up as well.
            cell = np.multiply(right[i], 1 if anchors[i] else 5, dtype=np.intp)
            cell += base
            counts[i] += np.bincount(cell, minlength=totals * 4)
    return counts.reshape(items, totals, 2, 2)


def purified(
    count: Callable[[NDArray[np.bool_]], Counts],
    judge: Callable[[Counts], tuple[Found, NDArray[np.bool_]]],
    *,
    items: int,
    purify: bool,
) -> tuple[Found, NDArray[np.bool_]]:
    """Match on the items that are not flagged themselves, until the same ones are flagged twice.

    Parameters
    ----------
    count : callable
        Which items make up the total → counts as those of `crossed_with_total`; called once a round.
    judge : callable
        Counts → what was found, and which items are flagged.
    items : int
        How many items there are.
    purify : bool
        False: match on all items, once.

    Returns
    -------
    tuple
        What was found in the last round, and the items that were matched on.

    Raises
    ------
    KunskapError
        ``DIF-03`` if hardly any item is left to match on.

    Notes
    -----
    Candell & Drasgow (1988), Applied Psychological Measurement 12, 253–260.  Where the rounds go in a circle, the items
    flagged in any round of it are left out: what is matched on has then never been suspected there.

    Examples
    --------
    >>> people = Compared(tuple("abcd"), np.eye(4, dtype=np.uint8), np.array([0, 1, 0, 1], dtype=np.uint8))
    >>> first = np.array([True, False, False, False])
    >>> purified(lambda anchors: crossed_with_total(people, anchors), lambda counts: (None, first), items=4,
    ...          purify=True)[1].tolist()
    [False, True, True, True]
    """
    anchors = np.ones(items, dtype=bool)
    seen: list[bytes] = []
    while True:
        found, flagged = judge(count(anchors))
        seen.append(anchors.tobytes())
        following = ~flagged
        if not purify or (following == anchors).all():
            return found, anchors
        if following.sum() < FEWEST_ANCHORS:
            raise KunskapError([fault("DIF-03", "scores", flagged=int(flagged.sum()), items=items)])
        if following.tobytes() in seen or len(seen) == ROUNDS:
            circle = [np.frombuffer(one, dtype=bool) for one in seen[_place(seen, following.tobytes()) :]]
            anchors = np.logical_and.reduce(circle)
            if anchors.sum() < FEWEST_ANCHORS:
                raise KunskapError([fault("DIF-03", "scores", flagged=int((~anchors).sum()), items=items)])
            return judge(count(anchors))[0], anchors
        anchors = following


def _place(seen: list[bytes], one: bytes) -> int:
    """Where the circle begins; without one, after the first round, in which all items were matched on."""
    return seen.index(one) if one in seen else 1
