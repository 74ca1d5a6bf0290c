"""What is hidden for its own sake: too few people, or a figure that says what each of them answered.

The unit is everything that is said about one item (or scale) in one cell of people: if one of its figures must go,
all go, because the share of right answers, their number and their mean say the same thing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kunskap.disclosure.figures import Cell
from kunskap.disclosure.policy import Policy

__all__ = ["COARSE", "SECRET", "Unit", "hidden_units", "near_unanimous", "unit_of"]

Unit = tuple[str, Cell]
SECRET = frozenset({"unanimity", "all_but_one", "extreme"})
"""Reasons that would tell what they hide."""
COARSE = frozenset({"base", "level", "remainder", "input"})
"""Reasons that tell only of the number of people, or of another row; the rest are shown as ``protected``."""


def unit_of(figures: pd.DataFrame) -> pd.Series:
    """The unit (subject, cell) of each figure."""
    return pd.Series(list(zip(figures["subject"], figures["cell"], strict=True)), index=figures.index, dtype=object)


def near_unanimous(counts: np.ndarray, n: float, *, policy: Policy) -> str | None:
    """Whether counts of a partition of `n` people say that all, or all but one, answered alike.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy
    >>> near_unanimous(np.array([8.0, 1.0]), 9, policy=read_policy())
    'all_but_one'
    """
    most = counts.max(initial=0.0)
    if policy.unanimity and most >= n:
        return "unanimity"
    if policy.all_but_one and most >= n - 1:
        return "all_but_one"
    return None


def hidden_units(figures: pd.DataFrame, *, policy: Policy, count_base: bool) -> dict[Unit, str]:
    """The units that the policy hides for their own sake, each with its reason.

    Parameters
    ----------
    figures : DataFrame
        From `collect`.
    policy : Policy
        The thresholds.
    count_base : bool
        Whether each number of firms must also reach the base (registers).
    """
    direct = figures[figures["kind"].isin(["count", "mean"])]
    hidden = {}
    for unit, rows in direct.groupby(unit_of(direct), sort=False):
        reason = _reason(rows, unit[1], policy=policy, count_base=count_base)
        if reason:
            hidden[unit] = reason
    return hidden


def _reason(rows: pd.DataFrame, cell: Cell, *, policy: Policy, count_base: bool) -> str | None:
    base = policy.base_for(cell)
    for variable, level in sorted(cell):
        if variable in policy.shown_apart and level not in policy.shown_apart[variable]:
            return "level"
    if rows["n"].min() < base:
        return "base"
    counted = rows[rows["kind"] == "count"]
    for _, same in counted.groupby(["statistic", "n"], sort=True):
        counts = same.drop_duplicates("option")["count"].to_numpy()
        n = float(same["n"].iloc[0])
        categories = np.append(counts, max(n - counts.sum(), 0.0))  # what is not published is a category too
        if count_base and ((categories > 0) & (categories < base)).any():
            return "base"
        reason = near_unanimous(categories, n, policy=policy)
        if reason:
            return reason
    if policy.extremes and any(_is_extreme(row) for row in rows[rows["kind"] == "mean"].to_dict("records")):
        return "extreme"
    return None


def _is_extreme(row: Mapping[Hashable, Any]) -> bool:
    """A mean that all share, or that one person could have made alone."""
    n, total = row["n"], row["n"] * row["estimate"]
    if row["se"] == 0:
        return True
    return bool(row["unit"] == "share" and (total <= 1 + 1e-9 or total >= n - 1 - 1e-9))
