"""The last step before anything leaves: figures to the policy's steps, hidden rows emptied."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kunskap.disclosure.figures import Figure
from kunskap.disclosure.policy import Policy
from kunskap.tables import CONTRIBUTIONS, row_keys

__all__ = ["FIGURES", "empty_hidden", "retold_differences", "span_of", "squares_of", "to_step", "to_steps"]

SAME = 1e-9
FIGURES = ("count", "n", "estimate", "se", "low", "high")


def to_step(values: pd.Series, step: float) -> pd.Series:
    """Round to the nearest multiple of `step`.

    Examples
    --------
    >>> to_step(pd.Series([0.1251, -0.001]), 0.01).tolist()
    [0.13, 0.0]
    """
    decimals = max(0, math.ceil(-math.log10(step)) + 1)
    return ((values / step).round() * step).round(decimals) + 0.0


def to_steps(table: pd.DataFrame, *, policy: Policy) -> pd.DataFrame:
    """A copy with estimates, standard errors and intervals rounded; shares stay the count divided by n.

    Parameters
    ----------
    table : DataFrame
        An estimates table.
    policy : Policy
        The steps.
    """
    rounded = table.copy()
    for statistic, entry in policy.statistics.items():
        rows = rounded["statistic"] == statistic
        if rows.any() and entry.kind != "count":
            rounded.loc[rows, "estimate"] = to_step(rounded.loc[rows, "estimate"], entry.step)
    rounded["se"] = to_step(rounded["se"], policy.se_step)
    for column in ("low", "high"):
        rounded[column] = to_step(rounded[column], policy.interval_step)
    return rounded


def retold_differences(
    tables: Mapping[str, pd.DataFrame], rounded: Mapping[str, pd.DataFrame], *, policy: Policy
) -> dict[str, pd.DataFrame]:
    """Differences of two means that are both here, told as the difference of the two as they are shown.

    A difference rounded by itself says more of the two means than their own figures do, and that can be enough to
    count what is hidden (found by the attacker, seed 3020).  Whatever else is the same difference is told alike.  The
    interval keeps its width around the retold figure.

    Parameters
    ----------
    tables, rounded : mapping of str to DataFrame
        The same tables before and after `to_steps`.
    policy : Policy
        The steps.
    """
    shown: dict[str, float] = {}
    exact: dict[str, float] = {}
    for name, table in rounded.items():
        is_mean = [policy.statistics[statistic].kind == "mean" for statistic in table["statistic"]]
        if any(is_mean):
            keys = row_keys(table[is_mean])
            shown |= dict(zip(keys, table.loc[is_mean, "estimate"], strict=True))
            exact |= dict(zip(keys, tables[name].loc[is_mean, "estimate"], strict=True))
    retold = {}
    for name, table in rounded.items():
        copy = table.copy()
        for place, row in tables[name].iterrows():
            pair = row["inputs"]
            if policy.statistics[row["statistic"]].kind != "derived" or len(pair) != 2 or not set(pair) <= set(shown):
                continue
            if not abs(exact[pair[0]] - exact[pair[1]] - row["estimate"]) < SAME:
                continue
            told, half = shown[pair[0]] - shown[pair[1]], (row["high"] - row["low"]) / 2
            low, high = told - half, told + half
            if row["low"] <= 0 <= row["high"]:  # no step may turn a difference that is not clear into a clear one
                low, high = min(low, 0.0), max(high, 0.0)
            copy.loc[place, "estimate"] = to_step(pd.Series([told]), policy.statistics[row["statistic"]].step).iloc[0]
            copy.loc[place, ["low", "high"]] = to_step(pd.Series([low, high]), policy.interval_step).tolist()
        retold[name] = copy
    return retold


def span_of(figure: Figure, *, policy: Policy) -> tuple[float, float]:
    """What a reader knows of a mean when it is shown: it is rounded, and its interval has it in the middle.

    Parameters
    ----------
    figure : Figure
        A mean, not yet rounded.
    policy : Policy
        The steps.
    """
    step = policy.statistics[figure.statistic].step
    (estimate,) = to_step(pd.Series([figure.estimate]), step).tolist()
    least, most = estimate - step / 2, estimate + step / 2
    low, high = to_step(pd.Series([figure.low, figure.high]), policy.interval_step).tolist()
    if low > 0 and high < 1:
        middle, half = (low + high) / 2, policy.interval_step / 2
        least, most = max(least, middle - half), min(most, middle + half)
    return least, most


def squares_of(figure: Figure, low: float, high: float, *, policy: Policy) -> tuple[float, float]:
    """What a reader knows of the sum of squares behind a shown mean: Σ s² = n (n - 1) se² + n mean².

    Parameters
    ----------
    figure : Figure
        A mean with its standard error, not yet rounded.
    low, high : float
        What is known of the mean.
    policy : Policy
        The steps.
    """
    (se,) = to_step(pd.Series([figure.se]), policy.se_step).tolist()
    pairs, half = figure.n * (figure.n - 1), policy.se_step / 2
    return (
        pairs * max(se - half, 0.0) ** 2 + figure.n * max(low, 0.0) ** 2 - 1e-6 * figure.n,
        pairs * (se + half) ** 2 + figure.n * high**2 + 1e-6 * figure.n,
    )


def empty_hidden(table: pd.DataFrame, reasons: Sequence[str | None]) -> pd.DataFrame:
    """A copy without the figures of hidden rows, without what only the gate may know, and with the column `hidden`.

    Parameters
    ----------
    table : DataFrame
        An estimates table.
    reasons : sequence of str or None
        One entry per row, in order: why the row is hidden; it stands in `hidden`, which is else missing.
    """
    shown = table.drop(columns=["inputs", *(name for name in CONTRIBUTIONS if name in table)])
    shown["hidden"] = pd.Series(list(reasons), index=table.index, dtype="str")
    is_hidden = shown["hidden"].notna()
    for column in FIGURES:
        shown[column] = shown[column].mask(is_hidden)
    return shown
