"""What people think that they can do beside what the test shows; conditions and practice beside knowledge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from kunskap import estimates, tables
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level, groups_of

__all__ = ["QUADRANTS", "quadrants", "rank_correlation", "together"]

QUADRANTS = ("sure_knows", "sure_not", "unsure_knows", "unsure_not")
FEWEST = 4


def together(
    scores: pd.DataFrame,
    *,
    scales: Sequence[str] = ("ability", "conditions", "practice"),
    knowledge: str = "total",
    by: Sequence[str] = (),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute how each scale goes with tested knowledge, by group: rank correlation with interval.

    Parameters
    ----------
    scores : DataFrame
        The columns of `kunskap.scoring.scale_scores` and of `kunskap.scoring.total` side by side.
    scales : sequence of str
        Scales of ratings; those that are not there are left out.
    knowledge : str
        The tested scale.
    by : sequence of str
        Grouping columns.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table: ``mean`` of each scale and of knowledge, then ``rank_correlation`` (scale `knowledge`,
        option the other scale, unit ``r``); n = people with both.  Missing with fewer than four people or no spread.

    Raises
    ------
    KunskapError
        ``EST-04`` if neither scale nor knowledge is there, ``EST-01``, ``EST-02``, ``EST-05``.

    Examples
    --------
    >>> scores = pd.DataFrame({"ability": [0.1, 0.3, 0.5, 0.9, 0.8], "total": [0.2, 0.5, 0.4, 0.9, 0.7]})
    >>> table = together(scores)
    >>> table.loc[table["statistic"] == "rank_correlation", ["option", "n", "estimate"]].round(2).values.tolist()
    [['ability', 5, 0.9]]
    """
    checked_level(level)
    present = [name for name in scales if name in scores.columns]
    if knowledge not in scores.columns or not present:
        lost = knowledge if knowledge not in scores.columns else ", ".join(scales)
        raise KunskapError([fault("EST-04", "scores", column=lost, closest="–")])
    means = estimates.mean(scores, by=by, columns=[knowledge, *present], level=level, universe=universe)
    means = means[means["n"] > 0].reset_index(drop=True)
    groups, codes = groups_of(scores, by)
    names = means.assign(key=tables.row_keys(means)).set_index([*by, "scale"])["key"]
    rows: list[dict[str, object]] = [{str(k): v for k, v in row.items()} for row in means.to_dict("records")]
    for g, group in enumerate(groups):
        own = scores[codes == g]
        for name in present:
            both = own[[name, knowledge]].dropna()
            where = [(*group.values(), scale) if by else scale for scale in (knowledge, name)]
            if not all(key in names.index for key in where):
                continue
            r, low, high = rank_correlation(both[name], both[knowledge], level=level)
            told: dict[str, object] = {"universe": universe, "scale": knowledge, "option": name}
            told |= {"statistic": "rank_correlation", "unit": "r", "n": len(both), "estimate": r}
            rows.append(group | told | {"low": low, "high": high, "inputs": tuple(names[key] for key in where)})
    return tables.estimates(rows, by=by)


def rank_correlation(x: ArrayLike, y: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Compute Spearman's rank correlation with its interval.

    Parameters
    ----------
    x, y : array_like
        One value per person, none missing.
    level : float
        Coverage aimed at.

    Returns
    -------
    tuple of float
        r, low, high; all missing with fewer than four people or where everybody has the same value.  At r = ±1 there is
        no interval.

    Notes
    -----
    Mean ranks for ties.  Interval: Fisher's z with the standard error √((1 + r²/2)/(n − 3)) (Bonett & Wright 2000,
    Psychometrika 65).  Checked against ``scipy.stats.spearmanr``, and its coverage by simulation.

    Examples
    --------
    >>> [round(figure, 2) for figure in rank_correlation([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5])]
    [0.83, -0.13, 0.99]
    """
    first, second = stats.rankdata(x), stats.rankdata(y)
    n = len(first)
    if n < FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return np.nan, np.nan, np.nan
    r = float(np.corrcoef(first, second)[0, 1])
    if abs(r) > 1 - 1e-12:
        return float(np.sign(r)), np.nan, np.nan
    half = stats.norm.isf((1 - level) / 2) * np.sqrt((1 + r**2 / 2) / (n - 3))
    return r, float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def quadrants(
    scores: pd.DataFrame,
    *,
    rated: str = "ability",
    knowledge: str = "total",
    sure_from: float = 0.5,
    knows_from: float = 0.5,
    by: Sequence[str] = (),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Divide each group by own rating and by test: thinks that they can, and knows.

    Parameters
    ----------
    scores : DataFrame
        As in `together`.
    rated, knowledge : str
        The scale of own ratings, and the tested one.
    sure_from, knows_from : float
        From which score a person counts as sure, and as knowing.  The same for all groups: a median would move with
        the group and make every group look alike.
    by, level, universe
        As in `together`.

    Returns
    -------
    DataFrame
        An estimates table: scale ``own_and_tested``, statistic ``share``, options ``sure_knows``, ``sure_not`` (thinks
        that they can, but does not know: will hardly ask for training), ``unsure_knows`` and ``unsure_not``.  Who lacks
        one of the scores is in none.

    Raises
    ------
    KunskapError
        ``EST-04`` if a scale is not there; ``EST-05`` if nobody has both.

    Examples
    --------
    >>> scores = pd.DataFrame({"ability": [0.9, 0.8, 0.2, 0.1], "total": [0.8, 0.3, 0.7, 0.2]})
    >>> quadrants(scores)[["option", "count"]].values.tolist()
    [['sure_knows', 1], ['sure_not', 1], ['unsure_knows', 1], ['unsure_not', 1]]
    """
    lost = [name for name in (rated, knowledge) if name not in scores.columns]
    if lost:
        raise KunskapError(fault("EST-04", "scores", column=name, closest="–") for name in lost)
    both = scores[scores[rated].notna() & scores[knowledge].notna()]
    if both.empty:
        raise KunskapError([fault("EST-05", "scores", by=f"{rated}, {knowledge}")])
    sure, knows = both[rated] >= sure_from - 1e-9, both[knowledge] >= knows_from - 1e-9
    place = np.where(sure, np.where(knows, 0, 1), np.where(knows, 2, 3))
    told = both[list(by)].assign(own_and_tested=pd.Categorical.from_codes(place, categories=pd.Index(QUADRANTS)))
    table = estimates.proportion(told, by=by, items=["own_and_tested"], level=level, universe=universe)
    return table.assign(scale=table["item"], item=pd.Series(pd.NA, index=table.index, dtype="str"))
