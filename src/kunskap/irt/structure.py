"""Which parameters are free: a linear map from them to each item's slope and intercept on the standard scale.

With z standard normal, item j is answered right with the probability 1 / (1 + exp(−(αⱼ z + δⱼ))).  Everything that
is estimated works with α and δ; Rasch, two-parameter and anchored models differ only in the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ScaleParameters", "Structure", "rasch_structure", "reported", "two_parameter_structure"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Structure:
    """The linear map: (α, δ) = `effect` · free parameters + `constant`.

    Attributes
    ----------
    effect : array, 2 items × free
        First the rows of the slopes, then of the intercepts.
    constant : array, 2 items
    anchored : array of bool, items
        Items with known difficulty and slope.
    difficulty, slope : array, items
        The known parameters; missing for free items.  `slope` is 1 throughout for Rasch.
    equal_slopes : bool
        Whether this is the Rasch model.
    mean_at, sd_at : int or None
        Where the mean and the standard deviation of ability stand among the free parameters; None when they are 0
        and 1 by definition.
    """

    effect: Floats
    constant: Floats
    anchored: NDArray[np.bool_]
    difficulty: Floats
    slope: Floats
    equal_slopes: bool
    mean_at: int | None
    sd_at: int | None

    @property
    def free(self) -> int:
        """How many parameters are estimated."""
        return self.effect.shape[1]

    def local(self, free: Floats) -> tuple[Floats, Floats]:
        """Each item's slope and intercept on the standard scale."""
        both = self.effect @ free + self.constant
        items = len(both) // 2
        return both[:items], both[items:]


@dataclass(frozen=True)
class ScaleParameters:
    """ScaleParameters as people read them, on the ability scale, with their covariance's square-root diagonal.

    Attributes
    ----------
    difficulty, difficulty_se, slope, slope_se : array, items
    mean, mean_se, sd, sd_se : float
        Of ability among the people; a standard error is missing where the parameter is fixed.
    """

    difficulty: Floats
    difficulty_se: Floats
    slope: Floats
    slope_se: Floats
    mean: float
    mean_se: float
    sd: float
    sd_se: float


