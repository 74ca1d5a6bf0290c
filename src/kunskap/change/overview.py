"""The follow-up's own set of tables: what a report of two waves shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from kunskap import scoring
from kunskap.asked import common_items
from kunskap.bank import Bank
from kunskap.change.compared import by_rule
from kunskap.change.course import Course, course_tables
from kunskap.change.measures import attrition, everyone, linking, paired
from kunskap.change.rounds import rounds
from kunskap.errors import KunskapError
from kunskap.readers import Import

__all__ = ["FollowUpTables", "follow_up"]

SEXES = ("k", "m")


class FollowUpTables(NamedTuple):
    """Tables for the gate, and what could not be computed: the faults, each once."""

    tables: Mapping[str, pd.DataFrame]
    missing: tuple[KunskapError, ...]


def follow_up(first: Import, second: Import, *, bank: Bank, course: Course | None = None) -> FollowUpTables:
    """Compute every table of a report of two waves.

    Parameters
    ----------
    first, second : Import
        The earlier and the later, read with the same project key.
    bank : Bank
        Keys and scales.
    course : Course, optional
        Who took a course between the waves, and who is compared with.

    Returns
    -------
    FollowUpTables
        ``linking``, ``linking_by_role``, ``attrition``, ``everyone``, ``paired``, ``everyone_by_sex``,
        ``everyone_by_role``, ``paired_by_sex`` (the total and each question that all were asked both times),
        ``by_rule`` (women's and men's change under both rules for *don't know*) and ``scales`` (what people say of
        themselves and their work); beside a course ``compared`` and, where it is known of those who were lost,
        ``compared_linking``.  They are for the gate: nothing in them is protected.

    Raises
    ------
    KunskapError
        As `kunskap.change.rounds`, if the two are no two waves; or the first fault, if no table at all can be computed.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.content import data_folder
    >>> from kunskap.project import open_project
    >>> from kunskap.readers import read_responses
    >>> bank, demo = read_bank(), data_folder() / "demo"
    >>> files = {year: demo / f"limesurvey_{year}_simulerad.csv" for year in ("2016", "2018")}
    >>> key = open_project(demo).key
    >>> waves = [read_responses(file, bank=bank, wave=year, key=key) for year, file in files.items()]
    >>> sorted(follow_up(*waves, bank=bank).tables)[:3]
    ['attrition', 'by_rule', 'everyone']
    """
    people = rounds(first, second, bank=bank)
    of_two = people[people["sex"].isin(SEXES)] if "sex" in people else people.iloc[:0]
    asked = [common_items(imported.responses, bank=bank) for imported in (first, second)]
    items = [name for name in asked[0] if name in asked[1] and name in people.columns]
    wanted: dict[str, Callable[[], pd.DataFrame]] = {
        "linking": lambda: linking(people),
        "linking_by_role": lambda: linking(people, by=["role"]),
        "attrition": lambda: attrition(people),
        "everyone": lambda: everyone(people),
        "paired": lambda: paired(people),
        "everyone_by_sex": lambda: everyone(of_two, by=["sex"]),
        "everyone_by_role": lambda: everyone(people, by=["role"]),
        "paired_by_sex": lambda: paired(of_two, columns=["total", *items], by=["sex"]),
        "by_rule": lambda: by_rule(of_two),
        "scales": lambda: _scales(first, second, people, bank=bank),
    }
    if course is not None:
        wanted |= course_tables(people, course)
    tables: dict[str, pd.DataFrame] = {}
    missing: dict[str, KunskapError] = {}
    for name, compute in wanted.items():
        try:
            made = compute()
        except KunskapError as error:
            missing.setdefault(str(error), error)
            continue
        if len(made):
            tables[name] = made
    if not tables and missing:
        raise next(iter(missing.values()))
    return FollowUpTables(tables, tuple(missing.values()))


def _scales(first: Import, second: Import, people: pd.DataFrame, *, bank: Bank) -> pd.DataFrame:
    """The change of each scale without right or wrong, of the items that both waves asked."""
    waves = [imported.responses[imported.responses["completed_at"].notna()] for imported in (first, second)]
    rated = {item.id for item in bank.items.values() if item.is_rated}
    both = [name for name in waves[0].columns if name in rated and name in waves[1].columns]
    if not both:
        return people.iloc[:0]
    parts = []
    for responses in waves:
        scales = scoring.scale_scores(scoring.score(responses, bank=bank, items=both), bank=bank)
        # two files may number their sittings alike: a person and a wave are what is matched
        named = scales.assign(respondent_id=responses["respondent_id"].astype("str").to_numpy())
        parts.append(named.assign(wave=responses["wave"].astype("str").to_numpy()))
    told = people[["respondent_id", "wave", "linked"]].merge(pd.concat(parts), on=["respondent_id", "wave"])
    columns = [name for name in bank.scales if name in told.columns]
    return everyone(told, columns=columns)
