"""Weighted means and how sure they are: linearised, stratified, with each stratum's finite-population correction.

The weights themselves are made by `kunskap.weighting`; `kunskap.estimates` calls this where it is given weights.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kunskap.design import Design
from kunskap.errors import Fault, KunskapError, fault
from kunskap.grouping import groups_of
from kunskap.tables import canonical_universe, row_keys

__all__ = [
    "checked_weights",
    "shares_behind",
    "strata_of",
    "svy_sample",
    "weighted_means",
    "weighted_wilson",
    "weights_alike",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
# Weights that differ by less are one weight.
ALIKE = 1e-9


def checked_weights(frame: pd.DataFrame, weights: str) -> Floats:
    """Take the weights of the people in `frame`.

    Raises
    ------
    KunskapError
        ``WEIGHT-04`` if the column is missing, or anyone's weight is missing, no number, or not above 0.

    Examples
    --------
    >>> checked_weights(pd.DataFrame({"weight": [0.8, 1.2]}), "weight").tolist()
    [0.8, 1.2]
    """
    if weights not in frame.columns:
        raise KunskapError([fault("WEIGHT-04", "weights", column=weights, count=len(frame))])
    values = pd.to_numeric(frame[weights], errors="coerce").to_numpy(dtype=float)
    wrong = int((~(np.isfinite(values) & (values > 0))).sum())
    if wrong:
        raise KunskapError([fault("WEIGHT-04", "weights", column=weights, count=wrong)])
    return values


def strata_of(
    frame: pd.DataFrame, strata: Sequence[str], *, design: Design | None, universe: str = "all"
) -> tuple[Codes, Floats]:
    """Tell which stratum each person is in, and how many persons the frame has there.

    Parameters
    ----------
    frame : DataFrame
        Has the columns named in `strata`.
    strata : sequence of str
        Variables of the frame; none makes one stratum of all.
    design : Design, optional
        The frame.
    universe : str
        Which people `frame` holds.

    Returns
    -------
    tuple of array
        Each person's stratum, and each stratum's persons: infinite without a frame.  Who cannot be placed (a variable
        is missing, or the frame does not list the level) is in a last stratum of its own, of unknown size.

    Raises
    ------
    KunskapError
        ``EST-01`` unknown variables, ``EST-06`` more answers in a stratum than the frame has persons.

    Examples
    --------
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41],
    ...                            "valid_from": "2014-11-01"})
    >>> codes, persons = strata_of(pd.DataFrame({"sex": ["m", "k", "x"]}), ["sex"], design=Design(population))
    >>> codes.tolist(), persons.tolist()
    ([1, 0, 3], [36.0, 41.0, inf, inf])
    """
    levels, codes = groups_of(frame, strata)
    persons = np.full(len(levels) + 1, np.inf)
    known = np.ones(len(levels) + 1, dtype=bool)
    faults: list[Fault] = []
    for place, group in enumerate(levels if design is not None else []):
        size = None if design is None else design.size(group, universe)
        known[place] = size is not None
        answered = int((codes == place).sum())
        if size is not None:
            persons[place] = size
            if answered > size:
                faults.append(fault("EST-06", canonical_universe(group), n=answered, population=size))
    if faults:
        raise KunskapError(faults)
    unplaced = (codes < 0) | ~known[codes]
    return np.where(unplaced, len(levels), codes), persons


def weighted_means(
    values: Floats, weights: Floats, *, codes: Codes, groups: int, strata: Codes, persons: Floats
) -> tuple[NDArray[np.int64], Floats, Floats, Floats, Floats]:
    """Compute weighted means of groups with linearised standard errors.

    Parameters
    ----------
    values : array, people × columns
        Missing values are left out.
    weights : array
        One per person; only their proportions count.
    codes : array
        Each person's group, −1 for none.
    groups : int
        How many groups there are.
    strata : array
        Each person's stratum.  All who answered must be here, also those who are in no group: a group's size within a
        stratum is itself uncertain.
    persons : array
        Each stratum's persons in the frame; infinite where it is unknown.

    Returns
    -------
    tuple of arrays, groups × columns
        n (people), mean, se, degrees of freedom, and 1/n of an equally precise simple random sample: by Kish's design
        effect of the weights with the finite-population correction, what the weights alone would do to a share.

    Notes
    -----
    With z = w (y − ȳ)/Σw for those in the group, else 0: se² = Σₕ (1 − nₕ/Nₕ) nₕ/(nₕ−1) Σ (z − z̄ₕ)², Särndal, Swensson
    & Wretman (1992), *Model Assisted Survey Sampling*, 5.7–5.8.  A stratum with one person who answered is centred at 0
    instead of at itself (R survey's ``lonely.psu="adjust"``).  Given how many answered in each stratum this holds for
    post-stratified and for raked weights alike, since both follow from those numbers.

    Degrees of freedom: Cochran (1977), eq. 5.16, the smaller of what the strata's own variances and equal ones give;
    n − 1 without strata.  R takes people minus strata: intervals for means would then hold the truth 89–93 times in a
    hundred where strata have three to five answers (``tests/coverage``).

    Means and standard errors were checked against R's *survey* 4.5 on the Californian school data and *svy* 0.35.0
    (``tests/reference``).

    Examples
    --------
    >>> n, mean, se, df, _ = weighted_means(np.array([[1.0], [3.0], [5.0], [9.0]]), np.array([1.0, 1.0, 3.0, 3.0]),
    ...                                     codes=np.zeros(4, dtype=int), groups=1, strata=np.array([0, 0, 1, 1]),
    ...                                     persons=np.array([4.0, 12.0]))
    >>> n.item(), mean.item(), round(se.item(), 3), df.item()
    (4, 5.75, 1.381, 1.03...)
    """
    in_stratum = np.bincount(strata, minlength=len(persons)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(np.isinf(persons), 1.0, 1 - in_stratum / persons)
        spread = left * np.where(in_stratum > 1, in_stratum / np.where(in_stratum > 1, in_stratum - 1, 1), 1.0)
    within = np.equal.outer(np.arange(len(persons)), strata).astype(float)
    shape = (groups, values.shape[1])
    n = np.zeros(shape, dtype=np.int64)
    means, se, df, inverse = (np.full(shape, np.nan) for _ in range(4))
    for g in range(groups):
        known = ~np.isnan(values) & (codes == g)[:, None]
        n[g] = known.sum(axis=0)
        w = np.where(known, weights[:, None], 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            w = w / w.sum(axis=0)
            means[g] = (w * np.where(known, values, 0.0)).sum(axis=0)
            z = w * (np.where(known, values, 0.0) - means[g])
        sums, part = within @ z, within @ known.astype(float)
        centre = np.where(in_stratum[:, None] > 1, sums / np.maximum(in_stratum, 1)[:, None], 0.0)
        squares = within @ (z - centre[strata]) ** 2
        se[g] = np.sqrt((spread[:, None] * squares).sum(axis=0))
        of_weights = left[:, None] * (within @ w**2)
        inverse[g] = of_weights.sum(axis=0)
        own = np.maximum(part - 1, 1)
        df[g] = np.fmin(_satterthwaite(spread[:, None] * squares, own), _satterthwaite(of_weights, own))
    return n, means, np.where(n > 1, se, np.nan), df, inverse


def _satterthwaite(variances: Floats, df: Floats) -> Floats:
    """Degrees of freedom of a sum of variances, each with its own; missing where there is nothing to sum."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return variances.sum(axis=0) ** 2 / (variances**2 / df).sum(axis=0)


def weighted_wilson(share: Floats, se: Floats, inverse: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Compute Wilson's interval for a weighted share, at the sample size that would be as precise.

    Parameters
    ----------
    share, se, inverse : array
        As `weighted_means` gives them.
    level : float
        Coverage aimed at.

    Returns
    -------
    tuple of arrays
        Low and high, 0–1.

    Notes
    -----
    1/n* = se²/(p(1−p)), as R's ``svyciprop(method="wilson")``, but never below Kish's 1/n (`weighted_means`): in small
    strata where all answer alike the first is 0 by chance, and the interval would be a point.

    Examples
    --------
    >>> low, high = weighted_wilson(np.array([0.3]), np.array([0.05]), np.array([1 / 80]), level=0.95)
    >>> low.round(3).item(), high.round(3).item()
    (0.211, 0.408)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.nan_to_num(se**2 / (share * (1 - share)), nan=0.0, posinf=0.0)
    z2 = ndtri((1 - level) / 2) ** 2 * np.maximum(own, inverse)
    middle = (share + z2 / 2) / (1 + z2)
    half = np.sqrt(z2 * share * (1 - share) + z2**2 / 4) / (1 + z2)
    low = np.where(share == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(share == 1, 1.0, np.clip(middle + half, 0, 1))
    return np.where(np.isnan(share), np.nan, low), np.where(np.isnan(share), np.nan, high)


def weights_alike(codes: Codes, *, weights: Floats, strata: Codes, persons: Floats) -> bool:
    """Whether all of one group and stratum have the same weight, as raked and post-stratified people have.

    Parameters
    ----------
    codes : array
        Each person's group, −1 for none.
    weights, strata, persons
        As in `weighted_means`.

    Examples
    --------
    >>> one = {"strata": np.array([0, 0, 1]), "persons": np.array([9.0, 9.0])}
    >>> [weights_alike(np.zeros(3, dtype=int), weights=np.array(w), **one) for w in ([2.0, 2.0, 1.0], [2.0, 1.0, 1.0])]
    [True, False]
    """
    cells = pd.Series(weights).groupby([codes, strata])
    return bool((cells.max() - cells.min() <= ALIKE).all())


def shares_behind(
    table: pd.DataFrame,
    by_stratum: pd.DataFrame,
    *,
    by: Sequence[str],
    strata: Sequence[str],
    design: Design | None,
) -> list[tuple[str, ...]]:
    """Name the plain shares that each weighted share can be computed from, given the weights.

    Parameters
    ----------
    table : DataFrame
        An estimates table of weighted shares.
    by_stratum : DataFrame
        Plain shares of the same answers, by `by` and `strata`.
    by, strata : sequence of str
        Grouping columns, and what was weighted by.
    design : Design, optional
        The frame.  Those in no stratum of it have one weight in common, so that the group's own share and the strata's
        tell what they answered: they need no row of their own, and would not get one.

    Returns
    -------
    list of tuple of str
        Row keys, the group's own first.

    Examples
    --------
    >>> row = {"universe": "all", "item": "q1", "option": "right", "statistic": "share", "count": 1, "n": 2}
    >>> parts = pd.DataFrame([row | {"sex": "k"}, row | {"sex": "m"}]).assign(scale=None)
    >>> whole = pd.DataFrame([row | {"statistic": "weighted_share"}]).assign(scale=None)
    >>> shares_behind(whole, parts, by=[], strata=["sex"], design=None)
    [('share|all|q1|right|', 'share|all|q1|right|sex=k', 'share|all|q1|right|sex=m')]
    """
    named = [*by, "item", "option"]
    parts = by_stratum.assign(key=row_keys(by_stratum))
    if design is not None and strata:
        universe = str(table["universe"].iloc[0]) if len(table) else "all"
        cells = parts[list(strata)].drop_duplicates()
        placed = [
            design.size({name: str(row[name]) for name in strata}, universe) is not None for _, row in cells.iterrows()
        ]
        parts = parts.merge(cells[placed], on=list(strata))
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for _, row in parts.iterrows() if strata else ():
        place = tuple(str(row[name]) for name in named)
        found[place] = (*found.get(place, ()), row["key"])
    own = row_keys(table.assign(statistic="share"))
    places = [tuple(str(row[name]) for name in named) for _, row in table.iterrows()]
    return [
        (key, *(part for part in found.get(place, ()) if part != key)) for key, place in zip(own, places, strict=True)
    ]


def svy_sample(
    frame: pd.DataFrame,
    *,
    weights: str,
    strata: Sequence[str] = (),
    clusters: str | None = None,
    design: Design | None = None,
    universe: str = "all",
) -> Any:
    """Hand answers over to the package *svy*, for designs that are not ours: clusters, replicate weights, regression.

    Parameters
    ----------
    frame : DataFrame
        Scores or answers with the columns named here.
    weights : str
        The column with weights.
    strata : sequence of str
        Variables of the frame; who cannot be placed is in a stratum of their own.
    clusters : str, optional
        The column that names the primary sampling unit; without it each person is one.
    design : Design, optional
        The frame, for the finite-population correction; not together with `clusters`, whose number it does not know.
    universe : str
        Which people `frame` holds.

    Returns
    -------
    svy.Sample
        With the columns ``stratum`` and ``persons`` added.

    Raises
    ------
    KunskapError
        ``WEIGHT-05`` if svy is not installed (``pip install "kunskap[complex]"``), ``WEIGHT-04``, ``EST-01``,
        ``EST-06``.

    Examples
    --------
    >>> scores = pd.DataFrame({"sex": list("kkmm"), "weight": [1.0, 1.0, 2.0, 2.0], "total": [0.2, 0.4, 0.5, 0.9]})
    >>> sample = svy_sample(scores, weights="weight", strata=["sex"])       # doctest: +SKIP
    >>> sample.estimation.mean(y="total")                                   # doctest: +SKIP
    """
    try:
        polars, svy = importlib.import_module("polars"), importlib.import_module("svy")
    except ImportError:
        raise KunskapError([fault("WEIGHT-05", "svy", extra="kunskap[complex]")]) from None
    checked_weights(frame, weights)
    codes, persons = strata_of(frame, strata, design=None if clusters else design, universe=universe)
    columns = {str(name): frame[name].astype("object").where(frame[name].notna(), None).tolist() for name in frame}
    # svy knows no infinite population; at this size the correction is nothing to 12 digits.
    sizes = np.where(np.isinf(persons), 1e15, persons)
    data = polars.DataFrame(columns | {"stratum": [str(code) for code in codes], "persons": sizes[codes]})
    return svy.Sample(data, svy.Design(wgt=weights, stratum="stratum", psu=clusters, pop_size="persons"))
