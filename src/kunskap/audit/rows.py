"""The rows of a report as the attacker reads them, and those that the attacker cannot read, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kunskap.audit.attacker import filters, grouping
from kunskap.bank import SKIP, Bank, Item

__all__ = ["BINNED", "CHOSEN", "NOT_CHOSEN", "ROUNDS", "LeftOut", "Rows", "readable"]

READ = ("share", "mean", "facility", "response_rate", "difference", "bound_low", "bound_high")
OUTCOMES = ("right", "partly", "wrong", "dk", SKIP)
CHOSEN, NOT_CHOSEN = "chosen", "not chosen"
BINNED = ": bins"
RIGHT = "right"
ROUNDS = ("wave", "occasion", "linked", "course")
"""Columns beside the bank's that divide answers: who answered twice stands there as two."""


@dataclass(frozen=True)
class LeftOut:
    """What the attacker cannot use: figures of a table, and why (``column``, ``statistic``, ``item``, ``scale``)."""

    table: str
    reason: str
    what: str
    rows: int


@dataclass
class Rows:
    """What can be read.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Rows that the attacker can read.
    options : dict of str to tuple
        Item, or one option of a question where several could be chosen, to its categories.
    knowledge : list of str
        The knowledge items among them.
    asked : dict of str to filter
        Items that not all were asked, and who was.
    left_out : list of LeftOut
        The rest.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    knowledge: list[str] = field(default_factory=list)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def common(self) -> tuple[str, ...]:
        """The knowledge items that everyone was asked, of which totals are made."""
        return tuple(item for item in self.knowledge if item not in self.asked)


def readable(tables: Mapping[str, pd.DataFrame], *, bank: Bank, scales: Iterable[str]) -> Rows:
    """Tell apart what the attacker can use and what not, and write the former as the attacker reads it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A report's tables.
    bank : Bank
        The questions.
    scales : iterable of str
        Scales whose means are sums of outcomes.

    Returns
    -------
    Rows
        A question where several options can be chosen is then one question per option.
    """
    rows = Rows()
    read = {name: _people_only(name, table, bank, rows) for name, table in tables.items()}
    read = {name: _known_statistics(name, table, rows, set(scales), bank) for name, table in read.items()}
    seen: dict[str, set[str]] = {}
    for table in read.values():
        shares = table[table["item"].notna() & table["option"].notna() & table["statistic"].ne("difference")]
        for item, options in shares.groupby("item", observed=True)["option"]:
            seen.setdefault(str(item), set()).update(str(option) for option in options)
    for name, table in read.items():
        rows.tables[name] = _items(name, table, seen, bank, rows)
    _asked(rows, bank)
    return rows


def _leave_out(
    name: str, table: pd.DataFrame, out: pd.Series, reason: str, what: pd.Series, rows: Rows
) -> pd.DataFrame:
    """Take rows away, and tell of those with figures in them or hidden."""
    for said, count in sorted(Counter(what[out].astype("str")).items()):
        rows.left_out.append(LeftOut(name, reason, said, count))
    return table[~out]


def _people_only(name: str, table: pd.DataFrame, bank: Bank, rows: Rows) -> pd.DataFrame:
    """Rows of groups by background variables of the bank and by wave: not of rules or modules."""
    known = {variable.id for variable in bank.variables.values() if variable.levels} | set(ROUNDS)
    foreign = [column for column in grouping(table) if column not in known]
    for column in foreign:
        what = pd.Series(column, index=table.index)
        table = _leave_out(name, table, table[column].notna(), "column", what, rows).drop(columns=column)
    apart = pd.Series([bool(set(filters(universe)) - known) for universe in table["universe"]], index=table.index)
    return _leave_out(name, table, apart.astype(bool), "column", table["universe"], rows)


def _known_statistics(name: str, table: pd.DataFrame, rows: Rows, scales: set[str], bank: Bank) -> pd.DataFrame:
    table = _leave_out(name, table, ~table["statistic"].isin(READ), "statistic", table["statistic"], rows)
    of_rounds = [set(table[column].dropna().astype("str")) for column in ROUNDS if column in table]
    pairs = [*(set(variable.level_ids) for variable in bank.variables.values()), *of_rounds]
    is_difference = table["statistic"].eq("difference")
    odd = is_difference & ~table["option"].map(lambda option: _is_pair(str(option), pairs)).astype(bool)
    is_change = is_difference & table["option"].map(lambda option: _is_pair(str(option), of_rounds)).astype(bool)
    table = table.assign(n=table["n"].mask(is_change))  # of people, where the two means are of answers
    table = _leave_out(name, table, odd, "statistic", table["option"], rows)
    scale_rows = table["scale"].notna() & table["statistic"].ne("response_rate") & ~table["scale"].isin(scales)
    return _leave_out(name, table, scale_rows, "scale", table["scale"], rows)


def _is_pair(option: str, levels: Iterable[set[str]]) -> bool:
    pair = option.split("-")
    return len(pair) == 2 and any(set(pair) <= named for named in levels)


def _items(name: str, table: pd.DataFrame, seen: Mapping[str, set[str]], bank: Bank, rows: Rows) -> pd.DataFrame:
    """Items whose answers the attacker can count, with all their categories."""
    out = pd.Series(False, index=table.index)
    renamed = table[["item", "option"]].astype(object)
    for item_id in table["item"].dropna().unique():
        own = table["item"].eq(item_id).fillna(False).astype(bool)
        item, options = bank.items.get(str(item_id)), seen.get(str(item_id), set())
        if item is None or (item.type in ("number", "text") and not options):
            out |= own
        elif item.is_knowledge and options <= set(OUTCOMES):
            rows.options[item.id] = tuple(option for option in OUTCOMES if option in options)
            rows.knowledge += [] if item.id in rows.knowledge else [item.id]
            means = table["statistic"].isin(["mean", "facility", "difference"])
            out |= own & means if "partly" in options else False
        elif item.type == "multiple" or not options <= {*item.option_ids, SKIP}:
            several = own & table["statistic"].eq("share")
            out |= own & ~several
            for option in sorted(set(table.loc[several, "option"].dropna().astype("str"))):
                rows.options[f"{item.id}.{option}"] = (CHOSEN, NOT_CHOSEN)
            renamed.loc[several, "item"] = table.loc[several, "item"] + "." + table.loc[several, "option"]
            renamed.loc[several, "option"] = CHOSEN
        else:
            rows.options[item.id] = _categories(item)
            out |= own & ~table["statistic"].isin(["share", "bound_low", "bound_high"])
    kept = _leave_out(name, table, out.astype(bool), "item", table["item"], rows)
    named = renamed[~out.astype(bool)].astype("str")
    return kept.assign(item=named["item"], option=named["option"])


def _categories(item: Item) -> tuple[str, ...]:
    return (*item.option_ids, *([] if SKIP in item.option_ids else [SKIP]))


def _asked(rows: Rows, bank: Bank) -> None:
    """Whom an item was shown to: as the tables tell, or as every form that has it does."""
    universes: dict[str, set[str]] = {}
    for table in rows.tables.values():
        for item, universe in zip(table["item"], table["universe"], strict=True):
            if not pd.isna(item):
                universes.setdefault(str(item), set()).add(str(universe))
    for item, told in universes.items():
        conditions = filters(next(iter(told))) if len(told) == 1 else {}
        conditions = conditions or next(_shown_to(item.split(".")[0], bank), {})
        if conditions:
            rows.asked[item] = conditions
    for name, table in rows.tables.items():
        rows.tables[name] = table.assign(
            universe=[
                _joint(str(universe), rows.asked.get(str(item), {}))
                for item, universe in zip(table["item"], table["universe"], strict=True)
            ]
        )


def _shown_to(item: str, bank: Bank) -> Iterator[dict[str, str]]:
    shown = [form.shown_to.get(item, {}) for form in bank.forms.values() if item in form.item_ids]
    is_one = bool(shown) and all(conditions == shown[0] for conditions in shown)
    if is_one and all(len(levels) == 1 for levels in shown[0].values()):
        yield {variable: levels[0] for variable, levels in shown[0].items()}


def _joint(universe: str, conditions: Mapping[str, str]) -> str:
    pairs = filters(universe) | dict(conditions)
    return "&".join(f"{name}={pairs[name]}" for name in sorted(pairs)) or "all"
