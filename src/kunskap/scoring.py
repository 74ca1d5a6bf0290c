"""Answers to scores: every item by its key, with right, wrong, don't know, skip and not reached kept apart.

The rule of each item type stands in `kunskap.judging`.

Don't know and skip on knowledge items follow `dont_know`: ``"wrong"`` gives both 0; ``"chance"`` gives don't know the
mean score of a blind guess (every possible answer equally likely: 1/m for one choice of m) and skip 0; ``"missing"``
makes both missing.  Not reached is missing under every rule.  Negative marking is off unless `wrong_costs` says else;
only under it can a score be below 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from kunskap.bank import SKIP, Bank, Item
from kunskap.bank.fields import closest
from kunskap.errors import Fault, KunskapError, fault
from kunskap.joining import background_columns
from kunskap.judging import (
    DONT_KNOW_RULES,
    OUTCOMES,
    answer_codes,
    check_rules,
    looked_up,
    option_codes,
    outcomes_of,
    points_of_answers,
    possible_answers,
    tick_codes,
)

__all__ = ["DONT_KNOW_RULES", "OUTCOMES", "answers", "chosen_items", "outcomes", "scale_scores", "score", "total"]

MINIMUM_ITEMS = 6


def score(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame | None = None,
    by: Sequence[str] = (),
    items: Sequence[str] | None = None,
    dont_know: str = "wrong",
    wrong_costs: float | str = 0.0,
) -> pd.DataFrame:
    """Score every knowledge and rated item, 0–1, by the rules of `kunskap.judging` and of `dont_know`.

    Parameters
    ----------
    responses : DataFrame
        One row per sitting, as `read_responses` returns it.
    bank : Bank
        The keys and option values.
    respondents : DataFrame, optional
        One row per person and wave; needed when `by` names background variables.
    by : sequence of str
        Grouping variables to carry along, of `respondents` (joined on respondent_id and wave) or of `responses`.
    items : sequence of str, optional
        Item ids; without it all knowledge and rated items that the responses have, in their order there.
    dont_know : {"wrong", "chance", "missing"}
        What don't know counts for in knowledge items.
    wrong_costs : float or "chance"
        Negative marking of knowledge items: how much a wrong answer takes away, 0–1; ``"chance"`` as much as makes a
        blind guess worth nothing (1/(m − 1) for one choice of m).  Where a part counts, the part that is wrong costs.

    Returns
    -------
    DataFrame
        Index ``sitting_id``; the columns of `by`, then a float column per item: 0–1 (from −`wrong_costs` under
        negative marking), missing where not reached.

    Raises
    ------
    KunskapError
        ``SCORE-01`` … ``SCORE-12``, all faults at once.

    Notes
    -----
    Checked against keys applied by hand row by row (``tests/test_scoring.py``), and on LSAT-6 and LSAT-7.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2", "s3", "s4"], "goals01": [key, "dk", "skip", None]})
    >>> score(responses, bank=bank)["goals01"].tolist()
    [1.0, 0.0, 0.0, nan]
    """
    check_rules(dont_know, wrong_costs)
    chosen = chosen_items(responses, bank, items, lambda item: item.is_knowledge or item.is_rated)
    columns = background_columns(responses, respondents, by)
    faults: list[Fault] = []
    # One matrix, an item per line: the table is then made of it without copying it.
    points = np.empty((len(chosen), len(responses)))
    for place, item in enumerate(chosen):
        codes = answer_codes(responses, item, faults)
        if codes is not None:
            points[place] = looked_up(points_of_answers(item, dont_know=dont_know, wrong_costs=wrong_costs), codes)
    groups = _frame(responses, columns, faults)
    scores = pd.DataFrame(points.T, index=groups.index, columns=[item.id for item in chosen], copy=False)
    return pd.concat([groups, scores], axis=1) if columns else scores


def outcomes(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame | None = None,
    by: Sequence[str] = (),
    items: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Tell right, partly, wrong, don't know and skip apart, for every knowledge item.

    Parameters
    ----------
    responses, bank, respondents, by, items
        As in `score`; without `items` all knowledge items that the responses have.

    Returns
    -------
    DataFrame
        Index ``sitting_id``; the columns of `by`, then per item a categorical with the categories `OUTCOMES`; missing
        means not reached.  ``partly`` (more than 0 points, less than 1) is a category only where a part can count.

    Raises
    ------
    KunskapError
        ``SCORE-01`` … ``SCORE-10``.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2", "s3", "s4"], "goals01": [key, "dk", "skip", None]})
    >>> outcomes(responses, bank=bank)["goals01"].tolist()
    ['right', 'dk', 'skip', nan]
    """
    chosen = chosen_items(responses, bank, items, lambda item: item.is_knowledge)
    columns = background_columns(responses, respondents, by)
    faults: list[Fault] = []
    for item in chosen:
        codes = answer_codes(responses, item, faults)
        if codes is not None:
            names = outcomes_of(item)
            told = [names.index(OUTCOMES[outcome]) for outcome in possible_answers(item).outcome]
            places = looked_up(np.array(told, dtype=np.int8), codes, missing=-1)
            columns[item.id] = pd.Categorical.from_codes(places, categories=pd.Index(names))
    return _frame(responses, columns, faults)


