"""An item's answers crossed with the total: the sums that all item statistics are made of.

Sums of parts of the people can be added (`added`): a file larger than memory gives the figures of one that fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import Bank, Item
from kunskap.coded import CodedItem, coded_items, crossed, totals
from kunskap.errors import KunskapError, fault
from kunskap.judging import Answers
from kunskap.spread import FEWEST_ITEMS, NOTHING, Floats, Spread

__all__ = ["Crossing", "added", "crossings", "spread_of_crossings"]


@dataclass(frozen=True)
class Crossing:
    """An item's answers against the total.

    Attributes
    ----------
    item : Item
        The item.
    answers : Answers
        Every answer that it can get.
    points : array, answers
        What each counts for.
    reached : array, answers
        How many gave each answer, among all who reached the item.
    counts : array, answers × totals
        How many gave each answer at each total, among those who reached every item.
    values : array, totals
        The totals, rising.
    """

    item: Item
    answers: Answers
    points: Floats
    reached: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: Floats

    @property
    def n(self) -> int:
        """How many reached every item."""
        return int(self.counts.sum())

    @property
    def options(self) -> tuple[str, ...]:
        """The item's option ids, ``skip`` last."""
        return self.answers.options

    def moments(self) -> tuple[float, float]:
        """The item's variance, and its covariance with the total (divisor n − 1)."""
        n, by_answer, by_total = self.n, self.counts.sum(axis=1), self.counts.sum(axis=0)
        if n < 2:
            return 0.0, 0.0
        points = np.where(by_answer > 0, self.points, 0.0)
        own = points - points @ by_answer / n
        whole = self.values - self.values @ by_total / n
        return float(own**2 @ by_answer / (n - 1)), float(own @ self.counts @ whole / (n - 1))

    def option_rest(self) -> Floats:
        """Each option's correlation (taken or not) with the other items' sum; missing where either is constant."""
        n, taken = self.n, self.answers.taken
        if n < 3:
            return np.full(taken.shape[1], np.nan)
        by_answer = self.counts.sum(axis=1)
        points = np.where(by_answer > 0, self.points, 0.0)
        rest = np.where(self.counts > 0, self.values - points[:, None], 0.0)
        centred = rest - (rest * self.counts).sum() / n
        variance = float((centred**2 * self.counts).sum()) / n
        share = by_answer @ taken / n
        product = (centred * self.counts).sum(axis=1) @ taken / n
        spread = share * (1 - share) * variance
        known = (spread > NOTHING) & (variance > NOTHING)
        return np.where(known, np.clip(product / np.sqrt(np.where(known, spread, 1.0)), -1, 1), np.nan)


def crossings(responses: pd.DataFrame, *, bank: Bank, items: Sequence[str] | None = None) -> list[Crossing]:
    """Cross every item's answers with the total.

    Parameters
    ----------
    responses, bank, items
        As in `kunskap.items.analysis`.

    Returns
    -------
    list of Crossing

    Raises
    ------
    KunskapError
        As `kunskap.items.analysis`, but for the level.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:2]
    >>> responses = pd.DataFrame([dict.fromkeys(ids, "dk")]).assign(sitting_id=["s1"])
    >>> found = crossings(responses, bank=bank)
    >>> found[0].n, found[0].counts.sum(axis=0).tolist()
    (1, [1, 0, 0])
    """
    coded = coded_items(responses, bank=bank, items=items)
    if len(coded) < FEWEST_ITEMS:
        raise KunskapError([fault("EST-08", "items", n=len(coded), minimum=FEWEST_ITEMS)])
    whole = totals(coded)
    place = whole.place if whole.complete is None else np.where(whole.complete, whole.place, -1)
    found = []
    for one in coded:
        counts = crossed(one, place, len(whole.values))
        # Those who did not reach every item are in no column, but they reached this one.
        reached = counts.sum(axis=1) if whole.complete is None else _reached(one)
        found.append(Crossing(one.item, one.answers, one.points, reached, counts, whole.values))
    return found


def _reached(coded: CodedItem) -> NDArray[np.int64]:
    counts = np.bincount(np.add(coded.codes, 1, dtype=np.intp), minlength=len(coded.points) + 1)
    return counts[1:]


def added(parts: Sequence[Sequence[Crossing]]) -> list[Crossing]:
    """Add up the crossings of parts of the people, item by item.

    Parameters
    ----------
    parts : sequence of sequence of Crossing
        At least one, each with the same items in the same order.

    Returns
    -------
    list of Crossing
        What `crossings` makes of all the people at once; the order of the parts does not matter.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:2]
    >>> part = crossings(pd.DataFrame([dict.fromkeys(ids, "dk")]).assign(sitting_id=["s1"]), bank=bank)
    >>> added([part, part])[0].n
    2
    """
    whole = []
    for same in zip(*parts, strict=True):
        values = np.unique(np.concatenate([one.values for one in same]))
        counts = np.zeros((len(same[0].points), len(values)), dtype=np.int64)
        for one in same:
            counts[:, np.searchsorted(values, one.values)] += one.counts
        reached = np.sum([one.reached for one in same], axis=0)
        whole.append(replace(same[0], reached=reached, counts=counts, values=values))
    return whole


def spread_of_crossings(found: Sequence[Crossing]) -> Spread:
    """Compute the items' variances and covariances with the total from the counts; as `kunskap.spread.spread_of`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:2]
    >>> responses = pd.DataFrame([dict.fromkeys(ids, "dk")]).assign(sitting_id=["s1"])
    >>> spread_of_crossings(crossings(responses, bank=bank)).n
    1
    """
    moments = np.array([crossing.moments() for crossing in found])
    n, by_total, values = found[0].n, found[0].counts.sum(axis=0), found[0].values
    of_sum = float((values - values @ by_total / n) ** 2 @ by_total / (n - 1)) if n > 1 else 0.0
    return Spread(n, moments[:, 0], moments[:, 1], of_sum)
