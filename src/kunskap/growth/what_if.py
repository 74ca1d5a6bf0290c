"""What if more industries could get support, under the same money?  A sum, with its assumptions written out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.resources import amounts, approval_rates
from kunskap.tables import estimates, row_keys

__all__ = ["NEWCOMER_COLUMNS", "kept", "what_if"]

NEWCOMER_COLUMNS = ("industry", "sex", "applications", "kronor")
NOW, SMALLER, FEWER = "now", "smaller_grants", "fewer_grants"


def what_if(
    applications: pd.DataFrame,
    *,
    approval: Mapping[str, float] | None = None,
    newcomers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute how grants and kronor would divide between women and men if more industries could get support.

    The money is the same.  If more is granted than there is money for, either every grant becomes smaller (rule
    ``smaller_grants``) or fewer are granted, in the same proportion everywhere (rule ``fewer_grants``).  Kronor divide
    alike under both; what differs is how many firms get something.  ``now`` is the register as it is.  Only firms led
    by women or by men are in the sum; jointly led and not known are not.

    The sum assumes that nobody applies differently because of the change, apart from the `newcomers` that you put in;
    that the same share is granted to women and men in an industry that is opened; and that a grant there is as large as
    grants there are now (to women and men together).  Outside the model: the rules on state aid and *de minimis*, which
    industries a programme may support at all, what the money is for, and what would come of it.  It is a way to see
    what industries mean for who gets what, and no forecast.

    Parameters
    ----------
    applications : DataFrame
        Columns `industry`, `sex`, `decision`, `granted_kronor`.
    approval : mapping of str to float, optional
        Industry → share of its applications that would be granted (0–1).
    newcomers : DataFrame, optional
        Columns `NEWCOMER_COLUMNS`: applications that you expect from an industry and sex (k, m), and kronor per grant.
        An industry that is not in the register needs its share in `approval`.

    Returns
    -------
    DataFrame
        An estimates table with columns `rule` and `sex`: ``amount_share`` with scale ``granted_applications`` (of all
        grants, expected) and ``granted_kronor`` (of all kronor).  Computed from what `approval_rates` and `amounts`
        tell by industry, so those two must pass the gate together with it.

    Raises
    ------
    KunskapError
        ``GROWTH-42`` an industry without applications, ``GROWTH-43`` a share outside 0–1, ``GROWTH-44`` newcomers
        that cannot be used, ``GROWTH-45`` nothing granted; all at once.

    Examples
    --------
    Half of ten applications from construction are granted, one in ten from retail.  What if half were granted in both?

    >>> rows = [(industry, sex, decision) for industry, sex, granted, refused in (
    ...     ("Bygg", "m", 4, 4), ("Bygg", "k", 1, 1), ("Handel", "m", 1, 4), ("Handel", "k", 0, 5))
    ...     for decision in ["granted"] * granted + ["refused"] * refused]
    >>> register = pd.DataFrame(rows, columns=["industry", "sex", "decision"]).assign(granted_kronor=100.0)
    >>> table = what_if(register, approval={"Handel": 0.5})
    >>> table.loc[table["scale"].eq("granted_kronor"), ["rule", "sex", "estimate"]].round(2)
                  rule sex  estimate
    1              now   k      0.17
    3              now   m      0.83
    5   smaller_grants   k      0.35
    7   smaller_grants   m      0.65
    9     fewer_grants   k      0.35
    11    fewer_grants   m      0.65
    """
    known, now, then, factor = _scenario(applications, approval or {}, newcomers)
    scenarios = {
        NOW: now,
        SMALLER: then.assign(kronor=then["kronor"] * factor),
        FEWER: then.assign(granted=then["granted"] * factor),
    }
    keys = _keys(known)
    rows = [row for rule, cells in scenarios.items() for row in _rows(rule, cells, len(known), keys)]
    return estimates(rows, by=["rule", "sex"])


