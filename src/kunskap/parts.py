"""Counts and moments of parts of the people, and how they add up to those of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.counting import Counted, answer_columns, counts
from kunskap.errors import KunskapError, fault
from kunskap.grouping import group_moments, groups_of, is_share

__all__ = ["Counts", "Moments", "added_counts", "added_moments", "counts_of", "moments_of"]

Floats = NDArray[np.float64]
Group = tuple[str, ...]
# Each grouping variable's levels in their order.
Orders = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Grouped:
    """Who was there.

    Attributes
    ----------
    orders : tuple of tuple of str
        Each grouping variable's levels, in their order.
    places : tuple of tuple of str
        The groups that occur, a level of each variable.
    """

    orders: Orders
    places: tuple[Group, ...]

    def groups(self, by: Sequence[str]) -> list[dict[str, str]]:
        """The groups as `kunskap.grouping.groups_of` has them.

        Raises
        ------
        KunskapError
            ``EST-05`` if there is nobody.
        """
        if not self.places:
            raise KunskapError([fault("EST-05", "by", by=", ".join(by) or "–")])
        return [dict(zip(by, place, strict=True)) for place in self.places]


@dataclass(frozen=True)
class Counts(Grouped):
    """How many of each group chose each option.

    Attributes
    ----------
    counted : tuple of tuple
        Item, option, count and n of each group, as `kunskap.counting.counts` yields them.
    """

    counted: tuple[Counted, ...]


@dataclass(frozen=True)
class Moments(Grouped):
    """Means and squares of each group and column.

    Attributes
    ----------
    n : array of int, groups × columns
        People with a value.
    means : array, groups × columns
        0 where there is nobody.
    squares : array, groups × columns
        Sums of squared distances to the mean.
    is_share : tuple of bool
        Whether all of a column's values lie in 0–1.
    """

    n: NDArray[np.int64]
    means: Floats
    squares: Floats
    is_share: tuple[bool, ...]


def counts_of(answers: pd.DataFrame, *, by: Sequence[str], items: Sequence[str] | None = None) -> Counts:
    """Count one part.

    Parameters
    ----------
    answers, by, items
        As in `kunskap.estimates.proportion`.

    Raises
    ------
    KunskapError
        ``EST-01``, ``EST-03``, ``EST-04``.

    Examples
    --------
    >>> answers = pd.DataFrame({"sex": ["k", "m"], "goals01": pd.Categorical(["a", None], categories=["a", "skip"])})
    >>> [(option, n.tolist()) for _, option, _, n in counts_of(answers, by=["sex"]).counted]
    [('a', [1, 0]), ('skip', [1, 0])]
    """
    columns = answer_columns(answers, items)
    orders, places, codes = _groups(answers, by)
    return Counts(orders, places, tuple(counts(answers, columns, codes, len(places))))


def added_counts(parts: Sequence[Counts]) -> Counts:
    """Add up the counts of parts.

    Raises
    ------
    KunskapError
        ``EST-03`` if a part's items have other options than another's.

    Examples
    --------
    >>> answers = pd.DataFrame({"goals01": pd.Categorical(["a", None], categories=["a", "skip"])})
    >>> part = counts_of(answers, by=[])
    >>> added_counts([part, part]).counted[0][2].tolist()
    [2]
    """
    orders, places, where = _joined(parts)
    named = [tuple(one[:2] for one in part.counted) for part in parts]
    other = [names for names in named if names != named[0]]
    if other:
        found = ", ".join(dict.fromkeys(item for item, _ in set(other[0]) ^ set(named[0])))
        raise KunskapError([fault("EST-03", "answers", found=found, expected="outcomes(…), answers(…)")])
    counted = []
    for same in zip(*(part.counted for part in parts), strict=True):
        count, n = np.zeros(len(places), dtype=np.int64), np.zeros(len(places), dtype=np.int64)
        for (_, _, of_part, n_of_part), place in zip(same, where, strict=True):
            count[place] += of_part
            n[place] += n_of_part
        counted.append((*same[0][:2], count, n))
    return Counts(orders, places, tuple(counted))


def moments_of(scores: pd.DataFrame, *, by: Sequence[str], columns: Sequence[str]) -> Moments:
    """Compute the moments of one part.

    Parameters
    ----------
    scores, by, columns
        As in `kunskap.estimates.mean`.

    Raises
    ------
    KunskapError
        ``EST-01``.

    Examples
    --------
    >>> moments_of(pd.DataFrame({"total": [1.0, 3.0]}), by=[], columns=["total"]).squares.tolist()
    [[2.0]]
    """
    orders, places, codes = _groups(scores, by)
    n, means, variances = group_moments(scores[list(columns)].to_numpy(dtype=float), codes, len(places))
    squares = np.where(n > 1, variances * (n - 1), 0.0)
    return Moments(
        orders, places, n, np.where(n > 0, means, 0.0), squares, tuple(is_share(scores[name]) for name in columns)
    )


def added_moments(parts: Sequence[Moments]) -> Moments:
    """Add up the moments of parts: Chan, Golub & LeVeque (1979).

    Examples
    --------
    >>> part = moments_of(pd.DataFrame({"total": [1.0, 3.0]}), by=[], columns=["total"])
    >>> added_moments([part, part]).squares.tolist()
    [[4.0]]
    """
    orders, places, where = _joined(parts)
    shape = (len(places), parts[0].n.shape[1])
    n, means, squares = np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape)
    for part, place in zip(parts, where, strict=True):
        both = n[place] + part.n
        gap, divisor = part.means - means[place], np.maximum(both, 1)
        squares[place] += part.squares + gap**2 * n[place] * part.n / divisor
        means[place] += gap * part.n / divisor
        n[place] = both
    known = zip(*(part.is_share for part in parts), strict=True)
    return Moments(orders, places, n, means, squares, tuple(all(one) for one in known))


def _groups(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Orders, tuple[Group, ...], NDArray[np.intp]]:
    """The part's levels, groups and each person's group; a part may have nobody."""
    orders = tuple(tuple(str(name) for name in frame[name].astype("category").cat.categories) for name in by)
    if not len(frame) or (by and frame[list(by)].isna().any(axis=1).all()):
        return orders, (), np.full(len(frame), -1, dtype=np.intp)
    levels, codes = groups_of(frame, by)
    return orders, tuple(tuple(group.values()) for group in levels), codes


def _joined(parts: Sequence[Grouped]) -> tuple[Orders, tuple[Group, ...], list[list[int]]]:
    """All levels, all groups in their order, and where each part's groups stand among them."""
    orders: Orders = tuple(_order([part.orders[place] for part in parts]) for place in range(len(parts[0].orders)))
    every = {group for part in parts for group in part.places}
    places = tuple(
        sorted(every, key=lambda group: [order.index(one) for order, one in zip(orders, group, strict=True)])
    )
    where = {group: place for place, group in enumerate(places)}
    return orders, places, [[where[group] for group in part.places] for part in parts]


def _order(orders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """One order of the levels: the parts' own if they agree, else (plain text) that of the alphabet."""
    distinct = set(orders)
    return orders[0] if len(distinct) == 1 else tuple(sorted({name for order in distinct for name in order}))
