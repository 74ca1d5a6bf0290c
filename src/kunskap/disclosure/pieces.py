"""The pieces of people that the cells cut out, and the sets of people that nobody may work out."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from kunskap.disclosure.figures import Cell
from kunskap.disclosure.linked import ContradictionError, Measure, children
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import SECRET, near_unanimous

__all__ = ["Picture", "Target", "picture_of", "targets_of"]

NEAR = 1e-6


@dataclass(frozen=True)
class Picture:
    """Which pieces each cell is made of.

    Attributes
    ----------
    cells : tuple of Cell
        Those of the tables, and those that they add up to.
    member : array of bool, cells × pieces
        Pieces that cannot hold anyone are left out.
    """

    cells: tuple[Cell, ...]
    member: np.ndarray

    @cached_property
    def place(self) -> dict[Cell, int]:
        """The row of each cell."""
        return {cell: place for place, cell in enumerate(self.cells)}


@dataclass(frozen=True)
class Target:
    """A set of people about whom too much must not be known.

    Attributes
    ----------
    pieces : array of bool
        What it is made of.
    n : float
        People in it.
    counts : array
        How they divide: what is to be protected.
    narrow : bool
        Whether the policy's width is demanded of it (else only that nobody can tell that all answered alike).
    secret : bool
        Whether it is hidden because all, or all but one, answered alike.
    whole : Cell or None
        The cell of which it is what remains.
    """

    pieces: np.ndarray
    n: float
    counts: np.ndarray
    narrow: bool
    secret: bool
    whole: Cell | None


def picture_of(measure: Measure, *, most: int) -> Picture:
    """Cut the people of a measure into the smallest pieces that its cells tell apart.

    Raises
    ------
    ContradictionError
        If there are more than `most` pieces.
    """
    cells = tuple(sorted(measure.n, key=lambda cell: (len(cell), sorted(cell))))
    levels: dict[str, list[str | None]] = {}
    for variable, level in sorted({pair for cell in cells for pair in cell}):
        levels.setdefault(variable, [None]).append(level)
    if np.prod([len(listed) for listed in levels.values()], dtype=float) > 50 * most:
        raise ContradictionError
    corners = [frozenset(zip(levels, corner, strict=True)) for corner in product(*levels.values())]
    member = np.array([[cell <= corner for corner in corners] for cell in cells], dtype=bool)
    member = np.unique(member, axis=1)
    member = member[:, member.any(axis=0)]
    place = {cell: row for row, cell in enumerate(cells)}
    empty = np.zeros(member.shape[1], dtype=bool)
    for cell in cells:
        if measure.n[cell] < NEAR:
            empty |= member[place[cell]]
        for parts in children(cell, measure.n).values():
            if measure.n[cell] - sum(measure.n[part] for part in parts) < NEAR:
                empty |= member[place[cell]] & ~member[[place[part] for part in parts]].any(axis=0)
    member = member[:, ~empty]
    if member.shape[1] > most:
        raise ContradictionError
    return Picture(cells, member)


def targets_of(
    measure: Measure,
    picture: Picture,
    *,
    hidden: Mapping[Cell, str],
    shown: Set[Cell],
    policy: Policy,
    count_base: bool = False,
) -> list[Target]:
    """The sets of people to protect, given what is shown.

    They are the cells that are hidden for their own sake, what remains of a cell when its parts are taken away (all of
    them, or those that are shown), and the difference between any two cells of which one lies in the other.

    Parameters
    ----------
    measure, picture
        What is true, and of whom.
    hidden : mapping
        The cells that are hidden for their own sake, with the reason.
    shown : set of Cell
        The cells that are shown.
    policy : Policy
        The thresholds.
    count_base : bool
        Whether each count must also reach the base (registers).
    """
    found: dict[bytes, Target] = {}

    def consider(
        pieces: np.ndarray, n: float, counts: np.ndarray, base: int, cell: Cell | None = None, whole: Cell | None = None
    ) -> None:
        if cell in shown or n < NEAR or not pieces.any():
            return
        few = n < base - NEAR or (count_base and bool(((counts > NEAR) & (counts < base - NEAR)).any()))
        alike = n >= base - NEAR and bool(near_unanimous(measure.answers(counts), n, policy=policy)) and measure.bounded
        reason = hidden.get(cell) if cell is not None else None
        narrow = few or reason in {"base", "dominance", *SECRET}
        if not (narrow or alike):
            return
        key = pieces.tobytes()
        if key not in found or (narrow and not found[key].narrow):
            found[key] = Target(pieces, n, counts, narrow, alike and reason in SECRET, whole)

    for cell in picture.cells:
        n, counts, pieces = measure.n[cell], measure.counts[cell], picture.member[picture.place[cell]]
        consider(pieces, n, counts, policy.base_for(cell), cell=cell)
        for variable, parts in children(cell, measure.n).items():
            apart = policy.shown_apart.get(variable)
            seen = [part for part in parts if apart is None or dict(part)[variable] in apart]
            for taken in (seen, [part for part in seen if part in shown], *([part] for part in seen)):
                if taken:
                    rest = pieces & ~picture.member[[picture.place[part] for part in taken]].any(axis=0)
                    left = n - sum(measure.n[part] for part in taken)
                    parted = counts - np.sum([measure.counts[part] for part in taken], axis=0)
                    base = _base_of_rest(cell, variable, taken, policy=policy)
                    consider(rest, left, parted, base, whole=cell)
        for other in picture.cells:
            if len(other) > len(cell) + 1 and cell < other:
                rest = pieces & ~picture.member[picture.place[other]]
                left, parted = n - measure.n[other], counts - measure.counts[other]
                consider(rest, left, parted, policy.base_for(cell), whole=cell)
    return list(found.values())


def _base_of_rest(cell: Cell, variable: str, taken: list[Cell], *, policy: Policy) -> int:
    """The base of those left; they may all be of a level that nobody lists."""
    gone = {dict(part)[variable] for part in taken}
    within = [
        group.base
        for group in policy.groups
        if all(name == variable and level not in gone for name, level in group.where - cell)
    ]
    return max([policy.base, *within])
