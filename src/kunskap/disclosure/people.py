"""Everybody a release tells of, cut by all its variables at once: who the groups are that a reader can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from scipy import optimize

from kunskap.disclosure.figures import Cell, Figure
from kunskap.disclosure.linked import ContradictionError, Measure, children, with_parents
from kunskap.disclosure.policy import Policy

__all__ = ["People", "people_of"]

NEAR = 1e-6
RATE = "response_rate"
MANY_LEVELS = 4
"""A variable with more levels than this is cut in single levels and pairs only."""
MANY_GROUPS = 4000
MANY_WORLDS = 80


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
    def _worlds(self) -> np.ndarray:
        """Ways in which the people can stand in the atoms, at many far ends."""
        member = np.array(list(self.member.values()), dtype=float)
        sides = np.array(list(self.n.values()))
        found = []
        for turn in range(min(2 * self.atoms, MANY_WORLDS)):
            goal = np.sin(np.arange(1, self.atoms + 1) * 12.9898 * (turn + 1))
            goal[turn // 2 % self.atoms] = 3.0 if turn % 2 else -3.0
            solved = optimize.linprog(goal, A_eq=member, b_eq=sides, bounds=(0, None), method="highs")
            if solved.status != 0:
                raise ContradictionError
            found.append(solved.x)
        return np.array(found)

    @cached_property
    def sized(self) -> np.ndarray:
        """The groups whose number of people can be known, or known but for one."""
        return np.asarray(np.ptp(self._worlds @ self.groups.T, axis=0) < 2 - NEAR)

    @cached_property
    def peopled(self) -> np.ndarray:
        """The groups that cannot be shown to be empty in some world."""
        return np.asarray((self._worlds @ self.groups.T).min(axis=0) > NEAR)

    @cached_property
    def tiny(self) -> np.ndarray:
        """The atoms that hold at most two people in every world."""
        return np.asarray(self._worlds.max(axis=0) < 3 - NEAR)


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
    whole = with_parents(Measure("people", True, False, told, {cell: np.zeros(0) for cell in told}), stretch=True)
    levels: dict[str, list[str | None]] = {}
    for variable, level in sorted({pair for cell in whole.n for pair in cell}):
        levels.setdefault(variable, []).append(level)
    for variable in levels:
        levels[variable].append(None)
    if np.prod([len(listed) for listed in levels.values()], dtype=float) > 50 * policy.pieces:
        raise ContradictionError
    corners = [frozenset(zip(levels, corner, strict=True)) for corner in product(*levels.values())]
    member = {cell: np.array([cell <= corner for corner in corners], dtype=bool) for cell in whole.n}
    kept = ~_empty(whole, member, len(corners))
    corners = [corner for corner, keep in zip(corners, kept, strict=True) if keep]
    if len(corners) > policy.pieces:
        raise ContradictionError
    member = {cell: inside[kept] for cell, inside in member.items()}
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


def _groups(
    levels: dict[str, list[str | None]], corners: list[frozenset[tuple[str, str | None]]], cells: list[np.ndarray]
) -> np.ndarray:
    at = {variable: np.array([dict(corner)[variable] or "" for corner in corners], dtype=object) for variable in levels}
    within = {name: [np.isin(at[name], chosen) for chosen in _sets(listed)] for name, listed in levels.items()}
    if np.prod([len(sets) for sets in within.values()], dtype=float) > MANY_GROUPS:
        raise ContradictionError
    found = [np.ones(len(corners), dtype=bool)]
    for sets in within.values():
        found = list(np.unique([group & inside for group in found for inside in sets], axis=0))
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
