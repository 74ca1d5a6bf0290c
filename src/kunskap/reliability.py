"""How far a score would come out the same again: Cronbach's alpha (KR-20 for right/wrong items)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kunskap import tables
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level, groups_of, score_columns

__all__ = ["alpha", "alpha_of", "feldt_interval"]

FEWEST_ITEMS = 2


def alpha(
    scores: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    by: Sequence[str] = (),
    scale: str = "total",
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute Cronbach's alpha with Feldt's interval.

    Parameters
    ----------
    scores : DataFrame
        As `score` returns it.
    columns : sequence of str, optional
        The items of the scale; without it every float column.
    by : sequence of str
        Grouping columns.
    scale : str
        What the rows are called.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``alpha``, unit ``coefficient``, one row per group.  n is the people who reached
        **all** the items (complete cases).  Missing where n < 2 or everyone has the same sum.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for a single item.

    Notes
    -----
    α = k/(k−1) · (1 − Σ s²ᵢ / s²), all variances with the divisor n − 1 (a mixture of divisors gives another figure).
    Checked against ``pingouin.cronbach_alpha`` and ``ltm::cronbach.alpha`` on LSAT-6 (.2950) and LSAT-7 (.45341).

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0], "c": [1.0, 0.0, 0.0, 0.0]})
    >>> alpha(scores)[["scale", "n", "estimate"]].round(3).values.tolist()
    [['total', 4, 0.75]]
    """
    checked_level(level)
    chosen = score_columns(scores, columns, by)
    if len(chosen) < FEWEST_ITEMS:
        raise KunskapError([fault("EST-08", "columns", n=len(chosen), minimum=FEWEST_ITEMS)])
    levels, codes = groups_of(scores, by)
    values = scores[chosen].to_numpy(dtype=float)
    rows = []
    for g, group in enumerate(levels):
        part = values[codes == g]
        complete = part[~np.isnan(part).any(axis=1)]
        estimate = alpha_of(complete)
        low, high = feldt_interval(estimate, items=len(chosen), n=len(complete), level=level)
        rows.append(
            group
            | {"universe": universe, "scale": scale, "statistic": "alpha", "unit": "coefficient"}
            | {"n": len(complete), "estimate": estimate, "low": low, "high": high}
        )
    return tables.estimates(rows, by=by)


def alpha_of(values: NDArray[np.float64]) -> float:
    """Compute alpha of a matrix without missing values; missing if it has no variance to divide.

    Parameters
    ----------
    values : array, people × items

    Examples
    --------
    >>> alpha_of(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]))
    1.0
    """
    n, items = values.shape
    if n < 2:
        return float("nan")
    whole = values.sum(axis=1).var(ddof=1)
    if whole <= 1e-12:
        return float("nan")
    return float(items / (items - 1) * (1 - values.var(axis=0, ddof=1).sum() / whole))


def feldt_interval(estimate: float, *, items: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Compute Feldt's interval for alpha.

    Parameters
    ----------
    estimate : float
        Alpha.
    items, n : int
        Items of the scale, and people.
    level : float
        Coverage aimed at.

    Returns
    -------
    tuple of float
        1 − (1 − α) F at the two ends of F(n − 1, (n − 1)(k − 1)); missing if n < 2 or alpha is.

    Notes
    -----
    Feldt, Woodruff & Salih (1987), *Statistical inference for coefficient alpha*, Applied Psychological Measurement 11,
    eqs 6 and 7.  Duhachek's interval, which R's *psych* prints beside it, differs, and so does R's *statpsych*, whose
    second degrees of freedom are n (k − 1).  Checked against ``pingouin`` (which rounds to three decimals) and a
    published example (``tests/reference/feldt.csv``).

    Examples
    --------
    >>> [round(limit, 7) for limit in feldt_interval(0.913, items=20, n=873)]
    [0.9044024, 0.9211588]
    """
    if n < 2:
        return float("nan"), float("nan")
    tail, degrees = (1 - level) / 2, (n - 1, (n - 1) * (items - 1))
    return (
        float(1 - (1 - estimate) * stats.f.isf(tail, *degrees)),
        float(1 - (1 - estimate) * stats.f.ppf(tail, *degrees)),
    )
