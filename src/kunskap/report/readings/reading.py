"""A reading: what a figure says, in a sentence, and how sure that is."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from kunskap.words import Words

__all__ = ["TENFOLD", "VERDICTS", "Reading", "amounts", "one_row", "question_of", "verdict_of"]

VERDICTS = ("clear", "contrary", "unclear", "hidden")
"""Surely more, surely less (or: two figures against each other), cannot be said, too few answers to be shown."""
TENFOLD = 10
FIGURES = ("estimate", "low", "high")
LONG_STEM = 110


class Reading(NamedTuple):
    """A sentence that follows from released figures.

    `id` is the same from run to run, so that staff's own text finds its place again; `verdict` is one of `VERDICTS`.
    """

    id: str
    verdict: str
    text: str


def verdict_of(row: pd.Series) -> str:
    """What a difference with an interval allows one to say.

    Examples
    --------
    >>> figures = (0.2, -0.2, 0.05, float("nan"))
    >>> [verdict_of(pd.Series({"estimate": e, "low": e - 0.1, "high": e + 0.1})) for e in figures]
    ['clear', 'contrary', 'unclear', 'hidden']
    """
    if any(pd.isna(row[name]) for name in FIGURES):
        return "hidden"
    if row["low"] > 0:
        return "clear"
    return "contrary" if row["high"] < 0 else "unclear"


def amounts(row: pd.Series, words: Words, *, times: float = TENFOLD, decimals: int = 1) -> dict[str, str]:
    """The size of a difference as people read it: questions of ten, or points with ``times=100, decimals=0``.

    What is surely more or less is told by its size; what is not, from its lowest to its highest with the sign.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> amounts(pd.Series({"estimate": -0.2, "low": -0.3, "high": -0.1}), read_words(language="sv"))
    {'amount': '2,0', 'low': '1,0', 'high': '3,0'}
    """
    verdict = verdict_of(row)
    if verdict == "hidden":
        return {}
    ends = [times * float(row["low"]), times * float(row["high"])]
    if verdict != "unclear":
        ends = sorted(abs(end) for end in ends)
    low, high = (words.number(end, decimals=decimals) for end in ends)
    return {"amount": words.number(abs(times * float(row["estimate"])), decimals=decimals), "low": low, "high": high}


def one_row(table: pd.DataFrame, statistic: str, **where: Any) -> pd.Series | None:
    """The row with this statistic and these levels; a level of None means that the column is empty.

    Examples
    --------
    >>> table = pd.DataFrame({"statistic": "mean", "sex": ["k", None], "estimate": [0.5, 0.6]})
    >>> float(one_row(table, "mean", sex=None)["estimate"])
    0.6
    """
    rows = table[table["statistic"].eq(statistic)]
    for name, value in where.items():
        rows = rows[rows[name].isna() if value is None else rows[name].eq(value)]
    return rows.iloc[0] if len(rows) else None


def question_of(stem: str) -> str:
    """The last sentence of a long stem, which is the question itself, led in by an ellipsis; a short stem as it is.

    Examples
    --------
    >>> question_of("Vad betyder 4R?")
    'Vad betyder 4R?'
    """
    if len(stem) <= LONG_STEM or ". " not in stem:
        return stem
    return f"… {stem.rsplit('. ', 1)[1]}"
