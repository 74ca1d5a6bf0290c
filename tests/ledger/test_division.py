"""Two reports on an activity log: what one less the other tells of the activities between."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial

import pandas as pd
import pytest

from kunskap.disclosure import Policy
from kunskap.ledger import ACTIVITIES, Division, division_beside, read_ledger
from kunskap.project import Project
from kunskap.report.activity_log import of_period, reached

Counts = Mapping[tuple[str, str], int]

YEAR = 2027
SPRING, AUTUMN, WHOLE = (1, 6), (7, 10), (1, 12)
MIXED = {("pol", "k"): 6, ("pol", "m"): 7, ("tjm", "k"): 5, ("tjm", "m"): 4}
EIGHT_WOMEN = {("pol", "k"): 4, ("tjm", "k"): 4}
SEX, ROLE = "reached_sex", "reached_role"


def log(**activities: Counts) -> pd.DataFrame:
    """Activities named after their month: ``month02``."""
    return pd.DataFrame(
        {"date": datetime.date(YEAR, int(name[-2:]), 1), "activity": name, "minutes": 60, "role": role,
         "orgtype": "kom", "sex": sex, "persons": persons}
        for name, counts in activities.items() for (role, sex), persons in counts.items()
    )  # fmt: skip


FIRST_HALVES = {"month02": MIXED, "month09": MIXED}


@pytest.fixture
def told(project: Project, policy: Policy) -> partial[Division]:
    def tell(rows: pd.DataFrame, months: tuple[int, int], *, is_draft: bool = False) -> Division:
        since, until = (datetime.date(YEAR, month, day) for month, day in zip(months, (1, 28), strict=True))
        period = of_period(rows, since=since, until=until)
        divide = partial(reached, base=policy.base)
        return division_beside(
            rows, period=period, divide=divide, project=project, policy=policy, name="rapport", date=until,
            is_draft=is_draft,
        )  # fmt: skip

    return partial(tell)


@pytest.mark.parametrize(
    ("last", "withheld"),
    [
        ({("pol", "k"): 2}, ()),  # too few to be in any sum
        (EIGHT_WOMEN, (SEX,)),
        ({("pol", "k"): 7, ("pol", "m"): 1}, (SEX, ROLE)),  # all but one, and all politicians
        ({("pol", "k"): 5, ("pol", "x"): 1, ("tjm", "m"): 5}, ()),  # one of neither sex: in rough shares
        (MIXED, ()),
    ],
)
def test_two_half_years_and_a_final_report_tell_nothing_of_the_months_between(
    last: Counts, withheld: tuple[str, ...], told: partial[Division], policy: Policy
) -> None:
    rows = log(**FIRST_HALVES, month12=last)
    parts = [told(rows, SPRING), told(rows, AUTUMN)]
    assert all(part.withheld == () for part in parts)
    final = told(rows, WHOLE)
    assert final.withheld == withheld
    assert set(final.released.names if final.released else ()) == {SEX, ROLE} - set(withheld)
    # what the reader would have had of the last activity
    counted = [
        table.set_index("option")["count"] for table in (reached(rows, base=policy.base)[SEX],
        *(part.released.table(SEX) for part in parts if part.released))
    ]  # fmt: skip
    left = counted[0] - counted[1] - counted[2]
    told_of = {sex: sum(n for (_, own), n in last.items() if own == sex) for sex in ("k", "m")}
    assert left.to_dict() == (told_of if sum(last.values()) >= policy.base else {"k": 0, "m": 0})


def test_what_lies_between_overlapping_periods_is_judged_too(told: partial[Division]) -> None:
    rows = log(month02=MIXED, month04=EIGHT_WOMEN, month09=MIXED)
    assert told(rows, (1, 5)).withheld == (), "thirty with the eight women among them"
    assert told(rows, (1, 2)).withheld == (SEX,), "the first less this one are the eight"
    assert told(rows, (3, 10)).withheld == (SEX,)
    assert told(rows, (8, 10)).withheld == (), "others altogether"


def test_those_of_neither_sex_are_not_told_by_what_women_and_men_are_short_of_the_sum(told: partial[Division]) -> None:
    rows = log(month02={**MIXED, ("tjm", "x"): 7}, month04={**MIXED, ("tjm", "x"): 1})
    assert told(rows, (1, 2)).withheld == ()
    assert told(rows, SPRING).withheld == (SEX,), "eight less seven is one"


def test_a_log_that_was_changed_afterwards_is_told_no_more(told: partial[Division], project: Project) -> None:
    assert told(log(**FIRST_HALVES), SPRING).withheld == ()
    two_more = log(month02={**MIXED, ("pol", "k"): 8}, month09=MIXED)
    assert told(two_more, WHOLE).withheld == (SEX, ROLE)
    assert told(log(month09=MIXED), (8, 10)).withheld == (), "about other days only"
    apart = log(**FIRST_HALVES, extra02={("pol", "k"): 2})
    assert told(apart, WHOLE).withheld == (), "the two as an activity of their own"
    assert len(read_ledger(project).of(ACTIVITIES)) == 3


def test_the_same_report_again_is_the_same_and_a_draft_is_not_written_down(
    told: partial[Division], project: Project
) -> None:
    rows = log(month02=MIXED, month04=EIGHT_WOMEN)
    assert told(rows, WHOLE, is_draft=True).released is not None
    assert read_ledger(project).entries == ()
    for _ in range(2):
        assert told(rows, WHOLE).withheld == ()
    (entry,) = read_ledger(project).entries
    assert entry.basis == ACTIVITIES
    assert entry.release.persons == {f"{YEAR}-02-01 month02": 22, f"{YEAR}-04-01 month04": 8}


def test_what_a_page_tells_roughly_is_not_written_down_exactly(told: partial[Division], project: Project) -> None:
    assert told(log(month02={**MIXED, ("tjm", "x"): 1}), SPRING).released is not None
    (entry,) = read_ledger(project).entries
    assert set(entry.release.tables) == {ROLE}, "women and men are told in rough shares: one is neither"
