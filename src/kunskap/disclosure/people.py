"""Everybody a release tells of, cut by all its variables at once: who the groups are that a reader can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from scipy import sparse

from kunskap.disclosure.figures import Cell, Figure
from kunskap.disclosure.linked import ContradictionError, Measure, children, with_parents
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.solver import Programme

__all__ = ["AMONG", "People", "people_of"]

Corner = frozenset[tuple[str, str | None]]

NEAR = 1e-6
RATE = "response_rate"
MANY_LEVELS = 4
"""A variable with more levels than this is cut in single levels and pairs only."""
MANY_GROUPS = 4000
IN_PART = ("wave", "occasion", "linked", "course")
"""What some tables tell of for one level only."""
AMONG = "among"
"""Begins the names of the variables that say which crowd somebody is in; no variable of a bank has a blank in it."""


@dataclass(frozen=True)
class People:
    """The people of a release and the groups that can be named.

    Attributes
    ----------
    n : mapping of cell to float
        How many there are in each cell that some table tells of.
    member : mapping of cell to array of bool
        Which atoms a cell is made of.  An atom is one level of each variable, or what no table names.
    groups : array of bool, groups × atoms
        Products of sets of levels, and what one cell of a table leaves of another.
    bases : array of int
        The policy's base for each group.
    """

    n: dict[Cell, float]
    member: dict[Cell, np.ndarray]
    groups: np.ndarray
    bases: np.ndarray

    @property
    def atoms(self) -> int:
        """The number of atoms."""
        return self.groups.shape[1]

    @cached_property
    def _programme(self) -> Programme:
        told = np.array(list(self.n.values()))
        member = np.array(list(self.member.values()), dtype=float)
        return Programme(sparse.csr_matrix(member), told, told, np.zeros(self.atoms))

    def most(self, atoms: np.ndarray) -> float:
        """How many there can be in some atoms."""
        key = atoms.tobytes()
        if key not in self._ends:
            self._ends[key] = self._programme.parts(atoms.astype(float))[0]
        return self._ends[key]

    @cached_property
    def _ends(self) -> dict[bytes, float]:
        return {}

    @cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """The fewest and the most there can be in each group, parts of people counted."""
        everyone = self.most(np.ones(self.atoms, dtype=bool))
        if not np.isfinite(everyone):
            raise ContradictionError
        fewest = [-self._programme.parts(-group.astype(float))[0] for group in self.groups]
        return np.array(fewest), np.array([self.most(group) for group in self.groups])

    @cached_property
    def sized(self) -> np.ndarray:
        """The groups whose number of people can be known, or known but for one."""
        fewest, most = self.ends
        return np.asarray(most - fewest < 2 - NEAR)

    @cached_property
    def tiny(self) -> np.ndarray:
        """The atoms that hold at most two people in every world."""
        return np.array([self.most(atom) < 3 - NEAR for atom in np.eye(self.atoms, dtype=bool)])


def answered(figure: Figure) -> float:
    """The people who answered: a response rate counts them, and its n is the frame."""
    return figure.count if figure.statistic == RATE else figure.n


def people_of(figures: Iterable[Figure], *, policy: Policy) -> People:
    """Gather everybody that the figures tell of.

    Parameters
    ----------
    figures : iterable of Figure
        Those computed from answers, all subjects.
    policy : Policy
        The bases, and the most atoms that are tried.

    Raises
    ------
    ContradictionError
        If there are too many atoms, or the parts are more than the whole.
    """
    told: dict[Cell, float] = {}
    for figure in figures:
        told[figure.cell] = max(told.get(figure.cell, 0.0), answered(figure))
    people = Measure("people", True, False, told, {cell: np.zeros(0) for cell in told})
    among = {variable for cell in told for variable, _ in cell if variable.startswith(AMONG)}
    whole = with_parents(people, stretch=True, partial={*IN_PART, *among})
    levels: dict[str, list[str | None]] = {}
    for variable, level in sorted({pair for cell in whole.n for pair in cell}):
        levels.setdefault(variable, []).append(level)
    for variable in levels:
        levels[variable].append(None)
    if np.prod([len(listed) for listed in levels.values()], dtype=float) > 50 * policy.pieces:
        raise ContradictionError
    corners = [frozenset(zip(levels, corner, strict=True)) for corner in product(*levels.values())]
    corners = [corner for corner in corners if _is_nested(corner)]
    member = {cell: np.array([cell <= corner for corner in corners], dtype=bool) for cell in whole.n}
    kept = ~_empty(whole, member, len(corners))
    corners = [corner for corner, keep in zip(corners, kept, strict=True) if keep]
    if len(corners) > policy.pieces:
        raise ContradictionError
    member = {cell: inside[kept] for cell, inside in member.items()}
    try:
        groups = _groups(levels, corners, list(member.values()))
    except ContradictionError:  # atoms that no cell tells apart are one
        corners, member = _told_apart(corners, member)
        groups = _groups(levels, corners, list(member.values()))
    bases = np.full(len(groups), policy.base)
    for stricter in policy.groups:
        within = np.array([stricter.where <= corner for corner in corners], dtype=bool)
        bases[~(groups & ~within).any(axis=1)] = stricter.base
    return People(dict(whole.n), member, groups, bases)


def _empty(whole: Measure, member: dict[Cell, np.ndarray], corners: int) -> np.ndarray:
    """The atoms that cannot hold anyone, because the parts already make up the whole."""
    empty = np.zeros(corners, dtype=bool)
    for cell, inside in member.items():
        if whole.n[cell] < NEAR:
            empty |= inside
        for parts in children(cell, whole.n).values():
            if whole.n[cell] - sum(whole.n[part] for part in parts) < NEAR:
                empty |= inside & ~np.any([member[part] for part in parts], axis=0)
    return empty


def _is_nested(corner: Corner) -> bool:
    """Whether who is in a crowd is in every larger one too."""
    crowds = {int(name.split()[1]): level for name, level in corner if name.startswith(AMONG)}
    is_in = [crowds[place] is not None for place in sorted(crowds)]
    return is_in == sorted(is_in)


def _told_apart(corners: list[Corner], member: dict[Cell, np.ndarray]) -> tuple[list[Corner], dict[Cell, np.ndarray]]:
    """One of the atoms that lie in the same cells, with the fewest levels to its name."""
    order = sorted(range(len(corners)), key=lambda place: -sum(level is None for _, level in corners[place]))
    first: dict[bytes, int] = {}
    for place, column in zip(order, np.array(list(member.values()))[:, order].T, strict=True):
        first.setdefault(column.tobytes(), place)
    kept = sorted(first.values())
    return [corners[place] for place in kept], {cell: inside[kept] for cell, inside in member.items()}


def _groups(levels: dict[str, list[str | None]], corners: list[Corner], cells: list[np.ndarray]) -> np.ndarray:
    at = {variable: np.array([dict(corner)[variable] or "" for corner in corners], dtype=object) for variable in levels}
    there = {name: [level for level in listed if (at[name] == (level or "")).any()] for name, listed in levels.items()}
    within = {name: [np.isin(at[name], chosen) for chosen in _sets(listed)] for name, listed in there.items()}
    found = [np.ones(len(corners), dtype=bool)]
    for sets in within.values():
        found = list(np.unique([group & inside for group in found for inside in sets], axis=0))
        if len(found) > MANY_GROUPS:
            raise ContradictionError
    found += [whole & ~part for whole in cells for part in cells if not (part & ~whole).any()]
    groups = np.unique(np.array(found, dtype=bool).reshape(-1, len(corners)), axis=0)
    return groups[groups.any(axis=1)]


def _sets(listed: list[str | None]) -> Iterator[list[str]]:
    named = [level or "" for level in listed]
    largest = len(named) if len(named) <= MANY_LEVELS else 2
    for size in range(1, largest + 1):
        yield from (list(chosen) for chosen in combinations(named, size))
    if largest < len(named):
        yield named
