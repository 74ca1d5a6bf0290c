"""How single items behave: how easy they are, whether they go with the rest, and what is wrong with those that do not.

From scores: `facility`, `discrimination`, `upper_lower`, `alpha_if_deleted`, `floor_ceiling`.  From answers, all of it
and every option in one pass: `analysis`, `distractors`.  In words: `suspects`.
"""

from kunskap.items.options import analysis, distractors
from kunskap.items.scores import alpha_if_deleted, discrimination, facility, floor_ceiling, upper_lower
from kunskap.items.suspects import FAULTS, suspects

__all__ = [
    "FAULTS",
    "alpha_if_deleted",
    "analysis",
    "discrimination",
    "distractors",
    "facility",
    "floor_ceiling",
    "suspects",
    "upper_lower",
]
