"""The last step before anything leaves: figures to the policy's steps, hidden rows emptied."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kunskap.disclosure.policy import Policy

__all__ = ["FIGURES", "empty_hidden", "to_step", "to_steps"]

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


def empty_hidden(table: pd.DataFrame, reasons: Sequence[str | None]) -> pd.DataFrame:
    """A copy without the figures of hidden rows, without `inputs`, and with the column `hidden` (reason or missing).

    Parameters
    ----------
    table : DataFrame
        An estimates table.
    reasons : sequence of str or None
        One entry per row, in order: why the row is hidden.
    """
    shown = table.drop(columns="inputs")
    shown["hidden"] = pd.Series(list(reasons), index=table.index, dtype="str")
    is_hidden = shown["hidden"].notna()
    for column in FIGURES:
        shown[column] = shown[column].mask(is_hidden)
    return shown
