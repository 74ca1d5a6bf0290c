"""A register of firms: when it has grown between two reports, their difference tells of those who came in between."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import ExitStack

import pandas as pd

from kunskap.disclosure import Earlier, Policy, Released, release
from kunskap.errors import KunskapError, fault
from kunskap.ledger.entries import REGISTER, ledger_alone
from kunskap.project import Project
from kunskap.tables import CONTRIBUTIONS, row_keys

__all__ = ["register_beside"]

TABLE = "result"
OCCASIONS = ("before", "after")
DIRECT = ("count", "mean")
NEAR = 0.02  # of two means that are rounded to a hundredth each


def register_beside(
    table: pd.DataFrame,
    *,
    years: Sequence[str],
    project: Project,
    policy: Policy,
    name: str,
    date: datetime.date,
    is_draft: bool = False,
    undo: ExitStack | None = None,
) -> Released:
    """Release what a register tells of two years beside what has been told of them before, and write it down.

    Parameters
    ----------
    table : DataFrame
        The register's part of `kunskap.growth.rounds_of_work`: the years are ``before`` and ``after`` in `occasion`.
    years : sequence of str
        Which years these are.
    project, policy, name, date, is_draft, undo
        As in `kunskap.ledger.release_beside`.

    Raises
    ------
    KunskapError
        ``LEDGER-06`` if a year has been told of before, and what has changed since would tell of too few; what
        `kunskap.disclosure.release`, `ledger_alone` and `Ledger.enter` raise.

    Notes
    -----
    Those who have come in since are judged as a register of their own, by the same gate: how many they are, how many of
    them were granted, and kronor.  Which amounts are theirs is not known here, so that the two largest of the whole
    group stand for them: they can only be larger.  A figure that has changed without anybody coming in was corrected,
    and its difference tells of one firm.  What was hidden of a year stands for itself: no sum of women and men is told,
    from which it could be worked out.
    """
    with ledger_alone(project) as ledger:
        released = release({TABLE: table}, policy=policy, basis="register", simulated=project.simulated)
        if ledger.folder is None:
            return released
        known = _by_year(table, years, policy)
        shown = _by_year(released.table(TABLE), years, policy)
        faults = [
            fault("LEDGER-06", f"{earlier.name}, {year}", base=policy.base)
            for earlier in ledger.of(REGISTER)
            for year in set(earlier.tables) & set(shown)
            if not _can_stand_beside(earlier.tables[year], shown[year], known[year], policy=policy)
        ]
        if faults:
            raise KunskapError(faults)
        if not is_draft:
            ledger.enter(released, Earlier("", {}, {}, shown), name=name, date=date, basis=REGISTER, undo=undo)
        return released


def _by_year(table: pd.DataFrame, years: Sequence[str], policy: Policy) -> dict[str, pd.DataFrame]:
    """What is told of each year: not the changes between them, which follow."""
    kinds = table["statistic"].map(lambda statistic: getattr(policy.statistics.get(statistic), "kind", ""))
    direct = table[kinds.isin(DIRECT)]
    return {
        str(year): direct[direct["occasion"].eq(occasion)].drop(columns="occasion").reset_index(drop=True)
        for year, occasion in zip(years, OCCASIONS, strict=True)
    }


def _can_stand_beside(old: pd.DataFrame, new: pd.DataFrame, known: pd.DataFrame, *, policy: Policy) -> bool:
    """Whether two tellings of a year, laid side by side, tell of no few firms."""
    before, after = (table.set_index(row_keys(table)) for table in (old, new))
    largest = known.set_index(row_keys(known))
    both = [key for key in after.index if key in before.index and _are_shown(before.loc[key], after.loc[key])]
    changed = [key for key in both if not _is_same(before.loc[key], after.loc[key])]
    if not changed:
        return True
    since = [_since(before.loc[key], after.loc[key], largest.loc[key]) for key in changed]
    newcomers = [one for one in since if one is not None]
    if len(newcomers) < len(since):
        return False
    rows = after.loc[changed].drop(columns="hidden").reset_index(drop=True)
    rows = rows.assign(**pd.DataFrame(newcomers), inputs=pd.Series([()] * len(rows), dtype=object))
    return release({TABLE: rows}, policy=policy, basis="register").log.empty


def _are_shown(*rows: pd.Series) -> bool:
    return all(pd.isna(row["hidden"]) for row in rows)


def _is_same(before: pd.Series, after: pd.Series) -> bool:
    counts = [(before[name], after[name]) for name in ("count", "n")]
    same = all((pd.isna(one) and pd.isna(other)) or one == other for one, other in counts)
    return same and not abs(before["estimate"] - after["estimate"]) > NEAR


def _since(before: pd.Series, after: pd.Series, known: pd.Series) -> dict[str, float] | None:
    """The figure of those who have come in since; None where others have gone, or some were corrected."""
    n = after["n"] - before["n"]
    if not n > 0:
        return None
    if pd.notna(after["count"]):
        count = after["count"] - before["count"]
        return {"n": n, "count": count, "estimate": count / n} if 0 <= count <= n else None
    whole = after["n"] * after["estimate"] - before["n"] * before["estimate"]
    largest, second = (known[name] for name in CONTRIBUTIONS)
    return {"n": n, "estimate": whole / n, "largest": largest, "second": second} if largest + second <= whole else None
