"""Who took the course between two waves and who did not, as people themselves have said."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from kunskap.bank import Bank
from kunskap.bank.fields import closest
from kunskap.change.compared import RULES, compared_change
from kunskap.change.measures import linking
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers import Import

__all__ = ["Course", "course_tables", "who_took_course"]

PLAIN = "plain"
GROUPS = ("yes", "no")


class Course(NamedTuple):
    """A course and its comparison group.

    Attributes
    ----------
    took : Series of str
        respondent_id → "yes" or "no", of those of whom it is known.
    variable, level : str
        What it is told by: the background variable, and the answer of the comparison group.
    told_in : {"first", "second", "both"}
        The waves that asked.  Told in the first alone, it is known of those who did not answer again as well, and so
        how many of each group were lost.
    """

    took: pd.Series
    variable: str
    level: str
    told_in: str

    @property
    def knows_the_lost(self) -> bool:
        """Whether it is known of those who did not answer again."""
        return self.told_in == "first"


def who_took_course(first: Import, second: Import, *, compared_with: str, bank: Bank) -> Course:
    """Tell who took a course from what they answered to a background variable.

    Parameters
    ----------
    first, second : Import
        The earlier wave and the later, read with the same project key.
    compared_with : str
        ``variable=level``: the answer of those who did not take the course, such as ``training=none``.
    bank : Bank
        Its variables.

    Returns
    -------
    Course
        Asked in both waves: the comparison group answered so both times, and those who took it answered so first and
        something else then; whoever had taken it before the first wave is in neither.  Asked in one wave: those who
        answered so, and those who answered something else.

    Raises
    ------
    KunskapError
        ``CHANGE-08`` for what is no variable and level of the bank, ``CHANGE-09`` for a variable that reports divide
        people by already, ``CHANGE-10`` if neither wave asked it, ``CHANGE-11`` if one of the groups is empty.

    Notes
    -----
    A variable that other tables stand by would put the same people in a release under two names, and the gate could not
    know that they are the same: such variables are `quasi_identifier` in the bank, and are refused.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> def wave(name, answers):
    ...     people = pd.DataFrame({"respondent_id": list("abc"), "wave": name, "training": answers})
    ...     return Import(pd.DataFrame(), people, pd.DataFrame(), pd.DataFrame(), "table")
    >>> waves = wave("2016", ["none", "none", "long"]), wave("2018", ["short", "none", "long"])
    >>> who_took_course(*waves, compared_with="training=none", bank=read_bank()).took.to_dict()
    {'a': 'yes', 'b': 'no'}
    """
    name, _, level = (part.strip() for part in compared_with.partition("="))
    wrong = _wrong(name, level, compared_with, bank)
    if wrong:
        raise KunskapError([wrong])
    asked = {told_in: _told(imported, name) for told_in, imported in (("first", first), ("second", second))}
    there = {told_in: answers for told_in, answers in asked.items() if len(answers)}
    if not there:
        raise KunskapError([fault("CHANGE-10", compared_with, variable=name)])
    told_in = "both" if len(there) == 2 else next(iter(there))
    latest = list(there.values())[-1]
    took = latest.eq(level).map({True: "no", False: "yes"})
    if told_in == "both":
        before = asked["first"]
        took = took[took.index.isin(before.index[before.eq(level)])]
    if set(took) != set(GROUPS):
        numbers = {group: int(took.eq(group).sum()) for group in GROUPS}
        raise KunskapError([fault("CHANGE-11", compared_with, empty=min(numbers, key=lambda one: numbers[one]))])
    return Course(took, name, level, told_in)


def _wrong(name: str, level: str, compared_with: str, bank: Bank) -> Fault | None:
    """What is wrong with a variable and its level."""
    usable = {one.id: one for one in bank.variables.values() if one.levels and one.sensitivity == PLAIN}
    if name in bank.variables and name not in usable:
        return fault("CHANGE-09", compared_with, variable=name, expected=", ".join(usable))
    pairs = [f"{one.id}={each}" for one in usable.values() for each in one.level_ids]
    if f"{name}={level}" in pairs:
        return None
    near = closest(compared_with, pairs)
    return fault("CHANGE-08", compared_with, value=compared_with, expected=", ".join(pairs), closest=near)


def _told(imported: Import, variable: str) -> pd.Series:
    """respondent_id → what was answered; nothing where it was not asked."""
    people = imported.respondents
    if variable not in people:
        return pd.Series(dtype="str")
    known = people[people[variable].notna()].drop_duplicates("respondent_id")
    return pd.Series(known[variable].astype("str").to_numpy(), index=known["respondent_id"].astype("str"))


def course_tables(people: pd.DataFrame, course: Course) -> dict[str, Callable[[], pd.DataFrame]]:
    """The tables of a course beside its comparison group, each to be computed.

    Parameters
    ----------
    people : DataFrame
        As `kunskap.change.rounds` returns it.
    course : Course
        Who took it.

    Returns
    -------
    dict of str to callable
        ``compared`` (`compared_change` of the total under both rules for *don't know*) and, where it is known of those
        who did not answer again, ``compared_linking``: without it nothing is said of why.
    """
    beside = people.assign(course=people["respondent_id"].map(course.took))
    made: dict[str, Callable[[], pd.DataFrame]] = {
        "compared": lambda: compared_change(beside, between="course", levels=GROUPS, columns=RULES)
    }
    if course.knows_the_lost:
        made["compared_linking"] = lambda: linking(beside.dropna(subset=["course"]), by=["course"])
    return made
