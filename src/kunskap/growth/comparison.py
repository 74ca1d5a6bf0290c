"""Before and again: what changed in the work itself, from a baseline to what was adopted, as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.places import place_of
from kunskap.tables import estimates, grouping_columns, row_keys

__all__ = ["LINE_COLUMNS", "RESULT_COLUMNS", "difference", "result_lines", "result_table"]

OCCASIONS = ("before", "after")
DIRECT = ("share", "mean", "amount_share")
RESULT_COLUMNS = ("part", "figure", "group", "unit", "n_before", "n_after", "before", "after", "change", "hidden")
ENDS = ("low", "high")
LINE_COLUMNS = (
    *("part", "subject", "statistic", "option", "levels", "unit", "hidden"),
    *("count_before", "count_after", "n_before", "n_after"),
    *("before", "before_low", "before_high", "after", "after_low", "after_high", "change", "change_low", "change_high"),
)


def difference(
    before: Mapping[str, pd.DataFrame],
    after: Mapping[str, pd.DataFrame],
    *,
    better: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Compute what has changed between two rounds of the same tables: representation, resources, transport, strategy.

    Figures that are in both rounds, about the same thing, are set against each other: shares, means and shares of
    kronor. Nothing is matched by guess: what is in one round only is a fault, or the table would tell of change where
    there is only a hole.  A range (the plan's travel figures) gives a range: lowest after minus highest before, and the
    reverse. A change is not an effect: other things happened too.

    Parameters
    ----------
    before, after : mapping of str to DataFrame
        Part (``"representation"``, ``"resources"`` …) → estimates table.  A column `year` is left out where it has one
        year, since the rounds are what differs.
    better : mapping of str to DataFrame, optional
        Part → changes that are known better than by the ends of the two rounds, as estimates: for a plan
        `kunskap.growth.transport.moved`, which lets the same road have the same travellers in both.

    Returns
    -------
    DataFrame
        One estimates table: the rows of both rounds with the columns `part` and `occasion` (before, after), and for
        each figure a row with statistic ``difference`` and option ``after-before``.  Release parts about firms with
        ``basis="register"``, and parts about public bodies and plans with ``basis="public"``; `result_table` lays what
        was released in one table.

    Raises
    ------
    KunskapError
        ``GROWTH-80`` a part in one round only, ``GROWTH-81`` figures in one round only, ``GROWTH-82`` several years
        in one round; all at once.

    Examples
    --------
    >>> from kunskap.growth.representation import shares_by_sex
    >>> def round_of(women, men):
    ...     seats = pd.DataFrame({"measure": "Nämnd", "sex": ["k", "m"], "value": [women, men], "unit": "platser"})
    ...     return {"representation": shares_by_sex(seats)}
    >>> table = difference(round_of(4.0, 6.0), round_of(5.0, 5.0))
    >>> table.loc[table["statistic"].eq("difference"), ["part", "measure", "sex", "estimate"]].round(2)
                 part measure sex  estimate
    4  representation   Nämnd   k       0.1
    5  representation   Nämnd   m      -0.1
    """
    parts = list(dict.fromkeys([*before, *after]))
    faults: list[Fault] = [
        fault("GROWTH-80", part, occasion=occasion)
        for part in parts
        for occasion, tables in zip(OCCASIONS, (before, after), strict=True)
        if part not in tables
    ]
    both: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for part in parts:
        if part in before and part in after:
            both[part] = (_direct(before[part]), _direct(after[part]))
            faults += _part_faults(part, *both[part])
    if faults:
        raise KunskapError(faults)
    by = list(dict.fromkeys(name for pair in both.values() for name in grouping_columns(pair[0])))
    columns = ["part", "occasion", *by]
    stacked = pd.concat(
        [
            _stacked(table, {"part": part, "occasion": occasion}, columns)
            for part, rounds in both.items()
            for occasion, table in zip(OCCASIONS, rounds, strict=True)
        ],
        ignore_index=True,
    )
    known = {
        (part, *_about(row, by)): {name: row[name] for name in ("estimate", *ENDS)}
        for part, table in (better or {}).items()
        for row in table.to_dict("records")
    }
    changes = [change | known.get((str(change["part"]), *_about(change, by)), {}) for change in _changes(stacked, by)]
    return pd.concat([stacked, estimates(changes, by=columns)], ignore_index=True)


