"""What changed between two waves: the same people, everyone, and both together.

Without a comparison group a change is a change: nothing here says what caused it.  No finite-population correction:
a change is read as a statement about more than those who happened to answer.
"""

from kunskap.change.compared import by_rule, compared_change
from kunskap.change.course import Course, who_took_course
from kunskap.change.formulas import (
    analysis_of_covariance,
    gain_share,
    mcnemar,
    overlapping_t,
    paired_shares,
    paired_t,
    standardised_change,
)
from kunskap.change.measures import attrition, everyone, linking, paired
from kunskap.change.overview import FollowUpTables, follow_up
from kunskap.change.rounds import frame_changes, rounds

__all__ = [
    "Course",
    "FollowUpTables",
    "analysis_of_covariance",
    "attrition",
    "by_rule",
    "compared_change",
    "everyone",
    "follow_up",
    "frame_changes",
    "gain_share",
    "linking",
    "mcnemar",
    "overlapping_t",
    "paired",
    "paired_shares",
    "paired_t",
    "rounds",
    "standardised_change",
    "who_took_course",
]
