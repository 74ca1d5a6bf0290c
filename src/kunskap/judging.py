"""What one item's answers are worth: outcome and points for each row, by the item's type, key and rule.

Rules, stated once
------------------
*single*, *true_false*: 1 for the key, 0 for any other option.
*multiple*, over its m real options (all but don't know), of which k are keys:
``all_or_nothing`` 1 if exactly the keys are ticked, else 0; ``per_option`` the share of the m options that are judged
rightly (a key ticked, another not ticked); ``partial`` max(0, (right ticks − wrong ticks) / k).
Don't know counts only when it is ticked alone; beside other ticks only those are scored.  Nothing ticked is a skip.
*likert*, *ability*, *frequency*: the option's value; don't know and skip are missing, they have no place on the scale.
Don't know and skip on knowledge items are 0 here; `settled` has the other rules, and negative marking.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import DONT_KNOW, SKIP, Item
from kunskap.errors import Fault, KunskapError, fault

__all__ = [
    "DONT_KNOW_RULES",
    "NO_IDEA",
    "OUTCOMES",
    "SKIPPED",
    "blind_guess",
    "check_rules",
    "cost_of_wrong",
    "judge",
    "judge_many",
    "option_codes",
    "outcomes_of",
    "settled",
]

DONT_KNOW_RULES = ("wrong", "chance", "missing")

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


def cost_of_wrong(item: Item, wrong_costs: float | str) -> float:
    """How many points a wrong answer takes away: the number given, or what makes a blind guess worth nothing.

    Parameters
    ----------
    item : Item
        A knowledge item.
    wrong_costs : float or "chance"
        ``"chance"`` is g/(1 − g), g the score of a blind guess: 1/(m − 1) for one choice of m, the classic formula
        score.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> cost_of_wrong(read_bank().items["goals01"], 0.25)
    0.25
    """
    if wrong_costs != "chance":
        return float(wrong_costs)
    guess = blind_guess(item)
    # Where every answer is right there is no wrong one to cost anything.
    return guess / (1 - guess) if guess < 1 else 0.0


def settled(
    outcome: NDArray[np.int8],
    points: NDArray[np.float64],
    item: Item,
    *,
    dont_know: str = "wrong",
    wrong_costs: float | str = 0.0,
) -> NDArray[np.float64]:
    """Compute what a knowledge item's answers count for, by the rules for don't know and for wrong answers.

    Parameters
    ----------
    outcome, points : arrays
        As `judge` returns them, in rows or per possible answer.
    item : Item
        The item.
    dont_know : {"wrong", "chance", "missing"}
        See `kunskap.scoring`.
    wrong_costs : float or "chance"
        Negative marking: points − cost × (1 − points) for everything chosen, so that a wrong answer loses the whole
        cost, a half right one half of it, and a right one nothing.  Don't know and skip lose nothing.

    Returns
    -------
    array
        Points, missing where not reached.

    Notes
    -----
    With the cost ``"chance"`` this is (points − g)/(1 − g): a blind guess and don't know both come to 0 on average.
    Thurstone (1919); Frary (1988), *Formula scoring of multiple-choice tests*, Educational Measurement 7(2).

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> item = read_bank().items["goals01"]
    >>> settled(np.array([0, 2, 3], dtype=np.int8), np.array([1.0, 0.0, 0.0]), item, wrong_costs=0.5).tolist()
    [1.0, -0.5, 0.0]
    """
    cost = cost_of_wrong(item, wrong_costs)
    if cost:
        answered = (outcome != NO_IDEA) & (outcome != SKIPPED)
        points = np.where(answered, points - cost * (1 - points), points)
    if dont_know == "chance":
        guess = blind_guess(item)
        points = np.where(outcome == NO_IDEA, guess - cost * (1 - guess), points)
    elif dont_know == "missing":
        points = np.where((outcome == NO_IDEA) | (outcome == SKIPPED), np.nan, points)
    return points


def check_rules(dont_know: str, wrong_costs: float | str) -> None:
    """Refuse a rule that there is not.

    Raises
    ------
    KunskapError
        ``SCORE-11``, ``SCORE-12``.

    Examples
    --------
    >>> check_rules("chance", 0.25)
    """
    faults = []
    if dont_know not in DONT_KNOW_RULES:
        faults.append(fault("SCORE-11", "dont_know", rule=dont_know, expected=", ".join(DONT_KNOW_RULES)))
    is_number = isinstance(wrong_costs, int | float) and 0 <= wrong_costs <= 1
    if not is_number and wrong_costs != "chance":
        faults.append(fault("SCORE-12", "wrong_costs", value=wrong_costs))
    if faults:
        raise KunskapError(faults)
