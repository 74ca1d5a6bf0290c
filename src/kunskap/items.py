"""How single items behave: how easy they are, and whether they go with the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kunskap import tables
from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.estimates import mean_columns
from kunskap.grouping import checked_level, groups_of, score_columns

__all__ = ["discrimination", "facility", "item_rest"]

FEWEST_ITEMS = 2


def facility(
    scores: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    design: Design | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the facility of each item: its mean score, where high is easy.

    Parameters
    ----------
    scores : DataFrame
        As `score` returns it: one row per sitting, a float column per item.
    by : sequence of str
        Grouping columns.
    columns : sequence of str, optional
        Items; without it every float column.
    design : Design, optional
        The frame; see `kunskap.estimates.mean`.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``facility``, with the interval of `kunskap.estimates.mean`.  n counts who reached
        the item: items of one form can differ.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-06``.

    Notes
    -----
    Checked against ``ltm::descript`` on LSAT-6 (``tests/reference/lsat6_ltm.csv``).

    Examples
    --------
    >>> facility(pd.DataFrame({"goals01": [1.0, 0.0, 1.0, None]}))[["item", "n", "estimate"]].round(2).values.tolist()
    [['goals01', 3, 0.67]]
    """
    return mean_columns(
        scores, by=by, columns=columns, design=design, level=level, universe=universe, names=("item", "facility")
    )


def discrimination(
    scores: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the corrected item–rest correlation of each item: Pearson's r with the sum of the other items.

    Parameters
    ----------
    scores, by, columns, level, universe
        As in `facility`; at least two items.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``discrimination``, unit ``correlation``.  n is the people who reached **all** the
        items (complete cases).  The estimate is missing where everyone has the same score on the item or on the rest,
        or n < 3; the interval (Fisher's z) also where n < 4.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for a single item.

    Notes
    -----
    Checked against ``ltm::descript`` (column *Excluded*) on LSAT-6 and ``numpy.corrcoef``.  Moodle's "discrimination
    index" is 100 times this; the upper–lower index is another figure.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0], "c": [1.0, 0.0, 0.0, 0.0]})
    >>> discrimination(scores)[["item", "n", "estimate"]].round(2).values.tolist()
    [['a', 4, 0.71], ['b', 4, 0.52], ['c', 4, 0.52]]
    """
    checked_level(level)
    chosen = score_columns(scores, columns, by)
    if len(chosen) < FEWEST_ITEMS:
        raise KunskapError([fault("EST-08", "columns", n=len(chosen), minimum=FEWEST_ITEMS)])
    levels, codes = groups_of(scores, by)
    values = scores[chosen].to_numpy(dtype=float)
    z = stats.norm.isf((1 - level) / 2)
    rows = []
    for g, group in enumerate(levels):
        part = values[codes == g]
        complete = part[~np.isnan(part).any(axis=1)]
        n = len(complete)
        correlations = item_rest(complete)
        half = z / np.sqrt(n - 3) if n > 3 else np.nan
        with np.errstate(divide="ignore"):
            lows, highs = np.tanh(np.arctanh(correlations) - half), np.tanh(np.arctanh(correlations) + half)
        for item, r, low, high in zip(chosen, correlations, lows, highs, strict=True):
            rows.append(
                group
                | {"universe": universe, "item": item, "statistic": "discrimination", "unit": "correlation"}
                | {"n": n, "estimate": r, "low": low, "high": high}
            )
    return tables.estimates(rows, by=by)


def item_rest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute every column's correlation with the sum of the others, in one pass.

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
    With the covariance matrix C, r = (Σⱼ cᵢⱼ − cᵢᵢ) / √(cᵢᵢ (ΣΣ c − 2 Σⱼ cᵢⱼ + cᵢᵢ)).

    Examples
    --------
    >>> item_rest(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])).round(2).tolist()
    [0.5, 0.5]
    """
    n, items = values.shape
    if n < 3:
        return np.full(items, np.nan)
    centred = values - values.mean(axis=0)
    covariance = centred.T @ centred / (n - 1)
    own, with_all, of_all = np.diag(covariance), covariance.sum(axis=1), covariance.sum()
    rest = of_all - 2 * with_all + own
    # What rounding leaves of no variance is not a variance.
    nothing = 1e-12 * max(float(own.max(initial=0.0)), 1e-300)
    known = (own > nothing) & (rest > nothing)
    product = np.where(known, own * rest, 1.0)
    return np.where(known, np.clip((with_all - own) / np.sqrt(product), -1, 1), np.nan)
