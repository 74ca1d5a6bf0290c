"""The `estimates` table: its columns, and the key that names each of its rows.

Analyses write it and the gate reads it; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = [
    "CONTRIBUTIONS",
    "ESTIMATE_COLUMNS",
    "canonical_universe",
    "estimates",
    "grouping_columns",
    "row_keys",
    "universe_filter",
]

ESTIMATE_COLUMNS = (
    "universe",
    "item",
    "scale",
    "option",
    "statistic",
    "unit",
    "count",
    "n",
    "estimate",
    "se",
    "low",
    "high",
    "inputs",
)
CONTRIBUTIONS = ("largest", "second")
"""The two largest amounts behind a mean of amounts.  For the gate only, which never lets them out."""
TEXT_COLUMNS = ("universe", "item", "scale", "option", "statistic", "unit")
NUMBER_COLUMNS = ("estimate", "se", "low", "high")


def estimates(rows: Iterable[Mapping[str, object]], *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Make an `estimates` table of rows.

    Parameters
    ----------
    rows : iterable of mapping
        One mapping per figure; a column that is not named is missing (`inputs` is then empty).  Means of amounts also
        name their `CONTRIBUTIONS`; only then has the table those columns.
    by : sequence of str
        The grouping columns, which stand first.

    Returns
    -------
    DataFrame
        Columns `by` and then `ESTIMATE_COLUMNS`; counts are nullable integers, figures floats, the rest text.

    Raises
    ------
    ValueError
        If a row has a column that the table does not have.

    Examples
    --------
    >>> row = dict(sex="k", universe="all", item="goals01", option="right", statistic="share", unit="share",
    ...            count=12, n=20, estimate=0.6)
    >>> table = estimates([row], by=["sex"])
    >>> row_keys(table).tolist()
    ['share|all|goals01|right|sex=k']
    """
    columns = [*by, *ESTIMATE_COLUMNS, *CONTRIBUTIONS]
    # Column by column: a table of a small survey has more figures than the survey has answers.
    held: dict[str, list[object]] = {name: [] for name in columns}
    named: set[str] = set()
    for row in rows:
        named.update(row)
        for name, values in held.items():
            values.append(row.get(name, np.nan))
    if named - set(columns):
        raise ValueError(f"unknown columns {sorted(named - set(columns))}; an estimates table has {columns}")
    given = [name for name in CONTRIBUTIONS if name in named]
    columns = [name for name in columns if name not in CONTRIBUTIONS or name in given]
    held["inputs"] = [value if isinstance(value, tuple) else () for value in held["inputs"]]
    texts, counts = {*by, *TEXT_COLUMNS}, {"count", "n"}
    made: dict[str, pd.Series] = {}
    for name in columns:
        column = pd.Series(held.pop(name), dtype="object" if name == "inputs" else None)
        if name in texts:
            made[name] = column.astype("str")
        elif name != "inputs":
            made[name] = pd.to_numeric(column).astype("Int64") if name in counts else column.astype("float64")
        else:
            made[name] = column
    return pd.DataFrame(made, columns=columns)


def grouping_columns(table: pd.DataFrame) -> list[str]:
    """The grouping columns of an estimates table: those before and beside the fixed ones.

    Examples
    --------
    >>> grouping_columns(estimates([], by=["role", "sex"]))
    ['role', 'sex']
    """
    fixed = {*ESTIMATE_COLUMNS, *CONTRIBUTIONS, "hidden"}
    return [name for name in table.columns if name not in fixed]


def row_keys(table: pd.DataFrame) -> pd.Series:
    """The canonical name of each row: ``statistic|universe|item or scale|option|variable=level&…``.

    Two rows with one key are the same figure, in whatever table they stand.

    Returns
    -------
    Series of str
        Indexed like `table`.
    """
    by = sorted(grouping_columns(table))
    # Row by row: a gate asks for the keys of many short tables, and pandas takes longer to begin than to join.
    statistics, universes, items, scales, options = (
        _texts(table[name]) for name in ("statistic", "universe", "item", "scale", "option")
    )
    levels = [_texts(table[name]) for name in by]
    keys: list[str | None] = []
    for place, (statistic, universe) in enumerate(zip(statistics, universes, strict=True)):
        if statistic is None or universe is None:
            keys.append(None)
            continue
        subject = scales[place] if items[place] is None else items[place]
        groups = "&".join(
            f"{name}={level[place]}" for name, level in zip(by, levels, strict=True) if level[place] is not None
        )
        keys.append(f"{statistic}|{universe}|{subject or ''}|{options[place] or ''}|{groups}")
    return pd.Series(keys, index=table.index, dtype="str")


def _texts(column: pd.Series) -> list[str | None]:
    """What stands in a column, as text; None where nothing does."""
    gone = column.isna()
    return [None if missing else str(value) for value, missing in zip(column.tolist(), gone.tolist(), strict=True)]


def universe_filter(universe: str) -> dict[str, str]:
    """The variable → level pairs that a universe stands for; empty for ``"all"``.

    Examples
    --------
    >>> universe_filter("orgtype=reg&role=pol")
    {'orgtype': 'reg', 'role': 'pol'}
    """
    if universe == "all":
        return {}
    return dict(pair.split("=", 1) for pair in universe.split("&"))


def canonical_universe(groups: Mapping[str, str]) -> str:
    """The universe's name for a set of variable → level pairs.

    Examples
    --------
    >>> canonical_universe({"role": "pol", "orgtype": "reg"})
    'orgtype=reg&role=pol'
    """
    return "&".join(f"{name}={groups[name]}" for name in sorted(groups)) or "all"
