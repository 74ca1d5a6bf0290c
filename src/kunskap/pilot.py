"""What a pilot says about each item: keep, look at, or drop, with the reason in words.  For staff's own screen only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kunskap import scoring
from kunskap.bank import DONT_KNOW, Bank, Item
from kunskap.errors import KunskapError, fault
from kunskap.estimates import wilson
from kunskap.grouping import checked_level
from kunskap.items.evidence import FEWEST_PEOPLE, LOWEST_DISCRIMINATION, dead_options, margins, rival_option
from kunskap.words import Words

__all__ = ["FEWEST_PEOPLE", "VERDICTS", "margins", "verdicts"]

VERDICTS = ("keep", "look", "drop", "too_few")
FEWEST_ITEMS = 6
HARDEST, EASIEST = 0.30, 0.85
Floats = NDArray[np.float64]


def verdicts(
    responses: pd.DataFrame, *, bank: Bank, words: Words, items: Sequence[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Judge each knowledge item by a pilot's answers.

    Parameters
    ----------
    responses : DataFrame
        The completed sittings of the pilot.
    bank : Bank
        Keys and options.
    words : Words
        In whose language the reasons are.
    items : sequence of str, optional
        Knowledge items; without it all that `responses` has.
    level : float
        Coverage of the intervals that a verdict of *drop* rests on.

    Returns
    -------
    DataFrame
        One row per item: item; n = who reached it; facility, facility_low, facility_high; discrimination,
        discrimination_low, discrimination_high; dead, rival (option ids, "" for none); verdict (`VERDICTS`); reason.
        It is no estimates table, so that it cannot leave.

        - *too_few*: fewer than 30 reached it.  The figures are shown, but nothing is concluded.
        - *drop*: a whole interval lies outside what is wanted: facility .30–.85, discrimination at least .20.
        - *look*: a figure lies outside but its interval does not; or an option is dead (fewer than one in twenty of
          those who chose an option took it, and of those who were wrong surely fewer than if they had drawn lots); or
          the key may be wrong (a rival that surely goes with the rest of the test, and better than the key does),
          which is never a reason to drop before the key has been checked.
        - *keep*: nothing of this.

    Raises
    ------
    KunskapError
        ``PILOT-01`` with fewer than six items, ``EST-02`` for a level that is none, ``SCORE-…`` for answers that the
        bank does not know.

    Notes
    -----
    Facility: Wilson's interval on the sum of scores, which for scores between 0 and 1 is at least as wide as it need
    be.  Discrimination: Pearson's r of the item with the mean of the other items that the person reached (at least
    five), Fisher's z; where everybody reached everything it is `kunskap.items.discrimination`, against which it is
    tested.  Dead options and rivals: `kunskap.items.evidence`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.is_knowledge and item.type == "single"][:6]
    >>> responses = pd.DataFrame({"sitting_id": range(20)} | {name: bank.items[name].key * 20 for name in ids})
    >>> verdicts(responses, bank=bank, words=read_words())["verdict"].unique().tolist()
    ['too_few']
    """
    checked_level(level)
    scores = scoring.score(responses, bank=bank, items=_asked(responses, bank, items))
    if len(scores.columns) < FEWEST_ITEMS:
        raise KunskapError([fault("PILOT-01", "responses", n=len(scores.columns), minimum=FEWEST_ITEMS)])
    values = scores.to_numpy(dtype=float)
    chosen = scoring.answers(responses, bank=bank, items=[str(name) for name in scores.columns])
    rows = []
    for place, name in enumerate(scores.columns):
        item, own = bank.items[str(name)], values[:, place]
        reached = ~np.isnan(own)
        rest = _rest(np.delete(values, place, axis=1))
        row: dict[str, Any] = {"item": item.id, "n": int(reached.sum())}
        row |= _facility(own[reached], level) | _discrimination(own, rest, level)
        ticks = _ticks(chosen[reached], item)
        row["dead"] = ", ".join(_dead(ticks, item, level))
        row["rival"] = _rival(ticks, rest[reached], item, level)
        rows.append(row | _verdict(row, item, words))
    return pd.DataFrame(rows)


def _asked(responses: pd.DataFrame, bank: Bank, items: Sequence[str] | None) -> list[str]:
    if items is not None:
        return list(items)
    present = dict.fromkeys(str(column).split(".")[0] for column in responses.columns)
    return [name for name in present if name in bank.items and bank.items[name].is_knowledge]


