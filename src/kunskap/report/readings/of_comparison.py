"""Readings of a change beside a comparison group: the only ones that may say anything of why.

How much may be said
--------------------
*That* one group has changed more than the other is said only where every way of counting says so: difference in
differences and the same score before (`kunskap.change.compared_change`), with *don't know* as wrong and as a guess.

*Why* is another matter.  Where people were drawn by lot, chance alone made the groups, and a sentence may say that the
course led to the difference.  Where they were not, they may have wished to learn more, or had time to: then the most
that is said is that the course *may have contributed*, and only if

- the groups had nearly the same score before: at most `LIKE_BEFORE` apart.  The What Works Clearinghouse (Procedures
  and Standards Handbook, baseline equivalence) asks for at most 0.25 standard deviations, adjusted for; a total has a
  standard deviation of about 0.2, and of rounded figures no finer rule can be kept;
- at least `FEWEST` in each group answered both times: of fewer, single people decide;
- at least half of each group answered again, and as many in one as in the other, within `AS_MANY`.  The last two limits
  are this project's own.

Otherwise the sentence says what hinders.  Those drawn by lot must be as many and answer again as well, but need not be
alike before: chance may make them differ, and the second way of counting takes that into account.

Only what people know is spoken of so.  Attitudes and self-rated ability change for those who merely take part.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kunskap.plots.rows import listed
from kunskap.report.readings.reading import HALF, TENFOLD, Reading, amounts, one_row, verdict_of
from kunskap.words import Words

__all__ = ["AS_MANY", "FEWEST", "LIKE_BEFORE", "comparison_reading"]

LIKE_BEFORE, FEWEST, AS_MANY = 0.05, 20, 0.1
RULES = ("total", "total_chance")
WAYS = ("difference_in_differences", "adjusted_difference")
WHO = ("had", "others", "course")


def comparison_reading(
    table: pd.DataFrame,
    *,
    words: Words,
    linking: pd.DataFrame | None = None,
    by_lot: bool = False,
) -> Reading:
    """Whether one group has changed more than its comparison group, and what may be said of why.

    Parameters
    ----------
    table : DataFrame
        Released rows of `kunskap.change.compared_change`, of both scales of `kunskap.change.rounds`: ``total`` and
        ``total_chance``.
    words : Words
        Interface words; what the groups and the course are called stands in ``report.readings.compared``.
    linking : DataFrame, optional
        Released rows of `kunskap.change.linking` by the same variable: how many of each group answered again.
    by_lot : bool
        Whether those who had the course were drawn by lot.

    Raises
    ------
    ValueError
        If a table without the total is given: nothing is said of why of anything but knowledge.
    """
    if not table["scale"].eq(RULES[0]).any():
        raise ValueError("a comparison group is spoken of for the total of the knowledge questions only")
    named = {name: words(f"report.readings.compared.{name}") for name in WHO}
    rows = [row for name in RULES for way in WAYS if (row := one_row(table, way, scale=name)) is not None]
    verdicts = [verdict_of(row) for row in rows]
    if not rows or "hidden" in verdicts:
        return Reading("compared", "hidden", words("report.readings.compared.hidden", **named))
    told = named | amounts(rows[0], words)
    if verdicts[0] == "unclear":
        return Reading("compared", "unclear", words("report.readings.compared.unclear", **told))
    if len(set(verdicts)) > 1:
        return Reading("compared", "unclear", words("report.readings.compared.disagree", **named))
    text = words(f"report.readings.compared.{verdicts[0]}", **told)
    hindrances = list(_hindrances(table, linking, by_lot=by_lot, words=words))
    if hindrances:
        why = words("report.readings.compared.no_more", reasons=listed(hindrances, words), **named)
    else:
        why = words(f"report.readings.compared.{'by_lot' if by_lot else 'may'}", **named)
    return Reading("compared", verdicts[0], f"{text} {why}")


def _hindrances(table: pd.DataFrame, linking: pd.DataFrame | None, *, by_lot: bool, words: Words) -> Iterator[str]:
    """What forbids saying more than that the groups have changed differently."""

    def told(name: str, **values: str) -> str:
        return words(f"report.readings.compared.{name}", **values)

    first, *_ = dict.fromkeys(table["wave"].dropna())
    between, levels = _groups(table)
    if not table["scale"].eq(RULES[1]).any():
        yield told("one_rule")
    before = [one_row(table, "mean", scale="total", wave=first, **{between: level}) for level in levels]
    known = [row for row in before if row is not None and pd.notna(row["estimate"])]
    if len(known) < len(levels):
        yield told("unknown_before")
    else:
        gap = abs(float(known[0]["estimate"]) - float(known[1]["estimate"]))
        # means are rounded to hundredths: what is written as the limit is within it
        if round(gap, 4) > LIKE_BEFORE and not by_lot:
            yield told("unlike", gap=words.number(TENFOLD * gap, decimals=1))
        if min(int(row["n"]) for row in known) < FEWEST:
            yield told("few", fewest=words.count(FEWEST))
    again = [_again(linking, between, level, first) for level in levels]
    shares = [share for share in again if share is not None]
    if len(shares) < len(levels):
        yield told("unknown_again")
    elif min(shares) < HALF:
        yield told("lost")
    elif round(abs(shares[0] - shares[1]), 4) > AS_MANY:
        yield told("lost_unequally")


def _groups(table: pd.DataFrame) -> tuple[str, list[str]]:
    """The variable between the groups, and its two levels: those that had the course first."""
    option = str(table.loc[table["statistic"].eq(WAYS[0]), "option"].iloc[0])
    for name in table.columns[: list(table.columns).index("universe")]:
        known = set(table[name].dropna().astype("str"))
        levels = [level for level in known if name not in ("linked", "wave") and level in option]
        for level in levels:
            other = option.removeprefix(f"{level}-")
            if other != option and other in known:
                return str(name), [level, other]
    raise ValueError(f"no column of the table has the levels of {option}")


def _again(linking: pd.DataFrame | None, between: str, level: str, wave: str) -> float | None:
    """The share of a group of the first wave who answered again."""
    if linking is None or between not in linking.columns:
        return None
    row = one_row(linking, "share", option="linked", wave=wave, **{between: level})
    return None if row is None or pd.isna(row["estimate"]) else float(row["estimate"])
