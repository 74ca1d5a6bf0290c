"""Times as survey tools write them: ISO, US text, day first, Excel's numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from kunskap.errors import KunskapError, fault

__all__ = ["COMPLETED_TIME_UNKNOWN", "boundary", "read_times"]

# What LimeSurvey itself writes for a completed sitting whose time is not stored.
COMPLETED_TIME_UNKNOWN = pd.Timestamp("1980-01-01")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MONTH_FIRST = tuple(f"{date}{clock}" for date in ("%m/%d/%y", "%m/%d/%Y") for clock in CLOCKS)
DAY_FIRST = tuple(f"{date}{clock}" for date in ("%d/%m/%y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y") for clock in CLOCKS)
EXCEL_EPOCH = pd.Timestamp("1899-12-30")


def _parse(text: str, formats: tuple[str, ...]) -> pd.Timestamp | None:
    try:
        found = datetime.datetime.fromisoformat(text)
        # The clock on the wall: a zone would shift answers over midnight between files.
        return pd.Timestamp(found.replace(tzinfo=None))
    except (ValueError, OverflowError):
        pass
    try:
        days = float(text.replace(",", "."))
        return (EXCEL_EPOCH + pd.Timedelta(days=days)).round("s") if 20_000 <= days <= 80_000 else None
    except (ValueError, OverflowError):
        pass
    for layout in formats:
        try:
            return pd.Timestamp(datetime.datetime.strptime(text, layout))
        except (ValueError, OverflowError):
            continue
    return None


def read_times(cells: np.ndarray) -> tuple[pd.Series, dict[str, np.ndarray]]:
    """The times in a column of texts.

    Parameters
    ----------
    cells : array of object
        Texts; blank and None are missing.

    Returns
    -------
    tuple
        A Series of datetime64 and, for each text that is no time, the positions at which it stands.

    Notes
    -----
    ``8/20/25`` is read as the US writes it (Microsoft Forms), unless some value of the column fails so and all fit with
    the day first.

    Examples
    --------
    >>> times, strange = read_times(np.array(["2026-10-01 08:00", "", "igår"], dtype=object))
    >>> times.notna().tolist(), list(strange)
    ([True, False, False], ['igår'])
    """
    codes, uniques = pd.factorize(np.array([str(value).strip() if value else "" for value in cells], dtype=object))
    texts = [str(text) for text in uniques]
    month_first = [_parse(text, MONTH_FIRST + DAY_FIRST[10:]) if text else None for text in texts]
    parsed = month_first
    if any(text and time is None for text, time in zip(texts, month_first, strict=True)):
        day_first = [_parse(text, DAY_FIRST) if text else None for text in texts]
        if sum(time is not None for time in day_first) > sum(time is not None for time in month_first):
            parsed = day_first
    strange = {
        text: np.flatnonzero(codes == code)
        for code, (text, time) in enumerate(zip(texts, parsed, strict=True))
        if text and time is None
    }
    known = pd.array([pd.NaT if time is None else time for time in parsed], dtype="datetime64[us]")
    return pd.Series(known.take(codes)), strange


def boundary(value: object, *, name: str, end: bool) -> pd.Timestamp | None:
    """The moment at which a survey opened or closed; a day without a clock closes at its end.

    Raises
    ------
    KunskapError
        ``READ-39`` if it is no date.

    Examples
    --------
    >>> str(boundary("2026-10-31", name="closes", end=True))
    '2026-10-31 23:59:59'
    """
    if value is None:
        return None
    try:
        text = str(value).strip()
        moment = pd.Timestamp(datetime.datetime.fromisoformat(text)).tz_localize(None)
    except (ValueError, OverflowError) as error:
        raise KunskapError([fault("READ-39", name, value=repr(value))]) from error
    is_day = len(text) <= 10
    return moment + pd.Timedelta(hours=23, minutes=59, seconds=59) if end and is_day else moment
