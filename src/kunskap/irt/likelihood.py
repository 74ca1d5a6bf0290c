"""The marginal likelihood: ability integrated out on a grid, block by block so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kunskap.irt.answers import Patterns

__all__ = [
    "WIDEST",
    "Block",
    "Expected",
    "Grid",
    "complete_information",
    "expected",
    "grid",
    "missing_information",
    "posteriors",
]

Floats = NDArray[np.float64]
MOST_SETS = 64
WIDEST = 6.0  # of the grid, in standard deviations of ability
BLOCK, SMALL_BLOCK = 1024, 256  # patterns at a time; fewer where each needs more room


@dataclass(frozen=True)
class Grid:
    """Points on the standard scale, and the standard normal probability of each (they sum to 1)."""

    points: Floats
    weights: Floats


@dataclass(frozen=True)
class Expected:
    """What one pass over the patterns gives.

    Attributes
    ----------
    log_likelihood : float
        Of the people's answers, ability integrated out.
    right, met : array, items × points
        Expected number of right answers and of answers at each point.
    """

    log_likelihood: float
    right: Floats
    met: Floats


@dataclass(frozen=True)
class Block:
    """Some patterns: which, their answers and people, their posterior (points × patterns, columns sum to 1)."""

    place: slice
    right: Floats
    met: Floats | None
    persons: Floats
    posterior: Floats
    log_likelihood: Floats


def grid(points: int) -> Grid:
    """Evenly spaced points from −6 to 6, weighted by the normal density.

    The trapezoid rule is extremely exact for such smooth integrands once the spacing is smaller than the spread of a
    person's likelihood; `kunskap.irt.maximise` checks that it is, by halving it.

    Examples
    --------
    >>> many = grid(49)
    >>> round(float(many.points @ (many.points * many.weights)), 2)
    1.0
    """
    points_at = np.linspace(-WIDEST, WIDEST, points)
    density = np.exp(-0.5 * points_at**2)
    return Grid(points_at, density / density.sum())


def posteriors(
    patterns: Patterns, slopes: Floats, intercepts: Floats, grid: Grid, *, size: int = BLOCK
) -> Iterator[Block]:
    """Each pattern's distribution over the grid, some patterns at a time.

    Yields
    ------
    Block

    Examples
    --------
    >>> somebody = Patterns(np.array([[1.0]]), None, np.array([1.0]), np.array([0]))
    >>> (block,) = posteriors(somebody, np.ones(1), np.zeros(1), grid(49))
    >>> round(float(np.exp(block.log_likelihood[0])), 3), round(float(grid(49).points @ block.posterior[:, 0]), 3)
    (0.5, 0.413)
    """
    logit = np.outer(grid.points, slopes) + intercepts
    log_wrong = -np.logaddexp(0.0, logit)
    log_weights = np.log(grid.weights)[:, None]
    if patterns.met is None:
        log_weights = log_weights + log_wrong.sum(axis=1, keepdims=True)
    many = patterns.right.shape[1]
    # Few people have a small table: the blocks stay small beside it.
    size = min(size, max(SMALL_BLOCK // 8, many // 24))
    for start in range(0, many, size):
        place = slice(start, start + size)
        right = patterns.right[:, place].astype(np.float64)
        joint = logit @ right
        met = None
        if patterns.met is not None:
            met = patterns.met[:, place].astype(np.float64)
            joint += log_wrong @ met
        joint += log_weights
        top = joint.max(axis=0)
        joint -= top
        np.exp(joint, out=joint)
        whole = joint.sum(axis=0)
        joint *= 1 / whole
        yield Block(place, right, met, patterns.persons[place], joint, np.log(whole) + top)


def expected(patterns: Patterns, slopes: Floats, intercepts: Floats, grid: Grid) -> Expected:
    """The E step: expected counts at each point, and the marginal log-likelihood (Bock & Aitkin, 1981).

    Parameters
    ----------
    patterns : Patterns
    slopes, intercepts : array, items
        On the standard scale.
    grid : Grid

    Examples
    --------
    >>> patterns = Patterns(np.array([[1.0, 0.0]]), None, np.array([3.0, 1.0]), np.array([0, 0, 0, 1]))
    >>> even = expected(patterns, np.zeros(1), np.zeros(1), grid(9))
    >>> round(float(even.log_likelihood / np.log(0.5)), 6), round(float(even.right.sum()), 6)
    (4.0, 3.0)
    """
    right = np.zeros((len(slopes), len(grid.points)))
    met = np.zeros_like(right)
    total = 0.0
    for block in posteriors(patterns, slopes, intercepts, grid):
        total += float(block.log_likelihood @ block.persons)
        weighted = block.posterior * block.persons
        right += block.right @ weighted.T
        met += weighted.sum(axis=1) if block.met is None else block.met @ weighted.T
    return Expected(total, right, met)


def complete_information(met: Floats, slopes: Floats, intercepts: Floats, grid: Grid) -> tuple[Floats, Floats, Floats]:
    """Each item's information on (slope, slope), (slope, intercept) and (intercept, intercept), had ability been seen.

    Parameters
    ----------
    met : array, items × points
        Expected answers at each point.
    slopes, intercepts, grid
        As in `expected`.

    Examples
    --------
    >>> one_person = grid(49).weights[None, :]
    >>> [float(value.round(2).item()) for value in complete_information(one_person, np.ones(1), np.ones(1), grid(49))]
    [0.14, -0.05, 0.18]
    """
    probability = expit(np.outer(slopes, grid.points) + intercepts[:, None])
    weight = met * probability * (1 - probability)
    at = grid.points
    return weight @ at**2, weight @ at, weight.sum(axis=1)


def missing_information(patterns: Patterns, slopes: Floats, intercepts: Floats, grid: Grid) -> Floats:
    """The information that is lost because ability is not seen: Σ over people of Cov(complete-data score | answers).

    Parameters
    ----------
    patterns, slopes, intercepts, grid
        As in `expected`.

    Returns
    -------
    array, 2 items × 2 items
        First slopes, then intercepts.

    Notes
    -----
    Louis (1982), Journal of the Royal Statistical Society B 44, 226–233: observed information = expected complete
    information − this.  With s(αⱼ) = (uⱼ − Pⱼ) z and s(δⱼ) = uⱼ − Pⱼ, only products of moments over the posterior are
    needed, so the exact matrix costs a few matrix products and no loop over people or parameters.

    Examples
    --------
    >>> somebody = Patterns(np.array([[1.0]]), None, np.array([1.0]), np.array([0]))
    >>> missing_information(somebody, np.zeros(1), np.zeros(1), grid(49)).round(2).tolist()
    [[0.25, 0.0], [0.0, 0.0]]
    """
    items, at = len(slopes), grid.points
    probability = expit(np.outer(slopes, at) + intercepts[:, None])
    powers = np.concatenate([probability, probability * at, probability * at**2])
    # Who met which items decides the sums over pairs of items: by set where the sets are few, else block by block.
    first, group = patterns.met_sets()
    is_few = len(first) <= MOST_SETS
    few = first if is_few else first[:0]
    sets = np.ones((items, 1)) if patterns.met is None else patterns.met[:, few].astype(np.float64)
    in_set = np.zeros((len(at), sets.shape[1]))
    lost = np.zeros((2 * items, 2 * items))
    slope, intercept = slice(0, items), slice(items, 2 * items)
    size = SMALL_BLOCK if is_few else 2 * SMALL_BLOCK
    for block in posteriors(patterns, slopes, intercepts, grid, size=size):
        persons, right, posterior = block.persons, block.right, block.posterior
        weighted = posterior * persons
        if is_few:
            in_set += weighted @ (group[block.place, None] == np.arange(sets.shape[1]))
        elif block.met is not None:
            lost += _pairs(block.met, weighted, probability, at)
        mean, square = at @ posterior, at**2 @ posterior
        moments = (powers @ posterior).reshape(3, items, -1)
        if block.met is not None:
            moments *= block.met
        right_weighted = right * persons
        lost[slope, slope] += (right_weighted * (square - mean**2)) @ right.T
        # Cov(z Pₖ, z) and Cov(Pₖ, z), which a right answer to item j multiplies in its slope's score.
        with_ability = (moments[[2, 1]] - mean * moments[[1, 0]]).reshape(2 * items, -1)
        crossed = right_weighted @ with_ability.T
        lost[slope, slope] -= crossed[:, slope] + crossed[:, slope].T
        lost[slope, intercept] -= crossed[:, intercept]
        means = moments[[1, 0]].reshape(2 * items, -1)
        lost -= (means * persons) @ means.T
    if is_few:
        lost += _pairs(sets, in_set, probability, at)
    lost[intercept, slope] = lost[slope, intercept].T
    return lost


def _pairs(met: Floats, weights: Floats, probability: Floats, at: Floats) -> Floats:
    """Σ over points and columns of the weight of Pⱼ Pₖ z⁰, z¹ and z² for items j and k that the column met."""
    items = len(met)
    both = np.zeros((2 * items, 2 * items))
    slope, intercept = slice(0, items), slice(items, 2 * items)
    for point, here, weight in zip(at, probability.T, weights, strict=True):
        together = (met * weight) @ met.T * np.outer(here, here)
        both[slope, slope] += together * point**2
        both[slope, intercept] += together * point
        both[intercept, intercept] += together
    both[intercept, slope] = both[slope, intercept].T
    return both
