"""A fit as `estimates` rows: difficulties and slopes, and where the test measures well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

from kunskap import tables
from kunskap.grouping import checked_level
from kunskap.irt.model import IrtFit, converged

__all__ = ["information", "item_information", "table"]

Floats = NDArray[np.float64]
ABILITIES = tuple(float(value) for value in np.linspace(-4, 4, 33))


def table(fit: IrtFit, *, level: float = 0.95, universe: str = "all") -> pd.DataFrame:
    """Tell the item parameters as an estimates table.

    Parameters
    ----------
    fit : IrtFit
    level : float
        Coverage aimed at.
    universe : str
        Which people the fit is about.

    Returns
    -------
    DataFrame
        An estimates table: statistics ``difficulty`` and (for the two-parameter model) ``slope`` per item, and
        ``ability_mean`` and ``ability_sd`` for scale ``total``; unit ``logits``.  n is who met the item.  The interval
        is estimate ± z · se; it is missing where the parameter was given or fixed by definition.  For the gate these
        are pooled statistics: they are shown in staff's internal view only.

    Raises
    ------
    KunskapError
        ``IRT-14`` if the fit did not converge, ``EST-02``.

    Examples
    --------
    >>> from kunskap.irt import fit_rasch, simulate_scores
    >>> items = pd.DataFrame({"difficulty": [-1.0, 0.4, 1.0]}, index=["a", "b", "c"])
    >>> fit = fit_rasch(simulate_scores(items, n=20_000, rng=np.random.default_rng(2)))
    >>> table(fit)[["item", "scale", "statistic", "n", "estimate"]].round(1).fillna("").values.tolist()
    [['a', '', 'difficulty', 20000, -1.0],
     ['b', '', 'difficulty', 20000, 0.4],
     ['c', '', 'difficulty', 20000, 1.0],
     ['', 'total', 'ability_mean', 20000, 0.0],
     ['', 'total', 'ability_sd', 20000, 1.0]]
    """
    converged(fit)
    z = stats.norm.isf((1 - checked_level(level)) / 2)
    of = fit.estimates
    rows: list[dict[str, object]] = []
    for statistic, values, errors in (
        ("difficulty", of.difficulty, of.difficulty_se),
        ("slope", of.slope, of.slope_se),
    ):
        if statistic == "slope" and fit.model == "rasch":
            continue
        for item, n, value, se in zip(fit.items, fit.n_of_items, values, errors, strict=True):
            rows.append({"item": item, "statistic": statistic, "n": n} | _figure(float(value), float(se), z))
    for statistic, value, se in (("ability_mean", of.mean, of.mean_se), ("ability_sd", of.sd, of.sd_se)):
        rows.append({"scale": "total", "statistic": statistic, "n": fit.n} | _figure(value, se, z))
    return tables.estimates({"universe": universe, "unit": "logits"} | row for row in rows)


def _figure(value: float, se: float, z: float) -> dict[str, object]:
    return {"estimate": value, "se": se, "low": value - z * se, "high": value + z * se}


def item_information(fit: IrtFit, abilities: Floats) -> Floats:
    """Compute each item's Fisher information about ability: a² P (1 − P).

    Parameters
    ----------
    fit : IrtFit
    abilities : array
        On the fit's scale.

    Returns
    -------
    array, items × abilities
        The test's information is the sum over items, and 1 / √ of that the standard error of a maximum-likelihood
        ability (Lord, 1980, *Applications of item response theory*, ch. 5).

    Examples
    --------
    >>> from kunskap.irt import fit_rasch, simulate_scores
    >>> items = pd.DataFrame({"difficulty": [0.0, 0.0]}, index=["a", "b"])
    >>> fit = fit_rasch(simulate_scores(items, n=20_000, rng=np.random.default_rng(2)))
    >>> item_information(fit, np.array([0.0, 9.0])).round(2).tolist()
    [[0.25, 0.0], [0.25, 0.0]]
    """
    slope, difficulty = fit.estimates.slope[:, None], fit.estimates.difficulty[:, None]
    probability = expit(slope * (np.asarray(abilities, dtype=float) - difficulty))
    return slope**2 * probability * (1 - probability)


def information(fit: IrtFit, *, abilities: Sequence[float] = ABILITIES, universe: str = "all") -> pd.DataFrame:
    """Tell how much each item and the whole test say about ability, at each ability.

    Parameters
    ----------
    fit : IrtFit
    abilities : sequence of float
        Where, on the fit's scale.
    universe : str
        Which people the fit is about.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``information`` per item, and for scale ``total`` (their sum) with the statistic
        ``information_se`` = 1 / √information beside; `option` is the ability, with two decimals.

    Raises
    ------
    KunskapError
        ``IRT-14`` if the fit did not converge.

    Notes
    -----
    See `item_information`.  Without an interval: it is a function of the estimates in `table`.

    Examples
    --------
    >>> from kunskap.irt import fit_rasch, simulate_scores
    >>> items = pd.DataFrame({"difficulty": [0.0, 0.0]}, index=["a", "b"])
    >>> fit = fit_rasch(simulate_scores(items, n=20_000, rng=np.random.default_rng(2)))
    >>> told = information(fit, abilities=[0.0])
    >>> told[["item", "scale", "option", "statistic", "estimate"]].round(2).fillna("").values.tolist()
    [['a', '', '0.00', 'information', 0.25],
     ['b', '', '0.00', 'information', 0.25],
     ['', 'total', '0.00', 'information', 0.5],
     ['', 'total', '0.00', 'information_se', 1.41]]
    """
    converged(fit)
    by_item = item_information(fit, np.asarray(abilities, dtype=float))
    whole = by_item.sum(axis=0)
    options = [f"{value + 0.0:.2f}" for value in abilities]
    rows: list[dict[str, object]] = []
    for item, n, values in zip(fit.items, fit.n_of_items, by_item, strict=True):
        for option, value in zip(options, values, strict=True):
            rows.append({"item": item, "option": option, "statistic": "information", "n": n, "estimate": value})
    for statistic, values in (("information", whole), ("information_se", 1 / np.sqrt(whole))):
        for option, value in zip(options, values, strict=True):
            rows.append({"scale": "total", "option": option, "statistic": statistic, "n": fit.n, "estimate": value})
    return tables.estimates({"universe": universe, "unit": "information"} | row for row in rows)
