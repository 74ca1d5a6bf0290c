"""Item statistics from answers: every item and every option, in one pass over the people.

An item's answers crossed with the total hold all there is to know about it here: facility, item–rest correlation,
upper–lower index, and each option's share, correlation and course over the thirds of the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kunskap import tables
from kunskap.bank import Bank
from kunskap.estimates import wilson
from kunskap.grouping import checked_level
from kunskap.items.crossing import Crossing, crossings, spread_of_crossings
from kunskap.reliability import feldt_interval
from kunskap.spread import NOTHING, Floats, fisher_interval, tails, thirds

__all__ = ["THIRDS", "analysis", "analysis_of", "distractors"]

THIRDS = ("share_lower_third", "share_middle_third", "share_upper_third")
Row = dict[str, object]


def analysis(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute everything about the knowledge items in one pass; for staff's own screen.

    Parameters
    ----------
    responses : DataFrame
        One row per sitting, as `read_responses` returns it.
    bank : Bank
        Keys and options.
    items : sequence of str, optional
        Knowledge items; without it all that `responses` has.  Name those that everyone was asked: only people who
        reached **all** of them (complete cases) have a total to go with.
    level : float
        Coverage aimed at.
    universe : str
        Which people `responses` holds.

    Returns
    -------
    DataFrame
        An estimates table.  Per item: ``facility`` (n: all who reached the item), ``discrimination``, ``upper_lower``
        (27 %, ties shared), ``alpha_if_deleted``, and the rows of `distractors`.  Last, of the scale ``total``:
        ``alpha``, ``floor``, ``ceiling``.  Don't know and skip are 0 points.  What does not exist (no variance, too few
        people) is missing, and n says why.

    Raises
    ------
    KunskapError
        ``EST-02``, ``EST-08`` for a single item, ``SCORE-…``.

    Notes
    -----
    The same figures as `facility`, `discrimination`, `upper_lower`, `alpha_if_deleted`, `kunskap.reliability.alpha` and
    `floor_ceiling` make of scores by other arithmetic, against which it is tested.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:3]
    >>> right = {name: bank.items[name].key[0] for name in ids}
    >>> responses = pd.DataFrame([right, right, right | {ids[0]: "dk"}, dict.fromkeys(ids, "dk")])
    >>> table = analysis(responses.assign(sitting_id=range(4)), bank=bank)
    >>> table.loc[table["statistic"] == "discrimination", "estimate"].round(2).tolist()
    [0.58, 0.87, 0.87]
    """
    checked_level(level)
    return analysis_of(crossings(responses, bank=bank, items=items), level=level, universe=universe)


def analysis_of(found: Sequence[Crossing], *, level: float = 0.95, universe: str = "all") -> pd.DataFrame:
    """Make the figures of `analysis` of crossings, which may be the sum of many parts (`crossing.added`).

    Parameters
    ----------
    found : sequence of Crossing
        At least two items.
    level, universe
        As in `analysis`.

    Returns
    -------
    DataFrame
        As `analysis`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:2]
    >>> responses = pd.DataFrame([dict.fromkeys(ids, "dk")]).assign(sitting_id=["s1"])
    >>> analysis_of(crossings(responses, bank=bank)).query("statistic == 'floor'")["count"].tolist()
    [1]
    """
    return tables.estimates(_rows(found, level, universe))


def _rows(found: Sequence[Crossing], level: float, universe: str) -> Iterator[Row]:
    """One after another: all at once they are larger than the answers of a small survey."""
    spread = spread_of_crossings(found)
    correlations, without = spread.item_rest, spread.alpha_if_deleted
    lows, highs = fisher_interval(correlations, spread.n, level)
    lower, upper = tails(found[0].counts.sum(axis=0), 0.27, "shared")
    for place, crossing in enumerate(found):
        start: Row = {"universe": universe, "item": crossing.item.id}
        deleted = feldt_interval(float(without[place]), items=len(found) - 1, n=spread.n, level=level)
        estimates = {
            "discrimination": ("correlation", correlations[place], lows[place], highs[place]),
            "upper_lower": ("share", _upper_lower(crossing, lower, upper), np.nan, np.nan),
            "alpha_if_deleted": ("coefficient", without[place], *deleted),
        }
        yield start | _facility(crossing, level)
        for name, (unit, value, low, high) in estimates.items():
            figures = {"estimate": value, "low": low, "high": high}
            yield start | {"statistic": name, "unit": unit, "n": spread.n} | figures
        yield from (start | row for row in _options(crossing, level))
    low, high = feldt_interval(spread.alpha, items=len(found), n=spread.n, level=level)
    start = {"universe": universe, "scale": "total", "n": spread.n}
    yield start | {"statistic": "alpha", "unit": "coefficient", "estimate": spread.alpha, "low": low, "high": high}
    yield from (start | row for row in _ends(found, level))


