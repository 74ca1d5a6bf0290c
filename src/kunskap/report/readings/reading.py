"""A reading: what a figure says, in a sentence, and how sure that is."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pandas as pd

from kunskap.words import Words

__all__ = [
    "TENFOLD",
    "VERDICTS",
    "Reading",
    "amounts",
    "one_row",
    "points_in_words",
    "question_of",
    "share_in_words",
    "verdict_of",
    "verdict_of_share",
]

VERDICTS = ("clear", "contrary", "unclear", "hidden")
"""Surely more, surely less (or: two figures against each other), cannot be said, too few answers to be shown."""
TENFOLD = 10
HALF = 0.5
FIGURES = ("estimate", "low", "high")
LONG_STEM = 110
# where one sentence ends and another begins, the quotation mark that closes it included
SENTENCES = re.compile(r"(?<=[.!?])[”\"]?\s+(?=[A-ZÅÄÖ“”\"])")


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


def verdict_of_share(row: pd.Series | None) -> str:
    """What a share with an interval allows one to say: surely more than half, surely less, neither, or nothing.

    Examples
    --------
    >>> figures = (0.7, 0.3, 0.5, float("nan"))
    >>> [verdict_of_share(pd.Series({"estimate": e, "low": e - 0.1, "high": e + 0.1})) for e in figures]
    ['clear', 'contrary', 'unclear', 'hidden']
    """
    if row is None:
        return "hidden"
    return verdict_of(row[list(FIGURES)].astype(float) - HALF)


def amounts(row: pd.Series, words: Words, *, unit: str = "questions", verdict: str | None = None) -> dict[str, str]:
    """The size of a difference as people read it: questions of ten, or points of a hundred with ``unit="points"``.

    What is surely more or less is told by its size, with the lowest and the highest that it may be; what is not, by its
    `span`, from less to more.  `verdict` where another rule has judged: an interval that is shown rounded may seem to
    touch nothing.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> words = read_words(language="sv")
    >>> amounts(pd.Series({"estimate": -0.2, "low": -0.3, "high": -0.001}), words)
    {'amount': '2,0', 'low': 'strax över 0', 'high': '3,0'}
    >>> amounts(pd.Series({"estimate": 0.01, "low": -0.05, "high": 0.07}), words)["span"]
    '0,5 färre till 0,7 fler'
    """
    verdict = verdict or verdict_of(row)
    if verdict == "hidden":
        return {}
    times, decimals = (TENFOLD, 1) if unit == "questions" else (10 * TENFOLD, 0)
    estimate, *ends = (times * float(row[name]) for name in FIGURES)
    if verdict == "unclear":
        low, high = (_signed(end, words, unit=unit, decimals=decimals) for end in ends)
        return {"span": words("report.readings.span.from_to", low=low, high=high)}
    told = [words.number(end, decimals=decimals) for end in sorted(abs(end) for end in ends)]
    if not told[0].strip("0,."):
        # an end that is rounded to nothing, beside the word surely, reads as a slip
        told[0] = words("report.readings.span.just_above")
    return {"amount": words.number(abs(estimate), decimals=decimals), "low": told[0], "high": told[1]}


def _signed(end: float, words: Words, *, unit: str, decimals: int) -> str:
    amount = words.number(abs(end), decimals=decimals)
    if not amount.strip("0,."):
        return words("report.readings.span.none")
    return words(f"report.readings.span.{unit}_{'less' if end < 0 else 'more'}", amount=amount)


def points_in_words(points: float, words: Words) -> str:
    """So many percentage points, one or several, without the sign.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> [points_in_words(points, read_words(language="sv")) for points in (-1.2, 14)]
    ['1 procentenhet', '14 procentenheter']
    """
    number = words.count(abs(points))
    return words("plots.differences.point" if number == "1" else "plots.differences.points", points=number)


def share_in_words(row: pd.Series, words: Words) -> dict[str, str]:
    r"""A share with its interval and its base, as the fields that sentences have.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> share_in_words(pd.Series({"estimate": 0.4, "low": 0.31, "high": 0.5, "n": 80}), read_words(language="sv"))
    {'share': '40\xa0%', 'low': '31', 'high': '50\xa0%', 'n': '80'}
    """
    low = words.count(100 * float(row["low"]))
    return {
        "share": words.share(row["estimate"]), "low": low, "high": words.share(row["high"]), "n": words.count(row["n"])
    }  # fmt: skip


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

    What only says how to answer is left out, and so is the full stop of an example.

    Examples
    --------
    >>> question_of("Vad betyder 4R?"), question_of("Är det svårt? Välj alla som stämmer.")
    ('Vad betyder 4R?', 'Är det svårt?')
    """
    stem = stem[: stem.rindex("?") + 1] if "?" in stem else stem.rstrip(".")
    *before, last = SENTENCES.split(stem)
    return f"… {last}" if before and len(stem) > LONG_STEM else stem
