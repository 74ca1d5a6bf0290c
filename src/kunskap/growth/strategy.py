"""What shall be different, how will it be seen, who does what?  A strategy as a table, checked in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file
from kunskap.tables import estimates

__all__ = [
    "FINDING_COLUMNS",
    "FOLLOWED_COLUMNS",
    "PARTS",
    "STRATEGY_COLUMNS",
    "check",
    "parts_in_place",
    "read_followed",
    "read_strategy",
]

STRATEGY_COLUMNS = (
    *("row", "goal", "measure", "indicator", "unit", "baseline_year", "baseline_k", "baseline_m"),
    *("target_year", "target_k", "target_m", "owner", "kronor"),
)
FOLLOWED_COLUMNS = ("row", "indicator", "year", "k", "m", "source")
FINDING_COLUMNS = ("row", "goal", "code", "sv", "en")
PARTS = {
    "indicator": ("indicator", "unit"),
    "baseline": ("baseline_year", "baseline_k", "baseline_m"),
    "target": ("target_year", "target_k", "target_m"),
    "measure": ("measure",),
    "owner": ("owner",),
    "kronor": ("kronor",),
}
"""Part of a goal that can be followed up → the columns that must all be there."""
ANY = (float("-inf"), float("inf"))
STRATEGY = (
    Column("goal", ("mål",), needed=True),
    Column("measure", ("åtgärd", "insats")),
    Column("indicator", ("indikator", "mått")),
    Column("unit", ("enhet",)),
    Column("baseline_year", ("startår", "utgångsår"), "year"),
    Column("baseline_k", ("start kvinnor", "utgångsläge kvinnor"), "number", bounds=ANY),
    Column("baseline_m", ("start män", "utgångsläge män"), "number", bounds=ANY),
    Column("target_year", ("målår",), "year"),
    Column("target_k", ("mål kvinnor",), "number", bounds=ANY),
    Column("target_m", ("mål män",), "number", bounds=ANY),
    Column("owner", ("ansvarig",)),
    Column("kronor", ("pengar", "budget", "medel"), "number"),
)
FOLLOWED = (
    Column("indicator", ("indikator", "mått"), needed=True),
    Column("year", ("år",), "year", needed=True),
    Column("k", ("kvinnor",), "number", bounds=ANY),
    Column("m", ("män",), "number", bounds=ANY),
    Column("source", ("källa",), needed=True),
)


def read_strategy(path: str | Path) -> OwnTable:
    """Read a strategy: one row per goal and indicator.

    Empty cells are left empty: what a strategy lacks is not a fault of the file, and `check` tells it.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `STRATEGY_COLUMNS` apart from `row`, or their Swedish names.

    Returns
    -------
    OwnTable
        Its `table` has the columns `STRATEGY_COLUMNS`.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> strategy = read_strategy(data_folder() / "growth" / "strategi_simulerad.csv").table
    >>> len(strategy), strategy["goal"].nunique()
    (6, 5)
    """
    own = read_own_file(path, STRATEGY)
    return OwnTable(own.table.loc[:, list(STRATEGY_COLUMNS)], own.rejects, own.notes, own.file)


def read_followed(path: str | Path) -> OwnTable:
    """Read the yearly follow-up: each indicator's value for women and for men, with its source.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `FOLLOWED_COLUMNS` apart from `row`, or their Swedish names.

    Returns
    -------
    OwnTable
        Its `table` has the columns `FOLLOWED_COLUMNS`.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20``, ``GROWTH-21``, ``GROWTH-52`` two rows for one indicator and year; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> followed = read_followed(data_folder() / "growth" / "uppfoljning_simulerad.csv").table
    >>> sorted(followed["year"].unique().tolist())
    [2016, 2017, 2018]
    """
    own = read_own_file(path, FOLLOWED)
    twice = own.table[own.table.duplicated(["indicator", "year"])]
    if len(twice):
        places = [f"{own.file}, rad {row['row']}" for row in twice.to_dict("records")]
        raise KunskapError([fault("GROWTH-52", place) for place in places])
    return OwnTable(own.table.loc[:, list(FOLLOWED_COLUMNS)], own.rejects, own.notes, own.file)


def check(strategy: pd.DataFrame) -> pd.DataFrame:
    """Say in words what keeps a strategy from being followed up.

    Parameters
    ----------
    strategy : DataFrame
        From `read_strategy`.

    Returns
    -------
    DataFrame
        Columns `FINDING_COLUMNS`, one row per finding, in the strategy's order: the place, a code and what is missing,
        why it matters and what to do, in Swedish and English.  Empty when nothing was found: that is no proof that the
        goal is the right one.  Goals that lack an indicator are not asked for the indicator's parts.

    Examples
    --------
    >>> goal = dict.fromkeys(STRATEGY_COLUMNS) | {"row": 2, "goal": "Fler beviljas stöd", "owner": "Tillväxtchefen"}
    >>> check(pd.DataFrame([goal]))["code"].tolist()
    ['STRAT-01', 'STRAT-07', 'STRAT-08']
    """
    rows = []
    for row in strategy.to_dict("records"):
        for finding in _findings(row):
            rows.append((row["row"], row["goal"], finding.code, finding.reason("sv"), finding.reason("en")))
    table = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
    return table.astype({"goal": "str", "code": "str", "sv": "str", "en": "str"})


def _findings(row: dict[object, object]) -> Iterator[Fault]:
    def has(*names: str) -> bool:
        return not any(pd.isna(pd.Series([row[name]])).iloc[0] for name in names)

    def find(code: str, **values: object) -> Fault:
        return fault(code, str(row["goal"]), **values)

    if not has("indicator"):
        yield find("STRAT-01", goal=row["goal"])
    else:
        yield from _of_indicator(row, has, find)
    if not has("owner"):
        yield find("STRAT-06", goal=row["goal"])
    if not has("measure"):
        yield find("STRAT-07", goal=row["goal"])
    if not has("kronor"):
        yield find("STRAT-08", goal=row["goal"])


def _of_indicator(row: dict[object, object], has: Callable[..., bool], find: Callable[..., Fault]) -> Iterator[Fault]:
    indicator = row["indicator"]
    for start, parts in (("baseline", ("STRAT-02", "STRAT-03")), ("target", ("STRAT-04", "STRAT-05"))):
        k, m = has(f"{start}_k"), has(f"{start}_m")
        one_sex, none = parts
        if k != m:
            yield find(one_sex, indicator=indicator)
        elif not k:
            yield find(none, indicator=indicator)
    if not has("unit"):
        yield find("STRAT-09", indicator=indicator)
    if not has("baseline_year") or not has("target_year"):
        yield find("STRAT-10", indicator=indicator)
    elif not int(str(row["target_year"])) > int(str(row["baseline_year"])):
        yield find("STRAT-11", indicator=indicator, baseline=row["baseline_year"], target=row["target_year"])
    if has("baseline_k", "baseline_m", "target_k", "target_m"):
        same = all(row[f"baseline_{sex}"] == row[f"target_{sex}"] for sex in "km")
        if same:
            yield find("STRAT-12", indicator=indicator)


def parts_in_place(strategy: pd.DataFrame) -> pd.DataFrame:
    """Count how many of a strategy's rows have each part that a goal needs to be followed up.

    Parameters
    ----------
    strategy : DataFrame
        From `read_strategy`.

    Returns
    -------
    DataFrame
        An estimates table: scale ``parts``, option one of `PARTS`, statistic ``share`` of the rows (`n`).  Baseline and
        target count when the year and the figures of women and men are all there.  Every row is read: no interval.

    Examples
    --------
    >>> goal = dict.fromkeys(STRATEGY_COLUMNS) | {"row": 2, "goal": "Fler beviljas stöd", "owner": "Tillväxtchefen"}
    >>> parts_in_place(pd.DataFrame([goal]))[["option", "count", "n"]].values.tolist()[-2:]
    [['owner', 1, 1], ['kronor', 0, 1]]
    """
    about = {"universe": "all", "scale": "parts", "statistic": "share", "unit": "share", "n": len(strategy)}
    counts = {part: int(strategy[list(names)].notna().all(axis=1).sum()) for part, names in PARTS.items()}
    return estimates(
        about | {"option": part, "count": count, "estimate": count / len(strategy)}
        for part, count in counts.items()
        if len(strategy)
    )
