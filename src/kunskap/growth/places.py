"""Rows that are about the same thing: one text for each combination of levels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["place_of"]


def place_of(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Each row's levels of some columns, as one text; rows with the same text are about the same thing.

    Parameters
    ----------
    table : DataFrame
        May be empty.
    names : sequence of str
        The columns; a missing level is a level.

    Returns
    -------
    Series of str
        Indexed like `table`.

    Examples
    --------
    >>> place_of(pd.DataFrame({"sex": ["k", None], "year": ["2016", "2016"]}), ["sex", "year"]).tolist()
    ['k|2016', '|2016']
    """
    levels = table.loc[:, list(names)].astype("object").fillna("").itertuples(index=False, name=None)
    return pd.Series(["|".join(str(level) for level in row) for row in levels], index=table.index, dtype="str")