def _rest(others: Floats) -> Floats:
    """The mean of the other items that each person reached; missing where they are fewer than five."""
    reached = ~np.isnan(others)
    n = reached.sum(axis=1)
    return np.where(n >= FEWEST_ITEMS - 1, np.where(reached, others, 0).sum(axis=1) / np.maximum(n, 1), np.nan)


def _facility(scores: Floats, level: float) -> dict[str, object]:
    n = len(scores)
    low, high = wilson(np.clip(scores, 0, 1).sum(), n, level=level)
    mean = scores.mean() if n else np.nan
    return {"facility": mean, "facility_low": float(low), "facility_high": float(high)}


def _discrimination(scores: Floats, rest: Floats, level: float) -> dict[str, object]:
    known = ~np.isnan(scores) & ~np.isnan(rest)
    r, n = _correlation(scores[known], rest[known]), int(known.sum())
    half = -ndtri((1 - level) / 2) / np.sqrt(n - 3) if n > 3 else np.nan
    with np.errstate(divide="ignore"):
        low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    return {"discrimination": r, "discrimination_low": float(low), "discrimination_high": float(high)}


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's r; missing where either does not vary, or with fewer than three people."""
    if len(one) < 3 or np.ptp(one) < 1e-12 or np.ptp(other) < 1e-12:
        return np.nan
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))


def _ticks(chosen: pd.DataFrame, item: Item) -> pd.DataFrame:
    """Who took each real option: people × options."""
    options = [option for option in item.option_ids if option != DONT_KNOW]
    if item.type == "multiple":
        return chosen[[f"{item.id}.{option}" for option in options]].set_axis(options, axis=1).astype(bool)
    return pd.DataFrame({option: chosen[item.id] == option for option in options})


def _dead(ticks: pd.DataFrame, item: Item, level: float) -> list[str]:
    distractors = [option for option in ticks.columns if option not in item.key]
    takers = {option: int(ticks[option].sum()) for option in ticks.columns}
    choosing, wrong = int(ticks.any(axis=1).sum()), int(ticks[distractors].any(axis=1).sum())
    return dead_options(takers, key=item.key, choosing=choosing, wrong=wrong, level=level)


def _rival(ticks: pd.DataFrame, rest: Floats, item: Item, level: float) -> str:
    known = ~np.isnan(rest)
    with_rest = {
        option: _correlation(ticks[option].to_numpy(dtype=float)[known], rest[known]) for option in ticks.columns
    }
    return rival_option(with_rest, key=item.key, n=int(known.sum()), level=level)


def _verdict(row: dict[str, Any], item: Item, words: Words) -> dict[str, str]:
    """The verdict, and every reason for it."""
    facility, low, high = (row[f"facility{end}"] for end in ("", "_low", "_high"))
    r, r_low, r_high = (row[f"discrimination{end}"] for end in ("", "_low", "_high"))
    told = {
        "facility": words.share(facility),
        "low": words.share(low),
        "high": words.share(high),
        "r": words.number(r, decimals=2),
        "r_low": words.number(r_low, decimals=2),
        "r_high": words.number(r_high, decimals=2),
        "rival": row["rival"],
        "right": ", ".join(item.key),
        "dead": row["dead"],
        "n": words.count(row["n"]),
        "fewest": words.count(FEWEST_PEOPLE),
    }
    if row["n"] < FEWEST_PEOPLE:
        return {"verdict": "too_few", "reason": words("pilot.reason.too_few", **told)}
    found = {
        "rival": bool(row["rival"]),
        "far_too_hard": high < HARDEST,
        "far_too_easy": low > EASIEST,
        "hard": facility < HARDEST <= high,
        "easy": facility > EASIEST >= low,
        "far_too_weak": r_high < LOWEST_DISCRIMINATION,
        "weak": r < LOWEST_DISCRIMINATION <= r_high,
        "unknown": bool(np.isnan(r)),
        "dead": bool(row["dead"]),
    }
    reasons = [name for name, is_so in found.items() if is_so]
    if not reasons:
        return {"verdict": "keep", "reason": words("pilot.reason.keep", **told)}
    is_certain = any(name.startswith("far_too") for name in reasons) and not row["rival"]
    reason = " ".join(words(f"pilot.reason.{name}", **told) for name in reasons)
    return {"verdict": "drop" if is_certain else "look", "reason": reason}
