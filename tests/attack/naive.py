"""Bad gates, for proving that the attacker sees through them, and the plainest honest one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kunskap.audit.attacker import FIGURES, grouping

NEARLY_ALL = 1


def published(table: pd.DataFrame, hide: pd.Series | None = None) -> pd.DataFrame:
    """Return a table as a release shows it: no inputs, a column `hidden`, and nothing in hidden rows."""
    shown = table.drop(columns="inputs").copy()
    hidden = pd.Series(False, index=table.index) if hide is None else hide
    shown["hidden"] = pd.Series(pd.NA, index=table.index, dtype="str").mask(hidden, "hidden")
    for figure in FIGURES:
        shown[figure] = shown[figure].mask(hidden)
    return shown


def everything(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """No suppression at all."""
    return {name: published(table) for name, table in tables.items()}


def base_rule_only(tables: Mapping[str, pd.DataFrame], base: int) -> dict[str, pd.DataFrame]:
    """Hide small bases, near-unanimous questions and other sexes, and nothing to protect them."""
    return {name: published(table, primary(table, base)) for name, table in tables.items()}


def primary(table: pd.DataFrame, base: int) -> pd.Series:
    """Tell which rows must not be shown whatever else is: too few, or nearly all alike."""
    by = grouping(table)
    hide = (table["n"] < base).fillna(False).astype(bool)
    if "sex" in by:
        hide |= table["sex"].notna() & ~table["sex"].isin(["k", "m"])
    counted = table["statistic"].isin(["share", "bound_low", "bound_high"])
    question = table["item"].where(table["item"].notna(), table["scale"]).fillna("")
    keys = [table[name].astype(object) for name in [*by, "universe"]] + [question]
    alike = counted & (table["n"] - table["count"] <= NEARLY_ALL).fillna(False)
    hide |= counted & alike.groupby(keys, dropna=False).transform("any")
    lost = table["n"] * table["estimate"]
    hide |= (table["statistic"] == "mean") & ((lost <= 1) | (table["n"] - lost <= 1)).fillna(False)
    return hide.astype(bool)
