"""Each person's ability given the answers: the mean and spread of what is left to believe."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from kunskap.errors import KunskapError, fault
from kunskap.irt.answers import Answers, collapsed, read_answers
from kunskap.irt.likelihood import Grid, grid, posteriors
from kunskap.irt.model import IrtFit, converged

__all__ = ["ability"]

Floats = NDArray[np.float64]
POINTS = 73
KNOTS = 161
WORTH_A_CURVE = 300  # people who met the same items, from which a curve is cheaper than sums person by person


def ability(scores: pd.DataFrame, *, fit: IrtFit) -> pd.DataFrame:
    """Estimate each person's ability: the expected a posteriori (EAP) value and its standard error.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.score` returns it; the people need not be those of the fit, nor be many.  Items of the fit
        that are not in the table count as not reached; other columns are left alone.
    fit : IrtFit
        Item parameters and the ability distribution of the people they were estimated from, which is the prior.

    Returns
    -------
    DataFrame
        Indexed like `scores`: ability and se (logits), both missing for who met none of the items; answered (how many
        items the person met).  These are figures about single persons: they never leave the secure side.

    Raises
    ------
    KunskapError
        ``IRT-14`` if the fit did not converge, ``IRT-15`` if the table has none of its items, ``IRT-01``, ``IRT-02``.

    Notes
    -----
    Bock & Mislevy (1982), Applied Psychological Measurement 6, 431–444.  The se is the posterior standard deviation; it
    takes the item parameters as known.  With the same items met, the posterior depends on the answers only through the
    sum of slopes of the items answered right, so for many such people a cubic Hermite curve through 161 exact values
    with exact derivatives replaces the sums (difference below 1e-5).  Checked against *girth* and sums over 241 points.

    Examples
    --------
    >>> from kunskap.irt import fit_rasch, simulate_scores
    >>> items = pd.DataFrame({"difficulty": [-1.0, 0.4, 1.0]}, index=["a", "b", "c"])
    >>> fit = fit_rasch(simulate_scores(items, n=20_000, rng=np.random.default_rng(2)))
    >>> somebody = pd.DataFrame({"a": [1.0, 0.0], "b": [1.0, None], "c": [1.0, None]}, index=["p1", "p2"])
    >>> ability(somebody, fit=fit).round(1).loc["p1"].tolist()
    [1.0, 0.8, 3.0]
    """
    converged(fit)
    known = {str(name) for name in scores.columns} if isinstance(scores, pd.DataFrame) else set(fit.items)
    columns = [item for item in fit.items if item in known]
    if not columns:
        raise KunskapError([fault("IRT-15", "scores", expected=", ".join(fit.items))])
    answers = read_answers(scores, columns=columns)
    chosen = np.isin(fit.items, columns)
    slopes, intercepts = (values[chosen] for values in fit.standard())
    mean, sd = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    rest: NDArray[np.bool_] = np.ones(len(scores), dtype=np.bool_)
    complete: NDArray[np.bool_] = np.asarray(answers.met.all(axis=0))
    if complete.sum() >= WORTH_A_CURVE:
        mean[complete], sd[complete] = _by_curve(answers, complete, slopes, intercepts, grid(POINTS))
        rest = np.logical_not(complete)
    if rest.any():
        part = Answers(answers.items, answers.right[:, rest], answers.met[:, rest])
        mean[rest], sd[rest] = _by_sums(part, slopes, intercepts, grid(POINTS))
    answered = answers.met.sum(axis=0)
    nobody = answered == 0
    return pd.DataFrame(
        {
            "ability": np.where(nobody, np.nan, fit.mean + fit.sd * mean),
            "se": np.where(nobody, np.nan, fit.sd * sd),
            "answered": answered,
        },
        index=scores.index,
    )


def _by_sums(answers: Answers, slopes: Floats, intercepts: Floats, grid: Grid) -> tuple[Floats, Floats]:
    patterns = collapsed(answers)
    means, sds = np.empty(len(patterns.persons)), np.empty(len(patterns.persons))
    for block in posteriors(patterns, slopes, intercepts, grid):
        means[block.place], sds[block.place] = _moments(block.posterior, grid)
    return means[patterns.place], sds[patterns.place]


def _moments(posterior: Floats, grid: Grid) -> tuple[Floats, Floats]:
    mean = grid.points @ posterior
    variance = grid.points**2 @ posterior - mean**2
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _by_curve(
    answers: Answers, complete: NDArray[np.bool_], slopes: Floats, intercepts: Floats, grid: Grid
) -> tuple[Floats, Floats]:
    """Mean and standard deviation as a smooth function of the sum of slopes of right answers."""
    sums = np.zeros(len(complete))
    for slope, right in zip(slopes, answers.right, strict=True):
        sums += slope * right
    knots = np.linspace(slopes[slopes < 0].sum(), slopes[slopes > 0].sum(), KNOTS)
    log_wrong = -np.logaddexp(0.0, np.outer(grid.points, slopes) + intercepts).sum(axis=1)
    joint = np.outer(grid.points, knots) + (log_wrong + np.log(grid.weights))[:, None]
    posterior = np.exp(joint - joint.max(axis=0))
    posterior /= posterior.sum(axis=0)
    mean, sd = _moments(posterior, grid)
    away = grid.points[:, None] - mean
    third = (away * away * away * posterior).sum(axis=0)
    # d mean / d sum is the variance, and d variance / d sum the third central moment.
    chosen = np.clip(sums[complete], knots[0], knots[-1])
    return (
        CubicHermiteSpline(knots, mean, sd**2)(chosen),
        CubicHermiteSpline(knots, sd, third / (2 * sd))(chosen),
    )
