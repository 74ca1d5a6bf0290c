"""What item statistics are made of: each item's variance and how it goes with the sum of all; who is at the ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kunskap.errors import KunskapError, fault
from kunskap.grouping import groups_of, score_columns

__all__ = [
    "FEWEST_ITEMS",
    "Spread",
    "complete_cases",
    "complete_groups",
    "fisher_interval",
    "item_rest",
    "spread_of",
    "tails",
    "thirds",
]

Floats = NDArray[np.float64]
CHUNK = 8192
# What rounding leaves of no variance is not a variance.
NOTHING = 1e-12
SAME_SUM = 9
FEWEST_ITEMS = 2


@dataclass(frozen=True)
class Spread:
    """Variances and covariances (divisor n − 1) of items with their sum.

    Attributes
    ----------
    n : int
        People.
    own : array, items
        Each item's variance.
    with_sum : array, items
        Each item's covariance with the sum of all items, itself among them.
    of_sum : float
        The sum's variance.
    """

    n: int
    own: Floats
    with_sum: Floats
    of_sum: float

    @property
    def of_rest(self) -> Floats:
        """The variance of the sum of the other items."""
        return self.of_sum - 2 * self.with_sum + self.own

    @property
    def item_rest(self) -> Floats:
        """Each item's correlation with the sum of the others; missing where either does not vary, or n < 3."""
        rest = self.of_rest
        nothing = NOTHING * max(float(self.own.max(initial=0.0)), 1e-300)
        known = (self.own > nothing) & (rest > nothing) & (self.n >= 3)
        product = np.where(known, self.own * rest, 1.0)
        return np.where(known, np.clip((self.with_sum - self.own) / np.sqrt(product), -1, 1), np.nan)

    @property
    def alpha(self) -> float:
        """Cronbach's alpha; missing where the sum does not vary, or n < 2."""
        items = len(self.own)
        if self.n < 2 or items < 2 or self.of_sum <= NOTHING:
            return float("nan")
        return float(items / (items - 1) * (1 - self.own.sum() / self.of_sum))

    @property
    def alpha_if_deleted(self) -> Floats:
        """Alpha of the other items; missing where their sum does not vary, or they are fewer than two."""
        items, rest = len(self.own) - 1, self.of_rest
        known = (rest > NOTHING) & (items >= 2) & (self.n >= 2)
        share = (self.own.sum() - self.own) / np.where(known, rest, 1.0)
        return np.where(known, items / max(items - 1, 1) * (1 - share), np.nan)


def spread_of(values: Floats) -> Spread:
    """Compute the spread of every item and of their sum.

    Parameters
    ----------
    values : array, people × items
        Without missing values.

    Returns
    -------
    Spread
        All zeros for fewer than two people.

    Notes
    -----
    Two passes, the mean first: the sum of squares minus the squared sum loses digits when the spread is small.  The
    second goes through some thousand people at a time, which is what stays in the processor's cache.

    Examples
    --------
    >>> spread_of(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])).alpha
    1.0
    """
    n, items = values.shape
    own, with_sum, of_sum = np.zeros(items), np.zeros(items), 0.0
    if n > 1:
        means = values.mean(axis=0)
        for start in range(0, n, CHUNK):
            part = values[start : start + CHUNK] - means
            whole = part.sum(axis=1)
            own += np.einsum("ij,ij->j", part, part)
            with_sum += whole @ part
            of_sum += float(whole @ whole)
    divisor = max(n - 1, 1)
    return Spread(n, own / divisor, with_sum / divisor, of_sum / divisor)


def item_rest(values: Floats) -> Floats:
    """Compute every column's correlation with the sum of the others.

    Parameters
    ----------
    values : array, people × items
        Without missing values.

    Returns
    -------
    array, items
        Missing where there is no variance, or fewer than three people.

    Notes
    -----
    With the covariance matrix C, r = (Σⱼ cᵢⱼ − cᵢᵢ) / √(cᵢᵢ (ΣΣ c − 2 Σⱼ cᵢⱼ + cᵢᵢ)); the matrix itself is not needed.

    Examples
    --------
    >>> item_rest(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])).round(2).tolist()
    [0.5, 0.5]
    """
    return spread_of(values).item_rest


