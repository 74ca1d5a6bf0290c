"""What any reader of a report can know besides its tables: the questions, who was asked, the frame, the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kunskap.audit.attacker import filters, grouping, people_of, question_of
from kunskap.audit.known import Known
from kunskap.audit.rows import BINNED, NOT_CHOSEN, RIGHT, ROUNDS, LeftOut, Rows, readable
from kunskap.audit.thresholds import Thresholds
from kunskap.bank import SKIP, Bank

__all__ = ["Reading", "loosely", "read_report", "sums_of_others"]

MISSING = "(missing)"
TOTAL = "total"
LONG = 4
"""Scales of more items than this are attacked item by item, with the scale beside each."""
BASED = ("share", "mean", "facility", "bound_low", "bound_high")
UNGUARDED = frozenset({"wrong", "dk", SKIP})


@dataclass(frozen=True)
class Reading:
    """A report as the attacker takes it up.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        The rows that can be used.
    known : Known
        What everybody knows.
    left_out : tuple of LeftOut
        What cannot be used, and why.
    sums : mapping of str to str
        Further scales to attack by themselves, and the outcome that each is the share of.
    """

    tables: Mapping[str, pd.DataFrame]
    known: Known
    left_out: tuple[LeftOut, ...]
    sums: Mapping[str, str]


def read_report(
    tables: Mapping[str, pd.DataFrame], *, bank: Bank, thresholds: Thresholds, frame: pd.DataFrame | None
) -> Reading:
    """Read a report's tables as somebody who has the questions, the policy and the frame.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As published.
    bank : Bank
        The questions.
    thresholds : Thresholds
        The policy's numbers.
    frame : DataFrame or None
        Persons per stratum: role, orgtype, sex, persons.
    """
    rows = readable(tables, bank=bank, scales=thresholds.sums)
    common = rows.common
    is_whole = bool(common) and all("partly" not in rows.options[item] for item in common)
    named = _one_name(rows.tables, is_whole=is_whole)
    scales = {TOTAL: common} if common and _has(named, TOTAL) else {}
    partial = _partial(named)
    if TOTAL in scales and (not is_whole or partial & set(common) or TOTAL in partial):
        partial |= {TOTAL}
        named = {name: _binned(table, rows) for name, table in named.items()}
        partial |= {TOTAL + BINNED}
    levels = {variable.id: variable.level_ids for variable in bank.variables.values() if variable.levels}
    seen = _with_seen(levels, named)
    is_one_round = not set(seen) & set(ROUNDS)  # the frame counts a person once, and a person can answer twice
    known = Known(
        levels=seen,
        options=rows.options,
        points={item: _points(rows.options[item], RIGHT) for item in rows.knowledge},
        scales=scales,
        frame=None if frame is None or not is_one_round else _frame(frame, levels),
        base=thresholds.base,
        bases=thresholds.bases,
        width=thresholds.width,
        mean_step=thresholds.mean_step,
        se_step=thresholds.se_step,
        interval_step=thresholds.interval_step,
        share_step=thresholds.share_step,
        corrected=True,
        asked=rows.asked,
        apart=any(len(items) > LONG for items in scales.values()),
        partial=frozenset(partial),
        unsaid=frozenset({NOT_CHOSEN}),
    )
    others = [scale for scale in thresholds.sums if scale not in scales and _has(named, scale)]
    sums = {scale: thresholds.sums[scale] for scale in others if common and thresholds.sums[scale] in UNGUARDED}
    for name, table in named.items():
        for scale, count in table["scale"].value_counts().items():
            if scale in others and scale not in sums:
                rows.left_out.append(LeftOut(name, "scale", str(scale), int(count)))
    return Reading(named, known, tuple(rows.left_out), sums)


def sums_of_others(reading: Reading, scale: str) -> Known:
    """What is known where another scale is attacked: the share of wrong answers, of don't know or of skipped."""
    outcome = reading.sums[scale]
    known = reading.known
    items = tuple(item for item in known.options if item in known.points and item not in known.asked)
    return replace(
        known,
        points={item: _points(known.options[item], outcome) for item in items},
        scales={scale: items},
        apart=True,
        partial=known.partial | ({scale} if TOTAL in known.partial else set()),
        lenient=frozenset({scale}),
    )


def loosely(known: Known) -> Iterator[Known]:
    """What remains where the tables do not fit what was thought to be known of them, more and more loosely.

    The frame may be an old one; then nobody needs to have answered anything, or to have told of themselves.
    """
    yield replace(known, frame=None)
    yield replace(
        known,
        levels={name: (*levels, MISSING) for name, levels in known.levels.items()},
        frame=None,
        asked={},
        apart=False,
        partial=frozenset({*known.options, *known.scales}),
        complete=False,
    )


def _points(options: tuple[str, ...], outcome: str) -> dict[str, float]:
    return {option: float(option == outcome) for option in options}


def _has(tables: Mapping[str, pd.DataFrame], scale: str) -> bool:
    return any(table["scale"].eq(scale).any() for table in tables.values())


def _one_name(tables: Mapping[str, pd.DataFrame], *, is_whole: bool) -> dict[str, pd.DataFrame]:
    """The share of right answers and the total are one figure where no answer is partly right."""
    if not is_whole:
        return dict(tables)
    return {name: table.assign(scale=table["scale"].replace({RIGHT: TOTAL})) for name, table in tables.items()}


def _partial(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Questions with a smaller base in some group than another question has there."""
    told: dict[frozenset[tuple[str, str]], dict[str, float]] = {}
    for table in tables.values():
        by = grouping(table)
        for record in table.to_dict("records"):
            row = {str(column): value for column, value in record.items()}
            answered = row["count"] if row["statistic"] == "response_rate" else row["n"]
            if pd.isna(answered) or row["statistic"] not in (*BASED, "response_rate"):
                continue
            group = told.setdefault(frozenset(people_of(row, by).items()), {})
            question = question_of(row)
            group[question] = min(group.get(question, np.inf), float(answered))
    return {question for group in told.values() for question, n in group.items() if n < max(group.values())}


def _binned(table: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """A scale's distribution as a question of its own, where some have not answered all that it is made of."""
    bins = (table["scale"].eq(TOTAL) & table["statistic"].eq("share")).fillna(False).astype(bool)
    item = TOTAL + BINNED
    for option in table.loc[bins, "option"].dropna().astype("str"):
        if option not in rows.options.get(item, ()):
            rows.options[item] = (*rows.options.get(item, ()), option)
    return table.assign(item=table["item"].mask(bins, item), scale=table["scale"].mask(bins))


def _with_seen(levels: Mapping[str, tuple[str, ...]], tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """The bank's levels, and those that a table has besides."""
    found = {name: dict.fromkeys(own) for name, own in levels.items()}
    for table in tables.values():
        named = [(name, str(level)) for name in grouping(table) for level in table[name].dropna().unique()]
        named += [pair for universe in table["universe"].unique() for pair in filters(universe).items()]
        for name, level in named:
            found.setdefault(name, {})[level] = None
    return {name: tuple(own) for name, own in found.items()}


def _frame(frame: pd.DataFrame, levels: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Persons by role and organisation: of sex people tell what they like, and the register knows no *annat*."""
    by = [name for name in ("role", "orgtype") if name in levels and name in frame]
    return frame.groupby(by, observed=True)["persons"].sum().reset_index()
