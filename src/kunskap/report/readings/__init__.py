"""Readings: sentences from released figures, by rules; staff's own words take their place.

A rule says what it can where the figure is clear, what cannot be said where it is not, *too few answers to be shown*
where it is hidden, and the opposite where the figure goes the other way.  No rule says why anything has changed.
"""

from kunskap.report.readings.of_change import change_readings
from kunskap.report.readings.of_groups import role_reading, sex_reading
from kunskap.report.readings.of_needs import need_readings
from kunskap.report.readings.of_work import work_readings
from kunskap.report.readings.own_texts import FILE, OwnTexts, keep_readings, read_own_texts, with_own
from kunskap.report.readings.reading import VERDICTS, Reading

__all__ = [
    "FILE",
    "VERDICTS",
    "OwnTexts",
    "Reading",
    "change_readings",
    "keep_readings",
    "need_readings",
    "read_own_texts",
    "role_reading",
    "sex_reading",
    "with_own",
    "work_readings",
]
