"""Who gets what is applied for: approval by sex, in all and within groups that could explain a difference."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.tables import estimates

__all__ = ["approval"]


def approval(
    activity: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    applied: str = "Inkomna ansökningar",
    granted: str = "Beviljade ansökningar",
) -> pd.DataFrame:
    """Compute the share of applications that was granted, for women and men.

    All applications of the activity are counted, not a sample of them: there is no interval, and a difference between
    small groups may still turn on a few applications.  A difference is where the analysis begins: it says nothing about
    why, and is not discrimination.

    Parameters
    ----------
    activity : DataFrame
        As `kunskap.reference.read_activity` reads it.
    by : sequence of str
        Grouping columns, for example ``["industry"]``.
    applied, granted : str
        The measures that hold the number of applications received and granted.

    Returns
    -------
    DataFrame
        An estimates table: `by` and `sex`, statistic ``share`` = `count` granted of `n` received.

    Raises
    ------
    KunskapError
        ``GROWTH-01``, ``GROWTH-04`` or ``GROWTH-05``; all at once.

    Examples
    --------
    >>> from kunskap.reference import read_activity
    >>> approval(read_activity("4r_simulerad"))[["sex", "count", "n", "estimate"]].round(2)
      sex  count    n  estimate
    0   k     16   48      0.33
    1   m     51  106      0.48
    """
    measures = set(activity["measure"])
    lacking = [measure for measure in (applied, granted) if measure not in measures]
    if lacking:
        expected = ", ".join(sorted(measures))
        raise KunskapError([fault("GROWTH-05", "measure", measure=measure, expected=expected) for measure in lacking])
    rows = activity[activity["measure"].isin([applied, granted]) & activity["sex"].isin(["k", "m"])]
    groups = [*by, "sex"]
    order = list(dict.fromkeys(rows.loc[:, list(by)].itertuples(index=False, name=None)))
    sums = rows.pivot_table(index=groups, columns="measure", values="value", aggfunc="sum", fill_value=0)
    found: list[dict[str, object]] = []
    faults: list[Fault] = []
    for names in order:
        for sex in ("k", "m"):
            where = ", ".join([*(str(name) for name in names), sex])
            key = (*names, sex) if by else sex
            if key not in sums.index:
                faults.append(fault("GROWTH-01", where, found="m" if sex == "k" else "k"))
                continue
            count, n = (float(sums[measure].loc[key]) for measure in (granted, applied))
            if n < 1 or count > n:
                faults.append(fault("GROWTH-04", where, granted=f"{count:g}", applied=f"{n:g}"))
                continue
            row: dict[str, object] = dict(zip(groups, (*names, sex), strict=True))
            row |= {"universe": "all", "scale": "approval", "statistic": "share", "unit": "share"}
            found.append(row | {"count": round(count), "n": round(n), "estimate": count / n})
    if faults:
        raise KunskapError(faults)
    return estimates(found, by=groups)
