"""Who took part in activities: reports whose periods overlap tell, subtracted, of the activities between them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from kunskap.disclosure import Earlier, Policy, Released, release
from kunskap.ledger.entries import ACTIVITIES, ledger_alone, sign_of
from kunskap.project import Project

__all__ = ["Division", "division_beside"]

Divide = Callable[[pd.DataFrame], Mapping[str, pd.DataFrame]]


class Division(NamedTuple):
    """How those who took part are divided; and the tables that are kept at home for what is out already."""

    released: Released | None
    withheld: tuple[str, ...] = ()


def division_beside(
    log: pd.DataFrame,
    *,
    period: pd.DataFrame,
    divide: Divide,
    project: Project,
    policy: Policy,
    name: str,
    date: datetime.date,
    is_draft: bool = False,
    undo: ExitStack | None = None,
) -> Division:
    """Release how those who took part in a period are divided, beside what earlier reports have told of theirs.

    Parameters
    ----------
    log : DataFrame
        The whole activity log, all periods: ``date``, ``activity``, ``sex``, ``role``, ``persons``.
    period : DataFrame
        Those of its rows that the report is about: whole days.
    divide : callable
        Makes the tables of some rows of the log.
    project, policy, name, date, is_draft, undo
        As in `kunskap.ledger.release_beside`.

    Returns
    -------
    Division

    Notes
    -----
    A half-year's report and a final one tell of the months between: the difference of two divisions is the division of
    the activities that only one of them has.  All reports together part the activities in groups, those that are in the
    same reports.  A table is told only if it could be told of each of these groups by itself: whatever is computed from
    the reports is less.  Where the log has been changed since an earlier report, this cannot be judged, and the table
    is kept at home.

    Tables that leave a few people unsaid are told in rough shares (`kunskap.report.kinds.funder`), and are no part of
    this.
    """
    rows = {name: some for name, some in _activities(log).items() if some["persons"].sum() >= policy.base}
    whole = _Log(rows, {one: _sign(some, project.key) for one, some in rows.items()}, divide, policy)
    own = [one for one in _activities(period) if one in rows]
    tables = whole.divided(own)
    about = Earlier("", {one: whole.persons([one]) for one in own}, {one: whole.signs[one] for one in own}, {})
    with ledger_alone(project) as ledger:
        out = ledger.of(ACTIVITIES)
        withheld = tuple(table for table in tables if not whole.may_tell(table, about, out))
        kept = {table: made for table, made in tables.items() if table not in withheld}
        if not kept:
            return Division(None, withheld)
        released = release(kept, policy=policy, simulated=project.simulated)
        shown = {table: released.table(table) for table in kept if whole.is_told_exactly(table, own)}
        shown = {table: made for table, made in shown.items() if made["hidden"].isna().any()}
        if shown and not is_draft:
            ledger.enter(released, replace(about, tables=shown), name=name, date=date, basis=ACTIVITIES, undo=undo)
        return Division(released, withheld)


@dataclass(frozen=True)
class _Log:
    """Every activity that may be told, by day and name: its rows, and a sign for what they say."""

    rows: Mapping[str, pd.DataFrame]
    signs: Mapping[str, str]
    divide: Divide
    policy: Policy

    def persons(self, activities: Iterable[str]) -> int:
        return sum(int(self.rows[one]["persons"].sum()) for one in activities)

    def divided(self, activities: Collection[str]) -> Mapping[str, pd.DataFrame]:
        return self.divide(pd.concat([self.rows[one] for one in activities])) if activities else {}

    def is_told_exactly(self, table: str, activities: Collection[str]) -> bool:
        """Whether a table leaves nobody unsaid, or enough."""
        made = self.divided(activities).get(table)
        left = self.persons(activities) - (0 if made is None else int(made["n"].max()))
        return left == 0 or left >= self.policy.base

    def may_tell(self, table: str, about: Earlier, out: Iterable[Earlier]) -> bool:
        """Whether a table may be told beside those that are out."""
        related = _related(about, [one for one in out if table in one.tables])
        if not related or not self.is_told_exactly(table, [*about.persons]):
            return True
        if any(self.signs.get(one) != said for earlier in related for one, said in earlier.crowd.items()):
            return False
        groups = _groups([about, *related])
        return len(groups) == 1 or self._can_be_told_of_each(table, groups)

    def _can_be_told_of_each(self, table: str, groups: Iterable[list[str]]) -> bool:
        parts = []
        for place, group in enumerate(groups, start=1):
            made = self.divided(group)
            if table not in made or not self.is_told_exactly(table, group):
                return False
            parts.append(made[table].assign(wave=str(place)))
        return release({table: pd.concat(parts, ignore_index=True)}, policy=self.policy).log.empty


def _activities(log: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each activity, which is one name on one day."""
    named = log["date"].astype("str") + " " + log["activity"].astype("str")
    return {str(name): some for name, some in log.groupby(named, sort=False)}


def _related(about: Earlier, out: Iterable[Earlier]) -> list[Earlier]:
    """Those that are about some of the same activities, directly or by way of each other."""
    found: list[Earlier] = []
    left, known = list(out), set(about.persons)
    while near := [one for one in left if known & set(one.persons)]:
        found += near
        left = [one for one in left if not known & set(one.persons)]
        known = known.union(*(one.persons for one in near))
    return found


def _groups(reports: Iterable[Earlier]) -> list[list[str]]:
    """The activities that are in the same reports."""
    where: dict[str, list[int]] = {}
    for place, report in enumerate(reports):
        for one in report.persons:
            where.setdefault(one, []).append(place)
    found: dict[tuple[int, ...], list[str]] = {}
    for one, places in where.items():
        found.setdefault(tuple(places), []).append(one)
    return list(found.values())


def _sign(rows: pd.DataFrame, key: bytes | None) -> str:
    """Of how many there were of each sex and role."""
    counted = rows.groupby(["sex", "role"], as_index=False)["persons"].sum()
    return sign_of(("|".join(map(str, row)) for row in counted.itertuples(index=False)), key=key)
