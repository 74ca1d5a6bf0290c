"""Readings of one inventory's knowledge questions: who answered, how many were right, and how that is spread."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.figures import wilson
from kunskap.plots.rows import group_label, in_sentence, levels_in_order, listed
from kunskap.report.readings.reading import (
    HALF,
    TENFOLD,
    Reading,
    one_row,
    question_of,
    share_in_words,
    verdict_of,
    verdict_of_share,
)
from kunskap.words import Words

__all__ = [
    "dont_know_reading",
    "extremes_reading",
    "hidden_reading",
    "knowledge_readings",
    "protected_reading",
    "response_reading",
    "spread_reading",
    "spread_readings",
    "summed",
    "total_reading",
]

SPREAD = (("sex", "distribution_by_sex"), ("role", "distribution"))


def knowledge_readings(released: Released, *, bank: Bank, words: Words) -> list[Reading]:
    """Who answered, the mean, the questions that stand out and *don't know*; what is not released is not spoken of."""
    told: list[Reading] = []
    if "response_rate" in released.names:
        told.append(response_reading(released.table("response_rate"), bank=bank, words=words))
    mean = (
        one_row(released.table("total"), "mean", scale="total", universe="all") if "total" in released.names else None
    )
    if mean is not None:
        told.append(total_reading(mean, words=words))
    if "knowledge" in released.names:
        table = released.table("knowledge")
        table = table[table["universe"].eq("all")]
        shares = table[table["statistic"].eq("share")]
        if len(shares):
            told += [extremes_reading(table, bank=bank, words=words), dont_know_reading(shares, bank=bank, words=words)]
    return told


def response_reading(table: pd.DataFrame, *, bank: Bank, words: Words) -> Reading:
    """Whether half or more of each role answered, of some roles only, or of none."""
    rows = table[table["statistic"].eq("response_rate") & table["universe"].eq("all")]
    rows = rows[rows["sex"].isna()] if "sex" in rows else rows
    levels = levels_in_order(rows, "role", bank)
    roles = [one_row(rows, "response_rate", role=level) for level in levels]
    shown = [
        (level, row) for level, row in zip(levels, roles, strict=True) if row is not None and pd.notna(row["estimate"])
    ]
    if not shown:
        return Reading("response", "hidden", words("report.readings.response.hidden"))
    groups = listed([_response_of(level, row, bank=bank, words=words) for level, row in shown], words)
    halves = {float(row["estimate"]) >= HALF for _, row in shown}
    verdict = "unclear" if len(halves) == 2 else "clear" if halves == {True} else "contrary"
    return Reading("response", verdict, words(f"report.readings.response.{verdict}", groups=groups))


def _response_of(level: str, row: pd.Series, *, bank: Bank, words: Words) -> str:
    return words(
        "report.readings.response.of",
        group=in_sentence(group_label("role", level, bank=bank, words=words)),
        rate=words.share(row["estimate"]),
        count=words.count(row["count"]),
        n=words.count(row["n"]),
    )


def total_reading(row: pd.Series, *, words: Words) -> Reading:
    """The mean, in questions out of ten, and whether that is more than half of them."""
    verdict = verdict_of_share(row)
    if verdict == "hidden":
        return Reading("total", verdict, words("report.readings.total.hidden"))
    names = {"amount": "estimate", "low": "low", "high": "high"}
    told = {name: words.number(TENFOLD * float(row[column]), decimals=1) for name, column in names.items()}
    return Reading("total", verdict, words(f"report.readings.total.{verdict}", n=words.count(row["n"]), **told))


def extremes_reading(table: pd.DataFrame, *, bank: Bank, words: Words) -> Reading:
    """The questions that most and fewest had right, if their intervals are apart; the opposite if none had half right.

    Only questions that all were asked and whose figures are shown are compared; where some are hidden it says so.
    """
    rows = table[table["statistic"].eq("share") & table["option"].eq("right")]
    right = rows[rows["estimate"].notna()].sort_values("estimate", kind="stable")
    if len(right) < 2:
        return Reading("extremes", "hidden", words("report.readings.extremes.hidden"))
    lowest, highest = right.iloc[0], right.iloc[-1]
    apart = highest["low"] > lowest["high"]
    verdict = "contrary" if verdict_of_share(highest) == "contrary" else "clear" if apart else "unclear"
    text = words(
        f"report.readings.extremes.{verdict}",
        most=_with_bounds(highest, table, words),
        most_item=_stem(highest, bank, words),
        least=_with_bounds(lowest, table, words),
        least_item=_stem(lowest, bank, words),
    )
    return Reading("extremes", verdict, _of_those_shown(text, rows, words))


def _of_those_shown(text: str, rows: pd.DataFrame, words: Words) -> str:
    return f"{text} {words('report.readings.some_hidden')}" if rows["estimate"].isna().any() else text


def _stem(row: pd.Series, bank: Bank, words: Words) -> str:
    return question_of(bank.stem(str(row["item"]), words.language))


