"""Readings of the plan of training: which group needs which module, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kunskap.bank import Bank
from kunskap.plots.rows import group_label
from kunskap.report.readings.reading import Reading, question_of, share_in_words
from kunskap.words import Words

__all__ = ["need_reading", "need_readings"]

OF_PLAN: Mapping[str, str] = {
    "clear": "clear", "mixed": "contrary", "unsure": "unclear", "no": "unclear", "hidden": "hidden",
}  # fmt: skip


def need_readings(planned: pd.DataFrame, *, titles: Mapping[str, str], bank: Bank, words: Words) -> list[Reading]:
    """A sentence for each group and module of a plan (`kunskap.needs.plan` of what the gate has released)."""
    return [need_reading(row, titles=titles, bank=bank, words=words) for _, row in planned.iterrows()]


def need_reading(row: pd.Series, *, titles: Mapping[str, str], bank: Bank, words: Words) -> Reading:
    """What one line of the plan says: a need that is sure, divided, unsure, not common, or hidden."""
    verdict = str(row["verdict"])
    told = {
        "group": group_label("role", str(row["role"]), bank=bank, words=words),
        "module": titles[str(row["module"])],
    }
    if verdict != "hidden":
        asked = _asked(str(row["item"]), bank, words)
        told["why"] = words(f"report.readings.need.{row['option']}", item=asked, **share_in_words(row, words))
    text = words(f"report.readings.need.{verdict}", **told)
    return Reading(f"need-{row['role']}-{row['module']}", OF_PLAN[verdict], text)


def _asked(item: str, bank: Bank, words: Words) -> str:
    """The question itself; of a task only what is to be done, without what all tasks are led in by."""
    own = bank.items[item]
    if own.battery:
        return own.stem[words.language].lstrip("… ").rstrip("?")
    return question_of(bank.stem(item, words.language))
