"""What is hidden for its own sake: too few people, or a figure that says what each of them answered.

The unit is everything that is said about one item (or scale) in one cell of people: if one of its figures must go,
all go, because the share of right answers, their number and their mean say the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kunskap.disclosure.amounts import is_dominated
from kunskap.disclosure.figures import Cell, Figure, Unit
from kunskap.disclosure.policy import Policy

__all__ = ["COARSE", "SECRET", "hidden_units", "near_unanimous"]

NEAR = 1e-9
RIGHT = "right"
SECRET = frozenset({"unanimity", "all_but_one", "extreme"})
"""Reasons that would tell what they hide."""
COARSE = frozenset({"base", "level", "remainder", "input"})
"""Reasons that tell only of the number of people, or of another row; the rest are shown as ``protected``."""


def near_unanimous(counts: np.ndarray, n: float, *, policy: Policy) -> str | None:
    """Whether counts of a partition of `n` people say that all, or all but one, answered alike.

    Parameters
    ----------
    counts : array
        People in each category.
    n : float
        All of them.
    policy : Policy
        Says whether these rules hold.

    Returns
    -------
    str or None
        ``"unanimity"`` or ``"all_but_one"``.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy
    >>> near_unanimous(np.array([8.0, 1.0]), 9, policy=read_policy())
    'all_but_one'
    """
    most = counts.max(initial=0.0)
    if policy.unanimity and most >= n - NEAR:
        return "unanimity"
    if policy.all_but_one and most >= n - 1 - NEAR:
        return "all_but_one"
    return None


def hidden_units(figures: Sequence[Figure], *, policy: Policy, count_base: bool) -> dict[Unit, str]:
    """The units that the policy hides for their own sake, each with its reason.

    Parameters
    ----------
    figures : sequence of Figure
        From `collect`.
    policy : Policy
        The thresholds.
    count_base : bool
        Whether each number of firms must also reach the base (registers).
    """
    units: dict[Unit, list[Figure]] = {}
    for figure in figures:
        if figure.is_direct:
            units.setdefault(figure.about, []).append(figure)
    reasons = {unit: _reason(rows, unit[1], policy=policy, count_base=count_base) for unit, rows in units.items()}
    return {unit: reason for unit, reason in reasons.items() if reason}


def _reason(rows: list[Figure], cell: Cell, *, policy: Policy, count_base: bool) -> str | None:
    base = policy.base_for(cell)
    for variable, level in sorted(cell):
        if variable in policy.shown_apart and level not in policy.shown_apart[variable]:
            return "level"
    if min(row.n for row in rows) < base:
        return "base"
    answered: dict[tuple[str, float], dict[str, float]] = {}
    for row in rows:
        if row.kind == "count":
            answered.setdefault((row.statistic, row.n), {})[row.option] = row.count
    alike = []
    for (_, n), options in answered.items():
        told = np.array(list(options.values()))
        counts = np.append(told, max(n - told.sum(), 0.0))  # what is not published is a category too
        if count_base and ((counts > 0) & (counts < base)).any():
            return "base"
        alike.append(near_unanimous(counts, n, policy=policy))
    for reason in ("unanimity", "all_but_one"):
        if reason in alike:
            return reason
    if count_base and any(row.is_amount and is_dominated(row, policy=policy) for row in rows):
        return "dominance"
    if policy.extremes and any(_is_extreme(row, policy=policy) for row in rows if row.kind == "mean"):
        return "extreme"
    return None


def _is_extreme(row: Figure, *, policy: Policy) -> bool:
    """A mean that all share, or that one person could have made alone.

    That hardly anyone skipped or was wrong leaves open what they answered instead, as it does item by item.
    """
    total = row.n * row.estimate
    is_one_of_several = policy.sum_subjects.get(row.subject, RIGHT) not in ("", RIGHT)
    if is_one_of_several and total <= 1 + NEAR:
        return row.se == 0 and total > NEAR
    return row.se == 0 or (row.unit == "share" and (total <= 1 + NEAR or total >= row.n - 1 - NEAR))
