"""Cronbach's alpha (KR-20 for right/wrong items) with Feldt's interval, and the standard error of measurement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtri

from kunskap import tables
from kunskap.grouping import checked_level
from kunskap.spread import complete_groups, spread_of

__all__ = ["alpha", "alpha_of", "feldt_interval", "standard_error"]


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
    rows = []
    for group, chosen, values in complete_groups(scores, by=by, columns=columns, universe=universe):
        estimate, n = spread_of(values).alpha, len(values)
        low, high = feldt_interval(estimate, items=len(chosen), n=n, level=level)
        rows.append(
            group
            | {"scale": scale, "statistic": "alpha", "unit": "coefficient", "n": n}
            | {"estimate": estimate, "low": low, "high": high}
        )
    return tables.estimates(rows, by=by)


def standard_error(
    scores: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    by: Sequence[str] = (),
    scale: str = "total",
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the standard error of measurement: how far one person's mean score would move from test to test.

    Parameters
    ----------
    scores, columns, by, scale, level, universe
        As in `alpha`.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``sem``, unit ``share``: of the **mean** over the items, 0–1; times the number of
        items it is in questions.  n is the people who reached all the items.  The limits are those of alpha's interval
        put into the same formula: they take the spread of the scores as known.  Missing where alpha is; where alpha is
        below 0 it is taken as 0.

    Raises
    ------
    KunskapError
        As `alpha`.

    Notes
    -----
    s √(1 − α), s with the divisor n − 1; Lord & Novick (1968), *Statistical Theories of Mental Test Scores*, eq. 3.4.7.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0, 1.0], "c": [1.0, 0.0, 0.0, 0.0]})
    >>> standard_error(scores)[["scale", "n", "estimate"]].round(3).values.tolist()
    [['total', 4, 0.215]]
    """
    checked_level(level)
    rows = []
    for group, chosen, values in complete_groups(scores, by=by, columns=columns, universe=universe):
        spread, n = spread_of(values), len(values)
        low, high = feldt_interval(spread.alpha, items=len(chosen), n=n, level=level)
        # The surer the score, the smaller its error: alpha's upper limit gives the lower one.
        best, error, worst = (
            np.sqrt(spread.of_sum * (1 - np.clip(one, 0, 1))) / len(chosen) for one in (high, spread.alpha, low)
        )
        rows.append(
            group
            | {"scale": scale, "statistic": "sem", "unit": "share", "n": n}
            | {"estimate": float(error), "low": float(best), "high": float(worst)}
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
    return spread_of(values).alpha


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
        float(1 - (1 - estimate) * fdtri(*degrees, 1 - tail)),
        float(1 - (1 - estimate) * fdtri(*degrees, tail)),
    )
