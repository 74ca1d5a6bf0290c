"""How narrowly an attacker can know a count: algebra where it is enough, linear programming where it is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize, sparse

from kunskap.disclosure.figures import Cell
from kunskap.disclosure.linked import ContradictionError, Measure
from kunskap.disclosure.pieces import Picture, Target

__all__ = ["intervals", "weights_that_give"]

NEAR = 1e-6
TOGETHER = 60


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


def intervals(
    measure: Measure, picture: Picture, *, shown: Sequence[Cell], targets: Sequence[Target]
) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest count of each category in each target, under all that is shown and every n.

    Parameters
    ----------
    measure, picture
        What is known to be true, and of whom.
    shown : sequence of Cell
        The cells whose counts are shown.  The attacker is taken to know the n of the others too.
    targets : sequence of Target
        The sets of people in question.

    Returns
    -------
    tuple of arrays
        Low and high, targets × categories; whole numbers where people are counted.

    Raises
    ------
    ContradictionError
        If no division of the people agrees with what is shown.
    """
    categories = len(next(iter(measure.counts.values())))
    low, high = np.zeros((len(targets), categories)), np.zeros((len(targets), categories))
    if not measure.bounded:
        return low - np.inf, high + np.inf
    regions = _regions(measure, picture, shown)
    hard = []
    for place, target in enumerate(targets):
        known = _by_regions(target, regions)
        if known is None:
            hard.append(place)
        else:
            low[place], high[place] = known
    for start in range(0, len(hard), TOGETHER):
        part = hard[start : start + TOGETHER]
        low[part], high[part] = _by_programming(measure, picture, shown, [targets[place].pieces for place in part])
    if measure.whole:
        low, high = np.ceil(low - NEAR), np.floor(high + NEAR)
    return low, high


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


def _by_regions(target: Target, regions: list[Region] | None) -> tuple[np.ndarray, np.ndarray] | None:
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


def _by_programming(
    measure: Measure, picture: Picture, shown: Sequence[Cell], goals: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """One linear programme for all goals: independent blocks, one for each end of each count."""
    categories = len(measure.counts[picture.cells[0]])
    by_category = sparse.kron(picture.member.astype(float), sparse.eye(categories), format="csr")
    by_people = sparse.kron(picture.member.astype(float), np.ones((1, categories)), format="csr")
    is_shown = np.array([cell in set(shown) for cell in picture.cells])
    rows = [by_category[np.repeat(is_shown, categories)], by_people[~is_shown]]
    known = [*(measure.counts[cell] for cell in picture.cells if cell in set(shown))]
    sizes = [[measure.n[cell]] for cell in picture.cells if cell not in set(shown)]
    sides = np.concatenate([*known, *sizes]).astype(float)
    block = sparse.vstack(rows, format="csr")
    costs = [sign * np.kron(goal, unit) for goal in goals for unit in np.eye(categories) for sign in (1.0, -1.0)]
    solved = optimize.linprog(
        np.concatenate(costs),
        A_eq=sparse.block_diag([block] * len(costs), format="csc"),
        b_eq=np.tile(sides, len(costs)),
        bounds=(0, None),
        method="highs",
    )
    if solved.status != 0:
        raise ContradictionError
    ends = (np.concatenate(costs) * solved.x).reshape(len(costs), -1).sum(axis=1).reshape(len(goals), categories, 2)
    return ends[:, :, 0], -ends[:, :, 1]
