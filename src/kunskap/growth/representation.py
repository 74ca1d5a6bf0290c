"""Who is there: women and men at each level, side by side (R1 of 4R), and their shares of what is handed out (R2).

Bodies, chairs and levels, year by year, are read by `kunskap.growth.bodies`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.tables import estimates

__all__ = ["EVEN", "balance", "shares_by_sex"]

EVEN = 0.40
PERCENT = "percent"
# Shares worked out of printed percentages are exact to a tenth of a percentage point and no more.
ROUNDING = 1e-9


def shares_by_sex(figures: pd.DataFrame, *, by: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """Compute women's and men's share of each measure.

    Counts and amounts are added within the groups and divided by the sum over all rows of the group, jointly led and
    unknown too.  A printed percentage is taken as it is: it has no count and no n.  The figures are complete counts of
    a body or an activity and not a sample, and therefore without interval.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `sex` (k, m; others count in the sum only), `value` and `unit`, as `kunskap.reference` reads them.
    by : sequence of str
        What to keep apart.

    Returns
    -------
    DataFrame
        An estimates table: rows for k and m, columns `by` and `sex`, statistic ``share`` (0–1).

    Raises
    ------
    KunskapError
        ``GROWTH-01`` where one sex is missing, ``GROWTH-02`` where percentages would have to be added,
        ``GROWTH-03`` where units are mixed; all at once.

    Examples
    --------
    >>> counted = pd.DataFrame({"measure": "Styrgrupp", "sex": ["k", "m"], "value": [4.0, 5.0], "unit": "personer"})
    >>> shares_by_sex(counted)[["measure", "sex", "count", "n", "estimate"]].round(2)
         measure sex  count  n  estimate
    0  Styrgrupp   k      4  9      0.44
    1  Styrgrupp   m      5  9      0.56
    """
    rows: list[dict[str, object]] = []
    faults: list[Fault] = []
    for names, group in figures.groupby(list(by), sort=False, dropna=False):
        found = list(_faults(", ".join(str(name) for name in names), group))
        faults += found
        if not found:
            rows += _rows(dict(zip(by, names, strict=True)), group)
    if faults:
        raise KunskapError(faults)
    return estimates(rows, by=[*by, "sex"])


def _faults(where: str, group: pd.DataFrame) -> Iterator[Fault]:
    sexes = set(group["sex"]) & {"k", "m"}
    if sexes != {"k", "m"}:
        yield fault("GROWTH-01", where, found=", ".join(sorted(sexes)) or "–")
    units = sorted(group["unit"].unique())
    if len(units) > 1:
        yield fault("GROWTH-03", where, units=", ".join(units))
    elif units == [PERCENT] and group["sex"].duplicated().any():
        yield fault("GROWTH-02", where, count=len(group))


def _rows(names: dict[str, object], group: pd.DataFrame) -> Iterator[dict[str, object]]:
    sums = group.groupby("sex")["value"].sum()
    is_percent = group["unit"].eq(PERCENT).all()
    whole = 100.0 if is_percent else float(sums.sum())
    for sex in ("k", "m"):
        row = dict(names, sex=sex, universe="all", scale="share_by_sex", statistic="share", unit="share")
        row["estimate"] = float(sums[sex]) / whole if whole else float("nan")
        if not is_percent:
            row |= {"count": round(float(sums[sex])), "n": round(whole)}
        yield row


def balance(shares: pd.DataFrame, *, by: str = "measure") -> pd.DataFrame:
    """Lay women's and men's shares side by side, with the yardstick 40–60.

    Even means at least 40 per cent of each sex: SCB's rule of thumb, which SCB itself questions where it is always the
    same sex that is near 40.  It describes numbers and says nothing about terms, influence or reasons.

    Parameters
    ----------
    shares : DataFrame
        From `shares_by_sex`, before or after the gate.
    by : str
        The column that names each row.

    Returns
    -------
    DataFrame
        Index `by`; `k` and `m` (0–1), `points` (women's share minus men's, percentage points) and `balance`:
        ``"even"``, ``"mostly_k"``, ``"mostly_m"``, or missing where a share is.

    Examples
    --------
    >>> posts = pd.DataFrame({"measure": ["Nämnd", "Nämnd", "Chefer", "Chefer"], "sex": ["k", "m"] * 2,
    ...                       "value": [40.0, 60.0, 30.0, 70.0], "unit": "percent"})
    >>> balance(shares_by_sex(posts))
               k    m  points   balance
    measure
    Nämnd    0.4  0.6   -20.0      even
    Chefer   0.3  0.7   -40.0  mostly_m
    """
    order = list(dict.fromkeys(shares[by]))
    wide = shares.pivot(index=by, columns="sex", values="estimate").reindex(index=order, columns=["k", "m"])
    wide.columns.name = None
    wide["points"] = (100 * (wide["k"] - wide["m"])).round(6)
    known = wide["k"].notna() & wide["m"].notna()
    is_even = (wide["k"] >= EVEN - ROUNDING) & (wide["m"] >= EVEN - ROUNDING)
    larger = (wide["k"] > wide["m"]).map({True: "mostly_k", False: "mostly_m"}).astype("str")
    wide["balance"] = larger.mask(is_even, "even").where(known)
    return wide
