"""Tiny tables made by hand, and answers made up at random, for the tests of the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from kunskap.tables import estimates


def shares(
    groups: Mapping[str, Mapping[str, int]], *, by: str | None = None, universe: str = "all", item: str = "goals01"
) -> pd.DataFrame:
    """A table of option counts: level (or anything, when there is no `by`) → option → count."""
    rows = []
    for level, counts in groups.items():
        n = sum(counts.values())
        for option, count in counts.items():
            row = {"universe": universe, "item": item, "option": option, "statistic": "share", "unit": "share"}
            row |= {"count": count, "n": n, "estimate": count / n if n else None}
            rows.append(row | ({by: level} if by else {}))
    return estimates(rows, by=[by] if by else [])


def means(
    groups: Mapping[str, tuple[int, float]], *, by: str | None = None, se: float = 0.05, item: str = "goals01"
) -> pd.DataFrame:
    """A table of means: level → (n, mean)."""
    rows = []
    for level, (n, mean) in groups.items():
        row = {"universe": "all", "item": item, "statistic": "mean", "unit": "share", "n": n, "estimate": mean}
        row |= {"se": se, "low": mean - 0.1, "high": mean + 0.1}
        rows.append(row | ({by: level} if by else {}))
    return estimates(rows, by=[by] if by else [])


def crossed(people: pd.DataFrame, by: Sequence[str], *, statistic: str = "share") -> pd.DataFrame:
    """Option counts of the column `answer` (share), or means of `score`, by the columns `by`; sex only k and m."""
    known = people[people["sex"].isin(["k", "m"])] if "sex" in by else people
    parts = [((), known)] if not by else list(known.groupby(list(by), observed=True))
    rows = []
    for levels, part in parts:
        group = dict(zip(by, levels, strict=True))
        if statistic == "mean":
            se = float(part["score"].std(ddof=1) / np.sqrt(len(part))) if len(part) > 1 else 0.1
            figures = {"n": len(part), "estimate": float(part["score"].mean()), "se": se}
            rows.append({"universe": "all", "item": "goals01", "statistic": "mean", "unit": "share"} | figures | group)
            continue
        for option in sorted(set(people["answer"])):
            count = int((part["answer"] == option).sum())
            row = {"universe": "all", "item": "goals01", "option": option, "statistic": "share", "unit": "share"}
            rows.append(row | {"count": count, "n": len(part), "estimate": count / len(part)} | group)
    return estimates(rows, by=list(by))


def reason(table: pd.DataFrame, **where: str) -> set[str]:
    """The reasons of the rows that match; "shown" for those that are."""
    rows = table
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert len(rows), where
    return set(rows["hidden"].astype(object).where(rows["hidden"].notna(), "shown"))


def worked_out(people: pd.DataFrame, released: Mapping[str, pd.DataFrame], *, base: int, most: int = 9) -> list[str]:
    """What a reader with pen and paper finds: sums and differences of shown cells that are about too few, or alike.

    Imports nothing from the gate: it goes through every way of adding and taking away the shown groups, keeps those
    that leave a group of people whatever the answers are, and looks in the answers who they are.
    """
    variables = ["role", "orgtype", "sex"]
    people = people.reindex(columns=[*variables, "answer"]).astype(object).fillna("-")
    kinds = pd.DataFrame(list(product(*(sorted(set(people[name])) for name in variables))), columns=variables)
    cells: dict[frozenset[tuple[str, str]], np.ndarray] = {}
    for table in released.values():
        for row in table[table["hidden"].isna() & table["statistic"].isin(["share", "mean"])].to_dict("records"):
            pairs = [] if row["universe"] == "all" else [tuple(part.split("=")) for part in row["universe"].split("&")]
            pairs += [(name, row[name]) for name in variables if isinstance(row.get(name), str)]
            cells[frozenset(pairs)] = _of(kinds, pairs)
    empty = np.zeros(len(kinds), dtype=bool)
    for cell, member in cells.items():
        for name in variables:
            parts = [other for other in cells if cell < other and {v for v, _ in other - cell} == {name}]
            if parts and sum(_of(people, part).sum() for part in parts) == _of(people, cell).sum():
                empty |= member & ~np.logical_or.reduce([cells[part] for part in parts])
    shown = sorted(cells, key=lambda cell: (len(cell), sorted(cell)))[:most]
    if not shown:
        return []
    signs = np.array(list(np.ndindex(*([3] * len(shown))))) - 1
    totals = signs @ np.array([cells[cell] & ~empty for cell in shown]).astype(int)
    found = []
    for sign, total in zip(signs, totals, strict=True):
        if total.min() < 0 or total.max() != 1:
            continue
        whose = people.merge(kinds[total == 1], on=variables)
        n, alike = len(whose), whose["answer"].value_counts().max()
        if n and (n < base or alike >= n - 1):
            terms = [f"{'-0+'[way + 1]}{sorted(cell)}" for way, cell in zip(sign, shown, strict=True) if way]
            found.append(f"{n} people, {alike} alike: {' '.join(terms)}")
    return found


def _of(rows: pd.DataFrame, pairs: Iterable[tuple[str, str]]) -> np.ndarray:
    return np.logical_and.reduce([np.ones(len(rows), dtype=bool), *((rows[v] == x).to_numpy() for v, x in pairs)])
