"""Find the parameters that make the answers most likely: accelerated EM, finished by Newton steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kunskap.irt.answers import Patterns
from kunskap.irt.likelihood import WIDEST, Expected, Grid, complete_information, expected, grid, missing_information
from kunskap.irt.structure import Structure

__all__ = ["Maximum", "maximise"]

Floats = NDArray[np.float64]
COARSE, FINE, FINEST = 25, 49, 385
COARSE_SPACING, FINE_SPACING = 1.5, 0.95  # of the grid, in standard deviations of a person's likelihood
NEAR = 0.1  # accelerated EM hands over to Newton when a whole cycle moves no parameter more than this
CYCLES = 200
NEWTON_STEPS = 30
GAP = 1e-4  # log-likelihood still to gain at which a Newton step is the last one
GRID_ERROR = 1e-3  # log-likelihood that halving the grid's spacing may change
SAMPLE = 4_000  # with more patterns than this, a systematic sample of about so many is fitted first
LONGEST_STEP = 1.5


@dataclass(frozen=True)
class Maximum:
    """Where the search ended.

    Attributes
    ----------
    free : array
        The free parameters.
    covariance : array, free × free
        Inverse of the observed information; missing where that is not positive definite.
    log_likelihood : float
        Marginal, at `free`, on the finest grid used.
    gap : float
        Estimated log-likelihood still to gain; missing when it cannot be told.
    grid_error : float
        How much the log-likelihood changes when the grid's spacing is halved.
    em_steps, newton_steps : int
        Passes over all patterns for EM, and Newton steps.
    points : int
        Of the last grid.
    """

    free: Floats
    covariance: Floats
    log_likelihood: float
    gap: float
    grid_error: float
    em_steps: int
    newton_steps: int
    points: int

    @property
    def converged(self) -> bool:
        """Whether the maximum was found: nothing left to gain, in a well-defined top, on a fine enough grid."""
        return self.gap <= GAP and abs(self.grid_error) <= 10 * GRID_ERROR and not np.isnan(self.covariance).any()


def maximise(patterns: Patterns, structure: Structure, start: Floats) -> Maximum:
    """Maximise the marginal likelihood.

    Parameters
    ----------
    patterns : Patterns
    structure : Structure
    start : array, free
        Where to begin.

    Returns
    -------
    Maximum

    Notes
    -----
    EM (Bock & Aitkin, 1981) with the S3 step of SQUAREM (Varadhan & Roland, 2008, Scandinavian Journal of Statistics
    35, 335–353), each step checked against the likelihood; then Newton's method with the exact observed information
    (Louis, 1982), which is also what the standard errors come from.  The grid's spacing is halved until that no longer
    changes the likelihood.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskap.irt.answers import collapsed, read_answers
    >>> from kunskap.irt.structure import rasch_structure
    >>> scores = pd.DataFrame({"a": [1.0] * 60 + [0.0] * 40, "b": [1.0] * 40 + [0.0] * 20 + [1.0, 0.0] * 20})
    >>> found = maximise(collapsed(read_answers(scores)), rasch_structure(2), np.array([0.0, 0.0, 1.0]))
    >>> found.converged, found.free.round(2).tolist()
    (True, [0.49, 0.49, 0.99])
    """
    sample = patterns.some(-(-patterns.right.shape[1] // SAMPLE))
    if not _all_vary(sample):
        sample = patterns
    scale = float(patterns.persons.sum() / sample.persons.sum())
    free, em_steps = _accelerated(sample, structure, start)
    points, steps, near = _points_for(structure.local(free)[0], FINE, FINE_SPACING), 0, None
    if scale > 1:
        # The sample's top is near, and its information is that of all people but for the scale.
        first = _newton(sample, structure, free, grid(points))
        free, near = first.free, first.covariance / scale
    while True:
        found = _newton(patterns, structure, free, grid(points), near=near)
        steps += found.newton_steps
        local = structure.local(found.free)
        coarser, finer = (expected(sample, *local, grid(q)).log_likelihood for q in (points, 2 * points - 1))
        error = (finer - coarser) * scale
        if abs(error) <= GRID_ERROR or 2 * points - 1 > FINEST:
            break
        points, free, near = 2 * points - 1, found.free, found.covariance
    return Maximum(found.free, found.covariance, found.log_likelihood, found.gap, error, em_steps, steps, points)


@dataclass(frozen=True)
class _Newton:
    free: Floats
    covariance: Floats
    log_likelihood: float
    gap: float
    newton_steps: int


def _newton(
    patterns: Patterns, structure: Structure, free: Floats, grid: Grid, *, near: Floats | None = None
) -> _Newton:
    """Newton steps, each checked to rise; EM steps where the top is not yet near.

    `near` is an approximate covariance: as long as steps with it gain fast the exact one is not computed.
    """
    counts = expected(patterns, *structure.local(free), grid)
    gap, covariance = np.nan, np.full((len(free), len(free)), np.nan)
    usable = near if near is not None and not np.isnan(near).any() else None
    before = np.inf
    step_number = 0
    while step_number < NEWTON_STEPS:
        step_number += 1
        score = _score(structure, counts, *structure.local(free), grid)
        if usable is not None:
            gap = float(score @ usable @ score) / 2
            if GAP < gap < before / 4:
                before = gap
                free, counts = _uphill(patterns, structure, free, usable @ score, counts, grid)
                continue
            usable = None
        inverse = _inverse_if_top(_observed_information(patterns, structure, free, counts, grid))
        if inverse is None:
            gap, covariance = np.nan, np.full_like(covariance, np.nan)
            free = _em_step(structure, counts, free, grid)
            counts = expected(patterns, *structure.local(free), grid)
            continue
        covariance, step = inverse, inverse @ score
        gap = float(score @ step) / 2
        free, counts = _uphill(patterns, structure, free, step, counts, grid)
        if gap <= GAP:
            # What a Newton step leaves is of the order of the square of what it gained.
            break
    return _Newton(free, covariance, counts.log_likelihood, gap, step_number)


def _observed_information(
    patterns: Patterns, structure: Structure, free: Floats, counts: Expected, grid: Grid
) -> Floats:
    slopes, intercepts = structure.local(free)
    # First what takes most room, while nothing else is held.
    lost = structure.effect.T @ missing_information(patterns, slopes, intercepts, grid) @ structure.effect
    return _joined(structure, complete_information(counts.met, slopes, intercepts, grid)) - lost


def _uphill(
    patterns: Patterns, structure: Structure, free: Floats, step: Floats, before: Expected, grid: Grid
) -> tuple[Floats, Expected]:
    step = step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
    for _ in range(12):
        after = expected(patterns, *structure.local(free + step), grid)
        if after.log_likelihood >= before.log_likelihood - 1e-9:
            return free + step, after
        step = step / 2
    return free, before


def _accelerated(patterns: Patterns, structure: Structure, free: Floats) -> tuple[Floats, int]:
    """EM with SQUAREM steps until a cycle moves little; returns also how many passes it took."""
    passes, at, counts = 0, grid(3), None
    for _ in range(CYCLES):
        points = _points_for(structure.local(free)[0], COARSE, COARSE_SPACING)
        if counts is None or points > len(at.points):
            # Steeper slopes tell people apart more finely, and need a finer grid.
            at = grid(points)
            counts = expected(patterns, *structure.local(free), at)
            passes += 1
        first = _em_step(structure, counts, free, at)
        counts_first = expected(patterns, *structure.local(first), at)
        second = _em_step(structure, counts_first, first, at)
        passes += 1
        if np.abs(second - first).max() < NEAR / 5 and np.abs(second - free).max() < NEAR:
            return second, passes
        change, bend = first - free, second - 2 * first + free
        length = max(1.0, float(np.linalg.norm(change) / max(float(np.linalg.norm(bend)), 1e-300)))
        leap = free + 2 * length * change + length**2 * bend
        after = expected(patterns, *structure.local(leap), at)
        passes += 1
        if length > 1 and not after.log_likelihood >= counts_first.log_likelihood:
            leap, after = second, expected(patterns, *structure.local(second), at)
            passes += 1
        free, counts = leap, after
    return free, passes


def _points_for(slopes: Floats, fewest: int, spacing: float) -> int:
    """How many points a grid needs, so that its spacing is small beside what a person's answers leave open."""
    information = 1 + 0.2 * float((np.minimum(np.abs(slopes), 4.0) ** 2).sum())
    needed = int(np.ceil(2 * WIDEST * np.sqrt(information) / spacing)) // 2 * 2 + 1
    return min(max(fewest, needed), FINEST)


