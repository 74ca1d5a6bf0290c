"""How much of a gap between women and men is mix, and how much remains within groups that are alike.

Two classical answers.  `kitagawa` for a share or a mean that is known in every industry; `oaxaca_blinder` for amounts
and several things at once.  Both are arithmetic on what was decided: they say where the gap lies and not
why.  *Explained* means that it goes with what is in the model, not that it is fair: which industries a fund is open to
is itself a decision. *Unexplained* means the rest, with everything that the register does not know; it is not
discrimination.

On intervals see `kunskap.growth.resources`: a complete register has no sampling error, so parts are given without.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.errors import KunskapError, fault
from kunskap.growth.resources import amounts
from kunskap.tables import estimates, row_keys

__all__ = ["REFERENCES", "kitagawa", "oaxaca_blinder", "threefold"]

REFERENCES = ("pooled", "k", "m", "average")
Floats = NDArray[np.float64]


def kitagawa(figures: pd.DataFrame, *, over: str = "industry") -> pd.DataFrame:
    """Divide the gap between women and men into mix and what is left within groups.

    With w the share of a sex's applications that lies in a group, and r the rate (or mean) there,

    gap = Σ (w_k - w_m) · (r_k + r_m)/2  +  Σ (w_k + w_m)/2 · (r_k - r_m):

    the first sum is *mix* (women and men apply from different industries), the second *within* (different outcome in
    the same industry).  The two add up to the gap exactly.

    Parameters
    ----------
    figures : DataFrame
        An estimates table with one row per `over` and `sex` (k, m), `n` and `estimate`: from `approval_rates`,
        `approval` or `amounts` with ``by=[over]``; its other rows are left aside.
    over : str
        The groups.

    Returns
    -------
    DataFrame
        An estimates table with statistic ``difference``, option ``k-m``: the gap (scale as in `figures`), its parts
        (scales ``…_mix`` and ``…_within``), and per group how much of each part lies there.  A group's mix is told
        against the mean of all groups: above 0 where women are in a group with a high rate, or absent from a low one.

    Raises
    ------
    KunskapError
        ``GROWTH-05`` no rows to divide, ``GROWTH-40`` a group where only women or only men applied: it has no rate
        for the other sex, and must be laid together with another (`kunskap.growth.industries.gather`); all at once.

    Notes ----- Kitagawa (1955), *Components of a difference between two rates*, Journal of the American Statistical
    Association 50, 1168–1194.  Checked by hand, and on the 1973 admissions to Berkeley against statsmodels'
    `OaxacaBlinder` with dummies for departments and the mean of both sexes' coefficients, which is the same thing.

    Examples
    --------
    Women and men are granted equally often in each industry, but apply from different ones: all of the gap is mix.

    >>> rows = [dict(industry=industry, sex=sex, universe="all", scale="approval", statistic="share", unit="share",
    ...              n=n, count=n * rate, estimate=rate)
    ...         for industry, rate, k, m in (("Bygg", 0.5, 10, 30), ("Handel", 0.1, 30, 10))
    ...         for sex, n in (("k", k), ("m", m))]
    >>> parts = kitagawa(estimates(rows, by=["industry", "sex"]))
    >>> parts.loc[parts["industry"].isna(), ["scale", "n", "estimate"]].round(3)
                 scale   n  estimate
    0         approval  80      -0.2
    1     approval_mix  80      -0.2
    2  approval_within  80       0.0
    """
    rows = figures[figures["statistic"].isin(["share", "mean"]) & figures["sex"].isin(["k", "m"])]
    rows = rows[rows[over].notna()] if over in rows else rows.iloc[:0]
    if rows.empty:
        raise KunskapError([fault("GROWTH-05", over, measure=over, expected=", ".join(figures.columns))])
    order = list(dict.fromkeys(rows[over]))
    n, rate = (
        rows.pivot(index=over, columns="sex", values=name).reindex(index=order, columns=["k", "m"]).astype("float64")
        for name in ("n", "estimate")
    )
    n = n.fillna(0.0)
    seen = n.sum(axis=1) > 0
    n, rate = n[seen], rate[seen]
    is_lacking = rate.isna().any(axis=1) | (n == 0).any(axis=1)
    if is_lacking.any():
        raise KunskapError([fault("GROWTH-40", str(name)) for name in n.index[is_lacking.to_numpy()]])
    weight = n / n.sum()
    mean_rate, mean_weight = rate.mean(axis=1), weight.mean(axis=1)
    level = float((mean_weight * mean_rate).sum())
    mix = (weight["k"] - weight["m"]) * (mean_rate - level)
    within = mean_weight * (rate["k"] - rate["m"])
    scale, unit = str(rows["scale"].iloc[0]), str(rows["unit"].iloc[0])
    everyone = int(n.to_numpy().sum())
    gap = float((weight["k"] * rate["k"] - weight["m"] * rate["m"]).sum())
    parts = [(scale, None, everyone, gap), (f"{scale}_mix", None, everyone, float(mix.sum()))]
    parts.append((f"{scale}_within", None, everyone, float(within.sum())))
    for name in n.index:
        own = int(n.loc[name].sum())
        parts += [(f"{scale}_mix", name, own, float(mix[name])), (f"{scale}_within", name, own, float(within[name]))]
    keys = tuple(row_keys(rows))
    found = [
        {over: name, "universe": "all", "scale": part, "option": "k-m", "statistic": "difference", "unit": unit}
        | {"n": size, "estimate": estimate, "inputs": keys}
        for part, name, size, estimate in parts
    ]
    return estimates(found, by=[over])


def oaxaca_blinder(
    applications: pd.DataFrame,
    *,
    outcome: str = "granted_kronor",
    explained_by: Sequence[str] = ("industry",),
    reference: str = "pooled",
) -> pd.DataFrame:
    """Divide the gap in mean amount into what goes with industry (and other things), and the rest.

    gap = (x̄_k - x̄_m)'β*  +  the rest, with β* the coefficients of a reference.

    Parameters
    ----------
    applications : DataFrame
        Columns `sex`, `decision`, `outcome` and `explained_by`: texts become dummies, numbers stay as they are.
    outcome : {"granted_kronor", "sought_kronor"}
        Granted: among granted applications.  Sought: among all.
    explained_by : sequence of str
        What goes into the model.
    reference : {"pooled", "k", "m", "average"}
        Whose coefficients: those of one regression on both with an indicator of sex (Jann 2008, which keeps the gap
        itself out of β*), women's, men's, or the mean of the two.  They answer different questions; say which.

    Returns
    -------
    DataFrame
        An estimates table with statistic ``difference``, option ``k-m``: the gap, ``…_explained``, ``…_unexplained``.
        Contributions of single industries are not given: they depend on which industry the dummies leave out.

    Raises
    ------
    KunskapError
        ``GROWTH-05`` unknown column or reference, ``GROWTH-41`` too few applications, or industries without women or
        men where that sex's own coefficients are asked for; all at once.

    Notes ----- Oaxaca (1973), International Economic Review 14, 693–709; Blinder (1973), Journal of Human Resources 8,
    436–455; Jann (2008), *The Blinder–Oaxaca decomposition for linear regression models*, Stata Journal 8,
    453–479.  Checked against statsmodels' `OaxacaBlinder`, and on Greene's credit card data against what Stata's
    *oaxaca* prints.

    Examples
    --------
    >>> register = pd.DataFrame({"industry": ["A", "A", "B", "B", "A", "B", "B", "B"], "sex": list("kkkkmmmm"),
    ...                          "decision": "granted", "granted_kronor": [1.0, 1, 3, 3, 2, 4, 4, 4]})
    >>> oaxaca_blinder(register)[["scale", "estimate"]].round(2)
                            scale  estimate
    0              granted_kronor      -1.5
    1    granted_kronor_explained      -0.5
    2  granted_kronor_unexplained      -1.0
    """
    if reference not in REFERENCES:
        raise KunskapError([fault("GROWTH-05", "reference", measure=reference, expected=", ".join(REFERENCES))])
    y, x, is_k = _model(applications, outcome, explained_by)
    gap = float(y[is_k].mean() - y[~is_k].mean())
    means = x[is_k].mean(axis=0) - x[~is_k].mean(axis=0)
    if reference == "pooled":
        both = np.column_stack([x, is_k.astype(float)])
        beta = _coefficients(both, y, "k, m")[:-1]
    else:
        wanted = {"k": [is_k], "m": [~is_k], "average": [is_k, ~is_k]}[reference]
        beta = np.mean([_coefficients(x[rows], y[rows], "k" if rows is is_k else "m") for rows in wanted], axis=0)
    explained = float(means @ beta)
    parts = {"": gap, "_explained": explained, "_unexplained": gap - explained}
    return _amount_parts(applications, outcome, parts)


def threefold(
    applications: pd.DataFrame, *, outcome: str = "granted_kronor", explained_by: Sequence[str] = ("industry",)
) -> pd.DataFrame:
    """Divide the gap in mean amount into endowments, coefficients and what the two do together, seen from men's side.

    gap = (x̄_k - x̄_m)'β_m  +  x̄_m'(β_k - β_m)  +  (x̄_k - x̄_m)'(β_k - β_m).

    Parameters, errors and sources as in `oaxaca_blinder`.

    Returns
    -------
    DataFrame
        Scales ``…``, ``…_endowments``, ``…_coefficients``, ``…_interaction``.

    Examples
    --------
    >>> register = pd.DataFrame({"industry": ["A", "A", "B", "B", "A", "B", "B", "B"], "sex": list("kkkkmmmm"),
    ...                          "decision": "granted", "granted_kronor": [1.0, 1, 3, 3, 2, 4, 4, 4]})
    >>> threefold(register)["estimate"].round(2).tolist()
    [-1.5, -0.5, -1.0, 0.0]
    """
    y, x, is_k = _model(applications, outcome, explained_by)
    beta_k, beta_m = _coefficients(x[is_k], y[is_k], "k"), _coefficients(x[~is_k], y[~is_k], "m")
    mean_k, mean_m = x[is_k].mean(axis=0), x[~is_k].mean(axis=0)
    parts = {"": float(y[is_k].mean() - y[~is_k].mean())}
    parts["_endowments"] = float((mean_k - mean_m) @ beta_m)
    parts["_coefficients"] = float(mean_m @ (beta_k - beta_m))
    parts["_interaction"] = float((mean_k - mean_m) @ (beta_k - beta_m))
    return _amount_parts(applications, outcome, parts)


def _model(
    applications: pd.DataFrame, outcome: str, explained_by: Sequence[str]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Outcome, model matrix with a constant, and who is k; only rows where all is known."""
    wanted = [outcome, *explained_by]
    lacking = [name for name in wanted if name not in applications]
    if lacking:
        expected = ", ".join(applications.columns)
        raise KunskapError([fault("GROWTH-05", "explained_by", measure=name, expected=expected) for name in lacking])
    counted = applications[applications["sex"].isin(["k", "m"])]
    if outcome == "granted_kronor":
        counted = counted[counted["decision"].eq("granted")]
    counted = counted.dropna(subset=wanted)
    is_k = counted["sex"].eq("k").to_numpy(dtype=bool)
    if is_k.sum() < 2 or (~is_k).sum() < 2:
        raise KunskapError([fault("GROWTH-41", outcome, who="k, m", found=f"{is_k.sum()} + {(~is_k).sum()}")])
    texts = [name for name in explained_by if not pd.api.types.is_numeric_dtype(counted[name])]
    dummies = pd.get_dummies(counted[list(explained_by)], columns=texts, drop_first=True)
    x = np.column_stack([np.ones(len(counted)), dummies.to_numpy(dtype="float64")])
    return counted[outcome].to_numpy(dtype="float64"), x, is_k


def _coefficients(x: Floats, y: Floats, who: str) -> Floats:
    """Least squares; refused where the data do not settle every coefficient."""
    # Kronor beside dummies: without a common size the rank would be a matter of units.
    size = np.abs(x).max(axis=0, initial=0.0)
    size[size == 0] = 1.0
    beta, _, rank, _ = np.linalg.lstsq(x / size, y, rcond=None)
    if rank < x.shape[1]:
        raise KunskapError([fault("GROWTH-41", "explained_by", who=who, found=f"{len(y)}")])
    return np.asarray(beta / size)


def _amount_parts(applications: pd.DataFrame, outcome: str, parts: dict[str, float]) -> pd.DataFrame:
    means = amounts(applications, of=outcome)
    means = means[means["statistic"].eq("mean") & means["sex"].notna()]
    keys, n = tuple(row_keys(means)), int(means["n"].sum())
    rows = [
        {"universe": "all", "scale": f"{outcome}{part}", "option": "k-m", "statistic": "difference", "unit": "kronor"}
        | {"n": n, "estimate": estimate, "inputs": keys}
        for part, estimate in parts.items()
    ]
    return estimates(rows)
