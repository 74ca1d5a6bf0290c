"""How far towards its targets a strategy has come: each indicator, for women and for men, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskap.errors import KunskapError, fault
from kunskap.growth.places import place_of
from kunskap.tables import estimates, row_keys

__all__ = ["follow_up", "progress"]

SEXES = ("k", "m")


def progress(strategy: pd.DataFrame, followed: pd.DataFrame) -> pd.DataFrame:
    """Compute how large a part of the way from baseline to target has been gone.

    way = (value - baseline) / (target - baseline), for each sex by its own baseline and target: 0 is where it started,
    1 is the target, below 0 is backwards.  Where a sex's target is its baseline (hold what is) there is no way to go
    and the figure is missing; the levels are there.  `time_gone` is the part of the years that has passed.

    An indicator that moves is not proof that the strategy moved it.

    Parameters
    ----------
    strategy : DataFrame
        From `read_strategy`.  Indicators without baseline and target for both sexes are left out; `check` tells them.
    followed : DataFrame
        From `read_followed`.

    Returns
    -------
    DataFrame
        An estimates table, columns `indicator`, `year`, `sex`: scale ``way`` (statistic ``share``); scale ``level``
        (``mean``, in the indicator's own unit) with option ``now``, ``baseline``, ``target``; scale ``time_gone``.

    Raises
    ------
    KunskapError
        ``GROWTH-70`` an indicator that is followed but not in the strategy, ``GROWTH-71`` nothing that can be
        followed, ``GROWTH-72`` an indicator twice in the strategy; all at once.

    Examples
    --------
    From 30 to 40 per cent in four years; halfway in time it is 33: three tenths of the way.

    >>> strategy = pd.DataFrame({"indicator": ["Beviljade"], "unit": "percent", "baseline_year": [2016],
    ...     "target_year": [2020], "baseline_k": [30.0], "target_k": [40.0], "baseline_m": [45.0], "target_m": [40.0]})
    >>> followed = pd.DataFrame({"indicator": ["Beviljade"], "year": [2018], "k": [33.0], "m": [45.0]})
    >>> table = progress(strategy, followed)
    >>> table.loc[table["scale"].isin(["way", "time_gone"]), ["scale", "sex", "estimate"]]
           scale  sex  estimate
    0  time_gone  NaN       0.5
    4        way    k       0.3
    8        way    m       0.0
    """
    ends = [f"{end}_{sex}" for end in ("baseline", "target") for sex in SEXES]
    needed = ["indicator", "baseline_year", "target_year", *ends]
    whole = strategy.dropna(subset=needed)
    whole = whole[whole["target_year"].astype("int64") > whole["baseline_year"].astype("int64")]
    named = strategy["indicator"].dropna()
    faults = [fault("GROWTH-72", str(name)) for name in named[named.duplicated()].unique()]
    expected = ", ".join(sorted(str(name) for name in named))
    for name in followed["indicator"].unique():
        if name not in set(named):
            faults.append(fault("GROWTH-70", str(name), expected=expected))
    if whole.empty:
        faults.append(fault("GROWTH-71", "indicator"))
    if faults:
        raise KunskapError(faults)
    rows: list[dict[str, object]] = []
    for goal in whole.to_dict("records"):
        own = followed[followed["indicator"].eq(goal["indicator"])].sort_values("year")
        for seen in own.to_dict("records"):
            rows += _of_year({str(name): value for name, value in goal.items()}, seen)
    table = estimates(rows, by=["indicator", "year", "sex"])
    keys = row_keys(table)
    is_level = table["scale"].eq("level")
    place = place_of(table, ["indicator", "year", "sex"])
    levels = {where: tuple(keys[is_level & place.eq(where)]) for where in place.unique()}
    table["inputs"] = [
        levels[where] if scale == "way" else () for where, scale in zip(place, table["scale"], strict=True)
    ]
    return table


def _of_year(goal: dict[str, object], seen: dict[object, object]) -> list[dict[str, object]]:
    start, end, now = (int(str(year)) for year in (goal["baseline_year"], goal["target_year"], seen["year"]))
    place = {"indicator": goal["indicator"], "year": str(now), "universe": "all"}
    gone = min(max((now - start) / (end - start), 0.0), 1.0)
    rows: list[dict[str, object]] = [
        place | {"scale": "time_gone", "statistic": "share", "unit": "share", "estimate": gone}
    ]
    for sex in SEXES:
        value, base, target = (float(str(one)) for one in (seen[sex], goal[f"baseline_{sex}"], goal[f"target_{sex}"]))
        for option, level in (("now", value), ("baseline", base), ("target", target)):
            row = {"sex": sex, "scale": "level", "option": option, "statistic": "mean", "unit": goal["unit"]}
            rows.append(place | row | {"estimate": level})
        way = (value - base) / (target - base) + 0.0 if target != base else np.nan
        rows.append(place | {"sex": sex, "scale": "way", "statistic": "share", "unit": "share", "estimate": way})
    return rows


def follow_up(strategy: pd.DataFrame, followed: pd.DataFrame) -> pd.DataFrame:
    """Lay the yearly follow-up out as one table to read and to fill in: each indicator, women and men side by side.

    Parameters
    ----------
    strategy, followed : DataFrame
        From `read_strategy` and `read_followed`.

    Returns
    -------
    DataFrame
        One row per indicator and year, the baseline first and the target last: `goal`, `indicator`, `unit`, `year`,
        `what` (baseline, followed, target), `k`, `m`, `gap` (k minus m), `owner`.  What nobody has counted is missing.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> from kunskap.growth.strategy import read_followed, read_strategy
    >>> folder = data_folder() / "growth"
    >>> table = follow_up(read_strategy(folder / "strategi_simulerad.csv").table,
    ...                   read_followed(folder / "uppfoljning_simulerad.csv").table)
    >>> first = table[table["indicator"].eq(table["indicator"].iloc[0])]
    >>> first[["year", "what", "k", "m", "gap"]].astype({"year": "str"}).values.tolist()[0]
    ['2016', 'baseline', 35.0, 50.0, -15.0]
    """
    rows = []
    for goal in strategy.dropna(subset=["indicator"]).to_dict("records"):
        head = {name: goal[name] for name in ("goal", "indicator", "unit", "owner")}
        rows.append(head | _ends(goal, "baseline"))
        own = followed[followed["indicator"].eq(goal["indicator"])].sort_values("year")
        for seen in own.to_dict("records"):
            if seen["year"] != goal["baseline_year"]:
                rows.append(head | {"year": seen["year"], "what": "followed", "k": seen["k"], "m": seen["m"]})
        rows.append(head | _ends(goal, "target"))
    names = ["goal", "indicator", "unit", "year", "what", "k", "m", "owner"]
    table = pd.DataFrame(rows, columns=names)
    table["year"] = pd.to_numeric(table["year"]).astype("Int64")
    table.insert(7, "gap", table["k"] - table["m"])
    return table


def _ends(goal: dict[object, object], end: str) -> dict[str, object]:
    return {"year": goal[f"{end}_year"], "what": end, "k": goal[f"{end}_k"], "m": goal[f"{end}_m"]}
