"""Answers of made-up people to items with known parameters: for tests, power and teaching."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from kunskap.errors import KunskapError, fault

__all__ = ["simulate_scores"]


def simulate_scores(
    parameters: pd.DataFrame, *, n: int, rng: np.random.Generator, mean: float = 0.0, sd: float = 1.0
) -> pd.DataFrame:
    """Draw right and wrong answers from the two-parameter (or, with slopes of 1, the Rasch) model.

    Parameters
    ----------
    parameters : DataFrame
        Indexed by item: column `difficulty`, and `slope` (1 where there is no such column); `IrtFit.parameters` fits.
    n : int
        People.
    rng : numpy.random.Generator
        The source of chance.
    mean, sd : float
        Of ability, which is normal.

    Returns
    -------
    DataFrame
        A scores table: a row per person, a float column per item, 1 right and 0 wrong.

    Raises
    ------
    KunskapError
        ``IRT-17``.

    Examples
    --------
    >>> items = pd.DataFrame({"difficulty": [-9.0, 9.0]}, index=["easy", "hard"])
    >>> simulate_scores(items, n=4, rng=np.random.default_rng(1)).mean().tolist()
    [1.0, 0.0]
    """
    slope = parameters["slope"] if "slope" in parameters else pd.Series(1.0, index=parameters.index)
    if n < 1 or "difficulty" not in parameters or parameters["difficulty"].isna().any() or slope.isna().any():
        reason = {"sv": "värden saknas", "en": "values are missing"}
        raise KunskapError([fault("IRT-17", "parameters", n=n, reason=reason)])
    theta = rng.normal(mean, sd, size=n)
    logit = (theta[:, None] - parameters["difficulty"].to_numpy(dtype=float)) * slope.to_numpy(dtype=float)
    return pd.DataFrame((rng.random(logit.shape) < expit(logit)).astype(float), columns=list(parameters.index))
