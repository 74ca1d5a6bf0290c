"""Hide what would give the hidden: for each subject, until nothing that is shown narrows the rest too much.

`hanging` judges all that it can in one system; left for here are registers (where each count must reach the base, which
that system does not know of), means that are no sums over knowledge items (whose sums are taken as known to the last
decimal), and everything in a release of more groups than one system takes.

For every item the shown cells are a set of equations about the people in the pieces.  A target (see `targets_of`) is
safe when three things hold, whatever else is shown:

1. it is not a sum or difference of shown cells, if it is smaller than the base or hidden for its own sake;
2. no category is known to hold all, or all but one, of it; and where that is why it is hidden, at least two categories
   could be the one (who knows the policy knows that one of them is);
3. each of its counts could lie in an interval as wide as the policy demands — as far as the target and the counts of
   the groups around it reach: if one person of forty skipped the item, that is shown and cannot be made wider.

The search is greedy and says so: it hides the shown cell that the policy keeps least, again and again, and then shows
again what turned out not to be needed.  It is safe by these rules when it ends, but not always the least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from kunskap.disclosure.figures import Cell, Figure, Unit, describe
from kunskap.disclosure.intervals import Reach, weights_that_give
from kunskap.disclosure.linked import ContradictionError, Measure, measures_of, with_parents
from kunskap.disclosure.pieces import Picture, Target, picture_of, targets_of
from kunskap.disclosure.policy import TOTAL, Policy
from kunskap.disclosure.primary import SECRET

__all__ = ["complements"]

NEAR = 1e-6


@dataclass(frozen=True)
class Breach:
    """What is known too well, which shown cells tell it, and the name of the rule."""

    target: Target
    tellers: tuple[Cell, ...]
    reason: str


def complements(
    figures: Iterable[Figure], hidden: Mapping[Unit, str], *, policy: Policy, count_base: bool = False
) -> dict[Unit, str]:
    """The further units to hide, each with its reason: remainder, complement, width or limit.

    Parameters
    ----------
    figures : iterable of Figure
        From `collect`.
    hidden : mapping
        The units that are hidden for their own sake.
    policy : Policy
        The thresholds.
    count_base : bool
        Whether each count must also reach the base (registers).
    """
    subjects: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.is_direct:
            subjects.setdefault(figure.subject, []).append(figure)
    own: dict[str, dict[Cell, str]] = {}
    for (subject, cell), reason in hidden.items():
        own.setdefault(subject, {})[cell] = reason
    further: dict[Unit, str] = {}
    for subject, rows in subjects.items():
        found = _Subject(rows, own.get(subject, {}), policy, count_base).protect()
        further |= {(subject, cell): reason for cell, reason in found.items()}
    return further


class _Subject:
    """One item or scale while its cells are judged."""

    def __init__(self, rows: list[Figure], own: Mapping[Cell, str], policy: Policy, count_base: bool) -> None:
        self.policy = policy
        self.count_base = count_base
        self.own = own
        self.rows = rows
        self.people: dict[Cell, float] = {}
        for row in rows:
            self.people[row.cell] = max(row.n, self.people.get(row.cell, 0.0))

    def protect(self) -> dict[Cell, str]:
        """The cells to hide beside the `own` ones."""
        try:
            self.measures = self._measures()
            hidden = dict(self.own)
            for _ in range(self.policy.rounds):
                fresh = self._hide_for(self._breaches(hidden), hidden)
                if not fresh:
                    return self._without_needless(hidden)
                hidden |= fresh
        except ContradictionError:
            pass
        return self._only_the_coarsest()

    def _hide_for(self, breaches: Iterator[Breach], hidden: Mapping[Cell, str]) -> dict[Cell, str]:
        """One cell for each subtraction that no other cell hidden here has already broken, or one for the first width.

        Raises
        ------
        ContradictionError
            If too much is known though nothing is shown.
        """
        fresh: dict[Cell, str] = {}
        for breach in breaches:
            if breach.reason == "width" and fresh:
                break
            if not breach.tellers:
                raise ContradictionError
            if fresh.keys().isdisjoint(breach.tellers):
                cell = min(breach.tellers, key=partial(self._loss, hidden={**hidden, **fresh}))
                is_rest = breach.reason == "complement" and breach.target.narrow and cell == breach.target.whole
                fresh[cell] = "remainder" if is_rest else breach.reason
        return fresh

    def _measures(self) -> list[tuple[Reach, frozenset[Cell]]]:
        """Who is told of at all, then each statistic: what one of them hides another must not give."""
        heads = Measure("people", True, False, self.people, {cell: np.zeros(0) for cell in self.people})
        measures = measures_of(self.rows)
        whole = [with_parents(heads, stretch=True), *(with_parents(measure) for measure in measures)]
        return [
            (Reach(measure, picture_of(measure, most=self.policy.pieces)), frozenset(own.n))
            for measure, own in zip(whole, [heads, *measures], strict=True)
        ]

    def _breaches(self, hidden: Mapping[Cell, str]) -> Iterator[Breach]:
        """What is known too well while the `hidden` cells are hidden; the cheap rule first."""
        judged = []
        for reach, told in self.measures:
            measure, picture = reach.measure, reach.picture
            shown = [cell for cell in picture.cells if cell in told and cell not in hidden]
            targets = targets_of(
                measure, picture, hidden=self.own, shown=set(shown), policy=self.policy, count_base=self.count_base
            )
            for target in targets:
                tellers = _tellers(target, picture, shown)
                if tellers is not None:
                    yield Breach(target, tellers, "complement")
            if measure.bounded and targets and shown:
                judged.append((reach, shown, targets))
        for reach, shown, targets in judged:
            for target in reach.narrow(shown, targets, partial(self._is_wide, reach)):
                yield Breach(target, self._around(target, reach.picture, shown), "width")

    def _is_wide(self, reach: Reach, target: Target, least: np.ndarray, most: np.ndarray) -> bool:
        nearly_all = max(1.0, target.n - 1)
        if (reach.measure.answers(least) >= nearly_all - NEAR).any():
            return False
        if target.secret and (most >= nearly_all - NEAR).sum() < 2:
            return False
        if not target.narrow:
            return True
        demanded = np.full(len(least), min(float(self.policy.width), target.n))
        member = reach.picture.member
        for cell, around in zip(reach.picture.cells, member, strict=True):
            n, counts = reach.measure.n[cell], reach.measure.counts[cell]
            if cell not in self.own and n > target.n + NEAR and not (target.pieces & ~around).any():
                demanded = np.minimum(demanded, np.minimum(counts, n - counts))
        return bool((most - least >= demanded - NEAR).all())

    def _around(self, target: Target, picture: Picture, shown: list[Cell]) -> tuple[Cell, ...]:
        near = [cell for cell in shown if (picture.member[picture.place[cell]] & target.pieces).any()]
        return tuple(near or shown)

    def _loss(self, cell: Cell, hidden: Mapping[Cell, str]) -> tuple[object, ...]:
        """How little is lost: first what stands beside something hidden, then crossings, then by the policy's order."""
        beside = any(reason != "level" and _are_siblings(cell, other) for other, reason in hidden.items())
        name = min((variable for variable, _ in cell), default=TOTAL)
        keep = self.policy.keep
        rank = keep.index(name) if name in keep else len(keep)
        return (not beside, len(cell) < 2, -rank, self.people[cell], describe(cell))

    def _without_needless(self, hidden: Mapping[Cell, str]) -> dict[Cell, str]:
        """Show again, most valued first, what is safe to show after all."""
        further = {cell: reason for cell, reason in hidden.items() if cell not in self.own}
        if len(further) > 1:
            for cell in sorted(further, key=lambda cell: self._loss(cell, self.own), reverse=True):
                trial = {other: reason for other, reason in hidden.items() if other != cell}
                if next(self._breaches(trial), None) is None:
                    hidden = trial
        return {cell: reason for cell, reason in hidden.items() if cell not in self.own}

    def _only_the_coarsest(self) -> dict[Cell, str]:
        """Nothing could be proved: only the total stays, and only if nothing small or alike hides in it."""
        total: Cell = frozenset()
        n = self.people.get(total, 0.0)
        calm = not SECRET & set(self.own.values()) and all(
            n - self.people[cell] >= self.policy.base for cell in self.own if cell != total
        )
        kept = {total} if calm else set()
        return {cell: "limit" for cell in self.people if cell not in self.own and cell not in kept}


def _are_siblings(cell: Cell, other: Cell) -> bool:
    """Whether two cells differ in the level of one variable only."""
    return len(cell - other) == len(other - cell) == len({variable for variable, _ in cell ^ other}) == 1


def _tellers(target: Target, picture: Picture, shown: list[Cell]) -> tuple[Cell, ...] | None:
    """The shown cells that add up to a target: if possible within the cell that it is a part of; None if none do."""
    everywhere = np.ones(picture.member.shape[1], dtype=bool)
    nearby = everywhere if target.whole is None else picture.member[picture.place[target.whole]]
    for place in (nearby, everywhere):
        cells = [cell for cell in shown if not (picture.member[picture.place[cell]] & ~place).any()]
        weights = weights_that_give(picture.member[[picture.place[cell] for cell in cells]], target.pieces)
        if weights is not None:
            return tuple(cell for cell, weight in zip(cells, weights, strict=True) if abs(weight) > NEAR)
        if place is everywhere:
            break
    return None