def distractors(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute how each option of each knowledge item works: who takes it, and in which third of the total.

    Parameters
    ----------
    responses, bank, items, level, universe
        As in `analysis`.

    Returns
    -------
    DataFrame
        An estimates table, per item and option (don't know and ``skip`` among them):

        - ``share``: of all who reached the item, as `kunskap.estimates.proportion` has it;
        - ``option_rest``: the correlation of taking the option (1 or 0) with the sum of the *other* items: above 0
          for a working key, below 0 for a working distractor; Fisher's z interval;
        - ``share_lower_third``, ``share_middle_third``, ``share_upper_third``: of those with the lowest, middle and
          highest totals.  People with the same total are in one third, the one in which the middle of them stands, so
          that the order of the file never matters; n tells how large each third became.

        The last two are of those who reached **all** the items (complete cases).

    Raises
    ------
    KunskapError
        As `analysis`.

    Notes
    -----
    Haladyna (2004), *Developing and Validating Multiple-Choice Test Items*, 3rd ed., ch. 9.  Checked against
    ``numpy.corrcoef`` and ``pandas.crosstab``.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:2]
    >>> right = {name: bank.items[name].key[0] for name in ids}
    >>> responses = pd.DataFrame([right, right, dict.fromkeys(ids, "dk")]).assign(sitting_id=range(3))
    >>> table = distractors(responses, bank=bank, items=ids)
    >>> table.query("option == 'dk' and statistic == 'share_lower_third'")["estimate"].tolist()
    [1.0, 1.0]
    """
    checked_level(level)
    rows = (
        {"universe": universe, "item": crossing.item.id} | row
        for crossing in crossings(responses, bank=bank, items=items)
        for row in _options(crossing, level)
    )
    return tables.estimates(rows)


def _facility(crossing: Crossing, level: float) -> Row:
    """Mean, se and t interval, as `kunskap.estimates.mean` has them."""
    points, counts = crossing.points, crossing.reached
    known = ~np.isnan(points)
    n = int(counts[known].sum())
    if not n:
        return {"statistic": "facility", "unit": "share", "n": 0}
    mean = float(points[known] @ counts[known] / n)
    row: Row = {"statistic": "facility", "unit": "share", "n": n, "estimate": mean}
    if n < 2:
        return row
    se = float(np.sqrt((points[known] - mean) ** 2 @ counts[known] / (n - 1) / n))
    half = float(stdtrit(n - 1, (1 + level) / 2)) * se
    return row | {"se": se, "low": max(mean - half, 0.0), "high": min(mean + half, 1.0)}


def _upper_lower(crossing: Crossing, lower: Floats, upper: Floats) -> float:
    if crossing.n < 4:
        return float("nan")
    at_total, by_total = crossing.points @ crossing.counts, crossing.counts.sum(axis=0)
    return float(at_total @ upper / (by_total @ upper) - at_total @ lower / (by_total @ lower))


def _options(crossing: Crossing, level: float) -> list[Row]:
    """The rows of each option: its share, its correlation with the rest, and its share in each third."""
    taken = crossing.answers.taken.astype(np.int64)
    third = thirds(crossing.counts.sum(axis=0))
    in_third = np.stack([crossing.counts[:, third == part].sum(axis=1) for part in range(3)], axis=1)
    by_option = np.column_stack([crossing.reached @ taken, taken.T @ in_third])
    people = np.append(crossing.reached.sum(), in_third.sum(axis=0))
    low, high = wilson(by_option, people[None, :], level=level)
    share = np.divide(by_option, people, out=np.full(by_option.shape, np.nan), where=people > 0)
    with_rest = crossing.option_rest()
    lows, highs = fisher_interval(with_rest, crossing.n, level)
    rows: list[Row] = []
    for place, option in enumerate(crossing.options):
        shares = [
            {"option": option, "statistic": statistic, "unit": "share", "count": by_option[place, part]}
            | {"n": people[part], "estimate": share[place, part], "low": low[place, part], "high": high[place, part]}
            for part, statistic in enumerate(("share", *THIRDS))
        ]
        if people[0] > 1:
            shares[0]["se"] = np.sqrt(share[place, 0] * (1 - share[place, 0]) / (people[0] - 1))
        correlation = {"option": option, "statistic": "option_rest", "unit": "correlation", "n": crossing.n}
        correlation |= {"estimate": with_rest[place], "low": lows[place], "high": highs[place]}
        rows += [shares[0], correlation, *shares[1:]]
    return rows


def _ends(found: Sequence[Crossing], level: float) -> list[Row]:
    """How many have the lowest and the highest total that there can be."""
    by_total, values = found[0].counts.sum(axis=0), found[0].values
    n = found[0].n
    rows: list[Row] = []
    for statistic, at_end in (("floor", values <= NOTHING), ("ceiling", values >= len(found) - 1e-9)):
        count = int(by_total[at_end].sum())
        low, high = wilson(count, n, level=level)
        rows.append(
            {"statistic": statistic, "unit": "share", "count": count}
            | {"estimate": count / n if n else np.nan, "low": float(low), "high": float(high)}
        )
    return rows