def complete_cases(values: Floats) -> Floats:
    """Keep the people without missing values; the array itself if that is everyone.

    Examples
    --------
    >>> complete_cases(np.array([[1.0, np.nan], [0.0, 1.0]])).tolist()
    [[0.0, 1.0]]
    """
    known = ~np.isnan(values.sum(axis=1))
    return values if known.all() else values[known]


def fisher_interval(r: Floats, n: int, level: float) -> tuple[Floats, Floats]:
    """Compute Fisher's interval for correlations; missing where n < 4, and at ±1, where it would have no width.

    Examples
    --------
    >>> [round(float(end), 3) for end in fisher_interval(np.array(0.5), 28, 0.95)]
    [0.156, 0.736]
    """
    half = -ndtri((1 - level) / 2) / np.sqrt(n - 3) if n > 3 else np.nan
    # A line without a point beside it in a sample says nothing certain of those who were not asked.
    middle = np.arctanh(np.where(np.abs(r) > 1 - NOTHING, np.nan, r))
    return np.tanh(middle - half), np.tanh(middle + half)


def tails(counts: NDArray[np.int64], share: float, ties: str) -> tuple[Floats, Floats]:
    """Tell how much of the people at each sum belong to the lowest and to the highest part.

    Parameters
    ----------
    counts : array
        People at each sum, rising.
    share : float
        How large each part is.
    ties : {"shared", "included"}
        ``"shared"``: of the people who tie at the cut each counts for as much as is needed to make the part exactly so
        large, which is the mean over all ways to break the tie; ``"included"``: all of them belong to the part.

    Returns
    -------
    tuple of arrays
        Weights 0–1 of the lowest and of the highest part.

    Examples
    --------
    >>> low, high = tails(np.array([1, 2, 1]), 0.5, "shared")
    >>> low.tolist(), high.tolist()
    ([1.0, 0.5, 0.0], [0.0, 0.5, 1.0])
    """
    size = share * counts.sum()
    found = []
    for people in (counts, counts[::-1]):
        before = np.cumsum(people) - people
        part = np.clip(size - before, 0, people) / np.maximum(people, 1)
        found.append(np.ceil(part - NOTHING) if ties == "included" else part)
    return found[0], found[1][::-1]


def thirds(counts: NDArray[np.int64]) -> NDArray[np.intp]:
    """Put each sum into the third (0, 1, 2) in which the middle one of its people stands; ties stay together.

    Examples
    --------
    >>> thirds(np.array([2, 1, 1, 2])).tolist()
    [0, 1, 1, 2]
    """
    n = max(int(counts.sum()), 1)
    middle = (np.cumsum(counts) - counts / 2) / n
    return np.minimum((3 * middle).astype(np.intp), 2)


def complete_groups(
    scores: pd.DataFrame,
    *,
    by: Sequence[str],
    columns: Sequence[str] | None,
    universe: str,
    at_least: int = FEWEST_ITEMS,
) -> Iterator[tuple[dict[str, object], list[str], Floats]]:
    """Take each group's people who reached all the items.

    Parameters
    ----------
    scores, by, columns, universe
        As in `kunskap.items.discrimination`.
    at_least : int
        The fewest items.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for too few items.

    Yields
    ------
    tuple
        The beginning of the group's rows, the items, and people × items without missing values.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, None], "b": [1.0, 0.0]})
    >>> [values.tolist() for _, _, values in complete_groups(scores, by=(), columns=None, universe="all")]
    [[[1.0, 1.0]]]
    """
    chosen = score_columns(scores, columns, by)
    if len(chosen) < at_least:
        raise KunskapError([fault("EST-08", "columns", n=len(chosen), minimum=at_least)])
    levels, codes = groups_of(scores, by)
    is_whole = not by and chosen == list(scores.columns)
    values = (scores if is_whole else scores[chosen]).to_numpy(dtype=float)
    for g, group in enumerate(levels):
        part = values if not by else values[codes == g]
        start: dict[str, object] = {**group, "universe": universe}
        yield start, chosen, complete_cases(part)
