"""All figures of a release in one frame, each about a named set of people; what cannot be judged is a fault.

The same people can be named in two ways: ``universe="role=pol"`` grouped by sex, or ``universe="all"`` grouped by role
and sex.  Here both become one `cell`: the set of (variable, level) pairs that the people share.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from kunskap.disclosure.policy import Basis, Policy, View
from kunskap.errors import Fault, KunskapError, fault
from kunskap.tables import ESTIMATE_COLUMNS, grouping_columns, row_keys

__all__ = ["Cell", "collect", "describe"]

Cell = frozenset[tuple[str, str]]
SAME = 1e-6


def describe(cell: Cell) -> str:
    """The name of a cell, as a universe is written.

    Examples
    --------
    >>> describe(frozenset({("sex", "k"), ("role", "pol")}))
    'role=pol&sex=k'
    """
    return "&".join(f"{variable}={level}" for variable, level in sorted(cell)) or "all"


def collect(tables: Mapping[str, pd.DataFrame], *, policy: Policy, basis: str, view: str) -> pd.DataFrame:
    """Gather every figure of the tables, or tell all that keeps them from being judged.

    Returns
    -------
    DataFrame
        One row per figure: ``table row key subject cell kind`` and the columns of the estimates table.

    Raises
    ------
    KunskapError
        ``GATE-01`` to ``GATE-17``, all at once.
    """
    whose, who = policy.bases[basis], policy.views[view]
    faults: list[Fault] = []
    parts = []
    for name in sorted(tables):
        table = tables[name]
        missing = [column for column in ESTIMATE_COLUMNS if column not in table.columns]
        if missing:
            expected = ", ".join(ESTIMATE_COLUMNS)
            faults.append(fault("GATE-01", name, columns=", ".join(missing), expected=expected))
            continue
        faults += _column_faults(name, table, whose, who)
        part = _figures(name, table, policy=policy, labels=whose.labels, faults=faults)
        faults += _figure_faults(part, policy=policy, basis=whose, view=view)
        parts.append(part)
    figures = pd.concat(parts, ignore_index=True) if parts else _empty()
    if whose.suppress:
        faults += _contradictions(figures)
    if faults:
        raise KunskapError(faults)
    return figures


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=["table", "row", "key", "subject", "cell", "kind", *ESTIMATE_COLUMNS])


def _column_faults(name: str, table: pd.DataFrame, basis: Basis, view: View) -> Iterator[Fault]:
    if not basis.suppress:
        return
    allowed = [variable for variable in basis.variables if variable in view.variables]
    for column in grouping_columns(table):
        if column not in (*allowed, *basis.labels):
            yield fault("GATE-10", name, column=column, expected=", ".join([*allowed, *basis.labels]))
    for key in row_keys(table)[lambda keys: keys.duplicated()].unique():
        yield fault("GATE-06", f"{name}, {key}")


def _figures(
    name: str, table: pd.DataFrame, *, policy: Policy, labels: tuple[str, ...], faults: list[Fault]
) -> pd.DataFrame:
    by = grouping_columns(table)
    figures = table.loc[:, list(ESTIMATE_COLUMNS)].reset_index(drop=True)
    for column in ("count", "n", "estimate", "se", "low", "high"):
        figures[column] = pd.to_numeric(figures[column], errors="coerce").astype("float64")
    figures.insert(0, "table", name)
    figures.insert(1, "row", range(len(figures)))
    figures.insert(2, "key", row_keys(table).fillna("?").to_numpy())
    kinds = {statistic: entry.kind for statistic, entry in policy.statistics.items()}
    figures["kind"] = figures["statistic"].map(kinds)
    subjects, cells = [], []
    groups = table.loc[:, by].astype(object).to_dict("records") if by else [{}] * len(table)
    for place, (universe, item, scale, group) in enumerate(
        zip(figures["universe"], figures["item"], figures["scale"], groups, strict=True)
    ):
        present = {str(column): str(level) for column, level in group.items() if not pd.isna(level)}
        measured = describe(frozenset((column, level) for column, level in present.items() if column in labels))
        subjects.append(f"scale {scale} {measured}" if pd.isna(item) else f"item {item} {measured}")
        people = [(column, level) for column, level in present.items() if column not in labels]
        cell = _cell(universe, people)
        if cell is None:
            faults.append(fault("GATE-11", f"{name}, {figures['key'].iloc[place]}", universe=universe))
        cells.append(cell or frozenset())
    figures["subject"] = subjects
    figures["cell"] = pd.Series(cells, dtype=object)
    return figures


def _cell(universe: object, people: list[tuple[str, str]]) -> Cell | None:
    """The people of a row; None where the universe cannot be read or contradicts the groups."""
    if not isinstance(universe, str) or not universe:
        return None
    pairs = [] if universe == "all" else [tuple(part.split("=")) for part in universe.split("&")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        return None
    cell = frozenset([*((pair[0], pair[1]) for pair in pairs), *people])
    return cell if len({variable for variable, _ in cell}) == len(cell) else None


def _figure_faults(figures: pd.DataFrame, *, policy: Policy, basis: Basis, view: str) -> Iterator[Fault]:
    shown = policy.views[view].statistics
    for figure in figures.to_dict("records"):
        where = f"{figure['table']}, {figure['key']}"
        if figure["statistic"] not in shown:
            closest = ", ".join(get_close_matches(str(figure["statistic"]), shown, n=1)) or "–"
            yield fault("GATE-02", where, statistic=figure["statistic"], view=view, closest=closest)
        if pd.isna(figure["item"]) == pd.isna(figure["scale"]):
            yield fault("GATE-12", where)
        if not basis.suppress:
            continue
        for name in sorted({name for name, _ in figure["cell"]} - set(basis.variables)):
            if f"{name}=" in str(figure["universe"]):
                yield fault("GATE-10", where, column=name, expected=", ".join(basis.variables))
        yield from _number_faults(figure, where)


def _number_faults(figure: Mapping[Hashable, Any], where: str) -> Iterator[Fault]:
    count, n, estimate, kind = figure["count"], figure["n"], figure["estimate"], figure["kind"]
    if not _is_whole(n):
        yield fault("GATE-03", where, value=n)
        return
    if kind == "count" and not _is_whole(count):
        yield fault("GATE-04", where, value=count)
    elif kind in ("count", "mean") and count > n:
        yield fault("GATE-05", where, count=count, n=n)
    elif kind == "count" and n > 0 and not abs(estimate - count / n) < SAME:
        yield fault("GATE-17", where, value=estimate, expected=f"{count / n:.6g}")
    if kind == "mean" and n > 0 and not np.isfinite(estimate):
        yield fault("GATE-17", where, value=estimate, expected="0–1")
    if kind == "derived" and not (isinstance(figure["inputs"], tuple) and figure["inputs"]):
        yield fault("GATE-13", where)
    if kind == "pooled" and figure["cell"]:
        yield fault("GATE-15", where)


def _is_whole(value: float) -> bool:
    return bool(np.isfinite(value) and value >= 0 and value == round(value))


def _contradictions(figures: pd.DataFrame) -> Iterator[Fault]:
    """One figure, two values: then one of the tables is about other people than it says."""
    counted = figures[figures["kind"].isin(["count", "mean"])]
    keys = [counted["subject"], counted["cell"].map(describe), counted["statistic"], counted["option"].fillna("")]
    for _, same in counted.groupby(keys, sort=True):
        if len(same) > 1 and any(np.ptp(same[column].fillna(-1)) > SAME for column in ("count", "n", "estimate")):
            yield fault("GATE-14", ", ".join(sorted(set(same["table"]))), key=same["key"].iloc[0])
