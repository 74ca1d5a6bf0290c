"""Who chose what: the columns that hold answers, and how many of each group chose each option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import SKIP
from kunskap.bank.fields import closest
from kunskap.errors import KunskapError, fault

__all__ = ["answer_columns", "counts", "indicators"]

Floats = NDArray[np.float64]


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


def counts(
    answers: pd.DataFrame, columns: Iterable[str], codes: NDArray[np.intp], groups: int
) -> Iterable[tuple[str, str, NDArray[np.int64], NDArray[np.int64]]]:
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
