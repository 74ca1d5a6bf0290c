"""The goals: when they came, how sure the dates are, what they mean, and which of them a document was written under."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file, worked_example

__all__ = ["goals_when_written", "read_documents", "subgoals", "timeline"]

DOCUMENTS = (
    Column("document", ("dokument", "styrdokument", "titel", "namn", "vad"), needed=True),
    Column("year", ("år", "årtal", "datum", "beslutad", "beslutat", "antagen", "beslutsdatum"), "year", needed=True),
)
YEARS = (1900, 2100)
PERSONAL = (r"e-?post", r"telefon", r"personn(ummer|r)\b", r"handläggare")


def timeline() -> pd.DataFrame:
    """The goals of gender equality policy and what they rest on, in the order of their dates.

    Returns
    -------
    DataFrame
        Columns `date` (a year, a month or a day, as exact as the source), `what`, `who` (decided, put forward or
        announced it), `status` (``"settled"``, or ``"announced"`` where no decision has been found), `subgoals` (how
        many there are from then on, where a decision says so), `source`, `certainty` and `note`.  How many sub-goals
        hold today is not told: the seventh has been announced, and from which day it holds has not been found.

    Examples
    --------
    >>> table = timeline()
    >>> table.loc[table["subgoals"].ne(""), ["date", "subgoals"]].values.tolist()
    [['2006-05-16', '4'], ['2016-11-21', '6']]
    """
    return _list("goals").sort_values("date", kind="stable", ignore_index=True)


def subgoals() -> pd.DataFrame:
    """The sub-goals as the government's communication of 2016 has them, in short.

    Returns
    -------
    DataFrame
        Columns `number`, `subgoal` (its name), `meaning` (in the module's words), `since` (the year from which it
        stands by itself), `question` (the module's own, to those who decide on regional development), `source` and
        `certainty`.

    Examples
    --------
    >>> subgoals().loc[lambda table: table["since"].eq("2016"), "subgoal"].tolist()
    ['Jämställd utbildning', 'Jämställd hälsa']
    """
    return _list("subgoals")


def read_documents(path: str | Path) -> OwnTable:
    """Read a list of steering documents and the years they were decided.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with columns document and year; a date is read as its year.  Or the name of a worked example.

    Returns
    -------
    OwnTable
        Its `table` has the columns `row`, `document` and `year`.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``; all at once.

    Examples
    --------
    >>> own = read_documents("styrdokument_simulerad")
    >>> len(own.table), len(own.rejects)
    (5, 0)
    """
    return read_own_file(worked_example(path), DOCUMENTS, dropped=PERSONAL)


def goals_when_written(documents: pd.DataFrame) -> pd.DataFrame:
    """Tell which sub-goals each document was written under.

    Only what `timeline` has as settled is counted, so the latest number holds until a decision with a day is put in
    the list.  A document of the very year in which the goals changed may have been written before or after.

    Parameters
    ----------
    documents : DataFrame
        Columns `document` and `year`, from `read_documents`.

    Returns
    -------
    DataFrame
        Columns `document`, `year`, `at_first` and `at_last` (sub-goals when the year began and when it ended; missing
        before the first are in the list) and `has_changed` (whether the number has changed since that year).

    Raises
    ------
    KunskapError
        ``GROWTH-56`` for each year that is none.

    Examples
    --------
    >>> goals_when_written(pd.DataFrame({"document": ["A", "B", "C"], "year": [2010, 2016, 2020]}))[
    ...     ["year", "at_first", "at_last", "has_changed"]]
       year  at_first  at_last  has_changed
    0  2010         4        4         True
    1  2016         4        6        False
    2  2020         6        6        False
    """
    goals = timeline()
    goals = goals[goals["subgoals"].ne("") & goals["status"].eq("settled")]
    changes = pd.Series(goals["subgoals"].astype("int64").to_numpy(), index=goals["date"].str[:4].astype("int64"))
    written = documents.loc[:, ["document", "year"]].reset_index(drop=True)
    years = pd.to_numeric(written["year"], errors="coerce")
    wrong = ~years.between(*YEARS)
    if wrong.any():
        rows = written[wrong].to_dict("records")
        raise KunskapError([fault("GROWTH-56", str(row["document"]), value=row["year"]) for row in rows])
    years = years.astype("int64")
    written["year"] = years
    written["at_first"] = pd.array([_last(changes[changes.index < year]) for year in years], dtype="Int64")
    written["at_last"] = pd.array([_last(changes[changes.index <= year]) for year in years], dtype="Int64")
    written["has_changed"] = [bool((changes.index > year).any()) for year in years]
    return written


def _last(changes: pd.Series) -> int | None:
    return int(changes.iloc[-1]) if len(changes) else None


def _list(name: str) -> pd.DataFrame:
    path = data_folder() / "reference" / "lists" / f"{name}.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False)
