"""The smallest effects that a number of people can find."""

from __future__ import annotations

import numpy as np
from scipy import optimize
from scipy.special import gammaincinv, ndtr, ndtri, stdtrit

__all__ = ["smallest_change", "smallest_difference", "smallest_share_difference"]

# Gauss–Legendre on 0–1.
NODES, PARTS = (np.polynomial.legendre.leggauss(400)[0] + 1) / 2, np.polynomial.legendre.leggauss(400)[1] / 2


def smallest_difference(n_first: int, n_second: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """Compute the smallest difference between two groups' means, in standard deviations, that a t test finds.

    Parameters
    ----------
    n_first, n_second : int
        People in each group.
    level, power : float
        One minus the risk of finding what is not there (two-sided), and the chance of finding what is.

    Returns
    -------
    float
        Missing with fewer than two people in a group.

    Notes
    -----
    Cohen (1988), *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed., ch. 2, by the noncentral t
    distribution with n₁ + n₂ − 2 degrees of freedom.  Checked against statsmodels' ``TTestIndPower`` and by simulation.

    Examples
    --------
    >>> round(smallest_difference(18, 20), 2)
    0.94
    """
    if min(n_first, n_second) < 2:
        return np.nan
    return _smallest(n_first + n_second - 2, 1 / np.sqrt(1 / n_first + 1 / n_second), level, power)


def smallest_change(pairs: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """Compute the smallest mean change of linked people, in standard deviations of the changes, that a t test finds.

    Returns
    -------
    float
        Missing with fewer than two pairs.

    Notes
    -----
    Cohen (1988), ch. 2, with pairs − 1 degrees of freedom.  Checked against statsmodels' ``TTestPower``.

    Examples
    --------
    >>> round(smallest_change(20), 2)
    0.66
    """
    return _smallest(pairs - 1, np.sqrt(pairs), level, power) if pairs >= 2 else np.nan


def _smallest(df: int, scale: float, level: float, power: float) -> float:
    """The effect at which a two-sided t test with this many degrees of freedom has the power."""
    critical = -stdtrit(df, (1 - level) / 2)
    # The chance averaged over the estimated spread's own distribution: scipy's noncentral t gives up in small groups.
    spread = np.sqrt(2 * gammaincinv(df / 2, NODES) / df)

    def lacking(effect: float) -> float:
        shift = effect * scale
        return power - float(PARTS @ (ndtr(shift - critical * spread) + ndtr(-shift - critical * spread)))

    # The normal distribution's answer, which is too small, and from there upwards.
    reach = (-ndtri((1 - level) / 2) + max(ndtri(power), 0.1)) / scale
    while lacking(reach) > 0:
        reach *= 1.5
    return float(optimize.brentq(lacking, 0, reach, xtol=1e-10)) if lacking(0) > 0 else 0.0


def smallest_share_difference(n_first: int, n_second: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """Compute the smallest difference between two groups' shares, evenly around one half, that is found.

    Returns
    -------
    float
        0–1; missing where even 0 against 1 would not be found.  Nearer to nobody and everybody smaller ones are.

    Notes
    -----
    Cohen (1988), ch. 6: h = (z_level + z_power) √(1/n₁ + 1/n₂) with φ = 2 arcsin √p; evenly around one half the shares
    differ by sin(h/2).  Checked against statsmodels' ``NormalIndPower``.

    Examples
    --------
    >>> round(smallest_share_difference(50, 50), 2)
    0.28
    """
    if min(n_first, n_second) < 1:
        return np.nan
    h = (-ndtri((1 - level) / 2) + ndtri(power)) * np.sqrt(1 / n_first + 1 / n_second)
    return float(np.sin(h / 2)) if h < np.pi else np.nan
