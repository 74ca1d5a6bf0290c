"""Readings: sentences from released figures, by rules; staff's own words take their place.

A rule says what it can where the figure is clear, what cannot be said where it is not, *too few answers to be shown*
where it is hidden, and the opposite where the figure goes the other way.  Only the rule of a comparison group says
anything of why something has changed, and of staff's own texts those that do are told of.
"""

from kunskap.report.readings.causes import CAUSAL, causal_words
from kunskap.report.readings.of_change import change_readings
from kunskap.report.readings.of_comparison import comparison_reading
from kunskap.report.readings.of_groups import role_reading, sex_reading
from kunskap.report.readings.of_knowledge import hidden_reading, knowledge_readings, spread_readings
from kunskap.report.readings.of_needs import need_readings
from kunskap.report.readings.of_views import coded_readings, together_readings, view_readings
from kunskap.report.readings.of_work import work_readings
from kunskap.report.readings.own_texts import (
    KeptTexts,
    OwnTexts,
    file_name,
    keep_readings,
    read_own_texts,
    with_own,
)
from kunskap.report.readings.reading import VERDICTS, Reading

__all__ = [
    "CAUSAL",
    "VERDICTS",
    "KeptTexts",
    "OwnTexts",
    "Reading",
    "causal_words",
    "change_readings",
    "coded_readings",
    "comparison_reading",
    "file_name",
    "hidden_reading",
    "keep_readings",
    "knowledge_readings",
    "need_readings",
    "read_own_texts",
    "role_reading",
    "sex_reading",
    "spread_readings",
    "together_readings",
    "view_readings",
    "with_own",
    "work_readings",
]
