"""What one item's answers are worth: outcome and points for each row, by the item's type, key and rule.

Rules, stated once
------------------
*single*, *true_false*: 1 for the key, 0 for any other option.
*multiple*, over its m real options (all but don't know), of which k are keys:
``all_or_nothing`` 1 if exactly the keys are ticked, else 0; ``per_option`` the share of the m options that are judged
rightly (a key ticked, another not ticked); ``partial`` max(0, (right ticks − wrong ticks) / k).
Don't know counts only when it is ticked alone; beside other ticks only those are scored.  Nothing ticked is a skip.
*likert*, *ability*, *frequency*: the option's value; don't know and skip are missing, they have no place on the scale.
Don't know and skip on knowledge items are 0 here; `kunskap.scoring.score` has the other rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import DONT_KNOW, SKIP, Item
from kunskap.errors import Fault, fault

__all__ = ["NO_IDEA", "OUTCOMES", "SKIPPED", "blind_guess", "judge", "judge_many", "option_codes", "outcomes_of"]

OUTCOMES = ("right", "partly", "wrong", "dk", "skip")
Judged = tuple[NDArray[np.int8], NDArray[np.float64]]
RIGHT, PARTLY, WRONG, NO_IDEA, SKIPPED, NOT_REACHED = 0, 1, 2, 3, 4, -1


def outcomes_of(item: Item) -> tuple[str, ...]:
    """Which outcomes an item can have: ``partly`` only where several options are right and a part of them counts."""
    partly = item.type == "multiple" and item.scoring != "all_or_nothing"
    return tuple(outcome for outcome in OUTCOMES if partly or outcome != "partly")


def judge(responses: pd.DataFrame, item: Item, faults: list[Fault]) -> Judged | None:
    """Outcome codes (places in `OUTCOMES`, −1 not reached) and points per row; None if `faults` was added to."""
    return judge_many(responses, item, faults) if item.type == "multiple" else judge_one(responses, item, faults)


def option_codes(
    responses: pd.DataFrame, item: Item, options: list[str], faults: list[Fault]
) -> NDArray[np.int8] | None:
    """Per row the place of the chosen option in `options`, −1 where missing; a fault if a value is no option."""
    column = responses[item.id].astype("category").cat
    place = {option: code for code, option in enumerate(options)}
    table = np.array([place.get(str(category), -2) for category in column.categories] + [NOT_REACHED], dtype=np.int8)
    codes = table[column.codes.to_numpy()]
    if (table == -2).any() and (codes == -2).any():
        strange = [str(column.categories[code]) for code in np.unique(column.codes[codes == -2])[:5]]
        faults.append(fault("SCORE-06", "responses", item=item.id, values=strange, expected=", ".join(options)))
        return None
    return codes


def judge_one(responses: pd.DataFrame, item: Item, faults: list[Fault]) -> Judged | None:
    """Outcome codes and points of an item with one answer."""
    options = [*item.option_ids, SKIP]
    codes = option_codes(responses, item, options, faults)
    if codes is None:
        return None
    outcome = np.full(len(options) + 1, NOT_REACHED, dtype=np.int8)
    points = np.full(len(options) + 1, np.nan)
    for place, option in enumerate(options):
        if option in (DONT_KNOW, SKIP):
            outcome[place] = NO_IDEA if option == DONT_KNOW else SKIPPED
            points[place] = 0.0 if item.is_knowledge else np.nan
        elif item.is_knowledge:
            outcome[place] = RIGHT if option in item.key else WRONG
            points[place] = float(option in item.key)
        else:
            value = item.option(option).value
            points[place] = np.nan if value is None else value
    return outcome[codes], points[codes]


def judge_many(responses: pd.DataFrame, item: Item, faults: list[Fault]) -> Judged | None:
    """Outcome codes and points of an item with several answers."""
    absent = [name for name in item.columns if name not in responses.columns]
    if absent:
        faults.append(fault("SCORE-03", "responses", item=item.id, expected=", ".join(absent)))
        return None
    ticks = responses[list(item.columns)].astype("boolean")
    missing = ticks.isna().to_numpy()
    half = missing.any(axis=1) & ~missing.all(axis=1)
    if half.any():
        faults.append(fault("SCORE-10", "responses", item=item.id, n=int(half.sum())))
        return None
    ticked = ticks.to_numpy(dtype=bool, na_value=False)
    real = np.array([option != DONT_KNOW for option in item.option_ids])
    judged = ticked[:, real]
    any_real = judged.any(axis=1)
    points = np.where(any_real, _points(judged, item), 0.0)
    outcome = np.select([points >= 1.0, points > 0.0], [RIGHT, PARTLY], WRONG).astype(np.int8)
    outcome[~any_real] = SKIPPED
    outcome[~any_real & ticked[:, ~real].any(axis=1)] = NO_IDEA
    reached = ~missing.all(axis=1)
    return np.where(reached, outcome, np.int8(NOT_REACHED)), np.where(reached, points, np.nan)


def _points(ticked: NDArray[np.bool_], item: Item) -> NDArray[np.float64]:
    """Points for ticks (rows × real options), by the item's rule."""
    key = np.array([option in item.key for option in item.option_ids if option != DONT_KNOW])
    agreement = (ticked == key).sum(axis=1)
    if item.scoring == "all_or_nothing":
        return (agreement == len(key)).astype(float)
    if item.scoring == "per_option":
        return agreement / len(key)
    right, wrong = (ticked & key).sum(axis=1), (ticked & ~key).sum(axis=1)
    return np.maximum(0, right - wrong) / key.sum()


def blind_guess(item: Item) -> float:
    """The mean score over all possible answers but the empty one."""
    real = sum(option != DONT_KNOW for option in item.option_ids)
    if item.type != "multiple":
        return len(item.key) / real
    every = (np.arange(1, 2**real)[:, None] >> np.arange(real)) & 1
    return float(_points(every.astype(bool), item).mean())
