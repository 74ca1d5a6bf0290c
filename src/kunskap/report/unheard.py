"""Who has not answered, protected: the frame is known, so what is told of those who answered tells of the others too.

Politicians stand by name on the web.  How many of them did not answer, refused or were never reached is told of people
who can be named, and the policy's smallest base holds for them as for those who answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from kunskap.design import Design
from kunskap.disclosure import Policy
from kunskap.inventory import completed
from kunskap.readers import Import
from kunskap.tables import canonical_universe, grouping_columns, universe_filter

__all__ = ["CONTACTS", "nearly_all", "parts_to_hide", "told_contacts", "without_few_unheard"]

PARTS = ("not_reached", "unheard", "uninvited", "refused", "not_eligible", "partial")
"""What can have come of those who did not answer, the first hidden first where a few must have company.

The order is set beforehand: would the smallest be taken, its choice told how large the others are.
"""
CONTACTS = ("uninvited", "invited", "not_reached", "reminded", "refused", "partial", "answered", "unheard",
            "not_eligible")  # fmt: skip
"""The rows of a table of contacts."""


def parts_to_hide(parts: Mapping[str, int], few: Collection[str], *, base: int, width: int) -> frozenset[str]:
    """Which parts of a sum that all can know must be hidden, so that none of the few can be worked out.

    Parameters
    ----------
    parts : mapping
        Part → persons, in the order that they are hidden in when the few are not enough.
    few : collection of str
        Those that may not be told.
    base, width : int
        What is hidden must be so many together, and of the few each must be able to be so many persons more or less.

    Returns
    -------
    frozenset of str
        Nothing where nothing is few; everything, zeros too, where all that there is to hide is too little.

    Examples
    --------
    >>> sorted(parts_to_hide({"not_reached": 12, "unheard": 40, "refused": 2}, ["refused"], base=7, width=3))
    ['not_reached', 'refused']
    >>> sorted(parts_to_hide({"not_reached": 0, "unheard": 4, "refused": 1}, ["unheard", "refused"], base=7, width=3))
    ['not_reached', 'refused', 'unheard']
    """
    hidden = set(few)

    def is_safe() -> bool:
        together, beside = sum(parts[name] for name in hidden), len(hidden) - len(few)
        # who knows this rule knows that each of the few is below the base, and that what is hidden beside them is not
        above = together - base * beside - len(few) if beside else (base - 1) * len(few) - together
        return together >= base and min(together - len(hidden), above) >= width

    for name in [name for name, persons in parts.items() if persons and name not in hidden]:
        if not hidden or is_safe():
            break
        hidden.add(name)
    return frozenset(hidden if not hidden or is_safe() else parts)


def told_contacts(log: pd.DataFrame, *, design: Design | None, policy: Policy) -> pd.DataFrame:
    """What of a contact log may be told of each role.

    Parameters
    ----------
    log : DataFrame
        As `kunskap.fieldwork.read_contact_log` returns it.
    design : Design, optional
        The frame: those of it who were not invited are then told of too.
    policy : Policy
        The smallest bases and the width that must remain.

    Returns
    -------
    DataFrame
        A row per contact and a column per role; whole numbers, missing where they are hidden.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy
    >>> log = pd.DataFrame({"role": ["pol"], "orgtype": "reg", "sex": "k", "invited": [60], "not_reached": [12],
    ...                     "reminded": [20], "refused": [2], "partial": [0], "answered": [30], "not_eligible": [0]})
    >>> told_contacts(log, design=None, policy=read_policy())["pol"].dropna().to_dict()
    {'invited': 60, 'reminded': 20, 'partial': 0, 'answered': 30, 'unheard': 16, 'not_eligible': 0}
    """
    sums = log.groupby("role", sort=False)[
        ["invited", "not_reached", "reminded", "refused", "partial", "answered", "not_eligible"]
    ].sum()
    came = sums[["not_reached", "refused", "partial", "answered", "not_eligible"]].sum(axis="columns")
    persons = [design.size({"role": str(role)}) if design is not None else None for role in sums.index]
    sums = sums.assign(unheard=sums["invited"] - came, uninvited=pd.array(persons, dtype="Int64") - sums["invited"])
    told = sums.T.reindex(CONTACTS).astype("Int64")
    for role, counts in sums.iterrows():
        base = policy.base_for([("role", str(role))])
        parts = {name: int(counts[name]) for name in PARTS if pd.notna(counts[name])}
        if 0 < counts["answered"] < base:  # otherwise every figure of the role tells it
            parts["answered"] = int(counts["answered"])
        few = [name for name, number in parts.items() if 0 < number < base]
        hidden = set(parts_to_hide(parts, few, base=base, width=policy.width))
        hidden |= {"invited"} if "uninvited" in hidden else set()
        reached = {"reminded": counts["reminded"], "not reminded": counts["invited"] - counts["reminded"]}
        if "invited" in hidden or any(0 < number < base for number in reached.values()):
            hidden.add("reminded")
        told.loc[list(hidden), role] = pd.NA
    return told.dropna(how="all") if design is None else told


def without_few_unheard(
    tables: Mapping[str, pd.DataFrame], imported: Import, *, design: Design, policy: Policy
) -> dict[str, pd.DataFrame]:
    """Tables without the rows of parts of a role in which few, or nobody, did not answer.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Estimates tables of an inventory, before the gate.
    imported : Import
        The answers that they were made of.
    design : Design
        The frame: persons less those who answered are those who did not.
    policy : Policy
        The smallest bases and the width that must remain.

    Returns
    -------
    dict of str to DataFrame
        Of the organisations of a role those that must go; of women and men in each role all, where any of them must,
        since both sexes and both roles are told.  A whole role, a whole sex and all together remain, see `nearly_all`.
    """
    people = _answered(imported)
    bodies = _bodies_to_hide(people, design=design, policy=policy)
    is_crossed = any(True for _ in _few_unheard(people, ("role", "sex"), design=design, policy=policy))

    def goes(row: Mapping[str, Any], by: Collection[str]) -> bool:
        cell = universe_filter(row["universe"]) | {name: str(row[name]) for name in by if pd.notna(row[name])}
        body = cell.get("role"), cell.get("orgtype")
        return body in bodies or (is_crossed and {"role", "sex"} <= set(cell))

    kept = {}
    for name, table in tables.items():
        by = grouping_columns(table)
        out = [goes({str(column): value for column, value in row.items()}, by) for row in table.to_dict("records")]
        if not all(out) or table.empty:
            kept[name] = table[[not each for each in out]].reset_index(drop=True)
    return kept


def nearly_all(imported: Import, *, design: Design, policy: Policy) -> list[str]:
    """The roles and sexes of which few or nobody did not answer: it can be read from the base of every figure of them.

    Returns
    -------
    list of str
        Each as a universe: ``role=pol``, or ``all``.
    """
    people = _answered(imported)
    found = [_few_unheard(people, by, design=design, policy=policy) for by in ((), ("role",), ("sex",))]
    return [canonical_universe(cell) for cells in found for cell in cells]


def _answered(imported: Import) -> pd.DataFrame:
    """Those who answered, with their background variables."""
    once = completed(imported)[["respondent_id", "wave"]].drop_duplicates()
    return once.merge(imported.respondents, on=["respondent_id", "wave"])


def _bodies_to_hide(people: pd.DataFrame, *, design: Design, policy: Policy) -> set[tuple[str, str]]:
    """Role and organisation of those that must go."""
    parts: dict[str, dict[str, int]] = {}
    for cell, unheard in _unheard(people, ("role", "orgtype"), design=design):
        parts.setdefault(cell["role"], {})[cell["orgtype"]] = unheard
    few: dict[str, dict[str, int]] = {role: {} for role in parts}
    for cell in _few_unheard(people, ("role", "orgtype"), design=design, policy=policy):
        few[cell["role"]][cell["orgtype"]] = policy.base_for(cell.items())
    return {
        (role, body)
        for role, own in parts.items()
        for body in parts_to_hide(own, few[role], base=max(few[role].values(), default=0), width=policy.width)
    }


def _unheard(people: pd.DataFrame, by: Collection[str], *, design: Design) -> Iterator[tuple[dict[str, str], int]]:
    """Each group of the frame, and how many of it did not answer."""
    levels = design.population[list(by)].drop_duplicates().astype("str").to_dict("records") if by else [{}]
    for cell in ({str(name): level for name, level in one.items()} for one in levels):
        answered = people
        for name, level in cell.items():
            answered = answered[answered[name].astype("str").eq(level)]
        if persons := design.size(cell):
            yield cell, max(persons - len(answered), 0)


def _few_unheard(
    people: pd.DataFrame, by: Collection[str], *, design: Design, policy: Policy
) -> Iterator[dict[str, str]]:
    for cell, unheard in _unheard(people, by, design=design):
        if unheard < policy.base_for(cell.items()):
            yield cell
