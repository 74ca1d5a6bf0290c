"""How well coders agree, beyond what chance would give: Krippendorff's alpha."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap import tables
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level

__all__ = ["LEAST_ALPHA", "agreement", "krippendorff_alpha", "reliable"]

LEAST_ALPHA = 0.667
"""Krippendorff (2004), *Content Analysis*, 2nd ed., p. 241: below this no conclusion; from 0.800 firm ones."""
FEWEST_DRAWS = 0.9


def krippendorff_alpha(ratings: pd.DataFrame) -> float:
    """Compute Krippendorff's alpha for nominal data.

    Parameters
    ----------
    ratings : DataFrame, units × coders
        Any values; missing where a coder has not judged a unit.

    Returns
    -------
    float
        1 = perfect agreement, 0 = as chance, below 0 = systematic disagreement.  Missing where no unit has two values,
        or where all values are alike: then nothing shows that the coders can tell anything apart.

    Notes
    -----
    alpha = 1 − Dₒ/Dₑ with Dₒ = Σᵤ Σₖ nᵤₖ (mᵤ − nᵤₖ)/(mᵤ − 1)/n and Dₑ = Σₖ nₖ (n − nₖ)/(n (n − 1)), where nᵤₖ is
    how often unit u was given the value k, over the units with mᵤ ≥ 2 values.  Krippendorff (2011), *Computing
    Krippendorff's Alpha-Reliability*.  Checked against its worked examples (two coders, binary: 0.095; two coders,
    nominal: 0.692; four coders with missing data: 0.743) and the Python package *krippendorff*
    (``tests/reference/krippendorff.csv``).

    Examples
    --------
    >>> ratings = pd.DataFrame({"A": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "B": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})
    >>> round(krippendorff_alpha(ratings), 3)
    0.095
    """
    counts = _value_counts(ratings)
    return float(_alphas(counts, np.ones((1, len(counts))))[0])


def agreement(
    codings: pd.DataFrame, *, level: float = 0.95, rng: np.random.Generator, draws: int = 2000
) -> pd.DataFrame:
    """Compute alpha for each code, with a bootstrap interval.

    Parameters
    ----------
    codings : DataFrame
        As `read_codings` returns it.
    level : float
        Coverage aimed at.
    rng : Generator
        Draws the bootstrap's samples of texts.
    draws : int
        How many.

    Returns
    -------
    DataFrame
        An estimates table: item ``understanding01.power``, statistic ``agreement``, unit ``alpha``; n is the texts
        that two coders or more have judged.  Each code is a yes/no judgement of its own, as a text can have several.
        Without `inputs` the gate lets it through only by its n; `coded_tables` ties it to the shares.

    Raises
    ------
    KunskapError
        ``CODE-15`` with fewer than two coders, ``EST-02`` for a level that is none.

    Notes
    -----
    Percentile bootstrap over texts (Zapf, Castell, Morawietz & Karch 2016, BMC Medical Research Methodology 16:93).
    Samples in which all judgements are alike have no alpha; are they more than one in ten, the interval is missing.

    Examples
    --------
    >>> codings = pd.DataFrame([(coder, f"t{i}", "understanding01", "power", i % 2 == 0) for coder in "AB"
    ...                         for i in range(20)], columns=["coder", "text", "item", "code", "coded"])
    >>> agreement(codings, rng=np.random.default_rng(1))[["item", "n", "estimate", "low"]].values.tolist()
    [['understanding01.power', 20, 1.0, 1.0]]
    """
    checked_level(level)
    coders = codings["coder"].nunique()
    if coders < 2:
        raise KunskapError([fault("CODE-15", "codings", count=coders)])
    rows = []
    for (item, code), part in codings.groupby(["item", "code"], sort=False):
        counts = _value_counts(part.pivot(index="text", columns="coder", values="coded"))
        n = len(counts)
        low, high = np.nan, np.nan
        if n > 1:
            weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
            drawn = _alphas(counts, weights)
            drawn = drawn[~np.isnan(drawn)]
            if len(drawn) >= FEWEST_DRAWS * draws:
                low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        estimate = _alphas(counts, np.ones((1, n)))[0]
        about = {"universe": "all", "item": f"{item}.{code}", "statistic": "agreement", "unit": "alpha"}
        rows.append(about | {"n": n, "estimate": estimate, "low": low, "high": high})
    return tables.estimates(rows)


def reliable(table: pd.DataFrame, *, least: float = LEAST_ALPHA) -> list[str]:
    """The codes whose alpha reaches `least`; a code without an alpha does not.

    Parameters
    ----------
    table : DataFrame
        As `agreement` returns it.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["u1.power", "u1.staff", "u1.terms"], "estimate": [0.82, 0.4, None]})
    >>> reliable(table)
    ['u1.power']
    """
    return [str(item) for item in table.loc[table["estimate"] >= least, "item"]]


def _value_counts(ratings: pd.DataFrame) -> NDArray[np.float64]:
    """How often each unit was given each value, for the units with two values or more."""
    codes, values = pd.factorize(ratings.to_numpy(dtype=object).ravel())
    of_unit = codes.reshape(ratings.shape)
    counts = np.zeros((len(ratings), len(values)))
    for value in range(len(values)):
        counts[:, value] = (of_unit == value).sum(axis=1)
    return counts[counts.sum(axis=1) >= 2]


def _alphas(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha for each weighting of the units: draws × units."""
    if not len(counts):
        return np.full(len(weights), np.nan)
    values = counts.sum(axis=1)
    apart = (counts * (values[:, None] - counts)).sum(axis=1) / (values - 1)
    n, of_value = weights @ values, weights @ counts
    by_chance = (of_value * (n[:, None] - of_value)).sum(axis=1) / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance > 0, 1 - (weights @ apart) / by_chance, np.nan)