def _with_bounds(row: pd.Series, table: pd.DataFrame, words: Words) -> str:
    """A share right, and beside it the bounds for those who did not answer, where they are known."""
    share = words.share(row["estimate"])
    bounds = [one_row(table, name, item=row["item"]) for name in ("bound_low", "bound_high")]
    low, high = (None if bound is None else bound["estimate"] for bound in bounds)
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return share
    return words("report.readings.bounds", share=share, low=words.count(100 * low), high=words.share(high))


def dont_know_reading(shares: pd.DataFrame, *, bank: Bank, words: Words) -> Reading:
    """Where *don't know* was most common, and whether it was more common there than a wrong answer.

    Who knows that she does not know needs something else than who believes what is wrong.
    """
    rows = shares[shares["option"].eq("dk")]
    shown = rows[rows["estimate"].notna()].sort_values("estimate", kind="stable")
    if shown.empty:
        return Reading("dont-know", "hidden", words("report.readings.dont_know.hidden"))
    row = shown.iloc[-1]
    wrong = one_row(shares, "share", item=row["item"], option="wrong")
    verdict = _which_is_more(row, wrong)
    told = {"share": words.share(row["estimate"]), "item": _stem(row, bank, words)}
    is_shown = wrong is not None and pd.notna(wrong["estimate"])
    told["wrong"] = words.share(wrong["estimate"]) if wrong is not None and is_shown else words("plots.hidden_short")
    return Reading(
        "dont-know", verdict, _of_those_shown(words(f"report.readings.dont_know.{verdict}", **told), rows, words)
    )


def _which_is_more(row: pd.Series, other: pd.Series | None) -> str:
    """Whether a share is surely greater than another of the same people: if their intervals are apart."""
    if other is None or verdict_of(other) == "hidden" or verdict_of(row) == "hidden":
        return "unclear"
    return "clear" if row["low"] > other["high"] else "contrary" if row["high"] < other["low"] else "unclear"


def spread_readings(released: Released, *, bank: Bank, words: Words) -> Iterator[Reading]:
    """How many of each group had at least half right: women and men, politicians and officials."""
    for by, name in SPREAD:
        if name not in released.names:
            continue
        table = released.table(name)
        for level in levels_in_order(table, by, bank):
            label = in_sentence(group_label(by, level, bank=bank, words=words))
            yield spread_reading(table[table[by].eq(level)], id=f"spread-{level}", group=label, words=words)


def spread_reading(rows: pd.DataFrame, *, id: str, group: str, words: Words) -> Reading:
    """How many of a group are in the upper half of the bins, if no bin is hidden."""
    bins = sorted((int(low), int(high), name) for name in rows["option"] for low, _, high in [str(name).partition("-")])
    upper = bins[len(bins) // 2 :]
    share = summed(rows, [name for *_, name in upper])
    verdict = verdict_of_share(share)
    told = {"group": group, "least": words.count(upper[0][0]), "most": words.count(upper[-1][1])}
    if share is not None:
        told |= share_in_words(share, words)
    return Reading(id, verdict, words(f"report.readings.spread.{verdict}", **told))


def summed(rows: pd.DataFrame, options: list[str], *, of: list[str] | None = None) -> pd.Series | None:
    """The share who gave one of several answers, with Wilson's interval; None where any of the answers is hidden.

    Parameters
    ----------
    rows : DataFrame
        The released shares of one question in one group.
    options : list of str
        The answers that are added.
    of : list of str, optional
        The answers that make the base; all when not given.

    Examples
    --------
    >>> rows = pd.DataFrame({"option": ["a", "b", "dk"], "count": [30, 20, 50], "estimate": [0.3, 0.2, 0.5]})
    >>> summed(rows, ["a"], of=["a", "b"])[["estimate", "n"]].tolist()
    [0.6, 50.0]
    """
    base = rows if of is None else rows[rows["option"].isin(of)]
    if base.empty or base["count"].isna().any() or base["estimate"].isna().any():
        return None
    count, n = float(base.loc[base["option"].isin(options), "count"].sum()), float(base["count"].sum())
    if n == 0:
        return None
    low, high = wilson(count, n)
    return pd.Series({"estimate": count / n, "low": float(low), "high": float(high), "n": n})


def hidden_reading(released: Released, *, words: Words) -> Reading:
    """How many of a release's figures are hidden."""
    total = sum(len(released.table(name)) for name in released.names)
    return protected_reading(len(released.log), total, words=words)


def protected_reading(hidden: int, total: int, *, words: Words) -> Reading:
    """Whether no figure is hidden, some, more than half, or all."""
    told = {"hidden": words.count(hidden), "total": words.count(total)}
    some = "contrary" if hidden > HALF * total else "unclear"
    verdict = "clear" if not hidden else "hidden" if hidden == total else some
    return Reading("hidden", verdict, words(f"report.readings.protected.{verdict}", **told))
