"""What everybody can know besides the tables, and the names of groups.

Imports nothing of the library: an attacker has only what everybody has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

__all__ = ["EXACT", "IN_BINS", "REST", "Group", "Known", "within"]

IN_BINS = " in bins"  # a scale's distribution is a question of its own: "total in bins"
REST = "(rest)"  # levels that never stand in a row of their own, taken together: nothing tells them apart
EXACT = 1e-7  # what floating point may blur in a number published unrounded


@dataclass(frozen=True)
class Known:
    """What everybody can know besides the tables: the questions, the frame and the policy.

    Parameters
    ----------
    levels : mapping
        Background variable to its levels, shown or not.
    options : mapping
        Item to its categories.
    points : mapping
        Item to the score, 0–1, of each category.
    scales : mapping
        Scale to the items whose scores it is the mean of.
    frame : DataFrame, optional
        Persons per stratum: grouping columns and ``persons``. Only variables that people cannot choose freely to
        report should stand here (the register knows no *annat*).
    base : int
        Smallest base that the policy shows.
    bases : sequence of (filter, base)
        Stricter bases for groups that lie within a filter, e.g. ``({"role": "pol", "orgtype": "reg"}, 10)``.
    width : int
        How many persons a hidden count must be able to move.
    mean_step, se_step, interval_step, share_step : float
        The policy's rounding; 0 means published as computed.
    corrected : bool
        True when standard errors are shrunk by the finite-population correction.
    complete : bool
        True when everybody who answered reached every item, so that bases agree and scales follow from items.
    linked : bool
        False for an attacker who does not know that a scale is made of its items: to tell which breaches need that.
    asked : mapping
        Item to the filter of those who were asked it; an item that is not here was asked of everyone.
    partial : frozenset of str
        Items that some did not reach though they were asked, and scales made of such items: their base tells at least
        how many people there are, and a scale is then not tied to its items.
    unsaid : frozenset of str
        Options that are no answer: not to have chosen what could be chosen together with other things.
    lenient : frozenset of str
        Scales of which nearly nothing says little: that hardly anyone was wrong leaves open what they answered instead.
    apart : bool
        True for a scale of many items: each item is attacked with the scale beside it and the other items as one sum.
    occupied : bool
        True when a row exists only for groups with people in them, so that a hidden row tells n ≥ 1.
    """

    levels: Mapping[str, tuple[str, ...]]
    options: Mapping[str, tuple[str, ...]]
    points: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frame: pd.DataFrame | None = None
    base: int = 7
    bases: tuple[tuple[Mapping[str, str], int], ...] = ()
    width: int = 1
    mean_step: float = 0.0
    se_step: float = 0.0
    interval_step: float = 0.0
    share_step: float = 0.0
    corrected: bool = False
    complete: bool = True
    occupied: bool = True
    linked: bool = True
    asked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    apart: bool = False
    partial: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()
    lenient: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Group:
    """A set of atoms with a name that people would recognise."""

    label: str
    atoms: frozenset[int]


def within(people: pd.DataFrame, chosen: Mapping[str, str]) -> np.ndarray:
    """Tell which rows lie in a group."""
    inside = np.ones(len(people), dtype=bool)
    for name, level in chosen.items():
        inside &= (people[name] == level).to_numpy(dtype=bool)
    return inside
