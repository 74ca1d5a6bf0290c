"""Readings of women and men, and of roles: what may be said of a difference between groups."""

from __future__ import annotations

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.difference import difference_in_words
from kunskap.plots.rows import group_label, in_sentence
from kunskap.report.readings.reading import Reading, verdict_of
from kunskap.words import Words

__all__ = ["role_reading", "sex_reading"]


def sex_reading(released: Released, *, bank: Bank, words: Words) -> Reading | None:
    """Whether a difference between women and men is claimed: only where it holds under both rules for *don't know*.

    The row ``claimed`` of the table ``dont_know_rules`` says so; the differences under both rules give the numbers.

    Returns
    -------
    Reading or None
        None where the release has no such table.
    """
    name = "dont_know_rules"
    if name not in released.names:
        return None
    table = released.table(name)
    table = table[table["universe"].eq("all")]
    rows = table[table["statistic"].eq("difference") & table["scale"].isin(["total", "total_chance"])]
    claimed = table.loc[table["statistic"].eq("claimed"), "estimate"]
    if rows.empty or claimed.empty:
        return None
    if rows["estimate"].isna().any() or claimed.isna().any():
        return Reading("sex", "hidden", words("report.findings.sex_hidden"))
    first, second = str(rows.iloc[0]["option"]).split("-", 1)
    groups = {
        "first": in_sentence(group_label("sex", first, bank=bank, words=words)),
        "second": in_sentence(group_label("sex", second, bank=bank, words=words)),
    }
    if not claimed.eq(1).all():
        return Reading("sex", "unclear", words("report.findings.sex_unclear", **groups))
    sizes = list(dict.fromkeys(words.count(100 * gap) for gap in sorted(rows["estimate"].abs())))
    unit = "plots.differences.point" if sizes == ["1"] else "plots.differences.points"
    size = words(unit, points=words("report.findings.from_to", low=sizes[0], high=sizes[-1]) if sizes[1:] else sizes[0])
    if rows["estimate"].gt(0).all():
        return Reading("sex", "clear", words("report.findings.sex_higher", points=size, **groups))
    return Reading("sex", "contrary", words("report.findings.sex_lower", points=size, **groups))


def role_reading(released: Released, *, bank: Bank, words: Words) -> Reading | None:
    """The difference between politicians and officials, and whether its interval lies on one side of zero.

    Returns
    -------
    Reading or None
        None where the release has no such figure.
    """
    if "total_by_role" not in released.names:
        return None
    table = released.table("total_by_role")
    rows = table[table["statistic"].eq("difference") & table["universe"].eq("all")]
    if rows.empty:
        return None
    row: pd.Series = rows.iloc[0]
    told = difference_in_words(row, by="role", bank=bank, words=words)
    verdict = verdict_of(row)
    if verdict == "hidden":
        return Reading("role", verdict, told)
    key = "report.findings.role_unclear" if verdict == "unclear" else "report.findings.role_clear"
    return Reading("role", verdict, words(key, difference=told))
