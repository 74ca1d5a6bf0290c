"""Who gets what is applied for: who applies, how many are granted, how much they get; women and men side by side.

`approval` takes counts that somebody has made already; the others take a register that
`kunskap.growth.applications.read_applications` has read.

**What an interval on a complete register means.**  All applications are there, so nothing is uncertain in the sense of
a sample: that 43 of 120 were granted is a fact, and without `level` no interval is given.  But a few other decisions
would have given another share.  Whoever asks *would the same process give this difference again?* takes the year's
applications as one outcome of a process, and can ask for an interval with ``level=0.95``: it holds if applications are
decided independently of each other with one probability per group, which is a model and not a fact.  It says nothing
about who did not apply, and nothing about why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.estimates import wilson
from kunskap.growth.places import place_of
from kunskap.tables import CONTRIBUTIONS, estimates, row_keys

__all__ = ["amounts", "approval", "approval_rates", "leaders"]

SEXES = ("k", "m")
LEADERS = ("k", "m", "gemensam", "okänd")
DECIDED = ("granted", "refused")


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
        expected = ", ".join(sorted(measures)) or "–"
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


def leaders(applications: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Compute who leads the firms that applied, and those that were granted: women, men, jointly, not known.

    Parameters
    ----------
    applications : DataFrame
        Columns `sex`, `decision` and `by`.
    by : sequence of str
        What to keep apart: ``"industry"``, ``"year"``, ``"municipality"``, ``"grant"``.

    Returns
    -------
    DataFrame
        An estimates table: scales ``applications`` (every application) and ``granted``; `option` is k, m, gemensam or
        okänd; ``share`` = `count` of `n`.  All four always have a row, so that what is not known is seen too.

    Examples
    --------
    >>> register = pd.DataFrame({"sex": ["k", "m", "m", "okänd"], "decision": ["refused"] + ["granted"] * 3})
    >>> leaders(register)[["scale", "option", "count", "n"]].head(4)
              scale    option  count  n
    0  applications         k      1  4
    1  applications         m      2  4
    2  applications  gemensam      0  4
    3  applications     okänd      1  4
    """
    rows = []
    for scale, chosen in (("applications", applications), ("granted", applications[_granted(applications)])):
        for names, group in _groups(chosen, by):
            for leader in LEADERS:
                count, n = int(group["sex"].eq(leader).sum()), len(group)
                row = _row(names, scale, "share", "share", n) | {"option": leader, "count": count}
                rows.append(row | {"estimate": count / n if n else np.nan})
    return estimates(rows, by=by)


def approval_rates(applications: pd.DataFrame, *, by: Sequence[str] = (), level: float | None = None) -> pd.DataFrame:
    """Compute the share of decided applications that was granted, women and men side by side, and the gap.

    Withdrawn and undecided applications are in no share: `read_applications` tells how many they are.  The gap is
    women's share minus men's.  It is where the analysis begins: it says nothing about why, and is not discrimination.

    Parameters
    ----------
    applications : DataFrame
        Columns `sex`, `decision` and `by`.
    by : sequence of str
        What to keep apart.
    level : float, optional
        Give intervals too, for the question described above: Wilson (1927) for the shares, and Newcombe (1998),
        Statistics in Medicine 17, 873–890, method 10, for the gap.  Checked against statsmodels.

    Returns
    -------
    DataFrame
        An estimates table, scale ``approval``: ``share`` by `sex` (k, m) and ``difference`` with option ``k-m``.  A sex
        without any application in a group has a row with n = 0, and that group no gap.

    Examples
    --------
    >>> register = pd.DataFrame({"sex": list("kkkkmmmm"), "decision": ["granted", "refused", "refused", "refused"]
    ...                          + ["granted"] * 3 + ["refused"]})
    >>> approval_rates(register)[["sex", "statistic", "count", "n", "estimate"]]
       sex   statistic  count  n  estimate
    0    k       share      1  4      0.25
    1    m       share      3  4      0.75
    2  NaN  difference   <NA>  8     -0.50
    """
    decided = applications[applications["decision"].isin(DECIDED)]
    rows = []
    for names, group in _groups(decided, by):
        pair = []
        for sex in SEXES:
            own = group[group["sex"].eq(sex)]
            count, n = int(_granted(own).sum()), len(own)
            row = _row(names, "approval", "share", "share", n) | {"sex": sex, "count": count}
            row["estimate"] = count / n if n else np.nan
            if level is not None and n:
                row["low"], row["high"] = (float(limit) for limit in wilson(count, n, level=level))
            pair.append(row)
        rows += [*pair, _gap(pair)]
    return _with_inputs(rows, [*by, "sex"])


