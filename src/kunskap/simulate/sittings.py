"""When they answer and how far they get: sittings with times, breaks, free texts and linking codes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kunskap.bank import Bank

__all__ = ["linking_codes", "simulate_sittings", "simulate_texts"]

# When a web survey is answered: (days after the opening, share of the answers), at the invitation and two reminders.
BURSTS = ((0, 0.50), (14, 0.30), (28, 0.20))
MEDIAN_MINUTES = 11.0


def simulate_sittings(
    answers: pd.DataFrame,
    *,
    bank: Bank,
    form: str,
    wave: str,
    opens: datetime.date,
    closes: datetime.date,
    incomplete: float,
    rng: np.random.Generator,
    occasion: str = "inventory",
) -> pd.DataFrame:
    """Place the answers in time, and break some of them off.

    Parameters
    ----------
    answers : DataFrame
        From `simulate_answers`, one row per person.
    opens, closes : date
        The first and the last day of the survey.
    incomplete : float
        The share of sittings that are broken off after one of the form's pages, 0–1.

    Returns
    -------
    DataFrame
        A `responses` table in the order of starting; `respondent_id` is the index of `answers`,
        `completed_at` is missing where the sitting was broken off, and what was not reached is missing.
    """
    order, started = _start_times(len(answers), opens=opens, closes=closes, rng=rng)
    table = answers.iloc[order].copy()
    seconds = np.round(60 * MEDIAN_MINUTES * np.exp(rng.normal(0, 0.35, size=len(table)))).astype("int64")
    completed = pd.Series(started + pd.to_timedelta(seconds, unit="s"), index=table.index)
    sections = bank.forms[form].sections
    broken = rng.random(len(table)) < incomplete
    reached = np.where(broken, rng.integers(0, len(sections), size=len(table)), len(sections))
    for number, section in enumerate(sections):
        columns = [name for item_id in section.items for name in bank.items[item_id].columns]
        for name in columns:
            table.loc[reached <= number, name] = pd.NA
    numbers = range(1, len(table) + 1)
    leading = pd.DataFrame(
        {
            "sitting_id": [f"{wave}-{number:04d}" for number in numbers],
            "respondent_id": table.index.astype("str"),
            "wave": wave,
            "form": form,
            "occasion": occasion,
            "attempt": 1,
            "started_at": started,
            "completed_at": completed.where(~broken).to_numpy(),
        }
    )
    return pd.concat([leading, table.reset_index(drop=True)], axis=1)


def _start_times(
    n: int, *, opens: datetime.date, closes: datetime.date, rng: np.random.Generator
) -> tuple[np.ndarray, pd.DatetimeIndex]:
    """Draw starting times between morning and late evening; the order of the people and the times in that order."""
    last_day = (closes - opens).days
    burst = rng.choice([day for day, _ in BURSTS], size=n, p=[share for _, share in BURSTS])
    day = np.clip(burst + np.floor(rng.exponential(3.0, size=n)), 0, last_day)
    clock = rng.triangular(6.5, 10.0, 22.5, size=n) * 3600
    started = pd.Timestamp(opens) + pd.to_timedelta(np.round(day * 86400 + clock).astype("int64"), unit="s")
    order = np.argsort(started.to_numpy(), kind="stable")
    return order, pd.DatetimeIndex(started[order])


def simulate_texts(
    responses: pd.DataFrame, *, sentences: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> pd.DataFrame:
    """Give each sentence to one completed sitting.

    Parameters
    ----------
    responses : DataFrame
        From `simulate_sittings`.
    sentences : mapping
        Free-text item → what people wrote; no sitting gets two sentences on one item.

    Returns
    -------
    DataFrame
        The columns `sitting_id, item, text`, in the order of the sittings.
    """
    complete = responses.loc[responses["completed_at"].notna(), "sitting_id"].to_numpy()
    rows = [
        (str(sitting), item, text)
        for item, texts in sentences.items()
        for sitting, text in zip(rng.choice(complete, size=len(texts), replace=False), texts, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["sitting_id", "item", "text"]).astype("str")
    return table.sort_values(["sitting_id", "item"], ignore_index=True)


def linking_codes(n: int, *, words: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Draw different codes of four words each, such as a participant makes and keeps.

    Raises
    ------
    ValueError
        If the words are too few for that many codes.

    Examples
    --------
    >>> linking_codes(1, words=["lind", "sten", "våg", "moln"], rng=np.random.default_rng(2))[0].count("-")
    3
    """
    if n > len(words) ** 4 // 2:
        raise ValueError(f"{len(words)} words are too few for {n} codes")
    codes: dict[str, None] = {}
    while len(codes) < n:
        codes["-".join(str(word) for word in rng.choice(np.array(words), size=4))] = None
    return list(codes)
