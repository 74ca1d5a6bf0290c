"""The activity log: how many activities, how many hours and how many took part; counts, never joined to any answer."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from kunskap.bank import Bank
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.files import read_sheet
from kunskap.tables import estimates

__all__ = ["FILE", "Activities", "activities", "of_period", "reached", "read_activity_log"]

FILE = "aktivitetslogg.csv"
COLUMNS = ("date", "activity", "minutes", "role", "orgtype", "sex", "persons")
NUMBERS = ("minutes", "persons")
GROUPS = ("sex", "role")
SEXES = ("k", "m")
HOUR = 60


class Activities(NamedTuple):
    """What was done: a row per activity with date, activity, minutes and persons; and the sums.

    The activities that were too small to be told are in `table`, `number` and `hours`, but in no sum of people: `apart`
    is how many they are.
    """

    table: pd.DataFrame
    number: int
    hours: float
    taken_part: int
    person_hours: float
    apart: int = 0


def read_activity_log(path: Path, *, bank: Bank) -> pd.DataFrame:
    """Read the log that the trainer's panel writes; it can be filled in by hand too.

    Parameters
    ----------
    path : Path
        One row per activity and group of people.
    bank : Bank
        Knows the levels of role, organisation and sex.

    Returns
    -------
    DataFrame
        Columns ``date`` (date), ``activity``, ``minutes``, ``role``, ``orgtype``, ``sex``, ``persons``.

    Raises
    ------
    KunskapError
        ``REPORT-20`` for columns that are not there, ``REPORT-21`` for cells that say something else than expected, all
        at once; ``READ-…`` if the file cannot be read at all.
    """
    sheet = read_sheet(path)
    headings = [heading.strip() for heading in sheet.headings]
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise KunskapError([fault("REPORT-20", sheet.file, missing=", ".join(missing), expected=", ".join(COLUMNS))])
    cells = {name: sheet.column(headings.index(name)) for name in COLUMNS}
    faults: list[Fault] = []
    rows = []
    for place, number in enumerate(sheet.rows):
        row: dict[str, object] = {"activity": str(cells["activity"][place] or "").strip().lstrip("'")}
        for name in ("date", *NUMBERS, "role", "orgtype", "sex"):
            text = str(cells[name][place] or "").strip()
            where = f'{sheet.file}, {number}, "{name}"'
            row[name] = _cell(name, text, where, bank, faults)
        rows.append(row)
    if faults:
        raise KunskapError(faults)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _cell(name: str, text: str, where: str, bank: Bank, faults: list[Fault]) -> object:
    if name == "date":
        try:
            return datetime.date.fromisoformat(text[:10])
        except ValueError:
            faults.append(fault("REPORT-21", where, value=text, expected="2027-01-31"))
            return datetime.date.min
    if name in NUMBERS:
        if text.removesuffix(".0").isdigit():
            return int(text.removesuffix(".0"))
        faults.append(fault("REPORT-21", where, value=text, expected="0, 1, 2 …"))
        return 0
    levels = bank.variables[name].level_ids
    if text not in levels:
        faults.append(fault("REPORT-21", where, value=text, expected=", ".join(levels)))
    return text


def of_period(log: pd.DataFrame, *, since: datetime.date | None, until: datetime.date | None) -> pd.DataFrame:
    """The rows of the days from the first to the last, both counted; without one, of all days on that side.

    Examples
    --------
    >>> days = [datetime.date(2027, month, 1) for month in (1, 2, 3)]
    >>> of_period(pd.DataFrame({"date": days}), since=days[1], until=None)["date"].astype("str").tolist()
    ['2027-02-01', '2027-03-01']
    """
    first, last = since or datetime.date.min, until or datetime.date.max
    return log[log["date"].between(first, last)].reset_index(drop=True)


def activities(log: pd.DataFrame, *, base: int = 0) -> Activities:
    """Sum the log: an activity is one name on one day.

    Parameters
    ----------
    log : DataFrame
        As `read_activity_log` returns it.
    base : int
        The fewest people that may be told.  An activity with fewer is in no sum of people: the sum less the activities
        that are told would be just those few.

    Examples
    --------
    >>> day = datetime.date(2027, 1, 20)
    >>> log = pd.DataFrame({"date": day, "activity": ["4R", "4R", "RUS"], "minutes": 90, "role": "pol",
    ...                     "orgtype": "reg", "sex": ["k", "m", "k"], "persons": [6, 4, 2]})
    >>> activities(log, base=7)[1:]
    (2, 3.0, 10, 15.0, 1)
    """
    table = log.groupby(["date", "activity"], sort=False, as_index=False).agg({"minutes": "max", "persons": "sum"})
    table = table.sort_values(["date", "activity"], kind="stable").reset_index(drop=True)
    told = table[table["persons"].ge(base)]
    spent = float((told["minutes"] * told["persons"]).sum()) / HOUR
    hours, persons = float(table["minutes"].sum()) / HOUR, int(told["persons"].sum())
    return Activities(table, len(table), hours, persons, spent, len(table) - len(told))


def reached(log: pd.DataFrame, *, base: int = 0) -> dict[str, pd.DataFrame]:
    """Tables for the gate: how those who took part are divided by sex and by role.

    Of sex women and men are told, side by side; the others are in the sums of `activities` only.

    Parameters
    ----------
    log : DataFrame
        As `read_activity_log` returns it.
    base : int
        As for `activities`: the same people stand in both.

    Returns
    -------
    dict of str to DataFrame
        Estimates tables ``reached_sex`` and ``reached_role``; without those of which there is nobody.
    """
    log = log[log.groupby(["date", "activity"])["persons"].transform("sum").ge(base)]
    tables = {}
    for name in GROUPS:
        counts = log.groupby(name)["persons"].sum()
        counts = counts.reindex(SEXES).dropna() if name == "sex" else counts
        n = int(counts.sum())
        if n:
            tables[f"reached_{name}"] = estimates(
                {
                    "universe": "all", "scale": f"reached_{name}", "option": str(level), "statistic": "share",
                    "unit": "share", "count": int(count), "n": n, "estimate": count / n,
                }
                for level, count in counts.items()
            )  # fmt: skip
    return tables
