"""Which seeded counties every run attacks, and how: what the files `test_seeded_*.py` have in common.

They are several files so that the workers of a run share them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from releases import Outcome, attack

from kunskap.audit.breaches import told
from kunskap.disclosure import Policy, read_policy

CHUNK = 15
FILES = 4
OF_ONE_FILE = 75
LARGE = 6
LARGE_CHUNK = 3


def chunks(file: int) -> range:
    """Return the first seeds of one file's chunks: 4 × 75 = 300 counties in all."""
    return range(file * OF_ONE_FILE, (file + 1) * OF_ONE_FILE, CHUNK)


@cache
def policy() -> Policy:
    """The project's own policy."""
    return read_policy()


def faults(seeds: Iterable[int], *, large: bool = False) -> list[str]:
    """Return what the attacker found, and what it could not settle; nothing, if all hold."""
    outcomes = [attack(seed, policy(), large=large) for seed in seeds]
    return [_fault(one) for one in outcomes if one.breaches or one.unresolved]


def _fault(one: Outcome) -> str:
    return f"seed {one.seed}: {told(one.breaches)} {', '.join(one.unresolved)}"
