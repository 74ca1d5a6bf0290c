"""Mantel–Haenszel: the odds of a right answer in two groups, total by total."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from kunskap import tables
from kunskap.compare import holm
from kunskap.dif.matching import Counts, compared, crossed_with_total, purified
from kunskap.grouping import checked_level

__all__ = [
    "CLASSES",
    "MantelHaenszel",
    "classes_of",
    "item_rows",
    "mantel_haenszel",
    "mantel_haenszel_of",
    "mantel_haenszel_table",
    "matched",
]

CLASSES = ("A", "B", "C")
# The delta scale of the Educational Testing Service: 4/1.7 of a log odds, 13 in the middle.
DELTA = 2.35
MODERATE, LARGE = 1.0, 1.5
SIGNIFICANT = 0.05
Floats = NDArray[np.float64]


class MantelHaenszel(NamedTuple):
    """Per item: the common odds ratio's logarithm with its standard error, chi², and p."""

    log_odds: Floats
    se: Floats
    chi2: Floats
    p: Floats


def mantel_haenszel(
    scores: pd.DataFrame,
    *,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    columns: Sequence[str] | None = None,
    purify: bool = True,
    continuity: bool = True,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Test whether each item is harder for one group than for people of the other group with the same total.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.score` returns it, with the grouping column; items scored 0 and 1.
    between : str
        The variable that tells the groups apart.
    levels : tuple of two str
        The two groups; the figures are the first against the second.
    columns : sequence of str, optional
        Items, at least six; without it every float column.
    purify : bool
        Leave flagged items (class B or C) out of the total that people are matched on, and begin again until the same
        items are flagged twice.
    continuity : bool
        Yates's correction of chi², as the Educational Testing Service has it; never below 0.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table, per item, ``option`` "k-m": ``mh_delta`` (unit ``delta``; below 0: harder for the first
        group; with se and interval), ``mh_chi2``, ``p_mh``, ``p_mh_holm`` (over the items), ``ets_class`` (unit
        ``class``: 0, 1, 2 for A, B, C; see Notes) and ``dif_anchor`` (unit ``flag``: 1 if people were matched on the
        item).  n is the people of both groups who reached **all** the items (complete cases).  Missing where everyone
        of one total answers alike.

    Raises
    ------
    KunskapError
        ``DIF-01`` with fewer than 100 people in a group: what a test of so few finds is mostly chance.  ``DIF-02``,
        ``DIF-03``, ``EST-…``.

    Notes
    -----
    Holland & Thayer (1988), in Wainer & Braun (eds), *Test Validity*; every possible total is a stratum, and the item
    itself is always part of it.  Standard error: Robins, Breslow & Greenland (1986), Biometrics 42, 311–323.  Classes:
    Zieky (1993), in Holland & Wainer (eds), *Differential Item Functioning*: A if |Δ| < 1 or p ≥ .05 (not corrected for
    the number of items), C if |Δ| ≥ 1.5 and surely above 1 (one-sided 5 %), else B.  R's *difR* takes the size alone.
    Checked against ``statsmodels.stats.contingency_tables.StratifiedTable`` and R's ``mantelhaen.test``.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> ability = rng.normal(size=(600, 1))
    >>> scores = pd.DataFrame((rng.normal(size=(600, 8)) < ability).astype(float), columns=list("abcdefgh"))
    >>> scores["sex"] = np.where(np.arange(600) % 2, "k", "m")
    >>> table = mantel_haenszel(scores).query("statistic == 'ets_class'")
    >>> table[["item", "n", "estimate"]].head(2).values.tolist()
    [['a', 600, 0.0], ['b', 600, 0.0]]
    """
    checked_level(level)
    people = compared(scores, between=between, levels=levels, columns=columns)
    return mantel_haenszel_table(
        lambda anchors: crossed_with_total(people, anchors),
        items=people.items,
        levels=levels,
        purify=purify,
        continuity=continuity,
        level=level,
        universe=universe,
    )


def mantel_haenszel_table(
    count: Callable[[NDArray[np.bool_]], Counts],
    *,
    items: Sequence[str],
    levels: tuple[str, str],
    purify: bool = True,
    continuity: bool = True,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Make the figures of `mantel_haenszel` of counts, which may be the sums of many parts of the people.

    Parameters
    ----------
    count : callable
        Which items make up the total → counts as those of `kunskap.dif.matching.crossed_with_total`.
    items : sequence of str
        The items.
    levels, purify, continuity, level, universe
        As in `mantel_haenszel`.

    Returns
    -------
    DataFrame
        As `mantel_haenszel`.

    Raises
    ------
    KunskapError
        ``DIF-03``.

    Examples
    --------
    >>> counts = np.ones((6, 7, 2, 2), dtype=np.int64)
    >>> table = mantel_haenszel_table(lambda anchors: counts, items=list("abcdef"), levels=("k", "m"))
    >>> bool(table.query("statistic == 'mh_delta'")["estimate"].eq(0).all())
    True
    """
    found, anchors, people = matched(count, items=len(items), purify=purify, continuity=continuity)
    start: dict[str, object] = {"universe": universe, "option": "-".join(levels), "n": people}
    return tables.estimates(item_rows(found, anchors, items=items, start=start, level=level))


def matched(
    count: Callable[[NDArray[np.bool_]], Counts], *, items: int, purify: bool, continuity: bool
) -> tuple[MantelHaenszel, NDArray[np.bool_], int]:
    """Find each item's figures in the last round of purification, which items were matched on, and how many people.

    Parameters
    ----------
    count, purify, continuity
        As in `mantel_haenszel_table`.
    items : int
        How many items there are.

    Raises
    ------
    KunskapError
        ``DIF-03``.

    Examples
    --------
    >>> counts = np.ones((6, 7, 2, 2), dtype=np.int64)
    >>> matched(lambda anchors: counts, items=6, purify=True, continuity=True)[2]
    28
    """

    def judge(counts: Counts) -> tuple[tuple[MantelHaenszel, int], NDArray[np.bool_]]:
        found = mantel_haenszel_of(counts, continuity=continuity)
        # Everyone is counted once in each item's table.
        return (found, int(counts[0].sum())), classes_of(found) > 0

    (found, people), anchors = purified(count, judge, items=items, purify=purify)
    return found, anchors, people


def item_rows(
    found: MantelHaenszel, anchors: NDArray[np.bool_], *, items: Sequence[str], start: dict[str, object], level: float
) -> list[dict[str, object]]:
    """Write the rows of an estimates table.

    Parameters
    ----------
    found : MantelHaenszel
        The figures of each item.
    anchors : array of bool
        Which items were matched on.
    items : sequence of str
        Their names.
    start : dict
        What all rows have in common.
    level : float
        Coverage aimed at.

    Examples
    --------
    >>> found = MantelHaenszel(*(np.array([one]) for one in (0.0, 0.1, 0.0, 1.0)))
    >>> [row["statistic"] for row in item_rows(found, np.array([True]), items=["a"], start={}, level=0.95)][:2]
    ['mh_delta', 'mh_chi2']
    """
    corrected, classes = holm(found.p), classes_of(found)
    half = -ndtri((1 - level) / 2) * DELTA * found.se
    delta = DELTA * found.log_odds
    rows = []
    for i, item in enumerate(items):
        figures: dict[str, tuple[str, object]] = {
            "mh_chi2": ("chi2", found.chi2[i]),
            "p_mh": ("p", found.p[i]),
            "p_mh_holm": ("p", corrected[i]),
            "ets_class": ("class", classes[i] if np.isfinite(delta[i]) else np.nan),
            "dif_anchor": ("flag", float(anchors[i])),
        }
        effect: dict[str, object] = {"statistic": "mh_delta", "unit": "delta", "estimate": delta[i]}
        effect |= {"se": DELTA * found.se[i], "low": delta[i] - half[i], "high": delta[i] + half[i]}
        rows.append(start | {"item": item} | effect)
        rows += [
            start | {"item": item, "statistic": statistic, "unit": unit, "estimate": value}
            for statistic, (unit, value) in figures.items()
        ]
    return rows


def mantel_haenszel_of(counts: ArrayLike, *, continuity: bool = True) -> MantelHaenszel:
    """Compute the Mantel–Haenszel figures of stratified 2 × 2 tables.

    Parameters
    ----------
    counts : array_like, … × strata × 2 groups × (wrong, right)
        How many people.
    continuity : bool
        Yates's correction.

    Returns
    -------
    MantelHaenszel
        `log_odds` is of a right answer, the first group against the second; missing, as its se, where all odds are 0
        or infinite.  Chi² is missing where no stratum has anything to compare.

    Notes
    -----
    See `mantel_haenszel`.

    Examples
    --------
    >>> found = mantel_haenszel_of([[[1, 3], [3, 1]], [[2, 2], [2, 2]]], continuity=False)
    >>> round(float(np.exp(found.log_odds)), 2), round(float(found.chi2), 2)
    (2.6, 0.88)
    """
    table = np.asarray(counts, dtype=float)
    wrong_first, right_first, wrong_second, right_second = (table[..., g, o] for g in (0, 1) for o in (0, 1))
    n = table.sum(axis=(-1, -2))
    n = np.where(n > 0, n, 1.0)
    first, right = wrong_first + right_first, right_first + right_second
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, first * (n - first) * right * (n - right) / (n**2 * (n - 1)), 0.0).sum(axis=-1)
        gap = np.abs((right_first - first * right / n).sum(axis=-1))
        chi2 = (gap - np.minimum(gap, 0.5 if continuity else 0.0)) ** 2 / np.where(variance > 0, variance, np.nan)
        for_first, for_second = right_first * wrong_second / n, right_second * wrong_first / n
        agree, differ = (right_first + wrong_second) / n, (right_second + wrong_first) / n
        of_first, of_second = for_first.sum(axis=-1), for_second.sum(axis=-1)
        log_odds = np.log(of_first / of_second)
        spread = (agree * for_first).sum(axis=-1) / (2 * of_first**2)
        spread += (agree * for_second + differ * for_first).sum(axis=-1) / (2 * of_first * of_second)
        spread += (differ * for_second).sum(axis=-1) / (2 * of_second**2)
    known = np.isfinite(log_odds)
    se = np.sqrt(np.where(known, spread, np.nan))
    return MantelHaenszel(np.where(known, log_odds, np.nan), se, chi2, np.asarray(chdtrc(1, chi2)))


def classes_of(found: MantelHaenszel) -> NDArray[np.intp]:
    """0, 1, 2 for A, B, C; what is missing is A, for it is no reason to suspect an item.

    Examples
    --------
    >>> classes_of(MantelHaenszel(*(np.array([one]) for one in (1.0, 0.1, 90.0, 1e-9)))).tolist()
    [2]
    """
    size, se = DELTA * np.abs(found.log_odds), DELTA * found.se
    with np.errstate(invalid="ignore"):
        is_large = (size >= LARGE) & (size - ndtri(1 - SIGNIFICANT) * se > MODERATE)
        is_some = (size >= MODERATE) & (found.p < SIGNIFICANT)
    return np.where(is_some, np.where(is_large, 2, 1), 0)
