"""Scales of few items: how many people have each number of points.

A standard error is a sum of squares, and with few items that says how many have 0, 1, 2 … points; how many are right on
each item then has to fit (Gale and Ryser's condition for a table of noughts and ones with given margins).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from kunskap.disclosure.figures import Unit

if TYPE_CHECKING:
    from collections.abc import Collection

    from kunskap.disclosure.focus import Focus
    from kunskap.disclosure.system import Rows, System

__all__ = ["has_patterns", "say_patterns"]

MOST_ITEMS = 4
RIGHT = "right"


def has_patterns(focus: Focus) -> bool:
    """Whether the numbers of points are unknowns: every item is right or not, and the items are few or in one sum."""
    items = (*focus.questions, *focus.others)
    return (
        bool(focus.sums)
        and len(items) > 0
        and (not focus.questions or (not focus.others and len(items) <= MOST_ITEMS))
        and all(RIGHT in item.options and "partly" not in item.options for item in items)
    )


def say_patterns(system: System, rows: Rows, hidden: Collection[Unit]) -> None:
    """Tie the patterns to the items, the bins and the standard errors that are shown.

    Parameters
    ----------
    system : System
        Its `patterns` are the unknowns: one row per number of points, one column per atom.
    rows : Rows
        Where the equations are added.
    hidden : collection of Unit
        What is not shown.
    """
    focus, size = system.focus, system.focus.parts
    for atom in range(system.people.atoms):
        one = np.arange(system.people.atoms) == atom
        having = [system.form(system.patterns[points], one) for points in range(size + 1)]
        rows.say(np.sum(having, axis=0) - system.form(system.persons, one), 0.0, 0.0)
        right = [system.count(question.subject, question.options.index(RIGHT), one) for question in focus.questions]
        points = np.sum([number * form for number, form in enumerate(having)], axis=0)
        rows.say(points - system.sum_of(RIGHT, one), 0.0, 0.0)
        for few in range(1, size) if right else ():
            room = np.sum([min(number, few) * form for number, form in enumerate(having)], axis=0)
            for chosen in combinations(right, few):
                rows.say(room - np.sum(chosen, axis=0), 0.0, np.inf)
        for question in focus.bins:
            for place, option in enumerate(question.options):
                low, high = (int(end) for end in (option.split("-") * 2)[:2])
                within = np.sum(having[low : high + 1], axis=0) if low <= size else np.zeros(system.size)
                rows.say(within - system.count(question.subject, place, one), 0.0, 0.0)
    for sum_ in focus.sums:
        for cell, (least, most) in sum_.squares.items() if sum_.outcome == RIGHT else ():
            if (sum_.subject, cell) not in hidden:
                inside = system.people.member[cell]
                squares = np.sum(
                    [number**2 * system.form(system.patterns[number], inside) for number in range(size + 1)], axis=0
                )
                rows.say(squares, size**2 * least, size**2 * most, (sum_.subject, cell))