def kept(
    applications: pd.DataFrame,
    *,
    approval: Mapping[str, float] | None = None,
    newcomers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute what the scenario of `what_if` costs: how much of each grant the same money is enough for.

    0.9 means that every grant becomes a tenth smaller, or that a tenth fewer are granted than the scenario wished for.
    Above 1 there is money left.

    Parameters
    ----------
    applications, approval, newcomers
        As in `what_if`.

    Returns
    -------
    DataFrame
        An estimates table of one row: ``amount_share`` with scale ``kept``, the money there is over the money needed.

    Raises
    ------
    KunskapError
        As in `what_if`.

    Examples
    --------
    Five grants of 100 in construction and one in retail; if five of ten were granted there too, six must pay for ten.

    >>> rows = [(industry, sex, decision) for industry, sex, granted, refused in (
    ...     ("Bygg", "m", 4, 4), ("Bygg", "k", 1, 1), ("Handel", "m", 1, 4), ("Handel", "k", 0, 5))
    ...     for decision in ["granted"] * granted + ["refused"] * refused]
    >>> register = pd.DataFrame(rows, columns=["industry", "sex", "decision"]).assign(granted_kronor=100.0)
    >>> float(kept(register, approval={"Handel": 0.5})["estimate"].iloc[0])
    0.6
    """
    known, _, _, factor = _scenario(applications, approval or {}, newcomers)
    row = {"universe": "all", "scale": "kept", "statistic": "amount_share", "unit": "share"}
    return estimates([row | {"n": len(known), "estimate": factor, "inputs": _keys(known)}])


def _scenario(
    applications: pd.DataFrame, approval: Mapping[str, float], newcomers: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, float]:
    """The decided applications, the cells now and then, and the money there is over the money needed."""
    known = applications[applications["sex"].isin(["k", "m"]) & applications["decision"].isin(["granted", "refused"])]
    faults = [*_share_faults(approval, known, newcomers), *_newcomer_faults(newcomers, known, approval)]
    now = _cells(known)
    if not (now["granted"] * now["kronor"]).sum() > 0:
        faults.append(fault("GROWTH-45", "granted_kronor"))
    if faults:
        raise KunskapError(faults)
    then = _opened(now, approval, newcomers)
    money, needed = (float((cells["granted"] * cells["kronor"]).sum()) for cells in (now, then))
    if not needed > 0:
        raise KunskapError([fault("GROWTH-45", "approval")])
    return known, now, then, money / needed


def _cells(known: pd.DataFrame) -> pd.DataFrame:
    """Applications, grants and kronor per grant for each industry and sex; nothing missing."""
    granted = known[known["decision"].eq("granted")]
    cells = known.groupby(["industry", "sex"]).size().unstack("sex", fill_value=0).reindex(columns=["k", "m"])
    table = pd.DataFrame({"applications": cells.fillna(0).stack()})
    table["granted"] = granted.groupby(["industry", "sex"]).size().reindex(table.index).fillna(0)
    kronor = granted.dropna(subset="granted_kronor").groupby(["industry", "sex"])["granted_kronor"].mean()
    table["kronor"] = kronor.reindex(table.index).fillna(0.0)
    return table.astype("float64")


def _opened(now: pd.DataFrame, approval: Mapping[str, float], newcomers: pd.DataFrame | None) -> pd.DataFrame:
    then = now.copy()
    whole = float((now["granted"] * now["kronor"]).sum() / now["granted"].sum())
    rates = _rates(now)
    for industry, rate in approval.items():
        if industry in rates.index:
            own = then.loc[[industry]]
            grants = float(own["granted"].sum())
            usual = float((own["granted"] * own["kronor"]).sum() / grants) if grants else whole
            # What women and men got on average in the industry: the scenario opens it alike for both.
            then.loc[[industry], "granted"] = own["applications"] * rate
            then.loc[[industry], "kronor"] = usual
    rows = []
    for row in [] if newcomers is None else newcomers.to_dict("records"):
        rate = approval.get(row["industry"], rates.get(row["industry"], np.nan))
        rows.append(
            (f"{row['industry']} (nya)", row["sex"], row["applications"], row["applications"] * rate, row["kronor"])
        )
    added = pd.DataFrame(rows, columns=["industry", "sex", *now.columns]).set_index(["industry", "sex"])
    return pd.concat([then, added]).astype("float64") if rows else then


def _rates(cells: pd.DataFrame) -> pd.Series:
    sums = cells.groupby(level="industry")[["granted", "applications"]].sum()
    return sums["granted"] / sums["applications"]


def _rows(rule: str, cells: pd.DataFrame, n: int, keys: tuple[str, ...]) -> list[dict[str, object]]:
    grants = cells.groupby(level="sex")["granted"].sum()
    kronor = (cells["granted"] * cells["kronor"]).groupby(level="sex").sum()
    rows = []
    for sex in ("k", "m"):
        for scale, parts in (("granted_applications", grants), ("granted_kronor", kronor)):
            row: dict[str, object] = {
                "rule": rule,
                "sex": sex,
                "universe": "all",
                "scale": scale,
                "statistic": "amount_share",
            }
            row |= {"unit": "share", "n": n, "estimate": float(parts.get(sex, 0.0) / parts.sum()), "inputs": keys}
            rows.append(row)
    return rows


def _keys(known: pd.DataFrame) -> tuple[str, ...]:
    tables = approval_rates(known, by=["industry"]), amounts(known, by=["industry"])
    direct = [table[table["statistic"].isin(["share", "mean"]) & table["sex"].notna()] for table in tables]
    return tuple(key for table in direct for key in row_keys(table))


def _share_faults(approval: Mapping[str, float], known: pd.DataFrame, newcomers: pd.DataFrame | None) -> list[Fault]:
    there = {str(name) for name in known["industry"].unique()}
    coming = set() if newcomers is None or "industry" not in newcomers else set(newcomers["industry"])
    expected = ", ".join(sorted(there))
    faults = [
        fault("GROWTH-42", f"approval, {name}", industry=name, expected=expected)
        for name in approval
        if name not in there | coming
    ]
    outside = {name: rate for name, rate in approval.items() if not 0 <= rate <= 1}
    return faults + [fault("GROWTH-43", f"approval, {name}", value=rate) for name, rate in outside.items()]


def _newcomer_faults(newcomers: pd.DataFrame | None, known: pd.DataFrame, approval: Mapping[str, float]) -> list[Fault]:
    if newcomers is None:
        return []
    lacking = [name for name in NEWCOMER_COLUMNS if name not in newcomers]
    expected = ", ".join(NEWCOMER_COLUMNS)
    if lacking:
        return [fault("GROWTH-44", f"newcomers, {name}", value="–", expected=expected) for name in lacking]
    faults = []
    rates = set(known["industry"]) | set(approval)
    for place, row in enumerate(newcomers.to_dict("records"), start=1):
        where = f"newcomers, {place}"
        if row["sex"] not in ("k", "m"):
            faults.append(fault("GROWTH-44", where, value=row["sex"], expected="k, m"))
        for name in ("applications", "kronor"):
            if not row[name] >= 0:
                faults.append(fault("GROWTH-44", where, value=f"{name}: {row[name]}", expected="0–"))
        if row["industry"] not in rates:
            faults.append(fault("GROWTH-42", where, industry=row["industry"], expected=", ".join(sorted(rates))))
    return faults