def _about(row: Mapping[Any, object], by: Sequence[str]) -> tuple[str, ...]:
    """What a change is about; its inputs and its size apart."""
    named = (row.get(name) for name in (*by, "scale", "option"))
    return tuple("" if value is None or pd.isna(value) else str(value) for value in named)  # type: ignore[call-overload]


def _direct(table: pd.DataFrame) -> pd.DataFrame:
    """The figures themselves: one year is no group, and gaps are told by their two ends."""
    kept = table[table["statistic"].isin(DIRECT)].reset_index(drop=True)
    if "year" not in kept or kept["year"].nunique() != 1:
        return kept
    before, kept = row_keys(kept), kept.drop(columns="year")
    return _with_new_names(kept, dict(zip(before, row_keys(kept), strict=True)))


def _with_new_names(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The table, where `inputs` follow their rows' new keys; a row that is not here keeps its name."""
    if "inputs" not in table:
        return table
    renamed = [tuple(names.get(key, key) for key in inputs) for inputs in table["inputs"]]
    return table.assign(inputs=pd.Series(renamed, index=table.index, dtype=object))


def _stacked(table: pd.DataFrame, labels: Mapping[str, str], columns: list[str]) -> pd.DataFrame:
    rows = [{**_cleaned(row), **labels} for row in table.to_dict("records")]
    stacked = estimates(rows, by=columns)
    if "inputs" in table:
        stacked["inputs"] = list(table["inputs"])
    return _with_new_names(stacked, dict(zip(row_keys(table), row_keys(stacked), strict=True)))


def _part_faults(part: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Fault]:
    for occasion, table in zip(OCCASIONS, (before, after), strict=True):
        if "year" in table and table["year"].nunique() > 1:
            yield fault("GROWTH-82", part, occasion=occasion, years=", ".join(sorted(table["year"].dropna().unique())))
            return
    keys = [dict.fromkeys(row_keys(table)) for table in (before, after)]
    for occasion, own, other in (("before", keys[0], keys[1]), ("after", keys[1], keys[0])):
        alone = [key for key in own if key not in other]
        if alone:
            shown = "; ".join(alone[:3]) + (" …" if len(alone) > 3 else "")
            yield fault("GROWTH-81", part, occasion=occasion, count=len(alone), figures=shown)


def _cleaned(row: Mapping[object, object]) -> dict[str, object]:
    """A row's own figures, without what is missing."""
    return {str(name): value for name, value in row.items() if name not in ("inputs", "hidden") and _is_there(value)}


def _is_there(value: object) -> bool:
    return not (value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)))


def _changes(stacked: pd.DataFrame, by: list[str]) -> Iterator[dict[str, object]]:
    named = [*by, "part", "universe", "item", "scale", "option", "statistic"]
    keys = row_keys(stacked)
    place = place_of(stacked, named)
    first = stacked["occasion"].eq("before")
    later = {where: row for row, where in zip(stacked.index[~first], place[~first], strict=True)}
    for row, where in zip(stacked.index[first], place[first], strict=True):
        old, new = stacked.loc[row], stacked.loc[later[where]]
        change = _cleaned({name: old[name] for name in [*by, "part", "universe", "item", "scale", "unit"]})
        sizes = [old["n"], new["n"]]
        change |= {"n": np.nan if any(pd.isna(size) for size in sizes) else int(sum(sizes))}
        change |= {"statistic": "difference", "estimate": new["estimate"] - old["estimate"]}
        about = "" if pd.isna(old["option"]) else f"{old['option']}: "
        kind = "" if old["statistic"] == "share" else f"{old['statistic']}: "
        change["option"] = f"{kind}{about}after-before"
        change |= {"low": new["low"] - old["high"], "high": new["high"] - old["low"]}
        yield change | {"inputs": (keys[row], keys[later[where]])}


