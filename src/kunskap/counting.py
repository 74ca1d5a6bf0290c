"""Who chose what: the columns that hold answers, and how many of each group chose each option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import SKIP
from kunskap.bank.fields import closest
from kunskap.errors import KunskapError, fault

__all__ = ["Counted", "answer_columns", "counts", "indicators", "whole_persons"]

Floats = NDArray[np.float64]
# Item, option, how many of each group chose it, and of how many.
Counted = tuple[str, str, NDArray[np.int64], NDArray[np.int64]]


def answer_columns(answers: pd.DataFrame, items: Sequence[str] | None) -> list[str]:
    """Tell which columns to count: named (a multiple item by its id or its columns), or all that are items.

    Raises
    ------
    KunskapError
        ``EST-04`` unknown, ``EST-03`` numbers, or nothing to count.

    Examples
    --------
    >>> answer_columns(pd.DataFrame({"goals07.a": pd.array([True], dtype="boolean"), "total": [0.5]}), None)
    ['goals07.a']
    """
    names = [str(name) for name in answers.columns]
    if items is not None:
        chosen = []
        for item in items:
            chosen += [item] if item in names else [name for name in names if name.startswith(f"{item}.")] or [item]
        faults = [
            fault("EST-04", "items", column=name, closest=closest(name, names)) for name in chosen if name not in names
        ]
        faults += [
            fault("EST-03", f"answers.{name}", found=str(answers[name].dtype), expected="category")
            for name in chosen
            if name in names and pd.api.types.is_float_dtype(answers[name])
        ]
        if faults:
            raise KunskapError(faults)
        return chosen
    chosen = []
    for name in names:
        kind = answers[name].dtype
        one_choice = isinstance(kind, pd.CategoricalDtype) and SKIP in kind.categories
        if one_choice or (kind == "boolean" and "." in name):
            chosen.append(name)
    if not chosen:
        raise KunskapError([fault("EST-03", "answers", found="–", expected="outcomes(…), answers(…)")])
    return chosen


def indicators(answers: pd.DataFrame, options: Sequence[tuple[str, str]]) -> Floats:
    """Tell who chose each option: 1, who did not: 0, and who was not asked: missing.

    Parameters
    ----------
    answers : DataFrame
    options : sequence of tuple
        Item and option.

    Returns
    -------
    array, people × options

    Examples
    --------
    >>> answers = pd.DataFrame({"goals01": pd.Categorical(["a", "b", None])})
    >>> indicators(answers, [("goals01", "a")])[:, 0].tolist()
    [1.0, 0.0, nan]
    """
    columns, codes = [], {}
    for item, option in options:
        if item not in answers.columns:
            columns.append(answers[f"{item}.{option}"].astype("Float64").to_numpy(dtype=float, na_value=np.nan))
            continue
        if item not in codes:
            column = answers[item].astype("category").cat
            codes[item] = column.codes.to_numpy(), {str(name): code for code, name in enumerate(column.categories)}
        chosen, code_of = codes[item]
        columns.append(np.where(chosen < 0, np.nan, (chosen == code_of[option]).astype(float)))
    return np.column_stack(columns) if columns else np.empty((len(answers), 0))


def counts(answers: pd.DataFrame, columns: Iterable[str], codes: NDArray[np.intp], groups: int) -> Iterable[Counted]:
    """Count every option in every group.

    Yields
    ------
    tuple
        Item, option, count per group, n per group.

    Examples
    --------
    >>> answers = pd.DataFrame({"goals01": pd.Categorical(["a", "b", None])})
    >>> counted = counts(answers, ["goals01"], np.zeros(3, dtype=int), 1)
    >>> [(option, count.tolist(), n.tolist()) for _, option, count, n in counted]
    [('a', [1], [2]), ('b', [1], [2])]
    """
    for name in columns:
        if answers[name].dtype == "boolean":
            item, option = name.split(".", 1)
            ticked = answers[name]
            known = ticked.notna().to_numpy() & (codes >= 0)
            yes = ticked.fillna(False).to_numpy(dtype=bool) & known
            yield item, option, np.bincount(codes[yes], minlength=groups), np.bincount(codes[known], minlength=groups)
            continue
        column = answers[name].astype("category").cat
        options = len(column.categories)
        chosen = column.codes.to_numpy().astype(np.intp)
        known = (chosen >= 0) & (codes >= 0)
        table = np.bincount(codes[known] * options + chosen[known], minlength=groups * options).reshape(groups, options)
        for place, option in enumerate(column.categories):
            yield name, str(option), table[:, place], table.sum(axis=1)


def whole_persons(low: Floats, high: Floats, *, share: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Move the limits of a share out to the nearest whole number of persons; to the next where all answered alike.

    Parameters
    ----------
    low, high, share : array
        An interval and what it is around, 0–1.
    population : array
        Persons; where it is infinite nothing is moved.

    Returns
    -------
    tuple of array
        Low and high.

    Examples
    --------
    >>> low, high = (np.array([limit]) for limit in (0.0, 0.004))
    >>> [limit.item() for limit in whole_persons(low, high, share=np.array([0.0]), population=np.array([200.0]))]
    [0.0, 0.005]
    """
    finite = np.isfinite(population) & (population > 0)
    persons = np.where(finite, population, 1.0)
    least, most = low * persons, high * persons
    least = np.minimum(least, np.where(share == 1, np.floor(least + 1e-9), np.ceil(least - 0.5)))
    most = np.maximum(most, np.where(share == 0, np.ceil(most - 1e-9), np.floor(most + 0.5)))
    # Adding 0 makes a limit of −0 plain 0.
    return np.where(finite, least / persons, low) + 0.0, np.where(finite, most / persons, high)
