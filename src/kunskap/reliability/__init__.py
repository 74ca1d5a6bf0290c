"""How far a score would come out the same again: alpha, omega, the standard error of measurement, test–retest.

Everything here takes complete cases, the people who reached all the items; `retest` the people with both scores.
"""

from kunskap.reliability.again import agreement, retest
from kunskap.reliability.alpha import alpha, alpha_of, feldt_interval, standard_error
from kunskap.reliability.factor import omega, omega_of, one_factor

__all__ = [
    "agreement",
    "alpha",
    "alpha_of",
    "feldt_interval",
    "omega",
    "omega_of",
    "one_factor",
    "retest",
    "standard_error",
]