def amounts(applications: pd.DataFrame, *, of: str = "granted_kronor", by: Sequence[str] = ()) -> pd.DataFrame:
    """Compute kronor per application and each sex's share of all kronor, women and men side by side, and the gap.

    Means hide how uneven amounts are, and where one application has most of the kronor the mean tells what it got.
    Each mean therefore brings the two largest amounts behind it (`largest`, `second`), by which the gate judges it;
    they never leave the house.

    Parameters
    ----------
    applications : DataFrame
        Columns `sex`, `decision`, `sought_kronor`, `granted_kronor` and `by`.
    of : {"granted_kronor", "sought_kronor"}
        Granted: among granted applications.  Sought: among all.
    by : sequence of str
        What to keep apart.

    Returns
    -------
    DataFrame
        An estimates table, scale `of`: ``mean`` (kronor per application) by `sex` (k, m), ``difference`` k-m, and
        ``amount_share`` by `sex`: kronor to firms led by women, and by men, of the kronor to the two together.  Those
        led jointly and those not known are in `leaders`; they are too few in most groups to be set apart.

    Raises
    ------
    KunskapError
        ``GROWTH-05`` an unknown column.

    Examples
    --------
    >>> register = pd.DataFrame({"sex": list("kkmm"), "decision": "granted", "granted_kronor": [100.0, 100, 300, 300]})
    >>> amounts(register)[["sex", "statistic", "n", "estimate"]]
       sex     statistic  n  estimate
    0    k          mean  2    100.00
    1    m          mean  2    300.00
    2  NaN    difference  4   -200.00
    3    k  amount_share  4      0.25
    4    m  amount_share  4      0.75
    """
    if of not in ("granted_kronor", "sought_kronor"):
        raise KunskapError([fault("GROWTH-05", "of", measure=of, expected="granted_kronor, sought_kronor")])
    counted = applications[_granted(applications)] if of == "granted_kronor" else applications
    counted = counted[counted[of].notna()]
    rows: list[dict[str, object]] = []
    for names, group in _groups(counted, by):
        means = []
        for sex in SEXES:
            kronor = group.loc[group["sex"].eq(sex), of]
            largest, second, *_ = [*kronor.sort_values(ascending=False), 0.0, 0.0]
            row = _row(names, of, "mean", "kronor", len(kronor)) | {"sex": sex, "largest": largest, "second": second}
            means.append(row | {"estimate": float(kronor.mean()) if len(kronor) else np.nan})
        whole = sum(_sum(mean) for mean in means)
        shares = [
            _row(names, of, "amount_share", "share", sum(int(str(one["n"])) for one in means))
            | {"sex": mean["sex"], "estimate": _sum(mean) / whole if whole else np.nan}
            for mean in means
        ]
        rows += [*means, _gap(means), *shares]
    return _with_inputs(rows, [*by, "sex"])


def _granted(applications: pd.DataFrame) -> pd.Series:
    return applications["decision"].eq("granted")


def _groups(table: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict[str, object], pd.DataFrame]]:
    if not by:
        yield {}, table
        return
    for names, group in table.groupby(list(by), sort=True):
        yield dict(zip(by, names, strict=True)), group


def _row(names: dict[str, object], scale: str, statistic: str, unit: str, n: int) -> dict[str, object]:
    return {**names, "universe": "all", "scale": scale, "statistic": statistic, "unit": unit, "n": n}


def _sum(mean: dict[str, object]) -> float:
    return float(str(mean["estimate"])) * int(str(mean["n"])) if mean["n"] else 0.0


def _gap(pair: Sequence[dict[str, object]]) -> dict[str, object]:
    """Women's figure minus men's; with Newcombe's interval where both have Wilson's."""
    k, m = pair
    numbers = {name: [float(str(row.get(name, np.nan))) for row in (k, m)] for name in ("estimate", "low", "high")}
    (own, other), (low_k, low_m), (high_k, high_m) = numbers["estimate"], numbers["low"], numbers["high"]
    row = {name: value for name, value in k.items() if name not in ("sex", "count", "low", "high", *CONTRIBUTIONS)}
    gap = own - other
    row |= {"statistic": "difference", "option": "k-m", "n": int(str(k["n"])) + int(str(m["n"])), "estimate": gap}
    if not np.isnan(low_k + low_m):
        row["low"] = gap - float(np.hypot(own - low_k, high_m - other))
        row["high"] = gap + float(np.hypot(high_k - own, other - low_m))
    return row


def _with_inputs(rows: Sequence[dict[str, object]], by: Sequence[str]) -> pd.DataFrame:
    """The table, where what is computed from other rows of a group names them."""
    table = estimates(rows, by=by)
    groups = [name for name in by if name != "sex"]
    keys = row_keys(table)
    is_direct = table["statistic"].isin(["share", "mean"])
    place = place_of(table, groups)
    named = {where: tuple(keys[is_direct & place.eq(where)]) for where in place.unique()}
    table["inputs"] = [() if direct else named[where] for direct, where in zip(is_direct, place, strict=True)]
    return table
