"""Readings of women and men, and of roles: what may be said of a difference between groups."""

from __future__ import annotations

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.rows import group_label, in_sentence
from kunskap.report.readings.reading import Reading, amounts, one_row, points_in_words, verdict_of
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
    named = _named(str(rows.iloc[0]["option"]), by="sex", bank=bank, words=words)
    if rows["estimate"].isna().any() or claimed.isna().any():
        return Reading("sex", "hidden", words("report.readings.sex.hidden", **named))
    if not claimed.eq(1).all():
        return Reading("sex", "unclear", words("report.readings.sex.unclear", **named))
    sizes = list(dict.fromkeys(words.count(100 * gap) for gap in sorted(rows["estimate"].abs())))
    points = points_in_words(100 * float(rows["estimate"].abs().max()), words)
    if sizes[1:]:
        told = words("report.readings.range", low=sizes[0], high=sizes[-1])
        points = words("plots.differences.points", points=told)
    verdict = "clear" if rows["estimate"].gt(0).all() else "contrary"
    return Reading("sex", verdict, words(f"report.readings.sex.{verdict}", points=points, **named))


def _named(option: str, *, by: str, bank: Bank, words: Words) -> dict[str, str]:
    """What the two groups of a difference are called inside a sentence."""
    levels = zip(("first", "second"), option.split("-", 1), strict=True)
    return {name: in_sentence(group_label(by, level, bank=bank, words=words)) for name, level in levels}


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
    row = one_row(table, "difference", universe="all", scale="total")
    if row is None:
        return None
    verdict = verdict_of(row)
    told = _named(str(row["option"]), by="role", bank=bank, words=words) | amounts(row, words)
    return Reading("role", verdict, words(f"report.readings.role.{verdict}", **told))
