"""Who sits where: bodies, posts and levels over the years, women and men side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.errors import KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file
from kunskap.growth.representation import shares_by_sex
from kunskap.tables import estimates, row_keys

__all__ = ["BODY_COLUMNS", "ladder", "over_time", "read_bodies", "represented"]

BODY_COLUMNS = ("row", "body", "level", "post", "year", "women", "men", "source")
COLUMNS = (
    Column("body", ("organ", "nämnd", "grupp"), needed=True),
    Column("level", ("nivå",), required=False),
    Column("post", ("uppdrag", "roll", "befattning"), needed=True),
    Column("year", ("år", "datum"), "year", needed=True),
    Column("women", ("kvinnor", "antal kvinnor"), "number", needed=True),
    Column("men", ("män", "antal män"), "number", needed=True),
    Column("source", ("källa",), required=False),
)
PERSONAL = (r"namn\b", r"\bname\b", r"e-?post", r"telefon", r"personn(ummer|r)\b", r"\bparti\b")


def read_bodies(path: str | Path) -> OwnTable:
    """Read who sits where: one row per body, post and year, with the numbers of women and of men.

    A nought is written as 0 and not left empty: an empty cell means that nobody has counted, and the row is then left
    out and told of.  Names and party are dropped on reading.  Who holds public office is public: release with
    ``basis="public"`` and a source.  Say numbers and posts, never persons.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with columns body, post, year, women, men, and level and source where they are.

    Returns
    -------
    OwnTable
        Its `table` has the columns `BODY_COLUMNS`; `women` and `men` are whole numbers.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``, ``GROWTH-46`` a number that is not whole; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> bodies = read_bodies(data_folder() / "growth" / "organ_simulerad.csv").table
    >>> bodies["post"].unique().tolist()
    ['Ordförande', 'Ledamot', 'Ersättare']
    """
    own = read_own_file(path, COLUMNS, dropped=PERSONAL)
    faults = [
        fault("GROWTH-46", f"{own.file}, rad {row['row']}", column=sex, value=f"{row[sex]:g}")
        for row in own.table.to_dict("records")
        for sex in ("women", "men")
        if row[sex] != round(row[sex])
    ]
    if faults:
        raise KunskapError(faults)
    table = own.table.assign(year=own.table["year"].astype("str"))
    return OwnTable(table.loc[:, list(BODY_COLUMNS)], own.rejects, own.notes, own.file)


def represented(bodies: pd.DataFrame, *, by: Sequence[str] = ("post", "year")) -> pd.DataFrame:
    """Compute women's and men's share of the seats, in every group.

    Parameters
    ----------
    bodies : DataFrame
        From `read_bodies`.
    by : sequence of str
        What to keep apart: any of ``body``, ``level``, ``post`` and ``year``.  Without ``year`` the seats of all years
        are added, which is refused.

    Returns
    -------
    DataFrame
        An estimates table as `shares_by_sex` gives it: rows for k and m, ``share`` = `count` of `n`.  It is a complete
        count, and therefore without interval.

    Raises
    ------
    KunskapError
        ``GROWTH-47`` several years would be added together.

    Examples
    --------
    >>> bodies = pd.DataFrame({"body": ["Nämnd A", "Nämnd B"], "post": "Ordförande", "year": "2018",
    ...                        "women": [0, 1], "men": [1, 0]})
    >>> represented(bodies)[["post", "year", "sex", "count", "n"]]
             post  year sex  count  n
    0  Ordförande  2018   k      1  2
    1  Ordförande  2018   m      1  2
    """
    years = sorted(bodies["year"].astype("str").unique())
    if "year" not in by and len(years) > 1:
        raise KunskapError([fault("GROWTH-47", "by", years=", ".join(years))])
    long = pd.concat(
        [
            bodies.loc[:, list(by)].assign(sex=sex, value=bodies[column].astype("float64"), unit="platser")
            for sex, column in (("k", "women"), ("m", "men"))
        ],
        ignore_index=True,
    )
    return shares_by_sex(long, by=by)


def ladder(shares: pd.DataFrame, *, lower: str, upper: str, by: str = "post") -> pd.DataFrame:
    """Compute how much women's share changes from one step to another, for example from member to chair.

    A body that is even and whose chairs are all of one sex is where counting ends and the question why begins.

    Parameters
    ----------
    shares : DataFrame
        From `represented`.
    lower, upper : str
        The steps: levels of `by`.
    by : str
        The column that names the steps.

    Returns
    -------
    DataFrame
        An estimates table: women's share at `upper` minus women's share at `lower`, statistic ``difference``, option
        ``upper-lower``; one row for each other group (each year).

    Raises
    ------
    KunskapError
        ``GROWTH-05`` for a step that is not in the table; all at once.

    Examples
    --------
    >>> bodies = pd.DataFrame({"post": ["Ordförande", "Ledamot"], "year": "2018", "women": [0, 5], "men": [2, 5]})
    >>> ladder(represented(bodies), lower="Ledamot", upper="Ordförande")[["year", "option", "estimate"]]
       year              option  estimate
    0  2018  Ordförande-Ledamot      -0.5
    """
    return _moved(shares, by, [(lower, upper)])


def over_time(shares: pd.DataFrame) -> pd.DataFrame:
    """Compute how women's share has changed, from each year to the next.

    Parameters
    ----------
    shares : DataFrame
        From `represented`, with ``year``.

    Returns
    -------
    DataFrame
        An estimates table, statistic ``difference``, option ``later-earlier``; one row per group and step.  With few
        seats one election of one person moves it: look at `n`.

    Examples
    --------
    >>> bodies = pd.DataFrame({"post": "Ledamot", "year": ["2014", "2018"], "women": [4, 5], "men": [6, 5]})
    >>> over_time(represented(bodies))[["post", "option", "estimate"]].round(2)
          post     option  estimate
    0  Ledamot  2018-2014       0.1
    """
    years = sorted(shares["year"].unique())
    return _moved(shares, "year", list(pairwise(years)))


def _moved(shares: pd.DataFrame, by: str, steps: Sequence[tuple[str, str]]) -> pd.DataFrame:
    levels = set(shares[by])
    expected = ", ".join(sorted(str(level) for level in levels))
    lacking = [level for step in steps for level in step if level not in levels]
    if lacking:
        raise KunskapError([fault("GROWTH-05", by, measure=level, expected=expected) for level in lacking])
    women = shares[shares["sex"].eq("k")].assign(key=row_keys(shares))
    others = [name for name in shares.columns[: list(shares.columns).index("sex")] if name != by]
    rows = []
    for lower, upper in steps:
        low, high = (women[women[by].eq(level)].set_index(others or by) for level in (lower, upper))
        for names in high.index if others else [None]:
            if others and names not in low.index:
                continue
            before, after = (low.loc[names], high.loc[names]) if others else (low.iloc[0], high.iloc[0])
            labels = names if isinstance(names, tuple) else (names,)
            row: dict[str, object] = dict(zip(others, labels, strict=True)) if others else {}
            row |= {"universe": "all", "scale": "share_by_sex", "option": f"{upper}-{lower}", "unit": "share"}
            row |= {"statistic": "difference", "estimate": float(after["estimate"] - before["estimate"])}
            sizes = [0 if pd.isna(one["n"]) else int(one["n"]) for one in (before, after)]
            row |= {"n": min(sizes) or np.nan, "inputs": (str(before["key"]), str(after["key"]))}
            rows.append(row)
    return estimates(rows, by=others)