def _em_step(structure: Structure, counts: Expected, free: Floats, grid: Grid) -> Floats:
    """The M step: logistic regressions on the expected counts, all items at once."""
    at = grid.points

    def fit(candidate: Floats) -> float:
        slopes, intercepts = structure.local(candidate)
        logit = np.outer(slopes, at) + intercepts[:, None]
        return float((counts.right * logit - counts.met * np.logaddexp(0.0, logit)).sum())

    now = fit(free)
    for _ in range(6):
        slopes, intercepts = structure.local(free)
        score = _score(structure, counts, slopes, intercepts, grid)
        information = _joined(structure, complete_information(counts.met, slopes, intercepts, grid))
        # A trace of ridge keeps a step defined where the counts say nothing of a parameter.
        step = np.linalg.solve(information + np.diag(1e-9 * np.diag(information) + 1e-9), score)
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        for _ in range(8):
            after = fit(free + step)
            if after >= now - 1e-9:
                break
            step /= 2
        else:
            return free
        free, now = free + step, after
        if np.abs(step).max() < 1e-3:
            break
    return free


def _score(structure: Structure, counts: Expected, slopes: Floats, intercepts: Floats, grid: Grid) -> Floats:
    """The gradient of the marginal log-likelihood, by Fisher's identity."""
    probability = expit(np.outer(slopes, grid.points) + intercepts[:, None])
    residual = counts.right - counts.met * probability
    return structure.effect.T @ np.concatenate([residual @ grid.points, residual.sum(axis=1)])


def _joined(structure: Structure, by_item: tuple[Floats, Floats, Floats]) -> Floats:
    """The items' own information as information on the free parameters."""
    slope_slope, slope_intercept, intercept_intercept = by_item
    items = len(slope_slope)
    of_slope, of_intercept = structure.effect[:items], structure.effect[items:]
    crossed = of_slope.T @ (slope_intercept[:, None] * of_intercept)
    return (
        of_slope.T @ (slope_slope[:, None] * of_slope)
        + crossed
        + crossed.T
        + of_intercept.T @ (intercept_intercept[:, None] * of_intercept)
    )


def _all_vary(patterns: Patterns) -> bool:
    """Whether somebody was right and somebody wrong on every item."""
    met = patterns.persons.sum() if patterns.met is None else patterns.met @ patterns.persons
    right = patterns.right @ patterns.persons
    return bool(((right > 0) & (right < met)).all())


def _inverse_if_top(information: Floats) -> Floats | None:
    """The inverse of a positive definite matrix, else None."""
    scale = np.sqrt(np.abs(np.diag(information)))
    if not (scale > 0).all():
        return None
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values.min() < 1e-10:
        return None
    return (vectors / values) @ vectors.T / np.outer(scale, scale)
