"""Logistic regression of each item on total, group and both: an item can favour a group at some totals only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, expit, ndtri, xlogy

from kunskap import tables
from kunskap.compare import holm
from kunskap.dif.matching import Counts, compared, crossed_with_total, purified
from kunskap.grouping import checked_level

__all__ = ["LogisticDif", "logistic", "logistic_of"]

SIGNIFICANT, NEGLIGIBLE = 0.05, 0.035
STEPS, CLOSE, RUNAWAY = 40, 1e-10, 30.0
Floats = NDArray[np.float64]


class LogisticDif(NamedTuple):
    """Per item: the group's coefficients with standard errors, likelihood ratios, and what group adds to R²."""

    uniform: Floats
    uniform_se: Floats
    slope: Floats
    slope_se: Floats
    ratio_uniform: Floats
    ratio_slope: Floats
    gain: Floats


def logistic(
    scores: pd.DataFrame,
    *,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    columns: Sequence[str] | None = None,
    purify: bool = True,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Test each item for uniform and non-uniform DIF by logistic regression and likelihood ratios.

    Parameters
    ----------
    scores, between, levels, columns, level, universe
        As in `mantel_haenszel`.
    purify : bool
        As there; an item is flagged if p < .05 (both kinds together, not corrected) and R² rises by at least .035.

    Returns
    -------
    DataFrame
        An estimates table, per item, ``option`` "k-m":

        - ``dif_uniform`` (unit ``log_odds``, with se and interval): the first group's log odds minus the second's at
          the same total; below 0: harder for the first;
        - ``dif_nonuniform`` (unit ``log_odds``): how much that changes per standard deviation of the total;
        - ``lr_uniform``, ``lr_nonuniform`` (unit ``chi2``, 1 degree of freedom each), ``p_uniform``,
          ``p_nonuniform``, ``p_dif`` (both together, 2 degrees), ``p_dif_holm`` (over the items);
        - ``delta_r2`` (unit ``share``): how much Nagelkerke's R² rises; under .035 negligible, from .070 large;
        - ``dif_anchor``: as in `mantel_haenszel`.

        n is the complete cases.  Missing where an item has no finite solution (one group is all right, or all wrong).

    Raises
    ------
    KunskapError
        As `mantel_haenszel`.

    Notes
    -----
    Swaminathan & Rogers (1990), Journal of Educational Measurement 27, 361–370; the limits of ΔR² are those of Jodoin &
    Gierl (2001), Applied Measurement in Education 14, 329–349.  All items are solved together by Newton's method on how
    many are right at each total, which is all the data say.  Checked against ``statsmodels.api.Logit``.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> ability = rng.normal(size=(600, 1))
    >>> scores = pd.DataFrame((rng.normal(size=(600, 8)) < ability).astype(float), columns=list("abcdefgh"))
    >>> scores["sex"] = np.where(np.arange(600) % 2, "k", "m")
    >>> bool(logistic(scores).query("statistic == 'p_dif_holm'")["estimate"].gt(0.05).all())
    True
    """
    checked_level(level)
    people = compared(scores, between=between, levels=levels, columns=columns)

    def judge(counts: Counts) -> tuple[LogisticDif, NDArray[np.bool_]]:
        found = logistic_of(counts)
        with np.errstate(invalid="ignore"):
            flagged = (chdtrc(2, found.ratio_uniform + found.ratio_slope) < SIGNIFICANT) & (found.gain >= NEGLIGIBLE)
        return found, flagged

    found, anchors = purified(
        lambda anchors: crossed_with_total(people, anchors), judge, items=len(people.items), purify=purify
    )
    both = chdtrc(2, found.ratio_uniform + found.ratio_slope)
    corrected = holm(both)
    z = -ndtri((1 - level) / 2)
    start: dict[str, object] = {"universe": universe, "option": "-".join(levels), "n": people.right.shape[1]}
    rows = []
    for i, item in enumerate(people.items):
        effects = {
            "dif_uniform": (found.uniform[i], found.uniform_se[i]),
            "dif_nonuniform": (found.slope[i], found.slope_se[i]),
        }
        figures = {
            "lr_uniform": ("chi2", found.ratio_uniform[i]),
            "p_uniform": ("p", chdtrc(1, found.ratio_uniform[i])),
            "lr_nonuniform": ("chi2", found.ratio_slope[i]),
            "p_nonuniform": ("p", chdtrc(1, found.ratio_slope[i])),
            "p_dif": ("p", both[i]),
            "p_dif_holm": ("p", corrected[i]),
            "delta_r2": ("share", found.gain[i]),
            "dif_anchor": ("flag", float(anchors[i])),
        }
        rows += [
            start
            | {"item": item, "statistic": statistic, "unit": "log_odds", "estimate": value, "se": se}
            | {"low": value - z * se, "high": value + z * se}
            for statistic, (value, se) in effects.items()
        ]
        rows += [
            start | {"item": item, "statistic": statistic, "unit": unit, "estimate": value}
            for statistic, (unit, value) in figures.items()
        ]
    return tables.estimates(rows)


def logistic_of(counts: Counts) -> LogisticDif:
    """Fit the three nested models of each item to its counts.

    Parameters
    ----------
    counts : array, items × totals × 2 groups × (wrong, right)
        How many people.

    Returns
    -------
    LogisticDif
        The slope is per standard deviation of the item's own total.  Missing where there is no finite solution.

    Examples
    --------
    >>> counts = np.array([[[[9, 1], [9, 1]], [[5, 5], [5, 5]], [[1, 9], [1, 9]]]])
    >>> np.abs(logistic_of(counts).uniform).round(6).tolist()
    [0.0]
    """
    table = np.asarray(counts, dtype=float)
    items, totals = table.shape[:2]
    people, right = table.sum(axis=-1).reshape(items, -1), table[..., 1].reshape(items, -1)
    n = np.maximum(people.sum(axis=1), 1.0)
    total, first = np.repeat(np.arange(totals), 2), np.tile([1.0, 0.0], totals)
    mean = people @ total / n
    deviation = np.sqrt(np.maximum(people @ total**2 / n - mean**2, 0.0))
    standard = (total - mean[:, None]) / np.where(deviation > 0, deviation, 1.0)[:, None]
    one = np.ones_like(standard)
    matrix = np.stack([one, standard, one * first, standard * first], axis=2)
    likelihoods, fits = [], []
    for used in (1, 2, 3, 4):
        coefficients, errors, likelihood = _fitted(matrix[:, :, :used], people, right)
        likelihoods.append(likelihood)
        fits.append((coefficients, errors))
    null, alone, uniform, full = likelihoods
    with np.errstate(divide="ignore", invalid="ignore"):
        most = 1 - np.exp(2 * null / n)
        gain = (np.exp(2 * (null - alone) / n) - np.exp(2 * (null - full) / n)) / most
    # Rounding can take a difference of nothing below nothing.
    return LogisticDif(
        fits[2][0][:, 2],
        fits[2][1][:, 2],
        fits[3][0][:, 3],
        fits[3][1][:, 3],
        np.maximum(2 * (uniform - alone), 0),
        np.maximum(2 * (full - uniform), 0),
        np.maximum(gain, 0),
    )


def _fitted(matrix: Floats, people: Floats, right: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients, standard errors and log likelihood of every item's model; missing where Newton runs away."""
    items, _, terms = matrix.shape
    beta = np.zeros((items, terms))
    share = np.clip(right.sum(axis=1) / np.maximum(people.sum(axis=1), 1.0), 1e-12, 1 - 1e-12)
    beta[:, 0] = np.log(share / (1 - share))
    has_both = (right.sum(axis=1) > 0) & (right.sum(axis=1) < people.sum(axis=1))
    solved, live = np.zeros(items, dtype=bool), has_both.copy()
    ridge = 1e-10 * np.eye(terms)
    covariance = np.full((items, terms, terms), np.nan)
    for _ in range(STEPS):
        chance = expit(np.einsum("ict,it->ic", matrix[live], beta[live]))
        weight = people[live] * chance * (1 - chance)
        score = np.einsum("ict,ic->it", matrix[live], right[live] - people[live] * chance)
        information = np.einsum("ict,ic,icu->itu", matrix[live], weight, matrix[live])
        covariance[live] = np.linalg.inv(information + ridge)
        step = np.einsum("itu,iu->it", covariance[live], score)
        beta[live] += step
        done = np.abs(step).max(axis=1) < CLOSE
        gone = np.abs(beta[live]).max(axis=1) > RUNAWAY
        place = np.flatnonzero(live)
        solved[place[done & ~gone]] = True
        live[place[done | gone]] = False
        if not live.any():
            break
    chance = expit(np.einsum("ict,it->ic", matrix, beta))
    likelihood = (xlogy(right, chance) + xlogy(people - right, 1 - chance)).sum(axis=1)
    errors = np.sqrt(np.maximum(np.einsum("itt->it", covariance), 0))
    lost = ~solved
    return (
        np.where(lost[:, None], np.nan, beta),
        np.where(lost[:, None], np.nan, errors),
        np.where(lost, np.nan, likelihood),
    )
