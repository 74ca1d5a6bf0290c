"""Test–retest: the same people twice, without anything between that should change them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtri

from kunskap import tables
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level, score_columns
from kunskap.spread import fisher_interval

__all__ = ["agreement", "retest"]

Floats = NDArray[np.float64]
NOTHING = 1e-12


def retest(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute how far people's scores come out the same twice: as a correlation, and as agreement.

    Parameters
    ----------
    first, second : DataFrame
        Scores of the two occasions, as `kunskap.scoring.total` returns them, with one row per **person**: set the index
        to the respondent, so that the same person is found in both.
    columns : sequence of str, optional
        Scales; without it every float column of `first`.
    level : float
        Coverage aimed at.
    universe : str
        Which people they hold.

    Returns
    -------
    DataFrame
        An estimates table, per scale: ``retest`` (Pearson's r, Fisher's z interval; blind to a shift of everyone) and
        ``icc_agreement`` (ICC(A,1): the share of the variance that is between people; a shift lowers it), unit
        ``correlation``.  n is the people with a score both times (pairwise: scale by scale).  Missing with fewer than
        three pairs or where scores do not vary.

    Raises
    ------
    KunskapError
        ``EST-02`` … ``EST-04``; ``RELY-01`` for people who stand more than once.

    Notes
    -----
    McGraw & Wong (1996), *Forming inferences about some intraclass correlation coefficients*, Psychological Methods 1,
    30–46, case 2A; the interval is theirs.  Checked against ``pingouin.intraclass_corr`` and ``pingouin.corr``.

    Examples
    --------
    >>> first = pd.DataFrame({"total": [0.2, 0.4, 0.6, 0.8]}, index=list("abcd"))
    >>> second = pd.DataFrame({"total": [0.3, 0.5, 0.6, 0.9]}, index=list("abcd"))
    >>> retest(first, second)[["statistic", "n", "estimate"]].round(2).values.tolist()
    [['retest', 4, 0.98], ['icc_agreement', 4, 0.94]]
    """
    checked_level(level)
    chosen = score_columns(first, columns, ())
    score_columns(second, chosen, ())
    doubled = [
        fault("RELY-01", where, examples=", ".join(str(name) for name in frame.index[frame.index.duplicated()][:3]))
        for where, frame in (("first", first), ("second", second))
        if frame.index.has_duplicates
    ]
    if doubled:
        raise KunskapError(doubled)
    people = first.index.intersection(second.index)
    rows = []
    for column in chosen:
        pair = np.column_stack([frame.loc[people, column].to_numpy(dtype=float) for frame in (first, second)])
        pair = pair[~np.isnan(pair).any(axis=1)]
        start: dict[str, object] = {"universe": universe, "scale": column, "unit": "correlation", "n": len(pair)}
        r = _correlation(pair)
        low, high = fisher_interval(np.asarray(r), len(pair), level)
        rows.append(start | {"statistic": "retest", "estimate": r, "low": float(low), "high": float(high)})
        estimate, lowest, highest = agreement(pair, level=level)
        rows.append(start | {"statistic": "icc_agreement", "estimate": estimate, "low": lowest, "high": highest})
    return tables.estimates(rows)


def agreement(pair: Floats, *, level: float = 0.95) -> tuple[float, float, float]:
    """Compute ICC(A,1), two-way and absolute, with its interval; missing where there is nothing to divide.

    Parameters
    ----------
    pair : array, people × occasions
        Without missing values.
    level : float
        Coverage aimed at.

    Returns
    -------
    tuple of float
        Estimate, low, high.

    Examples
    --------
    >>> [round(one, 3) for one in agreement(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 3.5], [5.0, 6.0]]))]
    [0.876, -0.021, 0.992]
    """
    n, occasions = pair.shape
    nothing = (float("nan"),) * 3
    if n < 3:
        return nothing
    middle = pair.mean()
    by_person, by_occasion = pair.mean(axis=1), pair.mean(axis=0)
    people = occasions * ((by_person - middle) ** 2).sum() / (n - 1)
    time = n * ((by_occasion - middle) ** 2).sum() / (occasions - 1)
    left = ((pair - by_person[:, None] - by_occasion + middle) ** 2).sum() / ((n - 1) * (occasions - 1))
    whole = people + (occasions - 1) * left + occasions * (time - left) / n
    if people <= NOTHING or whole <= NOTHING:
        return nothing
    estimate = (people - left) / whole
    a = occasions * estimate / (n * (1 - estimate)) if estimate < 1 else np.inf
    b = 1 + occasions * estimate * (n - 1) / (n * (1 - estimate)) if estimate < 1 else np.inf
    if not np.isfinite(a) or left <= NOTHING * people:
        return float(estimate), float("nan"), float("nan")
    free = (a * time + b * left) ** 2 / (
        (a * time) ** 2 / (occasions - 1) + (b * left) ** 2 / ((n - 1) * (occasions - 1))
    )
    tail = (1 + level) / 2
    over, under = float(fdtri(n - 1, free, tail)), float(fdtri(free, n - 1, tail))
    rest = occasions * time + (occasions * n - occasions - n) * left
    low = n * (people - over * left) / (over * rest + n * people)
    high = n * (under * people - left) / (rest + n * under * people)
    return float(estimate), float(low), float(high)


def _correlation(pair: Floats) -> float:
    """Pearson's r; missing with fewer than three pairs or without variance."""
    if len(pair) < 3 or (np.ptp(pair, axis=0) < NOTHING).any():
        return float("nan")
    return float(np.clip(np.corrcoef(pair[:, 0], pair[:, 1])[0, 1], -1, 1))
