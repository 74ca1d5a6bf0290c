"""Whose journeys does a plan serve?  Kronor by kind of measure, times how women and men use what is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file
from kunskap.tables import estimates, row_keys

__all__ = [
    "OBJECT_COLUMNS",
    "USE_COLUMNS",
    "benefit",
    "is_simulated",
    "kinds",
    "moved",
    "plan_shares",
    "read_objects",
    "read_use",
]

OBJECT_COLUMNS = ("row", "object", "kind", "million_kronor", "start", "end")
USE_COLUMNS = ("row", "kind", "women_low_percent", "women_high_percent", "source", "certainty")
OBJECTS = (
    Column("object", ("objekt", "åtgärd", "namn på åtgärd")),
    Column("kind", ("åtgärdstyp", "slag", "typ av åtgärd"), needed=True),
    Column("million_kronor", ("mkr", "miljoner kronor", "kostnad mkr"), "number", needed=True),
    Column("start", ("startår", "byggstart"), "year", required=False),
    Column("end", ("slutår", "klart"), "year", required=False),
)
CERTAINTIES = {name: name for name in ("seen", "secondary", "assumed", "simulated")}
CERTAINTIES |= {"sedd": "seen", "andrahand": "secondary", "antagen": "assumed", "simulerad": "simulated"}
USE = (
    Column("kind", ("åtgärdstyp", "slag", "typ av åtgärd"), needed=True),
    Column("women_low_percent", ("kvinnor lägst procent",), "number", needed=True, bounds=(0, 100)),
    Column("women_high_percent", ("kvinnor högst procent",), "number", needed=True, bounds=(0, 100)),
    Column("source", ("källa",), needed=True),
    Column("certainty", ("säkerhet",), "choice", needed=True, choices=CERTAINTIES),
)


def read_objects(path: str | Path) -> OwnTable:
    """Read the objects of a transport plan: one row per object, its kind of measure and its cost in million kronor.

    Parameters
    ----------
    path : str or Path
        CSV or Excel.

    Returns
    -------
    OwnTable
        Its `table` has the columns `OBJECT_COLUMNS`.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> plan = read_objects(data_folder() / "growth" / "planobjekt_simulerad.csv").table
    >>> float(plan["million_kronor"].sum())
    896.0
    """
    own = read_own_file(path, OBJECTS)
    return OwnTable(own.table.loc[:, list(OBJECT_COLUMNS)], own.rejects, own.notes, own.file)


def read_use(path: str | Path) -> OwnTable:
    """Read how large a part of the journeys women make, per kind of measure, as a range with its source.

    A range because that is what is known: travel surveys are samples, from other places and years.  No shares for the
    county have been found; the demo's are made up and marked so (`certainty` = simulated).

    Parameters
    ----------
    path : str or Path
        CSV or Excel: the lowest and highest share of the use that is women's, in per cent.  What nobody knows is
        written 0 and 100.

    Returns
    -------
    OwnTable
        Its `table` has the columns `USE_COLUMNS`.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20``, ``GROWTH-21``, and ``GROWTH-60`` a range that is upside down, ``GROWTH-61`` a kind
        with two ranges; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> use = read_use(data_folder() / "growth" / "resande_simulerad.csv").table
    >>> use["certainty"].unique().tolist()
    ['simulated']
    """
    own = read_own_file(path, USE)
    faults = []
    for row in own.table.to_dict("records"):
        low, high = row["women_low_percent"], row["women_high_percent"]
        if low > high:
            faults.append(fault("GROWTH-60", f"{own.file}, rad {row['row']}", low=f"{low:g}", high=f"{high:g}"))
    twice = own.table[own.table["kind"].duplicated()]
    faults += [fault("GROWTH-61", f"{own.file}, rad {row}", kind=kind) for row, kind in twice[["row", "kind"]].values]
    if faults:
        raise KunskapError(faults)
    return OwnTable(own.table.loc[:, list(USE_COLUMNS)], own.rejects, own.notes, own.file)


def kinds(objects: pd.DataFrame) -> pd.DataFrame:
    """Compute each kind of measure's share of the plan's kronor.

    Parameters
    ----------
    objects : DataFrame
        From `read_objects`.

    Returns
    -------
    DataFrame
        Columns `kind`, `objects`, `million_kronor`, `share` (0–1); the most kronor first.

    Examples
    --------
    >>> plan = pd.DataFrame({"kind": ["Väg", "Cykel", "Väg"], "million_kronor": [50.0, 25, 25]})
    >>> kinds(plan)
        kind  objects  million_kronor  share
    0    Väg        2            75.0   0.75
    1  Cykel        1            25.0   0.25
    """
    grouped = objects.groupby("kind", sort=False)["million_kronor"].agg(["size", "sum"]).reset_index()
    grouped.columns = pd.Index(["kind", "objects", "million_kronor"])
    whole = grouped["million_kronor"].sum()
    grouped["share"] = grouped["million_kronor"] / whole if whole else np.nan
    return grouped.sort_values("million_kronor", ascending=False, kind="stable").reset_index(drop=True)


def plan_shares(objects: pd.DataFrame) -> pd.DataFrame:
    """Compute `kinds` as an estimates table, to be released with ``basis="public"`` and drawn.

    Parameters
    ----------
    objects : DataFrame
        From `read_objects`.

    Returns
    -------
    DataFrame
        An estimates table, scale ``plan_kronor``, `option` = kind: ``share`` = `count` million kronor of `n` (both
        rounded to whole millions; `estimate` is exact), for `kunskap.plots.counted_shares`.

    Examples
    --------
    >>> plan = pd.DataFrame({"kind": ["Väg", "Cykel", "Väg"], "million_kronor": [50.0, 25, 25]})
    >>> plan_shares(plan)[["option", "count", "n", "estimate"]]
      option  count    n  estimate
    0    Väg     75  100      0.75
    1  Cykel     25  100      0.25
    """
    table = kinds(objects)
    whole = round(float(table["million_kronor"].sum()))
    row = {"universe": "all", "scale": "plan_kronor", "statistic": "share", "unit": "share", "n": whole}
    rows = [
        row | {"option": kind, "count": round(kronor), "estimate": share}
        for kind, kronor, share in table[["kind", "million_kronor", "share"]].itertuples(index=False)
    ]
    return estimates(rows)


def benefit(objects: pd.DataFrame, use: pd.DataFrame) -> pd.DataFrame:
    """Compute whose journeys the kronor serve: women's and men's part, from the lowest to the highest that is known.

    Each kind's kronor are divided as its journeys are.  The plan's range has all kinds at their lowest, and at their
    highest, at the same time: it is what the travel figures leave open, not an interval with a probability.  `estimate`
    is the middle of the range and no estimate of anything.  That kronor follow journeys is itself an assumption: a
    crossing may be worth more to one who walks than a minute to one who drives, and who *would* travel is not counted.

    Parameters
    ----------
    objects : DataFrame
        From `read_objects`.
    use : DataFrame
        From `read_use`.

    Returns
    -------
    DataFrame
        An estimates table, scale ``benefit``, columns `kind` (missing = the whole plan) and `sex`: ``share`` of the
        kronor with `low` and `high`.  Release with ``basis="public"``, its source, and ``simulated=True`` where any
        range is made up (`is_simulated`).

    Raises
    ------
    KunskapError
        ``GROWTH-62`` kinds without a range, ``GROWTH-63`` nothing to divide; all at once.

    Examples
    --------
    100 million to roads (30–40 % of the journeys are women's) and 100 to buses (50–70 %): women's part is 40–55 %.

    >>> plan = pd.DataFrame({"kind": ["Väg", "Buss"], "million_kronor": [100.0, 100]})
    >>> use = pd.DataFrame({"kind": ["Väg", "Buss"], "women_low_percent": [30.0, 50], "women_high_percent": [40.0, 70]})
    >>> table = benefit(plan, use)
    >>> table.loc[table["kind"].isna(), ["sex", "low", "high"]].round(2)
      sex   low  high
    4   k  0.40  0.55
    5   m  0.45  0.60
    """
    faults = list(_plan_faults(objects, use))
    if faults:
        raise KunskapError(faults)
    ranges = use.set_index("kind")[["women_low_percent", "women_high_percent"]] / 100
    kronor = objects.groupby("kind", sort=False)["million_kronor"].sum()
    rows: list[dict[str, object]] = []
    for kind in kronor.index:
        rows += _pair(str(kind), *(float(end) for end in ranges.loc[kind]))
    weights = kronor / kronor.sum()
    low, high = (float((weights * ranges.loc[kronor.index, end]).sum()) for end in ranges.columns)
    keys = tuple(row_keys(estimates(rows, by=["kind", "sex"])))
    whole = _pair(None, low, high)
    return estimates([*rows, *(row | {"inputs": keys} for row in whole)], by=["kind", "sex"])


def moved(before: pd.DataFrame, after: pd.DataFrame, use: pd.DataFrame) -> pd.DataFrame:
    """Compute how women's and men's part of the kronor changes from one plan to another, as a range.

    The travel figures are not known, but they are the same for both plans.  With Δw_k the change of kind k's share of
    the kronor, and u_k women's share of its use, the change is Σ Δw_k · u_k; each u_k may lie anywhere in its range,
    and the lowest change has every u_k at the end that pulls down.  This is much narrower than the lowest of one plan
    set against the highest of the other, which would let the same road have two kinds of travellers.

    Parameters
    ----------
    before, after : DataFrame
        Two plans from `read_objects`.
    use : DataFrame
        From `read_use`.

    Returns
    -------
    DataFrame
        An estimates table, scale ``benefit``, column `sex`: ``difference`` with option ``after-before``, `low`, `high`
        and their middle as `estimate`, which is no estimate of anything.

    Raises
    ------
    KunskapError
        ``GROWTH-62`` kinds without a range, ``GROWTH-63`` nothing to divide; all at once.

    Examples
    --------
    A fifth of the kronor moves from roads (30–40 % of the journeys are women's) to buses (50–70 %): women's part of the
    kronor rises by 2–8 percentage points.

    >>> before = pd.DataFrame({"kind": ["Väg", "Buss"], "million_kronor": [80.0, 20]})
    >>> after = pd.DataFrame({"kind": ["Väg", "Buss"], "million_kronor": [60.0, 40]})
    >>> use = pd.DataFrame({"kind": ["Väg", "Buss"], "women_low_percent": [30.0, 50], "women_high_percent": [40.0, 70]})
    >>> moved(before, after, use)[["sex", "low", "high"]].round(2)
      sex   low  high
    0   k  0.02  0.08
    1   m -0.08 -0.02
    """
    faults = [wrong for plan in (before, after) for wrong in _plan_faults(plan, use)]
    if faults:
        raise KunskapError(faults)
    weights = [plan.groupby("kind")["million_kronor"].sum() for plan in (before, after)]
    old, new = (kronor / kronor.sum() for kronor in weights)
    change = new.sub(old, fill_value=0.0)
    ranges = use.set_index("kind").loc[change.index, ["women_low_percent", "women_high_percent"]] / 100
    least, most = ranges.iloc[:, 0], ranges.iloc[:, 1]
    low = float((change * least.where(change > 0, most)).sum())
    high = float((change * most.where(change > 0, least)).sum())
    keys = tuple(key for plan in (before, after) for key in row_keys(benefit(plan, use)))
    row = {"universe": "all", "scale": "benefit", "statistic": "difference", "option": "after-before", "unit": "share"}
    ends = {"k": (low, high), "m": (-high, -low)}
    rows = [
        row | {"sex": sex, "estimate": (down + up) / 2, "low": down, "high": up, "inputs": tuple(dict.fromkeys(keys))}
        for sex, (down, up) in ends.items()
    ]
    return estimates(rows, by=["sex"])


def is_simulated(use: pd.DataFrame) -> bool:
    """Whether any of the ranges is made up.

    Examples
    --------
    >>> is_simulated(pd.DataFrame({"certainty": ["seen", "simulated"]}))
    True
    """
    return bool(use["certainty"].eq("simulated").any())


def _plan_faults(objects: pd.DataFrame, use: pd.DataFrame) -> Iterator[Fault]:
    known: Sequence[str] = sorted(str(kind) for kind in use["kind"].unique())
    for kind in dict.fromkeys(objects["kind"]):
        if kind not in set(use["kind"]):
            yield fault("GROWTH-62", str(kind), expected=", ".join(known))
    if not objects["million_kronor"].sum() > 0:
        yield fault("GROWTH-63", "million_kronor")


def _pair(kind: str | None, low: float, high: float) -> list[dict[str, object]]:
    row = {"kind": kind, "universe": "all", "scale": "benefit", "statistic": "share", "unit": "share"}
    ends = {"k": (low, high), "m": (1 - high, 1 - low)}
    return [
        row | {"sex": sex, "estimate": (least + most) / 2, "low": least, "high": most}
        for sex, (least, most) in ends.items()
    ]
