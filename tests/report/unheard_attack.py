"""Work out from a technical appendix how many did not answer, as any reader can who knows how many there are.

Reads the printed tables and the released ones, knows nothing of the code that made them, and asks for the narrowest
interval of every count of contacts in every part of a role, in whole persons (the audit's own solver).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

import pandas as pd

from kunskap.audit.known import Known, within
from kunskap.audit.worlds import Worlds
from kunskap.disclosure import Released
from kunskap.report.document import Document, Paragraph, TableBlock, plain, walk

CAME = ("uninvited", "not_reached", "refused", "partial", "answered", "unheard", "not_eligible")
SUMS = {"invited": tuple(name for name in CAME if name != "uninvited")}
RATES = {
    "RR1": (("answered",), ("answered", "partial", "refused", "not_reached", "unheard")),
    "RR2": (("answered", "partial"), ("answered", "partial", "refused", "not_reached", "unheard")),
    "COOP3": (("answered",), ("answered", "partial", "refused")),
    "REF1": (("refused",), ("answered", "partial", "refused", "not_reached", "unheard")),
}
STRATUM = ("role", "orgtype", "sex")


class Found(NamedTuple):
    """A count of few people that is known too well."""

    group: str
    contact: str
    low: int
    high: int


def printed(document: Document, id: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of a table, as they are read: what they are called, and their cells."""
    for block in walk(document.blocks):
        if isinstance(block, TableBlock) and block.id == id:
            yield from ((label, cells) for group in block.view.groups for label, cells in group.rows)


def number(cell: str) -> float | None:
    """A number or a percentage; None where there is none."""
    digits = re.sub(r"[^\d,]", "", cell)
    return float(digits.replace(",", ".")) if digits else None


def worlds(
    document: Document, released: Released, *, names: Mapping[str, str], roles: tuple[str, ...], frame: pd.DataFrame
) -> Worlds:
    """All that agrees with what the appendix shows; `names` is how each kind of contact is called there."""
    levels = {name: tuple(dict.fromkeys(frame[name])) for name in STRATUM}
    known = Known(levels=levels, options={"contact": CAME}, frame=frame)
    found = Worlds(levels, ["contact"], [], known)
    for cell in product(*levels.values()):
        there = found.group(dict(zip(STRATUM, cell, strict=True)))
        persons = float(frame.loc[within(frame, dict(zip(STRATUM, cell, strict=True))), "persons"].sum())
        found.say(found.people(there.atoms), persons, persons)
    _contacts(found, document, names, roles)
    _bases(found, released)
    for block in walk(document.blocks):
        begun = re.search(r"inte avslutade: (\d+)", plain(block.text)) if isinstance(block, Paragraph) else None
        if begun:
            found.say(found.count(range(len(found.atoms)), "contact", "partial"), int(begun[1]), int(begun[1]))
    return found


def _contacts(found: Worlds, document: Document, names: Mapping[str, str], roles: tuple[str, ...]) -> None:
    called = {label: name for name, label in names.items()}
    for label, cells in printed(document, "table-contacts"):
        parts = SUMS.get(called[label], (called[label],))
        for role, cell in zip(roles, cells, strict=True):
            if parts != ("reminded",) and (told := number(cell)) is not None:
                form = sum(found.count(found.group({"role": role}).atoms, "contact", part) for part in parts)
                found.say(form, told, told)
    for label, cells in printed(document, "table-rates"):
        above, below = RATES[label.partition(":")[0]]
        for role, cell in zip(roles, cells, strict=True):
            if (told := number(cell)) is not None:
                atoms = found.group({"role": role}).atoms
                over, under = (sum(found.count(atoms, "contact", part) for part in side) for side in (above, below))
                found.say(over - (told - 0.5) / 100 * under, 0, float("inf"))
                found.say(over - (told + 0.5) / 100 * under, float("-inf"), 0)


def _bases(found: Worlds, released: Released) -> None:
    """What the tables tell of how many answered: n, and the count of a response rate."""
    for name in released.names:
        table = released.table(name)
        for row in table[table["n"].notna() & table["statistic"].isin(["share", "mean", "response_rate"])].to_dict(
            "records"
        ):
            told = dict(pair.split("=") for pair in str(row["universe"]).split("&") if "=" in pair)
            told |= {each: row[each] for each in STRATUM if each in row and pd.notna(row[each])}
            persons = row["count"] if row["statistic"] == "response_rate" else row["n"]
            if pd.notna(persons):
                found.say(found.count(found.group(told).atoms, "contact", "answered"), persons, persons)


def attack(found: Worlds, truth: pd.DataFrame, *, few: int, width: int) -> list[Found]:
    """The counts of fewer than `few` that are known more closely than `width`, in roles and in parts of them.

    `truth` has a row per stratum and a column per kind of contact; it only chooses what is asked.
    """
    groups = [{"role": role} for role in truth["role"].unique()]
    of_parts = [dict(zip(by, key, strict=True)) for by in (("role", "orgtype"), ("role", "sex"), STRATUM)
                for key in truth[list(by)].drop_duplicates().itertuples(index=False)]  # fmt: skip
    asked = [(group, (name,)) for group in groups for name in CAME if name != "answered"]
    asked += [(group, tuple(name for name in CAME if name != "answered")) for group in of_parts]
    known = []
    for group, parts in asked:
        there = truth
        for name, level in group.items():
            there = there[there[name] == level]
        persons, atoms = int(there[list(parts)].to_numpy().sum()), found.group(group).atoms
        if persons >= few or (persons == 0 and len(parts) == 1):
            continue
        low, high = found.interval(sum(found.count(atoms, "contact", part) for part in parts))
        if high - low < min(width, int(there[list(CAME)].to_numpy().sum())):
            known.append(Found("&".join(group.values()), "+".join(parts) if len(parts) == 1 else "all", low, high))
    return known
