"""What a frame and a response can and cannot find, said in words before the survey is published.

``told(plan(design, response=0.6, base=policy.base_for), words=words)``.
"""

from kunskap.planning.figures import Plan, plan
from kunskap.planning.power import smallest_change, smallest_difference, smallest_share_difference
from kunskap.planning.telling import sections, told

__all__ = [
    "Plan",
    "plan",
    "sections",
    "smallest_change",
    "smallest_difference",
    "smallest_share_difference",
    "told",
]
