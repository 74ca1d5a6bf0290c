"""McDonald's omega of one factor: how much of the sum's variance is what the items have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap import tables
from kunskap.grouping import checked_level
from kunskap.spread import complete_groups

__all__ = ["omega", "omega_of", "one_factor"]

FEWEST_ITEMS = 3
LEAST_UNIQUENESS = 0.005
SINGULAR = 1e-10
STEPS, CLOSE, SHORTEST = 100, 1e-10, 1e-8
Floats = NDArray[np.float64]


def omega(
    scores: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    by: Sequence[str] = (),
    scale: str = "total",
    level: float = 0.95,
    universe: str = "all",
    rng: np.random.Generator | None = None,
    draws: int = 500,
) -> pd.DataFrame:
    """Compute McDonald's omega of the sum of the items, under one common factor.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.score` returns it.
    columns : sequence of str, optional
        The items of the scale, at least three; without it every float column.
    by, scale, level, universe
        As in `alpha`.
    rng : Generator, optional
        Draws people with replacement for the interval; without it there is none, since none is exact in small groups.
    draws : int
        How many times.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``omega``, unit ``coefficient``; low and high are the percentiles of the draws.  n
        is the people who reached **all** the items (complete cases).  Missing where fewer than three items vary, where
        there are no more people than items, or where some items together tell another one exactly.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-08`` for fewer than three items.

    Notes
    -----
    ω = (Σ λᵢ)² / ((Σ λᵢ)² + Σ ψᵢ), loadings and uniquenesses in the items' own units: McDonald (1999), *Test Theory*,
    eq. 6.20b.  It is alpha where all loadings are equal, and above it where they are not.  Pearson correlations, as
    the score that people get is the sum of the points.  One factor is assumed, not tested.  Checked against
    ``statsmodels.multivariate.factor.Factor`` and ``factor_analyzer`` (``tests/reference/omega.csv``).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> ability = rng.normal(size=(500, 1))
    >>> scores = pd.DataFrame((rng.normal(size=(500, 6)) < ability).astype(float), columns=list("abcdef"))
    >>> omega(scores)[["scale", "n", "estimate"]].round(2).values.tolist()
    [['total', 500, 0.72]]
    """
    checked_level(level)
    rows = []
    for group, _, values in complete_groups(scores, by=by, columns=columns, universe=universe, at_least=FEWEST_ITEMS):
        estimate, low, high = omega_of(values), np.nan, np.nan
        if rng is not None and np.isfinite(estimate):
            n = len(values)
            again = [omega_of(values[rng.integers(n, size=n)]) for _ in range(draws)]
            low, high = np.nanquantile(again, [(1 - level) / 2, (1 + level) / 2])
        rows.append(
            group
            | {"scale": scale, "statistic": "omega", "unit": "coefficient", "n": len(values)}
            | {"estimate": estimate, "low": float(low), "high": float(high)}
        )
    return tables.estimates(rows, by=by)


def omega_of(values: Floats) -> float:
    """Compute omega of a matrix without missing values; missing where one factor cannot be found.

    Parameters
    ----------
    values : array, people × items

    Examples
    --------
    >>> omega_of(np.eye(3))
    nan
    """
    n, items = values.shape
    deviations = values.std(axis=0, ddof=1) if n > 1 else np.zeros(items)
    varying = deviations > 1e-9
    used = values[:, varying]
    if varying.sum() < FEWEST_ITEMS or n <= varying.sum():
        return float("nan")
    correlations = np.asarray(np.corrcoef(used, rowvar=False))
    if np.linalg.eigvalsh(correlations)[0] < SINGULAR:
        return float("nan")
    loadings, uniquenesses = one_factor(correlations)
    scaled = deviations[varying]
    common = float(scaled @ loadings) ** 2
    return common / (common + float(scaled**2 @ uniquenesses))


def one_factor(correlations: Floats) -> tuple[Floats, Floats]:
    """Fit one factor by maximum likelihood.

    Parameters
    ----------
    correlations : array, items × items
        Positive definite; at least three items.

    Returns
    -------
    tuple of arrays
        Loadings, with a sum of at least 0, and uniquenesses, at least .005 as in R's ``factanal``.

    Notes
    -----
    Jöreskog (1967), Psychometrika 32, 443–482: given the uniquenesses the best loadings are an eigenvector, so that
    the search, Newton's on their logarithms, is over the uniquenesses alone; Lawley & Maxwell (1971), *Factor Analysis
    as a Statistical Method*, ch. 4.

    Examples
    --------
    >>> loadings, uniquenesses = one_factor(np.full((4, 4), 0.25) + 0.75 * np.eye(4))
    >>> loadings.round(3).tolist(), uniquenesses.round(3).tolist()
    ([0.5, 0.5, 0.5, 0.5], [0.75, 0.75, 0.75, 0.75])
    """
    theta = np.log(np.clip(0.5 / np.diag(np.linalg.inv(correlations)), LEAST_UNIQUENESS, 1.0))
    lowest, highest = np.log(LEAST_UNIQUENESS), 0.0
    value, gradient, curvature = _misfit(theta, correlations)
    for _ in range(STEPS):
        # An item that wants beyond its bound stays on it, and the others go on.
        free = ~(((theta <= lowest) & (gradient > 0)) | ((theta >= highest) & (gradient < 0)))
        if not free.any() or np.abs(gradient[free]).max() < CLOSE:
            break
        step = np.zeros(len(theta))
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        length = 1.0
        while length > SHORTEST:
            tried = np.clip(theta - length * step, lowest, highest)
            following = _misfit(tried, correlations)
            if following[0] <= value:
                break
            length /= 2
        else:
            break
        theta, (value, gradient, curvature) = tried, following
    root = np.exp(theta / 2)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    loadings = vectors[:, -1] * root * np.sqrt(max(values[-1] - 1, 0.0))
    return loadings * (1.0 if loadings.sum() >= 0 else -1.0), np.exp(theta)


def _misfit(theta: Floats, correlations: Floats) -> tuple[float, Floats, Floats]:
    """Minus the log likelihood (but for constants) at log uniquenesses, with gradient and a curvature that is positive.

    The eigenvalues but the first would all be 1 if one factor explained everything.
    """
    root = np.exp(theta / 2)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    first, others, left = values[-1], values[:-1], vectors[:, :-1]
    gradient = left**2 @ (1 - others)
    plain = left @ left.T
    curvature = plain * ((left * others) @ left.T)
    bend = (1 - others) * (first + others) / np.maximum(first - others, SINGULAR)
    exact = curvature + np.outer(vectors[:, -1], vectors[:, -1]) * ((left * bend) @ left.T)
    is_bowl = np.linalg.eigvalsh(exact)[0] > SINGULAR
    curvature = exact if is_bowl else plain**2 + SINGULAR * np.eye(len(theta))
    return float((others - np.log(others) - 1).sum()), gradient, curvature
