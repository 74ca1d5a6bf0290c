"""Election days: a report that comes close to one is read as part of it, whatever it says."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Election", "general_election", "near_election"]

MONTHS = 3
LAW = "vallagen (2005:837) 1 kap. 3 §"
SEPTEMBER, EVERY, REMAINDER = 9, 4, 2


class Election(NamedTuple):
    """An election day, and where it stands; no source where the project has named the day itself."""

    date: datetime.date
    source: str | None = None


def general_election(year: int) -> Election | None:
    """The ordinary election to the parliament, the regional and the municipal councils, since 2014.

    The second Sunday of September, every fourth year; None in other years.

    Examples
    --------
    >>> [general_election(year).date.isoformat() for year in (2026, 2030, 2038)], general_election(2029)
    (['2026-09-13', '2030-09-08', '2038-09-12'], None)
    """
    if year % EVERY != REMAINDER:
        return None
    sundays = [week[calendar.SUNDAY] for week in calendar.monthcalendar(year, SEPTEMBER)]
    return Election(datetime.date(year, SEPTEMBER, [day for day in sundays if day][1]), LAW)


def near_election(date: datetime.date, named: Sequence[datetime.date] = ()) -> Election | None:
    """The election within three months before or after a day; None where there is none.

    Parameters
    ----------
    date : date
        The day of the report.
    named : sequence of date
        Days that no rule gives and the project has named: to the European Parliament, an extra election.

    Examples
    --------
    >>> near_election(datetime.date(2026, 6, 13)).date.isoformat()
    '2026-09-13'
    >>> near_election(datetime.date(2026, 6, 12)), near_election(datetime.date(2026, 12, 14))
    (None, None)
    >>> near_election(datetime.date(2029, 5, 2), [datetime.date(2029, 6, 10)]).date.isoformat()
    '2029-06-10'
    """
    ordinary = general_election(date.year)  # in September: no report of another year is so near
    elections = [*([ordinary] if ordinary else []), *map(Election, named)]
    near = [each for each in elections if _months(each.date, -MONTHS) <= date <= _months(each.date, MONTHS)]
    return min(near, key=lambda each: abs(each.date - date)) if near else None


def _months(date: datetime.date, months: int) -> datetime.date:
    """So many months later; the last day where that month is shorter."""
    year, month = divmod(12 * date.year + date.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
