"""The report's sentences: every number comes from a released row, and nothing is claimed that the rows do not carry."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.difference import interval_in_words
from kunskap.plots.rows import group_label, in_sentence, levels_in_order, listed
from kunskap.report.readings import Reading, role_reading, sex_reading
from kunskap.report.readings.reading import question_of
from kunskap.words import Words

__all__ = ["inventory_readings", "key_findings", "question_of", "role_claim", "sex_claim"]


def key_findings(released: Released, *, bank: Bank, words: Words) -> list[str]:
    """What a reader in a hurry should know, in sentences; a sentence whose figures are missing is left out."""
    return [reading.text for reading in inventory_readings(released, bank=bank, words=words)]


def inventory_readings(released: Released, *, bank: Bank, words: Words) -> list[Reading]:
    """The key findings as readings, which staff can put words of their own in the place of."""
    described = [
        ("response", _response(released, bank, words)),
        ("total", _total(released, words)),
        *_extremes(released, bank, words),
    ]
    compared = (sex_reading(released, bank=bank, words=words), role_reading(released, bank=bank, words=words))
    return [
        *(Reading(id, "clear", text) for id, text in described if text),
        *(reading for reading in compared if reading),
        Reading("hidden", "clear", _hidden(released, words)),
    ]


def _visible(released: Released, name: str, statistic: str) -> pd.DataFrame:
    if name not in released.names:
        return pd.DataFrame(columns=["universe", "item", "scale", "option", "estimate", "low", "high", "n", "count"])
    table = released.table(name)
    return table[table["statistic"].eq(statistic) & table["universe"].eq("all") & table["estimate"].notna()]


def _response(released: Released, bank: Bank, words: Words) -> str:
    rows = _visible(released, "response_rate", "response_rate")
    if rows.empty:
        return ""
    rows = rows[rows["sex"].isna()] if "sex" in rows else rows
    parts = [
        words(
            "report.findings.response_of",
            group=in_sentence(group_label("role", level, bank=bank, words=words)),
            rate=words.share(row["estimate"]),
            count=words.count(row["count"]),
            n=words.count(row["n"]),
        )
        for level in levels_in_order(rows, "role", bank)
        for _, row in rows[rows["role"].eq(level)].iterrows()
    ]
    return words("report.findings.response", groups=listed(parts, words)) if parts else ""


def _total(released: Released, words: Words) -> str:
    rows = _visible(released, "total", "mean")
    rows = rows[rows["scale"].eq("total")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    mean = interval_in_words(float(row["estimate"]), row["low"], row["high"], words)
    return words("report.findings.total", mean=mean, n=words.count(row["n"]))


def _extremes(released: Released, bank: Bank, words: Words) -> Iterator[tuple[str, str]]:
    rows = _visible(released, "knowledge", "share")
    right = rows[rows["option"].eq("right")].sort_values("estimate", kind="stable")
    if len(right) >= 2:
        lowest, highest = right.iloc[0], right.iloc[-1]
        text = words(
            "report.findings.most_and_least",
            most=_with_bounds(highest, released, words),
            most_item=question_of(bank.stem(str(highest["item"]), words.language)),
            least=_with_bounds(lowest, released, words),
            least_item=question_of(bank.stem(str(lowest["item"]), words.language)),
        )
        yield "extremes", text
    unsure = rows[rows["option"].eq("dk")].sort_values("estimate", kind="stable")
    if len(unsure):
        row = unsure.iloc[-1]
        stem = question_of(bank.stem(str(row["item"]), words.language))
        yield "dont-know", words("report.findings.dont_know", share=words.share(row["estimate"]), item=stem)


def _with_bounds(row: pd.Series, released: Released, words: Words) -> str:
    """A share right, and beside it the bounds for those who did not answer, where they are known."""
    share = words.share(row["estimate"])
    found = [_visible(released, "knowledge", name) for name in ("bound_low", "bound_high")]
    values = [bound.loc[bound["item"].eq(row["item"]), "estimate"] for bound in found]
    if any(value.empty for value in values):
        return share
    low, high = (float(value.iloc[0]) for value in values)
    return words("report.findings.bounds", share=share, low=words.count(100 * low), high=words.share(high))


def sex_claim(released: Released, *, bank: Bank, words: Words) -> str:
    """What `sex_reading` says; nothing where the release has no such figure."""
    told = sex_reading(released, bank=bank, words=words)
    return told.text if told else ""


def role_claim(released: Released, *, bank: Bank, words: Words) -> str:
    """What `role_reading` says; nothing where the release has no such figure."""
    told = role_reading(released, bank=bank, words=words)
    return told.text if told else ""


def _hidden(released: Released, words: Words) -> str:
    hidden = len(released.log)
    total = sum(len(released.table(name)) for name in released.names)
    if not hidden:
        return words("report.findings.nothing_hidden")
    return words("report.findings.hidden", hidden=words.count(hidden), total=words.count(total))