def answers(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame | None = None,
    by: Sequence[str] = (),
    items: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Take the chosen options as they are, checked against the bank.

    Parameters
    ----------
    responses, bank, respondents, by, items
        As in `score`; without `items` all items with options that the responses have.

    Returns
    -------
    DataFrame
        Index ``sitting_id``; the columns of `by`, then per item a categorical with the item's option ids and ``skip``
        (a `multiple` item: its nullable boolean columns ``item.option``, and ``item.skip`` where nothing is ticked);
        missing means not reached.  An option that can only be chosen alone counts only where it is.

    Raises
    ------
    KunskapError
        ``SCORE-01`` … ``SCORE-10``.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "goals01": ["dk", None]})
    >>> answers(responses, bank=bank)["goals01"].tolist()
    ['dk', nan]
    """
    chosen = chosen_items(responses, bank, items, lambda item: bool(item.options))
    columns = background_columns(responses, respondents, by)
    faults: list[Fault] = []
    for item in chosen:
        if item.type == "multiple":
            if tick_codes(responses, item, faults) is not None:
                columns |= _counted_ticks(responses, item)
            continue
        options = [*item.option_ids, SKIP]
        codes = option_codes(responses, item, options, faults)
        if codes is not None:
            columns[item.id] = pd.Categorical.from_codes(codes, categories=pd.Index(options))
    return _frame(responses, columns, faults)


def _counted_ticks(responses: pd.DataFrame, item: Item) -> dict[str, object]:
    """The ticks that count, per option and ``skip``: don't know and *nothing of this* only where they stand alone."""
    ticks = responses[list(item.columns)].astype("boolean").set_axis(list(item.option_ids), axis=1)
    several = ticks.sum(axis=1) > 1
    counted = {
        f"{item.id}.{option}": (ticks[option] & ~several if option in item.exclusive_ids else ticks[option]).array
        for option in item.option_ids
    }
    nothing = ~ticks.any(axis=1) & ticks.notna().all(axis=1)
    return counted | {f"{item.id}.{SKIP}": nothing.astype("boolean").mask(ticks.isna().all(axis=1)).array}


def total(
    scores: pd.DataFrame, *, bank: Bank, minimum_items: int = MINIMUM_ITEMS, area: str | None = None
) -> pd.DataFrame:
    """Average the knowledge items that a person reached.

    Parameters
    ----------
    scores : DataFrame
        As `score` returns it; to compare groups, of items that all of them were asked (`kunskap.asked`).
    bank : Bank
        Which columns are knowledge items.
    minimum_items : int
        A person who reached fewer has no total: it would be noise.  For an area it is never below six.
    area : str, optional
        Only this area's items; the column is then named after it.

    Returns
    -------
    DataFrame
        Index as `scores`; its grouping columns, then ``total`` (or the area): 0–1, missing under `minimum_items`.

    Raises
    ------
    KunskapError
        ``SCORE-08`` without knowledge items, ``SCORE-09`` if there are fewer than `minimum_items` to average: the
        mean of two or three items has a reliability of .2 to .35.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.is_knowledge][:6]
    >>> scores = pd.DataFrame([[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, None]], columns=ids, dtype=float)
    >>> total(scores, bank=bank)["total"].tolist()
    [0.5, nan]
    """
    name = area or "total"
    known = [column for column in scores.columns if column in bank.items and bank.items[column].is_knowledge]
    if not known:
        raise KunskapError([fault("SCORE-08", "scores")])
    columns = [column for column in known if area is None or bank.items[column].area == area]
    # An area of few items invites comparing them, and their mean would be mostly noise.
    minimum_items = minimum_items if area is None else max(minimum_items, MINIMUM_ITEMS)
    if len(columns) < minimum_items:
        raise KunskapError([fault("SCORE-09", "scores", n=len(columns), subject=name, minimum=minimum_items)])
    result = _grouping(scores, bank)
    result[name] = _mean_of_answered(scores[columns], at_least=minimum_items)
    return result


