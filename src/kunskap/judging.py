"""What one item's answers are worth: outcome and points for each row, by the item's type, key and rule.

Rules, stated once
------------------
*single*, *true_false*: 1 for the key, 0 for any other option.
*multiple*, over its m real options (all but don't know), of which k are keys:
``all_or_nothing`` 1 if exactly the keys are ticked, else 0; ``per_option`` the share of the m options that are judged
rightly (a key ticked, another not ticked); ``partial`` max(0, (right ticks − wrong ticks) / k).
Don't know counts only when it is ticked alone; beside other ticks only those are scored.  Nothing ticked is a skip.
*likert*, *ability*, *frequency*: the option's value; don't know and skip are missing, they have no place on the scale.
Don't know and skip on knowledge items are 0 here; `points_of_answers` has the other rules, and negative marking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    "Answers",
    "answer_codes",
    "blind_guess",
    "check_rules",
    "cost_of_wrong",
    "judge",
    "looked_up",
    "option_codes",
    "outcomes_of",
    "points_of_answers",
    "possible_answers",
    "tick_codes",
]

DONT_KNOW_RULES = ("wrong", "chance", "missing")

OUTCOMES = ("right", "partly", "wrong", "dk", "skip")
Codes = NDArray[np.signedinteger]
RIGHT, PARTLY, WRONG, NO_IDEA, SKIPPED, NOT_REACHED = 0, 1, 2, 3, 4, -1


@dataclass(frozen=True)
class Answers:
    """Every answer that an item can get; rules are applied here once, and data only looks its answers up.

    Attributes
    ----------
    options : tuple of str
        The item's option ids, ``skip`` last.
    taken : array of bool, answers × options
        What each answer takes: one option, or for *multiple* any set of them (place = the sum of 2^place of its ticks).
    outcome : array, answers
        Places in `OUTCOMES`.
    points : array, answers
        By the item's own rule; `points_of_answers` has the others.
    """

    options: tuple[str, ...]
    taken: NDArray[np.bool_]
    outcome: NDArray[np.int8]
    points: NDArray[np.float64]


def outcomes_of(item: Item) -> tuple[str, ...]:
    """Which outcomes an item can have: ``partly`` only where several options are right and a part of them counts."""
    partly = item.type == "multiple" and item.scoring != "all_or_nothing"
    return tuple(outcome for outcome in OUTCOMES if partly or outcome != "partly")


def judge(
    responses: pd.DataFrame, item: Item, faults: list[Fault]
) -> tuple[NDArray[np.int8], NDArray[np.float64]] | None:
    """Outcome codes (places in `OUTCOMES`, −1 not reached) and points per row; None if `faults` was added to."""
    codes = answer_codes(responses, item, faults)
    if codes is None:
        return None
    possible = possible_answers(item)
    return looked_up(possible.outcome, codes, missing=np.int8(NOT_REACHED)), looked_up(possible.points, codes)


def looked_up(table: NDArray[Any], codes: Codes, *, missing: object = np.nan) -> NDArray[Any]:
    """What a table of answers says of each code, and `missing` of −1, not reached.

    Examples
    --------
    >>> looked_up(np.array([1.0, 0.0]), np.array([0, -1, 1])).tolist()
    [1.0, nan, 0.0]
    """
    # Wrapping around, −1 finds what stands last.
    return np.append(table, np.asarray(missing, dtype=table.dtype)).take(codes, mode="wrap")


def answer_codes(responses: pd.DataFrame, item: Item, faults: list[Fault]) -> Codes | None:
    """Per row the place of its answer in `possible_answers`, −1 not reached; None if `faults` was added to."""
    if item.type == "multiple":
        return tick_codes(responses, item, faults)
    return option_codes(responses, item, [*item.option_ids, SKIP], faults)


def possible_answers(item: Item) -> Answers:
    """List every answer that an item with options can get, with its outcome and points.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> answers = possible_answers(read_bank().items["goals01"])
    >>> int(answers.points.sum()), answers.options[-2:]
    (1, ('dk', 'skip'))
    """
    options = (*item.option_ids, SKIP)
    if item.type == "multiple":
        return _tick_answers(item, options)
    outcome, points = np.full(len(options), NOT_REACHED, dtype=np.int8), np.full(len(options), np.nan)
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
    return Answers(options, np.eye(len(options), dtype=bool), outcome, points)


def _tick_answers(item: Item, options: tuple[str, ...]) -> Answers:
    every, places = np.arange(2 ** len(item.option_ids)), np.arange(len(item.option_ids))
    ticked: NDArray[np.bool_] = ((every[:, None] >> places) & 1).astype(np.bool_)
    real = np.array([option != DONT_KNOW for option in item.option_ids])
    any_real = np.asarray(ticked[:, real].any(axis=1))
    points = np.where(any_real, _points(ticked[:, real], item), 0.0)
    outcome = np.select([points >= 1.0, points > 0.0], [RIGHT, PARTLY], WRONG).astype(np.int8)
    outcome[~any_real] = SKIPPED
    outcome[~any_real & ticked[:, ~real].any(axis=1)] = NO_IDEA
    taken = np.column_stack([ticked, ~ticked.any(axis=1)])
    # Don't know beside other ticks does not count.
    taken[:, :-1] &= real | ~any_real[:, None]
    return Answers(options, taken, outcome, points)


def option_codes(responses: pd.DataFrame, item: Item, options: list[str], faults: list[Fault]) -> Codes | None:
    """Per row the place of the chosen option in `options`, −1 where missing; a fault if a value is no option."""
    answered = responses[item.id]
    is_coded = isinstance(answered.dtype, pd.CategoricalDtype)
    column = answered.array if is_coded else answered.astype("category").array
    categories = [str(category) for category in column.categories]
    if categories == options:
        return column.codes
    place = {option: code for code, option in enumerate(options)}
    table = np.array([place.get(category, -2) for category in categories] + [NOT_REACHED], dtype=np.int8)
    codes = table[column.codes]
    if (table == -2).any() and (codes == -2).any():
        strange = [categories[code] for code in np.unique(column.codes[codes == -2])[:5]]
        faults.append(fault("SCORE-06", "responses", item=item.id, values=strange, expected=", ".join(options)))
        return None
    return codes


def tick_codes(responses: pd.DataFrame, item: Item, faults: list[Fault]) -> Codes | None:
    """Per row of a *multiple* item the sum of 2^place of its ticks, −1 not reached."""
    absent = [name for name in item.columns if name not in responses.columns]
    if absent:
        faults.append(fault("SCORE-03", "responses", item=item.id, expected=", ".join(absent)))
        return None
    codes, missing = np.zeros(len(responses), dtype=np.int32), np.zeros(len(responses), dtype=np.int32)
    for place, name in enumerate(item.columns):
        ticks = responses[name].astype("boolean").array
        codes += ticks.to_numpy(dtype=bool, na_value=False).astype(np.int32) << place
        missing += ticks.isna()
    half = (missing > 0) & (missing < len(item.columns))
    if half.any():
        faults.append(fault("SCORE-10", "responses", item=item.id, n=int(half.sum())))
        return None
    return np.where(missing > 0, np.int32(NOT_REACHED), codes)


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


def points_of_answers(item: Item, *, dont_know: str = "wrong", wrong_costs: float | str = 0.0) -> NDArray[np.float64]:
    """Compute what each of `possible_answers` counts for, by the rules for don't know and for wrong answers.

    Parameters
    ----------
    item : Item
        The item; the rules touch only knowledge items.
    dont_know : {"wrong", "chance", "missing"}
        See `kunskap.scoring`.
    wrong_costs : float or "chance"
        Negative marking: points − cost × (1 − points) for everything chosen, so that a wrong answer loses the whole
        cost, a half right one half of it, and a right one nothing.  Don't know and skip lose nothing.

    Returns
    -------
    array, answers

    Notes
    -----
    With the cost ``"chance"`` this is (points − g)/(1 − g), g the score of a blind guess: a blind guess and don't know
    both come to 0 on average.  For one choice of m it is the formula score of Frary (1988), *Formula scoring of
    multiple-choice tests (correction for guessing)*, Educational Measurement: Issues and Practice 7(2), 33–38.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> points_of_answers(read_bank().items["goals01"], wrong_costs=0.5).min()
    np.float64(-0.5)
    """
    possible = possible_answers(item)
    outcome, points = possible.outcome, possible.points
    if not item.is_knowledge:
        return points
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