def result_table(*released: pd.DataFrame) -> pd.DataFrame:
    """Lay released tables of `difference` out as one: before, after and change on one line per figure.

    Parameters
    ----------
    *released : DataFrame
        Tables as they come from the gate, one for each basis.

    Returns
    -------
    DataFrame
        Columns `RESULT_COLUMNS`; `group` names the rest of what the figure is about (``sex=k, industry=Handel``);
        `hidden` is true where the gate has hidden either round or the change.

    Examples
    --------
    >>> from kunskap.growth.representation import shares_by_sex
    >>> seats = pd.DataFrame({"measure": "Nämnd", "sex": ["k", "m"], "value": [4.0, 6.0], "unit": "platser"})
    >>> now = {"representation": shares_by_sex(seats)}
    >>> result_table(difference(now, now))[["part", "group", "before", "after", "change"]].values.tolist()[0]
    ['representation', 'measure=Nämnd, sex=k', 0.4, 0.4, 0.0]
    """
    lines = result_lines(*released)
    table = lines.assign(
        figure=[
            " ".join(part for part in parts if part)
            for parts in lines[["subject", "statistic", "option"]].itertuples(index=False)
        ],
        group=[", ".join(f"{name}={level}" for name, level in levels.items()) for levels in lines["levels"]],
    )
    return table[list(RESULT_COLUMNS)]


def result_lines(*released: pd.DataFrame) -> pd.DataFrame:
    """Lay released tables of `difference` out with each line's parts kept apart, for whoever words or draws them.

    Parameters
    ----------
    *released : DataFrame
        Tables as they come from the gate, one for each basis.

    Returns
    -------
    DataFrame
        Columns `LINE_COLUMNS`: `subject` is the item or scale, `levels` a mapping of grouping column to level; each
        figure with its range where there is one.

    Examples
    --------
    >>> from kunskap.growth.representation import shares_by_sex
    >>> seats = pd.DataFrame({"measure": "Nämnd", "sex": ["k", "m"], "value": [4.0, 6.0], "unit": "platser"})
    >>> now = {"representation": shares_by_sex(seats)}
    >>> result_lines(difference(now, now))[["subject", "statistic", "levels"]].values.tolist()[0]
    ['share_by_sex', 'share', {'measure': 'Nämnd', 'sex': 'k'}]
    """
    lines: dict[tuple[object, ...], dict[str, object]] = {}
    for table in released:
        groups = [name for name in grouping_columns(table) if name not in ("part", "occasion")]
        for row in table.to_dict("records"):
            levels = {name: str(row[name]) for name in groups if pd.notna(row[name])}
            option = "" if pd.isna(row["option"]) else str(row["option"])
            statistic = str(row["statistic"])
            if statistic == "difference":
                *kind, rest = option.removesuffix("after-before").removesuffix(": ").split(": ")
                statistic, option = _told(kind, rest)
            about = {"part": row["part"], "subject": str(row["item"] if pd.notna(row["item"]) else row["scale"])}
            about |= {"statistic": statistic, "option": option}
            new = about | {"levels": levels, "unit": row["unit"], "hidden": False}
            line = lines.setdefault((*about.values(), *levels.items()), new)
            where = {"before": "before", "after": "after"}.get(str(row.get("occasion")), "change")
            line |= {where: row["estimate"]} | {f"{where}_{end}": row[end] for end in ENDS}
            if where != "change":
                line |= {f"n_{where}": row["n"], f"count_{where}": row["count"]}
            line["hidden"] = bool(line["hidden"]) or pd.notna(row.get("hidden", np.nan))
    table = pd.DataFrame(list(lines.values()), columns=list(LINE_COLUMNS))
    for name in ("count_before", "count_after", "n_before", "n_after"):
        table[name] = pd.to_numeric(table[name]).astype("Int64")
    return table


def _told(kind: list[str], rest: str) -> tuple[str, str]:
    """The statistic and option that a change is about, out of its own option."""
    if kind and kind[0] in DIRECT:
        return kind[0], rest
    if rest in DIRECT:
        return rest, ""
    return "share", rest
