"""When the goals came: dates and how sure they are."""

from __future__ import annotations

import pandas as pd

from kunskap.content import data_folder

__all__ = ["timeline"]


def timeline() -> pd.DataFrame:
    """The goals of gender equality policy and what they rest on, in the order of their dates.

    Returns
    -------
    DataFrame
        Columns `date` (a year, a month or a day, as exact as the source), `what`, `subgoals` (how many there are
        from then on, where a decision says so), `source`, `certainty` and `note`.  How many sub-goals hold today is not
        told: the seventh has been announced, and from which day it holds has not been found.

    Examples
    --------
    >>> table = timeline()
    >>> table.loc[table["subgoals"].ne(""), ["date", "subgoals"]].values.tolist()
    [['2006-05-16', '4'], ['2016-11-21', '6']]
    """
    path = data_folder() / "reference" / "lists" / "goals.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False).sort_values("date", kind="stable", ignore_index=True)
