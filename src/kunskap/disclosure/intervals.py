"""How narrowly an attacker can know a count: algebra where it is enough, linear programming where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set

import numpy as np
from scipy import optimize, sparse

from kunskap.disclosure.figures import Cell
from kunskap.disclosure.linked import ContradictionError, Measure
from kunskap.disclosure.pieces import Picture, Target

__all__ = ["Reach", "weights_that_give"]

NEAR = 1e-6
LARGEST = 4000


def weights_that_give(member: np.ndarray, pieces: np.ndarray) -> np.ndarray | None:
    """The weights with which shown cells add up to exactly these pieces; None if they do not.

    Parameters
    ----------
    member : array of bool, cells × pieces
        The shown cells.
    pieces : array of bool
        The target.

    Examples
    --------
    >>> everyone, women = [True, True], [True, False]
    >>> weights_that_give(np.array([everyone, women]), np.array([False, True])).round().tolist()
    [1.0, -1.0]
    """
    if not len(member):
        return None
    weights, *_ = np.linalg.lstsq(member.T.astype(float), pieces.astype(float), rcond=None)
    gap = member.T @ weights - pieces
    return weights if np.abs(gap).max(initial=0.0) < NEAR else None


Ends = tuple[np.ndarray, np.ndarray]
Judge = Callable[[Target, np.ndarray, np.ndarray], bool]


class Reach:
    """How far the counts of one measure can vary, whatever is shown.

    Every division of the people that a programme finds is kept: it stays possible when more is hidden, and often
    settles the next question without a programme.
    """

    def __init__(self, measure: Measure, picture: Picture) -> None:
        self.measure = measure
        self.picture = picture
        self.categories = len(next(iter(measure.counts.values())))
        self._divisions = np.zeros((0, picture.member.shape[1], self.categories))

    def narrow(
        self,
        shown: Sequence[Cell],
        targets: Sequence[Target],
        is_wide: Callable[[Target, np.ndarray, np.ndarray], bool],
    ) -> Iterator[Target]:
        """The targets whose counts are known too narrowly.

        Parameters
        ----------
        shown : sequence of Cell
            The cells whose counts are shown.  The reader is taken to know the n of the others too.
        targets : sequence of Target
            The sets of people in question.
        is_wide : callable
            Judges a target by the least and greatest count of each category.

        Raises
        ------
        ContradictionError
            If no division of the people agrees with what is shown.
        """
        regions = _regions(self.measure, self.picture, shown)
        hard = []
        for target in targets:
            ends = _by_regions(target, regions)
            if ends is None:
                hard.append(target)
            elif not is_wide(target, *self._whole(ends)):
                yield target
        if not hard:
            return
        possible = self._possible(shown)
        if not len(possible):
            self._solve(shown, np.array([np.sum([target.pieces for target in hard], axis=0)]))
            possible = self._possible(shown)
        for target in hard:
            if not is_wide(target, *self._whole(_ends(possible, target))):
                self._solve(shown, target.pieces[None])
                possible = self._possible(shown)
                if not is_wide(target, *self._whole(_ends(possible, target))):
                    yield target

    def _whole(self, ends: Ends) -> Ends:
        """Whole people, where people are counted."""
        return (np.ceil(ends[0] - NEAR), np.floor(ends[1] + NEAR)) if self.measure.whole else ends

    def _possible(self, shown: Sequence[Cell]) -> np.ndarray:
        """The divisions found so far that agree with what is shown."""
        if not shown:
            return self._divisions
        member = self.picture.member[[self.picture.place[cell] for cell in shown]].astype(float)
        told = np.array([self.measure.counts[cell] for cell in shown])
        gap = np.abs(np.einsum("cp,dpk->dck", member, self._divisions) - told)
        return self._divisions[gap.max(axis=(1, 2), initial=0.0) < 100 * NEAR]

    def _solve(self, shown: Sequence[Cell], goals: np.ndarray) -> None:
        """Find divisions at both ends of every category of each goal (weights of pieces), and keep them."""
        costs = [
            sign * np.kron(goal, unit) for goal in goals for unit in np.eye(self.categories) for sign in (1.0, -1.0)
        ]
        block, sides = self._equations(set(shown))
        together = max(1, LARGEST // block.shape[1])
        for start in range(0, len(costs), together):
            part = costs[start : start + together]
            solved = optimize.linprog(
                np.concatenate(part),
                A_eq=sparse.block_diag([block] * len(part), format="csc"),
                b_eq=np.tile(sides, len(part)),
                bounds=(0, None),
                method="highs",
            )
            if solved.status != 0:
                raise ContradictionError
            found = solved.x.reshape(len(part), -1, self.categories)
            self._divisions = np.concatenate([self._divisions, found])

    def _equations(self, shown: Set[Cell]) -> tuple[sparse.csr_matrix, np.ndarray]:
        """Every count of the shown cells, and the n of the others."""
        member, each = self.picture.member.astype(float), self.categories
        is_shown = np.array([cell in shown for cell in self.picture.cells])
        by_category = sparse.kron(member[is_shown], sparse.eye(each))
        by_people = sparse.kron(member[~is_shown], np.ones((1, each)))
        counts = [self.measure.counts[cell] for cell in self.picture.cells if cell in shown]
        people = [self.measure.n[cell] for cell in self.picture.cells if cell not in shown]
        sides = np.concatenate([np.zeros(0), *counts, np.array(people)])
        return sparse.vstack([by_category, by_people], format="csr"), sides


def _ends(divisions: np.ndarray, target: Target) -> Ends:
    counts = divisions[:, target.pieces].sum(axis=1)
    return counts.min(axis=0), counts.max(axis=0)


Region = tuple[np.ndarray, float, np.ndarray]


def _regions(measure: Measure, picture: Picture, shown: Sequence[Cell]) -> list[Region] | None:
    """What is left of each shown cell when the shown cells in it are taken away; None if some only overlap."""
    regions: list[Region] = []
    taken: list[tuple[np.ndarray, np.ndarray]] = []
    sets = [picture.member[picture.place[cell]] for cell in shown]
    for cell, pieces in sorted(zip(shown, sets, strict=True), key=lambda pair: (int(pair[1].sum()), sorted(pair[0]))):
        left, n, counts = pieces.copy(), measure.n[cell], measure.counts[cell].astype(float)
        inside = []
        for other, own in taken:
            if (other & pieces).any():
                if (other & ~pieces).any():
                    return None
                inside.append((other, own))
        outer = [
            (other, own)
            for place, (other, own) in enumerate(inside)
            if not any(not (other & ~bigger).any() for bigger, _ in inside[place + 1 :])
        ]
        for other, own in outer:
            left &= ~other
            n, counts = n - own.sum(), counts - own
        taken.append((pieces, measure.counts[cell].astype(float)))
        if left.any():
            regions.append((left, n, counts))
    return regions


def _by_regions(target: Target, regions: list[Region] | None) -> Ends | None:
    """Exact where the shown cells lie in each other and the target cuts at most one of what they leave."""
    if regions is None:
        return None
    low, n = np.zeros(len(target.counts)), target.n
    left, cut = target.pieces.copy(), []
    for pieces, people, counts in regions:
        if not (pieces & left).any():
            continue
        if (pieces & ~target.pieces).any():
            cut.append((people, counts))
        else:
            low, n = low + counts, n - people
        left &= ~pieces
    if len(cut) + bool(left.any()) > 1:
        return None
    high = low + n
    if cut:
        ((people, counts),) = cut
        high = low + np.minimum(n, counts)
        low = low + np.maximum(0.0, counts - (people - n))
    return low, high
