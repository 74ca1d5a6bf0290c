"""Who is in which group, and how many they are: what every analysis by groups begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskap.bank.fields import closest
from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.tables import canonical_universe

__all__ = [
    "checked_level",
    "group_moments",
    "groups_of",
    "in_group_order",
    "is_share",
    "score_columns",
    "sizes",
]

Floats = NDArray[np.float64]


def group_moments(values: Floats, codes: NDArray[np.intp], groups: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Compute n, mean and variance (divisor n − 1) of every column in every group; missing values are left out.

    Parameters
    ----------
    values : array, people × columns
    codes : array
        Each person's group, −1 for none.
    groups : int
        How many groups there are.

    Returns
    -------
    tuple of arrays, groups × columns

    Examples
    --------
    >>> n, means, variances = group_moments(np.array([[1.0], [3.0], [np.nan]]), np.array([0, 0, 0]), 1)
    >>> n.item(), means.item(), variances.item()
    (2, 2.0, 2.0)
    """
    n = np.zeros((groups, values.shape[1]), dtype=np.int64)
    means, variances = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    for g in range(groups):
        part = values[codes == g]
        known = ~np.isnan(part)
        n[g] = known.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            means[g] = np.where(known, part, 0.0).sum(axis=0) / n[g]
            # Two passes: the sum of squares minus the squared sum loses digits when the spread is small.
            variances[g] = (np.where(known, part - means[g], 0.0) ** 2).sum(axis=0) / np.where(
                n[g] > 1, n[g] - 1, np.nan
            )
    return n, means, variances


def groups_of(frame: pd.DataFrame, by: Sequence[str]) -> tuple[list[dict[str, str]], NDArray[np.intp]]:
    """Find the groups that occur, in the order of their levels.

    Parameters
    ----------
    frame : DataFrame
    by : sequence of str
        Grouping columns; none gives one group of all.

    Returns
    -------
    tuple of list and array
        A mapping variable → level per group, and each row's group; −1 where a variable is missing.

    Raises
    ------
    KunskapError
        ``EST-03`` not a DataFrame, ``EST-01`` unknown variables, ``EST-05`` nobody.

    Examples
    --------
    >>> levels, codes = groups_of(pd.DataFrame({"sex": ["m", "k", None]}), ["sex"])
    >>> levels, codes.tolist()
    ([{'sex': 'k'}, {'sex': 'm'}], [1, 0, -1])
    """
    if not isinstance(frame, pd.DataFrame):
        raise KunskapError([fault("EST-03", "data", found=type(frame).__name__, expected="DataFrame")])
    unknown = [name for name in by if name not in frame.columns]
    if unknown:
        names = [str(name) for name in frame.columns]
        raise KunskapError(
            fault("EST-01", "by", variable=name, expected=", ".join(names), closest=closest(name, names))
            for name in unknown
        )
    joint = np.zeros(len(frame), dtype=np.intp)
    for name in by:
        column = frame[name].astype("category").cat
        codes = column.codes.to_numpy().astype(np.intp)
        joint = np.where((joint < 0) | (codes < 0), -1, joint * max(1, len(column.categories)) + codes)
    found, place = np.unique(joint[joint >= 0], return_index=True)
    if not len(found):
        raise KunskapError([fault("EST-05", "by", by=", ".join(by) or "–")])
    first = frame[list(by)][joint >= 0].iloc[place]
    levels = [{name: str(first[name].iloc[g]) for name in by} for g in range(len(found))]
    return levels, np.where(joint >= 0, np.searchsorted(found, joint), -1)


def score_columns(scores: pd.DataFrame, columns: Sequence[str] | None, by: Sequence[str]) -> list[str]:
    """Tell which columns hold scores: those named, else every float column.

    Raises
    ------
    KunskapError
        ``EST-04`` unknown, ``EST-03`` no numbers, or no column at all.

    Examples
    --------
    >>> score_columns(pd.DataFrame({"sex": ["k"], "total": [0.5]}), None, ["sex"])
    ['total']
    """
    if not isinstance(scores, pd.DataFrame):
        raise KunskapError([fault("EST-03", "scores", found=type(scores).__name__, expected="DataFrame")])
    if columns is None:
        chosen = [str(name) for name in scores.columns if name not in by and pd.api.types.is_float_dtype(scores[name])]
        if not chosen:
            raise KunskapError(
                [fault("EST-03", "scores", found="–", expected="float columns (score, total, scale_scores)")]
            )
        return chosen
    known = [str(name) for name in scores.columns]
    faults = []
    for name in columns:
        if name not in scores.columns:
            faults.append(fault("EST-04", "columns", column=name, closest=closest(name, known)))
        elif not pd.api.types.is_numeric_dtype(scores[name]):
            faults.append(fault("EST-03", f"scores.{name}", found=str(scores[name].dtype), expected="float"))
    if faults:
        raise KunskapError(faults)
    return list(columns)


def checked_level(level: float) -> float:
    """Let a level between 0 and 1 through.

    Raises
    ------
    KunskapError
        ``EST-02``.

    Examples
    --------
    >>> checked_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise KunskapError([fault("EST-02", "level", level=level)])
    return level


def sizes(
    levels: Sequence[Mapping[str, str]], design: Design | None, universe: str, *, max_n: ArrayLike | None
) -> Floats:
    """Look up each group's size in the frame, infinite where it is unknown.

    Parameters
    ----------
    levels : sequence of mapping
        As `groups_of` returns it.
    design : Design, optional
        The frame.
    universe : str
        Which people the data hold.
    max_n : array_like, optional
        The most answers that any figure of the group rests on.

    Raises
    ------
    KunskapError
        ``EST-06`` for every group with more answers than persons.

    Examples
    --------
    >>> sizes([{"sex": "k"}], None, "all", max_n=[3]).tolist()
    [inf]
    """
    known = np.full(len(levels), np.inf)
    if design is None or max_n is None:
        return known
    faults = []
    for g, (group, n) in enumerate(zip(levels, np.asarray(max_n), strict=True)):
        size = design.size(group, universe)
        if size is not None:
            known[g] = size
            if n > size:
                faults.append(fault("EST-06", canonical_universe(group), n=int(n), population=size))
    if faults:
        raise KunskapError(faults)
    return known


def is_share(column: pd.Series) -> bool:
    """Whether all known values lie in 0–1.

    Examples
    --------
    >>> is_share(pd.Series([0.5, None])), is_share(pd.Series([3.0]))
    (True, False)
    """
    known = column.dropna()
    return bool(((known >= 0) & (known <= 1)).all())


def in_group_order(rows: list[dict[str, object]], groups: int) -> list[dict[str, object]]:
    """Order rows made figure by figure, group within figure, so that each group's figures stand together.

    Examples
    --------
    >>> in_group_order([{"sex": "k"}, {"sex": "m"}, {"sex": "k"}, {"sex": "m"}], 2)
    [{'sex': 'k'}, {'sex': 'k'}, {'sex': 'm'}, {'sex': 'm'}]
    """
    return [row for g in range(groups) for row in rows[g::groups]]