def scale_scores(scores: pd.DataFrame, *, bank: Bank) -> pd.DataFrame:
    """Average each scale's rated items, where a person answered enough of them.

    Parameters
    ----------
    scores : DataFrame
        As `score` returns it.
    bank : Bank
        Which items belong to a scale, and its `minimum_answered`: the share of the scale's items in this table that a
        person must have answered (don't know, skip and not reached all count as not answered).

    Returns
    -------
    DataFrame
        Index as `scores`; its grouping columns, then a column per scale that has items here: the mean of the answered
        items, 0–1, missing where too few were answered.  Nothing is imputed.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.is_rated and item.scale == "ability"][:2]
    >>> scale_scores(pd.DataFrame([[1.0, 0.0], [None, None]], columns=ids), bank=bank)["ability"].tolist()
    [0.5, nan]
    """
    result = _grouping(scores, bank)
    for name, scale in bank.scales.items():
        columns = [
            column
            for column in scores.columns
            if column in bank.items and bank.items[column].is_rated and bank.items[column].scale == name
        ]
        if columns:
            needed = max(1, int(np.ceil(scale.minimum_answered * len(columns) - 1e-9)))
            result[name] = _mean_of_answered(scores[columns], at_least=needed)
    return result


def chosen_items(
    responses: pd.DataFrame, bank: Bank, items: Sequence[str] | None, fits: Callable[[Item], bool]
) -> list[Item]:
    """Find the items to work on, in the order asked for or in that of the table; all faults at once.

    Parameters
    ----------
    responses, bank, items
        As in `score`.
    fits : callable
        Which items can be worked on.

    Raises
    ------
    KunskapError
        ``SCORE-01`` … ``SCORE-03``, ``SCORE-07``.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> responses = pd.DataFrame(columns=["sitting_id", "goals01", "note"])
    >>> [item.id for item in chosen_items(responses, read_bank(), None, lambda item: item.is_knowledge)]
    ['goals01']
    """
    if not isinstance(responses, pd.DataFrame):
        raise KunskapError([fault("SCORE-01", type(responses).__name__, missing="sitting_id")])
    if "sitting_id" not in responses.columns:
        raise KunskapError([fault("SCORE-01", "responses", missing="sitting_id")])
    if items is None:
        present = dict.fromkeys(str(column).split(".")[0] for column in responses.columns)
        return [bank.items[name] for name in present if name in bank.items and fits(bank.items[name])]
    faults = []
    for name in items:
        if name not in bank.items:
            faults.append(fault("SCORE-02", "items", item=name, closest=closest(name, list(bank.items))))
        elif not fits(bank.items[name]):
            faults.append(fault("SCORE-07", "items", item=name, type=bank.items[name].type))
        elif not set(bank.items[name].columns) & set(responses.columns):
            faults.append(fault("SCORE-03", "items", item=name, expected=", ".join(bank.items[name].columns)))
    if faults:
        raise KunskapError(faults)
    return [bank.items[name] for name in dict.fromkeys(items)]


def _mean_of_answered(scores: pd.DataFrame, *, at_least: int) -> np.ndarray:
    """Row means over what is not missing; missing where fewer than `at_least` are."""
    values = scores.to_numpy(dtype=float)
    answered = ~np.isnan(values)
    n = answered.sum(axis=1)
    sums = np.where(answered, values, 0.0).sum(axis=1)
    return np.where(n >= at_least, sums / np.maximum(n, 1), np.nan)


def _grouping(scores: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """The columns that are no items."""
    return scores[[column for column in scores.columns if column not in bank.items]].copy()


def _frame(responses: pd.DataFrame, columns: dict[str, object], faults: list[Fault]) -> pd.DataFrame:
    """The result, or all faults."""
    if faults:
        raise KunskapError(faults)
    return pd.DataFrame(columns, index=pd.Index(responses["sitting_id"].array, name="sitting_id"))
