"""Item statistics from scores: facility, item–rest correlation, upper–lower, alpha if deleted, floor and ceiling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import tables
from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.estimates import mean_columns, wilson
from kunskap.grouping import checked_level
from kunskap.reliability import feldt_interval
from kunskap.spread import SAME_SUM, complete_groups, fisher_interval, spread_of, tails

__all__ = ["TIES", "alpha_if_deleted", "discrimination", "facility", "floor_ceiling", "upper_lower"]

TIES = ("shared", "included")


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
    rows = []
    for group, chosen, values in complete_groups(scores, by=by, columns=columns, universe=universe):
        correlations = spread_of(values).item_rest
        lows, highs = fisher_interval(correlations, len(values), level)
        rows += [
            group
            | {"item": item, "statistic": "discrimination", "unit": "correlation", "n": len(values)}
            | {"estimate": r, "low": low, "high": high}
            for item, r, low, high in zip(chosen, correlations, lows, highs, strict=True)
        ]
    return tables.estimates(rows, by=by)


def upper_lower(
    scores: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    share: float = 0.27,
    ties: str = "shared",
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the upper–lower index of each item: its mean score among those with the highest sums minus the lowest.

    Parameters
    ----------
    scores, by, columns, universe
        As in `discrimination`.
    share : float
        How large each of the two parts is, at most a half; Kelley's 27 % unless another is given.
    ties : {"shared", "included"}
        People with the same sum at the cut: ``"shared"``, each counts for as much as makes the part exactly so large
        (the mean over all ways to break the tie, so that the order of the file never matters); ``"included"``, all of
        them belong to the part, which is then larger.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``upper_lower``, unit ``share``.  n is all who reached every item.  The sum
        contains the item itself, as the index is defined; the parts are chosen by it, so no plain interval is right and
        there is none.  Missing with fewer than four people.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, ``EST-08`` for a single item, ``ITEMS-01`` for a share or a tie rule that is none.

    Notes
    -----
    Kelley (1939), *The selection of upper and lower groups for the validation of test items*, Journal of Educational
    Psychology 30, 17–24.  On one item other tie rules give .533, .388 or .492: publish the rule with the number.
    Checked against the mean over random orders of the file.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0], "c": [1.0, 0.0, 0.0, 0.0]})
    >>> upper_lower(scores)["estimate"].round(2).tolist()
    [1.0, 0.93, 0.93]
    """
    if not (0 < share <= 0.5 and ties in TIES):
        raise KunskapError([fault("ITEMS-01", "share, ties", share=share, ties=ties, expected=", ".join(TIES))])
    rows = []
    for group, chosen, values in complete_groups(scores, by=by, columns=columns, universe=universe):
        index = np.full(len(chosen), np.nan)
        if len(values) >= 4:
            _, place, counts = np.unique(values.sum(axis=1).round(SAME_SUM), return_inverse=True, return_counts=True)
            low, high = (weights[place] for weights in tails(counts, share, ties))
            index = high @ values / high.sum() - low @ values / low.sum()
        rows += [
            group | {"item": item, "statistic": "upper_lower", "unit": "share", "n": len(values), "estimate": one}
            for item, one in zip(chosen, index, strict=True)
        ]
    return tables.estimates(rows, by=by)


def alpha_if_deleted(
    scores: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute what alpha would be without each item, with Feldt's interval.

    Parameters
    ----------
    scores, by, columns, level, universe
        As in `discrimination`; at least three items.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``alpha_if_deleted``, unit ``coefficient``.  n is the people who reached **all**
        the items, the item in question too, so that the figures can be compared with alpha's.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for fewer than three items.

    Notes
    -----
    Checked against `kunskap.reliability.alpha` of the other items.  An alpha that rises without an item is within its
    interval more often than not: read it beside the item itself.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0], "c": [1.0, 0.0, 0.0, 0.0]})
    >>> alpha_if_deleted(scores)[["item", "estimate"]].round(2).values.tolist()
    [['a', 0.5], ['b', 0.73], ['c', 0.73]]
    """
    checked_level(level)
    rows = []
    for group, chosen, values in complete_groups(scores, by=by, columns=columns, universe=universe, at_least=3):
        for item, estimate in zip(chosen, spread_of(values).alpha_if_deleted, strict=True):
            low, high = feldt_interval(estimate, items=len(chosen) - 1, n=len(values), level=level)
            rows.append(
                group
                | {"item": item, "statistic": "alpha_if_deleted", "unit": "coefficient", "n": len(values)}
                | {"estimate": estimate, "low": low, "high": high}
            )
    return tables.estimates(rows, by=by)


def floor_ceiling(
    scores: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    scale: str = "total",
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute how many got nothing right and how many everything: those whom the test cannot tell apart.

    Parameters
    ----------
    scores, by, columns, level, universe
        As in `discrimination`.
    scale : str
        What the rows are called.

    Returns
    -------
    DataFrame
        An estimates table: statistics ``floor`` (0 or less on every item) and ``ceiling`` (1 on every item), unit
        ``share``, count of n who reached all the items, Wilson's interval.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for a single item.

    Notes
    -----
    More than 15 % at either end is commonly called an effect: McHorney & Tarlov (1995), Quality of Life Research 4,
    293–307.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0]})
    >>> floor_ceiling(scores)[["statistic", "count", "n"]].values.tolist()
    [['floor', 1, 4], ['ceiling', 2, 4]]
    """
    checked_level(level)
    rows = []
    for group, _, values in complete_groups(scores, by=by, columns=columns, universe=universe):
        n = len(values)
        for statistic, at_end in (("floor", values <= 0), ("ceiling", values >= 1)):
            count = int(at_end.all(axis=1).sum())
            low, high = wilson(count, n, level=level)
            rows.append(
                group
                | {"scale": scale, "statistic": statistic, "unit": "share", "count": count, "n": n}
                | {"estimate": count / n if n else np.nan, "low": float(low), "high": float(high)}
            )
    return tables.estimates(rows, by=by)