def rasch_structure(items: int, *, anchored: Sequence[int] = (), difficulty: Sequence[float] = ()) -> Structure:
    """The Rasch model: slopes of 1 and ability with a free standard deviation.

    Parameters
    ----------
    items : int
    anchored : sequence of int
        Places of items with known difficulty; with any, the mean of ability is free too, else it is 0.
    difficulty : sequence of float
        Their difficulties.

    Examples
    --------
    >>> rasch_structure(2).effect.tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    known = np.full(items, np.nan)
    known[list(anchored)] = list(difficulty)
    is_known = ~np.isnan(known)
    loose = np.flatnonzero(~is_known)
    free = len(loose) + 1 + bool(is_known.any())
    effect, constant = np.zeros((2 * items, free)), np.zeros(2 * items)
    effect[items + loose, np.arange(len(loose))] = 1
    sd_at = len(loose)
    effect[:items, sd_at] = 1
    mean_at = sd_at + 1 if is_known.any() else None
    if mean_at is not None:
        effect[items + np.flatnonzero(is_known), mean_at] = 1
        constant[items + np.flatnonzero(is_known)] = -known[is_known]
    return Structure(effect, constant, is_known, known, np.ones(items), True, mean_at, sd_at)


def two_parameter_structure(
    items: int, *, anchored: Sequence[int] = (), difficulty: Sequence[float] = (), slope: Sequence[float] = ()
) -> Structure:
    """The two-parameter model: ability is standard normal, unless anchors say on which scale it is to be found.

    Parameters
    ----------
    items : int
    anchored : sequence of int
        Places of items with known parameters; with any, the mean and standard deviation of ability are free.
    difficulty, slope : sequence of float
        Their parameters.

    Examples
    --------
    >>> two_parameter_structure(2).free, two_parameter_structure(2, anchored=[0], difficulty=[0.5], slope=[1.2]).free
    (4, 4)
    """
    known_difficulty, known_slope = np.full(items, np.nan), np.full(items, np.nan)
    known_difficulty[list(anchored)], known_slope[list(anchored)] = list(difficulty), list(slope)
    is_known = ~np.isnan(known_difficulty)
    loose, fixed = np.flatnonzero(~is_known), np.flatnonzero(is_known)
    free = 2 * len(loose) + 2 * bool(len(fixed))
    effect, constant = np.zeros((2 * items, free)), np.zeros(2 * items)
    effect[items + loose, np.arange(len(loose))] = 1
    effect[loose, len(loose) + np.arange(len(loose))] = 1
    if len(fixed):
        # α = a sd and δ = a (mean − b): the scale is where the anchors put it.
        effect[fixed, free - 2] = known_slope[fixed]
        effect[items + fixed, free - 1] = known_slope[fixed]
        constant[items + fixed] = -known_slope[fixed] * known_difficulty[fixed]
        return Structure(effect, constant, is_known, known_difficulty, known_slope, False, free - 1, free - 2)
    return Structure(effect, constant, is_known, known_difficulty, known_slope, False, None, None)


def reported(structure: Structure, free: Floats, covariance: Floats) -> ScaleParameters:
    """Difficulty, slope, and the people's mean and standard deviation, with standard errors by the delta method.

    Parameters
    ----------
    structure : Structure
    free : array, free
        The estimates.
    covariance : array, free × free
        Of the estimates; missing values give missing standard errors.

    Returns
    -------
    ScaleParameters

    Notes
    -----
    θ = mean + sd z, so a = α / sd and b = mean − δ sd / α; with slopes of 1, b = mean − δ.

    Examples
    --------
    >>> told = reported(rasch_structure(1), np.array([0.5, 1.2]), np.diag([0.01, 0.04]))
    >>> told.difficulty.tolist(), told.difficulty_se.round(2).tolist(), told.sd, round(told.sd_se, 2)
    ([-0.5], [0.1], 1.2, 0.2)
    """
    items = len(structure.anchored)
    slopes, intercepts = structure.local(free)
    by_slope, by_intercept = structure.effect[:items], structure.effect[items:]
    mean, d_mean = _latent(structure.mean_at, free, 0.0)
    sd, d_sd = _latent(structure.sd_at, free, 1.0)
    if structure.equal_slopes:
        slope, d_slope = np.ones(items), np.zeros_like(by_slope)
        difficulty, d_difficulty = mean - intercepts, d_mean - by_intercept
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(slopes == 0, np.nan, intercepts / slopes)
            slope, d_slope = slopes / sd, by_slope / sd - np.outer(slopes / sd**2, d_sd)
            difficulty = mean - ratio * sd
            d_ratio = (by_intercept - ratio[:, None] * by_slope) / np.where(slopes == 0, np.nan, slopes)[:, None]
        d_difficulty = d_mean - d_ratio * sd - np.outer(ratio, d_sd)
    known = structure.anchored
    return ScaleParameters(
        difficulty=np.where(known, structure.difficulty, difficulty),
        difficulty_se=np.where(known, np.nan, _se(d_difficulty, covariance)),
        slope=np.where(known, structure.slope, slope),
        slope_se=np.where(known | structure.equal_slopes, np.nan, _se(d_slope, covariance)),
        mean=mean,
        mean_se=float(_se(d_mean[None, :], covariance)[0]) if structure.mean_at is not None else float("nan"),
        sd=sd,
        sd_se=float(_se(d_sd[None, :], covariance)[0]) if structure.sd_at is not None else float("nan"),
    )


def _latent(place: int | None, free: Floats, fixed: float) -> tuple[float, Floats]:
    """A parameter of the ability distribution and its derivative by the free parameters."""
    derivative = np.zeros(len(free))
    if place is None:
        return fixed, derivative
    derivative[place] = 1
    return float(free[place]), derivative


def _se(derivative: Floats, covariance: Floats) -> Floats:
    variance = np.einsum("ij,jk,ik->i", derivative, covariance, derivative)
    return np.sqrt(np.where(variance > 0, variance, np.nan))
