"""Election days: a report that comes close to one is read as part of it, whatever it says."""

from __future__ import annotations

import calendar
import datetime
from typing import NamedTuple

__all__ = ["ELECTIONS", "Election", "near_election"]

MONTHS = 3
LAW = "vallagen (2005:837) 1 kap. 3 §"


class Election(NamedTuple):
    """An election day, and where it stands."""

    date: datetime.date
    source: str


ELECTIONS = (
    Election(datetime.date(2018, 9, 9), LAW),
    Election(datetime.date(2022, 9, 11), LAW),
    Election(datetime.date(2026, 9, 13), LAW),
    Election(datetime.date(2030, 9, 8), LAW),
    Election(datetime.date(2034, 9, 10), LAW),
)
"""To the parliament, the regional and the municipal councils: the second Sunday of September, every fourth year."""


def near_election(date: datetime.date) -> Election | None:
    """The election within three months before or after a day; None where there is none.

    Examples
    --------
    >>> near_election(datetime.date(2026, 6, 13)).date.isoformat()
    '2026-09-13'
    >>> near_election(datetime.date(2026, 6, 12)), near_election(datetime.date(2026, 12, 14))
    (None, None)
    """
    for election in ELECTIONS:
        if _months(election.date, -MONTHS) <= date <= _months(election.date, MONTHS):
            return election
    return None


def _months(date: datetime.date, months: int) -> datetime.date:
    """So many months later; the last day where that month is shorter."""
    year, month = divmod(12 * date.year + date.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
