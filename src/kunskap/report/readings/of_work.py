"""Readings of the work itself, before and again: who was there, who got the money, what the texts say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kunskap.growth.result import figure_in_words
from kunskap.plots.rows import in_sentence
from kunskap.report.readings.reading import Reading
from kunskap.words import Words

__all__ = ["work_reading", "work_readings"]


def work_readings(lines: pd.DataFrame, *, words: Words) -> list[Reading]:
    """A sentence for each line of `kunskap.growth.result.chosen_lines`, in the order of the lines: no one is ranked."""
    return [work_reading(line, words=words) for line in lines.to_dict("records")]


def work_reading(line: Mapping[Any, Any], *, words: Words) -> Reading:
    """What one figure was and is: risen, fallen, not to be told apart, or hidden.  Which is better is not judged."""
    about = {"what": str(line["what"]), "who": in_sentence(str(line["who"]))}
    id = "work-" + re.sub(r"[^a-z0-9]+", "-", _plain(" ".join([str(line["part"]), *about.values()]))).strip("-")
    if line["hidden"]:
        return Reading(id, "hidden", words("report.readings.work.hidden", **about))
    told = about | {when: figure_in_words(line, when, words=words) for when in ("before", "after")}
    verdict = _verdict(line)
    said = "unchanged" if verdict == "unclear" and told["before"] == told["after"] else verdict
    return Reading(id, verdict, words(f"report.readings.work.{said}", **told))


def _verdict(line: Mapping[Any, Any]) -> str:
    """A register has no sampling error, so that the figures as they are shown decide; of a range both its ends."""
    ends = [line["change_low"], line["change_high"]]
    if pd.notna(ends).all() and pd.isna(line["n_before"]):
        return "clear" if ends[0] > 0 else "contrary" if ends[1] < 0 else "unclear"
    if pd.isna(line["change"]) or abs(line["change"]) < 0.005:
        return "unclear"
    return "clear" if line["change"] > 0 else "contrary"


def _plain(text: str) -> str:
    return text.casefold().translate(str.maketrans("åäöé", "aaoe"))
